//! The files of `rules/`, embedded by the build script.

use crate::document::yaml::YamlTree;
use crate::rule::RuleSource;
use std::borrow::Cow;

struct Shipped {
    path: &'static str,
    text: &'static str,
    records: &'static [u8],
    texts: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Every shipped file, read at build time.
pub fn files() -> Vec<RuleSource> {
    let files = FILES.iter().map(|file| RuleSource {
        path: file.path.to_owned(),
        shown: format!("rules/{}", file.path),
        text: Cow::Borrowed(file.text),
        tree: (!file.records.is_empty()).then(|| YamlTree::from_buffers(file.records, file.texts)),
        shipped: true,
    });
    files.collect()
}

/// The digest of a shipped pack.
pub(crate) fn digest(folder: &str) -> Option<&'static str> {
    DIGESTS
        .iter()
        .find(|(known, _)| *known == folder)
        .map(|(_, digest)| *digest)
}
