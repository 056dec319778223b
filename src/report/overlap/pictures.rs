//! The map and the network of the page.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::agencies::nearest;
use crate::domain::{AgencyProfile, Overlap, Pictures, Point};
use crate::report::document::{Anchor, Block, Inline, Medium, Section, Text};
use crate::report::names::{Names, Numbered};
use crate::report::number;
use crate::report::words::{clean, count, list_some};

/// Steps along each side of a picture: finer than any screen.
pub const STEPS: f32 = 4000.0;
/// Themes in common that are named for two agencies.
const NAMED_THEMES: usize = 3;

pub(super) fn map(names: &Names, pictures: &Pictures) -> Section {
    let n = names.overlap.recommendations.len();
    let themes = Inline::Link("Themes by consensus".to_owned(), Anchor::Section("themes"));
    let blocks = if pictures.recommendations.is_empty() {
        let many = format!("There is no map: {} do not fit one. ", count(n, "recommendation"));
        vec![Block::Paragraph(Text::from(many).and(themes).then(" lists the groups."))]
    } else {
        let how = "Each mark is a recommendation. Marks that stand close together ask for similar \
            things; directions mean nothing. Colour and shape tell themes apart; small grey marks \
            belong to no shared theme.";
        vec![Block::paragraph(how), Block::Map(drawn(names, pictures))]
    };
    Section { medium: Medium::Page, ..Section::new("map", "Map of recommendations", blocks) }
}

/// The map alone, as the page's script reads it.
pub(in crate::report) fn map_of(overlap: &Overlap, pictures: &Pictures) -> Value {
    drawn(&Names::new(overlap), pictures)
}

/// By row, the place of each mark with the number of its theme, or 0; then the names of shared themes.
/// Places run from 0 to [`STEPS`], right and down.
fn drawn(names: &Names, pictures: &Pictures) -> Value {
    let homes = names.overlap.themes.homes(pictures.recommendations.len());
    let dot = |(place, home): (&Point, &Option<usize>)| {
        let [x, y] = place.map(step);
        json!([x, y, home.map_or(0, |position| names.theme(position).number)])
    };
    let theme = |theme: &Numbered| {
        let mark = pictures.themes.get(theme.position).copied().flatten()?;
        let ([x, y], label) = (mark.place.map(step), theme.label());
        let title = format!("Theme: {label}");
        Some(json!({
            "label": label, "title": title, "x": x, "y": y, "hue": mark.hue, "shape": mark.shape,
        }))
    };
    json!({
        "dots": pictures.recommendations.iter().zip(&homes).map(dot).collect::<Value>(),
        "themes": names.themes().iter().filter_map(theme).collect::<Value>(),
        "no_theme": "In no shared theme",
    })
}

/// Agencies as circles, tied to the most similar. `None` where no agency is near another, or nothing says
/// where they stand.
pub(super) fn network(names: &Names, pictures: &Pictures) -> Option<Block> {
    let agencies = &names.overlap.agencies;
    let is_drawn = pictures.agencies.len() == agencies.len()
        && agencies.iter().any(|agency| !agency.nearest.is_empty());
    let circle = |(profile, place): (&AgencyProfile, &Point)| {
        let ([x, y], n) = (place.map(step), profile.rows.len());
        let (name, title) = (clean(profile.agency.as_str()), count(n, "recommendation"));
        json!({ "name": name, "n": n, "title": title, "x": x, "y": y })
    };
    is_drawn.then(|| {
        let circles: Value = agencies.iter().zip(&pictures.agencies).map(circle).collect();
        Block::Network(json!({ "agencies": circles, "ties": ties(names) }))
    })
}

/// Each agency with its nearest, by number, every pair once.
fn ties(names: &Names) -> Value {
    let mut seen = HashSet::new();
    let mut ties = Vec::new();
    for (at, profile) in names.overlap.agencies.iter().enumerate() {
        for (_, other, likeness) in nearest(profile, names) {
            let pair = ((at + 1).min(other), (at + 1).max(other));
            if seen.insert(pair) {
                ties.push(tie(pair, likeness, names));
            }
        }
    }
    ties.into()
}

/// Two similar agencies, the cosine of their profiles, and what they share.
fn tie((a, b): (usize, usize), likeness: f64, names: &Names) -> Value {
    let profiles = [a, b].map(|number| &names.overlap.agencies[number - 1]);
    let [one, other] = profiles.map(|profile| clean(profile.agency.as_str()));
    let labels: Vec<String> = names
        .themes()
        .iter()
        .filter(|theme| theme.is_shared())
        .filter(|theme| profiles.iter().all(|profile| profile.in_theme(theme.position) > 0))
        .map(Numbered::label)
        .collect();
    let themes = match labels.as_slice() {
        [] => "none".to_owned(),
        some => list_some(some, NAMED_THEMES),
    };
    json!({
        "a": a,
        "b": b,
        "likeness": (likeness * 1e4).round() / 1e4,
        "title": format!("{one} and {other}"),
        "text": format!("Similarity {}. Themes in common: {themes}.", number::cosine(likeness)),
    })
}

fn step(x: f32) -> u16 {
    (x.clamp(0.0, 1.0) * STEPS).round() as u16
}
