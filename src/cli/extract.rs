//! `concord extract`

mod corrected;
mod print;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::domain::{Agency, DocumentId, Recommendation};
use concord::ingest::corpus;
use concord::pipeline::{self, About};

use self::print::Format;
use super::columns::{self, Columns};
use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Documents to read: text, Markdown, HTML, Word or PDF, or tables of ready recommendations
    /// (.xlsx, .csv, .jsonl); `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What to look for; challenges include gaps
    #[arg(long, value_enum, default_value_t = What::Recommendations)]
    what: What,
    /// Who speaks in these documents [default: read from their headings]
    #[arg(long, value_name = "NAME", value_parser = columns::agency)]
    agency: Option<Agency>,
    /// A `corpus.toml`, or its folder, that says who speaks in which document, and by which other
    /// names agencies go
    #[arg(long, value_name = "PATH")]
    corpus: Option<PathBuf>,
    /// Id of the document [default: the file's name]
    #[arg(long, value_name = "ID")]
    document: Option<String>,
    /// Year of publication
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    /// Leave out what is less sure than this, 0 to 1
    #[arg(long, value_name = "P", value_parser = super::similar::probability)]
    min_confidence: Option<f64>,
    #[command(flatten)]
    columns: Columns,
    /// How to print them [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to a file instead of stdout; corrections in a jsonl file that is there are kept
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a corrected file: corrections are lost
    #[arg(long, requires = "output")]
    overwrite: bool,
}

/// What to look for in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum What {
    Recommendations,
    Challenges,
}

impl From<What> for pipeline::What {
    fn from(what: What) -> Self {
        match what {
            What::Recommendations => Self::Recommendations,
            What::Challenges => Self::Challenges,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let about = about(arguments)?;
    let mut found: Vec<Recommendation> = Vec::new();
    let mut read = BTreeSet::new();
    for file in &arguments.files {
        let bytes = out::read(file)?;
        let path = if file.as_os_str() == "-" { Path::new("stdin") } else { file.as_path() };
        let extracted = pipeline::extract(path, &bytes, &about).map_err(pipeline::Error::from)?;
        for problem in &extracted.problems {
            context.say(format_args!("warning: {problem}"));
        }
        let n = extracted.recommendations.len();
        context.say(format_args!(
            "{}: {}",
            path.display(),
            match arguments.what {
                What::Recommendations => table::counted(n, "recommendation", "recommendations"),
                What::Challenges => table::counted(n, "challenge or gap", "challenges and gaps"),
            }
        ));
        read.insert(pipeline::document_id(path, &about));
        found.extend(extracted.recommendations);
    }
    keep_ids_apart(&mut found);
    let terminal = out::is_terminal() && arguments.output.is_none();
    let usual = if terminal { Format::Table } else { Format::Jsonl };
    let format = arguments.format.unwrap_or(usual);
    match &arguments.output {
        Some(path) if format == Format::Jsonl && !arguments.overwrite => {
            corrected::write(context, path, &found, &read)?;
        }
        Some(path) if format == Format::Jsonl => corrected::overwrite(path, &found)?,
        Some(path) => out::write(path, &print::bytes(format, &found)?)?,
        None => out::text(&String::from_utf8_lossy(&print::bytes(format, &found)?))?,
    }
    Ok(Outcome::Done)
}

fn about(arguments: &Arguments) -> Result<About, Failure> {
    let id = arguments.document.clone().map(DocumentId::try_from).transpose();
    let described = arguments.corpus.as_deref().map(corpus::read_description).transpose()?;
    Ok(About {
        id: id.map_err(|error| Failure::new(format_args!("--document: {error}")))?,
        agency: arguments.agency.clone(),
        year: arguments.year,
        min_confidence: arguments.min_confidence,
        what: arguments.what.into(),
        table: arguments.columns.options(arguments.agency.clone()),
        corpus: described.unwrap_or_default(),
    })
}

/// Ids are distinct within a document; two documents of one agency may give the same.
fn keep_ids_apart(found: &mut [Recommendation]) {
    let mut seen = std::collections::BTreeSet::new();
    for recommendation in found {
        if seen.insert(recommendation.id.clone()) {
            continue;
        }
        let document =
            recommendation.document.as_ref().map_or("document", DocumentId::as_str).to_owned();
        let base = recommendation.id.to_string();
        let other = (2..).map(|n| {
            if n == 2 { format!("{document}-{base}") } else { format!("{document}-{base}-{n}") }
        });
        let free = other.filter_map(|id| id.try_into().ok()).find(|id| !seen.contains(id));
        if let Some(id) = free {
            seen.insert(concord::domain::RecommendationId::clone(&id));
            recommendation.id = id;
        }
    }
}
