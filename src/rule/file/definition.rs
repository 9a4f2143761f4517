//! Definition files, and the proof that calls among them end.

use super::*;
use crate::document::yaml::YamlKind;
use crate::finding::Problem;
use crate::rule::Definition;
use crate::rule::compile::{Compiler, DefinitionHead, Names, Scope};
use crate::rule::condition::ValueType;
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{PROPOSAL, Vocabulary};

pub(super) fn read_head(
    file: &Loaded,
    vocabulary: &Vocabulary,
    problems: &mut Vec<Problem>,
) -> Option<DefinitionHead> {
    let mut reader = file.reader(problems);
    let root = reader.tree.root();
    reader.expect_map(
        root,
        &[
            "id",
            "title",
            "over",
            "parameters",
            "holds",
            "source",
            "note",
            "examples",
            "equivalent",
        ],
    );
    let id = identifier(&mut reader, root, file.place().1)?;
    reader.required_text(root, "title")?;
    let over = reader.required(root, "over")?;
    let items = match reader.tree.kind(over) {
        YamlKind::List => reader.items(over),
        _ => vec![over],
    };
    let mut shapes = Vec::new();
    for item in items {
        let name = reader.text(item)?;
        match vocabulary.type_named(&name) {
            Some(shape) => shapes.push(shape),
            None => {
                let known = vocabulary.type_names();
                let names = || known.iter().copied();
                let help = match did_you_mean(&name, names()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("types: {}", list_words(names())),
                };
                reader.mistake(item, format!("the schema has no type `{name}`"), Some(help));
            }
        }
    }
    let kinds = [
        ("date", ValueType::Date),
        ("number", ValueType::Number),
        ("text", ValueType::Text),
        ("word", ValueType::Text),
        ("duration", ValueType::Duration),
        ("yes_no", ValueType::YesNo),
    ];
    let mut parameters = Vec::new();
    if let Some(map) = reader.tree.get(root, "parameters") {
        let entries = reader.entries(map);
        for (key, kind) in entries {
            let name = reader.tree.text(key).to_owned();
            parameters.push((name, reader.word(kind, &kinds)?));
        }
    }
    Some(DefinitionHead {
        id,
        over: shapes,
        parameters,
    })
}

pub(super) fn read_definition(
    file: &Loaded,
    head: &DefinitionHead,
    names: &Names,
    problems: &mut Vec<Problem>,
) -> (Option<Definition>, Scope) {
    let mut scope = Scope::definition(names.vocabulary.root(PROPOSAL), head);
    let mut reader = file.reader(problems);
    let root = reader.tree.root();
    let title = reader.optional_text(root, "title").unwrap_or_default();
    let Some(body) = reader.required(root, "holds") else {
        return (None, scope);
    };
    if reader.tree.get(root, "examples").is_none() {
        reader.mistake(root, "`examples` are missing", None);
    }
    equivalent(&mut reader, root);
    let holds = Compiler {
        reader: &mut reader,
        names,
    }
    .condition(body, &mut scope);
    let definition = holds.map(|holds| Definition {
        id: head.id.clone(),
        title,
        over: head.over.clone(),
        parameters: head.parameters.clone(),
        holds,
        slots: scope.slots,
        recursive: false,
        file: file.file,
    });
    (definition, scope)
}

/// Whether calls that pass `allowed` lead from one definition to another.
pub(super) fn reaches(
    calls: &[Vec<(usize, bool)>],
    from: usize,
    to: usize,
    allowed: impl Fn(bool) -> bool,
) -> bool {
    let mut seen = vec![false; calls.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for (next, descends) in calls.get(at).into_iter().flatten() {
            if !allowed(*descends) {
                continue;
            }
            if *next == to {
                return true;
            }
            if let Some(seen) = seen.get_mut(*next)
                && !*seen
            {
                *seen = true;
                open.push(*next);
            }
        }
    }
    false
}

pub(super) fn report_cycles(
    files: &[&Loaded],
    heads: &[DefinitionHead],
    calls: &[Vec<(usize, bool)>],
    problems: &mut Vec<Problem>,
) {
    for (i, (file, head)) in files.iter().zip(heads).enumerate() {
        if reaches(calls, i, i, |descends| !descends) {
            let mut reader = file.reader(problems);
            let root = reader.tree.root();
            let place = reader.tree.get(root, "holds").unwrap_or(root);
            let message = format!(
                "`{}` calls itself on its own subject and would never end",
                head.id
            );
            let help = "call it on an element of a list inside `it`".to_owned();
            reader.mistake(place, message, Some(help));
        }
    }
}
