//! Queries, made ready to be answered.

use super::filter::Filter;
use super::vectors::{Known, embed_all, vector_of};
use super::{Error, Index, Parts};
use crate::domain::Passage;
use crate::judge::{ReadyPassage, Tokens};
use crate::text::passage;

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
    pub(super) id: Option<String>,
    pub(super) row: Option<usize>,
    pub(super) passage: ReadyPassage,
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
                texts.push(passage(text.as_str()));
            }
        }
        let mut passages = match parts.as_deref_mut() {
            Some(parts) => self.passages(texts, parts)?,
            None => Vec::new(),
        }
        .into_iter();
        let mut prepared = Vec::with_capacity(queries.len());
        for query in queries {
            prepared.push(match query {
                Query::Id(id) => {
                    let row = self.row(id)?;
                    let (id, passage) = (Some(id.clone()), self.linker().row(row));
                    Prepared { id, row: Some(row), passage, tokens: None }
                }
                Query::Text { id, .. } => {
                    let passage = passages.next().ok_or(Error::EmptyQuery)?;
                    Prepared { id: id.clone(), row: None, passage, tokens: None }
                }
            });
        }
        if let Some(parts) = parts.filter(|_| filter.explain) {
            add_tokens(&mut prepared, parts)?;
        }
        Ok(prepared)
    }

    /// Embeds passages and their statements.
    pub(super) fn passages(
        &self,
        passages: Vec<Passage>,
        parts: &mut Parts<'_>,
    ) -> Result<Vec<ReadyPassage>, Error> {
        self.check_model(parts.embedder.model())?;
        let (vectors, _) = embed_all(&passages, &Known::new(), parts)?;
        let ready = |passage: Passage| {
            let vector = |text: &str| vector_of(text, &vectors).as_slice();
            let statements: Vec<&[f32]> = passage.statements().map(vector).collect();
            let whole = vector(passage.text());
            self.linker().ready(passage, whole, &statements)
        };
        Ok(passages.into_iter().map(ready).collect())
    }
}

/// Adds the parts that the tokens of each query and of its statements have, if the model has such.
fn add_tokens(queries: &mut [Prepared], parts: &mut Parts<'_>) -> Result<(), Error> {
    let mut texts: Vec<&str> = Vec::new();
    for query in &*queries {
        let passage = query.passage.passage();
        texts.push(passage.text());
        texts.extend(passage.statements().filter(|statement| *statement != passage.text()));
    }
    let Some(found) = parts.embedder.token_parts(&texts, parts.on)? else { return Ok(()) };
    let mut found = found.into_iter();
    for query in queries {
        let passage = query.passage.passage();
        let text = found.next().unwrap_or_default();
        let of_statement = |statement: &str| {
            if statement == passage.text() {
                text.clone()
            } else {
                found.next().unwrap_or_default()
            }
        };
        let statements = passage.statements().map(of_statement).collect();
        query.tokens = Some(Tokens { text, statements });
    }
    Ok(())
}
