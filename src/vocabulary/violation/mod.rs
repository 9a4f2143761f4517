//! What is wrong with the shape of a document, in our words and at the right place.
//!
//! The `jsonschema` crate says where a document breaks its schema; what to say about it is read off
//! the [`Shape`] that stands there. Besides: keys written twice, numbers that do not
//! fit, a byte-order mark.

mod mismatch;

use crate::document::schema_view::node;
use crate::document::{Document, Key, Kind, NodeId};
use crate::facts::insertion_offset;
use crate::facts::{Facts, Flaws, Part, dotted, escape};
use crate::finding::{Effect, Finding, Label, Missing, Outcome, PackId, RuleId, Severity, Target};
use crate::fingerprint::{fingerprint, named_pointer};
use crate::rule::condition::Decimal;
use crate::source::{FileId, Span};
use crate::vocabulary::schema::validator;
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{Object, Shape, ShapeId, Vocabulary};
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
        more: false,
    };
    if let Some(validator) = validator(format) {
        let root = node(document, document.root());
        if !validator.is_valid(root) {
            for error in validator.iter_errors(root) {
                checker.violation(error.instance_path().as_str(), error.kind());
                if checker.more {
                    break;
                }
            }
        }
    }
    checker.duplicates();
    checker.values();
    if document.has_bom() && document.range(document.root()).start <= 8 {
        checker.byte_order_mark();
    }
    if checker.more {
        checker.give_up();
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
    /// Whether there is more than is told.
    more: bool,
}

/// So many mistakes of one document are told. To tell one takes a walk through the document, so that
/// all of a hostile one would take days; and nothing is read of a document that has more.
const MOST: usize = 200;

impl Checker<'_> {
    /// Whether another mistake can be told; otherwise it is noted that there is one.
    fn has_room(&mut self) -> bool {
        self.more |= self.findings.len() >= MOST;
        !self.more
    }

    /// What the rest of the document is like is not known.
    fn give_up(&mut self) {
        let root = self.document.root();
        self.flaws.invalid.push(root);
        if self.document.kind(root) == Kind::Object {
            let values = self.document.members(root).map(|(_, value)| value);
            self.flaws.invalid.extend(values);
        }
        let primary = self.label(root, Target::Value, "");
        let message = format!("more than {MOST} places break the format; the others are not told");
        let help = "mend those that are told, and check again".to_owned();
        self.add("too-many-mistakes", message, Some(help), primary);
    }

    fn finish(mut self) -> (Vec<Finding>, Flaws) {
        // A misspelt `<list>_complete` may have been meant to say that the list is not.
        for (object, name, _) in &self.flaws.misspelt {
            let list = name.strip_suffix("_complete").map(Key::new);
            let list = list.and_then(|list| self.document.get(*object, &list));
            self.flaws.incomplete.extend(list);
        }
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
            waiting: Vec::new(),
            waiver: None,
            known: None,
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
        if !self.has_room() {
            return;
        }
        let Some(at) = self.document.locate(pointer) else {
            return;
        };
        let shape = self.shape_at(pointer);
        match kind {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let crowded = unexpected.len() > MOST;
                for name in unexpected {
                    if !self.has_room() {
                        return;
                    }
                    self.unknown_field(at, shape, name, crowded);
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
                    self.mismatch(at, shape, pointer, mismatch::limit(kind));
                }
                for (path, kind) in inner {
                    self.violation(&path, kind);
                }
            }
            _ => self.mismatch(at, shape, pointer, mismatch::limit(kind)),
        }
    }

    fn object(&self, shape: Option<ShapeId>) -> Option<&Object> {
        self.vocabulary.object(shape?)
    }

    /// `crowded` where there are so many that none is looked up among the others.
    fn unknown_field(&mut self, object: NodeId, shape: Option<ShapeId>, name: &str, crowded: bool) {
        let member = self
            .document
            .members(object)
            .find(|(key, _)| self.document.string(*key).as_deref() == Some(name));
        let Some((key, _)) = member else { return };
        let known = self.object(shape);
        if let Some((message, help)) = self.absent(known, name) {
            let primary = self.label(key, Target::Key, "cannot be claimed here");
            self.add("unknown-field", message, Some(help), primary);
            return;
        }
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
        let free =
            |candidate: &str| crowded || self.document.get(object, &Key::new(candidate)).is_none();
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

    /// What to say where a field claims what does not exist; nothing where it is a field that does
    /// exist, misspelt.
    fn absent(&self, object: Option<&Object>, name: &str) -> Option<(String, String)> {
        let entries = object.into_iter().chain(self.object(self.root));
        let entry = entries
            .flat_map(|object| object.absent)
            .find(|absent| name.ends_with(absent.suffix))?;
        let fields = object.into_iter().flat_map(|object| object.fields);
        let real: Vec<&str> = fields
            .map(|field| field.name)
            .filter(|field| field.ends_with(entry.suffix))
            .collect();
        // The ending they share says nothing on what was meant.
        let stem = |name: &'_ str| name.strip_suffix(entry.suffix).map(str::to_owned);
        let stems: Vec<String> = real.iter().filter_map(|field| stem(field)).collect();
        if did_you_mean(&stem(name)?, stems.iter().map(String::as_str)).is_some() {
            return None;
        }
        let mut help = entry.help.to_owned();
        if !real.is_empty() {
            help.push_str(&format!("; here: {}", list_words(real)));
        }
        Some((format!("`{name}`: {}", entry.say), help))
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

    fn duplicates(&mut self) {
        let root = self.document.range(self.document.root());
        for (first, again) in self.document.duplicates().to_vec() {
            if !root.contains(&self.document.range(first).start) {
                continue;
            }
            if !self.has_room() {
                return;
            }
            let name = self.document.string(again).unwrap_or_default().into_owned();
            self.flaws.invalid.push(NodeId(first.0 + 1));
            let mut primary = self.label(again, Target::Key, "written again here");
            let mut related = self.label(first, Target::Key, "first written here");
            // Both members have one pointer; it leads to the first of them.
            let pointer = self.document.pointer(NodeId(first.0 + 1));
            primary.pointer.clone_from(&pointer);
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

    /// Walks every value: numbers that do not fit, lists that say they are not complete.
    fn values(&mut self) {
        let document = self.document;
        let mut open = vec![document.root()];
        while let Some(at) = open.pop() {
            match document.kind(at) {
                Kind::Object => {
                    for (key, value) in document.members(at) {
                        open.push(value);
                        if document.raw(key).ends_with("_complete\"") {
                            self.completeness(at, key, value);
                        }
                    }
                }
                Kind::Array => open.extend(document.elements(at)),
                Kind::Number => self.number(at),
                _ => {}
            }
        }
    }

    fn completeness(&mut self, object: NodeId, key: NodeId, value: NodeId) {
        let name = self.document.string(key).unwrap_or_default();
        let list = name.strip_suffix("_complete").map(Key::new);
        let list = list.and_then(|list| self.document.get(object, &list));
        let says_complete = self.document.boolean(value) == Some(true);
        self.flaws
            .incomplete
            .extend(list.filter(|_| !says_complete));
    }

    fn number(&mut self, at: NodeId) {
        let raw = self.document.number(at).unwrap_or_default();
        if Decimal::parse(raw).is_some() || self.flaws.invalid.contains(&at) || !self.has_room() {
            return;
        }
        self.flaws.invalid.push(at);
        let field = dotted(&self.document.pointer(at));
        let shown: String = raw.chars().take(40).collect();
        let help = "write it with at most 24 digits before and 12 after the point".to_owned();
        let primary = self.label(at, Target::Value, "does not fit");
        self.add(
            "number-does-not-fit",
            format!("`{field}` is {shown}, which does not fit"),
            Some(help),
            primary,
        );
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
