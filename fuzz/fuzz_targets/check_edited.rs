//! Proposals of the examples with values removed, replaced and doubled: nothing panics, and the order of
//! keys, the form of the file and a brief run change no answer.
#![no_main]

use carnet_fuzz::edits::{edited, holds_in_every_form};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| holds_in_every_form(edited(bytes)));
