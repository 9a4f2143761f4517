//! Whether a pack applies to a proposal; and the finding where the facts do not tell.

use crate::engine::evaluate::Evaluator;
use crate::engine::label;
use crate::engine::prove::{Fact, Stated};
use crate::engine::tell::lacking;
use crate::finding::{Effect, Finding, Label, Outcome, RuleId, Severity};
use crate::fingerprint::{fingerprint, named_pointer};
use crate::rule::Pack;
use crate::truth::Truth;
use crate::vocabulary::PROPOSAL;
use jiff::civil::Date;

/// The rule name of the finding, whichever pack it is about.
const RULE: &str = "pack-may-apply";

/// Whether a pack applies on any of the law dates.
pub(crate) fn applies<'a>(eval: &mut Evaluator<'a>, pack: &'a Pack, dates: &[Date]) -> Truth {
    let Some(condition) = &pack.applies else {
        return Truth::True;
    };
    let mut any = Truth::False;
    for date in dates {
        eval.enter(pack.applies_slots, *date);
        any = any.or(eval.truth(condition));
    }
    any
}

/// The day from which a pack that does not apply may do so, if its condition tells one.
pub(crate) fn from<'a>(eval: &mut Evaluator<'a>, pack: &'a Pack, dates: &[Date]) -> Option<Date> {
    let condition = pack.applies.as_ref().filter(|_| pack.applies_dated)?;
    eval.enter(pack.applies_slots, *dates.last()?);
    let until = eval.prove_silently(condition).until();
    until?.date.tomorrow().ok()
}

/// The finding that the facts do not tell whether a pack applies; `None` where that hangs only on
/// values that break the schema, which the schema's own findings tell.
pub(crate) fn doubt<'a>(
    eval: &mut Evaluator<'a>,
    pack: &'a Pack,
    dates: &[Date],
    proposal: &str,
) -> Option<Finding> {
    let condition = pack.applies.as_ref()?;
    let mut facts: Vec<Fact> = Vec::new();
    let mut reasons: Vec<String> = Vec::new();
    for date in dates {
        eval.enter(pack.applies_slots, *date);
        let proof = eval.prove(condition);
        for fact in proof.missing() {
            if !facts.contains(fact) {
                facts.push(fact.clone());
            }
        }
        reasons.extend(proof.unsettled().into_iter().map(str::to_owned));
    }
    let is_invalid = |fact: &Fact| matches!(fact.stated, Stated::Invalid(_));
    if !facts.is_empty() && facts.iter().all(is_invalid) {
        return None;
    }
    facts.retain(|fact| !is_invalid(fact));
    reasons.dedup();
    let asked: Vec<&Fact> = facts.iter().collect();
    let lacking = lacking(eval, &asked, &reasons, "a fact is not stated");
    let missing: Vec<_> = facts
        .iter()
        .map(|fact| label::missing(eval, fact))
        .collect();
    let mut labels: Vec<Label> = missing.iter().map(|fact| fact.label.clone()).collect();
    if labels.is_empty() {
        labels.push(label::on_value(eval, eval.facts.root(), ""));
    }
    let (primary, related) = label::split(labels);
    let shape = eval.set.vocabulary.root(PROPOSAL);
    let vocabulary = &eval.set.vocabulary;
    let named = named_pointer(vocabulary, shape, eval.facts, 0, &primary.pointer);
    // One a pack: the pack is part of what is told.
    let name = format!("{RULE} {}", pack.id.0);
    Some(Finding {
        rule: RuleId(RULE.to_owned()),
        pack: pack.id.clone(),
        severity: Severity::Error,
        effect: Effect::Condition,
        outcome: Outcome::Undetermined,
        message: format!(
            "whether {} applies cannot be told yet: {lacking}",
            pack.title
        ),
        help: Vec::new(),
        sources: Vec::new(),
        primary,
        related,
        missing,
        doors: Vec::new(),
        waiting: Vec::new(),
        waiver: None,
        known: None,
        notes: reasons,
        fingerprint: fingerprint(&name, proposal, Outcome::Undetermined, &named),
    })
}
