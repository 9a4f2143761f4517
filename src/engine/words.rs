//! Sentences: templates filled in, and plain descriptions of conditions for labels.
//!
//! An officer's words: words of the document in backticks, countries with their names, dates as
//! they are. No sentence here knows any law.

use crate::engine::evaluate::{Binding, Evaluator, scalar_of};
use crate::engine::prove::{Proof, Stated};
use crate::facts::{Read, Scalar};
use crate::rule::condition::{
    Condition, ConditionKind, Order, Part, Path, Quantifier, Say, Slot, Template, Term, TermBase,
    Test, ValueType,
};
use crate::truth::Truth;
use crate::vocabulary::{Shape, ShapeId};

/// A filled-in text.
pub(crate) fn render(eval: &mut Evaluator, template: &Template) -> String {
    let mut out = String::new();
    for part in &template.parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Path(path) => {
                // A rule may put the backticks itself.
                let quoted = out.ends_with('`');
                let shown = shown(eval, path);
                out.push_str(if quoted {
                    shown.trim_matches('`')
                } else {
                    &shown
                });
            }
        }
    }
    out
}

/// The first alternative that is true.
pub(crate) fn say<'a>(eval: &mut Evaluator<'a>, say: &'a Say) -> Option<String> {
    for (when, template) in &say.alternatives {
        if when
            .as_ref()
            .is_none_or(|when| eval.truth(when) == Truth::True)
        {
            return Some(render(eval, template));
        }
    }
    None
}

/// The value of a path, as prose.
fn shown(eval: &mut Evaluator, path: &Path) -> String {
    if !matches!(eval.binding(path.slot), Binding::Node(_)) {
        return match eval.value(path) {
            Some(value) => scalar(eval, &value, None),
            None => "(not known)".to_owned(),
        };
    }
    match eval.read(path) {
        Read::Found(at) => {
            if let ValueType::List(_) = path.value {
                let items: Vec<String> = eval
                    .facts
                    .elements(at)
                    .filter_map(|item| eval.facts.text(item))
                    .map(|t| format!("`{t}`"))
                    .collect();
                return if items.is_empty() {
                    "none".to_owned()
                } else {
                    items.join(", ")
                };
            }
            let word = match path.value {
                ValueType::Word(shape) => Some(shape),
                _ => None,
            };
            match eval.facts.scalar(at, path.value) {
                Some(value) => scalar(eval, &value, word),
                None => "(not readable)".to_owned(),
            }
        }
        Read::Unknown(_) => "(being clarified)".to_owned(),
        Read::Invalid(_) => "(not readable)".to_owned(),
        Read::Absent(..) | Read::Nothing => "(not stated)".to_owned(),
    }
}

/// A value as prose; `word` is its set of words, if it is of one.
pub(crate) fn scalar(eval: &Evaluator, value: &Scalar, word: Option<ShapeId>) -> String {
    match value {
        Scalar::Text(text) => {
            let is_country = word.is_some_and(|shape| {
                matches!(eval.set.vocabulary.shape(shape), Shape::Words(words) if words.country)
            });
            match eval
                .set
                .vocabulary
                .country_name(text)
                .filter(|_| is_country)
            {
                Some(name) => format!("{text} ({name})"),
                None if word.is_some() => format!("`{text}`"),
                None => text.to_string(),
            }
        }
        Scalar::YesNo(true) => "`true`".to_owned(),
        Scalar::YesNo(false) => "`false`".to_owned(),
        Scalar::Number(number) => number.to_string(),
        Scalar::Date(date) => date.to_string(),
        Scalar::Duration(duration) => duration.span.to_string(),
    }
}

/// What a condition found, in a few words that stand beside the value: "not `processor`".
pub(crate) fn describe<'a>(eval: &mut Evaluator<'a>, proof: &Proof<'a>) -> String {
    let holds = proof.truth == Truth::True;
    if proof.truth == Truth::Unknown {
        return match (
            &proof.unsettled,
            proof
                .facts
                .iter()
                .find(|f| !matches!(f.stated, Stated::Found(_))),
        ) {
            (Some(reason), _) => reason.clone(),
            (None, Some(fact)) => match fact.stated {
                Stated::Absent(..) => "not stated".to_owned(),
                Stated::Unknown(_) => "being clarified".to_owned(),
                Stated::Incomplete(_) => "not complete".to_owned(),
                _ => "not readable".to_owned(),
            },
            (None, None) => String::new(),
        };
    }
    if let Some(assumed) = &proof.assumed {
        return format!("assumed: {}", assumed.because);
    }
    condition_words(eval, proof.condition, holds)
}

/// What a condition found where it holds or does not.
pub(crate) fn condition_words<'a>(
    eval: &mut Evaluator<'a>,
    condition: &'a Condition,
    holds: bool,
) -> String {
    match &condition.kind {
        ConditionKind::Test { subject, test, .. } => describe_test(eval, subject, test, holds),
        ConditionKind::Stated(_) | ConditionKind::Claimed(_) => {
            if holds { "stated" } else { "not stated" }.to_owned()
        }
        ConditionKind::Quantified {
            quantifier, list, ..
        } => {
            let empty = eval
                .list(list)
                .is_some_and(|at| eval.facts.elements(at).next().is_none());
            match (empty, quantifier, holds) {
                (true, ..) => "none",
                (false, Quantifier::Some, true) | (false, Quantifier::None, false) => {
                    "one of these"
                }
                (false, Quantifier::Every, true) => "all of these",
                (false, Quantifier::Every, false) => "not all of these",
                (false, ..) => "none of these",
            }
            .to_owned()
        }
        ConditionKind::Count { order, .. } | ConditionKind::Sum { order, .. } => {
            let sum = matches!(condition.kind, ConditionKind::Sum { .. });
            let what = if sum { "adds up to" } else { "counts" };
            let orders: Vec<String> = order
                .iter()
                .map(|(order, term)| format!("{} {}", number_order(*order), term_words(eval, term)))
                .collect();
            let not = if holds { "" } else { "not " };
            format!("{not}{what} {}", orders.join(" and "))
        }
        ConditionKind::Table(lookup) => {
            let title = eval
                .set
                .tables
                .get(lookup.table)
                .map(|table| lower_first(&table.title));
            let day = eval
                .lookup_day(lookup)
                .map(|day| format!(" on {day}"))
                .unwrap_or_default();
            let not = if holds { "" } else { "not " };
            format!("{not}in {}{day}", title.unwrap_or_default())
        }
        ConditionKind::Holds { definition, .. } => {
            let title = eval
                .set
                .definitions
                .get(*definition)
                .map(|d| lower_first(&d.title))
                .unwrap_or_default();
            if holds {
                title
            } else {
                format!("not so: {title}")
            }
        }
        ConditionKind::All(_)
        | ConditionKind::Any(_)
        | ConditionKind::Not(_)
        | ConditionKind::Unsettled(_) => String::new(),
    }
}

fn describe_test<'a>(
    eval: &mut Evaluator<'a>,
    subject: &'a Term,
    test: &'a Test,
    holds: bool,
) -> String {
    match test {
        Test::In { terms, negated } => {
            let list = terms_words(eval, terms, subject);
            match (holds == *negated, terms.len()) {
                (true, _) => format!("not {list}"),
                (false, 1) => list,
                (false, 2..=3) => format!("one of {list}"),
                (false, _) => "one of those this is about".to_owned(),
            }
        }
        Test::IsA { terms, negated } => {
            let list = terms_words(eval, terms, subject);
            match (holds == *negated, terms.len()) {
                (true, _) => format!("not of the kind {list}"),
                (false, 1) => format!("of the kind {list}"),
                // The value itself tells which; the list would only bury it.
                (false, _) => "of a kind this is about".to_owned(),
            }
        }
        Test::Matches(_) => if holds { "reads so" } else { "reads otherwise" }.to_owned(),
        Test::Includes { terms, all } => {
            // Of several that must all be there, those that are told are those that are not.
            let lacking: Vec<&Term> = match &subject.base {
                TermBase::Path(path) if *all && !holds => terms
                    .iter()
                    .filter(|term| {
                        eval.includes(path, std::slice::from_ref(*term), false) == Truth::False
                    })
                    .collect(),
                _ => Vec::new(),
            };
            let list = if lacking.is_empty() {
                terms_words(eval, terms, subject)
            } else {
                terms_words(eval, lacking, subject)
            };
            let verb = if holds { "holds" } else { "does not hold" };
            format!("{verb} {list}")
        }
        Test::Order(order, term) => {
            let bound = eval.term(term);
            let is_date = matches!(bound, Some(Scalar::Date(_)));
            let order = if holds { *order } else { opposite(*order) };
            let words = if is_date {
                date_order(order)
            } else {
                number_order(order)
            };
            format!("{words} {}", term_words(eval, term))
        }
    }
}

fn opposite(order: Order) -> Order {
    match order {
        Order::Less => Order::AtLeast,
        Order::AtMost => Order::More,
        Order::AtLeast => Order::Less,
        Order::More => Order::AtMost,
    }
}

fn date_order(order: Order) -> &'static str {
    match order {
        Order::Less => "before",
        Order::AtMost => "on or before",
        Order::AtLeast => "on or after",
        Order::More => "after",
    }
}

fn number_order(order: Order) -> &'static str {
    match order {
        Order::Less => "less than",
        Order::AtMost => "at most",
        Order::AtLeast => "at least",
        Order::More => "more than",
    }
}

fn terms_words<'a>(
    eval: &mut Evaluator<'a>,
    terms: impl IntoIterator<Item = &'a Term>,
    subject: &'a Term,
) -> String {
    let word = match &subject.base {
        TermBase::Path(Path {
            value: ValueType::Word(shape),
            ..
        }) => Some(*shape),
        TermBase::Path(Path {
            value: ValueType::List(shape),
            ..
        }) => match eval.set.vocabulary.shape(*shape) {
            Shape::List(list) => Some(list.item),
            _ => None,
        },
        _ => None,
    };
    let mut words: Vec<String> = Vec::new();
    for term in terms {
        words.push(match (&term.base, eval.term(term)) {
            (TermBase::Literal(literal), _) => scalar(eval, &scalar_of(literal), word),
            (TermBase::Path(path), Some(value)) => {
                format!("{} (`{}`)", scalar(eval, &value, word), path.text)
            }
            (_, Some(value)) => scalar(eval, &value, word),
            (TermBase::Path(path), None) => format!("`{}`", path.text),
            (_, None) => "(not known)".to_owned(),
        });
    }
    if words.len() > 5 {
        let more = words.len() - 4;
        words.truncate(4);
        return format!("{} or {more} others", words.join(", "));
    }
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => "nothing".to_owned(),
    }
}

fn term_words<'a>(eval: &mut Evaluator<'a>, term: &'a Term) -> String {
    let value = eval.term(term);
    let shown = value.as_ref().map_or_else(
        || "(not known)".to_owned(),
        |value| scalar(eval, value, None),
    );
    match &term.base {
        TermBase::Path(path) if matches!(eval.binding(path.slot), Binding::LawDate) => {
            let what = day_in_words(eval, path.slot);
            if term.shift.is_none() {
                format!("{shown}, {what}")
            } else {
                format!("{shown}, counted from {what}")
            }
        }
        TermBase::Path(path) if path.slot == Slot::AS_OF => {
            format!("{shown}, the day of this check")
        }
        TermBase::Path(path) if !path.segments.is_empty() => {
            let name = format!("`{}`", path.text);
            if term.shift.is_none() {
                format!("{shown} ({name})")
            } else {
                format!("{shown} (counted from {name})")
            }
        }
        _ => shown,
    }
}

/// What the law date is for this proposal.
fn day_in_words(eval: &Evaluator, _slot: Slot) -> &'static str {
    if Some(eval.law_date) == crate::engine::law_date::start_date(eval.facts) {
        "the start of the transfer"
    } else {
        "the day asked about"
    }
}

/// A title inside a sentence: "Accountability agents" becomes "accountability agents"; names that
/// go on in capitals stay.
pub(crate) fn lower_first(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => title.to_owned(),
    }
}
