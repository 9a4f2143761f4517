//! Tests beside `field`, each checked against the type of the field.

use super::*;
use crate::document::yaml::{YamlId, YamlKind};
use crate::rule::condition::{
    Assume, Condition, ConditionKind, Literal, Pattern, Site, Term, TermBase, Test, ValueType,
};
use crate::vocabulary::Shape;
use crate::vocabulary::suggest::list_words;

impl Compiler<'_, '_> {
    /// `field` with one or several tests.
    pub(super) fn tests(
        &mut self,
        node: YamlId,
        field: YamlId,
        scope: &mut Scope,
    ) -> Option<Condition> {
        self.reader
            .expect_keys(node, &[&["field"], &TESTS, &REMARKS]);
        let (subject, kind) = match self.reader.tree.kind(field) {
            YamlKind::Map => {
                let subject = self.term_of_map(field, scope)?;
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
        let mut assume = None;
        let tree = self.reader.tree;
        for (key, value) in tree.entries(node) {
            match tree.text(key) {
                "assume" => assume = Some(value),
                key if TESTS.contains(&key) => tests.push(self.test(key, value, kind, scope)?),
                _ => {}
            }
        }
        let assume = match assume {
            Some(assume) => Some(Box::new(self.assume(assume, &tests, kind)?)),
            None => None,
        };
        let site = self.site(node, scope);
        if let [_] = tests.as_slice() {
            let test = tests.pop()?;
            return Some(Condition {
                kind: ConditionKind::Test {
                    subject,
                    test,
                    assume,
                },
                site,
            });
        }
        let mut conditions = Vec::new();
        for test in tests {
            conditions.push(Condition {
                kind: ConditionKind::Test {
                    subject: subject.clone(),
                    test,
                    assume: assume.clone(),
                },
                site: site.clone(),
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
        let help = format!(
            "such as {}",
            list_words(["is", "in", "on_or_before", "includes"])
        );
        self.reader
            .mistake(node, "a test is missing beside `field`", Some(help));
        None
    }

    fn assume(&mut self, node: YamlId, tests: &[Test], kind: ValueType) -> Option<Assume> {
        self.reader.expect_map(node, &["value", "because"]);
        let literal = self.reader.required(node, "value")?;
        self.literal(literal, kind)?;
        let value = self.reader.text(literal)?;
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

    pub(super) fn test(
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
                if self.names.trusted {
                    return Some(Test::Matches(Pattern::lazy(text)));
                }
                match Pattern::checked(text) {
                    Ok(pattern) => Some(Test::Matches(pattern)),
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
}
