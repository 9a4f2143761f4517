//! What is wrong with the shape of a document, in our words and at the right place.
//!
//! The `jsonschema` crate says where a document breaks its schema; what to say about it is read off
//! the [`Shape`](super::Shape) that stands there. Besides: keys written twice, numbers that do not
//! fit, a byte-order mark.

use crate::document::schema_view::node;
use crate::document::{Document, Key, Kind, NodeId};
use crate::engine::facts::{Facts, Flaws, Part, dotted, escape};
use crate::engine::fingerprint::{fingerprint, named_pointer};
use crate::engine::insertion_offset;
use crate::finding::{Effect, Finding, Label, Missing, Outcome, PackId, RuleId, Severity, Target};
use crate::rule::condition::{Decimal, parse_date};
use crate::source::{FileId, Span};
use crate::vocabulary::schema::validator;
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{Object, Shape, ShapeId, UNKNOWN, Vocabulary, Words, kind_in_words};
use jsonschema::error::ValidationErrorKind;

/// The pack of all findings made here.
pub const PACK: &str = "schema";

/// The findings about a document's shape, and the values that read as unknown because of them.
pub fn check_shape(
    vocabulary: &Vocabulary,
    format: &'static str,
    document: Document,
    file: FileId,
    proposal: &str,
) -> (Vec<Finding>, Flaws) {
    let mut checker = Checker {
        vocabulary,
        document,
        file,
        proposal,
        root: vocabulary.root(format),
        findings: Vec::new(),
        flaws: Flaws::default(),
    };
    if let Some(validator) = validator(format) {
        let root = node(document, document.root());
        if !validator.is_valid(root) {
            for error in validator.iter_errors(root) {
                checker.violation(error.instance_path().as_str(), error.kind());
            }
        }
    }
    checker.duplicates();
    checker.numbers();
    if document.has_bom() && document.range(document.root()).start <= 8 {
        checker.byte_order_mark();
    }
    checker.finish()
}

struct Checker<'a> {
    vocabulary: &'a Vocabulary,
    document: Document<'a>,
    file: FileId,
    proposal: &'a str,
    root: Option<ShapeId>,
    findings: Vec<Finding>,
    flaws: Flaws,
}

impl Checker<'_> {
    fn finish(mut self) -> (Vec<Finding>, Flaws) {
        self.flaws.invalid.sort_unstable();
        self.flaws.invalid.dedup();
        let part = Part {
            document: self.document,
            file: self.file,
            flaws: &self.flaws,
        };
        let facts = Facts {
            parts: vec![part],
            links: Vec::new(),
        };
        for finding in &mut self.findings {
            let named = named_pointer(
                self.vocabulary,
                self.root,
                &facts,
                0,
                &finding.primary.pointer,
            );
            finding.fingerprint =
                fingerprint(&finding.rule.0, self.proposal, Outcome::Fail, &named);
        }
        self.findings.sort_by_key(|finding| finding.primary.span);
        (self.findings, self.flaws)
    }

    fn label(&self, at: NodeId, target: Target, text: impl Into<String>) -> Label {
        let value = if target == Target::Key {
            NodeId(at.0 + 1)
        } else {
            at
        };
        Label {
            span: Span::new(self.file, self.document.range(at)),
            target,
            pointer: self.document.pointer(value),
            text: text.into(),
        }
    }

    fn add(
        &mut self,
        rule: &str,
        message: String,
        help: Option<String>,
        primary: Label,
    ) -> &mut Finding {
        self.findings.push(Finding {
            rule: RuleId(rule.to_owned()),
            pack: PackId(PACK.to_owned()),
            severity: Severity::Error,
            effect: Effect::Condition,
            outcome: Outcome::Fail,
            message,
            help: help.into_iter().collect(),
            sources: Vec::new(),
            primary,
            related: Vec::new(),
            missing: Vec::new(),
            doors: Vec::new(),
            notes: Vec::new(),
            fingerprint: String::new(),
        });
        let last = self.findings.len() - 1;
        // Pushed above.
        #[expect(clippy::indexing_slicing, reason = "the element was pushed above")]
        &mut self.findings[last]
    }

    /// The shape that stands at a pointer.
    fn shape_at(&self, pointer: &str) -> Option<ShapeId> {
        let mut shape = self.root?;
        for step in pointer.split('/').skip(1) {
            let name = step.replace("~1", "/").replace("~0", "~");
            shape = match self.vocabulary.shape(shape) {
                Shape::Object(object) => object.field(&name)?.shape,
                Shape::List(list) => list.item,
                _ => return None,
            };
        }
        Some(shape)
    }

    fn violation(&mut self, pointer: &str, kind: &ValidationErrorKind) {
        let Some(at) = self.document.locate(pointer) else {
            return;
        };
        let shape = self.shape_at(pointer);
        match kind {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    self.unknown_field(at, shape, name);
                }
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default().to_owned();
                self.missing_field(at, shape, &name);
            }
            ValidationErrorKind::AnyOf { context } => {
                // The second branch is the real type; a list or object in it says what is wrong inside.
                let inner: Vec<(String, &ValidationErrorKind)> = context
                    .last()
                    .into_iter()
                    .flatten()
                    .map(|error| (error.instance_path().as_str().to_owned(), error.kind()))
                    .filter(|(path, _)| path.len() > pointer.len())
                    .collect();
                if inner.is_empty() {
                    self.mismatch(at, shape, pointer);
                }
                for (path, kind) in inner {
                    self.violation(&path, kind);
                }
            }
            _ => self.mismatch(at, shape, pointer),
        }
    }

    fn object(&self, shape: Option<ShapeId>) -> Option<&Object> {
        self.vocabulary.object(shape?)
    }

    fn unknown_field(&mut self, object: NodeId, shape: Option<ShapeId>, name: &str) {
        let member = self
            .document
            .members(object)
            .find(|(key, _)| self.document.string(*key).as_deref() == Some(name));
        let Some((key, _)) = member else { return };
        let known = self.object(shape);
        let alias = known.and_then(|object| {
            object
                .aliases
                .iter()
                .find(|(alias, _)| alias.eq_ignore_ascii_case(name))
        });
        let names = || {
            known
                .into_iter()
                .flat_map(|object| object.fields.iter().map(|field| field.name))
        };
        let free = |candidate: &str| self.document.get(object, &Key::new(candidate)).is_none();
        let nearest = match alias {
            Some((_, right)) => Some(*right),
            // A field that is already there was not meant.
            None => did_you_mean(name, names().filter(|name| free(name)))
                .or_else(|| did_you_mean(name, names())),
        };
        let nearest = nearest.map(str::to_owned);
        let elsewhere = match nearest {
            Some(_) => None,
            None => self.field_elsewhere(name),
        };
        let help = match (&nearest, elsewhere) {
            (Some(right), _) => {
                format!("did you mean `{right}`? Fields of your own start with `x_`")
            }
            (None, Some(place)) => {
                format!("`{name}` belongs in {place}; fields of your own start with `x_`")
            }
            (None, None) => format!(
                "known here: {}; fields of your own start with `x_`",
                list_words(
                    names().filter(|name| !name.ends_with("_complete") && !name.starts_with('$'))
                )
            ),
        };
        if let Some(right) = nearest.filter(|right| free(right)) {
            self.flaws.misspelt.push((object, right, key));
        }
        let primary = self.label(key, Target::Key, "not a field of this format");
        self.add(
            "unknown-field",
            format!("unknown field `{name}`"),
            Some(help),
            primary,
        );
    }

    /// Where in the format a field of this name stands, if in one or two places.
    fn field_elsewhere(&self, name: &str) -> Option<String> {
        let root = self.root?;
        let object = self.vocabulary.object(root)?;
        if object.field(name).is_some() {
            return Some("the proposal itself".to_owned());
        }
        let places: Vec<&str> = object
            .fields
            .iter()
            .filter(|field| {
                self.vocabulary
                    .object(self.vocabulary.inside(field))
                    .is_some_and(|o| o.field(name).is_some())
            })
            .map(|field| field.name)
            .collect();
        (1..=3).contains(&places.len()).then(|| list_words(places))
    }

    fn missing_field(&mut self, object: NodeId, shape: Option<ShapeId>, name: &str) {
        let field = self.object(shape).and_then(|object| object.field(name));
        let meaning = field
            .map(|field| field.meaning.to_string())
            .unwrap_or_default();
        let offset = insertion_offset(self.document, object);
        let pointer = format!("{}/{}", self.document.pointer(object), escape(name));
        let primary = Label {
            span: Span::new(self.file, offset..offset),
            target: Target::Insertion,
            text: format!("`{name}` goes here"),
            pointer: pointer.clone(),
        };
        let place = dotted(&self.document.pointer(object));
        let of = if place.is_empty() {
            String::new()
        } else {
            format!(" of `{place}`")
        };
        let help = (!meaning.is_empty()).then(|| format!("`{name}`: {meaning}"));
        let missing = Missing {
            field: dotted(&pointer),
            meaning,
            label: primary.clone(),
        };
        let finding = self.add(
            "missing-field",
            format!("the field `{name}`{of} is required"),
            help,
            primary,
        );
        finding.missing.push(missing);
    }

    /// A value that is not what its field takes.
    fn mismatch(&mut self, at: NodeId, shape: Option<ShapeId>, pointer: &str) {
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

    fn meaning_of(&self, pointer: &str) -> String {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        let object = self.object(self.shape_at(parent));
        object
            .and_then(|object| object.field(name))
            .map(|field| field.meaning.to_string())
            .unwrap_or_default()
    }

    fn wrong_word(&mut self, at: NodeId, words: &Words, field: &str, written: &str) {
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

    fn wrong_date(&mut self, at: NodeId, field: &str, written: &str) {
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

    fn wrong_type(&mut self, at: NodeId, shape: &Shape, found: Kind, field: &str) {
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

    fn duplicates(&mut self) {
        let root = self.document.range(self.document.root());
        for (first, again) in self.document.duplicates().to_vec() {
            if !root.contains(&self.document.range(first).start) {
                continue;
            }
            let name = self.document.string(again).unwrap_or_default().into_owned();
            self.flaws.invalid.push(NodeId(first.0 + 1));
            let mut primary = self.label(again, Target::Key, "written again here");
            let mut related = self.label(first, Target::Key, "first written here");
            // Both members have one pointer; it leads to the first of them.
            let pointer = self.document.pointer(NodeId(first.0 + 1));
            primary.pointer.clone_from(&pointer);
            primary.target = Target::Text;
            related.pointer = pointer;
            let help = Some("keep one of them; until then the field reads as not known".to_owned());
            let finding = self.add(
                "duplicate-key",
                format!("the field `{name}` is written twice"),
                help,
                primary,
            );
            finding.related.push(related);
        }
    }

    fn numbers(&mut self) {
        let mut open = vec![self.document.root()];
        while let Some(at) = open.pop() {
            match self.document.kind(at) {
                Kind::Object => open.extend(self.document.members(at).map(|(_, value)| value)),
                Kind::Array => open.extend(self.document.elements(at)),
                Kind::Number if !self.flaws.invalid.contains(&at) => {
                    let raw = self.document.number(at).unwrap_or_default();
                    if Decimal::parse(raw).is_none() {
                        self.flaws.invalid.push(at);
                        let field = dotted(&self.document.pointer(at));
                        let shown: String = raw.chars().take(40).collect();
                        let help = Some(
                            "write it with at most 24 digits before and 12 after the point"
                                .to_owned(),
                        );
                        let primary = self.label(at, Target::Value, "does not fit");
                        self.add(
                            "number-does-not-fit",
                            format!("`{field}` is {shown}, which does not fit"),
                            help,
                            primary,
                        );
                    }
                }
                _ => {}
            }
        }
    }

    fn byte_order_mark(&mut self) {
        let root = self.document.root();
        let start = self.document.range(root).start;
        let primary = Label {
            span: Span::new(self.file, 0..3.min(start)),
            target: Target::Text,
            pointer: String::new(),
            text: "invisible mark".to_owned(),
        };
        let help = Some("save the file as UTF-8 without byte-order mark".to_owned());
        let finding = self.add(
            "byte-order-mark",
            "the file starts with a byte-order mark".to_owned(),
            help,
            primary,
        );
        finding.severity = Severity::Warning;
        finding.effect = Effect::Advice;
    }
}

/// A key of a taxonomy that ends like the one written, for keys that moved.
fn nearest_key<'a>(written: &str, words: &'a Words) -> Option<&'a str> {
    let last = written.rsplit('.').next()?;
    let mut same = words
        .words
        .iter()
        .filter(|word| word.text.rsplit('.').next() == Some(last));
    let found = same.next()?;
    same.next().is_none().then_some(found.text.as_ref())
}

/// A day written in another order or with other signs, where it can mean only one.
fn guess_date(written: &str) -> Option<String> {
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
