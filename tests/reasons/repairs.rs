//! What would make it permitted.

use crate::asked::{Case, of_cases, of_rules, rules};
use carnet::finding::{Outcome, Tone};
use std::time::Instant;

#[test]
fn explore() {
    let set = rules();
    let mut cases: Vec<Case> = of_rules()
        .into_iter()
        .filter(|(_, outcome)| *outcome == Outcome::Fail)
        .map(|(case, _)| case)
        .collect();
    let n = cases.len();
    cases.extend(of_cases());
    println!("{n} examples, {} cases", cases.len() - n);
    for case in &cases {
        if std::env::var("ONLY").is_ok_and(|only| !case.name.contains(&only)) {
            continue;
        }
        let start = Instant::now();
        let Some((report, _)) = case.ask(&set, |options| options.repairs = Some(false)) else {
            continue;
        };
        if !report.verdicts.iter().any(|it| it.tone == Tone::Bad) {
            continue;
        }
        let all = report.repairs.unwrap_or_default();
        for repairs in &all {
            println!(
                "{:5} ms {} {} {} [{}] cut {}",
                start.elapsed().as_millis(),
                case.name,
                repairs
                    .packs
                    .iter()
                    .map(|p| p.pack.0.as_str())
                    .collect::<Vec<_>>()
                    .join("+"),
                repairs.repairs.len(),
                repairs
                    .repairs
                    .iter()
                    .map(|r| r
                        .steps
                        .iter()
                        .map(|s| s.says.as_str())
                        .collect::<Vec<_>>()
                        .join(" & "))
                    .collect::<Vec<_>>()
                    .join(" | "),
                repairs.cut,
            );
        }
    }
}
