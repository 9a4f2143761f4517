//! [`Document`]: what a reader sees of a text and its tape.
//!
//! A view is two references and a root, so it is copied freely. A node id of another document
//! gives empty answers, never a panic. Walking upwards (`parent`, `pointer`) starts from the
//! root and costs the width of the levels passed: reports do it, rules need not.

use std::borrow::Cow;
use std::ops::Range;

use super::BOM;
use super::iter::{Elements, Members};
use super::key::Key;
use super::scan::{Unescape, body, decoded};
use super::tape::{Entry, Kind, NodeId, Tape};

/// A text that was read, seen from one of its values.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    text: &'a str,
    tape: &'a Tape,
    root: NodeId,
}

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str, tape: &'a Tape) -> Self {
        Self {
            text,
            tape,
            root: NodeId(0),
        }
    }

    /// The whole text, whatever the root.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Whether the text starts with a byte-order mark.
    pub fn has_bom(&self) -> bool {
        self.text.starts_with(BOM)
    }

    /// The value this view starts from.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// The same text seen from another value: an element of an array as a proposal of its own.
    pub fn with_root(&self, root: NodeId) -> Document<'a> {
        Document { root, ..*self }
    }

    /// What a node is.
    pub fn kind(&self, node: NodeId) -> Kind {
        self.entry(node).kind
    }

    /// Where a node stands in the text, quotes and brackets included.
    pub fn range(&self, node: NodeId) -> Range<u32> {
        self.entry(node).range()
    }

    /// A node as it is written.
    pub fn raw(&self, node: NodeId) -> &'a str {
        let entry = self.entry(node);
        let range = entry.start as usize..entry.end as usize;
        self.text.get(range).unwrap_or_default()
    }

    /// The decoded text of a string or key; borrowed unless it holds escapes.
    pub fn string(&self, node: NodeId) -> Option<Cow<'a, str>> {
        let entry = self.entry(node);
        matches!(entry.kind, Kind::String | Kind::Key).then(|| decoded(self.text, &entry))
    }

    /// Whether a node is a string or key with this decoded text. Never allocates.
    pub fn string_is(&self, node: NodeId, text: &str) -> bool {
        let entry = self.entry(node);
        matches!(entry.kind, Kind::String | Kind::Key) && self.decodes_to(&entry, text)
    }

    /// The value of a boolean.
    pub fn boolean(&self, node: NodeId) -> Option<bool> {
        match self.kind(node) {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// A number as it is written.
    pub fn number(&self, node: NodeId) -> Option<&'a str> {
        (self.kind(node) == Kind::Number).then(|| self.raw(node))
    }

    /// Whether a node is a number that a 64-bit float can hold; `1e400` is none.
    pub fn number_fits(&self, node: NodeId) -> bool {
        let value = self.number(node).map(str::parse::<f64>);
        matches!(value, Some(Ok(value)) if value.is_finite())
    }

    /// How many members an object or elements an array has; 0 for anything else.
    pub fn len(&self, node: NodeId) -> usize {
        self.entry(node).count as usize
    }

    /// Whether a node has neither members nor elements.
    pub fn is_empty(&self, node: NodeId) -> bool {
        self.len(node) == 0
    }

    /// The value of the first member with this name.
    #[inline]
    pub fn get(&self, object: NodeId, key: &Key) -> Option<NodeId> {
        self.members(object).find_map(|(name, value)| {
            let entry = self.entry(name);
            (entry.aux == key.hash() && self.decodes_to(&entry, key.name())).then_some(value)
        })
    }

    /// Keys and values of an object in the order of the text; nothing for anything else.
    #[inline]
    pub fn members(&self, object: NodeId) -> Members<'a> {
        Members::new(*self, self.inside(object, Kind::Object))
    }

    /// Elements of an array in the order of the text; nothing for anything else.
    #[inline]
    pub fn elements(&self, array: NodeId) -> Elements<'a> {
        Elements::new(*self, self.inside(array, Kind::Array))
    }

    /// The key of a member's value; none for an element, a key, or the root.
    pub fn key_of(&self, value: NodeId) -> Option<NodeId> {
        let before = NodeId(value.0.checked_sub(1)?);
        (value != self.root && self.entry(before).kind == Kind::Key).then_some(before)
    }

    /// The object or array a key, value or element stands in; none for the root and for what
    /// is not below it.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.path(node).last().map(|step| step.container)
    }

    /// Names that an object has more than once, anywhere in the text whatever the root: the
    /// key of the first, and the key that repeats it. In the order of the repeating keys.
    pub fn duplicates(&self) -> &'a [(NodeId, NodeId)] {
        &self.tape.duplicates
    }

    /// The id behind the last node inside of this one: its own id plus one unless it is an
    /// object or array. `node.0..subtree_end(node).0` is everything inside, the node included.
    #[inline]
    pub fn subtree_end(&self, node: NodeId) -> NodeId {
        let entry = self.entry(node);
        // `max`, so that walking ends whatever the id.
        let after = node.0.saturating_add(1);
        NodeId(if entry.is_container() {
            entry.aux.max(after)
        } else {
            after
        })
    }

    /// The containers from the root down to `node`, each with its child on the way; empty for
    /// the root and for nodes that are not below it.
    pub(super) fn path(&self, node: NodeId) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut container = self.root;
        if node <= container || node >= self.subtree_end(container) {
            return steps;
        }
        loop {
            let is_object = self.kind(container) == Kind::Object;
            let mut child = NodeId(container.0 + 1);
            let mut position = 0;
            while self.subtree_end(child) <= node {
                child = self.subtree_end(child);
                position += 1;
            }
            steps.push(Step {
                container,
                child,
                position,
                is_object,
            });
            if child == node || !self.entry(child).is_container() {
                return steps;
            }
            container = child;
        }
    }

    #[inline(always)]
    fn entry(&self, node: NodeId) -> Entry {
        let entry = self.tape.entries.get(node.0 as usize);
        entry.copied().unwrap_or(Entry::NONE)
    }

    /// Identifies the tape, for telling nodes of documents apart.
    pub(super) fn address(&self) -> usize {
        self.tape.entries.as_ptr() as usize
    }

    #[inline(always)]
    fn inside(&self, node: NodeId, kind: Kind) -> Range<u32> {
        let entry = self.entry(node);
        if entry.kind == kind {
            node.0 + 1..entry.aux
        } else {
            0..0
        }
    }

    #[inline(always)]
    fn decodes_to(&self, entry: &Entry, text: &str) -> bool {
        let body = body(self.text, entry);
        if entry.escaped {
            // A decoded text is never longer than its escapes.
            body.len() >= text.len() && Unescape::new(body).eq(text.chars())
        } else {
            body == text
        }
    }
}

/// One level of a [`Document::path`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub container: NodeId,
    /// Element, key or value.
    pub child: NodeId,
    /// How many nodes of the container stand before the child; for an array, its index.
    pub position: u32,
    pub is_object: bool,
}
