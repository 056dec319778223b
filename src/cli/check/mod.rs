//! `concord check`

mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::report::cite::{self, CiteForm};
use concord::report::{self, answers, draft};
use concord::{Agency, CheckOptions, DocumentInfo, DraftCheck, Index, Relation, Tools};

use super::context::Context;
use super::failure::Failure;
use super::table::counted;
use super::{Outcome, filter, out, talk};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Draft to check: text, Markdown, HTML, Word, PDF or a table; `-` for stdin
    #[arg(value_name = "DRAFT", required_unless_present = "text")]
    draft: Option<PathBuf>,
    /// Check every sentence of this text instead of a file
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["draft", "all"])]
    text: Option<String>,
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
    /// Write only the references to what the draft should cite, in this form
    #[arg(long, value_enum, value_name = "FORM", conflicts_with = "format")]
    cite: Option<Cite>,
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
enum Cite {
    Plain,
    Bibtex,
    Ris,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Duplicate,
    Overlap,
}

impl Arguments {
    /// The name and the bytes of the draft.
    fn draft(&self) -> Result<(&Path, Vec<u8>), Failure> {
        match (&self.draft, &self.text) {
            (Some(path), _) if path.as_os_str() != "-" => Ok((path, out::read(path)?)),
            (_, Some(text)) => Ok((Path::new("text"), text.clone().into_bytes())),
            (_, None) => Ok((Path::new("stdin"), out::read(Path::new("-"))?)),
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    if arguments.format == Format::Docx && arguments.output.is_none() && out::is_terminal() {
        return Err(Failure::with_hint(
            "a Word document cannot be shown on a terminal",
            "write it to a file: `--format docx -o checked.docx`",
        ));
    }
    refuse_draft_as_output(arguments)?;
    let (path, bytes) = arguments.draft()?;
    let (index, mut embedder) = context.open_with_model()?;
    let all = arguments.all || arguments.text.is_some();
    let options = CheckOptions { all, author: author(&index, arguments)? };
    let mut tools = Tools { embedder: embedder.as_mut(), on: &context.bars };
    let (found, problems) = concord::check(&index, path, &bytes, &options, &mut tools)?;
    for problem in problems {
        context.say(format_args!("warning: {problem}"));
    }
    if found.unchecked > 0 {
        let sentences = counted(found.unchecked, "sentence was", "sentences were");
        context.say(format_args!(
            "{sentences} not read as a recommendation and not checked; --all checks everything"
        ));
    }
    let statements: Vec<&str> = found.statements.iter().map(|s| s.text.as_str()).collect();
    context.say_foreign(&index, "the draft", &statements.join("\n"));
    print(arguments, &index, path, &bytes, &found)?;
    Ok(judge(arguments.fail_on, &found))
}

/// The notes must not replace the draft.
fn refuse_draft_as_output(arguments: &Arguments) -> Result<(), Failure> {
    let (Some(output), Some(draft)) = (&arguments.output, &arguments.draft) else { return Ok(()) };
    let real = |path: &Path| path.canonicalize().ok().filter(|path| path.is_file());
    match (real(output), real(draft)) {
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
    draft: &[u8],
    found: &DraftCheck,
) -> Result<(), Failure> {
    let rows = index.recommendations();
    let documents: Vec<DocumentInfo> =
        index.manifest().corpus.documents.iter().map(Into::into).collect();
    if let Some(form) = arguments.cite {
        let form = match form {
            Cite::Plain => CiteForm::Plain,
            Cite::Bibtex => CiteForm::Bibtex,
            Cite::Ris => CiteForm::Ris,
        };
        let found = cite::references(&cite::cited(&found.statements), rows, &documents, form);
        let text: String = found.iter().map(|reference| reference.clone() + "\n").collect();
        return match &arguments.output {
            Some(path) => out::write(path, text.as_bytes()),
            None => out::text(&text),
        };
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let document = || {
        report::draft(
            found,
            rows,
            &draft::About {
                draft: &name,
                corpus: &index.manifest().corpus.title,
                documents: &documents,
                model: index.model_id(),
                version: concord::VERSION,
                dismissed: &BTreeSet::new(),
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
        Format::Docx if is_word(draft) => {
            report::docx_commented(draft, &document()).map_err(|error| unwritable(&error))?
        }
        Format::Docx => report::docx(&document()).map_err(|error| unwritable(&error))?,
    };
    match &arguments.output {
        Some(path) => out::write(path, &bytes),
        None => out::bytes(&bytes),
    }
}

fn unwritable(error: &report::Unwritable) -> Failure {
    Failure::new(format_args!("cannot write the document: {error}"))
}

/// Whether the draft is a Word file, which gets its comments in place.
fn is_word(draft: &[u8]) -> bool {
    const PART: &[u8] = b"word/document.xml";
    draft.starts_with(b"PK") && draft.windows(PART.len()).any(|bytes| bytes == PART)
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
