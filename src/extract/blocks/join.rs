//! Rejoins text that page breaks, notes and false bullets have split.

use super::{
    Block, Kind,
    endings::{ends_hanging, is_open},
};
use crate::extract::marker::Style;

/// Joins blocks that page breaks, notes and false bullets have split.
pub(super) fn join(blocks: Vec<Block>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    // Index in `out` of the last block that is not a note.
    let mut last: Option<usize> = None;
    for block in blocks {
        if let Some(at) = interrupted(&out, last, &block) {
            out[at].flow.extend(&block.flow);
            out[at].last = block.last;
            continue;
        }
        match last.map(|at| &mut out[at]) {
            Some(before) if block.kind != Kind::Note && continues(before, &block) => {
                before.flow.extend(&block.flow);
                before.last = block.last;
            }
            Some(_) | None => {
                if block.kind != Kind::Note {
                    last = Some(out.len());
                }
                out.push(block);
            }
        }
    }
    out
}

/// The first half of a text that a running head or marginal title cut in two, if `block` is the
/// second half.
fn interrupted(out: &[Block], last: Option<usize>, block: &Block) -> Option<usize> {
    let heading = last.filter(|&at| out[at].is_heading() && !is_open_title(&out[at]))?;
    let before = out[..heading].iter().rposition(|b| b.kind != Kind::Note)?;
    let text = out[before].text();
    let half = block.kind == Kind::Paragraph
        && block.run_in.is_none()
        && block.text().starts_with(char::is_lowercase);
    let cut = !out[before].is_heading()
        && out[before].kind != Kind::Row
        && is_open(text)
        && text.len() > 60;
    (half && cut).then_some(before)
}

/// Whether a text ends as the last but one item of a list does: "...; and".
fn ends_item(text: &str) -> bool {
    text.rsplit_once(' ').is_some_and(|(before, _)| before.ends_with(';'))
}

/// Whether a heading is so long that it may be the first half of a sentence.
fn is_open_title(block: &Block) -> bool {
    block.text().len() > 60
}

/// Whether `block` completes a sentence that `before` began.
fn continues(before: &Block, block: &Block) -> bool {
    let plain = match &block.kind {
        Kind::Paragraph => true,
        Kind::Item(marker) => marker.style == Style::Bullet,
        Kind::Heading(_) | Kind::Note | Kind::Row => false,
    };
    if !plain || block.run_in.is_some() || matches!(before.kind, Kind::Row) {
        return false;
    }
    if matches!(before.kind, Kind::Heading(_)) {
        // Converters may turn the first line of a paragraph into a heading.
        return is_open(before.text())
            && block.text().starts_with(char::is_lowercase)
            && before.text().len() > 20;
    }
    let text = before.text();
    let lower = block.text().starts_with(char::is_lowercase);
    let bullet = block.marker().is_some();
    let least = if before.marker().is_some() { 8 } else { 20 };
    if lower && is_open(text) && text.len() > least {
        // Lower-case fragments with bullets are a list, unless the one before was cut in mid-phrase.
        let list = bullet && before.marker().is_some_and(|m| m.style == Style::Bullet);
        return !list || ends_hanging(text) && !ends_item(text);
    }
    is_open(text) && ends_hanging(text) && text.len() > 60 && !bullet && block.text().len() > 30
}
