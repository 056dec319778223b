//! `concord similar`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::domain::{Hit, Recommendation, Similar};
use concord::pipeline::{Filter, Index, Parts, Query};
use concord::report::{answers, number};
use serde::Deserialize;

use super::context::Context;
use super::failure::Failure;
use super::filter::Filters;
use super::{Outcome, out, table, unknown};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The text to look for; `-` for stdin
    #[arg(value_name = "TEXT", conflicts_with_all = ["id", "file", "batch", "pairs"])]
    text: Option<String>,
    /// Look for what is like an indexed recommendation
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "batch", "pairs"])]
    id: Option<String>,
    /// Look for what is like the text in a file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["batch", "pairs"])]
    file: Option<PathBuf>,
    /// Answer many: JSON lines with `id` and `text`, or only the `id` of an indexed recommendation;
    /// `-` for stdin
    #[arg(long, value_name = "FILE", conflicts_with = "pairs")]
    batch: Option<PathBuf>,
    /// List every linked pair of the index once
    #[arg(long)]
    pairs: bool,
    /// Most results to show
    #[arg(long, short, value_name = "K", default_value_t = 10,
          value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,
    /// Leave out what is less probable than this, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    min_probability: f64,
    #[command(flatten)]
    filters: Filters,
    /// Leave out why, which costs one more run of the model a query
    #[arg(long)]
    no_why: bool,
    /// How to print [default: table; jsonl with --batch or --pairs]
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Characters of a text that a table shows, and terms.
const TEXT: usize = 240;
const TERMS: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Jsonl,
    Csv,
}

/// A number from 0 to 1.
pub(super) fn probability(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "expected a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err("expected a number from 0 to 1".to_owned())
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let asked = queries(arguments)?;
    if arguments.pairs {
        return pairs(&context.open()?, arguments);
    }
    let has_texts = asked.iter().any(|asked| matches!(asked.query, Query::Text { .. }));
    let needs_model = has_texts || !arguments.no_why;
    let (mut index, mut embedder) = if needs_model {
        let (index, embedder) = context.open_to_question()?;
        (index, Some(embedder))
    } else {
        (context.open()?, None)
    };
    let filter = Filter {
        k: arguments.k as usize,
        min_probability: arguments.min_probability,
        explain: !arguments.no_why,
        ..arguments.filters.of(&index)?
    };
    let queries = asked.into_iter().map(|asked| asked.known_to(&index));
    let queries: Vec<Query> = queries.collect::<Result<_, _>>()?;
    if index.graph_pays(queries.len(), &filter) {
        context.explain(format_args!("{} queries: the graph is opened", queries.len()));
        index.open_graph()?;
    }
    let mut parts =
        embedder.as_mut().map(|embedder| Parts { embedder: embedder.as_mut(), on: &context.bars });
    let answers = index.similar(&queries, &filter, parts.as_mut())?;
    if let ([Query::Text { text, .. }], None) = (queries.as_slice(), &arguments.batch) {
        unknown::note(context, &index, text);
    }
    print(arguments, &answers, index.recommendations())?;
    Ok(Outcome::Done)
}

/// A query, and the place in a file that it comes from.
struct Asked {
    query: Query,
    place: Option<String>,
}

impl Asked {
    /// The query, if its id is in the index; the error names the place.
    fn known_to(self, index: &Index) -> Result<Query, Failure> {
        if let (Query::Id(id), Some(place)) = (&self.query, &self.place) {
            index.row(id).map_err(|error| Failure::new(format_args!("{place}: {error}")))?;
        }
        Ok(self.query)
    }
}

fn queries(arguments: &Arguments) -> Result<Vec<Asked>, Failure> {
    let one = |query| vec![Asked { query, place: None }];
    let text = |text: String| one(Query::Text { text: text.trim().to_owned(), id: None });
    if arguments.pairs {
        Ok(Vec::new())
    } else if let Some(id) = &arguments.id {
        Ok(one(Query::Id(id.clone())))
    } else if let Some(path) = &arguments.file {
        Ok(text(utf8(path, out::read(path)?)?))
    } else if let Some(path) = &arguments.batch {
        batch(path)
    } else if let Some(words) = arguments.text.as_ref().filter(|words| *words != "-") {
        Ok(text(words.clone()))
    } else if arguments.text.is_some() {
        Ok(text(utf8(Path::new("stdin"), out::stdin()?)?))
    } else {
        Err(Failure::with_hint(
            concord::pipeline::Error::EmptyQuery,
            "concord similar \"reduce the cost of remittances\"",
        ))
    }
}

fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|&byte| byte == b'\n').count();
        Failure::new(format_args!(
            "{}:{line}: not valid UTF-8; convert the file to UTF-8",
            path.display()
        ))
    })
}

/// A line of `--batch`.
#[derive(Deserialize)]
struct BatchLine {
    id: Option<String>,
    text: Option<String>,
}

fn batch(path: &Path) -> Result<Vec<Asked>, Failure> {
    let text = utf8(path, out::read(path)?)?;
    let mut queries = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{}:{}", path.display(), number + 1);
        let wrong = |why: &str| Failure::new(format_args!("{place}: {why}"));
        let line: BatchLine =
            serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
        let query = match line {
            BatchLine { text: Some(text), .. } if !text.chars().any(char::is_alphanumeric) => {
                return Err(wrong("`text` holds no word"));
            }
            BatchLine { id, text: Some(text) } => Query::Text { text, id },
            BatchLine { id: Some(id), text: None } => Query::Id(id),
            BatchLine { id: None, text: None } => return Err(wrong("a line needs `id` or `text`")),
        };
        queries.push(Asked { query, place: Some(place) });
    }
    Ok(queries)
}

fn print(arguments: &Arguments, found: &[Similar], rows: &[Recommendation]) -> Result<(), Failure> {
    let usual = if arguments.batch.is_some() { Format::Jsonl } else { Format::Table };
    match arguments.format.unwrap_or(usual) {
        Format::Json if arguments.batch.is_none() => {
            found.iter().try_for_each(|answer| out::json(&answers::similar(answer, rows)))
        }
        Format::Json | Format::Jsonl => {
            out::json_lines(found.iter().map(|answer| answers::similar(answer, rows)))
        }
        Format::Csv => csv(found, rows),
        Format::Table => found.iter().try_for_each(|answer| out::text(&as_table(answer, rows))),
    }
}

fn as_table(answer: &Similar, rows: &[Recommendation]) -> String {
    if answer.hits.is_empty() {
        return "nothing in the index is that similar\n".to_owned();
    }
    let mut lines =
        table::table(&["", "same ask", "relation", "agency", "id", "text", "because of"]);
    for (at, hit) in answer.hits.iter().enumerate().filter(|(_, hit)| hit.copy_of.is_none()) {
        let found = &rows[hit.row];
        let copies: Vec<&Recommendation> = answer
            .hits
            .iter()
            .filter(|copy| copy.copy_of == Some(hit.row))
            .map(|copy| &rows[copy.row])
            .collect();
        lines.add_row([
            (at + 1).to_string(),
            number::probability(hit.likeness.probability),
            relation(hit),
            with_copies(found.agency.as_str(), copies.iter().map(|copy| copy.agency.as_str())),
            with_copies(found.id.as_str(), copies.iter().map(|copy| copy.id.as_str())),
            shown(hit, &found.text),
            because_of(hit),
        ]);
    }
    format!(
        "{lines}\n\n\"same ask\": how probably an analyst would see a shared ask in the two texts.\n\
         \"because of\": words of the query and their part in that; ~ where the text says it otherwise.\n"
    )
}

/// A name, and those of results with the same text.
fn with_copies<'a>(name: &'a str, copies: impl Iterator<Item = &'a str>) -> String {
    let mut names = vec![name];
    names.extend(copies);
    names.dedup();
    names.join("\n= ")
}

/// The text, or of a long one the statement that answers the query.
fn shown(hit: &Hit, text: &str) -> String {
    match &hit.statements {
        Some((_, found)) if text.chars().count() > TEXT && found != text => {
            let before = if text.starts_with(found.as_str()) { "" } else { "… " };
            let shown = table::shortened(found, TEXT);
            let more = !text.ends_with(found.as_str()) && !shown.ends_with('…');
            format!("{before}{shown}{}", if more { " …" } else { "" })
        }
        _ => table::shortened(text, TEXT),
    }
}

/// The first few terms, each with its share.
fn because_of(hit: &Hit) -> String {
    let terms = hit.why.iter().take(TERMS).filter(|reason| reason.share >= 0.05);
    let terms = terms.map(|reason| {
        let mark = if reason.shared { "" } else { "~" };
        format!("{mark}{} {}", reason.term, number::proportion(reason.share))
    });
    terms.collect::<Vec<_>>().join("\n")
}

/// The relation; what asks for the contrary says so.
fn relation(hit: &Hit) -> String {
    let flag = if hit.is_opposite() { "\nOPPOSITE" } else { "" };
    format!("{}{flag}", hit.likeness.relation)
}

fn csv(found: &[Similar], rows: &[Recommendation]) -> Result<(), Failure> {
    let headings = ["query", "rank", "id", "agency", "probability", "relation", "cosine", "text"];
    let lines = found.iter().flat_map(|answer| {
        answer.hits.iter().enumerate().map(|(at, hit)| {
            let found = &rows[hit.row];
            vec![
                answer.id.clone().unwrap_or_else(|| answer.text.clone()),
                (at + 1).to_string(),
                found.id.to_string(),
                found.agency.to_string(),
                number::raw(hit.likeness.probability),
                hit.likeness.relation.to_string(),
                number::raw(f64::from(hit.likeness.cosine)),
                found.text.clone(),
            ]
        })
    });
    out::csv(&headings, lines)
}

fn pairs(index: &Index, arguments: &Arguments) -> Result<Outcome, Failure> {
    let rows = index.recommendations();
    let links = index.pairs(arguments.min_probability, arguments.filters.cross_agency)?;
    match arguments.format.unwrap_or(Format::Jsonl) {
        Format::Jsonl => out::json_lines(
            links.iter().map(|link| answers::pair(link, index.is_opposite(link), rows)),
        )?,
        Format::Json => {
            out::json(
                &links
                    .iter()
                    .map(|link| answers::pair(link, index.is_opposite(link), rows))
                    .collect(),
            )?;
        }
        Format::Csv => {
            let headings = ["a", "b", "probability", "relation", "cosine", "text_a", "text_b"];
            let cells = links.iter().map(|link| {
                vec![
                    rows[link.a].id.to_string(),
                    rows[link.b].id.to_string(),
                    number::raw(link.likeness.probability),
                    link.likeness.relation.to_string(),
                    number::raw(f64::from(link.likeness.cosine)),
                    rows[link.a].text.clone(),
                    rows[link.b].text.clone(),
                ]
            });
            out::csv(&headings, cells)?;
        }
        Format::Table => {
            let mut shown =
                table::table(&["same ask", "relation", "a", "b", "text of a", "text of b"]);
            for link in links.iter().take(arguments.k as usize) {
                shown.add_row([
                    number::probability(link.likeness.probability),
                    link.likeness.relation.to_string(),
                    rows[link.a].id.to_string(),
                    rows[link.b].id.to_string(),
                    table::shortened(&rows[link.a].text, 160),
                    table::shortened(&rows[link.b].text, 160),
                ]);
            }
            out::text(&format!(
                "{shown}\n\n{} pairs; the first {} are shown (-k)\n",
                number::whole(links.len()),
                number::whole(arguments.k as usize)
            ))?;
        }
    }
    Ok(Outcome::Done)
}
