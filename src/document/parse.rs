//! The fast reader: one pass over the text, straight onto the tape.
//!
//! It stops at the first byte it cannot place and says no more than where that was;
//! [`recover`](super::recover) reads the text again to find words for it. Keeping the two apart
//! is what keeps this one small enough to be fast, and iteration instead of recursion is what
//! keeps a million `[` from overflowing anything.

use super::key::{find_duplicates, hash};
use super::scan::{Escape, Unescape, escape, next_special, number};
use super::syntax_error::{SyntaxError, SyntaxErrorKind};
use super::tape::{Entry, Frame, Kind, Tape};
use super::{BOM, MAX_DEPTH};

/// Where reading stopped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop(usize);

impl Stop {
    /// The error for a stop that the recovering reader has no words for. There is no such text
    /// as far as anybody knows.
    #[cold]
    pub fn into_error(self, text: &str) -> SyntaxError {
        let mut start = self.0.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let next = text.get(start..).and_then(|rest| rest.chars().next());
        let end = start + next.map_or(0, char::len_utf8);
        SyntaxError::new(SyntaxErrorKind::Unreadable, start..end)
    }
}

/// The longest text whose offsets fit, with room for the look-ahead of the scanners.
pub(super) const MAX_LEN: usize = u32::MAX as usize - 16;

/// Reads `text` onto `tape`.
pub(super) fn read(text: &str, tape: &mut Tape) -> Result<(), Stop> {
    tape.clear();
    if text.len() > MAX_LEN {
        return Err(Stop(0));
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with(BOM) {
            BOM.len_utf8()
        } else {
            0
        },
        tape,
    };
    reader.read()?;
    if tape.duplicates.len() > 1 {
        tape.duplicates.sort_unstable_by_key(|pair| pair.1);
    }
    Ok(())
}

enum Expect {
    Value,
    FirstKey,
    FirstElement,
    After,
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tape: &'a mut Tape,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Stop> {
        let mut expect = Expect::Value;
        loop {
            expect = match expect {
                Expect::Value => self.value()?,
                Expect::FirstKey => match self.skip_space() {
                    b'}' => self.close()?,
                    b'"' => self.key()?,
                    _ => return self.stop(),
                },
                Expect::FirstElement => match self.skip_space() {
                    b']' => self.close()?,
                    _ => Expect::Value,
                },
                Expect::After => {
                    let next = self.skip_space();
                    let Some(frame) = self.tape.stack.last() else {
                        return if next == 0 { Ok(()) } else { self.stop() };
                    };
                    match (next, frame.is_object) {
                        (b',', true) => {
                            self.at += 1;
                            match self.skip_space() {
                                b'"' => self.key()?,
                                _ => return self.stop(),
                            }
                        }
                        (b',', false) => {
                            self.at += 1;
                            Expect::Value
                        }
                        (b'}', true) | (b']', false) => self.close()?,
                        _ => return self.stop(),
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn value(&mut self) -> Result<Expect, Stop> {
        let next = self.skip_space();
        if let Some(frame) = self.tape.stack.last_mut() {
            frame.count += 1;
        }
        match next {
            b'"' => {
                let start = self.at;
                let escaped = self.string()?;
                self.push(start, Kind::String, 0, escaped);
            }
            b'{' => return self.open(Kind::Object),
            b'[' => return self.open(Kind::Array),
            b'-' | b'0'..=b'9' => {
                let start = self.at;
                self.at = number(self.bytes, start).map_err(Stop)?;
                self.push(start, Kind::Number, 0, false);
            }
            b't' => self.word(b"true", Kind::True)?,
            b'f' => self.word(b"false", Kind::False)?,
            b'n' => self.word(b"null", Kind::Null)?,
            _ => return self.stop(),
        }
        Ok(Expect::After)
    }

    /// The next byte that is no white space, or 0 at the end, or 1 for a control character.
    #[inline(always)]
    fn skip_space(&mut self) -> u8 {
        loop {
            match self.bytes.get(self.at) {
                Some(&byte) if byte > b' ' => return byte,
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(_) => return 1,
                None => return 0,
            }
        }
    }

    /// Reads the string that opens here; true if it holds escapes.
    #[inline(always)]
    fn string(&mut self) -> Result<bool, Stop> {
        let mut escaped = false;
        let mut at = self.at + 1;
        loop {
            at = next_special(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(escaped);
                }
                Some(b'\\') => match escape(self.text, at) {
                    Escape::Valid(end) => {
                        escaped = true;
                        at = end;
                    }
                    _ => return Err(Stop(at)),
                },
                _ => return Err(Stop(at)),
            }
        }
    }

    /// Reads a key and its colon.
    #[inline(always)]
    fn key(&mut self) -> Result<Expect, Stop> {
        let start = self.at;
        let escaped = self.string()?;
        let hash = match self.bytes.get(start + 1..self.at - 1) {
            Some(name) if !escaped => hash(name),
            _ => self.escaped_hash(start),
        };
        self.tape.keys.push((hash, self.tape.entries.len() as u32));
        self.push(start, Kind::Key, hash, escaped);
        if self.skip_space() != b':' {
            return self.stop();
        }
        self.at += 1;
        Ok(Expect::Value)
    }

    #[cold]
    #[inline(never)]
    fn escaped_hash(&mut self, start: usize) -> u32 {
        let body = self.text.get(start + 1..self.at - 1).unwrap_or_default();
        self.tape.name.clear();
        self.tape.name.extend(Unescape::new(body));
        hash(self.tape.name.as_bytes())
    }

    #[inline(always)]
    fn word(&mut self, word: &'static [u8], kind: Kind) -> Result<(), Stop> {
        let start = self.at;
        if !self
            .bytes
            .get(start..)
            .is_some_and(|rest| rest.starts_with(word))
        {
            return self.stop();
        }
        self.at += word.len();
        self.push(start, kind, 0, false);
        Ok(())
    }

    #[inline(always)]
    fn open(&mut self, kind: Kind) -> Result<Expect, Stop> {
        if self.tape.stack.len() >= MAX_DEPTH {
            return self.stop();
        }
        self.tape.stack.push(Frame {
            node: self.tape.entries.len() as u32,
            keys_base: self.tape.keys.len() as u32,
            count: 0,
            is_object: kind == Kind::Object,
        });
        let start = self.at;
        self.at += 1;
        self.push(start, kind, 0, false);
        Ok(if kind == Kind::Object {
            Expect::FirstKey
        } else {
            Expect::FirstElement
        })
    }

    #[inline(always)]
    fn close(&mut self) -> Result<Expect, Stop> {
        let Some(frame) = self.tape.stack.pop() else {
            return self.stop();
        };
        self.at += 1;
        let Tape {
            entries,
            keys,
            duplicates,
            ..
        } = &mut *self.tape;
        if frame.is_object {
            let base = frame.keys_base as usize;
            if let Some(own) = keys.get_mut(base..) {
                find_duplicates(self.text, entries, own, duplicates);
            }
            keys.truncate(base);
        }
        let after = entries.len() as u32;
        if let Some(entry) = entries.get_mut(frame.node as usize) {
            entry.end = self.at as u32;
            entry.aux = after;
            entry.count = frame.count;
        }
        Ok(Expect::After)
    }

    #[inline(always)]
    fn push(&mut self, start: usize, kind: Kind, aux: u32, escaped: bool) {
        self.tape.entries.push(Entry {
            start: start as u32,
            end: self.at as u32,
            aux,
            count: 0,
            kind,
            escaped,
        });
    }

    #[cold]
    #[inline(never)]
    fn stop<T>(&self) -> Result<T, Stop> {
        Err(Stop(self.at))
    }
}
