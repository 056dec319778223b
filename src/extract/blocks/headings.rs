//! Headings among short paragraphs and numbered lines.

use super::{Block, Kind, endings::STOPS};
use crate::extract::{
    attributed, cues,
    layout::Layout,
    marker::{Form, Marker, Style},
};
use crate::text::columns::Column;

/// Turns short paragraphs and numbered lines that stand alone into headings.
pub(super) fn mark(blocks: &mut [Block], layout: &Layout) {
    for at in 0..blocks.len() {
        let next = blocks[at + 1..].iter().find(|b| b.kind != Kind::Note);
        let next_gap = next.is_none_or(is_apart);
        let block = &blocks[at];
        // "Findings" heads a section, "Priority: High" says something of one.
        let labelled = block
            .run_in
            .is_some_and(|column| column != Column::Finding || block.text().contains(": "));
        let heading = match &block.kind {
            _ if labelled => false,
            Kind::Paragraph if names_role(block.text()) => true,
            Kind::Item(marker) if is_section_number(marker) && names_role(block.text()) => true,
            Kind::Paragraph => {
                let short =
                    block.text().chars().count() < 60 && block.text().split(' ').count() <= 7;
                let apart = is_apart(block)
                    && (short || next_gap || next.is_some_and(|b| b.marker().is_none()));
                apart
                    && is_title(block.text())
                    && block.text().len() <= layout.width.unwrap_or(160).max(40) * 2
            }
            Kind::Item(marker) => numbered_heading(blocks, at, marker, next),
            Kind::Heading(_) | Kind::Note | Kind::Row => false,
        };
        if heading {
            let level = blocks[at].marker().map(level_of);
            blocks[at].label = blocks[at].marker().map(|m| m.printed.clone());
            blocks[at].kind = Kind::Heading(level);
        }
    }
}

/// Whether a block is set apart from the one before it: by a blank line, or in bold.
fn is_apart(block: &Block) -> bool {
    block.gap || block.is_bold()
}

/// Whether a short title names recommendations, challenges or another section role.
pub(super) fn names_role(text: &str) -> bool {
    !text.starts_with('(')
        && text.chars().count() <= 90
        && text.split(' ').count() <= 9
        && is_title(text)
        && cues::role_of(text).is_some()
}

/// Level of a numbered heading, by its style and its number of parts; above all unnumbered ones.
fn level_of(marker: &Marker) -> u8 {
    match marker.style {
        Style::CapitalRoman => 1,
        Style::Native if marker.form == Form::Dotted => 1,
        Style::Capital | Style::Number | Style::Labelled => 2,
        Style::Decimal => 3 + marker.prefix.matches('.').count().min(3) as u8,
        Style::Letter | Style::Roman | Style::Bullet | Style::Native => 5,
    }
}

/// Whether a marker could number a section.
pub(super) fn is_section_number(marker: &Marker) -> bool {
    let counted = matches!(
        marker.style,
        Style::Number | Style::Decimal | Style::Capital | Style::CapitalRoman | Style::Native
    );
    counted && !marker.bullet && matches!(marker.form, Form::Dotted | Form::Bare)
}

fn numbered_heading(blocks: &[Block], at: usize, marker: &Marker, next: Option<&Block>) -> bool {
    let block = &blocks[at];
    if !is_section_number(marker) || !is_apart(block) || !is_title(block.text()) {
        return false;
    }
    let text = block.text();
    let follows = next.is_some_and(|b| {
        let sub = b.marker().is_some_and(|m| m.style != marker.style);
        let apart = b.gap || block.is_bold() && !b.is_bold();
        (apart || text.len() < 60) && (sub && apart || b.marker().is_none())
    });
    // In a list the neighbours are items of the same kind, but a heading has text below it.
    follows && text.split(' ').count() <= 16
}

/// Most characters of a heading whose script has no blanks; more is a sentence.
const TITLE_WITHOUT_BLANKS: usize = 40;

/// Whether a text has no blank and is too long for a heading.
fn is_long_run(text: &str) -> bool {
    !text.contains(' ') && text.chars().nth(TITLE_WITHOUT_BLANKS).is_some()
}

/// Whether a text could be a heading: short, not a sentence, and capitalised like a title.
pub(super) fn is_title(text: &str) -> bool {
    let words = text.split(' ').count();
    let begins = text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase());
    // Two dots are the remains of the leaders in a table of contents.
    let ends = !text.ends_with(STOPS) && !text.ends_with([',', '-', '，', '、', '،'])
        || text.ends_with("..");
    // "Report all incidents. (015/22)" is a sentence with its number.
    let bracketed = text.ends_with([')', ']']) && (text.contains(". (") || text.contains(". ["));
    let ends = ends && !bracketed;
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let asks = [
        " should ",
        " must ",
        " shall ",
        " devrait ",
        " doit ",
        " debe ",
        " debería ",
        " recommend that ",
    ];
    let sentence = words > 8 && asks.iter().any(|verb| text.contains(verb));
    let shaped = begins && ends && letters * 2 > text.chars().count();
    words <= 18
        && text.chars().count() <= 160
        && !is_long_run(text)
        && shaped
        && !sentence
        && attributed::marked(text).is_none()
}
