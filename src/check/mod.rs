//! Texts to a report: what a file holds, each proposal in it checked, everything else told.
//!
//! The library's front door. It reads no file itself: texts come in, and the documents a proposal
//! names come through [`Documents`], so that a run is a function of its inputs.

mod lines;
mod profile;
mod settle;
mod tell;

pub use settle::{OWN_RULES, near_rule};

use crate::document::{
    Document, InvalidUtf8, Key, Kind, NodeId, Tape, decode, diagnose, looks_like_records, parse,
    view,
};
use crate::engine::{CheckOptions, check};
use crate::facts::{Facts, Flaws, Part};
use crate::finding::{
    Finding, Input, Label, PackId, PackInfo, Problem, ProposalReport, Report, RuleInfo, Severity,
    Target,
};
use crate::rule::condition::Part as TextPart;
use crate::rule::{RuleSet, Template};
use crate::source::{FileId, SourceFile, SourceMap, Span};
use crate::vocabulary::violation::check_shape;
use crate::vocabulary::{PROFILE, PROPOSAL};
use settle::reweigh;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use tell::{broken_profile, duplicate_id, insert_in_order, syntax_problem, text_label};

/// Where the documents come from that a proposal names.
pub trait Documents {
    /// The document that `path`, written in the file `from`, names: the name to show it under and
    /// its bytes; or why it could not be had.
    ///
    /// # Errors
    ///
    /// A sentence part that can follow "cannot be read: ".
    fn read(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), String>;
}

/// No documents besides the proposals.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDocuments;

impl Documents for NoDocuments {
    fn read(&self, _: &str, _: &str) -> Result<(String, Vec<u8>), String> {
        Err("no other documents are at hand".to_owned())
    }
}

/// How a text came into the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The caller named it: it must hold proposals, or be a profile.
    Named,
    /// Found by walking a folder: JSON that is no proposal is skipped and counted.
    Found,
}

/// Somebody who looks on while a run goes on, and may end it: a progress bar, an interrupt.
pub trait Watch {
    /// Called after every proposal and every file, when `bytes` of the texts are done: whether the
    /// run goes on. What is done stays in the report.
    fn goes_on(&mut self, bytes: u64, report: &Report) -> bool;
}

/// A run over any number of texts.
pub struct Run<'a> {
    set: &'a RuleSet,
    options: CheckOptions,
    documents: &'a dyn Documents,
    /// All texts of the run.
    pub sources: SourceMap,
    /// The report as far as it is made.
    pub report: Report,
    /// Whether the report says what was read, with digests.
    pub digests: bool,
    /// Whether proposals with nothing to tell are counted and not listed: no finding, no verdict but
    /// that a law permits the transfer.
    pub brief: bool,
    /// Ids of proposals that are listed all the same.
    pub told_anyway: HashSet<String>,
    /// How many threads look at the lines of a text.
    pub jobs: usize,
    /// Who looks on.
    pub watch: Option<Box<dyn Watch>>,
    /// Whether the run was ended before all was checked.
    pub ended: bool,
    /// Bytes of the texts that are done.
    done: u64,
    profiles: HashMap<String, Profile>,
    /// Names of files that a proposal named, with the name they are shown under.
    links: HashMap<(String, String), Result<String, String>>,
}

/// A document that proposals link to, read once.
struct Profile {
    text: String,
    tape: Tape,
    file: FileId,
    flaws: Flaws,
    findings: Vec<Finding>,
    /// Set where it has no tree, or is something else.
    broken: Option<String>,
    labels: Vec<Label>,
}

/// What a JSON document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Proposal,
    Profile,
    Other,
}

impl<'a> Run<'a> {
    /// A run with these rules. `sources` holds the rule files, so that both have one numbering.
    pub fn new(
        set: &'a RuleSet,
        options: CheckOptions,
        documents: &'a dyn Documents,
        sources: SourceMap,
    ) -> Self {
        let report = Report {
            as_of: options.as_of,
            ..Report::default()
        };
        let mut run = Self {
            set,
            options,
            documents,
            sources,
            report,
            digests: false,
            brief: false,
            told_anyway: HashSet::new(),
            jobs: 1,
            watch: None,
            ended: false,
            done: 0,
            profiles: HashMap::new(),
            links: HashMap::new(),
        };
        run.report.asked = asked(set, &run.options);
        run.head();
        run
    }

    /// What is asked of the texts from here on.
    pub fn ask(&mut self, options: CheckOptions) {
        self.options = options;
        if asked(self.set, &self.options) != self.report.asked {
            self.report.asked = Some("Not every file was asked the same.".to_owned());
        }
        self.head();
    }

    /// Adds the packs that are asked to the head of the report, in the order of the packs.
    fn head(&mut self) {
        let report = &mut self.report;
        for pack in self.set.packs.iter().filter(|p| self.options.asks_pack(p)) {
            let partial = !self.options.asks_whole(pack);
            if let Some(known) = report.packs.iter_mut().find(|known| known.id == pack.id) {
                known.partial |= partial;
                continue;
            }
            report.packs.push(PackInfo {
                id: pack.id.clone(),
                title: pack.title.clone(),
                kind: pack.kind,
                shipped: pack.shipped,
                digest: pack.digest.clone(),
                researched_on: pack.researched_on,
                partial,
            });
        }
        let order = |id: &PackId| self.set.packs.iter().position(|pack| pack.id == *id);
        report.packs.sort_by_key(|pack| order(&pack.id));
    }

    /// Adds a file to the inputs of the report, where those are asked for.
    pub fn read(&mut self, name: &str, bytes: &[u8]) {
        if self.digests {
            self.read_digest(name, &Sha256::digest(bytes));
        }
    }

    fn read_digest(&mut self, name: &str, digest: &[u8]) {
        self.report.inputs.push(Input {
            path: name.to_owned(),
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        });
    }

    /// Adds what readers of the report need to know of the rules that were asked for the first time.
    fn describe_rules(&mut self, proposal: &ProposalReport) {
        let asked = proposal.outcomes.chunk_by(|a, b| a.pack == b.pack);
        for first in asked.filter_map(|outcomes| outcomes.first()) {
            if self.report.rules.contains_key(&first.rule) {
                continue;
            }
            let pack = self.set.pack(&first.pack.0);
            for rule in pack.iter().flat_map(|pack| &pack.rules) {
                if self.options.asks_rule(rule) {
                    let info = RuleInfo {
                        id: rule.id.clone(),
                        pack: first.pack.clone(),
                        title: rule.title.clone(),
                        severity: rule.severity,
                        effect: rule.effect,
                        why: rule.why.clone(),
                        fix: plain(&rule.fix),
                        sources: rule.sources.clone(),
                    };
                    self.report.rules.insert(rule.id.clone(), info);
                }
            }
        }
    }

    /// How many rules are asked at all.
    pub fn rules_asked(&self) -> usize {
        let packs = self.set.packs.iter();
        let asked = packs.filter(|pack| self.options.asks_pack(pack));
        asked.map(|pack| self.options.asked_of(pack)).sum()
    }

    /// Adds a problem that is about no text.
    pub fn problem(
        &mut self,
        code: &str,
        path: &str,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.report.problems.push(Problem {
            severity: Severity::Error,
            code: code.to_owned(),
            path: path.to_owned(),
            message: message.into(),
            help,
            labels: Vec::new(),
        });
    }

    /// Checks everything a file holds: a proposal, a list of proposals, a proposal a line, or an
    /// organisation profile. Nothing ends early: every proposal is checked, everything else told.
    pub fn check_bytes(&mut self, name: &str, bytes: &[u8], origin: Origin) {
        if self.ended {
            return;
        }
        let after = self.done + bytes.len() as u64;
        self.read(name, bytes);
        self.check_file(name, bytes, origin);
        self.done = after;
        self.goes_on(0);
    }

    /// Counts bytes as done and asks whether to go on.
    fn goes_on(&mut self, bytes: usize) -> bool {
        self.done += bytes as u64;
        if let Some(watch) = &mut self.watch {
            self.ended |= !watch.goes_on(self.done, &self.report);
        }
        !self.ended
    }

    fn check_file(&mut self, name: &str, bytes: &[u8], origin: Origin) {
        let by_line = name.ends_with(".ndjson") || name.ends_with(".jsonl");
        if by_line {
            return self.check_text_by_line(name, bytes, origin);
        }
        let text = match decode(bytes) {
            Ok(text) => text,
            Err(error) => return self.not_utf8(name, 1, &error),
        };
        if u32::try_from(text.len()).is_err() {
            let help = Some("write one proposal a line and name the file `.ndjson`".to_owned());
            return self.problem(
                "file-too-large",
                name,
                "the file is larger than 4 GiB",
                help,
            );
        }
        let mut tape = Tape::new();
        match parse(text, &mut tape) {
            Ok(document) => {
                if origin == Origin::Found && !holds_something(document) {
                    self.report.skipped += 1;
                    return;
                }
                let file = self.sources.add(SourceFile::new(name, text));
                self.check_document(name, document, file);
            }
            Err(_) if looks_like_records(text) => self.check_text_by_line(name, bytes, origin),
            // A file found by walking that cannot be read is never skipped.
            Err(_) => self.syntax(name, text, 1),
        }
    }

    fn syntax(&mut self, name: &str, text: &str, line: usize) {
        let file = self.sources.add(SourceFile::excerpt(name, text, line));
        for error in diagnose(text) {
            self.report
                .problems
                .push(syntax_problem(name, file, &error));
        }
    }

    fn not_utf8(&mut self, name: &str, line: usize, error: &InvalidUtf8) {
        let file = self
            .sources
            .add(SourceFile::excerpt(name, error.lossy.as_str(), line));
        self.report.problems.push(Problem {
            severity: Severity::Error,
            code: "invalid-utf8".to_owned(),
            path: name.to_owned(),
            message: error.message.to_string(),
            help: Some(error.help.to_string()),
            labels: vec![text_label(Span::new(file, error.at.clone()), "not UTF-8")],
        });
    }

    fn check_document(&mut self, name: &str, document: Document, file: FileId) {
        let root = document.root();
        if document.kind(root) != Kind::Array {
            return self.check_value(name, document, file);
        }
        let contents: Vec<(NodeId, Content)> = document
            .elements(root)
            .map(|element| (element, content(document, element)))
            .collect();
        if contents.is_empty() {
            let span = Span::new(file, document.range(root));
            return self.no_proposal(
                name,
                span,
                "the list is empty",
                "an array of proposals needs at least one",
            );
        }
        let mut ids: HashMap<String, Label> = HashMap::new();
        for (element, content) in contents {
            if content == Content::Other {
                let span = Span::new(file, document.range(element));
                let help = "every element of the array must be a proposal";
                self.no_proposal(name, span, "this element is not a proposal", help);
                continue;
            }
            let before = self.report.proposals.len();
            let element = document.with_root(element);
            self.check_value(name, element, file);
            if let Some(report) = self.report.proposals.get_mut(before)
                && !report.id.is_empty()
            {
                if let Some(first) = ids.get(&report.id) {
                    let mut finding =
                        duplicate_id(element, file, &report.id, Some(first.clone()), None);
                    reweigh(&mut finding, &self.options);
                    insert_in_order(&mut report.findings, finding);
                } else if let Some(at) = element.get(element.root(), &Key::new("id")) {
                    let label = Label {
                        span: Span::new(file, element.range(at)),
                        target: Target::Text,
                        pointer: String::new(),
                        text: "first used here".to_owned(),
                    };
                    ids.insert(report.id.clone(), label);
                }
            }
            let range = element.range(element.root());
            if !self.goes_on(range.len()) {
                return;
            }
        }
    }

    fn check_value(&mut self, name: &str, document: Document, file: FileId) {
        match content(document, document.root()) {
            Content::Proposal => self.check_proposal(name, document, file),
            Content::Profile => self.check_profile(document, file),
            Content::Other => {
                let span = Span::new(file, document.range(document.root()));
                let help = "a proposal is an object with `\"schema\": \"transfer-proposal/1\"`";
                self.no_proposal(name, span, "this is not a transfer proposal", help);
            }
        }
    }

    fn no_proposal(&mut self, name: &str, span: Span, message: &str, help: &str) {
        self.report.problems.push(Problem {
            severity: Severity::Error,
            code: "not-a-proposal".to_owned(),
            path: name.to_owned(),
            message: message.to_owned(),
            help: Some(help.to_owned()),
            labels: vec![text_label(span, "")],
        });
    }

    fn check_proposal(&mut self, name: &str, document: Document, file: FileId) {
        let id = text_at(document, "id").unwrap_or_default();
        let (mut shape, flaws) = check_shape(&self.set.vocabulary, PROPOSAL, document, file, &id);
        let mut facts = Facts {
            parts: vec![Part {
                document,
                file,
                flaws: &flaws,
            }],
            links: Vec::new(),
        };
        let named = facts.named_documents(&self.set.vocabulary);
        let mut linked: Vec<(NodeId, Option<String>)> = Vec::new();
        for at in &named {
            let path = facts.text(*at).unwrap_or_default().into_owned();
            let key = self.load_profile(name, &path);
            let profile = key.as_ref().ok().and_then(|key| self.profiles.get(key));
            let finding = match (&key, profile) {
                (Err(reason), _) => Some(broken_profile(
                    document,
                    file,
                    *at,
                    &id,
                    format!("the profile `{path}` cannot be read: {reason}"),
                    &[],
                )),
                (Ok(_), Some(profile)) => match (&profile.broken, profile.findings.len()) {
                    (Some(reason), _) => {
                        let message = format!("the profile `{path}` cannot be used: {reason}");
                        Some(broken_profile(
                            document,
                            file,
                            *at,
                            &id,
                            message,
                            &profile.labels,
                        ))
                    }
                    (None, 0) => None,
                    (None, count) => {
                        let s = if count == 1 { "" } else { "s" };
                        let message =
                            format!("the profile `{path}` breaks its schema in {count} place{s}");
                        Some(broken_profile(
                            document,
                            file,
                            *at,
                            &id,
                            message,
                            &profile.labels,
                        ))
                    }
                },
                (Ok(_), None) => None,
            };
            shape.extend(finding);
            let usable = profile.is_some_and(|profile| profile.broken.is_none());
            linked.push((at.node, key.ok().filter(|_| usable)));
        }
        let mut keys: Vec<String> = Vec::new();
        for (node, key) in &linked {
            let part = key.as_ref().and_then(|key| {
                let index = keys
                    .iter()
                    .position(|known| known == key)
                    .unwrap_or_else(|| {
                        keys.push(key.clone());
                        keys.len() - 1
                    });
                u16::try_from(index + 1).ok()
            });
            facts.links.push((*node, part));
        }
        for profile in keys.iter().filter_map(|key| self.profiles.get(key)) {
            facts.parts.push(Part {
                document: view(&profile.text, &profile.tape),
                file: profile.file,
                flaws: &profile.flaws,
            });
        }
        let mut report = check(self.set, &facts, shape, &self.options);
        for finding in &mut report.findings {
            reweigh(finding, &self.options);
        }
        self.describe_rules(&report);
        self.report.proposals.push(report);
    }
}

/// Whether a document is, or holds, a proposal or a profile.
fn holds_something(document: Document) -> bool {
    let root = document.root();
    content(document, root) != Content::Other
        || (document.kind(root) == Kind::Array
            && document
                .elements(root)
                .any(|element| content(document, element) == Content::Proposal))
}

fn content(document: Document, at: NodeId) -> Content {
    if document.kind(at) != Kind::Object {
        return Content::Other;
    }
    let schema = document
        .get(at, &Key::new("schema"))
        .and_then(|schema| document.string(schema));
    let kind = schema
        .as_deref()
        .map(|schema| schema.split('/').next().unwrap_or_default());
    let family = |format: &str| format.split('/').next() == kind;
    let marks = ["exporter", "importer", "purposes"];
    let found = marks
        .iter()
        .filter(|mark| document.get(at, &Key::new(mark)).is_some())
        .count();
    if family(PROPOSAL) || found >= 2 {
        Content::Proposal
    } else if family(PROFILE) {
        Content::Profile
    } else {
        Content::Other
    }
}

fn text_at(document: Document, field: &str) -> Option<String> {
    let at = document.get(document.root(), &Key::new(field))?;
    document.string(at).map(|text| text.into_owned())
}

/// A template without its values.
fn plain(template: &Template) -> String {
    let parts = template.parts.iter().map(|part| match part {
        TextPart::Text(text) => text.clone(),
        TextPart::Path(path) => format!("{{{}}}", path.text),
    });
    parts.collect()
}

/// Said where not everything that applies was asked.
fn asked(set: &RuleSet, options: &CheckOptions) -> Option<String> {
    let packs: Vec<&str> = set
        .packs
        .iter()
        .filter(|pack| options.asks_pack(pack))
        .map(|pack| pack.id.0.as_str())
        .collect();
    let partly = set
        .packs
        .iter()
        .filter(|pack| options.asks_pack(pack))
        .any(|pack| !options.asks_whole(pack));
    let all = packs.len() == set.packs.len();
    let who = match packs.split_last() {
        None => return Some("No pack was asked.".to_owned()),
        Some((only, [])) => format!("Only {only} was asked"),
        Some((last, rest)) => format!("Only {} and {last} were asked", rest.join(", ")),
    };
    match (all, partly) {
        (true, false) => None,
        (true, true) => Some("Not all rules were asked.".to_owned()),
        (false, false) => Some(format!("{who}.")),
        (false, true) => Some(format!("{who}, and not every rule.")),
    }
}
