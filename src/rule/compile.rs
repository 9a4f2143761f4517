//! Conditions, terms and texts: from YAML nodes to the compiled form, every path resolved against
//! the vocabulary, every mistake with its place.

use crate::document::Key;
use crate::document::yaml::{YamlId, YamlKind};
use crate::rule::Parameter;
use crate::rule::condition::{
    Assume, Condition, ConditionKind, Decimal, Duration, Literal, Order, Part, Path, Quantifier,
    Say, Segment, Site, Slot, Template, Term, TermBase, Test, ValueType, parse_date,
};
use crate::rule::reader::Reader;
use crate::rule::table::{ColumnType, Lookup, Table};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{Shape, ShapeId, Vocabulary};
use regex::Regex;

/// What conditions of all files may refer to.
pub(crate) struct Names<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) tables: &'a [Table],
    pub(crate) definitions: &'a [DefinitionHead],
    /// Of the pack the file belongs to.
    pub(crate) parameters: &'a [Parameter],
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
const HEADS: [&str; 12] = [
    "all", "any", "not", "field", "stated", "some", "every", "none", "count", "sum", "holds",
    "table",
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

impl Compiler<'_, '_> {
    /// A condition; `None` after a mistake was reported.
    pub(crate) fn condition(&mut self, node: YamlId, scope: &mut Scope) -> Option<Condition> {
        if self.reader.tree.kind(node) != YamlKind::Map {
            let help = "such as `field: importer.role` with `is: processor` beside it".to_owned();
            self.reader
                .mistake(node, "a condition is needed here", Some(help));
            return None;
        }
        let keys: Vec<String> = self
            .reader
            .tree
            .entries(node)
            .map(|(key, _)| self.reader.tree.text(key).to_owned())
            .collect();
        let heads: Vec<&str> = HEADS
            .into_iter()
            .chain(["unsettled"])
            .filter(|head| keys.iter().any(|key| key == head))
            // `count … where … at_least` and `table … where … on` hold no second head.
            .collect();
        let head = match heads.as_slice() {
            [head] => *head,
            [] => {
                let written = keys.first().map_or("", String::as_str);
                let help = match did_you_mean(written, HEADS.into_iter().chain(TESTS)) {
                    Some(word) if word != written => format!("did you mean `{word}`?"),
                    _ => format!("a condition starts with {}", list_words(HEADS)),
                };
                self.reader
                    .mistake(node, "this is not a condition", Some(help));
                return None;
            }
            [first, second, ..] => {
                let message = format!("`{first}` and `{second}` are two conditions in one map");
                self.reader.mistake(
                    node,
                    message,
                    Some("put them under `all:` or `any:`".to_owned()),
                );
                return None;
            }
        };
        let value = self.reader.tree.get(node, head)?;
        let kind = match head {
            "all" | "any" => {
                self.allow(node, &[head]);
                let mut parts = Vec::new();
                let items = self.reader.items(value);
                if items.is_empty() {
                    self.reader.mistake(
                        node,
                        format!("`{head}` needs at least one condition"),
                        None,
                    );
                }
                let complete = items.len();
                for item in items {
                    parts.extend(self.condition(item, scope));
                }
                if parts.len() != complete || complete == 0 {
                    return None;
                }
                if head == "all" {
                    ConditionKind::All(parts)
                } else {
                    ConditionKind::Any(parts)
                }
            }
            "not" => {
                self.allow(node, &["not"]);
                ConditionKind::Not(Box::new(self.condition(value, scope)?))
            }
            "stated" => {
                self.allow(node, &["stated"]);
                ConditionKind::Stated(self.path(value, scope)?)
            }
            "some" | "every" | "none" => self.quantified(node, head, value, scope)?,
            "count" => self.count(node, value, scope)?,
            "sum" => self.sum(node, value, scope)?,
            "holds" => self.call(node, value, scope)?,
            "table" => {
                self.allow(node, &["table", "where", "on"]);
                ConditionKind::Table(Box::new(self.lookup(node, value, scope)?))
            }
            "unsettled" => {
                self.allow(node, &["unsettled"]);
                ConditionKind::Unsettled(self.reader.text(value)?)
            }
            _ => return self.tests(node, value, scope),
        };
        Some(Condition {
            kind,
            site: self.site(node, scope),
        })
    }

    fn allow(&mut self, node: YamlId, keys: &[&str]) {
        let allowed: Vec<&str> = keys.iter().copied().chain(REMARKS).collect();
        self.reader.expect_map(node, &allowed);
    }

    fn site(&mut self, node: YamlId, scope: &mut Scope) -> Site {
        let mut remark = |name: &str| {
            let node = self.reader.tree.get(node, name)?;
            self.template(node, scope).map(Box::new)
        };
        let because = remark("because");
        let otherwise = remark("otherwise");
        Site {
            span: self.reader.span(node),
            because,
            otherwise,
        }
    }

    /// A list that is walked, and the name of its element. The name stays in scope.
    pub(crate) fn walk(
        &mut self,
        map: YamlId,
        list: YamlId,
        scope: &mut Scope,
    ) -> Option<(Path, Slot)> {
        let path = self.path(list, scope)?;
        let ValueType::List(shape) = path.value else {
            let message = format!("`{}` is {}, not a list", path.text, path.value.in_words());
            self.reader.mistake(list, message, None);
            return None;
        };
        let element = match self.names.vocabulary.shape(shape) {
            Shape::List(list) => value_type(self.names.vocabulary, list.item),
            _ => ValueType::Text,
        };
        let name = match self.reader.tree.get(map, "as") {
            Some(node) => self.reader.text(node)?,
            None => String::new(),
        };
        let taken = scope.find(&name).is_some()
            || scope
                .root
                .and_then(|root| self.names.vocabulary.object(root)?.field(&name))
                .is_some();
        if taken {
            let node = self.reader.tree.get(map, "as").unwrap_or(map);
            self.reader.mistake(
                node,
                format!("the name `{name}` is taken"),
                Some("choose another".to_owned()),
            );
        }
        let inside = scope
            .names
            .iter()
            .any(|n| n.slot == path.slot && n.inside_subject);
        let slot = scope.bind(&name, vec![element], inside);
        Some((path, slot))
    }

    fn body(
        &mut self,
        node: YamlId,
        key: &str,
        scope: &mut Scope,
    ) -> Option<Option<Box<Condition>>> {
        match self.reader.tree.get(node, key) {
            Some(body) => Some(Some(Box::new(self.condition(body, scope)?))),
            None => Some(None),
        }
    }

    fn quantified(
        &mut self,
        node: YamlId,
        head: &str,
        list: YamlId,
        scope: &mut Scope,
    ) -> Option<ConditionKind> {
        let (quantifier, key) = match head {
            "some" => (Quantifier::Some, "where"),
            "every" => (Quantifier::Every, "satisfies"),
            _ => (Quantifier::None, "where"),
        };
        self.allow(node, &[head, "as", key]);
        let (list, slot) = self.walk(node, list, scope)?;
        let body = self.body(node, key, scope);
        scope.unbind();
        let body = body?;
        if body.is_none() && quantifier == Quantifier::Every {
            self.reader.mistake(node, "`every` needs `satisfies`", None);
            return None;
        }
        Some(ConditionKind::Quantified {
            quantifier,
            list,
            slot,
            body,
        })
    }

    fn count(&mut self, node: YamlId, list: YamlId, scope: &mut Scope) -> Option<ConditionKind> {
        self.allow(
            node,
            &[
                "count",
                "as",
                "where",
                "more_than",
                "at_least",
                "less_than",
                "at_most",
            ],
        );
        let (list, slot) = self.walk(node, list, scope)?;
        let body = self.body(node, "where", scope);
        scope.unbind();
        let order = self.orders(node, scope)?;
        Some(ConditionKind::Count {
            list,
            slot,
            body: body?,
            order,
        })
    }

    fn sum(&mut self, node: YamlId, list: YamlId, scope: &mut Scope) -> Option<ConditionKind> {
        let keys = [
            "sum",
            "as",
            "of",
            "where",
            "whole",
            "more_than",
            "at_least",
            "less_than",
            "at_most",
        ];
        self.allow(node, &keys);
        let (list, slot) = self.walk(node, list, scope)?;
        let of = self
            .reader
            .required(node, "of")
            .and_then(|of| self.path(of, scope));
        let body = self.body(node, "where", scope);
        scope.unbind();
        let order = self.orders(node, scope)?;
        let of = of?;
        if of.value != ValueType::Number {
            let message = format!("`{}` is {}, not a number", of.text, of.value.in_words());
            self.reader.mistake(node, message, None);
            return None;
        }
        let whole = match self.reader.tree.get(node, "whole") {
            Some(whole) => Some(self.number(whole)?),
            None => None,
        };
        Some(ConditionKind::Sum {
            list,
            slot,
            of,
            whole,
            body: body?,
            order,
        })
    }

    fn number(&mut self, node: YamlId) -> Option<Decimal> {
        let text = self.reader.text(node)?;
        let number = Decimal::parse(&text);
        if number.is_none() {
            self.reader
                .mistake(node, format!("`{text}` is not a number"), None);
        }
        number
    }

    fn orders(&mut self, node: YamlId, scope: &mut Scope) -> Option<Vec<(Order, Term)>> {
        let mut orders = Vec::new();
        for (key, order) in NUMBER_ORDERS {
            if let Some(value) = self.reader.tree.get(node, key) {
                orders.push((order, self.ordered_term(value, ValueType::Number, scope)?));
            }
        }
        if orders.is_empty() {
            self.reader.mistake(
                node,
                "an order is missing: `more_than`, `at_least`, `less_than` or `at_most`",
                None,
            );
            return None;
        }
        Some(orders)
    }

    fn call(&mut self, node: YamlId, name: YamlId, scope: &mut Scope) -> Option<ConditionKind> {
        self.allow(node, &["holds", "of", "with"]);
        let id = self.reader.text(name)?;
        let Some(definition) = self.names.definitions.iter().position(|head| head.id == id) else {
            let known = || self.names.definitions.iter().map(|head| head.id.as_str());
            let help = match did_you_mean(&id, known()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("defined: {}", list_words(known())),
            };
            self.reader
                .mistake(name, format!("there is no definition `{id}`"), Some(help));
            return None;
        };
        let head = self.names.definitions.get(definition)?;
        let of = match self.reader.tree.get(node, "of") {
            Some(of) => self.path(of, scope)?,
            None => Path {
                slot: Slot::ROOT,
                segments: Vec::new(),
                text: String::new(),
                value: scope.root.map_or(ValueType::Text, ValueType::Object),
                field: None,
            },
        };
        let fits = match of.value {
            ValueType::Object(shape) => head.over.contains(&shape),
            _ => false,
        };
        // The subject of a definition over several types may be any of them.
        let subjects: Vec<ValueType> = match scope.names.iter().find(|n| n.slot == of.slot) {
            Some(name) if of.segments.is_empty() => name.types.clone(),
            _ => vec![of.value],
        };
        let fits = fits
            && subjects
                .iter()
                .all(|kind| matches!(kind, ValueType::Object(shape) if head.over.contains(shape)));
        if !fits {
            let over: Vec<String> = head
                .over
                .iter()
                .map(|shape| self.type_name(*shape))
                .collect();
            let place = self.reader.tree.get(node, "of").unwrap_or(node);
            let over = list_words(over.iter().map(String::as_str));
            self.reader.mistake(
                place,
                format!("`{id}` is about {over}, and this is not one"),
                None,
            );
            return None;
        }
        let mut arguments = Vec::new();
        let with = self.reader.tree.get(node, "with");
        if let Some(with) = with {
            let allowed: Vec<&str> = head
                .parameters
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            self.reader.expect_map(with, &allowed);
        }
        for (parameter, kind) in &head.parameters {
            let Some(value) = with.and_then(|with| self.reader.tree.get(with, parameter)) else {
                self.reader.mistake(
                    node,
                    format!("`{id}` needs `with: {{{parameter}: ..}}`"),
                    None,
                );
                return None;
            };
            arguments.push(self.ordered_term(value, *kind, scope)?);
        }
        let descends = scope.names.iter().any(|name| {
            name.slot == of.slot
                && name.inside_subject
                && (name.slot != Slot::IT || !of.segments.is_empty())
        });
        scope.calls.push((definition, descends));
        // What a definition reads on a day is known only when it is compiled: assume it does.
        scope.dated = true;
        Some(ConditionKind::Holds {
            definition,
            of,
            arguments,
        })
    }

    /// The name of an object type, for messages.
    pub(crate) fn type_name(&self, shape: ShapeId) -> String {
        if self.names.vocabulary.type_named("proposal") == Some(shape) {
            return "proposal".to_owned();
        }
        let name = self
            .names
            .vocabulary
            .object(shape)
            .map(|object| object.name.to_string());
        name.unwrap_or_default()
    }

    /// A look-up: `table`, `where`, `on`.
    fn lookup(&mut self, node: YamlId, table: YamlId, scope: &mut Scope) -> Option<Lookup> {
        let id = self.reader.text(table)?;
        let Some(index) = self.names.tables.iter().position(|known| known.id == id) else {
            let known = || self.names.tables.iter().map(|table| table.id.as_str());
            let help = match did_you_mean(&id, known()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("tables: {}", list_words(known())),
            };
            self.reader
                .mistake(table, format!("there is no table `{id}`"), Some(help));
            return None;
        };
        let known = self.names.tables.get(index)?;
        let mut wanted = Vec::new();
        let conditions = self.reader.required(node, "where")?;
        if self.reader.tree.kind(conditions) != YamlKind::Map {
            self.reader.mistake(
                conditions,
                "columns with the values they must match are needed here",
                None,
            );
            return None;
        }
        let entries: Vec<(YamlId, YamlId)> = self.reader.tree.entries(conditions).collect();
        for (key, value) in entries {
            let name = self.reader.tree.text(key).to_owned();
            let Some(column) = known.columns.iter().position(|column| column.name == name) else {
                let columns = || known.columns.iter().map(|column| column.name.as_str());
                let help = match did_you_mean(&name, columns()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("its columns: {}", list_words(columns())),
                };
                self.reader.mistake(
                    key,
                    format!("table `{id}` has no column `{name}`"),
                    Some(help),
                );
                return None;
            };
            let kind = match known.columns.get(column).map(|column| column.kind) {
                Some(ColumnType::Number) => ValueType::Number,
                _ => ValueType::Text,
            };
            wanted.push((column, self.term(value, kind, scope)?));
        }
        let on = match self.reader.tree.get(node, "on") {
            Some(on) => Some(self.ordered_term(on, ValueType::Date, scope)?),
            None => {
                scope.dated = true;
                None
            }
        };
        Some(Lookup {
            table: index,
            wanted,
            on,
        })
    }

    /// `field` with one or several tests.
    fn tests(&mut self, node: YamlId, field: YamlId, scope: &mut Scope) -> Option<Condition> {
        let allowed: Vec<&str> = ["field"].into_iter().chain(TESTS).chain(REMARKS).collect();
        self.reader.expect_map(node, &allowed);
        let (subject, kind) = match self.reader.tree.kind(field) {
            YamlKind::Map => {
                let subject = self.term(field, ValueType::Text, scope)?;
                let kind = self.term_type(&subject);
                (subject, kind)
            }
            _ => {
                let path = self.path(field, scope)?;
                let kind = path.value;
                let base = TermBase::Path(path);
                (Term { base, shift: None }, kind)
            }
        };
        let mut tests = Vec::new();
        for key in TESTS {
            if key == "assume" {
                continue;
            }
            if let Some(value) = self.reader.tree.get(node, key) {
                tests.push(self.test(key, value, kind, scope)?);
            }
        }
        let assume = match self.reader.tree.get(node, "assume") {
            Some(assume) => Some(Box::new(self.assume(assume, &tests)?)),
            None => None,
        };
        let mut conditions = Vec::new();
        for test in tests {
            conditions.push(Condition {
                kind: ConditionKind::Test {
                    subject: subject.clone(),
                    test,
                    assume: assume.clone(),
                },
                site: self.site(node, scope),
            });
        }
        if conditions.len() > 1 {
            return Some(Condition {
                site: Site {
                    span: self.reader.span(node),
                    because: None,
                    otherwise: None,
                },
                kind: ConditionKind::All(conditions),
            });
        }
        let only = conditions.pop();
        if only.is_none() {
            let help = format!(
                "such as {}",
                list_words(["is", "in", "on_or_before", "includes"])
            );
            self.reader
                .mistake(node, "a test is missing beside `field`", Some(help));
        }
        only
    }

    fn assume(&mut self, node: YamlId, tests: &[Test]) -> Option<Assume> {
        self.reader.expect_map(node, &["value", "because"]);
        let value = self.reader.required_text(node, "value")?;
        let because = self.reader.required_text(node, "because")?;
        let [Test::In { terms, negated }] = tests else {
            let message = "`assume` stands beside one test with `is`, `is_not`, `in` or `not_in`";
            self.reader.mistake(node, message, None);
            return None;
        };
        let equal = terms.iter().any(|term| match &term.base {
            TermBase::Literal(Literal::Text(text)) => *text == value,
            TermBase::Literal(Literal::YesNo(yes)) => yes.to_string() == value,
            _ => false,
        });
        Some(Assume {
            holds: equal != *negated,
            value,
            because,
        })
    }

    fn test(
        &mut self,
        key: &str,
        value: YamlId,
        kind: ValueType,
        scope: &mut Scope,
    ) -> Option<Test> {
        let one_or_many = |compiler: &mut Self, scope: &mut Scope, kind: ValueType| {
            let items = match compiler.reader.tree.kind(value) {
                YamlKind::List => compiler.reader.items(value),
                _ => vec![value],
            };
            let terms: Option<Vec<Term>> = items
                .into_iter()
                .map(|item| compiler.term(item, kind, scope))
                .collect();
            terms
        };
        let wrong = |compiler: &mut Self, needed: &str| {
            let message = format!("`{key}` needs {needed}, and this is {}", kind.in_words());
            compiler.reader.mistake(value, message, None);
        };
        match key {
            "is" | "is_not" | "in" | "not_in" => {
                if matches!(kind, ValueType::Object(_) | ValueType::List(_)) {
                    wrong(self, "a single value");
                    return None;
                }
                let many = matches!(key, "in" | "not_in");
                if many != (self.reader.tree.kind(value) == YamlKind::List) {
                    let help = if many {
                        "write `[a, b]`"
                    } else {
                        "for several values use `in`"
                    };
                    let message = if many {
                        "a list is needed here"
                    } else {
                        "a single value is needed here"
                    };
                    self.reader.mistake(value, message, Some(help.to_owned()));
                    return None;
                }
                let terms = one_or_many(self, scope, kind)?;
                let negated = matches!(key, "is_not" | "not_in");
                Some(Test::In { terms, negated })
            }
            "is_a" | "is_not_a" => {
                let taxonomy = matches!(kind, ValueType::Word(shape)
                    if matches!(self.names.vocabulary.shape(shape), Shape::Words(words) if words.taxonomy));
                if !taxonomy {
                    wrong(self, "a key of a taxonomy");
                    return None;
                }
                let terms = one_or_many(self, scope, kind)?;
                let negated = key == "is_not_a";
                Some(Test::IsA { terms, negated })
            }
            "matches" => {
                let text = self.reader.text(value)?;
                match Regex::new(&text) {
                    Ok(regex) => Some(Test::Matches(regex)),
                    Err(error) => {
                        let reason = error.to_string();
                        let reason = reason
                            .lines()
                            .last()
                            .unwrap_or_default()
                            .trim_start_matches("error: ");
                        let message = format!("this is not a regular expression: {reason}");
                        self.reader.mistake(value, message, None);
                        None
                    }
                }
            }
            "includes" | "includes_any" | "includes_all" => {
                let ValueType::List(shape) = kind else {
                    wrong(self, "a list");
                    return None;
                };
                let item = match self.names.vocabulary.shape(shape) {
                    Shape::List(list) => value_type(self.names.vocabulary, list.item),
                    _ => ValueType::Text,
                };
                if matches!(item, ValueType::Object(_) | ValueType::List(_)) {
                    wrong(self, "a list of words");
                    return None;
                }
                let terms = one_or_many(self, scope, item)?;
                let all = key == "includes_all";
                Some(Test::Includes { terms, all })
            }
            _ => {
                let date_order = DATE_ORDERS.iter().find(|(name, _)| *name == key);
                let (order, wanted) = match date_order {
                    Some((_, order)) => (*order, kind == ValueType::Date),
                    None => {
                        let order = NUMBER_ORDERS.iter().find(|(name, _)| *name == key)?.1;
                        (
                            order,
                            matches!(kind, ValueType::Number | ValueType::Duration),
                        )
                    }
                };
                if !wanted {
                    wrong(
                        self,
                        if date_order.is_some() {
                            "a date"
                        } else {
                            "a number or a duration"
                        },
                    );
                    return None;
                }
                Some(Test::Order(order, self.ordered_term(value, kind, scope)?))
            }
        }
    }

    /// A value to compare with, where a bare word is a literal.
    fn term(&mut self, node: YamlId, kind: ValueType, scope: &mut Scope) -> Option<Term> {
        if self.reader.tree.kind(node) != YamlKind::Map {
            let base = TermBase::Literal(self.literal(node, kind)?);
            return Some(Term { base, shift: None });
        }
        let keys = [
            "field",
            "parameter",
            "first_stated",
            "value_of",
            "table",
            "where",
            "on",
            "plus",
            "minus",
        ];
        self.reader.expect_map(node, &keys);
        let tree = self.reader.tree;
        let base = if let Some(field) = tree.get(node, "field") {
            TermBase::Path(self.path(field, scope)?)
        } else if let Some(name) = tree.get(node, "parameter") {
            let text = self.reader.text(name)?;
            let Some(parameter) = self.names.parameters.iter().find(|p| p.name == text) else {
                let known = list_words(self.names.parameters.iter().map(|p| p.name.as_str()));
                let message = format!("the pack has no parameter `{text}`");
                self.reader
                    .mistake(name, message, Some(format!("its parameters: {known}")));
                return None;
            };
            TermBase::Literal(parameter.value.clone())
        } else if let Some(list) = tree.get(node, "first_stated") {
            let items = self.reader.items(list);
            let paths: Option<Vec<Path>> = items
                .into_iter()
                .map(|item| self.path(item, scope))
                .collect();
            TermBase::FirstStated(paths?)
        } else if let Some(column) = tree.get(node, "value_of") {
            let table = self.reader.required(node, "table")?;
            let lookup = self.lookup(node, table, scope)?;
            let name = self.reader.text(column)?;
            let columns = self
                .names
                .tables
                .get(lookup.table)
                .map(|table| table.columns.as_slice());
            let Some(index) = columns
                .unwrap_or_default()
                .iter()
                .position(|column| column.name == name)
            else {
                self.reader
                    .mistake(column, format!("the table has no column `{name}`"), None);
                return None;
            };
            let lookup = Box::new(lookup);
            TermBase::Cell {
                lookup,
                column: index,
            }
        } else {
            let help = format!(
                "a value, or a map with {}",
                list_words(["field", "parameter", "first_stated", "value_of"])
            );
            self.reader.mistake(node, "this is not a value", Some(help));
            return None;
        };
        let shift = match (tree.get(node, "plus"), tree.get(node, "minus")) {
            (None, None) => None,
            (Some(plus), None) => Some(self.duration(plus)?.span),
            (None, Some(minus)) => Some(self.duration(minus)?.span.negate()),
            (Some(_), Some(minus)) => {
                self.reader
                    .mistake(minus, "`plus` and `minus` together", None);
                return None;
            }
        };
        let term = Term { base, shift };
        let found = self.term_type(&term);
        if shift.is_some() && found != ValueType::Date {
            self.reader
                .mistake(node, "`plus` and `minus` stand beside dates only", None);
            return None;
        }
        if !comparable(kind, found) {
            let message = format!(
                "{} cannot be compared with {}",
                found.in_words(),
                kind.in_words()
            );
            self.reader.mistake(node, message, None);
            return None;
        }
        Some(term)
    }

    /// A value to compare with, where a bare word is a path.
    fn ordered_term(&mut self, node: YamlId, kind: ValueType, scope: &mut Scope) -> Option<Term> {
        let tree = self.reader.tree;
        let is_path = tree.kind(node) == YamlKind::Text && {
            let text = tree.text(node);
            let literal = text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                || (kind == ValueType::Duration && Duration::parse(text).is_some());
            !literal
                && matches!(
                    kind,
                    ValueType::Date | ValueType::Number | ValueType::Duration
                )
        };
        if !is_path {
            return self.term(node, kind, scope);
        }
        let path = self.path(node, scope)?;
        if !comparable(kind, path.value) {
            let message = format!(
                "`{}` is {}, and {} is needed",
                path.text,
                path.value.in_words(),
                kind.in_words()
            );
            self.reader.mistake(node, message, None);
            return None;
        }
        Some(Term {
            base: TermBase::Path(path),
            shift: None,
        })
    }

    fn term_type(&self, term: &Term) -> ValueType {
        match &term.base {
            TermBase::Literal(literal) => match literal {
                Literal::Text(_) => ValueType::Text,
                Literal::YesNo(_) => ValueType::YesNo,
                Literal::Number(_) => ValueType::Number,
                Literal::Date(_) => ValueType::Date,
                Literal::Duration(_) => ValueType::Duration,
            },
            TermBase::Path(path) => path.value,
            TermBase::FirstStated(paths) => {
                paths.first().map_or(ValueType::Text, |path| path.value)
            }
            TermBase::Cell { lookup, column } => {
                let table = self.names.tables.get(lookup.table);
                match table
                    .and_then(|table| table.columns.get(*column))
                    .map(|column| column.kind)
                {
                    Some(ColumnType::Number) => ValueType::Number,
                    _ => ValueType::Text,
                }
            }
        }
    }

    fn duration(&mut self, node: YamlId) -> Option<Duration> {
        let text = self.reader.text(node)?;
        let duration = Duration::parse(&text);
        if duration.is_none() {
            let help = "write years, months, weeks and days, as in `P1Y6M` or `P30D`".to_owned();
            self.reader
                .mistake(node, format!("`{text}` is not a duration"), Some(help));
        }
        duration
    }

    fn literal(&mut self, node: YamlId, kind: ValueType) -> Option<Literal> {
        let text = self.reader.text(node)?;
        let literal = match kind {
            ValueType::Text => Some(Literal::Text(text.clone())),
            ValueType::Word(shape) => {
                let Shape::Words(words) = self.names.vocabulary.shape(shape) else {
                    return Some(Literal::Text(text.clone()));
                };
                if words.word(&text).is_some() || text.starts_with("x_") {
                    Some(Literal::Text(text.clone()))
                } else {
                    let known = || words.words.iter().map(|word| word.text);
                    let help = match did_you_mean(&text, known()) {
                        Some(word) => format!("did you mean `{word}`?"),
                        None => format!("one of {}", list_words(known())),
                    };
                    self.reader.mistake(
                        node,
                        format!("the schema has no word `{text}` here"),
                        Some(help),
                    );
                    return None;
                }
            }
            ValueType::YesNo => self.reader.tree.boolean(node).map(Literal::YesNo),
            ValueType::Number => Decimal::parse(&text).map(Literal::Number),
            ValueType::Date => parse_date(&text).map(Literal::Date),
            ValueType::Duration => Duration::parse(&text).map(Literal::Duration),
            ValueType::Object(_) | ValueType::List(_) => None,
        };
        if literal.is_none() {
            let message = format!("`{text}` is not {}", kind.in_words());
            self.reader.mistake(node, message, None);
        }
        literal
    }

    /// A path as a node of its own.
    pub(crate) fn path(&mut self, node: YamlId, scope: &mut Scope) -> Option<Path> {
        if self.reader.tree.kind(node) != YamlKind::Text {
            let help = "such as `importer.country`".to_owned();
            self.reader
                .mistake(node, "the path of a field is needed here", Some(help));
            return None;
        }
        let text = self.reader.tree.text(node).to_owned();
        match self.resolve(&text, scope) {
            Ok(path) => Some(path),
            Err((message, help)) => {
                self.reader.mistake(node, message, help);
                None
            }
        }
    }

    fn resolve(&self, text: &str, scope: &mut Scope) -> Result<Path, (String, Option<String>)> {
        let mut names = text.split('.');
        let first = names.next().unwrap_or_default();
        let vocabulary = self.names.vocabulary;
        let (slot, types, rest): (Slot, Vec<ValueType>, Vec<&str>) = match scope.find(first) {
            Some(name) => (name.slot, name.types.clone(), names.collect()),
            None => match scope.root {
                Some(root) => (
                    Slot::ROOT,
                    vec![ValueType::Object(root)],
                    text.split('.').collect(),
                ),
                None => {
                    let known = list_words(scope.names.iter().map(|name| name.name.as_str()));
                    return Err((
                        format!("there is no name `{first}` here"),
                        Some(format!("names: {known}")),
                    ));
                }
            },
        };
        if slot == Slot::LAW_DATE {
            scope.dated = true;
        }
        let mut path = Path {
            slot,
            segments: Vec::new(),
            text: text.to_owned(),
            value: types.first().copied().unwrap_or(ValueType::Text),
            field: None,
        };
        for (turn, start) in types.into_iter().enumerate() {
            let mut current = start;
            let mut segments = Vec::new();
            let mut last_field = None;
            for (i, name) in rest.iter().enumerate() {
                let ValueType::Object(shape) = current else {
                    let before = if i == 0 {
                        first.to_owned()
                    } else {
                        rest.get(..i).unwrap_or_default().join(".")
                    };
                    let help = match current {
                        ValueType::List(_) => Some(format!(
                            "say `some: {before}` or `every: {before}`, with a name for the element"
                        )),
                        _ => None,
                    };
                    return Err((
                        format!("`{before}` is {}: it has no fields", current.in_words()),
                        help,
                    ));
                };
                let object = vocabulary.object(shape);
                let index =
                    object.and_then(|o| o.fields.iter().position(|field| field.name == *name));
                last_field = index.map(|index| (shape, index));
                let Some(field) = object.and_then(|object| object.field(name)) else {
                    let known = || {
                        object
                            .into_iter()
                            .flat_map(|o| o.fields)
                            .map(|field| field.name)
                    };
                    let bound = scope
                        .names
                        .iter()
                        .map(|n| n.name.as_str())
                        .filter(|_| i == 0 && slot == Slot::ROOT);
                    let help = match did_you_mean(name, known().chain(bound)) {
                        Some(word) => format!("did you mean `{word}`?"),
                        None => format!("known here: {}", list_words(known())),
                    };
                    return Err((
                        format!("the schema has no field `{name}` in `{text}`"),
                        Some(help),
                    ));
                };
                let last = i + 1 == rest.len();
                let linked = field.document.is_some() && !last;
                current = if linked {
                    ValueType::Object(vocabulary.inside(field))
                } else {
                    value_type(vocabulary, field.shape)
                };
                segments.push(Segment {
                    key: Key::new(name),
                    linked,
                });
            }
            if turn == 0 {
                path.segments = segments;
                path.value = current;
                path.field = last_field;
            }
        }
        Ok(path)
    }

    /// A text with placeholders.
    pub(crate) fn template(&mut self, node: YamlId, scope: &mut Scope) -> Option<Template> {
        let text = self.reader.text(node)?;
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let Some((name, after)) = after.split_once('}') else {
                self.reader.mistake(
                    node,
                    "a placeholder is not closed",
                    Some("write `{path}`".to_owned()),
                );
                return None;
            };
            let name = name.trim();
            if name == ".." || name == "…" {
                parts.push(Part::Text(format!("{{{name}}}")));
            } else {
                match self.resolve(name, scope) {
                    Ok(path) => parts.push(Part::Path(path)),
                    Err((message, help)) => {
                        self.reader.mistake(node, message, help);
                        return None;
                    }
                }
            }
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Some(Template { parts })
    }

    /// A text, or alternatives `{when, say}` of which the first that is true speaks.
    pub(crate) fn say(&mut self, node: YamlId, scope: &mut Scope) -> Option<Say> {
        if self.reader.tree.kind(node) != YamlKind::List {
            let template = self.template(node, scope)?;
            return Some(Say {
                alternatives: vec![(None, template)],
            });
        }
        let mut alternatives = Vec::new();
        let items = self.reader.items(node);
        for item in items {
            self.reader.expect_map(item, &["when", "say"]);
            let when = match self.reader.tree.get(item, "when") {
                Some(when) => Some(self.condition(when, scope)?),
                None => None,
            };
            let say = self.reader.required(item, "say")?;
            alternatives.push((when, self.template(say, scope)?));
        }
        if alternatives.last().is_none_or(|(when, _)| when.is_some()) {
            self.reader
                .mistake(node, "the last alternative must speak without `when`", None);
            return None;
        }
        Some(Say { alternatives })
    }
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
