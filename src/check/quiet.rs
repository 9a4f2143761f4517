//! Proposals with nothing to tell, by what the packs say of them: counted and not listed.

use crate::engine::PackWord;
use crate::rule::RuleSet;
use crate::tally::Tally;

/// How many proposals there were of each kind. There are few kinds: one for each set of laws that
/// permit a transfer.
#[derive(Default)]
pub(super) struct Quiet<'a> {
    kinds: Vec<(Vec<PackWord<'a>>, usize)>,
}

impl<'a> Quiet<'a> {
    /// Counts a proposal of which the packs say this; the kind that it is of.
    pub(super) fn add(&mut self, words: &[PackWord<'a>]) -> usize {
        let known = self.kinds.iter().position(|(kind, _)| kind == words);
        let kind = known.unwrap_or_else(|| {
            self.kinds.push((words.to_vec(), 0));
            self.kinds.len() - 1
        });
        if let Some((_, count)) = self.kinds.get_mut(kind) {
            *count += 1;
        }
        kind
    }

    /// Takes one of a kind back, which is told after all.
    pub(super) fn forget(&mut self, kind: usize) {
        if let Some((_, count)) = self.kinds.get_mut(kind) {
            *count = count.saturating_sub(1);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.kinds.iter().map(|(_, count)| count).sum()
    }

    /// Adds them to the counts of a report.
    pub(super) fn add_to(&self, tally: &mut Tally, set: &RuleSet) {
        for (words, count) in self.kinds.iter().filter(|(_, count)| *count > 0) {
            let packs = words.iter().filter_map(|said| {
                let pack = set.packs.get(said.pack)?;
                Some((pack, said.tone, said.word))
            });
            tally.count_permitted(
                packs.map(|(pack, tone, word)| (&pack.id, &*pack.title, pack.kind, tone, word)),
                *count,
            );
        }
    }
}
