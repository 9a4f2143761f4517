//! How far a long run is: on a terminal, on standard error, and nowhere else.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "the fences are for the library; a test that panics has failed"
)]
#![cfg(unix)]

#[path = "../benches/corpus/proposals.rs"]
mod proposals;

mod folder;

use folder::Folder;
use proposals::{Corpus, Mix};
use std::process::Command;

/// Runs a command with standard error on a terminal of 80 columns and writes down what it got.
const TERMINAL: &str = r#"
import fcntl, os, pty, struct, subprocess, sys, termios
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
with open("out.txt", "wb") as out:
    run = subprocess.Popen(sys.argv[1:], stdout=out, stderr=theirs, stdin=subprocess.DEVNULL)
os.close(theirs)
told = b""
while True:
    try:
        piece = os.read(ours, 65536)
    except OSError:
        break
    if not piece:
        break
    told += piece
open("err.txt", "wb").write(told)
sys.exit(run.wait())
"#;

/// Python, which has terminals of its own; a machine that must test everything has it.
fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok();
    let all = std::env::var_os("CARNET_ALL_TESTS").is_some();
    assert!(found || !all, "python3 is missing");
    if !found {
        println!("not tested: there is no python3");
    }
    found
}

#[test]
fn a_long_run_tells_how_far_it_is() {
    if !has_python() {
        return;
    }
    let mix = Mix {
        seed: 5,
        failing: 1,
        undetermined: 0,
    };
    // Long enough on a fast machine, too.
    let folder = Folder::with("many.ndjson", Corpus::lines(mix, 40_000));
    folder.write("terminal.py", TERMINAL);
    let flags = [
        "check",
        "many.ndjson",
        "--as-of",
        "2026-11-22",
        "--format",
        "short",
        "--jobs",
        "1",
    ];
    let shown = |more: &[&str]| {
        let mut command = Command::new("python3");
        command
            .current_dir(&folder.0)
            .arg("terminal.py")
            .arg(env!("CARGO_BIN_EXE_carnet"))
            .args(flags)
            .args(more)
            .env_remove("NO_COLOR");
        assert_eq!(command.status().unwrap().code(), Some(1));
        let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
        (read("out.txt"), read("err.txt"))
    };
    let (out, err) = shown(&[]);
    // One line that is drawn again and again, and wiped at the end.
    let lines: Vec<&str> = err
        .split('\r')
        .filter(|line| line.contains("checking "))
        .collect();
    assert!(!lines.is_empty(), "{err:?}");
    let line = lines[lines.len() / 2];
    for part in ["% of ", " MB", " proposals, ", " findings", "/s", " left"] {
        assert!(line.contains(part), "{part:?} is not in {line:?}");
    }
    let last = err.trim_end().rsplit('\r').next().unwrap();
    assert!(last.contains("40000 proposals: "), "{last:?}");
    assert!(!last.contains("checking"), "{last:?}");
    // The report is the same, wherever the rest goes.
    let plain = folder.run(&flags);
    assert_eq!(out, plain.out);
    assert!(!plain.err.contains("checking"));
    assert!(!shown(&["--no-progress"]).1.contains("checking"));
}
