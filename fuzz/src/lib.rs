//! What the targets share with the property tests.

#[path = "../../tests/edits/mod.rs"]
pub mod edits;
