//! How far a long run is, on a terminal, and the end of one that somebody interrupts.

use crate::check::Watch;
use crate::finding::Report;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A run that takes no longer shows nothing.
const LONG: Duration = Duration::from_secs(1);

/// Set once the reader asked for the end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Lets the first interrupt end the run in good order, and the second end the program.
pub(super) fn watch_for_interrupts(code: u8) {
    // Without a handler the system ends the program at the first one, which is no worse than before.
    let _ = ctrlc::set_handler(move || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(code));
        }
    });
}

pub(super) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// The bar of a run.
pub(super) struct Progress {
    started: Instant,
    /// Bytes of all inputs, as far as they are known.
    total: u64,
    wanted: bool,
    bar: Option<ProgressBar>,
    proposals: usize,
    findings: usize,
}

impl Progress {
    pub(super) fn new(total: u64, wanted: bool) -> Self {
        Self {
            started: Instant::now(),
            total,
            wanted: wanted && std::io::stderr().is_terminal(),
            bar: None,
            proposals: 0,
            findings: 0,
        }
    }

    fn bar(&self) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr());
        let template = "checking  {percent:>3}%  {bytes} of {total_bytes}  {msg}";
        // A template that is not understood leaves the style that comes with the library.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.with_elapsed(self.started.elapsed())
    }
}

impl Watch for Progress {
    fn goes_on(&mut self, bytes: u64, report: &Report) -> bool {
        if self.wanted && (self.bar.is_some() || self.started.elapsed() > LONG) {
            let new = report.proposals.get(self.proposals..).unwrap_or_default();
            self.findings += new.iter().map(|p| p.findings.len()).sum::<usize>();
            self.proposals = report.proposals.len();
            let bar = match self.bar.take() {
                Some(bar) => bar,
                None => self.bar(),
            };
            bar.set_position(bytes.min(self.total));
            bar.set_message(format!(
                "{} proposals, {} findings",
                report.checked(),
                self.findings
            ));
            self.bar = Some(bar);
        }
        !interrupted()
    }
}

/// The line of the bar belongs to the report again.
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
