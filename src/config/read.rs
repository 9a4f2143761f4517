//! Reads the file, and keeps every mistake with its place.

use super::{Asks, BROKEN, Config, FailOn, ForPaths, Placed, Undetermined};
use crate::finding::{Label, Problem, Severity, Target};
use crate::source::{FileId, SourceFile, SourceMap, Span};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys of the file. A key has the name of its flag, where there is one.
const KEYS: [&str; 13] = [
    "rules",
    "set",
    "pack",
    "select",
    "ignore",
    "severity",
    "fail-on",
    "undetermined",
    "strict",
    "waivers",
    "baseline",
    "max-findings",
    "paths",
];

/// The keys of an element of `paths`.
const PATHS_KEYS: [&str; 5] = ["match", "pack", "select", "ignore", "severity"];

/// Flags that say something of one run and have no place in a file.
const OF_ONE_RUN: [&str; 10] = [
    "as-of",
    "format",
    "report",
    "exit-zero",
    "no-waivers",
    "id",
    "outcomes",
    "base",
    "skip-other",
    "jobs",
];

const SEVERITIES: [(&str, Severity); 3] = [
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("info", Severity::Info),
];

/// Reads a text that is shown as `name`. What is wrong is told; what is right is taken.
pub fn read(name: &str, text: &str, sources: &mut SourceMap) -> (Config, Vec<Problem>) {
    let file = sources.add(SourceFile::new(name, text));
    let mut reader = Reader {
        file,
        shown: name,
        problems: Vec::new(),
    };
    let mut config = Config {
        path: name.to_owned(),
        ..Config::default()
    };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().unwrap_or(0..0);
        reader.mistake(at, error.message().to_owned(), None);
    }
    if errors.is_empty() {
        reader.root(root.get_ref(), &mut config);
    }
    (config, reader.problems)
}

struct Reader<'a> {
    file: FileId,
    shown: &'a str,
    problems: Vec<Problem>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn span(&self, at: Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.file, offset(at.start)..offset(at.end))
    }

    fn mistake(&mut self, at: Range<usize>, message: String, help: Option<String>) {
        let span = self.span(at);
        self.problems.push(Problem {
            severity: Severity::Error,
            code: BROKEN.to_owned(),
            path: self.shown.to_owned(),
            message,
            help,
            labels: vec![Label {
                span,
                target: Target::Text,
                pointer: String::new(),
                text: String::new(),
            }],
        });
    }

    fn root(&mut self, table: &DeTable, config: &mut Config) {
        self.expect_keys(table, &KEYS);
        for (key, value) in table.iter() {
            match key.get_ref().as_ref() {
                "rules" => config.rules = self.texts(value),
                "set" => self.parameters("", value, &mut config.set),
                "fail-on" => {
                    let words = [
                        ("error", FailOn::Error),
                        ("warning", FailOn::Warning),
                        ("info", FailOn::Info),
                        ("never", FailOn::Never),
                    ];
                    config.fail_on = self.word(value, &words);
                }
                "undetermined" => {
                    let words = [
                        ("fail", Undetermined::Fail),
                        ("warn", Undetermined::Warn),
                        ("allow", Undetermined::Allow),
                    ];
                    config.undetermined = self.word(value, &words);
                }
                "strict" => config.strict = self.boolean(value),
                "waivers" => config.waivers = self.text(value),
                "baseline" => config.baseline = self.text(value),
                "max-findings" => config.max_findings = self.count(value),
                "paths" => config.paths = self.paths(value),
                _ => {}
            }
        }
        config.asks = self.asks(table);
    }

    fn expect_keys(&mut self, table: &DeTable, known: &[&str]) {
        for (key, _) in table.iter() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let with_hyphens = name.replace('_', "-");
            let help = if OF_ONE_RUN.contains(&with_hyphens.as_str()) {
                format!("it belongs to one run: write `--{with_hyphens}` on the command line")
            } else {
                match did_you_mean(name, known.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("known here: {}", list_words(known.iter().copied())),
                }
            };
            self.mistake(key.span(), format!("unknown key `{name}`"), Some(help));
        }
    }

    fn asks(&mut self, table: &DeTable) -> Asks {
        let mut asks = Asks::default();
        for (key, value) in table.iter() {
            match key.get_ref().as_ref() {
                "pack" => asks.pack = Some(self.texts(value)),
                "select" => asks.select = Some(self.texts(value)),
                "ignore" => asks.ignore = Some(self.texts(value)),
                "severity" => asks.severity = self.severities(value),
                _ => {}
            }
        }
        asks
    }

    fn severities(&mut self, value: &Value) -> BTreeMap<String, Placed<Severity>> {
        let mut severities = BTreeMap::new();
        let Some(table) = self.table(value, "`rule-id = \"warning\"` lines") else {
            return severities;
        };
        for (key, value) in table.iter() {
            if let Some(severity) = self.word(value, &SEVERITIES) {
                let placed = Placed {
                    value: severity,
                    // What may be wrong with it later is the rule's name.
                    span: self.span(key.span()),
                };
                severities.insert(key.get_ref().to_string(), placed);
            }
        }
        severities
    }

    fn paths(&mut self, value: &Value) -> Vec<ForPaths> {
        let DeValue::Array(elements) = value.get_ref() else {
            let help = "write `[[paths]]`, and under it `match = [\"research/**\"]`";
            self.mistake(
                value.span(),
                "`paths` is a list".to_owned(),
                Some(help.to_owned()),
            );
            return Vec::new();
        };
        let mut paths = Vec::new();
        for element in elements.iter() {
            let Some(table) = self.table(element, "a table with `match`") else {
                continue;
            };
            self.expect_keys(table, &PATHS_KEYS);
            let matches = table.get("match").map(|value| self.texts(value));
            let matches = matches.unwrap_or_default();
            if matches.is_empty() {
                let help = "add `match = [\"research/**\"]`: the files this is for".to_owned();
                self.mistake(element.span(), "`match` is missing".to_owned(), Some(help));
                continue;
            }
            let asks = self.asks(table);
            paths.push(ForPaths { matches, asks });
        }
        paths
    }

    /// `[set.global-cbpr]` with `edition = "2026"`, or one line with the whole name.
    fn parameters(&mut self, pack: &str, value: &Value, found: &mut Vec<(String, String)>) {
        let Some(table) = self.table(value, "`PACK.PARAMETER = \"value\"` lines") else {
            return;
        };
        for (key, value) in table.iter() {
            let name = match pack {
                "" => key.get_ref().to_string(),
                pack => format!("{pack}.{}", key.get_ref()),
            };
            let value = match value.get_ref() {
                DeValue::Table(_) => {
                    self.parameters(&name, value, found);
                    continue;
                }
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) => number.as_str().to_owned(),
                DeValue::Float(number) => number.as_str().to_owned(),
                DeValue::Boolean(yes) => yes.to_string(),
                DeValue::Datetime(date) => date.to_string(),
                DeValue::Array(_) => {
                    self.mistake(value.span(), "one value is needed here".to_owned(), None);
                    continue;
                }
            };
            found.push((name, value));
        }
    }

    fn table<'v, 'i>(&mut self, value: &'v Value<'i>, what: &str) -> Option<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let message = format!("{what} are needed here");
            let message = message.replace("`match` are", "`match` is");
            self.mistake(value.span(), message, None);
        }
        table
    }

    fn text(&mut self, value: &Value) -> Option<Placed<String>> {
        let span = self.span(value.span());
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Some(Placed {
                value: text.to_owned(),
                span,
            }),
            Some(_) => {
                self.mistake(value.span(), "this text is empty".to_owned(), None);
                None
            }
            None => {
                let message = "a text in quotes is needed here".to_owned();
                self.mistake(value.span(), message, None);
                None
            }
        }
    }

    /// A list of texts; one text stands for a list of one.
    fn texts(&mut self, value: &Value) -> Vec<Placed<String>> {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.text(item)).collect(),
            _ => self.text(value).into_iter().collect(),
        }
    }

    fn boolean(&mut self, value: &Value) -> Option<bool> {
        let yes = value.get_ref().as_bool();
        if yes.is_none() {
            let message = "`true` or `false` is needed here".to_owned();
            self.mistake(value.span(), message, None);
        }
        yes
    }

    fn count(&mut self, value: &Value) -> Option<usize> {
        let number = value.get_ref().as_integer();
        let number = number.and_then(|number| number.as_str().parse().ok());
        if number.is_none() {
            let message = "a whole number is needed here".to_owned();
            self.mistake(value.span(), message, None);
        }
        number
    }

    fn word<T: Copy>(&mut self, value: &Value, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(value)?.value;
        if let Some((_, found)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*found);
        }
        let names = || words.iter().map(|(word, _)| *word);
        let help = match did_you_mean(&text, names()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("one of {}", list_words(names())),
        };
        let message = format!("`{text}` is not a word known here");
        self.mistake(value.span(), message, Some(help));
        None
    }
}
