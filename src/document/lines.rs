//! Files with one JSON value a line (NDJSON, JSON Lines).
//!
//! Only cuts the text up; each record is read with [`parse`](super::parse) like any other text.

use super::BOM;

/// One line that is not blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Counted from 1, blank lines included.
    pub line: usize,
    /// Where the line starts in the text, in bytes. Not 32 bits: a file of small records may be
    /// larger than any one record.
    pub offset: usize,
    /// The line without its end (`\n` or `\r\n`).
    pub text: &'a str,
}

/// The records of a text; made by [`records`].
#[derive(Clone, Debug)]
pub struct Records<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

/// The lines of a text that hold something.
pub fn records(text: &str) -> Records<'_> {
    Records {
        text,
        offset: 0,
        line: 0,
    }
}

/// Whether a text that is not one JSON value looks like one value a line: its first two lines
/// that hold something each start with `{`, and the first ends with `}`.
pub fn looks_like_records(text: &str) -> bool {
    let mut records = records(text).map(|r| r.text.trim_start_matches(BOM).trim());
    let first = records.next().unwrap_or_default();
    let second = records.next().unwrap_or_default();
    first.starts_with('{') && first.ends_with('}') && second.starts_with('{')
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        loop {
            let rest = self
                .text
                .get(self.offset..)
                .filter(|rest| !rest.is_empty())?;
            let (line, next) = match rest.split_once('\n') {
                Some((line, _)) => (line, line.len() + 1),
                None => (rest, rest.len()),
            };
            let offset = self.offset;
            self.offset += next;
            self.line += 1;
            let text = line.strip_suffix('\r').unwrap_or(line);
            if text.chars().any(|c| !matches!(c, ' ' | '\t' | '\r' | BOM)) {
                return Some(Record {
                    line: self.line,
                    offset,
                    text,
                });
            }
        }
    }
}

impl std::iter::FusedIterator for Records<'_> {}
