//! Phrases to name themes by, and their vectors.

use rayon::prelude::*;

use crate::domain::{Embeddings, Passage};
use crate::store::{Opened, StoreError, file};
use crate::themes::{AskNames, ask_phrases};

/// Number of recommendations above which phrases are not embedded: they would double the size of the index.
/// Themes are then named by nouns alone.
const MOST: usize = 20_000;

/// For each passage, the phrases that could name what it asks for.
pub(super) fn phrases(passages: &[Passage]) -> Vec<Vec<String>> {
    if passages.len() > MOST {
        return Vec::new();
    }
    passages.par_iter().map(ask_phrases).collect()
}

/// What to name themes by; `None` if there is no phrase.
pub(super) fn asks<'a>(
    phrases: &'a [Vec<String>],
    vectors: &'a Embeddings,
    statements: &'a Embeddings,
) -> Option<AskNames<'a>> {
    (!vectors.is_empty()).then_some(AskNames { phrases, vectors, statements })
}

/// The phrases of each passage, and the vectors of all of them in order.
pub(super) type WithVectors = (Vec<Vec<String>>, Embeddings);

/// The phrases of an index with their vectors; `None` if it has none.
pub(super) fn stored(
    opened: &Opened,
    passages: &[Passage],
) -> Result<Option<WithVectors>, StoreError> {
    if !opened.manifest.files.contains_key(file::PHRASES) {
        return Ok(None);
    }
    let (phrases, vectors) = (phrases(passages), opened.embeddings(file::PHRASES)?);
    if phrases.iter().map(Vec::len).sum::<usize>() == vectors.len() {
        return Ok(Some((phrases, vectors)));
    }
    let why = "its number of rows is not the number of phrases".to_owned();
    Err(opened.damaged(file::PHRASES, why))
}
