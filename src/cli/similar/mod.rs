//! `concord similar`

mod near;
mod queries;
mod table;
mod unknown;

use std::path::PathBuf;

use clap::Args;
use concord::report::answers;
use concord::{Filter, Query, Recommendation, Similar, Tools};

use super::context::Context;
use super::failure::Failure;
use super::filter::Filters;
use super::{ListFormat, Outcome, out, pairs, value};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The text to compare, with or without quotation marks; `-` for stdin
    #[arg(value_name = "TEXT", conflicts_with_all = ["id", "file", "batch", "pairs"])]
    text: Vec<String>,
    /// Find recommendations similar to an indexed one
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "batch", "pairs"])]
    id: Option<String>,
    /// Find recommendations similar to the text in a file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["batch", "pairs"])]
    file: Option<PathBuf>,
    /// Answer many queries: JSON lines with `id` and `text`, or only the `id` of an indexed
    /// recommendation; `-` for stdin
    #[arg(long, value_name = "FILE", conflicts_with = "pairs")]
    batch: Option<PathBuf>,
    /// The old name of `concord pairs`
    #[arg(long, hide = true)]
    pairs: bool,
    /// Maximum number of results
    #[arg(long, short, value_name = "K", default_value_t = 10,
          value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,
    /// Minimum probability, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = value::probability)]
    min_probability: f64,
    /// Maximum probability, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 1.0, value_parser = value::probability)]
    max_probability: f64,
    #[command(flatten)]
    filters: Filters,
    /// Do not explain the results; saves one run of the model per query
    #[arg(long)]
    no_why: bool,
    /// Output format [default: table; jsonl with --batch]
    #[arg(long, value_enum)]
    format: Option<ListFormat>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    if arguments.pairs {
        return pairs::list(context, &pair_arguments(arguments));
    }
    let asked = queries::read(arguments)?;
    if !arguments.filters.need_whole_index()
        && let Some(near) = context.open_near(asked.len())?
    {
        return near::run(context, arguments, &near, asked);
    }
    let (mut index, mut embedder) = if needs_model(arguments, &asked) {
        let (index, embedder) = context.open_with_model()?;
        (index, Some(embedder))
    } else {
        (context.open()?, None)
    };
    let filter = filter(arguments, arguments.filters.resolve(&index)?);
    let queries = asked.into_iter().map(|asked| asked.known_to(&index));
    let queries: Vec<Query> = queries.collect::<Result<_, _>>()?;
    if index.graph_pays(queries.len(), &filter) {
        context.explain(format_args!("{} queries: opening the graph", queries.len()));
        index.open_graph()?;
    }
    let mut tools =
        embedder.as_mut().map(|embedder| Tools { embedder: embedder.as_mut(), on: &context.bars });
    let answers = index.similar(&queries, &filter, tools.as_mut())?;
    if let Some(text) = typed(arguments, &queries) {
        unknown::note(context, text, || Ok(index.unknown_words(text)))?;
    }
    if let Some(text) = texts(&queries).find(|text| index.foreign(text).is_some()) {
        context.say_foreign(&index, what(&queries), text);
    }
    print(arguments, &answers, index.recommendations())?;
    Ok(Outcome::Done)
}

fn needs_model(arguments: &Arguments, asked: &[queries::Asked]) -> bool {
    let has_texts = asked.iter().any(|asked| matches!(asked.query, Query::Text { .. }));
    has_texts || !arguments.no_why
}

/// `names` with the numbers that the arguments give.
fn filter(arguments: &Arguments, names: Filter) -> Filter {
    Filter {
        k: arguments.k as usize,
        min_probability: arguments.min_probability,
        max_probability: arguments.max_probability,
        explain: !arguments.no_why,
        ..names
    }
}

/// The text of the only query, unless it comes from a batch.
fn typed<'a>(arguments: &Arguments, queries: &'a [Query]) -> Option<&'a str> {
    match (queries, &arguments.batch) {
        ([Query::Text { text, .. }], None) => Some(text),
        _ => None,
    }
}

fn texts(queries: &[Query]) -> impl Iterator<Item = &str> {
    queries.iter().filter_map(|query| match query {
        Query::Text { text, .. } => Some(text.as_str()),
        Query::Id(_) => None,
    })
}

fn what(queries: &[Query]) -> &'static str {
    if queries.len() == 1 { "the query" } else { "a query" }
}

/// The arguments of `concord pairs` that stand for `concord similar --pairs`.
fn pair_arguments(arguments: &Arguments) -> pairs::Wanted {
    pairs::Wanted {
        cross_agency: arguments.filters.cross_agency,
        min_probability: arguments.min_probability,
        max_probability: arguments.max_probability,
        k: arguments.k,
        format: Some(arguments.format.unwrap_or(ListFormat::Jsonl)),
    }
}

fn print(arguments: &Arguments, found: &[Similar], rows: &[Recommendation]) -> Result<(), Failure> {
    let usual = if arguments.batch.is_some() { ListFormat::Jsonl } else { ListFormat::Table };
    match arguments.format.unwrap_or(usual) {
        ListFormat::Json if arguments.batch.is_none() => {
            found.iter().try_for_each(|answer| out::json(&answers::similar(answer, rows)))
        }
        ListFormat::Json | ListFormat::Jsonl => {
            out::json_lines(found.iter().map(|answer| answers::similar(answer, rows)))
        }
        ListFormat::Csv => table::csv(found, rows),
        ListFormat::Table => {
            found.iter().try_for_each(|answer| out::text(&table::render(answer, rows)))
        }
    }
}
