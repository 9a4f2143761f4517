//! A proposal that can be changed and asked again, with the documents that it names.

use super::edit::{Edit, PatchStep, changed, patch_step};
use crate::document::{Document, Tape, parse, view};
use crate::engine::{CheckOptions, PackAnswer, answers};
use crate::facts::{Facts, Flaws, Part};
use crate::rule::RuleSet;
use crate::source::FileId;
use crate::vocabulary::violation::check_shape;
use crate::vocabulary::{PROFILE, PROPOSAL};

/// A proposal to be changed. Nothing of it is ever written anywhere.
pub struct Sandbox<'a> {
    pub set: &'a RuleSet,
    pub options: &'a CheckOptions,
    /// The proposal first.
    texts: Vec<Text>,
    /// What the proposal names documents by, and which of the texts each is.
    names: Vec<(String, Option<u16>)>,
    /// The files of the texts.
    files: Vec<FileId>,
}

/// A document that was read.
struct Text {
    text: String,
    tape: Tape,
    flaws: Flaws,
}

impl Text {
    fn read(set: &RuleSet, text: String, format: &'static str, file: FileId) -> Option<Self> {
        let mut tape = Tape::new();
        let (_, flaws) = {
            let document = parse(&text, &mut tape).ok()?;
            check_shape(&set.vocabulary, format, document, file, "")
        };
        Some(Self { text, tape, flaws })
    }

    fn document(&self) -> Document<'_> {
        view(&self.text, &self.tape)
    }

    /// How many values break the schema. What is not said yet does not count.
    fn broken(&self) -> usize {
        self.flaws.invalid.len() + self.flaws.misspelt.len()
    }
}

/// More values of the changed proposal break its schema than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

impl<'a> Sandbox<'a> {
    /// The proposal of these facts; `None` where it cannot be read by itself.
    pub fn new(set: &'a RuleSet, facts: &Facts, options: &'a CheckOptions) -> Option<Self> {
        let mut texts = Vec::with_capacity(facts.parts.len());
        for (i, part) in facts.parts.iter().enumerate() {
            let text = part.document.raw(part.document.root()).to_owned();
            texts.push(Text::read(set, text, format_of(i), part.file)?);
        }
        let names = facts.links.iter().filter_map(|(node, part)| {
            let document = facts.part(0)?.document;
            Some((document.string(*node)?.into_owned(), *part))
        });
        Some(Self {
            set,
            options,
            texts,
            names: names.collect(),
            files: facts.parts.iter().map(|part| part.file).collect(),
        })
    }

    /// Bytes of all its documents.
    pub fn bytes(&self) -> usize {
        self.texts.iter().map(|text| text.text.len()).sum()
    }

    /// The part of a file.
    pub fn part_of(&self, file: FileId) -> Option<u16> {
        let part = self.files.iter().position(|known| *known == file)?;
        u16::try_from(part).ok()
    }

    /// What the proposal names a part by; `None` for itself.
    pub fn name_of(&self, part: u16) -> Option<&str> {
        let named = |(_, known): &&(String, Option<u16>)| *known == Some(part);
        self.names.iter().find(named).map(|(name, _)| name.as_str())
    }

    /// A document as it was written.
    pub fn document(&self, part: u16) -> Option<Document<'_>> {
        self.texts.get(usize::from(part)).map(Text::document)
    }

    /// Looks at the proposal after these changes, made one after another.
    ///
    /// # Errors
    ///
    /// [`Broken`]; also where a change has no place.
    pub fn with<R>(&self, edits: &[Edit], look: impl FnOnce(&Facts) -> R) -> Result<R, Broken> {
        let mut new: Vec<Option<Text>> = self.texts.iter().map(|_| None).collect();
        for edit in edits {
            let at = usize::from(edit.place.part);
            let file = *self.files.get(at).ok_or(Broken)?;
            let slot = new.get_mut(at).ok_or(Broken)?;
            let old = slot.as_ref().or(self.texts.get(at)).ok_or(Broken)?;
            let text = changed(old.document(), &edit.place.pointer, &edit.change);
            let text = Text::read(self.set, text.ok_or(Broken)?, format_of(at), file);
            let text = text.ok_or(Broken)?;
            if text.broken() > old.broken() {
                return Err(Broken);
            }
            *slot = Some(text);
        }
        let texts = new.iter().zip(&self.texts);
        let texts = texts.map(|(new, old)| new.as_ref().unwrap_or(old));
        let parts = texts.zip(&self.files).map(|(text, file)| Part {
            document: text.document(),
            file: *file,
            flaws: &text.flaws,
        });
        let mut facts = Facts {
            parts: parts.collect(),
            links: Vec::new(),
        };
        facts.link(&self.set.vocabulary, |path| {
            let known = self.names.iter().find(|(name, _)| name == path);
            known.and_then(|(_, part)| *part)
        });
        Ok(look(&facts))
    }

    /// What the packs answer after these changes.
    ///
    /// # Errors
    ///
    /// See [`with`](Self::with).
    pub fn answers(&self, edits: &[Edit]) -> Result<Vec<PackAnswer<'a>>, Broken> {
        self.with(edits, |facts| answers(self.set, facts, self.options))
    }

    /// The changes as a JSON Patch of each document: the name of the document, `None` for the proposal.
    pub fn patches(&self, edits: &[Edit]) -> Vec<(Option<String>, Vec<PatchStep>)> {
        let mut patches: Vec<(Option<String>, Vec<PatchStep>)> = Vec::new();
        for (part, original) in self.texts.iter().enumerate() {
            let mut steps = Vec::new();
            let mut text = original.text.clone();
            let here = edits
                .iter()
                .filter(|edit| usize::from(edit.place.part) == part);
            for edit in here {
                let mut tape = Tape::new();
                let Ok(document) = parse(&text, &mut tape) else {
                    break;
                };
                steps.extend(patch_step(document, &edit.place.pointer, &edit.change));
                let Some(next) = changed(document, &edit.place.pointer, &edit.change) else {
                    break;
                };
                text = next;
            }
            if !steps.is_empty() {
                let name = u16::try_from(part).ok().and_then(|part| self.name_of(part));
                patches.push((name.map(str::to_owned), steps));
            }
        }
        patches
    }
}

fn format_of(part: usize) -> &'static str {
    if part == 0 { PROPOSAL } else { PROFILE }
}
