//! What changed since an older report.

use crate::domain::{Changes, Moved, RecommendationId, ThemeChange, ThemeName};
use crate::report::document::{Block, Section, Table};
use crate::report::words::{capitalized, clean, list_some, said};

/// Recommendations named before the rest is counted.
const NAMED: usize = 20;

pub(super) fn section(changes: &Changes) -> Section {
    let sentences = sentences(changes).into_iter();
    let mut blocks: Vec<Block> = sentences.map(Block::paragraph).collect();
    let rows = rows(changes);
    if !rows.is_empty() {
        blocks.push(Block::note("A number in brackets counts a theme's recommendations."));
        let columns = [("Change", 20), ("Before", 40), ("Now", 40)];
        blocks.push(Block::Table(Table::texts(columns, rows)));
    }
    Section::new("changes", "Changes since the last report", blocks)
}

/// Change, before, now.
pub(in crate::report) fn rows(changes: &Changes) -> Vec<[String; 3]> {
    changes.themes.iter().map(theme).chain(changes.moved.iter().map(moved)).collect()
}

fn theme(change: &ThemeChange) -> [String; 3] {
    let all = |themes: &[ThemeName]| themes.iter().map(name).collect::<Vec<_>>().join("; ");
    let (what, before, after) = change.told();
    [format!("Theme {what}"), all(before), all(after)]
}

fn moved(moved: &Moved) -> [String; 3] {
    let place = |theme: &Option<ThemeName>| theme.as_ref().map_or("no theme".to_owned(), name);
    [format!("{} moved", clean(moved.id.as_str())), place(&moved.from), place(&moved.to)]
}

/// "Data collection (5)": a theme's label and number of recommendations.
fn name(theme: &ThemeName) -> String {
    format!("{} ({})", capitalized(&clean(&theme.label)), theme.members)
}

/// What happened to the rest.
pub(in crate::report) fn sentences(changes: &Changes) -> Vec<String> {
    if changes.is_empty() {
        return vec!["Nothing changed.".to_owned()];
    }
    let mut sentences = vec![said(changes.kept, "theme", "continues.", "continue.")];
    for (ids, one, many) in [
        (&changes.added, "is new", "are new"),
        (&changes.removed, "is gone", "are gone"),
        (&changes.reworded, "has new wording", "have new wording"),
    ] {
        if !ids.is_empty() {
            let what = said(ids.len(), "recommendation", one, many);
            sentences.push(format!("{what}: {}.", listed(ids)));
        }
    }
    sentences
}

fn listed(ids: &[RecommendationId]) -> String {
    let names: Vec<String> = ids.iter().map(|id| clean(id.as_str())).collect();
    list_some(&names, NAMED)
}
