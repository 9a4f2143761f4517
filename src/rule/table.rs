//! Dated tables: facts that change over time, every row with its days, source and certainty.

use crate::finding::Certainty;
use crate::rule::condition::{Decimal, Term};
use crate::truth::Truth;
use jiff::civil::Date;

/// A day that may not be known exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    Exact(Date),
    /// It lies between these two, both included; an end that is `None` is open.
    Between {
        earliest: Option<Date>,
        latest: Option<Date>,
    },
}

/// Days of validity, both ends included; an end that is `None` is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub from: Option<Day>,
    pub until: Option<Day>,
}

impl Window {
    /// Whether a date lies inside; unknown where an end is not known well enough.
    pub fn contains(&self, date: Date) -> Truth {
        let begun = match self.from {
            None => Truth::True,
            Some(Day::Exact(from)) => Truth::from(date >= from),
            Some(Day::Between { earliest, latest }) => {
                if latest.is_some_and(|latest| date >= latest) {
                    Truth::True
                } else if earliest.is_some_and(|earliest| date < earliest) {
                    Truth::False
                } else {
                    Truth::Unknown
                }
            }
        };
        let not_ended = match self.until {
            None => Truth::True,
            Some(Day::Exact(until)) => Truth::from(date <= until),
            Some(Day::Between { earliest, latest }) => {
                if earliest.is_some_and(|earliest| date <= earliest) {
                    Truth::True
                } else if latest.is_some_and(|latest| date > latest) {
                    Truth::False
                } else {
                    Truth::Unknown
                }
            }
        };
        begun.and(not_ended)
    }

    /// The last day on which it certainly holds, if it ends.
    pub fn certain_until(&self) -> Option<Date> {
        match self.until? {
            Day::Exact(date) => Some(date),
            Day::Between { earliest, .. } => earliest,
        }
    }

    /// The days at which something may change.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        let dates = |day: Option<Day>| match day {
            Some(Day::Exact(date)) => [Some(date), None],
            Some(Day::Between { earliest, latest }) => [earliest, latest],
            None => [None, None],
        };
        dates(self.from)
            .into_iter()
            .chain(dates(self.until))
            .flatten()
    }
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Word,
    /// Several words; a look-up matches if one of them is equal.
    Words,
    /// Compared without regard to letter case, space and punctuation.
    Name,
    Country,
    Number,
    /// Only to be shown.
    Text,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub kind: ColumnType,
}

/// A cell: a number, or texts of which any matches.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Texts(Vec<String>),
    Number(Decimal),
}

/// Where a row comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSource {
    pub cite: String,
    pub url: Option<String>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// One cell a column.
    pub cells: Vec<Cell>,
    pub window: Window,
    pub certainty: Certainty,
    pub source: Option<RowSource>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    pub id: String,
    pub title: String,
    /// Whether "no row" means false; otherwise it means unknown.
    pub complete: bool,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A question to a table.
#[derive(Clone, Debug)]
pub struct Lookup {
    pub table: usize,
    /// Column and the value its cell must match.
    pub wanted: Vec<(usize, Term)>,
    /// The day; the law date where the rule names none.
    pub on: Option<Term>,
}

/// A name as look-ups compare it.
pub fn normalise(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
