//! Bounds that a score must keep: what makes an evaluation a check.

use clap::Args;
use concord::report::number;

use crate::cli::failure::Failure;
use crate::cli::{Outcome, talk};

/// The flags that every evaluation takes.
#[derive(Debug, Clone, Args)]
pub(super) struct Limits {
    /// Exit with 1 if this score is lower, or was not measured
    #[arg(long, value_name = "SCORE=VALUE", value_parser = bound)]
    floor: Vec<Bound>,
    /// Exit with 1 if this score is higher, or was not measured
    #[arg(long, value_name = "SCORE=VALUE", value_parser = bound)]
    ceiling: Vec<Bound>,
}

impl Limits {
    /// Holds `scores`; says which is not held.
    ///
    /// # Errors
    /// A limit on a score that there is not.
    pub(super) fn hold(&self, scores: &[(&str, Option<f64>)]) -> Result<Outcome, Failure> {
        let mut messages = missed(&self.floor, scores, Side::Floor)?;
        messages.extend(missed(&self.ceiling, scores, Side::Ceiling)?);
        for message in &messages {
            talk::say(format_args!("no: {message}"));
        }
        Ok(if messages.is_empty() { Outcome::Done } else { Outcome::No })
    }
}

/// A score by its name, and the value that it may not pass.
type Bound = (String, f64);

/// On which side of a bound a score must lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Not below it.
    Floor,
    /// Not above it.
    Ceiling,
}

/// Reads "recall=0.95".
fn bound(text: &str) -> Result<Bound, String> {
    let (name, value) = text.split_once('=').ok_or("expected SCORE=VALUE, as in recall=0.95")?;
    let value: f64 = value.trim().parse().map_err(|_| format!("`{value}` is no number"))?;
    if !value.is_finite() {
        return Err(format!("`{value}` is no number"));
    }
    Ok((name.trim().to_owned(), value))
}

/// What is to be said of each bound that a score does not keep. One that was not measured keeps none.
///
/// # Errors
/// A bound on a score that there is not.
fn missed(
    bounds: &[Bound],
    scores: &[(&str, Option<f64>)],
    side: Side,
) -> Result<Vec<String>, Failure> {
    let mut messages = Vec::new();
    for (name, limit) in bounds {
        let Some((_, score)) = scores.iter().find(|(known, _)| known == name) else {
            let known: Vec<&str> = scores.iter().map(|(known, _)| *known).collect();
            return Err(Failure::new(format_args!(
                "there is no score `{name}`; the scores are {}",
                known.join(", ")
            )));
        };
        let (kept, word) = match side {
            Side::Floor => (score.is_some_and(|score| score >= *limit), "below its floor"),
            Side::Ceiling => (score.is_some_and(|score| score <= *limit), "above its ceiling"),
        };
        if !kept {
            messages.push(match score {
                Some(score) => format!("{name} is {}, {word} of {limit}", number::raw(*score)),
                None => format!("{name} was not measured, and has a bound of {limit}"),
            });
        }
    }
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_kept_missed_or_unknown() {
        let scores = [("recall", Some(0.9)), ("precision", None)];
        let bounds = |text: &str| vec![bound(text).unwrap()];
        let floor = |text: &str| missed(&bounds(text), &scores, Side::Floor);
        assert!(floor("recall=0.9").unwrap().is_empty());
        assert_eq!(floor("recall=0.95").unwrap(), ["recall is 0.9, below its floor of 0.95"]);
        assert_eq!(
            floor("precision=0.5").unwrap(),
            ["precision was not measured, and has a bound of 0.5"]
        );
        let ceiling = missed(&bounds("recall=0.5"), &scores, Side::Ceiling).unwrap();
        assert_eq!(ceiling, ["recall is 0.9, above its ceiling of 0.5"]);
        assert!(floor("recal=0.5").is_err());
        assert!(bound("recall").is_err() && bound("recall=x").is_err() && bound("f1=NaN").is_err());
    }
}
