//! Conditions over lists: some, every, counts and sums, of lists that may have more elements than are
//! written.

use crate::document::Kind;
use crate::engine::evaluate::{Binding, Evaluator};
use crate::facts::{Incompleteness, NodeRef, Read, Scalar};
use crate::rule::condition::{Condition, Decimal, Order, Path, Slot, Term};
use crate::truth::Truth;

impl<'a> Evaluator<'a> {
    /// A list that is there, or `None`: nothing is known of its elements.
    pub(crate) fn list(&mut self, list: &Path) -> Option<NodeRef> {
        match self.read(list) {
            Read::Found(at) if self.facts.kind(at) == Kind::Array => Some(at),
            _ => None,
        }
    }

    /// Whether a list may have elements that are not written.
    pub(crate) fn is_incomplete(&mut self, list: NodeRef) -> bool {
        let why = self.facts.incompleteness(list);
        self.read_invalid |= why == Some(Incompleteness::InvalidElement);
        why.is_some()
    }

    /// Binds an element: objects as they are, scalars as values.
    pub(crate) fn bind_element(&mut self, slot: Slot, element: NodeRef) {
        self.bind(slot, Binding::Node(element));
    }

    pub(crate) fn some(&mut self, list: &Path, slot: Slot, body: Option<&'a Condition>) -> Truth {
        let Some(at) = self.list(list) else {
            return Truth::Unknown;
        };
        let mut any = Truth::False;
        for element in self.facts.elements(at) {
            let truth = match body {
                Some(body) => {
                    self.bind_element(slot, element);
                    self.truth(body)
                }
                None => self.is_element(element),
            };
            any = any.or(truth);
            if any == Truth::True {
                return any;
            }
        }
        if self.is_incomplete(at) {
            any.or(Truth::Unknown)
        } else {
            any
        }
    }

    /// Whether an element counts as one where nothing more is asked of it.
    pub(crate) fn is_element(&mut self, element: NodeRef) -> Truth {
        let invalid = self.facts.is_invalid(element);
        self.read_invalid |= invalid;
        if invalid || self.facts.is_unknown_word(element) {
            Truth::Unknown
        } else {
            Truth::True
        }
    }

    pub(crate) fn every(&mut self, list: &Path, slot: Slot, body: Option<&'a Condition>) -> Truth {
        let Some(at) = self.list(list) else {
            return Truth::Unknown;
        };
        let mut all = Truth::True;
        for element in self.facts.elements(at) {
            if let Some(body) = body {
                self.bind_element(slot, element);
                all = all.and(self.truth(body));
            }
            if all == Truth::False {
                return all;
            }
        }
        if self.is_incomplete(at) {
            all.and(Truth::Unknown)
        } else {
            all
        }
    }

    /// The least and greatest number of elements that satisfy; no greatest where more may be.
    pub(crate) fn count(
        &mut self,
        list: &Path,
        slot: Slot,
        body: Option<&'a Condition>,
    ) -> Interval {
        let mut interval = Interval::default();
        let Some(at) = self.list(list) else {
            interval.most = None;
            return interval;
        };
        for element in self.facts.elements(at) {
            let truth = match body {
                Some(body) => {
                    self.bind_element(slot, element);
                    self.truth(body)
                }
                None => self.is_element(element),
            };
            interval.add(truth, Some((Decimal::whole(1), Decimal::whole(1))));
        }
        if self.is_incomplete(at) {
            interval.most = None;
        }
        interval
    }

    pub(crate) fn sum(
        &mut self,
        list: &Path,
        slot: Slot,
        of: &Path,
        whole: Option<Decimal>,
        body: Option<&'a Condition>,
    ) -> Interval {
        let mut interval = Interval::default();
        let Some(at) = self.list(list) else {
            interval.most = whole;
            return interval;
        };
        // What the stated numbers leave of the whole is all that unstated ones can be.
        let mut stated = Decimal::ZERO;
        let mut numbers = Vec::new();
        for element in self.facts.elements(at) {
            self.bind_element(slot, element);
            let number = match self.value(of) {
                Some(Scalar::Number(number)) => Some(number),
                _ => None,
            };
            stated = stated.plus(number.unwrap_or_default());
            numbers.push((element, number));
        }
        let rest = whole.map(|whole| whole.minus(stated).max(Decimal::ZERO));
        let mut may_count = false;
        for (element, number) in numbers {
            self.bind_element(slot, element);
            let truth = body.map_or(Truth::True, |body| self.truth(body));
            match number {
                Some(number) => interval.add(truth, Some((number, number))),
                None => may_count |= truth != Truth::False,
            }
        }
        // What is left of the whole may belong to elements that are not written, whatever those
        // say that are written without a number.
        let open = match rest {
            Some(rest) => rest > Decimal::ZERO,
            None => may_count || self.is_incomplete(at),
        };
        if open {
            interval.most = match (interval.most, rest) {
                (Some(most), Some(rest)) => Some(most.plus(rest)),
                _ => None,
            };
        }
        interval
    }

    pub(crate) fn compare(&mut self, interval: Interval, orders: &'a [(Order, Term)]) -> Truth {
        let mut all = Truth::True;
        for (order, term) in orders {
            let truth = match self.term(term) {
                Some(Scalar::Number(bound)) => interval.compare(*order, bound),
                _ => Truth::Unknown,
            };
            all = all.and(truth);
        }
        all
    }
}

/// What a number may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    least: Decimal,
    /// `None`: without limit.
    most: Option<Decimal>,
}

impl Default for Interval {
    fn default() -> Self {
        Self {
            least: Decimal::ZERO,
            most: Some(Decimal::ZERO),
        }
    }
}

impl Interval {
    fn add(&mut self, counts: Truth, amount: Option<(Decimal, Decimal)>) {
        let Some((least, most)) = amount else { return };
        if counts == Truth::True {
            self.least = self.least.plus(least);
        }
        if counts != Truth::False {
            self.most = self.most.map(|sum| sum.plus(most));
        }
    }

    fn compare(self, order: Order, bound: Decimal) -> Truth {
        let low = order.holds(&self.least, &bound);
        let high = match self.most {
            Some(most) => order.holds(&most, &bound),
            // Without limit: as if it were greater than every bound.
            None => matches!(order, Order::AtLeast | Order::More),
        };
        if low == high {
            Truth::from(low)
        } else {
            Truth::Unknown
        }
    }
}
