//! `carnet.toml`: what a folder of proposals asks of every check, so that nobody has to remember it.
//!
//! Text in, a [`Config`] and placed problems out; the program finds the file and follows its paths.
//! A flag of the command line wins over it. It can change which packs are asked, how heavy a finding
//! is and where things lie; it cannot change a verdict, and it holds no date.

mod read;

pub use read::read;

use crate::finding::Severity;
use crate::source::Span;
use std::collections::BTreeMap;

/// The name under which the file is looked for.
pub const FILE_NAME: &str = "carnet.toml";

/// The code of what is wrong with the file.
pub const BROKEN: &str = "broken-configuration";

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    pub value: T,
    pub span: Span,
}

/// What the file says; what it leaves out is as if there were no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// As shown.
    pub path: String,
    /// Folders with rules, from the file's folder on.
    pub rules: Vec<Placed<String>>,
    /// `PACK.PARAMETER` and its value.
    pub set: Vec<(String, String)>,
    pub asks: Asks,
    pub fail_on: Option<FailOn>,
    pub undetermined: Option<Undetermined>,
    pub strict: Option<bool>,
    /// From the file's folder on.
    pub waivers: Option<Placed<String>>,
    /// From the file's folder on.
    pub baseline: Option<Placed<String>>,
    pub max_findings: Option<usize>,
    /// What holds for some files only; of two that match, the later one wins.
    pub paths: Vec<ForPaths>,
}

/// Which packs and rules are asked, and how heavy their findings are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    pub pack: Option<Vec<Placed<String>>>,
    pub select: Option<Vec<Placed<String>>>,
    pub ignore: Option<Vec<Placed<String>>>,
    pub severity: BTreeMap<String, Placed<Severity>>,
}

/// What holds for the files that a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForPaths {
    /// Patterns such as `research/**`, from the file's folder on. At least one.
    pub matches: Vec<Placed<String>>,
    pub asks: Asks,
}

/// From which severity on a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// The least severity that fails the run.
    pub fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// What an undetermined answer does to the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Undetermined {
    Fail,
    Warn,
    Allow,
}

impl Asks {
    /// These, where `other` does not say otherwise.
    pub fn overlaid(&self, other: &Asks) -> Asks {
        let mut severity = self.severity.clone();
        severity.extend(other.severity.clone());
        Asks {
            pack: other.pack.clone().or_else(|| self.pack.clone()),
            select: other.select.clone().or_else(|| self.select.clone()),
            ignore: other.ignore.clone().or_else(|| self.ignore.clone()),
            severity,
        }
    }
}
