//! The agency by theme matrix, laid out so that blocks show.

use crate::domain::Overlap;
use crate::report::seriate::seriate;

use super::{ThemeView, words};

/// A page or a sheet of paper holds about this many rows and columns that can still be read.
const MOST_THEMES: usize = 40;
const MOST_AGENCIES: usize = 40;

/// Which agency has how many recommendations in which theme.
pub(in crate::report) struct Matrix {
    /// The agencies across, with their numbers.
    pub(in crate::report) agencies: Vec<(String, usize)>,
    /// The themes down.
    pub(in crate::report) rows: Vec<MatrixRow>,
    /// Number of shared themes and of agencies, shown or not.
    of: (usize, usize),
}

/// A theme of the matrix.
pub(in crate::report) struct MatrixRow {
    /// The theme's number.
    pub(in crate::report) number: usize,
    pub(in crate::report) label: String,
    /// Recommendations of each agency, in the order of [`Matrix::agencies`].
    pub(in crate::report) cells: Vec<usize>,
}

impl Matrix {
    /// The rows of the `n` strongest themes, in the order in which blocks show.
    pub(in crate::report) fn strongest(&self, n: usize) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.rows.len()).collect();
        rows.sort_by_key(|&row| self.rows[row].number);
        rows.truncate(n);
        rows.sort_unstable();
        rows
    }

    /// The cells of a row, each with its agency.
    pub(in crate::report) fn cells(&self, row: &MatrixRow) -> Vec<(usize, &str)> {
        row.cells.iter().copied().zip(self.agencies.iter().map(|(name, _)| name.as_str())).collect()
    }

    /// What is left out where the `n_themes` strongest are shown, in a sentence; empty where
    /// nothing is.
    pub(in crate::report) fn left_out(&self, n_themes: usize) -> String {
        let (of_themes, of_agencies) = self.of;
        let themes = (n_themes < of_themes)
            .then(|| format!("the {n_themes} strongest of {} themes", words::number(of_themes)));
        let n_agencies = self.agencies.len();
        let agencies = (n_agencies < of_agencies).then(|| {
            format!("the {n_agencies} most active of {} agencies", words::number(of_agencies))
        });
        let parts: Vec<&str> =
            [&themes, &agencies].into_iter().flatten().map(String::as_str).collect();
        match parts.as_slice() {
            [] => String::new(),
            parts => format!("Shown are {}.", words::list(parts)),
        }
    }

    /// The strongest of `themes`, which come strongest first, by the most active agencies.
    pub(super) fn new(overlap: &Overlap, themes: &[ThemeView]) -> Self {
        let shown = &themes[..themes.len().min(MOST_THEMES)];
        let counts: Vec<Vec<usize>> = overlap
            .agencies
            .iter()
            .map(|profile| {
                let in_theme = |position| {
                    let found = profile.themes.iter().find(|(theme, _)| *theme == position);
                    found.map_or(0, |(_, count)| *count)
                };
                shown.iter().map(|theme| in_theme(theme.position)).collect()
            })
            .collect();
        let agencies = most_active(&counts);
        let table: Vec<Vec<f64>> = (0..shown.len())
            .map(|t| agencies.iter().map(|&a| strength(counts[a][t])).collect())
            .collect();
        let (row_order, column_order) = seriate(&table);
        let columns: Vec<usize> = column_order.into_iter().map(|c| agencies[c]).collect();
        Self {
            agencies: columns
                .iter()
                .map(|&a| (words::clean(overlap.agencies[a].agency.as_str()), a + 1))
                .collect(),
            rows: row_order
                .into_iter()
                .map(|t| MatrixRow {
                    number: shown[t].number,
                    label: shown[t].label.clone(),
                    cells: columns.iter().map(|&a| counts[a][t]).collect(),
                })
                .collect(),
            of: (themes.len(), overlap.agencies.len()),
        }
    }
}

/// Agencies that take part in most of the themes shown, in the given order.
fn most_active(counts: &[Vec<usize>]) -> Vec<usize> {
    let mut agencies: Vec<usize> = (0..counts.len()).collect();
    let n_themes = |a: usize| counts[a].iter().filter(|&&n| n > 0).count();
    agencies.sort_by_key(|&a| (std::cmp::Reverse(n_themes(a)), a));
    agencies.truncate(MOST_AGENCIES);
    agencies.sort_unstable();
    agencies
}

/// A second recommendation adds less than the first: blocks are about who takes part.
fn strength(count: usize) -> f64 {
    (count as f64).sqrt()
}
