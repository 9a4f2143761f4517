//! What stands between tokens: white space, and comments and odd spaces, which are mistakes.

use super::super::syntax_error::SyntaxErrorKind;
use super::super::{BOM, MAX_SYNTAX_ERRORS};
use super::Recovery;

impl Recovery<'_> {
    /// Skips white space, and what people take for it, and returns what follows.
    pub(super) fn skip(&mut self) -> Option<u8> {
        loop {
            self.at = self.space_end(self.at);
            let start = self.at;
            if let Some(end) = self.comment_end(start) {
                self.report(SyntaxErrorKind::Comment, start..end);
                let comment = self.text.get(start..end).unwrap_or_default();
                self.end_excused =
                    comment.starts_with("/*") && (comment.len() < 4 || !comment.ends_with("*/"));
                self.at = end;
            } else if let Some(found) = self.next_char().filter(|c| is_odd_space(*c)) {
                let mut end = start;
                while self.char_at(end).is_some_and(is_odd_space) {
                    end += self.char_at(end).map_or(1, char::len_utf8);
                }
                self.report(SyntaxErrorKind::OddSpace { found }, start..end);
                self.at = end;
            } else {
                return self.peek();
            }
            if self.errors.len() >= MAX_SYNTAX_ERRORS {
                return self.peek();
            }
        }
    }

    /// The end of the white space at `at`.
    pub(super) fn space_end(&self, mut at: usize) -> usize {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(at) {
            at += 1;
        }
        at
    }

    /// Like [`space_end`](Self::space_end), past comments too.
    pub(super) fn blank_end(&self, mut at: usize) -> usize {
        loop {
            at = self.space_end(at);
            match self.comment_end(at) {
                Some(end) => at = end,
                None => return at,
            }
        }
    }

    /// The end of the comment at `start`, if one stands there.
    pub(super) fn comment_end(&self, start: usize) -> Option<usize> {
        let rest = self.text.get(start..)?;
        if rest.starts_with("/*") {
            return Some(
                rest.find("*/")
                    .map_or(self.bytes.len(), |end| start + end + 2),
            );
        }
        (rest.starts_with("//") || rest.starts_with('#')).then(|| self.line_end(start))
    }

    /// The end of the line at `start`, trailing space not counted.
    pub(super) fn line_end(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        start + line.trim_end_matches([' ', '\t', '\r']).len()
    }
}

/// Spaces of other alphabets, of word processors and of pages, byte-order marks.
pub(super) fn is_odd_space(c: char) -> bool {
    (c.is_whitespace() && !matches!(c, ' ' | '\n' | '\r' | '\t'))
        || matches!(c, BOM | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}')
}
