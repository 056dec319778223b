//! A part of the map that somebody drew: a polygon in the address.

use super::parameters::Parameters;
use super::refused::Refused;
use crate::domain::Point;
use crate::report::MAP_STEPS;

/// Corners of an area; a hand draws no more that matter.
const MOST_CORNERS: usize = 400;

/// A polygon, in the steps of the map.
#[derive(Debug, PartialEq)]
pub(super) struct Area(Vec<[f32; 2]>);

/// The area that `asked` has as `area=x,y;x,y;x,y`.
///
/// # Errors
/// Less than three corners, too many, or no numbers.
pub(super) fn asked(asked: &Parameters) -> Result<Option<Area>, Refused> {
    let Some(text) = asked.get("area") else { return Ok(None) };
    let corner = |pair: &str| {
        let (x, y) = pair.split_once(',')?;
        let number = |text: &str| text.parse().ok().filter(|n: &f32| n.is_finite());
        Some([number(x)?, number(y)?])
    };
    let corners: Option<Vec<[f32; 2]>> = text.split(';').map(corner).collect();
    let corners = corners.filter(|corners| (3..=MOST_CORNERS).contains(&corners.len()));
    let area = corners.map(Area).ok_or_else(|| {
        Refused::wrong(format!("`area` must be 3 to {MOST_CORNERS} corners as x,y;x,y;x,y"))
            .with_remedy("open Map and draw around some marks")
    })?;
    Ok(Some(area))
}

impl Area {
    /// Whether a place on the map, each part from 0 to 1, lies inside: a line from it crosses the border an odd
    /// number of times.
    pub(super) fn holds(&self, place: Point) -> bool {
        let [x, y] = place.map(|part| part * MAP_STEPS);
        let after = self.0.iter().cycle().skip(1);
        let crosses = |(one, other): &(&[f32; 2], &[f32; 2])| {
            let ([x1, y1], [x2, y2]) = (**one, **other);
            (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        };
        self.0.iter().zip(after).filter(crosses).count() % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Option<Area>, Refused> {
        asked(&Parameters::new(vec![("area".to_owned(), text.to_owned())]))
    }

    #[test]
    fn an_area_holds_what_is_inside_it() {
        // An angle: its inner corner is outside.
        let area = of("0,0;4000,0;4000,1000;1000,1000;1000,4000;0,4000").unwrap().unwrap();
        assert!(area.holds([0.1, 0.1]) && area.holds([0.9, 0.1]) && area.holds([0.1, 0.9]));
        assert!(!area.holds([0.9, 0.9]) && !area.holds([0.3, 0.3]));
    }

    #[test]
    fn what_is_no_area_is_refused() {
        assert!(of("1,1;2,2").is_err() && of("1,1;2,x;3,3").is_err() && of("1,1;2;3,3").is_err());
        assert!(of("1,1;inf,2;3,3").is_err() && of(&"1,1;".repeat(1000)).is_err());
        assert_eq!(of("").unwrap(), None);
    }
}
