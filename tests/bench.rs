//! The rule author's bench: what `carnet rules list`, `test`, `check` and `coverage` find in small
//! folders of rules, and what they do not find where there is nothing.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the fences are for the library; tests write files and run the program, and a test that panics has failed"
)]

use assert_cmd::Command;
use carnet::rule::bench::{Bench, Examined};
use carnet::rule::example::{Prepared, examples};
use carnet::rule::{Parameters, RuleSource, compile, shipped};
use carnet::source::SourceMap;
use serde_json::Value;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

const PACK: &str = "\
id: house
title: House rules
kind: programme
researched_on: 2026-11-22
";

/// Ten changes, each told apart by an example.
const SOUND: &str = "\
id: importer-decides
title: The importer decides
severity: warning
effect: duty
source: [{cite: Policy 1, certainty: verified}]
effective: {from: 2020-01-01}
why: Because.
fix: Mend it.
when: {field: start_date, on_or_after: 2026-12-01}
require:
  any:
    - {field: importer.role, in: [processor, sub_processor]}
    - {stated: review_by}
message: the importer decides
examples:
  base: support-tickets
  cases:
    - pass: a processor
    - pass: a sub-processor
      set: {importer.role: sub_processor}
    - pass: a review
      set: {importer.role: controller, review_by: 2027-06-01}
    - fail: a controller
      set: {importer.role: controller}
      at: importer.role
    - undetermined: the role is being clarified
      set: {importer.role: unknown}
      missing: [importer.role]
    - not_applicable: a day too early
      set: {start_date: 2026-11-30}
";

const NO_SUB_PROCESSOR: (&str, &str) = (
    "    - pass: a sub-processor\n      set: {importer.role: sub_processor}\n",
    "",
);
const NO_REVIEW: (&str, &str) = (
    "    - pass: a review\n      set: {importer.role: controller, review_by: 2027-06-01}\n",
    "",
);

fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn source(path: &str, text: &str) -> RuleSource {
    RuleSource {
        path: path.to_owned(),
        shown: format!("rules/{path}"),
        text: Cow::Owned(text.to_owned()),
        tree: None,
        shipped: false,
    }
}

/// What is found about the rules of a pack, and about own definitions.
fn found(pack: &str, files: &[(&str, &str)]) -> Vec<Examined> {
    let mut all = shipped::files();
    all.push(source("house/pack.yaml", pack));
    all.extend(files.iter().map(|(path, text)| source(path, text)));
    let (examples, _) = examples(&all);
    let own: Vec<_> = examples
        .into_iter()
        .filter(|example| !all.iter().any(|f| f.shipped && f.shown == example.shown))
        .collect();
    let bench = Bench::new(&all, &own);
    assert_eq!(bench.broken(), []);
    let mut worker = bench.worker();
    let tasks = bench.tasks().into_iter().filter(|task| {
        let (_, _, file) = bench.about(*task).unwrap();
        files
            .iter()
            .any(|(path, _)| file == format!("rules/{path}"))
    });
    tasks.map(|task| worker.examine(task).unwrap()).collect()
}

fn one(text: &str) -> Examined {
    let mut found = found(PACK, &[("house/importer-decides.yaml", text)]);
    assert_eq!(found.len(), 1);
    found.pop().unwrap()
}

fn texts<P>(rows: &[(P, String)]) -> Vec<&str> {
    rows.iter().map(|(_, text)| text.as_str()).collect()
}

/// Nothing is found besides what the test looks at.
fn is_quiet(one: &Examined) {
    assert!(one.idle_excuses.is_empty(), "{one:?}");
    assert!(one.contradictions.is_empty(), "{one:?}");
    assert!(one.failing.is_empty(), "{one:?}");
    assert!(!one.never_fires, "{one:?}");
}

#[test]
fn a_rule_whose_examples_prove_it_has_nothing_against_it() {
    let one = one(SOUND);
    is_quiet(&one);
    assert_eq!((one.mutants, one.killed, one.equivalent), (10, 10, 0));
    assert!(
        one.survivors.is_empty() && one.unreached.is_empty(),
        "{one:?}"
    );
}

#[test]
fn a_word_without_an_example_survives_with_its_line() {
    let one = one(&changed(SOUND, &[NO_SUB_PROCESSOR]));
    is_quiet(&one);
    assert_eq!(
        texts(&one.survivors),
        ["require.any[0]: without `sub_processor`"]
    );
    assert_eq!(one.survivors[0].0.line, 12);
    assert_eq!((one.mutants, one.killed), (10, 9));
    assert!(one.unreached.is_empty());
}

#[test]
fn a_bound_is_moved_by_a_day_either_way() {
    let later = ("start_date: 2026-11-30", "start_date: 2026-11-01");
    let found = one(&changed(SOUND, &[later]));
    assert_eq!(
        texts(&found.survivors),
        ["when 2026-12-01: one day earlier"]
    );
    let long_ago = ("on_or_after: 2026-12-01", "on_or_after: 2026-11-01");
    let early = ("start_date: 2026-11-30", "start_date: 2026-10-31");
    let found = one(&changed(SOUND, &[long_ago, early]));
    assert_eq!(texts(&found.survivors), ["when 2026-11-01: one day later"]);
}

#[test]
fn numbers_and_durations_are_moved_and_their_orders_made_strict() {
    let text = changed(
        SOUND,
        &[
            (
                "when: {field: start_date, on_or_after: 2026-12-01}",
                "when: {field: start_date, on_or_after: {field: proposed_on, plus: P1M}}",
            ),
            (
                "    - {stated: review_by}\n",
                "    - {stated: review_by}\n    - {count: data, as: item, more_than: 5, less_than: 9}\n",
            ),
        ],
    );
    let found = one(&text);
    let names = texts(&found.survivors);
    for name in [
        "when proposed_on: P0D for P1M",
        "when proposed_on: P2M for P1M",
        "require.any[2] 5: `at_least` for `more_than`",
        "require.any[2] 5: one less",
        "require.any[2] 5: one more",
        "require.any[2] 9: `at_most` for `less_than`",
        "require.any[2] 9: one more",
    ] {
        assert!(names.contains(&name), "{name}: {names:#?}");
    }
}

#[test]
fn names_are_unique() {
    let all = shipped::files();
    let (set, _) = compile(&all, &Parameters::new(), &mut SourceMap::new());
    for rule in set.packs.iter().flat_map(|pack| &pack.rules) {
        let mutants = carnet::rule::bench::mutant::of_rule(&set, rule);
        let mut names: Vec<_> = mutants.iter().map(|mutant| &mutant.name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), mutants.len(), "{}", rule.id.0);
    }
}

#[test]
fn a_survivor_can_be_excused_and_only_a_survivor() {
    let excuse = |mutant: &str| {
        let gap = changed(SOUND, &[NO_SUB_PROCESSOR]);
        format!("{gap}equivalent:\n  - mutant: \"{mutant}\"\n    because: it means the same\n")
    };
    let found = one(&excuse("require.any[0]: without `sub_processor`"));
    is_quiet(&found);
    assert_eq!((found.killed, found.equivalent), (9, 1));
    assert!(found.survivors.is_empty());
    let found = one(&excuse("when: negate"));
    assert_eq!(
        texts(&found.idle_excuses),
        ["when: negate: an example tells it apart"]
    );
    assert_eq!(found.survivors.len(), 1);
    let found = one(&excuse("when: double"));
    assert_eq!(
        texts(&found.idle_excuses),
        ["when: double: there is no such mutant"]
    );
}

#[test]
fn a_branch_that_is_never_true_is_not_reached() {
    let found = one(&changed(SOUND, &[NO_REVIEW]));
    is_quiet(&found);
    assert_eq!(texts(&found.unreached), ["require.any[1]"]);
    assert_eq!(found.unreached[0].0.line, 13);
    assert_eq!(texts(&found.survivors), ["require.any[1]: drop"]);
}

#[test]
fn a_contested_branch_is_reached_where_it_leaves_the_answer_open() {
    let contested = [
        (
            "    - {stated: review_by}\n",
            "    - {stated: review_by}\n    - all:\n        - {stated: end_date}\n        - unsettled: whether an end is enough\n",
        ),
        (
            "    - not_applicable",
            "    - undetermined: it ends\n      set: {importer.role: controller, end_date: 2027-12-01}\n    - not_applicable",
        ),
    ];
    let found = one(&changed(SOUND, &contested));
    is_quiet(&found);
    assert!(found.unreached.is_empty(), "{:?}", found.unreached);
    let found = one(&changed(SOUND, &contested[..1]));
    assert_eq!(texts(&found.unreached), ["require.any[2]"]);
}

#[test]
fn a_rule_that_never_fails_never_fires() {
    let found = one(&changed(
        SOUND,
        &[("set: {importer.role: controller}", "set: {}")],
    ));
    assert!(found.never_fires);
    assert_eq!(texts(&found.failing), ["a controller"]);
    let without = "    - fail: a controller\n      set: {importer.role: controller}\n      at: importer.role\n";
    let impossible = format!("{SOUND}  impossible: {{fail: nobody decides}}\n");
    let found = one(&changed(&impossible, &[(without, "")]));
    assert!(!found.never_fires);
}

fn opposite(require: &str) -> String {
    format!(
        "\
id: importer-obeys
title: The importer obeys
severity: warning
effect: duty
source: [{{cite: Policy 2, certainty: verified}}]
why: Because.
fix: Mend it.
require: {require}
message: the importer obeys
examples:
  base: support-tickets
  cases:
    - fail: a processor
      at: importer.role
  impossible: {{pass: no, undetermined: no, not_applicable: no}}
"
    )
}

#[test]
fn rules_that_ask_for_opposite_words_contradict_each_other() {
    let files = |require: &str| {
        let other = opposite(require);
        let files = [
            ("house/importer-decides.yaml", SOUND),
            ("house/importer-obeys.yaml", other.as_str()),
        ];
        let found = found(PACK, &files);
        let all = found.into_iter().flat_map(|one| one.contradictions);
        // A shipped programme that applies may speak against an invented rule too.
        let own = all.filter(|known| known.other.starts_with("importer-"));
        own.map(|known| (known.rule, known.other, known.field))
            .collect::<Vec<_>>()
    };
    let found = files("{field: importer.role, not_in: [processor, sub_processor]}");
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned(), "importer.role".to_owned());
    assert_eq!(
        found,
        [
            pair("importer-decides", "importer-obeys"),
            pair("importer-obeys", "importer-decides")
        ]
    );
    // A sub-processor satisfies both.
    assert_eq!(files("{field: importer.role, is_not: processor}"), []);
}

const DEFINITION: &str = "\
id: is-helper
title: The party helps
over: party
holds: {field: it.role, in: [processor, sub_processor]}
examples:
  base: support-tickets
  cases:
    - true: a processor
      of: importer
    - false: a controller
      of: exporter
    - unknown: the role is being clarified
      set: {importer.role: unknown}
      of: importer
";

#[test]
fn a_definition_is_proved_by_the_rules_that_call_it() {
    let definition = ("definitions/is-helper.yaml", DEFINITION);
    let alone = found(PACK, &[definition]);
    assert_eq!(
        texts(&alone[0].survivors),
        ["holds: without `sub_processor`"]
    );
    let calls = changed(
        SOUND,
        &[(
            "{field: importer.role, in: [processor, sub_processor]}",
            "{holds: is-helper, of: importer}",
        )],
    );
    let both = found(PACK, &[definition, ("house/importer-decides.yaml", &calls)]);
    assert_eq!(both.len(), 2);
    for one in &both {
        is_quiet(one);
        assert!(one.survivors.is_empty(), "{one:?}");
    }
}

#[test]
fn parameters_of_examples_are_kept_while_rules_change() {
    let pack = format!(
        "{PACK}parameters:\n  limit: {{type: number, default: 50000, meaning: How many.}}\n"
    );
    let rule = "\
id: many-people
title: Many people
severity: error
effect: condition
source: [{cite: Policy 3, certainty: verified}]
why: Many are many.
fix: Send fewer.
require: {every: subjects, as: group, satisfies: {field: group.count, at_most: {parameter: limit}}}
message: there are too many people
examples:
  base: support-tickets
  cases:
    - pass: as many as may be
      parameters: {limit: 42000}
    - fail: one too many
      parameters: {limit: 41999}
      at: subjects[0].count
  impossible: {undetermined: no, not_applicable: no}
";
    let found = found(&pack, &[("house/many-people.yaml", rule)]);
    is_quiet(&found[0]);
    assert_eq!(texts(&found[0].survivors), Vec::<&str>::new());
    assert_eq!(found[0].mutants, 7);
}

/// The bench compares outcomes alone where it can: they must be those of the report.
#[test]
fn an_outcome_alone_is_that_of_the_report() {
    let files = shipped::files();
    let (set, _) = compile(&files, &Parameters::new(), &mut SourceMap::new());
    let (examples, _) = examples(&files);
    let mut asked = 0;
    for example in examples.iter().filter(|one| one.parameters.is_empty()) {
        let Some((pack, rule)) = set.rule(&example.rule) else {
            continue;
        };
        let prepared = Prepared::new(&set.vocabulary, example).unwrap();
        let report = prepared.ask(&set, &example.rule);
        let outcome = report.outcomes().next().unwrap().outcome;
        assert_eq!(
            prepared.outcome(&set, pack, rule).0,
            outcome,
            "{}",
            example.name()
        );
        asked += 1;
    }
    assert!(asked > 100);
}

// ---------------------------------------------------------------- the commands

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("carnet-bench-{}-{next}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        for (path, text) in files {
            let path = folder.0.join("rules").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    /// Exit code, standard output, standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carnet"));
        let command = command.env_clear().current_dir(&self.0);
        let output = command.arg("rules").args(arguments).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked"), "{err}");
        let out = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), out, err)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn house(rule: &str) -> Folder {
    Folder::with(&[
        ("house/pack.yaml", PACK),
        ("house/importer-decides.yaml", rule),
    ])
}

#[test]
fn check_says_what_it_found_and_what_to_paste() {
    let (code, out, err) = house(SOUND).run(&["check", "rules"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (
            0,
            "1 rule, 0 definitions: 10 mutants, 10 killed, 0 equivalent, 0 survive (100.0 %). \
             0 contradictions, 0 unreached branches.\n",
            ""
        )
    );
    let folder = house(&changed(SOUND, &[NO_REVIEW]));
    let (code, out, _) = folder.run(&["check", "rules"]);
    assert_eq!(
        (code, out.as_str()),
        (
            1,
            "\
Branches that no example reaches
  importer-decides  rules/house/importer-decides.yaml:13  require.any[1]

Mutants that no example tells apart
  importer-decides  rules/house/importer-decides.yaml:13  require.any[1]: drop

1 rule, 0 definitions: 10 mutants, 9 killed, 0 equivalent, 1 survive (90.0 %). \
0 contradictions, 1 unreached branch.
"
        )
    );
    let (code, out, _) = folder.run(&["check", "rules", "--format", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["version"]), (1, &1.into()));
    assert_eq!(report["score"], "90.0");
    let survivor = &report["found"]["survivors"][0];
    assert_eq!(survivor["text"], "require.any[1]: drop");
    assert_eq!(survivor["path"], "rules/house/importer-decides.yaml");
    assert_eq!(survivor["line"], 13);
}

#[test]
fn check_asks_only_what_is_named() {
    let folder = house(&changed(SOUND, &[NO_REVIEW]));
    let (code, out, _) = folder.run(&["check", "--rule", "register-not-checked"]);
    assert!(out.contains("1 rule, 0 definitions"), "{code} {out}");
    let (code, _, err) = folder.run(&["check", "rules", "--rule", "importer-decide"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `importer-decides`?"), "{err}");
    let (code, _, err) = folder.run(&["check", "rules", "--pack", "hous"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `house`?"), "{err}");
}

#[test]
fn examples_that_are_not_well_written_are_part_of_what_is_found() {
    let broken = changed(
        SOUND,
        &[(
            "    - undetermined: the role is being clarified\n      set: {importer.role: unknown}\n      missing: [importer.role]\n",
            "    - pass: a wrong word\n      set: {importer.role: boss}\n",
        )],
    );
    let (code, out, _) = house(&broken).run(&["check", "rules"]);
    assert_eq!(code, 1);
    assert!(out.contains("Examples that are not well written"), "{out}");
    assert!(out.contains("no example comes to `undetermined`"), "{out}");
    assert!(out.contains("breaks its schema"), "{out}");
}

#[test]
fn a_failing_example_shows_what_was_expected_and_what_was_found() {
    let elsewhere = changed(SOUND, &[("at: importer.role", "at: exporter.role")]);
    let (code, out, _) = house(&elsewhere).run(&["test", "rules"]);
    assert_eq!(
        (code, out.as_str()),
        (
            1,
            "\
FAILED  house::importer-decides::fail::a controller
        rules/house/importer-decides.yaml:23: the finding points at another place
          expected outcome  fail
          found outcome     fail
          expected place    exporter.role
          found place       importer.role
          message           the importer decides
5 passed, 1 failed
"
        )
    );
    let turned = changed(
        SOUND,
        &[("- pass: a processor", "- undetermined: a processor")],
    );
    let (_, out, _) = house(&turned).run(&["test", "rules"]);
    assert!(out.contains("expected outcome  undetermined\n"), "{out}");
    assert!(out.contains("found outcome     pass\n"), "{out}");
}

fn with_source(requirements: &str) -> String {
    let source = "source: [{cite: Policy 1, certainty: verified}]";
    changed(SOUND, &[(source, requirements)])
}

const REQUIREMENTS: &str = "\
requirements:
  - {id: \"hr:1:1\", title: first, certainty: verified, known: text, group: notice}
  - {id: \"hr:1:2\", title: second, certainty: verified, known: subject, group: notice}
  - {id: \"hr:1:2a\", title: second a, certainty: verified, known: subject, group: notice}
  - {id: \"hr:1:2b\", title: second b, certainty: verified, known: subject, group: notice}
  - {id: \"hr:1:3\", title: third, certainty: unverified, group: use}
  - {id: \"hr:2:1\", title: first again, certainty: derived, was: \"hr:1:1\", change: modified, known: text}
";

fn covering(named: &[&str]) -> Folder {
    let sources: Vec<String> = named
        .iter()
        .map(|id| format!("  - {{cite: Policy, certainty: verified, requirement: \"{id}\"}}\n"))
        .collect();
    let rule = with_source(&format!("source:\n{}", sources.concat()));
    Folder::with(&[
        ("house/pack.yaml", &format!("{PACK}{REQUIREMENTS}")),
        ("house/importer-decides.yaml", &rule),
    ])
}

#[test]
fn coverage_counts_numbers_and_wants_every_letter() {
    let last = |named: &[&str]| {
        let (code, out, err) = covering(named).run(&["coverage", "rules"]);
        assert_eq!(err, "");
        (code, out.lines().last().unwrap().to_owned())
    };
    let said = |covered: usize| format!("covered {covered} of 4 requirements");
    let all = ["hr:1:1", "hr:1:2a", "hr:1:2b", "hr:1:3", "hr:2:1"];
    assert_eq!(last(&all), (0, said(4)));
    // One letter is missing, then both; a rule of the number alone does not make up for them.
    assert_eq!(
        last(&["hr:1:1", "hr:1:2a", "hr:1:3", "hr:2:1"]),
        (1, said(3))
    );
    assert_eq!(last(&["hr:1:1", "hr:1:2", "hr:1:2b"]), (1, said(1)));
    assert_eq!(last(&["hr:1:1"]), (1, said(1)));
    // What no manifest lists is a defect though all is covered.
    let more: Vec<&str> = all.into_iter().chain(["hr:1:99"]).collect();
    assert_eq!(last(&more), (1, said(4)));
}

#[test]
fn coverage_lists_every_item_with_its_rules_and_examples() {
    let folder = covering(&["hr:1:1", "hr:1:2a", "hr:1:2b", "hr:2:1"]);
    let (code, out, _) = folder.run(&["coverage", "rules"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
    let (code, out, _) = folder.run(&["coverage", "rules", "--format", "json"]);
    assert_eq!(code, 1);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&report["version"], &report["covered"]),
        (&1.into(), &3.into())
    );
    assert_eq!(report["requirements"], 4);
    let edition = &report["packs"][0]["editions"][0];
    assert_eq!(edition["edition"], "hr:1");
    assert_eq!(
        (
            &edition["requirements"],
            &edition["covered"],
            &edition["items"]
        ),
        (&3.into(), &2.into(), &2.into())
    );
    let known = serde_json::json!({"text": 1, "subject": 1, "unverified": 1});
    assert_eq!(edition["known"], known);
    let again = &report["packs"][0]["editions"][1]["list"][0];
    let expected = serde_json::json!({
        "id": "hr:2:1", "title": "first again", "group": "notice", "was": "hr:1:1",
        "change": "modified", "known": "text", "certainty": "derived", "covered": true,
        "rules": ["importer-decides"],
        "examples": {"pass": 3, "fail": 1, "undetermined": 1, "not_applicable": 1},
    });
    assert_eq!(*again, expected);
}

#[test]
fn a_rule_that_was_never_seen_to_fail_covers_nothing() {
    let case = "    - fail: a controller\n      set: {importer.role: controller}\n      at: importer.role\n";
    let source = "source: [{cite: P, certainty: verified, requirement: \"hr:1:1\"}]";
    let rule = changed(&with_source(source), &[(case, "")]);
    let manifest = "requirements:\n  - {id: \"hr:1:1\", title: first, certainty: verified}\n";
    let run = |rule: &str| {
        let folder = Folder::with(&[
            ("house/pack.yaml", &format!("{PACK}{manifest}")),
            ("house/importer-decides.yaml", rule),
        ]);
        folder.run(&["coverage", "rules"])
    };
    let (code, out, _) = run(&rule);
    assert!(
        code == 1 && out.ends_with("covered 0 of 1 requirements\n"),
        "{out}"
    );
    let excused = format!("{rule}  impossible: {{fail: nobody decides}}\n");
    let (code, out, _) = run(&excused);
    assert!(
        code == 0 && out.ends_with("covered 1 of 1 requirements\n"),
        "{out}"
    );
}

#[test]
fn a_pack_without_requirements_has_no_coverage() {
    let (code, out, err) = house(SOUND).run(&["coverage", "rules"]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(
        err.contains("without numbered requirements: house"),
        "{err}"
    );
}

#[test]
fn check_finds_requirements_without_rules() {
    let folder = covering(&["hr:1:1", "hr:1:2a", "hr:1:2b", "hr:1:99"]);
    let (code, out, _) = folder.run(&["check", "rules"]);
    assert_eq!(code, 1);
    for line in [
        "  hr:1:3   rules/house/pack.yaml:10  no rule: third\n",
        "  hr:2:1   rules/house/pack.yaml:11  no rule: first again\n",
        "  hr:1:99  rules/house/importer-decides.yaml:1  named by importer-decides, listed by no pack\n",
    ] {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain(&out).contains(&plain(line)), "{line}{out}");
    }
}

#[test]
fn rules_are_listed_by_what_they_are_about() {
    let profile = changed(
        SOUND,
        &[
            ("id: importer-decides", "id: no-policy"),
            (
                "stated: review_by",
                "stated: exporter.profile.security.policy",
            ),
            (
                "effective: {from: 2020-01-01}",
                "effective: {from: {earliest: 2027-01-01, latest: 2027-06-01}}",
            ),
            ("severity: warning", "severity: info"),
        ],
    );
    let source = "source: [{cite: P, certainty: verified, requirement: \"hr:1:2a\"}]";
    let calls = changed(
        &with_source(source),
        &[(
            "{field: importer.role, in: [processor, sub_processor]}",
            "{holds: is-helper, of: importer}",
        )],
    );
    let folder = Folder::with(&[
        ("house/pack.yaml", &format!("{PACK}{REQUIREMENTS}")),
        ("house/importer-decides.yaml", &calls),
        ("house/no-policy.yaml", &profile),
        ("definitions/is-helper.yaml", DEFINITION),
    ]);
    let list = |filter: &[&str]| {
        let fixed: &[&str] = &["list", "--rules", "rules", "--pack", "house"];
        folder.run(&[fixed, filter].concat())
    };
    let ids = |filter: &[&str]| {
        let (code, out, err) = list(filter);
        let rules = out.lines().filter_map(|line| line.strip_prefix("  "));
        let ids: Vec<_> = rules
            .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(code, if ids.is_empty() { 3 } else { 0 }, "{filter:?} {err}");
        ids.join(" ")
    };
    for (filter, expected) in [
        (&["--requirement", "hr:1:2a"][..], "importer-decides"),
        (&["--requirement", "hr:1:2"], "importer-decides"),
        (&["--requirement", "hr:1:3"], ""),
        (&["--field", "importer.role"], "importer-decides no-policy"),
        (&["--field", "importer"], "importer-decides no-policy"),
        (&["--field", "exporter.role"], ""),
        (&["--field", "importer.certifications[0].scheme"], ""),
        (&["--field", "review_by"], "importer-decides"),
        (&["--field", "security.policy"], "no-policy"),
        (
            &["--field", "exporter.profile.security.policy"],
            "no-policy",
        ),
        (&["--field", "exporter.profile"], "no-policy"),
        (&["--severity", "info"], "no-policy"),
        (
            &["--severity", "info,warning"],
            "importer-decides no-policy",
        ),
        (&["--severity", "error"], ""),
        (&["--as-of", "2026-12-31"], "importer-decides"),
        (&["--as-of", "2027-03-01"], "importer-decides no-policy"),
        (&["--as-of", "2019-12-31"], ""),
    ] {
        assert_eq!(ids(filter), expected, "{filter:?}");
    }
    let (_, out, _) = list(&["--severity", "info"]);
    assert!(
        out.starts_with("house (House rules), 1 of 2 rules, read on"),
        "{out}"
    );
    for (filter, says) in [
        (
            ["--requirement", "hr:1:4"],
            "there is no requirement `hr:1:4`",
        ),
        (
            ["--field", "importer.rolle"],
            "did you mean `importer.role`?",
        ),
        (
            ["--field", "security.polcy"],
            "did you mean `security.policy`?",
        ),
        (["--as-of", "tomorrow"], "`--as-of tomorrow` is not a date"),
    ] {
        let (code, out, err) = list(&filter);
        assert_eq!((code, out.as_str()), (2, ""), "{filter:?}");
        assert!(err.contains(says), "{err}");
    }
}
