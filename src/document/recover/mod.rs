//! The slow reader: reads on after a mistake, so that all of a text are shown at once.
//!
//! It builds nothing. After each mistake it goes on as if the likeliest intention had been
//! written, so that one mistake gives one error; where intentions compete it looks ahead a
//! token or a line. Structure is here, values in `value`, strings in `string`, what stands
//! between in `space`, brackets that do not match in `bracket`.

mod bracket;
mod space;
mod string;
mod value;

use std::ops::Range;

use self::space::is_odd_space;
use super::parse::MAX_LEN;
use super::syntax_error::{SyntaxError, SyntaxErrorKind, shortened};
use super::{BOM, MAX_DEPTH, MAX_SYNTAX_ERRORS};

/// The mistakes of a text by place; empty if there are none.
pub(super) fn mistakes(text: &str) -> Vec<SyntaxError> {
    let mut reader = Recovery {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with(BOM) {
            BOM.len_utf8()
        } else {
            0
        },
        stack: Vec::new(),
        last: 0..0,
        comma_excused: false,
        unopened: 0,
        end_excused: false,
        errors: Vec::new(),
    };
    if text.len() > MAX_LEN {
        reader.report(SyntaxErrorKind::TooLarge, 0..0);
    } else {
        reader.read();
    }
    reader.errors.sort_by_key(|e| (e.at.start, e.at.end));
    reader.errors.truncate(MAX_SYNTAX_ERRORS);
    reader.errors
}

/// What the next token should be.
#[derive(Clone, Copy, Debug)]
enum Expect {
    /// The first thing after an opening bracket, or its end.
    First,
    /// What follows the comma that is the last token.
    Item,
    /// A value, where nothing else can stand.
    Value,
    /// What follows an entry.
    After,
    End,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    opener: usize,
    is_object: bool,
    /// An array that was said to have names: said once.
    names_excused: bool,
}

impl Frame {
    fn close(&self) -> u8 {
        if self.is_object { b'}' } else { b']' }
    }
}

struct Recovery<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Frame>,
    /// The last token that was read as part of the document: where something missing goes.
    last: Range<usize>,
    /// The comma after this entry was swallowed by a string that was not closed.
    comma_excused: bool,
    /// How many opening braces were missing: so many closing ones may be missing too.
    unopened: usize,
    /// A comment without end hid the rest of the text.
    end_excused: bool,
    errors: Vec<SyntaxError>,
}

impl Recovery<'_> {
    fn read(&mut self) {
        let mut expect = Expect::Value;
        // Each step moves on or ends an entry, so this many always do.
        for _ in 0..=self.bytes.len().saturating_mul(4).saturating_add(16) {
            expect = match expect {
                Expect::First => self.first(),
                Expect::Item => self.item(),
                Expect::Value => self.value(),
                Expect::After => self.after(),
                Expect::End => return,
            };
            if self.errors.len() >= MAX_SYNTAX_ERRORS {
                return;
            }
        }
    }

    fn first(&mut self) -> Expect {
        match (self.skip(), self.stack.last().is_some_and(|f| f.is_object)) {
            (Some(b'}' | b']') | None, _) => Expect::After,
            (Some(b','), _) => {
                let run = self.commas();
                self.report(SyntaxErrorKind::ExtraComma, run);
                Expect::First
            }
            (Some(_), true) => self.member(),
            (Some(_), false) => Expect::Value,
        }
    }

    fn item(&mut self) -> Expect {
        let comma = self.last.clone();
        match (self.skip(), self.stack.last().is_some_and(|f| f.is_object)) {
            (Some(b'}' | b']'), _) => {
                // Another sign for a comma is no comma that must be written.
                self.errors.pop_if(|e| {
                    matches!(e.kind, SyntaxErrorKind::WrongSeparator { .. })
                        && e.at.start as usize == comma.start
                });
                self.report(SyntaxErrorKind::TrailingComma, comma);
                Expect::After
            }
            (None, _) => Expect::After,
            (Some(b','), _) => {
                let run = self.commas();
                if let Some(b'}' | b']') = self.skip() {
                    self.report(SyntaxErrorKind::TrailingComma, comma.start..run.end);
                    return Expect::After;
                }
                self.last = run.clone();
                self.report(SyntaxErrorKind::ExtraComma, run);
                Expect::Item
            }
            (Some(_), true) => self.member(),
            (Some(_), false) => Expect::Value,
        }
    }

    /// A run of commas with nothing but space between them.
    fn commas(&mut self) -> Range<usize> {
        let start = self.at;
        let mut end = start;
        while self.skip() == Some(b',') {
            self.at += 1;
            end = self.at;
        }
        start..end
    }

    /// A name, its colon, and up to its value.
    fn member(&mut self) -> Expect {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string(true),
            Some(b':') => {
                self.report(SyntaxErrorKind::MissingName, start..start + 1);
                self.accept(start + 1);
                return Expect::Value;
            }
            Some(b'{') if self.parent_is_array() => {
                self.unclosed_before(1);
                return Expect::Value;
            }
            Some(b'{' | b'[') => {
                self.report(SyntaxErrorKind::MissingName, start..start + 1);
                return Expect::Value;
            }
            _ if self.wrong_quotes() => {}
            _ => {
                if let Some(number) = self.grouped_number() {
                    self.accept(number);
                    return Expect::After;
                }
                let Some(end) = self.bare_end(true) else {
                    return self.unexpected();
                };
                self.accept(end);
                let named = matches!(self.skip(), Some(b':' | b'=')) || self.wide_separator(':');
                let text = self.text.get(start..end).unwrap_or_default();
                if !named {
                    if !self.continues_text(start, end) {
                        self.report(SyntaxErrorKind::MissingName, start..end);
                    }
                    return Expect::After;
                }
                let name = shortened(text.trim_end_matches('"'));
                self.report(SyntaxErrorKind::UnquotedName { name }, start..end);
            }
        }
        self.colon()
    }

    fn colon(&mut self) -> Expect {
        let name_end = self.last.end;
        // A name without a closing quote may have swallowed what should follow it.
        let excused = std::mem::take(&mut self.comma_excused);
        let next = self.skip();
        let no_value = match next {
            None | Some(b'}' | b']') => true,
            Some(b'"') => self.is_name(self.at),
            Some(b',') => {
                let value = self.space_end(self.at + 1);
                let between = self.text.get(self.at..value).unwrap_or_default();
                matches!(self.bytes.get(value), None | Some(b'}' | b']' | b','))
                    || between.contains('\n')
                    || self.is_name(value)
            }
            _ => false,
        };
        if no_value {
            let is_element = next == Some(b']') && self.closes_nothing();
            if next.is_some() && !excused && !is_element {
                self.report(SyntaxErrorKind::MissingValue, name_end..name_end);
            }
            self.comma_excused = true;
            return Expect::After;
        }
        match next {
            Some(b':') => self.accept(self.at + 1),
            Some(b',') => self.wrong_separator(self.at + 1, ':'),
            Some(b'=') => {
                let arrow = self.bytes.get(self.at + 1) == Some(&b'>');
                self.wrong_separator(self.at + if arrow { 2 } else { 1 }, ':');
            }
            _ if self.wide_separator(':') => {
                let end = self.at + self.next_char().map_or(0, char::len_utf8);
                self.wrong_separator(end, ':');
            }
            _ if excused => {}
            _ => self.report(SyntaxErrorKind::MissingColon, name_end..name_end),
        }
        Expect::Value
    }

    fn after(&mut self) -> Expect {
        let next = self.skip();
        let excused = std::mem::take(&mut self.comma_excused);
        let Some(frame) = self.stack.last().copied() else {
            return self.after_root(next);
        };
        let here = self.at;
        match next {
            None => {
                if !self.end_excused && self.stack.len() > self.unopened {
                    self.unclosed_at_end();
                }
                Expect::End
            }
            Some(b',') => {
                self.accept(here + 1);
                Expect::Item
            }
            Some(close @ (b'}' | b']')) => {
                self.close(close);
                Expect::After
            }
            Some(b';' | b'|') => {
                self.wrong_separator(here + 1, ',');
                Expect::Item
            }
            Some(_) if self.wide_separator(',') => {
                let end = here + self.next_char().map_or(0, char::len_utf8);
                self.wrong_separator(end, ',');
                Expect::Item
            }
            Some(b':') if !frame.is_object => self.name_in_array(),
            Some(b':') if self.last_is_string() => self.missing_opening(),
            Some(b':') => {
                self.report(SyntaxErrorKind::Unexpected { found: ':' }, here..here + 1);
                self.accept(here + 1);
                Expect::Value
            }
            Some(b'{' | b'[') if frame.is_object => self.member(),
            Some(_) if !self.starts_entry() => self.unexpected(),
            Some(_) => {
                if !excused {
                    let end = self.last.end;
                    self.report(SyntaxErrorKind::MissingComma, end..end);
                }
                if frame.is_object {
                    self.member()
                } else {
                    Expect::Value
                }
            }
        }
    }

    fn after_root(&mut self, next: Option<u8>) -> Expect {
        let here = self.at;
        match next {
            None => Expect::End,
            Some(close @ (b'}' | b']')) => {
                let found = char::from(close);
                self.report(SyntaxErrorKind::StrayClose { found }, here..here + 1);
                self.at += 1;
                Expect::After
            }
            Some(b':') if self.last_is_string() => self.missing_opening(),
            Some(b',') if self.space_end(here + 1) >= self.bytes.len() => {
                self.report(SyntaxErrorKind::TrailingComma, here..here + 1);
                Expect::End
            }
            Some(_) => {
                let end = here + self.next_char().map_or(0, char::len_utf8);
                self.report(SyntaxErrorKind::TrailingData, here..end);
                Expect::End
            }
        }
    }

    /// The string that was read as a value turns out to be a name: a brace is missing before it.
    fn missing_opening(&mut self) -> Expect {
        let opener = self.last.start;
        self.report(SyntaxErrorKind::MissingOpening, opener..opener);
        if self.stack.len() >= MAX_DEPTH {
            return Expect::End;
        }
        self.unopened += 1;
        self.stack.push(Frame {
            opener,
            is_object: true,
            names_excused: true,
        });
        self.colon()
    }

    fn last_is_string(&self) -> bool {
        self.bytes.get(self.last.start) == Some(&b'"')
    }

    fn open(&mut self, is_object: bool) -> Expect {
        let opener = self.at;
        if self.stack.len() >= MAX_DEPTH {
            let enclosing = self.bracket();
            self.errors.push(
                SyntaxError::new(SyntaxErrorKind::TooDeep, opener..opener + 1)
                    .with_opener(enclosing),
            );
            return Expect::End;
        }
        self.stack.push(Frame {
            opener,
            is_object,
            names_excused: false,
        });
        self.accept(opener + 1);
        Expect::First
    }

    /// Reports what cannot stand here and passes over it: up to space or structure.
    fn unexpected(&mut self) -> Expect {
        let start = self.at;
        if let Some(found) = self.next_char() {
            let mut end = start + found.len_utf8();
            while let Some(c) = self.char_at(end) {
                if c.is_whitespace() || is_odd_space(c) || "{}[],:\"'#/".contains(c) {
                    break;
                }
                end += c.len_utf8();
            }
            self.report(SyntaxErrorKind::Unexpected { found }, start..end);
            self.at = end;
        }
        self.comma_excused = true;
        Expect::After
    }

    fn wrong_separator(&mut self, end: usize, write: char) {
        let found = self.text.get(self.at..end).unwrap_or_default().to_owned();
        self.report(
            SyntaxErrorKind::WrongSeparator { found, write },
            self.at..end,
        );
        self.accept(end);
    }

    /// Whether the East Asian form of a separator stands here.
    fn wide_separator(&self, separator: char) -> bool {
        match self.next_char() {
            Some('：') => separator == ':',
            Some('，' | '、' | '；') => separator == ',',
            _ => false,
        }
    }

    fn accept(&mut self, end: usize) {
        self.last = self.at..end;
        self.at = end;
    }

    fn report(&mut self, kind: SyntaxErrorKind, at: Range<usize>) {
        self.errors.push(SyntaxError::new(kind, at));
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next_char(&self) -> Option<char> {
        self.char_at(self.at)
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }
}
