//! Waivers and the baseline: found, read, and held against what the run has found.

use crate::baseline;
use crate::check::Run;
use crate::cli::args::WaiverArgs;
use crate::cli::collect::shown;
use crate::cli::error;
use crate::cli::exit::ExitCode;
use crate::cli::settings::{Settings, nearest, text_of};
use crate::waiver::{self, FILE_NAME};
use jiff::civil::Date;
use std::path::PathBuf;

/// Where the waivers lie: the flag, the configuration, or the nearest file of that name.
pub(super) fn waiver_file(flag: Option<&PathBuf>, settings: &Settings) -> Option<PathBuf> {
    let configured = || {
        let written = settings.config.waivers.as_ref()?;
        Some(settings.path(&written.value))
    };
    let named = flag.cloned().or_else(configured);
    named.or_else(|| nearest(FILE_NAME))
}

/// Reads them for the run; what is wrong inside the waivers becomes problems of it.
pub(super) fn load(
    args: &WaiverArgs,
    baseline: Option<&PathBuf>,
    settings: &Settings,
    as_of: Date,
    run: &mut Run,
) -> Result<(), ExitCode> {
    let file = (!args.no_waivers).then(|| waiver_file(args.waivers.as_ref(), settings));
    if let Some(path) = file.flatten() {
        let text = text_of(&path, "the waivers")?;
        let name = shown(&path);
        run.read(&name, text.as_bytes());
        let (mut waivers, problems) = waiver::read(&name, &text, as_of, &mut run.sources);
        run.report.problems.extend(problems);
        waivers.rename(|rule| run.current_rule(rule));
        run.told_anyway
            .extend(waivers.proposals().map(str::to_owned));
        run.waivers = Some(waivers);
    }
    let configured = settings.config.baseline.as_ref();
    let configured = configured.map(|written| settings.path(&written.value));
    if let Some(path) = baseline.cloned().or(configured) {
        let text = text_of(&path, "the baseline")?;
        let name = shown(&path);
        run.read(&name, text.as_bytes());
        let known = baseline::read(&name, &text).map_err(|reason| {
            error(
                &format!("the baseline `{name}` cannot be used: {reason}"),
                None,
            );
            ExitCode::NotAsAsked
        })?;
        run.told_anyway.extend(known.proposals().map(str::to_owned));
        run.baseline = Some(known);
    }
    Ok(())
}
