//! A field of a document: what it means, what it takes, which rules read it.

use super::each_field;
use crate::rule::RuleSet;
use crate::rule::reads::{FieldPath, fields_of, steps};
use crate::vocabulary::{Field, PROPOSAL, Shape, ShapeId, Vocabulary};

/// What a field is, in Markdown. `root` is the shape that `path` starts from.
pub(super) fn field_text(
    set: &RuleSet,
    format: &str,
    root: ShapeId,
    path: &str,
    field: &Field,
) -> String {
    let vocabulary = &set.vocabulary;
    let mut out = format!(
        "# {path}\n\n{}\n\n- in: {format}\n- takes: {}\n",
        field.meaning,
        takes_in_words(vocabulary, field.shape)
    );
    if field.required {
        out.push_str("- required\n");
    }
    for requirement in field.requirements {
        out.push_str(&format!("- answers requirement `{requirement}`\n"));
    }
    let inner = match vocabulary.shape(field.shape) {
        Shape::List(list) => list.item,
        _ => field.shape,
    };
    match vocabulary.shape(inner) {
        Shape::Words(words) if words.words.len() <= 120 => {
            out.push_str("\n## Words\n\n");
            for word in words.words {
                out.push_str(&format!("- `{}`: {}\n", word.text, word.meaning));
            }
        }
        Shape::Object(object) => {
            out.push_str("\n## Fields\n\n");
            let fields = object.fields.iter();
            for field in fields.filter(|field| !field.name.starts_with('$')) {
                out.push_str(&format!("- `{}`: {}\n", field.name, field.meaning));
            }
        }
        _ => {}
    }
    readers(&mut out, set, root, path);
    out
}

/// Fields that are called so, wherever they stand.
pub(super) fn fields_named(set: &RuleSet, name: &str) -> String {
    let mut out = String::new();
    for (format, root) in set.vocabulary.roots() {
        each_field(&set.vocabulary, *root, &mut |path, field| {
            if field.name == name {
                if !out.is_empty() {
                    out.push('\n');
                }
                out.push_str(&field_text(set, format, *root, path, field));
            }
        });
    }
    out
}

/// What a field of this shape takes.
pub(crate) fn takes_in_words(vocabulary: &Vocabulary, id: ShapeId) -> String {
    let one = match vocabulary.shape(id) {
        Shape::Object(_) => "an object `{…}`",
        Shape::List(list) => {
            let many = match vocabulary.shape(list.item) {
                Shape::Object(_) => "objects `{…}`",
                Shape::Words(words) if words.country => "countries, such as `[\"KR\", \"US\"]`",
                Shape::Words(words) if words.taxonomy => "keys of a taxonomy",
                Shape::Words(_) => "words",
                Shape::Date => "dates",
                Shape::Number { .. } => "numbers",
                _ => "texts",
            };
            return format!("a list of {many}");
        }
        Shape::Words(words) if words.country => "a country, ISO 3166-1 alpha-2 such as `KR`",
        Shape::Words(words) if words.taxonomy => {
            "a key of a taxonomy, such as `user.contact.email`"
        }
        Shape::Words(_) => "a word",
        Shape::Const(text) => return format!("exactly `{text}`"),
        Shape::Text => "a text",
        Shape::Date => "a date, `YYYY-MM-DD`",
        Shape::Duration => "a duration, such as `P18M`",
        Shape::YesNo => "`true` or `false`",
        Shape::Number { whole: true } => "a whole number",
        Shape::Number { whole: false } => "a number",
    };
    one.to_owned()
}

/// The rules that read the field here, and those that read the same field of another object of its
/// type: what is asked about the certificates of an importer is often asked about the exporter's.
fn readers(out: &mut String, set: &RuleSet, root: ShapeId, path: &str) {
    let asked = steps(path);
    let vocabulary = &set.vocabulary;
    let Some(place) = place(vocabulary, root, &asked) else {
        return;
    };
    let proposal = vocabulary.root(PROPOSAL);
    let (mut here, mut elsewhere) = (String::new(), String::new());
    for rule in set.packs.iter().flat_map(|pack| &pack.rules) {
        let fields = fields_of(set, rule);
        if fields.iter().any(|field| field.is_at(&asked)) {
            here.push_str(&format!("- `{}`: {}\n", rule.id.0, rule.title));
            continue;
        }
        let same = |field: &&FieldPath| {
            proposal.and_then(|root| self::place(vocabulary, root, &field.steps)) == Some(place)
        };
        let found: Vec<String> = fields
            .iter()
            .filter(same)
            .map(|field| format!("`{}`", field.steps.join(".")))
            .collect();
        if !found.is_empty() {
            elsewhere.push_str(&format!(
                "- `{}` (as {}): {}\n",
                rule.id.0,
                found.join(", "),
                rule.title
            ));
        }
    }
    if !here.is_empty() {
        out.push_str(&format!("\n## Rules that read it\n\n{here}"));
    }
    if !elsewhere.is_empty() {
        out.push_str(&format!(
            "\n## Rules that read it in another place\n\n{elsewhere}"
        ));
    }
}

/// Which field of which type stands at the end of these steps: its object, and its index there.
fn place(vocabulary: &Vocabulary, root: ShapeId, steps: &[String]) -> Option<(ShapeId, usize)> {
    let (last, before) = steps.split_last()?;
    let mut shape = root;
    for step in before {
        shape = vocabulary.inside(vocabulary.object(shape)?.field(step)?);
    }
    let fields = vocabulary.object(shape)?.fields;
    let index = fields.iter().position(|field| field.name == *last)?;
    Some((shape, index))
}
