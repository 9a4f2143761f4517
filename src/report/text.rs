//! Text on its way to a terminal: made harmless and measured.
//!
//! Everything a user or a rule author wrote passes [`sanitise`], or [`stand_in`] inside a snippet,
//! before it is printed. This module does not know what the text says. How it is broken into lines
//! is `row`'s matter.

use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Makes `text` safe to print on one line: line breaks and tabs become a space, and characters
/// that steer a terminal, turn the reading direction or cannot be seen become `\u{…}`.
pub fn sanitise(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) || !text.chars().any(is_unsafe) {
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

/// The pieces of a sentence in which values stand between backticks: every second one is a value. A
/// backtick inside a value leaves one without its partner: then all is one piece.
pub(super) fn values(text: &str) -> Vec<&str> {
    if text.matches('`').count() % 2 == 1 {
        return vec![text];
    }
    text.split('`').collect()
}

/// Whether `text` is visible ASCII and spaces: harmless, and a column a byte. Most text is, and
/// what holds for any other is slow to find out.
pub(super) fn is_plain(text: &[u8]) -> bool {
    // Without an early end, which would keep the compiler from taking many bytes at a time.
    text.iter()
        .fold(true, |plain, b| plain & matches!(b, b' '..=b'~'))
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
    if is_plain(text.as_bytes()) {
        text.len()
    } else {
        text.width()
    }
}

/// Terminal cells of a character in a snippet, or of what stands in for it. A tab takes at most
/// four.
pub(super) fn char_width(c: char) -> usize {
    if matches!(c, ' '..='~') {
        return 1;
    }
    match stand_in(c) {
        Some(shown) => width(shown),
        None if c == '\t' => 4,
        None => c.width().unwrap_or(0),
    }
}

/// `text`, padded with spaces to `columns` cells.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let gap = columns.saturating_sub(width(text));
    let mut padded = String::with_capacity(text.len() + gap);
    padded.push_str(text);
    push_spaces(&mut padded, gap);
    padded
}

/// Adds `count` spaces.
pub(super) fn push_spaces(out: &mut String, count: usize) {
    const SPACES: &str = "                                                                ";
    match SPACES.get(..count) {
        Some(spaces) => out.push_str(spaces),
        None => out.extend(std::iter::repeat_n(' ', count)),
    }
}
