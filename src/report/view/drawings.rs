//! What the page's pictures are drawn from.

use serde_json::{Value, json};

use crate::domain::{Overlap, Pictures, Place};

use super::{Entries, ThemeView, View};

/// Steps along each side of a picture: finer than any screen.
const STEPS: f32 = 4000.0;
/// Themes in common that are named for two agencies.
const NAMED_THEMES: usize = 3;

/// The data of all pictures.
pub(in crate::report) struct Drawings {
    /// JSON that may stand inside a script element: numbers, names and labels.
    pub(in crate::report) data: String,
    pub(in crate::report) has_map: bool,
    pub(in crate::report) has_network: bool,
}

impl Drawings {
    pub(in crate::report) fn new(
        overlap: &Overlap,
        pictures: &Pictures,
        view: &View,
        entries: &Entries,
    ) -> Self {
        let homes = homes(overlap, entries);
        let has_map = !pictures.recommendations.is_empty();
        let has_network = overlap.agencies.iter().any(|a| !a.nearest.is_empty())
            && pictures.agencies.len() == overlap.agencies.len();
        let data = json!({
            "themes": themes(view, pictures),
            "dots": dots(&homes, &pictures.recommendations),
            "agencies": if has_network { agencies(overlap, view, &pictures.agencies) } else { json!([]) },
            "ties": ties(overlap, view),
            "matrix": matrix(view),
        });
        // Inside a script element only "<" could end it, or begin a comment.
        let data = data.to_string().replace('<', "\\u003c");
        Self { data, has_map, has_network }
    }
}

/// The number of the theme in which each recommendation is most at home; 0 for a single one.
fn homes(overlap: &Overlap, entries: &Entries) -> Vec<usize> {
    let homes = overlap.themes.homes(overlap.recommendations.len());
    homes.iter().map(|home| home.map_or(0, |position| entries.theme_numbers[position])).collect()
}

/// Shared themes by number: label, place of the label, colour and shape.
fn themes(view: &View, pictures: &Pictures) -> Value {
    let theme = |theme: &ThemeView| {
        let mark = pictures.themes.get(theme.position).copied().flatten()?;
        let [x, y] = mark.place.map(step);
        Some(json!({ "label": theme.label, "x": x, "y": y, "hue": mark.hue, "shape": mark.shape }))
    };
    view.shared_themes.iter().filter_map(theme).collect()
}

/// Place and theme of each recommendation, by row.
fn dots(homes: &[usize], places: &[Place]) -> Value {
    let dot = |(place, home): (&Place, &usize)| json!([step(place[0]), step(place[1]), home]);
    places.iter().zip(homes).map(dot).collect()
}

fn agencies(overlap: &Overlap, view: &View, places: &[Place]) -> Value {
    let one = |(at, place): (usize, &Place)| {
        json!({
            "name": view.agencies[at].name,
            "n": overlap.agencies[at].rows.len(),
            "x": step(place[0]),
            "y": step(place[1]),
        })
    };
    places.iter().enumerate().map(one).collect()
}

/// Pairs of agencies that are near each other: numbers, likeness, themes in common.
fn ties(overlap: &Overlap, view: &View) -> Value {
    let mut ties: Vec<(usize, usize, &str, String)> = Vec::new();
    for agency in &view.agencies {
        for (other, _, likeness) in &agency.nearest {
            let (a, b) = (agency.number.min(*other), agency.number.max(*other));
            if !ties.iter().any(|tie| (tie.0, tie.1) == (a, b)) {
                ties.push((a, b, likeness, in_common(overlap, view, a, b)));
            }
        }
    }
    ties.iter().map(|(a, b, likeness, themes)| json!([a, b, likeness, themes])).collect()
}

/// "Data collection, Financial services and 2 others".
fn in_common(overlap: &Overlap, view: &View, a: usize, b: usize) -> String {
    let themes_of = |number: usize| &overlap.agencies[number - 1].themes;
    let labels: Vec<&str> = view
        .shared_themes
        .iter()
        .filter(|theme| {
            [a, b]
                .iter()
                .all(|&n| themes_of(n).iter().any(|(position, _)| *position == theme.position))
        })
        .map(|theme| theme.label.as_str())
        .collect();
    super::words::list_some(&labels, NAMED_THEMES)
}

/// Filled cells: column, row, recommendations, and the first of them.
fn matrix(view: &View) -> Value {
    let mut cells = Vec::new();
    for (y, row) in view.matrix.rows.iter().enumerate() {
        let theme = view.shared_themes.iter().find(|theme| theme.number == row.number);
        for (x, &n) in row.cells.iter().enumerate().filter(|(_, n)| **n > 0) {
            let agency = view.matrix.agencies[x].1;
            let voice = theme.and_then(|t| t.voices.iter().find(|v| v.agency_number == agency));
            cells.push(json!([x, y, n, voice.map(|voice| voice.first.number)]));
        }
    }
    json!({
        "themes": view.matrix.rows.iter().map(|row| row.number).collect::<Vec<_>>(),
        "agencies": view.matrix.agencies.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "cells": cells,
    })
}

fn step(x: f32) -> u16 {
    (x.clamp(0.0, 1.0) * STEPS).round() as u16
}
