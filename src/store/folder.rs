//! Replacing an index as a whole: built in a new folder, swapped in by rename. Files of others in the folder
//! are carried over. What a killed process left beside the index is put right by the next one that takes the
//! lock.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::lock::{Staged, Writer};
use super::opened::Files;
use super::{FileSum, Kept, Manifest, Opened, StoreError, file};

/// Ending of the name of a file that is to replace one of the index.
const PART: &str = "part";

/// A folder whose index this process may replace.
#[derive(Debug)]
pub(super) struct LockedFolder {
    _file: File,
    target: PathBuf,
}

impl LockedFolder {
    /// Takes the lock on the index at `target`, which need not exist yet, and puts right what a killed
    /// process left behind.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process holds it; [`StoreError::Write`] if the folder
    /// above cannot be written, or if this process runs inside `target`; [`StoreError::NotAnIndex`] if
    /// `target` holds something else.
    pub(super) fn take(target: &Path) -> Result<Self, StoreError> {
        let target = std::path::absolute(target).map_err(|source| write_error(target, source))?;
        let target = resolve(&target, MOST_LINKS);
        refuse_foreign(&target)?;
        refuse_working_folder(&target)?;
        let above = target.parent().unwrap_or(&target);
        fs::create_dir_all(above).map_err(|source| write_error(above, source))?;
        let path = sibling(&target, "lock");
        let file = lock_file(&path).map_err(|source| write_error(&path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path: target }),
            Err(TryLockError::Error(source)) => return Err(write_error(&path, source)),
        }
        put_back(&target)?;
        remove_folder(&sibling(&target, "new"))?;
        remove_folder(&sibling(&target, "old"))?;
        // What a process wrote that was killed before it could put it in place.
        remove_part(&sibling(&target, PART));
        Ok(Self { _file: file, target })
    }
}

impl Writer for LockedFolder {
    fn stage(&self) -> Result<Box<dyn Staged + '_>, StoreError> {
        let path = sibling(&self.target, "new");
        let mut staged = staged();
        remove_folder(&path)?;
        fs::create_dir(&path).map_err(|source| write_error(&path, source))?;
        staged.insert(self.target.clone());
        Ok(Box::new(StagedFolder { lock: self, path, kept: false }))
    }

    #[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        // Beside the folder: what a killed process leaves inside would be taken for a file of others.
        let (path, new) = (self.target.join(name), sibling(&self.target, PART));
        let written = File::create(&new).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|source| write_error(&new, source))?;
        rename(&new, &path)?;
        sync(&self.target)
    }

    fn kept(&self, conditions: &str) -> Result<Kept, StoreError> {
        Kept::open(sibling(&self.target, "kept"), conditions)
    }
}

/// The indexes that this process has staged and not yet published. While a thread holds it, no other puts an
/// index in place.
static STAGED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn staged() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // A thread that panicked while it held the set left it whole.
    STAGED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every index that this process has staged and not yet published. For a process that a signal is
/// about to end: whoever stages or publishes an index afterwards waits for ever.
pub fn abandon_builds() {
    let staged = staged();
    for target in staged.iter() {
        // Under another name first: a thread that still writes into the folder would add files to it as fast
        // as they are removed.
        let (new, old) = (sibling(target, "new"), sibling(target, "old"));
        let _ = rename(&new, &old).and_then(|()| remove_folder(&old));
    }
    std::mem::forget(staged);
}

/// A new folder beside the old one.
#[derive(Debug)]
struct StagedFolder<'a> {
    lock: &'a LockedFolder,
    path: PathBuf,
    kept: bool,
}

impl Staged for StagedFolder<'_> {
    fn folder(&self) -> Option<&Path> {
        Some(&self.path)
    }

    #[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path.join(name);
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|source| write_error(&path, source))
    }

    fn inherit(&self, other: &Opened, names: &[&str]) -> Result<(), StoreError> {
        // Files are copied unread: a damaged one must not get a new checksum.
        other.check_all()?;
        let folder = other.folder().unwrap_or(&self.lock.target);
        names.iter().try_for_each(|name| copy(folder, &self.path, name))
    }

    fn publish(mut self: Box<Self>, mut manifest: Manifest) -> Result<(), StoreError> {
        manifest.files = sums(&self.path)?;
        self.write(file::MANIFEST, &manifest.sealed())?;
        let target = &self.lock.target;
        if target.is_dir() {
            carry_over(target, &self.path, &own_files(target))?;
        }
        sync_all_in(&self.path)?;
        self.swap()
    }
}

impl StagedFolder<'_> {
    /// Puts the new index in the place of the old one, which is removed.
    fn swap(&mut self) -> Result<(), StoreError> {
        // A signal must wait until there is an index under the name again.
        let _held = staged();
        let target = &self.lock.target;
        let old = sibling(target, "old");
        remove_folder(&old)?;
        if target.exists() {
            rename(target, &old)?;
        }
        if let Err(error) = rename(&self.path, target) {
            // Without the new index beside it, the old one would be taken for superseded.
            self.kept = put_back(target).is_err();
            return Err(error);
        }
        self.kept = true;
        // After a loss of power the new name must not be missing while the old index is gone.
        if let Some(above) = target.parent() {
            sync(above)?;
        }
        // The new index is in place; the next build removes what is left of the old one.
        let _ = remove_folder(&old);
        Ok(())
    }
}

impl Drop for StagedFolder<'_> {
    fn drop(&mut self) {
        staged().remove(&self.lock.target);
        if !self.kept {
            let _ = remove_folder(&self.path);
        }
    }
}

/// The files of an index folder.
#[derive(Debug)]
pub(super) struct FolderFiles(pub(super) PathBuf);

impl Files for FolderFiles {
    fn folder(&self) -> Option<&Path> {
        Some(&self.0)
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        read(&self.0.join(name))
    }
}

#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
pub(super) fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    let bytes = fs::metadata(path).and_then(|found| {
        // A pipe would make the program wait for ever.
        let is_readable = found.is_file();
        if is_readable { fs::read(path) } else { Err(io::Error::other("not a regular file")) }
    });
    bytes.map_err(|source| StoreError::Read { path: path.to_owned(), source })
}

/// Gives the file `name` of one folder the same name in another.
fn copy(from: &Path, to: &Path, name: &str) -> Result<(), StoreError> {
    let (from, to) = (from.join(name), to.join(name));
    // A second name for the same bytes costs nothing; some disks cannot give one.
    let copied = fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(|_| ()));
    copied.map_err(|source| write_error(&to, source))
}

/// Where the index at `target` lies if a process was killed between the two renames of a swap. The new index
/// then lies beside the old one; an old index alone is superseded and never comes back.
pub(super) fn moved_aside(target: &Path) -> Option<PathBuf> {
    let target = resolve(&std::path::absolute(target).ok()?, MOST_LINKS);
    let old = sibling(&target, "old");
    let is_between = !target.exists() && sibling(&target, "new").is_dir();
    (is_between && old.join(file::MANIFEST).is_file()).then_some(old)
}

fn put_back(target: &Path) -> Result<(), StoreError> {
    moved_aside(target).map_or(Ok(()), |old| rename(&old, target))
}

/// Links that are followed before a loop is assumed, as many as Linux follows.
const MOST_LINKS: u8 = 40;

/// Where the absolute `path` leads through links, even if its last parts do not exist yet. So all names of an
/// index lead to one lock, and a link to an index stays a link.
fn resolve(path: &Path, links_left: u8) -> PathBuf {
    if let Ok(found) = path.canonicalize() {
        return found;
    }
    let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
        return path.to_owned();
    };
    match path.read_link() {
        Ok(to) if links_left > 0 => resolve(&above.join(to), links_left - 1),
        _ => resolve(above, links_left).join(name),
    }
}

/// Opens the lock. A link under its name would lead to a file of somebody else, and a pipe would make the
/// program wait.
fn lock_file(path: &Path) -> io::Result<File> {
    if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
        return Err(io::Error::other("the lock must be a regular file; remove what lies there"));
    }
    File::options().write(true).create(true).truncate(false).open(path)
}

/// Refuses the folder that this process runs in, or one above it: a shell there would be left in a folder
/// that was replaced.
fn refuse_working_folder(target: &Path) -> Result<(), StoreError> {
    if std::env::current_dir().is_ok_and(|here| here.starts_with(target)) {
        let why = "an index cannot be replaced by a command that runs inside its folder; run it from \
                   another folder";
        return Err(write_error(target, io::Error::other(why)));
    }
    Ok(())
}

/// Refuses a folder of other files: it is not replaced, and nothing is written beside it. Many programs
/// have a `manifest.json`; ours names the version of Concord that wrote it. If it is damaged, the vectors and
/// the recommendations beside it show whose folder it is.
#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn refuse_foreign(target: &Path) -> Result<(), StoreError> {
    if !target.exists() {
        return Ok(());
    }
    let is_ours = |bytes: Vec<u8>| {
        let manifest = serde_json::from_slice::<serde_json::Value>(&bytes);
        let is_marked = |manifest: &serde_json::Value| {
            manifest.get("format_version").is_some() && manifest.get("concord").is_some()
        };
        let has = |name: &str| target.join(name).is_file();
        manifest.is_ok_and(|manifest| is_marked(&manifest))
            || (has(file::VECTORS) && has(file::RECOMMENDATIONS))
    };
    if read(&target.join(file::MANIFEST)).is_ok_and(is_ours) {
        return Ok(());
    }
    let mut entries = fs::read_dir(target).map_err(|source| write_error(target, source))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(StoreError::NotAnIndex { path: target.to_owned() }),
    }
}

/// The files of the index in `folder`: those that its manifest names, or every name that an index can have if
/// the manifest is damaged.
fn own_files(folder: &Path) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = if let Some(manifest) = Manifest::intact_at(folder) {
        manifest.files.into_keys().collect()
    } else {
        let of_graph = names_in(folder).into_iter().filter(|name| file::is_of_graph(name));
        file::ALL.iter().map(|name| (*name).to_owned()).chain(of_graph).collect()
    };
    // People may write their decisions by hand, before a manifest names the file.
    names.extend([file::MANIFEST, file::DECISIONS].map(str::to_owned));
    names
}

/// The names in `folder` that are text; none if it cannot be read.
#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Gives what lies in folder `from`, except the files in `own`, a second name in folder `to`, whole folders
/// too. Nothing is moved: whatever happens meanwhile, it keeps its first name.
#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn carry_over(from: &Path, to: &Path, own: &BTreeSet<String>) -> Result<(), StoreError> {
    for entry in fs::read_dir(from).map_err(|source| write_error(from, source))? {
        let entry = entry.map_err(|source| write_error(from, source))?;
        if own.contains(entry.file_name().to_string_lossy().as_ref()) {
            continue;
        }
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(|source| write_error(&old, source))?;
        if kind.is_dir() {
            fs::create_dir_all(&new).map_err(|source| write_error(&new, source))?;
            carry_over(&old, &new, &BTreeSet::new())?;
        } else {
            if new.exists() {
                let why = "the new index needs this name, but the file is not part of the old one; \
                           move it away";
                let taken = io::Error::new(io::ErrorKind::AlreadyExists, why);
                return Err(write_error(&old, taken));
            }
            // A link to a file is given a second name like a file.
            let named = fs::hard_link(&old, &new).or_else(|_| fs::copy(&old, &new).map(|_| ()));
            named.map_err(|source| write_error(&new, source))?;
        }
    }
    Ok(())
}

/// Has the disk keep every file in `folder`, and their names.
#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn sync_all_in(folder: &Path) -> Result<(), StoreError> {
    for entry in fs::read_dir(folder).map_err(|source| write_error(folder, source))? {
        let path = entry.map_err(|source| write_error(folder, source))?.path();
        if path.is_file() {
            sync(&path)?;
        }
    }
    sync(folder)
}

/// Has the disk keep a file or the names in a folder.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn sync(path: &Path) -> Result<(), StoreError> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|source| write_error(path, source))
}

/// Windows syncs no file that is open for reading only, and no folder.
#[cfg(not(unix))]
fn sync(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn remove_part(path: &Path) {
    // Mostly there is none; one that stays does no harm.
    let _ = fs::remove_file(path);
}

/// `.name.what` beside `target`: on the same disk, so that a rename is one step.
fn sibling(target: &Path, what: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{what}"));
    target.with_file_name(name)
}

#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn sums(folder: &Path) -> Result<BTreeMap<String, FileSum>, StoreError> {
    let failed = |source| StoreError::Read { path: folder.to_owned(), source };
    let mut sums = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = read(&path)?;
        sums.insert(name, FileSum::of(&bytes));
    }
    Ok(sums)
}

#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|source| write_error(to, source))
}

#[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
fn remove_folder(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(write_error(path, error)),
        _ => Ok(()),
    }
}

fn write_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::Write { path: path.to_owned(), source }
}
