//! The engine: every rule is asked about every proposal, and each answers with one of four
//! outcomes. Pure: no file, no clock, no output format.
//!
//! `facts` is what it is given, `evaluate` the truth of conditions, `prove` the same with reasons,
//! `gate` the doors of a prohibition, `law_date` the days on which the law is asked, `ask` one rule
//! about one proposal, `verdict` what all answers of a pack come to.

mod answers;
mod applies;
mod ask;
mod culprit;
mod deciding;
mod evaluate;
mod gate;
mod horizon;
mod label;
pub mod law_date;
mod list;
mod lookup;
mod prove;
mod quick;
mod tell;
pub mod trace;
mod until;
mod verdict;
mod why;
mod words;

pub(crate) use answers::turnings;
pub use answers::{PackAnswer, answer_on, answers};
pub(crate) use horizon::Turning;
pub use quick::{PackWord, nothing_to_tell};

use crate::engine::law_date::law_dates;
use crate::facts::{Facts, NodeRef};
use crate::finding::{
    Counts, Finding, Outcome, PackOutcomes, Party, ProposalReport, RuleId, Severity, Tone, Verdict,
};
use crate::outlook::Days;
use crate::proof::PackProof;
use crate::rule::condition::Literal;
use crate::rule::{Pack, Rule, RuleSet};
use crate::source::Span;
use crate::truth::Truth;
use evaluate::{Binding, Evaluator, scalar_of};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which packs are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PackChoice {
    /// Every pack that applies.
    #[default]
    Applicable,
    /// Every pack, whether it applies or not.
    All,
    /// These, where they apply.
    Named(Vec<String>),
}

/// How a check is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    /// The date of the check. It decides ages; the law is asked on the transfer's law dates.
    pub as_of: Date,
    pub packs: PackChoice,
    /// Ask only these rules; empty: all.
    pub select: Vec<String>,
    /// Do not ask these rules.
    pub ignore: Vec<String>,
    /// Assumptions make an answer undetermined.
    pub strict: bool,
    /// How heavy the findings of some rules are, instead of what the rules say. No verdict changes.
    pub severity: BTreeMap<String, Severity>,
    /// Tell what every answer rests on, too.
    pub proofs: bool,
    /// Tell what to ask next, too.
    pub questions: bool,
    /// Tell what would make it permitted, too; `Some(true)`: also by other parties and places.
    pub repairs: Option<bool>,
    /// Tell when it becomes another answer, too.
    pub forecast: Option<Days>,
}

impl CheckOptions {
    /// Everything that applies, on this date.
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            packs: PackChoice::Applicable,
            select: Vec::new(),
            ignore: Vec::new(),
            strict: false,
            severity: BTreeMap::new(),
            proofs: false,
            questions: false,
            repairs: None,
            forecast: None,
        }
    }

    /// Whether a pack is asked at all.
    pub fn asks_pack(&self, pack: &Pack) -> bool {
        match &self.packs {
            PackChoice::Applicable | PackChoice::All => true,
            PackChoice::Named(names) => names.contains(&pack.id.0),
        }
    }

    /// Whether a rule of an asked pack is asked. Former ids count.
    pub fn asks_rule(&self, rule: &Rule) -> bool {
        let named = |list: &[String]| {
            list.iter()
                .any(|name| *name == rule.id.0 || rule.aliases.contains(name))
        };
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }

    /// Whether no rule of a pack is left out, without a look at them where none is named.
    pub fn asks_whole(&self, pack: &Pack) -> bool {
        (self.select.is_empty() && self.ignore.is_empty())
            || pack.rules.iter().all(|rule| self.asks_rule(rule))
    }

    /// The ids of the rules of a pack that are asked.
    pub fn ids_of(&self, pack: &Pack) -> Arc<[RuleId]> {
        if self.asks_whole(pack) {
            return pack.rules.ids();
        }
        let asked = pack.rules.iter().filter(|rule| self.asks_rule(rule));
        asked.map(|rule| rule.id.clone()).collect()
    }

    /// How many rules of a pack are asked.
    pub fn asked_of(&self, pack: &Pack) -> usize {
        if self.asks_whole(pack) {
            return pack.rules.count();
        }
        let asked = pack.rules.iter().filter(|rule| self.asks_rule(rule));
        asked.count()
    }
}

/// Asks all rules about one proposal. `shape` are the findings of its schema check.
pub fn check(
    set: &RuleSet,
    facts: &Facts,
    shape: Vec<Finding>,
    options: &CheckOptions,
) -> ProposalReport {
    let mut report = heading(set, facts);
    report.findings = shape;
    let dates = law_dates(facts, options.as_of);
    let mut not_asked = Vec::new();
    for pack in &set.packs {
        let mut eval = Evaluator::new(set, facts, options.as_of, options.strict);
        let applies = applies::applies(&mut eval, pack, &dates.dates);
        if !options.asks_pack(pack) {
            if applies != Truth::False {
                not_asked.push(pack);
            }
            continue;
        }
        let anyway = options.packs == PackChoice::All;
        let mut verdict = if applies == Truth::False && !anyway {
            let from = applies::from(&mut eval, pack, &dates.dates);
            verdict::not_applicable(pack, from)
        } else {
            ask_pack(set, facts, pack, applies, &dates, options, &mut report)
        };
        verdict.asked_anyway = applies == Truth::False && anyway;
        report.verdicts.push(verdict);
    }
    if options.strict && dates.assumed_start && !dates.unreadable_start {
        let finding = verdict::start_not_stated(set, facts, &report.id);
        report.findings.push(finding);
    }
    if options.proofs {
        report.proofs = why::proofs(set, facts, options, &dates, false);
    }
    verdict::conclude(set, facts, &not_asked, options, &mut report);
    report.findings.sort_by(|a, b| {
        // Documents in the order in which the proposal names them, whenever they were read.
        let part = |f: &Finding| {
            facts
                .parts
                .iter()
                .position(|p| p.file == f.primary.span.file)
        };
        let place = |f: &Finding| (part(f), f.primary.span);
        place(a)
            .cmp(&place(b))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.primary.pointer.cmp(&b.primary.pointer))
    });
    report
}

/// What the answers of every asked pack rest on, without words and without what decided nothing.
pub fn reasons(set: &RuleSet, facts: &Facts, options: &CheckOptions) -> Vec<PackProof> {
    why::proofs(set, facts, options, &law_dates(facts, options.as_of), true)
}

fn ask_pack(
    set: &RuleSet,
    facts: &Facts,
    pack: &Pack,
    applies: Truth,
    dates: &law_date::LawDates,
    options: &CheckOptions,
    report: &mut ProposalReport,
) -> Verdict {
    let mut eval = Evaluator::new(set, facts, options.as_of, options.strict);
    let mut asked = ask::Asked::default();
    if !options.asks_whole(pack) {
        let silent = pack.rules.iter().filter(|rule| !options.asks_rule(rule));
        asked.silent = silent.map(|rule| rule.id.clone()).collect();
    }
    let whole = options.asks_whole(pack);
    let mut outcomes = Vec::with_capacity(pack.rules.len());
    for rule in &pack.rules {
        if !whole && !options.asks_rule(rule) {
            asked.left_out += 1;
            continue;
        }
        let outcome = ask::ask(
            &mut eval, pack, rule, applies, dates, &report.id, &mut asked,
        );
        outcomes.push(outcome);
        count(&mut asked.counts, outcome);
    }
    if !outcomes.is_empty() {
        report.outcomes.push(PackOutcomes {
            pack: pack.id.clone(),
            rules: options.ids_of(pack),
            outcomes,
        });
    }
    asked.name_the_waiting(facts, pack);
    asked.read_invalid |= eval.read_invalid || dates.unreadable_start;
    if applies == Truth::Unknown {
        let doubt = applies::doubt(&mut eval, pack, &dates.dates, &report.id);
        asked.findings.extend(doubt);
    }
    report.findings.append(&mut asked.findings);
    verdict::of_pack(&mut eval, pack, applies, dates, asked)
}

/// The outcome of one rule, and whether its pack applies; without findings, at a fraction of the
/// cost of [`check`].
pub fn outcome(
    set: &RuleSet,
    facts: &Facts,
    pack: &Pack,
    rule: &Rule,
    as_of: Date,
) -> (Outcome, Truth) {
    let dates = law_dates(facts, as_of);
    let mut eval = Evaluator::new(set, facts, as_of, false);
    let applies = applies::applies(&mut eval, pack, &dates.dates);
    let answers = ask::answers(&mut eval, rule, applies, &dates);
    let worst = answers.iter().map(|answer| answer.outcome).max();
    (worst.unwrap_or(Outcome::NotApplicable), applies)
}

/// The truth of a definition about the value at a pointer of the proposal; `None` if there is no such
/// definition or value. `arguments` are dates and texts in the order of its parameters.
pub fn holds(
    set: &RuleSet,
    facts: &Facts,
    definition: &str,
    pointer: &str,
    arguments: &[Literal],
    as_of: Date,
) -> Option<Truth> {
    let index = set
        .definitions
        .iter()
        .position(|known| known.id == definition)?;
    let root = facts.root();
    let node = facts.part(0)?.document.locate(pointer)?;
    let mut eval = Evaluator::new(set, facts, as_of, false);
    let dates = law_dates(facts, as_of);
    eval.enter(0, dates.dates.first().copied().unwrap_or(as_of));
    let subject = Binding::Node(NodeRef { node, ..root });
    let arguments = arguments
        .iter()
        .map(|literal| Binding::Scalar(scalar_of(literal)));
    eval.call(index, subject, arguments.collect(), |eval, condition| {
        eval.truth(condition)
    })
}

fn count(counts: &mut Counts, outcome: Outcome) {
    match outcome {
        Outcome::Pass => counts.pass += 1,
        Outcome::Fail => counts.fail += 1,
        Outcome::Undetermined => counts.undetermined += 1,
        Outcome::NotApplicable => counts.not_applicable += 1,
    }
}

/// Who and what, for the head of the answer.
fn heading(set: &RuleSet, facts: &Facts) -> ProposalReport {
    let root = facts.root();
    let text = |from: NodeRef, name: &str| {
        let at = facts.field(from, &crate::document::Key::new(name))?;
        facts.text(at).map(|text| text.into_owned())
    };
    let party = |name: &str| {
        let party = facts.field(root, &crate::document::Key::new(name))?;
        let country = text(party, "country").unwrap_or_default();
        Some(Party {
            name: text(party, "name").unwrap_or_default(),
            country_name: set.vocabulary.country_name(&country).map(str::to_owned),
            country,
            role: text(party, "role").unwrap_or_default(),
        })
    };
    ProposalReport {
        id: text(root, "id").unwrap_or_default(),
        title: text(root, "title")
            .or_else(|| text(root, "name"))
            .unwrap_or_default(),
        exporter: party("exporter"),
        importer: party("importer"),
        start_date: law_date::start_date(facts),
        span: match facts.part(0) {
            Some(part) => Span::new(part.file, part.document.range(part.document.root())),
            None => Span::new(crate::source::FileId(0), 0..0),
        },
        overall: String::new(),
        overall_tone: Tone::NotApplicable,
        verdicts: Vec::new(),
        findings: Vec::new(),
        outcomes: Vec::new(),
        proofs: Vec::new(),
        questions: None,
        repairs: None,
        forecast: None,
    }
}
