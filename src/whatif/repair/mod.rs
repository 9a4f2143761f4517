//! The least that has to change for what is refused to be permitted.
//!
//! A rule that stands in the way says on which facts its answer rests, and while those stay, so does
//! the answer: whatever repairs it changes one of them. So each of them is changed in every way that
//! people can, and what still stands in the way says again what it rests on (hitting sets, as of
//! Reiter, "A theory of diagnosis from first principles", 1987). A change after which a rule rests on
//! the same is not followed. No condition is taken apart, and nothing is offered that was not tried
//! against every pack.

mod joined;
mod least;
mod obstacle;
mod rest;
mod told;

use super::edit::{Change, Edit, Place};
use super::operators::{changing, is_ordered, operators};
use super::sandbox::{Broken, Sandbox};
use crate::engine::{CheckOptions, PackAnswer, PackChoice};
use crate::facts::Facts;
use crate::finding::{Outcome, PackKind, Tone};
use crate::outlook::Repairs;
use crate::proof::{Fact, FactState};
use crate::rule::{Body, Rule, RuleSet};
use crate::vocabulary::Changing;
use joined::{news, with, within};
pub(super) use rest::Lists;
use rest::{Leaf, rest};
use serde_json::Value;
use std::collections::VecDeque;

/// So many changes are made together at most.
pub const MOST_CHANGES: usize = 3;

/// So many variants of a proposal are tried for one answer that is refused.
const MOST_TRIED: usize = 1_000;

/// So many more are, once there is a repair.
const MORE_TRIED: usize = 300;

/// So many values of something new are filled in, besides those that it has to have.
const MOST_FILLED: usize = 6;

/// So many repairs are offered for one answer.
const MOST_OFFERED: usize = 8;

/// What would make a proposal permitted. `reroute`: also by other parties or places.
pub(crate) fn repairs(
    set: &RuleSet,
    facts: &Facts,
    options: &CheckOptions,
    reroute: bool,
) -> Vec<Repairs> {
    // What is offered for one law is tried against all.
    let whole = CheckOptions {
        packs: match &options.packs {
            PackChoice::All => PackChoice::All,
            PackChoice::Applicable | PackChoice::Named(_) => PackChoice::Applicable,
        },
        select: Vec::new(),
        questions: false,
        repairs: None,
        proofs: false,
        ..options.clone()
    };
    let Some(sandbox) = Sandbox::new(set, facts, &whole) else {
        return Vec::new();
    };
    let Ok(base) = sandbox.answers(&[]) else {
        return Vec::new();
    };
    let refused = |answer: &&PackAnswer| {
        let Some(pack) = set.packs.get(answer.pack) else {
            return false;
        };
        let mut rules = pack.rules.iter().zip(&answer.outcomes);
        let refuses = |(rule, outcome): (&Rule, &Outcome)| {
            *outcome == Outcome::Fail && rule.effect.decides() && options.asks_rule(rule)
        };
        answer.tone == Tone::Bad && options.asks_pack(pack) && rules.any(refuses)
    };
    let kind = |answer: &&PackAnswer| set.packs.get(answer.pack).map(|pack| pack.kind);
    let bad: Vec<&PackAnswer> = base.iter().filter(refused).collect();
    let (laws, programmes): (Vec<&PackAnswer>, Vec<&PackAnswer>) = bad
        .into_iter()
        .partition(|it| kind(it) == Some(PackKind::Law));
    let mut targets: Vec<Vec<usize>> = Vec::new();
    if !laws.is_empty() {
        targets.push(laws.iter().map(|answer| answer.pack).collect());
    }
    targets.extend(programmes.iter().map(|answer| vec![answer.pack]));
    targets
        .into_iter()
        .map(|target| {
            let mut search = Search {
                set,
                asked: options,
                sandbox: &sandbox,
                base: &base,
                target,
                reroute,
                lenient: false,
                left: MOST_TRIED,
                cut: false,
                found: Vec::new(),
                seen: Vec::new(),
            };
            search.run();
            // Where nothing leads to a verdict that is good, what leads to one that is open does.
            if search.found.is_empty() && !search.cut {
                search.lenient = true;
                search.seen.clear();
                search.run();
            }
            search.told()
        })
        .collect()
}

struct Search<'a, 's> {
    set: &'a RuleSet,
    /// What was asked for: of a pack that refuses, these rules are to be met.
    asked: &'s CheckOptions,
    sandbox: &'s Sandbox<'a>,
    base: &'s [PackAnswer<'a>],
    /// The packs that refuse.
    target: Vec<usize>,
    reroute: bool,
    /// It is enough where what was not asked before is not known then.
    lenient: bool,
    /// Variants that may still be tried.
    left: usize,
    /// Some were not.
    cut: bool,
    found: Vec<Vec<Edit>>,
    /// What was tried.
    seen: Vec<Vec<Edit>>,
}

/// Changes that were tried and are not enough.
struct Node {
    edits: Vec<Edit>,
    /// Of the changes, those that only fill in what another puts there.
    filled: usize,
    stuck: Stuck,
}

/// A rule that stands in the way, and what its answer rests on.
struct Stuck {
    pack: usize,
    rule: usize,
    leaves: Vec<Leaf>,
    /// Those of which one has to change.
    conflict: Vec<Leaf>,
}

impl PartialEq for Stuck {
    fn eq(&self, other: &Self) -> bool {
        (self.pack, self.rule) == (other.pack, other.rule) && self.leaves == other.leaves
    }
}

/// A fact of which a rule in the way says that it decided.
pub(super) struct Read<'r> {
    pub(super) place: &'r Place,
    pub(super) fact: &'r Fact,
    /// What is read together with it.
    pub(super) beside: Vec<&'r Place>,
    pub(super) lists: Lists,
}

/// What comes of a variant.
enum Tried {
    Enough,
    Stuck(Stuck),
    /// It cannot be made, or what stands in the way rests on nothing.
    Nothing,
}

impl Search<'_, '_> {
    fn run(&mut self) {
        let Some(first) = self.in_the_way(self.base).first().copied() else {
            return;
        };
        let Some(stuck) = self.stuck_on(&[], first) else {
            return;
        };
        // Those with fewer changes first.
        let mut open: Vec<VecDeque<Node>> = (0..=MOST_CHANGES).map(|_| VecDeque::new()).collect();
        if let Some(queue) = open.first_mut() {
            queue.push_back(Node {
                edits: Vec::new(),
                filled: 0,
                stuck,
            });
        }
        while let Some(node) = open.iter_mut().find_map(VecDeque::pop_front) {
            if self.found.len() >= MOST_OFFERED || self.left == 0 {
                self.cut = true;
                return;
            }
            for child in self.expand(&node) {
                if let Some(queue) = open.get_mut(child.edits.len()) {
                    queue.push_back(child);
                }
            }
        }
    }

    /// What a rule in the way rests on after some changes; `None` where it does not stand there.
    fn stuck_on(&self, edits: &[Edit], (pack, rule): (usize, usize)) -> Option<Stuck> {
        let new = news(self.sandbox, edits);
        let changeable = |place: &Place, fact: &Fact| self.can_change(&new, place, fact).is_some();
        let rest = rest(self.set, self.sandbox, edits, (pack, rule), &changeable)?;
        self.stands((pack, rule), rest.outcome, true)
            .then_some(Stuck {
                pack,
                rule,
                leaves: rest.leaves,
                conflict: rest.conflict,
            })
    }

    /// How a fact can come to be another. What is not known is asked, not brought about.
    fn can_change(&self, new: &[Place], place: &Place, fact: &Fact) -> Option<Changing> {
        let is_new = |path: &str| {
            let mut new = new.iter();
            new.any(|new| new.part == place.part && new.pointer == path)
        };
        if matches!(fact.state, FactState::Clarified | FactState::Invalid) {
            return None;
        }
        let kind = changing(&self.set.vocabulary, place, is_new)?;
        (kind != Changing::Reroute || self.reroute).then_some(kind)
    }

    /// Asks the rule that stood in the way first, and all others only where it does not any more.
    fn tried(&self, edits: &[Edit], before: &Stuck) -> Tried {
        if let Some(stuck) = self.stuck_on(edits, (before.pack, before.rule)) {
            return Tried::Stuck(stuck);
        }
        match self.obstacle(edits) {
            Ok(None) => Tried::Enough,
            Ok(Some(first)) => match self.stuck_on(edits, first) {
                Some(stuck) => Tried::Stuck(stuck),
                None => Tried::Nothing,
            },
            Err(Broken) => Tried::Nothing,
        }
    }

    /// Tries every change of what the rule in the way rests on. Where something new lacks something,
    /// that comes first: without it nothing would be gained by what is new.
    fn expand(&mut self, node: &Node) -> Vec<Node> {
        let new = news(self.sandbox, &node.edits);
        let inside = |place: &Place| new.iter().any(|new| within(place, new));
        let facts = node.stuck.conflict.iter().flat_map(|leaf| {
            let facts = leaf.facts.iter();
            facts.map(move |(place, fact)| (place, fact, leaf))
        });
        let mut all: Vec<Read> = Vec::new();
        for (place, fact, leaf) in facts {
            let beside = leaf.beside(place);
            let known = |it: &&mut Read| *it.place == *place && it.fact.scope == fact.scope;
            match all.iter_mut().find(known) {
                Some(known) => {
                    known.beside.extend(beside);
                    known.lists = known.lists.or(leaf.lists);
                }
                None => all.push(Read {
                    place,
                    fact,
                    beside: beside.collect(),
                    lists: leaf.lists,
                }),
            }
        }
        let (here, mut elsewhere): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|it| inside(it.place));
        let children = self.children(node, &new, &here);
        if !children.is_empty() {
            return children;
        }
        // What is new may still depend on something else; if not, it leads nowhere.
        let lacks = |it: &Read| {
            self.can_change(&new, it.place, it.fact).is_some() && it.fact.state != FactState::Stated
        };
        if here.iter().any(lacks) {
            elsewhere.retain(|it| it.beside.iter().any(|place| inside(place)));
        }
        self.children(node, &new, &elsewhere)
    }

    fn children(&mut self, node: &Node, new: &[Place], facts: &[Read]) -> Vec<Node> {
        // Of values of one place that lead to the same, one is followed.
        let mut children: Vec<(Place, Node)> = Vec::new();
        let mut idle = Vec::new();
        let mut settled: Vec<Place> = Vec::new();
        for (joint, edit) in self.changes(node, new, facts) {
            if settled.contains(&edit.place) {
                continue;
            }
            let Some(edits) = with(self.sandbox, &node.edits, &edit) else {
                continue;
            };
            let filled = node.filled + usize::from(edits.len() == node.edits.len());
            if edits.len() > MOST_CHANGES || filled > MOST_FILLED || self.holds_a_repair(&edits) {
                continue;
            }
            if self.seen.iter().any(|seen| same_edits(seen, &edits)) {
                continue;
            }
            self.seen.push(edits.clone());
            let Some(left) = self.left.checked_sub(1) else {
                self.cut = true;
                break;
            };
            self.left = left;
            match self.tried(&edits, &node.stuck) {
                Tried::Nothing => {}
                Tried::Enough => {
                    // Of dates and numbers, the first that is enough is told.
                    if is_ordered(&self.set.vocabulary, &edit.place) {
                        settled.push(edit.place);
                    }
                    let edits = self.nearest(self.without_spare(edits));
                    if self.is_least(&edits) && !self.found.contains(&edits) {
                        self.found.push(edits);
                        self.left = self.left.min(MORE_TRIED);
                    }
                }
                Tried::Stuck(stuck) => {
                    let child = Node {
                        edits,
                        filled,
                        stuck,
                    };
                    let same = |(place, known): &(Place, Node)| {
                        *place == edit.place && known.stuck == child.stuck
                    };
                    if !self.gains(node, &child, &edit) {
                        idle.extend(joint.then_some(child));
                    } else if !children.iter().any(same) {
                        children.push((edit.place, child));
                    }
                }
            }
        }
        // What is read together may have to be changed together.
        if children.is_empty() {
            return idle;
        }
        children.into_iter().map(|(_, child)| child).collect()
    }

    /// Whether a change brought something: another rule stands in the way, something that had to
    /// change did, or something more has to be true of what was added.
    fn gains(&self, before: &Node, after: &Node, edit: &Edit) -> bool {
        let (old, new) = (&before.stuck, &after.stuck);
        if (old.pack, old.rule) != (new.pack, new.rule) {
            return true;
        }
        if edit.change == Change::Remove {
            return new.leaves.len() < old.leaves.len();
        }
        let changed = |leaf: &Leaf| {
            let mut now = new
                .leaves
                .iter()
                .filter(|now| now.is_about(leaf))
                .peekable();
            now.peek().is_none() || now.any(|now| leaf.is_nearer(now.truth))
        };
        let decided = |leaf: &&Leaf| old.leaves.iter().any(|it| it.is_about(leaf));
        if old.conflict.iter().filter(decided).any(changed) {
            return true;
        }
        let known = news(self.sandbox, &before.edits);
        let news = news(self.sandbox, &after.edits);
        let Some(added) = news.iter().find(|new| !known.contains(new)) else {
            return false;
        };
        let more = |leaf: &&Leaf| {
            let mut places = leaf.facts.iter().map(|(place, _)| place);
            !old.leaves.contains(leaf) && places.any(|place| within(place, added))
        };
        // What is new and was filled in is not filled in otherwise.
        let open = |leaf: &Leaf| {
            let mut facts = leaf.facts.iter();
            facts.any(|(place, fact)| {
                let filled = news.iter().any(|new| within(place, new));
                !(filled && fact.state == FactState::Stated)
                    && self.can_change(&news, place, fact).is_some()
            })
        };
        new.leaves.iter().filter(more).any(open)
    }

    /// Whether some of the changes repair it already.
    fn holds_a_repair(&self, edits: &[Edit]) -> bool {
        let mut found = self.found.iter();
        found.any(|found| found.iter().all(|edit| edits.contains(edit)))
    }

    /// The changes that can be made of these facts, and whether each is read together with others.
    fn changes(
        &self,
        Node { edits, stuck, .. }: &Node,
        new: &[Place],
        facts: &[Read],
    ) -> Vec<(bool, Edit)> {
        let vocabulary = &self.set.vocabulary;
        let mut changes: Vec<(Changing, &Read, Edit)> = Vec::new();
        let made = self.sandbox.with(edits, |changed| {
            for read in facts {
                let Some(kind) = self.can_change(new, read.place, read.fact) else {
                    continue;
                };
                let as_of = self.sandbox.options.as_of;
                let edits = operators(vocabulary, changed, read, kind, as_of);
                changes.extend(edits.into_iter().map(|edit| (kind, read, edit)));
            }
        });
        if made.is_err() {
            return Vec::new();
        }
        // Of the words of a door, the one that its rule names first says best what is meant.
        let stuck = self
            .set
            .packs
            .get(stuck.pack)
            .and_then(|it| it.rules.get(stuck.rule));
        let doors: Vec<&str> = match stuck.map(|rule| &rule.body) {
            Some(Body::Gate(doors)) => {
                let words = doors.iter().flat_map(|door| &door.words);
                words.map(String::as_str).collect()
            }
            _ => Vec::new(),
        };
        let places: Vec<&Place> = changes.iter().map(|(_, read, _)| read.place).collect();
        changes.sort_by_key(|(kind, _, edit)| {
            let rank = doors.iter().position(|word| says(edit, word));
            (
                *kind == Changing::Reroute,
                edit.change == Change::Remove,
                rank.unwrap_or(doors.len()),
            )
        });
        let joint = |read: &Read| read.beside.iter().any(|place| places.contains(place));
        changes
            .into_iter()
            .map(|(_, read, edit)| (joint(read), edit))
            .collect()
    }
}

/// Whether the same is changed, in whatever order.
fn same_edits(one: &[Edit], other: &[Edit]) -> bool {
    one.len() == other.len() && one.iter().all(|edit| other.contains(edit))
}

/// Whether a change adds something of this kind.
fn says(edit: &Edit, word: &str) -> bool {
    match &edit.change {
        Change::Add(Value::Object(members)) => members.values().any(|value| value == word),
        _ => false,
    }
}
