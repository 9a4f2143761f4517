//! carnet where others run it: the hooks under the real pre-commit, the steps of the GitHub Action, and the
//! files of the three services against the schemas that check-jsonschema carries for them.

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

use folder::{Folder, MINIMAL};
use std::path::{Path, PathBuf};
use std::process::Command;
use tools::{kept, path_with, program, python, root, system, told};

const PRE_COMMIT: &str = "pre-commit==4.7.0";

/// A repository with the hooks of this one.
struct Repository {
    folder: Folder,
    bin: PathBuf,
}

impl Repository {
    /// `hook` as a user configures it, more of it in `extra`.
    fn new(hook: &str, extra: &str) -> Option<Self> {
        system(&["git"])?;
        let bin = python("pre-commit", &[PRE_COMMIT])?;
        let (path, revision) = hooks();
        let folder = Folder::new();
        folder.write(
            ".pre-commit-config.yaml",
            format!(
                "repos:\n  - repo: {}\n    rev: {revision}\n    hooks:\n      - id: {hook}\n{extra}",
                path.display()
            ),
        );
        let made = Self { folder, bin };
        made.git(&["init", "--quiet"]);
        made.git(&["add", "."]);
        made.git(&["commit", "--quiet", "-m", "begin"]);
        let (code, text) = made.run("pre-commit", &["install"]);
        assert_eq!(code, 0, "{text}");
        Some(made)
    }

    fn git(&self, arguments: &[&str]) -> (i32, String) {
        self.run("git", arguments)
    }

    fn run(&self, name: &str, arguments: &[&str]) -> (i32, String) {
        let output = git_of_tests(Command::new(name))
            .args(arguments)
            .current_dir(&self.folder.0)
            .env("PATH", path_with(&[&self.bin, program().parent().unwrap()]))
            .env("PRE_COMMIT_HOME", kept().join("pre-commit-home"))
            .env("PRE_COMMIT_COLOR", "never")
            // A hook that is built takes the libraries that other builds have made.
            .env("CARGO_TARGET_DIR", kept().parent().unwrap())
            .output()
            .unwrap();
        (output.status.code().unwrap(), told(&output))
    }

    /// Stages a file and tries to commit it.
    fn commit(&self, files: &[(&str, &str)]) -> (i32, String) {
        for (name, text) in files {
            self.folder.write(name, text);
            assert_eq!(self.git(&["add", name]).0, 0);
        }
        self.git(&["commit", "-m", "try"])
    }
}

/// `git`, or what runs it, as somebody in particular and on one day.
fn git_of_tests(mut command: Command) -> Command {
    for (name, value) in [
        ("GIT_AUTHOR_NAME", "Tan Mei Ling"),
        ("GIT_AUTHOR_EMAIL", "dpo@merlion.example"),
        ("GIT_AUTHOR_DATE", "2026-11-22T00:00:00Z"),
        ("GIT_COMMITTER_NAME", "Tan Mei Ling"),
        ("GIT_COMMITTER_EMAIL", "dpo@merlion.example"),
        ("GIT_COMMITTER_DATE", "2026-11-22T00:00:00Z"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ] {
        command.env(name, value);
    }
    // Where the tests themselves run in a hook.
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    command
}

/// This project, as it stands, as a repository that pre-commit can clone, and its revision.
fn hooks() -> (PathBuf, String) {
    static MADE: std::sync::OnceLock<(PathBuf, String)> = std::sync::OnceLock::new();
    let made = MADE.get_or_init(|| {
        let path = kept().join("hooks-repository");
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        for name in [
            "Cargo.toml",
            "Cargo.lock",
            "askama.toml",
            ".pre-commit-hooks.yaml",
        ] {
            std::fs::copy(root().join(name), path.join(name)).unwrap();
        }
        for name in ["src", "build", "rules", "schemas", "benches"] {
            copy(&root().join(name), &path.join(name));
        }
        // `Cargo.toml` names a test by hand.
        std::fs::create_dir(path.join("tests")).unwrap();
        std::fs::write(path.join("tests/rules.rs"), "fn main() {}\n").unwrap();
        std::fs::write(path.join("README.md"), "").unwrap();
        let git = |arguments: &[&str]| {
            let output = git_of_tests(Command::new("git"))
                .args(arguments)
                .current_dir(&path)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", told(&output));
            told(&output).trim().to_owned()
        };
        git(&["init", "--quiet"]);
        git(&["add", "."]);
        git(&["commit", "--quiet", "-m", "the hooks"]);
        let revision = git(&["rev-parse", "HEAD"]);
        (path, revision)
    });
    made.clone()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn failing() -> String {
    MINIMAL.replace("\"role\": \"processor\"", "\"role\": \"controller\"")
}

const AS_OF: &str = "        args: [--as-of, \"2026-11-22\"]\n";

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

#[test]
fn a_bad_proposal_stops_the_commit() {
    let Some(repository) = Repository::new("carnet-system", AS_OF) else {
        return;
    };
    let (code, text) = repository.commit(&[("proposals/bad.json", &failing())]);
    assert_eq!(code, 1, "{text}");
    holds(
        &text,
        &[
            "proposed transfers of personal data (carnet)",
            "Failed",
            "- exit code: 1",
            "error[transfer-without-comparable-protection]",
            "[proposals/bad.json:",
            "1 proposal: not permitted.",
        ],
    );
    let (code, text) = repository.commit(&[("proposals/bad.json", MINIMAL)]);
    assert_eq!(code, 0, "{text}");
    holds(&text, &["Passed"]);
}

/// What is committed before stays as it is, and JSON of other kinds is nobody's business.
#[test]
fn only_what_a_commit_changes_is_checked() {
    let Some(repository) = Repository::new("carnet-system", AS_OF) else {
        return;
    };
    repository.folder.write("old.json", failing());
    repository.git(&["add", "."]);
    let (code, text) = repository.git(&["commit", "--no-verify", "-m", "old"]);
    assert_eq!(code, 0, "{text}");
    let files = [
        ("package.json", "{\"name\": \"shop\"}"),
        ("tsconfig.json", "{ // for the compiler\n}"),
    ];
    let (code, text) = repository.commit(&files);
    assert_eq!(code, 0, "{text}");
    holds(&text, &["Passed"]);
    let (code, text) = repository.commit(&[("readme.txt", "no proposal")]);
    assert_eq!(code, 0, "{text}");
    holds(&text, &["Skipped"]);
    // Asked for everything, the same hook finds it.
    let (code, text) = repository.run("pre-commit", &["run", "--all-files"]);
    assert_eq!(code, 1, "{text}");
    holds(&text, &["[old.json:"]);
}

#[test]
fn a_hook_finds_profiles_waivers_and_the_configuration() {
    let Some(repository) = Repository::new("carnet-system", AS_OF) else {
        return;
    };
    let proposal = include_str!("../examples/certified-exporter.json");
    let profile = include_str!("../examples/profiles/cedar-ridge.json");
    let profile = profile.replace("\"third_parties\": true", "\"third_parties\": false");
    let files = [
        ("deals/proposal.json", proposal),
        ("deals/profiles/cedar-ridge.json", &profile),
    ];
    let (code, text) = repository.commit(&files);
    assert_eq!(code, 1, "{text}");
    holds(&text, &["[deals/profiles/cedar-ridge.json:"]);
    let (code, text) = repository.git(&["commit", "--no-verify", "-m", "deal"]);
    assert_eq!(code, 0, "{text}");

    let waiver = "schema: waivers/1\nwaivers:\n  - rule: transfer-without-comparable-protection\n    \
                  proposal: TP-2026-014\n    owner: Tan Mei Ling\n    reason: the contract is being signed\n    \
                  expires: 2027-06-30\n    accept_prohibition: true\n    approver: General Counsel\n";
    let configuration = "[severity]\nprp-for-recipient-that-decides = \"info\"\n";
    let files = [
        ("deals/bad.json", failing()),
        ("carnet-waivers.yaml", waiver.to_owned()),
        ("carnet.toml", configuration.to_owned()),
    ];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let (code, text) = repository.commit(&files);
    assert_eq!(code, 0, "{text}");
    repository.git(&["rm", "--cached", "--quiet", "carnet-waivers.yaml"]);
    std::fs::remove_file(repository.folder.0.join("carnet-waivers.yaml")).unwrap();
    let again = failing().replace("TP-2026-014", "TP-2026-015");
    let (code, text) = repository.commit(&[("deals/again.json", &again)]);
    assert_eq!(code, 1, "{text}");
    holds(&text, &["info[prp-for-recipient-that-decides]"]);
}

/// A profile alone is checked as a profile; what it does to proposals only a run over all of them tells.
#[test]
fn what_hangs_on_other_files_is_for_the_hook_that_checks_all() {
    let all = "        args: [., --as-of, \"2026-11-22\"]\n        pass_filenames: false\n        always_run: true\n";
    let Some(some) = Repository::new("carnet-system", AS_OF) else {
        return;
    };
    let Some(whole) = Repository::new("carnet-system", all) else {
        return;
    };
    let proposal = include_str!("../examples/certified-exporter.json");
    let profile = include_str!("../examples/profiles/cedar-ridge.json");
    let changed = profile.replace("\"third_parties\": true", "\"third_parties\": false");
    assert_ne!(changed, profile);
    let rule = "privacy-statement-silent-on-third-parties";
    for (repository, tells) in [(&some, false), (&whole, true)] {
        repository.folder.write("proposal.json", proposal);
        repository
            .folder
            .write("profiles/cedar-ridge.json", profile);
        repository.git(&["add", "."]);
        repository.git(&["commit", "--no-verify", "-m", "begin"]);
        let (code, text) = repository.commit(&[("profiles/cedar-ridge.json", &changed)]);
        assert_eq!(text.contains(rule), tells, "{text}");
        assert_eq!(code == 1, tells, "{text}");
    }
}

/// What a user without carnet gets: pre-commit builds it.
#[test]
#[ignore = "builds carnet once more; `.ci/run` runs it"]
fn the_hook_that_is_built_with_rust_works() {
    let Some(repository) = Repository::new("carnet", AS_OF) else {
        return;
    };
    let (code, text) = repository.commit(&[("bad.json", &failing())]);
    assert_eq!(code, 1, "{text}");
    holds(&text, &["[bad.json:", "1 proposal: not permitted."]);
    let (code, text) = repository.commit(&[("bad.json", MINIMAL)]);
    assert_eq!(code, 0, "{text}");
}

// ---------------------------------------------------------------- the services

/// The schemas of the services themselves, as check-jsonschema carries them.
#[test]
fn the_files_of_the_services_fit_their_schemas() {
    let Some(bin) = python("check-jsonschema", &["check-jsonschema==0.39.0"]) else {
        return;
    };
    let folder = Folder::new();
    for (index, snippet) in snippets("docs/ci.md", "yaml").iter().enumerate() {
        folder.write(&format!("{index}.yaml"), snippet);
    }
    let snippet = |mark: &str| {
        let all = snippets("docs/ci.md", "yaml");
        let at = all.iter().position(|it| it.contains(mark));
        folder.0.join(format!("{}.yaml", at.expect(mark)))
    };
    for (schema, path) in [
        ("vendor.github-actions", root().join("action.yml")),
        (
            "vendor.github-workflows",
            root().join(".github/workflows/ci.yml"),
        ),
        (
            "vendor.github-workflows",
            root().join(".github/workflows/release.yml"),
        ),
        ("vendor.github-workflows", snippet("runs-on:")),
        ("vendor.gitlab-ci", snippet("codequality:")),
    ] {
        let output = Command::new(bin.join("check-jsonschema"))
            .args(["--builtin-schema", schema])
            .arg(&path)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}: {}",
            path.display(),
            told(&output)
        );
    }
    // The hooks by pre-commit's own reader of them.
    let Some(bin) = python("pre-commit", &[PRE_COMMIT]) else {
        return;
    };
    let output = Command::new(bin.join("pre-commit"))
        .arg("validate-manifest")
        .arg(root().join(".pre-commit-hooks.yaml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
}

/// Every configuration of pre-commit that a document shows.
#[test]
fn configurations_of_the_documents_are_read_by_pre_commit() {
    let Some(bin) = python("pre-commit", &[PRE_COMMIT]) else {
        return;
    };
    let folder = Folder::new();
    let mut count = 0;
    for document in ["README.md", "docs/ci.md"] {
        for snippet in snippets(document, "yaml") {
            if !snippet.starts_with("repos:") {
                continue;
            }
            count += 1;
            folder.write("config.yaml", &snippet);
            let output = Command::new(bin.join("pre-commit"))
                .args(["validate-config", "config.yaml"])
                .current_dir(&folder.0)
                .output()
                .unwrap();
            assert!(output.status.success(), "{snippet}{}", told(&output));
            // The hook is one that there is.
            let hooks = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
            let id = snippet
                .split("- id: ")
                .nth(1)
                .unwrap()
                .lines()
                .next()
                .unwrap();
            assert!(hooks.contains(&format!("- id: {id}\n")), "{id}");
        }
    }
    assert_eq!(count, 4);
}

/// The program of the quickstart prints what stands below it.
#[test]
fn the_program_of_the_quickstart_works() {
    let document = "docs/quickstart-engineers.md";
    let Some(python) = system(&["python3", "python"]) else {
        return;
    };
    let [script] = snippets(document, "python")
        .try_into()
        .expect("one program");
    let [wanted] = snippets(document, "text").try_into().expect("one answer");
    let report = Command::new(program())
        .args([
            "check",
            "examples/batch.ndjson",
            "--as-of",
            "2026-11-22",
            "--format",
            "ndjson",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let mut child = Command::new(python)
        .args(["-c", &script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &report.stdout).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(told(&output), wanted, "{document} shows another answer");
}

/// The blocks of a document in this language.
fn snippets(path: &str, language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let start = format!("\n```{language}\n");
    let blocks = text.split(&start).skip(1);
    blocks
        .map(|it| format!("{}\n", it.split("\n```").next().unwrap()))
        .collect()
}

/// The scripts of the action's steps, as a runner finds them.
fn steps() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let scripts = text.split("      run: |\n").skip(1);
    scripts
        .map(|script| {
            let lines = script
                .lines()
                .take_while(|it| it.is_empty() || it.starts_with("        "));
            lines.map(|it| format!("{}\n", it.trim())).collect()
        })
        .collect()
}

#[test]
fn the_action_installs_checks_and_tells_its_code() {
    let Some(bash) = system(&["bash"]) else {
        return;
    };
    for tool in ["curl", "tar"] {
        if system(&[tool]).is_none() {
            return;
        }
    }
    let folder = Folder::with("proposals/bad.json", failing());
    folder.write("proposals/with blank.json", MINIMAL);
    // What a release publishes, for the system of this test.
    let packed = folder.0.join("packed");
    let target = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", arch) => format!("{arch}-unknown-linux-musl"),
        ("macos", arch) => format!("{arch}-apple-darwin"),
        other => panic!("no release for {other:?}"),
    };
    let output = Command::new(root().join(".github/package"))
        .arg(program())
        .arg(&target)
        .arg(&packed)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let archive = format!("carnet-{}-{target}.tar.gz", env!("CARGO_PKG_VERSION"));
    let sum = std::fs::read_to_string(packed.join(format!("{archive}.sha256"))).unwrap();
    std::fs::write(packed.join("SHA256SUMS"), sum).unwrap();

    let [install, check] = steps().try_into().expect("two steps");
    let run = |script: &str, more: &[(&str, &str)]| {
        // As a runner does it: `bash --noprofile --norc -eo pipefail`.
        let mut command = Command::new(&bash);
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(&folder.0)
            .env("GITHUB_ACTION_PATH", root())
            .env("GITHUB_PATH", folder.0.join("path"))
            .env("GITHUB_OUTPUT", folder.0.join("output"))
            .env("GITHUB_STEP_SUMMARY", folder.0.join("summary.md"))
            .env("GITHUB_SERVER_URL", "https://server.invalid")
            .env("RUNNER_TEMP", &folder.0)
            .env("VERSION", env!("CARGO_PKG_VERSION"))
            .env("DOWNLOADS", format!("file://{}", packed.display()))
            .env("REPOSITORY", "example/carnet")
            .env("FOLDER", folder.0.join("installed"));
        for (name, value) in more {
            command.env(name, value);
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap(), told(&output))
    };
    let (code, text) = run(&install, &[]);
    assert_eq!(code, 0, "{text}");
    let added = std::fs::read_to_string(folder.0.join("path")).unwrap();
    let installed = PathBuf::from(added.trim());
    assert!(installed.join("carnet").is_file(), "{text}");

    let path = path_with(&[&installed]);
    let path = path.to_str().unwrap();
    let arguments = [
        ("PATH", path),
        ("PATHS", "proposals"),
        ("ARGUMENTS", "--as-of 2026-11-22"),
        ("SARIF", "carnet.sarif"),
    ];
    let (code, text) = run(&check, &arguments);
    assert_eq!(code, 1, "{text}");
    holds(&text, &["::error file=proposals/bad.json,line="]);
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    assert_eq!(read("output"), "exit-code=1\n");
    holds(
        &read("summary.md"),
        &["not permitted", "proposals/bad.json"],
    );
    holds(&read("carnet.sarif"), &["\"2.1.0\""]);
    let clean = [
        ("PATH", path),
        ("PATHS", "proposals/with*"),
        ("ARGUMENTS", "--as-of 2026-11-22"),
        ("SARIF", ""),
    ];
    let (code, text) = run(&check, &clean);
    assert_eq!(code, 0, "{text}");

    // An archive that is not the published one is not unpacked.
    std::fs::write(packed.join(&archive), "something else").unwrap();
    let elsewhere = folder.0.join("elsewhere");
    let elsewhere = elsewhere.to_str().unwrap();
    let (code, text) = run(&install, &[("FOLDER", elsewhere)]);
    assert_eq!(code, 2, "{text}");
    holds(&text, &["nothing was installed"]);
    assert!(!Path::new(elsewhere).exists());
    let (code, text) = run(&install, &[("VERSION", "9.9.9")]);
    assert_eq!(code, 2, "{text}");
    holds(&text, &["cannot be downloaded"]);
}

/// What the action installs is the version that it belongs to.
#[test]
fn the_action_belongs_to_this_version() {
    let action = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let wanted = format!("default: \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(action.contains(&wanted), "action.yml lacks `{wanted}`");
}

/// Bash says what it thinks of the scripts.
#[test]
fn the_scripts_are_sound() {
    let Some(shellcheck) = system(&["shellcheck"]) else {
        return;
    };
    let output = Command::new(shellcheck)
        .args([".github/install", ".github/package", ".ci/run"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
}
