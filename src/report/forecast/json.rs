//! Version 1 of the forecast in JSON, `schemas/forecast.schema.json`. Within a version, fields are added
//! and never renamed or removed.

use super::super::json_text::Harmless;
use super::super::phrase::mistakes;
use super::super::place::place;
use super::super::question_json::SaidJson;
use super::super::words::{outcome_word, tone_word};
use super::{by_day, forecasts};
use crate::finding::{ProposalReport, Report};
use crate::outlook::{Forecast, OutcomeTurn, Turn};
use crate::source::SourceMap;
use serde::Serialize;
use std::io::{self, BufWriter, Write};

pub(super) fn render(report: &Report, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let first = forecasts(report).next().map(|(_, forecast)| forecast);
    let days = by_day(report);
    let document = ForecastJson {
        version: 1,
        as_of: report.as_of.to_string(),
        until: first.map(|forecast| forecast.until.to_string()),
        compared: first.is_some_and(|forecast| forecast.compared),
        days: days
            .iter()
            .map(|(date, turns)| DayJson {
                date: date.to_string(),
                proposals: turns.len(),
            })
            .collect(),
        proposals: forecasts(report)
            .map(|(proposal, forecast)| ProposalJson::new(proposal, forecast, sources))
            .collect(),
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Harmless::new());
    document.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

#[derive(Serialize)]
struct ForecastJson<'a> {
    version: u8,
    as_of: String,
    until: Option<String>,
    compared: bool,
    days: Vec<DayJson>,
    proposals: Vec<ProposalJson<'a>>,
}

#[derive(Serialize)]
struct DayJson {
    date: String,
    proposals: usize,
}

#[derive(Serialize)]
struct ProposalJson<'a> {
    id: &'a str,
    title: &'a str,
    path: &'a str,
    line: usize,
    mistakes: usize,
    now: Vec<NowJson<'a>>,
    turns: Vec<TurnJson<'a>>,
}

#[derive(Serialize)]
struct NowJson<'a> {
    pack: &'a str,
    verdict: &'a str,
    tone: &'static str,
}

#[derive(Serialize)]
struct TurnJson<'a> {
    date: String,
    because: &'a [String],
    verdicts: Vec<VerdictJson<'a>>,
    outcomes: Vec<OutcomeJson<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct VerdictJson<'a> {
    from: SaidJson<'a>,
    to: SaidJson<'a>,
}

#[derive(Serialize)]
struct OutcomeJson<'a> {
    pack: &'a str,
    rule: &'a str,
    from: &'static str,
    to: &'static str,
}

impl<'a> ProposalJson<'a> {
    fn new(proposal: &'a ProposalReport, forecast: &'a Forecast, sources: &'a SourceMap) -> Self {
        let at = place(sources, proposal.span);
        Self {
            id: &proposal.id,
            title: &proposal.title,
            path: at.path,
            line: at.line,
            mistakes: mistakes(proposal),
            now: proposal
                .verdicts
                .iter()
                .map(|verdict| NowJson {
                    pack: &verdict.pack.0,
                    verdict: &verdict.word,
                    tone: tone_word(verdict.tone),
                })
                .collect(),
            turns: forecast.turns.iter().map(TurnJson::new).collect(),
        }
    }
}

impl<'a> TurnJson<'a> {
    fn new(turn: &'a Turn) -> Self {
        Self {
            date: turn.date.to_string(),
            because: &turn.because,
            verdicts: turn
                .verdicts
                .iter()
                .map(|(from, to)| VerdictJson {
                    from: SaidJson::new(from),
                    to: SaidJson::new(to),
                })
                .collect(),
            outcomes: turn.outcomes.iter().map(OutcomeJson::new).collect(),
            notes: &turn.notes,
        }
    }
}

impl<'a> OutcomeJson<'a> {
    fn new(turn: &'a OutcomeTurn) -> Self {
        Self {
            pack: &turn.pack.0,
            rule: &turn.rule.0,
            from: outcome_word(turn.from),
            to: outcome_word(turn.to),
        }
    }
}
