//! What it costs to ask why, what if and when, as ratios against one check of the same proposals in the
//! same run: whole commands, from start to end.
//!
//! `cargo bench --bench outlook` prints, for each example, the median ratio of nine alternating rounds. It
//! asserts nothing: timings are for people to read.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench asks the clock and prints"
)]

#[path = "corpus/proposals.rs"]
mod proposals;

use proposals::{Corpus, Mix};
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 9;
const RECORDS: usize = 10_000;
const DAY: &str = "2026-11-22";

fn main() {
    // `cargo test --benches` only asks whether it builds and starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let commands: [(&str, &[&str]); 4] = [
        ("why", &["why"]),
        ("questions", &["check", "--questions"]),
        ("repairs", &["check", "--repairs"]),
        ("forecast", &["forecast", "--until", "2028-11-22"]),
    ];
    println!("{:26}{:>10}  (x one check)", "proposal", "check");
    for example in examples() {
        let path = format!("examples/{example}");
        let mut line = String::new();
        let mut check = 0.0;
        for (name, args) in commands {
            let (ratio, base) = ratio(args, &path);
            check = base;
            line.push_str(&format!("  {name} {ratio:5.1}"));
        }
        println!("{example:26}{:7.1} ms{line}", check * 1e3);
    }
    let path = std::env::temp_dir().join(format!("carnet-outlook-{}.ndjson", std::process::id()));
    let mix = Mix {
        seed: 7,
        failing: 10,
        undetermined: 0,
    };
    std::fs::write(&path, Corpus::lines(mix, RECORDS)).expect("a file to check");
    let shown = path.to_str().expect("a name");
    let (ratio, base) = ratio(&["forecast", "--until", "2028-11-22"], shown);
    println!("{RECORDS} proposals, two years: check {base:.2} s  forecast {ratio:5.1}");
    let _ = std::fs::remove_file(&path);
}

/// The files of `examples/` with one proposal each.
fn examples() -> Vec<String> {
    let entries = std::fs::read_dir("examples").expect("the examples");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    names.retain(|name| name != "profile-with-gaps.json");
    names.sort();
    names
}

/// The median of the ratios of a command to a check, and the median of the check in seconds.
fn ratio(args: &[&str], path: &str) -> (f64, f64) {
    let rounds = (0..ROUNDS).map(|_| (timed(&["check"], path), timed(args, path)));
    let rounds: Vec<(f64, f64)> = rounds.collect();
    let ratios = rounds.iter().map(|(check, other)| other / check);
    (
        median(ratios.collect()),
        median(rounds.iter().map(|it| it.0).collect()),
    )
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_unstable_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn timed(args: &[&str], path: &str) -> f64 {
    let start = Instant::now();
    Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(args)
        .args([path, "--as-of", DAY, "--config", "/dev/null"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program");
    start.elapsed().as_secs_f64()
}
