//! Rule, pack, table and definition files: from YAML maps to the types of [`super`].
//!
//! Files refer to each other, so they are compiled in order: tables, heads of definitions, bodies of
//! definitions, packs, rules. A broken file is left out and told; the others go on.

use crate::document::yaml::{YamlId, YamlKind, YamlTree};
use crate::finding::{
    Certainty, Effect, PackId, PackKind, Problem, RuleId, Severity, Source, Tone,
};
use crate::rule::compile::{Compiler, DefinitionHead, Names, Scope};
use crate::rule::condition::{
    Condition, Decimal, Duration, Literal, Say, Template, ValueType, parse_date,
};
use crate::rule::reader::Reader;
use crate::rule::table::{Cell, Column, ColumnType, Day, Row, RowSource, Table, Window};
use crate::rule::{
    Body, Definition, Each, GateDoor, Pack, Parameter, Parameters, Requirement, Rule, RuleSet,
    RuleSource, Status, VerdictWord,
};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::vocabulary::suggest::{did_you_mean, list_words};
use crate::vocabulary::{PROPOSAL, ShapeId, Vocabulary};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;

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
) -> (RuleSet, Vec<Problem>) {
    let mut problems = Vec::new();
    let loaded = load(files, sources, &mut problems);
    let mut set = RuleSet {
        vocabulary: Vocabulary::shipped(),
        packs: Vec::new(),
        definitions: Vec::new(),
        tables: Vec::new(),
    };
    let in_folder =
        |folder: &'static str| loaded.iter().filter(move |file| file.place().0 == folder);
    for file in in_folder("tables") {
        set.tables.extend(table(file, &mut problems));
    }
    let heads: Vec<(&Loaded, DefinitionHead)> = in_folder("definitions")
        .filter_map(|file| Some((file, definition_head(file, &set.vocabulary, &mut problems)?)))
        .collect();
    let (files_of_heads, heads): (Vec<&Loaded>, Vec<DefinitionHead>) = heads.into_iter().unzip();
    let mut calls: Vec<Vec<(usize, bool)>> = Vec::new();
    let mut definitions = Vec::new();
    let names = Names {
        vocabulary: &set.vocabulary,
        tables: &set.tables,
        definitions: &heads,
        parameters: &[],
    };
    for (file, head) in files_of_heads.iter().zip(&heads) {
        let (definition, called) = definition(file, head, &names, &mut problems);
        definitions.push(definition);
        calls.push(called);
    }
    report_cycles(&files_of_heads, &heads, &calls, &mut problems);
    let recursive: Vec<bool> = (0..heads.len())
        .map(|i| reaches(&calls, i, i, |_| true))
        .collect();

    let mut folders: BTreeMap<&str, Vec<&Loaded>> = BTreeMap::new();
    for file in &loaded {
        let folder = file.place().0;
        if !matches!(folder, "tables" | "definitions" | "bases" | "") {
            folders.entry(folder).or_default().push(file);
        }
    }
    let mut packs = Vec::new();
    for (folder, files) in &folders {
        packs.extend(pack(folder, files, &names, parameters, &mut problems));
    }
    // A definition that did not compile is a hole; every rule set with problems is refused by the
    // caller, so the hole is never asked.
    for (i, definition) in definitions.into_iter().enumerate() {
        if let Some(mut definition) = definition {
            definition.recursive = recursive.get(i).copied().unwrap_or(false);
            set.definitions.push(definition);
        } else {
            set.definitions.push(hole());
        }
    }
    unknown_parameters(&packs, parameters, &mut problems);
    twice(&packs, &loaded, &mut problems);
    set.packs = packs;
    (set, problems)
}

fn hole() -> Definition {
    Definition {
        id: String::new(),
        title: String::new(),
        over: Vec::new(),
        parameters: Vec::new(),
        holds: Condition {
            kind: crate::rule::condition::ConditionKind::Unsettled(String::new()),
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

fn table(file: &Loaded, problems: &mut Vec<Problem>) -> Option<Table> {
    let mut reader = file.reader(problems);
    let root = reader.tree.root();
    reader.expect_map(
        root,
        &[
            "id", "title", "coverage", "note", "columns", "rows", "sources",
        ],
    );
    let id = identifier(&mut reader, root, file.place().1)?;
    let title = reader.required_text(root, "title")?;
    let coverage = reader.required(root, "coverage")?;
    let complete = reader.word(coverage, &[("complete", true), ("open", false)])?;
    let columns = reader.required(root, "columns")?;
    let entries: Vec<(YamlId, YamlId)> = reader.tree.entries(columns).collect();
    let kinds = [
        ("word", ColumnType::Word),
        ("words", ColumnType::Words),
        ("name", ColumnType::Name),
        ("country", ColumnType::Country),
        ("number", ColumnType::Number),
        ("text", ColumnType::Text),
    ];
    let mut known = Vec::new();
    for (key, kind) in entries {
        let name = reader.tree.text(key).to_owned();
        let kind = reader.word(kind, &kinds)?;
        known.push(Column { name, kind });
    }
    let mut named_sources = Vec::new();
    if let Some(sources) = reader.tree.get(root, "sources") {
        let entries: Vec<(YamlId, YamlId)> = reader.tree.entries(sources).collect();
        for (key, source) in entries {
            reader.expect_map(source, &["cite", "url", "note"]);
            let cite = reader.required_text(source, "cite")?;
            let url = reader.optional_text(source, "url");
            named_sources.push((reader.tree.text(key).to_owned(), RowSource { cite, url }));
        }
    }
    let mut rows = Vec::new();
    let mut allowed: Vec<&str> = known.iter().map(|column| column.name.as_str()).collect();
    allowed.extend(["from", "until", "source", "certainty", "note"]);
    for row in reader.list(root, "rows") {
        if !reader.expect_map(row, &allowed) {
            continue;
        }
        let mut cells = Vec::new();
        for column in &known {
            let Some(cell) = reader.required(row, &column.name) else {
                continue;
            };
            cells.extend(read_cell(&mut reader, cell, column.kind));
        }
        let certainty = reader
            .required(row, "certainty")
            .and_then(|node| reader.word(node, &CERTAINTIES));
        let source = match reader.tree.get(row, "source") {
            Some(node) => {
                let name = reader.text(node)?;
                let found = named_sources.iter().find(|(known, _)| *known == name);
                if found.is_none() {
                    let known = list_words(named_sources.iter().map(|(name, _)| name.as_str()));
                    reader.mistake(
                        node,
                        format!("there is no source `{name}`"),
                        Some(format!("sources: {known}")),
                    );
                }
                found.map(|(_, source)| source.clone())
            }
            None => {
                reader.mistake(
                    row,
                    "`source` is missing",
                    Some("name an entry of `sources`".to_owned()),
                );
                None
            }
        };
        let window = window(&mut reader, row);
        if let (Some(certainty), Some(window), true) =
            (certainty, window, cells.len() == known.len())
        {
            rows.push(Row {
                cells,
                window,
                certainty,
                source,
            });
        }
    }
    Some(Table {
        id,
        title,
        complete,
        columns: known,
        rows,
    })
}

fn read_cell(reader: &mut Reader, node: YamlId, kind: ColumnType) -> Option<Cell> {
    if kind == ColumnType::Number {
        let text = reader.text(node)?;
        let number = Decimal::parse(&text);
        if number.is_none() {
            reader.mistake(node, format!("`{text}` is not a number"), None);
        }
        return number.map(Cell::Number);
    }
    let items = match reader.tree.kind(node) {
        YamlKind::List => reader.items(node),
        _ => vec![node],
    };
    let texts: Option<Vec<String>> = items.into_iter().map(|item| reader.text(item)).collect();
    let normal = |text: String| {
        if kind == ColumnType::Name {
            super::table::normalise(&text)
        } else {
            text
        }
    };
    texts.map(|texts| Cell::Texts(texts.into_iter().map(normal).collect()))
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
    Some(Day::Between { earliest, latest })
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
    let kebab = !id.is_empty()
        && !id.starts_with('-')
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !kebab {
        let help = Some("small letters, digits and hyphens".to_owned());
        reader.mistake(node, format!("`{id}` is not an id"), help);
        return None;
    }
    Some(id)
}

fn definition_head(
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
        let entries: Vec<(YamlId, YamlId)> = reader.tree.entries(map).collect();
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

fn definition(
    file: &Loaded,
    head: &DefinitionHead,
    names: &Names,
    problems: &mut Vec<Problem>,
) -> (Option<Definition>, Vec<(usize, bool)>) {
    let mut reader = file.reader(problems);
    let root = reader.tree.root();
    let title = reader.optional_text(root, "title").unwrap_or_default();
    let Some(body) = reader.required(root, "holds") else {
        return (None, Vec::new());
    };
    if reader.tree.get(root, "examples").is_none() {
        reader.mistake(root, "`examples` are missing", None);
    }
    let mut scope = Scope::definition(names.vocabulary.root(PROPOSAL), head);
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
    (definition, scope.calls)
}

/// Whether calls that pass `allowed` lead from one definition to another.
fn reaches(
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

fn report_cycles(
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

fn pack(
    folder: &str,
    files: &[&Loaded],
    names: &Names,
    values: &Parameters,
    problems: &mut Vec<Problem>,
) -> Option<Pack> {
    let Some(manifest) = files.iter().find(|file| file.place().1 == "pack") else {
        let first = files.first()?;
        let mut reader = first.reader(problems);
        let root = reader.tree.root();
        let help = Some(format!(
            "write `{folder}/pack.yaml` with `id: {folder}`, `title`, `kind`, `researched_on`"
        ));
        reader.mistake(
            root,
            format!("the folder `{folder}` has no `pack.yaml`"),
            help,
        );
        return None;
    };
    let mut pack = manifest_of(folder, manifest, names, values, problems)?;
    let names = Names {
        parameters: &pack.parameters,
        ..*names
    };
    let mut rules = Vec::new();
    for file in files {
        if file.place().1 != "pack" {
            rules.extend(rule(file, &pack, &names, problems));
        }
    }
    pack.rules = rules;
    pack.digest = digest(folder, files);
    Some(pack)
}

/// SHA-256 of the names and texts of a pack's files; of shipped files, as the build found it.
fn digest(folder: &str, files: &[&Loaded]) -> String {
    if files.iter().all(|file| file.source.shipped)
        && let Some(known) = super::shipped::digest(folder)
    {
        return known.to_owned();
    }
    let mut digest = Sha256::new();
    for file in files {
        for part in [
            file.source.path.as_bytes(),
            &[0],
            file.source.text.as_bytes(),
            &[0],
        ] {
            digest.update(part);
        }
    }
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn manifest_of(
    folder: &str,
    file: &Loaded,
    names: &Names,
    values: &Parameters,
    problems: &mut Vec<Problem>,
) -> Option<Pack> {
    let mut reader = file.reader(problems);
    let root = reader.tree.root();
    let keys = [
        "id",
        "title",
        "kind",
        "applies",
        "researched_on",
        "mechanisms",
        "requirements",
        "parameters",
        "verdicts",
        "leaves_out",
        "assumes",
    ];
    reader.expect_map(root, &keys);
    let id = identifier(&mut reader, root, folder);
    let title = reader.required_text(root, "title");
    let kind = reader.required(root, "kind").and_then(|node| {
        reader.word(
            node,
            &[("law", PackKind::Law), ("programme", PackKind::Programme)],
        )
    });
    let researched_on = reader
        .required(root, "researched_on")
        .and_then(|node| reader.date(node));
    let mut mechanisms = Vec::new();
    if let Some(map) = reader.tree.get(root, "mechanisms") {
        let entries: Vec<(YamlId, YamlId)> = reader.tree.entries(map).collect();
        for (word, door) in entries {
            let door = reader.text(door)?;
            mechanisms.push((reader.tree.text(word).to_owned(), door));
        }
    }
    let mut requirements = Vec::new();
    for node in reader.list(root, "requirements") {
        reader.expect_map(node, &["id", "title", "certainty"]);
        let id = reader.required_text(node, "id")?;
        let title = reader.required_text(node, "title")?;
        let certainty = reader
            .required(node, "certainty")
            .and_then(|node| reader.word(node, &CERTAINTIES))?;
        requirements.push(Requirement {
            id,
            title,
            certainty,
        });
    }
    let parameters = parameters_of(&mut reader, root, folder, values)?;
    let leaves_out = reader.texts(root, "leaves_out");
    let assumes = reader.texts(root, "assumes");
    let names = Names {
        parameters: &parameters,
        ..*names
    };
    let proposal = names.vocabulary.root(PROPOSAL);
    let mut scope = Scope::rule(proposal);
    let mut compiler = Compiler {
        reader: &mut reader,
        names: &names,
    };
    let applies = match compiler.reader.tree.get(root, "applies") {
        Some(node) => Some(compiler.condition(node, &mut scope)?),
        None => None,
    };
    let mut verdicts = Vec::new();
    for node in compiler.reader.list(root, "verdicts") {
        compiler.reader.expect_map(node, &["word", "when", "tone"]);
        let word = compiler.reader.required_text(node, "word")?;
        let tones = [
            ("good", Tone::Good),
            ("unclear", Tone::Unclear),
            ("bad", Tone::Bad),
        ];
        let tone = compiler.reader.required(node, "tone")?;
        let tone = compiler.reader.word(tone, &tones)?;
        let when = compiler.reader.required(node, "when")?;
        let mut scope = Scope::rule(proposal);
        let when = compiler.condition(when, &mut scope)?;
        let slots = scope.slots;
        verdicts.push(VerdictWord {
            word,
            when,
            slots,
            tone,
        });
    }
    Some(Pack {
        id: PackId(id?),
        title: title?,
        kind: kind?,
        applies,
        applies_slots: scope.slots,
        researched_on: researched_on?,
        mechanisms,
        requirements,
        parameters,
        verdicts,
        leaves_out,
        assumes,
        rules: Vec::new(),
        shipped: file.source.shipped,
        digest: String::new(),
    })
}

fn parameters_of(
    reader: &mut Reader,
    root: YamlId,
    pack: &str,
    values: &Parameters,
) -> Option<Vec<Parameter>> {
    let mut parameters = Vec::new();
    let Some(map) = reader.tree.get(root, "parameters") else {
        return Some(parameters);
    };
    let entries: Vec<(YamlId, YamlId)> = reader.tree.entries(map).collect();
    for (key, node) in entries {
        let name = reader.tree.text(key).to_owned();
        reader.expect_map(node, &["type", "words", "default", "meaning"]);
        let kinds = [
            ("word", ValueType::Text),
            ("number", ValueType::Number),
            ("date", ValueType::Date),
            ("duration", ValueType::Duration),
            ("yes_no", ValueType::YesNo),
        ];
        let kind = reader.required(node, "type")?;
        let kind = reader.word(kind, &kinds)?;
        let words = reader.texts(node, "words");
        let meaning = reader.required_text(node, "meaning")?;
        let default = reader.required(node, "default")?;
        let default_text = reader.text(default)?;
        let set = values.get(&format!("{pack}.{name}"));
        let text = set.unwrap_or(&default_text);
        let Some(value) = parameter_value(text, kind, &words) else {
            let needed = if words.is_empty() {
                kind.in_words().to_owned()
            } else {
                list_words(words.iter().map(String::as_str))
            };
            let message = format!("`{text}` is no value for `{pack}.{name}`: {needed} is needed");
            reader.mistake(default, message, None);
            return None;
        };
        parameters.push(Parameter {
            name,
            meaning,
            words,
            value,
        });
    }
    Some(parameters)
}

fn parameter_value(text: &str, kind: ValueType, words: &[String]) -> Option<Literal> {
    match kind {
        ValueType::Number => Decimal::parse(text).map(Literal::Number),
        ValueType::Date => parse_date(text).map(Literal::Date),
        ValueType::Duration => Duration::parse(text).map(Literal::Duration),
        ValueType::YesNo => text.parse().ok().map(Literal::YesNo),
        _ => (words.is_empty() || words.iter().any(|word| word == text))
            .then(|| Literal::Text(text.to_owned())),
    }
}

fn rule(file: &Loaded, pack: &Pack, names: &Names, problems: &mut Vec<Problem>) -> Option<Rule> {
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
        "when",
        "require",
        "doors",
        "message",
        "undetermined",
        "note",
        "examples",
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
    let mut scope = Scope::rule(names.vocabulary.root(PROPOSAL));
    let mut compiler = Compiler {
        reader: &mut reader,
        names,
    };
    let each = match compiler.reader.tree.get(root, "each") {
        Some(node) => walk(&mut compiler, node, &mut scope),
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
        (None, Some(node)) => Some(Body::Gate(doors(&mut compiler, node, pack, &mut scope))),
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

/// `{list: PATH, as: NAME}`; the name stays in scope.
fn walk(compiler: &mut Compiler, node: YamlId, scope: &mut Scope) -> Option<Each> {
    compiler.reader.expect_map(node, &["list", "as"]);
    let list = compiler.reader.required(node, "list")?;
    compiler.reader.required(node, "as")?;
    let (list, slot) = compiler.walk(node, list, scope)?;
    Some(Each { list, slot })
}

fn doors(compiler: &mut Compiler, node: YamlId, pack: &Pack, scope: &mut Scope) -> Vec<GateDoor> {
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

fn door(compiler: &mut Compiler, item: YamlId, pack: &Pack, scope: &mut Scope) -> Option<GateDoor> {
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
fn mechanism_type(vocabulary: &Vocabulary) -> Option<ShapeId> {
    let field = vocabulary.field_at(vocabulary.root(PROPOSAL)?, &["mechanisms"])?;
    Some(vocabulary.inside(field))
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
