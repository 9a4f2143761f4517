//! The tape: every key and value of a text in the order they were opened, as flat entries.
//!
//! An object is followed by its members, each a key and then its value, an array by its
//! elements. Entries hold places and sizes only; text is always read from the source.
//! Deliberately without parent links: they would cost every document something, and only
//! reports ask for parents.

use std::ops::Range;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    /// The name of a member; its value is the node after it.
    Key,
    Object,
    Array,
}

/// A key or value: its index in the tape. Later in the text is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Reusable buffers for reading texts one after the other.
#[derive(Debug, Default)]
pub struct Tape {
    pub(super) entries: Vec<Entry>,
    pub(super) duplicates: Vec<(NodeId, NodeId)>,
    /// Open containers while reading.
    pub(super) stack: Vec<Frame>,
    /// Hash and tape index of the keys of all open objects, innermost last.
    pub(super) keys: Vec<(u32, u32)>,
    /// Room for decoding a key with escapes before it is hashed.
    pub(super) name: String,
}

impl Tape {
    /// Buffers that have not read anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.duplicates.clear();
        self.stack.clear();
        self.keys.clear();
    }
}

/// One node. 20 bytes, so that a typical proposal stays in the first-level cache.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub start: u32,
    pub end: u32,
    /// Object, array: index of the entry after the last one inside. Key: hash of its name.
    pub aux: u32,
    /// Object: members. Array: elements.
    pub count: u32,
    pub kind: Kind,
    /// String, key: holds a backslash, so that its text must be decoded.
    pub escaped: bool,
}

impl Entry {
    /// What a node id of some other document shows.
    pub const NONE: Self = Self {
        start: 0,
        end: 0,
        aux: 0,
        count: 0,
        kind: Kind::Null,
        escaped: false,
    };

    pub fn range(&self) -> Range<u32> {
        self.start..self.end
    }

    pub fn is_container(&self) -> bool {
        matches!(self.kind, Kind::Object | Kind::Array)
    }
}

/// A container that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub node: u32,
    /// Where its keys start in [`Tape::keys`].
    pub keys_base: u32,
    pub count: u32,
    pub is_object: bool,
}
