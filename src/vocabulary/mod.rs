//! The schemas as data: which fields there are, which words they take, what each of them means.
//!
//! A JSON Schema is read once into [`Shape`]s. The rule compiler resolves paths against them, the
//! diagnostics take their "did you mean" and their meanings from them, and `explain` prints them.
//! A new field is an edit of a schema; nothing here knows any field by name.
//!
//! It does not validate: that is the `jsonschema` crate's work, over the same schema texts
//! (`violation.rs` turns what it finds into findings).

pub mod mechanical;
pub mod schema;
pub mod suggest;
pub mod violation;

use crate::document::Kind;

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
    Number {
        whole: bool,
    },
}

/// Text of a schema.
pub type Text = &'static str;

/// An object with the fields it may have.
#[derive(Debug)]
pub struct Object {
    /// The name of its `$defs` entry: the type name that definitions use. Empty where it has none.
    pub name: Text,
    pub fields: &'static [Field],
    /// Other spellings of field names: retired, or a common mistake.
    pub aliases: &'static [(Text, Text)],
    /// Fields that people write and that cannot be had, in it or anything inside it.
    pub absent: &'static [Absent],
}

/// Fields that do not exist, though others with the same ending do.
#[derive(Debug)]
pub struct Absent {
    /// How their names end.
    pub suffix: Text,
    /// What does not exist.
    pub say: Text,
    /// What to do instead.
    pub help: Text,
}

/// One field of an object.
#[derive(Debug)]
pub struct Field {
    pub name: Text,
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
    /// How the field, and what is in it, may come to be another.
    pub change: Option<Changing>,
    /// The numbered requirements that this answer decides.
    pub requirements: &'static [Text],
}

/// How a fact of the world may come to be another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Changing {
    /// By something that people do: sign, publish, obtain, look up.
    Act,
    /// As by `Act`; of a list, that something is added. What is in it is history and stays.
    Add,
    /// By choosing who takes part, or where: another transfer.
    Reroute,
    /// Not at all: it says what something is. Of something new it may be anything.
    Fixed,
    /// Not even of something new: it is so, or it is not.
    Never,
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
#[derive(Debug)]
pub struct Words {
    /// The name of its `$defs` entry; empty where it has none.
    pub name: Text,
    pub words: &'static [Word],
    /// Their indexes, in the order of their texts.
    sorted: &'static [u16],
    /// Dotted keys, each standing for itself and everything below it.
    pub taxonomy: bool,
    /// Countries, shown with their names in prose.
    pub country: bool,
    pub aliases: &'static [(Text, Text)],
    /// Words that could mean several.
    pub ambiguous: &'static [(Text, &'static [Text])],
    /// Words that belong somewhere else, with the reason.
    pub refused: &'static [(Text, Text)],
    /// Words for what is so or is not: nobody can bring it about.
    pub circumstances: &'static [Text],
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
        let at = |index: &u16| self.words.get(usize::from(*index));
        let order = |index: &u16| at(index).map_or("", |word| word.text).cmp(text);
        let found = self.sorted.binary_search_by(order).ok()?;
        at(self.sorted.get(found)?)
    }
}

include!(concat!(env!("OUT_DIR"), "/vocabulary.rs"));

/// Every shape of the shipped document formats, made from the schemas at build time.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary {
    shapes: &'static [Shape],
}

impl Vocabulary {
    /// The vocabulary of the shipped schemas.
    pub fn shipped() -> Self {
        Self { shapes: SHAPES }
    }

    /// The shape of a document of this format.
    pub fn root(&self, format: &str) -> Option<ShapeId> {
        ROOTS
            .iter()
            .find(|(name, _)| *name == format)
            .map(|(_, id)| *id)
    }

    /// The formats, in reading order, with their root shapes.
    pub fn roots(&self) -> &'static [(&'static str, ShapeId)] {
        ROOTS
    }

    /// The shape of an id.
    pub fn shape(&self, id: ShapeId) -> &'static Shape {
        self.shapes.get(id.0 as usize).unwrap_or(&Shape::Text)
    }

    /// The object shape of an id.
    pub fn object(&self, id: ShapeId) -> Option<&'static Object> {
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
            _ => TYPES
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, id)| *id),
        }
    }

    /// All names [`type_named`](Self::type_named) knows, sorted.
    pub fn type_names(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = TYPES
            .iter()
            .map(|(name, _)| *name)
            .chain(["proposal", "profile"])
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The name of a country code, for prose.
    pub fn country_name(&self, code: &str) -> Option<&'static str> {
        match self.shape(COUNTRIES) {
            Shape::Words(words) => words.word(code).map(|word| word.meaning),
            _ => None,
        }
    }

    /// The field at a chain of names from a shape, looking through lists and linked documents.
    pub fn field_at(&self, from: ShapeId, path: &[&str]) -> Option<&'static Field> {
        let (last, before) = path.split_last()?;
        let mut shape = from;
        for name in before {
            shape = self.inside(self.object(shape)?.field(name)?);
        }
        self.object(shape)?.field(last)
    }

    /// The shape reached through a field: the element of a list, the root of a linked document.
    pub fn inside(&self, field: &Field) -> ShapeId {
        if let Some(root) = field.document.and_then(|format| self.root(format)) {
            return root;
        }
        match self.shape(field.shape) {
            Shape::List(list) => list.item,
            _ => field.shape,
        }
    }
}

/// Whether a taxonomy key is `ancestor` or stands below it.
pub fn is_a(key: &str, ancestor: &str) -> bool {
    key.strip_prefix(ancestor)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
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
