//! `carnet explain`.

use crate::cli::args::ExplainArgs;
use crate::cli::exit::ExitCode;
use crate::cli::rules::{load, read_folder, report_broken};
use crate::cli::{error, look, print};
use crate::explain::{Explained, explain as explain_word};
use crate::rule::shipped;
use crate::source::SourceMap;

/// Explains a rule, a requirement, a field or a word.
pub(super) fn explain(args: &ExplainArgs) -> ExitCode {
    let loaded = match load(&args.rules, SourceMap::new()) {
        Ok(loaded) => loaded,
        Err(message) => {
            error(&message, None);
            return ExitCode::NotAsAsked;
        }
    };
    let broken = report_broken(&loaded, &look::options(&Default::default(), true));
    let mut files = shipped::files();
    // Read a moment ago without mistake.
    let own = args
        .rules
        .rules
        .iter()
        .flat_map(|folder| read_folder(folder));
    files.extend(own.flatten());
    match explain_word(&loaded.set, &files, &args.what) {
        Explained::Text(text) => {
            let code = print(&text);
            if broken { ExitCode::NotAsAsked } else { code }
        }
        Explained::Nothing { help } => {
            error(
                &format!("there is nothing called `{}`", args.what),
                Some(&help),
            );
            ExitCode::NotAsAsked
        }
    }
}
