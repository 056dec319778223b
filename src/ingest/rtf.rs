//! RTF: paragraphs, headings by outline level, list markers as text, tables.
//!
//! Leaves out headers, footers, notes, pictures, and hidden or deleted text.

use encoding_rs::Encoding;

use super::{
    Error,
    cells::Table,
    lines::{LineCollector, append},
};
use crate::domain::{Document, DocumentId, LineRole};

/// Deepest nesting of groups that is followed; text in deeper ones is left out.
const MAX_DEPTH: usize = 2_000;

/// The document in the bytes of an RTF file.
pub(super) fn read(id: DocumentId, path: String, bytes: &[u8]) -> Result<Document, Error> {
    let mut reader = Reader { rest: bytes, ..Reader::default() };
    reader.read()?;
    reader.lines.document(id, path, None)
}

/// What holds until the group ends.
#[derive(Debug, Clone, Copy)]
struct State {
    skipping: bool,
    hidden: bool,
    bold: bool,
    /// How many characters stand in for one in Unicode.
    fallback: usize,
}

impl Default for State {
    fn default() -> Self {
        Self { skipping: false, hidden: false, bold: false, fallback: 1 }
    }
}

#[derive(Debug)]
struct Reader<'a> {
    rest: &'a [u8],
    lines: LineCollector,
    state: State,
    stack: Vec<State>,
    /// Groups that are open beyond [`MAX_DEPTH`].
    deeper: usize,
    encoding: &'static Encoding,
    /// Bytes in that encoding that wait for the rest of their character.
    bytes: Vec<u8>,
    /// Characters to skip after one in Unicode.
    to_skip: usize,
    line: String,
    /// Bytes at the start of the line that are in bold.
    bold: usize,
    heading: Option<u8>,
    in_table: bool,
    table: Option<Table>,
}

impl Default for Reader<'_> {
    fn default() -> Self {
        Self {
            rest: &[],
            lines: LineCollector::default(),
            state: State::default(),
            stack: Vec::new(),
            deeper: 0,
            encoding: encoding_rs::WINDOWS_1252,
            bytes: Vec::new(),
            to_skip: 0,
            line: String::new(),
            bold: 0,
            heading: None,
            in_table: false,
            table: None,
        }
    }
}

/// Groups whose text is not part of the document.
const SKIPPED: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "footnote",
    "annotation",
    "atnid",
    "atnauthor",
    "object",
    "fldinst",
    "listtable",
    "listoverridetable",
    "generator",
    "xmlnstbl",
    "themedata",
    "nonshppict",
    "bkmkstart",
    "bkmkend",
    "datastore",
    "latentstyles",
    "rsidtbl",
    "xe",
    "tc",
    "txe",
];

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Error> {
        while let Some((&first, rest)) = self.rest.split_first() {
            self.rest = rest;
            match first {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => self.control()?,
                b'\r' | b'\n' => {}
                byte => self.byte(byte),
            }
        }
        self.paragraph()?;
        self.close_table()
    }

    fn open(&mut self) {
        self.decode();
        if self.stack.len() < MAX_DEPTH {
            self.stack.push(self.state);
        } else {
            self.deeper += 1;
        }
        self.to_skip = 0;
    }

    fn close(&mut self) {
        self.decode();
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.state = self.stack.pop().unwrap_or_default();
        }
        self.to_skip = 0;
    }

    /// Whether text at this point is text that a reader sees.
    fn is_seen(&self) -> bool {
        !self.state.skipping && !self.state.hidden && self.deeper == 0
    }

    fn byte(&mut self, byte: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if self.is_seen() {
            self.bytes.push(byte);
        }
    }

    fn decode(&mut self) {
        if !self.bytes.is_empty() {
            let (text, _) = self.encoding.decode_without_bom_handling(&self.bytes);
            append(&mut self.line, &mut self.bold, &text, self.state.bold);
            self.bytes.clear();
        }
    }

    fn text(&mut self, text: &str) {
        self.decode();
        if self.is_seen() {
            append(&mut self.line, &mut self.bold, text, self.state.bold);
        }
    }

    /// Reads what follows a backslash.
    fn control(&mut self) -> Result<(), Error> {
        let Some((&first, rest)) = self.rest.split_first() else { return Ok(()) };
        if !first.is_ascii_alphabetic() {
            self.rest = rest;
            return self.symbol(first);
        }
        let letters = self.rest.iter().take_while(|b| b.is_ascii_alphabetic()).take(32).count();
        let (word, rest) = self.rest.split_at(letters);
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[sign..].iter().take_while(|b| b.is_ascii_digit()).take(10).count();
        let end = if digits > 0 { sign + digits } else { 0 };
        let value = std::str::from_utf8(&rest[..end]).ok().and_then(|v| v.parse::<i64>().ok());
        self.rest = rest[end..].strip_prefix(b" ").unwrap_or(&rest[end..]);
        let word = std::str::from_utf8(word).unwrap_or_default();
        self.word(word, value)
    }

    fn symbol(&mut self, symbol: u8) -> Result<(), Error> {
        match symbol {
            b'\'' => {
                let hex = self.rest.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    self.rest = &self.rest[2..];
                    self.byte(byte);
                }
            }
            b'*' => self.state.skipping = true,
            b'~' => self.text("\u{a0}"),
            b'_' => self.text("-"),
            b'\\' | b'{' | b'}' => self.byte(symbol),
            b'\r' | b'\n' => self.paragraph()?,
            _ => {}
        }
        Ok(())
    }

    fn word(&mut self, word: &str, value: Option<i64>) -> Result<(), Error> {
        let is_on = value != Some(0);
        match word {
            // The text of a shape or of a list marker, though its group is marked as optional.
            "shptxt" => self.state.skipping = false,
            _ if SKIPPED.contains(&word) => self.state.skipping = true,
            "par" | "sect" | "page" if self.is_seen() => self.paragraph()?,
            "line" | "tab" => self.text(" "),
            "pard" => (self.heading, self.in_table) = (None, false),
            "intbl" => self.in_table = true,
            "outlinelevel" => {
                let level = value.filter(|level| (0..9).contains(level));
                self.heading = level.map(|level| level as u8 + 1);
            }
            "cell" if self.is_seen() => self.cell(),
            "row" => {
                if let Some(table) = &mut self.table {
                    table.close_row();
                }
            }
            "v" | "deleted" => {
                self.decode();
                self.state.hidden = is_on;
            }
            "b" => {
                self.decode();
                self.state.bold = is_on;
            }
            "plain" => {
                self.decode();
                (self.state.hidden, self.state.bold) = (false, false);
            }
            "uc" => self.state.fallback = value.unwrap_or(1).clamp(0, 16) as usize,
            "u" => self.unicode(value.unwrap_or(0)),
            "ansicpg" => self.encoding = encoding(value.unwrap_or(1252)),
            "mac" => self.encoding = encoding_rs::MACINTOSH,
            "bin" => {
                let length = value.unwrap_or(0).max(0) as usize;
                self.rest = self.rest.get(length..).unwrap_or_default();
            }
            _ => {
                if let Some(sign) = sign(word) {
                    self.text(sign);
                }
            }
        }
        Ok(())
    }

    /// A character by its number, which may be written as a negative one, and in two halves.
    fn unicode(&mut self, number: i64) {
        let unit = number.rem_euclid(0x1_0000) as u32;
        self.to_skip = 0;
        match char::from_u32(unit) {
            Some(c) => self.text(c.encode_utf8(&mut [0; 4])),
            // Half of a sign beyond the first 65,536: none of them is a letter that matters here.
            None => self.text(" "),
        }
        self.to_skip = self.state.fallback;
    }

    fn cell(&mut self) {
        self.decode();
        self.bold = 0;
        let text = std::mem::take(&mut self.line);
        let table = self.table.get_or_insert_default();
        if text.trim().is_empty() {
            table.open_empty();
        } else {
            table.line(text, LineRole::Paragraph);
        }
        table.close_cell();
    }

    fn paragraph(&mut self) -> Result<(), Error> {
        self.decode();
        let (text, bold) = (std::mem::take(&mut self.line), std::mem::take(&mut self.bold));
        if self.in_table {
            if !text.trim().is_empty() {
                self.table.get_or_insert_default().line(text, LineRole::Paragraph);
            }
            return Ok(());
        }
        self.close_table()?;
        match self.heading {
            Some(level) => self.lines.push(&text, None, LineRole::Heading(level)),
            None => self.lines.push_bold(&text, bold, None, LineRole::Paragraph),
        }
    }

    fn close_table(&mut self) -> Result<(), Error> {
        for (line, role) in self.table.take().map(Table::finish).unwrap_or_default() {
            self.lines.push(&line, None, role)?;
        }
        Ok(())
    }
}

/// The sign that a control word stands for.
fn sign(word: &str) -> Option<&'static str> {
    Some(match word {
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "endash" => "–",
        "emdash" => "—",
        "bullet" => "•",
        "emspace" | "enspace" => " ",
        _ => return None,
    })
}

/// The character set of a Windows code page.
fn encoding(page: i64) -> &'static Encoding {
    let label = match page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        65_001 => "utf-8".to_owned(),
        page => format!("windows-{page}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rtf: &str) -> Vec<(String, LineRole)> {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = read(id, "d.rtf".into(), rtf.as_bytes()).unwrap();
        document.lines().iter().map(|l| (document.slice(l.span).to_owned(), l.role)).collect()
    }

    #[test]
    fn paragraphs_headings_and_tables_are_read() {
        let rtf = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator X;}{\header Page}
            \pard\outlinelevel1 Asks\par\pard {\listtext 1.\tab}Caf\'e9s \u8211?{\v not seen} open.\par
            \trowd\intbl Who\cell\cell What\cell\row\pard End\par}";
        let expected = [
            ("Asks", LineRole::Heading(2)),
            ("1. Cafés – open.", LineRole::Paragraph),
            ("Who | | What", LineRole::Row),
            ("End", LineRole::Paragraph),
        ];
        let expected: Vec<_> = expected.iter().map(|(t, r)| ((*t).to_owned(), *r)).collect();
        assert_eq!(lines(rtf), expected);
    }

    #[test]
    fn a_file_that_breaks_off_or_nests_deep_is_no_harm() {
        let deep = format!("{{\\rtf1 {}a\\par", "{".repeat(100_000));
        assert!(
            read(DocumentId::try_from("d".to_owned()).unwrap(), "d".into(), deep.as_bytes())
                .is_err()
        );
        assert_eq!(lines("{\\rtf1 Act.\\"), [("Act.".to_owned(), LineRole::Paragraph)]);
    }
}
