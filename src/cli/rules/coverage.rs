//! `carnet rules coverage`.

use super::{Bench, aligned, counted};
use crate::cli::args::{RulesCoverageArgs, RulesFormat};
use crate::cli::exit::ExitCode;
use crate::cli::{error, print};
use crate::finding::Certainty;
use crate::rule::bench::coverage::{ByOutcome, Coverage, Edition, Line, coverage as measure};
use crate::rule::bench::excuses;
use crate::rule::example::examples;
use crate::rule::{Change, Known};
use crate::source::SourceMap;
use serde_json::{Value, json};

/// Shows requirement × rules × examples.
pub(in crate::cli) fn coverage(args: &RulesCoverageArgs) -> ExitCode {
    let bench = match Bench::load(args.folder.as_deref(), &args.look) {
        Ok(bench) => bench,
        Err(code) => return code,
    };
    if let Err(code) = bench.knows_packs(&args.pack) {
        return code;
    }
    let found = of_bench(&bench, &args.pack);
    if found.packs.is_empty() && found.unlisted.is_empty() {
        let none = found.left_out.join(", ");
        let help = format!("without numbered requirements: {none}");
        let help = (!none.is_empty()).then_some(help);
        error("no pack has numbered requirements", help.as_deref());
        return ExitCode::NothingChecked;
    }
    let sources = &bench.loaded.sources;
    let text = match args.format {
        RulesFormat::Human => human(&found, sources),
        RulesFormat::Json => format!("{:#}\n", to_json(&found, sources)),
    };
    match print(&text) {
        ExitCode::Clean if found.uncovered + found.unlisted.len() > 0 => ExitCode::Failed,
        code => code,
    }
}

/// The coverage of the packs that are asked about; of all of them, if none is named.
pub(super) fn of_bench(bench: &Bench, packs: &[String]) -> Coverage {
    let (examples, _) = examples(&bench.files);
    let asked = |pack: &str| {
        if packs.is_empty() {
            bench.asks_pack(pack)
        } else {
            packs.iter().any(|name| name == pack)
        }
    };
    let sources = &bench.loaded.sources;
    let file_of = |rule: &crate::rule::Rule| {
        let file = sources.get(rule.file);
        file.map(|file| file.name().to_owned()).unwrap_or_default()
    };
    let set = &bench.loaded.set;
    measure(set, &examples, &excuses(&bench.files), &asked, &file_of)
}

fn human(found: &Coverage, sources: &SourceMap) -> String {
    let mut out = String::new();
    for pack in &found.packs {
        out.push_str(&format!("{} ({})\n", pack.id, pack.title));
        let lines = pack.editions.iter().flat_map(|edition| &edition.lines);
        let rows: Vec<Vec<String>> = lines.map(row).collect();
        let table = aligned(&rows, "    ");
        let mut table = table.lines();
        for edition in &pack.editions {
            out.push_str(&format!("\n{}\n", edition.edition));
            let mut group = None;
            for line in &edition.lines {
                if line.group.is_some() && line.group != group {
                    group.clone_from(&line.group);
                    out.push_str(&format!(
                        "  {}\n",
                        line.group.as_deref().unwrap_or_default()
                    ));
                }
                out.push_str(table.next().unwrap_or_default());
                out.push('\n');
                for rule in &line.rules {
                    out.push_str(&format!("        {rule}\n"));
                }
            }
            out.push_str(&format!("{}\n", summary(edition)));
        }
        out.push('\n');
    }
    if !found.left_out.is_empty() {
        let names = found.left_out.join(", ");
        out.push_str(&format!("without numbered requirements: {names}\n"));
    }
    if !found.unlisted.is_empty() {
        out.push_str("named by a rule and listed by no pack:\n");
        let rows = found.unlisted.iter().map(|(requirement, rule, span)| {
            let file = sources.get(span.file);
            let place = file.map(|file| {
                let line = file.position(span.start).line;
                format!("{}:{line}", file.name())
            });
            vec![requirement.clone(), rule.clone(), place.unwrap_or_default()]
        });
        out.push_str(&aligned(&rows.collect::<Vec<_>>(), "  "));
    }
    out.push_str(&format!(
        "covered {} of {} requirements\n",
        found.covered, found.requirements
    ));
    out
}

/// How many of an edition's requirements have rules, and how well they are known.
pub(super) fn summary(edition: &Edition) -> String {
    let mut out = format!(
        "{} of {} have rules: {} text read, {} subject only, {} unverified",
        edition.covered, edition.requirements, edition.text, edition.subject, edition.unverified
    );
    if edition.items > 0 {
        let items = edition.lines.iter().filter(|line| line.is_item);
        let covered = items.filter(|line| line.covered).count();
        let items = counted(edition.items, "lettered item");
        out.push_str(&format!("; {covered} of {items}"));
    }
    out
}

fn row(line: &Line) -> Vec<String> {
    let indent = if line.is_item { "  " } else { "" };
    vec![
        format!("{indent}{}", line.id),
        if line.covered { "covered" } else { "NO RULE" }.to_owned(),
        known_in_words(line.known).to_owned(),
        match (line.rules.is_empty(), line.covered) {
            (false, _) => counts(line.examples),
            (true, true) => "by its lettered items".to_owned(),
            (true, false) => String::new(),
        },
        line.title.clone(),
    ]
}

fn known_in_words(known: Known) -> &'static str {
    match known {
        Known::Text => "text read",
        Known::Subject => "subject only",
        Known::Unverified => "unverified",
    }
}

fn counts(by: ByOutcome) -> String {
    format!(
        "{} pass, {} fail, {} undetermined, {} n.a.",
        by.pass, by.fail, by.undetermined, by.not_applicable
    )
}

fn to_json(found: &Coverage, sources: &SourceMap) -> Value {
    let packs = found.packs.iter().map(|pack| {
        let editions: Vec<Value> = pack.editions.iter().map(edition_json).collect();
        json!({"id": pack.id, "editions": editions})
    });
    let unlisted = found.unlisted.iter().map(|(requirement, rule, span)| {
        let file = sources.get(span.file);
        let line = file.map(|file| file.position(span.start).line);
        let path = file.map(|file| file.name());
        json!({"requirement": requirement, "rule": rule, "path": path, "line": line})
    });
    json!({
        "version": 1,
        "packs": packs.collect::<Vec<Value>>(),
        "left_out": found.left_out,
        "covered": found.covered,
        "requirements": found.requirements,
        "unlisted": unlisted.collect::<Vec<Value>>(),
    })
}

fn edition_json(edition: &Edition) -> Value {
    let list: Vec<Value> = edition.lines.iter().map(line_json).collect();
    json!({
        "edition": edition.edition,
        "requirements": edition.requirements,
        "covered": edition.covered,
        "items": edition.items,
        "known": {
            "text": edition.text,
            "subject": edition.subject,
            "unverified": edition.unverified,
        },
        "list": list,
    })
}

fn line_json(line: &Line) -> Value {
    let known = match line.known {
        Known::Text => "text",
        Known::Subject => "subject",
        Known::Unverified => "unverified",
    };
    let change = match line.change {
        Change::Kept => "kept",
        Change::New => "new",
        Change::Modified => "modified",
    };
    let certainty = match line.certainty {
        Certainty::Verified => "verified",
        Certainty::Secondary => "secondary",
        Certainty::Derived => "derived",
        Certainty::Unverified => "unverified",
    };
    json!({
        "id": line.id,
        "title": line.title,
        "group": line.group,
        "was": line.was,
        "change": change,
        "known": known,
        "certainty": certainty,
        "covered": line.covered,
        "rules": line.rules,
        "examples": {
            "pass": line.examples.pass,
            "fail": line.examples.fail,
            "undetermined": line.examples.undetermined,
            "not_applicable": line.examples.not_applicable,
        },
    })
}
