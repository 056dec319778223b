//! Progress bars, on a terminal only.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use concord::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};

/// Draws one bar for each stage on stderr.
pub(super) struct Bars {
    shown: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bars {
    /// Shows bars unless `quiet` or stderr is not a terminal.
    pub(super) fn new(quiet: bool) -> Self {
        Self { shown: !quiet && std::io::stderr().is_terminal(), bar: Mutex::new(None) }
    }

    fn with_bar(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        // A bar that a panicking thread left behind can still be drawn.
        let mut bar = self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        act(&mut bar);
    }
}

impl Progress for Bars {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        if !self.shown {
            return;
        }
        let bar = match total {
            Some(total) => ProgressBar::new(total).with_style(style(stage)),
            None => ProgressBar::new_spinner(),
        };
        bar.set_message(words(stage));
        // The library panics if the system starts no more threads.
        if std::thread::Builder::new().spawn(|| ()).is_ok() {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        self.with_bar(|slot| *slot = Some(bar));
    }

    fn advance(&self, steps: u64) {
        self.with_bar(|slot| {
            if let Some(bar) = slot {
                bar.inc(steps);
            }
        });
    }

    fn end(&self) {
        self.with_bar(|slot| {
            if let Some(bar) = slot.take() {
                bar.finish_and_clear();
            }
        });
    }
}

fn style(stage: Stage) -> ProgressStyle {
    let template = match stage {
        Stage::FetchRuntime => "{msg} {bar:30} {binary_bytes}/{binary_total_bytes} {eta}",
        Stage::LoadModel
        | Stage::Read
        | Stage::Embed
        | Stage::Explain
        | Stage::Judge
        | Stage::ReadClosely
        | Stage::SecondReading
        | Stage::Index
        | Stage::Themes => "{msg} {bar:30} {pos}/{len} {eta}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::FetchRuntime => "downloading ONNX Runtime (once)",
        Stage::LoadModel => "loading the model",
        Stage::Read => "reading documents",
        Stage::Embed => "embedding texts",
        Stage::Explain => "explaining",
        Stage::Judge => "judging",
        Stage::ReadClosely => "reading closely",
        Stage::SecondReading => "asking the second reader",
        Stage::Index => "building the graph",
        Stage::Themes => "comparing recommendations",
    }
}
