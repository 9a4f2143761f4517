//! The phrases of a report for people, the same on a screen, on a page and in a comment.
//!
//! Nothing here is sanitised or escaped yet: what shows it does that.

use super::grouping::Lacks;
use super::summary::count;
use crate::finding::{
    Assumption, Certainty, Door, DoorState, Finding, Label, PackKind, Party, ProposalReport,
    Reason, Severity, Source, Target, Tone, Verdict, Waived,
};
use crate::source::SourceMap;
use crate::vocabulary::violation::PACK as SCHEMA_PACK;
use jiff::civil::Date;

/// `not_permitted` as officers read it: `NOT PERMITTED`.
pub(super) fn verdict_word(word: &str) -> String {
    word.replace('_', " ").to_uppercase()
}

/// Who sends to whom, and from when; may be empty.
pub(super) fn parties(proposal: &ProposalReport, arrow: &str) -> String {
    let mut text = [&proposal.exporter, &proposal.importer]
        .into_iter()
        .flatten()
        .map(party)
        .filter(|party| !party.is_empty())
        .collect::<Vec<_>>()
        .join(&format!(" {arrow} "));
    if let Some(date) = proposal.start_date {
        let comma = if text.is_empty() { "" } else { ", " };
        text.push_str(&format!("{comma}from {date}"));
    }
    text
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

/// What is to be done, and the rule that asks for it.
pub(super) fn duty_text(duty: &Reason) -> String {
    match duty.title.as_str() {
        "" => duty.text.clone(),
        rule => format!("{} [{rule}]", duty.text),
    }
}

/// The verdict stays as it is; what is waived is said beside it.
pub(super) fn waived_text(waived: usize) -> String {
    match waived {
        0 => String::new(),
        n => format!(", {n} waived"),
    }
}

/// What follows the verdict's word: the dates it is about.
pub(super) fn dates(verdict: &Verdict) -> String {
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

pub(super) fn reason_text(reason: &Reason) -> String {
    if reason.title.is_empty() {
        reason.text.clone()
    } else {
        format!("{}: {}", reason.title, reason.text)
    }
}

/// The assumption, and whether its field was not stated or holds something still to come.
pub(super) fn assumption_text(assumption: &Assumption, sources: &SourceMap) -> String {
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

/// How well a source is known, unless it was read.
pub(super) fn certainty_mark(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Verified => "",
        Certainty::Secondary => "secondary source",
        Certainty::Derived => "derived",
        Certainty::Unverified => "not verified",
    }
}

/// The citation, its numbered requirement, and how well it is known unless it was read; that mark
/// stands between `open` and `close`.
pub(super) fn cite(source: &Source, open: &str, close: &str) -> String {
    let mut text = source.cite.clone();
    if let Some(requirement) = &source.requirement {
        text.push_str(&format!(" [{requirement}]"));
    }
    let mark = certainty_mark(source.certainty);
    if mark.is_empty() {
        return text;
    }
    text.push_str(&format!("{open}{mark}{close}"));
    text
}

pub(super) fn door_state(door: &Door) -> &'static str {
    match door.state {
        DoorState::Open => "relied on, holds",
        DoorState::Shut => "relied on",
        DoorState::Undecided => "relied on, a fact is missing",
        DoorState::NotReliedOn => "not relied on",
    }
}

pub(super) fn door_needs(door: &Door) -> String {
    if door.would_open {
        return "would do if relied on: its conditions hold on the stated facts".into();
    }
    if door.state == DoorState::Open || door.needs.is_empty() {
        return String::new();
    }
    format!("needs {}", door.needs.join("; "))
}

/// Who made an exception, why and until when.
pub(super) fn waived_by(waived: &Waived) -> String {
    let approver = waived.approver.as_ref();
    let approved = approver.map_or(String::new(), |who| format!(", approved by {who}"));
    format!(
        "until {} by {}{approved}: {}",
        waived.expires, waived.owner, waived.reason
    )
}

/// The fields that several findings lack, by the object they belong to, in the order in which they
/// are first lacked; and how many they are.
pub(super) fn lacked<'a>(members: &[&'a Finding]) -> (Vec<(&'a str, Vec<&'a str>)>, usize) {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut count = 0;
    for missing in members.iter().flat_map(|member| &member.missing) {
        let (section, field) = missing
            .field
            .rsplit_once('.')
            .unwrap_or(("", &missing.field));
        match sections.iter_mut().find(|(known, _)| *known == section) {
            Some((_, fields)) if fields.contains(&field) => continue,
            Some((_, fields)) => fields.push(field),
            None => sections.push((section, vec![field])),
        }
        count += 1;
    }
    (sections, count)
}

/// The heading of findings that are read as one, without the word before it.
pub(super) fn group_message(members: &[&Finding], lacks: Lacks) -> String {
    let rules = members.len();
    match lacks {
        Lacks::SameFacts => {
            let first = members.first();
            let fields: Vec<String> = first
                .iter()
                .flat_map(|first| &first.missing)
                .map(|m| format!("`{}`", m.field))
                .collect();
            let facts = match fields.len() {
                1 => "fact".to_owned(),
                n => format!("{n} facts"),
            };
            format!(
                "{rules} rules wait for the same {facts}: {}",
                fields.join(", ")
            )
        }
        Lacks::FactsOfOnePlace => {
            let facts = count(lacked(members).1, "fact", "facts");
            format!("{rules} rules wait for {facts} not stated here")
        }
    }
}

/// What the label at the place of a group says.
pub(super) fn group_label(members: &[&Finding], lacks: Lacks) -> Option<Label> {
    let first = members.first()?;
    Some(match lacks {
        Lacks::SameFacts => first.primary.clone(),
        Lacks::FactsOfOnePlace => {
            let facts = count(lacked(members).1, "fact", "facts");
            Label {
                text: format!("{facts} would go here"),
                ..first.primary.clone()
            }
        }
    })
}

/// The labels of all members besides the group's own, each once.
pub(super) fn other_labels(members: &[&Finding], lacks: Lacks) -> Vec<Label> {
    let Some(first) = members.first() else {
        return Vec::new();
    };
    let own = |label: &Label| match lacks {
        Lacks::SameFacts => *label == first.primary,
        Lacks::FactsOfOnePlace => label.span == first.primary.span,
    };
    let mut others: Vec<Label> = Vec::new();
    for label in members
        .iter()
        .flat_map(|member| member.related.iter().chain([&member.primary]))
    {
        if !others.contains(label) && !own(label) {
            others.push(label.clone());
        }
    }
    others
}

/// Texts of several findings, each once.
pub(super) fn each_once<'a>(
    members: &[&'a Finding],
    texts: impl Fn(&'a Finding) -> &'a [String],
) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for text in members.iter().flat_map(|member| texts(member)) {
        if !all.contains(&text.as_str()) {
            all.push(text);
        }
    }
    all
}

/// What groups that hold many rules say at their end.
pub(super) const EXPLAIN_HELP: &str =
    "`carnet explain RULE` tells what a rule asks for and where that is written";

/// What an exit code means.
pub(super) fn exit_text(code: u8) -> &'static str {
    match code {
        0 => "checked, and nothing fails the run",
        1 => "something failed",
        2 => "something could not be read or run; the rest was checked",
        3 => "nothing was checked",
        4 => "a fact is missing that decides, or no pack covers the law",
        130 => "interrupted; what was done is reported",
        _ => "not told",
    }
}

/// How many mistakes of the format a proposal has.
pub(super) fn mistakes(proposal: &ProposalReport) -> usize {
    let schema = |it: &&Finding| it.pack.0 == SCHEMA_PACK && it.severity == Severity::Error;
    proposal.findings.iter().filter(schema).count()
}

/// That some of the proposals have mistakes of the format: nothing of them is passed over.
pub(super) fn broken<'p>(proposals: impl Iterator<Item = &'p ProposalReport>) -> Option<String> {
    let broken = proposals.filter(|it| mistakes(it) > 0).count();
    (broken > 0).then(|| {
        format!(
            "In {} there are mistakes of the format: `carnet check` shows where, and what is written \
             there reads as not known.",
            count(broken, "proposal", "proposals")
        )
    })
}
