//! Exceptions that an organisation makes: each names a rule and a proposal, and has an owner, a
//! reason and an end.
//!
//! A waiver hides nothing. The finding, its outcome and the verdict stay, and every format shows
//! that it is waived and by whom; it only no longer fails the run. A waiver that does less than
//! somebody may think (ended, the value changed, nothing to waive) is told, with its place.

mod digest;
mod entry;
mod file;
mod remark;

pub use digest::value_digest;
pub use entry::{Decision, entry, with_entry};
pub use file::read;
pub use remark::KnownRule;

use crate::document::{Tape, parse};
use crate::finding::{Effect, Finding, Label, Outcome, ProposalReport, Waived};
use crate::source::{SourceMap, Span};
use jiff::civil::Date;
use std::collections::HashMap;

/// The format of a waiver file, as its `schema` says it.
pub const FORMAT: &str = "waivers/1";

/// The name under which the file is looked for.
pub const FILE_NAME: &str = "carnet-waivers.yaml";

/// One exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The rule whose findings it covers; a former id is put right by [`Waivers::rename`].
    pub rule: String,
    /// The `id` of the proposal.
    pub proposal: String,
    /// Only the finding at this place; without it, every finding of the rule in the proposal.
    pub place: Option<WaivedPlace>,
    /// Only failures, or only undetermined answers.
    pub outcome: Option<Outcome>,
    /// Who answers for it.
    pub owner: String,
    pub reason: String,
    /// The last day on which it counts, in UTC.
    pub expires: Date,
    /// Who accepted that a prohibition is waived; `None` where nobody did.
    pub prohibition_accepted_by: Option<String>,
    /// Who approved it, prohibition or not.
    pub approver: Option<String>,
    /// The rule's name in the file.
    at: Span,
    expires_at: Span,
}

/// A value that was looked at when the exception was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaivedPlace {
    /// RFC 6901, inside the document of the finding.
    pub pointer: String,
    /// See [`value_digest`]; `None` where nothing stood there.
    pub digest: Option<String>,
    digest_at: Span,
}

/// The exceptions of a file, and what they did in this run.
#[derive(Debug, Default)]
pub struct Waivers {
    entries: Vec<Waiver>,
    uses: Vec<Use>,
    by_proposal: HashMap<String, Vec<usize>>,
    as_of: Date,
    remind_days: i32,
    /// As shown.
    path: String,
}

/// What one waiver met in this run.
#[derive(Clone, Debug, Default)]
struct Use {
    /// Its proposal was checked.
    checked: bool,
    /// What its rule answered about it.
    answer: Option<Outcome>,
    /// The findings that it waives.
    waived: usize,
    /// Findings that another waiver covers already.
    covered: usize,
    /// Findings that count again because it has ended.
    ended: usize,
    /// A prohibition that nobody accepted.
    refused: Option<Label>,
    /// The value has changed: where it stands, and its digest now.
    changed: Option<(Label, Option<String>)>,
    /// Places of findings of the rule that it does not name.
    elsewhere: Vec<String>,
    /// The id its rule had when it was written.
    former: Option<String>,
}

impl Waivers {
    fn new(entries: Vec<Waiver>, path: &str, as_of: Date, remind_days: i32) -> Self {
        let mut by_proposal: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, waiver) in entries.iter().enumerate() {
            let known = by_proposal.entry(waiver.proposal.clone()).or_default();
            known.push(index);
        }
        Self {
            uses: vec![Use::default(); entries.len()],
            entries,
            by_proposal,
            as_of,
            remind_days,
            path: path.to_owned(),
        }
    }

    /// The exceptions, in the order of the file.
    pub fn entries(&self) -> &[Waiver] {
        &self.entries
    }

    /// The ids of the proposals that they are about.
    pub fn proposals(&self) -> impl Iterator<Item = &str> {
        self.by_proposal.keys().map(String::as_str)
    }

    /// Puts right the ids of rules that were renamed. `current` says what a former id is now.
    pub fn rename(&mut self, current: impl Fn(&str) -> Option<String>) {
        for (waiver, used) in self.entries.iter_mut().zip(&mut self.uses) {
            let now = current(&waiver.rule).filter(|now| *now != waiver.rule);
            if let Some(now) = now {
                used.former = Some(std::mem::replace(&mut waiver.rule, now));
            }
        }
    }

    /// Marks the findings of a proposal that are waived.
    pub fn settle(&mut self, proposal: &mut ProposalReport, sources: &SourceMap) {
        let Some(indexes) = self.by_proposal.get(&proposal.id) else {
            return;
        };
        for index in indexes {
            let (Some(waiver), Some(used)) = (self.entries.get(*index), self.uses.get_mut(*index))
            else {
                continue;
            };
            used.checked = true;
            let mut outcomes = proposal.outcomes();
            let answer = outcomes.find(|answer| answer.rule.0 == waiver.rule);
            used.answer = answer.map(|answer| answer.outcome).or(used.answer);
            drop(outcomes);
            let span = proposal.span;
            for finding in &mut proposal.findings {
                if waiver.covers(finding) {
                    waiver.waive(finding, span, sources, self.as_of, used);
                }
            }
        }
    }
}

impl Waiver {
    fn covers(&self, finding: &Finding) -> bool {
        finding.rule.0 == self.rule && self.outcome.is_none_or(|only| only == finding.outcome)
    }

    fn waive(
        &self,
        finding: &mut Finding,
        proposal: Span,
        sources: &SourceMap,
        as_of: Date,
        used: &mut Use,
    ) {
        if let Some(place) = &self.place {
            if finding.primary.pointer != place.pointer {
                used.elsewhere.push(finding.primary.pointer.clone());
                return;
            }
            let now = digest_at(&finding.primary, proposal, sources);
            if now != place.digest {
                used.changed = Some((finding.primary.clone(), now));
                return;
            }
        }
        let accepted = self.prohibition_accepted_by.is_some();
        if as_of > self.expires {
            used.ended += 1;
        } else if finding.effect == Effect::Prohibition && !accepted {
            used.refused = Some(finding.primary.clone());
        } else if finding.waiver.is_some() {
            used.covered += 1;
        } else {
            used.waived += 1;
            finding.waiver = Some(Waived {
                owner: self.owner.clone(),
                reason: self.reason.clone(),
                expires: self.expires,
                approver: self.approver.clone(),
                label: text_label(self.at, "waived here"),
            });
        }
    }
}

/// The digest of the value a label points at; `None` where nothing stands there.
pub fn digest_at(label: &Label, proposal: Span, sources: &SourceMap) -> Option<String> {
    let text = sources.get(label.span.file)?.text();
    // A file may hold many proposals; pointers start at each one's root.
    let text = match label.span.file == proposal.file {
        true => text.get(proposal.range())?,
        false => text,
    };
    let mut tape = Tape::new();
    let document = parse(text, &mut tape).ok()?;
    let value = document.locate(&label.pointer)?;
    Some(value_digest(document, value))
}

fn text_label(span: Span, text: impl Into<String>) -> Label {
    Label {
        span,
        target: crate::finding::Target::Text,
        pointer: String::new(),
        text: text.into(),
    }
}
