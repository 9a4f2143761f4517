//! Any text as a rule file, a table or a pack of a user's own beside the shipped ones: every mistake is
//! told with a place in the file, and what compiles can be asked.
#![no_main]

use carnet::check::{NoDocuments, Origin};
use carnet::rule::{Parameters, RuleSource, compile, shipped};
use carnet::source::SourceMap;
use carnet_fuzz::edits::{can_be_written, holds, run};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

const PACK: &str = include_str!("../../rules/us-padfa/pack.yaml");
const PROPOSAL: &str = include_str!("../../examples/help-desk.json");

fuzz_target!(|text: &str| {
    static SHIPPED: OnceLock<Vec<RuleSource>> = OnceLock::new();
    let shipped = SHIPPED.get_or_init(|| {
        // The packs would be compiled anew for every text.
        let files = shipped::files().into_iter();
        files.filter(|file| file.path.starts_with("definitions/") || file.path.starts_with("tables/")).collect()
    });
    let (kind, text) = match text.split_at_checked(1) {
        Some((kind, text)) => (kind, text),
        None => return,
    };
    let path = match kind {
        "t" => "tables/own.yaml",
        "d" => "definitions/own.yaml",
        "p" => "own/pack.yaml",
        _ => "own/own-rule.yaml",
    };
    let own = |path: &str, text: &str| RuleSource {
        path: path.to_owned(),
        shown: format!("rules/{path}"),
        text: text.to_owned().into(),
        tree: None,
        shipped: false,
    };
    let mut files = shipped.clone();
    if path != "own/pack.yaml" {
        files.push(own("own/pack.yaml", &PACK.replace("us-padfa", "own")));
    }
    files.push(own(path, text));
    let mut sources = SourceMap::new();
    let (set, problems) = compile(&files, &Parameters::new(), &mut sources);
    for problem in &problems {
        for label in &problem.labels {
            assert!(sources.text(label.span).is_some(), "{problem:?}");
        }
    }
    let mut checked = run(&set, &NoDocuments);
    checked.sources = sources;
    checked.check_bytes("a.json", PROPOSAL.as_bytes(), Origin::Named);
    holds(&checked);
    can_be_written(&checked);
});
