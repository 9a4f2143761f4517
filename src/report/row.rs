//! Paragraphs for a terminal: words broken into lines, beside or under a head.
//!
//! Running text is sanitised here; no colour is known but the one a text comes with.

use super::text::{char_width, is_plain, push_spaces, sanitise, width};
use owo_colors::{OwoColorize, Style};
use std::borrow::Cow;
use std::fmt::Write;

/// A paragraph with a head: `    because   certification, reg. 12: …`, later lines hanging
/// under the first word.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    indent: usize,
    hang: Option<usize>,
    pieces: Vec<Piece<'a>>,
}

#[derive(Debug)]
struct Piece<'a> {
    style: Style,
    text: Cow<'a, str>,
    /// Spaces before it, unless it starts a line.
    gap: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Head,
    Words,
    /// A web address or a place: never broken, or it could not be copied.
    Whole(Option<Link>),
}

/// Escape sequences around a clickable address, built from a checked one.
type Link = (String, &'static str);

/// With fewer columns than this beside the head, the text starts on a line of its own.
const BESIDE_HEAD: usize = 20;

impl<'a> Row<'a> {
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
    pub(super) fn head(self, style: Style, text: impl Into<Cow<'a, str>>) -> Self {
        self.piece(style, text.into(), 0, Kind::Head)
    }

    /// Adds running text; `text` is sanitised.
    pub(super) fn text(self, style: Style, text: impl Into<Cow<'a, str>>) -> Self {
        self.text_after(style, text, 1)
    }

    /// Adds running text, `gap` spaces after what stands before; sanitised.
    pub(super) fn text_after(
        self,
        style: Style,
        text: impl Into<Cow<'a, str>>,
        gap: usize,
    ) -> Self {
        self.piece(style, harmless(text.into()), gap, Kind::Words)
    }

    /// Adds a web address, clickable between the two parts of `link`; sanitised, never broken.
    pub(super) fn address(
        self,
        style: Style,
        url: impl Into<Cow<'a, str>>,
        gap: usize,
        link: Option<Link>,
    ) -> Self {
        self.piece(style, harmless(url.into()), gap, Kind::Whole(link))
    }

    /// Adds text that is never broken, `gap` spaces after what stands before; sanitised.
    pub(super) fn whole(self, style: Style, text: impl Into<Cow<'a, str>>, gap: usize) -> Self {
        self.address(style, text, gap, None)
    }

    fn piece(mut self, style: Style, text: Cow<'a, str>, gap: usize, kind: Kind) -> Self {
        self.pieces.push(Piece {
            style,
            text,
            gap,
            kind,
        });
        self
    }

    /// Writes the row with its line break.
    pub(super) fn write(self, out: &mut String, columns: usize) {
        let is_head = |p: &&Piece<'_>| matches!(p.kind, Kind::Head);
        let heads = || self.pieces.iter().filter(is_head);
        let head_width = self.indent + heads().map(|p| width(&p.text)).sum::<usize>();
        let under_head = match self.hang {
            Some(hang) => hang,
            None if columns >= head_width + BESIDE_HEAD => head_width,
            None => self.indent + 2,
        };
        let beside = self.hang.is_some() || under_head == head_width;
        // The label of a row that continues another is blank: then there is no line to break.
        let blank = heads().all(|p| p.text.trim().is_empty());
        if !beside && !blank {
            let own = Row::new(self.indent).hanging(self.indent + 2);
            let own = heads().fold(own, |row, p| row.text(p.style, p.text.as_ref()));
            own.write(out, columns);
        }
        let indent = if beside { self.indent } else { under_head };
        let mut line = Line::new(out, indent, under_head, columns);
        for head in heads().filter(|_| beside) {
            let plain = head.text.trim().is_empty();
            let style = if plain { Style::new() } else { head.style };
            line.push(style, &head.text, width(&head.text), 0);
        }
        for piece in &self.pieces {
            match &piece.kind {
                Kind::Head => {}
                Kind::Words => line.words(piece.style, &piece.text, piece.gap),
                Kind::Whole(link) => {
                    line.whole(piece.style, &piece.text, piece.gap, link.as_ref());
                }
            }
        }
        line.finish();
    }
}

/// As [`sanitise`], of a text that may be owned.
fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    let safe = match sanitise(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(safe) => Some(safe),
    };
    safe.map_or(text, Cow::Owned)
}

/// Whether `text` is plain, with one space between its words and none around them.
fn is_tidy(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut pairs = bytes.iter().zip(bytes.iter().skip(1));
    is_plain(bytes) && text.trim() == text && !pairs.any(|pair| pair == (&b' ', &b' '))
}

/// `text` as lines of at most `columns` cells.
pub(super) fn wrap(text: &str, columns: usize) -> String {
    if text.len() <= columns && is_tidy(text) {
        return text.to_owned();
    }
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
    /// Where in `out` the text begins that `style` is still to be put around.
    run: usize,
    style: Style,
    /// Columns of the screen.
    columns: usize,
    /// Where later lines start.
    under: usize,
    /// Whether no word stands on the line yet.
    fresh: bool,
}

impl<'a> Line<'a> {
    /// A line that starts at column `indent`; later ones start at column `under`.
    fn new(out: &'a mut String, indent: usize, under: usize, columns: usize) -> Self {
        let run = out.len();
        push_spaces(out, indent);
        Self {
            out,
            column: indent,
            run,
            style: Style::new(),
            columns,
            under,
            fresh: true,
        }
    }

    /// Adds the words of a running text, of which the first stands `gap` spaces after what is
    /// before it.
    fn words(&mut self, style: Style, text: &str, mut gap: usize) {
        let tidy = is_tidy(text);
        let room = self.columns.saturating_sub(self.under).max(1);
        let mut rest = text;
        while !rest.is_empty() {
            let many = if tidy { self.fitting(rest, gap) } else { 0 };
            let (words, later) = match rest.split_at_checked(many) {
                Some((words, later)) if many > 0 => (words, later.trim_start()),
                _ => rest.split_once(' ').unwrap_or((rest, "")),
            };
            rest = later;
            if words.is_empty() {
                continue;
            }
            let columns = width(words);
            // A web address is never broken.
            if many == 0 && columns > room && !words.contains("://") {
                self.chopped(style, words, room);
            } else {
                self.before_word(columns, gap);
                let gap = if self.fresh { 0 } else { gap };
                self.push(style, words, columns, gap);
                self.fresh = false;
            }
            gap = 1;
        }
    }

    /// Bytes of as many words of a tidy text as fit on this line: far quicker than word by word.
    /// None on a first line that starts left of the others, where a word may fit and still be
    /// wider than a line.
    fn fitting(&self, text: &str, gap: usize) -> usize {
        let gap = if self.fresh { 0 } else { gap };
        let room = self.columns.saturating_sub(self.column + gap);
        if self.column < self.under {
            0
        } else if text.len() <= room {
            text.len()
        } else {
            let words = text.get(..=room).and_then(|words| words.rfind(' '));
            words.unwrap_or(0)
        }
    }

    /// Adds a word that is wider than a line.
    fn chopped(&mut self, style: Style, word: &str, room: usize) {
        for piece in chop(word, room) {
            if !self.fresh {
                self.end(self.under);
            }
            self.push(style, piece, width(piece), 0);
            self.fresh = false;
        }
    }

    /// Adds text that is never broken, clickable if there is a `link`.
    fn whole(&mut self, style: Style, text: &str, gap: usize, link: Option<&Link>) {
        let columns = width(text);
        self.before_word(columns, gap);
        let gap = if self.fresh { 0 } else { gap };
        match link {
            Some((open, close)) => {
                self.push(style, "", 0, gap);
                self.push_raw(open);
                self.push(style, text, columns, 0);
                self.push_raw(close);
            }
            None => self.push(style, text, columns, gap),
        }
        self.fresh = false;
    }

    /// Starts another line if the next word does not fit.
    fn before_word(&mut self, columns: usize, gap: usize) {
        if !self.fresh && self.column + gap + columns > self.columns {
            self.end(self.under);
            self.fresh = true;
        }
    }

    /// Adds `text`, which takes `columns`, after `gap` spaces.
    fn push(&mut self, style: Style, text: &str, columns: usize, gap: usize) {
        self.column += gap + columns;
        if style == self.style {
            push_spaces(self.out, gap);
        } else {
            // The gap belongs to the left, so that no colour runs into it.
            self.flush();
            push_spaces(self.out, gap);
            self.style = style;
            self.run = self.out.len();
        }
        self.out.push_str(text);
    }

    /// Adds an escape sequence, which stands outside of any style.
    fn push_raw(&mut self, escape: &str) {
        self.flush();
        self.out.push_str(escape);
        self.run = self.out.len();
    }

    fn end(&mut self, indent: usize) {
        let run = self.out.get(self.run..).unwrap_or_default();
        self.out.truncate(self.run + run.trim_end().len());
        self.flush();
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
        push_spaces(self.out, indent);
        self.run = self.out.len();
        self.column = indent;
    }

    fn finish(mut self) {
        self.end(0);
    }

    fn flush(&mut self) {
        if self.run < self.out.len() && self.style != Style::new() {
            let run = self.out.split_off(self.run);
            // Writing to a String cannot fail.
            let _ = write!(self.out, "{}", run.style(self.style));
        }
        self.run = self.out.len();
    }
}
