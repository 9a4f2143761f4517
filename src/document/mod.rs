//! JSON text in, a [`Document`] out that still knows the place of everything it read.
//!
//! Rules, schema checks and reports all work on this one tree: a value is a [`NodeId`], and a
//! node has a byte range in the text. There are two readers. [`parse`] is for the files that are
//! fine, which is nearly all of them: one pass, no recursion, no allocation once its [`Tape`] is
//! warm. [`diagnose`] is for the others: slower, goes on after a mistake, and says for each one
//! what to write instead.
//!
//! ```
//! use carnet::document::{Key, Tape, diagnose, parse};
//!
//! let mut tape = Tape::new();
//! let document = parse(r#"{"id": "TP-1", "data": [1, 2]}"#, &mut tape)?;
//! let id = document.get(document.root(), &Key::new("id"));
//! assert_eq!(id.map(|node| document.range(node)), Some(7..13));
//!
//! let mistakes = diagnose(r#"{"id": 'TP-1', "data": [1, 2,]}"#);
//! assert_eq!(mistakes.len(), 2);
//! assert_eq!(mistakes[0].help().as_deref(), Some(r#"write `"TP-1"`"#));
//! # Ok::<(), carnet::document::SyntaxError>(())
//! ```
//!
//! What it accepts is RFC 8259, a leading byte-order mark (see [`Document::has_bom`]), and at
//! most [`MAX_DEPTH`] nested brackets.
//!
//! Deliberately not here: what a field means, which fields there are, whether a number fits
//! (its text is kept; see [`Document::number_fits`]), and whether a duplicate name is an error
//! (it is only recorded; see [`Document::duplicates`]). Lines and columns live in
//! [`source`](crate::source).

mod iter;
mod key;
mod lines;
mod parse;
mod pointer;
mod recover;
mod scan;
pub mod schema_view;
mod syntax_error;
mod tape;
mod utf8;
mod view;
pub mod yaml;

pub use iter::{Elements, Members};
pub use key::Key;
pub use lines::{Record, Records, looks_like_records, records};
pub use syntax_error::{NumberMistake, SyntaxError, SyntaxErrorKind};
pub use tape::{Kind, NodeId, Tape};
pub use utf8::{InvalidUtf8, decode};
pub use view::Document;

/// How many brackets may stand inside one another, the outermost included.
pub const MAX_DEPTH: usize = 128;

/// How many mistakes [`diagnose`] reports of one text; who has more will come back.
pub const MAX_SYNTAX_ERRORS: usize = 50;

/// The byte-order mark some editors put in front of a text.
const BOM: char = '\u{feff}';

/// Reads one JSON value. `tape` is overwritten; keep it to read the next text without allocating.
///
/// # Errors
///
/// The mistake [`diagnose`] would put first.
pub fn parse<'a>(text: &'a str, tape: &'a mut Tape) -> Result<Document<'a>, SyntaxError> {
    match parse::read(text, tape) {
        Ok(()) => Ok(Document::new(text, tape)),
        Err(stop) => Err(recover::mistakes(text)
            .into_iter()
            .next()
            .unwrap_or_else(|| stop.into_error(text))),
    }
}

/// Every syntax mistake of a text, by place; empty exactly if [`parse`] accepts it.
///
/// One mistake gives one error: what follows from it is not reported again. Within one string
/// the same mistake is reported once. After [`MAX_SYNTAX_ERRORS`] it gives up.
pub fn diagnose(text: &str) -> Vec<SyntaxError> {
    let Err(stop) = parse::read(text, &mut Tape::new()) else {
        return Vec::new();
    };
    let mut found = recover::mistakes(text);
    if found.is_empty() {
        found.push(stop.into_error(text));
    }
    found
}

/// The document that a tape holds: `text` must be what it read last.
pub fn view<'a>(text: &'a str, tape: &'a Tape) -> Document<'a> {
    Document::new(text, tape)
}
