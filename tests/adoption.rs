//! Waivers, the baseline and `carnet.toml`: what makes it possible to begin with proposals that are
//! not all in order, and what keeps that from hiding anything.

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

use carnet::vocabulary::schema::{REPORT, WAIVERS};
use folder::{FORMATS, Folder, MINIMAL, Ran};
use serde_json::Value;

const SG: [&str; 2] = ["--pack", "sg-pdpa"];
const RULE: &str = "transfer-without-comparable-protection";

/// The certificate of the importer is no use to a controller.
fn failing() -> String {
    MINIMAL.replace("\"role\": \"processor\"", "\"role\": \"controller\"")
}

/// A waiver of the failing proposal, with more keys or others.
fn waiver(keys: &[(&str, &str)]) -> String {
    let mut all = vec![
        ("rule", RULE),
        ("proposal", "TP-2026-014"),
        ("owner", "Tan Mei Ling"),
        ("reason", "the contract is being signed"),
        ("expires", "2027-06-30"),
        ("accept_prohibition", "true"),
        ("approver", "General Counsel"),
    ];
    for (key, value) in keys {
        match all.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value,
            None => all.push((key, value)),
        }
    }
    all.retain(|(_, value)| !value.is_empty());
    let lines: Vec<String> = all.iter().map(|(k, v)| format!("{k}: {v}")).collect();
    format!(
        "schema: waivers/1\nwaivers:\n  - {}\n",
        lines.join("\n    ")
    )
}

fn with_waiver(keys: &[(&str, &str)]) -> Folder {
    let folder = Folder::with("proposal.json", failing());
    folder.write("carnet-waivers.yaml", waiver(keys));
    folder
}

fn check(folder: &Folder, arguments: &[&str]) -> (i32, Value) {
    let (code, report) = folder.json(&[&SG, arguments].concat());
    let schema: Value = serde_json::from_str(REPORT).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&report)
        .map(|e| e.to_string())
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    (code, report)
}

/// The findings of the rule.
fn findings(report: &Value) -> Vec<&Value> {
    let proposals = report["proposals"].as_array().unwrap();
    let all = proposals
        .iter()
        .flat_map(|p| p["findings"].as_array().unwrap());
    all.filter(|finding| finding["rule"] == RULE).collect()
}

/// Code, line and severity of every problem.
fn problems(report: &Value) -> Vec<(&str, u64, &str)> {
    let problems = report["problems"].as_array().unwrap().iter();
    let told = problems.map(|problem| {
        let line = problem["location"]["line"].as_u64().unwrap_or(0);
        let text = |key: &str| problem[key].as_str().unwrap();
        (text("code"), line, text("severity"))
    });
    told.collect()
}

// ---------------------------------------------------------------- waivers

#[test]
fn a_waiver_takes_the_finding_out_of_the_code_and_nowhere_else() {
    let folder = with_waiver(&[]);
    let (code, report) = check(&folder, &[]);
    assert_eq!(code, 0);
    assert_eq!(report["proposals"][0]["overall"], "not_permitted");
    let waived = findings(&report);
    assert_eq!(waived.len(), 1);
    assert_eq!(waived[0]["outcome"], "fail");
    assert_eq!(waived[0]["waiver"]["owner"], "Tan Mei Ling");
    assert_eq!(waived[0]["waiver"]["expires"], "2027-06-30");
    assert_eq!(waived[0]["waiver"]["approver"], "General Counsel");
    assert_eq!(waived[0]["waiver"]["location"]["line"], 3);
    assert_eq!(report["summary"]["waived"], 1);
    assert_eq!(report["summary"]["errors"], 0);
    assert_eq!(problems(&report), []);
    // For people, in the same run.
    let human = folder.check(&SG);
    human.says(&[
        "NOT PERMITTED as described (from 2026-12-01), 1 waived",
        &format!("waived[{RULE}]"),
        "until 2027-06-30 by Tan Mei Ling, approved by General Counsel",
        "the contract is being",
        "1 waived",
    ]);
    let short = folder.check(&[&SG[..], &["--format", "short"]].concat());
    short.says(&[
        &format!("proposal.json:15:19: waived[{RULE}]"),
        "until 2027-06-30",
    ]);
    for format in FORMATS {
        let format = [&SG[..], &["--format", format]].concat();
        assert_eq!(folder.check(&format).code, 0, "{format:?}");
    }
    // The auditor's run.
    let (code, report) = check(&folder, &["--no-waivers"]);
    assert_eq!((code, problems(&report)), (1, vec![]));
    assert_eq!(findings(&report)[0]["waiver"], Value::Null);
}

#[test]
fn a_waiver_counts_up_to_its_last_day_and_is_told_of_around_it() {
    let folder = with_waiver(&[("expires", "2026-12-22")]);
    let on = |day: &str| {
        let ran = folder.run(&[
            "check", "--as-of", day, "--pack", "sg-pdpa", "--format", "json",
        ]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let told: Vec<String> = problems(&report).iter().map(|p| format!("{p:?}")).collect();
        (ran.code, told)
    };
    let soon = vec![r#"("waiver-expires-soon", 7, "info")"#.to_owned()];
    assert_eq!(on("2026-11-22"), (0, vec![]), "30 days are left");
    assert_eq!(on("2026-11-23"), (0, soon.clone()), "29 days are left");
    assert_eq!(on("2026-12-22"), (0, soon), "the last day counts");
    let ended = vec![r#"("waiver-expired", 7, "warning")"#.to_owned()];
    assert_eq!(on("2026-12-23"), (1, ended));
}

#[test]
fn the_days_before_the_end_can_be_chosen() {
    let folder = Folder::with("proposal.json", failing());
    let text = waiver(&[("expires", "2026-12-22")]);
    let later = text.replace("waivers:\n", "remind_days: 31\nwaivers:\n");
    folder.write("carnet-waivers.yaml", later);
    assert_eq!(
        problems(&check(&folder, &[]).1),
        [("waiver-expires-soon", 8, "info")]
    );
    let never = text.replace("waivers:\n", "remind_days: 0\nwaivers:\n");
    folder.write("carnet-waivers.yaml", never);
    let last = [
        &["check", "--as-of", "2026-12-22", "--format", "json"],
        &SG[..],
    ]
    .concat();
    let report: Value = serde_json::from_str(&folder.run(&last).out).unwrap();
    assert_eq!(problems(&report), []);
}

#[test]
fn a_prohibition_is_not_waived_by_a_waiver_alone() {
    let folder = with_waiver(&[("accept_prohibition", "")]);
    let (code, report) = check(&folder, &[]);
    assert_eq!(code, 1);
    assert_eq!(problems(&report), [("waiver-of-prohibition", 3, "warning")]);
    // Where nobody is said to have accepted it, the file is wrong, and the finding counts.
    let folder = with_waiver(&[("approver", "")]);
    let (code, report) = check(&folder, &[]);
    assert_eq!(code, 2);
    assert_eq!(problems(&report), [("broken-waivers", 8, "error")]);
    assert_eq!(findings(&report)[0]["waiver"], Value::Null);
}

#[test]
fn a_value_that_changed_is_not_waived() {
    let folder = Folder::with("proposal.json", failing());
    let made = folder.run(&[
        "new",
        "waiver",
        "proposal.json",
        "--rule",
        RULE,
        "--owner",
        "Tan Mei Ling",
        "--reason",
        "the contract: \"v2\" # is being signed",
        "--expires",
        "2027-06-30",
        "--approver",
        "GC",
        "--accept-prohibition",
        "--as-of",
        "2026-11-22",
    ]);
    assert_eq!(made.code, 0, "{}", made.err);
    made.says(&[
        "wrote  carnet-waivers.yaml",
        "pointer: \"/importer/certifications/0/scheme\"",
    ]);
    let (code, report) = check(&folder, &[]);
    assert_eq!((code, problems(&report)), (0, vec![]));
    let waived = &findings(&report)[0]["waiver"];
    assert_eq!(waived["reason"], "the contract: \"v2\" # is being signed");
    // Moved lines, another layout and another escape are the same value.
    let layout = failing().replace(
        "\"scheme\": \"global_prp\"",
        "\n\n\"scheme\" :  \"global\\u005fprp\"",
    );
    folder.write("proposal.json", layout);
    assert_eq!(check(&folder, &[]).0, 0);
    // Another certificate is another value: who decided has not seen it.
    folder.write("proposal.json", failing().replace("global_prp", "apec_prp"));
    let (code, report) = check(&folder, &[]);
    assert_eq!(code, 1);
    assert_eq!(problems(&report), [("waiver-value-changed", 7, "warning")]);
    let told = &report["problems"][0];
    assert_eq!(told["related"][0]["location"]["path"], "proposal.json");
    assert_eq!(told["related"][0]["location"]["line"], 15);
    // Written as the help says, it counts again.
    let help = told["help"].as_str().unwrap();
    let digest = help.split('`').nth(1).unwrap().to_owned();
    let text = std::fs::read_to_string(folder.0.join("carnet-waivers.yaml")).unwrap();
    let old = text.lines().find(|line| line.contains("digest:")).unwrap();
    folder.write("carnet-waivers.yaml", text.replace(old.trim(), &digest));
    assert_eq!(check(&folder, &[]).0, 0);
}

#[test]
fn a_waiver_with_nothing_to_waive_is_told_with_the_reason() {
    for (keys, message, help) in [
        (
            vec![("proposal", "TP-2026-041")],
            "no proposal that was checked has the id",
            "did you mean `TP-2026-014`?",
        ),
        (
            vec![("rule", "register-not-cheked")],
            "there is no rule `register-not-cheked`",
            "did you mean `register-not-checked`?",
        ),
        (
            vec![("rule", "wrong-date")],
            "`wrong-date` does not speak",
            "delete it",
        ),
        (
            vec![("outcome", "undetermined")],
            "fails, and is not undetermined",
            "delete it",
        ),
        (
            vec![("pointer", "/importer/role"), ("digest", "absent")],
            "has nothing to say of `/importer/role`",
            "`/importer/certifications/0/scheme`",
        ),
    ] {
        let folder = with_waiver(&keys);
        let (code, report) = check(&folder, &["."]);
        assert_eq!(code, 1, "{keys:?}");
        assert_eq!(
            problems(&report),
            [("waiver-unused", 3, "warning")],
            "{keys:?}"
        );
        let told = &report["problems"][0];
        assert!(
            told["message"].as_str().unwrap().contains(message),
            "{told}"
        );
        assert!(told["help"].as_str().unwrap().contains(help), "{told}");
    }
    // The rule passes.
    let folder = with_waiver(&[]);
    folder.write("proposal.json", MINIMAL);
    let (code, report) = check(&folder, &[]);
    assert_eq!(
        (code, problems(&report)),
        (0, vec![("waiver-unused", 3, "warning")])
    );
    assert!(
        report["problems"][0]["message"]
            .as_str()
            .unwrap()
            .contains("passes")
    );
    // A remark fails a run that asks for that.
    assert_eq!(check(&folder, &["--fail-on", "warning"]).0, 1);
}

#[test]
fn what_a_run_did_not_look_at_is_not_called_unused() {
    // Another file only, as a hook does.
    let folder = with_waiver(&[]);
    folder.write("other.json", MINIMAL.replace("TP-2026-014", "TP-1"));
    let (code, report) = check(&folder, &["other.json"]);
    assert_eq!(
        (code, problems(&report)),
        (0, vec![("waiver-not-looked-at", 3, "info")])
    );
    // Another rule only.
    let (_, report) = check(&folder, &["--select", "register-not-checked"]);
    assert_eq!(problems(&report), []);
}

#[test]
fn waivers_are_found_upwards_named_or_configured() {
    let folder = with_waiver(&[]);
    folder.write("deep/er/proposal.json", failing());
    let ran = Ran::of(
        folder
            .command()
            .current_dir(folder.0.join("deep/er"))
            .args(["check", "--as-of", "2026-11-22", "--pack", "sg-pdpa"]),
    );
    assert_eq!(ran.code, 0);
    ran.says(&["../../carnet-waivers.yaml:3:11"]);
    folder.write(
        "elsewhere/exceptions.yaml",
        waiver(&[("owner", "Somebody else")]),
    );
    let (_, report) = check(
        &folder,
        &["proposal.json", "--waivers", "elsewhere/exceptions.yaml"],
    );
    assert_eq!(findings(&report)[0]["waiver"]["owner"], "Somebody else");
    folder.write("carnet.toml", "waivers = \"elsewhere/exceptions.yaml\"\n");
    let (_, report) = check(&folder, &["proposal.json"]);
    assert_eq!(findings(&report)[0]["waiver"]["owner"], "Somebody else");
    folder
        .check(&["--waivers", "nowhere.yaml"])
        .refuses(&["the waivers `nowhere.yaml` cannot be read"]);
}

#[test]
fn a_broken_file_of_waivers_is_placed_and_the_rest_goes_on() {
    let schema: Value = serde_json::from_str(WAIVERS).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    // The key that is wrong, its value, the line it is told on.
    for (key, value, line) in [
        ("expires", "2026-02-30", 7),
        ("expires", "soon", 7),
        ("expires", "", 3),
        ("owner", "\" \"", 9),
        ("reason", "", 3),
        ("ownr", "X", 10),
        ("digest", "absent", 10),
        ("pointer", "/importer", 10),
        ("outcome", "failed", 10),
        ("accept_prohibition", "yes", 9),
    ] {
        let text = waiver(&[(key, value)]);
        let folder = Folder::with("proposal.json", failing());
        folder.write("carnet-waivers.yaml", &text);
        let (code, report) = check(&folder, &[]);
        assert_eq!(code, 2, "{text}");
        let told = problems(&report);
        assert_eq!(told[0].0, "broken-waivers", "{told:?}\n{text}");
        let expected = if value.is_empty() {
            3
        } else {
            text.lines()
                .position(|l| l.contains(&format!("{key}: {value}")))
                .unwrap() as u64
                + 1
        };
        assert_eq!(told[0].1, expected, "{told:?}\n{text} {line}");
        assert_eq!(
            findings(&report)[0]["waiver"],
            Value::Null,
            "it waives nothing\n{text}"
        );
        assert!(!validator.is_valid(&as_json(&text)), "{text}");
    }
    assert!(validator.is_valid(&as_json(&waiver(&[]))));
    let folder = Folder::with("proposal.json", failing());
    for text in [
        "",
        "[",
        "waivers: []\n",
        "schema: waivers/2\nwaivers: []\n",
        "schema: waivers/1\n",
    ] {
        folder.write("carnet-waivers.yaml", text);
        let (code, report) = check(&folder, &[]);
        assert_eq!(code, 2, "{text}");
        assert_eq!(problems(&report)[0].0, "broken-waivers", "{text}");
        assert_eq!(findings(&report).len(), 1, "{text}");
    }
}

/// The YAML of these tests as a JSON value, for the schema.
fn as_json(text: &str) -> Value {
    let mut entry = serde_json::Map::new();
    for line in text.lines().skip(2) {
        let (key, value) = line
            .trim_start_matches([' ', '-'])
            .split_once(": ")
            .unwrap();
        let value = match value.trim_matches('"') {
            "true" => Value::Bool(true),
            text => Value::from(text),
        };
        entry.insert(key.to_owned(), value);
    }
    serde_json::json!({"schema": "waivers/1", "waivers": [entry]})
}

#[test]
fn new_waiver_asks_for_what_is_not_clear() {
    let folder = Folder::with("proposal.json", failing());
    let new = |more: &[&str]| {
        let all = [
            "new",
            "waiver",
            "proposal.json",
            "--owner",
            "A",
            "--reason",
            "b",
            "--as-of",
            "2026-11-22",
        ];
        folder.run(&[&all, more].concat())
    };
    new(&["--rule", RULE, "--expires", "2027-01-01"])
        .refuses(&["is a prohibition", "--accept-prohibition"]);
    new(&["--rule", RULE, "--expires", "2026-11-21"]).refuses(&["before the day of the check"]);
    new(&["--rule", RULE, "--expires", "tomorrow"])
        .refuses(&["`--expires tomorrow` is not a date"]);
    new(&["--rule", "no-such-rule", "--expires", "2027-01-01"]).refuses(&["no such finding", RULE]);
    assert!(!folder.0.join("carnet-waivers.yaml").exists());
    // Added to what is there, whose remarks stay.
    folder.write("carnet-waivers.yaml", format!("# ours\n{}", waiver(&[])));
    let made = new(&["--rule", "register-not-checked", "--expires", "2027-01-01"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let text = std::fs::read_to_string(folder.0.join("carnet-waivers.yaml")).unwrap();
    assert!(text.starts_with("# ours\nschema"), "{text}");
    let (_, report) = check(&folder, &[]);
    assert_eq!(
        (report["summary"]["waived"].as_u64(), problems(&report)),
        (Some(2), vec![])
    );
    // A file that ends otherwise is left as it is, and the entry shown.
    folder.write("carnet-waivers.yaml", "waivers: []\nschema: waivers/1\n");
    let made = new(&["--rule", "register-not-checked", "--expires", "2027-01-01"]);
    assert_eq!(made.code, 2);
    made.complains(&["add this to its `waivers` by hand"])
        .says(&["- rule: register-not-checked"]);
}

// ---------------------------------------------------------------- baseline

#[test]
fn only_what_is_new_counts_beside_a_baseline() {
    let folder = Folder::with("proposal.json", failing());
    for format in ["json", "ndjson"] {
        let made = format!("{format}=old.json");
        assert_eq!(
            folder
                .check(&[&SG[..], &["proposal.json", "--report", &made]].concat())
                .code,
            1
        );
        let (code, report) = check(&folder, &["proposal.json", "--baseline", "old.json"]);
        assert_eq!(code, 0, "{format}");
        assert_eq!(findings(&report)[0]["known"], true);
        assert_eq!(report["proposals"][0]["overall"], "not_permitted");
        assert_eq!(report["baseline"]["gone"], Value::Array(vec![]));
        assert_eq!(report["baseline"]["remaining"], report["summary"]["known"]);
        // Lines and the name of the file do not matter.
        folder.write("moved.json", format!("\n\n\n{}", failing()));
        let (code, _) = check(&folder, &["moved.json", "--baseline", "old.json"]);
        assert_eq!(code, 0);
        // A second mistake is new.
        folder.write(
            "worse.json",
            failing().replace("\"start_date\": \"2026-12-01\"", "\"start_date\": \"soon\""),
        );
        let (code, report) = check(&folder, &["worse.json", "--baseline", "old.json"]);
        assert_eq!(code, 1);
        let proposals = &report["proposals"][0]["findings"];
        let new = proposals
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["known"] == false);
        assert!(
            new.into_iter().any(|f| f["rule"] == "wrong-date"),
            "{proposals}"
        );
        // What was mended is gone, and said.
        folder.write("mended.json", MINIMAL);
        let (code, report) = check(&folder, &["mended.json", "--baseline", "old.json"]);
        assert_eq!(code, 0);
        assert_eq!(report["baseline"]["gone"][0]["rule"], RULE);
        let human = folder.check(&[&SG[..], &["mended.json", "--baseline", "old.json"]].concat());
        human.says(&["1 finding of old.json gone:", "TP-2026-014[", "Baseline: "]);
    }
}

#[test]
fn a_baseline_does_not_outlive_a_waiver_and_says_what_it_did_not_look_at() {
    let folder = with_waiver(&[("expires", "2026-11-30")]);
    folder.check(&[&SG[..], &["proposal.json", "--report", "json=old.json"]].concat());
    let later = [
        "--as-of",
        "2026-12-01",
        "proposal.json",
        "--baseline",
        "old.json",
    ];
    let ran = folder.run(&[&["check"], &SG[..], &later].concat());
    assert_eq!(ran.code, 1, "waived then, and it has ended: {}", ran.out);
    // Another proposal, another rule.
    folder.check(
        &[
            &SG[..],
            &["--no-waivers", "proposal.json", "--report", "json=old.json"],
        ]
        .concat(),
    );
    folder.write("other.json", MINIMAL.replace("TP-2026-014", "TP-1"));
    let (_, report) = check(
        &folder,
        &["--no-waivers", "other.json", "--baseline", "old.json"],
    );
    assert_eq!(report["baseline"]["gone"], Value::Array(vec![]));
    assert!(report["baseline"]["not_looked_at"].as_u64().unwrap() > 0);
    let (_, report) = check(
        &folder,
        &[
            "--no-waivers",
            "proposal.json",
            "--select",
            "register-not-checked",
            "--baseline",
            "old.json",
        ],
    );
    assert_eq!(report["baseline"]["gone"], Value::Array(vec![]), "{report}");
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    let folder = Folder::with("proposal.json", failing());
    for (text, reason) in [
        ("", "it is empty"),
        ("{", "it is not a JSON report"),
        ("{}", "it is not a JSON report of carnet"),
        (MINIMAL, "it is not a JSON report of carnet"),
        (r#"{"tool": {"name": "carnet"}, "version": 2}"#, "version 2"),
    ] {
        folder.write("old.txt", text);
        folder
            .check(&["--baseline", "old.txt", "proposal.json"])
            .refuses(&["the baseline `old.txt` cannot be used", reason]);
    }
    folder
        .check(&["--baseline", "no.json", "proposal.json"])
        .refuses(&["there is no such file"]);
    // The report of this run does not take its place.
    folder.check(&[&SG[..], &["proposal.json", "--report", "json=old.json"]].concat());
    let ran = folder.check(&[
        "proposal.json",
        "--baseline",
        "old.json",
        "--report",
        "json=old.json",
    ]);
    assert_eq!(ran.code, 2);
    ran.complains(&["this run has read that file"]);
}

// ---------------------------------------------------------------- carnet.toml

#[test]
fn the_configuration_asks_and_weighs_and_flags_stand_over_it() {
    let folder = Folder::with("proposal.json", failing());
    folder.write(
        "carnet.toml",
        format!("pack = [\"sg-pdpa\"]\n[severity]\n{RULE} = \"warning\"\n"),
    );
    let (code, report) = folder.json(&[]);
    assert_eq!(report["packs"].as_array().unwrap().len(), 1);
    assert_eq!(findings(&report)[0]["severity"], "warning");
    assert_eq!(
        report["proposals"][0]["overall"], "not_permitted",
        "no verdict changes"
    );
    assert_eq!(code, 0);
    assert_eq!(folder.json(&["--fail-on", "warning"]).0, 1);
    let (_, report) = folder.json(&["--pack", "us-dsp"]);
    assert_eq!(report["packs"][0]["id"], "us-dsp");
    folder.write("carnet.toml", "fail-on = \"never\"\npack = [\"sg-pdpa\"]\n");
    assert_eq!(folder.json(&[]).0, 0);
    assert_eq!(folder.json(&["--fail-on", "error"]).0, 1);
    let inputs = &folder.json(&[]).1["inputs"];
    let paths: Vec<&str> = inputs
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["carnet.toml", "proposal.json"]);
}

#[test]
fn paths_are_asked_otherwise() {
    let folder = Folder::with("a/proposal.json", failing());
    folder.write("b/proposal.json", failing().replace("TP-2026-014", "TP-B"));
    folder.write(
        "carnet.toml",
        format!("pack = [\"sg-pdpa\"]\n[[paths]]\nmatch = [\"b/**\"]\nseverity = {{ {RULE} = \"info\" }}\n[[paths]]\nmatch = \"a/*\"\npack = [\"us-dsp\"]\n"),
    );
    let (code, report) = folder.json(&[]);
    assert_eq!(code, 4, "no law that was asked covers a");
    let asked = |index: usize| {
        let verdicts = report["proposals"][index]["verdicts"].as_array().unwrap();
        verdicts
            .iter()
            .map(|v| v["pack"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (asked(0), asked(1)),
        (vec!["us-dsp".to_owned()], vec!["sg-pdpa".to_owned()])
    );
    let found = findings(&report);
    assert_eq!(
        (found.len(), &found[0]["severity"]),
        (1, &Value::from("info"))
    );
    assert_eq!(report["asked"], "Not every file was asked the same.");
}

#[test]
fn what_is_wrong_in_the_configuration_is_placed() {
    for (text, message, line) in [
        ("pak = [\"sg-pdpa\"]\n", "did you mean `pack`?", 1),
        ("\npack = [\"sg-pdpaa\"]\n", "did you mean `sg-pdpa`?", 2),
        (
            "[severity]\nregister-not-cheked = \"info\"\n",
            "did you mean `register-not-checked`?",
            2,
        ),
        (
            "[severity]\nregister-not-checked = \"low\"\n",
            "one of `error`, `warning` or `info`",
            2,
        ),
        (
            "as-of = \"2026-01-01\"\n",
            "write `--as-of` on the command line",
            1,
        ),
        ("fail_on = \"error\"\n", "did you mean `fail-on`?", 1),
        ("strict = \"yes\"\n", "`true` or `false`", 1),
        ("[[paths]]\npack = [\"sg-pdpa\"]\n", "`match` is missing", 1),
        ("[[paths]]\nmatch = \"a{\"\n", "this is not a pattern", 2),
        ("pack = [\n", "", 1),
        ("max-findings = -1\n", "a whole number", 1),
    ] {
        let folder = Folder::with("proposal.json", MINIMAL);
        folder.write("carnet.toml", text);
        let (code, report) = folder.json(&[]);
        assert_eq!(code, 2, "{text}");
        let told = problems(&report);
        assert_eq!(
            (told.len(), told[0].0),
            (1, "broken-configuration"),
            "{text}{told:?}"
        );
        assert!(
            told[0].1.abs_diff(line) <= u64::from(message.is_empty()),
            "{text}{told:?}"
        );
        let problem = &report["problems"][0];
        let said = format!("{} {}", problem["message"], problem["help"]);
        assert!(said.contains(message), "{text}{said}");
        assert_eq!(report["summary"]["proposals"], 1, "the rest goes on");
    }
}

#[test]
fn rules_and_parameters_come_from_the_configuration_too() {
    let folder = Folder::with("deep/proposal.json", MINIMAL);
    let made = folder.run(&[
        "new",
        "rule",
        "no-review-date",
        "--dir",
        "ours",
        "--as-of",
        "2026-11-22",
    ]);
    assert_eq!(made.code, 0, "{}", made.err);
    folder.write(
        "carnet.toml",
        "rules = [\"ours\"]\n[set.global-cbpr]\nedition = \"2024\"\n",
    );
    let ran = Ran::of(folder.command().current_dir(folder.0.join("deep")).args([
        "check",
        "--as-of",
        "2026-11-22",
        "--format",
        "json",
    ]));
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let packs = report["packs"].as_array().unwrap();
    assert!(
        packs.iter().any(|pack| pack["id"] == "house"),
        "{}",
        report["packs"]
    );
    folder.write("carnet.toml", "[set.global-cbpr]\nedition = \"1999\"\n");
    assert_eq!(folder.check(&[]).code, 2);
    folder
        .check(&["--config", "no.toml"])
        .refuses(&["the configuration `no.toml` cannot be read"]);
}

// ---------------------------------------------------------------- what the documents say

/// The blocks of a kind in a page.
fn blocks<'a>(page: &'a str, kind: &str) -> Vec<&'a str> {
    let mut blocks = Vec::new();
    for rest in page.split(&format!("```{kind}\n")).skip(1) {
        blocks.push(rest.split("```").next().unwrap());
    }
    blocks
}

#[test]
fn the_page_of_waivers_works_as_written() {
    let page = include_str!("../docs/waivers.md");
    let folder = Folder::with("proposal.json", failing());
    folder.write("proposals/one.json", MINIMAL);
    let files = blocks(page, "yaml");
    assert_eq!(files.len(), 1);
    folder.write("carnet-waivers.yaml", files[0]);
    let (_, report) = check(&folder, &["proposal.json"]);
    assert_eq!(
        (report["summary"]["waived"].as_u64(), problems(&report)),
        (Some(1), vec![])
    );
    std::fs::remove_file(folder.0.join("carnet-waivers.yaml")).unwrap();
    let mut ran = 0;
    for line in blocks(page, "sh").iter().flat_map(|block| block.lines()) {
        let line = line.strip_prefix("carnet ").unwrap();
        // Words, of which some are in double quotes.
        let words: Vec<String> = line
            .split('"')
            .enumerate()
            .flat_map(|(index, part)| match index % 2 {
                0 => part.split_whitespace().map(str::to_owned).collect(),
                _ => vec![part.to_owned()],
            })
            .collect();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.extend(["--as-of", "2026-11-22"]);
        let done = folder.run(&words);
        assert_eq!(done.code, 0, "{line}: {}{}", done.out, done.err);
        ran += 1;
    }
    assert_eq!(ran, 3);
    // Every remark has its row.
    for code in [
        "waiver-expired",
        "waiver-value-changed",
        "waiver-of-prohibition",
        "waiver-unused",
        "waiver-expires-soon",
        "waiver-not-looked-at",
        "waiver-of-former-rule",
        "broken-waivers",
    ] {
        assert!(page.contains(&format!("| `{code}` |")), "{code}");
    }
}

#[test]
fn the_page_of_the_configuration_works_as_written() {
    let page = include_str!("../docs/configuration.md");
    let files = blocks(page, "toml");
    assert_eq!(files.len(), 1);
    let folder = Folder::with("carnet.toml", files[0]);
    folder.write(
        "exceptions/carnet-waivers.yaml",
        "schema: waivers/1\nwaivers: []\n",
    );
    folder.run(&[
        "new",
        "rule",
        "no-review-date",
        "--dir",
        "rules",
        "--as-of",
        "2026-11-22",
    ]);
    folder.write("research/proposal.json", MINIMAL);
    folder.write("proposal.json", MINIMAL.replace("TP-2026-014", "TP-1"));
    let (_, report) = folder.json(&[]);
    assert_eq!(problems(&report), [], "{report}");
    let packs = |index: usize| {
        report["proposals"][index]["verdicts"]
            .as_array()
            .unwrap()
            .len()
    };
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let folders = std::fs::read_dir(root)
        .unwrap()
        .map(|it| it.unwrap().path());
    let shipped = folders.filter(|it| it.join("pack.yaml").is_file()).count();
    assert_eq!(
        (packs(0), packs(1)),
        (shipped + 1, 2),
        "proposal.json, and what is under research"
    );
    for key in [
        "rules",
        "set",
        "pack",
        "severity",
        "fail-on",
        "waivers",
        "baseline",
        "max-findings",
        "paths",
    ] {
        assert!(page.contains(&format!("`{key}`")), "{key}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn every_report_says_the_code_of_the_run() {
    let folder = Folder::with("proposal.json", MINIMAL);
    let whole = "json=whole.json";
    for broken in [
        "sarif=no/such/folder.sarif",
        "sarif=proposal.json/x",
        "html=/dev/full",
    ] {
        let _ = std::fs::remove_file(folder.0.join("whole.json"));
        let (code, report) = folder.json(&["proposal.json", "--report", whole, "--report", broken]);
        assert_eq!(code, 2, "{broken}");
        assert_eq!(report["summary"]["exit_code"], 2);
        let kept = std::fs::read_to_string(folder.0.join("whole.json")).unwrap();
        let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
        assert_eq!(kept["summary"]["exit_code"], 2, "{broken}");
        let ran = folder.check(&["proposal.json", "--report", broken]);
        ran.complains(&["cannot be written: "]);
        assert!(!ran.err.contains("os error"), "{}", ran.err);
        let left = std::fs::read_dir(&folder.0).unwrap();
        assert!(
            left.flatten()
                .all(|e| !e.file_name().to_string_lossy().ends_with(".part"))
        );
    }
}

/// The files that the pages show work together as they stand there.
#[test]
fn the_files_of_the_pages_work() {
    let block = |path: &str, language: &str| {
        let text = std::fs::read_to_string(path).unwrap();
        let start = format!("\n```{language}\n");
        let after = text.split(&start).nth(1).expect(path);
        format!("{}\n", after.split("\n```").next().unwrap())
    };
    let folder = Folder::with("research/plain.json", MINIMAL);
    folder.write("shop/plain.json", MINIMAL);
    folder.write("carnet.toml", block("docs/configuration.md", "toml"));
    folder.write(
        "exceptions/carnet-waivers.yaml",
        block("docs/waivers.md", "yaml"),
    );
    for name in ["pack.yaml", "spot-checks-too-old.yaml"] {
        let path = format!("examples/house-rules/house/{name}");
        folder.write(
            &format!("rules/house/{name}"),
            std::fs::read_to_string(path).unwrap(),
        );
    }
    let (_, report) = folder.json(&["."]);
    assert_eq!(report["problems"], serde_json::json!([]));
    let named = |path: &str| {
        let proposals = report["proposals"].as_array().unwrap();
        proposals.iter().find(|it| it["path"] == path).unwrap()
    };
    let finding = |path: &str| {
        let findings = named(path)["findings"].as_array().unwrap();
        findings
            .iter()
            .find(|it| it["rule"] == "register-not-checked")
    };
    // Singapore is not asked of research, and the waiver counts elsewhere.
    assert_eq!(finding("research/plain.json"), None);
    let waived = finding("shop/plain.json").unwrap();
    assert_eq!(waived["waiver"]["owner"], "Data protection officer");
    assert_eq!(waived["severity"], "warning");
}
