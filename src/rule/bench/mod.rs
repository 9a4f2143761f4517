//! The rule author's bench: what only all examples together can show of rules.
//!
//! [`Bench`] holds rules with their examples, each read once. Every rule and definition is a
//! [`Task`] of its own; a [`Worker`] examines tasks one after the other, so that a caller may have
//! several workers. `mutant` lists the changes of a condition and `change` makes them; `reach` finds
//! branches that never decide, `contradiction` rules that ask for opposite values; `excuse` reads
//! what the files say about changes that mean the same; `coverage` counts rules and examples by
//! requirement.

pub mod change;
mod contradiction;
pub mod coverage;
mod excuse;
pub mod mutant;
pub mod place;
mod reach;

pub use contradiction::Contradiction;
pub use excuse::{Excuse, Excuses, excuses};

use crate::finding::Outcome;
use crate::rule::condition::{Condition, ConditionKind};
use crate::rule::example::{Example, Expected, Prepared};
use crate::rule::reads::{FieldPath, fields_of};
use crate::rule::{Body, Pack, Parameters, Rule, RuleSet, RuleSource, compile};
use crate::source::{FileId, SourceMap, Span};
use mutant::Mutant;
use place::Root;
use std::collections::{BTreeMap, BTreeSet};

/// Rules with their examples, ready to be examined.
#[derive(Debug)]
pub struct Bench<'e> {
    /// The rules as they are, and as examples set their parameters.
    sets: Vec<RuleSet>,
    examples: Vec<Case<'e>>,
    /// Rules by pack and place in it, in the order of the packs.
    rules: Vec<(usize, usize)>,
    /// The fields each of them reads.
    reads: Vec<BTreeSet<FieldPath>>,
    excuses: BTreeMap<String, Excuses>,
    broken: Vec<(String, Spot, String)>,
    sources: SourceMap,
}

/// An example with the rules it is asked of.
#[derive(Debug)]
struct Case<'e> {
    prepared: Prepared<'e>,
    set: usize,
    passes: bool,
}

/// Something to examine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A rule, counted over all packs.
    Rule(usize),
    /// A definition of the rule set.
    Definition(usize),
}

/// A place in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file, as shown.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
}

/// What was found about one rule or definition.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Of the rule or definition.
    pub id: String,
    pub spot: Spot,
    pub mutants: usize,
    pub killed: usize,
    /// Survivors that the file says are equivalent.
    pub equivalent: usize,
    pub survivors: Vec<(Spot, String)>,
    /// Entries of `equivalent` that excuse nothing, with what is wrong with them.
    pub idle_excuses: Vec<(Spot, String)>,
    /// Branches that no example reaches, by the keys that lead there.
    pub unreached: Vec<(Spot, String)>,
    pub contradictions: Vec<Contradiction>,
    /// No example of the rule fails, and nothing says why.
    pub never_fires: bool,
    /// Examples that do not pass as the rules are; nothing can be concluded from them.
    pub failing: Vec<(Spot, String)>,
}

impl<'e> Bench<'e> {
    /// Reads every example once, and runs it once.
    pub fn new(files: &[RuleSource], examples: &'e [Example]) -> Self {
        let mut sources = SourceMap::new();
        let (set, _) = compile(files, &Parameters::new(), &mut sources);
        let mut bench = Self {
            rules: Vec::new(),
            reads: Vec::new(),
            excuses: excuses(files),
            examples: Vec::new(),
            broken: Vec::new(),
            sources,
            sets: Vec::new(),
        };
        for (at, pack) in set.packs.iter().enumerate() {
            for (index, rule) in pack.rules.iter().enumerate() {
                bench.rules.push((at, index));
                bench.reads.push(fields_of(&set, rule));
            }
        }
        bench.sets.push(set);
        let mut known: Vec<&Parameters> = Vec::new();
        for example in examples {
            if let Err(reason) = bench.read(files, example, &mut known) {
                let place = spot_of(example);
                bench.broken.push((example.rule.clone(), place, reason));
            }
        }
        bench
    }

    /// Reads one example; `known` are the parameters of the sets after the first.
    fn read(
        &mut self,
        files: &[RuleSource],
        example: &'e Example,
        known: &mut Vec<&'e Parameters>,
    ) -> Result<(), String> {
        let parameters = &example.parameters;
        let set = if parameters.is_empty() {
            0
        } else if let Some(at) = known.iter().position(|known| *known == parameters) {
            at + 1
        } else {
            let (set, problems) = compile(files, parameters, &mut SourceMap::new());
            if let Some(problem) = problems.first() {
                return Err(problem.message.clone());
            }
            self.sets.push(set);
            known.push(parameters);
            known.len()
        };
        let Some(rules) = self.sets.get(set) else {
            return Ok(());
        };
        let prepared = Prepared::new(&rules.vocabulary, example)?;
        let passes = prepared.run(rules).is_ok();
        self.examples.push(Case {
            prepared,
            set,
            passes,
        });
        Ok(())
    }

    /// Examples that cannot be run at all: the rule, the place, and why.
    pub fn broken(&self) -> &[(String, Spot, String)] {
        &self.broken
    }

    /// The rules as they are.
    pub fn set(&self) -> Option<&RuleSet> {
        self.sets.first()
    }

    /// Everything there is to examine: rules first, in the order of the packs.
    pub fn tasks(&self) -> Vec<Task> {
        let definitions = self.set().map_or(0, |set| set.definitions.len());
        let rules = (0..self.rules.len()).map(Task::Rule);
        rules
            .chain((0..definitions).map(Task::Definition))
            .collect()
    }

    /// The id of what a task is about, its pack (of a definition: none), and its file as shown.
    pub fn about(&self, task: Task) -> Option<(&str, Option<&str>, String)> {
        match task {
            Task::Rule(index) => {
                let (pack, rule) = self.rule(0, index)?;
                let spot = self.spot(rule.span);
                Some((&rule.id.0, Some(&pack.id.0), spot.file))
            }
            Task::Definition(index) => {
                let definition = self.set()?.definitions.get(index)?;
                let file = self.sources.get(definition.file)?.name().to_owned();
                Some((&definition.id, None, file))
            }
        }
    }

    fn rule(&self, set: usize, index: usize) -> Option<(&Pack, &Rule)> {
        let (pack, rule) = *self.rules.get(index)?;
        let pack = self.sets.get(set)?.packs.get(pack)?;
        Some((pack, pack.rules.get(rule)?))
    }

    fn spot(&self, span: Span) -> Spot {
        let file = self.sources.get(span.file);
        Spot {
            file: file.map(|file| file.name().to_owned()).unwrap_or_default(),
            line: file.map_or(1, |file| file.position(span.start).line),
        }
    }

    fn start_of(&self, file: FileId) -> Spot {
        self.spot(Span::new(file, 0..0))
    }

    /// A worker with rules of its own to change.
    pub fn worker(&self) -> Worker<'_, 'e> {
        let alone = self.sets.iter().map(|set| {
            let rules = self.rules.iter().filter_map(|(pack, rule)| {
                let pack = set.packs.get(*pack)?;
                Some(vec![Pack {
                    rules: vec![pack.rules.get(*rule)?.clone()].into(),
                    ..bare(pack)
                }])
            });
            rules.collect()
        });
        Worker {
            bench: self,
            alone: alone.collect(),
            sets: self
                .sets
                .iter()
                .map(|set| RuleSet {
                    vocabulary: set.vocabulary,
                    packs: Vec::new(),
                    definitions: set.definitions.clone(),
                    tables: set.tables.clone(),
                })
                .collect(),
        }
    }
}

/// A pack without its rules, and without what answers about a rule do not need.
fn bare(pack: &Pack) -> Pack {
    Pack {
        rules: Vec::new().into(),
        requirements: Vec::new(),
        leaves_out: Vec::new(),
        assumes: Vec::new(),
        ..pack.clone()
    }
}

fn spot_of(example: &Example) -> Spot {
    Spot {
        file: example.shown.clone(),
        line: example.line,
    }
}

/// Examines tasks, with rules of its own to change.
#[derive(Debug)]
pub struct Worker<'b, 'e> {
    bench: &'b Bench<'e>,
    /// By set of the bench: definitions and tables; the packs are put in as they are asked.
    sets: Vec<RuleSet>,
    /// By set and rule: its pack with nothing but the rule, so that asking costs little.
    alone: Vec<Vec<Vec<Pack>>>,
}

impl<'b> Worker<'b, '_> {
    /// Examines a task; `None` if there is no such rule or definition.
    pub fn examine(&mut self, task: Task) -> Option<Examined> {
        let bench = self.bench;
        let set = bench.set()?;
        let (id, pack, file) = bench.about(task)?;
        let own = |case: &&Case| {
            let example = case.prepared.example;
            example.rule == id && example.pack == pack.unwrap_or("definitions")
        };
        let spot = match task {
            Task::Rule(index) => bench.spot(bench.rule(0, index)?.1.span),
            Task::Definition(index) => bench.start_of(set.definitions.get(index)?.file),
        };
        let mut found = Examined {
            id: id.to_owned(),
            spot,
            mutants: 0,
            killed: 0,
            equivalent: 0,
            survivors: Vec::new(),
            idle_excuses: Vec::new(),
            unreached: Vec::new(),
            contradictions: Vec::new(),
            never_fires: false,
            failing: Vec::new(),
        };
        let failing = bench
            .examples
            .iter()
            .filter(own)
            .filter(|case| !case.passes);
        found.failing = failing
            .map(|case| {
                let example = case.prepared.example;
                (spot_of(example), example.title.clone())
            })
            .collect();
        let killers = self.killers(task);
        let excuses = bench.excuses.get(&file).cloned().unwrap_or_default();
        let mutants = match task {
            Task::Rule(index) => mutant::of_rule(set, bench.rule(0, index)?.1),
            Task::Definition(index) => mutant::of_definition(set, set.definitions.get(index)?),
        };
        self.mutate(task, &mutants, killers.clone(), &excuses, &file, &mut found);
        found.unreached = self.unreached(task, &killers);
        if let Task::Rule(index) = task {
            let fails = |case: &&Case| {
                case.passes && case.prepared.example.expected == Expected::Outcome(Outcome::Fail)
            };
            found.never_fires = !bench.examples.iter().filter(own).any(|case| fails(&case))
                && !excuses.impossible.iter().any(|word| word == "fail");
            for case in bench.examples.iter().filter(own).filter(fails) {
                self.contradictions(index, case, &mut found.contradictions);
            }
        }
        Some(found)
    }

    /// The passing examples that may notice a change, by index with the rule they ask (`None`: the
    /// definition itself), likely ones first.
    fn killers(&self, task: Task) -> Vec<(usize, Option<usize>)> {
        let bench = self.bench;
        let of = |id: &str, pack: &str, rule: Option<usize>| {
            let cases = bench.examples.iter().enumerate();
            let own = cases.filter(|(_, case)| {
                let example = case.prepared.example;
                case.passes && example.rule == id && example.pack == pack
            });
            own.map(|(index, _)| (index, rule)).collect::<Vec<_>>()
        };
        let Some(set) = bench.set() else {
            return Vec::new();
        };
        match task {
            Task::Rule(index) => bench.rule(0, index).map_or_else(Vec::new, |(pack, rule)| {
                of(&rule.id.0, &pack.id.0, Some(index))
            }),
            Task::Definition(index) => {
                let Some(definition) = set.definitions.get(index) else {
                    return Vec::new();
                };
                let mut found = of(&definition.id, "definitions", None);
                for other in 0..bench.rules.len() {
                    let Some((pack, rule)) = bench.rule(0, other) else {
                        continue;
                    };
                    if calls(set, rule).contains(&index) {
                        found.extend(of(&rule.id.0, &pack.id.0, Some(other)));
                    }
                }
                found
            }
        }
    }

    fn mutate(
        &mut self,
        task: Task,
        mutants: &[Mutant],
        mut killers: Vec<(usize, Option<usize>)>,
        excuses: &Excuses,
        file: &str,
        found: &mut Examined,
    ) {
        let mut survived: Vec<&str> = Vec::new();
        for mutant in mutants {
            found.mutants += 1;
            let before = self.change(task, mutant);
            let killer = killers
                .iter()
                .position(|(case, rule)| !self.passes(*case, *rule));
            self.restore(task, mutant, before);
            match killer {
                Some(at) => {
                    found.killed += 1;
                    // Whoever noticed this is likely to notice the next.
                    killers
                        .get_mut(..=at)
                        .into_iter()
                        .for_each(|front| front.rotate_right(1));
                }
                None => survived.push(&mutant.name),
            }
        }
        for name in &survived {
            if excuses
                .equivalent
                .iter()
                .any(|excuse| excuse.mutant == *name)
            {
                found.equivalent += 1;
                continue;
            }
            let mutant = mutants.iter().find(|mutant| mutant.name == *name);
            let spot = mutant.map_or_else(|| found.spot.clone(), |m| self.bench.spot(m.span));
            found.survivors.push((spot, (*name).to_owned()));
        }
        for excuse in &excuses.equivalent {
            if survived.contains(&excuse.mutant.as_str()) {
                continue;
            }
            let known = mutants.iter().any(|mutant| mutant.name == excuse.mutant);
            let wrong = if known {
                "an example tells it apart"
            } else {
                "there is no such mutant"
            };
            let spot = Spot {
                file: file.to_owned(),
                line: excuse.line,
            };
            let told = format!("{}: {wrong}", excuse.mutant);
            found.idle_excuses.push((spot, told));
        }
    }

    /// Whether an example passes as the rules of this worker are now.
    fn passes(&mut self, case: usize, rule: Option<usize>) -> bool {
        let Some(case) = self.bench.examples.get(case) else {
            return true;
        };
        let passes = self.with_rule(case.set, rule, |set| {
            let pack = set.packs.first();
            let alone = pack.and_then(|pack| Some((pack, pack.rules.first()?)));
            if let (Some((pack, rule)), Expected::Outcome(expected)) =
                (alone, &case.prepared.example.expected)
            {
                let (found, _) = case.prepared.outcome(set, pack, rule);
                // Only findings have more to compare than their outcome.
                if found != *expected || matches!(found, Outcome::Pass | Outcome::NotApplicable) {
                    return found == *expected;
                }
            }
            case.prepared.run(set).is_ok()
        });
        passes.unwrap_or(true)
    }

    /// Does something with rules that hold nothing but one rule.
    fn with_rule<T>(
        &mut self,
        set: usize,
        rule: Option<usize>,
        run: impl FnOnce(&RuleSet) -> T,
    ) -> Option<T> {
        let rules = self.sets.get_mut(set)?;
        let Some(rule) = rule else {
            return Some(run(rules));
        };
        let alone = self.alone.get_mut(set)?.get_mut(rule)?;
        std::mem::swap(&mut rules.packs, alone);
        let result = run(rules);
        std::mem::swap(&mut rules.packs, alone);
        Some(result)
    }

    /// The conditions a mutant is about, in every set.
    fn changed(&mut self, task: Task, root: Root) -> Vec<Option<&mut Condition>> {
        match task {
            Task::Rule(index) => {
                let alone = self.alone.iter_mut().map(|rules| {
                    let rule = rules.get_mut(index)?.first_mut()?.rules.first_mut()?;
                    root.of(rule)
                });
                alone.collect()
            }
            Task::Definition(index) => {
                let sets = self.sets.iter_mut();
                sets.map(|set| Some(&mut set.definitions.get_mut(index)?.holds))
                    .collect()
            }
        }
    }

    /// Makes a change in every set; returns what was there.
    fn change(&mut self, task: Task, mutant: &Mutant) -> Vec<Option<Condition>> {
        let places = self.changed(task, mutant.place.root).into_iter();
        let changed = places.map(|root| {
            let node = mutant.place.find(root?)?;
            let before = node.clone();
            mutant.change.apply(node);
            Some(before)
        });
        changed.collect()
    }

    fn restore(&mut self, task: Task, mutant: &Mutant, before: Vec<Option<Condition>>) {
        let places = self.changed(task, mutant.place.root).into_iter();
        for (root, before) in places.zip(before) {
            let node = root.and_then(|root| mutant.place.find(root));
            if let (Some(node), Some(before)) = (node, before) {
                *node = before;
            }
        }
    }
}

/// The definitions a rule calls, directly or through others.
fn calls(set: &RuleSet, rule: &Rule) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    rule.when
        .iter()
        .for_each(|when| calls_of(set, when, &mut found));
    match &rule.body {
        Body::Require(require) => calls_of(set, require, &mut found),
        Body::Gate(doors) => {
            for door in doors {
                door.fact
                    .iter()
                    .chain([&door.require])
                    .for_each(|part| calls_of(set, part, &mut found));
            }
        }
    }
    found
}

fn calls_of(set: &RuleSet, node: &Condition, found: &mut BTreeSet<usize>) {
    match &node.kind {
        ConditionKind::Holds { definition, .. } => {
            if found.insert(*definition)
                && let Some(called) = set.definitions.get(*definition)
            {
                calls_of(set, &called.holds, found);
            }
        }
        _ => parts(node).for_each(|part| calls_of(set, part, found)),
    }
}

/// The conditions directly inside another.
fn parts(node: &Condition) -> impl Iterator<Item = &Condition> {
    let (many, one) = match &node.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => (parts.as_slice(), None),
        ConditionKind::Not(inner) => (&[][..], Some(inner.as_ref())),
        ConditionKind::Quantified { body, .. }
        | ConditionKind::Count { body, .. }
        | ConditionKind::Sum { body, .. } => (&[][..], body.as_deref()),
        _ => (&[][..], None),
    };
    many.iter().chain(one)
}
