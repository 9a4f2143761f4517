//! The bytes of inputs: small files whole, several at a time; everything else in pieces.

use crate::check::{Next, Run, Text, is_by_line, starts_list};
use crate::cli::collect::{Input, in_words};
use crate::cli::progress::interrupted;
use crate::document::looks_like_records;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

const IS_FOLDER: &str = "it is a folder";

/// A text that is longer and is neither a list nor a proposal a line is not held.
const LONGEST: usize = 1 << 30;

/// Bytes of a piece; a file that is not larger is read as a whole.
const PIECE: usize = 1 << 20;

/// Whether an input is read in pieces.
pub(super) fn is_long(input: &Input) -> bool {
    let Some(path) = &input.path else {
        return true;
    };
    let known = std::fs::metadata(path).ok();
    // A pipe or a device does not say how much it holds; a folder is refused where it is read.
    let small =
        known.is_none_or(|known| known.is_dir() || known.is_file() && known.len() <= PIECE as u64);
    is_by_line(&input.shown) || !small
}

/// Checks small files; how many of them were done when the run ended.
pub(super) fn check_small(run: &mut Run, inputs: &[Input]) -> usize {
    run.check_texts(inputs.iter().enumerate().map(|(before, input)| Text {
        name: &input.shown,
        origin: input.origin,
        before,
        read: Box::new(|| read_file(input.path.as_deref().unwrap_or(Path::new("")))),
    }))
}

/// Checks an input that is read in pieces. What cannot be read becomes a problem; what came before is
/// checked.
pub(super) fn check_long(run: &mut Run, input: &Input) {
    let read = match &input.path {
        None => check_pieces(run, input, &mut aside(|| Ok(io::stdin().lock()))),
        Some(path) => match std::fs::metadata(path) {
            Ok(known) if known.is_dir() => {
                return run.unreadable(&input.shown, IS_FOLDER);
            }
            // What is added to a file from now on belongs to the next run.
            Ok(known) if known.is_file() => File::open(path)
                .and_then(|file| check_pieces(run, input, &mut pieces(file.take(known.len())))),
            Ok(_) => {
                let path = path.clone();
                check_pieces(run, input, &mut aside(move || File::open(path)))
            }
            Err(error) => Err(error),
        },
    };
    match read {
        Ok(()) => {}
        Err(_) if interrupted() => run.ended = true,
        Err(error) => run.unreadable(&input.shown, &in_words(&error)),
    }
}

/// What is longer than a piece and is no single document is never held as a whole.
fn check_pieces(run: &mut Run, input: &Input, next: &mut Next) -> io::Result<()> {
    let mut start = Vec::new();
    let by_line = is_by_line(&input.shown);
    let mut looked = false;
    while !by_line && let Some(piece) = next() {
        start.append(&mut piece?);
        if start.len() < PIECE {
            continue;
        }
        if !perhaps_json(&start) {
            // Its beginning is enough to say so.
            break;
        }
        if start.len() > LONGEST {
            run.too_long(&input.shown);
            return Ok(());
        }
        if std::mem::replace(&mut looked, true) {
            continue;
        }
        let is_list = starts_list(&start);
        if is_list || looks_like_records(&String::from_utf8_lossy(&start)) {
            let mut start = Some(start);
            let mut all = || start.take().map(Ok).or_else(&mut *next);
            return if is_list {
                run.check_elements(&input.shown, input.origin, &mut all)
            } else {
                run.check_lines(&input.shown, input.origin, &mut all)
            };
        }
    }
    if by_line {
        return run.check_lines(&input.shown, input.origin, next);
    }
    run.check_bytes(&input.shown, &start, input.origin);
    Ok(())
}

/// What a stream gives, in pieces, opened and read by a thread of its own: a read cannot be
/// interrupted, but a thread that reads can be left behind.
fn aside<R: Read>(
    open: impl FnOnce() -> io::Result<R> + Send + 'static,
) -> impl FnMut() -> Option<io::Result<Vec<u8>>> {
    let (send, receive) = sync_channel(2);
    std::thread::spawn(move || {
        let from = match open() {
            Ok(from) => from,
            Err(error) => return send.send(Err(error)).unwrap_or_default(),
        };
        let mut next = pieces(from);
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
            // What has come of the last line is not the whole of it.
            Err(RecvTimeoutError::Timeout) if interrupted() => {
                return Some(Err(ErrorKind::Interrupted.into()));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
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

/// Whether a text begins as JSON may.
fn perhaps_json(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let first = start.trim_ascii_start().first();
    first.is_none_or(|byte| b"{[\"-0123456789tfn/#'".contains(byte))
}

/// The bytes of a file.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    refuse_folder(path)?;
    std::fs::read(path).map_err(|error| in_words(&error))
}

fn refuse_folder(path: &Path) -> Result<(), String> {
    let metadata = std::fs::metadata(path).map_err(|error| in_words(&error))?;
    if metadata.is_dir() {
        return Err(IS_FOLDER.to_owned());
    }
    Ok(())
}
