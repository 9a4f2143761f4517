//! An earlier report that a run is compared with: its findings are known, what is new counts.
//!
//! A finding is known by its fingerprint, which holds no line and no file. A finding that was waived
//! then is not part of the baseline: its waiver has an end, and a baseline has none.

use crate::finding::{Baseline, Gone, ProposalReport, RuleId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The JSON report, or a line of the NDJSON report, as far as it is read.
#[derive(Deserialize)]
struct ReportFile {
    version: Option<u64>,
    tool: Option<ToolFile>,
    r#type: Option<String>,
    proposals: Option<Vec<ProposalFile>>,
    // A line of type `proposal`.
    id: Option<String>,
    findings: Option<Vec<FindingFile>>,
}

#[derive(Deserialize)]
struct ToolFile {
    name: String,
}

#[derive(Deserialize)]
struct ProposalFile {
    id: String,
    findings: Vec<FindingFile>,
}

#[derive(Deserialize)]
struct FindingFile {
    rule: String,
    message: String,
    fingerprint: String,
    waiver: Option<serde::de::IgnoredAny>,
}

/// The version of the JSON report that is read here.
const VERSION: u64 = 1;

/// The findings of an earlier report, and which of them were met in this run.
#[derive(Debug, Default)]
pub struct Known {
    /// As shown.
    path: String,
    /// By proposal; within one, in the order of the report.
    proposals: BTreeMap<String, Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    rule: String,
    message: String,
    fingerprint: String,
    met: bool,
    /// Whether this run has looked: its proposal was checked.
    checked: bool,
}

/// Reads an earlier report, `json` or `ndjson`.
///
/// # Errors
///
/// A sentence part that can follow "the baseline cannot be used: ".
pub fn read(path: &str, text: &str) -> Result<Known, String> {
    let mut known = Known {
        path: path.to_owned(),
        proposals: BTreeMap::new(),
    };
    let mut lines = serde_json::Deserializer::from_str(text).into_iter::<ReportFile>();
    let head = match lines.next() {
        Some(Ok(head)) => head,
        Some(Err(error)) => return Err(format!("it is not a JSON report ({error})")),
        None => return Err("it is empty".to_owned()),
    };
    if head
        .tool
        .is_none_or(|tool| tool.name != env!("CARGO_PKG_NAME"))
    {
        let how = "make one with `carnet check --report json=baseline.json`";
        return Err(format!("it is not a JSON report of carnet ({how})"));
    }
    match head.version {
        Some(VERSION) => {}
        Some(other) => return Err(format!("it is a report of version {other}, not {VERSION}")),
        None => return Err("it does not say its version".to_owned()),
    }
    for proposal in head.proposals.into_iter().flatten() {
        known.add(proposal.id, proposal.findings);
    }
    for line in lines {
        let line = line.map_err(|error| format!("it is not whole ({error})"))?;
        if line.r#type.as_deref() == Some("proposal") {
            known.add(
                line.id.unwrap_or_default(),
                line.findings.unwrap_or_default(),
            );
        }
    }
    Ok(known)
}

impl Known {
    fn add(&mut self, proposal: String, findings: Vec<FindingFile>) {
        let entries = findings.into_iter().filter(|f| f.waiver.is_none());
        let entries = entries.map(|finding| Entry {
            rule: finding.rule,
            message: finding.message,
            fingerprint: finding.fingerprint,
            met: false,
            checked: false,
        });
        self.proposals.entry(proposal).or_default().extend(entries);
    }

    /// The ids of the proposals that it holds.
    pub fn proposals(&self) -> impl Iterator<Item = &str> {
        self.proposals.keys().map(String::as_str)
    }

    /// Marks the findings of a proposal that are known. Of findings with one fingerprint, as many are
    /// known as the baseline has.
    pub fn settle(&mut self, proposal: &mut ProposalReport) {
        let mut entries = self.proposals.get_mut(&proposal.id);
        for entry in entries.iter_mut().flat_map(|entries| entries.iter_mut()) {
            entry.checked = true;
        }
        for finding in &mut proposal.findings {
            let mut same = entries.iter_mut().flat_map(|entries| entries.iter_mut());
            let entry = same.find(|e| !e.met && e.fingerprint == finding.fingerprint);
            finding.known = Some(entry.is_some());
            if let Some(entry) = entry {
                entry.met = true;
            }
        }
    }

    /// What remains and what is gone. `complete` where a folder was walked, so that a proposal which
    /// was not met is gone; a rule that was not asked (`asked`) leaves its findings open.
    pub fn compared(&self, complete: bool, asked: impl Fn(&str) -> bool) -> Baseline {
        let mut told = Baseline {
            path: self.path.clone(),
            ..Baseline::default()
        };
        for (proposal, entries) in &self.proposals {
            for entry in entries {
                let looked = (entry.checked || complete) && asked(&entry.rule);
                match (entry.met, looked) {
                    (true, _) => told.remaining += 1,
                    (false, true) => told.gone.push(Gone {
                        proposal: proposal.clone(),
                        rule: RuleId(entry.rule.clone()),
                        message: entry.message.clone(),
                        fingerprint: entry.fingerprint.clone(),
                    }),
                    (false, false) => told.not_looked_at += 1,
                }
            }
        }
        told
    }
}
