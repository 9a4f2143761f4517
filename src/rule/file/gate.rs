//! The doors of a gate.

use super::rule::walk;
use super::*;
use crate::document::yaml::YamlId;
use crate::rule::compile::{Compiler, Scope};
use crate::rule::condition::{Say, Template, ValueType};
use crate::rule::{GateDoor, Pack};
use crate::vocabulary::{PROPOSAL, ShapeId, Vocabulary};

pub(super) fn read_doors(
    compiler: &mut Compiler,
    node: YamlId,
    pack: &Pack,
    scope: &mut Scope,
) -> Vec<GateDoor> {
    let mut doors: Vec<GateDoor> = Vec::new();
    for item in compiler.reader.items(node) {
        if let Some(door) = door(compiler, item, pack, scope) {
            doors.push(door);
        }
    }
    for (word, door) in &pack.mechanisms {
        if !doors.iter().any(|known| known.id == *door) {
            let message =
                format!("the manifest sends `{word}` to the door `{door}`, and the gate has none");
            compiler.reader.mistake(node, message, None);
        }
    }
    doors
}

pub(super) fn door(
    compiler: &mut Compiler,
    item: YamlId,
    pack: &Pack,
    scope: &mut Scope,
) -> Option<GateDoor> {
    let keys = [
        "id",
        "title",
        "mechanism",
        "fact",
        "among",
        "require",
        "because",
        "message",
        "needs",
        "fix",
        "source",
    ];
    if !compiler.reader.expect_map(item, &keys) {
        return None;
    }
    let id = compiler.reader.required_text(item, "id")?;
    let title = compiler.reader.required_text(item, "title")?;
    let words: Vec<String> = pack
        .mechanisms
        .iter()
        .filter(|(_, door)| *door == id)
        .map(|(word, _)| word.clone())
        .collect();
    let tree = compiler.reader.tree;
    let fact = match tree.get(item, "fact") {
        Some(node) => Some(compiler.condition(node, scope)?),
        None => None,
    };
    if words.is_empty() && fact.is_none() {
        let help = "name it under `mechanisms` in `pack.yaml`, or give it a `fact`".to_owned();
        compiler.reader.mistake(
            item,
            format!("nothing relies on the door `{id}`"),
            Some(help),
        );
    }
    let mut bound = 0;
    let mechanism = match tree.get(item, "mechanism") {
        Some(node) => {
            let name = compiler.reader.text(node)?;
            let element = mechanism_type(compiler.names.vocabulary)?;
            bound += 1;
            Some(scope.bind(&name, vec![ValueType::Object(element)], false))
        }
        None => None,
    };
    let among = match tree.get(item, "among") {
        Some(node) => {
            let each = walk(compiler, node, scope)?;
            bound += 1;
            Some(each)
        }
        None => None,
    };
    let require = compiler
        .reader
        .required(item, "require")
        .and_then(|node| compiler.condition(node, scope));
    let mut say = |key: &str, scope: &mut Scope| match tree.get(item, key) {
        Some(node) => compiler.say(node, scope),
        None => Some(Say::default()),
    };
    let because = say("because", scope);
    let message = say("message", scope);
    let needs = say("needs", scope);
    let fix: Option<Option<Template>> = match tree.get(item, "fix") {
        Some(node) => compiler.template(node, scope).map(Some),
        None => Some(None),
    };
    for _ in 0..bound {
        scope.unbind();
    }
    let sources = match tree.get(item, "source") {
        Some(_) => sources(compiler.reader, item),
        None => Vec::new(),
    };
    Some(GateDoor {
        sources,
        id,
        title,
        words,
        mechanism,
        fact,
        among,
        require: require?,
        because: because?,
        message: message?,
        needs: needs?,
        fix: fix?,
    })
}

/// The type of an entry of the proposal's `mechanisms`.
pub(super) fn mechanism_type(vocabulary: &Vocabulary) -> Option<ShapeId> {
    let field = vocabulary.field_at(vocabulary.root(PROPOSAL)?, &["mechanisms"])?;
    Some(vocabulary.inside(field))
}
