//! When answers become others: the same proposal, asked on later days.
//!
//! No day is sampled. Asked on a day, a pack says the next day on which it could answer otherwise; it is
//! asked again then, and only then.

use super::said;
use crate::engine::law_date::date_at;
use crate::engine::{CheckOptions, PackAnswer, Turning, answer_on, turnings};
use crate::facts::Facts;
use crate::outlook::{Days, Forecast, OutcomeTurn};
use crate::rule::{Pack, RuleSet};
use jiff::Unit;
use jiff::civil::Date;
use std::cmp::Ordering;

/// All days on which an answer becomes another.
pub(crate) fn forecast(
    set: &RuleSet,
    facts: &Facts,
    options: &CheckOptions,
    days: Days,
) -> Forecast {
    let (Days::Until(until) | Days::At(until)) = days;
    let mut forecast = Forecast {
        from: options.as_of,
        until,
        compared: matches!(days, Days::At(_)),
        turns: Vec::new(),
    };
    for (index, pack) in set.packs.iter().enumerate() {
        if options.asks_pack(pack) {
            let asked = Asked {
                set,
                facts,
                options,
                index,
                pack,
            };
            asked.follow(&mut forecast);
        }
    }
    let review = date_at(facts, facts.root(), "review_by");
    if let Some(turn) = review.and_then(|date| forecast.turn(date)) {
        turn.notes
            .push("the review is due (`review_by`)".to_owned());
    }
    forecast
}

/// A pack that is asked about a proposal.
struct Asked<'a, 'f> {
    set: &'a RuleSet,
    facts: &'f Facts<'f>,
    options: &'f CheckOptions,
    index: usize,
    pack: &'a Pack,
}

impl<'a> Asked<'a, '_> {
    fn answer(&self, day: Date) -> Option<(PackAnswer<'a>, Option<Date>)> {
        answer_on(self.set, self.facts, self.options, self.index, day)
    }

    fn follow(&self, forecast: &mut Forecast) {
        let Some((mut before, mut next)) = self.answer(forecast.from) else {
            return;
        };
        if forecast.compared {
            if let Some((after, _)) = self.answer(forecast.until) {
                self.note(forecast, forecast.until, &before, &after);
            }
            return;
        }
        while let Some(day) = next.filter(|day| *day <= forecast.until) {
            let Some((after, then)) = self.answer(day) else {
                return;
            };
            self.note(forecast, day, &before, &after);
            (before, next) = (after, then);
        }
    }

    /// Notes what became different from one day to another.
    fn note(&self, forecast: &mut Forecast, day: Date, before: &PackAnswer, after: &PackAnswer) {
        if before == after {
            return;
        }
        let outcomes = before.outcomes.iter().zip(&after.outcomes);
        let outcomes = self.pack.rules.iter().zip(outcomes);
        let changed = outcomes.filter(|(_, (from, to))| from != to);
        let outcomes: Vec<OutcomeTurn> = changed
            .map(|(rule, (from, to))| OutcomeTurn {
                pack: self.pack.id.clone(),
                rule: rule.id.clone(),
                title: rule.title.clone(),
                from: *from,
                to: *to,
            })
            .collect();
        let because = match forecast.compared {
            true => Vec::new(),
            false => self.because(day, &outcomes),
        };
        let Some(turn) = forecast.turn(day) else {
            return;
        };
        for reason in because {
            if !turn.because.contains(&reason) {
                turn.because.push(reason);
            }
        }
        if (before.word, before.tone) != (after.word, after.tone) {
            turn.verdicts
                .push((said(self.pack, before), said(self.pack, after)));
        }
        turn.outcomes.extend(outcomes);
    }

    /// What happens on a day to what these rules read.
    fn because(&self, day: Date, outcomes: &[OutcomeTurn]) -> Vec<String> {
        let mut options = self.options.clone();
        if !outcomes.is_empty() {
            options.select = outcomes.iter().map(|it| it.rule.0.clone()).collect();
        }
        let turnings = turnings(self.set, self.facts, &options, self.index, day);
        let says = |it: &Turning| matches!(it, Turning::Fact { words: Some(_), .. });
        let said = turnings.iter().any(says);
        // Where something is said to begin or end, a comparison that is not says nothing more.
        let told = turnings
            .iter()
            .filter(|it| !said || says(it) || matches!(it, Turning::Law(_)));
        told.map(|turning| in_words(turning, day)).collect()
    }
}

/// What happens on a day.
fn in_words(turning: &Turning, day: Date) -> String {
    let (field, date, words, reached) = match turning {
        Turning::Law(table) if table.is_empty() => return "the law changes".to_owned(),
        Turning::Law(table) => return format!("the law changes: {table}"),
        Turning::Fact {
            field,
            date,
            words,
            reached,
        } => (field, *date, words, reached),
    };
    if let Some(words) = words {
        return format!("{words} (`{field}`: {date})");
    }
    let until = if *reached {
        day
    } else {
        day.yesterday().unwrap_or(day)
    };
    match (until.cmp(&date), reached) {
        (Ordering::Equal, true) => format!("the day of `{field}` ({date})"),
        (Ordering::Equal, false) => format!("the day of `{field}` is over ({date})"),
        (Ordering::Greater, true) => format!("{} after `{field}` ({date})", span(date, until)),
        (Ordering::Greater, false) => {
            format!("more than {} after `{field}` ({date})", span(date, until))
        }
        (Ordering::Less, true) => format!("{} before `{field}` ({date})", span(until, date)),
        (Ordering::Less, false) => {
            format!("less than {} before `{field}` ({date})", span(until, date))
        }
    }
}

/// Up to so many days are counted as days.
const MOST_DAYS: i32 = 99;

/// A length of time: "1 year", "6 months and 3 days", "60 days".
fn span(from: Date, until: Date) -> String {
    let days = from.until(until).map_or(0, |span| span.get_days());
    if days <= MOST_DAYS {
        return format!("{days} day{}", if days == 1 { "" } else { "s" });
    }
    let span = from.until((Unit::Year, until)).unwrap_or_default();
    let parts = [
        (i32::from(span.get_years()), "year"),
        (span.get_months(), "month"),
        (span.get_days(), "day"),
    ];
    let parts = parts.into_iter().filter(|(n, _)| *n != 0);
    let parts: Vec<String> = parts
        .map(|(n, unit)| format!("{n} {unit}{}", if n == 1 { "" } else { "s" }))
        .collect();
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.join(""),
    }
}
