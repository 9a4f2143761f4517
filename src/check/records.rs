//! Texts of many records: told by several threads, a block at a time, in order, in memory that does not
//! grow with the text.

use super::ids::{IdHasher, Ids, MOST_IDS};
use super::quiet::Quiet;
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
pub(super) const LONGEST: usize = 128 << 20;

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
enum Answers<'a> {
    Block {
        bytes: Vec<u8>,
        answers: Vec<Answer>,
        quiet: Quiet<'a>,
    },
    Wrong(Told),
}

struct Answer {
    record: Record,
    /// The hash of its id.
    id: Option<u64>,
    told: Said,
}

enum Said {
    Told(Box<Told>),
    /// There is nothing to tell; of which kind it is.
    Quiet(usize),
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
            Answers::Block {
                bytes,
                answers,
                mut quiet,
            } => {
                for answer in answers {
                    let Answer { record, id, told } = answer;
                    let told = match (&mut held, told) {
                        (Some(others), Said::Told(told)) if told.is_other() => {
                            others.push(*told);
                            others.truncate(MOST_HELD);
                            continue;
                        }
                        (_, told) => told,
                    };
                    let others = held.take().into_iter().flatten();
                    others.for_each(|other| self.take_in(other));
                    let first = id.and_then(|id| ids.used(id, record.number));
                    match (first, told) {
                        (Some(first), told) => {
                            if let Said::Quiet(kind) = told {
                                quiet.forget(kind);
                            }
                            self.take_in(text.used_again(&desk, &bytes, &record, first));
                        }
                        (None, Said::Told(told)) => self.take_in(*told),
                        (None, Said::Quiet(_)) => {}
                    }
                }
                self.take_in_quiet(name, &quiet);
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
    fn answers<'a>(&self, desk: &Desk<'a>, hasher: &IdHasher, piece: Piece) -> Answers<'a> {
        let (bytes, records) = match piece {
            Piece::Block { bytes, records } => (bytes, records),
            Piece::Wrong(told) => return Answers::Wrong(told),
        };
        let mut tape = Tape::new();
        let mut answers = Vec::with_capacity(records.len());
        let mut teller = Teller::new(desk, self.name);
        for record in records {
            teller.before = record.number - 1;
            teller.last_quiet = None;
            let line = bytes.get(record.range.clone()).unwrap_or_default();
            let id = teller.record(line, self.kind, record.at, self.origin, &mut tape, |id| {
                hasher.hash(id)
            });
            let told = std::mem::take(&mut teller.told);
            let told = match teller.last_quiet {
                Some(kind) => Said::Quiet(kind),
                None => Said::Told(Box::new(told)),
            };
            answers.push(Answer { record, id, told });
        }
        Answers::Block {
            bytes,
            answers,
            quiet: teller.quiet,
        }
    }

    /// Tells a record whose id another one has: in full, whatever else there is to tell.
    fn used_again(&self, desk: &Desk, bytes: &[u8], record: &Record, first: usize) -> Told {
        let desk = Desk {
            brief_from: None,
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
