//! A rule, for whoever met it in a report or is about to change it.

use super::{requirement::requirement_named, source_text, window_words};
use crate::finding::{Effect, Severity};
use crate::rule::bench::coverage::named;
use crate::rule::condition::Part;
use crate::rule::example::Example;
use crate::rule::reads::{FieldPath, fields_of};
use crate::rule::{Body, Pack, Rule, RuleSet, Status, Template};
use crate::vocabulary::suggest::list_words;
use crate::vocabulary::{Field, PROPOSAL, Shape, Vocabulary};

/// What a rule is, in Markdown, without its examples.
pub fn rule_text(set: &RuleSet, pack: &Pack, rule: &Rule) -> String {
    let effect = match rule.effect {
        Effect::Prohibition => "a prohibition: the transfer is barred while it fails",
        Effect::Condition => "a condition: the transfer is in order only if it holds",
        Effect::Duty => "a duty: it does not bar the transfer",
        Effect::Advice => "advice: it does not bar the transfer",
    };
    let mut out = format!("# {}\n\n{}.\n\n", rule.id.0, rule.title);
    out.push_str(&format!(
        "- pack: `{}` ({})\n- severity: {}\n- effect: {effect}\n",
        pack.id.0,
        pack.title,
        severity_in_words(rule.severity)
    ));
    match rule.status {
        Status::Stable => {}
        Status::Draft => out.push_str("- a draft: it may still change\n"),
        Status::Deprecated => out.push_str("- deprecated: it will be taken out\n"),
    }
    if let Some(window) = &rule.effective {
        out.push_str(&format!("- law {}\n", window_words(window)));
    }
    if let Some(each) = &rule.each {
        let lists = list_words(each.lists.iter().map(|list| list.text.as_str()));
        out.push_str(&format!("- asked about every element of {lists}\n"));
    }
    if !rule.aliases.is_empty() {
        let names = list_words(rule.aliases.iter().map(String::as_str));
        out.push_str(&format!("- formerly {names}\n"));
    }
    out.push_str(&format!(
        "\n## Why\n\n{}\n\n## What to do\n\n{}\n",
        rule.why,
        plain(&rule.fix)
    ));
    doors(&mut out, rule);
    out.push_str("\n## Source\n\n");
    for source in &rule.sources {
        out.push_str(&format!("- {}\n", source_text(source)));
    }
    requirements(&mut out, set, rule);
    fields(&mut out, set, rule);
    out
}

/// What the examples of a rule show, by outcome, in Markdown.
pub fn examples_text(examples: &[Example]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n## Examples\n\n");
    let mut words: Vec<&str> = Vec::new();
    for example in examples {
        let word = example.expected.word();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    for word in words {
        let of_word = examples.iter().filter(|it| it.expected.word() == word);
        out.push_str(&format!("- {}:\n", word.replace('_', " ")));
        of_word.for_each(|example| out.push_str(&format!("  - {}\n", example.title)));
    }
    out
}

pub(super) fn severity_in_words(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn plain(template: &Template) -> String {
    let parts = template.parts.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Path(path) => format!("`{}`", path.text),
    });
    parts.collect()
}

fn doors(out: &mut String, rule: &Rule) {
    let Body::Gate(doors) = &rule.body else {
        return;
    };
    out.push_str("\n## Ways to permit it\n\n");
    for door in doors {
        let how = if door.words.is_empty() {
            "by the fact alone".to_owned()
        } else {
            let words = list_words(door.words.iter().map(String::as_str));
            format!("relied on by {words}")
        };
        out.push_str(&format!("- {} ({how})\n", door.title));
        for source in &door.sources {
            out.push_str(&format!("  - {}\n", source_text(source)));
        }
    }
}

fn requirements(out: &mut String, set: &RuleSet, rule: &Rule) {
    let named = named(rule);
    if named.is_empty() {
        return;
    }
    out.push_str("\n## Requirements it decides\n\n");
    for id in named {
        let title = requirement_named(set, id).map(|(_, requirement)| &requirement.title);
        let title = title.map(|title| format!(": {title}")).unwrap_or_default();
        out.push_str(&format!("- `{id}`{title}\n"));
    }
}

fn fields(out: &mut String, set: &RuleSet, rule: &Rule) {
    let found = fields_of(set, rule);
    let leads_on = |field: &FieldPath| {
        let mut longer = found.iter();
        longer.any(|it| it.steps.len() > field.steps.len() && it.steps.starts_with(&field.steps))
    };
    let mut lines = Vec::new();
    for path in &found {
        let Some(field) = field_of(&set.vocabulary, path) else {
            continue;
        };
        // What only leads to another field of the list says nothing more.
        if has_fields(&set.vocabulary, field) && leads_on(path) {
            continue;
        }
        lines.push(format!("- `{}`: {}\n", path.steps.join("."), field.meaning));
    }
    if !lines.is_empty() {
        out.push_str("\n## Fields it reads\n\n");
        out.extend(lines);
    }
}

fn field_of(vocabulary: &Vocabulary, path: &FieldPath) -> Option<&'static Field> {
    let steps: Vec<&str> = path.steps.iter().map(String::as_str).collect();
    vocabulary.field_at(vocabulary.root(PROPOSAL)?, &steps)
}

fn has_fields(vocabulary: &Vocabulary, field: &Field) -> bool {
    matches!(vocabulary.shape(vocabulary.inside(field)), Shape::Object(_))
}
