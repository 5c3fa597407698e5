//! Progress of a running job: a bar on a terminal, now and then a line elsewhere.

use crate::{
    machine,
    output::{bytes, count, tell},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rsmp_pipeline::{Event, Observer, Plan};
use std::{
    io::IsTerminal,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// Time between two plain lines.
const PLAIN_EVERY: Duration = Duration::from_secs(10);
/// Time between two looks at the memory.
const MEMORY_EVERY: Duration = Duration::from_millis(500);

/// How much is shown while a job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Errors alone.
    Quiet,
    /// The plan, progress, and a summary.
    Normal,
    /// Also what is in batches, chunks and memory.
    Verbose,
}

/// Shows the events of a job.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    plain: bool,
    total: u64,
    n_windows: usize,
    started: Instant,
    decoded: AtomicU64,
    peak: AtomicU64,
    shown: Mutex<(Instant, Instant)>,
}

impl Progress {
    pub(crate) fn new(plan: &Plan, verbosity: Verbosity) -> Self {
        let total = plan.variables().iter().map(|v| v.bytes_to_decode()).sum();
        let terminal = std::io::stderr().is_terminal();
        let quiet = verbosity == Verbosity::Quiet;
        let bar = (!quiet && terminal).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let template = "{percent:>3} % {wide_bar} {binary_bytes_per_sec}{msg} · {eta} left";
            bar.with_style(
                ProgressStyle::with_template(template)
                    .unwrap_or_else(|_| ProgressStyle::default_bar())
                    .progress_chars("━╸─"),
            )
        });
        let now = Instant::now();
        Self {
            bar,
            plain: !quiet && !terminal,
            total,
            n_windows: plan.n_windows(),
            started: now,
            decoded: AtomicU64::new(0),
            peak: AtomicU64::new(0),
            shown: Mutex::new((now, now)),
        }
    }

    /// Time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Most memory seen, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        self.peak.fetch_max(machine::resident_memory(), Relaxed);
        self.peak.load(Relaxed)
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn show(&self) {
        let now = Instant::now();
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let (memory_at, line_at) = *shown;
        if now - memory_at < MEMORY_EVERY {
            return;
        }
        shown.0 = now;
        let memory = machine::resident_memory();
        self.peak.fetch_max(memory, Relaxed);
        let seconds = self.started.elapsed().as_secs_f64();
        let done = self.decoded.load(Relaxed);
        let share = done as f64 / self.total.max(1) as f64;
        // Windows end a batch at a time; their share of the work is what goes on evenly.
        let windows = count((share * self.n_windows as f64 / seconds) as usize);
        let message = format!(" · {windows} windows/s · {}", bytes(memory));
        if let Some(bar) = &self.bar {
            bar.set_message(message);
        } else if self.plain && now - line_at >= PLAIN_EVERY {
            shown.1 = now;
            let rate = bytes((done as f64 / seconds) as u64);
            tell(&format!("{:.0} % · {rate}/s{message}", 100.0 * share));
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event<'_>) {
        if let Event::ChunkDone { chunk_bytes, .. } = event {
            self.decoded.fetch_add(*chunk_bytes, Relaxed);
            if let Some(bar) = &self.bar {
                bar.inc(*chunk_bytes);
            }
            self.show();
        }
    }
}
