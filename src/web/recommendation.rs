//! One recommendation: its words, its place, its themes, and what is nearest to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::app::App;
use super::page::{Card, Differs, Shell, Verdict, rendered, shared_stems};
use super::parameters::{self, encoded};
use super::refused::Refused;
use super::shelf::Shown;
use crate::domain::{Filter, Hit, Query};

/// Recommendations shown as nearest.
const NEAREST: usize = 10;
/// Characters of a text in the title of a page.
const TITLE: usize = 60;

#[derive(Template)]
#[template(path = "recommendation.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    card: Card,
    lead_in: Option<String>,
    document: Option<String>,
    tags: Vec<String>,
    /// Label and address.
    themes: Vec<(String, String)>,
    near: Vec<Near>,
    cross_agency: bool,
    /// For downloads.
    export: String,
}

struct Near {
    card: Card,
    verdict: Verdict,
    differences: Vec<Differs>,
    /// Address of the two side by side.
    pair: String,
}

pub(super) async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
    asked: parameters::Parameters,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let index = &shown.index;
        let row = index.row(&id)?;
        let found = &index.recommendations()[row];
        let title: String = found.text.chars().take(TITLE).collect();
        let document = found.document.as_ref();
        let about = document.and_then(|id| index.document(id.as_str()));
        let cross_agency = asked.is_on("cross_agency");
        let filter = Filter { k: NEAREST, cross_agency, ..Filter::default() };
        let answers = index.similar(&[Query::Id(id.clone())], &filter, None)?;
        let near = answers[0].hits.iter().map(|hit| near(app, &shown, row, hit));
        rendered(&Page {
            shell: Shell::new(app, "/", format!("{id}: {title}")),
            card: Card::new(app, &shown, row),
            lead_in: found.lead_in.clone(),
            document: about.and_then(|about| about.title.clone()),
            tags: found.tags.clone(),
            themes: themes(&shown, row),
            near: near.collect(),
            cross_agency,
            export: format!(
                "id={}{}",
                encoded(&id),
                if cross_agency { "&cross_agency=1" } else { "" }
            ),
        })
    })
    .await
}

fn themes(shown: &Shown, row: usize) -> Vec<(String, String)> {
    let all = shown.index.themes().themes.iter();
    let holds = |theme: &&crate::domain::Theme| theme.members.iter().any(|m| m.row == row);
    all.filter(holds)
        .map(|theme| (theme.label.clone(), parameters::theme(theme.id.as_str())))
        .collect()
}

fn near(app: &App, shown: &Shown, row: usize, hit: &Hit) -> Near {
    let id = shown.index.recommendations()[row].id.as_str();
    let language = shown.index.language_of_row(hit.row);
    let card = Card::new(app, shown, hit.row);
    Near {
        pair: format!("/pair?a={}&b={}", encoded(id), encoded(&card.id)),
        card: card.marked(&shared_stems(&hit.why, language), language),
        verdict: Verdict::new(hit).decided(shown.words().on(row, hit.row)),
        differences: Differs::all(&hit.differences),
    }
}
