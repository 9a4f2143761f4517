//! Snippets: the lines of a file that labels point at, drawn by miette.
//!
//! miette asks a [`SourceCode`] for the lines around a span. Ours hands it a small text made for
//! the purpose (a [`Block`]), so a finding costs the same in a file of any size, a line is never
//! wider than the screen, nothing in it can steer the terminal, and the header counts characters.
//! Every label is cut to one line first; of an object or list only the bracket is underlined: no
//! one wants to see three hundred lines.
//!
//! Not here: headings, advice, sources. miette draws the box and nothing else, and its narrated
//! handler is not used: it counts columns in terminal cells of the text it is shown, which for a
//! cut line is neither the file's column nor the other formats'.

use super::look::Look;
use super::place::place;
use super::row::wrap;
use super::text::{is_plain, sanitise, stand_in, width};
use super::window::{self, Cut, LABEL_INDENT, Wish};
use crate::finding::{Label, Target};
use crate::source::{FileId, SourceFile, SourceMap};
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
    let labels = || std::iter::once(primary).chain(related);
    let mut files: Vec<FileId> = Vec::new();
    for label in labels() {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for id in files {
        let Some(file) = sources.get(id) else {
            continue;
        };
        if id != primary.span.file {
            out.push_str(&format!("  and in {}:\n", sanitise(file.name())));
        }
        let marks = labels()
            .enumerate()
            .filter(|(_, label)| label.span.file == id)
            .map(|(index, label)| Mark::new(label, index == 0, file))
            .collect();
        for block in blocks(file, marks, look) {
            draw_block(out, &block, severity, look);
        }
    }
}

/// A label cut to one line.
#[derive(Clone, Debug)]
struct Mark {
    /// Index of the line in the text.
    line: usize,
    /// Bytes of the text.
    range: Range<usize>,
    text: String,
    primary: bool,
}

impl Mark {
    fn new(label: &Label, primary: bool, file: &SourceFile) -> Self {
        let text = file.text();
        let range = shown(label, text);
        let line = line_of(file, range.start);
        // A span that starts in a line break is at the end of the line.
        let end = line_range(file, line).end;
        Self {
            line,
            range: range.start.min(end)..range.end.min(end),
            text: sanitise(&label.text).into_owned(),
            primary,
        }
    }
}

/// The part of a label's span that is underlined: inside the text, on character boundaries, on
/// one line, and of an object or list the bracket only.
fn shown(label: &Label, text: &str) -> Range<usize> {
    let start = floor(text, label.span.range().start);
    let end = floor(text, label.span.range().end).max(start);
    let spanned = text.get(start..end).unwrap_or_default();
    if label.target == Target::Value && spanned.starts_with(['{', '[']) {
        return start..start + 1;
    }
    let line = spanned.split('\n').next().unwrap_or_default();
    start..start + line.trim_end().len()
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn line_of(file: &SourceFile, offset: usize) -> usize {
    let starts = file.line_starts();
    starts
        .partition_point(|&s| s as usize <= offset)
        .saturating_sub(1)
}

/// Bytes of a line, without its line break.
fn line_range(file: &SourceFile, line: usize) -> Range<usize> {
    let starts = file.line_starts();
    let at = |line: usize| starts.get(line).map(|&s| s as usize);
    let start = at(line).unwrap_or(file.text().len());
    let end = at(line + 1).unwrap_or(file.text().len()).max(start);
    let text = file.text().get(start..end).unwrap_or_default();
    start..start + text.trim_end_matches(['\n', '\r']).len()
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

/// A line to show with its marks: all the line's, or as many as the screen takes.
#[derive(Debug)]
struct Strip<'a> {
    line: usize,
    cut: Cut,
    marks: &'a [Mark],
}

/// A label's text is not wrapped narrower than this, however narrow the screen.
const NARROWEST_LABEL: usize = 8;

/// Lines of context before and after a label.
const CONTEXT: usize = 1;

/// Groups marks into blocks of neighbouring lines; the primary label's block is the first.
fn blocks<'a>(file: &'a SourceFile, mut marks: Vec<Mark>, look: &Look) -> Vec<Block<'a>> {
    marks.sort_by_key(|m| (m.range.start, std::cmp::Reverse(m.range.end)));
    let marks = merge_same_place(marks);
    let last = marks.last().map_or(0, |m| m.line);
    let digits = (file.first_line() + last + CONTEXT).to_string().len();
    // miette's gutter: ` 13 │ `.
    let room = look.width.saturating_sub(digits + 4).max(16);
    let mut groups: Vec<Vec<Strip>> = Vec::new();
    for strip in strips(file, &marks, room, width(look.ellipsis())) {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|l| joins(l.line, strip.line)) => {
                group.push(strip);
            }
            _ => groups.push(vec![strip]),
        }
    }
    groups.sort_by_key(|g| !g.iter().any(|s| s.marks.iter().any(|m| m.primary)));
    groups
        .iter()
        .map(|group| block(file, group, room, look))
        .collect()
}

/// Whether two labelled lines share a box: their context touches. A line too full for one box
/// (the same number twice) starts another.
fn joins(above: usize, below: usize) -> bool {
    above < below && below - above <= 2 * CONTEXT + 1
}

/// miette draws two labels of one place side by side, the second under the wrong character.
fn merge_same_place(marks: Vec<Mark>) -> Vec<Mark> {
    let mut merged: Vec<Mark> = Vec::new();
    for mark in marks {
        match merged.last_mut() {
            Some(last) if last.range == mark.range => {
                last.primary |= mark.primary;
                if last.text.is_empty() {
                    last.text = mark.text;
                } else if !mark.text.is_empty() && last.text != mark.text {
                    last.text = format!("{}; {}", last.text, mark.text);
                }
            }
            _ => merged.push(mark),
        }
    }
    merged
}

fn strips<'a>(
    file: &SourceFile,
    marks: &'a [Mark],
    room: usize,
    ellipsis: usize,
) -> Vec<Strip<'a>> {
    let mut strips = Vec::new();
    for on_line in marks.chunk_by(|a, b| a.line == b.line) {
        let Some(line) = on_line.first().map(|m| m.line) else {
            continue;
        };
        let bytes = line_range(file, line);
        let text = file.text().get(bytes.clone()).unwrap_or_default();
        let relative = |offset: usize| offset.saturating_sub(bytes.start).min(text.len());
        let wishes: Vec<Wish> = on_line
            .iter()
            .map(|m| Wish {
                range: relative(m.range.start)..relative(m.range.end),
                label: width(&m.text),
            })
            .collect();
        for cut in window::cut(text, &wishes, room, ellipsis) {
            let marks = on_line.get(cut.wishes.clone()).unwrap_or_default();
            strips.push(Strip { line, cut, marks });
        }
    }
    strips
}

fn block<'a>(file: &'a SourceFile, strips: &[Strip<'_>], room: usize, look: &Look) -> Block<'a> {
    let first = strips.first().map_or(0, |s| s.line);
    let last = strips.last().map_or(0, |s| s.line);
    let from = first.saturating_sub(CONTEXT);
    let mut to = (last + CONTEXT).min(file.line_starts().len().saturating_sub(1));
    // The empty line after the last line break is no line of the file.
    if to > last && line_range(file, to).is_empty() && to + 1 == file.line_starts().len() {
        to -= 1;
    }
    let mut block = Block {
        file,
        text: String::new(),
        first_line: file.first_line() + from,
        lines: to - from + 1,
        anchors: Vec::new(),
    };
    let pen = Pen { file, room, look };
    for line in from..=to {
        match strips.iter().find(|s| s.line == line) {
            Some(strip) => block.push_line(&pen, line, &strip.cut.pieces, strip.marks),
            None => {
                let head = window::head(pen.line(line), room, width(look.ellipsis()));
                block.push_line(&pen, line, &[head], &[]);
            }
        }
    }
    block
}

/// What a line is taken from, and how much of it fits.
struct Pen<'a> {
    file: &'a SourceFile,
    room: usize,
    look: &'a Look,
}

impl<'a> Pen<'a> {
    fn line(&self, line: usize) -> &'a str {
        let bytes = line_range(self.file, line);
        self.file.text().get(bytes).unwrap_or_default()
    }
}

impl Block<'_> {
    /// Adds the `pieces` of a line, and where the `marks` have come to lie in them.
    fn push_line(&mut self, pen: &Pen<'_>, line: usize, pieces: &[Range<usize>], marks: &[Mark]) {
        let line_start = line_range(pen.file, line).start;
        let line = pen.line(line);
        let look = pen.look;
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
            let label_room = pen
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
