//! What changed since an older report.

use crate::domain::{Changes, Moved, Overlap, RecommendationId, ThemeChange, ThemeName};

use super::words;

/// Recommendations named before the rest is counted.
const NAMED: usize = 20;

/// What changed, in words.
pub(in crate::report) struct ChangesView {
    /// What happened to themes and to recommendations in them: kind, before, after.
    pub(in crate::report) rows: Vec<[String; 3]>,
    /// The rest, in sentences.
    pub(in crate::report) sentences: Vec<String>,
}

/// `None` where the report was not held against an older one.
pub(super) fn changes(overlap: &Overlap) -> Option<ChangesView> {
    let found = overlap.changes.as_ref()?;
    let mut rows: Vec<[String; 3]> = found.themes.iter().map(theme_row).collect();
    rows.extend(found.moved.iter().map(moved_row));
    Some(ChangesView { rows, sentences: sentences(found) })
}

fn theme_row(change: &ThemeChange) -> [String; 3] {
    let all = |themes: &[ThemeName]| themes.iter().map(name).collect::<Vec<_>>().join("; ");
    let (what, before, after) = change.told();
    [what.to_owned(), all(before), all(after)]
}

fn moved_row(moved: &Moved) -> [String; 3] {
    let place = |theme: &Option<ThemeName>| theme.as_ref().map_or("in no theme".to_owned(), name);
    let id = words::clean(moved.id.as_str());
    [format!("{id} moved"), place(&moved.from), place(&moved.to)]
}

/// "Data collection (5)": a theme's label and number of recommendations.
fn name(theme: &ThemeName) -> String {
    let label = words::capitalized(&words::clean(&theme.label));
    format!("{label} ({})", theme.members)
}

fn sentences(found: &Changes) -> Vec<String> {
    if found.is_empty() {
        return vec!["Nothing differs.".to_owned()];
    }
    let mut sentences = vec![match found.kept {
        1 => "1 theme lives on.".to_owned(),
        n => format!("{} live on.", words::capitalized(&words::count(n, "theme"))),
    }];
    for (what, ids) in
        [("new", &found.added), ("gone", &found.removed), ("of another wording", &found.reworded)]
    {
        if !ids.is_empty() {
            let n = words::capitalized(&words::count(ids.len(), "recommendation"));
            sentences.push(format!("{n} {what}: {}.", listed(ids)));
        }
    }
    sentences
}

fn listed(ids: &[RecommendationId]) -> String {
    let names: Vec<String> = ids.iter().map(|id| words::clean(id.as_str())).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    words::list_some(&names, NAMED)
}
