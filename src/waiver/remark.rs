//! What is to be said of the waivers after a run: which did nothing, and why.

use super::{Use, Waiver, Waivers, text_label};
use crate::finding::{Label, Outcome, Problem, Severity};
use crate::vocabulary::suggest::did_you_mean;
use jiff::civil::Date;

/// What the run knows of a rule that a waiver names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownRule {
    Asked,
    /// The caller left it, or its pack, out.
    NotAsked,
    /// There is none; the name that was perhaps meant.
    Unknown(Option<String>),
}

impl Waivers {
    /// The remarks, in the order of the file. `complete` where a folder was walked, so that a
    /// proposal which was not met is not there; `ids` are the proposals that were checked.
    pub fn remarks(
        &self,
        complete: bool,
        ids: &[&str],
        rule: impl Fn(&str) -> KnownRule,
    ) -> Vec<Problem> {
        let mut remarks = Vec::new();
        let mut unmet: Vec<&Waiver> = Vec::new();
        for (waiver, used) in self.entries.iter().zip(&self.uses) {
            let known = rule(&waiver.rule);
            if let Some(former) = &used.former {
                let message = format!("the rule `{former}` is called `{}` now", waiver.rule);
                let help = format!("write `rule: {}`", waiver.rule);
                let label = text_label(waiver.at, "");
                remarks.push(self.remark(FORMER, Severity::Info, message, help, label));
            }
            if !used.checked && !complete && !matches!(known, KnownRule::Unknown(_)) {
                unmet.push(waiver);
                continue;
            }
            remarks.extend(self.of(waiver, used, known, ids));
        }
        remarks.extend(self.not_met(&unmet));
        remarks
    }

    fn of(&self, waiver: &Waiver, used: &Use, known: KnownRule, ids: &[&str]) -> Option<Problem> {
        let Waiver { rule, proposal, .. } = waiver;
        let unused = |message: String, help: String, label: Label| {
            Some(self.remark(UNUSED, Severity::Warning, message, help, label))
        };
        let here = |text: &str| text_label(waiver.at, text);
        let delete = || "delete it".to_owned();
        if let KnownRule::Unknown(near) = known {
            let message = format!("there is no rule `{rule}`, so this waives nothing");
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`carnet rules list` names the rules; give your own with `--rules`".into(),
            };
            return unused(message, help, here(""));
        }
        if !used.checked {
            let message = format!("no proposal that was checked has the id `{proposal}`");
            let help = match did_you_mean(proposal, ids.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "delete it if the proposal is gone".to_owned(),
            };
            return unused(message, help, here(""));
        }
        if let Some((label, now)) = &used.changed {
            let place = waiver.place.as_ref()?;
            let message = format!(
                "the value at `{}` of {proposal} is not the one that was waived, so the finding counts again",
                place.pointer
            );
            let now = now.as_deref().unwrap_or("absent");
            let help = format!("look at it anew; if the waiver is to stay, write `digest: {now}`");
            let first = text_label(place.digest_at, "of the value as it was");
            let mut told = self.remark(CHANGED, Severity::Warning, message, help, first);
            let text = "the value now".to_owned();
            told.labels.push(Label {
                text,
                ..label.clone()
            });
            return Some(told);
        }
        if let Some(label) = &used.refused {
            let message = format!("`{rule}` is a prohibition, and nobody has accepted to waive it");
            let help = "a waiver makes no transfer lawful; if it is to stand all the same, add \
                        `accept_prohibition: true` and the `approver`";
            let first = here("waives nothing");
            let mut told = self.remark(PROHIBITION, Severity::Warning, message, help.into(), first);
            let text = "still counts".to_owned();
            told.labels.push(Label {
                text,
                ..label.clone()
            });
            return Some(told);
        }
        if used.ended > 0 {
            let ended = waiver.expires;
            let message = format!("this waiver ended on {ended}: its finding counts again");
            let help = "mend what it waives, or have it decided anew";
            let label = text_label(waiver.expires_at, "the last day on which it counted");
            return Some(self.remark(EXPIRED, Severity::Warning, message, help.into(), label));
        }
        if used.waived > 0 {
            return self.ends_soon(waiver);
        }
        if known == KnownRule::NotAsked {
            return None;
        }
        if used.covered > 0 {
            let message = format!("another waiver covers `{rule}` of {proposal} already");
            return unused(message, delete(), here(""));
        }
        if !used.elsewhere.is_empty() {
            let place = waiver.place.as_ref()?;
            let message = format!(
                "`{rule}` has nothing to say of `{}` in {proposal}",
                place.pointer
            );
            let places: Vec<String> = used.elsewhere.iter().map(|p| format!("`{p}`")).collect();
            let help = format!("it speaks of {}", places.join(", "));
            return unused(message, help, here(""));
        }
        let answer = match (used.answer, waiver.outcome) {
            (Some(Outcome::Pass), _) => "passes",
            (Some(Outcome::Fail), Some(Outcome::Undetermined)) => "fails, and is not undetermined,",
            (Some(Outcome::Undetermined), Some(Outcome::Fail)) => {
                "is undetermined, and does not fail,"
            }
            _ => "does not speak",
        };
        let message = format!("there is nothing to waive: `{rule}` {answer} in {proposal}");
        unused(message, delete(), here(""))
    }

    fn ends_soon(&self, waiver: &Waiver) -> Option<Problem> {
        let left = days_between(self.as_of, waiver.expires)?;
        if left >= self.remind_days {
            return None;
        }
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        };
        let message = format!("this waiver ends {when}, on {}", waiver.expires);
        let help = "mend what it waives before that, or have it decided anew";
        let label = text_label(waiver.expires_at, "the last day on which it counts");
        Some(self.remark(SOON, Severity::Info, message, help.to_owned(), label))
    }

    /// One remark for all waivers whose proposals this run had no need to look at.
    fn not_met(&self, unmet: &[&Waiver]) -> Option<Problem> {
        let (first, rest) = unmet.split_first()?;
        let message = match rest.len() {
            0 => format!(
                "{} was not checked, so its waiver was not looked at",
                first.proposal
            ),
            more => format!(
                "{} waivers were not looked at: their proposals were not checked",
                more + 1
            ),
        };
        let help = "check the whole folder to see whether every waiver is still needed".to_owned();
        let label = |waiver: &Waiver| text_label(waiver.at, waiver.proposal.as_str());
        let mut told = self.remark(NOT_MET, Severity::Info, message, help, label(first));
        told.labels.extend(rest.iter().map(|waiver| label(waiver)));
        Some(told)
    }

    fn remark(
        &self,
        code: &str,
        severity: Severity,
        message: String,
        help: String,
        label: Label,
    ) -> Problem {
        Problem {
            severity,
            code: code.to_owned(),
            path: self.path.clone(),
            message,
            help: Some(help),
            labels: vec![label],
        }
    }
}

const UNUSED: &str = "waiver-unused";
const CHANGED: &str = "waiver-value-changed";
const PROHIBITION: &str = "waiver-of-prohibition";
const EXPIRED: &str = "waiver-expired";
const SOON: &str = "waiver-expires-soon";
const NOT_MET: &str = "waiver-not-looked-at";
const FORMER: &str = "waiver-of-former-rule";

fn days_between(from: Date, until: Date) -> Option<i32> {
    from.until(until).ok().map(|span| span.get_days())
}
