//! The rules of a pack, compiled when they are first asked: a pack that does not apply costs no more
//! than the question whether it does.

use crate::finding::RuleId;
use crate::rule::Rule;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

/// The rules of a pack. Reads as a slice; the first look compiles them where that was put off.
#[derive(Clone)]
pub struct Rules {
    made: OnceLock<Vec<Rule>>,
    make: Option<Arc<dyn Fn() -> Vec<Rule> + Send + Sync>>,
    count: usize,
    ids: OnceLock<Arc<[RuleId]>>,
}

impl Rules {
    /// `count` rules that `make` makes when they are needed.
    pub(crate) fn later(
        count: usize,
        make: impl Fn() -> Vec<Rule> + Send + Sync + 'static,
    ) -> Self {
        Self {
            made: OnceLock::new(),
            make: Some(Arc::new(make)),
            count,
            ids: OnceLock::new(),
        }
    }

    /// How many there are, without making them.
    pub fn count(&self) -> usize {
        self.made.get().map_or(self.count, Vec::len)
    }

    /// The ids of all, made once.
    pub fn ids(&self) -> Arc<[RuleId]> {
        let ids = || self.iter().map(|rule| rule.id.clone()).collect();
        self.ids.get_or_init(ids).clone()
    }

    fn made(&self) -> &Vec<Rule> {
        self.made
            .get_or_init(|| self.make.as_ref().map(|make| make()).unwrap_or_default())
    }
}

impl From<Vec<Rule>> for Rules {
    fn from(rules: Vec<Rule>) -> Self {
        Self {
            count: rules.len(),
            made: OnceLock::from(rules),
            make: None,
            ids: OnceLock::new(),
        }
    }
}

impl Deref for Rules {
    type Target = [Rule];

    fn deref(&self) -> &[Rule] {
        self.made()
    }
}

impl DerefMut for Rules {
    fn deref_mut(&mut self) -> &mut [Rule] {
        self.made();
        self.ids = OnceLock::new();
        self.made.get_mut().map_or(&mut [], Vec::as_mut_slice)
    }
}

impl<'a> IntoIterator for &'a Rules {
    type Item = &'a Rule;
    type IntoIter = std::slice::Iter<'a, Rule>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.made.fmt(f)
    }
}
