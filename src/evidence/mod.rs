//! What a check was about and what came of it, as files that can be checked again: copies of everything
//! that was read, the answer of every requirement with the places it rests on, and digests.
//!
//! Nothing of it depends on the machine, on where the files lay, or on how many threads checked. It is
//! made from the copies alone, so whoever has the folder can make it once more and compare.

mod difference;
mod document;

pub use difference::{difference, unsealed};

use crate::check::{Documents, Origin, Run};
use crate::engine::{CheckOptions, PackChoice};
use crate::finding::{Report, Severity};
use crate::report::{Format, RenderOptions, render};
use crate::rule::{Parameters, RuleSet, RuleSource, compile, shipped, shipped_rules};
use crate::source::SourceMap;
use crate::waiver;
use jiff::civil::Date;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The version of the folder.
pub const VERSION: u64 = 1;

/// The answers.
pub const EVIDENCE: &str = "evidence.json";

/// The same for reading.
pub const PAGE: &str = "report.html";

/// The digest of every other file, as `sha256sum` writes and checks them.
pub const SUMS: &str = "SHA256SUMS";

/// The copy of the waivers.
pub const WAIVERS: &str = "waivers.yaml";

/// The folder with the copies of proposals and profiles.
pub const INPUTS: &str = "inputs/";

/// The folder with the copies of the caller's own rules, one folder in it each.
pub const RULES: &str = "rules/";

/// Everything that the answers follow from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub as_of: Date,
    /// Whether nothing is assumed.
    pub strict: bool,
    /// Parameters of packs that the caller set.
    pub parameters: Parameters,
    /// The texts that are checked, in their order.
    pub asked: Vec<Asked>,
    /// Ids of the only proposals that it is about; all, if empty.
    pub ids: Vec<String>,
    /// The copies, by their path in the folder.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// A text and what is asked about what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its copy.
    pub path: String,
    pub packs: PackChoice,
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    pub severity: BTreeMap<String, Severity>,
}

/// The answers, made from the copies.
#[derive(Debug)]
pub struct Made {
    /// Every file of the folder by its path: the copies, the answers, the page, the digests.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The answers before they were written.
    pub document: Value,
    pub report: Report,
}

impl Evidence {
    /// Checks the copies and writes what comes of it, with so many threads.
    ///
    /// # Errors
    ///
    /// Why that cannot be done, in a sentence: rules that do not compile, a text that is not JSON.
    pub fn make(&self, jobs: usize) -> Result<Made, String> {
        let mut sources = SourceMap::new();
        let set = self.rules(&mut sources)?;
        let first = self.asked.first();
        let options = first.map_or_else(|| CheckOptions::new(self.as_of), |it| self.options(it));
        let copies = Copies(&self.files);
        let mut run = Run::new(&set, options, &copies, sources);
        run.jobs = jobs;
        run.most_listed = usize::MAX;
        let ids = self.ids.iter().map(|id| (id.clone(), false));
        run.only = (!self.ids.is_empty()).then(|| ids.collect());
        if let Some(bytes) = self.files.get(WAIVERS) {
            let text = String::from_utf8_lossy(bytes);
            let (mut waivers, problems) =
                waiver::read(WAIVERS, &text, self.as_of, &mut run.sources);
            run.report.problems.extend(problems);
            waivers.rename(|rule| run.current_rule(rule));
            run.told_anyway
                .extend(waivers.proposals().map(str::to_owned));
            run.waivers = Some(waivers);
        }
        for asked in &self.asked {
            let Some(bytes) = self.files.get(&asked.path) else {
                return Err(format!("the copy `{}` is not there", asked.path));
            };
            run.ask(self.options(asked));
            run.check_bytes(&asked.path, bytes, Origin::Named);
        }
        run.conclude(self.ids.is_empty());
        let document = document::document(self, &run.report, &run.sources);
        let text = serde_json_canonicalizer::to_vec(&document).map_err(|e| e.to_string())?;
        let mut page = Vec::new();
        render(&run.report, &run.sources, Format::Html, &look(), &mut page)
            .map_err(|e| e.to_string())?;
        let mut files = self.files.clone();
        files.insert(EVIDENCE.to_owned(), text);
        files.insert(PAGE.to_owned(), page);
        let sums: String = files
            .iter()
            .map(|(path, bytes)| format!("{}  {path}\n", digest(bytes)))
            .collect();
        files.insert(SUMS.to_owned(), sums.into_bytes());
        Ok(Made {
            files,
            document,
            report: run.report,
        })
    }

    /// What a folder is about, read from its files.
    ///
    /// # Errors
    ///
    /// What is missing or cannot be understood, in a sentence.
    pub fn read(mut files: BTreeMap<String, Vec<u8>>) -> Result<(Self, Value), String> {
        let written = files.remove(EVIDENCE);
        let written = written.ok_or_else(|| format!("there is no `{EVIDENCE}`"))?;
        let written: Value = serde_json::from_slice(&written)
            .map_err(|reason| format!("`{EVIDENCE}` is not JSON: {reason}"))?;
        files.remove(PAGE);
        files.remove(SUMS);
        let evidence = document::read(&written, files)?;
        Ok((evidence, written))
    }

    fn rules(&self, sources: &mut SourceMap) -> Result<RuleSet, String> {
        let own = self.files.iter().filter_map(|(path, bytes)| {
            let (_, inside) = path.strip_prefix(RULES)?.split_once('/')?;
            Some(RuleSource {
                path: inside.to_owned(),
                shown: path.clone(),
                text: Cow::Owned(String::from_utf8_lossy(bytes).into_owned()),
                tree: None,
                shipped: false,
            })
        });
        let own: Vec<RuleSource> = own.collect();
        let (set, problems) = match own.is_empty() {
            true => shipped_rules(&self.parameters, sources),
            false => compile(&[shipped::files(), own].concat(), &self.parameters, sources),
        };
        match problems.iter().find(|it| it.severity == Severity::Error) {
            Some(problem) => Err(format!("the rules cannot be used: {}", problem.message)),
            None => Ok(set),
        }
    }

    fn options(&self, asked: &Asked) -> CheckOptions {
        CheckOptions {
            packs: asked.packs.clone(),
            select: asked.select.clone(),
            ignore: asked.ignore.clone(),
            severity: asked.severity.clone(),
            strict: self.strict,
            proofs: true,
            ..CheckOptions::new(self.as_of)
        }
    }
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same look everywhere.
fn look() -> RenderOptions {
    RenderOptions {
        width: 100,
        color: false,
        unicode: true,
        narrated: false,
        links: false,
        max_findings: None,
        quiet: false,
        verbose: true,
        outcomes: true,
        outlook: false,
    }
}

/// Profiles are read from the copies, and from nowhere else.
struct Copies<'a>(&'a BTreeMap<String, Vec<u8>>);

impl Documents for Copies<'_> {
    fn read(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
        for step in path.split('/') {
            match step {
                "" | "." => {}
                ".." => drop(steps.pop()),
                step => steps.push(step),
            }
        }
        let name = steps.join("/");
        let bytes = self.0.get(&name).filter(|_| name.starts_with(INPUTS));
        let bytes = bytes.ok_or("there is no copy of it")?;
        Ok((name, bytes.clone()))
    }
}
