//! The parts of documents that are zip files: DOCX, OpenDocument, EPUB.

use std::io::{Cursor, Read};

use super::{Error, Format};

/// Most bytes that one part of a file may unpack to.
const MAX_PART_BYTES: u64 = 256 << 20;

/// A document that is a zip file.
pub(super) struct Archive<'a> {
    zip: zip::ZipArchive<Cursor<&'a [u8]>>,
    format: Format,
}

impl<'a> Archive<'a> {
    /// The zip file in `bytes`; `format` is what errors call it.
    pub(super) fn open(bytes: &'a [u8], format: Format) -> Result<Self, Error> {
        let zip = zip::ZipArchive::new(Cursor::new(bytes));
        let zip = zip.map_err(|error| Error::Damaged { format, what: error.to_string() })?;
        Ok(Self { zip, format })
    }

    /// A part as text, unpacked up to the limit; `None` if it is missing.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, Error> {
        let format = self.format;
        let Ok(file) = self.zip.by_name(name) else { return Ok(None) };
        let mut out = Vec::new();
        let read = file.take(MAX_PART_BYTES + 1).read_to_end(&mut out);
        read.map_err(|error| Error::Damaged { format, what: error.to_string() })?;
        if out.len() as u64 > MAX_PART_BYTES {
            return Err(Error::TooLarge { limit_mb: (MAX_PART_BYTES >> 20) as usize });
        }
        Ok(Some(String::from_utf8_lossy(&out).into_owned()))
    }

    /// A part without which the file is damaged.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, Error> {
        let missing =
            || Error::Damaged { format: self.format, what: format!("it has no `{name}`") };
        let missing = missing();
        self.part(name)?.ok_or(missing)
    }
}
