//! Labels from proofs: the failing value first, then what it was compared with and the facts that
//! made the rule apply; for what is missing, the place where it would go.

use crate::document::Kind;
use crate::engine::evaluate::Evaluator;
use crate::engine::prove::{Assumed, Fact, Proof, Stated};
use crate::facts::{NodeRef, dotted, escape, insertion_offset};
use crate::finding::{Assumption, Label, Missing, Target};
use crate::rule::condition::ConditionKind;
use crate::source::Span;
use crate::truth::Truth;
use crate::vocabulary::PROPOSAL;

/// More labels than this beside the primary one are noise.
const MOST_RELATED: usize = 5;

/// A label on a value.
pub(crate) fn on_value(eval: &Evaluator, at: NodeRef, text: impl Into<String>) -> Label {
    Label {
        span: eval.facts.span(at),
        target: Target::Value,
        pointer: eval.facts.pointer(at),
        text: text.into(),
    }
}

/// A label on a fact as it is stated, or where it would go.
pub(crate) fn on_fact(eval: &Evaluator, fact: &Fact, text: impl Into<String>) -> Label {
    match &fact.stated {
        Stated::Found(at) | Stated::Unknown(at) | Stated::Incomplete(at) => {
            on_value(eval, *at, text)
        }
        Stated::Invalid(at) => {
            let part = eval.facts.part(at.part);
            let is_key = part.is_some_and(|part| part.document.kind(at.node) == Kind::Key);
            let mut label = on_value(eval, *at, text);
            if is_key {
                label.target = Target::Key;
            }
            label
        }
        Stated::Absent(at, steps) => {
            let Some(part) = eval.facts.part(at.part) else {
                return on_value(eval, *at, text);
            };
            let offset = insertion_offset(part.document, at.node);
            let mut pointer = eval.facts.pointer(*at);
            if let Some(step) = steps.first() {
                pointer.push('/');
                pointer.push_str(&escape(step));
            }
            Label {
                span: Span::new(part.file, offset..offset),
                target: Target::Insertion,
                pointer,
                text: text.into(),
            }
        }
    }
}

/// A fact that is missing, for the list of what to state.
pub(crate) fn missing(eval: &Evaluator, fact: &Fact) -> Missing {
    let name = fact.name(eval);
    let text = match fact.stated {
        Stated::Absent(..) => format!("`{}` would go here", last_step(&name)),
        Stated::Unknown(_) => "being clarified".to_owned(),
        Stated::Incomplete(_) => "not complete".to_owned(),
        Stated::Invalid(_) => "not readable".to_owned(),
        Stated::Found(_) => String::new(),
    };
    let vocabulary = &eval.set.vocabulary;
    let field = fact
        .field
        .and_then(|(shape, i)| vocabulary.object(shape)?.fields.get(i));
    // What is being clarified may stand above the field that was asked for.
    let steps: Vec<&str> = name
        .split('.')
        .map(|step| step.split('[').next().unwrap_or(step))
        .collect();
    let field = field
        .filter(|field| steps.last().is_some_and(|last| field.name == *last))
        .or_else(|| vocabulary.field_at(vocabulary.root(PROPOSAL)?, &steps));
    Missing {
        meaning: field
            .map(|field| field.meaning.to_string())
            .unwrap_or_default(),
        label: on_fact(eval, fact, text),
        field: name,
    }
}

fn last_step(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// An assumption, with the place it would be stated at.
pub(crate) fn assumption(eval: &Evaluator, assumed: &Assumed) -> Assumption {
    Assumption {
        field: assumed.fact.name(eval),
        value: assumed.value.clone(),
        because: assumed.because.clone(),
        label: Some(on_fact(eval, &assumed.fact, "not stated")),
    }
}

/// The labels of a failing rule: of the parts that decided against it, then of the parts that made
/// it apply.
pub(crate) fn of_failure(
    eval: &Evaluator,
    against: &Proof,
    reasons: Option<&Proof>,
    fallback: NodeRef,
) -> (Label, Vec<Label>) {
    let mut labels: Vec<Label> = Vec::new();
    let mut compared: Vec<Label> = Vec::new();
    for (leaf, text) in against.culprits() {
        let mut facts = leaf.facts.iter();
        if let Some(first) = facts.next() {
            push(&mut labels, on_fact(eval, first, text));
        }
        let is_test = matches!(leaf.condition.kind, ConditionKind::Test { .. });
        for other in facts.filter(|_| is_test) {
            compared.push(on_fact(eval, other, compared_with(eval, other)));
        }
    }
    if labels.is_empty() {
        // A condition on nothing of the document, such as a date: the element itself stands for it.
        labels.push(on_value(eval, fallback, String::new()));
    }
    // A failing value is told before what it was measured by, and the start of the transfer, on
    // which the law was asked, before other measures.
    let dates = reasons.into_iter().flat_map(|proof| measures(eval, proof));
    let measured: Vec<Label> = dates.chain(compared).collect();
    for label in measured {
        push(&mut labels, label);
    }
    if let Some(reasons) = reasons {
        for label in of_reasons(eval, reasons) {
            push(&mut labels, label);
        }
    }
    split(labels)
}

/// The dates of the transfer that made a rule apply.
fn measures(eval: &Evaluator, proof: &Proof) -> Vec<Label> {
    let facts = proof
        .deciding()
        .into_iter()
        .filter(|leaf| leaf.truth != Truth::Unknown)
        .flat_map(|leaf| leaf.facts.iter().skip(1));
    let dates = facts.filter(|fact| {
        let field = fact
            .field
            .and_then(|(shape, i)| eval.set.vocabulary.object(shape)?.fields.get(i));
        field.is_some_and(|field| field.starts.is_some()) && matches!(fact.stated, Stated::Found(_))
    });
    dates
        .map(|fact| on_fact(eval, fact, compared_with(eval, fact)))
        .collect()
}

/// The labels of facts that made a rule apply: what is there, or what the rule has a sentence for.
pub(crate) fn of_reasons(eval: &Evaluator, proof: &Proof) -> Vec<Label> {
    let leaves = proof
        .deciding()
        .into_iter()
        .filter(|leaf| leaf.truth != Truth::Unknown && !leaf.text.is_empty());
    let labels = leaves.filter_map(|leaf| {
        let fact = leaf
            .facts
            .first()
            .filter(|fact| matches!(fact.stated, Stated::Found(_)))?;
        // That something is stated, or is not one of many others, says nothing its value does not.
        let only_stated = matches!(
            leaf.condition.kind,
            ConditionKind::Stated(_) | ConditionKind::Claimed(_)
        );
        let telling = leaf.own_text || (leaf.states_presence() && !only_stated);
        telling.then(|| on_fact(eval, fact, leaf.text.clone()))
    });
    labels.collect()
}

/// The first value that an answer rests on.
pub(crate) fn of_first(eval: &Evaluator, proof: &Proof) -> Option<Label> {
    let facts = proof
        .deciding()
        .into_iter()
        .flat_map(|leaf| leaf.facts.first());
    let mut found = facts.filter(|fact| matches!(fact.stated, Stated::Found(_)));
    found.next().map(|fact| on_fact(eval, fact, ""))
}

/// What a value is that another was compared with: "the transfer begins".
fn compared_with(eval: &Evaluator, fact: &Fact) -> String {
    let field = fact
        .field
        .and_then(|(shape, i)| eval.set.vocabulary.object(shape)?.fields.get(i));
    match (
        field.and_then(|field| field.starts.or(field.ends)),
        &fact.stated,
    ) {
        (Some(change), Stated::Found(_)) => change.to_owned(),
        (_, Stated::Found(_)) => "compared with this".to_owned(),
        _ => format!("`{}` is not stated", dotted(&fact.pointer(eval))),
    }
}

/// Adds a label unless its place has one.
pub(crate) fn push(labels: &mut Vec<Label>, label: Label) {
    if !labels
        .iter()
        .any(|known| known.span == label.span && known.pointer == label.pointer)
    {
        labels.push(label);
    }
}

/// The first label, and some of the others.
pub(crate) fn split(labels: Vec<Label>) -> (Label, Vec<Label>) {
    let mut labels = labels.into_iter();
    let primary = labels.next().unwrap_or(Label {
        span: Span::new(crate::source::FileId(0), 0..0),
        target: Target::Text,
        pointer: String::new(),
        text: String::new(),
    });
    (primary, labels.take(MOST_RELATED).collect())
}
