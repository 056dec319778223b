//! Comments at the words of a Word file. Everything else in the file stays as it is.
//!
//! Earlier comments of Concord are replaced; those of people stay. The XML is edited as text, so that no
//! byte changes but where a comment begins or ends.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read, Write};

use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::anchors::{Anchor, Page};
use crate::report::Unwritable;

/// Author of the comments, by which a later run knows its own.
const AUTHOR: &str = "Concord";

const DOCUMENT: &str = "word/document.xml";
const RELATIONS: &str = "word/_rels/document.xml.rels";
const TYPES: &str = "[Content_Types].xml";
const PROPERTIES: &str = "docProps/core.xml";
const COMMENTS: &str = "word/comments.xml";
const COMMENTS_RELATION: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments";
const COMMENTS_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";

/// A comment to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remark {
    /// The words that it stands at; empty for one on the whole draft, at its first paragraph.
    pub(super) words: String,
    /// Its lines, the first in bold.
    pub(super) lines: Vec<String>,
}

/// The Word file `original` with `remarks` as its only comments by Concord.
///
/// A remark whose words stand nowhere is written at the first paragraph. Comments carry the date on which
/// the file was last saved, or none.
///
/// # Errors
/// If the file is not laid out as Word does it.
pub(super) fn commented(original: &[u8], remarks: &[Remark]) -> Result<Vec<u8>, Unwritable> {
    let mut archive = ZipArchive::new(Cursor::new(original))?;
    let mut part = |name: &str| -> Option<String> {
        let mut text = String::new();
        archive.by_name(name).ok()?.read_to_string(&mut text).ok()?;
        Some(text)
    };
    let missing = |name: &str| Unwritable(format!("the Word file has no readable `{name}`"));
    let document = part(DOCUMENT).ok_or_else(|| missing(DOCUMENT))?;
    let types = part(TYPES).ok_or_else(|| missing(TYPES))?;
    let relations = part(RELATIONS).unwrap_or_else(|| {
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>"
            .to_owned()
    });
    let target = comments_target(&relations);
    let name = target.clone().unwrap_or_else(|| COMMENTS.to_owned());
    let date = part(PROPERTIES).as_deref().and_then(saved);
    let old = part(&name).filter(|_| target.is_some());
    let namespace = namespace(&document)
        .ok_or_else(|| Unwritable("the Word file names its elements in another way".to_owned()))?;
    let old = old.unwrap_or_else(|| {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{namespace}\"></w:comments>")
    });
    let (kept, removed, next) = without_own(&old);
    let page = Page::read(&without(&document, &removed));
    let mut changed = vec![
        (DOCUMENT.to_owned(), page.with_anchors(&anchors(&page, remarks, next))),
        (name, with_comments(&kept, remarks, next, date.as_deref())),
    ];
    if target.is_none() {
        let relation = format!(
            "<Relationship Id=\"rIdConcord\" Type=\"{COMMENTS_RELATION}\" Target=\"comments.xml\"/>"
        );
        changed.push((RELATIONS.to_owned(), before_end(&relations, "</Relationships>", &relation)));
        let part = format!("<Override PartName=\"/{COMMENTS}\" ContentType=\"{COMMENTS_TYPE}\"/>");
        changed.push((TYPES.to_owned(), before_end(&types, "</Types>", &part)));
    }
    packed(archive, &changed)
}

/// The Word file `original` with its text changed by `edit`.
///
/// # Errors
/// If the file is not laid out as Word does it.
pub(super) fn edited(
    original: &[u8],
    edit: impl Fn(&str) -> String,
) -> Result<Vec<u8>, Unwritable> {
    let mut archive = ZipArchive::new(Cursor::new(original))?;
    let mut xml = String::new();
    archive.by_name(DOCUMENT)?.read_to_string(&mut xml)?;
    packed(archive, &[(DOCUMENT.to_owned(), edit(&xml))])
}

impl From<ZipError> for Unwritable {
    fn from(error: ZipError) -> Self {
        Self(error.to_string())
    }
}

impl From<io::Error> for Unwritable {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// The archive with the parts that `changed`, the others as they were.
fn packed(
    mut archive: ZipArchive<Cursor<&[u8]>>,
    changed: &[(String, String)],
) -> Result<Vec<u8>, Unwritable> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    // A fixed time: the same input gives the same bytes.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let mut left: Vec<&(String, String)> = changed.iter().collect();
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at)?;
        let own = file.name()?.into_owned();
        match left.iter().position(|(name, _)| *name == own) {
            Some(found) => {
                let (name, text) = left.remove(found);
                out.start_file(name.as_str(), options)?;
                out.write_all(text.as_bytes())?;
            }
            None => out.raw_copy_file(file)?,
        }
    }
    for (name, text) in left {
        out.start_file(name.as_str(), options)?;
        out.write_all(text.as_bytes())?;
    }
    Ok(out.finish()?.into_inner())
}

fn before_end(xml: &str, end: &str, new: &str) -> String {
    let at = xml.rfind(end).unwrap_or(xml.len());
    format!("{}{new}{}", &xml[..at], &xml[at..])
}

pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

/// Calls `each` with every tag of `xml`, its byte range, and whether it is the end of an element.
pub(super) fn tags<'a>(xml: &'a str, mut each: impl FnMut(Tag<'a>)) {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut start = 0;
    while let Ok(event) = reader.read_event() {
        let end = usize::try_from(reader.buffer_position()).unwrap_or(xml.len());
        each(Tag { start, end, event: event.clone() });
        if matches!(event, Event::Eof) {
            break;
        }
        start = end;
    }
}

/// A piece of XML with its byte range.
pub(super) struct Tag<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) event: Event<'a>,
}

/// The namespace behind the prefix `w`, with which Word names all elements.
fn namespace(document: &str) -> Option<String> {
    let mut found = None;
    tags(document, |tag| {
        if let Event::Start(root) = &tag.event
            && found.is_none()
            && root.name().as_ref() == "w:document"
        {
            let own = root.attributes().flatten().find(|a| a.key.as_ref() == "xmlns:w");
            found = own.map(|attribute| attribute.value.into_owned());
        }
    });
    found
}

/// The part that holds the comments, if the file has one.
fn comments_target(relations: &str) -> Option<String> {
    let mut found = None;
    tags(relations, |tag| {
        if let Event::Empty(one) | Event::Start(one) = &tag.event
            && attribute(one, "Type").is_some_and(|kind| kind.ends_with("/comments"))
        {
            found = attribute(one, "Target");
        }
    });
    let target = found?;
    Some(target.strip_prefix('/').map_or_else(|| format!("word/{target}"), str::to_owned))
}

/// When the file was last saved.
fn saved(properties: &str) -> Option<String> {
    let (_, after) = properties.split_once("<dcterms:modified")?;
    let (_, after) = after.split_once('>')?;
    let (date, _) = after.split_once('<')?;
    let is_date =
        date.len() >= 10 && date.chars().all(|c| c.is_ascii_digit() || "-:TZ.+".contains(c));
    // The date in files that Concord makes stands for none.
    (is_date && date != super::styles::DATE).then(|| date.to_owned())
}

/// The comments of others, the ids of our own, and an id from which on no comment of others has one.
fn without_own(comments: &str) -> (String, BTreeSet<String>, u64) {
    let (mut own, mut next) = (BTreeSet::new(), 1);
    let mut cut: Vec<(usize, usize)> = Vec::new();
    let mut open = None;
    tags(comments, |tag| match &tag.event {
        Event::Start(one) if one.local_name().as_ref() == "comment" => {
            let id = attribute(one, "id").unwrap_or_default();
            if attribute(one, "author").as_deref() == Some(AUTHOR) {
                own.insert(id);
                open = Some(tag.start);
            } else {
                next = next.max(id.parse().map_or(0, |id: u64| id.saturating_add(1)));
            }
        }
        Event::End(one) if one.local_name().as_ref() == "comment" => {
            cut.extend(open.take().map(|start| (start, tag.end)));
        }
        _ => {}
    });
    (removed(comments, &cut), own, next)
}

/// `text` without these byte ranges, ascending.
fn removed(text: &str, ranges: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for &(start, end) in ranges {
        out.push_str(&text[at..start.max(at)]);
        at = end.max(at);
    }
    out + &text[at..]
}

/// The document without the marks of the comments `ids`.
fn without(document: &str, ids: &BTreeSet<String>) -> String {
    let mut cut: Vec<(usize, usize)> = Vec::new();
    // Start of the run, whether it refers to one of the comments, whether it holds text.
    let mut run: Option<(usize, bool, bool)> = None;
    let is_one = |tag: &BytesStart<'_>| attribute(tag, "id").is_some_and(|id| ids.contains(&id));
    tags(document, |tag| match &tag.event {
        Event::Start(one) if one.name().as_ref() == "w:r" => run = Some((tag.start, false, false)),
        Event::End(one) if one.name().as_ref() == "w:r" => {
            if let Some((start, true, false)) = run.take() {
                cut.push((start, tag.end));
            }
        }
        Event::Empty(one) | Event::Start(one) => match one.name().as_ref() {
            "w:commentRangeStart" | "w:commentRangeEnd" if is_one(one) => {
                cut.push((tag.start, tag.end));
            }
            "w:commentReference" if is_one(one) => {
                if let Some(run) = &mut run {
                    run.1 = true;
                }
            }
            "w:t" => {
                if let Some(run) = &mut run {
                    run.2 = true;
                }
            }
            _ => {}
        },
        _ => {}
    });
    removed(document, &cut)
}

/// Where each remark stands, in the order of `remarks`; statements are looked for from the place of the
/// one before.
fn anchors(page: &Page, remarks: &[Remark], first_id: u64) -> Vec<(u64, Anchor)> {
    let mut from = 0;
    let place = |(id, remark): (u64, &Remark)| {
        let found = page.find(&remark.words, from);
        from = found.as_ref().map_or(from, |anchor| anchor.paragraph);
        Some((id, found.or_else(|| page.first())?))
    };
    (first_id..).zip(remarks).filter_map(place).collect()
}

/// The comments with `remarks` after the others.
fn with_comments(kept: &str, remarks: &[Remark], first_id: u64, date: Option<&str>) -> String {
    let date = date.map_or(String::new(), |date| format!(" w:date=\"{}\"", escape(date)));
    let comment = |(id, remark): (u64, &Remark)| {
        let paragraph = |(at, line): (usize, &String)| {
            let bold = if at == 0 { "<w:rPr><w:b/></w:rPr>" } else { "" };
            let text = escape(line.as_str());
            format!("<w:p><w:r>{bold}<w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
        };
        let paragraphs: String = remark.lines.iter().enumerate().map(paragraph).collect();
        format!(
            "<w:comment w:id=\"{id}\" w:author=\"{AUTHOR}\"{date} w:initials=\"C\">{paragraphs}</w:comment>"
        )
    };
    let new: String = (first_id..).zip(remarks).map(comment).collect();
    match kept.trim_end().strip_suffix("/>") {
        Some(empty) => format!("{empty}>{new}</w:comments>"),
        None => before_end(kept, "</w:comments>", &new),
    }
}
