//! What could be, for people and programs: the facts to ask for next.

mod questionnaire;
mod questions;

use super::RenderOptions;
use super::look::Look;
use super::phrase::parties;
use super::row::Row;
use super::summary::count;
use crate::finding::{ProposalReport, Report};
use crate::source::SourceMap;
use std::io::{self, Write};

/// The questions of every proposal that has some, for a terminal.
pub(super) fn human(
    report: &Report,
    sources: &SourceMap,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let look = Look::new(options);
    let mut silent = report.let_go.proposals;
    let mut told = false;
    for proposal in &report.proposals {
        let mut text = String::new();
        if let Some(asked) = &proposal.questions {
            questions::of_proposal(&mut text, proposal, asked, sources, &look);
        }
        if text.is_empty() {
            silent += 1;
            continue;
        }
        told = true;
        let mut whole = String::new();
        head(&mut whole, proposal, &look);
        whole.push_str(&text);
        out.write_all(whole.as_bytes())?;
    }
    let last = match (told, silent) {
        (_, 0) => return Ok(()),
        (false, _) => format!(
            "No fact is missing in {}.",
            count(silent, "proposal", "proposals")
        ),
        (true, _) => format!(
            "In {} no fact is missing.",
            count(silent, "other proposal", "other proposals")
        ),
    };
    let mut text = String::new();
    Row::new(0)
        .hanging(0)
        .text(look.faint(), last)
        .write(&mut text, look.width);
    out.write_all(text.as_bytes())
}

/// The same in Markdown, where questions are a form to be filled in.
pub(super) fn markdown(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for proposal in &report.proposals {
        if let Some(asked) = &proposal.questions {
            questionnaire::of_proposal(&mut text, proposal, asked);
        }
    }
    if text.is_empty() {
        text.push_str("No fact is missing.\n");
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
