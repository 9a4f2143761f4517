//! Organisation profiles that proposals name: found from the proposal's folder, never outside the
//! run's root.

use crate::check::Documents;
use crate::cli::collect::{STDIN, in_words, shown};
use std::path::{Component, Path, PathBuf};

/// The profiles on disk.
#[derive(Debug)]
pub(super) struct Profiles {
    /// For a proposal on standard input.
    base: PathBuf,
}

impl Profiles {
    /// Profiles of proposals on standard input are taken from `base`, else the working directory.
    pub(super) fn new(base: Option<&Path>) -> Self {
        Self {
            base: base.unwrap_or(Path::new(".")).to_owned(),
        }
    }
}

impl Documents for Profiles {
    fn read(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let folder = if from == STDIN {
            self.base.clone()
        } else {
            Path::new(from)
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default()
        };
        let target = folder.join(path);
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &folder
        };
        let folder = folder.canonicalize().map_err(|error| in_words(&error))?;
        let real = target.canonicalize().map_err(|error| in_words(&error))?;
        let root = root_of(&folder);
        if !real.starts_with(&root) {
            return Err("it lies outside the folder of this run".to_owned());
        }
        let bytes = super::read::read_file(&real)?;
        Ok((shown(&plain(&target)), bytes))
    }
}

/// The nearest folder above with a `carnet.toml` or `.git`, else the folder itself.
fn root_of(folder: &Path) -> PathBuf {
    let marked = folder
        .ancestors()
        .find(|at| at.join("carnet.toml").exists() || at.join(".git").exists());
    marked.unwrap_or(folder).to_owned()
}

/// A path without `.` and without `a/..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        let last_is_name = out
            .components()
            .next_back()
            .is_some_and(|last| matches!(last, Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if last_is_name => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
