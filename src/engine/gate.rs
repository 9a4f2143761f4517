//! Gates: a prohibition with several doors.
//!
//! A door is relied on when `mechanisms` names one of its words or its fact is stated. A door that
//! is not relied on is closed, never unknown; one relied-on door whose conditions all hold opens
//! the gate.

use crate::document::{Key, Kind};
use crate::engine::evaluate::{Binding, Evaluator};
use crate::engine::prove::{Fact, Proof, Stated, Until};
use crate::engine::words;
use crate::facts::NodeRef;
use crate::finding::{Door, DoorState};
use crate::rule::GateDoor;
use crate::truth::Truth;

/// How one door stands, with what it rests on.
#[derive(Debug)]
pub(crate) struct DoorProof<'a> {
    pub(crate) door: &'a GateDoor,
    pub(crate) state: DoorState,
    pub(crate) would_open: bool,
    /// Of the element that came nearest; absent where there was nothing to ask.
    pub(crate) proof: Option<Proof<'a>>,
    /// The fact by which it may be relied on, where that is being clarified.
    pub(crate) fact: Option<Proof<'a>>,
    /// The entry of `mechanisms` that relies on it.
    pub(crate) entry: Option<NodeRef>,
    /// The list it looks in, where that list decided by itself.
    pub(crate) list: Option<Fact>,
    pub(crate) message: Option<String>,
    pub(crate) because: Option<String>,
    pub(crate) needs: Option<String>,
    pub(crate) fix: Option<String>,
}

/// How a gate stands.
#[derive(Debug)]
pub(crate) struct GateProof<'a> {
    pub(crate) truth: Truth,
    pub(crate) doors: Vec<DoorProof<'a>>,
    /// `mechanisms`, or what keeps it from being complete.
    pub(crate) mechanisms: Fact,
    /// Whether it is not known on what the transfer relies.
    pub(crate) reliance_unknown: bool,
}

/// Which doors a proof of a gate looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doors {
    All,
    /// For a gate that is open: the others did not matter.
    ReliedOn,
}

/// The entry that relies on a door, and the element it looks at.
pub(super) type Pair = (Option<NodeRef>, Option<NodeRef>);

/// The entries of `mechanisms`.
pub(super) struct Reliance {
    pub(super) list: Fact,
    /// Entries with the word they state.
    entries: Vec<(NodeRef, Option<String>)>,
    unknown: bool,
}

impl<'a> Evaluator<'a> {
    pub(super) fn reliance(&mut self) -> Reliance {
        let root = self.facts.root();
        let key = Key::new("mechanisms");
        let absent = || Fact {
            stated: Stated::Absent(root, vec!["mechanisms".to_owned()]),
            field: None,
        };
        let Some(list) = self.facts.field(root, &key) else {
            let misspelt = self.facts.parts.first().and_then(|part| {
                part.flaws
                    .misspelt
                    .iter()
                    .find(|(object, name, _)| *object == root.node && name == "mechanisms")
            });
            let list = match misspelt {
                Some((_, _, key)) => Fact {
                    stated: Stated::Invalid(NodeRef {
                        part: 0,
                        node: *key,
                    }),
                    field: None,
                },
                None => absent(),
            };
            self.read_invalid |= misspelt.is_some();
            return Reliance {
                list,
                entries: Vec::new(),
                unknown: true,
            };
        };
        let stated = if self.facts.is_invalid(list) {
            self.read_invalid = true;
            Stated::Invalid(list)
        } else if self.facts.kind(list) != Kind::Array {
            Stated::Unknown(list)
        } else {
            Stated::Found(list)
        };
        let readable = matches!(stated, Stated::Found(_));
        let mut reliance = Reliance {
            list: Fact {
                stated,
                field: None,
            },
            entries: Vec::new(),
            unknown: !readable,
        };
        if !readable {
            return reliance;
        }
        if self.is_incomplete(list) {
            reliance.unknown = true;
            reliance.list.stated = Stated::Incomplete(list);
        }
        for entry in self.facts.elements(list) {
            let kind = self.facts.field(entry, &Key::new("type"));
            let word =
                kind.filter(|at| !self.facts.is_invalid(*at) && !self.facts.is_unknown_word(*at));
            let word = word
                .and_then(|at| self.facts.text(at))
                .map(|word| word.into_owned());
            if word.is_none() {
                reliance.unknown = true;
                reliance.list.stated = match kind {
                    Some(at) if self.facts.is_invalid(at) => {
                        self.read_invalid = true;
                        Stated::Invalid(at)
                    }
                    Some(at) => Stated::Unknown(at),
                    None => Stated::Absent(entry, vec!["type".to_owned()]),
                };
            }
            reliance.entries.push((entry, word));
        }
        reliance
    }

    /// The truth of a gate: true if one relied-on door is open.
    pub(crate) fn gate(&mut self, doors: &'a [GateDoor]) -> Truth {
        let reliance = self.reliance();
        let mut gate = Truth::from(false);
        for door in doors {
            let (relied, entries) = self.relied_on(door, &reliance);
            if relied == Truth::False {
                continue;
            }
            let open = self.opens(door, &entries);
            gate = gate.or(open.and(relied));
            if gate == Truth::True {
                return gate;
            }
        }
        if reliance.unknown {
            gate.or(Truth::Unknown)
        } else {
            gate
        }
    }

    /// Whether a door is relied on, and the entries that rely on it (`None` for a fact).
    pub(super) fn relied_on(
        &mut self,
        door: &'a GateDoor,
        reliance: &Reliance,
    ) -> (Truth, Vec<Option<NodeRef>>) {
        let mut entries: Vec<Option<NodeRef>> = reliance
            .entries
            .iter()
            .filter(|(_, word)| word.as_ref().is_some_and(|word| door.words.contains(word)))
            .map(|(entry, _)| Some(*entry))
            .collect();
        let mut relied = Truth::from(!entries.is_empty());
        if let Some(fact) = &door.fact {
            match self.truth(fact) {
                Truth::True => {
                    relied = Truth::True;
                    entries.push(None);
                }
                Truth::False => {}
                Truth::Unknown => {
                    // An unstated fact is not claimed; one that is being clarified may be.
                    let proof = self.prove_silently(fact);
                    let doubtful = proof
                        .missing()
                        .iter()
                        .any(|fact| !matches!(fact.stated, Stated::Absent(..)));
                    if doubtful && relied == Truth::False {
                        relied = Truth::Unknown;
                        entries.push(None);
                    }
                }
            }
        }
        (relied, entries)
    }

    /// What a door looks among: elements of its list, or nothing at all; absent where the list cannot be
    /// read.
    pub(super) fn among(&mut self, door: &'a GateDoor) -> Option<Vec<Option<NodeRef>>> {
        match &door.among {
            None => Some(vec![None]),
            Some(among) => {
                let list = self.list(&among.list)?;
                Some(self.facts.elements(list).map(Some).collect())
            }
        }
    }

    /// The truth of a door over the entries that rely on it and the elements it looks among.
    pub(super) fn opens(&mut self, door: &'a GateDoor, entries: &[Option<NodeRef>]) -> Truth {
        let Some(elements) = self.among(door) else {
            return Truth::Unknown;
        };
        let mut opens = Truth::False;
        for (entry, element) in pairs(entries, &elements) {
            self.bind_door(door, entry, element);
            opens = opens.or(self.truth(&door.require));
            if opens == Truth::True {
                return opens;
            }
        }
        opens.or(self.unwritten(door))
    }

    /// What elements that are not written may answer.
    fn unwritten(&mut self, door: &'a GateDoor) -> Truth {
        let list = door.among.as_ref().and_then(|among| self.list(&among.list));
        match list.is_some_and(|list| self.is_incomplete(list)) {
            true => Truth::Unknown,
            false => Truth::False,
        }
    }

    /// The pair that answers best: of several that do not open, the one with the least against it.
    fn nearest(&mut self, door: &'a GateDoor, entries: &[Option<NodeRef>]) -> Option<Pair> {
        let elements = self.among(door)?;
        let mut best: Option<(Truth, Pair)> = None;
        let mut nearest = usize::MAX;
        let single = entries.len() * elements.len() == 1;
        for (entry, element) in pairs(entries, &elements) {
            if single {
                return Some((entry, element));
            }
            self.bind_door(door, entry, element);
            let truth = self.truth(&door.require);
            if truth == Truth::True {
                return Some((entry, element));
            }
            let against = self.prove_silently(&door.require).culprits().len();
            let better = match &best {
                None => true,
                Some((known, _)) => {
                    rank(truth) > rank(*known) || (truth == *known && against < nearest)
                }
            };
            if better {
                best = Some((truth, (entry, element)));
                nearest = against;
            }
        }
        best.map(|(_, pair)| pair)
    }

    pub(super) fn bind_door(
        &mut self,
        door: &GateDoor,
        entry: Option<NodeRef>,
        element: Option<NodeRef>,
    ) {
        let binding = |node: Option<NodeRef>| node.map_or(Binding::Nothing, Binding::Node);
        if let Some(slot) = door.mechanism {
            self.bind(slot, binding(entry));
        }
        if let Some(among) = &door.among {
            self.bind(among.slot, binding(element));
        }
    }

    /// A gate with every door, for reports.
    pub(crate) fn prove_gate(&mut self, doors: &'a [GateDoor], which: Doors) -> GateProof<'a> {
        let reliance = self.reliance();
        let mut proofs = Vec::new();
        let mut gate = Truth::False;
        for door in doors {
            let (relied, entries) = self.relied_on(door, &reliance);
            if relied == Truth::False && which == Doors::ReliedOn {
                continue;
            }
            if relied == Truth::False {
                let truth = self.opens(door, &[None]);
                proofs.push(DoorProof::not_relied_on(door, truth == Truth::True));
                continue;
            }
            let truth = self.opens(door, &entries);
            let pair = self.nearest(door, &entries);
            let state = match (relied, truth) {
                (Truth::True, Truth::True) => DoorState::Open,
                (_, Truth::False) => DoorState::Shut,
                _ => DoorState::Undecided,
            };
            gate = gate.or(match state {
                DoorState::Open => Truth::True,
                DoorState::Undecided => Truth::Unknown,
                DoorState::Shut | DoorState::NotReliedOn => Truth::False,
            });
            let (entry, element) = pair.unwrap_or((entries.first().copied().flatten(), None));
            self.bind_door(door, entry, element);
            let proof = pair.map(|_| self.prove(&door.require));
            let list = match (&door.among, &proof) {
                (Some(among), None) => self.fact(&among.list),
                _ => None,
            };
            let shut = matches!(state, DoorState::Shut | DoorState::Undecided);
            let fact = match (&door.fact, relied) {
                (Some(fact), Truth::Unknown) => Some(self.prove(fact)),
                _ => None,
            };
            proofs.push(DoorProof {
                door,
                fact,
                state,
                would_open: false,
                entry,
                list,
                message: if shut {
                    words::say(self, &door.message)
                } else {
                    None
                },
                because: if state == DoorState::Open {
                    words::say(self, &door.because)
                } else {
                    None
                },
                needs: if shut {
                    words::say(self, &door.needs)
                } else {
                    None
                },
                fix: match &door.fix {
                    Some(fix) if shut => Some(words::render(self, fix)),
                    _ => None,
                },
                proof,
            });
        }
        if reliance.unknown {
            gate = gate.or(Truth::Unknown);
        }
        GateProof {
            truth: gate,
            doors: proofs,
            mechanisms: reliance.list,
            reliance_unknown: reliance.unknown,
        }
    }
}

fn rank(truth: Truth) -> u8 {
    match truth {
        Truth::False => 0,
        Truth::Unknown => 1,
        Truth::True => 2,
    }
}

pub(super) fn pairs<'p>(
    entries: &'p [Option<NodeRef>],
    elements: &'p [Option<NodeRef>],
) -> impl Iterator<Item = Pair> + 'p {
    let all = |entry| elements.iter().map(move |element| (entry, *element));
    entries.iter().flat_map(move |entry| all(*entry))
}

impl<'a> DoorProof<'a> {
    /// A door that nobody relies on: all that is asked is whether it would open.
    fn not_relied_on(door: &'a GateDoor, would_open: bool) -> Self {
        Self {
            door,
            state: DoorState::NotReliedOn,
            would_open,
            proof: None,
            fact: None,
            entry: None,
            list: None,
            message: None,
            because: None,
            needs: None,
            fix: None,
        }
    }
}

impl GateProof<'_> {
    /// The doors as reports show them.
    pub(crate) fn shown(&self) -> Vec<Door> {
        let doors = self.doors.iter().map(|proof| Door {
            title: proof.door.title.clone(),
            state: proof.state,
            needs: proof.needs.iter().cloned().collect(),
            would_open: proof.would_open,
        });
        doors.collect()
    }

    /// The last day on which the gate certainly stays as it is.
    pub(crate) fn until(&self) -> Option<Until> {
        let of = |state: DoorState| self.doors.iter().filter(move |door| door.state == state);
        match self.truth {
            Truth::Unknown => None,
            Truth::True => {
                let mut longest: Option<Until> = None;
                for door in of(DoorState::Open) {
                    match (door.proof.as_ref().and_then(Proof::until), &longest) {
                        (None, _) => return None,
                        (Some(until), Some(known)) if until.date <= known.date => {}
                        (Some(until), _) => longest = Some(until),
                    }
                }
                longest
            }
            Truth::False => {
                let untils = of(DoorState::Shut)
                    .filter_map(|door| door.proof.as_ref().and_then(Proof::until));
                untils.min_by_key(|until| until.date)
            }
        }
    }
}
