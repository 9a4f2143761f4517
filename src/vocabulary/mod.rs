//! The schemas as data: which fields there are, which words they take, what each of them means.
//!
//! A JSON Schema is read once into [`Shape`]s. The rule compiler resolves paths against them, the
//! diagnostics take their "did you mean" and their meanings from them, and `explain` prints them.
//! A new field is an edit of a schema; nothing here knows any field by name.
//!
//! It does not validate: that is the `jsonschema` crate's work, over the same schema texts
//! (`violation.rs` turns what it finds into findings).

pub mod schema;
pub mod suggest;
pub mod violation;

use crate::document::{Document, Key, Kind, NodeId, Tape, parse};
use std::borrow::Cow;
use std::collections::HashMap;

/// The title of a document format, as written in a document's `schema`.
pub const PROPOSAL: &str = "transfer-proposal/1";
/// See [`PROPOSAL`].
pub const PROFILE: &str = "organisation-profile/1";

/// The word that stands for "being clarified" in place of any scalar.
pub const UNKNOWN: &str = "unknown";

/// Names a [`Shape`] of a [`Vocabulary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShapeId(pub u32);

/// What a value may be.
#[derive(Debug)]
pub enum Shape {
    Object(Object),
    List(List),
    Words(Words),
    /// Exactly this text.
    Const(Text),
    Text,
    Date,
    /// ISO 8601, such as `P18M`.
    Duration,
    YesNo,
    Number { whole: bool },
}

/// Text of a schema; borrowed wherever the schema spells it without escapes.
pub type Text = Cow<'static, str>;

/// An object with the fields it may have.
#[derive(Debug, Default)]
pub struct Object {
    /// The name of its `$defs` entry: the type name that definitions use. Empty where it has none.
    pub name: Text,
    pub fields: Vec<Field>,
    /// Other spellings of field names: retired, or a common mistake.
    pub aliases: Vec<(Text, Text)>,
}

/// One field of an object.
#[derive(Debug)]
pub struct Field {
    pub name: Text,
    pub key: Key,
    pub shape: ShapeId,
    pub required: bool,
    pub meaning: Text,
    /// The format of the document that the text names, such as `organisation-profile/1`.
    pub document: Option<Text>,
    /// The date of something people bring about: one in the future is planned.
    pub event: bool,
    /// What happens after this date: "the certificate ends".
    pub ends: Option<Text>,
    /// What happens on this date: "the certificate begins".
    pub starts: Option<Text>,
    /// The numbered requirements that this answer decides.
    pub requirements: Vec<Text>,
}

/// A list.
#[derive(Debug)]
pub struct List {
    pub item: ShapeId,
    /// The field by which an element is named in fingerprints.
    pub key: Option<Text>,
    pub not_empty: bool,
}

/// A closed set of words.
#[derive(Debug, Default)]
pub struct Words {
    /// The name of its `$defs` entry; empty where it has none.
    pub name: Text,
    pub words: Vec<Word>,
    /// Dotted keys, each standing for itself and everything below it.
    pub taxonomy: bool,
    /// Countries, shown with their names in prose.
    pub country: bool,
    pub aliases: Vec<(Text, Text)>,
    /// Words that could mean several.
    pub ambiguous: Vec<(Text, Vec<Text>)>,
    /// Words that belong somewhere else, with the reason.
    pub refused: Vec<(Text, Text)>,
    /// Whether words that start with `x_` are allowed.
    pub own_words: bool,
}

/// A word and what it means.
#[derive(Debug)]
pub struct Word {
    pub text: Text,
    pub meaning: Text,
}

impl Object {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Words {
    /// The word of a text.
    pub fn word(&self, text: &str) -> Option<&Word> {
        self.words.iter().find(|word| word.text == text)
    }
}

/// Every shape of the shipped document formats.
#[derive(Debug)]
pub struct Vocabulary {
    shapes: Vec<Shape>,
    roots: Vec<(&'static str, ShapeId)>,
    /// `$defs` names of object shapes, per format.
    types: HashMap<(u32, Text), ShapeId>,
    countries: Option<ShapeId>,
}

impl Vocabulary {
    /// Reads the shipped schemas.
    pub fn shipped() -> Self {
        let mut vocabulary = Self {
            shapes: Vec::new(),
            roots: Vec::new(),
            types: HashMap::new(),
            countries: None,
        };
        for (format, text) in [
            (PROPOSAL, schema::TRANSFER_PROPOSAL),
            (PROFILE, schema::ORGANISATION_PROFILE),
        ] {
            let mut tape = Tape::new();
            // A shipped schema that is not JSON has no shapes, and then every test fails.
            if let Ok(document) = parse(text, &mut tape) {
                let root = SchemaReader::new(&mut vocabulary, document).root();
                vocabulary.roots.push((format, root));
            }
        }
        vocabulary
    }

    /// The shape of a document of this format.
    pub fn root(&self, format: &str) -> Option<ShapeId> {
        self.roots.iter().find(|(name, _)| *name == format).map(|(_, id)| *id)
    }

    /// The formats, in reading order, with their root shapes.
    pub fn roots(&self) -> &[(&'static str, ShapeId)] {
        &self.roots
    }

    /// The shape of an id.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        self.shapes.get(id.0 as usize).unwrap_or(&Shape::Text)
    }

    /// The object shape of an id.
    pub fn object(&self, id: ShapeId) -> Option<&Object> {
        match self.shape(id) {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object type of a name (`$defs` of the formats, in their order), and `proposal`,
    /// `profile` for the documents themselves.
    pub fn type_named(&self, name: &str) -> Option<ShapeId> {
        match name {
            "proposal" => self.root(PROPOSAL),
            "profile" => self.root(PROFILE),
            _ => (0..2).find_map(|format| self.types.get(&(format, Cow::Owned(name.to_owned()))).copied()),
        }
    }

    /// All names [`type_named`](Self::type_named) knows, sorted.
    pub fn type_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.types.keys().map(|(_, name)| name.to_string()).collect();
        names.extend(["proposal".to_owned(), "profile".to_owned()]);
        names.sort();
        names.dedup();
        names
    }

    /// The name of a country code, for prose.
    pub fn country_name(&self, code: &str) -> Option<&str> {
        match self.shape(self.countries?) {
            Shape::Words(words) => words.word(code).map(|word| word.meaning.as_ref()),
            _ => None,
        }
    }

    /// The field at a chain of names from a shape, looking through lists and linked documents.
    pub fn field_at(&self, from: ShapeId, path: &[&str]) -> Option<&Field> {
        let (last, before) = path.split_last()?;
        let mut shape = from;
        for name in before {
            shape = self.inside(self.object(shape)?.field(name)?);
        }
        self.object(shape)?.field(last)
    }

    /// The shape reached through a field: the element of a list, the root of a linked document.
    pub fn inside(&self, field: &Field) -> ShapeId {
        if let Some(root) = field.document.as_deref().and_then(|format| self.root(format)) {
            return root;
        }
        match self.shape(field.shape) {
            Shape::List(list) => list.item,
            _ => field.shape,
        }
    }

    fn add(&mut self, shape: Shape) -> ShapeId {
        let id = ShapeId(u32::try_from(self.shapes.len()).unwrap_or(u32::MAX));
        self.shapes.push(shape);
        id
    }
}

/// Reads one schema text into shapes.
struct SchemaReader<'v, 'd> {
    vocabulary: &'v mut Vocabulary,
    document: Document<'d>,
    defs: Option<NodeId>,
    /// `$defs` entries already read, so that recursive types end.
    read: HashMap<NodeId, ShapeId>,
    format: u32,
}

impl<'v, 'd> SchemaReader<'v, 'd> {
    fn new(vocabulary: &'v mut Vocabulary, document: Document<'d>) -> Self {
        let defs = document.get(document.root(), &Key::new("$defs"));
        let format = u32::try_from(vocabulary.roots.len()).unwrap_or(0);
        Self {
            vocabulary,
            document,
            defs,
            read: HashMap::new(),
            format,
        }
    }

    fn root(&mut self) -> ShapeId {
        let root = self.document.root();
        self.shape(root)
    }

    fn get(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.document.get(node, &Key::new(name))
    }

    fn text(&self, node: NodeId) -> Text {
        Cow::Owned(self.document.string(node).map(Cow::into_owned).unwrap_or_default())
    }

    fn text_at(&self, node: NodeId, name: &str) -> Option<Text> {
        self.get(node, name).map(|value| self.text(value))
    }

    fn flag(&self, node: NodeId, name: &str) -> bool {
        self.get(node, name).and_then(|value| self.document.boolean(value)) == Some(true)
    }

    fn texts_at(&self, node: NodeId, name: &str) -> Vec<Text> {
        let Some(list) = self.get(node, name) else { return Vec::new() };
        self.document.elements(list).map(|item| self.text(item)).collect()
    }

    fn pairs_at(&self, node: NodeId, name: &str) -> Vec<(Text, Text)> {
        let Some(map) = self.get(node, name) else { return Vec::new() };
        let pairs = self.document.members(map);
        pairs.map(|(key, value)| (self.text(key), self.text(value))).collect()
    }

    /// The `$defs` entry that a reference points to.
    fn target(&self, node: NodeId) -> Option<(Text, NodeId)> {
        let target = self.text_at(node, "$ref")?;
        let name = target.strip_prefix("#/$defs/")?;
        Some((Cow::Owned(name.to_owned()), self.get(self.defs?, name)?))
    }

    /// The end of a chain of references, with the name of its last entry.
    fn resolve(&self, node: NodeId) -> (Text, NodeId) {
        let mut at = (Cow::Borrowed(""), node);
        // No chain is longer; a cycle of bare references ends here too.
        for _ in 0..8 {
            match self.target(at.1) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// An annotation of a property: the outermost along its chain of references wins.
    fn annotation(&self, property: NodeId, name: &str) -> Option<NodeId> {
        let mut at = property;
        for _ in 0..8 {
            if let Some(found) = self.get(at, name) {
                return Some(found);
            }
            at = self.target(at)?.1;
        }
        None
    }

    fn shape(&mut self, node: NodeId) -> ShapeId {
        let (name, node) = self.resolve(node);
        if let Some(id) = self.read.get(&node) {
            return *id;
        }
        let id = self.vocabulary.add(Shape::Text);
        self.read.insert(node, id);
        let shape = self.build(&name, node);
        if let Shape::Object(_) = shape
            && !name.is_empty()
        {
            self.vocabulary.types.insert((self.format, name), id);
        } else if let Shape::Words(words) = &shape
            && words.country
            && self.vocabulary.countries.is_none()
        {
            self.vocabulary.countries = Some(id);
        }
        if let Some(slot) = self.vocabulary.shapes.get_mut(id.0 as usize) {
            *slot = shape;
        }
        id
    }

    fn build(&mut self, name: &Text, node: NodeId) -> Shape {
        let mut real = node;
        let mut own_words = false;
        if let Some(branches) = self.get(node, "anyOf") {
            // By convention the first branch is the word `unknown`, the second the real type.
            let mut branches = self.document.elements(branches);
            if let (Some(first), Some(second)) = (branches.next(), branches.next()) {
                own_words = self.text_at(first, "$ref").is_some_and(|r| r.ends_with("_or_own"));
                real = self.resolve(second).1;
            }
        }
        if let Some(list) = self.get(real, "enum") {
            return Shape::Words(self.words(name, node, real, list, own_words));
        }
        if let Some(constant) = self.text_at(real, "const") {
            return Shape::Const(constant);
        }
        let kind = self.text_at(real, "type").unwrap_or_default();
        let format = self.text_at(real, "format").or_else(|| self.text_at(real, "x-format"));
        match (kind.as_ref(), format.as_deref()) {
            ("object", _) => Shape::Object(self.object(name, real)),
            ("array", _) => {
                let item = self.get(real, "items").unwrap_or(real);
                Shape::List(List {
                    item: self.shape(item),
                    key: self.text_at(real, "x-key"),
                    not_empty: self.get(real, "minItems").is_some(),
                })
            }
            ("string", Some("date")) => Shape::Date,
            ("string", Some("duration")) => Shape::Duration,
            ("boolean", _) => Shape::YesNo,
            ("integer", _) => Shape::Number { whole: true },
            ("number", _) => Shape::Number { whole: false },
            _ => Shape::Text,
        }
    }

    fn words(&self, name: &Text, outer: NodeId, real: NodeId, list: NodeId, own_words: bool) -> Words {
        let meanings = self.texts_at(real, "enumDescriptions");
        let words = self.document.elements(list).enumerate().map(|(i, word)| Word {
            text: self.text(word),
            meaning: meanings.get(i).cloned().unwrap_or_default(),
        });
        let either = |name: &str| {
            [outer, real].into_iter().find_map(|node| self.get(node, name).map(|_| node)).unwrap_or(real)
        };
        let ambiguous = self.get(either("x-ambiguous"), "x-ambiguous");
        let ambiguous = ambiguous.map(|map| {
            let entries = self.document.members(map);
            let entry = |(key, value)| {
                let words = self.document.elements(value).map(|word| self.text(word));
                (self.text(key), words.collect())
            };
            entries.map(entry).collect()
        });
        Words {
            name: name.clone(),
            words: words.collect(),
            taxonomy: self.flag(either("x-taxonomy"), "x-taxonomy"),
            country: self.text_at(either("x-words"), "x-words").as_deref() == Some("country"),
            aliases: self.pairs_at(either("x-aliases"), "x-aliases"),
            ambiguous: ambiguous.unwrap_or_default(),
            refused: self.pairs_at(either("x-not-certifications"), "x-not-certifications"),
            own_words,
        }
    }

    fn object(&mut self, name: &Text, node: NodeId) -> Object {
        let required = self.texts_at(node, "required");
        let mut fields = Vec::new();
        let properties: Vec<(NodeId, NodeId)> = match self.get(node, "properties") {
            Some(map) => self.document.members(map).collect(),
            None => Vec::new(),
        };
        for (key, property) in properties {
            let name = self.text(key);
            let text = |reader: &Self, wanted: &str| {
                reader.annotation(property, wanted).map(|node| reader.text(node))
            };
            fields.push(Field {
                key: Key::new(&name),
                shape: self.shape(property),
                required: required.contains(&name),
                meaning: text(self, "description").unwrap_or_default(),
                document: text(self, "x-document"),
                event: self.annotation(property, "x-event").is_some(),
                ends: text(self, "x-ends"),
                starts: text(self, "x-starts"),
                requirements: self.texts_at(property, "x-requirements"),
                name,
            });
        }
        Object {
            name: name.clone(),
            fields,
            aliases: self.pairs_at(node, "x-aliases"),
        }
    }
}

/// Whether a taxonomy key is `ancestor` or stands below it.
pub fn is_a(key: &str, ancestor: &str) -> bool {
    key.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What a value is, in an officer's words.
pub fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::True | Kind::False => "true or false",
        Kind::Number => "a number",
        Kind::String | Kind::Key => "a text in quotes",
        Kind::Object => "an object `{…}`",
        Kind::Array => "a list `[…]`",
    }
}
