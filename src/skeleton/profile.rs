//! A profile in which every question stands and no answer is given.

use crate::vocabulary::{Field, Object, PROFILE, Shape, UNKNOWN, Vocabulary};
use jiff::civil::Date;

/// The text of the profile.
pub(super) fn text(vocabulary: &Vocabulary, day: Date) -> String {
    let root = vocabulary.root(PROFILE);
    let root = root.and_then(|root| vocabulary.object(root));
    let mut out = String::new();
    if let Some(root) = root {
        let writer = Writer {
            vocabulary,
            root,
            day: day.to_string(),
        };
        writer.object(&mut out, root, 1);
        out.push('\n');
    }
    out
}

struct Writer<'a> {
    vocabulary: &'a Vocabulary,
    root: &'a Object,
    day: String,
}

impl Writer<'_> {
    fn object(&self, out: &mut String, object: &Object, depth: usize) {
        let indent = "  ".repeat(depth);
        let mut separator = "";
        out.push('{');
        for field in object.fields.iter().filter(|field| self.asks(field)) {
            out.push_str(&format!("{separator}\n{indent}\"{}\": ", field.name));
            self.value(out, field, depth);
            separator = ",";
        }
        out.push_str(&format!("\n{}}}", "  ".repeat(depth - 1)));
    }

    /// Whether a field is a question of its own. What supports an answer, or is claimed in place of
    /// one, is written once there is an answer.
    fn asks(&self, field: &Field) -> bool {
        let in_place = |field: &Field| {
            let mut endings = self.root.absent.iter();
            endings.any(|absent| field.name.ends_with(absent.suffix))
        };
        match self.vocabulary.shape(field.shape) {
            _ if field.required => true,
            _ if field.name.starts_with('$') || in_place(field) => false,
            Shape::YesNo | Shape::Number { .. } | Shape::Words(_) | Shape::Object(_) => true,
            Shape::List(list) => self.vocabulary.object(list.item).is_none(),
            Shape::Const(_) | Shape::Text | Shape::Date | Shape::Duration => false,
        }
    }

    fn value(&self, out: &mut String, field: &Field, depth: usize) {
        let text = match self.vocabulary.shape(field.shape) {
            Shape::Object(object) => return self.object(out, object, depth + 1),
            Shape::List(_) => format!("[\"{UNKNOWN}\"]"),
            Shape::Const(text) => format!("\"{text}\""),
            Shape::Text => {
                let what = super::guide::small(field.meaning.trim_end_matches('.'));
                serde_json::Value::from(format!("write here: {what}")).to_string()
            }
            // The only day that is sure to be right today.
            Shape::Date => format!("\"{}\"", self.day),
            _ => format!("\"{UNKNOWN}\""),
        };
        out.push_str(&text);
    }
}
