//! Matrix, map and network, as the page draws them.

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

/// Recommendations as marks, similar ones close together. Places run from 0 to 4000, right and down.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Map {
    /// By row: right, down, number of its theme or 0.
    pub(in crate::report) dots: Vec<(u16, u16, usize)>,
    /// Shared themes by number.
    pub(in crate::report) themes: Vec<MapTheme>,
    /// What is said of a mark whose theme is not shared.
    pub(in crate::report) no_theme: &'static str,
}

/// The name of a theme on the map; `title` is a sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct MapTheme {
    pub(in crate::report) label: String,
    pub(in crate::report) title: String,
    pub(in crate::report) x: u16,
    pub(in crate::report) y: u16,
    pub(in crate::report) hue: usize,
    pub(in crate::report) shape: usize,
}

/// Agencies as circles, tied to the most similar; places as in [`Map`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Network {
    pub(in crate::report) agencies: Vec<Circle>,
    pub(in crate::report) ties: Vec<NetworkTie>,
}

/// An agency with its number of recommendations; `title` is the same in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Circle {
    pub(in crate::report) name: String,
    pub(in crate::report) n: usize,
    pub(in crate::report) title: String,
    pub(in crate::report) x: u16,
    pub(in crate::report) y: u16,
}

/// Two similar agencies, by number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct NetworkTie {
    pub(in crate::report) a: usize,
    pub(in crate::report) b: usize,
    /// Cosine of their profiles, 0 to 1.
    pub(in crate::report) likeness: f64,
    pub(in crate::report) title: String,
    /// How similar they are, and what they share.
    pub(in crate::report) text: String,
}
