//! Every path of what a rule requires, definitions not entered.
//!
//! Which fields a rule reads, definitions entered and under their full names, is `reads`.

use crate::rule::condition::{Condition, ConditionKind, Path, Term, TermBase, Test};
use crate::rule::table::Lookup;
use crate::rule::{Body, Rule};

impl Rule {
    /// Visits every path of what the rule requires, definitions not entered.
    pub fn each_required_path(&self, visit: &mut dyn FnMut(&Path)) {
        match &self.body {
            Body::Require(require) => condition(require, visit),
            Body::Gate(doors) => {
                for door in doors {
                    if let Some(among) = &door.among {
                        visit(&among.list);
                    }
                    door.fact.iter().for_each(|fact| condition(fact, visit));
                    condition(&door.require, visit);
                }
            }
        }
    }
}

fn condition(node: &Condition, visit: &mut dyn FnMut(&Path)) {
    match &node.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            parts.iter().for_each(|part| condition(part, visit))
        }
        ConditionKind::Not(inner) => condition(inner, visit),
        ConditionKind::Stated(path) | ConditionKind::Claimed(path) => visit(path),
        ConditionKind::Quantified { list, body, .. } => {
            visit(list);
            body.iter().for_each(|body| condition(body, visit));
        }
        ConditionKind::Count {
            list, body, order, ..
        } => {
            visit(list);
            body.iter().for_each(|body| condition(body, visit));
            order.iter().for_each(|(_, bound)| term(bound, visit));
        }
        ConditionKind::Sum {
            list,
            of,
            body,
            order,
            ..
        } => {
            visit(list);
            visit(of);
            body.iter().for_each(|body| condition(body, visit));
            order.iter().for_each(|(_, bound)| term(bound, visit));
        }
        ConditionKind::Test { subject, test, .. } => {
            term(subject, visit);
            match test {
                Test::In { terms, .. } | Test::IsA { terms, .. } | Test::Includes { terms, .. } => {
                    terms.iter().for_each(|value| term(value, visit));
                }
                Test::Order(_, bound) => term(bound, visit),
                Test::Matches(_) => {}
            }
        }
        ConditionKind::Holds { of, arguments, .. } => {
            visit(of);
            arguments.iter().for_each(|argument| term(argument, visit));
        }
        ConditionKind::Table(asked) => lookup(asked, visit),
        ConditionKind::Unsettled(_) => {}
    }
}

fn term(value: &Term, visit: &mut dyn FnMut(&Path)) {
    match &value.base {
        TermBase::Literal(_) => {}
        TermBase::Path(path) => visit(path),
        TermBase::FirstStated(paths) => paths.iter().for_each(visit),
        TermBase::Cell { lookup: asked, .. } => lookup(asked, visit),
    }
}

fn lookup(asked: &Lookup, visit: &mut dyn FnMut(&Path)) {
    asked
        .wanted
        .iter()
        .for_each(|(_, value)| term(value, visit));
    asked.on.iter().for_each(|on| term(on, visit));
}
