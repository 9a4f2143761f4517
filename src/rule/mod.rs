//! Rules: from the files people write to the form the engine asks.
//!
//! `reader` reads a YAML file with all its mistakes, `file` turns rule, pack, table and definition
//! files into the types below, `compile` resolves their conditions against the vocabulary. A
//! [`RuleSet`] can hold only what compiled; every mistake of every file is a [`Problem`] with its
//! place.

pub mod bench;
pub mod compile;
pub mod condition;
pub mod example;
pub mod file;
mod later;
pub mod reads;
pub mod shipped;
pub mod table;
mod visit;

use crate::finding::{Effect, PackId, PackKind, Problem, RuleId, Severity, Source, Tone};
pub use crate::rule::condition::Template;
use crate::rule::condition::{Condition, Path, Say, Slot, ValueType};
pub use crate::rule::later::Rules;
use crate::rule::table::{Table, Window};
use crate::source::{FileId, SourceMap, Span};
use crate::vocabulary::{ShapeId, Vocabulary};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A rule, compiled.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: RuleId,
    pub title: String,
    pub status: Status,
    pub aliases: Vec<String>,
    pub severity: Severity,
    pub effect: Effect,
    pub sources: Vec<Source>,
    pub why: String,
    pub fix: Template,
    /// The days on which the rule is law.
    pub effective: Option<Window>,
    /// The lists about whose every element the rule is asked.
    pub each: Option<Each>,
    /// A document that other rules of the pack read: where it is not given, this rule alone says so.
    pub speaks_for: Option<Path>,
    /// The rule of the pack, by index, that speaks for this one where its document is not given.
    pub spoken_for: Option<usize>,
    pub when: Option<Condition>,
    pub body: Body,
    pub message: Say,
    pub undetermined: Option<Template>,
    /// How many names a frame of this rule binds.
    pub slots: usize,
    /// Whether anything in it reads the law date, so that its answer may end some day.
    pub dated: bool,
    pub file: FileId,
    /// The `id` in the rule file.
    pub span: Span,
}

/// How finished a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Draft,
    Stable,
    Deprecated,
}

/// Lists whose elements are asked about one by one; a single object stands for a list of one.
#[derive(Clone, Debug)]
pub struct Each {
    pub lists: Vec<Path>,
    pub slot: Slot,
}

/// A list of which one element must satisfy.
#[derive(Clone, Debug)]
pub struct Among {
    pub list: Path,
    pub slot: Slot,
}

/// What a rule asks.
#[derive(Clone, Debug)]
pub enum Body {
    Require(Box<Condition>),
    /// A prohibition with several ways to permit the transfer.
    Gate(Vec<GateDoor>),
}

/// A way to permit a transfer.
#[derive(Clone, Debug)]
pub struct GateDoor {
    pub id: String,
    pub title: String,
    /// The words of `mechanisms[].type` that rely on it.
    pub words: Vec<String>,
    /// The name of the entry of `mechanisms` that relies on it.
    pub mechanism: Option<Slot>,
    /// The fact by which it is relied on without a word.
    pub fact: Option<Condition>,
    /// The list of which one element must satisfy.
    pub among: Option<Among>,
    pub require: Condition,
    pub because: Say,
    pub message: Say,
    pub needs: Say,
    pub fix: Option<Template>,
    /// Its own sources, shown instead of the gate's where it is the door that was tried.
    pub sources: Vec<Source>,
}

/// A named condition.
#[derive(Clone, Debug)]
pub struct Definition {
    pub id: String,
    pub title: String,
    pub over: Vec<ShapeId>,
    pub parameters: Vec<(String, ValueType)>,
    pub holds: Condition,
    pub slots: usize,
    /// Calls itself, so that its answers are remembered per element.
    pub recursive: bool,
    pub file: FileId,
}

/// A pack: the rules of one law or programme.
#[derive(Clone, Debug)]
pub struct Pack {
    pub id: PackId,
    pub title: String,
    pub kind: PackKind,
    pub applies: Option<Condition>,
    pub applies_slots: usize,
    /// Whether `applies` reads the law date, so that its answer may end some day.
    pub applies_dated: bool,
    pub researched_on: Date,
    /// Which mechanism word relies on which door.
    pub mechanisms: Vec<(String, String)>,
    pub requirements: Vec<Requirement>,
    pub parameters: Vec<Parameter>,
    pub verdicts: Vec<VerdictWord>,
    pub leaves_out: Vec<String>,
    pub assumes: Vec<String>,
    pub rules: Rules,
    pub shipped: bool,
    /// SHA-256 of the pack's files, hexadecimal.
    pub digest: String,
}

/// A numbered requirement of a pack, or a lettered item of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    pub id: String,
    pub title: String,
    pub certainty: crate::finding::Certainty,
    /// The heading under which the requirements of one kind stand.
    pub group: Option<String>,
    /// The requirement of an earlier edition that this one continues.
    pub was: Option<String>,
    pub change: Change,
    pub known: Known,
    /// What an assessor expects to see.
    pub expects: Option<String>,
}

impl Requirement {
    /// Whether this is a lettered item, such as `cbpr:2024:35b`.
    pub fn is_item(&self) -> bool {
        self.id.ends_with(|last: char| last.is_ascii_lowercase())
    }

    /// The edition it belongs to: its id up to the last colon.
    pub fn edition(&self) -> &str {
        self.id.rsplit_once(':').map_or("", |(edition, _)| edition)
    }
}

/// What an edition did to a requirement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change {
    #[default]
    Kept,
    New,
    Modified,
}

/// How much of a requirement could be read by whoever wrote its rules down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// Its wording.
    Text,
    /// What it is about.
    Subject,
    /// Nothing of it: it is written from general knowledge.
    #[default]
    Unverified,
}

/// Something of a pack that the caller may set.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub meaning: String,
    pub words: Vec<String>,
    pub value: condition::Literal,
}

/// A verdict word of a pack's own.
#[derive(Clone, Debug)]
pub struct VerdictWord {
    pub word: String,
    /// When it is said; always, if absent.
    pub when: Option<Condition>,
    pub slots: usize,
    pub tone: Tone,
}

/// Everything that is asked of a proposal.
#[derive(Clone, Debug)]
pub struct RuleSet {
    pub vocabulary: Vocabulary,
    pub packs: Vec<Pack>,
    pub definitions: Vec<Definition>,
    pub tables: Arc<Vec<Table>>,
}

impl RuleSet {
    /// The earliest day of which a rule or a row of a table tells.
    pub fn first_day(&self) -> Option<Date> {
        let rules = self.packs.iter().flat_map(|pack| pack.rules.iter());
        let rules = rules.filter_map(|rule| rule.effective.as_ref());
        let rows = self.tables.iter().flat_map(|table| &table.rows);
        let windows = rules.chain(rows.map(|row| &row.window));
        windows.flat_map(Window::days).min()
    }

    /// The pack of an id.
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id.0 == id)
    }

    /// The rule of an id or a former id, with its pack.
    pub fn rule(&self, id: &str) -> Option<(&Pack, &Rule)> {
        let rules = || {
            self.packs
                .iter()
                .flat_map(|pack| pack.rules.iter().map(move |r| (pack, r)))
        };
        rules()
            .find(|(_, rule)| rule.id.0 == id)
            .or_else(|| rules().find(|(_, rule)| rule.aliases.iter().any(|alias| alias == id)))
    }
}

/// Values for parameters of packs: `pack.parameter` to what the caller wrote.
pub type Parameters = BTreeMap<String, String>;

/// One file of a rules folder.
#[derive(Clone, Debug)]
pub struct RuleSource {
    /// Inside the rules folder, with `/`: `sg-pdpa/pack.yaml`.
    pub path: String,
    /// As shown to people.
    pub shown: String,
    pub text: std::borrow::Cow<'static, str>,
    /// Read at build time for shipped files.
    pub tree: Option<crate::document::yaml::YamlTree>,
    pub shipped: bool,
}

/// The shipped rules, each pack compiled when it first applies. That they compile is what the tests
/// of [`compile()`] are for.
pub fn shipped_rules(parameters: &Parameters, sources: &mut SourceMap) -> (RuleSet, Vec<Problem>) {
    file::compile(&shipped::files(), parameters, sources, When::Needed)
}

/// When the rules of a pack are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Now,
    Needed,
}

/// Compiles files into a rule set. What is broken is left out and told.
pub fn compile(
    files: &[RuleSource],
    parameters: &Parameters,
    sources: &mut SourceMap,
) -> (RuleSet, Vec<Problem>) {
    file::compile(files, parameters, sources, When::Now)
}
