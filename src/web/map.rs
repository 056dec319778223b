//! The map of recommendations, drawn by the report's own script; a part of it can be drawn around and is listed.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::app::App;
use super::page::{Card, Shell, begun, counted, rendered};
use super::parameters::{self, Parameters};
use super::refused::Refused;
use super::shelf::Shown;
use super::{area, list};
use crate::report;

/// Recommendations of an area that are listed; the rest is on a page of its own.
const LISTED: usize = 25;

#[derive(Template)]
#[template(path = "map.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    /// Whether the index has a map: a very large one has none.
    is_drawn: bool,
    /// What the script draws, safe inside a script element.
    data: String,
    /// What was drawn around, for the script: its corners and the numbers of its marks.
    selected: Option<String>,
    lede: String,
    cards: Vec<Card>,
    n: usize,
    address: String,
}

pub(super) async fn page(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let is_drawn = !shown.pictures()?.recommendations.is_empty();
        let found = match area::asked(&asked)? {
            Some(_) => list::rows(&shown, &asked)?,
            None => Vec::new(),
        };
        let numbers: Vec<usize> = found.iter().map(|row| row + 1).collect();
        let selected =
            asked.get("area").map(|area| inert(&json!({ "area": area, "found": numbers })));
        rendered(&Page {
            shell: Shell::new(app, "/map", "Map"),
            is_drawn,
            data: shown.map()?.to_owned(),
            selected,
            lede: counted(found.len(), "recommendation", "recommendations"),
            cards: found.iter().take(LISTED).map(|&row| Card::new(app, &shown, row)).collect(),
            n: found.len(),
            address: asked.query(),
        })
    })
    .await
}

/// JSON that can stand in a script element: only "<" could end it, or begin a comment.
fn inert(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// What the script draws: places and themes, and for each mark its words and where it leads.
///
/// # Errors
/// An index that cannot be read.
pub(super) fn drawn(shown: &Shown) -> Result<String, Refused> {
    let mut data = report::map(shown.overlap()?, shown.pictures()?);
    let rows = shown.index.recommendations();
    data["quotes"] = rows
        .iter()
        .map(|row| json!([begun(&row.text), format!("{}, {}", row.agency, row.id)]))
        .collect();
    data["addresses"] =
        rows.iter().map(|row| json!(parameters::recommendation(row.id.as_str()))).collect();
    Ok(inert(&data))
}
