//! The head of a proposal for people: who sends what to whom, and one row a verdict with what it
//! rests on. Its findings are `diagnostic`'s.

use super::look::Look;
use super::place::place;
use super::row::Row;
use super::text::{sanitise, width};
use crate::finding::{
    Assumption, Finding, Label, PackKind, Party, ProposalReport, Reason, Target, Tone, Verdict,
};
use crate::source::SourceMap;
use jiff::civil::Date;

/// Draws the head of `proposal`: heading, verdict rows and, if verbose, the counts.
pub(super) fn head(out: &mut String, proposal: &ProposalReport, sources: &SourceMap, look: &Look) {
    Row::new(0)
        .hanging(2)
        .text(look.strong(), &proposal.id)
        .text_after(look.strong(), &proposal.title, look.gap(2))
        .write(out, look.width);
    parties(out, proposal, look);
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

/// `not_permitted` as officers read it: `NOT PERMITTED`.
pub(super) fn verdict_word(word: &str) -> String {
    word.replace('_', " ").to_uppercase()
}

fn parties(out: &mut String, proposal: &ProposalReport, look: &Look) {
    let mut text = [&proposal.exporter, &proposal.importer]
        .into_iter()
        .flatten()
        .map(party)
        .filter(|party| !party.is_empty())
        .collect::<Vec<_>>()
        .join(&format!(" {} ", look.arrow()));
    if let Some(date) = proposal.start_date {
        let comma = if text.is_empty() { "" } else { ", " };
        text.push_str(&format!("{comma}from {date}"));
    }
    if !text.is_empty() {
        Row::new(0)
            .hanging(2)
            .text(look.plain(), text)
            .write(out, look.width);
    }
}

fn party(party: &Party) -> String {
    let country = party.country_name.as_deref().unwrap_or(&party.country);
    let about: Vec<&str> = [country, &party.role]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect();
    if about.is_empty() {
        party.name.clone()
    } else {
        format!("{} ({})", party.name, about.join(", "))
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

/// What is to be done, and the rule that asks for it.
fn duty_text(duty: &Reason) -> String {
    match duty.title.as_str() {
        "" => duty.text.clone(),
        rule => format!("{} [{rule}]", duty.text),
    }
}

/// The verdict stays as it is; what is waived is said beside it.
fn waived_text(waived: usize) -> String {
    match waived {
        0 => String::new(),
        n => format!(", {n} waived"),
    }
}

/// What follows the verdict's word: the dates it is about.
fn dates(verdict: &Verdict) -> String {
    let mut text = match (verdict.tone, verdict.law_dates.as_slice()) {
        (Tone::NotApplicable, _) | (_, []) => String::new(),
        (Tone::Good, [first, ..]) => {
            let until = verdict.holds_until.as_ref().map(|(date, reason)| {
                let because = if reason.is_empty() {
                    String::new()
                } else {
                    format!(" ({reason})")
                };
                format!(" to {date}{because}")
            });
            format!("from {first}{}", until.unwrap_or_default())
        }
        (Tone::Bad, dates) if verdict.kind == PackKind::Law => {
            format!("as described ({})", asked_on(dates))
        }
        (_, dates) => format!("({})", asked_on(dates)),
    };
    if verdict.partial {
        let space = if text.is_empty() { "" } else { ", " };
        text.push_str(&format!("{space}partial: some rules were left out"));
    }
    text
}

/// One law date is the day the transfer starts; several are the days the law was asked about.
fn asked_on(dates: &[Date]) -> String {
    match dates {
        [one] => format!("from {one}"),
        many => {
            let dates: Vec<String> = many.iter().map(Date::to_string).collect();
            format!("asked on {}", dates.join(" and "))
        }
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

fn reason_text(reason: &Reason) -> String {
    if reason.title.is_empty() {
        reason.text.clone()
    } else {
        format!("{}: {}", reason.title, reason.text)
    }
}

/// The assumption, and whether its field was not stated or holds something still to come.
fn assumption_text(assumption: &Assumption, sources: &SourceMap) -> String {
    let field = assumption.field.rsplit('.').next().unwrap_or_default();
    let stated = assumption.label.as_ref().is_some_and(|label| {
        let text = sources.text(label.span).unwrap_or_default();
        label.target == Target::Value
            && !text.starts_with(['{', '['])
            && !text.is_empty()
            && text != "\"unknown\""
    });
    if stated {
        format!("{} (`{field}`: {})", assumption.because, assumption.value)
    } else {
        format!("{} (`{field}` not stated)", assumption.because)
    }
}
