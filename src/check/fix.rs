//! Texts with their mechanical mistakes put right.

use crate::check::content::{Content, content};
use crate::check::is_by_line;
use crate::document::{Document, Kind, Tape, parse, view};
use crate::vocabulary::mechanical::{Correction, corrected, corrections};
use crate::vocabulary::{PROFILE, PROPOSAL, Vocabulary};

/// A line of a text before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLine {
    /// From 1.
    pub number: usize,
    pub before: String,
    pub after: String,
}

/// A text with all its mechanical mistakes put right, and how many; `None` where it has none. Nothing
/// else of it changes. What is no JSON is left as it is.
pub fn fixed(vocabulary: &Vocabulary, name: &str, text: &str) -> Option<(String, usize)> {
    if !is_by_line(name) {
        let found = of_document(vocabulary, text);
        return (!found.is_empty()).then(|| (corrected(text, &found), found.len()));
    }
    let mut out = String::with_capacity(text.len());
    let mut count = 0;
    for line in text.split_inclusive('\n') {
        let record = line.trim_end_matches(['\n', '\r']);
        let found = of_document(vocabulary, record);
        count += found.len();
        out.push_str(&corrected(record, &found));
        out.push_str(line.get(record.len()..).unwrap_or_default());
    }
    (count > 0).then_some((out, count))
}

fn of_document(vocabulary: &Vocabulary, text: &str) -> Vec<Correction> {
    let mut tape = Tape::new();
    if parse(text, &mut tape).is_err() {
        return Vec::new();
    }
    let document = view(text, &tape);
    let root = document.root();
    let of = |document: Document| match content(document, document.root()) {
        Content::Proposal => corrections(vocabulary, PROPOSAL, document),
        Content::Profile => corrections(vocabulary, PROFILE, document),
        Content::Other => Vec::new(),
    };
    match document.kind(root) {
        Kind::Array => {
            let elements = document.elements(root);
            elements
                .flat_map(|element| of(document.with_root(element)))
                .collect()
        }
        _ => of(document),
    }
}

/// The lines that differ between two texts of as many lines.
pub fn changed_lines(before: &str, after: &str) -> Vec<ChangedLine> {
    let lines = before.lines().zip(after.lines()).enumerate();
    let changed = lines.filter(|(_, (before, after))| before != after);
    changed
        .map(|(i, (before, after))| ChangedLine {
            number: i + 1,
            before: before.to_owned(),
            after: after.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fixed;
    use crate::vocabulary::Vocabulary;

    fn one(text: &str) -> Option<(String, usize)> {
        fixed(&Vocabulary::shipped(), "a.json", text)
    }

    /// Letters and other names are put right; what could mean several, misspellings and everything
    /// else stay, byte for byte.
    #[test]
    fn only_mechanical_mistakes_are_put_right() {
        let text = "{ \"schema\":\"transfer-proposal/1\",\r\n\t\"Exporter\": {\"country\" : \"sg\", \"role\":\"Data_Intermediary\"},\n  \
                    \"importer\": { \"country\":\"USA\", \"role\": \"procesor\", \"x_note\": \"sg\" },\n \
                    \"mechanisms\": [ { \"kind\": \"CBPR\", \"valid_to\": \"2027-01-01\" } ] }\n";
        let (new, count) = one(text).expect("mistakes");
        let expected = "{ \"schema\":\"transfer-proposal/1\",\r\n\t\"exporter\": {\"country\" : \"SG\", \"role\":\"processor\"},\n  \
                        \"importer\": { \"country\":\"US\", \"role\": \"procesor\", \"x_note\": \"sg\" },\n \
                        \"mechanisms\": [ { \"type\": \"cbpr\", \"valid_until\": \"2027-01-01\" } ] }\n";
        assert_eq!(new, expected);
        assert_eq!(count, 7);
        assert_eq!(one(&new), None);
    }

    /// A name is not taken that is there already.
    #[test]
    fn a_field_that_is_there_is_not_written_twice() {
        let text = "{\"exporter\": {}, \"importer\": {}, \"Importer\": {\"country\": \"jp\"}}";
        assert_eq!(one(text), None);
        assert_eq!(one("{\"exporter\": "), None);
        assert_eq!(one("[1]"), None);
    }

    #[test]
    fn every_record_of_a_file_is_looked_at() {
        let record = "{\"exporter\":{\"country\":\"sg\"},\"importer\":{}}";
        let text = format!("{record}\r\n\n{record}");
        let (new, count) = fixed(&Vocabulary::shipped(), "a.ndjson", &text).expect("mistakes");
        assert_eq!(new, text.replace("\"sg\"", "\"SG\""));
        assert_eq!(count, 2);
        let list = format!("[{record},\n {record}]");
        let (new, _) = one(&list).expect("mistakes");
        assert_eq!(new, list.replace("\"sg\"", "\"SG\""));
    }
}
