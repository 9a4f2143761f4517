//! A value that is not what its field takes: what was expected, what was found, what to write.

use super::*;
use crate::document::{Kind, NodeId};
use crate::engine::facts::dotted;
use crate::finding::Target;
use crate::rule::condition::{Decimal, parse_date};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{Shape, ShapeId, UNKNOWN, Words, kind_in_words};

impl Checker<'_> {
    /// A value that is not what its field takes.
    pub(super) fn mismatch(&mut self, at: NodeId, shape: Option<ShapeId>, pointer: &str) {
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
            let instead = match shape {
                Shape::List(_) => "`[]` if there are none",
                Shape::YesNo => "`false` if it is not so",
                Shape::Object(_) => "nothing: leave the field out",
                Shape::Words(words) if words.word("none").is_some() => {
                    "`\"none\"` if there is none"
                }
                _ => "nothing: leave the field out",
            };
            let help = format!(
                "write {instead}, `\"{UNKNOWN}\"` if it is being clarified, or leave the field out if it is not stated"
            );
            let help = if instead.starts_with("nothing") {
                format!(
                    "leave the field out if it is not stated, or write `\"{UNKNOWN}\"` if it is being clarified"
                )
            } else {
                help
            };
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
            (Shape::Text | Shape::Number { .. }, Kind::String) if text.as_deref() == Some("") => {
                let help = Some("leave the field out if it is not stated".to_owned());
                let primary = self.label(at, Target::Value, "empty");
                self.add("empty-text", format!("{field} is empty"), help, primary);
            }
            (Shape::Text, Kind::String) if text.as_deref() == Some(UNKNOWN) => {
                let help =
                    Some("this field names the thing itself: write it, or leave it out".to_owned());
                let primary = self.label(at, Target::Value, "");
                self.add(
                    "unknown-not-allowed",
                    format!("{field} cannot be `\"{UNKNOWN}\"`"),
                    help,
                    primary,
                );
            }
            (Shape::List(list), Kind::Array) if list.not_empty && self.document.is_empty(at) => {
                let help = Some(
                    "give at least one, or leave the field out if it is not stated".to_owned(),
                );
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
                let help = if *whole && (raw.contains('.') || raw.contains(['e', 'E'])) {
                    "write a whole number"
                } else if raw.starts_with('-') {
                    "write zero or a positive number"
                } else {
                    "write a number in the range of this field"
                };
                let primary = self.label(at, Target::Value, "out of range");
                self.add(
                    "number-out-of-range",
                    format!("{field} is {raw}, which is out of range"),
                    Some(help.to_owned()),
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
            .or_else(|| did_you_mean(written, known()))
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
            Shape::List(_) => {
                let one = !matches!(found, Kind::Object | Kind::Array) && raw.len() < 60;
                ("a list `[…]`", one.then(|| format!("[{raw}]")))
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
        let found = kind_in_words(found);
        let primary = self.label(at, Target::Value, format!("this is {found}"));
        self.add(
            "wrong-type",
            format!("{field} takes {needed}, and this is {found}"),
            Some(help),
            primary,
        );
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
