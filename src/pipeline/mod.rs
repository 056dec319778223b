//! The order of the stages. No algorithm of its own.
//!
//! | what | stages, in order |
//! |---|---|
//! | [`extract`] | `ingest` a document, `extract` its recommendations; [`merge`] keeps what people corrected |
//! | [`build`] | `embed` texts and statements, `link` them, find `themes`, build the `index` graph, `store` it all |
//! | [`decide`] | find `themes` again with what a person decided, `store` them |
//! | [`changes`] | `compare` the themes of two indexes |
//! | [`Index::open`] | `store` checks and reads what [`build`] wrote |
//! | [`Index::similar`] | `embed` the query, take candidates from `index`, `link` them |
//! | [`Index::check`] | `ingest` and `extract` the draft, `similar` for each statement, `compare` |
//! | [`Index::overlap`] | `compare` agencies, agenda and singles over the stored themes |
//! | [`Index::pictures`] | `compare` lays out recommendations and agencies for the report's pictures |

mod answer;
mod build;
mod check;
mod copies;
mod decide;
mod draft;
mod files;
mod filter;
mod gaps;
mod judge;
mod measured;
mod open;
mod pictures;
mod query;
mod read;
mod vectors;

use crate::domain::Progress;
use crate::embed::{EmbedError, Embedder};
use crate::index::{GraphError, HnswConfig};
use crate::store::StoreError;

pub use crate::judge::{Calibration, Labelled, calibrate};
pub use build::{Built, build, links};
pub use check::Checking;
pub use decide::{Decided, Wish, changes, decide};
pub use filter::Filter;
pub use judge::{Graded, Judge};
pub use open::Index;
pub use query::Query;
pub use read::{About, Merged, ReadError, Versions, What, document_id, extract, merge};

/// Version of Concord, as it stands in manifests and reports.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a run works with.
pub struct Parts<'a> {
    /// Turns texts into vectors.
    pub embedder: &'a mut dyn Embedder,
    /// Hears how far a run has come.
    pub on: &'a dyn Progress,
}

/// What a user may decide about an index.
#[derive(Debug, Clone, Copy, Default)]
pub struct Config {
    /// Parameters of the graph.
    pub hnsw: HnswConfig,
    /// From similarity to probability.
    pub calibration: Calibration,
}

/// The first stage that could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Embedding.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// Reading or writing an index.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The graph of an index.
    #[error("the graph of the index cannot be used: {0}")]
    Graph(#[from] GraphError),
    /// Reading a document.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An id that the index does not have.
    #[error("the index has no recommendation `{id}`{}", near(.suggestions))]
    UnknownId {
        /// The id asked for.
        id: String,
        /// Ids that look like it.
        suggestions: Vec<String>,
    },
    /// A theme that the index does not have.
    #[error("the index has no theme `{name}`{}", near(.suggestions))]
    UnknownTheme {
        /// The id or label asked for.
        name: String,
        /// Ids of themes that look like it.
        suggestions: Vec<String>,
    },
    /// A decision that cannot be taken.
    #[error("{why}")]
    Undecidable {
        /// What stands against it.
        why: String,
    },
    /// A query without a word in it.
    #[error("the query is empty: give a text, an id (--id), a file (--file) or `-` for stdin")]
    EmptyQuery,
    /// A draft in which nothing can be checked.
    #[error("{path}: there is no statement to check in this draft")]
    EmptyDraft {
        /// The draft.
        path: String,
    },
}

fn near(suggestions: &[String]) -> String {
    match suggestions {
        [] => String::new(),
        some => format!("; near it are `{}`", some.join("`, `")),
    }
}
