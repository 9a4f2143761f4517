//! Conditions, terms and texts: from YAML nodes to the compiled form, every path resolved against
//! the vocabulary, every mistake with its place.

mod condition;
mod test;
mod text;
mod value;

use crate::rule::Parameter;
use crate::rule::condition::{Order, Slot, ValueType};
use crate::rule::table::Table;
use crate::vocabulary::{Shape, ShapeId, Vocabulary};
use crate::yaml_reader::Reader;

/// What conditions of all files may refer to.
pub(crate) struct Names<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) tables: &'a [Table],
    pub(crate) definitions: &'a [DefinitionHead],
    /// Of the pack the file belongs to.
    pub(crate) parameters: &'a [Parameter],
    /// The files ship with the program, and its tests compiled every pattern in them.
    pub(crate) trusted: bool,
    /// Which definitions read the law date; empty while that is not known yet.
    pub(crate) dated: &'a [bool],
}

/// What a call of a definition needs to know before any definition is compiled.
#[derive(Debug)]
pub(crate) struct DefinitionHead {
    pub(crate) id: String,
    pub(crate) over: Vec<ShapeId>,
    pub(crate) parameters: Vec<(String, ValueType)>,
}

/// A name in scope.
#[derive(Clone)]
struct Name {
    name: String,
    slot: Slot,
    /// Several where a definition serves several types.
    types: Vec<ValueType>,
    /// An element of a list inside the subject of a definition.
    inside_subject: bool,
}

/// The names bound around a condition.
pub(crate) struct Scope {
    names: Vec<Name>,
    root: Option<ShapeId>,
    /// Slots ever bound: the size of the frame.
    pub(crate) slots: usize,
    /// Calls of definitions: index, and whether the call descends into the subject.
    pub(crate) calls: Vec<(usize, bool)>,
    /// Whether the law date or a dated table is read.
    pub(crate) dated: bool,
}

impl Scope {
    /// The scope of a rule: the proposal and the dates.
    pub(crate) fn rule(root: Option<ShapeId>) -> Self {
        let mut scope = Self {
            names: Vec::new(),
            root,
            slots: 1,
            calls: Vec::new(),
            dated: false,
        };
        scope.bind("law_date", vec![ValueType::Date], false);
        scope.bind("as_of", vec![ValueType::Date], false);
        scope
    }

    /// The scope of a definition: its subject and parameters besides.
    pub(crate) fn definition(root: Option<ShapeId>, head: &DefinitionHead) -> Self {
        let over_proposal = head.over.len() == 1 && head.over.first() == root.as_ref();
        let mut scope = Self::rule(root.filter(|_| over_proposal));
        let subject = head
            .over
            .iter()
            .map(|shape| ValueType::Object(*shape))
            .collect();
        scope.bind("it", subject, true);
        for (name, kind) in &head.parameters {
            scope.bind(name, vec![*kind], false);
        }
        scope
    }

    /// Binds a name to a new slot.
    pub(crate) fn bind(&mut self, name: &str, types: Vec<ValueType>, inside_subject: bool) -> Slot {
        let slot = Slot(u16::try_from(self.slots).unwrap_or(u16::MAX));
        self.slots += 1;
        self.names.push(Name {
            name: name.to_owned(),
            slot,
            types,
            inside_subject,
        });
        slot
    }

    /// Takes the name bound last out of scope; its slot stays.
    pub(crate) fn unbind(&mut self) {
        self.names.pop();
    }

    fn find(&self, name: &str) -> Option<&Name> {
        self.names.iter().rev().find(|bound| bound.name == name)
    }
}

/// Keys that say what kind of condition a map is.
const HEADS: [&str; 13] = [
    "all", "any", "not", "field", "stated", "claimed", "some", "every", "none", "count", "sum",
    "holds", "table",
];
const TESTS: [&str; 19] = [
    "is",
    "is_not",
    "in",
    "not_in",
    "is_a",
    "is_not_a",
    "matches",
    "more_than",
    "at_least",
    "less_than",
    "at_most",
    "before",
    "on_or_before",
    "after",
    "on_or_after",
    "includes",
    "includes_any",
    "includes_all",
    "assume",
];
const REMARKS: [&str; 2] = ["because", "otherwise"];

/// Compiles the conditions of one file.
pub(crate) struct Compiler<'a, 'r> {
    pub(crate) reader: &'a mut Reader<'r>,
    pub(crate) names: &'a Names<'a>,
}

const NUMBER_ORDERS: [(&str, Order); 4] = [
    ("more_than", Order::More),
    ("at_least", Order::AtLeast),
    ("less_than", Order::Less),
    ("at_most", Order::AtMost),
];
const DATE_ORDERS: [(&str, Order); 4] = [
    ("before", Order::Less),
    ("on_or_before", Order::AtMost),
    ("after", Order::More),
    ("on_or_after", Order::AtLeast),
];

/// The value type of a shape.
pub(crate) fn value_type(vocabulary: &Vocabulary, id: ShapeId) -> ValueType {
    match vocabulary.shape(id) {
        Shape::Object(_) => ValueType::Object(id),
        Shape::List(_) => ValueType::List(id),
        Shape::Words(_) => ValueType::Word(id),
        Shape::Const(_) | Shape::Text => ValueType::Text,
        Shape::Date => ValueType::Date,
        Shape::Duration => ValueType::Duration,
        Shape::YesNo => ValueType::YesNo,
        Shape::Number { .. } => ValueType::Number,
    }
}

fn comparable(left: ValueType, right: ValueType) -> bool {
    let text = |kind| matches!(kind, ValueType::Text | ValueType::Word(_));
    left == right || (text(left) && text(right))
}
