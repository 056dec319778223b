//! `concord extract`

mod corrected;
mod perhaps;
mod print;
mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::{Agency, DocumentId, ExtractOptions, Extracted, PassageKind, Recommendation};

use super::columns::Columns;
use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out, table as tables, value};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Documents: text, Markdown, HTML, Word, `OpenDocument`, EPUB or PDF, or tables of recommendations
    /// (.xlsx, .xls, .ods, .csv, .json, .jsonl); `-` for stdin
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
    /// Output format [default: that of the file's ending, table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to a file (.jsonl, .xlsx, .csv, .json) instead of stdout; an existing one keeps its
    /// corrections, except JSON
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite a corrected file and lose its corrections
    #[arg(long, requires = "output")]
    overwrite: bool,
}

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
    Jsonl,
    Csv,
    Xlsx,
}

impl Format {
    /// The format that a file's ending names.
    fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// The format of this run: what `--format` says and the ending of `-o` does not deny.
    fn of_run(arguments: &Arguments) -> Result<Self, Failure> {
        let Some(path) = &arguments.output else {
            let usual = if out::is_terminal() { Self::Table } else { Self::Jsonl };
            let format = arguments.format.unwrap_or(usual);
            if format == Self::Xlsx && out::is_terminal() {
                return Err(Failure::with_hint(
                    "a workbook cannot be shown on a terminal",
                    "write it to a file: `-o recommendations.xlsx`",
                ));
            }
            return Ok(format);
        };
        match (arguments.format, Self::of_file(path)) {
            (Some(asked), Some(named)) if asked != named => Err(Failure::with_hint(
                format_args!("{}: its ending says another format than --format", path.display()),
                "leave out --format, or change the ending",
            )),
            (Some(format), _) | (None, Some(format)) => Ok(format),
            // A folder is refused when it is written to, by a message of its own.
            (None, None) if out::is_stream(path) || path.is_dir() => Ok(Self::Jsonl),
            (None, None) => Err(Failure::with_hint(
                format_args!("{}: its ending names no format", path.display()),
                "end it in .jsonl, .xlsx, .csv or .json, or name one with --format",
            )),
        }
    }
}
/// Lowest confidence of a passage that may be a recommendation; see `weights::PERHAPS` in the library.
const LEAST: f64 = 0.25;

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
    let format = Format::of_run(arguments)?;
    let kept = arguments.output.as_ref().and_then(|_| corrected::Form::of(format));
    let mut found: Vec<Recommendation> = Vec::new();
    let mut perhaps: Vec<Recommendation> = Vec::new();
    let mut read = BTreeSet::new();
    let mut failed = Vec::new();
    for file in &arguments.files {
        let path = if file.as_os_str() == "-" { Path::new("stdin") } else { file.as_path() };
        let extracted = match extracted(file, path, &options) {
            Ok(extracted) => extracted,
            Err(failure) => {
                failed.push(failure);
                continue;
            }
        };
        say_found(context, path, arguments, &extracted);
        let document = concord::document_id(path, &options);
        if extracted.recommendations.iter().any(|r| r.agency.as_str() == document.as_str()) {
            context
                .say(format_args!("hint: `--agency NAME` names the agency of {}", path.display()));
        }
        read.insert(document);
        if let Some(corrected::Form::Table(_)) = kept {
            found.extend(table::with_perhaps(extracted.recommendations, extracted.perhaps));
        } else {
            found.extend(extracted.recommendations);
            perhaps.extend(extracted.perhaps);
        }
    }
    let n_files = arguments.files.len();
    if failed.len() == n_files {
        return Err(summed(failed, n_files));
    }
    concord::keep_ids_apart(&mut found);
    match (&arguments.output, kept) {
        (Some(path), Some(form)) => {
            if arguments.overwrite {
                corrected::overwrite(path, form, &found)?;
            } else {
                corrected::write(context, path, form, &found, &read)?;
            }
            if form == corrected::Form::Lines {
                perhaps::write(context, path, perhaps)?;
            }
        }
        (Some(path), None) => out::write(path, &print::bytes(format, &found)?)?,
        (None, _) => out::bytes(&print::bytes(format, &found)?)?,
    }
    if failed.is_empty() { Ok(Outcome::Done) } else { Err(summed(failed, n_files)) }
}

fn extracted(file: &Path, path: &Path, options: &ExtractOptions) -> Result<Extracted, Failure> {
    Ok(concord::extract(path, &out::read(file)?, options)?)
}

/// The failure of the only file; of several, each is told, and this is their sum.
fn summed(mut failed: Vec<Failure>, n_files: usize) -> Failure {
    if n_files == 1 {
        return failed.remove(0);
    }
    failed.iter().for_each(Failure::tell);
    let others = if failed.len() < n_files { "; the others were" } else { "" };
    Failure::new(format_args!("{} of {n_files} files could not be read{others}", failed.len()))
}

/// Says what was left out of a document, and how much was found.
fn say_found(context: &Context, path: &Path, arguments: &Arguments, extracted: &Extracted) {
    for problem in &extracted.problems {
        context.say(format_args!("warning: {problem}"));
    }
    let n = extracted.recommendations.len();
    context.say(format_args!(
        "{}: {}",
        path.display(),
        match arguments.what {
            Kind::Recommendations => tables::counted(n, "recommendation", "recommendations"),
            Kind::Challenges => tables::counted(n, "challenge or gap", "challenges and gaps"),
        }
    ));
    if arguments.output.is_none() && !extracted.perhaps.is_empty() {
        let n = extracted.perhaps.len();
        context.say(format_args!(
            "hint: `--min-confidence {LEAST}` adds {}, less sure",
            tables::counted(n, "passage", "passages")
        ));
    }
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
