//! What answers rest on: the parts that are marked as deciding are sufficient. Everything else of a
//! proposal is changed at random, all of it at once and piece by piece, and no outcome changes.

use crate::asked::{Case, carnet, fits, of_cases, of_rules, rules};
use carnet::finding::{Outcome, ProposalReport};
use carnet::proof::{Fact, Scope};
use carnet::rule::RuleSet;
use serde_json::{Value, json};

fn outcome(report: &ProposalReport, rule: &str) -> Outcome {
    let answer = report.outcomes().find(|answer| answer.rule.0 == rule);
    answer.map_or(Outcome::NotApplicable, |answer| answer.outcome)
}

/// A small generator: the tests are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (sides.max(1) as u64)).unwrap()
    }
}

/// Whether a change at a pointer leaves alone what these facts are.
fn is_free(pointer: &str, facts: &[(String, Scope)]) -> bool {
    let beneath = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    facts.iter().all(|(fact, scope)| {
        let list = match scope {
            Scope::Value => false,
            Scope::Whole => beneath(pointer, fact) || pointer == format!("{fact}_complete"),
            Scope::Elements => {
                let parent = pointer.rsplit_once('/').map(|(parent, _)| parent);
                parent == Some(fact) || pointer == format!("{fact}_complete")
            }
        };
        !list && !beneath(fact, pointer)
    })
}

/// What stands in a proposal of the format, whatever is asked.
const KEPT: [&str; 2] = ["/schema", "/id"];

fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, format!("{at}/{name}"), out);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                pointers(value, format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
    if !at.is_empty() && !KEPT.contains(&at.as_str()) {
        out.push(at);
    }
}

/// Another value of the same kind, or none.
fn other(value: &Value, dice: &mut Dice) -> Option<Value> {
    const WORDS: [&str; 12] = [
        "unknown",
        "KR",
        "US",
        "SG",
        "CN",
        "processor",
        "controller",
        "contract",
        "global_cbpr",
        "2024-02-29",
        "2031-01-01",
        "P3M",
    ];
    match (dice.roll(4), value) {
        (0, _) => None,
        (_, Value::String(_)) => Some(json!(WORDS[dice.roll(WORDS.len())])),
        (_, Value::Bool(yes)) => Some(json!(!yes)),
        (_, Value::Number(_)) => Some(json!([0, 1, 99, 1000, 200_000][dice.roll(5)])),
        (1, Value::Array(_)) => Some(json!([])),
        (_, Value::Array(_) | Value::Object(_)) => Some(json!("unknown")),
        (_, Value::Null) => Some(json!(0)),
    }
}

/// Changes one place that nothing rests on; whether it did.
fn change(proposal: &mut Value, facts: &[(String, Scope)], dice: &mut Dice) -> bool {
    let mut all = Vec::new();
    pointers(proposal, String::new(), &mut all);
    all.retain(|pointer| is_free(pointer, facts));
    if all.is_empty() {
        return false;
    }
    let pointer = all.swap_remove(dice.roll(all.len()));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let old = proposal.pointer(&pointer).unwrap().clone();
    if let (Value::Array(elements), true) = (&old, dice.roll(2) == 0)
        && let Some(first) = elements.first().cloned()
        && is_free(&format!("{pointer}/{}", elements.len()), facts)
    {
        let list = proposal.pointer_mut(&pointer).unwrap();
        list.as_array_mut().unwrap().push(first);
        return true;
    }
    match other(&old, dice) {
        Some(new) => *proposal.pointer_mut(&pointer).unwrap() = new,
        None => match proposal.pointer_mut(parent).unwrap() {
            Value::Object(members) => {
                let name = name.replace("~1", "/").replace("~0", "~");
                members.shift_remove(&name);
            }
            // Only the last: the others would be called otherwise.
            Value::Array(elements) if name == (elements.len() - 1).to_string() => {
                elements.pop();
            }
            _ => return false,
        },
    }
    true
}

/// What an outcome rests on, in the proposal.
fn rests_on(report: &ProposalReport, rule: &str) -> Vec<(String, Scope)> {
    let proofs = report.proofs.iter();
    let mut rules = proofs.flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)));
    let Some((pack, proof)) = rules.find(|(_, proof)| proof.rule.0 == rule) else {
        return Vec::new();
    };
    assert_eq!(proof.outcome, outcome(report, rule), "{rule}");
    let here = |fact: &&Fact| fact.label.span.file == report.span.file;
    let facts = pack.rests_on(proof).into_iter().filter(here);
    facts
        .map(|fact| (fact.pointer.clone(), fact.scope))
        .collect()
}

/// Changes what an outcome does not rest on, and asks again; how often that could be done.
fn is_sufficient(set: &RuleSet, case: &Case, rule: &str, dice: &mut Dice) -> usize {
    let (report, _) = case.ask(set, |options| options.proofs = true).unwrap();
    let before = outcome(&report, rule);
    let facts = rests_on(&report, rule);
    let mut changed = 0;
    for round in 0..4 {
        let mut other = case.clone();
        for _ in 0..1 << (2 * round) {
            changed += usize::from(change(&mut other.proposal, &facts, dice));
        }
        let Some((after, _)) = other.ask(set, |_| {}) else {
            continue;
        };
        assert_eq!(
            outcome(&after, rule),
            before,
            "{rule}: it was said to rest on {facts:?}\nbefore {}\nafter  {}",
            case.proposal,
            other.proposal
        );
    }
    changed
}

#[test]
fn what_decides_an_example_is_sufficient() {
    let set = rules();
    let mut dice = Dice(0x5eed);
    let (mut asked, mut changed) = (0, 0);
    for (case, _) in of_rules() {
        changed += is_sufficient(&set, &case, &case.rule, &mut dice);
        asked += 1;
    }
    assert!(asked > 1000, "{asked} examples");
    assert!(
        changed > 20 * asked,
        "{changed} changes in {asked} examples"
    );
}

#[test]
fn what_decides_a_case_is_sufficient() {
    let set = rules();
    let mut dice = Dice(0xca5e);
    let mut asked = 0;
    for case in of_cases() {
        let (report, _) = case.ask(&set, |options| options.proofs = true).unwrap();
        let mut rules: Vec<String> = report.outcomes().map(|it| it.rule.0.clone()).collect();
        rules.retain(|_| dice.roll(8) == 0);
        for rule in rules {
            is_sufficient(&set, &case, &rule, &mut dice);
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked} rules");
}

// ---------------------------------------------------------------- the command

fn why(args: &[&str]) -> (i32, String, String) {
    carnet(&[&["why"], args].concat())
}

#[test]
fn the_json_is_what_its_schema_says() {
    for example in [
        "batch.ndjson",
        "chain-of-owners.json",
        "mistakes.json",
        "with-profile.json",
    ] {
        let path = format!("examples/{example}");
        let (code, out, _) = why(&[&path, "--format", "json", "--as-of", "2026-11-22"]);
        assert_eq!(code, 0, "{example}");
        let told: Value = serde_json::from_str(&out).unwrap();
        fits(carnet::vocabulary::schema::WHY, &told);
        assert!(!told["proposals"][0]["packs"].as_array().unwrap().is_empty());
    }
}

/// Every fact stands where its pointer leads.
#[test]
fn values_are_those_at_their_pointers() {
    let path = "examples/cloud-hosting.json";
    let (_, out, _) = why(&[path, "--format", "json", "--as-of", "2026-11-22"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    let proposal: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut seen = 0;
    let mut open = vec![&told];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(all) => open.extend(all),
            Value::Object(members) => {
                open.extend(members.values());
                let Some(pointer) = members.get("pointer").and_then(Value::as_str) else {
                    continue;
                };
                let there = proposal.pointer(pointer);
                match members["state"].as_str().unwrap() {
                    "absent" => assert_eq!(there, None, "{pointer}"),
                    _ => assert!(there.is_some(), "{pointer}"),
                }
                if let Some(value) = members.get("value") {
                    assert_eq!(there, Some(value), "{pointer}");
                    seen += 1;
                }
            }
            _ => {}
        }
    }
    assert!(seen > 50, "{seen} values");
}

#[test]
fn what_did_not_matter_is_folded_and_unfolds() {
    let args = [
        "examples/help-desk-controller.json",
        "--rule",
        "transfer-without-comparable-protection",
        "--as-of",
        "2026-11-22",
    ];
    let (code, folded, _) = why(&args);
    assert_eq!(code, 0);
    assert!(
        folded.contains("✗ `importer.role`: \"controller\""),
        "{folded}"
    );
    assert!(folded.ends_with("`--all` unfolds it.\n"), "{folded}");
    let (_, all, _) = why(&[&args[..], &["--all"]].concat());
    assert!(!all.contains("unfolds it"), "{all}");
    assert!(all.lines().count() > folded.lines().count());
}

#[test]
fn bad_input_is_told() {
    let (code, _, err) = why(&["examples/help-desk.json", "--rule", "register-not-cheked"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("did you mean `register-not-checked`?"),
        "{err}"
    );
    let (code, _, err) = why(&["examples/no-such-file.json"]);
    assert_eq!(code, 2);
    assert!(err.contains("no-such-file.json"), "{err}");
    let (code, _, err) = why(&["examples/help-desk.json", "--id", "TP-0"]);
    assert_eq!(code, 2);
    assert!(err.contains("no proposal has the id `TP-0`"), "{err}");
    let (code, _, err) = why(&["examples/help-desk.json", "--as-of", "soon"]);
    assert_eq!(code, 2);
    assert!(err.contains("`--as-of soon` is not a date"), "{err}");
}
