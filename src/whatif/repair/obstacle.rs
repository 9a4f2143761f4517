//! What stands in the way of a proposal after some changes.

use super::super::edit::{Edit, Place};
use super::super::sandbox::Broken;
use super::Search;
use super::joined::{news, within};
use super::rest::rest;
use crate::engine::PackAnswer;
use crate::finding::{Outcome, Tone};
use crate::proof::FactState;
use crate::truth::Truth;

impl Search<'_, '_> {
    /// The rules that stand in the way: those of the packs that refuse, and those that answer worse
    /// than before.
    pub(super) fn in_the_way(&self, answers: &[PackAnswer]) -> Vec<(usize, usize)> {
        let mut rules = Vec::new();
        for now in answers {
            let before = self.base.iter().find(|answer| answer.pack == now.pack);
            let was_good = before.is_some_and(|before| before.tone == Tone::Good);
            let doubted = was_good && !matches!(now.tone, Tone::Good | Tone::NotApplicable);
            for (rule, outcome) in now.outcomes.iter().enumerate() {
                if self.stands((now.pack, rule), *outcome, doubted) {
                    rules.push((now.pack, rule));
                }
            }
        }
        rules
    }

    /// Whether a rule that answers so stands in the way. `doubted`: of a pack that was met.
    pub(super) fn stands(
        &self,
        (pack, rule): (usize, usize),
        outcome: Outcome,
        doubted: bool,
    ) -> bool {
        let before = self.base.iter().find(|answer| answer.pack == pack);
        let earlier = before.and_then(|before| before.outcomes.get(rule).copied());
        let known = self.set.packs.get(pack).and_then(|it| it.rules.get(rule));
        let (Some(earlier), Some(known)) = (earlier, known) else {
            return false;
        };
        let targeted = self.is_targeted((pack, rule));
        known.effect.decides()
            && match (outcome, earlier) {
                (Outcome::Fail, Outcome::Fail) => targeted,
                (Outcome::Fail, _) => true,
                // What was refused and is not known then is not repaired.
                (Outcome::Undetermined, Outcome::Fail) => targeted,
                (Outcome::Undetermined, Outcome::Undetermined) => false,
                (Outcome::Undetermined, Outcome::Pass) => true,
                // What a rule lacks that was not asked before is to be told then.
                (Outcome::Undetermined, Outcome::NotApplicable) => {
                    doubted || (targeted && !self.lenient)
                }
                _ => false,
            }
    }

    /// Whether a rule is to be met: it was asked for, and its pack refuses.
    fn is_targeted(&self, (pack, rule): (usize, usize)) -> bool {
        let known = self.set.packs.get(pack).and_then(|it| it.rules.get(rule));
        self.target.contains(&pack) && known.is_some_and(|it| self.asked.asks_rule(it))
    }

    /// The first rule in the way after some changes, if every change can be made; `Ok(None)` where
    /// nothing is in the way and every pack that refused says so.
    pub(super) fn obstacle(&self, edits: &[Edit]) -> Result<Option<(usize, usize)>, Broken> {
        let answers = self.sandbox.answers(edits)?;
        let open = |rule: &(usize, usize)| !self.is_open(edits, &answers, *rule);
        if let Some(first) = self.in_the_way(&answers).into_iter().find(open) {
            return Ok(Some(first));
        }
        let refuses = |answer: &&PackAnswer| {
            let pack = self.set.packs.get(answer.pack);
            let whole = pack.is_some_and(|pack| self.asked.asks_whole(pack));
            whole && self.target.contains(&answer.pack) && answer.tone == Tone::Bad
        };
        match answers.iter().find(refuses) {
            Some(_) => Err(Broken),
            None => Ok(None),
        }
    }

    /// Whether changes are enough.
    pub(super) fn is_enough(&self, edits: &[Edit]) -> bool {
        self.obstacle(edits) == Ok(None)
    }

    /// Whether a rule that is not to be met lacks nothing but what is not said yet of something new.
    fn is_open(
        &self,
        edits: &[Edit],
        answers: &[PackAnswer],
        (pack, rule): (usize, usize),
    ) -> bool {
        let answer = answers.iter().find(|answer| answer.pack == pack);
        let outcome = answer.and_then(|answer| answer.outcomes.get(rule));
        if outcome != Some(&Outcome::Undetermined) || self.is_targeted((pack, rule)) {
            return false;
        }
        let new = news(self.sandbox, edits);
        let missing = self.missing(edits, (pack, rule));
        let is_new = |place: &Place| new.iter().any(|new| within(place, new));
        !missing.is_empty() && missing.iter().all(is_new)
    }

    /// What a rule lacks.
    pub(super) fn missing(&self, edits: &[Edit], rule: (usize, usize)) -> Vec<Place> {
        let Some(rest) = rest(self.set, self.sandbox, edits, rule, &|_, _| true) else {
            return Vec::new();
        };
        let mut places: Vec<Place> = Vec::new();
        let unknown = rest
            .leaves
            .into_iter()
            .filter(|leaf| leaf.truth == Truth::Unknown);
        for (place, fact) in unknown.flat_map(|leaf| leaf.facts) {
            if fact.state != FactState::Stated && !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}
