//! Names of members: prepared for look-up, and duplicates among them.
//!
//! Names are compared by a 32-bit hash first. The hash is not keyed, so a hostile text can make
//! names collide; that costs comparisons, never a wrong answer, and duplicates are found by
//! sorting, so it never costs a comparison of each with each.

use std::borrow::Cow;

use super::scan::{decoded, load, padded};
use super::tape::{Entry, NodeId};

/// A name to look up with [`Document::get`](super::Document::get), hashed once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    name: Box<str>,
    hash: u32,
}

impl Key {
    /// Prepares a name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            hash: hash(name.as_bytes()),
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn hash(&self) -> u32 {
        self.hash
    }
}

/// The hash of a decoded name.
pub(super) fn hash(name: &[u8]) -> u32 {
    let mut state = 0;
    let mut at = 0;
    while at + 8 <= name.len() {
        state = mix(state, load(name, at));
        at += 8;
    }
    if at < name.len() {
        state = mix(state, padded(name, at, 0));
    }
    let state = mix(state, name.len() as u64);
    (state ^ (state >> 32)) as u32
}

fn mix(state: u64, word: u64) -> u64 {
    (state.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// Up to this many keys, comparing each hash with each is faster than sorting.
const PAIRWISE: usize = 32;

/// Adds the names that one object has more than once to `out`, each with its first occurrence.
/// Reorders `keys`.
#[inline]
pub(super) fn find_duplicates(
    text: &str,
    entries: &[Entry],
    keys: &mut [(u32, u32)],
    out: &mut Vec<(NodeId, NodeId)>,
) {
    let suspicious = if keys.len() <= PAIRWISE {
        any_equal_hash(keys)
    } else {
        keys.sort_unstable();
        keys.windows(2)
            .any(|pair| matches!(pair, [a, b] if a.0 == b.0))
    };
    if suspicious {
        compare_names(text, entries, keys, out);
    }
}

#[inline]
fn any_equal_hash(keys: &[(u32, u32)]) -> bool {
    let mut rest = keys;
    while let Some((first, others)) = rest.split_first() {
        // No early exit inside: the loop over the others is branch-free and vectorised.
        if others
            .iter()
            .fold(false, |hit, key| hit | (key.0 == first.0))
        {
            return true;
        }
        rest = others;
    }
    false
}

#[cold]
#[inline(never)]
fn compare_names(
    text: &str,
    entries: &[Entry],
    keys: &mut [(u32, u32)],
    out: &mut Vec<(NodeId, NodeId)>,
) {
    keys.sort_unstable();
    for group in keys.chunk_by(|a, b| a.0 == b.0).filter(|g| g.len() > 1) {
        let mut names: Vec<(Cow<'_, str>, u32)> = group
            .iter()
            .map(|&(_, index)| {
                let entry = entries.get(index as usize).unwrap_or(&Entry::NONE);
                (decoded(text, entry), index)
            })
            .collect();
        names.sort_unstable();
        for same in names.chunk_by(|a, b| a.0 == b.0) {
            if let Some((first, again)) = same.split_first() {
                out.extend(again.iter().map(|a| (NodeId(first.1), NodeId(a.1))));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashMap;

    use super::hash;
    use crate::document::{Tape, parse};

    /// Duplicates of a flat object with these names, as positions among them.
    fn duplicates(names: &[String]) -> Vec<(u32, u32)> {
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":0")).collect();
        let text = format!("{{{}}}", members.join(","));
        let mut tape = Tape::new();
        let document = parse(&text, &mut tape).unwrap();
        let pairs = document.duplicates().iter();
        pairs.map(|(a, b)| (a.0 / 2, b.0 / 2)).collect()
    }

    /// Different names with the same hash, found by trying.
    fn collision() -> (String, String) {
        let mut seen = HashMap::new();
        (0..)
            .map(|i| format!("n{i}"))
            .find_map(|name| Some((seen.insert(hash(name.as_bytes()), name.clone())?, name)))
            .unwrap()
    }

    #[test]
    fn a_duplicate_between_collisions_is_found() {
        let (a, b) = collision();
        assert_ne!(a, b);
        for others in [0, 29, 30, 31, 100] {
            let mut names: Vec<String> = (0..others).map(|i| format!("other {i}")).collect();
            names.extend([a.clone(), b.clone()]);
            assert_eq!(duplicates(&names), [], "{others}");
            names.extend([a.clone(), b.clone()]);
            let expected = [(others, others + 2), (others + 1, others + 3)];
            assert_eq!(duplicates(&names), expected, "{others}");
        }
    }

    #[test]
    fn many_collisions_do_no_harm() {
        // The last eight bytes can undo what the first eight did to the state; of these, take
        // those that are text.
        const K: u64 = 0x517c_c1b7_2722_0a95;
        let mut names: Vec<String> = Vec::new();
        for i in 0u64.. {
            let first = format!("{i:08}");
            let state =
                u64::from_le_bytes(*first.as_bytes().first_chunk().unwrap()).wrapping_mul(K);
            let second = (state.rotate_left(5) ^ 0x1234_5678_9abc_def0).to_le_bytes();
            if second.iter().all(u8::is_ascii_alphanumeric) {
                names.push(first + str::from_utf8(&second).unwrap());
            }
            if names.len() == 200 || i == 99_999_999 {
                break;
            }
        }
        assert!(names.len() > 32);
        let all = names.iter().map(|name| hash(name.as_bytes()));
        assert_eq!(all.collect::<std::collections::HashSet<u32>>().len(), 1);
        assert_eq!(duplicates(&names), []);
        names.push(names.first().unwrap().clone());
        assert_eq!(duplicates(&names), [(0, names.len() as u32 - 1)]);
    }
}
