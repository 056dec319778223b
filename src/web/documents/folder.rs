//! The documents that were added in the browser: `NAME.documents/` beside the index folder `NAME`.
//!
//! Each has a folder of its own, named by the BLAKE3 of its id, with the file as it came (`source`), what is
//! known of it and its recommendations as they were corrected (`about.json`). A file is replaced whole or not at
//! all, so a killed server loses nothing that it confirmed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::domain::{Problem, Recommendation};
use crate::pipeline::Place;
use crate::web::refused::Refused;

const ABOUT: &str = "about.json";
const SOURCE: &str = "source";

/// A document that was added in the browser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::web) struct Added {
    /// Id of the document: its file name without extension.
    pub(in crate::web) id: String,
    /// File name.
    pub(in crate::web) name: String,
    #[serde(default)]
    pub(in crate::web) agency: Option<String>,
    #[serde(default)]
    pub(in crate::web) year: Option<i32>,
    /// Its recommendations, in its order.
    pub(in crate::web) records: Vec<Record>,
    /// What its reader could not do, in words.
    #[serde(default)]
    pub(in crate::web) problems: Vec<String>,
    /// Whether it stands in the index as it stands here.
    #[serde(default)]
    pub(in crate::web) is_indexed: bool,
}

/// A recommendation of a document, and what a person did with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::web) struct Record {
    #[serde(flatten)]
    pub(in crate::web) recommendation: Recommendation,
    /// A person took it out.
    #[serde(default, rename = "concord_dropped")]
    pub(in crate::web) is_dropped: bool,
}

impl Added {
    /// The recommendations that nobody took out.
    pub(in crate::web) fn kept(&self) -> impl Iterator<Item = &Recommendation> {
        let kept = self.records.iter().filter(|record| !record.is_dropped);
        kept.map(|record| &record.recommendation)
    }

    /// Remarks of the reader, one a line.
    pub(in crate::web) fn set_problems(&mut self, problems: &[Problem]) {
        self.problems = problems.iter().map(|problem| problem.message.clone()).collect();
    }
}

/// The folder. What it holds is read once and kept in memory; a document counts as changed only after it is on
/// the disk.
pub(in crate::web) struct Folder {
    path: PathBuf,
    documents: RwLock<BTreeMap<String, Added>>,
    /// Held by whoever writes.
    writing: Mutex<()>,
}

impl Folder {
    /// The folder beside the index at `place`; it is made when the first document is added. Beside that of a
    /// database, it lies in the folder that the server was started in.
    pub(in crate::web) fn beside(place: &Place) -> Self {
        let mut name = place.name();
        name.push(".documents");
        let path = place.folder().map_or_else(PathBuf::new, Path::to_owned).with_file_name(name);
        let documents = RwLock::new(read_all(&path));
        Self { path, documents, writing: Mutex::default() }
    }

    /// Whether the document `id` was added here.
    pub(in crate::web) fn has(&self, id: &str) -> bool {
        self.documents.read().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    /// All documents, by id.
    pub(in crate::web) fn all(&self) -> Vec<Added> {
        let documents = self.documents.read().unwrap_or_else(PoisonError::into_inner);
        documents.values().cloned().collect()
    }

    /// The document `id`.
    ///
    /// # Errors
    /// If it was not added here.
    pub(in crate::web) fn find(&self, id: &str) -> Result<Added, Refused> {
        let documents = self.documents.read().unwrap_or_else(PoisonError::into_inner);
        documents.get(id).cloned().ok_or_else(|| {
            Refused::unknown(format!("no document `{id}` was added here"))
                .with_remedy("look at the list of documents")
        })
    }

    /// The file of the document `id`, as it came.
    ///
    /// # Errors
    /// If it cannot be read.
    #[expect(clippy::disallowed_methods, reason = "reads what was added in the browser")]
    pub(in crate::web) fn source(&self, id: &str) -> Result<Vec<u8>, Refused> {
        let path = self.place(id).join(SOURCE);
        fs::read(&path).map_err(|error| unusable("read", &path, &error))
    }

    /// Adds a document, or replaces the one with its id.
    ///
    /// # Errors
    /// If it cannot be written; the old one then stays.
    pub(in crate::web) fn add(&self, document: Added, source: &[u8]) -> Result<(), Refused> {
        let place = self.place(&document.id);
        fs::create_dir_all(&place).map_err(|error| unusable("make", &place, &error))?;
        replace(&place.join(SOURCE), source)?;
        self.change(document)
    }

    /// Replaces what is known of a document.
    ///
    /// # Errors
    /// If it cannot be written; the old state then stays.
    pub(in crate::web) fn change(&self, document: Added) -> Result<(), Refused> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = serde_json::to_vec_pretty(&document).expect("a document is text and numbers");
        replace(&self.place(&document.id).join(ABOUT), &bytes)?;
        let mut documents = self.documents.write().unwrap_or_else(PoisonError::into_inner);
        documents.insert(document.id.clone(), document);
        Ok(())
    }

    /// Removes a document.
    ///
    /// # Errors
    /// If it cannot be removed.
    #[expect(clippy::disallowed_methods, reason = "removes what was added in the browser")]
    pub(in crate::web) fn remove(&self, id: &str) -> Result<(), Refused> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let place = self.place(id);
        match fs::remove_dir_all(&place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(unusable("remove", &place, &error));
            }
            _ => {}
        }
        self.documents.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }

    /// Where a document lies, whatever its id is made of.
    fn place(&self, id: &str) -> PathBuf {
        self.path.join(&blake3::hash(id.as_bytes()).to_hex()[..16])
    }
}

/// The documents in the folder at `path`. What was not written to its end is no document.
#[expect(clippy::disallowed_methods, reason = "reads what was added in the browser")]
fn read_all(path: &Path) -> BTreeMap<String, Added> {
    let Ok(entries) = fs::read_dir(path) else { return BTreeMap::new() };
    let read = |entry: io::Result<fs::DirEntry>| -> Option<Added> {
        let bytes = fs::read(entry.ok()?.path().join(ABOUT)).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    entries.filter_map(read).map(|document| (document.id.clone(), document)).collect()
}

/// Replaces a file whole or not at all.
#[expect(clippy::disallowed_methods, reason = "writes what was added in the browser")]
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Refused> {
    let new = path.with_extension("new");
    let written = File::create(&new)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&new, path));
    written.map_err(|error| unusable("write", path, &error))
}

fn unusable(what: &str, path: &Path, error: &io::Error) -> Refused {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Refused::new(status, format!("cannot {what} {}: {error}", path.display()))
        .with_remedy("free some space or change the permissions of the folder, then try again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(id: &str) -> Added {
        Added {
            id: id.to_owned(),
            name: format!("{id}.txt"),
            agency: None,
            year: Some(2020),
            records: Vec::new(),
            problems: Vec::new(),
            is_indexed: false,
        }
    }

    #[test]
    fn what_was_added_is_there_after_a_restart_and_ids_lead_nowhere_else() {
        let above = tempfile::tempdir().unwrap();
        let above = above.path().join("a/b");
        let index = above.join("idx");
        let folder = Folder::beside(&Place::from(&index));
        folder.add(added("../../x"), b"text").unwrap();
        folder.add(added("b"), b"other").unwrap();
        folder.remove("b").unwrap();
        let again = Folder::beside(&Place::from(&index));
        assert_eq!(again.all(), [added("../../x")]);
        assert_eq!(again.source("../../x").unwrap(), b"text");
        assert!(above.join("idx.documents").is_dir());
        assert!(!above.join("x").exists() && !above.with_file_name("x").exists());
    }
}
