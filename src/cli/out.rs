//! stdout is for data; see `talk` for stderr.

use std::borrow::Cow;
use std::fs::TryLockError;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::escape::escaped;
use super::failure::Failure;

/// Whether a person is likely to read stdout.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Writes text for people to stdout, with control characters escaped.
pub(super) fn text(text: &str) -> Result<(), Failure> {
    data(&escaped(text))
}

/// Writes data for programs to stdout. Control characters are escaped only if a terminal shows them.
fn data(text: &str) -> Result<(), Failure> {
    let shown = if is_terminal() { escaped(text) } else { Cow::Borrowed(text) };
    let text = shown.as_ref();
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        stdout.write_all(b"\n")?;
    }
    Ok(stdout.flush()?)
}

/// Writes bytes to stdout, with a line break after a text that ends without one.
pub(super) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    if let Ok(readable) = std::str::from_utf8(bytes) {
        return data(readable);
    }
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    Ok(stdout.flush()?)
}

/// Writes one JSON value, indented.
pub(super) fn json(value: &Value) -> Result<(), Failure> {
    data(&serde_json::to_string_pretty(value).map_err(Failure::new)?)
}

/// Writes one JSON value a line.
pub(super) fn json_lines(values: impl Iterator<Item = Value>) -> Result<(), Failure> {
    let is_terminal = is_terminal();
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    for value in values {
        let line = value.to_string();
        let line = if is_terminal { escaped(&line) } else { Cow::Borrowed(line.as_str()) };
        writeln!(stdout, "{line}")?;
    }
    Ok(stdout.flush()?)
}

/// Writes a table as CSV to stdout.
pub(super) fn csv(
    headings: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), Failure> {
    let is_terminal = is_terminal();
    let shown = |cell: String| if is_terminal { escaped(&cell).into_owned() } else { cell };
    let rows = rows.map(|row| row.into_iter().map(shown).collect());
    csv_to(io::stdout().lock(), headings, rows)
}

/// Writes a table as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe.
pub(super) fn csv_to(
    target: impl Write,
    headings: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(target);
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::from(error),
        _ => Failure::new("cannot write the table as CSV"),
    };
    writer.write_record(headings).map_err(failed)?;
    for row in rows {
        let cells = row.into_iter().map(|cell| concord::report::inert(&cell).into_owned());
        writer.write_record(cells).map_err(failed)?;
    }
    Ok(writer.flush()?)
}

/// Reads all of stdin.
pub(super) fn stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::stdin().lock(), &mut bytes)
        .map_err(|error| Failure::new(format_args!("cannot read stdin: {error}")))?;
    Ok(bytes)
}

/// Reads a file, or stdin for `-`.
#[expect(clippy::disallowed_methods, reason = "reads what the user named on the command line")]
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path.as_os_str() == "-" {
        return stdin();
    }
    std::fs::read(path)
        .map_err(|error| Failure::new(format_args!("cannot read {}: {error}", path.display())))
}

/// Whether `path` is a device, a pipe or a socket, which is written to and never replaced.
pub(super) fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Writes a file whole or not at all. A link stays a link; its target is written.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed =
        |error: io::Error| Failure::new(format_args!("cannot write {}: {error}", path.display()));
    if is_stream(path) {
        let mut stream = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        return stream.write_all(bytes).map_err(failed);
    }
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let _writing = writing();
    remove_leftovers(folder);
    let mut file = temporary_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Held while a file is written. A signal takes it before it ends the program, so that no temporary file stays
/// behind.
pub(super) fn writing() -> MutexGuard<'static, ()> {
    static WRITING: Mutex<()> = Mutex::new(());
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the name of a temporary file begins with; as many random characters follow.
const TEMPORARY: &str = ".concord-";
const RANDOM_CHARS: usize = 6;

/// A temporary file that is locked while it is open, so that other runs do not take it for a left-over.
fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    readable(builder.prefix(TEMPORARY).rand_bytes(RANDOM_CHARS));
    loop {
        let file = builder.tempfile_in(folder)?;
        let lock = file.as_file().try_lock();
        // Another run may have removed it in the moment before it was locked. Where a disk has no locks,
        // nobody removes anything.
        if !matches!(lock, Err(TryLockError::WouldBlock)) && file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes the temporary files that killed runs left in `folder`: those that nobody has locked.
#[expect(clippy::disallowed_methods, reason = "cleans the folder that the user named for output")]
fn remove_leftovers(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(TEMPORARY));
        let is_ours = random.is_some_and(|random| {
            random.len() == RANDOM_CHARS && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if is_ours
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && let Ok(file) = std::fs::File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// A temporary file is readable by its owner only; the finished file is readable as usual.
#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    // The process's umask is applied on top.
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}
