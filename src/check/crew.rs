//! Work by several threads, its results in order: what comes out never depends on how many there are.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};

/// Does `work` on everything that `next` gives, and hands the results to `done` in the order in which
/// the work came; until `next` has no more or `done` says that it is enough. `next` and `done` are
/// called by the caller's thread. At most `jobs + 2` pieces of work are at hand at a time.
pub(super) fn in_order<T: Send, R: Send>(
    jobs: usize,
    mut next: impl FnMut() -> Option<T>,
    work: impl Fn(T) -> R + Sync,
    mut done: impl FnMut(R) -> bool,
) {
    if jobs < 2 {
        while let Some(piece) = next() {
            if !done(work(piece)) {
                return;
            }
        }
        return;
    }
    let (give, take) = channel::<(usize, T)>();
    let (answer, answers) = channel();
    let take = Mutex::new(take);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (answer, take, work) = (answer.clone(), &take, &work);
            scope.spawn(move || {
                while let Some((number, piece)) = taken(take) {
                    // A mistake of ours must end the run, not leave it waiting.
                    let result = catch_unwind(AssertUnwindSafe(|| work(piece)));
                    if answer.send((number, result)).is_err() {
                        return;
                    }
                }
            });
        }
        let mut waiting = BTreeMap::new();
        let (mut given, mut told) = (0, 0);
        let mut more = true;
        loop {
            while more && given < told + jobs + 2 {
                match next() {
                    Some(piece) => {
                        more = give.send((given, piece)).is_ok();
                        given += usize::from(more);
                    }
                    None => more = false,
                }
            }
            if told == given {
                break;
            }
            let Ok((number, result)) = answers.recv() else {
                break;
            };
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&told) {
                told += 1;
                let result = result.unwrap_or_else(|panic| resume_unwind(panic));
                if !done(result) {
                    // What is at hand is finished and forgotten.
                    drop(give);
                    return;
                }
            }
        }
        drop(give);
    });
}

fn taken<T>(take: &Mutex<Receiver<T>>) -> Option<T> {
    let take = take.lock().unwrap_or_else(PoisonError::into_inner);
    take.recv().ok()
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn results_come_in_order_whoever_is_first() {
        for jobs in [1, 2, 3, 16] {
            let mut pieces = 0..500_u64;
            let mut results = Vec::new();
            let slow = |piece: u64| {
                let rounds = if piece.is_multiple_of(7) { 20_000 } else { 10 };
                let spun = (0..rounds).fold(piece, |sum, n| sum.wrapping_mul(31) ^ n);
                (piece, spun)
            };
            in_order(
                jobs,
                || pieces.next(),
                slow,
                |(piece, _)| {
                    results.push(piece);
                    true
                },
            );
            assert_eq!(results, (0..500).collect::<Vec<_>>(), "{jobs} jobs");
        }
    }

    #[test]
    fn enough_is_enough() {
        for jobs in [1, 4] {
            let mut asked = 0;
            let mut results = Vec::new();
            in_order(
                jobs,
                || {
                    asked += 1;
                    Some(asked)
                },
                |piece| piece,
                |piece| {
                    results.push(piece);
                    piece < 20
                },
            );
            assert_eq!(results, (1..=20).collect::<Vec<_>>());
            assert!(asked <= 20 + jobs + 2, "{asked} pieces for 20 results");
        }
    }

    #[test]
    fn a_panic_is_not_waited_for() {
        let run = std::panic::catch_unwind(|| {
            let mut pieces = 0..100;
            in_order(3, || pieces.next(), |piece| 100 / (50 - piece), |_| true);
        });
        assert!(run.is_err());
    }
}
