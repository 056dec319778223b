//! Bytes of one format -> [`Document`] with exact spans, or a corpus that
//! is ready as records. Knows nothing of how recommendations are found.

pub mod corpus;
mod format;
mod markdown;
pub mod records;
mod text;

pub use corpus::CorpusError;
pub use format::Format;
pub use records::{ColumnMap, RecordError};
pub use text::{DecodeError, read_text};

use crate::domain::{Document, DocumentId};

/// Why a file is not a document that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Text in an unknown encoding, or no text at all.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A format that this build does not read.
    #[error("{0} cannot be read yet; convert the file to text")]
    Unsupported(Format),
}

/// Reads a document of `format`; [`Format::of`] guesses it.
///
/// # Errors
/// [`Error`], which says what was found and what to do; the caller adds the path.
pub fn read_document(
    id: DocumentId,
    path: String,
    bytes: &[u8],
    format: Format,
) -> Result<Document, Error> {
    match format {
        Format::Text => Ok(read_text(id, path, bytes)?),
        Format::Markdown => Ok(markdown::mark(read_text(id, path, bytes)?)),
        Format::Html | Format::Pdf | Format::Docx => Err(Error::Unsupported(format)),
    }
}
