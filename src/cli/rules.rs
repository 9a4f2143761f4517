//! `carnet rules`, and loading rules for every command.

use crate::cli::args::{RuleArgs, RulesListArgs, RulesTestArgs};
use crate::cli::collect::{in_words, shown};
use crate::cli::exit::ExitCode;
use crate::cli::{error, look, print};
use crate::finding::{Effect, Problem, Severity};
use crate::report::render_problems;
use crate::rule::example::{Example, examples, run};
use crate::rule::{Parameters, RuleSet, RuleSource, compile, shipped};
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
pub(super) fn load(args: &RuleArgs) -> Result<Loaded, String> {
    let mut files = shipped::files();
    for folder in &args.rules {
        files.extend(read_folder(folder)?);
    }
    let mut parameters = Parameters::new();
    for pair in &args.set {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            format!("`--set {pair}` has no value: write `--set PACK.PARAMETER=VALUE`")
        })?;
        parameters.insert(name.to_owned(), value.to_owned());
    }
    let mut sources = SourceMap::new();
    let (set, problems) = compile(&files, &parameters, &mut sources);
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
        let entry = entry.map_err(|error| format!("`{name}` cannot be read: {error}"))?;
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

/// `carnet rules list`.
pub(super) fn list(args: &RulesListArgs) -> ExitCode {
    let loaded = match load(&args.rules) {
        Ok(loaded) => loaded,
        Err(message) => {
            error(&message, None);
            return ExitCode::NotAsAsked;
        }
    };
    let broken = report_broken(&loaded, &look::options(&Default::default(), true));
    if let Some(unknown) = args
        .pack
        .iter()
        .find(|name| loaded.set.pack(name).is_none())
    {
        unknown_pack(&loaded.set, unknown);
        return ExitCode::NotAsAsked;
    }
    let packs = || {
        loaded
            .set
            .packs
            .iter()
            .filter(|pack| args.pack.is_empty() || args.pack.contains(&pack.id.0))
    };
    let width = packs()
        .flat_map(|pack| &pack.rules)
        .map(|rule| rule.id.0.len())
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    for pack in packs() {
        let count = pack.rules.len();
        let s = if count == 1 { "" } else { "s" };
        out.push_str(&format!(
            "{} ({}), {count} rule{s}, read on {}\n",
            pack.id.0, pack.title, pack.researched_on
        ));
        for rule in &pack.rules {
            let severity = severity_word(rule.severity);
            let effect = effect_word(rule.effect);
            out.push_str(&format!(
                "  {:width$}  {severity:7}  {effect:11}  {}\n",
                rule.id.0, rule.title
            ));
        }
    }
    let code = print(&out);
    if broken { ExitCode::NotAsAsked } else { code }
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

/// `carnet rules test`.
pub(super) fn test(args: &RulesTestArgs) -> ExitCode {
    let mut files = shipped::files();
    let own = match &args.folder {
        Some(folder) => match read_folder(folder) {
            Ok(own) => own,
            Err(message) => {
                error(&message, None);
                return ExitCode::NotAsAsked;
            }
        },
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
    let tested: Vec<RuleSource> = if own.is_empty() {
        files.clone()
    } else {
        own.clone()
    };
    files.extend(own);
    let mut sources = SourceMap::new();
    let (set, problems) = compile(&files, &Parameters::new(), &mut sources);
    let loaded = Loaded {
        set,
        sources,
        problems,
    };
    if report_broken(&loaded, &look::options(&args.look, true)) {
        return ExitCode::NotAsAsked;
    }
    // Examples may use every base, and only those of the tested files are run.
    let (all, mistakes) = examples(&files);
    if let Some(unknown) = args
        .rule
        .iter()
        .find(|rule| !all.iter().any(|example| example.rule == **rule))
    {
        let names = || all.iter().map(|example| example.rule.as_str());
        let help = did_you_mean(unknown, names()).map(|word| format!("did you mean `{word}`?"));
        error(
            &format!("there is no rule `{unknown}` with examples"),
            help.as_deref(),
        );
        return ExitCode::NotAsAsked;
    }
    let is_tested = |shown: &str| tested.iter().any(|file| file.shown == shown);
    let chosen = |example: &&Example| {
        is_tested(&example.shown) && (args.rule.is_empty() || args.rule.contains(&example.rule))
    };
    let mut out = String::new();
    let (mut passed, mut failed) = (0, 0);
    for example in all.iter().filter(chosen) {
        match run_with_parameters(&files, &loaded.set, example) {
            Ok(()) => {
                passed += 1;
                if args.verbose {
                    out.push_str(&format!("ok      {}\n", example.name()));
                }
            }
            Err(reason) => {
                failed += 1;
                out.push_str(&format!(
                    "FAILED  {}\n        {}:{}: {reason}\n",
                    example.name(),
                    example.shown,
                    example.line
                ));
            }
        }
    }
    let mistakes: Vec<&String> = mistakes
        .iter()
        .filter(|mistake| {
            tested
                .iter()
                .any(|file| mistake.starts_with(&format!("{}:", file.shown)))
        })
        .collect();
    for mistake in &mistakes {
        out.push_str(&format!("BROKEN  {mistake}\n"));
    }
    out.push_str(&format!("{passed} passed, {failed} failed"));
    if !mistakes.is_empty() {
        out.push_str(&format!(", {} not well written", mistakes.len()));
    }
    out.push('\n');
    let code = print(&out);
    match (passed + failed, failed + mistakes.len()) {
        (0, 0) => ExitCode::NothingChecked,
        (_, 0) => code,
        _ => ExitCode::Failed,
    }
}

/// Runs an example with the parameters it sets.
fn run_with_parameters(
    files: &[RuleSource],
    set: &RuleSet,
    example: &Example,
) -> Result<(), String> {
    if example.parameters.is_empty() {
        return run(set, example);
    }
    let (set, problems) = compile(files, &example.parameters, &mut SourceMap::new());
    match problems.first() {
        Some(problem) => Err(problem.message.clone()),
        None => run(&set, example),
    }
}
