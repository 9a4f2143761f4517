//! The requirements of the Global CBPR packs against the answers of an organisation profile, over all
//! of them: what the schema says an answer is for is what the rules that read it say.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use carnet::check::{Documents, Origin, Run};
use carnet::engine::CheckOptions;
use carnet::finding::Outcome;
use carnet::rule::reads::fields_of;
use carnet::rule::{Parameters, RuleSet, compile, shipped};
use carnet::source::SourceMap;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A certified exporter and how it is asked.
struct Edition {
    name: &'static str,
    proposal: &'static str,
    as_of: Date,
}

const PROFILE: &str = include_str!("../rules/bases/good-profile.json");
const EDITIONS: [Edition; 2] = [
    Edition {
        name: "2024",
        proposal: include_str!("../rules/bases/certified-exporter.json"),
        as_of: date(2026, 11, 22),
    },
    Edition {
        name: "2026",
        proposal: include_str!("../rules/bases/certified-exporter-2026.json"),
        as_of: date(2027, 5, 15),
    },
];

/// Answers that decide nothing by themselves where all others are good, and why.
const CONTEXT: &[(&str, &str)] = &[
    (
        "privacy_statement.uri",
        "the document shows the statement as well",
    ),
    (
        "privacy_statement.document",
        "the address shows the statement as well",
    ),
    (
        "notice.given_later",
        "asked where a reason excuses from notice",
    ),
    ("collection.directly", "one source of three is enough"),
    (
        "collection.through_third_parties",
        "one source of three is enough",
    ),
    ("collection.other_sources", "one source of three is enough"),
    (
        "uses.unrelated_uses_consent",
        "asked where there are unrelated uses",
    ),
    (
        "uses.unrelated_uses_compelled_by_law",
        "asked where there are unrelated uses",
    ),
    (
        "uses.unrelated_disclosures_consent",
        "asked where there are unrelated disclosures",
    ),
    (
        "uses.unrelated_disclosures_requested",
        "asked where there are unrelated disclosures",
    ),
    (
        "uses.unrelated_disclosures_compelled_by_law",
        "asked where there are unrelated disclosures",
    ),
    (
        "uses.discloses_to_controllers",
        "what is disclosed is mapped",
    ),
    (
        "uses.transfers_to_processors",
        "what is transferred is mapped",
    ),
    ("choice.uses_direct_marketing", "people may choose"),
    ("choice.relies_on_consent", "consent can be withdrawn"),
    (
        "access_correction.access_fee_explained",
        "asked where there is a fee",
    ),
    (
        "access_correction.rest_given",
        "asked where a reason excuses from access",
    ),
    (
        "preventing_harm.processes_sensitive_data",
        "the measures are there",
    ),
    (
        "preventing_harm.processes_childrens_data",
        "the measures are there",
    ),
];

/// Answers that are no failure before the reason beside them is known.
const AWAITING_A_REASON: &[&str] = &[
    "processors.self_assessments",
    "processors.spot_checks",
    "processors.transfers_without_due_diligence",
];

/// Two requirements of which the split could not be read: one answer of *no* leaves both open.
const OF_UNKNOWN_SPLIT: &[&str] = &[
    "preventing_harm.childrens_data_first_measure",
    "preventing_harm.childrens_data_second_measure",
];

/// What only the 2026 edition asks (requirements 1 to 5, 22, 26, 27, 46 and 47; number 3 with 2).
const NEW_REQUIREMENTS: &[&str] = &["1", "2", "3", "4", "5", "22", "26", "27", "46", "47"];

struct Profile(String);

impl Documents for Profile {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        Ok((path.to_owned(), self.0.clone().into_bytes()))
    }
}

fn set(parameters: &[(&str, &str)]) -> RuleSet {
    let parameters: Parameters = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let (set, problems) = compile(&shipped::files(), &parameters, &mut SourceMap::new());
    assert!(problems.is_empty(), "{problems:#?}");
    set
}

/// The outcomes of the rules of the CBPR pack, and its verdict.
fn ask(set: &RuleSet, proposal: &str, profile: &Value, as_of: Date) -> (Outcomes, String) {
    let documents = Profile(profile.to_string());
    let mut run = Run::new(set, CheckOptions::new(as_of), &documents, SourceMap::new());
    run.check_bytes("proposal.json", proposal.as_bytes(), Origin::Named);
    assert!(run.report.problems.is_empty(), "{:#?}", run.report.problems);
    let report = &run.report.proposals[0];
    let outcomes = report.outcomes();
    let outcomes = outcomes
        .filter(|answer| answer.pack.0 == "global-cbpr")
        .map(|answer| (answer.rule.0.clone(), answer.outcome))
        .collect();
    let mut verdicts = report.verdicts.iter();
    let verdict = verdicts.find(|verdict| verdict.pack.0 == "global-cbpr");
    (outcomes, verdict.unwrap().word.clone())
}

type Outcomes = BTreeMap<String, Outcome>;

/// The rules with an outcome that they did not have before.
fn newly(outcome: Outcome, before: &Outcomes, after: &Outcomes) -> BTreeSet<String> {
    after
        .iter()
        .filter(|(rule, now)| **now == outcome && before.get(*rule) != Some(&outcome))
        .map(|(rule, _)| rule.clone())
        .collect()
}

/// Each answer of the profile with the requirements that the schema says it is for.
fn answers() -> Vec<(String, String, BTreeSet<String>)> {
    let schema = include_str!("../schemas/organisation-profile.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let profile: Value = serde_json::from_str(PROFILE).unwrap();
    let mut answers = Vec::new();
    for (section, fields) in profile.as_object().unwrap() {
        for field in fields
            .as_object()
            .into_iter()
            .flat_map(|fields| fields.keys())
        {
            let pointer = format!("/$defs/{section}/properties/{field}/x-requirements");
            let requirements = schema.pointer(&pointer).and_then(Value::as_array);
            let requirements = requirements.into_iter().flatten();
            let requirements: BTreeSet<String> = requirements
                .map(|id| id.as_str().unwrap().to_owned())
                .collect();
            answers.push((section.clone(), field.clone(), requirements));
        }
    }
    answers
}

/// The rules that read an answer and cite a requirement of the edition that it is for.
fn declared(
    set: &RuleSet,
    edition: &str,
    steps: &[String],
    requirements: &BTreeSet<String>,
) -> BTreeSet<String> {
    let edition = format!("cbpr:{edition}:");
    let rules = &set.pack("global-cbpr").unwrap().rules;
    let cites = |rule: &&carnet::rule::Rule| {
        let mut cited = rule.sources.iter().filter_map(|s| s.requirement.as_ref());
        cited.any(|id| id.starts_with(&edition) && requirements.contains(id))
    };
    rules
        .iter()
        .filter(cites)
        .filter(|rule| fields_of(set, rule).iter().any(|field| field.is_at(steps)))
        .map(|rule| rule.id.0.clone())
        .collect()
}

/// The rules that may speak up when an answer is negated, or not given: each with the outcome.
fn expected(
    field: &str,
    declared: &BTreeSet<String>,
    all: &dyn Fn(&[&str]) -> BTreeSet<String>,
    negated: bool,
) -> (BTreeSet<String>, Outcome) {
    let usual = if negated {
        Outcome::Fail
    } else {
        Outcome::Undetermined
    };
    if CONTEXT.iter().any(|(known, _)| *known == field) {
        (BTreeSet::new(), usual)
    } else if OF_UNKNOWN_SPLIT.contains(&field) {
        (all(OF_UNKNOWN_SPLIT), Outcome::Undetermined)
    } else if AWAITING_A_REASON.contains(&field) {
        (declared.clone(), Outcome::Undetermined)
    } else if field == "privacy_statement.published" {
        // What a statement holds is asked once there is one.
        let missing = |rule: &&String| *rule == "privacy-statement-missing";
        (declared.iter().filter(missing).cloned().collect(), usual)
    } else {
        (declared.clone(), usual)
    }
}

/// Negating an answer makes exactly those rules fail that read it for its requirement; where it is
/// not given, or is being clarified, exactly those are undetermined.
#[test]
fn each_answer_decides_the_rules_of_its_requirement_and_no_other() {
    let good: Value = serde_json::from_str(PROFILE).unwrap();
    for edition in &EDITIONS {
        let set = set(&[("global-cbpr.edition", edition.name)]);
        let (before, verdict) = ask(&set, edition.proposal, &good, edition.as_of);
        assert_eq!(verdict, "met", "a good profile, edition {}", edition.name);
        let answers = answers();
        let of = |fields: &[&str]| {
            let mut rules = BTreeSet::new();
            for (section, field, requirements) in &answers {
                let name = format!("{section}.{field}");
                if fields.contains(&name.as_str()) {
                    let steps = [section.clone(), field.clone()];
                    rules.extend(declared(&set, edition.name, &steps, requirements));
                }
            }
            rules
        };
        let mut deciding = 0;
        for (section, field, _) in &answers {
            let name = format!("{section}.{field}");
            let declared = of(&[&name]);
            deciding += usize::from(!declared.is_empty());
            let negated = match &good[section][field] {
                Value::Bool(yes) => Some(json!(!yes)),
                Value::Array(_) => Some(json!([])),
                _ => None,
            };
            let mut changed = vec![(false, Some(json!("unknown"))), (false, None)];
            changed.extend(negated.map(|negated| (true, Some(negated))));
            for (negated, value) in changed {
                let mut profile = good.clone();
                let fields = profile[section].as_object_mut().unwrap();
                match &value {
                    Some(value) => fields.insert(field.clone(), value.clone()),
                    None => fields.remove(field),
                };
                let (after, _) = ask(&set, edition.proposal, &profile, edition.as_of);
                let (rules, outcome) = expected(&name, &declared, &of, negated);
                for each in [Outcome::Fail, Outcome::Undetermined] {
                    let wanted = if each == outcome {
                        rules.clone()
                    } else {
                        BTreeSet::new()
                    };
                    assert_eq!(
                        newly(each, &before, &after),
                        wanted,
                        "{each:?} with `{name}` {value:?}, edition {}",
                        edition.name
                    );
                }
            }
        }
        // Else the loop above could have asked about nothing.
        assert!(deciding >= 119, "{deciding}");
    }
}

/// Without a certificate and without a start, the law date is the day of asking: one day apart, what
/// is asked differs by the new edition and nothing else.
#[test]
fn the_new_edition_begins_on_its_day() {
    let good: Value = serde_json::from_str(PROFILE).unwrap();
    let mut proposal: Value = serde_json::from_str(EDITIONS[0].proposal).unwrap();
    let exporter = proposal["exporter"].as_object_mut().unwrap();
    exporter.remove("certifications");
    // The recipient's certificate has an edition of its own.
    let importer = proposal["importer"].as_object_mut().unwrap();
    importer.remove("certifications");
    for part in ["start_date", "end_date", "claims"] {
        proposal.as_object_mut().unwrap().remove(part);
    }
    let proposal = proposal.to_string();
    let set = set(&[]);
    let asked = |profile: &Value, day| {
        let (outcomes, _) = ask(&set, &proposal, profile, day);
        let asked = outcomes.into_iter();
        let asked = asked.filter(|(_, outcome)| *outcome != Outcome::NotApplicable);
        asked.map(|(rule, _)| rule).collect::<BTreeSet<String>>()
    };
    let rules = &set.pack("global-cbpr").unwrap().rules;
    let is_new = |rule: &carnet::rule::Rule| {
        let mut cited = rule.sources.iter().filter_map(|s| s.requirement.as_ref());
        let first = cited.clone().next();
        first.is_some()
            && cited.all(|id| {
                let number = id.strip_prefix("cbpr:2026:");
                number.is_some_and(|number| NEW_REQUIREMENTS.contains(&number))
            })
    };
    let new: BTreeSet<String> = rules
        .iter()
        .filter(|rule| is_new(rule))
        .map(|rule| rule.id.0.clone())
        .collect();
    assert!(new.len() >= NEW_REQUIREMENTS.len(), "{new:?}");
    let (last, first) = (date(2027, 3, 31), date(2027, 4, 1));
    let (before, after) = (asked(&good, last), asked(&good, first));
    assert!(before.len() > 60, "{}", before.len());
    let added: BTreeSet<String> = after.difference(&before).cloned().collect();
    assert_eq!(added, new);
    assert!(before.is_subset(&after));
}
