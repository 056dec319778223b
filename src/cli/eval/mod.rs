//! `concord eval`: how good the results are, measured on labels.

mod bounds;
mod check;
mod extract;
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
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Recall and precision of extraction
    Extract(extract::Arguments),
    /// How well probabilities separate graded pairs, and how well they are calibrated
    Pairs(pairs::Arguments),
    /// How often the nearest recommendation has the same label
    Similar(similar::Arguments),
    /// How often the verdicts on labelled statements of drafts are right
    Check(check::Arguments),
    /// How well the themes of an index match the groups that people made
    Themes(themes::Arguments),
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    match &arguments.command {
        Command::Extract(arguments) => extract::run(context, arguments),
        Command::Pairs(arguments) => pairs::run(context, arguments),
        Command::Similar(arguments) => similar::run(context, arguments),
        Command::Check(arguments) => check::run(context, arguments),
        Command::Themes(arguments) => themes::run(context, arguments),
    }
}

/// What a line of labels must be.
const LABEL: &str = "each line is one JSON object; `--help` says which fields it has";

/// The labels in a JSON Lines file, each with its place (`FILE:LINE`) for messages.
fn read_labels<T: DeserializeOwned>(path: &Path) -> Result<Vec<(String, T)>, Failure> {
    let bytes = out::read(path)?;
    let mut labels = Vec::new();
    for (number, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let place = format!("{}:{}", path.display(), number + 1);
        let label =
            serde_json::from_slice(line).map_err(|error| Failure::json(&place, &error, LABEL))?;
        labels.push((place, label));
    }
    Ok(labels)
}
