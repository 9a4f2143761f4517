//! Files to start from: a proposal, an organisation profile, a rule, each with a guide beside it.
//!
//! What they say of fields comes from the vocabulary, so that a new field is in the next skeleton.
//! Texts only; whoever asked writes them to disk.

mod guide;
mod profile;

use crate::vocabulary::{PROFILE, PROPOSAL, Vocabulary};
use jiff::civil::Date;

/// A file to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skeleton {
    pub text: String,
    /// Markdown.
    pub guide: String,
}

/// A proposal in which everything is still to be said. `file` is its name in the guide.
pub fn proposal(vocabulary: &Vocabulary, file: &str, day: Date) -> Skeleton {
    let text = filled(include_str!("proposal.json"), &[("day", &day.to_string())]);
    let guide = include_str!("proposal.md");
    document(vocabulary, PROPOSAL, text, guide, file, day)
}

/// A profile in which every answer is still `"unknown"`. `file` is its name in the guide.
pub fn profile(vocabulary: &Vocabulary, file: &str, day: Date) -> Skeleton {
    let text = profile::text(vocabulary, day);
    let guide = include_str!("profile.md");
    document(vocabulary, PROFILE, text, guide, file, day)
}

fn document(
    vocabulary: &Vocabulary,
    format: &str,
    text: String,
    guide: &str,
    file: &str,
    day: Date,
) -> Skeleton {
    let fields = guide::fields(vocabulary, format, &text);
    let day = day.to_string();
    let guide = filled(guide, &[("file", file), ("day", &day), ("fields", &fields)]);
    Skeleton {
        text,
        guide: format!("{}\n", guide.trim_end()),
    }
}

/// Where a rule stands.
#[derive(Clone, Copy, Debug)]
pub struct RulePlace<'a> {
    pub id: &'a str,
    pub pack: &'a str,
    /// The rules folder, as shown.
    pub folder: &'a str,
}

/// A rule whose examples pass.
pub fn rule(place: RulePlace, day: Date) -> Skeleton {
    let RulePlace { id, pack, folder } = place;
    let file = format!("{id}.yaml");
    let guide = format!("{id}.md");
    let day = day.to_string();
    let values = [
        ("id", id),
        ("pack", pack),
        ("folder", folder),
        ("file", &file),
        ("guide", &guide),
        ("day", &day),
    ];
    Skeleton {
        text: filled(include_str!("rule.yaml"), &values),
        guide: filled(include_str!("rule.md"), &values),
    }
}

/// The manifest of a pack with rules of one's own.
pub fn pack(id: &str, day: Date) -> String {
    filled(
        include_str!("pack.yaml"),
        &[("pack", id), ("day", &day.to_string())],
    )
}

/// A file of waivers without one, and its guide. `file` is its name in the guide.
pub fn waivers(file: &str) -> Skeleton {
    Skeleton {
        text: include_str!("waivers.yaml").to_owned(),
        guide: filled(include_str!("waivers.md"), &[("file", file)]),
    }
}

/// A template with `{{name}}` replaced.
fn filled(template: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        })
}
