//! The report as tables, for spreadsheets: figures and texts, one fact a row.

mod gaps;
mod lists;
mod themes;

use crate::domain::Overlap;

use super::view::{Entries, View};

/// A table: a sheet of a workbook, or a CSV file.
pub(super) struct Table {
    /// Name of the sheet; in lower case, end of the file's name.
    pub(super) name: &'static str,
    pub(super) columns: Vec<Column>,
    /// Each as long as `columns`.
    pub(super) rows: Vec<Vec<Cell>>,
    /// Columns that stay in sight when a reader scrolls to the right.
    pub(super) frozen: usize,
}

/// A column of a table.
pub(super) struct Column {
    pub(super) name: String,
    /// Width on screen and paper, in characters.
    pub(super) width: u8,
    /// Whether the heading stands upright, over a narrow column.
    pub(super) upright: bool,
}

/// What a cell holds.
pub(super) enum Cell {
    Text(String),
    Count(usize),
    /// A measure with decimals.
    Figure(f64),
    /// From 0 to 1, shown as per cent.
    Share(f64),
    /// A text that leads to a row of another table, 0 the first below the heading.
    Link {
        text: String,
        table: &'static str,
        row: usize,
    },
    /// Not known, or nothing there.
    Empty,
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn figure(x: f64) -> Self {
        if x.is_finite() { Self::Figure(x) } else { Self::Empty }
    }

    fn share(x: f64) -> Self {
        if x.is_finite() { Self::Share(x) } else { Self::Empty }
    }
}

/// Columns of the given names and widths.
fn columns(named: &[(&str, u8)]) -> Vec<Column> {
    let column = |(name, width): &(&str, u8)| Column {
        name: (*name).to_owned(),
        width: *width,
        upright: false,
    };
    named.iter().map(column).collect()
}

/// All tables, in the order of reading.
pub(super) fn tables(overlap: &Overlap, entries: &Entries, view: &View) -> Vec<Table> {
    let mut tables = vec![
        themes::themes(overlap, view),
        themes::matrix(overlap, view),
        lists::agencies(view),
        lists::pairs(overlap, view),
        gaps::gaps(view),
        lists::recommendations(overlap, entries, view),
        lists::method(view),
    ];
    tables.extend(view.changes.as_ref().map(lists::changes));
    tables
}
