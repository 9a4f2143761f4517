//! The head of a proposal for people: who sends what to whom, and one row a verdict with what it
//! rests on. Its findings are `diagnostic`'s.

use super::look::Look;
use super::phrase::{
    self, assumption_text, dates, duty_text, reason_text, verdict_word, waived_text,
};
use super::place::place;
use super::row::Row;
use super::text::{sanitise, width};
use crate::finding::{Finding, Label, ProposalReport, Verdict};
use crate::source::SourceMap;

/// Draws the head of `proposal`: heading, verdict rows and, if verbose, the counts.
pub(super) fn head(out: &mut String, proposal: &ProposalReport, sources: &SourceMap, look: &Look) {
    title(out, proposal, look);
    out.push('\n');
    let titles = proposal.verdicts.iter().map(|v| sanitise(&v.title));
    let title_width = titles
        .map(|t| width(&t))
        .chain([width("Overall")])
        .max()
        .unwrap_or(0);
    for verdict in &proposal.verdicts {
        let waived = |f: &&Finding| f.pack == verdict.pack && f.waiver.is_some();
        let waived = proposal.findings.iter().filter(waived).count();
        verdict_rows(out, verdict, waived, title_width, sources, look);
    }
    // `not_covered` is no pack's verdict; the answer is not left out for that.
    if !proposal.verdicts.iter().any(|v| v.word == proposal.overall) {
        let head = look.row_label("Overall", title_width + 3);
        Row::new(2)
            .head(look.plain(), head)
            .text(
                look.tone(proposal.overall_tone),
                verdict_word(&proposal.overall),
            )
            .write(out, look.width);
    }
    if look.verbose {
        super::matrix::counts(out, &proposal.verdicts, look);
    }
}

/// Its heading: the id, the title, who sends to whom.
pub(super) fn title(out: &mut String, proposal: &ProposalReport, look: &Look) {
    Row::new(0)
        .hanging(2)
        .text(look.strong(), &proposal.id)
        .text_after(look.strong(), &proposal.title, look.gap(2))
        .write(out, look.width);
    let text = phrase::parties(proposal, look.arrow());
    if !text.is_empty() {
        Row::new(0)
            .hanging(2)
            .text(look.plain(), text)
            .write(out, look.width);
    }
}

fn verdict_rows(
    out: &mut String,
    verdict: &Verdict,
    waived: usize,
    title_width: usize,
    sources: &SourceMap,
    look: &Look,
) {
    let title = sanitise(&verdict.title);
    Row::new(2)
        .head(look.strong(), look.row_label(&title, title_width + 3))
        .text(look.tone(verdict.tone), verdict_word(&verdict.word))
        .text(look.plain(), dates(verdict) + &waived_text(waived))
        .write(out, look.width);
    for reason in &verdict.because {
        row(
            out,
            "because",
            &reason_text(reason),
            reason.label.as_ref(),
            sources,
            look,
        );
    }
    for assumption in &verdict.assumptions {
        let text = assumption_text(assumption, sources);
        row(
            out,
            "assumed",
            &text,
            assumption.label.as_ref(),
            sources,
            look,
        );
    }
    for duty in &verdict.to_do {
        row(
            out,
            "to do",
            &duty_text(duty),
            duty.label.as_ref(),
            sources,
            look,
        );
    }
    for note in &verdict.notes {
        row(out, "note", note, None, sources, look);
    }
}

/// Columns of `because`, with its gap.
const LABEL: usize = 10;

fn row(
    out: &mut String,
    label: &str,
    text: &str,
    at: Option<&Label>,
    sources: &SourceMap,
    look: &Look,
) {
    let mut row = Row::new(4)
        .head(look.label(), look.row_label(label, LABEL))
        .text(look.plain(), text);
    if let Some(at) = at {
        row = row.whole(
            look.faint(),
            look.aside(&place(sources, at.span)),
            look.gap(2),
        );
    }
    row.write(out, look.width);
}
