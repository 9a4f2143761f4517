//! Requirement × rules × examples: which numbered requirements rules ask, and how well each of them
//! is known.

use crate::finding::{Certainty, Outcome};
use crate::rule::bench::Excuses;
use crate::rule::example::{Example, Expected};
use crate::rule::{Body, Change, Known, Requirement, Rule, RuleSet};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// How examples of the rules of a requirement come out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByOutcome {
    pub pass: usize,
    pub fail: usize,
    pub undetermined: usize,
    pub not_applicable: usize,
}

/// One numbered requirement or lettered item.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: String,
    pub title: String,
    pub group: Option<String>,
    pub was: Option<String>,
    pub change: Change,
    pub known: Known,
    pub certainty: Certainty,
    pub is_item: bool,
    pub covered: bool,
    /// The rules that name it, sorted.
    pub rules: Vec<String>,
    pub examples: ByOutcome,
}

/// An edition of a pack's requirements. Counts are of numbered requirements.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    pub edition: String,
    pub requirements: usize,
    pub covered: usize,
    /// Lettered items.
    pub items: usize,
    pub text: usize,
    pub subject: usize,
    pub unverified: usize,
    pub lines: Vec<Line>,
}

/// The requirements of a pack.
#[derive(Clone, Debug)]
pub struct PackCoverage {
    pub id: String,
    pub title: String,
    pub editions: Vec<Edition>,
}

/// The requirements of all packs that were asked about.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    pub packs: Vec<PackCoverage>,
    /// Packs without numbered requirements.
    pub left_out: Vec<String>,
    pub covered: usize,
    pub requirements: usize,
    /// Requirements that rules name and no manifest lists: the requirement, the rule, its place.
    pub unlisted: Vec<(String, String, Span)>,
    /// Requirements and lettered items that are not covered.
    pub uncovered: usize,
}

/// What rules cover. `asked` chooses packs; `file_of` names the file of a rule, as shown.
pub fn coverage(
    set: &RuleSet,
    examples: &[Example],
    excuses: &BTreeMap<String, Excuses>,
    asked: &dyn Fn(&str) -> bool,
    file_of: &dyn Fn(&Rule) -> String,
) -> Coverage {
    let rules: Vec<&Rule> = set.packs.iter().flat_map(|pack| &pack.rules).collect();
    let mut by_rule: BTreeMap<&str, ByOutcome> = BTreeMap::new();
    for example in examples {
        if let Expected::Outcome(outcome) = &example.expected {
            let counts = by_rule.entry(&example.rule).or_default();
            match outcome {
                Outcome::Pass => counts.pass += 1,
                Outcome::Fail => counts.fail += 1,
                Outcome::Undetermined => counts.undetermined += 1,
                Outcome::NotApplicable => counts.not_applicable += 1,
            }
        }
    }
    // A rule that was never seen to fail covers nothing.
    let counts = |rule: &Rule| {
        let fails = by_rule
            .get(rule.id.0.as_str())
            .is_some_and(|by| by.fail > 0);
        let excused = excuses
            .get(&file_of(rule))
            .is_some_and(|excuses| excuses.impossible.iter().any(|word| word == "fail"));
        fails || excused
    };
    let mut naming: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut counting: BTreeSet<&str> = BTreeSet::new();
    for rule in &rules {
        let counted = counts(rule);
        for requirement in named(rule) {
            naming.entry(requirement).or_default().insert(&rule.id.0);
            if counted {
                counting.insert(requirement);
            }
        }
    }
    let mut found = Coverage::default();
    for pack in set.packs.iter().filter(|pack| asked(&pack.id.0)) {
        if pack.requirements.is_empty() {
            found.left_out.push(pack.id.0.clone());
            continue;
        }
        let editions = editions(&pack.requirements, &naming, &counting, &by_rule);
        found.covered += editions
            .iter()
            .map(|edition| edition.covered)
            .sum::<usize>();
        found.requirements += editions.iter().map(|e| e.requirements).sum::<usize>();
        let lines = editions.iter().flat_map(|edition| &edition.lines);
        found.uncovered += lines.filter(|line| !line.covered).count();
        found.packs.push(PackCoverage {
            id: pack.id.0.clone(),
            title: pack.title.clone(),
            editions,
        });
    }
    let listed: BTreeSet<&str> = set
        .packs
        .iter()
        .flat_map(|pack| &pack.requirements)
        .map(|requirement| requirement.id.as_str())
        .collect();
    for pack in set.packs.iter().filter(|pack| asked(&pack.id.0)) {
        for rule in &pack.rules {
            for requirement in named(rule) {
                if !listed.contains(requirement) {
                    let place = (requirement.to_owned(), rule.id.0.clone(), rule.span);
                    found.unlisted.push(place);
                }
            }
        }
    }
    found
}

/// The requirements that a rule, or a way to permit in it, names as its source.
pub fn named(rule: &Rule) -> BTreeSet<&str> {
    let doors: &[crate::rule::GateDoor] = match &rule.body {
        Body::Gate(doors) => doors,
        Body::Require(_) => &[],
    };
    let of_doors = doors.iter().flat_map(|door| &door.sources);
    let sources = rule.sources.iter().chain(of_doors);
    sources
        .filter_map(|source| source.requirement.as_deref())
        .collect()
}

/// The number a lettered item belongs to.
pub fn number_of(id: &str) -> &str {
    id.trim_end_matches(|last: char| last.is_ascii_lowercase())
}

fn editions(
    requirements: &[Requirement],
    naming: &BTreeMap<&str, BTreeSet<&str>>,
    counting: &BTreeSet<&str>,
    by_rule: &BTreeMap<&str, ByOutcome>,
) -> Vec<Edition> {
    let mut found: Vec<Edition> = Vec::new();
    for requirement in requirements {
        let id = requirement.id.as_str();
        let has_rule = counting.contains(id);
        let is_item = requirement.is_item();
        let mut items = requirements
            .iter()
            .filter(|other| !is_item && other.is_item() && number_of(&other.id) == id)
            .map(|item| counting.contains(item.id.as_str()))
            .peekable();
        let has_items = items.peek().is_some();
        let items_covered = items.all(|covered| covered);
        let covered = items_covered && (has_rule || has_items);
        let rules: Vec<&str> = naming.get(id).into_iter().flatten().copied().collect();
        let mut examples = ByOutcome::default();
        for by in rules.iter().filter_map(|rule| by_rule.get(rule)) {
            examples.pass += by.pass;
            examples.fail += by.fail;
            examples.undetermined += by.undetermined;
            examples.not_applicable += by.not_applicable;
        }
        let name = requirement.edition();
        let at = found.iter().position(|edition| edition.edition == name);
        let at = at.unwrap_or_else(|| {
            found.push(Edition {
                edition: name.to_owned(),
                ..Edition::default()
            });
            found.len() - 1
        });
        let Some(edition) = found.get_mut(at) else {
            continue;
        };
        if is_item {
            edition.items += 1;
        } else {
            edition.requirements += 1;
            edition.covered += usize::from(covered);
            match requirement.known {
                Known::Text => edition.text += 1,
                Known::Subject => edition.subject += 1,
                Known::Unverified => edition.unverified += 1,
            }
        }
        edition.lines.push(Line {
            id: id.to_owned(),
            title: requirement.title.clone(),
            group: requirement.group.clone(),
            was: requirement.was.clone(),
            change: requirement.change,
            known: requirement.known,
            certainty: requirement.certainty,
            is_item,
            covered,
            rules: rules.into_iter().map(str::to_owned).collect(),
            examples,
        });
    }
    found
}
