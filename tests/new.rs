//! `carnet new`: what it writes checks as it stands, says every question, and overwrites nothing.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the fences are for the library; tests read files and run the program, and a test that panics has failed"
)]

use assert_cmd::Command;
use carnet::vocabulary::{Object, PROFILE, Shape, Vocabulary};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let count = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("carnet-new-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The exit code, and what was printed on each stream.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carnet"));
        let command = command.env_clear().current_dir(&self.0).args(arguments);
        let output = command.output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).unwrap()
    }

    /// Runs a command that must come to an end without complaint; what it printed.
    #[track_caller]
    fn clean(&self, arguments: &[&str]) -> String {
        let (code, out, err) = self.run(arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}: {out}");
        out
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const DAY: [&str; 2] = ["--as-of", "2026-11-22"];

#[test]
fn a_new_profile_is_a_valid_one() {
    let folder = Folder::new();
    let out = folder.clean(&[&["new", "profile"][..], &DAY].concat());
    assert_eq!(
        out,
        "wrote  organisation-profile.json\nwrote  organisation-profile.md\n\
         next   carnet check organisation-profile.json\n"
    );
    let out = folder.clean(&["check", "organisation-profile.json"]);
    assert!(out.contains("VALID PROFILE"), "{out}");
    let profile: Value = serde_json::from_str(&folder.read("organisation-profile.json")).unwrap();
    assert_eq!(profile["answered_on"], "2026-11-22");
    // It can be worked through in an hour, and nothing is answered beforehand.
    let text = profile.to_string();
    assert!(text.matches("\"unknown\"").count() > 150);
    for answer in ["true", "false", "[]", "null"] {
        assert!(!text.contains(answer), "{answer}");
    }
}

/// Every question of the vocabulary stands in the profile, and every field in its guide.
#[test]
fn the_profile_asks_and_the_guide_explains_everything() {
    let folder = Folder::new();
    folder.clean(&["new", "profile"]);
    let profile: Value = serde_json::from_str(&folder.read("organisation-profile.json")).unwrap();
    let guide = folder.read("organisation-profile.md");
    let vocabulary = Vocabulary::shipped();
    let root = vocabulary
        .object(vocabulary.root(PROFILE).unwrap())
        .unwrap();
    let sections = |object: &'static Object| {
        let objects = object.fields.iter();
        objects.filter_map(|field| Some((field, vocabulary.object(field.shape)?)))
    };
    let mut fields = 0;
    for (section, object) in sections(root) {
        let (_, after) = guide
            .split_once(&format!("## `{}`\n\n{}\n", section.name, section.meaning))
            .unwrap_or_else(|| panic!("no section {}", section.name));
        let part = after.split("\n## ").next().unwrap();
        for field in object.fields {
            fields += 1;
            let line = part
                .lines()
                .find(|line| line.starts_with(&format!("- `{}`: ", field.name)))
                .unwrap_or_else(|| panic!("no {}.{}", section.name, field.name));
            for requirement in field.requirements {
                assert!(line.contains(&format!("`{requirement}`")), "{line}");
            }
            let yes_no = matches!(vocabulary.shape(field.shape), Shape::YesNo);
            assert_eq!(line.contains("Is it so that "), yes_no, "{line}");
            if yes_no {
                assert_eq!(profile[section.name][field.name], "unknown");
            }
        }
    }
    assert!(fields > 250, "{fields}");
    for word in ["shipped", "{{"] {
        assert!(!guide.contains(word), "{word}");
    }
}

#[test]
fn a_new_proposal_breaks_nothing_and_waits_for_facts() {
    let folder = Folder::new();
    let out = folder.clean(&[&["new", "proposal", "in/help-desk.json"][..], &DAY].concat());
    assert!(out.ends_with("next   carnet check in/help-desk.json\n"));
    let text = folder.read("in/help-desk.json");
    assert!(text.lines().count() <= 25);
    let (code, out, _) = folder.run(&[
        "check",
        "in/help-desk.json",
        "--as-of",
        "2026-11-22",
        "--format",
        "json",
    ]);
    assert_eq!(code, 4, "{out}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["summary"]["errors"], 0);
    let guide = folder.read("in/help-desk.md");
    for part in [
        "# help-desk.json, field by field\n",
        "- `role`: What the party is in this transfer. Takes one of these words.\n  - `controller`: ",
        "## `importer`\n",
        "## `importer.certifications`\n",
    ] {
        assert!(guide.contains(part), "{part}\n{guide}");
    }
}

#[test]
fn a_new_rule_passes_its_examples_and_leaves_no_gap() {
    let folder = Folder::new();
    let out = folder.clean(&[
        "new",
        "rule",
        "no-review",
        "--pack",
        "acme",
        "--dir",
        "rules",
    ]);
    assert_eq!(
        out,
        "wrote  rules/acme/no-review.yaml\nwrote  rules/acme/no-review.md\nwrote  rules/acme/pack.yaml\n\
         next   carnet rules test rules --rule no-review\n"
    );
    let out = folder.clean(&["rules", "test", "rules"]);
    assert!(out.ends_with(" passed, 0 failed\n"), "{out}");
    let out = folder.clean(&["rules", "check", "rules"]);
    assert!(out.contains(" 0 survive "), "{out}");
    // A second rule joins the pack that is there.
    let pack = folder.read("rules/acme/pack.yaml");
    let changed = pack.replace("rules of our own", "what Acme asks");
    std::fs::write(folder.0.join("rules/acme/pack.yaml"), &changed).unwrap();
    folder.clean(&[
        "new", "rule", "too-long", "--pack", "acme", "--dir", "rules", "--force",
    ]);
    assert_eq!(folder.read("rules/acme/pack.yaml"), changed);
    folder.clean(&["rules", "test", "rules"]);
    // It is asked about a proposal.
    folder.clean(&["new", "proposal"]);
    let (code, out, err) = folder.run(&[
        "check",
        "proposal.json",
        "--rules",
        "rules",
        "--pack",
        "acme",
    ]);
    assert!(out.contains("acme: what Acme asks"), "{code} {out}{err}");
    let guide = folder.read("rules/acme/no-review.md");
    assert!(guide.contains("carnet check PROPOSAL --rules rules --pack acme"));
    assert!(!guide.contains("{{"));
}

#[test]
fn nothing_is_overwritten_unasked() {
    let folder = Folder::new();
    for arguments in [
        &["new", "profile"][..],
        &["new", "proposal"],
        &["new", "rule", "no-review"],
    ] {
        folder.clean(arguments);
        let (code, out, err) = folder.run(arguments);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(
            err.contains(" is already there; nothing was written\n"),
            "{err}"
        );
        assert!(err.contains("`--force`"), "{err}");
        folder.clean(&[arguments, &["--force"]].concat());
    }
    // A guide that somebody wrote is kept too, and then there is no file without its guide.
    std::fs::write(folder.0.join("other.md"), "mine").unwrap();
    let (code, _, err) = folder.run(&["new", "profile", "other.json"]);
    assert_eq!(code, 2);
    assert!(
        err.starts_with("error: `other.md` is already there"),
        "{err}"
    );
    assert!(!folder.0.join("other.json").exists());
    assert_eq!(folder.read("other.md"), "mine");
}

#[test]
fn what_cannot_be_made_is_refused_with_a_way_out() {
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("profiles")).unwrap();
    folder.clean(&["new", "profile", "profiles"]);
    assert!(folder.0.join("profiles/organisation-profile.json").exists());
    for (arguments, message, help) in [
        (
            &["new", "profile", "acme"][..],
            "`acme` does not end in `.json`",
            "name it `acme.json`: files are found by that ending",
        ),
        (
            &["new", "rule", "No_Review"],
            "`No_Review` is not an id",
            "write small letters, digits and hyphens, as in `transfer-without-review-date`",
        ),
        (
            &["new", "rule", "x", "--pack", "sg-pdpa"],
            "the pack `sg-pdpa` is one that carnet ships",
            "name a pack of your own with `--pack NAME`",
        ),
        (
            &["new", "rule", "register-not-checked"],
            "`register-not-checked` is a rule of the pack `sg-pdpa`",
            "give your rule another id",
        ),
        (
            &["new", "rule", "pack"],
            "no rule can be called `pack`: that is the pack's own file",
            "give your rule another id",
        ),
        (
            &["new", "rule", "x", "--pack", "tables"],
            "the folder `tables` is no pack: all packs share it",
            "name a pack of your own with `--pack NAME`",
        ),
        (
            &["new", "proposal", "--as-of", "today"],
            "`--as-of today` is not a date",
            "write it as 2026-11-22",
        ),
    ] {
        let (code, out, err) = folder.run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert_eq!(err, format!("error: {message}\n  help: {help}\n"));
    }
}
