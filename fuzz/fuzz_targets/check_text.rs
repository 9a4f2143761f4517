//! Any bytes as a file of proposals: whole, by line, or as a list in pieces; the second half may be the
//! profile that it names.
#![no_main]

use carnet::check::Origin;
use carnet_fuzz::edits::{OneProfile, can_be_written, holds, rules, run};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, text)) = bytes.split_first() else {
        return;
    };
    let half = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
    let (text, profile) = text.split_at(half);
    let profile = OneProfile(profile.get(1..).unwrap_or_default().to_vec());
    let origin = if mode & 4 == 0 { Origin::Named } else { Origin::Found };
    let mut checked = run(rules(), &profile);
    checked.brief = mode & 8 != 0;
    match mode & 3 {
        0 => checked.check_bytes("a.json", text, origin),
        1 => checked.check_bytes("a.ndjson", text, origin),
        _ => {
            let size = usize::from(mode >> 4) * 7 + 1;
            let mut pieces = text.chunks(size).map(|piece| Ok(piece.to_vec()));
            let read = checked.check_elements("a.json", origin, &mut || pieces.next());
            assert!(read.is_ok());
        }
    }
    checked.conclude(false);
    holds(&checked);
    can_be_written(&checked);
});
