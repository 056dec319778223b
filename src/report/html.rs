//! A document as one page that needs no network and no server. Every text is escaped by the template
//! engine; templates hold markup and the words of the page's controls.
//!
//! Without script only the pictures and the search box are missing: pictures stand as tables and lists
//! too. A draft's page has no script at all.

use std::borrow::Borrow;

use askama::Template;
use serde_json::{Value, json};

use super::answers::verdict_name;
use super::document::{
    Block, Choice, Document, Find, Inline, Item, List, ListStyle, Section, Text, Tone,
};
use super::number;
use super::overlap::map_of;
use super::words::shorten;
use crate::domain::{BlockRole, Overlap, Pictures};

/// The style of the report; other pages that show its blocks share it.
pub const STYLE: &str = include_str!("templates/style.css");
/// The style of a draft with notes.
pub const DRAFT_STYLE: &str = include_str!("templates/draft.css");
/// The library that draws pictures, and the script that draws the report's with it.
pub const CHARTS_LIBRARY: &str = include_str!("charts/echarts.min.js");
const SCRIPT: &str = include_str!("templates/page.js");
/// See [`CHARTS_LIBRARY`]. It reads an element `pictures`.
pub const CHARTS: &str = include_str!("templates/charts.js");

/// The page with its style and scripts, which are ours and go in as they are.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/askama.toml")]
struct Page<'a> {
    document: &'a Document,
    style: &'static str,
    /// What the pictures are drawn from; `None` for a page without scripts.
    pictures: Option<String>,
}

#[derive(Template)]
#[template(path = "blocks.html", config = "src/report/askama.toml")]
struct Blocks<'a> {
    blocks: &'a [Block],
    /// Of the heading above them.
    level: u8,
}

#[derive(Template)]
#[template(path = "section.html", config = "src/report/askama.toml")]
struct Part<'a> {
    part: &'a Section,
    level: u8,
}

#[derive(Template)]
#[template(path = "text.html", config = "src/report/askama.toml")]
struct Line<'a> {
    pieces: &'a [Inline],
}

/// The whole page.
#[must_use]
pub fn html(document: &Document) -> String {
    let is_searched = document.sections.iter().any(|section| section.finds.is_some());
    let style = if is_searched { STYLE } else { DRAFT_STYLE };
    // Inside a script element only "<" could end it, or begin a comment.
    let pictures = is_searched.then(|| pictures(document).to_string().replace('<', "\\u003c"));
    Page { document, style, pictures }.render().expect("no filter of ours fails, nor does a String")
}

/// What stands between the head and the foot of the page, for a page of another's.
#[must_use]
pub fn fragment(document: &Document) -> String {
    let parts = document.sections.iter().map(|part| section(part, 2).to_string());
    std::iter::once(blocks(&document.head, 1).to_string()).chain(parts).collect()
}

/// What [`CHARTS`] draws the map from, for a page of another's. It has no text of recommendations.
#[must_use]
pub fn map(overlap: &Overlap, pictures: &Pictures) -> Value {
    let mut data = no_pictures();
    data["map"] = map_of(overlap, pictures);
    data
}

fn no_pictures() -> Value {
    json!({
        "map": { "dots": [], "themes": [] },
        "network": { "agencies": [], "ties": [] },
        "matrix": { "agencies": [], "rows": [] },
        // The link of a tooltip, for fingers.
        "go": "Go to it",
    })
}

/// The data of all pictures; one that the document lacks is empty.
fn pictures(document: &Document) -> Value {
    let mut data = no_pictures();
    for block in document.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            Block::Map(map) => data["map"] = map.clone(),
            Block::Network(network) => data["network"] = network.clone(),
            Block::Matrix(matrix) => data["matrix"] = json!(matrix),
            _ => {}
        }
    }
    data
}

// What the templates ask for. The engine hands over some arguments by reference, others by value.

fn blocks(blocks: &[Block], level: u8) -> Blocks<'_> {
    Blocks { blocks, level }
}

fn section(part: &Section, level: u8) -> Part<'_> {
    Part { part, level }
}

fn line(text: &Text) -> Line<'_> {
    Line { pieces: &text.0 }
}

fn piece(piece: &Inline) -> Line<'_> {
    Line { pieces: std::slice::from_ref(piece) }
}

/// The first block of a short item, which stands without a paragraph of its own, and the rest.
fn split<'a>(item: &'a Item, list: &List) -> (Option<&'a Text>, &'a [Block]) {
    match item.blocks.split_first() {
        Some((Block::Paragraph(text), rest)) if list.style.is_short() => (Some(text), rest),
        _ => (None, &item.blocks),
    }
}

impl List {
    fn opened(&self) -> &[Item] {
        &self.items[..self.open.min(self.items.len())]
    }

    fn folded(&self) -> &[Item] {
        &self.items[self.opened().len()..]
    }
}

impl ListStyle {
    fn class(self) -> &'static str {
        match self {
            Self::Bullets => "plain",
            Self::Ranked => "ranked",
            Self::Entries => "items",
            Self::Full => "full",
            Self::Near => "near",
        }
    }

    fn is_short(self) -> bool {
        !matches!(self, Self::Entries | Self::Full)
    }
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Fair => "fair",
            Self::Weak => "weak",
            Self::Relation(relation) => verdict_name(relation),
            Self::Opposite => "opposite",
        }
    }
}

fn whole(n: impl Borrow<usize>) -> String {
    number::whole(*n.borrow())
}

/// Numbers of agencies, as the search reads them.
fn agencies(find: &Find) -> String {
    let numbers: Vec<String> = find.agencies.iter().map(ToString::to_string).collect();
    numbers.join(" ")
}

/// The class of a cell that holds `n` recommendations.
fn shade(n: impl Borrow<usize>) -> &'static str {
    ["n1", "n2", "n3", "n4"][(*n.borrow()).clamp(1, 4) - 1]
}

/// A share as the width of a bar, in per cent.
fn width(share: impl Borrow<f64>) -> String {
    let share = *share.borrow();
    if share.is_finite() { format!("{:.1}", 100.0 * share.clamp(0.0, 1.0)) } else { "0".to_owned() }
}

/// The element of a piece of a draft, whose headings stand below those of the page.
fn tag(role: impl Borrow<BlockRole>, level: u8) -> String {
    match *role.borrow() {
        BlockRole::Heading(own) => format!("h{}", (own + level).clamp(level + 1, 6)),
        BlockRole::Item | BlockRole::Paragraph => "p".to_owned(),
    }
}
