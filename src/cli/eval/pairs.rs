//! `concord eval pairs`

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use concord::internals::differ::contrary;
use concord::internals::eval::bootstrap::Estimate;
use concord::internals::eval::pairs::{Contrary, Gold, Judged, OneRelation, Scores, score};
use concord::internals::judge::{Graded, Linker};
use concord::internals::pipeline::{link_texts, opinions_on_rows};
use concord::report::number;
use concord::{DEFAULT_MODEL, Embedder, Recommendation, Tools};
use serde_json::json;

use super::bounds::Bounds;
use super::read_labels;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, TableOrJson, calibrate, out, table};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Graded pairs, one JSON object per line: `a` and `b` (or `query` and `candidate`), ids of the
    /// index, and `grade` or `grades`, 0 to 3; with `text_a` and `text_b` no index is needed; optional `contrary`
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    gold: Vec<PathBuf>,
    /// Score the encoder alone
    #[arg(long)]
    no_judge: bool,
    /// Probabilities from `concord calibrate`, fitted on other pairs [default: those of the index, or the
    /// shipped ones]
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
    #[command(flatten)]
    bounds: Bounds,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let calibration = arguments.calibration.as_deref().map(calibrate::read).transpose()?;
    let sets = read(&arguments.gold)?;
    let mut embedder = embedder_for(&sets, context)?;
    let mut tools = Tools { embedder: embedder.as_mut(), on: &context.bars };
    let mut scored = Vec::new();
    for set in sets {
        let (mut linker, rows) = set.linker(context, &mut tools)?;
        if let Some(calibration) = calibration {
            linker.calibrate(calibration);
        }
        let pairs: Vec<(usize, usize)> = rows.iter().map(|pair| (pair.a, pair.b)).collect();
        let opinions =
            if arguments.no_judge { None } else { opinions_on_rows(&linker, &pairs, &mut tools)? };
        let judged = |(at, (pair, row)): (usize, (&Gold, Graded))| {
            let opinion = opinions.as_ref().map(|all| all[at]);
            let likeness = linker.likeness_by(&linker.row(row.a), row.b, opinion);
            let [a, b] = [row.a, row.b].map(|row| &linker.passages()[row]);
            Judged {
                query: pair.a.clone(),
                grade: row.grade,
                likeness,
                contrary: pair.contrary,
                flagged: contrary(a, b, &likeness).is_some(),
            }
        };
        let pairs: Vec<Judged> = set.pairs.iter().zip(rows).enumerate().map(judged).collect();
        scored.push((set.name, score(&pairs)));
    }
    let outcome = arguments.bounds.check(&mean(&scored))?;
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
    /// The file and line of each pair, for messages.
    places: Vec<String>,
}

/// The pairs of `files` by corpus.
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
                    "{place}: the pair has only one text; it needs both `text_a` and `text_b`, or neither"
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

/// The model that compares the pairs of `sets`: that of the index, if a set needs it.
pub(in crate::cli) fn embedder_for(
    sets: &[Set],
    context: &Context,
) -> Result<Box<dyn Embedder>, Failure> {
    let brings_texts = |set: &Set| set.pairs.iter().all(|pair| pair.text_a.is_some());
    if sets.iter().all(brings_texts) {
        return context.embedder(DEFAULT_MODEL);
    }
    Ok(context.open_with_model()?.1)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

impl Set {
    /// What compares the pairs, and their rows and grades: the texts of the pairs if they have any, else
    /// the index.
    pub(in crate::cli) fn linker(
        &self,
        context: &Context,
        tools: &mut Tools<'_>,
    ) -> Result<(Linker, Vec<Graded>), Failure> {
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
            return Ok((index.into_linker(), rows));
        }
        let ids: BTreeMap<&str, usize> = texts.keys().copied().zip(0..).collect();
        let rows = self.rows(&ids)?;
        let texts: Vec<&str> = texts.into_values().collect();
        Ok((link_texts(&texts, tools)?, rows))
    }

    fn rows(&self, ids: &BTreeMap<&str, usize>) -> Result<Vec<Graded>, Failure> {
        let mut rows = Vec::with_capacity(self.pairs.len());
        for (pair, place) in self.pairs.iter().zip(&self.places) {
            let row = |id: &str| {
                ids.get(id).copied().ok_or_else(|| {
                    Failure::new(format_args!("{place}: `{id}` is not in the index; see --index"))
                })
            };
            let grade = pair.grade().expect("checked when the labels were read");
            let contrary = pair.contrary;
            rows.push(Graded { a: row(&pair.a)?, b: row(&pair.b)?, grade, contrary });
        }
        Ok(rows)
    }
}

fn numbered(recommendations: &[Recommendation]) -> BTreeMap<&str, usize> {
    recommendations.iter().map(|r| r.id.as_str()).zip(0..).collect()
}

/// The scores that `--floor` and `--ceiling` can name, as means over the sets that have them.
fn mean(scored: &[(String, Scores)]) -> Vec<(&'static str, Option<f64>)> {
    let each: Vec<_> = scored.iter().map(|(_, scores)| figures(scores)).collect();
    let names = each.first().into_iter().flatten().map(|(name, _)| *name);
    let of = |(at, name): (usize, &'static str)| {
        let values: Vec<f64> = each.iter().filter_map(|figures| figures[at].1).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (name, (!values.is_empty()).then_some(mean))
    };
    let mut means: Vec<(&'static str, Option<f64>)> = names.enumerate().map(of).collect();
    let [found, near, wrong] = opposites(scored).map_or([None; 3], |counts| counts.shares());
    means.extend([
        ("contrary-recall", found),
        ("contrary-near-recall", near),
        ("contrary-false", wrong),
    ]);
    means
}

/// The contrary pairs of all sets together: one set has too few for a share.
fn opposites(scored: &[(String, Scores)]) -> Option<Contrary> {
    Contrary::sum(scored.iter().filter_map(|(_, scores)| scores.contrary))
}

/// The scores of one set.
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
    if scored.len() > 1 {
        let shown = mean(scored);
        let shown = shown.iter().filter_map(|(name, value)| {
            value.map(|value| format!("{name} {}", number::score(value)))
        });
        let _ = writeln!(
            text,
            "means over {} sets: {}\n",
            scored.len(),
            shown.collect::<Vec<_>>().join(", ")
        );
    }
    if let Some(all) = opposites(scored) {
        let Contrary { contrary, found, near, near_found, agreeing, false_flags } = all;
        let _ = writeln!(
            text,
            "contrary pairs flagged: {found} of {contrary}; of those that would pass for an overlap: \
             {near_found} of {near}; agreeing pairs flagged: {false_flags} of {agreeing}\n"
        );
    }
    text.push_str("calibration: mean error of the stated probabilities. In brackets: bootstrap 95 % interval over queries.\n");
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

/// A score with its interval, for a table.
pub(super) fn estimate(of: Option<Estimate>) -> String {
    of.map_or("n/a".to_owned(), |e| number::interval(e.value, e.low, e.high))
}

/// The names of the sets, for a message.
pub(in crate::cli) fn names(sets: &[Set]) -> String {
    let names: BTreeSet<&str> = sets.iter().map(|set| set.name.as_str()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}
