//! Organisation profiles that proposals name, read once a run.

use super::tell::text_label;
use super::*;
use crate::document::{Document, Tape, decode, parse};
use crate::facts::Flaws;
use crate::finding::{ProposalReport, Severity, Tone};
use crate::source::{FileId, SourceFile, Span};
use crate::vocabulary::PROFILE;
use crate::vocabulary::violation::check_shape;

impl Run<'_> {
    /// An organisation profile checked on its own: its shape only.
    pub(super) fn check_profile(&mut self, document: Document, file: FileId) {
        let id = text_at(document, "id").unwrap_or_default();
        let (mut findings, _) = check_shape(&self.set.vocabulary, PROFILE, document, file, &id);
        let broken = findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        for finding in &mut findings {
            reweigh(finding, &self.options);
        }
        self.report.proposals.push(ProposalReport {
            title: text_at(document, "name").unwrap_or_default(),
            id,
            exporter: None,
            importer: None,
            start_date: None,
            span: Span::new(file, document.range(document.root())),
            overall: if broken {
                "invalid_profile"
            } else {
                "valid_profile"
            }
            .to_owned(),
            overall_tone: if broken { Tone::Bad } else { Tone::Good },
            verdicts: Vec::new(),
            findings,
            outcomes: Vec::new(),
        });
    }

    /// Reads a profile once for a run; the key it is kept under, or why it cannot be had.
    pub(super) fn load_profile(&mut self, from: &str, path: &str) -> Result<String, String> {
        let link = (from.to_owned(), path.to_owned());
        if let Some(known) = self.links.get(&link) {
            return known.clone();
        }
        let result = self.documents.read(from, path).map(|(shown, bytes)| {
            if !self.profiles.contains_key(&shown) {
                self.read(&shown, &bytes);
                let profile = self.read_profile(&shown, &bytes);
                self.profiles.insert(shown.clone(), profile);
            }
            shown
        });
        self.links.insert(link, result.clone());
        result
    }

    pub(super) fn read_profile(&mut self, shown: &str, bytes: &[u8]) -> Profile {
        let mut profile = Profile {
            text: String::new(),
            tape: Tape::new(),
            file: self.sources.next_id(),
            flaws: Flaws::default(),
            findings: Vec::new(),
            broken: None,
            labels: Vec::new(),
        };
        match decode(bytes) {
            Ok(text) => text.clone_into(&mut profile.text),
            Err(error) => {
                profile.file = self
                    .sources
                    .add(SourceFile::new(shown, error.lossy.as_str()));
                profile.labels.push(text_label(
                    Span::new(profile.file, error.at.clone()),
                    "not UTF-8",
                ));
                profile.broken = Some(error.message.to_string());
                return profile;
            }
        }
        profile.file = self
            .sources
            .add(SourceFile::new(shown, profile.text.as_str()));
        let file = profile.file;
        match parse(&profile.text, &mut profile.tape) {
            Ok(document) if content(document, document.root()) == Content::Profile => {
                let (findings, flaws) =
                    check_shape(&self.set.vocabulary, PROFILE, document, file, "");
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
                profile.labels.push(text_label(
                    span,
                    "`\"schema\": \"organisation-profile/1\"` is missing",
                ));
                profile.broken = Some("it is not an organisation profile".to_owned());
            }
            Err(error) => {
                profile.labels.push(text_label(
                    Span::new(file, error.at.clone()),
                    error.message(),
                ));
                profile.broken = Some(format!("it is not JSON ({})", error.message()));
            }
        }
        profile
    }
}
