//! Sections of a document, and whether it keeps its recommendations in sections of their own.

use std::ops::Range;

use super::tables::Table;
use crate::extract::{
    blocks::Block,
    cues::{Cues, Role, is_mixed},
    outline::{Outline, Place},
    score::judge,
};

/// A run of blocks in one section.
#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) range: Range<usize>,
    pub(super) role: Role,
    /// Whether its heading also names things other than recommendations.
    pub(super) mixed: bool,
}

/// The sections, in order: runs of blocks with the same heading, chapter and role.
pub(super) fn sections(blocks: &[Block], outline: &Outline) -> Vec<Section> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < outline.places.len() {
        let place = outline.places[at];
        let same = |p: &&Place| {
            p.section == place.section && p.chapter == place.chapter && p.role == place.role
        };
        let len = outline.places[at..].iter().take_while(same).count().max(1);
        let mixed = place.section.is_some_and(|s| is_mixed(blocks[s].text()));
        out.push(Section { range: at..at + len, role: place.role, mixed });
        at += len;
    }
    out
}

/// Whether the document keeps its recommendations in sections of their own, which are short and ask.
pub(super) fn is_structured(
    blocks: &[Block],
    sections: &[Section],
    tables: &[Table],
    cues: &Cues,
) -> bool {
    let size =
        |range: &Range<usize>| blocks[range.clone()].iter().map(|b| b.text().len()).sum::<usize>();
    let whole = size(&(0..blocks.len()));
    let asking = sections.iter().filter(|s| s.role == Role::Recommendations);
    let mut own = 0;
    let mut found = 0;
    // Under a heading such as "Deliberations and recommendations", only a long list counts.
    let mut least = 8;
    for section in asking {
        own += size(&section.range);
        if !section.mixed {
            least = 2;
        }
        let inside = |t: &&Table| section.range.contains(&t.rows.start);
        found += tables.iter().filter(inside).map(|t| t.entries.len()).sum::<usize>();
        let texts = blocks[section.range.clone()].iter().filter(|b| !b.is_heading());
        found += texts
            .filter(|b| {
                b.marker().is_some() || judge(b.text(), cues).is_some_and(|j| j.score > 0.0)
            })
            .count();
    }
    let most = if least == 2 { 4 } else { 2 };
    found >= least && own * 5 < whole * most
}
