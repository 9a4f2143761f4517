//! What was found, told.

use super::super::edit::{Change, Edit, Place};
use super::super::operators::changing;
use super::super::phrases;
use super::super::said;
use super::super::values::at;
use super::Search;
use super::joined::list_of;
use crate::engine::PackAnswer;
use crate::facts::dotted;
use crate::outlook::{Repair, RepairStep, Repairs, Said};
use crate::vocabulary::Changing;
use serde_json::Value;

impl Search<'_, '_> {
    pub(super) fn told(mut self) -> Repairs {
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|edits| {
            let reroutes = edits.iter().filter(|edit| self.is_reroute(edit)).count();
            let size: usize = edits.iter().map(size).sum();
            (edits.len(), reroutes, size)
        });
        let repairs = found.iter().map(|edits| self.repair(edits));
        Repairs {
            packs: self
                .target
                .iter()
                .filter_map(|pack| self.title(*pack))
                .collect(),
            repairs: repairs.collect(),
            cut: self.cut,
        }
    }

    fn title(&self, pack: usize) -> Option<Said> {
        let answer = self.base.iter().find(|answer| answer.pack == pack)?;
        self.said(answer)
    }

    fn said(&self, answer: &PackAnswer) -> Option<Said> {
        let pack = self.set.packs.get(answer.pack)?;
        Some(said(pack, answer))
    }

    fn is_reroute(&self, edit: &Edit) -> bool {
        let kind = changing(&self.set.vocabulary, &edit.place, |_| false);
        kind == Some(Changing::Reroute)
    }

    fn repair(&self, edits: &[Edit]) -> Repair {
        let answers = self.sandbox.answers(edits).unwrap_or_default();
        let changed = answers.iter().zip(self.base);
        let verdicts = changed
            .filter(|(now, before)| now.word != before.word || self.target.contains(&now.pack))
            .filter_map(|(now, _)| self.said(now));
        let steps = edits.iter().map(|edit| RepairStep {
            document: self.sandbox.name_of(edit.place.part).map(str::to_owned),
            field: dotted(&list_of(edit)),
            says: phrases::change(edit, self.now(&edit.place)),
            meaning: self.meaning(&edit.place),
            reroute: self.is_reroute(edit),
        });
        let mut then: Vec<String> = Vec::new();
        for (pack, rule) in self.in_the_way(&answers) {
            for place in self.missing(edits, (pack, rule)) {
                let field = dotted(&place.pointer);
                if !then.contains(&field) {
                    then.push(field);
                }
            }
        }
        Repair {
            steps: steps.collect(),
            then,
            verdicts: verdicts.collect(),
            patches: self.sandbox.patches(edits),
        }
    }

    /// What the field of a place means; nothing for something in a list.
    fn meaning(&self, place: &Place) -> String {
        let field = at(&self.set.vocabulary, place).and_then(|at| at.field);
        field.map_or_else(String::new, |field| field.meaning.to_owned())
    }

    /// What stands at a place now.
    fn now(&self, place: &Place) -> Option<String> {
        let document = self.sandbox.document(place.part)?;
        let node = document.locate(&place.pointer)?;
        Some(document.raw(node).to_owned())
    }
}

/// How much a change asks for.
fn size(edit: &Edit) -> usize {
    fn values(value: &Value) -> usize {
        match value {
            Value::Object(members) => members.values().map(values).sum(),
            Value::Array(list) => list.iter().map(values).sum(),
            _ => 1,
        }
    }
    match &edit.change {
        Change::Set(value) | Change::Add(value) => values(value),
        Change::Remove => 1,
    }
}
