//! The examples inside rule and definition files: small patches of a base proposal with the outcome
//! they must have, run by `carnet rules test` and by the tests.

mod patch;
mod prepared;
mod run;

pub use prepared::Prepared;
pub(crate) use run::arguments;
pub use run::{Failure, run};

use crate::document::yaml::{YamlId, YamlKind, YamlTree};
use crate::finding::Outcome;
use crate::rule::condition::parse_date;
use crate::rule::file::MANIFEST;
use crate::rule::{Parameters, RuleSource};
use crate::truth::Truth;
use jiff::civil::Date;
use patch::{document_of, pretty, remove, set, to_json};
use serde_json::Value;
use std::collections::BTreeMap;

/// The as-of date of examples that name none.
const AS_OF: &str = "2026-11-22";

/// One example.
#[derive(Clone, Debug)]
pub struct Example {
    /// The rule it belongs to.
    pub rule: String,
    pub pack: String,
    /// The rule file, as shown.
    pub shown: String,
    /// 1-based line of the example in its file.
    pub line: usize,
    pub expected: Expected,
    /// What it shows.
    pub title: String,
    pub as_of: Date,
    pub parameters: Parameters,
    /// Where the finding must point: a dotted path; a key is marked by a trailing `:key`.
    pub at: Option<String>,
    /// The facts that must be named as missing.
    pub missing: Vec<String>,
    /// The proposal breaks its schema on purpose.
    pub invalid: bool,
    /// The proposal, as JSON text.
    pub proposal: String,
    /// Documents that the proposal links to, by the path it names.
    pub files: BTreeMap<String, String>,
}

/// What an example must come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The outcome of the rule.
    Outcome(Outcome),
    /// The truth of a definition about the value at a dotted path (empty: the proposal), called
    /// with these arguments.
    Truth {
        truth: Truth,
        of: String,
        with: BTreeMap<String, String>,
    },
}

impl Expected {
    /// The word of the answer in rule files.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Outcome(outcome) => outcome_word(*outcome),
            Self::Truth { truth, .. } => truth_word(*truth),
        }
    }
}

impl Example {
    /// A name for test lists: `sg-pdpa::some-rule::fail::title`.
    pub fn name(&self) -> String {
        format!(
            "{}::{}::{}::{}",
            self.pack,
            self.rule,
            self.expected.word(),
            self.title
        )
    }
}

/// The word of an outcome in rule files.
pub fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Undetermined => "undetermined",
        Outcome::NotApplicable => "not_applicable",
    }
}

fn truth_word(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
}

const TRUTHS: [Truth; 3] = [Truth::True, Truth::False, Truth::Unknown];
const OUTCOMES: [Outcome; 4] = [
    Outcome::Pass,
    Outcome::Fail,
    Outcome::Undetermined,
    Outcome::NotApplicable,
];

/// The examples of all rules, and what is wrong with how they are written. A rule that lacks an
/// outcome without saying why it is impossible is such a mistake.
pub fn examples(files: &[RuleSource]) -> (Vec<Example>, Vec<String>) {
    let mut found = Vec::new();
    let mut mistakes = Vec::new();
    let bases: BTreeMap<&str, &str> = files
        .iter()
        .filter_map(|file| {
            let name = file.path.strip_prefix("bases/")?.strip_suffix(".json")?;
            Some((name, file.text.as_ref()))
        })
        .collect();
    for file in files {
        let Some((folder, stem)) = file
            .path
            .strip_suffix(".yaml")
            .and_then(|path| path.rsplit_once('/'))
        else {
            continue;
        };
        if matches!(folder, "tables" | "bases") || stem == MANIFEST {
            continue;
        }
        let owned;
        let tree = match &file.tree {
            Some(tree) => tree,
            None => match YamlTree::parse(&file.text) {
                Ok(tree) => {
                    owned = tree;
                    &owned
                }
                Err(_) => continue,
            },
        };
        let reader = ExampleReader {
            tree,
            file,
            folder,
            stem,
            bases: &bases,
        };
        reader.read(&mut found, &mut mistakes);
    }
    (found, mistakes)
}

struct ExampleReader<'a> {
    tree: &'a YamlTree,
    file: &'a RuleSource,
    folder: &'a str,
    stem: &'a str,
    bases: &'a BTreeMap<&'a str, &'a str>,
}

impl ExampleReader<'_> {
    fn line(&self, node: YamlId) -> usize {
        let start = self.tree.range(node).start as usize;
        self.file
            .text
            .get(..start)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1
    }

    fn text(&self, map: YamlId, key: &str) -> Option<String> {
        self.tree
            .get(map, key)
            .map(|node| self.tree.text(node).to_owned())
    }

    fn texts(&self, map: YamlId, key: &str) -> Vec<String> {
        let list = self.tree.get(map, key);
        list.into_iter()
            .flat_map(|list| self.tree.items(list))
            .map(|item| self.tree.text(item).to_owned())
            .collect()
    }

    fn read(&self, found: &mut Vec<Example>, mistakes: &mut Vec<String>) {
        let tree = self.tree;
        let Some(root) = tree.get(tree.root(), "examples") else {
            return;
        };
        let before = found.len();
        let mut mistake = |line: usize, message: String| {
            mistakes.push(format!("{}:{line}: {message}", self.file.shown))
        };
        for (key, _) in tree.entries(root) {
            if !matches!(
                tree.text(key),
                "base" | "as_of" | "cases" | "impossible" | "files"
            ) {
                mistake(
                    self.line(key),
                    format!("unknown key `{}` in `examples`", tree.text(key)),
                );
            }
        }
        let base = self.text(root, "base");
        let as_of = self.text(root, "as_of");
        let cases: Vec<YamlId> = tree
            .get(root, "cases")
            .into_iter()
            .flat_map(|list| tree.items(list))
            .collect();
        for case in cases {
            match self.case(case, root, base.as_deref(), as_of.as_deref()) {
                Ok(example) => found.push(example),
                Err(message) => mistake(self.line(case), message),
            }
        }
        let impossible = tree.get(root, "impossible");
        for word in self.answers() {
            let shown = found
                .iter()
                .skip(before)
                .any(|example| example.expected.word() == word);
            let excused = impossible.and_then(|map| tree.get(map, word)).is_some();
            if !shown && !excused {
                mistake(
                    self.line(root),
                    format!("no example comes to `{word}`, and `impossible` does not say why"),
                );
            }
        }
    }

    /// The words an example of this file may come to.
    fn answers(&self) -> impl Iterator<Item = &'static str> + use<> {
        let is_definition = self.folder == "definitions";
        let truths = TRUTHS.into_iter().map(truth_word);
        let outcomes = OUTCOMES.into_iter().map(outcome_word);
        truths
            .filter(move |_| is_definition)
            .chain(outcomes.filter(move |_| !is_definition))
    }

    fn expected(&self, case: YamlId) -> Result<Expected, String> {
        let tree = self.tree;
        let says = |word: &str| tree.get(case, word).is_some();
        if self.folder != "definitions" {
            let outcome = OUTCOMES
                .into_iter()
                .find(|outcome| says(outcome_word(*outcome)));
            let needed = "an example needs `pass`, `fail`, `undetermined` or `not_applicable`";
            return outcome
                .map(Expected::Outcome)
                .ok_or_else(|| needed.to_owned());
        }
        let truth = TRUTHS.into_iter().find(|truth| says(truth_word(*truth)));
        let truth = truth.ok_or("an example of a definition needs `true`, `false` or `unknown`")?;
        let with = tree.get(case, "with");
        let with = with.into_iter().flat_map(|map| tree.entries(map));
        Ok(Expected::Truth {
            truth,
            of: self.text(case, "of").unwrap_or_default(),
            with: with
                .map(|(key, value)| (tree.text(key).to_owned(), tree.text(value).to_owned()))
                .collect(),
        })
    }

    fn case(
        &self,
        case: YamlId,
        root: YamlId,
        base: Option<&str>,
        as_of: Option<&str>,
    ) -> Result<Example, String> {
        let tree = self.tree;
        for (key, _) in tree.entries(case) {
            let name = tree.text(key);
            let known = [
                "base",
                "set",
                "remove",
                "as_of",
                "at",
                "missing",
                "files",
                "parameters",
                "invalid",
                "of",
                "with",
            ];
            if !known.contains(&name) && !self.answers().any(|word| word == name) {
                return Err(format!("unknown key `{name}` in an example"));
            }
        }
        let expected = self.expected(case)?;
        let title = self.text(case, expected.word()).unwrap_or_default();
        let base = self
            .text(case, "base")
            .or_else(|| base.map(str::to_owned))
            .ok_or("`base` is missing")?;
        let text = self
            .bases
            .get(base.as_str())
            .ok_or_else(|| format!("there is no base `{base}`"))?;
        let mut proposal: Value =
            serde_json::from_str(text).map_err(|error| format!("base `{base}`: {error}"))?;
        let mut files: BTreeMap<String, Value> = BTreeMap::new();
        for map in [tree.get(root, "files"), tree.get(case, "files")]
            .into_iter()
            .flatten()
        {
            for (path, document) in tree.entries(map) {
                let json = if tree.kind(document) == YamlKind::Text {
                    let name = tree.text(document);
                    let text = self.bases.get(name);
                    let text = text.ok_or_else(|| format!("there is no base `{name}`"))?;
                    serde_json::from_str(text).map_err(|error| format!("base `{name}`: {error}"))?
                } else {
                    to_json(tree, document)
                };
                files.insert(tree.text(path).to_owned(), json);
            }
        }
        for path in self.texts(case, "remove") {
            let (document, path) = document_of(&mut proposal, &mut files, &path);
            remove(document, &path)?;
        }
        if let Some(patch) = tree.get(case, "set") {
            for (key, value) in tree.entries(patch) {
                let (document, path) = document_of(&mut proposal, &mut files, tree.text(key));
                set(document, &path, to_json(tree, value))?;
            }
        }
        let as_of = self
            .text(case, "as_of")
            .or_else(|| as_of.map(str::to_owned));
        let as_of = as_of.as_deref().unwrap_or(AS_OF);
        let as_of = parse_date(as_of).ok_or_else(|| format!("`{as_of}` is not a date"))?;
        let mut parameters = Parameters::new();
        if let Some(map) = tree.get(case, "parameters") {
            for (key, value) in tree.entries(map) {
                parameters.insert(
                    format!("{}.{}", self.folder, tree.text(key)),
                    tree.text(value).to_owned(),
                );
            }
        }
        Ok(Example {
            rule: self.stem.to_owned(),
            pack: self.folder.to_owned(),
            shown: self.file.shown.clone(),
            line: self.line(case),
            expected,
            title,
            as_of,
            parameters,
            at: self.text(case, "at"),
            missing: self.texts(case, "missing"),
            invalid: tree
                .get(case, "invalid")
                .and_then(|node| tree.boolean(node))
                == Some(true),
            proposal: pretty(&proposal),
            files: files
                .into_iter()
                .map(|(path, document)| (path, pretty(&document)))
                .collect(),
        })
    }
}
