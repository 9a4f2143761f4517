//! When answers become others.

use crate::asked::{Case, carnet, fits, of_cases, of_examples, of_rules, rules, with_facts};
use carnet::engine::{CheckOptions, answer_on, answers};
use carnet::rule::RuleSet;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

/// Three years.
const DAYS: i32 = 3 * 365;

/// Asks a pack on every day of three years, and sees that it answers otherwise only on days that were
/// foretold. On how many days it did.
fn follow(set: &RuleSet, case: &Case, options: &CheckOptions, index: usize) -> usize {
    with_facts(case, set, |facts| {
        let on = |day: Date| answer_on(set, facts, options, index, day).unwrap();
        let first = options.as_of;
        let (mut before, mut next) = on(first);
        let mut turned = 0;
        for ahead in 1..=DAYS {
            let day = first.checked_add(ahead.days()).unwrap();
            let (now, then) = on(day);
            if Some(day) == next {
                turned += usize::from(now != before);
                (before, next) = (now, then);
            } else {
                let id = &set.packs[index].id.0;
                assert_eq!(now, before, "{} {id}: {day} was not foretold", case.name);
            }
        }
        turned
    })
}

fn in_two<T: Sync, R: Send>(all: &[T], run: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    std::thread::scope(|scope| {
        let halves = all.chunks(all.len().div_ceil(2).max(1));
        let halves: Vec<_> = halves.map(|half| scope.spawn(|| run(half))).collect();
        halves
            .into_iter()
            .map(|half| half.join().unwrap())
            .collect()
    })
}

/// Every example of every rule, asked about on each day of three years.
#[test]
fn no_day_of_an_example_is_missed() {
    let set = rules();
    let examples: Vec<Case> = of_rules().into_iter().map(|(case, _)| case).collect();
    let turned = in_two(&examples, |half| {
        let follow_one = |case: &Case| {
            let has = |pack: &carnet::rule::Pack| pack.rules.iter().any(|it| it.id.0 == case.rule);
            let index = set.packs.iter().position(has).unwrap();
            let mut options = CheckOptions::new(case.as_of);
            options.select = vec![case.rule.clone()];
            follow(&set, case, &options, index)
        };
        half.iter().map(follow_one).sum::<usize>()
    });
    assert!(turned.iter().sum::<usize>() > 50, "{turned:?}");
}

/// Every pack about every proposal of `examples/` and a third of the cases, likewise; the former also without
/// assumptions, and from an earlier day on which much of the law was still to come.
#[test]
fn no_day_of_a_case_is_missed() {
    let set = rules();
    let mut asked: Vec<(Case, bool)> = Vec::new();
    for case in of_examples() {
        let mut early = case.clone();
        early.as_of = "2024-03-15".parse().unwrap();
        asked.extend([(case.clone(), false), (case, true), (early, false)]);
    }
    asked.extend(of_cases().into_iter().step_by(3).map(|case| (case, false)));
    let turned = in_two(&asked, |half| {
        let mut turned = 0;
        for (case, strict) in half {
            let mut options = CheckOptions::new(case.as_of);
            options.strict = *strict;
            let packs = 0..set.packs.len();
            turned += packs
                .map(|index| follow(&set, case, &options, index))
                .sum::<usize>();
            with_facts(case, &set, |facts| {
                for answer in answers(&set, facts, &options) {
                    let on = answer_on(&set, facts, &options, answer.pack, options.as_of);
                    assert_eq!(on.unwrap().0, answer);
                }
            });
        }
        turned
    });
    assert!(turned.iter().sum::<usize>() > 40, "{turned:?}");
}

fn json(args: &[&str]) -> Value {
    let (code, out, err) = carnet(args);
    assert!(code < 2, "{err}");
    serde_json::from_str(&out).unwrap()
}

/// What is foretold of a day is what a check says of it, and of the day before.
#[test]
fn a_check_on_the_day_says_what_was_foretold() {
    let mut seen = 0;
    for example in [
        "help-desk",
        "genome-samples",
        "certified-exporter",
        "chain-of-owners",
    ] {
        let path = format!("examples/{example}.json");
        let args = [
            "forecast",
            &path,
            "--as-of",
            "2026-11-22",
            "--until",
            "2029-11-22",
            "--format",
            "json",
        ];
        let told = json(&args);
        fits(carnet::vocabulary::schema::FORECAST, &told);
        for turn in told
            .pointer("/proposals/0/turns")
            .unwrap()
            .as_array()
            .unwrap()
        {
            let date: Date = turn["date"].as_str().unwrap().parse().unwrap();
            for (day, side) in [(date.yesterday().unwrap(), "from"), (date, "to")] {
                let day = day.to_string();
                let (_, out, _) = carnet(&["check", &path, "--as-of", &day, "--format", "json"]);
                let report: Value = serde_json::from_str(&out).unwrap();
                let verdicts = report
                    .pointer("/proposals/0/verdicts")
                    .unwrap()
                    .as_array()
                    .unwrap();
                for verdict in turn["verdicts"].as_array().unwrap() {
                    let said = &verdict[side];
                    let on_day = verdicts
                        .iter()
                        .find(|it| it["pack"] == said["pack"])
                        .unwrap();
                    assert_eq!(on_day["verdict"], said["verdict"], "{example} {day}");
                    seen += 1;
                }
            }
            // The same, compared directly.
            let day = date.to_string();
            let before = date.yesterday().unwrap().to_string();
            let compared = json(&[
                "forecast", &path, "--as-of", &before, "--at", &day, "--format", "json",
            ]);
            let same = compared
                .pointer("/proposals/0/turns/0/verdicts")
                .unwrap_or(&Value::Null);
            let none = turn["verdicts"].as_array().unwrap().is_empty();
            assert!(none || *same == turn["verdicts"], "{example} {day}");
        }
    }
    assert!(seen >= 6, "{seen}");
}

/// A calendar holds an event a day, in lines that are short enough, with the same identifiers each time.
#[test]
fn the_calendar_is_one() {
    let args = [
        "forecast",
        "examples",
        "--as-of",
        "2026-11-22",
        "--until",
        "2029-11-22",
    ];
    let ics = || {
        let (code, out, err) = carnet(&[&args[..], &["--format", "ics"]].concat());
        assert_eq!(code, 0, "{err}");
        out
    };
    let text = ics();
    assert_eq!(text, ics());
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(
        text.split("\r\n")
            .all(|line| line.len() <= 75 && !line.contains('\n'))
    );
    let unfolded = text.replace("\r\n ", "");
    let values = |name: &str| -> Vec<String> {
        let lines = unfolded.split("\r\n");
        lines
            .filter_map(|line| line.strip_prefix(name))
            .map(str::to_owned)
            .collect()
    };
    let told = json(&[&args[..], &["--format", "json"]].concat());
    let days = told["days"].as_array().unwrap();
    let starts: Vec<String> = days
        .iter()
        .map(|day| day["date"].as_str().unwrap().replace('-', ""))
        .collect();
    assert_eq!(values("DTSTART;VALUE=DATE:"), starts);
    assert_eq!(values("BEGIN:VEVENT").len(), values("END:VEVENT").len());
    let mut ids = values("UID:");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), starts.len());
    let summaries = values("SUMMARY:");
    assert!(
        summaries
            .iter()
            .any(|it| it.contains("UNDETERMINED → NOT MET")),
        "{summaries:?}"
    );
    // Commas and semicolons of a value are escaped.
    for text in summaries.iter().chain(&values("DESCRIPTION:")) {
        let plain = text
            .replace("\\,", "")
            .replace("\\;", "")
            .replace("\\n", "")
            .replace("\\\\", "");
        assert!(!plain.contains([',', ';', '\\']), "{text}");
    }
}

/// Waivers end, and reviews are due.
#[test]
fn own_dates_are_told() {
    let folder = format!("{}/forecast", env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(&folder).unwrap();
    let path = format!("{folder}/waivers.yaml");
    let waivers = "schema: waivers/1\nwaivers:\n  - rule: overseas-transfer-without-gateway\n    proposal: KUJ-2026-003\n    \
                   reason: under review\n    accept_prohibition: true\n    owner: legal\n    approver: Board\n    expires: 2027-02-28\n";
    std::fs::write(&path, waivers).unwrap();
    let args = [
        "forecast",
        "examples/genome-samples.json",
        "--as-of",
        "2026-11-22",
        "--waivers",
        &path,
    ];
    let (code, out, err) = carnet(&args);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("2027-03-01  the waiver of [overseas-transfer-without-gateway] by legal ends"),
        "{out}{err}"
    );
    let args = [
        "forecast",
        "examples/cloud-hosting.json",
        "--as-of",
        "2026-11-22",
        "--until",
        "2027-12-31",
    ];
    let (_, out, _) = carnet(&args);
    assert!(
        out.contains("2027-12-13  the review is due (`review_by`)"),
        "{out}"
    );
}

/// What is broken or not known is said beside what does not change.
#[test]
fn what_is_not_known_is_no_calm() {
    let (code, out, _) = carnet(&[
        "forecast",
        "examples/mistakes.json",
        "--as-of",
        "2026-11-22",
        "--until",
        "2026-12-31",
    ]);
    assert_eq!(code, 0);
    let mistakes = "8 mistakes of the format; what is written there reads as not known";
    assert!(out.contains(mistakes), "{out}");
    let start = "no start is stated: each day stands in for it";
    assert!(out.contains(start), "{out}");
    assert!(
        out.contains("2026-11-22  ") && out.contains("UNDETERMINED"),
        "{out}"
    );
    let (_, out, _) = carnet(&[
        "forecast",
        "examples/cloud-hosting-draft.json",
        "--as-of",
        "2026-11-22",
    ]);
    let unknown =
        "what is not known today is not foreseen; `carnet check --questions` tells what to ask";
    assert!(out.contains(unknown), "{out}");
    let (_, out, _) = carnet(&[
        "forecast",
        "examples",
        "--as-of",
        "2026-11-22",
        "--until",
        "2026-12-31",
    ]);
    assert!(
        out.contains("In 1 proposal there are mistakes of the format"),
        "{out}"
    );
    assert!(out.contains("something is not known today"), "{out}");
    let args = [
        "forecast",
        "examples/mistakes.json",
        "--as-of",
        "2026-11-22",
        "--format",
        "ics",
    ];
    let (_, _, err) = carnet(&args);
    assert!(err.contains("mistakes of the format"), "{err}");
    let told = json(&[
        "forecast",
        "examples/mistakes.json",
        "--as-of",
        "2026-11-22",
        "--format",
        "json",
    ]);
    assert_eq!(told["proposals"][0]["mistakes"], 8);
}

#[test]
fn bad_input_is_told() {
    let cases = [
        (
            vec!["--until", "2026-11-21"],
            "`--until 2026-11-21` is before the day of the check, 2026-11-22",
        ),
        (
            vec!["--at", "2010-12-31"],
            "`--at 2010-12-31` is before all that the rules know",
        ),
        (vec!["--until", "soon"], "`--until soon` is not a date"),
        (
            vec!["--until", "2027-01-01", "--at", "2027-01-01"],
            "cannot be used with",
        ),
        (
            vec!["--select", "no-such-rule"],
            "there is no rule `no-such-rule`",
        ),
        (vec!["--id", "NOBODY"], "no proposal has the id `NOBODY`"),
    ];
    for (more, told) in cases {
        let args = [
            "forecast",
            "examples/help-desk.json",
            "--as-of",
            "2026-11-22",
        ];
        let (code, _, err) = carnet(&[&args[..], &more[..]].concat());
        assert_eq!(code, 2, "{more:?}: {err}");
        assert!(err.contains(told), "{more:?}: {err}");
    }
    let (code, _, err) = carnet(&[
        "forecast",
        "examples/help-desk.json",
        "--as-of",
        "2010-01-01",
    ]);
    assert_eq!(code, 2);
    assert!(
        err.contains("the earliest day of which one of them tells is 2011-11-01"),
        "{err}"
    );
}
