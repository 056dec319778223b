//! Collects the lines of a format with markup.

use super::{Error, cells::Lines};
use crate::domain::{Document, DocumentId, LineRole};

/// Most text that a document may unpack to, in bytes; a zip or page with more is a bomb.
pub(super) const MAX_TEXT_BYTES: usize = 256 << 20;

/// Appends text to a line, of which the first `bold` bytes are in bold; the beginning in bold grows while all is.
pub(super) fn append(line: &mut String, bold: &mut usize, text: &str, is_bold: bool) {
    // Blanks are often left out of the bold, and belong to it as to anything else.
    let all_bold = line[*bold..].trim().is_empty();
    line.push_str(text);
    if is_bold && all_bold {
        *bold = line.len();
    }
}

/// Lines collected so far.
#[derive(Debug, Default)]
pub(super) struct LineCollector {
    lines: Vec<(String, Option<u32>, LineRole)>,
    bytes: usize,
    /// Lines that begin in bold, and how many bytes of them.
    bold: Vec<(usize, usize)>,
}

impl LineCollector {
    /// Adds a line with white space collapsed; skips a blank one.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MAX_TEXT_BYTES`].
    pub(super) fn push(
        &mut self,
        text: &str,
        page: Option<u32>,
        role: LineRole,
    ) -> Result<(), Error> {
        let mut clean = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !clean.is_empty() {
                clean.push(' ');
            }
            clean.push_str(word);
        }
        if clean.trim().is_empty() {
            return Ok(());
        }
        self.bytes += clean.len() + 1;
        if self.bytes > MAX_TEXT_BYTES {
            return Err(Error::TooLarge { limit_mb: MAX_TEXT_BYTES >> 20 });
        }
        self.lines.push((clean, page, role));
        Ok(())
    }

    /// Adds a line whose first `bold` bytes are printed in bold.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub(super) fn push_bold(
        &mut self,
        text: &str,
        bold: usize,
        page: Option<u32>,
        role: LineRole,
    ) -> Result<(), Error> {
        let before = self.lines.len();
        self.push(text, page, role)?;
        let words: Vec<&str> =
            text.get(..bold).map(|text| text.split_whitespace().collect()).unwrap_or_default();
        if self.lines.len() > before && !words.is_empty() {
            self.bold.push((before, words.join(" ").len()));
        }
        Ok(())
    }

    /// Adds a blank line, which separates the next line from the last.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|(text, _, _)| !text.is_empty()) {
            self.lines.push((String::new(), None, LineRole::Unmarked));
        }
    }

    /// Adds the lines of a table, apart from those of a table right before it.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub(super) fn table(&mut self, lines: Lines) -> Result<(), Error> {
        let is_row = |role| role == Some(LineRole::Row);
        if is_row(self.lines.last().map(|line| line.2)) && is_row(lines.first().map(|line| line.1))
        {
            self.gap();
        }
        lines.into_iter().try_for_each(|(line, role)| self.push(&line, None, role))
    }

    /// The document made of the collected lines.
    pub(super) fn document(
        self,
        id: DocumentId,
        path: String,
        title: Option<String>,
    ) -> Result<Document, Error> {
        if self.lines.iter().all(|(text, _, _)| text.is_empty()) {
            return Err(Error::Decode(super::DecodeError::Empty));
        }
        let lines = self.lines.iter().map(|(text, page, role)| (text.as_str(), *page, *role));
        let mut document = Document::marked(id, path, lines).with_bold(self.bold);
        document.title = title;
        Ok(document)
    }
}
