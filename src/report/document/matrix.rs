//! The matrix, which every writer shows and the page draws too.

use serde::Serialize;

/// Themes by agencies, in an order in which blocks show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Matrix {
    pub(in crate::report) caption: &'static str,
    pub(in crate::report) agencies: Vec<String>,
    pub(in crate::report) rows: Vec<MatrixRow>,
    /// Shared themes, shown or not.
    pub(in crate::report) n_themes: usize,
    /// Agencies, shown or not.
    pub(in crate::report) n_agencies: usize,
}

/// A theme of the matrix, with a cell for each of [`Matrix::agencies`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct MatrixRow {
    pub(in crate::report) number: usize,
    pub(in crate::report) label: String,
    pub(in crate::report) cells: Vec<MatrixCell>,
}

/// What one agency says on one theme.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct MatrixCell {
    pub(in crate::report) count: usize,
    /// Number of the most central recommendation.
    pub(in crate::report) first: Option<usize>,
    /// The same in words; empty where there is none.
    pub(in crate::report) title: String,
}
