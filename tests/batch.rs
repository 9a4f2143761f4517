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
        assert_eq!(cut.let_go, whole.let_go);
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

/// The list of these records, compact or an entry a line.
fn list(records: &[String], pretty: bool) -> String {
    if pretty {
        let records: Vec<String> = records
            .iter()
            .map(|record| match serde_json::from_str::<Value>(record) {
                Ok(value) => serde_json::to_string_pretty(&value)
                    .unwrap()
                    .replace('\n', "\n  "),
                Err(_) => record.clone(),
            })
            .collect();
        return format!("\u{feff}[\n  {}\n]\n", records.join(",\n  "));
    }
    format!("[{}]", records.join(","))
}

/// Records that are JSON, with mistakes that only their rules and their schema see.
fn sound_records(count: usize) -> Vec<String> {
    let record = |index: usize| {
        let clean = line(&format!("TP-{index}"));
        match index % 13 {
            3 => clean.replace("\"countries\":[\"US\",\"JP\"]", "\"countries\":[\"JP\"]"),
            5 => clean.replace("\"role\":\"processor\"", "\"role\":\"procesor\""),
            7 => clean.replace("Tidewater", "Tide\\u0077ater \u{6f22}\u{5b57} }] \\\" [{"),
            11 => "[1, {\"a\": \"b\"}]".to_owned(),
            12 => "true".to_owned(),
            _ => clean,
        }
    };
    (0..count).map(record).collect()
}

/// Every finding and problem as `line:column: rule`.
fn told(run: &Run) -> Vec<String> {
    let findings = run.report.proposals.iter().flat_map(|p| &p.findings);
    let findings = findings.map(|f| (f.primary.span, f.rule.0.clone(), f.message.clone()));
    let problems = run.report.problems.iter();
    let problems = problems.map(|p| (p.labels[0].span, p.code.clone(), p.message.clone()));
    let told = findings.chain(problems).map(|(span, code, message)| {
        let at = carnet::report::place(&run.sources, span);
        format!(
            "{}:{}-{}:{}: {code} {message}",
            at.line, at.column, at.end_line, at.end_column
        )
    });
    told.collect()
}

fn fresh(set: &carnet::rule::RuleSet) -> Run<'_> {
    let options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
    let mut run = Run::new(set, options, &NoDocuments, SourceMap::new());
    run.brief = true;
    run
}

/// A list that is read element by element is told as one that is held as a whole: the same findings
/// at the same lines and columns, wherever it is cut.
#[test]
fn a_list_in_pieces_is_told_as_a_whole_one() {
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    let records = sound_records(600);
    for pretty in [false, true] {
        let text = list(&records, pretty);
        let mut whole = fresh(&set);
        whole.check_bytes("all.json", text.as_bytes(), Origin::Named);
        // The mark is told of the first proposal there, and of the file here.
        let wanted: Vec<String> = told(&whole);
        let marks = wanted
            .iter()
            .filter(|told| told.contains("byte-order-mark"));
        assert_eq!(marks.count(), usize::from(pretty));
        assert!(wanted.len() > 150, "{}", wanted.len());
        for (size, jobs) in [(997, 1), (65_536, 2), (text.len(), 3)] {
            let mut run = fresh(&set);
            run.jobs = jobs;
            let mut pieces = text.as_bytes().chunks(size).map(|p| Ok(p.to_vec()));
            run.check_elements("all.json", Origin::Named, &mut || pieces.next())
                .unwrap();
            let mut found = told(&run);
            if pretty {
                let mark = found
                    .iter()
                    .position(|told| told.contains("byte-order-mark"));
                let mark = found.remove(mark.unwrap());
                found.insert(0, mark);
            }
            assert_eq!(found, wanted, "pretty {pretty}, pieces of {size}");
            assert_eq!(run.report.checked(), whole.report.checked());
            let marked = usize::from(pretty);
            assert_eq!(
                run.report.let_go.proposals,
                whole.report.let_go.proposals + marked
            );
        }
    }
}

/// What is wrong between elements is told with its place, and costs no element.
#[test]
fn mistakes_between_elements_cost_none() {
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    let one = line("TP-1");
    let two = line("TP-2");
    let again = line("TP-1").replace("Tidewater", "Ebb");
    let end = 1 + one.len();
    let cases = [
        (format!("[{one},{two}]"), vec![]),
        (
            format!("[{one} {two}]"),
            vec![format!(
                "1:{}: json-syntax missing comma between two entries",
                end + 1
            )],
        ),
        (
            format!("[{one},,\n{two},\n]"),
            vec![
                format!(
                    "1:{}: json-syntax comma without an entry before it",
                    end + 2
                ),
                format!(
                    "2:{}: json-syntax comma after the last entry",
                    two.len() + 1
                ),
            ],
        ),
        (
            format!("[{one}}},\n{two}"),
            vec![
                format!("1:{}: json-syntax this `}}` closes nothing", end + 1),
                format!("2:{}: json-syntax this `[` is never closed", two.len() + 1),
            ],
        ),
        (
            format!("[{one},{two}] {again}"),
            vec![format!(
                "1:{}: json-syntax there is more text after the end",
                end + two.len() + 4
            )],
        ),
        (
            format!("[{one},\n{again},{two}]"),
            vec![format!(
                "2:{}: duplicate-id the id `TP-1` is used twice in this file",
                again.find("TP-1").unwrap()
            )],
        ),
    ];
    for (text, wanted) in cases {
        let mut run = fresh(&set);
        let mut pieces = text.as_bytes().chunks(300).map(|p| Ok(p.to_vec()));
        run.check_elements("all.json", Origin::Named, &mut || pieces.next())
            .unwrap();
        let found: Vec<String> = told(&run)
            .into_iter()
            .map(|line| {
                let (place, rest) = line.split_once(": ").unwrap();
                format!("{}: {rest}", place.split_once('-').unwrap().0)
            })
            .collect();
        let mut found: Vec<&String> = found.iter().collect();
        found.sort();
        let mut wanted: Vec<&String> = wanted.iter().collect();
        wanted.sort();
        assert_eq!(found, wanted, "{}", &text[text.len() - 80..]);
        let checked = 2 + usize::from(text.contains(&format!("\n{again}")));
        assert_eq!(run.report.checked(), checked);
    }
}

/// An element that never ends is told, and what stands before it is checked.
#[test]
fn an_element_without_an_end_costs_what_follows() {
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    let open = line("TP-2");
    let text = format!(
        "[{},\n{},\n{}]",
        line("TP-1"),
        &open[..open.len() - 1],
        line("TP-3")
    );
    let mut run = fresh(&set);
    let mut pieces = text.as_bytes().chunks(1000).map(|p| Ok(p.to_vec()));
    run.check_elements("all.json", Origin::Named, &mut || pieces.next())
        .unwrap();
    assert_eq!(run.report.let_go.proposals, 1);
    assert!(!run.report.problems.is_empty());
    for problem in &run.report.problems {
        assert_eq!(problem.code, "json-syntax");
    }
}

/// A large list that is found on a walk and holds no proposal is something else; one that holds one is
/// told.
#[test]
fn a_found_list_of_something_else_is_skipped() {
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    let run = |text: &str| {
        let mut run = fresh(&set);
        let mut pieces = text.as_bytes().chunks(999).map(|p| Ok(p.to_vec()));
        run.check_elements("all.json", Origin::Found, &mut || pieces.next())
            .unwrap();
        (
            run.report.skipped,
            run.report.problems.len(),
            run.report.checked(),
        )
    };
    assert_eq!(run("[{\"a\": 1}, 2, \"x\"]"), (1, 0, 0));
    assert_eq!(run(&format!("[1, 2, {}]", line("TP-1"))), (0, 2, 1));
}

/// A report has a limit, and no count has one.
#[test]
fn what_is_not_listed_is_counted() {
    let folder = Folder::with("all.ndjson", mixed());
    for format in ["human", "json", "short"] {
        let all = folder.check(&[&flags(format)[..], &["all.ndjson"]].concat());
        let some = [&flags(format)[..], &["all.ndjson", "--max-proposals", "7"]].concat();
        let some = folder.check(&some);
        assert_eq!(some.code, all.code, "{format}");
        let summary = |ran: &Ran| {
            let text = if format == "human" {
                &ran.out
            } else {
                &ran.err
            };
            let line = text
                .lines()
                .find(|line| line.contains(" proposals: "))
                .unwrap();
            // The remark that not all is listed is one more.
            line.split(". ").next().unwrap().to_owned()
        };
        assert_eq!(summary(&some), summary(&all), "{format}");
        assert!(some.out.contains("proposals-not-all-listed"), "{format}");
        assert!(some.out.len() < all.out.len());
        let found = |ran: &Ran| {
            ran.out
                .matches(if format == "json" {
                    "\"fail\""
                } else {
                    "error["
                })
                .count()
        };
        assert!(found(&some) > 6 && found(&some) < found(&all), "{format}");
    }
    let (_, json) = folder.json(&["all.ndjson", "--max-proposals", "7"]);
    assert_eq!(json["proposals"].as_array().unwrap().len(), 7);
    let (_, all) = folder.json(&["all.ndjson"]);
    for count in [
        "proposals",
        "errors",
        "warnings",
        "undetermined",
        "to_do",
        "overall",
    ] {
        assert_eq!(json["summary"][count], all["summary"][count], "{count}");
    }
}

/// Files of a folder are told in their order, by however many threads.
#[test]
fn many_small_files_are_told_in_order() {
    let folder = Folder::new();
    for (index, record) in sound_records(120).iter().enumerate() {
        folder.write(&format!("proposals/{index:03}.json"), record);
    }
    folder.write(
        "proposals/050b.json",
        "{\"schema\": \"transfer-proposal/1\",",
    );
    folder.write(
        "proposals/050c.json",
        format!("{}\n{}\n", line("A-1"), line("A-1")),
    );
    for format in ["human", "quiet", "short", "json", "sarif"] {
        let run = |jobs: &str| {
            folder.check(&[&flags(format)[..], &["proposals", "--jobs", jobs]].concat())
        };
        let one = run("1");
        assert!(one.out.contains("050b.json"), "{format}");
        for jobs in ["2", "7"] {
            let more = run(jobs);
            assert_eq!(
                (more.code, &more.out, &more.err),
                (one.code, &one.out, &one.err)
            );
        }
    }
}

/// What is counted without being told in full is counted as it would have been.
#[test]
fn counts_do_not_depend_on_what_is_told() {
    let folder = Folder::with("all.ndjson", mixed());
    let quick = folder.check(&["all.ndjson"]);
    // A report of every proposal beside it makes the run look at each in full.
    let full = folder.check(&["all.ndjson", "--report", "json=all.report.json"]);
    assert_eq!((quick.code, &quick.out), (full.code, &full.out));
    let clean: String = (0..8).map(|n| line(&format!("TP-{n}")) + "\n").collect();
    for count in [1, 5, 6, 8] {
        let text: String = clean.split_inclusive('\n').take(count).collect();
        folder.write("few.ndjson", &text);
        let quick = folder.check(&["few.ndjson"]);
        let full = folder.check(&["few.ndjson", "--report", "json=few.report.json"]);
        assert_eq!((quick.code, &quick.out), (full.code, &full.out));
        assert_eq!(quick.out.contains("TP-0"), count <= 5, "{}", quick.out);
    }
}
