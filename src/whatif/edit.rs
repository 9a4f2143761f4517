//! Changes of a document, made in its text: what is not changed stays as it was written.

use crate::document::{Document, Kind, NodeId};
use crate::facts::insertion_offset;
use serde_json::{Value, json};

/// A value of the proposal, or of a document that it names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// 0 for the proposal, then the documents that it names.
    pub part: u16,
    /// RFC 6901; the value need not be there.
    pub pointer: String,
}

/// What happens at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The value becomes this one, whether it was there or not.
    Set(Value),
    /// The list there gets one more element; a list that is not there has just this one.
    Add(Value),
    /// The value goes.
    Remove,
}

/// A change at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub place: Place,
    pub change: Change,
}

/// An operation of a JSON Patch (RFC 6902).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchStep {
    pub op: &'static str,
    pub path: String,
    pub value: Option<Value>,
}

/// The text of a document after a change; `None` where there is nothing to change it at.
pub fn changed(document: Document, pointer: &str, change: &Change) -> Option<String> {
    let text = document.text();
    match change {
        Change::Remove => {
            let (from, to) = whole_entry(document, document.locate(pointer)?)?;
            Some(spliced(text, from, to, ""))
        }
        Change::Add(value) => match document.locate(pointer) {
            Some(list) if document.kind(list) == Kind::Array => {
                let last = document.elements(list).last();
                let (at, comma) = match last {
                    Some(last) => (document.range(last).end, ", "),
                    None => (document.range(list).start + 1, ""),
                };
                Some(spliced(text, at, at, &format!("{comma}{value}")))
            }
            _ => set(document, pointer, &json!([value])),
        },
        Change::Set(value) => set(document, pointer, value),
    }
}

fn set(document: Document, pointer: &str, value: &Value) -> Option<String> {
    let text = document.text();
    if let Some(at) = document.locate(pointer) {
        let range = document.range(at);
        return Some(spliced(text, range.start, range.end, &value.to_string()));
    }
    let (object, name, value) = missing_member(document, pointer, value)?;
    let at = insertion_offset(document, object);
    let comma = if document.is_empty(object) { "" } else { ", " };
    let member = format!("{comma}{}: {value}", Value::String(name));
    Some(spliced(text, at, at, &member))
}

/// The object that is there and lacks the value, the name of the member that would hold it, and what
/// that member would be.
fn missing_member(
    document: Document,
    pointer: &str,
    value: &Value,
) -> Option<(NodeId, String, Value)> {
    let (mut parent, mut step) = pointer.rsplit_once('/')?;
    let mut value = value.clone();
    loop {
        let name = step.replace("~1", "/").replace("~0", "~");
        match document.locate(parent) {
            Some(object) if document.kind(object) == Kind::Object => {
                return Some((object, name, value));
            }
            Some(_) => return None,
            None => {
                value = json!({ name: value });
                (parent, step) = parent.rsplit_once('/')?;
            }
        }
    }
}

/// The bytes of an element or member, with the comma that goes with it.
fn whole_entry(document: Document, at: NodeId) -> Option<(u32, u32)> {
    let parent = document.parent(at)?;
    let start_of = |value: NodeId| {
        document
            .range(document.key_of(value).unwrap_or(value))
            .start
    };
    let entries: Vec<NodeId> = match document.kind(parent) {
        Kind::Object => document.members(parent).map(|(_, value)| value).collect(),
        _ => document.elements(parent).collect(),
    };
    let index = entries.iter().position(|entry| *entry == at)?;
    let before = index.checked_sub(1).and_then(|i| entries.get(i));
    let end = document.range(at).end;
    Some(match (before, entries.get(index + 1)) {
        (Some(before), _) => (document.range(*before).end, end),
        (None, Some(after)) => (start_of(at), start_of(*after)),
        (None, None) => (start_of(at), end),
    })
}

fn spliced(text: &str, from: u32, to: u32, new: &str) -> String {
    let before = text.get(..from as usize).unwrap_or_default();
    let after = text.get(to as usize..).unwrap_or_default();
    format!("{before}{new}{after}")
}

/// The operation of a JSON Patch that makes a change.
pub fn patch_step(document: Document, pointer: &str, change: &Change) -> Option<PatchStep> {
    let there = document.locate(pointer);
    let step = |op, path: String, value: &Value| PatchStep {
        op,
        path,
        value: Some(value.clone()),
    };
    Some(match change {
        Change::Remove => PatchStep {
            op: "remove",
            path: pointer.to_owned(),
            value: None,
        },
        Change::Set(value) if there.is_some() => step("replace", pointer.to_owned(), value),
        Change::Add(value) if there.is_some_and(|at| document.kind(at) == Kind::Array) => {
            step("add", format!("{pointer}/-"), value)
        }
        Change::Add(value) if there.is_some() => {
            step("replace", pointer.to_owned(), &json!([value]))
        }
        Change::Set(value) => added(document, pointer, value)?,
        Change::Add(value) => added(document, pointer, &json!([value]))?,
    })
}

/// Adds a member with everything that is missing around it: a patch makes no parents.
fn added(document: Document, pointer: &str, value: &Value) -> Option<PatchStep> {
    let (object, name, value) = missing_member(document, pointer, value)?;
    let path = format!(
        "{}/{}",
        document.pointer(object),
        crate::facts::escape(&name)
    );
    Some(PatchStep {
        op: "add",
        path,
        value: Some(value),
    })
}

#[cfg(test)]
mod tests {
    use super::{Change, changed, patch_step};
    use crate::document::{Tape, parse};
    use serde_json::{Value, json};

    /// The change made in the text is the change of the patch, and nothing else of the text changes.
    #[test]
    fn changes_are_made_where_they_belong() {
        let text = "{\"a\": [1, 2, 3],\n \"b\": {\"c\": \"unknown\"}, \"e\": {}}";
        let cases: [(&str, Change, &str, &str); 10] = [
            ("/a/0", Change::Remove, "\"a\": [2, 3]", "remove /a/0"),
            ("/a/1", Change::Remove, "\"a\": [1, 3]", "remove /a/1"),
            ("/a/2", Change::Remove, "\"a\": [1, 2]", "remove /a/2"),
            ("/b", Change::Remove, "3], \"e\"", "remove /b"),
            ("/b/c", Change::Remove, "\"b\": {}", "remove /b/c"),
            ("/a", Change::Add(json!(4)), "[1, 2, 3, 4]", "add /a/-"),
            ("/b/c", Change::Set(json!(5)), "{\"c\": 5}", "replace /b/c"),
            ("/e/f", Change::Set(json!(5)), "{\"f\": 5}", "add /e/f"),
            (
                "/b/d/e",
                Change::Add(json!(6)),
                "\"unknown\", \"d\": {\"e\":[6]}}",
                "add /b/d",
            ),
            (
                "/b/c",
                Change::Add(json!(7)),
                "{\"c\": [7]}",
                "replace /b/c",
            ),
        ];
        for (pointer, change, expected, patch) in cases {
            let mut tape = Tape::new();
            let document = parse(text, &mut tape).expect("a document");
            let new = changed(document, pointer, &change).expect("a change");
            assert!(new.contains(expected), "{pointer}: {new}");
            serde_json::from_str::<Value>(&new).expect("JSON");
            let step = patch_step(document, pointer, &change).expect("a patch");
            assert_eq!(format!("{} {}", step.op, step.path), patch);
        }
    }
}
