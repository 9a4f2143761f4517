//! Which findings people read as one: undetermined ones that lack the same facts, or facts that all
//! would go to one place, such as a profile with nothing in it.
//!
//! Machines read every finding by itself; only the screen is grouped, and nothing is dropped.

use crate::finding::{Finding, Outcome};
use crate::source::Span;
use std::collections::BTreeMap;

/// From this many diagnostics on, those that lack facts of one place are read as one.
const MANY: usize = 4;

/// Findings that are drawn as one diagnostic.
pub(super) struct Group<'a> {
    /// At least one.
    pub(super) members: Vec<&'a Finding>,
    pub(super) lacks: Lacks,
}

/// What the members of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lacks {
    SameFacts,
    FactsOfOnePlace,
}

/// Findings in their order, those of a group at the place of its first. What stands as a to-do under
/// the verdict, and what the baseline has, is drawn only if asked for.
pub(super) fn grouped(findings: &[Finding], all: bool) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut waiting: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    let drawn = |f: &&Finding| f.waiver.is_some() || !f.is_to_do() && f.known != Some(true);
    for finding in findings.iter().filter(|f| all || drawn(f)) {
        let group = Group {
            members: vec![finding],
            lacks: Lacks::SameFacts,
        };
        let waits = finding.outcome == Outcome::Undetermined && finding.counts();
        if !waits || finding.missing.is_empty() {
            groups.push(group);
            continue;
        }
        let mut facts: Vec<&str> = finding.missing.iter().map(|m| m.field.as_str()).collect();
        facts.sort_unstable();
        facts.dedup();
        let index = *waiting.entry(facts).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(known) => known.members.push(finding),
            None => groups.push(group),
        }
    }
    gather(groups)
}

/// Where all facts that a group lacks would go, if that is one place.
fn place(group: &Group) -> Option<Span> {
    let mut spans = group
        .members
        .iter()
        .flat_map(|finding| finding.missing.iter().map(|missing| missing.label.span));
    let first = spans.next()?;
    // A value that is being clarified has a place of its own.
    (first.range().is_empty() && spans.all(|span| span == first)).then_some(first)
}

/// Makes one of many groups that lack facts of one place.
fn gather(groups: Vec<Group>) -> Vec<Group> {
    let mut counts: BTreeMap<Span, usize> = BTreeMap::new();
    for span in groups.iter().filter_map(place) {
        *counts.entry(span).or_default() += 1;
    }
    let mut gathered: Vec<Group> = Vec::new();
    let mut first: BTreeMap<Span, usize> = BTreeMap::new();
    for group in groups {
        let many = place(&group).filter(|span| counts.get(span).is_some_and(|n| *n >= MANY));
        let Some(span) = many else {
            gathered.push(group);
            continue;
        };
        let index = *first.entry(span).or_insert(gathered.len());
        match gathered.get_mut(index) {
            Some(known) => known.members.extend(group.members),
            None => gathered.push(Group {
                lacks: Lacks::FactsOfOnePlace,
                ..group
            }),
        }
    }
    gathered
}
