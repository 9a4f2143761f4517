//! Changes that belong together: what is changed inside something new is a part of it.

use super::super::edit::{Change, Edit, Place};
use super::super::sandbox::Sandbox;
use serde_json::{Value, json};

/// The place itself, or the list of which something is taken out.
pub(super) fn list_of(edit: &Edit) -> String {
    let pointer = edit.place.pointer.as_str();
    match (&edit.change, pointer.rsplit_once('/')) {
        (Change::Remove, Some((list, _))) => list.to_owned(),
        _ => pointer.to_owned(),
    }
}

/// What changes put there that was not: elements of lists, and objects.
pub(super) fn news(sandbox: &Sandbox, edits: &[Edit]) -> Vec<Place> {
    let before = |i: usize| edits.get(..i).unwrap_or_default();
    let edits = edits.iter().enumerate();
    edits
        .filter_map(|(i, edit)| new(sandbox, before(i), edit))
        .collect()
}

/// What a change puts there, if anything; `before`: the changes made by then.
fn new(sandbox: &Sandbox, before: &[Edit], edit: &Edit) -> Option<Place> {
    let pointer = &edit.place.pointer;
    let pointer = match &edit.change {
        Change::Add(_) => format!("{pointer}/{}", index(sandbox, before, &edit.place)?),
        Change::Set(Value::Object(_)) => pointer.clone(),
        Change::Set(_) | Change::Remove => return None,
    };
    let part = edit.place.part;
    Some(Place { part, pointer })
}

/// A change in something that is not there, as one of the whole of it: what is obtained or made is one
/// thing, however much there is to say of it.
fn whole(sandbox: &Sandbox, edit: &Edit) -> Option<Edit> {
    let document = sandbox.document(edit.place.part)?;
    let is_there = |pointer: &str| document.locate(pointer).is_some();
    let mut pointer = edit.place.pointer.as_str();
    let mut value = match &edit.change {
        Change::Set(value) => value.clone(),
        Change::Add(value) => json!([value]),
        Change::Remove => return None,
    };
    loop {
        let (parent, name) = pointer.rsplit_once('/')?;
        if is_there(parent) {
            break;
        }
        let name = name.replace("~1", "/").replace("~0", "~");
        if name.parse::<usize>().is_ok() {
            return None;
        }
        value = json!({ name: value });
        pointer = parent;
    }
    if pointer == edit.place.pointer {
        return None;
    }
    Some(Edit {
        place: Place {
            part: edit.place.part,
            pointer: pointer.to_owned(),
        },
        change: Change::Set(value),
    })
}

/// Whether a place is another, or in it.
pub(super) fn within(place: &Place, outer: &Place) -> bool {
    let rest = place.pointer.strip_prefix(outer.pointer.as_str());
    outer.part == place.part && rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
}

/// The index that an element gets which is added to a list after these changes.
fn index(sandbox: &Sandbox, before: &[Edit], list: &Place) -> Option<usize> {
    let document = sandbox.document(list.part)?;
    let written = document.locate(&list.pointer);
    let written = written.map_or(0, |list| document.elements(list).count());
    let mut index = written;
    for edit in before.iter().filter(|edit| edit.place.part == list.part) {
        let pointer = &edit.place.pointer;
        match edit.change {
            Change::Add(_) if *pointer == list.pointer => index += 1,
            Change::Remove if list_of(edit) == list.pointer => index = index.checked_sub(1)?,
            _ => {}
        }
    }
    Some(index)
}

/// One more change: a change inside something new is a part of it. `None` where it would undo another.
pub(super) fn with(sandbox: &Sandbox, edits: &[Edit], edit: &Edit) -> Option<Vec<Edit>> {
    let mut edits = edits.to_vec();
    for i in 0..edits.len() {
        let before = edits.get(..i)?.to_vec();
        let known = edits.get_mut(i)?;
        if known.place.part != edit.place.part {
            continue;
        }
        if known.place == edit.place && !matches!(edit.change, Change::Add(_)) {
            return None;
        }
        let Some(new) = new(sandbox, &before, known) else {
            continue;
        };
        let (Change::Add(value) | Change::Set(value)) = &mut known.change else {
            continue;
        };
        let Some(inside) = edit.place.pointer.strip_prefix(&new.pointer) else {
            continue;
        };
        if inside.is_empty() {
            return None;
        }
        if inside.starts_with('/') {
            fill(value, inside, &edit.change)?;
            return Some(edits);
        }
    }
    edits.push(whole(sandbox, edit).unwrap_or_else(|| edit.clone()));
    Some(edits)
}

/// Makes a change inside a value that is not in a text yet.
fn fill(value: &mut Value, pointer: &str, change: &Change) -> Option<()> {
    let mut at = value;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        at = match at {
            Value::Array(list) => list.get_mut(step.parse::<usize>().ok()?)?,
            Value::Object(members) => members.entry(step).or_insert(Value::Null),
            empty @ Value::Null => {
                *empty = json!({});
                empty.as_object_mut()?.entry(step).or_insert(Value::Null)
            }
            _ => return None,
        };
    }
    match (change, at) {
        // Something new is not made only to be changed again.
        (Change::Set(value), at @ Value::Null) => *at = value.clone(),
        (Change::Add(value), at @ Value::Null) => *at = json!([value]),
        (Change::Add(value), Value::Array(list)) => list.push(value.clone()),
        _ => return None,
    }
    Some(())
}
