//! Text on its way to a terminal: made harmless, measured, wrapped.
//!
//! Everything a user or a rule author wrote passes [`sanitise`], or [`stand_in`] inside a snippet,
//! before it is printed. This module does not know what the text says, nor any colour but the one
//! it is handed.

use owo_colors::{OwoColorize, Style};
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Makes `text` safe to print on one line: line breaks and tabs become a space, and characters
/// that steer a terminal, turn the reading direction or cannot be seen become `\u{…}`.
pub fn sanitise(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => safe.push(' '),
            _ if is_unsafe(c) => safe.extend(c.escape_unicode()),
            _ => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// What a snippet shows in place of an unsafe character: as many bytes, so that the spans of the
/// labels stay right.
pub(super) fn stand_in(c: char) -> Option<&'static str> {
    if !is_unsafe(c) || c == '\t' {
        return None;
    }
    Some(match c.len_utf8() {
        1 => "?",
        2 => "·",
        3 => "\u{FFFD}",
        _ => "··",
    })
}

/// Controls (C0 with ESC, DEL, C1), bidirectional marks and overrides, and characters without a
/// look of their own. Combining marks and variation selectors stay: they belong to a letter.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// Terminal cells of a text without control characters.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Terminal cells of a character in a snippet, or of what stands in for it. A tab takes at most
/// four.
pub(super) fn char_width(c: char) -> usize {
    match stand_in(c) {
        Some(shown) => width(shown),
        None if c == '\t' => 4,
        None => c.width().unwrap_or(0),
    }
}

/// `text`, padded with spaces to `columns` cells.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let gap = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(gap))
}

/// A paragraph with a head: `    because   certification, reg. 12: …`, later lines hanging
/// under the first word.
#[derive(Debug, Default)]
pub(super) struct Row {
    indent: usize,
    hang: Option<usize>,
    head: Vec<(Style, String)>,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    style: Style,
    text: String,
    /// Spaces before it, unless it starts a line.
    gap: usize,
    /// A web address or a place: never broken, or it could not be copied.
    whole: bool,
    /// Escape sequences around a clickable address, built from a checked one.
    link: Option<(String, &'static str)>,
}

/// With fewer columns than this beside the head, the text starts on a line of its own.
const BESIDE_HEAD: usize = 20;

impl Row {
    /// A row that starts after `indent` spaces.
    pub(super) fn new(indent: usize) -> Self {
        Self {
            indent,
            ..Self::default()
        }
    }

    /// Later lines start at column `hang` instead of under the first word.
    pub(super) fn hanging(mut self, hang: usize) -> Self {
        self.hang = Some(hang);
        self
    }

    /// Adds to the head, which is never wrapped.
    pub(super) fn head(mut self, style: Style, text: impl Into<String>) -> Self {
        self.head.push((style, text.into()));
        self
    }

    /// Adds running text; `text` is sanitised.
    pub(super) fn text(mut self, style: Style, text: &str) -> Self {
        for word in sanitise(text).split(' ').filter(|w| !w.is_empty()) {
            self.words.push(Word {
                style,
                text: word.to_owned(),
                gap: 1,
                whole: word.contains("://"),
                link: None,
            });
        }
        self
    }

    /// Adds running text, `gap` spaces after what stands before; sanitised.
    pub(super) fn text_after(mut self, style: Style, text: &str, gap: usize) -> Self {
        let index = self.words.len();
        self = self.text(style, text);
        if let Some(first) = self.words.get_mut(index) {
            first.gap = gap;
        }
        self
    }

    /// Adds a web address, clickable between the two parts of `link`; sanitised, never broken.
    pub(super) fn address(
        mut self,
        style: Style,
        url: &str,
        gap: usize,
        link: Option<(String, &'static str)>,
    ) -> Self {
        self = self.whole(style, url, gap);
        if let Some(word) = self.words.last_mut() {
            word.link = link;
        }
        self
    }

    /// Adds text that is never broken, `gap` spaces after what stands before; sanitised.
    pub(super) fn whole(mut self, style: Style, text: &str, gap: usize) -> Self {
        self.words.push(Word {
            style,
            text: sanitise(text).into_owned(),
            gap,
            whole: true,
            link: None,
        });
        self
    }

    /// Writes the row with its line break.
    pub(super) fn write(self, out: &mut String, columns: usize) {
        let head_width = self.indent + self.head.iter().map(|(_, t)| width(t)).sum::<usize>();
        let under_head = match self.hang {
            Some(hang) => hang,
            None if columns >= head_width + BESIDE_HEAD => head_width,
            None => self.indent + 2,
        };
        let beside = self.hang.is_some() || under_head == head_width;
        // The label of a row that continues another is blank: then there is no line to break.
        let blank = self.head.iter().all(|(_, t)| t.trim().is_empty());
        if !beside && !blank {
            let own = Row::new(self.indent).hanging(self.indent + 2);
            let own = self.head.iter().fold(own, |row, (s, t)| row.text(*s, t));
            own.write(out, columns);
        }
        let mut line = Line::new(out, if beside { self.indent } else { under_head });
        for (style, text) in self.head.iter().filter(|_| beside) {
            let plain = text.trim().is_empty();
            line.push(if plain { Style::new() } else { *style }, text, 0);
        }
        let mut fresh = true;
        let room = columns.saturating_sub(under_head).max(1);
        for word in self.words {
            let wide = width(&word.text);
            let gap = if fresh { 0 } else { word.gap };
            if !fresh && line.column + gap + wide > columns {
                line.end(under_head);
                fresh = true;
            }
            if wide > room && !word.whole {
                for piece in chop(&word.text, room) {
                    if !fresh {
                        line.end(under_head);
                    }
                    line.push(word.style, piece, 0);
                    fresh = false;
                }
                continue;
            }
            let gap = if fresh { 0 } else { word.gap };
            match &word.link {
                Some((open, close)) => line.push_linked(word.style, &word.text, gap, open, close),
                None => line.push(word.style, &word.text, gap),
            }
            fresh = false;
        }
        line.finish();
    }
}

/// `text` as lines of at most `columns` cells.
pub(super) fn wrap(text: &str, columns: usize) -> String {
    let mut out = String::new();
    Row::new(0)
        .hanging(0)
        .text(Style::new(), text)
        .write(&mut out, columns);
    out.truncate(out.trim_end().len());
    out
}

/// Cuts a word that is wider than a line, such as Chinese or Japanese text without spaces.
fn chop(word: &str, columns: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut taken = 0;
    for (at, c) in word.char_indices() {
        let wide = char_width(c);
        if taken + wide > columns && at > start {
            pieces.extend(word.get(start..at));
            start = at;
            taken = 0;
        }
        taken += wide;
    }
    pieces.extend(word.get(start..));
    pieces
}

/// A line being written: neighbours of one style share one pair of escape sequences, and no line
/// ends in spaces.
struct Line<'a> {
    out: &'a mut String,
    column: usize,
    run: String,
    style: Style,
}

impl<'a> Line<'a> {
    fn new(out: &'a mut String, indent: usize) -> Self {
        Self {
            out,
            column: indent,
            run: " ".repeat(indent),
            style: Style::new(),
        }
    }

    fn push(&mut self, style: Style, text: &str, gap: usize) {
        self.column += gap + width(text);
        if style != self.style {
            // The gap belongs to the left, so that no colour runs into it.
            self.flush();
            self.out.push_str(&" ".repeat(gap));
            self.style = style;
        } else {
            self.run.push_str(&" ".repeat(gap));
        }
        self.run.push_str(text);
    }

    fn push_linked(&mut self, style: Style, text: &str, gap: usize, open: &str, close: &str) {
        self.push(style, "", gap);
        self.flush();
        self.out.push_str(open);
        self.push(style, text, 0);
        self.flush();
        self.out.push_str(close);
    }

    fn end(&mut self, indent: usize) {
        self.run.truncate(self.run.trim_end().len());
        self.flush();
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.column = indent;
    }

    fn finish(mut self) {
        self.end(0);
    }

    fn flush(&mut self) {
        if !self.run.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(self.out, "{}", self.run.style(self.style));
            self.run.clear();
        }
    }
}
