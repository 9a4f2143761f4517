//! `carnet check`.

use crate::check::{MOST_LISTED, Run, near_rule};
use crate::cli::args::{CheckArgs, FormatName};
use crate::cli::collect::{Input, shown};
use crate::cli::exit::{self, ExitCode};
use crate::cli::profile::Profiles;
use crate::cli::progress::{Progress, watch_for_interrupts};
use crate::cli::rules::{Loaded, load, report_broken, unknown_pack};
use crate::cli::settings::Settings;
use crate::cli::write::{ReportFile, report_files, tells_inputs, write};
use crate::cli::{collect, error, evidence, exceptions, fix, look, read};
use crate::engine::CheckOptions;
use crate::report::{Format, IN_FULL};
use crate::rule::condition::parse_date;
use crate::source::SourceMap;
use crate::vocabulary::PROPOSAL;
use crate::vocabulary::schema::validator;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::num::NonZero;
use std::path::Path;

/// Checks proposals and prints the report.
pub(super) fn check(args: &CheckArgs) -> ExitCode {
    match prepared(args) {
        Ok(code) | Err(code) => code,
    }
}

/// The check; `Err` where it could not begin, which was told.
fn prepared(args: &CheckArgs) -> Result<ExitCode, ExitCode> {
    // The validator takes as long to make as the rules; they do not need each other.
    std::thread::spawn(|| validator(PROPOSAL).is_some());
    watch_for_interrupts(ExitCode::Interrupted as u8);
    let as_of = day(args.ask.as_of.as_deref())?;
    let mut sources = SourceMap::new();
    let mut settings = Settings::load(args.ask.config.as_deref(), &mut sources)?;
    let loaded = load(&settings.rules(&args.ask.rules), sources).map_err(|message| {
        error(&message, None);
        ExitCode::NotAsAsked
    })?;
    let mut broken = report_broken(&loaded, &look::options(&args.look, true));
    check_flags(args, &loaded)?;
    fix::check_paths(args.fix, &args.ask.paths)?;
    evidence::check_folder(args.evidence.as_deref(), &args.ask.paths)?;
    settings.check_names(&loaded.set);
    let files = report_files(&args.reports)?;
    let profiles = Profiles::new(args.ask.base.as_deref());
    let Loaded { set, sources, .. } = loaded;
    // The end of the program frees it at once; piece by piece it would take as long as a small check.
    let set = ManuallyDrop::new(set);
    let options = options_of(args, &settings, as_of, None);
    let mut run = Run::new(&set, options, &profiles, sources);
    run.digests = tells_inputs(args, &files) || args.evidence.is_some();
    run.report.problems.append(&mut settings.problems);
    if let Some((name, bytes)) = &settings.file {
        run.read(name, bytes);
    }
    exceptions::load(
        &args.waivers,
        args.baseline.as_ref(),
        &settings,
        as_of,
        &mut run,
    )?;
    run.brief = lists_findings_only(args, &files);
    if untroubled_are_counted(args, &files) {
        run.most_untroubled = IN_FULL;
    }
    run.most_listed = args.max_proposals.unwrap_or(MOST_LISTED);
    run.only = only(&args.ask.id);
    run.jobs = args.ask.jobs.map_or_else(cores, NonZero::get);
    run.report.threshold = settings.threshold(args);
    let inputs = collect::collect(&args.ask.paths, args.skip_other, &mut run);
    if args.fix {
        broken |= fix::fix(&set.vocabulary, &inputs).is_err();
    }
    let wanted = !(args.no_progress || args.quiet);
    let progress = Progress::new(collect::size(&inputs), wanted);
    run.watch = Some(Box::new(progress));
    check_inputs(args, &settings, as_of, &inputs, &mut run);
    run.watch = None;
    broken |= tell_unmet(&run);
    let complete = !run.ended && args.ask.id.is_empty() && collect::walks(&args.ask.paths);
    run.conclude(complete);
    let rules_asked = run.rules_asked();
    let code = match exit::code(&run.report, rules_asked, args.exit_zero) {
        _ if run.ended => ExitCode::Interrupted,
        _ if broken => ExitCode::NotAsAsked,
        // A hook gets every file of a commit; that none of them is a proposal is no failure.
        ExitCode::NothingChecked if args.skip_other && all_skipped(args, &run) => ExitCode::Clean,
        code => code,
    };
    if rules_asked == 0 {
        error("no rule was selected, so nothing was checked", None);
    }
    let max_findings = args.max_findings.or(settings.config.max_findings);
    let code = write(args, max_findings, &files, &mut run, code);
    if !args.fix && !args.quiet {
        fix::offer(&run, &set.vocabulary, &inputs);
    }
    let code = match &args.evidence {
        Some(folder) if !run.ended => {
            let asked = |input: &Input| options_of(args, &settings, as_of, input.path.as_deref());
            let made = evidence::make(folder, args, &settings, &inputs, &asked, &run);
            made.err().unwrap_or(code)
        }
        Some(folder) => {
            let name = shown(folder);
            error(
                &format!("no evidence was written to `{name}`: not all was checked"),
                None,
            );
            code
        }
        None => code,
    };
    // The end of the program frees it at once.
    std::mem::forget(run);
    Ok(code)
}

/// What is asked of a file; of what comes on standard input without one.
fn options_of(
    args: &CheckArgs,
    settings: &Settings,
    as_of: Date,
    path: Option<&Path>,
) -> CheckOptions {
    CheckOptions {
        questions: args.questions,
        repairs: args.repairs.then_some(args.allow_reroute),
        ..settings.options(&args.ask, args.strict, as_of, path)
    }
}

/// Checks every input: those that are small and are asked the same together.
fn check_inputs(
    args: &CheckArgs,
    settings: &Settings,
    as_of: Date,
    inputs: &[Input],
    run: &mut Run,
) {
    let asked = |input: &Input| options_of(args, settings, as_of, input.path.as_deref());
    let differ = settings.differ();
    let mut left = inputs;
    while let Some(first) = left.first() {
        let options = differ.then(|| asked(first));
        let long = read::is_long(first);
        let together = |input: &&Input| {
            !long
                && !read::is_long(input)
                && options
                    .as_ref()
                    .is_none_or(|options| *options == asked(input))
        };
        let count = left.iter().take_while(together).count().max(1);
        let (group, rest) = left.split_at_checked(count).unwrap_or((left, &[]));
        if let Some(options) = options.clone() {
            run.ask(options);
        }
        let done = if long {
            read::check_long(run, first);
            0
        } else {
            read::check_small(run, group)
        };
        if run.ended {
            return interrupted(run, left.get(done..).unwrap_or_default());
        }
        left = rest;
    }
}

/// The only proposals that the reader wants to hear of.
pub(super) fn only(ids: &[String]) -> Option<BTreeMap<String, bool>> {
    let wanted = ids.iter().map(|id| (id.clone(), false));
    (!ids.is_empty()).then(|| wanted.collect())
}

/// Whether every report of the run lists findings, and no proposal without any.
fn lists_findings_only(args: &CheckArgs, files: &[ReportFile]) -> bool {
    let formats = files.iter().map(|file| file.format);
    let mut formats = formats.chain([args.format.format()]);
    let lists_findings = |format: Format| match format {
        Format::Short | Format::Github | Format::Gitlab => true,
        Format::Human => args.quiet,
        _ => false,
    };
    args.ask.id.is_empty() && formats.all(lists_findings)
}

/// Whether, of many proposals, every report shows those with findings only, and counts the others.
fn untroubled_are_counted(args: &CheckArgs, files: &[ReportFile]) -> bool {
    let formats = files.iter().map(|file| file.format);
    let mut formats = formats.chain([args.format.format()]);
    args.ask.id.is_empty() && formats.all(|format| format == Format::Human)
}

/// One thread a core.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Whether the files that were named were all read, and are all something else.
fn all_skipped(args: &CheckArgs, run: &Run) -> bool {
    run.rules_asked() > 0 && run.report.skipped > 0 && !collect::walks(&args.ask.paths)
}

/// Tells where a run was ended; the file it was in is the first of those that are left.
fn interrupted(run: &mut Run, left: &[collect::Input]) {
    let rest = match left {
        [] | [_] => String::new(),
        [_, more @ ..] => format!(", nor {} after it", count(more.len(), "file", "files")),
    };
    let first = left.first().map_or("", |input| &input.shown);
    run.problem(
        "interrupted",
        first,
        format!("interrupted: not all of it was checked{rest}"),
        Some("what was checked until then is reported".to_owned()),
    );
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Tells of proposals that were asked for and are not there; whether there are any.
pub(super) fn tell_unmet(run: &Run) -> bool {
    let only = run.only.iter().flatten();
    let unmet = only.filter(|(_, met)| !**met).map(|(id, _)| id);
    let tell = |id: &String| error(&format!("no proposal has the id `{id}`"), None);
    unmet.map(tell).count() > 0
}

/// Tells of the first flag that names what is not there.
fn check_flags(args: &CheckArgs, loaded: &Loaded) -> Result<(), ExitCode> {
    check_packs(&args.ask.pack, loaded)?;
    check_rules(args.ask.select.iter().chain(&args.ask.ignore), loaded)?;
    check_outlook(args)?;
    check_base(args.ask.base.as_deref())
}

/// Tells that what could be is not told in a format.
fn check_outlook(args: &CheckArgs) -> Result<(), ExitCode> {
    use FormatName::{Human, Json, Markdown, Ndjson};
    let asked = args.questions || args.repairs;
    if !asked || matches!(args.format, Human | Markdown | Json | Ndjson) {
        return Ok(());
    }
    let help = "write `--format human`, `markdown`, `json` or `ndjson`";
    error(
        "questions and repairs are not told in this format",
        Some(help),
    );
    Err(ExitCode::NotAsAsked)
}

/// Tells of the first pack that is not there.
pub(super) fn check_packs(packs: &[String], loaded: &Loaded) -> Result<(), ExitCode> {
    let unknown = |name: &&String| *name != "all" && loaded.set.pack(name).is_none();
    match packs.iter().find(unknown) {
        Some(unknown) => {
            unknown_pack(&loaded.set, unknown);
            Err(ExitCode::NotAsAsked)
        }
        None => Ok(()),
    }
}

/// Tells of the first rule that is not there.
pub(super) fn check_rules<'n>(
    names: impl IntoIterator<Item = &'n String>,
    loaded: &Loaded,
) -> Result<(), ExitCode> {
    let mut names = names.into_iter();
    let Some(name) = names.find(|name| loaded.set.rule(name).is_none()) else {
        return Ok(());
    };
    let near = near_rule(&loaded.set, name).map(|word| format!("did you mean `{word}`?"));
    let help = near.unwrap_or_else(|| "`carnet rules list` shows all rules".to_owned());
    error(&format!("there is no rule `{name}`"), Some(&help));
    Err(ExitCode::NotAsAsked)
}

/// Tells that the folder of profiles is none.
pub(super) fn check_base(base: Option<&std::path::Path>) -> Result<(), ExitCode> {
    let Some(base) = base.filter(|base| !base.is_dir()) else {
        return Ok(());
    };
    let message = format!("`--base {}` is not a folder", shown(base));
    error(&message, None);
    Err(ExitCode::NotAsAsked)
}

/// The day that `--as-of` names, or today; `Err` when a mistake in it was told.
pub(super) fn day(written: Option<&str>) -> Result<Date, ExitCode> {
    let Some(text) = written else {
        return Ok(today());
    };
    named_day("--as-of", text)
}

/// The day that a flag names; `Err` when a mistake in it was told.
pub(super) fn named_day(flag: &str, text: &str) -> Result<Date, ExitCode> {
    parse_date(text).ok_or_else(|| {
        let message = format!("`{flag} {text}` is not a date");
        error(&message, Some("write it as 2026-11-22"));
        ExitCode::NotAsAsked
    })
}

/// Today in UTC. The clock is asked here and nowhere else.
fn today() -> Date {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let days = seconds
        .map(|since| i64::try_from(since.as_secs() / 86_400).unwrap_or(0))
        .unwrap_or(0);
    let span = jiff::Span::new().try_days(days).unwrap_or_default();
    jiff::civil::date(1970, 1, 1)
        .checked_add(span)
        .unwrap_or_default()
}
