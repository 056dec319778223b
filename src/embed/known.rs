//! Token vectors of the texts that the judge read last, for a process that is asked often: who searches goes on in the
//! same field.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::judge::TokenVectors;

/// Token vectors by the hash of their text. The oldest go when there are too many.
pub(super) struct Known {
    most_bytes: usize,
    bytes: usize,
    by_text: HashMap<blake3::Hash, Arc<TokenVectors>>,
    /// The hashes, the oldest first.
    order: VecDeque<blake3::Hash>,
}

impl Known {
    /// Room for `most_bytes` of numbers.
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, bytes: 0, by_text: HashMap::new(), order: VecDeque::new() }
    }

    pub(super) fn get(&self, text: &str) -> Option<Arc<TokenVectors>> {
        self.by_text.get(&blake3::hash(text.as_bytes())).map(Arc::clone)
    }

    /// Keeps the vectors of `text`, in place of the oldest if there is no room.
    pub(super) fn add(&mut self, text: &str, vectors: Arc<TokenVectors>) {
        let hash = blake3::hash(text.as_bytes());
        self.bytes += vectors.bytes();
        if let Some(before) = self.by_text.insert(hash, vectors) {
            self.bytes -= before.bytes();
        } else {
            self.order.push_back(hash);
        }
        while self.bytes > self.most_bytes {
            let Some(oldest) = self.order.pop_front() else { break };
            self.bytes -= self.by_text.remove(&oldest).map_or(0, |vectors| vectors.bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_when_there_is_no_room() {
        let vectors = || Arc::new(TokenVectors::new(&[0.5; 8], 4));
        let mut known = Known::new(2 * vectors().bytes());
        for text in ["a", "b", "b", "c"] {
            known.add(text, vectors());
        }
        let has = ["a", "b", "c"].map(|text| known.get(text).is_some());
        assert_eq!((has, known.bytes), ([false, true, true], 2 * vectors().bytes()));
        known.add("d", Arc::new(TokenVectors::new(&[0.5; 80], 4)));
        assert_eq!((known.get("c"), known.get("d"), known.bytes), (None, None, 0));
    }
}
