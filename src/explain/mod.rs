//! Rules, requirements, fields and words to text: one place, for `carnet explain` now, and for
//! every page made from rules.

use crate::finding::{Certainty, Effect, Severity, Source};
use crate::rule::condition::Part;
use crate::rule::table::{Day, Window};
use crate::rule::{Body, Pack, Rule, RuleSet, Template};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{Field, Shape, ShapeId, Vocabulary};

/// What there is to say about something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explained {
    /// Markdown.
    Text(String),
    Nothing {
        help: String,
    },
}

/// Explains a rule id, a requirement id, a field (dotted, list indexes allowed) or a word.
pub fn explain(set: &RuleSet, what: &str) -> Explained {
    if let Some((pack, rule)) = set.rule(what) {
        return Explained::Text(rule_text(pack, rule));
    }
    if let Some(text) = requirement_text(set, what) {
        return Explained::Text(text);
    }
    if let Some(pack) = set.pack(what) {
        return Explained::Text(pack_text(pack));
    }
    let path = without_indexes(what);
    let mut out = String::new();
    for (format, root) in set.vocabulary.roots() {
        let steps: Vec<&str> = path.split('.').collect();
        if let Some(field) = set.vocabulary.field_at(*root, &steps) {
            out.push_str(&field_text(set, format, &path, field));
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

/// What a rule is, in Markdown.
pub fn rule_text(pack: &Pack, rule: &Rule) -> String {
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let effect = match rule.effect {
        Effect::Prohibition => "a prohibition: the transfer is barred while it fails",
        Effect::Condition => "a condition: the transfer is in order only if it holds",
        Effect::Duty => "a duty: it does not bar the transfer",
        Effect::Advice => "advice: it does not bar the transfer",
    };
    let mut out = format!("# {}\n\n{}.\n\n", rule.id.0, rule.title);
    out.push_str(&format!(
        "- pack: `{}` ({})\n- severity: {severity}\n- effect: {effect}\n",
        pack.id.0, pack.title
    ));
    if let Some(window) = &rule.effective {
        out.push_str(&format!("- law {}\n", window_words(window)));
    }
    if let Some(each) = &rule.each {
        out.push_str(&format!(
            "- asked about every element of {}\n",
            list_words(each.lists.iter().map(|list| list.text.as_str()))
        ));
    }
    out.push_str(&format!(
        "\n## Why\n\n{}\n\n## What to do\n\n{}\n",
        rule.why,
        plain(&rule.fix)
    ));
    if let Body::Gate(doors) = &rule.body {
        out.push_str("\n## Ways to permit it\n\n");
        for door in doors {
            let words: Vec<String> = door.words.iter().map(|word| format!("`{word}`")).collect();
            let how = if words.is_empty() {
                "by the fact alone".to_owned()
            } else {
                format!("relied on by {}", words.join(", "))
            };
            out.push_str(&format!("- {} ({how})\n", door.title));
        }
    }
    out.push_str("\n## Source\n\n");
    for source in &rule.sources {
        out.push_str(&format!("- {}\n", source_text(source)));
    }
    out
}

fn source_text(source: &Source) -> String {
    let mut out = source.cite.clone();
    if let Some(requirement) = &source.requirement {
        out.push_str(&format!(", requirement `{requirement}`"));
    }
    out.push_str(match source.certainty {
        Certainty::Verified => "",
        Certainty::Secondary => " (read in a secondary source)",
        Certainty::Derived => " (derived from facts that were read)",
        Certainty::Unverified => " (not verified against its text)",
    });
    if let Some(url) = &source.url {
        out.push_str(&format!(" <{url}>"));
    }
    out
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

fn plain(template: &Template) -> String {
    let parts = template.parts.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Path(path) => format!("`{}`", path.text),
    });
    parts.collect()
}

fn pack_text(pack: &Pack) -> String {
    let kind = match pack.kind {
        crate::finding::PackKind::Law => "law",
        crate::finding::PackKind::Programme => {
            "programme: no certificate permits a transfer by itself"
        }
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

fn requirement_text(set: &RuleSet, id: &str) -> Option<String> {
    let named = set
        .packs
        .iter()
        .flat_map(|pack| &pack.requirements)
        .find(|requirement| requirement.id == id);
    let about = |source: &Source| source.requirement.as_deref() == Some(id);
    let rules = set
        .packs
        .iter()
        .flat_map(|pack| &pack.rules)
        .filter(|rule| rule.sources.iter().any(about));
    let rules: Vec<&Rule> = rules.collect();
    let mut fields = Vec::new();
    for (format, root) in set.vocabulary.roots() {
        each_field(&set.vocabulary, *root, &mut |path, field| {
            if field.requirements.contains(&id) {
                fields.push(format!("- `{path}` ({format}): {}\n", field.meaning));
            }
        });
    }
    if named.is_none() && rules.is_empty() && fields.is_empty() {
        return None;
    }
    let title = named
        .map(|requirement| format!("{}\n\n", requirement.title))
        .unwrap_or_default();
    let mut out = format!("# {id}\n\n{title}## Rules\n\n");
    if rules.is_empty() {
        out.push_str("No rule asks it yet.\n");
    }
    for rule in rules {
        let source = rule
            .sources
            .iter()
            .find(|source| about(source))
            .map(source_text)
            .unwrap_or_default();
        out.push_str(&format!("- `{}`: {}\n  {source}\n", rule.id.0, rule.title));
    }
    if !fields.is_empty() {
        out.push_str("\n## Fields that answer it\n\n");
        fields.iter().for_each(|field| out.push_str(field));
    }
    Some(out)
}

fn field_text(set: &RuleSet, format: &str, path: &str, field: &Field) -> String {
    let vocabulary = &set.vocabulary;
    let mut out = format!(
        "# {path}\n\n{}\n\n- in: {format}\n- takes: {}\n",
        field.meaning,
        shape_words(vocabulary, field.shape)
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
            for field in object
                .fields
                .iter()
                .filter(|field| !field.name.starts_with('$'))
            {
                out.push_str(&format!("- `{}`: {}\n", field.name, field.meaning));
            }
        }
        _ => {}
    }
    let readers = readers_of(set, path);
    if !readers.is_empty() {
        out.push_str("\n## Rules that read it\n\n");
        readers
            .iter()
            .for_each(|rule| out.push_str(&format!("- `{rule}`\n")));
    }
    out
}

fn shape_words(vocabulary: &Vocabulary, id: ShapeId) -> String {
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

/// Fields that are called so, wherever they stand.
fn fields_named(set: &RuleSet, name: &str) -> String {
    let mut out = String::new();
    for (format, root) in set.vocabulary.roots() {
        each_field(&set.vocabulary, *root, &mut |path, field| {
            if field.name == name {
                out.push_str(&field_text(set, format, path, field));
                out.push('\n');
            }
        });
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

/// The rules any of whose conditions reads a field of this name chain.
fn readers_of(set: &RuleSet, path: &str) -> Vec<String> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let mut rules = Vec::new();
    for rule in set.packs.iter().flat_map(|pack| &pack.rules) {
        let mut reads = false;
        rule.each_path(&mut |read| {
            let exact = read.text == path;
            let element =
                read.slot.0 > 2 && read.text.rsplit('.').next() == Some(last) && path.contains('.');
            reads |= exact || element;
        });
        if reads {
            rules.push(rule.id.0.clone());
        }
    }
    rules
}

fn each_field(vocabulary: &Vocabulary, root: ShapeId, visit: &mut dyn FnMut(&str, &Field)) {
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
