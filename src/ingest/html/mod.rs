//! HTML: reads headings, paragraphs, lists and tables; skips menus, scripts, page frames, and what a
//! browser does not show.

mod skipped;

use std::borrow::Cow;

use html5gum::{StartTag, Token, Tokenizer};

use super::{
    Error,
    cells::Table,
    lines::{LineCollector, append},
};
use crate::domain::{Document, DocumentId, LineRole};
use crate::text::ends_in_unit;

use skipped::{SKIPPED, Skipped, VOID, is_furniture, is_hidden};

/// Most attributes in double quotation marks that follow each other. For each, html5gum 0.9 calls itself once
/// more, with up to 10 KB of stack without optimisation; a thread may have 2 MB.
const MOST_QUOTED: usize = 64;

/// The document in a decoded HTML page.
pub(super) fn read(id: DocumentId, path: String, text: &str) -> Result<Document, Error> {
    let (lines, about) = collect(LineCollector::default(), text)?;
    let mut document = lines.document(id, path, about.title)?;
    document.issuer = about.issuer;
    document.imprints = about.imprints;
    document.year = about.year;
    Ok(document)
}

/// What the head of a page says of it.
#[derive(Debug, Default)]
pub(super) struct About {
    title: Option<String>,
    /// The site or author.
    issuer: Option<String>,
    /// What the page says of its publisher beside its text.
    imprints: Vec<String>,
    /// The year in which it says that it was published.
    year: Option<i32>,
}

/// Adds the lines of a page to `lines`; returns what its head says, too.
pub(super) fn collect(lines: LineCollector, text: &str) -> Result<(LineCollector, About), Error> {
    let mut reader = Reader { lines, ..Reader::default() };
    for Ok(token) in Tokenizer::new(&*broken_up(text)) {
        match token {
            Token::StartTag(tag) => reader.start(&tag)?,
            Token::EndTag(tag) => reader.end(&tag.name)?,
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.flush()?;
    while !reader.tables.is_empty() {
        reader.close_table()?;
    }
    let title = Some(reader.title.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|t| !t.is_empty());
    // "Decision 24 003 118 | Office of the Ombudsman"
    let site = title.as_ref().and_then(|title| title.rsplit_once(" | "));
    let issuer = reader.issuer.or_else(|| site.map(|(_, name)| name.to_owned()));
    let mut imprints = reader.imprints;
    // "Heat networks – Energy Committee": what stands behind a dash may also be a part of the title.
    let behind = title.iter().flat_map(|title| {
        [" – ", " — ", " - "]
            .iter()
            .filter_map(|dash| title.rsplit_once(dash))
            .map(|(_, name)| name)
    });
    imprints.extend(behind.map(str::to_owned));
    Ok((reader.lines, About { title, issuer, imprints, year: reader.year }))
}

/// Names of `meta` elements that give the publisher or author of a page.
const ISSUER: [&str; 5] =
    ["dc.publisher", "dcterms.publisher", "publisher", "og:site_name", "author"];

/// Names of `meta` elements that say when a page was published.
const PUBLISHED: [&str; 7] = [
    "dcterms.issued",
    "dcterms.date",
    "dc.date.issued",
    "dc.date",
    "article:published_time",
    "citation_publication_date",
    "date",
];

/// Elements that begin and end a line.
const BLOCKS: &[&[u8]] = &[
    b"p",
    b"div",
    b"section",
    b"article",
    b"main",
    b"header",
    b"aside",
    b"blockquote",
    b"pre",
    b"br",
    b"hr",
    b"dl",
    b"dt",
    b"dd",
    b"figure",
    b"figcaption",
    b"address",
    b"table",
    b"tbody",
    b"thead",
    b"tr",
    b"ul",
    b"ol",
    b"li",
    b"body",
    b"details",
    b"summary",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"caption",
];

/// Most lines beside the text that are kept.
const MAX_IMPRINTS: usize = 12;

/// Deepest nesting of tables; a deeper one is read as part of the one around it.
const MAX_TABLES: usize = 8;

#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an open element; they combine freely")]
struct Reader {
    lines: LineCollector,
    title: String,
    issuer: Option<String>,
    year: Option<i32>,
    imprints: Vec<String>,
    line: String,
    skipping: Option<Skipped>,
    in_title: bool,
    raised: bool,
    /// How many elements of bold text are open, and the bytes at the start of the line that are bold.
    strong: usize,
    bold: usize,
    heading: Option<u8>,
    lists: Vec<List>,
    /// Whether the line is the first line of a list item.
    item: bool,
    in_item: bool,
    /// The open tables, the innermost last.
    tables: Vec<Table>,
}

#[derive(Debug)]
struct List {
    ordered: bool,
    kind: u8,
    next: u32,
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) -> Result<(), Error> {
        let name: &[u8] = &tag.name;
        // The head may have no tags of its own, and drawings have titles too.
        self.in_title |= name == b"title" && self.title.is_empty();
        if name == b"meta" && self.issuer.is_none() {
            self.issuer = content(tag, &ISSUER);
        }
        if name == b"meta" && self.year.is_none() {
            self.year = content(tag, &PUBLISHED).as_deref().and_then(super::year_of);
        }
        if name == b"img" {
            let alt = tag.attributes.get(&b"alt"[..]);
            self.imprint(alt.map(|alt| String::from_utf8_lossy(alt)).as_deref());
        }
        if let Some(skipped) = &mut self.skipping {
            if tag.self_closing || !skipped.start(name) {
                return Ok(());
            }
            self.skipping = None;
        }
        let hidden = is_hidden(tag) && !VOID.contains(&name);
        if SKIPPED.contains(&name) || hidden || is_furniture(name, tag) {
            self.flush()?;
            self.skipping = (!tag.self_closing).then(|| Skipped::new(name));
            return Ok(());
        }
        if BLOCKS.contains(&name) {
            self.flush()?;
        }
        match name {
            [b'h', level @ b'1'..=b'6'] => self.heading = Some(level - b'0'),
            b"ul" | b"ol" if self.lists.len() < 64 => self.lists.push(list(tag)),
            b"li" => self.open_item(tag),
            b"table" if self.tables.len() < MAX_TABLES => self.tables.push(Table::default()),
            b"tr" => {
                self.flush()?;
                if let Some(table) = self.tables.last_mut() {
                    table.close_row();
                }
            }
            b"td" | b"th" => {
                self.flush()?;
                let span = |name: &[u8]| {
                    let value = tag.attributes.get(name).map(|v| String::from_utf8_lossy(v));
                    value.and_then(|value| value.trim().parse().ok()).unwrap_or(1)
                };
                if let Some(table) = self.tables.last_mut() {
                    table.open_cell(span(b"colspan"), span(b"rowspan"));
                }
            }
            b"sup" => self.raised = true,
            b"b" | b"strong" => self.strong += 1,
            // An empty box sets a number apart from its paragraph.
            b"span" if is_box(tag) && self.skipping.is_none() => self.line.push(' '),
            _ => {}
        }
        Ok(())
    }

    /// Keeps a line beside the text that may name the publisher.
    fn imprint(&mut self, line: Option<&str>) {
        let line = line.map(str::trim).filter(|line| !line.is_empty());
        let room = self.imprints.len() < MAX_IMPRINTS;
        self.imprints.extend(line.filter(|_| room).map(str::to_owned));
    }

    /// Opens a list item with the marker that a browser would print.
    fn open_item(&mut self, tag: &StartTag<()>) {
        self.item = true;
        self.in_item = true;
        let Some(list) = self.lists.last_mut() else { return };
        let number = tag.attributes.get(&b"value"[..]);
        let number = number.and_then(|value| String::from_utf8_lossy(value).trim().parse().ok());
        list.next = number.unwrap_or(list.next);
        self.line = if list.ordered { printed(list.kind, list.next) } else { "- ".to_owned() };
        self.bold = 0;
        list.next = list.next.saturating_add(1);
    }

    fn end(&mut self, name: &[u8]) -> Result<(), Error> {
        if let Some(skipped) = &mut self.skipping {
            self.in_title &= name != b"title";
            let (closed, own) = skipped.end(name);
            if closed {
                self.skipping = None;
            }
            if own || !closed {
                return Ok(());
            }
        }
        if BLOCKS.contains(&name) || matches!(name, b"td" | b"th") {
            self.flush()?;
        }
        match name {
            b"td" | b"th" => {
                if let Some(table) = self.tables.last_mut() {
                    table.close_cell();
                }
            }
            b"tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.close_row();
                }
            }
            b"table" => self.close_table()?,
            _ => {}
        }
        match name {
            b"ul" | b"ol" => {
                self.lists.pop();
                self.in_item = !self.lists.is_empty();
            }
            b"li" => self.in_item = false,
            b"sup" => self.raised = false,
            b"b" | b"strong" => self.strong = self.strong.saturating_sub(1),
            [b'h', b'1'..=b'6'] => self.heading = None,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
        }
        if self.skipping.is_some() && (text.contains('©') || text.contains("Copyright")) {
            self.imprint(Some(text));
        }
        let text = match text.trim() {
            "2" if self.raised && ends_in_unit(&self.line) => "²",
            "3" if self.raised && ends_in_unit(&self.line) => "³",
            _ => text,
        };
        let is_mark = |c: char| !c.is_alphabetic() && !matches!(c, '²' | '³');
        let mark = self.raised && (text.chars().all(is_mark) || text.len() == 1);
        if self.skipping.is_none() && !mark {
            append(&mut self.line, &mut self.bold, text, self.strong > 0);
        }
    }

    /// Adds the lines of the innermost table to the one around it, or to the page.
    fn close_table(&mut self) -> Result<(), Error> {
        let Some(table) = self.tables.pop() else { return Ok(()) };
        let lines = table.finish();
        if self.tables.is_empty() {
            return self.lines.table(lines);
        }
        lines.into_iter().try_for_each(|(line, role)| self.push(line, role))
    }

    fn push(&mut self, line: String, role: LineRole) -> Result<(), Error> {
        let bold = std::mem::take(&mut self.bold);
        match self.tables.last_mut() {
            Some(table) => {
                table.line(line, role);
                Ok(())
            }
            None if role == LineRole::Paragraph => self.lines.push_bold(&line, bold, None, role),
            None => self.lines.push(&line, None, role),
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        let depth = self.lists.len().clamp(1, 60) as u8;
        let role = match self.heading {
            Some(level) => LineRole::Heading(level),
            None if self.item => LineRole::ListItem(depth),
            None if self.in_item => LineRole::Continued,
            None => LineRole::Paragraph,
        };
        // A marker alone waits for its text, as in "<li><p>Text".
        if self.item && (matches!(self.line.trim(), "-" | "") || is_marker(&self.line)) {
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            self.bold = 0;
            return Ok(());
        }
        self.item = false;
        // Notes end in an arrow that leads back to their mark.
        let is_note = line.trim_end().trim_end_matches('\u{fe0e}').ends_with('↩');
        self.push(line, if is_note { LineRole::Note } else { role })
    }
}

fn is_marker(line: &str) -> bool {
    let line = line.trim();
    line.len() <= 8 && line.ends_with('.') && !line.contains(' ')
}

fn list(tag: &StartTag<()>) -> List {
    let value =
        |name: &[u8]| tag.attributes.get(name).map(|v| String::from_utf8_lossy(v).into_owned());
    let kind = value(b"type").and_then(|t| t.bytes().next()).unwrap_or(b'1');
    let next = value(b"start").and_then(|s| s.trim().parse().ok()).unwrap_or(1);
    List { ordered: *tag.name == *b"ol", kind, next }
}

fn printed(kind: u8, number: u32) -> String {
    let letter = |first: u8| char::from(first + ((number.max(1) - 1) % 26) as u8);
    match kind {
        b'a' => format!("{}. ", letter(b'a')),
        b'A' => format!("{}. ", letter(b'A')),
        b'i' => format!("{}. ", super::roman(number)),
        b'I' => format!("{}. ", super::roman(number).to_uppercase()),
        _ => format!("{number}. "),
    }
}

/// Whether an element is laid out as a box, so that its text stands apart from what is around it.
fn is_box(tag: &StartTag<()>) -> bool {
    let style = tag.attributes.get(&b"style"[..]);
    style.is_some_and(|style| String::from_utf8_lossy(style).contains("inline-block"))
}

/// The content of a `meta` element that has a `wanted` name.
fn content(tag: &StartTag<()>, wanted: &[&str]) -> Option<String> {
    let value = |name: &[u8]| {
        tag.attributes.get(name).map(|v| String::from_utf8_lossy(v).trim().to_owned())
    };
    let name = value(b"name").or_else(|| value(b"property"))?.to_lowercase();
    let is_wanted = wanted.contains(&name.as_str());
    is_wanted.then(|| value(b"content")).flatten().filter(|text| !text.is_empty())
}

/// `html` with a blank before `="` wherever more than [`MOST_QUOTED`] attributes follow each other, which lets
/// html5gum return. In a tag the blank means nothing.
fn broken_up(html: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut from, mut run) = (0, 0);
    for (at, _) in html.match_indices('"') {
        let before = html[..at].trim_ascii_end();
        if before.ends_with('=') {
            run += 1;
        } else if ends_tag(&html[at + 1..]) {
            run = 0;
        }
        if run > MOST_QUOTED {
            let equals = before.len() - 1;
            out.push_str(&html[from..equals]);
            out.push(' ');
            (from, run) = (equals, 1);
        }
    }
    if from == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[from..]);
    Cow::Owned(out)
}

/// Whether a tag ends here: `>` or `/>`, perhaps after blanks.
fn ends_tag(rest: &str) -> bool {
    rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/').starts_with('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(html: &str) -> Vec<(String, LineRole)> {
        let document =
            read(DocumentId::try_from("d".to_owned()).unwrap(), "d.html".into(), html).unwrap();
        document.lines().iter().map(|l| (document.slice(l.span).to_owned(), l.role)).collect()
    }

    #[test]
    fn what_stands_beside_the_text_may_name_publisher_and_year() {
        let html = "<title>Piers - Port Office</title><meta name=\"DCTERMS.issued\" content=\"3 May 2022\"><header><img alt=\"Office of Ports\"></header><p>Ships</p>\
            <footer>Contact<p>© Port Office 2026</p></footer>";
        let document =
            read(DocumentId::try_from("d".to_owned()).unwrap(), "d.html".into(), html).unwrap();
        assert_eq!(document.imprints, ["Office of Ports", "© Port Office 2026", "Port Office"]);
        assert_eq!(document.year, Some(2022));
    }

    #[test]
    fn a_page_is_read_as_headings_paragraphs_lists_and_rows() {
        let html = "<html><head><title>A page</title><script>no()</script></head><body><nav><a>Menu</a></nav>\
            <h2>Asks</h2><p>We ask<sup>3</sup> for\n salt &amp; sand:</p><ol type=a><li>Buy <b>salt</b>.<li><p>Buy sand.</p>\
            <ul><li>Fine sand</ul></ol><table><tr><td>Who</td><td>What</td></tr></table></body>";
        let expected = [
            ("Asks", LineRole::Heading(2)),
            ("We ask for salt & sand:", LineRole::Paragraph),
            ("a. Buy salt.", LineRole::ListItem(1)),
            ("b. Buy sand.", LineRole::ListItem(1)),
            ("- Fine sand", LineRole::ListItem(2)),
            ("Who | What", LineRole::Row),
        ];
        let expected: Vec<_> = expected.iter().map(|(t, r)| ((*t).to_owned(), *r)).collect();
        assert_eq!(lines(html), expected);
    }

    #[test]
    fn a_raised_number_is_a_power_behind_a_unit_and_elsewhere_the_mark_of_a_note() {
        let html = "<p>Mow 200 m<sup>2</sup> of grass<sup>2</sup>, move 3 km<sup>3</sup> of sand, on the 2<sup>nd</sup>.";
        let html = format!("{html}<ol><li>See page 3. <a href='#mark'>↩</a></ol>");
        let expected = "Mow 200 m² of grass, move 3 km³ of sand, on the 2nd.";
        let note = ("1. See page 3. ↩".to_owned(), LineRole::Note);
        assert_eq!(lines(&html), [(expected.to_owned(), LineRole::Paragraph), note]);
    }

    #[test]
    fn a_tag_of_any_number_of_attributes_is_read() {
        for quoted in [r#"="1""#, r#"= "1""#, r#"="=""#, r#"=">""#, r#"="" /"#] {
            let attributes = vec![format!(" a{quoted}"); 20_000].concat();
            let html = format!("<p{attributes}>One.</p{attributes}><p hidden=\"\">Two.<p>x=\"3\"");
            let texts: Vec<String> = lines(&html).into_iter().map(|(text, _)| text).collect();
            assert_eq!(texts, ["One.", "x=\"3\""], "{quoted}");
        }
    }

    #[test]
    fn what_a_browser_does_not_show_is_left_out() {
        let html = "<p>One.<p hidden>Two.<p>Three.<div style='display: none'><p>Four.</div>\
            <table><tr><td>a<td hidden>b<td>c</table><ul><li hidden>x<ul><li>y</ul><li>Five.</ul><br hidden>Six.";
        let texts: Vec<String> = lines(html).into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, ["One.", "Three.", "a | c", "- Five.", "Six."]);
    }

    #[test]
    fn cells_keep_their_columns_and_a_layout_is_no_table() {
        let html = "<table><tr><td></td><td>What<td rowspan=2>When</tr><tr><td>2<td>Act.</table>\
            <table><tr><td><h2>Asks</h2><p>Buy salt.</p></td></tr></table>";
        let expected = [
            (" | What | When", LineRole::Row),
            ("2 | Act. | When", LineRole::Row),
            ("Asks", LineRole::Heading(2)),
            ("Buy salt.", LineRole::Paragraph),
        ];
        let expected: Vec<_> = expected.iter().map(|(t, r)| (t.trim().to_owned(), *r)).collect();
        assert_eq!(lines(html), expected);
    }

    #[test]
    fn deep_nesting_is_no_harm() {
        let html = "<ul><li>".repeat(50_000) + "x";
        assert_eq!(lines(&html).len(), 1);
    }
}
