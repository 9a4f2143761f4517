//! The lines of a file that labels point at, as a page shows them: the text in pieces, marked ones
//! among them, and what each mark says under its line.

use crate::finding::Label;
use crate::report::excerpt::{Excerpt, Mark, excerpts, line_range, line_text};
use crate::report::text::is_unsafe;
use crate::source::SourceMap;
use std::ops::Range;

/// Columns of a line; a screen that has fewer wraps it.
const COLUMNS: usize = 110;
const ELLIPSIS: &str = "…";

/// Neighbouring lines of one file.
#[derive(Debug)]
pub(super) struct Part {
    /// `path:line:column` of its first label.
    pub(super) at: String,
    pub(super) lines: Vec<Line>,
}

#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) pieces: Vec<Piece>,
    pub(super) notes: Vec<Note>,
}

/// A piece of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// `primary`, `related`, or nothing.
    pub(super) mark: &'static str,
    /// Nothing is here yet: something would go here.
    pub(super) empty: bool,
}

/// What a mark says.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) mark: &'static str,
    /// What it is about: the marked text, in short.
    pub(super) about: String,
    pub(super) text: String,
}

pub(super) fn parts(sources: &SourceMap, primary: &Label, related: &[Label]) -> Vec<Part> {
    excerpts(sources, primary, related, COLUMNS, 1)
        .iter()
        .map(part)
        .collect()
}

fn part(excerpt: &Excerpt<'_>) -> Part {
    let at = excerpt.file.position(excerpt.start());
    let lines = excerpt.lines.clone().map(|index| {
        let (shown, marks) = excerpt.pieces(index, 1);
        let start = line_range(excerpt.file, index).start;
        let text = line_text(excerpt.file, index);
        let ranges: Vec<(Range<usize>, &Mark)> = marks
            .iter()
            .map(|mark| {
                let from = mark.range.start.saturating_sub(start);
                (from..mark.range.end.saturating_sub(start), mark)
            })
            .collect();
        Line {
            number: excerpt.file.first_line() + index,
            pieces: pieces(text, &shown, &ranges),
            notes: notes(text, &ranges),
        }
    });
    Part {
        at: format!("{}:{}:{}", excerpt.file.name(), at.line, at.column),
        lines: lines.collect(),
    }
}

/// The shown parts of a line, broken where a mark begins or ends.
fn pieces(line: &str, shown: &[Range<usize>], marks: &[(Range<usize>, &Mark)]) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut end = 0;
    let plain = |text: &str| Piece {
        text: text.to_owned(),
        mark: "",
        empty: false,
    };
    for part in shown {
        if part.start > end {
            all.push(plain(ELLIPSIS));
        }
        end = part.end;
        let mut breaks: Vec<usize> = marks
            .iter()
            .flat_map(|(range, _)| [range.start, range.end])
            .chain([part.start, part.end])
            .filter(|at| part.start <= *at && *at <= part.end)
            .collect();
        breaks.sort_unstable();
        breaks.dedup();
        for (index, from) in breaks.iter().enumerate() {
            let here = marks
                .iter()
                .find(|(range, _)| range.is_empty() && range.start == *from);
            if let Some((_, mark)) = here {
                all.push(Piece {
                    text: String::new(),
                    mark: kind(mark),
                    empty: true,
                });
            }
            let Some(to) = breaks.get(index + 1) else {
                continue;
            };
            let mut over = marks
                .iter()
                .filter(|(range, _)| range.start <= *from && *to <= range.end && !range.is_empty());
            // The smallest mark is the one that is meant.
            let first = over
                .next()
                .map(|first| over.fold(first, |a, b| if b.0.len() < a.0.len() { b } else { a }));
            all.push(Piece {
                text: line.get(*from..*to).unwrap_or_default().to_owned(),
                mark: first.map_or("", |(_, mark)| kind(mark)),
                empty: false,
            });
        }
    }
    if end < line.len() {
        all.push(plain(ELLIPSIS));
    }
    all
}

/// What the marks of a line say, in the order in which they stand; with what each is about, where
/// there are several.
fn notes(line: &str, marks: &[(Range<usize>, &Mark)]) -> Vec<Note> {
    let said: Vec<&(Range<usize>, &Mark)> = marks
        .iter()
        .filter(|(_, mark)| !mark.text.is_empty())
        .collect();
    let many = marks.len() > 1;
    said.into_iter()
        .map(|(range, mark)| {
            let text = line.get(range.clone()).unwrap_or_default();
            let about = if many && text.len() > 1 {
                short(text)
            } else {
                String::new()
            };
            Note {
                mark: kind(mark),
                about,
                text: mark.text.clone(),
            }
        })
        .collect()
}

/// Characters of a marked text that its note repeats.
const ABOUT: usize = 24;

fn short(text: &str) -> String {
    let mut kept: String = text
        .chars()
        .filter(|c| !is_unsafe(*c))
        .take(ABOUT)
        .collect();
    if kept.len() < text.len() {
        kept.push_str(ELLIPSIS);
    }
    kept
}

fn kind(mark: &Mark) -> &'static str {
    if mark.primary { "primary" } else { "related" }
}
