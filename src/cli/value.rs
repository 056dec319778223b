//! Values of flags that clap does not know.

use std::ops::RangeInclusive;

/// Why the text of a flag is not a value of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ValueError {
    #[error("expected a number from 0 to 1")]
    Probability,
    #[error("expected a year, or two: 2010-2015")]
    Years,
    #[error("expected NAME=HEADING")]
    Mapping,
    #[error("expected a name")]
    Name,
    #[error("expected SCORE=VALUE, as in recall=0.95")]
    Bound,
    #[error("`{0}` is not a number")]
    Number(String),
}

/// A number from 0 to 1.
pub(super) fn probability(text: &str) -> Result<f64, ValueError> {
    let value = text.parse().ok().filter(|value| (0.0..=1.0).contains(value));
    value.ok_or(ValueError::Probability)
}

/// A year, or the first and the last of several.
pub(super) fn years(text: &str) -> Result<RangeInclusive<i32>, ValueError> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let year = |text: &str| text.trim().parse::<i32>();
    match (year(from), year(to)) {
        (Ok(from), Ok(to)) if from <= to => Ok(from..=to),
        _ => Err(ValueError::Years),
    }
}

/// Our name of a column and its heading in a table.
pub(super) fn mapping(text: &str) -> Result<(String, String), ValueError> {
    let (ours, theirs) = text.split_once('=').ok_or(ValueError::Mapping)?;
    Ok((ours.trim().to_owned(), theirs.trim().trim_matches('"').to_owned()))
}

/// The name of an agency.
pub(super) fn agency(text: &str) -> Result<concord::Agency, ValueError> {
    concord::Agency::try_from(text.to_owned()).map_err(|_| ValueError::Name)
}

/// The name of a score and its bound.
pub(super) fn bound(text: &str) -> Result<(String, f64), ValueError> {
    let (name, value) = text.split_once('=').ok_or(ValueError::Bound)?;
    let number = value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let number = number.ok_or_else(|| ValueError::Number(value.to_owned()))?;
    Ok((name.trim().to_owned(), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_or_refused() {
        assert_eq!(bound("recall=0.9"), Ok(("recall".to_owned(), 0.9)));
        assert_eq!(bound("recall"), Err(ValueError::Bound));
        assert_eq!(bound("f1=NaN"), Err(ValueError::Number("NaN".to_owned())));
        assert_eq!(years("2010-2015"), Ok(2010..=2015));
        assert_eq!(years("2015-2010"), Err(ValueError::Years));
        assert_eq!(probability("1.5"), Err(ValueError::Probability));
    }
}
