//! The name of a finding that survives moves of lines, files and list elements.

use crate::document::Key;
use crate::facts::{Facts, NodeRef};
use crate::finding::Outcome;
use crate::vocabulary::{Shape, ShapeId, Vocabulary};
use sha2::{Digest, Sha256};

/// A fingerprint: rule, proposal id, outcome and the pointer with list elements named by their key
/// field. 16 hexadecimal digits.
pub fn fingerprint(rule: &str, proposal: &str, outcome: Outcome, named_pointer: &str) -> String {
    let mut hash = Sha256::new();
    let outcome = match outcome {
        Outcome::Fail => "fail",
        Outcome::Undetermined => "undetermined",
        Outcome::Pass => "pass",
        Outcome::NotApplicable => "not_applicable",
    };
    for part in [rule, proposal, outcome, named_pointer] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A pointer whose list indexes are replaced by the element's key field:
/// `/importer/certifications/scheme=global_prp/valid_until`. A second element of the same key is
/// `…#2`; an element without its key keeps its index.
pub fn named_pointer(
    vocabulary: &Vocabulary,
    root_shape: Option<ShapeId>,
    facts: &Facts,
    part: u16,
    pointer: &str,
) -> String {
    let Some(document) = facts.part(part).map(|part| part.document) else {
        return pointer.to_owned();
    };
    let mut at = Some(NodeRef {
        part,
        node: document.root(),
    });
    let mut shape = root_shape;
    let mut out = String::new();
    for step in pointer.split('/').skip(1) {
        out.push('/');
        let name = step.replace("~1", "/").replace("~0", "~");
        let list = shape.and_then(|shape| match vocabulary.shape(shape) {
            Shape::List(list) => Some(list),
            _ => None,
        });
        if let (Some(list), Ok(index)) = (list, name.parse::<usize>()) {
            let elements: Vec<NodeRef> = at
                .map(|at| facts.elements(at).collect())
                .unwrap_or_default();
            let key_of = |element: NodeRef| {
                let key = list.key?;
                facts.text(facts.field(element, &Key::new(key))?)
            };
            let element = elements.get(index).copied();
            match element.and_then(key_of) {
                Some(key) => {
                    let same = elements
                        .iter()
                        .take(index)
                        .filter(|e| key_of(**e).as_deref() == Some(&key))
                        .count();
                    out.push_str(list.key.unwrap_or_default());
                    out.push('=');
                    out.push_str(&key);
                    if same > 0 {
                        out.push_str(&format!("#{}", same + 1));
                    }
                }
                None => out.push_str(step),
            }
            at = element;
            shape = Some(list.item);
        } else {
            out.push_str(step);
            at = at.and_then(|at| facts.field(at, &Key::new(&name)));
            shape = shape.and_then(|shape| Some(vocabulary.object(shape)?.field(&name)?.shape));
        }
    }
    out
}
