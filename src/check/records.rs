//! Texts of many records: told by several threads, a block at a time, in order, in memory that does not
//! grow with the text.

use super::ids::{IdHasher, Ids, MOST_IDS};
use super::tell::duplicate_id;
use super::text::{Teller, add_duplicate};
use super::told::Told;
use super::{Desk, Origin, Run, crew};
use crate::document::{Tape, decode, parse};
use crate::finding::{Problem, Severity};
use crate::source::Position;
use std::ops::Range;

/// So many bytes are told together.
pub(super) const BLOCK: usize = 1 << 20;

/// A record that is longer is no proposal, and is not kept.
pub(super) const LONGEST: usize = 1 << 30;

/// Elements of a list that are no proposals and are told once one is met that is; a list with more of
/// them at its beginning tells of these.
const MOST_HELD: usize = 1_000;

/// What the records of a text are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    /// Of a list.
    Element,
}

impl Kind {
    /// Where an id was used before.
    fn first_use(self, number: usize) -> String {
        match self {
            Self::Line => format!("first used on line {number}"),
            Self::Element => format!("first used by element {number} of the list"),
        }
    }
}

/// A record of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Bytes of the block.
    pub(super) range: Range<usize>,
    /// Where it starts in its file.
    pub(super) at: Position,
    /// As people count: the line, or the element from 1.
    pub(super) number: usize,
}

/// What a text gives next.
pub(super) enum Piece {
    Block {
        bytes: Vec<u8>,
        records: Vec<Record>,
    },
    /// Something that is wrong between records.
    Wrong(Told),
}

/// What a thread found out about a block.
enum Answers {
    Block {
        bytes: Vec<u8>,
        answers: Vec<Answer>,
    },
    Wrong(Told),
}

struct Answer {
    record: Record,
    /// The hash of its id.
    id: Option<u64>,
    /// Absent where there is nothing to tell.
    told: Option<Box<Told>>,
}

/// A text of records.
struct Text<'t> {
    name: &'t str,
    kind: Kind,
    origin: Origin,
}

impl Run<'_> {
    /// Tells the records of a text, which `next` gives.
    pub(super) fn check_records(
        &mut self,
        name: &str,
        kind: Kind,
        origin: Origin,
        next: impl FnMut() -> Option<Piece>,
    ) {
        let text = Text { name, kind, origin };
        let desk = self.desk();
        let mut ids = Ids::new();
        let hasher = ids.hasher.clone();
        // A list that was found and holds no proposal is something else, of which nothing is told.
        let perhaps_other = kind == Kind::Element && origin == Origin::Found;
        let mut held: Option<Vec<Told>> = perhaps_other.then(Vec::new);
        let work = |piece| text.answers(&desk, &hasher, piece);
        crew::in_order(self.jobs, next, work, |answers| match answers {
            Answers::Block { bytes, answers } => {
                for answer in answers {
                    match (&mut held, &answer.told) {
                        (Some(others), Some(told)) if told.is_other() => {
                            others.extend(answer.told.map(|told| *told));
                            others.truncate(MOST_HELD);
                            continue;
                        }
                        _ => held
                            .take()
                            .into_iter()
                            .flatten()
                            .for_each(|o| self.take_in(o)),
                    }
                    self.take_in_answer(&desk, &text, &bytes, answer, &mut ids);
                }
                self.goes_on(bytes.len())
            }
            Answers::Wrong(told) => {
                self.take_in(told);
                self.goes_on(0)
            }
        });
        self.report.skipped += usize::from(held.is_some_and(|others| !others.is_empty()));
        if ids.full {
            self.ids_forgotten(name);
        }
    }

    fn take_in_answer(
        &mut self,
        desk: &Desk,
        text: &Text,
        bytes: &[u8],
        answer: Answer,
        ids: &mut Ids,
    ) {
        let Answer { record, id, told } = answer;
        let first = id.and_then(|id| ids.used(id, record.number));
        match (first, told) {
            (Some(first), _) => self.take_in(text.used_again(desk, bytes, &record, first)),
            (None, Some(told)) => self.take_in(*told),
            (None, None) => {
                self.report.untold += 1;
                if self.texts.last().is_none_or(|last| last != text.name) {
                    self.texts.push(text.name.to_owned());
                }
            }
        }
    }

    fn ids_forgotten(&mut self, name: &str) {
        self.report.problems.push(Problem {
            severity: Severity::Info,
            code: "ids-not-all-compared".to_owned(),
            path: name.to_owned(),
            message: format!(
                "whether an id is used twice was looked at for the first {MOST_IDS} ids only"
            ),
            help: None,
            labels: Vec::new(),
        });
    }
}

impl Text<'_> {
    /// Tells a piece of the text.
    fn answers(&self, desk: &Desk, hasher: &IdHasher, piece: Piece) -> Answers {
        let (bytes, records) = match piece {
            Piece::Block { bytes, records } => (bytes, records),
            Piece::Wrong(told) => return Answers::Wrong(told),
        };
        let mut tape = Tape::new();
        let mut answers = Vec::with_capacity(records.len());
        for record in records {
            let mut teller = Teller::new(desk, self.name);
            let line = bytes.get(record.range.clone()).unwrap_or_default();
            let id = teller.record(line, self.kind, record.at, self.origin, &mut tape, |id| {
                hasher.hash(id)
            });
            let told = teller.told;
            let told = (told.untold == 0).then(|| Box::new(told));
            answers.push(Answer { record, id, told });
        }
        Answers::Block { bytes, answers }
    }

    /// Tells a record whose id another one has: in full, whatever else there is to tell.
    fn used_again(&self, desk: &Desk, bytes: &[u8], record: &Record, first: usize) -> Told {
        let desk = Desk {
            brief: false,
            ..desk.clone()
        };
        let bytes = bytes.get(record.range.clone()).unwrap_or_default();
        let mut teller = Teller::new(&desk, self.name);
        let mut tape = Tape::new();
        teller.record(bytes, self.kind, record.at, self.origin, &mut tape, |_| ());
        let document = decode(bytes)
            .ok()
            .and_then(|text| parse(text, &mut tape).ok());
        if let (Some(document), Some(report)) = (document, teller.told.proposals.first_mut()) {
            let note = Some(self.kind.first_use(first));
            let finding = duplicate_id(document, report.span.file, &report.id, None, note);
            add_duplicate(report, finding, &desk.options);
        }
        teller.told
    }
}
