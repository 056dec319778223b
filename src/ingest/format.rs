//! The format of a file, by its name and its first bytes.

use std::fmt;

/// A document format that Concord reads.
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
            return Self::Docx;
        }
        let extension = path.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
        match extension.as_deref() {
            Some("md" | "markdown" | "mdown" | "mkd") => Self::Markdown,
            Some("html" | "htm" | "xhtml") => Self::Html,
            Some("pdf") => Self::Pdf,
            Some("docx" | "docm") => Self::Docx,
            Some(_) | None if looks_like_html(head) => Self::Html,
            Some(_) | None => Self::Text,
        }
    }
}

fn looks_like_html(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("<!doctype html")
        || text.starts_with("<html")
        || text.starts_with("<?xml") && text.contains("<html")
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
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
        assert_eq!(Format::detect("a.MD", b"# Title"), Format::Markdown);
        assert_eq!(Format::detect("a.asp", b"<!DOCTYPE html><p>"), Format::Html);
        assert_eq!(Format::detect("a", b"Text"), Format::Text);
    }
}
