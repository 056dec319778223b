//! What is asked: a text, an id, a file, or a batch.

use std::path::Path;

use concord::{Error, Index, Query};
use serde::Deserialize;

use super::Arguments;
use crate::cli::failure::Failure;
use crate::cli::out;

/// A query, and its line in a file of queries.
pub(super) struct Asked {
    pub(super) query: Query,
    place: Option<String>,
}

impl Asked {
    /// The query, if its id is in the index; the error names the place.
    pub(super) fn known_to(self, index: &Index) -> Result<Query, Failure> {
        if let (Query::Id(id), Some(place)) = (&self.query, &self.place) {
            index.row(id).map_err(|error| Failure::new(format_args!("{place}: {error}")))?;
        }
        Ok(self.query)
    }

    /// Why the query has no answer; the error names its place.
    pub(super) fn failed(&self, error: Error) -> Failure {
        match (&error, &self.place) {
            (Error::UnknownId(_), Some(place)) => Failure::new(format_args!("{place}: {error}")),
            _ => error.into(),
        }
    }
}

/// The queries that the arguments name.
pub(super) fn read(arguments: &Arguments) -> Result<Vec<Asked>, Failure> {
    let one = |query| vec![Asked { query, place: None }];
    let text = |text: String| one(Query::text(text.trim()));
    if let Some(id) = &arguments.id {
        Ok(one(Query::Id(id.clone())))
    } else if let Some(path) = &arguments.file {
        Ok(text(utf8(path, out::read(path)?)?))
    } else if let Some(path) = &arguments.batch {
        batch(path)
    } else {
        match arguments.text.as_slice() {
            [] => Err(concord::Error::EmptyQuery.into()),
            [dash] if dash == "-" => Ok(text(utf8(Path::new("stdin"), out::stdin()?)?)),
            words => Ok(text(words.join(" "))),
        }
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

/// What a line of `--batch` must be.
const BATCH_LINE: &str = "each line is one JSON object with `text`, `id` or both, as texts";

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
        let line: BatchLine = serde_json::from_str(line)
            .map_err(|error| Failure::json(&place, &error, BATCH_LINE))?;
        let query = match line {
            BatchLine { text: Some(text), .. } if !text.chars().any(char::is_alphanumeric) => {
                return Err(wrong("`text` has no word in it"));
            }
            BatchLine { id, text: Some(text) } => Query::Text { text, id },
            BatchLine { id: Some(id), text: None } => Query::Id(id),
            BatchLine { id: None, text: None } => {
                return Err(wrong("the line needs `id` or `text`"));
            }
        };
        queries.push(Asked { query, place: Some(place) });
    }
    Ok(queries)
}
