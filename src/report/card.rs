//! A finding, findings that are read as one, or a problem, for a page and a comment: what stands in
//! one frame, in the order of its rows. Values stand between backticks, as in every message.
//!
//! Nothing here is escaped yet. The screen draws its own, in columns.

use super::grouping::{Group, Lacks};
use super::phrase::{
    EXPLAIN_HELP, certainty_mark, door_needs, door_state, each_once, group_label, group_message,
    lacked, other_labels, waived_by,
};
use super::place::place;
use super::words::{heading_word, severity_word};
use crate::finding::{Door, DoorState, Finding, Label, Missing, Problem, Report, Source};
use crate::source::SourceMap;

/// What is shown in one frame.
#[derive(Debug, Default)]
pub(super) struct Card {
    /// The word it is headed by, which is its colour too.
    pub(super) word: &'static str,
    /// The rule, or the code of a problem; empty for a group.
    pub(super) rule: String,
    pub(super) message: String,
    /// `path:line:column`, or the path of a file that has no place.
    pub(super) at: String,
    /// What its lines show; the first is the place.
    pub(super) labels: Vec<Label>,
    /// Rows under the lines; of those with one label only the first has it.
    pub(super) rows: Vec<CardRow>,
    pub(super) cited: Vec<Cited>,
    /// The findings of a group.
    pub(super) members: Vec<Member>,
}

/// A row: a label, a sentence, and perhaps a place.
#[derive(Debug)]
pub(super) struct CardRow {
    pub(super) label: &'static str,
    pub(super) text: String,
    pub(super) at: String,
}

/// Where it is written.
#[derive(Debug)]
pub(super) struct Cited {
    pub(super) text: String,
    /// Empty if it has none that a browser should follow.
    pub(super) url: String,
    /// How well it is known, unless it was read.
    pub(super) mark: &'static str,
}

/// A finding of a group.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) rule: String,
    pub(super) message: String,
    pub(super) at: String,
    pub(super) cited: Vec<Cited>,
}

impl Card {
    /// One finding.
    pub(super) fn finding(report: &Report, finding: &Finding, sources: &SourceMap) -> Self {
        let mut rows = Vec::new();
        if let Some(waived) = &finding.waiver {
            rows.push(CardRow {
                label: "waived",
                text: waived_by(waived),
                at: at(&waived.label, sources),
            });
        }
        rows.extend(ways(&finding.doors));
        rows.extend(missing(&finding.missing, sources));
        rows.extend(texts("note", finding.notes.iter().map(String::as_str)));
        rows.extend(texts("help", finding.help.iter().map(String::as_str)));
        let why = report
            .rules
            .get(&finding.rule)
            .map(|rule| rule.why.as_str());
        rows.extend(texts("why", why.filter(|why| !why.is_empty()).into_iter()));
        Self {
            word: heading_word(finding),
            rule: finding.rule.0.clone(),
            message: finding.message.clone(),
            at: at(&finding.primary, sources),
            labels: labels(&finding.primary, &finding.related),
            rows: each_label_once(rows),
            cited: cited(&finding.sources),
            members: Vec::new(),
        }
    }

    /// Findings that are read as one; every one of them is named.
    pub(super) fn group(report: &Report, group: &Group<'_>, sources: &SourceMap) -> Self {
        let members = group.members.as_slice();
        let primary = match (members, group_label(members, group.lacks)) {
            ([one], _) => return Self::finding(report, one, sources),
            (_, Some(primary)) => primary,
            (_, None) => return Self::default(),
        };
        let mut rows: Vec<CardRow> = match group.lacks {
            Lacks::SameFacts => members
                .first()
                .map(|first| missing(&first.missing, sources))
                .unwrap_or_default(),
            Lacks::FactsOfOnePlace => lacked(members)
                .0
                .into_iter()
                .map(|(section, fields)| {
                    let fields: Vec<String> = fields.iter().map(|f| format!("`{f}`")).collect();
                    let head = match section {
                        "" => String::new(),
                        section => format!("`{section}`: "),
                    };
                    CardRow {
                        label: "missing",
                        text: head + &fields.join(", "),
                        at: String::new(),
                    }
                })
                .collect(),
        };
        rows.extend(members.iter().flat_map(|member| ways(&member.doors)));
        let notes = each_once(members, |member| &member.notes);
        rows.extend(texts("note", notes.into_iter()));
        let mut help = each_once(members, |member| &member.help);
        if group.lacks == Lacks::FactsOfOnePlace {
            help.push(EXPLAIN_HELP);
        }
        rows.extend(texts("help", help.into_iter()));
        Self {
            word: "undetermined",
            rule: String::new(),
            message: group_message(members, group.lacks),
            at: at(&primary, sources),
            labels: labels(&primary, &other_labels(members, group.lacks)),
            rows: each_label_once(rows),
            cited: Vec::new(),
            members: members
                .iter()
                .map(|member| Member {
                    rule: member.rule.0.clone(),
                    message: member.message.clone(),
                    at: at(&member.primary, sources),
                    cited: cited(&member.sources),
                })
                .collect(),
        }
    }

    /// Something that could not be read or run, or a remark.
    pub(super) fn problem(problem: &Problem, sources: &SourceMap) -> Self {
        let first = problem.labels.first();
        Self {
            word: severity_word(problem.severity),
            rule: problem.code.clone(),
            message: problem.message.clone(),
            at: first.map_or(problem.path.clone(), |first| at(first, sources)),
            labels: problem.labels.clone(),
            rows: texts("help", problem.help.iter().map(String::as_str)),
            ..Self::default()
        }
    }
}

/// Of rows that follow each other with one label, only the first keeps it.
pub(super) fn each_label_once(mut rows: Vec<CardRow>) -> Vec<CardRow> {
    let mut last = "";
    for row in &mut rows {
        let label = row.label;
        row.label = if label == last { "" } else { label };
        last = label;
    }
    rows
}

fn labels(primary: &Label, related: &[Label]) -> Vec<Label> {
    std::iter::once(primary).chain(related).cloned().collect()
}

fn at(label: &Label, sources: &SourceMap) -> String {
    place(sources, label.span).to_string()
}

fn texts<'a>(label: &'static str, texts: impl Iterator<Item = &'a str>) -> Vec<CardRow> {
    texts
        .map(|text| CardRow {
            label,
            text: text.into(),
            at: String::new(),
        })
        .collect()
}

fn missing(missing: &[Missing], sources: &SourceMap) -> Vec<CardRow> {
    let row = |fact: &Missing| {
        let colon = if fact.meaning.is_empty() { "" } else { ": " };
        CardRow {
            label: "missing",
            text: format!("`{}`{colon}{}", fact.field, fact.meaning),
            at: at(&fact.label, sources),
        }
    };
    missing.iter().map(row).collect()
}

/// The ways to permit the transfer: those that are relied on or would do, then all others.
fn ways(doors: &[Door]) -> Vec<CardRow> {
    let row = |text: String| CardRow {
        label: "ways to permit it",
        text,
        at: String::new(),
    };
    let own = |door: &&Door| door.would_open || door.state != DoorState::NotReliedOn;
    let mut rows: Vec<CardRow> = doors
        .iter()
        .filter(own)
        .map(|door| {
            let needs = door_needs(door);
            let comma = if needs.is_empty() { "" } else { "; " };
            row(format!(
                "{}: {}{comma}{needs}",
                door.title,
                door_state(door)
            ))
        })
        .collect();
    let others: Vec<&str> = doors
        .iter()
        .filter(|d| !own(d))
        .map(|d| &*d.title)
        .collect();
    if !others.is_empty() {
        rows.push(row(format!("not relied on: {}", others.join("; "))));
    }
    rows
}

fn cited(sources: &[Source]) -> Vec<Cited> {
    let one = |source: &Source| {
        let requirement = source.requirement.as_ref();
        let numbered = requirement.map_or(String::new(), |number| format!(" [{number}]"));
        // Rules may be anybody's: a page follows no address but one of the web.
        let web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        Cited {
            text: source.cite.clone() + &numbered,
            url: source.url.as_ref().filter(web).cloned().unwrap_or_default(),
            mark: certainty_mark(source.certainty),
        }
    };
    sources.iter().map(one).collect()
}
