//! The corpus of the benches is what it says: every share exact, every proposal as its kind.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the fences are for the library; a test that panics has failed"
)]

#[path = "../benches/corpus/proposals.rs"]
mod proposals;

use carnet::check::{NoDocuments, Origin, Run};
use carnet::engine::CheckOptions;
use carnet::finding::{Outcome, ProposalReport};
use carnet::rule::{Parameters, compile, shipped};
use carnet::source::SourceMap;
use proposals::{Corpus, Kind, Mix};
use std::collections::{BTreeMap, BTreeSet};

fn answer(proposal: &ProposalReport) -> Kind {
    let any = |outcome| proposal.findings.iter().any(|f| f.outcome == outcome);
    match &*proposal.overall {
        "permitted" if proposal.findings.is_empty() => Kind::Sound,
        "not_permitted" if any(Outcome::Fail) => Kind::Failing,
        "undetermined" if any(Outcome::Undetermined) && !any(Outcome::Fail) => Kind::Undetermined,
        _ => panic!(
            "{}: {} {:?}",
            proposal.id, proposal.overall, proposal.findings
        ),
    }
}

#[test]
fn every_proposal_is_what_it_was_made_to_be() {
    let mix = Mix {
        seed: 7,
        failing: 30,
        undetermined: 20,
    };
    let mut corpus = Corpus::new(mix);
    let mut text = Vec::new();
    let mut kinds = Vec::new();
    for _ in 0..1000 {
        kinds.push(corpus.write(&mut text));
        text.push(b'\n');
    }
    let (set, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    let options = CheckOptions::new(jiff::civil::date(2026, 11, 22));
    let mut run = Run::new(&set, options, &NoDocuments, SourceMap::new());
    run.check_bytes("corpus.ndjson", &text, Origin::Named);
    assert!(run.report.problems.is_empty(), "{:?}", run.report.problems);
    let found: Vec<Kind> = run.report.proposals.iter().map(answer).collect();
    assert_eq!(found, kinds);
    let count = |kind| kinds.iter().filter(|it| **it == kind).count();
    assert_eq!(
        (count(Kind::Failing), count(Kind::Undetermined)),
        (300, 200)
    );
    // Every law permits some of them and forbids others.
    let mut words: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for verdict in run.report.proposals.iter().flat_map(|p| &p.verdicts) {
        words
            .entry(&verdict.pack.0)
            .or_default()
            .insert(&verdict.word);
    }
    for law in ["sg-pdpa", "kr-pipa", "jp-appi", "us-dsp"] {
        assert!(words[law].len() >= 4, "{law}: {:?}", words[law]);
    }
    let lengths = run
        .report
        .proposals
        .iter()
        .map(|p| p.span.end - p.span.start);
    let lengths: Vec<u32> = lengths.collect();
    assert!(lengths.iter().any(|n| *n < 1_500) && lengths.iter().any(|n| *n > 10_000));
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let mix = |seed| Mix {
        seed,
        failing: 10,
        undetermined: 10,
    };
    assert_eq!(Corpus::lines(mix(3), 500), Corpus::lines(mix(3), 500));
    assert_ne!(Corpus::lines(mix(3), 500), Corpus::lines(mix(4), 500));
}
