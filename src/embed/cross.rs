//! The cross-encoder: a model that reads two texts as one, `[CLS] a [SEP] b [SEP]` (Devlin et al. 2019; Nogueira
//! and Cho 2019).

use ort::session::Session;
use ort::value::TensorRef;

use super::sessions::{self, Each, Sessions};
use crate::domain::{Opinion, Progress, Stage};

/// Tokens of a text that it reads; it was trained on no more.
const MOST_TOKENS: usize = 160;

/// Opening a session takes as long as some four pairs, and sessions open side by side.
const EACH: Each = Each { pairs: 5, bytes: 120 << 20 };

/// A cross-encoder in ONNX Runtime.
pub(super) struct CrossEncoder(Sessions);

impl CrossEncoder {
    /// The model in the ONNX file with content `onnx`. Nothing is loaded yet.
    pub(super) fn new(onnx: Vec<u8>, threads: usize) -> Self {
        Self(Sessions::new(onnx, threads, EACH))
    }

    /// Whether it is open, or there is memory to open it.
    pub(super) fn has_room(&self) -> bool {
        self.0.is_open() || self.0.has_room()
    }

    /// Opens it on as many as `threads` threads, where there is memory.
    pub(super) fn keep_ready(&mut self, threads: usize) {
        self.0.keep_ready(threads);
    }

    /// The opinion on each of `pairs`, in their order.
    pub(super) fn opinions(
        &mut self,
        pairs: &[TokenPair],
        on: &dyn Progress,
    ) -> ort::Result<Vec<Opinion>> {
        self.0.opinions(Stage::ReadClosely, pairs, on, read)
    }
}

/// The token numbers of two texts, as one.
pub(super) struct TokenPair {
    ids: Vec<i64>,
    /// 0 up to the first `[SEP]`, then 1.
    types: Vec<i64>,
}

impl TokenPair {
    /// `a` and `b`, tokens of two texts without the special ones, in an order that depends on them alone: the shorter
    /// one first. `special` are the tokens that open the whole and close each text.
    pub(super) fn new(special: [u32; 2], a: &[u32], b: &[u32]) -> Self {
        let cut = |ids: &[u32]| ids[..ids.len().min(MOST_TOKENS)].to_vec();
        let (a, b) = (cut(a), cut(b));
        let (first, second) = if (a.len(), &a) <= (b.len(), &b) { (a, b) } else { (b, a) };
        let [opens, closes] = special;
        let types = std::iter::repeat_n(0, first.len() + 2);
        let types = types.chain(std::iter::repeat_n(1, second.len() + 1)).collect();
        let all = [&[opens], first.as_slice(), &[closes], &second, &[closes]].concat();
        Self { ids: all.into_iter().map(i64::from).collect(), types }
    }
}

fn read(session: &mut Session, pair: &TokenPair) -> ort::Result<Opinion> {
    let row = |numbers| TensorRef::from_array_view(([1, pair.ids.len()], numbers));
    let outputs = session.run(ort::inputs![
        "input_ids" => row(pair.ids.as_slice())?,
        "token_type_ids" => row(pair.types.as_slice())?,
    ])?;
    let (_, values) = outputs["logits"].try_extract_tensor::<f32>()?;
    sessions::opinion(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_are_one_row_whatever_their_order_and_no_longer_than_it_was_trained_on() {
        let pair = TokenPair::new([101, 102], &[7, 8], &[9]);
        assert_eq!(pair.ids, [101, 9, 102, 7, 8, 102]);
        assert_eq!(pair.types, [0, 0, 0, 1, 1, 1]);
        let turned = TokenPair::new([101, 102], &[9], &[7, 8]);
        assert_eq!((turned.ids, turned.types), (pair.ids, pair.types));
        let long = TokenPair::new([101, 102], &[5; 900], &[6; 300]);
        assert_eq!(long.ids.len(), 2 * MOST_TOKENS + 3);
    }
}
