//! The program: the only module that touches files, the clock, the environment and the terminal,
//! and the only one that decides the exit code.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the module the fence leaves open"
)]

mod about;
mod args;
mod check;
mod collect;
mod evidence;
mod exceptions;
mod exit;
mod explain;
mod fix;
mod forecast;
mod look;
mod new;
mod new_waiver;
mod profile;
mod progress;
mod read;
mod rules;
mod settings;
mod why;
mod write;

use crate::cli::args::{Cli, Command, NewCommand, RulesCommand};
use crate::vocabulary::schema::BY_NAME;
use crate::vocabulary::suggest::{did_you_mean, list_words};
use clap::Parser;
use exit::ExitCode;
use std::io::Write;

/// Runs the program; returns its exit code.
pub fn run() -> u8 {
    std::panic::set_hook(Box::new(bug));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors.
            let code = if error.use_stderr() {
                ExitCode::NotAsAsked
            } else {
                ExitCode::Clean
            };
            let _ = error.print();
            return code as u8;
        }
    };
    let Some(command) = cli.command.filter(|_| !cli.version) else {
        return about::version(cli.verbose) as u8;
    };
    let code = match command {
        Command::Check(args) => check::check(&args),
        Command::Why(args) => why::why(&args),
        Command::Verify(args) => evidence::verify(&args),
        Command::Forecast(args) => forecast::forecast(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::New(NewCommand::Proposal(args)) => new::proposal(&args),
        Command::New(NewCommand::Profile(args)) => new::profile(&args),
        Command::New(NewCommand::Rule(args)) => new::rule(&args),
        Command::New(NewCommand::Waiver(args)) => new_waiver::waiver(&args),
        Command::Rules(RulesCommand::List(args)) => rules::list(&args),
        Command::Rules(RulesCommand::Test(args)) => rules::test(&args),
        Command::Rules(RulesCommand::Check(args)) => rules::check(&args),
        Command::Rules(RulesCommand::Coverage(args)) => rules::coverage(&args),
        Command::Schema(args) => schema(&args.name),
        Command::Completions(args) => about::completions(&args),
        Command::Man(args) => about::man(&args),
    };
    code as u8
}

/// Told when carnet itself is wrong; the program then ends with 101.
fn bug(info: &std::panic::PanicHookInfo) {
    let place = info
        .location()
        .map(|at| format!("{}:{}", at.file(), at.line()));
    let message = format!(
        "carnet has a bug ({} at {}): nothing after this line can be relied on",
        info.payload_as_str().unwrap_or("no message"),
        place.unwrap_or_else(|| "an unknown place".to_owned()),
    );
    let help =
        "please report it with the input that shows it; `carnet --version` tells which version";
    error(&message, Some(help));
}

fn schema(name: &str) -> ExitCode {
    let names = || BY_NAME.iter().map(|(name, _)| *name);
    match BY_NAME.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => print(text),
        None => {
            let help = match did_you_mean(name, names()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("the schemas: {}", list_words(names())),
            };
            error(&format!("there is no schema `{name}`"), Some(&help));
            ExitCode::NotAsAsked
        }
    }
}

/// Writes a text to standard output; a reader that went away ends it quietly.
fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::Clean,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::Clean,
        Err(failure) => {
            let reason = collect::in_words(&failure);
            error(
                &format!("standard output cannot be written: {reason}"),
                None,
            );
            ExitCode::NotAsAsked
        }
    }
}

/// An error of the run itself, on standard error.
fn error(message: &str, help: Option<&str>) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "error: {}", crate::report::sanitise(message));
    if let Some(help) = help {
        let _ = writeln!(err, "  help: {}", crate::report::sanitise(help));
    }
}
