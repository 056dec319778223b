//! HTML: reads headings, paragraphs, lists and tables; skips menus, scripts and page frames.

use html5gum::{StartTag, Token, Tokenizer};

use super::{Error, lines::LineCollector};
use crate::domain::{Document, DocumentId, LineRole};

/// The document in a decoded HTML page.
pub(super) fn read(id: DocumentId, path: String, text: &str) -> Result<Document, Error> {
    let mut reader = Reader::default();
    for Ok(token) in Tokenizer::new(text) {
        match token {
            Token::StartTag(tag) => reader.start(&tag)?,
            Token::EndTag(tag) => reader.end(&tag.name)?,
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.flush()?;
    let title = Some(reader.title.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|t| !t.is_empty());
    reader.lines.document(id, path, title)
}

/// Elements whose text is not part of the document.
const SKIPPED: &[&[u8]] = &[
    b"script",
    b"style",
    b"nav",
    b"footer",
    b"noscript",
    b"template",
    b"svg",
    b"iframe",
    b"select",
    b"button",
    b"form",
    b"head",
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

#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an open element; they combine freely")]
struct Reader {
    lines: LineCollector,
    title: String,
    line: String,
    /// The element being skipped, and its nesting depth.
    skipping: Option<(Vec<u8>, usize)>,
    in_title: bool,
    raised: bool,
    heading: Option<u8>,
    lists: Vec<List>,
    /// Whether the line is the first line of a list item.
    item: bool,
    in_item: bool,
    in_row: bool,
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
        if let Some((skipped, depth)) = &mut self.skipping {
            *depth += usize::from(skipped.as_slice() == name && !tag.self_closing);
            self.in_title |= name == b"title";
            return Ok(());
        }
        if SKIPPED.contains(&name) {
            self.flush()?;
            self.skipping = (!tag.self_closing).then(|| (name.to_vec(), 1));
            return Ok(());
        }
        if BLOCKS.contains(&name) && !self.in_row {
            self.flush()?;
        }
        match name {
            [b'h', level @ b'1'..=b'6'] => self.heading = Some(level - b'0'),
            b"ul" | b"ol" if self.lists.len() < 64 => self.lists.push(list(tag)),
            b"li" => self.open_item(),
            b"tr" => self.in_row = true,
            b"td" | b"th" if !self.line.is_empty() => self.line.push_str(" | "),
            b"sup" => self.raised = true,
            _ => {}
        }
        Ok(())
    }

    /// Opens a list item with the marker that a browser would print.
    fn open_item(&mut self) {
        self.item = true;
        self.in_item = true;
        let Some(list) = self.lists.last_mut() else { return };
        self.line = if list.ordered { printed(list.kind, list.next) } else { "- ".to_owned() };
        list.next = list.next.saturating_add(1);
    }

    fn end(&mut self, name: &[u8]) -> Result<(), Error> {
        if let Some((skipped, depth)) = &mut self.skipping {
            self.in_title &= name != b"title";
            *depth -= usize::from(skipped.as_slice() == name);
            if *depth == 0 {
                self.skipping = None;
            }
            return Ok(());
        }
        if name == b"tr" || name == b"table" {
            self.flush_as(LineRole::Row)?;
            self.in_row = false;
        } else if BLOCKS.contains(&name) && !self.in_row {
            self.flush()?;
        }
        match name {
            b"ul" | b"ol" => {
                self.lists.pop();
                self.in_item = !self.lists.is_empty();
            }
            b"li" => self.in_item = false,
            b"sup" => self.raised = false,
            [b'h', b'1'..=b'6'] => self.heading = None,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
        }
        let mark = self.raised && text.chars().all(|c| !c.is_alphabetic() || text.len() == 1);
        if self.skipping.is_none() && !mark {
            self.line.push_str(text);
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
        self.flush_as(role)
    }

    fn flush_as(&mut self, role: LineRole) -> Result<(), Error> {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            return Ok(());
        }
        self.item = false;
        self.lines.push(&line, None, role)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(html: &str) -> Vec<(String, LineRole)> {
        let document =
            read(DocumentId::try_from("d".to_owned()).unwrap(), "d.html".into(), html).unwrap();
        document.lines().iter().map(|l| (document.slice(l.span).to_owned(), l.role)).collect()
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
    fn deep_nesting_is_no_harm() {
        let html = "<ul><li>".repeat(50_000) + "x";
        assert_eq!(lines(&html).len(), 1);
    }
}
