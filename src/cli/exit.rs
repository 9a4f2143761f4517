//! The exit code: the first of these that is true, whatever the format.

use crate::finding::Report;
use crate::tally::Tally;

/// What the program ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum ExitCode {
    Clean = 0,
    Failed = 1,
    /// The run could not be done as asked; everything else was still checked.
    NotAsAsked = 2,
    NothingChecked = 3,
    Undetermined = 4,
    /// Ended by the reader; what was done is reported.
    Interrupted = 130,
}

/// The code of a report; `rules_asked` is how many rules could speak. A problem that is less than an
/// error, such as a waiver that nothing uses, counts like a finding that fails.
pub(super) fn code(report: &Report, rules_asked: usize, exit_zero: bool) -> ExitCode {
    let tally = Tally::of(report);
    if tally.broken > 0 {
        ExitCode::NotAsAsked
    } else if tally.fails {
        if exit_zero {
            ExitCode::Clean
        } else {
            ExitCode::Failed
        }
    } else if tally.proposals == 0 || rules_asked == 0 {
        ExitCode::NothingChecked
    } else if tally.fails_undetermined && !exit_zero {
        ExitCode::Undetermined
    } else {
        ExitCode::Clean
    }
}
