//! `docs/rules/`: a page a rule, what `carnet explain` says of it with every example and what
//! carnet answers to it; an index; and which numbered requirements have rules.
//!
//! The answers are made by the same steps as those of `carnet check`, in this process: a thousand
//! programs would take minutes.

use carnet::check::{Documents, Origin, Run};
use carnet::document::yaml::{YamlId, YamlTree};
use carnet::engine::{CheckOptions, PackChoice};
use carnet::explain::{known_in_words, rule_text};
use carnet::finding::{Certainty, Effect, Outcome, PackKind, Severity};
use carnet::report::{Format, RenderOptions, render};
use carnet::rule::bench::coverage::{ByOutcome, Edition, Line, coverage};
use carnet::rule::bench::excuses;
use carnet::rule::example::{Example, Expected, examples};
use carnet::rule::{Change, Known, Pack, Parameters, Rule, RuleSet, RuleSource, compile, shipped};
use carnet::source::SourceMap;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Every page: its name inside `docs/rules/`, and its text.
pub fn pages() -> BTreeMap<String, String> {
    let files = shipped::files();
    let mut sources = SourceMap::new();
    let (set, problems) = compile(&files, &Parameters::new(), &mut sources);
    assert!(problems.is_empty(), "{problems:?}");
    let (examples, mistakes) = examples(&files);
    assert_eq!(mistakes, Vec::<String>::new());
    let mut answers = Answers {
        files: &files,
        sets: BTreeMap::from([(Parameters::new(), set.clone())]),
    };
    let mut pages = BTreeMap::from([
        ("README.md".to_owned(), index(&set)),
        (
            "coverage.md".to_owned(),
            coverage_page(&set, &files, &sources, &examples),
        ),
    ]);
    for pack in &set.packs {
        for rule in &pack.rules {
            let path = format!("{}/{}.yaml", pack.id.0, rule.id.0);
            let file = files.iter().find(|file| file.path == path).unwrap();
            let own = examples.iter().filter(|it| it.shown == file.shown);
            let own: Vec<&Example> = own.collect();
            let text = page(&set, pack, rule, file, &own, &mut answers);
            let known = pages.insert(format!("{}.md", rule.id.0), text);
            assert_eq!(known, None, "two rules are called {}", rule.id.0);
        }
    }
    pages
}

const MADE: &str = "<!-- Made by tests/generated.rs from rules/; do not edit. -->\n\n";

// ---------------------------------------------------------------- the index

fn index(set: &RuleSet) -> String {
    let mut out = format!(
        "{MADE}# The rules\n\nA page a rule: what it asks, where it is written, and every example inside it with what carnet \
         answers. `carnet explain RULE` says the same offline. [Which numbered requirements have \
         rules](coverage.md) is a page of its own.\n"
    );
    for pack in &set.packs {
        let kind = match pack.kind {
            PackKind::Law => "law",
            PackKind::Programme => "programme",
        };
        let count = match pack.rules.len() {
            1 => "1 rule".to_owned(),
            count => format!("{count} rules"),
        };
        write!(
            out,
            "\n## {}\n\n`{}`, a {kind}, read on {}: {count}.\n\n| rule | severity | effect | asks |\n|---|---|---|---|\n",
            pack.title, pack.id.0, pack.researched_on
        )
        .unwrap();
        for rule in &pack.rules {
            let severity = match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "info",
            };
            let effect = match rule.effect {
                Effect::Prohibition => "prohibition",
                Effect::Condition => "condition",
                Effect::Duty => "duty",
                Effect::Advice => "advice",
            };
            writeln!(
                out,
                "| {} | {severity} | {effect} | {} |",
                link(&rule.id.0),
                cell(&rule.title)
            )
            .unwrap();
        }
        for (title, sentences) in [
            ("Left out", &pack.leaves_out),
            ("Taken as given", &pack.assumes),
        ] {
            if !sentences.is_empty() {
                write!(out, "\n{title}:\n\n").unwrap();
                for sentence in sentences {
                    writeln!(out, "- {sentence}").unwrap();
                }
            }
        }
    }
    out
}

fn link(rule: &str) -> String {
    format!("[{rule}]({rule}.md)")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

// ---------------------------------------------------------------- a rule

fn page(
    set: &RuleSet,
    pack: &Pack,
    rule: &Rule,
    file: &RuleSource,
    examples: &[&Example],
    answers: &mut Answers,
) -> String {
    let tree = YamlTree::parse(&file.text).unwrap();
    let root = tree.get(tree.root(), "examples");
    let mut out = format!(
        "{MADE}{}\n## Examples\n\nFrom [rules/{path}](../../rules/{path}). ",
        rule_text(set, pack, rule),
        path = file.path
    );
    if let Some(base) = root.and_then(|root| tree.get(root, "base")) {
        let base = tree.text(base);
        write!(
            out,
            "Each is a small change of the proposal [{base}](../../rules/bases/{base}.json)"
        )
        .unwrap();
        out.push_str(" unless it names another. ");
    }
    out.push_str("Under it stands what carnet answers to this rule.\n");
    let shared = root.map(|root| shared(&tree, root, &file.text));
    if let Some(shared) = shared.filter(|shared| !shared.is_empty()) {
        write!(out, "\nFor all of them:\n\n```yaml\n{shared}```\n").unwrap();
    }
    for example in examples {
        let word = example.expected.word();
        write!(
            out,
            "\n### {}: {}\n\n",
            word.replace('_', " "),
            example.title
        )
        .unwrap();
        let patch = patch(&file.text, example.line, word);
        if patch.is_empty() {
            out.push_str("The proposal as it is.\n");
        } else {
            write!(out, "```yaml\n{patch}```\n").unwrap();
        }
        write!(out, "\n```text\n{}```\n", answers.to(pack, example)).unwrap();
    }
    let impossible = root.and_then(|root| tree.get(root, "impossible"));
    if let Some(impossible) = impossible {
        out.push_str("\nCannot occur:\n\n");
        for (word, reason) in tree.entries(impossible) {
            let word = tree.text(word).replace('_', " ");
            writeln!(out, "- {word}: {}", tree.text(reason)).unwrap();
        }
    }
    out
}

/// What all examples of a file share besides their base, as it is written there.
fn shared(tree: &YamlTree, root: YamlId, text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let line_of = |node| {
        let start = tree.range(node).start as usize;
        text[..start].matches('\n').count()
    };
    let keys: Vec<(String, usize)> = tree
        .entries(root)
        .map(|(key, _)| (tree.text(key).to_owned(), line_of(key)))
        .collect();
    let mut out = String::new();
    for (name, line) in keys {
        if matches!(name.as_str(), "as_of" | "files") {
            let indent = indent(lines[line]);
            let below = lines[line + 1..].iter();
            let below = below.take_while(|it| it.trim().is_empty() || self::indent(it) > indent);
            for line in std::iter::once(&lines[line]).chain(below) {
                writeln!(out, "{}", line.get(indent..).unwrap_or_default()).unwrap();
            }
        }
    }
    out
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The change an example makes, as it is written in the rule file, without its answer and title.
fn patch(text: &str, line: usize, word: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    // An example starts with a dash before its first key.
    let first = lines[line - 1];
    let inside = first.find('-').unwrap() + 2;
    if first[inside..].starts_with('{') {
        return format!("{}\n", &first[inside..]);
    }
    let first = format!("{}{}", " ".repeat(inside), &first[inside..]);
    let rest = lines[line..]
        .iter()
        .take_while(|it| it.trim().is_empty() || indent(it) >= inside);
    let mut out = String::new();
    let mut of_answer = false;
    for line in std::iter::once(first.as_str()).chain(rest.copied()) {
        let line = line.get(inside..).unwrap_or_default();
        if indent(line) == 0 && !line.is_empty() {
            of_answer = line.starts_with(&format!("{word}:"));
        }
        if !of_answer && !line.trim().is_empty() {
            writeln!(out, "{line}").unwrap();
        }
    }
    out
}

// ---------------------------------------------------------------- answers

/// Rules with the parameters that examples set.
struct Answers<'a> {
    files: &'a [RuleSource],
    sets: BTreeMap<Parameters, RuleSet>,
}

/// The documents of an example.
struct Files<'a>(&'a Example);

impl Documents for Files<'_> {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let text = self.0.files.get(path).ok_or("there is no such file")?;
        Ok((path.to_owned(), text.as_bytes().to_vec()))
    }
}

impl Answers<'_> {
    /// What carnet says about an example, asked for its rule alone: the findings, or where there is
    /// none, the row of its pack that counts the outcome, and what it rests on.
    fn to(&mut self, pack: &Pack, example: &Example) -> String {
        let files = self.files;
        let set = self.sets.entry(example.parameters.clone());
        let set =
            set.or_insert_with(|| compile(files, &example.parameters, &mut SourceMap::new()).0);
        let options = CheckOptions {
            packs: PackChoice::All,
            select: vec![example.rule.clone()],
            ..CheckOptions::new(example.as_of)
        };
        let files = Files(example);
        let mut run = Run::new(set, options, &files, SourceMap::new());
        run.check_bytes("example.json", example.proposal.as_bytes(), Origin::Named);
        let proposal = &mut run.report.proposals[0];
        let outcome = proposal
            .outcomes()
            .find(|it| it.rule.0 == example.rule)
            .map(|it| it.outcome);
        let expected = match &example.expected {
            Expected::Outcome(outcome) => Some(*outcome),
            Expected::Truth { .. } => None,
        };
        assert_eq!(outcome, expected, "{}", example.name());
        proposal.verdicts.retain(|verdict| verdict.pack == pack.id);
        proposal.findings.retain(|it| it.rule.0 == example.rule);
        if matches!(outcome, Some(Outcome::Pass | Outcome::NotApplicable)) {
            // On a narrow screen the counts are a sentence, not a table.
            [WIDTH, 60]
                .map(|width| row(&drawn(&run, width)))
                .into_iter()
                .find(|row| !row.starts_with("   "))
                .unwrap()
        } else {
            findings(&drawn(&run, WIDTH), &example.rule)
        }
    }
}

/// Columns of the pages.
const WIDTH: usize = 100;

fn drawn(run: &Run, width: usize) -> String {
    let look = RenderOptions {
        width,
        color: false,
        unicode: true,
        narrated: false,
        links: false,
        max_findings: None,
        quiet: false,
        verbose: true,
        outcomes: false,
        outlook: false,
    };
    let mut text = Vec::new();
    render(&run.report, &run.sources, Format::Human, &look, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The findings of a report: what stands between its head and its last line.
fn findings(text: &str, rule: &str) -> String {
    let mark = format!("[{rule}]");
    let starts = |line: &str| {
        let word = line.split(&mark).next().unwrap_or_default();
        line.contains(&mark) && word.chars().all(|c| c.is_ascii_lowercase())
    };
    let start = text.lines().take_while(|line| !starts(line));
    let start: usize = start.map(|line| line.len() + 1).sum();
    let (found, _) = text[start..].rsplit_once("\n\n").unwrap();
    assert!(starts(found), "{text}");
    format!("{found}\n")
}

/// The counts of the pack, and what the answer rests on.
fn row(text: &str) -> String {
    let (head, _) = text.trim_end().rsplit_once("\n\n").unwrap();
    let (above, counts) = head.rsplit_once("\n\n").unwrap();
    let mut out = format!("{counts}\n");
    let mut taken = false;
    for line in above.lines() {
        let label = line
            .strip_prefix("    ")
            .filter(|rest| !rest.starts_with(' '));
        if let Some(label) = label {
            taken = ["because", "assumed"]
                .iter()
                .any(|it| label.starts_with(it));
        } else if !line.starts_with("     ") {
            taken = false;
        }
        if taken {
            writeln!(out, "{line}").unwrap();
        }
    }
    out
}

// ---------------------------------------------------------------- coverage

fn coverage_page(
    set: &RuleSet,
    files: &[RuleSource],
    sources: &SourceMap,
    examples: &[Example],
) -> String {
    let file_of = |rule: &Rule| {
        let file = sources.get(rule.file);
        file.map(|file| file.name().to_owned()).unwrap_or_default()
    };
    let found = coverage(set, examples, &excuses(files), &|_| true, &file_of);
    let mut out = format!(
        "{MADE}# Which numbered requirements have rules\n\nA requirement counts where a rule names it as its source and \
         an example shows that rule fail; one with lettered items counts where each of them does. \
         *Known* says how much of a requirement could be read: {}; {}; or {}. `carnet rules coverage` \
         prints the same, `carnet explain REQUIREMENT` all about one.\n",
        known_in_words(Known::Text),
        known_in_words(Known::Subject),
        known_in_words(Known::Unverified),
    );
    for pack in &found.packs {
        write!(out, "\n## {}\n", pack.title).unwrap();
        for edition in &pack.editions {
            let name = &edition.edition;
            write!(
                out,
                "\n### {name}\n\n{}.\n\n\
                 | requirement | about | group | was | known | rules | pass | fail | undet. | n.a. |\n\
                 |---|---|---|---|---|---|--:|--:|--:|--:|\n",
                summary(edition)
            )
            .unwrap();
            edition
                .lines
                .iter()
                .for_each(|line| coverage_row(&mut out, line));
        }
    }
    if !found.left_out.is_empty() {
        write!(
            out,
            "\nWithout numbered requirements: {}.\n",
            found.left_out.join(", ")
        )
        .unwrap();
    }
    out
}

/// How many of an edition's requirements have rules, and how well they are known.
fn summary(edition: &Edition) -> String {
    format!(
        "{} of {} have rules: {} text read, {} subject only, {} unverified",
        edition.covered, edition.requirements, edition.text, edition.subject, edition.unverified
    )
}

fn coverage_row(out: &mut String, line: &Line) {
    let known = match line.known {
        Known::Text => "text",
        Known::Subject => "subject",
        Known::Unverified => "unverified",
    };
    let mark = match line.certainty {
        Certainty::Verified => "",
        Certainty::Secondary => "; from a secondary source",
        Certainty::Derived => "; number derived",
        Certainty::Unverified => "; number not verified",
    };
    let was = match (&line.was, line.change) {
        (Some(was), Change::Modified) => format!("`{was}`, modified"),
        (Some(was), _) => format!("`{was}`"),
        (None, Change::New) => "new".to_owned(),
        (None, _) => String::new(),
    };
    let rules: Vec<String> = line.rules.iter().map(|rule| link(rule)).collect();
    let rules = match (rules.is_empty(), line.covered) {
        (false, _) => rules.join(", "),
        (true, true) => "by its lettered items".to_owned(),
        (true, false) => "**none**".to_owned(),
    };
    let ByOutcome {
        pass,
        fail,
        undetermined,
        not_applicable,
    } = line.examples;
    writeln!(
        out,
        "| `{}` | {} | {} | {was} | {known}{mark} | {rules} | {pass} | {fail} | {undetermined} | {not_applicable} |",
        line.id,
        cell(&line.title),
        cell(line.group.as_deref().unwrap_or_default()),
    )
    .unwrap();
}
