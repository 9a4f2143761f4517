//! Strings and names: what is wrong inside, where they end if they do not say so, and quotes
//! that are none in JSON.

use std::ops::Range;

use super::super::scan::{Escape, escape, next_special};
use super::super::syntax_error::{SyntaxErrorKind, shortened};
use super::Recovery;

/// The quotes that may end a text which `open` starts, if it is a quote but none of JSON's.
pub(super) fn closers(open: char) -> Option<&'static str> {
    Some(match open {
        '\'' => "'",
        '`' => "`'",
        '“' | '”' | '„' | '‟' | '″' | '＂' => "“”„‟″＂\"",
        '‘' | '’' | '‚' => "‘’‚'",
        '«' | '»' => "«»",
        _ => return None,
    })
}

impl Recovery<'_> {
    /// Reads the string that opens here.
    pub(super) fn string(&mut self, is_name: bool) {
        let start = self.at;
        let mut at = start + 1;
        // Up to here no line break ends the string.
        let mut goes_on_until = 0;
        let mut found: Vec<(SyntaxErrorKind, Range<usize>)> = Vec::new();
        let mut note = |kind: SyntaxErrorKind, range: Range<usize>| {
            let same =
                |k: &SyntaxErrorKind| std::mem::discriminant(k) == std::mem::discriminant(&kind);
            if !found.iter().any(|(k, _)| same(k)) {
                found.push((kind, range));
            }
        };
        let closed = loop {
            at = next_special(self.bytes, at).min(self.bytes.len());
            match self.bytes.get(at) {
                Some(b'"') => break true,
                Some(b'\\') => match escape(self.text, at) {
                    Escape::Valid(end) => at = end,
                    Escape::LoneSurrogate(end) => {
                        let found = self.text.get(at..end).unwrap_or_default().to_owned();
                        note(SyntaxErrorKind::LoneSurrogate { found }, at..end);
                        at = end;
                    }
                    Escape::Unknown(end) => {
                        let found = self.text.get(at..end).unwrap_or_default();
                        // Before the end of a line or of the text it is not the escape that
                        // is wrong, but that the string goes on or is over.
                        if found == "\\" || found.ends_with(|c| c < ' ') {
                            at += 1;
                            continue;
                        }
                        let found = found.to_owned();
                        note(SyntaxErrorKind::UnknownEscape { found }, at..end);
                        at = end;
                    }
                },
                Some(b'\n' | b'\r') => {
                    if at >= goes_on_until {
                        match self.end_after(at) {
                            Some(quote) => goes_on_until = quote,
                            None => break false,
                        }
                    }
                    let end = at
                        + if self.bytes.get(at..at + 2) == Some(b"\r\n") {
                            2
                        } else {
                            1
                        };
                    note(SyntaxErrorKind::LineBreakInString, at..end);
                    at = end;
                }
                Some(&control) => {
                    let found = char::from(control);
                    note(SyntaxErrorKind::ControlCharacter { found }, at..at + 1);
                    at += 1;
                }
                None => break false,
            }
        };
        let (mistake, end) = if closed {
            self.closed(start, at, is_name)
        } else {
            (
                Some(SyntaxErrorKind::UnclosedString { is_name }),
                self.unclosed(start, at, is_name),
            )
        };
        if let Some(SyntaxErrorKind::UnclosedString { .. }) = mistake {
            self.comma_excused = true;
        }
        for (kind, range) in found.into_iter().filter(|(_, range)| range.end <= end) {
            self.report(kind, range);
        }
        if let Some(kind) = mistake {
            self.report(kind, start..end);
        }
        self.accept(end);
    }

    /// The quote on a later line that ends a string with a line break at `at`: what follows
    /// looks like text, and its next quote like an end. None if the string ends with its line.
    fn end_after(&self, at: usize) -> Option<usize> {
        let next = self.space_end(at);
        let (quote, is_name) = match self.bytes.get(next)? {
            b'"' => (next, false),
            b'{' | b'}' | b'[' | b']' | b',' => return None,
            _ => {
                let rest = self.bytes.get(next..)?;
                (next + rest.iter().position(|&b| b == b'"')?, true)
            }
        };
        self.ends_string(quote + 1, is_name).then_some(quote)
    }

    /// Whether what stands at `at` follows a string.
    fn ends_string(&self, at: usize, is_name: bool) -> bool {
        match self.bytes.get(self.space_end(at)) {
            None | Some(b',' | b'}' | b']') => true,
            Some(b':') => is_name,
            Some(_) => false,
        }
    }

    /// Where a string without closing quote ends on its line: before what closes the brackets
    /// around it, a name before its colon.
    fn unclosed(&self, start: usize, line_end: usize, is_name: bool) -> usize {
        let line = self
            .text
            .get(start + 1..line_end)
            .unwrap_or_default()
            .trim_end();
        if let Some((name, _)) = line.split_once(':').filter(|_| is_name) {
            return start + 1 + name.trim_end().len();
        }
        let body = line.trim_end_matches([',', '}', ']', ' ', '\t']);
        let tail = line.get(body.len()..).unwrap_or_default();
        let mut frames = self.stack.iter().rev();
        let closes = tail
            .bytes()
            .filter(|b| matches!(b, b'}' | b']'))
            .all(|b| frames.next().is_some_and(|frame| frame.close() == b));
        // Brackets that the text itself opens are its own.
        let text = if closes && !body.contains(['{', '[']) {
            body
        } else {
            line.strip_suffix(',').unwrap_or(line)
        };
        start + 1 + text.len()
    }

    /// Whether the quote at `quote` really ends the string, and where it ends.
    fn closed(
        &self,
        start: usize,
        quote: usize,
        is_name: bool,
    ) -> (Option<SyntaxErrorKind>, usize) {
        let end = quote + 1;
        let Some(next) = self.char_at(end) else {
            return (None, end);
        };
        if next.is_whitespace() || next.is_control() || "{}[],:;=|/#，、；：".contains(next) {
            return (None, end);
        }
        let body = self.text.get(start + 1..quote).unwrap_or_default();
        let line = self.text.get(end..self.line_end(end)).unwrap_or_default();
        let unclosed = Some(SyntaxErrorKind::UnclosedString { is_name });
        if is_name {
            if let Some((name, _)) = body.split_once(':') {
                return (unclosed, start + 1 + name.trim_end().len());
            }
        } else if let (Some(text), Some(name)) = (body.trim_end().strip_suffix(','), line.find('"'))
        {
            // `"text, "name": …`: the quote found is the one that opens the next name.
            if self.bytes.get(self.space_end(end + name + 1)) == Some(&b':') {
                return (unclosed, start + 1 + text.len());
            }
        }
        let real = line
            .match_indices('"')
            .map(|(at, _)| end + at + 1)
            .find(|&at| {
                let next = self.text.get(at..).unwrap_or_default();
                let line_ends = next.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
                if is_name {
                    self.bytes.get(self.space_end(at)) == Some(&b':')
                } else {
                    line_ends || self.ends_string(at, false)
                }
            });
        match real {
            Some(end) => (Some(SyntaxErrorKind::InnerQuotes), end),
            None => (None, end),
        }
    }

    /// Reads a text in quotes that are none in JSON; false if there is none here.
    pub(super) fn wrong_quotes(&mut self) -> bool {
        let start = self.at;
        let Some(open) = self.next_char() else {
            return false;
        };
        let Some(closers) = closers(open) else {
            return false;
        };
        let body_start = start + open.len_utf8();
        let line = self
            .text
            .get(body_start..self.line_end(start))
            .unwrap_or_default();
        let mut ends = line
            .match_indices(|c| closers.contains(c))
            .filter(|(at, _)| !line.get(..*at).is_some_and(|before| before.ends_with('\\')))
            .map(|(at, quote)| (at, body_start + at + quote.len()));
        let first = ends.clone().next();
        // An apostrophe is not an end: that has a separator behind it.
        let real = ends.find(|&(_, end)| self.ends_string(end, true) || self.line_end(end) == end);
        let (len, end) = real.or(first).unwrap_or_else(|| {
            let body = line.trim_end_matches([',', '}', ']', ' ', '\t']);
            (body.len(), body_start + body.len())
        });
        let text = line.get(..len).unwrap_or_default().replace("\\'", "'");
        self.report(
            SyntaxErrorKind::WrongQuotes {
                text: shortened(&text),
            },
            start..end,
        );
        self.accept(end);
        true
    }
}
