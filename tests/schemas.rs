//! The shipped schemas: sound, described to the last word, and true of what carnet writes.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; tests read files, and a test that panics has failed"
)]

use carnet::vocabulary::schema::{BY_NAME, REPORT};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn schemas() -> Vec<(&'static str, Value)> {
    let read = |(name, text): &(&'static str, &str)| (*name, serde_json::from_str(text).unwrap());
    BY_NAME.iter().map(read).collect()
}

/// Those of the documents that people write.
fn formats() -> Vec<(&'static str, Value)> {
    let mut formats = schemas();
    formats.retain(|(name, _)| ["transfer-proposal", "organisation-profile"].contains(name));
    assert_eq!(formats.len(), 2);
    formats
}

/// Every schema inside a schema, with its pointer.
fn each(schema: &Value, at: &str, found: &mut dyn FnMut(&str, &Value)) {
    found(at, schema);
    let Value::Object(keywords) = schema else {
        return;
    };
    for (keyword, value) in keywords {
        let here = format!("{at}/{keyword}");
        match (keyword.as_str(), value) {
            (
                "properties" | "patternProperties" | "$defs" | "dependentSchemas",
                Value::Object(map),
            ) => {
                for (name, schema) in map {
                    each(schema, &format!("{here}/{name}"), found);
                }
            }
            ("anyOf" | "allOf" | "oneOf" | "prefixItems", Value::Array(list)) => {
                for (index, schema) in list.iter().enumerate() {
                    each(schema, &format!("{here}/{index}"), found);
                }
            }
            (
                "items"
                | "additionalProperties"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames",
                schema,
            ) => {
                each(schema, &here, found);
            }
            _ => {}
        }
    }
}

fn collect(schema: &Value, mut wrong: impl FnMut(&str, &Value) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    each(schema, "", &mut |at, schema| {
        found.extend(wrong(at, schema))
    });
    found
}

#[test]
fn no_schema_is_a_placeholder() {
    for (name, schema) in schemas() {
        assert_ne!(schema, json!({}), "{name}");
    }
}

#[test]
fn every_schema_is_a_schema() {
    for (name, schema) in schemas() {
        if schema == json!({}) {
            continue;
        }
        assert_eq!(
            schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
            "{name}"
        );
        if let Err(error) = jsonschema::meta::validate(&schema) {
            panic!("{name}: {error}");
        }
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(schema["title"].is_string(), "{name}");
        assert!(schema["description"].is_string(), "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_definition_is_used() {
    for (name, schema) in schemas() {
        let mut used = BTreeSet::new();
        each(&schema, "", &mut |at, inner| {
            if let Some(to) = inner.get("$ref").and_then(Value::as_str) {
                let pointer = to
                    .strip_prefix('#')
                    .unwrap_or_else(|| panic!("{name}{at}: {to}"));
                assert!(schema.pointer(pointer).is_some(), "{name}{at}: {to}");
                used.insert(to.to_owned());
            }
        });
        for definition in schema["$defs"].as_object().into_iter().flatten() {
            let address = format!("#/$defs/{}", definition.0);
            assert!(used.contains(&address), "{name}: {address} is never used");
        }
    }
}

/// The fields of a party are defined once, with their meaning, for all kinds of parties.
fn shared(field: &Value) -> bool {
    field["$ref"]
        .as_str()
        .is_some_and(|to| to.starts_with("#/$defs/party_"))
}

#[test]
fn every_field_has_a_meaning() {
    for (name, schema) in schemas() {
        let bare = collect(&schema, |at, inner| {
            let (_, field) = at.rsplit_once("/properties/")?;
            if field.contains('/') {
                return None;
            }
            // A remark of its own, or of the definition it is.
            let target = inner.get("$ref").and_then(Value::as_str);
            let target = target.and_then(|to| schema.pointer(&to[1..]));
            let own = inner.get("description").and_then(Value::as_str);
            let text = own.or_else(|| target?.get("description")?.as_str());
            let format = ["transfer-proposal", "organisation-profile"].contains(&name);
            match text {
                Some(text) if text.len() > 3 && (own.is_some() || !format || shared(inner)) => {
                    let ends_well = text.ends_with(['.', ')', '?']);
                    (format && !ends_well).then(|| format!("{at}: {text}"))
                }
                _ => Some(format!("{at}: no description")),
            }
        });
        assert!(bare.is_empty(), "{name}:\n{}", bare.join("\n"));
    }
}

#[test]
fn every_word_has_a_meaning_in_parallel() {
    for (name, schema) in formats() {
        let mut words = 0;
        let wrong = collect(&schema, |at, inner| {
            let list = inner.get("enum")?.as_array()?;
            words += list.len();
            let meanings = inner.get("enumDescriptions").and_then(Value::as_array);
            let Some(meanings) = meanings else {
                return Some(format!("{at}: no enumDescriptions"));
            };
            if meanings.len() != list.len() {
                return Some(format!(
                    "{at}: {} words, {} meanings",
                    list.len(),
                    meanings.len()
                ));
            }
            let texts: BTreeSet<&str> = list.iter().filter_map(Value::as_str).collect();
            if texts.len() != list.len() {
                return Some(format!("{at}: a word twice, or one that is no text"));
            }
            if texts.contains("unknown") {
                return Some(format!("{at}: `unknown` is no word of its own"));
            }
            let mut pairs = list.iter().zip(meanings);
            pairs
                .find(|(_, meaning)| meaning.as_str().is_none_or(|text| text.trim().len() < 2))
                .map(|(word, _)| format!("{at}: {word} has no meaning"))
        });
        assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
        assert!(words > 20, "{name}: {words} words");
    }
}

#[test]
fn objects_are_closed_with_a_door() {
    for (name, schema) in formats() {
        let wrong = collect(&schema, |at, inner| {
            let fields = inner.get("properties")?.as_object()?;
            let closed = inner.get("additionalProperties") == Some(&json!(false));
            let door = inner["patternProperties"].get("^x_").is_some();
            let schema_key = fields.contains_key("$schema") == at.is_empty();
            (!closed || !door || !schema_key).then(|| at.to_owned())
        });
        assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn required_fields_exist() {
    for (name, schema) in schemas() {
        let wrong = collect(&schema, |at, inner| {
            let required = inner.get("required")?.as_array()?;
            let fields = inner.get("properties")?.as_object()?;
            let absent = required
                .iter()
                .filter_map(Value::as_str)
                .find(|field| !fields.contains_key(*field));
            absent.map(|field| format!("{at}: {field}"))
        });
        assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    }
}

/// Follows references, and the branch of an `anyOf` that is not the word `"unknown"`.
fn real<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(to) = schema.get("$ref").and_then(Value::as_str) {
        return real(root, root.pointer(&to[1..]).unwrap());
    }
    match schema.get("anyOf").and_then(Value::as_array) {
        Some(branches) => real(root, branches.last().unwrap()),
        None => schema,
    }
}

fn has_word(schema: &Value, word: &str) -> bool {
    let listed = |list: &Value| {
        list.as_array()
            .is_some_and(|list| list.contains(&json!(word)))
    };
    match schema {
        Value::Object(keywords) => keywords.iter().any(|(keyword, value)| {
            (keyword == "enum" && listed(value))
                || (!keyword.starts_with("x-") && has_word(value, word))
        }),
        Value::Array(list) => list.iter().any(|inner| has_word(inner, word)),
        _ => false,
    }
}

#[test]
fn annotations_speak_of_things_that_exist() {
    let known = [
        "x-aliases",
        "x-ambiguous",
        "x-change",
        "x-circumstances",
        "x-document",
        "x-ends",
        "x-event",
        "x-format",
        "x-key",
        "x-no",
        "x-not-certifications",
        "x-requirements",
        "x-starts",
        "x-taxonomy",
        "x-words",
    ];
    for (name, root) in formats() {
        let wrong = collect(&root, |at, inner| {
            let keywords = inner.as_object()?;
            let stranger = keywords
                .keys()
                .find(|key| key.starts_with("x-") && !known.contains(&key.as_str()));
            if let Some(stranger) = stranger {
                return Some(format!("{at}: {stranger} is read by nobody"));
            }
            // Another spelling leads to a field, or to a word, and is none itself.
            for (alias, right) in keywords
                .get("x-aliases")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                let right = right.as_str()?;
                let (leads, is_one) = match keywords.get("properties").and_then(Value::as_object) {
                    Some(fields) => (fields.contains_key(right), fields.contains_key(alias)),
                    None => (has_word(inner, right), has_word(inner, alias)),
                };
                if !leads || is_one {
                    return Some(format!("{at}: alias {alias} of {right}"));
                }
            }
            for (_, candidates) in keywords
                .get("x-ambiguous")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                let candidates = candidates.as_array()?;
                if candidates.len() < 2
                    || candidates
                        .iter()
                        .any(|word| !has_word(inner, word.as_str().unwrap_or_default()))
                {
                    return Some(format!("{at}: {candidates:?}"));
                }
            }
            for (word, reason) in keywords
                .get("x-not-certifications")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                if has_word(inner, word) || reason.as_str().is_none_or(str::is_empty) {
                    return Some(format!("{at}: {word}"));
                }
            }
            // What does not exist everywhere exists somewhere, and something is said of it.
            for entry in keywords
                .get("x-no")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let suffix = entry["suffix"].as_str()?;
                let fields = root["$defs"].as_object()?.values();
                let mut names = fields
                    .filter_map(|kind| kind["properties"].as_object())
                    .flat_map(|fields| fields.keys());
                let silent = |key: &str| entry[key].as_str().is_none_or(str::is_empty);
                if !names.any(|name| name.ends_with(suffix)) || silent("say") || silent("help") {
                    return Some(format!("{at}: x-no {entry}"));
                }
            }
            if let Some(key) = keywords.get("x-key").and_then(Value::as_str) {
                let element = real(&root, inner.get("items")?);
                if element["properties"].get(key).is_none() {
                    return Some(format!("{at}: x-key {key}"));
                }
            }
            if let Some(document) = keywords.get("x-document").and_then(Value::as_str)
                && !formats()
                    .iter()
                    .any(|(_, format)| format["properties"]["schema"]["const"] == document)
            {
                return Some(format!("{at}: x-document {document}"));
            }
            // Events, and what happens on a day, are said of dates.
            for keyword in ["x-event", "x-ends", "x-starts"] {
                if keywords.contains_key(keyword) && real(&root, inner)["format"] != "date" {
                    return Some(format!("{at}: {keyword} of what is no date"));
                }
            }
            for requirement in keywords
                .get("x-requirements")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let text = requirement.as_str().unwrap_or_default();
                let parts: Vec<&str> = text.split(':').collect();
                let sound = match parts.as_slice() {
                    ["cbpr", edition, number] => {
                        ["2024", "2026"].contains(edition)
                            && number.starts_with(|c: char| c.is_ascii_digit())
                    }
                    ["prp", .., number] => number.starts_with(|c: char| c.is_ascii_digit()),
                    _ => false,
                };
                if !sound {
                    return Some(format!("{at}: requirement {requirement}"));
                }
            }
            None
        });
        assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn the_documents_of_the_format_page_are_accepted() {
    let accepts = |name: &str, file: &str| {
        let (_, schema) = formats()
            .into_iter()
            .find(|(known, _)| *known == name)
            .unwrap();
        let text = std::fs::read_to_string(data().join(file)).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
    };
    accepts("transfer-proposal", "minimal.json");
    accepts("transfer-proposal", "full.json");
    accepts("organisation-profile", "northlight.profile.json");
}

// ---------------------------------------------------------------- the report

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn report(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .env_clear()
        .current_dir(data())
        .args(["check", "--format", "json", "--as-of", "2026-11-22"])
        .args(arguments)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let code = output.status.code().unwrap();
    assert_eq!(report["summary"]["exit_code"], code, "{arguments:?}");
    report
}

/// The report schema with every object closed: what is written must also be described.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            for value in keywords.values_mut() {
                closed(value);
            }
            if keywords.get("properties").is_some_and(Value::is_object)
                && keywords.get("type") == Some(&json!("object"))
                && !keywords.contains_key("additionalProperties")
            {
                keywords.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(closed),
        _ => {}
    }
}

#[test]
fn every_report_is_as_its_schema_says() {
    let schema: Value = serde_json::from_str(REPORT).unwrap();
    let open = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let mut strict = schema.clone();
    closed(&mut strict);
    let strict = jsonschema::options().build(&strict).unwrap();
    let mut files: Vec<String> = std::fs::read_dir(data())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert!(files.len() > 10, "{files:?}");
    let flags: [&[&str]; 5] = [
        &[],
        &["--outcomes", "--strict"],
        &["--pack", "sg-pdpa", "--ignore", "register-not-checked"],
        &["--pack", "all", "--outcomes"],
        &["--skip-other", "--pack", "global-cbpr"],
    ];
    let mut codes = BTreeSet::new();
    let mut overall = BTreeSet::new();
    let mut inputs: Vec<&str> = files.iter().map(String::as_str).collect();
    inputs.extend([".", "no-such-file.json", "*.nothing"]);
    for file in inputs {
        for flags in flags {
            let report = report(&[&[file], flags].concat());
            for validator in [&open, &strict] {
                let errors: Vec<String> = validator
                    .iter_errors(&report)
                    .map(|error| format!("{}: {error}", error.instance_path()))
                    .collect();
                assert!(errors.is_empty(), "{file} {flags:?}: {errors:#?}");
            }
            codes.insert(report["summary"]["exit_code"].as_u64().unwrap());
            for proposal in report["proposals"].as_array().unwrap() {
                overall.insert(proposal["overall"].as_str().unwrap().to_owned());
            }
            counts_add_up(&report);
        }
    }
    // All kinds of answers have been seen.
    assert_eq!(codes, BTreeSet::from([0, 1, 2, 3, 4]));
    for word in [
        "permitted",
        "not_permitted",
        "undetermined",
        "not_covered",
        "valid_profile",
        "invalid_profile",
    ] {
        assert!(overall.contains(word), "{word} is not in {overall:?}");
    }
}

/// The summary counts what the report holds.
fn counts_add_up(report: &Value) {
    let summary = &report["summary"];
    let proposals = report["proposals"].as_array().unwrap();
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(summary["proposals"], proposals.len());
    assert_eq!(summary["problems"], problems.len());
    let findings = || {
        proposals
            .iter()
            .flat_map(|p| p["findings"].as_array().unwrap())
    };
    let fails = findings()
        .filter(|f| f["outcome"] == "fail" && f["severity"] == "error")
        .count();
    let problems = problems.iter().filter(|p| p["severity"] == "error").count();
    assert_eq!(summary["errors"], fails + problems);
    // What decides nothing is a to-do, and counted as one.
    let undetermined = findings()
        .filter(|f| {
            f["outcome"] == "undetermined" && f["effect"] != "duty" && f["effect"] != "advice"
        })
        .count();
    assert_eq!(summary["undetermined"], undetermined);
    let overall: u64 = summary["overall"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(overall, proposals.len() as u64);
}
