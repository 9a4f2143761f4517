//! The command line, declared.

use crate::config::{FailOn, Undetermined};
use crate::report::Format;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Checks proposed transfers of personal data against Global CBPR and the transfer laws of its members.
#[derive(Debug, Parser)]
#[command(
    name = "carnet",
    version,
    disable_version_flag = true,
    arg_required_else_help = true,
    about = "A linter for data that crosses borders",
    long_about = "carnet reads JSON descriptions of proposed transfers of personal data, checks them against the \
                  Global CBPR framework and the transfer laws of its members, and says what stands in the way, \
                  where, and what to change.\n\nIt is not legal advice.",
    after_help = "Exit codes: 0 checked and clean, 1 failures, 2 something could not be read or run, 3 nothing was \
                  checked, 4 a fact is missing that decides.\nStart with: carnet check proposal.json",
    disable_help_subcommand = true
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// Print the version; with `--verbose` the packs of rules too, with their digests
    #[arg(long, short = 'V')]
    pub(super) version: bool,
    /// With `--version`: the packs of rules
    #[arg(long, short, requires = "version", hide = true)]
    pub(super) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check proposals: files, folders, globs, or `-` for standard input
    Check(Box<CheckArgs>),
    /// Tell why: every rule with what its answer rests on, passes too
    Why(Box<WhyArgs>),
    /// Tell when answers become others: what ends, begins or is due, and what changes then
    Forecast(Box<ForecastArgs>),
    /// Check a folder of evidence: its digests, and that every outcome comes out again
    Verify(VerifyArgs),
    /// Explain a rule, a numbered requirement, a field of the format or a word, offline
    Explain(ExplainArgs),
    /// Start a proposal, a profile or a rule: a file that checks as it stands, and a guide beside it; or
    /// waive a finding
    #[command(subcommand)]
    New(NewCommand),
    /// Work with rules
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Print a JSON Schema that ships with carnet
    Schema(SchemaArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
    /// Print a man page, or write all of them
    Man(ManArgs),
}

#[derive(Debug, Subcommand)]
pub(super) enum NewCommand {
    /// Start a proposal: one transfer, in which everything is still to be said
    Proposal(NewDocumentArgs),
    /// Start an organisation profile: every question, each still to be answered
    Profile(NewDocumentArgs),
    /// Start a rule of your own: one that works, to be changed piece by piece
    Rule(NewRuleArgs),
    /// Waive one finding of a proposal: who answers for it, why, and until when
    Waiver(Box<NewWaiverArgs>),
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules
    List(RulesListArgs),
    /// Run the examples inside the rules
    Test(RulesTestArgs),
    /// Find what the examples do not prove: rules that never fire or contradict each other, branches
    /// never reached, changes of a rule that no example tells apart
    Check(RulesCheckArgs),
    /// Show which numbered requirements have rules, and how well each is known
    Coverage(RulesCoverageArgs),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    Human,
    Short,
    Json,
    Ndjson,
    Sarif,
    Junit,
    Github,
    Gitlab,
    Markdown,
    Html,
}

impl FormatName {
    pub(super) fn format(self) -> Format {
        match self {
            Self::Human => Format::Human,
            Self::Short => Format::Short,
            Self::Json => Format::Json,
            Self::Ndjson => Format::Ndjson,
            Self::Sarif => Format::Sarif,
            Self::Junit => Format::Junit,
            Self::Github => Format::Github,
            Self::Gitlab => Format::Gitlab,
            Self::Markdown => Format::Markdown,
            Self::Html => Format::Html,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// Where rules come from.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct RuleArgs {
    /// Your own rules, beside the shipped ones
    #[arg(long = "rules", value_name = "DIR", help_heading = "Rules")]
    pub(super) rules: Vec<PathBuf>,
    /// Set a parameter of a pack
    #[arg(
        long = "set",
        value_name = "PACK.PARAMETER=VALUE",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub(super) set: Vec<String>,
}

/// How output looks.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct LookArgs {
    /// Colours
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub(super) color: Color,
    /// Columns of the screen; the terminal's own, or 100
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) width: Option<usize>,
}

/// What is asked, about what.
#[derive(Debug, Args)]
pub(super) struct AskArgs {
    /// Files, folders (walked; `.gitignore` respected), globs, or `-`; the working directory if none
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    /// The date of the check [default: today in UTC]
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    /// Ask only these packs; `all` asks every pack, whether it applies or not
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub(super) pack: Vec<String>,
    /// Ask only these rules
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub(super) select: Vec<String>,
    /// Do not ask these rules
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub(super) ignore: Vec<String>,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    /// The configuration [default: the nearest `carnet.toml`, from here upwards]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Check only the proposal with this id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) id: Vec<String>,
    /// Folder from which profiles of a proposal on standard input are taken
    #[arg(long, value_name = "DIR")]
    pub(super) base: Option<PathBuf>,
    /// Threads that look at the lines of a file [default: one a core]
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<std::num::NonZero<usize>>,
}

/// Exceptions that somebody made.
#[derive(Debug, Args)]
pub(super) struct WaiverArgs {
    /// The waivers [default: the nearest `carnet-waivers.yaml`, from here upwards]
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "no_waivers",
        help_heading = "Exceptions"
    )]
    pub(super) waivers: Option<PathBuf>,
    /// Read no waivers: every finding counts
    #[arg(long, help_heading = "Exceptions")]
    pub(super) no_waivers: bool,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) ask: AskArgs,
    /// Format of standard output
    #[arg(
        long,
        value_enum,
        default_value = "human",
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(super) format: FormatName,
    /// Write a report to a file as well; may be given several times
    #[arg(long = "report", value_name = "FORMAT=PATH", help_heading = "Output")]
    pub(super) reports: Vec<String>,
    /// Write a folder of evidence as well: copies, the answer to every requirement, digests
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(super) look: LookArgs,
    /// Show at most so many findings (human only); the rest is counted by rule
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) max_findings: Option<usize>,
    /// List at most so many proposals (100000 unless you say); all are checked and counted
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) max_proposals: Option<usize>,
    /// Every outcome in the JSON report, passes too
    #[arg(long, help_heading = "Output")]
    pub(super) outcomes: bool,
    /// Only what to ask next: the facts that are missing, and what each answer would lead to
    #[arg(long, help_heading = "Output")]
    pub(super) questions: bool,
    /// Only what would make it permitted: the least changes, each tried against every pack
    #[arg(long, help_heading = "Output")]
    pub(super) repairs: bool,
    /// With `--repairs`: also by other parties and places, which makes it another transfer
    #[arg(long, requires = "repairs", help_heading = "Output")]
    pub(super) allow_reroute: bool,
    /// Only proposals that fail, and the summary
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    pub(super) quiet: bool,
    /// More: counts of outcomes, to-dos in full
    #[arg(long, short, help_heading = "Output")]
    pub(super) verbose: bool,
    /// No progress bar; there is one only on a terminal, for runs of more than a second
    #[arg(long, help_heading = "Output")]
    pub(super) no_progress: bool,
    /// The least severity of a failure that makes the exit code 1 [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Exit code")]
    pub(super) fail_on: Option<FailOn>,
    /// What a missing fact that decides does: exit code 4, a remark, or nothing [default: fail]
    #[arg(long, value_enum, value_name = "WHAT", help_heading = "Exit code")]
    pub(super) undetermined: Option<Undetermined>,
    /// Make no assumptions: what rests on one is undetermined
    #[arg(long, help_heading = "Exit code")]
    pub(super) strict: bool,
    /// Exit with 0 where the code would be 1 or 4
    #[arg(long, help_heading = "Exit code")]
    pub(super) exit_zero: bool,
    #[command(flatten)]
    pub(super) waivers: WaiverArgs,
    /// An earlier JSON report: only what is new counts
    #[arg(long, value_name = "REPORT", help_heading = "Exceptions")]
    pub(super) baseline: Option<PathBuf>,
    /// Put letters and words of other names right in the files themselves, and show what changed
    #[arg(long)]
    pub(super) fix: bool,
    /// Skip files named on the command line that are no proposals (for hooks)
    #[arg(long)]
    pub(super) skip_other: bool,
}

#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// The file with the proposal, or `-` for standard input
    #[arg(value_name = "PATH")]
    pub(super) path: String,
    /// Only these rules
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub(super) rule: Vec<String>,
    /// Only these packs
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub(super) pack: Vec<String>,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    /// What did not matter, too
    #[arg(long, help_heading = "Output")]
    pub(super) all: bool,
    /// Format of standard output
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(super) format: RulesFormat,
    #[command(flatten)]
    pub(super) look: LookArgs,
    /// The date of the check [default: today in UTC]
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    /// Make no assumptions: what rests on one is undetermined
    #[arg(long)]
    pub(super) strict: bool,
    /// Only the proposal with this id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) id: Vec<String>,
    /// Folder from which profiles of a proposal on standard input are taken
    #[arg(long, value_name = "DIR")]
    pub(super) base: Option<PathBuf>,
    /// The configuration [default: the nearest `carnet.toml`, from here upwards]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// How a forecast is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum CalendarFormat {
    #[default]
    Human,
    Json,
    Ics,
}

#[derive(Debug, Args)]
pub(super) struct ForecastArgs {
    #[command(flatten)]
    pub(super) ask: AskArgs,
    /// The last day that is looked at [default: a year after the check]
    #[arg(long, value_name = "DATE")]
    pub(super) until: Option<String>,
    /// Compare this day with that of the check, and look at none between
    #[arg(long, value_name = "DATE", conflicts_with = "until")]
    pub(super) at: Option<String>,
    /// Format of standard output; `ics` is a calendar to import
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(super) format: CalendarFormat,
    #[command(flatten)]
    pub(super) look: LookArgs,
    /// Make no assumptions: what rests on one is undetermined
    #[arg(long)]
    pub(super) strict: bool,
    #[command(flatten)]
    pub(super) waivers: WaiverArgs,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The folder
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Threads that check [default: one a core]
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<std::num::NonZero<usize>>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule id, a requirement such as `cbpr:2024:46`, a field such as `importer.role`, or a word
    #[arg(value_name = "WHAT")]
    pub(super) what: String,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
}

/// How files are made.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// Overwrite what is there
    #[arg(long)]
    pub(super) force: bool,
    /// The day that is written where one is needed [default: today in UTC]
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct NewDocumentArgs {
    /// The file to write, or the folder; the guide beside it has the same name and ends in `.md`
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    #[command(flatten)]
    pub(super) new: NewArgs,
}

#[derive(Debug, Args)]
pub(super) struct NewRuleArgs {
    /// The id of the rule: it names the defect, as `transfer-without-review-date` does
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// The pack it belongs to; made if there is none
    #[arg(long, value_name = "NAME", default_value = "house")]
    pub(super) pack: String,
    /// Your folder of rules
    #[arg(long, value_name = "DIR", default_value = "my-rules")]
    pub(super) dir: PathBuf,
    #[command(flatten)]
    pub(super) new: NewArgs,
}

#[derive(Debug, Args)]
pub(super) struct NewWaiverArgs {
    /// The file with the proposal
    #[arg(value_name = "PATH")]
    pub(super) path: String,
    /// The rule whose finding is waived
    #[arg(long, value_name = "RULE")]
    pub(super) rule: String,
    /// The proposal, where the file holds several
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// The place of the finding, where the rule has several
    #[arg(long, value_name = "POINTER")]
    pub(super) pointer: Option<String>,
    /// Who answers for the exception
    #[arg(long, value_name = "NAME")]
    pub(super) owner: String,
    /// Why it is made
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// The last day on which it counts
    #[arg(long, value_name = "DATE")]
    pub(super) expires: String,
    /// Who approved it
    #[arg(long, value_name = "NAME")]
    pub(super) approver: Option<String>,
    /// The approver accepts that a prohibition is waived
    #[arg(long, requires = "approver")]
    pub(super) accept_prohibition: bool,
    /// The file of waivers [default: that of `carnet.toml`, else the nearest `carnet-waivers.yaml`,
    /// else a new one here]
    #[arg(long, value_name = "FILE")]
    pub(super) waivers: Option<PathBuf>,
    /// The configuration [default: the nearest `carnet.toml`, from here upwards]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The date of the check [default: today in UTC]
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
}

#[derive(Debug, Args)]
pub(super) struct RulesListArgs {
    /// Only rules of these packs
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) pack: Vec<String>,
    /// Only rules that name this numbered requirement, or a lettered item of it, as their source
    #[arg(long, value_name = "ID")]
    pub(super) requirement: Option<String>,
    /// Only rules that read this field, such as `importer.role`, or anything beneath it
    #[arg(long, value_name = "PATH")]
    pub(super) field: Option<String>,
    /// Only rules of these severities
    #[arg(long, value_enum, value_name = "SEVERITY", value_delimiter = ',')]
    pub(super) severity: Vec<SeverityName>,
    /// Only rules that are, or may be, in force on this day
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SeverityName {
    Error,
    Warning,
    Info,
}

#[derive(Debug, Args)]
pub(super) struct RulesTestArgs {
    /// Folder with rules; the shipped ones if none
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    /// Only examples of these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) rule: Vec<String>,
    /// Name every example
    #[arg(long, short)]
    pub(super) verbose: bool,
    #[command(flatten)]
    pub(super) look: LookArgs,
}

/// Formats of what is said about rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RulesFormat {
    #[default]
    Human,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct RulesCheckArgs {
    /// Folder with rules; the shipped ones if none
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    /// Only rules and requirements of these packs
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) pack: Vec<String>,
    /// Only these rules or definitions
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) rule: Vec<String>,
    /// Format of standard output
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(super) format: RulesFormat,
    #[command(flatten)]
    pub(super) look: LookArgs,
}

#[derive(Debug, Args)]
pub(super) struct RulesCoverageArgs {
    /// Folder with rules; the shipped ones if none
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    /// Only requirements of these packs
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) pack: Vec<String>,
    /// Format of standard output
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(super) format: RulesFormat,
    #[command(flatten)]
    pub(super) look: LookArgs,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// transfer-proposal, organisation-profile, waivers, report, rule, pack, definition or table
    #[arg(value_name = "NAME")]
    pub(super) name: String,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The command, such as `check` or `rules list`; carnet itself if none
    #[arg(value_name = "COMMAND")]
    pub(super) command: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub(super) dir: Option<PathBuf>,
}
