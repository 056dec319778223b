//! Recommendations by theme, agency, document, year, or by the part of the map where they stand.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::app::App;
use super::page::{Card, Shell, counted, rendered};
use super::parameters::{self, Parameters};
use super::refused::Refused;
use super::shelf::Shown;
use super::{area, themes};
use crate::domain::Filter;

/// Recommendations on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "list.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    lede: String,
    /// Label and address.
    theme: Option<(String, String)>,
    /// What the form of filters keeps.
    kept: Vec<(String, String)>,
    agencies: Vec<String>,
    agency: String,
    documents: Vec<(String, String)>,
    document: String,
    /// The address of the map with the same area.
    map: Option<String>,
    cards: Vec<Card>,
    /// The first is number so much of the list.
    from: usize,
    before: Option<String>,
    after: Option<String>,
    address: String,
}

/// The rows that `asked` admits, by row: the filters of a search, and `theme` and `area`.
///
/// # Errors
/// A theme, an agency or a document that the index does not have; an area that is none.
pub(super) fn rows(shown: &Shown, asked: &Parameters) -> Result<Vec<usize>, Refused> {
    let index = &shown.index;
    let filter: Filter = asked.filter(index)?;
    let mut rows: Vec<usize> = match asked.get("theme") {
        None => (0..index.recommendations().len()).collect(),
        Some(id) => {
            let theme = &index.themes().themes[themes::position(shown, id)?];
            theme.members.iter().map(|member| member.row).collect()
        }
    };
    rows.retain(|&row| filter.admits(&index.recommendations()[row], index.year(row), None));
    if let Some(area) = area::asked(asked)? {
        let places = &shown.pictures()?.recommendations;
        rows.retain(|&row| places.get(row).is_some_and(|place| area.holds(*place)));
    }
    rows.sort_unstable();
    Ok(rows)
}

pub(super) async fn page(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let index = &shown.index;
        let found = rows(&shown, &asked)?;
        let from = asked.number("skip", 0, 0..=found.len())?;
        let place =
            |at: usize| format!("/recommendations?{}", asked.with("skip", Some(&at.to_string())));
        let theme = asked.get("theme").map(|id| -> Result<_, Refused> {
            let theme = &index.themes().themes[themes::position(&shown, id)?];
            Ok((theme.label.clone(), parameters::theme(id)))
        });
        let documents = index.manifest().corpus.documents.iter();
        let text = |name| asked.get(name).unwrap_or_default().to_owned();
        let own = ["agency", "document", "skip"];
        rendered(&Page {
            shell: Shell::new(app, "/", "Recommendations"),
            lede: counted(found.len(), "recommendation", "recommendations"),
            theme: theme.transpose()?,
            kept: asked.pairs().filter(|(name, _)| !own.contains(&name.as_str())).collect(),
            agencies: index.agencies().iter().map(ToString::to_string).collect(),
            agency: text("agency"),
            documents: documents
                .map(|about| (about.id.clone(), about.title.clone().unwrap_or(about.id.clone())))
                .collect(),
            document: text("document"),
            map: asked.get("area").map(|area| format!("/map?area={}", parameters::encoded(area))),
            cards: found
                .iter()
                .skip(from)
                .take(PAGE)
                .map(|&row| Card::new(app, &shown, row))
                .collect(),
            from: from + 1,
            before: (from > 0).then(|| place(from.saturating_sub(PAGE))),
            after: (from + PAGE < found.len()).then(|| place(from + PAGE)),
            address: asked.with("skip", None),
        })
    })
    .await
}
