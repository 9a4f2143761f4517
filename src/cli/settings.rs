//! What a run is asked: the flags, and beneath them `carnet.toml`.

use crate::cli::args::{AskArgs, CheckArgs, RuleArgs};
use crate::cli::collect::shown;
use crate::cli::error;
use crate::cli::exit::ExitCode;
use crate::cli::read::read_file;
use crate::config::{Asks, BROKEN, Config, FILE_NAME, FailOn, Placed, Undetermined, read};
use crate::engine::{CheckOptions, PackChoice};
use crate::finding::{Label, Problem, Severity, Target, Threshold};
use crate::rule::RuleSet;
use crate::source::{SourceMap, Span};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use globset::{Glob, GlobSet, GlobSetBuilder};
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// The configuration of a run and where it lies; an empty one where there is none.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) problems: Vec<Problem>,
    /// The file's name and bytes, where there is one.
    pub(super) file: Option<(String, Vec<u8>)>,
    /// The folder of the file.
    root: PathBuf,
    /// One for each element of `paths`.
    matchers: Vec<GlobSet>,
}

/// The nearest file of this name, from the working directory upwards, as a path from there.
pub(super) fn nearest(name: &str) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut up = PathBuf::new();
    for folder in here.ancestors() {
        if folder.join(name).is_file() {
            return Some(up.join(name));
        }
        up.push("..");
    }
    None
}

/// The text of a file that the run needs; `Err` when that it cannot be had was told.
pub(super) fn text_of(path: &Path, what: &str) -> Result<String, ExitCode> {
    let told = |reason: String| {
        let name = shown(path);
        error(&format!("{what} `{name}` cannot be read: {reason}"), None);
        ExitCode::NotAsAsked
    };
    let bytes = read_file(path).map_err(told)?;
    String::from_utf8(bytes).map_err(|_| told("it is not UTF-8".to_owned()))
}

impl Settings {
    /// The settings of `--config`, or of the nearest `carnet.toml`.
    pub(super) fn load(named: Option<&Path>, sources: &mut SourceMap) -> Result<Self, ExitCode> {
        let Some(path) = named.map(Path::to_owned).or_else(|| nearest(FILE_NAME)) else {
            return Ok(Self::default());
        };
        let text = text_of(&path, "the configuration")?;
        let name = shown(&path);
        let (config, problems) = read(&name, &text, sources);
        let mut settings = Self {
            config,
            problems,
            file: Some((name, text.into_bytes())),
            root: path.parent().map(Path::to_owned).unwrap_or_default(),
            matchers: Vec::new(),
        };
        settings.matchers = settings.match_paths();
        Ok(settings)
    }

    fn match_paths(&mut self) -> Vec<GlobSet> {
        let mut matchers = Vec::new();
        for paths in &self.config.paths {
            let mut set = GlobSetBuilder::new();
            for pattern in &paths.matches {
                match Glob::new(&pattern.value) {
                    Ok(glob) => {
                        set.add(glob);
                    }
                    Err(reason) => {
                        let message = format!("this is not a pattern: {}", reason.kind());
                        let path = &self.config.path;
                        self.problems
                            .push(problem(path, pattern.span, message, None));
                    }
                }
            }
            matchers.push(set.build().unwrap_or_default());
        }
        matchers
    }

    /// A path that the file names, from the working directory.
    pub(super) fn path(&self, written: &str) -> PathBuf {
        self.root.join(written)
    }

    /// The folders of rules and the parameters; a parameter of a flag stands over that of the file.
    pub(super) fn rules(&self, args: &RuleArgs) -> RuleArgs {
        let mut rules = args.rules.clone();
        if rules.is_empty() {
            let named = self.config.rules.iter();
            rules = named.map(|folder| self.path(&folder.value)).collect();
        }
        let set = self.config.set.iter();
        let mut set: Vec<String> = set.map(|(name, value)| format!("{name}={value}")).collect();
        set.extend(args.set.iter().cloned());
        RuleArgs { rules, set }
    }

    /// Tells of packs and rules that the file names and nobody knows.
    pub(super) fn check_names(&mut self, set: &RuleSet) {
        let of_paths = self.config.paths.iter().map(|paths| &paths.asks);
        let asks: Vec<Asks> = std::iter::once(&self.config.asks)
            .chain(of_paths)
            .cloned()
            .collect();
        for asks in &asks {
            for pack in asks.pack.iter().flatten() {
                if pack.value != ALL && set.pack(&pack.value).is_none() {
                    let known = || set.packs.iter().map(|pack| pack.id.0.as_str());
                    let help = match did_you_mean(&pack.value, known()) {
                        Some(word) => format!("did you mean `{word}`?"),
                        None => format!("the packs: {}", list_words(known())),
                    };
                    self.unknown("pack", &pack.value, pack.span, Some(help));
                }
            }
            let named = asks.select.iter().chain(&asks.ignore).flatten();
            let named = named.map(|rule| (rule.value.as_str(), rule.span));
            let weighed = asks
                .severity
                .iter()
                .map(|(rule, at)| (rule.as_str(), at.span));
            for (rule, span) in named.chain(weighed) {
                if set.rule(rule).is_none() && !crate::check::OWN_RULES.contains(&rule) {
                    let near = crate::check::near_rule(set, rule);
                    let help = near.map(|near| format!("did you mean `{near}`?"));
                    self.unknown("rule", rule, span, help);
                }
            }
        }
    }

    fn unknown(&mut self, kind: &str, name: &str, span: Span, help: Option<String>) {
        let message = format!("there is no {kind} `{name}`");
        let problem = problem(&self.config.path, span, message, help);
        self.problems.push(problem);
    }

    /// Whether some files are asked otherwise than the rest.
    pub(super) fn differ(&self) -> bool {
        !self.config.paths.is_empty()
    }

    /// What is asked of a file; of what comes on standard input without one.
    pub(super) fn options(
        &self,
        args: &AskArgs,
        strict: bool,
        as_of: Date,
        path: Option<&Path>,
    ) -> CheckOptions {
        let mut asks = self.config.asks.clone();
        if let Some(path) = path.and_then(|path| self.inside(path)) {
            for (paths, matcher) in self.config.paths.iter().zip(&self.matchers) {
                if matcher.is_match(&path) {
                    asks = asks.overlaid(&paths.asks);
                }
            }
        }
        let flags_or = |flags: &[String], file: Option<Vec<Placed<String>>>| match flags {
            [] => file.into_iter().flatten().map(|name| name.value).collect(),
            flags => flags.to_vec(),
        };
        let packs: Vec<String> = flags_or(&args.pack, asks.pack);
        let packs = if packs.is_empty() {
            PackChoice::Applicable
        } else if packs.iter().any(|name| name == ALL) {
            PackChoice::All
        } else {
            PackChoice::Named(packs)
        };
        let severity = asks.severity.into_iter().map(|(rule, at)| (rule, at.value));
        CheckOptions {
            packs,
            select: flags_or(&args.select, asks.select),
            ignore: flags_or(&args.ignore, asks.ignore),
            strict: strict || self.config.strict == Some(true),
            severity: severity.collect(),
            ..CheckOptions::new(as_of)
        }
    }

    /// A path from the folder of the file; `None` where it lies elsewhere.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        let root = match self.root.as_os_str().is_empty() {
            true => Path::new("."),
            false => &self.root,
        };
        let (root, path) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
        path.strip_prefix(root).ok().map(Path::to_owned)
    }

    pub(super) fn threshold(&self, args: &CheckArgs) -> Threshold {
        let fail_on = args.fail_on.or(self.config.fail_on);
        let undetermined = args.undetermined.or(self.config.undetermined);
        Threshold {
            least: fail_on.unwrap_or(FailOn::Error).least(),
            undetermined: undetermined.unwrap_or(Undetermined::Fail) == Undetermined::Fail,
        }
    }
}

/// Asks every pack, whether it applies or not.
const ALL: &str = "all";

fn problem(path: &str, span: Span, message: String, help: Option<String>) -> Problem {
    Problem {
        severity: Severity::Error,
        code: BROKEN.to_owned(),
        path: path.to_owned(),
        message,
        help,
        labels: vec![Label {
            span,
            target: Target::Text,
            pointer: String::new(),
            text: String::new(),
        }],
    }
}
