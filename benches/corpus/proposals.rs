//! Realistic proposals by seed: transfers that the shipped laws permit, and what breaks them.
//!
//! The same seed gives the same bytes on every machine. A few hundred proposals are made in full; those
//! of a corpus differ from them in their ids, so that gigabytes come as fast as they can be written.

use serde_json::{Value, json};

/// What is wrong with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: a law permits it, and nothing is to be told.
    Sound,
    /// A law forbids it.
    Failing,
    /// A fact that decides is not stated.
    Undetermined,
}

/// What is in a corpus.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    pub seed: u64,
    /// Of a hundred proposals, so many fail.
    pub failing: u8,
    /// Of a hundred proposals, so many are undetermined.
    pub undetermined: u8,
}

/// A sound transfer under a law, with edits of which each makes it fail, or leaves it open.
struct Sound {
    text: &'static str,
    without: &'static [&'static str],
    failing: &'static [(&'static str, &'static str)],
    undetermined: &'static [(&'static str, &'static str)],
}

/// An edit that takes the value away.
const GONE: &str = "";

const SOUND: [Sound; 4] = [
    Sound {
        text: include_str!("../../examples/cloud-hosting.json"),
        without: &[],
        failing: &[("/mechanisms/0/countries", "[\"JP\"]")],
        undetermined: &[
            ("/mechanisms/0/countries", GONE),
            ("/importer/country", "\"unknown\""),
        ],
    },
    Sound {
        text: include_str!("../../rules/bases/korean-helpdesk.json"),
        without: &[],
        failing: &[
            ("/consents/0/separate", "false"),
            ("/consents/0/status", "\"withdrawn\""),
            ("/consents/0/items", "[\"data_items\"]"),
        ],
        undetermined: &[("/consents", GONE), ("/consents/0/status", "\"unknown\"")],
    },
    Sound {
        text: include_str!("../../rules/bases/us-vendor.json"),
        without: &[],
        failing: &[
            ("/importer/organised_in", "[\"CN\"]"),
            ("/importer/designated_covered_person", "true"),
        ],
        undetermined: &[
            ("/importer/owners", GONE),
            ("/importer/designated_covered_person", "\"unknown\""),
        ],
    },
    Sound {
        text: include_str!("../../rules/bases/japanese-payroll.json"),
        without: &["/importer/certifications"],
        failing: &[("/mechanisms", "[]"), ("/mechanisms/0/clauses", "[]")],
        undetermined: &[("/mechanisms", GONE), ("/mechanisms/0/clauses", GONE)],
    },
];

/// Names as people have them: other scripts, accents, quotation marks, a tab, a character outside the
/// basic plane.
const NAMES: [&str; 8] = [
    "Merlion Data Pte. Ltd.",
    "Hanul \u{d55c}\u{c6b8} Co., Ltd.",
    "\u{6f22}\u{5b57}\u{30b7}\u{30b9}\u{30c6}\u{30e0} K.K.",
    "Caf\u{e9} Z\u{fc}rich \"East\" GmbH",
    "Tab\tand \\ backslash LLC",
    "Na\u{ef}ve \u{1f4e6} Logistics",
    "O'Neill & Sons",
    "Se\u{f1}or \u{2014} Archivo S.A.",
];

const CATEGORIES: [&str; 4] = [
    "user.name",
    "user.contact.email",
    "user.contact.phone_number",
    "user.account.username",
];

/// How many proposals are made in full.
const MADE: usize = 400;

/// Where the number goes that makes an id.
const MARK: &str = "(number)";

/// Chance by seed (SplitMix64, Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }
}

/// The proposals of a corpus, one after another, without an end.
pub struct Corpus {
    mix: Mix,
    chance: Chance,
    /// By kind: the text before the number of the id, and after it.
    made: [Vec<(String, String)>; 3],
    next: u64,
}

impl Corpus {
    pub fn new(mix: Mix) -> Self {
        let mut chance = Chance(mix.seed);
        let made = [Kind::Sound, Kind::Failing, Kind::Undetermined].map(|kind| {
            let make = |index| {
                let text = proposal(kind, index, &mut chance);
                let (before, after) = text.split_once(MARK).expect("a mark");
                (before.to_owned(), after.to_owned())
            };
            (0..MADE).map(make).collect()
        });
        Self {
            mix,
            chance,
            made,
            next: 0,
        }
    }

    /// Appends the next proposal, on one line and without a line end.
    pub fn write(&mut self, out: &mut Vec<u8>) -> Kind {
        // Every hundred holds the exact share, spread over it.
        let at = (self.next % 100) as u8;
        let turn = ((u64::from(at) * 37 + 11) % 100) as u8;
        let kind = match turn {
            _ if turn < self.mix.failing => Kind::Failing,
            _ if turn < self.mix.failing + self.mix.undetermined => Kind::Undetermined,
            _ => Kind::Sound,
        };
        let chosen = self.chance.below(MADE);
        let (before, after) = &self.made[kind as usize][chosen];
        out.extend_from_slice(before.as_bytes());
        out.extend_from_slice(self.next.to_string().as_bytes());
        out.extend_from_slice(after.as_bytes());
        self.next += 1;
        kind
    }

    /// `count` proposals, a line each.
    #[allow(dead_code, reason = "not everybody wants a text")]
    pub fn lines(mix: Mix, count: usize) -> String {
        let mut corpus = Self::new(mix);
        let mut out = Vec::new();
        for _ in 0..count {
            corpus.write(&mut out);
            out.push(b'\n');
        }
        String::from_utf8(out).expect("proposals are text")
    }
}

fn proposal(kind: Kind, index: usize, chance: &mut Chance) -> String {
    let base = &SOUND[index % SOUND.len()];
    let mut value: Value = serde_json::from_str(base.text).expect("the base is JSON");
    for pointer in base.without {
        edit(&mut value, pointer, GONE);
    }
    let edits = match kind {
        Kind::Sound => &[][..],
        Kind::Failing => base.failing,
        Kind::Undetermined => base.undetermined,
    };
    if !edits.is_empty() {
        let (pointer, new) = edits[chance.below(edits.len())];
        edit(&mut value, pointer, new);
    }
    value["id"] = json!(format!("TP-{MARK}"));
    value["exporter"]["name"] = json!(NAMES[chance.below(NAMES.len())]);
    value["title"] = json!(format!(
        "{} {}",
        value["title"].as_str().unwrap_or(""),
        NAMES[chance.below(NAMES.len())]
    ));
    // Most are small; some list hundreds of kinds of data.
    let more = match chance.below(20) {
        0 => 100 + chance.below(150),
        1..4 => 20 + chance.below(40),
        _ => chance.below(4),
    };
    if let Some(data) = value["data"].as_array_mut() {
        for _ in 0..more {
            let category = CATEGORIES[chance.below(CATEGORIES.len())];
            data.push(json!({ "category": category, "form": "identified" }));
        }
    }
    let text = value.to_string();
    // White space as other writers leave it, and characters as escapes.
    let text = match chance.below(4) {
        0 => text.replace("\":", "\" : ").replace(",\"", ", \""),
        _ => text,
    };
    match chance.below(4) {
        0 => escaped(&text),
        _ => text,
    }
}

/// Characters beyond ASCII as `\u` escapes.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn edit(value: &mut Value, pointer: &str, new: &str) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    if new == GONE {
        let members = value.pointer_mut(parent).and_then(Value::as_object_mut);
        members.expect("an object").shift_remove(name);
        return;
    }
    let at = value.pointer_mut(pointer).expect("the value is there");
    *at = serde_json::from_str(new).expect("an edit is JSON");
}
