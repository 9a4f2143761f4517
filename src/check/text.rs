//! One text: what it holds, each proposal in it checked, everything else told.

use super::content::{Content, content, holds_something, text_at};
use super::profile::{Had, Profile};
use super::quiet::Quiet;
use super::records::Kind as RecordKind;
use super::settle::reweigh;
use super::tell::{broken_profile, duplicate_id, insert_in_order, syntax_problem, text_label};
use super::told::{NO_PROPOSAL, Told};
use super::{Desk, Origin};
use crate::document::{
    Document, InvalidUtf8, Key, Kind, NodeId, Tape, decode, diagnose, looks_like_records, parse,
};
use crate::engine::{CheckOptions, PackWord, check, nothing_to_tell};
use crate::facts::{Facts, NodeRef, Part};
use crate::finding::{Finding, Label, Problem, ProposalReport, Severity, Tone};
use crate::source::{FileId, Position, SourceFile, SourceMap, Span};
use crate::vocabulary::violation::check_shape;
use crate::vocabulary::{PROFILE, PROPOSAL};
use crate::whatif::{forecast, questions, repairs};
use std::collections::HashMap;
use std::sync::Arc;

/// The beginning of a text.
pub(super) const START: Position = Position { line: 1, column: 1 };

/// Tells of one text, or of a piece of one.
pub(super) struct Teller<'d, 'a> {
    pub(super) desk: &'d Desk<'a>,
    /// The name of the text, as shown.
    pub(super) name: &'d str,
    pub(super) told: Told,
    /// Proposals of which there is nothing to tell.
    pub(super) quiet: Quiet<'a>,
    /// The kind of the last of them, if that was the last proposal.
    pub(super) last_quiet: Option<usize>,
    /// How many proposals stand before the next one.
    pub(super) before: usize,
    words: Vec<PackWord<'a>>,
}

/// Whether a text is told as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    Told,
    /// It has a proposal a line, and nothing is told yet.
    ByLine,
}

impl<'d, 'a> Teller<'d, 'a> {
    pub(super) fn new(desk: &'d Desk<'a>, name: &'d str) -> Self {
        Self {
            desk,
            name,
            told: Told::default(),
            quiet: Quiet::default(),
            last_quiet: None,
            before: 0,
            words: Vec::new(),
        }
    }

    /// A text that is at hand as a whole.
    pub(super) fn whole(&mut self, bytes: &[u8], origin: Origin) -> Whole {
        let text = match decode(bytes) {
            Ok(text) => text,
            Err(error) => {
                self.not_utf8(START, &error);
                return Whole::Told;
            }
        };
        if u32::try_from(text.len()).is_err() {
            self.too_large();
            return Whole::Told;
        }
        let mut tape = Tape::new();
        match parse(text, &mut tape) {
            Ok(document) if origin == Origin::Found && !holds_something(document) => {
                self.told.skipped += 1;
            }
            Ok(document) => {
                let file = self.told.add(SourceFile::new(self.name, text));
                self.document(document, file);
            }
            Err(_) if looks_like_records(text) => return Whole::ByLine,
            // A file found by walking that cannot be read is never skipped.
            Err(_) => self.syntax(text, START),
        }
        Whole::Told
    }

    /// A record of a text: a line, or an element of a list. `at` is where it starts. The id that it
    /// gives itself, if that can be read; `tape` is overwritten.
    pub(super) fn record<R>(
        &mut self,
        bytes: &[u8],
        kind: RecordKind,
        at: Position,
        origin: Origin,
        tape: &mut Tape,
        id: impl FnOnce(&str) -> R,
    ) -> Option<R> {
        let text = match decode(bytes) {
            Ok(text) => text,
            Err(error) => {
                self.not_utf8(at, &error);
                return None;
            }
        };
        let Ok(document) = parse(text, tape) else {
            self.syntax(text, at);
            return None;
        };
        let before = self.told.tells();
        let file = SourceMap::loose_id(self.told.files.len());
        match kind {
            RecordKind::Line if origin == Origin::Found && !holds_something(document) => {
                self.told.skipped += 1;
                return None;
            }
            RecordKind::Element if content(document, document.root()) == Content::Other => {
                self.no_element(document, file);
            }
            _ => self.value(document, file),
        }
        if self.told.tells() > before {
            self.told.add(SourceFile::excerpt(self.name, text, at));
        }
        let written = document.get(document.root(), &Key::new("id"))?;
        let written = document.string(written)?;
        (!written.is_empty()).then(|| id(&written))
    }

    fn too_large(&mut self) {
        self.told.problems.push(Problem {
            severity: Severity::Error,
            code: "file-too-large".to_owned(),
            path: self.name.to_owned(),
            message: "the file is larger than 4 GiB".to_owned(),
            help: Some("write one proposal a line and name the file `.ndjson`".to_owned()),
            labels: Vec::new(),
        });
    }

    fn syntax(&mut self, text: &str, at: Position) {
        let file = self.told.add(SourceFile::excerpt(self.name, text, at));
        for error in diagnose(text) {
            let problem = syntax_problem(self.name, file, &error);
            self.told.problems.push(problem);
        }
    }

    fn not_utf8(&mut self, at: Position, error: &InvalidUtf8) {
        let text = error.lossy.as_str();
        let file = self.told.add(SourceFile::excerpt(self.name, text, at));
        self.told.problems.push(Problem {
            severity: Severity::Error,
            code: "invalid-utf8".to_owned(),
            path: self.name.to_owned(),
            message: error.message.to_string(),
            help: Some(error.help.to_string()),
            labels: vec![text_label(Span::new(file, error.at.clone()), "not UTF-8")],
        });
    }

    fn document(&mut self, document: Document, file: FileId) {
        let root = document.root();
        if document.kind(root) != Kind::Array {
            return self.value(document, file);
        }
        let contents: Vec<(NodeId, Content)> = document
            .elements(root)
            .map(|element| (element, content(document, element)))
            .collect();
        if contents.is_empty() {
            let span = Span::new(file, document.range(root));
            return self.no_proposal(
                span,
                "the list is empty",
                "an array of proposals needs at least one",
            );
        }
        let mut ids: HashMap<String, Label> = HashMap::new();
        for (element, content) in contents {
            if content == Content::Other {
                self.no_element(document.with_root(element), file);
                continue;
            }
            let before = self.told.proposals.len();
            let element = document.with_root(element);
            self.value(element, file);
            let Some(id) = text_at(element, "id").filter(|id| !id.is_empty()) else {
                continue;
            };
            let Some(first) = ids.get(&id) else {
                if let Some(at) = element.get(element.root(), &Key::new("id")) {
                    let span = Span::new(file, element.range(at));
                    ids.insert(id, text_label(span, "first used here"));
                }
                continue;
            };
            let first = first.clone();
            if self.told.proposals.len() == before {
                self.told_anyway(element, file);
            }
            if let Some(report) = self.told.proposals.get_mut(before) {
                let finding = duplicate_id(element, file, &id, Some(first), None);
                add_duplicate(report, finding, &self.desk.options);
            }
        }
    }

    fn value(&mut self, document: Document, file: FileId) {
        match content(document, document.root()) {
            Content::Proposal => self.proposal(document, file),
            Content::Profile => self.profile(document, file),
            Content::Other => {
                let span = Span::new(file, document.range(document.root()));
                let help = "a proposal is an object with `\"schema\": \"transfer-proposal/1\"`";
                self.no_proposal(span, "this is not a transfer proposal", help);
            }
        }
    }

    fn no_element(&mut self, document: Document, file: FileId) {
        let span = Span::new(file, document.range(document.root()));
        let help = "every element of the array must be a proposal";
        self.no_proposal(span, "this element is not a proposal", help);
    }

    fn no_proposal(&mut self, span: Span, message: &str, help: &str) {
        self.told.problems.push(Problem {
            severity: Severity::Error,
            code: NO_PROPOSAL.to_owned(),
            path: self.name.to_owned(),
            message: message.to_owned(),
            help: Some(help.to_owned()),
            labels: vec![text_label(span, "")],
        });
    }

    fn proposal(&mut self, document: Document, file: FileId) {
        let brief = self.desk.brief_from.is_some_and(|from| self.before >= from);
        self.before += 1;
        self.checked(document, file, brief);
    }

    /// A proposal as it is told where there is nothing to tell, too.
    fn told_anyway(&mut self, document: Document, file: FileId) {
        if let Some(kind) = self.last_quiet {
            self.quiet.forget(kind);
        }
        self.checked(document, file, false);
    }

    fn checked(&mut self, document: Document, file: FileId, brief: bool) {
        let desk = self.desk;
        self.last_quiet = None;
        let id = document
            .get(document.root(), &Key::new("id"))
            .and_then(|id| document.string(id))
            .unwrap_or_default();
        let (mut shape, flaws) = check_shape(&desk.set.vocabulary, PROPOSAL, document, file, &id);
        let mut facts = Facts {
            parts: vec![Part {
                document,
                file,
                flaws: &flaws,
            }],
            links: Vec::new(),
        };
        let linked: Vec<(NodeRef, Had)> = facts
            .named_documents(&desk.set.vocabulary)
            .into_iter()
            .map(|at| {
                let path = facts.text(at).unwrap_or_default();
                (at, desk.profile(self.name, &path))
            })
            .collect();
        for (at, had) in &linked {
            let path = facts.text(*at).unwrap_or_default();
            shape.extend(unusable(document, file, *at, &id, &path, had));
        }
        let had = linked.iter().map(|(_, had)| had.as_ref().ok());
        let mut profiles: Vec<&Arc<Profile>> = Vec::new();
        for ((at, _), profile) in linked.iter().zip(had) {
            let profile = profile.filter(|profile| profile.broken.is_none());
            let part = profile.and_then(|profile| {
                let known = profiles.iter().position(|it| Arc::ptr_eq(it, profile));
                let index = known.unwrap_or(profiles.len());
                if known.is_none() {
                    profiles.push(profile);
                }
                u16::try_from(index + 1).ok()
            });
            facts.links.push((at.node, part));
        }
        for profile in &profiles {
            facts.parts.push(Part {
                document: profile.document(),
                file: profile.file,
                flaws: &profile.flaws,
            });
        }
        let read = linked.iter().filter_map(|(_, had)| had.as_ref().ok());
        self.told.profiles.extend(read.cloned());
        if brief
            && shape.is_empty()
            && !id.is_empty()
            && !desk.told_anyway.contains(id.as_ref())
            && nothing_to_tell(desk.set, &facts, &desk.options, &mut self.words)
        {
            self.last_quiet = Some(self.quiet.add(&self.words));
            return;
        }
        let mut report = check(desk.set, &facts, shape, &desk.options);
        if desk.options.questions {
            report.questions = Some(questions(desk.set, &facts, &desk.options, &report));
        }
        if let Some(reroute) = desk.options.repairs {
            report.repairs = Some(repairs(desk.set, &facts, &desk.options, reroute));
        }
        if let Some(days) = desk.options.forecast {
            report.forecast = Some(forecast(desk.set, &facts, &desk.options, days));
        }
        for finding in &mut report.findings {
            reweigh(finding, &desk.options);
        }
        self.told.proposals.push(report);
    }

    /// An organisation profile checked on its own: its shape only.
    fn profile(&mut self, document: Document, file: FileId) {
        let id = text_at(document, "id").unwrap_or_default();
        let vocabulary = &self.desk.set.vocabulary;
        let (mut findings, _) = check_shape(vocabulary, PROFILE, document, file, &id);
        let broken = findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        for finding in &mut findings {
            reweigh(finding, &self.desk.options);
        }
        let (overall, overall_tone) = if broken {
            ("invalid_profile", Tone::Bad)
        } else {
            ("valid_profile", Tone::Good)
        };
        self.told.proposals.push(ProposalReport {
            title: text_at(document, "name").unwrap_or_default(),
            id,
            exporter: None,
            importer: None,
            start_date: None,
            span: Span::new(file, document.range(document.root())),
            overall: overall.to_owned(),
            overall_tone,
            verdicts: Vec::new(),
            findings,
            outcomes: Vec::new(),
            proofs: Vec::new(),
            questions: None,
            repairs: None,
            forecast: None,
        });
    }
}

/// The finding that a profile which a proposal names cannot be used as it is.
fn unusable(
    document: Document,
    file: FileId,
    at: NodeRef,
    id: &str,
    path: &str,
    had: &Had,
) -> Option<Finding> {
    let (message, labels) = match had {
        Err(reason) => {
            let message = format!("the profile `{path}` cannot be read: {reason}");
            (message, &[][..])
        }
        Ok(profile) => {
            let message = match (&profile.broken, profile.findings.len()) {
                (Some(reason), _) => format!("the profile `{path}` cannot be used: {reason}"),
                (None, 0) => return None,
                (None, count) => {
                    let s = if count == 1 { "" } else { "s" };
                    format!("the profile `{path}` breaks its schema in {count} place{s}")
                }
            };
            (message, &profile.labels[..])
        }
    };
    Some(broken_profile(document, file, at, id, message, labels))
}

/// Adds the finding that an id was used before.
pub(super) fn add_duplicate(
    report: &mut ProposalReport,
    mut finding: Finding,
    options: &CheckOptions,
) {
    reweigh(&mut finding, options);
    insert_in_order(&mut report.findings, finding);
}
