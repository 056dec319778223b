//! Why an index cannot be used or written.

use std::io;
use std::path::{Path, PathBuf};

use super::FORMAT_VERSION;

/// Why an index cannot be used or written as it stands.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum StoreError {
    #[error("there is no index at {path}")]
    Missing { path: PathBuf },
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} is damaged: {why}")]
    Damaged { path: PathBuf, why: String },
    #[error(
        "cannot read the decisions in {path}: {why}; restore or correct the file, or put `{{\"decisions\": []}}` there to continue without them"
    )]
    Decisions { path: PathBuf, why: String },
    #[error("{path} has index format {found}, but this program reads format {FORMAT_VERSION}")]
    OtherFormat { path: PathBuf, found: u32 },
    #[error("{path} was built with model `{found}`, but `{loaded}` is loaded")]
    OtherModel { path: PathBuf, found: String, loaded: String },
    /// The server of a database cannot be asked or refuses what it was asked; `remedy` says what mends it.
    #[error("{place}: {why}")]
    Database { place: String, why: String, remedy: Option<String> },
    #[error("another process is writing {path}; wait for it to finish, or use another folder")]
    Locked { path: PathBuf },
    #[error("{path} is not an index, and it is not empty; use an empty or a new folder")]
    NotAnIndex { path: PathBuf },
}

impl StoreError {
    /// The index folder that the error is about, or the address of its database.
    #[must_use]
    pub fn folder(&self) -> &Path {
        let path = match self {
            Self::Database { place, .. } => return Path::new(place),
            Self::Missing { path }
            | Self::Read { path, .. }
            | Self::Write { path, .. }
            | Self::Damaged { path, .. }
            | Self::OtherFormat { path, .. }
            | Self::Decisions { path, .. }
            | Self::OtherModel { path, .. }
            | Self::Locked { path }
            | Self::NotAnIndex { path } => path,
        };
        if path.is_dir() { path } else { path.parent().unwrap_or(path) }
    }
}
