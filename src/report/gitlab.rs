//! GitLab Code Quality: a JSON array, an element a finding.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use super::json_text::Harmless;
use super::place::place;
use crate::finding::{Finding, Label, Outcome, Report, Severity};
use crate::fingerprint::fingerprint;
use crate::source::SourceMap;
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

#[derive(Serialize)]
struct IssueJson {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: LocationJson,
}

#[derive(Serialize)]
struct LocationJson {
    path: String,
    lines: LinesJson,
}

#[derive(Serialize)]
struct LinesJson {
    begin: usize,
    end: usize,
}

pub(super) fn render(report: &Report, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let mut issues: Vec<IssueJson> = Vec::new();
    // GitLab drops what has a fingerprint that was there before.
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut unique = |name: String| {
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        match *count {
            1 => name,
            more => format!("{name}-{more}"),
        }
    };
    for problem in &report.problems {
        let location = match problem.labels.first() {
            Some(label) => at(label, sources),
            None => LocationJson {
                path: relative(&problem.path),
                lines: LinesJson { begin: 1, end: 1 },
            },
        };
        let named = format!("{}\0{}", problem.path, problem.message);
        let name = fingerprint(&problem.code, "", Outcome::Fail, &named);
        issues.push(IssueJson {
            description: with_help(&problem.message, problem.help.as_deref()),
            check_name: problem.code.clone(),
            fingerprint: unique(name),
            severity: severity(problem.severity, false),
            location,
        });
    }
    for proposal in &report.proposals {
        for finding in &proposal.findings {
            issues.push(IssueJson {
                description: format!("{}: {}", proposal.id, description(finding)),
                check_name: finding.rule.0.clone(),
                fingerprint: unique(finding.fingerprint.clone()),
                severity: severity(finding.severity, !report.threshold.fails(finding)),
                location: at(&finding.primary, sources),
            });
        }
    }
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Harmless::new());
    issues.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// What fails the run is at least `major`; what does not, such as a waived finding, at most `minor`.
fn severity(severity: Severity, passes: bool) -> &'static str {
    match severity {
        Severity::Info => "info",
        _ if passes => "minor",
        Severity::Warning => "major",
        Severity::Error => "critical",
    }
}

fn description(finding: &Finding) -> String {
    let word = match finding.outcome {
        _ if finding.waiver.is_some() => "waived: ",
        _ if finding.known == Some(true) => "known: ",
        Outcome::Undetermined => "undetermined: ",
        _ => "",
    };
    let help = finding.help.first().map(String::as_str);
    let mut text = with_help(&format!("{word}{}", finding.message), help);
    if let Some(waived) = &finding.waiver {
        let (expires, owner) = (waived.expires, &waived.owner);
        text.push_str(&format!(
            " (waived until {expires} by {owner}: {})",
            waived.reason
        ));
    }
    text
}

fn with_help(message: &str, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{message}. {help}"),
        None => message.to_owned(),
    }
}

fn at(label: &Label, sources: &SourceMap) -> LocationJson {
    let at = place(sources, label.span);
    LocationJson {
        path: relative(at.path),
        lines: LinesJson {
            begin: at.line,
            end: at.end_line,
        },
    }
}

fn relative(path: &str) -> String {
    path.strip_prefix("./").unwrap_or(path).to_owned()
}
