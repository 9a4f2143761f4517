//! The forecast for reading.

use super::super::RenderOptions;
use super::super::look::Look;
use super::super::phrase::{parties, verdict_word};
use super::super::row::Row;
use super::super::summary::count;
use super::{by_day, forecasts, rules, verdicts};
use crate::finding::{PackId, ProposalReport, Report, Tone, Verdict};
use crate::outlook::{Forecast, Turn};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Of more proposals that change, what happens is told day by day.
const MOST_SINGLE: usize = 3;

/// So many proposals are named of one thing that happens on a day.
const MOST_NAMED: usize = 3;

/// Columns of a date and the gap after it.
const DATE: usize = 12;

pub(super) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let look = Look::new(options);
    let mut text = String::new();
    let all: Vec<(&ProposalReport, &Forecast)> = forecasts(report).collect();
    let changing: Vec<_> = all.iter().filter(|(_, it)| !it.turns.is_empty()).collect();
    if changing.len() > MOST_SINGLE {
        days(&mut text, report, &look);
    } else {
        for (proposal, forecast) in changing.iter().copied().copied() {
            single(&mut text, proposal, forecast, &look);
        }
    }
    if let Some((_, any)) = all.first() {
        let rest = all.len() - changing.len();
        last(&mut text, any, rest, all.len(), &look);
    }
    out.write_all(text.as_bytes())
}

/// The timeline of one proposal.
fn single(out: &mut String, proposal: &ProposalReport, forecast: &Forecast, look: &Look) {
    Row::new(0)
        .hanging(2)
        .text(look.strong(), &proposal.id)
        .text_after(look.strong(), &proposal.title, look.gap(2))
        .write(out, look.width);
    let who = parties(proposal, look.arrow());
    if !who.is_empty() {
        Row::new(0)
            .hanging(2)
            .text(look.plain(), who)
            .write(out, look.width);
    }
    out.push('\n');
    let mut label = forecast.from.to_string();
    let turns = |pack: &PackId| {
        let verdicts = forecast.turns.iter().flat_map(|turn| &turn.verdicts);
        verdicts.map(|(from, _)| &from.pack).any(|it| it == pack)
    };
    let told = |it: &&Verdict| it.tone != Tone::NotApplicable || turns(&it.pack);
    for verdict in proposal.verdicts.iter().filter(told) {
        Row::new(2)
            .head(
                look.label(),
                look.row_label(&std::mem::take(&mut label), DATE),
            )
            .text(look.plain(), &verdict.title)
            .text_after(
                look.tone(verdict.tone),
                verdict_word(&verdict.word),
                look.gap(2),
            )
            .write(out, look.width);
    }
    for turn in &forecast.turns {
        out.push('\n');
        turned(out, turn, look);
    }
    out.push('\n');
}

fn turned(out: &mut String, turn: &Turn, look: &Look) {
    let mut label = turn.date.to_string();
    for (from, to) in &turn.verdicts {
        Row::new(2)
            .head(
                look.label(),
                look.row_label(&std::mem::take(&mut label), DATE),
            )
            .text(look.plain(), &to.title)
            .text_after(look.tone(from.tone), verdict_word(&from.word), look.gap(2))
            .text(look.plain(), look.arrow())
            .text(look.tone(to.tone), verdict_word(&to.word))
            .write(out, look.width);
    }
    let arrow = look.arrow();
    let plain = turn.because.iter().chain(&turn.notes).cloned();
    let plain = plain.map(|text| (look.plain(), text));
    let told = rules(turn, arrow)
        .into_iter()
        .map(|text| (look.faint(), text));
    for (style, text) in plain.chain(told) {
        Row::new(2)
            .head(
                look.label(),
                look.row_label(&std::mem::take(&mut label), DATE),
            )
            .text(style, text)
            .write(out, look.width);
    }
}

/// What happens day by day: on each, the same things together.
fn days(out: &mut String, report: &Report, look: &Look) {
    for (day, turns) in by_day(report) {
        let proposals = count(turns.len(), "proposal changes", "proposals change");
        Row::new(0)
            .hanging(2)
            .text(look.strong(), format!("on {day}, {proposals}"))
            .write(out, look.width);
        let mut same: BTreeMap<Vec<String>, Vec<&ProposalReport>> = BTreeMap::new();
        for (proposal, turn) in turns {
            let mut what = verdicts(turn, look.arrow());
            what.extend(turn.because.iter().map(|it| without_date(it).to_owned()));
            what.extend(turn.notes.iter().cloned());
            if what.is_empty() {
                what = rules(turn, look.arrow());
            }
            same.entry(what).or_default().push(proposal);
        }
        let mut same: Vec<_> = same.into_iter().collect();
        same.sort_by_key(|(_, proposals)| std::cmp::Reverse(proposals.len()));
        for (what, proposals) in same {
            let mut label = proposals.len().to_string();
            for line in &what {
                Row::new(2)
                    .head(look.label(), look.row_label(&std::mem::take(&mut label), 6))
                    .text(look.plain(), line)
                    .write(out, look.width);
            }
            let named = proposals.iter().take(MOST_NAMED).map(|it| it.id.as_str());
            let mut named = named.collect::<Vec<_>>().join(", ");
            let more = proposals.len().saturating_sub(MOST_NAMED);
            if more > 0 {
                named.push_str(&format!(" and {more} more"));
            }
            Row::new(2)
                .head(look.label(), look.row_label("", 6))
                .text(look.faint(), named)
                .write(out, look.width);
        }
        out.push('\n');
    }
}

/// A reason without the date that it is about, which differs from one proposal to another.
fn without_date(reason: &str) -> &str {
    match reason.rsplit_once(" (") {
        Some((what, date)) if date.ends_with(')') => what,
        _ => reason,
    }
}

fn last(out: &mut String, any: &Forecast, rest: usize, all: usize, look: &Look) {
    let proposals = match rest {
        0 => String::new(),
        rest if rest == all => format!(" in {}", count(rest, "proposal", "proposals")),
        rest => format!(" in {}", count(rest, "other proposal", "other proposals")),
    };
    let text = match (rest, any.compared) {
        (0, false) => format!(
            "Nothing else changes until {}. Not legal advice.",
            any.until
        ),
        (0, true) => format!(
            "{} compared with {}. Not legal advice.",
            any.until, any.from
        ),
        (_, false) => format!(
            "From {} until {} nothing changes{proposals}. Not legal advice.",
            any.from, any.until
        ),
        (_, true) => format!(
            "Between {} and {} nothing differs{proposals}. Not legal advice.",
            any.from, any.until
        ),
    };
    Row::new(0)
        .hanging(0)
        .text(look.faint(), text)
        .write(out, look.width);
}
