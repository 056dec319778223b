//! `concord eval similar`

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use concord::internals::eval::neighbors::agreement;
use concord::{Filter, Query};
use serde_json::{Map, Value, json};

use super::bounds::Bounds;
use super::pairs::estimate;
use super::read_labels;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, TableOrJson, out};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Labelled recommendations of the index, one JSON object per line: `id` and the labels
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    gold: Vec<PathBuf>,
    /// The field with the labels: a text or a list of texts
    #[arg(long, value_name = "FIELD", default_value = "labels")]
    labels: String,
    /// Also count recommendations of the same agency
    #[arg(long)]
    any_agency: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
    #[command(flatten)]
    bounds: Bounds,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let index = context.open()?;
    let of_id = labels(arguments)?;
    let labels: Vec<BTreeSet<String>> = index
        .recommendations()
        .iter()
        .map(|r| of_id.get(r.id.as_str()).cloned().unwrap_or_default())
        .collect();
    let asked: Vec<usize> = (0..labels.len()).filter(|&row| !labels[row].is_empty()).collect();
    let queries: Vec<Query> =
        asked.iter().map(|&row| Query::Id(index.recommendations()[row].id.to_string())).collect();
    let filter = Filter { k: 1, cross_agency: !arguments.any_agency, ..Filter::default() };
    let answers = index.similar(&queries, &filter, None)?;
    let mut nearest = vec![None; labels.len()];
    for (row, answer) in asked.iter().zip(&answers) {
        nearest[*row] = answer.hits.first().map(|hit| hit.row);
    }
    let found = agreement(&labels, &nearest);
    let outcome = arguments.bounds.check(&[("agreement", found.map(|e| e.value))])?;
    match arguments.format {
        TableOrJson::Json => {
            out::json(&json!({ "labelled": asked.len(), "agreement": found }))?;
        }
        TableOrJson::Table => out::text(&format!(
            "The nearest recommendation{} shares a label: {} of {} labelled ones.\nIn brackets: \
             bootstrap 95 % interval.\n",
            if arguments.any_agency { "" } else { " of another agency" },
            estimate(found),
            asked.len()
        ))?,
    }
    Ok(outcome)
}

fn labels(arguments: &Arguments) -> Result<BTreeMap<String, BTreeSet<String>>, Failure> {
    let mut of_id = BTreeMap::new();
    for path in &arguments.gold {
        for (place, line) in read_labels::<Map<String, Value>>(path)? {
            let wrong = |why: &str| Failure::new(format_args!("{place}: {why}"));
            let id = line.get("id").and_then(Value::as_str);
            let id = id.ok_or_else(|| wrong("the line has no `id`"))?;
            let texts: Option<BTreeSet<String>> = match line.get(&arguments.labels) {
                Some(Value::String(one)) => Some(BTreeSet::from([one.clone()])),
                Some(Value::Array(many)) => {
                    many.iter().map(|one| one.as_str().map(str::to_owned)).collect()
                }
                _ => None,
            };
            let texts = texts.ok_or_else(|| {
                let field = &arguments.labels;
                wrong(&format!(
                    "`{field}` is neither a text nor a list of texts; --labels names another field"
                ))
            })?;
            of_id.insert(id.to_owned(), texts);
        }
    }
    Ok(of_id)
}
