//! The examples inside rule and definition files: small patches of a base proposal with the outcome
//! they must have, run by `carnet rules test` and by the tests.

use crate::document::yaml::{YamlId, YamlKind, YamlTree};
use crate::document::{Tape, parse};
use crate::engine::facts::{Facts, Part, dotted};
use crate::engine::{CheckOptions, PackChoice, check};
use crate::finding::{Finding, Outcome};
use crate::rule::condition::parse_date;
use crate::rule::{Parameters, RuleSet, RuleSource};
use crate::source::{FileId, SourceMap};
use crate::vocabulary::violation::check_shape;
use crate::vocabulary::{PROFILE, PROPOSAL};
use jiff::civil::Date;
use serde_json::{Map, Value};
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
    pub outcome: Outcome,
    /// What it shows.
    pub title: String,
    pub as_of: Date,
    pub parameters: Parameters,
    /// Where the finding must point: a dotted path; a key is marked by a trailing `:key`.
    pub at: Option<String>,
    /// The facts that must be named as missing.
    pub missing: Vec<String>,
    /// The proposal, as JSON text.
    pub proposal: String,
    /// Documents that the proposal links to, by the path it names.
    pub files: BTreeMap<String, String>,
}

impl Example {
    /// A name for test lists: `sg-pdpa::some-rule::fail::title`.
    pub fn name(&self) -> String {
        let outcome = outcome_word(self.outcome);
        format!("{}::{}::{outcome}::{}", self.pack, self.rule, self.title)
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

const OUTCOMES: [Outcome; 4] = [Outcome::Pass, Outcome::Fail, Outcome::Undetermined, Outcome::NotApplicable];

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
        let Some((folder, stem)) = file.path.strip_suffix(".yaml").and_then(|path| path.rsplit_once('/')) else {
            continue;
        };
        if matches!(folder, "tables" | "definitions" | "bases") || stem == "pack" {
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
        self.file.text.get(..start).unwrap_or_default().matches('\n').count() + 1
    }

    fn text(&self, map: YamlId, key: &str) -> Option<String> {
        self.tree.get(map, key).map(|node| self.tree.text(node).to_owned())
    }

    fn texts(&self, map: YamlId, key: &str) -> Vec<String> {
        let list = self.tree.get(map, key);
        list.into_iter().flat_map(|list| self.tree.items(list)).map(|item| self.tree.text(item).to_owned()).collect()
    }

    fn read(&self, found: &mut Vec<Example>, mistakes: &mut Vec<String>) {
        let tree = self.tree;
        let Some(root) = tree.get(tree.root(), "examples") else { return };
        let before = found.len();
        let mut mistake = |line: usize, message: String| mistakes.push(format!("{}:{line}: {message}", self.file.shown));
        for (key, _) in tree.entries(root) {
            if !matches!(tree.text(key), "base" | "as_of" | "cases" | "impossible" | "files") {
                mistake(self.line(key), format!("unknown key `{}` in `examples`", tree.text(key)));
            }
        }
        let base = self.text(root, "base");
        let as_of = self.text(root, "as_of");
        let cases: Vec<YamlId> = tree.get(root, "cases").into_iter().flat_map(|list| tree.items(list)).collect();
        for case in cases {
            match self.case(case, root, base.as_deref(), as_of.as_deref()) {
                Ok(example) => found.push(example),
                Err(message) => mistake(self.line(case), message),
            }
        }
        let impossible = tree.get(root, "impossible");
        for outcome in OUTCOMES {
            let shown = found.iter().skip(before).any(|example| example.outcome == outcome);
            let word = outcome_word(outcome);
            let excused = impossible.and_then(|map| tree.get(map, word)).is_some();
            if !shown && !excused {
                mistake(self.line(root), format!("no example with the outcome `{word}`, and `impossible` does not say why"));
            }
        }
    }

    fn case(&self, case: YamlId, root: YamlId, base: Option<&str>, as_of: Option<&str>) -> Result<Example, String> {
        let tree = self.tree;
        for (key, _) in tree.entries(case) {
            let name = tree.text(key);
            let known = ["base", "set", "remove", "as_of", "at", "missing", "files", "parameters"];
            if !known.contains(&name) && !OUTCOMES.iter().any(|outcome| outcome_word(*outcome) == name) {
                return Err(format!("unknown key `{name}` in an example"));
            }
        }
        let outcome = OUTCOMES.into_iter().find(|outcome| tree.get(case, outcome_word(*outcome)).is_some());
        let outcome = outcome.ok_or("an example needs `pass`, `fail`, `undetermined` or `not_applicable`")?;
        let title = self.text(case, outcome_word(outcome)).unwrap_or_default();
        let base = self.text(case, "base").or_else(|| base.map(str::to_owned)).ok_or("`base` is missing")?;
        let text = self.bases.get(base.as_str()).ok_or_else(|| format!("there is no base `{base}`"))?;
        let mut proposal: Value = serde_json::from_str(text).map_err(|error| format!("base `{base}`: {error}"))?;
        for path in self.texts(case, "remove") {
            remove(&mut proposal, &path)?;
        }
        if let Some(patch) = tree.get(case, "set") {
            for (key, value) in tree.entries(patch) {
                set(&mut proposal, tree.text(key), to_json(tree, value))?;
            }
        }
        let as_of = self.text(case, "as_of").or_else(|| as_of.map(str::to_owned));
        let as_of = as_of.as_deref().unwrap_or(AS_OF);
        let as_of = parse_date(as_of).ok_or_else(|| format!("`{as_of}` is not a date"))?;
        let mut files = BTreeMap::new();
        for map in [tree.get(root, "files"), tree.get(case, "files")].into_iter().flatten() {
            for (path, document) in tree.entries(map) {
                let json = if tree.kind(document) == YamlKind::Text {
                    let name = tree.text(document);
                    self.bases.get(name).map(|text| (*text).to_owned()).ok_or_else(|| format!("there is no base `{name}`"))?
                } else {
                    pretty(&to_json(tree, document))
                };
                files.insert(tree.text(path).to_owned(), json);
            }
        }
        let mut parameters = Parameters::new();
        if let Some(map) = tree.get(case, "parameters") {
            for (key, value) in tree.entries(map) {
                parameters.insert(format!("{}.{}", self.folder, tree.text(key)), tree.text(value).to_owned());
            }
        }
        Ok(Example {
            rule: self.stem.to_owned(),
            pack: self.folder.to_owned(),
            shown: self.file.shown.clone(),
            line: self.line(case),
            outcome,
            title,
            as_of,
            parameters,
            at: self.text(case, "at"),
            missing: self.texts(case, "missing"),
            proposal: pretty(&proposal),
            files,
        })
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn to_json(tree: &YamlTree, node: YamlId) -> Value {
    match tree.kind(node) {
        YamlKind::Null => Value::Null,
        YamlKind::Bool => Value::Bool(tree.boolean(node).unwrap_or_default()),
        YamlKind::Number => serde_json::from_str(tree.text(node)).unwrap_or_else(|_| Value::String(tree.text(node).to_owned())),
        YamlKind::Text => Value::String(tree.text(node).to_owned()),
        YamlKind::List => Value::Array(tree.items(node).map(|item| to_json(tree, item)).collect()),
        YamlKind::Map => {
            let entries = tree.entries(node).map(|(key, value)| (tree.text(key).to_owned(), to_json(tree, value)));
            Value::Object(entries.collect::<Map<String, Value>>())
        }
    }
}

/// The steps of a dotted path: names and indexes.
fn steps(path: &str) -> Vec<String> {
    path.replace('[', ".").replace(']', "").split('.').map(str::to_owned).collect()
}

fn set(document: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let mut at = document;
    for step in steps(path) {
        at = match step.parse::<usize>() {
            Ok(index) => {
                let list = at.as_array_mut().ok_or_else(|| format!("`{path}` does not lead through a list"))?;
                if index == list.len() {
                    list.push(Value::Null);
                }
                list.get_mut(index).ok_or_else(|| format!("`{path}` has no such element"))?
            }
            Err(_) => {
                if at.is_null() {
                    *at = Value::Object(Map::new());
                }
                let map = at.as_object_mut().ok_or_else(|| format!("`{path}` does not lead through an object"))?;
                map.entry(step).or_insert(Value::Null)
            }
        };
    }
    *at = value;
    Ok(())
}

fn remove(document: &mut Value, path: &str) -> Result<(), String> {
    let steps = steps(path);
    let (last, before) = steps.split_last().ok_or("an empty path")?;
    let gone = || format!("`{path}` is not in the base");
    let mut at = document;
    for step in before {
        at = match step.parse::<usize>() {
            Ok(index) => at.get_mut(index),
            Err(_) => at.get_mut(step.as_str()),
        }
        .ok_or_else(gone)?;
    }
    match (at, last.parse::<usize>()) {
        (Value::Array(list), Ok(index)) if index < list.len() => {
            list.remove(index);
            Ok(())
        }
        (Value::Object(map), _) => map.shift_remove(last).map(|_| ()).ok_or_else(gone),
        _ => Err(gone()),
    }
}

/// Runs an example; the error says what was expected and what was found.
pub fn run(set: &RuleSet, example: &Example) -> Result<(), String> {
    let mut tapes: Vec<Tape> = Vec::new();
    tapes.resize_with(example.files.len() + 1, Tape::new);
    let mut tapes = tapes.iter_mut();
    let (Some(tape), mut sources) = (tapes.next(), SourceMap::new()) else { return Ok(()) };
    let document = parse(&example.proposal, tape).map_err(|error| format!("the example is not JSON: {}", error.message()))?;
    let file = sources.add(crate::source::SourceFile::new("example.json", example.proposal.as_str()));
    let (shape, flaws) = check_shape(&set.vocabulary, PROPOSAL, document, file, "example");
    let mut profiles = Vec::new();
    for ((path, text), tape) in example.files.iter().zip(tapes) {
        let document = parse(text, tape).map_err(|error| format!("`{path}` is not JSON: {}", error.message()))?;
        let id = FileId(u32::try_from(profiles.len() + 1).unwrap_or(u32::MAX));
        let (findings, flaws) = check_shape(&set.vocabulary, PROFILE, document, id, "example");
        if let Some(finding) = findings.first() {
            return Err(format!("`{path}` breaks its schema: {}", finding.message));
        }
        profiles.push((path, document, id, flaws));
    }
    let mut facts = Facts {
        parts: vec![Part {
            document,
            file,
            flaws: &flaws,
        }],
        links: Vec::new(),
    };
    for (_, document, file, flaws) in &profiles {
        facts.parts.push(Part {
            document: *document,
            file: *file,
            flaws,
        });
    }
    facts.link(&set.vocabulary, |path| {
        profiles.iter().position(|(known, ..)| *known == path).and_then(|index| u16::try_from(index + 1).ok())
    });
    let options = CheckOptions {
        packs: PackChoice::All,
        select: vec![example.rule.clone()],
        ..CheckOptions::new(example.as_of)
    };
    let schema_broken: Vec<String> = shape.iter().map(|finding| finding.message.clone()).collect();
    let report = check(set, &facts, shape, &options);
    let found = report.outcomes.iter().find(|outcome| outcome.rule.0 == example.rule).map(|outcome| outcome.outcome);
    let findings: Vec<&Finding> = report.findings.iter().filter(|finding| finding.rule.0 == example.rule).collect();
    let told = |finding: &Finding| format!("`{}` at `{}`", finding.message, dotted(&finding.primary.pointer));
    let shown: Vec<String> = findings.iter().map(|finding| told(finding)).collect();
    let shown = if shown.is_empty() { String::new() } else { format!(": {}", shown.join("; ")) };
    if found != Some(example.outcome) {
        let found = found.map_or("nothing", outcome_word);
        let broken = if schema_broken.is_empty() { String::new() } else { format!(" (schema: {})", schema_broken.join("; ")) };
        return Err(format!("expected {}, found {found}{shown}{broken}", outcome_word(example.outcome)));
    }
    if let Some(at) = &example.at {
        let places: Vec<String> = findings.iter().map(|finding| dotted(&finding.primary.pointer)).collect();
        if !places.contains(at) {
            return Err(format!("expected the place `{at}`, found{shown}"));
        }
    } else if example.outcome == Outcome::Fail {
        return Err(format!("a failing example marks its place with `at`; found{shown}"));
    }
    let missing: Vec<&str> = findings.iter().flat_map(|f| f.missing.iter().map(|missing| missing.field.as_str())).collect();
    for field in &example.missing {
        if !missing.contains(&field.as_str()) {
            return Err(format!("expected `{field}` among the missing facts, found {}", missing.join(", ")));
        }
    }
    if let Some(extra) = missing.iter().find(|field| !example.missing.iter().any(|known| known == *field)) {
        return Err(format!("`{extra}` is missing too, and the example does not say so"));
    }
    Ok(())
}
