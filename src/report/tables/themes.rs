//! Themes, and who takes part in them.

use super::{Cell, Column, Table, table};
use crate::domain::Theme;
use crate::report::names::{Entry, Names, Numbered, Voice, agency_line};
use crate::report::overlap::differing;
use crate::report::words::clean;

/// A theme with who says what on it, and its most typical recommendation.
struct Row<'a> {
    found: Numbered<'a>,
    theme: &'a Theme,
    voices: Vec<Voice<'a>>,
    first: Option<&'a Entry>,
}

/// Every theme with its figures, strongest consensus first.
pub(super) fn themes(names: &Names) -> Table {
    let rows = names.themes().into_iter().map(|found| Row {
        found,
        theme: found.theme,
        voices: names.voices(found),
        first: found.theme.representatives.first().map(|&row| names.entry(row)),
    });
    let of = names.overlap.agencies.len().max(1) as f64;
    let differ = |row: &Row| {
        let said = differing(&row.voices).into_iter().map(|v| format!("{}: {}", v.agency, v.own));
        Cell::text(said.collect::<Vec<_>>().join(". "))
    };
    let first = |row: &Row, cell: fn(&Entry) -> Cell| row.first.map_or(Cell::Empty, cell);
    let source = |entry: &Entry| {
        let (text, row) = (entry.source.to_string(), entry.number - 1);
        Cell::Link { text, table: "Recommendations", row }
    };
    table(
        ("Themes", 2),
        rows,
        &[
            ("Rank", 6, &|row| Cell::Count(row.found.number)),
            ("Theme", 34, &|row| Cell::text(row.found.label())),
            ("Agencies that ask for this", 10, &|row| Cell::Count(row.theme.asking.len())),
            ("of which surely", 9, &|row| Cell::Count(row.theme.n_surely())),
            ("Recommendations", 17, &|row| Cell::Count(row.theme.members.len())),
            ("How stable", 14, &|row| Cell::text(row.theme.firmness().name())),
            ("Who", 40, &|row| Cell::text(agency_line(&row.voices))),
            ("Representative wording", 110, &|row| first(row, |entry| Cell::text(&*entry.text))),
            ("Agency", 16, &|row| first(row, |entry| Cell::text(&*entry.agency))),
            ("Source", 34, &|row| first(row, source)),
            ("Agencies", 9, &|row| Cell::Count(row.theme.consensus.agencies())),
            ("Share of agencies", 10, &|row| {
                Cell::Share(row.theme.consensus.agencies() as f64 / of)
            }),
            ("Agreement", 11, &|row| Cell::Estimate(row.theme.consensus.strength)),
            ("Effective agencies", 10, &|row| Cell::Estimate(row.theme.consensus.effective)),
            ("Agencies by chance", 10, &|row| Cell::Estimate(row.theme.consensus.expected)),
            ("By chance at least", 10, &|row| Cell::Estimate(row.theme.consensus.expected_low)),
            ("By chance at most", 10, &|row| Cell::Estimate(row.theme.consensus.expected_high)),
            ("Probability of as many by chance", 13, &|row| {
                Cell::Probability(row.theme.consensus.p_value)
            }),
            ("Stability", 9, &|row| Cell::Probability(row.theme.stability)),
            ("Cohesion", 9, &|row| Cell::Probability(row.theme.cohesion)),
            ("Said by one agency only", 120, &differ),
        ],
    )
    .printing(9)
}

/// Recommendations by theme and agency, all of both. What the page's matrix shows comes first and in
/// its order, in which blocks show.
pub(super) fn matrix(names: &Names) -> Table {
    let order = &names.overlap.matrix;
    let shared = names.themes().into_iter().filter(Numbered::is_shared).map(|t| t.position);
    let themes = completed(&order.themes, shared);
    let agencies = completed(&order.agencies, 0..names.overlap.agencies.len());
    let heading = |&at: &usize| Column {
        name: clean(names.overlap.agencies[at].agency.as_str()),
        width: 4,
        upright: true,
    };
    let row = |&position: &usize| {
        let cell = |&at: &usize| match names.overlap.agencies[at].in_theme(position) {
            0 => Cell::Empty,
            n => Cell::Count(n),
        };
        std::iter::once(Cell::theme(names.theme(position)))
            .chain(agencies.iter().map(cell))
            .collect()
    };
    Table {
        name: "Matrix",
        columns: std::iter::once(Column::new("Theme", 44))
            .chain(agencies.iter().map(heading))
            .collect(),
        rows: themes.iter().map(row).collect(),
        frozen: 1,
        printed: 1 + agencies.len(),
    }
}

/// What comes first, then the rest of all.
fn completed(first: &[usize], all: impl Iterator<Item = usize>) -> Vec<usize> {
    first.iter().copied().chain(all.filter(|one| !first.contains(one))).collect()
}
