//! The agency by theme matrix, laid out so that blocks show.

use crate::domain::Overlap;

use super::{ThemeView, words};

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

    /// The themes and agencies that `overlap` names, in its order.
    pub(super) fn new(overlap: &Overlap, themes: &[ThemeView]) -> Self {
        let order = &overlap.matrix;
        let agency = |&a: &usize| (words::clean(overlap.agencies[a].agency.as_str()), a + 1);
        let row = |&position: &usize| {
            let theme = themes.iter().find(|theme| theme.position == position)?;
            let cells = order.agencies.iter().map(|&a| overlap.agencies[a].in_theme(position));
            let (number, label) = (theme.number, theme.label.clone());
            Some(MatrixRow { number, label, cells: cells.collect() })
        };
        Self {
            agencies: order.agencies.iter().map(agency).collect(),
            rows: order.themes.iter().filter_map(row).collect(),
            of: (themes.len(), overlap.agencies.len()),
        }
    }
}
