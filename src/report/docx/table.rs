//! Tables, and the matrix as a grid of narrow columns.

use docx_rs::{
    AlignmentType, Paragraph, Run, Shading, Table, TableBorder, TableBorderPosition, TableCell,
    TableCellMargins, TableRow, WidthType,
};

use super::styles::WIDTH;
use super::{Writer, plain};
use crate::report::document::{self, Matrix, Text};

/// Columns of the matrix that fit a page.
const MATRIX_THEMES: usize = 16;
/// Width of its first column.
const AGENCY: usize = 2_800;
/// One, two, three and more.
const SHADES: [&str; 3] = ["E3EEF6", "B5D2E8", "8ABCDD"];
const HEADING: &str = "D7E7F3";

impl Writer {
    pub(super) fn table(&mut self, table: &document::Table) {
        let whole: usize = table.columns.iter().map(|column| column.width).sum();
        let widths: Vec<usize> =
            table.columns.iter().map(|column| column.width * WIDTH / whole.max(1)).collect();
        let mut rows = Vec::new();
        let heading = table.columns.iter().zip(&widths).map(|(column, &width)| {
            let text = self.empty().add_run(plain(column.name).bold());
            cell(text, width).shading(Shading::new().fill(HEADING))
        });
        rows.push(row(heading.collect()));
        for line in &table.rows {
            let cells = line.iter().zip(&widths).map(|(text, &width)| {
                let start = self.empty();
                cell(self.line(start, text, None), width)
            });
            rows.push(row(cells.collect()));
        }
        self.add_table(rows, widths, (40, 80));
    }

    pub(super) fn matrix(&mut self, matrix: &Matrix) {
        let shown = matrix.strongest(MATRIX_THEMES);
        let left_out = matrix.left_out(shown.len());
        if !left_out.is_empty() {
            self.paragraph(&Text::from(left_out), 0);
        }
        let narrow = (WIDTH - AGENCY) / shown.len().max(1);
        let small = |text: &str| plain(text).size(15);
        let mut cells = vec![cell(self.empty().add_run(small("Agency / theme").bold()), AGENCY)];
        for theme in &shown {
            cells.push(self.centered(small(&theme.number.to_string()).bold(), narrow));
        }
        let heading = cells.into_iter().map(|cell| cell.shading(Shading::new().fill(HEADING)));
        let mut rows = vec![row(heading.collect())];
        for (at, agency) in matrix.agencies.iter().enumerate() {
            let mut cells = vec![cell(self.empty().add_run(small(agency)), AGENCY)];
            for theme in &shown {
                let n = theme.cells[at].count;
                let text = if n == 0 { String::new() } else { n.to_string() };
                let cell = self.centered(small(&text), narrow);
                cells.push(match n {
                    0 => cell,
                    n => cell.shading(Shading::new().fill(SHADES[n.min(SHADES.len()) - 1])),
                });
            }
            rows.push(row(cells));
        }
        let widths = std::iter::once(AGENCY).chain(shown.iter().map(|_| narrow)).collect();
        self.add_table(rows, widths, (20, 20));
    }

    fn centered(&mut self, run: Run, width: usize) -> TableCell {
        cell(self.empty().align(AlignmentType::Center).add_run(run), width)
    }

    /// A table with its margins above and beside the texts; the space below it is a paragraph.
    fn add_table(&mut self, rows: Vec<TableRow>, widths: Vec<usize>, margins: (usize, usize)) {
        let margins = TableCellMargins::new().margin(margins.0, margins.1, margins.0, margins.1);
        let table = bordered(Table::new(rows)).set_grid(widths).margins(margins);
        let docx = std::mem::take(&mut self.docx);
        self.docx = docx.add_table(table);
        let below = self.empty();
        self.add(below);
    }
}

fn row(cells: Vec<TableCell>) -> TableRow {
    TableRow::new(cells).cant_split()
}

fn cell(paragraph: Paragraph, width: usize) -> TableCell {
    TableCell::new().width(width, WidthType::Dxa).add_paragraph(paragraph)
}

/// The document with the first row of each table on every page that the table takes. The library cannot say
/// that; it writes the properties of each row because a row does not break.
pub(super) fn with_heading_rows(xml: &str) -> String {
    const ROW: &str = "<w:trPr>";
    let mut parts = xml.split("<w:tbl>");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for table in parts {
        out.push_str("<w:tbl>");
        out.push_str(&table.replacen(ROW, "<w:trPr><w:tblHeader/>", 1));
    }
    out
}

/// Thin grey lines between cells.
fn bordered(table: Table) -> Table {
    use TableBorderPosition::{Bottom, InsideH, InsideV, Left, Right, Top};
    [Top, Bottom, Left, Right, InsideH, InsideV].into_iter().fold(table, |table, position| {
        table.set_border(TableBorder::new(position).size(4).color("C3CDD6"))
    })
}
