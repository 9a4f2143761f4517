//! One page that an officer can open, print and archive: answers first, then each finding with its
//! lines, then what was checked.
//!
//! It needs nothing but itself: no script, no font, no image, no network. The templates hold the
//! markup and every value in them passes [`Harmless`](escape::Harmless); this module makes what
//! they show.

mod escape;
mod source;

use super::RenderOptions;
use super::card::{Card, CardRow, each_label_once};
use super::grouping::grouped;
use super::matrix::{Table, table};
use super::phrase::{
    assumption_text, dates, exit_text, parties, reason_text, verdict_word, waived_text,
};
use super::place::place;
use super::summary::{count, found, summary_line};
use super::words::{kind_word, outcome_word, tone_word};
use crate::finding::{
    Finding, Label, Outcome, PackKind, Problem, ProposalReport, Report, Severity, Tone, Verdict,
};
use crate::source::SourceMap;
use crate::tally::Tally;
use askama::Template;
use escape::sentence;
use source::{Part, parts};
use std::io::{self, BufWriter, Write};

/// Up to this many proposals, every rule that was asked is named; of more, they are counted.
const IN_FULL: usize = 5;

pub(super) fn render(
    report: &Report,
    sources: &SourceMap,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let many = report.proposals.len() > IN_FULL;
    let (broken, remarks): (Vec<&Problem>, Vec<_>) = report
        .problems
        .iter()
        .partition(|problem| problem.severity == Severity::Error);
    let cards = |problems: Vec<&Problem>| -> Vec<Frame> {
        let cards = problems.into_iter().map(|p| Card::problem(p, sources));
        cards.map(|card| Frame::of(card, sources)).collect()
    };
    write(&mut out, &Head::of(report, many, cards(broken)))?;
    for (index, proposal) in report.proposals.iter().enumerate() {
        let rules = !many || options.outcomes;
        write(
            &mut out,
            &Answer::of(report, proposal, index + 1, many, rules, sources),
        )?;
    }
    write(&mut out, &Foot::of(report, cards(remarks)))?;
    out.flush()
}

fn write(out: &mut dyn Write, template: &impl Template) -> io::Result<()> {
    let text = template.render().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// A card with the lines that it shows.
struct Frame {
    card: Card,
    parts: Vec<Part>,
}

impl Frame {
    fn of(card: Card, sources: &SourceMap) -> Self {
        let parts = match card.labels.split_first() {
            Some((primary, related)) => parts(sources, primary, related),
            None => Vec::new(),
        };
        Self { card, parts }
    }
}

/// The top of the page: what it comes to, and what could not be read.
#[derive(Template)]
#[template(path = "head.html")]
struct Head {
    title: String,
    summary: String,
    as_of: String,
    /// How many proposals got which verdict.
    tables: Vec<(&'static str, Table)>,
    rows: Vec<Row>,
    broken: Vec<Frame>,
}

/// A proposal in the list of answers.
struct Row {
    number: usize,
    id: String,
    title: String,
    tone: &'static str,
    word: String,
    says: String,
}

impl Head {
    fn of(report: &Report, many: bool, broken: Vec<Frame>) -> Self {
        let proposals = &report.proposals;
        let tally = Tally::of(report);
        let kinds = [
            (PackKind::Law, "Laws: how many proposals got which answer"),
            (
                PackKind::Programme,
                "Programmes: how many proposals got which answer",
            ),
        ];
        let tables = kinds
            .into_iter()
            .filter(|_| many)
            .filter_map(|(kind, caption)| {
                let table = table(&tally, kind)?;
                Some((caption, table))
            });
        let rows = proposals.iter().enumerate().filter(|_| proposals.len() > 1);
        Self {
            title: match proposals.as_slice() {
                [one] => format!("{}: {}", one.id, one.overall.replace('_', " ")),
                _ => count(tally.proposals, "proposal", "proposals"),
            },
            summary: summary_line(report),
            as_of: report.as_of.to_string(),
            tables: tables.collect(),
            rows: rows
                .map(|(index, proposal)| Row::of(index + 1, proposal))
                .collect(),
            broken,
        }
    }
}

impl Row {
    fn of(number: usize, proposal: &ProposalReport) -> Self {
        Self {
            number,
            id: proposal.id.clone(),
            title: proposal.title.clone(),
            tone: tone_word(proposal.overall_tone),
            word: verdict_word(&proposal.overall),
            says: found(proposal),
        }
    }
}

/// Everything about one proposal.
#[derive(Template)]
#[template(path = "proposal.html")]
struct Answer {
    number: usize,
    id: String,
    title: String,
    parties: String,
    at: String,
    tone: &'static str,
    word: String,
    /// Closed until somebody opens it: one of many, with nothing to say.
    folded: bool,
    verdicts: Vec<Verdicted>,
    /// The titles of packs of which there is nothing else to say.
    not_applicable: String,
    findings: Vec<Frame>,
    to_do: Vec<Frame>,
    known: Vec<Frame>,
    asked: Vec<Asked>,
}

/// What a law or programme answers.
struct Verdicted {
    title: String,
    kind: &'static str,
    tone: &'static str,
    word: String,
    dates: String,
    lines: Vec<CardRow>,
}

/// What the rules of a pack came to.
struct Asked {
    title: String,
    counts: String,
    outcomes: Vec<(&'static str, Vec<String>)>,
}

impl Answer {
    fn of(
        report: &Report,
        proposal: &ProposalReport,
        number: usize,
        many: bool,
        rules: bool,
        sources: &SourceMap,
    ) -> Self {
        let drawn = grouped(&proposal.findings, false);
        let findings: Vec<Frame> = drawn
            .iter()
            .map(|group| Frame::of(Card::group(report, group, sources), sources))
            .collect();
        let cards = |holds: fn(&Finding) -> bool| -> Vec<Frame> {
            let found = proposal
                .findings
                .iter()
                .filter(|f| f.waiver.is_none() && holds(f));
            let cards = found.map(|f| Card::finding(report, f, sources));
            cards.map(|card| Frame::of(card, sources)).collect()
        };
        let silent = |v: &&Verdict| v.tone == Tone::NotApplicable && v.notes.is_empty();
        let titles: Vec<&str> = proposal
            .verdicts
            .iter()
            .filter(silent)
            .map(|verdict| verdict.title.as_str())
            .collect();
        Self {
            number,
            id: proposal.id.clone(),
            title: proposal.title.clone(),
            parties: parties(proposal, "→"),
            at: place(sources, proposal.span).path.to_owned(),
            tone: tone_word(proposal.overall_tone),
            word: verdict_word(&proposal.overall),
            folded: many && findings.is_empty(),
            verdicts: proposal
                .verdicts
                .iter()
                .filter(|verdict| !silent(verdict))
                .map(|verdict| Verdicted::of(proposal, verdict, sources))
                .collect(),
            not_applicable: titles.join("; "),
            findings,
            to_do: cards(|f| f.known != Some(true) && f.is_to_do()),
            known: cards(|f| f.known == Some(true)),
            asked: proposal
                .verdicts
                .iter()
                .map(|verdict| Asked::of(proposal, verdict, rules))
                .collect(),
        }
    }
}

impl Verdicted {
    fn of(proposal: &ProposalReport, verdict: &Verdict, sources: &SourceMap) -> Self {
        let waived = |f: &&Finding| f.pack == verdict.pack && f.waiver.is_some();
        let waived = proposal.findings.iter().filter(waived).count();
        let at = |label: Option<&Label>| {
            label.map_or(String::new(), |label| {
                place(sources, label.span).to_string()
            })
        };
        let row = |label: &'static str, text: String, at: String| CardRow { label, text, at };
        let because = verdict
            .because
            .iter()
            .map(|reason| row("because", reason_text(reason), at(reason.label.as_ref())));
        let assumed = verdict.assumptions.iter().map(|taken| {
            let text = assumption_text(taken, sources);
            row("assumed", text, at(taken.label.as_ref()))
        });
        let notes = verdict
            .notes
            .iter()
            .map(|note| row("note", note.clone(), String::new()));
        Self {
            title: verdict.title.clone(),
            kind: kind_word(verdict.kind),
            tone: tone_word(verdict.tone),
            word: verdict_word(&verdict.word),
            dates: dates(verdict) + &waived_text(waived),
            lines: each_label_once(because.chain(assumed).chain(notes).collect()),
        }
    }
}

impl Asked {
    fn of(proposal: &ProposalReport, verdict: &Verdict, rules: bool) -> Self {
        let c = verdict.counts;
        let outcomes = [
            (Outcome::Fail, c.fail),
            (Outcome::Undetermined, c.undetermined),
            (Outcome::Pass, c.pass),
            (Outcome::NotApplicable, c.not_applicable),
        ];
        let named = |outcome: Outcome| -> Vec<String> {
            let all = proposal.outcomes();
            let own = all.filter(|o| rules && *o.pack == verdict.pack && o.outcome == outcome);
            own.map(|o| o.rule.0.clone()).collect()
        };
        let word = |outcome| match outcome {
            Outcome::NotApplicable => "not applicable",
            other => outcome_word(other),
        };
        let counts: Vec<String> = outcomes
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(outcome, n)| format!("{n} {}", word(*outcome)))
            .collect();
        Self {
            title: verdict.title.clone(),
            counts: counts.join(", "),
            outcomes: outcomes
                .iter()
                .map(|(outcome, _)| (word(*outcome), named(*outcome)))
                .filter(|(_, rules)| !rules.is_empty())
                .collect(),
        }
    }
}

/// The end of the page: remarks, the baseline, and what was checked with what.
#[derive(Template)]
#[template(path = "foot.html")]
struct Foot {
    remarks: Vec<Frame>,
    baseline: Option<Compared>,
    as_of: String,
    version: &'static str,
    exit_code: u8,
    exit_text: &'static str,
    asked: String,
    skipped: String,
    packs: Vec<PackRow>,
    inputs: Vec<(String, String)>,
}

struct Compared {
    path: String,
    counts: String,
    gone: Vec<(String, String, String)>,
}

struct PackRow {
    title: String,
    id: String,
    kind: &'static str,
    read: String,
    digest: String,
    partial: bool,
}

impl Foot {
    fn of(report: &Report, remarks: Vec<Frame>) -> Self {
        let baseline = report.baseline.as_ref().map(|baseline| Compared {
            path: baseline.path.clone(),
            counts: format!(
                "{} remain, {} gone, {} not looked at",
                count(baseline.remaining, "finding", "findings"),
                baseline.gone.len(),
                baseline.not_looked_at
            ),
            gone: baseline
                .gone
                .iter()
                .map(|gone| {
                    (
                        gone.proposal.clone(),
                        gone.rule.0.clone(),
                        gone.message.clone(),
                    )
                })
                .collect(),
        });
        Self {
            remarks,
            baseline,
            as_of: report.as_of.to_string(),
            version: env!("CARGO_PKG_VERSION"),
            exit_code: report.exit_code,
            exit_text: exit_text(report.exit_code),
            asked: report.asked.clone().unwrap_or_default(),
            skipped: match report.skipped {
                0 => String::new(),
                n => count(n, "other JSON file", "other JSON files"),
            },
            packs: report
                .packs
                .iter()
                .map(|pack| PackRow {
                    title: pack.title.clone(),
                    id: pack.id.0.clone(),
                    kind: kind_word(pack.kind),
                    read: pack.researched_on.to_string(),
                    digest: pack.digest.clone(),
                    partial: pack.partial,
                })
                .collect(),
            inputs: report
                .inputs
                .iter()
                .map(|input| (input.path.clone(), input.digest.clone()))
                .collect(),
        }
    }
}
