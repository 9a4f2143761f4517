//! Documents as `jsonschema` sees them, so that schema checks walk the same nodes as rules.
//!
//! A schema error carries a JSON Pointer; [`Document::locate`] leads back to the node. Of
//! members with one name the first counts here as everywhere. A number too large for a 64-bit
//! float counts as the largest there is; that it does not fit is said elsewhere.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object, cmp};
use serde_json::{Map, Number, Value};

use super::{Document, Elements, Key, Kind, Members, NodeId};

/// The representation: `jsonschema::options_for::<CarnetJson>()`.
#[derive(Clone, Copy, Debug)]
pub struct CarnetJson;

/// A node for a validator.
pub fn node<'a>(document: Document<'a>, node: NodeId) -> N<'a> {
    N::At(document, node)
}

/// A value `jsonschema` may look at.
#[derive(Clone, Copy, Debug)]
pub enum N<'a> {
    /// A node of a document.
    At(Document<'a>, NodeId),
    /// A member name that is checked as if it were a value.
    Name(&'a str),
}

impl<'a> N<'a> {
    fn of_kind(&self, kind: Kind) -> Option<(Document<'a>, NodeId)> {
        match *self {
            N::At(document, node) if document.kind(node) == kind => Some((document, node)),
            _ => None,
        }
    }
}

impl Json for CarnetJson {
    type Node<'a> = N<'a>;
    type PreparedKey = Key;
    type StringBuffer = ();

    // A look-up walks the keys, so one pass over them pays early.
    const KEYS_PER_LOOKUP: usize = 4;

    fn prepare_key(key: &str) -> Key {
        Key::new(key)
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(N<'_>) -> T) -> T {
        f(N::Name(string))
    }
}

impl<'a> Node<'a, CarnetJson> for N<'a> {
    type Object = Container<'a>;
    type Array = Container<'a>;
    type Number = NumberText<'a>;

    fn as_object(&self) -> Option<Container<'a>> {
        self.of_kind(Kind::Object).map(|(d, n)| Container(d, n))
    }

    fn as_array(&self) -> Option<Container<'a>> {
        self.of_kind(Kind::Array).map(|(d, n)| Container(d, n))
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match *self {
            N::At(document, node) if document.kind(node) == Kind::String => document.string(node),
            N::At(..) => None,
            N::Name(name) => Some(Cow::Borrowed(name)),
        }
    }

    fn as_number(&self) -> Option<NumberText<'a>> {
        match *self {
            N::At(document, node) => document.number(node).map(NumberText),
            N::Name(_) => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match *self {
            N::At(document, node) => document.boolean(node),
            N::Name(_) => None,
        }
    }

    fn is_null(&self) -> bool {
        self.of_kind(Kind::Null).is_some()
    }

    fn json_type(&self) -> JsonType {
        match *self {
            N::Name(_) => JsonType::String,
            N::At(document, node) => match document.kind(node) {
                Kind::Null => JsonType::Null,
                Kind::False | Kind::True => JsonType::Boolean,
                Kind::Number => JsonType::Number,
                Kind::String | Kind::Key => JsonType::String,
                Kind::Object => JsonType::Object,
                Kind::Array => JsonType::Array,
            },
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (*self, expected) {
            (N::Name(name), Value::String(text)) => name == text,
            (N::At(document, node), Value::String(text)) => {
                document.kind(node) == Kind::String && document.string_is(node, text)
            }
            (_, Value::Bool(value)) => self.as_boolean() == Some(*value),
            (_, Value::Null) => self.is_null(),
            _ => cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match *self {
            N::Name(name) => Value::String(name.to_owned()),
            N::At(document, node) => value(document, node),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(match *self {
            N::At(document, node) => NodeIdentity::tagged(document.address(), node.0),
            N::Name(name) => NodeIdentity::tagged(name.as_ptr() as usize, u32::MAX),
        })
    }
}

/// An object or array.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a>(Document<'a>, NodeId);

impl<'a> Object<'a, CarnetJson> for Container<'a> {
    type Node = N<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = MemberNodes<'a>;

    fn len(&self) -> usize {
        self.0.len(self.1)
    }

    fn get(&self, key: &Key) -> Option<N<'a>> {
        self.0.get(self.1, key).map(|value| N::At(self.0, value))
    }

    fn members(&self) -> MemberNodes<'a> {
        MemberNodes(self.0, self.0.members(self.1))
    }
}

impl<'a> Array<'a, CarnetJson> for Container<'a> {
    type Node = N<'a>;
    type ElementsIter = ElementNodes<'a>;

    fn len(&self) -> usize {
        self.0.len(self.1)
    }

    fn elements(&self) -> ElementNodes<'a> {
        ElementNodes(self.0, self.0.elements(self.1))
    }
}

/// Members with decoded names.
#[derive(Clone, Debug)]
pub struct MemberNodes<'a>(Document<'a>, Members<'a>);

impl<'a> Iterator for MemberNodes<'a> {
    type Item = (Cow<'a, str>, N<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.1.next()?;
        let name = self.0.string(key).unwrap_or_default();
        Some((name, N::At(self.0, value)))
    }
}

/// Elements as nodes.
#[derive(Clone, Debug)]
pub struct ElementNodes<'a>(Document<'a>, Elements<'a>);

impl<'a> Iterator for ElementNodes<'a> {
    type Item = N<'a>;

    fn next(&mut self) -> Option<N<'a>> {
        self.1.next().map(|element| N::At(self.0, element))
    }
}

/// A number by its text.
#[derive(Clone, Copy, Debug)]
pub struct NumberText<'a>(&'a str);

impl JsonNumber for NumberText<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        // Finite, because what compares bounds expects nothing else of JSON.
        let value: f64 = self.0.parse().ok()?;
        Some(value.clamp(f64::MIN, f64::MAX))
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(number(self.0))
    }

    fn is_integer(&self) -> bool {
        self.0.bytes().all(|b| b.is_ascii_digit() || b == b'-')
            || self.as_f64().is_some_and(|value| value.fract() == 0.0)
    }
}

fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|_| {
        let value = NumberText(text).as_f64().and_then(Number::from_f64);
        value.unwrap_or_else(|| Number::from(0))
    })
}

fn value(document: Document<'_>, node: NodeId) -> Value {
    match document.kind(node) {
        Kind::Null => Value::Null,
        Kind::False => Value::Bool(false),
        Kind::True => Value::Bool(true),
        Kind::Number => Value::Number(number(document.raw(node))),
        Kind::String | Kind::Key => {
            Value::String(document.string(node).unwrap_or_default().into_owned())
        }
        Kind::Array => {
            let elements = document.elements(node);
            Value::Array(elements.map(|element| value(document, element)).collect())
        }
        Kind::Object => {
            let mut members = Map::new();
            for (key, member) in document.members(node) {
                let name = document.string(key).unwrap_or_default().into_owned();
                members
                    .entry(name)
                    .or_insert_with(|| value(document, member));
            }
            Value::Object(members)
        }
    }
}
