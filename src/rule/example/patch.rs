//! Patches of base proposals: `set` and `remove` by dotted paths.

use crate::document::yaml::{YamlId, YamlKind, YamlTree};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

pub(super) fn to_json(tree: &YamlTree, node: YamlId) -> Value {
    match tree.kind(node) {
        YamlKind::Null => Value::Null,
        YamlKind::Bool => Value::Bool(tree.boolean(node).unwrap_or_default()),
        YamlKind::Number => serde_json::from_str(tree.text(node))
            .unwrap_or_else(|_| Value::String(tree.text(node).to_owned())),
        YamlKind::Text => Value::String(tree.text(node).to_owned()),
        YamlKind::List => Value::Array(tree.items(node).map(|item| to_json(tree, item)).collect()),
        YamlKind::Map => {
            let entries = tree
                .entries(node)
                .map(|(key, value)| (tree.text(key).to_owned(), to_json(tree, value)));
            Value::Object(entries.collect::<Map<String, Value>>())
        }
    }
}

/// The steps of a dotted path: names and indexes.
fn steps(path: &str) -> Vec<String> {
    path.replace('[', ".")
        .replace(']', "")
        .split('.')
        .map(str::to_owned)
        .collect()
}

/// The document a path leads to, and the path inside it: a path that goes on behind a text which
/// names a document of the example leads into that document.
pub(super) fn document_of<'a>(
    proposal: &'a mut Value,
    files: &'a mut BTreeMap<String, Value>,
    path: &str,
) -> (&'a mut Value, String) {
    let all = steps(path);
    let mut at: Option<&Value> = Some(proposal);
    for (index, step) in all.iter().enumerate() {
        let name = at.and_then(Value::as_str).map(str::to_owned);
        if let Some(file) = name.filter(|name| files.contains_key(name)) {
            let rest = all.get(index..).unwrap_or_default().join(".");
            return match files.get_mut(&file) {
                Some(document) => (document, rest),
                None => (proposal, path.to_owned()),
            };
        }
        at = at.and_then(|value| match step.parse::<usize>() {
            Ok(index) => value.get(index),
            Err(_) => value.get(step.as_str()),
        });
    }
    (proposal, path.to_owned())
}

pub(super) fn set(document: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let mut at = document;
    for step in steps(path) {
        at = match step.parse::<usize>() {
            Ok(index) => {
                let list = at
                    .as_array_mut()
                    .ok_or_else(|| format!("`{path}` does not lead through a list"))?;
                if index == list.len() {
                    list.push(Value::Null);
                }
                list.get_mut(index)
                    .ok_or_else(|| format!("`{path}` has no such element"))?
            }
            Err(_) => {
                if at.is_null() {
                    *at = Value::Object(Map::new());
                }
                let map = at
                    .as_object_mut()
                    .ok_or_else(|| format!("`{path}` does not lead through an object"))?;
                map.entry(step).or_insert(Value::Null)
            }
        };
    }
    *at = value;
    Ok(())
}

pub(super) fn remove(document: &mut Value, path: &str) -> Result<(), String> {
    let steps = steps(path);
    let (last, before) = steps.split_last().ok_or("an empty path")?;
    let gone = || format!("`{path}` is not in the base");
    let mut at = document;
    for step in before {
        at = match step.parse::<usize>() {
            Ok(index) => at.get_mut(index),
            Err(_) => at.get_mut(step.as_str()),
        }
        .ok_or_else(gone)?;
    }
    match (at, last.parse::<usize>()) {
        (Value::Array(list), Ok(index)) if index < list.len() => {
            list.remove(index);
            Ok(())
        }
        (Value::Object(map), _) => map.shift_remove(last).map(|_| ()).ok_or_else(gone),
        _ => Err(gone()),
    }
}
