//! One view of the results, rendered as Markdown, HTML and JSON. Computes no figure, opens no
//! file.
//!
//! `view` says in words what [`Overlap`] holds in figures; the two documents made from it differ
//! in markup only. JSON gives the figures themselves.

pub mod answers;
mod html;
mod json;
mod markdown;
mod seriate;
mod view;
mod words;

#[cfg(test)]
mod fixture;

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

#[cfg(test)]
mod tests;
