//! Where a condition stands in a rule or definition, so that it can be found again to be changed.

use crate::rule::condition::{Condition, ConditionKind};
use crate::rule::{Body, Rule};

/// The condition of a file that a place starts at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    When,
    Require,
    /// The fact of a door.
    Fact(usize),
    /// What a door requires.
    Door(usize),
    /// The condition of a definition.
    Holds,
}

impl Root {
    /// The keys of the rule file that lead there, doors by their ids.
    pub fn name(self, rule: &Rule) -> String {
        let door = |index: usize| match &rule.body {
            Body::Gate(doors) => doors.get(index).map_or("", |door| door.id.as_str()),
            Body::Require(_) => "",
        };
        match self {
            Self::When => "when".to_owned(),
            Self::Require => "require".to_owned(),
            Self::Fact(index) => format!("doors.{}.fact", door(index)),
            Self::Door(index) => format!("doors.{}.require", door(index)),
            Self::Holds => "holds".to_owned(),
        }
    }

    /// The condition of a rule.
    pub fn of(self, rule: &mut Rule) -> Option<&mut Condition> {
        match (self, &mut rule.body) {
            (Self::When, _) => rule.when.as_mut(),
            (Self::Require, Body::Require(require)) => Some(require),
            (Self::Fact(index), Body::Gate(doors)) => doors.get_mut(index)?.fact.as_mut(),
            (Self::Door(index), Body::Gate(doors)) => Some(&mut doors.get_mut(index)?.require),
            _ => None,
        }
    }
}

/// A condition inside another: its root, and which part to take at each step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub root: Root,
    pub steps: Vec<usize>,
}

impl Place {
    pub(super) fn root(root: Root) -> Self {
        Self {
            root,
            steps: Vec::new(),
        }
    }

    /// The condition at this place of a root's condition.
    pub(super) fn find<'c>(&self, root: &'c mut Condition) -> Option<&'c mut Condition> {
        let mut at = root;
        for step in &self.steps {
            at = match &mut at.kind {
                ConditionKind::All(parts) | ConditionKind::Any(parts) => parts.get_mut(*step)?,
                ConditionKind::Not(inner) => inner,
                ConditionKind::Quantified { body, .. }
                | ConditionKind::Count { body, .. }
                | ConditionKind::Sum { body, .. } => body.as_deref_mut()?,
                _ => return None,
            };
        }
        Some(at)
    }
}
