//! Cases with a known outcome: `tests/cases/<pack>/<case>/` holds a proposal and `case.yaml`, which says
//! what the law made of it and where that is written.
//!
//! A case is confirmed where its outcome was read in a text, or in a secondary source; the others
//! are held apart. `tests/cases/outcomes.yaml` says what each published word comes to here; what cannot be
//! a case stands in `not-expressed.yaml` of its pack, with the reason.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; tests read files, and a test that panics has failed"
)]

use carnet::check::{NoDocuments, Origin, Run};
use carnet::document::yaml::{YamlId, YamlKind, YamlTree};
use carnet::document::{Tape, parse};
use carnet::engine::{CheckOptions, holds};
use carnet::facts::{Facts, Flaws, Part};
use carnet::finding::Outcome;
use carnet::rule::condition::{Literal, parse_date};
use carnet::rule::{Parameters, RuleSet, compile, shipped};
use carnet::source::{FileId, SourceMap};
use carnet::truth::Truth;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// A map of texts.
type Fields = BTreeMap<String, String>;

fn yaml(path: &Path) -> YamlTree {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    YamlTree::parse(&text).unwrap_or_else(|e| panic!("{}: {e:?}", path.display()))
}

fn fields(yaml: &YamlTree, at: YamlId) -> Fields {
    let entries = yaml.entries(at);
    entries
        .map(|(key, value)| (yaml.text(key).to_owned(), yaml.text(value).to_owned()))
        .collect()
}

/// Names in a folder that are folders themselves, in order.
fn folders(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    let mut all: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    all.sort();
    all
}

/// A case as it is written down.
struct Case {
    pack: String,
    name: String,
    says: Fields,
    proposal: String,
}

impl Case {
    fn get(&self, key: &str) -> &str {
        let value = self.says.get(key);
        value.unwrap_or_else(|| panic!("{}/{}: no `{key}`", self.pack, self.name))
    }

    fn is_confirmed(&self) -> bool {
        self.get("confirmed") != "unconfirmed"
    }
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for pack in folders(&root()) {
        for name in folders(&root().join(&pack)) {
            let folder = root().join(&pack).join(&name);
            let says = yaml(&folder.join("case.yaml"));
            all.push(Case {
                says: fields(&says, says.root()),
                proposal: std::fs::read_to_string(folder.join("proposal.json")).unwrap(),
                pack: pack.clone(),
                name,
            });
        }
    }
    all
}

fn rules() -> (RuleSet, SourceMap) {
    let mut sources = SourceMap::new();
    let (set, problems) = compile(&shipped::files(), &Parameters::new(), &mut sources);
    assert!(problems.is_empty());
    (set, sources)
}

/// What carnet makes of a case: the verdict of its pack and the answer of its rule.
fn answer(case: &Case) -> Result<(String, &'static str), String> {
    let (set, sources) = rules();
    let as_of = parse_date(case.get("as_of")).ok_or("`as_of` is no date")?;
    let mut run = Run::new(&set, CheckOptions::new(as_of), &NoDocuments, sources);
    run.check_bytes("proposal.json", case.proposal.as_bytes(), Origin::Named);
    if let Some(problem) = run.report.problems.first() {
        return Err(problem.message.clone());
    }
    let [proposal] = run.report.proposals.as_slice() else {
        return Err("a case is one proposal".to_owned());
    };
    if let Some(broken) = proposal.findings.iter().find(|it| it.pack.0 == "schema") {
        return Err(broken.message.clone());
    }
    let verdict = proposal.verdicts.iter().find(|it| it.pack.0 == case.pack);
    let verdict = verdict.ok_or("no such pack")?.word.clone();
    let rule = case.get("rule");
    if !set
        .packs
        .iter()
        .any(|pack| pack.rules.iter().any(|it| it.id.0 == rule))
    {
        return Err(format!("there is no rule `{rule}`"));
    }
    let outcome = proposal.outcomes().find(|it| it.rule.0 == rule);
    let answer = match outcome.map_or(Outcome::NotApplicable, |it| it.outcome) {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Undetermined => "undetermined",
        Outcome::NotApplicable => "not_applicable",
    };
    Ok((verdict, answer))
}

/// Whether a definition holds of a part of the proposal, on the day of the check where it asks for one.
fn fact(case: &Case, definition: &str, pointer: &str) -> Option<Truth> {
    let (set, _) = rules();
    let as_of = parse_date(case.get("as_of"))?;
    let mut tape = Tape::new();
    let document = parse(&case.proposal, &mut tape).unwrap();
    let flaws = Flaws::default();
    let part = Part {
        document,
        file: FileId(0),
        flaws: &flaws,
    };
    let facts = Facts {
        parts: vec![part],
        links: Vec::new(),
    };
    let head = set.definitions.iter().find(|it| it.id == definition)?;
    let on: Vec<Literal> = head
        .parameters
        .iter()
        .map(|_| Literal::Date(as_of))
        .collect();
    holds(&set, &facts, definition, pointer, &on, as_of)
}

/// What a published word comes to: `verdict` (one or several), or a `fact` about a part (`of`).
fn meanings() -> BTreeMap<(String, String), Fields> {
    let yaml = yaml(&root().join("outcomes.yaml"));
    let mut all = BTreeMap::new();
    for (pack, words) in yaml.entries(yaml.root()) {
        for (word, meaning) in yaml.entries(words) {
            let key = (yaml.text(pack).to_owned(), yaml.text(word).to_owned());
            assert!(all.insert(key, fields(&yaml, meaning)).is_none());
        }
    }
    all
}

#[test]
fn every_case_has_its_known_outcome() {
    let meanings = meanings();
    let mut used = BTreeSet::new();
    let mut wrong = String::new();
    let all = cases();
    assert!(all.iter().filter(|case| case.is_confirmed()).count() >= 40);
    for case in &all {
        let name = format!("{}/{}", case.pack, case.name);
        match answer(case) {
            Err(reason) => writeln!(wrong, "{name}: {reason}").unwrap(),
            Ok((verdict, answer)) => {
                if (verdict.as_str(), answer) != (case.get("verdict"), case.get("answer")) {
                    let wanted = (case.get("verdict"), case.get("answer"));
                    writeln!(
                        wrong,
                        "{name}: wanted {wanted:?}, got {:?}",
                        (&verdict, answer)
                    )
                    .unwrap();
                }
                let Some(word) = case.says.get("outcome") else {
                    continue;
                };
                let key = (case.pack.clone(), word.clone());
                let Some(meaning) = meanings.get(&key) else {
                    writeln!(wrong, "{name}: outcomes.yaml does not know `{word}`").unwrap();
                    continue;
                };
                used.insert(key);
                if let Some(known) = meaning.get("verdict")
                    && !known.split(' ').any(|it| it == verdict)
                {
                    writeln!(wrong, "{name}: `{word}` is {known}, not {verdict}").unwrap();
                }
                if let Some(definition) = meaning.get("fact") {
                    let known = meaning.get("is").is_some_and(|it| it == "true");
                    let found = fact(case, definition, &meaning["of"]);
                    if found != Some(Truth::from(known)) {
                        writeln!(wrong, "{name}: {definition} is {found:?}").unwrap();
                    }
                }
            }
        }
    }
    for (pack, word) in meanings.keys().filter(|key| !used.contains(*key)) {
        writeln!(
            wrong,
            "outcomes.yaml: no case of {pack} has the outcome `{word}`"
        )
        .unwrap();
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn cases_say_what_they_rest_on() {
    let mut scenarios = BTreeSet::new();
    let known = [
        "scenario",
        "title",
        "source",
        "confirmed",
        "outcome",
        "as_of",
        "verdict",
        "rule",
        "answer",
        "note",
    ];
    for case in cases() {
        let name = format!("{}/{}", case.pack, case.name);
        for key in case.says.keys() {
            assert!(known.contains(&key.as_str()), "{name}: `{key}`");
        }
        assert!(
            !case.get("source").is_empty() && !case.get("title").is_empty(),
            "{name}"
        );
        assert!(
            ["text", "secondary", "unconfirmed"].contains(&case.get("confirmed")),
            "{name}"
        );
        if let Some(scenario) = case.says.get("scenario") {
            assert!(
                scenarios.insert(scenario.clone()),
                "{name}: {scenario} is a case already"
            );
            assert!(
                case.says.contains_key("outcome"),
                "{name}: a published case has an outcome"
            );
        }
    }
    for pack in folders(&root()) {
        for left_out in left_out(&pack) {
            assert!(!left_out["reason"].is_empty());
            let scenario = &left_out["scenario"];
            assert!(
                !scenarios.contains(scenario),
                "{scenario} is a case, and is said not to be one"
            );
        }
    }
}

fn left_out(pack: &str) -> Vec<Fields> {
    let path = root().join(pack).join("not-expressed.yaml");
    if !path.exists() {
        return Vec::new();
    }
    let yaml = yaml(&path);
    if yaml.kind(yaml.root()) != YamlKind::List {
        panic!("{}: a list is wanted", path.display());
    }
    yaml.items(yaml.root())
        .map(|item| fields(&yaml, item))
        .collect()
}

/// The page of packs: what is asked, what was read, which cases hold it.
#[test]
fn the_page_of_cases_is_current() {
    let (set, _) = rules();
    let all = cases();
    let mut page = String::from(
        "# Laws, and the cases that hold them\n\n\
         This page is made by `tests/cases.rs`. A case is a proposal with an outcome that is known: published by an \
         authority or a court, or what the words of the law say on one side of a threshold or a day and on the other. \
         *Confirmed* means that the outcome was read in the source named, or in an account of it; the others are \
         recalled, and held apart until somebody has read them. `carnet explain PACK` says what a pack asks, what it \
         leaves out and what it takes as given.\n\n\
         | pack | rules | read on | published cases | cases of our own | not confirmed | not expressed |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for pack in &set.packs {
        let own: Vec<&Case> = all.iter().filter(|case| case.pack == pack.id.0).collect();
        let confirmed = own.iter().filter(|case| case.is_confirmed());
        let (published, ours): (Vec<&Case>, Vec<&Case>) = confirmed
            .copied()
            .partition(|case| case.says.contains_key("scenario"));
        let unconfirmed = own.iter().filter(|case| !case.is_confirmed()).count();
        writeln!(
            page,
            "| `{}`: {} | {} | {} | {} | {} | {unconfirmed} | {} |",
            pack.id.0,
            pack.title,
            pack.rules.len(),
            pack.researched_on,
            published.len(),
            ours.len(),
            left_out(&pack.id.0).len(),
        )
        .unwrap();
    }
    for pack in &set.packs {
        let own: Vec<&Case> = all.iter().filter(|case| case.pack == pack.id.0).collect();
        if own.is_empty() {
            continue;
        }
        writeln!(
            page,
            "\n## {}\n\n| case | outcome | decided by | source |\n|---|---|---|---|",
            pack.title
        )
        .unwrap();
        for case in own {
            let title = case.get("title").replace('|', "\\|");
            let scenario = case
                .says
                .get("scenario")
                .map(|it| format!(" ({it})"))
                .unwrap_or_default();
            let doubt = match case.get("confirmed") {
                "secondary" => "; an account of it",
                "unconfirmed" => "; not confirmed",
                _ => "",
            };
            let source = match case.get("source") {
                url if url.starts_with("http") => format!("<{url}>"),
                other => other.to_owned(),
            };
            writeln!(
                page,
                "| {title}{scenario} | {} | `{}`: {} | {source}{doubt} |",
                case.get("verdict").replace('_', " "),
                case.get("rule"),
                case.get("answer").replace('_', " "),
            )
            .unwrap();
        }
        let left = left_out(&pack.id.0);
        if !left.is_empty() {
            writeln!(page, "\nNot a case:\n").unwrap();
            for one in left {
                writeln!(page, "- {}: {}", one["scenario"], one["reason"]).unwrap();
            }
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cases.md");
    let now = std::fs::read_to_string(&path).unwrap_or_default();
    if now == page {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, page).unwrap();
        return;
    }
    panic!("docs/cases.md is not current: `UPDATE=1 cargo test --test cases` writes it");
}
