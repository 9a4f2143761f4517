//! A folder for a test, and the program run in it.

#![allow(dead_code, reason = "not every test needs all of it")]

pub mod kinds;

use assert_cmd::Command;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

pub const MINIMAL: &str = include_str!("../data/minimal.json");
pub const FORMATS: [&str; 10] = [
    "human", "short", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "html",
];

/// A folder of its own, outside any repository, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "carnet-cli-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// With `minimal.json` in it.
    pub fn minimal() -> Self {
        Self::with("minimal.json", MINIMAL)
    }

    pub fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, bytes);
        folder
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carnet"));
        command.env_clear().current_dir(&self.0);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command().args(arguments))
    }

    /// `carnet check` for 2026-11-22.
    pub fn check(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["check", "--as-of", "2026-11-22"], arguments].concat())
    }

    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let ran = self.check(&[&["--format", "json"], arguments].concat());
        let report: Value = serde_json::from_str(&ran.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
        assert_eq!(report["summary"]["exit_code"], ran.code, "{arguments:?}");
        (ran.code, report)
    }

    /// The exit code, which every format shares.
    pub fn code(&self, arguments: &[&str]) -> i32 {
        let codes = FORMATS.map(|format| {
            let ran = self.check(&[&["--format", format], arguments].concat());
            (ran.code, ran.out, ran.err)
        });
        assert!(
            codes.iter().all(|(code, ..)| *code == codes[0].0),
            "{arguments:?}: {codes:?}"
        );
        codes[0].0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked"), "{err}");
        Self {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout).unwrap(),
            err,
        }
    }

    #[track_caller]
    pub fn says(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.out.contains(text), "`{text}` is not in\n{}", self.out);
        }
        self
    }

    /// On standard error.
    #[track_caller]
    pub fn complains(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.err.contains(text), "`{text}` is not in\n{}", self.err);
        }
        self
    }

    /// An error of the run itself: nothing on standard output, code 2.
    #[track_caller]
    pub fn refuses(&self, texts: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{}", self.err);
        self.complains(texts);
    }
}
