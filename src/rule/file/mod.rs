//! Rule, pack, table and definition files: from YAML maps to the types of [`super`].
//!
//! Files refer to each other, so they are compiled in order: tables, heads of definitions, bodies of
//! definitions, packs, rules. A broken file is left out and told; the others go on.

mod definition;
mod gate;
mod pack;
mod rule;
mod table;

use definition::{reaches, read_definition, read_head, report_cycles};
use pack::{Shared, put_off, read_pack};
use table::read_table;

use crate::document::yaml::{YamlId, YamlKind, YamlTree};
use crate::finding::{Certainty, Problem, Severity, Source};
use crate::rule::compile::{DefinitionHead, Names};
use crate::rule::condition::Condition;
use crate::rule::table::{Day, Window};
use crate::rule::{Definition, Pack, Parameters, RuleSet, RuleSource, When};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::vocabulary::Vocabulary;
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::yaml_reader::Reader;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

const CERTAINTIES: [(&str, Certainty); 4] = [
    ("verified", Certainty::Verified),
    ("secondary", Certainty::Secondary),
    ("derived", Certainty::Derived),
    ("unverified", Certainty::Unverified),
];

/// A file with its tree and its name in the source map.
struct Loaded<'a> {
    source: &'a RuleSource,
    tree: Cow<'a, YamlTree>,
    file: FileId,
}

impl Loaded<'_> {
    fn reader<'r>(&'r self, problems: &'r mut Vec<Problem>) -> Reader<'r> {
        Reader {
            tree: &self.tree,
            file: self.file,
            shown: &self.source.shown,
            code: "broken-rule",
            problems,
        }
    }

    /// The folder and the stem of the file's name.
    fn place(&self) -> (&str, &str) {
        let path = self
            .source
            .path
            .strip_suffix(".yaml")
            .unwrap_or(&self.source.path);
        path.rsplit_once('/').unwrap_or(("", path))
    }
}

/// See [`super::compile`].
pub(super) fn compile(
    files: &[RuleSource],
    parameters: &Parameters,
    sources: &mut SourceMap,
    when: When,
) -> (RuleSet, Vec<Problem>) {
    let mut problems = Vec::new();
    let loaded = placed(load(files, sources, &mut problems), &mut problems);
    let mut set = RuleSet {
        vocabulary: Vocabulary::shipped(),
        packs: Vec::new(),
        definitions: Vec::new(),
        tables: Arc::default(),
    };
    let in_folder =
        |folder: &'static str| loaded.iter().filter(move |file| file.place().0 == folder);
    let mut tables = Vec::new();
    for file in in_folder("tables") {
        tables.extend(read_table(file, &mut problems));
    }
    set.tables = Arc::new(tables);
    let heads: Vec<(&Loaded, DefinitionHead)> = in_folder("definitions")
        .filter_map(|file| Some((file, read_head(file, &set.vocabulary, &mut problems)?)))
        .collect();
    let (files_of_heads, heads): (Vec<&Loaded>, Vec<DefinitionHead>) = heads.into_iter().unzip();
    let mut calls: Vec<Vec<(usize, bool)>> = Vec::new();
    let mut definitions = Vec::new();
    let names = Names {
        vocabulary: &set.vocabulary,
        tables: &set.tables,
        definitions: &heads,
        parameters: &[],
        trusted: files.iter().all(|file| file.shipped),
        dated: &[],
    };
    let mut reads_date = Vec::new();
    for (file, head) in files_of_heads.iter().zip(&heads) {
        let (definition, scope) = read_definition(file, head, &names, &mut problems);
        definitions.push(definition);
        reads_date.push(scope.dated);
        calls.push(scope.calls);
    }
    let dated: Vec<bool> = (0..heads.len())
        .map(|i| {
            let mut dated = reads_date.iter().enumerate().filter(|(_, dated)| **dated);
            dated.any(|(other, _)| i == other || reaches(&calls, i, other, |_| true))
        })
        .collect();
    let names = Names {
        dated: &dated,
        ..names
    };
    report_cycles(&files_of_heads, &heads, &calls, &mut problems);
    let recursive: Vec<bool> = (0..heads.len())
        .map(|i| reaches(&calls, i, i, |_| true))
        .collect();

    let mut folders: BTreeMap<&str, Vec<&Loaded>> = BTreeMap::new();
    for file in &loaded {
        let folder = file.place().0;
        if !folder.is_empty() && !SHARED_FOLDERS.contains(&folder) {
            folders.entry(folder).or_default().push(file);
        }
    }
    let mut packs: Vec<(Pack, &Vec<&Loaded>)> = Vec::new();
    for (folder, files) in &folders {
        let pack = read_pack(folder, files, &names, parameters, when, &mut problems);
        packs.extend(pack.map(|pack| (pack, files)));
    }
    let packs: Vec<Pack> = match when {
        When::Now => packs.into_iter().map(|(pack, _)| pack).collect(),
        When::Needed => {
            let shared = Arc::new(Shared {
                vocabulary: set.vocabulary,
                tables: Arc::clone(&set.tables),
                definitions: heads,
                dated,
            });
            packs
                .into_iter()
                .map(|(pack, files)| put_off(pack, files, &shared))
                .collect()
        }
    };
    // A definition that did not compile leaves a hole: what calls it is unknown, and its file's
    // problem was told.
    for (i, definition) in definitions.into_iter().enumerate() {
        if let Some(mut definition) = definition {
            definition.recursive = recursive.get(i).copied().unwrap_or(false);
            set.definitions.push(definition);
        } else {
            set.definitions.push(hole());
        }
    }
    unknown_parameters(&packs, parameters, &mut problems);
    if when == When::Now {
        twice(&packs, &loaded, &mut problems);
    }
    set.packs = packs;
    (set, problems)
}

/// The files that stand where they may. A file in no folder, a second file of one name, and a file
/// put into a shipped pack are told and left out.
fn placed<'a>(loaded: Vec<Loaded<'a>>, problems: &mut Vec<Problem>) -> Vec<Loaded<'a>> {
    let shipped: Vec<String> = loaded
        .iter()
        .filter(|file| file.source.shipped)
        .map(|file| file.place().0.to_owned())
        .collect();
    let mut kept: Vec<Loaded> = Vec::new();
    for file in loaded {
        let folder = file.place().0;
        let shared = SHARED_FOLDERS.contains(&folder);
        let twin = kept
            .iter()
            .find(|other| other.source.path == file.source.path);
        let (message, help) = if folder.is_empty() {
            let help = "put it into the folder of its pack, or into `tables` or `definitions`";
            ("this file stands in no folder".to_owned(), help)
        } else if let Some(twin) = twin {
            let message = format!(
                "there is a file of this name already: {}",
                twin.source.shown
            );
            (message, "give it, and its `id`, a name of its own")
        } else if !file.source.shipped && !shared && shipped.iter().any(|name| name == folder) {
            let message = format!("`{folder}` is a shipped pack");
            (
                message,
                "put your rules into a folder of their own, with a `pack.yaml`",
            )
        } else {
            kept.push(file);
            continue;
        };
        let mut reader = file.reader(problems);
        let root = reader.tree.root();
        reader.mistake(root, message, Some(help.to_owned()));
    }
    kept
}

fn hole() -> Definition {
    Definition {
        id: String::new(),
        title: String::new(),
        over: Vec::new(),
        parameters: Vec::new(),
        holds: Condition {
            kind: crate::rule::condition::ConditionKind::Unsettled(
                "a definition is broken".to_owned(),
            ),
            site: crate::rule::condition::Site {
                span: crate::source::Span::new(FileId(0), 0..0),
                because: None,
                otherwise: None,
            },
        },
        slots: 4,
        recursive: false,
        file: FileId(0),
    }
}

fn load<'a>(
    files: &'a [RuleSource],
    sources: &mut SourceMap,
    problems: &mut Vec<Problem>,
) -> Vec<Loaded<'a>> {
    let mut loaded = Vec::new();
    for source in files {
        if !source.path.ends_with(".yaml") {
            continue;
        }
        let file = sources.add(SourceFile::new(source.shown.clone(), source.text.as_ref()));
        let tree = match &source.tree {
            Some(tree) => Cow::Borrowed(tree),
            None => match YamlTree::parse(&source.text) {
                Ok(tree) => Cow::Owned(tree),
                Err(errors) => {
                    for error in errors {
                        problems.push(Problem {
                            severity: Severity::Error,
                            code: "broken-rule".to_owned(),
                            path: source.shown.clone(),
                            message: error.message,
                            help: error.help,
                            labels: vec![crate::finding::Label {
                                span: crate::source::Span::new(file, error.at),
                                target: crate::finding::Target::Text,
                                pointer: String::new(),
                                text: String::new(),
                            }],
                        });
                    }
                    continue;
                }
            },
        };
        loaded.push(Loaded { source, tree, file });
    }
    loaded
}

/// `from` and `until` of a map; `None` after a mistake.
fn window(reader: &mut Reader, map: YamlId) -> Option<Window> {
    let mut ends = [None, None];
    for (end, key) in ends.iter_mut().zip(["from", "until"]) {
        if let Some(node) = reader.tree.get(map, key) {
            *end = Some(day(reader, node)?);
        }
    }
    let [from, until] = ends;
    if let (Some(Day::Exact(first)), Some(Day::Exact(last))) = (from, until)
        && last < first
    {
        reader.mistake(
            map,
            format!("it ends ({last}) before it begins ({first})"),
            None,
        );
        return None;
    }
    Some(Window { from, until })
}

fn day(reader: &mut Reader, node: YamlId) -> Option<Day> {
    if reader.tree.kind(node) != YamlKind::Map {
        return reader.date(node).map(Day::Exact);
    }
    reader.expect_map(node, &["earliest", "latest"]);
    let mut ends = [None, None];
    for (end, key) in ends.iter_mut().zip(["earliest", "latest"]) {
        if let Some(node) = reader.tree.get(node, key) {
            *end = Some(reader.date(node)?);
        }
    }
    let [earliest, latest] = ends;
    if let (Some(first), Some(last)) = (earliest, latest)
        && last < first
    {
        let message = format!("the earliest day ({first}) lies after the latest ({last})");
        reader.mistake(node, message, None);
        return None;
    }
    Some(Day::Between { earliest, latest })
}

/// The folders that every pack shares, which are packs of nothing themselves.
pub const SHARED_FOLDERS: [&str; 3] = ["tables", "definitions", "bases"];

/// The stem of a pack's own file, which no rule can have.
pub const MANIFEST: &str = "pack";

/// Whether a text may be the id of a pack, a rule, a table or a definition.
pub fn is_id(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && !text.starts_with('-') && text.chars().all(letter)
}

/// The `id` of a file, which must be its stem.
fn identifier(reader: &mut Reader, root: YamlId, stem: &str) -> Option<String> {
    let node = reader.required(root, "id")?;
    let id = reader.text(node)?;
    if id != stem {
        let message = format!("the id `{id}` is not the file's name");
        reader.mistake(
            node,
            message,
            Some(format!("write `id: {stem}` or rename the file")),
        );
    }
    if !is_id(&id) {
        let help = Some("small letters, digits and hyphens".to_owned());
        reader.mistake(node, format!("`{id}` is not an id"), help);
        return None;
    }
    Some(id)
}

fn sources(reader: &mut Reader, root: YamlId) -> Vec<Source> {
    let mut sources = Vec::new();
    if reader.required(root, "source").is_none() {
        return sources;
    }
    let items = reader.list(root, "source");
    if items.is_empty() {
        reader.mistake(
            root,
            "`source` is empty",
            Some("a rule without a source is an opinion".to_owned()),
        );
    }
    for item in items {
        reader.expect_map(item, &["cite", "url", "requirement", "certainty", "note"]);
        let cite = reader.required_text(item, "cite");
        let url = reader.optional_text(item, "url");
        let requirement = reader.optional_text(item, "requirement");
        let certainty = reader
            .required(item, "certainty")
            .and_then(|node| reader.word(node, &CERTAINTIES));
        if let (Some(cite), Some(certainty)) = (cite, certainty) {
            sources.push(Source {
                cite,
                url,
                requirement,
                certainty,
            });
        }
    }
    sources
}

/// `equivalent`: read for its form only. What it says is for the bench, which reads it by itself.
fn equivalent(reader: &mut Reader, root: YamlId) {
    for item in reader.list(root, "equivalent") {
        if reader.expect_map(item, &["mutant", "because"]) {
            reader.required_text(item, "mutant");
            reader.required_text(item, "because");
        }
    }
}

fn unknown_parameters(packs: &[Pack], values: &Parameters, problems: &mut Vec<Problem>) {
    let known: Vec<String> = packs
        .iter()
        .flat_map(|pack| {
            pack.parameters
                .iter()
                .map(move |p| format!("{}.{}", pack.id.0, p.name))
        })
        .collect();
    for name in values.keys().filter(|name| !known.contains(name)) {
        let names = || known.iter().map(String::as_str);
        let help = match did_you_mean(name, names()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("parameters: {}", list_words(names())),
        };
        problems.push(Problem {
            severity: Severity::Error,
            code: "unknown-parameter".to_owned(),
            path: String::new(),
            message: format!("no pack has a parameter `{name}`"),
            help: Some(help),
            labels: Vec::new(),
        });
    }
}

/// A rule id or alias that two rules claim.
fn twice(packs: &[Pack], loaded: &[Loaded], problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for pack in packs {
        for rule in &pack.rules {
            let names = std::iter::once(&rule.id.0).chain(&rule.aliases);
            for name in names {
                if let Some(other) = seen.insert(name, &pack.id.0)
                    && let Some(file) = loaded.iter().find(|file| file.file == rule.file)
                {
                    let mut reader = file.reader(problems);
                    let message =
                        format!("the id `{name}` is taken by a rule of the pack `{other}`");
                    reader.mistake_at(
                        rule.span,
                        message,
                        Some("ids are unique over all packs".to_owned()),
                    );
                }
            }
        }
    }
}
