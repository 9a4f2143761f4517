//! The findings and problems of reading: what has no tree, what is used twice, what cannot be had.

use crate::document::{Document, Key, SyntaxError};
use crate::finding::{Effect, Finding, Label, Outcome, PackId, Problem, RuleId, Severity, Target};
use crate::fingerprint::fingerprint;
use crate::source::{FileId, Span};
use crate::vocabulary::violation::PACK as SCHEMA_PACK;

pub(super) fn text_label(span: Span, text: impl Into<String>) -> Label {
    Label {
        span,
        target: Target::Text,
        pointer: String::new(),
        text: text.into(),
    }
}

/// A syntax mistake as a problem.
pub fn syntax_problem(name: &str, file: FileId, error: &SyntaxError) -> Problem {
    let mut labels = vec![text_label(Span::new(file, error.at.clone()), "")];
    if let Some(opener) = &error.opener {
        labels.push(text_label(Span::new(file, opener.clone()), "opened here"));
    }
    Problem {
        severity: Severity::Error,
        code: "json-syntax".to_owned(),
        path: name.to_owned(),
        message: error.message(),
        help: error.help(),
        labels,
    }
}

pub(super) fn schema_finding(
    rule: &str,
    proposal: &str,
    message: String,
    primary: Label,
) -> Finding {
    Finding {
        rule: RuleId(rule.to_owned()),
        pack: PackId(SCHEMA_PACK.to_owned()),
        severity: Severity::Error,
        effect: Effect::Condition,
        outcome: Outcome::Fail,
        message,
        help: Vec::new(),
        sources: Vec::new(),
        fingerprint: fingerprint(rule, proposal, Outcome::Fail, &primary.pointer),
        primary,
        related: Vec::new(),
        missing: Vec::new(),
        doors: Vec::new(),
        waiting: Vec::new(),
        waiver: None,
        known: None,
        notes: Vec::new(),
    }
}

pub(super) fn duplicate_id(
    document: Document,
    file: FileId,
    id: &str,
    first: Option<Label>,
    note: Option<String>,
) -> Finding {
    let at = document
        .get(document.root(), &Key::new("id"))
        .unwrap_or(document.root());
    let primary = Label {
        span: Span::new(file, document.range(at)),
        target: Target::Value,
        pointer: document.pointer(at),
        text: "used again here".to_owned(),
    };
    let mut finding = schema_finding(
        "duplicate-id",
        id,
        format!("the id `{id}` is used twice in this file"),
        primary,
    );
    finding
        .help
        .push("give every proposal an id of its own".to_owned());
    finding.related.extend(first);
    finding.notes.extend(note);
    finding
}

/// Findings stand in the order of their places.
pub(super) fn insert_in_order(findings: &mut Vec<Finding>, finding: Finding) {
    let at = findings.partition_point(|known| known.primary.span <= finding.primary.span);
    findings.insert(at, finding);
}

pub(super) fn broken_profile(
    document: Document,
    file: FileId,
    at: crate::facts::NodeRef,
    proposal: &str,
    message: String,
    labels: &[Label],
) -> Finding {
    let primary = Label {
        span: Span::new(file, document.range(at.node)),
        target: Target::Value,
        pointer: document.pointer(at.node),
        text: "what it would answer reads as not known".to_owned(),
    };
    let mut finding = schema_finding("broken-profile", proposal, message, primary);
    finding
        .help
        .push("the path is taken from the folder of the proposal".to_owned());
    finding.related = labels.to_vec();
    finding
}
