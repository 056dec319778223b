//! A lexical embedder that needs no runtime: hashed words and their character trigrams.

use super::{EmbedError, Embedder, ModelInfo, TokenParts};
use crate::domain::{Embedding, Progress, Span, Stage, TokenPart};
use crate::text::{Word, words};

/// Embeds by hashing words and character trigrams into a fixed number of components (Weinberger
/// et al. 2009, "Feature Hashing for Large Scale Multitask Learning").
///
/// It sees shared words, not shared meaning. It serves tests, and machines without ONNX Runtime.
#[derive(Debug)]
pub struct Hashing {
    info: ModelInfo,
}

impl Hashing {
    /// Name to pass as `--model`.
    pub const ID: &str = "concord/hashing";
    /// Components of a vector.
    pub const DIM: usize = 256;

    /// A new embedder; there are no weights to load.
    #[must_use]
    pub fn new() -> Self {
        let info = ModelInfo {
            id: Self::ID.into(),
            sha256: None,
            dim: Self::DIM,
            pooling: "none".into(),
            max_tokens: usize::MAX >> 12,
            judge: None,
            cross: None,
            means: None,
        };
        Self { info }
    }
}

impl Default for Hashing {
    fn default() -> Self {
        Self::new()
    }
}

impl Embedder for Hashing {
    fn model(&self) -> &ModelInfo {
        &self.info
    }

    fn embed(&mut self, texts: &[&str], on: &dyn Progress) -> Result<Vec<Embedding>, EmbedError> {
        on.begin(Stage::Embed, Some(texts.len() as u64));
        let embeddings = texts.iter().enumerate().map(|(number, text)| {
            on.advance(1);
            Embedding::normalize(hashed(text))
                .map_err(|why| EmbedError::no_direction(number, text, why))
        });
        let embeddings = embeddings.collect();
        on.end();
        embeddings
    }

    fn token_parts(&mut self, texts: &[&str], _: &dyn Progress) -> Result<TokenParts, EmbedError> {
        Ok(Some(texts.iter().map(|text| parts_of_words(text)).collect()))
    }
}

fn parts_of_words(text: &str) -> Vec<TokenPart> {
    let norm = hashed(text).iter().map(|x| x * x).sum::<f32>().sqrt();
    let part = |word: Word<'_>| {
        let mut part = vec![0.0; Hashing::DIM];
        add_word(&mut part, &word.text.to_lowercase());
        for x in &mut part {
            *x /= norm;
        }
        TokenPart { span: Span { start: word.start, end: word.end() }, part: part.into() }
    };
    words(text, None).map(part).collect()
}

/// Adds a word and its trigrams to a vector.
fn add_word(vector: &mut [f32], word: &str) {
    add(vector, word, 1.0);
    let padded: Vec<char> = format!("<{word}>").chars().collect();
    for part in padded.windows(3) {
        add(vector, &part.iter().collect::<String>(), 0.3);
    }
}

fn hashed(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; Hashing::DIM];
    for word in words(&text.to_lowercase(), None) {
        add_word(&mut vector, word.text);
    }
    if vector.iter().all(|&x| x == 0.0) {
        // A text without words still needs a direction. It gets its own, so that equal texts stay equal.
        add(&mut vector, text, 1.0);
    }
    vector
}

fn add(vector: &mut [f32], feature: &str, weight: f32) {
    let hash = blake3::hash(feature.as_bytes());
    let [slot, sign, ..] = *hash.as_bytes();
    vector[usize::from(slot)] += if sign & 1 == 0 { weight } else { -weight };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Silent;

    #[test]
    fn shared_words_bring_texts_together() {
        let texts =
            ["reduce remittance fees", "Reduce fees on remittances", "train border guards", "…"];
        let rows = Hashing::new().embed(&texts, &Silent).unwrap();
        let cosine = |a: usize, b: usize| -> f32 {
            rows[a].as_slice().iter().zip(rows[b].as_slice()).map(|(x, y)| x * y).sum()
        };
        assert!(cosine(0, 1) > cosine(0, 2) + 0.3);
        assert_eq!(rows.len(), 4);
    }
}
