//! Texts and places in them.
//!
//! A [`Span`] is a byte range in one [`SourceFile`] of a [`SourceMap`]. Lines and columns do not
//! exist until somebody shows a place to a reader: [`SourceFile::position`] is the one function
//! that makes them.
//!
//! A record of an NDJSON file is a `SourceFile` of its own (an *excerpt*: one line of text that
//! knows on which line of its file it stands), so that a run over a very large file keeps only
//! the records it has something to say about.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Names one file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A byte range `start..end` in one file, always on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`.
    pub fn new(file: FileId, range: Range<u32>) -> Self {
        Self {
            file,
            start: range.start,
            end: range.end,
        }
    }

    /// The bytes, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place as people count it: lines from 1, columns from 1 in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// One text with the name it is shown under.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: Arc<str>,
    first_line: usize,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A whole file. `name` is what the reader sees: relative where possible, with `/`.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self::excerpt(name, text, 1)
    }

    /// A piece of a file that starts at the beginning of line `first_line` (counted from 1).
    pub fn excerpt(name: impl Into<String>, text: impl Into<Arc<str>>, first_line: usize) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            first_line,
            line_starts: OnceLock::new(),
        }
    }

    /// The name it is shown under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text; for an excerpt, only the excerpt's.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line of the file on which [`text`](Self::text) starts, counted from 1.
    pub fn first_line(&self) -> usize {
        self.first_line
    }

    /// Byte offsets at which the lines of the text start; the first is 0.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let newlines = self.text.match_indices('\n');
            std::iter::once(0)
                .chain(newlines.map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX)))
                .collect()
        })
    }

    /// The position of a byte offset. An offset past the end is the end; one inside a character
    /// is that character.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let index = starts.partition_point(|&s| s <= offset).saturating_sub(1);
        let start = starts.get(index).copied().unwrap_or(0) as usize;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(start..end).unwrap_or_default();
        Position {
            line: self.first_line + index,
            column: before.chars().count() + 1,
        }
    }
}

/// All texts of a run.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    /// A map without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// The id the next added file will get.
    pub fn next_id(&self) -> FileId {
        FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX))
    }

    /// Adds a file and names it.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = self.next_id();
        self.files.push(Arc::new(file));
        id
    }

    /// The file of an id, if the id is of this map.
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.files.get(id.0 as usize)
    }

    /// The names of all files; the lines of one file may name it again and again.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name())
    }

    /// The text a span covers, if it lies in its file.
    pub fn text(&self, span: Span) -> Option<&str> {
        self.get(span.file)?.text().get(span.range())
    }
}
