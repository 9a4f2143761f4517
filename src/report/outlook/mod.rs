//! What could be, for people: the facts to ask for next, and what would make it permitted.

mod questionnaire;
mod questions;
mod repairs;

use super::RenderOptions;
use super::look::Look;
use super::markup::sentence;
use super::phrase::broken;
use super::proposal::title;
use super::row::Row;
use super::summary::count;
use crate::finding::{ProposalReport, Report, Tone};
use crate::source::SourceMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The questions and repairs of every proposal that has some, for a terminal.
pub(super) fn human(
    report: &Report,
    sources: &SourceMap,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let look = Look::new(options);
    let mut told = false;
    // Proposals of which there is nothing to ask, and of which nothing is refused.
    let (mut complete, mut permitted) = (report.let_go.proposals, report.let_go.proposals);
    let mut asked = Asked::default();
    for proposal in &report.proposals {
        let mut text = String::new();
        if let Some(questions) = &proposal.questions {
            asked.questions = true;
            let before = text.len();
            questions::of_proposal(&mut text, proposal, questions, sources, &look);
            complete += usize::from(text.len() == before);
        }
        if let Some(repairs) = &proposal.repairs {
            asked.repairs = true;
            permitted += usize::from(repairs.is_empty());
            for repairs in repairs {
                repairs::of_proposal(&mut text, repairs, &look);
            }
        }
        if text.is_empty() {
            continue;
        }
        told = true;
        let mut whole = String::new();
        title(&mut whole, proposal, &look);
        whole.push_str(&text);
        out.write_all(whole.as_bytes())?;
    }
    // Of who is told one thing, the other may still be silent.
    let others = told && !(asked.questions && asked.repairs);
    let counted = |silent: usize| match others {
        false => count(silent, "proposal", "proposals"),
        true => count(silent, "other proposal", "other proposals"),
    };
    let mut text = String::new();
    let mut last = |line: String| {
        Row::new(0)
            .hanging(0)
            .text(look.faint(), line)
            .write(&mut text, look.width);
    };
    if asked.questions && complete > 0 {
        last(format!("No fact is missing in {}.", counted(complete)));
    }
    if asked.repairs && permitted > 0 {
        last(not_refused(&report.proposals, &counted(permitted)));
    }
    if let Some(line) = broken(report.proposals.iter()) {
        last(line);
    }
    out.write_all(text.as_bytes())
}

/// What was asked for.
#[derive(Default)]
struct Asked {
    questions: bool,
    repairs: bool,
}

/// The same in Markdown, where questions are a form to be filled in.
pub(super) fn markdown(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let mut asked = Asked::default();
    for proposal in &report.proposals {
        if let Some(questions) = &proposal.questions {
            asked.questions = true;
            questionnaire::of_proposal(&mut text, proposal, questions);
        }
        if let Some(repairs) = &proposal.repairs {
            asked.repairs = true;
            repairs::in_markdown(&mut text, proposal, repairs);
        }
    }
    if text.is_empty() {
        let nothing = match (asked.questions, asked.repairs) {
            (_, false) => "No fact is missing.\n",
            (false, true) => "Nothing is refused.\n",
            (true, true) => "No fact is missing, and nothing is refused.\n",
        };
        text.push_str(nothing);
    }
    if let Some(line) = broken(report.proposals.iter()) {
        let _ = writeln!(text, "\n{}", sentence(&line));
    }
    out.write_all(text.as_bytes())
}

/// How many are not refused, and how many of those are not permitted either.
fn not_refused(proposals: &[ProposalReport], counted: &str) -> String {
    let open = proposals.iter().filter(|it| {
        let refused = it
            .repairs
            .as_ref()
            .is_some_and(|repairs| !repairs.is_empty());
        !refused
            && it
                .verdicts
                .iter()
                .any(|verdict| verdict.tone == Tone::Unclear)
    });
    match open.count() {
        0 => format!("Nothing is refused in {counted}."),
        open => format!(
            "Nothing is refused in {counted}; {open} {} undetermined: `--questions` tells what to ask.",
            if open == 1 { "is" } else { "are" }
        ),
    }
}
