//! Finds ONNX Runtime, or downloads it once.
//!
//! The library is loaded at run time, from the first of these places that has it: `ORT_DYLIB_PATH`,
//! the program's own folder, the Python environment that the program was installed into, Concord's cache, a Python
//! package `onnxruntime` of the first Python on the path, the system.
//! If none has it, Concord downloads the pinned wheel with `pip download`. The library in the cache must have
//! the size that is compiled in; if it does not, it is downloaded again. [`check_cached`] also compares its
//! SHA-256, which takes too long for every start.
//!
//! The published builds of ONNX Runtime carry telemetry that is on by default. Concord switches it off
//! twice: in the environment made here, and with [`TELEMETRY_OFF`], which the library reads while it
//! loads, before its API can be called.

mod fetch;
mod intact;
mod pins;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use ort::environment::Environment;

use crate::domain::Progress;

pub use pins::VERSION as PINNED_VERSION;

/// Name and value of the environment variable that keeps ONNX Runtime from starting its telemetry.
///
/// The API switch comes too late: the library writes the device id and the event queue to the user's
/// cache as soon as an environment is made. A program that links this library must set the variable
/// before it starts its first thread, as `concord` does.
pub const TELEMETRY_OFF: (&str, &str) = ("ORT_DISABLE_TELEMETRY", "1");

/// The environment of this process, made by the first successful [`load`]. ONNX Runtime allows only one.
static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();

/// Why ONNX Runtime cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum RuntimeError {
    #[error("`ORT_DYLIB_PATH` names {path}, which cannot be loaded: {why}")]
    Named { path: PathBuf, why: String },
    #[error("ONNX Runtime was found at {path}, but cannot be loaded: {why}")]
    Broken { path: PathBuf, why: String },
    /// The library in the cache has other bytes than were downloaded.
    #[error("{path} is damaged: {why}; delete it, and it is downloaded again")]
    Damaged { path: PathBuf, why: String },
    /// [`load_found`] downloads nothing.
    #[error(
        "not found; it is downloaded on first use, or install it: python3 -m pip install onnxruntime=={PINNED_VERSION}"
    )]
    Missing,
    #[error("ONNX Runtime is not on this machine and cannot be fetched: {why}")]
    NotFetched { why: String },
}

/// Where the library was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The user named it in `ORT_DYLIB_PATH`.
    Named,
    /// It is in the program's own folder.
    Beside,
    /// It belongs to the Python environment that the program was installed into.
    Environment,
    /// It was downloaded before.
    Cache,
    /// It belongs to an installed Python package.
    Python,
    /// It is installed on the system.
    System,
}

impl Origin {
    /// The origin in words, for `doctor`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Named => "named by ORT_DYLIB_PATH",
            Self::Beside => "beside the program",
            Self::Environment => "in the Python environment of the program",
            Self::Cache => "in the cache",
            Self::Python => "in the Python package onnxruntime",
            Self::System => "installed on the system",
        }
    }
}

/// A library that was found, not yet loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The library file.
    pub path: PathBuf,
    /// Where it comes from.
    pub origin: Origin,
}

/// Every library found, in the order in which they are tried. Later places are searched only if the
/// caller asks for them.
fn find(cache: Option<&Path>) -> impl Iterator<Item = Found> {
    type Look = fn(Option<&Path>) -> Option<PathBuf>;
    let places: [(Origin, Look); 6] = [
        (Origin::Named, |_| named()),
        (Origin::Beside, |_| beside()),
        (Origin::Environment, |_| in_environment(std::env::current_exe().ok()?.parent()?)),
        (Origin::Cache, cached),
        (Origin::Python, |_| in_python()),
        (Origin::System, |_| on_system()),
    ];
    places.into_iter().filter_map(move |(origin, look)| Some(Found { path: look(cache)?, origin }))
}

/// The library that this process uses, found or downloaded, and loaded. Later calls cost nothing.
///
/// A library that does not load (cut, too old, or for another processor) is skipped, unless the user named
/// it.
///
/// # Errors
/// [`RuntimeError`] if the named library cannot be loaded, or if none was found and none can be
/// downloaded.
pub fn load(cache: Option<&Path>, on: &dyn Progress) -> Result<Found, RuntimeError> {
    let unusable = match load_found(cache) {
        Err(error @ (RuntimeError::Missing | RuntimeError::Broken { .. })) => error,
        done => return done,
    };
    let path = fetch::fetch(cache, on).map_err(|fetch| match unusable {
        RuntimeError::Broken { path, why } => {
            RuntimeError::Broken { path, why: format!("{why}; nor can it be fetched: {fetch}") }
        }
        _ => RuntimeError::NotFetched { why: fetch },
    })?;
    let found = Found { path, origin: Origin::Cache };
    match start(&found) {
        Ok(()) => Ok(found),
        Err(why) => Err(RuntimeError::Broken { path: found.path, why }),
    }
}

/// Like [`load`], without a download.
///
/// # Errors
/// [`RuntimeError`] if none was found, or none that can be loaded.
pub fn load_found(cache: Option<&Path>) -> Result<Found, RuntimeError> {
    let mut broken = None;
    for found in find(cache) {
        match start(&found) {
            Ok(()) => return Ok(found),
            Err(why) if found.origin == Origin::Named => {
                return Err(RuntimeError::Named { path: found.path, why });
            }
            Err(why) => broken = broken.or(Some(RuntimeError::Broken { path: found.path, why })),
        }
    }
    Err(broken.unwrap_or(RuntimeError::Missing))
}

/// Compares the library in the cache, if there is one, with the size and the SHA-256 that are compiled in.
///
/// # Errors
/// [`RuntimeError::Damaged`].
pub fn check_cached(cache: Option<&Path>) -> Result<(), RuntimeError> {
    let (Some(pin), Some(path)) = (pins::here(), cached(cache)) else { return Ok(()) };
    intact::check_all(&path, pin).map_err(|why| RuntimeError::Damaged { path, why })
}

/// Loads a library and makes the environment of this process, with telemetry off.
fn start(found: &Found) -> Result<(), String> {
    intact::check_end(&found.path)?;
    if let (Origin::Cache, Some(pin)) = (found.origin, pins::here()) {
        intact::check_size(&found.path, pin)?;
    }
    let builder = ort::init_from(&found.path).map_err(|error| error.to_string())?;
    if ENVIRONMENT.get().is_none() {
        let made = builder.with_name("concord").with_telemetry(false).build();
        // Another thread may have made one in the meantime; use that.
        if let Err(error) = made.map(|made| ENVIRONMENT.set(made))
            && ENVIRONMENT.get().is_none()
        {
            return Err(error.to_string());
        }
    }
    Ok(())
}

/// The environment that all sessions of this process share; `None` before [`load`] succeeded.
pub(super) fn environment() -> Option<Environment> {
    ENVIRONMENT.get().cloned()
}

/// The loaded library's own build information. Call it only after [`load`] succeeded.
#[must_use]
pub fn build_info() -> &'static str {
    ort::info()
}

/// Path of the downloaded library in the cache folder.
fn cache_path(cache: &Path, pin: &pins::Pin) -> PathBuf {
    cache.join(format!("onnxruntime-{}", pin.version)).join(file_name())
}

/// File name of the library: `libonnxruntime.so`, `libonnxruntime.dylib` or `onnxruntime.dll`.
fn file_name() -> String {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    format!("{DLL_PREFIX}onnxruntime{DLL_SUFFIX}")
}

#[expect(clippy::disallowed_methods, reason = "the documented way to name a library")]
fn named() -> Option<PathBuf> {
    std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn beside() -> Option<PathBuf> {
    library_in(std::env::current_exe().ok()?.parent()?)
}

/// The library of the package `onnxruntime` in the Python environment whose programs are in `scripts`.
///
/// `pip install` puts programs and packages into folders side by side: `bin` and `lib/python3.11/site-packages`
/// (`dist-packages` on Debian's own Python), on Windows `Scripts` and `Lib\site-packages`. Asking a Python
/// would find another environment if this one is not active.
#[expect(clippy::disallowed_methods, reason = "looking for a library is this module's task")]
fn in_environment(scripts: &Path) -> Option<PathBuf> {
    let root = scripts.parent()?;
    let windows = root.join("Lib").join("site-packages");
    let mut packages = vec![windows];
    for lib in ["lib", "lib64"] {
        let versions = std::fs::read_dir(root.join(lib)).into_iter().flatten().flatten();
        let mut versions: Vec<PathBuf> = versions
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("python3"))
            .map(|entry| entry.path())
            .collect();
        versions.sort();
        let kinds = ["site-packages", "dist-packages"];
        packages.extend(versions.iter().rev().flat_map(|v| kinds.map(|kind| v.join(kind))));
    }
    packages.into_iter().find_map(|folder| library_in(&folder.join("onnxruntime").join("capi")))
}

fn cached(cache: Option<&Path>) -> Option<PathBuf> {
    Some(cache_path(cache?, pins::here()?)).filter(|path| path.is_file())
}

/// The library of an installed Python package. Python locates the package without importing it, which
/// would take half a second.
fn in_python() -> Option<PathBuf> {
    const ASK: &str = "import importlib.util as u; s = u.find_spec('onnxruntime'); \
                       print(s.submodule_search_locations[0] if s else '')";
    let python = fetch::python()?;
    let answer = Command::new(python).args(["-c", ASK]).stdin(Stdio::null()).output().ok()?;
    let folder = String::from_utf8(answer.stdout).ok()?;
    match folder.trim() {
        "" => None,
        folder => library_in(&Path::new(folder).join("capi")),
    }
}

fn on_system() -> Option<PathBuf> {
    let arch = std::env::consts::ARCH;
    let multiarch = format!("/usr/lib/{arch}-linux-gnu");
    ["/usr/local/lib", "/usr/lib64", "/usr/lib", multiarch.as_str(), "/opt/homebrew/lib"]
        .into_iter()
        .find_map(|folder| library_in(Path::new(folder)))
}

/// The library in `folder`, with or without a version in its name; the last by name wins.
#[expect(clippy::disallowed_methods, reason = "looking for a library is this module's task")]
fn library_in(folder: &Path) -> Option<PathBuf> {
    let plain = folder.join(file_name());
    if plain.is_file() {
        return Some(plain);
    }
    let mut versions: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_versioned))
        .collect();
    versions.sort();
    versions.pop()
}

/// Whether a file name carries a version: `libonnxruntime.so.1.31.1`, `libonnxruntime.1.31.1.dylib`.
fn is_versioned(name: &str) -> bool {
    let digit = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    let unix = name.strip_prefix("libonnxruntime.so.");
    let mac = name.strip_prefix("libonnxruntime.").and_then(|rest| rest.strip_suffix(".dylib"));
    unix.or(mac).is_some_and(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a file to be found")]
    #[test]
    fn the_library_of_the_own_python_environment_is_found() {
        let root = tempfile::tempdir().unwrap();
        let scripts = root.path().join("bin");
        let capi = root.path().join("lib/python3.12/site-packages/onnxruntime/capi");
        std::fs::create_dir_all(&scripts).unwrap();
        assert_eq!(in_environment(&scripts), None);
        std::fs::create_dir_all(&capi).unwrap();
        let library = capi.join(format!("{}.1.31.1", file_name()));
        std::fs::write(&library, "").unwrap();
        if cfg!(target_os = "linux") {
            assert_eq!(in_environment(&scripts), Some(library));
        }
    }

    #[test]
    fn only_the_library_itself_is_taken() {
        assert!(is_versioned("libonnxruntime.so.1.31.1"));
        assert!(is_versioned("libonnxruntime.1.31.1.dylib"));
        assert!(!is_versioned("libonnxruntime_providers_shared.so"));
    }
}
