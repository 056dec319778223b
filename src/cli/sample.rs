//! The sample documents, compiled in: whoever installs the program has them too.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::out;

/// The folder that the sample is written to.
pub(super) const FOLDER: &str = "sample";

/// The documents among the files of the sample.
pub(super) const DOCUMENTS: &str = "documents";

macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_bytes!(concat!("../../corpus/sample/", $name)).as_slice())),*]
    };
}

/// Each file by its path in the sample.
const FILES: [(&str, &[u8]); 7] = files! {
    "README.md" "draft.md" "labels.jsonl"
    "documents/corpus.toml" "documents/court-of-audit.txt" "documents/health-agency.md" "documents/housing-ombudsman.html"
};

/// Writes the sample below the current folder and gives the folder of its documents. Files that are there
/// already stay as they are.
pub(super) fn write() -> Result<PathBuf, Failure> {
    let folder = Path::new(FOLDER);
    for (name, bytes) in FILES {
        let path = folder.join(name);
        if !path.exists() {
            out::write(&path, bytes)?;
        }
    }
    Ok(folder.join(DOCUMENTS))
}
