//! What there is to tell of a text, and how it becomes part of the report.

use super::profile::Profile;
use super::{Run, plain};
use crate::finding::{Input, Problem, ProposalReport, RuleInfo, Severity};
use crate::source::{FileId, SourceFile, SourceMap};
use std::sync::Arc;

/// What a thread found out about one text, or about one record of a text. Its files are numbered by
/// themselves: what they are called in the run is known once everything before them is told.
#[derive(Default)]
pub(super) struct Told {
    pub(super) proposals: Vec<ProposalReport>,
    pub(super) problems: Vec<Problem>,
    pub(super) files: Vec<SourceFile>,
    /// The profiles that were read for it, in the order in which they were named.
    pub(super) profiles: Vec<Arc<Profile>>,
    pub(super) skipped: usize,
}

impl Told {
    /// How many things there are to tell.
    pub(super) fn tells(&self) -> usize {
        self.proposals.len() + self.problems.len()
    }

    /// Whether it tells of nothing but something that is no proposal.
    pub(super) fn is_other(&self) -> bool {
        let mut problems = self.problems.iter();
        self.proposals.is_empty() && problems.all(|problem| problem.code == NO_PROPOSAL)
    }

    pub(super) fn add(&mut self, file: SourceFile) -> FileId {
        let id = SourceMap::loose_id(self.files.len());
        self.files.push(file);
        id
    }
}

/// The code of the problem that something is no proposal.
pub(super) const NO_PROPOSAL: &str = "not-a-proposal";

/// Problems that a report lists; more of them are counted.
const MOST_PROBLEMS: usize = 10_000;

impl Run<'_> {
    /// Makes what was told part of the report.
    pub(super) fn take_in(&mut self, mut told: Told) {
        for profile in std::mem::take(&mut told.profiles) {
            self.take_in_profile(&profile);
        }
        self.report.skipped += told.skipped;
        if told.proposals.is_empty() && told.problems.is_empty() {
            return;
        }
        let before = self.sources.next_id();
        let id = self.sources.append(std::mem::take(&mut told.files));
        let mut kept = false;
        for mut proposal in told.proposals {
            proposal.renumber(&id);
            kept |= self.take_in_proposal(proposal);
        }
        for mut problem in told.problems {
            if self.report.problems.len() < MOST_PROBLEMS {
                problem.renumber(&id);
                self.report.problems.push(problem);
                kept = true;
            } else {
                let threshold = self.report.threshold;
                self.report.let_go.count_problem(&problem, threshold);
                self.unlisted.problems += 1;
            }
        }
        if !kept {
            self.sources.truncate(before);
        }
    }

    fn take_in_profile(&mut self, profile: &Profile) {
        self.desk.profiles.add_sources(&mut self.sources);
        if self.digests && self.inputs_told.insert(profile.name.clone()) {
            self.add_input(&profile.name, &profile.digest);
        }
    }

    /// Whether the report lists it.
    fn take_in_proposal(&mut self, mut proposal: ProposalReport) -> bool {
        if let Some(ids) = &mut self.only {
            match ids.get_mut(&proposal.id) {
                Some(met) => *met = true,
                None => return false,
            }
        }
        if let Some(waivers) = &mut self.waivers {
            waivers.settle(&mut proposal, &self.sources);
        }
        if let Some(baseline) = &mut self.baseline {
            baseline.settle(&mut proposal);
        }
        self.describe_rules(&proposal);
        let troubled = proposal.findings.iter().any(|f| f.known != Some(true));
        // Where the untroubled are only counted, the first of them take no other's place.
        let listed = troubled || self.most_untroubled == usize::MAX;
        let (known, most) = match listed {
            true => (&mut self.listed, self.most_listed),
            false => (&mut self.untroubled, self.most_untroubled),
        };
        if *known < most || self.told_anyway.contains(&proposal.id) {
            *known += 1;
            self.report.proposals.push(proposal);
            return true;
        }
        let threshold = self.report.threshold;
        self.report.let_go.count_proposal(&proposal, threshold);
        self.unlisted.proposals += usize::from(listed);
        false
    }

    /// Adds what readers of the report need to know of the rules that were asked for the first time.
    fn describe_rules(&mut self, proposal: &ProposalReport) {
        for asked in &proposal.outcomes {
            let Some(first) = asked.rules.first() else {
                continue;
            };
            if self.report.rules.contains_key(first) {
                continue;
            }
            let pack = self.desk.set.pack(&asked.pack.0);
            for rule in pack.iter().flat_map(|pack| &pack.rules) {
                if self.desk.options.asks_rule(rule) {
                    let info = RuleInfo {
                        id: rule.id.clone(),
                        pack: asked.pack.clone(),
                        title: rule.title.clone(),
                        severity: rule.severity,
                        effect: rule.effect,
                        why: rule.why.clone(),
                        fix: plain(&rule.fix),
                        sources: rule.sources.clone(),
                    };
                    self.report.rules.insert(rule.id.clone(), info);
                }
            }
        }
    }

    /// Says of what is counted and not listed that it is.
    pub(super) fn tell_unlisted(&mut self) {
        let unlisted = std::mem::take(&mut self.unlisted);
        let mut say = |code: &str, message: String, help: &str| {
            self.report.problems.push(Problem {
                severity: Severity::Info,
                code: code.to_owned(),
                path: String::new(),
                message,
                help: Some(help.to_owned()),
                labels: Vec::new(),
            });
        };
        if unlisted.proposals > 0 {
            let message = format!(
                "{} more proposals were checked and counted; the report lists the first {}",
                unlisted.proposals, self.most_listed
            );
            let help = "`--max-proposals` lists more, which takes more memory";
            say("proposals-not-all-listed", message, help);
        }
        if unlisted.problems > 0 {
            let message = format!(
                "{} more problems were counted; the report lists the first {MOST_PROBLEMS}",
                unlisted.problems
            );
            let help = "mend those that are listed, and check again";
            say("problems-not-all-listed", message, help);
        }
    }

    /// Adds a file to the inputs of the report.
    pub(super) fn add_input(&mut self, name: &str, digest: &[u8]) {
        self.report.inputs.push(Input {
            path: name.to_owned(),
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        });
    }
}

/// How much was counted and is not listed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unlisted {
    pub(super) proposals: usize,
    pub(super) problems: usize,
}
