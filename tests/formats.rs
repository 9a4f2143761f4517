//! What every format owes: all findings and all problems, at the same places, and a form that its
//! own official schema accepts.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; tests write files and run the program, and a test that panics has failed"
)]

mod folder;

use folder::FORMATS;
use folder::kinds::{INPUTS, Seen, all_kinds, expected, reduced, run};
use folder::{Folder, MINIMAL};
use roxmltree::{Document, Node};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const SARIF_SCHEMA: &str = include_str!("data/official/sarif-schema-2.1.0.json");
const JUNIT_SCHEMA: &str = include_str!("data/official/junit-10.xsd");

// ---------------------------------------------------------------- sarif

fn sarif(folder: &Folder, arguments: &[&str]) -> Value {
    let ran = folder.check(&[arguments, &["--format", "sarif"]].concat());
    let log: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
    let schema: Value = serde_json::from_str(SARIF_SCHEMA).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&log)
        .map(|e| format!("{} {e}", e.instance_path()))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], ran.code);
    log
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn sarif_is_valid_and_holds_everything() {
    let folder = all_kinds();
    let log = sarif(&folder, &INPUTS);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut seen = Vec::new();
    for result in run["results"].as_array().unwrap() {
        let rule = result["ruleId"].as_str().unwrap();
        assert_eq!(
            rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"],
            rule
        );
        let place = &result["locations"][0]["physicalLocation"];
        let number = |key: &str| place["region"][key].as_u64().unwrap();
        assert_eq!(place["artifactLocation"]["uriBaseId"], "SRCROOT");
        seen.push(Seen {
            rule: rule.to_owned(),
            path: decoded(place["artifactLocation"]["uri"].as_str().unwrap()),
            line: number("startLine"),
            column: Some(number("startColumn")),
            end: Some((number("endLine"), number("endColumn"))),
            fingerprint: result["partialFingerprints"]["carnetFinding/v1"]
                .as_str()
                .map(str::to_owned),
            waived: !result["suppressions"].as_array().unwrap().is_empty(),
        });
    }
    seen.sort();
    // Problems without a place are notifications only.
    let mut placed = expected(&folder);
    placed.retain(|seen| seen.column.is_some());
    assert_eq!(seen, placed);
    let told = run["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .unwrap();
    let told: Vec<&str> = told
        .iter()
        .map(|n| n["descriptor"]["id"].as_str().unwrap())
        .collect();
    assert!(
        told.contains(&"unreadable-file") && told.contains(&"json-syntax"),
        "{told:?}"
    );
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let hashed = run["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["hashes"]["sha-256"].as_str().unwrap().len());
    assert_eq!(hashed.collect::<Vec<_>>(), [64; 4]);
    let waived = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["suppressions"] != serde_json::json!([]))
        .unwrap();
    assert!(
        waived["suppressions"][0]["justification"]
            .as_str()
            .unwrap()
            .contains("until 2027-01-01")
    );
}

#[test]
fn sarif_tells_of_the_baseline() {
    let folder = Folder::with("proposal.json", MINIMAL);
    folder.check(&["proposal.json", "--report", "json=old.json"]);
    folder.write(
        "proposal.json",
        MINIMAL.replace("\"start_date\": \"2026-12-01\"", "\"start_date\": \"soon\""),
    );
    let log = sarif(&folder, &["proposal.json", "--baseline", "old.json"]);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let states: BTreeSet<&str> = results
        .iter()
        .map(|r| r["baselineState"].as_str().unwrap())
        .collect();
    assert_eq!(states, BTreeSet::from(["new", "unchanged"]));
}

#[test]
fn sarif_leaves_out_what_github_would_refuse_and_says_so() {
    let line: Value = serde_json::from_str(
        &MINIMAL.replace("\"role\": \"processor\"", "\"role\": \"controllr\""),
    )
    .unwrap();
    let mut text = String::new();
    for index in 0..6_000 {
        let mut record = line.clone();
        record["id"] = format!("TP-{index}").into();
        text.push_str(&format!("{record}\n"));
    }
    let folder = Folder::with("many.ndjson", text);
    let ran = folder.check(&[
        "many.ndjson",
        "--report",
        "sarif=many.sarif",
        "--format",
        "ndjson",
    ]);
    let findings: usize = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["type"] == "proposal")
        .map(|line| line["findings"].as_array().unwrap().len())
        .sum();
    assert!(findings > 25_000, "{findings}");
    let log: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.0.join("many.sarif")).unwrap())
            .unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let errors = results
        .iter()
        .filter(|result| result["level"] == "error")
        .count();
    assert!(errors >= 6_000, "what fails is kept: {errors}");
    let said = format!("{} findings are left out", findings - 25_000);
    ran.complains(&[&said]);
    let notes = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notes.contains(&said), "{notes}");
}

// ---------------------------------------------------------------- junit

/// Attributes and children that the schema allows an element, and attributes it must have.
struct Element<'a> {
    allowed: BTreeSet<&'a str>,
    required: BTreeSet<&'a str>,
    children: BTreeSet<&'a str>,
}

fn elements<'a>(schema: &'a Document) -> BTreeMap<&'a str, Element<'a>> {
    let tops = schema
        .root_element()
        .children()
        .filter(|n| n.has_tag_name(("http://www.w3.org/2001/XMLSchema", "element")));
    tops.map(|top| {
        let of = |tag: &'static str| {
            top.descendants()
                .filter(move |n| n.tag_name().name() == tag)
        };
        let names = |required: bool| {
            of("attribute")
                .filter(|a| !required || a.attribute("use") == Some("required"))
                .filter_map(|a| a.attribute("name"))
                .collect()
        };
        let element = Element {
            allowed: names(false),
            required: names(true),
            children: of("element").filter_map(|e| e.attribute("ref")).collect(),
        };
        (top.attribute("name").unwrap(), element)
    })
    .collect()
}

fn fits(node: Node, schema: &BTreeMap<&str, Element>) {
    let name = node.tag_name().name();
    let element = schema
        .get(name)
        .unwrap_or_else(|| panic!("<{name}> is not in the schema"));
    let own: BTreeSet<&str> = node.attributes().map(|a| a.name()).collect();
    assert!(own.is_subset(&element.allowed), "<{name}> {own:?}");
    assert!(element.required.is_subset(&own), "<{name}> {own:?}");
    for child in node.children().filter(Node::is_element) {
        assert!(
            element.children.contains(child.tag_name().name()),
            "<{name}> <{}>",
            child.tag_name().name()
        );
        fits(child, schema);
    }
}

#[test]
fn junit_fits_its_schema_and_holds_everything() {
    let folder = all_kinds();
    let ran = run(&folder, "junit");
    let document = Document::parse(&ran.out).unwrap();
    let schema = Document::parse(JUNIT_SCHEMA).unwrap();
    fits(document.root_element(), &elements(&schema));
    // Every finding stands in the text of a case of its rule.
    let mut seen = Vec::new();
    for case in document
        .descendants()
        .filter(|n| n.has_tag_name("testcase"))
    {
        let text: String = case
            .descendants()
            .filter(Node::is_text)
            .filter_map(|n| n.text())
            .collect();
        for line in text.lines().map(str::trim_start) {
            let rule = case.attribute("name").unwrap();
            let Some((at, _)) = line.split_once(&format!("[{rule}] ")) else {
                continue;
            };
            let (place, word) = at.rsplit_once(": ").unwrap();
            let mut parts = place.rsplitn(3, ':');
            let numbers = (
                parts.next().and_then(|n| n.parse().ok()),
                parts.next().and_then(|n| n.parse().ok()),
            );
            let (path, line, column) = match (numbers, parts.next()) {
                ((Some(column), Some(line)), Some(path)) => (path, line, Some(column)),
                _ => (place, 1, None),
            };
            seen.push(Seen {
                rule: rule.to_owned(),
                path: path.to_owned(),
                line,
                column,
                end: None,
                fingerprint: None,
                waived: word == "waived",
            });
        }
    }
    seen.sort();
    let all = reduced(&expected(&folder), |seen| {
        (seen.end, seen.fingerprint) = (None, None)
    });
    assert_eq!(seen, all);
    // A case for each rule that was asked, passes too.
    let (_, report) = folder.json(&["line.ndjson", "--outcomes", "--exit-zero"]);
    let asked = report["proposals"][0]["outcomes"].as_array().unwrap().len();
    let suite = document
        .descendants()
        .find(|n| n.attribute("name") == Some("TP-2026-014") && n.has_tag_name("testsuite"))
        .unwrap();
    assert!(
        suite
            .children()
            .filter(|n| n.has_tag_name("testcase"))
            .count()
            >= asked
    );
}

#[test]
fn junit_fails_where_the_run_fails() {
    let kinds = |text: &str| {
        let document = Document::parse(text).unwrap();
        let all = document.descendants().filter(|n| n.has_tag_name("failure"));
        all.map(|n| n.attribute("type").unwrap().to_owned())
            .collect::<BTreeSet<_>>()
    };
    let undetermined = MINIMAL.replace(", \"valid_until\": \"2027-03-31\"", "");
    let folder = Folder::with("proposal.json", undetermined);
    let ran = folder.check(&["--format", "junit"]);
    assert_eq!(
        (ran.code, kinds(&ran.out)),
        (4, BTreeSet::from(["undetermined".to_owned()]))
    );
    let ran = folder.check(&["--format", "junit", "--undetermined", "warn"]);
    assert_eq!((ran.code, kinds(&ran.out)), (0, BTreeSet::new()));
    assert!(
        ran.out.contains("<skipped message=\"undetermined: "),
        "{}",
        ran.out
    );
}

// ---------------------------------------------------------------- github and gitlab

#[test]
fn annotations_of_github_hold_everything() {
    let folder = all_kinds();
    let ran = run(&folder, "github");
    let unescaped = |text: &str| {
        text.replace("%2C", ",")
            .replace("%3A", ":")
            .replace("%0A", "\n")
            .replace("%0D", "\r")
            .replace("%25", "%")
    };
    let mut seen = Vec::new();
    for line in ran.out.lines() {
        let (head, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (level, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&level), "{line}");
        let properties: BTreeMap<&str, String> = properties
            .split(',')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(key, value)| (key, unescaped(value)))
            .collect();
        let number = |key: &str| properties.get(key).map(|n| n.parse::<u64>().unwrap());
        let title = &properties["title"];
        let rule = title
            .split_once('[')
            .map_or(title.as_str(), |(_, rest)| rest.split(']').next().unwrap());
        seen.push(Seen {
            rule: rule.to_owned(),
            path: properties["file"].clone(),
            line: number("line").unwrap_or(1),
            column: number("col"),
            end: number("endLine").zip(number("endColumn")),
            fingerprint: None,
            waived: title.starts_with("waived["),
        });
    }
    seen.sort();
    assert_eq!(
        seen,
        reduced(&expected(&folder), |seen| seen.fingerprint = None)
    );
}

#[test]
fn code_quality_of_gitlab_holds_everything() {
    let folder = all_kinds();
    let issues: Value = serde_json::from_str(&run(&folder, "gitlab").out).unwrap();
    // Written from GitLab's page, which has no schema file.
    let schema = serde_json::json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^[^./]"},
                        "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
                    }
                }
            }
        }
    });
    assert!(jsonschema::is_valid(&schema, &issues));
    let issues = issues.as_array().unwrap();
    let names: BTreeSet<&str> = issues
        .iter()
        .map(|i| i["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), issues.len(), "GitLab drops what it has seen");
    let mut seen: Vec<Seen> = issues
        .iter()
        .map(|issue| Seen {
            rule: issue["check_name"].as_str().unwrap().to_owned(),
            path: issue["location"]["path"].as_str().unwrap().to_owned(),
            line: issue["location"]["lines"]["begin"].as_u64().unwrap(),
            column: None,
            end: None,
            fingerprint: None,
            waived: issue["description"]
                .as_str()
                .unwrap()
                .contains(": waived: "),
        })
        .collect();
    seen.sort();
    let all = reduced(&expected(&folder), |seen| {
        (seen.column, seen.end, seen.fingerprint) = (None, None, None);
    });
    assert_eq!(seen, all);
}

// ---------------------------------------------------------------- short

#[test]
fn lines_of_short_hold_everything() {
    let folder = all_kinds();
    let ran = run(&folder, "short");
    let all = expected(&folder);
    assert_eq!(ran.out.lines().count(), all.len());
    for seen in &all {
        let word = if seen.waived { "waived" } else { "" };
        let place = seen
            .column
            .map_or(String::new(), |column| format!(":{}:{column}", seen.line));
        let start = format!("{}{place}: {word}", seen.path);
        let rule = format!("[{}] ", seen.rule);
        assert!(
            ran.out
                .lines()
                .any(|line| line.starts_with(&start) && line.contains(&rule)),
            "{seen:?}\n{}",
            ran.out
        );
    }
}

/// The table of `docs/formats.md` says what each format can carry.
#[test]
fn formats_carry_what_the_documents_say() {
    let failing = include_str!("../examples/help-desk-controller.json");
    let folder = Folder::with("proposal.json", failing);
    let waiver = "schema: waivers/1\nwaivers:\n  - rule: prp-for-recipient-that-decides\n    proposal: TP-2026-015\n    \
                  owner: Tan Mei Ling\n    reason: being mended\n    expires: 2027-06-30\n    \
                  accept_prohibition: true\n    approver: General Counsel\n";
    folder.write("carnet-waivers.yaml", waiver);
    let (_, report) = folder.json(&["proposal.json"]);
    let rule = "transfer-without-comparable-protection";
    let findings = report["proposals"][0]["findings"].as_array().unwrap();
    let finding = findings.iter().find(|it| it["rule"] == rule).unwrap();
    let packs = report["packs"].as_array().unwrap();
    let pack = packs.iter().find(|it| it["id"] == "sg-pdpa").unwrap();
    let digests = [
        pack["digest"].clone(),
        report["inputs"][0]["digest"].clone(),
    ];
    // What a row of the table promises, in one of these words.
    let rows: [(&str, Vec<&str>); 8] = [
        (
            "verdict of each law",
            vec![
                "NOT PERMITTED",
                "\"verdict\": \"not_permitted",
                "\"verdict\":\"not_permitted",
                "verdict.sg-pdpa",
            ],
        ),
        (
            "other places that count",
            vec!["decides itself, so s. 26 binds it"],
        ),
        (
            "ways that the law offers",
            vec![
                "binding corporate rules, reg. 11(3)",
                "binding corporate rules",
            ],
        ),
        ("what to do", vec!["Rely on one of the ways"]),
        ("source of the law", vec!["S 63/2021"]),
        ("waived, by whom", vec!["Tan Mei Ling"]),
        (
            "fingerprint that outlasts moved lines",
            vec![finding["fingerprint"].as_str().unwrap()],
        ),
        (
            "digests of packs and inputs",
            digests.iter().map(|it| it.as_str().unwrap()).collect(),
        ),
    ];
    let page = std::fs::read_to_string("docs/formats.md").unwrap();
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let head = page
        .lines()
        .find(|line| line.starts_with("| | human |"))
        .unwrap();
    let head = cells(head);
    let named: Vec<&str> = head.iter().flat_map(|cell| cell.split(", ")).collect();
    assert!(
        FORMATS.iter().all(|format| named.contains(format)),
        "{named:?}"
    );
    for (title, words) in rows {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| {title} |")));
        let row = cells(row.unwrap_or_else(|| panic!("no row `{title}`")));
        assert_eq!(row.len(), head.len(), "{title}");
        for (names, cell) in head.iter().zip(&row).skip(1) {
            for format in names.split(", ") {
                let out = folder.check(&["proposal.json", "--format", format]).out;
                let flowed = out.split_whitespace().collect::<Vec<_>>().join(" ");
                let there = match title {
                    "digests of packs and inputs" => words.iter().all(|word| flowed.contains(word)),
                    _ => words.iter().any(|word| flowed.contains(word)),
                };
                assert_eq!(there, cell != "–", "{format}, {title}: `{cell}`");
            }
        }
    }
}
