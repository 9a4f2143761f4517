//! The span-preserving JSON document: against `serde_json`, and mistake by mistake.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic
)]

use std::borrow::Cow;

use carnet::document::schema_view::{CarnetJson, node};
use carnet::document::{
    Document, Key, Kind, MAX_DEPTH, MAX_SYNTAX_ERRORS, NodeId, SyntaxError, SyntaxErrorKind, Tape,
    decode, diagnose, looks_like_records, parse, records,
};
use proptest::prelude::*;
use serde_json::{Value, json};

// ---------------------------------------------------------------- against serde_json

/// A small deterministic source of choices, so that a failing case shrinks and repeats.
struct Choices(u64);

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % n
    }

    fn space(&mut self, out: &mut String) {
        for _ in 0..[0, 0, 0, 1, 3][self.below(5)] {
            out.push([' ', '\n', '\t', '\r'][self.below(4)]);
        }
    }

    fn string(&mut self, text: &str, out: &mut String) {
        out.push('"');
        for c in text.chars() {
            let short = match c {
                '"' => Some("\\\""),
                '\\' => Some("\\\\"),
                '/' => Some("\\/"),
                '\n' => Some("\\n"),
                '\t' => Some("\\t"),
                '\r' => Some("\\r"),
                '\u{8}' => Some("\\b"),
                '\u{c}' => Some("\\f"),
                _ => None,
            };
            let must = c < ' ' || c == '"' || c == '\\';
            match (must || self.below(6) == 0, short) {
                (true, Some(short)) if self.below(2) == 0 => out.push_str(short),
                (true, _) => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        if self.below(2) == 0 {
                            out.push_str(&format!("\\u{unit:04x}"));
                        } else {
                            out.push_str(&format!("\\u{unit:04X}"));
                        }
                    }
                }
                (false, _) => out.push(c),
            }
        }
        out.push('"');
    }

    fn write(&mut self, value: &Value, out: &mut String) {
        self.space(out);
        match value {
            Value::String(text) => self.string(text, out),
            Value::Array(elements) => {
                out.push('[');
                for (i, element) in elements.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    self.write(element, out);
                }
                self.space(out);
                out.push(']');
            }
            Value::Object(members) => {
                out.push('{');
                for (i, (name, member)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    self.space(out);
                    self.string(name, out);
                    self.space(out);
                    out.push(':');
                    self.write(member, out);
                }
                self.space(out);
                out.push('}');
            }
            plain => out.push_str(&plain.to_string()),
        }
        self.space(out);
    }

    fn mutate(&mut self, text: &str) -> String {
        const BITS: &[&str] = &[
            "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "/", "//", "/*", "*/", "#", "\n", "\r",
            "\t", " ", "0", "1", "-", "+", ".", "e", "E", "1e400", "true", "False", "None", "null",
            "NaN", "a", "é", "“", "”", "\u{a0}", "\u{feff}", "\u{1}", "\0", "\u{85}", "\\u",
            "\\ud800", "\\udc00", "\\x", "😀", "：", "，", "=", ";", "``", "«", "1,000", "\\u00e9",
            "\"\"", "\"a\":", "@", "...",
        ];
        let mut chars: Vec<String> = text.chars().map(String::from).collect();
        for _ in 0..=self.below(4) {
            let len = chars.len();
            let at = self.below(len + 1);
            match self.below(6) {
                0 | 1 => chars.insert(at, BITS[self.below(BITS.len())].to_owned()),
                2 if at < len => drop(chars.remove(at)),
                3 if at < len => chars[at] = BITS[self.below(BITS.len())].to_owned(),
                4 if self.below(4) == 0 => chars.truncate(at),
                _ => {
                    let end = (at + self.below(8)).min(len);
                    let copied = chars[at..end].to_vec();
                    let to = self.below(len + 1);
                    chars.splice(to..to, copied);
                }
            }
        }
        chars.concat()
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{0,12}",
        ".{0,20}",
        proptest::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter),
        proptest::sample::select(vec![
            "", "/", "~", "~1", "a/b", "\"", "\\", "0", "\u{feff}", "\u{2028}"
        ])
        .prop_map(String::from),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1000i32..1000).prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 10, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::vec((any_text(), inner), 0..40)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every promise about one node and everything below it, against the value it must be.
fn assert_same(document: Document<'_>, at: NodeId, value: &Value, pointer: &str, whole: &Value) {
    let range = document.range(at);
    let raw = &document.text()[range.start as usize..range.end as usize];
    assert_eq!(document.raw(at), raw);
    assert_eq!(&serde_json::from_str::<Value>(raw).unwrap(), value);
    assert_eq!(document.pointer(at), pointer);
    assert_eq!(document.locate(pointer), Some(at));
    assert_eq!(whole.pointer(pointer), Some(value));
    match value {
        Value::Null => assert_eq!(document.kind(at), Kind::Null),
        Value::Bool(value) => assert_eq!(document.boolean(at), Some(*value)),
        Value::Number(_) => {
            assert_eq!(document.kind(at), Kind::Number);
            assert_eq!(document.number(at), Some(raw));
            assert!(document.number_fits(at));
        }
        Value::String(text) => {
            assert_eq!(document.kind(at), Kind::String);
            assert_text(document, at, text);
        }
        Value::Array(elements) => {
            assert_eq!(document.kind(at), Kind::Array);
            assert_eq!(document.len(at), elements.len());
            assert_eq!(document.elements(at).count(), elements.len());
            assert_eq!(document.members(at).count(), 0);
            for (index, (element, value)) in document.elements(at).zip(elements).enumerate() {
                assert_eq!(document.parent(element), Some(at));
                assert_eq!(document.key_of(element), None);
                assert_same(
                    document,
                    element,
                    value,
                    &format!("{pointer}/{index}"),
                    whole,
                );
            }
        }
        Value::Object(members) => {
            assert_eq!(document.kind(at), Kind::Object);
            assert_eq!(document.len(at), members.len());
            assert_eq!(document.members(at).count(), members.len());
            assert_eq!(document.get(at, &Key::new("\u{1}not there")), None);
            for (key, member) in document.members(at) {
                let name = document.string(key).unwrap().into_owned();
                assert_text(document, key, &name);
                assert_eq!(document.kind(key), Kind::Key);
                assert_eq!(document.parent(key), Some(at));
                assert_eq!(document.parent(member), Some(at));
                assert_eq!(document.key_of(member), Some(key));
                assert_eq!(document.get(at, &Key::new(&name)), Some(member));
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                assert_eq!(document.pointer(key), pointer);
                assert_same(document, member, &members[&name], &pointer, whole);
            }
        }
    }
}

fn assert_text(document: Document<'_>, at: NodeId, text: &str) {
    assert_eq!(document.string(at).as_deref(), Some(text));
    assert!(document.string_is(at, text));
    assert!(!document.string_is(at, &format!("{text}.")));
    if !document.raw(at).contains('\\') {
        assert!(matches!(document.string(at), Some(Cow::Borrowed(_))));
    }
}

/// What holds for any text at all.
fn assert_read(text: &str, tape: &mut Tape) {
    let errors = diagnose(text);
    let expected = serde_json::from_str::<Value>(text.strip_prefix('\u{feff}').unwrap_or(text));
    let out_of_range = expected
        .as_ref()
        .is_err_and(|e| e.to_string().contains("number out of range"));
    match parse(text, tape) {
        Ok(document) => {
            assert_eq!(errors, [], "{text:?}");
            assert!(
                expected.is_ok() || out_of_range,
                "accepted {text:?}: {expected:?}"
            );
            if let (Ok(value), []) = (&expected, document.duplicates()) {
                assert_same(document, document.root(), value, "", value);
            }
        }
        Err(error) => {
            assert!(expected.is_err(), "rejected {text:?}: {error:?}");
            assert_eq!(errors.first(), Some(&error), "{text:?}");
        }
    }
    assert!(errors.len() <= MAX_SYNTAX_ERRORS);
    assert!(
        errors.is_sorted_by_key(|e| e.at.start),
        "{text:?}: {errors:?}"
    );
    for error in &errors {
        assert_ne!(error.kind, SyntaxErrorKind::Unreadable, "{text:?}");
        assert!(
            text.get(error.at.start as usize..error.at.end as usize)
                .is_some(),
            "{text:?}: {error:?}"
        );
        if let Some(opener) = &error.opener {
            let opener = text.get(opener.start as usize..opener.end as usize);
            assert!(matches!(opener, Some("{" | "[")), "{text:?}: {error:?}");
        }
        let message = error.message();
        assert!(
            !message.ends_with('.') && !message.contains('\n'),
            "{message}"
        );
        assert!(
            error.help().is_some_and(|help| !help.ends_with('.')),
            "{message}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_what_serde_json_reads(value in any_value(), seed in any::<u64>()) {
        let mut text = String::new();
        Choices(seed).write(&value, &mut text);
        // Floats that serde_json writes are not always the ones it reads back.
        let value: Value = serde_json::from_str(&text).unwrap();
        let mut tape = Tape::new();
        let document = parse(&text, &mut tape).unwrap();
        prop_assert!(document.duplicates().is_empty());
        assert_same(document, document.root(), &value, "", &value);
    }

    #[test]
    fn agrees_with_serde_json_on_mutations(value in any_value(), seed in any::<u64>()) {
        let mut choices = Choices(seed);
        let mut text = String::new();
        choices.write(&value, &mut text);
        let mut tape = Tape::new();
        for _ in 0..10 {
            assert_read(&choices.mutate(&text), &mut tape);
        }
    }

    #[test]
    fn never_panics_on_any_text(text in "(?s).{0,60}", seed in any::<u64>()) {
        let mut tape = Tape::new();
        assert_read(&text, &mut tape);
        assert_read(&Choices(seed).mutate("{\"a\": [1, \"b\"], \"c\": {}}"), &mut tape);
    }

    #[test]
    fn every_view_of_an_element_is_its_own_document(value in any_value(), seed in any::<u64>()) {
        let mut text = String::new();
        Choices(seed).write(&json!([1, value, value]), &mut text);
        let value: Value = serde_json::from_str(&text).unwrap();
        let mut tape = Tape::new();
        let list = parse(&text, &mut tape).unwrap();
        for (element, value) in list.elements(list.root()).zip(value.as_array().unwrap()) {
            let document = list.with_root(element);
            assert_same(document, document.root(), value, "", value);
            assert_eq!(document.parent(document.root()), None);
        }
    }
}

#[test]
fn differs_from_serde_json_only_where_it_says() {
    let mut tape = Tape::new();
    // A byte-order mark is skipped.
    let bom = parse("\u{feff}{\"a\": 1}", &mut tape).unwrap();
    assert!(bom.has_bom());
    assert_eq!(bom.range(bom.root()), 3..11);
    assert!(serde_json::from_str::<Value>("\u{feff}1").is_err());
    // A number out of range is kept as text.
    let large = parse("[1e400, -1e400, 1e-400, 1e308]", &mut tape).unwrap();
    assert!(!large.has_bom());
    let fits: Vec<bool> = large
        .elements(large.root())
        .map(|n| large.number_fits(n))
        .collect();
    assert_eq!(fits, [false, false, true, true]);
    assert_eq!(large.number(NodeId(1)), Some("1e400"));
    assert!(serde_json::from_str::<Value>("1e400").is_err());
    // Nesting: 128 is the last that is accepted; serde_json stops one before.
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(&nested(MAX_DEPTH - 1), &mut tape).is_ok());
    assert!(parse(&nested(MAX_DEPTH), &mut tape).is_ok());
    assert!(parse(&nested(MAX_DEPTH + 1), &mut tape).is_err());
    assert!(serde_json::from_str::<Value>(&nested(MAX_DEPTH - 1)).is_ok());
    assert!(serde_json::from_str::<Value>(&nested(MAX_DEPTH)).is_err());
}

// ---------------------------------------------------------------- the view

#[test]
fn duplicate_names_are_recorded_with_the_first() {
    let text = r#"{"a": 1, "b": {"x": 1, "x": 2}, "\u0061": 2, "a": 3, "c": {"a": 1}}"#;
    let mut tape = Tape::new();
    let document = parse(text, &mut tape).unwrap();
    let places: Vec<_> = document
        .duplicates()
        .iter()
        .map(|(first, again)| (document.range(*first), document.range(*again)))
        .collect();
    assert_eq!(places, [(15..18, 23..26), (1..4, 32..40), (1..4, 45..48)]);
    let a = document.get(document.root(), &Key::new("a")).unwrap();
    assert_eq!(document.raw(a), "1");
    assert_eq!(document.len(document.root()), 5);
    let third = document.members(document.root()).nth(3).unwrap();
    assert_eq!(document.pointer(third.1), "/a");
    assert_eq!(document.key_of(third.1), Some(third.0));
    // The tape is clean for the next text.
    assert!(
        parse("{\"a\": 1}", &mut tape)
            .unwrap()
            .duplicates()
            .is_empty()
    );
}

#[test]
fn duplicate_names_in_wide_objects() {
    for width in [31, 32, 33, 64, 1000] {
        let names: Vec<String> = (0..width).map(|i| format!("\"name {i}\": {i}")).collect();
        let text = format!(
            "{{{}, \"name 7\": 0, \"n\\u0061me 7\": 0}}",
            names.join(", ")
        );
        let mut tape = Tape::new();
        let document = parse(&text, &mut tape).unwrap();
        let pairs: Vec<_> = document
            .duplicates()
            .iter()
            .map(|(a, b)| (a.0, b.0))
            .collect();
        assert_eq!(pairs, [(15, 2 * width + 1), (15, 2 * width + 3)], "{width}");
    }
}

#[test]
fn nodes_of_nowhere_have_empty_answers() {
    let mut tape = Tape::new();
    let document = parse("{\"a\": [1]}", &mut tape).unwrap();
    for stray in [NodeId(99), NodeId(u32::MAX)] {
        assert_eq!(document.range(stray), 0..0);
        assert_eq!(document.raw(stray), "");
        assert_eq!(document.string(stray), None);
        assert_eq!(document.number(stray), None);
        assert_eq!(document.len(stray), 0);
        assert_eq!(
            document.members(stray).count() + document.elements(stray).count(),
            0
        );
        assert_eq!(document.parent(stray), None);
        assert_eq!(document.key_of(stray), None);
        assert_eq!(document.pointer(stray), "");
        assert_eq!(document.with_root(stray).locate("/a"), None);
    }
    let value = document.get(document.root(), &Key::new("a")).unwrap();
    let inside = document.with_root(value);
    assert_eq!(inside.key_of(value), None);
    assert_eq!(inside.parent(document.root()), None);
    assert_eq!(inside.pointer(document.root()), "");
    assert_eq!(document.subtree_end(document.root()), NodeId(4));
    assert_eq!(document.subtree_end(NodeId(1)), NodeId(2));
}

#[test]
fn pointers_are_strict() {
    let mut tape = Tape::new();
    let document = parse(r#"{"": {"~1": 1, "a/b": 2}, "l": [10, 20]}"#, &mut tape).unwrap();
    let raw = |pointer| document.locate(pointer).map(|n| document.raw(n));
    assert_eq!(raw("//~01"), Some("1"));
    assert_eq!(raw("//a~1b"), Some("2"));
    assert_eq!(raw("/l/1"), Some("20"));
    for wrong in [
        "l",
        "/l/2",
        "/l/01",
        "/l/+1",
        "/l/-",
        "/l/",
        "/l/1/0",
        "/x",
        "//a/b",
        "/l/99999999999999999999",
    ] {
        assert_eq!(raw(wrong), None, "{wrong}");
    }
}

// ---------------------------------------------------------------- mistakes

fn shown(error: &SyntaxError) -> String {
    let opened = error
        .opener
        .as_ref()
        .map_or(String::new(), |o| format!(" opened at {o:?}"));
    let help = error.help().unwrap_or_default();
    format!(
        "{:?} at {:?}{opened} | {} | {help}",
        error.kind,
        error.at,
        error.message()
    )
}

/// One mistake each: kind, place, message, what to write.
#[rustfmt::skip]
const SINGLE: &[(&str, &str)] = &[
    ("", "EmptyFile at 0..0 | the file is empty | write at least one proposal: `{ … }`"),
    (" \n", "EmptyFile at 0..0 | the file is empty | write at least one proposal: `{ … }`"),
    ("\u{feff}", "EmptyFile at 0..0 | the file is empty | write at least one proposal: `{ … }`"),
    ("hello world\nx: 1", "NotJson at 0..11 | this is not JSON | a proposal starts with `{`, a list of proposals with `[`"),
    ("<a/>", "NotJson at 0..4 | this is not JSON | a proposal starts with `{`, a list of proposals with `[`"),
    ("---\nschema: x", "NotJson at 0..3 | this is not JSON | a proposal starts with `{`, a list of proposals with `[`"),
    ("# T\n\nfoo: 1", "NotJson at 5..11 | this is not JSON | a proposal starts with `{`, a list of proposals with `[`"),
    ("schema: 1\nid: 2", "NotJson at 0..9 | this is not JSON | a proposal starts with `{`, a list of proposals with `[`"),
    ("{\"a\":1} x", "TrailingData at 8..9 | there is more text after the end | remove it; several proposals go into one list, `[ { … }, { … } ]`, or one a line into a file named `.ndjson`"),
    ("{\"a\":1}\n{\"b\":2}", "TrailingData at 8..9 | there is more text after the end | remove it; several proposals go into one list, `[ { … }, { … } ]`, or one a line into a file named `.ndjson`"),
    ("{\"a\":1},", "TrailingComma at 7..8 | comma after the last entry | remove this comma"),
    ("{\"a\":1}, {}", "TrailingData at 7..8 | there is more text after the end | remove it; several proposals go into one list, `[ { … }, { … } ]`, or one a line into a file named `.ndjson`"),
    ("{\"a\":1}}", "StrayClose { found: '}' } at 7..8 | this `}` closes nothing | remove it, or write the opening bracket it belongs to"),
    ("]{\"a\":1}", "StrayClose { found: ']' } at 0..1 | this `]` closes nothing | remove it, or write the opening bracket it belongs to"),
    ("{\"a\":1,}", "TrailingComma at 6..7 | comma after the last entry | remove this comma"),
    ("[1,]", "TrailingComma at 2..3 | comma after the last entry | remove this comma"),
    ("[1,,]", "TrailingComma at 2..4 | comma after the last entry | remove this comma"),
    ("[,1]", "ExtraComma at 1..2 | comma without an entry before it | remove this comma"),
    ("[1,,2]", "ExtraComma at 3..4 | comma without an entry before it | remove this comma"),
    ("[,]", "ExtraComma at 1..2 | comma without an entry before it | remove this comma"),
    ("{,\"a\":1}", "ExtraComma at 1..2 | comma without an entry before it | remove this comma"),
    ("{\"a\":1,,\"b\":2}", "ExtraComma at 7..8 | comma without an entry before it | remove this comma"),
    ("[1 2]", "MissingComma at 2..2 | missing comma between two entries | write `,` here"),
    ("{\"a\":1 \"b\":2}", "MissingComma at 6..6 | missing comma between two entries | write `,` here"),
    ("{\"a\":1\n\"b\":2}", "MissingComma at 6..6 | missing comma between two entries | write `,` here"),
    ("[[1][2]]", "MissingComma at 4..4 | missing comma between two entries | write `,` here"),
    ("[{} {}]", "MissingComma at 3..3 | missing comma between two entries | write `,` here"),
    ("{\"a\" 1}", "MissingColon at 4..4 | missing colon between a name and its value | write `:` here"),
    ("{\"a\"=1}", r#"WrongSeparator { found: "=", write: ':' } at 4..5 | `=` where `:` belongs | write `:` instead"#),
    ("{\"a\"=>1}", r#"WrongSeparator { found: "=>", write: ':' } at 4..6 | `=>` where `:` belongs | write `:` instead"#),
    ("{\"a\",1}", r#"WrongSeparator { found: ",", write: ':' } at 4..5 | `,` where `:` belongs | write `:` instead"#),
    ("{\"a\": 1; \"b\": 2}", r#"WrongSeparator { found: ";", write: ',' } at 7..8 | `;` where `,` belongs | write `,` instead"#),
    ("[1;2]", r#"WrongSeparator { found: ";", write: ',' } at 2..3 | `;` where `,` belongs | write `,` instead"#),
    ("{\"a\":}", r#"MissingValue at 5..5 | this name has no value | write a value after the name and `:`, or remove the name; what is not known yet is `"unknown"`"#),
    ("{\"a\":,\"b\":1}", r#"MissingValue at 5..5 | this name has no value | write a value after the name and `:`, or remove the name; what is not known yet is `"unknown"`"#),
    ("{\"a\"}", r#"MissingValue at 4..4 | this name has no value | write a value after the name and `:`, or remove the name; what is not known yet is `"unknown"`"#),
    ("{\"a\",\"b\":1}", r#"MissingValue at 4..4 | this name has no value | write a value after the name and `:`, or remove the name; what is not known yet is `"unknown"`"#),
    ("{\"a\" \"b\":1}", r#"MissingValue at 4..4 | this name has no value | write a value after the name and `:`, or remove the name; what is not known yet is `"unknown"`"#),
    ("{\"a\" \"b\"}", "MissingColon at 4..4 | missing colon between a name and its value | write `:` here"),
    ("{\"a\": \"b\": 1}", "MissingOpening at 6..6 | missing opening bracket | write `{` here"),
    ("{\"a\": \"b\": 1, \"c\": 2}, \"d\": 3}", "MissingOpening at 6..6 | missing opening bracket | write `{` here"),
    ("[{\"a\": 1}, \"a\": 2}, {\"a\": 3}]", "NamesInList at 11..15 | a list in `[ ]` cannot have names | write the names and values in braces: `{ … }`"),
    ("{\"a\": {\"x\": \"US\"], \"y\": 2}, \"b\": 3}", "StrayClose { found: ']' } at 16..17 | this `]` closes nothing | remove it, or write the opening bracket it belongs to"),
    ("{\"a\": {\"x\": \"US\"], \"b\": 3}", "WrongClose { found: ']', write: '}' } at 16..17 | `]` where `}` belongs | write `}` instead"),
    ("{\"a\": \"CN\", \"SG\"], \"b\": 3}", "StrayClose { found: ']' } at 16..17 | this `]` closes nothing | remove it, or write the opening bracket it belongs to"),
    ("{\"a\"::1}", "Unexpected { found: ':' } at 5..6 | unexpected `:` | remove it"),
    ("{:1}", r#"MissingName at 1..2 | this value has no name | write its name and a colon before it: `"name": …`"#),
    ("{1}", r#"MissingName at 1..2 | this value has no name | write its name and a colon before it: `"name": …`"#),
    ("{\"a\":1,true}", r#"MissingName at 7..11 | this value has no name | write its name and a colon before it: `"name": …`"#),
    ("{[1]}", r#"MissingName at 1..2 | this value has no name | write its name and a colon before it: `"name": …`"#),
    ("{\"a\":1,{\"b\":2}}", r#"MissingName at 7..8 | this value has no name | write its name and a colon before it: `"name": …`"#),
    ("{\"a\":1 {\"b\":2}}", r#"MissingName at 7..8 | this value has no name | write its name and a colon before it: `"name": …`"#),
    ("[\"a\":1,\"b\":2]", "NamesInList at 1..5 | a list in `[ ]` cannot have names | write the names and values in braces: `{ … }`"),
    ("{\"x\":[\"a\":1]}", "NamesInList at 6..10 | a list in `[ ]` cannot have names | write the names and values in braces: `{ … }`"),
    ("{\"a\":[1,2,\"b\":3}", r#"Unclosed { write: "]" } at 9..9 opened at 5..6 | this `[` is never closed | write `]` here"#),
    ("\"a\":1,\"b\":2}", "MissingOpening at 0..0 | missing opening bracket | write `{` here"),
    ("\"a\":1", "MissingOpening at 0..0 | missing opening bracket | write `{` here"),
    ("[1,2", r#"Unclosed { write: "]" } at 4..4 opened at 0..1 | this `[` is never closed | write `]` here"#),
    ("{\"a\":[1,{\"b\":2", r#"Unclosed { write: "}]}" } at 14..14 opened at 8..9 | 3 brackets are never closed | write `}]}` here"#),
    ("{\"a\":1,", r#"Unclosed { write: "}" } at 7..7 opened at 0..1 | this `{` is never closed | write `}` here"#),
    ("{\"a\":", r#"Unclosed { write: "}" } at 5..5 opened at 0..1 | this `{` is never closed | write `}` here"#),
    ("{\"a\"", r#"Unclosed { write: "}" } at 4..4 opened at 0..1 | this `{` is never closed | write `}` here"#),
    ("{", r#"Unclosed { write: "}" } at 1..1 opened at 0..1 | this `{` is never closed | write `}` here"#),
    ("[", r#"Unclosed { write: "]" } at 1..1 opened at 0..1 | this `[` is never closed | write `]` here"#),
    ("{\"a\":{\"x\":1,\n\"b\":2}", r#"Unclosed { write: "}" } at 19..19 opened at 0..1 | this `{` is never closed | write `}` here"#),
    ("[{\"a\":1,{\"b\":2}]", r#"Unclosed { write: "}" } at 7..7 opened at 1..2 | this `{` is never closed | write `}` here"#),
    ("[1}", "WrongClose { found: '}', write: ']' } at 2..3 | `}` where `]` belongs | write `]` instead"),
    ("{\"a\":1]", "WrongClose { found: ']', write: '}' } at 6..7 | `]` where `}` belongs | write `}` instead"),
    ("{\"a\":[1,2}", r#"Unclosed { write: "]" } at 9..9 opened at 5..6 | this `[` is never closed | write `]` here"#),
    ("{\"a\":[1},\"b\":2}", "WrongClose { found: '}', write: ']' } at 7..8 | `}` where `]` belongs | write `]` instead"),
    ("{\"a\":[{\"x\":1],\"b\":2}", r#"Unclosed { write: "}" } at 12..12 opened at 6..7 | this `{` is never closed | write `}` here"#),
    ("[{\"a\":1]}]", "StrayClose { found: ']' } at 7..8 | this `]` closes nothing | remove it, or write the opening bracket it belongs to"),
    ("[1}]", "StrayClose { found: '}' } at 2..3 | this `}` closes nothing | remove it, or write the opening bracket it belongs to"),
    ("{\"a\":[{\"b\":{\"c\":1}],\"d\":1}", r#"Unclosed { write: "}" } at 18..18 opened at 6..7 | this `{` is never closed | write `}` here"#),
    ("// x\n1", "Comment at 0..4 | JSON has no comments | remove the comment"),
    ("[1, // one\n2]", "Comment at 4..10 | JSON has no comments | remove the comment"),
    ("[1] // end", "Comment at 4..10 | JSON has no comments | remove the comment"),
    ("[1 /* never", "Comment at 3..11 | JSON has no comments | remove the comment"),
    ("{'a':1}", r#"WrongQuotes { text: "a" } at 1..4 | text stands in other quotes than `"` | write `"a"`"#),
    ("{\"a\":'b'}", r#"WrongQuotes { text: "b" } at 5..8 | text stands in other quotes than `"` | write `"b"`"#),
    ("{\"a\":'it's'}", r#"WrongQuotes { text: "it's" } at 5..11 | text stands in other quotes than `"` | write `"it's"`"#),
    ("{\"a\":`b`}", r#"WrongQuotes { text: "b" } at 5..8 | text stands in other quotes than `"` | write `"b"`"#),
    ("{\"a\":'b}", r#"WrongQuotes { text: "b" } at 5..7 | text stands in other quotes than `"` | write `"b"`"#),
    ("{\"a\":'say \"x\"'}", r#"WrongQuotes { text: "say \"x\"" } at 5..14 | text stands in other quotes than `"` | write `"say \"x\""`"#),
    ("{\"a\":'it\\'s'}", r#"WrongQuotes { text: "it's" } at 5..12 | text stands in other quotes than `"` | write `"it's"`"#),
    ("{a:1}", r#"UnquotedName { name: "a" } at 1..2 | the name `a` is not in quotes | write `"a"`"#),
    ("{a b:1}", r#"UnquotedName { name: "a b" } at 1..4 | the name `a b` is not in quotes | write `"a b"`"#),
    ("{a\":1}", r#"UnquotedName { name: "a" } at 1..3 | the name `a` is not in quotes | write `"a"`"#),
    ("{1:2}", r#"UnquotedName { name: "1" } at 1..2 | the name `1` is not in quotes | write `"1"`"#),
    ("{$schema:1}", r#"UnquotedName { name: "$schema" } at 1..8 | the name `$schema` is not in quotes | write `"$schema"`"#),
    ("{é:1}", r#"UnquotedName { name: "é" } at 1..3 | the name `é` is not in quotes | write `"é"`"#),
    ("{\"a\":Japan}", r#"UnquotedText { text: "Japan" } at 5..10 | the text `Japan` is not in quotes | write `"Japan"`"#),
    ("{\"a\":Hello World}", r#"UnquotedText { text: "Hello World" } at 5..16 | the text `Hello World` is not in quotes | write `"Hello World"`"#),
    ("{\"a\":Hello, dear, world}", r#"UnquotedText { text: "Hello, dear, world" } at 5..23 | the text `Hello, dear, world` is not in quotes | write `"Hello, dear, world"`"#),
    ("{\"a\":abc\"}", r#"UnquotedText { text: "abc" } at 5..9 | the text `abc` is not in quotes | write `"abc"`"#),
    ("{\"a\":2026-01-01}", r#"UnquotedText { text: "2026-01-01" } at 5..15 | the text `2026-01-01` is not in quotes | write `"2026-01-01"`"#),
    ("{\"a\":12 months,\"b\":1}", r#"UnquotedText { text: "12 months" } at 5..14 | the text `12 months` is not in quotes | write `"12 months"`"#),
    ("{\"a\":10:30}", r#"UnquotedText { text: "10:30" } at 5..10 | the text `10:30` is not in quotes | write `"10:30"`"#),
    ("{\"a\":https://x.y/z,\"b\":1}", r#"UnquotedText { text: "https://x.y/z" } at 5..18 | the text `https://x.y/z` is not in quotes | write `"https://x.y/z"`"#),
    ("{\"a\":NO}", r#"UnquotedText { text: "NO" } at 5..7 | the text `NO` is not in quotes | write `"NO"`"#),
    ("{\"a\":none}", r#"UnquotedText { text: "none" } at 5..9 | the text `none` is not in quotes | write `"none"`"#),
    ("{\"a\": 50%}", r#"UnquotedText { text: "50%" } at 6..9 | the text `50%` is not in quotes | write `"50%"`"#),
    ("{\"a\":€100}", r#"UnquotedText { text: "€100" } at 5..11 | the text `€100` is not in quotes | write `"€100"`"#),
    ("{\"a\":P18M}", r#"UnquotedText { text: "P18M" } at 5..9 | the text `P18M` is not in quotes | write `"P18M"`"#),
    ("{\"a\":True}", r#"Misspelled { found: "True", write: "true" } at 5..9 | JSON does not know the word `True` | write `true`"#),
    ("[NaN]", r#"NotANumber { found: "NaN" } at 1..4 | `NaN` is not a number in JSON | write a number in digits, or `"unknown"` if it is not known yet"#),
    ("[null, None]", r#"Misspelled { found: "None", write: "null" } at 7..11 | JSON does not know the word `None` | write `null`; a field that is not known yet is better left out or `"unknown"`"#),
    ("[undefined]", r#"Misspelled { found: "undefined", write: "null" } at 1..10 | JSON does not know the word `undefined` | write `null`; a field that is not known yet is better left out or `"unknown"`"#),
    ("{\"a\":Hello,\n world}", r#"UnquotedText { text: "Hello,  world" } at 5..18 | the text `Hello,  world` is not in quotes | write `"Hello,  world"`"#),
    ("[truex]", r#"UnquotedText { text: "truex" } at 1..6 | the text `truex` is not in quotes | write `"truex"`"#),
    ("nul", r#"Misspelled { found: "nul", write: "null" } at 0..3 | JSON does not know the word `nul` | write `null`; a field that is not known yet is better left out or `"unknown"`"#),
    ("[007]", r#"BadNumber { text: "007", mistake: LeadingZero { write: "7" } } at 1..4 | the number `007` starts with a zero | write `7`"#),
    ("[-01]", r#"BadNumber { text: "-01", mistake: LeadingZero { write: "-1" } } at 1..4 | the number `-01` starts with a zero | write `-1`"#),
    ("[+5]", r#"BadNumber { text: "+5", mistake: PlusSign { write: "5" } } at 1..3 | the number `+5` has a plus sign | write `5`"#),
    ("[.5]", r#"BadNumber { text: ".5", mistake: NoDigitBeforePoint { write: "0.5" } } at 1..3 | the number `.5` has no digit before the point | write `0.5`"#),
    ("[5.]", r#"BadNumber { text: "5.", mistake: NoDigitAfterPoint { write: "5" } } at 1..3 | the number `5.` has no digit after the point | write `5`"#),
    ("[1.e5]", r#"BadNumber { text: "1.e5", mistake: NoDigitAfterPoint { write: "1e5" } } at 1..5 | the number `1.e5` has no digit after the point | write `1e5`"#),
    ("[1_000]", r#"BadNumber { text: "1_000", mistake: Grouped { write: "1000" } } at 1..6 | the digits of `1_000` are grouped | write `1000`"#),
    ("{\"a\":1,000}", r#"BadNumber { text: "1,000", mistake: Grouped { write: "1000" } } at 5..10 | the digits of `1,000` are grouped | write `1000`"#),
    ("{\"a\":1,000,000,\"b\":2}", r#"BadNumber { text: "1,000,000", mistake: Grouped { write: "1000000" } } at 5..14 | the digits of `1,000,000` are grouped | write `1000000`"#),
    ("[1,000]", r#"BadNumber { text: "1,000", mistake: Grouped { write: "1000" } } at 1..6 | the digits of `1,000` are grouped | write `1000`"#),
    ("{\"a\":1,5}", r#"BadNumber { text: "1,5", mistake: DecimalComma { write: "1.5" } } at 5..8 | the number `1,5` is written with a comma | write `1.5`"#),
    ("[0x1F]", r#"BadNumber { text: "0x1F", mistake: NotDecimal } at 1..5 | the number `0x1F` is not written in decimal digits | write it with the digits 0 to 9 only"#),
    ("[1e]", r#"BadNumber { text: "1e", mistake: NoExponent } at 1..3 | the number `1e` has no digit after the `e` | write the digits after the `e`, or remove the `e`"#),
    ("[1e+]", r#"BadNumber { text: "1e+", mistake: NoExponent } at 1..4 | the number `1e+` has no digit after the `e` | write the digits after the `e`, or remove the `e`"#),
    ("[-]", r#"BadNumber { text: "-", mistake: NoDigits } at 1..2 | `-` is not a number | write at least one digit"#),
    ("[--1]", r#"UnquotedText { text: "--1" } at 1..4 | the text `--1` is not in quotes | write `"--1"`"#),
    ("[1.2.3]", r#"UnquotedText { text: "1.2.3" } at 1..6 | the text `1.2.3` is not in quotes | write `"1.2.3"`"#),
    ("01", r#"BadNumber { text: "01", mistake: LeadingZero { write: "1" } } at 0..2 | the number `01` starts with a zero | write `1`"#),
    ("-", r#"BadNumber { text: "-", mistake: NoDigits } at 0..1 | `-` is not a number | write at least one digit"#),
    ("\"abc", r#"UnclosedString { is_name: false } at 0..4 | this text has no closing quote | write `"` at its end"#),
    ("{\"a\":\"abc}", r#"UnclosedString { is_name: false } at 5..9 | this text has no closing quote | write `"` at its end"#),
    ("{\"a\":\"abc,\n\"b\":2}", r#"UnclosedString { is_name: false } at 5..9 | this text has no closing quote | write `"` at its end"#),
    ("{\"a\":\"abc\n\"b\":2}", r#"UnclosedString { is_name: false } at 5..9 | this text has no closing quote | write `"` at its end"#),
    ("{\"a\":\"abc\n}", r#"UnclosedString { is_name: false } at 5..9 | this text has no closing quote | write `"` at its end"#),
    ("{\"a: 1}", r#"UnclosedString { is_name: true } at 1..3 | this name has no closing quote | write `"` at its end"#),
    ("{\"a: \"b\"}", r#"UnclosedString { is_name: true } at 1..3 | this name has no closing quote | write `"` at its end"#),
    ("{\"a:\n1}", r#"UnclosedString { is_name: true } at 1..3 | this name has no closing quote | write `"` at its end"#),
    ("{\"a\n:1}", r#"UnclosedString { is_name: true } at 1..3 | this name has no closing quote | write `"` at its end"#),
    ("{\"a\n}", r#"UnclosedString { is_name: true } at 1..3 | this name has no closing quote | write `"` at its end"#),
    ("{\"a\":\"abc, \"b\":2}", r#"UnclosedString { is_name: false } at 5..9 | this text has no closing quote | write `"` at its end"#),
    ("[\"x, \"y\"]", r#"InnerQuotes at 1..8 | quotes inside a text end it too early | write `\"` for each quote inside the text"#),
    ("[\"see [1]\n]", r#"UnclosedString { is_name: false } at 1..9 | this text has no closing quote | write `"` at its end"#),
    ("\"", r#"UnclosedString { is_name: false } at 0..1 | this text has no closing quote | write `"` at its end"#),
    ("\"\\", r#"UnclosedString { is_name: false } at 0..2 | this text has no closing quote | write `"` at its end"#),
    ("{\"a\":\"the \"big\" deal\",\"b\":1}", r#"InnerQuotes at 5..21 | quotes inside a text end it too early | write `\"` for each quote inside the text"#),
    ("[\"\"abc\"\"]", r#"InnerQuotes at 1..8 | quotes inside a text end it too early | write `\"` for each quote inside the text"#),
    ("[\"a\nb\"]", r#"LineBreakInString at 3..4 | a text cannot run over several lines | write the text on one line, with `\n` for each line break"#),
    ("[\"a\r\nb\nc\"]", r#"LineBreakInString at 3..5 | a text cannot run over several lines | write the text on one line, with `\n` for each line break"#),
    ("[\"a\tb\u{1}\"]", r#"ControlCharacter { found: '\t' } at 3..4 | tab inside a text | write `\t`, or a space"#),
    ("[\"C:\\Users\\x\"]", r#"UnknownEscape { found: "\\U" } at 4..6 | `\U` means nothing in JSON | write `\\` for each backslash in a text"#),
    ("[\"\\u12\"]", r#"UnknownEscape { found: "\\u12" } at 2..6 | `\u12` means nothing in JSON | write four digits (0-9, a-f) after `\u`, or `\\` for a backslash"#),
    ("[\"\\'\"]", r#"UnknownEscape { found: "\\'" } at 2..4 | `\'` means nothing in JSON | write `'` without a backslash"#),
    ("[\"\\ud800x\"]", r#"LoneSurrogate { found: "\\ud800" } at 2..8 | `\ud800` is only half a character | write the character itself, or both halves"#),
    ("[\"\\udc00\"]", r#"LoneSurrogate { found: "\\udc00" } at 2..8 | `\udc00` is only half a character | write the character itself, or both halves"#),
    ("[\"\\é\"]", r#"UnknownEscape { found: "\\é" } at 2..5 | `\é` means nothing in JSON | write `\\` for each backslash in a text"#),
    ("[\"\\\n\"]", r#"LineBreakInString at 3..4 | a text cannot run over several lines | write the text on one line, with `\n` for each line break"#),
    ("[\u{a0}1]", r#"OddSpace { found: '\u{a0}' } at 1..3 | a space that JSON does not know (U+00A0) | remove it, or write an ordinary space"#),
    ("[1\u{200b},2]", r#"OddSpace { found: '\u{200b}' } at 2..5 | a space that JSON does not know (U+200B) | remove it, or write an ordinary space"#),
    ("[1,\u{feff}\u{feff}2]", r#"OddSpace { found: '\u{feff}' } at 3..9 | a space that JSON does not know (U+FEFF) | remove it, or write an ordinary space"#),
    ("\u{feff}\u{feff}1", r#"OddSpace { found: '\u{feff}' } at 3..6 | a space that JSON does not know (U+FEFF) | remove it, or write an ordinary space"#),
    ("[1 @ 2]", r#"UnquotedText { text: "1 @ 2" } at 1..6 | the text `1 @ 2` is not in quotes | write `"1 @ 2"`"#),
    ("[@]", "Unexpected { found: '@' } at 1..2 | unexpected `@` | remove it"),
    ("{\"a\":1,@}", "Unexpected { found: '@' } at 7..8 | unexpected `@` | remove it"),
    ("{@\"a\":1}", "Unexpected { found: '@' } at 1..2 | unexpected `@` | remove it"),
    ("[1,\0]", r#"Unexpected { found: '\0' } at 3..4 | unexpected control character U+0000 | remove it"#),
    ("\0", "NotJson at 0..1 | this is not JSON | a proposal starts with `{`, a list of proposals with `[`"),
    ("{\"a\":1 @,\"b\":2}", r#"UnquotedText { text: "1 @" } at 5..8 | the text `1 @` is not in quotes | write `"1 @"`"#),
    ("{..., \"a\":1}", "Unexpected { found: '.' } at 1..4 | unexpected `.` | remove it"),
    ("[1, ...]", "Unexpected { found: '.' } at 4..7 | unexpected `.` | remove it"),
    (",", "Unexpected { found: ',' } at 0..1 | unexpected `,` | remove it"),
    (":", "Unexpected { found: ':' } at 0..1 | unexpected `:` | remove it"),
    ("}", "StrayClose { found: '}' } at 0..1 | this `}` closes nothing | remove it, or write the opening bracket it belongs to"),
    ("[1:2]", r#"UnquotedText { text: "1:2" } at 1..4 | the text `1:2` is not in quotes | write `"1:2"`"#),];

/// Several mistakes at once.
#[rustfmt::skip]
const SEVERAL: &[(&str, &[&str])] = &[
    ("[1]]]", &["StrayClose { found: ']' } at 3..4 | this `]` closes nothing | remove it, or write the opening bracket it belongs to", "StrayClose { found: ']' } at 4..5 | this `]` closes nothing | remove it, or write the opening bracket it belongs to"]),
    ("[1 , /* c */ ]", &["TrailingComma at 3..4 | comma after the last entry | remove this comma", "Comment at 5..12 | JSON has no comments | remove the comment"]),
    ("[\"a\" \"b\" true null]", &["MissingComma at 4..4 | missing comma between two entries | write `,` here", "MissingComma at 8..8 | missing comma between two entries | write `,` here", "MissingComma at 13..13 | missing comma between two entries | write `,` here"]),
    ("{\"a\"：1，\"b\":2}", &[r#"WrongSeparator { found: "：", write: ':' } at 4..7 | `：` where `:` belongs | write `:` instead"#, r#"WrongSeparator { found: "，", write: ',' } at 8..11 | `，` where `,` belongs | write `,` instead"#]),
    ("{\"a\":1 /* x */, # y\n\"b\":2}", &["Comment at 7..14 | JSON has no comments | remove the comment", "Comment at 16..19 | JSON has no comments | remove the comment"]),
    ("{“a”:“b”}", &[r#"WrongQuotes { text: "a" } at 1..8 | text stands in other quotes than `"` | write `"a"`"#, r#"WrongQuotes { text: "b" } at 9..16 | text stands in other quotes than `"` | write `"b"`"#]),
    ("{a=1}", &[r#"UnquotedName { name: "a" } at 1..2 | the name `a` is not in quotes | write `"a"`"#, r#"WrongSeparator { found: "=", write: ':' } at 2..3 | `=` where `:` belongs | write `:` instead"#]),
    ("[foo // c\n]", &[r#"UnquotedText { text: "foo" } at 1..4 | the text `foo` is not in quotes | write `"foo"`"#, "Comment at 5..9 | JSON has no comments | remove the comment"]),
    ("[False,None,tru,NULL,undefined]", &[r#"Misspelled { found: "False", write: "false" } at 1..6 | JSON does not know the word `False` | write `false`"#, r#"Misspelled { found: "None", write: "null" } at 7..11 | JSON does not know the word `None` | write `null`; a field that is not known yet is better left out or `"unknown"`"#, r#"Misspelled { found: "tru", write: "true" } at 12..15 | JSON does not know the word `tru` | write `true`"#, r#"Misspelled { found: "NULL", write: "null" } at 16..20 | JSON does not know the word `NULL` | write `null`; a field that is not known yet is better left out or `"unknown"`"#, r#"Misspelled { found: "undefined", write: "null" } at 21..30 | JSON does not know the word `undefined` | write `null`; a field that is not known yet is better left out or `"unknown"`"#]),
    ("[NaN,-Infinity,Infinity]", &[r#"NotANumber { found: "NaN" } at 1..4 | `NaN` is not a number in JSON | write a number in digits, or `"unknown"` if it is not known yet"#, r#"NotANumber { found: "-Infinity" } at 5..14 | `-Infinity` is not a number in JSON | write a number in digits, or `"unknown"` if it is not known yet"#, r#"NotANumber { found: "Infinity" } at 15..23 | `Infinity` is not a number in JSON | write a number in digits, or `"unknown"` if it is not known yet"#]),
    ("{\"a\":\"abc", &[r#"UnclosedString { is_name: false } at 5..9 | this text has no closing quote | write `"` at its end"#, r#"Unclosed { write: "}" } at 9..9 opened at 0..1 | this `{` is never closed | write `}` here"#]),
    ("{\"a\":\"C:\\dir\\\",\"b\":1}", &[r#"UnclosedString { is_name: false } at 5..14 | this text has no closing quote | write `"` at its end"#, r#"UnknownEscape { found: "\\d" } at 8..10 | `\d` means nothing in JSON | write `\\` for each backslash in a text"#]),
    ("{'a': 'b', // c\n \"d\": True, e: NaN, \"f\": [1 2,], \"g\" 1 \"h\": \"x\ny\", \"i\": {\"j\": .5 }", &[r#"WrongQuotes { text: "a" } at 1..4 | text stands in other quotes than `"` | write `"a"`"#, r#"WrongQuotes { text: "b" } at 6..9 | text stands in other quotes than `"` | write `"b"`"#, "Comment at 11..15 | JSON has no comments | remove the comment", r#"Misspelled { found: "True", write: "true" } at 22..26 | JSON does not know the word `True` | write `true`"#, r#"UnquotedName { name: "e" } at 28..29 | the name `e` is not in quotes | write `"e"`"#, r#"NotANumber { found: "NaN" } at 31..34 | `NaN` is not a number in JSON | write a number in digits, or `"unknown"` if it is not known yet"#, "MissingComma at 43..43 | missing comma between two entries | write `,` here", "TrailingComma at 45..46 | comma after the last entry | remove this comma", "MissingColon at 52..52 | missing colon between a name and its value | write `:` here", "MissingComma at 54..54 | missing comma between two entries | write `,` here", r#"LineBreakInString at 62..63 | a text cannot run over several lines | write the text on one line, with `\n` for each line break"#, r#"BadNumber { text: ".5", mistake: NoDigitBeforePoint { write: "0.5" } } at 78..80 | the number `.5` has no digit before the point | write `0.5`"#, r#"Unclosed { write: "}" } at 82..82 opened at 0..1 | this `{` is never closed | write `}` here"#]),];

#[test]
fn one_mistake_is_one_error() {
    for (text, expected) in SINGLE {
        let found: Vec<String> = diagnose(text).iter().map(shown).collect();
        assert_eq!(found, [*expected], "{text:?}");
        assert_read(text, &mut Tape::new());
    }
}

#[test]
fn several_mistakes_are_all_shown() {
    for (text, expected) in SEVERAL {
        let found: Vec<String> = diagnose(text).iter().map(shown).collect();
        assert_eq!(found, *expected, "{text:?}");
        assert_read(text, &mut Tape::new());
    }
}

#[test]
fn every_kind_of_mistake_is_tested() {
    let kinds = "EmptyFile NotJson TrailingData TrailingComma ExtraComma MissingComma MissingColon \
                 WrongSeparator MissingValue MissingName NamesInList MissingOpening Unclosed WrongClose \
                 StrayClose Comment WrongQuotes UnquotedName UnquotedText Misspelled NotANumber BadNumber \
                 UnclosedString InnerQuotes LineBreakInString ControlCharacter UnknownEscape LoneSurrogate \
                 OddSpace Unexpected LeadingZero PlusSign NoDigitBeforePoint NoDigitAfterPoint Grouped \
                 DecimalComma NotDecimal NoExponent NoDigits";
    for kind in kinds.split_whitespace() {
        assert!(
            SINGLE.iter().any(|(_, expected)| expected.contains(kind)),
            "{kind}"
        );
    }
}

/// Members with one mistake each, to be put together in any order.
const MISTAKEN: &[&str] = &[
    "\"k\": 1,",
    "'k': 1",
    "k: 1",
    "“k”: 1",
    "\"k: 1",
    "\"k\" 1",
    "\"k\" = 1",
    "\"k\":",
    "\"k\"",
    "\"k\": True",
    "\"k\": None",
    "\"k\": NaN",
    "\"k\": 007",
    "\"k\": .5",
    "\"k\": 2026-11-22",
    "\"k\": Hello World",
    "\"k\": 'it's'",
    "\"k\": \"abc",
    "\"k\": \"a\nb\"",
    "\"k\": \"a\tb\"",
    "\"k\": \"say \"hi\" now\"",
    "\"k\": \"\\x\"",
    "\"k\": \"\\ud800\"",
    "\"k\": [1,]",
    "\"k\": [1 2]",
    "\"k\": [,1]",
    "\"k\": [1}",
    "\"k\": {\"x\": 1]",
    "\"k\": [\"x\": 1, \"y\": 2]",
    "\"k\": {\"x\": 1,}",
    "\"k\": {\"x\": 1 \"y\": 2}",
    "\"k\": /* c */ 1",
    "\"k\": 1 // c",
    "# c\n\"k\": 1",
    "\"k\": \u{a0}1",
    "\"k\": 1,000",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mistakes_do_not_hide_each_other(
        picked in proptest::collection::vec(proptest::sample::select(MISTAKEN), 1..12),
        fine in proptest::collection::vec(any::<bool>(), 12),
    ) {
        let mut text = "{\n".to_owned();
        let mut starts = Vec::new();
        for (member, fine) in picked.iter().zip(fine) {
            if fine {
                text.push_str("  \"fine\": [{\"x\": true}, -1.5e3],\n");
            }
            starts.push(text.len() as u32);
            // A comment at the end of a line takes the comma with it.
            let (member, comment) = member.split_once(" //").map_or((*member, ""), |(m, _)| (m, " // c"));
            text.push_str(&format!("  {member},{comment}\n"));
        }
        text.push_str("  \"last\": null\n}\n");
        let errors = diagnose(&text);
        prop_assert_eq!(errors.len(), picked.len(), "{}\n{:#?}", text, errors);
        for (error, start) in errors.iter().zip(starts) {
            prop_assert!(error.at.start >= start, "{}\n{:#?}", text, errors);
        }
        assert_read(&text, &mut Tape::new());
    }
}

#[test]
fn too_deep_is_said_quickly_with_both_brackets() {
    for (text, at, opener) in [
        ("[".repeat(1_000_000), 128..129, 127..128),
        ("{\"a\":".repeat(200_000), 640..641, 635..636),
        ("[ ".repeat(128) + "{}", 256..257, 254..255),
    ] {
        let errors = diagnose(&text);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].kind, SyntaxErrorKind::TooDeep);
        assert_eq!(
            (errors[0].at.clone(), errors[0].opener.clone()),
            (at, Some(opener))
        );
        assert_eq!(
            errors[0].message(),
            "brackets are nested more than 128 deep"
        );
        assert_eq!(parse(&text, &mut Tape::new()).unwrap_err(), errors[0]);
    }
}

#[test]
fn a_flood_of_mistakes_is_cut_off() {
    for text in [
        "[".to_owned() + &"1 ".repeat(100_000),
        "//\n".repeat(100_000),
        "{".to_owned() + &"@".repeat(1000),
        "[".to_owned() + &"\u{a0}1,".repeat(10_000),
        "[\"a".to_owned() + &"\nb".repeat(200_000) + "\"]",
        "{\"a\":".to_owned() + &"x,".repeat(100_000) + "}",
        "[".to_owned() + &"\"a\":1,".repeat(100_000) + "1]",
        "[".to_owned() + &"\"a\"b".repeat(100_000) + "]",
        "{".to_owned() + &"\"a\" ".repeat(100_000),
    ] {
        let errors = diagnose(&text);
        assert!((1..=MAX_SYNTAX_ERRORS).contains(&errors.len()));
        assert_read(&text, &mut Tape::new());
    }
}

#[test]
fn long_texts_are_shown_short() {
    let errors = diagnose(&format!(
        "{{\"a\": '{}', \"b\": {}}}",
        "é".repeat(500),
        "word ".repeat(100)
    ));
    let lengths: Vec<usize> = errors.iter().map(|e| e.message().chars().count()).collect();
    assert!(lengths.iter().all(|&n| n < 100), "{lengths:?}");
    assert_eq!(errors[0].help().unwrap(), "write `\"` before and after it");
}

// ---------------------------------------------------------------- bytes and lines

#[test]
fn bytes_that_are_no_utf8() {
    assert_eq!(decode("é".as_bytes()), Ok("é"));
    assert_eq!(decode(b""), Ok(""));
    assert_eq!(decode(b"1"), Ok("1"));

    let latin = decode(b"{\"name\": \"Caf\xe9\", \"x\": \"\xff\"}").unwrap_err();
    assert_eq!(latin.at, 13..16);
    assert_eq!(&latin.lossy[13..16], "\u{fffd}");
    assert_eq!(latin.message, "the byte E9 is not valid UTF-8");
    assert_eq!(
        latin.help,
        "save the file again with the encoding UTF-8 (in the older Windows encoding this would be `é`)"
    );

    let cut = decode(b"{\"a\": \"\xe2\x82").unwrap_err();
    assert_eq!(cut.at, 7..10);
    assert_eq!(
        cut.message,
        "the bytes E2 82 are not valid UTF-8: the file ends inside a character"
    );
    assert_eq!(cut.help, "save the file again with the encoding UTF-8");

    for wide in [
        b"\xff\xfe{\0}\0".as_slice(),
        b"\xfe\xff\0{\0}".as_slice(),
        b"{\0}\0".as_slice(),
        b"\0{\0}".as_slice(),
    ] {
        let wide = decode(wide).unwrap_err();
        assert_eq!(wide.lossy.trim_start_matches('\u{feff}'), "{}");
        assert!(
            wide.lossy
                .get(wide.at.start as usize..wide.at.end as usize)
                .is_some()
        );
        assert_eq!(
            wide.message,
            "this file is saved as UTF-16 (\"Unicode\"), not as UTF-8"
        );
        assert_eq!(wide.help, "save it again with the encoding UTF-8");
    }
}

#[test]
fn lines_that_hold_something() {
    let text = "\u{feff}{\"a\":1}\r\n\r\n  \n{\"b\":2}\n\t\r\n{\"c\":\r}";
    let found: Vec<_> = records(text).map(|r| (r.line, r.offset, r.text)).collect();
    assert_eq!(
        found,
        [
            (1, 0, "\u{feff}{\"a\":1}"),
            (4, 17, "{\"b\":2}"),
            (6, 28, "{\"c\":\r}")
        ]
    );
    for (_, offset, line) in found {
        assert!(text[offset..].starts_with(line));
        assert!(parse(line, &mut Tape::new()).is_ok() || line.contains('c'));
    }
    assert_eq!(
        records("").count() + records("\n\r\n \u{feff}\n").count(),
        0
    );
    assert_eq!(records("1\n").count(), 1);

    assert!(looks_like_records("\n{\"a\":1,}\r\n{\"b\":2}"));
    assert!(!looks_like_records("{\n{\n"));
    assert!(!looks_like_records("{\"a\":1}\n"));
    assert!(!looks_like_records("[{}]\n{}"));
}

// ---------------------------------------------------------------- jsonschema

#[test]
fn the_schema_view_keeps_the_contract() {
    let text = serde_json::to_string(&jsonschema::json::conformance::document()).unwrap();
    let mut tape = Tape::new();
    let document = parse(&text, &mut tape).unwrap();
    jsonschema::json::conformance::assert_conformance::<CarnetJson>(&node(
        document,
        document.root(),
    ));
}

#[test]
fn schema_errors_are_those_of_serde_json() {
    let schema = json!({
        "type": "object",
        "required": ["id", "data"],
        "additionalProperties": false,
        "propertyNames": {"maxLength": 6},
        "properties": {
            "id": {"type": "string", "pattern": "^TP-", "minLength": 4},
            "data": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"enum": ["a", "b", 1, null, [1]]}},
            "n": {"type": "integer", "minimum": 0, "maximum": 100, "multipleOf": 5},
            "w": {"anyOf": [{"const": "unknown"}, {"type": "boolean"}]},
            "o": {"$ref": "#"},
        },
    });
    let ours = jsonschema::options_for::<CarnetJson>()
        .build(&schema)
        .unwrap();
    let theirs = jsonschema::options().build(&schema).unwrap();
    let mut tape = Tape::new();
    for text in [
        r#"{"id": "TP-1", "data": ["a"]}"#,
        r#"{"id": "TP", "data": [], "zzz": 1, "n": -1}"#,
        r#"{"id": 1, "data": ["a", "a", "c", 1.0, null, [1], [1.0]], "n": 7.5}"#,
        r#"{"id": "\u0054P-é", "data": {}, "n": 1e2, "w": "unkn\u006fwn"}"#,
        r#"{"n": 1e3, "w": 1, "o": {"id": "TP-1", "o": {}}, "much too long": 1}"#,
        r#"{"id": "TP-1", "data": ["b"], "n": 123456789012345678901234567891}"#,
        r#"[1, {"id": 2}]"#,
        "null",
    ] {
        let value: Value = serde_json::from_str(text).unwrap();
        let document = parse(text, &mut tape).unwrap();
        let root = node(document, document.root());
        let show = |e: jsonschema::ValidationError<'_>| format!("{} {e}", e.instance_path());
        let mut expected: Vec<String> = theirs.iter_errors(&value).map(show).collect();
        let mut found: Vec<String> = ours.iter_errors(root).map(show).collect();
        // serde_json's members come sorted, ours in the order of the text.
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{text}");
        assert_eq!(ours.is_valid(root), expected.is_empty());
        for error in ours.iter_errors(root) {
            let at = document.locate(error.instance_path().as_str());
            assert!(at.is_some(), "{}", error.instance_path());
        }
    }
    // A number that no float holds is above every maximum, and no crash.
    let document = parse(r#"{"id": "TP-1", "data": ["a"], "n": 1e400}"#, &mut tape).unwrap();
    assert!(!ours.is_valid(node(document, document.root())));
}
