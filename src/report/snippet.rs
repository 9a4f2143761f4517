//! Snippets: the lines of a file that labels point at, drawn by miette.
//!
//! miette asks a [`SourceCode`] for the lines around a span. Ours hands it a small text made for
//! the purpose (a [`Block`]), so a finding costs the same in a file of any size, a line is never
//! wider than the screen, nothing in it can steer the terminal, and the header counts characters.
//! Which lines and labels are shown is `excerpt`'s matter.
//!
//! Not here: headings, advice, sources. miette draws the box and nothing else, and its narrated
//! handler is not used: it counts columns in terminal cells of the text it is shown, which for a
//! cut line is neither the file's column nor the other formats'.

use super::excerpt::{CONTEXT, Excerpt, Mark, excerpts, line_range, line_text, shown};
use super::look::Look;
use super::place::place;
use super::row::wrap;
use super::text::{is_plain, sanitise, stand_in, width};
use super::window::{self, LABEL_INDENT};
use crate::finding::{Label, Target};
use crate::source::{SourceFile, SourceMap};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use owo_colors::Style;
use std::fmt;
use std::ops::Range;

/// Draws `primary` and `related`, first the file of the primary label, then each other file under
/// a heading.
pub(super) fn draw(
    out: &mut String,
    sources: &SourceMap,
    primary: &Label,
    related: &[Label],
    severity: Style,
    look: &Look,
) {
    if look.narrated {
        narrate(out, sources, primary, related, look);
        return;
    }
    let mut file = primary.span.file;
    for excerpt in excerpts(
        sources,
        primary,
        related,
        look.width,
        width(look.ellipsis()),
    ) {
        if excerpt.id != file {
            file = excerpt.id;
            out.push_str(&format!("  and in {}:\n", sanitise(excerpt.file.name())));
        }
        draw_block(out, &block(&excerpt, look), severity, look);
    }
}

/// A few lines made for miette, and where its labels are in them.
#[derive(Debug)]
struct Block<'a> {
    file: &'a SourceFile,
    text: String,
    /// Counted from 1.
    first_line: usize,
    lines: usize,
    anchors: Vec<Anchor>,
}

#[derive(Debug)]
struct Anchor {
    /// Bytes of the block's text.
    range: Range<usize>,
    text: String,
    primary: bool,
    /// Where in the file the label begins.
    start: usize,
}

/// A label's text is not wrapped narrower than this, however narrow the screen.
const NARROWEST_LABEL: usize = 8;

fn block<'a>(excerpt: &Excerpt<'a>, look: &Look) -> Block<'a> {
    let (from, to) = (*excerpt.lines.start(), *excerpt.lines.end());
    let mut block = Block {
        file: excerpt.file,
        text: String::new(),
        first_line: excerpt.file.first_line() + from,
        lines: to - from + 1,
        anchors: Vec::new(),
    };
    for line in from..=to {
        let (pieces, marks) = excerpt.pieces(line, width(look.ellipsis()));
        block.push_line(excerpt, line, &pieces, marks, look);
    }
    block
}

impl Block<'_> {
    /// Adds the `pieces` of a line, and where the `marks` have come to lie in them.
    fn push_line(
        &mut self,
        excerpt: &Excerpt<'_>,
        line: usize,
        pieces: &[Range<usize>],
        marks: &[Mark],
        look: &Look,
    ) {
        let line_start = line_range(excerpt.file, line).start;
        let line = line_text(excerpt.file, line);
        let line_at = self.text.len();
        let mut end = 0;
        let mut drawn: Vec<(Range<usize>, usize)> = Vec::new();
        for piece in pieces {
            if piece.start > end {
                self.text.push_str(look.ellipsis());
            }
            drawn.push((piece.clone(), self.text.len()));
            self.push_safe(line.get(piece.clone()).unwrap_or_default());
            end = piece.end;
        }
        if end < line.len() {
            self.text.push_str(look.ellipsis());
        }
        for mark in marks {
            let start = mark.range.start.saturating_sub(line_start);
            let stop = mark.range.end.saturating_sub(line_start);
            let Some((piece, at)) = drawn
                .iter()
                .rev()
                .find(|(p, _)| p.start <= start && start <= p.end)
            else {
                continue;
            };
            let range = at + start - piece.start..at + stop.min(piece.end) - piece.start;
            let shown = self.text.get(line_at..).unwrap_or_default();
            let left = window::columns(shown, 0..range.start - line_at);
            let half = window::columns(shown, range.start - line_at..range.end - line_at) / 2;
            let label_room = excerpt
                .room
                .saturating_sub(left + half + LABEL_INDENT)
                .max(NARROWEST_LABEL);
            self.anchors.push(Anchor {
                range,
                text: wrap(&mark.text, label_room),
                primary: mark.primary,
                start: mark.range.start,
            });
        }
        self.text.push('\n');
    }

    fn push_safe(&mut self, text: &str) {
        if is_plain(text.as_bytes()) {
            self.text.push_str(text);
            return;
        }
        for c in text.chars() {
            match stand_in(c) {
                Some(safe) => self.text.push_str(safe),
                None => self.text.push(c),
            }
        }
    }
}

impl SourceCode for Block<'_> {
    /// The whole block, whatever span is asked for, so that miette draws one box. Without context
    /// lines it is the question for the header: the name, line and column.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        _context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.text.as_bytes();
        let whole = (0, self.text.len()).into();
        if context_before > 0 {
            let line = self.first_line.saturating_sub(1);
            let contents = MietteSpanContents::new(text, whole, line, 0, self.lines);
            return Ok(Box::new(contents));
        }
        let mut anchors = self.anchors.iter();
        let anchor = anchors.find(|a| a.range.start == span.offset());
        let start = anchor.map_or(0, |a| u32::try_from(a.start).unwrap_or(u32::MAX));
        let at = self.file.position(start);
        Ok(Box::new(MietteSpanContents::new_named(
            sanitise(self.file.name()).into_owned(),
            text,
            whole,
            at.line.saturating_sub(1),
            at.column.saturating_sub(1),
            self.lines,
        )))
    }
}

fn draw_block(out: &mut String, block: &Block<'_>, severity: Style, look: &Look) {
    let handler = GraphicalReportHandler::new_themed(theme(block, severity, look))
        .with_width(look.width)
        .with_wrap_lines(false)
        .with_links(false)
        .with_context_lines(CONTEXT)
        .without_cause_chain();
    let mut drawn = String::new();
    // Neither a String nor our source can fail; and a snippet is never worth losing a finding.
    if handler.render_report(&mut drawn, block).is_err() {
        return;
    }
    // The first line is miette's own heading, with our empty message.
    let (_, snippet) = drawn.split_once('\n').unwrap_or_default();
    for line in snippet.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Primary labels in the colour of the finding, the others in blue.
fn theme(block: &Block<'_>, severity: Style, look: &Look) -> GraphicalTheme {
    let mut styles = ThemeStyles::none();
    if look.color {
        styles.link = Style::new().cyan();
        styles.linum = Style::new().dimmed();
        let style = |a: &Anchor| {
            if a.primary {
                severity
            } else {
                Style::new().blue()
            }
        };
        styles.highlights = block.anchors.iter().map(style).collect();
    }
    GraphicalTheme {
        characters: if look.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        },
        styles,
    }
}

/// A block is its own diagnostic: no message, no code, no help, only labels.
impl Diagnostic for Block<'_> {
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.anchors.iter().map(|a| {
            let text = (!a.text.is_empty()).then(|| a.text.clone());
            let span = (a.range.start, a.range.len());
            if a.primary {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }
}

impl fmt::Display for Block<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Block<'_> {}

/// The same for a screen reader: a sentence a label.
fn narrate(out: &mut String, sources: &SourceMap, primary: &Label, related: &[Label], look: &Look) {
    for (index, label) in std::iter::once(primary).chain(related).enumerate() {
        let at = look.place(&place(sources, label.span));
        let what = spoken(sources, label);
        let intro = if index == 0 { "at" } else { "see also" };
        let says = sanitise(&label.text);
        let colon = if says.is_empty() { "" } else { ": " };
        out.push_str(&format!("  {intro} {at}, {what}{colon}{says}\n"));
    }
}

/// Characters of a value that are read aloud.
const SPOKEN: usize = 80;

fn spoken(sources: &SourceMap, label: &Label) -> String {
    let Some(file) = sources.get(label.span.file) else {
        return "in no file".to_owned();
    };
    let range = shown(label, file.text());
    let text = file.text().get(range).unwrap_or_default();
    let mut quoted: String = text.chars().take(SPOKEN).collect();
    if quoted.len() < text.len() {
        quoted.push_str(" and so on");
    }
    let quoted = sanitise(&quoted);
    match label.target {
        Target::Insertion => "where it would go".to_owned(),
        Target::Value if quoted == "{" => "the object that starts here".to_owned(),
        Target::Value if quoted == "[" => "the list that starts here".to_owned(),
        Target::Value => format!("the value {quoted}"),
        Target::Key => format!("the field {quoted}"),
        Target::Text if quoted.is_empty() => "here".to_owned(),
        Target::Text => format!("the text {quoted}"),
    }
}
