//! SARIF 2.1.0 (OASIS), as code scanning services read it.
//!
//! An undetermined answer is a result of kind `fail` here, because GitHub shows no others; its
//! message says that it is undetermined, and `properties.outcome` too. Problems are notifications of
//! the invocation, and results as well where they have a place, so that a reviewer sees them.

use super::json_text::Harmless;
use super::place::place;
use super::words::{certainty_word, effect_word, kind_word, outcome_word, shown_severity};
use crate::finding::{
    Finding, Label, PackInfo, Problem, Report, RuleInfo, Severity, Source, Target,
};
use crate::source::SourceMap;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

/// GitHub refuses a run with more results.
/// <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support>
const MOST_RESULTS: usize = 25_000;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of the folder that relative paths start from.
const ROOT: &str = "SRCROOT";

pub(super) fn render(report: &Report, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [run(report, sources)],
    });
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Harmless::new());
    serde::Serialize::serialize(&log, &mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Findings in the order in which they are kept where not all can be: those that fail first.
fn kept(report: &Report) -> (Vec<(&str, &Finding)>, BTreeMap<&str, usize>) {
    let findings = report.proposals.iter();
    let mut all: Vec<(&str, &Finding)> = findings
        .flat_map(|p| p.findings.iter().map(|f| (p.id.as_str(), f)))
        .collect();
    let room = MOST_RESULTS.saturating_sub(placed(report).count());
    if all.len() <= room {
        return (all, BTreeMap::new());
    }
    let weight = |finding: &Finding| {
        let fails = report.threshold.fails(finding);
        std::cmp::Reverse((fails, finding.counts(), finding.severity))
    };
    all.sort_by_key(|(_, finding)| weight(finding));
    let mut rest = BTreeMap::new();
    for (_, finding) in all.split_off(room) {
        *rest.entry(finding.rule.0.as_str()).or_default() += 1;
    }
    (all, rest)
}

/// The problems that have a place.
fn placed(report: &Report) -> impl Iterator<Item = &Problem> {
    report.problems.iter().filter(|p| !p.labels.is_empty())
}

/// What is left out of the file, by rule: "12 findings more than GitHub takes: some-rule 12".
pub(super) fn left_out(report: &Report) -> Option<String> {
    let count: usize = report.proposals.iter().map(|p| p.findings.len()).sum();
    if count + report.problems.len() <= MOST_RESULTS {
        return None;
    }
    let (_, rest) = kept(report);
    let total: usize = rest.values().sum();
    let rules: Vec<String> = rest.iter().map(|(rule, n)| format!("{rule} {n}")).collect();
    (total > 0).then(|| {
        format!(
            "{total} findings are left out of the SARIF file, which holds the {MOST_RESULTS} results \
             that GitHub takes: {}",
            rules.join(", ")
        )
    })
}

fn run(report: &Report, sources: &SourceMap) -> Value {
    let (findings, _) = kept(report);
    let rules = Rules::of(report);
    let mut results: Vec<Value> = placed(report)
        .map(|problem| of_problem(problem, &rules, sources))
        .collect();
    let made = findings.iter();
    results.extend(made.map(|(id, f)| result(report, id, f, &rules, sources)));
    let mut notifications: Vec<Value> = report
        .problems
        .iter()
        .map(|p| notification(p, sources))
        .collect();
    if let Some(text) = left_out(report) {
        notifications.push(json!({
            "descriptor": { "id": "results-left-out" },
            "level": "warning",
            "message": { "text": text },
        }));
    }
    let broken = report
        .problems
        .iter()
        .any(|p| p.severity == Severity::Error);
    let mut run = json!({
        "tool": { "driver": {
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.described,
        }},
        "invocations": [{
            "executionSuccessful": !broken,
            "exitCode": report.exit_code,
            "toolExecutionNotifications": notifications,
        }],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { ROOT: {
            "description": { "text": "The folder in which carnet ran." }
        }},
        "results": results,
        "properties": {
            "asOf": report.as_of.to_string(),
            "asked": report.asked,
            "packs": report.packs.iter().map(pack).collect::<Vec<_>>(),
            "notice": "Not legal advice.",
        },
    });
    let artifacts: Vec<Value> = report
        .inputs
        .iter()
        .map(|input| {
            json!({
                "location": location_of(&input.path),
                "hashes": { "sha-256": input.digest },
            })
        })
        .collect();
    if let (Some(run), false) = (run.as_object_mut(), artifacts.is_empty()) {
        run.insert("artifacts".to_owned(), artifacts.into());
    }
    run
}

fn pack(pack: &PackInfo) -> Value {
    json!({
        "id": pack.id.0,
        "title": pack.title,
        "kind": kind_word(pack.kind),
        "digest": pack.digest,
        "researchedOn": pack.researched_on.to_string(),
        "partial": pack.partial,
    })
}

/// The rules of the run and where each stands in the list.
struct Rules<'a> {
    described: Vec<Value>,
    index: BTreeMap<&'a str, usize>,
}

impl<'a> Rules<'a> {
    /// The rules that were asked, then those of findings and problems that belong to no pack.
    fn of(report: &'a Report) -> Self {
        let mut rules = Self {
            described: Vec::new(),
            index: BTreeMap::new(),
        };
        for (id, info) in &report.rules {
            rules.add(&id.0, || described(info));
        }
        for finding in report.proposals.iter().flat_map(|p| &p.findings) {
            let id = finding.rule.0.as_str();
            rules.add(id, || {
                own(id, finding.severity, "a finding of carnet itself")
            });
        }
        for problem in &report.problems {
            let id = problem.code.as_str();
            rules.add(id, || {
                own(id, problem.severity, "what could not be read or run")
            });
        }
        rules
    }

    fn add(&mut self, id: &'a str, describe: impl FnOnce() -> Value) {
        if !self.index.contains_key(id) {
            self.index.insert(id, self.described.len());
            self.described.push(describe());
        }
    }

    /// `ruleId` and `ruleIndex`.
    fn named(&self, id: &str) -> Map<String, Value> {
        let mut named = Map::new();
        named.insert("ruleId".to_owned(), id.into());
        if let Some(index) = self.index.get(id) {
            named.insert("ruleIndex".to_owned(), (*index).into());
        }
        named
    }
}

fn described(info: &RuleInfo) -> Value {
    let cites: Vec<String> = info.sources.iter().map(cite).collect();
    let markdown: Vec<String> = info.sources.iter().map(cite_linked).collect();
    let (why, fix) = (info.why.trim(), info.fix.trim());
    let text = format!("{why}\n\n{fix}\n\nSource: {}", cites.join("; "));
    let linked = format!(
        "{why}\n\n**What to do.** {fix}\n\n**Source.** {}",
        markdown.join("; ")
    );
    let certainty = info.sources.iter().map(|s| s.certainty).max();
    let mut rule = json!({
        "id": info.id.0,
        "name": info.id.0,
        "shortDescription": { "text": info.title },
        "fullDescription": { "text": why },
        "help": { "text": text, "markdown": linked },
        "defaultConfiguration": { "level": sarif_level(info.severity) },
        "properties": {
            "pack": info.pack.0,
            "effect": effect_word(info.effect),
            "certainty": certainty.map(certainty_word),
            "tags": [info.pack.0, effect_word(info.effect)],
        },
    });
    let url = info.sources.iter().find_map(|source| source.url.as_ref());
    if let (Some(rule), Some(url)) = (rule.as_object_mut(), url) {
        rule.insert("helpUri".to_owned(), url.as_str().into());
    }
    rule
}

fn own(id: &str, severity: Severity, what: &str) -> Value {
    json!({
        "id": id,
        "name": id,
        "shortDescription": { "text": format!("{}: {what}", id.replace('-', " ")) },
        "defaultConfiguration": { "level": sarif_level(severity) },
    })
}

fn cite(source: &Source) -> String {
    let requirement = source.requirement.as_ref();
    let requirement = requirement.map_or(String::new(), |id| format!(" [{id}]"));
    format!(
        "{}{requirement} ({})",
        source.cite,
        certainty_word(source.certainty)
    )
}

fn cite_linked(source: &Source) -> String {
    match &source.url {
        Some(url) => format!("[{}]({url})", cite(source).replace(['[', ']'], "")),
        None => cite(source),
    }
}

fn sarif_level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(
    report: &Report,
    proposal: &str,
    finding: &Finding,
    rules: &Rules,
    sources: &SourceMap,
) -> Value {
    let undetermined = match outcome_word(finding.outcome) {
        "fail" => String::new(),
        word => format!("{word}: "),
    };
    let mut text = format!("{undetermined}{}", finding.message);
    for missing in &finding.missing {
        text.push_str(&format!("\nmissing: {}", missing.field));
    }
    for help in &finding.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    let level = sarif_level(shown_severity(report, finding));
    let related: Vec<Value> = finding
        .related
        .iter()
        .enumerate()
        .map(|(index, label)| {
            let mut location = location(label, sources);
            if let Some(location) = location.as_object_mut() {
                location.insert("id".to_owned(), (index + 1).into());
                if !label.text.is_empty() {
                    let message = json!({ "text": label.text });
                    location.insert("message".to_owned(), message);
                }
            }
            location
        })
        .collect();
    let mut result = rules.named(&finding.rule.0);
    let mut add = |key: &str, value: Value| result.insert(key.to_owned(), value);
    add("level", level.into());
    add("message", json!({ "text": text }));
    add("locations", json!([location(&finding.primary, sources)]));
    if !related.is_empty() {
        add("relatedLocations", related.into());
    }
    add(
        "partialFingerprints",
        json!({ "carnetFinding/v1": finding.fingerprint }),
    );
    if let Some(waived) = &finding.waiver {
        let approver = waived.approver.as_ref();
        let approved = approver.map_or(String::new(), |who| format!(", approved by {who}"));
        let why = format!(
            "{} (until {} by {}{approved})",
            waived.reason, waived.expires, waived.owner
        );
        add(
            "suppressions",
            json!([{
                "kind": "external",
                "status": "accepted",
                "justification": why,
                "location": location(&waived.label, sources),
            }]),
        );
    } else {
        // GitHub and SARIF both ask that all results of a run say it, or none.
        add("suppressions", json!([]));
    }
    if let Some(known) = finding.known {
        let state = if known { "unchanged" } else { "new" };
        add("baselineState", state.into());
    }
    add(
        "properties",
        json!({
            "proposal": proposal,
            "pack": finding.pack.0,
            "outcome": outcome_word(finding.outcome),
            "effect": effect_word(finding.effect),
        }),
    );
    Value::Object(result)
}

fn of_problem(problem: &Problem, rules: &Rules, sources: &SourceMap) -> Value {
    let mut result = rules.named(&problem.code);
    let mut add = |key: &str, value: Value| result.insert(key.to_owned(), value);
    add("level", sarif_level(problem.severity).into());
    add("message", json!({ "text": problem_text(problem) }));
    let first = problem.labels.first();
    let locations: Vec<Value> = first
        .map(|label| location(label, sources))
        .into_iter()
        .collect();
    add("locations", locations.into());
    add("suppressions", json!([]));
    Value::Object(result)
}

fn problem_text(problem: &Problem) -> String {
    let help = problem.help.as_ref();
    let help = help.map_or(String::new(), |help| format!("\nhelp: {help}"));
    format!("{}{help}", problem.message)
}

fn notification(problem: &Problem, sources: &SourceMap) -> Value {
    let mut notification = json!({
        "descriptor": { "id": problem.code },
        "level": sarif_level(problem.severity),
        "message": { "text": problem_text(problem) },
    });
    let place = match problem.labels.first() {
        Some(label) => Some(location(label, sources)),
        None if problem.path.is_empty() => None,
        None => Some(json!({ "physicalLocation": {
            "artifactLocation": location_of(&problem.path)
        }})),
    };
    if let (Some(object), Some(place)) = (notification.as_object_mut(), place) {
        object.insert("locations".to_owned(), json!([place]));
    }
    notification
}

fn location(label: &Label, sources: &SourceMap) -> Value {
    let at = place(sources, label.span);
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": location_of(at.path),
        "region": {
            "startLine": at.line,
            "startColumn": at.column,
            "endLine": at.end_line,
            "endColumn": at.end_column,
        },
    }});
    if let (Some(object), true) = (location.as_object_mut(), label.target != Target::Text) {
        let name = json!([{ "fullyQualifiedName": label.pointer, "kind": "member" }]);
        object.insert("logicalLocations".to_owned(), name);
    }
    location
}

/// A path as a URI reference: relative to where carnet ran, unless it is absolute.
fn location_of(path: &str) -> Value {
    let path = path.replace('\\', "/");
    let encoded = encoded(&path);
    // `C:/…` is absolute too.
    let drive = path.chars().nth(1) == Some(':') && path.starts_with(|c: char| c.is_alphabetic());
    if path.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else if drive {
        json!({ "uri": format!("file:///{encoded}") })
    } else {
        json!({ "uri": encoded, "uriBaseId": ROOT })
    }
}

/// RFC 3986: everything but unreserved characters and `/` as `%` and two digits.
fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
