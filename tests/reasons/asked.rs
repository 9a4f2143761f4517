//! Proposals of examples and cases, and a check of them.

use carnet::check::{Documents, Origin, Run};
use carnet::engine::{CheckOptions, PackChoice};
use carnet::facts::{Facts, Part};
use carnet::finding::ProposalReport;
use carnet::rule::condition::parse_date;
use carnet::rule::example::{Expected, examples};
use carnet::rule::{Parameters, RuleSet, compile, shipped};
use carnet::source::{FileId, SourceMap};
use carnet::vocabulary::{PROFILE, PROPOSAL};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;

struct Files<'a>(&'a BTreeMap<String, String>);

impl Documents for Files<'_> {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        Ok((path.to_owned(), text.clone().into_bytes()))
    }
}

/// A proposal as an example or a case has it.
#[derive(Clone)]
pub struct Case {
    pub name: String,
    /// Empty: every pack that applies is asked.
    pub rule: String,
    pub proposal: Value,
    pub files: BTreeMap<String, String>,
    pub as_of: Date,
}

impl Case {
    /// How it is asked.
    pub fn options(&self) -> CheckOptions {
        let mut options = CheckOptions::new(self.as_of);
        if !self.rule.is_empty() {
            options.packs = PackChoice::All;
            options.select = vec![self.rule.clone()];
        }
        options
    }

    /// The report, and the names of its files; none where the proposal is no longer one.
    pub fn ask(
        &self,
        set: &RuleSet,
        change: impl FnOnce(&mut CheckOptions),
    ) -> Option<(ProposalReport, SourceMap)> {
        let mut options = self.options();
        change(&mut options);
        let files = Files(&self.files);
        let mut run = Run::new(set, options, &files, SourceMap::new());
        let text = self.proposal.to_string();
        run.check_bytes("proposal.json", text.as_bytes(), Origin::Named);
        let report = run.report.proposals.into_iter().next()?;
        Some((report, run.sources))
    }
}

pub fn rules() -> RuleSet {
    let (set, problems) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    assert!(problems.is_empty());
    set
}

/// The examples of all rules, with the outcome that each must have.
pub fn of_rules() -> Vec<(Case, carnet::finding::Outcome)> {
    let (examples, mistakes) = examples(&shipped::files());
    assert!(mistakes.is_empty());
    let usual = examples
        .into_iter()
        .filter(|example| example.parameters == Parameters::new());
    usual
        .filter_map(|example| {
            let Expected::Outcome(outcome) = example.expected else {
                return None;
            };
            let case = Case {
                name: format!("{}:{} {}", example.shown, example.line, example.title),
                proposal: serde_json::from_str(&example.proposal).unwrap(),
                rule: example.rule,
                files: example.files,
                as_of: example.as_of,
            };
            Some((case, outcome))
        })
        .collect()
}

/// The proposals with published outcomes.
pub fn of_cases() -> Vec<Case> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for pack in ["sg-pdpa", "kr-pipa", "jp-appi", "us-dsp", "us-padfa"] {
        let mut paths: Vec<_> = std::fs::read_dir(root.join(pack))
            .unwrap()
            .map(|entry| entry.unwrap().path().join("proposal.json"))
            .collect();
        paths.sort();
        for path in paths {
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            cases.push(Case {
                name: path.display().to_string(),
                rule: String::new(),
                proposal: serde_json::from_str(&text).unwrap(),
                files: BTreeMap::new(),
                as_of: parse_date("2026-11-22").unwrap(),
            });
        }
    }
    cases
}

/// The code, standard output and standard error of a command.
pub fn carnet(args: &[&str]) -> (i32, String, String) {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        out.status.code().unwrap(),
        text(out.stdout),
        text(out.stderr),
    )
}

/// The facts of a case, with the profiles that it names.
pub fn with_facts<R>(case: &Case, set: &RuleSet, look: impl FnOnce(&Facts) -> R) -> R {
    use carnet::document::{Tape, parse};
    use carnet::vocabulary::violation::check_shape;
    let text = case.proposal.to_string();
    let texts: Vec<(&str, &str)> = std::iter::once((PROPOSAL, text.as_str()))
        .chain(case.files.values().map(|text| (PROFILE, text.as_str())))
        .collect();
    let mut tapes: Vec<Tape> = texts.iter().map(|_| Tape::new()).collect();
    let read = texts.iter().zip(&mut tapes).enumerate();
    let read: Vec<_> = read
        .map(|(i, ((format, text), tape))| {
            let document = parse(text, tape).unwrap();
            let file = FileId(u32::try_from(i).unwrap());
            let (_, flaws) = check_shape(&set.vocabulary, format, document, file, "");
            (document, file, flaws)
        })
        .collect();
    let parts = read.iter().map(|(document, file, flaws)| Part {
        document: *document,
        file: *file,
        flaws,
    });
    let mut facts = Facts {
        parts: parts.collect(),
        links: Vec::new(),
    };
    facts.link(&set.vocabulary, |path| {
        let at = case.files.keys().position(|name| name == path)?;
        u16::try_from(at + 1).ok()
    });
    look(&facts)
}

/// The proposals of `examples/`.
pub fn of_examples() -> Vec<Case> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let text = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(root.join("profiles")).unwrap() {
        let name = format!("profiles/{}", entry.unwrap().file_name().to_str().unwrap());
        files.insert(name.clone(), text(&name));
    }
    let names = std::fs::read_dir(&root).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    names.sort();
    let cases = names.into_iter().filter_map(|name| {
        let proposal: Value = serde_json::from_str(&text(&name)).unwrap();
        let is_one = proposal.get("exporter").is_some();
        is_one.then(|| Case {
            name,
            rule: String::new(),
            proposal,
            files: files.clone(),
            as_of: parse_date("2026-11-22").unwrap(),
        })
    });
    cases.collect()
}

/// Holds what is told against one of the shipped schemas.
pub fn fits(schema: &str, told: &Value) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap_or_else(|e| panic!("{e}"));
    let wrong: Vec<String> = validator.iter_errors(told).map(|e| e.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
