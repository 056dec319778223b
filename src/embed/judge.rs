//! The judge: a small model that reads the token vectors of two texts together.

use std::sync::Arc;

use ort::session::Session;
use ort::value::TensorRef;

use super::sessions::{self, Each, Sessions};
use crate::domain::{Opinion, Progress, Stage};

/// Tokens of a text that the judge reads; it was trained on no more.
const MOST_TOKENS: usize = 128;

/// Its sessions are small.
const EACH: Each = Each { pairs: 64, bytes: 32 << 20 };

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

    /// How many bytes its numbers take.
    pub(super) fn bytes(&self) -> usize {
        self.values.len() * size_of::<f32>()
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
pub(super) struct Judge(Sessions);

impl Judge {
    /// The judge in the ONNX file with content `onnx`. Nothing is loaded yet.
    pub(super) fn new(onnx: Vec<u8>, threads: usize) -> Self {
        Self(Sessions::new(onnx, threads, EACH))
    }

    /// Opens it on as many as `threads` threads, where there is memory.
    pub(super) fn keep_ready(&mut self, threads: usize) {
        self.0.keep_ready(threads);
    }

    /// The opinion on each of `pairs`, positions in `texts`, in their order.
    pub(super) fn opinions(
        &mut self,
        texts: &[Arc<TokenVectors>],
        pairs: &[(usize, usize)],
        on: &dyn Progress,
    ) -> ort::Result<Vec<Opinion>> {
        self.0.opinions(Stage::Judge, pairs, on, |session, &(a, b)| {
            opinion(session, &texts[a], &texts[b])
        })
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
    sessions::opinion(values)
}

/// Whether `a` comes before `b`, or is the same: the shorter first, then by the first number that differs.
fn in_order(a: &TokenVectors, b: &TokenVectors) -> bool {
    let [x, y] = [&a.values, &b.values];
    let by_bits = || x.iter().map(|x| x.to_bits()).cmp(y.iter().map(|y| y.to_bits()));
    x.len().cmp(&y.len()).then_with(by_bits).is_le()
}
