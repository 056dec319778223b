//! The results as tables, for spreadsheets: figures and texts, one fact a row.

mod gaps;
mod lists;
mod themes;

use super::names::{Entry, Names, Numbered};

/// A table: a sheet of a workbook, or a CSV file.
pub(super) struct Table {
    /// Name of the sheet; in lower case, end of the file's name.
    pub(super) name: &'static str,
    pub(super) columns: Vec<Column>,
    /// Each as long as `columns`.
    pub(super) rows: Vec<Vec<Cell>>,
    /// Columns that stay in sight when a reader scrolls to the right.
    pub(super) frozen: usize,
    /// The first columns, which fit a page of paper; the others are for the screen.
    pub(super) printed: usize,
}

impl Table {
    /// The same with its first `n` columns on paper.
    fn printing(self, n: usize) -> Self {
        Self { printed: n, ..self }
    }
}

/// A column of a table.
pub(super) struct Column {
    pub(super) name: String,
    /// Width on screen and paper, in characters.
    pub(super) width: u8,
    /// Whether the heading stands upright, over a narrow column.
    pub(super) upright: bool,
}

impl Column {
    fn new(name: &str, width: u8) -> Self {
        Self { name: name.to_owned(), width, upright: false }
    }
}

/// What a cell holds.
#[derive(Clone)]
pub(super) enum Cell {
    Text(String),
    Count(usize),
    /// An estimated count, shown with one decimal.
    Estimate(f64),
    /// From -1 to 1, shown with two decimals.
    Cosine(f64),
    /// From 0 to 1, compared with thresholds; shown as per cent.
    Probability(f64),
    /// A part of a whole, from 0 to 1; shown as per cent.
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

    /// A recommendation's id, leading to its row.
    fn recommendation(entry: &Entry) -> Self {
        let (text, row) = (entry.source.id.clone(), entry.number - 1);
        Self::Link { text, table: "Recommendations", row }
    }

    /// "3 Data collection", leading to the theme's row.
    pub(super) fn theme(theme: Numbered) -> Self {
        Self::Link { text: theme_name(theme), table: "Themes", row: theme.number - 1 }
    }
}

/// "3 Data collection": a theme's number and label.
fn theme_name(theme: Numbered) -> String {
    format!("{} {}", theme.number, theme.label())
}

/// A column for the rows `R`: its heading, its width, and what it says of a row.
type Spec<'a, R> = (&'a str, u8, &'a dyn Fn(&R) -> Cell);

/// A table of these columns.
fn table<R>(
    (name, frozen): (&'static str, usize),
    rows: impl Iterator<Item = R>,
    columns: &[Spec<R>],
) -> Table {
    Table {
        name,
        frozen,
        rows: rows.map(|row| columns.iter().map(|(.., cell)| cell(&row)).collect()).collect(),
        columns: columns.iter().map(|&(name, width, _)| Column::new(name, width)).collect(),
        printed: columns.len(),
    }
}

/// All tables, in the order of reading.
pub(super) fn tables(names: &Names) -> Vec<Table> {
    let mut tables = vec![
        themes::themes(names),
        themes::matrix(names),
        lists::agencies(names),
        lists::bodies(names),
        lists::pairs(names),
        lists::contradictions(names),
        gaps::gaps(names),
        lists::recommendations(names),
        lists::method(names.overlap),
    ];
    tables.extend(names.overlap.repeats.as_ref().map(|found| lists::repeats(found, names)));
    tables.extend(names.overlap.changes.as_ref().map(lists::changes));
    tables
}
