//! Themes follow people's words on pairs: they are found again in the background, so that whoever decides on many
//! pairs need not wait after each.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::app::App;
use crate::pipeline::{self, Error, StoreError};

/// How long nobody may decide anything before themes are found again.
const QUIET: Duration = Duration::from_millis(400);
/// How long to wait while another program writes the index.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
struct State {
    is_running: bool,
    /// A decision was made since the run began to wait.
    again: bool,
    /// Why it failed last.
    problem: Option<String>,
}

/// The background run.
#[derive(Default)]
pub(super) struct CatchUp(Mutex<State>);

impl CatchUp {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether themes are about to follow.
    pub(super) fn is_running(&self) -> bool {
        self.state().is_running
    }

    /// Why themes do not follow, in words.
    pub(super) fn notice(&self) -> Option<String> {
        let problem = self.state().problem.clone()?;
        Some(format!("Your decisions are kept, but themes cannot follow yet: {problem}."))
    }

    /// Begins the run, or lets the one that is going on know that there is more.
    pub(super) fn begin(&self, app: &App) {
        let mut state = self.state();
        state.again = true;
        if !state.is_running {
            state.is_running = true;
            let app = app.clone();
            thread::spawn(move || app.catch_up.run(&app));
        }
    }

    fn run(&self, app: &App) {
        loop {
            while std::mem::take(&mut self.state().again) {
                thread::sleep(QUIET);
            }
            let done = pipeline::catch_up(app.shelf.path());
            if let Err(Error::Store(StoreError::Locked { .. })) = done {
                thread::sleep(PAUSE);
                continue;
            }
            let done = done.map_err(|error| error.to_string());
            let done = done.and_then(|_| app.shelf.refresh().map_err(|error| error.to_string()));
            let mut state = self.state();
            state.problem = done.err();
            if !state.again {
                state.is_running = false;
                return;
            }
        }
    }
}
