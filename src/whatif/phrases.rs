//! Answers in words: "`processor` or `sub_processor`", "on or before 2026-12-14".

use super::edit::{Change, Edit};
use super::values::{COMPLETE, Order, SOME_TEXT};
use crate::facts::dotted;
use crate::rule::condition::parse_date;
use jiff::civil::Date;
use serde_json::{Value, json};

/// So many words are listed; more are "any other", where that can be said.
const MOST_WORDS: usize = 6;

/// How lists that lead to the same stand to the words that do so alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListShape {
    /// One of the words is enough, whatever stands beside it.
    Holds,
    /// Nothing but these words.
    Only,
    /// One of the words by itself; of several nothing is said.
    Alone,
    /// No word leads there.
    NoWord,
}

/// Words of which each leads to the same.
pub(super) fn words(values: &[&Value], country: bool, largest: bool, only: bool) -> String {
    if only {
        return "whatever the answer".to_owned();
    }
    if values.len() > MOST_WORDS && largest {
        return if country {
            "any other country"
        } else {
            "anything else"
        }
        .to_owned();
    }
    listed(values)
}

/// Lists that lead to the same.
pub(super) fn list(
    values: &[&Value],
    shape: ListShape,
    country: bool,
    largest: bool,
    only: bool,
) -> String {
    if only {
        return match values {
            [_] => "none".to_owned(),
            _ => "whatever the answer".to_owned(),
        };
    }
    let words: Vec<&Value> = values.iter().filter_map(|value| single(value)).collect();
    let none = values
        .iter()
        .any(|value| value.as_array().is_some_and(Vec::is_empty));
    if words.len() > MOST_WORDS && largest {
        let other = if country {
            "any other country"
        } else {
            "anything else"
        };
        return if none {
            format!("none, or {other}")
        } else {
            other.to_owned()
        };
    }
    let text = match shape {
        ListShape::Holds => format!("holds {}", listed(&words)),
        ListShape::Only => format!("only {}", listed(&words)),
        ListShape::Alone => format!("{} alone", listed(&words)),
        ListShape::NoWord if none => return "none".to_owned(),
        ListShape::NoWord => return "all of them".to_owned(),
    };
    if none {
        format!("none, or {text}")
    } else {
        text
    }
}

/// The one word of a list.
pub(super) fn single(list: &Value) -> Option<&Value> {
    match list.as_array().map(Vec::as_slice) {
        Some([word]) => Some(word),
        _ => None,
    }
}

/// Neighbouring answers that lead to the same: whether they are the first and the last that were
/// tried, which stand for all that lie beyond.
pub(super) fn range(values: &[&Value], order: Order, (starts, ends): (bool, bool)) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return String::new();
    };
    let (first, last) = (text(first), text(last));
    let (up_to, from) = match order {
        Order::Dates => ("on or before", "on or after"),
        _ => ("at most", "at least"),
    };
    match order {
        Order::One if first == SOME_TEXT => "it is stated".to_owned(),
        Order::One if first == COMPLETE => "the list is complete as it stands".to_owned(),
        Order::One => "none".to_owned(),
        _ if starts && ends => "whatever the answer".to_owned(),
        _ if starts => format!("{up_to} {last}"),
        _ if ends => format!("{from} {first}"),
        _ if first == last => first,
        _ => format!("from {first} to {last}"),
    }
}

/// A value between two, half way; `None` if they are neighbours, or cannot be told apart further.
pub(super) fn between(a: &Value, b: &Value, order: Order) -> Option<Value> {
    match order {
        Order::Numbers => {
            let (a, b) = (a.as_u64()?, b.as_u64()?);
            let middle = a + b.checked_sub(a)? / 2;
            (middle > a).then(|| json!(middle))
        }
        Order::Dates => {
            let (a, b) = (parse_date(a.as_str()?)?, parse_date(b.as_str()?)?);
            middle(a, b).map(|middle| json!(middle.to_string()))
        }
        _ => None,
    }
}

/// The day half way between two; `None` if they are neighbours.
pub(super) fn middle(a: Date, b: Date) -> Option<Date> {
    let days = a.until(b).ok()?.get_days();
    let half = jiff::Span::new().try_days(days / 2).ok()?;
    let middle = a.checked_add(half).ok()?;
    (middle > a && middle < b).then_some(middle)
}

fn listed(values: &[&Value]) -> String {
    let words: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Bool(true) => "yes (`true`)".to_owned(),
            Value::Bool(false) => "no (`false`)".to_owned(),
            Value::String(text) => format!("`{text}`"),
            other => format!("`{other}`"),
        })
        .collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// What is to be done: "add `VN` to `mechanisms[0].countries`".
pub(super) fn change(edit: &Edit, now: Option<String>) -> String {
    let field = dotted(&edit.place.pointer);
    match &edit.change {
        Change::Add(value @ Value::Object(_)) => format!("add to `{field}`: {}", shown(value)),
        Change::Add(value) => format!("add {} to `{field}`", shown(value)),
        Change::Remove => {
            let list = edit.place.pointer.rsplit_once('/').map_or("", |it| it.0);
            let list = dotted(list);
            match now.filter(|now| now.len() <= MOST_SHOWN) {
                Some(now) if now.starts_with('{') => {
                    format!("take out of `{list}`: {}", bare(&now))
                }
                Some(now) => format!("take {} out of `{list}`", bare(&now)),
                None => format!("take `{field}` out of `{list}`"),
            }
        }
        Change::Set(value @ Value::Object(_)) => format!("put in `{field}`: {}", shown(value)),
        Change::Set(value) => {
            let from = match now.filter(|now| now.len() <= MOST_SHOWN) {
                Some(now) => format!(" instead of {}", bare(&now)),
                None => String::new(),
            };
            format!("make `{field}` {}{from}", shown(value))
        }
    }
}

/// So many bytes of a value that is there are shown.
const MOST_SHOWN: usize = 60;

/// A value as an officer reads it.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("`{name}` {}", shown(value)))
                .collect();
            match members.split_last() {
                Some((last, rest)) if !rest.is_empty() => {
                    format!("{} and {last}", rest.join(", "))
                }
                _ => members.join(""),
            }
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(shown).collect();
            format!("[{}]", values.join(", "))
        }
        Value::String(text) if text == SOME_TEXT => "(what it is)".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

fn bare(json: &str) -> String {
    match serde_json::from_str(json) {
        Ok(Value::String(text)) => format!("`{text}`"),
        Ok(value @ Value::Object(_)) => shown(&value),
        _ => format!("`{json}`"),
    }
}
