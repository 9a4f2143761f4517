//! Where a folder of evidence is not as it was written, or comes out otherwise.

use super::document::is_copy;
use super::{EVIDENCE, PAGE, SUMS, digest};
use crate::facts::escape;
use serde_json::Value;
use std::collections::BTreeMap;

/// The first file whose digest is not the one that is written down, in a sentence: changed, missing, or
/// not listed.
///
/// # Errors
///
/// The list itself is missing or cannot be understood.
pub fn unsealed(files: &BTreeMap<String, Vec<u8>>) -> Result<Option<String>, String> {
    let sums = files
        .get(SUMS)
        .ok_or_else(|| format!("there is no `{SUMS}`"))?;
    let sums = std::str::from_utf8(sums).map_err(|_| format!("`{SUMS}` is not UTF-8"))?;
    let mut listed = BTreeMap::new();
    for (i, line) in sums.lines().enumerate() {
        let entry = line.split_once("  ").filter(|(sum, _)| sum.len() == 64);
        let (sum, path) =
            entry.ok_or_else(|| format!("line {} of `{SUMS}` is no digest and name", i + 1))?;
        listed.insert(path, sum);
    }
    for (path, sum) in &listed {
        let Some(bytes) = files.get(*path) else {
            return Ok(Some(format!("`{path}` is missing")));
        };
        let found = digest(bytes);
        if found != **sum {
            return Ok(Some(format!(
                "`{path}` was changed: its digest is {found}, and {sum} is written down"
            )));
        }
    }
    let known = |path: &&String| *path == SUMS || listed.contains_key(path.as_str());
    let stranger = files.keys().find(|path| !known(path));
    Ok(stranger.map(
        |path| match is_copy(path) || path == EVIDENCE || path == PAGE {
            true => format!("`{path}` is not listed in `{SUMS}`"),
            false => format!("`{path}` does not belong to the folder"),
        },
    ))
}

/// So many characters of a value are shown.
const MOST_SHOWN: usize = 80;

/// The first difference between what is written and what comes out, in a sentence; `None` where they
/// are the same.
pub fn difference(written: &Value, now: &Value) -> Option<String> {
    let (pointer, written, now) = first(written, now, String::new())?;
    let shown = |value: Option<&Value>| match value {
        None => "nothing".to_owned(),
        Some(value) => {
            let text = value.to_string();
            match text.char_indices().nth(MOST_SHOWN) {
                Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
                None => text,
            }
        }
    };
    Some(format!(
        "`{pointer}` is {} in it, and comes out as {}",
        shown(written),
        shown(now)
    ))
}

type Pair<'v> = (String, Option<&'v Value>, Option<&'v Value>);

fn first<'v>(written: &'v Value, now: &'v Value, at: String) -> Option<Pair<'v>> {
    match (written, now) {
        (Value::Object(old), Value::Object(new)) => {
            let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().find_map(|name| {
                let at = format!("{at}/{}", escape(name));
                match (old.get(name), new.get(name)) {
                    (Some(old), Some(new)) => first(old, new, at),
                    (old, new) => Some((at, old, new)),
                }
            })
        }
        (Value::Array(old), Value::Array(new)) => {
            let longest = old.len().max(new.len());
            (0..longest).find_map(|i| {
                let at = format!("{at}/{i}");
                match (old.get(i), new.get(i)) {
                    (Some(old), Some(new)) => first(old, new, at),
                    (old, new) => Some((at, old, new)),
                }
            })
        }
        (old, new) => (old != new).then_some((at, Some(old), Some(new))),
    }
}

#[cfg(test)]
mod tests {
    use super::difference;
    use serde_json::json;

    #[test]
    fn the_first_difference_is_named_with_its_place() {
        let old = json!({"a": [1, {"b": "x"}], "c": true});
        assert_eq!(difference(&old, &old), None);
        let new = json!({"a": [1, {"b": "y"}], "c": false});
        let told = difference(&old, &new).unwrap_or_default();
        assert_eq!(told, "`/a/1/b` is \"x\" in it, and comes out as \"y\"");
        let new = json!({"a": [1], "c": true});
        let told = difference(&old, &new).unwrap_or_default();
        assert_eq!(
            told,
            "`/a/1` is {\"b\":\"x\"} in it, and comes out as nothing"
        );
    }
}
