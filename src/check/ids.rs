//! The ids of a text, to tell which are used twice, in memory that has a bound.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Ids of one text that are remembered; those after them are not compared.
pub(super) const MOST_IDS: usize = 1_000_000;

/// Small tables, so that none is copied as a whole when it grows: so many that a million ids fill
/// them well.
const TABLES: u64 = 76;

/// Ids by a hash that nobody can foresee, each with the record that used it first.
pub(super) struct Ids {
    pub(super) hasher: IdHasher,
    tables: Vec<HashMap<Hash, u32, BuildHasherDefault<Same>>>,
    known: usize,
    /// Whether there were more than are remembered.
    pub(super) full: bool,
}

/// Hashes ids for one text.
#[derive(Clone, Default)]
pub(super) struct IdHasher(RandomState);

impl IdHasher {
    pub(super) fn hash(&self, id: &str) -> u64 {
        self.0.hash_one(id)
    }
}

impl Ids {
    pub(super) fn new() -> Self {
        Self {
            hasher: IdHasher::default(),
            tables: (0..TABLES).map(|_| HashMap::default()).collect(),
            known: 0,
            full: false,
        }
    }

    /// The record that used an id before; otherwise the id is remembered.
    pub(super) fn used(&mut self, hash: u64, record: usize) -> Option<usize> {
        let table = usize::try_from(hash % TABLES).unwrap_or(0);
        let table = self.tables.get_mut(table)?;
        if let Some(first) = table.get(&Hash::of(hash)) {
            return Some(*first as usize);
        }
        if self.known < MOST_IDS {
            self.known += 1;
            table.insert(Hash::of(hash), u32::try_from(record).unwrap_or(u32::MAX));
        } else {
            self.full = true;
        }
        None
    }
}

/// A hash, with no more alignment than its halves need: a third of the memory.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Hash(u32, u32);

impl Hash {
    fn of(hash: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
        Self(
            u32::from_le_bytes([a, b, c, d]),
            u32::from_le_bytes([e, f, g, h]),
        )
    }
}

impl std::hash::Hash for Hash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0) | u64::from(self.1) << 32);
    }
}

/// What is hashed already is taken as it is.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, MOST_IDS};

    #[test]
    fn an_id_is_told_with_its_first_use_while_it_is_remembered() {
        let mut ids = Ids::new();
        let hash = |n: usize, ids: &Ids| ids.hasher.hash(&format!("TP-{n}"));
        for n in 0..MOST_IDS {
            let hash = hash(n, &ids);
            assert_eq!(ids.used(hash, n + 1), None, "TP-{n}");
        }
        assert!(!ids.full);
        for n in [0, 1, 777_777, MOST_IDS - 1] {
            let hash = hash(n, &ids);
            assert_eq!(ids.used(hash, MOST_IDS + 1), Some(n + 1));
        }
        assert!(!ids.full);
        let late = hash(MOST_IDS, &ids);
        assert_eq!(ids.used(late, MOST_IDS + 1), None);
        assert!(ids.full);
        assert_eq!(ids.used(late, MOST_IDS + 2), None);
    }
}
