//! Files that are replaced whole or not at all, also if the process is killed or the power fails: a new
//! version is written and synced under a name of its own, then takes the name of the file.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::failure::Failure;

/// `path`, or the file that it leads to if it is a link: a link stays a link.
pub(super) fn resolved(path: &Path) -> Result<PathBuf, Failure> {
    if path.is_symlink() {
        return path.canonicalize().map_err(|error| Failure::on_file("write", path, &error));
    }
    Ok(path.to_owned())
}

/// Held while files are replaced. A signal takes it before it ends the program, so that no new version stays
/// behind without its name.
pub(super) fn writing() -> MutexGuard<'static, ()> {
    static WRITING: Mutex<()> = Mutex::new(());
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder in which nobody else replaces a file as long as this lives.
pub(super) struct Folder {
    path: PathBuf,
    _writing: MutexGuard<'static, ()>,
    /// `None` if the system cannot lock a folder, as Windows and some network disks.
    _lock: Option<File>,
}

impl Folder {
    /// The folder of the file `target`, made if it is missing. Waits for other writers.
    #[expect(clippy::disallowed_methods, reason = "the lock on a folder that the user named")]
    pub(super) fn of(target: &Path) -> Result<Self, Failure> {
        let path = target.parent().filter(|path| !path.as_os_str().is_empty());
        let path = path.unwrap_or(Path::new(".")).to_owned();
        let failed = |error| Failure::on_file("write", target, &error);
        fs::create_dir_all(&path).map_err(failed)?;
        let lock = File::open(&path).ok().filter(|folder| folder.lock().is_ok());
        Ok(Self { path, _writing: writing(), _lock: lock })
    }

    /// Replaces one file in this folder.
    pub(super) fn replace(&self, target: &Path, bytes: &[u8]) -> Result<(), Failure> {
        let staged = Staged::of(target);
        let done = staged.write(bytes).and_then(|()| staged.publish(self));
        if done.is_err() {
            // The error is what the user must know; the next writer removes the rest.
            let _ = staged.discard(self);
        }
        done
    }

    /// Has the disk keep the names in this folder, if disk and system can.
    #[expect(clippy::disallowed_methods, reason = "syncs a folder that the user named")]
    pub(super) fn sync(&self) -> io::Result<()> {
        let Ok(folder) = File::open(&self.path) else { return Ok(()) };
        match folder.sync_all() {
            Err(error) if !is_unsupported(&error) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Whether the disk or the system has no way to sync a folder.
fn is_unsupported(error: &io::Error) -> bool {
    cfg!(windows) || matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
}

/// The new version of a file in a [`Folder`] that is locked.
///
/// Its name follows from the name of the file, so the next writer finds what a killed one left.
pub(super) struct Staged<'a> {
    path: PathBuf,
    target: &'a Path,
}

impl<'a> Staged<'a> {
    /// The new version of `target`, which may or may not exist.
    pub(super) fn of(target: &'a Path) -> Self {
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(".concord-new");
        Self { path: target.with_file_name(name), target }
    }

    /// Whether it was written and neither published nor discarded.
    pub(super) fn exists(&self) -> bool {
        self.path.is_file()
    }

    /// Writes it, with the permissions of the file that it will replace.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let write = || {
            self.remove()?;
            // Never through a link that somebody else put there.
            let mut file = OpenOptions::new().write(true).create_new(true).open(&self.path)?;
            if let Ok(old) = self.target.metadata() {
                // Some disks know no permissions.
                let _ = file.set_permissions(old.permissions());
            }
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|error| self.failed(&error))
    }

    /// Gives it the name of the file, which it replaces.
    #[expect(clippy::disallowed_methods, reason = "replaces what the user named")]
    pub(super) fn publish(&self, folder: &Folder) -> Result<(), Failure> {
        let renamed = fs::rename(&self.path, self.target);
        renamed.and_then(|()| folder.sync()).map_err(|error| self.failed(&error))
    }

    /// Removes it, if it exists.
    pub(super) fn discard(&self, folder: &Folder) -> Result<(), Failure> {
        self.remove().and_then(|()| folder.sync()).map_err(|error| self.failed(&error))
    }

    #[expect(clippy::disallowed_methods, reason = "removes a file of this module's own")]
    fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::on_file("write", self.target, error)
    }
}
