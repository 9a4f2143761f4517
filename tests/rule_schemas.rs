//! The schemas of rule, pack, definition and table files, held against the files that ship, against
//! snippets that are wrong, and against the compiler: what a schema refuses, it refuses too.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test reads the project's files, and a panic is a failure"
)]

use carnet::document::yaml::{YamlId, YamlKind, YamlTree};
use carnet::rule::{Parameters, RuleSource, compile, shipped};
use carnet::source::SourceMap;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// A kind of file: its schema, and the smallest one that is right.
const RULE: (&str, &str) = (
    "rule",
    "\
id: some-rule
title: Something is wrong
severity: error
effect: duty
source:
  - {cite: House rules, certainty: verified}
why: Because.
fix: Mend it.
when: {stated: end_date}
require: {field: importer.role, is: processor}
message: the importer is no processor
examples:
  base: support-tickets
  cases:
    - pass: it is
",
);
const PACK: (&str, &str) = (
    "pack",
    "\
id: house
title: House rules
kind: programme
researched_on: 2026-11-22
applies: {field: exporter.country, is: SG}
",
);
const DEFINITION: (&str, &str) = (
    "definition",
    "\
id: is-small
title: The party is small
over: party
holds: {field: it.sector, is: retail}
examples:
  base: support-tickets
  cases:
    - true: a shop
      of: exporter
",
);
const TABLE: (&str, &str) = (
    "table",
    "\
id: some-table
title: Some countries
coverage: complete
columns:
  country: country
rows:
  - {country: KR, from: 2026-01-01, source: here, certainty: verified}
sources:
  here: {cite: Somewhere}
",
);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn schema(name: &str) -> Value {
    let path = root().join(format!("schemas/{name}.schema.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn validator(name: &str) -> jsonschema::Validator {
    let schema = schema(name);
    assert!(jsonschema::meta::is_valid(&schema), "{name} is no schema");
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

fn to_json(tree: &YamlTree, node: YamlId) -> Value {
    match tree.kind(node) {
        YamlKind::Null => Value::Null,
        YamlKind::Bool => Value::Bool(tree.boolean(node).unwrap()),
        YamlKind::Number => serde_json::from_str(tree.text(node)).unwrap(),
        YamlKind::Text => Value::String(tree.text(node).to_owned()),
        YamlKind::List => tree.items(node).map(|item| to_json(tree, item)).collect(),
        YamlKind::Map => Value::Object(
            tree.entries(node)
                .map(|(key, value)| (tree.text(key).to_owned(), to_json(tree, value)))
                .collect::<Map<String, Value>>(),
        ),
    }
}

fn read(text: &str) -> Value {
    let tree = YamlTree::parse(text).unwrap();
    to_json(&tree, tree.root())
}

/// What is wrong with a text, by the schema.
fn mistakes(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let value = read(text);
    let mistakes = validator.iter_errors(&value);
    mistakes
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Whether the compiler refuses a text of this kind, and with what words.
fn refused(kind: &str, text: &str) -> Vec<String> {
    let id = read(text)["id"].as_str().unwrap_or("none").to_owned();
    let path = match kind {
        "rule" => format!("house/{id}.yaml"),
        "pack" => "house/pack.yaml".to_owned(),
        "definition" => format!("definitions/{id}.yaml"),
        _ => format!("tables/{id}.yaml"),
    };
    let own = |path: &str, text: &str| RuleSource {
        path: path.to_owned(),
        shown: path.to_owned(),
        text: text.to_owned().into(),
        tree: None,
        shipped: false,
    };
    let mut files = shipped::files();
    files.push(own(&path, text));
    if kind == "rule" {
        files.push(own("house/pack.yaml", PACK.1));
    }
    let (_, problems) = compile(&files, &Parameters::new(), &mut SourceMap::new());
    problems.into_iter().map(|it| it.message).collect()
}

fn kind_of(path: &str) -> Option<&'static str> {
    let path = path.strip_suffix(".yaml")?;
    Some(match path.rsplit_once('/')? {
        ("definitions", _) => "definition",
        ("tables", _) => "table",
        (_, "pack") => "pack",
        _ => "rule",
    })
}

fn yaml_files(folder: &Path, inside: &str, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = format!("{inside}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            yaml_files(&path, &format!("{name}/"), found);
        } else if name.ends_with(".yaml") {
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn every_shipped_file_fits_its_schema() {
    let kinds = ["rule", "pack", "definition", "table"];
    let validators = kinds.map(|kind| (kind, validator(kind)));
    let mut files = Vec::new();
    for folder in ["rules", "examples/house-rules"] {
        yaml_files(&root().join(folder), "", &mut files);
    }
    assert!(files.len() > 50, "only {} files were found", files.len());
    let mut wrong = Vec::new();
    for (path, text) in &files {
        let kind = kind_of(path).unwrap();
        let (_, validator) = validators.iter().find(|(name, _)| *name == kind).unwrap();
        for mistake in mistakes(validator, text) {
            wrong.push(format!("{path}: {mistake}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_smallest_files_are_right() {
    for (kind, text) in [RULE, PACK, DEFINITION, TABLE] {
        assert_eq!(
            mistakes(&validator(kind), text),
            Vec::<String>::new(),
            "{kind}"
        );
        assert_eq!(refused(kind, text), Vec::<String>::new(), "{kind}");
    }
}

/// One change to the smallest right file of a kind. What is written, what it becomes.
const WRONG: [((&str, &str), &str, &str); 47] = [
    (RULE, "title: Something is wrong\n", ""),
    (RULE, "severity:", "titel: Something is wrong\nseverity:"),
    (RULE, "severity: error", "severity: fatal"),
    (RULE, "effect: duty", "effect: obligation"),
    (RULE, "certainty: verified", "certainty: sure"),
    (RULE, ", certainty: verified", ""),
    (RULE, "  - {cite: House rules, certainty: verified}", "  []"),
    (RULE, "why: Because.\n", ""),
    (RULE, "when:", "equivalent: \"when: drop\"\nwhen:"),
    (RULE, "when:", "equivalent: [\"when: drop\"]\nwhen:"),
    (
        RULE,
        "when:",
        "equivalent: [{mutant: \"when: drop\"}]\nwhen:",
    ),
    (
        DEFINITION,
        "holds:",
        "equivalent: [{because: it is, change: none}]\nholds:",
    ),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {stated: [end_date]}",
    ),
    (RULE, "when: {stated: end_date}", "when: end_date"),
    (RULE, "when: {stated: end_date}", "when: {all: []}"),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {stated: end_date, field: id, is: x}",
    ),
    (RULE, "when: {stated: end_date}", "when: {state: end_date}"),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {stated: end_date, is: 2026-01-01}",
    ),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {every: data, as: item}",
    ),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {some: data, as: item, satisfies: {stated: item.form}}",
    ),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {count: data, as: item}",
    ),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {sum: data, as: item, at_least: 3}",
    ),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {table: countries-of-concern}",
    ),
    (
        RULE,
        "when: {stated: end_date}",
        "when: {not: [{stated: end_date}]}",
    ),
    (RULE, "is: processor}", "equals: processor}"),
    (RULE, ", is: processor}", "}"),
    (RULE, "is: processor}", "is: [processor, controller]}"),
    (RULE, "is: processor}", "in: processor}"),
    (RULE, "is: processor}", "is: processor, assume: processor}"),
    (RULE, "is: processor}", "is: {path: exporter.role}}"),
    (RULE, "require: {field: importer.role, is: processor}\n", ""),
    (
        RULE,
        "message: the importer",
        "doors: []\nmessage: the importer",
    ),
    (RULE, "message: the importer is no processor\n", ""),
    (
        RULE,
        "message: the importer is no processor",
        "message: [{when: {stated: id}}]",
    ),
    (
        RULE,
        "require:",
        "effective: {from: 1 March 2026}\nrequire:",
    ),
    (RULE, "require:", "each: data\nrequire:"),
    (PACK, "kind: programme", "kind: treaty"),
    (
        PACK,
        "researched_on: 2026-11-22",
        "researched_on: yesterday",
    ),
    (
        PACK,
        "applies:",
        "parameters: {edition: {type: year, default: 2024, meaning: Which}}\napplies:",
    ),
    (
        PACK,
        "applies:",
        "requirements: [{id: 'house:1', title: One}]\napplies:",
    ),
    (PACK, "applies:", "doors: []\napplies:"),
    (DEFINITION, "holds: {field: it.sector, is: retail}\n", ""),
    (DEFINITION, "over: party", "over: {type: party}"),
    (DEFINITION, "holds:", "require:"),
    (TABLE, "coverage: complete", "coverage: full"),
    (TABLE, "country: country", "country: state"),
    (TABLE, "source: here, certainty: verified", "source: here"),
];

#[test]
fn what_is_wrong_is_refused_by_schema_and_compiler() {
    let mut let_through = Vec::new();
    for ((kind, right), what, instead) in WRONG {
        assert!(right.contains(what), "{kind} has no `{what}`");
        let wrong = right.replacen(what, instead, 1);
        if mistakes(&validator(kind), &wrong).is_empty() {
            let_through.push(format!("the schema of a {kind}: `{instead}` for `{what}`"));
        }
        if refused(kind, &wrong).is_empty() {
            let_through.push(format!("the compiler, a {kind}: `{instead}` for `{what}`"));
        }
    }
    assert!(let_through.is_empty(), "{}", let_through.join("\n"));
}

/// Examples are read when they are run; the schema refuses these while they are written.
#[test]
fn examples_are_part_of_the_schema() {
    for (what, instead) in [
        ("- pass: it is", "- passes: it is"),
        ("- pass: it is", "- pass: it is\n      fail: it is not"),
        (
            "- pass: it is",
            "- pass: it is\n      with: {on: 2026-01-01}",
        ),
        ("- pass: it is", "- set: {id: X}"),
        ("  base: support-tickets\n", "  basis: support-tickets\n"),
    ] {
        assert!(RULE.1.contains(what));
        let wrong = RULE.1.replacen(what, instead, 1);
        assert!(
            !mistakes(&validator("rule"), &wrong).is_empty(),
            "{instead}"
        );
    }
}

/// Each schema stands alone, so that an editor needs one file: what they share is the same in all.
#[test]
fn conditions_are_the_same_in_every_schema() {
    let rule = schema("rule");
    let shared = rule["$defs"].as_object().unwrap();
    for name in ["pack", "definition"] {
        let other = schema(name);
        let other = other["$defs"].as_object().unwrap();
        for (key, value) in other.iter().filter(|(key, _)| *key != "case") {
            assert_eq!(Some(value), shared.get(key), "`{key}` in {name}");
        }
    }
}

#[test]
fn every_part_of_the_schemas_says_what_it_means() {
    fn walk(value: &Value, at: &str, silent: &mut Vec<String>) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                let target = property["$ref"].as_str().unwrap_or_default();
                if property.get("description").is_none() && target.is_empty() {
                    silent.push(format!("{at}/{name}"));
                }
            }
        }
        match value {
            Value::Object(map) => map
                .iter()
                .for_each(|(key, value)| walk(value, &format!("{at}/{key}"), silent)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, at, silent)),
            _ => {}
        }
    }
    for name in ["rule", "pack", "definition", "table"] {
        let mut silent = Vec::new();
        walk(&schema(name), name, &mut silent);
        assert_eq!(silent, Vec::<String>::new());
    }
}
