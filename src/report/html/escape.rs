//! What makes a text harmless on a page: nothing of a user's becomes markup, and nothing of it is
//! invisible or turns the reading direction.

use crate::report::text::{sanitise, values};
use askama::filters::Escaper;
use std::fmt::{self, Write};

/// Puts every value of the templates through [`sanitise`] and escapes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Harmless;

impl Escaper for Harmless {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        let safe = sanitise(text);
        let mut rest = safe.as_ref();
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            let (before, from) = rest.split_at(at);
            out.write_str(before)?;
            let mut chars = from.chars();
            out.write_str(match chars.next() {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('"') => "&quot;",
                _ => "&#39;",
            })?;
            rest = chars.as_str();
        }
        out.write_str(rest)
    }
}

/// A sentence as markup: what stands between backticks, as values do in every message, is code. All
/// is escaped, so in a template it is the one thing that is `safe`.
pub(super) fn sentence(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    for (index, piece) in values(text).into_iter().enumerate() {
        let code = index % 2 == 1;
        out.push_str(if code { "<code>" } else { "" });
        // Writing to a String cannot fail.
        let _ = Harmless.write_escaped_str(&mut out, piece);
        out.push_str(if code { "</code>" } else { "" });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_code_and_nothing_is_markup() {
        assert_eq!(
            sentence("is `a<b>` & c"),
            "is <code>a&lt;b&gt;</code> &amp; c"
        );
        assert_eq!(sentence("a `<b"), "a `&lt;b");
        assert_eq!(
            sentence("\u{1b}[1m\u{202e}'x\""),
            "\\u{1b}[1m\\u{202e}&#39;x&quot;"
        );
    }
}
