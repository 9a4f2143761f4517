//! What could be: whatever is said of an answer or a change is what a check of the changed proposal
//! says. The changes are made here by `serde_json`, not by what is tested.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; a test that panics has failed"
)]

use carnet::check::{Documents, Origin, Run};
use carnet::engine::{CheckOptions, PackChoice};
use carnet::facts::pointer;
use carnet::finding::{Outcome, ProposalReport};
use carnet::outlook::Reply;
use carnet::rule::condition::parse_date;
use carnet::rule::example::{Expected, examples};
use carnet::rule::{Parameters, RuleSet, compile, shipped};
use carnet::source::SourceMap;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::BTreeMap;

struct Files<'a>(&'a BTreeMap<String, String>);

impl Documents for Files<'_> {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        Ok((path.to_owned(), text.clone().into_bytes()))
    }
}

/// A proposal as an example or a case has it.
#[derive(Clone)]
struct Case {
    name: String,
    /// Empty: every pack that applies is asked.
    rule: String,
    proposal: Value,
    files: BTreeMap<String, String>,
    as_of: Date,
}

impl Case {
    /// The report, and the name of the file of every question.
    fn ask(
        &self,
        set: &RuleSet,
        change: impl FnOnce(&mut CheckOptions),
    ) -> (ProposalReport, Vec<String>) {
        let mut options = CheckOptions::new(self.as_of);
        if !self.rule.is_empty() {
            options.packs = PackChoice::All;
            options.select = vec![self.rule.clone()];
        }
        change(&mut options);
        let files = Files(&self.files);
        let mut run = Run::new(set, options, &files, SourceMap::new());
        let text = self.proposal.to_string();
        run.check_bytes("proposal.json", text.as_bytes(), Origin::Named);
        let report = run.report.proposals.remove(0);
        let questions = report.questions.iter().flat_map(|it| &it.questions);
        let name = |file| run.sources.get(file).unwrap().name().to_owned();
        let files = questions.map(|question| name(question.label.span.file));
        let files = files.collect();
        (report, files)
    }

    /// The same with another value at a place of one of its documents.
    fn with(&self, file: &str, pointer: &str, value: &Value) -> Self {
        let mut changed = self.clone();
        if file == "proposal.json" {
            set(&mut changed.proposal, pointer, value);
        } else {
            let text = changed.files.get_mut(file).unwrap();
            let mut document = serde_json::from_str(text).unwrap();
            set(&mut document, pointer, value);
            *text = document.to_string();
        }
        changed
    }
}

fn set(document: &mut Value, pointer: &str, value: &Value) {
    let mut at = document;
    for step in pointer.split('/').skip(1) {
        at = match at {
            Value::Array(list) => &mut list[step.parse::<usize>().unwrap()],
            object => {
                if !object.is_object() {
                    *object = json!({});
                }
                &mut object[step]
            }
        };
    }
    *at = value.clone();
}

fn rules() -> RuleSet {
    let (set, problems) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    assert!(problems.is_empty());
    set
}

/// The examples of all rules with this outcome.
fn of_rules(outcome: Outcome) -> Vec<Case> {
    let (examples, mistakes) = examples(&shipped::files());
    assert!(mistakes.is_empty());
    let wanted = examples.into_iter().filter(|example| {
        example.parameters == Parameters::new()
            && example.expected == Expected::Outcome(outcome)
            && !example.invalid
    });
    wanted
        .map(|example| Case {
            name: format!("{}:{} {}", example.shown, example.line, example.title),
            proposal: serde_json::from_str(&example.proposal).unwrap(),
            rule: example.rule,
            files: example.files,
            as_of: example.as_of,
        })
        .collect()
}

/// The proposals with published outcomes.
fn of_cases() -> Vec<Case> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for pack in ["sg-pdpa", "kr-pipa", "jp-appi", "us-dsp", "us-padfa"] {
        let mut paths: Vec<_> = std::fs::read_dir(root.join(pack))
            .unwrap()
            .map(|entry| entry.unwrap().path().join("proposal.json"))
            .collect();
        paths.sort();
        for path in paths {
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            cases.push(Case {
                name: path.display().to_string(),
                rule: String::new(),
                proposal: serde_json::from_str(&text).unwrap(),
                files: BTreeMap::new(),
                as_of: parse_date("2026-11-22").unwrap(),
            });
        }
    }
    cases
}

fn verdicts(report: &ProposalReport) -> BTreeMap<&str, &str> {
    let verdicts = report.verdicts.iter();
    verdicts
        .map(|verdict| (verdict.pack.0.as_str(), verdict.word.as_str()))
        .collect()
}

// ------------------------------------------------------------------ questions

fn questions(options: &mut CheckOptions) {
    options.questions = true;
}

/// Answers as it is said and asks again; how many answers were tried.
fn replies_lead_where_it_is_said(set: &RuleSet, case: &Case) -> usize {
    let (report, files) = case.ask(set, questions);
    let mut tried = 0;
    let asked = report.questions.as_ref().unwrap();
    for (question, file) in asked.questions.iter().zip(&files) {
        let place = match question.label.target {
            carnet::finding::Target::Insertion => pointer(&question.field),
            _ => question.label.pointer.clone(),
        };
        let written = |reply: &&Reply| reply.example != json!("complete");
        for reply in question.replies.iter().filter(written) {
            let answered = case.with(file, &place, &reply.example);
            let (after, _) = answered.ask(set, |_| {});
            let verdicts = verdicts(&after);
            for said in &reply.verdicts {
                assert_eq!(
                    verdicts.get(said.pack.0.as_str()),
                    Some(&said.word.as_str()),
                    "{}: {place} = {}",
                    case.name,
                    reply.example
                );
            }
            for rule in &reply.settled {
                let mut outcomes = after.outcomes();
                let open =
                    outcomes.any(|it| it.rule == rule && it.outcome == Outcome::Undetermined);
                assert!(!open, "{}: {rule:?} by {place}", case.name);
            }
            tried += 1;
        }
    }
    tried
}

#[test]
fn answers_to_the_questions_of_examples_lead_where_it_is_said() {
    let set = rules();
    let cases = of_rules(Outcome::Undetermined);
    let tried: usize = cases
        .iter()
        .map(|case| replies_lead_where_it_is_said(&set, case))
        .sum();
    assert!(cases.len() > 200, "{} examples", cases.len());
    assert!(tried > 500, "{tried} answers");
}

#[test]
fn answers_to_the_questions_of_cases_lead_where_it_is_said() {
    let set = rules();
    let tried: usize = of_cases()
        .iter()
        .map(|case| replies_lead_where_it_is_said(&set, case))
        .sum();
    assert!(tried > 100, "{tried} answers");
}

/// Of every undetermined example that lacks facts, some set of them decides it, unless the law is
/// unsettled or a whole document is missing.
#[test]
fn sets_of_facts_decide_and_are_smallest() {
    let set = rules();
    let (mut decided, mut undecided) = (0, Vec::new());
    for case in of_rules(Outcome::Undetermined) {
        let (report, _) = case.ask(&set, questions);
        for open in &report.questions.as_ref().unwrap().open {
            let sizes: Vec<usize> = open.sets.iter().map(Vec::len).collect();
            assert!(sizes.windows(2).all(|two| two[0] == two[1]), "{sizes:?}");
            match sizes.first() {
                Some(_) => decided += 1,
                None => undecided.push(case.name.clone()),
            }
        }
    }
    assert!(decided > 200, "{decided}");
    assert!(
        undecided.len() * 8 < decided,
        "{} of {decided}: {undecided:#?}",
        undecided.len()
    );
}

// ---------------------------------------------------------------- the command

fn check(args: &[&str]) -> (i32, String, String) {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_carnet"))
        .arg("check")
        .args(args)
        .args(["--as-of", "2026-11-22"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        out.status.code().unwrap(),
        text(out.stdout),
        text(out.stderr),
    )
}

#[test]
fn questions_are_told_for_people_and_programs() {
    let draft = "examples/cloud-hosting-draft.json";
    let (code, out, _) = check(&[draft, "--questions"]);
    assert_eq!(code, 4);
    assert!(out.contains("1. `mechanisms[0].clauses`"), "{out}");
    assert!(
        out.contains("holds `comparable_protection`: Singapore, PDPA s. 26 PERMITTED"),
        "{out}"
    );
    let (_, out, _) = check(&[draft, "--questions", "--format", "markdown"]);
    assert!(out.contains("- [ ] `comparable_protection`"), "{out}");
    assert!(!out.to_lowercase().contains("permitted"), "{out}");
    let (_, out, _) = check(&[
        "examples/cloud-hosting.json",
        "--questions",
        "--pack",
        "sg-pdpa",
    ]);
    assert!(out.contains("No fact is missing"), "{out}");
    let (code, _, err) = check(&[draft, "--questions", "--format", "sarif"]);
    assert_eq!(code, 2);
    assert!(err.contains("not told in this format"), "{err}");
    let schema: Value = serde_json::from_str(carnet::vocabulary::schema::REPORT).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap_or_else(|e| panic!("{e}"));
    for example in [
        "cloud-hosting-draft",
        "profile-with-gaps",
        "with-profile",
        "mistakes",
    ] {
        let path = format!("examples/{example}.json");
        let (_, out, _) = check(&[&path, "--questions", "--format", "json"]);
        let told: Value = serde_json::from_str(&out).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&told)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{example}: {errors:?}");
        assert!(told["proposals"][0]["questions"].is_object() || example == "profile-with-gaps");
    }
}
