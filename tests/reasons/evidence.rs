//! Folders of evidence.

use crate::asked::{carnet, fits};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder that is not there yet.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("evidence")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.parent().unwrap()).unwrap();
    folder
}

fn made(name: &str, args: &[&str]) -> PathBuf {
    let folder = fresh(name);
    let path = folder.to_str().unwrap();
    let fixed = [
        "check",
        "--as-of",
        "2026-11-22",
        "--quiet",
        "--evidence",
        path,
    ];
    let (code, _, err) = carnet(&[&fixed[..], args].concat());
    assert!(code < 2 || code == 4, "{err}");
    assert!(err.contains("the digest of `evidence.json` is "), "{err}");
    folder
}

fn verify(folder: &Path) -> (i32, String, String) {
    carnet(&["verify", folder.to_str().unwrap()])
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Writes the digests anew, as somebody would who wants to hide a change.
fn seal(folder: &Path) {
    let sums: String = files(folder)
        .iter()
        .filter(|(name, _)| *name != "SHA256SUMS")
        .map(|(name, bytes)| format!("{}  {name}\n", carnet::evidence::digest(bytes)))
        .collect();
    std::fs::write(folder.join("SHA256SUMS"), sums).unwrap();
}

const INPUTS: [&str; 3] = [
    "examples/with-profile.json",
    "examples/help-desk.json",
    "examples/genome-samples.json",
];

/// The bytes are the same for every number of threads and order of files, and come out again; the JSON
/// is canonical, and what its schema says.
#[test]
fn the_same_check_gives_the_same_bytes() {
    let one = made("one", &[&INPUTS[..], &["--jobs", "1"]].concat());
    let mut turned = INPUTS;
    turned.reverse();
    let two = made("two", &[&turned[..], &["--jobs", "4"]].concat());
    assert_eq!(files(&one), files(&two));
    let (code, out, err) = verify(&one);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("outcomes of 3 proposals come out the same"),
        "{out}"
    );
    let names: Vec<String> = files(&one).into_keys().collect();
    let expected = [
        "SHA256SUMS",
        "evidence.json",
        "inputs/genome-samples.json",
        "inputs/help-desk.json",
        "inputs/profiles/hanbit-biobank.json",
        "inputs/with-profile.json",
        "report.html",
    ];
    assert_eq!(names, expected);
    let text = std::fs::read_to_string(one.join("evidence.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        serde_json_canonicalizer::to_string(&document).unwrap(),
        text
    );
    fits(carnet::vocabulary::schema::EVIDENCE, &document);
    // Every outcome stands under a requirement, with a place; also those that pass.
    let requirements = document["requirements"].as_array().unwrap();
    assert!(
        requirements
            .iter()
            .any(|it| it["requirement"] == "prp:2024:1"),
        "{}",
        requirements[0]
    );
    let rules = requirements
        .iter()
        .flat_map(|it| it["rules"].as_array().unwrap());
    let outcomes = rules.flat_map(|it| it["outcomes"].as_array().unwrap());
    let passes: Vec<&Value> = outcomes.filter(|it| it["outcome"] == "pass").collect();
    assert!(passes.len() > 5);
    for pass in passes {
        let place = &pass["places"][0];
        assert!(
            place["path"].as_str().unwrap().starts_with("inputs/"),
            "{pass}"
        );
    }
}

/// What was changed is named: first a file, then, where the digests were made to fit, what comes out
/// otherwise.
#[test]
fn what_was_changed_is_named() {
    let changed = |name: &str, change: &dyn Fn(&Path), sealed: bool| {
        let folder = made(name, &["examples/help-desk.json"]);
        change(&folder);
        if sealed {
            seal(&folder);
        }
        let (code, out, err) = verify(&folder);
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        err
    };
    let replace = |file: &'static str, from: &'static str, to: &'static str| {
        move |folder: &Path| {
            let path = folder.join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{from}");
            std::fs::write(path, text.replacen(from, to, 1)).unwrap();
        }
    };
    let input = "inputs/help-desk.json";
    let err = changed("input", &replace(input, "2027-03-31", "2026-03-31"), false);
    assert!(
        err.contains("`inputs/help-desk.json` was changed: its digest is "),
        "{err}"
    );
    let err = changed(
        "input-sealed",
        &replace(input, "2027-03-31", "2026-03-31"),
        true,
    );
    assert!(err.contains("`/files/0/sha256` is "), "{err}");
    let permitted = "\"overall\":\"permitted\"";
    let err = changed(
        "answer",
        &replace("evidence.json", permitted, "\"overall\":\"met\""),
        true,
    );
    let told = "`/proposals/0/overall` is \"met\" in it, and comes out as \"permitted\"";
    assert!(err.contains(told), "{err}");
    let err = changed(
        "page",
        &replace("report.html", "permitted", "prohibited"),
        true,
    );
    assert!(err.contains("`report.html` is another page"), "{err}");
    let err = changed(
        "missing",
        &|it| std::fs::remove_file(it.join(input)).unwrap(),
        false,
    );
    assert!(err.contains("`inputs/help-desk.json` is missing"), "{err}");
    let err = changed(
        "more",
        &|it| std::fs::write(it.join("inputs/a.json"), "{}").unwrap(),
        false,
    );
    assert!(
        err.contains("`inputs/a.json` is not listed in `SHA256SUMS`"),
        "{err}"
    );
    let err = changed(
        "stranger",
        &|it| std::fs::write(it.join("note.txt"), "").unwrap(),
        false,
    );
    assert!(
        err.contains("`note.txt` does not belong to the folder"),
        "{err}"
    );
    let version = format!("\"carnet\":\"{}\"", env!("CARGO_PKG_VERSION"));
    let older = move |folder: &Path| {
        let path = folder.join("evidence.json");
        let text = std::fs::read_to_string(&path)
            .unwrap()
            .replace(&version, "\"carnet\":\"0.0.1\"");
        std::fs::write(path, text).unwrap();
    };
    let err = changed("older", &older, true);
    assert!(
        err.contains("it was made by carnet 0.0.1, and this is "),
        "{err}"
    );
}

/// Rules, parameters, waivers and settings of one's own are part of it.
#[test]
fn what_was_asked_is_part_of_it() {
    let waivers = fresh("waivers.yaml");
    let text = "schema: waivers/1\nwaivers:\n  - rule: overseas-transfer-without-gateway\n    proposal: KUJ-2026-003\n    \
                reason: under review\n    accept_prohibition: true\n    owner: legal\n    approver: Board\n    expires: 2027-02-28\n";
    std::fs::write(&waivers, text).unwrap();
    let args = [
        "examples/genome-samples.json",
        "--rules",
        "examples/house-rules",
        "--waivers",
        waivers.to_str().unwrap(),
        "--ignore",
        "register-not-checked",
        "--strict",
    ];
    let folder = made("own", &args);
    let names: Vec<String> = files(&folder).into_keys().collect();
    assert!(
        names.iter().any(|name| name.starts_with("rules/0/")),
        "{names:?}"
    );
    assert!(names.contains(&"waivers.yaml".to_owned()), "{names:?}");
    let text = std::fs::read_to_string(folder.join("evidence.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["strict"], true);
    assert_eq!(document["asked"][0]["ignore"][0], "register-not-checked");
    assert_eq!(document["waivers"][0]["approver"], "Board");
    let (code, _, err) = verify(&folder);
    assert_eq!((code, err.as_str()), (0, ""));
    let one = made("some", &["examples", "--id", "TP-2026-014"]);
    let text = std::fs::read_to_string(one.join("evidence.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["proposals"].as_array().unwrap().len(), 1);
    assert_eq!(verify(&one).0, 0);
    // Profiles that are checked beside proposals are part of it, and no proposals.
    let all = made("all", &["examples/profiles", "examples/help-desk.json"]);
    let (code, out, _) = verify(&all);
    assert_eq!(code, 0);
    assert!(
        out.contains("outcomes of 1 proposal come out the same"),
        "{out}"
    );
}

#[test]
fn bad_input_is_told() {
    let folder = made("again", &["examples/help-desk.json"]);
    let path = folder.to_str().unwrap();
    let (code, out, err) = carnet(&["check", "examples/help-desk.json", "--evidence", path]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("of the evidence is not empty"), "{err}");
    let none = fresh("none");
    let none = none.to_str().unwrap();
    let (code, _, err) = carnet(&["check", "-", "--evidence", none]);
    assert_eq!(code, 2);
    assert!(
        err.contains("standard input cannot be put into evidence"),
        "{err}"
    );
    for (folder, told) in [
        (none, "there is no such folder"),
        ("examples", "there is no `SHA256SUMS`"),
    ] {
        let (code, _, err) = carnet(&["verify", folder]);
        assert_eq!(code, 2, "{err}");
        assert!(
            err.contains("is no folder of evidence: ") && err.contains(told),
            "{err}"
        );
    }
}
