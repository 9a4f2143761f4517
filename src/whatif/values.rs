//! Which values a place can hold: from the vocabulary, never from a law.

use super::edit::{Change, Edit, Place};
use super::sandbox::Sandbox;
use crate::document::Kind;
use crate::facts::{Facts, escape};
use crate::rule::condition::parse_date;
use crate::vocabulary::{Field, Object, PROFILE, PROPOSAL, Shape, UNKNOWN, Vocabulary, Words};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde_json::{Value, json};

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) shape: &'static Shape,
    /// The field; absent for an element of a list.
    pub(super) field: Option<&'static Field>,
    /// The object that the field is one of.
    pub(super) object: Option<&'static Object>,
}

/// What the vocabulary has at a place.
pub(super) fn at(vocabulary: &Vocabulary, place: &Place) -> Option<At> {
    let format = if place.part == 0 { PROPOSAL } else { PROFILE };
    let mut at = At {
        shape: vocabulary.shape(vocabulary.root(format)?),
        field: None,
        object: None,
    };
    for step in place.pointer.split('/').skip(1) {
        at = match at.shape {
            Shape::Object(object) => {
                let field = object.field(step)?;
                At {
                    shape: vocabulary.shape(field.shape),
                    field: Some(field),
                    object: Some(object),
                }
            }
            Shape::List(list) => At {
                shape: vocabulary.shape(list.item),
                field: None,
                object: at.object,
            },
            _ => return None,
        };
    }
    Some(at)
}

/// How the answers of a question stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Each stands for itself.
    Words {
        country: bool,
    },
    /// Between neighbours that lead to the same, all do.
    Dates,
    Numbers,
    Durations,
    /// Lists: none of the words, one of them, all of them.
    Lists {
        country: bool,
    },
    /// There is one answer.
    One,
}

/// A possible answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) value: Value,
    pub(super) edits: Vec<Edit>,
}

/// The answers that a missing fact can have; none where they cannot be listed.
pub(super) fn answers(sandbox: &Sandbox, facts: &Facts, place: &Place) -> (Order, Vec<Answer>) {
    let set = |values: Vec<Value>| {
        let answers = values.into_iter().map(|value| Answer {
            edits: vec![Edit {
                place: place.clone(),
                change: Change::Set(value.clone()),
            }],
            value,
        });
        answers.collect()
    };
    let none = (Order::One, Vec::new());
    let vocabulary = &sandbox.set.vocabulary;
    let Some(at) = at(vocabulary, place) else {
        return none;
    };
    if at.field.is_some_and(|field| field.document.is_some()) {
        return none;
    }
    if let Some(answer) = completed(sandbox, at, place) {
        return (Order::One, vec![answer]);
    }
    match at.shape {
        Shape::Words(words) => {
            let order = Order::Words {
                country: words.country,
            };
            (order, set(texts(words)))
        }
        Shape::YesNo => (
            Order::Words { country: false },
            set(vec![json!(true), json!(false)]),
        ),
        Shape::Date => {
            let dates = critical_dates(facts, sandbox.options.as_of);
            let dates = dates.into_iter().map(|date| json!(date.to_string()));
            (Order::Dates, set(dates.collect()))
        }
        Shape::Number { .. } => (Order::Numbers, set(numbers())),
        Shape::Duration => (
            Order::Durations,
            set(DURATIONS.iter().map(|text| json!(text)).collect()),
        ),
        Shape::Text => (Order::One, set(vec![json!(SOME_TEXT)])),
        Shape::List(list) => {
            let mut values = vec![json!([])];
            let mut country = false;
            if let Shape::Words(words) = vocabulary.shape(list.item) {
                country = words.country;
                let words = texts(words);
                values.extend(words.iter().map(|word| json!([word])));
                values.push(json!(words));
            }
            (Order::Lists { country }, set(values))
        }
        Shape::Object(_) | Shape::Const(_) => none,
    }
}

/// Stands for a list as it is written, and nothing else.
pub(super) const COMPLETE: &str = "complete";

/// Stands for any text.
pub(super) const SOME_TEXT: &str = "…";

pub(super) const DURATIONS: [&str; 12] = [
    "P1D", "P7D", "P14D", "P1M", "P3M", "P6M", "P1Y", "P2Y", "P3Y", "P5Y", "P10Y", "P100Y",
];

fn texts(words: &Words) -> Vec<Value> {
    let texts = words.words.iter().map(|word| word.text);
    texts
        .filter(|text| *text != UNKNOWN)
        .map(|text| json!(text))
        .collect()
}

/// The words among which is chosen at a place, with their meanings, and whether several can be.
pub(super) fn choices(vocabulary: &Vocabulary, place: &Place) -> (Vec<(String, String)>, bool) {
    let words = |shape: &Shape| match shape {
        Shape::Words(words) => words
            .words
            .iter()
            .filter(|word| word.text != UNKNOWN)
            .map(|word| (word.text.to_owned(), word.meaning.to_owned()))
            .collect(),
        Shape::YesNo => ["yes", "no"]
            .map(|word| (word.to_owned(), String::new()))
            .to_vec(),
        _ => Vec::new(),
    };
    match at(vocabulary, place).map(|at| at.shape) {
        Some(Shape::List(list)) => (words(vocabulary.shape(list.item)), true),
        Some(shape) => (words(shape), false),
        None => (Vec::new(), false),
    }
}

/// Zero, and 1, 2 and 5 of every power of ten.
pub(super) fn numbers() -> Vec<Value> {
    let powers = (0..10).map(|power| 10_u64.pow(power));
    let numbers = powers.flat_map(|power| [1, 2, 5].map(|digit| json!(digit * power)));
    std::iter::once(json!(0)).chain(numbers).collect()
}

/// Says that a list has no other elements than those that are written, where it is a list that says it
/// may have some.
fn completed(sandbox: &Sandbox, at: At, place: &Place) -> Option<Answer> {
    let document = sandbox.document(place.part)?;
    let list = document.locate(&place.pointer)?;
    if document.kind(list) != Kind::Array || document.is_empty(list) {
        return None;
    }
    let mut edits = Vec::new();
    let elements: Vec<_> = document.elements(list).collect();
    for (i, element) in elements.iter().enumerate().rev() {
        if document.string_is(*element, UNKNOWN) {
            edits.push(Edit {
                place: Place {
                    part: place.part,
                    pointer: format!("{}/{i}", place.pointer),
                },
                change: Change::Remove,
            });
        }
    }
    let name = format!("{}_complete", at.field?.name);
    if at.object?.field(&name).is_some() {
        let (parent, _) = place.pointer.rsplit_once('/')?;
        edits.push(Edit {
            place: Place {
                part: place.part,
                pointer: format!("{parent}/{}", escape(&name)),
            },
            change: Change::Set(json!(true)),
        });
    }
    (!edits.is_empty()).then_some(Answer {
        value: json!(COMPLETE),
        edits,
    })
}

/// So many dates of the documents are looked around.
const MOST_DATES: usize = 40;

/// The days around every date in the documents and the day of the check, and days far from them,
/// ascending.
pub(super) fn critical_dates(facts: &Facts, as_of: Date) -> Vec<Date> {
    let mut dates = vec![as_of];
    for part in &facts.parts {
        let document = part.document;
        let mut open = vec![document.root()];
        while let Some(node) = open.pop() {
            match document.kind(node) {
                Kind::Object => open.extend(document.members(node).map(|(_, value)| value)),
                Kind::Array => open.extend(document.elements(node)),
                Kind::String => {
                    let date = document.string(node).and_then(|text| parse_date(&text));
                    dates.extend(date);
                }
                _ => {}
            }
        }
    }
    dates.sort_unstable();
    dates.dedup();
    dates.truncate(MOST_DATES);
    let shifts: [Span; 19] = [
        (-10).years(),
        (-3).years(),
        (-2).years(),
        (-1).years(),
        (-6).months(),
        (-3).months(),
        (-1).months(),
        (-7).days(),
        (-1).days(),
        0.days(),
        1.days(),
        7.days(),
        1.months(),
        3.months(),
        6.months(),
        1.years(),
        2.years(),
        3.years(),
        10.years(),
    ];
    let shifted = dates
        .iter()
        .flat_map(|date| shifts.map(|shift| date.checked_add(shift).ok()));
    let mut dates: Vec<Date> = shifted.flatten().collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}
