//! YAML text to a tree with the place of every value, for rule, pack, table and waiver files.
//!
//! The 1.2 core schema only, so that `NO` is Norway and `on` is a word; tags, anchors, aliases and
//! merge keys are mistakes with a place. A tree is two flat buffers that can be written at build
//! time and read at run time without decoding: shipped packs cost nothing until they are asked.
//!
//! This file is compiled into the build script as well; it depends on nothing of the crate.

use granit_parser::{Event, Parser, ScalarStyle};
use std::borrow::Cow;
use std::ops::Range;

/// Deeper files are refused; no rule needs a fraction of it.
const MAX_DEPTH: usize = 64;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YamlKind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Map,
}

/// Names a node of a [`YamlTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct YamlId(pub u32);

/// A mistake in a YAML text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    pub at: Range<u32>,
    pub message: String,
    pub help: Option<String>,
}

/// Bytes of one node record: kind, start, end, next, text start, text end.
const RECORD: usize = 21;

/// Nodes in pre-order; the children of a map alternate between key and value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlTree {
    records: Cow<'static, [u8]>,
    texts: Cow<'static, str>,
}

impl YamlTree {
    /// Reads a text. All duplicate keys, tags, anchors and the first syntax mistake are reported.
    pub fn parse(text: &str) -> Result<Self, Vec<YamlError>> {
        Builder::default().read(text)
    }

    /// A tree over buffers that [`buffers`](Self::buffers) gave.
    pub fn from_buffers(records: &'static [u8], texts: &'static str) -> Self {
        Self {
            records: Cow::Borrowed(records),
            texts: Cow::Borrowed(texts),
        }
    }

    /// The two buffers a tree consists of.
    pub fn buffers(&self) -> (&[u8], &str) {
        (&self.records, &self.texts)
    }

    /// The top value.
    pub fn root(&self) -> YamlId {
        YamlId(0)
    }

    fn word(&self, id: YamlId, offset: usize) -> u32 {
        let at = id.0 as usize * RECORD + offset;
        let bytes = self.records.get(at..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// What the node is.
    pub fn kind(&self, id: YamlId) -> YamlKind {
        match self.records.get(id.0 as usize * RECORD) {
            Some(1) => YamlKind::Bool,
            Some(2) => YamlKind::Number,
            Some(3) => YamlKind::Text,
            Some(4) => YamlKind::List,
            Some(5) => YamlKind::Map,
            _ => YamlKind::Null,
        }
    }

    /// Where the node stands in its text, in bytes.
    pub fn range(&self, id: YamlId) -> Range<u32> {
        self.word(id, 1)..self.word(id, 5)
    }

    fn next(&self, id: YamlId) -> YamlId {
        YamlId(self.word(id, 9).max(id.0 + 1))
    }

    /// The text of a scalar as the reader means it (quotes and folds resolved); empty for others.
    pub fn text(&self, id: YamlId) -> &str {
        let range = self.word(id, 13) as usize..self.word(id, 17) as usize;
        self.texts.get(range).unwrap_or_default()
    }

    /// The value of `true` or `false`.
    pub fn boolean(&self, id: YamlId) -> Option<bool> {
        (self.kind(id) == YamlKind::Bool).then(|| self.text(id).eq_ignore_ascii_case("true"))
    }

    /// The items of a list; nothing for other nodes.
    pub fn items(&self, id: YamlId) -> impl Iterator<Item = YamlId> + '_ {
        let is_list = self.kind(id) == YamlKind::List;
        self.children(id).filter(move |_| is_list)
    }

    /// The keys and values of a map in written order; nothing for other nodes.
    pub fn entries(&self, id: YamlId) -> impl Iterator<Item = (YamlId, YamlId)> + '_ {
        let is_map = self.kind(id) == YamlKind::Map;
        let mut children = self.children(id).filter(move |_| is_map);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The value of a key.
    pub fn get(&self, id: YamlId, name: &str) -> Option<YamlId> {
        self.entries(id)
            .find(|(key, _)| self.text(*key) == name)
            .map(|(_, value)| value)
    }

    fn children(&self, id: YamlId) -> impl Iterator<Item = YamlId> + '_ {
        let has_children = matches!(self.kind(id), YamlKind::List | YamlKind::Map);
        let end = if has_children { self.next(id).0 } else { 0 };
        let mut at = id.0 + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let child = YamlId(at);
                at = self.next(child).0;
                child
            })
        })
    }
}

#[derive(Clone, Copy)]
struct Record {
    kind: YamlKind,
    start: u32,
    end: u32,
    next: u32,
    text: (u32, u32),
}

struct Frame {
    node: usize,
    is_map: bool,
    expects_key: bool,
    keys: Vec<usize>,
}

#[derive(Default)]
struct Builder {
    records: Vec<Record>,
    texts: String,
    stack: Vec<Frame>,
    errors: Vec<YamlError>,
}

impl Builder {
    fn read(mut self, text: &str) -> Result<YamlTree, Vec<YamlError>> {
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = match event {
                Ok(pair) => pair,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(text.len());
                    let at = floor(text, at.min(text.len()));
                    let end = text.get(at..).and_then(|rest| rest.chars().next());
                    let end = at + end.filter(|c| *c != '\n').map_or(0, char::len_utf8);
                    self.error(at..end, format!("this is not YAML: {}", error.info()), None);
                    return Err(self.errors);
                }
            };
            let range = span.byte_range().unwrap_or(0..0);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        self.error(
                            range,
                            "a second document in one file",
                            Some("use one file a document"),
                        );
                        return Err(self.errors);
                    }
                }
                Event::Scalar(value, style, anchor, tag) => {
                    self.refuse(anchor, tag.is_some(), range.clone());
                    let is_key = self.takes_key();
                    let kind = match style {
                        ScalarStyle::Plain if !is_key => core_schema(&value),
                        _ => YamlKind::Text,
                    };
                    if is_key && value == "<<" {
                        self.error(
                            range.clone(),
                            "merge keys are not read",
                            Some("write the entries out"),
                        );
                    }
                    let node = self.push(kind, range, &value);
                    if is_key {
                        self.key(node);
                    }
                }
                Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag)
                    if self.stack.len() >= MAX_DEPTH =>
                {
                    self.refuse(anchor, tag.is_some(), range.clone());
                    self.error(range, "nested too deeply", None);
                    return Err(self.errors);
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.refuse(anchor, tag.is_some(), range.clone());
                    self.open(YamlKind::List, range);
                }
                Event::MappingStart(_, anchor, tag) => {
                    self.refuse(anchor, tag.is_some(), range.clone());
                    self.open(YamlKind::Map, range);
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
                Event::Alias(_) | Event::UnresolvedAlias(_) => {
                    self.error(
                        range.clone(),
                        "aliases are not read",
                        Some("write the value out"),
                    );
                    self.push(YamlKind::Null, range, "");
                }
                _ => {}
            }
        }
        if self.records.is_empty() {
            self.error(0..0, "the file is empty", None);
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let mut bytes = Vec::with_capacity(self.records.len() * RECORD);
        for record in &self.records {
            bytes.push(record.kind as u8);
            for word in [
                record.start,
                record.end,
                record.next,
                record.text.0,
                record.text.1,
            ] {
                bytes.extend(word.to_le_bytes());
            }
        }
        Ok(YamlTree {
            records: Cow::Owned(bytes),
            texts: Cow::Owned(self.texts),
        })
    }

    fn error(&mut self, at: Range<usize>, message: impl Into<String>, help: Option<&str>) {
        self.errors.push(YamlError {
            at: offset(at.start)..offset(at.end),
            message: message.into(),
            help: help.map(str::to_owned),
        });
    }

    fn refuse(&mut self, anchor: usize, tagged: bool, at: Range<usize>) {
        if tagged {
            self.error(
                at.clone(),
                "tags are not read",
                Some("write the value without its `!` tag"),
            );
        }
        if anchor != 0 {
            self.error(
                at,
                "anchors are not read",
                Some("write the value out where it is used"),
            );
        }
    }

    fn takes_key(&self) -> bool {
        self.stack
            .last()
            .is_some_and(|frame| frame.is_map && frame.expects_key)
    }

    fn push(&mut self, kind: YamlKind, range: Range<usize>, text: &str) -> usize {
        let node = self.records.len();
        if let Some(frame) = self.stack.last_mut().filter(|frame| frame.is_map) {
            frame.expects_key = !frame.expects_key;
        }
        let start = self.texts.len();
        self.texts.push_str(text);
        self.records.push(Record {
            kind,
            start: offset(range.start),
            end: offset(range.end),
            next: offset(node + 1),
            text: (offset(start), offset(self.texts.len())),
        });
        node
    }

    fn key(&mut self, node: usize) {
        let text = |records: &[Record], texts: &str, node: usize| {
            let range = records.get(node).map_or((0, 0), |record| record.text);
            texts
                .get(range.0 as usize..range.1 as usize)
                .unwrap_or_default()
                .to_owned()
        };
        let name = text(&self.records, &self.texts, node);
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let again = frame
            .keys
            .iter()
            .any(|key| text(&self.records, &self.texts, *key) == name);
        frame.keys.push(node);
        if again {
            let at = self
                .records
                .get(node)
                .map_or(0..0, |r| r.start as usize..r.end as usize);
            self.error(
                at,
                format!("the key `{name}` is written twice"),
                Some("keep one of them"),
            );
        }
    }

    fn open(&mut self, kind: YamlKind, range: Range<usize>) {
        if self.takes_key() {
            self.error(range.clone(), "a key must be a plain word", None);
        }
        let node = self.push(kind, range, "");
        self.stack.push(Frame {
            node,
            is_map: kind == YamlKind::Map,
            expects_key: true,
            keys: Vec::new(),
        });
    }

    fn close(&mut self, end: usize) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        // A block ends where its last value ends, not where the next token starts.
        let last = self.records.last().map_or(0, |record| record.end);
        let next = offset(self.records.len());
        if let Some(record) = self.records.get_mut(frame.node) {
            let flow_end = offset(end);
            record.next = next;
            record.end = if record.end > record.start {
                flow_end.max(record.end)
            } else {
                last
            };
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// YAML 1.2 core schema for plain scalars: only these spellings are not text.
fn core_schema(text: &str) -> YamlKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => YamlKind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => YamlKind::Bool,
        _ => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            let numeric = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
            if numeric && digits.len() < 40 && text.parse::<f64>().is_ok() {
                YamlKind::Number
            } else {
                YamlKind::Text
            }
        }
    }
}
