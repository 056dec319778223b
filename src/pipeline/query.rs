//! Queries, made ready to be answered.

use super::filter::Filter;
use super::vectors::{Known, embed_all, vector_of};
use super::{Error, Index, Parts};
use crate::judge::{Passage, Tokens, statements};

/// What is asked of an index.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// A text, with the id that the answer should carry.
    Text {
        /// Anything with at least one word.
        text: String,
        /// Given back in the answer.
        id: Option<String>,
    },
    /// An indexed recommendation.
    Id(String),
}

/// A query ready to be answered.
pub(super) struct Prepared {
    pub(super) text: String,
    pub(super) id: Option<String>,
    pub(super) row: Option<usize>,
    pub(super) passage: Passage,
    pub(super) tokens: Option<Tokens>,
}

impl Index {
    /// Makes queries ready. Texts are embedded together.
    pub(super) fn prepare(
        &self,
        queries: &[Query],
        filter: &Filter,
        mut parts: Option<&mut Parts<'_>>,
    ) -> Result<Vec<Prepared>, Error> {
        let mut texts = Vec::new();
        for query in queries {
            if let Query::Text { text, .. } = query {
                if !text.chars().any(char::is_alphanumeric) {
                    return Err(Error::EmptyQuery);
                }
                texts.push(text.as_str());
            }
        }
        let mut passages = match parts.as_deref_mut() {
            Some(parts) => self.passages(&texts, parts)?,
            None => Vec::new(),
        }
        .into_iter();
        let mut prepared = Vec::with_capacity(queries.len());
        for query in queries {
            prepared.push(match query {
                Query::Id(id) => {
                    let row = self.row(id)?;
                    let text = self.recommendations()[row].text.clone();
                    let (id, passage) = (Some(id.clone()), self.linker().row(row));
                    Prepared { text, id, row: Some(row), passage, tokens: None }
                }
                Query::Text { text, id } => {
                    let passage = passages.next().ok_or(Error::EmptyQuery)?;
                    Prepared {
                        text: text.clone(),
                        id: id.clone(),
                        row: None,
                        passage,
                        tokens: None,
                    }
                }
            });
        }
        if let Some(parts) = parts.filter(|_| filter.explain) {
            add_tokens(&mut prepared, parts)?;
        }
        Ok(prepared)
    }

    /// Embeds texts and their statements.
    pub(super) fn passages(
        &self,
        texts: &[&str],
        parts: &mut Parts<'_>,
    ) -> Result<Vec<Passage>, Error> {
        self.check_model(parts.embedder.model())?;
        let (vectors, _) = embed_all(texts, &Known::new(), parts)?;
        let passage = |text: &&str| {
            let pieces = statements(text);
            let pieces: Vec<&[f32]> =
                pieces.iter().map(|piece| vector_of(piece, &vectors).as_slice()).collect();
            self.linker().passage(text, vector_of(text, &vectors).as_slice(), &pieces)
        };
        Ok(texts.iter().map(passage).collect())
    }
}

/// Adds the parts that the tokens of each query and of its statements have, if the model has such.
fn add_tokens(queries: &mut [Prepared], parts: &mut Parts<'_>) -> Result<(), Error> {
    let pieces: Vec<Vec<String>> = queries.iter().map(|query| statements(&query.text)).collect();
    let mut texts: Vec<&str> = Vec::new();
    for (query, pieces) in queries.iter().zip(&pieces) {
        texts.push(&query.text);
        texts.extend(pieces.iter().filter(|piece| **piece != query.text).map(String::as_str));
    }
    let Some(found) = parts.embedder.token_parts(&texts, parts.on)? else { return Ok(()) };
    let mut found = found.into_iter();
    for (query, pieces) in queries.iter_mut().zip(&pieces) {
        let text = found.next().unwrap_or_default();
        let of_piece = |piece: &String| {
            if *piece == query.text { text.clone() } else { found.next().unwrap_or_default() }
        };
        let statements = pieces.iter().map(of_piece).collect();
        query.tokens = Some(Tokens { text, statements });
    }
    Ok(())
}
