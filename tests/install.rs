//! What comes with the program: the wheel, the archive, completions, man pages, what it says of itself.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "the fences are for the library; tests write files and run programs, and a test that panics has failed"
)]

mod folder;
mod tools;

use carnet::rule::{Parameters, compile, shipped};
use carnet::source::SourceMap;
use folder::{Folder, MINIMAL};
use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};
use tools::{kept, program, python, root, system, told};

const MATURIN: &str = "maturin==1.16.0";

#[test]
#[ignore = "builds the program as it is published; `.ci/run` runs it"]
fn the_wheel_carries_the_program() {
    let Some(bin) = python("maturin", &[MATURIN]) else {
        return;
    };
    let wheels = kept().join("wheels");
    let _ = std::fs::remove_dir_all(&wheels);
    let output = Command::new(bin.join("maturin"))
        .args(["build", "--release", "--locked", "--quiet", "--out"])
        .arg(&wheels)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let mut made = std::fs::read_dir(&wheels).unwrap();
    let wheel = made.next().unwrap().unwrap().path();
    assert!(made.next().is_none());

    let _ = std::fs::remove_dir_all(kept().join("fresh"));
    let Some(fresh) = python("fresh", &[]) else {
        return;
    };
    let output = Command::new(fresh.join("pip"))
        .args([
            "install",
            "--quiet",
            "--no-index",
            "--disable-pip-version-check",
        ])
        .arg(&wheel)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    // The program alone: no rule or schema is spilled into the environment.
    let listed = Command::new(fresh.join("pip"))
        .args(["show", "--files", "carnet"])
        .output()
        .unwrap();
    let listed = told(&listed);
    assert!(!listed.contains("rules/"), "{listed}");
    let folder = Folder::minimal();
    let output = Command::new(fresh.join("carnet"))
        .args(["check", "minimal.json", "--as-of", "2026-11-22"])
        .env_clear()
        .current_dir(&folder.0)
        .output()
        .unwrap();
    let text = told(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("1 proposal: permitted."), "{text}");
}

/// The program, its papers, completions and man pages in one folder.
#[test]
fn the_archive_holds_what_is_published() {
    if system(&["tar"]).is_none() {
        return;
    }
    let folder = Folder::new();
    let output = Command::new(root().join(".github/package"))
        .arg(program())
        .args(["some-system", "packed"])
        .current_dir(&folder.0)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let name = format!("carnet-{}-some-system", env!("CARGO_PKG_VERSION"));
    let archive = folder.0.join(format!("packed/{name}.tar.gz"));
    let sum =
        std::fs::read_to_string(folder.0.join(format!("packed/{name}.tar.gz.sha256"))).unwrap();
    assert!(sum.ends_with(&format!("  {name}.tar.gz\n")), "{sum}");
    let output = Command::new("tar")
        .arg("-tzf")
        .arg(archive)
        .output()
        .unwrap();
    let listed = told(&output);
    for file in [
        "carnet",
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "NOTICE.md",
        "examples/help-desk.json",
        "man/carnet.1",
        "man/carnet-check.1",
        "man/carnet-rules-test.1",
        "completions/carnet.bash",
        "completions/carnet.powershell",
    ] {
        assert!(
            listed.lines().any(|it| it == format!("{name}/{file}")),
            "{file} is not in\n{listed}"
        );
    }
}

/// Every pack with the digest that reports carry.
#[test]
fn the_version_tells_the_packs() {
    let folder = Folder::minimal();
    let short = folder.run(&["--version"]);
    assert_eq!(
        (short.code, short.out.as_str()),
        (0, &*format!("carnet {}\n", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(folder.run(&["-V"]).out, short.out);
    let long = folder.run(&["--version", "--verbose"]);
    assert_eq!(long.code, 0);
    assert_eq!(folder.run(&["-Vv"]).out, long.out);
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    assert_eq!(long.out.lines().count(), 1 + set.packs.len());
    for pack in &set.packs {
        let line = long
            .out
            .lines()
            .find(|line| line.starts_with(&pack.id.0))
            .unwrap();
        for part in [
            pack.digest.clone(),
            format!(" {} rules ", pack.rules.len()),
            pack.researched_on.to_string(),
        ] {
            assert!(line.contains(&part), "{line}");
        }
    }
    let (_, report) = folder.json(&["minimal.json"]);
    for pack in report["packs"].as_array().unwrap() {
        assert!(long.out.contains(pack["digest"].as_str().unwrap()));
    }
}

/// Each shell reads its own.
#[test]
fn shells_read_their_completions() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let made = folder.run(&["completions", shell]);
        assert_eq!(made.code, 0);
        made.says(&["as-of", "completions", "sarif"]);
        folder.write(shell, &made.out);
        let Some(program) = system(&[shell]) else {
            continue;
        };
        let output = Command::new(program)
            .arg("-n")
            .arg(shell)
            .current_dir(&folder.0)
            .output()
            .unwrap();
        assert!(output.status.success(), "{shell}: {}", told(&output));
    }
    // What a reader gets who types `carnet check --repo<Tab>`.
    if let Some(bash) = system(&["bash"]) {
        let script = "source ./bash; COMP_WORDS=(carnet check --repo); COMP_CWORD=2; COMP_LINE='carnet check --repo'; \
                      COMP_POINT=19; _carnet carnet --repo check; echo \"${COMPREPLY[*]}\"";
        let output = Command::new(bash)
            .args(["-c", script])
            .current_dir(&folder.0)
            .output()
            .unwrap();
        assert_eq!(told(&output), "--report\n");
    }
    for shell in ["powershell", "elvish"] {
        folder.run(&["completions", shell]).says(&["as-of"]);
    }
    folder
        .run(&["completions", "csh"])
        .refuses(&["invalid value 'csh'", "bash"]);
}

#[test]
fn man_pages_are_whole_and_sound() {
    let folder = Folder::new();
    folder
        .run(&["man"])
        .says(&[".TH carnet 1", "carnet\\-check(1)"]);
    folder
        .run(&["man", "rules", "test"])
        .says(&["carnet\\-rules\\-test"]);
    folder
        .run(&["man", "chek"])
        .refuses(&["there is no command `chek`", "did you mean `check`?"]);
    folder
        .run(&["man", "check", "more"])
        .refuses(&["there is no command `more`", "`check` has none"]);
    assert_eq!(folder.run(&["man", "--dir", "pages"]).code, 0);
    let mut count = 0;
    for entry in std::fs::read_dir(folder.0.join("pages")).unwrap() {
        let path = entry.unwrap().path();
        count += 1;
        let Some(groff) = system(&["groff"]) else {
            continue;
        };
        let output = Command::new(groff)
            .args(["-man", "-ww", "-z", "-Tutf8"])
            .arg(&path)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", path.display());
        assert_eq!(told(&output), "", "{}", path.display());
    }
    assert!(count > 10, "{count} pages");
    folder.write("taken", "");
    folder
        .run(&["man", "--dir", "taken"])
        .refuses(&["the pages in `taken` cannot be written"]);
}

// ---------------------------------------------------------------- interrupts

/// The first interrupt ends a run in good order: what was checked is reported, and that it is not all.
#[test]
fn an_interrupt_leaves_a_report_of_what_was_checked() {
    for (signal, format) in [("-INT", "json"), ("-TERM", "json"), ("-INT", "human")] {
        // Inputs are taken by name, and `<stdin>` comes after digits.
        let folder = Folder::with("0.json", MINIMAL);
        folder.write("later.json", MINIMAL);
        let arguments = [
            "check",
            "0.json",
            "later.json",
            "-",
            "--as-of",
            "2026-11-22",
            "--format",
            format,
        ];
        let mut child = Command::new(program())
            .args(arguments)
            .args(["--report", "html=page.html"])
            .env_clear()
            .current_dir(&folder.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // More than a pipe holds: once it is written, carnet reads it, and `0.json` is done.
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(" ".repeat(1 << 20).as_bytes()).unwrap();
        let pid = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        assert_eq!(output.status.code(), Some(130), "{}", told(&output));
        let page = std::fs::read_to_string(folder.0.join("page.html")).unwrap();
        assert!(page.contains("interrupted: not all of it was checked"));
        let out = String::from_utf8(output.stdout).unwrap();
        if format == "human" {
            let wanted = "error[interrupted]: <stdin>: interrupted: not all of it was checked, nor 1 file after it";
            let flowed = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flowed.contains(wanted), "{out}");
            continue;
        }
        let report: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(report["summary"]["exit_code"], 130);
        assert_eq!(report["proposals"].as_array().unwrap().len(), 1);
        let problem = &report["problems"][0];
        assert_eq!(problem["code"], "interrupted");
        assert_eq!(problem["path"], "<stdin>");
    }
}

/// A bar would be noise where no one looks on.
#[test]
fn there_is_no_progress_without_a_terminal() {
    let folder = Folder::new();
    let line = MINIMAL.split_whitespace().collect::<Vec<_>>().join(" ");
    let many: String = (0..200)
        .map(|n| format!("{}\n", line.replace("TP-2026-014", &format!("TP-{n}"))))
        .collect();
    folder.write("many.ndjson", many);
    let ran = folder.check(&["many.ndjson", "--quiet"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}
