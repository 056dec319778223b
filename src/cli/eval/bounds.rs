//! Bounds on scores, which turn an evaluation into a check.

use clap::Args;
use concord::report::number;

use crate::cli::failure::Failure;
use crate::cli::{Outcome, talk, value};

/// The flags that every evaluation takes.
#[derive(Debug, Clone, Args)]
pub(super) struct Bounds {
    /// Exit with 1 if this score is lower or was not measured
    #[arg(long, value_name = "SCORE=VALUE", value_parser = value::bound)]
    floor: Vec<Bound>,
    /// Exit with 1 if this score is higher or was not measured
    #[arg(long, value_name = "SCORE=VALUE", value_parser = value::bound)]
    ceiling: Vec<Bound>,
}

impl Bounds {
    /// Checks `scores` and prints every bound that one misses.
    ///
    /// # Errors
    /// A bound on an unknown score.
    pub(super) fn check(&self, scores: &[(&str, Option<f64>)]) -> Result<Outcome, Failure> {
        let mut messages = missed(&self.floor, scores, BoundKind::Floor)?;
        messages.extend(missed(&self.ceiling, scores, BoundKind::Ceiling)?);
        for message in &messages {
            talk::say(format_args!("no: {message}"));
        }
        Ok(if messages.is_empty() { Outcome::Done } else { Outcome::No })
    }
}

/// A score by name, and its bound.
type Bound = (String, f64);

/// The kind of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BoundKind {
    /// The score may not be below it.
    Floor,
    /// The score may not be above it.
    Ceiling,
}

/// A message for each bound that a score misses. A score that was not measured misses every bound.
///
/// # Errors
/// A bound on an unknown score.
fn missed(
    bounds: &[Bound],
    scores: &[(&str, Option<f64>)],
    kind: BoundKind,
) -> Result<Vec<String>, Failure> {
    let mut messages = Vec::new();
    for (name, limit) in bounds {
        let Some((_, score)) = scores.iter().find(|(known, _)| known == name) else {
            let known: Vec<&str> = scores.iter().map(|(known, _)| *known).collect();
            return Err(Failure::new(format_args!(
                "unknown score `{name}`; the scores are {}",
                known.join(", ")
            )));
        };
        let (kept, word) = match kind {
            BoundKind::Floor => (score.is_some_and(|score| score >= *limit), "below its floor"),
            BoundKind::Ceiling => (score.is_some_and(|score| score <= *limit), "above its ceiling"),
        };
        if !kept {
            messages.push(match score {
                Some(score) => format!("{name} is {}, {word} of {limit}", number::raw(*score)),
                None => format!("{name} was not measured, but has a bound of {limit}"),
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
        let bounds = |text: &str| vec![value::bound(text).unwrap()];
        let floor = |text: &str| missed(&bounds(text), &scores, BoundKind::Floor);
        assert!(floor("recall=0.9").unwrap().is_empty());
        assert_eq!(floor("recall=0.95").unwrap(), ["recall is 0.9, below its floor of 0.95"]);
        assert_eq!(
            floor("precision=0.5").unwrap(),
            ["precision was not measured, but has a bound of 0.5"]
        );
        let ceiling = missed(&bounds("recall=0.5"), &scores, BoundKind::Ceiling).unwrap();
        assert_eq!(ceiling, ["recall is 0.9, above its ceiling of 0.5"]);
        assert!(floor("recal=0.5").is_err());
    }
}
