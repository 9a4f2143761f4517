//! `carnet rules test`.

use super::{Bench, aligned};
use crate::cli::args::RulesTestArgs;
use crate::cli::exit::ExitCode;
use crate::cli::{error, print};
use crate::report::sanitise;
use crate::rule::example::{Example, Failure, examples, run};
use crate::rule::{RuleSet, RuleSource, compile};
use crate::source::SourceMap;
use crate::vocabulary::suggest::did_you_mean;

/// Runs the examples inside rules and definitions.
pub(in crate::cli) fn test(args: &RulesTestArgs) -> ExitCode {
    let bench = match Bench::load(args.folder.as_deref(), &args.look) {
        Ok(bench) => bench,
        Err(code) => return code,
    };
    // Examples may use every base, and only those of the tested files are run.
    let (all, mistakes) = examples(&bench.files);
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
    let chosen = |example: &&Example| {
        bench.asks(&example.shown) && (args.rule.is_empty() || args.rule.contains(&example.rule))
    };
    let mut out = String::new();
    let (mut passed, mut failed) = (0, 0);
    for example in all.iter().filter(chosen) {
        match run_with_parameters(&bench.files, &bench.loaded.set, example) {
            Ok(()) => {
                passed += 1;
                if args.verbose {
                    out.push_str(&format!("ok      {}\n", example.name()));
                }
            }
            Err(failure) => {
                failed += 1;
                out.push_str(&told(example, &failure));
            }
        }
    }
    let mistakes = bench.mistakes(&mistakes);
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

/// What was expected and what was found, a line each.
fn told(example: &Example, failure: &Failure) -> String {
    let mut out = format!(
        "FAILED  {}\n        {}:{}: {}\n",
        sanitise(&example.name()),
        example.shown,
        example.line,
        sanitise(&failure.reason)
    );
    let rows: Vec<Vec<String>> = failure
        .lines
        .iter()
        .map(|(name, value)| vec![(*name).to_owned(), sanitise(value).into_owned()])
        .collect();
    out.push_str(&aligned(&rows, "          "));
    out
}

/// Runs an example with the parameters it sets.
fn run_with_parameters(
    files: &[RuleSource],
    set: &RuleSet,
    example: &Example,
) -> Result<(), Failure> {
    if example.parameters.is_empty() {
        return run(set, example);
    }
    let (set, problems) = compile(files, &example.parameters, &mut SourceMap::new());
    match problems.first() {
        Some(problem) => Err(problem.message.clone().into()),
        None => run(&set, example),
    }
}
