//! The judge: a small model that reads the token vectors of two texts together.
//!
//! Each pair runs alone, on one thread, so neither its batch nor the number of cores changes a digit.

use std::sync::atomic::{AtomicUsize, Ordering};

use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;

use super::{runtime, workers};
use crate::domain::{Opinion, Progress, Stage};

/// Tokens of a text that the judge reads; it was trained on no more.
const MOST_TOKENS: usize = 128;

/// Fewest pairs that justify another session.
const PAIRS_PER_SESSION: usize = 64;

/// The vectors that the encoder gives the tokens of one text, before they are pooled.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TokenVectors {
    /// One row after another.
    values: Vec<f32>,
    dim: usize,
}

impl TokenVectors {
    /// The first rows of `values`, each of `dim` numbers; as many as the judge reads.
    pub(super) fn new(values: &[f32], dim: usize) -> Self {
        let n = values.len().min(MOST_TOKENS * dim);
        Self { values: values[..n].to_vec(), dim }
    }

    fn tokens(&self) -> usize {
        self.values.len() / self.dim
    }

    fn states(&self) -> ort::Result<TensorRef<'_, f32>> {
        TensorRef::from_array_view(([1, self.tokens(), self.dim], self.values.as_slice()))
    }

    /// Ones: nothing is padded.
    fn mask(&self) -> ort::Result<TensorRef<'static, i64>> {
        const ONES: &[i64] = &[1; MOST_TOKENS];
        TensorRef::from_array_view(([1, self.tokens()], &ONES[..self.tokens()]))
    }
}

/// A judge in ONNX Runtime.
pub(super) struct Judge {
    onnx: Vec<u8>,
    sessions: Vec<Session>,
    threads: usize,
}

impl Judge {
    /// The judge in the ONNX file with content `onnx`. Nothing is loaded yet.
    pub(super) fn new(onnx: Vec<u8>, threads: usize) -> Self {
        Self { onnx, sessions: Vec::new(), threads }
    }

    /// The opinion on each of `pairs`, positions in `texts`, in their order.
    pub(super) fn opinions(
        &mut self,
        texts: &[TokenVectors],
        pairs: &[(usize, usize)],
        on: &dyn Progress,
    ) -> ort::Result<Vec<Opinion>> {
        let wanted = (pairs.len() / PAIRS_PER_SESSION).clamp(1, self.threads.max(1));
        while self.sessions.len() < wanted {
            self.sessions.push(session(&self.onnx)?);
        }
        on.begin(Stage::Judge, Some(pairs.len() as u64));
        let next = &AtomicUsize::new(0);
        let parts =
            workers::run(&mut self.sessions, |session| share(session, next, texts, pairs, on));
        on.end();
        let mut found: Vec<(usize, Opinion)> = Vec::with_capacity(pairs.len());
        for part in parts {
            found.extend(part.map_err(|_| ort::Error::new("a worker thread panicked"))??);
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

/// Judges pairs, the next that nobody took, until none is left.
fn share(
    session: &mut Session,
    next: &AtomicUsize,
    texts: &[TokenVectors],
    pairs: &[(usize, usize)],
    on: &dyn Progress,
) -> ort::Result<Vec<(usize, Opinion)>> {
    let mut done = Vec::new();
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(&(a, b)) = pairs.get(at) else { return Ok(done) };
        done.push((at, opinion(session, &texts[a], &texts[b])?));
        on.advance(1);
    }
}

fn opinion(session: &mut Session, a: &TokenVectors, b: &TokenVectors) -> ort::Result<Opinion> {
    // The order of the texts could only change the last digits; in one order it changes none.
    let (a, b) = if in_order(a, b) { (a, b) } else { (b, a) };
    let outputs = session.run(ort::inputs![
        "states_a" => a.states()?,
        "mask_a" => a.mask()?,
        "states_b" => b.states()?,
        "mask_b" => b.mask()?,
    ])?;
    let (_, values) = outputs["logits"].try_extract_tensor::<f32>()?;
    match *values {
        [area, shares, same, contrary] => Ok(Opinion { area, shares, same, contrary }),
        _ => Err(ort::Error::new("the judge did not give four numbers")),
    }
}

/// Whether `a` comes before `b`, or is the same: the shorter first, then by the first number that differs.
fn in_order(a: &TokenVectors, b: &TokenVectors) -> bool {
    let [x, y] = [&a.values, &b.values];
    let by_bits = || x.iter().map(|x| x.to_bits()).cmp(y.iter().map(|y| y.to_bits()));
    x.len().cmp(&y.len()).then_with(by_bits).is_le()
}
