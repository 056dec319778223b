//! `concord check`

mod table;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::report::{self, answers, draft};
use concord::{Agency, CheckOptions, DraftCheck, Index, Relation, Tools};

use super::context::Context;
use super::failure::Failure;
use super::table::counted;
use super::{Outcome, filter, out, talk};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Draft to check: text, Markdown, HTML, Word or PDF; `-` for stdin
    #[arg(value_name = "DRAFT")]
    draft: PathBuf,
    /// Check every statement of the draft, not only its recommendations
    #[arg(long)]
    all: bool,
    /// The agency that wrote the draft; its own earlier recommendations are listed apart
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    /// Exit with 1 if a statement has this relation, or a stronger one, to an existing recommendation
    #[arg(long, value_enum, value_name = "RELATION")]
    fail_on: Option<FailOn>,
    /// Output format; html and docx contain the draft with notes on its statements
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write to a file instead of stdout
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Md,
    Html,
    Docx,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Duplicate,
    Overlap,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    if arguments.format == Format::Docx && arguments.output.is_none() && out::is_terminal() {
        return Err(Failure::with_hint(
            "a Word document cannot be shown on a terminal",
            "write it to a file: `--format docx -o checked.docx`",
        ));
    }
    refuse_draft_as_output(arguments)?;
    let bytes = out::read(&arguments.draft)?;
    let is_stdin = arguments.draft.as_os_str() == "-";
    let path = if is_stdin { Path::new("stdin") } else { arguments.draft.as_path() };
    let (index, mut embedder) = context.open_with_model()?;
    let options = CheckOptions { all: arguments.all, author: author(&index, arguments)? };
    let mut tools = Tools { embedder: embedder.as_mut(), on: &context.bars };
    let (found, problems) = concord::check(&index, path, &bytes, &options, &mut tools)?;
    for problem in problems {
        context.say(format_args!("warning: {problem}"));
    }
    print(arguments, &index, path, &found)?;
    Ok(judge(arguments.fail_on, &found))
}

/// The notes must not replace the draft.
fn refuse_draft_as_output(arguments: &Arguments) -> Result<(), Failure> {
    let Some(output) = &arguments.output else { return Ok(()) };
    let real = |path: &Path| path.canonicalize().ok().filter(|path| path.is_file());
    match (real(output), real(&arguments.draft)) {
        (Some(output_file), Some(draft)) if output_file == draft => Err(Failure::with_hint(
            format_args!("{} is the draft itself, which would be lost", output.display()),
            "name another file with -o",
        )),
        _ => Ok(()),
    }
}

fn author(index: &Index, arguments: &Arguments) -> Result<Option<Agency>, Failure> {
    arguments.agency.as_deref().map(|name| filter::agency(index, name)).transpose()
}

fn print(
    arguments: &Arguments,
    index: &Index,
    path: &Path,
    found: &DraftCheck,
) -> Result<(), Failure> {
    let rows = index.recommendations();
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let document = || {
        report::draft(
            found,
            rows,
            &draft::About {
                draft: &name,
                corpus: &index.manifest().corpus.title,
                model: index.model_id(),
                version: concord::VERSION,
            },
        )
    };
    if arguments.format == Format::Table && arguments.output.is_none() {
        return out::text(&table::render(found, rows));
    }
    let bytes = match arguments.format {
        Format::Table => table::render(found, rows).into_bytes(),
        Format::Json => {
            let value = answers::check(found, rows);
            format!("{}\n", serde_json::to_string_pretty(&value).map_err(Failure::new)?)
                .into_bytes()
        }
        Format::Md => report::markdown(&document()).into_bytes(),
        Format::Html => report::html(&document()).into_bytes(),
        Format::Docx => report::docx(&document())
            .map_err(|error| Failure::new(format_args!("cannot write the document: {error}")))?,
    };
    match &arguments.output {
        Some(path) => out::write(path, &bytes),
        None => out::bytes(&bytes),
    }
}

fn judge(fail_on: Option<FailOn>, found: &DraftCheck) -> Outcome {
    let limit = match fail_on {
        None => return Outcome::Done,
        Some(FailOn::Duplicate) => Relation::Duplicate,
        Some(FailOn::Overlap) => Relation::Overlap,
    };
    let n = found.statements.iter().filter(|verdict| verdict.relation >= limit).count();
    if n == 0 {
        return Outcome::Done;
    }
    let statements = counted(n, "statement has", "statements have");
    talk::say(format_args!(
        "{statements} relation `{limit}` or closer to an existing recommendation"
    ));
    Outcome::No
}
