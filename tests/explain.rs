//! `carnet explain`: what is said about rules, requirements, fields and words.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use carnet::explain::{Explained, explain};
use carnet::rule::{Parameters, RuleSet, RuleSource, compile, shipped};
use carnet::source::SourceMap;

/// A pack with two editions of one numbered requirement, and a rule for it.
const PACK: &str = r#"
id: house
title: House rules
kind: programme
researched_on: 2026-11-22
requirements:
  - {id: "house:1:4", title: security is written down, group: security, certainty: verified, known: text,
     expects: a policy that somebody signed}
  - {id: "house:1:4a", title: by the management, certainty: verified, known: text}
  - {id: "house:2:7", was: "house:1:4", certainty: derived, change: modified}
  - {id: "house:2:8", title: entirely new, certainty: unverified, change: new}
"#;

const RULE: &str = r#"
id: house-without-policy
title: No security policy
severity: warning
effect: duty
source:
  - {cite: House book, url: "https://example.org/book", requirement: "house:2:7", certainty: unverified}
why: Because.
fix: Write one.
when: {holds: exporter-has-profile}
require: {field: exporter.profile.security.policy, is: true}
message: no policy
examples:
  base: support-tickets
  cases:
    - pass: a policy
      set: {exporter.profile: p.json}
      files: {p.json: {schema: organisation-profile/1, id: p, name: P, country: SG, answered_on: 2026-11-01, security: {policy: true}}}
    - not_applicable: no profile
  impossible: {fail: too long to show here, undetermined: too long to show here}
"#;

const DEFINITION: &str = r"
id: exporter-has-profile
title: The exporter has a profile
over: proposal
holds: {claimed: exporter.profile}
examples:
  base: support-tickets
  cases:
    - false: none
  impossible: {true: too long to show here, unknown: too long to show here}
";

fn files() -> Vec<RuleSource> {
    let mut files = shipped::files();
    for (path, text) in [
        ("house/pack.yaml", PACK),
        ("house/house-without-policy.yaml", RULE),
        ("definitions/exporter-has-profile.yaml", DEFINITION),
    ] {
        files.push(RuleSource {
            path: path.to_owned(),
            shown: path.to_owned(),
            text: text.into(),
            tree: None,
            shipped: false,
        });
    }
    files
}

fn set(files: &[RuleSource]) -> RuleSet {
    let (set, problems) = compile(files, &Parameters::new(), &mut SourceMap::new());
    assert!(problems.is_empty(), "{problems:?}");
    set
}

fn said(what: &str) -> String {
    let files = files();
    match explain(&set(&files), &files, what) {
        Explained::Text(text) => text,
        Explained::Nothing { help } => panic!("nothing on {what}: {help}"),
    }
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

#[test]
fn a_requirement_tells_its_editions_what_is_known_and_what_decides_it() {
    let new = said("HOUSE:2:7");
    holds(
        &new,
        &[
            "# house:2:7\n\nsecurity is written down.\n",
            "- edition: `house:2`\n- group: security\n",
            "- continues `house:1:4` (modified)\n",
            "- how well it is known: its wording was read\n",
            "- its number and title: derived from facts that were read\n",
            "## What an assessor expects\n\na policy that somebody signed\n",
            "- `house-without-policy`: No security policy\n  - House book, requirement `house:2:7` \
             (not verified against its text) <https://example.org/book>\n",
        ],
    );
    let old = said("house:1:4");
    holds(
        &old,
        &[
            "- continued by `house:2:7` (modified)\n",
            "## Lettered items\n\n- `house:1:4a`: by the management\n",
            "No rule asks it yet.",
        ],
    );
    holds(
        &said("house:1:4a"),
        &["- an item of `house:1:4`: security is written down\n"],
    );
    holds(
        &said("house:2:8"),
        &[
            "- new in this edition\n",
            "- how well it is known: not read: written from general knowledge\n",
        ],
    );
}

#[test]
fn the_fields_of_a_requirement_bring_their_words() {
    let text = said("cbpr:2026:6");
    holds(
        &text,
        &[
            "- `privacy_statement.published` (organisation-profile/1): There is a clear",
            "## Words of `privacy_statement.published_qualification`, ",
            "_qualification`\n\n- `obviousness`: ",
        ],
    );
}

#[test]
fn a_field_knows_its_readers_through_definitions_and_profiles() {
    for path in ["security.policy", "exporter.profile.security.policy"] {
        let text = said(path);
        holds(
            &text,
            &[
                "## Rules that read it\n\n",
                "- `house-without-policy`: No security policy\n",
            ],
        );
    }
    holds(
        &said("importer.profile.security.policy"),
        &[
            "## Rules that read it in another place\n\n",
            "- `house-without-policy` (as `exporter.profile.security.policy`): No security policy\n",
        ],
    );
    // Only the definition reads it.
    holds(
        &said("exporter.profile"),
        &["- `house-without-policy`: No security policy\n"],
    );
    // `policy` of another object is another field.
    assert!(!said("notice.document").contains("house-without-policy"));
    assert!(!said("importer.certifications[0].agent").contains("`house-without-policy`"));
}

#[test]
fn a_rule_tells_its_requirements_fields_and_examples() {
    let text = said("house-without-policy");
    holds(
        &text,
        &[
            "## Requirements it decides\n\n- `house:2:7`: security is written down\n",
            "## Fields it reads\n\n- `exporter.profile.security.policy`: There is a written",
            "## Examples\n\n- pass:\n  - a policy\n- not applicable:\n  - no profile\n",
        ],
    );
}

#[test]
fn what_is_not_known_is_told_with_the_nearest_name() {
    let files = files();
    let set = set(&files);
    for (what, near) in [
        ("house:2:77", "house:2:7"),
        ("house-withot-policy", "house-without-policy"),
        ("importer.rol", "importer.role"),
    ] {
        let help = format!("did you mean `{near}`?");
        assert_eq!(explain(&set, &files, what), Explained::Nothing { help });
    }
}
