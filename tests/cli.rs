//! The program as its users see it: exit codes, streams, flags, paths, and the answers that the
//! project promises. The environment of every run is empty but for what a test sets.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; tests write files and run the program, and a test that panics has failed"
)]

mod folder;

use folder::{FORMATS, Folder, MINIMAL, Ran};
use serde_json::Value;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

const FULL: &str = include_str!("data/full.json");
const PROFILE: &str = include_str!("data/northlight.profile.json");

fn controller() -> String {
    MINIMAL.replace("\"role\": \"processor\"", "\"role\": \"controller\"")
}

fn without_end() -> String {
    MINIMAL.replace(", \"valid_until\": \"2027-03-31\"", "")
}

fn german() -> String {
    MINIMAL.replacen("\"country\": \"SG\"", "\"country\": \"DE\"", 1)
}

/// A proposal on one line.
fn line(id: &str) -> String {
    let value: Value = serde_json::from_str(&MINIMAL.replace("TP-2026-014", id)).unwrap();
    value.to_string()
}

fn finding<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let proposals = report["proposals"].as_array().unwrap();
    let mut findings = proposals
        .iter()
        .flat_map(|proposal| proposal["findings"].as_array().unwrap());
    findings
        .find(|finding| finding["rule"] == rule)
        .unwrap_or_else(|| panic!("no {rule} in {report}"))
}

fn ids(report: &Value) -> Vec<&str> {
    let proposals = report["proposals"].as_array().unwrap();
    let ids = proposals.iter().map(|proposal| proposal["id"].as_str());
    ids.map(Option::unwrap_or_default).collect()
}

// ---------------------------------------------------------------- what it must show

const SG: [&str; 2] = ["--pack", "sg-pdpa"];

#[test]
fn the_sound_transfer_is_permitted_through_a_door_until_a_day() {
    let folder = Folder::minimal();
    let arguments = ["minimal.json", SG[0], SG[1]];
    assert_eq!(folder.code(&arguments), 0);
    let ran = folder.check(&arguments);
    ran.says(&[
        "TP-2026-014  Support tickets to US help-desk provider",
        "Merlion Shop Pte. Ltd. (Singapore, controller) → TicketDesk, Inc. (United States, processor)",
        "Singapore, PDPA s. 26   PERMITTED from 2026-12-01 to 2027-03-31 (the certificate ends)",
        "because   certification, reg. 12: `global_prp` granted in US (United States)",
        "importer is a",
        "`processor`  minimal.json:15:19",
        "assumed   the certificate is not suspended or withdrawn (`status` not stated)",
        "to do",
        "1 proposal: permitted. 0 errors, 0 warnings",
        "Only sg-pdpa was asked.",
        "legal advice.",
    ]);
    let (_, report) = folder.json(&arguments);
    let proposal = &report["proposals"][0];
    assert_eq!(proposal["overall"], "permitted");
    let verdict = &proposal["verdicts"][0];
    assert_eq!(verdict["pack"], "sg-pdpa");
    assert_eq!(verdict["verdict"], "permitted");
    assert_eq!(verdict["holds_until"], "2027-03-31");
    assert_eq!(verdict["law_dates"], serde_json::json!(["2026-12-01"]));
    assert_eq!(
        verdict["assumptions"][0]["field"],
        "importer.certifications[0].status"
    );
    assert_eq!(verdict["assumptions"][0]["value"], "active");
}

#[test]
fn with_a_controller_the_certificate_does_not_serve_and_the_snippet_shows_both() {
    let folder = Folder::with("controller.json", controller());
    let arguments = ["controller.json", SG[0], SG[1]];
    assert_eq!(folder.code(&arguments), 1);
    let ran = folder.check(&arguments);
    ran.says(&[
        "NOT PERMITTED as described (from 2026-12-01)",
        "error[transfer-without-comparable-protection]: a Global PRP certificate does not cover a recipient",
        "╭─[controller.json:15:19]",
        "13 │     \"role\": \"controller\",",
        "15 │       { \"scheme\": \"global_prp\"",
        "ways to permit it",
        "help: ",
        "source: ",
        "1 proposal: not permitted. 1 error",
    ]);
    let (_, report) = folder.json(&arguments);
    let found = finding(&report, "transfer-without-comparable-protection");
    assert_eq!(
        found["location"]["pointer"],
        "/importer/certifications/0/scheme"
    );
    let related: Vec<&Value> = found["related"].as_array().unwrap().iter().collect();
    assert!(
        related
            .iter()
            .any(|label| label["location"]["pointer"] == "/importer/role"),
        "{related:?}"
    );
    let relied: Vec<&str> = found["ways"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|way| way["state"] != "not_relied_on")
        .filter_map(|way| way["title"].as_str())
        .collect();
    assert_eq!(relied, ["certification, reg. 12"]);
}

#[test]
fn before_the_amendment_the_scheme_was_not_recognised() {
    let folder = Folder::with("early.json", MINIMAL.replace("2026-12-01", "2026-02-01"));
    let arguments = ["early.json", SG[0], SG[1]];
    assert_eq!(folder.code(&arguments), 1);
    let ran = folder.check(&arguments);
    ran.says(&[
        "NOT PERMITTED as described",
        "certificate was not accepted on",
        "2026-02-01; the Global schemes are since 2026-03-02",
    ]);
    let (_, report) = folder.json(&arguments);
    assert_eq!(report["proposals"][0]["overall"], "not_permitted");
}

#[test]
fn without_an_end_the_answer_is_open_and_names_the_fact() {
    let folder = Folder::with("open.json", without_end());
    let arguments = ["open.json", SG[0], SG[1]];
    assert_eq!(folder.code(&arguments), 4);
    folder.check(&arguments).says(&[
        "Singapore, PDPA s. 26   UNDETERMINED",
        "`valid_until` would go here",
        "missing   `importer.certifications[0].valid_until`",
    ]);
    let (_, report) = folder.json(&arguments);
    let found = finding(&report, "transfer-without-comparable-protection");
    assert_eq!(found["outcome"], "undetermined");
    let missing: Vec<&str> = found["missing"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(missing, ["importer.certifications[0].valid_until"]);
}

#[test]
fn the_full_example_is_accepted_and_its_short_certificate_found_at_its_place() {
    let folder = Folder::with("full.json", FULL);
    folder.write("northlight.profile.json", PROFILE);
    let (_, report) = folder.json(&["full.json"]);
    assert_eq!(report["problems"], serde_json::json!([]));
    let findings = report["proposals"][0]["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| finding["pack"] != "schema"));
    let found = finding(&report, "certificate-ends-during-transfer");
    let location = &found["location"];
    assert_eq!(
        location["pointer"],
        "/exporter/certifications/0/valid_until"
    );
    assert_eq!(
        (&location["line"], &location["column"]),
        (&23.into(), &72.into())
    );
    let second = found["related"].as_array().unwrap();
    let start = second
        .iter()
        .find(|label| label["location"]["pointer"] == "/start_date")
        .unwrap();
    assert_eq!(start["message"], "the transfer begins");
    folder.check(&["full.json"]).says(&[
        "╭─[full.json:23:72]",
        "ends before the transfer does",
        "7 │   \"start_date\": \"2027-01-15\",",
        "the transfer begins",
    ]);
}

#[test]
fn a_country_without_a_pack_is_not_covered_and_never_clean() {
    let folder = Folder::with("german.json", german());
    assert_eq!(folder.code(&["german.json"]), 4);
    folder.check(&["german.json"]).says(&[
        "NOT COVERED",
        "undetermined[no-law-pack]",
        "1 proposal: not covered.",
    ]);
    for flags in [
        &["--pack", "sg-pdpa"][..],
        &["--pack", "us-dsp"],
        &["--strict"],
        &["--ignore", "register-not-checked"],
    ] {
        let arguments = [&["german.json"], flags].concat();
        assert_ne!(folder.code(&arguments), 0, "{flags:?}");
        let (_, report) = folder.json(&arguments);
        assert_eq!(
            report["proposals"][0]["overall"], "not_covered",
            "{flags:?}"
        );
    }
}

/// `all` asks the laws of other countries about a German exporter; their answers are not the law's that governs,
/// though what they find fails the run.
#[test]
fn a_law_that_was_asked_though_it_does_not_apply_permits_nothing() {
    let folder = Folder::with("german.json", german());
    let (code, report) = folder.json(&["german.json", "--pack", "all"]);
    assert_eq!(report["proposals"][0]["overall"], "not_covered");
    assert_eq!(code, 1);
    let (code, _) = folder.json(&["german.json"]);
    assert_eq!(code, 4);
}

#[test]
fn programmes_alone_are_no_law() {
    let folder = Folder::minimal();
    let (_, report) = folder.json(&["minimal.json", "--pack", "global-prp"]);
    assert_eq!(report["proposals"][0]["overall"], "not_covered");
    let found = finding(&report, "no-law-pack");
    assert!(found["help"].to_string().contains("Singapore"), "{found}");
}

#[test]
fn no_mistake_of_the_list_ends_in_a_clean_pass() {
    let mistakes = [
        ("a misspelt field", "\"start_date\"", "\"start_dat\""),
        ("a wrong-case word", "\"prp\"", "\"PRP\""),
        (
            "a duplicate key",
            "\"start_date\"",
            "\"start_date\": \"2026-12-01\", \"start_date\"",
        ),
        ("a number in quotes", "42000", "\"42000\""),
        ("a null", "\"2026-12-01\"", "null"),
        (
            "an empty list",
            "[\"essential.service.operations.support\"]\n",
            "[]\n",
        ),
        ("a missing fact", ", \"valid_until\": \"2027-03-31\"", ""),
    ];
    for (name, from, to) in mistakes {
        let text = MINIMAL.replacen(from, to, 1);
        assert_ne!(text, MINIMAL, "{name}");
        let folder = Folder::with("p.json", text);
        let expected = if name == "a missing fact" { 4 } else { 1 };
        assert_eq!(folder.code(&["p.json", SG[0], SG[1]]), expected, "{name}");
        assert_eq!(folder.code(&["p.json"]), expected, "{name}");
    }
}

/// The gate itself is open: nobody knows whether Singapore's law applies.
#[test]
fn an_unknown_exporter_country_is_no_clean_pass() {
    let text = MINIMAL.replacen("\"country\": \"SG\"", "\"country\": \"unknown\"", 1);
    let folder = Folder::with("p.json", text);
    let (_, report) = folder.json(&["p.json"]);
    assert_eq!(report["proposals"][0]["overall"], "undetermined");
    assert!(
        report["proposals"][0]["findings"]
            .to_string()
            .contains("exporter.country")
    );
    assert_eq!(folder.code(&["p.json"]), 4);
}

// ---------------------------------------------------------------- exit codes

#[test]
fn each_exit_code_is_the_same_in_every_format() {
    let folder = Folder::minimal();
    folder
        .write("controller.json", controller())
        .write("open.json", without_end())
        .write("broken.json", "{")
        .write("empty/readme.txt", "nothing here");
    assert_eq!(folder.code(&["minimal.json", SG[0], SG[1]]), 0);
    assert_eq!(folder.code(&["controller.json", SG[0], SG[1]]), 1);
    assert_eq!(folder.code(&["broken.json"]), 2);
    assert_eq!(folder.code(&["empty"]), 3);
    assert_eq!(folder.code(&["open.json", SG[0], SG[1]]), 4);
    // The first that is true, in the order of the page: 2, 1, 3, 4, 0.
    assert_eq!(
        folder.code(&["controller.json", "broken.json", "open.json"]),
        2
    );
    assert_eq!(folder.code(&["controller.json", "open.json", "empty"]), 1);
    assert_eq!(folder.code(&["minimal.json", "open.json", SG[0], SG[1]]), 4);
}

#[test]
fn fail_on_moves_the_line_and_never_the_verdict() {
    let folder = Folder::with("full.json", FULL);
    folder
        .write("northlight.profile.json", PROFILE)
        .write("controller.json", controller());
    // Two warnings and no error in the programme's own view.
    let warned = [
        "full.json",
        "--pack",
        "global-cbpr",
        "--undetermined",
        "allow",
    ];
    let with = |severity: &str| folder.code(&[&warned[..], &["--fail-on", severity]].concat());
    assert_eq!(with("error"), 0);
    assert_eq!(with("warning"), 1);
    assert_eq!(with("info"), 1);
    assert_eq!(with("never"), 0);
    let (code, report) = folder.json(&["controller.json", SG[0], SG[1], "--fail-on", "never"]);
    assert_eq!(code, 0);
    assert_eq!(report["proposals"][0]["overall"], "not_permitted");
    // What cannot be done is still said.
    folder.write("broken.json", "[");
    assert_eq!(folder.code(&["broken.json", "--fail-on", "never"]), 2);
}

#[test]
fn undetermined_and_exit_zero() {
    let folder = Folder::with("open.json", without_end());
    folder.write("controller.json", controller());
    let open = ["open.json", SG[0], SG[1]];
    let with = |flags: &[&str]| folder.code(&[&open[..], flags].concat());
    assert_eq!(with(&[]), 4);
    assert_eq!(with(&["--undetermined", "fail"]), 4);
    assert_eq!(with(&["--undetermined", "warn"]), 0);
    assert_eq!(with(&["--undetermined", "allow"]), 0);
    assert_eq!(with(&["--exit-zero"]), 0);
    assert_eq!(with(&["--fail-on", "never"]), 0);
    let (_, report) = folder.json(&[&open[..], &["--undetermined", "allow"]].concat());
    assert_eq!(report["proposals"][0]["overall"], "undetermined");
    // 1 becomes 0; 2 and 3 do not.
    assert_eq!(folder.code(&["controller.json", "--exit-zero"]), 0);
    assert_eq!(folder.code(&["no.json", "--exit-zero"]), 2);
    folder.write("empty/x.txt", "");
    assert_eq!(folder.code(&["empty", "--exit-zero"]), 3);
}

#[test]
fn strict_makes_no_assumptions() {
    let folder = Folder::minimal();
    let arguments = ["minimal.json", SG[0], SG[1], "--strict"];
    assert_eq!(folder.code(&arguments), 4);
    let (_, report) = folder.json(&arguments);
    assert_eq!(
        report["proposals"][0]["verdicts"][0]["assumptions"],
        serde_json::json!([])
    );
    let found = finding(&report, "transfer-without-comparable-protection");
    assert_eq!(found["missing"][0], "importer.certifications[0].status");
}

#[test]
fn nothing_checked_is_never_success() {
    let folder = Folder::minimal();
    folder
        .write("empty/x.txt", "")
        .write("other/package.json", "{\"name\": 1}");
    assert_eq!(folder.code(&["empty"]), 3);
    folder
        .check(&["empty"])
        .says(&["0 proposals: nothing was checked."]);
    assert_eq!(folder.code(&["other"]), 3);
    folder.check(&["other"]).says(&[
        "0 proposals: nothing was checked.",
        "1 other JSON file skipped",
    ]);
    let all = "register-not-checked,transfer-without-comparable-protection,contract-lacks-recommended-clauses";
    let arguments = ["minimal.json", SG[0], SG[1], "--ignore", all];
    assert_eq!(folder.code(&arguments), 3);
    folder
        .check(&arguments)
        .complains(&["no rule was selected, so nothing was checked"]);
}

// ---------------------------------------------------------------- flags

#[test]
fn a_date_that_is_none_is_refused() {
    let folder = Folder::minimal();
    for date in [
        "2026-02-30",
        "tomorrow",
        "22.11.2026",
        "20261122",
        "",
        "2026-11-22T00:00",
    ] {
        folder
            .run(&["check", "minimal.json", "--as-of", date])
            .refuses(&["is not a date", "write it as 2026-11-22"]);
    }
}

#[test]
fn the_date_is_today_if_not_said_and_always_printed() {
    let folder = Folder::minimal();
    let ran = folder.run(&["check", "minimal.json", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let day = |seconds: u64| {
        jiff::civil::date(1970, 1, 1)
            .checked_add(jiff::Span::new().days(i64::try_from(seconds / 86_400).unwrap()))
            .unwrap()
            .to_string()
    };
    // A run across midnight may show either.
    let days = [day(seconds - 60), day(seconds)];
    assert!(days.contains(&report["as_of"].as_str().unwrap().to_owned()));
    folder.check(&["minimal.json"]).says(&["As of 2026-11-22."]);
}

#[test]
fn leaving_out_rules_makes_the_row_partial_and_never_permitted() {
    let folder = Folder::minimal();
    for flags in [
        ["--select", "transfer-without-comparable-protection"],
        ["--ignore", "register-not-checked"],
        ["--select", "register-not-checked"],
    ] {
        let arguments = ["minimal.json", SG[0], SG[1], flags[0], flags[1]];
        let (_, report) = folder.json(&arguments);
        assert_eq!(report["packs"][0]["partial"], true, "{flags:?}");
        let verdict = &report["proposals"][0]["verdicts"][0];
        assert_eq!(verdict["partial"], true, "{flags:?}");
        assert_ne!(verdict["verdict"], "permitted", "{flags:?}");
        assert_ne!(report["proposals"][0]["overall"], "permitted", "{flags:?}");
        let ran = folder.check(&arguments);
        ran.says(&["partial"]);
        assert!(!ran.out.contains("PERMITTED"), "{}", ran.out);
    }
    // A rule that fails is still a failure, partial or not.
    folder.write("controller.json", controller());
    let arguments = [
        "controller.json",
        SG[0],
        SG[1],
        "--ignore",
        "register-not-checked",
    ];
    assert_eq!(folder.code(&arguments), 1);
}

#[test]
fn unknown_names_are_refused_with_the_nearest_known() {
    let folder = Folder::minimal();
    folder
        .check(&["minimal.json", "--pack", "sg-pdp"])
        .refuses(&["there is no pack `sg-pdp`", "did you mean `sg-pdpa`?"]);
    folder
        .check(&["minimal.json", "--pack", "zzz"])
        .refuses(&["there is no pack `zzz`", "the packs: `global-cbpr`"]);
    for flag in ["--select", "--ignore"] {
        folder
            .check(&["minimal.json", flag, "register-not-cheked"])
            .refuses(&[
                "there is no rule `register-not-cheked`",
                "did you mean `register-not-checked`?",
            ]);
        folder
            .check(&["minimal.json", flag, "zzz"])
            .refuses(&["there is no rule `zzz`", "`carnet rules list`"]);
    }
    folder
        .check(&["minimal.json", "--format", "xml"])
        .refuses(&["invalid value 'xml'", "human, short, json"]);
    folder
        .check(&["minimal.json", "--fail-on", "warn"])
        .refuses(&["invalid value 'warn'"]);
    folder
        .check(&["minimal.json", "--nope"])
        .refuses(&["--nope"]);
    folder.run(&["chek"]).refuses(&["chek", "check"]);
    folder.run(&[]).refuses(&["Usage: carnet [COMMAND]"]);
}

#[test]
fn packs_that_apply_but_were_not_asked_are_named() {
    let folder = Folder::minimal();
    let (_, named) = folder.json(&["minimal.json", SG[0], SG[1]]);
    assert_eq!(named["asked"], "Only sg-pdpa was asked.");
    let (_, two) = folder.json(&["minimal.json", "--pack", "sg-pdpa,us-dsp"]);
    assert_eq!(two["asked"], "Only sg-pdpa and us-dsp were asked.");
    let (_, report) = folder.json(&["minimal.json"]);
    assert_eq!(report["asked"], Value::Null);
}

#[test]
fn all_packs_are_asked_whether_they_apply_or_not() {
    let folder = Folder::minimal();
    let (_, some) = folder.json(&["minimal.json", "--outcomes"]);
    let (_, all) = folder.json(&["minimal.json", "--pack", "all", "--outcomes"]);
    let count = |report: &Value| report["proposals"][0]["outcomes"].as_array().unwrap().len();
    assert!(count(&all) > count(&some));
    let rules: u64 = folder
        .run(&["rules", "list"])
        .out
        .lines()
        .filter(|line| line.starts_with("  "))
        .count() as u64;
    assert_eq!(count(&all) as u64, rules);
}

#[test]
fn one_proposal_is_chosen_by_its_id() {
    let folder = Folder::with("list.ndjson", [line("A"), line("B"), line("C")].join("\n"));
    let (code, report) = folder.json(&["list.ndjson", SG[0], SG[1], "--id", "B"]);
    assert_eq!((code, ids(&report)), (0, vec!["B"]));
    assert_eq!(report["proposals"][0]["line"], 2);
    let (_, report) = folder.json(&["list.ndjson", "--id", "C,A"]);
    assert_eq!(ids(&report), ["A", "C"]);
    let ran = folder.check(&["list.ndjson", "--id", "Z"]);
    assert_eq!(ran.code, 2);
    ran.complains(&["no proposal has the id `Z`"]);
    assert_eq!(folder.code(&["list.ndjson", "--id", "B,Z"]), 2);
}

#[test]
fn quiet_and_verbose() {
    let folder = Folder::minimal();
    folder.write("controller.json", controller());
    let both = ["minimal.json", "controller.json", SG[0], SG[1]];
    let plain = folder.check(&both);
    plain.says(&["  PERMITTED", "NOT PERMITTED"]);
    let quiet = folder.check(&[&both[..], &["--quiet"]].concat());
    assert_eq!((quiet.code, quiet.err.as_str()), (1, ""));
    quiet.says(&["NOT PERMITTED", "2 proposals: 1 permitted, 1 not permitted"]);
    assert!(!quiet.out.contains("  PERMITTED"), "{}", quiet.out);
    let alone = folder.check(&["minimal.json", SG[0], SG[1], "-q"]);
    assert_eq!(alone.out.matches('\n').count(), 2, "{}", alone.out);
    let verbose = folder.check(&[&both[..], &["--verbose"]].concat());
    verbose.says(&["pass", "fail", "undetermined", "not applicable"]);
    assert!(verbose.out.len() > plain.out.len());
    folder
        .check(&[&both[..], &["-q", "-v"]].concat())
        .refuses(&["cannot be used with"]);
    // Without --quiet a machine's format has its summary on standard error.
    let short = folder.check(&[&both[..], &["--format", "short"]].concat());
    short.complains(&["2 proposals: 1 permitted, 1 not permitted"]);
    let short = folder.check(&[&both[..], &["--format", "short", "-q"]].concat());
    assert_eq!(short.err, "");
}

#[test]
fn max_findings_hides_nothing_in_silence() {
    let folder = Folder::with("full.json", FULL);
    folder.write("northlight.profile.json", PROFILE);
    let ran = folder.check(&["full.json", "--max-findings", "1"]);
    ran.says(&[
        "certificate-ends-during-transfer",
        "sensitive-data-without-safeguards",
    ]);
    assert_eq!(ran.code, folder.check(&["full.json"]).code);
    assert!(ran.out.len() < folder.check(&["full.json"]).out.len());
}

#[test]
fn colour_and_characters_follow_the_environment() {
    let folder = Folder::minimal();
    folder.write("controller.json", controller());
    let with = |name: &str, value: &str, flags: &[&str]| {
        let arguments = [
            &["check", "--as-of", "2026-11-22", "controller.json"],
            flags,
        ]
        .concat();
        Ran::of(folder.command().env(name, value).args(arguments)).out
    };
    let plain = folder.check(&["controller.json"]).out;
    assert!(!plain.contains('\u{1b}'));
    assert!(with("CLICOLOR_FORCE", "1", &[]).contains('\u{1b}'));
    assert!(!with("CLICOLOR_FORCE", "0", &[]).contains('\u{1b}'));
    assert!(!with("NO_COLOR", "1", &[]).contains('\u{1b}'));
    assert!(with("NO_COLOR", "1", &["--color", "always"]).contains('\u{1b}'));
    assert!(!with("CLICOLOR_FORCE", "1", &["--color", "never"]).contains('\u{1b}'));
    // For screen readers: no drawing.
    let narrated = with("NO_GRAPHICS", "1", &[]);
    assert!(!narrated.contains(['╭', '─', '│', '▲']), "{narrated}");
    assert!(
        narrated.contains("a Global PRP certificate does not cover"),
        "{narrated}"
    );
    // The width of a terminal that is not there changes nothing, and neither does a locale.
    for (name, value) in [
        ("COLUMNS", "40"),
        ("LANG", "C"),
        ("LC_ALL", "de_DE.UTF-8"),
        ("TZ", "Asia/Tokyo"),
    ] {
        assert_eq!(with(name, value, &[]), plain, "{name}");
    }
    let narrow = with("COLUMNS", "400", &["--width", "60"]);
    let long = |line: &&str| line.chars().count() > 60 && !line.contains("http");
    let too_wide: Vec<&str> = narrow.lines().filter(long).collect();
    assert_eq!(too_wide, Vec::<&str>::new());
}

#[test]
fn the_same_bytes_twice_and_from_any_order_of_paths() {
    let folder = Folder::with("full.json", FULL);
    folder
        .write("northlight.profile.json", PROFILE)
        .write("controller.json", controller())
        .write(
            "lines.ndjson",
            [line("A"), "{".to_owned(), line("C")].join("\n"),
        );
    for format in FORMATS {
        let run = || folder.check(&[".", "--format", format, "--verbose"]);
        let first = run();
        for _ in 0..3 {
            let again = run();
            assert_eq!((&again.out, &again.err), (&first.out, &first.err));
        }
    }
    // A neighbour changes nothing about a proposal.
    let (_, alone) = folder.json(&["controller.json"]);
    let (_, together) = folder.json(&["controller.json", "full.json", "lines.ndjson"]);
    assert_eq!(alone["proposals"][0], together["proposals"][0]);
    let (_, turned) = folder.json(&["lines.ndjson", "full.json", "controller.json"]);
    let sorted = |report: &Value| {
        let mut all: Vec<String> = report["proposals"]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string)
            .collect();
        all.sort();
        all
    };
    assert_eq!(sorted(&together), sorted(&turned));
}

// ---------------------------------------------------------------- rules and parameters

const PACK: &str = "id: house\ntitle: House rules\nkind: programme\nresearched_on: 2026-11-22\nparameters:\n  limit: {type: number, default: 50000, meaning: How many people.}\n";
const RULE: &str = r#"id: many-people
title: Many people
severity: error
effect: condition
source:
  - cite: Data policy 1
    certainty: verified
why: Many are many.
fix: Send the data of fewer people.
require:
  every: subjects
  as: group
  satisfies:
    field: group.count
    at_most: {parameter: limit}
message: there are too many people
examples:
  base: support-tickets
  cases:
    - pass: as it is
    - fail: too many
      set: {"subjects[0].count": 60000}
      at: subjects[0].count
    - undetermined: nobody counted
      set: {"subjects[0].count": unknown}
      missing: ["subjects[0].count"]
  impossible:
    not_applicable: it always applies
"#;

fn house() -> Folder {
    let folder = Folder::minimal();
    folder
        .write("rules/house/pack.yaml", PACK)
        .write("rules/house/many-people.yaml", RULE);
    folder
}

#[test]
fn own_rules_stand_beside_the_shipped_ones() {
    let folder = house();
    let arguments = ["minimal.json", "--rules", "rules"];
    assert_eq!(folder.code(&arguments), 0);
    let (_, report) = folder.json(&arguments);
    let packs = report["packs"].as_array().unwrap();
    let own = packs.iter().find(|pack| pack["id"] == "house").unwrap();
    assert_eq!(
        (&own["shipped"], &own["version"]),
        (&false.into(), &Value::Null)
    );
    folder
        .run(&["rules", "list", "--rules", "rules", "--pack", "house"])
        .says(&[
            "house (House rules), 1 rule, read on 2026-11-22",
            "many-people",
        ]);
    let tested = folder.run(&["rules", "test", "rules", "--verbose"]);
    assert_eq!(tested.code, 0, "{}{}", tested.out, tested.err);
    tested.says(&["3 passed, 0 failed"]);
}

#[test]
fn parameters_are_set_and_checked() {
    let folder = house();
    let with = |value: &str| folder.check(&["minimal.json", "--rules", "rules", "--set", value]);
    let failed = with("house.limit=100");
    assert_eq!(failed.code, 1, "{}{}", failed.out, failed.err);
    failed.says(&["error[many-people]: there are too many people"]);
    assert_eq!(with("house.limit=42000").code, 0);
    for (value, says) in [
        ("house.limit", "has no value"),
        ("house.limt=3", "no pack has a parameter `house.limt`"),
        ("hous.limit=3", "no pack has a parameter `hous.limit`"),
        ("house.limit=many", "many"),
    ] {
        let ran = with(value);
        assert_eq!(ran.code, 2, "{value}");
        ran.complains(&[says]);
    }
    with("house.limt=3").complains(&["house.limit"]);
}

#[test]
fn broken_rules_are_told_at_their_place_and_the_rest_is_checked() {
    let folder = house();
    let broken = RULE
        .replace("severity: error", "severity: terrible")
        .replace("field: group.count", "field: group.cuont");
    folder.write(
        "rules/house/broken-rule.yaml",
        broken.replace("many-people", "broken-rule"),
    );
    let arguments = ["minimal.json", "--rules", "rules", SG[0], SG[1]];
    assert_eq!(folder.code(&arguments), 2);
    let ran = folder.check(&arguments);
    ran.says(&["  PERMITTED"]).complains(&[
        "rules/house/broken-rule.yaml:3:11",
        "terrible",
        "rules/house/broken-rule.yaml:14:",
        "cuont",
        "count",
    ]);
    folder.write("rules/house/broken-rule.yaml", "id: [\n");
    let ran = folder.check(&arguments);
    assert_eq!(ran.code, 2);
    ran.complains(&["rules/house/broken-rule.yaml:1:", "this is not YAML"]);
    assert!(
        !ran.err.contains("YAML:\n"),
        "no reason is given:\n{}",
        ran.err
    );
    folder
        .check(&["minimal.json", "--rules", "nowhere"])
        .refuses(&["there is no folder `nowhere` with rules"]);
    folder.write("none/readme.txt", "");
    folder
        .check(&["minimal.json", "--rules", "none"])
        .refuses(&["the folder `none` holds no rules"]);
}

#[test]
fn a_failing_example_fails_the_test_of_rules() {
    let folder = house();
    folder.write("rules/house/many-people.yaml", RULE.replace("60000", "6"));
    let ran = folder.run(&["rules", "test", "rules"]);
    assert_eq!(ran.code, 1);
    ran.says(&[
        "FAILED  ",
        "many-people",
        "rules/house/many-people.yaml:",
        "2 passed, 1 failed",
    ]);
    folder.write("rules/house/many-people.yaml", "id: x: y");
    let ran = folder.run(&["rules", "test", "rules"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
}

#[test]
fn the_shipped_rules_pass_their_examples() {
    let folder = Folder::new();
    let ran = folder.run(&["rules", "test"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    ran.says(&[" passed, 0 failed"]);
    let one = folder.run(&["rules", "test", "--rule", "register-not-checked", "-v"]);
    assert_eq!(one.code, 0);
    assert!(
        one.out
            .lines()
            .all(|line| line.contains("register-not-checked") || line.contains("passed"))
    );
}

#[test]
fn testing_a_rule_that_does_not_exist_is_refused() {
    Folder::new()
        .run(&["rules", "test", "--rule", "register-not-cheked"])
        .refuses(&[
            "there is no rule `register-not-cheked` with examples",
            "did you mean `register-not-checked`?",
        ]);
}

// ---------------------------------------------------------------- paths

#[test]
fn folders_are_walked_and_what_git_ignores_is_not() {
    let folder = Folder::new();
    folder
        .write("a/one.json", MINIMAL.replace("TP-2026-014", "one"))
        .write("a/deep/er/two.json", MINIMAL.replace("TP-2026-014", "two"))
        .write("a/three.jsonl", line("three"))
        .write("a/four.ndjson", line("four"))
        .write("a/package.json", "{\"name\": \"x\", \"importer\": 1}")
        .write("a/list.json", "[1, 2]")
        .write("a/notes.txt", "{")
        .write("a/.gitignore", "secret/\n*.tmp.json\n")
        .write("a/secret/five.json", MINIMAL)
        .write("a/six.tmp.json", MINIMAL)
        .write("a/.hidden/seven.json", MINIMAL);
    let (code, report) = folder.json(&["a", SG[0], SG[1]]);
    assert_eq!(code, 0);
    assert_eq!(ids(&report), ["two", "four", "one", "three"]);
    assert_eq!(report["summary"]["skipped"], 2);
    assert_eq!(report["proposals"][0]["path"], "a/deep/er/two.json");
    folder
        .check(&["a", SG[0], SG[1]])
        .says(&["4 proposals: 4 permitted", "2 other JSON files skipped"]);
    // No path is the working directory, and a path given twice counts once.
    let ran = |arguments: &[&str]| ids(&folder.json(arguments).1).len();
    assert_eq!(ran(&[]), 4);
    assert_eq!(ran(&["a", "a/one.json", "a/one.json"]), 4);
    // Naming an ignored file is asking for it.
    assert_eq!(ran(&["a/six.tmp.json"]), 1);
}

#[test]
fn the_same_file_by_two_spellings_counts_once() {
    let folder = Folder::with("a/one.json", MINIMAL);
    let (_, report) = folder.json(&["a/one.json", "./a/one.json"]);
    assert_eq!(report["proposals"].as_array().unwrap().len(), 1);
}

#[test]
fn a_found_file_that_looks_like_a_proposal_or_does_not_parse_is_never_skipped() {
    let folder = Folder::new();
    folder.write("a/broken.json", "{\"name\": ").write(
        "a/unmarked.json",
        MINIMAL.replace("\"schema\": \"transfer-proposal/1\",", ""),
    );
    let (code, report) = folder.json(&["a"]);
    assert_eq!(code, 2);
    assert_eq!(report["summary"]["skipped"], 0);
    assert_eq!(report["problems"][0]["path"], "a/broken.json");
    assert_eq!(
        finding(&report, "missing-field")["location"]["pointer"],
        "/schema"
    );
}

#[test]
fn globs_find_what_shells_left_alone() {
    let folder = Folder::new();
    folder
        .write("a/one.json", MINIMAL.replace("TP-2026-014", "one"))
        .write("a/b/two.json", MINIMAL.replace("TP-2026-014", "two"))
        .write("a/b/three.ndjson", line("three"))
        .write("a/b/other.json", "{}");
    let found = |pattern: &str| {
        let (_, report) = folder.json(&[pattern]);
        let mut ids: Vec<String> = ids(&report).into_iter().map(str::to_owned).collect();
        ids.sort();
        ids
    };
    assert_eq!(found("a/*.json"), ["one"]);
    assert_eq!(found("a/**/*.json"), ["one", "two"]);
    assert_eq!(found("a/b/t*"), ["three", "two"]);
    assert_eq!(found("**/*.{ndjson,jsonl}"), ["three"]);
    let (code, report) = folder.json(&["a/*.yaml"]);
    assert_eq!(code, 2);
    assert_eq!(report["problems"][0]["message"], "no file matches");
    let (code, _) = folder.json(&["a/[.json"]);
    assert_eq!(code, 2);
}

#[test]
fn standard_input_is_a_file_called_stdin() {
    let folder = Folder::new();
    let run = |input: &str, format: &str| {
        let arguments = [
            "check",
            "-",
            "--as-of",
            "2026-11-22",
            SG[0],
            SG[1],
            "--format",
            format,
        ];
        Ran::of(folder.command().args(arguments).write_stdin(input))
    };
    let ran = run(MINIMAL, "human");
    assert_eq!(ran.code, 0);
    ran.says(&["<stdin>:15:19"]);
    assert_eq!(run("", "json").code, 2);
    assert_eq!(run("{\"a\": 1}", "json").code, 2);
    let lines = [line("A"), line("B")].join("\n");
    let report: Value = serde_json::from_str(&run(&lines, "json").out).unwrap();
    assert_eq!(ids(&report), ["A", "B"]);
}

#[test]
fn a_missing_file_is_told_with_the_nearest_and_the_rest_is_checked() {
    let folder = Folder::minimal();
    let (code, report) = folder.json(&["minmal.json", "minimal.json", "nowhere/p.json"]);
    assert_eq!(code, 2);
    assert_eq!(ids(&report), ["TP-2026-014"]);
    let problem = &report["problems"][0];
    assert_eq!(problem["message"], "there is no such file or folder");
    assert_eq!(problem["path"], "minmal.json");
    assert_eq!(problem["help"], "did you mean `minimal.json`?");
    assert_eq!(report["problems"][1]["help"], Value::Null);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_told_and_the_rest_is_checked() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::minimal();
    folder.write("locked.json", MINIMAL);
    let locked = folder.0.join("locked.json");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads everything.
    if std::fs::File::open(&locked).is_err() {
        let (code, report) = folder.json(&["locked.json", "minimal.json"]);
        assert_eq!((code, ids(&report).len()), (2, 1));
        assert_eq!(
            report["problems"][0]["message"],
            "the file cannot be read: permission is denied"
        );
    }
    // A link to nowhere is a file that is not there.
    std::os::unix::fs::symlink("gone.json", folder.0.join("link.json")).unwrap();
    assert_eq!(folder.code(&["link.json"]), 2);
    // What opens and cannot be read.
    if Path::new("/proc/self/mem").exists() {
        let (code, report) = folder.json(&["/proc/self/mem", "minimal.json"]);
        assert_eq!((code, ids(&report).len()), (2, 1));
        let message = report["problems"][0]["message"].as_str().unwrap();
        assert!(
            message.starts_with("the file cannot be read: "),
            "{message}"
        );
    }
}

// ---------------------------------------------------------------- what files hold

#[test]
fn a_broken_line_in_the_middle_has_its_place_and_its_neighbours_are_checked() {
    let broken = line("B").replacen("\"role\":\"controller\"}", "\"role\":}", 1);
    let column = broken.find("\"role\":}").unwrap() + 1;
    let folder = Folder::with(
        "list.ndjson",
        [line("A"), broken, String::new(), line("C")].join("\n"),
    );
    let (code, report) = folder.json(&["list.ndjson", SG[0], SG[1]]);
    assert_eq!((code, ids(&report)), (2, vec!["A", "C"]));
    let problems = report["problems"].as_array().unwrap();
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}")
    };
    assert_eq!(problem["code"], "json-syntax");
    assert_eq!(problem["location"]["line"], 2);
    let at = problem["location"]["column"].as_u64().unwrap();
    assert!(
        (column as u64..column as u64 + 9).contains(&at),
        "{problem}"
    );
    assert_eq!(report["proposals"][1]["line"], 4);
    folder
        .check(&["list.ndjson", SG[0], SG[1]])
        .says(&["1 problem left something", "[list.ndjson:2:"]);
}

#[test]
fn a_line_that_is_not_utf8_has_its_place_and_its_neighbours_are_checked() {
    let mut bytes = line("A").into_bytes();
    bytes.extend(b"\n{\"id\": \"\xc3(\"}\n");
    bytes.extend(line("C").into_bytes());
    let folder = Folder::with("list.ndjson", bytes);
    let (code, report) = folder.json(&["list.ndjson", SG[0], SG[1]]);
    assert_eq!((code, ids(&report)), (2, vec!["A", "C"]));
    let problem = &report["problems"][0];
    assert_eq!(problem["code"], "invalid-utf8");
    assert_eq!(
        (&problem["location"]["line"], &problem["location"]["column"]),
        (&2.into(), &9.into())
    );
    folder.write(
        "latin.json",
        MINIMAL
            .replace("Merlion", "M\u{e9}rlion")
            .chars()
            .map(|c| c as u8)
            .collect::<Vec<u8>>(),
    );
    let (code, report) = folder.json(&["latin.json"]);
    assert_eq!(
        (code, &report["problems"][0]["location"]["line"]),
        (2, &6.into())
    );
}

#[test]
fn a_list_of_proposals_and_ids_that_are_used_twice() {
    let folder = Folder::new();
    folder.write(
        "list.json",
        format!("[{},\n{},\n{}]", line("A"), line("A"), line("C")),
    );
    let (code, report) = folder.json(&["list.json", SG[0], SG[1]]);
    assert_eq!((code, ids(&report)), (1, vec!["A", "A", "C"]));
    let found = finding(&report, "duplicate-id");
    assert_eq!(found["message"], "the id `A` is used twice in this file");
    // Pointers are those of the proposal, not of the list.
    assert_eq!(found["location"]["pointer"], "/id");
    assert_eq!(found["location"]["line"], 2);
    assert_eq!(found["related"][0]["message"], "first used here");
    assert_eq!(found["related"][0]["location"]["line"], 1);
    // Findings stand in the order of their places.
    let second = report["proposals"][1]["findings"].as_array().unwrap();
    assert_eq!(second[0]["rule"], "duplicate-id");
    folder.write("list.ndjson", [line("A"), line("B"), line("A")].join("\n"));
    let (code, report) = folder.json(&["list.ndjson", SG[0], SG[1]]);
    assert_eq!(code, 1);
    let found = finding(&report, "duplicate-id");
    assert_eq!(found["location"]["line"], 3);
    assert!(
        found["notes"].to_string().contains("first used on line 1"),
        "{found}"
    );
    assert_eq!(
        report["proposals"][2]["findings"][0]["rule"],
        "duplicate-id"
    );
    // In two files it is no mistake.
    folder.write("a.json", MINIMAL).write("b.json", MINIMAL);
    assert_eq!(folder.code(&["a.json", "b.json", SG[0], SG[1]]), 0);
    // What is no proposal is told at its element.
    folder.write("mixed.json", format!("[{},\n{{\"a\": 1}},\n3]", line("A")));
    let (code, report) = folder.json(&["mixed.json"]);
    assert_eq!((code, ids(&report)), (2, vec!["A"]));
    let lines: Vec<u64> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|problem| problem["location"]["line"].as_u64())
        .collect();
    assert_eq!(lines, [2, 3]);
    folder.write("none.json", "[]");
    let (code, report) = folder.json(&["none.json"]);
    assert_eq!(
        (code, &report["problems"][0]["message"]),
        (2, &"the list is empty".into())
    );
}

#[test]
fn a_byte_order_mark_is_a_warning() {
    let folder = Folder::with("bom.json", format!("\u{feff}{MINIMAL}"));
    let arguments = ["bom.json", SG[0], SG[1]];
    assert_eq!(folder.code(&arguments), 0);
    let (_, report) = folder.json(&arguments);
    assert_eq!(finding(&report, "byte-order-mark")["severity"], "warning");
    assert_eq!(report["proposals"][0]["overall"], "permitted");
    assert_eq!(
        folder.code(&[&arguments[..], &["--fail-on", "warning"]].concat()),
        1
    );
    folder.write(
        "bom.ndjson",
        format!("\u{feff}{}\n{}", line("A"), line("B")),
    );
    let (code, report) = folder.json(&["bom.ndjson", SG[0], SG[1]]);
    assert_eq!((code, ids(&report)), (0, vec!["A", "B"]));
    assert_eq!(finding(&report, "byte-order-mark")["location"]["line"], 1);
}

#[test]
fn empty_and_deep_files_are_problems() {
    let folder = Folder::new();
    for (name, text, says) in [
        ("empty.json", String::new(), "the file is empty"),
        ("blank.json", " \n\n".to_owned(), "the file is empty"),
        ("mark.json", "\u{feff}".to_owned(), "the file is empty"),
        (
            "deep.json",
            "[".repeat(100_000),
            "brackets are nested more than 128 deep",
        ),
        (
            "deeper.json",
            "{\"a\":".repeat(100_000),
            "brackets are nested more than 128 deep",
        ),
    ] {
        folder.write(name, text);
        let (code, report) = folder.json(&[name]);
        assert_eq!(code, 2, "{name}");
        assert_eq!(report["problems"][0]["message"], says, "{name}");
        assert_eq!(folder.code(&[name]), 2, "{name}");
    }
    folder.write("empty.ndjson", "\n\n");
    assert_eq!(folder.code(&["empty.ndjson"]), 3);
}

#[test]
fn several_mistakes_of_syntax_are_told_at_once_with_what_to_write() {
    let text = "{\n  // who sends\n  \"schema\": \"transfer-proposal/1\",\n  'id': \"a\"\n  \"title\": \"t\",\n  importer: {\"name\": \"x\",},\n}\n";
    let folder = Folder::with("p.json", text);
    let (code, report) = folder.json(&["p.json"]);
    assert_eq!(code, 2);
    let told: Vec<(u64, u64, &str, &str)> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            let at = &problem["location"];
            (
                at["line"].as_u64().unwrap(),
                at["column"].as_u64().unwrap(),
                problem["message"].as_str().unwrap(),
                problem["help"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (2, 3, "JSON has no comments", "remove the comment"),
            (
                4,
                3,
                "text stands in other quotes than `\"`",
                "write `\"id\"`"
            ),
            (4, 12, "missing comma between two entries", "write `,` here"),
            (
                6,
                3,
                "the name `importer` is not in quotes",
                "write `\"importer\"`"
            ),
            (6, 25, "comma after the last entry", "remove this comma"),
            (6, 27, "comma after the last entry", "remove this comma"),
        ]
    );
}

#[test]
fn a_named_file_that_is_no_proposal_is_an_error_and_a_found_one_is_counted() {
    let folder = Folder::minimal();
    folder
        .write("package.json", "{\"name\": \"x\"}")
        .write("number.json", "42");
    for name in ["package.json", "number.json"] {
        let (code, report) = folder.json(&[name, "minimal.json"]);
        assert_eq!((code, ids(&report).len()), (2, 1));
        assert_eq!(
            report["problems"][0]["message"],
            "this is not a transfer proposal"
        );
        assert!(
            report["problems"][0]["help"]
                .as_str()
                .unwrap()
                .contains("transfer-proposal/1")
        );
    }
    let (code, report) = folder.json(&[".", SG[0], SG[1]]);
    assert_eq!((code, &report["summary"]["skipped"]), (0, &2.into()));
    // For hooks: named files are treated as found.
    let arguments = ["package.json", "minimal.json", "--skip-other", SG[0], SG[1]];
    assert_eq!(folder.code(&arguments), 0);
    assert_eq!(folder.json(&arguments).1["summary"]["skipped"], 1);
    // A commit of other files is no failure; that nothing was checked is said.
    assert_eq!(folder.code(&["package.json", "--skip-other"]), 0);
    let ran = folder.check(&["package.json", "--skip-other"]);
    ran.says(&[
        "0 proposals: nothing was checked.",
        "1 other JSON file skipped",
    ]);
    let elsewhere = Folder::with("package.json", "{}");
    assert_eq!(elsewhere.code(&[".", "--skip-other"]), 3);
    folder.write("broken.json", "{");
    assert_eq!(folder.code(&["broken.json", "--skip-other"]), 2);
}

// ---------------------------------------------------------------- profiles

#[test]
fn a_profile_named_on_its_own_is_checked_as_a_profile() {
    let folder = Folder::with("good.json", PROFILE);
    folder.write(
        "bad.json",
        PROFILE.replace("\"country\": \"US\"", "\"country\": \"us\""),
    );
    assert_eq!(folder.code(&["good.json"]), 0);
    assert_eq!(folder.code(&["bad.json"]), 1);
    let (_, report) = folder.json(&["good.json", "bad.json"]);
    // In the order of their paths.
    assert_eq!(report["proposals"][0]["overall"], "invalid_profile");
    assert_eq!(report["proposals"][1]["overall"], "valid_profile");
    let found = finding(&report, "wrong-word");
    assert_eq!(found["help"][0], "did you mean `\"US\"`? (United States)");
}

#[test]
fn a_profile_on_its_own_reads_well() {
    let folder = Folder::with("good.json", PROFILE);
    let ran = folder.check(&["good.json"]);
    assert!(!ran.out.contains("OverallVALID"), "{}", ran.out);
    assert!(!ran.out.contains("1 proposal"), "{}", ran.out);
}

fn with_profile(path: &str) -> String {
    MINIMAL.replacen(
        "\"country\": \"SG\",",
        &format!("\"country\": \"SG\", \"profile\": \"{path}\","),
        1,
    )
}

#[test]
fn a_profile_that_cannot_be_used_is_a_finding_at_its_path() {
    let folder = Folder::new();
    folder
        .write("run/carnet.toml", "")
        .write("outside.json", PROFILE)
        .write("run/in/good.json", PROFILE)
        .write(
            "run/in/broken.json",
            "{\"schema\": \"organisation-profile/1\",",
        )
        .write(
            "run/in/latin.json",
            b"{\"schema\": \"organisation-profile/1\", \"id\": \"\xff\"}",
        )
        .write(
            "run/in/invalid.json",
            PROFILE.replace("\"country\": \"US\"", "\"country\": \"us\""),
        )
        .write("run/in/other.json", "{\"name\": \"x\"}")
        .write("run/beside.json", PROFILE)
        .write("run/in/folder/x.txt", "");
    for (path, says) in [
        ("missing.json", "cannot be read: there is no such file"),
        (
            "../../outside.json",
            "it lies outside the folder of this run",
        ),
        ("folder", "cannot be read: it is a folder"),
        ("broken.json", "cannot be used: it is not JSON"),
        (
            "latin.json",
            "cannot be used: the byte FF is not valid UTF-8",
        ),
        ("invalid.json", "breaks its schema in 1 place"),
        (
            "other.json",
            "cannot be used: it is not an organisation profile",
        ),
        // A proposal that names itself: no cycle, only the wrong kind of document.
        (
            "p.json",
            "cannot be used: it is not an organisation profile",
        ),
    ] {
        folder.write("run/in/p.json", with_profile(path));
        let (code, report) = folder.json(&["run/in/p.json", SG[0], SG[1]]);
        assert_eq!(code, 1, "{path}");
        let found = finding(&report, "broken-profile");
        assert_eq!(found["location"]["pointer"], "/exporter/profile", "{path}");
        let message = found["message"].as_str().unwrap();
        assert!(message.contains(says), "{path}: {message}");
        assert!(message.contains(path), "{path}: {message}");
        assert_eq!(folder.code(&["run/in/p.json", SG[0], SG[1]]), 1, "{path}");
    }
    for path in ["good.json", "../beside.json", "./folder/../good.json"] {
        folder.write("run/in/p.json", with_profile(path));
        assert_eq!(folder.code(&["run/in/p.json", SG[0], SG[1]]), 0, "{path}");
    }
    // Its mistakes are shown in its own file.
    folder.write("run/in/p.json", with_profile("invalid.json"));
    let (_, report) = folder.json(&["run/in/p.json"]);
    let related = &finding(&report, "broken-profile")["related"][0]["location"];
    assert_eq!(related["path"], "run/in/invalid.json");
    assert_eq!(related["pointer"], "/country");
}

#[test]
fn standard_input_takes_its_profiles_from_the_base() {
    let folder = Folder::new();
    folder.write("profiles/good.json", PROFILE);
    let run = |flags: &[&str]| {
        let arguments = [
            &["check", "-", "--as-of", "2026-11-22", SG[0], SG[1]],
            flags,
        ]
        .concat();
        Ran::of(
            folder
                .command()
                .args(arguments)
                .write_stdin(with_profile("good.json")),
        )
        .code
    };
    assert_eq!(run(&[]), 1);
    assert_eq!(run(&["--base", "profiles"]), 0);
}

#[test]
fn lines_of_a_file_take_their_profiles_from_its_folder() {
    let folder = Folder::new();
    let value: Value = serde_json::from_str(&with_profile("good.json")).unwrap();
    folder
        .write("a/good.json", PROFILE)
        .write("a/list.ndjson", format!("{value}\n"));
    assert_eq!(folder.code(&["a/list.ndjson", SG[0], SG[1]]), 0);
}

// ---------------------------------------------------------------- streams

#[test]
fn standard_output_carries_only_the_report() {
    let folder = Folder::minimal();
    folder.write("broken.json", "{");
    let ran = folder.check(&["minimal.json", "broken.json", "no.json", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["problems"].as_array().unwrap().len(), 2);
    ran.complains(&["1 proposal: permitted."]);
    let ran = folder.check(&[
        "minimal.json",
        "broken.json",
        "no.json",
        "--format",
        "short",
    ]);
    for line in ran.out.lines() {
        let (place, rest) = line.split_once(": ").unwrap();
        assert!(place.contains(".json"), "{line}");
        let word = rest.split('[').next().unwrap();
        assert!(
            ["error", "warning", "info", "undetermined"].contains(&word),
            "{line}"
        );
    }
    // The human report is all on standard output.
    assert_eq!(folder.check(&["minimal.json"]).err, "");
}

/// `path:line:column: severity[rule] message`.
#[test]
fn short_lines_are_as_the_page_says() {
    let folder = Folder::with("p.json", controller());
    let ran = folder.check(&["p.json", SG[0], SG[1], "--format", "short"]);
    assert_eq!(
        ran.out.lines().next().unwrap(),
        "p.json:15:19: error[transfer-without-comparable-protection] a Global PRP certificate does not cover a recipient that is a `controller`"
    );
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly_with_its_code() {
    let folder = Folder::new();
    let many = |text: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        (0..300)
            .map(|index| {
                value
                    .to_string()
                    .replace("TP-2026-014", &format!("T-{index}"))
                    + "\n"
            })
            .collect::<String>()
    };
    folder
        .write("bad.ndjson", many(&controller()))
        .write("good.ndjson", many(MINIMAL));
    for (file, code) in [("bad.ndjson", 1), ("good.ndjson", 0)] {
        for format in FORMATS {
            let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_carnet"))
                .env_clear()
                .current_dir(&folder.0)
                .args(["check", "--as-of", "2026-11-22", SG[0], SG[1], "--quiet"])
                .args([file, "--format", format])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            drop(child.stdout.take());
            let mut err = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut err)
                .unwrap();
            assert_eq!(child.wait().unwrap().code(), Some(code), "{file} {format}");
            assert_eq!(err, "", "{file} {format}");
        }
    }
}

#[test]
fn hostile_texts_do_not_reach_the_terminal() {
    let text = MINIMAL.replace("TicketDesk, Inc.", "Ticket\\u001b[31mDesk\\u202e\\u0007");
    let folder = Folder::with("p.json", text.replace("\"prp\"", "\"p\u{202e}rp\""));
    for format in FORMATS {
        let ran = folder.check(&["p.json", "--format", format, "--color", "never"]);
        for steering in ['\u{1b}', '\u{202e}', '\u{7}'] {
            assert!(!ran.out.contains(steering), "{format}: {steering:?}");
            assert!(!ran.err.contains(steering), "{format}: {steering:?}");
        }
    }
    folder
        .check(&["\u{1b}[31m.json", "--pack", "\u{1b}[31m"])
        .refuses(&["there is no pack"]);
    let ran = folder.check(&["\u{1b}[31m.json"]);
    assert!(!(ran.out + &ran.err).contains('\u{1b}'));
}

// ---------------------------------------------------------------- the other commands

#[test]
fn explain_knows_rules_requirements_fields_and_words() {
    let folder = Folder::new();
    for (what, says) in [
        (
            "register-not-checked",
            &["register-not-checked", "warning", "Look "][..],
        ),
        (
            "transfer-without-comparable-protection",
            &["PDPA 2012 s. 26"],
        ),
        ("cbpr:2024:28", &["sensitive-data-without-safeguards"]),
        ("importer.role", &["role", "controller", "processor"]),
        ("importer.certifications.scheme", &["global_prp"]),
        (
            "exporter.country",
            &["ISO 3166-1", "transfer-without-comparable-protection"],
        ),
        ("global_prp", &["Privacy Recognition for Processors"]),
        ("user.contact.email", &["e-mail"]),
        ("start_date", &["first day of the transfer"]),
        ("SG", &["Singapore"]),
        ("sg-pdpa", &["Singapore"]),
    ] {
        let ran = folder.run(&["explain", what]);
        assert_eq!(ran.code, 0, "{what}: {}", ran.err);
        ran.says(says);
        assert_eq!(ran.err, "");
    }
    folder.run(&["explain", "register-not-cheked"]).refuses(&[
        "there is nothing called `register-not-cheked`",
        "did you mean `register-not-checked`?",
    ]);
    folder
        .run(&["explain", "importer.rol"])
        .refuses(&["importer.rol", "importer.role"]);
    folder
        .run(&["explain", "qqqqqqqq"])
        .refuses(&["there is nothing called `qqqqqqqq`", "give a rule"]);
}

#[test]
fn schemas_are_printed_as_they_ship() {
    let folder = Folder::new();
    for (name, text) in carnet::vocabulary::schema::BY_NAME {
        let ran = folder.run(&["schema", name]);
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (0, text, "")
        );
    }
    folder
        .run(&["schema", "transfer-propsal"])
        .refuses(&["did you mean `transfer-proposal`?"]);
    folder.run(&["schema", "zzz"]).refuses(&[
        "there is no schema `zzz`",
        "`transfer-proposal`",
        "`report`",
    ]);
}

#[test]
fn rules_are_listed() {
    let folder = Folder::new();
    let ran = folder.run(&["rules", "list"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.says(&[
        "sg-pdpa (Singapore, PDPA s. 26), 3 rules, read on 2026-11-22",
        "  register-not-checked",
    ]);
    let one = folder.run(&["rules", "list", "--pack", "sg-pdpa"]);
    assert_eq!(one.out.lines().count(), 4, "{}", one.out);
    folder
        .run(&["rules", "list", "--pack", "sg-pdp"])
        .refuses(&["did you mean `sg-pdpa`?"]);
}

#[test]
fn reports_go_to_files_beside_the_screen() {
    let folder = Folder::minimal();
    let (code, document) = folder.json(&["minimal.json"]);
    let screen = folder.check(&["minimal.json"]);
    let reports = ["--report", "json=a.json", "--report", "ndjson=b.ndjson"];
    let ran = folder.check(&[&["minimal.json", "--color", "always"][..], &reports].concat());
    assert_eq!((ran.code, ran.err.as_str()), (code, ""));
    assert!(ran.out.contains("TP-2026-014") && screen.out.contains("TP-2026-014"));
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    let written: Value = serde_json::from_str(&read("a.json")).unwrap();
    assert_eq!(written, document);
    assert!(read("b.ndjson").starts_with("{\"type\":\"run\",\"version\":1,"));
    let names = std::fs::read_dir(&folder.0).unwrap();
    assert_eq!(names.count(), 3, "nothing else is left");
}

#[test]
fn a_report_that_cannot_be_written_is_told_and_leaves_no_half() {
    let folder = Folder::minimal();
    folder.write("sub/here.txt", "");
    for (path, reason) in [
        ("missing/a.json", "there is no such file"),
        ("sub", "it is a folder"),
    ] {
        let ran = folder.check(&["minimal.json", "--report", &format!("json={path}")]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        let message = format!("error: the report `{path}` cannot be written: {reason}");
        assert!(ran.err.starts_with(&message), "{}", ran.err);
        assert!(
            ran.out.contains("TP-2026-014"),
            "the screen is written all the same"
        );
    }
    for (written, message) in [
        ("jsn=a.json", "there is no format `jsn`"),
        ("json", "`--report json` names no file"),
        ("json=", "`--report json=` names no file"),
        ("json=-", "`--report json=-` names no file"),
    ] {
        let ran = folder.check(&["minimal.json", "--report", written]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        assert!(
            ran.err.starts_with(&format!("error: {message}\n  help: ")),
            "{}",
            ran.err
        );
    }
    let ran = folder.check(&["minimal.json", "--report", "json=a", "--report", "short=a"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("two reports would go to `a`"),
        "{}",
        ran.err
    );
}

#[test]
fn a_report_overwrites_nothing_that_was_read() {
    let folder = Folder::minimal();
    let broken = "{\"schema\": \"transfer-proposal/1\",";
    folder.write("broken.json", broken);
    for name in ["minimal.json", "./minimal.json", "broken.json"] {
        let ran = folder.check(&[
            "minimal.json",
            "broken.json",
            "--report",
            &format!("json={name}"),
        ]);
        assert_eq!(ran.code, 2);
        let reason = "cannot be written: this run has read that file";
        assert!(ran.err.contains(reason), "{}", ran.err);
    }
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    assert_eq!(
        (read("minimal.json").as_str(), read("broken.json").as_str()),
        (MINIMAL, broken)
    );
    // The report of an earlier run is found by walking, is no proposal, and is written anew.
    std::fs::remove_file(folder.0.join("broken.json")).unwrap();
    for _ in 0..2 {
        let ran = folder.check(&[".", "--report", "json=report.json"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    }
}

#[cfg(unix)]
#[test]
fn a_report_follows_a_link() {
    let folder = Folder::minimal();
    folder.write("archive/report.txt", "old");
    std::os::unix::fs::symlink("archive/report.txt", folder.0.join("latest")).unwrap();
    let ran = folder.check(&["minimal.json", "--report", "short=latest"]);
    assert_eq!(ran.err, "");
    assert!(folder.0.join("latest").is_symlink());
    let written = std::fs::read_to_string(folder.0.join("archive/report.txt")).unwrap();
    assert_ne!(written, "old");
}

/// A full disk: the device says so, and stays what it was.
#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_and_not_replaced() {
    let folder = Folder::minimal();
    let device = std::path::Path::new("/dev/full");
    std::os::unix::fs::symlink(device, folder.0.join("full")).unwrap();
    let ran = folder.check(&["minimal.json", "--report", "json=full"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err.contains("the report `full` cannot be written"),
        "{}",
        ran.err
    );
    assert!(folder.0.join("full").is_symlink());
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = Folder::new().run(&["--version"]);
    assert_eq!(
        (ran.code, ran.out),
        (0, format!("carnet {}\n", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn every_help_reads_well() {
    let folder = Folder::new();
    let mut all = String::new();
    for command in [
        &[][..],
        &["check"],
        &["why"],
        &["forecast"],
        &["verify"],
        &["explain"],
        &["new"],
        &["new", "proposal"],
        &["new", "profile"],
        &["new", "rule"],
        &["rules"],
        &["rules", "list"],
        &["rules", "test"],
        &["rules", "check"],
        &["rules", "coverage"],
        &["schema"],
    ] {
        let ran = folder.run(&[command, &["--help"]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command:?}");
        all.push_str(&format!(
            "$ carnet {} --help\n{}\n",
            command.join(" "),
            ran.out
        ));
    }
    insta::assert_snapshot!(all);
}

/// Mechanical mistakes are put right in the files, with a difference that `patch` understands; the check
/// sees the files as they are then.
#[test]
fn mistakes_are_fixed_in_place() {
    let folder = Folder::new();
    let text = std::fs::read_to_string("examples/mistakes.json").unwrap();
    folder.write("a.json", &text);
    let args = [
        "check",
        "a.json",
        "--as-of",
        "2026-11-22",
        "--format",
        "short",
    ];
    let before = folder.run(&args);
    assert!(
        before.err.contains("note: `--fix` puts 2 of these right"),
        "{}",
        before.err
    );
    assert!(
        before.out.contains("wrong-word] `exporter.country`"),
        "{}",
        before.out
    );
    let ran = folder.run(&[&args[..], &["--fix"]].concat());
    assert!(!ran.out.contains("`exporter.country`"), "{}", ran.out);
    let told = "--- a.json\n+++ a.json\n@@ -8 +8 @@\n-    \"country\": \"sg\",\n+    \"country\": \"SG\",\n";
    assert!(ran.err.starts_with(told), "{}", ran.err);
    assert!(
        ran.err.contains("note: fixed 2 mistakes in 1 file"),
        "{}",
        ran.err
    );
    let fixed = text
        .replace("\"sg\"", "\"SG\"")
        .replace("\"mechanism\"", "\"mechanisms\"");
    let path = folder.0.join("a.json");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), fixed);
    let again = folder.run(&[&args[..], &["--fix"]].concat());
    assert!(
        again.err.contains("note: there was nothing to fix"),
        "{}",
        again.err
    );
    let ran = folder.run(&["check", "-", "--fix"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("standard input cannot be fixed"),
        "{}",
        ran.err
    );
}
