//! JUnit XML, as Jenkins, GitLab and others read it: a suite a proposal, a case a rule.
//!
//! A case fails where a finding of it fails the run. What is undetermined, waived or known and does
//! not fail the run is a skipped case with its message; a rule that does not apply is skipped too.

use super::place::place;
use super::text::sanitise;
use super::words::{heading_word, severity_word};
use crate::finding::{Finding, Outcome, Problem, ProposalReport, Report};
use crate::source::SourceMap;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

pub(super) fn render(report: &Report, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let mut document = quick_junit::Report::new(env!("CARGO_PKG_NAME"));
    if !report.problems.is_empty() {
        let mut suite = TestSuite::new("problems");
        for problem in &report.problems {
            suite.add_test_case(of_problem(problem, sources));
        }
        document.add_test_suite(suite);
    }
    for proposal in &report.proposals {
        document.add_test_suite(suite(report, proposal, sources));
    }
    let text = document.to_string().map_err(io::Error::other)?;
    out.write_all(without_root_skips(&text).as_bytes())?;
    out.flush()
}

/// Line by line harmless: whoever reads the file in a terminal is not steered by it.
fn clean(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(sanitise).collect();
    lines.join("\n")
}

/// `testsuites` has no attribute `skipped` in the schema that CI servers validate against; each
/// `testsuite` has.
fn without_root_skips(text: &str) -> String {
    let Some((before, rest)) = text.split_once("<testsuites ") else {
        return text.to_owned();
    };
    let (root, rest) = rest.split_once('>').unwrap_or((rest, ""));
    let kept: Vec<&str> = root
        .split(' ')
        .filter(|a| !a.starts_with("skipped="))
        .collect();
    format!("{before}<testsuites {}>{rest}", kept.join(" "))
}

fn suite(report: &Report, proposal: &ProposalReport, sources: &SourceMap) -> TestSuite {
    let path = sources
        .get(proposal.span.file)
        .map_or("", |file| file.name());
    let mut suite = TestSuite::new(match proposal.id.as_str() {
        "" => clean(path),
        id => clean(id),
    });
    suite.add_property(("file", clean(path).as_str()));
    suite.add_property(("overall", proposal.overall.as_str()));
    for verdict in &proposal.verdicts {
        suite.add_property((format!("verdict.{}", verdict.pack.0), verdict.word.clone()));
    }
    suite.add_property(("as_of", report.as_of.to_string().as_str()));
    // What carnet finds by itself has no outcome of a rule.
    let mut own: Vec<&str> = Vec::new();
    let ruled = |rule: &str| proposal.outcomes().any(|asked| asked.rule.0 == rule);
    for finding in &proposal.findings {
        let rule = finding.rule.0.as_str();
        if !own.contains(&rule) && !ruled(rule) {
            own.push(rule);
            suite.add_test_case(case(report, proposal, rule, &finding.pack.0, None, sources));
        }
    }
    for asked in proposal.outcomes() {
        let outcome = Some(asked.outcome);
        let (rule, pack) = (&asked.rule.0, &asked.pack.0);
        suite.add_test_case(case(report, proposal, rule, pack, outcome, sources));
    }
    suite
}

fn case(
    report: &Report,
    proposal: &ProposalReport,
    rule: &str,
    pack: &str,
    outcome: Option<Outcome>,
    sources: &SourceMap,
) -> TestCase {
    let of_rule = |finding: &&Finding| finding.rule.0 == rule && finding.pack.0 == pack;
    let findings: Vec<&Finding> = proposal.findings.iter().filter(of_rule).collect();
    let failing = findings.iter().find(|f| report.threshold.fails(f));
    let mut status = match (failing, findings.first(), outcome) {
        (Some(finding), ..) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(match finding.outcome {
                Outcome::Undetermined => "undetermined",
                _ => severity_word(finding.severity),
            });
            status.set_message(clean(&finding.message));
            status
        }
        (None, Some(finding), _) => {
            let mut status = TestCaseStatus::skipped();
            let message = format!("{}: {}", heading_word(finding), finding.message);
            status.set_message(clean(&message));
            status
        }
        (None, None, Some(Outcome::NotApplicable)) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("does not apply");
            status
        }
        (None, None, _) => TestCaseStatus::success(),
    };
    if !findings.is_empty() {
        let texts: Vec<String> = findings.iter().map(|f| text(f, sources)).collect();
        status.set_description(clean(&texts.join("\n\n")));
    }
    let mut case = TestCase::new(rule, status);
    case.set_classname(pack);
    case
}

fn text(finding: &Finding, sources: &SourceMap) -> String {
    let at = place(sources, finding.primary.span);
    let word = heading_word(finding);
    let mut lines = vec![format!(
        "{at}: {word}[{}] {}",
        finding.rule.0, finding.message
    )];
    if let Some(waived) = &finding.waiver {
        let (expires, owner) = (waived.expires, &waived.owner);
        lines.push(format!(
            "waived until {expires} by {owner}: {}",
            waived.reason
        ));
    }
    lines.extend(
        finding
            .missing
            .iter()
            .map(|m| format!("missing: {}", m.field)),
    );
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.extend(
        finding
            .sources
            .iter()
            .map(|s| format!("source: {}", s.cite)),
    );
    lines.push(format!("fingerprint: {}", finding.fingerprint));
    lines.join("\n")
}

/// What could not be read is an error; a remark about a waiver is a skipped case.
fn of_problem(problem: &Problem, sources: &SourceMap) -> TestCase {
    let broken = problem.severity == crate::finding::Severity::Error;
    let mut status = match broken {
        true => TestCaseStatus::non_success(NonSuccessKind::Error),
        false => TestCaseStatus::skipped(),
    };
    status.set_message(clean(&problem.message));
    let at = match problem.labels.first() {
        Some(label) => place(sources, label.span).to_string(),
        None => problem.path.clone(),
    };
    let word = severity_word(problem.severity);
    let mut text = format!("{at}: {word}[{}] {}", problem.code, problem.message);
    if let Some(help) = &problem.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    status.set_description(clean(&text));
    let mut case = TestCase::new(problem.code.as_str(), status);
    case.set_classname(clean(&problem.path));
    case
}
