//! Writing an index: one writer at a time, and readers see the old index or the new one.

use std::fmt::Debug;
use std::path::Path;

use super::database::{LockedDatabase, SearchRows};
use super::folder::{self, LockedFolder};
use super::{Kept, Manifest, Opened, Place, StoreError, file};

/// What a place must do to be written by one process.
pub(super) trait Writer: Debug {
    /// Begins a new index.
    fn stage(&self) -> Result<Box<dyn Staged + '_>, StoreError>;

    /// Replaces one file of the index, whole or not at all, and waits until it outlasts a loss of power.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// What an earlier build under the same `conditions` worked out before it was killed.
    fn kept(&self, conditions: &str) -> Result<Kept, StoreError>;
}

/// A new index that nobody sees until it is published. Dropped before, it is gone.
pub(super) trait Staged: Debug {
    /// The folder that is filled; `None` in a database.
    fn folder(&self) -> Option<&Path>;

    /// Writes one file.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// Takes over the files `names` of the index `other`, which lies at the same place.
    fn inherit(&self, other: &Opened, names: &[&str]) -> Result<(), StoreError>;

    /// Takes what a search by rows needs. A folder has no rows.
    fn search_rows(&self, _: SearchRows) {}

    /// Adds the checksums of the files to `manifest`, writes it, and replaces the old index.
    fn publish(self: Box<Self>, manifest: Manifest) -> Result<(), StoreError>;
}

/// Keeps other writers away from an index until it is dropped. Readers need no lock.
#[derive(Debug)]
pub struct Lock(Box<dyn Writer>);

impl Lock {
    /// Takes the lock on the index at `place`, which need not exist yet, and puts right what a killed
    /// process left behind.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process holds it; [`StoreError::Write`] if the place cannot be
    /// written, or if this process runs inside its folder; [`StoreError::NotAnIndex`] if it holds
    /// something else.
    pub fn take(place: impl Into<Place>) -> Result<Self, StoreError> {
        Ok(match place.into() {
            Place::Folder(path) => Self(Box::new(LockedFolder::take(&path)?)),
            Place::Database(address) => Self(Box::new(LockedDatabase::take(*address)?)),
        })
    }

    /// Begins a new index beside the old one.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn stage(&self) -> Result<Staging<'_>, StoreError> {
        self.0.stage().map(Staging)
    }

    /// Replaces one file of the index, whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Write`]; the old file then stays as it was.
    pub(super) fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.replace(name, bytes)
    }

    /// What an earlier build of this index worked out under the same `conditions` before it was killed.
    ///
    /// # Errors
    /// [`StoreError::Write`] if what it left cannot be opened.
    pub fn kept(&self, conditions: &str) -> Result<Kept, StoreError> {
        self.0.kept(conditions)
    }
}

/// A new index that nobody sees yet. Dropped without [`publish`](Self::publish), it is removed.
#[derive(Debug)]
pub struct Staging<'a>(Box<dyn Staged + 'a>);

impl Staging<'_> {
    /// The folder that is being filled; `None` in a database, which searches with a graph of its own.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.0.folder()
    }

    /// Writes one file.
    ///
    /// # Errors
    /// [`StoreError::Write`], on a full disk for one.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.write(name, bytes)
    }

    /// Stores what a search by rows needs, where there are rows.
    pub fn write_search_rows(&self, rows: SearchRows) {
        self.0.search_rows(rows);
    }

    /// Takes over the files of the index `other`, which lies at the same place, except those named.
    ///
    /// # Errors
    /// [`StoreError`] if one was changed or cannot be copied.
    pub fn copy_all_but(&self, other: &Opened, except: &[&str]) -> Result<(), StoreError> {
        let names = other.manifest.files.keys().map(String::as_str);
        let names: Vec<&str> = names.filter(|name| !except.contains(name)).collect();
        self.0.inherit(other, &names)
    }

    /// Adds the checksums of the files to `manifest`, writes it, and replaces the old index.
    ///
    /// # Errors
    /// [`StoreError::Write`]; the old index then stays as it was.
    pub fn publish(self, manifest: Manifest) -> Result<(), StoreError> {
        self.0.publish(manifest)
    }
}

/// Whether an index lies at `place`, or was moved aside by a process that was killed as it replaced it.
///
/// # Errors
/// [`StoreError`] if that cannot be seen.
pub fn is_index(place: &Place) -> Result<bool, StoreError> {
    let aside = match place {
        Place::Folder(path) => folder::moved_aside(path).is_some(),
        Place::Database(_) => false,
    };
    Ok(aside || super::peek(place, file::MANIFEST)?.is_some())
}
