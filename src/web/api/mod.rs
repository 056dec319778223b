//! The HTTP API: the JSON that the commands print, under `/api/v1`. Errors are problem+json.

pub(super) mod bodies;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::app::App;
use super::gaps::Kind;
use super::list;
use super::pairs::Wanted;
use super::parameters::Parameters;
use super::refused::Refused;
use super::search;
use super::shelf::Shown;
use super::themes;
use crate::domain::{Filter, Link, Query};
use crate::pipeline::{self, VERSION};
use crate::report::{self, answers};

/// Entries of a list in one answer, unless the request says otherwise, and at most.
const LIMIT: usize = 1_000;
const MOST: usize = 10_000;
/// Answers of a search, unless the request says otherwise.
const K: usize = 10;

/// The addresses below `/api/v1`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(description))
        .route("/openapi.json", get(description))
        .route("/similar", get(similar))
        .route("/pairs", get(pairs))
        .route("/themes", get(all_of_themes))
        .route("/themes/{id}", get(one_theme))
        .route("/gaps", get(gaps))
        .route("/recommendations", get(recommendations))
        .route("/recommendations/{id}", get(recommendation))
        .route("/decisions", get(decisions).post(bodies::decide))
        .route("/check", axum::routing::post(bodies::check))
        .route("/extract", axum::routing::post(bodies::extract))
        .method_not_allowed_fallback(wrong_method)
}

async fn wrong_method() -> Response {
    let status = axum::http::StatusCode::METHOD_NOT_ALLOWED;
    Refused::new(status, "this address does not take this method".to_owned())
        .with_remedy("see /api/v1/openapi.json")
        .as_problem()
}

/// A value, or problem+json.
fn answered(found: Result<Value, Refused>) -> Response {
    match found {
        Ok(value) => axum::Json(value).into_response(),
        Err(refused) => refused.as_problem(),
    }
}

/// The answer that `ask` gives off the async thread, from the index as it stands.
async fn from_index(
    app: App,
    ask: impl FnOnce(&App, &Arc<Shown>) -> Result<Value, Refused> + Send + 'static,
) -> Response {
    answered(app.work(move |app| ask(app, &app.shown()?)).await)
}

async fn description() -> Response {
    let text = include_str!("openapi.json").replace("\"VERSION\"", &format!("\"{VERSION}\""));
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

type Asked = Result<Parameters, Refused>;

async fn similar(State(app): State<App>, asked: Asked) -> Response {
    from_index(app, move |app, shown| similar_to(app, shown, &asked?)).await
}

/// As `concord similar --format json`, for `q` or `id`.
///
/// # Errors
/// Neither or both, an unknown id, or a wrong parameter.
pub(super) fn similar_to(
    app: &App,
    shown: &Arc<Shown>,
    asked: &Parameters,
) -> Result<Value, Refused> {
    let index = &shown.index;
    let k = asked.number("k", K, 1..=search::COUNTED)?;
    let min_probability = asked.number("min_probability", 0.0, 0.0..=1.0)?;
    let filter = Filter { k, min_probability, ..asked.filter(index)? };
    let query = match (asked.get("q"), asked.get("id")) {
        (Some(text), None) => search::short(text)?,
        (None, Some(id)) => Query::Id(id.to_owned()),
        _ => return Err(Refused::wrong("give either `q`, a text, or `id`")),
    };
    let found = search::ask(app, shown, query, filter)?;
    Ok(answers::similar(&found, index.recommendations()))
}

/// The part of a list that `offset` and `limit` ask for, and where it stands in the whole.
struct Part {
    offset: usize,
    limit: usize,
    total: usize,
}

impl Part {
    fn new(asked: &Parameters, total: usize) -> Result<Self, Refused> {
        let offset = asked.number("offset", 0, 0..=usize::MAX - MOST)?;
        Ok(Self { offset, limit: asked.number("limit", LIMIT, 1..=MOST)?, total })
    }

    fn of<'a, T>(&self, all: &'a [T]) -> impl Iterator<Item = &'a T> {
        all.iter().skip(self.offset).take(self.limit)
    }

    /// `value` with the place of the part.
    fn placed(&self, mut value: Value) -> Value {
        let after = self.offset + self.limit;
        value["total"] = json!(self.total);
        value["offset"] = json!(self.offset);
        value["next_offset"] = json!((after < self.total).then_some(after));
        value
    }
}

async fn pairs(State(app): State<App>, asked: Asked) -> Response {
    from_index(app, move |_, shown| all_pairs(shown, &asked?)).await
}

/// The pairs of `concord pairs`, each as it prints them.
///
/// # Errors
/// A wrong parameter.
pub(super) fn all_pairs(shown: &Shown, asked: &Parameters) -> Result<Value, Refused> {
    let links = Wanted::new(asked, 0.0)?.links(shown)?;
    let part = Part::new(asked, links.len())?;
    let rows = shown.index.recommendations();
    let pair = |link: &&Link| answers::pair(link, shown.index.is_opposite(link), rows);
    let pairs: Vec<Value> = part.of(&links).map(pair).collect();
    Ok(part.placed(json!({ "pairs": pairs })))
}

async fn all_of_themes(State(app): State<App>, asked: Asked) -> Response {
    from_index(app, move |_, shown| all_themes(shown, &asked?)).await
}

/// As `concord themes --format json`, for the themes that the parameters ask for.
///
/// # Errors
/// A wrong parameter.
pub(super) fn all_themes(shown: &Shown, asked: &Parameters) -> Result<Value, Refused> {
    let found = themes::found(shown, asked);
    let part = Part::new(asked, found.len())?;
    let some = crate::domain::Themes {
        themes: part.of(&found).map(|theme| (*theme).clone()).collect(),
        single: shown.index.themes().single.clone(),
    };
    Ok(part.placed(answers::themes(&some, shown.index.recommendations())))
}

async fn one_theme(State(app): State<App>, Path(id): Path<String>) -> Response {
    from_index(app, move |_, shown| theme(shown, &id)).await
}

/// One theme as `concord themes --format json` gives it, with the texts of its members.
///
/// # Errors
/// If there is none with this id.
pub(super) fn theme(shown: &Shown, id: &str) -> Result<Value, Refused> {
    let rows = shown.index.recommendations();
    let theme = &shown.index.themes().themes[themes::position(shown, id)?];
    let one = crate::domain::Themes { themes: vec![theme.clone()], single: Vec::new() };
    let mut value = answers::themes(&one, rows)["themes"][0].take();
    value["recommendations"] = theme.members.iter().map(|m| json!(rows[m.row])).collect();
    Ok(value)
}

async fn gaps(State(app): State<App>, asked: Asked) -> Response {
    from_index(app, move |_, shown| all_gaps(shown, &asked?)).await
}

/// As `concord gaps --format json`: every kind, or the one that `kind` names.
///
/// # Errors
/// A kind that does not exist.
pub(super) fn all_gaps(shown: &Shown, asked: &Parameters) -> Result<Value, Refused> {
    let kind = asked.get("kind").map(Kind::named).transpose()?;
    let mut gaps = report::kinds_of_gaps(shown.overlap()?);
    if let (Some(kind), Some(fields)) = (kind, gaps.as_object_mut()) {
        fields.retain(|key, _| key == kind.key());
    }
    Ok(gaps)
}

async fn recommendations(State(app): State<App>, asked: Asked) -> Response {
    from_index(app, move |_, shown| all_recommendations(shown, &asked?)).await
}

/// The recommendations that the filters, a theme and an area of the map admit.
///
/// # Errors
/// A wrong parameter.
pub(super) fn all_recommendations(shown: &Shown, asked: &Parameters) -> Result<Value, Refused> {
    let found = list::rows(shown, asked)?;
    let part = Part::new(asked, found.len())?;
    let rows = shown.index.recommendations();
    let some: Vec<Value> = part.of(&found).map(|&row| json!(rows[row])).collect();
    Ok(part.placed(json!({ "recommendations": some })))
}

async fn recommendation(State(app): State<App>, Path(id): Path<String>) -> Response {
    from_index(app, move |_, shown| one_recommendation(shown, &id)).await
}

/// A recommendation as it stands in the corpus, with its place in words and its themes.
///
/// # Errors
/// An unknown id.
pub(super) fn one_recommendation(shown: &Shown, id: &str) -> Result<Value, Refused> {
    let row = shown.index.row(id)?;
    let found = &shown.index.recommendations()[row];
    let themes = shown.index.themes().themes.iter();
    let own = themes.filter(|theme| theme.members.iter().any(|member| member.row == row));
    let mut value = json!(found);
    value["place"] = json!(found.place());
    value["themes"] = own.map(|theme| json!({ "id": theme.id, "label": theme.label })).collect();
    Ok(value)
}

async fn decisions(State(app): State<App>) -> Response {
    answered(
        app.work(|app| Ok(json!({ "decisions": pipeline::decisions(app.shelf.path())? }))).await,
    )
}
