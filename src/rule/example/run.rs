//! An example to its verdict: the engine is asked, and the answer compared.

use super::{Example, Expected, outcome_word, truth_word};
use crate::document::{Document, Tape, parse};
use crate::engine::{CheckOptions, PackChoice, check, holds};
use crate::facts::{Facts, Flaws, Part, dotted, escape};
use crate::finding::{Finding, Outcome};
use crate::rule::RuleSet;
use crate::rule::condition::{Literal, ValueType, parse_date};
use crate::source::FileId;
use crate::truth::Truth;
use crate::vocabulary::violation::check_shape;
use crate::vocabulary::{PROFILE, PROPOSAL};
use std::collections::BTreeMap;

/// Runs an example.
///
/// # Errors
///
/// What was expected and what was found.
pub fn run(set: &RuleSet, example: &Example) -> Result<(), String> {
    let mut tapes: Vec<Tape> = Vec::new();
    tapes.resize_with(example.files.len() + 1, Tape::new);
    let mut documents: Vec<(&str, Document)> = Vec::new();
    let texts = std::iter::once(("the example", &example.proposal));
    let texts = texts.chain(
        example
            .files
            .iter()
            .map(|(path, text)| (path.as_str(), text)),
    );
    for ((name, text), tape) in texts.zip(&mut tapes) {
        let document = parse(text, tape).map_err(|error| format!("{name} is not JSON: {error}"))?;
        documents.push((name, document));
    }
    let mut flaws: Vec<Flaws> = Vec::new();
    let mut shape = Vec::new();
    for (index, (name, document)) in documents.iter().enumerate() {
        let format = if index == 0 { PROPOSAL } else { PROFILE };
        let (findings, flaw) =
            check_shape(&set.vocabulary, format, *document, file(index), "example");
        if let Some(finding) = findings.first().filter(|_| !example.invalid) {
            return Err(format!("{name} breaks its schema: {}", finding.message));
        }
        shape.extend(findings);
        flaws.push(flaw);
    }
    let parts = documents
        .iter()
        .zip(&flaws)
        .enumerate()
        .map(|(index, ((_, document), flaws))| Part {
            document: *document,
            file: file(index),
            flaws,
        });
    let mut facts = Facts {
        parts: parts.collect(),
        links: Vec::new(),
    };
    facts.link(&set.vocabulary, |path| {
        let index = documents
            .iter()
            .skip(1)
            .position(|(known, _)| *known == path)?;
        u16::try_from(index + 1).ok()
    });
    match &example.expected {
        Expected::Truth { truth, of, with } => truth_of(set, &facts, example, *truth, of, with),
        Expected::Outcome(outcome) => {
            let options = CheckOptions {
                packs: PackChoice::All,
                select: vec![example.rule.clone()],
                ..CheckOptions::new(example.as_of)
            };
            let report = check(set, &facts, shape, &options);
            let answer = report
                .outcomes
                .iter()
                .find(|answer| answer.rule.0 == example.rule);
            let findings: Vec<&Finding> = report
                .findings
                .iter()
                .filter(|finding| finding.rule.0 == example.rule)
                .collect();
            compare(
                example,
                *outcome,
                answer.map(|answer| answer.outcome),
                &findings,
            )
        }
    }
}

fn file(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn compare(
    example: &Example,
    expected: Outcome,
    found: Option<Outcome>,
    findings: &[&Finding],
) -> Result<(), String> {
    let told = findings.iter().map(|finding| {
        let place = dotted(&finding.primary.pointer);
        format!("`{}` at `{place}`", finding.message)
    });
    let told: Vec<String> = told.collect();
    let told = if told.is_empty() {
        String::new()
    } else {
        format!(": {}", told.join("; "))
    };
    if found != Some(expected) {
        let found = found.map_or("nothing", outcome_word);
        return Err(format!(
            "expected {}, found {found}{told}",
            outcome_word(expected)
        ));
    }
    match &example.at {
        Some(at) => {
            let mut places = findings
                .iter()
                .map(|finding| dotted(&finding.primary.pointer));
            if !places.any(|place| place == *at) {
                return Err(format!("expected the place `{at}`, found{told}"));
            }
        }
        None if expected == Outcome::Fail => {
            return Err(format!(
                "a failing example marks its place with `at`; found{told}"
            ));
        }
        None => {}
    }
    let missing = findings.iter().flat_map(|finding| &finding.missing);
    let missing: Vec<&str> = missing.map(|missing| missing.field.as_str()).collect();
    for field in &example.missing {
        if !missing.contains(&field.as_str()) {
            let found = missing.join(", ");
            return Err(format!(
                "expected `{field}` among the missing facts, found {found}"
            ));
        }
    }
    match missing
        .iter()
        .find(|field| !example.missing.iter().any(|known| known == *field))
    {
        Some(extra) => Err(format!(
            "`{extra}` is missing too, and the example does not say so"
        )),
        None => Ok(()),
    }
}

fn truth_of(
    set: &RuleSet,
    facts: &Facts,
    example: &Example,
    expected: Truth,
    of: &str,
    with: &BTreeMap<String, String>,
) -> Result<(), String> {
    let definition = set
        .definitions
        .iter()
        .find(|known| known.id == example.rule);
    let definition =
        definition.ok_or_else(|| format!("there is no definition `{}`", example.rule))?;
    let mut arguments = Vec::new();
    for (name, kind) in &definition.parameters {
        let text = with
            .get(name)
            .ok_or_else(|| format!("`with` lacks `{name}`"))?;
        let literal = match kind {
            ValueType::Date => parse_date(text).map(Literal::Date),
            _ => Some(Literal::Text(text.clone())),
        };
        arguments.push(literal.ok_or_else(|| format!("`{text}` is no value for `{name}`"))?);
    }
    let pointer = pointer(of);
    let found = holds(
        set,
        facts,
        &example.rule,
        &pointer,
        &arguments,
        example.as_of,
    );
    let found = found.ok_or_else(|| format!("the example has no `{of}`"))?;
    if found == expected {
        Ok(())
    } else {
        Err(format!(
            "expected {}, found {}",
            truth_word(expected),
            truth_word(found)
        ))
    }
}

/// The pointer of a dotted path: `importer.owners[0]` is `/importer/owners/0`.
fn pointer(path: &str) -> String {
    let steps = path.replace('[', ".").replace(']', "");
    steps
        .split('.')
        .filter(|step| !step.is_empty())
        .map(|step| format!("/{}", escape(step)))
        .collect()
}
