//! What answers rest on: a tree for people, and JSON for programs.

mod json;
mod tree;

use super::RenderOptions;
use crate::finding::Report;
use crate::source::SourceMap;
use std::io::{self, Write};

/// How proofs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyFormat {
    /// A tree, in which what did not matter is folded unless all is wanted.
    Human,
    /// Version 1 of the proofs, `schemas/why.schema.json`: everything, with what decided marked.
    Json,
}

/// Writes the proofs of a report. `all`: what did not matter, too; JSON always holds it.
pub fn render_why(
    report: &Report,
    sources: &SourceMap,
    format: WhyFormat,
    all: bool,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        WhyFormat::Human => tree::render(report, sources, all, options, out),
        WhyFormat::Json => json::render(report, sources, out),
    }
}
