//! carnet, a linter for data that crosses borders: descriptions of proposed transfers of personal
//! data in, what stands in their way out.
//!
//! The `carnet` program is [`cli::run`]. As a library: compile the rules once, make a
//! [`Run`](check::Run) for a day, give it texts, read or render its report.
//!
//! ```
//! use carnet::check::{NoDocuments, Origin, Run};
//! use carnet::engine::CheckOptions;
//! use carnet::finding::Outcome;
//! use carnet::rule::{Parameters, compile, shipped};
//! use carnet::source::SourceMap;
//!
//! // The shipped rules. The files of a folder of one's own may stand beside them.
//! let mut sources = SourceMap::new();
//! let (rules, mistakes) = compile(&shipped::files(), &Parameters::new(), &mut sources);
//! assert!(mistakes.is_empty());
//!
//! // The day of the check is an input: the library asks no clock and opens no file.
//! let day = jiff::civil::date(2026, 11, 22);
//! let mut run = Run::new(&rules, CheckOptions::new(day), &NoDocuments, sources);
//! let proposal = br#"{
//!   "schema": "transfer-proposal/1",
//!   "id": "TP-1",
//!   "title": "Support tickets to a help desk",
//!   "start_date": "2026-12-01",
//!   "exporter": {"name": "Merlion Shop Pte. Ltd.", "country": "SG", "role": "controller"},
//!   "importer": {"name": "TicketDesk, Inc.", "country": "US", "role": "processor"},
//!   "data": [{"category": "user.contact.email"}],
//!   "purposes": {"transfer_for": ["essential.service.operations.support"]}
//! }"#;
//! run.check_bytes("proposal.json", proposal, Origin::Named);
//!
//! // Nobody said why the transfer may happen, so nobody can say whether it may.
//! let answer = &run.report.proposals[0];
//! assert_eq!(answer.overall, "undetermined");
//! let finding = &answer.findings[0];
//! assert_eq!(finding.outcome, Outcome::Undetermined);
//! assert_eq!(finding.missing[0].field, "mechanisms");
//! ```
//!
//! [`report::render`] writes a report in one of its formats. The formats of documents and of the
//! JSON report are promises, kept in [`vocabulary::schema`]; this API is not one yet.

pub mod baseline;
pub mod check;
pub mod cli;
pub mod config;
pub mod document;
pub mod engine;
pub mod evidence;
pub mod explain;
pub mod facts;
pub mod finding;
pub mod fingerprint;
pub mod outlook;
pub mod proof;
pub mod report;
pub mod rule;
pub mod skeleton;
pub mod source;
pub mod tally;
pub mod truth;
pub mod vocabulary;
pub mod waiver;
pub mod whatif;
mod yaml_reader;
