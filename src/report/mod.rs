//! One view of the results, rendered as HTML, Markdown, Word, Excel, CSV and JSON. Computes no
//! figure, opens no file.
//!
//! `view` says in words what [`Overlap`] holds in figures; the documents made from it differ in markup
//! only. `tables` sets the figures in rows, for Excel and CSV; JSON gives them to other programs.

pub mod answers;
mod csv;
mod docx;
pub mod draft;
mod html;
mod json;
mod markdown;
pub mod number;
mod tables;
mod view;
mod words;
mod xlsx;

#[cfg(test)]
mod fixture;

pub use csv::inert;
pub use json::json;

use crate::domain::{Overlap, Pictures};

/// The report as GitHub-flavoured Markdown, readable as plain text too.
#[must_use]
pub fn markdown(overlap: &Overlap) -> String {
    let entries = view::Entries::of(overlap);
    markdown::render(&view::View::new(overlap, &entries))
}

/// The report as one HTML page that needs no network and no server; without script only its pictures
/// are missing, which stand as tables and lists too.
#[must_use]
pub fn html(overlap: &Overlap, pictures: &Pictures) -> String {
    let entries = view::Entries::of(overlap);
    let view = view::View::new(overlap, &entries);
    html::render(&view, &view::Drawings::new(overlap, pictures, &view, &entries))
}

/// The report as an Excel workbook, a sheet for each table.
///
/// # Errors
/// Why it does not fit a workbook.
pub fn xlsx(overlap: &Overlap) -> Result<Vec<u8>, String> {
    let entries = view::Entries::of(overlap);
    let view = view::View::new(overlap, &entries);
    xlsx::render(&view, &tables::tables(overlap, &entries, &view)).map_err(|e| e.to_string())
}

/// The report as a Word document.
///
/// # Errors
/// Why it could not be packed.
pub fn docx(overlap: &Overlap) -> Result<Vec<u8>, String> {
    let entries = view::Entries::of(overlap);
    docx::render(&view::View::new(overlap, &entries))
}

/// The report as CSV: the bytes of each table by its name in lower case.
#[must_use]
pub fn csv(overlap: &Overlap) -> Vec<(String, Vec<u8>)> {
    let entries = view::Entries::of(overlap);
    let view = view::View::new(overlap, &entries);
    let tables = tables::tables(overlap, &entries, &view);
    tables.iter().map(|table| (table.name.to_lowercase(), csv::render(table))).collect()
}

#[cfg(test)]
mod tests;
