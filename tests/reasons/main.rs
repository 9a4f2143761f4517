//! Why an answer is what it is, and what it would be.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; a test that panics has failed"
)]

mod asked;
mod evidence;
mod forecast;
mod questions;
mod repairs;
mod why;
