//! Which lines of a file are shown for labels, how much of each, and what is marked in them.
//!
//! Every label is cut to one line; of an object or list only the bracket is marked: no one wants to
//! see three hundred lines. How it looks is for `snippet` (a screen) and `html`.

use super::text::{sanitise, width};
use super::window::{self, Cut, Wish};
use crate::finding::{Label, Target};
use crate::source::{FileId, SourceFile, SourceMap};
use std::ops::{Range, RangeInclusive};

/// A label cut to one line.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// Index of the line in the text.
    pub(super) line: usize,
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    /// Sanitised.
    pub(super) text: String,
    pub(super) primary: bool,
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
pub(super) fn shown(label: &Label, text: &str) -> Range<usize> {
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
pub(super) fn line_range(file: &SourceFile, line: usize) -> Range<usize> {
    let starts = file.line_starts();
    let at = |line: usize| starts.get(line).map(|&s| s as usize);
    let start = at(line).unwrap_or(file.text().len());
    let end = at(line + 1).unwrap_or(file.text().len()).max(start);
    let text = file.text().get(start..end).unwrap_or_default();
    start..start + text.trim_end_matches(['\n', '\r']).len()
}

/// The text of a line, without its line break.
pub(super) fn line_text(file: &SourceFile, line: usize) -> &str {
    file.text().get(line_range(file, line)).unwrap_or_default()
}

/// A line to show with its marks: all the line's, or as many as the screen takes.
#[derive(Debug)]
pub(super) struct Strip {
    /// Index of the line in the text.
    pub(super) line: usize,
    pub(super) cut: Cut,
    pub(super) marks: Vec<Mark>,
}

/// Neighbouring lines of a file, with their labels.
#[derive(Debug)]
pub(super) struct Excerpt<'a> {
    pub(super) id: FileId,
    pub(super) file: &'a SourceFile,
    /// Indices of the lines, inclusive.
    pub(super) lines: RangeInclusive<usize>,
    pub(super) strips: Vec<Strip>,
    /// Columns that a line has.
    pub(super) room: usize,
}

impl<'a> Excerpt<'a> {
    fn new(id: FileId, file: &'a SourceFile, strips: Vec<Strip>, room: usize) -> Self {
        let first = strips.first().map_or(0, |s| s.line);
        let last = strips.last().map_or(0, |s| s.line);
        let from = first.saturating_sub(CONTEXT);
        let mut to = (last + CONTEXT).min(file.line_starts().len().saturating_sub(1));
        // The empty line after the last line break is no line of the file.
        if to > last && line_range(file, to).is_empty() && to + 1 == file.line_starts().len() {
            to -= 1;
        }
        Self {
            id,
            file,
            lines: from..=to,
            strips,
            room,
        }
    }

    /// The labels of a line, and the pieces of it that are shown, as bytes of the line.
    pub(super) fn pieces(&self, line: usize, ellipsis: usize) -> (Vec<Range<usize>>, &[Mark]) {
        match self.strips.iter().find(|strip| strip.line == line) {
            Some(strip) => (strip.cut.pieces.clone(), &strip.marks),
            None => {
                let head = window::head(line_text(self.file, line), self.room, ellipsis);
                (vec![head], &[])
            }
        }
    }

    /// Where the first label is: the primary one, if it is here.
    pub(super) fn start(&self) -> u32 {
        let marks = || self.strips.iter().flat_map(|strip| &strip.marks);
        let first = marks().find(|mark| mark.primary).or(marks().next());
        first.map_or(0, |mark| {
            u32::try_from(mark.range.start).unwrap_or(u32::MAX)
        })
    }
}

/// Lines of context before and after a label.
pub(super) const CONTEXT: usize = 1;

/// The parts of all files that labels point at: the primary label's part first, then the others of
/// its file, then each other file's. Lines are cut to `columns` less their numbers' gutter.
pub(super) fn excerpts<'a>(
    sources: &'a SourceMap,
    primary: &Label,
    related: &[Label],
    columns: usize,
    ellipsis: usize,
) -> Vec<Excerpt<'a>> {
    let labels = || std::iter::once(primary).chain(related);
    let mut files: Vec<FileId> = Vec::new();
    for label in labels() {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let mut all = Vec::new();
    for id in files {
        let Some(file) = sources.get(id) else {
            continue;
        };
        let marks = labels()
            .enumerate()
            .filter(|(_, label)| label.span.file == id)
            .map(|(index, label)| Mark::new(label, index == 0, file))
            .collect();
        all.extend(of_file(id, file, marks, columns, ellipsis));
    }
    all
}

/// Groups the marks of a file into excerpts of neighbouring lines.
fn of_file(
    id: FileId,
    file: &SourceFile,
    mut marks: Vec<Mark>,
    columns: usize,
    ellipsis: usize,
) -> Vec<Excerpt<'_>> {
    marks.sort_by_key(|m| (m.range.start, std::cmp::Reverse(m.range.end)));
    let marks = merge_same_place(marks);
    let last = marks.last().map_or(0, |m| m.line);
    let digits = (file.first_line() + last + CONTEXT).to_string().len();
    // The gutter: ` 13 │ `.
    let room = columns.saturating_sub(digits + 4).max(16);
    let mut groups: Vec<Vec<Strip>> = Vec::new();
    for strip in strips(file, &marks, room, ellipsis) {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|l| joins(l.line, strip.line)) => {
                group.push(strip);
            }
            _ => groups.push(vec![strip]),
        }
    }
    groups.sort_by_key(|g| !g.iter().any(|s| s.marks.iter().any(|m| m.primary)));
    groups
        .into_iter()
        .map(|strips| Excerpt::new(id, file, strips, room))
        .collect()
}

/// Whether two labelled lines share a box: their context touches. A line too full for one box
/// (the same number twice) starts another.
fn joins(above: usize, below: usize) -> bool {
    above < below && below - above <= 2 * CONTEXT + 1
}

/// Two labels of one place are one label with both texts: else they would be drawn side by side, the
/// second under the wrong character.
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

fn strips(file: &SourceFile, marks: &[Mark], room: usize, ellipsis: usize) -> Vec<Strip> {
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
            let marks = on_line.get(cut.wishes.clone()).unwrap_or_default().to_vec();
            strips.push(Strip { line, cut, marks });
        }
    }
    strips
}
