//! What would make it permitted.

use crate::asked::{Case, carnet, fits, of_cases, of_rules, rules};
use carnet::finding::{Outcome, PackOutcomes, ProposalReport, Tone, Verdict};
use carnet::outlook::{Repair, Repairs};
use carnet::rule::RuleSet;
use carnet::whatif::PatchStep;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Every failing example of a rule, and every case.
fn refused() -> Vec<Case> {
    let failing = of_rules()
        .into_iter()
        .filter(|(_, outcome)| *outcome == Outcome::Fail);
    failing.map(|(case, _)| case).chain(of_cases()).collect()
}

/// The whole answer: every rule of every pack that is asked about the case.
fn whole(case: &Case, set: &RuleSet) -> Option<ProposalReport> {
    let asked = case.ask(set, |options| options.select.clear());
    asked.map(|(report, _)| report)
}

/// RFC 6902, as far as repairs need it; `false` where a step does not fit.
fn patched(document: &mut Value, step: &PatchStep) -> bool {
    let (parent, name) = step.path.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    match (step.op, document.pointer_mut(parent), step.value.clone()) {
        ("add", Some(Value::Array(list)), Some(value)) => {
            assert_eq!(name, "-");
            list.push(value);
        }
        ("add", Some(Value::Object(members)), Some(value)) => {
            members.insert(name, value);
        }
        ("replace", Some(_), Some(value)) => match document.pointer_mut(&step.path) {
            Some(there) => *there = value,
            None => return false,
        },
        ("remove", Some(Value::Array(list)), None) => match name.parse::<usize>() {
            Ok(index) if index < list.len() => drop(list.remove(index)),
            _ => return false,
        },
        _ => return false,
    }
    true
}

/// The steps of a repair, each with the name of its document.
fn steps(repair: &Repair) -> Vec<(Option<&str>, &PatchStep)> {
    let steps = repair
        .patches
        .iter()
        .flat_map(|(name, steps)| steps.iter().map(move |step| (name.as_deref(), step)));
    steps.collect()
}

fn changed(case: &Case, steps: &[(Option<&str>, &PatchStep)]) -> Option<Case> {
    let mut case = case.clone();
    for (name, step) in steps {
        let fits = match name {
            None => patched(&mut case.proposal, step),
            Some(name) => {
                let text = case.files.get_mut(*name).unwrap();
                let mut document = serde_json::from_str(text).unwrap();
                let fits = patched(&mut document, step);
                *text = document.to_string();
                fits
            }
        };
        if !fits {
            return None;
        }
    }
    Some(case)
}

fn outcomes(report: &ProposalReport) -> BTreeMap<(&str, &str), Outcome> {
    let of = |pack: &'_ PackOutcomes| -> Vec<_> {
        let rules = pack.rules.iter().zip(&pack.outcomes);
        rules
            .map(|(rule, outcome)| (rule.0.clone(), *outcome))
            .collect()
    };
    let mut all = BTreeMap::new();
    for pack in &report.outcomes {
        for ((rule, outcome), id) in of(pack).into_iter().zip(pack.rules.iter()) {
            assert_eq!(rule, id.0);
            all.insert((pack.pack.0.as_str(), id.0.as_str()), outcome);
        }
    }
    all
}

/// Whether what was refused is not any more, and nothing became worse: from the reports alone.
fn helps(
    case: &Case,
    set: &RuleSet,
    packs: &[&str],
    before: &ProposalReport,
    after: &ProposalReport,
) -> bool {
    let now = outcomes(after);
    for (at, earlier) in &outcomes(before) {
        let decides = set.packs.iter().flat_map(|pack| pack.rules.iter());
        let decides = decides
            .filter(|rule| rule.id.0 == at.1)
            .any(|rule| rule.effect.decides());
        if !decides {
            continue;
        }
        let now = now.get(at).copied().unwrap_or(Outcome::NotApplicable);
        let targeted = packs.contains(&at.0) && (case.rule.is_empty() || case.rule == at.1);
        let unmet = matches!(now, Outcome::Fail | Outcome::Undetermined);
        if *earlier == Outcome::Fail && targeted && unmet {
            return false;
        }
        if *earlier != Outcome::Fail && now == Outcome::Fail {
            return false;
        }
    }
    packs.iter().all(|pack| {
        let verdict = after
            .verdicts
            .iter()
            .find(|verdict| verdict.pack.0 == *pack);
        !case.rule.is_empty() || verdict.is_some_and(|verdict| verdict.tone != Tone::Bad)
    })
}

fn check(case: &Case, set: &RuleSet, before: &ProposalReport, repairs: &Repairs) {
    let packs: Vec<&str> = repairs
        .packs
        .iter()
        .map(|said| said.pack.0.as_str())
        .collect();
    for repair in &repairs.repairs {
        let steps = steps(repair);
        let told: Vec<&str> = repair.steps.iter().map(|step| step.says.as_str()).collect();
        let name = format!("{}: {}", case.name, told.join("; "));
        assert_eq!(steps.len(), repair.steps.len(), "{name}");
        assert!(steps.len() <= carnet::whatif::MOST_CHANGES, "{name}");
        let after = changed(case, &steps)
            .and_then(|case| whole(&case, set))
            .expect(&name);
        for said in &repair.verdicts {
            let verdict = after
                .verdicts
                .iter()
                .find(|verdict| verdict.pack == said.pack);
            let word = verdict.map(|verdict| verdict.word.as_str());
            assert_eq!(word, Some(said.word.as_str()), "{name}: {}", said.pack.0);
        }
        assert!(
            helps(case, set, &packs, before, &after),
            "{name} does not help"
        );
        // Every verdict that changes is told.
        for (earlier, now) in before.verdicts.iter().zip(&after.verdicts) {
            let told = repair.verdicts.iter().any(|said| said.pack == now.pack);
            assert!(
                earlier.word == now.word || told,
                "{name}: {} is not told",
                now.pack.0
            );
        }
        for mask in 1..(1_usize << steps.len()) - 1 {
            let part = steps.iter().enumerate();
            let part: Vec<_> = part
                .filter(|(i, _)| mask & (1 << i) != 0)
                .map(|(_, step)| *step)
                .collect();
            let Some(part) = changed(case, &part).and_then(|case| whole(&case, set)) else {
                continue;
            };
            assert!(
                !helps(case, set, &packs, before, &part),
                "{name}: part {mask} is enough"
            );
        }
    }
}

/// Every repair that is offered for every failing example and case leads to the verdicts that are told,
/// makes nothing worse, and no part of it is enough.
#[test]
fn repairs_do_what_they_say() {
    let set = rules();
    let cases = refused();
    let (mut refused, mut helped, mut offered) = (0, 0, 0);
    let counts = std::thread::scope(|scope| {
        let set = &set;
        let halves = cases.chunks(cases.len().div_ceil(2)).map(|half| {
            scope.spawn(move || {
                let (mut refused, mut helped, mut offered) = (0, 0, 0);
                for case in half {
                    let asked = case.ask(set, |options| options.repairs = Some(false));
                    let all = asked
                        .and_then(|(report, _)| report.repairs)
                        .unwrap_or_default();
                    if all.is_empty() {
                        continue;
                    }
                    let before = whole(case, set).unwrap();
                    for repairs in &all {
                        refused += 1;
                        helped += usize::from(!repairs.repairs.is_empty());
                        offered += repairs.repairs.len();
                        check(case, set, &before, repairs);
                    }
                }
                (refused, helped, offered)
            })
        });
        let halves: Vec<_> = halves.collect();
        halves
            .into_iter()
            .map(|half| half.join().unwrap())
            .collect::<Vec<_>>()
    });
    for (r, h, o) in counts {
        refused += r;
        helped += h;
        offered += o;
    }
    assert!(
        refused > 500 && helped > 400 && offered > 700,
        "{refused} refused, {helped} with {offered} repairs"
    );
}

/// A schema of a document, as the format's file has it.
struct Schema(Value);

/// How the schema says that a place can be changed.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Act,
    Add,
    No,
}

impl Schema {
    fn read(name: &str) -> Self {
        let path = format!("{}/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    fn real<'s>(&'s self, node: &'s Value) -> &'s Value {
        let found = node.get("$ref").and_then(Value::as_str);
        found.map_or(node, |at| {
            self.real(self.0.pointer(at.strip_prefix('#').unwrap()).unwrap())
        })
    }

    /// A plain value that a place can hold: the words, yes and no.
    fn values(&self, node: &Value) -> Vec<Value> {
        let node = self.real(node);
        let circumstances = node.get("x-circumstances").and_then(Value::as_array);
        let usual = |word: &Value| {
            *word != json!("unknown") && circumstances.is_none_or(|list| !list.contains(word))
        };
        if let Some(words) = node.get("enum").and_then(Value::as_array) {
            return words.iter().filter(|word| usual(word)).cloned().collect();
        }
        if node.get("type") == Some(&json!("boolean")) {
            return vec![json!(true), json!(false)];
        }
        let any = node.get("anyOf").and_then(Value::as_array);
        let found = any.into_iter().flatten().flat_map(|node| self.values(node));
        found.filter(usual).collect()
    }

    /// Every single change that the schema lets people make to what is written, and to what is missing
    /// in the objects that are there.
    fn changes(&self, node: &Value, value: &Value, at: &str, way: Way, found: &mut Vec<PatchStep>) {
        let node = self.real(node);
        let step = |op, path: String, value: Option<Value>| PatchStep { op, path, value };
        if let (Some(fields), Some(members)) = (
            node.get("properties").and_then(Value::as_object),
            value.as_object(),
        ) {
            for (name, field) in fields {
                let own = field
                    .get("x-change")
                    .or_else(|| self.real(field).get("x-change"));
                let way = match own.and_then(Value::as_str) {
                    Some("act") => Way::Act,
                    Some("add") => Way::Add,
                    Some(_) => Way::No,
                    None if way == Way::Add => Way::Act,
                    None => way,
                };
                if name.ends_with("_complete") {
                    continue;
                }
                let path = format!("{at}/{name}");
                let there = members.get(name);
                if way != Way::No {
                    let op = if there.is_some() { "replace" } else { "add" };
                    let values = self
                        .values(field)
                        .into_iter()
                        .filter(|it| Some(it) != there);
                    found.extend(values.map(|value| step(op, path.clone(), Some(value))));
                }
                if let Some(there) = there {
                    self.changes(field, there, &path, way, found);
                }
            }
        }
        if let (Some(item), Some(list)) = (node.get("items"), value.as_array()) {
            for (i, element) in list.iter().enumerate() {
                let path = format!("{at}/{i}");
                if way == Way::Act {
                    found.push(step("remove", path.clone(), None));
                }
                self.changes(item, element, &path, way, found);
            }
            if way != Way::No {
                let words = self
                    .values(item)
                    .into_iter()
                    .filter(|it| !list.contains(it));
                found.extend(words.map(|word| step("add", format!("{at}/-"), Some(word))));
            }
        }
    }
}

/// Every single change of a case that the schemas allow.
struct Changes {
    proposal: Schema,
    profile: Schema,
}

impl Changes {
    fn new() -> Self {
        Self {
            proposal: Schema::read("transfer-proposal"),
            profile: Schema::read("organisation-profile"),
        }
    }

    fn of<'c>(&self, case: &'c Case) -> Vec<(Option<&'c str>, PatchStep)> {
        let mut all = Vec::new();
        let mut found = Vec::new();
        let root = &self.proposal.0;
        self.proposal
            .changes(root, &case.proposal, "", Way::No, &mut found);
        all.extend(found.into_iter().map(|step| (None, step)));
        for (name, text) in &case.files {
            let mut found = Vec::new();
            let document = serde_json::from_str(text).unwrap();
            let root = &self.profile.0;
            self.profile
                .changes(root, &document, "", Way::No, &mut found);
            all.extend(found.into_iter().map(|step| (Some(name.as_str()), step)));
        }
        all
    }
}

/// Whether changes are enough, from the reports alone.
fn is_enough(
    case: &Case,
    set: &RuleSet,
    packs: &[&str],
    before: &ProposalReport,
    steps: &[(Option<&str>, &PatchStep)],
) -> bool {
    let Some(case) = changed(case, steps) else {
        return false;
    };
    // One rule is cheap to ask; all are asked where it helps.
    let quick = case.ask(set, |options| {
        if case.rule.is_empty() {
            let names = packs.iter().map(|it| (*it).to_owned());
            options.packs = carnet::engine::PackChoice::Named(names.collect());
        }
    });
    let Some((quick, _)) = quick else {
        return false;
    };
    let refuses = |it: &Verdict| it.tone == Tone::Bad && packs.contains(&it.pack.0.as_str());
    if quick.verdicts.iter().any(refuses) {
        return false;
    }
    let after = whole(&case, set).unwrap();
    let earlier = outcomes(before);
    let worse = |(at, now): (&(&str, &str), &Outcome)| {
        *now == Outcome::Undetermined && earlier.get(at) == Some(&Outcome::Pass)
    };
    !outcomes(&after).iter().any(worse) && helps(&case, set, packs, before, &after)
}

fn packs_of(repairs: &Repairs) -> Vec<&str> {
    repairs
        .packs
        .iter()
        .map(|said| said.pack.0.as_str())
        .collect()
}

/// Where one change of a word, a yes or no, or a list is enough, one is offered. All such changes that
/// the schemas allow are tried, one after the other, without a look at what a rule reads.
#[test]
fn one_change_is_found_where_there_is_one() {
    let set = rules();
    let changes = Changes::new();
    let (mut tried, mut exist) = (0, 0);
    for case in refused().iter().step_by(13) {
        let asked = case.ask(&set, |options| options.repairs = Some(false));
        let all = asked
            .and_then(|(report, _)| report.repairs)
            .unwrap_or_default();
        if all.is_empty() {
            continue;
        }
        let changes = changes.of(case);
        let before = whole(case, &set).unwrap();
        for repairs in &all {
            let packs = packs_of(repairs);
            let enough = changes.iter().find(|(name, step)| {
                tried += 1;
                is_enough(case, &set, &packs, &before, &[(*name, step)])
            });
            if let Some((_, step)) = enough {
                exist += 1;
                let one = repairs.repairs.iter().any(|repair| repair.steps.len() == 1);
                assert!(
                    one,
                    "{}: {} {} {:?}",
                    case.name, step.op, step.path, step.value
                );
            }
        }
    }
    assert!(
        exist > 15,
        "{tried} changes tried; for {exist} one is enough"
    );
}

/// Of small proposals for which no one change is offered, all pairs are tried: where one is enough, a
/// repair is offered. Two things that are wrong at once are mended together.
#[test]
fn several_changes_are_found_where_several_are_needed() {
    let set = rules();
    let changes = Changes::new();
    let cases: Vec<Case> = refused().into_iter().step_by(9).collect();
    let late = |name: &str| {
        of_cases()
            .into_iter()
            .find(|case| case.name.contains(name))
            .unwrap()
    };
    // Reported late, and nothing in the contract.
    let mut two = late("violations-reported-within-15-days");
    two.proposal["transaction"]["onward_ban_clause"] = json!(false);
    let mut asked = 0;
    let told = two.ask(&set, |options| options.repairs = Some(false));
    let (report, _) = told.unwrap();
    let all = report.repairs.unwrap_or_default();
    let both = |repair: &Repair| repair.steps.len() == 2;
    assert!(all[0].repairs.iter().any(both));
    check(&two, &set, &whole(&two, &set).unwrap(), &all[0]);
    for case in &cases {
        let told = case.ask(&set, |options| options.repairs = Some(false));
        let all = told
            .and_then(|(report, _)| report.repairs)
            .unwrap_or_default();
        for repairs in &all {
            let least = repairs
                .repairs
                .iter()
                .map(|repair| repair.steps.len())
                .min();
            let all = changes.of(case);
            if least == Some(1) || all.len() > SMALL {
                continue;
            }
            asked += 1;
            let before = whole(case, &set).unwrap();
            let packs = packs_of(repairs);
            check(case, &set, &before, repairs);
            let pairs = all.iter().enumerate().flat_map(|(i, one)| {
                let after = all.iter().skip(i + 1);
                after.map(move |other| (one, other))
            });
            let mut pairs = pairs.into_iter();
            let enough = pairs.find(|((name, one), (other_name, other))| {
                let steps = [(*name, one), (*other_name, other)];
                is_enough(case, &set, &packs, &before, &steps)
            });
            if let Some(((_, one), (_, other))) = enough {
                let what = format!("{} {}; {} {}", one.op, one.path, other.op, other.path);
                assert!(
                    least.is_some_and(|least| least <= 2),
                    "{}: {what}",
                    case.name
                );
            }
        }
    }
    assert!(asked > 3, "{asked}");
}

/// Proposals with more single changes than these are not tried in pairs.
const SMALL: usize = 330;

/// The command refuses formats in which repairs are not told, and tells a proposal that is permitted.
#[test]
fn the_command_tells_what_helps() {
    let (code, out, _) = carnet(&[
        "check",
        "examples/genome-samples.json",
        "--as-of",
        "2026-11-22",
        "--repairs",
    ]);
    assert_eq!(code, 1);
    assert!(out.contains("refusal_method_and_effect"), "{out}");
    let (_, out, _) = carnet(&[
        "check",
        "examples/help-desk.json",
        "--as-of",
        "2026-11-22",
        "--repairs",
    ]);
    assert!(out.contains("Nothing is refused in 1 proposal."), "{out}");
    let (code, _, err) = carnet(&[
        "check",
        "examples/help-desk.json",
        "--repairs",
        "--format",
        "sarif",
    ]);
    assert_eq!(code, 2);
    assert!(
        err.contains("questions and repairs are not told in this format"),
        "{err}"
    );
    let (code, _, err) = carnet(&["check", "examples/help-desk.json", "--allow-reroute"]);
    assert_eq!(code, 2);
    assert!(err.contains("--repairs"), "{err}");
}

/// Where nothing is refused and something is not known, or broken, that is said.
#[test]
fn what_is_not_refused_may_still_be_open() {
    let args = [
        "check",
        "examples/cloud-hosting-draft.json",
        "--as-of",
        "2026-11-22",
        "--repairs",
    ];
    let (_, out, _) = carnet(&args);
    let open =
        "Nothing is refused in 1 proposal; 1 is undetermined: `--questions` tells what to ask.";
    let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(open), "{out}");
    let args = [
        "check",
        "examples/mistakes.json",
        "--as-of",
        "2026-11-22",
        "--repairs",
    ];
    let (_, out, _) = carnet(&args);
    assert!(
        out.contains("In 1 proposal there are mistakes of the format"),
        "{out}"
    );
    let args = [
        "check",
        "examples/mistakes.json",
        "--as-of",
        "2026-11-22",
        "--repairs",
        "--format",
        "markdown",
    ];
    let (_, out, _) = carnet(&args);
    assert!(
        out.contains("In 1 proposal there are mistakes of the format"),
        "{out}"
    );
    let args = [
        "check",
        "examples/cloud-hosting-draft.json",
        "--as-of",
        "2026-11-22",
        "--repairs",
        "--questions",
    ];
    let (_, out, _) = carnet(&args);
    assert!(!out.contains("other proposal"), "{out}");
}

/// The JSON is what its schema says, and names every document that is to be changed.
#[test]
fn the_json_is_what_its_schema_says() {
    for example in ["genome-samples", "help-desk-controller", "chain-of-owners"] {
        let path = format!("examples/{example}.json");
        let args = [
            "check",
            &path,
            "--as-of",
            "2026-11-22",
            "--repairs",
            "--format",
            "json",
        ];
        let (_, out, _) = carnet(&args);
        let report: Value = serde_json::from_str(&out).unwrap();
        fits(carnet::vocabulary::schema::REPORT, &report);
        let first = report
            .pointer("/proposals/0/repairs/0/repairs/0/patches/0")
            .unwrap();
        assert_eq!(first.get("document"), Some(&Value::Null));
    }
}
