//! `concord eval themes`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use concord::Index;
use concord::internals::eval::bootstrap::Estimate;
use concord::internals::eval::consensus::{
    First, Found, first, main_gold, nearest_name, share_right,
};
use concord::internals::eval::themes::{Gold, Item, Score, Scores, score};
use concord::report::number;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// Names that readers would give the groups, one JSON object per line: `theme`, as in --gold, and
    /// `name`. The name of a found theme is right if it is nearer to that of its own group than to any
    /// other; every one is printed, since only a reader can say whether it is good
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    #[command(flatten)]
    bounds: Bounds,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let index = context.open()?;
    let by_row = items(&index, arguments)?;
    let found = found(&index, &by_row);
    let items: Vec<Item> = by_row.into_values().collect();
    let scores = score(&items);
    let first = first(&items, &found);
    let names = arguments.names.as_ref();
    let by_name = names.map(|path| named(context, &index, path, &items, &found)).transpose()?;
    let right: Option<Vec<bool>> =
        by_name.as_ref().map(|by_name| by_name.iter().map(Named::is_right).collect());
    let right = right.and_then(|right| share_right(&right));
    let value = |estimate: Option<Estimate>| estimate.map(|estimate| estimate.value);
    let f1 = |score: Option<Score>| value(score.map(|score| score.f1));
    let outcome = arguments.bounds.check(&[
        ("primary", f1(scores.primary)),
        ("all", f1(scores.all)),
        ("cross_agency", f1(scores.cross_agency)),
        ("v_measure", value(scores.v_measure)),
        ("consensus", first.map(|first| first.consensus)),
        ("claimed", first.and_then(|first| first.claimed)),
        ("names", value(right)),
    ])?;
    match arguments.format {
        TableOrJson::Json => {
            let mut all = json!(scores);
            all["first"] = json!(first);
            all["names"] =
                by_name.map_or(Value::Null, |by_name| json!({ "right": right, "all": by_name }));
            out::json(&all)?;
        }
        TableOrJson::Table => {
            let mut text = as_table(&scores, first);
            if let Some(by_name) = by_name {
                text += &names_table(&by_name, right);
            }
            out::text(&text)?;
        }
    }
    Ok(outcome)
}

/// The name of a group, as a line of `--names` gives it.
#[derive(Debug, Deserialize)]
struct Name {
    theme: String,
    name: String,
}

/// The label of a found theme, the name of its own group, and the name nearest to the label.
#[derive(Debug, Serialize)]
struct Named {
    label: String,
    given: String,
    nearest: String,
}

impl Named {
    fn is_right(&self) -> bool {
        self.given == self.nearest
    }
}

/// The themes of the index, in their order, with their labelled members.
fn found(index: &Index, items: &BTreeMap<usize, Item>) -> Vec<Found> {
    let position: BTreeMap<usize, usize> =
        items.keys().enumerate().map(|(position, row)| (*row, position)).collect();
    let found = |theme: &concord::Theme| Found {
        members: theme.members.iter().filter_map(|m| position.get(&m.row).copied()).collect(),
        claimed: theme.asking.len(),
    };
    index.themes().themes.iter().map(found).collect()
}

/// Every theme of a labelled group with the names that fit.
fn named(
    context: &Context,
    index: &Index,
    path: &Path,
    items: &[Item],
    found: &[Found],
) -> Result<Vec<Named>, Failure> {
    let names: Vec<Name> = read_labels(path)?.into_iter().map(|(_, name)| name).collect();
    let labels = index.themes().themes.iter().map(|theme| theme.label.as_str());
    let texts: Vec<&str> = labels.chain(names.iter().map(|name| name.name.as_str())).collect();
    let mut embedder = context.embedder_for(index)?;
    let vectors = embedder.embed(&texts, &context.bars).map_err(concord::Error::from)?;
    let (labels, given) = vectors.split_at(found.len());
    let mut shown = Vec::new();
    for ((theme, found), label) in index.themes().themes.iter().zip(found).zip(labels) {
        let own = main_gold(items, &found.members)
            .and_then(|gold| names.iter().find(|name| name.theme == gold));
        let nearest = nearest_name(label, given).map(|at| &names[at]);
        if let (Some(own), Some(nearest)) = (own, nearest) {
            shown.push(Named {
                label: theme.label.clone(),
                given: own.name.clone(),
                nearest: nearest.name.clone(),
            });
        }
    }
    Ok(shown)
}

/// The labelled recommendations with their themes in the index, by row.
fn items(index: &Index, arguments: &Arguments) -> Result<BTreeMap<usize, Item>, Failure> {
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
    Ok(items)
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

fn as_table(scores: &Scores, first: Option<First>) -> String {
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
    let of_first = first.map_or(String::new(), |first| {
        format!(
            "First five themes: {} of the agencies that could agree in them do; {} are said to for each \
             that does.\n",
            number::probability(first.consensus),
            first.claimed.map_or("n/a".to_owned(), number::cosine)
        )
    });
    format!(
        "{lines}\n\nV-measure: {v}\n{of_first}{} labelled. In brackets: bootstrap 95 % interval.\n",
        table::counted(scores.items, "recommendation", "recommendations")
    )
}

fn estimate(of: Estimate) -> String {
    number::interval(of.value, of.low, of.high)
}

fn names_table(named: &[Named], right: Option<Estimate>) -> String {
    let mut lines = table::table(&["name of the theme", "name of its group", "nearer to"]);
    for one in named {
        let other = if one.is_right() { String::new() } else { one.nearest.clone() };
        lines.add_row([one.label.clone(), one.given.clone(), other]);
    }
    let right = right.map_or("n/a".to_owned(), estimate);
    format!("{lines}\n\nNames that are nearest to that of their own group: {right}\n")
}
