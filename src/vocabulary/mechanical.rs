//! Mistakes that can be put right without asking anybody: a word or field in other letters, or by another
//! name that the format knows. What could mean several is left alone, and so is a misspelling.

use super::{Object, Shape, ShapeId, Vocabulary, Words};
use crate::document::{Document, Key, Kind, NodeId};
use std::ops::Range;

/// A part of a text, and what is to stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Bytes of the document's text.
    pub range: Range<u32>,
    /// JSON.
    pub text: String,
}

/// The corrections of a document of a format, from its beginning to its end; none where the format is
/// not known.
pub fn corrections(vocabulary: &Vocabulary, format: &str, document: Document) -> Vec<Correction> {
    let mut found = Vec::new();
    let mut open: Vec<(NodeId, ShapeId)> = Vec::new();
    open.extend(vocabulary.root(format).map(|root| (document.root(), root)));
    while let Some((at, shape)) = open.pop() {
        match (vocabulary.shape(shape), document.kind(at)) {
            (Shape::Object(object), Kind::Object) => {
                for (key, value) in document.members(at) {
                    let Some(name) = document.string(key) else {
                        continue;
                    };
                    let field = match object.field(&name) {
                        Some(field) => Some(field),
                        None => {
                            let right = right_field(object, &name);
                            let free = |right: &&str| document.get(at, &Key::new(right)).is_none();
                            let right = right.filter(free);
                            found.extend(right.map(|right| correction(document, key, right)));
                            right.and_then(|right| object.field(right))
                        }
                    };
                    open.extend(field.map(|field| (value, field.shape)));
                }
            }
            (Shape::List(list), Kind::Array) => {
                open.extend(document.elements(at).map(|element| (element, list.item)));
            }
            (Shape::Words(words), Kind::String) => {
                let written = document.string(at).unwrap_or_default();
                let right = right_word(words, &written);
                found.extend(right.map(|right| correction(document, at, right)));
            }
            _ => {}
        }
    }
    found.sort_by_key(|correction| correction.range.start);
    found
}

fn correction(document: Document, at: NodeId, right: &str) -> Correction {
    Correction {
        range: document.range(at),
        text: serde_json::Value::from(right).to_string(),
    }
}

/// The field that was meant; `None` where several could be.
fn right_field(object: &Object, written: &str) -> Option<&'static str> {
    let fields = object.fields.iter().map(|field| field.name);
    let aliases = object.aliases.iter();
    let named = aliases.filter(|(alias, _)| alias.eq_ignore_ascii_case(written));
    let same = fields.filter(|name| name.eq_ignore_ascii_case(written));
    only(same).or_else(|| only(named.map(|(_, right)| *right)))
}

/// The word that was meant; `None` for one that is right, could mean several or belongs elsewhere.
fn right_word(words: &Words, written: &str) -> Option<&'static str> {
    let equal = |other: &str| other.eq_ignore_ascii_case(written);
    if words.word(written).is_some()
        || words.ambiguous.iter().any(|(word, _)| equal(word))
        || words.refused.iter().any(|(word, _)| equal(word))
    {
        return None;
    }
    let same = words
        .words
        .iter()
        .map(|word| word.text)
        .filter(|word| equal(word));
    let named = words.aliases.iter().filter(|(alias, _)| equal(alias));
    only(same).or_else(|| only(named.map(|(_, right)| *right)))
}

fn only(mut found: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// A text with its corrections.
pub fn corrected(text: &str, corrections: &[Correction]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for correction in corrections {
        let (from, to) = (
            correction.range.start as usize,
            correction.range.end as usize,
        );
        out.push_str(text.get(done..from).unwrap_or_default());
        out.push_str(&correction.text);
        done = to;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}
