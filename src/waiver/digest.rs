//! The digest of a JSON value: the same for the same value, however it is laid out.

use crate::document::{Document, Kind, NodeId};
use sha2::{Digest, Sha256};

/// `sha256:` and 64 hexadecimal digits. White space, the order of keys and escapes in texts do not
/// change it; a number counts as it is written.
pub fn value_digest(document: Document, value: NodeId) -> String {
    let mut hash = Sha256::new();
    feed(&mut hash, document, value);
    let digits: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{digits}")
}

// A value never nests deeper than `document::MAX_DEPTH`.
fn feed(hash: &mut Sha256, document: Document, value: NodeId) {
    match document.kind(value) {
        Kind::Object => {
            hash.update("{");
            let mut members: Vec<_> = document
                .members(value)
                .map(|(key, value)| (document.string(key).unwrap_or_default(), value))
                .collect();
            // Of keys written twice, the order is kept: it is part of the value.
            members.sort_by(|a, b| a.0.cmp(&b.0));
            for (key, value) in members {
                text(hash, &key);
                feed(hash, document, value);
            }
            hash.update("}");
        }
        Kind::Array => {
            hash.update("[");
            for element in document.elements(value) {
                feed(hash, document, element);
            }
            hash.update("]");
        }
        Kind::String => text(hash, &document.string(value).unwrap_or_default()),
        _ => {
            hash.update(document.raw(value));
            hash.update(",");
        }
    }
}

/// A text with its length before it, so that no two values run into each other.
fn text(hash: &mut Sha256, text: &str) {
    hash.update(format!("\"{}:", text.len()));
    hash.update(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Tape, parse};

    fn digest(text: &str) -> String {
        let mut tape = Tape::new();
        let document = parse(text, &mut tape).unwrap();
        value_digest(document, document.root())
    }

    #[test]
    fn layout_does_not_count_and_values_do() {
        let one = digest(r#"{"a": ["x", 1], "b": {"c": null}}"#);
        assert_eq!(one, digest("{\"b\":{\"c\":null},\n \"a\":[\"\\u0078\",1]}"));
        for other in [
            r#"{"a": ["x", 2], "b": {"c": null}}"#,
            r#"{"a": ["x1"], "b": {"c": null}}"#,
            r#"{"a": [1, "x"], "b": {"c": null}}"#,
            r#"{"a": ["x", "1"], "b": {"c": null}}"#,
            r#"{"a": ["x", 1], "b": null, "c": null}"#,
            r#"{"a": ["x", 1], "b": {}}"#,
        ] {
            assert_ne!(one, digest(other), "{other}");
        }
        assert_ne!(digest("[1,12]"), digest("[11,2]"));
        assert_ne!(digest(r#"["ab","c"]"#), digest(r#"["a","bc"]"#));
    }
}
