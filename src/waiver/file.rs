//! The file of waivers: YAML, `schemas/waivers.schema.json`.

use super::{FORMAT, WaivedPlace, Waiver, Waivers};
use crate::document::yaml::{YamlId, YamlKind, YamlTree};
use crate::finding::{Label, Outcome, Problem, Severity, Target};
use crate::source::{SourceFile, SourceMap, Span};
use crate::yaml_reader::Reader;
use jiff::civil::Date;

/// The code of what is wrong with the file itself.
const BROKEN: &str = "broken-waivers";

/// Before so many days a waiver that is in use is said to end soon.
const REMIND_DAYS: i32 = 30;

/// The digest where nothing stood.
const ABSENT: &str = "absent";

/// Reads the waivers of a text that is shown as `name`. What is wrong is told with its place, and a
/// waiver in which anything is wrong is left out: it waives nothing.
pub fn read(
    name: &str,
    text: &str,
    as_of: Date,
    sources: &mut SourceMap,
) -> (Waivers, Vec<Problem>) {
    let file = sources.add(SourceFile::new(name, text));
    let mut problems = Vec::new();
    let tree = match YamlTree::parse(text) {
        Ok(tree) => tree,
        Err(errors) => {
            let told = errors.into_iter().map(|error| Problem {
                severity: Severity::Error,
                code: BROKEN.to_owned(),
                path: name.to_owned(),
                message: error.message,
                help: error.help,
                labels: vec![Label {
                    span: Span::new(file, error.at),
                    target: Target::Text,
                    pointer: String::new(),
                    text: String::new(),
                }],
            });
            return (Waivers::new(Vec::new(), name, as_of, 0), told.collect());
        }
    };
    let mut reader = Reader {
        tree: &tree,
        file,
        shown: name,
        code: BROKEN,
        problems: &mut problems,
    };
    let root = tree.root();
    let mut entries = Vec::new();
    let mut remind_days = REMIND_DAYS;
    if reader.expect_map(root, &["schema", "remind_days", "waivers"]) {
        format(&mut reader, root);
        remind_days = days(&mut reader, root).unwrap_or(REMIND_DAYS);
        if let Some(list) = reader.required(root, "waivers") {
            for item in reader.items(list) {
                let before = reader.problems.len();
                let read = waiver(&mut reader, item);
                entries.extend(read.filter(|_| reader.problems.len() == before));
            }
        }
    }
    (Waivers::new(entries, name, as_of, remind_days), problems)
}

fn format(reader: &mut Reader, root: YamlId) {
    let Some(node) = reader.required(root, "schema") else {
        return;
    };
    if reader.text(node).is_some_and(|text| text != FORMAT) {
        let help = format!("write `schema: {FORMAT}`");
        reader.mistake(node, "this is not a format known here", Some(help));
    }
}

fn days(reader: &mut Reader, root: YamlId) -> Option<i32> {
    let node = reader.tree.get(root, "remind_days")?;
    let days = reader.tree.text(node).parse::<u16>().ok();
    if days.is_none() || reader.tree.kind(node) != YamlKind::Number {
        let help = "write how many days before its end a waiver is told of, such as 30, or 0";
        reader.mistake(node, "a number of days is needed here", Some(help.into()));
    }
    days.map(i32::from)
}

const KEYS: [&str; 10] = [
    "rule",
    "proposal",
    "pointer",
    "digest",
    "outcome",
    "owner",
    "reason",
    "expires",
    "accept_prohibition",
    "approver",
];

fn waiver(reader: &mut Reader, map: YamlId) -> Option<Waiver> {
    if !reader.expect_map(map, &KEYS) {
        return None;
    }
    let rule_at = reader.required(map, "rule");
    let rule = rule_at.and_then(|node| filled(reader, node));
    let mut required = |key| {
        let node = reader.required(map, key)?;
        filled(reader, node)
    };
    let (proposal, owner, reason) = (required("proposal"), required("owner"), required("reason"));
    let expires_at = reader.required(map, "expires");
    let expires = expires_at.and_then(|node| reader.date(node));
    let place = place(reader, map);
    let outcome = reader.tree.get(map, "outcome").and_then(|node| {
        let words = [
            ("fail", Outcome::Fail),
            ("undetermined", Outcome::Undetermined),
        ];
        reader.word(node, &words)
    });
    let approver_at = reader.tree.get(map, "approver");
    let approver = approver_at.and_then(|node| filled(reader, node));
    let accepts = reader.tree.get(map, "accept_prohibition");
    let accepted = accepts.and_then(|node| reader.boolean(node)) == Some(true);
    if let Some(node) = accepts.filter(|_| accepted && approver_at.is_none()) {
        let help = "add `approver:` with who accepted that a prohibition is waived";
        reader.mistake(node, "a prohibition is waived by nobody", Some(help.into()));
    }
    Some(Waiver {
        rule: rule?,
        proposal: proposal?,
        place,
        outcome,
        owner: owner?,
        reason: reason?,
        expires: expires?,
        prohibition_accepted_by: approver.clone().filter(|_| accepted),
        approver,
        at: reader.span(rule_at?),
        expires_at: reader.span(expires_at?),
    })
}

/// A text that says something.
fn filled(reader: &mut Reader, node: YamlId) -> Option<String> {
    let text = reader.text(node)?;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        reader.mistake(node, "this text is empty", None);
        return None;
    }
    Some(trimmed.to_owned())
}

fn place(reader: &mut Reader, map: YamlId) -> Option<WaivedPlace> {
    let pointer_at = reader.tree.get(map, "pointer");
    let digest_at = reader.tree.get(map, "digest");
    let (pointer_at, digest_at) = match (pointer_at, digest_at) {
        (None, None) => return None,
        (Some(pointer), Some(digest)) => (pointer, digest),
        (Some(at), None) => {
            let help = "`carnet new waiver` writes the digest of the value that stands there; \
                        `digest: absent` says that nothing does";
            let message = "`pointer` is of use only with the `digest` of the value";
            reader.mistake(at, message, Some(help.to_owned()));
            return None;
        }
        (None, Some(at)) => {
            let help = "add the `pointer` to the value, such as `/importer/country`";
            reader.mistake(at, "`digest` of which value?", Some(help.to_owned()));
            return None;
        }
    };
    let pointer = reader.text(pointer_at)?;
    if !(pointer.is_empty() || pointer.starts_with('/')) {
        let help = "write it as the JSON report does: `/importer/certifications/0/scheme`";
        reader.mistake(pointer_at, "this is not a pointer", Some(help.to_owned()));
    }
    let digest = reader.text(digest_at)?;
    let digits = digest.strip_prefix("sha256:").unwrap_or_default();
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if digest != ABSENT && !(digits.len() == 64 && digits.bytes().all(is_digit)) {
        let help = "write `absent`, or `sha256:` and 64 hexadecimal digits in small letters";
        reader.mistake(digest_at, "this is not a digest", Some(help.to_owned()));
    }
    Some(WaivedPlace {
        pointer,
        digest: Some(digest).filter(|digest| digest != ABSENT),
        digest_at: reader.span(digest_at),
    })
}
