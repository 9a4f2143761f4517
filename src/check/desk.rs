//! What checking a text needs and does not change: shared by all threads of a run.

use super::profile::Profiles;
use crate::engine::CheckOptions;
use crate::rule::RuleSet;
use std::collections::HashSet;
use std::sync::Arc;

#[derive(Clone)]
pub(super) struct Desk<'a> {
    pub(super) set: &'a RuleSet,
    pub(super) options: Arc<CheckOptions>,
    pub(super) profiles: Arc<Profiles<'a>>,
    /// Ids of proposals that are told even if there is nothing to tell.
    pub(super) told_anyway: Arc<HashSet<String>>,
    /// Of proposals after so many, those with nothing to tell are counted only; none is, if absent.
    pub(super) brief_from: Option<usize>,
}
