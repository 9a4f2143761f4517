//! Annotations of GitHub Actions: a workflow command a finding, which shows it at its line.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use super::place::place;
use super::text::sanitise;
use super::words::{heading_word, shown_severity};
use crate::finding::{Finding, Label, Report, Severity};
use crate::source::SourceMap;
use std::io::{self, BufWriter, Write};

/// GitHub shows so many annotations of a kind for a step; the rest stays in the log.
const SHOWN: usize = 10;

pub(super) fn render(report: &Report, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    for problem in &report.problems {
        let level = level(problem.severity);
        let place = match problem.labels.first() {
            Some(label) => at(label, sources),
            None if problem.path.is_empty() => String::new(),
            None => format!("file={}", property(&problem.path)),
        };
        let mut text = problem.message.clone();
        if let Some(help) = &problem.help {
            text.push_str(&format!("\nhelp: {help}"));
        }
        line(&mut out, level, &place, &problem.code, &text)?;
    }
    for proposal in &report.proposals {
        for finding in &proposal.findings {
            let level = level(shown_severity(report, finding));
            let title = format!("{}[{}]", heading_word(finding), finding.rule.0);
            let title = format!("{title} {}", proposal.id);
            let place = at(&finding.primary, sources);
            line(&mut out, level, &place, &title, &text(finding))?;
        }
    }
    out.flush()
}

/// Said where GitHub shows fewer annotations than there are; the log holds all.
pub(super) fn left_out(report: &Report) -> Option<String> {
    let findings = report.proposals.iter().flat_map(|p| &p.findings);
    let problems = report.problems.iter().map(|p| level(p.severity));
    let levels: Vec<&str> = findings
        .map(|f| level(shown_severity(report, f)))
        .chain(problems)
        .collect();
    let beyond = |kind: &str| {
        let count = levels.iter().filter(|level| **level == kind).count();
        count.saturating_sub(SHOWN)
    };
    let total = beyond("error") + beyond("warning") + beyond("notice");
    (total > 0).then(|| {
        format!(
            "GitHub shows {SHOWN} annotations of a kind for a step: {total} more stand in the log only"
        )
    })
}

/// GitHub's word.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn text(finding: &Finding) -> String {
    let mut lines = vec![finding.message.clone()];
    if let Some(waived) = &finding.waiver {
        let (expires, owner) = (waived.expires, &waived.owner);
        lines.push(format!(
            "waived until {expires} by {owner}: {}",
            waived.reason
        ));
    }
    let missing = finding
        .missing
        .iter()
        .map(|m| format!("missing: {}", m.field));
    lines.extend(missing);
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.extend(
        finding
            .sources
            .iter()
            .map(|s| format!("source: {}", s.cite)),
    );
    lines.join("\n")
}

fn at(label: &Label, sources: &SourceMap) -> String {
    let at = place(sources, label.span);
    format!(
        "file={},line={},endLine={},col={},endColumn={}",
        property(at.path),
        at.line,
        at.end_line,
        at.column,
        at.end_column
    )
}

fn line(out: &mut dyn Write, level: &str, place: &str, title: &str, text: &str) -> io::Result<()> {
    let comma = if place.is_empty() { "" } else { "," };
    let title = property(title);
    let text: Vec<String> = text.lines().map(|line| escaped(&sanitise(line))).collect();
    writeln!(
        out,
        "::{level} {place}{comma}title={title}::{}",
        text.join("%0A")
    )
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(&sanitise(text))
        .replace(':', "%3A")
        .replace(',', "%2C")
}
