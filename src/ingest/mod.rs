//! Bytes of one format -> [`Document`] with exact spans, or a corpus of ready-made records.
//! Knows nothing of how recommendations are found.

pub mod agenda;
mod archive;
mod cells;
pub mod corpus;
mod decode;
mod docx;
mod epub;
mod format;
mod html;
mod lines;
mod markdown;
mod odt;
mod pdf;
pub mod records;
mod rtf;
mod source;
mod text;
mod xml;

pub use format::Format;
pub use records::{ColumnMap, RecordError, TableOptions};
pub use source::CorpusError;
pub use text::DecodeError;

use crate::domain::{Document, DocumentId};

/// Why a file cannot be read as a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is empty or not valid text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Neither text nor a format that Concord reads.
    #[error(
        "the file is not text, and not HTML, PDF, DOCX, ODT, RTF or EPUB either; convert it to one of these"
    )]
    Binary,
    /// It holds more text than a document can, or was made to fill the disk.
    #[error("the document holds more than {limit_mb} MB of text; split it")]
    TooLarge {
        /// The limit, in megabytes.
        limit_mb: usize,
    },
    /// It opens only with a password.
    #[error("the {format} file is locked by a password; save it without one")]
    Locked {
        /// The format of the file.
        format: Format,
    },
    /// A format that Concord does not read.
    #[error("Concord does not read {format} files; {remedy}")]
    Unread {
        /// The format of the file.
        format: Format,
        /// What to do.
        remedy: &'static str,
    },
    /// It does not follow its format.
    #[error("the {format} file is damaged: {what}")]
    Damaged {
        /// The format of the file.
        format: Format,
        /// What was wrong.
        what: String,
    },
    /// It is a PDF of page images without text.
    #[error("the PDF has no text layer on pages {pages}: it is a scan; run OCR on it first")]
    Scanned {
        /// The pages, as "1-3, 7".
        pages: String,
    },
}

/// The document in `bytes`, which have the given `format`; [`Format::detect`] guesses it.
///
/// Text is decoded by its byte-order mark, as UTF-8, or by a guess from its bytes. Parts that could
/// not be read are listed in [`Document::problems`].
///
/// # Errors
/// [`Error`], which says what was found and what to do. The caller adds the path.
pub fn read_document(
    id: DocumentId,
    path: String,
    bytes: &[u8],
    format: Format,
) -> Result<Document, Error> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Decode(DecodeError::Empty));
    }
    match format {
        Format::Text => Ok(text::mark(Document::plain(id, path, decode::decode(bytes)?))),
        Format::Markdown => Ok(markdown::mark(Document::plain(id, path, decode::decode(bytes)?))),
        Format::Html => html::read(id, path, &decode::decode(bytes)?),
        Format::Pdf => pdf::read(id, &path, bytes),
        Format::Docx => docx::read(id, path, bytes),
        Format::Odt => odt::read(id, path, bytes),
        Format::Epub => epub::read(id, path, bytes),
        Format::Rtf => rtf::read(id, path, bytes),
        Format::OldOffice | Format::Slides | Format::Workbook => {
            Err(Error::Unread { format, remedy: format.remedy() })
        }
    }
}

/// A number as list markers print it, in the form whose first marker is `first`: `a`, `A`, `i`, `I`, else digits.
fn counted(first: &str, number: u32) -> String {
    let letter = || char::from(b'a' + ((number.max(1) - 1) % 26) as u8).to_string();
    match first {
        "a" => letter(),
        "A" => letter().to_uppercase(),
        "i" => roman(number),
        "I" => roman(number).to_uppercase(),
        _ => number.to_string(),
    }
}

/// The year of a date that the metadata of a file state, as in "2024-11-02" or "2 November 2024".
fn year_of(date: &str) -> Option<i32> {
    let is_year =
        |word: &&str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    date.split(|c: char| !c.is_ascii_digit()).find(is_year)?.parse().ok()
}

/// A number in lower-case roman numerals, as list markers print it; in decimal digits from 4000.
fn roman(number: u32) -> String {
    const SIGNS: &[(u32, &str)] = &[
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number == 0 || number >= 4000 {
        return number.to_string();
    }
    let mut left = number;
    let mut out = String::new();
    for &(worth, sign) in SIGNS {
        while left >= worth {
            out.push_str(sign);
            left -= worth;
        }
    }
    out
}
