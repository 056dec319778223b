//! `concord report`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use concord::domain::Overlap;
use concord::pipeline::Index;
use concord::report;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder to write into, as concord-report.html and so on; `-` prints one format to stdout
    #[arg(long, short, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// What to write
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Format::Html, Format::Md])]
    format: Vec<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Md,
    Json,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Md => "md",
            Self::Json => "json",
        }
    }

    fn render(self, index: &Index, overlap: &Overlap) -> Result<String, Failure> {
        match self {
            Self::Html => Ok(report::html(overlap, &index.pictures(overlap)?)),
            Self::Md => Ok(report::markdown(overlap)),
            Self::Json => {
                serde_json::to_string_pretty(&report::json(overlap)).map_err(Failure::new)
            }
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let index = context.open()?;
    let command = format!("concord report --index {}", context.index_path().display());
    let overlap = index.overlap(command)?;
    if arguments.output.as_os_str() == "-" {
        let [format] = arguments.format.as_slice() else {
            return Err(Failure::with_hint(
                "stdout takes one format",
                "name it: `concord report -o - --format md`",
            ));
        };
        out::text(&format.render(&index, &overlap)?)?;
        return Ok(Outcome::Done);
    }
    let mut written = Vec::new();
    for format in &arguments.format {
        let path = arguments.output.join(format!("concord-report.{}", format.ending()));
        out::write(&path, format.render(&index, &overlap)?.as_bytes())?;
        written.push(path);
    }
    out::text(&glance(&overlap))?;
    for path in written {
        out::text(&format!("written: {}", path.display()))?;
    }
    Ok(Outcome::Done)
}

/// The report in a few lines.
fn glance(overlap: &Overlap) -> String {
    let themes = &overlap.themes;
    let mut lines = vec![
        overlap.title.clone(),
        format!(
            "{} by {}: {}, {} shared with none",
            table::counted(overlap.recommendations.len(), "recommendation", "recommendations"),
            table::counted(overlap.agencies.len(), "agency", "agencies"),
            table::counted(themes.themes.len(), "theme", "themes"),
            themes.single.len()
        ),
        "strongest consensus (agreement: how many of the agencies, in effect, ask for the same):"
            .to_owned(),
    ];
    for theme in themes.themes.iter().filter(|theme| theme.consensus.agencies() > 1).take(5) {
        let n = theme.consensus.agencies();
        lines.push(format!(
            "  {} ({n} agencies, agreement {:.1})",
            theme.label, theme.consensus.strength
        ));
    }
    if let Some(answers) = &overlap.gaps.agenda {
        let open = answers.iter().filter(|answer| answer.is_unanswered()).count();
        lines.push(format!("agenda items that nobody takes up: {open} of {}", answers.len()));
    }
    lines.push(format!(
        "near-duplicates: {}",
        table::counted(overlap.duplicates.len(), "pair", "pairs")
    ));
    lines.join("\n")
}
