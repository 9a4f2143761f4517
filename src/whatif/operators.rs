//! What people can change: the ways in which a fact may come to be another, from the vocabulary alone.

use super::edit::{Change, Edit, Place};
use super::repair::{Lists, Read};
use super::values::{At, DURATIONS, SOME_TEXT, at, numbers};
use crate::document::{Document, Kind, NodeId};
use crate::engine::law_date::law_dates;
use crate::facts::Facts;
use crate::proof::Scope;
use crate::rule::condition::parse_date;
use crate::vocabulary::{
    Changing, Field, Object, PROFILE, PROPOSAL, Shape, UNKNOWN, Vocabulary, Words,
};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde_json::{Value, json};

/// Of a larger set of words, such as that of all countries, only those that the documents hold are
/// tried.
const MANY_WORDS: usize = 60;

/// The word of the format for a text that says that there is nothing.
const NONE: &str = "none";

/// How the value at a place may come to be another. `new` tells whether something was put there by a
/// change: of something new, everything may be anything.
pub(super) fn changing(
    vocabulary: &Vocabulary,
    place: &Place,
    new: impl Fn(&str) -> bool,
) -> Option<Changing> {
    let format = if place.part == 0 { PROPOSAL } else { PROFILE };
    let mut shape = vocabulary.shape(vocabulary.root(format)?);
    let mut state = None;
    let mut made = false;
    let mut path = String::new();
    for step in place.pointer.split('/').skip(1) {
        path.push('/');
        path.push_str(step);
        made |= new(&path);
        shape = match shape {
            Shape::Object(object) => {
                let field = object.field(step)?;
                // Whether a list is complete is known or not, not brought about.
                let list = step.strip_suffix("_complete");
                if list.is_some_and(|list| object.field(list).is_some()) {
                    return None;
                }
                state = match (state, field.change) {
                    (Some(Changing::Never), _) => state,
                    // What stands fixed as a whole is not sent elsewhere piece by piece.
                    (Some(Changing::Fixed), Some(Changing::Reroute)) => state,
                    (Some(Changing::Add), None) => Some(Changing::Act),
                    (state, own) => own.or(state),
                };
                vocabulary.shape(field.shape)
            }
            Shape::List(list) => vocabulary.shape(list.item),
            _ => return None,
        };
    }
    match state? {
        Changing::Never => None,
        _ if made => Some(Changing::Act),
        Changing::Fixed => None,
        state => Some(state),
    }
}

/// The changes that can be made where a fact was read.
pub(super) fn operators(
    vocabulary: &Vocabulary,
    facts: &Facts,
    read: &Read,
    kind: Changing,
    as_of: Date,
) -> Vec<Edit> {
    let place = read.place;
    let Some(at) = at(vocabulary, place) else {
        return Vec::new();
    };
    let Some(document) = facts.part(place.part).map(|part| part.document) else {
        return Vec::new();
    };
    let there = document.locate(&place.pointer);
    let edit = |change| Edit {
        place: place.clone(),
        change,
    };
    let set = |values: Vec<Value>| -> Vec<Edit> {
        let now = there.map(|node| document.raw(node));
        let others = values
            .into_iter()
            .filter(|value| now != Some(value.to_string().as_str()));
        others.map(|value| edit(Change::Set(value))).collect()
    };
    match at.shape {
        Shape::Words(words) => set(candidates(words, facts)),
        Shape::YesNo => set(vec![json!(true), json!(false)]),
        Shape::Date => {
            let now = there.and_then(|node| parse_date(&document.string(node)?));
            // What has begun has begun.
            if at.field.is_some_and(|field| field.starts.is_some())
                && now.is_some_and(|now| now < as_of)
            {
                return Vec::new();
            }
            let ends = at.field.is_some_and(|field| field.ends.is_some());
            set(dates(facts, as_of, ends))
        }
        Shape::Number { .. } => set(numbers()),
        Shape::Duration => set(DURATIONS.iter().map(|text| json!(text)).collect()),
        // A text is put where there is none, never in place of another.
        Shape::Text if there.is_none_or(|node| document.string_is(node, NONE)) => match at.field {
            Some(field) if field.document.is_none() => set(vec![json!(SOME_TEXT)]),
            _ => Vec::new(),
        },
        Shape::List(list) if is_read(read, there) => {
            let elements: Vec<NodeId> = match there {
                Some(node) if document.kind(node) == Kind::Array => {
                    document.elements(node).collect()
                }
                _ => Vec::new(),
            };
            let mut edits = Vec::new();
            if read.lists != Lists::Shrink {
                let item = vocabulary.shape(list.item);
                let is_new = |value: &Value| {
                    let text = value.to_string();
                    !elements.iter().any(|node| document.raw(*node) == text)
                };
                let mut new = new_elements(vocabulary, item, list.key, facts);
                if matches!(item, Shape::Text) {
                    new = texts_at(facts, &read.beside);
                }
                new.retain(is_new);
                let one = new.iter().map(|value| edit(Change::Add(value.clone())));
                edits.extend(one);
                // Several words may be needed at once; what is not needed is taken out again.
                if new.len() > 1 && matches!(item, Shape::Words(_)) {
                    let written = elements.iter().map(|node| document.raw(*node));
                    let written = written.filter_map(|text| serde_json::from_str(text).ok());
                    let all: Vec<Value> = written.chain(new).collect();
                    edits.push(edit(Change::Set(json!(all))));
                }
            }
            if read.lists != Lists::Grow && kind != Changing::Add {
                edits.extend((0..elements.len()).map(|i| Edit {
                    place: Place {
                        part: place.part,
                        pointer: format!("{}/{i}", place.pointer),
                    },
                    change: Change::Remove,
                }));
            }
            edits
        }
        _ => Vec::new(),
    }
}

/// Whether it matters what is in a list, and not only that it is there.
fn is_read(read: &Read, there: Option<NodeId>) -> bool {
    read.fact.scope != Scope::Value || there.is_none() || read.lists != Lists::Grow
}

/// The texts with which a value is compared.
fn texts_at(facts: &Facts, places: &[&Place]) -> Vec<Value> {
    let texts = places.iter().filter_map(|place| {
        let document = facts.part(place.part)?.document;
        let text = document.string(document.locate(&place.pointer)?)?;
        Some(json!(text))
    });
    texts.collect()
}

/// What can be added to a list: every word; an object of every kind.
fn new_elements(
    vocabulary: &Vocabulary,
    item: &Shape,
    key: Option<&str>,
    facts: &Facts,
) -> Vec<Value> {
    match item {
        Shape::Words(words) => candidates(words, facts),
        Shape::Object(object) => {
            let kind = key.and_then(|key| object.field(key));
            let words = kind.and_then(|field| match vocabulary.shape(field.shape) {
                Shape::Words(words) => Some((field, words)),
                _ => None,
            });
            match words {
                Some((field, words)) => candidates(words, facts)
                    .into_iter()
                    .map(|word| filled(vocabulary, object, field, &word))
                    .collect(),
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// A new object of this kind, with the texts that it must have.
fn filled(vocabulary: &Vocabulary, object: &Object, kind: &Field, word: &Value) -> Value {
    let required = object
        .fields
        .iter()
        .filter(|field| field.required && matches!(vocabulary.shape(field.shape), Shape::Text));
    let mut members = serde_json::Map::new();
    members.insert(kind.name.to_owned(), word.clone());
    for field in required {
        members.insert(field.name.to_owned(), json!(SOME_TEXT));
    }
    Value::Object(members)
}

/// The words that are tried.
fn candidates(words: &Words, facts: &Facts) -> Vec<Value> {
    let all = words
        .words
        .iter()
        .filter(|word| word.text != UNKNOWN && !words.circumstances.contains(&word.text));
    if words.words.len() <= MANY_WORDS {
        return all.map(|word| json!(word.text)).collect();
    }
    let mut said: Vec<String> = Vec::new();
    for part in &facts.parts {
        texts(part.document, &mut said);
    }
    all.filter(|word| said.iter().any(|text| text == word.text))
        .map(|word| json!(word.text))
        .collect()
}

fn texts(document: Document, found: &mut Vec<String>) {
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        match document.kind(node) {
            Kind::Object => open.extend(document.members(node).map(|(_, value)| value)),
            Kind::Array => open.extend(document.elements(node)),
            Kind::String => found.extend(document.string(node).map(|text| text.into_owned())),
            _ => {}
        }
    }
}

/// The days on which something can take place: none before the day of the check, and nothing ends
/// within a year.
fn dates(facts: &Facts, as_of: Date, ends: bool) -> Vec<Value> {
    let soon: [Span; 10] = [
        0.days(),
        1.days(),
        7.days(),
        1.months(),
        3.months(),
        6.months(),
        1.years(),
        2.years(),
        5.years(),
        10.years(),
    ];
    let around: [Span; 4] = [(-1).days(), 0.days(), 1.years(), 10.years()];
    let law = law_dates(facts, as_of).dates.into_iter();
    let law = law.flat_map(|date| around.map(|shift| date.checked_add(shift).ok()));
    let days = soon.map(|shift| as_of.checked_add(shift).ok());
    let mut days: Vec<Date> = days.into_iter().chain(law).flatten().collect();
    let first = if ends {
        as_of.checked_add(1.years())
    } else {
        Ok(as_of)
    };
    days.retain(|day| first.as_ref().is_ok_and(|first| day >= first));
    days.sort_unstable();
    days.dedup();
    days.into_iter().map(|day| json!(day.to_string())).collect()
}

/// Whether a place holds a date.
pub(super) fn is_date(vocabulary: &Vocabulary, place: &Place) -> bool {
    let found: Option<At> = at(vocabulary, place);
    found.is_some_and(|at| matches!(at.shape, Shape::Date))
}

/// Whether what a place holds is a date or a number, of which neighbours lead to the same.
pub(super) fn is_ordered(vocabulary: &Vocabulary, place: &Place) -> bool {
    let found: Option<At> = at(vocabulary, place);
    let ordered = |at: At| {
        matches!(
            at.shape,
            Shape::Date | Shape::Number { .. } | Shape::Duration
        )
    };
    found.is_some_and(ordered)
}
