//! Why a stage could not go on.

use crate::domain::UnknownId;
use crate::embed::EmbedError;
use crate::index::GraphError;
use crate::ingest::{self, RecordError};
use crate::reader::ReaderError;
use crate::store::StoreError;
use crate::themes::EditError;

/// The first stage that could not go on.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum Error {
    /// The document has no format that Concord reads, or it is damaged.
    #[error("{path}: {source}")]
    Document { path: String, source: ingest::Error },
    /// Something is wrong in a table of recommendations.
    #[error(transparent)]
    Records(#[from] RecordError),
    /// The model is missing or failed.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The second reader could not be asked.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// An index cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stored graph cannot be used; rebuild the index.
    #[error("cannot use the graph of the index: {0}")]
    Graph(#[from] GraphError),
    /// The index has no such recommendation.
    #[error(transparent)]
    UnknownId(#[from] UnknownId),
    /// A change to themes cannot be made.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The query has no word in it.
    #[error("the query is empty")]
    EmptyQuery,
    /// A text cannot be compared without an embedding model.
    #[error(
        "a query by text needs the embedding model `{model}`; open it and pass it along, or ask by id"
    )]
    NoModel { model: String },
    /// The draft has nothing to check.
    #[error("{path}: this draft has no statement to check")]
    EmptyDraft { path: String },
}
