//! The report for people: problems, proposals, the summary line, in that order.
//!
//! This module decides what is shown at which length, never what is true: what a cap or `quiet`
//! leaves out is counted. Rows are drawn by `proposal` and `matrix`, findings by `diagnostic`.

use super::grouping::grouped;
use super::look::Look;
use super::row::Row;
use super::summary::{by_rule, count, summary_line};
use super::{RenderOptions, diagnostic, matrix, proposal};
use crate::finding::{Baseline, Finding, Outcome, Problem, ProposalReport, Report, Severity, Tone};
use crate::source::SourceMap;
use crate::tally::Tally;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Up to this many proposals are shown in full; of more, only those with findings.
pub const IN_FULL: usize = 5;

pub(super) fn render(
    report: &Report,
    sources: &SourceMap,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let look = Look::new(options);
    // What could not be read comes before the answers; remarks about waivers come after them.
    let broken = |problem: &&Problem| problem.severity == Severity::Error;
    let (broken, remarks): (Vec<_>, Vec<_>) = report.problems.iter().partition(broken);
    render_capped_problems(&broken, sources, options, &look, out)?;
    let many = report.checked() > IN_FULL;
    let mut text = String::new();
    if many && !options.quiet {
        matrix::verdicts(&mut text, &Tally::of(report), &look);
        out.write_all(text.as_bytes())?;
    }
    let mut cap = Cap::new(options.max_findings);
    for proposal in &report.proposals {
        if options.quiet && !has_failed(proposal)
            || many && proposal.findings.iter().all(|f| f.known == Some(true))
        {
            continue;
        }
        text.clear();
        let diagnostics = grouped(&proposal.findings, options.verbose);
        if !many || cap.is_open() {
            proposal::head(&mut text, proposal, sources, &look);
            text.push('\n');
        }
        for group in diagnostics {
            if !cap.take(group.members.iter().map(|f| f.rule.0.as_str())) {
                continue;
            }
            match group.members.as_slice() {
                [one] => diagnostic::finding(&mut text, one, sources, &look),
                all => {
                    let each = options.verbose;
                    diagnostic::group(&mut text, all, group.lacks, sources, each, &look);
                }
            }
            text.push('\n');
        }
        out.write_all(text.as_bytes())?;
    }
    text.clear();
    cap.write_rest(&mut text, "finding", "findings", &look);
    out.write_all(text.as_bytes())?;
    text.clear();
    render_capped_problems(&remarks, sources, options, &look, out)?;
    if let Some(baseline) = &report.baseline {
        compared(&mut text, report, baseline, options.verbose, &look);
    }
    Row::new(0)
        .hanging(0)
        .text(look.strong(), summary_line(report))
        .write(&mut text, look.width);
    out.write_all(text.as_bytes())
}

pub(super) fn render_problems(
    problems: &[Problem],
    sources: &SourceMap,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let all: Vec<&Problem> = problems.iter().collect();
    render_capped_problems(&all, sources, options, &Look::new(options), out)
}

fn render_capped_problems(
    problems: &[&Problem],
    sources: &SourceMap,
    options: &RenderOptions,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut cap = Cap::new(options.max_findings);
    let mut text = String::new();
    for problem in problems {
        if cap.take(std::iter::once(problem.code.as_str())) {
            diagnostic::problem(&mut text, problem, sources, look);
            text.push('\n');
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    cap.write_rest(&mut text, "problem", "problems", look);
    out.write_all(text.as_bytes())
}

/// What the baseline has: how many of each rule remain, where they are not drawn, and what is gone.
fn compared(out: &mut String, report: &Report, baseline: &Baseline, drawn: bool, look: &Look) {
    let findings = report.proposals.iter().flat_map(|p| &p.findings);
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings.filter(|f| f.known == Some(true) && f.waiver.is_none() && !drawn) {
        *rules.entry(finding.rule.0.clone()).or_default() += 1;
    }
    let total: usize = rules.values().sum();
    if total > 0 {
        let total = count(total, "finding", "findings");
        let text = format!("{total} of {} not shown: {}", baseline.path, by_rule(rules));
        paragraph(out, text, look);
    }
    if baseline.gone.is_empty() {
        return;
    }
    let total = count(baseline.gone.len(), "finding", "findings");
    paragraph(out, format!("{total} of {} gone:", baseline.path), look);
    for gone in &baseline.gone {
        Row::new(2)
            .hanging(4)
            .text(
                look.strong(),
                format!("{}[{}]:", gone.proposal, gone.rule.0),
            )
            .text(look.plain(), &gone.message)
            .write(out, look.width);
    }
    out.push('\n');
}

fn paragraph(out: &mut String, text: String, look: &Look) {
    Row::new(0)
        .hanging(2)
        .text(look.plain(), text)
        .write(out, look.width);
    out.push('\n');
}

fn has_failed(proposal: &ProposalReport) -> bool {
    let fails = |f: &Finding| f.outcome == Outcome::Fail && f.counts();
    proposal.overall_tone == Tone::Bad || proposal.findings.iter().any(fails)
}

/// How many diagnostics may still be drawn, and what was not, by rule.
struct Cap {
    left: Option<usize>,
    rest: BTreeMap<String, usize>,
}

impl Cap {
    fn new(most: Option<usize>) -> Self {
        Self {
            left: most,
            rest: BTreeMap::new(),
        }
    }

    fn is_open(&self) -> bool {
        self.left != Some(0)
    }

    /// Whether the next diagnostic is drawn; if not, it is counted under its rules.
    fn take<'a>(&mut self, rules: impl Iterator<Item = &'a str>) -> bool {
        match &mut self.left {
            Some(0) => {
                for rule in rules {
                    *self.rest.entry(rule.to_owned()).or_default() += 1;
                }
                false
            }
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        }
    }

    fn write_rest(self, out: &mut String, one: &str, many: &str, look: &Look) {
        let total: usize = self.rest.values().sum();
        if total == 0 {
            return;
        }
        let total = count(total, &format!("more {one}"), &format!("more {many}"));
        let rest = by_rule(self.rest);
        paragraph(
            out,
            format!("{total} not shown (`--max-findings`): {rest}"),
            look,
        );
    }
}
