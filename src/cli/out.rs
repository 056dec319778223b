//! stdout is for data; see `talk` for stderr.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde_json::Value;

use super::escape::escaped;
use super::failure::Failure;
use super::staged::{self, Folder};

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
        .map_err(|error| Failure::on_file("read", Path::new("stdin"), &error))?;
    Ok(bytes)
}

/// Reads a file, or stdin for `-`.
#[expect(clippy::disallowed_methods, reason = "reads what the user named on the command line")]
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path.as_os_str() == "-" {
        return stdin();
    }
    std::fs::read(path).map_err(|error| Failure::on_file("read", path, &error))
}

/// Whether `path` is a device, a pipe or a socket, which is written to and never replaced.
pub(super) fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Writes a file whole or not at all. A link stays a link; its target is written.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if is_stream(path) {
        let opened = std::fs::OpenOptions::new().write(true).open(path);
        return opened
            .and_then(|mut stream| stream.write_all(bytes))
            .map_err(|error| Failure::on_file("write", path, &error));
    }
    let target = staged::resolved(path)?;
    Folder::of(&target)?.replace(&target, bytes)
}
