//! What a report comes to: the counts every format gives, and the last line.
//!
//! The same numbers stand in the line and in the JSON report; the exit code is the caller's.

use super::text::sanitise;
use crate::finding::{Finding, Outcome, ProposalReport, Report};
use crate::tally::Tally;
use std::collections::BTreeMap;

/// The last line, without a line break: "1 proposal: permitted. 0 errors, 0 warnings, 1 to do. …"
pub fn summary_line(report: &Report) -> String {
    let tally = Tally::of(report);
    // A profile checked on its own is no proposal, and has no verdict.
    let (profiles, proposals): (Vec<_>, Vec<_>) = tally
        .overall
        .iter()
        .cloned()
        .partition(|(word, _)| word.ends_with(PROFILE));
    let profiles = profiles
        .into_iter()
        .map(|(word, n)| (word.trim_end_matches(PROFILE).to_owned(), n))
        .collect::<Vec<_>>();
    let mut counts = vec![
        count(tally.errors, "error", "errors"),
        count(tally.warnings, "warning", "warnings"),
    ];
    if tally.infos > 0 {
        counts.push(count(tally.infos, "remark", "remarks"));
    }
    if tally.undetermined > 0 {
        counts.push(format!("{} undetermined", tally.undetermined));
    }
    if tally.waived > 0 {
        counts.push(format!("{} waived", tally.waived));
    }
    if tally.to_do > 0 {
        counts.push(format!("{} to do", tally.to_do));
    }
    let mut sentences = Vec::new();
    if profiles.is_empty() || !proposals.is_empty() {
        sentences.push(answers(&proposals, "proposal", "proposals"));
    }
    if !profiles.is_empty() {
        sentences.push(answers(&profiles, "profile", "profiles"));
    }
    sentences.push(format!("{}.", counts.join(", ")));
    if let Some(baseline) = &report.baseline {
        let remaining = count(baseline.remaining, "finding", "findings");
        let mut sentence = format!("Baseline: {remaining} remain, {} gone", baseline.gone.len());
        if baseline.not_looked_at > 0 {
            sentence.push_str(&format!(", {} not looked at", baseline.not_looked_at));
        }
        sentences.push(sentence + ".");
    }
    if tally.broken > 0 {
        let problems = count(tally.broken, "problem", "problems");
        sentences.push(format!("{problems} left something unchecked."));
    }
    if report.skipped > 0 {
        let files = count(report.skipped, "other JSON file", "other JSON files");
        sentences.push(format!("{files} skipped."));
    }
    sentences.extend(report.asked.clone());
    sentences.push(format!("As of {}.", report.as_of));
    sentences.push("Not legal advice.".to_owned());
    sanitise(&sentences.join(" ")).into_owned()
}

/// The end of the overall words of organisation profiles.
const PROFILE: &str = "_profile";

/// "1 proposal: permitted.", "3 proposals: 2 permitted, 1 not permitted."
fn answers(words: &[(String, usize)], one: &str, many: &str) -> String {
    let total = words.iter().map(|(_, n)| n).sum();
    let answer = match words {
        [] => "nothing was checked".to_owned(),
        [(word, 1)] => word.replace('_', " "),
        words => words
            .iter()
            .map(|(word, n)| format!("{n} {}", word.replace('_', " ")))
            .collect::<Vec<_>>()
            .join(", "),
    };
    format!("{}: {answer}.", count(total, one, many))
}

/// How many findings of a proposal are what: "2 failed, 1 waived, 3 to do"; may be empty.
pub(super) fn found(proposal: &ProposalReport) -> String {
    let numbers =
        |holds: &dyn Fn(&Finding) -> bool| proposal.findings.iter().filter(|f| holds(f)).count();
    let open = |outcome: Outcome, to_do: bool| {
        numbers(&|f| f.outcome == outcome && f.counts() && f.is_to_do() == to_do)
    };
    let all = [
        (open(Outcome::Fail, false), "failed"),
        (open(Outcome::Undetermined, false), "undetermined"),
        (numbers(&|f| f.waiver.is_some()), "waived"),
        (
            numbers(&|f| f.waiver.is_none() && f.known == Some(true)),
            "known",
        ),
        (open(Outcome::Undetermined, true), "to do"),
    ];
    let said = all.iter().filter(|(n, _)| *n > 0);
    let said: Vec<String> = said.map(|(n, what)| format!("{n} {what}")).collect();
    said.join(", ")
}

/// "1 error", "2 errors".
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// "rule 3, other-rule 1": the most frequent first.
pub(super) fn by_rule(rules: BTreeMap<String, usize>) -> String {
    let mut rules: Vec<(String, usize)> = rules.into_iter().collect();
    rules.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let rules: Vec<String> = rules
        .iter()
        .map(|(rule, n)| format!("{rule} {n}"))
        .collect();
    rules.join(", ")
}
