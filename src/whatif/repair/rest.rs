//! What the answer of one rule rests on: the deciding leaves of its proof, and of those as few as keep
//! the answer as it is, one of which every repair has to change.

use super::super::edit::{Edit, Place};
use super::super::sandbox::Sandbox;
use crate::engine::{CheckOptions, PackChoice, reasons};
use crate::finding::Outcome;
use crate::proof::{Fact, Step, StepKind};
use crate::rule::RuleSet;
use crate::source::Span;
use crate::truth::Truth;

/// A part of a condition that decided.
#[derive(Debug)]
pub(super) struct Leaf {
    /// The condition in the rule file; `None` for what says when and of what the rule is asked.
    site: Option<Span>,
    pub(super) truth: Truth,
    wanted: Wanted,
    pub(super) lists: Lists,
    pub(super) facts: Vec<(Place, Fact)>,
}

/// The same part, answered the same, for the same places: whatever stands there, and wherever that is.
impl PartialEq for Leaf {
    fn eq(&self, other: &Self) -> bool {
        let read = |leaf: &Self| -> Vec<_> {
            let facts = leaf.facts.iter();
            facts
                .map(|(place, fact)| (place.clone(), fact.state, fact.scope))
                .collect()
        };
        self.site == other.site && self.truth == other.truth && read(self) == read(other)
    }
}

impl Leaf {
    /// The same part about the same places, whatever it says.
    pub(super) fn is_about(&self, other: &Self) -> bool {
        let places =
            |leaf: &Self| -> Vec<_> { leaf.facts.iter().map(|(place, _)| place.clone()).collect() };
        self.site == other.site && places(self) == places(other)
    }

    /// What a condition reads together with a place.
    pub(super) fn beside<'l>(&'l self, place: &'l Place) -> impl Iterator<Item = &'l Place> {
        let facts = self.facts.iter().filter(|_| self.site.is_some());
        facts.map(|(place, _)| place).filter(move |it| *it != place)
    }

    /// Whether another truth is nearer to what is wanted than its own.
    pub(super) fn is_nearer(&self, truth: Truth) -> bool {
        let distance = |truth: Truth| match (self.wanted, truth) {
            (Wanted::True, Truth::True) | (Wanted::False, Truth::False) => 0,
            (Wanted::True | Wanted::False, Truth::Unknown) => 1,
            _ => 2,
        };
        match self.wanted {
            Wanted::Either => self.truth != truth,
            _ => distance(truth) < distance(self.truth),
        }
    }
}

/// A rule as it answers after some changes.
pub(super) struct Rest {
    pub(super) outcome: Outcome,
    /// All that decided.
    pub(super) leaves: Vec<Leaf>,
    /// Those of which one has to change.
    pub(super) conflict: Vec<Leaf>,
}

/// A rule after some changes; `None` where they cannot be made, or the rule is not asked then.
/// `changeable` tells of which facts some change can be made.
pub(super) fn rest(
    set: &RuleSet,
    sandbox: &Sandbox,
    edits: &[Edit],
    (pack, rule): (usize, usize),
    changeable: &dyn Fn(&Place, &Fact) -> bool,
) -> Option<Rest> {
    let pack = set.packs.get(pack)?;
    let rule = pack.rules.get(rule)?;
    let options = CheckOptions {
        packs: match sandbox.options.packs {
            PackChoice::All => PackChoice::All,
            _ => PackChoice::Named(vec![pack.id.0.clone()]),
        },
        select: vec![rule.id.0.clone()],
        ignore: Vec::new(),
        ..sandbox.options.clone()
    };
    let proofs = sandbox.with(edits, |facts| reasons(set, facts, &options));
    let proof = proofs.ok()?.into_iter().find(|it| it.pack == pack.id)?;
    let proved = proof.rules.first()?;
    let reader = Reader {
        sandbox,
        changeable,
    };
    let mut leaves = Vec::new();
    let mut conflict = Vec::new();
    conflict.extend(reader.alone(proof.dates_from.iter().chain(&proved.each), Lists::Shrink));
    for (_, step) in &proof.applies_because {
        reader.deciding(step, &mut leaves);
    }
    // Of days on which a law applies, and of answers that refuse, each by itself is in the way.
    let applies = proof
        .applies_because
        .iter()
        .filter(|(_, step)| step.truth == proof.applies);
    conflict.extend(reader.least(applies.map(|(_, step)| reader.conflict(step, Wanted::False))));
    let mut worst = Vec::new();
    for answer in proved.answers.iter().filter(|answer| answer.deciding) {
        let steps = || answer.when.iter().chain(&answer.requires);
        steps().for_each(|step| reader.deciding(step, &mut leaves));
        if answer.outcome == proved.outcome {
            let mut own = reader.alone(answer.element.iter(), Lists::Shrink);
            own.extend(
                answer
                    .when
                    .iter()
                    .flat_map(|it| reader.conflict(it, Wanted::False)),
            );
            own.extend(
                answer
                    .requires
                    .iter()
                    .flat_map(|it| reader.conflict(it, Wanted::True)),
            );
            worst.push(own);
        }
    }
    conflict.extend(reader.least(worst.into_iter()));
    Some(Rest {
        outcome: proved.outcome,
        leaves,
        conflict,
    })
}

/// What a part has to come to for its rule not to stand in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    True,
    False,
    /// It depends.
    Either,
}

impl Wanted {
    fn opposite(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Either => Self::Either,
        }
    }

    fn is_met_by(self, truth: Truth) -> bool {
        match self {
            Self::True => truth == Truth::True,
            Self::False => truth == Truth::False,
            Self::Either => false,
        }
    }
}

/// How a list could become one that does not stand in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Lists {
    Grow,
    Shrink,
    Both,
}

impl Lists {
    fn of(kind: StepKind, wanted: Wanted) -> Self {
        match (kind, wanted) {
            (StepKind::Ways | StepKind::Way | StepKind::Entry, _) => Self::Grow,
            (StepKind::Some, Wanted::True) => Self::Grow,
            (StepKind::Every | StepKind::None, Wanted::False) => Self::Grow,
            (StepKind::Some, Wanted::False) => Self::Shrink,
            (StepKind::Every | StepKind::None, Wanted::True) => Self::Shrink,
            _ => Self::Both,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Both }
    }
}

struct Reader<'a, 's> {
    sandbox: &'s Sandbox<'a>,
    changeable: &'s dyn Fn(&Place, &Fact) -> bool,
}

impl Reader<'_, '_> {
    /// What no condition reads.
    fn alone<'f>(&self, facts: impl Iterator<Item = &'f Fact>, lists: Lists) -> Vec<Leaf> {
        let facts = self.placed(facts);
        vec![Leaf {
            site: None,
            truth: Truth::True,
            wanted: Wanted::Either,
            lists,
            facts,
        }]
    }

    /// The parts that decided.
    fn deciding(&self, step: &Step, out: &mut Vec<Leaf>) {
        if !step.deciding {
            return;
        }
        out.extend(self.own(step, Wanted::Either));
        step.children
            .iter()
            .for_each(|child| self.deciding(child, out));
    }

    /// As few parts as keep this one from what is wanted. Of parts that all have to change, that one
    /// is enough for which the least can be done.
    fn conflict(&self, step: &Step, wanted: Wanted) -> Vec<Leaf> {
        if wanted.is_met_by(step.truth) {
            return Vec::new();
        }
        let below = |wanted: Wanted| {
            step.children
                .iter()
                .map(move |it| self.conflict(it, wanted))
        };
        let kept = |wanted: Wanted| {
            let kept = step
                .children
                .iter()
                .filter(move |it| !wanted.is_met_by(it.truth));
            kept.map(move |it| self.conflict(it, wanted))
        };
        let mut leaves = self.own(step, wanted);
        let (one, wanted) = match (step.kind, wanted) {
            (StepKind::Not, _) => (false, wanted.opposite()),
            (StepKind::All | StepKind::Every, Wanted::True) => (true, wanted),
            (StepKind::Any | StepKind::Some, Wanted::False) => (true, wanted),
            (StepKind::None, Wanted::True) => (true, Wanted::False),
            (StepKind::None, Wanted::False) => (false, Wanted::True),
            (StepKind::Count | StepKind::Sum, _) => (false, Wanted::Either),
            (StepKind::Way | StepKind::Entry, _) => (false, Wanted::True),
            _ => (false, wanted),
        };
        match one && wanted != Wanted::Either && kept(wanted).next().is_some() {
            true => leaves.extend(self.least(kept(wanted))),
            false => leaves.extend(below(wanted).flatten()),
        }
        leaves
    }

    /// The one in which the fewest facts can be changed.
    fn least(&self, all: impl Iterator<Item = Vec<Leaf>>) -> Vec<Leaf> {
        let weight = |leaves: &Vec<Leaf>| -> usize {
            let facts = leaves.iter().flat_map(|leaf| &leaf.facts);
            facts
                .filter(|(place, fact)| (self.changeable)(place, fact))
                .count()
        };
        all.min_by_key(weight).unwrap_or_default()
    }

    /// What a step itself reads.
    fn own(&self, step: &Step, wanted: Wanted) -> Vec<Leaf> {
        let facts = self.placed(step.facts.iter().chain(&step.through));
        if facts.is_empty() {
            return Vec::new();
        }
        vec![Leaf {
            site: Some(step.span),
            truth: step.truth,
            wanted,
            lists: Lists::of(step.kind, wanted),
            facts,
        }]
    }

    fn placed<'f>(&self, facts: impl Iterator<Item = &'f Fact>) -> Vec<(Place, Fact)> {
        let placed = facts.filter_map(|fact| {
            let part = self.sandbox.part_of(fact.label.span.file)?;
            let pointer = fact.pointer.clone();
            Some((Place { part, pointer }, fact.clone()))
        });
        placed.collect()
    }
}
