//! Texts with a proposal a line, in blocks of whole lines.

use super::records::{BLOCK, Kind, LONGEST, Piece, Record};
use super::told::Told;
use super::{Origin, Run};
use crate::finding::{Problem, Severity};
use crate::source::Position;
use memchr::{memchr_iter, memrchr};
use sha2::{Digest, Sha256};
use std::io;

/// What gives the next piece of a text, of any size; `None` at its end.
pub type Next<'n> = dyn FnMut() -> Option<io::Result<Vec<u8>>> + 'n;

impl Run<'_> {
    /// Checks a text with a proposal a line, which comes in pieces of any size.
    ///
    /// # Errors
    ///
    /// Why the text could not be read to its end: the lines that came whole were checked.
    pub fn check_lines(&mut self, name: &str, origin: Origin, next: &mut Next) -> io::Result<()> {
        let mut text = Pieces::new(next, self.digests);
        let mut lines = Lines {
            name,
            waiting: Vec::new(),
            line: 1,
            too_long: false,
            ended: false,
        };
        self.check_records(name, Kind::Line, origin, || lines.next(&mut text));
        self.end_of(name, text)
    }

    /// Adds a text that came in pieces to the inputs; why it could not be read to its end.
    pub(super) fn end_of(&mut self, name: &str, text: Pieces) -> io::Result<()> {
        if let Some(digest) = text.digest {
            self.add_input(name, &digest.finalize());
        }
        text.failure.map_or(Ok(()), Err)
    }

    /// Checks a text with a proposal a line that is at hand as a whole.
    pub(super) fn check_bytes_by_line(&mut self, name: &str, bytes: &[u8], origin: Origin) {
        let mut pieces = bytes.chunks(BLOCK).map(|piece| Ok(piece.to_vec()));
        // Bytes at hand can be read to their end.
        let _ = self.check_lines(name, origin, &mut || pieces.next());
    }
}

/// The pieces of a text as they come.
pub(super) struct Pieces<'n> {
    next: &'n mut Next<'n>,
    digest: Option<Sha256>,
    failure: Option<io::Error>,
}

impl<'n> Pieces<'n> {
    pub(super) fn new(next: &'n mut Next<'n>, digest: bool) -> Self {
        Self {
            next,
            digest: digest.then(Sha256::new),
            failure: None,
        }
    }

    /// Adds the next piece to `text`; whether there was one.
    pub(super) fn read(&mut self, text: &mut Vec<u8>) -> bool {
        match (self.next)() {
            Some(Ok(piece)) => {
                if let Some(digest) = &mut self.digest {
                    digest.update(&piece);
                }
                text.extend_from_slice(&piece);
                true
            }
            Some(Err(error)) => {
                self.failure = Some(error);
                false
            }
            None => false,
        }
    }

    /// Whether it could not be read to its end.
    pub(super) fn broke_off(&self) -> bool {
        self.failure.is_some()
    }
}

/// A text cut into blocks of lines.
struct Lines<'n> {
    name: &'n str,
    /// What has come of the block that is next.
    waiting: Vec<u8>,
    /// The number of its first line.
    line: usize,
    /// Whether the line that waits is too long to be kept, which was told.
    too_long: bool,
    ended: bool,
}

impl Lines<'_> {
    fn next(&mut self, text: &mut Pieces) -> Option<Piece> {
        while !self.ended {
            let old = self.waiting.len();
            self.ended = !text.read(&mut self.waiting);
            let new = self.waiting.get(old..).unwrap_or_default();
            let end = match memrchr(b'\n', new) {
                _ if self.ended && !text.broke_off() => self.waiting.len(),
                Some(at) if self.waiting.len() >= BLOCK || self.too_long => old + at + 1,
                // The last line of a text that broke off is not whole.
                _ if self.ended => memrchr(b'\n', &self.waiting).map_or(0, |at| at + 1),
                None if self.waiting.len() > LONGEST => {
                    self.waiting.clear();
                    if !std::mem::replace(&mut self.too_long, true) {
                        return Some(Piece::Wrong(self.told_too_long()));
                    }
                    continue;
                }
                _ => continue,
            };
            let rest = self.waiting.split_off(end);
            let bytes = std::mem::replace(&mut self.waiting, rest);
            let records = self.records(&bytes);
            return Some(Piece::Block { bytes, records });
        }
        None
    }

    /// The lines of a block that are not blank.
    fn records(&mut self, bytes: &[u8]) -> Vec<Record> {
        let mut records = Vec::new();
        let mut start = 0;
        let ends =
            memchr_iter(b'\n', bytes).chain((!bytes.ends_with(b"\n")).then_some(bytes.len()));
        for end in ends {
            let line = bytes.get(start..end).unwrap_or_default();
            let text = line.strip_suffix(b"\r").unwrap_or(line);
            let blank = text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
            // The end of a line that was too long is no line.
            if !std::mem::take(&mut self.too_long) && !blank {
                records.push(Record {
                    range: start..start + text.len(),
                    at: Position {
                        line: self.line,
                        column: 1,
                    },
                    number: self.line,
                });
            }
            start = end + 1;
            self.line += 1;
        }
        records
    }

    fn told_too_long(&self) -> Told {
        let line = self.line;
        let problem = Problem {
            severity: Severity::Error,
            code: "record-too-long".to_owned(),
            path: self.name.to_owned(),
            message: format!("line {line} is longer than 128 MiB, so it was not checked"),
            help: Some("a proposal a line is far smaller; is a line end missing?".to_owned()),
            labels: Vec::new(),
        };
        Told {
            problems: vec![problem],
            ..Told::default()
        }
    }
}
