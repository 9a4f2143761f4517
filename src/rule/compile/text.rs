//! Paths and texts: every name resolved against the schema, every placeholder a path.

use super::*;
use crate::document::Key;
use crate::document::yaml::{YamlId, YamlKind};
use crate::rule::condition::{Part, Path, Say, Segment, Slot, Template, ValueType};
use crate::vocabulary::suggest::{did_you_mean, list_words};

impl Compiler<'_, '_> {
    /// A path as a node of its own.
    pub(crate) fn path(&mut self, node: YamlId, scope: &mut Scope) -> Option<Path> {
        if self.reader.tree.kind(node) != YamlKind::Text {
            let help = "such as `importer.country`".to_owned();
            self.reader
                .mistake(node, "the path of a field is needed here", Some(help));
            return None;
        }
        match self.resolve(self.reader.tree.text(node), scope) {
            Ok(path) => Some(path),
            Err((message, help)) => {
                self.reader.mistake(node, message, help);
                None
            }
        }
    }

    pub(super) fn resolve(
        &self,
        text: &str,
        scope: &mut Scope,
    ) -> Result<Path, (String, Option<String>)> {
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
                let fields = object.map_or(&[][..], |object| object.fields);
                let index = fields.iter().position(|field| field.name == *name);
                last_field = index.map(|index| (shape, index));
                let Some(field) = index.and_then(|index| fields.get(index)) else {
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
