//! Models that read pairs of texts, in ONNX Runtime.
//!
//! Each pair runs alone, on one thread, so neither its batch nor the number of cores changes a digit.

use std::sync::atomic::{AtomicUsize, Ordering};

use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;

use super::{memory, runtime, workers};
use crate::domain::{Opinion, Progress, Stage};

/// A model, opened once for each thread that has enough to do.
pub(super) struct Sessions {
    onnx: Vec<u8>,
    seats: Vec<Seat>,
    threads: usize,
    each: Each,
}

/// The place of one thread.
struct Seat {
    /// Whether another thread sits before it, so that the work is done without it, too.
    is_further: bool,
    session: Option<Session>,
}

/// What one session is good for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Each {
    /// Fewest pairs that justify another one.
    pub(super) pairs: usize,
    /// Memory that it takes, rounded up.
    pub(super) bytes: usize,
}

impl Sessions {
    /// The model in the ONNX file with content `onnx`. Nothing is loaded yet.
    pub(super) fn new(onnx: Vec<u8>, threads: usize, each: Each) -> Self {
        Self { onnx, seats: Vec::new(), threads, each }
    }

    /// Whether there is memory for one more session.
    pub(super) fn has_room(&self) -> bool {
        memory::has_room(self.each.bytes)
    }

    /// Whether it is open on at least one thread.
    pub(super) fn is_open(&self) -> bool {
        self.seats.first().is_some_and(|seat| seat.session.is_some())
    }

    /// Opens sessions for as many as `threads` threads, where there is memory. One that cannot be opened is tried again
    /// when it is needed.
    pub(super) fn keep_ready(&mut self, threads: usize) {
        let threads = threads.min(self.threads.max(1));
        while self.seats.len() < threads {
            self.seats.push(Seat { is_further: !self.seats.is_empty(), session: None });
        }
        for seat in self.seats.iter_mut().filter(|seat| seat.session.is_none()) {
            if memory::has_room(self.each.bytes) {
                seat.session = session(&self.onnx).ok();
            }
        }
    }

    /// What `read` makes of each of `pairs`, in their order.
    pub(super) fn opinions<T: Sync>(
        &mut self,
        stage: Stage,
        pairs: &[T],
        on: &dyn Progress,
        read: impl Fn(&mut Session, &T) -> ort::Result<Opinion> + Sync,
    ) -> ort::Result<Vec<Opinion>> {
        let wanted = (pairs.len() / self.each.pairs).clamp(1, self.threads.max(1));
        // What is open costs nothing to open.
        let open = self.seats.iter().take_while(|seat| seat.session.is_some()).count();
        let wanted = wanted.max(open.min(pairs.len()));
        while self.seats.len() < wanted {
            self.seats.push(Seat { is_further: !self.seats.is_empty(), session: None });
        }
        on.begin(stage, Some(pairs.len() as u64));
        let next = AtomicUsize::new(0);
        let (onnx, each) = (&self.onnx, self.each);
        // Each thread opens its own session, so that they open side by side.
        let parts = workers::run(&mut self.seats[..wanted], |seat| {
            let mut done = Vec::new();
            if seat.session.is_none() && seat.is_further && !memory::has_room(each.bytes) {
                return Ok(done);
            }
            let session = match &mut seat.session {
                Some(session) => session,
                none => none.insert(session(onnx)?),
            };
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(pair) = pairs.get(at) else { return Ok(done) };
                done.push((at, read(session, pair)?));
                on.advance(1);
            }
        });
        on.end();
        let mut found: Vec<(usize, Opinion)> = Vec::with_capacity(pairs.len());
        for part in parts {
            let part: ort::Result<Vec<(usize, Opinion)>> =
                part.map_err(|_| ort::Error::new("a worker thread panicked"))?;
            found.extend(part?);
        }
        found.sort_unstable_by_key(|(at, _)| *at);
        Ok(found.into_iter().map(|(_, opinion)| opinion).collect())
    }
}

/// A single-threaded session in the environment of this process.
fn session(onnx: &[u8]) -> ort::Result<Session> {
    let environment =
        runtime::environment().ok_or_else(|| ort::Error::new("the runtime is not loaded"))?;
    Session::builder(&environment)?
        .with_optimization_level(GraphOptimizationLevel::Level3)?
        .with_intra_threads(1)?
        .commit_from_memory(onnx)
}

/// The four numbers that such a model gives.
pub(super) fn opinion(values: &[f32]) -> ort::Result<Opinion> {
    match *values {
        [area, shares, same, contrary] => Ok(Opinion { area, shares, same, contrary }),
        _ => Err(ort::Error::new("the judge did not give four numbers")),
    }
}
