//! Until when an answer stays as it is: read off the dates that decided it.

use crate::engine::evaluate::{Binding, Evaluator};
use crate::engine::prove::Until;
use crate::facts::Scalar;
use crate::rule::condition::{Order, Term, TermBase};
use crate::truth::Truth;
use jiff::civil::Date;

impl<'a> Evaluator<'a> {
    /// Whether a path is the law date, or the name of it in a definition.
    pub(crate) fn is_law_date(&self, term: &Term) -> bool {
        matches!(&term.base, TermBase::Path(path)
            if path.segments.is_empty() && matches!(self.binding(path.slot), Binding::LawDate))
    }

    /// The last day on which an order between the law date and another date stays as it is.
    pub(crate) fn until_of_order(
        &mut self,
        truth: Truth,
        subject: &'a Term,
        order: Order,
        term: &'a Term,
    ) -> Option<Until> {
        let (moving, fixed, order) = match (self.is_law_date(subject), self.is_law_date(term)) {
            (true, false) => (subject, term, order),
            (false, true) => {
                let mirrored = match order {
                    Order::Less => Order::More,
                    Order::AtMost => Order::AtLeast,
                    Order::AtLeast => Order::AtMost,
                    Order::More => Order::Less,
                };
                (term, subject, mirrored)
            }
            _ => return None,
        };
        let Some(Scalar::Date(date)) = self.term(fixed) else {
            return None;
        };
        let date = match moving.shift {
            Some(shift) => date.checked_sub(shift).ok()?,
            None => date,
        };
        // The law date only grows: `law date ≤ X` ends with X, `law date < X` the day before.
        let last = match (order, truth) {
            (Order::AtMost, Truth::True) | (Order::More, Truth::False) => date,
            (Order::Less, Truth::True) | (Order::AtLeast, Truth::False) => date.yesterday().ok()?,
            _ => return None,
        };
        let why = match &fixed.base {
            TermBase::Path(path) => {
                let field = path
                    .field
                    .and_then(|(shape, i)| self.set.vocabulary.object(shape)?.fields.get(i));
                let change = field.and_then(|field| {
                    if last == date {
                        field.ends
                    } else {
                        field.starts.or(field.ends)
                    }
                });
                change.map_or_else(|| format!("`{}` is reached", path.text), str::to_owned)
            }
            _ => "the law changes".to_owned(),
        };
        Some(Until { date: last, why })
    }

    pub(crate) fn until_of_lookup(
        &mut self,
        lookup: &'a crate::rule::table::Lookup,
    ) -> Option<Until> {
        let on_law_date = lookup
            .on
            .as_ref()
            .is_none_or(|on| self.is_law_date(on) && on.shift.is_none());
        if !on_law_date {
            return None;
        }
        let set = self.set;
        let law_date = self.law_date;
        let table = set.tables.get(lookup.table)?;
        let matches = self.row_matches(lookup);
        let rows = table
            .rows
            .iter()
            .zip(matches)
            .filter(|(_, matched)| *matched != Truth::False);
        let starts = |day: Option<crate::rule::table::Day>| {
            use crate::rule::table::Day;
            let dates = match day {
                Some(Day::Exact(date)) => [Some(date), None],
                Some(Day::Between { earliest, latest }) => [earliest, latest],
                None => [None, None],
            };
            dates.into_iter().flatten()
        };
        let last_days = rows.flat_map(|(row, _)| {
            let before = starts(row.window.from).filter_map(|date| date.yesterday().ok());
            let ends = starts(row.window.until);
            before.chain(ends).collect::<Vec<Date>>()
        });
        let date = last_days.filter(|date| *date >= law_date).min()?;
        let why = "the law changes".to_owned();
        Some(Until { date, why })
    }
}
