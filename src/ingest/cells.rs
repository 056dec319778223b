//! The tables of formats with markup: cells -> rows, or the lines of a table that only lays out a page.

use crate::domain::LineRole;
use crate::text::columns::headings;

/// Lines of text with their roles.
pub(super) type Lines = Vec<(String, LineRole)>;

/// How far down a table its column headings may stand.
const MAX_TITLE_ROWS: usize = 3;

/// Most columns or rows that one cell may span; a broken page may claim any number.
pub(super) const MAX_SPAN: usize = 200;

/// One cell, as it is read.
#[derive(Debug, Default)]
struct Cell {
    lines: Lines,
    /// How many columns and rows it spans.
    columns: usize,
    rows: usize,
    /// Whether it goes on from the cell above.
    goes_on: bool,
}

impl Cell {
    fn text(&self) -> String {
        let bare = |(text, role): &(String, LineRole)| {
            let text = text.trim();
            let bullet = text.strip_prefix("- ").filter(|_| matches!(role, LineRole::ListItem(_)));
            bullet.unwrap_or(text).to_owned()
        };
        let parts: Vec<String> = self.lines.iter().map(bare).collect();
        // The sign separates the cells of a row.
        parts.join(" ").replace('|', "¦").trim().to_owned()
    }

    /// Whether it holds the blocks of a page rather than a value: headings, tables, or a list.
    fn is_laid_out(&self) -> bool {
        let items = self.lines.iter().filter(|(_, role)| matches!(role, LineRole::ListItem(_)));
        let blocks =
            |(_, role): &(String, LineRole)| matches!(role, LineRole::Heading(_) | LineRole::Row);
        items.count() >= 2 || self.lines.iter().any(blocks)
    }
}

/// A table, as it is read.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    cell: Option<Cell>,
}

impl Table {
    /// Opens a cell; the one before is closed.
    pub(super) fn open_cell(&mut self, columns: usize, rows: usize) {
        self.close_cell();
        let span = |count: usize| count.clamp(1, MAX_SPAN);
        self.cell = Some(Cell { columns: span(columns), rows: span(rows), ..Cell::default() });
    }

    /// Opens a cell, if none is open: one without text.
    pub(super) fn open_empty(&mut self) {
        if self.cell.is_none() {
            self.open_cell(1, 1);
        }
    }

    /// Says how many columns the open cell spans.
    pub(super) fn span_columns(&mut self, columns: usize) {
        if let Some(cell) = &mut self.cell {
            cell.columns = columns.clamp(1, MAX_SPAN);
        }
    }

    /// Says that the open cell goes on from the one above.
    pub(super) fn go_on(&mut self) {
        if let Some(cell) = &mut self.cell {
            cell.goes_on = true;
        }
    }

    /// Adds a line to the open cell; text between cells is a cell of its own.
    pub(super) fn line(&mut self, text: String, role: LineRole) {
        self.open_empty();
        if let Some(cell) = &mut self.cell {
            cell.lines.push((text, role));
        }
    }

    pub(super) fn close_cell(&mut self) {
        self.row.extend(self.cell.take());
    }

    pub(super) fn close_row(&mut self) {
        self.close_cell();
        if !self.row.is_empty() {
            self.rows.push(std::mem::take(&mut self.row));
        }
    }

    /// The lines of the table: rows, and the blocks of cells that only lay out a page.
    pub(super) fn finish(mut self) -> Lines {
        self.close_row();
        let texts = texts(&self.rows);
        let titled = texts.iter().take(MAX_TITLE_ROWS).any(|row| {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            cells.len() > 1 && headings(&cells).is_some()
        });
        let mut lines = Lines::new();
        for (row, texts) in self.rows.into_iter().zip(texts) {
            let alone = texts.len() == 1;
            if alone || !titled && row.iter().any(Cell::is_laid_out) {
                lines.extend(row.into_iter().flat_map(|cell| cell.lines));
            } else if texts.iter().any(|text| !text.is_empty()) {
                lines.push((texts.join(" | "), LineRole::Row));
            }
        }
        lines
    }
}

/// The text of each column in each row. A cell that spans rows has its text in all of them; one that
/// spans columns, in the first.
fn texts(rows: &[Vec<Cell>]) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::with_capacity(rows.len());
    // By column: the text of a cell from above, and how many rows it still spans.
    let mut held: Vec<(String, usize)> = Vec::new();
    for row in rows {
        let mut texts: Vec<String> = Vec::new();
        let fill = |texts: &mut Vec<String>, held: &mut Vec<(String, usize)>| {
            while let Some((text, left)) = held.get_mut(texts.len()).filter(|(_, left)| *left > 0) {
                *left -= 1;
                texts.push(text.clone());
            }
        };
        for cell in row {
            fill(&mut texts, &mut held);
            let at = texts.len();
            let above = out.last().and_then(|above| above.get(at)).filter(|_| cell.goes_on);
            let text = above.cloned().unwrap_or_else(|| cell.text());
            if cell.rows > 1 {
                held.resize(held.len().max(at + 1), (String::new(), 0));
                held[at] = (text.clone(), cell.rows - 1);
            }
            texts.push(text);
            texts.extend((1..cell.columns).map(|_| String::new()));
        }
        fill(&mut texts, &mut held);
        out.push(texts);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(table: &mut Table, cells: &[(&str, usize, usize)]) {
        for (text, columns, rows) in cells {
            table.open_cell(*columns, *rows);
            table.line((*text).to_owned(), LineRole::Paragraph);
        }
        table.close_row();
    }

    #[test]
    fn cells_that_span_rows_hold_in_all_of_them() {
        let mut table = Table::default();
        row(&mut table, &[("1", 1, 2), ("Act.", 1, 2), ("North", 1, 1)]);
        row(&mut table, &[("South", 1, 1)]);
        row(&mut table, &[("B. Others", 3, 1)]);
        let lines: Vec<String> = table.finish().into_iter().map(|(text, _)| text).collect();
        assert_eq!(lines, ["1 | Act. | North", "1 | Act. | South", "B. Others |  | "]);
    }

    #[test]
    fn a_box_is_no_table() {
        let mut table = Table::default();
        row(&mut table, &[("Recommendations", 1, 1)]);
        row(&mut table, &[("Act.", 1, 1)]);
        assert!(table.finish().iter().all(|(_, role)| *role == LineRole::Paragraph));
    }
}
