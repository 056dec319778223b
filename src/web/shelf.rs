//! The index that pages are answered from. Readers go on with the index they began with while a new one is
//! opened, and see the new one afterwards.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::decisions::Words;
use super::map;
use super::refused::Refused;
use crate::domain::{Decision, Filter, Likeness, Link, Overlap, Pictures, Relation};
use crate::pipeline::{self, Error, Index, Place, Stamp, StoreError};

/// Searches whose counts are kept, so that a filter ticked on or off is answered sooner.
const KEPT_SEARCHES: usize = 64;

/// How long an index is left alone before what takes long is prepared: decisions come one after another, and
/// each makes a new index.
const QUIET: Duration = Duration::from_secs(2);

/// A server answers many queries: the graph is opened if it pays for this many.
const QUERIES: usize = 10_000;

/// The rows of an index that are most like a query, most probable first.
pub(super) type Alike = Vec<(usize, Likeness)>;

/// An opened index with what pages need again and again.
pub(super) struct Shown {
    pub(super) index: Index,
    stamp: Option<Stamp>,
    overlap: Once<Overlap>,
    pictures: Once<Pictures>,
    map: Once<String>,
    pairs: Once<Pairs>,
    /// What people said of pairs, also since the index was built.
    words: RwLock<Arc<Words>>,
    searches: Mutex<VecDeque<(String, Arc<Alike>)>>,
}

/// What the first who asks computes, while others wait for it.
struct Once<T> {
    kept: OnceLock<T>,
    computing: Mutex<()>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { kept: OnceLock::new(), computing: Mutex::default() }
    }
}

impl<T> Once<T> {
    fn get<E>(&self, compute: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if let Some(found) = self.kept.get() {
            return Ok(found);
        }
        let _computing = self.computing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.kept.get().is_none() {
            let _ = self.kept.set(compute()?);
        }
        Ok(self.kept.get().expect("it was just set"))
    }
}

/// The linked pairs of an index.
pub(super) struct Pairs {
    /// The most probable first.
    pub(super) alike: Vec<Link>,
    /// Positions in `alike`, those first whose probability is nearest to one half.
    pub(super) uncertain: Vec<u32>,
}

impl Pairs {
    fn new(alike: Vec<Link>) -> Self {
        let mut uncertain: Vec<u32> = (0..u32::try_from(alike.len()).unwrap_or(u32::MAX)).collect();
        uncertain.sort_by(|x, y| {
            let [x, y] = [x, y].map(|&at| &alike[at as usize]);
            let doubt = |link: &Link| (link.likeness.probability - Relation::THRESHOLD).abs();
            doubt(x).total_cmp(&doubt(y)).then((x.a, x.b).cmp(&(y.a, y.b)))
        });
        Self { alike, uncertain }
    }
}

impl Shown {
    fn open(path: &Place) -> Result<Self, StoreError> {
        // Before the index is read: one that is replaced meanwhile is opened again.
        let stamp = pipeline::stamp(path);
        let mut index = Index::open_held(path)?;
        if index.graph_pays(QUERIES, &Filter::default()) {
            // Without the graph, answers are the same and take longer.
            let _ = index.open_graph();
        }
        // Decisions that cannot be read are said where somebody decides or looks at them.
        let words = Words::new(&pipeline::decisions(path).unwrap_or_default(), &index);
        Ok(Self {
            index,
            stamp,
            overlap: Once::default(),
            pictures: Once::default(),
            map: Once::default(),
            pairs: Once::default(),
            words: RwLock::new(Arc::new(words)),
            searches: Mutex::default(),
        })
    }

    /// What people said of pairs.
    pub(super) fn words(&self) -> Arc<Words> {
        Arc::clone(&self.words.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes note of the decisions as they are now.
    pub(super) fn hear(&self, decisions: &[Decision]) {
        let words = Arc::new(Words::new(decisions, &self.index));
        *self.words.write().unwrap_or_else(PoisonError::into_inner) = words;
    }

    /// What agencies share and what no agency asks for.
    pub(super) fn overlap(&self) -> Result<&Overlap, StoreError> {
        self.overlap.get(|| self.index.overlap("concord serve".to_owned()))
    }

    /// Where recommendations and agencies stand in pictures.
    pub(super) fn pictures(&self) -> Result<&Pictures, StoreError> {
        let overlap = self.overlap()?;
        self.pictures.get(|| self.index.pictures(overlap))
    }

    /// What the script of the map draws.
    pub(super) fn map(&self) -> Result<&String, Refused> {
        self.map.get(|| map::drawn(self))
    }

    /// Every linked pair.
    pub(super) fn pairs(&self) -> Result<&Pairs, Error> {
        self.pairs.get(|| Ok(Pairs::new(self.index.pairs(0.0..=1.0, false)?)))
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

/// Time between two looks at whether the index in a database is a new one.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Where the index lies, and the index that was opened there last.
pub(super) struct Shelf {
    path: Place,
    /// When a database was last looked at.
    looked: Mutex<Instant>,
    shown: RwLock<Option<Arc<Shown>>>,
    /// A thread is opening a new index.
    opening: AtomicBool,
    /// A thread prepares what pages of the whole index need.
    warming: AtomicBool,
    /// Why a new index could not be opened.
    problem: Mutex<Option<String>>,
}

impl Shelf {
    /// Opens the index at `path`, if there is one.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub(super) fn open(path: Place) -> Result<Arc<Self>, StoreError> {
        let looked = Mutex::new(Instant::now());
        let (shown, problem) = (RwLock::new(None), Mutex::new(None));
        let [opening, warming] = [false, false].map(AtomicBool::new);
        let shelf = Arc::new(Self { path, looked, shown, opening, warming, problem });
        match shelf.refresh() {
            Ok(()) | Err(StoreError::Missing { .. }) => Ok(shelf),
            Err(error) => Err(error),
        }
    }

    pub(super) fn path(&self) -> &Place {
        &self.path
    }

    /// The index as it stands; `None` if there is none yet. A new one in its place is opened in the background.
    pub(super) fn now(self: &Arc<Self>) -> Option<Arc<Shown>> {
        let shown = self.current();
        if self.may_be_old() && !self.opening.swap(true, Ordering::AcqRel) {
            let this = Arc::clone(self);
            std::thread::spawn(move || {
                if this.is_old() {
                    // An index that cannot be read leaves the old one in use; the next request tries again.
                    let failed = this.refresh().err();
                    *this.problem() = failed.map(|error| error.to_string());
                }
                this.opening.store(false, Ordering::Release);
            });
        }
        shown
    }

    /// Whether it is worth a look at the place of the index. A folder is looked at right away; a database would
    /// keep the request waiting.
    fn may_be_old(&self) -> bool {
        if self.path.folder().is_some() {
            return self.is_old();
        }
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = looked.elapsed() >= LOOK_EVERY;
        if is_time {
            *looked = Instant::now();
        }
        is_time
    }

    /// Whether another index lies there than the one that is shown.
    fn is_old(&self) -> bool {
        let found = pipeline::stamp(&self.path);
        found.is_some() && found != self.current().and_then(|shown| shown.stamp)
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
    pub(super) fn refresh(self: &Arc<Self>) -> Result<(), StoreError> {
        let shown = Arc::new(Shown::open(&self.path)?);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        if !self.warming.swap(true, Ordering::AcqRel) {
            let this = Arc::clone(self);
            std::thread::spawn(move || this.warm());
        }
        Ok(())
    }

    /// Prepares what takes seconds in a large index, before somebody asks for it. A page that needs it earlier
    /// waits for it.
    fn warm(&self) {
        loop {
            std::thread::sleep(QUIET);
            let Some(shown) = self.current() else { break };
            // A page that needs them says what is wrong.
            let _ = shown.pairs();
            let _ = shown.overlap();
            if self.current().is_some_and(|now| Arc::ptr_eq(&now, &shown)) {
                break;
            }
        }
        self.warming.store(false, Ordering::Release);
    }

    fn current(&self) -> Option<Arc<Shown>> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
