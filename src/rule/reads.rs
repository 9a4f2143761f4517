//! Which fields of the documents a rule reads, under their full names: names bound to elements of
//! lists are followed to their lists, and definitions are entered with their subject.

use crate::rule::condition::{Condition, ConditionKind, Path, Slot, Term, TermBase, Test};
use crate::rule::table::Lookup;
use crate::rule::{Body, Rule, RuleSet};
use crate::vocabulary::{ShapeId, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};

/// A field by its steps, indexes left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldPath {
    pub steps: Vec<String>,
    /// The steps from here on lead through a document that the step before names.
    pub linked: Option<usize>,
}

impl FieldPath {
    /// Whether this is a field of the proposal, or of the document it leads into, at or beneath
    /// the steps.
    pub fn lies_at(&self, steps: &[String]) -> bool {
        let inside = self.linked.and_then(|from| self.steps.get(from..));
        self.steps.starts_with(steps) || inside.is_some_and(|inside| inside.starts_with(steps))
    }

    /// Whether this is the field of the proposal, or of the document it leads into, at the steps.
    pub fn is_at(&self, steps: &[String]) -> bool {
        let inside = self.linked.and_then(|from| self.steps.get(from..));
        self.steps == steps || inside == Some(steps)
    }

    fn follow(&self, path: &Path) -> Self {
        let mut field = self.clone();
        for segment in &path.segments {
            field.steps.push(segment.key.name().to_owned());
            if segment.linked {
                field.linked = Some(field.steps.len());
            }
        }
        field
    }
}

/// The steps of a dotted path, without its indexes: `importer.certifications[0].scheme`.
pub fn steps(path: &str) -> Vec<String> {
    let names = path
        .split('.')
        .map(|step| step.split('[').next().unwrap_or(step));
    names.map(str::to_owned).collect()
}

/// Whether the documents have a field at these steps.
pub fn is_field(vocabulary: &Vocabulary, steps: &[String]) -> bool {
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let roots = vocabulary.roots().iter();
    let mut found = roots.map(|(_, root)| vocabulary.field_at(*root, &steps).is_some());
    found.any(|found| found)
}

/// Every field of the documents down to this depth, dotted.
pub fn all_fields(vocabulary: &Vocabulary, depth: usize) -> Vec<String> {
    let mut fields = Vec::new();
    for (_, root) in vocabulary.roots() {
        descend(vocabulary, *root, "", depth, &mut fields);
    }
    fields
}

fn descend(
    vocabulary: &Vocabulary,
    shape: ShapeId,
    before: &str,
    depth: usize,
    fields: &mut Vec<String>,
) {
    let Some(object) = vocabulary.object(shape).filter(|_| depth > 0) else {
        return;
    };
    for field in object.fields {
        let path = format!("{before}{}", field.name);
        descend(
            vocabulary,
            vocabulary.inside(field),
            &format!("{path}."),
            depth - 1,
            fields,
        );
        fields.push(path);
    }
}

/// Every field a rule reads.
pub fn fields_of(set: &RuleSet, rule: &Rule) -> BTreeSet<FieldPath> {
    match &rule.each {
        None => fields_with(set, rule, None),
        Some(each) => {
            let lists = each.lists.iter();
            lists
                .flat_map(|list| fields_with(set, rule, Some((list, each.slot))))
                .collect()
        }
    }
}

/// Every field a rule reads where it is asked about the elements of this list.
fn fields_with(set: &RuleSet, rule: &Rule, each: Option<(&Path, Slot)>) -> BTreeSet<FieldPath> {
    let mut reader = Reading {
        set,
        names: BTreeMap::from([(Slot::ROOT.0, FieldPath::default())]),
        open: Vec::new(),
        found: BTreeSet::new(),
    };
    if let Some((list, slot)) = each {
        reader.bind(list, slot);
    }
    rule.when.iter().for_each(|when| reader.condition(when));
    match &rule.body {
        Body::Require(require) => reader.condition(require),
        Body::Gate(doors) => {
            let mechanisms = FieldPath {
                steps: steps("mechanisms"),
                linked: None,
            };
            for door in doors {
                if let Some(slot) = door.mechanism {
                    reader.names.insert(slot.0, mechanisms.clone());
                }
                if !door.words.is_empty() {
                    // The gate itself looks there for what the transfer relies on.
                    let mut kind = mechanisms.clone();
                    kind.steps.push("type".to_owned());
                    reader.found.insert(kind);
                }
                if let Some(among) = &door.among {
                    reader.bind(&among.list, among.slot);
                }
                door.fact.iter().for_each(|fact| reader.condition(fact));
                reader.condition(&door.require);
            }
        }
    }
    reader.found
}

struct Reading<'a> {
    set: &'a RuleSet,
    /// What the slots of the current frame stand for; values are left out.
    names: BTreeMap<u16, FieldPath>,
    /// Definitions being read, so that one that calls itself is entered once.
    open: Vec<usize>,
    found: BTreeSet<FieldPath>,
}

impl Reading<'_> {
    fn path(&mut self, path: &Path) -> Option<FieldPath> {
        let field = self.names.get(&path.slot.0)?.follow(path);
        if !field.steps.is_empty() {
            self.found.insert(field.clone());
        }
        Some(field)
    }

    fn bind(&mut self, list: &Path, slot: Slot) {
        if let Some(field) = self.path(list) {
            self.names.insert(slot.0, field);
        }
    }

    fn condition(&mut self, node: &Condition) {
        match &node.kind {
            ConditionKind::All(parts) | ConditionKind::Any(parts) => {
                parts.iter().for_each(|part| self.condition(part));
            }
            ConditionKind::Not(inner) => self.condition(inner),
            ConditionKind::Stated(path) | ConditionKind::Claimed(path) => {
                self.path(path);
            }
            ConditionKind::Quantified {
                list, slot, body, ..
            } => {
                self.bind(list, *slot);
                body.iter().for_each(|body| self.condition(body));
            }
            ConditionKind::Count {
                list,
                slot,
                body,
                order,
            } => {
                self.bind(list, *slot);
                body.iter().for_each(|body| self.condition(body));
                order.iter().for_each(|(_, bound)| self.term(bound));
            }
            ConditionKind::Sum {
                list,
                slot,
                of,
                body,
                order,
                ..
            } => {
                self.bind(list, *slot);
                self.path(of);
                body.iter().for_each(|body| self.condition(body));
                order.iter().for_each(|(_, bound)| self.term(bound));
            }
            ConditionKind::Test { subject, test, .. } => {
                self.term(subject);
                match test {
                    Test::In { terms, .. }
                    | Test::IsA { terms, .. }
                    | Test::Includes { terms, .. } => {
                        terms.iter().for_each(|value| self.term(value));
                    }
                    Test::Order(_, bound) => self.term(bound),
                    Test::Matches(_) => {}
                }
            }
            ConditionKind::Holds {
                definition,
                of,
                arguments,
            } => {
                arguments.iter().for_each(|argument| self.term(argument));
                let subject = self.path(of);
                self.call(*definition, subject);
            }
            ConditionKind::Table(asked) => self.lookup(asked),
            ConditionKind::Unsettled(_) => {}
        }
    }

    fn call(&mut self, index: usize, subject: Option<FieldPath>) {
        let set = self.set;
        let Some(definition) = set.definitions.get(index) else {
            return;
        };
        let Some(subject) = subject.filter(|_| !self.open.contains(&index)) else {
            return;
        };
        let frame = BTreeMap::from([(Slot::ROOT.0, FieldPath::default()), (Slot::IT.0, subject)]);
        let caller = std::mem::replace(&mut self.names, frame);
        self.open.push(index);
        self.condition(&definition.holds);
        self.open.pop();
        self.names = caller;
    }

    fn term(&mut self, value: &Term) {
        match &value.base {
            TermBase::Literal(_) => {}
            TermBase::Path(path) => {
                self.path(path);
            }
            TermBase::FirstStated(paths) => paths.iter().for_each(|path| {
                self.path(path);
            }),
            TermBase::Cell { lookup, .. } => self.lookup(lookup),
        }
    }

    fn lookup(&mut self, asked: &Lookup) {
        asked.wanted.iter().for_each(|(_, value)| self.term(value));
        asked.on.iter().for_each(|on| self.term(on));
    }
}
