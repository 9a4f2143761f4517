//! The figures of the shipped packs: every requirement has rules, nothing contradicts, every branch
//! is reached, every change of a rule is told apart or excused. A figure that changes is edited here,
//! in the open.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use assert_cmd::Command;
use serde_json::Value;
use std::sync::OnceLock;

/// Edition, numbered requirements, lettered items, and how many of the former are known by their
/// text, by their subject, not at all.
const EDITIONS: &[(&str, usize, usize, [usize; 3])] = &[
    ("cbpr:2024", 50, 31, [4, 4, 42]),
    ("cbpr:2026", 57, 31, [4, 14, 39]),
    ("prp:2024", 18, 0, [1, 0, 17]),
];

fn report(command: &str) -> (i32, Value) {
    let mut carnet = Command::new(env!("CARGO_BIN_EXE_carnet"));
    let output = carnet
        .env_clear()
        .args(["rules", command, "--format", "json"])
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    (code, serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn every_requirement_has_rules() {
    let (code, report) = report("coverage");
    let mut found = Vec::new();
    for pack in report["packs"].as_array().unwrap() {
        for edition in pack["editions"].as_array().unwrap() {
            let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
            let known = &edition["known"];
            assert_eq!(edition["covered"], edition["requirements"], "{edition:#}");
            found.push((
                edition["edition"].as_str().unwrap().to_owned(),
                number(&edition["requirements"]),
                number(&edition["items"]),
                ["text", "subject", "unverified"].map(|word| number(&known[word])),
            ));
        }
    }
    let found: Vec<_> = found
        .iter()
        .map(|(edition, requirements, items, known)| {
            (edition.as_str(), *requirements, *items, *known)
        })
        .collect();
    assert_eq!(found, EDITIONS);
    assert_eq!(report["unlisted"], Value::Array(Vec::new()));
    assert_eq!(code, 0);
}

/// What `carnet rules check` finds under a key, a line each.
fn found(report: &Value, kind: &str) -> Vec<String> {
    let rows = report["found"][kind].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rows.map(|row| {
        let (path, line) = (text(&row["path"]), &row["line"]);
        format!("{path}:{line}: {}", text(&row["text"]))
    })
    .collect()
}

/// One check for all tests: it takes its time.
fn check() -> &'static (i32, Value) {
    static CHECK: OnceLock<(i32, Value)> = OnceLock::new();
    CHECK.get_or_init(|| report("check"))
}

fn nothing(kinds: &[&str]) {
    let (_, report) = check();
    for kind in kinds {
        let found = found(report, kind);
        assert!(found.is_empty(), "{kind}:\n{}", found.join("\n"));
    }
}

#[test]
fn no_rule_contradicts_another_and_every_rule_fires() {
    nothing(&[
        "unreadable_examples",
        "failing_examples",
        "never_firing",
        "contradictions",
        "idle_excuses",
        "requirements",
    ]);
}

#[test]
fn every_branch_is_reached() {
    nothing(&["unreached"]);
}

#[test]
fn every_mutant_is_told_apart_or_excused() {
    nothing(&["survivors"]);
}

#[test]
fn the_check_of_the_shipped_rules_ends_well() {
    let (code, report) = check();
    assert_eq!((*code, &report["score"]), (0, &Value::from("100.0")));
}
