//! Version 1 of the proofs in JSON, `schemas/why.schema.json`.
//!
//! Everything is in it: what decided is marked. Within a version, fields are added and never renamed
//! or removed.

use super::super::json_text::Harmless;
use super::super::place::place;
use super::super::words::{certainty_word, effect_word, outcome_word};
use crate::finding::{ProposalReport, Report};
use crate::proof::{
    AnswerProof, Fact, FactState, PackProof, Row, RuleProof, Scope, Step, StepKind,
};
use crate::source::SourceMap;
use crate::truth::Truth;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, BufWriter, Write};

/// Bytes of a value that is repeated; of longer ones the place is told.
const LONGEST_VALUE: usize = 2000;

pub(super) fn render(report: &Report, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let proposals = report.proposals.iter();
    let document = WhyJson {
        version: 1,
        as_of: report.as_of.to_string(),
        proposals: proposals.map(|p| ProposalJson::new(p, sources)).collect(),
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Harmless::new());
    document.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

#[derive(Serialize)]
struct WhyJson<'a> {
    version: u8,
    as_of: String,
    proposals: Vec<ProposalJson<'a>>,
}

#[derive(Serialize)]
struct ProposalJson<'a> {
    id: &'a str,
    title: &'a str,
    path: &'a str,
    line: usize,
    overall: &'a str,
    packs: Vec<PackJson<'a>>,
}

#[derive(Serialize)]
struct PackJson<'a> {
    pack: &'a str,
    title: &'a str,
    verdict: Option<&'a str>,
    applies: &'static str,
    applies_because: Vec<DayJson<'a>>,
    dates_from: Vec<FactJson<'a>>,
    rules: Vec<RuleJson<'a>>,
}

#[derive(Serialize)]
struct DayJson<'a> {
    date: String,
    because: StepJson<'a>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    rule: &'a str,
    title: &'a str,
    effect: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    each: Vec<FactJson<'a>>,
    answers: Vec<AnswerJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_in_force: Vec<String>,
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    date: String,
    element: Option<FactJson<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unwritten: bool,
    outcome: &'static str,
    deciding: bool,
    when: Option<StepJson<'a>>,
    requires: Option<StepJson<'a>>,
}

#[derive(Serialize)]
struct StepJson<'a> {
    kind: &'static str,
    truth: &'static str,
    deciding: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    asks: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<FactJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    through: Vec<FactJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<RowJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assumed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unsettled: Option<&'a str>,
    rule_line: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<StepJson<'a>>,
}

#[derive(Serialize)]
struct FactJson<'a> {
    field: &'a str,
    pointer: &'a str,
    state: &'static str,
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    path: &'a str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct RowJson<'a> {
    table: &'a str,
    cells: Vec<[&'a str; 2]>,
    #[serde(skip_serializing_if = "str::is_empty")]
    days: &'a str,
    counts: &'static str,
    cite: Option<&'a str>,
    certainty: &'static str,
}

impl<'a> ProposalJson<'a> {
    fn new(proposal: &'a ProposalReport, sources: &'a SourceMap) -> Self {
        let at = place(sources, proposal.span);
        let packs = proposal.proofs.iter();
        Self {
            id: &proposal.id,
            title: &proposal.title,
            path: at.path,
            line: at.line,
            overall: &proposal.overall,
            packs: packs
                .map(|pack| PackJson::new(proposal, pack, sources))
                .collect(),
        }
    }
}

impl<'a> PackJson<'a> {
    fn new(proposal: &'a ProposalReport, pack: &'a PackProof, sources: &'a SourceMap) -> Self {
        let verdict = proposal.verdicts.iter().find(|v| v.pack == pack.pack);
        let days = pack.applies_because.iter().map(|(date, step)| DayJson {
            date: date.to_string(),
            because: StepJson::new(step, sources),
        });
        Self {
            pack: &pack.pack.0,
            title: &pack.title,
            verdict: verdict.filter(|v| !v.partial).map(|v| v.word.as_str()),
            applies: truth_word(pack.applies),
            applies_because: days.collect(),
            dates_from: facts(&pack.dates_from, sources),
            rules: pack
                .rules
                .iter()
                .map(|rule| RuleJson::new(rule, sources))
                .collect(),
        }
    }
}

impl<'a> RuleJson<'a> {
    fn new(rule: &'a RuleProof, sources: &'a SourceMap) -> Self {
        let answers = rule.answers.iter();
        Self {
            rule: &rule.rule.0,
            title: &rule.title,
            effect: effect_word(rule.effect),
            outcome: outcome_word(rule.outcome),
            each: facts(&rule.each, sources),
            answers: answers
                .map(|answer| AnswerJson::new(answer, sources))
                .collect(),
            not_in_force: rule.not_in_force.iter().map(ToString::to_string).collect(),
        }
    }
}

impl<'a> AnswerJson<'a> {
    fn new(answer: &'a AnswerProof, sources: &'a SourceMap) -> Self {
        let step = |step: &'a Option<Step>| step.as_ref().map(|it| StepJson::new(it, sources));
        Self {
            date: answer.date.to_string(),
            element: answer.element.as_ref().map(|it| FactJson::new(it, sources)),
            unwritten: answer.unwritten,
            outcome: outcome_word(answer.outcome),
            deciding: answer.deciding,
            when: step(&answer.when),
            requires: step(&answer.requires),
        }
    }
}

impl<'a> StepJson<'a> {
    fn new(step: &'a Step, sources: &'a SourceMap) -> Self {
        let parts = step.children.iter();
        Self {
            kind: kind_word(step.kind),
            truth: truth_word(step.truth),
            deciding: step.deciding,
            asks: &step.asks,
            text: &step.text,
            facts: facts(&step.facts, sources),
            through: facts(&step.through, sources),
            rows: step.rows.iter().map(RowJson::new).collect(),
            assumed: step.assumed.as_deref(),
            unsettled: step.unsettled.as_deref(),
            rule_line: place(sources, step.span).line,
            parts: parts.map(|part| Self::new(part, sources)).collect(),
        }
    }
}

fn facts<'a>(facts: &'a [Fact], sources: &'a SourceMap) -> Vec<FactJson<'a>> {
    facts
        .iter()
        .map(|fact| FactJson::new(fact, sources))
        .collect()
}

impl<'a> FactJson<'a> {
    fn new(fact: &'a Fact, sources: &'a SourceMap) -> Self {
        let at = place(sources, fact.label.span);
        let text = sources.text(fact.label.span);
        let text =
            text.filter(|text| fact.state != FactState::Absent && text.len() <= LONGEST_VALUE);
        Self {
            field: &fact.field,
            pointer: &fact.pointer,
            state: match fact.state {
                FactState::Stated => "stated",
                FactState::Absent => "absent",
                FactState::Clarified => "being_clarified",
                FactState::Incomplete => "incomplete",
                FactState::Invalid => "invalid",
            },
            scope: match fact.scope {
                Scope::Value => "value",
                Scope::Elements => "elements",
                Scope::Whole => "whole",
            },
            value: text.and_then(|text| serde_json::from_str(text).ok()),
            path: at.path,
            line: at.line,
            column: at.column,
        }
    }
}

impl<'a> RowJson<'a> {
    fn new(row: &'a Row) -> Self {
        let cells = row.cells.iter();
        Self {
            table: &row.table,
            cells: cells
                .map(|(name, cell)| [name.as_str(), cell.as_str()])
                .collect(),
            days: &row.days,
            counts: truth_word(row.counts),
            cite: row.cite.as_deref(),
            certainty: certainty_word(row.certainty),
        }
    }
}

fn truth_word(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
}

fn kind_word(kind: StepKind) -> &'static str {
    match kind {
        StepKind::All => "all",
        StepKind::Any => "any",
        StepKind::Not => "not",
        StepKind::Some => "some",
        StepKind::Every => "every",
        StepKind::None => "none",
        StepKind::Count => "count",
        StepKind::Sum => "sum",
        StepKind::Definition => "definition",
        StepKind::Table => "table",
        StepKind::Test => "test",
        StepKind::Stated => "stated",
        StepKind::Contested => "contested",
        StepKind::Ways => "ways",
        StepKind::Way => "way",
        StepKind::Entry => "entry",
    }
}
