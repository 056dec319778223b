//! OpenDocument texts: headings, paragraphs, lists with their numbers, tables.
//!
//! Leaves out notes, comments and tracked changes.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    Error, Format,
    archive::Archive,
    cells::Table,
    lines::{LineCollector, append},
    xml::{attribute, entity},
};
use crate::domain::{Document, DocumentId, LineRole};

/// The document in the bytes of an OpenDocument text.
pub(super) fn read(id: DocumentId, path: String, bytes: &[u8]) -> Result<Document, Error> {
    let mut archive = Archive::open(bytes, Format::Odt)?;
    let styles = archive.part("styles.xml")?;
    let text = archive.needed("content.xml")?;
    let mut body = Body::default();
    if let Some(styles) = styles {
        // Only its list styles are read: a page header is no text.
        body.in_text = false;
        body.read(&styles)?;
    }
    body.read(&text)?;
    body.lines.document(id, path, None)
}

/// A level of a list: how it counts; a bullet if it does not.
#[derive(Debug, Clone, Default)]
struct Level {
    format: String,
    prefix: String,
    suffix: String,
    start: u32,
}

/// A list that is open.
#[derive(Debug, Default)]
struct List {
    style: String,
    count: u32,
}

/// A paragraph that is open.
#[derive(Debug, Default)]
struct Open {
    line: String,
    /// Bytes at its start that are in bold.
    bold: usize,
    heading: Option<u8>,
}

#[derive(Debug, Default)]
struct Body {
    lines: LineCollector,
    /// List styles: name, then level from 1.
    styles: BTreeMap<String, BTreeMap<usize, Level>>,
    style: String,
    lists: Vec<List>,
    /// The number that the last list of a style reached, for a list that goes on.
    counts: BTreeMap<String, u32>,
    /// The marker that waits for the text of its item.
    marker: Option<String>,
    in_item: bool,
    /// The style that is being read, and those of bold text.
    text_style: String,
    bold_styles: BTreeSet<String>,
    /// Whether each of the open spans and paragraphs is bold.
    spans: Vec<bool>,
    /// Paragraphs around the open one: text frames stand in paragraphs.
    open: Vec<Open>,
    table: Table,
    tables: usize,
    /// Whether the reader is in the text of the document.
    in_text: bool,
    skipping: usize,
}

/// Elements whose text is not part of the document.
const SKIPPED: [&str; 4] = ["note", "annotation", "tracked-changes", "ruby-text"];

impl Body {
    fn read(&mut self, xml: &str) -> Result<(), Error> {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = false;
        loop {
            let event = reader.read_event();
            let event = event
                .map_err(|error| Error::Damaged { format: Format::Odt, what: error.to_string() })?;
            match event {
                Event::Start(tag) => self.start(&tag),
                Event::Empty(tag) => {
                    self.start(&tag);
                    let name = tag.local_name();
                    self.end(name.as_ref())?;
                }
                Event::End(tag) => self.end(tag.local_name().as_ref())?,
                Event::Text(text) => self.text(&text),
                Event::GeneralRef(name) => {
                    if let Some(c) = entity(&name) {
                        self.text(c.encode_utf8(&mut [0; 4]));
                    }
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn text(&mut self, text: &str) {
        let is_bold = self.spans.last().copied().unwrap_or(false);
        let seen = self.in_text && self.skipping == 0;
        if let Some(open) = self.open.last_mut().filter(|_| seen) {
            append(&mut open.line, &mut open.bold, text, is_bold);
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let value = |name: &str| attribute(tag, name).unwrap_or_default();
        let number = |name: &str| attribute(tag, name).and_then(|n| n.parse().ok()).unwrap_or(1);
        match tag.local_name().as_ref() {
            name if SKIPPED.contains(&name) => self.skipping += 1,
            _ if self.skipping > 0 => {}
            "text" if tag.name().as_ref() == "office:text" => self.in_text = true,
            "list-style" => self.style = value("name"),
            "list-level-style-number" => {
                let level = Level {
                    format: value("num-format"),
                    prefix: value("num-prefix"),
                    suffix: value("num-suffix"),
                    start: number("start-value") as u32,
                };
                self.styles.entry(self.style.clone()).or_default().insert(number("level"), level);
            }
            "list" if self.in_text => self.open_list(tag),
            "list-item" if self.in_text => self.open_item(attribute(tag, "start-value")),
            "style" => self.text_style = value("name"),
            "text-properties" if is_bold(&value("font-weight")) => {
                self.bold_styles.insert(self.text_style.clone());
            }
            name @ ("h" | "p" | "span") => {
                let outer = name == "span" && self.spans.last().copied().unwrap_or(false);
                self.spans.push(outer || self.bold_styles.contains(&value("style-name")));
                if name != "span" {
                    let level = || number("outline-level").min(9) as u8;
                    let heading = (name == "h").then(level);
                    self.open.push(Open { heading, ..Open::default() });
                }
            }
            "s" => self.text(&" ".repeat(number("c").min(80))),
            "tab" | "line-break" => self.text(" "),
            "table" if self.in_text => self.tables += 1,
            "table-cell" if self.tables == 1 => {
                self.table
                    .open_cell(number("number-columns-spanned"), number("number-rows-spanned"));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Error> {
        match name {
            name if SKIPPED.contains(&name) => self.skipping = self.skipping.saturating_sub(1),
            _ if self.skipping > 0 => {}
            "list" => self.close_list(),
            "list-item" => {
                self.marker = None;
                self.in_item = false;
            }
            "span" => {
                self.spans.pop();
            }
            "h" | "p" => {
                self.spans.pop();
                if let Some(open) = self.open.pop() {
                    self.line(&open)?;
                }
            }
            "table-cell" if self.tables == 1 => self.table.close_cell(),
            "table-row" if self.tables == 1 => self.table.close_row(),
            "table" if self.in_text => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.lines.table(std::mem::take(&mut self.table).finish())?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn open_list(&mut self, tag: &BytesStart<'_>) {
        // A list inside a list has the style of the outer one, unless it names another.
        let outer = self.lists.last().map(|list| list.style.clone()).unwrap_or_default();
        let style = attribute(tag, "style-name").unwrap_or(outer);
        let goes_on = attribute(tag, "continue-numbering").is_some_and(|value| value == "true")
            || attribute(tag, "continue-list").is_some();
        let level = self.lists.len() + 1;
        let start = self.styles.get(&style).and_then(|levels| levels.get(&level));
        let start = start.map_or(1, |level| level.start.max(1)) - 1;
        let known = self.counts.get(&style).copied().filter(|_| goes_on && self.lists.is_empty());
        self.lists.push(List { style, count: known.unwrap_or(start) });
    }

    fn close_list(&mut self) {
        if let Some(list) = self.lists.pop().filter(|_| self.lists.is_empty()) {
            self.counts.insert(list.style, list.count);
        }
    }

    fn open_item(&mut self, start: Option<String>) {
        let level = self.lists.len();
        let Some(list) = self.lists.last_mut() else { return };
        list.count = match start.and_then(|start| start.parse().ok()) {
            Some(start) => start,
            None => list.count.saturating_add(1),
        };
        let shape = self.styles.get(&list.style).and_then(|levels| levels.get(&level));
        let marker = match shape.filter(|shape| !shape.format.is_empty()) {
            Some(shape) => {
                format!(
                    "{}{}{}",
                    shape.prefix,
                    super::counted(&shape.format, list.count),
                    shape.suffix
                )
            }
            None => "-".to_owned(),
        };
        self.marker = Some(marker);
        self.in_item = true;
    }

    fn line(&mut self, open: &Open) -> Result<(), Error> {
        let (text, heading) = (open.line.as_str(), open.heading);
        if !self.in_text || text.trim().is_empty() {
            return Ok(());
        }
        let depth = self.lists.len().clamp(1, 60) as u8;
        let (line, role) = match (heading, self.marker.take()) {
            (Some(level), _) => (text.to_owned(), LineRole::Heading(level)),
            (None, Some(marker)) => (format!("{marker} {text}"), LineRole::ListItem(depth)),
            (None, None) if self.in_item => (text.to_owned(), LineRole::Continued),
            (None, None) => (text.to_owned(), LineRole::Paragraph),
        };
        if self.tables > 0 {
            self.table.line(line, role);
            return Ok(());
        }
        let bold = if role == LineRole::Paragraph { open.bold } else { 0 };
        self.lines.push_bold(&line, bold, None, role)
    }
}

/// Whether a font weight is bold: "bold", "700".
fn is_bold(weight: &str) -> bool {
    weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    #[test]
    fn headings_lists_and_tables_are_read() {
        let content = r#"<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b">
            <office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-number text:level="1"
            style:num-format="1" style:num-suffix="."/></text:list-style></office:automatic-styles>
            <office:body><office:text><text:h text:outline-level="2">Asks</text:h>
            <text:list text:style-name="L1"><text:list-item><text:p>Buy salt<text:note><text:p>1</text:p></text:note> &amp; sand.</text:p>
            <text:list><text:list-item><text:p>Fine.</text:p></text:list-item></text:list></text:list-item>
            <text:list-item><text:p>Clear<text:s/>roads.</text:p></text:list-item></text:list>
            <table:table><table:table-row><table:table-cell/><table:table-cell><text:p>What</text:p></table:table-cell>
            </table:table-row></table:table></office:text></office:body></office:document-content>"#;
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = read(id, "d.odt".into(), &bytes).unwrap();
        let lines: Vec<_> =
            document.lines().iter().map(|l| (document.slice(l.span), l.role)).collect();
        let expected = [
            ("Asks", LineRole::Heading(2)),
            ("1. Buy salt & sand.", LineRole::ListItem(1)),
            ("- Fine.", LineRole::ListItem(2)),
            ("2. Clear roads.", LineRole::ListItem(1)),
            ("| What", LineRole::Row),
        ];
        assert_eq!(lines, expected);
    }
}
