//! Reads the files of a corpus as text and as TOML, with errors that name the line.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::records::RecordError;

/// Why a corpus cannot be read.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum CorpusError {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error("{path}:{line}: {why}")]
    Toml { path: PathBuf, line: usize, why: String },
    #[error("{path} holds neither `recommendations.jsonl` nor `recommendations.csv` nor `.xlsx`")]
    NoRecords { path: PathBuf },
    #[error(
        "{path}: expected a corpus folder, or a file of records (.jsonl, .json, .csv, .xlsx, .xls or .ods)"
    )]
    UnknownKind { path: PathBuf },
}

pub(super) fn parse_toml<T: for<'a> Deserialize<'a>>(
    text: &str,
    path: &Path,
) -> Result<T, CorpusError> {
    toml::from_str(text).map_err(|error| {
        let line = line_of(text, error.span().map_or(0, |span| span.start));
        CorpusError::Toml { path: path.to_owned(), line, why: error.message().to_owned() }
    })
}

/// The 1-based line of the byte at `at`.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|&byte| byte == b'\n').count()
}

#[expect(clippy::disallowed_methods, reason = "reading the user's files is this module's task")]
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, CorpusError> {
    std::fs::read(path).map_err(|source| CorpusError::Read { path: path.to_owned(), source })
}

pub(super) fn read_text(path: &Path) -> Result<String, CorpusError> {
    String::from_utf8(read_bytes(path)?).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|&byte| byte == b'\n').count();
        let why = "not valid UTF-8; convert the file to UTF-8".to_owned();
        CorpusError::Toml { path: path.to_owned(), line, why }
    })
}
