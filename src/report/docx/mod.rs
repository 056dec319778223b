//! A document for Word: headings, tables, a footnote for every source, a comment for every note.
//!
//! Long lists are cut where a document would become a ledger, and details are left to the workbook. A
//! draft is built anew from the text that was read: headings, list items and paragraphs stay, the layout
//! of a file that was checked does not.

mod anchors;
mod annotate;
mod comments;
mod contents;
mod styles;
mod table;

use std::io::Cursor;

use docx_rs::{Docx, Footnote, LineSpacing, Paragraph, Run};

pub use annotate::docx_commented;

use super::document::{
    Block, Document, Fold, Inline, List, ListStyle, Medium, Quote, Section, Source, Text, Theme,
};
use super::{Unwritable, number};

/// Entries of the lists of one part.
const MOST: usize = 100;
const SOFT: &str = "526070";
/// A document with this part is long and has a list of contents; a draft is as long as its author made it.
const CONTENTS_BEFORE: &str = "glance";

/// The whole document.
///
/// # Errors
/// If the document cannot be packed.
pub fn docx(document: &Document) -> Result<Vec<u8>, Unwritable> {
    let mut out = Writer {
        docx: styles::styled(),
        paragraphs: 0,
        footnotes: 0,
        shown: 0,
        entries: 0,
        listed: Vec::new(),
    };
    let title = out.empty().style("Title").add_run(plain(&document.title));
    out.add(title);
    out.paragraph(&Text::from(format!("{}. {}", document.kind, document.lede)), 0);
    out.blocks(&document.head, 0, 0);
    for part in document.sections.iter().filter(|part| part.medium == Medium::Any) {
        out.section(part, 1);
    }
    out.soft(&Text::from(&*document.imprint), 0);
    if document.sections.iter().any(|part| part.anchor == CONTENTS_BEFORE) {
        out.contents();
    }
    let mut bytes = Cursor::new(Vec::new());
    out.docx.build().pack(&mut bytes).map_err(|error| Unwritable(error.to_string()))?;
    let remarks: Vec<_> = annotate::remarks(document).collect();
    let bytes = comments::edited(&bytes.into_inner(), table::with_heading_rows)?;
    if remarks.is_empty() { Ok(bytes) } else { comments::commented(&bytes, &remarks) }
}

/// The document, written from top to bottom. Paragraphs and footnotes are counted here: the library's
/// own counts go on from document to document.
struct Writer {
    docx: Docx,
    paragraphs: usize,
    footnotes: usize,
    /// Entries of this part that are shown, and all of them.
    shown: usize,
    entries: usize,
    /// Level and text of the headings in the list of contents, in order.
    listed: Vec<(usize, String)>,
}

impl Writer {
    /// An empty paragraph.
    fn empty(&mut self) -> Paragraph {
        self.paragraphs += 1;
        Paragraph::new().id(format!("{:08x}", self.paragraphs))
    }

    fn spaced(&mut self) -> Paragraph {
        self.empty().line_spacing(LineSpacing::new().after(120))
    }

    fn add(&mut self, paragraph: Paragraph) {
        let docx = std::mem::take(&mut self.docx);
        self.docx = docx.add_paragraph(paragraph);
    }

    fn section(&mut self, part: &Section, level: usize) {
        let outer = (std::mem::take(&mut self.shown), std::mem::take(&mut self.entries));
        self.listed_heading(level, part.title);
        self.blocks(&part.blocks, level, 0);
        if self.shown < self.entries {
            let (shown, all) = (number::whole(self.shown), number::whole(self.entries));
            let cut =
                format!("{shown} of {all} entries are shown; the Excel workbook has them all.");
            self.paragraph(&cut.into(), 0);
        }
        (self.shown, self.entries) = outer;
    }

    fn heading(&mut self, level: usize, text: &str) {
        let style = format!("Heading{}", level.clamp(1, 6));
        let heading = self.empty().style(&style).keep_next(true).add_run(plain(text));
        self.add(heading);
    }

    /// A heading that the list of contents has, if its level is high enough.
    fn listed_heading(&mut self, level: usize, text: &str) {
        if level > contents::LEVELS {
            return self.heading(level, text);
        }
        self.listed.push((level, text.to_owned()));
        let heading = self.empty().style(&format!("Heading{level}")).keep_next(true);
        let heading = contents::bookmarked(heading, self.listed.len(), plain(text));
        self.add(heading);
    }

    /// Blocks below a heading of a level, `depth` steps into lists and themes.
    fn blocks(&mut self, blocks: &[Block], level: usize, depth: i32) {
        for block in blocks {
            self.block(block, level, depth);
        }
    }

    fn block(&mut self, block: &Block, level: usize, depth: i32) {
        match block {
            Block::Section(part) => self.section(part, level + 1),
            Block::Heading(text) => self.heading(level + 1, text),
            Block::Paragraph(text) => self.paragraph(text, depth),
            Block::Note(text) => self.soft(text, depth),
            Block::Figures(figures) => {
                let said: Vec<String> =
                    figures.iter().map(|f| format!("{} {}", f.value, f.what)).collect();
                self.paragraph(&format!("{}.", said.join("; ")).into(), depth);
            }
            Block::Columns(columns) => {
                for blocks in columns {
                    self.blocks(blocks, level, depth);
                }
            }
            Block::List(list) => self.list(list, level, depth),
            Block::Facts(facts) => {
                for (name, value) in facts {
                    self.paragraph(&Text::strong(format!("{name}: ")).then(&**value), depth);
                }
            }
            Block::Table(table) => self.table(table),
            Block::Quote(quote) => self.quote(quote, depth),
            Block::Fold(fold) => self.fold(fold, level, depth),
            Block::More(blocks) => self.blocks(blocks, level, depth),
            Block::Theme(theme) => self.theme(theme, level + 1),
            Block::Matrix(matrix) => self.matrix(matrix),
            Block::Annotated(annotated) => self.annotated(annotated, level),
            // Pictures are for a screen, and matches stand in the comments of their statement.
            Block::Map(_) | Block::Network(_) | Block::Match(_) => {}
        }
    }

    fn paragraph(&mut self, text: &Text, depth: i32) {
        let start = indented(self.spaced(), depth);
        let paragraph = self.line(start, text, None);
        self.add(paragraph);
    }

    /// Small print, or what stands under an entry.
    fn soft(&mut self, text: &Text, depth: i32) {
        let start = indented(self.spaced(), depth);
        let paragraph = self.line(start, text, Some(SOFT));
        self.add(paragraph);
    }

    fn line(&mut self, start: Paragraph, text: &Text, color: Option<&str>) -> Paragraph {
        text.0.iter().fold(start, |paragraph, piece| {
            let run = match piece {
                Inline::Bar(..) | Inline::OnPage(_) => return paragraph,
                Inline::Source(source) => self.footnote(source),
                Inline::Strong(text) | Inline::Chance(text) => plain(text).bold(),
                Inline::Soft(text) => plain(text).color(SOFT),
                Inline::Plain(text) | Inline::Foreign(text) | Inline::Link(text, _) => plain(text),
                Inline::Mark(_, text) | Inline::Code(text) => plain(text),
            };
            paragraph.add_run(match color {
                Some(color) => run.color(color),
                None => run,
            })
        })
    }

    /// Words of an agency, with the source as a footnote.
    fn quote(&mut self, quote: &Quote, depth: i32) {
        let source = self.footnote(&quote.source);
        let paragraph = indented(self.empty().style("Quote"), depth.max(1))
            .add_run(plain(&format!("{}: ", quote.agency)).bold())
            .add_run(plain(&quote.text))
            .add_run(source);
        self.add(paragraph);
    }

    fn footnote(&mut self, source: &Source) -> Run {
        let note = self.empty().style("FootnoteText").add_run(plain(&format!(" {source}")));
        self.footnotes += 1;
        Run::new().add_footnote_reference(Footnote { id: self.footnotes, content: vec![note] })
    }

    fn list(&mut self, list: &List, level: usize, depth: i32) {
        for (at, item) in list.items.iter().enumerate() {
            if depth == 0 && !self.has_room() {
                continue;
            }
            let mark = match list.style {
                ListStyle::Ranked => format!("{}. ", at + 1),
                ListStyle::Bullets => "\u{2022} ".to_owned(),
                ListStyle::Entries | ListStyle::Full | ListStyle::Near => String::new(),
            };
            let mut rest = item.blocks.as_slice();
            if let Some((Block::Paragraph(text), others)) = rest.split_first() {
                let text = Text::from(mark).followed(text.clone());
                match list.style {
                    ListStyle::Near => self.soft(&text, depth + 1),
                    ListStyle::Entries => self.paragraph(&text, depth),
                    _ => self.paragraph(&text, depth + 1),
                }
                rest = others;
            }
            self.blocks(rest, level, depth + 1);
        }
    }

    /// Whether one more entry fits this part.
    fn has_room(&mut self) -> bool {
        self.entries += 1;
        let fits = self.shown < MOST;
        self.shown += usize::from(fits);
        fits
    }

    /// A detail is left out, but for the notes on a draft.
    fn fold(&mut self, fold: &Fold, level: usize, depth: i32) {
        if fold.is_detail {
            return;
        }
        if self.shown < MOST {
            self.heading(level + 1, &fold.heading());
        }
        self.blocks(&fold.blocks, level + 1, depth);
    }

    fn theme(&mut self, theme: &Theme, level: usize) {
        if !self.has_room() {
            return;
        }
        self.listed_heading(level, &theme.title());
        self.paragraph(&theme.tally, 0);
        theme.facts.iter().for_each(|fact| self.paragraph(fact, 0));
        self.blocks(&theme.blocks, level, 1);
    }
}

fn plain(text: &str) -> Run {
    Run::new().add_text(text)
}

/// Steps of 340 twentieths of a point.
fn indented(paragraph: Paragraph, depth: i32) -> Paragraph {
    if depth == 0 { paragraph } else { paragraph.indent(Some(340 * depth), None, None, None) }
}
