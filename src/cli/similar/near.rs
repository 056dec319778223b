//! A search in a database, which loads no index.

use concord::{Embedder, Near, Tools};

use super::queries::Asked;
use super::{Arguments, filter, needs_model, print, texts, typed, unknown, what};
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::cli::failure::Failure;

pub(super) fn run(
    context: &Context,
    arguments: &Arguments,
    near: &Near,
    asked: Vec<Asked>,
) -> Result<Outcome, Failure> {
    let filter = filter(arguments, arguments.filters.resolve_near(near)?);
    let mut embedder = None;
    if needs_model(arguments, &asked) {
        let model = near.manifest().model["id"].as_str().unwrap_or_default();
        embedder = Some(context.embedder(model)?);
    }
    if let Some(embedder) = &embedder {
        near.check_model(embedder.model())?;
    }
    let (mut answers, mut rows, mut queries) = (Vec::new(), Vec::new(), Vec::new());
    for asked in asked {
        let mut tools = embedder.as_mut().map(|embedder| tools(context, embedder));
        let found = near.similar(&asked.query, &filter, tools.as_mut());
        let (mut answer, of_answer) = found.map_err(|error| asked.failed(error))?;
        for hit in &mut answer.hits {
            hit.row += rows.len();
            hit.copy_of = hit.copy_of.map(|row| row + rows.len());
        }
        answers.push(answer);
        rows.extend(of_answer);
        queries.push(asked.query);
    }
    if let Some(text) = typed(arguments, &queries) {
        unknown::note(context, text, || Ok(near.unknown_words(text)?))?;
    }
    if let Some(language) = texts(&queries).find_map(|text| near.foreign(text)) {
        let model = near.manifest().model["id"].as_str().unwrap_or_default();
        context.say_foreign_to(&near.languages(), model, what(&queries), language);
    }
    print(arguments, &answers, &rows)?;
    Ok(Outcome::Done)
}

fn tools<'a>(context: &'a Context, embedder: &'a mut Box<dyn Embedder>) -> Tools<'a> {
    Tools { embedder: embedder.as_mut(), on: &context.bars }
}
