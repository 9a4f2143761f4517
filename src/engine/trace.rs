//! Which branches of every `any` are true when a rule or definition is asked: for whoever looks for
//! branches that never decide.

use crate::engine::ask::{self, Answer};
use crate::engine::evaluate::{Binding, Evaluator, scalar_of};
use crate::engine::gate::Doors;
use crate::engine::law_date::law_dates;
use crate::engine::prove::Proof;
use crate::facts::{Facts, NodeRef};
use crate::finding::Outcome;
use crate::rule::condition::{ConditionKind, Literal};
use crate::rule::{Body, Rule, RuleSet};
use crate::source::Span;
use crate::truth::Truth;
use jiff::civil::Date;

/// One branch of an `any` as it was answered.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// Of the `any`.
    pub span: Span,
    pub index: usize,
    /// Of the `any`.
    pub truth: Truth,
    pub branch: Truth,
}

/// Every branch a rule asks about a proposal, on every law date and element, definitions entered.
pub fn branches_of_rule(
    set: &RuleSet,
    facts: &Facts,
    rule: &Rule,
    as_of: Date,
    visit: &mut dyn FnMut(Branch),
) {
    let mut eval = Evaluator::new(set, facts, as_of, false);
    eval.with_words = false;
    eval.whole_proofs = true;
    for date in law_dates(facts, as_of).dates {
        let window = rule.effective.as_ref();
        if window.is_some_and(|window| window.contains(date) == Truth::False) {
            continue;
        }
        for (element, outcome) in ask::ask_elements(&mut eval, rule, date) {
            let answer = Answer {
                date,
                element,
                outcome,
            };
            ask::enter(&mut eval, rule, answer);
            if let Some(when) = &rule.when {
                walk(&eval.prove(when), visit);
            }
            if outcome == Outcome::NotApplicable {
                continue;
            }
            match &rule.body {
                Body::Require(require) => walk(&eval.prove(require), visit),
                Body::Gate(doors) => {
                    for fact in doors.iter().filter_map(|door| door.fact.as_ref()) {
                        walk(&eval.prove(fact), visit);
                    }
                    let gate = eval.prove_gate(doors, Doors::ReliedOn);
                    let tried = gate.doors.iter().filter_map(|door| door.proof.as_ref());
                    tried.for_each(|proof| walk(proof, visit));
                }
            }
        }
    }
}

/// Every branch a definition asks about the value at a pointer; see [`super::holds`].
pub fn branches_of_definition(
    set: &RuleSet,
    facts: &Facts,
    definition: usize,
    pointer: &str,
    arguments: &[Literal],
    as_of: Date,
    visit: &mut dyn FnMut(Branch),
) {
    let node = facts.part(0).and_then(|part| part.document.locate(pointer));
    let Some(node) = node else { return };
    let mut eval = Evaluator::new(set, facts, as_of, false);
    eval.with_words = false;
    eval.whole_proofs = true;
    let dates = law_dates(facts, as_of).dates;
    eval.enter(0, dates.first().copied().unwrap_or(as_of));
    let subject = Binding::Node(NodeRef {
        node,
        ..facts.root()
    });
    let arguments = arguments
        .iter()
        .map(|literal| Binding::Scalar(scalar_of(literal)));
    let proof = eval.call(
        definition,
        subject,
        arguments.collect(),
        |eval, condition| eval.prove(condition),
    );
    if let Some(proof) = proof {
        walk(&proof, visit);
    }
}

fn walk(proof: &Proof, visit: &mut dyn FnMut(Branch)) {
    let is_any = matches!(proof.condition.kind, ConditionKind::Any(_));
    for (index, child) in proof.children.iter().enumerate() {
        if is_any {
            visit(Branch {
                span: proof.condition.site.span,
                index,
                truth: proof.truth,
                branch: child.truth,
            });
        }
        walk(child, visit);
    }
}
