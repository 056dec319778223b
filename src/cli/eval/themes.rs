//! `concord eval themes`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use concord::Index;
use concord::internals::eval::bootstrap::Estimate;
use concord::internals::eval::themes::{Gold, Item, Score, Scores, score};
use concord::report::number;
use serde_json::json;

use super::bounds::Bounds;
use super::read_labels;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, TableOrJson, out, table};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Labels, one JSON object per line: `id` of an indexed recommendation, and `themes`, the names of
    /// its groups, the main one first
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    gold: Vec<PathBuf>,
    /// Score only recommendations with exactly one label
    #[arg(long)]
    single_label: bool,
    #[command(flatten)]
    bounds: Bounds,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let index = context.open()?;
    let scores = score(&items(&index, arguments)?);
    let f1 = |score: Option<Score>| score.map(|score| score.f1);
    let named = [
        ("primary", f1(scores.primary)),
        ("all", f1(scores.all)),
        ("cross_agency", f1(scores.cross_agency)),
        ("v_measure", scores.v_measure),
    ];
    let named = named.map(|(name, score)| (name, score.map(|estimate| estimate.value)));
    let outcome = arguments.bounds.check(&named)?;
    match arguments.format {
        TableOrJson::Json => out::json(&json!(scores))?,
        TableOrJson::Table => out::text(&as_table(&scores))?,
    }
    Ok(outcome)
}

/// The labelled recommendations with their themes in the index, each id once.
fn items(index: &Index, arguments: &Arguments) -> Result<Vec<Item>, Failure> {
    let found = themes_of_rows(index);
    let mut items: BTreeMap<usize, Item> = BTreeMap::new();
    for path in &arguments.gold {
        for (place, gold) in read_labels::<Gold>(path)? {
            if arguments.single_label && gold.themes.len() != 1 {
                continue;
            }
            let row = index
                .row(&gold.id)
                .map_err(|error| Failure::new(format_args!("{place}: {error}")))?;
            let agency = index.recommendations()[row].agency.clone();
            let item = Item { gold: gold.themes, found: found[row].clone(), agency };
            if items.insert(row, item).is_some() {
                let id = gold.id;
                return Err(Failure::new(format_args!("{place}: `{id}` is labelled twice")));
            }
        }
    }
    Ok(items.into_values().collect())
}

/// For each row, the positions of its themes, largest weight first.
fn themes_of_rows(index: &Index) -> Vec<Vec<usize>> {
    let mut weighted: Vec<Vec<(f64, usize)>> = vec![Vec::new(); index.recommendations().len()];
    for (at, theme) in index.themes().themes.iter().enumerate() {
        for member in &theme.members {
            weighted[member.row].push((member.weight, at));
        }
    }
    for themes in &mut weighted {
        themes.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    }
    weighted.into_iter().map(|themes| themes.into_iter().map(|(_, at)| at).collect()).collect()
}

fn as_table(scores: &Scores) -> String {
    let mut lines = table::table(&["score", "precision", "recall", "F1"]);
    let rows = [
        ("B-cubed, primary theme", scores.primary),
        ("B-cubed, all themes", scores.all),
        ("pairs of different agencies", scores.cross_agency),
    ];
    for (name, score) in rows {
        let part =
            |part: fn(Score) -> Estimate| score.map_or("n/a".to_owned(), |s| estimate(part(s)));
        lines.add_row([name.to_owned(), part(|s| s.precision), part(|s| s.recall), part(|s| s.f1)]);
    }
    let v = scores.v_measure.map_or("n/a (some have several labels)".to_owned(), estimate);
    format!(
        "{lines}\n\nV-measure: {v}\n{} labelled. In brackets: bootstrap 95 % interval.\n",
        table::counted(scores.items, "recommendation", "recommendations")
    )
}

fn estimate(of: Estimate) -> String {
    number::interval(of.value, of.low, of.high)
}
