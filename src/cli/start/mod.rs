//! `concord start`: the way from a folder of documents to a report. It runs the commands that a user would
//! type, and prints each.

mod corpus;
mod speakers;

use std::path::{Path, PathBuf};

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::open::open;
use super::{Outcome, parse, run_command, sample};
use speakers::Named;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of documents: text, Markdown, HTML, Word, `OpenDocument`, EPUB or PDF, and tables of
    /// recommendations
    #[arg(value_name = "FOLDER", required_unless_present = "sample")]
    folder: Option<PathBuf>,
    /// Copy three sample documents to the folder `sample` and start with them
    #[arg(long, conflicts_with = "folder")]
    sample: bool,
    /// Who speaks in a document, as FILE=NAME, or in every document that does not say it, as NAME
    /// [default: read from the document, or asked for]
    #[arg(long, value_name = "NAME")]
    agency: Vec<String>,
    /// Folder for the corpus, its index and the report [default: concord- and the name of FOLDER]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Open the report in the browser
    #[arg(long)]
    open: bool,
}

/// What the report is written as.
const FORMATS: &str = "html,docx,xlsx";

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let folder = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => sample::write()?,
    };
    let output = arguments.output.clone().map_or_else(|| usual_output(arguments), Ok)?;
    let named = Named::parse(&arguments.agency, &folder)?;
    let files = corpus::prepare(context, &folder, &output, &named)?;

    if context.index_is_named() {
        context.say(format_args!(
            "note: --index and CONCORD_INDEX are not used here; the index is {}",
            output.join("index").display()
        ));
    }
    let place = |name: &str| text(&output.join(name));
    let (records, index) = (place("recommendations.jsonl")?, place("index")?);
    let output = text(&output)?;
    let mut extract = vec!["extract"];
    extract.extend(files.iter().map(String::as_str));
    extract.extend(["--corpus", &output, "-o", &records]);
    step(context, &extract)?;
    let mut build = vec!["index", &output, "--index", &index];
    build.extend(context.model_named().into_iter().flat_map(|model| ["--model", model]));
    step(context, &build)?;
    step(context, &["report", "--index", &index, "-o", &output, "--format", FORMATS])?;

    let page = Path::new(&output).join("concord-report.html");
    context.say(format_args!(
        "Next: correct {records} or {output}/corpus.toml where they are wrong and run this again; your \
         corrections stay. `concord serve --index {index} --open` shows everything in the browser."
    ));
    if arguments.open && !open(&page) {
        context.say(format_args!("no browser could be opened; open {} yourself", page.display()));
    }
    Ok(Outcome::Done)
}

/// `concord-` and the name of the folder, or of the sample.
fn usual_output(arguments: &Arguments) -> Result<PathBuf, Failure> {
    let Some(folder) = &arguments.folder else {
        return Ok(PathBuf::from(format!("concord-{}", sample::FOLDER)));
    };
    let real = folder.canonicalize().map_err(|error| Failure::on_file("read", folder, &error))?;
    let name = real.file_name().map_or("documents".into(), |name| name.to_string_lossy());
    Ok(PathBuf::from(format!("concord-{name}")))
}

/// Prints a command and runs it.
fn step(context: &Context, arguments: &[&str]) -> Result<(), Failure> {
    let line: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
    context.say(format_args!("$ concord {}", line.join(" ")));
    let parsed = parse(std::iter::once(&"concord").chain(arguments));
    let cli = parsed.map_err(|error| Failure::new(error.to_string().trim_end()))?;
    run_command(&context.with(cli.common)?, cli.command)?;
    Ok(())
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,=:@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A path as a word of a command line. One that begins with a hyphen would read as a flag.
fn text(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().map(|text| match text.strip_prefix('-') {
        Some(_) => format!("./{text}"),
        None => text.to_owned(),
    });
    text.ok_or_else(|| {
        Failure::with_hint(
            format_args!("{}: the name is not valid UTF-8", path.display()),
            "rename the file or folder",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_a_shell_would_split_is_quoted() {
        assert_eq!(quoted("reports/a-1.pdf"), "reports/a-1.pdf");
        assert_eq!(quoted("my report.pdf"), "'my report.pdf'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
    }

    #[test]
    fn a_path_never_reads_as_a_flag() {
        assert_eq!(text(Path::new("-o")).unwrap(), "./-o");
    }
}
