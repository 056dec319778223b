//! The format of a file, by its name and its first bytes.

use std::fmt;
use std::io::{Cursor, Read};

/// The format of a document. Those that Concord does not read are told apart, so that a message can say
/// what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Plain text, hard-wrapped or with one paragraph a line.
    Text,
    /// Markdown.
    Markdown,
    /// HTML and XHTML.
    Html,
    /// PDF that has a text layer.
    Pdf,
    /// Word (Office Open XML).
    Docx,
    /// OpenDocument text.
    Odt,
    /// EPUB.
    Epub,
    /// Rich Text Format.
    Rtf,
    /// Word, PowerPoint or Excel of before 2007, or a file of Office locked by a password; not read.
    OldOffice,
    /// Slides of PowerPoint or OpenDocument; not read.
    Slides,
    /// A workbook, which is read as a table of recommendations, not as a document.
    Workbook,
}

impl Format {
    /// The likely format of a file; its bytes take precedence over its name.
    #[must_use]
    pub fn detect(path: &str, bytes: &[u8]) -> Self {
        let head = &bytes[..bytes.len().min(1024)];
        if head.windows(5).any(|window| window == b"%PDF-") {
            return Self::Pdf;
        }
        if head.starts_with(b"PK\x03\x04") {
            return zipped(bytes);
        }
        if head.starts_with(b"{\\rtf") {
            return Self::Rtf;
        }
        if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Self::OldOffice;
        }
        let extension = path.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
        match extension.as_deref() {
            Some("md" | "markdown" | "mdown" | "mkd") => Self::Markdown,
            Some("html" | "htm" | "xhtml") => Self::Html,
            Some("pdf") => Self::Pdf,
            Some("docx" | "docm") => Self::Docx,
            Some("odt") => Self::Odt,
            Some("epub") => Self::Epub,
            Some(_) | None if looks_like_html(head) => Self::Html,
            Some(_) | None => Self::Text,
        }
    }
}

/// What a zip file holds, by the names of its parts.
fn zipped(bytes: &[u8]) -> Format {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Format::Docx };
    let mut kind = Vec::new();
    if let Ok(file) = archive.by_name("mimetype") {
        // A damaged part leaves `kind` short, and the names decide.
        let _ = file.take(200).read_to_end(&mut kind);
    }
    let kind = String::from_utf8_lossy(&kind).into_owned();
    let has = |name: &str| archive.index_for_name(name).is_some();
    match kind.trim() {
        kind if kind.ends_with("opendocument.presentation") => Format::Slides,
        kind if kind.ends_with("opendocument.spreadsheet") => Format::Workbook,
        kind if kind.contains("opendocument.text") => Format::Odt,
        "application/epub+zip" => Format::Epub,
        _ if has("word/document.xml") => Format::Docx,
        _ if has("xl/workbook.xml") => Format::Workbook,
        _ if has("ppt/presentation.xml") => Format::Slides,
        _ if has("META-INF/container.xml") => Format::Epub,
        _ => Format::Docx,
    }
}

fn looks_like_html(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("<!doctype html")
        || text.starts_with("<html")
        || text.starts_with("<?xml") && text.contains("<html")
}

impl Format {
    /// What to do about a file of a format that is not read.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::Slides => "save it as PDF",
            Self::Workbook => "give its name the ending .xlsx or .ods, to read it as a table",
            Self::OldOffice => "save it as DOCX or PDF without a password",
            Self::Rtf
            | Self::Text
            | Self::Markdown
            | Self::Html
            | Self::Pdf
            | Self::Docx
            | Self::Odt
            | Self::Epub => "save it as DOCX",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
            Self::Odt => "ODT",
            Self::Epub => "EPUB",
            Self::Rtf => "RTF",
            Self::OldOffice => "old or locked Office (.doc, .ppt)",
            Self::Slides => "slide",
            Self::Workbook => "workbook",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_before_names() {
        assert_eq!(Format::detect("a.txt", b"%PDF-1.7\n"), Format::Pdf);
        assert_eq!(Format::detect("a", b"PK\x03\x04..."), Format::Docx);
        assert_eq!(Format::detect("a.txt", b"{\\rtf1"), Format::Rtf);
        assert_eq!(Format::detect("a.doc", &[0xd0, 0xcf, 0x11, 0xe0, 0]), Format::OldOffice);
        assert_eq!(Format::detect("a.MD", b"# Title"), Format::Markdown);
        assert_eq!(Format::detect("a.asp", b"<!DOCTYPE html><p>"), Format::Html);
        assert_eq!(Format::detect("a", b"Text"), Format::Text);
    }
}
