//! Version 1 of the JSON report: `schemas/report.schema.json` is its description and its promise.
//!
//! The types here are private and exist for this format only. Within a version, fields are added
//! and never renamed or removed. Texts are as the user wrote them, unsanitised, because programs
//! compare them; characters that could steer a terminal are written as JSON escapes, which reads
//! back as the same text.

use super::RenderOptions;
use super::json_text::Harmless;
use super::place::place;
use super::question_json::QuestionsJson;
use super::repair_json::{RepairsJson, repairs_json};
use super::words::{
    certainty_word, door_word, effect_word, kind_word, outcome_word, severity_word, target_word,
    tone_word,
};
use crate::finding::{
    Assumption, Baseline, Door, Finding, Input, Label, Missing, PackInfo, Party, Problem,
    ProposalReport, Reason, Report, RuleOutcome, Source, Target, Verdict, Waived,
};
use crate::source::{SourceMap, Span};
use crate::tally::Tally;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

pub(super) fn render(
    report: &Report,
    sources: &SourceMap,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let problems = report.problems.iter();
    let document = ReportJson {
        head: HeadJson::new(report),
        proposals: ProposalsJson {
            proposals: &report.proposals,
            sources,
            outcomes: options.outcomes,
        },
        problems: problems.map(|p| ProblemJson::new(p, sources)).collect(),
        summary: SummaryJson::new(report),
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Harmless::new());
    document.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// A line for the run, each proposal and each problem, told apart by `type`.
pub(super) fn render_lines(
    report: &Report,
    sources: &SourceMap,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let run = RunJson {
        head: HeadJson::new(report),
        summary: SummaryJson::new(report),
    };
    line(&mut out, "run", &run)?;
    for proposal in &report.proposals {
        let proposal = ProposalJson::new(proposal, sources, options.outcomes);
        line(&mut out, "proposal", &proposal)?;
    }
    for problem in &report.problems {
        line(&mut out, "problem", &ProblemJson::new(problem, sources))?;
    }
    out.flush()
}

#[derive(Serialize)]
struct LineJson<'a, T> {
    r#type: &'static str,
    #[serde(flatten)]
    body: &'a T,
}

fn line<T: Serialize>(out: &mut dyn Write, kind: &'static str, body: &T) -> io::Result<()> {
    let line = LineJson { r#type: kind, body };
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Harmless::compact());
    line.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// What is said of the run before anything else.
#[derive(Serialize)]
struct HeadJson<'a> {
    version: u8,
    tool: ToolJson,
    as_of: String,
    asked: Option<&'a str>,
    packs: Vec<PackJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<InputJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<BaselineJson<'a>>,
}

/// The line of an NDJSON report that comes first.
#[derive(Serialize)]
struct RunJson<'a> {
    #[serde(flatten)]
    head: HeadJson<'a>,
    summary: SummaryJson,
}

#[derive(Serialize)]
struct ReportJson<'a> {
    #[serde(flatten)]
    head: HeadJson<'a>,
    proposals: ProposalsJson<'a>,
    problems: Vec<ProblemJson<'a>>,
    summary: SummaryJson,
}

#[derive(Serialize)]
struct ToolJson {
    name: &'static str,
    version: &'static str,
}

const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize)]
struct PackJson<'a> {
    id: &'a str,
    title: &'a str,
    kind: &'static str,
    /// A shipped pack has carnet's version; a user's own has none.
    version: Option<&'static str>,
    shipped: bool,
    digest: &'a str,
    researched_on: String,
    partial: bool,
}

#[derive(Serialize)]
struct InputJson<'a> {
    path: &'a str,
    digest: &'a str,
}

impl<'a> InputJson<'a> {
    fn new(input: &'a Input) -> Self {
        Self {
            path: &input.path,
            digest: &input.digest,
        }
    }
}

/// Made one at a time while they are written: a run may hold a hundred thousand.
struct ProposalsJson<'a> {
    proposals: &'a [ProposalReport],
    sources: &'a SourceMap,
    outcomes: bool,
}

impl Serialize for ProposalsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let made = self.proposals.iter();
        serializer.collect_seq(made.map(|p| ProposalJson::new(p, self.sources, self.outcomes)))
    }
}

#[derive(Serialize)]
struct ProposalJson<'a> {
    id: &'a str,
    title: &'a str,
    path: &'a str,
    line: usize,
    exporter: Option<PartyJson<'a>>,
    importer: Option<PartyJson<'a>>,
    start_date: Option<String>,
    overall: &'a str,
    tone: &'static str,
    verdicts: Vec<VerdictJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcomes: Option<Vec<OutcomeJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    questions: Option<QuestionsJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repairs: Option<Vec<RepairsJson<'a>>>,
}

#[derive(Serialize)]
struct PartyJson<'a> {
    name: &'a str,
    country: &'a str,
    country_name: Option<&'a str>,
    role: &'a str,
}

#[derive(Serialize)]
struct VerdictJson<'a> {
    pack: &'a str,
    title: &'a str,
    kind: &'static str,
    verdict: &'a str,
    tone: &'static str,
    partial: bool,
    law_dates: Vec<String>,
    holds_until: Option<String>,
    holds_until_because: Option<&'a str>,
    pass: usize,
    fail: usize,
    undetermined: usize,
    not_applicable: usize,
    because: Vec<ReasonJson<'a>>,
    assumptions: Vec<AssumptionJson<'a>>,
    to_do: Vec<ReasonJson<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct ReasonJson<'a> {
    title: &'a str,
    text: &'a str,
    location: Option<LocationJson<'a>>,
}

#[derive(Serialize)]
struct AssumptionJson<'a> {
    field: &'a str,
    value: &'a str,
    because: &'a str,
    location: Option<LocationJson<'a>>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    pack: &'a str,
    severity: &'static str,
    effect: &'static str,
    outcome: &'static str,
    message: &'a str,
    help: &'a [String],
    notes: &'a [String],
    sources: Vec<SourceJson<'a>>,
    location: LocationJson<'a>,
    label: &'a str,
    related: Vec<RelatedJson<'a>>,
    missing: Vec<&'a str>,
    missing_facts: Vec<MissingJson<'a>>,
    waiting: Vec<&'a str>,
    ways: Vec<WayJson<'a>>,
    fingerprint: &'a str,
    waiver: Option<WaiverJson<'a>>,
    /// Whether the baseline has it; said only where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<bool>,
}

#[derive(Serialize)]
struct WaiverJson<'a> {
    owner: &'a str,
    reason: &'a str,
    expires: String,
    approver: Option<&'a str>,
    location: LocationJson<'a>,
}

#[derive(Serialize)]
struct BaselineJson<'a> {
    path: &'a str,
    remaining: usize,
    not_looked_at: usize,
    gone: Vec<GoneJson<'a>>,
}

#[derive(Serialize)]
struct GoneJson<'a> {
    proposal: &'a str,
    rule: &'a str,
    message: &'a str,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct SourceJson<'a> {
    cite: &'a str,
    url: Option<&'a str>,
    requirement: Option<&'a str>,
    certainty: &'static str,
}

#[derive(Serialize)]
struct LocationJson<'a> {
    path: &'a str,
    pointer: Option<&'a str>,
    target: &'static str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct RelatedJson<'a> {
    message: &'a str,
    location: LocationJson<'a>,
}

#[derive(Serialize)]
struct MissingJson<'a> {
    field: &'a str,
    meaning: &'a str,
    location: LocationJson<'a>,
}

#[derive(Serialize)]
struct WayJson<'a> {
    title: &'a str,
    state: &'static str,
    needs: &'a [String],
    would_permit: bool,
}

#[derive(Serialize)]
struct OutcomeJson<'a> {
    rule: &'a str,
    pack: &'a str,
    outcome: &'static str,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    severity: &'static str,
    code: &'a str,
    path: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    location: Option<LocationJson<'a>>,
    label: &'a str,
    related: Vec<RelatedJson<'a>>,
}

#[derive(Serialize)]
struct SummaryJson {
    proposals: usize,
    skipped: usize,
    problems: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    undetermined: usize,
    waived: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<usize>,
    to_do: usize,
    overall: BTreeMap<String, usize>,
    exit_code: u8,
}

impl<'a> HeadJson<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            version: 1,
            tool: ToolJson {
                name: env!("CARGO_PKG_NAME"),
                version: TOOL_VERSION,
            },
            as_of: report.as_of.to_string(),
            asked: report.asked.as_deref(),
            packs: report.packs.iter().map(PackJson::new).collect(),
            inputs: report.inputs.iter().map(InputJson::new).collect(),
            baseline: report.baseline.as_ref().map(BaselineJson::new),
        }
    }
}

impl SummaryJson {
    fn new(report: &Report) -> Self {
        let tally = Tally::of(report);
        Self {
            proposals: tally.proposals,
            skipped: report.skipped,
            problems: tally.problems,
            errors: tally.errors,
            warnings: tally.warnings,
            infos: tally.infos,
            undetermined: tally.undetermined,
            waived: tally.waived,
            known: report.baseline.as_ref().map(|_| tally.known),
            to_do: tally.to_do,
            overall: tally.overall.into_iter().collect(),
            exit_code: report.exit_code,
        }
    }
}

impl<'a> PackJson<'a> {
    fn new(pack: &'a PackInfo) -> Self {
        Self {
            id: &pack.id.0,
            title: &pack.title,
            kind: kind_word(pack.kind),
            version: pack.shipped.then_some(TOOL_VERSION),
            shipped: pack.shipped,
            digest: &pack.digest,
            researched_on: pack.researched_on.to_string(),
            partial: pack.partial,
        }
    }
}

impl<'a> ProposalJson<'a> {
    fn new(proposal: &'a ProposalReport, sources: &'a SourceMap, outcomes: bool) -> Self {
        // Only the beginning is said; to find the end would be to read the whole document.
        let start = Span {
            end: proposal.span.start,
            ..proposal.span
        };
        let at = place(sources, start);
        let verdict = |v| VerdictJson::new(v, sources);
        let finding = |f| FindingJson::new(f, sources);
        let asked = || proposal.outcomes().map(OutcomeJson::new).collect();
        Self {
            id: &proposal.id,
            title: &proposal.title,
            path: at.path,
            line: at.line,
            exporter: proposal.exporter.as_ref().map(PartyJson::new),
            importer: proposal.importer.as_ref().map(PartyJson::new),
            start_date: proposal.start_date.map(|d| d.to_string()),
            overall: &proposal.overall,
            tone: tone_word(proposal.overall_tone),
            verdicts: proposal.verdicts.iter().map(verdict).collect(),
            findings: proposal.findings.iter().map(finding).collect(),
            outcomes: outcomes.then(asked),
            repairs: proposal.repairs.as_deref().map(repairs_json),
            questions: (proposal.questions.as_ref()).map(|q| QuestionsJson::new(q, sources)),
        }
    }
}

impl<'a> PartyJson<'a> {
    fn new(party: &'a Party) -> Self {
        Self {
            name: &party.name,
            country: &party.country,
            country_name: party.country_name.as_deref(),
            role: &party.role,
        }
    }
}

impl<'a> VerdictJson<'a> {
    fn new(verdict: &'a Verdict, sources: &'a SourceMap) -> Self {
        let reasons =
            |list: &'a [Reason]| list.iter().map(|r| ReasonJson::new(r, sources)).collect();
        let until = verdict.holds_until.as_ref();
        let assumption = |a| AssumptionJson::new(a, sources);
        Self {
            pack: &verdict.pack.0,
            title: &verdict.title,
            kind: kind_word(verdict.kind),
            verdict: &verdict.word,
            tone: tone_word(verdict.tone),
            partial: verdict.partial,
            law_dates: verdict.law_dates.iter().map(|d| d.to_string()).collect(),
            holds_until: until.map(|(date, _)| date.to_string()),
            holds_until_because: until.map(|(_, reason)| reason.as_str()),
            pass: verdict.counts.pass,
            fail: verdict.counts.fail,
            undetermined: verdict.counts.undetermined,
            not_applicable: verdict.counts.not_applicable,
            because: reasons(&verdict.because),
            assumptions: verdict.assumptions.iter().map(assumption).collect(),
            to_do: reasons(&verdict.to_do),
            notes: &verdict.notes,
        }
    }
}

impl<'a> ReasonJson<'a> {
    fn new(reason: &'a Reason, sources: &'a SourceMap) -> Self {
        Self {
            title: &reason.title,
            text: &reason.text,
            location: reason.label.as_ref().map(|l| LocationJson::new(l, sources)),
        }
    }
}

impl<'a> AssumptionJson<'a> {
    fn new(assumption: &'a Assumption, sources: &'a SourceMap) -> Self {
        let label = assumption.label.as_ref();
        Self {
            field: &assumption.field,
            value: &assumption.value,
            because: &assumption.because,
            location: label.map(|l| LocationJson::new(l, sources)),
        }
    }
}

impl<'a> FindingJson<'a> {
    fn new(finding: &'a Finding, sources: &'a SourceMap) -> Self {
        let fact = |m| MissingJson::new(m, sources);
        Self {
            rule: &finding.rule.0,
            pack: &finding.pack.0,
            severity: severity_word(finding.severity),
            effect: effect_word(finding.effect),
            outcome: outcome_word(finding.outcome),
            message: &finding.message,
            help: &finding.help,
            notes: &finding.notes,
            sources: finding.sources.iter().map(SourceJson::new).collect(),
            location: LocationJson::new(&finding.primary, sources),
            label: &finding.primary.text,
            related: related(&finding.related, sources),
            missing: finding.missing.iter().map(|m| m.field.as_str()).collect(),
            missing_facts: finding.missing.iter().map(fact).collect(),
            waiting: finding.waiting.iter().map(|rule| rule.0.as_str()).collect(),
            ways: finding.doors.iter().map(WayJson::new).collect(),
            fingerprint: &finding.fingerprint,
            waiver: finding.waiver.as_ref().map(|w| WaiverJson::new(w, sources)),
            known: finding.known,
        }
    }
}

impl<'a> WaiverJson<'a> {
    fn new(waived: &'a Waived, sources: &'a SourceMap) -> Self {
        Self {
            owner: &waived.owner,
            reason: &waived.reason,
            expires: waived.expires.to_string(),
            approver: waived.approver.as_deref(),
            location: LocationJson::new(&waived.label, sources),
        }
    }
}

impl<'a> BaselineJson<'a> {
    fn new(baseline: &'a Baseline) -> Self {
        let gone = baseline.gone.iter().map(|gone| GoneJson {
            proposal: &gone.proposal,
            rule: &gone.rule.0,
            message: &gone.message,
            fingerprint: &gone.fingerprint,
        });
        Self {
            path: &baseline.path,
            remaining: baseline.remaining,
            not_looked_at: baseline.not_looked_at,
            gone: gone.collect(),
        }
    }
}

impl<'a> SourceJson<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            cite: &source.cite,
            url: source.url.as_deref(),
            requirement: source.requirement.as_deref(),
            certainty: certainty_word(source.certainty),
        }
    }
}

impl<'a> LocationJson<'a> {
    fn new(label: &'a Label, sources: &'a SourceMap) -> Self {
        let at = place(sources, label.span);
        Self {
            path: at.path,
            // The root's pointer is empty too, so a text without a tree has none at all.
            pointer: (label.target != Target::Text).then_some(label.pointer.as_str()),
            target: target_word(label.target),
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
        }
    }
}

fn related<'a>(labels: &'a [Label], sources: &'a SourceMap) -> Vec<RelatedJson<'a>> {
    let related = labels.iter().map(|label| RelatedJson {
        message: &label.text,
        location: LocationJson::new(label, sources),
    });
    related.collect()
}

impl<'a> MissingJson<'a> {
    fn new(missing: &'a Missing, sources: &'a SourceMap) -> Self {
        Self {
            field: &missing.field,
            meaning: &missing.meaning,
            location: LocationJson::new(&missing.label, sources),
        }
    }
}

impl<'a> WayJson<'a> {
    fn new(door: &'a Door) -> Self {
        Self {
            title: &door.title,
            state: door_word(door.state),
            needs: &door.needs,
            would_permit: door.would_open,
        }
    }
}

impl<'a> OutcomeJson<'a> {
    fn new(outcome: RuleOutcome<'a>) -> Self {
        Self {
            rule: &outcome.rule.0,
            pack: &outcome.pack.0,
            outcome: outcome_word(outcome.outcome),
        }
    }
}

impl<'a> ProblemJson<'a> {
    fn new(problem: &'a Problem, sources: &'a SourceMap) -> Self {
        let (first, rest) = match problem.labels.split_first() {
            Some((first, rest)) => (Some(first), rest),
            None => (None, [].as_slice()),
        };
        Self {
            severity: severity_word(problem.severity),
            code: &problem.code,
            path: &problem.path,
            message: &problem.message,
            help: problem.help.as_deref(),
            location: first.map(|l| LocationJson::new(l, sources)),
            label: first.map_or("", |l| l.text.as_str()),
            related: related(rest, sources),
        }
    }
}
