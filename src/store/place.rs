//! Where an index lies.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::database::{Address, AddressError};

/// Where an index lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A schema of a PostgreSQL database.
    Database(Box<Address>),
}

impl Place {
    /// The place that a user names: an address that begins with `postgres://`, or a folder.
    ///
    /// # Errors
    /// [`AddressError`] for an address that cannot be read.
    pub fn parse(text: OsString) -> Result<Self, AddressError> {
        match text.to_str().filter(|text| Address::is_meant(text)) {
            Some(address) => Address::parse(address).map(Box::new).map(Self::Database),
            None => Ok(Self::Folder(PathBuf::from(text))),
        }
    }

    /// The folder; `None` for a database.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(path) => Some(path),
            Self::Database(_) => None,
        }
    }

    /// The name of the index at its place: that of the folder, or the schema.
    #[must_use]
    pub fn name(&self) -> OsString {
        match self {
            Self::Folder(path) => path.file_name().map_or_else(|| "index".into(), OsString::from),
            Self::Database(address) => address.schema().into(),
        }
    }

    /// The place as messages name it.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Folder(path) => path.clone(),
            Self::Database(address) => address.to_string().into(),
        }
    }

    /// The file `name` of the index, as messages name it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Database(address) => address.fmt(f),
        }
    }
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        Self::Folder(path)
    }
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self::Folder(path.to_owned())
    }
}

impl From<&PathBuf> for Place {
    fn from(path: &PathBuf) -> Self {
        Self::Folder(path.clone())
    }
}

impl From<&Place> for Place {
    fn from(place: &Place) -> Self {
        place.clone()
    }
}
