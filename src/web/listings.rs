//! What is on screen, as a table and as JSON.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::api;
use super::app::App;
use super::decisions;
use super::documents;
use super::gaps::{self, Kind};
use super::list;
use super::page::Differs;
use super::pairs::Wanted;
use super::parameters::Parameters;
use super::refused::Refused;
use super::search;
use super::shelf::Shown;
use super::themes;
use crate::domain::{Decision, Filter, Hit, Query, Recommendation, Relation};
use crate::pipeline;
use crate::report::{Listing, Value};

/// What the page `what` shows with the parameters `asked`, as JSON.
///
/// # Errors
/// An unknown page or a wrong parameter.
pub(super) fn as_json(
    app: &App,
    shown: &Arc<Shown>,
    what: &str,
    asked: &Parameters,
) -> Result<Json, Refused> {
    match what {
        "search" => api::similar_to(app, shown, asked),
        "themes" => api::all_themes(shown, asked),
        "pairs" => api::all_pairs(shown, asked),
        "gaps" => api::all_gaps(shown, asked),
        "recommendations" => api::all_recommendations(shown, asked),
        "near" => api::similar_to(app, shown, &nearest(asked)),
        "decisions" => Ok(json!({ "decisions": pipeline::decisions(app.shelf.path())? })),
        "matrix" => matrix_json(shown),
        "pair" => pair_json(shown, asked),
        "document" => documents::as_json(app, named(asked, "id")?),
        _ => Err(nothing(what)),
    }
}

/// Recommendations on the page of one, as nearest.
const NEAREST: usize = 10;

fn nothing(what: &str) -> Refused {
    Refused::unknown(format!("there is no list `{what}`"))
}

/// The same as a table.
///
/// # Errors
/// See [`as_json`].
pub(super) fn as_table(
    app: &App,
    shown: &Arc<Shown>,
    what: &str,
    asked: &Parameters,
) -> Result<Listing, Refused> {
    match what {
        "search" => results(app, shown, asked),
        "themes" => Ok(all_themes(shown, asked)),
        "pairs" => all_pairs(shown, asked),
        "gaps" => all_gaps(app, shown, asked),
        "recommendations" => recommendations(shown, asked),
        "near" => near(app, shown, asked),
        "decisions" => all_decisions(app, shown),
        "matrix" => matrix(shown),
        "pair" => pair(shown, asked),
        "document" => document(app, named(asked, "id")?),
        _ => Err(nothing(what)),
    }
}

fn corpus(shown: &Shown) -> String {
    format!("From \u{201c}{}\u{201d}.", shown.index.manifest().corpus.title)
}

fn results(app: &App, shown: &Arc<Shown>, asked: &Parameters) -> Result<Listing, Refused> {
    let query = asked.get("q").ok_or_else(|| Refused::wrong("the address lacks `q`"))?;
    let k = asked.number("k", search::COUNTED, 1..=search::COUNTED)?;
    let filter = Filter { k, ..asked.filter(&shown.index)? };
    let hits = search::ask(app, shown, search::short(query)?, filter)?.hits;
    Ok(of_hits("Search results", query.to_owned(), shown, &hits))
}

fn of_hits(kind: &'static str, title: String, shown: &Shown, hits: &[Hit]) -> Listing {
    let row = |hit: &Hit| {
        let found = &shown.index.recommendations()[hit.row];
        let mut row =
            vec![Value::Probability(hit.likeness.probability), hit.likeness.relation.name().into()];
        row.extend(cells(found));
        row
    };
    let columns = [("Same ask", 10), ("Relation", 12)].into_iter().chain(COLUMNS).collect();
    Listing { kind, title, lede: corpus(shown), columns, rows: hits.iter().map(row).collect() }
}

/// The columns of a recommendation.
const COLUMNS: [(&str, u8); 4] =
    [("Agency", 20), ("Recommendation", 80), ("Id", 14), ("Source", 40)];

fn cells(found: &Recommendation) -> [Value; 4] {
    [
        found.agency.as_str().into(),
        found.text.as_str().into(),
        found.id.as_str().into(),
        found.place().into(),
    ]
}

fn named<'a>(asked: &'a Parameters, name: &str) -> Result<&'a str, Refused> {
    asked.get(name).ok_or_else(|| Refused::wrong(format!("the address lacks `{name}`")))
}

/// The parameters of what is nearest to a recommendation, as its page shows it.
fn nearest(asked: &Parameters) -> Parameters {
    let known = ["id", "cross_agency", "k"];
    Parameters::new(asked.pairs().filter(|(name, _)| known.contains(&name.as_str())).collect())
}

fn near(app: &App, shown: &Arc<Shown>, asked: &Parameters) -> Result<Listing, Refused> {
    let id = named(asked, "id")?;
    let k = asked.number("k", NEAREST, 1..=search::COUNTED)?;
    let filter = Filter { k, cross_agency: asked.is_on("cross_agency"), ..Filter::default() };
    let hits = search::ask(app, shown, Query::Id(id.to_owned()), filter)?.hits;
    Ok(of_hits("Nearest recommendations", format!("Nearest to {id}"), shown, &hits))
}

fn recommendations(shown: &Shown, asked: &Parameters) -> Result<Listing, Refused> {
    let rows = list::rows(shown, asked)?;
    let title = match asked.get("theme") {
        Some(id) => shown.index.themes().themes[themes::position(shown, id)?].label.clone(),
        None => "Recommendations".to_owned(),
    };
    let row = |&row: &usize| cells(&shown.index.recommendations()[row]).into();
    Ok(Listing {
        kind: "Recommendations",
        title,
        lede: corpus(shown),
        columns: COLUMNS.into(),
        rows: rows.iter().map(row).collect(),
    })
}

fn all_decisions(app: &App, shown: &Shown) -> Result<Listing, Refused> {
    let made = pipeline::decisions(app.shelf.path())?;
    let row = |(at, decision): (usize, &Decision)| {
        let ids: Vec<String> = decision.names().map(ToString::to_string).collect();
        vec![Value::Count(at + 1), decisions::in_words(decision).into(), ids.join(", ").into()]
    };
    Ok(Listing {
        kind: "Decisions",
        title: "Decisions about themes and pairs".to_owned(),
        lede: corpus(shown),
        columns: vec![("Number", 8), ("Decision", 60), ("Recommendations", 80)],
        rows: made.iter().enumerate().map(row).collect(),
    })
}

/// The cells of the matrix that are not empty: theme, agency, number of recommendations.
fn filled(shown: &Shown) -> Result<Vec<(&str, &str, usize)>, Refused> {
    let overlap = shown.overlap()?;
    let mut cells = Vec::new();
    for &theme in &overlap.matrix.themes {
        for &agency in &overlap.matrix.agencies {
            let profile = &overlap.agencies[agency];
            let n = profile.in_theme(theme);
            let label = overlap.themes.themes[theme].label.as_str();
            cells.extend((n > 0).then(|| (label, profile.agency.as_str(), n)));
        }
    }
    Ok(cells)
}

fn matrix(shown: &Shown) -> Result<Listing, Refused> {
    let row = |(theme, agency, n)| vec![Value::from(theme), Value::from(agency), Value::Count(n)];
    Ok(Listing {
        kind: "Matrix",
        title: "Themes by agencies".to_owned(),
        lede: corpus(shown),
        columns: vec![("Theme", 40), ("Agency", 30), ("Recommendations", 16)],
        rows: filled(shown)?.into_iter().map(row).collect(),
    })
}

fn matrix_json(shown: &Shown) -> Result<Json, Refused> {
    let cell = |(theme, agency, n)| json!({ "theme": theme, "agency": agency, "count": n });
    Ok(json!({ "cells": filled(shown)?.into_iter().map(cell).collect::<Vec<_>>() }))
}

fn compared(shown: &Shown, asked: &Parameters) -> Result<([usize; 2], Hit), Refused> {
    let (a, b) = (named(asked, "a")?, named(asked, "b")?);
    let hit = shown.index.compare(a, b)?;
    Ok(([shown.index.row(a)?, hit.row], hit))
}

fn pair(shown: &Shown, asked: &Parameters) -> Result<Listing, Refused> {
    let (rows, hit) = compared(shown, asked)?;
    let [a, b] = rows.map(|row| &shown.index.recommendations()[row]);
    let line = |what: &str, a: &str, b: &str| [what, a, b].map(Value::from).into();
    let mut lines = vec![
        line("Agency", a.agency.as_str(), b.agency.as_str()),
        line("Recommendation", &a.text, &b.text),
        line("Source", &a.place(), &b.place()),
    ];
    lines.extend(Differs::all(&hit.differences).iter().map(|d| line(d.what, &d.one, &d.other)));
    Ok(Listing {
        kind: "Pair",
        title: format!("{} and {}", a.id, b.id),
        lede: corpus(shown),
        columns: vec![("What", 18), ("One", 70), ("Other", 70)],
        rows: lines,
    })
}

fn pair_json(shown: &Shown, asked: &Parameters) -> Result<Json, Refused> {
    let (rows, hit) = compared(shown, asked)?;
    let [a, b] = rows.map(|row| &shown.index.recommendations()[row]);
    Ok(json!({
        "a": a,
        "b": b,
        "probability": hit.likeness.probability,
        "relation": hit.likeness.relation,
        "opposite": hit.is_opposite(),
        "decided": shown.words().on(rows[0], rows[1]),
        "differences": hit.differences,
    }))
}

fn document(app: &App, id: &str) -> Result<Listing, Refused> {
    let found = app.folder.find(id)?;
    Ok(Listing {
        kind: "Document",
        title: found.name.clone(),
        lede: "What was found, as it was corrected.".to_owned(),
        columns: COLUMNS.into(),
        rows: found.kept().map(|found| cells(found).into()).collect(),
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
        let opposite = shown.index.is_opposite(link);
        vec![
            Value::Probability(link.likeness.probability),
            link.likeness.relation.given(opposite).name().into(),
            (if opposite { "yes" } else { "" }).into(),
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
        rows: Wanted::new(asked, Relation::THRESHOLD)?.links(shown)?.into_iter().map(row).collect(),
    })
}

fn all_gaps(app: &App, shown: &Shown, asked: &Parameters) -> Result<Listing, Refused> {
    let kind = asked.get("kind").map_or(Ok(Kind::Single), Kind::named)?;
    let found = gaps::gaps(app, shown, shown.overlap()?, kind).unwrap_or_default();
    let row = |gap: gaps::Gap| {
        let (near, how) = gap.near.unzip();
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
            how.unwrap_or_default().into(),
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
            ("Another recommendation", 80),
            ("What it has to do with it", 24),
        ],
        rows: found.into_iter().map(row).collect(),
    })
}
