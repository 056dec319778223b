//! Gaps: every kind in one table, told apart by its first column.

use crate::report::view::{AgendaView, ChallengeView, Near, SilentView, SingleVoiceView, View};

use super::lists::recommendation;
use super::{Cell, Table, columns};

/// Every gap, kind by kind.
pub(super) fn gaps(view: &View) -> Table {
    let unanswered = view.agenda.iter().flat_map(|agenda| &agenda.unanswered).map(agenda_item);
    let challenges = view.challenges.iter().flat_map(|found| &found.unanswered).map(challenge);
    let silent = view.silent.iter().flatten().map(silent_agency);
    let single = view.single_voices.iter().map(single_voice);
    Table {
        name: "Gaps",
        columns: columns(&[
            ("Kind of gap", 24),
            ("Agency", 20),
            ("Name", 24),
            ("Text", 70),
            ("Chance that the nearest asks for it too", 12),
            ("Nearest: agency", 20),
            ("Nearest: ID", 14),
            ("Nearest: text", 70),
        ]),
        rows: unanswered.chain(challenges).chain(silent).chain(single).collect(),
        frozen: 1,
    }
}

fn agenda_item(item: &AgendaView) -> Vec<Cell> {
    let mut row = vec![
        Cell::text("Unanswered agenda"),
        Cell::Empty,
        Cell::text(&*item.name),
        Cell::text(&*item.text),
    ];
    row.extend(nearest(item.nearest.first()));
    row
}

fn single_voice(single: &SingleVoiceView) -> Vec<Cell> {
    let mut row = vec![
        Cell::text("Single voice"),
        Cell::text(&*single.entry.agency),
        recommendation(single.entry),
        Cell::text(&*single.entry.text),
    ];
    row.extend(nearest(single.nearest.as_ref()));
    row
}

fn challenge(item: &ChallengeView) -> Vec<Cell> {
    let mut row = vec![
        Cell::text("Unanswered challenge"),
        Cell::text(&*item.passage.agency),
        Cell::text(format!("{}, {}", item.passage.id, item.passage.place)),
        Cell::text(&*item.passage.text),
    ];
    row.extend(nearest(item.nearest.first()));
    row
}

/// The nearest is what others recommend on the theme.
fn silent_agency(silent: &SilentView) -> Vec<Cell> {
    let (number, label) = &silent.theme;
    let mut row = vec![
        Cell::text("Silent agency"),
        Cell::text(&*silent.agency),
        Cell::Link { text: format!("{number} {label}"), table: "Themes", row: number - 1 },
        Cell::text(&*silent.passage.text),
    ];
    row.extend(nearest(Some(&silent.of_others)));
    row
}

fn nearest(near: Option<&Near>) -> [Cell; 4] {
    near.map_or([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty], |near| {
        [
            Cell::share(near.chance),
            Cell::text(&*near.entry.agency),
            recommendation(near.entry),
            Cell::text(&*near.entry.text),
        ]
    })
}
