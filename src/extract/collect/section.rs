//! Sections of a document, and whether it keeps its recommendations in sections of their own.

use std::ops::Range;

use super::tables::Table;
use crate::extract::{
    blocks::Block,
    cues::{Cues, Role, is_mixed, refers_back},
    fold::fold,
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

/// Fewest rows of a table, or items of a list, that is where a document keeps its recommendations.
const LEAST_ROWS: usize = 2;

/// Whether the document keeps its recommendations in sections or tables of their own, which are short and ask.
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
        // A list that refers back to the text is where a mixed section keeps what it recommends.
        let items = blocks[section.range.clone()].iter().filter(|b| b.marker().is_some());
        if !section.mixed || items.filter(|b| refers_back(b.text())).count() >= LEAST_ROWS {
            least = 2;
        }
        let inside = |t: &&Table| section.range.contains(&t.rows.start);
        found += tables.iter().filter(inside).map(|t| t.entries.len()).sum::<usize>();
        let texts = blocks[section.range.clone()].iter().filter(|b| !b.is_heading());
        found += texts
            .filter(|b| {
                b.marker().is_some()
                    || judge(b.text(), cues).is_some_and(|j| j.score > 0.0)
                    || !section.mixed && cues.has_form_of_demand(&fold(b.text()))
            })
            .count();
    }
    // A table with a column "Recommendation" keeps them too, wherever it stands.
    let place = |at: usize| sections.iter().find(|s| s.range.contains(&at));
    let body = |t: &&Table| place(t.rows.start).is_some_and(|s| s.role == Role::Body);
    for table in tables.iter().filter(|t| t.is_named && t.entries.len() >= LEAST_ROWS).filter(body)
    {
        own += size(&table.rows);
        found += table.entries.len();
        least = 2;
    }
    let most = if least == 2 { 4 } else { 2 };
    found >= least && own * 5 < whole * most
}
