//! Where a report goes: standard output, and files of `--report`.
//!
//! A file is written under another name beside its own and renamed when it is whole, so that a full
//! disk leaves the former report, or none, but never half of one.

use crate::check::Run;
use crate::cli::args::{CheckArgs, FormatName};
use crate::cli::collect::{in_words, shown};
use crate::cli::exit::ExitCode;
use crate::cli::{error, look};
use crate::report::{Format, RenderOptions, left_out, render, sanitise, summary_line};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A report that goes to a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReportFile {
    format: Format,
    path: PathBuf,
}

/// The files of `--report`; `Err` when a mistake in one was told.
pub(super) fn report_files(written: &[String]) -> Result<Vec<ReportFile>, ExitCode> {
    let mut files: Vec<ReportFile> = Vec::new();
    for text in written {
        let wrong = |message: String, help: &str| {
            error(&message, Some(help));
            Err(ExitCode::NotAsAsked)
        };
        let Some((name, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
            let help = "write `--report FORMAT=PATH`, as in `--report sarif=carnet.sarif`";
            return wrong(format!("`--report {text}` names no file"), help);
        };
        let Ok(format) = FormatName::from_str(name, false) else {
            let known: Vec<String> = FormatName::value_variants()
                .iter()
                .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
                .collect();
            let known = || known.iter().map(String::as_str);
            let help = match did_you_mean(name, known()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("one of {}", list_words(known())),
            };
            return wrong(format!("there is no format `{name}`"), &help);
        };
        if path == "-" {
            let help = format!("for standard output write `--format {name}`");
            return wrong(format!("`--report {text}` names no file"), &help);
        }
        let file = ReportFile {
            format: format.format(),
            path: PathBuf::from(path),
        };
        if files.iter().any(|other| other.path == file.path) {
            let help = "give each report a file of its own";
            return wrong(format!("two reports would go to `{path}`"), help);
        }
        files.push(file);
    }
    Ok(files)
}

/// Whether a report of this run says what was read, with digests.
pub(super) fn tells_inputs(args: &CheckArgs, files: &[ReportFile]) -> bool {
    let mut formats = files.iter().map(|file| file.format);
    let tells = |format: Format| !matches!(format, Format::Human | Format::Short);
    tells(args.format.format()) || formats.any(tells)
}

/// Writes the report to its files and to standard output; the code that the program ends with.
pub(super) fn write(
    args: &CheckArgs,
    max_findings: Option<usize>,
    files: &[ReportFile],
    run: &Run,
    code: ExitCode,
) -> ExitCode {
    let mut options = look::options(&args.look, false);
    options.max_findings = max_findings;
    options.quiet = args.quiet;
    options.verbose = args.verbose;
    options.outcomes = args.outcomes;
    let mut code = code;
    for file in files {
        let refused = if was_read(&file.path, run) {
            Some("this run has read that file".to_owned())
        } else {
            let written = write_file(file, run, &options);
            written.err().map(|failure| in_words(&failure))
        };
        if let Some(reason) = refused {
            let name = shown(&file.path);
            error(
                &format!("the report `{name}` cannot be written: {reason}"),
                None,
            );
            code = ExitCode::NotAsAsked;
        }
    }
    let format = args.format.format();
    for format in files.iter().map(|file| file.format).chain([format]) {
        // A SARIF file says it itself, and annotations are all written.
        if let Some(text) = left_out(&run.report, &run.sources, format).filter(|_| !args.quiet) {
            let _ = writeln!(io::stderr().lock(), "note: {}", sanitise(&text));
        }
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let written =
        render(&run.report, &run.sources, format, &options, &mut out).and_then(|()| out.flush());
    if format != Format::Human && !args.quiet {
        let _ = writeln!(
            io::stderr().lock(),
            "{}",
            sanitise(&summary_line(&run.report))
        );
    }
    match written {
        Ok(()) => code,
        // The reader has seen enough; what was found still counts.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => code,
        Err(failure) => {
            error(
                &format!("standard output cannot be written: {failure}"),
                None,
            );
            ExitCode::NotAsAsked
        }
    }
}

/// Whether a path is that of a proposal, a profile or a rule of this run. Files that were skipped,
/// such as the report of an earlier run, are not among them.
fn was_read(path: &Path, run: &Run) -> bool {
    let Ok(path) = std::fs::canonicalize(path) else {
        return false;
    };
    let broken = run.report.problems.iter().map(|problem| &*problem.path);
    let baseline = run.report.baseline.iter().map(|baseline| &*baseline.path);
    let names: BTreeSet<&str> = run.sources.names().chain(broken).chain(baseline).collect();
    let mut paths = names
        .into_iter()
        .filter_map(|name| std::fs::canonicalize(name).ok());
    paths.any(|read| read == path)
}

fn write_file(file: &ReportFile, run: &Run, options: &RenderOptions) -> io::Result<()> {
    // A file has no screen: no colours, no links, and every finding.
    let options = RenderOptions {
        color: false,
        links: false,
        narrated: false,
        unicode: true,
        max_findings: None,
        ..options.clone()
    };
    let fill = |made: File| {
        let mut out = BufWriter::new(made);
        render(&run.report, &run.sources, file.format, &options, &mut out)?;
        out.flush()?;
        Ok(out)
    };
    // A device or a pipe is written as it is, and a link is followed: a renamed file would take
    // its place.
    if std::fs::metadata(&file.path).is_ok_and(|known| !known.is_file() && !known.is_dir()) {
        let made = File::options().write(true).open(&file.path)?;
        return fill(made).map(|_| ());
    }
    let path = std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
    let beside = beside(&path)?;
    let written = File::create(&beside)
        .and_then(fill)
        .and_then(|out| out.get_ref().sync_all())
        .and_then(|()| std::fs::rename(&beside, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// Another name in the same folder, so that the renaming crosses no file system.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(ErrorKind::IsADirectory, "it names no file"))?;
    if path.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    let name = format!(".{}.{}.part", name.to_string_lossy(), std::process::id());
    Ok(path.with_file_name(name))
}
