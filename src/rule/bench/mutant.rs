//! Changed rules: every smallest part of a condition negated, dropped, its bound moved by one, its
//! word swapped. A rule whose examples let such a change pass does not say what it means by them.

use crate::rule::bench::change::{Change, is_date, moved, own_terms, strict};
use crate::rule::bench::place::{Place, Root};
use crate::rule::condition::{
    Condition, ConditionKind, Literal, Order, Quantifier, Term, TermBase, Test, ValueType,
};
use crate::rule::table::{Cell, Lookup};
use crate::rule::{Body, Definition, Rule, RuleSet};
use crate::source::Span;
use crate::vocabulary::{Shape, is_a};

/// A change of one part of a condition.
#[derive(Clone, Debug)]
pub struct Mutant {
    pub place: Place,
    pub change: Change,
    /// As written under `equivalent`: stable while the condition stays as it is.
    pub name: String,
    pub span: Span,
}

/// Every change of a rule.
pub fn of_rule(set: &RuleSet, rule: &Rule) -> Vec<Mutant> {
    let mut found = Vec::new();
    let mut walk = |root: Root, condition: &Condition| {
        Walk {
            set,
            place: Place::root(root),
            name: root.name(rule),
            key: None,
            found: &mut found,
        }
        .condition(condition, true);
    };
    if let Some(when) = &rule.when {
        walk(Root::When, when);
    }
    match &rule.body {
        Body::Require(require) => walk(Root::Require, require),
        Body::Gate(doors) => {
            for (index, door) in doors.iter().enumerate() {
                if let Some(fact) = &door.fact {
                    walk(Root::Fact(index), fact);
                }
                walk(Root::Door(index), &door.require);
            }
        }
    }
    unique(found)
}

/// Every change of a definition.
pub fn of_definition(set: &RuleSet, definition: &Definition) -> Vec<Mutant> {
    let mut found = Vec::new();
    Walk {
        set,
        place: Place::root(Root::Holds),
        name: "holds".to_owned(),
        key: None,
        found: &mut found,
    }
    .condition(&definition.holds, true);
    unique(found)
}

/// Numbers names that occur twice.
fn unique(mut mutants: Vec<Mutant>) -> Vec<Mutant> {
    let mut seen = std::collections::BTreeMap::new();
    for mutant in &mut mutants {
        let count = seen.entry(mutant.name.clone()).or_insert(0_usize);
        *count += 1;
        if *count > 1 {
            mutant.name = format!("{} ({count})", mutant.name);
        }
    }
    mutants
}

struct Walk<'a> {
    set: &'a RuleSet,
    place: Place,
    /// The keys of the rule file that lead here: `require.all[1].where`.
    name: String,
    /// The test, where several stand beside one `field`.
    key: Option<&'static str>,
    found: &'a mut Vec<Mutant>,
}

impl Walk<'_> {
    /// `neutral` is what a part that is left out stands for.
    fn condition(&mut self, node: &Condition, neutral: bool) {
        match &node.kind {
            ConditionKind::All(parts) if several_tests(node, parts) => {
                for (index, part) in parts.iter().enumerate() {
                    self.key = test_key(part);
                    self.inside(index, "", part, true);
                    self.key = None;
                }
                return;
            }
            ConditionKind::All(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    self.inside(index, &format!(".all[{index}]"), part, true);
                }
                return;
            }
            ConditionKind::Any(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    self.inside(index, &format!(".any[{index}]"), part, false);
                }
                return;
            }
            ConditionKind::Not(inner) => {
                self.inside(0, ".not", inner, !neutral);
                return;
            }
            ConditionKind::Unsettled(_) => {
                // What is never decided is so in the negative too.
                self.push(node, "drop", Change::Drop(neutral));
                return;
            }
            _ => {}
        }
        self.push(node, "negate", Change::Negate);
        self.push(node, "drop", Change::Drop(neutral));
        self.values(node);
        if let ConditionKind::Quantified {
            body: Some(body),
            quantifier,
            ..
        } = &node.kind
        {
            let every = *quantifier == Quantifier::Every;
            let key = if every { ".satisfies" } else { ".where" };
            self.inside(0, key, body, true);
        }
        if let ConditionKind::Count {
            body: Some(body), ..
        }
        | ConditionKind::Sum {
            body: Some(body), ..
        } = &node.kind
        {
            self.inside(0, ".where", body, true);
        }
    }

    fn inside(&mut self, index: usize, key: &str, node: &Condition, neutral: bool) {
        let length = self.name.len();
        self.name.push_str(key);
        self.place.steps.push(index);
        self.condition(node, neutral);
        self.place.steps.pop();
        self.name.truncate(length);
    }

    fn push(&mut self, node: &Condition, what: &str, change: Change) {
        let key = self.key.map(|key| format!(" {key}")).unwrap_or_default();
        self.found.push(Mutant {
            place: self.place.clone(),
            change,
            name: format!("{}{key}: {what}", self.name),
            span: node.site.span,
        });
    }

    fn push_at(&mut self, node: &Condition, at: &str, what: &str, change: Change) {
        let key = self.key.map(|key| format!(" {key}")).unwrap_or_default();
        self.found.push(Mutant {
            place: self.place.clone(),
            change,
            name: format!("{}{key} {at}: {what}", self.name),
            span: node.site.span,
        });
    }

    /// Changes of the values of a smallest part.
    fn values(&mut self, node: &Condition) {
        if let ConditionKind::Test { subject, test, .. } = &node.kind {
            let kind = self.subject_kind(subject);
            match test {
                Test::In { terms, .. } | Test::IsA { terms, .. } | Test::Includes { terms, .. } => {
                    if terms.len() > 1 {
                        for (index, term) in terms.iter().enumerate() {
                            let what = format!("without {}", shown(term));
                            self.push(node, &what, Change::Without(index));
                        }
                    } else if let [only] = terms.as_slice() {
                        self.swap(node, 1, only, kind);
                    }
                }
                Test::Order(order, bound) => self.order(node, 0, *order, bound, 1),
                Test::Matches(_) => {}
            }
        }
        if let ConditionKind::Count { order, .. } | ConditionKind::Sum { order, .. } = &node.kind {
            for (index, (order, bound)) in order.iter().enumerate() {
                self.order(node, index, *order, bound, index);
            }
        }
        if let ConditionKind::Table(lookup) = &node.kind {
            for (index, (column, term)) in lookup.wanted.iter().enumerate() {
                let TermBase::Literal(Literal::Text(text)) = &term.base else {
                    continue;
                };
                if let Some(other) = self.other_cell(lookup, *column, text) {
                    let what = format!("`{other}` for `{text}`");
                    self.push(node, &what, Change::Swap(index, Literal::Text(other)));
                }
            }
        }
        for (index, term) in own_terms(node).iter().enumerate() {
            let is_bound = matches!(
                &node.kind,
                ConditionKind::Test {
                    test: Test::Order(..),
                    ..
                } | ConditionKind::Count { .. }
                    | ConditionKind::Sum { .. }
            );
            let is_subject = index == 0 && matches!(node.kind, ConditionKind::Test { .. });
            if !is_bound || is_subject {
                self.moves(node, index, term, false);
            }
        }
    }

    fn subject_kind(&self, subject: &Term) -> Option<ValueType> {
        let kind = match &subject.base {
            TermBase::Path(path) => path.value,
            TermBase::FirstStated(paths) => paths.first()?.value,
            _ => return None,
        };
        match kind {
            ValueType::List(shape) => match self.set.vocabulary.shape(shape) {
                Shape::List(list) => match self.set.vocabulary.shape(list.item) {
                    Shape::Words(_) => Some(ValueType::Word(list.item)),
                    _ => Some(ValueType::Text),
                },
                _ => None,
            },
            kind => Some(kind),
        }
    }

    /// A single word to another of its vocabulary. Yes and no have no other but their negative.
    fn swap(&mut self, node: &Condition, index: usize, term: &Term, kind: Option<ValueType>) {
        let (TermBase::Literal(Literal::Text(text)), Some(ValueType::Word(shape))) =
            (&term.base, kind)
        else {
            return;
        };
        let Shape::Words(words) = self.set.vocabulary.shape(shape) else {
            return;
        };
        let at = words.words.iter().position(|word| word.text == text);
        let after = at.map_or(0, |at| at + 1);
        let others = words.words.iter().cycle().skip(after);
        let mut others = others.take(words.words.len()).map(|word| word.text);
        let other = others.find(|word| *word != text && !is_a(word, text) && !is_a(text, word));
        if let Some(other) = other {
            let what = format!("`{other}` for `{text}`");
            let literal = Literal::Text(other.to_owned());
            self.push(node, &what, Change::Swap(index, literal));
        }
    }

    fn other_cell(&self, lookup: &Lookup, column: usize, text: &str) -> Option<String> {
        let table = self.set.tables.get(lookup.table)?;
        let cells = table.rows.iter().filter_map(|row| row.cells.get(column));
        let mut words = cells.flat_map(|cell| match cell {
            Cell::Texts(texts) => texts.as_slice(),
            Cell::Number(_) => &[],
        });
        words.find(|word| *word != text).cloned()
    }

    /// `which` counts the orders, `term` the terms of the part.
    fn order(&mut self, node: &Condition, which: usize, order: Order, bound: &Term, term: usize) {
        self.moves(node, term, bound, true);
        // A day more or less says the same of dates.
        if !is_date(bound) {
            let key = order_key(order, false);
            let other = order_key(strict(order), false);
            let what = format!("`{other}` for `{key}`");
            self.push_at(node, &shown(bound), &what, Change::Strict(which));
        }
    }

    /// A literal, a shift or a bound, one less and one more.
    fn moves(&mut self, node: &Condition, index: usize, term: &Term, is_bound: bool) {
        for by in [-1, 1] {
            let Some(moved) = moved(term, by, is_bound) else {
                continue;
            };
            let literal = match &term.base {
                TermBase::Literal(literal) => Some(literal),
                _ => None,
            };
            let what = match (&term.shift, literal) {
                (None, Some(Literal::Number(_))) => one(by, "one less", "one more").to_owned(),
                (None, Some(Literal::Duration(_))) | (Some(_), _) => {
                    format!("{} for {}", length(&moved), length(term))
                }
                _ => one(by, "one day earlier", "one day later").to_owned(),
            };
            self.push_at(node, &shown(term), &what, Change::Move(index, by));
        }
    }
}

fn one<'t>(by: i64, less: &'t str, more: &'t str) -> &'t str {
    if by < 0 { less } else { more }
}

/// Whether an `all` is one `field` with several tests beside it.
fn several_tests(node: &Condition, parts: &[Condition]) -> bool {
    parts
        .iter()
        .all(|part| part.site.span == node.site.span && test_key(part).is_some())
}

fn test_key(node: &Condition) -> Option<&'static str> {
    let ConditionKind::Test { test, .. } = &node.kind else {
        return None;
    };
    Some(match test {
        Test::In { terms, negated } => match (terms.len(), negated) {
            (1, false) => "is",
            (1, true) => "is_not",
            (_, false) => "in",
            (_, true) => "not_in",
        },
        Test::IsA { negated: false, .. } => "is_a",
        Test::IsA { negated: true, .. } => "is_not_a",
        Test::Matches(_) => "matches",
        Test::Order(order, bound) => order_key(*order, is_date(bound)),
        Test::Includes { terms, all } => match (terms.len(), all) {
            (1, _) => "includes",
            (_, false) => "includes_any",
            (_, true) => "includes_all",
        },
    })
}

fn order_key(order: Order, date: bool) -> &'static str {
    match (order, date) {
        (Order::Less, false) => "less_than",
        (Order::AtMost, false) => "at_most",
        (Order::AtLeast, false) => "at_least",
        (Order::More, false) => "more_than",
        (Order::Less, true) => "before",
        (Order::AtMost, true) => "on_or_before",
        (Order::AtLeast, true) => "on_or_after",
        (Order::More, true) => "after",
    }
}

/// A term in a name.
fn shown(term: &Term) -> String {
    match &term.base {
        TermBase::Literal(Literal::Text(text)) => format!("`{text}`"),
        TermBase::Literal(Literal::YesNo(yes)) => yes.to_string(),
        TermBase::Literal(Literal::Number(number)) => number.to_string(),
        TermBase::Literal(Literal::Date(date)) => date.to_string(),
        TermBase::Literal(Literal::Duration(_)) => length(term),
        TermBase::Path(path) => path.text.clone(),
        TermBase::FirstStated(paths) => {
            let names: Vec<&str> = paths.iter().map(|path| path.text.as_str()).collect();
            format!("first of {}", names.join(", "))
        }
        TermBase::Cell { .. } => "value_of".to_owned(),
    }
}

/// The duration in a term, or its shift, as a rule writes it.
fn length(term: &Term) -> String {
    let span = match (&term.shift, &term.base) {
        (Some(shift), _) => *shift,
        (None, TermBase::Literal(Literal::Duration(duration))) => duration.span,
        _ => return String::new(),
    };
    if span.is_zero() {
        "P0D".to_owned()
    } else {
        span.abs().to_string()
    }
}
