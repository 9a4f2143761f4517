//! A [`Report`] becomes bytes here, in one [`Format`] at a time.
//!
//! Every format shows every finding; only `human` groups them and may cap them, and then it counts
//! what it leaves out. No format knows another: what they share is [`place()`] (lines and columns),
//! [`sanitise`] (nothing of a user's reaches a terminal as it is) and [`summary_line`].
//!
//! This module decides nothing: no exit code, no verdict, no order, no terminal detection. Width,
//! colour and Unicode are inputs ([`RenderOptions`]), so the same report gives the same bytes.

mod card;
mod diagnostic;
mod excerpt;
mod forecast;
mod github;
mod gitlab;
mod grouping;
mod html;
mod json;
mod json_text;
mod junit;
mod look;
mod markdown;
mod markup;
mod matrix;
mod outlook;
mod phrase;
mod place;
mod proposal;
mod question_json;
mod repair_json;
mod row;
mod sarif;
mod short;
mod snippet;
mod summary;
mod terminal;
mod text;
mod why;
mod window;
mod words;

pub use forecast::{ForecastFormat, broken_in_forecast, render_forecast};
pub use place::{Place, place};
pub use summary::summary_line;
pub use terminal::IN_FULL;
pub use text::sanitise;
pub use why::{WhyFormat, render_why};
pub(crate) use words::{outcome_word, severity_word, tone_word};

use crate::finding::{Problem, Report};
use crate::source::SourceMap;
use std::io::{self, Write};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For reading: headings, snippets, the summary line.
    Human,
    /// One line a finding: `path:line:column: severity[rule] message`.
    Short,
    /// Version 1 of the JSON report, `schemas/report.schema.json`.
    Json,
    /// The same, a line for the run, each proposal and each problem.
    Ndjson,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML: a suite a proposal, a case a rule.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// The comment of a pull request.
    Markdown,
    /// One self-contained page, to be read, printed and kept.
    Html,
    // A new format is a variant here, a module beside `json`, and an arm in `render`.
}

/// How the reader's screen is, and how much the reader wants to see. `short` and `json` read
/// only [`outcomes`](Self::outcomes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Columns of the terminal.
    pub width: usize,
    /// ANSI colours. Nothing is said by colour alone.
    pub color: bool,
    /// Box drawing and arrows beyond ASCII. What users wrote is shown as written either way.
    pub unicode: bool,
    /// For screen readers: sentences, no drawing, no columns, no wrapping.
    pub narrated: bool,
    /// Clickable web addresses (OSC 8).
    pub links: bool,
    /// The most findings, and the most problems, that `human` draws; the rest is counted by rule.
    pub max_findings: Option<usize>,
    /// Only proposals with failures, and the summary.
    pub quiet: bool,
    /// Counts a pack, and every way to permit a transfer on a line of its own.
    pub verbose: bool,
    /// The outcome of every rule, in `json`.
    pub outcomes: bool,
    /// For people: what could be, instead of what is: the questions and repairs of the proposals.
    pub outlook: bool,
}

/// Writes `report` in `format`. The only errors are those of `out`.
pub fn render(
    report: &Report,
    sources: &SourceMap,
    format: Format,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human if options.outlook => outlook::human(report, sources, options, out),
        Format::Markdown if options.outlook => outlook::markdown(report, out),
        Format::Human => terminal::render(report, sources, options, out),
        Format::Short => short::render(report, sources, out),
        Format::Json => json::render(report, sources, options, out),
        Format::Ndjson => json::render_lines(report, sources, options, out),
        Format::Sarif => sarif::render(report, sources, out),
        Format::Junit => junit::render(report, sources, out),
        Format::Github => github::render(report, sources, out),
        Format::Gitlab => gitlab::render(report, sources, out),
        Format::Markdown => markdown::render(report, sources, out),
        Format::Html => html::render(report, sources, options, out),
    }
}

/// What a reader of this format will not see, by the limits of who shows it; to be told beside it.
pub fn left_out(report: &Report, sources: &SourceMap, format: Format) -> Option<String> {
    match format {
        Format::Sarif => sarif::left_out(report),
        Format::Github => github::left_out(report),
        Format::Markdown => markdown::left_out(report, sources),
        _ => None,
    }
}

/// Writes problems alone, with the look of `human`: broken rule files, configuration, waivers.
/// For another format, put them into an otherwise empty [`Report`] and [`render`] it.
pub fn render_problems(
    problems: &[Problem],
    sources: &SourceMap,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    terminal::render_problems(problems, sources, options, out)
}
