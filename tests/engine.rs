//! The language of rules, case by case, on small packs written here; and the verdicts they come to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic"
)]

use carnet::check::{NoDocuments, Origin, Run};
use carnet::engine::{CheckOptions, PackChoice};
use carnet::finding::{DoorState, Finding, Outcome, ProposalReport, Severity, Target, Verdict};
use carnet::rule::{Parameters, RuleSet, RuleSource, compile};
use carnet::source::SourceMap;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

// ---------------------------------------------------------------- asking

const AS_OF: Date = date(2026, 11, 22);

/// A sound proposal that starts after the day of the check: one law date.
fn base() -> Value {
    json!({
        "schema": "transfer-proposal/1",
        "id": "T-1",
        "title": "A transfer",
        "exporter": {"name": "Sender", "country": "SG", "role": "controller"},
        "importer": {"name": "Receiver", "country": "US", "role": "processor"},
        "data": [{"category": "user.name"}],
        "purposes": {"collected_for": ["essential"], "transfer_for": ["essential"]},
        "start_date": "2026-12-01"
    })
}

/// A merge patch: objects are merged, `null` removes, everything else replaces.
fn merge(document: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        document.clone_from(patch);
        return;
    };
    if !document.is_object() {
        *document = json!({});
    }
    let members = document.as_object_mut().unwrap();
    for (key, value) in patch {
        if value.is_null() {
            members.shift_remove(key);
        } else {
            merge(members.entry(key).or_insert(Value::Null), value);
        }
    }
}

fn proposal(patch: &Value) -> String {
    let mut document = base();
    merge(&mut document, patch);
    document.to_string()
}

fn source(path: &str, text: &str) -> RuleSource {
    RuleSource {
        path: path.to_owned(),
        shown: path.to_owned(),
        text: text.to_owned().into(),
        tree: None,
        shipped: false,
    }
}

const PACK: &str = "{id: house, title: House, kind: law, researched_on: 2030-01-01}";

/// A rule of the pack `house` with this logic; what all rules need is filled in.
fn rule(id: &str, logic: &str) -> RuleSource {
    let mut text = format!("id: {id}\ntitle: The rule {id}\n");
    let defaults = [
        ("severity", "severity: error"),
        ("effect", "effect: condition"),
        ("source", "source: [{cite: here, certainty: verified}]"),
        ("why", "why: Because."),
        ("fix", "fix: Mend it."),
        ("message", "message: it does not hold"),
        ("examples", "examples: {}"),
    ];
    for (key, line) in defaults {
        if !logic.lines().any(|own| own.starts_with(&format!("{key}:"))) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text.push_str(logic);
    source(&format!("house/{id}.yaml"), &text)
}

fn compiled(files: &[RuleSource]) -> RuleSet {
    let (set, problems) = compile(files, &Parameters::new(), &mut SourceMap::new());
    let told: Vec<_> = problems.iter().map(|p| (&p.path, &p.message)).collect();
    assert!(problems.is_empty(), "{told:#?}");
    set
}

fn messages(files: &[RuleSource]) -> Vec<String> {
    let (_, problems) = compile(files, &Parameters::new(), &mut SourceMap::new());
    problems
        .into_iter()
        .map(|problem| problem.message)
        .collect()
}

/// The one place where the engine is asked.
fn report_with(set: &RuleSet, text: &str, options: CheckOptions) -> ProposalReport {
    let mut run = Run::new(set, options, &NoDocuments, SourceMap::new());
    run.check_bytes("proposal.json", text.as_bytes(), Origin::Named);
    assert!(run.report.problems.is_empty(), "{:?}", run.report.problems);
    run.report.proposals.remove(0)
}

fn report(files: &[RuleSource], patch: &Value) -> ProposalReport {
    let mut all = vec![source("house/pack.yaml", PACK)];
    all.retain(|own| !files.iter().any(|file| file.path == own.path));
    all.extend_from_slice(files);
    report_with(&compiled(&all), &proposal(patch), CheckOptions::new(AS_OF))
}

fn strictly(files: &[RuleSource], patch: &Value) -> ProposalReport {
    let mut all = vec![source("house/pack.yaml", PACK)];
    all.extend_from_slice(files);
    let options = CheckOptions {
        strict: true,
        ..CheckOptions::new(AS_OF)
    };
    report_with(&compiled(&all), &proposal(patch), options)
}

fn indented(condition: &str) -> String {
    let lines = condition.trim().lines();
    lines.map(|line| format!("  {line}\n")).collect()
}

fn require(condition: &str) -> RuleSource {
    rule("r", &format!("require:\n{}", indented(condition)))
}

/// `T`, `F` or `U`: the truth of a condition about the base with a patch.
fn truth(files: &[RuleSource], condition: &str, patch: &Value) -> &'static str {
    let mut all = files.to_vec();
    all.push(require(condition));
    word(report(&all, patch).outcomes[0].outcomes[0])
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "T",
        Outcome::Fail => "F",
        Outcome::Undetermined => "U",
        Outcome::NotApplicable => "N",
    }
}

/// One condition, many proposals.
fn table_of(files: &[RuleSource], condition: &str, cases: &[(Value, &str)]) {
    let mut wrong = Vec::new();
    for (patch, expected) in cases {
        let found = truth(files, condition, patch);
        if found != *expected {
            wrong.push(format!("{patch}: expected {expected}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{condition}\n{}", wrong.join("\n"));
}

/// One proposal, many conditions.
fn conditions(files: &[RuleSource], patch: &Value, cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (condition, expected) in cases {
        let found = truth(files, condition, patch);
        if found != *expected {
            wrong.push(format!("{condition}: expected {expected}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{patch}\n{}", wrong.join("\n"));
}

fn outcome_of(report: &ProposalReport, rule: &str) -> Outcome {
    let mut answers = report.outcomes();
    answers
        .find(|answer| answer.rule.0 == rule)
        .unwrap()
        .outcome
}

fn finding<'r>(report: &'r ProposalReport, rule: &str) -> &'r Finding {
    let mut findings = report.findings.iter();
    let found = findings.find(|finding| finding.rule.0 == rule);
    found.unwrap_or_else(|| panic!("no finding of {rule}: {report:#?}"))
}

fn rules_found(report: &ProposalReport) -> Vec<&str> {
    let findings = report.findings.iter();
    findings.map(|finding| finding.rule.0.as_str()).collect()
}

fn verdict(report: &ProposalReport) -> &Verdict {
    &report.verdicts[0]
}

// ---------------------------------------------------------------- connectives

#[test]
fn connectives_are_kleenes() {
    let t = "{field: exporter.country, is: SG}";
    let f = "{field: exporter.country, is: US}";
    let u = "{field: review_by, is: 2027-01-01}";
    let of = |letter: char| match letter {
        'T' => t,
        'F' => f,
        _ => u,
    };
    let cases = [
        ("TT", "T", "T"),
        ("TF", "F", "T"),
        ("TU", "U", "T"),
        ("FF", "F", "F"),
        ("FU", "F", "U"),
        ("UU", "U", "U"),
    ];
    for (pair, all, any) in cases {
        for pair in [pair.to_owned(), pair.chars().rev().collect()] {
            let mut letters = pair.chars().map(of);
            let (a, b) = (letters.next().unwrap(), letters.next().unwrap());
            let none = json!({});
            assert_eq!(
                truth(&[], &format!("all: [{a}, {b}]"), &none),
                all,
                "{pair}"
            );
            assert_eq!(
                truth(&[], &format!("any: [{a}, {b}]"), &none),
                any,
                "{pair}"
            );
        }
    }
    for (inner, expected) in [(t, "F"), (f, "T"), (u, "U")] {
        assert_eq!(truth(&[], &format!("not: {inner}"), &json!({})), expected);
    }
    assert_eq!(truth(&[], "unsettled: contested", &json!({})), "U");
}

#[test]
fn stated_is_never_unknown_unless_what_is_written_cannot_be_read() {
    table_of(
        &[],
        "stated: review_by",
        &[
            (json!({}), "F"),
            (json!({"review_by": "2027-01-01"}), "T"),
            (json!({"review_by": "unknown"}), "F"),
            (json!({"review_by": "soon"}), "U"),
        ],
    );
    table_of(
        &[],
        "stated: importer.certifications",
        &[
            (json!({}), "F"),
            (json!({"importer": {"certifications": []}}), "T"),
        ],
    );
    table_of(
        &[],
        "stated: transaction.licence.kind",
        &[
            (json!({}), "F"),
            (
                json!({"transaction": {"licence": {"kind": "general"}}}),
                "T",
            ),
        ],
    );
}

// ---------------------------------------------------------------- tests

#[test]
fn tests_of_words_and_texts() {
    conditions(
        &[],
        &json!({}),
        &[
            ("{field: importer.role, is: processor}", "T"),
            ("{field: importer.role, is: controller}", "F"),
            ("{field: importer.role, is_not: controller}", "T"),
            ("{field: importer.role, is_not: processor}", "F"),
            ("{field: importer.role, in: [controller, processor]}", "T"),
            ("{field: importer.role, in: [controller]}", "F"),
            ("{field: importer.role, not_in: [controller]}", "T"),
            (
                "{field: importer.role, not_in: [controller, processor]}",
                "F",
            ),
            (
                "{field: importer.country, is: {field: exporter.country}}",
                "F",
            ),
            (
                "{field: importer.country, is_not: {field: exporter.country}}",
                "T",
            ),
            ("{field: importer.name, is: receiver}", "F"),
            ("{field: importer.name, matches: '^rec'}", "F"),
            ("{field: importer.name, matches: '(?i)^rec'}", "T"),
            ("{field: importer.name, matches: eiv}", "T"),
            // What is not stated cannot be compared, either way.
            ("{field: importer.group, is: branch_same_entity}", "U"),
            ("{field: importer.group, is_not: branch_same_entity}", "U"),
            ("{field: importer.zone, matches: x}", "U"),
            (
                "{field: importer.country, is: {field: importer.hq_country}}",
                "U",
            ),
            // A list with one unknown value among others.
            (
                "{field: importer.country, in: [US, {field: importer.hq_country}]}",
                "T",
            ),
            (
                "{field: importer.country, in: [JP, {field: importer.hq_country}]}",
                "U",
            ),
            (
                "{field: importer.country, not_in: [JP, {field: importer.hq_country}]}",
                "U",
            ),
            (
                "{field: importer.country, not_in: [US, {field: importer.hq_country}]}",
                "F",
            ),
        ],
    );
    table_of(
        &[],
        "{field: importer.role, is: processor}",
        &[
            (json!({"importer": {"role": "unknown"}}), "U"),
            (json!({"importer": {"role": "procesor"}}), "U"),
            (json!({"importer": {"role": 7}}), "U"),
            (json!({"importer": {"role": null}}), "U"),
            (json!({"importer": "unknown"}), "U"),
        ],
    );
}

#[test]
fn a_key_of_a_taxonomy_is_everything_below_it_and_nothing_beside_it() {
    let condition =
        |test: &str| format!("{{some: data, as: item, where: {{field: item.category, {test}}}}}");
    let none = json!({});
    for (test, expected) in [
        ("is_a: user", "T"),
        ("is_a: user.name", "T"),
        ("is_a: user.name.first", "F"),
        ("is_a: user.contact", "F"),
        ("is_a: [user.contact, user.name]", "T"),
        ("is_not_a: user", "F"),
        ("is_not_a: user.contact", "T"),
    ] {
        assert_eq!(truth(&[], &condition(test), &none), expected, "{test}");
    }
}

#[test]
fn tests_of_numbers_and_durations() {
    let at = |n: Value| json!({"transaction": {"violation_reporting_days": n}});
    for (test, below, equal, above) in [
        ("more_than: 14", "F", "F", "T"),
        ("at_least: 14", "F", "T", "T"),
        ("less_than: 14", "T", "F", "F"),
        ("at_most: 14", "T", "T", "F"),
        ("is: 14", "F", "T", "F"),
        ("is_not: 14", "T", "F", "T"),
    ] {
        let condition = format!("{{field: transaction.violation_reporting_days, {test}}}");
        table_of(
            &[],
            &condition,
            &[
                (at(json!(13)), below),
                (at(json!(14)), equal),
                (at(json!(15)), above),
                (json!({}), "U"),
                (at(json!("unknown")), "U"),
                (at(json!("14")), "U"),
            ],
        );
    }
    // The same number however it is written.
    let precise = |text: &str| {
        let text = proposal(&json!({"data": [{"category": "user.name", "precision_m": 0}]}))
            .replace("\"precision_m\":0", &format!("\"precision_m\":{text}"));
        let files = [
            source("house/pack.yaml", PACK),
            require("{some: data, as: item, where: {field: item.precision_m, at_least: 100}}"),
        ];
        word(
            report_with(&compiled(&files), &text, CheckOptions::new(AS_OF)).outcomes[0].outcomes[0],
        )
    };
    for (text, expected) in [
        ("100", "T"),
        ("100.0", "T"),
        ("1e2", "T"),
        ("1.0E+2", "T"),
        ("99.999999999999", "F"),
        // Finer than can be counted with: told, not rounded.
        ("99.9999999999999", "U"),
        ("1000e-1", "T"),
        ("999e-1", "F"),
    ] {
        assert_eq!(precise(text), expected, "{text}");
    }
    table_of(
        &[],
        "{field: retention.period, at_most: P12M}",
        &[
            (json!({"retention": {"period": "P1Y"}}), "T"),
            (json!({"retention": {"period": "P11M"}}), "T"),
            (json!({"retention": {"period": "P13M"}}), "F"),
            (json!({"retention": {"period": "unknown"}}), "U"),
            (json!({}), "U"),
        ],
    );
}

#[test]
fn tests_of_dates_and_their_arithmetic() {
    conditions(
        &[],
        &json!({"end_date": "2027-06-01", "proposed_on": "2026-11-01"}),
        &[
            ("{field: end_date, after: start_date}", "T"),
            ("{field: end_date, before: start_date}", "F"),
            ("{field: start_date, before: 2026-12-02}", "T"),
            ("{field: start_date, before: 2026-12-01}", "F"),
            ("{field: start_date, on_or_before: 2026-12-01}", "T"),
            ("{field: start_date, after: 2026-12-01}", "F"),
            ("{field: start_date, on_or_after: 2026-12-01}", "T"),
            ("{field: start_date, is: 2026-12-01}", "T"),
            ("{field: end_date, is: {field: start_date, plus: P6M}}", "T"),
            (
                "{field: end_date, after: {field: start_date, plus: P6M}}",
                "F",
            ),
            (
                "{field: end_date, after: {field: start_date, plus: P5M30D}}",
                "T",
            ),
            (
                "{field: proposed_on, on_or_after: {field: start_date, minus: P30D}}",
                "T",
            ),
            (
                "{field: proposed_on, on_or_after: {field: start_date, minus: P29D}}",
                "F",
            ),
            ("{field: law_date, is: {field: start_date}}", "T"),
            ("{field: as_of, is: 2026-11-22}", "T"),
            ("{field: law_date, after: as_of}", "T"),
            ("{field: review_by, after: start_date}", "U"),
            ("{field: start_date, before: review_by}", "U"),
            (
                "{field: start_date, before: {field: review_by, plus: P1D}}",
                "U",
            ),
            ("{field: start_date, in: [2026-11-30, 2026-12-01]}", "T"),
        ],
    );
    // The last day of a month stays the last day.
    table_of(
        &[],
        "{field: end_date, is: {field: start_date, plus: P1M}}",
        &[
            (
                json!({"start_date": "2027-01-31", "end_date": "2027-02-28"}),
                "T",
            ),
            (
                json!({"start_date": "2028-01-31", "end_date": "2028-02-29"}),
                "T",
            ),
            (
                json!({"start_date": "2027-02-30", "end_date": "2027-03-30"}),
                "U",
            ),
        ],
    );
}

#[test]
fn lists_of_words_include() {
    let clauses = |list: Value| json!({"importer": {"processing_countries": list}});
    for (test, cases) in [
        (
            "includes: US",
            [
                (json!(["US", "JP"]), "T"),
                (json!(["JP"]), "F"),
                (json!([]), "F"),
                (json!(["JP", "unknown"]), "U"),
                (json!(["US", "unknown"]), "T"),
            ],
        ),
        (
            "includes_any: [US, KR]",
            [
                (json!(["US"]), "T"),
                (json!(["JP"]), "F"),
                (json!([]), "F"),
                (json!(["JP", "unknown"]), "U"),
                (json!(["KR", "unknown"]), "T"),
            ],
        ),
        (
            "includes_all: [US, KR]",
            [
                (json!(["KR", "US", "JP"]), "T"),
                (json!(["US"]), "F"),
                (json!([]), "F"),
                (json!(["US", "unknown"]), "U"),
                (json!(["US", "KR", "unknown"]), "T"),
            ],
        ),
    ] {
        let condition = format!("{{field: importer.processing_countries, {test}}}");
        let cases: Vec<(Value, &str)> = cases.into_iter().map(|(l, e)| (clauses(l), e)).collect();
        table_of(&[], &condition, &cases);
        table_of(
            &[],
            &condition,
            &[(json!({}), "U"), (clauses(json!("US")), "U")],
        );
    }
}

// ---------------------------------------------------------------- quantifiers

fn certified(schemes: Value) -> Value {
    let list = schemes
        .as_array()
        .unwrap()
        .iter()
        .map(|scheme| match scheme.as_str() {
            Some("?") => json!("unknown"),
            Some("-") => json!({"granted_in": "US"}),
            Some("!") => json!({"scheme": "gobal_prp"}),
            _ => json!({ "scheme": scheme }),
        });
    let list: Vec<Value> = list.collect();
    json!({"importer": {"certifications": list}})
}

#[test]
fn quantifiers_over_lists_absent_empty_and_incomplete() {
    let is = "as: c, where: {field: c.scheme, is: iso_27001}";
    let some = format!("{{some: importer.certifications, {is}}}");
    let none = format!("{{none: importer.certifications, {is}}}");
    let every =
        "{every: importer.certifications, as: c, satisfies: {field: c.scheme, is: iso_27001}}";
    let cases = [
        // (elements, some, every, none)
        (json!([]), "F", "T", "T"),
        (json!(["iso_27001"]), "T", "T", "F"),
        (json!(["soc2_t2"]), "F", "F", "T"),
        (json!(["soc2_t2", "iso_27001"]), "T", "F", "F"),
        (json!(["iso_27001", "?"]), "T", "U", "F"),
        (json!(["soc2_t2", "?"]), "U", "F", "U"),
        (json!(["?"]), "U", "U", "U"),
        (json!(["-"]), "U", "U", "U"),
        (json!(["-", "iso_27001"]), "T", "U", "F"),
        (json!(["-", "soc2_t2"]), "U", "F", "U"),
        (json!(["!"]), "U", "U", "U"),
        (json!(["!", "soc2_t2"]), "U", "F", "U"),
    ];
    for (schemes, of_some, of_every, of_none) in cases {
        let patch = certified(schemes);
        conditions(
            &[],
            &patch,
            &[(&some, of_some), (every, of_every), (&none, of_none)],
        );
    }
    conditions(&[], &json!({}), &[(&some, "U"), (every, "U"), (&none, "U")]);
    // The sibling says that the list leaves something out, or may.
    for (complete, list) in [
        (json!(false), json!(["soc2_t2"])),
        (json!("unknown"), json!(["soc2_t2"])),
        (json!("yes"), json!(["soc2_t2"])),
    ] {
        let mut patch = certified(list);
        patch["importer"]["certifications_complete"] = complete;
        conditions(&[], &patch, &[(&some, "U"), (every, "F"), (&none, "U")]);
    }
    let mut patch = certified(json!([]));
    patch["importer"]["certifications_complete"] = json!(false);
    conditions(&[], &patch, &[(&some, "U"), (every, "U"), (&none, "U")]);
    patch["importer"]["certifications_complete"] = json!(true);
    conditions(&[], &patch, &[(&some, "F"), (every, "T"), (&none, "T")]);
}

#[test]
fn some_without_where_asks_whether_there_is_any() {
    let some = "{some: importer.certifications, as: c}";
    let none = "{none: importer.certifications, as: c}";
    for (schemes, of_some, of_none) in [
        (json!([]), "F", "T"),
        (json!(["soc2_t2"]), "T", "F"),
        (json!(["?"]), "U", "U"),
        (json!(["soc2_t2", "?"]), "T", "F"),
    ] {
        conditions(
            &[],
            &certified(schemes),
            &[(some, of_some), (none, of_none)],
        );
    }
    conditions(&[], &json!({}), &[(some, "U"), (none, "U")]);
}

#[test]
fn an_element_is_compared_with_one_around_it() {
    let condition = "
some: importer.certifications
as: a
where:
  some: exporter.certifications
  as: b
  where: {field: a.scheme, is: {field: b.scheme}}";
    let list =
        |schemes: &[&str]| -> Value { schemes.iter().map(|s| json!({ "scheme": s })).collect() };
    let patch = |a: &[&str], b: &[&str]| json!({"importer": {"certifications": list(a)}, "exporter": {"certifications": list(b)}});
    table_of(
        &[],
        condition,
        &[
            (patch(&["soc2_t2", "iso_27001"], &["iso_27001"]), "T"),
            (patch(&["soc2_t2"], &["iso_27001"]), "F"),
            (patch(&[], &["iso_27001"]), "F"),
            (certified(json!(["soc2_t2"])), "U"),
        ],
    );
}

// ---------------------------------------------------------------- counts and sums

#[test]
fn counts_are_intervals() {
    let where_is = "as: c, where: {field: c.scheme, is: iso_27001}";
    let count = |order: &str| format!("{{count: importer.certifications, {where_is}, {order}}}");
    for (schemes, at_least_2, at_most_1, less_than_1) in [
        (json!([]), "F", "T", "T"),
        (json!(["iso_27001"]), "F", "T", "F"),
        (json!(["iso_27001", "iso_27001"]), "T", "F", "F"),
        (json!(["iso_27001", "-"]), "U", "U", "F"),
        (json!(["soc2_t2", "-"]), "F", "T", "U"),
        (json!(["?"]), "U", "U", "U"),
        (json!(["iso_27001", "iso_27001", "?"]), "T", "F", "F"),
        (json!(["iso_27001", "?"]), "U", "U", "F"),
    ] {
        conditions(
            &[],
            &certified(schemes),
            &[
                (&count("at_least: 2"), at_least_2),
                (&count("at_most: 1"), at_most_1),
                (&count("less_than: 1"), less_than_1),
            ],
        );
    }
    assert_eq!(truth(&[], &count("at_least: 1"), &json!({})), "U");
    assert_eq!(truth(&[], &count("at_least: 0"), &json!({})), "T");
    let all = "{count: importer.certifications, as: c, more_than: 1, less_than: 3}";
    assert_eq!(
        truth(&[], all, &certified(json!(["soc2_t2", "soc2_t2"]))),
        "T"
    );
    assert_eq!(truth(&[], all, &certified(json!(["soc2_t2"]))), "F");
}

/// Owners as (country, percent); `null` is not stated.
fn owned(owners: Value) -> Value {
    let list = owners.as_array().unwrap().iter().map(|owner| {
        if owner == "unknown" {
            return owner.clone();
        }
        let mut made = json!({"name": "Owner"});
        if !owner[0].is_null() {
            made["country"] = owner[0].clone();
        }
        if !owner[1].is_null() {
            made["percent"] = owner[1].clone();
        }
        made
    });
    let list: Vec<Value> = list.collect();
    json!({"importer": {"owners": list}})
}

#[test]
fn sums_are_intervals_and_exact() {
    let sum = |rest: &str| {
        format!(
            "{{sum: importer.owners, as: o, of: o.percent, where: {{field: o.country, is: CN}}, {rest}}}"
        )
    };
    let half = sum("whole: 100, at_least: 50");
    table_of(
        &[],
        &half,
        &[
            (owned(json!([["CN", 50], ["US", 50]])), "T"),
            (owned(json!([["CN", 33.4], ["CN", 16.6], ["US", 50]])), "T"),
            (
                owned(json!([["CN", 33.4], ["CN", 16.5], ["US", 50.1]])),
                "F",
            ),
            (
                owned(json!([["CN", 0.1], ["CN", 0.2], ["CN", 49.7], ["US", 50]])),
                "T",
            ),
            (owned(json!([["CN", 49], ["US", 51]])), "F"),
            // What is missing from the whole may be anybody's.
            (owned(json!([["CN", 49], ["US", 50]])), "U"),
            (owned(json!([["CN", 49], ["US", 50.5]])), "F"),
            (owned(json!([["CN", 10]])), "U"),
            (owned(json!([["CN", 60]])), "T"),
            (owned(json!([])), "U"),
            (json!({}), "U"),
            // Not stated whether an owner counts, or with how much.
            (owned(json!([[null, 50], ["US", 50]])), "U"),
            (owned(json!([[null, 40], ["US", 60]])), "F"),
            (owned(json!([["CN", 30], [null, 20], ["US", 50]])), "U"),
            (owned(json!([["CN", null], ["US", 40]])), "U"),
            (owned(json!([["CN", null], ["US", 60]])), "F"),
            (owned(json!([["CN", "unknown"], ["US", 60]])), "F"),
            (owned(json!([["US", 60], "unknown"])), "F"),
            (owned(json!([["US", 50], "unknown"])), "U"),
            // More than the whole is a mistake somewhere, and what is stated stands.
            (owned(json!([["CN", 50], ["US", 80]])), "T"),
        ],
    );
    let free = sum("at_least: 50");
    table_of(
        &[],
        &free,
        &[
            (owned(json!([["CN", 49]])), "F"),
            (owned(json!([["CN", 49], ["CN", null]])), "U"),
            (owned(json!([["CN", 49], ["US", null]])), "F"),
            (owned(json!([["CN", 50], "unknown"])), "T"),
            (owned(json!([["CN", 49], "unknown"])), "U"),
            (owned(json!([])), "F"),
            (json!({}), "U"),
        ],
    );
}

// ---------------------------------------------------------------- definitions

fn definition(id: &str, logic: &str) -> RuleSource {
    let text = format!("id: {id}\ntitle: The definition {id}\n{logic}\nexamples: {{}}\n");
    source(&format!("definitions/{id}.yaml"), &text)
}

#[test]
fn a_definition_climbs_down_a_chain_of_owners() {
    let chinese = definition(
        "chinese",
        "over: [party, owner]
holds:
  any:
    - {field: it.country, is: CN}
    - some: it.owners
      as: owner
      where: {holds: chinese, of: owner}",
    );
    let chain = |end: Value| {
        json!({"importer": {"country": "JP", "owners": [
            {"name": "A", "country": "NL", "owners": [
                {"name": "B", "country": "LU", "owners": end}
            ]}
        ]}})
    };
    table_of(
        &[chinese],
        "{holds: chinese, of: importer}",
        &[
            (chain(json!([{"name": "C", "country": "CN"}])), "T"),
            (
                chain(json!([{"name": "C", "country": "CN", "owners": []}])),
                "T",
            ),
            (
                chain(json!([{"name": "C", "country": "US", "owners": []}])),
                "F",
            ),
            (chain(json!([{"name": "C", "country": "US"}])), "U"),
            (chain(json!([])), "F"),
            (chain(json!(["unknown"])), "U"),
            (json!({"importer": {"country": "CN"}}), "T"),
            (json!({"importer": {"country": "JP", "owners": []}}), "F"),
        ],
    );
}

#[test]
fn a_definition_that_would_never_end_is_refused() {
    let loops = |logic: &str| messages(&[definition("loop", logic)]);
    let itself = loops("over: party\nholds: {holds: loop, of: it}");
    assert_eq!(
        itself,
        ["`loop` calls itself on its own subject and would never end"]
    );
    let a = definition("a", "over: party\nholds: {holds: b, of: it}");
    let b = definition("b", "over: party\nholds: {not: {holds: a, of: it}}");
    assert_eq!(messages(&[a, b]).len(), 2);
    // An employer is a field, not an element of a list, and yet nobody employs itself.
    let employer = definition("e", "over: [party, employer]\nholds: {holds: e, of: it}");
    assert_eq!(messages(&[employer]).len(), 1);
}

#[test]
fn a_definition_has_parameters() {
    let in_force = definition(
        "in-force",
        "over: certification\nparameters: {on: date}\nholds: {field: it.valid_until, on_or_after: on}",
    );
    let some = |on: &str| {
        format!(
            "{{some: importer.certifications, as: c, where: {{holds: in-force, of: c, with: {{on: {on}}}}}}}"
        )
    };
    let patch = json!({"importer": {"certifications": [{"scheme": "soc2_t2", "valid_until": "2026-11-30"}]}});
    let files = [in_force];
    for (on, expected) in [
        ("law_date", "F"),
        ("as_of", "T"),
        ("2026-11-30", "T"),
        ("2026-12-01", "F"),
        ("review_by", "U"),
        ("{field: start_date, minus: P1D}", "T"),
    ] {
        assert_eq!(truth(&files, &some(on), &patch), expected, "{on}");
    }
}

// ---------------------------------------------------------------- tables

fn table(coverage: &str, rows: &str) -> RuleSource {
    let text = format!(
        "id: members\ntitle: Members\ncoverage: {coverage}
columns: {{country: country, standing: words, fee: number, agent: name}}
rows:\n{rows}\nsources: {{s: {{cite: here}}}}\n"
    );
    source("tables/members.yaml", &text)
}

fn row(cells: &str) -> String {
    format!("  - {{{cells}, certainty: verified, source: s}}\n")
}

#[test]
fn a_table_answers_as_of_a_day() {
    let rows = [
        row("country: US, standing: [member], fee: 10, agent: Schellman, until: 2026-11-30"),
        row(
            "country: [JP, KR], standing: [member, host], fee: 20, agent: [JIPDEC, Japan Institute], from: 2026-12-01",
        ),
        row(
            "country: MX, standing: [member], fee: 30, agent: NYCE, from: {earliest: 2026-11-01, latest: 2026-12-15}",
        ),
        row(
            "country: PH, standing: [member], fee: 40, agent: P, until: {earliest: 2026-11-01, latest: 2026-12-15}",
        ),
    ];
    let rows = rows.concat();
    let look = |country: &str, on: &str| {
        let on = if on.is_empty() {
            String::new()
        } else {
            format!(", on: {on}")
        };
        format!("{{table: members, where: {{country: {country}}}{on}}}")
    };
    let cases = [
        // (country, day, complete, open)
        ("US", "2026-11-30", "T", "T"),
        ("US", "2026-12-01", "F", "U"),
        ("US", "", "F", "U"),
        ("US", "as_of", "T", "T"),
        ("JP", "2026-11-30", "F", "U"),
        ("KR", "", "T", "T"),
        ("TW", "", "F", "U"),
        ("MX", "2026-10-31", "F", "U"),
        ("MX", "2026-11-01", "U", "U"),
        ("MX", "2026-12-14", "U", "U"),
        ("MX", "2026-12-15", "T", "T"),
        ("PH", "2026-11-01", "T", "T"),
        ("PH", "2026-11-02", "U", "U"),
        ("PH", "2026-12-15", "U", "U"),
        ("PH", "2026-12-16", "F", "U"),
        ("{field: importer.country}", "as_of", "T", "T"),
        ("{field: importer.hq_country}", "as_of", "U", "U"),
        ("US", "review_by", "U", "U"),
        ("TW", "review_by", "F", "U"),
    ];
    for (country, on, complete, open) in cases {
        for (coverage, expected) in [("complete", complete), ("open", open)] {
            let files = [table(coverage, &rows)];
            let found = truth(&files, &look(country, on), &json!({}));
            assert_eq!(found, expected, "{country} on {on:?}, {coverage}");
        }
    }
    let files = [table("complete", &rows)];
    conditions(
        &files,
        &json!({}),
        &[
            (
                "{table: members, where: {country: JP, standing: host}}",
                "T",
            ),
            (
                "{table: members, where: {country: MX, standing: host}, on: 2027-01-01}",
                "F",
            ),
            ("{table: members, where: {fee: 20}}", "T"),
            ("{table: members, where: {fee: 20.0}}", "T"),
            ("{table: members, where: {fee: 21}}", "F"),
            // Names without regard to case, space and punctuation.
            ("{table: members, where: {agent: 'japan  INSTITUTE.'}}", "T"),
            ("{table: members, where: {agent: japan}}", "F"),
        ],
    );
}

#[test]
fn a_cell_is_a_value() {
    let rows = [
        row("country: US, standing: [member], fee: 10, agent: A, until: 2026-12-31"),
        row("country: US, standing: [member], fee: 20, agent: A, from: 2027-01-01"),
        row(
            "country: MX, standing: [member], fee: 30, agent: B, from: {earliest: 2026-11-01, latest: 2026-12-15}",
        ),
        row("country: JP, standing: [member], fee: 1, agent: C"),
        row("country: JP, standing: [host], fee: 2, agent: C"),
    ];
    let files = [table("complete", &rows.concat())];
    let more = |country: &str, on: &str| {
        format!(
            "{{field: transaction.violation_reporting_days, more_than: {{value_of: fee, table: members, where: {{country: {country}}}{on}}}}}"
        )
    };
    let patch = json!({"transaction": {"violation_reporting_days": 15}});
    for (country, on, expected) in [
        ("US", "", "T"),
        ("US", ", on: 2027-01-01", "F"),
        ("MX", "", "U"),
        ("TW", "", "U"),
        // Two rows answer: nobody can tell which.
        ("JP", "", "U"),
        ("US", ", on: review_by", "U"),
    ] {
        assert_eq!(
            truth(&files, &more(country, on), &patch),
            expected,
            "{country}{on}"
        );
    }
}

#[test]
fn the_first_stated_of_several() {
    table_of(
        &[],
        "{field: {first_stated: [importer.hq_country, importer.country]}, is: US}",
        &[
            (json!({}), "T"),
            (json!({"importer": {"hq_country": "JP"}}), "F"),
            // A value that is being clarified is not skipped, nor one that cannot be read.
            (json!({"importer": {"hq_country": "unknown"}}), "U"),
            (json!({"importer": {"hq_country": "USA"}}), "U"),
            (json!({"importer": {"country": null}}), "U"),
        ],
    );
}

// ---------------------------------------------------------------- outcomes of a rule

#[test]
fn when_and_require_come_to_an_outcome() {
    let of = |letter: char| match letter {
        'T' => "{field: exporter.country, is: SG}",
        'F' => "{field: exporter.country, is: US}",
        _ => "{field: review_by, is: 2027-01-01}",
    };
    for (when, row) in [('T', "TFU"), ('F', "NNN"), ('U', "TUU")] {
        for (require, expected) in "TFU".chars().zip(row.chars()) {
            let logic = format!("when: {}\nrequire: {}", of(when), of(require));
            let report = report(&[rule("r", &logic)], &json!({}));
            let found = word(report.outcomes().next().unwrap().outcome);
            assert_eq!(
                found,
                expected.to_string(),
                "when {when}, require {require}"
            );
        }
    }
}

fn each(logic: &str) -> RuleSource {
    rule(
        "r",
        &format!("each: {{list: importer.certifications, as: c}}\n{logic}"),
    )
}

#[test]
fn a_rule_is_asked_about_each_element() {
    let files = [each("require: {field: c.scheme, is: iso_27001}")];
    for (schemes, expected, findings) in [
        (json!([]), "N", 0),
        (json!(["iso_27001"]), "T", 0),
        (json!(["iso_27001", "soc2_t2", "soc2_t2"]), "F", 2),
        (json!(["-", "soc2_t2"]), "F", 2),
        (json!(["-"]), "U", 1),
    ] {
        let report = report(&files, &certified(schemes.clone()));
        assert_eq!(word(outcome_of(&report, "r")), expected, "{schemes}");
        let found = report.findings.iter().filter(|f| f.rule.0 == "r").count();
        assert_eq!(found, findings, "{schemes}");
    }
    assert_eq!(word(outcome_of(&report(&files, &json!({})), "r")), "U");
}

// ---------------------------------------------------------------- assumptions

const ASSUMED: &str = "
every: importer.certifications
as: c
satisfies:
  field: c.status
  is: active
  assume: {value: active, because: nobody said otherwise}";

#[test]
fn an_assumption_is_made_said_and_refused_when_strict() {
    let files = [require(ASSUMED)];
    let absent = certified(json!(["soc2_t2"]));
    let lax = report(&files, &absent);
    assert_eq!(word(outcome_of(&lax, "r")), "T");
    assert_eq!(verdict(&lax).word, "permitted");
    let [assumption] = verdict(&lax).assumptions.as_slice() else {
        panic!("{:?}", verdict(&lax).assumptions)
    };
    assert_eq!(assumption.field, "importer.certifications[0].status");
    assert_eq!(assumption.value, "active");
    assert_eq!(assumption.because, "nobody said otherwise");
    assert_eq!(assumption.label.as_ref().unwrap().target, Target::Insertion);

    let strict = strictly(&files, &absent);
    assert_eq!(word(outcome_of(&strict, "r")), "U");
    assert_eq!(verdict(&strict).word, "undetermined");

    // What is stated, being clarified or not readable is not assumed.
    for (status, expected) in [
        ("active", "T"),
        ("suspended", "F"),
        ("unknown", "U"),
        ("activ", "U"),
    ] {
        let patch =
            json!({"importer": {"certifications": [{"scheme": "soc2_t2", "status": status}]}});
        let report = report(&files, &patch);
        assert_eq!(word(outcome_of(&report, "r")), expected, "{status}");
        assert!(verdict(&report).assumptions.is_empty(), "{status}");
    }
}

#[test]
fn a_misspelt_field_is_not_assumed_to_be_absent() {
    let files = [require(ASSUMED)];
    let patch =
        json!({"importer": {"certifications": [{"scheme": "soc2_t2", "statuss": "suspended"}]}});
    let report = report(&files, &patch);
    assert_eq!(word(outcome_of(&report, "r")), "U");
    assert_eq!(verdict(&report).word, "undetermined");
    // The schema tells it, and the rule does not tell it again.
    assert!(
        !rules_found(&report).contains(&"r"),
        "{:?}",
        rules_found(&report)
    );
    assert_eq!(report.findings.len(), 1, "{:?}", rules_found(&report));
}

// ---------------------------------------------------------------- law dates

fn on_dates(effective: &str, patch: &Value) -> (Vec<String>, &'static str) {
    let logic = format!("{effective}\nrequire: {{field: law_date, on_or_after: 2026-06-01}}");
    let report = report(&[rule("r", &logic)], patch);
    let dates = verdict(&report).law_dates.iter().map(ToString::to_string);
    (dates.collect(), word(outcome_of(&report, "r")))
}

#[test]
fn the_law_is_asked_on_its_dates_and_the_worst_answer_wins() {
    let cases = [
        // It starts after the day of the check, on it, or before.
        (json!({}), vec!["2026-12-01"], "T"),
        (json!({"start_date": "2026-11-22"}), vec!["2026-11-22"], "T"),
        (
            json!({"start_date": "2026-01-01"}),
            vec!["2026-01-01", "2026-11-22"],
            "F",
        ),
        (
            json!({"start_date": "2026-07-01"}),
            vec!["2026-07-01", "2026-11-22"],
            "T",
        ),
        // A single act, or one that has ended.
        (
            json!({"start_date": "2026-01-01", "flow": {"frequency": "once"}}),
            vec!["2026-01-01"],
            "F",
        ),
        (
            json!({"start_date": "2026-01-01", "flow": {"frequency": "continuous"}}),
            vec!["2026-01-01", "2026-11-22"],
            "F",
        ),
        (
            json!({"start_date": "2026-01-01", "end_date": "2026-03-01"}),
            vec!["2026-01-01"],
            "F",
        ),
        (
            json!({"start_date": "2026-01-01", "end_date": "2026-11-22"}),
            vec!["2026-01-01", "2026-11-22"],
            "F",
        ),
        (
            json!({"start_date": "2026-01-01", "end_date": "unknown"}),
            vec!["2026-01-01", "2026-11-22"],
            "F",
        ),
        // No start.
        (json!({"start_date": null}), vec!["2026-11-22"], "T"),
        (json!({"start_date": "unknown"}), vec!["2026-11-22"], "T"),
    ];
    for (patch, dates, expected) in cases {
        let (found, outcome) = on_dates("", &patch);
        assert_eq!(found, dates, "{patch}");
        assert_eq!(outcome, expected, "{patch}");
    }
}

#[test]
fn a_rule_is_asked_while_it_is_in_force() {
    let begun = json!({"start_date": "2026-01-01"});
    for (effective, expected) in [
        ("effective: {from: 2026-01-01}", "F"),
        ("effective: {from: 2026-01-02}", "T"),
        ("effective: {until: 2026-01-01}", "F"),
        ("effective: {until: 2025-12-31}", "N"),
        ("effective: {from: 2026-11-23}", "N"),
        // A failure on a day on which it may not have been law.
        (
            "effective: {from: {earliest: 2025-12-01, latest: 2026-02-01}}",
            "U",
        ),
        (
            "effective: {from: {earliest: 2025-12-01, latest: 2026-01-01}}",
            "F",
        ),
        (
            "effective: {from: {earliest: 2026-01-02, latest: 2026-02-01}}",
            "T",
        ),
        (
            "effective: {from: 2025-01-01, until: {earliest: 2025-12-01}}",
            "U",
        ),
    ] {
        assert_eq!(on_dates(effective, &begun).1, expected, "{effective}");
    }
}

#[test]
fn a_start_that_is_not_stated_is_assumed_and_said() {
    let files = [require("{field: law_date, on_or_after: 2026-06-01}")];
    let lax = report(&files, &json!({"start_date": null}));
    let [assumption] = verdict(&lax).assumptions.as_slice() else {
        panic!("{:?}", verdict(&lax).assumptions)
    };
    assert_eq!(
        (assumption.field.as_str(), assumption.value.as_str()),
        ("start_date", "2026-11-22")
    );
    assert_eq!(verdict(&lax).word, "permitted");
    // Written and not readable is no absence.
    let broken = report(&files, &json!({"start_date": "next week"}));
    assert_eq!(verdict(&broken).word, "undetermined");
}

#[test]
fn a_failure_names_its_date_and_when_it_would_be_over() {
    let files = [require("{field: law_date, on_or_after: 2026-06-01}")];
    let begun = report(&files, &json!({"start_date": "2026-01-01"}));
    assert_eq!(
        finding(&begun, "r").notes,
        ["not so on 2026-01-01; would be since 2026-06-01"]
    );
    let ended = [require("{field: law_date, on_or_before: 2026-06-01}")];
    let late = report(&ended, &json!({"start_date": "2026-01-01"}));
    assert_eq!(
        finding(&late, "r").notes,
        ["not so on 2026-11-22; it is on 2026-01-01"]
    );
}

#[test]
fn a_verdict_says_until_when_it_holds() {
    let until = |condition: &str, patch: Value| {
        let report = report(&[require(condition)], &patch);
        assert_eq!(verdict(&report).word, "permitted", "{condition}");
        let until = verdict(&report).holds_until.clone();
        until.map(|(date, why)| format!("{date}: {why}"))
    };
    let valid = |day: &str| json!({"importer": {"certifications": [{"scheme": "soc2_t2", "valid_until": day}]}});
    let in_force = "{some: importer.certifications, as: c, where: {field: c.valid_until, on_or_after: law_date}}";
    assert_eq!(
        until(in_force, valid("2027-03-31")).as_deref(),
        Some("2027-03-31: the certificate ends")
    );
    // Of two that are enough, the one that stays longer.
    let two = json!({"importer": {"certifications": [
        {"scheme": "soc2_t2", "valid_until": "2027-03-31"},
        {"scheme": "iso_27001", "valid_until": "2027-05-31"}
    ]}});
    assert_eq!(
        until(in_force, two).as_deref(),
        Some("2027-05-31: the certificate ends")
    );
    assert_eq!(
        until("{field: law_date, before: 2028-01-01}", json!({})).as_deref(),
        Some("2027-12-31: the law changes")
    );
    assert_eq!(until("{field: exporter.country, is: SG}", json!({})), None);
    let mut ends = valid("2027-03-31");
    ends["end_date"] = json!("2027-01-31");
    assert_eq!(
        until(in_force, ends).as_deref(),
        Some("2027-01-31: the transfer ends")
    );
}

#[test]
fn a_rule_to_come_ends_a_verdict() {
    let files = [
        rule("r", "require: {field: exporter.country, is: SG}"),
        rule(
            "later",
            "effective: {from: 2027-04-01}\nrequire: {field: exporter.country, is: US}",
        ),
    ];
    let report = report(&files, &json!({}));
    let until = verdict(&report).holds_until.clone().unwrap();
    assert_eq!(until, (date(2027, 3, 31), "the law changes".to_owned()));
}

#[test]
fn what_is_planned_is_said() {
    let files = [require(
        "{some: mechanisms, as: m, where: {field: m.signed_on, on_or_before: law_date}}",
    )];
    let signed = |day: &str| json!({"mechanisms": [{"type": "contract", "signed_on": day}]});
    let planned = report(&files, &signed("2026-11-25"));
    assert_eq!(verdict(&planned).word, "permitted");
    assert_eq!(
        verdict(&planned).assumptions[0].because,
        "what is planned for 2026-11-25 takes place"
    );
    let done = report(&files, &signed("2026-11-20"));
    assert!(verdict(&done).assumptions.is_empty());
    let late = report(&files, &signed("2026-12-02"));
    assert_eq!(verdict(&late).word, "not_permitted");
}

// ---------------------------------------------------------------- gates

const GATE_PACK: &str = "
id: house
title: House
kind: law
researched_on: 2030-01-01
mechanisms: {contract: contract, scc: contract, cbpr: certification, consent: consent}";

const DOORS: &str = "
effect: prohibition
doors:
  - id: contract
    title: contract
    mechanism: entry
    require: {field: entry.signed_on, on_or_before: law_date}
    because: signed on {entry.signed_on}
    message: signed on {entry.signed_on}, too late
    needs: a contract
  - id: certification
    title: certification
    among: {list: importer.certifications, as: c}
    require:
      all:
        - {field: c.scheme, is: global_cbpr}
        - {field: c.valid_until, on_or_after: law_date}
    needs: a certificate
  - id: consent
    title: consent
    require: {some: consents, as: c, where: {field: c.status, is: given}}
    needs: consent
  - id: in-transit
    title: in transit
    fact: {field: flow.act, is: transit}
    require: {field: data_origin, includes: JP}
    needs: data in transit";

fn gate(patch: &Value) -> ProposalReport {
    report(
        &[source("house/pack.yaml", GATE_PACK), rule("gate", DOORS)],
        patch,
    )
}

fn signed(day: &str) -> Value {
    json!({"type": "contract", "signed_on": day})
}

#[test]
fn a_gate_is_open_shut_or_undecided() {
    let good = json!([{"scheme": "global_cbpr", "valid_until": "2027-06-01"}]);
    let cases = [
        ("mechanisms are not stated", json!({}), "U"),
        ("none is relied on", json!({"mechanisms": []}), "F"),
        (
            "only words of other laws",
            json!({"mechanisms": [{"type": "adequacy"}]}),
            "F",
        ),
        (
            "an open door",
            json!({"mechanisms": [signed("2026-11-01")]}),
            "T",
        ),
        (
            "a shut door",
            json!({"mechanisms": [signed("2026-12-02")]}),
            "F",
        ),
        (
            "a door that lacks a fact",
            json!({"mechanisms": [{"type": "contract"}]}),
            "U",
        ),
        (
            "the best of several entries",
            json!({"mechanisms": [signed("2026-12-02"), signed("2026-11-01")]}),
            "T",
        ),
        (
            "the best of several words",
            json!({"mechanisms": [{"type": "cbpr"}, {"type": "scc", "signed_on": "2026-11-01"}]}),
            "T",
        ),
        (
            "one shut, one lacks a fact",
            json!({"mechanisms": [signed("2026-12-02"), {"type": "contract"}]}),
            "U",
        ),
        (
            "the type is being clarified",
            json!({"mechanisms": [{"type": "unknown"}]}),
            "U",
        ),
        (
            "the type is absent",
            json!({"mechanisms": [{"signed_on": "2026-11-01"}]}),
            "U",
        ),
        (
            "the type cannot be read",
            json!({"mechanisms": [{"type": "contrct"}]}),
            "U",
        ),
        (
            "an open door beside one being clarified",
            json!({"mechanisms": [{"type": "unknown"}, signed("2026-11-01")]}),
            "T",
        ),
        (
            "a shut door beside one being clarified",
            json!({"mechanisms": [{"type": "unknown"}, signed("2026-12-02")]}),
            "U",
        ),
        (
            "the list goes on",
            json!({"mechanisms": [signed("2026-12-02"), "unknown"]}),
            "U",
        ),
        (
            "the list is not complete",
            json!({"mechanisms": [], "mechanisms_complete": false}),
            "U",
        ),
        (
            "the list is not complete, and a door is open",
            json!({"mechanisms": [signed("2026-11-01")], "mechanisms_complete": false}),
            "T",
        ),
        (
            "mechanisms are no list",
            json!({"mechanisms": "contract"}),
            "U",
        ),
        (
            "mechanisms are misspelt",
            json!({"mechanism": [signed("2026-11-01")]}),
            "U",
        ),
        (
            "relied on, and the list it looks in is absent",
            json!({"mechanisms": [{"type": "cbpr"}]}),
            "U",
        ),
        (
            "relied on, and there is none",
            json!({"mechanisms": [{"type": "cbpr"}], "importer": {"certifications": []}}),
            "F",
        ),
        (
            "relied on, one is good",
            json!({"mechanisms": [{"type": "cbpr"}], "importer": {"certifications": good}}),
            "T",
        ),
        (
            "relied on, more may be",
            json!({"mechanisms": [{"type": "cbpr"}], "importer": {"certifications": ["unknown"]}}),
            "U",
        ),
        (
            "good, not relied on",
            json!({"mechanisms": [], "importer": {"certifications": good}}),
            "F",
        ),
        (
            "a fact that is stated",
            json!({"mechanisms": [], "flow": {"act": "transit"}, "data_origin": ["JP"]}),
            "T",
        ),
        (
            "a fact needs no mechanisms",
            json!({"flow": {"act": "transit"}, "data_origin": ["JP"]}),
            "T",
        ),
        (
            "a fact that is stated, shut",
            json!({"mechanisms": [], "flow": {"act": "transit"}, "data_origin": ["SG"]}),
            "F",
        ),
        (
            "a fact that is not stated is not claimed",
            json!({"mechanisms": [], "data_origin": ["JP"]}),
            "F",
        ),
        (
            "a fact that is being clarified",
            json!({"mechanisms": [], "flow": {"act": "unknown"}, "data_origin": ["JP"]}),
            "U",
        ),
        (
            "a fact that is being clarified and would not do",
            json!({"mechanisms": [], "flow": {"act": "unknown"}, "data_origin": ["SG"]}),
            "F",
        ),
        (
            "another fact",
            json!({"mechanisms": [], "flow": {"act": "provision"}, "data_origin": ["JP"]}),
            "F",
        ),
    ];
    let mut wrong = Vec::new();
    for (what, patch, expected) in cases {
        let report = gate(&patch);
        let found = word(outcome_of(&report, "gate"));
        if found != expected {
            wrong.push(format!("{what}: expected {expected}, found {found}"));
        }
        let permitted = verdict(&report).word == "permitted";
        if permitted != (expected == "T") {
            wrong.push(format!(
                "{what}: the verdict is `{}`",
                verdict(&report).word
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn doors_are_shown_and_never_undecided_while_closed() {
    let good = json!([{"scheme": "global_cbpr", "valid_until": "2027-06-01"}]);
    let report =
        gate(&json!({"mechanisms": [signed("2026-12-02")], "importer": {"certifications": good}}));
    let finding = finding(&report, "gate");
    let doors: Vec<(&str, DoorState, bool)> = finding
        .doors
        .iter()
        .map(|door| (door.title.as_str(), door.state, door.would_open))
        .collect();
    assert_eq!(
        doors,
        [
            ("contract", DoorState::Shut, false),
            ("certification", DoorState::NotReliedOn, true),
            ("consent", DoorState::NotReliedOn, false),
            ("in transit", DoorState::NotReliedOn, false),
        ]
    );
    assert_eq!(finding.message, "signed on 2026-12-02, too late");
    assert_eq!(finding.primary.pointer, "/mechanisms/0/signed_on");
    let hint =
        "on the stated facts certification would be open, but the transfer does not rely on it";
    assert!(
        finding.help.iter().any(|help| help == hint),
        "{:?}",
        finding.help
    );
    assert_eq!(
        finding.notes,
        ["not permitted on 2026-12-01; would be since 2026-12-02"]
    );
}

#[test]
fn an_open_gate_says_why_and_until_when() {
    let good = json!([{"scheme": "global_cbpr", "valid_until": "2027-06-01"}]);
    let report =
        gate(&json!({"mechanisms": [{"type": "cbpr"}], "importer": {"certifications": good}}));
    let verdict = verdict(&report);
    assert_eq!(verdict.because[0].title, "certification");
    assert_eq!(
        verdict.holds_until,
        Some((date(2027, 6, 1), "the certificate ends".to_owned()))
    );
    assert!(report.findings.is_empty());
}

// ---------------------------------------------------------------- verdicts

fn pack_of(kind: &str, more: &str) -> RuleSource {
    let text = format!("id: house\ntitle: House\nkind: {kind}\nresearched_on: 2030-01-01\n{more}");
    source("house/pack.yaml", &text)
}

/// A rule with an effect and an outcome.
fn answering(id: &str, effect: &str, outcome: char) -> RuleSource {
    let logic = match outcome {
        'T' => "require: {field: exporter.country, is: SG}",
        'F' => "require: {field: exporter.country, is: US}",
        'U' => "require: {field: review_by, is: 2027-01-01}",
        _ => "when: {field: exporter.country, is: US}\nrequire: {field: exporter.country, is: US}",
    };
    rule(id, &format!("effect: {effect}\n{logic}"))
}

#[test]
fn verdict_words_of_laws_and_programmes() {
    for (outcomes, law, programme) in [
        ("T", "permitted", "met"),
        ("TN", "permitted", "met"),
        ("N", "not_applicable", "not_applicable"),
        ("TU", "undetermined", "undetermined"),
        ("TUF", "not_permitted", "not_met"),
        ("NU", "undetermined", "undetermined"),
    ] {
        for effect in ["prohibition", "condition"] {
            for (kind, expected) in [("law", law), ("programme", programme)] {
                let mut files = vec![pack_of(kind, "")];
                for (i, outcome) in outcomes.chars().enumerate() {
                    files.push(answering(&format!("r{i}"), effect, outcome));
                }
                let report = report(&files, &json!({}));
                assert_eq!(verdict(&report).word, expected, "{outcomes}, {kind}");
            }
        }
    }
}

#[test]
fn duties_and_advice_never_change_a_verdict() {
    for effect in ["duty", "advice"] {
        for outcome in ['T', 'F', 'U', 'N'] {
            let files = [
                answering("a", "condition", 'T'),
                answering("b", effect, outcome),
            ];
            let report = report(&files, &json!({}));
            assert_eq!(verdict(&report).word, "permitted", "{effect} {outcome}");
            assert_eq!(report.overall, "permitted", "{effect} {outcome}");
            // One that waits for a fact is a row under the verdict; one that fails is a finding.
            let open = usize::from(outcome == 'U');
            assert_eq!(verdict(&report).to_do.len(), open, "{effect} {outcome}");
        }
    }
}

#[test]
fn a_pack_applies_or_not_or_nobody_can_tell() {
    let pack = |applies: &str| pack_of("law", &format!("applies: {applies}"));
    for (applies, outcome, expected) in [
        ("{field: exporter.country, is: SG}", 'F', "not_permitted"),
        ("{field: exporter.country, is: US}", 'F', "not_applicable"),
        ("{field: exporter.hq_country, is: US}", 'F', "undetermined"),
        ("{field: exporter.hq_country, is: US}", 'T', "undetermined"),
        ("{field: exporter.hq_country, is: US}", 'N', "undetermined"),
    ] {
        let files = [pack(applies), answering("r", "condition", outcome)];
        let report = report(&files, &json!({}));
        assert_eq!(verdict(&report).word, expected, "{applies} {outcome}");
    }
    // Asked anyway.
    let files = [
        pack("{field: exporter.country, is: US}"),
        answering("r", "condition", 'F'),
    ];
    let options = CheckOptions {
        packs: PackChoice::All,
        ..CheckOptions::new(AS_OF)
    };
    let report = report_with(&compiled(&files), &proposal(&json!({})), options);
    assert_eq!(verdict(&report).word, "not_permitted");
}

#[test]
fn what_was_asked_in_part_is_never_permitted() {
    let files = [
        source("house/pack.yaml", PACK),
        answering("a", "condition", 'T'),
        answering("b", "duty", 'T'),
    ];
    let set = compiled(&files);
    for (select, ignore) in [
        (vec!["a".to_owned()], vec![]),
        (vec![], vec!["b".to_owned()]),
    ] {
        let options = CheckOptions {
            select,
            ignore,
            ..CheckOptions::new(AS_OF)
        };
        let report = report_with(&set, &proposal(&json!({})), options);
        assert_eq!(verdict(&report).word, "undetermined");
        assert!(verdict(&report).partial);
        assert_eq!(report.overall, "undetermined");
    }
}

#[test]
fn a_pack_has_words_of_its_own() {
    let words = "verdicts:
  - {word: restricted, tone: good, when: {field: importer.role, is: processor}}
  - {word: exempt, tone: good, when: {field: importer.role, is: controller}}
  - {word: prohibited, tone: bad, when: {field: exporter.country, is: SG}}";
    let with = |outcome: char, role: &str| {
        let files = [pack_of("law", words), answering("r", "condition", outcome)];
        let report = report(&files, &json!({"importer": {"role": role}}));
        (verdict(&report).word.clone(), report.overall)
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(with('T', "processor"), pair("restricted", "permitted"));
    assert_eq!(with('T', "controller"), pair("exempt", "permitted"));
    assert_eq!(with('T', "sub_processor"), pair("permitted", "permitted"));
    assert_eq!(with('F', "processor"), pair("prohibited", "not_permitted"));
    assert_eq!(with('U', "processor"), pair("undetermined", "undetermined"));
}

#[test]
fn the_overall_answer_is_the_worst_over_the_laws() {
    let pack = |id: &str, kind: &str, outcome: char| {
        let manifest =
            format!("{{id: {id}, title: {id}, kind: {kind}, researched_on: 2030-01-01}}");
        let mut rule = answering(&format!("of-{id}"), "condition", outcome);
        rule.path = rule.path.replace("house/", &format!("{id}/"));
        [source(&format!("{id}/pack.yaml"), &manifest), rule]
    };
    for (laws, programme, expected) in [
        ("TT", 'F', "permitted"),
        ("TU", 'T', "undetermined"),
        ("FU", 'T', "not_permitted"),
        ("TN", 'U', "permitted"),
        ("NN", 'T', "not_covered"),
    ] {
        let mut files = Vec::new();
        for (i, outcome) in laws.chars().enumerate() {
            files.extend(pack(&format!("law-{i}"), "law", outcome));
        }
        files.extend(pack("programme", "programme", programme));
        let report = report_with(
            &compiled(&files),
            &proposal(&json!({})),
            CheckOptions::new(AS_OF),
        );
        assert_eq!(report.overall, expected, "{laws} {programme}");
        let uncovered = rules_found(&report).contains(&"no-law-pack");
        assert_eq!(uncovered, expected == "not_covered", "{laws} {programme}");
        if uncovered {
            assert_eq!(finding(&report, "no-law-pack").severity, Severity::Error);
        }
    }
    // Only a programme was asked for: a remark, and the law is named.
    let mut files = Vec::new();
    files.extend(pack("law-0", "law", 'T'));
    files.extend(pack("programme", "programme", 'T'));
    let options = CheckOptions {
        packs: PackChoice::Named(vec!["programme".to_owned()]),
        ..CheckOptions::new(AS_OF)
    };
    let report = report_with(&compiled(&files), &proposal(&json!({})), options);
    let finding = finding(&report, "no-law-pack");
    assert_eq!(finding.severity, Severity::Info);
    assert_eq!(finding.help, ["ask also law-0"]);
    assert_eq!(report.overall, "not_covered");
}

#[test]
fn a_law_asked_beyond_the_day_it_was_read_says_so() {
    let pack = source(
        "house/pack.yaml",
        "{id: house, title: House, kind: law, researched_on: 2026-11-30}",
    );
    let files = [pack, answering("r", "condition", 'T')];
    let report = report(&files, &json!({}));
    assert_eq!(
        verdict(&report).notes,
        ["law as read on 2026-11-30, asked for 2026-12-01"]
    );
}

// ---------------------------------------------------------------- what breaks the schema

#[test]
fn a_value_that_breaks_the_schema_is_told_once() {
    let files = [require("{field: importer.role, is: processor}")];
    let report = report(&files, &json!({"importer": {"role": "procesor"}}));
    assert_eq!(word(outcome_of(&report, "r")), "U");
    assert_eq!(report.findings.len(), 1, "{:?}", rules_found(&report));
    assert_eq!(report.findings[0].pack.0, "schema");
    assert_eq!(verdict(&report).word, "undetermined");
    assert_eq!(verdict(&report).counts.undetermined, 1);
}

#[test]
fn nothing_is_permitted_while_a_value_that_was_read_is_invalid() {
    // The rule passes whatever the value is.
    let files = [require(
        "any: [{field: importer.role, is: processor}, {field: exporter.country, is: SG}]",
    )];
    let broken = json!({"importer": {"role": "procesor"}});
    let report = report(&files, &broken);
    assert_eq!(word(outcome_of(&report, "r")), "T");
    assert_eq!(verdict(&report).word, "undetermined");
    assert!(
        verdict(&report)
            .notes
            .contains(&"a value that was read breaks the schema".to_owned())
    );
}

#[test]
fn a_value_that_nothing_reads_may_be_invalid() {
    let files = [require("{field: exporter.country, is: SG}")];
    let report = report(&files, &json!({"importer": {"role": "procesor"}}));
    assert_eq!(verdict(&report).word, "permitted");
    assert_eq!(report.findings.len(), 1);
}

#[test]
fn a_number_too_great_to_count_with_is_told() {
    let files = [require(
        "{some: subjects, as: s, where: {field: s.count, more_than: 100}}",
    )];
    let text = proposal(&json!({"subjects": [{"type": "customer", "count": 7}]}))
        .replace("\"count\":7", "\"count\":1e40");
    let mut all = vec![source("house/pack.yaml", PACK)];
    all.extend(files);
    let report = report_with(&compiled(&all), &text, CheckOptions::new(AS_OF));
    assert_eq!(word(outcome_of(&report, "r")), "U");
    assert_eq!(verdict(&report).word, "undetermined");
    assert!(!report.findings.is_empty());
}

#[test]
fn a_key_that_is_written_twice_is_never_permitted() {
    let files = [
        source("house/pack.yaml", PACK),
        require("{field: importer.role, is: processor}"),
    ];
    for (first, second) in [("processor", "controller"), ("controller", "processor")] {
        let text = proposal(&json!({})).replace(
            "\"role\":\"processor\"",
            &format!("\"role\":\"{first}\",\"role\":\"{second}\""),
        );
        let report = report_with(&compiled(&files), &text, CheckOptions::new(AS_OF));
        assert_ne!(verdict(&report).word, "permitted");
        assert_ne!(verdict(&report).word, "not_permitted");
    }
}

// ---------------------------------------------------------------- what is told

#[test]
fn an_undetermined_rule_names_what_is_missing() {
    let files = [rule(
        "r",
        "when: {field: importer.group, is_not: branch_same_entity}\nrequire: {field: review_by, after: start_date}",
    )];
    let report = report(&files, &json!({}));
    let found = finding(&report, "r");
    let missing: Vec<&str> = found.missing.iter().map(|m| m.field.as_str()).collect();
    assert_eq!(missing, ["importer.group", "review_by"]);
    assert_eq!(
        found.message,
        "`importer.group` and `review_by` are not stated"
    );
    assert_eq!(found.primary.target, Target::Insertion);
    assert_eq!(found.primary.pointer, "/importer/group");
}

/// What is written as being clarified is written.
#[test]
fn what_is_being_clarified_is_not_called_not_stated() {
    let files = [require("{field: importer.role, is: processor}")];
    let report = report(&files, &json!({"importer": {"role": "unknown"}}));
    let message = &finding(&report, "r").message;
    assert!(!message.contains("not stated"), "{message}");
}

#[test]
fn a_message_speaks_the_first_alternative_that_is_true() {
    let logic = "message:
  - when: {field: importer.country, is: JP}
    say: to Japan
  - when: {field: importer.zone, is: DIFC}
    say: never, for it is unknown
  - say: to {importer.country}, a {importer.role}, on {law_date}; {review_by}
require: {field: exporter.country, is: US}";
    let files = [rule("r", logic)];
    let said = |patch: Value| finding(&report(&files, &patch), "r").message.clone();
    assert_eq!(said(json!({"importer": {"country": "JP"}})), "to Japan");
    assert_eq!(
        said(json!({})),
        "to US (United States), a `processor`, on 2026-12-01; (not stated)"
    );
}

// ---------------------------------------------------------------- not so yet

/// What must hold and did not when it was written. A test that passes moves to its place above.
mod wanted {
    use super::*;

    /// A share without a number tells less than a share with one, so it can decide no more.
    #[test]
    fn a_share_that_is_not_stated_decides_no_more_than_one_that_is() {
        let half = "{sum: importer.owners, as: o, of: o.percent, whole: 100, where: {field: o.country, is: CN}, at_least: 50}";
        assert_eq!(truth(&[], half, &owned(json!([["US", 50]]))), "U");
        assert_eq!(truth(&[], half, &owned(json!([["US", null]]))), "U");
    }

    /// `when` may say that the rule is not asked whatever the list leaves out.
    #[test]
    fn a_rule_that_does_not_apply_does_not_mind_an_incomplete_list() {
        let files = [each(
            "when: {field: exporter.country, is: JP}\nrequire: {field: c.scheme, is: iso_27001}",
        )];
        for patch in [
            json!({}),
            certified(json!(["?"])),
            certified(json!(["soc2_t2", "?"])),
        ] {
            let report = report(&files, &patch);
            assert_eq!(word(outcome_of(&report, "r")), "N", "{patch}");
        }
    }

    /// RULES.md: "`--strict` turns assumptions into undetermined", and the start is one.
    #[test]
    fn a_start_that_is_not_stated_is_not_assumed_when_strict() {
        let files = [require("{field: law_date, on_or_after: 2026-06-01}")];
        let strict = strictly(&files, &json!({"start_date": null}));
        assert_eq!(verdict(&strict).word, "undetermined");
    }

    /// A rule that does not apply yet will, and then the verdict may be another.
    #[test]
    fn a_when_that_turns_true_ends_a_verdict() {
        let files = [
            rule("r", "require: {field: exporter.country, is: SG}"),
            rule(
                "later",
                "when: {field: law_date, on_or_after: 2027-04-01}\nrequire: {field: exporter.country, is: US}",
            ),
        ];
        let report = report(&files, &json!({}));
        assert_eq!(verdict(&report).word, "permitted");
        let until = verdict(&report).holds_until.clone().map(|(date, _)| date);
        assert_eq!(until, Some(date(2027, 3, 31)));
    }

    /// RULES.md: "The outcome stands, the assumption is printed under the verdict."
    #[test]
    fn an_assumption_that_lets_a_rule_fail_is_said_too() {
        let files = [require(
            "{field: transaction.exemption_claimed, is_not: none, assume: {value: none, because: no exemption is claimed}}",
        )];
        let report = report(&files, &json!({}));
        assert_eq!(word(outcome_of(&report, "r")), "F");
        assert_eq!(verdict(&report).assumptions.len(), 1);
    }

    #[test]
    fn an_element_that_breaks_the_schema_is_not_a_certificate() {
        let files = [require("{some: importer.certifications, as: c}")];
        let patch = json!({"importer": {"certifications": [5]}});
        let report = report(&files, &patch);
        assert_ne!(verdict(&report).word, "permitted");
    }

    #[test]
    fn an_element_that_is_being_clarified_is_told_once() {
        let logic = "each: {list: importer.processing_countries, as: place}\nrequire: {field: place, is: US}";
        let patch = json!({"importer": {"processing_countries": ["unknown"]}});
        let report = report(&[rule("r", logic)], &patch);
        assert_eq!(rules_found(&report), ["r"]);
    }

    /// The schema has no `"unknown"` among objects: it tells, and the rule does not tell it again.
    #[test]
    fn an_element_of_each_that_cannot_be_read_is_told_once() {
        let files = [each("require: {field: c.scheme, is: iso_27001}")];
        let report = report(&files, &certified(json!(["?"])));
        assert_eq!(rules_found(&report), ["wrong-type"]);
    }

    /// A threshold of a table is read on the law date, so the verdict may change with it.
    #[test]
    fn a_cell_that_changes_ends_a_verdict() {
        let rows = [
            row("country: US, standing: [member], fee: 10, agent: A, until: 2026-12-31"),
            row("country: US, standing: [member], fee: 20, agent: A, from: 2027-01-01"),
        ];
        let files = [
            table("complete", &rows.concat()),
            require(
                "{field: transaction.violation_reporting_days, more_than: {value_of: fee, table: members, where: {country: US}}}",
            ),
        ];
        let patch = json!({"transaction": {"violation_reporting_days": 15}});
        let report = report(&files, &patch);
        assert_eq!(verdict(&report).word, "permitted");
        let until = verdict(&report).holds_until.clone().map(|(date, _)| date);
        assert_eq!(until, Some(date(2026, 12, 31)));
    }

    /// README: a value to compare with may be a map; so may what is compared, and it may be a date.
    #[test]
    fn a_date_that_is_reckoned_can_be_compared() {
        conditions(
            &[],
            &json!({"end_date": "2027-06-01"}),
            &[
                (
                    "{field: {field: start_date, plus: P6M}, is: {field: end_date}}",
                    "T",
                ),
                (
                    "{field: {first_stated: [review_by, end_date]}, after: start_date}",
                    "T",
                ),
            ],
        );
    }

    #[test]
    fn a_misspelt_complete_is_not_overlooked() {
        let mut patch = certified(json!(["soc2_t2"]));
        patch["importer"]["certifications_complet"] = json!(false);
        let none =
            "{none: importer.certifications, as: c, where: {field: c.scheme, is: iso_27001}}";
        assert_eq!(truth(&[], none, &patch), "U");
    }

    #[test]
    fn an_element_that_breaks_the_schema_makes_its_list_incomplete() {
        let none =
            "{none: importer.processing_countries, as: place, where: {field: place, is: CN}}";
        let patch = |list: Value| json!({"importer": {"processing_countries": list}});
        for (list, expected, findings) in [
            (json!(["US"]), "T", 0),
            (json!(["US", "Chin"]), "U", 1),
            (json!(["CN", "Chin"]), "F", 2),
            (json!(["US", 5]), "U", 1),
        ] {
            let report = report(&[require(none)], &patch(list.clone()));
            assert_eq!(word(outcome_of(&report, "r")), expected, "{list}");
            assert_eq!(
                report.findings.len(),
                findings,
                "{list}: {:?}",
                rules_found(&report)
            );
        }
        let includes = "{field: importer.processing_countries, includes: CN}";
        let report = report(&[require(includes)], &patch(json!(["US", "Chin"])));
        assert_eq!(word(outcome_of(&report, "r")), "U");
        assert_eq!(report.findings.len(), 1, "{:?}", rules_found(&report));
    }

    /// Two findings that the caller waives or tracks one by one.
    #[test]
    fn findings_about_two_elements_have_two_fingerprints() {
        let files = [each("require: {field: start_date, before: 2026-01-01}")];
        let report = report(&files, &certified(json!(["soc2_t2", "iso_27001"])));
        let mut names: Vec<&str> = report
            .findings
            .iter()
            .map(|f| f.fingerprint.as_str())
            .collect();
        assert_eq!(names.len(), 2);
        names.dedup();
        assert_eq!(names.len(), 2);
    }

    /// The door's requirement holds; what is missing is the fact that would let it be relied on.
    #[test]
    fn a_door_whose_fact_is_being_clarified_names_that_fact() {
        let patch = json!({"mechanisms": [], "flow": {"act": "unknown"}, "data_origin": ["JP"]});
        let report = gate(&patch);
        let found = finding(&report, "gate");
        let missing: Vec<&str> = found.missing.iter().map(|m| m.field.as_str()).collect();
        assert_eq!(missing, ["flow.act"], "{}", found.message);
    }

    #[test]
    fn a_misspelt_complete_is_never_permitted() {
        let none =
            "{none: importer.certifications, as: c, where: {field: c.scheme, is: iso_27001}}";
        let mut patch = certified(json!(["soc2_t2"]));
        patch["importer"]["certifications_complet"] = json!(false);
        assert_ne!(verdict(&report(&[require(none)], &patch)).word, "permitted");
    }

    #[test]
    fn a_misspelt_start_is_never_permitted() {
        let files = [require("{field: law_date, on_or_after: 2026-06-01}")];
        let patch = json!({"start_date": null, "start_dat": "2020-01-01"});
        let report = report(&files, &patch);
        assert_eq!(report.findings.len(), 1, "{:?}", rules_found(&report));
        assert_ne!(verdict(&report).word, "permitted");
    }

    /// The law to come is known; what the rule before it says ends then.
    #[test]
    fn a_pack_that_will_apply_ends_a_verdict_or_is_told() {
        let pack = pack_of("law", "applies: {field: law_date, on_or_after: 2027-04-01}");
        let files = [pack, answering("r", "condition", 'F')];
        let report = report(&files, &json!({}));
        assert_eq!(verdict(&report).word, "not_applicable");
        assert!(verdict(&report).holds_until.is_some() || !verdict(&report).notes.is_empty());
    }
}
