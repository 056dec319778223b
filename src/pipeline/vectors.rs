//! Texts -> the vectors of them and of their statements, each distinct text embedded once.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::{Error, Parts};
use crate::domain::{Embedding, Embeddings};
use crate::judge::{Vectors, statements};

/// Vectors by the BLAKE3 of their text.
pub(super) type Known = HashMap<blake3::Hash, Embedding>;

/// Vectors of `texts` and of their statements, each distinct text once; how many are new.
pub(super) fn embed_all(
    texts: &[&str],
    known: &Known,
    parts: &mut Parts<'_>,
) -> Result<(Known, usize), Error> {
    let pieces: Vec<String> = texts
        .par_iter()
        .flat_map_iter(|text| statements(text).into_iter().chain([(*text).to_owned()]))
        .collect();
    let wanted: BTreeMap<String, blake3::Hash> = pieces
        .into_iter()
        .map(|text| {
            let hash = blake3::hash(text.as_bytes());
            (text, hash)
        })
        .collect();
    let mut vectors: Known = HashMap::with_capacity(wanted.len());
    let mut missing = Vec::new();
    for (text, hash) in &wanted {
        match known.get(hash) {
            Some(vector) => {
                vectors.insert(*hash, vector.clone());
            }
            None => missing.push((text.as_str(), *hash)),
        }
    }
    let new: Vec<&str> = missing.iter().map(|(text, _)| *text).collect();
    let embedded =
        if new.is_empty() { Vec::new() } else { parts.embedder.embed(&new, parts.on)? };
    vectors.extend(missing.iter().map(|(_, hash)| *hash).zip(embedded));
    Ok((vectors, new.len()))
}

pub(super) fn vector_of<'a>(text: &str, vectors: &'a Known) -> &'a Embedding {
    &vectors[&blake3::hash(text.as_bytes())]
}

pub(super) fn stack(texts: &[&str], vectors: &Known, dim: usize) -> Vectors {
    let rows: Vec<&Embedding> = texts.iter().map(|text| vector_of(text, vectors)).collect();
    let pieces: Vec<String> = texts.iter().flat_map(|text| statements(text)).collect();
    let pieces: Vec<&Embedding> = pieces.iter().map(|text| vector_of(text, vectors)).collect();
    Vectors {
        texts: Embeddings::stack(dim, rows.into_iter()),
        statements: Embeddings::stack(dim, pieces.into_iter()),
    }
}

/// A text, followed by its statements.
pub(super) fn with_statements(text: &str) -> impl Iterator<Item = String> + use<> {
    std::iter::once(text.to_owned()).chain(statements(text))
}

/// Each passage's vector, followed by those of its statements.
pub(super) fn stack_passages(items: &[&str], vectors: &Known, dim: usize) -> Embeddings {
    let rows: Vec<String> = items.iter().flat_map(|item| with_statements(item)).collect();
    let rows: Vec<&Embedding> = rows.iter().map(|text| vector_of(text, vectors)).collect();
    Embeddings::stack(dim, rows.into_iter())
}
