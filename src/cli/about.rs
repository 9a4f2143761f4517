//! What carnet says of itself: its version, the completions of a shell, its man pages.

use crate::cli::args::{Cli, CompletionsArgs, ManArgs, RuleArgs};
use crate::cli::collect::{in_words, shown};
use crate::cli::exit::ExitCode;
use crate::cli::rules::load;
use crate::cli::{error, print};
use crate::finding::PackKind;
use crate::source::SourceMap;
use crate::vocabulary::suggest::{did_you_mean, list_words};
use clap::CommandFactory;
use std::path::Path;

/// `carnet --version`, and with `--verbose` the packs that ship with it.
pub(super) fn version(verbose: bool) -> ExitCode {
    let mut text = format!("carnet {}\n", env!("CARGO_PKG_VERSION"));
    if verbose {
        match load(&RuleArgs::default(), SourceMap::new()) {
            Ok(loaded) => {
                let packs = &loaded.set.packs;
                let width = packs.iter().map(|pack| pack.id.0.len()).max().unwrap_or(0);
                for pack in packs {
                    let kind = match pack.kind {
                        PackKind::Law => "law",
                        PackKind::Programme => "programme",
                    };
                    text.push_str(&format!(
                        "{:<width$}  {kind:<9}  {:>3} rules  read on {}  sha256 {}\n",
                        pack.id.0,
                        pack.rules.len(),
                        pack.researched_on,
                        pack.digest
                    ));
                }
            }
            Err(message) => {
                error(&message, None);
                return ExitCode::NotAsAsked;
            }
        }
    }
    print(&text)
}

/// `carnet completions SHELL`.
pub(super) fn completions(args: &CompletionsArgs) -> ExitCode {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "carnet", &mut text);
    print(&String::from_utf8_lossy(&text))
}

/// `carnet man`.
pub(super) fn man(args: &ManArgs) -> ExitCode {
    let mut root = Cli::command();
    root.build();
    if let Some(folder) = &args.dir {
        return match write_pages(&root, folder) {
            Ok(()) => ExitCode::Clean,
            Err(failure) => {
                let reason = in_words(&failure);
                let message = format!(
                    "the pages in `{}` cannot be written: {reason}",
                    shown(folder)
                );
                error(&message, None);
                ExitCode::NotAsAsked
            }
        };
    }
    let mut command = &root;
    for name in &args.command {
        let Some(next) = command.find_subcommand(name) else {
            let all: Vec<&str> = command
                .get_subcommands()
                .map(clap::Command::get_name)
                .collect();
            let known = || all.iter().copied();
            let help = match did_you_mean(name, known()) {
                Some(word) => format!("did you mean `{word}`?"),
                None if all.is_empty() => format!("`{}` has none", command.get_name()),
                None => format!("one of {}", list_words(known())),
            };
            error(&format!("there is no command `{name}`"), Some(&help));
            return ExitCode::NotAsAsked;
        };
        command = next;
    }
    match page(command) {
        Ok(text) => print(&text),
        Err(failure) => {
            error(&in_words(&failure), None);
            ExitCode::NotAsAsked
        }
    }
}

fn page(command: &clap::Command) -> std::io::Result<String> {
    let mut text = Vec::new();
    // A date would make the page another one every day.
    clap_mangen::Man::new(command.clone())
        .date("")
        .render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A page for each command, named as `man` looks for it: `carnet-rules-list.1`.
fn write_pages(root: &clap::Command, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut left = vec![root];
    while let Some(command) = left.pop() {
        let name = command.get_display_name().unwrap_or(command.get_name());
        std::fs::write(folder.join(format!("{name}.1")), page(command)?)?;
        left.extend(command.get_subcommands());
    }
    Ok(())
}
