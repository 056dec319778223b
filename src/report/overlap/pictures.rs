//! The map and the network of the page.

use super::agencies::nearest;
use super::part;
use crate::domain::{Overlap, Pictures, Place};
use crate::report::document::{
    Anchor, Block, Circle, Inline, Map, MapTheme, Medium, Network, NetworkTie, Section, Text,
};
use crate::report::names::Names;
use crate::report::number;
use crate::report::words::{clean, count, list_some};

/// Steps along each side of a picture: finer than any screen.
const STEPS: f32 = 4000.0;
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
    Section { medium: Medium::Page, ..part("map", "Map of recommendations", blocks) }
}

fn drawn(names: &Names, pictures: &Pictures) -> Map {
    let homes = names.overlap.themes.homes(pictures.recommendations.len());
    let dot = |(place, home): (&Place, &Option<usize>)| {
        let [x, y] = place.map(step);
        (x, y, home.map_or(0, |position| names.theme(position).number))
    };
    let theme = |theme: &crate::report::names::Numbered| {
        let mark = pictures.themes.get(theme.position).copied().flatten()?;
        let ([x, y], label) = (mark.place.map(step), theme.label());
        let title = format!("Theme: {label}");
        Some(MapTheme { label, title, x, y, hue: mark.hue, shape: mark.shape })
    };
    Map {
        dots: pictures.recommendations.iter().zip(&homes).map(dot).collect(),
        themes: names.themes().iter().filter_map(theme).collect(),
        no_theme: "In no shared theme",
    }
}

/// `None` where no agency is near another, or nothing says where they stand.
pub(super) fn network(names: &Names, pictures: &Pictures) -> Option<Block> {
    let agencies = &names.overlap.agencies;
    let is_drawn = pictures.agencies.len() == agencies.len()
        && agencies.iter().any(|agency| !agency.nearest.is_empty());
    let circle = |(profile, place): (&crate::domain::AgencyProfile, &Place)| {
        let [x, y] = place.map(step);
        let n = profile.rows.len();
        let title = count(n, "recommendation");
        Circle { name: clean(profile.agency.as_str()), n, title, x, y }
    };
    is_drawn.then(|| {
        let agencies = agencies.iter().zip(&pictures.agencies).map(circle).collect();
        Block::Network(Network { agencies, ties: ties(names) })
    })
}

/// Each agency with its nearest, every pair once.
fn ties(names: &Names) -> Vec<NetworkTie> {
    let mut ties: Vec<NetworkTie> = Vec::new();
    for (at, profile) in names.overlap.agencies.iter().enumerate() {
        for (_, other, likeness) in nearest(profile, names) {
            let (a, b) = ((at + 1).min(other), (at + 1).max(other));
            if !ties.iter().any(|tie| (tie.a, tie.b) == (a, b)) {
                ties.push(tie((a, b), likeness, names));
            }
        }
    }
    ties
}

fn tie((a, b): (usize, usize), likeness: f64, names: &Names) -> NetworkTie {
    let name = |number: usize| clean(names.overlap.agencies[number - 1].agency.as_str());
    let themes = in_common(names.overlap, a, b, names);
    let themes = if themes.is_empty() { "none".to_owned() } else { themes };
    NetworkTie {
        a,
        b,
        likeness: (likeness * 1e4).round() / 1e4,
        title: format!("{} and {}", name(a), name(b)),
        text: format!("Similarity {}. Themes in common: {themes}.", number::cosine(likeness)),
    }
}

/// "Data collection, Financial services and 2 others".
fn in_common(overlap: &Overlap, a: usize, b: usize, names: &Names) -> String {
    let is_in = |number: usize, position| overlap.agencies[number - 1].in_theme(position) > 0;
    let labels: Vec<String> = names
        .themes()
        .iter()
        .filter(|theme| theme.is_shared())
        .filter(|theme| is_in(a, theme.position) && is_in(b, theme.position))
        .map(super::super::names::Numbered::label)
        .collect();
    list_some(&labels.iter().map(String::as_str).collect::<Vec<_>>(), NAMED_THEMES)
}

fn step(x: f32) -> u16 {
    (x.clamp(0.0, 1.0) * STEPS).round() as u16
}
