//! Bytes of one format -> [`Document`](crate::domain::Document) with exact spans, or a corpus that
//! is ready as records. Knows nothing of how recommendations are found.

pub mod corpus;
pub mod records;
mod text;

pub use corpus::CorpusError;
pub use records::{ColumnMap, RecordError};
pub use text::{DecodeError, read_text};
