//! One diagnostic for people: heading, snippet, and the rows under it.
//!
//! A finding, several undetermined findings that wait for the same facts, or a problem. Which of
//! them are shown, and in what order, is `terminal`'s matter.

use super::look::Look;
use super::place::place;
use super::row::Row;
use super::snippet;
use super::text::{sanitise, width};
use super::words::{heading_word, severity_word};
use crate::finding::{
    Certainty, Door, DoorState, Finding, Label, Missing, Outcome, Problem, Severity, Source, Waived,
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
    let approver = waived.approver.as_ref();
    let approved = approver.map_or(String::new(), |who| format!(", approved by {who}"));
    let text = format!(
        "until {} by {}{approved}: {}",
        waived.expires, waived.owner, waived.reason
    );
    label_row(0, "waived", look)
        .text(look.plain(), text)
        .whole(
            look.faint(),
            look.aside(&place(sources, waived.label.span)),
            look.gap(2),
        )
        .write(out, look.width);
}

/// Draws undetermined findings that lack the same facts as one; `members` has at least two.
pub(super) fn group(out: &mut String, members: &[&Finding], sources: &SourceMap, look: &Look) {
    let Some(first) = members.first() else {
        return;
    };
    let style = look.severity(first.severity, Outcome::Undetermined);
    let fields: Vec<String> = first
        .missing
        .iter()
        .map(|m| format!("`{}`", m.field))
        .collect();
    let facts = match fields.len() {
        1 => "fact".to_owned(),
        n => format!("{n} facts"),
    };
    let message = format!(
        "{} rules wait for the same {facts}: {}",
        members.len(),
        fields.join(", ")
    );
    heading(out, "undetermined:", &message, style, look);
    let related = other_labels(members, &first.primary, |_| true);
    snippet::draw(out, sources, &first.primary, &related, style, look);
    missing(out, &first.missing, sources, look);
    waiting(out, members, look);
    remarks(out, members, look);
}

/// Draws undetermined findings that lack facts of one place as one; `members` has at least two.
/// `each` gives each rule a row with its source.
pub(super) fn gathered(
    out: &mut String,
    members: &[&Finding],
    sources: &SourceMap,
    each: bool,
    look: &Look,
) {
    let Some(first) = members.first() else {
        return;
    };
    let style = look.severity(first.severity, Outcome::Undetermined);
    // Sections in the order in which they are first lacked, each with its fields.
    let mut sections: Vec<(&str, Vec<String>)> = Vec::new();
    let mut count = 0;
    for missing in members.iter().flat_map(|member| &member.missing) {
        let (section, field) = missing
            .field
            .rsplit_once('.')
            .unwrap_or(("", &missing.field));
        let field = format!("`{field}`");
        match sections.iter_mut().find(|(known, _)| *known == section) {
            Some((_, fields)) if fields.contains(&field) => continue,
            Some((_, fields)) => fields.push(field),
            None => sections.push((section, vec![field])),
        }
        count += 1;
    }
    let facts = super::summary::count(count, "fact", "facts");
    let message = format!("{} rules wait for {facts} not stated here", members.len());
    heading(out, "undetermined:", &message, style, look);
    let primary = Label {
        text: format!("{facts} would go here"),
        ..first.primary.clone()
    };
    let related = other_labels(members, &first.primary, |label| label.span != primary.span);
    snippet::draw(out, sources, &primary, &related, style, look);
    for (index, (section, fields)) in sections.iter().enumerate() {
        let head = if section.is_empty() {
            String::new()
        } else {
            format!("`{section}`: ")
        };
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
    let help = "`carnet explain RULE` tells what a rule asks for and where that is written";
    rows(out, "help:", std::iter::once(help), look);
}

/// The labels of all members besides the first's own, each once.
fn other_labels(
    members: &[&Finding],
    primary: &Label,
    keeps: impl Fn(&Label) -> bool,
) -> Vec<Label> {
    let mut related: Vec<Label> = Vec::new();
    for label in members
        .iter()
        .flat_map(|member| member.related.iter().chain([&member.primary]))
    {
        if !related.contains(label) && label != primary && keeps(label) {
            related.push(label.clone());
        }
    }
    related
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
    let mut notes: Vec<&str> = Vec::new();
    let mut help: Vec<&str> = Vec::new();
    for member in members {
        for (list, texts) in [(&mut notes, &member.notes), (&mut help, &member.help)] {
            for text in texts {
                if !list.contains(&text.as_str()) {
                    list.push(text);
                }
            }
        }
    }
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

/// The citation, its numbered requirement, and how well it is known unless it was read; that mark
/// stands between `open` and `close`.
fn cite(source: &Source, open: &str, close: &str) -> String {
    let mut text = source.cite.clone();
    if let Some(requirement) = &source.requirement {
        text.push_str(&format!(" [{requirement}]"));
    }
    let mark = match source.certainty {
        Certainty::Verified => return text,
        Certainty::Secondary => "secondary source",
        Certainty::Derived => "derived",
        Certainty::Unverified => "not verified",
    };
    text.push_str(&format!("{open}{mark}{close}"));
    text
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

fn door_state(door: &Door) -> &'static str {
    match door.state {
        DoorState::Open => "relied on, holds",
        DoorState::Shut => "relied on",
        DoorState::Undecided => "relied on, a fact is missing",
        DoorState::NotReliedOn => "not relied on",
    }
}

fn door_needs(door: &Door) -> String {
    if door.would_open {
        return "would do if relied on: its conditions hold on the stated facts".into();
    }
    if door.state == DoorState::Open || door.needs.is_empty() {
        return String::new();
    }
    format!("needs {}", door.needs.join("; "))
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
