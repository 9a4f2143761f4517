//! The guide beside a document: every field as a question, what it takes, what it decides.

use crate::explain::takes_in_words;
use crate::vocabulary::{Field, Object, Shape, ShapeId, Vocabulary};
use serde_json::Value;

/// Sections for every object of a document, those within lists too.
pub(super) fn fields(vocabulary: &Vocabulary, format: &str, document: &str) -> String {
    let mut guide = Guide {
        vocabulary,
        text: String::new(),
        types: Vec::new(),
        words: Vec::new(),
    };
    let document = serde_json::from_str(document).unwrap_or_default();
    if let Some(root) = vocabulary.root(format) {
        guide.object(root, "", "", &document);
    }
    guide.text
}

/// A sentence as part of another: its first letter small, unless a name made of capitals begins it.
pub(super) fn small(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let (first, second) = (letters.next(), letters.next());
    match first {
        Some(first) if !second.is_some_and(char::is_uppercase) => {
            let rest = sentence.get(first.len_utf8()..).unwrap_or_default();
            format!("{}{rest}", first.to_lowercase())
        }
        _ => sentence.to_owned(),
    }
}

struct Guide<'a> {
    vocabulary: &'a Vocabulary,
    text: String,
    /// Object types and sets of words that were listed, with where.
    types: Vec<(ShapeId, String)>,
    words: Vec<(ShapeId, String)>,
}

impl Guide<'_> {
    fn object(&mut self, shape: ShapeId, path: &str, meaning: &str, value: &Value) {
        let Some(object) = self.vocabulary.object(shape) else {
            return;
        };
        let title = if path.is_empty() {
            "The document".to_owned()
        } else {
            format!("`{path}`")
        };
        self.text.push_str(&format!("## {title}\n\n"));
        if !meaning.is_empty() {
            self.text.push_str(&format!("{meaning}\n\n"));
        }
        match self.types.iter().find(|(known, _)| *known == shape) {
            Some((_, at)) => self
                .text
                .push_str(&format!("The same fields as `{at}`.\n\n")),
            None => self.type_of(shape, object, path, value),
        }
        for field in object.fields {
            let inside = match value.get(field.name) {
                Some(Value::Array(elements)) => elements.first(),
                inside => inside,
            };
            if let Some(inside) = inside.filter(|inside| inside.is_object()) {
                let path = joined(path, field.name);
                self.object(self.vocabulary.inside(field), &path, field.meaning, inside);
            }
        }
    }

    fn type_of(&mut self, shape: ShapeId, object: &Object, path: &str, value: &Value) {
        self.types.push((shape, path.to_owned()));
        let fields = object.fields.iter();
        // Of the flags that a list leaves something out, the head of the guide speaks once.
        let own =
            |field: &&Field| !field.name.starts_with('$') && !field.name.ends_with("_complete");
        let fields = fields.filter(own);
        let (written, more): (Vec<&Field>, Vec<&Field>) =
            fields.partition(|field| value.get(field.name).is_some());
        for field in written {
            // A section of its own.
            let inside = value.get(field.name);
            if !inside.is_some_and(Value::is_object) {
                self.field(path, field);
            }
        }
        if !more.is_empty() {
            self.text.push_str("\nMay be added:\n\n");
            more.iter().for_each(|field| self.field(path, field));
        }
        self.text.push('\n');
    }

    fn field(&mut self, path: &str, field: &Field) {
        let takes = self.takes(field);
        let requirements = if field.requirements.is_empty() {
            String::new()
        } else {
            let numbers = field.requirements.iter().map(|id| format!("`{id}`"));
            format!(" Decides {}.", numbers.collect::<Vec<_>>().join(", "))
        };
        let asked = self.question(field);
        self.text.push_str(&format!(
            "- `{}`: {asked}{takes}{requirements}\n",
            field.name
        ));
        self.words(path, field);
    }

    fn takes(&self, field: &Field) -> String {
        let (many, shape) = match self.vocabulary.shape(field.shape) {
            Shape::YesNo | Shape::Const(_) => return String::new(),
            Shape::List(list) => (true, list.item),
            _ => (false, field.shape),
        };
        match self.vocabulary.shape(shape) {
            Shape::Words(words) if !words.country && !words.taxonomy => {
                let which = if many { "any" } else { "one" };
                match self.words.iter().find(|(known, _)| *known == shape) {
                    Some((_, at)) => format!(" Takes {which} of the words of `{at}`."),
                    None => format!(" Takes {which} of these words."),
                }
            }
            _ => format!(" Takes {}.", takes_in_words(self.vocabulary, field.shape)),
        }
    }

    /// What a field means; of a yes or no, as a question.
    fn question(&self, field: &Field) -> String {
        if !matches!(self.vocabulary.shape(field.shape), Shape::YesNo) {
            return field.meaning.to_owned();
        }
        let (what, remark) = match field.meaning.split_once("; ") {
            Some((what, remark)) => (what, format!(" ({})", remark.trim_end_matches('.'))),
            None => (field.meaning, String::new()),
        };
        format!(
            "Is it so that {}?{remark}",
            small(what.trim_end_matches('.'))
        )
    }

    /// The words a field takes, a line each, where they are met first.
    fn words(&mut self, path: &str, field: &Field) {
        let shape = match self.vocabulary.shape(field.shape) {
            Shape::List(list) => list.item,
            _ => field.shape,
        };
        let Shape::Words(words) = self.vocabulary.shape(shape) else {
            return;
        };
        let listed = self.words.iter().any(|(known, _)| *known == shape);
        if words.country || words.taxonomy || listed {
            return;
        }
        self.words.push((shape, joined(path, field.name)));
        for word in words.words {
            self.text
                .push_str(&format!("  - `{}`: {}\n", word.text, word.meaning));
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
