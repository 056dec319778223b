//! A plain table of texts as a workbook of one sheet, for people to edit.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use super::Unwritable;

/// Excel's limits: characters in a cell, and rows in a sheet.
const LONGEST_CELL: usize = 32_767;
const MOST_ROWS: usize = 1_048_576;

/// Narrowest and widest column, in characters.
const WIDTHS: (usize, usize) = (6, 70);

/// A table of texts as an Excel workbook: headings that stay in view, and a filter on each column.
///
/// # Errors
/// If it does not fit a sheet: more than 1,048,575 rows, or more than 32,767 characters in a cell.
pub fn sheet(name: &str, headings: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, Unwritable> {
    if rows.len() >= MOST_ROWS {
        return Err(Unwritable(format!("{} rows do not fit a sheet", rows.len())));
    }
    let long = |cell: &String| cell.chars().count() > LONGEST_CELL;
    if let Some(at) = rows.iter().position(|row| row.iter().any(long)) {
        let why = format!("row {} holds more than {LONGEST_CELL} characters in a cell", at + 2);
        return Err(Unwritable(why));
    }
    render(name, headings, rows).map_err(|error| Unwritable(error.to_string()))
}

fn render(name: &str, headings: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The workbook holds no time, so that the same table gives the same bytes.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(
        &DocProperties::new().set_author("Concord").set_creation_datetime(&created),
    );
    let bold = Format::new().set_bold().set_align(FormatAlign::Bottom);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    for (column, heading) in headings.iter().enumerate() {
        let at = column as u16;
        sheet.write_string_with_format(0, at, *heading, &bold)?;
        let widest = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let width = widest.max(heading.len() + 2).clamp(WIDTHS.0, WIDTHS.1);
        sheet.set_column_width(at, width as f64)?;
    }
    for (number, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string_with_format(number as u32 + 1, column as u16, cell, &text)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    if !headings.is_empty() {
        sheet.autofilter(0, 0, rows.len() as u32, headings.len() as u16 - 1)?;
    }
    book.save_to_buffer()
}
