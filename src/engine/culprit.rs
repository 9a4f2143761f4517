//! What of a proof to point at, and in which order.

use crate::engine::prove::Proof;
use crate::rule::condition::{ConditionKind, Quantifier, Test};
use crate::truth::Truth;

/// The rank of what is worth a label only where nothing else is: that something is stated, or that
/// an exception does not hold.
const ASIDE: u8 = 2;
/// Added to the ranks of ways that failed by more than the nearest.
const FURTHER: u8 = 8;

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
        let aside = |culprit: &Culprit| culprit.rank % FURTHER == ASIDE;
        if !ranked.iter().all(aside) {
            ranked.retain(|culprit| !aside(culprit));
        }
        ranked
            .into_iter()
            .map(|culprit| (culprit.proof, culprit.text))
            .collect()
    }

    /// `negated`: something that must not be holds; then what is there speaks against the proposal,
    /// otherwise what is not.
    fn rank<'p>(&'p self, negated: bool, out: &mut Vec<Culprit<'p, 'a>>) {
        let is_list = matches!(self.condition.kind, ConditionKind::Quantified { .. });
        let (children, _) = self.deciding_children();
        if children.is_empty() || (is_list && self.own_text) {
            let only_stated = matches!(
                self.condition.kind,
                ConditionKind::Stated(_) | ConditionKind::Claimed(_)
            ) && self.truth == Truth::True;
            let rank = match (only_stated, negated, self.states_presence()) {
                (true, ..) | (false, true, false) => ASIDE,
                (false, true, true) | (false, false, false) => 0,
                (false, false, true) => 1,
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
        let (nearest, further) = self.by_nearness(children);
        for child in nearest {
            child.rank(negated || turns, out);
        }
        let nearest_end = out.len();
        for child in further {
            child.rank(negated || turns, out);
        }
        for culprit in out.iter_mut().skip(nearest_end) {
            culprit.rank += FURTHER;
        }
        if matches!(
            self.condition.kind,
            ConditionKind::Count { .. } | ConditionKind::Sum { .. }
        ) {
            out.push(Culprit {
                rank: 1,
                proof: self,
                text: &self.text,
            });
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
    /// failed least come first; they are what to mend. Without sentences all ways of a choice are
    /// as near, and only the nearest elements of a list are shown.
    fn by_nearness<'p>(
        &self,
        children: Vec<&'p Proof<'a>>,
    ) -> (Vec<&'p Proof<'a>>, Vec<&'p Proof<'a>>) {
        let is_list = match &self.condition.kind {
            ConditionKind::Any(_) if self.truth == Truth::False => false,
            ConditionKind::Quantified { quantifier, .. }
                if *quantifier == Quantifier::Some && self.truth == Truth::False =>
            {
                true
            }
            _ => return (children, Vec::new()),
        };
        let spoken: Vec<&Proof> = children
            .iter()
            .copied()
            .filter(|child| child.has_own_text())
            .collect();
        let candidates = match (spoken.is_empty(), is_list) {
            (false, _) => spoken,
            (true, true) => children,
            (true, false) => return (children, Vec::new()),
        };
        let scored: Vec<(usize, &Proof)> = candidates
            .into_iter()
            .map(|way| (way.deciding().len(), way))
            .collect();
        let least = scored.iter().map(|(score, _)| *score).min();
        let (nearest, further): (Vec<_>, Vec<_>) = scored
            .into_iter()
            .partition(|(score, _)| Some(*score) == least);
        let ways = |scored: Vec<(usize, &'p Proof<'a>)>| {
            scored.into_iter().map(|(_, way)| way).take(3).collect()
        };
        let further = if is_list { Vec::new() } else { ways(further) };
        (ways(nearest), further)
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
