//! Conditions to truth: three-valued, allocation-free for words and lists, without explanation.
//! `prove.rs` explains the same answers; both read values through `Evaluator::read`.

use crate::document::Kind;
use crate::engine::horizon::Watch;
use crate::facts::{Facts, NodeRef, Read, Scalar};
use crate::rule::RuleSet;
use crate::rule::condition::{
    Assume, Condition, ConditionKind, Literal, Order, Path, Quantifier, Slot, Term, TermBase, Test,
    ValueType,
};
use crate::truth::Truth;
use crate::vocabulary::is_a;
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::HashMap;

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Binding<'a> {
    /// Not bound, or bound to an entry that does not exist.
    Nothing,
    Node(NodeRef),
    Scalar(Scalar<'a>),
    /// The law date itself: what hangs on it may change with time.
    LawDate,
    /// The day of the check itself.
    AsOf,
}

/// Asks conditions about one proposal on one law date.
#[derive(Debug)]
pub(crate) struct Evaluator<'a> {
    pub(crate) set: &'a RuleSet,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) law_date: Date,
    pub(crate) as_of: Date,
    pub(crate) strict: bool,
    stack: Vec<Binding<'a>>,
    base: usize,
    /// Whether a value that breaks the schema was read.
    pub(crate) read_invalid: bool,
    /// Whether an assumption was made.
    pub(crate) assumed: bool,
    /// Whether proofs carry sentences: only what is told needs them.
    pub(crate) with_words: bool,
    /// Whether proofs hold the parts that decided nothing, too.
    pub(crate) whole_proofs: bool,
    /// Whether whole proofs leave out what cannot have decided: what holds of parts of which one has to
    /// fail, and the like.
    pub(crate) deciding_only: bool,
    /// What could turn as days go by, where that is asked.
    pub(crate) watch: Option<Box<Watch>>,
    /// Answers of definitions that call themselves, so that cost stays linear.
    memo: HashMap<(usize, NodeRef, String), Truth>,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(set: &'a RuleSet, facts: &'a Facts<'a>, as_of: Date, strict: bool) -> Self {
        Self {
            set,
            facts,
            law_date: as_of,
            as_of,
            strict,
            stack: Vec::new(),
            base: 0,
            read_invalid: false,
            assumed: false,
            with_words: true,
            whole_proofs: false,
            deciding_only: false,
            watch: None,
            memo: HashMap::new(),
        }
    }

    /// Makes a fresh frame for a rule with so many slots, asked on this date.
    pub(crate) fn enter(&mut self, slots: usize, law_date: Date) {
        if self.law_date != law_date {
            self.memo.clear();
        }
        self.law_date = law_date;
        self.base = 0;
        self.stack.clear();
        self.stack.resize(slots.max(3), Binding::Nothing);
        self.bind(Slot::ROOT, Binding::Node(self.facts.root()));
        self.bind(Slot::LAW_DATE, Binding::LawDate);
        self.bind(Slot::AS_OF, Binding::AsOf);
    }

    /// Binds a name of the current frame.
    pub(crate) fn bind(&mut self, slot: Slot, binding: Binding<'a>) {
        if let Some(place) = self.stack.get_mut(self.base + slot.0 as usize) {
            *place = binding;
        }
    }

    pub(crate) fn binding(&self, slot: Slot) -> &Binding<'a> {
        self.stack
            .get(self.base + slot.0 as usize)
            .unwrap_or(&Binding::Nothing)
    }

    /// Runs something inside the frame of a definition.
    pub(crate) fn call<T>(
        &mut self,
        definition: usize,
        subject: Binding<'a>,
        arguments: Vec<Binding<'a>>,
        run: impl FnOnce(&mut Self, &'a Condition) -> T,
    ) -> Option<T> {
        let set = self.set;
        let definition = set.definitions.get(definition)?;
        let caller = self.base;
        let top = self.stack.len();
        self.base = top;
        self.stack
            .resize(top + definition.slots.max(4), Binding::Nothing);
        self.bind(Slot::ROOT, Binding::Node(self.facts.root()));
        self.bind(Slot::LAW_DATE, Binding::LawDate);
        self.bind(Slot::AS_OF, Binding::AsOf);
        self.bind(Slot::IT, subject);
        for (i, argument) in arguments.into_iter().enumerate() {
            let slot = u16::try_from(i)
                .unwrap_or(u16::MAX)
                .saturating_add(Slot::IT.0 + 1);
            self.bind(Slot(slot), argument);
        }
        let result = run(self, &definition.holds);
        self.stack.truncate(top);
        self.base = caller;
        Some(result)
    }

    /// What a path leads to from the names of the current frame. A path to a bare scalar name is
    /// [`Read::Nothing`] here; see [`value`](Self::value).
    pub(crate) fn read<'p>(&mut self, path: &'p Path) -> Read<'p> {
        let read = match self.binding(path.slot) {
            Binding::Node(from) => self.facts.read(*from, &path.segments),
            _ => Read::Nothing,
        };
        if matches!(read, Read::Invalid(_)) {
            self.read_invalid = true;
        }
        read
    }

    /// The value a path leads to; `None` where it is not known.
    pub(crate) fn value(&mut self, path: &Path) -> Option<Scalar<'a>> {
        match self.binding(path.slot) {
            Binding::LawDate => return Some(Scalar::Date(self.law_date)),
            Binding::AsOf => return Some(Scalar::Date(self.as_of)),
            Binding::Scalar(scalar) => return Some(scalar.clone()),
            Binding::Nothing => return None,
            Binding::Node(_) => {}
        }
        match self.read(path) {
            Read::Found(at) => {
                let scalar = self.facts.scalar(at, path.value);
                // A value of another type breaks the schema even if the schema was not asked.
                self.read_invalid |= scalar.is_none();
                scalar
            }
            _ => None,
        }
    }

    /// The value of a term; `None` where it is not known.
    pub(crate) fn term(&mut self, term: &'a Term) -> Option<Scalar<'a>> {
        let value = match &term.base {
            TermBase::Literal(literal) => Some(scalar_of(literal)),
            TermBase::Path(path) => self.value(path),
            TermBase::FirstStated(paths) => {
                // A stated value that is being clarified is not skipped for a later one.
                let first = paths
                    .iter()
                    .find(|path| !matches!(self.read(path), Read::Absent(..) | Read::Nothing));
                first.and_then(|path| self.value(path))
            }
            TermBase::Cell { lookup, column } => self.cell(lookup, *column),
        };
        match (value, term.shift) {
            (Some(Scalar::Date(date)), Some(shift)) => {
                date.checked_add(shift).ok().map(Scalar::Date)
            }
            (value, _) => value,
        }
    }

    /// The truth of a condition.
    pub(crate) fn truth(&mut self, condition: &'a Condition) -> Truth {
        match &condition.kind {
            ConditionKind::All(parts) => {
                let mut all = Truth::True;
                for part in parts {
                    all = all.and(self.truth(part));
                    if all == Truth::False {
                        break;
                    }
                }
                all
            }
            ConditionKind::Any(parts) => {
                let mut any = Truth::False;
                for part in parts {
                    any = any.or(self.truth(part));
                    if any == Truth::True {
                        break;
                    }
                }
                any
            }
            ConditionKind::Not(inner) => !self.truth(inner),
            ConditionKind::Stated(path) => self.is_stated(path),
            ConditionKind::Claimed(path) => self.is_claimed(path),
            ConditionKind::Quantified {
                quantifier,
                list,
                slot,
                body,
                assume,
            } => {
                if let Some(assume) = assume
                    && let Some(truth) = self.assumed_truth(list, assume)
                {
                    return truth;
                }
                let truth = match quantifier {
                    Quantifier::Every => self.every(list, *slot, body.as_deref()),
                    _ => self.some(list, *slot, body.as_deref()),
                };
                if *quantifier == Quantifier::None {
                    !truth
                } else {
                    truth
                }
            }
            ConditionKind::Count {
                list,
                slot,
                body,
                order,
            } => {
                let interval = self.count(list, *slot, body.as_deref());
                self.compare(interval, order)
            }
            ConditionKind::Sum {
                list,
                slot,
                of,
                whole,
                body,
                order,
            } => {
                let interval = self.sum(list, *slot, of, *whole, body.as_deref());
                self.compare(interval, order)
            }
            ConditionKind::Test {
                subject,
                test,
                assume,
            } => {
                if let (Some(assume), TermBase::Path(path)) = (assume, &subject.base)
                    && let Some(truth) = self.assumed_truth(path, assume)
                {
                    return truth;
                }
                self.test(subject, test)
            }
            ConditionKind::Holds {
                definition,
                of,
                arguments,
            } => self.holds(*definition, of, arguments),
            ConditionKind::Table(lookup) => self.table(lookup),
            ConditionKind::Unsettled(_) => Truth::Unknown,
        }
    }

    /// The truth on an assumption, where the field is absent.
    fn assumed_truth(&mut self, path: &Path, assume: &Assume) -> Option<Truth> {
        if !matches!(self.read(path), Read::Absent(..)) {
            return None;
        }
        if self.strict {
            return Some(Truth::Unknown);
        }
        self.assumed = true;
        Some(Truth::from(assume.holds))
    }

    pub(crate) fn is_claimed(&mut self, path: &Path) -> Truth {
        match self.binding(path.slot) {
            Binding::Node(_) => match self.read(path) {
                Read::Found(_) => Truth::True,
                Read::Unknown(_) | Read::Invalid(_) => Truth::Unknown,
                Read::Absent(..) | Read::Nothing => Truth::False,
            },
            _ => self.is_stated(path),
        }
    }

    pub(crate) fn is_stated(&mut self, path: &Path) -> Truth {
        match self.binding(path.slot) {
            Binding::Scalar(_) | Binding::LawDate | Binding::AsOf => Truth::True,
            Binding::Nothing => Truth::False,
            Binding::Node(_) => match self.read(path) {
                Read::Found(_) => Truth::True,
                // Something is written there; what, nobody can tell.
                Read::Invalid(_) => Truth::Unknown,
                _ => Truth::False,
            },
        }
    }

    fn test(&mut self, subject: &'a Term, test: &'a Test) -> Truth {
        if let TermBase::Path(path) = &subject.base
            && subject.shift.is_none()
        {
            if let Test::Includes { terms, all } = test {
                return self.includes(path, terms, *all);
            }
            // Words of the document are compared where they stand.
            if let (
                Binding::Node(_),
                Test::In { terms, negated },
                ValueType::Text | ValueType::Word(_),
            ) = (self.binding(path.slot), test, path.value)
                && terms
                    .iter()
                    .all(|term| matches!(term.base, TermBase::Literal(Literal::Text(_))))
            {
                let Read::Found(at) = self.read(path) else {
                    return Truth::Unknown;
                };
                let Some(part) = self.facts.part(at.part) else {
                    return Truth::Unknown;
                };
                if part.document.kind(at.node) != Kind::String {
                    self.read_invalid = true;
                    return Truth::Unknown;
                }
                let equal = terms.iter().any(|term| match &term.base {
                    TermBase::Literal(Literal::Text(text)) => {
                        part.document.string_is(at.node, text)
                    }
                    _ => false,
                });
                return Truth::from(equal != *negated);
            }
        }
        let Some(value) = self.term(subject) else {
            return Truth::Unknown;
        };
        match test {
            Test::In { terms, negated } => {
                if self.watch.is_some() {
                    terms
                        .iter()
                        .for_each(|term| self.watch_order(subject, term));
                }
                let any = self.any_term(terms, |term| same(&value, term));
                if *negated { !any } else { any }
            }
            Test::IsA { terms, negated } => {
                let any = self.any_term(terms, |term| match (&value, term) {
                    (Scalar::Text(key), Scalar::Text(ancestor)) => is_a(key, ancestor),
                    _ => false,
                });
                if *negated { !any } else { any }
            }
            Test::Matches(pattern) => match &value {
                Scalar::Text(text) => pattern.is_match(text).map_or(Truth::Unknown, Truth::from),
                _ => Truth::Unknown,
            },
            Test::Order(order, term) => {
                self.watch_order(subject, term);
                match self.term(term) {
                    Some(bound) => order_holds(*order, &value, &bound),
                    None => Truth::Unknown,
                }
            }
            Test::Includes { .. } => Truth::Unknown,
        }
    }

    fn any_term(&mut self, terms: &'a [Term], matches: impl Fn(&Scalar) -> bool) -> Truth {
        let mut any = Truth::False;
        for term in terms {
            any = any.or(match self.term(term) {
                Some(value) => Truth::from(matches(&value)),
                None => Truth::Unknown,
            });
        }
        any
    }

    pub(super) fn includes(&mut self, path: &Path, terms: &'a [Term], all: bool) -> Truth {
        let Some(list) = self.list(path) else {
            return Truth::Unknown;
        };
        let incomplete = self.is_incomplete(list);
        let mut result = Truth::from(all);
        for term in terms {
            self.watch_value(term);
            let found = match self.term(term) {
                None => Truth::Unknown,
                Some(wanted) => {
                    let facts = self.facts;
                    let found = facts.elements(list).any(|element| match &wanted {
                        Scalar::Text(text) => facts
                            .part(element.part)
                            .is_some_and(|p| p.document.string_is(element.node, text)),
                        wanted => facts
                            .scalar(element, type_of(wanted))
                            .is_some_and(|have| same(&have, wanted)),
                    });
                    match (found, incomplete) {
                        (true, _) => Truth::True,
                        (false, true) => Truth::Unknown,
                        (false, false) => Truth::False,
                    }
                }
            };
            result = if all {
                result.and(found)
            } else {
                result.or(found)
            };
        }
        result
    }

    /// The subject and arguments of a call, as bindings of its frame.
    pub(crate) fn bindings_of_call(
        &mut self,
        of: &Path,
        arguments: &'a [Term],
    ) -> (Read<'static>, Vec<Binding<'a>>) {
        let subject = match self.read(of) {
            Read::Found(at) => Read::Found(at),
            Read::Unknown(at) => Read::Unknown(at),
            Read::Invalid(at) => Read::Invalid(at),
            Read::Absent(at, _) => Read::Absent(at, &[]),
            Read::Nothing => Read::Nothing,
        };
        let mut bindings = Vec::new();
        for term in arguments {
            let moving = match &term.base {
                TermBase::Path(path) if term.shift.is_none() => match self.binding(path.slot) {
                    Binding::LawDate => Some(Binding::LawDate),
                    Binding::AsOf => Some(Binding::AsOf),
                    _ => None,
                },
                _ => None,
            };
            bindings.push(match moving {
                Some(moving) => moving,
                None => {
                    self.watch_value(term);
                    self.term(term).map_or(Binding::Nothing, Binding::Scalar)
                }
            });
        }
        (subject, bindings)
    }

    fn holds(&mut self, definition: usize, of: &Path, arguments: &'a [Term]) -> Truth {
        let (subject, bindings) = self.bindings_of_call(of, arguments);
        let Read::Found(subject) = subject else {
            return Truth::Unknown;
        };
        let recursive = self
            .set
            .definitions
            .get(definition)
            .is_some_and(|d| d.recursive);
        if !recursive {
            let run = |eval: &mut Self, condition| eval.truth(condition);
            return self
                .call(definition, Binding::Node(subject), bindings, run)
                .unwrap_or(Truth::Unknown);
        }
        let arguments = if bindings.is_empty() {
            String::new()
        } else {
            format!("{bindings:?}")
        };
        let key = (definition, subject, arguments);
        if let Some(known) = self.memo.get(&key) {
            return *known;
        }
        let run = |eval: &mut Self, condition| eval.truth(condition);
        let truth = self
            .call(definition, Binding::Node(subject), bindings, run)
            .unwrap_or(Truth::Unknown);
        self.memo.insert(key, truth);
        truth
    }
}

/// The value of a literal.
pub(crate) fn scalar_of(literal: &Literal) -> Scalar<'_> {
    match literal {
        Literal::Text(text) => Scalar::Text(Cow::Borrowed(text)),
        Literal::YesNo(yes) => Scalar::YesNo(*yes),
        Literal::Number(number) => Scalar::Number(*number),
        Literal::Date(date) => Scalar::Date(*date),
        Literal::Duration(duration) => Scalar::Duration(*duration),
    }
}

fn type_of(scalar: &Scalar) -> ValueType {
    match scalar {
        Scalar::Text(_) => ValueType::Text,
        Scalar::YesNo(_) => ValueType::YesNo,
        Scalar::Number(_) => ValueType::Number,
        Scalar::Date(_) => ValueType::Date,
        Scalar::Duration(_) => ValueType::Duration,
    }
}

fn same(left: &Scalar, right: &Scalar) -> bool {
    left == right
}

fn order_holds(order: Order, left: &Scalar, right: &Scalar) -> Truth {
    match (left, right) {
        (Scalar::Number(left), Scalar::Number(right)) => Truth::from(order.holds(left, right)),
        (Scalar::Date(left), Scalar::Date(right)) => Truth::from(order.holds(left, right)),
        (Scalar::Duration(left), Scalar::Duration(right)) => Truth::from(order.holds(left, right)),
        _ => Truth::Unknown,
    }
}
