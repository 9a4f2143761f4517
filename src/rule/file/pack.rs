//! Pack manifests.

use super::rule::{let_speak, read_rule};
use super::*;
use crate::document::yaml::YamlId;
use crate::finding::{PackId, PackKind, Problem, Tone};
use crate::rule::compile::{Compiler, DefinitionHead, Names, Scope};
use crate::rule::condition::{Decimal, Duration, Literal, ValueType, parse_date};
use crate::rule::table::Table;
use crate::rule::{
    Change, Known, Pack, Parameter, Parameters, Requirement, Rule, RuleSource, Rules, VerdictWord,
};
use crate::vocabulary::PROPOSAL;
use crate::vocabulary::suggest::list_words;
use crate::vocabulary::{Shape, Words};
use crate::yaml_reader::Reader;
use sha2::{Digest, Sha256};
use std::sync::Arc;

pub(super) fn read_pack(
    folder: &str,
    files: &[&Loaded],
    names: &Names,
    values: &Parameters,
    when: When,
    problems: &mut Vec<Problem>,
) -> Option<Pack> {
    let Some(manifest) = files.iter().find(|file| file.place().1 == MANIFEST) else {
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
    if when == When::Now {
        pack.rules = rules_of(&pack, files, names, problems).into();
    }
    pack.digest = digest(folder, files);
    Some(pack)
}

/// The rules of a pack whose manifest is read.
fn rules_of(
    pack: &Pack,
    files: &[&Loaded],
    names: &Names,
    problems: &mut Vec<Problem>,
) -> Vec<Rule> {
    let names = Names {
        parameters: &pack.parameters,
        ..*names
    };
    let mut rules = Vec::new();
    for file in files {
        if file.place().1 != MANIFEST {
            rules.extend(read_rule(file, pack, &names, problems));
        }
    }
    let_speak(&mut rules);
    rules
}

/// What rules are compiled against, kept for later.
pub(super) struct Shared {
    pub(super) vocabulary: Vocabulary,
    pub(super) tables: Arc<Vec<Table>>,
    pub(super) definitions: Vec<DefinitionHead>,
    pub(super) dated: Vec<bool>,
}

/// Puts the rules of a shipped pack off until they are asked.
pub(super) fn put_off(mut pack: Pack, files: &[&Loaded], shared: &Arc<Shared>) -> Pack {
    let kept: Vec<(RuleSource, YamlTree, FileId)> = files
        .iter()
        .map(|file| {
            (
                file.source.clone(),
                file.tree.clone().into_owned(),
                file.file,
            )
        })
        .collect();
    let (head, shared) = (pack.clone(), Arc::clone(shared));
    pack.rules = Rules::later(files.len() - 1, move || {
        let loaded: Vec<Loaded> = kept
            .iter()
            .map(|(source, tree, file)| Loaded {
                source,
                tree: Cow::Borrowed(tree),
                file: *file,
            })
            .collect();
        let files: Vec<&Loaded> = loaded.iter().collect();
        let names = Names {
            vocabulary: &shared.vocabulary,
            tables: &shared.tables,
            definitions: &shared.definitions,
            parameters: &[],
            trusted: true,
            dated: &shared.dated,
        };
        rules_of(&head, &files, &names, &mut Vec::new())
    });
    pack
}

/// SHA-256 of the names and texts of a pack's files; of shipped files, as the build found it.
pub(super) fn digest(folder: &str, files: &[&Loaded]) -> String {
    if files.iter().all(|file| file.source.shipped)
        && let Some(known) = crate::rule::shipped::digest(folder)
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

pub(super) fn manifest_of(
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
        let entries = reader.entries(map);
        for (word, door) in entries {
            let door = reader.text(door)?;
            let known = mechanism_words(names.vocabulary);
            let name = reader.tree.text(word).to_owned();
            if known.is_none_or(|words| words.word(&name).is_none()) {
                let words = || {
                    known
                        .into_iter()
                        .flat_map(|w| w.words.iter().map(|w| w.text))
                };
                let help = match did_you_mean(&name, words()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("one of {}", list_words(words())),
                };
                let message = format!("the schema has no mechanism `{name}`");
                reader.mistake(word, message, Some(help));
            }
            mechanisms.push((reader.tree.text(word).to_owned(), door));
        }
    }
    let requirements = requirements_of(&mut reader, root);
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
        let mut scope = Scope::rule(proposal);
        let when = match compiler.reader.tree.get(node, "when") {
            Some(when) => Some(compiler.condition(when, &mut scope)?),
            None => None,
        };
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
        applies_dated: scope.dated,
        researched_on: researched_on?,
        mechanisms,
        requirements,
        parameters,
        verdicts,
        leaves_out,
        assumes,
        rules: Vec::new().into(),
        shipped: file.source.shipped,
        digest: String::new(),
    })
}

/// The numbered requirements. One that names the requirement it continues takes from it what it does
/// not say itself.
fn requirements_of(reader: &mut Reader, root: YamlId) -> Vec<Requirement> {
    let changes = [("new", Change::New), ("modified", Change::Modified)];
    let knowns = [
        ("text", Known::Text),
        ("subject", Known::Subject),
        ("unverified", Known::Unverified),
    ];
    let keys = [
        "id",
        "title",
        "certainty",
        "group",
        "was",
        "change",
        "known",
        "expects",
    ];
    let mut requirements: Vec<Requirement> = Vec::new();
    for node in reader.list(root, "requirements") {
        reader.expect_map(node, &keys);
        let Some(id) = reader.required_text(node, "id") else {
            continue;
        };
        if requirements.iter().any(|known| known.id == id) {
            let message = format!("the requirement `{id}` is listed twice");
            reader.mistake(node, message, None);
            continue;
        }
        let was = reader.optional_text(node, "was");
        let before = was
            .as_ref()
            .and_then(|was| requirements.iter().find(|known| known.id == *was));
        if let (Some(was), None) = (&was, before) {
            let message = format!("`{was}` is not listed above `{id}`");
            reader.mistake(node, message, None);
            continue;
        }
        let before = before.cloned();
        let title = match (reader.tree.get(node, "title"), &before) {
            (None, Some(before)) => Some(before.title.clone()),
            _ => reader.required_text(node, "title"),
        };
        let certainty = reader
            .required(node, "certainty")
            .and_then(|node| reader.word(node, &CERTAINTIES));
        let group = reader.optional_text(node, "group");
        let expects = reader.optional_text(node, "expects");
        let change = reader.tree.get(node, "change");
        let change = change.and_then(|node| reader.word(node, &changes));
        let known = reader.tree.get(node, "known");
        let known = known.and_then(|node| reader.word(node, &knowns));
        let (Some(title), Some(certainty)) = (title, certainty) else {
            continue;
        };
        requirements.push(Requirement {
            id,
            title,
            certainty,
            group: group.or_else(|| before.as_ref()?.group.clone()),
            was,
            change: change.unwrap_or_default(),
            known: known
                .or_else(|| before.as_ref().map(|before| before.known))
                .unwrap_or_default(),
            expects: expects.or_else(|| before?.expects),
        });
    }
    requirements
}

pub(super) fn parameters_of(
    reader: &mut Reader,
    root: YamlId,
    pack: &str,
    values: &Parameters,
) -> Option<Vec<Parameter>> {
    let mut parameters = Vec::new();
    let Some(map) = reader.tree.get(root, "parameters") else {
        return Some(parameters);
    };
    let entries = reader.entries(map);
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

pub(super) fn parameter_value(text: &str, kind: ValueType, words: &[String]) -> Option<Literal> {
    match kind {
        ValueType::Number => Decimal::parse(text).map(Literal::Number),
        ValueType::Date => parse_date(text).map(Literal::Date),
        ValueType::Duration => Duration::parse(text).map(Literal::Duration),
        ValueType::YesNo => text.parse().ok().map(Literal::YesNo),
        _ => (words.is_empty() || words.iter().any(|word| word == text))
            .then(|| Literal::Text(text.to_owned())),
    }
}

/// The words of `mechanisms[].type`.
fn mechanism_words(vocabulary: &Vocabulary) -> Option<&'static Words> {
    let field = vocabulary.field_at(vocabulary.root(PROPOSAL)?, &["mechanisms", "type"])?;
    match vocabulary.shape(field.shape) {
        Shape::Words(words) => Some(words),
        _ => None,
    }
}
