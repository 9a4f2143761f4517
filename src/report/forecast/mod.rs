//! When answers become others: a timeline for people, JSON for programs, a calendar.

mod calendar;
mod json;
mod timeline;

use super::RenderOptions;
use super::phrase::{broken, verdict_word};
use super::words::outcome_word;
use crate::finding::{ProposalReport, Report};
use crate::outlook::{Forecast, Turn};
use crate::source::SourceMap;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How a forecast is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForecastFormat {
    /// A timeline of each proposal; of many, what happens day by day.
    Human,
    /// Version 1 of the forecast, `schemas/forecast.schema.json`.
    Json,
    /// A calendar (iCalendar, RFC 5545), with an event a day.
    Ics,
}

/// Writes the forecasts of a report.
pub fn render_forecast(
    report: &Report,
    sources: &SourceMap,
    format: ForecastFormat,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ForecastFormat::Human => timeline::render(report, options, out),
        ForecastFormat::Json => json::render(report, sources, out),
        ForecastFormat::Ics => calendar::render(report, out),
    }
}

/// What a forecast for programs and calendars has no room for: that some proposals have mistakes.
pub fn broken_in_forecast(report: &Report) -> Option<String> {
    broken(forecasts(report).map(|(proposal, _)| proposal))
}

/// The forecasts, each with its proposal.
fn forecasts(report: &Report) -> impl Iterator<Item = (&ProposalReport, &Forecast)> {
    let proposals = report.proposals.iter();
    proposals.filter_map(|proposal| Some((proposal, proposal.forecast.as_ref()?)))
}

/// What happens day by day.
fn by_day(report: &Report) -> BTreeMap<Date, Vec<(&ProposalReport, &Turn)>> {
    let mut days: BTreeMap<Date, Vec<(&ProposalReport, &Turn)>> = BTreeMap::new();
    for (proposal, forecast) in forecasts(report) {
        for turn in &forecast.turns {
            days.entry(turn.date).or_default().push((proposal, turn));
        }
    }
    days
}

/// The verdicts that a turn changes: "Singapore, PDPA s. 26: PERMITTED → NOT PERMITTED".
fn verdicts(turn: &Turn, arrow: &str) -> Vec<String> {
    let told = turn.verdicts.iter().map(|(from, to)| {
        let (from, word) = (verdict_word(&from.word), verdict_word(&to.word));
        format!("{}: {from} {arrow} {word}", to.title)
    });
    told.collect()
}

/// So many rules are named of one turn.
const MOST_RULES: usize = 6;

/// The rules that a turn changes: "[rule] pass → fail".
fn rules(turn: &Turn, arrow: &str) -> Vec<String> {
    let told = turn.outcomes.iter().take(MOST_RULES).map(|outcome| {
        let (from, to) = (
            plain(outcome_word(outcome.from)),
            plain(outcome_word(outcome.to)),
        );
        format!("[{}] {from} {arrow} {to}", outcome.rule.0)
    });
    let mut told: Vec<String> = told.collect();
    let more = turn.outcomes.len().saturating_sub(MOST_RULES);
    if more > 0 {
        told.push(format!(
            "and {more} more {}",
            if more == 1 { "rule" } else { "rules" }
        ));
    }
    told
}

fn plain(word: &str) -> String {
    word.replace('_', " ")
}
