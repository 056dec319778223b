//! Where the names of themes stand on the map, and how their marks differ.

use crate::domain::{Point, ThemeMark, Themes};

/// Number of colours in the page's palette.
const HUES: usize = 8;
/// Number of shapes of marks; themes of one colour take turns.
const SHAPES: usize = 5;

/// The mark of each theme, by position; `None` for a theme of one agency, which has no mark of its own.
///
/// `places` has the place of each recommendation, by row. Neighbouring themes get different colours.
#[must_use]
pub(super) fn marks(themes: &Themes, places: &[Point]) -> Vec<Option<ThemeMark>> {
    let homes = themes.homes(places.len());
    let mut drawn: Vec<ThemeMark> = Vec::new();
    let mut mark = |position: usize| {
        let place = middle(position, &homes, places);
        let distance = |hue| distance_to_hue(place, hue, &drawn);
        let hue = (0..HUES)
            .max_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(b.cmp(&a)))
            .unwrap_or_default();
        let shape = drawn.iter().filter(|other| other.hue == hue).count() % SHAPES;
        let mark = ThemeMark { place, hue, shape };
        drawn.push(mark);
        mark
    };
    let shared = themes.themes.iter().map(|theme| theme.consensus.agencies() > 1);
    shared.enumerate().map(|(position, shared)| shared.then(|| mark(position))).collect()
}

/// Squared distance to the nearest theme of this colour.
fn distance_to_hue(at: Point, hue: usize, drawn: &[ThemeMark]) -> f32 {
    let distance =
        |mark: &ThemeMark| (mark.place[0] - at[0]).powi(2) + (mark.place[1] - at[1]).powi(2);
    drawn.iter().filter(|other| other.hue == hue).map(distance).fold(f32::INFINITY, f32::min)
}

/// The median place, in each direction, of the recommendations whose home is this theme.
fn middle(position: usize, homes: &[Option<usize>], places: &[Point]) -> Point {
    let axis = |axis: usize| {
        let at_home = homes.iter().zip(places).filter(|(home, _)| **home == Some(position));
        let mut values: Vec<f32> = at_home.map(|(_, place)| place[axis]).collect();
        values.sort_by(f32::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.5)
    };
    [axis(0), axis(1)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Agency, AgencyCount, Theme};

    fn shared(label: &str, rows: &[usize]) -> Theme {
        let mut theme = Theme::of_rows(label, rows);
        for name in ["A", "B"] {
            let agency = Agency::try_from(name.to_owned()).unwrap();
            theme.consensus.by_agency.push(AgencyCount { agency, count: 1 });
        }
        theme
    }

    #[test]
    fn neighbouring_themes_differ_in_colour_and_a_lone_one_has_no_mark() {
        let themes = Themes {
            themes: vec![shared("a", &[0]), Theme::of_rows("lone", &[1]), shared("b", &[2])],
            single: vec![3],
        };
        let marks = marks(&themes, &[[0.1, 0.1], [0.5, 0.5], [0.11, 0.1], [0.9, 0.9]]);
        let (a, b) = (marks[0].unwrap(), marks[2].unwrap());
        assert_eq!((a.place, marks[1]), ([0.1, 0.1], None));
        assert_ne!(a.hue, b.hue);
    }
}
