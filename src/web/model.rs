//! The model: one owner on a thread of its own, asked through a queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use super::refused::Refused;
use crate::domain::Silent;
use crate::pipeline::{EmbedError, Embedder, Error, Tools};

/// Opens a model by name.
pub type OpenModel = Arc<dyn Fn(&str) -> Result<Box<dyn Embedder>, EmbedError> + Send + Sync>;

/// What is done with the model.
type Job = Box<dyn FnOnce(&mut Owner) + Send>;

/// The thread's own: the model that was opened last.
struct Owner {
    open: OpenModel,
    opened: Option<(String, Box<dyn Embedder>)>,
}

impl Owner {
    fn model(&mut self, id: &str) -> Result<&mut dyn Embedder, EmbedError> {
        if self.opened.as_ref().is_none_or(|(known, _)| known != id) {
            let mut model = (self.open)(id)?;
            model.keep_ready();
            self.opened = Some((id.to_owned(), model));
        }
        let (_, model) = self.opened.as_mut().expect("it was just opened");
        Ok(model.as_mut())
    }
}

/// A model that is opened when it is first asked. Jobs are done one after another.
pub(super) struct Model {
    /// `None` only while it is dropped.
    jobs: Option<Mutex<mpsc::Sender<Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Model {
    /// Waits for what is being done: a program that ends while a thread is inside ONNX Runtime crashes.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it was caught, and nobody is left to be told.
            let _ = thread.join();
        }
    }
}

impl Model {
    /// Starts the thread.
    pub(super) fn start(open: OpenModel) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = thread::spawn(move || {
            let mut owner = Owner { open, opened: None };
            for job in queue {
                if catch_unwind(AssertUnwindSafe(|| job(&mut owner))).is_err() {
                    // What a panic left half-done is not used again.
                    owner.opened = None;
                }
            }
        });
        Self { jobs: Some(Mutex::new(jobs)), thread: Some(thread) }
    }

    /// Opens the model called `id` ahead of the first question.
    pub(super) fn warm(&self, id: String) {
        self.send(Box::new(move |owner| drop(owner.model(&id).map(|_| ()))));
    }

    /// What `work` makes of the model called `id`. Waits for its turn; never call it on an async thread.
    ///
    /// # Errors
    /// A model that cannot be opened, and what `work` returns.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        id: &str,
        work: impl FnOnce(&mut Tools<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Refused> {
        let (reply, answer) = mpsc::sync_channel(1);
        let id = id.to_owned();
        let job = move |owner: &mut Owner| {
            let done = owner
                .model(&id)
                .map_err(Error::from)
                .and_then(|embedder| work(&mut Tools { embedder, on: &Silent }));
            // Nobody waits any more if the browser went away.
            let _ = reply.send(done);
        };
        self.send(Box::new(job));
        let failed = || {
            Refused::new(
                axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                "the model failed on this text; this is a fault of concord".to_owned(),
            )
        };
        answer.recv().map_err(|_| failed())?.map_err(Refused::from)
    }

    fn send(&self, job: Job) {
        // The thread lives as long as this.
        if let Some(jobs) = &self.jobs {
            let _ = jobs.lock().unwrap_or_else(PoisonError::into_inner).send(job);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_being_done_ends_before_the_model_is_gone() {
        let is_done = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&is_done);
        let model = Model::start(Arc::new(move |_| {
            thread::sleep(Duration::from_millis(50));
            done.store(true, Ordering::SeqCst);
            Err(EmbedError::Unknown { id: "none".to_owned() })
        }));
        model.warm("any".to_owned());
        drop(model);
        assert!(is_done.load(Ordering::SeqCst), "a thread still worked");
    }
}
