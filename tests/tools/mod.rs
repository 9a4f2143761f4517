//! Programs of others that tests need: from PyPI, from the system.
//!
//! A test that cannot have its program says so and ends; where `CARNET_ALL_TESTS` is set, as `.ci/run`
//! does, it fails instead, so that nothing is skipped unseen.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where tests keep what they may use again.
pub fn kept() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned()
}

/// Says that a test does not test, or fails where all of them must.
pub fn skip(why: &str) {
    assert!(std::env::var_os("CARNET_ALL_TESTS").is_none(), "{why}");
    eprintln!("skipped: {why}");
}

/// A program by one of its names.
pub fn system(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut all =
        std::env::split_paths(&path).flat_map(|dir| names.iter().map(move |name| dir.join(name)));
    let found = all.find(|path| path.is_file());
    if found.is_none() {
        skip(&format!("there is no {}", names.join(", ")));
    }
    found
}

/// A fresh Python environment of this name, with packages of PyPI in it: its folder of programs.
pub fn python(name: &str, packages: &[&str]) -> Option<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    let folder = kept().join(name);
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    // Written last: an environment without it is not whole.
    let done = folder.join("made-of");
    let wanted = packages.join(" ");
    if std::fs::read_to_string(&done).is_ok_and(|made| made == wanted) {
        return Some(bin);
    }
    let python = system(&["python3", "python"])?;
    let _ = std::fs::remove_dir_all(&folder);
    let made = Command::new(python)
        .args(["-m", "venv"])
        .arg(&folder)
        .output()
        .unwrap();
    if !made.status.success() {
        skip(&format!("Python makes no environment: {}", told(&made)));
        return None;
    }
    if !packages.is_empty() {
        let installed = Command::new(bin.join("pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(packages)
            .output()
            .unwrap();
        if !installed.status.success() {
            skip(&format!(
                "{wanted} cannot be installed: {}",
                told(&installed)
            ));
            return None;
        }
    }
    std::fs::write(done, wanted).unwrap();
    Some(bin)
}

/// All that a program printed.
pub fn told(output: &std::process::Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&text).into_owned()
}

/// The folder of carnet itself before the folders of `PATH`.
pub fn path_with(folders: &[&Path]) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().map(|it| (*it).to_owned());
    std::env::join_paths(all.chain(std::env::split_paths(&path))).unwrap()
}

pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_carnet"))
}
