//! The text of a new waiver, and the file with it at its end.

use super::{Waivers, digest_at, read};
use crate::finding::{Effect, Finding, Outcome};
use crate::source::{SourceMap, Span};
use jiff::civil::Date;

/// What is said of a finding that is to be waived.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    pub owner: &'a str,
    pub reason: &'a str,
    pub expires: Date,
    pub approver: Option<&'a str>,
    /// The approver accepts that a prohibition is waived.
    pub accept_prohibition: bool,
}

/// The entry for a finding of the proposal `id`, whose document covers `proposal`.
pub fn entry(
    finding: &Finding,
    id: &str,
    proposal: Span,
    sources: &SourceMap,
    decision: Decision,
) -> String {
    let digest = digest_at(&finding.primary, proposal, sources);
    let outcome = match finding.outcome {
        Outcome::Undetermined => "undetermined",
        _ => "fail",
    };
    let mut lines = vec![
        ("rule", finding.rule.0.clone()),
        ("proposal", quoted(id)),
        ("pointer", quoted(&finding.primary.pointer)),
        ("digest", digest.unwrap_or_else(|| "absent".to_owned())),
        ("outcome", outcome.to_owned()),
        ("owner", quoted(decision.owner)),
        ("reason", quoted(decision.reason)),
        ("expires", decision.expires.to_string()),
    ];
    if decision.accept_prohibition && finding.effect == Effect::Prohibition {
        lines.push(("accept_prohibition", "true".to_owned()));
    }
    if let Some(approver) = decision.approver {
        lines.push(("approver", quoted(approver)));
    }
    let mut text = String::new();
    for (index, (key, value)) in lines.iter().enumerate() {
        let dash = if index == 0 { "- " } else { "  " };
        text.push_str(&format!("  {dash}{key}: {value}\n"));
    }
    text
}

/// A text in double quotes; JSON's are YAML's too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The file with the entry at its end; `None` where the file does not read the same with one more.
pub fn with_entry(file: &str, entry: &str) -> Option<String> {
    let count = |text: &str| {
        let (waivers, problems) = read("", text, Date::default(), &mut SourceMap::new());
        let entries = Waivers::entries(&waivers).len();
        problems.is_empty().then_some(entries)
    };
    let before = match file.trim_end().ends_with("waivers:") {
        true => 0,
        false => count(file)?,
    };
    let end = if file.ends_with('\n') || file.is_empty() {
        ""
    } else {
        "\n"
    };
    let text = format!("{file}{end}{entry}");
    (count(&text)? == before + 1).then_some(text)
}
