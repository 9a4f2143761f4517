//! The exit code: the first of CLI conditions that is true, whatever the format.

use crate::cli::args::{FailOn, Undetermined};
use crate::finding::{Finding, Outcome, Report, Severity};

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
}

/// What counts as a failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExitPolicy {
    pub(super) fail_on: FailOn,
    pub(super) undetermined: Undetermined,
    pub(super) exit_zero: bool,
}

impl ExitPolicy {
    fn reaches(self, severity: Severity) -> bool {
        match self.fail_on {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => true,
            FailOn::Never => false,
        }
    }

    /// The code of a report; `rules_asked` is how many rules could speak.
    pub(super) fn code(self, report: &Report, rules_asked: usize) -> ExitCode {
        let findings = || {
            report
                .proposals
                .iter()
                .flat_map(|proposal| &proposal.findings)
        };
        let any = |wanted: &dyn Fn(&Finding) -> bool| {
            findings().any(|f| self.reaches(f.severity) && wanted(f))
        };
        let failed = any(&|finding| finding.outcome == Outcome::Fail);
        let undetermined =
            any(&|finding| finding.outcome == Outcome::Undetermined && finding.effect.decides());
        if report
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
        {
            ExitCode::NotAsAsked
        } else if failed {
            if self.exit_zero {
                ExitCode::Clean
            } else {
                ExitCode::Failed
            }
        } else if report.proposals.is_empty() || rules_asked == 0 {
            ExitCode::NothingChecked
        } else if undetermined && self.undetermined == Undetermined::Fail && !self.exit_zero {
            ExitCode::Undetermined
        } else {
            ExitCode::Clean
        }
    }
}
