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
use std::io::{self, BufWriter, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

/// A report that goes to a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReportFile {
    pub(super) format: Format,
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

/// Writes the report to its files and to standard output; the code that the program ends with, which
/// every one of them says: a report that cannot be written changes it, so files get their names last.
pub(super) fn write(
    args: &CheckArgs,
    max_findings: Option<usize>,
    files: &[ReportFile],
    run: &mut Run,
    code: ExitCode,
) -> ExitCode {
    let mut options = look::options(&args.look, false);
    options.max_findings = max_findings;
    options.quiet = args.quiet;
    options.verbose = args.verbose;
    options.outcomes = args.outcomes;
    options.outlook = args.questions || args.repairs;
    let mut code = code;
    let mut outputs = Vec::new();
    for file in files {
        match Output::open(file, run) {
            Ok(output) => outputs.push(output),
            Err(reason) => code = cannot_be_written(&file.path, &reason),
        }
    }
    code = fill(&mut outputs, run, &options, code);
    // What has been sent down a pipe cannot be taken back.
    outputs.retain(|output| output.beside.is_some());
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
    // The reader of a closed pipe has seen enough; what was found still counts.
    if let Err(failure) = written.or_else(|e| match e.kind() {
        ErrorKind::BrokenPipe => Ok(()),
        _ => Err(e),
    }) {
        let reason = in_words(&failure);
        error(
            &format!("standard output cannot be written: {reason}"),
            None,
        );
        code = fill(&mut outputs, run, &options, ExitCode::NotAsAsked);
    }
    for output in outputs {
        let path = &output.file.path;
        if let Err(failure) = output.name() {
            code = cannot_be_written(path, &in_words(&failure));
        }
    }
    code
}

fn cannot_be_written(path: &Path, reason: &str) -> ExitCode {
    let name = shown(path);
    error(
        &format!("the report `{name}` cannot be written: {reason}"),
        None,
    );
    ExitCode::NotAsAsked
}

/// Renders the report into all outputs. One that fails is told, and makes the others be written
/// again, with the code that this gives.
fn fill(
    outputs: &mut Vec<Output<'_>>,
    run: &mut Run,
    options: &RenderOptions,
    mut code: ExitCode,
) -> ExitCode {
    loop {
        run.report.exit_code = code as u8;
        let before = outputs.len();
        outputs.retain_mut(|output| match output.fill(run, options) {
            Ok(()) => true,
            Err(failure) => {
                code = cannot_be_written(&output.file.path, &in_words(&failure));
                false
            }
        });
        if outputs.len() == before {
            return code;
        }
    }
}

/// A file of `--report`, open.
struct Output<'a> {
    file: &'a ReportFile,
    made: File,
    /// The file that is written, and the one whose name it gets; absent for a device or a pipe.
    beside: Option<(PathBuf, PathBuf)>,
    /// Whether it has its name, or never gets one.
    named: bool,
}

impl<'a> Output<'a> {
    fn open(file: &'a ReportFile, run: &Run) -> Result<Self, String> {
        if was_read(&file.path, run) {
            return Err("this run has read that file".to_owned());
        }
        let output = |made: File, beside| Self {
            file,
            made,
            beside,
            named: false,
        };
        // A device or a pipe is written as it is, and a link is followed: a renamed file would take
        // its place.
        let known = std::fs::metadata(&file.path);
        if known.is_ok_and(|known| !known.is_file() && !known.is_dir()) {
            let made = File::options().write(true).open(&file.path);
            return made
                .map(|made| output(made, None))
                .map_err(|e| in_words(&e));
        }
        let path = std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
        let beside = beside(&path)?;
        let made = File::create(&beside).map_err(|e| in_words(&e))?;
        Ok(output(made, Some((beside, path))))
    }

    /// Writes the report, in place of what was written before.
    fn fill(&mut self, run: &Run, options: &RenderOptions) -> io::Result<()> {
        // A file has no screen: no colours, no links, and every finding.
        let options = RenderOptions {
            color: false,
            links: false,
            narrated: false,
            unicode: true,
            max_findings: None,
            ..options.clone()
        };
        if self.beside.is_some() {
            self.made.set_len(0)?;
            self.made.rewind()?;
        }
        let mut out = BufWriter::new(&self.made);
        render(
            &run.report,
            &run.sources,
            self.file.format,
            &options,
            &mut out,
        )?;
        out.flush()?;
        drop(out);
        if self.beside.is_some() {
            self.made.sync_all()?;
        }
        Ok(())
    }

    /// Gives a file that is whole its name.
    fn name(mut self) -> io::Result<()> {
        if let Some((beside, path)) = &self.beside {
            std::fs::rename(beside, path)?;
        }
        self.named = true;
        Ok(())
    }
}

/// Nothing half written stays.
impl Drop for Output<'_> {
    fn drop(&mut self) {
        if let (Some((beside, _)), false) = (&self.beside, self.named) {
            let _ = std::fs::remove_file(beside);
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
    let names: BTreeSet<&str> = run.names().chain(broken).chain(baseline).collect();
    let mut paths = names
        .into_iter()
        .filter_map(|name| std::fs::canonicalize(name).ok());
    paths.any(|read| read == path)
}

/// Another name in the same folder, so that the renaming crosses no file system.
fn beside(path: &Path) -> Result<PathBuf, String> {
    let name = path.file_name().ok_or("it names no file")?;
    if path.is_dir() {
        return Err("it is a folder".to_owned());
    }
    let name = format!(".{}.{}.part", name.to_string_lossy(), std::process::id());
    Ok(path.with_file_name(name))
}
