//! Rule files.

use super::gate::read_doors;
use super::*;
use crate::document::yaml::YamlId;
use crate::finding::{Effect, Problem, RuleId, Severity};
use crate::rule::compile::{Compiler, Names, Scope};
use crate::rule::condition::{Path, Slot, ValueType};
use crate::rule::{Among, Body, Each, Pack, Rule, Status};
use crate::vocabulary::PROPOSAL;

pub(super) fn read_rule(
    file: &Loaded,
    pack: &Pack,
    names: &Names,
    problems: &mut Vec<Problem>,
) -> Option<Rule> {
    let before = problems.len();
    let mut reader = file.reader(problems);
    let root = reader.tree.root();
    let keys = [
        "id",
        "title",
        "status",
        "aliases",
        "severity",
        "effect",
        "source",
        "effective",
        "why",
        "fix",
        "each",
        "speaks_for",
        "when",
        "require",
        "doors",
        "message",
        "undetermined",
        "note",
        "examples",
        "equivalent",
    ];
    if !reader.expect_map(root, &keys) {
        return None;
    }
    let id = identifier(&mut reader, root, file.place().1);
    let title = reader.required_text(root, "title");
    let severities = [
        ("error", Severity::Error),
        ("warning", Severity::Warning),
        ("info", Severity::Info),
    ];
    let severity = reader
        .required(root, "severity")
        .and_then(|node| reader.word(node, &severities));
    let effects = [
        ("prohibition", Effect::Prohibition),
        ("condition", Effect::Condition),
        ("duty", Effect::Duty),
        ("advice", Effect::Advice),
    ];
    let effect = reader
        .required(root, "effect")
        .and_then(|node| reader.word(node, &effects));
    let states = [
        ("draft", Status::Draft),
        ("stable", Status::Stable),
        ("deprecated", Status::Deprecated),
    ];
    let status = match reader.tree.get(root, "status") {
        Some(node) => reader.word(node, &states).unwrap_or(Status::Stable),
        None => Status::Stable,
    };
    let aliases = reader.texts(root, "aliases");
    let why = reader.required_text(root, "why");
    let sources = sources(&mut reader, root);
    let effective = reader.tree.get(root, "effective").and_then(|node| {
        reader.expect_map(node, &["from", "until"]);
        window(&mut reader, node)
    });
    if reader.tree.get(root, "examples").is_none() {
        reader.mistake(
            root,
            "`examples` are missing",
            Some("a rule is proved by its examples".to_owned()),
        );
    }
    equivalent(&mut reader, root);
    let mut scope = Scope::rule(names.vocabulary.root(PROPOSAL));
    let mut compiler = Compiler {
        reader: &mut reader,
        names,
    };
    let each = match compiler.reader.tree.get(root, "each") {
        Some(node) => each_of(&mut compiler, node, &mut scope),
        None => None,
    };
    let speaks_for = match compiler.reader.tree.get(root, "speaks_for") {
        Some(node) => document_of(&mut compiler, node, &mut scope),
        None => None,
    };
    let when = compiler
        .reader
        .tree
        .get(root, "when")
        .map(|node| compiler.condition(node, &mut scope));
    let fix = compiler
        .reader
        .required(root, "fix")
        .and_then(|node| compiler.template(node, &mut scope));
    let message = compiler
        .reader
        .required(root, "message")
        .and_then(|node| compiler.say(node, &mut scope));
    let undetermined = compiler
        .reader
        .tree
        .get(root, "undetermined")
        .and_then(|node| compiler.template(node, &mut scope));
    let tree = compiler.reader.tree;
    let body = match (tree.get(root, "require"), tree.get(root, "doors")) {
        (Some(node), None) => compiler
            .condition(node, &mut scope)
            .map(|require| Body::Require(Box::new(require))),
        (None, Some(node)) => Some(Body::Gate(read_doors(
            &mut compiler,
            node,
            pack,
            &mut scope,
        ))),
        (Some(_), Some(node)) => {
            compiler.reader.mistake(
                node,
                "`require` and `doors` together",
                Some("a gate has doors only".to_owned()),
            );
            None
        }
        (None, None) => {
            compiler.reader.mistake(
                root,
                "`require` is missing",
                Some("or `doors`, for a gate".to_owned()),
            );
            None
        }
    };
    let span = tree
        .get(root, "id")
        .map_or(reader.span(root), |node| reader.span(node));
    if reader.problems.len() > before {
        return None;
    }
    Some(Rule {
        id: RuleId(id?),
        title: title?,
        status,
        aliases,
        severity: severity?,
        effect: effect?,
        sources,
        why: why?,
        fix: fix?,
        effective,
        each,
        speaks_for,
        spoken_for: None,
        when: when.flatten(),
        body: body?,
        message: message?,
        undetermined,
        slots: scope.slots,
        dated: scope.dated,
        file: file.file,
        span,
    })
}

/// `{list: PATH, as: NAME}`; the name stays in scope.
pub(super) fn walk(compiler: &mut Compiler, node: YamlId, scope: &mut Scope) -> Option<Among> {
    compiler.reader.expect_map(node, &["list", "as"]);
    let list = compiler.reader.required(node, "list")?;
    compiler.reader.required(node, "as")?;
    let (list, slot) = compiler.walk(node, list, scope)?;
    Some(Among { list, slot })
}

/// `{list: PATH or several, as: NAME}`; the name stays in scope.
fn each_of(compiler: &mut Compiler, node: YamlId, scope: &mut Scope) -> Option<Each> {
    compiler.reader.expect_map(node, &["list", "as"]);
    let list = compiler.reader.required(node, "list")?;
    compiler.reader.required(node, "as")?;
    let (lists, slot) = compiler.walk_all(node, list, scope)?;
    Some(Each { lists, slot })
}

/// A path to a field that names another document.
fn document_of(compiler: &mut Compiler, node: YamlId, scope: &mut Scope) -> Option<Path> {
    let path = compiler.path(node, scope)?;
    let vocabulary = compiler.names.vocabulary;
    let field = path
        .field
        .and_then(|(shape, index)| vocabulary.object(shape)?.fields.get(index));
    let is_document = path.value == ValueType::Text && field.is_some_and(|f| f.document.is_some());
    if !is_document {
        let message = format!("`{}` names no other document", path.text);
        let help = "give a field such as `exporter.profile`".to_owned();
        compiler.reader.mistake(node, message, Some(help));
        return None;
    }
    Some(path)
}

/// Finds for each rule the one that speaks for it: both are asked about the same elements, and
/// what the rule requires is the document, or read from it alone.
pub(super) fn let_speak(rules: &mut [Rule]) {
    let speakers: Vec<(usize, String, Vec<String>)> = rules
        .iter()
        .enumerate()
        .filter_map(|(index, rule)| {
            let path = rule.speaks_for.as_ref()?;
            Some((index, path.text.clone(), asked_about(rule)))
        })
        .collect();
    for rule in rules.iter_mut().filter(|rule| rule.speaks_for.is_none()) {
        let about = asked_about(rule);
        let mut required: Vec<String> = Vec::new();
        let inner = rule.each.as_ref().map_or(3, |each| each.slot.0 + 1);
        rule.each_required_path(&mut |path| {
            // A name bound inside stands for a part of a list that was named itself.
            if path.slot == Slot::ROOT || (path.slot.0 > 2 && path.slot.0 < inner) {
                required.push(path.text.clone());
            }
        });
        let speaker = speakers.iter().find(|(_, document, elements)| {
            let inside = |path: &String| {
                let rest = path.strip_prefix(document.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            *elements == about && !required.is_empty() && required.iter().all(inside)
        });
        rule.spoken_for = speaker.map(|(index, ..)| *index);
    }
}

fn asked_about(rule: &Rule) -> Vec<String> {
    let lists = rule.each.iter().flat_map(|each| &each.lists);
    lists.map(|list| list.text.clone()).collect()
}
