//! The report as a Word document: headings, tables, and a footnote for every source.
//!
//! Long lists are cut where a document would become a ledger; the workbook has them all.

mod parts;
mod sections;

use std::io::Cursor;

use docx_rs::{
    Docx, Footer, LineSpacing, PageMargin, PageNum, Paragraph, Run, RunFonts, Style, StyleType,
};

use super::view::View;
use parts::Writer;

/// A4 in twentieths of a point, as all lengths here.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: i32 = 1_134;

/// The whole document.
///
/// # Errors
/// If the document cannot be packed.
pub(super) fn render(view: &View) -> Result<Vec<u8>, String> {
    let mut out = Writer::new(styled());
    sections::glance(&mut out, view);
    sections::changes(&mut out, view);
    sections::themes(&mut out, view);
    sections::matrix(&mut out, &view.matrix);
    sections::agencies(&mut out, view);
    sections::duplicates(&mut out, view);
    sections::gaps(&mut out, view);
    sections::singles(&mut out, view);
    sections::method(&mut out, view);
    let mut bytes = Cursor::new(Vec::new());
    out.done().pack(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes.into_inner())
}

/// An empty document with our styles: headings carry Word's own names, so that its outline, its table
/// of contents and screen readers know them.
fn styled() -> Docx {
    let heading = |level: usize, size: usize| {
        Style::new(format!("Heading{level}"), StyleType::Paragraph)
            .name(format!("heading {level}"))
            .based_on("Normal")
            .next("Normal")
            .outline_lvl(level - 1)
            .size(size)
            .bold()
            .color("0B4A78")
            .q_format(true)
            .line_spacing(LineSpacing::new().before(300).after(100))
    };
    let margin = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN);
    let footer = Paragraph::new().add_page_num(PageNum::new()).add_run(Run::new());
    Docx::new()
        .created_at("2000-01-01T00:00:00Z")
        .updated_at("2000-01-01T00:00:00Z")
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri"))
        .default_size(21)
        .add_style(
            Style::new("Title", StyleType::Paragraph)
                .name("Title")
                .based_on("Normal")
                .size(40)
                .bold()
                .color("0B4A78")
                .q_format(true)
                .line_spacing(LineSpacing::new().after(120)),
        )
        .add_style(heading(1, 32))
        .add_style(heading(2, 26))
        .add_style(heading(3, 23))
        .add_style(
            Style::new("Quote", StyleType::Paragraph)
                .name("Quote")
                .based_on("Normal")
                .indent(Some(340), None, None, None)
                .line_spacing(LineSpacing::new().after(80)),
        )
        .add_style(
            Style::new("FootnoteText", StyleType::Paragraph)
                .name("footnote text")
                .based_on("Normal")
                .size(17),
        )
        .add_style(Style::new("FootnoteReference", StyleType::Character).name("footnote reference"))
        .footer(Footer::new().add_paragraph(footer))
}
