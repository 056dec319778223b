//! What people read: the overlap report and the checked draft. Computes no figure, opens no file.
//!
//! [`overlap`] and [`draft()`] say in words what the results hold in figures, each as one [`Document`]
//! of blocks; [`html`], [`markdown`] and [`docx`] write any document and add no sentence of their own.
//! Spreadsheets get the figures in rows ([`xlsx`], [`csv`]), programs get them as [`json`].
//! [`number`] prints every number, wherever it is printed.

pub mod answers;
pub mod cite;
mod csv;
mod document;
mod docx;
pub mod draft;
mod escape;
mod html;
mod json;
mod listing;
mod markdown;
mod names;
pub mod number;
mod overlap;
mod sheet;
mod tables;
mod words;
mod xlsx;

#[cfg(test)]
mod fixture;

pub use csv::inert;
pub use document::{Choice, Document};
pub use docx::{docx, docx_commented};
pub use draft::draft;
pub use html::{CHARTS, CHARTS_LIBRARY, DRAFT_STYLE, STYLE, fragment, html, map};
pub use json::{json, kinds_of_gaps};
pub use listing::{Listing, Value};
pub use markdown::markdown;
pub use overlap::{MAP_STEPS, overlap};
pub use sheet::sheet;
pub use words::recalls;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::{Overlap, Pictures};

/// A file could not be put together; the library that packs it says why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unwritable(String);

/// The report as an Excel workbook, a sheet for each table.
///
/// # Errors
/// If it does not fit a workbook (more than 16,384 agencies), or if the system starts no thread for it.
pub fn xlsx(results: &Overlap) -> Result<Vec<u8>, Unwritable> {
    let document = overlap(results, &Pictures::default());
    let tables = tables::tables(&names::Names::new(results));
    let rendered = catch_unwind(AssertUnwindSafe(|| xlsx::render(&document, &tables)));
    match rendered {
        Ok(book) => book.map_err(|error| Unwritable(error.to_string())),
        // The library starts a thread for each sheet, and panics if it gets none.
        Err(_) => Err(Unwritable("perhaps the system starts no more threads".to_owned())),
    }
}

/// The report as CSV: the bytes of each table by its name in lower case.
#[must_use]
pub fn csv(results: &Overlap) -> Vec<(String, Vec<u8>)> {
    let tables = tables::tables(&names::Names::new(results));
    tables.iter().map(|table| (table.name.to_lowercase(), csv::render(table))).collect()
}

#[cfg(test)]
mod draft_tests;
#[cfg(test)]
mod tests;
