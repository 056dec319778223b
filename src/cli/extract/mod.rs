//! `concord extract`

mod corrected;
mod print;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::{Agency, DocumentId, ExtractOptions, PassageKind, Recommendation};

use super::columns::Columns;
use super::context::Context;
use super::failure::Failure;
use super::{ListFormat, Outcome, out, table, value};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Documents: text, Markdown, HTML, Word or PDF, or tables of recommendations (.xlsx, .csv,
    /// .jsonl); `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What to extract; challenges include gaps
    #[arg(long, value_enum, default_value_t = Kind::Recommendations)]
    what: Kind,
    /// The agency that speaks in these documents [default: read from their headings]
    #[arg(long, value_name = "NAME", value_parser = value::agency)]
    agency: Option<Agency>,
    /// A `corpus.toml`, or its folder: the agency of each document, and other names of agencies
    #[arg(long, value_name = "PATH")]
    corpus: Option<PathBuf>,
    /// Id of the document [default: the file name]
    #[arg(long, value_name = "ID")]
    document: Option<String>,
    /// Year of publication
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    /// Minimum confidence, 0 to 1
    #[arg(long, value_name = "P", value_parser = value::probability)]
    min_confidence: Option<f64>,
    #[command(flatten)]
    columns: Columns,
    /// Output format [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    format: Option<ListFormat>,
    /// Write to a file instead of stdout; an existing jsonl file keeps its corrections
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite a corrected file and lose its corrections
    #[arg(long, requires = "output")]
    overwrite: bool,
}

/// What to extract from a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Recommendations,
    Challenges,
}

impl From<Kind> for PassageKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Recommendations => Self::Recommendations,
            Kind::Challenges => Self::Challenges,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let options = options(arguments)?;
    let mut found: Vec<Recommendation> = Vec::new();
    let mut read = BTreeSet::new();
    for file in &arguments.files {
        let bytes = out::read(file)?;
        let path = if file.as_os_str() == "-" { Path::new("stdin") } else { file.as_path() };
        let extracted = concord::extract(path, &bytes, &options)?;
        for problem in &extracted.problems {
            context.say(format_args!("warning: {problem}"));
        }
        let n = extracted.recommendations.len();
        context.say(format_args!(
            "{}: {}",
            path.display(),
            match arguments.what {
                Kind::Recommendations => table::counted(n, "recommendation", "recommendations"),
                Kind::Challenges => table::counted(n, "challenge or gap", "challenges and gaps"),
            }
        ));
        let document = concord::document_id(path, &options);
        if extracted.recommendations.iter().any(|r| r.agency.as_str() == document.as_str()) {
            context
                .say(format_args!("hint: `--agency NAME` names the agency of {}", path.display()));
        }
        read.insert(document);
        found.extend(extracted.recommendations);
    }
    concord::keep_ids_apart(&mut found);
    let terminal = out::is_terminal() && arguments.output.is_none();
    let usual = if terminal { ListFormat::Table } else { ListFormat::Jsonl };
    let format = arguments.format.unwrap_or(usual);
    match &arguments.output {
        Some(path) if format == ListFormat::Jsonl && !arguments.overwrite => {
            corrected::write(context, path, &found, &read)?;
        }
        Some(path) if format == ListFormat::Jsonl => corrected::overwrite(path, &found)?,
        Some(path) => out::write(path, &print::bytes(format, &found)?)?,
        None => out::text(&String::from_utf8_lossy(&print::bytes(format, &found)?))?,
    }
    Ok(Outcome::Done)
}

fn options(arguments: &Arguments) -> Result<ExtractOptions, Failure> {
    let id = arguments.document.clone().map(DocumentId::try_from).transpose();
    let described = arguments.corpus.as_deref().map(concord::read_description).transpose()?;
    Ok(ExtractOptions {
        id: id.map_err(|error| Failure::new(format_args!("--document: {error}")))?,
        agency: arguments.agency.clone(),
        year: arguments.year,
        min_confidence: arguments.min_confidence,
        kind: arguments.what.into(),
        table: arguments.columns.options(arguments.agency.clone()),
        corpus: described.unwrap_or_default(),
    })
}
