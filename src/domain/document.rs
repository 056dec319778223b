//! A source document as text with lines and pages.

use serde::{Deserialize, Serialize};

use super::{Agency, DocumentId, Problem};

/// A half-open byte range of [`Document::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// The parts before and after byte `at` of the document, which lies in the span or at its end.
    #[must_use]
    pub fn split_at(self, at: usize) -> (Self, Self) {
        (Self { end: at, ..self }, Self { start: at, ..self })
    }

    /// Whether it covers nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// One line of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where the line stands, without its line break.
    pub span: Span,
    /// 1-based page, if the format has pages.
    pub page: Option<u32>,
    /// The line's role according to the format; plain text gives none.
    pub role: LineRole,
    /// Bytes at its start that are printed in bold, if the format says so.
    pub bold: usize,
}

/// What a format with markup says about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineRole {
    /// The format does not say.
    #[default]
    Unmarked,
    /// A heading; level 1 is the highest.
    Heading(u8),
    /// The first line of a list item; level 1 is the outermost list.
    ListItem(u8),
    /// The first line of a paragraph.
    Paragraph,
    /// Continues the line before, in the same paragraph or item.
    Continued,
    /// A row of a table, with its cells separated by `|`.
    Row,
    /// Part of a footnote or endnote.
    Note,
    /// Running head, foot or page number.
    Furniture,
}

/// A source document: its decoded text, and the positions of its lines and pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its id in the corpus.
    pub id: DocumentId,
    /// The path as the user gave it, for messages and sources.
    pub path: String,
    /// Title, if the format or the corpus states one.
    pub title: Option<String>,
    /// The body or person that its metadata name as publisher or author.
    pub issuer: Option<String>,
    /// Lines outside its text that may name the publisher, in the order of the file: running heads and feet, the
    /// foot of a web page, the name of a site.
    pub imprints: Vec<String>,
    /// The one body that speaks throughout the document, if the user named it.
    pub agency: Option<Agency>,
    /// Year of publication, if known.
    pub year: Option<i32>,
    /// Problems met in reading it.
    pub problems: Vec<Problem>,
    text: String,
    lines: Vec<Line>,
}

impl Document {
    /// A document of plain text without pages; lines end at `\n`, and a `\r` before it is left out.
    #[must_use]
    pub fn plain(id: DocumentId, path: String, text: String) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for piece in text.split_inclusive('\n') {
            let content = piece.trim_end_matches(['\n', '\r']);
            let span = Span { start, end: start + content.len() };
            lines.push(Line { span, page: None, role: LineRole::Unmarked, bold: 0 });
            start += piece.len();
        }
        Self::of(id, path, text, lines)
    }

    /// A document whose format gives the role of each line: a line is a text, its page and its role.
    ///
    /// A line break within a line becomes a space.
    #[must_use]
    pub fn marked<'a>(
        id: DocumentId,
        path: String,
        parts: impl IntoIterator<Item = (&'a str, Option<u32>, LineRole)>,
    ) -> Self {
        let mut text = String::new();
        let mut lines = Vec::new();
        for (content, page, role) in parts {
            let start = text.len();
            text.extend(content.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
            lines.push(Line { span: Span { start, end: text.len() }, page, role, bold: 0 });
            text.push('\n');
        }
        Self::of(id, path, text, lines)
    }

    fn of(id: DocumentId, path: String, text: String, lines: Vec<Line>) -> Self {
        let (title, issuer, agency, year) = (None, None, None, None);
        let (imprints, problems) = (Vec::new(), Vec::new());
        Self { id, path, title, issuer, imprints, agency, year, problems, text, lines }
    }

    /// The same document with roles from `mark`: for each line, the bytes of markup at its start and a
    /// role.
    ///
    /// If there are more bytes than the line has, the line becomes empty. If they would cut a character
    /// in two, the line stays whole.
    #[must_use]
    pub fn with_roles(mut self, mut mark: impl FnMut(&str) -> (usize, LineRole)) -> Self {
        for line in &mut self.lines {
            let text = &self.text[line.span.start..line.span.end];
            let (skip, role) = mark(text);
            if skip >= text.len() || text.is_char_boundary(skip) {
                line.span.start += skip.min(text.len());
            }
            line.role = role;
        }
        self
    }

    /// The same document with the bold beginnings of lines: the number of a line, 0-based, and the bytes.
    ///
    /// Bytes that a line does not have are ignored, and so are lines that the document does not have.
    #[must_use]
    pub fn with_bold(mut self, beginnings: impl IntoIterator<Item = (usize, usize)>) -> Self {
        for (number, bytes) in beginnings {
            if let Some(line) = self.lines.get_mut(number) {
                let bytes = bytes.min(line.span.len());
                let fits = self.text.is_char_boundary(line.span.start + bytes);
                line.bold = if fits { bytes } else { 0 };
            }
        }
        self
    }

    /// The decoded text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines, in order.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The text of a span of this document.
    ///
    /// # Panics
    /// If `span` was made for another document and lies outside this one or cuts a character in two.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }

    /// The text of line `number`, 0-based; `None` past the end.
    #[must_use]
    pub fn line(&self, number: usize) -> Option<&str> {
        self.lines.get(number).map(|line| self.slice(line.span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_slice_back_to_the_text() {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = Document::plain(id, "d.txt".into(), "eins\r\nzwei\n\ndrei".into());
        let lines: Vec<_> = (0..5).map(|n| document.line(n)).collect();
        assert_eq!(lines, [Some("eins"), Some("zwei"), Some(""), Some("drei"), None]);
    }
}
