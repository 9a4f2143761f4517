//! Any bytes: no panic, every span in the text, the same verdict and values as `serde_json`,
//! and words for every text that is refused.
#![no_main]

use carnet::document::{
    Document, Key, Kind, MAX_SYNTAX_ERRORS, NodeId, SyntaxErrorKind, Tape, decode, diagnose, parse,
    records,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.at.start as usize..error.at.end as usize;
            assert!(error.lossy.get(at).is_some());
            return;
        }
    };
    let mut tape = Tape::new();
    read(text, &mut tape);
    for record in records(text) {
        assert!(text.get(record.offset..).is_some_and(|rest| rest.starts_with(record.text)));
        read(record.text, &mut tape);
    }
});

fn read(text: &str, tape: &mut Tape) {
    let errors = diagnose(text);
    assert!(errors.len() <= MAX_SYNTAX_ERRORS);
    assert!(errors.is_sorted_by_key(|e| e.at.start));
    for error in &errors {
        assert_ne!(error.kind, SyntaxErrorKind::Unreadable);
        let mut ranges = vec![error.at.clone()];
        ranges.extend(error.opener.clone());
        for range in ranges {
            assert!(text.get(range.start as usize..range.end as usize).is_some());
        }
        assert!(!error.message().is_empty() && error.help().is_some());
    }
    let expected = serde_json::from_str::<Value>(text.strip_prefix('\u{feff}').unwrap_or(text));
    // serde_json refuses numbers out of range, and nesting one level earlier.
    let excused = expected.as_ref().is_err_and(|error| {
        let error = error.to_string();
        error.contains("number out of range") || error.contains("recursion limit")
    });
    match parse(text, tape) {
        Ok(document) => {
            assert!(errors.is_empty());
            assert!(expected.is_ok() || excused);
            if let (Ok(value), []) = (&expected, document.duplicates()) {
                same(document, document.root(), value);
            }
        }
        Err(error) => {
            assert!(expected.is_err());
            assert_eq!(errors.first(), Some(&error));
        }
    }
}

fn same(document: Document<'_>, at: NodeId, value: &Value) {
    assert_eq!(serde_json::from_str::<Value>(document.raw(at)).as_ref().ok(), Some(value));
    assert_eq!(document.locate(&document.pointer(at)), Some(at));
    match value {
        Value::Null => assert_eq!(document.kind(at), Kind::Null),
        Value::Bool(value) => assert_eq!(document.boolean(at), Some(*value)),
        Value::Number(_) => assert_eq!(document.number(at), Some(document.raw(at))),
        Value::String(text) => {
            assert!(document.string_is(at, text));
            assert_eq!(document.string(at).as_deref(), Some(text.as_str()));
        }
        Value::Array(elements) => {
            assert_eq!(document.elements(at).count(), elements.len());
            for (element, value) in document.elements(at).zip(elements) {
                same(document, element, value);
            }
        }
        Value::Object(members) => {
            assert_eq!(document.members(at).count(), members.len());
            for (name, value) in members {
                match document.get(at, &Key::new(name)) {
                    Some(member) => same(document, member, value),
                    None => panic!("{name:?} is missing"),
                }
            }
        }
    }
}
