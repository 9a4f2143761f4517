//! Syntax mistakes, and the words for them.
//!
//! The reader of these words is no programmer: each message says what is wrong, each help what
//! to write. Where a mistake is, and nothing about lines, columns or colours.

use std::ops::Range;

use super::MAX_DEPTH;

/// One mistake in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: SyntaxErrorKind,
    /// The place, in bytes. Empty where something is missing: there is where to write it.
    pub at: Range<u32>,
    /// The opening bracket that is never closed, or around a place that is too deep.
    pub opener: Option<Range<u32>>,
}

/// What is wrong. Texts in it are shortened for showing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// There is nothing but white space.
    EmptyFile,
    /// Longer than 4 GiB.
    TooLarge,
    /// A bracket inside of too many others.
    TooDeep,
    /// Some other kind of text, YAML or XML for example.
    NotJson,
    /// More after the end of the value.
    TrailingData,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A comma with nothing before it.
    ExtraComma,
    MissingComma,
    MissingColon,
    /// Some other sign where a comma or colon belongs.
    WrongSeparator {
        found: String,
        write: char,
    },
    /// A name without a value.
    MissingValue,
    /// A value without a name, in an object.
    MissingName,
    /// Names in an array.
    NamesInList,
    /// Names before any bracket was opened.
    MissingOpening,
    /// Brackets that are never closed.
    Unclosed {
        write: String,
    },
    /// `]` where `}` belongs, or the other way round.
    WrongClose {
        found: char,
        write: char,
    },
    /// A closing bracket too many.
    StrayClose {
        found: char,
    },
    Comment,
    /// Single, typographic or other quotes.
    WrongQuotes {
        text: String,
    },
    UnquotedName {
        name: String,
    },
    UnquotedText {
        text: String,
    },
    /// `True`, `None`, `tru`.
    Misspelled {
        found: String,
        write: &'static str,
    },
    /// `NaN`, `Infinity`.
    NotANumber {
        found: String,
    },
    BadNumber {
        text: String,
        mistake: NumberMistake,
    },
    /// No closing quote on the line.
    UnclosedString {
        is_name: bool,
    },
    /// Plain quotes inside of quotes.
    InnerQuotes,
    LineBreakInString,
    ControlCharacter {
        found: char,
    },
    /// A backslash before something it cannot stand before.
    UnknownEscape {
        found: String,
    },
    /// Half of a surrogate pair.
    LoneSurrogate {
        found: String,
    },
    /// A space that is not one of the four JSON knows.
    OddSpace {
        found: char,
    },
    Unexpected {
        found: char,
    },
    /// The two readers disagree; a defect of this program.
    Unreadable,
}

/// What is wrong with a number, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberMistake {
    LeadingZero {
        write: String,
    },
    PlusSign {
        write: String,
    },
    NoDigitBeforePoint {
        write: String,
    },
    NoDigitAfterPoint {
        write: String,
    },
    /// Signs that group digits.
    Grouped {
        write: String,
    },
    DecimalComma {
        write: String,
    },
    /// `0x1F` and the like.
    NotDecimal,
    /// `1e`.
    NoExponent,
    /// `-`.
    NoDigits,
}

impl SyntaxError {
    pub(crate) fn new(kind: SyntaxErrorKind, at: Range<usize>) -> Self {
        Self {
            kind,
            at: narrow(at),
            opener: None,
        }
    }

    pub(super) fn with_opener(self, opener: Option<usize>) -> Self {
        Self {
            opener: opener.map(|start| narrow(start..start + 1)),
            ..self
        }
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> String {
        use SyntaxErrorKind as K;
        match &self.kind {
            K::EmptyFile => "the file is empty".into(),
            K::TooLarge => "the file is larger than 4 GiB".into(),
            K::TooDeep => format!("brackets are nested more than {MAX_DEPTH} deep"),
            K::NotJson => "this is not JSON".into(),
            K::TrailingData => "there is more text after the end".into(),
            K::TrailingComma => "comma after the last entry".into(),
            K::ExtraComma => "comma without an entry before it".into(),
            K::MissingComma => "missing comma between two entries".into(),
            K::MissingColon => "missing colon between a name and its value".into(),
            K::WrongSeparator { found, write } => format!("`{found}` where `{write}` belongs"),
            K::MissingValue => "this name has no value".into(),
            K::MissingName => "this value has no name".into(),
            K::NamesInList => "a list in `[ ]` cannot have names".into(),
            K::MissingOpening => "missing opening bracket".into(),
            K::Unclosed { write } if write.len() > 1 => {
                format!("{} brackets are never closed", write.len())
            }
            K::Unclosed { write } => {
                let opener = if write == "]" { '[' } else { '{' };
                format!("this `{opener}` is never closed")
            }
            K::WrongClose { found, write } => format!("`{found}` where `{write}` belongs"),
            K::StrayClose { found } => format!("this `{found}` closes nothing"),
            K::Comment => "JSON has no comments".into(),
            K::WrongQuotes { .. } => "text stands in other quotes than `\"`".into(),
            K::UnquotedName { name } => format!("the name `{name}` is not in quotes"),
            K::UnquotedText { text } => format!("the text `{text}` is not in quotes"),
            K::Misspelled { found, .. } => format!("JSON does not know the word `{found}`"),
            K::NotANumber { found } => format!("`{found}` is not a number in JSON"),
            K::BadNumber { text, mistake } => mistake.message(text),
            K::UnclosedString { is_name: true } => "this name has no closing quote".into(),
            K::UnclosedString { is_name: false } => "this text has no closing quote".into(),
            K::InnerQuotes => "quotes inside a text end it too early".into(),
            K::LineBreakInString => "a text cannot run over several lines".into(),
            K::ControlCharacter { found: '\t' } => "tab inside a text".into(),
            K::ControlCharacter { found } => {
                format!(
                    "control character U+{:04X} inside a text",
                    u32::from(*found)
                )
            }
            K::UnknownEscape { found } => format!("`{found}` means nothing in JSON"),
            K::LoneSurrogate { found } => format!("`{found}` is only half a character"),
            K::OddSpace { found } => {
                format!(
                    "a space that JSON does not know (U+{:04X})",
                    u32::from(*found)
                )
            }
            K::Unexpected { found } if found.is_control() => {
                format!("unexpected control character U+{:04X}", u32::from(*found))
            }
            K::Unexpected { found } => format!("unexpected `{found}`"),
            K::Unreadable => "this cannot be read as JSON".into(),
        }
    }

    /// What to write instead.
    pub fn help(&self) -> Option<String> {
        use SyntaxErrorKind as K;
        Some(match &self.kind {
            K::EmptyFile => "write at least one proposal: `{ … }`".into(),
            K::TooLarge => "split it into several files".into(),
            K::TooDeep => "a proposal never needs so many; remove the surplus brackets".into(),
            K::NotJson => "a proposal starts with `{`, a list of proposals with `[`".into(),
            K::TrailingData => {
                "remove it; several proposals go into one list, `[ { … }, { … } ]`, \
                                or one a line into a file named `.ndjson`"
                    .into()
            }
            K::TrailingComma | K::ExtraComma => "remove this comma".into(),
            K::MissingComma => "write `,` here".into(),
            K::MissingColon => "write `:` here".into(),
            K::WrongSeparator { write, .. } | K::WrongClose { write, .. } => {
                format!("write `{write}` instead")
            }
            K::MissingValue => {
                "write a value after the name and `:`, or remove the name; what is not known yet \
                 is `\"unknown\"`"
                    .into()
            }
            K::MissingName => "write its name and a colon before it: `\"name\": …`".into(),
            K::NamesInList => "write the names and values in braces: `{ … }`".into(),
            K::MissingOpening => "write `{` here".into(),
            K::Unclosed { write } => format!("write `{write}` here"),
            K::StrayClose { .. } => "remove it, or write the opening bracket it belongs to".into(),
            K::Comment => "remove the comment".into(),
            // A text in wrong quotes has its backslashes already.
            K::WrongQuotes { text } => format!("write {}", quoted(text)),
            K::UnquotedName { name: text } | K::UnquotedText { text } => {
                format!("write {}", quoted(&text.replace('\\', "\\\\")))
            }
            K::Misspelled { write: "null", .. } => {
                "write `null`; a field that is not known yet is better left out or `\"unknown\"`"
                    .into()
            }
            K::Misspelled { write, .. } => format!("write `{write}`"),
            K::NotANumber { .. } => {
                "write a number in digits, or `\"unknown\"` if it is not known yet".into()
            }
            K::BadNumber { mistake, .. } => mistake.help(),
            K::UnclosedString { .. } => "write `\"` at its end".into(),
            K::InnerQuotes => "write `\\\"` for each quote inside the text".into(),
            K::LineBreakInString => {
                "write the text on one line, with `\\n` for each line break".into()
            }
            K::ControlCharacter { found } => match found {
                '\t' => "write `\\t`, or a space".into(),
                found => format!("remove it, or write `\\u{:04x}`", u32::from(*found)),
            },
            K::UnknownEscape { found } if found == "\\'" => "write `'` without a backslash".into(),
            K::UnknownEscape { found } if found.starts_with("\\u") => {
                "write four digits (0-9, a-f) after `\\u`, or `\\\\` for a backslash".into()
            }
            K::UnknownEscape { .. } => "write `\\\\` for each backslash in a text".into(),
            K::LoneSurrogate { .. } => "write the character itself, or both halves".into(),
            K::OddSpace { .. } => "remove it, or write an ordinary space".into(),
            K::Unexpected { .. } => "remove it".into(),
            K::Unreadable => return None,
        })
    }
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for SyntaxError {}

impl NumberMistake {
    fn message(&self, text: &str) -> String {
        match self {
            Self::LeadingZero { .. } => format!("the number `{text}` starts with a zero"),
            Self::PlusSign { .. } => format!("the number `{text}` has a plus sign"),
            Self::NoDigitBeforePoint { .. } => {
                format!("the number `{text}` has no digit before the point")
            }
            Self::NoDigitAfterPoint { .. } => {
                format!("the number `{text}` has no digit after the point")
            }
            Self::Grouped { .. } => format!("the digits of `{text}` are grouped"),
            Self::DecimalComma { .. } => format!("the number `{text}` is written with a comma"),
            Self::NotDecimal => format!("the number `{text}` is not written in decimal digits"),
            Self::NoExponent => format!("the number `{text}` has no digit after the `e`"),
            Self::NoDigits => format!("`{text}` is not a number"),
        }
    }

    fn help(&self) -> String {
        match self {
            Self::LeadingZero { write }
            | Self::PlusSign { write }
            | Self::NoDigitBeforePoint { write }
            | Self::NoDigitAfterPoint { write }
            | Self::Grouped { write }
            | Self::DecimalComma { write } => format!("write `{write}`"),
            Self::NotDecimal => "write it with the digits 0 to 9 only".into(),
            Self::NoExponent => "write the digits after the `e`, or remove the `e`".into(),
            Self::NoDigits => "write at least one digit".into(),
        }
    }
}

/// How much of a text an error carries along.
const SHOWN: usize = 60;

/// A text short enough to show, and on one line.
pub(super) fn shortened(text: &str) -> String {
    let mut out: String = text.chars().take(SHOWN).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out.replace(char::is_control, " ")
}

/// A text as JSON writes it, for copying; if it was shortened, only how to write it.
fn quoted(text: &str) -> String {
    if text.ends_with('…') {
        return "`\"` before and after it".to_owned();
    }
    let mut out = String::from("`\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            _ => out.push(c),
        }
    }
    out.push_str("\"`");
    out
}

/// A range in the offsets of this module.
pub(super) fn narrow(range: Range<usize>) -> Range<u32> {
    let narrow = |at| u32::try_from(at).unwrap_or(u32::MAX);
    narrow(range.start)..narrow(range.end)
}
