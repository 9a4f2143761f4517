//! Proposals of the examples with values removed, replaced and doubled: nothing panics, and the order of
//! keys, the form of the file and a brief run change no answer.
#![no_main]

use carnet::check::{Origin, Run};
use carnet::finding::ProposalReport;
use carnet_fuzz::{OneProfile, holds, rules, run};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

const BASES: [&str; 8] = [
    include_str!("../../examples/battery-safety.json"),
    include_str!("../../examples/certified-exporter.json"),
    include_str!("../../examples/chain-of-owners.json"),
    include_str!("../../examples/clinical-registry.json"),
    include_str!("../../examples/cloud-hosting.json"),
    include_str!("../../examples/genome-samples.json"),
    include_str!("../../examples/help-desk.json"),
    include_str!("../../examples/with-profile.json"),
];

const PROFILE: &str = include_str!("../../examples/profiles/northgate.json");

struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn next(&mut self, most: usize) -> usize {
        let high = usize::from(self.0.next().copied().unwrap_or(0));
        let low = usize::from(self.0.next().copied().unwrap_or(0));
        (high * 256 + low) % most.max(1)
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices(bytes.iter());
    let base = BASES[choices.next(BASES.len())];
    let mut value: Value = serde_json::from_str(base).expect("the examples are JSON");
    for _ in 0..1 + choices.next(6) {
        edit(&mut value, &mut choices);
    }
    if !value["id"].is_string() || value["id"] == "" {
        value["id"] = json!("TP-1");
    }
    let profile = OneProfile(PROFILE.as_bytes().to_vec());
    let text = value.to_string();
    let full = checked(&text, "a.json", &profile, false);
    holds(&full);
    let [answer] = full.report.proposals.as_slice() else {
        return;
    };
    let turned = turned(&value).to_string();
    for (text, name) in [
        (turned, "a.json"),
        (format!("[{text}]"), "a.json"),
        (format!("{text}\n"), "a.ndjson"),
        (serde_json::to_string_pretty(&value).unwrap_or_default(), "a.json"),
    ] {
        let other = checked(&text, name, &profile, false);
        assert_eq!(answers(&other.report.proposals[0]), answers(answer));
    }
    let brief = checked(&text, "a.json", &profile, true);
    match brief.report.proposals.as_slice() {
        [] => {
            assert_eq!((&*answer.overall, answer.findings.len()), ("permitted", 0));
            assert_eq!(brief.report.let_go.proposals, 1);
        }
        [told] => assert_eq!(answers(told), answers(answer)),
        more => panic!("{} proposals", more.len()),
    }
});

fn checked<'a>(text: &str, name: &str, profile: &'a OneProfile, brief: bool) -> Run<'a> {
    let mut run = run(rules(), profile);
    run.brief = brief;
    run.check_bytes(name, text.as_bytes(), Origin::Named);
    run
}

/// What must not depend on the form of the text.
fn answers(proposal: &ProposalReport) -> Vec<String> {
    let verdicts = proposal.verdicts.iter();
    let verdicts = verdicts.map(|v| format!("{} {} {:?}", v.pack.0, v.word, v.holds_until));
    let outcomes = proposal.outcomes();
    let outcomes = outcomes.map(|o| format!("{} {:?}", o.rule.0, o.outcome));
    let mut findings: Vec<String> = proposal
        .findings
        .iter()
        .map(|f| format!("{} {:?} {}", f.rule.0, f.outcome, f.primary.pointer))
        .collect();
    findings.sort();
    let overall = std::iter::once(proposal.overall.clone());
    overall.chain(verdicts).chain(outcomes).chain(findings).collect()
}

/// The same with the members of every object the other way round.
fn turned(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members = members.map(|(name, value)| (name.clone(), turned(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(elements) => elements.iter().map(turned).collect(),
        other => other.clone(),
    }
}

fn edit(value: &mut Value, choices: &mut Choices) {
    let mut pointers = Vec::new();
    collect(value, String::new(), &mut pointers);
    let pointer = pointers.swap_remove(choices.next(pointers.len()));
    let strings: Vec<Value> = pointers
        .iter()
        .filter_map(|pointer| value.pointer(pointer))
        .filter(|value| !value.is_object())
        .cloned()
        .collect();
    let new = match choices.next(9) {
        0 => json!(null),
        1 => json!("unknown"),
        2 => json!(choices.next(3000)),
        3 => json!(["KR", "JP", "US", "SG", "CN", "DE", "HK", "IR"][choices.next(8)]),
        4 => json!(["2020-02-29", "2022-04-01", "2026-11-22", "2030-01-01"][choices.next(4)]),
        5 => json!(choices.next(2) == 0),
        6 => json!([]),
        7 => strings.get(choices.next(strings.len())).cloned().unwrap_or_default(),
        _ => return remove(value, &pointer),
    };
    if let Some(at) = value.pointer_mut(&pointer) {
        *at = new;
    }
}

fn collect(value: &Value, pointer: String, out: &mut Vec<String>) {
    let escape = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| collect(value, format!("{pointer}/{}", escape(name)), out)),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .for_each(|(index, value)| collect(value, format!("{pointer}/{index}"), out)),
        _ => {}
    }
    out.push(pointer);
}

fn remove(value: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.shift_remove(&name);
        }
        Some(Value::Array(elements)) => {
            if let Ok(index) = name.parse::<usize>() {
                elements.remove(index);
            }
        }
        _ => {}
    }
}

