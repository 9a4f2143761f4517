//! Look-ups in dated tables: every row answers, and its days count.

use crate::engine::evaluate::Evaluator;
use crate::facts::Scalar;
use crate::rule::table::{Cell, ColumnType, Lookup, normalise};
use crate::truth::Truth;
use jiff::civil::Date;
use std::borrow::Cow;

impl<'a> Evaluator<'a> {
    /// The day on which a look-up is made.
    pub(crate) fn lookup_day(&mut self, lookup: &'a Lookup) -> Option<Date> {
        match &lookup.on {
            None => Some(self.law_date),
            Some(term) => match self.term(term) {
                Some(Scalar::Date(date)) => Some(date),
                _ => None,
            },
        }
    }

    /// How each row of a table answers a look-up, without regard to its days.
    pub(crate) fn row_matches(&mut self, lookup: &'a Lookup) -> Vec<Truth> {
        let set = self.set;
        let Some(table) = set.tables.get(lookup.table) else {
            return Vec::new();
        };
        let mut matches = vec![Truth::True; table.rows.len()];
        for (column, term) in &lookup.wanted {
            let value = self.term(term);
            let kind = table
                .columns
                .get(*column)
                .map_or(ColumnType::Text, |column| column.kind);
            let text = match &value {
                Some(Scalar::Text(text)) if kind == ColumnType::Name => {
                    Some(Cow::Owned(normalise(text)))
                }
                Some(Scalar::Text(text)) => Some(text.clone()),
                _ => None,
            };
            for (row, slot) in table.rows.iter().zip(&mut matches) {
                let equal = match (row.cells.get(*column), &value) {
                    (Some(Cell::Texts(cells)), Some(_)) => match &text {
                        Some(text) => Truth::from(cells.iter().any(|cell| cell == text.as_ref())),
                        None => Truth::False,
                    },
                    (Some(Cell::Number(cell)), Some(Scalar::Number(number))) => {
                        Truth::from(cell == number)
                    }
                    (_, None) => Truth::Unknown,
                    _ => Truth::False,
                };
                *slot = slot.and(equal);
            }
        }
        matches
    }

    /// Whether a row matches on the day of a look-up.
    pub(crate) fn table(&mut self, lookup: &'a Lookup) -> Truth {
        let set = self.set;
        let Some(table) = set.tables.get(lookup.table) else {
            return Truth::Unknown;
        };
        let day = self.lookup_day(lookup);
        let mut any = if table.complete {
            Truth::False
        } else {
            Truth::Unknown
        };
        let matches = self.row_matches(lookup);
        self.watch_lookup(lookup, &matches);
        for (row, matched) in table.rows.iter().zip(matches) {
            let in_force = match day {
                Some(day) => row.window.contains(day),
                None if row.window == Default::default() => Truth::True,
                None => Truth::Unknown,
            };
            let truth = matched.and(in_force);
            // A row that is known to be out of date answers an open table too: "no longer".
            any = match (truth, matched, in_force) {
                (Truth::True, ..) => return Truth::True,
                (Truth::False, Truth::True, Truth::False)
                    if any == Truth::Unknown && !table.complete =>
                {
                    Truth::Unknown
                }
                (truth, ..) => any.or(truth),
            };
        }
        any
    }

    pub(crate) fn cell(&mut self, lookup: &'a Lookup, column: usize) -> Option<Scalar<'a>> {
        let set = self.set;
        let table = set.tables.get(lookup.table)?;
        let day = self.lookup_day(lookup)?;
        let matches = self.row_matches(lookup);
        self.watch_lookup(lookup, &matches);
        let mut found = None;
        for (row, matched) in table.rows.iter().zip(matches) {
            match matched.and(row.window.contains(day)) {
                Truth::False => {}
                Truth::Unknown => return None,
                Truth::True if found.is_some() => return None,
                Truth::True => found = row.cells.get(column),
            }
        }
        match found? {
            Cell::Number(number) => Some(Scalar::Number(*number)),
            Cell::Texts(texts) => texts
                .first()
                .map(|text| Scalar::Text(Cow::Borrowed(text.as_str()))),
        }
    }
}
