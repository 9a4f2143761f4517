//! The one function that turns a [`Span`] into lines and columns, for every format.
//!
//! Lines and columns count from 1; columns count Unicode characters, not bytes and not terminal
//! cells. It does not say what a place looks like in print; that is each format's matter.

use crate::source::{Position, SourceMap, Span};
use std::fmt;

/// A span as people count it. The end is the first column after the span, as in SARIF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// As named in the source map: not yet [sanitised](super::sanitise).
    pub path: &'a str,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// Where `span` is. A span of no known file is line 1, column 1 of a file without a name, so that
/// a finding is never lost for want of a place.
pub fn place(sources: &SourceMap, span: Span) -> Place<'_> {
    let Some(file) = sources.get(span.file) else {
        return Place {
            path: "",
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
        };
    };
    let start = file.position(span.start);
    let end = match file.text().get(span.range()) {
        // On the start's line there is no need to count from the line's beginning again.
        Some(text) if !text.contains('\n') => Position {
            line: start.line,
            column: start.column + text.chars().count(),
        },
        _ => file.position(span.end.max(span.start)),
    };
    Place {
        path: file.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// `path:line:column`, as editors and terminals make it clickable.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}
