//! What the targets share: the shipped rules, compiled once, and what must hold of every report.

use carnet::check::{Documents, Run};
use carnet::engine::CheckOptions;
use carnet::finding::{Label, Problem, ProposalReport};
use carnet::report::{Format, RenderOptions, render};
use carnet::rule::{Parameters, RuleSet, compile, shipped};
use carnet::source::SourceMap;
use std::sync::OnceLock;

/// The shipped rules.
pub fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| {
        let (set, problems) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
        assert!(problems.is_empty());
        set
    })
}

/// One text for every path that a proposal names.
pub struct OneProfile(pub Vec<u8>);

impl Documents for OneProfile {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        Ok((format!("profiles/{path}"), self.0.clone()))
    }
}

/// A run over the shipped rules for a day on which all of them are in force.
pub fn run<'a>(set: &'a RuleSet, documents: &'a dyn Documents) -> Run<'a> {
    let options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
    Run::new(set, options, documents, SourceMap::new())
}

/// Every place lies in its text, on character boundaries, and every format can be written.
pub fn holds(run: &Run) {
    let report = &run.report;
    report.proposals.iter().for_each(|proposal| places(run, proposal));
    report.problems.iter().for_each(|problem| labels(run, problem));
    let options = RenderOptions {
        width: 80,
        color: true,
        unicode: true,
        narrated: false,
        links: true,
        max_findings: None,
        quiet: false,
        verbose: true,
        outcomes: true,
    };
    for format in [
        Format::Human,
        Format::Short,
        Format::Json,
        Format::Ndjson,
        Format::Sarif,
        Format::Junit,
        Format::Github,
        Format::Gitlab,
        Format::Markdown,
        Format::Html,
    ] {
        let mut out = Vec::new();
        render(report, &run.sources, format, &options, &mut out).expect("a vector takes all");
        let text = std::str::from_utf8(&out).expect("every report is UTF-8");
        if format == Format::Json {
            serde_json::from_str::<serde_json::Value>(text).expect("the report is JSON");
        }
    }
}

fn place(run: &Run, label: &Label) {
    assert!(run.sources.text(label.span).is_some(), "{label:?}");
}

fn places(run: &Run, proposal: &ProposalReport) {
    assert!(run.sources.text(proposal.span).is_some());
    for finding in &proposal.findings {
        place(run, &finding.primary);
        finding.related.iter().for_each(|label| place(run, label));
        finding.missing.iter().for_each(|missing| place(run, &missing.label));
        assert!(!finding.message.is_empty());
    }
    for verdict in &proposal.verdicts {
        let reasons = verdict.because.iter().chain(&verdict.to_do);
        let labels = reasons.filter_map(|reason| reason.label.as_ref());
        let assumed = verdict.assumptions.iter().filter_map(|it| it.label.as_ref());
        labels.chain(assumed).for_each(|label| place(run, label));
    }
}

fn labels(run: &Run, problem: &Problem) {
    problem.labels.iter().for_each(|label| place(run, label));
    assert!(!problem.message.is_empty());
}
