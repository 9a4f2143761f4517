//! The shape of documents: what is said about a mistake, and where.
//!
//! `cases/shape.json` holds small mutations of `data/minimal.json` with the finding each of them
//! deserves, each read by eye before it was kept. Below it stand the laws that hold for any document: the schema
//! findings agree with the `jsonschema` crate over plain `serde_json` values, and every finding
//! stands on the text that its pointer names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed"
)]

use carnet::check::{Documents, NoDocuments, Origin, Run};
use carnet::engine::{CheckOptions, PackChoice};
use carnet::report::{Format, RenderOptions, render};
use carnet::rule::{Parameters, RuleSet, compile, shipped};
use carnet::source::SourceMap;
use carnet::vocabulary::schema::TRANSFER_PROPOSAL;
use jiff::civil::date;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::OnceLock;

const MINIMAL: &str = include_str!("data/minimal.json");
const FULL: &str = include_str!("data/full.json");
const PROFILE: &str = include_str!("data/northlight.profile.json");
const CASES: &str = include_str!("cases/shape.json");

// ---------------------------------------------------------------- checking

fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| {
        let (set, problems) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
        assert!(problems.is_empty(), "{problems:?}");
        set
    })
}

/// The profile of `full.json`, and nothing else.
struct OneProfile;

impl Documents for OneProfile {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        match path {
            "northlight.profile.json" => Ok((path.to_owned(), PROFILE.as_bytes().to_vec())),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

/// The JSON report about a text; only the packs named are asked.
fn report_of(text: &[u8], packs: &[&str]) -> Value {
    let mut options = CheckOptions::new(date(2026, 11, 22));
    options.packs = PackChoice::Named(packs.iter().map(|pack| (*pack).to_owned()).collect());
    let mut run = Run::new(rules(), options, &OneProfile, SourceMap::new());
    run.check_bytes("p.json", text, Origin::Named);
    let look = RenderOptions {
        width: 100,
        color: false,
        unicode: true,
        narrated: false,
        links: false,
        max_findings: None,
        quiet: false,
        verbose: false,
        outcomes: true,
        outlook: false,
    };
    let mut out = Vec::new();
    render(&run.report, &run.sources, Format::Json, &look, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn findings(report: &Value) -> Vec<&Value> {
    let proposals = report["proposals"].as_array().unwrap();
    let all = proposals
        .iter()
        .flat_map(|proposal| proposal["findings"].as_array().unwrap());
    all.collect()
}

fn schema_findings(report: &Value) -> Vec<&Value> {
    let mut found = findings(report);
    found.retain(|finding| finding["pack"] == "schema");
    found
}

fn word(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// The byte at a line and column, both counted from 1, columns in characters. Panics where there
/// is no such place.
fn offset(text: &str, line: &Value, column: &Value) -> usize {
    let line = usize::try_from(line.as_u64().unwrap()).unwrap();
    let column = usize::try_from(column.as_u64().unwrap()).unwrap();
    assert!(line >= 1 && column >= 1, "line {line}, column {column}");
    let start: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    assert!(line == 1 || text[..start].ends_with('\n'), "no line {line}");
    let rest = &text[start..];
    let mut places = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    let at = places.nth(column - 1).expect("a column of the line");
    assert!(!rest[..at].contains('\n'), "column {column} of line {line}");
    start + at
}

/// The text a location covers; for an insertion, what stands before it on its line, and `▲`.
fn covered(text: &str, location: &Value) -> String {
    let from = offset(text, &location["line"], &location["column"]);
    let to = offset(text, &location["end_line"], &location["end_column"]);
    assert!(from <= to, "{location}");
    if location["target"] != "insertion" {
        return text[from..to].to_owned();
    }
    assert_eq!(from, to, "{location}");
    let line = text[..from].rsplit('\n').next().unwrap();
    let skip = line.chars().count().saturating_sub(14);
    format!("{}▲", line.chars().skip(skip).collect::<String>())
}

// ---------------------------------------------------------------- the cases

#[derive(Deserialize)]
struct Case {
    name: String,
    /// The first of each text, in order, becomes the other.
    edits: Vec<(String, String)>,
    /// Empty: nothing is wrong with its shape.
    findings: Vec<Expected>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Expected {
    rule: String,
    message: String,
    help: String,
    pointer: String,
    target: String,
    /// The text under the label; `…` and its last line where it has several.
    covers: String,
}

fn edited(case: &Case) -> String {
    case.edits
        .iter()
        .fold(MINIMAL.to_owned(), |text, (from, to)| {
            assert!(text.contains(from.as_str()), "{}: {from}", case.name);
            text.replacen(from.as_str(), to, 1)
        })
}

fn found(text: &str, finding: &Value) -> Expected {
    let location = &finding["location"];
    let covers = covered(text, location);
    let covers = match covers.rsplit_once('\n') {
        Some((_, last)) => format!("…{last}"),
        None => covers,
    };
    let help = finding["help"].as_array().unwrap();
    let help: Vec<&str> = help.iter().filter_map(Value::as_str).collect();
    Expected {
        rule: word(finding, "rule"),
        message: word(finding, "message"),
        help: help.join(" | "),
        pointer: word(location, "pointer"),
        target: word(location, "target"),
        covers,
    }
}

#[test]
fn every_mistake_is_told_in_our_words_at_its_place() {
    let cases: Vec<Case> = serde_json::from_str(CASES).unwrap();
    assert!(cases.len() >= 140);
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name");
    let mut wrong = Vec::new();
    for case in &cases {
        let text = edited(case);
        let report = report_of(text.as_bytes(), &["sg-pdpa"]);
        let found: Vec<Expected> = schema_findings(&report)
            .into_iter()
            .map(|finding| found(&text, finding))
            .collect();
        if found != case.findings {
            wrong.push(format!(
                "{}\n  expected {:#?}\n  found {found:#?}",
                case.name, case.findings
            ));
        }
        // A mistake is an error: the exit code cannot be 0, whatever the rules say.
        let errors = report["summary"]["errors"].as_u64().unwrap();
        assert!(errors > 0 || case.findings.is_empty(), "{}", case.name);
        in_our_words(&report);
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// No text of a report is the validator's, or leaks a program's innards.
fn in_our_words(report: &Value) {
    let text = report.to_string();
    for alien in [
        "not valid under",
        "anyOf",
        "oneOf",
        "$defs",
        "$ref",
        "Additional properties",
        "is not of type",
        "is not one of",
        "required property",
        "does not match",
        "Some(",
        "None)",
        "\\\"\\\"",
    ] {
        assert!(!text.contains(alien), "`{alien}` in {text}");
    }
}

/// Puts a value at a place of a document.
fn with(document: &Value, pointer: &str, value: Value) -> Value {
    let mut document = document.clone();
    *document.pointer_mut(pointer).unwrap() = value;
    document
}

/// The pointers of everything inside a value.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => return,
    };
    for (step, value) in inner {
        let pointer = format!("{at}/{step}");
        pointers(value, &pointer, out);
        out.push(pointer);
    }
}

fn places_of(document: &Value) -> Vec<String> {
    let mut out = Vec::new();
    pointers(document, "", &mut out);
    out
}

#[test]
fn null_is_told_everywhere_with_advice_that_the_format_takes() {
    let full: Value = serde_json::from_str(FULL).unwrap();
    let reference = reference();
    for pointer in places_of(&full)
        .iter()
        .filter(|pointer| !pointer.contains("/x_"))
    {
        let text = serde_json::to_string_pretty(&with(&full, pointer, Value::Null)).unwrap();
        let report = report_of(text.as_bytes(), &[]);
        let found = schema_findings(&report);
        let [finding] = found.as_slice() else {
            panic!("{pointer}: {found:?}")
        };
        assert_eq!(finding["rule"], "null-value", "{pointer}");
        assert_eq!(finding["location"]["pointer"], *pointer);
        assert_eq!(covered(&text, &finding["location"]), "null", "{pointer}");
        // Whoever follows the advice writes a valid document.
        let help = word(&finding["help"], "0") + finding["help"][0].as_str().unwrap();
        for (advice, instead) in [
            ("`\"unknown\"`", json!("unknown")),
            ("`[\"unknown\"]`", json!(["unknown"])),
            ("`[]`", json!([])),
            ("`false`", json!(false)),
            ("`\"none\"`", json!("none")),
        ] {
            if help.contains(advice) {
                let followed = with(&full, pointer, instead);
                assert!(reference.is_valid(&followed), "{pointer}: {help}");
            }
        }
        if help.contains("leave the field out") || help.contains("take it out") {
            let mut followed = full.clone();
            let (parent, last) = pointer.rsplit_once('/').unwrap();
            match followed.pointer_mut(parent).unwrap() {
                Value::Object(members) => drop(members.shift_remove(last)),
                Value::Array(elements) => drop(elements.remove(last.parse().unwrap())),
                _ => unreachable!("only these have places inside"),
            }
            let last_of_its_list = last == "0" && followed.pointer(parent) == Some(&json!([]));
            assert!(
                reference.is_valid(&followed) || last_of_its_list,
                "{pointer}: {help}"
            );
        }
    }
}

#[test]
fn unknown_is_taken_exactly_where_the_format_says() {
    let full: Value = serde_json::from_str(FULL).unwrap();
    for pointer in places_of(&full)
        .iter()
        .filter(|pointer| !pointer.contains("/x_"))
    {
        let scalar = !full.pointer(pointer).unwrap().is_object()
            && !full.pointer(pointer).unwrap().is_array();
        let name = pointer.rsplit('/').next().unwrap();
        let names_itself = ["schema", "id", "title", "name"].contains(&name);
        let text = with(&full, pointer, json!("unknown")).to_string();
        let report = report_of(text.as_bytes(), &[]);
        // A profile called "unknown" is no path.
        let found = schema_findings(&report);
        assert_eq!(
            found.is_empty(),
            scalar && !names_itself,
            "{pointer}: {found:?}"
        );
    }
}

#[test]
fn a_key_written_twice_labels_both_and_reads_as_not_known() {
    // The second is written with an escape; both read `role`.
    let text = MINIMAL.replacen(
        "\"role\": \"processor\",",
        "\"role\": \"processor\",\n    \"r\\u006fle\": \"controller\",",
        1,
    );
    let report = report_of(text.as_bytes(), &["sg-pdpa"]);
    let found = schema_findings(&report);
    let [finding] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(finding["rule"], "duplicate-key");
    assert_eq!(
        covered(&text, &finding["location"]),
        "\"r\\u006fle\"",
        "the second is the one to look at"
    );
    let first = &finding["related"][0];
    assert_eq!(first["message"], "first written here");
    assert_eq!(covered(&text, &first["location"]), "\"role\"");
    assert_eq!(first["location"]["pointer"], "/importer/role");
    assert_eq!(report["proposals"][0]["overall"], "undetermined");
}

#[test]
fn a_byte_order_mark_is_a_warning_and_places_are_right_behind_it() {
    let text = format!("\u{feff}{}", MINIMAL.replacen("\"US\"", "\"us\"", 1));
    let report = report_of(text.as_bytes(), &[]);
    let found = schema_findings(&report);
    let rules: Vec<String> = found.iter().map(|finding| word(finding, "rule")).collect();
    assert_eq!(rules, ["byte-order-mark", "wrong-word"]);
    assert_eq!(found[0]["severity"], "warning");
    assert_eq!(covered(&text, &found[0]["location"]), "\u{feff}");
    assert_eq!(covered(&text, &found[1]["location"]), "\"us\"");
}

#[test]
fn nesting_is_followed_to_the_limit_and_told_beyond_it() {
    let owners = |depth: usize| {
        let open = r#"[{"name":"a","country":"US","owners":"#;
        let chain = format!("{}[]{}", open.repeat(depth), "}]".repeat(depth));
        let owners = format!("\"role\": \"processor\", \"owners\": {chain},");
        MINIMAL.replacen("\"role\": \"processor\",", &owners, 1)
    };
    let report = report_of(owners(60).as_bytes(), &["sg-pdpa", "us-dsp"]);
    assert_eq!(schema_findings(&report), Vec::<&Value>::new());
    // The innermost mistake is found at its place.
    let text = owners(60).replacen("\"owners\":[]", "\"owners\":null", 1);
    let report = report_of(text.as_bytes(), &[]);
    let found = schema_findings(&report);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(covered(&text, &found[0]["location"]), "null");
    let report = report_of(owners(80).as_bytes(), &[]);
    assert_eq!(report["proposals"], json!([]));
    let problem = &report["problems"][0];
    assert_eq!(problem["message"], "brackets are nested more than 128 deep");
    in_our_words(&report);
}

#[test]
fn a_bad_value_reads_as_unknown_and_its_neighbours_keep_their_answers() {
    // The scheme is misspelt: Singapore cannot tell; the role beside it still counts.
    let text = MINIMAL.replacen("global_prp", "globl_prp", 1);
    let report = report_of(text.as_bytes(), &["sg-pdpa"]);
    assert_eq!(report["proposals"][0]["overall"], "undetermined");
    // A category that nobody asks about leaves the answer alone, and is an error all the same.
    let text = MINIMAL.replacen("user.contact.email", "user.contact.emial", 1);
    let report = report_of(text.as_bytes(), &["sg-pdpa"]);
    assert_eq!(report["proposals"][0]["overall"], "permitted");
    assert_eq!(report["summary"]["errors"], 1);
}

// ---------------------------------------------------------------- any document

/// `jsonschema` over `serde_json` values, with formats: no code of ours.
fn reference() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(TRANSFER_PROPOSAL).unwrap();
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

/// Small numbers from a seed; the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

fn values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(2.0),
        json!(100),
        json!(101),
        json!(1e300),
        json!(9_007_199_254_740_993_u64),
        json!(""),
        json!(" "),
        json!("unknown"),
        json!("Unknown"),
        json!("none"),
        json!("x_mine"),
        json!("US"),
        json!("us"),
        json!("controller"),
        json!("2026-11-22"),
        json!("2026-02-30"),
        json!("2024-02-29"),
        json!("2026-1-2"),
        json!("0000-01-01"),
        json!("9999-12-31"),
        json!("２０２６-12-01"),
        json!("P18M"),
        json!("P"),
        json!("user.name"),
        json!("user.nam"),
        json!("票\u{301}🎫\n\u{202e}\u{0}"),
        json!([]),
        json!(["unknown"]),
        json!(["US", "unknown"]),
        json!([[]]),
        json!([{}]),
        json!({}),
        json!({"x_a": null}),
        json!({"name": "A", "country": "SG", "role": "processor"}),
        json!({"category": "user.name"}),
    ]
}

fn mutate(document: &mut Value, values: &[Value], dice: &mut Dice) {
    let places = places_of(document);
    if places.is_empty() {
        return;
    }
    let pointer = dice.pick(&places).clone();
    let other = document.pointer(dice.pick(&places).as_str()).cloned();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let name = last.replace("~1", "/").replace("~0", "~");
    let choice = dice.roll(8);
    let value = dice.pick(values).clone();
    let key = *dice.pick(&[
        "x_more",
        "X_more",
        "$schema",
        "role",
        "profile",
        "start_date",
        "valid_until",
        "data_complete",
        "clauses",
        "a/b~c",
        "",
        "名",
        "owners",
    ]);
    match (choice, document.pointer_mut(parent).unwrap()) {
        (0, Value::Object(members)) => drop(members.shift_remove(&name)),
        (1, Value::Object(members)) => drop(members.insert(key.to_owned(), value)),
        (2, Value::Object(members)) => {
            let mut slip: Vec<char> = name.chars().collect();
            if !slip.is_empty() {
                slip.remove(dice.roll(slip.len()));
            }
            let renamed = members.iter().map(|(key, value)| {
                let key = if *key == name {
                    slip.iter().collect()
                } else {
                    key.clone()
                };
                (key, value.clone())
            });
            *members = renamed.collect::<Map<String, Value>>();
        }
        (0, Value::Array(elements)) => drop(elements.remove(name.parse().unwrap())),
        (1 | 2, Value::Array(elements)) => elements.push(value),
        (3, _) => *document.pointer_mut(&pointer).unwrap() = other.unwrap_or_default(),
        (4, _) => {
            let at = document.pointer_mut(&pointer).unwrap();
            *at = match at.take() {
                Value::String(text) => json!(text.to_uppercase()),
                Value::Number(number) => json!(number.to_string()),
                Value::Bool(yes) => json!(yes.to_string()),
                Value::Array(mut elements) => elements.pop().unwrap_or_default(),
                other => json!([other]),
            };
        }
        _ => *document.pointer_mut(&pointer).unwrap() = value,
    }
}

/// What must hold of every finding: its place lies in the text, on what its pointer names.
fn stands_on_its_text(text: &str, document: &Value, location: &Value, context: &Value) {
    let covers = covered(text, location);
    let pointer = location["pointer"].as_str();
    match (location["target"].as_str().unwrap(), pointer) {
        ("value", Some(pointer)) => {
            let under: Value = serde_json::from_str(&covers).expect("a JSON value");
            assert_eq!(Some(&under), document.pointer(pointer), "{context}");
        }
        ("key", Some(pointer)) => {
            let under: String = serde_json::from_str(&covers).expect("a JSON name");
            let last = pointer.rsplit('/').next().unwrap();
            assert_eq!(under, last.replace("~1", "/").replace("~0", "~"));
            assert!(document.pointer(pointer).is_some(), "{context}");
        }
        ("insertion", Some(pointer)) => {
            assert_eq!(document.pointer(pointer), None, "{context}");
        }
        ("text", None) => {}
        ("opening", Some(pointer)) => assert!(document.pointer(pointer).is_some(), "{context}"),
        other => panic!("{other:?} in {context}"),
    }
}

#[test]
fn shape_findings_agree_with_jsonschema_on_any_document() {
    let reference = reference();
    let full: Value = serde_json::from_str(FULL).unwrap();
    let values = values();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let (mut valid, mut invalid) = (0, 0);
    for round in 0..3000 {
        let mut document = full.clone();
        for _ in 0..=dice.roll(3) {
            mutate(&mut document, &values, &mut dice);
        }
        let text = if round % 2 == 0 {
            serde_json::to_string_pretty(&document).unwrap()
        } else {
            document.to_string()
        };
        // Every tenth is asked all rules too, for their labels.
        let packs: &[&str] = if round % 10 == 0 {
            &["global-cbpr", "global-prp", "sg-pdpa", "us-dsp"]
        } else {
            &[]
        };
        let report = report_of(text.as_bytes(), packs);
        in_our_words_of_shape(&report);
        let sound = reference.is_valid(&document);
        if sound {
            valid += 1;
        } else {
            invalid += 1;
        }
        if report["proposals"] == json!([]) {
            // So broken that it is no proposal; that is told too.
            assert!(!sound);
            assert_eq!(report["problems"][0]["code"], "not-a-proposal");
            continue;
        }
        // Whether a profile can be read, or a number fits, is no question of the schema.
        let more = ["broken-profile", "number-does-not-fit"];
        let mut found = schema_findings(&report);
        found.retain(|finding| !more.contains(&finding["rule"].as_str().unwrap()));
        assert_eq!(found.is_empty(), sound, "{found:?} in\n{text}");
        for finding in findings(&report) {
            assert_ne!(word(finding, "message"), "");
            let mut locations = vec![&finding["location"]];
            for name in ["related", "missing_facts"] {
                let list = finding[name].as_array().unwrap();
                locations.extend(list.iter().map(|label| &label["location"]));
            }
            for location in locations {
                if location["path"] == "p.json" {
                    stands_on_its_text(&text, &document, location, finding);
                } else {
                    let profile: Value = serde_json::from_str(PROFILE).unwrap();
                    stands_on_its_text(PROFILE, &profile, location, finding);
                }
            }
        }
    }
    assert!(
        valid > 300 && invalid > 1000,
        "{valid} valid, {invalid} not"
    );
}

/// As [`in_our_words`], for documents that hold such words themselves.
fn in_our_words_of_shape(report: &Value) {
    for finding in schema_findings(report) {
        let told = format!("{} {}", finding["message"], finding["help"]);
        for alien in ["not valid under", "anyOf", "$defs", "is not of type"] {
            assert!(!told.contains(alien), "`{alien}` in {finding}");
        }
    }
}

/// Where we say more than the schema: what `serde_json` reads without a word.
#[test]
fn what_the_schema_cannot_see_is_told_all_the_same() {
    let reference = reference();
    let cases = [
        (
            "duplicate-key",
            "\"role\": \"processor\",",
            "\"role\": \"processor\", \"role\": \"processor\",",
        ),
        (
            "number-does-not-fit",
            "42000",
            "123456789012345678901234567890",
        ),
        ("number-does-not-fit", "42000", "1e400"),
        ("number-does-not-fit", "42000", "1e-400"),
        (
            "byte-order-mark",
            "{\n  \"schema\"",
            "\u{feff}{\n  \"schema\"",
        ),
    ];
    for (rule, from, to) in cases {
        let text = MINIMAL.replacen(from, to, 1);
        let report = report_of(text.as_bytes(), &[]);
        let found = schema_findings(&report);
        let rules: Vec<String> = found.iter().map(|finding| word(finding, "rule")).collect();
        if to == "1e-400" {
            // No whole number: the schema itself sees that.
            assert_eq!(rules.len(), 1, "{rules:?}");
            continue;
        }
        assert_eq!(rules, [rule], "{to}");
        if let Ok(value) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
            assert!(reference.is_valid(&value), "{to}");
        }
    }
}

/// A text cut off anywhere, or with a byte changed, is told or checked, and never a panic.
#[test]
fn broken_texts_are_told_at_places_in_the_text() {
    let mut dice = Dice(77);
    let full = FULL.as_bytes();
    for round in 0..600 {
        let mut bytes = full.to_vec();
        if round % 2 == 0 {
            bytes.truncate(dice.roll(full.len()));
        } else {
            let at = dice.roll(full.len());
            bytes[at] = *dice.pick(b"{}[],:\"'\\/-0e\n\t\0x\xff\xc3");
        }
        let report = report_of(&bytes, &[]);
        let text = String::from_utf8_lossy(&bytes);
        let problems = report["problems"].as_array().unwrap();
        let told = !problems.is_empty() || !findings(&report).is_empty();
        let reads = serde_json::from_slice::<Value>(&bytes).is_ok();
        assert!(told || reads, "round {round}");
        assert!(reads || !problems.is_empty(), "round {round}");
        for problem in problems {
            let location = &problem["location"];
            assert_ne!(word(problem, "message"), "");
            if problem["code"] == "json-syntax" {
                covered(&text, location);
            }
        }
    }
}

// ---------------------------------------------------------------- profiles

/// What is said about a profile with these members besides the required ones.
fn profile_findings(members: &Value) -> Vec<(String, String, String)> {
    let mut profile: Value = serde_json::from_str(PROFILE).unwrap();
    for (name, value) in members.as_object().unwrap() {
        profile[name] = value.clone();
    }
    let text = serde_json::to_string_pretty(&profile).unwrap();
    let report = report_of(text.as_bytes(), &[]);
    let found = schema_findings(&report).into_iter().map(|finding| {
        let help = finding["help"].as_array().unwrap();
        let help: Vec<&str> = help.iter().filter_map(Value::as_str).collect();
        assert_eq!(finding["rule"], "unknown-field");
        assert_eq!(finding["location"]["target"], "key");
        (
            covered(&text, &finding["location"]),
            word(finding, "message"),
            help.join(" | "),
        )
    });
    found.collect()
}

#[test]
fn a_qualification_that_does_not_exist_is_told_as_one() {
    let only = "only requirements on notice, choice and access know qualifications";
    let answer = format!("take it out, and answer `true`, `false` or `\"unknown\"`: {only}");
    for (section, name) in [
        ("integrity", "accuracy_checks_qualification"),
        ("security", "policy_qualification"),
        ("uses", "qualification_qualification"),
        ("processor_programme", "policy_qualification"),
    ] {
        let found = profile_findings(&json!({section: {name: "obviousness"}}));
        let message = format!("`{name}`: no qualification exists for this answer");
        assert_eq!(found, [(format!("\"{name}\""), message, answer.clone())]);
    }
    let found =
        profile_findings(&json!({"integrity": {"accuracy_checks_qualification_reason": "Known."}}));
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].1,
        "`accuracy_checks_qualification_reason`: no qualification exists for this answer, so none has a reason"
    );
    // Where others exist, they are named.
    let found = profile_findings(&json!({"notice": {"given_later_qualification": "emergency"}}));
    assert_eq!(
        found[0].2,
        format!(
            "{answer}; here: `collection_qualification`, `purposes_qualification` or `sharing_qualification`"
        )
    );
}

#[test]
fn a_qualification_that_exists_may_be_claimed_and_is_recognised_misspelt() {
    let found = profile_findings(&json!({"notice": {"sharing_qualification": "emergency",
        "sharing_qualification_reason": "A fire."}}));
    assert_eq!(found, []);
    let found = profile_findings(&json!({"notice": {"sharin_qualification": "emergency"}}));
    assert_eq!(found[0].1, "unknown field `sharin_qualification`");
    assert!(
        found[0]
            .2
            .starts_with("did you mean `sharing_qualification`?"),
        "{found:?}"
    );
}

/// Of a document with very many mistakes some are told, and nothing is read of it: no verdict rests on
/// what was not looked at.
#[test]
fn very_many_mistakes_are_not_all_told() {
    let clean = include_str!("../examples/cloud-hosting.json").trim_end();
    let cases: [String; 3] = [
        (0..5000).map(|n| format!(",\"k{n}\":1")).collect(),
        ",\"id\":\"TP-1\"".repeat(5000),
        format!(",\"x_own\":[{}0]", "1e400,".repeat(5000)),
    ];
    for more in cases {
        let text = format!("{}{more}}}", &clean[..clean.len() - 1]);
        let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
        let options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
        let mut run = Run::new(&set, options, &NoDocuments, SourceMap::new());
        run.check_bytes("a.json", text.as_bytes(), Origin::Named);
        let report = &run.report.proposals[0];
        assert_eq!(report.findings.len(), 201, "{}", &more[..20]);
        let last = report
            .findings
            .iter()
            .find(|f| f.rule.0 == "too-many-mistakes");
        assert!(last.unwrap().message.starts_with("more than 200 places"));
        assert_eq!(report.overall, "undetermined");
        // The list ends as every one does.
        let words = report.verdicts.iter().map(|verdict| verdict.word.as_str());
        assert!(
            words.clone().all(|word| word != "permitted"),
            "{:?}",
            words.collect::<Vec<_>>()
        );
    }
}
