//! What could be: whatever is said of an answer or a change is what a check of the changed proposal
//! says. The changes are made here by `serde_json`, not by what is tested.

use crate::asked::{Case, carnet, fits, of_cases, of_rules, rules};
use carnet::engine::{CheckOptions, PackChoice, answers, check};
use carnet::facts::pointer;
use carnet::finding::{Outcome, ProposalReport};
use carnet::outlook::Reply;
use carnet::rule::RuleSet;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The same with another value at a place of one of its documents.
fn with(case: &Case, file: &str, pointer: &str, value: &Value) -> Case {
    let mut changed = case.clone();
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

/// The undetermined examples whose documents are sound.
fn undetermined() -> Vec<Case> {
    let all = of_rules().into_iter();
    all.filter(|(_, outcome)| *outcome == Outcome::Undetermined)
        .map(|(case, _)| case)
        .collect()
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
    let (report, sources) = case.ask(set, questions).unwrap();
    let mut tried = 0;
    let asked = report.questions.as_ref().unwrap();
    for question in &asked.questions {
        let file = sources.get(question.label.span.file).unwrap().name();
        let place = match question.label.target {
            carnet::finding::Target::Insertion => pointer(&question.field),
            _ => question.label.pointer.clone(),
        };
        let written = |reply: &&Reply| reply.example != json!("complete");
        for reply in question.replies.iter().filter(written) {
            let answered = with(case, file, &place, &reply.example);
            let (after, _) = answered.ask(set, |_| {}).unwrap();
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
    let cases = undetermined();
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
    for case in undetermined() {
        let (report, _) = case.ask(&set, questions).unwrap();
        for open in &report.questions.as_ref().unwrap().open {
            let sizes: Vec<usize> = open.sets.iter().map(Vec::len).collect();
            assert!(sizes.windows(2).all(|two| two[0] == two[1]), "{sizes:?}");
            if !open.lacks {
                assert!(sizes.is_empty(), "{}: nothing is missing", case.name);
                continue;
            }
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

fn check_with(args: &[&str]) -> (i32, String, String) {
    let date = ["check", "--as-of", "2026-11-22"];
    carnet(&[&date, args].concat())
}

#[test]
fn questions_are_told_for_people_and_programs() {
    let draft = "examples/cloud-hosting-draft.json";
    let (code, out, _) = check_with(&[draft, "--questions"]);
    assert_eq!(code, 4);
    assert!(out.contains("1. `mechanisms[0].clauses`"), "{out}");
    assert!(
        out.contains("holds `comparable_protection`: Singapore, PDPA s. 26 PERMITTED"),
        "{out}"
    );
    let (_, out, _) = check_with(&[draft, "--questions", "--format", "markdown"]);
    assert!(out.contains("- [ ] `comparable_protection`"), "{out}");
    assert!(!out.to_lowercase().contains("permitted"), "{out}");
    let (_, out, _) = check_with(&[
        "examples/cloud-hosting.json",
        "--questions",
        "--pack",
        "sg-pdpa",
    ]);
    assert!(out.contains("No fact is missing"), "{out}");
    let (code, _, err) = check_with(&[draft, "--questions", "--format", "sarif"]);
    assert_eq!(code, 2);
    assert!(err.contains("not told in this format"), "{err}");
    for example in [
        "cloud-hosting-draft",
        "profile-with-gaps",
        "with-profile",
        "mistakes",
    ] {
        let path = format!("examples/{example}.json");
        let (_, out, _) = check_with(&[&path, "--questions", "--format", "json"]);
        let told: Value = serde_json::from_str(&out).unwrap();
        fits(carnet::vocabulary::schema::REPORT, &told);
        assert!(told["proposals"][0]["questions"].is_object() || example == "profile-with-gaps");
    }
}

#[test]
fn what_no_answer_decides_and_what_is_broken_is_told() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-answer-decides.json");
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/help-desk.json"
    ));
    let mut proposal: Value = serde_json::from_str(&text.unwrap()).unwrap();
    proposal["importer"]["certifications"][0]["agent"] = json!("Nobody Knows Ltd");
    proposal["status"] = json!("perhaps");
    std::fs::write(&path, proposal.to_string()).unwrap();
    let (_, out, _) = check_with(&[path.to_str().unwrap(), "--questions"]);
    assert!(out.contains("First mend 1 mistake of the format"), "{out}");
    let (_, told) = out.split_once("Undetermined whatever is answered").unwrap();
    assert!(told.contains("[prp-certificate-by-wrong-agent]"), "{out}");
}

/// The short answers, on which all of it rests, are those of a check.
#[test]
fn short_answers_are_those_of_a_check() {
    let set = rules();
    let mut asked = 0;
    let examples = of_rules().into_iter().map(|(case, _)| case);
    for case in examples.chain(of_cases()) {
        let text = case.proposal.to_string();
        let mut tape = carnet::document::Tape::new();
        let document = carnet::document::parse(&text, &mut tape).unwrap();
        let file = carnet::source::FileId(0);
        let vocabulary = &set.vocabulary;
        let format = carnet::vocabulary::PROPOSAL;
        let (shape, flaws) =
            carnet::vocabulary::violation::check_shape(vocabulary, format, document, file, "");
        let part = carnet::facts::Part {
            document,
            file,
            flaws: &flaws,
        };
        let mut facts = carnet::facts::Facts {
            parts: vec![part],
            links: Vec::new(),
        };
        facts.link(vocabulary, |_| None);
        for strict in [false, true] {
            let options = CheckOptions {
                packs: PackChoice::Applicable,
                strict,
                ..CheckOptions::new(case.as_of)
            };
            let report = check(&set, &facts, shape.clone(), &options);
            let short = answers(&set, &facts, &options);
            let words: BTreeMap<&str, &str> = short
                .iter()
                .map(|answer| (set.packs[answer.pack].id.0.as_str(), answer.word))
                .collect();
            assert_eq!(words, verdicts(&report), "{}", case.name);
            for told in &report.outcomes {
                let index = set.packs.iter().position(|pack| pack.id == told.pack);
                let answer = short.iter().find(|answer| Some(answer.pack) == index);
                assert_eq!(answer.unwrap().outcomes, told.outcomes, "{}", case.name);
            }
            asked += 1;
        }
    }
    assert!(asked > 2000, "{asked}");
}
