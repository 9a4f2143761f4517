//! The smallest pieces of JSON text: string bodies, escapes, numbers.
//!
//! Both readers use these, so that they cannot disagree about what a string or a number is.
//! Nothing here reports mistakes; the callers know what to call them.

use std::borrow::Cow;
use std::str::Chars;

use super::tape::Entry;

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The eight bytes from `at`; what lies behind the end reads as `"`, so that a scan stops there.
#[inline(always)]
pub(super) fn load(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => padded(bytes, at, b'"'),
    }
}

/// The fewer than eight bytes from `at` to the end, filled up.
#[cold]
#[inline(never)]
pub(super) fn padded(bytes: &[u8], at: usize, fill: u8) -> u64 {
    let mut chunk = [fill; 8];
    for (to, from) in chunk.iter_mut().zip(bytes.iter().skip(at)) {
        *to = *from;
    }
    u64::from_le_bytes(chunk)
}

/// The next `"`, `\` or control character at or after `at`, or the length of the text or more.
///
/// Eight bytes at a time: a byte that is special gets its high bit set, and the lowest one set
/// is exact (a borrow can only spoil bytes above a real hit).
#[inline(always)]
pub(super) fn next_special(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let word = load(bytes, at);
        let quote = word ^ (LOW * b'"' as u64);
        let slash = word ^ (LOW * b'\\' as u64);
        let hits = ((quote.wrapping_sub(LOW) & !quote)
            | (slash.wrapping_sub(LOW) & !slash)
            | (word.wrapping_sub(LOW * 0x20) & !word))
            & HIGH;
        if hits != 0 {
            return at + (hits.trailing_zeros() >> 3) as usize;
        }
        at += 8;
    }
}

/// What stands at a backslash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// A valid one, up to this offset.
    Valid(usize),
    /// Half of a surrogate pair without the other, up to this offset.
    LoneSurrogate(usize),
    /// None that JSON has, up to this offset (always on a character boundary).
    Unknown(usize),
}

/// Reads the escape whose backslash stands at `at`.
pub(super) fn escape(text: &str, at: usize) -> Escape {
    let bytes = text.as_bytes();
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Escape::Valid(at + 2),
        Some(b'u') => {
            let Some(unit) = hex4(bytes, at + 2) else {
                let digits = bytes.iter().skip(at + 2).take(4);
                let valid = digits.take_while(|b| b.is_ascii_hexdigit()).count();
                return Escape::Unknown(at + 2 + valid);
            };
            match unit {
                0xD800..0xDC00 if low_surrogate(bytes, at + 6).is_some() => Escape::Valid(at + 12),
                0xD800..0xE000 => Escape::LoneSurrogate(at + 6),
                _ => Escape::Valid(at + 6),
            }
        }
        Some(_) => {
            let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
            Escape::Unknown(at + 1 + next.map_or(0, char::len_utf8))
        }
        None => Escape::Unknown(at + 1),
    }
}

fn low_surrogate(bytes: &[u8], at: usize) -> Option<u32> {
    let is_escape = bytes.get(at..at + 2) == Some(b"\\u");
    let unit = is_escape.then(|| hex4(bytes, at + 2))??;
    (0xDC00..0xE000).contains(&unit).then_some(unit)
}

fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |value, &byte| {
        Some(value * 16 + char::from(byte).to_digit(16)?)
    })
}

/// The end of the number that starts at `at` (`-` or a digit), or where it stops being one.
#[inline(always)]
pub(super) fn number(bytes: &[u8], at: usize) -> Result<usize, usize> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let digits = |mut at: usize| {
        while byte(at).is_ascii_digit() {
            at += 1;
        }
        at
    };
    let some_digits = |at: usize| {
        let end = digits(at);
        if end == at { Err(at) } else { Ok(end) }
    };
    let mut at = if byte(at) == b'-' { at + 1 } else { at };
    at = match byte(at) {
        b'0' if byte(at + 1).is_ascii_digit() => return Err(at + 1),
        b'0' => at + 1,
        b'1'..=b'9' => digits(at + 1),
        _ => return Err(at),
    };
    if byte(at) == b'.' {
        at = some_digits(at + 1)?;
    }
    if let b'e' | b'E' = byte(at) {
        at += if let b'+' | b'-' = byte(at + 1) { 2 } else { 1 };
        at = some_digits(at)?;
    }
    Ok(at)
}

/// The text between the quotes of a string or key, as it is written.
#[inline]
pub(super) fn body<'a>(text: &'a str, entry: &Entry) -> &'a str {
    let start = entry.start as usize + 1;
    let end = (entry.end as usize).saturating_sub(1);
    text.get(start..end).unwrap_or_default()
}

/// The text a string or key stands for.
pub(super) fn decoded<'a>(text: &'a str, entry: &Entry) -> Cow<'a, str> {
    let body = body(text, entry);
    if entry.escaped {
        Cow::Owned(Unescape::new(body).collect())
    } else {
        Cow::Borrowed(body)
    }
}

/// The characters a string body stands for. An escape that is none reads as U+FFFD; a body
/// that was read without complaint has no such.
pub(super) struct Unescape<'a>(Chars<'a>);

impl<'a> Unescape<'a> {
    pub fn new(body: &'a str) -> Self {
        Self(body.chars())
    }

    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.0.as_str().split_at_checked(4)?;
        self.0 = rest.chars();
        hex4(digits.as_bytes(), 0)
    }

    fn unicode(&mut self) -> Option<char> {
        let unit = self.unit()?;
        if !(0xD800..0xDC00).contains(&unit) {
            return char::from_u32(unit);
        }
        let low = low_surrogate(self.0.as_str().as_bytes(), 0)?;
        self.0 = self.0.as_str().get(6..)?.chars();
        char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
    }
}

impl Iterator for Unescape<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let c = self.0.next()?;
        if c != '\\' {
            return Some(c);
        }
        Some(match self.0.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unicode().unwrap_or(char::REPLACEMENT_CHARACTER),
            plain => plain,
        })
    }
}
