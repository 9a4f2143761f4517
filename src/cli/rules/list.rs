//! `carnet rules list`.

use super::{effect_word, load, report_broken, severity_word, unknown_pack};
use crate::cli::args::{RulesListArgs, SeverityName};
use crate::cli::exit::ExitCode;
use crate::cli::{error, look, print};
use crate::finding::Severity;
use crate::rule::bench::coverage::{named, number_of};
use crate::rule::condition::parse_date;
use crate::rule::reads::{all_fields, fields_of, is_field, steps};
use crate::rule::{Rule, RuleSet};
use crate::source::SourceMap;
use crate::truth::Truth;
use crate::vocabulary::suggest::did_you_mean;
use jiff::civil::Date;

/// How deep fields are named in "did you mean".
const DEPTH: usize = 5;

/// Which rules are listed.
struct Filter<'a> {
    requirement: Option<&'a str>,
    field: Option<Vec<String>>,
    severities: Vec<Severity>,
    as_of: Option<Date>,
}

impl Filter<'_> {
    fn takes(&self, set: &RuleSet, rule: &Rule) -> bool {
        let requirement = self.requirement.is_none_or(|id| {
            named(rule)
                .iter()
                .any(|named| *named == id || number_of(named) == id)
        });
        let severity = self.severities.is_empty() || self.severities.contains(&rule.severity);
        let in_force = match (self.as_of, &rule.effective) {
            (Some(day), Some(window)) => window.contains(day) != Truth::False,
            _ => true,
        };
        let reads = |steps: &Vec<String>| {
            let fields = fields_of(set, rule);
            fields.iter().any(|field| field.lies_at(steps))
        };
        requirement && severity && in_force && self.field.as_ref().is_none_or(reads)
    }

    fn is_open(&self) -> bool {
        let asks = self.requirement.is_some() || self.field.is_some() || self.as_of.is_some();
        !asks && self.severities.is_empty()
    }
}

/// Lists the rules, a pack after the other.
pub(in crate::cli) fn list(args: &RulesListArgs) -> ExitCode {
    let loaded = match load(&args.rules, SourceMap::new()) {
        Ok(loaded) => loaded,
        Err(message) => {
            error(&message, None);
            return ExitCode::NotAsAsked;
        }
    };
    let set = &loaded.set;
    let broken = report_broken(&loaded, &look::options(&Default::default(), true));
    let unknown = |name: &&String| set.pack(name).is_none();
    if let Some(unknown) = args.pack.iter().find(unknown) {
        unknown_pack(set, unknown);
        return ExitCode::NotAsAsked;
    }
    let filter = match filter(args, set) {
        Ok(filter) => filter,
        Err(code) => return code,
    };
    let packs = set
        .packs
        .iter()
        .filter(|pack| args.pack.is_empty() || args.pack.contains(&pack.id.0));
    let packs: Vec<_> = packs
        .map(|pack| {
            let rules = pack.rules.iter().filter(|rule| filter.takes(set, rule));
            (pack, rules.collect::<Vec<&Rule>>())
        })
        .filter(|(_, rules)| filter.is_open() || !rules.is_empty())
        .collect();
    let rules = packs.iter().flat_map(|(_, rules)| rules);
    let width = rules.map(|rule| rule.id.0.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (pack, rules) in &packs {
        let all = pack.rules.len();
        let s = if all == 1 { "" } else { "s" };
        let count = if filter.is_open() {
            all.to_string()
        } else {
            format!("{} of {all}", rules.len())
        };
        out.push_str(&format!(
            "{} ({}), {count} rule{s}, read on {}\n",
            pack.id.0, pack.title, pack.researched_on
        ));
        for rule in rules {
            let severity = severity_word(rule.severity);
            let effect = effect_word(rule.effect);
            out.push_str(&format!(
                "  {:width$}  {severity:7}  {effect:11}  {}\n",
                rule.id.0, rule.title
            ));
        }
    }
    if packs.is_empty() && !filter.is_open() {
        error("no rule is like that", None);
        return ExitCode::NothingChecked;
    }
    let code = print(&out);
    if broken { ExitCode::NotAsAsked } else { code }
}

/// The filter of the flags; `Err` when a mistake in them was told.
fn filter<'a>(args: &'a RulesListArgs, set: &RuleSet) -> Result<Filter<'a>, ExitCode> {
    let refuse = |message: String, help: Option<String>| {
        error(&message, help.as_deref());
        Err(ExitCode::NotAsAsked)
    };
    let meant = |written: &str, known: &[String], otherwise: &str| match did_you_mean(
        written,
        known.iter().map(String::as_str),
    ) {
        Some(word) => Some(format!("did you mean `{word}`?")),
        None => Some(otherwise.to_owned()),
    };
    if let Some(id) = &args.requirement {
        let listed = set.packs.iter().flat_map(|pack| &pack.requirements);
        let listed = listed.map(|requirement| requirement.id.clone());
        let rules = set.packs.iter().flat_map(|pack| &pack.rules);
        let named = rules.flat_map(named).map(str::to_owned);
        let known: Vec<String> = listed.chain(named).collect();
        if !known
            .iter()
            .any(|known| known == id || number_of(known) == id)
        {
            let help = "`carnet rules coverage` lists the requirements";
            let message = format!("there is no requirement `{id}`");
            return refuse(message, meant(id, &known, help));
        }
    }
    let field = args.field.as_deref().map(steps);
    if let (Some(path), Some(steps)) = (&args.field, &field)
        && !is_field(&set.vocabulary, steps)
    {
        let known = all_fields(&set.vocabulary, DEPTH);
        let help = "`carnet schema transfer-proposal` prints the format";
        let message = format!("the formats have no field `{path}`");
        return refuse(message, meant(path, &known, help));
    }
    let as_of = match &args.as_of {
        None => None,
        Some(text) => match parse_date(text) {
            Some(date) => Some(date),
            None => {
                let message = format!("`--as-of {text}` is not a date");
                return refuse(message, Some("write it as 2026-11-22".to_owned()));
            }
        },
    };
    let severities = args.severity.iter().map(|name| match name {
        SeverityName::Error => Severity::Error,
        SeverityName::Warning => Severity::Warning,
        SeverityName::Info => Severity::Info,
    });
    Ok(Filter {
        requirement: args.requirement.as_deref(),
        field,
        severities: severities.collect(),
        as_of,
    })
}
