//! Themes, and who takes part in them.

use crate::domain::Overlap;
use crate::report::view::{ThemeView, View};

use super::{Cell, Column, Table, columns};

/// Every theme with its figures, strongest consensus first.
pub(super) fn themes(overlap: &Overlap, view: &View) -> Table {
    let all = view.shared_themes.iter().chain(&view.lone_themes);
    Table {
        name: "Themes",
        columns: columns(&[
            ("Rank", 6),
            ("Theme", 34),
            ("Agencies", 9),
            ("Share of agencies", 10),
            ("Agreement", 11),
            ("Effective agencies", 10),
            ("Agencies by chance", 10),
            ("By chance at least", 10),
            ("By chance at most", 10),
            ("Chance of as many", 10),
            ("Recommendations", 10),
            ("Stability", 9),
            ("How firm", 12),
            ("Cohesion", 9),
            ("Who", 40),
            ("In common", 30),
            ("Said by one agency only", 60),
            ("Representative wording", 70),
            ("Agency", 16),
            ("Source", 34),
        ]),
        rows: all.map(|theme| row(theme, overlap)).collect(),
        frozen: 2,
    }
}

fn row(theme: &ThemeView, overlap: &Overlap) -> Vec<Cell> {
    let found = &overlap.themes.themes[theme.position];
    let first = theme.representatives.first();
    let said = |text: Option<&String>| text.map_or(Cell::Empty, Cell::text);
    let differ: Vec<String> =
        theme.differing().iter().map(|voice| format!("{}: {}", voice.agency, voice.own)).collect();
    vec![
        Cell::Count(theme.number),
        Cell::text(&*theme.label),
        Cell::Count(theme.n_agencies),
        Cell::share(theme.n_agencies as f64 / theme.n_of.max(1) as f64),
        Cell::figure(found.consensus.strength),
        Cell::figure(found.consensus.effective),
        Cell::figure(found.consensus.expected),
        Cell::figure(found.consensus.expected_low),
        Cell::figure(found.consensus.expected_high),
        Cell::share(found.consensus.p_value),
        Cell::Count(theme.n_members),
        Cell::share(found.stability),
        Cell::text(theme.firmness.name()),
        Cell::share(found.cohesion),
        Cell::text(theme.agency_line()),
        Cell::text(&*theme.shared),
        Cell::text(differ.join(". ")),
        said(first.map(|entry| &entry.text)),
        said(first.map(|entry| &entry.agency)),
        first.map_or(Cell::Empty, |entry| Cell::Link {
            text: entry.named_place(),
            table: "Recommendations",
            row: entry.number - 1,
        }),
    ]
}

/// Recommendations by theme and agency, all of both. What the page's matrix shows comes first and in
/// its order, in which blocks show.
pub(super) fn matrix(overlap: &Overlap, view: &View) -> Table {
    let shown: Vec<usize> = view.matrix.rows.iter().map(|row| row.number).collect();
    let others = view.shared_themes.iter().map(|theme| theme.number);
    let numbers = shown.iter().copied().chain(others.filter(|n| !shown.contains(n)));
    let across: Vec<usize> = view.matrix.agencies.iter().map(|(_, number)| *number).collect();
    let others = view.agencies.iter().map(|agency| agency.number);
    let agencies: Vec<usize> =
        across.iter().copied().chain(others.filter(|n| !across.contains(n))).collect();
    let heading = |&number: &usize| Column {
        name: view.agencies[number - 1].name.clone(),
        width: 4,
        upright: true,
    };
    Table {
        name: "Matrix",
        columns: columns(&[("Theme", 44)])
            .into_iter()
            .chain(agencies.iter().map(heading))
            .collect(),
        rows: numbers.map(|number| matrix_row(number, &agencies, overlap, view)).collect(),
        frozen: 1,
    }
}

fn matrix_row(number: usize, agencies: &[usize], overlap: &Overlap, view: &View) -> Vec<Cell> {
    let theme = &view.shared_themes[number - 1];
    let cell = |&agency: &usize| {
        let found =
            overlap.agencies[agency - 1].themes.iter().find(|(at, _)| *at == theme.position);
        found.map_or(Cell::Empty, |(_, count)| Cell::Count(*count))
    };
    let name =
        Cell::Link { text: format!("{number} {}", theme.label), table: "Themes", row: number - 1 };
    std::iter::once(name).chain(agencies.iter().map(cell)).collect()
}
