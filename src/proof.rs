//! What the answers of the rules rest on, as trees: every condition with its truth, what it read and
//! where, the rows of tables it looked up, the definitions it entered, and which parts decided.
//!
//! The parts that are marked as deciding are sufficient: while what they read stays as it is, the
//! outcome stays, whatever else of the documents changes. [`PackProof::rests_on`] lists what they
//! read.

use crate::finding::{Certainty, Effect, Label, Outcome, PackId, RuleId, Source};
use crate::source::{FileId, Span};
use crate::truth::Truth;
use jiff::civil::Date;

/// Why the rules of a pack answer as they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackProof {
    pub pack: PackId,
    pub title: String,
    /// Whether the pack applies on any of the law dates.
    pub applies: Truth,
    /// What that rests on, a tree a law date; empty for a pack that always applies.
    pub applies_because: Vec<(Date, Step)>,
    /// The values that say on which dates the law is asked.
    pub dates_from: Vec<Fact>,
    /// Empty where the pack does not apply.
    pub rules: Vec<RuleProof>,
}

/// Why a rule answers as it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProof {
    pub rule: RuleId,
    pub title: String,
    pub effect: Effect,
    pub outcome: Outcome,
    pub sources: Vec<Source>,
    /// The lists about whose every element it is asked; empty for a rule about the proposal.
    pub each: Vec<Fact>,
    /// One a law date and element.
    pub answers: Vec<AnswerProof>,
    /// Law dates on which the rule is not law.
    pub not_in_force: Vec<Date>,
}

/// Why a rule answers so about one element on one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerProof {
    pub date: Date,
    /// `None`: about the proposal, or about elements of a list that are not written.
    pub element: Option<Fact>,
    /// It is about elements that are not written.
    pub unwritten: bool,
    pub outcome: Outcome,
    /// Whether the rule's outcome rests on this answer.
    pub deciding: bool,
    /// What makes the rule apply; `None` for one that always does.
    pub when: Option<Step>,
    /// What it asks; `None` where it does not apply or nothing is written that could be asked.
    pub requires: Option<Step>,
}

/// A condition with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    pub truth: Truth,
    pub deciding: bool,
    /// What is asked, for leaves: "one of `processor` or `sub_processor`"; may be empty.
    pub asks: String,
    /// The answer in words: the rule's own, or made from the condition; may be empty.
    pub text: String,
    pub facts: Vec<Fact>,
    /// The values that name the documents in which those stand.
    pub through: Vec<Fact>,
    pub rows: Vec<Row>,
    /// What was taken as given: a sentence part.
    pub assumed: Option<String>,
    /// Why it is not known although nothing is missing.
    pub unsettled: Option<String>,
    /// The condition in the rule file.
    pub span: Span,
    pub children: Vec<Step>,
}

/// What a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    All,
    Any,
    Not,
    /// Of the elements of a list: one, all, none of them; how many; what they add up to.
    Some,
    Every,
    None,
    Count,
    Sum,
    /// A named condition, entered.
    Definition,
    Table,
    Test,
    /// Whether something is stated.
    Stated,
    /// The law itself is contested.
    Contested,
    /// The ways to permit a transfer of which one must be open.
    Ways,
    /// One of them; its text is its title.
    Way,
    /// An entry of `mechanisms` that relies on a way, with an element of the list in which it looks.
    Entry,
}

/// Something a condition read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Dotted, as an officer says it.
    pub field: String,
    /// The place: of the value, or where it would go.
    pub label: Label,
    /// RFC 6901 pointer of the value, there or not.
    pub pointer: String,
    pub state: FactState,
    pub scope: Scope,
}

/// How something is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactState {
    Stated,
    Absent,
    /// Says `"unknown"`.
    Clarified,
    /// A list that may have elements that are not written.
    Incomplete,
    /// Breaks the schema.
    Invalid,
}

/// How much of a value was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The value itself; of an object or list, that it is there.
    Value,
    /// Which elements a list has, and whether it is complete.
    Elements,
    /// Everything in it.
    Whole,
}

/// A row of a table that a look-up met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub table: String,
    /// Column and cell.
    pub cells: Vec<(String, String)>,
    /// The days on which it counts: "since 2022-04-21"; empty for always.
    pub days: String,
    /// Whether it counts on the day of the look-up.
    pub counts: Truth,
    pub cite: Option<String>,
    pub certainty: Certainty,
}

impl PackProof {
    /// Everything that the outcome of a rule rests on.
    pub fn rests_on<'p>(&'p self, rule: &'p RuleProof) -> Vec<&'p Fact> {
        let mut facts: Vec<&Fact> = self.dates_from.iter().collect();
        for (_, step) in &self.applies_because {
            step.rests_on(&mut facts);
        }
        facts.extend(&rule.each);
        for answer in rule.answers.iter().filter(|answer| answer.deciding) {
            facts.extend(&answer.element);
            let steps = answer.when.iter().chain(&answer.requires);
            steps.for_each(|step| step.rests_on(&mut facts));
        }
        facts
    }

    /// Gives every place in a document the id that its file has from now on.
    pub fn renumber(&mut self, id: &dyn Fn(FileId) -> FileId) {
        let one = |fact: &mut Fact| fact.label.span.file = id(fact.label.span.file);
        self.dates_from.iter_mut().for_each(one);
        let steps = self.applies_because.iter_mut().map(|(_, step)| step);
        steps.for_each(|step| step.each_fact(&one));
        for rule in &mut self.rules {
            rule.each.iter_mut().for_each(one);
            for answer in &mut rule.answers {
                answer.element.iter_mut().for_each(one);
                let steps = answer.when.iter_mut().chain(&mut answer.requires);
                steps.for_each(|step| step.each_fact(&one));
            }
        }
    }
}

impl Step {
    /// The facts of the deciding parts.
    fn rests_on<'p>(&'p self, facts: &mut Vec<&'p Fact>) {
        if !self.deciding {
            return;
        }
        facts.extend(self.facts.iter().chain(&self.through));
        for child in &self.children {
            child.rests_on(facts);
        }
    }

    fn each_fact(&mut self, change: &impl Fn(&mut Fact)) {
        let facts = self.facts.iter_mut().chain(&mut self.through);
        facts.for_each(change);
        for child in &mut self.children {
            child.each_fact(change);
        }
    }
}
