//! Reads the maps, lists and words of a YAML file, of rules or of waivers, and keeps every mistake
//! with its place.

use crate::document::yaml::{YamlId, YamlKind, YamlTree};
use crate::finding::{Label, Problem, Severity, Target};
use crate::source::{FileId, Span};
use crate::vocabulary::suggest::{did_you_mean, list_words};

/// One file being read.
pub(crate) struct Reader<'a> {
    pub(crate) tree: &'a YamlTree,
    pub(crate) file: FileId,
    pub(crate) shown: &'a str,
    /// The code of its problems.
    pub(crate) code: &'static str,
    pub(crate) problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    pub(crate) fn span(&self, node: YamlId) -> Span {
        Span::new(self.file, self.tree.range(node))
    }

    /// Reports a mistake at a node.
    pub(crate) fn mistake(
        &mut self,
        node: YamlId,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        // A map or list is marked at its first key or item only: the rest is not what is wrong.
        let mut at = node;
        while let Some(first) = match self.tree.kind(at) {
            YamlKind::Map => self.tree.entries(at).next().map(|(key, _)| key),
            YamlKind::List => self.tree.items(at).next(),
            _ => None,
        } {
            at = first;
        }
        let span = self.span(at);
        self.mistake_at(span, message, help);
    }

    /// Reports a mistake at a span.
    pub(crate) fn mistake_at(
        &mut self,
        span: Span,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.problems.push(Problem {
            severity: Severity::Error,
            code: self.code.to_owned(),
            path: self.shown.to_owned(),
            message: message.into(),
            help,
            labels: vec![Label {
                span,
                target: Target::Text,
                pointer: String::new(),
                text: String::new(),
            }],
        });
    }

    /// Checks that a node is a map with only these keys.
    pub(crate) fn expect_map(&mut self, node: YamlId, allowed: &[&str]) -> bool {
        self.expect_keys(node, &[allowed])
    }

    /// Checks that a node is a map with only the keys of these lists.
    pub(crate) fn expect_keys(&mut self, node: YamlId, allowed: &[&[&str]]) -> bool {
        if self.tree.kind(node) != YamlKind::Map {
            self.mistake(node, "a map of `key: value` lines is needed here", None);
            return false;
        }
        let tree = self.tree;
        for (key, _) in tree.entries(node) {
            let name = tree.text(key);
            if !allowed.iter().any(|keys| keys.contains(&name)) {
                let known = || allowed.iter().flat_map(|keys| keys.iter().copied());
                let help = match did_you_mean(name, known()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("known here: {}", list_words(known())),
                };
                self.mistake(key, format!("unknown key `{name}`"), Some(help));
            }
        }
        true
    }

    /// The keys and values of a map whose keys are names; anything else is a mistake.
    pub(crate) fn entries(&mut self, node: YamlId) -> Vec<(YamlId, YamlId)> {
        if self.tree.kind(node) != YamlKind::Map {
            self.mistake(node, "a map of `name: value` lines is needed here", None);
        }
        self.tree.entries(node).collect()
    }

    /// The value of a key, or a mistake at the map.
    pub(crate) fn required(&mut self, map: YamlId, key: &str) -> Option<YamlId> {
        let found = self.tree.get(map, key);
        if found.is_none() {
            self.mistake(map, format!("`{key}` is missing"), None);
        }
        found
    }

    /// A text (or any scalar, as written).
    pub(crate) fn text(&mut self, node: YamlId) -> Option<String> {
        match self.tree.kind(node) {
            YamlKind::Text | YamlKind::Number | YamlKind::Bool => {
                Some(self.tree.text(node).to_owned())
            }
            _ => {
                self.mistake(node, "a text is needed here", None);
                None
            }
        }
    }

    /// The text of a key, if it is there.
    pub(crate) fn optional_text(&mut self, map: YamlId, key: &str) -> Option<String> {
        let node = self.tree.get(map, key)?;
        self.text(node)
    }

    /// The text of a key that must be there.
    pub(crate) fn required_text(&mut self, map: YamlId, key: &str) -> Option<String> {
        let node = self.required(map, key)?;
        self.text(node)
    }

    /// The items of a list at a key; a single value is a mistake.
    pub(crate) fn list(&mut self, map: YamlId, key: &str) -> Vec<YamlId> {
        let Some(node) = self.tree.get(map, key) else {
            return Vec::new();
        };
        self.items(node)
    }

    /// The items of a list.
    pub(crate) fn items(&mut self, node: YamlId) -> Vec<YamlId> {
        if self.tree.kind(node) != YamlKind::List {
            self.mistake(
                node,
                "a list is needed here",
                Some("write `[..]` or lines with `- `".to_owned()),
            );
            return Vec::new();
        }
        self.tree.items(node).collect()
    }

    /// The texts of a list at a key.
    pub(crate) fn texts(&mut self, map: YamlId, key: &str) -> Vec<String> {
        let items = self.list(map, key);
        items
            .into_iter()
            .filter_map(|item| self.text(item))
            .collect()
    }

    /// A word of a closed set.
    pub(crate) fn word<T: Copy>(&mut self, node: YamlId, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let names = || words.iter().map(|(word, _)| *word);
        let help = match did_you_mean(&text, names()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("one of {}", list_words(names())),
        };
        self.mistake(
            node,
            format!("`{text}` is not a word known here"),
            Some(help),
        );
        None
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, node: YamlId) -> Option<bool> {
        let value = self.tree.boolean(node);
        if value.is_none() {
            self.mistake(node, "`true` or `false` is needed here", None);
        }
        value
    }

    /// A date `YYYY-MM-DD`.
    pub(crate) fn date(&mut self, node: YamlId) -> Option<jiff::civil::Date> {
        let text = self.text(node)?;
        let date = crate::rule::condition::parse_date(&text);
        if date.is_none() {
            self.mistake(
                node,
                format!("`{text}` is not a date"),
                Some("write it as 2026-03-02".to_owned()),
            );
        }
        date
    }
}
