//! What every handler shares.

use std::sync::Arc;

use axum::http::StatusCode;

use super::Shared;
use super::catch_up::CatchUp;
use super::decisions::Told;
use super::documents::folder::Folder;
use super::draft::Drafts;
use super::guard::Access;
use super::job::Job;
use super::model::{Model, OpenModel};
use super::refused::Refused;
use super::shelf::{Shelf, Shown};
use crate::pipeline::{Place, StoreError};

/// Requests that are worked on at the same time; one beyond it waits. Many only wait for their turn at the model.
const AT_ONCE: usize = 64;

/// The state of the server. Clones share it.
#[derive(Clone)]
pub(super) struct App {
    pub(super) access: Shared<Access>,
    pub(super) shelf: Shared<Shelf>,
    /// For searches, which take milliseconds.
    pub(super) model: Shared<Model>,
    /// For drafts, which take seconds and must not keep searches waiting.
    pub(super) patient_model: Shared<Model>,
    pub(super) open_model: OpenModel,
    pub(super) drafts: Shared<Drafts>,
    pub(super) folder: Shared<Folder>,
    pub(super) job: Shared<Job>,
    pub(super) told: Shared<Told>,
    pub(super) catch_up: Shared<CatchUp>,
    slots: Shared<tokio::sync::Semaphore>,
}

impl App {
    /// # Errors
    /// An index that cannot be read.
    pub(super) fn new(
        path: Place,
        access: Access,
        open_model: OpenModel,
    ) -> Result<Self, StoreError> {
        let folder = Arc::new(Folder::beside(&path));
        let shelf = Shelf::open(path)?;
        let model = Arc::new(Model::start(Arc::clone(&open_model)));
        if let Some(shown) = shelf.now() {
            model.warm(shown.index.model_id().to_owned());
        }
        let app = Self {
            access: Arc::new(access),
            shelf,
            model,
            patient_model: Arc::new(Model::start(Arc::clone(&open_model))),
            open_model,
            drafts: Arc::default(),
            folder,
            job: Arc::default(),
            told: Arc::default(),
            catch_up: Arc::default(),
            slots: Arc::new(tokio::sync::Semaphore::new(AT_ONCE)),
        };
        // A server that was killed had perhaps stored a decision that no theme follows yet.
        let has_more = |shown: &Shown| shown.index.decisions_edited().unwrap_or(false);
        if app.shelf.now().is_some_and(|shown| has_more(&shown)) {
            app.catch_up.begin(&app);
        }
        Ok(app)
    }

    /// The index.
    ///
    /// # Errors
    /// If there is none yet.
    pub(super) fn shown(&self) -> Result<Arc<Shown>, Refused> {
        self.shelf.now().ok_or_else(|| {
            Refused::unknown("there is no index yet")
                .with_remedy("open Documents, add some, and build the index")
        })
    }

    /// Runs `work` off the async thread.
    ///
    /// # Errors
    /// What `work` returns; a fault of the program if it panics.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let app = self.clone();
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&app);
            drop(slot);
            done
        });
        done.await.unwrap_or_else(|_| {
            Err(Refused::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal error; this is a fault of concord".to_owned(),
            ))
        })
    }
}
