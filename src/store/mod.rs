//! Layout, format version and manifest of an index folder, and its atomic replacement. Computes
//! nothing.

mod folder;
mod manifest;
mod npy;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use folder::{Draft, Lock};
pub use manifest::{CorpusInfo, Counts, DocumentEntry, FileSum, GraphInfo, Manifest};
pub use npy::{parse as parse_npy, write as npy_bytes};

/// Version of the files' layout; another version is refused.
pub const FORMAT_VERSION: u32 = 3;

/// Version of everything that turns a text into a vector besides the model: raised when the same
/// text and model would give another vector.
pub const PIPELINE_VERSION: u32 = 2;

/// Names of the files of an index.
pub mod file {
    /// What the index is made of, with the sum of every other file.
    pub const MANIFEST: &str = "manifest.json";
    /// One recommendation a line, by id.
    pub const RECOMMENDATIONS: &str = "recommendations.jsonl";
    /// Their embeddings, row by row: plain NumPy, n × dim, f32.
    pub const VECTORS: &str = "vectors.npy";
    /// Themes and singles.
    pub const THEMES: &str = "themes.json";
    /// What people decided about themes, where they did.
    pub const DECISIONS: &str = "decisions.json";
    /// The agenda of the corpus, where it has one.
    pub const AGENDA: &str = "agenda.json";
    /// Challenges that agencies name, one a line, by id, where they are given.
    pub const CHALLENGES: &str = "challenges.jsonl";
}

/// Files up to this size are checked whenever an index is opened, larger ones when they are used:
/// summing a gigabyte takes longer than answering.
const CHECK_BYTES: u64 = 64 << 20;

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
        "{path} cannot be read: {why}; mend it, or move it away to go on without these decisions"
    )]
    Decisions { path: PathBuf, why: String },
    #[error("{path} has index format {found}, this program reads {FORMAT_VERSION}")]
    OtherFormat { path: PathBuf, found: u32 },
    #[error("{path} was built with model `{found}`, but `{loaded}` is loaded")]
    OtherModel { path: PathBuf, found: String, loaded: String },
    #[error("another process is writing {path}; wait for it, or name another folder")]
    Locked { path: PathBuf },
    #[error("{path} is a folder without an index in it; name an empty or a new folder")]
    NotAnIndex { path: PathBuf },
}

impl StoreError {
    /// The index folder that the error is about, for a hint.
    #[must_use]
    pub fn folder(&self) -> &Path {
        let path = match self {
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

/// How often, and after which pauses, an index is looked at again that changes while it is opened.
/// Swapping takes a millisecond; who finds it changing 50 times gives up after a second.
const LOOKS: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// An index folder whose manifest was read and whose small files were checked.
#[derive(Debug)]
pub struct Opened {
    path: PathBuf,
    /// What the index is made of.
    pub manifest: Manifest,
    /// Files that were read to check them, until somebody takes them. They belong together, even
    /// if the folder is replaced meanwhile.
    checked: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Opened {
    /// Opens the index at `path`. One that is being replaced at this moment is opened as it was
    /// before or as it is after.
    ///
    /// # Errors
    /// [`StoreError`] if there is none, its format is another, or a file was changed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        for _ in 1..LOOKS {
            let before = read(&path.join(file::MANIFEST));
            let found = Self::open_as_it_stands(path);
            if found.is_ok() {
                return found;
            }
            let after = read(&path.join(file::MANIFEST));
            let same = before.ok() == after.ok();
            if same && folder::recover_unless_written(path) == folder::Recovered::Nothing {
                return found;
            }
            std::thread::sleep(PAUSE);
        }
        Self::open_as_it_stands(path)
    }

    fn open_as_it_stands(path: &Path) -> Result<Self, StoreError> {
        let manifest_path = path.join(file::MANIFEST);
        let bytes = read(&manifest_path).map_err(|error| match error {
            StoreError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                StoreError::Missing { path: path.to_owned() }
            }
            other => other,
        })?;
        let manifest = Manifest::parse(&bytes, &manifest_path)?;
        let opened = Self { path: path.to_owned(), manifest, checked: Mutex::default() };
        let mut checked = BTreeMap::new();
        for (name, sum) in &opened.manifest.files {
            opened.check_size(name, sum)?;
            if sum.bytes <= CHECK_BYTES {
                checked.insert(name.clone(), opened.read_checked(name, sum)?);
            }
        }
        Ok(Self { checked: Mutex::new(checked), ..opened })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of `name`, checked against the manifest; `None` if the index has no such file.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be read or was changed.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sum) = self.manifest.files.get(name) else { return Ok(None) };
        // Whoever panicked while taking a file left the others whole.
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        match checked.remove(name) {
            Some(bytes) => Ok(Some(bytes)),
            None => self.read_checked(name, sum).map(Some),
        }
    }

    fn read_checked(&self, name: &str, sum: &FileSum) -> Result<Vec<u8>, StoreError> {
        let path = self.path.join(name);
        let bytes = read(&path)?;
        let found = blake3::hash(&bytes).to_hex();
        if found.as_str() != sum.blake3 {
            let why = format!("its BLAKE3 is {found}, the manifest says {}", sum.blake3);
            return Err(StoreError::Damaged { path, why });
        }
        Ok(bytes)
    }

    /// As [`read`](Self::read), for a file that every index has.
    ///
    /// # Errors
    /// As [`read`](Self::read), or if the manifest does not list the file.
    pub fn require(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        self.read(name)?.ok_or_else(|| StoreError::Damaged {
            path: self.path.join(file::MANIFEST),
            why: format!("it does not list {name}"),
        })
    }

    /// Checks every file, the large ones too.
    ///
    /// # Errors
    /// The first file that was changed.
    pub fn check_all(&self) -> Result<(), StoreError> {
        let mut files = self.manifest.files.iter();
        files.try_for_each(|(name, sum)| self.read_checked(name, sum).map(|_| ()))
    }

    fn check_size(&self, name: &str, sum: &FileSum) -> Result<(), StoreError> {
        let path = self.path.join(name);
        match std::fs::metadata(&path) {
            Ok(data) if data.len() == sum.bytes => Ok(()),
            Ok(data) => {
                let why = format!("it has {} bytes, the manifest says {}", data.len(), sum.bytes);
                Err(StoreError::Damaged { path, why })
            }
            Err(source) => Err(StoreError::Read { path, source }),
        }
    }
}

/// The bytes of `name` in the index folder `path` as they stand, which may have been written by hand;
/// `None` if there is no such file.
///
/// # Errors
/// [`StoreError::Read`].
pub fn peek(path: &Path, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    match read(&path.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    std::fs::read(path).map_err(|source| StoreError::Read { path: path.to_owned(), source })
}
