//! Word documents: paragraphs, headings by style, tables, and lists with the numbers that Word prints.
//!
//! Leaves out headers, footers, footnotes, comments, deleted text and duplicates of text boxes.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Error, lines::LineCollector};
use crate::domain::{Document, DocumentId, LineRole};

/// Most bytes that one part of the file may unpack to.
const MAX_PART_BYTES: u64 = 256 << 20;

/// The document in the bytes of a Word file.
pub(super) fn read(id: DocumentId, path: String, bytes: &[u8]) -> Result<Document, Error> {
    let damaged =
        |what: &str| Error::Damaged { format: super::Format::Docx, what: what.to_owned() };
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e.to_string()))?;
    let text = part(&mut archive, "word/document.xml")?
        .ok_or_else(|| damaged("it has no `word/document.xml`"))?;
    let styles = part(&mut archive, "word/styles.xml")?.map(|xml| styles(&xml)).unwrap_or_default();
    let numbering =
        part(&mut archive, "word/numbering.xml")?.map(|xml| numbering(&xml)).unwrap_or_default();
    let mut body = Body { styles, numbering, ..Body::default() };
    body.read(&text)?;
    body.lines.document(id, path, body.title)
}

/// One part of the archive, unpacked up to the limit; `None` if it is missing.
fn part(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Error> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    let mut out = Vec::new();
    let read = file.take(MAX_PART_BYTES + 1).read_to_end(&mut out);
    read.map_err(|e| Error::Damaged { format: super::Format::Docx, what: e.to_string() })?;
    if out.len() as u64 > MAX_PART_BYTES {
        return Err(Error::TooLarge { limit_mb: (MAX_PART_BYTES >> 20) as usize });
    }
    Ok(Some(String::from_utf8_lossy(&out).into_owned()))
}

/// The properties of a paragraph style.
#[derive(Debug, Default, Clone)]
struct Style {
    heading: Option<u8>,
    title: bool,
    numbering: Option<(String, u8)>,
}

/// A list level: its number format, the text around its number ("%1.%2"), and its first number.
#[derive(Debug, Default, Clone)]
struct Level {
    format: String,
    text: String,
    start: u32,
}

#[derive(Debug, Default)]
struct Numbering {
    /// Levels of each abstract list.
    lists: BTreeMap<String, BTreeMap<u8, Level>>,
    /// The abstract list of each list.
    numbers: BTreeMap<String, String>,
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

/// Calls `each` with every start or empty tag and its local name.
fn tags(xml: &str, mut each: impl FnMut(&str, &BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                each(tag.local_name().as_ref(), &tag);
            }
            Event::Eof => break,
            _ => {}
        }
    }
}

fn styles(xml: &str) -> BTreeMap<String, Style> {
    let mut out: BTreeMap<String, Style> = BTreeMap::new();
    let mut id = String::new();
    tags(xml, |name, tag| {
        if name == "style" {
            id = attribute(tag, "styleId").unwrap_or_default();
        }
        let value = attribute(tag, "val").unwrap_or_default();
        let style = out.entry(id.clone()).or_default();
        match name {
            "name" => {
                let lower = value.to_lowercase();
                style.title |= lower == "title";
                let level = lower.strip_prefix("heading ").and_then(|n| n.parse().ok());
                style.heading = style.heading.or(level);
            }
            "outlineLvl" => {
                let level = value.parse().ok().filter(|&l: &u8| l < 9).map(|l| l + 1);
                style.heading = style.heading.or(level);
            }
            "numId" => style.numbering = Some((value, style.numbering.as_ref().map_or(0, |n| n.1))),
            "ilvl" => {
                let list = style.numbering.as_ref().map(|n| n.0.clone()).unwrap_or_default();
                style.numbering = Some((list, value.parse().unwrap_or(0)));
            }
            _ => {}
        }
    });
    out
}

fn numbering(xml: &str) -> Numbering {
    let mut out = Numbering::default();
    let (mut list, mut level, mut number) = (String::new(), 0_u8, String::new());
    tags(xml, |name, tag| {
        let value = attribute(tag, "val").unwrap_or_default();
        match name {
            "abstractNum" => list = attribute(tag, "abstractNumId").unwrap_or_default(),
            "num" => number = attribute(tag, "numId").unwrap_or_default(),
            "lvl" => level = attribute(tag, "ilvl").and_then(|l| l.parse().ok()).unwrap_or(0),
            "abstractNumId" => {
                out.numbers.insert(number.clone(), value);
            }
            "numFmt" | "lvlText" | "start" => {
                let entry = out.lists.entry(list.clone()).or_default().entry(level).or_default();
                match name {
                    "numFmt" => entry.format = value,
                    "lvlText" => entry.text = value,
                    _ => entry.start = value.parse().unwrap_or(1),
                }
            }
            _ => {}
        }
    });
    out
}

#[derive(Debug, Default)]
struct Body {
    lines: LineCollector,
    styles: BTreeMap<String, Style>,
    numbering: Numbering,
    title: Option<String>,
    /// The current number of each level of each list.
    counts: BTreeMap<String, BTreeMap<u8, u32>>,
    line: String,
    style: String,
    list: Option<(String, u8)>,
    row: Vec<String>,
    tables: usize,
    /// Whether the reader is inside `w:t`.
    in_text: bool,
    skipping: usize,
}

impl Body {
    fn read(&mut self, xml: &str) -> Result<(), Error> {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = false;
        loop {
            let event = reader.read_event().map_err(|error| Error::Damaged {
                format: super::Format::Docx,
                what: error.to_string(),
            })?;
            match event {
                Event::Start(tag) => self.start(&tag),
                Event::Empty(tag) => self.empty(&tag),
                Event::End(tag) => self.end(tag.local_name().as_ref())?,
                Event::Text(text) if self.in_text && self.skipping == 0 => {
                    self.line.push_str(&text);
                }
                Event::GeneralRef(name) if self.in_text && self.skipping == 0 => self.entity(&name),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn entity(&mut self, text: &str) {
        let number = text.strip_prefix('#').and_then(|n| match n.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => n.parse().ok(),
        });
        match (text, number.and_then(char::from_u32)) {
            (_, Some(c)) => self.line.push(c),
            ("amp", None) => self.line.push('&'),
            ("lt", None) => self.line.push('<'),
            ("gt", None) => self.line.push('>'),
            ("quot", None) => self.line.push('"'),
            ("apos", None) => self.line.push('\''),
            _ => {}
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "t" => self.in_text = true,
            // `mc:Choice` holds the same text as its fallback; deleted text is not part of the document.
            "Fallback" | "del" | "moveFrom" => self.skipping += 1,
            "p" => {
                self.style.clear();
                self.list = None;
            }
            "tbl" => self.tables += 1,
            _ => self.empty(tag),
        }
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        let value = || attribute(tag, "val").unwrap_or_default();
        match tag.local_name().as_ref() {
            "tab" | "br" | "cr" if self.skipping == 0 => self.line.push(' '),
            "noBreakHyphen" => self.line.push('-'),
            "pStyle" => self.style = value(),
            "numId" => self.list = Some((value(), self.list.as_ref().map_or(0, |l| l.1))),
            "ilvl" => {
                let list = self.list.as_ref().map(|l| l.0.clone()).unwrap_or_default();
                self.list = Some((list, value().parse().unwrap_or(0)));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Error> {
        match name {
            "t" => self.in_text = false,
            "Fallback" | "del" | "moveFrom" => self.skipping = self.skipping.saturating_sub(1),
            "p" => self.paragraph()?,
            "tr" => {
                let row = std::mem::take(&mut self.row).join(" | ");
                self.lines.push(&row, None, LineRole::Row)?;
            }
            "tbl" => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    fn paragraph(&mut self) -> Result<(), Error> {
        let text = std::mem::take(&mut self.line);
        if text.trim().is_empty() {
            return Ok(());
        }
        if self.tables > 0 {
            self.row.push(text.trim().to_owned());
            return Ok(());
        }
        let style = self.styles.get(&self.style).cloned().unwrap_or_default();
        if style.title && self.title.is_none() {
            self.title = Some(text.trim().to_owned());
        }
        let list = self
            .list
            .clone()
            .filter(|l| !l.0.is_empty())
            .or(style.numbering)
            .filter(|l| l.0 != "0");
        let marker = list.as_ref().and_then(|(list, level)| self.marker(list, *level));
        let (line, role) = match (style.heading, marker) {
            (Some(level), marker) => {
                (format!("{} {text}", marker.unwrap_or_default()), LineRole::Heading(level))
            }
            (None, Some(marker)) => {
                let depth = list.map_or(1, |l| l.1 + 1);
                (format!("{marker} {text}"), LineRole::ListItem(depth))
            }
            (None, None) => (text, LineRole::Paragraph),
        };
        self.lines.push(&line, None, role)
    }

    /// The number that Word prints before a paragraph; a dash for a bullet, `None` without a marker.
    fn marker(&mut self, list: &str, level: u8) -> Option<String> {
        let kind = self.numbering.numbers.get(list)?;
        let levels = self.numbering.lists.get(kind)?;
        let own = levels.get(&level)?;
        let counts = self.counts.entry(kind.clone()).or_default();
        counts.retain(|&l, _| l <= level);
        let count = counts.entry(level).or_insert_with(|| own.start.max(1).saturating_sub(1));
        *count = count.saturating_add(1);
        if own.format == "bullet" || own.format == "none" {
            return (own.format == "bullet").then(|| "-".to_owned());
        }
        let mut printed = own.text.clone();
        for (at, shape) in levels {
            let number = counts.get(at).copied().unwrap_or(1);
            printed = printed.replace(&format!("%{}", at + 1), &number_as(&shape.format, number));
        }
        Some(printed)
    }
}

fn number_as(format: &str, number: u32) -> String {
    let letter = || char::from(b'a' + ((number.max(1) - 1) % 26) as u8).to_string();
    match format {
        "lowerLetter" => letter(),
        "upperLetter" => letter().to_uppercase(),
        "lowerRoman" => super::roman(number),
        "upperRoman" => super::roman(number).to_uppercase(),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A Word file with the given parts.
    fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn id() -> DocumentId {
        DocumentId::try_from("d".to_owned()).unwrap()
    }

    #[test]
    fn paragraphs_lists_and_tables_are_read() {
        let body = r#"<w:document xmlns:w="w"><w:body>
            <w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>Asks</w:t></w:r></w:p>
            <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t>Buy salt</w:t></w:r><w:r><w:t> &amp; sand.</w:t></w:r></w:p>
            <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr><w:del><w:r><w:t>no</w:t></w:r></w:del><w:r><w:t>Clear roads.</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Who</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>What</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            </w:body></w:document>"#;
        let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="H"><w:name w:val="heading 1"/></w:style></w:styles>"#;
        let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/>
            <w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%1)"/></w:lvl></w:abstractNum>
            <w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>"#;
        let bytes = docx(&[
            ("word/document.xml", body),
            ("word/styles.xml", styles),
            ("word/numbering.xml", numbering),
        ]);
        let document = read(id(), "d.docx".into(), &bytes).unwrap();
        let lines: Vec<_> =
            document.lines().iter().map(|l| (document.slice(l.span), l.role)).collect();
        let expected = [
            ("Asks", LineRole::Heading(1)),
            ("(a) Buy salt & sand.", LineRole::ListItem(1)),
            ("(b) Clear roads.", LineRole::ListItem(1)),
            ("Who | What", LineRole::Row),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn another_zip_is_refused() {
        let error = read(id(), "d.docx".into(), &docx(&[("a.txt", "x")])).unwrap_err();
        assert_eq!(error.to_string(), "the DOCX file is damaged: it has no `word/document.xml`");
        assert!(read(id(), "d.docx".into(), b"PK\x03\x04").is_err());
    }
}
