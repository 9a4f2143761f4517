//! What is written down twice is written by a test: the output shown in documents, the picture of
//! a finding, the page of all fields. `UPDATE=1 cargo test --test generated` writes them; without
//! it they are compared.
//!
//! In a `console` block, a line that starts with `$ ` is run from the project's folder, and what
//! follows is what it printed. `cargo run --release --` stands for the program itself. A block after
//! `<!-- finding: FILE RULE -->` holds that finding, one after `<!-- file: PATH -->` that file.

#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test reads and writes the project's files, and a panic is a failure"
)]

mod rule_pages;

use carnet::rule::example::{examples, run};
use carnet::rule::{Parameters, RuleSource, compile, shipped};
use carnet::source::SourceMap;
use carnet::vocabulary::{Field, Object, PROPOSAL, Shape, ShapeId, Vocabulary, Words};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The documents that show output: these, and every page of `docs` that is not made from something.
const DOCUMENTS: [&str; 3] = ["README.md", "CONTRIBUTING.md", "examples/README.md"];

/// What `sh` blocks may hold: commands that a test of documents must not run, because they build,
/// install or write. Each is run by `.ci/run`, `tests/hooks.rs`, `tests/install.rs` or `tests/adoption.rs`.
const BY_HAND: [&str; 26] = [
    "cargo bench --bench stages",
    "cargo bench --bench outlook",
    "benches/compare/run",
    "benches/adversarial/run",
    "corpus=target/release/examples/corpus",
    "( $corpus --failing 5 --records 200; $corpus --seed 9 --bytes 10000000000 ) |",
    "carnet check - --format short --as-of 2026-11-22",
    "carnet --version --verbose",
    "cargo install --path .",
    "cargo test",
    "cargo test --test generated",
    "UPDATE=1 cargo test --test generated",
    "cargo insta review",
    "cargo test --test rule_schemas",
    "carnet check .",
    ".ci/run",
    "carnet check",
    "carnet check proposals --report json=baseline.json",
    "carnet check proposals --baseline baseline.json",
    "pipx run maturin build --release",
    "carnet completions bash > ~/.local/share/bash-completion/completions/carnet",
    "carnet completions zsh > ~/.zfunc/_carnet",
    "carnet completions fish > ~/.config/fish/completions/carnet.fish",
    "carnet man check | man -l -",
    "carnet man --dir ~/.local/share/man/man1",
    "carnet new waiver proposal.json --rule register-not-checked --owner \"Data protection officer\" --reason \"The directory is being looked up.\" --expires 2027-03-31",
];

fn documents() -> Vec<String> {
    let made = ["docs/format.md", "docs/cases.md"];
    let mut all: Vec<String> = DOCUMENTS.map(str::to_owned).to_vec();
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let path = format!("docs/{}", entry.unwrap().file_name().into_string().unwrap());
        if path.ends_with(".md") && !made.contains(&path.as_str()) {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// Compares a file with what it should hold, or writes it.
fn keep(path: &str, wanted: &str) {
    if read(path) == wanted {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(root().join(path), wanted).unwrap();
        return;
    }
    let now = read(path);
    let line = now.lines().zip(wanted.lines()).take_while(|(a, b)| a == b);
    let line = line.count();
    panic!(
        "{path}:{} is not what is made now:\n  written: {}\n  made:    {}\n\
         `UPDATE=1 cargo test --test generated` writes it",
        line + 1,
        now.lines().nth(line).unwrap_or("(the end)"),
        wanted.lines().nth(line).unwrap_or("(the end)"),
    );
}

/// Runs a command line from the project's folder; what it printed on both streams, and its code.
fn shell(command: &str, code_before: i32) -> (String, i32) {
    let program = Path::new(env!("CARGO_BIN_EXE_carnet"));
    let folders = std::env::var("PATH").unwrap_or_default();
    let folder = program.parent().unwrap().display();
    let command = command.replace("cargo run --release -- ", "carnet ");
    let mut shell = Command::new("sh");
    for name in ["NO_GRAPHICS", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LANG"] {
        shell.env_remove(name);
    }
    let output = shell
        .arg("-c")
        .arg(format!("(exit {code_before}); {command}"))
        .env("PATH", format!("{folder}:{folders}"))
        .env("NO_COLOR", "1")
        .current_dir(root())
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (
        String::from_utf8(printed).unwrap(),
        output.status.code().unwrap(),
    )
}

/// A Markdown document with the output of every `console` block made anew, and the pictures too.
fn with_output(text: &str) -> String {
    let mut made = String::new();
    let mut lines = text.lines();
    // What the next block must hold.
    let mut shown: Option<String> = None;
    while let Some(line) = lines.next() {
        made.push_str(line);
        made.push('\n');
        if let Some(what) = line.strip_prefix("<!-- finding: ") {
            shown = Some(finding(what.trim_end_matches(" -->")));
            continue;
        }
        if let Some(path) = line.strip_prefix("<!-- file: ") {
            shown = Some(read(path.trim_end_matches(" -->")));
            continue;
        }
        if line.starts_with("```")
            && let Some(text) = shown.take()
        {
            lines.by_ref().find(|line| *line == "```");
            made.push_str(&text);
            made.push_str("```\n");
        }
        if line == "```console" {
            let mut code = 0;
            for line in lines.by_ref().take_while(|line| *line != "```") {
                if let Some(command) = line.strip_prefix("$ ") {
                    let (printed, now) = shell(command, code);
                    code = now;
                    writeln!(made, "{line}\n{printed}").unwrap();
                    // A blank line that the program did not print is not shown.
                    made.truncate(made.trim_end_matches('\n').len());
                    made.push('\n');
                }
            }
            made.push_str("```\n");
        }
    }
    made
}

/// One finding as `carnet check` draws it: `examples/file.json some-rule`.
fn finding(what: &str) -> String {
    let (file, rule) = what.split_once(' ').unwrap();
    let (printed, _) = shell(&format!("carnet check {file} --as-of 2026-11-22"), 0);
    let start = printed.find(&format!("[{rule}]")).unwrap();
    let start = printed[..start].rfind('\n').unwrap() + 1;
    let end = printed[start..].find("\n\n").unwrap() + start + 1;
    printed[start..end].to_owned()
}

#[test]
fn documents_show_the_output_of_today() {
    for path in documents() {
        let text = read(&path);
        assert!(!text.is_empty(), "{path} is missing");
        keep(&path, &with_output(&text));
    }
}

#[test]
fn other_commands_of_documents_are_known() {
    for path in documents() {
        let text = read(&path);
        for block in text.split("```sh\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            for line in block.lines() {
                let command = line.split('#').next().unwrap_or_default().trim();
                assert!(BY_HAND.contains(&command), "{path}: `{command}`");
            }
        }
    }
}

/// A block in a language that no test looks at would say what nobody checks.
#[test]
fn blocks_of_documents_are_all_looked_at() {
    // `text` and `json` blocks are pictures made by tests; `yaml` and `toml` are read by tests/hooks.rs
    // and tests/adoption.rs; `python` is run by tests/hooks.rs.
    let looked_at: [(&str, &[&str]); 6] = [
        ("README.md", &["text", "sh", "console", "json", "yaml"]),
        ("docs/ci.md", &["yaml"]),
        ("docs/configuration.md", &["toml"]),
        ("docs/waivers.md", &["yaml", "sh"]),
        (
            "docs/quickstart-engineers.md",
            &["console", "python", "text"],
        ),
        ("", &["console", "sh", "json", "text"]),
    ];
    for path in documents() {
        let text = read(&path);
        let known = looked_at
            .iter()
            .find(|(name, _)| *name == path || name.is_empty());
        let (_, languages) = known.unwrap();
        let mut shown = false;
        let mut open = false;
        for line in text.lines() {
            if let Some(language) = line.strip_prefix("```") {
                open = !open;
                if open {
                    assert!(
                        languages.contains(&language),
                        "{path}: a block `{language}`"
                    );
                    // A picture says what it is a picture of.
                    let picture =
                        matches!(language, "text" | "json") && !path.contains("engineers");
                    assert!(
                        !picture || shown,
                        "{path}: a block `{language}` made by nobody"
                    );
                }
            }
            shown = line.starts_with("<!-- ");
        }
    }
}

#[test]
fn the_program_of_checks_runs_what_the_readme_says() {
    let readme = read("README.md");
    let run = read(".ci/run");
    for command in [
        "cargo test",
        "cargo run --release -- check examples/help-desk.json --as-of 2026-11-22",
    ] {
        assert!(readme.contains(command), "README.md lacks `{command}`");
        assert!(
            run.lines().any(|line| line.ends_with(command)),
            ".ci/run lacks `{command}`"
        );
    }
}

/// The examples: every one is shown, and only the one about mistakes makes any.
#[test]
fn examples_are_shown_and_fit_their_schema() {
    let readme = read("examples/README.md");
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("examples")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with("json") {
            continue;
        }
        count += 1;
        let shown = readme.contains(&format!("$ carnet check examples/{name} "));
        assert!(shown, "examples/README.md does not show {name}");
        let command = format!("carnet check examples/{name} --as-of 2026-11-22 --format json -q");
        let (printed, code) = shell(&command, 0);
        let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let proposals = report["proposals"].as_array().unwrap();
        let findings = proposals
            .iter()
            .flat_map(|it| it["findings"].as_array().unwrap());
        let mistakes = findings.filter(|it| it["pack"] == "schema").count();
        assert_eq!(mistakes > 0, name == "mistakes.json", "{name}");
        assert_eq!(report["problems"].as_array().unwrap().len(), 0, "{name}");
        assert_eq!(report["summary"]["exit_code"], code, "{name}");
    }
    assert!(count >= 6);
}

/// The rule that `rules/README.md` teaches first passes its own examples.
#[test]
fn the_first_rule_of_the_guide_works() {
    let guide = read("rules/README.md");
    let mut files = shipped::files();
    for path in ["house/pack.yaml", "house/transfer-without-review-date.yaml"] {
        let after = guide
            .split(&format!("`my-rules/{path}`:\n\n```yaml\n"))
            .nth(1);
        let text = after.and_then(|it| it.split("```").next()).unwrap();
        files.push(RuleSource {
            path: path.to_owned(),
            shown: path.to_owned(),
            text: text.to_owned().into(),
            tree: None,
            shipped: false,
        });
    }
    let (set, problems) = compile(&files, &Parameters::new(), &mut SourceMap::new());
    assert!(problems.is_empty(), "{problems:?}");
    let (examples, mistakes) = examples(&files);
    assert_eq!(mistakes, Vec::<String>::new());
    let own = || examples.iter().filter(|it| it.pack == "house");
    assert_eq!(own().count(), 4);
    for example in own() {
        assert_eq!(run(&set, example), Ok(()), "{}", example.title);
    }
}

// ---------------------------------------------------------------- the pages of rules

#[test]
fn the_pages_of_rules_are_current() {
    let pages = rule_pages::pages();
    let folder = root().join("docs/rules");
    let update = std::env::var_os("UPDATE").is_some();
    if update {
        std::fs::create_dir_all(&folder).unwrap();
    }
    for (name, text) in &pages {
        keep(&format!("docs/rules/{name}"), text);
    }
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if pages.contains_key(&name) {
            continue;
        }
        // A rule that is gone takes its page along.
        assert!(
            update,
            "docs/rules/{name} is the page of no rule; `UPDATE=1 cargo test --test generated` takes it out"
        );
        std::fs::remove_file(folder.join(name)).unwrap();
    }
}

// ---------------------------------------------------------------- the page of all fields

#[test]
fn the_page_of_fields_is_current() {
    let vocabulary = Vocabulary::shipped();
    let mut page = Page {
        vocabulary: &vocabulary,
        text: String::from(
            "# The formats, field by field\n\n\
             This page is made from `schemas/` by `tests/generated.rs`. Laws of both formats:\n\n\
             - What is absent is *not stated*; it is never read as no, none or zero.\n\
             - `\"unknown\"` stands for a value that is being clarified, in place of any text, word, date, number, \
             `true` or `false`, but not of `schema`, `id`, `title` and `name`. \
             \"There is none\" is said: `[]` for a list, `false`, the word `\"none\"`. `null` is never valid.\n\
             - A list is complete unless it holds `\"unknown\"` or a field `<list>_complete` beside it is `false`.\n\
             - Fields and words of your own start with `x_`; no shipped rule reads them.\n\n\
             `carnet explain FIELD` says the same of one field, with the rules that read it.\n",
        ),
        types: Vec::new(),
        words: Vec::new(),
        inside: "",
    };
    for (format, shape) in vocabulary.roots() {
        page.format(format, *shape);
    }
    page.text.push_str("\n# Words\n");
    for index in 0..page.words.len() {
        page.words_of(index);
    }
    keep("docs/format.md", &page.text);
}

struct Page<'a> {
    vocabulary: &'a Vocabulary,
    text: String,
    /// Object types with a section, and sets of words to come.
    types: Vec<ShapeId>,
    words: Vec<(ShapeId, String)>,
    /// Before the headings of object types, as two formats share names.
    inside: &'static str,
}

impl Page<'_> {
    fn format(&mut self, format: &str, shape: ShapeId) {
        writeln!(self.text, "\n# {format}").unwrap();
        self.inside = match format {
            PROPOSAL => "",
            _ => "profile: ",
        };
        let mut open = vec![(shape, String::from("The document"))];
        while !open.is_empty() {
            let (shape, title) = open.remove(0);
            let Some(object) = self.vocabulary.object(shape) else {
                continue;
            };
            if self.types.contains(&shape) {
                continue;
            }
            self.types.push(shape);
            self.object(&title, object);
            for field in object.fields {
                let inside = self.element(field);
                if let Some(object) = self.vocabulary.object(inside) {
                    open.push((inside, self.section(object, field)));
                }
            }
        }
    }

    fn object(&mut self, title: &str, object: &Object) {
        writeln!(
            self.text,
            "\n## {title}\n\n| field | takes | meaning |\n|---|---|---|"
        )
        .unwrap();
        for field in object.fields.iter().filter(|it| !it.name.starts_with('$')) {
            let takes = self.takes(field);
            let required = if field.required { "; required" } else { "" };
            let meaning = field.meaning.replace('|', "\\|");
            writeln!(
                self.text,
                "| `{}` | {takes}{required} | {meaning} |",
                field.name
            )
            .unwrap();
        }
    }

    /// The heading of an object type.
    fn section(&self, object: &Object, field: &Field) -> String {
        let name = if object.name.is_empty() {
            field.name
        } else {
            object.name
        };
        format!("{}{}", self.inside, name.replace('_', " "))
    }

    fn element(&self, field: &Field) -> ShapeId {
        match self.vocabulary.shape(field.shape) {
            Shape::List(list) => list.item,
            _ => field.shape,
        }
    }

    fn takes(&mut self, field: &Field) -> String {
        let many = matches!(self.vocabulary.shape(field.shape), Shape::List(_));
        let shape = self.element(field);
        let (one, several) = match self.vocabulary.shape(shape) {
            Shape::Object(object) => {
                let section = link(&self.section(object, field), "");
                (section.clone(), section)
            }
            Shape::List(_) => ("a list".into(), "lists".into()),
            Shape::Words(words) if words.country => ("a country".into(), "countries".into()),
            Shape::Words(words) => {
                let known = self.words.iter().find(|(known, _)| *known == shape);
                let title = match known {
                    Some((_, title)) => title.clone(),
                    None => self.new_words(shape, words, field),
                };
                let word = link(&title, "words of ");
                (word.clone(), word)
            }
            Shape::Const(text) => (format!("`{text}`"), String::new()),
            Shape::Text => ("a text".into(), "texts".into()),
            Shape::Date => ("a date".into(), "dates".into()),
            Shape::Duration => ("a duration, such as `P18M`".into(), "durations".into()),
            Shape::YesNo => ("`true`, `false`".into(), "`true`, `false`".into()),
            Shape::Number { whole: true } => ("a whole number".into(), "whole numbers".into()),
            Shape::Number { whole: false } => ("a number".into(), "numbers".into()),
        };
        if many {
            format!("list: {several}")
        } else {
            one
        }
    }

    /// A heading for a set of words that no other set has.
    fn new_words(&mut self, shape: ShapeId, words: &Words, field: &Field) -> String {
        let name = if words.name.is_empty() {
            field.name
        } else {
            words.name
        };
        let mut title = name.replace('_', " ");
        if self.words.iter().any(|(_, known)| *known == title) {
            title.push_str(" in a profile");
        }
        assert!(
            self.words.iter().all(|(_, known)| *known != title),
            "{title}"
        );
        self.words.push((shape, title.clone()));
        title
    }

    fn words_of(&mut self, index: usize) {
        let (shape, title) = &self.words[index];
        let Shape::Words(words) = self.vocabulary.shape(*shape) else {
            return;
        };
        writeln!(self.text, "\n## words of {title}\n").unwrap();
        for word in words.words {
            let meaning = word.meaning.replace('|', "\\|");
            writeln!(self.text, "- `{}`: {meaning}", word.text).unwrap();
        }
    }
}

/// A link to a heading, by the name that Markdown gives it.
fn link(title: &str, before: &str) -> String {
    let name = format!("{before}{title}")
        .replace(' ', "-")
        .replace(':', "");
    format!("[{title}](#{name})")
}
