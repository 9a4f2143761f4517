//! The short answer: whether there is nothing to tell about a proposal.
//!
//! Who only wants findings need not be told why a proposal is permitted. Rules are asked as `ask` asks
//! them, but nothing is proved and nothing is said; at the first answer that has to be told, this
//! gives up and [`check`](super::check) speaks from the start.

use crate::document::Kind;
use crate::engine::ask::{in_force, outcome, unwritten, whole};
use crate::engine::evaluate::{Binding, Evaluator};
use crate::engine::law_date::law_dates;
use crate::engine::verdict::{self, NOT_APPLICABLE};
use crate::engine::{CheckOptions, PackChoice, applies};
use crate::facts::{Facts, Incompleteness};
use crate::finding::{Outcome, PackKind, Tone};
use crate::rule::{Rule, RuleSet};
use crate::truth::Truth;
use jiff::civil::Date;

/// What a pack says of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackWord<'a> {
    /// Its index in the rule set.
    pub pack: usize,
    pub tone: Tone,
    pub word: &'a str,
}

/// Whether every rule that is asked passes or does not apply, a law permits the transfer, and no
/// finding would be made; then `words` is what the packs that are asked say. `false` says only that
/// [`check`](super::check) has to look.
pub fn nothing_to_tell<'a>(
    set: &'a RuleSet,
    facts: &Facts,
    options: &CheckOptions,
    words: &mut Vec<PackWord<'a>>,
) -> bool {
    words.clear();
    if options.packs == PackChoice::All {
        return false;
    }
    let dates = law_dates(facts, options.as_of);
    if dates.unreadable_start || (options.strict && dates.assumed_start) {
        return false;
    }
    let mut eval = Evaluator::new(set, facts, options.as_of, options.strict);
    let mut permitted = false;
    for (index, pack) in set.packs.iter().enumerate() {
        let applies = applies::applies(&mut eval, pack, &dates.dates);
        if applies == Truth::Unknown {
            return false;
        }
        if !options.asks_pack(pack) {
            continue;
        }
        if applies == Truth::False {
            words.push(PackWord {
                pack: index,
                tone: Tone::NotApplicable,
                word: NOT_APPLICABLE,
            });
            continue;
        }
        if !options.asks_whole(pack) {
            return false;
        }
        let mut passed = false;
        let mut decides = false;
        for rule in &pack.rules {
            let outcome = passes(&mut eval, rule, &dates.dates);
            decides |= rule.effect.decides();
            match outcome {
                None => return false,
                Some(Outcome::Pass) => passed |= rule.effect.decides(),
                Some(_) => {}
            }
        }
        let (tone, word) = verdict::without_trouble(pack, passed, decides);
        let own = verdict::own_word(&mut eval, pack, tone, &dates);
        let own = own.and_then(|own| pack.verdicts.get(own));
        let word = own.map_or(word, |own| &own.word);
        words.push(PackWord {
            pack: index,
            tone,
            word,
        });
        permitted |= pack.kind == PackKind::Law && passed;
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
