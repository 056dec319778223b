//! Whether a library is whole. The system maps the file unread; a page that is missing then ends the process
//! with SIGBUS, without a word.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::pins::Pin;
use crate::embed::bundled::hex;

/// Refuses a file that ends before its own table of sections does, the last part of an ELF file. Files of
/// other formats pass.
///
/// Source: "Tool Interface Standard: Executable and Linking Format", figure 1-3, in its form for 64 bits.
pub(super) fn check_end(path: &Path) -> Result<(), String> {
    let mut header = [0; 64];
    // The loader itself refuses what is missing or too short, and may know names that are no paths.
    let Ok(mut file) = open(path) else { return Ok(()) };
    let read = file.read_exact(&mut header);
    if read.is_err() || !header.starts_with(b"\x7fELF\x02\x01") {
        return Ok(());
    }
    let short = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let start = (0..8).map(|at| u64::from(header[0x28 + at]) << (8 * at)).sum::<u64>();
    let end = start.saturating_add(short(0x3a) * short(0x3c));
    check_bytes(&file, |n| n >= end, end)
}

/// Refuses a file of another size than the library of `pin`.
pub(super) fn check_size(path: &Path, pin: &Pin) -> Result<(), String> {
    let file = open(path).map_err(|error| error.to_string())?;
    check_bytes(&file, |n| n == pin.library_bytes, pin.library_bytes)
}

/// Refuses a file with other bytes than the library of `pin`.
pub(super) fn check_all(path: &Path, pin: &Pin) -> Result<(), String> {
    check_size(path, pin)?;
    let bytes = open(path).and_then(|mut file| {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map(|_| bytes)
    });
    check_sum(&bytes.map_err(|error| error.to_string())?, pin.library_sha256)
}

/// Refuses bytes with another SHA-256 than `expected`.
pub(super) fn check_sum(bytes: &[u8], expected: &str) -> Result<(), String> {
    let found = hex(&Sha256::digest(bytes));
    if found == expected {
        return Ok(());
    }
    Err(format!("its SHA-256 is {found}, expected {expected}"))
}

fn check_bytes(file: &File, fits: impl Fn(u64) -> bool, expected: u64) -> Result<(), String> {
    let found = file.metadata().map_err(|error| error.to_string())?.len();
    if fits(found) { Ok(()) } else { Err(format!("it has {found} bytes, expected {expected}")) }
}

#[expect(clippy::disallowed_methods, reason = "reads the library that is about to be loaded")]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(test)]
mod tests {
    use super::super::pins;
    use super::*;

    /// A file of `bytes`, made longer with zeros.
    fn file(bytes: &[u8], len: u64) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        io::Write::write_all(&mut file, bytes).unwrap();
        file.as_file().set_len(len).unwrap();
        file
    }

    #[test]
    fn the_pinned_library_is_known_by_its_size_and_its_sum() {
        let Some(pin) = pins::here() else { return };
        let short = file(b"", 10);
        let why = check_size(short.path(), pin).unwrap_err();
        assert_eq!(why, format!("it has 10 bytes, expected {}", pin.library_bytes));
        let zeros = file(b"", pin.library_bytes);
        assert_eq!(check_size(zeros.path(), pin), Ok(()));
        let why = check_all(zeros.path(), pin).unwrap_err();
        assert!(why.ends_with(&format!(", expected {}", pin.library_sha256)), "{why}");
    }

    #[test]
    fn a_library_that_is_cut_is_known_by_its_header() {
        let mut header = [0; 64];
        header[..6].copy_from_slice(b"\x7fELF\x02\x01");
        header[0x28..0x2a].copy_from_slice(&1000_u16.to_le_bytes());
        header[0x3a] = 64;
        header[0x3c] = 3;
        assert_eq!(check_end(file(&header, 1192).path()), Ok(()));
        let why = check_end(file(&header, 1191).path()).unwrap_err();
        assert_eq!(why, "it has 1191 bytes, expected 1192");
        header[0x28..0x30].fill(0xff);
        assert!(check_end(file(&header, 1192).path()).is_err());
        assert_eq!(check_end(file(b"MZ", 10).path()), Ok(()));
    }
}
