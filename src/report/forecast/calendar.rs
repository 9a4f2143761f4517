//! The forecast as a calendar (iCalendar, RFC 5545): an event of a whole day for each day on which
//! something becomes different. The same forecast gives the same bytes, and the same events the same
//! identifiers, so that a calendar that imports it again changes them instead of adding others.

use super::super::text::sanitise;
use super::{by_day, rules, verdicts};
use crate::finding::{ProposalReport, Report};
use crate::outlook::Turn;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Bytes of a line at most, without its end (RFC 5545, 3.1).
const LINE: usize = 75;

/// So many proposals are told of in an event.
const MOST_TOLD: usize = 25;

const ARROW: &str = "→";

pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//carnet//forecast//EN",
        "CALSCALE:GREGORIAN",
    ] {
        fold(&mut text, line);
    }
    fold(&mut text, "X-WR-CALNAME:carnet forecast");
    for (date, turns) in by_day(report) {
        event(&mut text, report.as_of, date, &turns);
    }
    fold(&mut text, "END:VCALENDAR");
    out.write_all(text.as_bytes())
}

fn event(out: &mut String, as_of: Date, date: Date, turns: &[(&ProposalReport, &Turn)]) {
    let day = |date: Date| date.to_string().replace('-', "");
    let mut identity = Sha256::new();
    identity.update(date.to_string());
    for (proposal, _) in turns {
        identity.update([0]);
        identity.update(&proposal.id);
    }
    let identity: String = identity
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    fold(out, "BEGIN:VEVENT");
    fold(out, &format!("UID:{identity}@carnet"));
    fold(out, &format!("DTSTAMP:{}T000000Z", day(as_of)));
    fold(out, &format!("DTSTART;VALUE=DATE:{}", day(date)));
    if let Ok(after) = date.tomorrow() {
        fold(out, &format!("DTEND;VALUE=DATE:{}", day(after)));
    }
    fold(out, &format!("SUMMARY:{}", escaped(&summary(turns))));
    fold(
        out,
        &format!("DESCRIPTION:{}", escaped(&description(turns))),
    );
    fold(out, "CATEGORIES:carnet");
    fold(out, "TRANSP:TRANSPARENT");
    fold(out, "END:VEVENT");
}

fn summary(turns: &[(&ProposalReport, &Turn)]) -> String {
    let [(proposal, turn)] = turns else {
        return format!("{} proposals change", turns.len());
    };
    let verdicts = verdicts(turn, ARROW).join("; ");
    let first = turn.notes.first().or(turn.because.first());
    match (verdicts.is_empty(), first) {
        (false, _) => format!("{}: {verdicts}", proposal.id),
        (true, Some(what)) => format!("{}: {what}", proposal.id),
        (true, None) => format!("{}: something changes", proposal.id),
    }
}

fn description(turns: &[(&ProposalReport, &Turn)]) -> String {
    let mut lines = Vec::new();
    for (proposal, turn) in turns.iter().take(MOST_TOLD) {
        lines.push(match proposal.title.as_str() {
            "" => proposal.id.clone(),
            title => format!("{}  {title}", proposal.id),
        });
        lines.extend(verdicts(turn, ARROW));
        lines.extend(turn.because.iter().chain(&turn.notes).cloned());
        lines.extend(rules(turn, ARROW));
        lines.push(String::new());
    }
    if turns.len() > MOST_TOLD {
        lines.push(format!("and {} more proposals", turns.len() - MOST_TOLD));
    }
    lines.push("Not legal advice.".to_owned());
    lines.join("\n")
}

/// A text as a value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let line = sanitise(line).replace('\\', "\\\\");
        line.replace(';', "\\;").replace(',', "\\,")
    });
    lines.collect::<Vec<_>>().join("\\n")
}

/// Writes a line, folded between characters where it is too long.
fn fold(out: &mut String, line: &str) {
    let mut bytes = 0;
    for c in line.chars() {
        if bytes + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            bytes = 1;
        }
        out.push(c);
        bytes += c.len_utf8();
    }
    out.push_str("\r\n");
}
