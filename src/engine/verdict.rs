//! What the answers of a pack come to, and what the packs come to for a proposal.
//!
//! Duties and advice never change a verdict. Nothing is permitted while a value that was read breaks
//! the schema, or while rules of the pack were left out.

use crate::document::Key;
use crate::engine::ask::Asked;
use crate::engine::evaluate::Evaluator;
use crate::engine::label;
use crate::engine::law_date::LawDates;
use crate::engine::{CheckOptions, PackChoice};
use crate::facts::Facts;
use crate::finding::{
    Assumption, Counts, Effect, Finding, Label, Missing, Outcome, PackId, PackKind, ProposalReport,
    RuleId, Severity, Target, Tone, Verdict,
};
use crate::fingerprint::fingerprint;
use crate::rule::{Pack, RuleSet};
use crate::source::Span;
use crate::truth::Truth;
use crate::vocabulary::PROPOSAL;
use jiff::civil::Date;

/// The pack of findings that no pack of rules makes.
const OWN_PACK: &str = "carnet";

/// What is said where a pack asks nothing of a transfer.
pub(crate) const NOT_APPLICABLE: &str = "not_applicable";

/// The row of a pack that does not apply.
pub(crate) fn not_applicable(pack: &Pack, from: Option<Date>) -> Verdict {
    let notes = from.map(|date| format!("may apply from {date}"));
    Verdict {
        pack: pack.id.clone(),
        title: pack.title.clone(),
        kind: pack.kind,
        word: NOT_APPLICABLE.to_owned(),
        tone: Tone::NotApplicable,
        law_dates: Vec::new(),
        holds_until: None,
        because: Vec::new(),
        assumptions: Vec::new(),
        to_do: Vec::new(),
        counts: Counts {
            not_applicable: pack.rules.count(),
            ..Counts::default()
        },
        partial: false,
        asked_anyway: false,
        notes: notes.into_iter().collect(),
    }
}

/// The verdict of a pack from what its rules answered.
pub(crate) fn of_pack<'a>(
    eval: &mut Evaluator<'a>,
    pack: &'a Pack,
    applies: Truth,
    dates: &LawDates,
    mut asked: Asked<'a>,
) -> Verdict {
    let mut notes = Vec::new();
    let partial = asked.left_out > 0;
    let law = pack.kind == PackKind::Law;
    let plain = weigh(pack, &asked.deciding, applies);
    if applies == Truth::Unknown {
        notes.push("the facts do not tell whether this applies".to_owned());
    } else if plain.0 == Tone::Good && asked.read_invalid {
        notes.push("a value that was read breaks the schema".to_owned());
    }
    let assumed_start = eval.strict && dates.assumed_start;
    let (tone, word) = doubted(plain, asked.read_invalid || assumed_start || partial);
    if partial {
        let asked = pack.rules.len() - asked.left_out;
        notes.push(format!("{asked} of {} rules asked", pack.rules.len()));
    }
    let own = own_word(eval, pack, tone, dates).and_then(|own| pack.verdicts.get(own));
    let word = own.map_or(word, |own| &own.word).to_owned();
    let mut assumptions = Vec::new();
    if dates.assumed_start && tone != Tone::NotApplicable {
        let because = if dates.unreadable_start {
            "the day of this check stands in for a start that is not readable"
        } else {
            "the transfer starts on the day of this check"
        };
        let root = eval.facts.root();
        let written = eval.facts.field(root, &Key::new("start_date"));
        assumptions.push(Assumption {
            field: "start_date".to_owned(),
            value: eval.as_of.to_string(),
            because: because.to_owned(),
            label: written.map(|at| label::on_value(eval, at, "stands for the day of this check")),
        });
    }
    assumptions.append(&mut asked.assumptions);
    let later = dates.dates.iter().find(|date| **date > pack.researched_on);
    if let Some(date) = later.filter(|_| tone != Tone::NotApplicable) {
        let text = if law { "law" } else { "requirements" };
        notes.push(format!(
            "{text} as read on {}, asked for {date}",
            pack.researched_on
        ));
    }
    let mut holds_until = None;
    if tone == Tone::Good {
        asked.end_silences(eval);
        holds_until = asked.until.map(|until| (until.date, until.why));
    }
    Verdict {
        pack: pack.id.clone(),
        title: pack.title.clone(),
        kind: pack.kind,
        word,
        tone,
        law_dates: dates.dates.clone(),
        holds_until,
        because: if tone == Tone::Good {
            asked.because
        } else {
            Vec::new()
        },
        assumptions,
        to_do: asked.to_do,
        counts: asked.counts,
        partial,
        asked_anyway: false,
        notes,
    }
}

/// What the outcomes of its deciding rules come to for a pack.
pub(crate) fn weigh(pack: &Pack, deciding: &[Outcome], applies: Truth) -> (Tone, &'static str) {
    let any = |outcome: Outcome| deciding.contains(&outcome);
    if applies == Truth::Unknown {
        UNDETERMINED
    } else if any(Outcome::Fail) {
        let law = pack.kind == PackKind::Law;
        (Tone::Bad, if law { "not_permitted" } else { "not_met" })
    } else if any(Outcome::Undetermined) {
        UNDETERMINED
    } else {
        without_trouble(pack, any(Outcome::Pass), !deciding.is_empty())
    }
}

/// What a verdict is where something else than the rules leaves a doubt: no value that was read may
/// break the schema, no day may be assumed in a strict check, and no rule be left out.
pub(crate) fn doubted(plain: (Tone, &'static str), doubt: bool) -> (Tone, &'static str) {
    match plain.0 {
        Tone::Good if doubt => UNDETERMINED,
        _ => plain,
    }
}

const UNDETERMINED: (Tone, &str) = (Tone::Unclear, "undetermined");

/// The verdict of a pack of which no deciding rule fails or is undetermined: `passed` if one passes,
/// `decides` if there is one.
pub(crate) fn without_trouble(pack: &Pack, passed: bool, decides: bool) -> (Tone, &'static str) {
    match pack.kind {
        // Nothing the pack asks is about this transfer.
        _ if decides && !passed => (Tone::NotApplicable, NOT_APPLICABLE),
        PackKind::Law => (Tone::Good, "permitted"),
        PackKind::Programme => (Tone::Good, "met"),
    }
}

/// The word, by index, that a pack has of its own for a verdict, on the last law date.
pub(crate) fn own_word<'a>(
    eval: &mut Evaluator<'a>,
    pack: &'a Pack,
    tone: Tone,
    dates: &LawDates,
) -> Option<usize> {
    let date = dates.dates.last().copied().unwrap_or(eval.as_of);
    pack.verdicts.iter().position(|own| {
        let mut said = || {
            let when = own.when.as_ref()?;
            eval.enter(own.slots, date);
            Some(eval.truth(when))
        };
        own.tone == tone && said().is_none_or(|truth| truth == Truth::True)
    })
}

/// The finding of a strict check that the law cannot be asked on a day that is only assumed.
pub(crate) fn start_not_stated(set: &RuleSet, facts: &Facts, proposal: &str) -> Finding {
    let root = facts.root();
    let field = set
        .vocabulary
        .root(PROPOSAL)
        .and_then(|shape| set.vocabulary.field_at(shape, &["start_date"]));
    let part = facts.part(0);
    let offset = part.map_or(0, |part| {
        crate::facts::insertion_offset(part.document, root.node)
    });
    let file = part.map_or(crate::source::FileId(0), |part| part.file);
    let primary = match facts.field(root, &Key::new("start_date")) {
        Some(at) => Label {
            span: facts.span(at),
            target: Target::Value,
            pointer: facts.pointer(at),
            text: "being clarified".to_owned(),
        },
        None => Label {
            span: Span::new(file, offset..offset),
            target: Target::Insertion,
            pointer: "/start_date".to_owned(),
            text: "`start_date` would go here".to_owned(),
        },
    };
    let rule = "start-not-stated";
    Finding {
        rule: RuleId(rule.to_owned()),
        pack: PackId(OWN_PACK.to_owned()),
        severity: Severity::Error,
        effect: Effect::Condition,
        outcome: Outcome::Undetermined,
        message: "on which day the law is asked cannot be told: `start_date` is not stated"
            .to_owned(),
        help: Vec::new(),
        sources: Vec::new(),
        missing: vec![Missing {
            field: "start_date".to_owned(),
            meaning: field.map(|f| f.meaning.to_owned()).unwrap_or_default(),
            label: primary.clone(),
        }],
        primary,
        related: Vec::new(),
        doors: Vec::new(),
        waiting: Vec::new(),
        waiver: None,
        known: None,
        notes: Vec::new(),
        fingerprint: fingerprint(rule, proposal, Outcome::Undetermined, "/start_date"),
    }
}

/// The overall answer: the worst over the law packs, or that no law was asked.
pub(crate) fn conclude(
    set: &RuleSet,
    facts: &Facts,
    not_asked: &[&Pack],
    options: &CheckOptions,
    report: &mut ProposalReport,
) {
    let laws = report
        .verdicts
        .iter()
        .filter(|verdict| verdict.kind == PackKind::Law && !verdict.asked_anyway);
    let worst = laws
        .map(|verdict| verdict.tone)
        .max()
        .unwrap_or(Tone::NotApplicable);
    let broken = report
        .findings
        .iter()
        .any(|f| f.pack.0 == "schema" && f.severity == Severity::Error);
    report.overall_tone = worst;
    report.overall = match worst {
        Tone::Bad => "not_permitted",
        Tone::Unclear => "undetermined",
        Tone::Good => "permitted",
        Tone::NotApplicable => "not_covered",
    }
    .to_owned();
    if worst == Tone::NotApplicable {
        let finding = no_law_pack(set, facts, not_asked, options, broken, report);
        report.findings.push(finding);
        report.overall_tone = Tone::Unclear;
    }
}

/// The finding that no law was asked. A pack that applies but was left out by the caller makes it
/// a remark; otherwise the transfer's own law is not covered, which is never a clean answer.
fn no_law_pack(
    set: &RuleSet,
    facts: &Facts,
    not_asked: &[&Pack],
    options: &CheckOptions,
    broken: bool,
    report: &ProposalReport,
) -> Finding {
    let root = facts.root();
    let exporter = facts.field(root, &Key::new("exporter"));
    let country = exporter.and_then(|exporter| facts.field(exporter, &Key::new("country")));
    let at = country.or(exporter).unwrap_or(root);
    let code = country.and_then(|at| facts.text(at)).map(|code| {
        match set.vocabulary.country_name(&code) {
            Some(name) => format!("{code} ({name})"),
            None => format!("`{code}`"),
        }
    });
    let laws_asked = set
        .packs
        .iter()
        .filter(|pack| pack.kind == PackKind::Law && options.asks_pack(pack));
    let any_law_asked = laws_asked.count() > 0;
    let left_out: Vec<&str> = not_asked
        .iter()
        .filter(|pack| pack.kind == PackKind::Law)
        .map(|pack| pack.title.as_str())
        .collect();
    let chosen = matches!(options.packs, PackChoice::Named(_));
    let message = if chosen && !any_law_asked {
        "no law was asked: programmes such as CBPR do not permit a transfer".to_owned()
    } else {
        let country = code.unwrap_or_else(|| "the exporter".to_owned());
        // A law that governs the exporter may have nothing to say about this transfer.
        let silent = report.verdicts.iter().any(|verdict| {
            let law = verdict.kind == PackKind::Law && !verdict.asked_anyway;
            law && !verdict.law_dates.is_empty()
        });
        if silent {
            format!("the law of {country} that was asked does not concern this transfer")
        } else {
            format!("carnet has no pack for the transfer law of {country}")
        }
    };
    let mut help = Vec::new();
    if left_out.is_empty() {
        help.push("have the transfer law of the exporter checked by other means".to_owned());
    } else {
        help.push(format!("ask also {}", left_out.join(", ")));
    }
    let severity = if chosen && !any_law_asked {
        Severity::Info
    } else {
        Severity::Error
    };
    let part = facts.part(at.part);
    let span = part.map_or(Span::new(crate::source::FileId(0), 0..0), |part| {
        Span::new(part.file, part.document.range(at.node))
    });
    let mut notes = Vec::new();
    if broken {
        notes.push(
            "the proposal breaks its schema, so it may be that a law applies all the same"
                .to_owned(),
        );
    }
    Finding {
        rule: RuleId("no-law-pack".to_owned()),
        pack: PackId(OWN_PACK.to_owned()),
        severity,
        effect: Effect::Condition,
        outcome: Outcome::Undetermined,
        message,
        help,
        sources: Vec::new(),
        primary: Label {
            span,
            target: Target::Value,
            pointer: facts.pointer(at),
            text: "the exporter's law".to_owned(),
        },
        related: Vec::new(),
        missing: Vec::new(),
        doors: Vec::new(),
        waiting: Vec::new(),
        waiver: None,
        known: None,
        notes,
        fingerprint: fingerprint("no-law-pack", &report.id, Outcome::Undetermined, ""),
    }
}
