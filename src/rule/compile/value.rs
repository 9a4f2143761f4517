//! Values to compare with: literals, fields, parameters, cells of tables, dates with a shift.

use super::*;
use crate::document::yaml::{YamlId, YamlKind};
use crate::rule::condition::{
    Decimal, Duration, Literal, Path, Term, TermBase, ValueType, parse_date,
};
use crate::rule::table::{ColumnType, Lookup};
use crate::vocabulary::Shape;
use crate::vocabulary::suggest::{did_you_mean, list_words};

impl Compiler<'_, '_> {
    /// A look-up: `table`, `where`, `on`.
    pub(super) fn lookup(
        &mut self,
        node: YamlId,
        table: YamlId,
        scope: &mut Scope,
    ) -> Option<Lookup> {
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

    /// A value to compare with, where a bare word is a literal.
    pub(super) fn term(
        &mut self,
        node: YamlId,
        kind: ValueType,
        scope: &mut Scope,
    ) -> Option<Term> {
        if self.reader.tree.kind(node) != YamlKind::Map {
            let base = TermBase::Literal(self.literal(node, kind)?);
            return Some(Term { base, shift: None });
        }
        let term = self.term_of_map(node, scope)?;
        let found = self.term_type(&term);
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

    /// A value from somewhere: a field, a parameter, a cell of a table.
    pub(super) fn term_of_map(&mut self, node: YamlId, scope: &mut Scope) -> Option<Term> {
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
        let sources = ["field", "parameter", "first_stated", "value_of"];
        let named: Vec<&str> = sources
            .into_iter()
            .filter(|source| tree.get(node, source).is_some())
            .collect();
        if let [first, second, ..] = named.as_slice() {
            let message = format!("`{first}` and `{second}` are two values in one map");
            self.reader
                .mistake(node, message, Some("keep one of them".to_owned()));
            return None;
        }
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
            let paths = paths?;
            let kind = paths.first().map(|path| path.value);
            if let Some(other) = paths
                .iter()
                .find(|path| kind.is_none_or(|kind| !comparable(kind, path.value)))
            {
                let message = format!(
                    "`{}` is {}, and the first field is not",
                    other.text,
                    other.value.in_words()
                );
                self.reader.mistake(list, message, None);
                return None;
            }
            TermBase::FirstStated(paths)
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
        if shift.is_some() && self.term_type(&term) != ValueType::Date {
            let message = "`plus` and `minus` stand beside dates only";
            self.reader.mistake(node, message, None);
            return None;
        }
        Some(term)
    }

    /// A value to compare with, where a bare word is a path.
    pub(super) fn ordered_term(
        &mut self,
        node: YamlId,
        kind: ValueType,
        scope: &mut Scope,
    ) -> Option<Term> {
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

    pub(super) fn term_type(&self, term: &Term) -> ValueType {
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

    pub(super) fn duration(&mut self, node: YamlId) -> Option<Duration> {
        let text = self.reader.text(node)?;
        let duration = Duration::parse(&text);
        if duration.is_none() {
            let help = "write years, months, weeks and days, as in `P1Y6M` or `P30D`".to_owned();
            self.reader
                .mistake(node, format!("`{text}` is not a duration"), Some(help));
        }
        duration
    }

    pub(super) fn literal(&mut self, node: YamlId, kind: ValueType) -> Option<Literal> {
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
}
