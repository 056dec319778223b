//! The draft as a page, with notes in its margin.

use std::borrow::Borrow;

use askama::Template;

use super::view::View;
use crate::domain::BlockRole;

#[derive(Template)]
#[template(path = "draft.html", config = "src/report/askama.toml")]
struct Page<'a> {
    view: &'a View,
    style: &'static str,
}

/// A page of one file that needs no network, no server and no script.
#[must_use]
pub fn html(view: &View) -> String {
    let style = include_str!("../templates/draft.css");
    Page { view, style }.render().expect("no filter of ours fails, nor does a String")
}

// The template engine hands over some arguments by reference and others by value.

/// The level of a heading of the draft in the page, whose own title is of level 1 and whose parts
/// are of level 2; `None` for what is no heading.
fn heading(role: impl Borrow<BlockRole>) -> Option<u8> {
    match *role.borrow() {
        BlockRole::Heading(level) => Some((level + 2).clamp(3, 6)),
        BlockRole::Item | BlockRole::Paragraph => None,
    }
}

fn is_item(role: impl Borrow<BlockRole>) -> bool {
    *role.borrow() == BlockRole::Item
}
