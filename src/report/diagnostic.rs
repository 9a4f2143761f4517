//! One diagnostic for people: heading, snippet, and the rows under it.
//!
//! A finding, several undetermined findings that wait for the same facts, or a problem. Which of
//! them are shown, and in what order, is `terminal`'s matter.

use super::grouping::Lacks;
use super::look::Look;
use super::phrase::{
    EXPLAIN_HELP, cite, door_needs, door_state, each_once, group_label, group_message, lacked,
    other_labels, waived_by,
};
use super::place::place;
use super::row::Row;
use super::snippet;
use super::text::{sanitise, width};
use super::words::{heading_word, severity_word};
use crate::finding::{
    Door, DoorState, Finding, Missing, Outcome, Problem, Severity, Source, Waived,
};
use crate::source::SourceMap;
use owo_colors::Style;

/// Draws a finding.
pub(super) fn finding(out: &mut String, finding: &Finding, sources: &SourceMap, look: &Look) {
    let style = if finding.counts() {
        look.severity(finding.severity, finding.outcome)
    } else {
        look.faint()
    };
    let word = heading_word(finding);
    let name = format!("{word}[{}]:", finding.rule.0);
    heading(out, &name, &finding.message, style, look);
    snippet::draw(
        out,
        sources,
        &finding.primary,
        &finding.related,
        style,
        look,
    );
    waived(out, finding.waiver.as_ref(), sources, look);
    ways(out, &finding.doors, look);
    missing(out, &finding.missing, sources, look);
    rows(out, "note:", finding.notes.iter().map(String::as_str), look);
    rows(out, "help:", finding.help.iter().map(String::as_str), look);
    cited(out, &finding.sources, look);
}

/// Who made the exception, why and until when. It changes no verdict, so nothing else is left out.
fn waived(out: &mut String, waived: Option<&Waived>, sources: &SourceMap, look: &Look) {
    let Some(waived) = waived else {
        return;
    };
    label_row(0, "waived", look)
        .text(look.plain(), waived_by(waived))
        .whole(
            look.faint(),
            look.aside(&place(sources, waived.label.span)),
            look.gap(2),
        )
        .write(out, look.width);
}

/// Draws undetermined findings as one; `members` has at least two. With `each`, or where all lack
/// the same, every rule has a row with its source.
pub(super) fn group(
    out: &mut String,
    members: &[&Finding],
    lacks: Lacks,
    sources: &SourceMap,
    each: bool,
    look: &Look,
) {
    let (Some(first), Some(primary)) = (members.first(), group_label(members, lacks)) else {
        return;
    };
    let style = look.severity(first.severity, Outcome::Undetermined);
    heading(
        out,
        "undetermined:",
        &group_message(members, lacks),
        style,
        look,
    );
    let related = other_labels(members, lacks);
    snippet::draw(out, sources, &primary, &related, style, look);
    if lacks == Lacks::SameFacts {
        missing(out, &first.missing, sources, look);
        waiting(out, members, look);
        remarks(out, members, look);
        return;
    }
    for (index, (section, fields)) in lacked(members).0.iter().enumerate() {
        let head = if section.is_empty() {
            String::new()
        } else {
            format!("`{section}`: ")
        };
        let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        label_row(index, "missing", look)
            .text(look.plain(), format!("{head}{}", fields.join(", ")))
            .write(out, look.width);
    }
    if each {
        waiting(out, members, look);
    } else {
        let rules: Vec<&str> = members
            .iter()
            .map(|member| member.rule.0.as_str())
            .collect();
        label_row(0, "waiting", look)
            .text(look.plain(), rules.join(", "))
            .write(out, look.width);
    }
    remarks(out, members, look);
    rows(out, "help:", std::iter::once(EXPLAIN_HELP), look);
}

/// A row for each rule that waits, with its source.
fn waiting(out: &mut String, members: &[&Finding], look: &Look) {
    for (index, member) in members.iter().enumerate() {
        let cites: Vec<String> = member.sources.iter().map(|s| cite(s, ", ", "")).collect();
        let mut row = label_row(index, "waiting", look)
            .text(look.strong(), format!("{}:", member.rule.0))
            .text(look.plain(), &member.message);
        if !cites.is_empty() {
            row = row.text(look.faint(), format!("({})", cites.join("; ")));
        }
        row.write(out, look.width);
    }
}

/// What the members of a group have to say besides, each remark once.
fn remarks(out: &mut String, members: &[&Finding], look: &Look) {
    for member in members {
        ways(out, &member.doors, look);
    }
    let notes = each_once(members, |member| &member.notes);
    let help = each_once(members, |member| &member.help);
    rows(out, "note:", notes.into_iter(), look);
    rows(out, "help:", help.into_iter(), look);
}

/// Draws a problem: its file and, where there is one, its place.
pub(super) fn problem(out: &mut String, problem: &Problem, sources: &SourceMap, look: &Look) {
    let style = look.severity(problem.severity, Outcome::Fail);
    let word = severity_word(problem.severity);
    let name = format!("{word}[{}]:", problem.code);
    match problem.labels.split_first() {
        Some((primary, related)) => {
            heading(out, &name, &problem.message, style, look);
            snippet::draw(out, sources, primary, related, style, look);
        }
        None if problem.path.is_empty() => heading(out, &name, &problem.message, style, look),
        None => {
            let message = format!("{}: {}", problem.path, problem.message);
            heading(out, &name, &message, style, look);
        }
    }
    rows(out, "help:", problem.help.iter().map(String::as_str), look);
}

fn heading(out: &mut String, name: &str, message: &str, style: Style, look: &Look) {
    Row::new(0)
        .hanging(2)
        .whole(style, name, 0)
        .text(look.strong(), message)
        .write(out, look.width);
}

/// The start of a row under a snippet; of rows with one label, only the first shows it.
fn label_row(index: usize, label: &str, look: &Look) -> Row<'static> {
    let shown = if index == 0 || look.narrated {
        label
    } else {
        ""
    };
    let head = if label.ends_with(':') {
        look.row_label(
            shown.trim_end_matches(|c| look.narrated && c == ':'),
            width(label) + 1,
        )
    } else {
        look.row_label(shown, width(label) + 3)
    };
    Row::new(2).head(look.label(), head)
}

fn rows<'a>(out: &mut String, label: &str, texts: impl Iterator<Item = &'a str>, look: &Look) {
    for (index, text) in texts.enumerate() {
        label_row(index, label, look)
            .text(look.plain(), text)
            .write(out, look.width);
    }
}

fn missing(out: &mut String, missing: &[Missing], sources: &SourceMap, look: &Look) {
    for (index, fact) in missing.iter().enumerate() {
        let colon = if fact.meaning.is_empty() { "" } else { ":" };
        label_row(index, "missing", look)
            .text(
                look.plain(),
                format!("`{}`{colon} {}", fact.field, fact.meaning),
            )
            .whole(
                look.faint(),
                look.aside(&place(sources, fact.label.span)),
                look.gap(2),
            )
            .write(out, look.width);
    }
}

fn cited(out: &mut String, sources: &[Source], look: &Look) {
    for (index, source) in sources.iter().enumerate() {
        let mut row = label_row(index, "source:", look).text(look.plain(), cite(source, " (", ")"));
        if let Some(url) = &source.url {
            row = row.address(look.faint(), url, look.gap(3), look.link(url));
        }
        row.write(out, look.width);
    }
}

/// Titles of ways that are not relied on, before the rest is counted.
const CLOSED_WAYS: usize = 3;

/// The ways to permit the transfer: a row for each one that is relied on or would do, and one
/// row for all the others.
fn ways(out: &mut String, doors: &[Door], look: &Look) {
    let own_row = |d: &&Door| look.verbose || d.would_open || d.state != DoorState::NotReliedOn;
    let own: Vec<&Door> = doors.iter().filter(own_row).collect();
    let title_width = own
        .iter()
        .map(|d| width(&sanitise(&d.title)))
        .max()
        .unwrap_or(0);
    let state_width = own.iter().map(|d| width(door_state(d))).max().unwrap_or(0);
    let label = "ways to permit it";
    for (index, door) in own.iter().enumerate() {
        let needs = door_needs(door);
        let title = sanitise(&door.title).into_owned();
        let state = door_state(door);
        let row = label_row(index, label, look);
        if look.narrated {
            let gap = if needs.is_empty() { "" } else { ", " };
            row.text(look.plain(), format!("{title}: {state}{gap}{needs}"))
                .write(out, look.width);
            continue;
        }
        // Titles and states stand in columns where there is room for a third one.
        let columns = 2 + width(label) + 3 + title_width + 2 + state_width + 3;
        let row = if columns + 20 <= look.width {
            row.head(look.plain(), super::text::pad(&title, title_width + 2))
                .head(look.door(door), super::text::pad(state, state_width + 3))
        } else {
            row.text(look.plain(), title)
                .text_after(look.door(door), state, 2)
        };
        row.text_after(look.plain(), needs, 3)
            .write(out, look.width);
    }
    let closed: Vec<&str> = doors
        .iter()
        .filter(|d| !own_row(d))
        .map(|d| d.title.as_str())
        .collect();
    if closed.is_empty() {
        return;
    }
    // Naming four is no longer than naming three and counting one.
    let named = if closed.len() <= CLOSED_WAYS + 1 {
        closed.len()
    } else {
        CLOSED_WAYS
    };
    let mut titles = closed.get(..named).unwrap_or_default().join(", ");
    if closed.len() > named {
        titles.push_str(&format!(", {} others", closed.len() - named));
    }
    let row = label_row(own.len(), label, look);
    if look.narrated {
        row.text(look.plain(), format!("{titles}: not relied on"))
    } else {
        row.text(look.plain(), titles)
            .text_after(look.faint(), "not relied on", 3)
    }
    .write(out, look.width);
}

impl Look {
    fn door(&self, door: &Door) -> Style {
        match door.state {
            DoorState::NotReliedOn => self.faint(),
            DoorState::Undecided => self.severity(Severity::Warning, Outcome::Fail),
            DoorState::Open | DoorState::Shut => self.plain(),
        }
    }
}
