//! Many proposals: blocks, threads and streams change no answer, and a broken line costs one line.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; tests write files and run the program, and a test that panics has failed"
)]

mod folder;

use carnet::check::{NoDocuments, Origin, Run};
use carnet::engine::CheckOptions;
use carnet::rule::{Parameters, compile, shipped};
use carnet::source::SourceMap;
use folder::{Folder, Ran};
use serde_json::Value;

const CLEAN: &str = include_str!("../examples/cloud-hosting.json");

fn line(id: &str) -> String {
    let mut value: Value = serde_json::from_str(CLEAN).unwrap();
    value["id"] = id.into();
    value.to_string()
}

/// Lines of every kind, more than a block of them.
fn mixed() -> Vec<u8> {
    let mut out = "\u{feff}".as_bytes().to_vec();
    for index in 0..1500 {
        let clean = line(&format!("TP-{index}"));
        let text = match index % 97 {
            3 => clean.replace("\"countries\":[\"US\",\"JP\"]", "\"countries\":[\"JP\"]"),
            11 => clean.replace(&format!("TP-{index}"), "TP-7"),
            19 => String::new(),
            23 => format!("{clean}\r"),
            31 => "{\"schema\": \"transfer-proposal/1\", \"id\": ".to_owned(),
            41 => clean.replace("\"role\":\"processor\"", "\"role\":\"procesor\""),
            53 => clean.replace("Tidewater", "Tide\\u0077ater \u{6f22}\u{5b57}"),
            61 => clean.replace("\"SG\"", "\"KR\""),
            71 => "[1, 2]".to_owned(),
            _ => clean,
        };
        out.extend_from_slice(text.as_bytes());
        if index % 97 == 83 {
            out.extend_from_slice(b" \xff\xfe");
        }
        out.push(b'\n');
    }
    assert!(
        out.len() > 2 << 20,
        "{} bytes are fewer than two blocks",
        out.len()
    );
    out
}

fn flags(format: &str) -> Vec<&str> {
    match format {
        "quiet" => vec!["--format", "human", "--quiet"],
        other => vec!["--format", other],
    }
}

#[test]
fn threads_change_no_byte() {
    let folder = Folder::with("all.ndjson", mixed());
    for format in ["short", "quiet", "github", "gitlab", "json"] {
        let run = |jobs: &str| {
            folder.check(&[&flags(format)[..], &["all.ndjson", "--jobs", jobs]].concat())
        };
        let one = run("1");
        assert!(one.out.len() > 1000, "{format}");
        for jobs in ["2", "3", "16"] {
            let more = run(jobs);
            assert_eq!(
                (more.code, &more.out, &more.err),
                (one.code, &one.out, &one.err),
                "{format}, {jobs} jobs"
            );
        }
    }
    folder
        .check(&["all.ndjson", "--jobs", "0"])
        .refuses(&["--jobs"]);
}

#[test]
fn a_stream_is_checked_as_a_file_is() {
    let bytes = mixed();
    let folder = Folder::with("all.ndjson", &bytes);
    for format in ["short", "quiet", "json"] {
        let file = folder.check(&[&flags(format)[..], &["all.ndjson"]].concat());
        let arguments = [&["check", "--as-of", "2026-11-22", "-"], &flags(format)[..]].concat();
        let stream = Ran::of(folder.command().args(arguments).write_stdin(bytes.clone()));
        let named = |text: &str| text.replace("<stdin>", "all.ndjson");
        assert_eq!(stream.code, file.code);
        // The name is shorter, so rows of the human report may break elsewhere.
        let flowed = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(
            flowed(&named(&stream.out)).len() / 100,
            flowed(&file.out).len() / 100,
            "{format}"
        );
        if format == "short" {
            assert_eq!(named(&stream.out), file.out);
        }
    }
}

/// Findings without the proposals that have none are the findings of the whole report.
#[test]
fn findings_alone_are_all_findings() {
    let folder = Folder::with("all.ndjson", mixed());
    let (code, report) = folder.json(&["all.ndjson"]);
    let short = folder.check(&["all.ndjson", "--format", "short"]);
    assert_eq!(short.code, code);
    let findings: usize = report["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|proposal| proposal["findings"].as_array().unwrap().len())
        .sum();
    let problems = report["problems"].as_array().unwrap();
    let labelled = problems.len();
    assert!(findings > 50 && labelled > 20, "{findings} and {labelled}");
    assert_eq!(short.out.lines().count(), findings + labelled);
    for finding in report["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|p| p["findings"].as_array().unwrap())
    {
        let at = &finding["location"];
        let wanted = format!("all.ndjson:{}:{}: ", at["line"], at["column"]);
        let rule = format!("[{}]", finding["rule"].as_str().unwrap());
        assert!(
            short
                .out
                .lines()
                .any(|line| line.starts_with(&wanted) && line.contains(&rule)),
            "{wanted}{rule}"
        );
    }
    // The last line counts the same proposals.
    let summary = |report: &Value| report["summary"]["proposals"].to_string();
    assert!(
        short
            .err
            .starts_with(&format!("{} proposals: ", summary(&report))),
        "{}",
        short.err
    );
}

#[test]
fn one_broken_line_among_many_costs_one_line() {
    let broken = 15_000;
    let mut text = String::new();
    for index in 1..=20_000 {
        let line = format!("{{\"schema\":\"transfer-proposal/1\",\"id\":\"TP-{index}\",\"x\":1}}");
        text.push_str(if index == broken {
            "{\"schema\":\"transfer-proposal/1\",,}"
        } else {
            &line
        });
        text.push('\n');
    }
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    let mut options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
    // What the lines lack is not the matter here.
    options.packs = carnet::engine::PackChoice::Named(vec!["us-dsp".to_owned()]);
    let mut run = Run::new(&set, options, &NoDocuments, SourceMap::new());
    run.brief = true;
    run.jobs = 2;
    run.check_bytes("many.ndjson", text.as_bytes(), Origin::Named);
    assert_eq!(run.report.checked(), 19_999);
    let [problem] = run.report.problems.as_slice() else {
        panic!("{:?}", run.report.problems);
    };
    let span = problem.labels[0].span;
    let file = run.sources.get(span.file).unwrap();
    assert_eq!((file.first_line(), span.start), (broken, 31));
}

/// Wherever a stream is cut, the answer is the same.
#[test]
fn pieces_of_any_size_make_the_same_report() {
    let bytes = mixed();
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    let report = |size: usize| {
        let options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
        let mut run = Run::new(&set, options, &NoDocuments, SourceMap::new());
        run.brief = true;
        run.digests = true;
        let mut pieces = bytes.chunks(size).map(|piece| Ok(piece.to_vec()));
        run.check_lines("all.ndjson", Origin::Named, &mut || pieces.next())
            .unwrap();
        run.report
    };
    let whole = report(bytes.len());
    for size in [997, 65_536, 1 << 20, (1 << 20) + 1] {
        let cut = report(size);
        assert_eq!(cut.inputs, whole.inputs);
        assert_eq!(cut.untold, whole.untold);
        assert_eq!(cut.problems, whole.problems);
        assert_eq!(cut.proposals.len(), whole.proposals.len());
        for (cut, whole) in cut.proposals.iter().zip(&whole.proposals) {
            assert_eq!(cut.id, whole.id);
            assert_eq!(cut.findings, whole.findings);
        }
    }
}

/// What cannot be read to its end is told; what came before is checked.
#[test]
fn a_stream_that_breaks_off_is_told() {
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    let options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
    let mut run = Run::new(&set, options, &NoDocuments, SourceMap::new());
    let mut pieces = vec![
        Err(std::io::Error::other("the line is dead")),
        Ok(format!("{}\n{}\n", line("TP-1"), line("TP-2")).into_bytes()),
    ];
    let read = run.check_lines("stream", Origin::Named, &mut || pieces.pop());
    assert_eq!(read.unwrap_err().to_string(), "the line is dead");
    assert_eq!(run.report.checked(), 2);
}
