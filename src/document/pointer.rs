//! JSON Pointers (RFC 6901) to and from nodes, relative to the root of a view.
//!
//! A pointer names the first of several members with one name; the others have no pointer of
//! their own, only a node id.

use std::borrow::Cow;

use super::key::Key;
use super::tape::{Kind, NodeId};
use super::view::Document;

impl Document<'_> {
    /// The pointer to a node; a key has the pointer of its value. Empty for the root and for
    /// what is not below it.
    pub fn pointer(&self, node: NodeId) -> String {
        let mut pointer = String::new();
        for step in self.path(node) {
            pointer.push('/');
            if !step.is_object {
                pointer.push_str(&step.position.to_string());
                continue;
            }
            let key = self.key_of(step.child).unwrap_or(step.child);
            for c in self.string(key).unwrap_or_default().chars() {
                match c {
                    '~' => pointer.push_str("~0"),
                    '/' => pointer.push_str("~1"),
                    _ => pointer.push(c),
                }
            }
        }
        pointer
    }

    /// The value a pointer leads to.
    pub fn locate(&self, pointer: &str) -> Option<NodeId> {
        let mut node = self.root();
        if pointer.is_empty() {
            return Some(node);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            node = match self.kind(node) {
                Kind::Object => self.get(node, &Key::new(&unescaped(token)))?,
                Kind::Array => self.elements(node).nth(index(token)?)?,
                _ => return None,
            };
        }
        Some(node)
    }
}

fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        // In this order, so that `~01` is `~1` and not `/`.
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

/// An array index as RFC 6901 spells it: digits, no leading zero.
fn index(token: &str) -> Option<usize> {
    let plain = token.bytes().all(|b| b.is_ascii_digit());
    let padded = token.len() > 1 && token.starts_with('0');
    (plain && !padded).then(|| token.parse().ok())?
}
