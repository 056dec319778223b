//! `concord eval extract`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use concord::eval::extract::{Gold, Scores, Share, of_labelled_agencies, score};
use concord::pipeline::{self, About};
use serde_json::json;

use super::read_labels;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, TableOrJson, out, table};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Labels, one JSON object a line: `text`, and where known `doc`, `agency`, `marker`
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    gold: Vec<PathBuf>,
    /// The labelled document, or the folder in which the files that `doc` names lie
    #[arg(long, value_name = "PATH", default_value = ".")]
    source: PathBuf,
    /// Score only agencies that the labels name: where they cover some chapters of a book
    #[arg(long)]
    labelled_agencies: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut scored = Vec::new();
    for (path, gold) in labels(arguments)? {
        let bytes = out::read(&path)?;
        let extracted =
            pipeline::extract(&path, &bytes, &About::default()).map_err(pipeline::Error::from)?;
        for problem in &extracted.problems {
            context.explain(format_args!("warning: {problem}"));
        }
        let mut found = extracted.recommendations;
        if arguments.labelled_agencies {
            found = of_labelled_agencies(&gold, &found);
        }
        scored.push((path, score(&gold, &found)));
    }
    match arguments.format {
        TableOrJson::Json => {
            let each =
                scored.iter().map(|(path, scores)| json!({ "document": path, "scores": scores }));
            out::json(&json!({ "documents": each.collect::<Vec<_>>() }))?;
        }
        TableOrJson::Table => out::text(&as_table(&scored))?,
    }
    Ok(Outcome::Done)
}

/// Labels by the document they are of.
fn labels(arguments: &Arguments) -> Result<BTreeMap<PathBuf, Vec<Gold>>, Failure> {
    let mut of_document: BTreeMap<PathBuf, Vec<Gold>> = BTreeMap::new();
    for path in &arguments.gold {
        for (place, gold) in read_labels::<Gold>(path)? {
            let document = document(&arguments.source, gold.doc.as_deref()).ok_or_else(|| {
                Failure::new(format_args!(
                    "{place}: the label names no `doc`: say with --source which document it is of"
                ))
            })?;
            of_document.entry(document).or_default().push(gold);
        }
    }
    Ok(of_document)
}

/// The file that a label is of: the source itself where it is a file, else the one of that name in it.
fn document(source: &Path, named: Option<&str>) -> Option<PathBuf> {
    if source.is_dir() { named.map(|name| source.join(name)) } else { Some(source.to_owned()) }
}

fn as_table(scored: &[(PathBuf, Scores)]) -> String {
    let mut lines =
        table::table(&["document", "recall", "precision", "F1", "right agency", "right marker"]);
    for (path, scores) in scored {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        lines.add_row([
            name.into_owned(),
            share(scores.recall),
            share(scores.precision),
            scores.f1.map_or("n/a".to_owned(), |value| format!("{value:.3}")),
            share(scores.agency),
            share(scores.marker),
        ]);
    }
    format!("{lines}\n\nIn brackets: bootstrap 95 % interval.\n")
}

fn share(of: Share) -> String {
    match (of.value, of.low, of.high) {
        (Some(value), Some(low), Some(high)) => {
            format!("{value:.3} [{low:.3}, {high:.3}] of {}", of.of)
        }
        _ => "n/a".to_owned(),
    }
}
