//! `evidence.json`: written, and read again.

use super::{Asked, Evidence, INPUTS, VERSION, WAIVERS, digest};
use crate::engine::PackChoice;
use crate::finding::{Finding, Label, Outcome, PackId, ProposalReport, Report, RuleId, Severity};
use crate::report::{outcome_word, place, severity_word, tone_word};
use crate::rule::condition::parse_date;
use crate::source::SourceMap;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// So many places are named of one answer; more are counted.
const MOST_PLACES: usize = 20;

pub(super) fn document(evidence: &Evidence, report: &Report, sources: &SourceMap) -> Value {
    let proposals = report.proposals.iter();
    let answered: Vec<Vec<Answer>> = proposals.map(|it| answers(it, sources)).collect();
    json!({
        "version": VERSION,
        "carnet": env!("CARGO_PKG_VERSION"),
        "not_legal_advice": true,
        "as_of": report.as_of.to_string(),
        "strict": evidence.strict,
        "parameters": evidence.parameters,
        "ids": evidence.ids,
        "packs": report.packs.iter().map(|pack| json!({
            "pack": pack.id.0,
            "title": pack.title,
            "digest": pack.digest,
            "shipped": pack.shipped,
            "read_on": pack.researched_on.to_string(),
        })).collect::<Vec<_>>(),
        "files": evidence.files.iter().map(|(path, bytes)| json!({
            "path": path,
            "sha256": digest(bytes),
        })).collect::<Vec<_>>(),
        "asked": evidence.asked.iter().map(asked).collect::<Vec<_>>(),
        "waivers": waivers(report),
        "problems": report.problems.iter().map(|problem| json!({
            "code": problem.code,
            "path": problem.path,
            "message": problem.message,
        })).collect::<Vec<_>>(),
        "proposals": report.proposals.iter().zip(&answered).map(|(proposal, answers)| {
            of_proposal(proposal, answers, sources)
        }).collect::<Vec<_>>(),
        "requirements": matrix(report, &answered),
    })
}

/// What a rule answered about a proposal, and the places that the answer rests on.
struct Answer<'a> {
    pack: &'a PackId,
    rule: &'a RuleId,
    outcome: Outcome,
    places: Vec<Value>,
    more: usize,
}

impl Answer<'_> {
    fn told(&self) -> Map<String, Value> {
        let mut told = Map::new();
        told.insert("outcome".to_owned(), json!(outcome_word(self.outcome)));
        told.insert("places".to_owned(), json!(self.places));
        if self.more > 0 {
            told.insert("more_places".to_owned(), json!(self.more));
        }
        told
    }
}

fn answers<'a>(proposal: &'a ProposalReport, sources: &SourceMap) -> Vec<Answer<'a>> {
    let mut answers = Vec::new();
    for pack in &proposal.outcomes {
        let proof = proposal.proofs.iter().find(|proof| proof.pack == pack.pack);
        for (rule, outcome) in pack.rules.iter().zip(&pack.outcomes) {
            let proved = proof.and_then(|proof| {
                let proved = proof.rules.iter().find(|proved| proved.rule == *rule)?;
                Some(proof.rests_on(proved))
            });
            // What is found first, then what it rests on.
            let found = proposal.findings.iter();
            let found = found.filter(|it| it.rule == *rule).map(|it| &it.primary);
            let rests = proved.into_iter().flatten().map(|fact| &fact.label);
            let mut places: Vec<Value> = Vec::new();
            for label in found.chain(rests) {
                let place = at(label, sources);
                if !places.contains(&place) {
                    places.push(place);
                }
            }
            let more = places.len().saturating_sub(MOST_PLACES);
            places.truncate(MOST_PLACES);
            answers.push(Answer {
                pack: &pack.pack,
                rule,
                outcome: *outcome,
                places,
                more,
            });
        }
    }
    answers
}

fn at(label: &Label, sources: &SourceMap) -> Value {
    let at = place(sources, label.span);
    json!({
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "pointer": label.pointer,
    })
}

fn of_proposal(proposal: &ProposalReport, answers: &[Answer], sources: &SourceMap) -> Value {
    let at = place(sources, proposal.span);
    let verdicts = proposal.verdicts.iter().map(|verdict| {
        json!({
            "pack": verdict.pack.0,
            "verdict": verdict.word,
            "tone": tone_word(verdict.tone),
            "law_dates": verdict.law_dates.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    let outcomes = answers.iter().map(|answer| {
        let mut told = answer.told();
        told.insert("pack".to_owned(), json!(answer.pack.0));
        told.insert("rule".to_owned(), json!(answer.rule.0));
        Value::Object(told)
    });
    json!({
        "id": proposal.id,
        "title": proposal.title,
        "path": at.path,
        "line": at.line,
        "overall": proposal.overall,
        "verdicts": verdicts.collect::<Vec<_>>(),
        "outcomes": outcomes.collect::<Vec<_>>(),
        "findings": proposal.findings.iter().map(|it| finding(it, sources)).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding, sources: &SourceMap) -> Value {
    json!({
        "pack": finding.pack.0,
        "rule": finding.rule.0,
        "outcome": outcome_word(finding.outcome),
        "severity": severity_word(finding.severity),
        "message": finding.message,
        "place": at(&finding.primary, sources),
        "waived": finding.waiver.is_some(),
        "fingerprint": finding.fingerprint,
    })
}

/// Requirement → rules → outcome → place: numbered requirements as they are numbered, articles of laws
/// as they are cited.
fn matrix(report: &Report, answered: &[Vec<Answer>]) -> Vec<Value> {
    let mut requirements: BTreeMap<String, BTreeMap<&RuleId, &PackId>> = BTreeMap::new();
    for answer in answered.iter().flatten() {
        let sources = report.rules.get(answer.rule).map(|info| &info.sources);
        for source in sources.into_iter().flatten() {
            let name = source.requirement.as_ref().unwrap_or(&source.cite);
            let rules = requirements.entry(name.clone()).or_default();
            rules.insert(answer.rule, answer.pack);
        }
    }
    let of_rule = |rule: &RuleId, pack: &PackId| {
        let proposals = report.proposals.iter().zip(answered);
        let outcomes = proposals.filter_map(|(proposal, answers)| {
            let answer = answers
                .iter()
                .find(|it| it.rule == rule && it.pack == pack)?;
            let mut told = answer.told();
            told.insert("proposal".to_owned(), json!(proposal.id));
            Some(Value::Object(told))
        });
        json!({
            "pack": pack.0,
            "rule": rule.0,
            "title": report.rules.get(rule).map(|info| info.title.as_str()),
            "outcomes": outcomes.collect::<Vec<_>>(),
        })
    };
    let rows = requirements.into_iter().map(|(name, rules)| {
        let rules = rules.into_iter().map(|(rule, pack)| of_rule(rule, pack));
        json!({ "requirement": name, "rules": rules.collect::<Vec<_>>() })
    });
    rows.collect()
}

/// The waivers that did something.
fn waivers(report: &Report) -> Vec<Value> {
    let proposals = report.proposals.iter();
    let findings = proposals.flat_map(|it| it.findings.iter().map(move |finding| (it, finding)));
    let waived = findings.filter_map(|(proposal, finding)| {
        let waived = finding.waiver.as_ref()?;
        Some(json!({
            "proposal": proposal.id,
            "rule": finding.rule.0,
            "fingerprint": finding.fingerprint,
            "owner": waived.owner,
            "reason": waived.reason,
            "expires": waived.expires.to_string(),
            "approver": waived.approver,
        }))
    });
    waived.collect()
}

const APPLICABLE: &str = "applicable";
const ALL: &str = "all";

fn asked(asked: &Asked) -> Value {
    let packs = match &asked.packs {
        PackChoice::Applicable => json!(APPLICABLE),
        PackChoice::All => json!(ALL),
        PackChoice::Named(names) => json!(names),
    };
    let severity = asked.severity.iter();
    let severity = severity.map(|(rule, it)| (rule.clone(), json!(severity_word(*it))));
    json!({
        "path": asked.path,
        "packs": packs,
        "select": asked.select,
        "ignore": asked.ignore,
        "severity": severity.collect::<Map<String, Value>>(),
    })
}

/// What a folder is about. Of the answers that are written in it nothing is believed.
pub(super) fn read(written: &Value, files: BTreeMap<String, Vec<u8>>) -> Result<Evidence, String> {
    let lacks =
        |what: &str| format!("`{what}` of `evidence.json` is missing or not as it should be");
    let version = written.get("version").and_then(Value::as_u64);
    if version != Some(VERSION) {
        let found = written
            .get("version")
            .map_or("none".to_owned(), Value::to_string);
        return Err(format!(
            "this is version {found} of the folder, and {VERSION} is known"
        ));
    }
    let texts = |value: Option<&Value>| -> Option<Vec<String>> {
        let list = value?.as_array()?.iter();
        list.map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let one = |it: &Value| -> Option<Asked> {
        let packs = match it.get("packs")? {
            Value::String(word) if word == APPLICABLE => PackChoice::Applicable,
            Value::String(word) if word == ALL => PackChoice::All,
            names => PackChoice::Named(texts(Some(names))?),
        };
        let severity = it.get("severity")?.as_object()?.iter();
        let severity = severity.map(|(rule, word)| Some((rule.clone(), severity_of(word)?)));
        Some(Asked {
            path: it.get("path")?.as_str()?.to_owned(),
            packs,
            select: texts(it.get("select"))?,
            ignore: texts(it.get("ignore"))?,
            severity: severity.collect::<Option<_>>()?,
        })
    };
    let as_of = written
        .get("as_of")
        .and_then(Value::as_str)
        .and_then(parse_date);
    let asked = written.get("asked").and_then(Value::as_array);
    let asked = asked.and_then(|list| list.iter().map(one).collect::<Option<Vec<_>>>());
    let parameters = written
        .get("parameters")
        .and_then(Value::as_object)
        .and_then(|set| {
            let pairs = set.iter();
            let pairs = pairs.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
            pairs.collect::<Option<_>>()
        });
    Ok(Evidence {
        as_of: as_of.ok_or_else(|| lacks("as_of"))?,
        strict: written
            .get("strict")
            .and_then(Value::as_bool)
            .ok_or_else(|| lacks("strict"))?,
        parameters: parameters.ok_or_else(|| lacks("parameters"))?,
        asked: asked.ok_or_else(|| lacks("asked"))?,
        ids: texts(written.get("ids")).ok_or_else(|| lacks("ids"))?,
        files,
    })
}

fn severity_of(word: &Value) -> Option<Severity> {
    let all = [Severity::Info, Severity::Warning, Severity::Error];
    all.into_iter().find(|it| word == severity_word(*it))
}

/// Whether a file is one that a folder has.
pub(super) fn is_copy(path: &str) -> bool {
    path == WAIVERS || path.starts_with(INPUTS) || path.starts_with(super::RULES)
}
