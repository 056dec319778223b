//! `concord index`

use std::path::PathBuf;

use clap::Args;
use concord::domain::{Agency, Corpus};
use concord::ingest::{agenda, corpus, records};
use concord::pipeline::{Calibration, Config};

use super::columns::{self, Columns};
use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Corpus folder, or a file of recommendations (.jsonl, .csv, .xlsx), or `-` for JSON lines on
    /// stdin [default: the shipped corpus]
    #[arg(value_name = "CORPUS")]
    corpus: Option<PathBuf>,
    #[command(flatten)]
    columns: Columns,
    /// Who recommends in the rows of a table that do not say so
    #[arg(long, value_name = "NAME", value_parser = columns::agency)]
    agency: Option<Agency>,
    /// List of goals to hold the recommendations against: .toml, .jsonl, .csv, or a text of one item
    /// a line [default: agenda.toml or agenda.jsonl beside the corpus]
    #[arg(long, value_name = "FILE")]
    agenda: Option<PathBuf>,
    /// Challenges and gaps that the agencies name, as `extract --what challenges` writes them
    /// [default: challenges.jsonl beside the corpus]
    #[arg(long, value_name = "FILE")]
    challenges: Option<PathBuf>,
    /// Probabilities fitted by `concord calibrate`, in place of the shipped ones
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let options = arguments.columns.options(arguments.agency.clone());
    let (mut corpus, target) = match &arguments.corpus {
        None => (corpus::shipped(), context.index_path()),
        Some(path) if path.as_os_str() == "-" => {
            let recommendations = records::parse_jsonl("stdin", &out::stdin()?)
                .map_err(|error| Failure::from(concord::ingest::CorpusError::from(error)))?;
            (Corpus { recommendations, ..Corpus::default() }, context.index_path_for(path))
        }
        Some(path) => (corpus::read(path, &options)?, context.index_path_for(path)),
    };
    if let Some(path) = &arguments.agenda {
        corpus.agenda = Some(agenda::read(path)?);
    }
    if let Some(path) = &arguments.challenges {
        corpus.challenges = corpus::read_challenges(path)?;
    }
    let config = Config { calibration: calibration(arguments)?, ..Config::default() };
    context.build_with(&corpus, &target, &config)?;
    Ok(Outcome::Done)
}

fn calibration(arguments: &Arguments) -> Result<Calibration, Failure> {
    let Some(path) = &arguments.calibration else { return Ok(Calibration::default()) };
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
