//! Branches of an `any` that no example reaches: never true, so never the reason why the `any` is.
//!
//! A branch that can only be unknown, because the law is contested there, is reached where it keeps
//! its `any` from being decided.

use crate::engine::trace::{Branch, branches_of_definition, branches_of_rule};
use crate::facts::pointer;
use crate::rule::bench::{Case, Spot, Task, Worker, parts};
use crate::rule::condition::{Condition, ConditionKind};
use crate::rule::example::{Expected, arguments};
use crate::rule::{Body, RuleSet};
use crate::source::Span;
use crate::truth::Truth;
use std::collections::BTreeSet;

impl Worker<'_, '_> {
    /// The branches of a rule or definition that none of these examples reaches.
    pub(super) fn unreached(
        &mut self,
        task: Task,
        cases: &[(usize, Option<usize>)],
    ) -> Vec<(Spot, String)> {
        let bench = self.bench;
        let Some(set) = bench.set() else {
            return Vec::new();
        };
        let mut branches = Vec::new();
        match task {
            Task::Rule(index) => {
                let Some((_, rule)) = bench.rule(0, index) else {
                    return Vec::new();
                };
                if let Some(when) = &rule.when {
                    gather(when, "when", &mut branches);
                }
                match &rule.body {
                    Body::Require(require) => gather(require, "require", &mut branches),
                    Body::Gate(doors) => {
                        for door in doors {
                            if let Some(fact) = &door.fact {
                                gather(fact, &format!("doors.{}.fact", door.id), &mut branches);
                            }
                            let name = format!("doors.{}.require", door.id);
                            gather(&door.require, &name, &mut branches);
                        }
                    }
                }
            }
            Task::Definition(index) => {
                if let Some(definition) = set.definitions.get(index) {
                    gather(&definition.holds, "holds", &mut branches);
                }
            }
        }
        let mut open: BTreeSet<(Span, usize)> = branches.iter().map(|b| (b.any, b.index)).collect();
        for (case, rule) in cases {
            if open.is_empty() {
                break;
            }
            let Some(case) = bench.examples.get(*case) else {
                continue;
            };
            self.trace(case, *rule, &mut |seen| {
                let key = (seen.span, seen.index);
                let known = branches.iter().find(|b| (b.any, b.index) == key);
                let decided = known.is_some_and(|branch| branch.can_be_true);
                let reason = if decided { Truth::True } else { Truth::Unknown };
                if seen.branch == reason && seen.truth == reason {
                    open.remove(&key);
                }
            });
        }
        let unreached = branches
            .into_iter()
            .filter(|branch| open.contains(&(branch.any, branch.index)));
        unreached
            .map(|branch| (bench.spot(branch.span), branch.name))
            .collect()
    }

    fn trace(&mut self, case: &Case, rule: Option<usize>, visit: &mut dyn FnMut(Branch)) {
        let bench = self.bench;
        let Some(set) = bench.sets.get(case.set) else {
            return;
        };
        let example = case.prepared.example;
        let facts = case.prepared.facts();
        if let Some((_, rule)) = rule.and_then(|rule| bench.rule(case.set, rule)) {
            branches_of_rule(set, &facts, rule, example.as_of, visit);
        } else if let Expected::Truth { of, with, .. } = &example.expected {
            trace_definition(set, case, of, with, visit);
        }
    }
}

fn trace_definition(
    set: &RuleSet,
    case: &Case,
    of: &str,
    with: &std::collections::BTreeMap<String, String>,
    visit: &mut dyn FnMut(Branch),
) {
    let example = case.prepared.example;
    let mut definitions = set.definitions.iter().enumerate();
    let Some((index, definition)) = definitions.find(|(_, known)| known.id == example.rule) else {
        return;
    };
    let Ok(arguments) = arguments(definition, with) else {
        return;
    };
    let facts = case.prepared.facts();
    let pointer = pointer(of);
    branches_of_definition(
        set,
        &facts,
        index,
        &pointer,
        &arguments,
        example.as_of,
        visit,
    );
}

struct Known {
    /// The place of the `any`.
    any: Span,
    index: usize,
    /// The place of the branch.
    span: Span,
    name: String,
    can_be_true: bool,
}

fn gather(node: &Condition, name: &str, found: &mut Vec<Known>) {
    let key = match &node.kind {
        ConditionKind::All(_) => "all",
        ConditionKind::Any(_) => "any",
        _ => "",
    };
    for (index, part) in parts(node).enumerate() {
        let inside = match &node.kind {
            ConditionKind::Not(_) => format!("{name}.not"),
            ConditionKind::Quantified {
                quantifier: crate::rule::condition::Quantifier::Every,
                ..
            } => format!("{name}.satisfies"),
            _ if key.is_empty() => format!("{name}.where"),
            _ => format!("{name}.{key}[{index}]"),
        };
        if key == "any" {
            found.push(Known {
                any: node.site.span,
                index,
                span: part.site.span,
                name: inside.clone(),
                can_be_true: can_be(part, true),
            });
        }
        gather(part, &inside, found);
    }
}

/// Whether a condition can come to this at all, as far as its form tells.
fn can_be(node: &Condition, wanted: bool) -> bool {
    let can = |part: &Condition| can_be(part, wanted);
    match &node.kind {
        ConditionKind::Unsettled(_) => false,
        ConditionKind::All(parts) if wanted => parts.iter().all(can),
        ConditionKind::All(parts) => parts.iter().any(can),
        ConditionKind::Any(parts) if wanted => parts.iter().any(can),
        ConditionKind::Any(parts) => parts.iter().all(can),
        ConditionKind::Not(inner) => can_be(inner, !wanted),
        _ => true,
    }
}
