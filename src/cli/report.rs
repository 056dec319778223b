//! `concord report`

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use concord::{Index, Overlap, Pictures, Place, report};

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder for concord-report.html and so on; `-` prints one format to stdout
    #[arg(long, short, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Formats: an HTML page, Markdown, an Excel workbook, a Word document, a CSV file for each table,
    /// JSON
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Format::Html, Format::Md])]
    format: Vec<Format>,
    /// Older index, a folder or a postgres:// address: also report what changed since
    #[arg(long, value_name = "OLD_INDEX")]
    compare: Option<OsString>,
    /// Begin each CSV file with a byte order mark: Excel then reads accents right
    #[arg(long)]
    bom: bool,
}

/// The byte order mark of UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Md,
    Xlsx,
    Docx,
    Csv,
    Json,
}

impl Format {
    /// The files of this format: the end of each name, and the bytes.
    fn files(
        self,
        index: &Index,
        overlap: &Overlap,
        bom: bool,
    ) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        // Only the page shows pictures.
        let document = || report::overlap(overlap, &Pictures::default());
        let bytes = match self {
            Self::Html => {
                report::html(&report::overlap(overlap, &index.pictures(overlap)?)).into_bytes()
            }
            Self::Md => report::markdown(&document()).into_bytes(),
            Self::Xlsx => report::xlsx(overlap).map_err(|why| self.failed(&why))?,
            Self::Docx => report::docx(&document()).map_err(|why| self.failed(&why))?,
            Self::Json => {
                serde_json::to_vec_pretty(&report::json(overlap)).map_err(Failure::new)?
            }
            Self::Csv => {
                let mark = if bom { BOM } else { &[] };
                let named = |(name, bytes): (String, Vec<u8>)| {
                    (format!("-{name}.csv"), [mark, &bytes].concat())
                };
                return Ok(report::csv(overlap).into_iter().map(named).collect());
            }
        };
        Ok(vec![(format!(".{}", self.name()), bytes)])
    }

    fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Md => "md",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    fn failed(self, why: &report::Unwritable) -> Failure {
        Failure::with_hint(
            format_args!("cannot write the report as {}: {why}", self.name()),
            "write another format: `concord report --format html,csv`",
        )
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let to_stdout = arguments.output.as_os_str() == "-";
    if to_stdout {
        refuse_what_stdout_cannot_take(&arguments.format)?;
    }
    let index = context.open()?;
    let mut command = format!("concord report --index {}", context.index_place());
    let old = arguments.compare.clone().map(Place::parse).transpose().map_err(Failure::new)?;
    if let Some(old) = &old {
        command = format!("{command} --compare {old}");
    }
    let mut overlap = index.overlap(command)?;
    if let Some(old) = &old {
        overlap.changes = Some(concord::changes(old, context.index_place())?);
    }
    // Everything is rendered before anything is written: a format that fails leaves no half report.
    let mut files = Vec::new();
    for format in &arguments.format {
        files.extend(format.files(&index, &overlap, arguments.bom)?);
    }
    if to_stdout {
        for (_, bytes) in files {
            out::bytes(&bytes)?;
        }
        return Ok(Outcome::Done);
    }
    let mut written = Vec::new();
    for (ending, bytes) in files {
        let path = arguments.output.join(format!("concord-report{ending}"));
        out::write(&path, &bytes)?;
        written.push(path);
    }
    out::text(&glance(&overlap))?;
    for path in written {
        out::text(&format!("written: {}", path.display()))?;
    }
    Ok(Outcome::Done)
}

fn refuse_what_stdout_cannot_take(formats: &[Format]) -> Result<(), Failure> {
    match formats {
        [Format::Csv] => Err(Failure::with_hint(
            "CSV is several files, but stdout takes only one",
            "write to a folder: `concord report --format csv -o DIR`",
        )),
        [Format::Xlsx | Format::Docx] if out::is_terminal() => Err(Failure::with_hint(
            "a terminal cannot show this format",
            "write to a folder with `-o DIR`, or redirect the output to a file",
        )),
        [_] => Ok(()),
        _ => Err(Failure::with_hint(
            "stdout takes only one format",
            "choose one: `concord report -o - --format md`",
        )),
    }
}

/// The report in a few lines.
fn glance(overlap: &Overlap) -> String {
    let themes = &overlap.themes;
    let mut lines = vec![
        overlap.title.clone(),
        format!(
            "{} by {}: {}; {} match no other",
            table::counted(overlap.recommendations.len(), "recommendation", "recommendations"),
            table::counted(overlap.agencies.len(), "agency", "agencies"),
            table::counted(themes.themes.len(), "theme", "themes"),
            themes.single.len()
        ),
        "strongest consensus:".to_owned(),
    ];
    for theme in themes.themes.iter().filter(|theme| theme.asking.len() > 1).take(5) {
        lines.push(format!(
            "  {}: {} agencies ask for this ({} surely)",
            theme.label,
            theme.asking.len(),
            theme.n_surely()
        ));
    }
    if let Some(answers) = &overlap.gaps.agenda {
        let open = answers.iter().filter(|answer| answer.is_unanswered()).count();
        lines.push(format!(
            "agenda items with no recommendation found: {open} of {}",
            answers.len()
        ));
    }
    lines.push(format!(
        "near-duplicates: {}",
        table::counted(overlap.duplicates.len(), "pair", "pairs")
    ));
    lines.join("\n")
}
