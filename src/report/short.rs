//! One line a finding, for editors, `grep` and logs: `path:line:column: severity[rule] message`.
//!
//! Problems come first. A proposal without findings has no line, and there is no summary line:
//! that goes to standard error.

use super::place::place;
use super::text::sanitise;
use super::words::{heading_word, severity_word};
use crate::finding::Report;
use crate::source::SourceMap;
use std::io::{self, BufWriter, Write};

pub(super) fn render(report: &Report, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    for problem in &report.problems {
        let at = match problem.labels.first() {
            Some(label) => format!("{}: ", place(sources, label.span)),
            None if problem.path.is_empty() => String::new(),
            None => format!("{}: ", problem.path),
        };
        let word = severity_word(problem.severity);
        let line = format!("{at}{word}[{}] {}", problem.code, problem.message);
        writeln!(out, "{}", sanitise(&line))?;
    }
    for finding in report.proposals.iter().flat_map(|p| &p.findings) {
        let at = place(sources, finding.primary.span);
        let word = heading_word(finding);
        let mut line = format!("{at}: {word}[{}] {}", finding.rule.0, finding.message);
        if let Some(waived) = &finding.waiver {
            let (expires, owner) = (waived.expires, &waived.owner);
            line.push_str(&format!(" (until {expires} by {owner}: {})", waived.reason));
        }
        writeln!(out, "{}", sanitise(&line))?;
    }
    out.flush()
}
