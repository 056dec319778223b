//! `concord calibrate`

use std::path::{Path, PathBuf};

use clap::Args;
use concord::internals::eval::metrics::calibration_error;
use concord::internals::eval::pairs::{DUPLICATE, OVERLAP};
use concord::internals::judge::{Basis, Labelled, calibrate};
use concord::internals::pipeline::{opinions_on_rows, shipped_calibration};
use concord::report::number;
use concord::{Calibration, Tools};
use rayon::prelude::*;

use super::context::Context;
use super::eval::pairs;
use super::failure::Failure;
use super::{Outcome, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Graded pairs, as for `concord eval pairs`; labels from several corpora (field `set`, or one file
    /// each) give probabilities that also hold for other corpora
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    gold: Vec<PathBuf>,
    /// Write to a file, for `concord index --calibration` [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let sets = pairs::read(&arguments.gold)?;
    let mut embedder = pairs::embedder_for(&sets, context)?;
    let mut tools = Tools { embedder: embedder.as_mut(), on: &context.bars };
    let mut corpora = Vec::with_capacity(sets.len());
    for set in &sets {
        let (linker, rows) = set.linker(context, &mut tools)?;
        let wanted = Labelled::to_judge(&linker, &rows);
        let opinions = opinions_on_rows(&linker, &wanted, &mut tools)?;
        let labelled = Labelled::measure(&linker, &rows, opinions.as_deref());
        corpora.push((set.name.clone(), labelled));
    }
    let model = tools.embedder.model();
    let start = shipped_calibration(model);
    let basis = if model.means.is_some() { Basis::Vectors } else { Basis::Corpus };
    let all: Vec<Labelled> = corpora.iter().map(|(_, labelled)| labelled.clone()).collect();
    let fitted = calibrate(&all, &start, basis);
    context.say(format_args!("{}", left_out(&corpora, &start, basis)));
    let head = format!(
        "# Fitted by `concord calibrate` on {} graded pairs of {}.\n",
        all.iter().map(|labelled| labelled.judged.len()).sum::<usize>(),
        pairs::names(&sets),
    );
    let body = toml::to_string(&fitted).map_err(Failure::new)?;
    match &arguments.output {
        Some(path) => out::write(path, format!("{head}{body}").as_bytes())?,
        None => out::text(&format!("{head}{body}"))?,
    }
    Ok(Outcome::Done)
}

/// The calibration error on each corpus: fitted without it, and fitted with it.
fn left_out(corpora: &[(String, Labelled)], start: &Calibration, basis: Basis) -> String {
    let mut lines = table::table(&[
        "corpus",
        "pairs",
        "overlap error, left out",
        "duplicate error, left out",
        "overlap error, fitted",
        "duplicate error, fitted",
    ]);
    let all: Vec<Labelled> = corpora.iter().map(|(_, labelled)| labelled.clone()).collect();
    let whole = calibrate(&all, start, basis);
    let without = |at: usize| {
        let mut others = all.clone();
        others.remove(at);
        (!others.is_empty()).then(|| calibrate(&others, start, basis))
    };
    let unseen: Vec<Option<Calibration>> = (0..all.len()).into_par_iter().map(without).collect();
    for ((name, own), unseen) in corpora.iter().zip(unseen) {
        let mut cells = vec![name.clone(), own.judged.len().to_string()];
        for calibration in [unseen, Some(whole)] {
            for from in [OVERLAP, DUPLICATE] {
                let error = calibration.and_then(|calibration| error(own, &calibration, from));
                cells.push(error.map_or("n/a".to_owned(), number::score));
            }
        }
        lines.add_row(cells);
    }
    lines.to_string()
}

fn error(corpus: &Labelled, calibration: &Calibration, from: f64) -> Option<f64> {
    let (probabilities, positive): (Vec<f64>, Vec<bool>) = corpus
        .judged
        .iter()
        .map(|(evidence, pair)| {
            let likeness = calibration.likeness(evidence);
            let probability =
                if from >= DUPLICATE { likeness.duplicate } else { likeness.probability };
            (probability, pair.grade >= from)
        })
        .unzip();
    calibration_error(&probabilities, &positive)
}

/// Reads a file that this command wrote.
pub(super) fn read(path: &Path) -> Result<Calibration, Failure> {
    let bytes = out::read(path)?;
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::with_hint(
            format_args!("{}: {why}", path.display()),
            "`concord calibrate --gold FILE -o FILE` writes such a file",
        )
    };
    let text = std::str::from_utf8(&bytes).map_err(|error| wrong(&error))?;
    Calibration::parse(text).map_err(|why| wrong(&why))
}
