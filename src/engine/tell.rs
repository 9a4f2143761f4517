//! Findings from answers: the message, the labels, what is missing, what to do.

use crate::engine::ask::{Answer, Asked, BodyProof, enter, keep_assumptions, outcome, prove_body};
use crate::engine::evaluate::Evaluator;
use crate::engine::label;
use crate::engine::prove::{Fact, MOST_MISSING, Proof, Stated};
use crate::engine::words;
use crate::facts::NodeRef;
use crate::finding::{DoorState, Finding, Label, Outcome, Reason};
use crate::fingerprint::{fingerprint, named_pointer};
use crate::rule::{Body, Pack, Rule};
use crate::truth::Truth;
use crate::vocabulary::PROPOSAL;
use jiff::civil::Date;

/// Makes the finding of a failing or undetermined answer.
pub(super) fn tell<'a>(
    eval: &mut Evaluator<'a>,
    pack: &'a Pack,
    rule: &'a Rule,
    answer: Answer,
    all: &[Answer],
    proposal: &str,
    asked: &mut Asked,
) {
    enter(eval, rule, answer);
    let when = rule.when.as_ref().map(|when| eval.prove(when));
    let list_open = rule.each.is_some() && answer.element.is_none();
    let mut finding = Finding {
        rule: rule.id.clone(),
        pack: pack.id.clone(),
        severity: rule.severity,
        effect: rule.effect,
        outcome: answer.outcome,
        message: String::new(),
        help: Vec::new(),
        sources: rule.sources.clone(),
        primary: label::on_value(eval, eval.facts.root(), ""),
        related: Vec::new(),
        missing: Vec::new(),
        doors: Vec::new(),
        waiting: Vec::new(),
        waiver: None,
        known: None,
        notes: Vec::new(),
        fingerprint: String::new(),
    };
    let body = prove_body(eval, rule);
    if let Some(when) = &when {
        keep_assumptions(eval, when, asked);
    }
    if let BodyProof::Require(proof) = &body {
        keep_assumptions(eval, proof, asked);
    }
    // The element of `each` stands for the whole where nothing in it can be pointed at.
    let fallback = answer.element.unwrap_or(eval.facts.root());
    let mut invalid_only = false;
    // It fails, but whether the rule is in force or the pack applies is not known.
    let fails_in_doubt = answer.outcome == Outcome::Undetermined
        && !list_open
        && body.truth() == Truth::False
        && when.as_ref().is_none_or(|when| when.truth == Truth::True);
    if answer.outcome == Outcome::Fail || fails_in_doubt {
        fail(eval, rule, &body, when.as_ref(), fallback, &mut finding);
    } else {
        invalid_only = undetermined(
            eval,
            rule,
            &body,
            when.as_ref(),
            list_open,
            fallback,
            &mut finding,
        );
    }
    if fails_in_doubt {
        finding.message = format!("if this applies: {}", finding.message);
        finding
            .notes
            .push("it is not known whether this applies".to_owned());
    }
    if let BodyProof::Gate(gate) = &body {
        finding.doors = gate.shown();
        for door in gate.doors.iter().filter(|door| door.would_open) {
            let title = &door.door.title;
            finding.help.push(format!(
                "on the stated facts {title} would be open, but the transfer does not rely on it"
            ));
        }
    }
    date_notes(eval, rule, answer, all, &body, &mut finding);
    if finding.is_to_do() && !invalid_only {
        asked.to_do.push(Reason {
            title: rule.id.0.clone(),
            text: finding.message.clone(),
            label: Some(finding.primary.clone()),
        });
    }
    // What hangs on a value that breaks the schema is told by the schema's finding.
    if invalid_only {
        return;
    }
    let shape = eval.set.vocabulary.root(PROPOSAL);
    let name_of =
        |pointer: &str| named_pointer(&eval.set.vocabulary, shape, eval.facts, 0, pointer);
    let mut named = name_of(&finding.primary.pointer);
    // Several elements may be told at one place.
    if let Some(element) = answer.element {
        named.push('#');
        named.push_str(&name_of(&eval.facts.pointer(element)));
    }
    finding.fingerprint = fingerprint(&rule.id.0, proposal, answer.outcome, &named);
    asked.findings.push(finding);
}

fn fail<'a>(
    eval: &mut Evaluator<'a>,
    rule: &'a Rule,
    body: &BodyProof<'a>,
    when: Option<&Proof<'a>>,
    fallback: NodeRef,
    finding: &mut Finding,
) {
    finding.message = words::say(eval, &rule.message).unwrap_or_else(|| rule.title.clone());
    let rule_fix = words::render(eval, &rule.fix);
    match body {
        BodyProof::Require(proof) => {
            (finding.primary, finding.related) = label::of_failure(eval, proof, when, fallback);
            finding.help.push(rule_fix);
        }
        BodyProof::Gate(gate) => {
            let shut = gate.doors.iter().find(|door| door.state == DoorState::Shut);
            match shut {
                Some(door) => {
                    if let Some(message) = &door.message {
                        finding.message.clone_from(message);
                    }
                    let fallback = door.entry.unwrap_or(fallback);
                    match &door.proof {
                        Some(proof) => {
                            (finding.primary, finding.related) =
                                label::of_failure(eval, proof, when, fallback);
                        }
                        None => finding.primary = label_of_list(eval, door.list.as_ref(), fallback),
                    }
                    if let Some(entry) = door.entry {
                        let relied = label::on_value(eval, entry, "relied on here");
                        let mut related = vec![finding.primary.clone()];
                        related.append(&mut finding.related);
                        label::push(&mut related, relied);
                        (finding.primary, finding.related) = label::split(related);
                    }
                    finding.help.push(door.fix.clone().unwrap_or(rule_fix));
                    if !door.door.sources.is_empty() {
                        finding.sources.clone_from(&door.door.sources);
                    }
                }
                None => {
                    finding.primary =
                        label::on_fact(eval, &gate.mechanisms, "nothing here permits it");
                    finding.related = when
                        .map(|when| label::of_reasons(eval, when))
                        .unwrap_or_default();
                    finding.help.push(rule_fix);
                }
            }
        }
    }
}

fn label_of_list(eval: &Evaluator, list: Option<&Fact>, fallback: NodeRef) -> Label {
    match list {
        Some(fact) => label::on_fact(eval, fact, "none here"),
        None => label::on_value(eval, fallback, ""),
    }
}

/// Fills in an undetermined finding; tells whether it hangs on invalid values only.
fn undetermined<'a>(
    eval: &mut Evaluator<'a>,
    rule: &'a Rule,
    body: &BodyProof<'a>,
    when: Option<&Proof<'a>>,
    list_open: bool,
    fallback: NodeRef,
    finding: &mut Finding,
) -> bool {
    let mut facts: Vec<Fact> = Vec::new();
    let mut reasons: Vec<String> = Vec::new();
    let mut places: Vec<Label> = Vec::new();
    {
        let mut keep = |proof: &Proof<'a>| {
            facts.extend(proof.missing().into_iter().cloned());
            reasons.extend(proof.unsettled().into_iter().map(str::to_owned));
            for leaf in proof
                .deciding()
                .into_iter()
                .filter(|leaf| leaf.truth == Truth::Unknown)
                .take(MOST_MISSING)
            {
                if let Some(fact) = leaf
                    .facts
                    .first()
                    .filter(|fact| matches!(fact.stated, Stated::Found(_)))
                {
                    places.push(label::on_fact(eval, fact, leaf.text.clone()));
                }
            }
        };
        if let Some(when) = when.filter(|when| when.truth == Truth::Unknown) {
            keep(when);
        }
        match body {
            _ if list_open => {}
            BodyProof::Require(proof) => {
                if proof.truth == Truth::Unknown {
                    keep(proof);
                }
            }
            BodyProof::Gate(gate) => {
                for door in gate
                    .doors
                    .iter()
                    .filter(|door| door.state == DoorState::Undecided)
                {
                    door.fact.iter().for_each(&mut keep);
                    door.proof
                        .iter()
                        .filter(|proof| proof.truth == Truth::Unknown)
                        .for_each(&mut keep);
                }
            }
        }
    }
    if let BodyProof::Gate(gate) = body
        && !list_open
    {
        let undecided = gate
            .doors
            .iter()
            .filter(|door| door.state == DoorState::Undecided);
        for fact in undecided.filter_map(|door| door.list.as_ref()) {
            facts.push(fact.clone());
        }
        if gate.truth == Truth::Unknown && gate.reliance_unknown {
            facts.push(gate.mechanisms.clone());
        }
    }
    if list_open && let Some(each) = &rule.each {
        for list in &each.lists {
            match eval.fact(list) {
                Some(Fact {
                    stated: Stated::Found(at),
                    field,
                }) => {
                    let whole = eval.facts.incompleteness(at).is_none();
                    if each.lists.len() == 1 || !whole {
                        let stated = Stated::Incomplete(at);
                        facts.push(Fact { stated, field });
                    }
                }
                fact => facts.extend(fact),
            }
        }
    }
    reasons.dedup();
    let is_invalid = |fact: &Fact| matches!(fact.stated, Stated::Invalid(_));
    let invalid_only = !facts.is_empty() && facts.iter().all(is_invalid);
    // What breaks the schema is told by the schema's finding.
    let mut missing: Vec<&Fact> = Vec::new();
    for fact in facts.iter().filter(|fact| !is_invalid(fact)) {
        // Several fields may wait for the same value: a document, an object.
        if !missing.iter().any(|known| known.stated == fact.stated) {
            missing.push(fact);
        }
    }
    let what_is_lacking = lacking(eval, &missing, &reasons, &rule.title);
    finding.missing = missing
        .iter()
        .map(|fact| label::missing(eval, fact))
        .collect();
    let own = rule
        .undetermined
        .as_ref()
        .map(|template| words::render(eval, template));
    finding.message = match own {
        // One line must say what is lacking, wherever it stands alone.
        Some(own) if rule.effect.decides() => format!("{own}: {what_is_lacking}"),
        Some(own) => own,
        None => what_is_lacking,
    };
    finding.notes.extend(reasons);
    let mut labels: Vec<Label> = finding
        .missing
        .iter()
        .map(|missing| missing.label.clone())
        .collect();
    for place in places {
        label::push(&mut labels, place);
    }
    if let Some(when) = when {
        for place in label::of_reasons(eval, when) {
            label::push(&mut labels, place);
        }
    }
    if labels.is_empty() {
        labels.push(label::on_value(eval, fallback, ""));
    }
    (finding.primary, finding.related) = label::split(labels);
    if finding.missing.is_empty() {
        finding.help.push(words::render(eval, &rule.fix));
    }
    invalid_only
}

/// What is lacking, in one line.
pub(crate) fn lacking(
    eval: &Evaluator,
    missing: &[&Fact],
    reasons: &[String],
    title: &str,
) -> String {
    let names: Vec<String> = missing
        .iter()
        .map(|fact| format!("`{}`", fact.name(eval)))
        .collect();
    match (names.as_slice(), missing, reasons.first()) {
        ([], _, Some(reason)) => reason.clone(),
        ([], _, None) => words::lower_first(title),
        ([only], [fact], _) => match fact.stated {
            Stated::Unknown(_) => format!("{only} is being clarified"),
            Stated::Incomplete(_) => format!("{only} is not complete"),
            _ => format!("{only} is not stated"),
        },
        ([first, second], ..) => format!("{first} and {second} are not stated"),
        ([first, second, rest @ ..], ..) => {
            let others = match rest.len() {
                1 => "1 other fact".to_owned(),
                _ if missing.len() >= MOST_MISSING => "hundreds of other facts".to_owned(),
                count => format!("{count} other facts"),
            };
            format!("{first}, {second} and {others} are not stated")
        }
        ([first], ..) => format!("{first} is not stated"),
    }
}

/// On which date the answer is so, and when it would be another.
fn date_notes<'a>(
    eval: &mut Evaluator<'a>,
    rule: &'a Rule,
    answer: Answer,
    all: &[Answer],
    body: &BodyProof<'a>,
    finding: &mut Finding,
) {
    if answer.outcome != Outcome::Fail || body.truth() != Truth::False {
        return;
    }
    let passes_on = |date: Date| {
        let same = all
            .iter()
            .filter(|other| other.element == answer.element && other.date == date);
        same.map(|other| other.outcome)
            .any(|outcome| outcome == Outcome::Pass)
    };
    let change = body.until().and_then(|until| until.date.tomorrow().ok());
    let better_from = change.filter(|date| {
        enter(
            eval,
            rule,
            Answer {
                date: *date,
                ..answer
            },
        );
        outcome(eval, rule) == Outcome::Pass
    });
    let word = if matches!(rule.body, Body::Gate(_)) {
        "not permitted"
    } else {
        "not so"
    };
    if let Some(date) = better_from {
        finding
            .notes
            .push(format!("{word} on {}; would be since {date}", answer.date));
    } else if let Some(other) = all.iter().find(|other| passes_on(other.date)) {
        finding.notes.push(format!(
            "{word} on {}; it is on {}",
            answer.date, other.date
        ));
    } else if all.iter().any(|other| other.date != answer.date) {
        finding.notes.push(format!("{word} on {}", answer.date));
    }
    enter(eval, rule, answer);
}
