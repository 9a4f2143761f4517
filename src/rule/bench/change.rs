//! The changes that mutants are made of, and how each is made in a condition.

use crate::rule::condition::{
    Condition, ConditionKind, Decimal, Duration, Literal, Order, Site, Term, TermBase, Test,
    ValueType,
};
use jiff::ToSpan;

/// What is changed. Terms are counted as `own_terms` gives them.
#[derive(Clone, Debug)]
pub enum Change {
    Negate,
    /// The part is left out of its `all` or `any`: it stands for this.
    Drop(bool),
    /// A value is taken out of a list of values.
    Without(usize),
    /// A value is replaced.
    Swap(usize, Literal),
    /// A literal or a bound is moved by one; its sign says where to.
    Move(usize, i64),
    /// An order lets in, or leaves out, the bound itself.
    Strict(usize),
}

pub(super) fn strict(order: Order) -> Order {
    match order {
        Order::Less => Order::AtMost,
        Order::AtMost => Order::Less,
        Order::AtLeast => Order::More,
        Order::More => Order::AtLeast,
    }
}

pub(super) fn is_date(term: &Term) -> bool {
    match &term.base {
        TermBase::Literal(literal) => matches!(literal, Literal::Date(_)),
        TermBase::Path(path) => path.value == ValueType::Date,
        TermBase::FirstStated(paths) => paths.iter().any(|path| path.value == ValueType::Date),
        TermBase::Cell { .. } => false,
    }
}

/// A term one less or more; `None` where there is no such thing. A date from elsewhere is moved
/// only where it is a bound.
pub(super) fn moved(term: &Term, by: i64, is_bound: bool) -> Option<Term> {
    let mut term = term.clone();
    if let Some(shift) = term.shift {
        let by = if shift.is_negative() { -by } else { by };
        term.shift = Some(longer(shift, by)?);
        return Some(term);
    }
    let is_date = is_date(&term);
    match &mut term.base {
        TermBase::Literal(Literal::Number(number)) => *number = number.plus(Decimal::whole(by)),
        TermBase::Literal(Literal::Date(date)) => *date = date.checked_add(by.days()).ok()?,
        TermBase::Literal(Literal::Duration(duration)) => {
            let span = longer(duration.span, by)?;
            let text = if span.is_zero() {
                "P0D".to_owned()
            } else {
                span.to_string()
            };
            *duration = Duration::parse(&text)?;
        }
        TermBase::Literal(_) => return None,
        _ if is_bound && is_date => term.shift = Some(by.days()),
        _ => return None,
    }
    Some(term)
}

/// A length of time with one more of its smallest unit.
fn longer(span: jiff::Span, by: i64) -> Option<jiff::Span> {
    if span.get_days() != 0 {
        span.try_days(i64::from(span.get_days()) + by).ok()
    } else if span.get_weeks() != 0 {
        span.try_weeks(i64::from(span.get_weeks()) + by).ok()
    } else if span.get_months() != 0 {
        span.try_months(i64::from(span.get_months()) + by).ok()
    } else if span.get_years() != 0 {
        span.try_years(i64::from(span.get_years()) + by).ok()
    } else {
        span.try_days(by).ok()
    }
}

/// The values that a smallest part itself holds, in a fixed order: of a test its subject first.
pub(super) fn own_terms(node: &Condition) -> Vec<&Term> {
    match &node.kind {
        ConditionKind::Test { subject, test, .. } => {
            let values: &[Term] = match test {
                Test::In { terms, .. } | Test::IsA { terms, .. } | Test::Includes { terms, .. } => {
                    terms
                }
                Test::Order(_, bound) => std::slice::from_ref(bound),
                Test::Matches(_) => &[],
            };
            std::iter::once(subject).chain(values).collect()
        }
        ConditionKind::Holds { arguments, .. } => arguments.iter().collect(),
        ConditionKind::Table(lookup) => {
            let wanted = lookup.wanted.iter().map(|(_, term)| term);
            wanted.chain(&lookup.on).collect()
        }
        ConditionKind::Count { order, .. } | ConditionKind::Sum { order, .. } => {
            order.iter().map(|(_, bound)| bound).collect()
        }
        _ => Vec::new(),
    }
}

fn own_term(node: &mut Condition, index: usize) -> Option<&mut Term> {
    match &mut node.kind {
        ConditionKind::Test { subject, test, .. } => match (index.checked_sub(1), test) {
            (None, _) => Some(subject),
            (
                Some(index),
                Test::In { terms, .. } | Test::IsA { terms, .. } | Test::Includes { terms, .. },
            ) => terms.get_mut(index),
            (Some(0), Test::Order(_, bound)) => Some(bound),
            _ => None,
        },
        ConditionKind::Holds { arguments, .. } => arguments.get_mut(index),
        ConditionKind::Table(lookup) => {
            let wanted = lookup.wanted.iter_mut().map(|(_, term)| term);
            wanted.chain(&mut lookup.on).nth(index)
        }
        ConditionKind::Count { order, .. } | ConditionKind::Sum { order, .. } => {
            order.get_mut(index).map(|(_, bound)| bound)
        }
        _ => None,
    }
}

impl Change {
    /// Makes the change; `false` where the condition has no such part.
    pub(super) fn apply(&self, node: &mut Condition) -> bool {
        match self {
            Self::Negate => {
                // The sentences of the part stay with what is asked.
                let bare = Site {
                    because: None,
                    otherwise: None,
                    ..node.site.clone()
                };
                let inner = std::mem::replace(
                    node,
                    Condition {
                        kind: ConditionKind::All(Vec::new()),
                        site: bare,
                    },
                );
                node.kind = ConditionKind::Not(Box::new(inner));
            }
            Self::Drop(true) => node.kind = ConditionKind::All(Vec::new()),
            Self::Drop(false) => node.kind = ConditionKind::Any(Vec::new()),
            Self::Without(index) => {
                let ConditionKind::Test { test, .. } = &mut node.kind else {
                    return false;
                };
                match test {
                    Test::In { terms, .. }
                    | Test::IsA { terms, .. }
                    | Test::Includes { terms, .. }
                        if *index < terms.len() =>
                    {
                        terms.remove(*index);
                    }
                    _ => return false,
                }
                assume_again(node);
            }
            Self::Swap(index, literal) => {
                let Some(term) = own_term(node, *index) else {
                    return false;
                };
                term.base = TermBase::Literal(literal.clone());
                assume_again(node);
            }
            Self::Move(index, by) => {
                let Some(term) = own_term(node, *index) else {
                    return false;
                };
                let Some(moved) = moved(term, *by, true) else {
                    return false;
                };
                *term = moved;
            }
            Self::Strict(which) => match &mut node.kind {
                ConditionKind::Test {
                    test: Test::Order(order, _),
                    ..
                } => *order = strict(*order),
                ConditionKind::Count { order, .. } | ConditionKind::Sum { order, .. } => {
                    let Some((order, _)) = order.get_mut(*which) else {
                        return false;
                    };
                    *order = strict(*order);
                }
                _ => return false,
            },
        }
        true
    }
}

/// What is assumed of an absent field is judged by the values as they are now.
fn assume_again(node: &mut Condition) {
    if let ConditionKind::Test {
        test: Test::In { terms, negated },
        assume: Some(assume),
        ..
    } = &mut node.kind
    {
        let equal = terms.iter().any(|term| match &term.base {
            TermBase::Literal(Literal::Text(text)) => *text == assume.value,
            TermBase::Literal(Literal::YesNo(yes)) => yes.to_string() == assume.value,
            _ => false,
        });
        assume.holds = equal != *negated;
    }
}
