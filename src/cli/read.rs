//! The bytes of inputs: small files whole, files and streams with a proposal a line in pieces.

use crate::check::Run;
use crate::cli::collect::{Input, in_words};
use crate::cli::progress::interrupted;
use crate::document::looks_like_records;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Bytes of a piece.
const PIECE: usize = 1 << 20;

/// Reads an input and has it checked.
///
/// # Errors
///
/// Why it could not be read, or not to its end: what came before was checked.
pub(super) fn check(run: &mut Run, input: &Input) -> Result<(), String> {
    let Some(path) = &input.path else {
        return check_stdin(run, input).map_err(|error| in_words(&error));
    };
    let by_line = input.shown.ends_with(".ndjson") || input.shown.ends_with(".jsonl");
    if !by_line {
        let bytes = read_file(path)?;
        run.check_bytes(&input.shown, &bytes, input.origin);
        return Ok(());
    }
    refuse_folder(path)?;
    let file = std::fs::File::open(path).map_err(|error| in_words(&error))?;
    run.check_lines(&input.shown, input.origin, &mut pieces(file))
        .map_err(|error| in_words(&error))
}

/// A stream that is larger than a piece and looks like a proposal a line is never held as a whole.
fn check_stdin(run: &mut Run, input: &Input) -> io::Result<()> {
    let mut next = stdin();
    let mut start = Vec::new();
    while let Some(piece) = next() {
        start.append(&mut piece?);
        if start.len() >= PIECE && looks_like_records(&String::from_utf8_lossy(&start)) {
            let mut start = Some(start);
            let mut all = || start.take().map(Ok).or_else(&mut next);
            let read = run.check_lines(&input.shown, input.origin, &mut all);
            run.ended |= interrupted();
            return read;
        }
    }
    if interrupted() {
        run.ended = true;
    } else {
        run.check_bytes(&input.shown, &start, input.origin);
    }
    Ok(())
}

/// Standard input in pieces, read by a thread of its own: a read cannot be interrupted, but a thread
/// that reads can be left behind.
fn stdin() -> impl FnMut() -> Option<io::Result<Vec<u8>>> {
    let (send, receive) = sync_channel(2);
    std::thread::spawn(move || {
        let mut next = pieces(io::stdin().lock());
        while let Some(piece) = next() {
            let failed = piece.is_err();
            if send.send(piece).is_err() || failed {
                return;
            }
        }
    });
    move || loop {
        match receive.recv_timeout(Duration::from_millis(50)) {
            Ok(piece) => return Some(piece),
            Err(RecvTimeoutError::Timeout) if !interrupted() => {}
            Err(_) => return None,
        }
    }
}

/// What a reader gives, in pieces; `None` at its end.
fn pieces(mut from: impl Read) -> impl FnMut() -> Option<io::Result<Vec<u8>>> {
    move || {
        let mut piece = Vec::with_capacity(PIECE);
        match from.by_ref().take(PIECE as u64).read_to_end(&mut piece) {
            Ok(0) => None,
            Ok(_) => Some(Ok(piece)),
            Err(error) => Some(Err(error)),
        }
    }
}

/// The bytes of a file.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    refuse_folder(path)?;
    std::fs::read(path).map_err(|error| in_words(&error))
}

fn refuse_folder(path: &Path) -> Result<(), String> {
    let metadata = std::fs::metadata(path).map_err(|error| in_words(&error))?;
    if metadata.is_dir() {
        return Err("it is a folder".to_owned());
    }
    Ok(())
}
