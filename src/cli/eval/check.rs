//! `concord eval check`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use concord::internals::eval::bootstrap::Estimate;
use concord::internals::eval::check::{Found, Gold, Scores, score};
use concord::report::number;
use concord::{BuildConfig, Corpus, Hit, Index, Recommendation, Relation, Tools, Verdict};
use serde_json::{Value, json};

use super::bounds::Bounds;
use super::read_labels;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, TableOrJson, out, table};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Labels, one JSON object per line: `id`, `text`, `relation` (duplicate, overlap, related, new);
    /// optional `kind`, `against`, `of`, `opposite`, `differences`, `set`
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    gold: Vec<PathBuf>,
    /// Recommendations of several corpora, one a line, each with its `set`; a statement is compared with
    /// those of its own `set`, and no index is needed
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// List the statements whose verdict differs from their label
    #[arg(long)]
    wrong: bool,
    #[command(flatten)]
    bounds: Bounds,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut gold: Vec<Gold> = Vec::new();
    for path in &arguments.gold {
        gold.extend(read_labels(path)?.into_iter().map(|(_, label)| label));
    }
    let found = if let Some(corpus) = &arguments.corpus {
        found_in_sets(context, corpus, &gold)?
    } else {
        let (index, mut embedder) = context.open_with_model()?;
        let mut tools = Tools { embedder: embedder.as_mut(), on: &context.bars };
        found_in(&index, gold.iter(), &mut tools)?
    };
    let scores = score(&gold, &found);
    let named = [
        ("macro_f1", scores.macro_f1),
        ("auroc_new", scores.auroc_new),
        ("reversals", scores.reversals),
        ("not_reversed", scores.not_reversed),
        ("differences", scores.differences),
        ("duplicates_found", scores.duplicates_found),
        ("reversed_as_same", scores.reversed_as_same),
        ("best_match", scores.best_match),
        ("source_in_five", scores.source_in_five),
    ];
    let named = named.map(|(name, score)| (name, score.map(|estimate| estimate.value)));
    let outcome = arguments.bounds.check(&named)?;
    match arguments.format {
        TableOrJson::Json => out::json(&json!(scores))?,
        TableOrJson::Table => out::text(&as_table(&scores))?,
    }
    if arguments.wrong {
        out::text(&wrong(&gold, &found))?;
    }
    Ok(outcome)
}

/// The verdict on each of `gold` in the index.
fn found_in<'a>(
    index: &Index,
    gold: impl Iterator<Item = &'a Gold>,
    tools: &mut Tools<'_>,
) -> Result<Vec<Found>, Failure> {
    let texts: Vec<&str> = gold.map(|label| label.text.as_str()).collect();
    let verdicts = index.verdicts_on(&texts, tools)?;
    Ok(verdicts.iter().map(|verdict| found(verdict, index.recommendations())).collect())
}

/// The verdict on each of `gold` in an index of the recommendations of its set.
fn found_in_sets(context: &Context, path: &Path, gold: &[Gold]) -> Result<Vec<Found>, Failure> {
    let name = path.display().to_string();
    let mut sets: BTreeMap<String, Corpus> = BTreeMap::new();
    for record in concord::parse_records(&name, &out::read(path)?).map_err(Failure::new)? {
        let set = record.other.get("set").and_then(Value::as_str).unwrap_or_default().to_owned();
        sets.entry(set).or_default().recommendations.push(record);
    }
    let mut embedder = context.embedder(concord::DEFAULT_MODEL)?;
    let mut tools = Tools { embedder: embedder.as_mut(), on: &context.bars };
    let mut all: Vec<Option<Found>> = vec![None; gold.len()];
    for (set, corpus) in &sets {
        let own: Vec<usize> = (0..gold.len())
            .filter(|&at| gold[at].set.as_deref().unwrap_or_default() == set)
            .collect();
        let folder = tempfile::tempdir()?;
        let target = folder.path().join("index");
        concord::build(corpus, &target, &mut tools, &BuildConfig::default())?;
        let index = Index::open(&target)?;
        let found = found_in(&index, own.iter().map(|&at| &gold[at]), &mut tools)?;
        for (at, found) in own.into_iter().zip(found) {
            all[at] = Some(found);
        }
    }
    let lost = all.iter().position(Option::is_none).map(|at| &gold[at]);
    if let Some(Gold { id, .. }) = lost {
        return Err(Failure::new(format_args!(
            "{name} has no recommendations of the set of `{id}`"
        )));
    }
    Ok(all.into_iter().flatten().collect())
}

fn found(verdict: &Verdict, rows: &[Recommendation]) -> Found {
    let kinds = |hit: &Hit| hit.differences.iter().map(|difference| difference.kind).collect();
    Found {
        relation: verdict.relation,
        probability: verdict.probability,
        opposite: verdict.is_opposite(),
        matches: verdict.matches.iter().map(|hit| rows[hit.row].id.to_string()).collect(),
        differences: verdict.matches.first().map(kinds).unwrap_or_default(),
    }
}

fn as_table(scores: &Scores) -> String {
    let mut lines = table::table(&["score", "value", "95 % interval"]);
    let mut row = |name: &str, score: Option<Estimate>| {
        let (value, interval) = score.map_or(("n/a".to_owned(), String::new()), |score| {
            (
                number::score(score.value),
                format!("{} to {}", number::score(score.low), number::score(score.high)),
            )
        });
        lines.add_row([name.to_owned(), value, interval]);
    };
    row("macro F1 of the verdicts", scores.macro_f1);
    for (name, score) in &scores.f1 {
        row(&format!("  F1 of {name}"), *score);
    }
    row("AUROC of new", scores.auroc_new);
    row("reversals flagged", scores.reversals);
    row("other statements not flagged", scores.not_reversed);
    row("labelled differences found", scores.differences);
    row("duplicates called duplicate or overlap", scores.duplicates_found);
    row("reversals called duplicate or overlap", scores.reversed_as_same);
    row("right recommendation first", scores.best_match);
    row("right recommendation among five", scores.source_in_five);
    let mut kinds = table::table(&["kind", "statements", "right verdict"]);
    for (kind, (n, right)) in &scores.kinds {
        kinds.add_row([kind.clone(), n.to_string(), number::proportion(*right)]);
    }
    let n = table::counted(scores.statements, "statement", "statements");
    let kinds = if scores.kinds.is_empty() { String::new() } else { format!("\n\n{kinds}") };
    format!("{n}\n{lines}{kinds}\n")
}

/// The statements whose verdict or flag differs from their label.
fn wrong(gold: &[Gold], found: &[Found]) -> String {
    let pairs = gold.iter().zip(found);
    let wrong = pairs.filter(|(gold, found)| {
        gold.relation.is_some_and(|label| label != found.relation)
            || gold.opposite != found.opposite
    });
    let line = |(gold, found): (&Gold, &Found)| {
        let flag = |opposite: bool| if opposite { ", opposite" } else { "" };
        format!(
            "{}: {}{} should be {}{} ({}, nearest {})\n",
            gold.id,
            found.relation,
            flag(found.opposite),
            gold.relation.map_or("any", Relation::name),
            flag(gold.opposite),
            number::probability(found.probability),
            found.matches.first().map_or("none", String::as_str),
        )
    };
    wrong.map(line).collect()
}
