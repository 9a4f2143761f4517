//! The dates on which the law is asked about a transfer.
//!
//! The start of the transfer; and also the day of the check where the transfer has begun, has not
//! ended by then and is not a single act. Without a readable start, the day of the check.

use crate::document::Key;
use crate::facts::{Facts, NodeRef, Read};
use crate::rule::condition::parse_date;
use jiff::civil::Date;

/// The dates, ascending, and how they were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawDates {
    pub dates: Vec<Date>,
    /// There is no start date: the day of the check stands in, which is an assumption.
    pub assumed_start: bool,
    /// `start_date` is written but breaks the schema.
    pub unreadable_start: bool,
}

/// The law dates of a proposal.
pub fn law_dates(facts: &Facts, as_of: Date) -> LawDates {
    let root = facts.root();
    let Some(start) = start_date(facts) else {
        let written = facts.read_field(root, &Key::new("start_date"));
        return LawDates {
            dates: vec![as_of],
            assumed_start: true,
            unreadable_start: matches!(written, Read::Invalid(_)),
        };
    };
    let ended = date_at(facts, root, "end_date").is_some_and(|end| end < as_of);
    let flow = facts.field(root, &Key::new("flow"));
    let frequency = flow.and_then(|flow| facts.field(flow, &Key::new("frequency")));
    let once = frequency
        .and_then(|at| facts.text(at))
        .is_some_and(|word| word == "once");
    let mut dates = vec![start];
    if start < as_of && !ended && !once {
        dates.push(as_of);
    }
    LawDates {
        dates,
        assumed_start: false,
        unreadable_start: false,
    }
}

/// The first day of the transfer, if it is stated and readable.
pub fn start_date(facts: &Facts) -> Option<Date> {
    date_at(facts, facts.root(), "start_date")
}

/// The last day of the transfer, if it is stated and readable.
pub fn end_date(facts: &Facts) -> Option<Date> {
    date_at(facts, facts.root(), "end_date")
}

/// The date of a field, if it is stated and readable.
pub(crate) fn date_at(facts: &Facts, object: NodeRef, field: &str) -> Option<Date> {
    let at = facts.field(object, &Key::new(field))?;
    if facts.is_invalid(at) {
        return None;
    }
    parse_date(&facts.text(at)?)
}
