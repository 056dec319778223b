//! `concord index`

use std::path::PathBuf;

use clap::Args;
use concord::domain::Corpus;
use concord::ingest::{ColumnMap, agenda, corpus, records};

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Corpus folder, or a file of recommendations (.jsonl, .csv), or `-` for JSON lines on stdin
    /// [default: the shipped corpus]
    #[arg(value_name = "CORPUS")]
    corpus: Option<PathBuf>,
    /// Heading of a table's column, where it differs from ours: text="Recommendation Text"
    #[arg(long, value_name = "OURS=THEIRS", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// List of goals to hold the recommendations against: .toml, .jsonl, .csv, or a text of one item
    /// a line [default: agenda.toml or agenda.jsonl beside the corpus]
    #[arg(long, value_name = "FILE")]
    agenda: Option<PathBuf>,
    /// Challenges and gaps that the agencies name, as `extract --what challenges` writes them
    /// [default: challenges.jsonl beside the corpus]
    #[arg(long, value_name = "FILE")]
    challenges: Option<PathBuf>,
}

fn mapping(text: &str) -> Result<(String, String), String> {
    let (ours, theirs) = text.split_once('=').ok_or("expected NAME=HEADING")?;
    Ok((ours.trim().to_owned(), theirs.trim().trim_matches('"').to_owned()))
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let map: ColumnMap = arguments.map.iter().cloned().collect();
    let (mut corpus, target) = match &arguments.corpus {
        None => (corpus::shipped(), context.index_path()),
        Some(path) if path.as_os_str() == "-" => {
            let recommendations = records::parse_jsonl("stdin", &out::stdin()?)
                .map_err(|error| Failure::from(concord::ingest::CorpusError::from(error)))?;
            (Corpus { recommendations, ..Corpus::default() }, context.index_path_for(path))
        }
        Some(path) => (corpus::read(path, &map)?, context.index_path_for(path)),
    };
    if let Some(path) = &arguments.agenda {
        corpus.agenda = Some(agenda::read(path)?);
    }
    if let Some(path) = &arguments.challenges {
        corpus.challenges = corpus::read_challenges(path)?;
    }
    context.build(&corpus, &target)?;
    Ok(Outcome::Done)
}
