//! Where words stand in the XML of a Word document.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

use super::comments::{Tag, tags};

/// Words of a statement that are looked for where the whole of it stands in no paragraph: a list item and
/// its sub-items are several.
const BEGINNING: usize = 5;

/// The XML of a document, with the place of each character that a reader sees.
pub(super) struct Page {
    xml: String,
    runs: Vec<Run>,
    texts: Vec<TextElement>,
    paragraphs: Vec<Paragraph>,
}

/// A run: characters with the same properties.
struct Run {
    start: usize,
    end: usize,
    /// The properties, as XML.
    properties: String,
    /// Its first and last text element.
    first: Option<usize>,
    last: Option<usize>,
    /// Whether anything but text stands before the first text element, or after the last.
    leads: bool,
    trails: bool,
}

/// A `w:t` element.
struct TextElement {
    run: usize,
    /// Byte range of its start tag.
    tag: (usize, usize),
    /// Byte range of its content.
    content: (usize, usize),
}

#[derive(Default)]
struct Paragraph {
    /// Its text with single blanks.
    text: String,
    /// For each character of `text`: its byte range in the XML, and its text element; `None` for a blank
    /// that a tab or a line break leaves.
    places: Vec<Option<(usize, usize, usize)>>,
}

/// The words that a comment stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Anchor {
    pub(super) paragraph: usize,
    /// Positions of the first and the last character in the paragraph.
    first: usize,
    last: usize,
}

impl Page {
    pub(super) fn read(xml: &str) -> Self {
        let page = Self {
            xml: xml.to_owned(),
            runs: Vec::new(),
            texts: Vec::new(),
            paragraphs: Vec::new(),
        };
        let mut reader =
            Reader { page, open: Vec::new(), within: Vec::new(), text: None, properties: None };
        tags(xml, |tag| reader.tag(&tag));
        reader.page
    }

    /// Where `words` stand, at or after paragraph `from` rather than before it; `None` if they stand in
    /// no paragraph, or there are none.
    pub(super) fn find(&self, words: &str, from: usize) -> Option<Anchor> {
        let words: Vec<&str> = words.split_whitespace().collect();
        let whole = words.join(" ");
        let beginning = words[..words.len().min(BEGINNING)].join(" ");
        if whole.is_empty() {
            return None;
        }
        self.find_exactly(&whole, from).or_else(|| {
            let start = self.find_exactly(&beginning, from)?;
            let last = self.paragraphs[start.paragraph].places.iter().rposition(Option::is_some)?;
            Some(Anchor { last, ..start })
        })
    }

    fn find_exactly(&self, words: &str, from: usize) -> Option<Anchor> {
        let n = self.paragraphs.len();
        (from..n).chain(0..from.min(n)).find_map(|paragraph| {
            let text = &self.paragraphs[paragraph].text;
            let at = text.find(words)?;
            let first = text[..at].chars().count();
            Some(Anchor { paragraph, first, last: first + words.chars().count() - 1 })
        })
    }

    /// The first paragraph with text.
    pub(super) fn first(&self) -> Option<Anchor> {
        let (paragraph, found) = self
            .paragraphs
            .iter()
            .enumerate()
            .find(|(_, p)| p.places.iter().any(Option::is_some))?;
        let first = found.places.iter().position(Option::is_some)?;
        let last = found.places.iter().rposition(Option::is_some)?;
        Some(Anchor { paragraph, first, last })
    }

    /// The XML with the marks of each comment, by its id.
    pub(super) fn with_anchors(&self, anchors: &[(u64, Anchor)]) -> String {
        // Position, what it replaces, what comes there. At one position an end comes before a start.
        let mut edits: Vec<(usize, usize, String)> = Vec::new();
        for (id, anchor) in anchors {
            let places = &self.paragraphs[anchor.paragraph].places;
            let (Some(first), Some(last)) = (places[anchor.first], places[anchor.last]) else {
                continue;
            };
            let end = format!(
                "<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>"
            );
            edits.push(self.edit(last.1, last.2, &end, false));
            edits.push(self.edit(
                first.0,
                first.2,
                &format!("<w:commentRangeStart w:id=\"{id}\"/>"),
                true,
            ));
            // Word would drop a blank at the cut.
            edits.extend([first.2, last.2].map(|text| {
                let (start, end) = self.texts[text].tag;
                (start, end, "<w:t xml:space=\"preserve\">".to_owned())
            }));
        }
        edits.sort_by_key(|(start, end, _)| (*start, *end));
        edits.dedup_by(|b, a| a == b && a.0 < a.1);
        let mut out = String::with_capacity(self.xml.len() * 2);
        let mut at = 0;
        for (start, end, new) in edits {
            out.push_str(&self.xml[at..start]);
            out.push_str(&new);
            at = end;
        }
        out + &self.xml[at..]
    }

    /// The edit that puts `mark` at byte `at` of a text element: beside the run if it stands at its edge,
    /// else between two halves of the run.
    fn edit(&self, at: usize, text: usize, mark: &str, is_start: bool) -> (usize, usize, String) {
        let element = &self.texts[text];
        let run = &self.runs[element.run];
        if is_start && run.leads && run.first == Some(text) && at == element.content.0 {
            return (run.start, run.start, mark.to_owned());
        }
        if !is_start && run.trails && run.last == Some(text) && at == element.content.1 {
            return (run.end, run.end, mark.to_owned());
        }
        let properties = &run.properties;
        let cut = format!("</w:t></w:r>{mark}<w:r>{properties}<w:t xml:space=\"preserve\">");
        (at, at, cut)
    }
}

/// Goes through the XML once.
struct Reader {
    page: Page,
    /// The paragraphs that are open; a text box stands within one.
    open: Vec<usize>,
    /// The runs that are open, likewise.
    within: Vec<usize>,
    text: Option<usize>,
    /// Start of the properties of the run, and their depth: a tracked change holds old ones.
    properties: Option<(usize, usize)>,
}

impl Reader {
    fn tag(&mut self, tag: &Tag<'_>) {
        match &tag.event {
            Event::Start(one) => self.start(one.name().as_ref(), tag),
            Event::Empty(one) => self.empty(one.name().as_ref()),
            Event::End(one) => self.end(one.name().as_ref(), tag),
            Event::Text(text) => self.characters(text, tag.start),
            Event::GeneralRef(name) => {
                if let Some(c) = character(name) {
                    self.push(c, tag.start, tag.end);
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "w:p" => {
                self.open.push(self.page.paragraphs.len());
                self.page.paragraphs.push(Paragraph::default());
            }
            "w:r" => {
                self.other();
                self.within.push(self.page.runs.len());
                self.page.runs.push(Run {
                    start: tag.start,
                    end: tag.end,
                    properties: String::new(),
                    first: None,
                    last: None,
                    leads: true,
                    trails: true,
                });
            }
            "w:rPr" if !self.within.is_empty() => match &mut self.properties {
                Some((_, depth)) => *depth += 1,
                None => self.properties = Some((tag.start, 0)),
            },
            "w:t" => self.text_element(tag),
            _ => self.other(),
        }
    }

    fn text_element(&mut self, tag: &Tag<'_>) {
        let Some(&run) = self.within.last() else { return };
        let text = self.page.texts.len();
        self.page.texts.push(TextElement {
            run,
            tag: (tag.start, tag.end),
            content: (tag.end, tag.end),
        });
        let own = &mut self.page.runs[run];
        own.first = own.first.or(Some(text));
        (own.last, own.trails) = (Some(text), true);
        self.text = Some(text);
    }

    /// Notes that a run holds something that is not text.
    fn other(&mut self) {
        if let Some(&run) = self.within.last().filter(|_| self.properties.is_none()) {
            let run = &mut self.page.runs[run];
            run.leads &= run.first.is_some();
            run.trails = false;
        }
    }

    fn empty(&mut self, name: &str) {
        if name != "w:rPr" {
            self.other();
        }
        match name {
            "w:tab" | "w:br" | "w:cr" if !self.within.is_empty() && self.properties.is_none() => {
                self.blank();
            }
            "w:noBreakHyphen" => self.sign('-'),
            _ => {}
        }
    }

    fn end(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "w:p" => {
                self.open.pop();
            }
            "w:r" => {
                if let Some(run) = self.within.pop() {
                    self.page.runs[run].end = tag.end;
                }
            }
            "w:rPr" => match (&mut self.properties, self.within.last()) {
                (Some((_, depth)), _) if *depth > 0 => *depth -= 1,
                (Some((start, _)), Some(&run)) => {
                    self.page.runs[run].properties = self.page.xml[*start..tag.end].to_owned();
                    self.properties = None;
                }
                _ => self.properties = None,
            },
            "w:t" => {
                if let Some(text) = self.text.take() {
                    self.page.texts[text].content.1 = tag.start;
                }
            }
            _ => {}
        }
    }

    fn characters(&mut self, text: &str, start: usize) {
        if self.text.is_none() {
            return;
        }
        for (at, c) in text.char_indices() {
            self.push(c, start + at, start + at + c.len_utf8());
        }
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        let Some(text) = self.text else { return };
        if c.is_whitespace() {
            return self.blank();
        }
        // Zero-width characters and soft hyphens are not part of the words that were read.
        if matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}') {
            return;
        }
        if let Some(paragraph) = self.paragraph() {
            paragraph.text.push(c);
            paragraph.places.push(Some((start, end, text)));
        }
    }

    fn blank(&mut self) {
        if let Some(paragraph) =
            self.paragraph().filter(|p| !p.text.is_empty() && !p.text.ends_with(' '))
        {
            paragraph.text.push(' ');
            paragraph.places.push(None);
        }
    }

    fn sign(&mut self, c: char) {
        if let Some(paragraph) = self.paragraph() {
            paragraph.text.push(c);
            paragraph.places.push(None);
        }
    }

    fn paragraph(&mut self) -> Option<&mut Paragraph> {
        let at = *self.open.last()?;
        self.page.paragraphs.get_mut(at)
    }
}

/// The character that a reference stands for.
fn character(name: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return Some(c);
    }
    resolve_predefined_entity(name)?.chars().next()
}
