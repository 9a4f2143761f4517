//! The forecast for reading.

use super::super::RenderOptions;
use super::super::look::Look;
use super::super::phrase::{broken, mistakes, verdict_word};
use super::super::proposal::title;
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
        // Of a few it is told how they stand, even where nothing changes.
        let few = all.len() <= MOST_SINGLE;
        let told = all.iter().filter(|(_, it)| few || !it.turns.is_empty());
        for (proposal, forecast) in told.copied() {
            single(&mut text, proposal, forecast, &look);
        }
    }
    if all.len() > MOST_SINGLE {
        doubts(&mut text, &all, &look);
    }
    if let Some((_, any)) = all.first() {
        let rest = all.len() - changing.len();
        last(&mut text, any, rest, all.len(), &look);
    }
    out.write_all(text.as_bytes())
}

/// The timeline of one proposal.
fn single(out: &mut String, proposal: &ProposalReport, forecast: &Forecast, look: &Look) {
    title(out, proposal, look);
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
    let found = mistakes(proposal);
    let mut notes = Vec::new();
    if found > 0 {
        let found = count(found, "mistake", "mistakes");
        notes.push(format!(
            "{found} of the format; what is written there reads as not known"
        ));
    }
    if proposal.start_date.is_none() {
        notes.push("no start is stated: each day stands in for it".to_owned());
    }
    if is_open(proposal) {
        notes.push(OPEN.to_owned());
    }
    for note in notes {
        Row::new(2)
            .head(look.label(), look.row_label("", DATE))
            .text(look.faint(), note)
            .write(out, look.width);
    }
    for turn in &forecast.turns {
        out.push('\n');
        turned(out, turn, look);
    }
    out.push('\n');
}

const OPEN: &str =
    "what is not known today is not foreseen; `carnet check --questions` tells what to ask";

/// Whether a verdict is not known today.
fn is_open(proposal: &ProposalReport) -> bool {
    let mut verdicts = proposal.verdicts.iter();
    verdicts.any(|verdict| verdict.tone == Tone::Unclear)
}

/// What is not known or broken in some of many proposals.
fn doubts(out: &mut String, all: &[(&ProposalReport, &Forecast)], look: &Look) {
    let open = all.iter().filter(|(proposal, _)| is_open(proposal)).count();
    let mut lines: Vec<String> = broken(all.iter().map(|(it, _)| *it)).into_iter().collect();
    if open > 0 {
        let open = count(open, "proposal", "proposals");
        lines.push(format!("In {open} something is not known today: {OPEN}."));
    }
    for line in lines {
        Row::new(0)
            .hanging(0)
            .text(look.faint(), line)
            .write(out, look.width);
    }
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
        // Which stand above.
        _ if all <= MOST_SINGLE && rest < all => String::new(),
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
