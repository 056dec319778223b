//! Texts -> vectors of the texts and of their statements, each distinct text embedded once.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rayon::prelude::*;

use super::{Error, Index, Tools};
use crate::domain::{Embedding, Embeddings};
use crate::embed::ModelInfo;
use crate::judge::{Passage, Tokens, Vectors, statements};
use crate::store::{PIPELINE_VERSION, StoreError, file};

/// Vectors of texts, by the BLAKE3 of the text.
#[derive(Debug, Default)]
pub(super) struct TextVectors(HashMap<blake3::Hash, Embedding>);

impl TextVectors {
    /// Those of the index at `target`, which is about to be replaced, where they are still valid. An
    /// index that cannot be read has none.
    pub(super) fn reusable(target: &Path, model: &ModelInfo) -> Self {
        let mut known = Self::default();
        let Ok(old) = Index::open(target) else { return known };
        if old.check_model(model).is_err() || old.manifest().pipeline_version != PIPELINE_VERSION {
            return known;
        }
        let vectors = old.linker.vectors();
        let mut at = 0;
        for (row, recommendation) in old.recommendations().iter().enumerate() {
            known.insert(&recommendation.text, vectors.texts.row(row));
            for statement in statements(&recommendation.text) {
                known.insert(&statement, vectors.statements.row(at));
                at += 1;
            }
        }
        for passages in [old.agenda_passages(), old.challenge_passages()] {
            let Ok(Some(StoredPassages { texts, vectors, .. })) = passages else { continue };
            let rows = texts.iter().flat_map(|text| with_statements(text));
            for (at, text) in rows.enumerate().take_while(|(at, _)| *at < vectors.len()) {
                known.insert(&text, vectors.row(at));
            }
        }
        known
    }

    fn insert(&mut self, text: &str, row: &[f32]) {
        // Already of unit length: scaling again could change the last digit.
        self.0.insert(blake3::hash(text.as_bytes()), Embedding::of_unit_row(row));
    }

    /// Embeds `texts` and their statements, each distinct text once; those in `known` are taken from there.
    /// Also returns the number of texts that the model embedded.
    pub(super) fn embed(
        texts: &[&str],
        known: &Self,
        tools: &mut Tools<'_>,
    ) -> Result<(Self, usize), Error> {
        let pieces: Vec<String> = texts
            .par_iter()
            .flat_map_iter(|text| statements(text).into_iter().chain([(*text).to_owned()]))
            .collect();
        let hashed = |text: String| {
            let hash = blake3::hash(text.as_bytes());
            (text, hash)
        };
        let wanted: BTreeMap<String, blake3::Hash> = pieces.into_iter().map(hashed).collect();
        let mut vectors = HashMap::with_capacity(wanted.len());
        let mut missing = Vec::new();
        for (text, hash) in &wanted {
            match known.0.get(hash) {
                Some(vector) => {
                    vectors.insert(*hash, vector.clone());
                }
                None => missing.push((text.as_str(), *hash)),
            }
        }
        let new: Vec<&str> = missing.iter().map(|(text, _)| *text).collect();
        let embedded =
            if new.is_empty() { Vec::new() } else { tools.embedder.embed(&new, tools.on)? };
        vectors.extend(missing.iter().map(|(_, hash)| *hash).zip(embedded));
        Ok((Self(vectors), new.len()))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, text: &str) -> &Embedding {
        &self.0[&blake3::hash(text.as_bytes())]
    }

    /// The vectors of `texts`, and of their statements, as tables of `dim` columns.
    pub(super) fn tables(&self, texts: &[&str], dim: usize) -> Vectors {
        let pieces: Vec<String> = texts.iter().flat_map(|text| statements(text)).collect();
        let pieces: Vec<&Embedding> = pieces.iter().map(|text| self.get(text)).collect();
        Vectors {
            texts: Embeddings::stack(dim, texts.iter().map(|text| self.get(text))),
            statements: Embeddings::stack(dim, pieces.into_iter()),
        }
    }

    /// One table of `dim` columns: each text, followed by its statements.
    pub(super) fn interleaved(&self, texts: &[&str], dim: usize) -> Embeddings {
        let rows: Vec<String> = texts.iter().flat_map(|text| with_statements(text)).collect();
        let rows: Vec<&Embedding> = rows.iter().map(|text| self.get(text)).collect();
        Embeddings::stack(dim, rows.into_iter())
    }
}

/// A text, followed by its statements.
fn with_statements(text: &str) -> impl Iterator<Item = String> + use<> {
    std::iter::once(text.to_owned()).chain(statements(text))
}

/// The texts of the agenda or of the challenges, with their vectors as [`TextVectors::interleaved`] gives
/// them.
pub(super) struct StoredPassages {
    texts: Vec<String>,
    vectors: Embeddings,
    /// The file of the vectors.
    name: &'static str,
}

impl Index {
    /// Embeds `texts` and makes them ready to be compared.
    pub(super) fn passages(
        &self,
        texts: &[&str],
        tools: &mut Tools<'_>,
    ) -> Result<Vec<Passage>, Error> {
        self.check_model(tools.embedder.model())?;
        let (vectors, _) = TextVectors::embed(texts, &TextVectors::default(), tools)?;
        let passage = |text: &&str| {
            let pieces = statements(text);
            let pieces: Vec<&[f32]> =
                pieces.iter().map(|piece| vectors.get(piece).as_slice()).collect();
            self.linker.passage(text, vectors.get(text).as_slice(), &pieces)
        };
        Ok(texts.iter().map(passage).collect())
    }

    /// The items of the agenda; `None` if there is none.
    pub(super) fn agenda_passages(&self) -> Result<Option<StoredPassages>, StoreError> {
        let items = self.opened.agenda()?.map(|agenda| agenda.items).unwrap_or_default();
        self.stored(items.into_iter().map(|item| item.text).collect(), file::AGENDA_VECTORS)
    }

    /// The challenges; `None` if there is none.
    pub(super) fn challenge_passages(&self) -> Result<Option<StoredPassages>, StoreError> {
        let texts = self.opened.challenges()?.into_iter().map(|challenge| challenge.text).collect();
        self.stored(texts, file::CHALLENGE_VECTORS)
    }

    fn stored(
        &self,
        texts: Vec<String>,
        name: &'static str,
    ) -> Result<Option<StoredPassages>, StoreError> {
        if texts.is_empty() {
            return Ok(None);
        }
        Ok(Some(StoredPassages { texts, vectors: self.opened.embeddings(name)?, name }))
    }

    /// Makes stored passages ready to be compared.
    pub(super) fn ready(&self, stored: &StoredPassages) -> Result<Vec<Passage>, StoreError> {
        let StoredPassages { texts, vectors, name } = stored;
        let mut at = 0;
        let mut passages = Vec::with_capacity(texts.len());
        for text in texts {
            let n = statements(text).len();
            if at + n >= vectors.len() {
                let why = "it has fewer rows than there are passages".to_owned();
                return Err(self.opened.damaged(name, why));
            }
            let rows: Vec<&[f32]> = (1..=n).map(|offset| vectors.row(at + offset)).collect();
            passages.push(self.linker.passage(text, vectors.row(at), &rows));
            at += 1 + n;
        }
        Ok(passages)
    }
}

/// The parts that the tokens of each text have in its vector and in those of its statements; `None` if
/// the model has no such parts.
pub(super) fn token_parts(
    texts: &[&str],
    tools: &mut Tools<'_>,
) -> Result<Option<Vec<Tokens>>, Error> {
    let pieces: Vec<Vec<String>> = texts.iter().map(|text| statements(text)).collect();
    let mut wanted: Vec<&str> = Vec::new();
    for (text, pieces) in texts.iter().zip(&pieces) {
        wanted.push(text);
        wanted.extend(pieces.iter().map(String::as_str).filter(|piece| piece != text));
    }
    let Some(found) = tools.embedder.token_parts(&wanted, tools.on)? else { return Ok(None) };
    let mut found = found.into_iter();
    let tokens = texts.iter().zip(&pieces).map(|(text, pieces)| {
        let whole = found.next().unwrap_or_default();
        let mut part = |piece: &String| {
            if piece == text { whole.clone() } else { found.next().unwrap_or_default() }
        };
        let statements = pieces.iter().map(&mut part).collect();
        Tokens { text: whole, statements }
    });
    Ok(Some(tokens.collect()))
}
