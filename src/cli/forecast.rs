//! `carnet forecast`: when answers become others.

use crate::check::Run;
use crate::cli::args::{CalendarFormat, ForecastArgs};
use crate::cli::check::{
    check_base, check_packs, check_rules, cores, day, named_day, only, tell_unmet,
};
use crate::cli::exit::ExitCode;
use crate::cli::profile::Profiles;
use crate::cli::rules::{Loaded, load, report_broken};
use crate::cli::settings::Settings;
use crate::cli::{collect, error, exceptions, look, print, read};
use crate::engine::CheckOptions;
use crate::finding::{Report, Severity};
use crate::outlook::Days;
use crate::report::{ForecastFormat, broken_in_forecast, render_forecast, render_problems};
use crate::rule::RuleSet;
use crate::source::SourceMap;
use jiff::ToSpan;
use jiff::civil::Date;
use std::io::Write;
use std::num::NonZero;

/// Tells when answers become others. The exit code says whether it could be told.
pub(super) fn forecast(args: &ForecastArgs) -> ExitCode {
    match told(args) {
        Ok(code) | Err(code) => code,
    }
}

fn told(args: &ForecastArgs) -> Result<ExitCode, ExitCode> {
    let ask = &args.ask;
    let as_of = day(ask.as_of.as_deref())?;
    let days = days(args, as_of)?;
    let mut sources = SourceMap::new();
    let mut settings = Settings::load(ask.config.as_deref(), &mut sources)?;
    let loaded = load(&settings.rules(&ask.rules), sources).map_err(|message| {
        error(&message, None);
        ExitCode::NotAsAsked
    })?;
    let on_stderr = look::options(&args.look, true);
    let mut broken = report_broken(&loaded, &on_stderr);
    check_known(args, as_of, days, &loaded.set)?;
    check_packs(&ask.pack, &loaded)?;
    check_rules(ask.select.iter().chain(&ask.ignore), &loaded)?;
    check_base(ask.base.as_deref())?;
    settings.check_names(&loaded.set);
    let profiles = Profiles::new(ask.base.as_deref());
    let Loaded { set, sources, .. } = loaded;
    let asked = |path: Option<&std::path::Path>| CheckOptions {
        forecast: Some(days),
        ..settings.options(ask, args.strict, as_of, path)
    };
    let mut run = Run::new(&set, asked(None), &profiles, sources);
    exceptions::load(&args.waivers, None, &settings, as_of, &mut run)?;
    run.report
        .problems
        .extend(settings.problems.iter().cloned());
    run.only = only(&ask.id);
    run.jobs = ask.jobs.map_or_else(cores, NonZero::get);
    run.most_listed = usize::MAX;
    let inputs = collect::collect(&ask.paths, false, &mut run);
    for input in &inputs {
        if settings.differ() {
            run.ask(asked(input.path.as_deref()));
        }
        if read::is_long(input) {
            read::check_long(&mut run, input);
        } else {
            read::check_small(&mut run, std::slice::from_ref(input));
        }
    }
    broken |= tell_unmet(&run);
    run.conclude(false);
    add_waivers(&mut run.report);
    let problems = &run.report.problems;
    broken |= problems.iter().any(|it| it.severity == Severity::Error);
    let mut err = std::io::stderr().lock();
    let _ = render_problems(problems, &run.sources, &on_stderr, &mut err);
    drop(err);
    let format = match args.format {
        CalendarFormat::Human => ForecastFormat::Human,
        CalendarFormat::Json => ForecastFormat::Json,
        CalendarFormat::Ics => ForecastFormat::Ics,
    };
    let mut text = Vec::new();
    let on_stdout = look::options(&args.look, false);
    let written = render_forecast(&run.report, &run.sources, format, &on_stdout, &mut text);
    let code = match written {
        Ok(()) => print(&String::from_utf8_lossy(&text)),
        Err(_) => ExitCode::NotAsAsked,
    };
    if args.format != CalendarFormat::Human
        && let Some(note) = broken_in_forecast(&run.report)
    {
        let _ = writeln!(std::io::stderr().lock(), "note: {note}");
    }
    let nothing = run.report.proposals.iter().all(|it| it.forecast.is_none());
    Ok(match code {
        ExitCode::Clean if broken => ExitCode::NotAsAsked,
        ExitCode::Clean if nothing => {
            error(
                "there is no proposal in it, so there is nothing to tell",
                None,
            );
            ExitCode::NothingChecked
        }
        code => code,
    })
}

/// The days that are looked at.
fn days(args: &ForecastArgs, as_of: Date) -> Result<Days, ExitCode> {
    let (flag, days) = match (&args.until, &args.at) {
        (_, Some(at)) => ("--at", Days::At(named_day("--at", at)?)),
        (Some(until), None) => ("--until", Days::Until(named_day("--until", until)?)),
        (None, None) => {
            let year = as_of.checked_add(1.years()).unwrap_or(as_of);
            ("--until", Days::Until(year))
        }
    };
    let (Days::At(last) | Days::Until(last)) = days;
    // A comparison may look back; a forecast cannot.
    if last < as_of && matches!(days, Days::Until(_)) {
        let message = format!("`{flag} {last}` is before the day of the check, {as_of}");
        let help = "a forecast looks ahead; `--as-of` begins it on an earlier day";
        error(&message, Some(help));
        return Err(ExitCode::NotAsAsked);
    }
    Ok(days)
}

/// Tells of a day in a year of which no rule knows anything.
fn check_known(
    args: &ForecastArgs,
    as_of: Date,
    days: Days,
    set: &RuleSet,
) -> Result<(), ExitCode> {
    let (Days::At(last) | Days::Until(last)) = days;
    let flag = if args.at.is_some() { "--at" } else { "--until" };
    let Some(first) = set.first_day() else {
        return Ok(());
    };
    for (flag, day) in [("--as-of", as_of), (flag, last)] {
        if day.year() < first.year() {
            let message = format!("`{flag} {day}` is before all that the rules know");
            let help = format!("the earliest day of which one of them tells is {first}");
            error(&message, Some(&help));
            return Err(ExitCode::NotAsAsked);
        }
    }
    Ok(())
}

/// Adds the days on which waivers end.
fn add_waivers(report: &mut Report) {
    for proposal in &mut report.proposals {
        let Some(forecast) = &mut proposal.forecast else {
            continue;
        };
        for finding in &proposal.findings {
            let Some(waived) = &finding.waiver else {
                continue;
            };
            let after = waived.expires.tomorrow().ok();
            if let Some(turn) = after.and_then(|day| forecast.turn(day)) {
                let note = format!(
                    "the waiver of [{}] by {} ends",
                    finding.rule.0, waived.owner
                );
                if !turn.notes.contains(&note) {
                    turn.notes.push(note);
                }
            }
        }
    }
}
