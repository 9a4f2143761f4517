//! What a report comes to: the counts that every format gives and that decide how the run ends.
//!
//! A report of a very large run does not hold every proposal. What it lets go is counted here first,
//! so that no count depends on what is kept.

use crate::finding::{
    Finding, Outcome, PackId, PackKind, Problem, ProposalReport, Report, Severity, Threshold, Tone,
    Verdict,
};
use std::collections::BTreeMap;

/// The overall answer of a proposal that is counted and not listed.
const PERMITTED: &str = "permitted";

/// How many of what. A problem counts like a finding that fails: a reader counts the headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Proposals, and organisation profiles checked on their own.
    pub proposals: usize,
    pub problems: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    pub undetermined: usize,
    pub to_do: usize,
    /// Findings with a waiver, which count nowhere else.
    pub waived: usize,
    /// Findings of the baseline, which count nowhere else.
    pub known: usize,
    /// Problems of severity error: something was not checked.
    pub broken: usize,
    /// Overall answers, good ones first.
    pub overall: Vec<(String, usize)>,
    /// Verdicts by pack, in the order in which packs first occur.
    pub packs: Vec<PackTally>,
    /// Something failed that fails the run.
    pub fails: bool,
    /// Something undetermined fails the run.
    pub fails_undetermined: bool,
    tones: BTreeMap<String, Tone>,
}

/// How many proposals got which verdict from a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackTally {
    pub pack: PackId,
    pub title: String,
    pub kind: PackKind,
    /// The words, with how they sound.
    pub words: Vec<(Tone, String, usize)>,
}

impl Tally {
    /// The counts of a whole report, with what it has let go.
    pub fn of(report: &Report) -> Self {
        let mut tally = report.let_go.clone();
        for proposal in &report.proposals {
            tally.count_proposal(proposal, report.threshold);
        }
        for problem in &report.problems {
            tally.count_problem(problem, report.threshold);
        }
        let tone = |word: &str| tally.tones.get(word).copied().map_or(0, reading_order);
        tally
            .overall
            .sort_by(|(a, _), (b, _)| (tone(a), a).cmp(&(tone(b), b)));
        tally
    }

    /// Counts a proposal; `threshold` says which of its findings fail the run.
    pub fn count_proposal(&mut self, proposal: &ProposalReport, threshold: Threshold) {
        self.proposals += 1;
        for finding in &proposal.findings {
            self.count_finding(finding);
            if threshold.fails(finding) {
                match finding.outcome {
                    Outcome::Undetermined => self.fails_undetermined = true,
                    _ => self.fails = true,
                }
            }
        }
        for verdict in &proposal.verdicts {
            self.to_do += verdict.to_do.len();
            let Verdict {
                pack, title, kind, ..
            } = verdict;
            self.count_verdict((pack, title, *kind, verdict.tone, &verdict.word), 1);
        }
        self.count_word(&proposal.overall, proposal.overall_tone, 1);
    }

    /// Counts proposals that a law permits and of which there is nothing to tell, with what the packs
    /// say of each: pack, title, kind, tone and word.
    pub fn count_permitted<'v>(
        &mut self,
        verdicts: impl Iterator<Item = (&'v PackId, &'v str, PackKind, Tone, &'v str)>,
        count: usize,
    ) {
        self.proposals += count;
        self.count_word(PERMITTED, Tone::Good, count);
        for verdict in verdicts {
            self.count_verdict(verdict, count);
        }
    }

    fn count_verdict(
        &mut self,
        (pack, title, kind, tone, word): (&PackId, &str, PackKind, Tone, &str),
        count: usize,
    ) {
        let known = self.packs.iter().position(|it| it.pack == *pack);
        let index = known.unwrap_or_else(|| {
            self.packs.push(PackTally {
                pack: pack.clone(),
                title: title.to_owned(),
                kind,
                words: Vec::new(),
            });
            self.packs.len() - 1
        });
        let Some(pack) = self.packs.get_mut(index) else {
            return;
        };
        match pack.words.iter_mut().find(|(_, known, _)| known == word) {
            Some((.., known)) => *known += count,
            None => pack.words.push((tone, word.to_owned(), count)),
        }
    }

    /// Counts something that could not be read or run.
    pub fn count_problem(&mut self, problem: &Problem, threshold: Threshold) {
        self.problems += 1;
        self.fails |= threshold.reaches(problem.severity);
        self.count_severity(problem.severity);
        self.broken += usize::from(problem.severity == Severity::Error);
    }

    fn count_word(&mut self, word: &str, tone: Tone, count: usize) {
        match self.overall.iter_mut().find(|(known, _)| *known == *word) {
            Some((_, known)) => *known += count,
            None => {
                self.overall.push((word.to_owned(), count));
                self.tones.insert(word.to_owned(), tone);
            }
        }
    }

    fn count_finding(&mut self, finding: &Finding) {
        match finding.outcome {
            _ if finding.waiver.is_some() => self.waived += 1,
            _ if finding.known == Some(true) => self.known += 1,
            // Counted as a to-do.
            Outcome::Undetermined if finding.is_to_do() => {}
            Outcome::Undetermined => self.undetermined += 1,
            _ => self.count_severity(finding.severity),
        }
    }

    fn count_severity(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
    }
}

/// Good news first.
pub fn reading_order(tone: Tone) -> u8 {
    match tone {
        Tone::Good => 0,
        Tone::Bad => 1,
        Tone::Unclear => 2,
        Tone::NotApplicable => 3,
    }
}
