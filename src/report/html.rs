//! The page: templates filled in, every text escaped by the template engine.

use std::borrow::Borrow;

use askama::Template;

use super::{
    view::{Drawings, Firmness, HOW, MEASURED, View},
    words::{self, shorten},
};

/// Pairs shown in full: a page of thousands helps nobody, and JSON has them all.
const MOST_DUPLICATES: usize = 100;
/// Agencies of a theme whose own words stand open.
const MOST_DIFFERING: usize = 6;
/// Single voices that stand open; the others are folded.
const OPEN_SINGLE_VOICES: usize = 8;

// The template engine hands over some arguments by reference and others by value.

fn count(n: impl Borrow<usize>, noun: &str) -> String {
    words::count(*n.borrow(), noun)
}

fn capitalized(text: impl AsRef<str>) -> String {
    words::capitalized(text.as_ref())
}

fn noun(n: impl Borrow<usize>, noun: &str) -> String {
    words::noun(*n.borrow(), noun)
}

fn number(n: impl Borrow<usize>) -> String {
    words::number(*n.borrow())
}

fn percent(share: impl Borrow<f64>) -> String {
    words::percent(*share.borrow())
}

/// The class of a cell that holds `n` recommendations.
fn shade(n: impl Borrow<usize>) -> &'static str {
    ["n1", "n2", "n3", "n4"][(*n.borrow()).clamp(1, 4) - 1]
}

/// The class of the mark that tells how far a theme may be relied on.
fn mark(firmness: impl Borrow<Firmness>) -> &'static str {
    match firmness.borrow() {
        Firmness::Stable => "stable",
        Firmness::Fair | Firmness::Unknown => "fair",
        Firmness::Weak => "weak",
    }
}

/// The page with its style and script, which are ours and go in as they are.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/askama.toml")]
struct Page<'a> {
    view: &'a View<'a>,
    drawings: &'a Drawings,
    style: &'static str,
    charts_library: &'static str,
    script: &'static str,
    charts: &'static str,
}

/// The whole page.
pub(super) fn render(view: &View, drawings: &Drawings) -> String {
    let style = include_str!("templates/style.css");
    let charts_library = include_str!("charts/echarts.min.js");
    let script = include_str!("templates/page.js");
    let charts = include_str!("templates/charts.js");
    Page { view, drawings, style, charts_library, script, charts }
        .render()
        .expect("no filter of ours fails, nor does a String")
}
