//! Inputs that are meant to hurt: each ends with a clear message, and the rest of the batch is checked.
//!
//! Sizes here let a debug build end in seconds; `benches/adversarial/run` has them at full size, with time
//! and memory.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; a test that panics has failed"
)]

mod folder;

use folder::{Folder, Ran};
use serde_json::{Value, json};

const CLEAN: &str = include_str!("../examples/cloud-hosting.json");
const VENDOR: &str = include_str!("../rules/bases/us-vendor.json");

/// A sound proposal with more members.
fn with(more: &str) -> String {
    let clean = CLEAN.trim_end();
    format!("{}{more}}}", &clean[..clean.len() - 1])
}

/// Checks a hostile file beside a sound one, which must be checked all the same.
fn beside(name: &str, text: impl AsRef<[u8]>) -> (Ran, Vec<Value>) {
    let folder = Folder::with(name, text);
    folder.write("zz-sound.json", CLEAN.replace("TP-2026-022", "SOUND"));
    let (code, report) = folder.json(&[name, "zz-sound.json"]);
    let proposals = report["proposals"].as_array().unwrap();
    let last = proposals.last().expect("the sound one is lost");
    assert_eq!(
        (&last["path"], &last["overall"]),
        (&json!("zz-sound.json"), &json!("permitted"))
    );
    let ran = folder.check(&[name, "zz-sound.json", "--format", "short"]);
    assert_eq!(ran.code, code);
    (ran, proposals.clone())
}

#[test]
fn brackets_without_an_end() {
    for (name, text) in [
        ("a.json", "[".repeat(1_000_000)),
        ("a.json", "{\"a\":".repeat(300_000)),
        ("a.ndjson", format!("{}\n", "[{\"a\":".repeat(200_000))),
    ] {
        let (ran, _) = beside(name, text);
        assert_eq!(ran.code, 2);
        ran.says(&["brackets are nested more than 128 deep"]);
        assert!(ran.out.len() < 2000, "{} bytes", ran.out.len());
    }
}

#[test]
fn texts_without_measure() {
    let (ran, proposals) = beside(
        "a.json",
        with(&format!(",\"x_own\":\"{}\"", "x".repeat(8_000_000))),
    );
    assert_eq!((ran.code, proposals.len()), (0, 2));
    let (ran, _) = beside(
        "a.json",
        with(&format!(",\"note\":\"{}\"", "\\u6f22".repeat(300_000))),
    );
    ran.says(&["a.json:", "unknown field `note`"]);
    let (ran, _) = beside("a.json", format!("{}{}", CLEAN, "\0".repeat(3_000_000)));
    assert_eq!(ran.code, 2);
    let (ran, _) = beside("a.json", "\0".repeat(3_000_000));
    ran.says(&["a.json:1:1: error[json-syntax]"]);
}

/// Names that are many, the same, or chosen so that simple hashes of them are equal.
#[test]
fn keys_without_number() {
    let many: String = (0..60_000).map(|n| format!(",\"k{n}\":1")).collect();
    let equal = ",\"k\":1".repeat(60_000);
    let collide: String = (0..60_000_u32)
        .map(|n| {
            let pairs = (0..17).map(|bit| if n >> bit & 1 == 1 { "ab" } else { "ba" });
            format!(",\"{}\":1", pairs.collect::<String>())
        })
        .collect();
    for more in [many, equal, collide] {
        let (ran, proposals) = beside("a.json", with(&more));
        assert_eq!((ran.code, proposals.len()), (1, 2));
        ran.says(&["more than 200 places break the format; the others are not told"]);
        assert_eq!(proposals[0]["overall"], "undetermined");
        assert_eq!(
            ran.out.lines().count(),
            proposals[0]["findings"].as_array().unwrap().len()
        );
    }
}

#[test]
fn numbers_beyond_measure() {
    let own = with(",\"x_own\":1e400");
    let long = with(&format!(",\"x_own\":{}", "9".repeat(100_000)));
    for text in [own, long] {
        let (ran, _) = beside("a.json", text);
        ran.says(&["does not fit"]);
        assert!(ran.out.len() < 1000, "{} bytes", ran.out.len());
    }
}

/// Owners of owners, down to the nesting that the reader takes, and very many side by side.
#[test]
fn owners_without_end() {
    let holding = |name: &str, owners: Value| {
        json!({
            "name": name, "kind": "entity", "percent": 50, "country": "NL",
            "organised_in": ["NL"], "owners": owners,
        })
    };
    let mut value: Value = serde_json::from_str(VENDOR).unwrap();
    let mut owners = json!([{"name": "Last", "kind": "dispersed", "percent": 100}]);
    for depth in 0..60 {
        owners = json!([holding(&format!("Holding {depth}"), owners)]);
    }
    value["importer"]["owners"] = owners;
    let (ran, proposals) = beside("a.json", value.to_string());
    assert_eq!((ran.code, proposals.len()), (4, 2));
    let many: Vec<Value> = (0..3_000)
        .map(|n| {
            holding(
                &format!("Holding {n}"),
                json!([{"name": "Last", "percent": 1}]),
            )
        })
        .collect();
    value["importer"]["owners"] = json!(many);
    let (ran, proposals) = beside("a.json", value.to_string());
    assert_eq!((ran.code, proposals.len()), (4, 2));
    for finding in proposals[0]["findings"].as_array().unwrap() {
        assert!(finding["missing"].as_array().unwrap().len() <= 600);
    }
}

/// Profiles that name themselves, each other, the proposal, or nothing that is there.
#[test]
fn profiles_in_a_circle() {
    let folder = Folder::new();
    let profile = |named: &str| {
        json!({
            "schema": "organisation-profile/1", "id": "P", "name": "P", "profile": named,
        })
    };
    folder.write("one.json", profile("two.json").to_string());
    folder.write("two.json", profile("one.json").to_string());
    let mut value: Value = serde_json::from_str(CLEAN).unwrap();
    for (exporter, importer) in [
        ("one.json", "two.json"),
        ("a.json", "a.json"),
        ("gone.json", "."),
    ] {
        value["exporter"]["profile"] = json!(exporter);
        value["importer"]["profile"] = json!(importer);
        folder.write("a.json", value.to_string());
        folder.write("zz.json", CLEAN);
        let ran = folder.check(&["a.json", "zz.json", "--format", "short"]);
        assert_eq!(ran.code, 1, "{}", ran.out);
        ran.says(&["broken-profile", "a.json:"]);
        assert!(ran.err.contains("2 proposals: "), "{}", ran.err);
    }
}

/// A pattern of one's own takes no longer on a text that is chosen against it, and one that would take
/// too much memory is refused at its place.
#[test]
fn patterns_against_hostile_text() {
    let rule = |pattern: &str| {
        include_str!("../examples/house-rules/house/spot-checks-too-old.yaml")
            .split("require:")
            .next()
            .unwrap()
            .replace("when:\n  field: importer.role\n  is: processor\n  because: works for the exporter\n", "")
            + &format!("require:\n  field: title\n  matches: '{pattern}'\nmessage: \"no match\"\nexamples:\n  base: support-tickets\n  cases:\n    - fail: as it is\n")
    };
    let folder = Folder::with(
        "a.json",
        with("").replace("Hosting of", &"a".repeat(200_000)),
    );
    folder.write(
        "rules/house/pack.yaml",
        include_str!("../examples/house-rules/house/pack.yaml"),
    );
    folder.write("rules/house/spot-checks-too-old.yaml", rule("^(a+)+$"));
    let ran = folder.check(&["a.json", "--rules", "rules", "--format", "short"]);
    assert!(ran.out.contains("no match"), "{}{}", ran.out, ran.err);
    folder.write(
        "rules/house/spot-checks-too-old.yaml",
        rule("((a{1000}){1000}){1000}"),
    );
    let ran = folder.check(&["a.json", "--rules", "rules", "--format", "short"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("spot-checks-too-old.yaml"), "{}", ran.err);
}

#[test]
fn files_that_are_cut_off() {
    for end in [10, 500, 1000, CLEAN.len() - 3] {
        let (ran, _) = beside("a.json", &CLEAN.as_bytes()[..end]);
        assert_eq!(ran.code, 2);
        ran.says(&["a.json:", "json-syntax"]);
    }
    let line = with("").replace('\n', " ");
    let lines = format!("{line}\n{}", &line[..700]);
    let (ran, proposals) = beside("a.ndjson", lines);
    assert_eq!((ran.code, proposals.len()), (2, 2));
    ran.says(&["a.ndjson:2:"]);
}

/// What is no regular file: told as what it is, or read as the stream that it is.
#[cfg(unix)]
#[test]
fn paths_that_are_no_files() {
    let folder = Folder::with("zz.json", CLEAN);
    std::fs::create_dir(folder.0.join("a.json")).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(folder.0.join("b.json")).unwrap();
    std::os::unix::fs::symlink(&folder.0, folder.0.join("loop")).unwrap();
    std::os::unix::fs::symlink("d.json", folder.0.join("c.json")).unwrap();
    std::os::unix::fs::symlink("c.json", folder.0.join("d.json")).unwrap();
    let ran = folder.check(&["b.json", "/dev/zero", "zz.json", "--format", "short"]);
    assert_eq!(ran.code, 2);
    ran.says(&[
        "b.json: error[unreadable-file] the file cannot be read: ",
        "/dev/zero:1:1: error",
    ]);
    assert!(ran.err.starts_with("1 proposal: permitted."), "{}", ran.err);
    // A walk takes no link, and no folder for a file.
    let ran = folder.check(&["--format", "short"]);
    assert_eq!((ran.code, &*ran.out), (0, ""));
    assert!(ran.err.starts_with("1 proposal: permitted."), "{}", ran.err);
    let ran = folder.check(&["c.json", "zz.json", "--format", "short"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
}

/// A pipe with a name, as shells make for `<(command)`.
#[cfg(unix)]
#[test]
fn pipes_are_read_to_their_end() {
    let folder = Folder::with("a.json", CLEAN);
    let script = format!(
        "{:?} check --as-of 2026-11-22 --format short <(cat a.json)",
        env!("CARGO_BIN_EXE_carnet")
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(&folder.0)
        .output();
    // Where there is no bash there are no such pipes.
    let Ok(output) = output else { return };
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("1 proposal: permitted."), "{err}");
}
