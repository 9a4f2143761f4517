//! The next day on which an answer could be another, while it is worked out: every comparison with a
//! date that moves as days go by says when it could come out otherwise.
//!
//! Two dates move: the day of the check, and the law date where that day stands for it. Every other
//! date stands still. A comparison that is not asked today cannot decide before one that is asked comes
//! out otherwise; so until the earliest such day every answer stays, and no day in between has to be
//! looked at.

use crate::engine::evaluate::{Binding, Evaluator};
use crate::engine::law_date;
use crate::facts::Scalar;
use crate::rule::condition::{Slot, Term, TermBase};
use crate::rule::table::{Day, Lookup, Window};
use crate::truth::Truth;
use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// What is noted while answers are worked out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    /// The first day of the transfer, which stands still even where it is today.
    start: Option<Date>,
    /// The next day on which something could come out otherwise.
    next: Option<Date>,
    /// The day whose turns are to be told, and what turns then.
    told: Option<(Date, Vec<Turning>)>,
}

/// Why an answer could be another from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Turning {
    /// What a rule or the rows of a table say begins or ends: the title of the table.
    Law(String),
    /// A date of a document is reached or passed.
    Fact {
        field: String,
        /// As the document has it.
        date: Date,
        /// What begins or ends then; `None` where it is compared with a day before or after it.
        words: Option<&'static str>,
        /// The first day of it, and not the first after it.
        reached: bool,
    },
}

/// How a date moves.
#[derive(Clone, Copy)]
enum Moves {
    No,
    /// With the day, by so much before or after it.
    By(Option<Span>),
}

impl<'a> Evaluator<'a> {
    /// Begins to note what could turn; `told`: the day whose turns are to be told in words.
    pub(crate) fn watch(&mut self, told: Option<Date>) {
        self.watch = Some(Box::new(Watch {
            start: law_date::start_date(self.facts),
            next: None,
            told: told.map(|day| (day, Vec::new())),
        }));
        // The law is asked today from the day after the start until the end.
        let ends = [
            law_date::start_date(self.facts),
            law_date::end_date(self.facts),
        ];
        let names = ["start_date", "end_date"];
        for (date, name) in ends.into_iter().zip(names) {
            if let Some(after) = date.and_then(|date| date.tomorrow().ok()) {
                let date = after.yesterday().unwrap_or(after);
                self.note(None, after, |_| Turning::Fact {
                    field: name.to_owned(),
                    date,
                    words: None,
                    reached: false,
                });
            }
        }
    }

    /// The next day on which something could come out otherwise.
    pub(crate) fn horizon(&self) -> Option<Date> {
        self.watch.as_ref()?.next
    }

    /// What turns on the day that was to be told.
    pub(crate) fn turnings(&mut self) -> Vec<Turning> {
        let told = self.watch.as_mut().and_then(|watch| watch.told.as_mut());
        told.map(|(_, turnings)| std::mem::take(turnings))
            .unwrap_or_default()
    }

    /// An order or equality of two values.
    pub(crate) fn watch_order(&mut self, left: &'a Term, right: &'a Term) {
        if self.watch.is_none() {
            return;
        }
        let (fixed, shift) = match (self.moves(left), self.moves(right)) {
            (Moves::No, Moves::No) => return,
            (Moves::By(shift), Moves::No) => (right, shift),
            (Moves::No, Moves::By(shift)) => (left, shift),
            (Moves::By(None), Moves::By(None)) => return,
            // Two that move differently: months are not equally long.
            _ => return self.any_day(),
        };
        let Some(Scalar::Date(date)) = self.term(fixed) else {
            return;
        };
        self.note(shift, date, |eval| {
            eval.turning_of(fixed, date, shift, true)
        });
        if let Ok(after) = date.tomorrow() {
            self.note(shift, after, |eval| {
                eval.turning_of(fixed, date, shift, false)
            });
        }
    }

    /// A value that is used otherwise than in an order.
    pub(crate) fn watch_value(&mut self, term: &'a Term) {
        if self.watch.is_some() && matches!(self.moves(term), Moves::By(_)) {
            self.any_day();
        }
    }

    /// The days of the rows that a look-up meets.
    pub(crate) fn watch_lookup(&mut self, lookup: &'a Lookup, matches: &[Truth]) {
        if self.watch.is_none() {
            return;
        }
        for (_, term) in &lookup.wanted {
            self.watch_value(term);
        }
        let shift = match lookup.on.as_ref().map(|term| self.moves(term)) {
            None if self.law_date_moves() => None,
            Some(Moves::By(shift)) => shift,
            _ => return,
        };
        let set = self.set;
        let Some(table) = set.tables.get(lookup.table) else {
            return;
        };
        for (row, _) in table
            .rows
            .iter()
            .zip(matches)
            .filter(|(_, it)| **it != Truth::False)
        {
            self.watch_days(shift, &row.window, &table.title);
        }
    }

    /// The days on which a rule is law.
    pub(crate) fn watch_window(&mut self, window: Option<&Window>, law_date: Date) {
        if self.watch.is_some()
            && let Some(window) = window
            && self.moves_on(law_date)
        {
            self.watch_days(None, window, "");
        }
    }

    fn watch_days(&mut self, shift: Option<Span>, window: &Window, name: &str) {
        let days = |day: Option<Day>| match day {
            Some(Day::Exact(date)) => [Some(date), None],
            Some(Day::Between { earliest, latest }) => [earliest, latest],
            None => [None, None],
        };
        let starts = days(window.from).into_iter().flatten();
        let ends = days(window.until).into_iter().flatten();
        let ends = ends.filter_map(|date| date.tomorrow().ok());
        for day in starts.chain(ends) {
            self.note(shift, day, |_| Turning::Law(name.to_owned()));
        }
    }

    /// Notes the first day that, shifted, is not before a date.
    fn note(
        &mut self,
        shift: Option<Span>,
        date: Date,
        turning: impl FnOnce(&mut Self) -> Turning,
    ) {
        let as_of = self.as_of;
        let Some(day) = first_day(shift, date).filter(|day| *day > as_of) else {
            return;
        };
        let told = self.watch.as_ref().and_then(|watch| watch.told.as_ref());
        let is_told = told.is_some_and(|(told, _)| *told == day);
        let turning = is_told.then(|| turning(self));
        let Some(watch) = &mut self.watch else { return };
        if watch.next.is_none_or(|next| day < next) {
            watch.next = Some(day);
        }
        if let (Some((_, turnings)), Some(turning)) = (&mut watch.told, turning)
            && !turnings.contains(&turning)
        {
            turnings.push(turning);
        }
    }

    /// What a comparison with a date means when its day comes (`reached`), or is over.
    fn turning_of(
        &mut self,
        term: &Term,
        date: Date,
        moved: Option<Span>,
        reached: bool,
    ) -> Turning {
        let path = match &term.base {
            TermBase::Path(path) => path,
            TermBase::FirstStated(paths) => match paths.first() {
                Some(path) => path,
                None => return Turning::Law(String::new()),
            },
            TermBase::Literal(_) | TermBase::Cell { .. } => return Turning::Law(String::new()),
        };
        let field = path.field;
        let field = field.and_then(|(shape, i)| self.set.vocabulary.object(shape)?.fields.get(i));
        let plain = field.filter(|_| term.shift.is_none() && moved.is_none());
        let words = plain.and_then(|field| if reached { field.starts } else { field.ends });
        let fact = self.fact(path);
        let own = term.shift.and_then(|shift| date.checked_sub(shift).ok());
        Turning::Fact {
            field: fact.map_or_else(|| path.text.clone(), |fact| fact.name(self)),
            date: own.unwrap_or(date),
            words,
            reached,
        }
    }

    /// Something could come out otherwise on any day.
    fn any_day(&mut self) {
        let tomorrow = self.as_of.tomorrow().ok();
        if let Some(watch) = &mut self.watch {
            watch.next = tomorrow.or(watch.next);
        }
    }

    fn law_date_moves(&self) -> bool {
        self.moves_on(self.law_date)
    }

    /// Whether a law date is the day of the check, whatever that is.
    fn moves_on(&self, law_date: Date) -> bool {
        let start = self.watch.as_ref().and_then(|watch| watch.start);
        law_date == self.as_of && start != Some(law_date)
    }

    fn moves(&self, term: &Term) -> Moves {
        match &term.base {
            TermBase::Path(path) if self.slot_moves(path.slot) => Moves::By(term.shift),
            _ => Moves::No,
        }
    }

    fn slot_moves(&self, slot: Slot) -> bool {
        match self.binding(slot) {
            Binding::AsOf => true,
            Binding::LawDate => self.law_date_moves(),
            _ => false,
        }
    }
}

/// The first day that, shifted, is not before a date. Months are not equally long, so it is near to the
/// date shifted back, and not always that.
fn first_day(shift: Option<Span>, date: Date) -> Option<Date> {
    let Some(shift) = shift else {
        return Some(date);
    };
    let near = date.checked_sub(shift).ok()?;
    let days = (-4..=4).filter_map(|days| near.checked_add(days.days()).ok());
    let mut days = days.filter(|day| day.checked_add(shift).is_ok_and(|day| day >= date));
    days.next()
}

#[cfg(test)]
mod tests {
    use super::first_day;
    use crate::rule::condition::parse_date;
    use jiff::ToSpan;

    /// The first day is one whose shifted day is not before the date, and the day before is not.
    #[test]
    fn the_first_day_is_the_first() {
        let day = |text: &str| parse_date(text).expect("a date");
        for date in [
            "2024-02-29",
            "2026-02-28",
            "2026-03-01",
            "2026-03-31",
            "2026-12-31",
        ] {
            for shift in [
                1.months(),
                (-1).months(),
                1.years(),
                (-13).months(),
                30.days(),
            ] {
                let first = first_day(Some(shift), day(date)).expect("a day");
                let shifted = |day: jiff::civil::Date| day.checked_add(shift).expect("a day");
                assert!(shifted(first) >= day(date), "{date} {shift}");
                let before = first.yesterday().expect("a day");
                assert!(shifted(before) < day(date), "{date} {shift}");
            }
        }
    }
}
