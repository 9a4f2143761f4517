//! What the rules answer, and nothing about it: for whoever asks the same of many variants of a
//! proposal, or on many days. The answers are those of [`check`](super::check), at a fraction of its
//! cost.

use crate::engine::evaluate::Evaluator;
use crate::engine::horizon::Turning;
use crate::engine::law_date::{LawDates, law_dates};
use crate::engine::verdict::{NOT_APPLICABLE, doubted, own_word, weigh};
use crate::engine::{CheckOptions, PackChoice, applies, ask};
use crate::facts::Facts;
use crate::finding::{Outcome, Tone};
use crate::rule::{Pack, RuleSet};
use crate::truth::Truth;
use jiff::civil::Date;

/// What a pack answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackAnswer<'a> {
    /// Its index in the rule set.
    pub pack: usize,
    pub applies: Truth,
    pub tone: Tone,
    /// The verdict.
    pub word: &'a str,
    /// One a rule of the pack; `NotApplicable` for rules that are not asked.
    pub outcomes: Vec<Outcome>,
}

/// The answers of every pack that is asked, in the order of the packs.
pub fn answers<'a>(set: &'a RuleSet, facts: &Facts, options: &CheckOptions) -> Vec<PackAnswer<'a>> {
    let dates = law_dates(facts, options.as_of);
    let packs = set.packs.iter().enumerate();
    let asked = packs.filter(|(_, pack)| options.asks_pack(pack));
    asked
        .map(|(index, pack)| {
            let mut eval = Evaluator::new(set, facts, options.as_of, options.strict);
            of_pack(&mut eval, options, &dates, index, pack)
        })
        .collect()
}

/// The answer of one pack on a day, and the next day on which it could be another; none if no day is.
pub fn answer_on<'a>(
    set: &'a RuleSet,
    facts: &Facts,
    options: &CheckOptions,
    pack: usize,
    day: Date,
) -> Option<(PackAnswer<'a>, Option<Date>)> {
    let mut eval = Evaluator::new(set, facts, day, options.strict);
    eval.watch(None);
    let dates = law_dates(facts, day);
    let answer = of_pack(&mut eval, options, &dates, pack, set.packs.get(pack)?);
    Some((answer, eval.horizon()))
}

/// Why the answer of a pack could be another from a day on.
pub(crate) fn turnings(
    set: &RuleSet,
    facts: &Facts,
    options: &CheckOptions,
    pack: usize,
    day: Date,
) -> Vec<Turning> {
    let (Some(known), Ok(before)) = (set.packs.get(pack), day.yesterday()) else {
        return Vec::new();
    };
    let mut eval = Evaluator::new(set, facts, before, options.strict);
    eval.watch(Some(day));
    let dates = law_dates(facts, before);
    of_pack(&mut eval, options, &dates, pack, known);
    eval.turnings()
}

fn of_pack<'e, 'a: 'e>(
    eval: &mut Evaluator<'e>,
    options: &CheckOptions,
    dates: &LawDates,
    index: usize,
    pack: &'a Pack,
) -> PackAnswer<'a> {
    let applies = applies::applies(eval, pack, &dates.dates);
    if applies == Truth::False && options.packs != PackChoice::All {
        return PackAnswer {
            pack: index,
            applies,
            tone: Tone::NotApplicable,
            word: NOT_APPLICABLE,
            outcomes: vec![Outcome::NotApplicable; pack.rules.len()],
        };
    }
    let whole = options.asks_whole(pack);
    let mut deciding = Vec::new();
    let mut outcomes = Vec::with_capacity(pack.rules.len());
    for rule in &pack.rules {
        if !whole && !options.asks_rule(rule) {
            outcomes.push(Outcome::NotApplicable);
            continue;
        }
        let answers = ask::answers(eval, rule, applies, dates);
        let worst = answers.iter().map(|answer| answer.outcome).max();
        let outcome = worst.unwrap_or(Outcome::NotApplicable);
        if rule.effect.decides() {
            deciding.push(outcome);
        }
        outcomes.push(outcome);
    }
    let unreadable = eval.read_invalid || dates.unreadable_start;
    let assumed_start = options.strict && dates.assumed_start;
    let plain = weigh(pack, &deciding, applies);
    let (tone, word) = doubted(plain, unreadable || assumed_start || !whole);
    let own = own_word(eval, pack, tone, dates).and_then(|own| pack.verdicts.get(own));
    PackAnswer {
        pack: index,
        applies,
        tone,
        word: own.map_or(word, |own| &own.word),
        outcomes,
    }
}
