//! Bytes to text. JSON is UTF-8; anything else is refused with its place and what to do.
//!
//! Nothing is converted silently: guessing an encoding could change a name in a legal document.

use std::ops::Range;

use super::syntax_error::narrow;

/// Bytes that are not UTF-8 text, with a text that shows where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUtf8 {
    /// The text as far as it can be read, each unreadable place shown as U+FFFD.
    pub lossy: String,
    /// The first unreadable place in `lossy`.
    pub at: Range<u32>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// The text in `bytes`.
///
/// # Errors
///
/// The first place that is not UTF-8, or the whole if it looks like UTF-16.
pub fn decode(bytes: &[u8]) -> Result<&str, InvalidUtf8> {
    if let Some(lossy) = utf16(bytes) {
        let end = lossy.chars().next().map_or(0, char::len_utf8) as u32;
        return Err(InvalidUtf8 {
            lossy,
            at: 0..end,
            message: "this file is saved as UTF-16 (\"Unicode\"), not as UTF-8".to_owned(),
            help: "save it again with the encoding UTF-8".to_owned(),
        });
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let start = error.valid_up_to();
        let rest = bytes.get(start..).unwrap_or_default();
        let hex: Vec<String> = rest
            .iter()
            .take(error.error_len().unwrap_or(rest.len()))
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let (byte, is) = if hex.len() == 1 { ("byte", "is") } else { ("bytes", "are") };
        let cut_off = if error.error_len().is_none() { ": the file ends inside a character" } else { "" };
        InvalidUtf8 {
            lossy: String::from_utf8_lossy(bytes).into_owned(),
            at: narrow(start..start + char::REPLACEMENT_CHARACTER.len_utf8()),
            message: format!("the {byte} {} {is} not valid UTF-8{cut_off}", hex.join(" ")),
            help: match rest.first().copied().and_then(windows_1252) {
                Some(c) if error.error_len().is_some() => format!(
                    "save the file again with the encoding UTF-8 (in the older Windows encoding this would be `{c}`)"
                ),
                _ => "save the file again with the encoding UTF-8".to_owned(),
            },
        }
    })
}

/// The text of what must be UTF-16: it says so, or it has the zero bytes that no JSON has.
fn utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] | [1..=255, 0, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] | [0, 1..=255, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
    Some(
        text.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
    )
}

/// The letter a byte most likely stood for, if it was written on an older Windows or Mac.
fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80 => Some('€'),
        0x91 => Some('‘'),
        0x92 => Some('’'),
        0x93 => Some('“'),
        0x94 => Some('”'),
        0x96 => Some('–'),
        0x97 => Some('—'),
        0xA1..=0xFF => Some(char::from(byte)),
        _ => None,
    }
}
