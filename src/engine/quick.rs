//! The short answer: whether there is nothing to tell about a proposal.
//!
//! Who only wants findings need not be told why a proposal is permitted. Rules are asked as `ask` asks
//! them, but nothing is proved and nothing is said; at the first answer that has to be told, this
//! gives up and [`check`](super::check) speaks from the start.

use crate::document::Kind;
use crate::engine::ask::{in_force, outcome, unwritten, whole};
use crate::engine::evaluate::{Binding, Evaluator};
use crate::engine::law_date::law_dates;
use crate::engine::{CheckOptions, PackChoice, applies};
use crate::facts::{Facts, Incompleteness};
use crate::finding::{Outcome, PackKind};
use crate::rule::{Rule, RuleSet};
use crate::truth::Truth;
use jiff::civil::Date;

/// Whether every rule that is asked passes or does not apply, a law permits the transfer, and no
/// finding would be made. `false` says only that [`check`](super::check) has to look.
pub fn nothing_to_tell(set: &RuleSet, facts: &Facts, options: &CheckOptions) -> bool {
    if options.packs == PackChoice::All {
        return false;
    }
    let dates = law_dates(facts, options.as_of);
    if dates.unreadable_start || (options.strict && dates.assumed_start) {
        return false;
    }
    let mut eval = Evaluator::new(set, facts, options.as_of, options.strict);
    let mut permitted = false;
    for pack in &set.packs {
        match applies::applies(&mut eval, pack, &dates.dates) {
            Truth::False => continue,
            Truth::Unknown => return false,
            Truth::True => {}
        }
        if !options.asks_pack(pack) {
            continue;
        }
        if !options.asks_whole(pack) {
            return false;
        }
        let mut decided = pack.kind != PackKind::Law;
        for rule in &pack.rules {
            match passes(&mut eval, rule, &dates.dates) {
                None => return false,
                Some(Outcome::Pass) => decided |= rule.effect.decides(),
                Some(_) => {}
            }
        }
        permitted |= pack.kind == PackKind::Law && decided;
    }
    permitted && !eval.read_invalid
}

/// What a rule answers, if it has nothing to tell: pass, or not applicable.
fn passes<'a>(eval: &mut Evaluator<'a>, rule: &'a Rule, dates: &[Date]) -> Option<Outcome> {
    let mut worst = Outcome::NotApplicable;
    for date in dates {
        if in_force(rule, *date) == Truth::False {
            continue;
        }
        eval.enter(rule.slots, *date);
        let Some(each) = &rule.each else {
            worst = worst.max(told(outcome(eval, rule))?);
            continue;
        };
        for list in &each.lists {
            let Some(at) = whole(eval, list) else {
                worst = worst.max(told(unwritten(eval, rule, each.slot))?);
                continue;
            };
            if eval.facts.kind(at) != Kind::Array {
                eval.bind(each.slot, Binding::Node(at));
                worst = worst.max(told(outcome(eval, rule))?);
                continue;
            }
            for element in eval.facts.elements(at) {
                eval.bind(each.slot, Binding::Node(element));
                worst = worst.max(told(outcome(eval, rule))?);
            }
            if eval.facts.incompleteness(at) == Some(Incompleteness::Said) {
                worst = worst.max(told(unwritten(eval, rule, each.slot))?);
            }
        }
    }
    Some(worst)
}

fn told(outcome: Outcome) -> Option<Outcome> {
    matches!(outcome, Outcome::Pass | Outcome::NotApplicable).then_some(outcome)
}
