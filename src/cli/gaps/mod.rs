//! `concord gaps`

mod table;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::{AgendaAnswer, Index, Overlap, Tools, report};
use serde_json::Value;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, TableOrJson, out};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only this kind [default: all]
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Option<Kind>,
    /// Compare the recommendations with this agenda: .toml, .jsonl, .csv, or a text with one item per
    /// line [default: the agenda of the corpus]
    #[arg(long, value_name = "FILE")]
    agenda: Option<PathBuf>,
    /// Maximum number of entries of each kind in the table
    #[arg(short = 'k', long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// What only one agency was found to ask for
    Single,
    /// Agenda items for which no recommendation was found
    Agenda,
    /// Challenges that agencies name and for which no recommendation was found
    Challenge,
    /// Agencies that discuss a theme, with no recommendation of theirs found on it
    Silent,
    /// Recommendations that contradict each other
    Contradictions,
    /// What is asked again in later years
    Repeats,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Single,
        Self::Agenda,
        Self::Challenge,
        Self::Silent,
        Self::Contradictions,
        Self::Repeats,
    ];

    /// Its name in the JSON of the report.
    fn key(self) -> &'static str {
        match self {
            Self::Single => "single_voice",
            Self::Agenda => "agenda",
            Self::Challenge => "challenges",
            Self::Silent => "silent",
            Self::Contradictions => "contradictions",
            Self::Repeats => "repeats",
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let index = context.open()?;
    let mut overlap = index.overlap(String::new())?;
    if let Some(path) = &arguments.agenda {
        overlap.gaps.agenda = Some(answers(context, &index, path)?);
    }
    let kinds = arguments.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    match arguments.format {
        TableOrJson::Json => out::json(&as_json(&overlap, &kinds))?,
        TableOrJson::Table => {
            let tables: Vec<String> =
                kinds.iter().map(|kind| table::render(&overlap, *kind, arguments.top)).collect();
            out::text(&tables.join("\n"))?;
        }
    }
    Ok(Outcome::Done)
}

fn answers(context: &Context, index: &Index, path: &Path) -> Result<Vec<AgendaAnswer>, Failure> {
    let agenda = concord::read_agenda(path)?;
    let mut embedder = context.embedder_for(index)?;
    let mut tools = Tools { embedder: embedder.as_mut(), on: &context.bars };
    Ok(index.answer_agenda(&agenda, &mut tools)?)
}

/// What is of these kinds, as in the report.
fn as_json(overlap: &Overlap, kinds: &[Kind]) -> Value {
    let mut gaps = report::kinds_of_gaps(overlap);
    if let Some(gaps) = gaps.as_object_mut() {
        gaps.retain(|key, _| kinds.iter().any(|kind| kind.key() == key));
    }
    gaps
}
