//! What the engine is given of one proposal: its document, the profiles its parties name, and what
//! is wrong with their shape. And the one way to read a value: [`Facts::read`].

use crate::document::{Document, Key, Kind, NodeId};
use crate::rule::condition::{Decimal, Duration, Segment, ValueType, parse_date};
use crate::source::{FileId, Span};
use crate::vocabulary::{Shape, ShapeId, UNKNOWN, Vocabulary};
use jiff::civil::Date;
use std::borrow::Cow;

/// What is wrong with the shape of a document: values that read as unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flaws {
    /// Values that break the schema, sorted.
    pub invalid: Vec<NodeId>,
    /// A key that was probably meant to be another field: object, field, the key.
    pub misspelt: Vec<(NodeId, String, NodeId)>,
    /// Lists whose sibling `<list>_complete` does not say `true`.
    pub incomplete: Vec<NodeId>,
}

/// One document among the facts.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub document: Document<'a>,
    pub file: FileId,
    pub flaws: &'a Flaws,
}

/// Everything known about one proposal.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The proposal first, then the documents it links to.
    pub parts: Vec<Part<'a>>,
    /// For each value of the proposal that names a document: the part, or `None` if it could not
    /// be had.
    pub links: Vec<(NodeId, Option<u16>)>,
}

/// A node of one of the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeRef {
    pub part: u16,
    pub node: NodeId,
}

/// Why a list may have elements that are not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incompleteness {
    /// Its sibling `<list>_complete` does not say `true`.
    Said,
    /// It holds the word `"unknown"`.
    UnknownElement,
    /// It holds a value that breaks the schema.
    InvalidElement,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
pub enum Read<'p> {
    Found(NodeRef),
    /// Not stated: the nearest thing that is there, and the steps from it that are not.
    Absent(NodeRef, &'p [Segment]),
    /// Says `"unknown"`.
    Unknown(NodeRef),
    /// Breaks the schema, or names a document that could not be had.
    Invalid(NodeRef),
    /// A name that stands for nothing here.
    Nothing,
}

/// A value of the document or of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    Text(Cow<'a, str>),
    YesNo(bool),
    Number(Decimal),
    Date(Date),
    Duration(Duration),
}

impl<'a> Facts<'a> {
    /// The part of an index; the proposal for one that is not there.
    pub fn part(&self, part: u16) -> Option<&Part<'a>> {
        self.parts.get(part as usize)
    }

    /// The whole proposal.
    pub fn root(&self) -> NodeRef {
        let node = self
            .parts
            .first()
            .map_or(NodeId(0), |part| part.document.root());
        NodeRef { part: 0, node }
    }

    /// What a node is.
    pub fn kind(&self, at: NodeRef) -> Kind {
        self.part(at.part)
            .map_or(Kind::Null, |part| part.document.kind(at.node))
    }

    /// The place of a node's text.
    pub fn span(&self, at: NodeRef) -> Span {
        match self.part(at.part) {
            Some(part) => Span::new(part.file, part.document.range(at.node)),
            None => Span::new(FileId(0), 0..0),
        }
    }

    /// Whether a value breaks the schema.
    pub fn is_invalid(&self, at: NodeRef) -> bool {
        self.part(at.part).is_some_and(|part| {
            !part.flaws.invalid.is_empty() && part.flaws.invalid.binary_search(&at.node).is_ok()
        })
    }

    /// Whether a value says that it is being clarified.
    pub fn is_unknown_word(&self, at: NodeRef) -> bool {
        self.part(at.part)
            .is_some_and(|part| part.document.string_is(at.node, UNKNOWN))
    }

    /// How a found node reads.
    fn found(&self, at: NodeRef) -> Read<'static> {
        if self.is_invalid(at) {
            Read::Invalid(at)
        } else if self.is_unknown_word(at) {
            Read::Unknown(at)
        } else {
            Read::Found(at)
        }
    }

    /// Follows steps from a node.
    pub fn read<'p>(&self, from: NodeRef, segments: &'p [Segment]) -> Read<'p> {
        let mut at = from;
        if segments.is_empty() {
            return self.found(at);
        }
        for (i, segment) in segments.iter().enumerate() {
            let Some(part) = self.part(at.part) else {
                return Read::Nothing;
            };
            if part.document.kind(at.node) != Kind::Object {
                return match self.found(at) {
                    Read::Found(_) => Read::Invalid(at),
                    other => other,
                };
            }
            if self.is_invalid(at) {
                return Read::Invalid(at);
            }
            let Some(node) = part.document.get(at.node, &segment.key) else {
                if let Some(key) = self.misspelt(at, segment.key.name()) {
                    return Read::Invalid(key);
                }
                return Read::Absent(at, segments.get(i..).unwrap_or_default());
            };
            at.node = node;
            if segment.linked {
                let value = self.found(at);
                let Read::Found(_) = value else { return value };
                let link = self
                    .links
                    .iter()
                    .find(|(from, _)| *from == node)
                    .and_then(|(_, part)| *part);
                let target = link.and_then(|part| Some((part, self.part(part)?)));
                let Some((part, target)) = target.filter(|_| at.part == 0) else {
                    return Read::Invalid(at);
                };
                at = NodeRef {
                    part,
                    node: target.document.root(),
                };
            }
        }
        self.found(at)
    }

    /// How a field of an object reads, for fields of the format that the engine itself reads.
    pub fn read_field(&self, from: NodeRef, key: &Key) -> Read<'static> {
        match self.field(from, key) {
            Some(at) => self.found(at),
            None => match self.misspelt(from, key.name()) {
                Some(key) => Read::Invalid(key),
                None => Read::Absent(from, &[]),
            },
        }
    }

    /// The key that was probably meant to be this field.
    pub fn misspelt(&self, object: NodeRef, field: &str) -> Option<NodeRef> {
        let part = self.part(object.part)?;
        let meant = part
            .flaws
            .misspelt
            .iter()
            .find(|(at, name, _)| *at == object.node && name == field);
        meant.map(|(_, _, key)| NodeRef {
            part: object.part,
            node: *key,
        })
    }

    /// The field of an object, for fields of the format that the engine itself reads.
    pub fn field(&self, from: NodeRef, key: &Key) -> Option<NodeRef> {
        let node = self.part(from.part)?.document.get(from.node, key)?;
        Some(NodeRef {
            part: from.part,
            node,
        })
    }

    /// The elements of a list.
    pub fn elements(&self, list: NodeRef) -> impl Iterator<Item = NodeRef> + use<'a> {
        let document = self.part(list.part).map(|part| part.document);
        let nodes = document
            .into_iter()
            .flat_map(move |document| document.elements(list.node));
        nodes.map(move |node| NodeRef {
            part: list.part,
            node,
        })
    }

    /// Whether a list may have elements that are not written, and why.
    pub fn incompleteness(&self, list: NodeRef) -> Option<Incompleteness> {
        let part = self.part(list.part)?;
        if part.flaws.incomplete.contains(&list.node) {
            return Some(Incompleteness::Said);
        }
        let mut invalid = None;
        for element in self.elements(list) {
            if self.is_unknown_word(element) {
                return Some(Incompleteness::UnknownElement);
            }
            if self.is_invalid(element) {
                invalid = Some(Incompleteness::InvalidElement);
            }
        }
        invalid
    }

    /// The value of a node, if it is one of this type.
    pub fn scalar(&self, at: NodeRef, kind: ValueType) -> Option<Scalar<'a>> {
        let document = self.part(at.part)?.document;
        match kind {
            ValueType::Text | ValueType::Word(_) => document.string(at.node).map(Scalar::Text),
            ValueType::YesNo => document.boolean(at.node).map(Scalar::YesNo),
            ValueType::Number => document
                .number(at.node)
                .and_then(Decimal::parse)
                .map(Scalar::Number),
            ValueType::Date => parse_date(&document.string(at.node)?).map(Scalar::Date),
            ValueType::Duration => {
                Duration::parse(&document.string(at.node)?).map(Scalar::Duration)
            }
            ValueType::Object(_) | ValueType::List(_) => None,
        }
    }

    /// The text of a node, if it is a text.
    pub fn text(&self, at: NodeRef) -> Option<Cow<'a, str>> {
        self.part(at.part)?.document.string(at.node)
    }

    /// RFC 6901 pointer inside the node's own document.
    pub fn pointer(&self, at: NodeRef) -> String {
        self.part(at.part)
            .map(|part| part.document.pointer(at.node))
            .unwrap_or_default()
    }
}

/// A pointer as an officer says it: `/importer/certifications/0/scheme` is
/// `importer.certifications[0].scheme`.
pub fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit()) {
            out.push('[');
            out.push_str(&step);
            out.push(']');
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&step);
        }
    }
    out
}

/// The pointer of a dotted path: `importer.owners[0]` is `/importer/owners/0`.
pub fn pointer(path: &str) -> String {
    let steps = path.replace('[', ".").replace(']', "");
    steps
        .split('.')
        .filter(|step| !step.is_empty())
        .map(|step| format!("/{}", escape(step)))
        .collect()
}

/// A step escaped for a pointer.
pub fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

impl Facts<'_> {
    /// Finds every value of the proposal that names another document, and asks which part it is.
    pub fn link(&mut self, vocabulary: &Vocabulary, mut part_of: impl FnMut(&str) -> Option<u16>) {
        for at in self.named_documents(vocabulary) {
            let part = self.text(at).and_then(|path| part_of(&path));
            self.links.push((at.node, part));
        }
    }

    /// The values of the proposal that name another document, in written order.
    pub fn named_documents(&self, vocabulary: &Vocabulary) -> Vec<NodeRef> {
        let mut found = Vec::new();
        let mut open: Vec<(NodeRef, ShapeId)> = Vec::new();
        open.extend(
            vocabulary
                .root(crate::vocabulary::PROPOSAL)
                .map(|shape| (self.root(), shape)),
        );
        while let Some((at, shape)) = open.pop() {
            let Some(document) = self.part(at.part).map(|part| part.document) else {
                continue;
            };
            match vocabulary.shape(shape) {
                Shape::Object(object) if document.kind(at.node) == Kind::Object => {
                    for (key, value) in document.members(at.node) {
                        let node = NodeRef {
                            part: at.part,
                            node: value,
                        };
                        let Some(field) = document.string(key).and_then(|name| object.field(&name))
                        else {
                            continue;
                        };
                        let is_text = document.kind(value) == Kind::String;
                        if field.document.is_some() && is_text && !self.is_unknown_word(node) {
                            found.push(node);
                        } else if matches!(document.kind(value), Kind::Object | Kind::Array) {
                            open.push((node, field.shape));
                        }
                    }
                }
                Shape::List(list) if document.kind(at.node) == Kind::Array => {
                    open.extend(self.elements(at).map(|element| (element, list.item)));
                }
                _ => {}
            }
        }
        found.sort();
        found
    }
}

/// Where a member that is not there would go: after the last one.
pub fn insertion_offset(document: Document, object: NodeId) -> u32 {
    match document.kind(object) {
        Kind::Object => match document.members(object).last() {
            Some((_, value)) => document.range(value).end,
            None => document.range(object).start + 1,
        },
        _ => document.range(object).end,
    }
}
