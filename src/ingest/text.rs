//! Plain text.

use crate::domain::{Document, DocumentId};

/// Why bytes are not a text document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not UTF-8.
    #[error("line {line} is not valid UTF-8; convert the file to UTF-8")]
    NotUtf8 {
        /// 1-based line of the first bad byte.
        line: usize,
    },
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
}

/// Decodes `bytes` as UTF-8 text, with or without a byte-order mark.
///
/// # Errors
/// [`DecodeError`] with the line of the first bad byte, or for a document without text.
pub fn read_text(id: DocumentId, path: String, bytes: &[u8]) -> Result<Document, DecodeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes[..error.valid_up_to()].split(|&b| b == b'\n');
        DecodeError::NotUtf8 { line: before.count() }
    })?;
    if text.trim().is_empty() {
        return Err(DecodeError::Empty);
    }
    Ok(Document::plain(id, path, text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Document, DecodeError> {
        read_text(DocumentId::try_from("d".to_owned()).unwrap(), "d.txt".into(), bytes)
    }

    #[test]
    fn a_bad_byte_is_named_by_its_line() {
        assert_eq!(read(b"one\ntwo \xff"), Err(DecodeError::NotUtf8 { line: 2 }));
    }

    #[test]
    fn a_byte_order_mark_is_not_text() {
        assert_eq!(read(b"\xef\xbb\xbfone").unwrap().line(0), Some("one"));
        assert_eq!(read(b"\xef\xbb\xbf \n"), Err(DecodeError::Empty));
    }
}
