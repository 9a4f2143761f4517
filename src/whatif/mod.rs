//! What if: a checked proposal is changed and asked again.
//!
//! Nothing here knows a law, or takes a condition apart. A [`Sandbox`] makes a change in the text of a
//! document and asks every rule again; `values` tells from the vocabulary what could stand at a place;
//! `questions` tries every answer to a missing fact; `repair` tries the changes that people can make,
//! which `operators` lists; `forecast` asks on later days. So whatever is told about a variant of a proposal
//! is what the rules say of it.

mod edit;
mod forecast;
mod operators;
mod phrases;
mod questions;
mod repair;
mod sandbox;
mod values;

use crate::engine::PackAnswer;
use crate::outlook::Said;
use crate::rule::Pack;

pub use edit::{Change, Edit, PatchStep, Place};
pub(crate) use forecast::forecast;
pub(crate) use questions::questions;
pub use repair::MOST_CHANGES;
pub(crate) use repair::repairs;
pub use sandbox::{Broken, Sandbox};

/// What a pack says, to be told.
fn said(pack: &Pack, answer: &PackAnswer) -> Said {
    Said {
        pack: pack.id.clone(),
        title: pack.title.clone(),
        word: answer.word.to_owned(),
        tone: answer.tone,
    }
}
