//! The page and the styles of a Word document.

use docx_rs::{
    Docx, Footer, LineSpacing, PageMargin, PageNum, Paragraph, Run, RunFonts, Style, StyleType,
};

/// A4 in twentieths of a point, as all lengths here.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: i32 = 1_134;
/// Between the margins.
pub(super) const WIDTH: usize = 9_600;
/// Office files carry a date; a fixed one keeps the bytes the same.
pub(super) const DATE: &str = "2000-01-01T00:00:00Z";

const ACCENT: &str = "0B4A78";
/// Half points, of each level of heading.
const HEADINGS: [usize; 6] = [32, 26, 23, 22, 21, 21];

/// An empty document with our styles: headings carry Word's own names, so that its outline, its table
/// of contents and screen readers know them.
pub(super) fn styled() -> Docx {
    let margin = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN);
    let footer = Paragraph::new().id("00000000").add_page_num(PageNum::new()).add_run(Run::new());
    let empty = Docx::new()
        .created_at(DATE)
        .updated_at(DATE)
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri"))
        .default_size(21)
        .add_style(
            paragraph("Title", "Title")
                .size(40)
                .bold()
                .color(ACCENT)
                .q_format(true)
                .line_spacing(LineSpacing::new().after(120)),
        )
        .add_style(
            paragraph("Quote", "Quote")
                .indent(Some(340), None, None, None)
                .line_spacing(LineSpacing::new().after(80)),
        )
        .add_style(contents(1))
        .add_style(contents(2))
        .add_style(paragraph("FootnoteText", "footnote text").size(17))
        .add_style(Style::new("FootnoteReference", StyleType::Character).name("footnote reference"))
        .footer(Footer::new().add_paragraph(footer));
    HEADINGS
        .iter()
        .enumerate()
        .fold(empty, |docx, (at, &size)| docx.add_style(heading(at + 1, size)))
}

fn paragraph(id: &str, name: &str) -> Style {
    Style::new(id, StyleType::Paragraph).name(name).based_on("Normal")
}

/// An entry of the list of contents.
fn contents(level: i32) -> Style {
    paragraph(&format!("TOC{level}"), &format!("toc {level}"))
        .indent(Some(340 * (level - 1)), None, None, None)
        .line_spacing(LineSpacing::new().after(if level == 1 { 60 } else { 20 }))
}

fn heading(level: usize, size: usize) -> Style {
    paragraph(&format!("Heading{level}"), &format!("heading {level}"))
        .next("Normal")
        .outline_lvl(level - 1)
        .size(size)
        .bold()
        .color(ACCENT)
        .q_format(true)
        .line_spacing(LineSpacing::new().before(300).after(100))
}
