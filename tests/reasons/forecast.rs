//! When answers become others.

use crate::asked::{Case, of_cases, of_examples, of_rules, rules, with_facts};
use carnet::engine::{CheckOptions, PackAnswer, answer_on, answers};
use carnet::rule::RuleSet;
use jiff::ToSpan;
use jiff::civil::Date;

const DAYS: i32 = 3 * 365;

/// Asks a pack on every day of three years, and looks that it turns only on days that were foretold.
/// How many days it turned on, and how many were foretold.
fn follow(set: &RuleSet, case: &Case, options: &CheckOptions, index: usize) -> (usize, usize) {
    with_facts(case, set, |facts| {
        let on = |day: Date| answer_on(set, facts, options, index, day).unwrap();
        let first = options.as_of;
        let (mut before, mut next) = on(first);
        let (mut turned, mut foretold) = (0, 0);
        for ahead in 1..=DAYS {
            let day = first.checked_add(ahead.days()).unwrap();
            let (now, then) = on(day);
            let id = &set.packs[index].id.0;
            if Some(day) == next {
                foretold += 1;
                turned += usize::from(now != before);
                (before, next) = (now, then);
            } else {
                assert_eq!(now, before, "{} {id}: {day} was not foretold, {next:?} was", case.name);
            }
        }
        (turned, foretold)
    })
}

#[test]
fn explore() {
    let set = rules();
    let start = std::time::Instant::now();
    let (mut turned, mut foretold, mut n) = (0, 0, 0);
    for (case, _) in of_rules() {
        let index = set.packs.iter().position(|pack| pack.rules.iter().any(|rule| rule.id.0 == case.rule)).unwrap();
        let mut options = CheckOptions::new(case.as_of);
        options.select = vec![case.rule.clone()];
        let (t, f) = follow(&set, &case, &options, index);
        turned += t; foretold += f; n += 1;
    }
    println!("rules {n}: {turned} of {foretold}, {:?}", start.elapsed());
    let start = std::time::Instant::now();
    let (mut turned, mut foretold, mut n) = (0, 0, 0);
    for case in of_examples().iter().chain(&of_cases()) {
        let options = CheckOptions::new(case.as_of);
        for index in 0..set.packs.len() {
            let (t, f) = follow(&set, case, &options, index);
            turned += t; foretold += f;
        }
        n += 1;
    }
    println!("cases {n}: {turned} of {foretold}, {:?}", start.elapsed());
    let _: Option<PackAnswer> = None;
    let _ = answers;
}
