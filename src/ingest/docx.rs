//! Word documents: paragraphs, headings by style, tables, and lists with the numbers that Word prints.
//!
//! Leaves out headers, footers, footnotes, comments, deleted and hidden text, and duplicates of text
//! boxes.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    Error,
    archive::Archive,
    cells::Table,
    lines::{LineCollector, append},
    xml::{attribute, entity},
};
use crate::domain::{Document, DocumentId, LineRole};

/// The document in the bytes of a Word file.
pub(super) fn read(id: DocumentId, path: String, bytes: &[u8]) -> Result<Document, Error> {
    let mut archive = Archive::open(bytes, super::Format::Docx)?;
    let text = archive.needed("word/document.xml")?;
    let styles = archive.part("word/styles.xml")?.map(|xml| styles(&xml)).unwrap_or_default();
    let numbering =
        archive.part("word/numbering.xml")?.map(|xml| numbering(&xml)).unwrap_or_default();
    let mut body = Body { styles, numbering, ..Body::default() };
    body.read(&text)?;
    let imprints = imprints(&mut archive)?;
    let mut document = body.lines.document(id, path, body.title)?;
    document.imprints = imprints;
    Ok(document)
}

/// Most running heads, and as many feet, that are looked at.
const MAX_RUNNING: usize = 6;

/// The lines of the running heads and feet, each once.
fn imprints(archive: &mut Archive<'_>) -> Result<Vec<String>, Error> {
    let mut lines: Vec<String> = Vec::new();
    for kind in ["header", "footer"] {
        for number in 1..=MAX_RUNNING {
            let part = archive.part(&format!("word/{kind}{number}.xml"))?;
            for line in part.iter().flat_map(|xml| paragraphs(xml)) {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    Ok(lines)
}

/// The text of each paragraph of a running head, without empty ones.
fn paragraphs(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut lines, mut line, mut in_text) = (Vec::new(), String::new(), false);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == "t" => in_text = true,
            Event::End(tag) if tag.local_name().as_ref() == "t" => in_text = false,
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "tab" => {
                line.push('\t');
            }
            Event::End(tag) if tag.local_name().as_ref() == "p" => {
                lines.push(std::mem::take(&mut line));
            }
            Event::Text(text) if in_text => line.push_str(&text),
            Event::GeneralRef(name) if in_text => line.extend(entity(&name)),
            Event::Eof => break,
            _ => {}
        }
    }
    lines.retain(|line| !line.trim().is_empty());
    lines
}

/// The properties of a paragraph style.
#[derive(Debug, Default, Clone)]
struct Style {
    heading: Option<u8>,
    title: bool,
    numbering: Option<(String, u8)>,
    hidden: bool,
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
    /// Numbers at which a level of a list starts anew.
    restarts: BTreeMap<(String, u8), u32>,
}

/// The key of the levels that a list defines for itself, beside those of its abstract list.
fn own_levels(number: &str) -> String {
    format!("list {number}")
}

/// Whether an on-off property is on: it is, unless its value says otherwise.
fn is_on(tag: &BytesStart<'_>) -> bool {
    attribute(tag, "val").is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off"))
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
            "vanish" => style.hidden |= is_on(tag),
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
            "num" => {
                number = attribute(tag, "numId").unwrap_or_default();
                list = own_levels(&number);
            }
            "startOverride" => {
                let value = value.parse().unwrap_or(1);
                out.restarts.insert((number.clone(), level), value);
            }
            "lvl" | "lvlOverride" => {
                level = attribute(tag, "ilvl").and_then(|l| l.parse().ok()).unwrap_or(0);
            }
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
#[expect(clippy::struct_excessive_bools, reason = "each is an open element or its property")]
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
    /// The open table, and how deep the tables in its cells are nested.
    table: Table,
    tables: usize,
    /// Whether the reader is inside `w:r`, and whether that run is hidden.
    in_run: bool,
    hidden: bool,
    /// Whether the run here is bold, and the bytes at the start of the line that are.
    in_bold: bool,
    bold: usize,
    /// Whether the reader is inside `w:t`.
    in_text: bool,
    skipping: usize,
    /// Levels whose number started anew already.
    restarted: BTreeSet<(String, u8)>,
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
                Event::Text(text) if self.is_seen() => self.add(&text),
                Event::GeneralRef(name) if self.is_seen() => {
                    self.add(&entity(&name).map(String::from).unwrap_or_default());
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Whether text at this point is text that a reader sees.
    fn is_seen(&self) -> bool {
        self.in_text && self.skipping == 0 && !self.hidden
    }

    fn add(&mut self, text: &str) {
        append(&mut self.line, &mut self.bold, text, self.in_bold);
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
            "tc" if self.tables == 1 => self.table.open_cell(1, 1),
            "r" => (self.in_run, self.hidden, self.in_bold) = (true, false, false),
            _ => self.empty(tag),
        }
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        let value = || attribute(tag, "val").unwrap_or_default();
        match tag.local_name().as_ref() {
            "tab" | "br" | "cr" if self.skipping == 0 => self.line.push(' '),
            "noBreakHyphen" => self.line.push('-'),
            "vanish" if self.in_run => self.hidden |= is_on(tag),
            "b" if self.in_run => self.in_bold = is_on(tag),
            "rStyle" if self.in_run => {
                self.hidden |= self.styles.get(&value()).is_some_and(|style| style.hidden);
            }
            "gridSpan" if self.tables == 1 => {
                self.table.span_columns(value().parse().unwrap_or(1));
            }
            "vMerge" if self.tables == 1 && value() != "restart" => self.table.go_on(),
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
            "r" => (self.in_run, self.hidden, self.in_bold) = (false, false, false),
            "tc" if self.tables == 1 => self.table.close_cell(),
            "tr" if self.tables == 1 => self.table.close_row(),
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.lines.table(std::mem::take(&mut self.table).finish())?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn paragraph(&mut self) -> Result<(), Error> {
        let (text, bold) = (std::mem::take(&mut self.line), std::mem::take(&mut self.bold));
        let style = self.styles.get(&self.style).cloned().unwrap_or_default();
        // In a table, a number may stand in a cell without any text.
        let is_blank = text.trim().is_empty();
        if style.hidden || is_blank && (self.tables == 0 || self.list.is_none()) {
            return Ok(());
        }
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
        if is_blank && marker.as_ref().is_none_or(|marker| marker == "-") {
            return Ok(());
        }
        let (line, role) = match (style.heading, marker) {
            (Some(level), marker) => {
                (format!("{} {text}", marker.unwrap_or_default()), LineRole::Heading(level))
            }
            (None, Some(marker)) => {
                let depth = list.map_or(1, |l| l.1.saturating_add(1));
                (format!("{marker} {text}"), LineRole::ListItem(depth))
            }
            (None, None) => (text, LineRole::Paragraph),
        };
        if self.tables > 0 {
            self.table.line(line, role);
            return Ok(());
        }
        let bold = if role == LineRole::Paragraph { bold } else { 0 };
        self.lines.push_bold(&line, bold, None, role)
    }

    /// The number that Word prints before a paragraph; a dash for a bullet, `None` without a marker.
    fn marker(&mut self, list: &str, level: u8) -> Option<String> {
        let kind = self.numbering.numbers.get(list)?;
        let mut levels = self.numbering.lists.get(kind).cloned().unwrap_or_default();
        levels.extend(self.numbering.lists.get(&own_levels(list)).cloned().unwrap_or_default());
        let own = levels.get(&level)?;
        let counts = self.counts.entry(kind.clone()).or_default();
        let place = (list.to_owned(), level);
        let anew =
            self.numbering.restarts.get(&place).filter(|_| self.restarted.insert(place.clone()));
        if let Some(first) = anew {
            counts.insert(level, first.saturating_sub(1));
        }
        counts.retain(|&l, _| l <= level);
        let count = counts.entry(level).or_insert_with(|| own.start.max(1).saturating_sub(1));
        *count = count.saturating_add(1);
        if own.format == "bullet" || own.format == "none" {
            return (own.format == "bullet").then(|| "-".to_owned());
        }
        let mut printed = own.text.clone();
        for (at, shape) in &levels {
            let number = counts.get(at).copied().unwrap_or(1);
            printed = printed.replace(&format!("%{}", at + 1), &number_as(&shape.format, number));
        }
        Some(printed)
    }
}

fn number_as(format: &str, number: u32) -> String {
    let first = match format {
        "lowerLetter" => "a",
        "upperLetter" => "A",
        "lowerRoman" => "i",
        "upperRoman" => "I",
        _ => "1",
    };
    super::counted(first, number)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

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
    fn running_heads_are_no_text_and_may_name_the_publisher() {
        let body = "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>Ships</w:t></w:r></w:p></w:body></w:document>";
        let head = |text: &str| {
            format!(
                "<w:hdr xmlns:w=\"w\"><w:p><w:r><w:t>{text}</w:t><w:tab/><w:t>No. 3</w:t></w:r></w:p><w:p/></w:hdr>"
            )
        };
        let (first, other) = (head("Road &amp; Rail Office"), head("Road &amp; Rail Office"));
        let bytes = docx(&[
            ("word/document.xml", body),
            ("word/header1.xml", &first),
            ("word/footer2.xml", &other),
        ]);
        let document = read(id(), "d.docx".into(), &bytes).unwrap();
        assert_eq!(
            (document.lines().len(), &document.imprints[..]),
            (1, &["Road & Rail Office\tNo. 3".to_owned()][..])
        );
    }

    /// The lines of a Word file with this body and numbering.
    fn lines(body: &str, numbering: &str) -> Vec<String> {
        let body = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
        let numbering = format!("<w:numbering xmlns:w=\"w\">{numbering}</w:numbering>");
        let bytes = docx(&[("word/document.xml", &body), ("word/numbering.xml", &numbering)]);
        let document = read(id(), "d.docx".into(), &bytes).unwrap();
        document.lines().iter().map(|line| document.slice(line.span).to_owned()).collect()
    }

    #[test]
    fn a_list_that_starts_anew_counts_from_there() {
        let item = |list: u8, text: &str| {
            format!(
                "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr>\
                 <w:r><w:t>{text}</w:t></w:r></w:p>"
            )
        };
        let body = [item(1, "a"), item(1, "b"), item(2, "c"), item(2, "d"), item(1, "e")].concat();
        let numbering = "<w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
            <w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum>\
            <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>\
            <w:num w:numId=\"2\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\">\
            <w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>";
        assert_eq!(lines(&body, numbering), ["1. a", "2. b", "1. c", "2. d", "3. e"]);
    }

    #[test]
    fn hidden_text_is_left_out_and_cells_keep_their_columns() {
        let run = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
        let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t> not seen</w:t></w:r>";
        let mark = "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>";
        let cell = |inner: &str| format!("<w:tc>{inner}</w:tc>");
        let p = |inner: &str| format!("<w:p>{inner}</w:p>");
        let table = [
            "<w:tbl><w:tr>".to_owned(),
            cell(&format!("<w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>{}", p(&run("Act.")))),
            cell(&p("")),
            cell(&p(&run("North"))),
            "</w:tr><w:tr>".to_owned(),
            cell(&format!("<w:tcPr><w:vMerge/></w:tcPr>{}", p(""))),
            cell(&p(&run("x"))),
            cell(&p(&run("South"))),
            "</w:tr></w:tbl>".to_owned(),
        ];
        let body = p(&format!("{mark}{}{hidden}", run("Seen."))) + &table.concat();
        assert_eq!(lines(&body, ""), ["Seen.", "Act. | | North", "Act. | x | South"]);
    }

    #[test]
    fn another_zip_is_refused() {
        let error = read(id(), "d.docx".into(), &docx(&[("a.txt", "x")])).unwrap_err();
        assert_eq!(error.to_string(), "the DOCX file is damaged: it has no `word/document.xml`");
        assert!(read(id(), "d.docx".into(), b"PK\x03\x04").is_err());
    }
}
