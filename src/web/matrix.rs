//! Themes by agencies: how many recommendations each agency has in each theme.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::app::App;
use super::page::{Shell, rendered};
use super::parameters::{self, encoded};
use super::refused::Refused;
use crate::domain::Overlap;

#[derive(Template)]
#[template(path = "matrix.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    agencies: Vec<Column>,
    rows: Vec<Row>,
}

struct Column {
    name: String,
    address: String,
}

struct Row {
    label: String,
    address: String,
    cells: Vec<Cell>,
}

struct Cell {
    count: usize,
    /// The class of its shade.
    class: &'static str,
    title: String,
    address: String,
}

pub(super) async fn page(State(app): State<App>) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let overlap = shown.overlap()?;
        let names = overlap.matrix.agencies.iter().map(|&at| overlap.agencies[at].agency.as_str());
        let column = |name: &str| Column {
            name: name.to_owned(),
            address: format!("/themes?agency={}", encoded(name)),
        };
        rendered(&Page {
            shell: Shell::new(app, "/matrix", "Matrix"),
            agencies: names.map(column).collect(),
            rows: overlap.matrix.themes.iter().map(|&at| row(overlap, at)).collect(),
        })
    })
    .await
}

fn row(overlap: &Overlap, theme: usize) -> Row {
    let found = &overlap.themes.themes[theme];
    let address = parameters::theme(found.id.as_str());
    let cell = |&at: &usize| {
        let profile = &overlap.agencies[at];
        let count = profile.in_theme(theme);
        Cell {
            count,
            class: ["n0", "n1", "n2", "n3", "n4"][count.min(4)],
            title: format!("{}, {}: {count}", found.label, profile.agency),
            address: format!(
                "/recommendations?theme={}&agency={}",
                encoded(found.id.as_str()),
                encoded(profile.agency.as_str())
            ),
        }
    };
    Row {
        label: found.label.clone(),
        cells: overlap.matrix.agencies.iter().map(cell).collect(),
        address,
    }
}

/// The anchor of an agency on the page of a theme.
pub(super) fn anchor(agency: &str) -> String {
    format!("agency-{}", encoded(agency))
}
