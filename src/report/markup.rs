//! Text on its way into Markdown: nothing that a user wrote becomes markup, a mention or a reference.

use super::text::{sanitise, values};

/// A value as code; no backtick is in it.
pub(super) fn code(value: &str) -> String {
    match sanitise(value).replace('`', "'") {
        value if value.trim().is_empty() => escaped(&value),
        value => format!("`{value}`"),
    }
}

/// Text in which nothing is markup, a mention or a reference.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in sanitise(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // What nobody sees keeps them from being a mention, a reference or a smiley.
            '@' | '#' => {
                out.push(c);
                out.push_str("&#8203;");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// A sentence in which values stand between backticks.
pub(super) fn sentence(text: &str) -> String {
    let mut out = String::new();
    for (index, piece) in values(text).into_iter().enumerate() {
        if index % 2 == 1 {
            out.push_str(&code(piece));
        } else {
            out.push_str(&escaped(piece));
        }
    }
    out
}
