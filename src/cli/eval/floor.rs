//! `--floor NAME=VALUE`: scores that must be reached, for scripts.

use std::str::FromStr;

use concord::eval::bootstrap::Estimate;

use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// A score that must be reached.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Floor {
    name: String,
    value: f64,
}

impl FromStr for Floor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
        let number: f64 = value.trim().parse().map_err(|_| format!("`{value}` is no number"))?;
        if !(0.0..=1.0).contains(&number) {
            return Err(format!("`{value}` is not between 0 and 1"));
        }
        Ok(Self { name: name.trim().to_owned(), value: number })
    }
}

/// A score by its name; `None` where the labels do not define it.
pub(super) type Named<'a> = (&'a str, Option<Estimate>);

/// Holds `scores` against `floors`: [`Outcome::No`] if one is missed, with a line on stderr for each.
pub(super) fn hold(
    context: &Context,
    floors: &[Floor],
    scores: &[Named],
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Done;
    for line in missed(floors, scores)? {
        context.say(format_args!("missed: {line}"));
        outcome = Outcome::No;
    }
    Ok(outcome)
}

fn missed(floors: &[Floor], scores: &[Named]) -> Result<Vec<String>, Failure> {
    let mut missed = Vec::new();
    for Floor { name, value } in floors {
        let Some((_, found)) = scores.iter().find(|(known, _)| known == name) else {
            let known: Vec<&str> = scores.iter().map(|(name, _)| *name).collect();
            return Err(Failure::new(format_args!(
                "--floor: there is no score `{name}`; there are {}",
                known.join(", ")
            )));
        };
        match found {
            Some(found) if found.value >= *value => {}
            Some(found) => missed.push(format!("{name} is {:.3}, below {value}", found.value)),
            None => missed.push(format!("{name} is not defined for these labels")),
        }
    }
    Ok(missed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floors(texts: &[&str]) -> Vec<Floor> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_floor_is_a_name_and_a_share() {
        assert!("recall=0.97".parse::<Floor>().is_ok());
        for wrong in ["recall", "recall=", "recall=high", "recall=97", "recall=NaN"] {
            assert!(wrong.parse::<Floor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_was_missed_is_named() {
        let estimate = Estimate { value: 0.5, low: 0.4, high: 0.6 };
        let scores = [("recall", Some(estimate)), ("nothing", None)];
        assert!(missed(&floors(&["recall=0.5"]), &scores).unwrap().is_empty());
        let found = missed(&floors(&["recall=0.51", "nothing=0"]), &scores).unwrap();
        assert_eq!(
            found,
            ["recall is 0.500, below 0.51", "nothing is not defined for these labels"]
        );
        assert!(missed(&floors(&["recal=0.5"]), &scores).is_err());
    }
}
