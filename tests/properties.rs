//! What must hold of every proposal, on examples that are edited at random. `PROPTEST_CASES` asks for
//! more of them.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; a test that panics has failed"
)]

mod edits;

use edits::{OneProfile, can_be_written, edited, holds, holds_in_every_form, rules, run};
use proptest::prelude::*;

/// `PROPTEST_CASES`, or so many.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|count| count.parse().ok()).unwrap_or(usual),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn the_form_of_a_proposal_changes_no_answer(
        choices in proptest::collection::vec(any::<u8>(), 4..40)
    ) {
        holds_in_every_form(edited(&choices));
    }

    /// Texts that are cut, and texts with bytes that do not belong: no panic, and every place lies in
    /// its text.
    #[test]
    fn broken_texts_have_their_places(
        choices in proptest::collection::vec(any::<u8>(), 4..20),
        end in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..4),
        name in prop::sample::select(vec!["a.json", "a.ndjson"]),
    ) {
        let mut text = edited(&choices).to_string().into_bytes();
        text.truncate(end.index(text.len() + 1));
        let at = at.index(text.len() + 1);
        text.splice(at..at, bytes);
        let profile = OneProfile(text.clone());
        let mut checked = run(rules(), &profile);
        checked.check_bytes(name, &text, carnet::check::Origin::Named);
        let mut pieces = text.chunks(7).map(|piece| Ok(piece.to_vec()));
        let list = format!("[{}", String::from_utf8_lossy(&text));
        let mut first = Some(Ok(list.into_bytes()));
        let read = checked.check_elements(
            "list.json",
            carnet::check::Origin::Named,
            &mut || first.take().or_else(|| pieces.next()),
        );
        prop_assert!(read.is_ok());
        checked.conclude(false);
        holds(&checked);
        can_be_written(&checked);
    }
}
