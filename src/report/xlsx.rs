//! The report as an Excel workbook.
//!
//! Texts are written as texts, which a spreadsheet never takes for formulas. The workbook holds no
//! time, so that the same results give the same bytes.

use rust_xlsxwriter::{
    Color, ConditionalFormat2ColorScale, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Url, Workbook, Worksheet, XlsxError,
};

use super::document::{Anchor, Block, Document, Inline, Text};
use super::tables::{Cell, Column, Table};
use super::{number, words};

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
pub(super) fn render(document: &Document, tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new().set_title(&document.title).set_author("Concord");
    book.set_properties(&properties.set_creation_datetime(&created));
    let looks = Looks::new();
    overview(book.add_worksheet(), document, tables, &looks)?;
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
    count: Format,
    share: Look,
    estimate: Look,
    cosine: Look,
}

/// How numbers look.
struct Look {
    format: Format,
    decimals: u8,
    is_percent: bool,
}

impl Look {
    /// What Excel shows: rounded half away from zero, as a decimal number of 15 digits.
    fn shows(&self, x: f64) -> String {
        let (scale, sign) = if self.is_percent { (100.0, "%") } else { (1.0, "") };
        let step = 10_f64.powi(i32::from(self.decimals));
        let rounded = (x * scale * step + 1e-9 * x.signum()).round() / step;
        format!("{rounded:.*}{sign}", usize::from(self.decimals))
    }
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
            count: cell().set_num_format("#,##0"),
            share: Look { format: cell().set_num_format("0%"), decimals: 0, is_percent: true },
            estimate: Look { format: cell().set_num_format("0.0"), decimals: 1, is_percent: false },
            cosine: Look { format: cell().set_num_format("0.00"), decimals: 2, is_percent: false },
        }
    }
}

/// The first sheet: title and first part of the document, then what the other sheets hold.
fn overview(
    sheet: &mut Worksheet,
    document: &Document,
    tables: &[Table],
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.set_name("Overview")?.set_column_width(0, 44)?.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, fitting(&document.title), &looks.title)?;
    sheet.write_string(1, 0, &document.lede)?;
    let mut row = 2;
    for block in document.sections.iter().take(1).flat_map(|part| &part.blocks) {
        row = overview_block(sheet, row, block, looks)?;
    }
    row += 2;
    sheet.write_string_with_format(row, 0, "Sheets", &looks.heading)?;
    sheet.write_string_with_format(row, 1, "Rows", &looks.heading)?;
    for table in tables {
        row += 1;
        let url = Url::new(format!("internal:'{}'!A1", table.name)).set_text(table.name);
        sheet.write_url_with_format(row, 0, url, &looks.link)?;
        sheet.write_string_with_format(row, 1, number::whole(table.rows.len()), &looks.text)?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Writes a block below `row`; gives the last row written.
fn overview_block(
    sheet: &mut Worksheet,
    mut row: u32,
    block: &Block,
    looks: &Looks,
) -> Result<u32, XlsxError> {
    match block {
        Block::Heading(text) => {
            row += 2;
            sheet.write_string_with_format(row, 0, text, &looks.heading)?;
            sheet.write_string_with_format(row, 1, "", &looks.heading)?;
        }
        Block::Figures(figures) => {
            for figure in figures {
                row += 1;
                sheet.write_string_with_format(row, 0, &figure.what, &looks.text)?;
                sheet.write_string_with_format(row, 1, &figure.value, &looks.text)?;
            }
        }
        Block::List(list) => {
            for item in &list.items {
                for block in &item.blocks {
                    row = overview_block(sheet, row, block, looks)?;
                }
            }
        }
        Block::Columns(columns) => {
            for block in columns.iter().flatten() {
                row = overview_block(sheet, row, block, looks)?;
            }
        }
        Block::Paragraph(text) | Block::Note(text) => {
            row += 1;
            overview_line(sheet, row, text, looks)?;
        }
        Block::Fold(fold) => {
            row += 1;
            sheet.write_string_with_format(row, 0, &fold.title, &looks.text)?;
            for block in &fold.blocks {
                row = overview_block(sheet, row, block, looks)?;
            }
        }
        _ => {}
    }
    Ok(row)
}

/// A theme leads to its row; what is said of it stands beside it.
fn overview_line(
    sheet: &mut Worksheet,
    row: u32,
    text: &Text,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let rest = match text.0.split_first() {
        Some((Inline::Link(name, Anchor::Theme(number)), rest)) => {
            write_link(sheet, (row, 0), name, "Themes", number - 1, looks)?;
            Text(rest.to_vec())
        }
        _ => text.clone(),
    };
    let rest = rest.to_string();
    let rest = rest.trim();
    sheet.set_row_height(row, height(lines(rest, 90)))?;
    sheet.write_string_with_format(row, 1, fitting(rest), &looks.text)?;
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
    at: (u32, u16),
    cell: &Cell,
    links: &mut usize,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let (row, column) = at;
    match cell {
        Cell::Link { text, table, row: to } if *links < MOST_LINKS && *to < MOST_ROWS => {
            *links += 1;
            write_link(sheet, at, text, table, *to, looks)?;
        }
        Cell::Text(text) | Cell::Link { text, .. } => {
            sheet.write_string_with_format(row, column, fitting(text), &looks.text)?;
        }
        Cell::Count(n) => {
            sheet.write_number_with_format(row, column, *n as f64, &looks.count)?;
        }
        Cell::Estimate(x) => shown(sheet, at, *x, &number::estimate(*x), &looks.estimate)?,
        Cell::Cosine(x) => shown(sheet, at, *x, &number::cosine(*x), &looks.cosine)?,
        Cell::Probability(x) => shown(sheet, at, *x, &number::probability(*x), &looks.share)?,
        Cell::Share(x) => shown(sheet, at, *x, &number::proportion(*x), &looks.share)?,
        Cell::Empty => {}
    }
    Ok(())
}

/// A number that keeps its value and reads as in every other format: where Excel's own rounding would
/// show another text, the cell's format is that text. What is not known stays empty.
fn shown(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    x: f64,
    text: &str,
    look: &Look,
) -> Result<(), XlsxError> {
    if !x.is_finite() {
        return Ok(());
    }
    if look.shows(x) == text {
        sheet.write_number_with_format(row, column, x, &look.format)?;
    } else {
        let literal = look.format.clone().set_num_format(format!("\"{text}\""));
        sheet.write_number_with_format(row, column, x, &literal)?;
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
        _ => 1,
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
