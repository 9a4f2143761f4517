//! Rules, requirements, fields and words to text: one place, for `carnet explain` now, and for
//! every page made from rules.

mod field;
mod requirement;
mod rule;

pub(crate) use field::takes_in_words;
pub use requirement::known_in_words;
pub use rule::{examples_text, rule_text};

use crate::finding::{Certainty, PackKind, Source};
use crate::rule::example::{Example, examples};
use crate::rule::table::{Day, Window};
use crate::rule::{Pack, Rule, RuleSet, RuleSource};
use crate::vocabulary::suggest::did_you_mean;
use crate::vocabulary::{Field, Shape, ShapeId, Vocabulary};
use field::{field_text, fields_named};
use requirement::requirement_text;

/// What there is to say about something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explained {
    /// Markdown.
    Text(String),
    Nothing {
        help: String,
    },
}

/// Explains a rule id, a requirement id, a pack, a field (dotted, list indexes allowed) or a word.
/// Examples are read from `files`, which the set was compiled from.
pub fn explain(set: &RuleSet, files: &[RuleSource], what: &str) -> Explained {
    let lower = what.to_lowercase();
    if let Some((pack, rule)) = set.rule(what).or_else(|| set.rule(&lower)) {
        let examples = examples_of(files, pack, rule);
        return Explained::Text(rule_text(set, pack, rule) + &examples_text(&examples));
    }
    if let Some(text) = requirement_text(set, what) {
        return Explained::Text(text);
    }
    if let Some(pack) = set.pack(what).or_else(|| set.pack(&lower)) {
        return Explained::Text(pack_text(pack));
    }
    let path = without_indexes(what);
    let mut out = String::new();
    for (format, root) in set.vocabulary.roots() {
        let steps: Vec<&str> = path.split('.').collect();
        if let Some(field) = set.vocabulary.field_at(*root, &steps) {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&field_text(set, format, *root, &path, field));
        }
    }
    if out.is_empty() && !what.contains('.') {
        out = fields_named(set, what);
    }
    if out.is_empty() {
        out = word_text(set, what);
    }
    if !out.is_empty() {
        return Explained::Text(out);
    }
    let rules = set
        .packs
        .iter()
        .flat_map(|pack| pack.rules.iter().map(|rule| rule.id.0.clone()));
    let packs = set.packs.iter().map(|pack| pack.id.0.clone());
    let requirements = set
        .packs
        .iter()
        .flat_map(|pack| pack.requirements.iter().map(|r| r.id.clone()));
    let known: Vec<String> = rules
        .chain(packs)
        .chain(requirements)
        .chain(all_fields(&set.vocabulary))
        .chain(all_words(&set.vocabulary))
        .collect();
    let help = match did_you_mean(what, known.iter().map(String::as_str)) {
        Some(word) => format!("did you mean `{word}`?"),
        None => "give a rule, a requirement such as `cbpr:2024:46`, a field such as `importer.role`, or a word".to_owned(),
    };
    Explained::Nothing { help }
}

/// The examples of one rule, without reading those of others.
fn examples_of(files: &[RuleSource], pack: &Pack, rule: &Rule) -> Vec<Example> {
    let path = format!("{}/{}.yaml", pack.id.0, rule.id.0);
    let needed = |file: &&RuleSource| file.path == path || file.path.starts_with("bases/");
    let needed: Vec<RuleSource> = files.iter().filter(needed).cloned().collect();
    examples(&needed).0
}

fn source_text(source: &Source) -> String {
    let mut out = source.cite.clone();
    if let Some(requirement) = &source.requirement {
        out.push_str(&format!(", requirement `{requirement}`"));
    }
    if let Some(mark) = mark(source.certainty) {
        out.push_str(&format!(" ({mark})"));
    }
    if let Some(url) = &source.url {
        out.push_str(&format!(" <{url}>"));
    }
    out
}

/// What is said where a fact was not read in its own text.
fn mark(certainty: Certainty) -> Option<&'static str> {
    match certainty {
        Certainty::Verified => None,
        Certainty::Secondary => Some("read in a secondary source"),
        Certainty::Derived => Some("derived from facts that were read"),
        Certainty::Unverified => Some("not verified against its text"),
    }
}

fn window_words(window: &Window) -> String {
    let day = |day: &Day| match day {
        Day::Exact(date) => date.to_string(),
        Day::Between { earliest, latest } => {
            let end = |date: &Option<jiff::civil::Date>| {
                date.map_or_else(|| "an open date".to_owned(), |d| d.to_string())
            };
            format!("a day between {} and {}", end(earliest), end(latest))
        }
    };
    match (&window.from, &window.until) {
        (Some(from), Some(until)) => format!("from {} to {}", day(from), day(until)),
        (Some(from), None) => format!("from {}", day(from)),
        (None, Some(until)) => format!("until {}", day(until)),
        (None, None) => "without dates".to_owned(),
    }
}

fn pack_text(pack: &Pack) -> String {
    let kind = match pack.kind {
        PackKind::Law => "law",
        PackKind::Programme => "programme: no certificate permits a transfer by itself",
    };
    let mut out = format!(
        "# {}\n\n{} ({kind}), read on {}.\n\n",
        pack.id.0, pack.title, pack.researched_on
    );
    for rule in &pack.rules {
        out.push_str(&format!("- `{}`: {}\n", rule.id.0, rule.title));
    }
    for (title, sentences) in [
        ("Left out", &pack.leaves_out),
        ("Taken as given", &pack.assumes),
    ] {
        if !sentences.is_empty() {
            out.push_str(&format!("\n## {title}\n\n"));
            sentences
                .iter()
                .for_each(|sentence| out.push_str(&format!("- {sentence}\n")));
        }
    }
    out
}

fn word_text(set: &RuleSet, word: &str) -> String {
    let mut out = String::new();
    let mut seen: Vec<ShapeId> = Vec::new();
    for (_, root) in set.vocabulary.roots() {
        each_field(&set.vocabulary, *root, &mut |path, field| {
            let shape = match set.vocabulary.shape(field.shape) {
                Shape::List(list) => list.item,
                _ => field.shape,
            };
            if let Shape::Words(words) = set.vocabulary.shape(shape)
                && let Some(found) = words.word(word)
                && !seen.contains(&shape)
            {
                seen.push(shape);
                if out.is_empty() {
                    out.push_str(&format!("# {word}\n\n"));
                }
                out.push_str(&format!("- in `{path}`: {}\n", found.meaning));
            }
        });
    }
    out
}

fn each_field(vocabulary: &Vocabulary, root: ShapeId, visit: &mut dyn FnMut(&str, &'static Field)) {
    let mut open: Vec<(String, ShapeId, usize)> = vec![(String::new(), root, 0)];
    let mut seen = Vec::new();
    while let Some((path, shape, depth)) = open.pop() {
        let Some(object) = vocabulary.object(shape) else {
            continue;
        };
        // A type is listed where it is first met; parties occur in many places.
        if depth > 0 && seen.contains(&shape) {
            continue;
        }
        seen.push(shape);
        for field in object.fields {
            let path = if path.is_empty() {
                field.name.to_string()
            } else {
                format!("{path}.{}", field.name)
            };
            visit(&path, field);
            if field.document.is_none() {
                open.push((path, vocabulary.inside(field), depth + 1));
            }
        }
    }
}

fn all_fields(vocabulary: &Vocabulary) -> Vec<String> {
    let mut fields = Vec::new();
    for (_, root) in vocabulary.roots() {
        each_field(vocabulary, *root, &mut |path, _| {
            fields.push(path.to_owned())
        });
    }
    fields
}

fn all_words(vocabulary: &Vocabulary) -> Vec<String> {
    let mut words = Vec::new();
    for (_, root) in vocabulary.roots() {
        each_field(vocabulary, *root, &mut |_, field| {
            let shape = match vocabulary.shape(field.shape) {
                Shape::List(list) => list.item,
                _ => field.shape,
            };
            if let Shape::Words(set) = vocabulary.shape(shape) {
                words.extend(set.words.iter().map(|word| word.text.to_string()));
            }
        });
    }
    words
}

/// `importer.certifications[0].scheme` without its indexes.
fn without_indexes(path: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}
