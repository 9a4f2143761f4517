//! `carnet rules`, and loading rules for every command.

mod check;
mod coverage;
mod list;
mod test;

pub(super) use check::check;
pub(super) use coverage::coverage;
pub(super) use list::list;
pub(super) use test::test;

use crate::cli::args::{LookArgs, RuleArgs};
use crate::cli::collect::{in_words, shown};
use crate::cli::exit::ExitCode;
use crate::cli::{error, look};
use crate::finding::{Effect, Problem, Severity};
use crate::report::render_problems;
use crate::rule::{Parameters, RuleSet, RuleSource, compile, shipped, shipped_rules};
use crate::source::SourceMap;
use crate::vocabulary::suggest::{did_you_mean, list_words};
use std::borrow::Cow;
use std::path::Path;

/// The rules of a run.
pub(super) struct Loaded {
    pub(super) set: RuleSet,
    pub(super) sources: SourceMap,
    pub(super) problems: Vec<Problem>,
}

/// Compiles the shipped rules and those of the caller's folders.
pub(super) fn load(args: &RuleArgs, mut sources: SourceMap) -> Result<Loaded, String> {
    let mut own = Vec::new();
    for folder in &args.rules {
        own.extend(read_folder(folder)?);
    }
    let mut parameters = Parameters::new();
    for pair in &args.set {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            format!("`--set {pair}` has no value: write `--set PACK.PARAMETER=VALUE`")
        })?;
        parameters.insert(name.to_owned(), value.to_owned());
    }
    let (set, problems) = if own.is_empty() {
        shipped_rules(&parameters, &mut sources)
    } else {
        let files = [shipped::files(), own].concat();
        compile(&files, &parameters, &mut sources)
    };
    Ok(Loaded {
        set,
        sources,
        problems,
    })
}

/// The rule files of a folder.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<RuleSource>, String> {
    let mut files = Vec::new();
    let name = shown(folder);
    if !folder.is_dir() {
        return Err(format!("there is no folder `{name}` with rules"));
    }
    let mut builder = ignore::WalkBuilder::new(folder);
    builder
        .sort_by_file_name(std::cmp::Ord::cmp)
        .standard_filters(false)
        .hidden(true);
    for entry in builder.build() {
        let entry = entry.map_err(|error| {
            let reason = error.io_error().map_or_else(|| error.to_string(), in_words);
            format!("`{name}` cannot be read: {reason}")
        })?;
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !entry.file_type().is_some_and(|kind| kind.is_file())
            || !matches!(extension, Some("yaml" | "yml" | "json"))
        {
            continue;
        }
        let text = std::fs::read(path)
            .map_err(|error| format!("`{}` cannot be read: {}", shown(path), in_words(&error)))?;
        let text =
            String::from_utf8(text).map_err(|_| format!("`{}` is not UTF-8", shown(path)))?;
        let inside = path.strip_prefix(folder).unwrap_or(path);
        let inside = shown(inside);
        files.push(RuleSource {
            path: inside
                .strip_suffix(".yml")
                .map_or(inside.clone(), |stem| format!("{stem}.yaml")),
            shown: shown(path),
            text: Cow::Owned(text),
            tree: None,
            shipped: false,
        });
    }
    if files.is_empty() {
        return Err(format!("the folder `{name}` holds no rules"));
    }
    Ok(files)
}

/// Tells what is wrong with rule files; `true` if anything is.
pub(super) fn report_broken(loaded: &Loaded, options: &crate::report::RenderOptions) -> bool {
    if loaded.problems.is_empty() {
        return false;
    }
    let mut err = std::io::stderr().lock();
    let _ = render_problems(&loaded.problems, &loaded.sources, options, &mut err);
    true
}

pub(super) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

pub(super) fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Prohibition => "prohibition",
        Effect::Condition => "condition",
        Effect::Duty => "duty",
        Effect::Advice => "advice",
    }
}

/// Tells that there is no such pack.
pub(super) fn unknown_pack(set: &RuleSet, name: &str) {
    let known = || set.packs.iter().map(|pack| pack.id.0.as_str());
    let help = match did_you_mean(name, known()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("the packs: {}", list_words(known())),
    };
    error(&format!("there is no pack `{name}`"), Some(&help));
}

/// Rules whose examples are about to be looked at.
struct Bench {
    /// Everything that was compiled.
    files: Vec<RuleSource>,
    /// The files that are asked about, as shown.
    asked: Vec<String>,
    loaded: Loaded,
}

impl Bench {
    /// The shipped rules, or those of a folder beside them; `Err` when that was told.
    fn load(folder: Option<&Path>, look: &LookArgs) -> Result<Self, ExitCode> {
        let mut files = shipped::files();
        let own = match folder {
            Some(folder) => read_folder(folder).map_err(|message| {
                error(&message, None);
                ExitCode::NotAsAsked
            })?,
            None => Vec::new(),
        };
        // The shipped folder itself, in the project's own tree, stands for the shipped rules.
        if own.iter().any(|file| {
            files
                .iter()
                .any(|known| known.path == file.path && known.path.ends_with("/pack.yaml"))
        }) {
            files.clear();
        }
        let asked = if own.is_empty() { &files } else { &own };
        let asked = asked.iter().map(|file| file.shown.clone()).collect();
        files.extend(own);
        let mut sources = SourceMap::new();
        let (set, problems) = compile(&files, &Parameters::new(), &mut sources);
        let loaded = Loaded {
            set,
            sources,
            problems,
        };
        if report_broken(&loaded, &look::options(look, true)) {
            return Err(ExitCode::NotAsAsked);
        }
        Ok(Self {
            files,
            asked,
            loaded,
        })
    }

    fn asks(&self, shown: &str) -> bool {
        self.asked.iter().any(|file| file == shown)
    }

    /// Whether a pack has a file that is asked about.
    fn asks_pack(&self, pack: &str) -> bool {
        let path = format!("{pack}/pack.yaml");
        let manifest = self.files.iter().find(|file| file.path == path);
        manifest.is_some_and(|file| self.asks(&file.shown))
    }

    /// Tells of the first of these packs that there is none.
    fn knows_packs(&self, names: &[String]) -> Result<(), ExitCode> {
        let unknown = |name: &&String| self.loaded.set.pack(name).is_none();
        match names.iter().find(unknown) {
            Some(name) => {
                unknown_pack(&self.loaded.set, name);
                Err(ExitCode::NotAsAsked)
            }
            None => Ok(()),
        }
    }

    /// What is wrong with how examples of these files are written.
    fn mistakes<'m>(&self, mistakes: &'m [String]) -> Vec<&'m String> {
        let of_these = |mistake: &&String| {
            let mut files = self.asked.iter();
            files.any(|file| mistake.starts_with(&format!("{file}:")))
        };
        mistakes.iter().filter(of_these).collect()
    }
}

/// A table without lines: every column but the last as wide as its widest cell, each row indented.
fn aligned(rows: &[Vec<String>], indent: &str) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            let width = cell.chars().count();
            match widths.get_mut(index) {
                Some(known) => *known = width.max(*known),
                None => widths.push(width),
            }
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut line = indent.to_owned();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// "1 rule", "2 rules".
fn counted(count: usize, word: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {word}{s}", grouped(count))
}

/// A number with a space between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}
