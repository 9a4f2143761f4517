//! Closing brackets that are missing, wrong or too many.
//!
//! A closing bracket that does not fit may mean three things. Which, is told by what follows:
//! a name after a comma needs an object around it, another value an array.

use super::super::scan::next_special;
use super::super::syntax_error::{SyntaxError, SyntaxErrorKind};
use super::{Expect, Frame, Recovery};

impl Recovery<'_> {
    /// Closes what the bracket here closes.
    pub(super) fn close(&mut self, close: u8) {
        let here = self.at;
        let Some(top) = self.stack.last().copied() else {
            return;
        };
        if close == top.close() {
            self.stack.pop();
            self.accept(here + 1);
            return;
        }
        if top.names_excused && !top.is_object {
            // The end of the object that the array should have been or held.
            self.at += 1;
            return;
        }
        let found = char::from(close);
        let below = |n: usize| self.stack.iter().rev().nth(n).copied();
        // How many containers inside of the one it fits.
        let inner = self
            .stack
            .iter()
            .rev()
            .position(|frame| frame.close() == close);
        let missing = inner.filter(|n| self.fits(below(n + 1)));
        let stray = missing.is_none() && self.fits(Some(top));
        let wrong = missing.is_none() && self.fits(below(1));
        // Either may be meant: then the rest of the text tells how much is still open.
        if stray && (!wrong || self.closed_by_rest() >= self.stack.len()) {
            self.report(SyntaxErrorKind::StrayClose { found }, here..here + 1);
            self.at += 1;
            return;
        }
        match missing.or(inner) {
            Some(count) if !wrong => self.unclosed_before(count),
            _ => {
                let write = char::from(top.close());
                self.report(SyntaxErrorKind::WrongClose { found, write }, here..here + 1);
            }
        }
        self.stack.pop();
        self.accept(here + 1);
    }

    /// Whether the bracket here belongs to an opening one that is missing: without it the text
    /// would go on well.
    pub(super) fn closes_nothing(&self) -> bool {
        self.fits(self.stack.last().copied())
    }

    /// Whether the text goes on after the bracket here as it would inside of `frame`.
    fn fits(&self, frame: Option<Frame>) -> bool {
        let next = self.blank_end(self.at + 1);
        match (self.bytes.get(next), frame) {
            (None, None) => true,
            (Some(b','), Some(frame)) => {
                let named = self.looks_named(self.blank_end(next + 1));
                named.is_none_or(|named| named == frame.is_object)
            }
            (Some(&close), Some(frame)) => close == frame.close(),
            _ => false,
        }
    }

    /// Whether the entry at `at` has a name, however badly written; none if that is open.
    fn looks_named(&self, at: usize) -> Option<bool> {
        let rest = self.text.get(at..).unwrap_or_default();
        let line_or_entry = rest.split(['\n', ',', '{', '}', '[', ']']).next();
        let has_separator = line_or_entry.is_some_and(|head| head.contains([':', '=', '：']));
        match self.bytes.get(at) {
            None | Some(b'}' | b']' | b',') => None,
            Some(b'"') => match self.string_end(at) {
                None => Some(has_separator),
                Some(end) => match self.bytes.get(self.blank_end(end)) {
                    None | Some(b'}' | b']' | b',') => None,
                    Some(_) => Some(true),
                },
            },
            Some(_) => Some(has_separator),
        }
    }

    /// Reports that the innermost `count` containers should have ended before this place, and
    /// ends them.
    pub(super) fn unclosed_before(&mut self, count: usize) {
        let after_comma = self.bytes.get(self.last.start) == Some(&b',');
        // A comma that was read on the way here belongs behind the missing bracket.
        let end = if after_comma {
            self.last.start
        } else {
            self.last.end
        };
        let end = self.text.get(..end).unwrap_or_default().trim_end().len();
        let opener = self.bracket();
        let mut write = String::new();
        for _ in 0..count {
            write.extend(self.stack.pop().map(|frame| char::from(frame.close())));
        }
        self.errors.push(
            SyntaxError::new(SyntaxErrorKind::Unclosed { write }, end..end).with_opener(opener),
        );
    }

    pub(super) fn unclosed_at_end(&mut self) {
        let count = self.stack.len() - self.unopened;
        let end = self.last.end;
        self.unclosed_before(count);
        // At the end of the text a last comma stays where it is.
        if let Some(error) = self.errors.last_mut() {
            error.at = end as u32..end as u32;
        }
    }

    /// The innermost opening bracket that is really there.
    pub(super) fn bracket(&self) -> Option<usize> {
        let mut openers = self.stack.iter().rev().map(|frame| frame.opener);
        openers.find(|&at| matches!(self.bytes.get(at), Some(b'{' | b'[')))
    }

    /// How many containers that are open here the rest of the text closes.
    fn closed_by_rest(&self) -> usize {
        let (mut at, mut inside, mut closed) = (self.at + 1, 0usize, 0);
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'{' | b'[' => inside += 1,
                b'}' | b']' if inside > 0 => inside -= 1,
                b'}' | b']' => closed += 1,
                _ => {}
            }
            at = self.string_end(at).unwrap_or(at + 1);
        }
        closed
    }

    pub(super) fn parent_is_array(&self) -> bool {
        let parent = self.stack.iter().rev().nth(1);
        parent.is_some_and(|frame| !frame.is_object)
    }

    /// A colon after an element: the array was not closed, or should be an object.
    pub(super) fn name_in_array(&mut self) -> Expect {
        let name = self.last.clone();
        let is_string = self.bytes.get(name.start) == Some(&b'"');
        let parent = self.stack.iter().rev().nth(1).copied();
        let before = self.text.get(..name.start).unwrap_or_default().trim_end();
        let after_comma = before.ends_with(',');
        let excused = self.stack.last().is_some_and(|frame| frame.names_excused);
        if is_string && after_comma && !excused && parent.is_some_and(|frame| frame.is_object) {
            self.last = before.len() - 1..before.len();
            self.unclosed_before(1);
        } else if !excused {
            self.report(SyntaxErrorKind::NamesInList, name.start..self.at + 1);
            if let Some(frame) = self.stack.last_mut() {
                frame.names_excused = true;
            }
        }
        self.accept(self.at + 1);
        Expect::Value
    }

    /// Whether a string and a colon stand at `at`.
    pub(super) fn is_name(&self, at: usize) -> bool {
        let end = self.string_end(at).map(|end| self.space_end(end));
        end.is_some_and(|end| self.bytes.get(end) == Some(&b':'))
    }

    /// The end of the string that starts at `at`, if one does and ends on its line.
    fn string_end(&self, at: usize) -> Option<usize> {
        if self.bytes.get(at) != Some(&b'"') {
            return None;
        }
        let mut end = next_special(self.bytes, at + 1);
        while self.bytes.get(end) == Some(&b'\\') {
            end = next_special(self.bytes, end + 2);
        }
        (self.bytes.get(end) == Some(&b'"')).then_some(end + 1)
    }
}
