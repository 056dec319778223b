//! An opened index.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::codec::decisions_of;
use super::database::{self, DatabaseFiles};
use super::folder::{self, FolderFiles, moved_aside};
use super::{FileSum, Lock, Manifest, Place, StoreError, decisions_at, file};

/// Files up to this size are checked whenever an index is opened, larger ones when they are used:
/// a checksum of a gigabyte takes longer than an answer.
const CHECK_BYTES: u64 = 64 << 20;

/// Attempts to open an index that changes meanwhile, and the pause while it is moved aside. A swap takes a
/// millisecond; after 50 changes, opening fails.
const ATTEMPTS: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// Reads the files of one index, unchecked.
pub(super) trait Files: Debug + Send + Sync {
    /// The folder that they lie in; `None` in a database.
    fn folder(&self) -> Option<&Path>;

    /// The bytes of a file.
    fn read(&self, name: &str) -> Result<Vec<u8>, StoreError>;

    /// Gives back what is held to read on, such as a connection. What is read later may be of another index,
    /// which its checksum shows.
    fn release(&self) {}

    /// The database, for questions that a folder does not answer.
    fn database(&self) -> Option<&DatabaseFiles> {
        None
    }
}

/// An index whose manifest was read and whose small files were checked.
///
/// Reading one of its files fails with [`StoreError`] if the file is missing, was changed, or does not
/// hold what it should.
#[derive(Debug)]
pub struct Opened {
    place: Place,
    files: Box<dyn Files>,
    /// What the index is made of.
    pub manifest: Manifest,
    /// Files that were read for the check, until they are used. They belong together even if the
    /// folder is replaced meanwhile.
    checked: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Files that stay in memory, so that they can be read after the folder was replaced.
    held: BTreeMap<String, Vec<u8>>,
}

impl Opened {
    /// Opens the index at `place`. An index that is being replaced at this moment is opened as it was
    /// before or as it is after. A folder that a killed process had moved aside is put back, or read where it
    /// lies if it cannot be put back.
    ///
    /// # Errors
    /// [`StoreError`] if there is none, its format is another, or a file was changed.
    pub fn open(place: impl Into<Place>) -> Result<Self, StoreError> {
        match place.into() {
            Place::Folder(path) => Self::open_folder(&path),
            // Every file is checked when it is read: the server answers for what nobody reads.
            Place::Database(address) => {
                let files = Box::new(DatabaseFiles::open(&address)?);
                Self::with_files(Place::Database(address), files)
            }
        }
    }

    fn open_folder(path: &Path) -> Result<Self, StoreError> {
        let mut failed_with = None;
        for _ in 1..ATTEMPTS {
            let found = Self::open_as_it_stands(path);
            if found.is_ok() {
                return found;
            }
            if let Some(old) = moved_aside(path) {
                // Whoever takes the lock puts it back; if that is another process, it is doing so.
                let can_come_back =
                    matches!(Lock::take(path), Ok(_) | Err(StoreError::Locked { .. }));
                if !can_come_back && let Ok(found) = Self::open_as_it_stands(&old) {
                    return Ok(found);
                }
                std::thread::sleep(PAUSE);
            } else {
                // An index that was replaced by an equal one fails once and not twice.
                let manifest = folder::read(&path.join(file::MANIFEST)).ok();
                if manifest.is_none() || manifest == failed_with {
                    return found;
                }
                failed_with = manifest;
            }
        }
        Self::open_as_it_stands(path)
    }

    fn open_as_it_stands(path: &Path) -> Result<Self, StoreError> {
        let files = Box::new(FolderFiles(path.to_owned()));
        let opened = Self::with_files(Place::Folder(path.to_owned()), files)?;
        let mut checked = BTreeMap::new();
        for (name, sum) in opened.fixed_files() {
            opened.check_size(name, sum)?;
            if sum.bytes <= CHECK_BYTES {
                checked.insert(name.clone(), opened.read_checked(name, sum)?);
            }
        }
        Ok(Self { checked: Mutex::new(checked), ..opened })
    }

    fn with_files(place: Place, files: Box<dyn Files>) -> Result<Self, StoreError> {
        let bytes = files.read(file::MANIFEST).map_err(|error| match error {
            StoreError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                StoreError::Missing { path: place.path() }
            }
            other => other,
        })?;
        let manifest = Manifest::parse(&bytes, &place.file(file::MANIFEST))?;
        Ok(Self { place, files, manifest, checked: Mutex::default(), held: BTreeMap::new() })
    }

    /// Where it lies.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The database that it lies in; `None` for a folder.
    pub(super) fn database(&self) -> Option<&DatabaseFiles> {
        self.files.database()
    }

    /// The folder of its files; `None` in a database.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.files.folder()
    }

    /// Keeps the files `names` in memory as far as the index has them: another index may take the folder while
    /// this one is still asked.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read or was changed.
    pub fn hold(&mut self, names: &[&str]) -> Result<(), StoreError> {
        for name in names {
            if let Some(bytes) = self.read(name)? {
                self.held.insert((*name).to_owned(), bytes);
            }
        }
        self.files.release();
        Ok(())
    }

    /// The bytes of `name`, checked against the manifest; `None` if the index has no such file.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be read or was changed.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sum) = self.manifest.files.get(name) else { return Ok(None) };
        if let Some(bytes) = self.held.get(name) {
            return Ok(Some(bytes.clone()));
        }
        // A thread that panicked while it took a file left the others whole.
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        match checked.remove(name) {
            Some(bytes) => Ok(Some(bytes)),
            None => self.read_checked(name, sum).map(Some),
        }
    }

    fn read_checked(&self, name: &str, sum: &FileSum) -> Result<Vec<u8>, StoreError> {
        let bytes = self.files.read(name)?;
        let found = blake3::hash(&bytes).to_hex();
        if found.as_str() != sum.blake3 {
            let why = format!("its BLAKE3 is {found}, but the manifest says {}", sum.blake3);
            return Err(StoreError::Damaged { path: self.place.file(name), why });
        }
        Ok(bytes)
    }

    /// As [`read`](Self::read), for a file that every index has.
    ///
    /// # Errors
    /// As [`read`](Self::read), or if the manifest does not list the file.
    pub fn require(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        self.read(name)?.ok_or_else(|| StoreError::Damaged {
            path: self.place.file(file::MANIFEST),
            why: format!("it does not list {name}"),
        })
    }

    /// Checks every file, the large ones too.
    ///
    /// # Errors
    /// The first file that was changed.
    pub fn check_all(&self) -> Result<(), StoreError> {
        let mut files = self.fixed_files();
        files.try_for_each(|(name, sum)| self.read_checked(name, sum).map(|_| ()))
    }

    /// The files that must be as they were written: all but the decisions, which people may edit.
    fn fixed_files(&self) -> impl Iterator<Item = (&String, &FileSum)> {
        self.manifest.files.iter().filter(|(name, _)| *name != file::DECISIONS)
    }

    /// Whether the decisions were changed since the index was written.
    ///
    /// # Errors
    /// [`StoreError::Decisions`] if they are lost or cannot be understood.
    pub fn decisions_edited(&self) -> Result<bool, StoreError> {
        if self.files.database().is_some() {
            // Read in the same transaction.
            let bytes = self.files.read(file::DECISIONS).ok();
            return Ok(decisions_of(&self.place, Some(&self.manifest), bytes)?.edited);
        }
        let found = decisions_at(&self.place);
        if Manifest::intact_at(&self.place).as_ref() != Some(&self.manifest) {
            // The index was replaced meanwhile: these are the decisions of another one.
            return Ok(false);
        }
        found.map(|decisions| decisions.edited)
    }

    fn check_size(&self, name: &str, sum: &FileSum) -> Result<(), StoreError> {
        let path = self.place.file(name);
        let data = std::fs::metadata(&path).map_err(|source| StoreError::Read { path, source })?;
        let found = data.len();
        if found == sum.bytes {
            return Ok(());
        }
        let why = format!("it has {found} bytes, but the manifest says {}", sum.bytes);
        Err(StoreError::Damaged { path: self.place.file(name), why })
    }
}

/// The bytes of `name` in the index at `place` as they stand, which may have been written by hand;
/// `None` if there is no such file.
///
/// # Errors
/// [`StoreError::Read`].
pub fn peek(place: impl Into<Place>, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let found = match place.into() {
        Place::Folder(path) => folder::read(&path.join(name)),
        Place::Database(address) => database::peek(&address, name),
    };
    match found {
        Ok(bytes) => Ok(Some(bytes)),
        // A database says so where a folder lacks the file.
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(StoreError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Tells an index from the one that lay at the same place before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(Option<SystemTime>, u64);

/// The stamp of the index at `place`; `None` if there is none, or if it cannot be seen.
#[must_use]
pub fn stamp(place: &Place) -> Option<Stamp> {
    if let Some(folder) = place.folder() {
        let found = folder.join(file::MANIFEST).metadata().ok()?;
        return Some(Stamp(Some(found.modified().ok()?), found.len()));
    }
    let manifest = blake3::hash(&peek(place, file::MANIFEST).ok()??);
    let (bytes, _) = manifest.as_bytes().split_first_chunk()?;
    Some(Stamp(None, u64::from_le_bytes(*bytes)))
}
