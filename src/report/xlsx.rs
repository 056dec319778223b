//! The report as an Excel workbook.
//!
//! Texts are written as texts, which a spreadsheet never takes for formulas. The workbook holds no
//! time, so that the same results give the same bytes.

use rust_xlsxwriter::{
    Color, ConditionalFormat2ColorScale, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, FormatUnderline, Url, Workbook, Worksheet, XlsxError,
};

use super::document::{Anchor, Block, Document, Inline, Text};
use super::tables::{Cell, Table};
use super::{number, words};

/// Excel's limit is 32,767 characters a cell.
const LONGEST_TEXT: usize = 32_000;
/// Excel's limit is 65,530 links a sheet.
const MOST_LINKS: usize = 65_000;
/// Excel's limit is 1,048,576 rows a sheet.
const MOST_ROWS: usize = 1_048_000;

/// Margins of a page, in inches.
const MARGIN: f64 = 0.4;
/// A4.
const PAPER: u8 = 9;
/// Rows of a table that are printed. A list of hundreds is for the screen; the header of the page says that
/// it is cut.
const PRINTED_ROWS: usize = 50;

/// Row and column, from 0.
type At = (u32, u16);
type Written = Result<(), XlsxError>;

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
    Writer::new(book.add_worksheet(), &looks).overview(document, tables)?;
    for table in tables {
        Writer::new(book.add_worksheet(), &looks).table(table)?;
    }
    book.save_to_buffer()
}

/// How cells look. Numbers look as texts do, in a format of their own.
struct Looks {
    title: Format,
    heading: Format,
    upright: Format,
    text: Format,
    link: Format,
}

impl Looks {
    fn new() -> Self {
        let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let heading = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_background_color(Color::RGB(0x00D7_E7F3))
            .set_border_bottom(FormatBorder::Thin)
            .set_align(FormatAlign::Bottom);
        let link = text.clone().set_font_color(Color::RGB(0x000B_5C94));
        Self {
            title: Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Top),
            upright: heading.clone().set_rotation(90),
            heading,
            link: link.set_underline(FormatUnderline::Single),
            text,
        }
    }
}

/// One sheet, written from top to bottom.
struct Writer<'a> {
    sheet: &'a mut Worksheet,
    looks: &'a Looks,
    /// The row written last, in the overview.
    row: u32,
    links: usize,
}

impl<'a> Writer<'a> {
    fn new(sheet: &'a mut Worksheet, looks: &'a Looks) -> Self {
        Self { sheet, looks, row: 0, links: 0 }
    }

    /// The first sheet: title and first part of the document, then what the other sheets hold.
    fn overview(&mut self, document: &Document, tables: &[Table]) -> Written {
        self.sheet.set_name("Overview")?.set_column_width(0, 44)?.set_column_width(1, 90)?;
        self.text((0, 0), &document.title, &self.looks.title)?;
        self.sheet.write_string(1, 0, &document.lede)?;
        self.row = 2;
        self.blocks(document.sections.iter().take(1).flat_map(|part| &part.blocks))?;
        self.row += 2;
        self.pair("Sheets", "Rows", &self.looks.heading)?;
        for table in tables {
            self.row += 1;
            self.link((self.row, 0), table.name, table.name, 1)?;
            self.text((self.row, 1), &number::whole(table.rows.len()), &self.looks.text)?;
        }
        self.on_paper(1);
        Ok(())
    }

    /// One page wide on A4, and so many pages high; 0 for as many as it takes.
    fn on_paper(&mut self, high: u16) {
        self.sheet.set_landscape().set_paper_size(PAPER).set_print_fit_to_pages(1, high);
        self.sheet.set_margins(MARGIN, MARGIN, MARGIN, 2.0 * MARGIN, MARGIN, MARGIN);
        self.sheet.set_footer("&L&A&RPage &P of &N");
    }

    fn blocks<'b>(&mut self, blocks: impl Iterator<Item = &'b Block>) -> Written {
        for block in blocks {
            self.block(block)?;
        }
        Ok(())
    }

    /// Writes a block below the last row.
    fn block(&mut self, block: &Block) -> Written {
        match block {
            Block::Heading(text) => {
                self.row += 2;
                self.pair(text, "", &self.looks.heading)
            }
            Block::Figures(figures) => figures.iter().try_for_each(|figure| {
                self.row += 1;
                self.pair(&figure.what, &figure.value, &self.looks.text)
            }),
            Block::List(list) => self.blocks(list.items.iter().flat_map(|item| &item.blocks)),
            Block::Columns(columns) => self.blocks(columns.iter().flatten()),
            Block::Paragraph(text) | Block::Note(text) => {
                self.row += 1;
                self.line(text)
            }
            Block::Fold(fold) => {
                self.row += 1;
                self.text((self.row, 0), &fold.title, &self.looks.text)?;
                self.blocks(fold.blocks.iter())
            }
            _ => Ok(()),
        }
    }

    /// A theme leads to its row; what is said of it stands beside it.
    fn line(&mut self, text: &Text) -> Written {
        let rest = match text.0.split_first() {
            Some((Inline::Link(name, Anchor::Theme(number)), rest)) => {
                self.link((self.row, 0), name, "Themes", number + 1)?;
                Text(rest.to_vec())
            }
            _ => text.clone(),
        };
        let rest = rest.to_string();
        let rest = rest.trim();
        self.sheet.set_row_height(self.row, height(lines(rest, 90)))?;
        self.text((self.row, 1), rest, &self.looks.text)
    }

    fn table(&mut self, table: &Table) -> Written {
        self.sheet.set_name(table.name)?;
        for (at, column) in (0..).zip(&table.columns) {
            let look = if column.upright { &self.looks.upright } else { &self.looks.heading };
            self.sheet.set_column_width(at, f64::from(column.width))?;
            self.text((0, at), &column.name, look)?;
        }
        let first_upright = table.columns.iter().position(|column| column.upright);
        if first_upright.is_some() {
            self.sheet.set_row_height(0, 170)?;
        }
        let rows = &table.rows[..table.rows.len().min(MOST_ROWS)];
        for (y, row) in (1..).zip(rows) {
            let most = row.iter().zip(&table.columns).map(|(cell, column)| match cell {
                Cell::Text(text) | Cell::Link { text, .. } => lines(text, column.width.into()),
                _ => 1,
            });
            self.sheet.set_row_height(y, height(most.max().unwrap_or(1)))?;
            for (x, cell) in (0..).zip(row) {
                self.cell((y, x), cell)?;
            }
        }
        let (frozen, last) = (table.frozen as u16, table.columns.len() as u16 - 1);
        let last_row = rows.len() as u32;
        self.sheet.set_freeze_panes(1, frozen)?.autofilter(0, 0, last_row, last)?;
        if let Some(first) = first_upright.filter(|_| !rows.is_empty()) {
            let scale = ConditionalFormat2ColorScale::new()
                .set_minimum_color(Color::RGB(0x00D6_E6F2))
                .set_maximum_color(Color::RGB(0x002F_7FB8));
            self.sheet.add_conditional_format(1, first as u16, last_row, last, &scale)?;
        }
        self.on_paper(u16::from(first_upright.is_some()));
        self.sheet.set_repeat_rows(0, 0)?;
        let printed = rows.len().min(PRINTED_ROWS);
        if printed < rows.len() {
            let all = number::whole(rows.len());
            self.sheet
                .set_header(format!("&LFirst {printed} of {all} rows; the sheet has them all"));
        }
        let last_column = (table.printed as u16).saturating_sub(1);
        self.sheet.set_print_area(0, 0, printed as u32, last_column)?;
        Ok(())
    }

    fn cell(&mut self, at: At, cell: &Cell) -> Written {
        match cell {
            Cell::Link { text, table, row } if self.links < MOST_LINKS && *row < MOST_ROWS => {
                self.links += 1;
                self.link(at, text, table, row + 2)
            }
            Cell::Text(text) | Cell::Link { text, .. } => self.text(at, text, &self.looks.text),
            Cell::Count(n) => self.number(at, *n as f64, "#,##0"),
            Cell::Estimate(x) => self.shown(at, *x, &number::estimate(*x), "0.0"),
            Cell::Cosine(x) => self.shown(at, *x, &number::cosine(*x), "0.00"),
            Cell::Probability(x) => self.shown(at, *x, &number::probability(*x), "0%"),
            Cell::Share(x) => self.shown(at, *x, &number::proportion(*x), "0%"),
            Cell::Empty => Ok(()),
        }
    }

    /// A number that keeps its value and reads as in every other output: where Excel's own rounding would
    /// show another text, the cell's format is that text. What is not known stays empty.
    fn shown(&mut self, at: At, x: f64, text: &str, format: &str) -> Written {
        match x {
            x if !x.is_finite() => Ok(()),
            x if in_excel(x, format) == text => self.number(at, x, format),
            x => self.number(at, x, &format!("\"{text}\"")),
        }
    }

    fn number(&mut self, (row, column): At, x: f64, format: &str) -> Written {
        let look = self.looks.text.clone().set_num_format(format);
        self.sheet.write_number_with_format(row, column, x, &look)?;
        Ok(())
    }

    fn text(&mut self, (row, column): At, text: &str, look: &Format) -> Written {
        self.sheet.write_string_with_format(row, column, fitting(text), look)?;
        Ok(())
    }

    /// Two texts beside each other.
    fn pair(&mut self, left: &str, right: &str, look: &Format) -> Written {
        self.text((self.row, 0), left, look)?;
        self.text((self.row, 1), right, look)
    }

    /// A text that leads to a row of another sheet; its heading is row 1.
    fn link(&mut self, (row, column): At, text: &str, table: &str, to: usize) -> Written {
        let url = Url::new(format!("internal:'{table}'!A{to}")).set_text(fitting(text));
        self.sheet.write_url_with_format(row, column, url, &self.looks.link)?;
        Ok(())
    }
}

/// What Excel shows of a number: rounded half away from zero, as a decimal number of 15 digits.
fn in_excel(x: f64, format: &str) -> String {
    let decimals = format.split_once('.').map_or(0, |(_, zeros)| zeros.len());
    let (scale, sign) = if format.ends_with('%') { (100.0, "%") } else { (1.0, "") };
    let step = 10_usize.pow(decimals as u32) as f64;
    let rounded = (x * scale * step + 1e-9 * x.signum()).round() / step;
    format!("{rounded:.decimals$}{sign}")
}

/// Lines that a text takes. Not every program fits rows to wrapped texts by itself.
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
