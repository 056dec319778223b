//! Gaps: every kind in one table, told apart by its first column.

use super::{Cell, Table, table};
use crate::domain::{AgendaAnswer, ChallengeAnswer, SilentAgency, SilentPassage, SingleVoice};
use crate::report::names::{Entry, Names};
use crate::report::overlap::{item_name, passage, unanswered};
use crate::report::words::clean;

/// Kind, agency, name, text, and the nearest recommendation with its probability.
type Row = ([Cell; 4], Option<(usize, f64)>);

/// Every gap, kind by kind.
pub(super) fn gaps(names: &Names) -> Table {
    let kinds = [agenda(names), challenges(names), silent(names), voices(names)];
    let near = |row: &Row, cell: fn(&Entry) -> Cell| {
        row.1.map_or(Cell::Empty, |(near, _)| cell(names.entry(near)))
    };
    table(
        ("Gaps", 1),
        kinds.into_iter().flatten(),
        &[
            ("Kind of gap", 24, &|row| row.0[0].clone()),
            ("Agency", 20, &|row| row.0[1].clone()),
            ("Name", 24, &|row| row.0[2].clone()),
            ("Text", 70, &|row| row.0[3].clone()),
            ("Probability that the nearest asks for it too", 14, &|row| {
                row.1.map_or(Cell::Empty, |(_, probability)| Cell::Probability(probability))
            }),
            ("Nearest: agency", 20, &|row| near(row, |entry| Cell::text(&*entry.agency))),
            ("Nearest: ID", 14, &|row| near(row, Cell::recommendation)),
            ("Nearest: text", 70, &|row| near(row, |entry| Cell::text(&*entry.text))),
        ],
    )
}

fn agenda(names: &Names) -> Vec<Row> {
    let overlap = names.overlap;
    let row = |answer: &AgendaAnswer| {
        let name = Cell::text(item_name(&answer.item, overlap));
        let text = Cell::text(clean(&answer.item.text));
        let kind = Cell::text("Unanswered agenda item");
        ([kind, Cell::Empty, name, text], answer.nearest.first().copied())
    };
    unanswered(overlap).map(row).collect()
}

fn challenges(names: &Names) -> Vec<Row> {
    let open = names.overlap.gaps.challenges.iter().flatten().filter(|one| one.is_unanswered());
    let row = |answer: &ChallengeAnswer| {
        let found = passage(answer.challenge, names.overlap);
        let kind = "Unanswered challenge".to_owned();
        let cells = [kind, found.agency, found.source.to_string(), found.text].map(Cell::text);
        (cells, answer.nearest.first().copied())
    };
    open.map(row).collect()
}

/// The nearest is what others recommend on the theme.
fn silent(names: &Names) -> Vec<Row> {
    let row = |silent: &SilentAgency| {
        let &SilentPassage { challenge: at, nearest: row, probability } =
            silent.passages.first()?;
        let agency = Cell::text(clean(silent.agency.as_str()));
        let text = Cell::text(passage(at, names.overlap).text);
        let theme = Cell::theme(names.theme(silent.theme));
        Some(([Cell::text("Silent agency"), agency, theme, text], Some((row, probability))))
    };
    names.overlap.gaps.silent.iter().flatten().filter_map(row).collect()
}

fn voices(names: &Names) -> Vec<Row> {
    let row = |single: &SingleVoice| {
        let entry = names.entry(single.row);
        let (agency, text) = (Cell::text(&*entry.agency), Cell::text(&*entry.text));
        ([Cell::text("Single voice"), agency, Cell::recommendation(entry), text], single.nearest)
    };
    names.overlap.gaps.single_voice.iter().map(row).collect()
}
