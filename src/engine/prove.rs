//! Conditions to proofs: the same answers as `evaluate.rs`, with what they rest on.
//!
//! A proof is the condition's tree with the truth of every part. `deciding.rs` picks the
//! leaves that decided; labels, missing facts, assumptions and the day until which an answer holds
//! are read off them. Proofs are made only for what is reported.

use crate::document::Key;
use crate::engine::deciding::sooner;
use crate::engine::evaluate::{Binding, Evaluator};
use crate::engine::{law_date, words};
use crate::facts::{Incompleteness, NodeRef, Read, Scalar, dotted, escape};
use crate::rule::condition::{
    Assume, Condition, ConditionKind, Order, Path, Segment, Term, TermBase, Test,
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
    /// What only whole proofs tell.
    pub(crate) whole: Option<Box<Whole>>,
    /// For leaves: the day until which the answer stays.
    pub(super) until: Option<Until>,
}

/// What a proof tells where everything is to be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whole {
    /// What is asked, in words.
    pub(crate) asks: String,
    /// The rows of tables that it met: table, row, and whether it counts on the day.
    pub(crate) rows: Vec<(usize, usize, Truth)>,
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
            whole: self.whole_proofs.then(Box::default),
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
                    let known = proof.truth != Truth::Unknown;
                    let all = self.whole_proofs && !(self.deciding_only && known);
                    if truth == proof.truth || all {
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
                list,
                slot,
                body,
                order,
            } => {
                proof.facts.extend(self.fact(list));
                proof.truth = known.unwrap_or_else(|| self.truth(condition));
                self.prove_elements(&mut proof, list, *slot, body.as_deref());
                self.note_bounds(&mut proof, order);
            }
            ConditionKind::Sum {
                list,
                slot,
                body,
                of,
                order,
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
                self.note_bounds(&mut proof, order);
            }
            ConditionKind::Holds {
                definition,
                of,
                arguments,
            } => {
                let (subject, bindings) = self.bindings_of_call(of, arguments);
                if self.whole_proofs {
                    proof.facts.extend(self.fact(of));
                    for term in arguments {
                        proof.facts.extend(self.facts_of_term(term));
                    }
                }
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
                    _ if self.whole_proofs => {}
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
                        self.note_rows(&mut proof, lookup);
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
                self.note_rows(&mut proof, lookup);
            }
            ConditionKind::Unsettled(reason) => proof.unsettled = Some(reason.clone()),
        }
        self.describe(&mut proof);
        proof
    }

    /// Adds what a count or a sum is compared with.
    fn note_bounds(&mut self, proof: &mut Proof<'a>, order: &'a [(Order, Term)]) {
        if self.whole_proofs {
            for (_, term) in order {
                let facts = self.facts_of_term(term);
                proof.facts.extend(facts);
            }
        }
    }

    /// Adds the rows that a look-up met, whatever their days.
    fn note_rows(&mut self, proof: &mut Proof<'a>, lookup: &'a crate::rule::table::Lookup) {
        let Some(whole) = &mut proof.whole else {
            return;
        };
        let day = self.lookup_day(lookup);
        let set = self.set;
        let rows = set.tables.get(lookup.table).map(|table| &table.rows);
        let matches = self.row_matches(lookup);
        for (index, (row, matched)) in rows.into_iter().flatten().zip(matches).enumerate() {
            if matched == Truth::True {
                let counts = day.map_or(Truth::Unknown, |day| row.window.contains(day));
                whole.rows.push((lookup.table, index, counts));
            }
        }
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
            (ConditionKind::Quantified { quantifier, .. }, truth) if self.deciding_only => {
                quantifier.found(truth)
            }
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
        if let Some(whole) = &mut proof.whole {
            whole.asks = words::condition_words(self, proof.condition, true);
        }
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
                let mut facts: Vec<Fact> =
                    paths.iter().filter_map(|path| self.fact(path)).collect();
                let stated = facts
                    .iter()
                    .position(|fact| !matches!(fact.stated, Stated::Absent(..)));
                if self.whole_proofs {
                    facts.truncate(stated.map_or(facts.len(), |at| at + 1));
                    return facts;
                }
                let stated = stated.and_then(|at| facts.get(at));
                stated.or(facts.first()).cloned().into_iter().collect()
            }
            TermBase::Cell { lookup, .. } => {
                let whole = self.whole_proofs;
                let on = lookup.on.iter().filter(|_| whole);
                let terms = lookup.wanted.iter().map(|(_, term)| term).chain(on);
                terms.flat_map(|term| self.facts_of_term(term)).collect()
            }
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
