//! A value that is not what its field takes: what was expected, what was found, what to write.

use super::*;
use crate::document::{Kind, NodeId};
use crate::facts::dotted;
use crate::finding::Target;
use crate::rule::condition::{Decimal, parse_date};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{Shape, ShapeId, UNKNOWN, Words, kind_in_words};

/// The texts that take no `"unknown"` (law 2 of the format).
const NAMES_ITSELF: [&str; 3] = ["/id", "/title", "/name"];

impl Checker<'_> {
    /// A value that is not what its field takes.
    pub(super) fn mismatch(
        &mut self,
        at: NodeId,
        shape: Option<ShapeId>,
        pointer: &str,
        limit: Option<String>,
    ) {
        if self.flaws.invalid.contains(&at) {
            return;
        }
        self.flaws.invalid.push(at);
        let found = self.document.kind(at);
        let field = match dotted(pointer) {
            name if name.is_empty() => "the document".to_owned(),
            name => format!("`{name}`"),
        };
        let Some(shape) = shape.map(|shape| self.vocabulary.shape(shape)) else {
            let primary = self.label(at, Target::Value, "");
            self.add(
                "wrong-type",
                format!("{field} is not what the format says"),
                None,
                primary,
            );
            return;
        };
        if found == Kind::Null {
            let help = self.instead_of_null(shape, pointer);
            let primary = self.label(
                at,
                Target::Value,
                "`null` says neither that there is none nor that it is not known",
            );
            self.add(
                "null-value",
                format!("{field} is `null`"),
                Some(help),
                primary,
            );
            return;
        }
        let text = self.document.string(at);
        match (shape, found) {
            (Shape::Text | Shape::Words(_) | Shape::Date | Shape::Duration, Kind::String)
                if text.as_deref() == Some("") =>
            {
                let help = if self.is_required(pointer) {
                    "write it: the format requires it"
                } else {
                    "leave the field out if it is not stated"
                };
                let help = Some(help.to_owned());
                let primary = self.label(at, Target::Value, "empty");
                self.add("empty-text", format!("{field} is empty"), help, primary);
            }
            (Shape::Words(words), Kind::String) => {
                self.wrong_word(at, words, &field, text.as_deref().unwrap_or_default())
            }
            (Shape::Const(constant), _) => {
                let help = Some(format!("write `\"{constant}\"`"));
                let primary = self.label(at, Target::Value, "");
                self.add(
                    "wrong-word",
                    format!("{field} is always `{constant}`"),
                    help,
                    primary,
                );
            }
            (Shape::Date, Kind::String) => {
                self.wrong_date(at, &field, text.as_deref().unwrap_or_default())
            }
            (Shape::Duration, Kind::String) => {
                let help = Some("write years, months, weeks and days, as in `\"P18M\"`, `\"P1Y6M\"` or `\"P30D\"`".to_owned());
                let primary = self.label(at, Target::Value, "not a duration");
                let text = text.unwrap_or_default();
                self.add(
                    "wrong-duration",
                    format!("{field} is `{text}`, which is not a duration"),
                    help,
                    primary,
                );
            }
            (Shape::Text, Kind::String) if text.as_deref() == Some(UNKNOWN) => {
                let help = if self.is_required(pointer) {
                    "this field names the thing itself: write it"
                } else {
                    "this field names the thing itself: write it, or leave it out"
                };
                let help = Some(help.to_owned());
                let primary = self.label(at, Target::Value, "");
                self.add(
                    "unknown-not-allowed",
                    format!("{field} cannot be `\"{UNKNOWN}\"`"),
                    help,
                    primary,
                );
            }
            (Shape::List(list), Kind::Array) if list.not_empty && self.document.is_empty(at) => {
                let help = if self.is_required(pointer) {
                    "give at least one: the format requires it"
                } else {
                    "give at least one, or leave the field out if it is not stated"
                };
                let help = Some(help.to_owned());
                let primary = self.label(at, Target::Value, "empty");
                self.add(
                    "empty-list",
                    format!("{field} needs at least one element"),
                    help,
                    primary,
                );
            }
            (Shape::Number { whole }, Kind::Number) => {
                let raw = self.document.number(at).unwrap_or_default();
                let help = match limit {
                    _ if *whole && raw.contains(['.', 'e', 'E']) => {
                        "write a whole number".to_owned()
                    }
                    Some(limit) => limit,
                    None => "write a number in the range of this field".to_owned(),
                };
                let primary = self.label(at, Target::Value, "out of range");
                self.add(
                    "number-out-of-range",
                    format!("{field} is {raw}, which is out of range"),
                    Some(help),
                    primary,
                );
            }
            (Shape::Text, Kind::String) => {
                let help = Some(self.meaning_of(pointer));
                let primary = self.label(at, Target::Value, "not of the form this field takes");
                let text = text.unwrap_or_default();
                self.add(
                    "wrong-form",
                    format!("{field} is `{text}`, which is not of the form this field takes"),
                    help,
                    primary,
                );
            }
            _ => self.wrong_type(at, shape, found, &field),
        }
    }

    /// What to write instead of `null`: only what the place takes.
    fn instead_of_null(&self, shape: &Shape, pointer: &str) -> String {
        let is_element = pointer
            .rsplit_once('/')
            .is_some_and(|(list, _)| self.object(self.shape_at(list)).is_none());
        let leave_out = match self.is_required(pointer) {
            _ if is_element => Some("take it out of the list".to_owned()),
            true => None,
            false => Some("leave the field out if it is not stated".to_owned()),
        };
        let none = match shape {
            Shape::List(list) if !list.not_empty => Some("write `[]` if there are none"),
            Shape::YesNo => Some("write `false` if it is not so"),
            Shape::Words(words) if words.word("none").is_some() => {
                Some("write `\"none\"` if there is none")
            }
            _ => None,
        };
        let unknown = match shape {
            Shape::Object(_) | Shape::Const(_) => None,
            Shape::Text if NAMES_ITSELF.iter().any(|end| pointer.ends_with(end)) => None,
            Shape::List(list) if !self.takes_scalars(list.item) => None,
            Shape::List(_) => Some(format!("write `[\"{UNKNOWN}\"]` if it is being clarified")),
            _ => Some(format!("write `\"{UNKNOWN}\"` if it is being clarified")),
        };
        let ways: Vec<String> = none
            .map(str::to_owned)
            .into_iter()
            .chain(unknown)
            .chain(leave_out)
            .collect();
        match (ways.split_last(), shape) {
            (None, Shape::Const(constant)) => format!("write `\"{constant}\"`"),
            (None, _) => "write it: the format requires it".to_owned(),
            (Some((only, [])), _) => only.clone(),
            (Some((last, rest)), _) => format!("{}, or {last}", rest.join(", ")),
        }
    }

    fn takes_scalars(&self, shape: ShapeId) -> bool {
        !matches!(
            self.vocabulary.shape(shape),
            Shape::Object(_) | Shape::List(_)
        )
    }

    /// Whether the format requires the field at a pointer, or it is an element of a list.
    fn is_required(&self, pointer: &str) -> bool {
        let Some((parent, name)) = pointer.rsplit_once('/') else {
            return true;
        };
        match self.object(self.shape_at(parent)) {
            Some(object) => object.field(name).is_some_and(|field| field.required),
            None => true,
        }
    }

    pub(super) fn meaning_of(&self, pointer: &str) -> String {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        let object = self.object(self.shape_at(parent));
        object
            .and_then(|object| object.field(name))
            .map(|field| field.meaning.to_string())
            .unwrap_or_default()
    }

    pub(super) fn wrong_word(&mut self, at: NodeId, words: &Words, field: &str, written: &str) {
        let known = || words.words.iter().map(|word| word.text);
        let equal = |other: &str| other.eq_ignore_ascii_case(written);
        let ambiguous = words.ambiguous.iter().find(|(word, _)| equal(word));
        let refused = words.refused.iter().find(|(word, _)| equal(word));
        let alias = words
            .aliases
            .iter()
            .find(|(word, _)| equal(word))
            .map(|(_, right)| *right);
        let by_name = words
            .country
            .then(|| words.words.iter().find(|word| equal(word.meaning)))
            .flatten();
        let nearest = alias
            .or(by_name.map(|word| word.text))
            // Another code of three letters says nothing about one of two: `USA` is not `SA`.
            .or_else(|| {
                did_you_mean(written, known())
                    .filter(|word| !words.country || word.eq_ignore_ascii_case(written.trim()))
            })
            .or_else(|| {
                words
                    .taxonomy
                    .then(|| nearest_key(written, words))
                    .flatten()
            });
        let help = match (ambiguous, refused, nearest) {
            (Some((_, candidates)), ..) => {
                format!(
                    "`{written}` could mean several: write {}",
                    list_words(candidates.iter().map(AsRef::as_ref))
                )
            }
            (None, Some((_, reason)), _) => format!("`{written}` is {reason}"),
            (None, None, Some(word)) => {
                let meaning = words
                    .word(word)
                    .map(|word| word.meaning)
                    .unwrap_or_default();
                let meaning = if meaning.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", meaning.trim_end_matches('.'))
                };
                format!("did you mean `\"{word}\"`?{meaning}")
            }
            (None, None, None) => format!("one of {}", list_words(known())),
        };
        let primary = self.label(at, Target::Value, "not a word of this field");
        self.add(
            "wrong-word",
            format!("{field} does not take the word `{written}`"),
            Some(help),
            primary,
        );
    }

    pub(super) fn wrong_date(&mut self, at: NodeId, field: &str, written: &str) {
        let help = match guess_date(written) {
            Some(date) => format!("did you mean `\"{date}\"`?"),
            None if written.len() == 10
                && parse_date(written).is_none()
                && written.split('-').count() == 3 =>
            {
                "there is no such day; write a day of the calendar as `\"2026-03-02\"`".to_owned()
            }
            None => "write the day as `\"2026-03-02\"` (year, month, day)".to_owned(),
        };
        let primary = self.label(at, Target::Value, "not a date");
        self.add(
            "wrong-date",
            format!("{field} is `{written}`, which is not a date"),
            Some(help),
            primary,
        );
    }

    pub(super) fn wrong_type(&mut self, at: NodeId, shape: &Shape, found: Kind, field: &str) {
        let raw = self.document.raw(at);
        let (needed, instead) = match shape {
            Shape::Object(_) => ("an object `{…}`", None),
            Shape::List(list) => {
                let text = self.document.string(at);
                let one = match self.vocabulary.shape(list.item) {
                    _ if text.as_deref() == Some("none") && !list.not_empty => {
                        Some("[]".to_owned())
                    }
                    Shape::Object(_) if found == Kind::Object => Some("[{…}]".to_owned()),
                    Shape::Object(_) | Shape::List(_) => None,
                    _ if found == Kind::Object || raw.len() >= 60 => None,
                    _ => Some(format!("[{raw}]")),
                };
                ("a list `[…]`", one)
            }
            Shape::YesNo => {
                let text = self.document.string(at).unwrap_or_default().to_lowercase();
                let meant = match text.as_str() {
                    "true" | "yes" | "y" => Some("true"),
                    "false" | "no" | "n" => Some("false"),
                    _ => None,
                };
                ("`true` or `false`", meant.map(str::to_owned))
            }
            Shape::Number { whole } => {
                let text = self
                    .document
                    .string(at)
                    .unwrap_or_default()
                    .replace([',', '_', ' '], "");
                let meant = Decimal::parse(&text)
                    .filter(|_| !text.is_empty())
                    .map(|number| number.to_string());
                (if *whole { "a whole number" } else { "a number" }, meant)
            }
            Shape::Date => ("a date in quotes, as `\"2026-03-02\"`", None),
            Shape::Duration => ("a duration in quotes, as `\"P18M\"`", None),
            Shape::Words(words) => {
                let quoted = format!("\"{raw}\"");
                let fits = found == Kind::Number && words.word(raw).is_some();
                ("a word in quotes", fits.then_some(quoted))
            }
            Shape::Const(_) | Shape::Text => {
                let scalar = matches!(found, Kind::Number | Kind::True | Kind::False);
                ("a text in quotes", scalar.then(|| format!("\"{raw}\"")))
            }
        };
        let help = match instead {
            Some(instead) if matches!(shape, Shape::Number { .. } | Shape::YesNo) => {
                format!("write `{instead}`, without quotes")
            }
            Some(instead) => format!("write `{instead}`"),
            None => format!("{needed} is needed"),
        };
        let found = match found {
            Kind::True => "`true`",
            Kind::False => "`false`",
            other => kind_in_words(other),
        };
        let primary = self.label(at, Target::Value, format!("this is {found}"));
        self.add(
            "wrong-type",
            format!("{field} takes {needed}, and this is {found}"),
            Some(help),
            primary,
        );
    }
}

/// What a number must be, where it lies outside its range.
pub(super) fn limit(kind: &ValidationErrorKind) -> Option<String> {
    match kind {
        ValidationErrorKind::Maximum { limit } => {
            Some(format!("write a number of at most {limit}"))
        }
        ValidationErrorKind::Minimum { limit } => {
            Some(format!("write a number of at least {limit}"))
        }
        ValidationErrorKind::AnyOf { context } => context
            .last()?
            .iter()
            .find_map(|error| self::limit(error.kind())),
        _ => None,
    }
}

/// A key of a taxonomy that ends like the one written, for keys that moved.
pub(super) fn nearest_key<'a>(written: &str, words: &'a Words) -> Option<&'a str> {
    let last = written.rsplit('.').next()?;
    let mut same = words
        .words
        .iter()
        .filter(|word| word.text.rsplit('.').next() == Some(last));
    let found = same.next()?;
    same.next().is_none().then_some(found.text.as_ref())
}

/// A day written in another order or with other signs, where it can mean only one.
pub(super) fn guess_date(written: &str) -> Option<String> {
    let day = written.split(['T', ' ']).next().unwrap_or(written);
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else {
        let digits = day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit());
        let date = format!("{}-{}-{}", day.get(..4)?, day.get(4..6)?, day.get(6..)?);
        return parse_date(&date)
            .filter(|_| digits)
            .map(|date| date.to_string());
    };
    let number = |text: &str| text.parse::<u32>().ok();
    let (a, b, c) = (number(a)?, number(b)?, number(c)?);
    let date = if a > 999 {
        format!("{a:04}-{b:02}-{c:02}")
    } else if c > 999 && a > 12 {
        format!("{c:04}-{b:02}-{a:02}")
    } else if c > 999 && b > 12 {
        format!("{c:04}-{a:02}-{b:02}")
    } else {
        return None;
    };
    parse_date(&date).map(|date| date.to_string())
}
