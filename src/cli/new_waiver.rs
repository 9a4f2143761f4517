//! `carnet new waiver`: the check is run, and the finding that it is about is written into the file
//! of waivers with its place and the digest of its value.

use crate::check::{Origin, Run};
use crate::cli::args::NewWaiverArgs;
use crate::cli::check::{day, named_day};
use crate::cli::collect::{in_words, shown};
use crate::cli::exceptions::waiver_file;
use crate::cli::exit::ExitCode;
use crate::cli::profile::Profiles;
use crate::cli::read::read_file;
use crate::cli::rules::{load, report_broken};
use crate::cli::settings::{Settings, text_of};
use crate::cli::{error, look, print};
use crate::engine::CheckOptions;
use crate::finding::{Effect, Finding, ProposalReport};
use crate::skeleton;
use crate::source::SourceMap;
use crate::waiver::{Decision, FILE_NAME, entry, with_entry};
use std::path::{Path, PathBuf};

/// Waives one finding.
pub(super) fn waiver(args: &NewWaiverArgs) -> ExitCode {
    match written(args) {
        Ok(code) | Err(code) => code,
    }
}

fn wrong(message: &str, help: &str) -> ExitCode {
    error(message, Some(help));
    ExitCode::NotAsAsked
}

fn written(args: &NewWaiverArgs) -> Result<ExitCode, ExitCode> {
    let as_of = day(args.as_of.as_deref())?;
    let expires = named_day("--expires", &args.expires)?;
    if expires < as_of {
        let message = format!("`--expires {expires}` is before the day of the check, {as_of}");
        return Err(wrong(&message, "a waiver counts up to that day"));
    }
    for (flag, text) in [("--owner", &args.owner), ("--reason", &args.reason)] {
        if text.trim().is_empty() {
            return Err(wrong(
                &format!("`{flag}` is empty"),
                "say it in a few words",
            ));
        }
    }
    let mut sources = SourceMap::new();
    let settings = Settings::load(args.config.as_deref(), &mut sources)?;
    let loaded = load(&settings.rules(&args.rules), sources).map_err(|message| {
        error(&message, None);
        ExitCode::NotAsAsked
    })?;
    if report_broken(&loaded, &look::options(&Default::default(), true)) {
        return Err(ExitCode::NotAsAsked);
    }
    let path = Path::new(&args.path);
    let bytes = read_file(path).map_err(|reason| {
        error(&format!("`{}` cannot be read: {reason}", shown(path)), None);
        ExitCode::NotAsAsked
    })?;
    let profiles = Profiles::new(None);
    let options = CheckOptions::new(as_of);
    let mut run = Run::new(&loaded.set, options, &profiles, loaded.sources);
    run.check_bytes(&shown(path), &bytes, Origin::Named);
    if let Some(problem) = run.report.problems.first() {
        let help = format!("`carnet check {}` says more", shown(path));
        return Err(wrong(
            &format!("{}: {}", problem.path, problem.message),
            &help,
        ));
    }
    let (proposal, finding) = the_finding(args, &run.report.proposals)?;
    if finding.effect == Effect::Prohibition && !args.accept_prohibition {
        let message = format!(
            "`{}` is a prohibition: the transfer is unlawful as described",
            args.rule
        );
        let help = "where somebody accepts to waive it all the same, add `--approver NAME \
                    --accept-prohibition`";
        return Err(wrong(&message, help));
    }
    let decision = Decision {
        owner: args.owner.trim(),
        reason: args.reason.trim(),
        expires,
        approver: args.approver.as_deref(),
        accept_prohibition: args.accept_prohibition,
    };
    let text = entry(finding, &proposal.id, proposal.span, &run.sources, decision);
    let file = waiver_file(args.waivers.as_ref(), &settings);
    let file = file.unwrap_or_else(|| PathBuf::from(FILE_NAME));
    add(&file, &text)
}

/// The one finding that is meant.
fn the_finding<'r>(
    args: &NewWaiverArgs,
    proposals: &'r [ProposalReport],
) -> Result<(&'r ProposalReport, &'r Finding), ExitCode> {
    let of_rule = |finding: &&Finding| finding.rule.0 == args.rule;
    let named = |proposal: &&ProposalReport| args.id.as_ref().is_none_or(|id| *id == proposal.id);
    let found: Vec<(&ProposalReport, &Finding)> = proposals
        .iter()
        .filter(named)
        .flat_map(|p| p.findings.iter().filter(of_rule).map(move |f| (p, f)))
        .filter(|(_, finding)| {
            let pointer = args.pointer.as_ref();
            pointer.is_none_or(|pointer| *pointer == finding.primary.pointer)
        })
        .collect();
    match found.as_slice() {
        [one] if one.0.id.is_empty() => Err(wrong(
            "the proposal has no `id`, so no waiver can name it",
            "give it an `id`",
        )),
        [one] => Ok(*one),
        [] => {
            let mut rules: Vec<&str> = proposals
                .iter()
                .filter(named)
                .flat_map(|p| p.findings.iter().map(|f| f.rule.0.as_str()))
                .collect();
            rules.sort_unstable();
            rules.dedup();
            let help = match rules.as_slice() {
                [] => "it has no findings".to_owned(),
                rules => format!("its findings: {}", rules.join(", ")),
            };
            let message = format!("there is no such finding of `{}` to waive", args.rule);
            Err(wrong(&message, &help))
        }
        many => {
            let each = many
                .iter()
                .map(|(p, f)| format!("`--id {} --pointer {}`", p.id, f.primary.pointer));
            let each: Vec<String> = each.collect();
            let message = format!("`{}` has {} findings", args.rule, many.len());
            Err(wrong(&message, &format!("choose one: {}", each.join(", "))))
        }
    }
}

/// Adds the entry to the file, which is made where there is none.
fn add(file: &Path, entry: &str) -> Result<ExitCode, ExitCode> {
    let name = shown(file);
    let fresh = !file.exists();
    let made = skeleton::waivers(&name);
    let before = if fresh {
        made.text
    } else {
        text_of(file, "the waivers")?
    };
    let Some(text) = with_entry(&before, entry) else {
        let message = format!("`{name}` does not end with its list of waivers, or does not read");
        error(&message, Some("add this to its `waivers` by hand:"));
        print(entry);
        return Err(ExitCode::NotAsAsked);
    };
    let guide = file.with_extension("md");
    let mut files = vec![(file.to_owned(), text)];
    if fresh && !guide.exists() {
        files.push((guide, made.guide));
    }
    let mut told = String::new();
    for (path, text) in &files {
        if let Err(failure) = std::fs::write(path, text) {
            let reason = in_words(&failure);
            error(
                &format!("`{}` cannot be written: {reason}", shown(path)),
                None,
            );
            return Err(ExitCode::NotAsAsked);
        }
        told.push_str(&format!("wrote  {}\n", shown(path)));
    }
    print(&format!("{told}\n{entry}"));
    Ok(ExitCode::Clean)
}
