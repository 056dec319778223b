//! What is on screen as a file: CSV, Excel, Word, Markdown or JSON, and the whole report.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;

use super::api;
use super::app::App;
use super::gaps::{self, Kind};
use super::guard::SANDBOX;
use super::pairs::Wanted;
use super::parameters::Parameters;
use super::refused::Refused;
use super::search;
use super::shelf::Shown;
use super::themes;
use crate::domain::{Filter, Pictures, Relation};
use crate::report::{self, Listing, Value};

/// The header with the name under which a browser keeps a file. What is not a plain letter, digit or one of
/// `-._` becomes `-`.
pub(super) fn file_name(stem: &str, format: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '-' };
    let stem: String = stem.chars().map(plain).collect();
    format!("attachment; filename=\"{stem}.{format}\"")
}

/// A file with the type of its format.
pub(super) fn attachment(format: &str, bytes: Vec<u8>) -> Response {
    let kind = match format {
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv" => "text/csv; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "json" => "application/json",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

/// `GET /report/{format}`: the overlap report. As a page it is shown, apart from this server's own pages.
pub(super) async fn report(
    State(app): State<App>,
    Path(format): Path<String>,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let overlap = shown.overlap()?;
        let unwritable = |why: report::Unwritable| Refused::wrong(why.to_string());
        let document = || report::overlap(overlap, &Pictures::default());
        let bytes = match format.as_str() {
            "html" => {
                let pictures = shown.index.pictures(overlap)?;
                let page = report::html(&report::overlap(overlap, &pictures)).into_bytes();
                let apart = [(header::CONTENT_SECURITY_POLICY, SANDBOX)];
                return Ok((apart, attachment("html", page)).into_response());
            }
            "md" => report::markdown(&document()).into_bytes(),
            "docx" => report::docx(&document()).map_err(unwritable)?,
            "xlsx" => report::xlsx(overlap).map_err(unwritable)?,
            "json" => serde_json::to_vec_pretty(&report::json(overlap)).unwrap_or_default(),
            _ => return Err(Refused::unknown(format!("the report cannot be written as {format}"))),
        };
        let name = file_name("concord-report", &format);
        Ok(([(header::CONTENT_DISPOSITION, name)], attachment(&format, bytes)).into_response())
    })
    .await
}

/// `GET /export/{what}/{format}`: the list that a page shows with the same parameters, all of its entries.
pub(super) async fn listing(
    State(app): State<App>,
    Path((what, format)): Path<(String, String)>,
    asked: Parameters,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let bytes = if format == "json" {
            serde_json::to_vec_pretty(&as_json(app, &shown, &what, &asked)?).unwrap_or_default()
        } else {
            written(&list(app, &shown, &what, &asked)?, &format)?
        };
        let name = file_name(&format!("concord-{what}"), &format);
        Ok(([(header::CONTENT_DISPOSITION, name)], attachment(&format, bytes)).into_response())
    })
    .await
}

fn written(listing: &Listing, format: &str) -> Result<Vec<u8>, Refused> {
    let unwritable = |why: report::Unwritable| Refused::wrong(why.to_string());
    match format {
        "csv" => Ok(listing.csv()),
        "xlsx" => listing.xlsx().map_err(unwritable),
        "docx" => report::docx(&listing.document()).map_err(unwritable),
        "md" => Ok(report::markdown(&listing.document()).into_bytes()),
        _ => Err(Refused::unknown(format!("a list cannot be written as {format}"))),
    }
}

fn as_json(
    app: &App,
    shown: &std::sync::Arc<Shown>,
    what: &str,
    asked: &Parameters,
) -> Result<Json, Refused> {
    match what {
        "search" => api::similar_to(app, shown, asked),
        "themes" => api::all_themes(shown, asked),
        "pairs" => api::all_pairs(shown, asked),
        "gaps" => api::all_gaps(shown, asked),
        _ => Err(nothing(what)),
    }
}

fn nothing(what: &str) -> Refused {
    Refused::unknown(format!("there is no list `{what}`"))
}

fn list(
    app: &App,
    shown: &std::sync::Arc<Shown>,
    what: &str,
    asked: &Parameters,
) -> Result<Listing, Refused> {
    match what {
        "search" => results(app, shown, asked),
        "themes" => Ok(all_themes(shown, asked)),
        "pairs" => all_pairs(shown, asked),
        "gaps" => all_gaps(app, shown, asked),
        _ => Err(nothing(what)),
    }
}

fn corpus(shown: &Shown) -> String {
    format!("From \u{201c}{}\u{201d}.", shown.index.manifest().corpus.title)
}

fn results(
    app: &App,
    shown: &std::sync::Arc<Shown>,
    asked: &Parameters,
) -> Result<Listing, Refused> {
    let query = asked.get("q").ok_or_else(|| Refused::wrong("the address lacks `q`"))?;
    let k = asked.number("k", search::COUNTED, 1..=search::COUNTED)?;
    let filter = Filter { k, ..asked.filter(&shown.index)? };
    let hits = search::ask(app, shown, search::short(query)?, filter)?.hits;
    let row = |hit: &crate::domain::Hit| {
        let found = &shown.index.recommendations()[hit.row];
        vec![
            Value::Probability(hit.likeness.probability),
            hit.likeness.relation.name().into(),
            found.agency.as_str().into(),
            found.text.as_str().into(),
            found.id.as_str().into(),
            found.place().into(),
        ]
    };
    Ok(Listing {
        kind: "Search results",
        title: query.to_owned(),
        lede: corpus(shown),
        columns: vec![
            ("Same ask", 10),
            ("Relation", 12),
            ("Agency", 20),
            ("Recommendation", 80),
            ("Id", 14),
            ("Source", 40),
        ],
        rows: hits.iter().map(row).collect(),
    })
}

fn all_themes(shown: &Shown, asked: &Parameters) -> Listing {
    let rows = shown.index.recommendations();
    let row = |(theme, row): (&crate::domain::Theme, usize)| {
        let found = &rows[row];
        vec![
            theme.label.as_str().into(),
            Value::Count(theme.consensus.agencies()),
            Value::Estimate(theme.consensus.strength),
            found.agency.as_str().into(),
            found.text.as_str().into(),
            found.id.as_str().into(),
            found.place().into(),
        ]
    };
    let found = themes::found(shown, asked);
    let members =
        found.iter().flat_map(|theme| theme.members.iter().map(|member| (*theme, member.row)));
    Listing {
        kind: "Themes",
        title: "Themes and their recommendations".to_owned(),
        lede: corpus(shown),
        columns: vec![
            ("Theme", 30),
            ("Agencies", 10),
            ("Agreement", 11),
            ("Agency", 20),
            ("Recommendation", 80),
            ("Id", 14),
            ("Source", 40),
        ],
        rows: members.map(row).collect(),
    }
}

fn all_pairs(shown: &Shown, asked: &Parameters) -> Result<Listing, Refused> {
    let rows = shown.index.recommendations();
    let row = |link: &crate::domain::Link| {
        let [a, b] = [link.a, link.b].map(|row| &rows[row]);
        let opposite = if shown.index.is_opposite(link) { "yes" } else { "" };
        vec![
            Value::Probability(link.likeness.probability),
            link.likeness.relation.name().into(),
            opposite.into(),
            a.agency.as_str().into(),
            a.text.as_str().into(),
            a.id.as_str().into(),
            b.agency.as_str().into(),
            b.text.as_str().into(),
            b.id.as_str().into(),
        ]
    };
    Ok(Listing {
        kind: "Pairs",
        title: "Pairs of similar recommendations".to_owned(),
        lede: corpus(shown),
        columns: vec![
            ("Same ask", 10),
            ("Relation", 12),
            ("Opposite", 10),
            ("Agency A", 18),
            ("Recommendation A", 60),
            ("Id A", 12),
            ("Agency B", 18),
            ("Recommendation B", 60),
            ("Id B", 12),
        ],
        rows: Wanted::new(asked, Relation::THRESHOLD)?.links(shown)?.iter().map(row).collect(),
    })
}

fn all_gaps(app: &App, shown: &Shown, asked: &Parameters) -> Result<Listing, Refused> {
    let kind = asked.get("kind").map_or(Ok(Kind::Single), Kind::named)?;
    let found = gaps::gaps(app, shown, shown.overlap()?, kind).unwrap_or_default();
    let row = |gap: gaps::Gap| {
        let (near, probability) = gap.near.unzip();
        let text = |card: &super::page::Card| -> String {
            card.text.iter().map(|piece| piece.text.as_str()).collect()
        };
        vec![
            gap.head.into(),
            gap.text.into(),
            gap.place.into(),
            gap.theme.map_or(String::new(), |(label, _)| label).into(),
            near.as_ref()
                .map_or(String::new(), |card| format!("{}: {}", card.agency, text(card)))
                .into(),
            probability.unwrap_or_default().into(),
        ]
    };
    Ok(Listing {
        kind: "Gaps",
        title: kind.title().to_owned(),
        lede: corpus(shown),
        columns: vec![
            ("Who or what", 24),
            ("Text", 80),
            ("Source", 40),
            ("Theme", 24),
            ("Nearest recommendation", 80),
            ("Same ask", 10),
        ],
        rows: found.into_iter().map(row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_cannot_break_out_of_its_header() {
        let name = file_name("a\"; x=\"b\r\nc/é", "csv");
        assert_eq!(name, "attachment; filename=\"a---x--b--c--.csv\"");
    }
}
