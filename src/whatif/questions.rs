//! The facts that are missing, what each answer to them would lead to, and which of them would decide
//! what is undetermined. Every answer is tried: what is said of it is what the rules say then.

use super::edit::{Edit, Place};
use super::phrases;
use super::said;
use super::sandbox::Sandbox;
use super::values::{Answer, Order, answers, choices};
use crate::engine::{CheckOptions, PackAnswer, PackChoice, check};
use crate::facts::{Facts, dotted, pointer};
use crate::finding::{Finding, Missing, Outcome, PackId, ProposalReport, RuleId, Target, Tone};
use crate::outlook::{Open, Question, Questions, Reply, Said};
use crate::rule::RuleSet;
use crate::truth::Truth;
use serde_json::Value;
use std::collections::HashMap;

/// So many variants of a proposal are tried for its questions; of a long one, fewer: so many bytes of
/// documents are read.
const MOST_TRIED: usize = 20_000;
const MOST_READ: usize = 100_000_000;

/// So many for one undetermined rule that no single fact decides.
const MOST_TRIED_FOR_A_RULE: usize = 400;

/// So many facts are tried together.
const MOST_TOGETHER: usize = 3;

/// So many sets are told of one rule.
const MOST_SETS: usize = 5;

/// Something that is undetermined.
#[derive(Clone, Debug, PartialEq)]
struct Goal {
    pack: usize,
    /// Whether the pack applies, if absent.
    rule: Option<usize>,
    /// What is said of it.
    message: String,
    /// What it lacks.
    places: Vec<Place>,
}

impl Goal {
    fn decided(&self, answers: &[PackAnswer]) -> bool {
        let pack = answers.iter().find(|answer| answer.pack == self.pack);
        pack.is_some_and(|pack| match self.rule {
            Some(rule) => pack.outcomes.get(rule) != Some(&Outcome::Undetermined),
            None => pack.applies != Truth::Unknown,
        })
    }
}

/// What is asked next about a proposal that was checked.
pub(crate) fn questions(
    set: &RuleSet,
    facts: &Facts,
    options: &CheckOptions,
    report: &ProposalReport,
) -> Questions {
    let undetermined = |finding: &&Finding| finding.outcome == Outcome::Undetermined;
    let findings: Vec<&Finding> = report.findings.iter().filter(undetermined).collect();
    if findings.is_empty() {
        return Questions::default();
    }
    let Some(sandbox) = Sandbox::new(set, facts, options) else {
        return Questions::default();
    };
    let mut asker = Asker {
        set,
        facts,
        sandbox,
        goals: Vec::new(),
        missing: Vec::new(),
        base: Vec::new(),
        decides: Vec::new(),
        left: 0,
    };
    asker.left = MOST_TRIED.min(MOST_READ / asker.sandbox.bytes().max(1));
    asker.base = asker.sandbox.answers(&[]).unwrap_or_default();
    findings
        .iter()
        .for_each(|finding| asker.take_finding(finding));
    asker.ask()
}

struct Asker<'a, 'f> {
    set: &'a RuleSet,
    facts: &'f Facts<'f>,
    sandbox: Sandbox<'a>,
    goals: Vec<Goal>,
    missing: Vec<(Place, Missing)>,
    /// What the packs answer now.
    base: Vec<PackAnswer<'a>>,
    /// For each of `missing`, the goals that some answer decides.
    decides: Vec<Vec<bool>>,
    /// Variants that may still be tried.
    left: usize,
}

/// An answer with what came of it.
struct Tried<'a> {
    answer: Answer,
    answers: Vec<PackAnswer<'a>>,
    /// A goal each.
    decided: Vec<bool>,
}

impl Tried<'_> {
    /// Whether the same came of both.
    fn like(&self, other: &Self) -> bool {
        let words = |tried: &Self| -> Vec<(usize, Tone, String)> {
            let packs = tried.answers.iter();
            packs
                .map(|pack| (pack.pack, pack.tone, pack.word.to_owned()))
                .collect()
        };
        self.decided == other.decided && words(self) == words(other)
    }
}

impl<'a> Asker<'a, '_> {
    fn take_finding(&mut self, finding: &Finding) {
        let mut places = Vec::new();
        for missing in &finding.missing {
            let Some(place) = self.place_of(missing) else {
                continue;
            };
            if !self.missing.iter().any(|(known, _)| *known == place) {
                self.missing.push((place.clone(), missing.clone()));
            }
            places.push(place);
        }
        let packs = &self.set.packs;
        let Some(pack) = packs.iter().position(|pack| pack.id == finding.pack) else {
            return;
        };
        let index = |id: &RuleId| {
            packs
                .get(pack)?
                .rules
                .iter()
                .position(|rule| rule.id == *id)
        };
        let told = std::iter::once(&finding.rule).chain(&finding.waiting);
        let told: Vec<Option<usize>> = told.map(index).collect();
        for rule in told {
            let known = self
                .goals
                .iter_mut()
                .find(|goal| goal.pack == pack && goal.rule == rule);
            match known {
                // The same rule about another element lacks something else.
                Some(goal) => goal.places.extend(places.iter().cloned()),
                None => self.goals.push(Goal {
                    pack,
                    rule,
                    message: finding.message.clone(),
                    places: places.clone(),
                }),
            }
        }
        // A rule that fails for another element is decided as it is.
        let base = &self.base;
        self.goals.retain(|goal| !goal.decided(base));
    }

    /// The place of a fact itself, not that of what is missing around it.
    fn place_of(&self, missing: &Missing) -> Option<Place> {
        let pointer = match missing.label.target {
            Target::Insertion => pointer(&missing.field),
            _ => missing.label.pointer.clone(),
        };
        let part = self.sandbox.part_of(missing.label.span.file)?;
        Some(Place { part, pointer })
    }

    fn ask(mut self) -> Questions {
        let missing = std::mem::take(&mut self.missing);
        let mut questions: Vec<Question> = missing
            .iter()
            .map(|(place, missing)| self.question(place, missing))
            .collect();
        let open = self.open(&missing);
        questions.sort_by_key(|question| {
            let (least, most) = question.settles;
            std::cmp::Reverse((question.decides, most, least, question.rules.len()))
        });
        Questions {
            questions,
            open,
            cut: self.left == 0,
        }
    }

    fn question(&mut self, place: &Place, missing: &Missing) -> Question {
        let (order, answers) = answers(&self.sandbox, self.facts, place);
        let tried: Vec<Tried> = answers
            .into_iter()
            .filter_map(|answer| self.attempt(&[], answer))
            .collect();
        let mut decides = vec![false; self.goals.len()];
        for tried in &tried {
            let both = decides.iter_mut().zip(&tried.decided);
            both.for_each(|(any, decided)| *any |= decided);
        }
        self.decides.push(decides);
        let lacking = |goal: &&Goal| goal.places.contains(place);
        let set = self.set;
        let decides = |goal: &Goal| {
            let rules = set.packs.get(goal.pack).map(|pack| &pack.rules);
            let rule = goal.rule.and_then(|rule| rules?.get(rule));
            goal.rule.is_none() || rule.is_some_and(|rule| rule.effect.decides())
        };
        let bears_on_a_verdict = self.goals.iter().filter(lacking).any(decides);
        let rules = self.goals.iter().filter(lacking).filter_map(|goal| {
            let pack = self.set.packs.get(goal.pack)?;
            let rule = pack.rules.get(goal.rule?)?;
            Some((pack.id.clone(), rule.id.clone()))
        });
        let rules: Vec<(PackId, RuleId)> = rules.collect();
        let whole = self.goals.iter().filter(lacking);
        let packs = whole.filter(|goal| goal.rule.is_none()).filter_map(|goal| {
            let pack = set.packs.get(goal.pack)?;
            Some((pack.id.clone(), pack.title.clone()))
        });
        let packs = packs.collect();
        let counts = tried
            .iter()
            .map(|tried| tried.decided.iter().filter(|decided| **decided).count());
        let settles = match (counts.clone().min(), counts.max()) {
            (Some(least), Some(most)) => (least, most),
            _ => {
                let alone = |goal: &&Goal| goal.places == [place.clone()];
                (0, self.goals.iter().filter(alone).count())
            }
        };
        let replies = self.replies(place, order, tried);
        let (choices, several) = choices(&self.set.vocabulary, place);
        Question {
            field: missing.field.clone(),
            meaning: missing.meaning.clone(),
            label: missing.label.clone(),
            rules,
            packs,
            decides: bears_on_a_verdict,
            settles,
            replies,
            choices,
            several,
        }
    }

    /// Tries an answer after some changes.
    fn attempt(&mut self, before: &[Edit], answer: Answer) -> Option<Tried<'a>> {
        self.left = self.left.checked_sub(1)?;
        let mut edits = before.to_vec();
        edits.extend(answer.edits.iter().cloned());
        let answers = self.sandbox.answers(&edits).ok()?;
        let goals = self.goals.iter();
        Some(Tried {
            answer,
            decided: goals.map(|goal| goal.decided(&answers)).collect(),
            answers,
        })
    }

    fn replies(&mut self, place: &Place, order: Order, tried: Vec<Tried<'a>>) -> Vec<Reply> {
        let groups = match order {
            Order::Dates | Order::Numbers | Order::Durations => self.runs(place, order, tried),
            _ => grouped(tried),
        };
        let only = groups.len() == 1;
        let mut says = Vec::new();
        for (i, group) in groups.iter().enumerate() {
            let values: Vec<&Value> = group.iter().map(|tried| &tried.answer.value).collect();
            let largest = groups.iter().all(|other| other.len() <= group.len());
            let text = match order {
                Order::Words { country } => phrases::words(&values, country, largest, only),
                Order::Lists { country } => {
                    let shape = self.list_shape(place, &groups, group);
                    phrases::list(&values, shape, country, largest, only)
                }
                _ => phrases::range(&values, order, (i == 0, i + 1 == groups.len())),
            };
            says.push(text);
        }
        let first = groups.iter().zip(says);
        let first: Vec<(Answer, Vec<PackAnswer>, Vec<bool>, String)> = first
            .filter_map(|(group, says)| {
                let one = group.first()?;
                let answers = one.answers.clone();
                Some((one.answer.clone(), answers, one.decided.clone(), says))
            })
            .collect();
        let changing: Vec<usize> = self.changing(place, &first);
        first
            .into_iter()
            .map(|(answer, answers, decided, says)| {
                let verdicts = answers.iter().filter(|pack| changing.contains(&pack.pack));
                Reply {
                    says,
                    verdicts: verdicts.filter_map(|pack| self.said(pack)).collect(),
                    settled: self.settled(&decided),
                    then: self.then(place, &answer.edits, &decided),
                    example: answer.value,
                }
            })
            .collect()
    }

    /// The packs that a question is about: those of the rules that lack it, and those whose verdict
    /// hangs on it.
    fn changing(
        &self,
        place: &Place,
        replies: &[(Answer, Vec<PackAnswer>, Vec<bool>, String)],
    ) -> Vec<usize> {
        let about = |pack: usize| {
            let goals = self.goals.iter();
            let mut lacking = goals.filter(|goal| goal.pack == pack && goal.places.contains(place));
            lacking.next().is_some()
        };
        let now = self.base.iter();
        let changes = |pack: &PackAnswer| {
            replies.iter().any(|(_, answers, ..)| {
                let then = answers.iter().find(|then| then.pack == pack.pack);
                then.is_none_or(|then| then.word != pack.word)
            })
        };
        now.filter(|pack| about(pack.pack) || changes(pack))
            .map(|pack| pack.pack)
            .collect()
    }

    fn said(&self, answer: &PackAnswer) -> Option<Said> {
        let pack = self.set.packs.get(answer.pack)?;
        Some(said(pack, answer))
    }

    fn settled(&self, decided: &[bool]) -> Vec<RuleId> {
        let goals = self.goals.iter().zip(decided);
        let rules = goals
            .filter(|(_, decided)| **decided)
            .filter_map(|(goal, _)| {
                let pack = self.set.packs.get(goal.pack)?;
                Some(pack.rules.get(goal.rule?)?.id.clone())
            });
        rules.collect()
    }

    /// What the rules that lack this fact would lack after an answer that does not decide them.
    fn then(&mut self, place: &Place, edits: &[Edit], decided: &[bool]) -> Vec<String> {
        let goals = self.goals.iter().zip(decided);
        let open: Vec<Goal> = goals
            .filter(|(goal, decided)| !**decided && goal.places.contains(place))
            .map(|(goal, _)| goal.clone())
            .collect();
        let mut then = Vec::new();
        for missing in self.lacks(&open, edits) {
            let name = dotted(&missing.pointer);
            if missing != *place && !then.contains(&name) {
                then.push(name);
            }
        }
        then
    }

    /// What rules lack after some changes.
    fn lacks(&mut self, goals: &[Goal], edits: &[Edit]) -> Vec<Place> {
        let left = self.left.checked_sub(1).filter(|_| !goals.is_empty());
        let Some(left) = left else {
            return Vec::new();
        };
        self.left = left;
        let set = self.set;
        let rules = |goal: &Goal| set.packs.get(goal.pack)?.rules.get(goal.rule?);
        let asked: Vec<(&PackId, Option<&RuleId>)> = goals
            .iter()
            .filter_map(|goal| {
                let rule = rules(goal).map(|rule| &rule.id);
                Some((&set.packs.get(goal.pack)?.id, rule))
            })
            .collect();
        let mut packs: Vec<String> = asked.iter().map(|(pack, _)| pack.0.clone()).collect();
        packs.dedup();
        let options = CheckOptions {
            packs: match self.sandbox.options.packs {
                PackChoice::All => PackChoice::All,
                _ => PackChoice::Named(packs),
            },
            select: asked
                .iter()
                .filter_map(|(_, rule)| Some(rule.as_ref()?.0.clone()))
                .collect(),
            questions: false,
            proofs: false,
            ..self.sandbox.options.clone()
        };
        let report = self
            .sandbox
            .with(edits, |facts| check(self.set, facts, Vec::new(), &options));
        let findings = report.map_or_else(|_| Vec::new(), |report| report.findings);
        let own = |finding: &&Finding| {
            asked.iter().any(|(pack, rule)| {
                let is_rule = match rule {
                    Some(rule) => finding.rule == **rule,
                    None => set.rule(&finding.rule.0).is_none(),
                };
                finding.pack == **pack && is_rule
            })
        };
        let missing = findings.iter().filter(own).flat_map(|it| &it.missing);
        missing
            .filter_map(|missing| self.place_of(missing))
            .collect()
    }

    /// Neighbouring answers that lead to the same, with the exact ends of each run.
    fn runs(&mut self, place: &Place, order: Order, tried: Vec<Tried<'a>>) -> Vec<Vec<Tried<'a>>> {
        let mut runs: Vec<Vec<Tried>> = Vec::new();
        for tried in tried {
            let Some(run) = runs.last_mut() else {
                runs.push(vec![tried]);
                continue;
            };
            let Some(mut last) = run.pop() else { continue };
            if last.like(&tried) {
                run.push(last);
                run.push(tried);
                continue;
            }
            // Where one turns into the other, between the two that were tried.
            let mut next = tried;
            while let Some(value) = phrases::between(&last.answer.value, &next.answer.value, order)
            {
                let answer = Answer {
                    edits: vec![Edit {
                        place: place.clone(),
                        change: super::edit::Change::Set(value.clone()),
                    }],
                    value,
                };
                let Some(middle) = self.attempt(&[], answer) else {
                    break;
                };
                if middle.like(&last) {
                    last = middle;
                } else {
                    next = middle;
                }
            }
            run.push(last);
            runs.push(vec![next]);
        }
        runs
    }

    /// How a list must stand to the words that lead to this group.
    fn list_shape(
        &mut self,
        place: &Place,
        groups: &[Vec<Tried<'a>>],
        group: &[Tried<'a>],
    ) -> phrases::ListShape {
        let single = |tried: &&Tried| phrases::single(&tried.answer.value).is_some();
        let words = |tried: &[Tried]| -> Vec<Value> {
            let singles = tried.iter().filter(single);
            singles
                .filter_map(|tried| phrases::single(&tried.answer.value).cloned())
                .collect()
        };
        let inside = words(group);
        let outside = groups
            .iter()
            .filter(|other| !std::ptr::eq(other.as_slice(), group));
        let outside: Vec<Value> = outside.flat_map(|other| words(other)).collect();
        let mut leads_here = |words: Vec<Value>| {
            let value = Value::Array(words);
            let answer = Answer {
                edits: vec![Edit {
                    place: place.clone(),
                    change: super::edit::Change::Set(value.clone()),
                }],
                value,
            };
            let tried = self.attempt(&[], answer);
            tried.zip(group.first()).is_some_and(|(a, b)| a.like(b))
        };
        if inside.is_empty() {
            return phrases::ListShape::NoWord;
        }
        let has_all = group.iter().any(|tried| {
            tried
                .answer
                .value
                .as_array()
                .is_some_and(|all| all.len() > 1)
        });
        match has_all {
            true if !outside.is_empty() && !leads_here(outside) => phrases::ListShape::Holds,
            false if leads_here(inside) => phrases::ListShape::Only,
            _ => phrases::ListShape::Alone,
        }
    }

    /// For everything that is undetermined, the smallest sets of facts that would decide it.
    fn open(&mut self, missing: &[(Place, Missing)]) -> Vec<Open> {
        let goals = self.goals.clone();
        let told = goals.iter().enumerate().map(|(index, goal)| {
            let alone = missing.iter().zip(&self.decides);
            let alone: Vec<Vec<String>> = alone
                .filter(|(_, decides)| decides.get(index) == Some(&true))
                .map(|((place, _), _)| vec![dotted(&place.pointer)])
                .collect();
            (goal, alone)
        });
        let told: Vec<(&Goal, Vec<Vec<String>>)> = told.collect();
        told.into_iter()
            .filter_map(|(goal, alone)| {
                let pack = self.set.packs.get(goal.pack)?;
                let rule = goal.rule.and_then(|rule| pack.rules.get(rule));
                let sets = match alone.is_empty() && !goal.places.is_empty() {
                    true => self.sets(goal),
                    false => alone,
                };
                Some(Open {
                    pack: pack.id.clone(),
                    rule: rule.map(|rule| rule.id.clone()),
                    message: goal.message.clone(),
                    lacks: !goal.places.is_empty(),
                    sets,
                })
            })
            .collect()
    }

    /// The smallest sets of two and more facts that decide.
    fn sets(&mut self, goal: &Goal) -> Vec<Vec<String>> {
        let mut budget = MOST_TRIED_FOR_A_RULE;
        let mut open: Vec<(Vec<Place>, Vec<Edit>)> = vec![(Vec::new(), Vec::new())];
        let mut sets: Vec<Vec<String>> = Vec::new();
        let mut lacked: HashMap<usize, Vec<Place>> = HashMap::new();
        for size in 1..=MOST_TOGETHER {
            let mut next = Vec::new();
            for (index, (known, edits)) in open.iter().enumerate() {
                let lacks = lacked
                    .entry(index)
                    .or_insert_with(|| self.lacks(std::slice::from_ref(goal), edits))
                    .clone();
                for place in lacks.iter().filter(|place| !known.contains(place)) {
                    let (_, answers) = answers(&self.sandbox, self.facts, place);
                    let mut set: Vec<Place> = known.clone();
                    set.push(place.clone());
                    let mut seen: Vec<Tried> = Vec::new();
                    for answer in answers {
                        let Some(left) = budget.checked_sub(1) else {
                            return sets;
                        };
                        budget = left;
                        let Some(tried) = self.attempt(edits, answer) else {
                            continue;
                        };
                        if goal.decided(&tried.answers) {
                            let mut names: Vec<String> =
                                set.iter().map(|place| dotted(&place.pointer)).collect();
                            names.sort_unstable();
                            if size > 1 && !sets.contains(&names) && sets.len() < MOST_SETS {
                                sets.push(names);
                            }
                            break;
                        }
                        if !seen.iter().any(|known| known.like(&tried)) {
                            let mut edits = edits.clone();
                            edits.extend(tried.answer.edits.iter().cloned());
                            next.push((set.clone(), edits));
                            seen.push(tried);
                        }
                    }
                }
            }
            if !sets.is_empty() {
                break;
            }
            open = next;
            lacked.clear();
        }
        sets
    }
}

fn grouped(tried: Vec<Tried>) -> Vec<Vec<Tried>> {
    let mut groups: Vec<Vec<Tried>> = Vec::new();
    for tried in tried {
        let like = |group: &&mut Vec<Tried>| group.first().is_some_and(|one| one.like(&tried));
        match groups.iter_mut().find(like) {
            Some(group) => group.push(tried),
            None => groups.push(vec![tried]),
        }
    }
    groups
}
