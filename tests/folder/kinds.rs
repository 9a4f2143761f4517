//! A folder with all there can be in a report, and what every format then owes.

use super::{Folder, MINIMAL, Ran};
use serde_json::Value;

/// Text that breaks out of most formats.
pub const HOSTILE: &str = "]]><script>\\\"'&|`%0A::error::\\u001b[31m\\u202e\\u0007漢字, x";

/// A folder with all there can be in a report: failures, undetermined answers, a waiver, a name that
/// needs escaping, a file that is no JSON, one that is not there.
pub fn all_kinds() -> Folder {
    let failing = MINIMAL.replace("\"role\": \"processor\"", "\"role\": \"controller\"");
    let folder = Folder::with("plain.json", &failing);
    let hostile = failing
        .replace("TicketDesk, Inc.", HOSTILE)
        .replace("TP-2026-014", "TP-漢字-<&>")
        .replace(
            "\"name\": \"Merlion",
            "\"x_note\": \"漢字漢字\", \"name\": \"Merlion",
        )
        .replace("\"valid_until\"", "\"valid_untl\"");
    folder.write("päth with %20, #1:2/ho|st.json", hostile);
    folder.write("line.ndjson", {
        let value: Value = serde_json::from_str(&failing.replace("TP-2026-014", "TP-L")).unwrap();
        let other: Value = serde_json::from_str(MINIMAL).unwrap();
        format!("{other}\n{value}\n{{\"exporter\":\n")
    });
    folder.write(
        "carnet-waivers.yaml",
        "schema: waivers/1\nwaivers:\n  - rule: prp-for-recipient-that-decides\n    proposal: TP-L\n    \
         owner: \"Tan ]]> <b>\"\n    reason: 'a \"reason\" | `x`'\n    expires: 2027-01-01\n",
    );
    folder
}

pub const INPUTS: [&str; 4] = [
    "plain.json",
    "päth with %20, #1:2/ho|st.json",
    "line.ndjson",
    "gone.json",
];

pub fn run(folder: &Folder, format: &str) -> Ran {
    folder.check(&[&INPUTS[..], &["--format", format]].concat())
}

/// A finding or a problem, as far as a format says it: rule, path, place and mark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    pub rule: String,
    pub path: String,
    pub line: u64,
    pub column: Option<u64>,
    pub end: Option<(u64, u64)>,
    pub fingerprint: Option<String>,
    pub waived: bool,
}

/// What the JSON report holds: the measure for all others.
pub fn expected(folder: &Folder) -> Vec<Seen> {
    let report: Value = serde_json::from_str(&run(folder, "json").out).unwrap();
    let mut all = Vec::new();
    let place = |at: &Value| {
        let number = |key: &str| at[key].as_u64().unwrap();
        let path = at["path"].as_str().unwrap().to_owned();
        (
            path,
            number("line"),
            number("column"),
            (number("end_line"), number("end_column")),
        )
    };
    for finding in report["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|p| p["findings"].as_array().unwrap())
    {
        let (path, line, column, end) = place(&finding["location"]);
        all.push(Seen {
            rule: finding["rule"].as_str().unwrap().to_owned(),
            path,
            line,
            column: Some(column),
            end: Some(end),
            fingerprint: Some(finding["fingerprint"].as_str().unwrap().to_owned()),
            waived: !finding["waiver"].is_null(),
        });
    }
    for problem in report["problems"].as_array().unwrap() {
        let placed = !problem["location"].is_null();
        let (path, line, column, end) = match placed {
            true => place(&problem["location"]),
            false => (problem["path"].as_str().unwrap().to_owned(), 1, 1, (1, 1)),
        };
        all.push(Seen {
            rule: problem["code"].as_str().unwrap().to_owned(),
            path,
            line,
            column: placed.then_some(column),
            end: placed.then_some(end),
            fingerprint: None,
            waived: false,
        });
    }
    assert!(all.iter().any(|seen| seen.waived));
    assert!(all.len() > 20, "{}", all.len());
    all.sort();
    all
}

/// The same, as far as a format can say it.
pub fn reduced(all: &[Seen], keep: impl Fn(&mut Seen)) -> Vec<Seen> {
    let mut all = all.to_vec();
    all.iter_mut().for_each(keep);
    all.sort();
    all
}
