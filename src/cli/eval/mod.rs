//! `concord eval`: how good the results are, held against labels.

mod check;
mod extract;
mod floors;
pub(super) mod pairs;
mod similar;
mod themes;

use std::path::Path;

use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How many labelled recommendations extraction finds, and how many of those it finds are labelled
    Extract(extract::Arguments),
    /// How well probabilities tell graded pairs apart, and how far they can be trusted
    Pairs(pairs::Arguments),
    /// How often the nearest recommendation carries the same label
    Similar(similar::Arguments),
    /// How far the verdicts on labelled statements of drafts are right
    Check(check::Arguments),
    /// How far the themes of an index are the groups that people made
    Themes(themes::Arguments),
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    match &arguments.what {
        What::Extract(arguments) => extract::run(context, arguments),
        What::Pairs(arguments) => pairs::run(context, arguments),
        What::Similar(arguments) => similar::run(context, arguments),
        What::Check(arguments) => check::run(context, arguments),
        What::Themes(arguments) => themes::run(context, arguments),
    }
}

/// The labels in a JSON Lines file, each with its place for messages (`FILE:LINE`).
fn read_labels<T: DeserializeOwned>(path: &Path) -> Result<Vec<(String, T)>, Failure> {
    let bytes = out::read(path)?;
    let mut labels = Vec::new();
    for (number, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let place = format!("{}:{}", path.display(), number + 1);
        let label = serde_json::from_slice(line)
            .map_err(|error| Failure::new(format_args!("{place}: {error}")))?;
        labels.push((place, label));
    }
    Ok(labels)
}
