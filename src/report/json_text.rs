//! JSON as `serde_json` prints it, with every character escaped that could steer a terminal.
//!
//! Which characters those are is `text`'s matter; JSON's own escapes are `serde_json`'s.

use super::text::{is_plain, is_unsafe};
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// Pretty-printing as by `serde_json`'s own formatter (which writes indentation level by level,
/// too slow for a long report), with `\u…` for controls, bidirectional marks and invisible
/// characters.
pub(super) struct Harmless {
    depth: usize,
    /// Whether the list or object that ends next has anything in it.
    filled: bool,
    /// On one line.
    compact: bool,
}

/// A comma, a line break, and the indentation of most lines in one piece.
const BREAK: &[u8] = b",\n                                                                ";

/// The levels of indentation in `BREAK`; deeper lines are indented level by level.
const LEVELS: usize = (BREAK.len() - 2) / 2;

impl Harmless {
    pub(super) fn new() -> Self {
        Self {
            depth: 0,
            filled: false,
            compact: false,
        }
    }

    pub(super) fn compact() -> Self {
        Self {
            compact: true,
            ..Self::new()
        }
    }

    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(bracket)
    }

    fn next<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if self.compact {
            return writer.write_all(if first { b"" } else { b"," });
        }
        let levels = self.depth.min(LEVELS);
        let line = BREAK.get(usize::from(first)..2 + 2 * levels);
        writer.write_all(line.unwrap_or_default())?;
        (levels..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled {
            self.next(writer, true)?;
        }
        writer.write_all(bracket)
    }
}

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if is_plain(fragment.as_bytes()) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = from.get(c.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.compact { b":" } else { b": " })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Harmless;
    use serde::Serialize;
    use serde_json::{Value, json};

    /// Nested deeper than one piece of indentation reaches, it is what `serde_json` prints.
    #[test]
    fn deep_nesting_is_indented_as_by_serde_json() -> serde_json::Result<()> {
        let deep = (0..80).fold(json!(1), |inner, _| json!({"a": [inner, 2]}));
        let mut out = Vec::new();
        let mut printer = serde_json::Serializer::with_formatter(&mut out, Harmless::new());
        Value::serialize(&deep, &mut printer)?;
        assert_eq!(
            String::from_utf8_lossy(&out),
            serde_json::to_string_pretty(&deep)?
        );
        Ok(())
    }
}
