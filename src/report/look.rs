//! The one place that knows colours and drawing characters.
//!
//! A colour repeats what a word says already. It does not look at the environment: the caller has.

use super::RenderOptions;
use super::place::Place;
use super::text::sanitise;
use crate::finding::{Outcome, Severity, Tone};
use owo_colors::Style;

/// The options of a rendering for people, ready for use.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) width: usize,
    pub(super) unicode: bool,
    pub(super) narrated: bool,
    pub(super) verbose: bool,
    pub(super) color: bool,
    links: bool,
}

impl Look {
    pub(super) fn new(options: &RenderOptions) -> Self {
        Self {
            // A screen reader reads lines: a sentence stays on one. The rest is not to overflow.
            width: if options.narrated {
                usize::MAX / 2
            } else {
                options.width.clamp(20, 10_000)
            },
            unicode: options.unicode,
            narrated: options.narrated,
            verbose: options.verbose,
            color: options.color && !options.narrated,
            links: options.links && !options.narrated,
        }
    }

    fn when_coloured(&self, style: Style) -> Style {
        if self.color { style } else { Style::new() }
    }

    pub(super) fn plain(&self) -> Style {
        Style::new()
    }

    pub(super) fn strong(&self) -> Style {
        self.when_coloured(Style::new().bold())
    }

    pub(super) fn faint(&self) -> Style {
        self.when_coloured(Style::new().dimmed())
    }

    /// Row labels: `because`, `help:`.
    pub(super) fn label(&self) -> Style {
        self.when_coloured(Style::new().cyan())
    }

    pub(super) fn severity(&self, severity: Severity, outcome: Outcome) -> Style {
        self.when_coloured(match (outcome, severity) {
            (Outcome::Undetermined, _) | (_, Severity::Warning) => Style::new().yellow().bold(),
            (_, Severity::Error) => Style::new().red().bold(),
            (_, Severity::Info) => Style::new().cyan().bold(),
        })
    }

    pub(super) fn tone(&self, tone: Tone) -> Style {
        self.when_coloured(match tone {
            Tone::Good => Style::new().green().bold(),
            Tone::Unclear => Style::new().yellow().bold(),
            Tone::Bad => Style::new().red().bold(),
            Tone::NotApplicable => Style::new().dimmed(),
        })
    }

    pub(super) fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    pub(super) fn arrow(&self) -> &'static str {
        match (self.narrated, self.unicode) {
            (true, _) => "to",
            (false, true) => "→",
            (false, false) => "->",
        }
    }

    /// A place in running text.
    pub(super) fn place(&self, place: &Place<'_>) -> String {
        let path = sanitise(place.path);
        let (line, column) = (place.line, place.column);
        if self.narrated {
            format!("{path}, line {line}, column {column}")
        } else {
            format!("{path}:{line}:{column}")
        }
    }

    /// A place after the sentence it belongs to.
    pub(super) fn aside(&self, place: &Place<'_>) -> String {
        let at = self.place(place);
        if self.narrated {
            format!("(at {at})")
        } else {
            at
        }
    }

    /// Spaces that set apart; read aloud, one is enough.
    pub(super) fn gap(&self, columns: usize) -> usize {
        if self.narrated { 1 } else { columns }
    }

    /// `because` as the head of a row: padded to a column, or read aloud with a colon.
    pub(super) fn row_label(&self, label: &str, columns: usize) -> String {
        if self.narrated && label.is_empty() {
            String::new()
        } else if self.narrated {
            format!("{label}: ")
        } else {
            super::text::pad(label, columns)
        }
    }

    /// The start and end of a clickable address, if links are on and `url` is a web address.
    pub(super) fn link(&self, url: &str) -> Option<(String, &'static str)> {
        let web = url.starts_with("https://") || url.starts_with("http://");
        let clean = url.bytes().all(|b| b.is_ascii_graphic());
        (self.links && web && clean)
            .then(|| (format!("\u{1b}]8;;{url}\u{1b}\\"), "\u{1b}]8;;\u{1b}\\"))
    }
}
