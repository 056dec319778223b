//! The index that pages are answered from. Readers go on with the index they began with while a new one is
//! opened, and see the new one afterwards.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

use crate::domain::{Filter, Likeness, Overlap};
use crate::pipeline::{Index, StoreError};

/// Searches whose counts are kept, so that a filter ticked on or off is answered sooner.
const KEPT_SEARCHES: usize = 16;

/// A server answers many queries: the graph is opened if it pays for this many.
const QUERIES: usize = 10_000;

/// The rows of an index that are most like a query, most probable first.
pub(super) type Alike = Vec<(usize, Likeness)>;

/// Tells one build from the next: when the manifest was written, and its size.
type Stamp = (SystemTime, u64);

/// An opened index with what pages need again and again.
pub(super) struct Shown {
    pub(super) index: Index,
    stamp: Option<Stamp>,
    overlap: OnceLock<Overlap>,
    searches: Mutex<VecDeque<(String, Arc<Alike>)>>,
}

impl Shown {
    fn open(path: &Path) -> Result<Self, StoreError> {
        // Before the index is read: one that is replaced meanwhile is opened again.
        let stamp = stamp(path);
        let mut index = Index::open_held(path)?;
        if index.graph_pays(QUERIES, &Filter::default()) {
            // Without the graph, answers are the same and take longer.
            let _ = index.open_graph();
        }
        let (overlap, searches) = (OnceLock::new(), Mutex::default());
        Ok(Self { index, stamp, overlap, searches })
    }

    /// What agencies share and what no agency asks for.
    pub(super) fn overlap(&self) -> Result<&Overlap, StoreError> {
        if self.overlap.get().is_none() {
            // Two threads that compute at once compute the same.
            let _ = self.overlap.set(self.index.overlap("concord serve".to_owned())?);
        }
        Ok(self.overlap.get().expect("it was just set"))
    }

    /// What was kept for `text`.
    pub(super) fn kept(&self, text: &str) -> Option<Arc<Alike>> {
        let searches = self.searches.lock().unwrap_or_else(PoisonError::into_inner);
        searches.iter().find(|(kept, _)| kept == text).map(|(_, alike)| Arc::clone(alike))
    }

    /// Keeps what is like `text`, in the place of the oldest.
    pub(super) fn keep(&self, text: &str, alike: &Arc<Alike>) {
        let mut searches = self.searches.lock().unwrap_or_else(PoisonError::into_inner);
        if searches.len() == KEPT_SEARCHES {
            searches.pop_front();
        }
        searches.push_back((text.to_owned(), Arc::clone(alike)));
    }
}

/// The index folder, and the index that was opened there last.
pub(super) struct Shelf {
    path: PathBuf,
    shown: RwLock<Option<Arc<Shown>>>,
    /// A thread is opening a new index.
    opening: AtomicBool,
    /// Why a new index could not be opened.
    problem: Mutex<Option<String>>,
}

impl Shelf {
    /// Opens the index at `path`, if there is one.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let (shown, problem) = (RwLock::new(None), Mutex::new(None));
        let shelf = Self { path, shown, opening: AtomicBool::new(false), problem };
        match shelf.refresh() {
            Ok(()) | Err(StoreError::Missing { .. }) => Ok(shelf),
            Err(error) => Err(error),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The index as it stands; `None` if there is none yet. A new one in the folder is opened in the background.
    pub(super) fn now(self: &Arc<Self>) -> Option<Arc<Shown>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner).clone();
        let found = stamp(&self.path);
        let is_old = found.is_some() && found != shown.as_ref().and_then(|shown| shown.stamp);
        if is_old && !self.opening.swap(true, Ordering::AcqRel) {
            let this = Arc::clone(self);
            std::thread::spawn(move || {
                // An index that cannot be read leaves the old one in use; the next request tries again.
                let failed = this.refresh().err();
                *this.problem() = failed.map(|error| error.to_string());
                this.opening.store(false, Ordering::Release);
            });
        }
        shown
    }

    /// Why the pages do not show what is in the folder, in words.
    pub(super) fn notice(&self) -> Option<String> {
        let problem = self.problem().clone()?;
        Some(format!(
            "The index has changed, and the new one cannot be read: {problem}. You see the old one."
        ))
    }

    fn problem(&self) -> MutexGuard<'_, Option<String>> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens what is in the folder now, and waits for it.
    ///
    /// # Errors
    /// As [`Index::open`]; the old index then stays in use.
    pub(super) fn refresh(&self) -> Result<(), StoreError> {
        let shown = Arc::new(Shown::open(&self.path)?);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        Ok(())
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = path.join("manifest.json").metadata().ok()?;
    Some((found.modified().ok()?, found.len()))
}
