//! Markdown for the comment of a pull request: the answer, a table, and every finding with its line.
//!
//! GitHub takes 65,536 characters; what does not fit is counted by rule. Nothing that a user wrote
//! becomes markup, a mention or a reference.

use super::card::Card;
use super::excerpt::{Mark, excerpts, line_range, line_text};
use super::grouping::grouped;
use super::markup::{code, escaped, sentence};
use super::phrase::{assumption_text, dates, parties, reason_text, verdict_word, waived_text};
use super::summary::{by_rule, count, found, summary_line};
use super::text::{is_unsafe, push_spaces, stand_in, width};
use crate::finding::{Finding, ProposalReport, Report, Tone};
use crate::source::SourceMap;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// <https://github.com/orgs/community/discussions/27190>: characters of a comment.
const MOST: usize = 65_536;
/// Characters kept for what is said about the rest.
const REST: usize = 4_000;
/// Rows of the table of proposals.
const ROWS: usize = 200;
/// Columns of a line of a file.
const COLUMNS: usize = 100;

pub(super) fn render(report: &Report, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let (text, _) = comment(report, sources);
    out.write_all(text.as_bytes())
}

/// Said where a comment cannot hold everything.
pub(super) fn left_out(report: &Report, sources: &SourceMap) -> Option<String> {
    comment(report, sources).1
}

/// The comment, and what it leaves out.
fn comment(report: &Report, sources: &SourceMap) -> (String, Option<String>) {
    let all = || report.proposals.iter();
    let (text, left_out) = page(report, all(), sources);
    if left_out.is_none() {
        return (text, None);
    }
    // Not everything fits: what fails the run comes first.
    let fails = |p: &&ProposalReport| p.findings.iter().any(|f| report.threshold.fails(f));
    let (first, then): (Vec<_>, Vec<_>) = all().partition(fails);
    page(report, first.into_iter().chain(then), sources)
}

fn page<'a>(
    report: &Report,
    proposals: impl Iterator<Item = &'a ProposalReport>,
    sources: &SourceMap,
) -> (String, Option<String>) {
    let mut page = Page::new(head(report));
    for problem in &report.problems {
        let card = Card::problem(problem, sources);
        page.add(&drawn(&card, sources), [problem.code.as_str()]);
    }
    for proposal in proposals {
        section(&mut page, report, proposal, sources);
    }
    for baseline in report.baseline.iter().filter(|b| !b.gone.is_empty()) {
        let gone = baseline.gone.iter().map(|gone| {
            let (rule, message) = (code(&gone.rule.0), sentence(&gone.message));
            format!("- {rule} {}: {message}\n", escaped(&gone.proposal))
        });
        let title = format!(
            "{} of the baseline gone",
            count(baseline.gone.len(), "finding", "findings")
        );
        let lines: Vec<String> = gone.collect();
        page.add(&folded(&title, &lines), []);
    }
    page.finish()
}

/// A comment being written.
struct Page {
    text: String,
    /// Characters of it.
    taken: usize,
    /// How many findings of which rule are left out.
    rest: BTreeMap<String, usize>,
}

impl Page {
    fn new(text: String) -> Self {
        Self {
            taken: text.chars().count(),
            text,
            rest: BTreeMap::new(),
        }
    }

    /// Adds a text that holds findings of these rules, or counts them.
    fn add<'a>(&mut self, text: &str, rules: impl IntoIterator<Item = &'a str>) {
        if !self.fits(text) {
            for rule in rules {
                *self.rest.entry(rule.to_owned()).or_default() += 1;
            }
        }
    }

    /// Adds a text if there is room for it. What comes after something that is left out is left out
    /// too, so that the end of a comment is one place.
    fn fits(&mut self, text: &str) -> bool {
        let more = text.chars().count();
        let fits = self.rest.is_empty() && self.taken + more <= MOST - REST;
        if fits {
            self.text.push_str(text);
            self.taken += more;
        }
        fits
    }

    fn finish(mut self) -> (String, Option<String>) {
        let total: usize = self.rest.values().sum();
        if total == 0 {
            return (self.text, None);
        }
        let total = count(total, "finding is", "findings are");
        let rest = by_rule(self.rest);
        let cut: String = rest.chars().take(REST / 4).collect();
        let dots = if cut.len() < rest.len() { " …" } else { "" };
        let said = format!("{total} left out, as a comment holds {MOST} characters: {cut}{dots}");
        self.text.push_str(&format!("**{}**\n", escaped(&said)));
        (self.text, Some(said))
    }
}

fn head(report: &Report) -> String {
    let mut text = format!("## carnet\n\n{}\n\n", escaped(&summary_line(report)));
    if report.proposals.len() > 1 {
        text.push_str("| proposal | answer | findings |\n|---|---|---|\n");
        for proposal in report.proposals.iter().take(ROWS) {
            text.push_str(&format!(
                "| {} {} | {} | {} |\n",
                strong(&shortened(&proposal.id)),
                escaped(&shortened(&proposal.title)),
                answer(proposal.overall_tone, &proposal.overall),
                found(proposal)
            ));
        }
        if let Some(more) = report.proposals.len().checked_sub(ROWS).filter(|n| *n > 0) {
            text.push_str(&format!("| {more} more | | |\n"));
        }
        text.push('\n');
    }
    text
}

/// A proposal: its answers, its findings, and, folded, what is to do or known.
fn section(page: &mut Page, report: &Report, proposal: &ProposalReport, sources: &SourceMap) {
    let rules = |findings: &[&Finding]| -> Vec<String> {
        findings.iter().map(|f| f.rule.0.clone()).collect()
    };
    let every: Vec<&Finding> = proposal.findings.iter().collect();
    if report.proposals.len() > ROWS && every.is_empty() {
        return;
    }
    let heading = answers(proposal, sources);
    if !page.fits(&heading) {
        let rules = rules(&every);
        page.add(&heading, rules.iter().map(String::as_str));
        return;
    }
    for group in grouped(&proposal.findings, false) {
        let text = drawn(&Card::group(report, &group, sources), sources);
        let rules = rules(&group.members);
        page.add(&text, rules.iter().map(String::as_str));
    }
    let open = |f: &&&Finding| f.waiver.is_none();
    let to_do = |f: &&&Finding| f.is_to_do() && f.known != Some(true);
    let known = |f: &&&Finding| f.known == Some(true);
    let closed: [(&str, Vec<&Finding>); 2] = [
        (
            "to do",
            every.iter().filter(open).filter(to_do).copied().collect(),
        ),
        (
            "in the baseline",
            every.iter().filter(open).filter(known).copied().collect(),
        ),
    ];
    for (title, findings) in closed {
        if findings.is_empty() {
            continue;
        }
        let cards = findings.iter().map(|f| Card::finding(report, f, sources));
        let lines: Vec<String> = cards.map(|card| line(&card)).collect();
        let text = folded(&format!("{} {title}", findings.len()), &lines);
        let rules = rules(&findings);
        page.add(&text, rules.iter().map(String::as_str));
    }
}

fn answers(proposal: &ProposalReport, sources: &SourceMap) -> String {
    let title = format!("{} {}", strong(&proposal.id), escaped(&proposal.title));
    let mut text = format!("### {}\n\n", title.trim_end());
    let parties = parties(proposal, "→");
    if !parties.is_empty() {
        text.push_str(&format!("- transfer: {}\n", escaped(&parties)));
    }
    let (silent, spoken): (Vec<_>, Vec<_>) = proposal
        .verdicts
        .iter()
        .partition(|v| v.tone == Tone::NotApplicable && v.notes.is_empty());
    for verdict in spoken {
        let of = |f: &&Finding| f.pack == verdict.pack && f.waiver.is_some();
        let waived = proposal.findings.iter().filter(of).count();
        let dates = dates(verdict) + &waived_text(waived);
        text.push_str(&format!(
            "- {}: {} {}\n",
            escaped(&verdict.title),
            answer(verdict.tone, &verdict.word),
            escaped(&dates)
        ));
        for reason in &verdict.because {
            text.push_str(&format!("  - because {}\n", sentence(&reason_text(reason))));
        }
        for taken in &verdict.assumptions {
            let taken = assumption_text(taken, sources);
            text.push_str(&format!("  - assumed: {}\n", sentence(&taken)));
        }
    }
    if !silent.is_empty() {
        let titles: Vec<String> = silent.iter().map(|v| escaped(&v.title)).collect();
        text.push_str(&format!("- not applicable: {}\n", titles.join("; ")));
    }
    if !proposal.verdicts.iter().any(|v| v.word == proposal.overall) {
        let overall = answer(proposal.overall_tone, &proposal.overall);
        text.push_str(&format!("- overall: {overall}\n"));
    }
    text.push('\n');
    text
}

/// A verdict's word; a good one is not bold, so that others are seen.
fn answer(tone: Tone, word: &str) -> String {
    let word = escaped(&verdict_word(word));
    match tone {
        Tone::Good | Tone::NotApplicable => word,
        Tone::Unclear | Tone::Bad => format!("**{word}**"),
    }
}

/// A finding with its line and its rows.
fn drawn(card: &Card, sources: &SourceMap) -> String {
    let mut text = format!("**{}** {}", card.word, sentence(&card.message));
    if !card.rule.is_empty() {
        text.push_str(&format!("<br>{}", code(&card.rule)));
    }
    text.push_str(&format!(" {}\n\n", escaped(&card.at)));
    text.push_str(&excerpt(card, sources));
    let mut label = "";
    for row in card.rows.iter().filter(|row| row.label != "why") {
        label = if row.label.is_empty() {
            label
        } else {
            row.label
        };
        let at = match row.at.as_str() {
            "" => String::new(),
            at => format!(" ({})", escaped(at)),
        };
        text.push_str(&format!("- {label}: {}{at}\n", sentence(&row.text)));
    }
    for source in &card.cited {
        text.push_str(&format!("- source: {}\n", cited(source)));
    }
    text.push('\n');
    if !card.members.is_empty() {
        let members: Vec<String> = card
            .members
            .iter()
            .map(|member| {
                format!(
                    "- {} {}: {}\n",
                    code(&member.rule),
                    escaped(&member.at),
                    sentence(&member.message)
                )
            })
            .collect();
        text.push_str(&folded(&format!("The {} rules", members.len()), &members));
    }
    text
}

/// Lines that a reader opens.
fn folded(title: &str, lines: &[String]) -> String {
    let lines = lines.concat();
    format!("<details><summary>{title}</summary>\n\n{lines}\n</details>\n\n")
}

/// A finding in one line.
fn line(card: &Card) -> String {
    format!(
        "- {} {}: {}\n",
        code(&card.rule),
        escaped(&card.at),
        sentence(&card.message)
    )
}

fn cited(source: &super::card::Cited) -> String {
    let mark = match source.mark {
        "" => String::new(),
        mark => format!(" ({mark})"),
    };
    let text = escaped(&source.text);
    // An address may hold what ends a link.
    let plain = |c: char| !c.is_whitespace() && !is_unsafe(c) && !"<>()\\".contains(c);
    match source.url.as_str() {
        url if !url.is_empty() && url.chars().all(plain) => format!("[{text}]({url}){mark}"),
        _ => format!("{text}{mark}"),
    }
}

/// The first line that the finding is about, with its mark under it.
fn excerpt(card: &Card, sources: &SourceMap) -> String {
    let Some((primary, _)) = card.labels.split_first() else {
        return String::new();
    };
    let all = excerpts(sources, primary, &[], COLUMNS, 1);
    let Some(part) = all.first() else {
        return String::new();
    };
    let Some(strip) = part.strips.first() else {
        return String::new();
    };
    let (pieces, marks) = part.pieces(strip.line, 1);
    let line = line_text(part.file, strip.line);
    let start = line_range(part.file, strip.line).start;
    let number = (part.file.first_line() + strip.line).to_string();
    let mut shown = String::new();
    let mut under = String::new();
    let mut end = 0;
    for piece in &pieces {
        if piece.start > end {
            shown.push('…');
        }
        if let Some(mark) = marks.iter().find(|mark: &&Mark| {
            let at = mark.range.start.saturating_sub(start);
            piece.start <= at && at <= piece.end
        }) {
            let at = mark.range.start.saturating_sub(start);
            let before = safe(line.get(piece.start..at).unwrap_or_default());
            let stop = mark.range.end.saturating_sub(start).min(piece.end);
            let marked = width(&safe(line.get(at..stop).unwrap_or_default())).max(1);
            push_spaces(&mut under, width(&shown) + width(&before));
            under.push_str(&"^".repeat(marked));
            if !mark.text.is_empty() {
                under.push_str(&format!(" {}", mark.text));
            }
        }
        shown.push_str(&safe(line.get(piece.clone()).unwrap_or_default()));
        end = piece.end;
    }
    if end < line.len() {
        shown.push('…');
    }
    let gutter = " ".repeat(number.len());
    let body = format!("{number} | {shown}\n{gutter} | {under}\n");
    let fence = fence(&body);
    format!("{fence}text\n{body}{fence}\n\n")
}

/// A text inside a block of code.
fn safe(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match (c, stand_in(c)) {
            ('\t', _) => out.push(' '),
            (_, Some(shown)) => out.push_str(shown),
            (c, None) => out.push(c),
        }
    }
    out
}

/// A fence that nothing in `text` ends.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

fn strong(text: &str) -> String {
    match escaped(text).trim() {
        "" => String::new(),
        text => format!("**{text}**"),
    }
}

/// Characters of a text in the table.
const CELL: usize = 80;

fn shortened(text: &str) -> String {
    let mut cut: String = text.chars().take(CELL).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}
