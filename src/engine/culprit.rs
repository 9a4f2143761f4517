//! What of a proof to point at, and in which order.

use crate::engine::prove::Proof;
use crate::rule::condition::{ConditionKind, Quantifier, Test};
use crate::truth::Truth;

/// Something to point at: the lower the rank, the sooner.
pub(crate) struct Culprit<'p, 'a> {
    rank: u8,
    proof: &'p Proof<'a>,
    text: &'p str,
}

impl<'a> Proof<'a> {
    /// What to point at where the answer is against the proposal, with the sentence for it: of the
    /// parts that decided, those that came nearest; first what the rule has a sentence for, then
    /// facts that speak against the proposal, then those that only made them matter.
    pub(crate) fn culprits(&self) -> Vec<(&Proof<'a>, &str)> {
        let mut ranked = Vec::new();
        self.rank(false, &mut ranked);
        ranked.sort_by_key(|culprit| culprit.rank);
        ranked
            .into_iter()
            .map(|culprit| (culprit.proof, culprit.text))
            .collect()
    }

    pub(crate) fn rank<'p>(&'p self, negated: bool, out: &mut Vec<Culprit<'p, 'a>>) {
        let is_list = matches!(self.condition.kind, ConditionKind::Quantified { .. });
        let (children, _) = self.deciding_children();
        if children.is_empty() || (is_list && self.own_text) {
            let only_stated = matches!(self.condition.kind, ConditionKind::Stated(_))
                && self.truth == Truth::True;
            let rank = match (only_stated, self.states_presence() == negated) {
                (true, _) => 2,
                (false, true) => 0,
                (false, false) => 1,
            };
            out.push(Culprit {
                rank,
                proof: self,
                text: &self.text,
            });
            return;
        }
        let turns = match &self.condition.kind {
            ConditionKind::Not(_) => true,
            ConditionKind::Quantified { quantifier, .. } => *quantifier == Quantifier::None,
            _ => false,
        };
        let before = out.len();
        for child in self.nearest_of(children) {
            child.rank(negated != turns, out);
        }
        // A sentence about the whole speaks at the fact that weighs most in it.
        if self.own_text
            && let Some(first) = out
                .get_mut(before..)
                .and_then(|new| new.iter_mut().min_by_key(|culprit| culprit.rank))
        {
            first.rank = 0;
            first.text = &self.text;
        }
    }

    /// Where every way failed: the ways the rule has a sentence for, and of these the ones that
    /// failed least; they are what to mend. Without sentences all ways of a choice are shown, and
    /// the nearest elements of a list.
    pub(crate) fn nearest_of<'p>(&self, children: Vec<&'p Proof<'a>>) -> Vec<&'p Proof<'a>> {
        let is_list = match &self.condition.kind {
            ConditionKind::Any(_) if self.truth == Truth::False => false,
            ConditionKind::Quantified { quantifier, .. }
                if *quantifier == Quantifier::Some && self.truth == Truth::False =>
            {
                true
            }
            _ => return children,
        };
        let spoken: Vec<&Proof> = children
            .iter()
            .copied()
            .filter(|child| child.has_own_text())
            .collect();
        let candidates = match (spoken.is_empty(), is_list) {
            (false, _) => spoken,
            (true, true) => children,
            (true, false) => return children,
        };
        let scored: Vec<(usize, &Proof)> = candidates
            .into_iter()
            .map(|way| (way.deciding().len(), way))
            .collect();
        let least = scored.iter().map(|(score, _)| *score).min();
        scored
            .into_iter()
            .filter(|(score, _)| Some(*score) == least)
            .map(|(_, way)| way)
            .take(3)
            .collect()
    }

    pub(crate) fn has_own_text(&self) -> bool {
        self.own_text
            || self
                .deciding_children()
                .0
                .iter()
                .any(|child| child.has_own_text())
    }

    /// Whether the leaf says that something is there or so, rather than that it is not.
    pub(crate) fn states_presence(&self) -> bool {
        let holds = self.truth == Truth::True;
        match &self.condition.kind {
            ConditionKind::Test {
                test: Test::In { negated, .. } | Test::IsA { negated, .. },
                ..
            } => holds != *negated,
            _ => holds,
        }
    }
}
