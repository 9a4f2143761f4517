//! Which files a run reads, and their bytes.

use crate::check::{Origin, Run};
use ignore::WalkBuilder;
use std::path::{Path, PathBuf};

/// A file to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// Absent for standard input.
    pub(super) path: Option<PathBuf>,
    /// As shown: as the caller wrote it, with `/`.
    pub(super) shown: String,
    pub(super) origin: Origin,
}

/// The name standard input is shown under.
pub(super) const STDIN: &str = "<stdin>";

/// Finds the files that paths name. What cannot be found becomes a problem; the rest goes on.
pub(super) fn collect(paths: &[String], skip_other: bool, run: &mut Run) -> Vec<Input> {
    let here = [".".to_owned()];
    let paths = if paths.is_empty() { &here } else { paths };
    let named = if skip_other {
        Origin::Found
    } else {
        Origin::Named
    };
    let mut inputs: Vec<Input> = Vec::new();
    for path in paths {
        if path == "-" {
            inputs.push(Input {
                path: None,
                shown: STDIN.to_owned(),
                origin: named,
            });
            continue;
        }
        let as_path = Path::new(path);
        if as_path.is_dir() {
            walk(as_path, None, run, &mut inputs);
        } else if as_path.exists() {
            inputs.push(Input {
                path: Some(as_path.to_owned()),
                shown: shown(as_path),
                origin: named,
            });
        } else if path.contains(['*', '?', '[', '{']) {
            glob(path, run, &mut inputs);
        } else {
            let help = near(as_path).map(|near| format!("did you mean `{near}`?"));
            run.problem(
                "unreadable-file",
                &shown(as_path),
                "there is no such file or folder",
                help,
            );
        }
    }
    // The order of the arguments is no part of the answer; a file named twice is one file.
    inputs.sort_by(|a, b| (&a.shown, a.origin).cmp(&(&b.shown, b.origin)));
    inputs.dedup_by(|again, first| again.shown == first.shown);
    inputs
}

/// Whether paths stand for all that is there: a folder, a pattern, or nothing at all.
pub(super) fn walks(paths: &[String]) -> bool {
    let walked = |path: &String| path != "-" && !Path::new(path).is_file();
    paths.is_empty() || paths.iter().any(walked)
}

/// A path for people: `/` between steps, no leading `./`.
pub(super) fn shown(path: &Path) -> String {
    let text = path
        .to_string_lossy()
        .replace(std::path::MAIN_SEPARATOR, "/");
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text,
    }
}

fn walk(
    root: &Path,
    pattern: Option<&ignore::overrides::Override>,
    run: &mut Run,
    inputs: &mut Vec<Input>,
) {
    let mut builder = WalkBuilder::new(root);
    builder
        .sort_by_file_name(std::cmp::Ord::cmp)
        .require_git(false);
    if let Some(pattern) = pattern {
        builder.overrides(pattern.clone());
    }
    for entry in builder.build() {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                let extension = path.extension().and_then(|extension| extension.to_str());
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                if is_file && matches!(extension, Some("json" | "ndjson" | "jsonl")) {
                    inputs.push(Input {
                        path: Some(path.to_owned()),
                        shown: shown(path),
                        origin: Origin::Found,
                    });
                }
            }
            Err(error) => {
                let (path, reason) = unwalked(&error, root);
                let message = format!("it cannot be read: {reason}");
                run.problem("unreadable-file", &shown(path), message, None);
            }
        }
    }
}

/// Where a walk could not go on, and why.
fn unwalked<'a>(error: &'a ignore::Error, root: &'a Path) -> (&'a Path, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path, unwalked(err, root).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            unwalked(err, root)
        }
        ignore::Error::Loop { ancestor, child } => {
            let reason = format!("the link leads back to {}", shown(ancestor));
            (child, reason)
        }
        ignore::Error::Io(error) => (root, in_words(error)),
        other => (root, other.to_string()),
    }
}

fn glob(pattern: &str, run: &mut Run, inputs: &mut Vec<Input>) {
    // Patterns are written with `/`, and with the system's own separator where that is another.
    let pattern = &pattern.replace(std::path::MAIN_SEPARATOR, "/");
    // The walk starts at the last folder before the first wildcard.
    let fixed = pattern
        .split(['*', '?', '[', '{'])
        .next()
        .unwrap_or_default();
    let root = match fixed.rsplit_once('/') {
        Some((folder, _)) if !folder.is_empty() => PathBuf::from(folder),
        _ => PathBuf::from("."),
    };
    let inside = match fixed.rsplit_once('/') {
        Some((folder, _)) => pattern.strip_prefix(folder).unwrap_or(pattern),
        None => pattern,
    };
    let mut overrides = ignore::overrides::OverrideBuilder::new(&root);
    let built = overrides
        .add(&format!("/{}", inside.trim_start_matches('/')))
        .and_then(|builder| builder.build());
    match built {
        Ok(overrides) => {
            let before = inputs.len();
            walk(&root, Some(&overrides), run, inputs);
            if inputs.len() == before {
                run.problem("unreadable-file", pattern, "no file matches", None);
            }
        }
        Err(error) => run.problem(
            "unreadable-file",
            pattern,
            format!("this is not a pattern: {error}"),
            None,
        ),
    }
}

/// A file beside the one that is not there, with nearly its name.
fn near(path: &Path) -> Option<String> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path.file_name()?.to_str()?;
    let names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let found = crate::vocabulary::suggest::did_you_mean(name, names.iter().map(String::as_str))?;
    Some(shown(&path.with_file_name(found)))
}

/// How many bytes inputs have, as far as that can be told before they are read.
pub(super) fn size(inputs: &[Input]) -> u64 {
    let paths = inputs.iter().filter_map(|input| input.path.as_deref());
    let sizes = paths.filter_map(|path| std::fs::metadata(path).ok());
    sizes.map(|metadata| metadata.len()).sum()
}

/// An error of the system in words, without its number.
pub(super) fn in_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind as Kind;
    let words = match error.kind() {
        Kind::NotFound => "there is no such file or folder",
        Kind::PermissionDenied => "permission is denied",
        Kind::NotADirectory => "a part of its path is a file, not a folder",
        Kind::IsADirectory => "it is a folder",
        Kind::StorageFull => "the disk is full",
        Kind::ReadOnlyFilesystem => "the file system is read-only",
        Kind::QuotaExceeded => "the disk quota is used up",
        Kind::InvalidFilename => "its name is too long or not allowed",
        _ => {
            let text = error.to_string();
            let bare = text.split(" (os error").next().unwrap_or_default();
            return bare.to_lowercase();
        }
    };
    words.to_owned()
}
