//! An example, read once: its documents parsed, their shape checked, their links followed. What is
//! asked of it can then be asked many times, as the bench does with thousands of changed rules.

use super::Example;
use crate::document::{Tape, parse, view};
use crate::engine::{CheckOptions, PackChoice, check, outcome};
use crate::facts::{Facts, Flaws, Part};
use crate::finding::{Finding, Outcome, ProposalReport};
use crate::rule::{Pack, Rule, RuleSet};
use crate::source::{FileId, Span};
use crate::truth::Truth;
use crate::vocabulary::violation::check_shape;
use crate::vocabulary::{PROFILE, PROPOSAL, Vocabulary};
use std::borrow::Cow;

/// An example whose documents were read.
#[derive(Debug)]
pub struct Prepared<'e> {
    pub example: &'e Example,
    /// The proposal, then the documents it names.
    texts: Vec<Cow<'e, str>>,
    tapes: Vec<Tape>,
    flaws: Vec<Flaws>,
    links: Vec<(crate::document::NodeId, Option<u16>)>,
    shape: Vec<Finding>,
}

impl<'e> Prepared<'e> {
    /// Reads the documents of an example.
    ///
    /// # Errors
    ///
    /// What is wrong with them, unless the example is invalid on purpose.
    pub fn new(vocabulary: &Vocabulary, example: &'e Example) -> Result<Self, String> {
        let names = || {
            let named = example.files.keys().map(String::as_str);
            std::iter::once("the example").chain(named)
        };
        let texts = std::iter::once(&example.proposal).chain(example.files.values());
        let texts: Vec<Cow<str>> = texts.map(|text| Cow::Borrowed(text.as_str())).collect();
        let mut tapes = Vec::new();
        for (name, text) in names().zip(&texts) {
            let mut tape = Tape::new();
            parse(text, &mut tape).map_err(|error| format!("{name} is not JSON: {error}"))?;
            tapes.push(tape);
        }
        let mut flaws = Vec::new();
        let mut shape = Vec::new();
        for (index, ((name, text), tape)) in names().zip(&texts).zip(&tapes).enumerate() {
            let format = if index == 0 { PROPOSAL } else { PROFILE };
            let document = view(text, tape);
            let (findings, flaw) =
                check_shape(vocabulary, format, document, file(index), "example");
            if let Some(finding) = findings.first().filter(|_| !example.invalid) {
                return Err(format!("{name} breaks its schema: {}", finding.message));
            }
            shape.extend(findings);
            flaws.push(flaw);
        }
        let mut prepared = Self {
            example,
            texts,
            tapes,
            flaws,
            links: Vec::new(),
            shape,
        };
        let mut facts = prepared.facts();
        facts.link(vocabulary, |path| {
            let index = example.files.keys().position(|known| known == path)?;
            u16::try_from(index + 1).ok()
        });
        prepared.links = facts.links;
        Ok(prepared)
    }

    /// The same example with one value written otherwise. The shape is taken to be as sound as
    /// before: the new value must be one that the schema allows.
    pub fn with_value(&self, at: Span, value: &str) -> Option<Self> {
        let mut texts = self.texts.clone();
        let text = texts.get_mut(at.file.0 as usize)?;
        let before = text.get(..at.start as usize)?;
        let after = text.get(at.end as usize..)?;
        *text = Cow::Owned(format!("{before}{value}{after}"));
        let mut tapes = Vec::new();
        for text in &texts {
            let mut tape = Tape::new();
            parse(text, &mut tape).ok()?;
            tapes.push(tape);
        }
        Some(Self {
            example: self.example,
            texts,
            tapes,
            flaws: self.flaws.clone(),
            links: self.links.clone(),
            shape: self.shape.clone(),
        })
    }

    /// What the engine is given.
    pub fn facts(&self) -> Facts<'_> {
        let documents = self.texts.iter().zip(&self.tapes).zip(&self.flaws);
        let parts = documents
            .enumerate()
            .map(|(index, ((text, tape), flaws))| Part {
                document: view(text, tape),
                file: file(index),
                flaws,
            });
        Facts {
            parts: parts.collect(),
            links: self.links.clone(),
        }
    }

    /// The outcome of one rule, and whether its pack applies.
    pub fn outcome(&self, set: &RuleSet, pack: &Pack, rule: &Rule) -> (Outcome, Truth) {
        outcome(set, &self.facts(), pack, rule, self.example.as_of)
    }

    /// The report on one rule, its pack asked whether it applies or not.
    pub fn ask(&self, set: &RuleSet, rule: &str) -> ProposalReport {
        let options = CheckOptions {
            packs: PackChoice::All,
            select: vec![rule.to_owned()],
            ..CheckOptions::new(self.example.as_of)
        };
        check(set, &self.facts(), self.shape.clone(), &options)
    }
}

fn file(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}
