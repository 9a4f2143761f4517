//! The words that stand for our enums in every format: `not_applicable`, `error`, `secondary`.
//!
//! They are part of what the machine formats promise, so none is ever changed. What officers read
//! ("NOT PERMITTED", "relied on") is each rendering's own.

use crate::finding::{
    Certainty, DoorState, Effect, Finding, Outcome, PackKind, Report, Severity, Target, Tone,
};

/// How a finding is headed: `error`, `warning`, `info`, `undetermined`; one that does not count is
/// headed by why: `waived`, `known` (in the baseline).
pub(super) fn heading_word(finding: &Finding) -> &'static str {
    match finding.outcome {
        _ if finding.waiver.is_some() => "waived",
        _ if finding.known == Some(true) => "known",
        Outcome::Undetermined => "undetermined",
        _ => severity_word(finding.severity),
    }
}

/// How heavy a finding is shown by a service that has one scale for everything: an error only if it
/// fails the run, and no more than a remark if it is waived, known or still to do.
pub(super) fn shown_severity(report: &Report, finding: &Finding) -> Severity {
    if report.threshold.fails(finding) {
        Severity::Error
    } else if finding.counts() && !finding.is_to_do() {
        finding.severity.min(Severity::Warning)
    } else {
        Severity::Info
    }
}

pub(crate) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

pub(super) fn kind_word(kind: PackKind) -> &'static str {
    match kind {
        PackKind::Law => "law",
        PackKind::Programme => "programme",
    }
}

pub(crate) fn tone_word(tone: Tone) -> &'static str {
    match tone {
        Tone::NotApplicable => "not_applicable",
        Tone::Good => "good",
        Tone::Unclear => "unclear",
        Tone::Bad => "bad",
    }
}

pub(super) fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Prohibition => "prohibition",
        Effect::Condition => "condition",
        Effect::Duty => "duty",
        Effect::Advice => "advice",
    }
}

pub(crate) fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplicable => "not_applicable",
        Outcome::Pass => "pass",
        Outcome::Undetermined => "undetermined",
        Outcome::Fail => "fail",
    }
}

pub(super) fn certainty_word(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Verified => "verified",
        Certainty::Secondary => "secondary",
        Certainty::Derived => "derived",
        Certainty::Unverified => "unverified",
    }
}

pub(super) fn door_word(state: DoorState) -> &'static str {
    match state {
        DoorState::Open => "open",
        DoorState::Shut => "shut",
        DoorState::Undecided => "undecided",
        DoorState::NotReliedOn => "not_relied_on",
    }
}

pub(super) fn target_word(target: Target) -> &'static str {
    match target {
        Target::Value => "value",
        Target::Key => "key",
        Target::Insertion => "insertion",
        Target::Text => "text",
    }
}
