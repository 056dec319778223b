//! `concord extract`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::domain::{Agency, DocumentId, Recommendation};
use concord::pipeline::{self, About};

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Documents to read: text, Markdown, HTML, Word or PDF; `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What to look for
    #[arg(long, value_enum, default_value_t = What::Recommendations)]
    what: What,
    /// Who speaks in these documents [default: read from their headings]
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    /// Id of the document [default: the file's name]
    #[arg(long, value_name = "ID")]
    document: Option<String>,
    /// Year of publication
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    /// Leave out what is less sure than this, 0 to 1
    #[arg(long, value_name = "P", value_parser = super::similar::probability)]
    min_confidence: Option<f64>,
    /// How to print them [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to a file instead of stdout
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Recommendations,
    /// Challenges and gaps, from the sections that state them
    Challenges,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Jsonl,
    Json,
    Csv,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let about = about(arguments)?;
    let mut found: Vec<Recommendation> = Vec::new();
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
        found.extend(extracted.recommendations);
    }
    keep_ids_apart(&mut found);
    print(arguments, &found)?;
    Ok(Outcome::Done)
}

fn about(arguments: &Arguments) -> Result<About, Failure> {
    let agency = arguments.agency.clone().map(Agency::try_from).transpose();
    let id = arguments.document.clone().map(DocumentId::try_from).transpose();
    Ok(About {
        id: id.map_err(|error| Failure::new(format_args!("--document: {error}")))?,
        agency: agency.map_err(|error| Failure::new(format_args!("--agency: {error}")))?,
        year: arguments.year,
        min_confidence: arguments.min_confidence,
        what: match arguments.what {
            What::Recommendations => pipeline::What::Recommendations,
            What::Challenges => pipeline::What::Challenges,
        },
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

fn print(arguments: &Arguments, found: &[Recommendation]) -> Result<(), Failure> {
    let usual = if out::is_terminal() && arguments.output.is_none() {
        Format::Table
    } else {
        Format::Jsonl
    };
    let json = |found: &Recommendation| serde_json::to_value(found).map_err(Failure::new);
    let bytes = match arguments.format.unwrap_or(usual) {
        Format::Jsonl => {
            let mut lines = String::new();
            for recommendation in found {
                lines.push_str(&json(recommendation)?.to_string());
                lines.push('\n');
            }
            lines.into_bytes()
        }
        Format::Json => {
            let all: Vec<_> = found.iter().map(json).collect::<Result<_, _>>()?;
            format!("{}\n", serde_json::to_string_pretty(&all).map_err(Failure::new)?).into_bytes()
        }
        Format::Table => as_table(found).into_bytes(),
        Format::Csv => as_csv(found)?,
    };
    match &arguments.output {
        Some(path) => out::write(path, &bytes),
        None => out::text(&String::from_utf8_lossy(&bytes)),
    }
}

fn as_table(found: &[Recommendation]) -> String {
    let mut rows = table::table(&["id", "agency", "marker", "lines", "text"]);
    for recommendation in found {
        let lines = recommendation
            .source
            .as_ref()
            .map_or(String::new(), |source| format!("{}-{}", source.line_start, source.line_end));
        rows.add_row([
            recommendation.id.as_str(),
            recommendation.agency.as_str(),
            recommendation.marker.as_deref().unwrap_or(""),
            &lines,
            &table::shortened(&recommendation.text, 160),
        ]);
    }
    rows.to_string()
}

fn as_csv(found: &[Recommendation]) -> Result<Vec<u8>, Failure> {
    let headings = [
        "id",
        "agency",
        "document",
        "section",
        "marker",
        "kind",
        "year",
        "line_start",
        "line_end",
        "text",
    ];
    let rows = found.iter().map(|r| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let line = |of: fn(&concord::domain::Source) -> usize| {
            r.source.as_ref().map_or(String::new(), |s| of(s).to_string())
        };
        vec![
            r.id.to_string(),
            r.agency.to_string(),
            r.document.as_ref().map(ToString::to_string).unwrap_or_default(),
            text(&r.section),
            text(&r.marker),
            text(&r.kind),
            r.year.map(|year| year.to_string()).unwrap_or_default(),
            line(|s| s.line_start),
            line(|s| s.line_end),
            r.text.clone(),
        ]
    });
    let mut bytes = Vec::new();
    out::csv_to(&mut bytes, &headings, rows)?;
    Ok(bytes)
}
