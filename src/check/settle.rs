//! After the check: which findings are waived, which are known, and what that leaves to be said.

use super::Run;
use crate::engine::CheckOptions;
use crate::finding::Finding;
use crate::rule::RuleSet;
use crate::vocabulary::suggest::did_you_mean;
use crate::waiver::KnownRule;

/// Rules that belong to no pack: what carnet itself finds in a document or in a question.
pub const OWN_RULES: [&str; 21] = [
    "broken-profile",
    "byte-order-mark",
    "duplicate-id",
    "duplicate-key",
    "empty-list",
    "empty-text",
    "missing-field",
    "no-law-pack",
    "null-value",
    "number-does-not-fit",
    "number-out-of-range",
    "pack-may-apply",
    "start-not-stated",
    "too-many-mistakes",
    "unknown-field",
    "unknown-not-allowed",
    "wrong-date",
    "wrong-duration",
    "wrong-form",
    "wrong-type",
    "wrong-word",
];

impl Run<'_> {
    /// Ends the run: tells of what is not listed and of waivers that did nothing, and compares with the
    /// baseline. `complete` where a folder was walked: what was not met is not there.
    pub fn conclude(&mut self, complete: bool) {
        self.tell_unlisted();
        if let Some(waivers) = &self.waivers {
            let proposals = self.report.proposals.iter();
            let ids: Vec<&str> = proposals.map(|proposal| proposal.id.as_str()).collect();
            let remarks = waivers.remarks(complete, &ids, |rule| self.known_rule(rule));
            self.report.problems.extend(remarks);
        }
        if let Some(baseline) = &self.baseline {
            let asked = |rule: &str| self.known_rule(rule) != KnownRule::NotAsked;
            self.report.baseline = Some(baseline.compared(complete, asked));
        }
    }

    /// What a rule that was renamed is called now.
    pub fn current_rule(&self, name: &str) -> Option<String> {
        self.desk.set.rule(name).map(|(_, rule)| rule.id.0.clone())
    }

    fn known_rule(&self, name: &str) -> KnownRule {
        match self.desk.set.rule(name) {
            Some((pack, rule))
                if self.desk.options.asks_pack(pack) && self.desk.options.asks_rule(rule) =>
            {
                KnownRule::Asked
            }
            Some(_) => KnownRule::NotAsked,
            None if OWN_RULES.contains(&name) => KnownRule::Asked,
            None => KnownRule::Unknown(near_rule(self.desk.set, name)),
        }
    }
}

/// Gives a finding the severity that the caller wants. It changes no verdict.
pub(super) fn reweigh(finding: &mut Finding, options: &CheckOptions) {
    if let Some(severity) = options.severity.get(&finding.rule.0) {
        finding.severity = *severity;
    }
}

/// The rule that was perhaps meant.
pub fn near_rule(set: &RuleSet, name: &str) -> Option<String> {
    let packs = set.packs.iter();
    let rules = packs.flat_map(|pack| pack.rules.iter().map(|rule| rule.id.0.as_str()));
    did_you_mean(name, rules.chain(OWN_RULES)).map(str::to_owned)
}
