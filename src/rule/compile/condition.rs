//! Conditions: from a YAML map to the compiled form.

use super::*;
use crate::document::yaml::{YamlId, YamlKind};
use crate::rule::condition::{
    Assume, Condition, ConditionKind, Decimal, Order, Path, Quantifier, Site, Slot, Term, ValueType,
};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{Shape, ShapeId};

impl Compiler<'_, '_> {
    /// A condition; `None` after a mistake was reported.
    pub(crate) fn condition(&mut self, node: YamlId, scope: &mut Scope) -> Option<Condition> {
        if self.reader.tree.kind(node) != YamlKind::Map {
            let help = "such as `field: importer.role` with `is: processor` beside it".to_owned();
            self.reader
                .mistake(node, "a condition is needed here", Some(help));
            return None;
        }
        let tree = self.reader.tree;
        let heads: Vec<(&str, YamlId)> = tree
            .entries(node)
            .map(|(key, value)| (tree.text(key), value))
            .filter(|(key, _)| HEADS.contains(key) || *key == "unsettled")
            // `count … where … at_least` and `table … where … on` hold no second head.
            .collect();
        let (head, value) = match heads.as_slice() {
            [head] => *head,
            [] => {
                let first = tree.entries(node).next();
                let written = first.map_or("", |(key, _)| tree.text(key));
                let help = match did_you_mean(written, HEADS.into_iter().chain(TESTS)) {
                    Some(word) if word != written => format!("did you mean `{word}`?"),
                    _ => format!("a condition starts with {}", list_words(HEADS)),
                };
                self.reader
                    .mistake(node, "this is not a condition", Some(help));
                return None;
            }
            [(first, _), (second, _), ..] => {
                let message = format!("`{first}` and `{second}` are two conditions in one map");
                self.reader.mistake(
                    node,
                    message,
                    Some("put them under `all:` or `any:`".to_owned()),
                );
                return None;
            }
        };
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
            "claimed" => {
                self.allow(node, &["claimed"]);
                ConditionKind::Claimed(self.path(value, scope)?)
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

    pub(super) fn allow(&mut self, node: YamlId, keys: &[&str]) {
        self.reader.expect_keys(node, &[keys, &REMARKS]);
    }

    pub(super) fn site(&mut self, node: YamlId, scope: &mut Scope) -> Site {
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
        let (path, element) = self.list_of(list, scope)?;
        let inside = scope
            .names
            .iter()
            .any(|n| n.slot == path.slot && n.inside_subject);
        let slot = self.bind_element(map, vec![element], inside, scope)?;
        Some((path, slot))
    }

    /// Several lists that are walked as one, where a single object stands for a list of one.
    pub(crate) fn walk_all(
        &mut self,
        map: YamlId,
        lists: YamlId,
        scope: &mut Scope,
    ) -> Option<(Vec<Path>, Slot)> {
        if self.reader.tree.kind(lists) != YamlKind::List {
            let (path, slot) = self.walk(map, lists, scope)?;
            return Some((vec![path], slot));
        }
        let mut paths = Vec::new();
        let mut types = Vec::new();
        for item in self.reader.items(lists) {
            let path = self.path(item, scope)?;
            let (path, element) = match path.value {
                ValueType::Object(_) => {
                    let own = path.value;
                    (path, own)
                }
                _ => self.list_of(item, scope)?,
            };
            paths.push(path);
            if !types.contains(&element) {
                types.push(element);
            }
        }
        let slot = self.bind_element(map, types, false, scope)?;
        Some((paths, slot))
    }

    /// A path to a list, and the type of its elements.
    fn list_of(&mut self, list: YamlId, scope: &mut Scope) -> Option<(Path, ValueType)> {
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
        Some((path, element))
    }

    /// Binds the name that `as` gives to an element.
    fn bind_element(
        &mut self,
        map: YamlId,
        types: Vec<ValueType>,
        inside: bool,
        scope: &mut Scope,
    ) -> Option<Slot> {
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
        Some(scope.bind(&name, types, inside))
    }

    pub(super) fn body(
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

    pub(super) fn quantified(
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
        self.allow(node, &[head, "as", key, "assume"]);
        let (list, slot) = self.walk(node, list, scope)?;
        let body = self.body(node, key, scope);
        scope.unbind();
        let body = body?;
        let assume = match self.reader.tree.get(node, "assume") {
            Some(assume) => Some(Box::new(self.assume_empty(assume, quantifier)?)),
            None => None,
        };
        if body.is_none() && quantifier == Quantifier::Every {
            self.reader.mistake(node, "`every` needs `satisfies`", None);
            return None;
        }
        Some(ConditionKind::Quantified {
            quantifier,
            list,
            slot,
            body,
            assume,
        })
    }

    /// `assume` beside a list: where it is absent, it is taken to be empty.
    fn assume_empty(&mut self, node: YamlId, quantifier: Quantifier) -> Option<Assume> {
        self.reader.expect_map(node, &["value", "because"]);
        let value = self.reader.required(node, "value")?;
        let because = self.reader.required_text(node, "because")?;
        let empty = self.reader.tree.kind(value) == YamlKind::List
            && self.reader.tree.items(value).next().is_none();
        if !empty {
            let message = "of a list that is absent it can only be assumed that it is empty";
            self.reader
                .mistake(value, message, Some("write `value: []`".to_owned()));
            return None;
        }
        Some(Assume {
            value: "[]".to_owned(),
            because,
            holds: quantifier != Quantifier::Some,
        })
    }

    pub(super) fn count(
        &mut self,
        node: YamlId,
        list: YamlId,
        scope: &mut Scope,
    ) -> Option<ConditionKind> {
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

    pub(super) fn sum(
        &mut self,
        node: YamlId,
        list: YamlId,
        scope: &mut Scope,
    ) -> Option<ConditionKind> {
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

    pub(super) fn number(&mut self, node: YamlId) -> Option<Decimal> {
        let text = self.reader.text(node)?;
        let number = Decimal::parse(&text);
        if number.is_none() {
            self.reader
                .mistake(node, format!("`{text}` is not a number"), None);
        }
        number
    }

    pub(super) fn orders(&mut self, node: YamlId, scope: &mut Scope) -> Option<Vec<(Order, Term)>> {
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

    pub(super) fn call(
        &mut self,
        node: YamlId,
        name: YamlId,
        scope: &mut Scope,
    ) -> Option<ConditionKind> {
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
        // While definitions are compiled this is not known; their calls are followed afterwards.
        scope.dated |= self.names.dated.get(definition) == Some(&true);
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
}
