//! What a run has to say: findings, verdicts, problems, and the report that holds them.
//!
//! These are the project's own words. No type here is serialised; every output format has its
//! own private types in `report/`.

use crate::outlook::{Forecast, Questions, Repairs};
use crate::proof::PackProof;
use crate::source::{FileId, Span};
use crate::tally::Tally;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names a rule: kebab-case, the stem of its file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub String);

/// Names a pack: the folder of its rules.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackId(pub String);

/// How much a finding weighs for the exit code. It never changes a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// What a rule does to a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The transfer is unlawful while the rule fails.
    Prohibition,
    /// The transfer is lawful only if the rule holds.
    Condition,
    /// Something to do; the transfer itself is not barred.
    Duty,
    /// Good practice.
    Advice,
}

impl Effect {
    /// Whether an outcome of such a rule can change a verdict.
    pub fn decides(self) -> bool {
        matches!(self, Self::Prohibition | Self::Condition)
    }
}

/// The answer of one rule about one proposal. There is no default and no fifth answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    NotApplicable,
    Pass,
    Undetermined,
    Fail,
}

/// How well the text a rule rests on is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certainty {
    /// Read in the source itself.
    Verified,
    /// Read in a secondary source, such as a law firm's note.
    Secondary,
    /// Derived from facts that were read.
    Derived,
    /// Not read; general knowledge.
    Unverified,
}

/// Where a rule comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The citation as lawyers write it: "PDP Regulations 2021 reg. 12".
    pub cite: String,
    pub url: Option<String>,
    /// The numbered requirement, such as `cbpr:2026:54`.
    pub requirement: Option<String>,
    pub certainty: Certainty,
}

/// What of a document a label points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The value at the pointer: the span covers exactly its JSON text.
    Value,
    /// The key of the member at the pointer: the span covers exactly the quoted key.
    Key,
    /// Where the missing member at the pointer would go: the span is empty.
    Insertion,
    /// A place in a text that has no tree, or in a rule file: no pointer.
    Text,
}

/// A place with a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub target: Target,
    /// RFC 6901 pointer inside the document; empty for the root and for [`Target::Text`].
    pub pointer: String,
    /// Lower case, no full stop; may be empty.
    pub text: String,
}

/// A fact that was not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Dotted, as an officer would say it: `importer.certifications[0].valid_until`.
    pub field: String,
    /// What the field means, from the schema; may be empty.
    pub meaning: String,
    /// Where it would go.
    pub label: Label,
}

/// Something a rule took as given because it was not stated, or an event that is still planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Dotted field.
    pub field: String,
    pub value: String,
    /// A sentence part: "the certificate is not suspended or withdrawn".
    pub because: String,
    pub label: Option<Label>,
}

/// How a way to permit a transfer (a door of a gate) stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DoorState {
    /// Relied on and every condition holds.
    Open,
    /// Relied on and a condition does not hold.
    Shut,
    /// Relied on and a fact is missing.
    Undecided,
    /// Not relied on.
    NotReliedOn,
}

/// One way to permit a transfer, as it stands for one proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// "certification, reg. 12"
    pub title: String,
    pub state: DoorState,
    /// What it would take: sentences from the rule, for doors that are not open.
    pub needs: Vec<String>,
    /// Not relied on, but every condition holds on the stated facts: a hint, never a permission.
    pub would_open: bool,
}

/// Something to tell: a rule that failed or could not be decided, or a document that breaks its
/// schema (pack `schema`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: RuleId,
    pub pack: PackId,
    pub severity: Severity,
    pub effect: Effect,
    /// `Fail` or `Undetermined`.
    pub outcome: Outcome,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// What to do; may hold several sentences; may be empty.
    pub help: Vec<String>,
    pub sources: Vec<Source>,
    /// The failing value, or where the first missing fact would go.
    pub primary: Label,
    /// The facts that made the rule apply, other failing values.
    pub related: Vec<Label>,
    pub missing: Vec<Missing>,
    /// The ways to permit the transfer, for gates only.
    pub doors: Vec<Door>,
    /// Rules that wait for the document whose absence this finding tells.
    pub waiting: Vec<RuleId>,
    /// Plain remarks, such as "not permitted on 2026-02-01; would be since 2026-03-02".
    pub notes: Vec<String>,
    /// The exception that an organisation made for it. The finding, its outcome and the verdict stay.
    pub waiver: Option<Waived>,
    /// Whether the baseline has it; `None` without a baseline.
    pub known: Option<bool>,
    /// Stable across moves of lines, files and list elements.
    pub fingerprint: String,
}

/// An exception for a finding, with an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// Who answers for it.
    pub owner: String,
    pub reason: String,
    /// The last day on which it counts.
    pub expires: Date,
    /// Who accepted a prohibition; needed for nothing else.
    pub approver: Option<String>,
    /// The entry in the waiver file.
    pub label: Label,
}

/// What an earlier report says that this one is compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The file, as shown.
    pub path: String,
    /// Findings of it that are still there.
    pub remaining: usize,
    /// Those that are not.
    pub gone: Vec<Gone>,
    /// Those that this run did not look for: their proposals or rules were left out.
    pub not_looked_at: usize,
}

/// A finding that an earlier report has and this one has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    pub proposal: String,
    pub rule: RuleId,
    pub message: String,
    pub fingerprint: String,
}

impl Finding {
    /// Whether it counts for the exit code: neither waived nor in the baseline.
    pub fn counts(&self) -> bool {
        self.waiver.is_none() && self.known != Some(true)
    }

    /// A duty or advice that waits for a fact: something to do, which bars nothing. People read it
    /// as a row under the verdict.
    pub fn is_to_do(&self) -> bool {
        self.outcome == Outcome::Undetermined && !self.effect.decides()
    }
}

/// What the rules of a pack answered about one proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackOutcomes {
    pub pack: PackId,
    /// Those that were asked.
    pub rules: Arc<[RuleId]>,
    /// One a rule.
    pub outcomes: Vec<Outcome>,
}

/// The outcome of one rule for one proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleOutcome<'a> {
    pub rule: &'a RuleId,
    pub pack: &'a PackId,
    pub outcome: Outcome,
}

/// A reason for a verdict, with its place: "`global_prp` granted in US, importer is a `processor`".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The way that permits it: "certification, reg. 12"; empty where the rule has no ways.
    pub title: String,
    pub text: String,
    pub label: Option<Label>,
}

/// The verdict on a transfer by a law, or on a programme's requirements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub pack: PackId,
    /// The pack's title for officers: "Singapore, PDPA s. 26".
    pub title: String,
    pub kind: PackKind,
    /// The machine word: `permitted`, `not_permitted`, `met`, or one of the pack's own.
    pub word: String,
    pub tone: Tone,
    /// The dates on which the law was asked, ascending.
    pub law_dates: Vec<Date>,
    /// The last day on which the facts read let the verdict hold, and what happens then
    /// ("the certificate ends").
    pub holds_until: Option<(Date, String)>,
    pub because: Vec<Reason>,
    pub assumptions: Vec<Assumption>,
    /// Duties and advice that wait for a fact: the rule (as `title`) and its message.
    pub to_do: Vec<Reason>,
    pub counts: Counts,
    /// Rules of the pack were left out by the caller.
    pub partial: bool,
    /// The pack does not apply and was asked because the caller wanted all: it answers, but not for
    /// the transfer.
    pub asked_anyway: bool,
    /// Plain remarks: "law as read on 2026-11-22", "some rows are not verified".
    pub notes: Vec<String>,
}

/// Whether a pack is law or a programme. No programme permits anything by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PackKind {
    Law,
    Programme,
}

/// How a verdict sounds, whatever its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tone {
    NotApplicable,
    Good,
    Unclear,
    Bad,
}

/// How many rules answered what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub undetermined: usize,
    pub not_applicable: usize,
}

/// A party in the heading of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub name: String,
    /// ISO code as written, and the country's name where the code is one.
    pub country: String,
    pub country_name: Option<String>,
    pub role: String,
}

/// Everything about one proposal, or about an organisation profile checked on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalReport {
    pub id: String,
    pub title: String,
    pub exporter: Option<Party>,
    pub importer: Option<Party>,
    pub start_date: Option<Date>,
    /// The whole document.
    pub span: Span,
    /// The worst verdict over the law packs; `not_covered` where no law pack applies.
    pub overall: String,
    pub overall_tone: Tone,
    /// One row a pack that was asked, in the order of the packs.
    pub verdicts: Vec<Verdict>,
    pub findings: Vec<Finding>,
    /// Every rule that was asked, in the order of the packs.
    pub outcomes: Vec<PackOutcomes>,
    /// What all answers rest on, where that was asked for.
    pub proofs: Vec<PackProof>,
    /// What to ask next, where that was asked for.
    pub questions: Option<Questions>,
    /// What would make it permitted, where that was asked for.
    pub repairs: Option<Vec<Repairs>>,
    /// When it becomes another answer, where that was asked for.
    pub forecast: Option<Forecast>,
}

impl ProposalReport {
    /// The outcome of every rule that was asked, in the order of the packs.
    pub fn outcomes(&self) -> impl Iterator<Item = RuleOutcome<'_>> {
        self.outcomes.iter().flat_map(|pack| {
            let rules = pack.rules.iter().zip(&pack.outcomes);
            rules.map(|(rule, outcome)| RuleOutcome {
                rule,
                pack: &pack.pack,
                outcome: *outcome,
            })
        })
    }

    /// Gives every place the id that its file has from now on.
    pub fn renumber(&mut self, id: &dyn Fn(FileId) -> FileId) {
        let renumber = |span: &mut Span| span.file = id(span.file);
        renumber(&mut self.span);
        self.proofs.iter_mut().for_each(|proof| proof.renumber(id));
        let questions = self.questions.iter_mut().flat_map(|it| &mut it.questions);
        questions.for_each(|question| renumber(&mut question.label.span));
        for verdict in &mut self.verdicts {
            let reasons = verdict.because.iter_mut().chain(&mut verdict.to_do);
            let labels = reasons.filter_map(|reason| reason.label.as_mut());
            labels.for_each(|label| renumber(&mut label.span));
            let assumed = verdict.assumptions.iter_mut();
            let labels = assumed.filter_map(|assumption| assumption.label.as_mut());
            labels.for_each(|label| renumber(&mut label.span));
        }
        for finding in &mut self.findings {
            renumber(&mut finding.primary.span);
            let missing = finding.missing.iter_mut().map(|it| &mut it.label);
            let labels = finding.related.iter_mut().chain(missing);
            let waived = finding.waiver.iter_mut().map(|it| &mut it.label);
            labels
                .chain(waived)
                .for_each(|label| renumber(&mut label.span));
        }
    }
}

/// Something that could not be read or run; with a place where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `Error` makes the run exit with 2.
    pub severity: Severity,
    /// kebab-case: `json-syntax`, `unreadable-file`, `broken-rule`.
    pub code: String,
    /// The file it is about, as shown.
    pub path: String,
    pub message: String,
    pub help: Option<String>,
    /// The first label is the place.
    pub labels: Vec<Label>,
}

impl Problem {
    /// Gives every place the id that its file has from now on.
    pub fn renumber(&mut self, id: &dyn Fn(FileId) -> FileId) {
        for label in &mut self.labels {
            label.span.file = id(label.span.file);
        }
    }
}

/// A pack that was asked, for the head of machine reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackInfo {
    pub id: PackId,
    pub title: String,
    pub kind: PackKind,
    /// `true` for packs that ship with carnet.
    pub shipped: bool,
    /// SHA-256 of the pack's files, hexadecimal.
    pub digest: String,
    pub researched_on: Date,
    pub partial: bool,
}

/// What a rule says about itself, for formats that list rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    pub id: RuleId,
    pub pack: PackId,
    pub title: String,
    pub severity: Severity,
    pub effect: Effect,
    pub why: String,
    pub fix: String,
    pub sources: Vec<Source>,
}

/// The answer to a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub as_of: Date,
    pub packs: Vec<PackInfo>,
    /// Those of the packs that were asked of a proposal at least.
    pub rules: BTreeMap<RuleId, RuleInfo>,
    /// In the order of the inputs.
    pub proposals: Vec<ProposalReport>,
    /// The counts of what was checked and is not listed: there is nothing to tell of it, or too much.
    pub let_go: Tally,
    pub problems: Vec<Problem>,
    /// JSON files found by walking that are no proposals.
    pub skipped: usize,
    /// Set when only some packs or rules were asked: "Only sg-pdpa was asked."
    pub asked: Option<String>,
    /// The files that were read, where their digests were asked for.
    pub inputs: Vec<Input>,
    /// Set when the run was compared with an earlier report.
    pub baseline: Option<Baseline>,
    /// Which findings fail the run.
    pub threshold: Threshold,
    pub exit_code: u8,
}

impl Report {
    /// How many proposals were checked.
    pub fn checked(&self) -> usize {
        self.proposals.len() + self.let_go.proposals
    }
}

/// A file that the run has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// As shown.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub digest: String,
}

/// Which findings fail the run: the caller's choice, which changes no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// The least severity that fails; `None` where nothing does.
    pub least: Option<Severity>,
    /// Whether an undetermined rule that decides fails too.
    pub undetermined: bool,
}

impl Default for Threshold {
    fn default() -> Self {
        Self {
            least: Some(Severity::Error),
            undetermined: true,
        }
    }
}

impl Threshold {
    /// Whether a finding of that severity is heavy enough.
    pub fn reaches(self, severity: Severity) -> bool {
        self.least.is_some_and(|least| severity >= least)
    }

    /// Whether this finding fails the run. What is waived or of the baseline does not.
    pub fn fails(self, finding: &Finding) -> bool {
        let outcome = match finding.outcome {
            Outcome::Fail => true,
            Outcome::Undetermined => self.undetermined && finding.effect.decides(),
            Outcome::Pass | Outcome::NotApplicable => false,
        };
        outcome && finding.counts() && self.reaches(finding.severity)
    }
}
