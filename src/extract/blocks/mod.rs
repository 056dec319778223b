//! Lines -> blocks: headings, paragraphs, list items, notes. Sentences cut by page breaks are joined.

mod builder;
mod endings;
mod headings;
mod join;
mod notes;

use super::{
    flow::Flow,
    layout::Layout,
    marker::{Marker, Style},
};
use crate::domain::Document;
use crate::text::codes::is_code;
use crate::text::columns::Column;

pub(crate) use self::endings::ends_sentence;

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A heading, with its level if the format gives one.
    Heading(Option<u8>),
    /// A list item.
    Item(Marker),
    /// Running text.
    Paragraph,
    /// A footnote.
    Note,
    /// A row of a table.
    Row,
}

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    pub(crate) flow: Flow,
    /// First and last line, 0-based; notes and furniture may lie between them.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Whether a blank line precedes it.
    pub(crate) gap: bool,
    /// List level given by the format; 0 if it gives none.
    pub(crate) depth: u8,
    /// The printed number of a heading: "6.".
    pub(crate) label: Option<String>,
    /// What a label at its start says about it: "Management response:". The text is without the label,
    /// and may be empty.
    pub(crate) run_in: Option<Column>,
    /// Bytes at the start of its text that are printed in bold.
    pub(crate) bold: usize,
    /// Whether it begins with a superscript number, as footnotes do.
    raised: bool,
    /// Whether it begins with an asterisk: a bullet, or a footnote if no neighbour has one.
    star: bool,
}

impl Block {
    /// Its clean text.
    pub(crate) fn text(&self) -> &str {
        self.flow.text()
    }

    /// Its marker, if it is a list item.
    pub(crate) fn marker(&self) -> Option<&Marker> {
        match &self.kind {
            Kind::Item(marker) => Some(marker),
            Kind::Heading(_) | Kind::Paragraph | Kind::Note | Kind::Row => None,
        }
    }

    /// Whether it is nothing but the label or code of a recommendation, above its details and its text: "021/24".
    pub(crate) fn is_label(&self) -> bool {
        let labels = |m: &Marker| m.style == Style::Labelled || is_code(&m.printed);
        self.flow.is_empty() && self.marker().is_some_and(labels)
    }

    /// Whether it is a paragraph or an item that gives a detail of the recommendations above it: their
    /// response, status, owner or deadline.
    pub(crate) fn detail(&self) -> Option<Column> {
        self.run_in.filter(|column| match column {
            Column::Owner | Column::Deadline | Column::Status | Column::Response => true,
            Column::Number | Column::Agency | Column::Recommendation | Column::Finding => false,
        })
    }

    /// Whether all of it is printed in bold.
    pub(crate) fn is_bold(&self) -> bool {
        self.bold > 0 && self.bold >= self.text().trim_end().len()
    }

    /// Whether it is a heading.
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.kind, Kind::Heading(_))
    }
}

/// The blocks of `document`, in order.
pub(crate) fn blocks(document: &Document, layout: &Layout) -> Vec<Block> {
    let mut lines = builder::blocks(document, layout);
    notes::mark(&mut lines, layout);
    let mut joined = join::join(lines);
    headings::mark(&mut joined, layout);
    joined
}
