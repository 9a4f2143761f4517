//! Examples with values removed, replaced and doubled, and what must hold of every one of them. Shared by
//! the property tests and a fuzz target.

use carnet::check::{Documents, Origin, Run};
use carnet::engine::CheckOptions;
use carnet::finding::{Label, Problem, ProposalReport};
use carnet::report::{Format, RenderOptions, render};
use carnet::rule::{Parameters, RuleSet, compile, shipped};
use carnet::source::SourceMap;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

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

/// Bytes as choices.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn next(&mut self, most: usize) -> usize {
        let high = usize::from(self.0.next().copied().unwrap_or(0));
        let low = usize::from(self.0.next().copied().unwrap_or(0));
        (high * 256 + low) % most.max(1)
    }
}

/// A proposal of the examples with up to six edits, which `bytes` choose.
pub fn edited(bytes: &[u8]) -> Value {
    let mut choices = Choices(bytes.iter());
    let base = BASES[choices.next(BASES.len())];
    let mut value: Value = serde_json::from_str(base).expect("the examples are JSON");
    for _ in 0..1 + choices.next(6) {
        edit(&mut value, &mut choices);
    }
    value
}

/// The order of keys, white space, the form of the file and a brief run change no answer; every place
/// lies in its text; every format can be written.
pub fn holds_in_every_form(mut value: Value) {
    if value.is_object() && (!value["id"].is_string() || value["id"] == "") {
        value["id"] = json!("TP-1");
    }
    let profile = OneProfile(PROFILE.as_bytes().to_vec());
    let text = value.to_string();
    let full = checked(&text, "a.json", &profile, false);
    holds(&full);
    can_be_written(&full);
    let [answer] = full.report.proposals.as_slice() else {
        return;
    };
    let pretty = serde_json::to_string_pretty(&value).unwrap_or_default();
    for (text, name) in [
        (turned(&value).to_string(), "a.json"),
        (format!("[{text}]"), "a.json"),
        (format!("{text}\r\n\r\n"), "a.ndjson"),
        (pretty.replace('\n', "\r\n\t"), "a.json"),
    ] {
        let other = checked(&text, name, &profile, false);
        holds(&other);
        assert_eq!(
            answers(&other.report.proposals[0]),
            answers(answer),
            "{text}"
        );
    }
    let brief = checked(&text, "a.json", &profile, true);
    match brief.report.proposals.as_slice() {
        [] => {
            assert_eq!((&*answer.overall, answer.findings.len()), ("permitted", 0));
            assert_eq!(brief.report.let_go.proposals, 1);
            let words = |run: &Run| {
                let tally = carnet::tally::Tally::of(&run.report);
                let packs = tally.packs.into_iter();
                packs
                    .map(|pack| (pack.pack, pack.words))
                    .collect::<Vec<_>>()
            };
            assert_eq!(words(&brief), words(&full), "{text}");
        }
        [told] => assert_eq!(told, answer),
        more => panic!("{} proposals", more.len()),
    }
}

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
    overall
        .chain(verdicts)
        .chain(outcomes)
        .chain(findings)
        .collect()
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
        7 => strings
            .get(choices.next(strings.len()))
            .cloned()
            .unwrap_or_default(),
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

/// The shipped rules.
pub fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| {
        let (set, problems) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
        assert!(problems.is_empty());
        set
    })
}

/// One text for every path that a proposal names.
pub struct OneProfile(pub Vec<u8>);

impl Documents for OneProfile {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        Ok((format!("profiles/{path}"), self.0.clone()))
    }
}

/// A run over the shipped rules for a day on which all of them are in force.
pub fn run<'a>(set: &'a RuleSet, documents: &'a dyn Documents) -> Run<'a> {
    let options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
    Run::new(set, options, documents, SourceMap::new())
}

/// Every place lies in its text, on character boundaries.
pub fn holds(run: &Run) {
    let report = &run.report;
    report
        .proposals
        .iter()
        .for_each(|proposal| places(run, proposal));
    report
        .problems
        .iter()
        .for_each(|problem| labels(run, problem));
}

/// Every format can be written.
pub fn can_be_written(run: &Run) {
    let options = RenderOptions {
        width: 80,
        color: true,
        unicode: true,
        narrated: false,
        links: true,
        max_findings: None,
        quiet: false,
        verbose: true,
        outcomes: true,
        outlook: false,
    };
    for format in [
        Format::Human,
        Format::Short,
        Format::Json,
        Format::Ndjson,
        Format::Sarif,
        Format::Junit,
        Format::Github,
        Format::Gitlab,
        Format::Markdown,
        Format::Html,
    ] {
        let mut out = Vec::new();
        render(&run.report, &run.sources, format, &options, &mut out).expect("a vector takes all");
        let text = std::str::from_utf8(&out).expect("every report is UTF-8");
        if format == Format::Json {
            serde_json::from_str::<serde_json::Value>(text).expect("the report is JSON");
        }
    }
}

fn place(run: &Run, label: &Label) {
    assert!(run.sources.text(label.span).is_some(), "{label:?}");
}

fn places(run: &Run, proposal: &ProposalReport) {
    assert!(run.sources.text(proposal.span).is_some());
    for finding in &proposal.findings {
        place(run, &finding.primary);
        finding.related.iter().for_each(|label| place(run, label));
        finding
            .missing
            .iter()
            .for_each(|missing| place(run, &missing.label));
        assert!(!finding.message.is_empty());
    }
    for verdict in &proposal.verdicts {
        let reasons = verdict.because.iter().chain(&verdict.to_do);
        let labels = reasons.filter_map(|reason| reason.label.as_ref());
        let assumed = verdict
            .assumptions
            .iter()
            .filter_map(|it| it.label.as_ref());
        labels.chain(assumed).for_each(|label| place(run, label));
    }
}

fn labels(run: &Run, problem: &Problem) {
    problem.labels.iter().for_each(|label| place(run, label));
    assert!(!problem.message.is_empty());
}
