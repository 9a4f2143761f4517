//! What every answer rests on: proofs of whole conditions, passes and not-applicables as fully as
//! failures, made into the trees of [`crate::proof`].

use crate::document::Key;
use crate::engine::ask::{Answer, answers, enter};
use crate::engine::evaluate::Evaluator;
use crate::engine::gate::pairs;
use crate::engine::law_date::LawDates;
use crate::engine::prove::{Fact as ProofFact, Proof, Stated};
use crate::engine::{CheckOptions, PackChoice, applies, ask, label};
use crate::facts::{Facts, NodeRef, dotted};
use crate::finding::Outcome;
use crate::proof::{
    AnswerProof, Fact, FactState, PackProof, Row, RuleProof, Scope, Step, StepKind,
};
use crate::rule::condition::{Condition, ConditionKind, Quantifier, Test};
use crate::rule::table::{Cell, Day, Window};
use crate::rule::{Body, GateDoor, Pack, Rule, RuleSet};
use crate::source::Span;
use crate::truth::Truth;

/// The proofs of every pack that is asked, in the order of the packs.
pub(super) fn proofs(
    set: &RuleSet,
    facts: &Facts,
    options: &CheckOptions,
    dates: &LawDates,
    deciding_only: bool,
) -> Vec<PackProof> {
    let asked = set.packs.iter().filter(|pack| options.asks_pack(pack));
    asked
        .map(|pack| {
            let mut eval = Evaluator::new(set, facts, options.as_of, options.strict);
            eval.whole_proofs = true;
            eval.deciding_only = deciding_only;
            eval.with_words = !deciding_only;
            of_pack(&mut eval, pack, options, dates)
        })
        .collect()
}

fn of_pack<'a>(
    eval: &mut Evaluator<'a>,
    pack: &'a Pack,
    options: &CheckOptions,
    dates: &LawDates,
) -> PackProof {
    let applies = applies::applies(eval, pack, &dates.dates);
    let mut because = Vec::new();
    for date in &dates.dates {
        let Some(condition) = &pack.applies else {
            break;
        };
        eval.enter(pack.applies_slots, *date);
        let proof = eval.prove(condition);
        // One day is enough for a pack to apply.
        let deciding = applies != Truth::True || proof.truth == Truth::True;
        because.push((*date, step(eval, &proof, deciding)));
    }
    let asks = applies != Truth::False || options.packs == PackChoice::All;
    let rules = pack
        .rules
        .iter()
        .filter(|rule| asks && options.asks_rule(rule));
    let rules = rules.map(|rule| of_rule(eval, rule, applies, dates));
    PackProof {
        pack: pack.id.clone(),
        title: pack.title.clone(),
        applies,
        applies_because: because,
        rules: rules.collect(),
        dates_from: dates_from(eval),
    }
}

/// The values that say on which dates the law is asked.
fn dates_from(eval: &Evaluator) -> Vec<Fact> {
    let root = eval.facts.root();
    let paths: [&[&str]; 3] = [&["start_date"], &["end_date"], &["flow", "frequency"]];
    let read = paths.into_iter().map(|path| {
        let mut at = root;
        for (i, name) in path.iter().enumerate() {
            match eval.facts.field(at, &Key::new(name)) {
                Some(next) => at = next,
                None => {
                    let rest = path.iter().skip(i).map(|name| (*name).to_owned());
                    return Stated::Absent(at, rest.collect());
                }
            }
        }
        Stated::Found(at)
    });
    read.map(|stated| value(eval, stated)).collect()
}

fn of_rule<'a>(
    eval: &mut Evaluator<'a>,
    rule: &'a Rule,
    applies: Truth,
    dates: &LawDates,
) -> RuleProof {
    let all = answers(eval, rule, applies, dates);
    let worst = all.iter().map(|answer| answer.outcome).max();
    let outcome = worst.unwrap_or(Outcome::NotApplicable);
    let mut each = Vec::new();
    if let Some(lists) = &rule.each
        && outcome != Outcome::Fail
    {
        eval.enter(
            rule.slots,
            dates.dates.first().copied().unwrap_or(eval.as_of),
        );
        let lists = lists.lists.iter().filter_map(|list| eval.fact(list));
        let lists: Vec<ProofFact> = lists.collect();
        each.extend(lists.iter().map(|list| fact(eval, list, Scope::Elements)));
    }
    let in_force = |date| ask::in_force(rule, date) != Truth::False;
    let answers = all.iter().map(|answer| {
        // One failure is enough to fail; anything else rests on all answers.
        let deciding = outcome != Outcome::Fail || answer.outcome == Outcome::Fail;
        of_answer(eval, rule, *answer, deciding)
    });
    RuleProof {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        effect: rule.effect,
        outcome,
        sources: rule.sources.clone(),
        each,
        answers: answers.collect(),
        not_in_force: dates
            .dates
            .iter()
            .copied()
            .filter(|d| !in_force(*d))
            .collect(),
    }
}

fn of_answer<'a>(
    eval: &mut Evaluator<'a>,
    rule: &'a Rule,
    answer: Answer,
    deciding: bool,
) -> AnswerProof {
    enter(eval, rule, answer);
    let when = rule.when.as_ref().map(|when| eval.prove(when));
    let applies = when.as_ref().map_or(Truth::True, |when| when.truth);
    let unwritten = rule.each.is_some() && answer.element.is_none();
    let when = when.map(|when| step(eval, &when, deciding));
    let requires = match &rule.body {
        _ if applies == Truth::False || unwritten => None,
        Body::Require(require) => {
            let proof = eval.prove(require);
            Some(step(eval, &proof, deciding))
        }
        Body::Gate(doors) => Some(gate_step(eval, doors, rule.span, deciding)),
    };
    AnswerProof {
        date: answer.date,
        element: answer.element.map(|at| {
            let stated = Stated::Found(at);
            value(eval, stated)
        }),
        unwritten,
        outcome: answer.outcome,
        deciding,
        when,
        requires,
    }
}

/// A proof as a tree for readers. `deciding`: whether the answer of the whole rests on it.
pub(super) fn step(eval: &Evaluator, proof: &Proof, deciding: bool) -> Step {
    let enough = sufficient(proof);
    let children = proof.children.iter().enumerate();
    let children = children.map(|(i, child)| {
        let one = enough.as_ref().is_none_or(|enough| enough.contains(&i));
        step(eval, child, deciding && one)
    });
    let (kind, list) = kind(proof.condition);
    // Of a list in which one element decided, the others do not matter.
    let scope = match (list, &proof.condition.kind) {
        (Some(_), ConditionKind::Sum { .. }) => Scope::Elements,
        (Some(false), _) => Scope::Whole,
        (Some(true), _) if enough.is_some() => Scope::Value,
        (Some(true), _) => Scope::Elements,
        (None, _) => Scope::Value,
    };
    let facts = proof.facts.iter().enumerate().map(|(i, read)| {
        let scope = if i == 0 { scope } else { Scope::Value };
        fact(eval, read, scope)
    });
    let whole = proof.whole.as_deref();
    let rows = whole.into_iter().flat_map(|whole| &whole.rows);
    Step {
        kind,
        truth: proof.truth,
        deciding,
        asks: whole.map(|whole| whole.asks.clone()).unwrap_or_default(),
        text: proof.text.clone(),
        facts: facts.collect(),
        through: links(eval, &proof.facts),
        rows: rows.filter_map(|row| self::row(eval, *row)).collect(),
        assumed: proof.assumed.as_ref().map(|it| it.because.clone()),
        unsettled: proof.unsettled.clone(),
        span: proof.condition.site.span,
        children: children.collect(),
    }
}

/// A gate with every way, and every entry that relies on one.
fn gate_step<'a>(
    eval: &mut Evaluator<'a>,
    doors: &'a [GateDoor],
    span: Span,
    deciding: bool,
) -> Step {
    let truth = eval.gate(doors);
    let reliance = eval.reliance();
    let mut gate = bare(StepKind::Ways, truth, deciding, span);
    let mut decided = false;
    for door in doors {
        let (relied, entries) = eval.relied_on(door, &reliance);
        let opens = match relied {
            Truth::False => Truth::False,
            _ => eval.opens(door, &entries),
        };
        let state = relied.and(opens);
        // One open way is enough; that none is open rests on all of them.
        let counts = deciding && (truth != Truth::True || state == Truth::True && !decided);
        decided |= counts && truth == Truth::True;
        let mut way = bare(StepKind::Way, state, counts, span);
        way.text.clone_from(&door.title);
        let mut by_fact = truth != Truth::True;
        if relied != Truth::False {
            by_fact |= entries_of(eval, door, &entries, truth == Truth::True, &mut way);
        } else {
            way.asks = "not relied on".to_owned();
        }
        if let Some(fact) = &door.fact {
            let proof = eval.prove(fact);
            way.children
                .insert(0, step(eval, &proof, counts && by_fact));
        }
        gate.children.push(way);
    }
    if truth != Truth::True {
        let list = eval.facts.field(eval.facts.root(), &Key::new("mechanisms"));
        let stated = match list {
            Some(at) if reliance_is_whole(eval, at) => Stated::Found(at),
            Some(at) => Stated::Incomplete(at),
            None => reliance.list.stated.clone(),
        };
        let read = ProofFact {
            stated,
            field: None,
        };
        gate.facts.push(fact(eval, &read, Scope::Whole));
    }
    gate
}

fn reliance_is_whole(eval: &mut Evaluator, list: NodeRef) -> bool {
    !eval.is_incomplete(list) && !eval.facts.is_invalid(list)
}

/// Adds the entries that rely on a way to it, each with each element it looks among. Whether the way
/// is open by the fact by which it is relied on without an entry.
fn entries_of<'a>(
    eval: &mut Evaluator<'a>,
    door: &'a GateDoor,
    entries: &[Option<NodeRef>],
    open: bool,
    way: &mut Step,
) -> bool {
    let value = |eval: &Evaluator, at: NodeRef| {
        let stated = Stated::Found(at);
        fact(
            eval,
            &ProofFact {
                stated,
                field: None,
            },
            Scope::Value,
        )
    };
    if let Some(among) = &door.among {
        let list = eval.fact(&among.list);
        let scope = if open { Scope::Value } else { Scope::Elements };
        way.facts.extend(list.map(|list| fact(eval, &list, scope)));
    }
    let elements = eval.among(door).unwrap_or_default();
    let (mut decided, mut by_fact) = (false, false);
    for (entry, element) in pairs(entries, &elements) {
        eval.bind_door(door, entry, element);
        let proof = eval.prove(&door.require);
        let counts = way.deciding && (!open || proof.truth == Truth::True && !decided);
        if open && counts {
            decided = true;
            by_fact = entry.is_none();
        }
        let mut of_entry = bare(StepKind::Entry, proof.truth, counts, way.span);
        if let Some(entry) = entry {
            let word = eval.facts.field(entry, &Key::new("type"));
            of_entry.facts.extend(word.map(|word| value(eval, word)));
        }
        of_entry.facts.extend(element.map(|at| value(eval, at)));
        of_entry.children.push(step(eval, &proof, counts));
        way.children.push(of_entry);
    }
    by_fact
}

/// A step about which nothing is said yet.
fn bare(kind: StepKind, truth: Truth, deciding: bool, span: Span) -> Step {
    Step {
        kind,
        truth,
        deciding,
        asks: String::new(),
        text: String::new(),
        facts: Vec::new(),
        through: Vec::new(),
        rows: Vec::new(),
        assumed: None,
        unsettled: None,
        span,
        children: Vec::new(),
    }
}

/// What a condition is; and of a condition on a list, whether its elements are asked something.
fn kind(condition: &Condition) -> (StepKind, Option<bool>) {
    match &condition.kind {
        ConditionKind::All(_) => (StepKind::All, None),
        ConditionKind::Any(_) => (StepKind::Any, None),
        ConditionKind::Not(_) => (StepKind::Not, None),
        ConditionKind::Quantified {
            quantifier, body, ..
        } => {
            let kind = match quantifier {
                Quantifier::Some => StepKind::Some,
                Quantifier::Every => StepKind::Every,
                Quantifier::None => StepKind::None,
            };
            (kind, Some(body.is_some()))
        }
        ConditionKind::Count { body, .. } => (StepKind::Count, Some(body.is_some())),
        ConditionKind::Sum { body, .. } => (StepKind::Sum, Some(body.is_some())),
        ConditionKind::Holds { .. } => (StepKind::Definition, None),
        ConditionKind::Table(_) => (StepKind::Table, None),
        ConditionKind::Test { test, .. } => {
            let whole = matches!(test, Test::Includes { .. });
            (StepKind::Test, whole.then_some(false))
        }
        ConditionKind::Stated(_) | ConditionKind::Claimed(_) => (StepKind::Stated, None),
        ConditionKind::Unsettled(_) => (StepKind::Contested, None),
    }
}

/// The children that are enough for the answer; `None`: all of them are needed. Where several would
/// do by themselves, the first few are told, so that a reader sees each of them fail.
fn sufficient(proof: &Proof) -> Option<Vec<usize>> {
    let of = |wanted: Truth, most: usize| {
        let children = proof.children.iter().enumerate();
        let chosen = children.filter(|(_, child)| child.truth == wanted);
        Some(chosen.map(|(i, _)| i).take(most).collect())
    };
    match (&proof.condition.kind, proof.truth) {
        // A part that holds could fail, and the answer would be known.
        (_, Truth::Unknown) => None,
        (ConditionKind::All(_), Truth::False) => of(Truth::False, usize::MAX),
        (ConditionKind::Any(_), Truth::True) => of(Truth::True, 1),
        (ConditionKind::Quantified { quantifier, .. }, truth) => of(quantifier.found(truth)?, 3),
        _ => None,
    }
}

fn fact(eval: &Evaluator, read: &ProofFact, scope: Scope) -> Fact {
    let state = match &read.stated {
        Stated::Found(_) => FactState::Stated,
        Stated::Absent(..) => FactState::Absent,
        Stated::Unknown(_) => FactState::Clarified,
        Stated::Incomplete(_) => FactState::Incomplete,
        Stated::Invalid(_) => FactState::Invalid,
    };
    let pointer = read.pointer(eval);
    Fact {
        field: dotted(&pointer),
        label: label::on_fact(eval, read, ""),
        pointer,
        state,
        scope,
    }
}

/// A value that no path of a rule leads to.
fn value(eval: &Evaluator, stated: Stated) -> Fact {
    let read = ProofFact {
        stated,
        field: None,
    };
    fact(eval, &read, Scope::Value)
}

/// The values of the proposal that name the documents in which something was read.
fn links(eval: &Evaluator, facts: &[ProofFact]) -> Vec<Fact> {
    let mut parts: Vec<u16> = facts.iter().map(|fact| part(&fact.stated)).collect();
    parts.sort_unstable();
    parts.dedup();
    parts.retain(|part| *part != 0);
    let links = eval.facts.links.iter();
    let links = links.filter(|(_, part)| part.is_some_and(|part| parts.contains(&part)));
    links
        .map(|(node, _)| {
            let stated = Stated::Found(NodeRef {
                part: 0,
                node: *node,
            });
            value(eval, stated)
        })
        .collect()
}

fn part(stated: &Stated) -> u16 {
    match stated {
        Stated::Found(at)
        | Stated::Absent(at, _)
        | Stated::Unknown(at)
        | Stated::Incomplete(at)
        | Stated::Invalid(at) => at.part,
    }
}

fn row(eval: &Evaluator, (table, row, counts): (usize, usize, Truth)) -> Option<Row> {
    let table = eval.set.tables.get(table)?;
    let row = table.rows.get(row)?;
    let cells = table.columns.iter().zip(&row.cells);
    let cells = cells.map(|(column, cell)| {
        let cell = match cell {
            Cell::Texts(texts) => texts.join(", "),
            Cell::Number(number) => number.to_string(),
        };
        (column.name.clone(), cell)
    });
    Some(Row {
        table: table.title.clone(),
        cells: cells.filter(|(_, cell)| !cell.is_empty()).collect(),
        days: days(&row.window),
        counts,
        cite: row.source.as_ref().map(|source| source.cite.clone()),
        certainty: row.certainty,
    })
}

/// The days of a row in words; empty for always.
fn days(window: &Window) -> String {
    let day = |day: Day| match day {
        Day::Exact(date) => date.to_string(),
        Day::Between { earliest, latest } => match (earliest, latest) {
            (Some(earliest), Some(latest)) => format!("a day from {earliest} to {latest}"),
            (Some(earliest), None) => format!("a day after {earliest}"),
            (None, Some(latest)) => format!("a day up to {latest}"),
            (None, None) => "an unknown day".to_owned(),
        },
    };
    match (window.from, window.until) {
        (None, None) => String::new(),
        (Some(from), None) => format!("since {}", day(from)),
        (None, Some(until)) => format!("until {}", day(until)),
        (Some(from), Some(until)) => format!("from {} to {}", day(from), day(until)),
    }
}
