//! carnet, a linter for data that crosses borders.

pub mod check;
pub mod cli;
pub mod document;
pub mod engine;
pub mod explain;
pub mod finding;
pub mod report;
pub mod rule;
pub mod source;
pub mod truth;
pub mod vocabulary;
