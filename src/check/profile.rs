//! Organisation profiles that proposals name, read once a run.

use super::content::{Content, content};
use super::tell::text_label;
use super::{Desk, Documents};
use crate::document::{Document, Tape, decode, parse, view};
use crate::facts::Flaws;
use crate::finding::{Finding, Label};
use crate::source::{FileId, SourceFile, SourceMap, Span};
use crate::vocabulary::violation::check_shape;
use crate::vocabulary::{PROFILE, Vocabulary};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A document that proposals link to.
pub(super) struct Profile {
    /// As shown.
    pub(super) name: String,
    text: String,
    tape: Tape,
    pub(super) file: FileId,
    pub(super) flaws: Flaws,
    pub(super) findings: Vec<Finding>,
    /// Set where it has no tree, or is something else.
    pub(super) broken: Option<String>,
    pub(super) labels: Vec<Label>,
    /// SHA-256 of its bytes.
    pub(super) digest: [u8; 32],
}

impl Profile {
    pub(super) fn document(&self) -> Document<'_> {
        view(&self.text, &self.tape)
    }
}

/// Those that were read so far.
pub(super) struct Profiles<'a> {
    documents: &'a dyn Documents,
    read: RwLock<Known>,
}

/// A profile, or why it cannot be had.
pub(super) type Had = Result<Arc<Profile>, String>;

#[derive(Default)]
struct Known {
    /// By the file that names one, and the path that it writes.
    links: HashMap<String, HashMap<String, Had>>,
    by_name: HashMap<String, Arc<Profile>>,
    files: Vec<Arc<SourceFile>>,
}

impl<'a> Profiles<'a> {
    pub(super) fn new(documents: &'a dyn Documents) -> Self {
        Self {
            documents,
            read: RwLock::default(),
        }
    }

    /// The profile that `path`, written in the file `from`, names.
    pub(super) fn get(&self, vocabulary: &Vocabulary, from: &str, path: &str) -> Had {
        if let Some(had) = self.known(from, path) {
            return had;
        }
        let mut known = self.read.write().unwrap_or_else(PoisonError::into_inner);
        let had = self.documents.read(from, path).map(|(name, bytes)| {
            if let Some(profile) = known.by_name.get(&name) {
                return profile.clone();
            }
            let id = SourceMap::named_id(known.files.len());
            let (profile, file) = Profile::read(vocabulary, name, &bytes, id);
            let profile = Arc::new(profile);
            known.files.push(Arc::new(file));
            known.by_name.insert(profile.name.clone(), profile.clone());
            profile
        });
        let links = known.links.entry(from.to_owned()).or_default();
        // Another thread may have been here first.
        links.entry(path.to_owned()).or_insert(had).clone()
    }

    fn known(&self, from: &str, path: &str) -> Option<Had> {
        let known = self.read.read().unwrap_or_else(PoisonError::into_inner);
        known.links.get(from)?.get(path).cloned()
    }

    /// Gives the texts that were read to those of the run.
    pub(super) fn add_sources(&self, sources: &mut SourceMap) {
        let known = self.read.read().unwrap_or_else(PoisonError::into_inner);
        sources.set_named(&known.files);
    }
}

impl Profile {
    fn read(
        vocabulary: &Vocabulary,
        name: String,
        bytes: &[u8],
        file: FileId,
    ) -> (Self, SourceFile) {
        let mut profile = Self {
            name,
            text: String::new(),
            tape: Tape::new(),
            file,
            flaws: Flaws::default(),
            findings: Vec::new(),
            broken: None,
            labels: Vec::new(),
            digest: Sha256::digest(bytes).into(),
        };
        let source = |profile: &Self, text: &str| SourceFile::new(profile.name.as_str(), text);
        match decode(bytes) {
            Ok(text) => text.clone_into(&mut profile.text),
            Err(error) => {
                let span = Span::new(file, error.at.clone());
                profile.labels.push(text_label(span, "not UTF-8"));
                profile.broken = Some(error.message.to_string());
                let source = source(&profile, &error.lossy);
                return (profile, source);
            }
        }
        match parse(&profile.text, &mut profile.tape) {
            Ok(document) if content(document, document.root()) == Content::Profile => {
                let (findings, flaws) = check_shape(vocabulary, PROFILE, document, file, "");
                for finding in findings.iter().take(5) {
                    let mut label = finding.primary.clone();
                    label.text.clone_from(&finding.message);
                    profile.labels.push(label);
                }
                profile.findings = findings;
                profile.flaws = flaws;
            }
            Ok(document) => {
                let span = Span::new(file, document.range(document.root()));
                let text = "`\"schema\": \"organisation-profile/1\"` is missing";
                profile.labels.push(text_label(span, text));
                profile.broken = Some("it is not an organisation profile".to_owned());
            }
            Err(error) => {
                let span = Span::new(file, error.at.clone());
                profile.labels.push(text_label(span, error.message()));
                profile.broken = Some(format!("it is not JSON ({})", error.message()));
            }
        }
        let source = source(&profile, &profile.text);
        (profile, source)
    }
}

impl Desk<'_> {
    /// The profile that `path`, written in the file `from`, names.
    pub(super) fn profile(&self, from: &str, path: &str) -> Had {
        self.profiles.get(&self.set.vocabulary, from, path)
    }
}
