//! `carnet why`: what every answer about a proposal rests on.

use crate::check::Run;
use crate::cli::args::{RulesFormat, WhyArgs};
use crate::cli::check::{check_base, check_packs, check_rules, day, only, tell_unmet};
use crate::cli::exit::ExitCode;
use crate::cli::profile::Profiles;
use crate::cli::rules::{Loaded, load, report_broken};
use crate::cli::settings::Settings;
use crate::cli::{collect, error, look, print, read};
use crate::engine::{CheckOptions, PackChoice};
use crate::finding::Severity;
use crate::report::{WhyFormat, render_problems, render_why};
use crate::source::SourceMap;

/// Tells why. The exit code says whether it could be told: what the answers are is for `check`.
pub(super) fn why(args: &WhyArgs) -> ExitCode {
    match told(args) {
        Ok(code) | Err(code) => code,
    }
}

fn told(args: &WhyArgs) -> Result<ExitCode, ExitCode> {
    let as_of = day(args.as_of.as_deref())?;
    let mut sources = SourceMap::new();
    let settings = Settings::load(args.config.as_deref(), &mut sources)?;
    let loaded = load(&settings.rules(&args.rules), sources).map_err(|message| {
        error(&message, None);
        ExitCode::NotAsAsked
    })?;
    let mut on_stderr = look::options(&args.look, true);
    on_stderr.verbose = true;
    let mut broken = report_broken(&loaded, &on_stderr);
    check_packs(&args.pack, &loaded)?;
    check_rules(&args.rule, &loaded)?;
    check_base(args.base.as_deref())?;
    let options = CheckOptions {
        packs: packs(args, &loaded),
        select: args.rule.clone(),
        strict: args.strict || settings.config.strict == Some(true),
        proofs: true,
        ..CheckOptions::new(as_of)
    };
    let profiles = Profiles::new(args.base.as_deref());
    let Loaded { set, sources, .. } = loaded;
    let mut run = Run::new(&set, options, &profiles, sources);
    run.only = only(&args.id);
    let inputs = collect::collect(std::slice::from_ref(&args.path), false, &mut run);
    for input in &inputs {
        if read::is_long(input) {
            read::check_long(&mut run, input);
        } else {
            read::check_small(&mut run, std::slice::from_ref(input));
        }
    }
    broken |= tell_unmet(&run);
    let problems = &run.report.problems;
    broken |= problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    let mut err = std::io::stderr().lock();
    let _ = render_problems(problems, &run.sources, &on_stderr, &mut err);
    drop(err);
    let format = match args.format {
        RulesFormat::Human => WhyFormat::Human,
        RulesFormat::Json => WhyFormat::Json,
    };
    let mut text = Vec::new();
    let on_stdout = look::options(&args.look, false);
    let written = render_why(
        &run.report,
        &run.sources,
        format,
        args.all,
        &on_stdout,
        &mut text,
    );
    let code = match written {
        Ok(()) => print(&String::from_utf8_lossy(&text)),
        Err(_) => ExitCode::NotAsAsked,
    };
    Ok(match code {
        ExitCode::Clean if broken => ExitCode::NotAsAsked,
        ExitCode::Clean if run.report.proposals.is_empty() => {
            error(
                "there is no proposal in it, so there is nothing to tell",
                None,
            );
            ExitCode::NothingChecked
        }
        code => code,
    })
}

/// The packs that are asked: those that are named, or those of the rules that are named.
fn packs(args: &WhyArgs, loaded: &Loaded) -> PackChoice {
    if args.pack.iter().any(|name| name == "all") {
        return PackChoice::All;
    }
    let mut names = args.pack.clone();
    if names.is_empty() {
        let rules = args.rule.iter().filter_map(|rule| loaded.set.rule(rule));
        names = rules.map(|(pack, _)| pack.id.0.clone()).collect();
        names.dedup();
    }
    match names.is_empty() {
        true => PackChoice::Applicable,
        false => PackChoice::Named(names),
    }
}
