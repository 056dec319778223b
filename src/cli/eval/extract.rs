//! `concord eval extract`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use concord::internals::eval::extract::{
    Gold, Marks, Scores, Share, marks, of_kinds, of_labelled_agencies, of_labelled_lines, share,
    wrongly_taken,
};
use concord::report::number;
use concord::{ExtractOptions, Recommendation};
use serde_json::{Value, json};

use super::bounds::Bounds;
use super::read_labels;
use crate::cli::context::Context;
use crate::cli::extract::Kind;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, TableOrJson, out, table};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Labels, one JSON object per line: `text`; optional `doc`, `agency`, `marker`, `kind`,
    /// `start_line`, `end_line`
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present_any = ["never", "nothing"])]
    gold: Vec<PathBuf>,
    /// Labels of sentences that are not recommendations: measures the share extracted anyway
    #[arg(long, value_name = "FILE", num_args = 1..)]
    never: Vec<PathBuf>,
    /// Documents without a recommendation: counts those found anyway
    #[arg(long, value_name = "DOCUMENT", num_args = 1..)]
    nothing: Vec<PathBuf>,
    /// The labelled document, or the folder of the files that `doc` names
    #[arg(long, value_name = "PATH", default_value = ".")]
    source: PathBuf,
    /// What the labels mark
    #[arg(long, value_enum, default_value_t = Kind::Recommendations)]
    what: Kind,
    /// Score only labels and records of these kinds: item, subitem, prose, question
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kind: Vec<String>,
    /// Score only agencies that the labels name, for labels that cover some chapters of a book
    #[arg(long)]
    labelled_agencies: bool,
    /// Score only from the first to the last labelled line, for labels that cover part of a document
    #[arg(long)]
    labelled_lines: bool,
    #[command(flatten)]
    bounds: Bounds,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

/// Everything that was measured.
struct Measured {
    documents: Vec<(PathBuf, Scores)>,
    all: Scores,
    never: Share,
    /// Number found in documents that have none, if that was asked.
    nothing: Option<usize>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let measured = measure(context, arguments)?;
    let outcome = arguments.bounds.check(&named(&measured))?;
    match arguments.format {
        TableOrJson::Json => out::json(&as_json(&measured))?,
        TableOrJson::Table => out::text(&as_table(&measured))?,
    }
    Ok(outcome)
}

fn measure(context: &Context, arguments: &Arguments) -> Result<Measured, Failure> {
    let mut documents = Vec::new();
    let mut all = Marks::default();
    for (path, gold) in labels(&arguments.gold, &arguments.source)? {
        let (gold, found) = scoped(arguments, gold, extracted(context, arguments, &path)?);
        let own = marks(&gold, &found);
        all.extend(&own);
        documents.push((path, own.scores()));
    }
    let mut never = Vec::new();
    for (path, labels) in labels(&arguments.never, &arguments.source)? {
        never.extend(wrongly_taken(&labels, &extracted(context, arguments, &path)?));
    }
    let mut nothing = None;
    for path in &arguments.nothing {
        nothing = Some(nothing.unwrap_or(0) + extracted(context, arguments, path)?.len());
    }
    Ok(Measured { documents, all: all.scores(), never: share(&never), nothing })
}

fn extracted(
    context: &Context,
    arguments: &Arguments,
    path: &Path,
) -> Result<Vec<Recommendation>, Failure> {
    let options = ExtractOptions { kind: arguments.what.into(), ..ExtractOptions::default() };
    let found = concord::extract(path, &out::read(path)?, &options)?;
    for problem in &found.problems {
        context.explain(format_args!("warning: {problem}"));
    }
    Ok(found.recommendations)
}

/// The labels and the records to score.
fn scoped(
    arguments: &Arguments,
    mut gold: Vec<Gold>,
    mut found: Vec<Recommendation>,
) -> (Vec<Gold>, Vec<Recommendation>) {
    if arguments.labelled_agencies {
        found = of_labelled_agencies(&gold, found);
    }
    if arguments.labelled_lines {
        found = of_labelled_lines(&gold, found);
    }
    if !arguments.kind.is_empty() {
        gold.retain(|g| g.kind.as_ref().is_some_and(|kind| arguments.kind.contains(kind)));
        found = of_kinds(&arguments.kind, found);
    }
    (gold, found)
}

/// Labels by document.
fn labels(files: &[PathBuf], source: &Path) -> Result<BTreeMap<PathBuf, Vec<Gold>>, Failure> {
    let mut of_document: BTreeMap<PathBuf, Vec<Gold>> = BTreeMap::new();
    for path in files {
        for (place, gold) in read_labels::<Gold>(path)? {
            let document = document(source, gold.doc.as_deref()).ok_or_else(|| {
                Failure::new(format_args!(
                    "{place}: the label has no `doc`; name its document with --source"
                ))
            })?;
            of_document.entry(document).or_default().push(gold);
        }
    }
    Ok(of_document)
}

/// The document of a label: the source if that is a file, else the file of that name in it.
fn document(source: &Path, named: Option<&str>) -> Option<PathBuf> {
    if source.is_dir() { named.map(|name| source.join(name)) } else { Some(source.to_owned()) }
}

/// The scores that have names for bounds.
fn named(measured: &Measured) -> Vec<(&'static str, Option<f64>)> {
    let all = &measured.all;
    vec![
        ("recall", all.recall.value),
        ("precision", all.precision.value),
        ("f1", all.f1),
        ("agency", all.agency.value),
        ("marker", all.marker.value),
        ("taken", measured.never.value),
        ("found", measured.nothing.map(|found| found as f64)),
    ]
}

fn as_json(measured: &Measured) -> Value {
    let each = measured.documents.iter();
    let each = each.map(|(path, scores)| json!({ "document": path, "scores": scores }));
    json!({
        "documents": each.collect::<Vec<_>>(),
        "all": measured.all,
        "never": measured.never,
        "nothing": measured.nothing,
    })
}

fn as_table(measured: &Measured) -> String {
    let mut lines =
        table::table(&["document", "recall", "precision", "F1", "agency right", "marker right"]);
    let mut row = |name: String, scores: &Scores| {
        lines.add_row([
            name,
            shown(scores.recall),
            shown(scores.precision),
            scores.f1.map_or("n/a".to_owned(), number::score),
            shown(scores.agency),
            shown(scores.marker),
        ]);
    };
    for (path, scores) in &measured.documents {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        row(name.into_owned(), scores);
    }
    if measured.documents.len() > 1 {
        row("all together".to_owned(), &measured.all);
    }
    let mut parts = Vec::new();
    if !measured.documents.is_empty() {
        parts.push(format!("{lines}\n\nIn brackets: bootstrap 95 % interval.\n"));
    }
    if measured.never.of > 0 {
        parts.push(format!("extracted, though not a recommendation: {}\n", shown(measured.never)));
    }
    if let Some(nothing) = measured.nothing {
        parts.push(format!("found in documents without any: {nothing}\n"));
    }
    parts.concat()
}

fn shown(of: Share) -> String {
    match (of.value, of.low, of.high) {
        (Some(value), Some(low), Some(high)) => {
            format!("{} of {}", number::interval(value, low, high), of.of)
        }
        _ => "n/a".to_owned(),
    }
}
