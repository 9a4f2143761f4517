//! One rule about one proposal: on every law date on which it is in force, about every element it
//! names. The worst answer is the outcome.

use crate::document::Kind;
use crate::engine::evaluate::{Binding, Evaluator};
use crate::engine::gate::{Doors, GateProof};
use crate::engine::label;
use crate::engine::law_date::{LawDates, end_date};
use crate::engine::prove::{Proof, Stated, Until};
use crate::engine::tell::tell;
use crate::facts::{Facts, Incompleteness, NodeRef, Read};
use crate::finding::{Assumption, Counts, DoorState, Finding, Outcome, Reason, RuleId};
use crate::rule::condition::{Path, Slot, ValueType};
use crate::rule::table::Window;
use crate::rule::{Body, Pack, Rule};
use crate::truth::Truth;
use jiff::civil::Date;

/// What the rules of a pack answered, gathered for its verdict.
#[derive(Debug, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) counts: Counts,
    pub(crate) findings: Vec<Finding>,
    /// Outcomes of the rules that can change the verdict.
    pub(crate) deciding: Vec<Outcome>,
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) because: Vec<Reason>,
    pub(crate) to_do: Vec<Reason>,
    /// The day until which what passed holds.
    pub(crate) until: Option<Until>,
    pub(crate) left_out: usize,
    pub(crate) read_invalid: bool,
    /// Answers that wait for a document, of which another rule tells that it is not given.
    pub(crate) waiting: Vec<Waiting>,
    /// Rules that the caller does not ask cannot speak for others.
    pub(crate) silent: Vec<RuleId>,
    /// Deciding rules that do not apply today, and may some day.
    silences: Vec<(&'a Rule, Answer)>,
    /// What rules that speak for others answered last.
    spoken: Vec<(RuleId, Date, Option<NodeRef>, bool)>,
}

/// An answer that waits for a document.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) rule: RuleId,
    /// The rule of the pack, by index, that tells it.
    pub(crate) speaker: Option<usize>,
    pub(crate) element: Option<NodeRef>,
}

impl<'a> Asked<'a> {
    /// Names, in the findings that tell of a document that is not given, the rules that wait for it.
    pub(crate) fn name_the_waiting(&mut self, facts: &Facts, pack: &Pack) {
        for waiting in std::mem::take(&mut self.waiting) {
            let speaker = waiting.speaker.and_then(|index| pack.rules.get(index));
            let place = waiting.element.map(|element| facts.pointer(element));
            let finding = self.findings.iter_mut().find(|finding| {
                speaker.is_some_and(|rule| rule.id == finding.rule)
                    && place.as_ref().is_none_or(|place| {
                        let after = finding.primary.pointer.strip_prefix(place.as_str());
                        after.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    })
            });
            if let Some(finding) = finding
                && !finding.waiting.contains(&waiting.rule)
            {
                finding.waiting.push(waiting.rule);
            }
        }
        for finding in &mut self.findings {
            let note = match finding.waiting.len() {
                0 => continue,
                1 => "1 other rule waits for it".to_owned(),
                count => format!("{count} other rules wait for it"),
            };
            finding.notes.push(note);
        }
    }

    /// Limits how long the verdict holds by the day from which rules may apply that do not today.
    pub(crate) fn end_silences(&mut self, eval: &mut Evaluator<'a>) {
        for (rule, answer) in std::mem::take(&mut self.silences) {
            let Some(when) = &rule.when else { continue };
            enter(eval, rule, answer);
            if let Some(until) = eval.prove_silently(when).until() {
                keep_sooner(&mut self.until, until);
            }
        }
    }

    /// Whether another rule tells about this element that the document is not given.
    fn speaks(&mut self, eval: &mut Evaluator<'a>, speaker: &'a Rule, answer: Answer) -> bool {
        if self.silent.contains(&speaker.id) {
            return false;
        }
        let known = self.spoken.iter().find(|(rule, date, element, _)| {
            *rule == speaker.id && *date == answer.date && *element == answer.element
        });
        if let Some((.., speaks)) = known {
            return *speaks;
        }
        enter(eval, speaker, answer);
        let given = speaker
            .speaks_for
            .as_ref()
            .is_none_or(|path| matches!(eval.read(path), Read::Found(_) | Read::Invalid(_)));
        let speaks = !given && outcome(eval, speaker) == Outcome::Undetermined;
        let known = (speaker.id.clone(), answer.date, answer.element, speaks);
        self.spoken.push(known);
        speaks
    }
}

/// One answer: about one element on one date.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) date: Date,
    pub(crate) element: Option<NodeRef>,
    pub(crate) outcome: Outcome,
}

/// What a rule's body rests on.
pub(crate) enum BodyProof<'a> {
    Require(Proof<'a>),
    Gate(GateProof<'a>),
}

impl BodyProof<'_> {
    pub(crate) fn truth(&self) -> Truth {
        match self {
            Self::Require(proof) => proof.truth,
            Self::Gate(gate) => gate.truth,
        }
    }

    pub(crate) fn until(&self) -> Option<Until> {
        match self {
            Self::Require(proof) => proof.until(),
            Self::Gate(gate) => gate.until(),
        }
    }
}

/// Asks a rule; findings and reasons go to `asked`.
pub(crate) fn ask<'a>(
    eval: &mut Evaluator<'a>,
    pack: &'a Pack,
    rule: &'a Rule,
    applies: Truth,
    dates: &LawDates,
    proposal: &str,
    asked: &mut Asked<'a>,
) -> Outcome {
    eval.assumed = false;
    if rule.effect.decides() {
        let today = dates.dates.last();
        if let Some(date) = today.filter(|date| in_force(rule, **date) == Truth::False) {
            note_start(rule.effective.as_ref(), *date, asked);
        }
    }
    let all = answers(eval, rule, applies, dates);
    let mut worst: Vec<Answer> = Vec::new();
    for answer in &all {
        match worst
            .iter_mut()
            .find(|known| known.element == answer.element)
        {
            Some(known) if known.outcome >= answer.outcome => {}
            Some(known) => *known = *answer,
            None => worst.push(*answer),
        }
    }
    let outcome = worst
        .iter()
        .map(|answer| answer.outcome)
        .max()
        .unwrap_or(Outcome::NotApplicable);
    if rule.effect.decides() {
        asked.deciding.push(outcome);
    }
    let speaker = rule.spoken_for.and_then(|index| pack.rules.get(index));
    // A pass is explained where it can end some day, rests on an assumption, or opened a door.
    let can_end = rule.dated && rule.effect.decides();
    // What was answered for the start of a transfer that has begun changes no more.
    let is_today = |date: Date| dates.dates.last() == Some(&date);
    let explain_passes = eval.assumed || can_end || matches!(rule.body, Body::Gate(_));
    for answer in &worst {
        match answer.outcome {
            Outcome::Undetermined if speaker.is_some_and(|it| asked.speaks(eval, it, *answer)) => {
                asked.waiting.push(Waiting {
                    rule: rule.id.clone(),
                    speaker: rule.spoken_for,
                    element: answer.element,
                });
            }
            Outcome::Fail | Outcome::Undetermined => {
                tell(eval, pack, rule, *answer, &all, proposal, asked)
            }
            // What is not asked today may be asked from some day on.
            Outcome::NotApplicable if can_end => {
                let latest = all.iter().rfind(|other| other.element == answer.element);
                if let Some(latest) = latest.filter(|latest| is_today(latest.date)) {
                    asked.silences.push((rule, *latest));
                }
            }
            Outcome::Pass if explain_passes && outcome == Outcome::Pass => {
                let latest = all.iter().rfind(|other| {
                    other.element == answer.element && other.outcome == Outcome::Pass
                });
                let latest = *latest.unwrap_or(answer);
                explain_pass(eval, rule, latest, is_today(latest.date), asked);
            }
            _ => {}
        }
    }
    outcome
}

pub(crate) fn in_force(rule: &Rule, date: Date) -> Truth {
    let window = rule.effective.as_ref();
    window.map_or(Truth::True, |window| window.contains(date))
}

/// Every answer of a rule: on each law date on which it is in force, about each element.
pub(crate) fn answers<'a>(
    eval: &mut Evaluator<'a>,
    rule: &'a Rule,
    applies: Truth,
    dates: &LawDates,
) -> Vec<Answer> {
    let mut all = Vec::new();
    for date in &dates.dates {
        let in_force = in_force(rule, *date);
        eval.watch_window(rule.effective.as_ref(), *date);
        if in_force == Truth::False {
            continue;
        }
        let doubtful = in_force == Truth::Unknown || applies == Truth::Unknown;
        for (element, outcome) in ask_elements(eval, rule, *date) {
            // Whether the rule is in force, or the pack applies, is itself not known: then its
            // failure is not either.
            let outcome = if doubtful && outcome == Outcome::Fail {
                Outcome::Undetermined
            } else {
                outcome
            };
            all.push(Answer {
                date: *date,
                element,
                outcome,
            });
        }
    }
    all
}

/// A rule that is not in force yet limits how long today's answer holds.
fn note_start(window: Option<&Window>, date: Date, asked: &mut Asked) {
    let days = window.into_iter().flat_map(Window::days);
    if let Some(first) = days.filter(|day| *day > date).min()
        && let Ok(date) = first.yesterday()
    {
        keep_sooner(
            &mut asked.until,
            Until {
                date,
                why: "the law changes".to_owned(),
            },
        );
    }
}

fn keep_sooner(known: &mut Option<Until>, new: Until) {
    if known.as_ref().is_none_or(|known| new.date < known.date) {
        *known = Some(new);
    }
}

/// The outcome for each element on one date; for a rule without `each`, for the proposal.
pub(crate) fn ask_elements<'a>(
    eval: &mut Evaluator<'a>,
    rule: &'a Rule,
    date: Date,
) -> Vec<(Option<NodeRef>, Outcome)> {
    eval.enter(rule.slots, date);
    let Some(each) = &rule.each else {
        return vec![(None, outcome(eval, rule))];
    };
    let mut outcomes: Vec<(Option<NodeRef>, Outcome)> = Vec::new();
    for list in &each.lists {
        let Some(at) = whole(eval, list) else {
            outcomes.push((None, unwritten(eval, rule, each.slot)));
            continue;
        };
        if eval.facts.kind(at) != Kind::Array {
            eval.bind(each.slot, Binding::Node(at));
            outcomes.push((Some(at), outcome(eval, rule)));
            continue;
        }
        for element in eval.facts.elements(at) {
            eval.bind(each.slot, Binding::Node(element));
            outcomes.push((Some(element), outcome(eval, rule)));
        }
        // Elements that say `"unknown"` or cannot be read answered for themselves.
        if eval.facts.incompleteness(at) == Some(Incompleteness::Said) {
            outcomes.push((None, unwritten(eval, rule, each.slot)));
        }
    }
    outcomes
}

/// What a path of `each` leads to: a list, or a single object.
pub(crate) fn whole(eval: &mut Evaluator, path: &Path) -> Option<NodeRef> {
    match (eval.read(path), path.value) {
        (Read::Found(at), ValueType::Object(_)) => Some(at),
        (Read::Found(at), _) if eval.facts.kind(at) == Kind::Array => Some(at),
        _ => None,
    }
}

/// The outcome for elements of which nothing is known: `when` may still say that the rule is not
/// asked.
pub(crate) fn unwritten<'a>(eval: &mut Evaluator<'a>, rule: &'a Rule, slot: Slot) -> Outcome {
    eval.bind(slot, Binding::Nothing);
    let applies = rule
        .when
        .as_ref()
        .map_or(Truth::Unknown, |when| eval.truth(when));
    if applies == Truth::False {
        Outcome::NotApplicable
    } else {
        Outcome::Undetermined
    }
}

/// `when` and `require` in the current frame.
pub(crate) fn outcome<'a>(eval: &mut Evaluator<'a>, rule: &'a Rule) -> Outcome {
    let applies = rule
        .when
        .as_ref()
        .map_or(Truth::True, |when| eval.truth(when));
    if applies == Truth::False {
        return Outcome::NotApplicable;
    }
    let holds = match &rule.body {
        Body::Require(require) => eval.truth(require),
        Body::Gate(doors) => eval.gate(doors),
    };
    match (applies, holds) {
        (_, Truth::True) => Outcome::Pass,
        (Truth::True, Truth::False) => Outcome::Fail,
        _ => Outcome::Undetermined,
    }
}

/// Sets the frame of an answer again.
pub(crate) fn enter<'a>(eval: &mut Evaluator<'a>, rule: &'a Rule, answer: Answer) {
    eval.enter(rule.slots, answer.date);
    if let Some(each) = &rule.each {
        eval.bind(
            each.slot,
            answer.element.map_or(Binding::Nothing, Binding::Node),
        );
    }
}

pub(crate) fn prove_body<'a>(eval: &mut Evaluator<'a>, rule: &'a Rule) -> BodyProof<'a> {
    match &rule.body {
        Body::Require(require) => BodyProof::Require(eval.prove(require)),
        Body::Gate(doors) => BodyProof::Gate(eval.prove_gate(doors, Doors::All)),
    }
}

/// The reasons, assumptions and end of a pass.
fn explain_pass<'a>(
    eval: &mut Evaluator<'a>,
    rule: &'a Rule,
    answer: Answer,
    today: bool,
    asked: &mut Asked,
) {
    enter(eval, rule, answer);
    eval.with_words = false;
    let body = match &rule.body {
        Body::Require(require) => BodyProof::Require(eval.prove(require)),
        Body::Gate(doors) => BodyProof::Gate(eval.prove_gate(doors, Doors::ReliedOn)),
    };
    if let Some(when) = &rule.when {
        let when = eval.prove(when);
        keep_assumptions(eval, &when, asked);
    }
    eval.with_words = true;
    match &body {
        BodyProof::Require(proof) => {
            keep_assumptions(eval, proof, asked);
            note_planned(eval, proof, asked);
        }
        BodyProof::Gate(gate) => {
            for door in gate
                .doors
                .iter()
                .filter(|door| door.state == DoorState::Open)
            {
                let Some(proof) = &door.proof else { continue };
                keep_assumptions(eval, proof, asked);
                note_planned(eval, proof, asked);
                let label = label::of_first(eval, proof);
                let label =
                    label.or_else(|| door.entry.map(|entry| label::on_value(eval, entry, "")));
                let reason = Reason {
                    title: door.door.title.clone(),
                    text: door.because.clone().unwrap_or_default(),
                    label,
                };
                if !asked.because.contains(&reason) {
                    asked.because.push(reason);
                }
            }
        }
    }
    if rule.effect.decides() && today {
        if let Some(until) = body.until() {
            keep_sooner(&mut asked.until, until);
        }
        let ends = rule.effective.as_ref().and_then(Window::certain_until);
        if let Some(date) = ends {
            let why = "the law changes".to_owned();
            keep_sooner(&mut asked.until, Until { date, why });
        }
        if let Some(end) = end_date(eval.facts)
            && asked.until.as_ref().is_some_and(|until| end < until.date)
        {
            let why = "the transfer ends".to_owned();
            keep_sooner(&mut asked.until, Until { date: end, why });
        }
    }
}

pub(crate) fn keep_assumptions(eval: &Evaluator, proof: &Proof, asked: &mut Asked) {
    for assumed in proof.assumptions() {
        let assumption = label::assumption(eval, assumed);
        if !asked
            .assumptions
            .iter()
            .any(|known| known.field == assumption.field)
        {
            asked.assumptions.push(assumption);
        }
    }
}

/// Events that a pass rests on and that lie after the day of the check are planned.
fn note_planned(eval: &Evaluator, proof: &Proof, asked: &mut Asked) {
    for leaf in proof.deciding() {
        for fact in &leaf.facts {
            let Stated::Found(at) = fact.stated else {
                continue;
            };
            let field = fact
                .field
                .and_then(|(shape, i)| eval.set.vocabulary.object(shape)?.fields.get(i));
            if !field.is_some_and(|field| field.event) {
                continue;
            }
            let date = eval
                .facts
                .text(at)
                .and_then(|text| crate::rule::condition::parse_date(&text));
            let Some(date) = date.filter(|date| *date > eval.as_of) else {
                continue;
            };
            let assumption = Assumption {
                field: fact.name(eval),
                value: date.to_string(),
                because: format!("what is planned for {date} takes place"),
                label: Some(label::on_value(eval, at, "planned")),
            };
            if !asked.assumptions.contains(&assumption) {
                asked.assumptions.push(assumption);
            }
        }
    }
}
