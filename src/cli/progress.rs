//! How far a long run is, on a terminal, and the end of one that somebody interrupts.

use crate::check::Watch;
use crate::finding::Report;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
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

/// The line that tells how far a run is.
pub(super) struct Progress {
    started: Instant,
    /// Bytes of all inputs; 0 where that is not known, as of a stream.
    total: u64,
    wanted: bool,
    bar: Option<ProgressBar>,
    /// Listed proposals whose findings are counted.
    listed: usize,
    findings: usize,
}

impl Progress {
    pub(super) fn new(total: u64, wanted: bool) -> Self {
        Self {
            started: Instant::now(),
            total,
            wanted: wanted && std::io::stderr().is_terminal(),
            bar: None,
            listed: 0,
            findings: 0,
        }
    }

    fn bar() -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        // A template that is not understood leaves the style that comes with the library.
        if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
            bar.set_style(style);
        }
        bar
    }

    fn findings(&mut self, report: &Report) -> usize {
        let new = report.proposals.get(self.listed..).unwrap_or_default();
        self.findings += new.iter().map(|p| p.findings.len()).sum::<usize>();
        self.listed = report.proposals.len();
        let counted = &report.let_go;
        let unlisted = counted.errors + counted.warnings + counted.infos + counted.undetermined;
        self.findings + unlisted
    }

    /// What matters most comes first: a narrow screen cuts the end.
    fn message(&mut self, bytes: u64, report: &Report) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let findings = self.findings(report);
        let counts = format!(
            "{} {}, {} {}",
            HumanCount(report.checked() as u64),
            if report.checked() == 1 {
                "proposal"
            } else {
                "proposals"
            },
            HumanCount(findings as u64),
            if findings == 1 { "finding" } else { "findings" },
        );
        let rate = size(bytes as f64 / seconds);
        if self.total == 0 {
            return format!("checking  {}  {counts}  {rate}/s", size(bytes as f64));
        }
        let done = bytes.min(self.total) as f64;
        let total = self.total as f64;
        let left = duration(seconds * (total - done) / done.max(1.0));
        format!(
            "checking  {:.0}% of {}  {counts}  {rate}/s  {left} left",
            done * 100.0 / total,
            size(total)
        )
    }
}

/// "950 B", "1.4 kB", "143 MB": as much as a glance takes in.
fn size(bytes: f64) -> String {
    let mut size = bytes;
    for times in ["", "k", "M", "G"] {
        if size < 999.5 {
            let digits = usize::from(size < 9.95 && !times.is_empty());
            return format!("{size:.digits$} {times}B");
        }
        size /= 1000.0;
    }
    format!("{size:.1} TB")
}

/// "35 s", "12 min", "3 h".
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 99.5 => format!("{s:.0} s"),
        s if s < 99.5 * 60.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", (s / 3600.0).min(9999.0)),
    }
}

impl Watch for Progress {
    fn goes_on(&mut self, bytes: u64, report: &Report) -> bool {
        if self.wanted && (self.bar.is_some() || self.started.elapsed() > LONG) {
            let message = self.message(bytes, report);
            self.bar.get_or_insert_with(Self::bar).set_message(message);
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

#[cfg(test)]
mod tests {
    use super::{duration, size};

    #[test]
    fn sizes_and_times_are_short() {
        let sizes = [0.0, 950.0, 1_400.0, 999_600.0, 142_730_000.0, 1e10, 5e15].map(size);
        let wanted = [
            "0 B",
            "950 B",
            "1.4 kB",
            "1.0 MB",
            "143 MB",
            "10 GB",
            "5000.0 TB",
        ];
        assert_eq!(sizes, wanted);
        let times = [0.2, 35.0, 100.0, 3_600.0, 20_000.0, f64::INFINITY].map(duration);
        assert_eq!(times, ["0 s", "35 s", "2 min", "60 min", "6 h", "9999 h"]);
    }
}
