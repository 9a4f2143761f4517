//! What is read off a proof: the leaves that decided, the facts that are missing, the assumptions, the
//! day until which the answer holds.

use crate::engine::prove::{Assumed, Fact, MOST_MISSING, Proof, Stated, Until};
use crate::rule::condition::ConditionKind;
use crate::truth::Truth;

impl<'a> Proof<'a> {
    /// The parts that decided: changing only other parts cannot change the answer.
    pub(crate) fn deciding(&self) -> Vec<&Proof<'a>> {
        let mut leaves = Vec::new();
        self.collect(&mut leaves);
        leaves
    }

    fn of(&self, wanted: Truth) -> impl Iterator<Item = &Proof<'a>> {
        self.children
            .iter()
            .filter(move |child| child.truth == wanted)
    }

    /// The children that decided, and whether one of them would have been enough.
    pub(crate) fn deciding_children(&self) -> (Vec<&Proof<'a>>, bool) {
        let all = |wanted: Truth| (self.of(wanted).collect(), false);
        let one = |wanted: Truth| (self.of(wanted).take(3).collect(), true);
        match (&self.condition.kind, self.truth) {
            (_, Truth::Unknown) => (self.of(Truth::Unknown).collect(), false),
            (ConditionKind::All(_), Truth::True) => all(Truth::True),
            (ConditionKind::All(_), Truth::False) => (self.of(Truth::False).collect(), true),
            (ConditionKind::Any(_), Truth::True) => (self.of(Truth::True).take(1).collect(), true),
            (ConditionKind::Any(_), Truth::False) => all(Truth::False),
            (ConditionKind::Quantified { quantifier, .. }, truth) => {
                match quantifier.found(truth) {
                    Some(sought) => one(sought),
                    None => all(!quantifier.sought()),
                }
            }
            // What counted is why a number was reached; nothing single is why it was not.
            (ConditionKind::Count { .. } | ConditionKind::Sum { .. }, Truth::True) => {
                all(Truth::True)
            }
            (ConditionKind::Count { .. } | ConditionKind::Sum { .. }, _) => (Vec::new(), false),
            _ => (self.children.iter().collect(), false),
        }
    }

    fn collect<'p>(&'p self, out: &mut Vec<&'p Proof<'a>>) {
        let before = out.len();
        for child in self.deciding_children().0 {
            child.collect(out);
        }
        // A leaf decides by itself; so do a count, an empty list, and a list that is not complete.
        let incomplete = || {
            let doubtful = |fact: &Fact| !matches!(fact.stated, Stated::Found(_));
            !self.children.is_empty() && self.facts.iter().any(doubtful)
        };
        let counts = matches!(
            self.condition.kind,
            ConditionKind::Count { .. } | ConditionKind::Sum { .. }
        );
        if out.len() == before || counts || (self.truth == Truth::Unknown && incomplete()) {
            out.push(self);
        }
    }

    /// The facts whose absence leaves the answer unknown, each once.
    pub(crate) fn missing(&self) -> Vec<&Fact> {
        let mut facts: Vec<&Fact> = Vec::new();
        for leaf in self
            .deciding()
            .into_iter()
            .filter(|leaf| leaf.truth == Truth::Unknown)
        {
            for fact in &leaf.facts {
                if !matches!(fact.stated, Stated::Found(_)) && !facts.contains(&fact) {
                    facts.push(fact);
                }
            }
            if facts.len() >= MOST_MISSING {
                break;
            }
        }
        facts
    }

    /// Every assumption the answer rests on.
    pub(crate) fn assumptions(&self) -> Vec<&Assumed> {
        self.deciding()
            .into_iter()
            .filter_map(|leaf| leaf.assumed.as_ref())
            .collect()
    }

    /// Reasons other than missing facts for which the answer is unknown.
    pub(crate) fn unsettled(&self) -> Vec<&str> {
        let leaves = self
            .deciding()
            .into_iter()
            .filter(|leaf| leaf.truth == Truth::Unknown);
        leaves
            .filter_map(|leaf| leaf.unsettled.as_deref())
            .collect()
    }

    /// The last day on which the answer certainly stays as it is, if it ever ends.
    pub(crate) fn until(&self) -> Option<Until> {
        let soonest = |proofs: &mut dyn Iterator<Item = &Proof<'a>>| {
            proofs.fold(None, |soonest, proof| sooner(soonest, proof.until()))
        };
        // One part is enough: the one that stays longest.
        let longest = |proofs: &mut dyn Iterator<Item = &Proof<'a>>| {
            let mut longest: Option<Until> = None;
            for proof in proofs {
                match (proof.until(), &longest) {
                    (None, _) => return None,
                    (Some(until), Some(known)) if until.date <= known.date => {}
                    (Some(until), _) => longest = Some(until),
                }
            }
            longest
        };
        let of = |wanted: Truth| {
            self.children
                .iter()
                .filter(move |child| child.truth == wanted)
        };
        let from_children = match (&self.condition.kind, self.truth) {
            (_, Truth::Unknown) => None,
            (ConditionKind::All(_), Truth::False) => longest(&mut of(Truth::False)),
            (ConditionKind::Any(_), Truth::True) => longest(&mut of(Truth::True)),
            (ConditionKind::Quantified { quantifier, .. }, truth) => {
                match quantifier.found(truth) {
                    Some(sought) => longest(&mut of(sought)),
                    None => soonest(&mut self.children.iter()),
                }
            }
            _ => soonest(&mut self.children.iter()),
        };
        sooner(self.until.clone(), from_children)
    }
}

/// The one that comes first.
pub(super) fn sooner(a: Option<Until>, b: Option<Until>) -> Option<Until> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.date <= b.date { a } else { b }),
        (a, b) => a.or(b),
    }
}
