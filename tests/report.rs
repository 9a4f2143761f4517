//! The renderings of hand-made reports, read by eye, and what must hold for every report.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic is a failure of the test"
)]

use carnet::finding::*;
use carnet::report::{Format, RenderOptions, render, render_problems, summary_line};
use carnet::source::{FileId, Position, SourceFile, SourceMap, Span};
use jiff::civil::{Date, date};
use serde_json::{Value, json as object};

// ---------------------------------------------------------------- making reports

const MINIMAL: &str = r#"{
  "schema": "transfer-proposal/1",
  "id": "TP-2026-014",
  "title": "Support tickets to US help-desk provider",
  "exporter": {
    "name": "Merlion Shop Pte. Ltd.",
    "country": "SG",
    "role": "controller"
  },
  "importer": {
    "name": "TicketDesk, Inc.",
    "country": "US",
    "role": "processor",
    "certifications": [
      { "scheme": "global_prp", "agent": "Schellman", "granted_in": "US", "valid_from": "2026-04-01", "valid_until": "2027-03-31" }
    ]
  },
  "data": [
    { "category": "user.name" },
    { "category": "user.contact.email" }
  ],
  "subjects": [{ "type": "customer", "country": "SG", "count": 42000 }],
  "purposes": {
    "collected_for": ["essential.service.operations.support"],
    "transfer_for": ["essential.service.operations.support"]
  },
  "mechanisms": [{ "type": "prp" }],
  "start_date": "2026-12-01"
}
"#;

fn options() -> RenderOptions {
    RenderOptions {
        width: 120,
        color: false,
        unicode: true,
        narrated: false,
        links: false,
        max_findings: None,
        quiet: false,
        verbose: false,
        outcomes: false,
        outlook: false,
    }
}

/// A span of the `nth` (from 0) `needle` of a file; `from..to` are offsets in the needle.
fn find(sources: &SourceMap, file: FileId, needle: &str, nth: usize) -> Span {
    let text = sources.get(file).unwrap().text();
    let at = text
        .match_indices(needle)
        .nth(nth)
        .unwrap_or_else(|| panic!("no {needle}"))
        .0;
    Span::new(file, at as u32..(at + needle.len()) as u32)
}

fn label(span: Span, pointer: &str, text: &str) -> Label {
    Label {
        span,
        target: Target::Value,
        pointer: pointer.into(),
        text: text.into(),
    }
}

fn insertion(span: Span, pointer: &str, text: &str) -> Label {
    Label {
        span: Span::new(span.file, span.end..span.end),
        target: Target::Insertion,
        pointer: pointer.into(),
        text: text.into(),
    }
}

fn source(cite: &str, url: Option<&str>, certainty: Certainty) -> Source {
    Source {
        cite: cite.into(),
        url: url.map(Into::into),
        requirement: None,
        certainty,
    }
}

fn finding(rule: &str, message: &str, primary: Label) -> Finding {
    Finding {
        rule: RuleId(rule.into()),
        pack: PackId("sg-pdpa".into()),
        severity: Severity::Error,
        effect: Effect::Condition,
        outcome: Outcome::Fail,
        message: message.into(),
        help: vec![],
        sources: vec![],
        primary,
        related: vec![],
        missing: vec![],
        waiting: vec![],
        waiver: None,
        known: None,
        doors: vec![],
        notes: vec![],
        fingerprint: format!("{rule}-1"),
    }
}

fn verdict(word: &str, tone: Tone) -> Verdict {
    Verdict {
        pack: PackId("sg-pdpa".into()),
        title: "Singapore, PDPA s. 26".into(),
        kind: PackKind::Law,
        word: word.into(),
        tone,
        law_dates: vec![date(2026, 12, 1)],
        holds_until: None,
        because: vec![],
        assumptions: vec![],
        to_do: vec![],
        counts: Counts {
            pass: 9,
            fail: 0,
            undetermined: 0,
            not_applicable: 2,
        },
        asked_anyway: false,
        partial: false,
        notes: vec![],
    }
}

fn party(name: &str, country: &str, country_name: &str, role: &str) -> Party {
    Party {
        name: name.into(),
        country: country.into(),
        country_name: Some(country_name.into()),
        role: role.into(),
    }
}

fn proposal(sources: &SourceMap, file: FileId, verdicts: Vec<Verdict>) -> ProposalReport {
    let (overall, overall_tone) = verdicts
        .first()
        .map_or(("not_covered".into(), Tone::Unclear), |v| {
            (v.word.clone(), v.tone)
        });
    ProposalReport {
        id: "TP-2026-014".into(),
        title: "Support tickets to US help-desk provider".into(),
        exporter: Some(party(
            "Merlion Shop Pte. Ltd.",
            "SG",
            "Singapore",
            "controller",
        )),
        importer: Some(party(
            "TicketDesk, Inc.",
            "US",
            "United States",
            "processor",
        )),
        start_date: Some(date(2026, 12, 1)),
        span: Span::new(
            file,
            0..sources.get(file).unwrap().text().trim_end().len() as u32,
        ),
        overall,
        overall_tone,
        verdicts,
        proofs: Vec::new(),
        questions: None,
        repairs: None,
        forecast: None,
        findings: vec![],
        outcomes: vec![PackOutcomes {
            pack: PackId("sg-pdpa".into()),
            rules: [RuleId("transfer-without-comparable-protection".into())].into(),
            outcomes: vec![Outcome::Pass],
        }],
    }
}

/// The beginning of a line.
fn at(line: usize) -> Position {
    Position { line, column: 1 }
}

const AS_OF: Date = date(2026, 11, 22);

fn report(proposals: Vec<ProposalReport>) -> Report {
    Report {
        as_of: AS_OF,
        packs: vec![PackInfo {
            id: PackId("sg-pdpa".into()),
            title: "Singapore, PDPA s. 26".into(),
            kind: PackKind::Law,
            shipped: true,
            digest: "ab12".into(),
            researched_on: date(2026, 11, 20),
            partial: false,
        }],
        proposals,
        asked: Some("Only sg-pdpa was asked.".into()),
        ..Report::default()
    }
}

fn single(text: &str) -> (SourceMap, FileId) {
    let mut sources = SourceMap::new();
    let file = sources.add(SourceFile::new("minimal.json", text));
    (sources, file)
}

/// CLI.md, first screen.
fn sound() -> (SourceMap, Report) {
    let (sources, file) = single(MINIMAL);
    let mut verdict = verdict("permitted", Tone::Good);
    verdict.holds_until = Some((date(2027, 3, 31), "the certificate ends".into()));
    verdict.because = vec![Reason {
        title: "certification, reg. 12".into(),
        text: "`global_prp` granted in US, importer is a `processor`".into(),
        label: Some(label(
            find(&sources, file, "\"scheme\"", 0),
            "/importer/certifications/0/scheme",
            "",
        )),
    }];
    verdict.assumptions = vec![Assumption {
        field: "importer.certifications[0].status".into(),
        value: "active".into(),
        because: "the certificate is not suspended or withdrawn".into(),
        label: Some(label(
            find(&sources, file, "{ \"scheme\"", 0),
            "/importer/certifications/0",
            "",
        )),
    }];
    verdict.to_do = vec![Reason {
        title: String::new(),
        text: "look the certificate up in the Forum's directory and fill in `checked`".into(),
        label: None,
    }];
    let proposal = proposal(&sources, file, vec![verdict]);
    (sources, report(vec![proposal]))
}

/// CLI.md, second screen.
fn failing() -> (SourceMap, Report) {
    let (sources, file) = single(&MINIMAL.replace("\"processor\"", "\"controller\""));
    let mut proposal = proposal(&sources, file, vec![verdict("not_permitted", Tone::Bad)]);
    proposal.importer = Some(party(
        "TicketDesk, Inc.",
        "US",
        "United States",
        "controller",
    ));
    let mut finding = finding(
        "transfer-without-comparable-protection",
        "a Global PRP certificate does not cover a recipient that is a `controller`",
        label(
            find(&sources, file, "\"global_prp\"", 0),
            "/importer/certifications/0/scheme",
            "serves data intermediaries (processors) only",
        ),
    );
    finding.related = vec![label(
        find(&sources, file, "\"controller\"", 1),
        "/importer/role",
        "because the importer decides on its own purposes",
    )];
    let closed = [
        "contract",
        "consent",
        "binding corporate rules",
        "necessity for a contract",
        "vital interests",
        "public interest",
        "data in transit",
        "publicly available data",
    ];
    finding.doors = vec![Door {
        title: "certification".into(),
        state: DoorState::Shut,
        needs: vec!["`global_cbpr` or `apec_cbpr` for a controller".into()],
        would_open: false,
    }];
    finding.doors.extend(closed.map(|title| Door {
        title: title.into(),
        state: DoorState::NotReliedOn,
        needs: vec!["the word in `mechanisms`".into()],
        would_open: false,
    }));
    finding.help = vec![
        "the importer obtains Global CBPR; or rely on a contract that gives comparable protection and names US"
            .into(),
    ];
    finding.sources = vec![source(
        "PDP Regulations 2021 reg. 12, as amended by S 86/2026 from 2026-03-02",
        Some("https://sso.agc.gov.sg/SL/PDPA2012-S63-2021"),
        Certainty::Verified,
    )];
    proposal.findings = vec![finding];
    let mut report = report(vec![proposal]);
    report.exit_code = 1;
    (sources, report)
}

fn missing(field: &str, meaning: &str, label: Label) -> Missing {
    Missing {
        field: field.into(),
        meaning: meaning.into(),
        label,
    }
}

/// One rule waits alone, three wait for the same fact.
fn undetermined() -> (SourceMap, Report) {
    let (sources, file) = single(&MINIMAL.replace("    \"country\": \"US\",\n", ""));
    let mut first = verdict("undetermined", Tone::Unclear);
    first.counts = Counts {
        pass: 5,
        fail: 0,
        undetermined: 4,
        not_applicable: 2,
    };
    let mut proposal = proposal(&sources, file, vec![first]);
    let country = || {
        insertion(
            find(&sources, file, "\"TicketDesk, Inc.\"", 0),
            "/importer/country",
            "here",
        )
    };
    let waiting = |rule: &str, message: &str, cite: &str, certainty| {
        let mut f = finding(rule, message, country());
        f.outcome = Outcome::Undetermined;
        f.missing = vec![missing(
            "importer.country",
            "the country in which the importer is established",
            country(),
        )];
        f.sources = vec![source(cite, None, certainty)];
        f.help = vec!["ask the importer where it is established".into()];
        f
    };
    let mut alone = finding(
        "retention-without-end",
        "it is not stated how long the importer keeps the data",
        insertion(
            find(&sources, file, "\"2026-12-01\"", 0),
            "/retention",
            "`retention` would go here",
        ),
    );
    alone.outcome = Outcome::Undetermined;
    alone.severity = Severity::Warning;
    alone.missing = vec![
        missing(
            "retention.period",
            "how long the data is kept",
            alone.primary.clone(),
        ),
        missing("retention.criteria", "", alone.primary.clone()),
    ];
    alone.sources = vec![source("PDPA 2012 s. 25", None, Certainty::Secondary)];
    proposal.findings = vec![
        waiting(
            "transfer-without-comparable-protection",
            "the law of the destination is not known",
            "PDP Regulations 2021 reg. 10",
            Certainty::Verified,
        ),
        alone,
        waiting(
            "destination-on-blocklist",
            "the destination cannot be looked up",
            "PDPA 2012 s. 26(2)",
            Certainty::Derived,
        ),
        waiting(
            "onward-without-contract",
            "whether the data moves onward is not known",
            "PDP Regulations 2021 reg. 11",
            Certainty::Unverified,
        ),
    ];
    let mut report = report(vec![proposal]);
    report.exit_code = 4;
    (sources, report)
}

/// Four rules that lack different facts of one place, one of them twice, and one of another place.
fn gathered() -> (SourceMap, Report) {
    let (sources, mut report) = undetermined();
    let proposal = &mut report.proposals[0];
    let alone = proposal.findings.remove(1);
    for (rule, fields) in [
        ("retention-without-review", &["retention.review"][..]),
        (
            "retention-without-owner",
            &["retention.owner", "retention.period"],
        ),
        ("disposal-not-described", &["disposal"]),
    ] {
        let mut other = alone.clone();
        other.rule = RuleId(rule.to_owned());
        other.missing = fields
            .iter()
            .map(|field| missing(field, "", alone.primary.clone()))
            .collect();
        proposal.findings.push(other);
    }
    proposal.findings.push(alone);
    (sources, report)
}

/// The proposal and the exporter's profile.
fn two_files() -> (SourceMap, Report) {
    let (mut sources, file) = single(MINIMAL);
    let profile = sources.add(SourceFile::new(
        "profiles/merlion.profile.json",
        "{\n  \"schema\": \"organisation-profile/1\",\n  \"name\": \"Merlion Shop Pte. Ltd.\",\n  \"policies\": {\n    \"transfers\": \"none\"\n  }\n}\n",
    ));
    let mut proposal = proposal(&sources, file, vec![verdict("not_permitted", Tone::Bad)]);
    let mut f = finding(
        "exporter-without-transfer-policy",
        "the exporter has no policy for transfers abroad",
        label(
            find(&sources, file, "\"SG\"", 0),
            "/exporter/country",
            "the exporter is under the PDPA",
        ),
    );
    f.related = vec![
        label(
            find(&sources, profile, "\"none\"", 0),
            "/policies/transfers",
            "said in the profile",
        ),
        label(
            find(&sources, file, "{\n    \"name\": \"TicketDesk", 0),
            "/importer",
            "sends to this party",
        ),
    ];
    f.sources = vec![
        Source {
            cite: "CBPR Program Requirements".into(),
            url: Some("https://www.globalcbpr.org/".into()),
            requirement: Some("cbpr:2026:54".into()),
            certainty: Certainty::Derived,
        },
        source("Advisory Guidelines ch. 19", None, Certainty::Unverified),
    ];
    f.notes = vec!["not permitted on 2026-02-01; would be since 2026-03-02".into()];
    proposal.findings = vec![f];
    (sources, report(vec![proposal]))
}

/// One record of NDJSON: line 7 001, over 5 000 characters, two labels far apart.
fn excerpt() -> (SourceMap, Report) {
    let filler = "{ \"category\": \"user.contact.email\" }, ".repeat(130);
    let text = format!(
        "{{ \"schema\": \"transfer-proposal/1\", \"id\": \"TP-1\", \"title\": \"Datenübermittlung\", \"importer\": {{ \"name\": \"TicketDesk, Inc.\", \"country\": \"US\", \"role\": \"controller\" }}, \"data\": [{filler}{{ \"category\": \"user.name\" }}], \"mechanisms\": [{{ \"type\": \"prp\" }}], \"start_date\": \"2026-12-01\" }}"
    );
    assert!(text.len() > 5000);
    let mut sources = SourceMap::new();
    let file = sources.add(SourceFile::excerpt("big.ndjson", text, at(7001)));
    let mut proposal = proposal(&sources, file, vec![verdict("not_permitted", Tone::Bad)]);
    let mut f = finding(
        "transfer-without-comparable-protection",
        "a Global PRP certificate does not cover a recipient that is a `controller`",
        label(
            find(&sources, file, "\"prp\"", 0),
            "/mechanisms/0/type",
            "serves processors only",
        ),
    );
    f.related = vec![label(
        find(&sources, file, "\"controller\"", 0),
        "/importer/role",
        "because the importer decides on its own purposes",
    )];
    proposal.findings = vec![f];
    (sources, report(vec![proposal]))
}

/// Wide, composed and hostile characters, everywhere a user can put them.
fn hostile() -> (SourceMap, Report) {
    let bad = "日本語\u{1b}[31m赤\u{1b}]0;x\u{7} \u{202e}gnp\u{2066} 👨\u{200d}👩\u{200d}👧 é\u{301}\u{9b}2J\u{feff}";
    let text =
        format!("{{\n\t\"名前\": \"{bad}\",\t\"role\": \"コントローラー\",\n  \"x\": 1\n}}\n");
    let mut sources = SourceMap::new();
    let file = sources.add(SourceFile::new("\u{202e}nosj.\u{1b}[2Jevil.json", text));
    let mut v = verdict("per\u{1b}mitted", Tone::Good);
    v.title = "日本\u{1b}、個人情報保護法".into();
    v.because = vec![Reason {
        title: bad.into(),
        text: bad.into(),
        label: Some(label(
            find(&sources, file, "\"コントローラー\"", 0),
            "/role",
            "",
        )),
    }];
    let mut w = verdict("not_met", Tone::Bad);
    w.pack = PackId("cbpr\u{1b}".into());
    w.kind = PackKind::Programme;
    w.title = "CBPR".into();
    let mut proposal = proposal(&sources, file, vec![v, w]);
    proposal.id = format!("TP\nfaked line {bad}");
    proposal.title = format!("Title\r\nerror[x]: {bad}");
    proposal.exporter = Some(party(bad, "JP", bad, bad));
    let mut f = finding(
        "rule\u{1b}[1m",
        bad,
        label(find(&sources, file, "\"コントローラー\"", 0), "/role", bad),
    );
    f.related = vec![label(
        find(&sources, file, &format!("\"{bad}\""), 0),
        "/名前",
        "wide\nand two lines",
    )];
    f.help = vec![bad.into()];
    f.notes = vec![bad.into()];
    f.sources = vec![source(
        bad,
        Some("https://x/\u{1b}\\evil"),
        Certainty::Secondary,
    )];
    f.doors = vec![Door {
        title: bad.into(),
        state: DoorState::Shut,
        needs: vec![bad.into()],
        would_open: false,
    }];
    let mut g = f.clone();
    g.rule = RuleId("waits\u{1b}".into());
    g.outcome = Outcome::Undetermined;
    g.missing = vec![missing(
        bad,
        bad,
        label(find(&sources, file, "1", 1), "/x", bad),
    )];
    let mut h = g.clone();
    h.rule = RuleId("waits-too".into());
    proposal.findings = vec![f, g, h];
    let mut report = report(vec![proposal]);
    report.asked = Some(bad.into());
    report.problems = vec![Problem {
        severity: Severity::Error,
        code: "json\u{1b}".into(),
        path: "\u{1b}[2J.json".into(),
        message: bad.into(),
        help: Some(bad.into()),
        labels: vec![],
    }];
    (sources, report)
}

/// Two of everything over twelve proposals.
fn twelve() -> (SourceMap, Report) {
    let (mut sources, good) = sound();
    let (other, mut bad) = failing();
    let file = other.get(FileId(0)).unwrap();
    let id = sources.add(SourceFile::new("failing.json", file.text()));
    let finding = &mut bad.proposals[0].findings[0];
    finding.primary.span.file = id;
    finding.related[0].span.file = id;
    let mut proposals: Vec<ProposalReport> = Vec::new();
    for n in 0..12 {
        let mut p = if n == 3 || n == 8 {
            bad.proposals[0].clone()
        } else {
            good.proposals[0].clone()
        };
        p.id = format!("TP-2026-{n:03}");
        let mut programme = verdict(
            if n % 2 == 0 { "met" } else { "not_applicable" },
            if n % 2 == 0 {
                Tone::Good
            } else {
                Tone::NotApplicable
            },
        );
        programme.pack = PackId("global-cbpr".into());
        programme.title = "Global CBPR".into();
        programme.kind = PackKind::Programme;
        p.verdicts.push(programme);
        if n == 11 {
            p.overall = "not_covered".into();
            p.overall_tone = Tone::Unclear;
            p.verdicts.remove(0);
        }
        proposals.push(p);
    }
    (sources, report(proposals))
}

/// What the other screens have none of: no law, a law's own word, left-out rules, several law
/// dates, a planned fact, a way that would do, labels at one place, tabs, the last line.
fn odds_and_ends() -> (SourceMap, Report) {
    let (mut sources, file) = single(MINIMAL);
    let tabs = sources.add(SourceFile::new(
        "tabs.json",
        "{\n\t\"id\":\t\"TP-2\",\n\t\"data\": [],\r\n\t\"x\": 1 }",
    ));
    let mut restricted = verdict("restricted", Tone::Good);
    restricted.title = "United States, 28 CFR Part 202".into();
    restricted.law_dates = vec![date(2026, 2, 1), AS_OF];
    restricted.assumptions = vec![Assumption {
        field: "mechanisms[0].signed_on".into(),
        value: "2026-12-01".into(),
        because: "the contract will have been signed".into(),
        label: Some(label(
            find(&sources, file, "\"2026-12-01\"", 0),
            "/start_date",
            "",
        )),
    }];
    restricted.notes = vec!["law as read on 2026-11-20".into()];
    let mut partial = verdict("undetermined", Tone::Unclear);
    partial.partial = true;
    partial.law_dates = vec![date(2026, 2, 1), AS_OF];
    let mut bad = verdict("prohibited", Tone::Bad);
    bad.title = "日本、個人情報保護法 28".into();
    bad.law_dates = vec![date(2026, 2, 1), AS_OF];
    let mut programme = verdict("not_met", Tone::Bad);
    programme.kind = PackKind::Programme;
    programme.title = "Global CBPR".into();
    let mut p = proposal(&sources, file, vec![restricted, partial, bad, programme]);
    p.overall = "not_covered".into();
    p.overall_tone = Tone::Unclear;
    let mut f = finding(
        "no-law-pack",
        "no law that carnet knows applies",
        label(Span::new(file, 0..1), "", "this proposal"),
    );
    f.severity = Severity::Warning;
    f.doors = vec![
        Door {
            title: "contract".into(),
            state: DoorState::NotReliedOn,
            needs: vec![],
            would_open: true,
        },
        Door {
            title: "certification".into(),
            state: DoorState::Undecided,
            needs: vec!["the day the certificate ends".into()],
            would_open: false,
        },
        Door {
            title: "consent".into(),
            state: DoorState::Open,
            needs: vec![],
            would_open: false,
        },
    ];
    let mut g = finding(
        "tabs",
        "a tab is a character",
        label(find(&sources, tabs, "\"TP-2\"", 0), "/id", "one"),
    );
    g.severity = Severity::Info;
    g.related = vec![
        label(find(&sources, tabs, "\"TP-2\"", 0), "/id", "two"),
        label(find(&sources, tabs, "[]", 0), "/data", ""),
        label(find(&sources, tabs, "1", 0), "/x", "last line"),
    ];
    p.findings = vec![f, g];
    (sources, report(vec![p]))
}

/// A 10 MB file, pretty or on one line, with a thousand findings.
fn large(one_line: bool) -> (SourceMap, Report) {
    let gap = if one_line { " " } else { "\n    " };
    let record = format!(
        "{{{gap}\"role\": \"controller\",{gap}\"title\": \"{}\" }},{gap}",
        "übermittlung ".repeat(770)
    );
    let text = record.repeat(1000);
    assert!(text.len() > 10_000_000);
    let mut sources = SourceMap::new();
    let file = sources.add(SourceFile::new("large.json", text));
    let mut p = proposal(&sources, file, vec![verdict("not_permitted", Tone::Bad)]);
    p.findings = (0..1000)
        .map(|n| {
            let at = (n * record.len() + record.find("\"controller\"").unwrap()) as u32;
            finding(
                &format!("rule-{n}"),
                "a message",
                label(Span::new(file, at..at + 12), "/role", "this one"),
            )
        })
        .collect();
    (sources, report(vec![p]))
}

fn broken() -> (SourceMap, Report) {
    let mut sources = SourceMap::new();
    let file = sources.add(SourceFile::new(
        "broken.json",
        "{\n  \"id\": \"TP-1\",\n  \"title\": nope\n}",
    ));
    let span = find(&sources, file, "nope", 0);
    let mut report = report(vec![]);
    report.problems = vec![
        Problem {
            severity: Severity::Error,
            code: "json-syntax".into(),
            path: "broken.json".into(),
            message: "expected a value, found `nope`".into(),
            help: Some("put texts in double quotes".into()),
            labels: vec![Label {
                span,
                target: Target::Text,
                pointer: String::new(),
                text: "no JSON value".into(),
            }],
        },
        Problem {
            severity: Severity::Error,
            code: "unreadable-file".into(),
            path: "gone.json".into(),
            message: "no such file".into(),
            help: None,
            labels: vec![],
        },
        Problem {
            severity: Severity::Warning,
            code: "byte-order-mark".into(),
            path: String::new(),
            message: "the configuration starts with a byte-order mark".into(),
            help: None,
            labels: vec![],
        },
    ];
    report.skipped = 3;
    report.exit_code = 2;
    (sources, report)
}

fn all() -> Vec<(&'static str, (SourceMap, Report))> {
    vec![
        ("sound", sound()),
        ("failing", failing()),
        ("undetermined", undetermined()),
        ("two files", two_files()),
        ("excerpt", excerpt()),
        ("hostile", hostile()),
        ("twelve", twelve()),
        ("broken", broken()),
        ("large", large(false)),
        ("large, one line", large(true)),
        ("odds and ends", odds_and_ends()),
        ("nothing", (SourceMap::new(), report(vec![]))),
    ]
}

// ---------------------------------------------------------------- rendering

fn text(
    (sources, report): &(SourceMap, Report),
    format: Format,
    options: &RenderOptions,
) -> String {
    let mut out = Vec::new();
    render(report, sources, format, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn human(case: &(SourceMap, Report), options: &RenderOptions) -> String {
    text(case, Format::Human, options)
}

fn json(case: &(SourceMap, Report)) -> Value {
    let mut options = options();
    options.outcomes = true;
    serde_json::from_str(&text(case, Format::Json, &options)).unwrap()
}

// ---------------------------------------------------------------- screens

#[test]
fn sound_screen() {
    insta::assert_snapshot!(human(&sound(), &options()));
}

#[test]
fn failing_screen() {
    insta::assert_snapshot!(human(&failing(), &options()));
}

#[test]
fn undetermined_screen() {
    insta::assert_snapshot!(human(&undetermined(), &options()));
}

#[test]
fn gathered_screen() {
    let verbose = RenderOptions {
        verbose: true,
        ..options()
    };
    let screens = [options(), verbose].map(|options| human(&gathered(), &options));
    insta::assert_snapshot!(screens.join("\n=======\n\n"));
}

#[test]
fn two_files_screen() {
    insta::assert_snapshot!(human(&two_files(), &options()));
}

#[test]
fn excerpt_screen() {
    insta::assert_snapshot!(human(&excerpt(), &options()));
}

#[test]
fn narrow_screens() {
    let narrow = RenderOptions {
        width: 40,
        ..options()
    };
    let screens = [sound(), failing(), undetermined(), excerpt()].map(|c| human(&c, &narrow));
    insta::assert_snapshot!(screens.join("\n=======\n\n"));
}

#[test]
fn ascii_screen() {
    let ascii = RenderOptions {
        unicode: false,
        width: 100,
        ..options()
    };
    let screens = [failing(), excerpt()].map(|c| human(&c, &ascii));
    for screen in &screens {
        assert!(screen.is_ascii() || screen.contains('ü'));
    }
    insta::assert_snapshot!(screens.join("\n=======\n\n"));
}

#[test]
fn narrated_screens() {
    let narrated = RenderOptions {
        narrated: true,
        color: true,
        links: true,
        width: 40,
        ..options()
    };
    let screens =
        [sound(), failing(), undetermined(), two_files(), twelve()].map(|c| human(&c, &narrated));
    let all = screens.join("\n=======\n\n");
    assert!(!all.contains(['\u{1b}', '│', '─', '→', '╭']));
    insta::assert_snapshot!(all);
}

#[test]
fn hostile_screen() {
    let case = hostile();
    insta::assert_snapshot!(human(
        &case,
        &RenderOptions {
            width: 100,
            ..options()
        }
    ));
    // Escaped in JSON is not changed: it reads back as it was.
    let message = &case.1.problems[0].message;
    assert_eq!(
        json(&case)["problems"][0]["message"].as_str(),
        Some(message.as_str())
    );
    for format in [Format::Human, Format::Short, Format::Json] {
        for (width, narrated, unicode) in [(100, false, true), (40, false, false), (80, true, true)]
        {
            let options = RenderOptions {
                width,
                narrated,
                unicode,
                links: true,
                ..options()
            };
            let text = text(&case, format, &options);
            let bad = |c: &char| {
                c.is_control() && *c != '\n'
                    || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            };
            assert_eq!(text.chars().find(bad), None, "{format:?} {text}");
            // A faked line would start like one of ours.
            assert!(
                !text
                    .lines()
                    .any(|l| l.starts_with("faked") || l.starts_with("error[x]"))
            );
        }
    }
}

#[test]
fn many_proposals_screen() {
    insta::assert_snapshot!(human(&twelve(), &options()));
    insta::assert_snapshot!(
        "many_proposals_narrow",
        human(
            &twelve(),
            &RenderOptions {
                width: 60,
                quiet: false,
                max_findings: Some(0),
                ..options()
            }
        )
    );
}

#[test]
fn verbose_screen() {
    let verbose = RenderOptions {
        verbose: true,
        ..options()
    };
    insta::assert_snapshot!(human(&failing(), &verbose));
}

#[test]
fn problems_screen() {
    let case = broken();
    insta::assert_snapshot!(human(&case, &options()));
    let mut alone = Vec::new();
    render_problems(&case.1.problems, &case.0, &options(), &mut alone).unwrap();
    assert!(human(&case, &options()).starts_with(std::str::from_utf8(&alone).unwrap()));
}

#[test]
fn coloured_screen() {
    let options = RenderOptions {
        color: true,
        links: true,
        ..options()
    };
    insta::assert_snapshot!(human(&failing(), &options).replace('\u{1b}', "␛"));
}

#[test]
fn capped_screen() {
    let capped = RenderOptions {
        max_findings: Some(1),
        ..options()
    };
    insta::assert_snapshot!(human(&undetermined(), &capped));
    let large = human(
        &large(false),
        &RenderOptions {
            max_findings: Some(3),
            ..options()
        },
    );
    assert!(large.contains("997 more findings not shown"));
}

#[test]
fn odds_and_ends_screen() {
    insta::assert_snapshot!(human(&odds_and_ends(), &options()));
}

#[test]
fn quiet_screens() {
    let quiet = RenderOptions {
        quiet: true,
        ..options()
    };
    let case = sound();
    assert_eq!(human(&case, &quiet), format!("{}\n", summary_line(&case.1)));
    let many = human(&twelve(), &quiet);
    assert!(many.contains("TP-2026-003") && many.contains("TP-2026-008"));
    assert!(!many.contains("TP-2026-001") && !many.contains("TP-2026-011"));
}

#[test]
fn short_lines() {
    let cases = [failing(), undetermined(), excerpt(), broken(), hostile()];
    let lines = cases.map(|c| text(&c, Format::Short, &options()));
    insta::assert_snapshot!(lines.concat());
}

#[test]
fn json_of_the_failing_screen() {
    let options = RenderOptions {
        outcomes: true,
        outlook: false,
        ..options()
    };
    insta::assert_snapshot!(text(&failing(), Format::Json, &options));
}

#[test]
fn summary_lines() {
    let nothing = report(vec![]);
    let lines = [
        &sound().1,
        &failing().1,
        &undetermined().1,
        &twelve().1,
        &broken().1,
        &nothing,
    ]
    .map(summary_line);
    insta::assert_snapshot!(lines.join("\n"));
    let empty = (SourceMap::new(), nothing.clone());
    assert_eq!(
        human(&empty, &options()),
        format!("{}\n", summary_line(&nothing))
    );
    assert_eq!(text(&empty, Format::Short, &options()), "");
}

// ---------------------------------------------------------------- what holds for every report

#[test]
fn json_is_valid_against_its_schema_and_fully_described() {
    let schema: Value =
        serde_json::from_str(include_str!("../schemas/report.schema.json")).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, case) in all() {
        let document = json(&case);
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        described(&schema, &schema, &document, name);
    }
}

/// Every field that occurs is in the schema, with a description.
fn described(root: &Value, schema: &Value, value: &Value, at: &str) {
    let resolve = |s: &Value| -> Value {
        match s["$ref"].as_str() {
            Some(path) => root.pointer(path.trim_start_matches('#')).unwrap().clone(),
            None => s.clone(),
        }
    };
    let mut schema = resolve(schema);
    if let Some(some) = schema["anyOf"].as_array() {
        schema = resolve(&some[0]);
    }
    match value {
        Value::Object(fields) if schema["additionalProperties"].is_null() => {
            for (key, value) in fields {
                let field = &schema["properties"][key];
                assert!(field.is_object(), "{at}/{key} is not in the schema");
                let told =
                    !field["description"].is_null() || !resolve(field)["description"].is_null();
                assert!(told, "{at}/{key} is not described");
                described(root, field, value, &format!("{at}/{key}"));
            }
        }
        Value::Array(items) => {
            for item in items {
                described(root, &schema["items"], item, at);
            }
        }
        _ => {}
    }
}

#[test]
fn the_lines_say_what_the_document_says() {
    for (name, case) in all() {
        let mut options = options();
        options.outcomes = true;
        let lines = text(&case, Format::Ndjson, &options);
        let mut put_together = object!({});
        let (mut proposals, mut problems) = (Vec::new(), Vec::new());
        for line in lines.lines() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            let kind = line.as_object_mut().unwrap().remove("type").unwrap();
            match kind.as_str().unwrap() {
                "run" => put_together = line,
                "proposal" => proposals.push(line),
                "problem" => problems.push(line),
                other => panic!("{name}: {other}"),
            }
        }
        put_together["proposals"] = Value::Array(proposals);
        put_together["problems"] = Value::Array(problems);
        assert_eq!(put_together, json(&case), "{name}");
    }
}

#[test]
fn every_finding_is_in_every_format_at_the_same_place() {
    for (name, case) in all() {
        let findings: Vec<&Finding> = case.1.proposals.iter().flat_map(|p| &p.findings).collect();
        let total = findings.len();
        let document = json(&case);
        let told: Vec<&Value> = document["proposals"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|p| p["findings"].as_array().unwrap())
            .chain(document["problems"].as_array().unwrap())
            .collect();
        assert_eq!(told.len(), total + case.1.problems.len(), "{name}");

        let short = text(&case, Format::Short, &options());
        let problems = case.1.problems.len();
        let lines: Vec<&str> = short.lines().collect();
        assert_eq!(lines.len(), told.len(), "{name}");
        for (line, finding) in lines.iter().skip(problems).zip(&told) {
            let at = &finding["location"];
            let place = format!(
                "{}:{}:{}: ",
                carnet::report::sanitise(at["path"].as_str().unwrap()),
                at["line"],
                at["column"]
            );
            assert!(line.starts_with(&place), "{name}: {line} is not at {place}");
        }

        let screen = human(&case, &options());
        for finding in &findings {
            assert!(
                screen.contains(&*carnet::report::sanitise(&finding.rule.0)),
                "{name}"
            );
        }
        let narrated = human(
            &case,
            &RenderOptions {
                narrated: true,
                ..options()
            },
        );
        for finding in &findings {
            assert!(
                narrated.contains(&*carnet::report::sanitise(&finding.message)),
                "{name}"
            );
        }
        for cap in [0, 1, 2] {
            let capped = human(
                &case,
                &RenderOptions {
                    max_findings: Some(cap),
                    ..options()
                },
            );
            let hidden: usize = capped
                .lines()
                .filter_map(|l| l.split_once(" more finding"))
                .map(|(n, _)| n.parse::<usize>().unwrap())
                .sum();
            let rules: std::collections::BTreeSet<&str> =
                findings.iter().map(|f| f.rule.0.as_str()).collect();
            let drawn: usize = rules
                .iter()
                .map(|rule| carnet::report::sanitise(rule))
                .map(|rule| {
                    capped.matches(&format!("[{rule}]: ")).count()
                        + capped.matches(&format!(" {rule}: ")).count()
                })
                .sum();
            assert_eq!(drawn + hidden, total, "{name} capped at {cap}");
        }
    }
}

#[test]
fn nothing_but_addresses_and_drawn_names_is_wider_than_the_screen() {
    use unicode_width::UnicodeWidthStr;
    for (name, case) in all() {
        let step = if name.starts_with("large") { 30 } else { 1 };
        for width in (30..140).step_by(step) {
            let unicode = width % 2 == 0;
            let screen = human(
                &case,
                &RenderOptions {
                    width,
                    unicode,
                    ..options()
                },
            );
            for line in screen.lines() {
                let whole = line.contains("://")
                    || (line.contains("─[") || line.contains(",-["))
                    || line.contains(",-[")
                    || line.trim_start().split(' ').count() == 1;
                let heading = line.contains("[transfer-without") || line.starts_with("  and in ");
                assert!(
                    line.width() <= width || whole || heading,
                    "{name} at {width}: {line}"
                );
                assert_eq!(line.trim_end(), line, "{name}: spaces at the end");
            }
        }
    }
}

#[test]
fn labels_point_at_their_text_whatever_the_width() {
    // The underline stands under the value: column of the first `─` is that of the value.
    for width in 30..140 {
        let screen = human(&failing(), &RenderOptions { width, ..options() });
        let lines: Vec<&str> = screen.lines().collect();
        let at = lines.iter().position(|l| l.contains(" 15 │")).unwrap();
        let column = |l: &str, what: &str| l.find(what).map(|b| l[..b].chars().count());
        let value = column(lines[at], "\"global_prp\"").unwrap();
        assert_eq!(
            column(lines[at + 1], "──────┬─────"),
            Some(value),
            "{width}\n{screen}"
        );
        assert!(screen.contains("[minimal.json:15:19]"));
    }
}

#[test]
fn spans_out_of_bounds_lose_no_finding() {
    let (sources, file) = single("{}\n");
    for (start, end) in [(0, 900), (900, 900), (2, 3), (3, 3), (1, 0)] {
        for target in [Target::Value, Target::Text, Target::Insertion] {
            for file in [file, FileId(7)] {
                let span = Span { file, start, end };
                let mut p = proposal(
                    &sources,
                    FileId(0),
                    vec![verdict("not_permitted", Tone::Bad)],
                );
                p.findings = vec![finding(
                    "odd",
                    "odd",
                    Label {
                        span,
                        target,
                        pointer: String::new(),
                        text: "here".into(),
                    },
                )];
                let report = report(vec![p]);
                for narrated in [false, true] {
                    let mut out = Vec::new();
                    render(
                        &report,
                        &sources,
                        Format::Human,
                        &RenderOptions {
                            narrated,
                            ..options()
                        },
                        &mut out,
                    )
                    .unwrap();
                    let screen = String::from_utf8(out).unwrap();
                    assert!(screen.contains("error[odd]: odd"));
                    assert!(
                        screen.contains("here") || file.0 == 7,
                        "{span:?} {target:?}\n{screen}"
                    );
                }
                let mut out = Vec::new();
                render(&report, &sources, Format::Json, &options(), &mut out).unwrap();
            }
        }
    }
}

/// Texts and spans by a small generator: nothing panics, no label is lost, nothing is too wide.
#[test]
fn any_text_and_any_spans() {
    use unicode_width::UnicodeWidthStr;
    let parts = [
        "a",
        "bc ",
        "\n",
        "\r\n",
        "\t",
        "é",
        "日本",
        "👨",
        "\u{200d}",
        "\u{1b}[",
        "{",
        "[",
        "\"x\": ",
        "\r",
        "e\u{301}",
        "\u{e0041}",
    ];
    let mut state = 7u64;
    let mut next = |n: usize| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % n
    };
    for round in 0..3000 {
        let newline = next(3) == 0;
        let text: String = (0..next(300))
            .map(|_| parts[next(parts.len())])
            .filter(|p| newline || !p.contains('\n'))
            .collect();
        let mut sources = SourceMap::new();
        let file = sources.add(SourceFile::excerpt(
            "f.json",
            text.clone(),
            at(1 + next(2000)),
        ));
        let ends: Vec<u32> = text
            .char_indices()
            .map(|(i, _)| i as u32)
            .chain([text.len() as u32])
            .collect();
        let mut labels: Vec<Label> = (0..1 + next(6))
            .map(|n| {
                let (a, b) = (ends[next(ends.len())], ends[next(ends.len())]);
                let target = [Target::Value, Target::Key, Target::Insertion, Target::Text][next(4)];
                let end = if target == Target::Insertion {
                    a
                } else {
                    a.max(b)
                };
                Label {
                    span: Span::new(file, a..end),
                    target,
                    pointer: String::new(),
                    text: format!("L{n}!"),
                }
            })
            .collect();
        let mut p = proposal(&sources, file, vec![verdict("not_permitted", Tone::Bad)]);
        let mut f = finding("any", "message", labels.remove(0));
        f.related = labels.clone();
        p.findings = vec![f];
        let report = report(vec![p]);
        let options = RenderOptions {
            width: 30 + next(100),
            unicode: next(2) == 0,
            ..options()
        };
        let screen = human(&(sources, report), &options);
        for n in 0..=labels.len() {
            assert!(
                screen.contains(&format!("L{n}!")),
                "round {round}, label {n}\n{screen}"
            );
        }
        for line in screen.lines() {
            // miette moves a label that overlaps another to the right of it.
            assert!(
                line.width() <= options.width + 8,
                "round {round} at {}: {line}\n{screen}",
                options.width
            );
        }
    }
}
