//! Which parts of a line to show when the line is wider than the screen.
//!
//! A record of NDJSON is one line of thousands of columns. What is cut out are the parts around
//! the labels; the walk stays near them, so the length of the line costs nothing. Nothing is drawn
//! here.

use super::text::{char_width, is_plain};
use std::ops::Range;

/// A label on the line.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// Bytes of the line.
    pub(super) range: Range<usize>,
    /// Columns of the label's text.
    pub(super) label: usize,
}

/// Parts of a line, ascending and apart, and the wishes (by index) that they show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) pieces: Vec<Range<usize>>,
    pub(super) wishes: Range<usize>,
}

/// Columns between the start of a label's line and its text: `╰── `.
pub(super) const LABEL_INDENT: usize = 4;
/// A line is cut rather than a label's text made narrower than this.
const LABEL_WIDTH: usize = 12;
const LEAD: usize = 8;

/// Cuts `line` to `room` columns around `wishes` (ascending); in as many cuts as it takes.
/// An ellipsis takes `ellipsis` columns.
pub(super) fn cut(line: &str, wishes: &[Wish], room: usize, ellipsis: usize) -> Vec<Cut> {
    let whole: Vec<Range<usize>> = std::iter::once(0..line.len()).collect();
    // A line that fits is better shown whole, with its label in a narrow column, than cut.
    let narrow = |w: &Wish| label_room(line, &whole, w, (room / 4).max(LABEL_WIDTH), room, 0) > 0;
    if forward(line, 0, room) == line.len() && wishes.iter().all(narrow) {
        return vec![Cut {
            pieces: whole,
            wishes: 0..wishes.len(),
        }];
    }
    let lead = LEAD.min(room / 8).max(2);
    let mut cuts: Vec<Cut> = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        let shown = wish
            .range
            .end
            .min(forward(line, wish.range.start, room / 2));
        let piece = back(line, wish.range.start, lead)..forward(line, shown, lead);
        if let Some(last) = cuts.last_mut() {
            let grown = with_piece(&last.pieces, piece.clone());
            let speaks = label_room(line, &grown, wish, LABEL_WIDTH, room, ellipsis) > 0;
            if cost(line, &grown, ellipsis) <= room && speaks {
                last.pieces = grown;
                last.wishes.end = index + 1;
                continue;
            }
        }
        cuts.push(Cut {
            pieces: vec![piece],
            wishes: index..index + 1,
        });
    }
    for cut in &mut cuts {
        let shown = wishes.get(cut.wishes.clone()).unwrap_or_default();
        grow(line, &mut cut.pieces, shown, room, ellipsis);
    }
    cuts
}

/// The start of a line that has no labels.
pub(super) fn head(line: &str, room: usize, ellipsis: usize) -> Range<usize> {
    if forward(line, 0, room) == line.len() {
        0..line.len()
    } else {
        0..forward(line, 0, room.saturating_sub(ellipsis))
    }
}

/// Columns of `line` in `range`.
pub(super) fn columns(line: &str, range: Range<usize>) -> usize {
    let text = line.get(range).unwrap_or_default();
    if is_plain(text.as_bytes()) {
        return text.len();
    }
    text.chars().map(char_width).sum()
}

fn with_piece(pieces: &[Range<usize>], piece: Range<usize>) -> Vec<Range<usize>> {
    let mut pieces = pieces.to_vec();
    match pieces.last_mut() {
        Some(last) if piece.start <= last.end => {
            last.start = last.start.min(piece.start);
            last.end = last.end.max(piece.end);
        }
        _ => pieces.push(piece),
    }
    pieces
}

/// Columns that the pieces take, with an ellipsis before, between and after them.
fn cost(line: &str, pieces: &[Range<usize>], ellipsis: usize) -> usize {
    let text: usize = pieces.iter().map(|p| columns(line, p.clone())).sum();
    text + (pieces.len() + 1) * ellipsis
}

/// Spends the columns left over: first on what stands before (a reader starts there), then on the
/// gaps, then on what follows.
fn grow(line: &str, pieces: &mut Vec<Range<usize>>, wishes: &[Wish], room: usize, ellipsis: usize) {
    let mut spare = room.saturating_sub(cost(line, pieces, ellipsis));
    // Moving right is allowed only while every label's text still has its room.
    let mut slack = wishes
        .iter()
        .map(|w| label_room(line, pieces, w, room / 2, room, ellipsis))
        .min()
        .unwrap_or(0)
        .saturating_sub(1);
    let grow_left = |pieces: &mut [Range<usize>], most: usize| {
        pieces.first_mut().map_or(0, |first| {
            let start = back(line, first.start, most);
            let took = columns(line, start..first.start);
            first.start = start;
            took
        })
    };
    let first = pieces.first().map_or(0, |p| p.start);
    let near_start = back(line, first, spare * 2 / 3) == 0;
    let most = if near_start { spare * 2 / 3 } else { spare / 3 };
    let took = grow_left(pieces, most.min(slack));
    spare -= took;
    slack -= took;
    let mut merged: Vec<Range<usize>> = Vec::new();
    for piece in pieces.drain(..) {
        let gap = merged.last().map_or(0..0, |last| last.end..piece.start);
        let most = spare.min(slack) + ellipsis;
        match merged.last_mut() {
            Some(last) if forward(line, gap.start, most) >= gap.end => {
                let more = columns(line, gap).saturating_sub(ellipsis);
                spare -= more;
                slack -= more;
                last.end = piece.end;
            }
            _ => merged.push(piece),
        }
    }
    *pieces = merged;
    if let Some(last) = pieces.last_mut() {
        // More of a value that is cut moves the middle of its underline, where its label hangs.
        let is_cut = wishes.iter().any(|w| w.range.end > last.end);
        let most = if is_cut { spare.min(slack * 2) } else { spare };
        let end = forward(line, last.end, most);
        let took = columns(line, last.end..end);
        spare -= took;
        slack -= if is_cut { took.div_ceil(2) } else { 0 };
        last.end = end;
    }
    grow_left(pieces, spare.min(slack));
}

/// Columns to spare, plus one, after giving a label's text up to `least` columns right of where it
/// hangs; 0 if it has not got them.
fn label_room(
    line: &str,
    pieces: &[Range<usize>],
    wish: &Wish,
    least: usize,
    room: usize,
    ellipsis: usize,
) -> usize {
    let mut start = ellipsis;
    for piece in pieces {
        if piece.start <= wish.range.start && wish.range.start <= piece.end {
            start += columns(line, piece.start..wish.range.start);
            let end = wish.range.end.min(piece.end);
            start += columns(line, wish.range.start..end) / 2;
            break;
        }
        start += columns(line, piece.clone()) + ellipsis;
    }
    let wanted = start + LABEL_INDENT + wish.label.min(least);
    (room + 1).saturating_sub(wanted)
}

/// The furthest place at or after `from` with at most `most` columns in between.
fn forward(line: &str, from: usize, most: usize) -> usize {
    let Some(rest) = line.get(from..) else {
        return line.len();
    };
    // One more than fits: a character without a width would still fit.
    let near = rest.as_bytes().get(..=most).unwrap_or(rest.as_bytes());
    if is_plain(near) {
        return (from + most).min(line.len());
    }
    let mut taken = 0;
    for (at, c) in rest.char_indices() {
        taken += char_width(c);
        if taken > most {
            return from + at;
        }
    }
    line.len()
}

/// The furthest place at or before `from` with at most `most` columns in between.
fn back(line: &str, from: usize, most: usize) -> usize {
    let before = line.get(..from).unwrap_or_default();
    let near = before.len().saturating_sub(most.saturating_add(1));
    if is_plain(before.as_bytes().get(near..).unwrap_or_default()) {
        return before.len().saturating_sub(most);
    }
    let mut taken = 0;
    for (at, c) in before.char_indices().rev() {
        taken += char_width(c);
        if taken > most {
            return at + c.len_utf8();
        }
    }
    0
}
