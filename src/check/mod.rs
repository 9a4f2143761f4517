//! Texts to a report: what a file holds, each proposal in it checked, everything else told.
//!
//! The library's front door. It reads no file itself: texts come in, and the documents a proposal
//! names come through [`Documents`], so that a run is a function of its inputs.

mod content;
mod crew;
mod desk;
mod elements;
pub mod fix;
mod ids;
mod lines;
mod profile;
mod quiet;
mod records;
mod settle;
mod tell;
mod text;
mod told;

pub use elements::starts_list;
pub use lines::Next;
pub use settle::{OWN_RULES, near_rule};

use crate::baseline::Known;
use crate::engine::CheckOptions;
use crate::finding::{PackId, PackInfo, Problem, Report, Severity};
use crate::rule::condition::Part as TextPart;
use crate::rule::{RuleSet, Template};
use crate::source::SourceMap;
use crate::waiver::Waivers;
use desk::Desk;
use profile::Profiles;
use quiet::Quiet;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use text::{Teller, Whole};
use told::{Told, Unlisted};

/// Where the documents come from that a proposal names.
pub trait Documents: Sync {
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
    /// Called after every small file and every block of a large one, when `bytes` of the texts are done:
    /// whether the run goes on. What is done stays in the report.
    fn goes_on(&mut self, bytes: u64, report: &Report) -> bool;
}

/// So many proposals a report lists, unless the caller wants another number.
pub const MOST_LISTED: usize = 100_000;

/// A run over any number of texts.
pub struct Run<'a> {
    desk: Desk<'a>,
    /// All texts of the run.
    pub sources: SourceMap,
    /// The report as far as it is made.
    pub report: Report,
    /// Whether the report says what was read, with digests.
    pub digests: bool,
    /// Whether proposals with nothing to tell are counted and not listed: no finding, no verdict but
    /// that a law permits the transfer.
    pub brief: bool,
    /// Proposals that are listed at most; all of them are counted.
    pub most_listed: usize,
    /// Once so many are listed, proposals without findings are counted only.
    pub most_untroubled: usize,
    /// Ids of proposals that are listed all the same.
    pub told_anyway: HashSet<String>,
    /// Ids of the only proposals that the report is about, with whether each was met; all, if absent.
    pub only: Option<BTreeMap<String, bool>>,
    /// Exceptions, held against every proposal.
    pub waivers: Option<Waivers>,
    /// An earlier report, held against every proposal.
    pub baseline: Option<Known>,
    /// How many threads check.
    pub jobs: usize,
    /// Who looks on.
    pub watch: Option<Box<dyn Watch>>,
    /// Whether the run was ended before all was checked.
    pub ended: bool,
    /// Bytes of the texts that are done.
    done: u64,
    /// Texts that hold something to check, however little was told of it.
    texts: Vec<String>,
    /// Profiles among the inputs of the report.
    inputs_told: HashSet<String>,
    /// How many proposals are listed for what there is to tell, and how many as the first of all.
    listed: usize,
    untroubled: usize,
    unlisted: Unlisted,
}

/// A text that is checked as a whole: a small file.
pub struct Text<'t> {
    /// As shown.
    pub name: &'t str,
    pub origin: Origin,
    /// How many texts stand before it.
    pub before: usize,
    /// Its bytes, or why they cannot be had: a sentence part that can follow "cannot be read: ".
    pub read: Box<dyn FnOnce() -> Result<Vec<u8>, String> + Send + 't>,
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
            asked: asked(set, &options),
            ..Report::default()
        };
        let desk = Desk {
            set,
            options: Arc::new(options),
            profiles: Arc::new(Profiles::new(documents)),
            told_anyway: Arc::default(),
            brief_from: None,
        };
        let mut run = Self {
            desk,
            sources,
            report,
            digests: false,
            brief: false,
            most_listed: MOST_LISTED,
            most_untroubled: usize::MAX,
            told_anyway: HashSet::new(),
            only: None,
            waivers: None,
            baseline: None,
            jobs: 1,
            watch: None,
            ended: false,
            done: 0,
            texts: Vec::new(),
            inputs_told: HashSet::new(),
            listed: 0,
            untroubled: 0,
            unlisted: Unlisted::default(),
        };
        run.head();
        run
    }

    /// What is asked of the texts from here on.
    pub fn ask(&mut self, options: CheckOptions) {
        let set = self.desk.set;
        if asked(set, &options) != self.report.asked {
            self.report.asked = Some("Not every file was asked the same.".to_owned());
        }
        self.desk.options = Arc::new(options);
        self.head();
    }

    /// Adds the packs that are asked to the head of the report, in the order of the packs.
    fn head(&mut self) {
        let report = &mut self.report;
        for pack in self
            .desk
            .set
            .packs
            .iter()
            .filter(|p| self.desk.options.asks_pack(p))
        {
            let partial = !self.desk.options.asks_whole(pack);
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
        let order = |id: &PackId| self.desk.set.packs.iter().position(|pack| pack.id == *id);
        report.packs.sort_by_key(|pack| order(&pack.id));
    }

    /// Adds a file to the inputs of the report, where those are asked for.
    pub fn read(&mut self, name: &str, bytes: &[u8]) {
        if self.digests {
            self.add_input(name, &Sha256::digest(bytes));
        }
    }

    /// How many rules are asked at all.
    pub fn rules_asked(&self) -> usize {
        let packs = self.desk.set.packs.iter();
        let asked = packs.filter(|pack| self.desk.options.asks_pack(pack));
        asked.map(|pack| self.desk.options.asked_of(pack)).sum()
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
        if is_by_line(name) {
            return self.check_bytes_by_line(name, bytes, origin);
        }
        self.check_texts(std::iter::once(Text {
            name,
            origin,
            before: 0,
            read: Box::new(|| Ok(bytes.to_vec())),
        }));
    }

    /// Checks texts, several at a time; they are told in their order. How many were told, before the
    /// run was ended.
    pub fn check_texts<'t>(&mut self, mut texts: impl Iterator<Item = Text<'t>>) -> usize {
        if self.ended {
            return 0;
        }
        let mut told = 0;
        let desk = self.desk();
        let digests = self.digests;
        let work = |text: Text<'t>| {
            let bytes = (text.read)()?;
            let digest = digests.then(|| Sha256::digest(&bytes).into());
            let mut teller = Teller::new(&desk, text.name);
            teller.before = text.before;
            let whole = teller.whole(&bytes, text.origin);
            Ok(Looked {
                name: text.name,
                origin: text.origin,
                size: bytes.len(),
                digest,
                by_line: (whole == Whole::ByLine).then_some(bytes),
                told: teller.told,
                quiet: teller.quiet,
            })
        };
        let work = |text: Text<'t>| {
            let name = text.name;
            work(text).map_err(|reason: String| (name, reason))
        };
        crew::in_order(
            self.jobs,
            || texts.next(),
            work,
            |looked| {
                told += 1;
                match looked {
                    Ok(looked) => self.take_in_text(looked),
                    Err((name, reason)) => {
                        self.unreadable(name, &reason);
                        self.goes_on(0)
                    }
                }
            },
        );
        told
    }

    fn take_in_text(&mut self, looked: Looked<'_, 'a>) -> bool {
        let Looked { name, told, .. } = looked;
        if let Some(digest) = looked.digest {
            self.add_input(name, &digest);
        }
        if let Some(bytes) = looked.by_line {
            // Each line is told as one of a longer text would be.
            let jobs = std::mem::replace(&mut self.jobs, 1);
            let digests = std::mem::take(&mut self.digests);
            self.check_bytes_by_line(name, &bytes, looked.origin);
            self.jobs = jobs;
            self.digests = digests;
            return !self.ended;
        }
        self.take_in_quiet(name, &looked.quiet);
        self.take_in(told);
        self.goes_on(looked.size)
    }

    /// Counts proposals of a text of which there is nothing to tell.
    fn take_in_quiet(&mut self, name: &str, quiet: &Quiet) {
        quiet.add_to(&mut self.report.let_go, self.desk.set);
        if quiet.count() > 0 && self.texts.last().is_none_or(|last| last != name) {
            self.texts.push(name.to_owned());
        }
    }

    /// Adds the problem that a text could not be read, or not to its end.
    pub fn unreadable(&mut self, name: &str, reason: &str) {
        let message = format!("the file cannot be read: {reason}");
        self.problem("unreadable-file", name, message, None);
    }

    /// Adds the problem that a text is too long to be held as a whole, and is nothing else.
    pub fn too_long(&mut self, name: &str) {
        let help = "write one proposal a line, or a list of proposals".to_owned();
        self.problem(
            "file-too-large",
            name,
            "the file is larger than 1 GiB",
            Some(help),
        );
    }

    /// The names of all texts that were read and hold something to check, and of the rules.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources
            .names()
            .chain(self.texts.iter().map(String::as_str))
    }

    /// What the threads of a check share.
    fn desk(&self) -> Desk<'a> {
        Desk {
            brief_from: match self.brief {
                true => Some(0),
                false => Some(self.most_untroubled).filter(|most| *most < usize::MAX),
            },
            told_anyway: Arc::new(self.told_anyway.clone()),
            ..self.desk.clone()
        }
    }

    /// Counts bytes as done and asks whether to go on.
    fn goes_on(&mut self, bytes: usize) -> bool {
        self.done += bytes as u64;
        if let Some(watch) = &mut self.watch {
            self.ended |= !watch.goes_on(self.done, &self.report);
        }
        !self.ended
    }
}

/// What a thread made of a whole text.
struct Looked<'t, 'a> {
    name: &'t str,
    origin: Origin,
    size: usize,
    digest: Option<[u8; 32]>,
    /// Its bytes, if it has a proposal a line.
    by_line: Option<Vec<u8>>,
    told: Told,
    quiet: Quiet<'a>,
}

/// Whether a file says by its name that it has a proposal a line.
pub fn is_by_line(name: &str) -> bool {
    name.ends_with(".ndjson") || name.ends_with(".jsonl")
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
