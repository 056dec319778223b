//! One view of the results, rendered as Markdown, HTML and JSON. Computes no figure, opens no
//! file.
//!
//! `view` says in words what [`Overlap`] holds in figures; the two documents made from it differ
//! in markup only. JSON gives the figures themselves.

pub mod answers;
pub mod draft;
mod html;
mod json;
mod markdown;
mod seriate;
mod view;
mod words;

#[cfg(test)]
mod fixture;

pub use json::json;

use crate::domain::Overlap;

/// The report as GitHub-flavoured Markdown, readable as plain text too.
#[must_use]
pub fn markdown(overlap: &Overlap) -> String {
    let entries = view::Entries::of(overlap);
    markdown::render(&view::View::new(overlap, &entries))
}

/// The report as one HTML page that needs no network, no server and no script.
#[must_use]
pub fn html(overlap: &Overlap) -> String {
    let entries = view::Entries::of(overlap);
    html::render(&view::View::new(overlap, &entries))
}

#[cfg(test)]
mod tests;
