//! What a JSON document is: told by what stands in it, not by the name of its file.

use crate::document::{Document, Key, Kind, NodeId};
use crate::vocabulary::{PROFILE, PROPOSAL};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Proposal,
    Profile,
    Other,
}

/// What the value at `at` is.
pub(super) fn content(document: Document, at: NodeId) -> Content {
    if document.kind(at) != Kind::Object {
        return Content::Other;
    }
    let schema = document
        .get(at, &Key::new("schema"))
        .and_then(|schema| document.string(schema));
    let kind = schema
        .as_deref()
        .map(|schema| schema.split('/').next().unwrap_or_default());
    let family = |format: &str| format.split('/').next() == kind;
    let marks = ["exporter", "importer", "purposes"];
    let found = marks
        .iter()
        .filter(|mark| document.get(at, &Key::new(mark)).is_some())
        .count();
    if family(PROPOSAL) || found >= 2 {
        Content::Proposal
    } else if family(PROFILE) {
        Content::Profile
    } else {
        Content::Other
    }
}

/// Whether a document is, or holds, a proposal or a profile.
pub(super) fn holds_something(document: Document) -> bool {
    let root = document.root();
    content(document, root) != Content::Other
        || (document.kind(root) == Kind::Array
            && document
                .elements(root)
                .any(|element| content(document, element) == Content::Proposal))
}

/// The text of a field of the document.
pub(super) fn text_at(document: Document, field: &str) -> Option<String> {
    let at = document.get(document.root(), &Key::new(field))?;
    document.string(at).map(|text| text.into_owned())
}
