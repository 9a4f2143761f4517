//! Where the time goes, as ratios against `serde_json::Value` parsing of the same bytes in the same
//! run: parsing, schema, rules, the whole check, rendering; and a start of the program against
//! `carnet --version`.
//!
//! `cargo bench` prints, for each stage, the median ratio of 15 alternating rounds with the least
//! and the greatest. It asserts nothing: timings are for people to read.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench asks the clock and prints"
)]

#[path = "corpus/proposals.rs"]
mod proposals;

use carnet::check::{NoDocuments, Origin, Run};
use carnet::document::{Tape, parse};
use carnet::engine::{CheckOptions, PackChoice};
use carnet::report::{Format, RenderOptions, render};
use carnet::rule::{RuleSet, compile, shipped};
use carnet::source::{FileId, SourceMap};
use carnet::vocabulary::PROPOSAL;
use carnet::vocabulary::violation::check_shape;
use proposals::{Corpus, Mix};
use serde_json::Value;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 15;
const RECORDS: usize = 10_000;

fn main() {
    // `cargo test --benches` only asks whether it builds and starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let (set, problems) = compile(
        &shipped::files(),
        &Default::default(),
        &mut SourceMap::new(),
    );
    assert!(problems.is_empty(), "the shipped rules are broken");
    let clean = corpus(0, RECORDS);
    let tenth = corpus(10, RECORDS);
    let failing = corpus(100, RECORDS);
    let left = run(&set, &clean, true, 1).report.proposals.len();
    assert_eq!(left, 0, "the clean proposals have something to tell");
    println!(
        "{RECORDS} proposals: {:.1} MB clean, {:.1} MB with a finding each; {ROUNDS} rounds",
        clean.len() as f64 / 1e6,
        failing.len() as f64 / 1e6
    );
    println!(
        "stage                                      min   median      max   (x serde_json::Value)"
    );
    stage("parse", &clean, |text| {
        let mut tape = Tape::new();
        for line in text.lines() {
            black_box(parse(line, &mut tape).is_ok());
        }
    });
    stage("parse + schema", &clean, |text| {
        let mut tape = Tape::new();
        for line in text.lines() {
            if let Ok(document) = parse(line, &mut tape) {
                black_box(check_shape(
                    &set.vocabulary,
                    PROPOSAL,
                    document,
                    FileId(0),
                    "",
                ));
            }
        }
    });
    schema(&clean, &set);
    // A pack that is not asked and applies is told, so these are proposals of one law.
    let of_singapore = clean.lines().filter(|line| line.contains("\"SG\""));
    let singapore: String = of_singapore.map(|line| format!("{line}\n")).collect();
    for (name, packs) in [
        ("one law", &["sg-pdpa"][..]),
        ("CBPR and one law", &["global-cbpr", "sg-pdpa"]),
    ] {
        stage(&format!("whole check, clean, {name}"), &singapore, |text| {
            let run = asked(&set, packs, text);
            assert!(run.report.proposals.is_empty());
        });
    }
    for (name, text) in [
        ("clean", &clean),
        ("10 % failing", &tenth),
        ("all failing", &failing),
    ] {
        stage(&format!("whole check, {name}, findings"), text, |text| {
            black_box(run(&set, text, true, 1).report.checked());
        });
        stage(
            &format!("whole check, {name}, every answer"),
            text,
            |text| {
                black_box(run(&set, text, false, 1).report.checked());
            },
        );
    }
    compare(
        "10 % failing (x clean), findings",
        || drop(black_box(run(&set, &tenth, true, 1))),
        || drop(black_box(run(&set, &clean, true, 1))),
    );
    for (name, text) in [("clean", &clean), ("all failing", &failing)] {
        compare(
            &format!("two threads (x one), {name}, findings"),
            || drop(black_box(run(&set, text, true, 2))),
            || drop(black_box(run(&set, text, true, 1))),
        );
    }
    let twice = corpus(0, 2 * RECORDS);
    compare(
        "twice the records (x once), findings",
        || drop(black_box(run(&set, &twice, true, 1))),
        || drop(black_box(run(&set, &clean, true, 1))),
    );
    rendering(&set, &failing);
    start();
}

/// Proposals one a line, of which so many in a hundred fail.
fn corpus(failing: u8, records: usize) -> String {
    let mix = Mix {
        seed: 1,
        failing,
        undetermined: 0,
    };
    Corpus::lines(mix, records)
}

/// The shape of every proposal, against the validator of the crate `jsonschema` on values of serde.
fn schema(text: &str, set: &RuleSet) {
    let schema = include_str!("../schemas/transfer-proposal.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let theirs = jsonschema::validator_for(&schema).expect("the schema compiles");
    let mut tape = Tape::new();
    let ours = || {
        for line in text.lines() {
            if let Ok(document) = parse(line, &mut tape) {
                let shape = check_shape(&set.vocabulary, PROPOSAL, document, FileId(0), "");
                assert!(shape.0.is_empty());
            }
        }
    };
    compare("parse + schema (x serde and jsonschema)", ours, || {
        for line in text.lines() {
            let value: Value = serde_json::from_str(line).expect("the corpus is JSON");
            assert!(theirs.is_valid(&value));
        }
    });
}

/// A run that asks some packs only.
fn asked<'a>(set: &'a RuleSet, packs: &[&str], text: &str) -> Run<'a> {
    let options = CheckOptions {
        packs: PackChoice::Named(packs.iter().map(|pack| (*pack).to_owned()).collect()),
        ..CheckOptions::new(jiff::civil::date(2026, 11, 22))
    };
    let mut run = Run::new(set, options, &NoDocuments, SourceMap::new());
    run.brief = true;
    run.check_bytes("corpus.ndjson", text.as_bytes(), Origin::Named);
    run
}

fn run<'a>(set: &'a RuleSet, text: &str, brief: bool, jobs: usize) -> Run<'a> {
    let options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
    let mut run = Run::new(set, options, &NoDocuments, SourceMap::new());
    run.brief = brief;
    run.jobs = jobs;
    run.check_bytes("corpus.ndjson", text.as_bytes(), Origin::Named);
    run
}

fn serde(text: &str) {
    for line in text.lines() {
        black_box(serde_json::from_str::<Value>(line).is_ok());
    }
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Runs both in alternation and prints the ratios.
fn compare(name: &str, mut ours: impl FnMut(), mut theirs: impl FnMut()) {
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (theirs, ours) = (seconds(&mut theirs), seconds(&mut ours));
        ratios.push(ours / theirs);
    }
    ratios.sort_by(f64::total_cmp);
    let middle = ratios[ROUNDS / 2];
    println!(
        "{name:40} {:6.2} x {middle:6.2} x {:6.2} x",
        ratios[0],
        ratios[ROUNDS - 1]
    );
}

fn stage(name: &str, text: &str, ours: impl Fn(&str)) {
    compare(name, || ours(text), || serde(text));
}

/// Rendering one finding a record, against our own parsing of the same bytes.
fn rendering(set: &RuleSet, text: &str) {
    // The shape of each record holds one mistake; no rule besides is asked.
    let text = &text.replace("\"start_date\"", "\"start_dat\"");
    let asked = CheckOptions {
        packs: PackChoice::Named(vec!["sg-pdpa".to_owned()]),
        ignore: set
            .packs
            .iter()
            .flat_map(|pack| pack.rules.iter().map(|rule| rule.id.0.clone()))
            .collect(),
        ..CheckOptions::new(jiff::civil::date(2026, 11, 22))
    };
    let mut run = Run::new(set, asked, &NoDocuments, SourceMap::new());
    run.check_bytes("corpus.ndjson", text.as_bytes(), Origin::Named);
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
    let findings: usize = run
        .report
        .proposals
        .iter()
        .map(|proposal| proposal.findings.len())
        .sum();
    for (name, format) in [
        ("human", Format::Human),
        ("short", Format::Short),
        ("json", Format::Json),
    ] {
        let render = || {
            let mut out = Vec::new();
            render(&run.report, &run.sources, format, &options, &mut out)
                .expect("a vector takes all");
            black_box(out.len());
        };
        let parse = || {
            let mut tape = Tape::new();
            for line in text.lines() {
                black_box(parse(line, &mut tape).is_ok());
            }
        };
        compare(
            &format!("{name}: {findings} findings (x our parse)"),
            render,
            parse,
        );
    }
}

/// A start with all shipped rules on one proposal, against printing the version.
fn start() {
    let program = env!("CARGO_BIN_EXE_carnet");
    let example = |name: &str| format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
    let spawn = |arguments: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for _ in 0..20 {
            command.status().expect("the program starts");
        }
    };
    // The packs that apply are compiled, so a proposal to which more apply starts later.
    for (name, file) in [
        ("start: one proposal (x --version)", "help-desk.json"),
        ("start: with a CBPR profile", "with-profile.json"),
    ] {
        let file = example(file);
        compare(
            name,
            || spawn(&["check", &file, "--as-of", "2026-11-22"]),
            || spawn(&["--version"]),
        );
    }
}
