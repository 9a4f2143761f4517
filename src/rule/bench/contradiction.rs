//! Rules that ask for opposite values: found by trying, in an example on which one of them fails,
//! every other word in the place it points at.

use crate::facts::dotted;
use crate::finding::{Outcome, ProposalReport, Target};
use crate::rule::bench::{Case, Spot, Worker, spot_of};
use crate::rule::example::Prepared;
use crate::rule::reads::steps;
use crate::source::Span;
use crate::truth::Truth;
use crate::vocabulary::{PROFILE, PROPOSAL, Shape};

/// Two rules that no value of one field lets pass together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The example on which it shows.
    pub spot: Spot,
    pub example: String,
    /// The rule that fails as the example is.
    pub rule: String,
    /// The rule that fails wherever the first does not.
    pub other: String,
    /// Dotted.
    pub field: String,
}

impl Worker<'_, '_> {
    /// The contradictions that show on one failing example of a rule.
    pub(super) fn contradictions(
        &mut self,
        rule: usize,
        case: &Case,
        found: &mut Vec<Contradiction>,
    ) {
        if case.prepared.example.invalid {
            return;
        }
        let Some(report) = self.report(case, &case.prepared, rule) else {
            return;
        };
        for finding in &report.findings {
            let label = &finding.primary;
            if finding.outcome == Outcome::Fail && label.target == Target::Value {
                self.opposed(rule, case, label.span, &label.pointer, found);
            }
        }
    }

    fn opposed(
        &mut self,
        rule: usize,
        case: &Case,
        at: Span,
        pointer: &str,
        found: &mut Vec<Contradiction>,
    ) {
        let bench = self.bench;
        let field = dotted(pointer);
        let linked = at.file.0 > 0;
        let path = steps(&field);
        let values = self.values_of(&path, linked);
        // A value of the format as it would be written.
        let mut cures: Vec<Prepared> = Vec::new();
        for value in &values {
            let Some(changed) = case.prepared.with_value(at, value) else {
                continue;
            };
            let outcome = self.outcome(case, &changed, rule);
            if matches!(outcome, Some((Outcome::Pass | Outcome::NotApplicable, _))) {
                cures.push(changed);
            }
        }
        if cures.is_empty() {
            return;
        }
        for other in 0..bench.rules.len() {
            let reads = bench.reads.get(other);
            let reads = reads.is_some_and(|fields| fields.iter().any(|read| read.lies_at(&path)));
            if other == rule || !reads {
                continue;
            }
            let same_pack = bench.rules.get(other).map(|(pack, _)| pack)
                == bench.rules.get(rule).map(|(pack, _)| pack);
            // A pack that does not apply asks nothing of anybody.
            match self.outcome(case, &case.prepared, other) {
                Some((Outcome::Pass, applies)) if applies || same_pack => {}
                _ => continue,
            }
            let opposed = cures.iter().all(|changed| {
                matches!(self.outcome(case, changed, other), Some((Outcome::Fail, _)))
            });
            let ids = (bench.rule(0, rule), bench.rule(0, other));
            if let (true, (Some((_, rule)), Some((_, other)))) = (opposed, ids) {
                let known = found
                    .iter()
                    .any(|known| known.other == other.id.0 && known.field == field);
                if !known {
                    found.push(Contradiction {
                        spot: spot_of(case.prepared.example),
                        example: case.prepared.example.title.clone(),
                        rule: rule.id.0.clone(),
                        other: other.id.0.clone(),
                        field: field.clone(),
                    });
                }
            }
        }
    }

    /// The values a word or yes/no field may take, as JSON; nothing for other fields.
    fn values_of(&self, path: &[String], linked: bool) -> Vec<String> {
        let Some(set) = self.bench.set() else {
            return Vec::new();
        };
        let format = if linked { PROFILE } else { PROPOSAL };
        let steps: Vec<&str> = path.iter().map(String::as_str).collect();
        let root = set.vocabulary.root(format);
        let field = root.and_then(|root| set.vocabulary.field_at(root, &steps));
        match field.map(|field| set.vocabulary.shape(field.shape)) {
            Some(Shape::Words(words)) => {
                let texts = words.words.iter();
                texts.map(|word| format!("\"{}\"", word.text)).collect()
            }
            Some(Shape::YesNo) => vec!["true".to_owned(), "false".to_owned()],
            _ => Vec::new(),
        }
    }

    fn report(&mut self, case: &Case, asked: &Prepared, rule: usize) -> Option<ProposalReport> {
        let (_, asked_rule) = self.bench.rule(0, rule)?;
        let id = &asked_rule.id.0;
        self.with_rule(case.set, Some(rule), |set| asked.ask(set, id))
    }

    /// The outcome of one rule, and whether its pack may apply.
    fn outcome(&mut self, case: &Case, asked: &Prepared, rule: usize) -> Option<(Outcome, bool)> {
        self.with_rule(case.set, Some(rule), |set| {
            let pack = set.packs.first()?;
            let (outcome, applies) = asked.outcome(set, pack, pack.rules.first()?);
            Some((outcome, applies != Truth::False))
        })?
    }
}
