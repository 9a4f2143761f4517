//! No more than is needed: no change, no word of a list and no later date.

use super::super::edit::{Change, Edit};
use super::super::operators::is_date;
use super::super::phrases;
use super::Search;
use crate::rule::condition::parse_date;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

impl Search<'_, '_> {
    /// Whether no part of the changes is enough.
    pub(super) fn is_least(&self, edits: &[Edit]) -> bool {
        let count = edits.len();
        (1..(1_usize << count) - 1).all(|mask| {
            let chosen = edits.iter().enumerate();
            let part: Vec<Edit> = chosen
                .filter(|(i, _)| mask & (1 << i) != 0)
                .map(|(_, edit)| edit.clone())
                .collect();
            !self.is_enough(&part)
        })
    }

    /// The same with every date as early as it may be, and every number as near to what it was.
    pub(super) fn nearest(&self, edits: Vec<Edit>) -> Vec<Edit> {
        let mut edits = edits;
        for i in 0..edits.len() {
            let Some(edit) = edits.get(i) else { continue };
            let Change::Set(value) = &edit.change else {
                continue;
            };
            let is_enough = |value: Value| {
                let mut tried = edits.clone();
                if let Some(edit) = tried.get_mut(i) {
                    edit.change = Change::Set(value);
                }
                self.is_enough(&tried)
            };
            let date = value.as_str().and_then(parse_date);
            let best = match (date, value.as_i64()) {
                (Some(date), _) if is_date(&self.set.vocabulary, &edit.place) => {
                    self.earliest(date, is_enough)
                }
                (None, Some(number)) => self.least_changed(edit, number, is_enough),
                _ => None,
            };
            if let (Some(best), Some(edit)) = (best, edits.get_mut(i)) {
                edit.change = Change::Set(best);
            }
        }
        edits
    }

    fn earliest(&self, date: Date, is_enough: impl Fn(Value) -> bool) -> Option<Value> {
        let mut enough = date;
        let mut short = self.sandbox.options.as_of.checked_sub(1.days()).ok()?;
        while let Some(middle) = phrases::middle(short, enough) {
            match is_enough(json!(middle.to_string())) {
                true => enough = middle,
                false => short = middle,
            }
        }
        Some(json!(enough.to_string()))
    }

    fn least_changed(
        &self,
        edit: &Edit,
        number: i64,
        is_enough: impl Fn(Value) -> bool,
    ) -> Option<Value> {
        let document = self.sandbox.document(edit.place.part)?;
        let now = document.raw(document.locate(&edit.place.pointer)?);
        let (mut short, mut enough) = (now.parse::<i64>().ok()?, number);
        while short.abs_diff(enough) > 1 {
            let middle = short.midpoint(enough);
            match is_enough(json!(middle)) {
                true => enough = middle,
                false => short = middle,
            }
        }
        Some(json!(enough))
    }

    /// The same without the words that are not needed in lists to which several were added.
    pub(super) fn without_spare(&self, edits: Vec<Edit>) -> Vec<Edit> {
        let mut edits = edits;
        for i in 0..edits.len() {
            let Some(edit) = edits.get(i) else { continue };
            let written = self.sandbox.document(edit.place.part).and_then(|document| {
                let at = document.locate(&edit.place.pointer)?;
                serde_json::from_str(document.raw(at)).ok()
            });
            let written = match written {
                Some(Value::Array(written)) => written,
                _ => Vec::new(),
            };
            let mut lists = Vec::new();
            match &edit.change {
                Change::Set(value) | Change::Add(value) => lists_of(value, "", &mut lists),
                Change::Remove => {}
            }
            for (pointer, words) in lists {
                for word in words.iter().rev().filter(|word| !written.contains(word)) {
                    let mut tried = edits.clone();
                    let change = tried.get_mut(i).map(|edit| &mut edit.change);
                    let (Some(Change::Set(value)) | Some(Change::Add(value))) = change else {
                        continue;
                    };
                    if let Some(Value::Array(list)) = value.pointer_mut(&pointer) {
                        list.retain(|it| it != word);
                    }
                    if self.is_enough(&tried) {
                        edits = tried;
                    }
                }
            }
            let Some(edit) = edits.get_mut(i) else {
                continue;
            };
            // One word more is one that was added.
            if let Change::Set(Value::Array(list)) = &edit.change
                && let Some((last, rest)) = list.split_last()
                && *rest == *written
            {
                edit.change = Change::Add(last.clone());
            }
        }
        edits
    }
}

/// The lists of several words in a value, each with its pointer.
fn lists_of(value: &Value, at: &str, found: &mut Vec<(String, Vec<Value>)>) {
    match value {
        Value::Array(list) if list.len() > 1 => found.push((at.to_owned(), list.clone())),
        Value::Object(members) => {
            for (name, value) in members {
                lists_of(
                    value,
                    &format!("{at}/{}", crate::facts::escape(name)),
                    found,
                );
            }
        }
        _ => {}
    }
}
