//! What could be, for people: the facts to ask for next, and what would make it permitted.

mod questionnaire;
mod questions;
mod repairs;

use super::RenderOptions;
use super::look::Look;
use super::phrase::parties;
use super::row::Row;
use super::summary::count;
use crate::finding::{ProposalReport, Report};
use crate::source::SourceMap;
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
        head(&mut whole, proposal, &look);
        whole.push_str(&text);
        out.write_all(whole.as_bytes())?;
    }
    let counted = |silent: usize| match told {
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
        last(format!("Nothing is refused in {}.", counted(permitted)));
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
    out.write_all(text.as_bytes())
}

fn head(out: &mut String, proposal: &ProposalReport, look: &Look) {
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
}
