//! `concord eval pairs` and `concord eval similar`

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use concord::domain::Recommendation;
use concord::embed::DEFAULT_MODEL;
use concord::eval::bootstrap::Estimate;
use concord::eval::pairs::{Gold, Judged, OneRelation, Scores, score};
use concord::pipeline::{Config, Graded, Judge, Parts};
use concord::report::number;
use serde_json::json;

use super::floors::Limits;
use super::read_labels;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, TableOrJson, out, table};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Graded pairs, one JSON object a line: `a` and `b` (or `query` and `candidate`), ids of the index,
    /// and `grade` or `grades`, 0 to 3; with `text_a` and `text_b` no index is needed
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    gold: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
    #[command(flatten)]
    limits: Limits,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut scored = Vec::new();
    for set in read(&arguments.gold)? {
        let (judge, rows) = set.judge(context)?;
        let pairs: Vec<Judged> = set
            .pairs
            .iter()
            .zip(rows)
            .map(|(pair, Graded { a, b, grade })| Judged {
                query: pair.a.clone(),
                grade,
                likeness: judge.likeness(a, b),
            })
            .collect();
        scored.push((set.name, score(&pairs)));
    }
    let mut outcome = Outcome::Done;
    for (_, scores) in &scored {
        if arguments.limits.hold(&figures(scores))? == Outcome::No {
            outcome = Outcome::No;
        }
    }
    match arguments.format {
        TableOrJson::Json => {
            let each = scored.iter().map(|(name, scores)| json!({ "set": name, "scores": scores }));
            out::json(&json!({ "sets": each.collect::<Vec<_>>() }))?;
        }
        TableOrJson::Table => out::text(&as_table(&scored))?,
    }
    Ok(outcome)
}

/// Graded pairs of one corpus.
pub(in crate::cli) struct Set {
    pub(in crate::cli) name: String,
    pairs: Vec<Gold>,
    /// Where each pair stands, for messages.
    places: Vec<String>,
}

/// The pairs of `files` by the corpus they are of.
pub(in crate::cli) fn read(files: &[PathBuf]) -> Result<Vec<Set>, Failure> {
    let mut sets: BTreeMap<String, Set> = BTreeMap::new();
    for path in files {
        for (place, pair) in read_labels::<Gold>(path)? {
            if pair.grade().is_none() {
                return Err(Failure::new(format_args!(
                    "{place}: the pair needs a `grade` (or `grades`) from 0 to 3"
                )));
            }
            if pair.text_a.is_some() != pair.text_b.is_some() {
                return Err(Failure::new(format_args!(
                    "{place}: the pair has one text: give both `text_a` and `text_b`, or none"
                )));
            }
            let name = pair.set.clone().unwrap_or_else(|| stem(path));
            let set = sets.entry(name.clone()).or_insert_with(|| Set {
                name,
                pairs: Vec::new(),
                places: Vec::new(),
            });
            set.pairs.push(pair);
            set.places.push(place);
        }
    }
    Ok(sets.into_values().collect())
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

impl Set {
    /// A judge for the pairs, and their rows and grades: over their own texts where they bring them,
    /// else over the index.
    pub(in crate::cli) fn judge(&self, context: &Context) -> Result<(Judge, Vec<Graded>), Failure> {
        let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
        for pair in &self.pairs {
            if let (Some(a), Some(b)) = (&pair.text_a, &pair.text_b) {
                texts.insert(&pair.a, a);
                texts.insert(&pair.b, b);
            }
        }
        if texts.is_empty() {
            let index = context.open()?;
            let ids: BTreeMap<&str, usize> = numbered(index.recommendations());
            let rows = self.rows(&ids)?;
            return Ok((Judge::of_index(index), rows));
        }
        let ids: BTreeMap<&str, usize> = texts.keys().copied().zip(0..).collect();
        let rows = self.rows(&ids)?;
        let texts: Vec<&str> = texts.into_values().collect();
        let mut embedder = context.embedder(DEFAULT_MODEL)?;
        let mut parts = Parts { embedder: embedder.as_mut(), on: &context.bars };
        Ok((Judge::of_texts(&texts, &mut parts, &Config::default())?, rows))
    }

    fn rows(&self, ids: &BTreeMap<&str, usize>) -> Result<Vec<Graded>, Failure> {
        let mut rows = Vec::with_capacity(self.pairs.len());
        for (pair, place) in self.pairs.iter().zip(&self.places) {
            let row = |id: &str| {
                ids.get(id).copied().ok_or_else(|| {
                    Failure::new(format_args!("{place}: `{id}` is not in the index (--index)"))
                })
            };
            let grade = pair.grade().expect("checked when the labels were read");
            rows.push(Graded { a: row(&pair.a)?, b: row(&pair.b)?, grade });
        }
        Ok(rows)
    }
}

fn numbered(recommendations: &[Recommendation]) -> BTreeMap<&str, usize> {
    recommendations.iter().map(|r| r.id.as_str()).zip(0..).collect()
}

/// The figures that `--floor` and `--ceiling` know.
fn figures(scores: &Scores) -> Vec<(&'static str, Option<f64>)> {
    let value = |estimate: Option<Estimate>| estimate.map(|e| e.value);
    vec![
        ("overlap-ap", value(scores.overlap.average_precision)),
        ("overlap-auroc", value(scores.overlap.auroc)),
        ("overlap-precision", value(scores.overlap.precision)),
        ("overlap-recall", value(scores.overlap.recall)),
        ("overlap-f1", value(scores.overlap.f1)),
        ("overlap-ece", value(scores.overlap.calibration_error)),
        ("duplicate-ap", value(scores.duplicate.average_precision)),
        ("duplicate-auroc", value(scores.duplicate.auroc)),
        ("duplicate-precision", value(scores.duplicate.precision)),
        ("duplicate-recall", value(scores.duplicate.recall)),
        ("duplicate-f1", value(scores.duplicate.f1)),
        ("duplicate-ece", value(scores.duplicate.calibration_error)),
        ("ndcg", value(scores.ndcg_at_10)),
        ("map", value(scores.mean_average_precision)),
    ]
}

fn as_table(scored: &[(String, Scores)]) -> String {
    let mut text = String::new();
    for (name, scores) in scored {
        let mut lines =
            table::table(&[name, "pairs", "AP", "AUROC", "precision", "recall", "calibration"]);
        for (what, one) in [("overlap", &scores.overlap), ("duplicate", &scores.duplicate)] {
            lines.add_row(row(what, one));
        }
        let _ = writeln!(
            text,
            "{lines}\n\n{} pairs of {} queries; nDCG@10 {}, MAP of overlap {}\n",
            scores.pairs,
            scores.queries,
            estimate(scores.ndcg_at_10),
            estimate(scores.mean_average_precision),
        );
    }
    text.push_str("calibration: how far a stated probability is off. In brackets: bootstrap 95 % interval over queries.\n");
    text
}

fn row(what: &str, one: &OneRelation) -> [String; 7] {
    [
        what.to_owned(),
        one.positive.to_string(),
        estimate(one.average_precision),
        estimate(one.auroc),
        estimate(one.precision),
        estimate(one.recall),
        estimate(one.calibration_error),
    ]
}

/// A figure with its interval, for a table.
pub(super) fn estimate(of: Option<Estimate>) -> String {
    of.map_or("n/a".to_owned(), |e| number::interval(e.value, e.low, e.high))
}

/// The names of the sets, for a message.
pub(in crate::cli) fn names(sets: &[Set]) -> String {
    let names: BTreeSet<&str> = sets.iter().map(|set| set.name.as_str()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}
