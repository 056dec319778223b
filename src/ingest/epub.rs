//! EPUB: the pages of the book in reading order, each read as HTML.

use std::collections::BTreeMap;

use quick_xml::{Reader, events::Event};

use super::{Error, Format, archive::Archive, html, lines::LineCollector, xml::attribute};
use crate::domain::{Document, DocumentId};

/// The document in the bytes of an EPUB.
pub(super) fn read(id: DocumentId, path: String, bytes: &[u8]) -> Result<Document, Error> {
    let mut archive = Archive::open(bytes, Format::Epub)?;
    let container = archive.needed("META-INF/container.xml")?;
    let damaged = |what: &str| Error::Damaged { format: Format::Epub, what: what.to_owned() };
    let package = package_of(&container).ok_or_else(|| damaged("it names no package"))?;
    let book = Book::read(&archive.needed(&package)?);
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut lines = LineCollector::default();
    for page in &book.pages {
        let name = if folder.is_empty() { page.clone() } else { format!("{folder}/{page}") };
        if let Some(text) = archive.part(&name)? {
            lines = html::collect(lines, &text)?.0;
        }
    }
    let mut document = lines.document(id, path, book.title)?;
    document.issuer = book.issuer;
    Ok(document)
}

/// The place of the package that a container names.
fn package_of(container: &str) -> Option<String> {
    let mut reader = Reader::from_str(container);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "rootfile" => {
                return attribute(&tag, "full-path");
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// A package: its title and publisher or author, and its pages in reading order.
#[derive(Debug, Default)]
struct Book {
    title: Option<String>,
    issuer: Option<String>,
    pages: Vec<String>,
}

impl Book {
    fn read(package: &str) -> Self {
        let mut reader = Reader::from_str(package);
        let mut items: BTreeMap<String, String> = BTreeMap::new();
        let mut order = Vec::new();
        let mut about: BTreeMap<String, String> = BTreeMap::new();
        let mut field = None;
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "item" => {
                        let value = |name| attribute(&tag, name).unwrap_or_default();
                        items.insert(value("id"), readable(&value("href")));
                    }
                    "itemref" => order.extend(attribute(&tag, "idref")),
                    name @ ("title" | "publisher" | "creator") => {
                        field = Some(name.to_owned()).filter(|name| !about.contains_key(name));
                    }
                    _ => {}
                },
                Event::Text(text) => {
                    if let Some(field) = &field {
                        about.entry(field.clone()).or_default().push_str(&text);
                    }
                }
                Event::End(_) => field = None,
                Event::Eof => break,
                _ => {}
            }
        }
        let pages = order.iter().filter_map(|id| items.get(id).cloned()).collect();
        let mut said = |name: &str| {
            let text = about.remove(name).map(|text| text.trim().to_owned());
            text.filter(|text| !text.is_empty())
        };
        let title = said("title");
        let issuer = said("publisher").or_else(|| said("creator"));
        Self { title, issuer, pages }
    }
}

/// An address with `%20` as the characters they stand for.
fn readable(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = hex.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    #[test]
    fn pages_are_read_in_reading_order() {
        let parts = [
            (
                "META-INF/container.xml",
                r#"<container><rootfiles><rootfile full-path="b/p.opf"/></rootfiles></container>"#,
            ),
            (
                "b/p.opf",
                r#"<package><metadata><dc:title>Roads</dc:title><dc:creator>Road Board</dc:creator></metadata><manifest><item id="2" href="two.xhtml"/>
                <item id="1" href="one%20a.xhtml"/></manifest><spine><itemref idref="1"/><itemref idref="2"/></spine></package>"#,
            ),
            ("b/one a.xhtml", "<html><body><h1>Asks</h1></body></html>"),
            ("b/two.xhtml", "<html><body><p>Buy salt.</p></body></html>"),
        ];
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = read(id, "d.epub".into(), &bytes).unwrap();
        assert_eq!(document.text(), "Asks\nBuy salt.\n");
        assert_eq!(document.title.as_deref(), Some("Roads"));
        assert_eq!(document.issuer.as_deref(), Some("Road Board"));
    }
}
