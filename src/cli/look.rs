//! How this terminal wants its output: colour, width, characters.

use crate::cli::args::{Color, LookArgs};
use crate::report::RenderOptions;
use std::io::IsTerminal;

/// Columns where the terminal does not tell.
const WIDTH: usize = 100;

/// The options of a rendering to standard output, or to standard error.
pub(super) fn options(args: &LookArgs, to_stderr: bool) -> RenderOptions {
    let is_terminal = if to_stderr {
        std::io::stderr().is_terminal()
    } else {
        std::io::stdout().is_terminal()
    };
    let set =
        |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let color = match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if set("CLICOLOR_FORCE") => true,
        Color::Auto => is_terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    };
    let columns = || {
        std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok())
    };
    let width = args
        .width
        .or_else(|| if is_terminal { columns() } else { None })
        .unwrap_or(WIDTH);
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(std::env::var_os);
    let plain = locale.is_some_and(|locale| locale == "C" || locale == "POSIX");
    RenderOptions {
        width: width.max(40),
        color,
        // A pipe takes Unicode; a terminal that says it knows none does not.
        unicode: !(is_terminal && plain),
        narrated: set("NO_GRAPHICS"),
        links: color && is_terminal,
        max_findings: None,
        quiet: false,
        verbose: false,
        outcomes: false,
        outlook: false,
    }
}
