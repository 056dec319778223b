//! Texts -> the vectors of them and of their statements, each distinct text embedded once.

use std::collections::{BTreeMap, HashMap};

use super::{Error, Parts};
use crate::domain::{Embedding, Embeddings, Passage};
use crate::judge::Vectors;

/// Vectors by the BLAKE3 of their text.
pub(super) type Known = HashMap<blake3::Hash, Embedding>;

/// Vectors of `passages` and of their statements, each distinct text once; how many are new.
pub(super) fn embed_all<'a>(
    passages: impl IntoIterator<Item = &'a Passage>,
    known: &Known,
    parts: &mut Parts<'_>,
) -> Result<(Known, usize), Error> {
    let pieces = passages.into_iter().flat_map(with_statements);
    let wanted: BTreeMap<&str, blake3::Hash> =
        pieces.map(|text| (text, blake3::hash(text.as_bytes()))).collect();
    let mut vectors: Known = HashMap::with_capacity(wanted.len());
    let mut missing = Vec::new();
    for (text, hash) in &wanted {
        match known.get(hash) {
            Some(vector) => {
                vectors.insert(*hash, vector.clone());
            }
            None => missing.push((*text, *hash)),
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

pub(super) fn stack(passages: &[Passage], vectors: &Known, dim: usize) -> Vectors {
    let table = |texts: Vec<&str>| {
        Embeddings::stack(dim, texts.into_iter().map(|text| vector_of(text, vectors)))
    };
    Vectors {
        texts: table(passages.iter().map(Passage::text).collect()),
        statements: table(passages.iter().flat_map(Passage::statements).collect()),
    }
}

/// The text of a passage, followed by its statements.
pub(super) fn with_statements(passage: &Passage) -> impl Iterator<Item = &str> {
    std::iter::once(passage.text()).chain(passage.statements())
}

/// Each passage's vector, followed by those of its statements.
pub(super) fn stack_passages(passages: &[Passage], vectors: &Known, dim: usize) -> Embeddings {
    let rows: Vec<&str> = passages.iter().flat_map(with_statements).collect();
    Embeddings::stack(dim, rows.into_iter().map(|text| vector_of(text, vectors)))
}
