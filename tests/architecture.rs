//! ARCHITECTURE.md's "Never", held by reading the sources: which module may name which, what may be
//! serialised, who touches the world, and that no law is written in Rust.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a failing test may panic, and reads the sources from files"
)]

use carnet::rule::{Parameters, RuleSet, compile, shipped};
use carnet::source::SourceMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A source file: where it lies under `src/`, with `/`, and its lines of code.
struct Source {
    path: String,
    lines: Vec<(usize, String)>,
}

impl Source {
    fn is_in(&self, module: &str) -> bool {
        self.path == format!("{module}.rs") || self.path.starts_with(&format!("{module}/"))
    }
}

/// Every file of `src/`, without comments and without test modules.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap().to_str().unwrap();
                found.push(Source {
                    path: inside.replace('\\', "/"),
                    lines: code(&std::fs::read_to_string(&path).unwrap()),
                });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 20, "the sources are not where they were");
    found
}

/// The lines before the tests, without what follows `//`. A `//` inside a text cuts the line short,
/// which may hide something; no line of code needs one before a name that matters.
fn code(text: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate();
    let own = lines.take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    own.map(|(index, line)| {
        let comment = line.match_indices("//").map(|(at, _)| at);
        let mut comment = comment.filter(|at| !line[..*at].ends_with(':'));
        let end = comment.next().unwrap_or(line.len());
        (index + 1, line[..end].to_owned())
    })
    .collect()
}

/// The lines of some files on which something holds.
fn lines_where(
    sources: &[Source],
    chosen: impl Fn(&Source) -> bool,
    holds: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| chosen(source)) {
        for (number, line) in source.lines.iter().filter(|(_, line)| holds(line)) {
            found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
        }
    }
    found
}

fn none(found: Vec<String>, why: &str) {
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

/// Whether a line names a module of the crate: `crate::report::..`, or `report` in a list of
/// `use crate::{..}`.
fn names(line: &str, module: &str) -> bool {
    let path = format!("crate::{module}");
    let named = line.match_indices(&path).any(|(at, _)| {
        let after = line[at + path.len()..].chars().next();
        !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    });
    let listed = line.split_once("crate::{").is_some_and(|(_, list)| {
        let mut words = list.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.any(|word| word == module)
    });
    named || listed
}

/// The string literals of a line. Good enough for lines that hold no escaped quotes.
fn literals(line: &str) -> Vec<&str> {
    line.split('"').skip(1).step_by(2).collect()
}

// ---------------------------------------------------------------- never 1

#[test]
fn the_core_names_no_output_format_and_no_command_line() {
    let core = [
        "engine",
        "rule",
        "document",
        "vocabulary",
        "finding",
        "source",
        "truth",
        "check",
    ];
    let sources = sources();
    for module in core {
        assert!(
            sources.iter().any(|source| source.is_in(module)),
            "no {module}"
        );
    }
    let in_core = |source: &Source| core.iter().any(|module| source.is_in(module));
    let found = lines_where(&sources, in_core, |line| {
        names(line, "report") || names(line, "cli")
    });
    none(found, "the core knows nothing of reports and commands");
    let in_report = |source: &Source| source.is_in("report");
    let found = lines_where(&sources, in_report, |line| {
        ["cli", "engine", "check", "rule"]
            .iter()
            .any(|module| names(line, module))
    });
    none(found, "a report is written from findings alone");
    let found = lines_where(
        &sources,
        |source| source.is_in("document"),
        |line| {
            ["rule", "engine", "vocabulary", "finding", "check"]
                .iter()
                .any(|module| names(line, module))
        },
    );
    none(found, "a document knows nothing of what is asked of it");
}

#[test]
fn no_format_names_another() {
    let sources = sources();
    // A format is an arm of `render`: its module is called there.
    let home = sources
        .iter()
        .find(|source| source.path == "report/mod.rs")
        .unwrap();
    let formats: BTreeSet<&str> = home
        .lines
        .iter()
        .filter_map(|(_, line)| line.trim().strip_prefix("Format::"))
        .filter_map(|arm| arm.split_once("=> ")?.1.split_once("::"))
        .map(|(module, _)| module)
        .collect();
    assert!(formats.len() >= 3, "{formats:?}");
    let mut found = Vec::new();
    for format in &formats {
        let own = format!("report/{format}");
        for other in formats.iter().filter(|other| *other != format) {
            found.extend(lines_where(
                &sources,
                |source| source.is_in(&own),
                |line| {
                    ["crate::report::", "super::"]
                        .iter()
                        .any(|from| line.contains(&format!("{from}{other}::")))
                },
            ));
        }
    }
    none(found, "no format knows another");
}

// ---------------------------------------------------------------- never 2

#[test]
fn only_reports_are_serialised_and_only_files_are_read() {
    let sources = sources();
    let word = |line: &str, wanted: &str| {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.any(|word| word == wanted)
    };
    let found = lines_where(
        &sources,
        |source| !source.is_in("report"),
        |line| word(line, "Serialize"),
    );
    none(found, "`Serialize` lives inside `src/report`");
    let mut found = Vec::new();
    for source in &sources {
        for (at, (number, line)) in source.lines.iter().enumerate() {
            if !(line.contains("derive(") && word(line, "Deserialize")) {
                continue;
            }
            let mut after = source.lines[at..].iter().map(|(_, line)| line.as_str());
            let name = after.find_map(|line| {
                let (_, rest) = line.split_once("struct ").or(line.split_once("enum "))?;
                rest.split(|c: char| !c.is_alphanumeric()).next()
            });
            if !name.is_some_and(|name| name.ends_with("File")) {
                found.push(format!("src/{}:{number}: {name:?}", source.path));
            }
        }
    }
    none(found, "`Deserialize` lives on types named `..File`");
    // A type of the report is private: nothing of it is promised but the format.
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.is_in("report")) {
        for (at, (number, line)) in source.lines.iter().enumerate() {
            let item = source
                .lines
                .get(at + 1)
                .map_or("", |(_, line)| line.as_str());
            if line.contains("derive(") && word(line, "Serialize") && item.starts_with("pub ") {
                found.push(format!("src/{}:{number}: {item}", source.path));
            }
        }
    }
    none(found, "what is serialised is private");
}

// ---------------------------------------------------------------- never 3

#[test]
fn only_the_command_line_touches_the_world() {
    let world = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        // Threads that end where they began (`thread::scope`) touch nothing.
        "thread::spawn",
        "thread::sleep",
        "available_parallelism",
        "std::time",
        "SystemTime",
        "Instant::now",
        "Zoned::now",
        "Timestamp::now",
        "io::stdin",
        "io::stdout",
        "io::stderr",
        "println!",
        "eprintln!",
        "print!(",
        "eprint!(",
        "include_str!(\"/",
    ];
    let found = lines_where(
        &sources(),
        |source| !source.is_in("cli") && source.path != "main.rs",
        |line| world.iter().any(|name| line.contains(name)),
    );
    none(
        found,
        "only `src/cli` touches files, clock, environment and terminal",
    );
}

// ---------------------------------------------------------------- never 5

fn rules() -> RuleSet {
    compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new()).0
}

/// Words that are law: ids of rules, tables, packs, definitions and doors, names of schemes and
/// mechanisms, countries.
fn words_of_law() -> BTreeSet<String> {
    let set = rules();
    let mut words = BTreeSet::new();
    for pack in &set.packs {
        words.insert(pack.id.0.clone());
        words.extend(
            pack.mechanisms
                .iter()
                .flat_map(|(word, door)| [word.clone(), door.clone()]),
        );
        for rule in &pack.rules {
            words.insert(rule.id.0.clone());
            words.extend(rule.aliases.iter().cloned());
        }
    }
    words.extend(set.tables.iter().map(|table| table.id.clone()));
    words.extend(
        set.definitions
            .iter()
            .map(|definition| definition.id.clone()),
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/transfer-proposal.schema.json");
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(root).unwrap()).unwrap();
    for name in [
        "certification_scheme",
        "mechanism_type",
        "country",
        "country_or_bloc",
        "zone",
        "exemption",
        "clause",
    ] {
        let found = words_in(&schema["$defs"][name]);
        assert!(
            !found.is_empty() || name == "country_or_bloc",
            "no words of {name}"
        );
        words.extend(found);
    }
    assert!(
        words.contains("global_cbpr") && words.contains("SG"),
        "{words:?}"
    );
    // Words of English that are also words of the format.
    for word in [
        "none",
        "unknown",
        "contract",
        "consent",
        "adequacy",
        "derogation",
    ] {
        words.remove(word);
    }
    words
}

fn words_in(definition: &serde_json::Value) -> Vec<String> {
    match definition {
        serde_json::Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value.as_array()) {
                ("enum", Some(words)) => words
                    .iter()
                    .filter_map(|w| w.as_str().map(str::to_owned))
                    .collect(),
                ("anyOf", Some(parts)) => parts.iter().flat_map(words_in).collect(),
                _ => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn no_law_is_written_in_rust() {
    let words = words_of_law();
    let found = lines_where(
        &sources(),
        |_| true,
        |line| {
            !line.contains("value_name")
                && literals(line).iter().any(|text| {
                    let mut parts =
                        text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
                    words.contains(*text)
                        || parts.any(|part| part.contains(['_', '-']) && words.contains(part))
                })
        },
    );
    none(
        found,
        "no rule, country, scheme or mechanism is named in Rust",
    );
}

/// A date in the code is a threshold of some law, but for the examples in help texts, the day on
/// which examples are checked, and the day from which durations are reckoned.
#[test]
fn no_date_of_a_law_is_written_in_rust() {
    let is_date = |text: &str| {
        let digits = |part: &str, count: usize| {
            part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let mut parts = text.split('-');
        let [year, month, day] =
            [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
        parts.next().is_none() && digits(year, 4) && digits(month, 2) && digits(day, 2)
    };
    let found = lines_where(
        &sources(),
        |_| true,
        |line| {
            let written = line.contains("date(") && {
                let mut calls = line.match_indices("date(");
                calls.any(|(at, _)| line[at + 5..].starts_with(|c: char| c.is_ascii_digit()))
            };
            let spelt = literals(line).iter().any(|text| {
                let mut words = text.split(|c: char| !(c.is_ascii_digit() || c == '-'));
                words.any(is_date)
            });
            (written || spelt)
                && ![
                    "date(2000, 1, 1)",
                    "date(1970, 1, 1)",
                    "const AS_OF",
                    "write it as ",
                ]
                .iter()
                .any(|known| line.contains(known))
        },
    );
    none(found, "no date of a law is written in Rust");
}

// ---------------------------------------------------------------- the eyes

#[test]
fn the_eyes_see() {
    assert!(names("use crate::report::sanitise;", "report"));
    assert!(names("use crate::{finding, report};", "report"));
    assert!(names("    crate::cli::print(&out);", "cli"));
    assert!(!names("use crate::reporting::x;", "report"));
    assert!(!names(
        "let report = crate::finding::Report::default();",
        "report"
    ));
    assert_eq!(literals(r#"if a == "SG" || b == "US" {"#), ["SG", "US"]);
    assert_eq!(code("let a = 1; // SG\n")[0].1, "let a = 1; ");
    assert_eq!(
        code("let a = \"https://a.b\";\n")[0].1,
        "let a = \"https://a.b\";"
    );
    assert!(code("//! report\n")[0].1.is_empty());
}
