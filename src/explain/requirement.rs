//! A numbered requirement: what it is about, how well that is known, and what decides it.

use super::{each_field, mark, source_text};
use crate::rule::bench::coverage::number_of;
use crate::rule::{Body, Change, Known, Pack, Requirement, Rule, RuleSet};
use crate::vocabulary::suggest::list_words;
use crate::vocabulary::{Field, Shape, ShapeId, Words};

/// The requirement of an id, whatever its letters' case, with its pack.
pub(super) fn requirement_named<'s>(
    set: &'s RuleSet,
    id: &str,
) -> Option<(&'s Pack, &'s Requirement)> {
    set.packs.iter().find_map(|pack| {
        let mut listed = pack.requirements.iter();
        let found = listed.find(|it| it.id.eq_ignore_ascii_case(id))?;
        Some((pack, found))
    })
}

/// How well a requirement is known, in words.
pub fn known_in_words(known: Known) -> &'static str {
    match known {
        Known::Text => "its wording was read",
        Known::Subject => "only its subject was read",
        Known::Unverified => "not read: written from general knowledge",
    }
}

/// A field that answers a requirement.
struct Answer {
    path: String,
    format: &'static str,
    meaning: &'static str,
    shape: ShapeId,
    /// The requirement itself, or a lettered item of it.
    of: String,
}

/// What a requirement is, in Markdown; `None` where nothing names it.
pub(super) fn requirement_text(set: &RuleSet, id: &str) -> Option<String> {
    let named = requirement_named(set, id);
    let id = named.map_or(id, |(_, requirement)| requirement.id.as_str());
    let items = items(set, id);
    let asked = |other: &str| other == id || items.iter().any(|item| item.id == other);
    let rules = rules(set, &asked);
    let answers = answers(set, &asked);
    if named.is_none() && rules.is_empty() && answers.is_empty() {
        return None;
    }
    let mut out = format!("# {id}\n\n");
    if let Some((pack, requirement)) = named {
        head(&mut out, set, pack, requirement);
    }
    if !items.is_empty() {
        out.push_str("## Lettered items\n\n");
        for item in &items {
            out.push_str(&format!("- `{}`: {}\n", item.id, item.title));
        }
        out.push('\n');
    }
    out.push_str("## Rules\n\n");
    if rules.is_empty() {
        out.push_str("No rule asks it yet.\n");
    }
    for (rule, sources) in &rules {
        out.push_str(&format!("- `{}`: {}\n", rule.id.0, rule.title));
        for source in sources {
            out.push_str(&format!("  - {source}\n"));
        }
    }
    if !answers.is_empty() {
        out.push_str("\n## Fields that answer it\n\n");
        for answer in &answers {
            let item = if answer.of == id {
                String::new()
            } else {
                format!(", for `{}`", answer.of)
            };
            out.push_str(&format!(
                "- `{}` ({}{item}): {}\n",
                answer.path, answer.format, answer.meaning
            ));
        }
        words(&mut out, set, &answers);
    }
    Some(out)
}

fn head(out: &mut String, set: &RuleSet, pack: &Pack, requirement: &Requirement) {
    out.push_str(&format!("{}.\n\n", requirement.title.trim_end_matches('.')));
    out.push_str(&format!("- pack: `{}` ({})\n", pack.id.0, pack.title));
    out.push_str(&format!("- edition: `{}`\n", requirement.edition()));
    if let Some(group) = &requirement.group {
        out.push_str(&format!("- group: {group}\n"));
    }
    let number = number_of(&requirement.id);
    if let Some((_, whole)) = requirement_named(set, number).filter(|_| requirement.is_item()) {
        out.push_str(&format!("- an item of `{}`: {}\n", whole.id, whole.title));
    }
    match (&requirement.was, requirement.change) {
        (Some(was), Change::Modified) => out.push_str(&format!("- continues `{was}` (modified)\n")),
        (Some(was), _) => out.push_str(&format!("- continues `{was}` (unchanged)\n")),
        (None, Change::New) => out.push_str("- new in this edition\n"),
        (None, Change::Modified) => out.push_str("- modified in this edition\n"),
        (None, Change::Kept) => {}
    }
    for (_, later) in later(set, &requirement.id) {
        let how = match later.change {
            Change::Modified => "modified",
            Change::Kept | Change::New => "unchanged",
        };
        out.push_str(&format!("- continued by `{}` ({how})\n", later.id));
    }
    out.push_str(&format!(
        "- how well it is known: {}\n",
        known_in_words(requirement.known)
    ));
    if let Some(mark) = mark(requirement.certainty) {
        out.push_str(&format!("- its number and title: {mark}\n"));
    }
    out.push('\n');
    if let Some(expects) = &requirement.expects {
        out.push_str(&format!("## What an assessor expects\n\n{expects}\n\n"));
    }
}

/// The requirements that continue this one in a later edition.
fn later<'s>(set: &'s RuleSet, id: &str) -> Vec<(&'s Pack, &'s Requirement)> {
    let all = set
        .packs
        .iter()
        .flat_map(|pack| pack.requirements.iter().map(move |it| (pack, it)));
    all.filter(|(_, it)| it.was.as_deref() == Some(id))
        .collect()
}

fn items<'s>(set: &'s RuleSet, id: &str) -> Vec<&'s Requirement> {
    let all = set.packs.iter().flat_map(|pack| &pack.requirements);
    all.filter(|it| it.is_item() && it.id != id && number_of(&it.id) == id)
        .collect()
}

/// The rules that name a requirement, each with the sources that do.
fn rules<'s>(set: &'s RuleSet, asked: &dyn Fn(&str) -> bool) -> Vec<(&'s Rule, Vec<String>)> {
    let mut found = Vec::new();
    for rule in set.packs.iter().flat_map(|pack| &pack.rules) {
        let doors = match &rule.body {
            Body::Gate(doors) => doors.as_slice(),
            Body::Require(_) => &[],
        };
        let sources = rule.sources.iter();
        let sources: Vec<String> = sources
            .chain(doors.iter().flat_map(|door| &door.sources))
            .filter(|source| source.requirement.as_deref().is_some_and(asked))
            .map(source_text)
            .collect();
        if !sources.is_empty() {
            found.push((rule, sources));
        }
    }
    found
}

fn answers(set: &RuleSet, asked: &dyn Fn(&str) -> bool) -> Vec<Answer> {
    let mut found = Vec::new();
    for (format, root) in set.vocabulary.roots() {
        each_field(
            &set.vocabulary,
            *root,
            &mut |path, field: &'static Field| {
                let of = field.requirements.iter().find(|id| asked(id));
                if let Some(of) = of {
                    found.push(Answer {
                        path: path.to_owned(),
                        format,
                        meaning: field.meaning,
                        shape: field.shape,
                        of: (*of).to_owned(),
                    });
                }
            },
        );
    }
    found
}

/// The words that the fields take, every set of them once.
fn words(out: &mut String, set: &RuleSet, answers: &[Answer]) {
    let mut sets: Vec<(ShapeId, &'static Words, Vec<&str>)> = Vec::new();
    for answer in answers {
        let shape = match set.vocabulary.shape(answer.shape) {
            Shape::List(list) => list.item,
            _ => answer.shape,
        };
        let Shape::Words(words) = set.vocabulary.shape(shape) else {
            continue;
        };
        if words.country || words.taxonomy {
            continue;
        }
        match sets.iter_mut().find(|(known, ..)| *known == shape) {
            Some((_, _, paths)) => paths.push(&answer.path),
            None => sets.push((shape, words, vec![&answer.path])),
        }
    }
    for (_, words, paths) in sets {
        out.push_str(&format!("\n## Words of {}\n\n", list_words(paths)));
        for word in words.words {
            out.push_str(&format!("- `{}`: {}\n", word.text, word.meaning));
        }
    }
}
