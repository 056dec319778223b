//! The one long run: building the index. It goes on when the browser goes away, and any page can ask how far it is.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Progress, Stage};

/// How far the run is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Status {
    /// Nothing was run since the server started.
    #[default]
    Idle,
    /// A stage, with the steps done and all of its steps, if known.
    Running { stage: Option<Stage>, done: u64, total: Option<u64> },
    /// It is done; what came of it, in words.
    Done(String),
    /// It failed; the old index is still in use.
    Failed(String),
}

/// The run, and who looks at it.
#[derive(Default)]
pub(super) struct Job(Mutex<Status>);

impl Job {
    fn status_mut(&self) -> MutexGuard<'_, Status> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it is.
    pub(super) fn status(&self) -> Status {
        self.status_mut().clone()
    }

    /// Whether a run is going on.
    pub(super) fn is_running(&self) -> bool {
        matches!(*self.status_mut(), Status::Running { .. })
    }

    /// Begins a run; false if one is going on.
    pub(super) fn begin(&self) -> bool {
        let mut status = self.status_mut();
        if matches!(*status, Status::Running { .. }) {
            return false;
        }
        *status = Status::Running { stage: None, done: 0, total: None };
        true
    }

    /// Ends the run.
    pub(super) fn finish(&self, with: Result<String, String>) {
        *self.status_mut() = match with {
            Ok(words) => Status::Done(words),
            Err(words) => Status::Failed(words),
        };
    }
}

impl Progress for Job {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        *self.status_mut() = Status::Running { stage: Some(stage), done: 0, total };
    }

    fn advance(&self, steps: u64) {
        if let Status::Running { done, .. } = &mut *self.status_mut() {
            *done += steps;
        }
    }

    fn end(&self) {}
}

/// A stage in words.
pub(super) fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::FetchRuntime => "Downloading ONNX Runtime (once)",
        Stage::LoadModel => "Loading the model",
        Stage::Read => "Reading documents",
        Stage::Embed => "Reading the texts",
        Stage::Explain => "Explaining",
        Stage::Judge => "Comparing pairs",
        Stage::ReadClosely => "Reading pairs closely",
        Stage::SecondReading => "Asking the second reader",
        Stage::Index => "Building the search graph",
        Stage::Themes => "Grouping into themes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_run_at_a_time() {
        let job = Job::default();
        assert!(job.begin() && !job.begin());
        Progress::begin(&job, Stage::Embed, Some(4));
        job.advance(3);
        let now = Status::Running { stage: Some(Stage::Embed), done: 3, total: Some(4) };
        assert_eq!(job.status(), now);
        job.finish(Err("no".to_owned()));
        assert_eq!(job.status(), Status::Failed("no".to_owned()));
        assert!(job.begin());
    }
}
