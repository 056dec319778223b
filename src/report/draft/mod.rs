//! A checked draft, given back with notes: as Markdown, as a page and as a Word document.
//!
//! `view` says in words what [`DraftCheck`](crate::domain::DraftCheck) holds in figures; the three
//! documents differ in markup only.

mod docx;
mod html;
mod markdown;
mod view;

pub use docx::{Unwritable, docx};
pub use html::html;
pub use markdown::markdown;
pub use view::{About, View, difference, place};

#[cfg(test)]
mod tests;
