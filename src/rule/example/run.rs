//! An example to its verdict: the engine is asked, and the answer compared.

use super::{Example, Expected, Prepared, outcome_word, truth_word};
use crate::engine::holds;
use crate::facts::{dotted, pointer};
use crate::finding::{Finding, Outcome};
use crate::rule::condition::{Decimal, Duration, Literal, ValueType, parse_date};
use crate::rule::{Definition, RuleSet};
use crate::truth::Truth;
use std::collections::BTreeMap;

/// Why an example does not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What is wrong, in one line.
    pub reason: String,
    /// What was expected and what was found: a name and a value a line.
    pub lines: Vec<(&'static str, String)>,
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self {
            reason,
            lines: Vec::new(),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)?;
        for (i, (name, value)) in self.lines.iter().enumerate() {
            let before = if i == 0 { ": " } else { ", " };
            write!(f, "{before}{name} {value}")?;
        }
        Ok(())
    }
}

/// Runs an example.
///
/// # Errors
///
/// What was expected and what was found.
pub fn run(set: &RuleSet, example: &Example) -> Result<(), Failure> {
    Prepared::new(&set.vocabulary, example)?.run(set)
}

impl Prepared<'_> {
    /// Runs the example against these rules.
    ///
    /// # Errors
    ///
    /// What was expected and what was found.
    pub fn run(&self, set: &RuleSet) -> Result<(), Failure> {
        let example = self.example;
        match &example.expected {
            Expected::Truth { truth, of, with } => self.truth_of(set, *truth, of, with),
            Expected::Outcome(expected) => {
                let report = self.ask(set, &example.rule);
                let answer = report
                    .outcomes()
                    .find(|answer| answer.rule.0 == example.rule);
                let findings: Vec<&Finding> = report
                    .findings
                    .iter()
                    .filter(|finding| finding.rule.0 == example.rule)
                    .collect();
                let found = answer.map(|answer| answer.outcome);
                compare(example, *expected, found, &findings)
            }
        }
    }

    fn truth_of(
        &self,
        set: &RuleSet,
        expected: Truth,
        of: &str,
        with: &BTreeMap<String, String>,
    ) -> Result<(), Failure> {
        let example = self.example;
        let definition = set
            .definitions
            .iter()
            .find(|known| known.id == example.rule);
        let definition =
            definition.ok_or_else(|| format!("there is no definition `{}`", example.rule))?;
        let arguments = arguments(definition, with)?;
        let found = holds(
            set,
            &self.facts(),
            &example.rule,
            &pointer(of),
            &arguments,
            example.as_of,
        );
        let found = found.ok_or_else(|| format!("the example has no `{of}`"))?;
        if found == expected {
            return Ok(());
        }
        Err(Failure {
            reason: "it comes to another answer".to_owned(),
            lines: vec![
                ("expected", truth_word(expected).to_owned()),
                ("found", truth_word(found).to_owned()),
            ],
        })
    }
}

/// The values of `with`, in the order of the definition's parameters.
pub(crate) fn arguments(
    definition: &Definition,
    with: &BTreeMap<String, String>,
) -> Result<Vec<Literal>, String> {
    let mut arguments = Vec::new();
    for (name, kind) in &definition.parameters {
        let text = with
            .get(name)
            .ok_or_else(|| format!("`with` lacks `{name}`"))?;
        let literal = match kind {
            ValueType::Date => parse_date(text).map(Literal::Date),
            ValueType::Number => Decimal::parse(text).map(Literal::Number),
            ValueType::Duration => Duration::parse(text).map(Literal::Duration),
            ValueType::YesNo => text.parse().ok().map(Literal::YesNo),
            ValueType::Text | ValueType::Word(_) | ValueType::Object(_) | ValueType::List(_) => {
                Some(Literal::Text(text.clone()))
            }
        };
        arguments.push(literal.ok_or_else(|| format!("`{text}` is no value for `{name}`"))?);
    }
    Ok(arguments)
}

fn compare(
    example: &Example,
    expected: Outcome,
    found: Option<Outcome>,
    findings: &[&Finding],
) -> Result<(), Failure> {
    let failure = |reason: String| {
        let word = |outcome: Option<Outcome>| outcome.map_or("nothing", outcome_word).to_owned();
        let mut lines = vec![
            ("expected outcome", word(Some(expected))),
            ("found outcome", word(found)),
        ];
        if let Some(at) = &example.at {
            lines.push(("expected place", at.clone()));
        }
        for finding in findings {
            let place = dotted(&finding.primary.pointer);
            let whole = "the whole proposal".to_owned();
            lines.push(("found place", if place.is_empty() { whole } else { place }));
            lines.push(("message", finding.message.clone()));
        }
        Err(Failure { reason, lines })
    };
    if found != Some(expected) {
        return failure("it comes to another outcome".to_owned());
    }
    match &example.at {
        Some(at) => {
            let mut places = findings
                .iter()
                .map(|finding| dotted(&finding.primary.pointer));
            if !places.any(|place| place == *at) {
                return failure("the finding points at another place".to_owned());
            }
        }
        None if expected == Outcome::Fail => {
            return failure("a failing example marks its place with `at`".to_owned());
        }
        None => {}
    }
    let missing = findings.iter().flat_map(|finding| &finding.missing);
    let missing: Vec<&str> = missing.map(|missing| missing.field.as_str()).collect();
    let lacks = |field: &&String| !missing.contains(&field.as_str());
    if let Some(field) = example.missing.iter().find(lacks) {
        return failure(format!("`{field}` is not among the missing facts"));
    }
    let is_told = |field: &&&str| example.missing.iter().any(|known| known == **field);
    match missing.iter().find(|field| !is_told(field)) {
        Some(extra) => failure(format!(
            "`{extra}` is missing too, and the example does not say so"
        )),
        None => Ok(()),
    }
}
