//! `carnet check`.

use crate::check::Run;
use crate::cli::args::{CheckArgs, Undetermined};
use crate::cli::exit::{self, ExitCode};
use crate::cli::profile::Profiles;
use crate::cli::rules::{Loaded, load, report_broken, unknown_pack};
use crate::cli::write::{report_files, write};
use crate::cli::{collect, error, look};
use crate::engine::{CheckOptions, PackChoice};
use crate::finding::Threshold;
use crate::rule::condition::parse_date;
use crate::vocabulary::PROPOSAL;
use crate::vocabulary::schema::validator;
use crate::vocabulary::suggest::did_you_mean;
use jiff::civil::Date;
use std::mem::ManuallyDrop;

/// Checks proposals and prints the report.
pub(super) fn check(args: &CheckArgs) -> ExitCode {
    // The validator takes as long to make as the rules; they do not need each other.
    std::thread::spawn(|| validator(PROPOSAL).is_some());
    let loaded = match load(&args.rules) {
        Ok(loaded) => loaded,
        Err(message) => {
            error(&message, None);
            return ExitCode::NotAsAsked;
        }
    };
    let mut broken = report_broken(&loaded, &look::options(&args.look, true));
    let options = match options(args, &loaded) {
        Ok(options) => options,
        Err(code) => return code,
    };
    if let Some(base) = args.base.as_deref().filter(|base| !base.is_dir()) {
        error(
            &format!("`--base {}` is not a folder", base.display()),
            None,
        );
        return ExitCode::NotAsAsked;
    }
    let files = match report_files(&args.reports) {
        Ok(files) => files,
        Err(code) => return code,
    };
    let profiles = Profiles::new(args.base.as_deref());
    let Loaded { set, sources, .. } = loaded;
    // The end of the program frees it at once; piece by piece it would take as long as a small check.
    let set = ManuallyDrop::new(set);
    let mut run = Run::new(&set, options, &profiles, sources);
    for input in collect::collect(&args.paths, args.skip_other, &mut run) {
        match collect::read(&input) {
            Ok(bytes) => run.check_bytes(&input.shown, &bytes, input.origin),
            Err(reason) => run.problem(
                "unreadable-file",
                &input.shown,
                format!("the file cannot be read: {reason}"),
                None,
            ),
        }
    }
    if !args.id.is_empty() {
        run.report
            .proposals
            .retain(|proposal| args.id.contains(&proposal.id));
        for id in &args.id {
            if !run
                .report
                .proposals
                .iter()
                .any(|proposal| proposal.id == *id)
            {
                error(&format!("no proposal has the id `{id}`"), None);
                broken = true;
            }
        }
    }
    run.report.threshold = Threshold {
        least: args.fail_on.least(),
        undetermined: args.undetermined == Undetermined::Fail,
    };
    let rules_asked = run.rules_asked();
    let code = match exit::code(&run.report, rules_asked, args.exit_zero) {
        _ if broken => ExitCode::NotAsAsked,
        code => code,
    };
    run.report.exit_code = code as u8;
    if rules_asked == 0 {
        error("no rule was selected, so nothing was checked", None);
    }
    write(args, &files, &run, code)
}

fn options(args: &CheckArgs, loaded: &Loaded) -> Result<CheckOptions, ExitCode> {
    let as_of = day(args.as_of.as_deref())?;
    let packs = if args.pack.is_empty() {
        PackChoice::Applicable
    } else if args.pack.iter().any(|name| name == "all") {
        PackChoice::All
    } else {
        PackChoice::Named(args.pack.clone())
    };
    if let PackChoice::Named(names) = &packs
        && let Some(unknown) = names.iter().find(|name| loaded.set.pack(name).is_none())
    {
        unknown_pack(&loaded.set, unknown);
        return Err(ExitCode::NotAsAsked);
    }
    for name in args.select.iter().chain(&args.ignore) {
        if loaded.set.rule(name).is_none() {
            let known = || {
                loaded
                    .set
                    .packs
                    .iter()
                    .flat_map(|pack| pack.rules.iter().map(|rule| rule.id.0.as_str()))
            };
            let help = did_you_mean(name, known()).map(|word| format!("did you mean `{word}`?"));
            let help = help.unwrap_or_else(|| "`carnet rules list` shows all rules".to_owned());
            error(&format!("there is no rule `{name}`"), Some(&help));
            return Err(ExitCode::NotAsAsked);
        }
    }
    Ok(CheckOptions {
        packs,
        select: args.select.clone(),
        ignore: args.ignore.clone(),
        strict: args.strict,
        ..CheckOptions::new(as_of)
    })
}

/// The day that `--as-of` names, or today; `Err` when a mistake in it was told.
pub(super) fn day(written: Option<&str>) -> Result<Date, ExitCode> {
    let Some(text) = written else {
        return Ok(today());
    };
    parse_date(text).ok_or_else(|| {
        error(
            &format!("`--as-of {text}` is not a date"),
            Some("write it as 2026-11-22"),
        );
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
