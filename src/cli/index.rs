//! `concord index`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use concord::{Agency, BuildConfig, Corpus, Judging};

use super::columns::Columns;
use super::context::Context;
use super::failure::Failure;
use super::reader;
use super::{Outcome, calibrate, out, value};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Corpus folder, a file of recommendations (.jsonl, .json, .csv, .xlsx, .xls, .ods), or `-` for JSON lines on stdin
    /// [default: the shipped corpus]
    #[arg(value_name = "CORPUS")]
    corpus: Option<PathBuf>,
    #[command(flatten)]
    columns: Columns,
    /// Agency of the rows of a table that name none
    #[arg(long, value_name = "NAME", value_parser = value::agency)]
    agency: Option<Agency>,
    /// List of goals to compare the recommendations with: .toml, .jsonl, .csv, or a text with one item
    /// per line [default: agenda.toml or agenda.jsonl beside the corpus]
    #[arg(long, value_name = "FILE")]
    agenda: Option<PathBuf>,
    /// Challenges that the agencies name, from `concord extract --what challenges` [default:
    /// challenges.jsonl beside the corpus]
    #[arg(long, value_name = "FILE")]
    challenges: Option<PathBuf>,
    /// Probabilities from `concord calibrate` [default: the shipped ones]
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// Which pairs the judge reads, two slower models that compare the texts themselves: all
    /// candidates, none, or in a corpus of more than 1,000 as many as it has recommendations
    #[arg(long, value_enum, default_value_t = Judge::Auto, value_name = "WHICH")]
    judge: Judge,
    #[command(flatten)]
    reader: reader::SecondReader,
}

/// [`Judging`] as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Judge {
    All,
    Auto,
    Off,
}

impl From<Judge> for Judging {
    fn from(judge: Judge) -> Self {
        match judge {
            Judge::All => Self::All,
            Judge::Auto => Self::Auto,
            Judge::Off => Self::Off,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let options = arguments.columns.options(arguments.agency.clone());
    let (mut corpus, target) = match &arguments.corpus {
        None => (concord::shipped_corpus(), context.index_place()),
        Some(path) if path.as_os_str() == "-" => {
            let recommendations = concord::parse_records("stdin", &out::stdin()?)?;
            (Corpus { recommendations, ..Corpus::default() }, context.index_place_for(path))
        }
        Some(path) => (concord::read_corpus(path, &options)?, context.index_place_for(path)),
    };
    for problem in &corpus.problems {
        context.say(format_args!("warning: {problem}"));
    }
    if let Some(path) = &arguments.agenda {
        corpus.agenda = Some(concord::read_agenda(path)?);
    }
    if let Some(path) = &arguments.challenges {
        corpus.challenges = concord::read_challenges(path)?;
    }
    let calibration = arguments.calibration.as_deref().map(calibrate::read).transpose()?;
    let judging = arguments.judge.into();
    let reader = arguments.reader.options(context)?;
    let config = BuildConfig { calibration, judging, reader, ..BuildConfig::default() };
    context.build(&corpus, &target, &config)?;
    Ok(Outcome::Done)
}
