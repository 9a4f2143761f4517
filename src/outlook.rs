//! What could be: the facts that would decide what is undetermined, and what each answer would lead
//! to. Made by `whatif`, told by `report`.

use crate::finding::{Label, Outcome, PackId, RuleId, Tone};
use crate::whatif::PatchStep;
use jiff::civil::Date;
use serde_json::Value;

/// What to ask next about a proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// Those on which a verdict hangs first, then those that settle most.
    pub questions: Vec<Question>,
    /// What is undetermined, with the smallest sets of facts that would decide it.
    pub open: Vec<Open>,
    /// Not everything was tried: there is too much that is not known.
    pub cut: bool,
}

/// A fact that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Dotted.
    pub field: String,
    /// What it means, from the schema; may be empty.
    pub meaning: String,
    /// Where it would go.
    pub label: Label,
    /// The rules that lack it, in the order of the packs.
    pub rules: Vec<(PackId, RuleId)>,
    /// The packs of which it is not known without it whether they apply, with their titles.
    pub packs: Vec<(PackId, String)>,
    /// Whether a verdict hangs on it.
    pub decides: bool,
    /// How many outcomes are decided by it, whatever the answer; and by one answer at most.
    pub settles: (usize, usize),
    /// What can be answered, by what it leads to; empty where the answers cannot be listed.
    pub replies: Vec<Reply>,
    /// The words among which is chosen, with their meanings; empty where something else is answered.
    pub choices: Vec<(String, String)>,
    /// Whether several of them can be chosen.
    pub several: bool,
}

/// Answers to a question that lead to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The answers: "`processor` or `sub_processor`".
    pub says: String,
    /// One of them, as it would be written.
    pub example: Value,
    /// What the packs would say then: those that the question is about, and those that change.
    pub verdicts: Vec<Said>,
    /// Rules that would be decided.
    pub settled: Vec<RuleId>,
    /// Facts that rules would still lack, or would lack then.
    pub then: Vec<String>,
}

/// The verdict of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub pack: PackId,
    /// The pack's title.
    pub title: String,
    pub word: String,
    pub tone: Tone,
}

/// Something undetermined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub pack: PackId,
    /// The rule; absent where it is not known whether the pack applies.
    pub rule: Option<RuleId>,
    /// What is said of it.
    pub message: String,
    /// Whether a fact is missing; if none is, no answer decides it.
    pub lacks: bool,
    /// The smallest sets of facts, dotted, of which some answers decide it; empty where none was found.
    pub sets: Vec<Vec<String>>,
}

/// What would make packs permit a transfer that they refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repairs {
    /// The packs that refuse, as they say it now.
    pub packs: Vec<Said>,
    /// The least sets of changes; those with the fewest first.
    pub repairs: Vec<Repair>,
    /// Not everything was tried.
    pub cut: bool,
}

/// Changes of which each is needed and which together are enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    pub steps: Vec<RepairStep>,
    /// What the packs that refuse would say then, and those whose verdict changes.
    pub verdicts: Vec<Said>,
    /// What rules lack then of what is new, dotted.
    pub then: Vec<String>,
    /// The changes as a JSON Patch (RFC 6902) of each document: its name as the proposal writes it,
    /// `None` for the proposal.
    pub patches: Vec<(Option<String>, Vec<PatchStep>)>,
}

/// Something to bring about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairStep {
    /// The document, as the proposal names it; `None` for the proposal.
    pub document: Option<String>,
    /// Dotted.
    pub field: String,
    /// "add `VN` to `mechanisms[0].countries`"
    pub says: String,
    /// What the field means, from the schema; may be empty.
    pub meaning: String,
    /// Another party or place: another transfer.
    pub reroute: bool,
}

/// Which days are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Every day after that of the check, up to this one.
    Until(Date),
    /// This one only.
    At(Date),
}

/// When answers become others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The day of the check.
    pub from: Date,
    /// The last day that was looked at.
    pub until: Date,
    /// Only these two days were looked at, and none between.
    pub compared: bool,
    /// Ascending.
    pub turns: Vec<Turn>,
}

/// A day on which something becomes different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub date: Date,
    /// What happens: "the certificate ends (`importer.certifications[0].valid_until`: 2026-11-30)".
    pub because: Vec<String>,
    /// Verdicts, before and from then on.
    pub verdicts: Vec<(Said, Said)>,
    pub outcomes: Vec<OutcomeTurn>,
    /// What happens to people's own dates: a review is due, a waiver ends.
    pub notes: Vec<String>,
}

/// The answer of a rule, before and from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeTurn {
    pub pack: PackId,
    pub rule: RuleId,
    /// The rule's title.
    pub title: String,
    pub from: Outcome,
    pub to: Outcome,
}

impl Forecast {
    /// The turn of a day; made where there is none. `None` for a day that was not looked at.
    pub fn turn(&mut self, date: Date) -> Option<&mut Turn> {
        if date <= self.from || date > self.until {
            return None;
        }
        let date = if self.compared { self.until } else { date };
        let at = match self.turns.binary_search_by_key(&date, |turn| turn.date) {
            Ok(at) => at,
            Err(at) => {
                let turn = Turn {
                    date,
                    because: Vec::new(),
                    verdicts: Vec::new(),
                    outcomes: Vec::new(),
                    notes: Vec::new(),
                };
                self.turns.insert(at, turn);
                at
            }
        };
        self.turns.get_mut(at)
    }
}
