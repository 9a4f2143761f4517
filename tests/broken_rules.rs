//! What is said about broken rule files: `tests/invalid/` holds one mistake a file (or several, where
//! the name says so), and the snapshots are what an author reads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a failing test may panic, and reads its inputs from files"
)]

use carnet::finding::{Problem, Target};
use carnet::report::{RenderOptions, render_problems};
use carnet::rule::{Parameters, RuleSource, compile};
use carnet::source::SourceMap;
use std::path::Path;

const PACK: &str = "{id: house, title: House, kind: law, researched_on: 2030-01-01}";
const MEMBERS: &str = "
id: members
title: Members
coverage: complete
columns: {country: country}
rows:
  - {country: US, certainty: verified, source: s}
sources: {s: {cite: here}}
";
const IN_FORCE: &str = "
id: in-force
title: In force
over: certification
parameters: {on: date}
holds: {field: it.valid_until, on_or_after: on}
examples: {}
";

fn source(path: &str, text: &str) -> RuleSource {
    RuleSource {
        path: path.to_owned(),
        shown: format!("rules/{path}"),
        text: text.to_owned().into(),
        tree: None,
        shipped: false,
    }
}

/// The broken files of a folder: their stems and texts.
fn broken(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/invalid")
        .join(folder);
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (stem, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The one place where rules are compiled: a broken file among sound ones.
fn problems_of(path: &str, text: &str) -> (Vec<Problem>, SourceMap) {
    let mut files = vec![
        source("house/pack.yaml", PACK),
        source("tables/members.yaml", MEMBERS),
        source("definitions/in-force.yaml", IN_FORCE),
    ];
    files.push(source(path, text));
    let mut sources = SourceMap::new();
    let (_, problems) = compile(&files, &Parameters::new(), &mut sources);
    (problems, sources)
}

fn rendered(problems: &[Problem], sources: &SourceMap) -> String {
    let options = RenderOptions {
        width: 100,
        color: false,
        unicode: true,
        narrated: false,
        links: false,
        max_findings: None,
        quiet: false,
        verbose: false,
        outcomes: false,
        outlook: false,
    };
    let mut out = Vec::new();
    render_problems(problems, sources, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Everything that is said about the files of a folder, and that something is said about each.
fn said(folder: &str, path_of: impl Fn(&str) -> String) -> String {
    let mut said = String::new();
    let mut silent = Vec::new();
    for (stem, text) in broken(folder) {
        let path = path_of(&stem);
        let (problems, sources) = problems_of(&path, &text);
        if problems.is_empty() {
            silent.push(stem.clone());
        }
        for problem in &problems {
            assert_eq!(problem.path, format!("rules/{path}"), "{problem:?}");
            let label = problem.labels.first();
            let label = label.unwrap_or_else(|| panic!("{stem}: no place: {problem:?}"));
            assert_eq!(label.target, Target::Text, "{stem}");
            let covered = sources.text(label.span);
            assert!(covered.is_some(), "{stem}: outside the text: {problem:?}");
        }
        said.push_str(&format!("==== {stem}\n"));
        said.push_str(&rendered(&problems, &sources));
        said.push('\n');
    }
    if !silent.is_empty() {
        said.push_str(&format!(
            "==== nothing is said about\n{}\n",
            silent.join("\n")
        ));
    }
    said
}

macro_rules! is_said {
    ($name:literal, $said:expr) => {
        insta::with_settings!({omit_expression => true}, {
            insta::assert_snapshot!($name, $said);
        });
    };
}

#[test]
fn broken_rules() {
    is_said!("rules", said("house", |stem| format!("house/{stem}.yaml")));
}

#[test]
fn broken_tables() {
    is_said!(
        "tables",
        said("tables", |stem| format!("tables/{stem}.yaml"))
    );
}

#[test]
fn broken_definitions() {
    let path = |stem: &str| format!("definitions/{stem}.yaml");
    is_said!("definitions", said("definitions", path));
}

#[test]
fn broken_packs() {
    is_said!("packs", said("packs", |stem| format!("{stem}/pack.yaml")));
}

/// Every mistake of a file is told at once.
#[test]
fn all_mistakes_of_a_file_are_told() {
    for (folder, path, least) in [
        ("house", "house/several-mistakes.yaml", 7),
        ("packs", "several-mistakes/pack.yaml", 5),
    ] {
        let (_, text) = broken(folder)
            .into_iter()
            .find(|(stem, _)| stem == "several-mistakes")
            .unwrap();
        let (problems, _) = problems_of(path, &text);
        let messages: Vec<_> = problems.iter().map(|problem| &problem.message).collect();
        assert!(problems.len() >= least, "{messages:#?}");
    }
}

/// The sound files around the broken ones are sound.
#[test]
fn the_other_files_are_sound() {
    let (problems, _) = problems_of("bases/none.json", "{}");
    assert!(problems.is_empty(), "{problems:?}");
}

/// What an author would want to be told and was not when this was written. A test that passes moves
/// above.
mod wanted {
    use super::*;

    fn files(more: &[(&str, &str)]) -> Vec<String> {
        let mut files = vec![
            source("house/pack.yaml", PACK),
            source("tables/members.yaml", MEMBERS),
        ];
        files.extend(more.iter().map(|(path, text)| source(path, text)));
        let (_, problems) = compile(&files, &Parameters::new(), &mut SourceMap::new());
        problems
            .into_iter()
            .map(|problem| problem.message)
            .collect()
    }

    #[test]
    fn no_broken_file_is_passed_over() {
        for (folder, pack) in [
            ("house", false),
            ("tables", false),
            ("definitions", false),
            ("packs", true),
        ] {
            for (stem, text) in broken(folder) {
                let path = if pack {
                    format!("{stem}/pack.yaml")
                } else {
                    format!("{folder}/{stem}.yaml")
                };
                assert!(
                    !problems_of(&path, &text).0.is_empty(),
                    "nothing is said about {path}"
                );
            }
        }
    }

    /// A user's table of a shipped name is silently not read: the first one wins.
    #[test]
    fn a_table_of_the_same_id_is_told() {
        assert_ne!(files(&[("tables/members.yaml", MEMBERS)]), [""; 0]);
    }

    #[test]
    fn a_definition_of_the_same_id_is_told() {
        let twice = [("definitions/in-force.yaml", IN_FORCE); 2];
        assert_ne!(files(&twice), [""; 0]);
    }

    #[test]
    fn a_pack_of_the_same_id_is_told() {
        assert_ne!(files(&[("house/pack.yaml", PACK)]), [""; 0]);
    }

    #[test]
    fn a_rule_outside_of_a_folder_is_told() {
        assert_ne!(files(&[("stray.yaml", "id: stray")]), [""; 0]);
    }

    /// `title` is a text and would never be later than a date.
    #[test]
    fn the_first_stated_of_fields_of_two_types_is_told() {
        let rule = "
id: r
title: A rule
severity: error
effect: condition
source: [{cite: here, certainty: verified}]
why: Because.
fix: Mend it.
require:
  field: start_date
  before: {first_stated: [end_date, title]}
message: wrong
examples: {}
";
        assert_ne!(files(&[("house/r.yaml", rule)]), [""; 0]);
    }
}
