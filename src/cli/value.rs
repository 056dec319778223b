//! Values of flags that clap does not know.

use std::ops::RangeInclusive;

/// What was expected instead.
type Expected = &'static str;

/// A number from 0 to 1.
pub(super) fn probability(text: &str) -> Result<f64, Expected> {
    let value = text.parse().ok().filter(|value| (0.0..=1.0).contains(value));
    value.ok_or("expected a number from 0 to 1")
}

/// A year, or the first and the last of several.
pub(super) fn years(text: &str) -> Result<RangeInclusive<i32>, Expected> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let year = |text: &str| text.trim().parse::<i32>();
    match (year(from), year(to)) {
        (Ok(from), Ok(to)) if from <= to => Ok(from..=to),
        _ => Err("expected a year, or two: 2010-2015"),
    }
}

/// Our name of a column and its heading in a table.
pub(super) fn mapping(text: &str) -> Result<(String, String), Expected> {
    let (ours, theirs) = text.split_once('=').ok_or("expected NAME=HEADING")?;
    Ok((ours.trim().to_owned(), theirs.trim().trim_matches('"').to_owned()))
}

/// The name of an agency.
pub(super) fn agency(text: &str) -> Result<concord::Agency, Expected> {
    concord::Agency::try_from(text.to_owned()).map_err(|_| "expected a name")
}

/// The name of a score and its bound.
pub(super) fn bound(text: &str) -> Result<(String, f64), Expected> {
    const BOUND: Expected = "expected SCORE=VALUE, as in recall=0.95";
    let (name, value) = text.split_once('=').ok_or(BOUND)?;
    let number = value.trim().parse().ok().filter(|number: &f64| number.is_finite());
    Ok((name.trim().to_owned(), number.ok_or(BOUND)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_or_refused() {
        assert_eq!(bound("recall=0.9"), Ok(("recall".to_owned(), 0.9)));
        assert!(bound("recall").is_err() && bound("recall=x").is_err() && bound("f1=NaN").is_err());
        assert_eq!(years("2010-2015"), Ok(2010..=2015));
        assert!(years("2015-2010").is_err());
        assert!(probability("1.5").is_err());
    }
}
