//! A list of proposals that is too long to be held as a whole, in blocks of elements.
//!
//! Only what stands between the elements is read here; an element is read as a record of its own. So
//! a mistake inside one costs one, and a mistake between two is told and passed over.

use super::lines::{Next, Pieces};
use super::records::{BLOCK, Kind, LONGEST, Piece, Record};
use super::tell::{syntax_problem, text_label};
use super::text::START;
use super::told::Told;
use super::{Origin, Run};
use crate::document::{SyntaxError, SyntaxErrorKind, decode};
use crate::finding::{Problem, Severity};
use crate::source::{Position, SourceFile, Span};
use memchr::{memchr, memchr_iter, memchr3, memrchr};
use std::io;

/// Bytes of the text that are shown around a mistake between elements.
const AROUND: usize = 120;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether a text, of which this is the beginning, is a list.
pub fn starts_list(text: &[u8]) -> bool {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    text.trim_ascii_start().starts_with(b"[")
}

impl Run<'_> {
    /// Checks a list of proposals, which comes in pieces of any size, element by element.
    ///
    /// # Errors
    ///
    /// Why the text could not be read to its end: the elements that came whole were checked.
    pub fn check_elements<'n>(
        &mut self,
        name: &str,
        origin: Origin,
        next: &'n mut Next<'n>,
    ) -> io::Result<()> {
        let mut text = Pieces::new(next, self.digests);
        let mut elements = Elements {
            name,
            waiting: Vec::new(),
            at: 0,
            state: State::Head,
            depth: 0,
            start: 0,
            records: Vec::new(),
            number: 0,
            counted: 0,
            place: START,
            ended: false,
        };
        self.check_records(name, Kind::Element, origin, || elements.next(&mut text));
        self.end_of(name, text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the opening bracket.
    Head,
    /// An element is next; or the end of the list, if nothing stood before.
    First,
    /// An element is next.
    Value,
    /// In an object or a list.
    Inside,
    /// In a text; whether that is inside an object or a list says the depth.
    Text,
    /// After a backslash in a text.
    Escape,
    /// In a number or a word.
    Word,
    /// A comma is next, or the end of the list.
    After,
    /// After the end of the list.
    Tail,
    /// After something that follows the list, which was told.
    Done,
}

/// A text cut into blocks of elements.
struct Elements<'n> {
    name: &'n str,
    /// What has come of the block that is next.
    waiting: Vec<u8>,
    /// How far it was looked at.
    at: usize,
    state: State,
    /// How many brackets are open in the element.
    depth: usize,
    /// Where the element starts that is looked at.
    start: usize,
    /// Those of the block that are whole.
    records: Vec<Record>,
    /// Elements so far.
    number: usize,
    /// How far lines and columns are counted, and what they are there.
    counted: usize,
    place: Position,
    ended: bool,
}

impl Elements<'_> {
    fn next(&mut self, text: &mut Pieces) -> Option<Piece> {
        loop {
            while self.at < self.waiting.len() {
                if let Some(wrong) = self.scan() {
                    return Some(wrong);
                }
            }
            let whole = self.records.last().map_or(0, |last| last.range.end);
            if !self.records.is_empty() && (whole >= BLOCK || self.ended) {
                return Some(self.block());
            }
            if self.ended {
                return None;
            }
            if self.in_element() && self.waiting.len() - self.start > LONGEST {
                return Some(match self.records.is_empty() {
                    true => self.too_long(),
                    false => self.block(),
                });
            }
            self.forget();
            if !text.read(&mut self.waiting) {
                self.ended = true;
                if !text.broke_off() {
                    let wrong = self.end();
                    if wrong.is_some() {
                        return wrong;
                    }
                }
            }
        }
    }

    /// Looks at what has come, up to its end or the next thing that is wrong.
    fn scan(&mut self) -> Option<Piece> {
        while let Some(byte) = self.waiting.get(self.at).copied() {
            self.at += 1;
            match (self.state, byte) {
                (State::Text, _) => {
                    let rest = self.waiting.get(self.at - 1..).unwrap_or_default();
                    // No text runs over several lines: one without an end costs a line.
                    match memchr3(b'"', b'\\', b'\n', rest) {
                        None => self.at = self.waiting.len(),
                        Some(far) => {
                            self.at += far;
                            match rest.get(far) {
                                Some(b'\\') => self.state = State::Escape,
                                _ if self.depth == 0 => self.element(self.at),
                                _ => self.state = State::Inside,
                            }
                        }
                    }
                }
                (State::Escape, _) => self.state = State::Text,
                (State::Inside, b'"') => self.state = State::Text,
                (State::Inside, b'{' | b'[') => self.depth += 1,
                (State::Inside, b'}' | b']') => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.element(self.at);
                    }
                }
                (State::Inside, _) => {}
                (State::Word, b',' | b']' | b' ' | b'\t' | b'\r' | b'\n') => {
                    self.at -= 1;
                    self.element(self.at);
                }
                (State::Word, _) => {}
                (_, b' ' | b'\t' | b'\r' | b'\n') => {}
                (State::Head, b'[') => {
                    self.state = State::First;
                    if self.waiting.starts_with(BOM) {
                        return Some(self.mark());
                    }
                }
                (State::Head, _) => {}
                (State::First, b']') | (State::After, b']') => self.state = State::Tail,
                (State::Value, b']') => {
                    self.state = State::Tail;
                    let comma = self.last_comma();
                    return Some(self.wrong(SyntaxErrorKind::TrailingComma, comma, 1));
                }
                (State::First | State::Value, b',') => {
                    return Some(self.wrong(SyntaxErrorKind::ExtraComma, self.at - 1, 1));
                }
                (State::First | State::Value, b'}') => {
                    let kind = SyntaxErrorKind::StrayClose { found: '}' };
                    return Some(self.wrong(kind, self.at - 1, 1));
                }
                (State::After, b',') => self.state = State::Value,
                (State::After, b'}') => {
                    let kind = SyntaxErrorKind::StrayClose { found: '}' };
                    return Some(self.wrong(kind, self.at - 1, 1));
                }
                (State::After, _) => {
                    // What comes is read as the next element.
                    self.at -= 1;
                    self.state = State::Value;
                    let end = self.records.last().map_or(self.at, |last| last.range.end);
                    return Some(self.wrong(SyntaxErrorKind::MissingComma, end, 0));
                }
                (State::Tail, _) => {
                    self.state = State::Done;
                    return Some(self.wrong(SyntaxErrorKind::TrailingData, self.at - 1, 1));
                }
                (State::Done, _) => self.at = self.waiting.len(),
                (State::First | State::Value, _) => {
                    self.start = self.at - 1;
                    self.depth = 0;
                    match byte {
                        b'{' | b'[' => {
                            self.depth = 1;
                            self.state = State::Inside;
                        }
                        b'"' => self.state = State::Text,
                        _ => self.state = State::Word,
                    }
                }
            }
            // Enough for a block.
            if self.state == State::After && self.at >= BLOCK && !self.records.is_empty() {
                return Some(self.block());
            }
        }
        None
    }

    /// The mark that some editors put in front of a text.
    fn mark(&self) -> Piece {
        let mut told = Told::default();
        let file = told.add(SourceFile::new(self.name, "\u{feff}["));
        told.problems.push(Problem {
            severity: Severity::Warning,
            code: "byte-order-mark".to_owned(),
            path: self.name.to_owned(),
            message: "the file starts with a byte-order mark".to_owned(),
            help: Some("save the file as UTF-8 without byte-order mark".to_owned()),
            labels: vec![text_label(Span::new(file, 0..3), "invisible mark")],
        });
        Piece::Wrong(told)
    }

    fn in_element(&self) -> bool {
        use State::{Escape, Inside, Text, Word};
        matches!(self.state, Inside | Text | Escape | Word)
    }

    /// The element that was looked at ends here.
    fn element(&mut self, end: usize) {
        self.state = State::After;
        self.number += 1;
        // What stands before it on its line belongs to it, if that is nothing but space.
        let before = self
            .waiting
            .get(self.counted..self.start)
            .unwrap_or_default();
        let space = before
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b' ' | b'\t'));
        let space = space.count();
        let start = match before
            .len()
            .checked_sub(space + 1)
            .and_then(|at| before.get(at))
        {
            Some(b'\n') => self.start - space,
            _ => self.start,
        };
        let record = Record {
            range: start..end,
            at: self.position(start),
            number: self.number,
        };
        self.records.push(record);
    }

    /// Lines and columns at a byte of what waits; they are counted once.
    fn position(&mut self, at: usize) -> Position {
        let text = self.waiting.get(self.counted..at).unwrap_or_default();
        let mut after = text;
        if let Some(last) = memrchr(b'\n', text) {
            self.place.line += memchr_iter(b'\n', text).count();
            self.place.column = 1;
            after = text.get(last + 1..).unwrap_or_default();
        }
        if self.place == START {
            after = after.strip_prefix(BOM).unwrap_or(after);
        }
        // Bytes that do not continue a character.
        self.place.column += after.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.counted = at;
        self.place
    }

    /// What waits up to the end of the last whole element.
    fn block(&mut self) -> Piece {
        let end = self.records.last().map_or(0, |last| last.range.end);
        self.position(end);
        let rest = self.waiting.split_off(end);
        let bytes = std::mem::replace(&mut self.waiting, rest);
        self.counted = 0;
        self.at -= end;
        self.start = self.start.saturating_sub(end);
        let records = std::mem::take(&mut self.records);
        Piece::Block { bytes, records }
    }

    /// Forgets what stands before the element that is next, of which nothing is to be told.
    fn forget(&mut self) {
        if !self.records.is_empty() || self.in_element() || self.at < BLOCK {
            return;
        }
        // The last bytes may hold a comma that is one too many.
        let end = self.at - AROUND;
        self.position(end);
        self.waiting.drain(..end);
        self.counted = 0;
        self.at -= end;
    }

    fn last_comma(&self) -> usize {
        let before = self.waiting.get(..self.at - 1).unwrap_or_default();
        memrchr(b',', before).unwrap_or(self.at - 1)
    }

    /// The text ends here.
    fn end(&mut self) -> Option<Piece> {
        if self.in_element() {
            // It has no end, or is a word that nothing follows: its own text tells.
            let end = self.waiting.len();
            self.element(end);
            self.state = State::Tail;
            return None;
        }
        if matches!(self.state, State::Tail | State::Done) {
            return None;
        }
        let kind = SyntaxErrorKind::Unclosed {
            write: "]".to_owned(),
        };
        Some(self.wrong(kind, self.waiting.len(), 0))
    }

    fn too_long(&mut self) -> Piece {
        let kind = SyntaxErrorKind::Unclosed {
            write: "}".to_owned(),
        };
        let wrong = self.wrong(kind, self.start, 1);
        self.ended = true;
        self.waiting.clear();
        self.at = 0;
        wrong
    }

    /// Something that is wrong at a byte of what waits, which is not before what was counted.
    fn wrong(&mut self, kind: SyntaxErrorKind, at: usize, length: usize) -> Piece {
        let before = self.waiting.get(..at).unwrap_or_default();
        let line = memrchr(b'\n', before).map_or(0, |end| end + 1);
        let from = boundary(&self.waiting, line.max(at.saturating_sub(AROUND)));
        let from = from.max(self.counted);
        let after = self.waiting.get(at..).unwrap_or_default();
        let end = memchr(b'\n', after).unwrap_or(after.len());
        let to = boundary(&self.waiting, at + end.min(AROUND));
        let place = self.position(from);
        let text = self.waiting.get(from..to).unwrap_or_default();
        let text = decode(text).unwrap_or_default();
        let end = (at - from + length).min(text.len());
        let error = SyntaxError::new(kind, (at - from).min(end)..end);
        let mut told = Told::default();
        let file = told.add(SourceFile::excerpt(self.name, text, place));
        told.problems.push(syntax_problem(self.name, file, &error));
        Piece::Wrong(told)
    }
}

/// The start of the character that a byte belongs to.
fn boundary(text: &[u8], at: usize) -> usize {
    let starts = |at: &usize| text.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80);
    (0..=at.min(text.len())).rev().find(starts).unwrap_or(0)
}
