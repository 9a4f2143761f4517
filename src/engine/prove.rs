//! Conditions to proofs: the same answers as `evaluate.rs`, with what they rest on.
//!
//! A proof is the condition's tree with the truth of every part. [`Proof::deciding`] picks the
//! leaves that decided; labels, missing facts, assumptions and the day until which an answer holds
//! are read off them. Proofs are made only for what is reported.

use crate::document::Key;
use crate::engine::evaluate::{Binding, Evaluator};
use crate::engine::{law_date, words};
use crate::facts::{Incompleteness, NodeRef, Read, Scalar, dotted, escape};
use crate::rule::condition::{
    Assume, Condition, ConditionKind, Path, Segment, Term, TermBase, Test,
};
use crate::truth::Truth;
use crate::vocabulary::PROPOSAL;
use jiff::civil::Date;

/// How a fact that a leaf needs is stated.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stated {
    /// There, and readable.
    Found(NodeRef),
    /// Not there; the nearest thing that is, and the names of the steps that are missing.
    Absent(NodeRef, Vec<String>),
    /// Being clarified.
    Unknown(NodeRef),
    /// A list that may have elements that are not written.
    Incomplete(NodeRef),
    /// Breaks the schema.
    Invalid(NodeRef),
}

/// One fact that a leaf reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fact {
    pub(crate) stated: Stated,
    /// The field's object and index in the vocabulary.
    pub(crate) field: Option<(crate::vocabulary::ShapeId, usize)>,
}

impl Fact {
    /// Dotted, as an officer says it.
    pub(crate) fn name(&self, eval: &Evaluator) -> String {
        match &self.stated {
            Stated::Found(at)
            | Stated::Unknown(at)
            | Stated::Incomplete(at)
            | Stated::Invalid(at) => dotted(&eval.facts.pointer(*at)),
            Stated::Absent(..) => dotted(&self.pointer(eval)),
        }
    }

    /// The pointer of the value, there or not.
    pub(crate) fn pointer(&self, eval: &Evaluator) -> String {
        match &self.stated {
            Stated::Found(at)
            | Stated::Unknown(at)
            | Stated::Incomplete(at)
            | Stated::Invalid(at) => eval.facts.pointer(*at),
            Stated::Absent(at, steps) => {
                let mut pointer = eval.facts.pointer(*at);
                for step in steps {
                    pointer.push('/');
                    pointer.push_str(&escape(step));
                }
                pointer
            }
        }
    }
}

/// So many missing facts of one condition are named: who has none of them begins with the first.
pub(crate) const MOST_MISSING: usize = 500;

/// Elements of a list whose answers are put into words.
const WORDED: usize = 12;

/// A day after which an answer may be another, and what happens then.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Until {
    pub(crate) date: Date,
    pub(crate) why: String,
}

/// Something taken as given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assumed {
    pub(crate) fact: Fact,
    pub(crate) value: String,
    pub(crate) because: String,
}

/// The truth of a condition with what it rests on.
#[derive(Clone, Debug)]
pub(crate) struct Proof<'a> {
    pub(crate) truth: Truth,
    pub(crate) condition: &'a Condition,
    pub(crate) children: Vec<Proof<'a>>,
    /// What the condition itself read, its list included.
    pub(crate) facts: Vec<Fact>,
    /// The rule's own sentence for this answer, or one made from the condition.
    pub(crate) text: String,
    /// Whether [`text`](Self::text) is the rule's own.
    pub(crate) own_text: bool,
    pub(crate) assumed: Option<Assumed>,
    /// Why it is unknown although no fact is missing.
    pub(crate) unsettled: Option<String>,
    /// For leaves: the day until which the answer stays.
    until: Option<Until>,
}

impl<'a> Evaluator<'a> {
    /// Proves a condition without saying anything: the texts of the proof are empty.
    pub(crate) fn prove_silently(&mut self, condition: &'a Condition) -> Proof<'a> {
        let before = std::mem::replace(&mut self.with_words, false);
        let proof = self.prove(condition);
        self.with_words = before;
        proof
    }

    /// Proves a condition in the current frame.
    pub(crate) fn prove(&mut self, condition: &'a Condition) -> Proof<'a> {
        self.prove_as(condition, None)
    }

    /// Proves a condition of which the truth may be known.
    fn prove_as(&mut self, condition: &'a Condition, known: Option<Truth>) -> Proof<'a> {
        let mut proof = Proof {
            truth: Truth::Unknown,
            condition,
            children: Vec::new(),
            facts: Vec::new(),
            text: String::new(),
            own_text: false,
            assumed: None,
            unsettled: None,
            until: None,
        };
        match &condition.kind {
            ConditionKind::All(parts) | ConditionKind::Any(parts) => {
                let all = matches!(condition.kind, ConditionKind::All(_));
                let truths: Vec<Truth> = parts.iter().map(|part| self.truth(part)).collect();
                let join = |sum: Truth, truth: &Truth| match all {
                    true => sum.and(*truth),
                    false => sum.or(*truth),
                };
                proof.truth = truths.iter().fold(Truth::from(all), join);
                for (part, truth) in parts.iter().zip(truths) {
                    // A part with another answer is no reason for this one.
                    if truth == proof.truth || self.whole_proofs {
                        let child = self.prove_as(part, Some(truth));
                        proof.children.push(child);
                    }
                }
            }
            ConditionKind::Not(inner) => {
                let child = self.prove_as(inner, known.map(|truth| !truth));
                proof.truth = !child.truth;
                proof.children.push(child);
            }
            ConditionKind::Quantified {
                list,
                slot,
                body,
                assume,
                ..
            } => {
                proof.facts.extend(self.fact(list));
                proof.truth = self.truth_on(&mut proof, assume.as_deref(), known);
                self.prove_elements(&mut proof, list, *slot, body.as_deref());
            }
            ConditionKind::Count {
                list, slot, body, ..
            } => {
                proof.facts.extend(self.fact(list));
                proof.truth = known.unwrap_or_else(|| self.truth(condition));
                self.prove_elements(&mut proof, list, *slot, body.as_deref());
            }
            ConditionKind::Sum {
                list,
                slot,
                body,
                of,
                ..
            } => {
                proof.facts.extend(self.fact(list));
                proof.truth = known.unwrap_or_else(|| self.truth(condition));
                self.prove_elements(&mut proof, list, *slot, body.as_deref());
                if let Some(at) = self.list(list) {
                    for element in self.facts.elements(at) {
                        self.bind_element(*slot, element);
                        let fact = self.fact(of);
                        proof.facts.extend(fact);
                    }
                }
            }
            ConditionKind::Holds {
                definition,
                of,
                arguments,
            } => {
                let (subject, bindings) = self.bindings_of_call(of, arguments);
                match subject {
                    Read::Found(at) => {
                        let run = |eval: &mut Self, condition| eval.prove_as(condition, known);
                        if let Some(child) =
                            self.call(*definition, Binding::Node(at), bindings, run)
                        {
                            proof.truth = child.truth;
                            proof.children.push(child);
                        }
                    }
                    _ => proof.facts.extend(self.fact(of)),
                }
            }
            ConditionKind::Stated(path) | ConditionKind::Claimed(path) => {
                proof.truth = known.unwrap_or_else(|| self.truth(condition));
                proof.facts.extend(self.fact(path));
            }
            ConditionKind::Test {
                subject,
                test,
                assume,
            } => {
                proof.facts.extend(self.facts_of_term(subject));
                let terms: &[Term] = match test {
                    Test::In { terms, .. }
                    | Test::IsA { terms, .. }
                    | Test::Includes { terms, .. } => terms,
                    Test::Order(_, term) => std::slice::from_ref(term),
                    Test::Matches(_) => &[],
                };
                for term in terms {
                    proof.facts.extend(self.facts_of_term(term));
                }
                proof.truth = self.truth_on(&mut proof, assume.as_deref(), known);
                if let Test::Order(order, term) = test {
                    proof.until = self.until_of_order(proof.truth, subject, *order, term);
                }
                for term in std::iter::once(subject).chain(terms) {
                    if let TermBase::Cell { lookup, .. } = &term.base {
                        proof.until = sooner(proof.until, self.until_of_lookup(lookup));
                    }
                }
                if matches!(test, Test::Includes { .. }) && proof.truth == Truth::Unknown {
                    self.mark_incomplete(&mut proof);
                }
                if proof.truth == Truth::Unknown {
                    proof.unsettled = self
                        .unsettled_term(subject)
                        .or_else(|| terms.iter().find_map(|term| self.unsettled_term(term)));
                }
            }
            ConditionKind::Table(lookup) => {
                proof.truth = known.unwrap_or_else(|| self.table(lookup));
                for (_, term) in &lookup.wanted {
                    proof.facts.extend(self.facts_of_term(term));
                }
                if let Some(on) = &lookup.on {
                    proof.facts.extend(self.facts_of_term(on));
                }
                if proof.truth == Truth::Unknown {
                    proof.unsettled = self.unsettled_lookup(lookup, &proof.facts);
                }
                proof.until = self.until_of_lookup(lookup);
            }
            ConditionKind::Unsettled(reason) => proof.unsettled = Some(reason.clone()),
        }
        self.describe(&mut proof);
        proof
    }

    /// The truth of the proof's condition, and the assumption it was made on.
    fn truth_on(
        &mut self,
        proof: &mut Proof<'a>,
        assume: Option<&Assume>,
        known: Option<Truth>,
    ) -> Truth {
        if let (Some(known), None) = (known, assume) {
            return known;
        }
        let before = std::mem::replace(&mut self.assumed, false);
        let truth = self.truth(proof.condition);
        let assumed = std::mem::replace(&mut self.assumed, before);
        self.assumed |= assumed;
        let absent = |fact: &&Fact| matches!(fact.stated, Stated::Absent(..));
        if let (true, Some(assume), Some(fact)) =
            (assumed, assume, proof.facts.first().filter(absent))
        {
            proof.assumed = Some(Assumed {
                fact: fact.clone(),
                value: assume.value.clone(),
                because: assume.because.clone(),
            });
        }
        truth
    }

    /// Says of a list that it may have more elements, or that one of them cannot be read.
    fn mark_incomplete(&mut self, proof: &mut Proof<'a>) {
        let Some(fact) = proof.facts.first_mut() else {
            return;
        };
        let Stated::Found(list) = fact.stated else {
            return;
        };
        match self.facts.incompleteness(list) {
            Some(Incompleteness::InvalidElement) => fact.stated = Stated::Invalid(list),
            Some(_) => fact.stated = Stated::Incomplete(list),
            None => {}
        }
    }

    /// Proves the elements of a list that are a reason for the answer of the proof, which is known.
    fn prove_elements(
        &mut self,
        proof: &mut Proof<'a>,
        list: &Path,
        slot: crate::rule::condition::Slot,
        body: Option<&'a Condition>,
    ) {
        let Some(at) = self.list(list) else { return };
        self.mark_incomplete(proof);
        let Some(body) = body else { return };
        let wanted = match (&proof.condition.kind, proof.truth) {
            _ if self.whole_proofs => None,
            (ConditionKind::Quantified { .. }, Truth::Unknown) => Some(Truth::Unknown),
            (ConditionKind::Quantified { quantifier, .. }, truth) => quantifier.found(truth),
            _ => None,
        };
        let with_words = self.with_words;
        let mut worded = 0;
        for element in self.facts.elements(at) {
            self.bind_element(slot, element);
            let known = wanted.map(|_| self.truth(body));
            if known != wanted {
                continue;
            }
            // Nobody reads of more elements than these.
            self.with_words = with_words && (worded < WORDED || self.whole_proofs);
            // What each of so many lacks is not named.
            if wanted == Some(Truth::Unknown) && worded >= MOST_MISSING {
                break;
            }
            let child = self.prove_as(body, known);
            worded += 1;
            proof.children.push(child);
        }
        self.with_words = with_words;
    }

    /// The sentence of an answer: the rule's own, or one made from the condition.
    fn describe(&mut self, proof: &mut Proof<'a>) {
        if !self.with_words {
            return;
        }
        let site = &proof.condition.site;
        let own = match proof.truth {
            Truth::True => site.because.as_deref(),
            Truth::False => site.otherwise.as_deref(),
            Truth::Unknown => None,
        };
        proof.own_text = own.is_some();
        proof.text = match own {
            Some(template) => words::render(self, template),
            None => words::describe(self, proof),
        };
    }

    /// The fact a path reads, if it reads a document.
    pub(crate) fn fact(&mut self, path: &Path) -> Option<Fact> {
        let names = |rest: &[Segment]| {
            rest.iter()
                .map(|segment| segment.key.name().to_owned())
                .collect()
        };
        let stated = match self.read(path) {
            Read::Found(at) => Stated::Found(at),
            Read::Absent(at, rest) => Stated::Absent(at, names(rest)),
            Read::Unknown(at) => Stated::Unknown(at),
            Read::Invalid(at) => Stated::Invalid(at),
            Read::Nothing => return None,
        };
        Some(Fact {
            stated,
            field: path.field,
        })
    }

    fn facts_of_term(&mut self, term: &'a Term) -> Vec<Fact> {
        match &term.base {
            TermBase::Literal(_) => Vec::new(),
            TermBase::Path(path) if matches!(self.binding(path.slot), Binding::LawDate) => {
                self.start_of_transfer().into_iter().collect()
            }
            TermBase::Path(path) => self.fact(path).into_iter().collect(),
            TermBase::FirstStated(paths) => {
                let facts: Vec<Fact> = paths.iter().filter_map(|path| self.fact(path)).collect();
                let stated = facts
                    .iter()
                    .find(|fact| !matches!(fact.stated, Stated::Absent(..)));
                stated.or(facts.first()).cloned().into_iter().collect()
            }
            TermBase::Cell { lookup, .. } => lookup
                .wanted
                .iter()
                .flat_map(|(_, term)| self.facts_of_term(term))
                .collect(),
        }
    }

    /// `start_date`, where the law date is the start of the transfer.
    fn start_of_transfer(&self) -> Option<Fact> {
        let root = self.facts.root();
        let at = self.facts.field(root, &Key::new("start_date"))?;
        let is_start = law_date::start_date(self.facts) == Some(self.law_date);
        let shape = self.set.vocabulary.root(PROPOSAL)?;
        let fields = self.set.vocabulary.object(shape)?.fields;
        let index = fields.iter().position(|field| field.name == "start_date")?;
        is_start.then_some(Fact {
            stated: Stated::Found(at),
            field: Some((shape, index)),
        })
    }

    fn unsettled_term(&mut self, term: &'a Term) -> Option<String> {
        let TermBase::Cell { lookup, .. } = &term.base else {
            return None;
        };
        let facts: Vec<Fact> = self.facts_of_term(term);
        self.term(term)
            .is_none()
            .then(|| self.unsettled_lookup(lookup, &facts))
            .flatten()
    }

    /// Why a look-up is undecided though its questions are known.
    fn unsettled_lookup(
        &mut self,
        lookup: &'a crate::rule::table::Lookup,
        facts: &[Fact],
    ) -> Option<String> {
        if facts
            .iter()
            .any(|fact| !matches!(fact.stated, Stated::Found(_)))
        {
            return None;
        }
        let table = self.set.tables.get(lookup.table)?;
        let values: Vec<Scalar> = lookup
            .wanted
            .iter()
            .filter_map(|(_, term)| self.term(term))
            .collect();
        let values: Vec<String> = values
            .iter()
            .map(|value| words::scalar(self, value, None))
            .collect();
        let day = self
            .lookup_day(lookup)
            .map(|day| format!(" on {day}"))
            .unwrap_or_default();
        Some(format!(
            "{} does not settle {}{day}",
            words::lower_first(&table.title),
            values.join(", ")
        ))
    }
}

impl<'a> Proof<'a> {
    /// The parts that decided: changing only other parts cannot change the answer.
    pub(crate) fn deciding(&self) -> Vec<&Proof<'a>> {
        let mut leaves = Vec::new();
        self.collect(&mut leaves);
        leaves
    }

    fn of(&self, wanted: Truth) -> impl Iterator<Item = &Proof<'a>> {
        self.children
            .iter()
            .filter(move |child| child.truth == wanted)
    }

    /// The children that decided, and whether one of them would have been enough.
    pub(crate) fn deciding_children(&self) -> (Vec<&Proof<'a>>, bool) {
        let all = |wanted: Truth| (self.of(wanted).collect(), false);
        let one = |wanted: Truth| (self.of(wanted).take(3).collect(), true);
        match (&self.condition.kind, self.truth) {
            (_, Truth::Unknown) => (self.of(Truth::Unknown).collect(), false),
            (ConditionKind::All(_), Truth::True) => all(Truth::True),
            (ConditionKind::All(_), Truth::False) => (self.of(Truth::False).collect(), true),
            (ConditionKind::Any(_), Truth::True) => (self.of(Truth::True).take(1).collect(), true),
            (ConditionKind::Any(_), Truth::False) => all(Truth::False),
            (ConditionKind::Quantified { quantifier, .. }, truth) => {
                match quantifier.found(truth) {
                    Some(sought) => one(sought),
                    None => all(!quantifier.sought()),
                }
            }
            // What counted is why a number was reached; nothing single is why it was not.
            (ConditionKind::Count { .. } | ConditionKind::Sum { .. }, Truth::True) => {
                all(Truth::True)
            }
            (ConditionKind::Count { .. } | ConditionKind::Sum { .. }, _) => (Vec::new(), false),
            _ => (self.children.iter().collect(), false),
        }
    }

    fn collect<'p>(&'p self, out: &mut Vec<&'p Proof<'a>>) {
        let before = out.len();
        for child in self.deciding_children().0 {
            child.collect(out);
        }
        // A leaf decides by itself; so do a count, an empty list, and a list that is not complete.
        let incomplete = || {
            let doubtful = |fact: &Fact| !matches!(fact.stated, Stated::Found(_));
            !self.children.is_empty() && self.facts.iter().any(doubtful)
        };
        let counts = matches!(
            self.condition.kind,
            ConditionKind::Count { .. } | ConditionKind::Sum { .. }
        );
        if out.len() == before || counts || (self.truth == Truth::Unknown && incomplete()) {
            out.push(self);
        }
    }

    /// The facts whose absence leaves the answer unknown, each once.
    pub(crate) fn missing(&self) -> Vec<&Fact> {
        let mut facts: Vec<&Fact> = Vec::new();
        for leaf in self
            .deciding()
            .into_iter()
            .filter(|leaf| leaf.truth == Truth::Unknown)
        {
            for fact in &leaf.facts {
                if !matches!(fact.stated, Stated::Found(_)) && !facts.contains(&fact) {
                    facts.push(fact);
                }
            }
            if facts.len() >= MOST_MISSING {
                break;
            }
        }
        facts
    }

    /// Every assumption the answer rests on.
    pub(crate) fn assumptions(&self) -> Vec<&Assumed> {
        self.deciding()
            .into_iter()
            .filter_map(|leaf| leaf.assumed.as_ref())
            .collect()
    }

    /// Reasons other than missing facts for which the answer is unknown.
    pub(crate) fn unsettled(&self) -> Vec<&str> {
        let leaves = self
            .deciding()
            .into_iter()
            .filter(|leaf| leaf.truth == Truth::Unknown);
        leaves
            .filter_map(|leaf| leaf.unsettled.as_deref())
            .collect()
    }

    /// The last day on which the answer certainly stays as it is, if it ever ends.
    pub(crate) fn until(&self) -> Option<Until> {
        let soonest = |proofs: &mut dyn Iterator<Item = &Proof<'a>>| {
            proofs.fold(None, |soonest, proof| sooner(soonest, proof.until()))
        };
        // One part is enough: the one that stays longest.
        let longest = |proofs: &mut dyn Iterator<Item = &Proof<'a>>| {
            let mut longest: Option<Until> = None;
            for proof in proofs {
                match (proof.until(), &longest) {
                    (None, _) => return None,
                    (Some(until), Some(known)) if until.date <= known.date => {}
                    (Some(until), _) => longest = Some(until),
                }
            }
            longest
        };
        let of = |wanted: Truth| {
            self.children
                .iter()
                .filter(move |child| child.truth == wanted)
        };
        let from_children = match (&self.condition.kind, self.truth) {
            (_, Truth::Unknown) => None,
            (ConditionKind::All(_), Truth::False) => longest(&mut of(Truth::False)),
            (ConditionKind::Any(_), Truth::True) => longest(&mut of(Truth::True)),
            (ConditionKind::Quantified { quantifier, .. }, truth) => {
                match quantifier.found(truth) {
                    Some(sought) => longest(&mut of(sought)),
                    None => soonest(&mut self.children.iter()),
                }
            }
            _ => soonest(&mut self.children.iter()),
        };
        sooner(self.until.clone(), from_children)
    }
}

/// The one that comes first.
fn sooner(a: Option<Until>, b: Option<Until>) -> Option<Until> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.date <= b.date { a } else { b }),
        (a, b) => a.or(b),
    }
}
