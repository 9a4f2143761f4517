//! Texts and places in them.
//!
//! A [`Span`] is a byte range in one [`SourceFile`] of a [`SourceMap`]. Lines and columns do not
//! exist until somebody shows a place to a reader: [`SourceFile::position`] is the one function
//! that makes them.
//!
//! A record of a large file is a `SourceFile` of its own (an *excerpt*: a piece of text that knows on
//! which line and column of its file it starts), so that a run over a very large file keeps only the
//! records it has something to say about.

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
    first_column: usize,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A whole file. `name` is what the reader sees: relative where possible, with `/`.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self::excerpt(name, text, Position { line: 1, column: 1 })
    }

    /// A piece of a file that starts at `start` in it.
    pub fn excerpt(name: impl Into<String>, text: impl Into<Arc<str>>, start: Position) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            first_line: start.line,
            first_column: start.column,
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
        let first_column = if index == 0 { self.first_column } else { 1 };
        Position {
            line: self.first_line + index,
            column: first_column + before.chars().count(),
        }
    }
}

/// All texts of a run: those that are its input, and those that others name.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
    /// Organisation profiles: read in no particular order, so they have numbers of their own.
    named: Vec<Arc<SourceFile>>,
}

/// The first id of a text that others name.
const NAMED: u32 = 1 << 30;

/// The first id of a text that is not in the map yet; see [`SourceMap::append`].
const LOOSE: u32 = 1 << 31;

impl SourceMap {
    /// A map without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// The id the next added file will get.
    pub fn next_id(&self) -> FileId {
        numbered(0, self.files.len())
    }

    /// Adds a file and names it.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = self.next_id();
        self.files.push(Arc::new(file));
        id
    }

    /// The id of the text at `index` of those that others name.
    pub fn named_id(index: usize) -> FileId {
        numbered(NAMED, index)
    }

    /// Takes over the texts that others name; the first of them are those that are known.
    pub fn set_named(&mut self, files: &[Arc<SourceFile>]) {
        let known = self.named.len();
        self.named
            .extend(files.get(known..).unwrap_or_default().iter().cloned());
    }

    /// The id of the text at `index` of some that have no numbers of their own yet.
    pub fn loose_id(index: usize) -> FileId {
        numbered(LOOSE, index)
    }

    /// Adds texts that were numbered by themselves; what their ids are from now on.
    pub fn append(&mut self, files: Vec<SourceFile>) -> impl Fn(FileId) -> FileId + use<> {
        let base = self.next_id().0;
        self.files.extend(files.into_iter().map(Arc::new));
        move |id| match id.0.checked_sub(LOOSE) {
            Some(index) => FileId(base.saturating_add(index)),
            None => id,
        }
    }

    /// Forgets the files from `next` on, which nothing points at.
    pub fn truncate(&mut self, next: FileId) {
        self.files.truncate(next.0 as usize);
    }

    /// The file of an id, if the id is of this map.
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        match id.0.checked_sub(NAMED) {
            Some(index) => self.named.get(index as usize),
            None => self.files.get(id.0 as usize),
        }
    }

    /// The names of all files; the records of one file may name it again and again.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter().chain(&self.named);
        files.map(|file| file.name())
    }

    /// The text a span covers, if it lies in its file.
    pub fn text(&self, span: Span) -> Option<&str> {
        self.get(span.file)?.text().get(span.range())
    }
}

fn numbered(first: u32, index: usize) -> FileId {
    FileId(
        u32::try_from(index)
            .unwrap_or(u32::MAX)
            .saturating_add(first),
    )
}
