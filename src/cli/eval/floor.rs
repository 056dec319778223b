//! Figures that must hold: for scripts that guard a level once it was reached.

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::{Outcome, talk};

/// Flags of every `eval` that has figures to hold.
#[derive(Debug, Clone, Args)]
pub(super) struct Limits {
    /// Exit with 1 unless this figure is at least so high: recall=0.97
    #[arg(long, value_name = "FIGURE=VALUE", value_parser = limit)]
    floor: Vec<(String, f64)>,
    /// Exit with 1 unless this figure is at most so high
    #[arg(long, value_name = "FIGURE=VALUE", value_parser = limit)]
    ceiling: Vec<(String, f64)>,
}

fn limit(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("expected FIGURE=VALUE")?;
    let value = value.trim().parse().map_err(|_| format!("`{value}` is not a number"))?;
    Ok((name.trim().to_owned(), value))
}

impl Limits {
    /// Holds the figures that were `measured` against the limits; says which is not held.
    pub(super) fn hold(&self, measured: &[(&str, Option<f64>)]) -> Result<Outcome, Failure> {
        let mut outcome = Outcome::Done;
        let of = |name: &str| -> Result<f64, Failure> {
            let found = measured.iter().find(|(known, _)| *known == name).ok_or_else(|| {
                let names: Vec<&str> = measured.iter().map(|(known, _)| *known).collect();
                Failure::with_hint(
                    format_args!("there is no figure `{name}`"),
                    format_args!("the figures are {}", names.join(", ")),
                )
            })?;
            found.1.ok_or_else(|| {
                Failure::new(format_args!(
                    "the labels say nothing of `{name}`: no floor can be held"
                ))
            })
        };
        for (name, least) in &self.floor {
            let value = of(name)?;
            if value < *least {
                talk::say(format_args!("no: {name} is {value:.3}, below the floor of {least}"));
                outcome = Outcome::No;
            }
        }
        for (name, most) in &self.ceiling {
            let value = of(name)?;
            if value > *most {
                talk::say(format_args!("no: {name} is {value:.3}, above the ceiling of {most}"));
                outcome = Outcome::No;
            }
        }
        Ok(outcome)
    }
}
