//! Every example of every rule and definition is one test, found at run time; besides, what must
//! hold of the data itself, and laws that are derived from all examples.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a failing test may panic"
)]

use carnet::check::{Documents, Origin, Run};
use carnet::engine::{CheckOptions, PackChoice};
use carnet::facts::dotted;
use carnet::finding::{
    Effect, Finding, Label, Outcome, Problem, ProposalReport, Reason, Report, Target, Tone,
};
use carnet::rule::example::{Example, Expected, examples, run};
use carnet::rule::reads::{fields_of, steps};
use carnet::rule::table::Window;
use carnet::rule::{Parameters, RuleSet, RuleSource, compile, shipped};
use carnet::source::{FileId, SourceMap, Span};
use jiff::civil::Date;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

fn main() {
    let world: &'static World = Box::leak(Box::new(World::load()));
    let mut trials: Vec<Trial> = Vec::new();
    for example in &world.examples {
        trials.push(Trial::test(example.name(), move || {
            run(world.set_for(example), example)
                .map_err(|reason| format!("{}:{}: {reason}", example.shown, example.line).into())
        }));
    }
    type Law = fn(&'static World) -> Vec<String>;
    let laws: [(&str, Law); 18] = [
        ("data::every file compiles", compiles),
        ("data::every example is well written", well_written),
        ("data::names of examples are unique", names_are_unique),
        ("data::every rule has a source", every_rule_has_a_source),
        ("data::every address is one of the web", addresses),
        ("data::ids are unique", ids_are_unique),
        ("data::no row of a table stands twice", rows_are_unique),
        (
            "data::every table, definition and base is used",
            all_is_used,
        ),
        ("data::texts are written as the house writes", texts),
        (
            "law::order and neighbours change nothing",
            order_and_neighbours,
        ),
        ("law::the form of the file changes nothing", form),
        ("law::white space changes nothing", white_space),
        ("law::the order of keys changes nothing", order_of_keys),
        (
            "law::the order of list elements changes no outcome",
            order_of_elements,
        ),
        ("law::every outcome is told", every_outcome_is_told),
        ("law::a verdict is what the outcomes come to", verdicts),
        ("law::every label covers its value", labels),
        ("wanted::fingerprints name one finding each", fingerprints),
    ];
    for (name, law) in laws {
        trials.push(Trial::test(name, move || told(law(world))));
    }
    trials.push(Trial::test("law::less known, nothing turned", move || {
        less_known(world)
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// All violations at once, each on its line.
fn told(violations: Vec<String>) -> Result<(), Failed> {
    if violations.is_empty() {
        return Ok(());
    }
    let count = violations.len();
    let shown: Vec<String> = violations.into_iter().take(25).collect();
    Err(format!("{count} violations:\n{}", shown.join("\n")).into())
}

// ---------------------------------------------------------------- the world

/// The shipped rules with their examples.
struct World {
    files: Vec<RuleSource>,
    set: RuleSet,
    problems: Vec<Problem>,
    /// Rule sets of the examples that set parameters.
    others: BTreeMap<Parameters, RuleSet>,
    examples: Vec<Example>,
    mistakes: Vec<String>,
    /// Every different proposal among the examples, for the laws.
    cases: Vec<Case>,
}

/// A proposal of an example, with an id of its own and profiles under names of their own.
struct Case {
    name: String,
    rule: String,
    /// Of a rule, not of a definition.
    of_rule: bool,
    as_of: Date,
    parameters: Parameters,
    proposal: Value,
    files: BTreeMap<String, String>,
}

impl World {
    fn load() -> Self {
        let files = shipped::files();
        let (set, problems) = compile(&files, &Parameters::new(), &mut SourceMap::new());
        let (examples, mistakes) = examples(&files);
        let mut others = BTreeMap::new();
        for example in &examples {
            if !example.parameters.is_empty() && !others.contains_key(&example.parameters) {
                let (other, problems) = compile(&files, &example.parameters, &mut SourceMap::new());
                assert!(problems.is_empty(), "{}: {problems:?}", example.name());
                others.insert(example.parameters.clone(), other);
            }
        }
        let mut seen = BTreeSet::new();
        let mut cases = Vec::new();
        for (index, example) in examples.iter().enumerate() {
            let input = (
                example.proposal.clone(),
                example.files.clone(),
                example.as_of,
                example.parameters.clone(),
                example.rule.clone(),
            );
            if seen.insert(input) {
                cases.push(Case::of(index, example));
            }
        }
        Self {
            files,
            set,
            problems,
            others,
            examples,
            mistakes,
            cases,
        }
    }

    fn set_for(&self, example: &Example) -> &RuleSet {
        self.set_with(&example.parameters)
    }

    fn set_with(&self, parameters: &Parameters) -> &RuleSet {
        self.others.get(parameters).unwrap_or(&self.set)
    }

    /// Cases that can be checked in one run.
    fn groups(&self) -> Vec<Vec<&Case>> {
        let mut groups: BTreeMap<(Date, &Parameters), Vec<&Case>> = BTreeMap::new();
        for case in &self.cases {
            groups
                .entry((case.as_of, &case.parameters))
                .or_default()
                .push(case);
        }
        groups.into_values().collect()
    }
}

impl Case {
    fn of(index: usize, example: &Example) -> Self {
        let mut proposal: Value = serde_json::from_str(&example.proposal).unwrap();
        proposal["id"] = Value::from(format!("EX-{index}"));
        let mut files = BTreeMap::new();
        for (path, text) in &example.files {
            let own = format!("ex-{index}/{path}");
            rename(&mut proposal, path, &own);
            files.insert(own, text.clone());
        }
        Self {
            name: example.name(),
            rule: example.rule.clone(),
            of_rule: matches!(example.expected, Expected::Outcome(_)),
            as_of: example.as_of,
            parameters: example.parameters.clone(),
            proposal,
            files,
        }
    }

    fn pretty(&self) -> String {
        serde_json::to_string_pretty(&self.proposal).unwrap()
    }
}

/// Replaces a text wherever it is a value.
fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        Value::Object(map) => map.values_mut().for_each(|item| rename(item, from, to)),
        _ => {}
    }
}

struct Profiles<'a>(Vec<&'a BTreeMap<String, String>>);

impl Documents for Profiles<'_> {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let found = self.0.iter().find_map(|files| files.get(path));
        found
            .map(|text| (path.to_owned(), text.clone().into_bytes()))
            .ok_or_else(|| "there is no such file".to_owned())
    }
}

/// Every pack is asked about a text under a name.
fn check(world: &World, cases: &[&Case], name: &str, text: &str) -> Checked {
    let options = CheckOptions {
        packs: PackChoice::All,
        ..CheckOptions::new(cases[0].as_of)
    };
    check_with(world, cases, name, text, options)
}

/// The one place where the laws ask carnet.
fn check_with(
    world: &World,
    cases: &[&Case],
    name: &str,
    text: &str,
    options: CheckOptions,
) -> Checked {
    let documents = Profiles(cases.iter().map(|case| &case.files).collect());
    let set = world.set_with(&cases[0].parameters);
    let mut run = Run::new(set, options, &documents, SourceMap::new());
    run.check_bytes(name, text.as_bytes(), Origin::Named);
    assert!(
        run.report.problems.is_empty(),
        "{name}: {:?}",
        run.report.problems
    );
    Checked {
        report: run.report,
        sources: run.sources,
    }
}

struct Checked {
    report: Report,
    sources: SourceMap,
}

fn alone(world: &World, case: &Case) -> Checked {
    check(world, &[case], "proposal.json", &case.pretty())
}

/// A report without places in text: what must be the same however the text is written.
fn bare(report: &ProposalReport) -> String {
    let mut report = report.clone();
    report.span = Span::new(FileId(0), 0..0);
    for label in labels_of(&mut report) {
        label.span = Span::new(FileId(0), 0..0);
    }
    format!("{report:#?}")
}

fn labels_of(report: &mut ProposalReport) -> Vec<&mut Label> {
    fn of_reason(reason: &mut Reason) -> Option<&mut Label> {
        reason.label.as_mut()
    }
    let mut labels = Vec::new();
    for finding in &mut report.findings {
        labels.push(&mut finding.primary);
        labels.extend(&mut finding.related);
        labels.extend(finding.missing.iter_mut().map(|missing| &mut missing.label));
    }
    for verdict in &mut report.verdicts {
        labels.extend(verdict.because.iter_mut().filter_map(of_reason));
        labels.extend(verdict.to_do.iter_mut().filter_map(of_reason));
        let assumed = verdict.assumptions.iter_mut();
        labels.extend(assumed.filter_map(|assumption| assumption.label.as_mut()));
    }
    labels
}

/// The first line on which two texts differ.
fn difference(left: &str, right: &str) -> String {
    let mut lines = left.lines().zip(right.lines());
    match lines.find(|(left, right)| left != right) {
        Some((left, right)) => format!("`{}` became `{}`", left.trim(), right.trim()),
        None => "one is longer".to_owned(),
    }
}

fn same(case: &Case, how: &str, left: &ProposalReport, right: &ProposalReport) -> Option<String> {
    let (left, right) = (bare(left), bare(right));
    (left != right).then(|| format!("{}, {how}: {}", case.name, difference(&left, &right)))
}

// ---------------------------------------------------------------- the data

fn compiles(world: &World) -> Vec<String> {
    let problems = world.problems.iter();
    problems
        .map(|problem| format!("{}: {}", problem.path, problem.message))
        .collect()
}

fn well_written(world: &World) -> Vec<String> {
    world.mistakes.clone()
}

fn names_are_unique(world: &World) -> Vec<String> {
    twice(world.examples.iter().map(Example::name))
}

fn twice(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let names = names.into_iter();
    names.filter(|name| !seen.insert(name.clone())).collect()
}

fn every_rule_has_a_source(world: &World) -> Vec<String> {
    let rules = world.set.packs.iter().flat_map(|pack| &pack.rules);
    let mut wrong: Vec<String> = rules
        .filter(|rule| rule.sources.is_empty())
        .map(|rule| format!("rule {}", rule.id.0))
        .collect();
    for table in world.set.tables.iter() {
        let without = table.rows.iter().filter(|row| row.source.is_none()).count();
        if without > 0 {
            wrong.push(format!("table {}: {without} rows", table.id));
        }
    }
    wrong
}

fn addresses(world: &World) -> Vec<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for rule in world.set.packs.iter().flat_map(|pack| &pack.rules) {
        let urls = rule.sources.iter().filter_map(|source| source.url.clone());
        found.extend(urls.map(|url| (rule.id.0.clone(), url)));
    }
    for table in world.set.tables.iter() {
        let sources = table.rows.iter().filter_map(|row| row.source.as_ref());
        let urls = sources.filter_map(|source| source.url.clone());
        found.extend(urls.map(|url| (table.id.clone(), url)));
    }
    let wrong = found.into_iter().filter(|(_, url)| {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        !rest.is_some_and(|rest| {
            rest.contains('.') && !rest.contains(char::is_whitespace) && !rest.ends_with('.')
        })
    });
    wrong.map(|(of, url)| format!("{of}: {url}")).collect()
}

/// Two rules of a pack that say the same in lists; to be told apart by their authors.
const SAME_TITLE: &[&str] = &["The agent cannot grant this CBPR certificate there"];
/// Files that nothing names yet.
const UNUSED: &[&str] = &["tables/forum-members.yaml"];

fn ids_are_unique(world: &World) -> Vec<String> {
    let rules = world.set.packs.iter().flat_map(|pack| &pack.rules);
    let mut wrong = twice(rules.flat_map(|rule| {
        let names = std::iter::once(rule.id.0.clone());
        names.chain(rule.aliases.clone()).collect::<Vec<String>>()
    }));
    wrong.extend(twice(world.set.tables.iter().map(|table| table.id.clone())));
    wrong.extend(twice(world.set.definitions.iter().map(|d| d.id.clone())));
    wrong.extend(twice(world.set.packs.iter().map(|pack| pack.id.0.clone())));
    wrong.extend(twice(world.files.iter().map(|file| file.path.clone())));
    for pack in &world.set.packs {
        let own = pack.requirements.iter().map(|r| r.id.clone());
        wrong.extend(twice(own));
        let rules = pack.rules.iter().map(|rule| rule.title.clone());
        let same = twice(rules).into_iter();
        let same = same.filter(|title| !SAME_TITLE.contains(&title.as_str()));
        wrong.extend(same.map(|title| format!("title: {title}")));
    }
    wrong
}

fn rows_are_unique(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for table in world.set.tables.iter() {
        let rows = table
            .rows
            .iter()
            .map(|row| format!("{}: {:?}, {:?}", table.id, row.cells, row.window));
        wrong.extend(twice(rows));
    }
    wrong
}

/// By the text of the files: a table or definition that nothing names is forgotten or misspelt.
fn all_is_used(world: &World) -> Vec<String> {
    let named = |needle: &str, own: &str| {
        world.files.iter().any(|file| {
            file.path != own
                && file
                    .text
                    .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
                    .any(|word| word == needle)
        })
    };
    let mut wrong = Vec::new();
    for file in &world.files {
        let Some((folder, name)) = file.path.rsplit_once('/') else {
            wrong.push(format!("{} lies in no folder", file.path));
            continue;
        };
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if matches!(folder, "tables" | "definitions" | "bases")
            && !UNUSED.contains(&file.path.as_str())
            && !named(stem, &file.path)
        {
            wrong.push(format!("{} is used by nothing", file.path));
        }
    }
    wrong
}

/// A title is one line without a full stop; `why` and `fix` are sentences.
fn texts(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for rule in world.set.packs.iter().flat_map(|pack| &pack.rules) {
        let id = &rule.id.0;
        if rule.title.contains('\n') || rule.title.ends_with('.') {
            wrong.push(format!("{id}: the title is no single line without a stop"));
        }
        if !rule.why.trim_end().ends_with(['.', '?']) {
            wrong.push(format!("{id}: `why` is no sentence"));
        }
        for (_, message) in &rule.message.alternatives {
            let last = message.parts.last();
            if matches!(last, Some(carnet::rule::condition::Part::Text(text)) if text.trim_end().ends_with('.'))
            {
                wrong.push(format!("{id}: a message ends with a full stop"));
            }
        }
        if rule.effective.as_ref() == Some(&Window::default()) {
            wrong.push(format!("{id}: `effective` says nothing"));
        }
    }
    wrong
}

// ---------------------------------------------------------------- laws of form

/// Every proposal alone, all in one array, all in one array the other way round, and in pairs: the
/// answer about each is the same.
fn order_and_neighbours(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for group in world.groups() {
        let lone: Vec<Checked> = group.iter().map(|case| alone(world, case)).collect();
        let mut compare = |order: &[usize], how: &str| {
            let proposals = order.iter().map(|i| group[*i].proposal.clone());
            let text = serde_json::to_string_pretty(&Value::Array(proposals.collect())).unwrap();
            let cases: Vec<&Case> = order.iter().map(|i| group[*i]).collect();
            let checked = check(world, &cases, "proposals.json", &text);
            assert_eq!(checked.report.proposals.len(), order.len());
            for (i, report) in order.iter().zip(&checked.report.proposals) {
                wrong.extend(same(group[*i], how, &lone[*i].report.proposals[0], report));
            }
        };
        let all: Vec<usize> = (0..group.len()).collect();
        let reversed: Vec<usize> = all.iter().rev().copied().collect();
        compare(&all, "in an array");
        compare(&reversed, "in an array the other way round");
        for pair in all.chunks_exact(2) {
            compare(pair, "in a pair");
            compare(&[pair[1], pair[0]], "in a pair the other way round");
        }
    }
    wrong
}

/// An object, an array of one, a line of NDJSON, a line by a name that does not say so.
fn form(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &world.cases {
        let object = alone(world, case);
        let object = &object.report.proposals[0];
        let compact = serde_json::to_string(&case.proposal).unwrap();
        let other = r#"{"schema":"transfer-proposal/1","id":"OTHER"}"#;
        let forms = [
            ("p.json", format!("[{}]", case.pretty()), "an array of one"),
            ("p.ndjson", format!("{compact}\n"), "a line of NDJSON"),
            ("p.jsonl", format!("{compact}\r\n\r\n{other}"), "two lines"),
            (
                "p.json",
                format!("{compact}\n{other}\n"),
                "lines by another name",
            ),
        ];
        for (name, text, how) in forms {
            let checked = check(world, &[case], name, &text);
            wrong.extend(same(case, how, object, &checked.report.proposals[0]));
        }
    }
    wrong
}

fn white_space(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &world.cases {
        let pretty = alone(world, case);
        let compact = serde_json::to_string(&case.proposal).unwrap();
        let spread = case.pretty().replace('\n', "\r\n\t \n");
        for (text, how) in [(compact, "compact"), (spread, "spread out")] {
            let checked = check(world, &[case], "proposal.json", &text);
            let (left, right) = (&pretty.report.proposals[0], &checked.report.proposals[0]);
            wrong.extend(same(case, how, left, right));
        }
    }
    wrong
}

fn reversed_keys(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(reversed_keys).collect()),
        Value::Object(map) => {
            let entries = map.iter().rev();
            Value::Object(
                entries
                    .map(|(key, value)| (key.clone(), reversed_keys(value)))
                    .collect::<Map<String, Value>>(),
            )
        }
        other => other.clone(),
    }
}

fn reversed_lists(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().rev().map(reversed_lists).collect()),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| (key.clone(), reversed_lists(value)))
                .collect::<Map<String, Value>>(),
        ),
        other => other.clone(),
    }
}

/// What is the same however members are ordered: outcomes, words of verdicts, fingerprints.
fn essence(report: &ProposalReport) -> String {
    let mut fingerprints: Vec<String> = report
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule.0, finding.fingerprint))
        .collect();
    fingerprints.sort();
    format!("{}\n{fingerprints:#?}", answers(report))
}

fn answers(report: &ProposalReport) -> String {
    let verdicts = report.verdicts.iter();
    let verdicts: Vec<_> = verdicts
        .map(|v| (&v.pack.0, &v.word, &v.holds_until))
        .collect();
    let outcomes: Vec<_> = report
        .outcomes()
        .map(|answer| (&answer.rule.0, answer.outcome))
        .collect();
    let outcomes: Vec<String> = outcomes
        .iter()
        .map(|answer| format!("{answer:?}"))
        .collect();
    format!("{}\n{verdicts:#?}\n{}", report.overall, outcomes.join("\n"))
}

fn order_of_keys(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &world.cases {
        let left = essence(&alone(world, case).report.proposals[0]);
        let text = serde_json::to_string_pretty(&reversed_keys(&case.proposal)).unwrap();
        let checked = check(world, &[case], "proposal.json", &text);
        let right = essence(&checked.report.proposals[0]);
        if left != right {
            wrong.push(format!("{}: {}", case.name, difference(&left, &right)));
        }
    }
    wrong
}

fn order_of_elements(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &world.cases {
        let left = answers(&alone(world, case).report.proposals[0]);
        let text = serde_json::to_string_pretty(&reversed_lists(&case.proposal)).unwrap();
        let checked = check(world, &[case], "proposal.json", &text);
        let right = answers(&checked.report.proposals[0]);
        if left != right {
            wrong.push(format!("{}: {}", case.name, difference(&left, &right)));
        }
    }
    wrong
}

// ---------------------------------------------------------------- laws of answers

/// A rule that fails or cannot tell has a finding with that outcome, and no other rule has one. Only
/// what hangs on invalid values may be left to the finding of the schema.
fn every_outcome_is_told(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &world.cases {
        let checked = alone(world, case);
        let report = &checked.report.proposals[0];
        let invalid = report.findings.iter().any(|f| f.pack.0 == "schema");
        let set = world.set_with(&case.parameters);
        let rules: usize = set.packs.iter().map(|pack| pack.rules.len()).sum();
        if report.outcomes().count() != rules {
            wrong.push(format!("{}: not every rule has an outcome", case.name));
        }
        for answer in report.outcomes() {
            let told = |outcome: Outcome| {
                report
                    .findings
                    .iter()
                    .any(|finding| finding.rule == *answer.rule && finding.outcome == outcome)
            };
            let rule = &answer.rule.0;
            let speaks = |finding: &Finding| {
                finding.outcome == Outcome::Undetermined && finding.waiting.contains(answer.rule)
            };
            let waits = report.findings.iter().any(speaks);
            let mut say = |what: &str| wrong.push(format!("{}: {rule} {what}", case.name));
            match answer.outcome {
                Outcome::Fail if !told(Outcome::Fail) => say("fails and nothing says so"),
                Outcome::Undetermined if told(Outcome::Fail) => {
                    say("cannot tell and says it fails")
                }
                Outcome::Undetermined if waits => {
                    // Of several elements one may wait while another lacks a fact of its own.
                    let of_one = set.rule(rule).is_some_and(|(_, rule)| rule.each.is_none());
                    if of_one && told(Outcome::Undetermined) {
                        say("is told although another rule speaks for it");
                    }
                }
                Outcome::Undetermined if !told(Outcome::Undetermined) && !invalid => {
                    say("cannot tell and nothing says so");
                }
                Outcome::Pass | Outcome::NotApplicable
                    if told(Outcome::Fail) || told(Outcome::Undetermined) =>
                {
                    say("has a finding although nothing is wrong");
                }
                _ => {}
            }
        }
        for finding in &report.findings {
            if finding.message.trim().is_empty() {
                wrong.push(format!("{}: {} says nothing", case.name, finding.rule.0));
            }
            let undetermined = finding.outcome == Outcome::Undetermined;
            if undetermined
                && finding.missing.is_empty()
                && finding.notes.is_empty()
                && finding.rule.0 != "no-law-pack"
            {
                wrong.push(format!(
                    "{}: {} is undetermined without a reason",
                    case.name, finding.rule.0
                ));
            }
        }
    }
    wrong
}

fn verdicts(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &world.cases {
        let checked = alone(world, case);
        let report = &checked.report.proposals[0];
        let set = world.set_with(&case.parameters);
        for (pack, verdict) in set.packs.iter().zip(&report.verdicts) {
            let deciding: Vec<Outcome> = pack
                .rules
                .iter()
                .filter(|rule| matches!(rule.effect, Effect::Prohibition | Effect::Condition))
                .filter_map(|rule| {
                    let mut answers = report.outcomes();
                    answers.find(|a| *a.rule == rule.id).map(|a| a.outcome)
                })
                .collect();
            let worst = deciding.iter().max().copied();
            let expected: &[Tone] = match worst {
                Some(Outcome::Fail) => &[Tone::Bad],
                Some(Outcome::Undetermined) => &[Tone::Unclear],
                Some(Outcome::Pass) => &[Tone::Good, Tone::Unclear],
                Some(Outcome::NotApplicable) | None => &[Tone::NotApplicable, Tone::Good],
            };
            if !expected.contains(&verdict.tone) {
                wrong.push(format!(
                    "{}: {} is `{}` though the worst outcome is {worst:?}",
                    case.name, pack.id.0, verdict.word
                ));
            }
            let counts = verdict.counts;
            let sum = counts.pass + counts.fail + counts.undetermined + counts.not_applicable;
            if sum != pack.rules.len() {
                wrong.push(format!(
                    "{}: the counts of {} do not add up",
                    case.name, pack.id.0
                ));
            }
            if let Some((until, _)) = &verdict.holds_until
                && verdict.law_dates.last().is_some_and(|last| until < last)
            {
                wrong.push(format!(
                    "{}: {} holds until {until}, before it was asked",
                    case.name, pack.id.0
                ));
            }
        }
        // A verdict may stand beside a broken profile only where its pack reads nothing in it.
        let broken = report.findings.iter();
        let broken: Vec<Vec<String>> = broken
            .filter(|finding| finding.rule.0 == "broken-profile")
            .map(|finding| steps(&dotted(&finding.primary.pointer)))
            .collect();
        for (pack, verdict) in set.packs.iter().zip(&report.verdicts) {
            let reads_it = |place: &Vec<String>| {
                let mut fields = pack.rules.iter().flat_map(|rule| fields_of(set, rule));
                fields.any(|field| field.linked == Some(place.len()) && field.lies_at(place))
            };
            if verdict.tone == Tone::Good && broken.iter().any(reads_it) {
                wrong.push(format!(
                    "{}: {} is good and reads a broken profile",
                    case.name, pack.id.0
                ));
            }
        }
    }
    wrong
}

// ---------------------------------------------------------------- places

/// A value's span is its JSON text, a key's its quoted name; at an insertion the member that is
/// missing can be written, and then it is at the pointer.
fn labels(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &world.cases {
        for (text, how) in [
            (case.pretty(), "pretty"),
            (serde_json::to_string(&case.proposal).unwrap(), "compact"),
        ] {
            let mut checked = check(world, &[case], "proposal.json", &text);
            let sources = &checked.sources;
            let report = &mut checked.report.proposals[0];
            for label in labels_of(report) {
                if let Err(reason) = covers(sources, label) {
                    wrong.push(format!("{} ({how}): {label:?}: {reason}", case.name));
                }
            }
        }
    }
    wrong
}

fn covers(sources: &SourceMap, label: &Label) -> Result<(), String> {
    let file = sources.get(label.span.file).ok_or("no such file")?;
    let text = file.text();
    let covered = text.get(label.span.range()).ok_or("outside the text")?;
    let root: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let parse = |text: &str| serde_json::from_str::<Value>(text);
    match label.target {
        Target::Value => {
            let value = root.pointer(&label.pointer).ok_or("nothing is there")?;
            let found = parse(covered).map_err(|_| format!("`{covered}` is no value"))?;
            if found != *value {
                return Err(format!("it covers {covered}"));
            }
        }
        Target::Key => {
            root.pointer(&label.pointer).ok_or("nothing is there")?;
            let last = label.pointer.rsplit('/').next().unwrap_or_default();
            let last = last.replace("~1", "/").replace("~0", "~");
            if parse(covered).ok() != Some(Value::from(last)) {
                return Err(format!("it covers {covered}"));
            }
        }
        Target::Insertion => {
            if !covered.is_empty() {
                return Err(format!("it covers {covered}"));
            }
            if root.pointer(&label.pointer).is_some() {
                return Err("the member is there".to_owned());
            }
            let (parent, key) = label.pointer.rsplit_once('/').ok_or("no parent")?;
            let parent = root.pointer(parent).ok_or("no parent")?;
            let members = parent.as_object().ok_or("the parent is no object")?;
            let comma = if members.is_empty() { "" } else { "," };
            let at = label.span.range().start;
            let (before, after) = text.split_at(at);
            let key = key.replace("~1", "/").replace("~0", "~");
            let written = format!("{before}{comma}{}:1{after}", Value::from(key));
            let written = parse(&written).map_err(|error| format!("written: {error}"))?;
            if written.pointer(&label.pointer) != Some(&Value::from(1)) {
                return Err("written there, it is elsewhere".to_owned());
            }
        }
        Target::Text if label.pointer.is_empty() => {}
        Target::Text => return Err("a place in a text has no pointer".to_owned()),
    }
    Ok(())
}

fn fingerprints(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &world.cases {
        let checked = alone(world, case);
        let report = &checked.report.proposals[0];
        let names = report
            .findings
            .iter()
            .map(|f| format!("{}: {} {}", case.name, f.rule.0, f.fingerprint));
        wrong.extend(twice(names));
    }
    wrong
}

// ---------------------------------------------------------------- knowing less

/// Kleene's logic is monotone: who knows less may be less sure, and is never sure of something else.
/// Only `stated`, doors that are facts, and the dates on which the law is asked break this; which
/// fields do is kept in a snapshot, so that a new one is noticed.
///
/// What may follow where a fact is taken away: the same; undetermined; and from not applicable also
/// pass, since a rule whose requirement holds passes though nobody knows whether it applies.
fn less_known(world: &World) -> Result<(), Failed> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = world.cases.len().div_ceil(threads);
    let turned: BTreeMap<String, BTreeSet<String>> = std::thread::scope(|scope| {
        let parts = world.cases.chunks(share.max(1));
        let parts: Vec<_> = parts
            .map(|cases| scope.spawn(move || turns(world, cases)))
            .collect();
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (rule, turn) in parts.into_iter().flat_map(|part| part.join().unwrap()) {
            all.entry(rule).or_default().insert(turn);
        }
        all
    });
    let mut text = String::new();
    for (rule, turns) in &turned {
        text.push_str(&format!("{rule}: {}\n", turns.len()));
        for turn in turns {
            text.push_str(&format!("  {turn}\n"));
        }
    }
    insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("rules__less_known", text);
    });
    Ok(())
}

/// The answers that turn where a fact is taken away, each with its rule.
fn turns(world: &World, cases: &[Case]) -> Vec<(String, String)> {
    let mut turned = Vec::new();
    // A definition is asked through the rules that use it.
    for case in cases.iter().filter(|case| case.of_rule) {
        let was = strict_answer(world, case, &case.proposal);
        let mut places = Vec::new();
        places_in(&case.proposal, String::new(), &mut places);
        for place in places {
            for removed in [false, true] {
                let Some(poorer) = poorer(&case.proposal, &place, removed) else {
                    continue;
                };
                let is = strict_answer(world, case, &poorer);
                let sound = was == is
                    || is == Outcome::Undetermined
                    || (was, is) == (Outcome::NotApplicable, Outcome::Pass);
                if !sound {
                    let how = if removed { "removed" } else { "unknown" };
                    let field = without_indexes(&place);
                    let turn = format!("{was:?} to {is:?}: {field} {how}");
                    turned.push((case.rule.clone(), turn));
                }
            }
        }
    }
    turned
}

/// The answer of the rule whose example it is, with no assumption made.
fn strict_answer(world: &World, case: &Case, proposal: &Value) -> Outcome {
    let text = serde_json::to_string(proposal).unwrap();
    let options = CheckOptions {
        packs: PackChoice::All,
        select: vec![case.rule.clone()],
        strict: true,
        ..CheckOptions::new(case.as_of)
    };
    let checked = check_with(world, &[case], "proposal.json", &text, options);
    checked.report.proposals[0].outcomes[0].outcomes[0]
}

/// Every value but the name of the format, and what law dates are made of.
fn places_in(value: &Value, pointer: String, places: &mut Vec<String>) {
    let dates = [
        "/schema",
        "/id",
        "/start_date",
        "/end_date",
        "/flow/frequency",
    ];
    if dates.contains(&pointer.as_str()) {
        return;
    }
    if !pointer.is_empty() {
        places.push(pointer.clone());
    }
    match value {
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                places_in(item, format!("{pointer}/{i}"), places);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                places_in(item, format!("{pointer}/{key}"), places);
            }
        }
        _ => {}
    }
}

/// The proposal without one fact: the key gone, or its value `"unknown"`. An element of a list is
/// not removed, for that would say that there is none.
fn poorer(proposal: &Value, place: &str, removed: bool) -> Option<Value> {
    let mut proposal = proposal.clone();
    if !removed {
        let at = proposal.pointer_mut(place)?;
        if at.is_object() || *at == "unknown" {
            return None;
        }
        *at = Value::from("unknown");
        return Some(proposal);
    }
    let (parent, key) = place.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    // Without `<list>_complete: false` more is known, not less.
    if key.ends_with("_complete") {
        return None;
    }
    let parent = proposal.pointer_mut(parent)?.as_object_mut()?;
    parent.shift_remove(&key)?;
    Some(proposal)
}

fn without_indexes(pointer: &str) -> String {
    let steps = pointer.split('/').skip(1);
    let names = steps.map(|step| {
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            "[]".to_owned()
        } else {
            format!(".{step}")
        }
    });
    let joined: String = names.collect();
    joined.trim_start_matches('.').to_owned()
}
