//! `--fix`: mechanical mistakes put right in the files themselves, with what was changed shown.

use crate::check::Run;
use crate::check::fix::{changed_lines, fixed};
use crate::cli::collect::{Input, in_words, shown};
use crate::cli::error;
use crate::cli::exit::ExitCode;
use crate::report::sanitise;
use crate::vocabulary::Vocabulary;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// Tells at once that standard input cannot be changed.
pub(super) fn check_paths(wanted: bool, paths: &[String]) -> Result<(), ExitCode> {
    if wanted && paths.iter().any(|path| path == "-") {
        let help = "`--fix` changes files in place: name the file";
        error("standard input cannot be fixed", Some(help));
        return Err(ExitCode::NotAsAsked);
    }
    Ok(())
}

/// Puts right what can be; `Err` where a file could not be written, which was told.
pub(super) fn fix(vocabulary: &Vocabulary, inputs: &[Input]) -> Result<(), ExitCode> {
    let mut failed = false;
    let (mut mistakes, mut files) = (0, 0);
    for input in inputs {
        let Some(path) = &input.path else { continue };
        // What cannot be read is told by the check.
        let Some(text) = text_of(path) else {
            continue;
        };
        let Some((new, count)) = fixed(vocabulary, &input.shown, &text) else {
            continue;
        };
        if let Err(reason) = replace(path, &new) {
            let reason = in_words(&reason);
            error(
                &format!("`{}` cannot be written: {reason}", shown(path)),
                None,
            );
            failed = true;
            continue;
        }
        mistakes += count;
        files += 1;
        let mut diff = format!("--- {0}\n+++ {0}\n", input.shown);
        for line in changed_lines(&text, &new) {
            let number = line.number;
            diff.push_str(&format!("@@ -{number} +{number} @@\n"));
            diff.push_str(&format!("-{}\n+{}\n", line.before, line.after));
        }
        tell(&diff);
    }
    let counted =
        |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    tell(&match mistakes {
        0 => "note: there was nothing to fix\n".to_owned(),
        _ => format!(
            "note: fixed {} in {}\n",
            counted(mistakes, "mistake", "mistakes"),
            counted(files, "file", "files")
        ),
    });
    match failed {
        true => Err(ExitCode::NotAsAsked),
        false => Ok(()),
    }
}

/// Says that some of what was found could be put right.
pub(super) fn offer(run: &Run, vocabulary: &Vocabulary, inputs: &[Input]) {
    let findings = run.report.proposals.iter().flat_map(|it| &it.findings);
    let fixable = findings.filter(|it| FIXABLE.contains(&it.rule.0.as_str()));
    let files: BTreeSet<_> = fixable.map(|it| it.primary.span.file).collect();
    let names = files.iter().filter_map(|file| run.sources.get(*file));
    let names: BTreeSet<&str> = names.map(|file| file.name()).collect();
    let mut mistakes = 0;
    // So many files are looked at; what is in more of them is told file by file all the same.
    let more = names.len() > MOST_LOOKED_AT;
    for input in inputs
        .iter()
        .filter(|it| names.contains(it.shown.as_str()))
        .take(MOST_LOOKED_AT)
    {
        let text = input.path.as_deref().and_then(text_of);
        let fixed = text.and_then(|text| fixed(vocabulary, &input.shown, &text));
        mistakes += fixed.map_or(0, |(_, count)| count);
    }
    match mistakes {
        0 => {}
        _ if more => tell("note: `--fix` puts some of these right\n"),
        1 => tell("note: `--fix` puts 1 of these right\n"),
        _ => tell(&format!("note: `--fix` puts {mistakes} of these right\n")),
    }
}

/// A file of more bytes is not fixed.
const LONGEST: u64 = 1 << 28;

fn text_of(path: &Path) -> Option<String> {
    let known = std::fs::metadata(path).ok()?;
    if !known.is_file() || known.len() > LONGEST {
        return None;
    }
    std::fs::read_to_string(path).ok()
}

/// Files that are read again to say how much could be fixed.
const MOST_LOOKED_AT: usize = 20;

/// The findings of which some can be fixed.
const FIXABLE: [&str; 2] = ["wrong-word", "unknown-field"];

fn tell(text: &str) {
    let lines: Vec<_> = text.split('\n').map(sanitise).collect();
    let _ = std::io::stderr()
        .lock()
        .write_all(lines.join("\n").as_bytes());
}

/// Writes a file as a whole or not at all: beside it first, then under its name.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let real = path.canonicalize()?;
    let mut name = real.file_name().unwrap_or_default().to_owned();
    name.push(".carnet-fix");
    let beside = real.with_file_name(name);
    let written = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, std::fs::metadata(&real)?.permissions()))
        .and_then(|()| std::fs::rename(&beside, &real));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}
