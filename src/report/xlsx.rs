//! The report as an Excel workbook.
//!
//! Texts are written as texts, which a spreadsheet never takes for formulas. The workbook holds no
//! time, so that the same results give the same bytes.

use rust_xlsxwriter::{
    Color, ConditionalFormat2ColorScale, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Url, Workbook, Worksheet, XlsxError,
};

use super::csv::decimals;
use super::tables::{Cell, Column, Table};
use super::view::View;
use super::words;

/// Excel's limit is 32,767 characters a cell.
const LONGEST_TEXT: usize = 32_000;
/// Excel's limit is 65,530 links a sheet.
const MOST_LINKS: usize = 65_000;
/// Excel's limit is 1,048,576 rows a sheet.
const MOST_ROWS: usize = 1_048_000;

/// Characters across a page that can still be read.
const PAGE_WIDTH: usize = 180;

/// The whole workbook.
///
/// # Errors
/// If a table does not fit a workbook: more than 16,384 agencies.
pub(super) fn render(view: &View, tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new().set_title(&view.title).set_author("Concord");
    book.set_properties(&properties.set_creation_datetime(&created));
    let looks = Looks::new();
    overview(book.add_worksheet(), view, tables, &looks)?;
    for table in tables {
        sheet(book.add_worksheet(), table, &looks)?;
    }
    book.save_to_buffer()
}

/// How cells look.
struct Looks {
    title: Format,
    heading: Format,
    upright: Format,
    text: Format,
    link: Format,
    share: Format,
    figure: Format,
    count: Format,
}

impl Looks {
    fn new() -> Self {
        let cell = || Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let heading = || {
            Format::new()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0x00D7_E7F3))
                .set_border_bottom(FormatBorder::Thin)
        };
        Self {
            title: Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Top),
            heading: heading().set_align(FormatAlign::Bottom),
            upright: heading().set_align(FormatAlign::Bottom).set_rotation(90),
            text: cell(),
            link: cell()
                .set_font_color(Color::RGB(0x000B_5C94))
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            share: cell().set_num_format("0%"),
            figure: cell().set_num_format("0.0#"),
            count: cell().set_num_format("#,##0"),
        }
    }
}

/// The first sheet: what a reader should know before the tables.
fn overview(
    sheet: &mut Worksheet,
    view: &View,
    tables: &[Table],
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.set_name("Overview")?.set_column_width(0, 44)?.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, fitting(&view.title), &looks.title)?;
    sheet.write_string(1, 0, &view.summary.compared)?;
    let mut row = 3;
    for (name, text) in view.overview() {
        sheet.set_row_height(row, height(lines(&text, 90)))?;
        sheet.write_string_with_format(row, 0, fitting(name), &looks.text)?;
        sheet.write_string_with_format(row, 1, fitting(&text), &looks.text)?;
        row += 1;
    }
    row += 1;
    sheet.write_string_with_format(row, 0, "Strongest consensus", &looks.heading)?;
    sheet.write_string_with_format(row, 1, "Agencies", &looks.heading)?;
    for theme in view.strongest() {
        row += 1;
        let name = format!("{} {}", theme.number, theme.label);
        write_link(sheet, (row, 0), &name, "Themes", theme.number - 1, looks)?;
        let who = format!(
            "{} of {}, agreement {}: {}",
            theme.n_agencies,
            words::count(theme.n_of, "agency"),
            theme.agreement,
            theme.agency_line()
        );
        sheet.set_row_height(row, height(lines(&who, 90)))?;
        sheet.write_string_with_format(row, 1, fitting(&who), &looks.text)?;
    }
    row += 2;
    sheet.write_string_with_format(row, 0, "Sheets", &looks.heading)?;
    sheet.write_string_with_format(row, 1, "Rows", &looks.heading)?;
    for table in tables {
        row += 1;
        let url = Url::new(format!("internal:'{}'!A1", table.name)).set_text(table.name);
        sheet.write_url_with_format(row, 0, url, &looks.link)?;
        sheet.write_string_with_format(row, 1, words::number(table.rows.len()), &looks.text)?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

fn sheet(sheet: &mut Worksheet, table: &Table, looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_name(table.name)?;
    for (at, column) in table.columns.iter().enumerate() {
        heading(sheet, at as u16, column, looks)?;
    }
    let rows = &table.rows[..table.rows.len().min(MOST_ROWS)];
    let mut links = 0;
    for (y, row) in rows.iter().enumerate() {
        let most =
            row.iter().zip(&table.columns).map(|(cell, column)| cell_lines(cell, column)).max();
        sheet.set_row_height(y as u32 + 1, height(most.unwrap_or(1)))?;
        for (x, cell) in row.iter().enumerate() {
            write(sheet, (y as u32 + 1, x as u16), cell, &mut links, looks)?;
        }
    }
    sheet.set_freeze_panes(1, table.frozen as u16)?;
    let last = (rows.len() as u32, table.columns.len() as u16 - 1);
    sheet.autofilter(0, 0, last.0, last.1)?;
    let first_upright = table.columns.iter().position(|column| column.upright);
    if let Some(first) = first_upright.filter(|_| !rows.is_empty()) {
        let scale = ConditionalFormat2ColorScale::new()
            .set_minimum_color(Color::RGB(0x00D6_E6F2))
            .set_maximum_color(Color::RGB(0x002F_7FB8));
        sheet.add_conditional_format(1, first as u16, last.0, last.1, &scale)?;
    }
    let width: usize = table.columns.iter().map(|column| usize::from(column.width)).sum();
    let pages = width.div_ceil(PAGE_WIDTH) as u16;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(pages, 0);
    sheet.set_repeat_rows(0, 0)?.set_repeat_columns(0, table.frozen as u16 - 1)?;
    sheet.set_footer("&L&A&RPage &P of &N");
    Ok(())
}

fn heading(
    sheet: &mut Worksheet,
    at: u16,
    column: &Column,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let look = if column.upright { &looks.upright } else { &looks.heading };
    sheet.set_column_width(at, f64::from(column.width))?;
    sheet.write_string_with_format(0, at, fitting(&column.name), look)?;
    if column.upright {
        sheet.set_row_height(0, 170)?;
    }
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    links: &mut usize,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Link { text, table, row: to } if *links < MOST_LINKS && *to < MOST_ROWS => {
            *links += 1;
            write_link(sheet, (row, column), text, table, *to, looks)?;
        }
        Cell::Text(text) | Cell::Link { text, .. } => {
            sheet.write_string_with_format(row, column, fitting(text), &looks.text)?;
        }
        Cell::Count(n) => {
            sheet.write_number_with_format(row, column, *n as f64, &looks.count)?;
        }
        Cell::Figure(x) => {
            sheet.write_number_with_format(row, column, rounded(*x), &looks.figure)?;
        }
        Cell::Share(x) => {
            sheet.write_number_with_format(row, column, rounded(*x), &looks.share)?;
        }
        Cell::Empty => {}
    }
    Ok(())
}

/// A text that leads to a row of another sheet, 0 the first below its heading.
fn write_link(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    table: &str,
    to: usize,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let url = Url::new(format!("internal:'{table}'!A{}", to + 2)).set_text(fitting(text));
    sheet.write_url_with_format(row, column, url, &looks.link)?;
    Ok(())
}

/// Lines that a cell takes. Not every program fits rows to wrapped texts by itself.
fn cell_lines(cell: &Cell, column: &Column) -> usize {
    match cell {
        Cell::Text(text) | Cell::Link { text, .. } => lines(text, usize::from(column.width)),
        Cell::Count(_) | Cell::Figure(_) | Cell::Share(_) | Cell::Empty => 1,
    }
}

fn lines(text: &str, width: usize) -> usize {
    // Words do not fill a line to its end.
    let usable = (width * 9 / 10).max(1);
    text.chars().count().div_ceil(usable).max(1)
}

/// In points; Excel's limit is 409.
fn height(lines: usize) -> f64 {
    (15.0 * lines as f64).min(405.0)
}

fn fitting(text: &str) -> String {
    words::shorten(text, LONGEST_TEXT)
}

fn rounded(x: f64) -> f64 {
    decimals(x).parse().unwrap_or(x)
}
