//! Documents -> recommendations.

use std::path::Path;

use crate::domain::{Agency, Document, DocumentId, Problem, Recommendation};
pub use crate::extract::corrections::{Merged, Versions, merge};
use crate::extract::{Config, Extracted, challenges, from_document};
use crate::ingest::corpus::Description;
use crate::ingest::records::{self, Form};
use crate::ingest::{self, Format, RecordError, TableOptions};
use crate::text::marker;
use crate::text::statements::statements;

/// A document that cannot be read.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum ReadError {
    /// It is of no format that Concord reads, or damaged.
    #[error("{path}: {source}")]
    Document { path: String, source: ingest::Error },
    /// It is a table of ready recommendations, and something in it is wrong.
    #[error(transparent)]
    Records(#[from] RecordError),
}

/// What to look for in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum What {
    /// Passages that propose that somebody act.
    #[default]
    Recommendations,
    /// Challenges and gaps, from sections that state them.
    Challenges,
}

/// What the user says of a document before it is read.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Its id; by default the name of the file without its ending.
    pub id: Option<DocumentId>,
    /// Who speaks in all of it.
    pub agency: Option<Agency>,
    /// Year of publication.
    pub year: Option<i32>,
    /// What is less sure than this is left out, 0 to 1; `None` for the measured default.
    pub min_confidence: Option<f64>,
    /// What to look for.
    pub what: What,
    /// How to read it, if it is a table of ready recommendations.
    pub table: TableOptions,
    /// What a `corpus.toml` says of this and other documents; what is said above goes before it.
    pub corpus: Description,
}

/// The recommendations of the document in `bytes`; those of a table are taken as they are.
///
/// # Errors
/// [`ReadError`] if it is no document that Concord reads.
pub fn extract(path: &Path, bytes: &[u8], about: &About) -> Result<Extracted, ReadError> {
    if let Some(form) = Form::of(path) {
        return ready(form, path, bytes, about);
    }
    let document = read(path, bytes, about)?;
    let default = Config::default();
    let config = Config {
        agency: about.agency.clone(),
        names: about.corpus.names.clone(),
        min_confidence: about.min_confidence.unwrap_or(default.min_confidence),
    };
    let mut found = match about.what {
        What::Recommendations => from_document(&document, &config),
        What::Challenges => challenges(&document, &config),
    };
    let year = year(about, &document.id);
    for recommendation in &mut found.recommendations {
        recommendation.year = recommendation.year.or(year);
    }
    Ok(found)
}

/// Recommendations that are ready as records, in the order of their ids.
fn ready(form: Form, path: &Path, bytes: &[u8], about: &About) -> Result<Extracted, ReadError> {
    let name = path.display().to_string();
    let mut recommendations = records::parse(form, &name, bytes, &about.table)?;
    let document = document_id(path, about);
    let year = year(about, &document);
    for recommendation in &mut recommendations {
        recommendation.document.get_or_insert_with(|| document.clone());
        recommendation.year = recommendation.year.or(year);
        if let Some(agency) = about.corpus.names.resolve(recommendation.agency.as_str()) {
            recommendation.agency = agency.clone();
        }
    }
    Ok(Extracted { recommendations, problems: Vec::new() })
}

fn read(path: &Path, bytes: &[u8], about: &About) -> Result<Document, ReadError> {
    let name = path.display().to_string();
    let format = Format::of(&name, bytes);
    let mut document = ingest::read_document(document_id(path, about), name.clone(), bytes, format)
        .map_err(|source| ReadError::Document { path: name, source })?;
    document.agency = about.corpus.voices.get(document.id.as_str()).cloned();
    Ok(document)
}

/// The year that the user gave, or that `corpus.toml` gives.
fn year(about: &About, id: &DocumentId) -> Option<i32> {
    let said = about.corpus.documents.iter().find(|document| document.id == id.as_str());
    about.year.or_else(|| said?.year)
}

/// The id of the document at `path`: the one that the user gave, or the name of the file without its
/// ending.
#[must_use]
pub fn document_id(path: &Path, about: &About) -> DocumentId {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let id = about.id.clone().or_else(|| DocumentId::try_from(stem).ok());
    id.unwrap_or_else(|| {
        DocumentId::try_from("document".to_owned()).expect("the name is not empty")
    })
}

/// A statement of a draft with its place in it.
pub(super) struct DraftStatement {
    pub(super) text: String,
    pub(super) line_start: usize,
    pub(super) line_end: usize,
}

pub(super) struct Draft {
    pub(super) document: Document,
    pub(super) statements: Vec<DraftStatement>,
    pub(super) problems: Vec<Problem>,
}

/// The recommendations of a draft, or all its statements if `all` or if none is recognised.
pub(super) fn draft_statements(
    path: &Path,
    bytes: &[u8],
    all: bool,
) -> Result<Draft, super::Error> {
    let about = About::default();
    let document = read(path, bytes, &about)?;
    let name = path.display().to_string();
    let mut problems = Vec::new();
    let mut found = Vec::new();
    if !all {
        // Who speaks in a draft is of no matter here, and not to be asked for.
        let author = Agency::try_from("(author of the draft)".to_owned()).ok();
        let extracted = extract(path, bytes, &About { agency: author, ..about })?;
        problems = extracted.problems;
        found = extracted.recommendations.into_iter().filter_map(placed).collect();
        if found.is_empty() {
            let message = "no recommendation was recognised; every statement is checked".to_owned();
            problems.push(Problem { path: name.clone(), line: None, message });
        }
    }
    if found.is_empty() {
        found = every_statement(&document);
    }
    if found.is_empty() {
        return Err(super::Error::EmptyDraft { path: name });
    }
    Ok(Draft { document, statements: found, problems })
}

fn placed(recommendation: Recommendation) -> Option<DraftStatement> {
    let source = recommendation.source?;
    Some(DraftStatement {
        text: recommendation.text,
        line_start: source.line_start,
        line_end: source.line_end,
    })
}

/// Sentences and list items of every paragraph; lines that hold no sentence are passed over.
fn every_statement(document: &Document) -> Vec<DraftStatement> {
    let lines: Vec<&str> = (0..document.lines().len()).filter_map(|n| document.line(n)).collect();
    let ends = |n: usize| {
        lines[n].trim().is_empty()
            || lines[n].starts_with('#')
            || without_marker(lines[n]).is_some()
    };
    let mut found = Vec::new();
    let mut start = 0;
    while start < lines.len() {
        if lines[start].trim().is_empty() {
            start += 1;
            continue;
        }
        let end = (start + 1..lines.len()).find(|&n| ends(n)).unwrap_or(lines.len());
        let first = without_marker(lines[start]).unwrap_or(lines[start]);
        let rest = lines[start + 1..end].iter().copied();
        let paragraph: Vec<&str> = std::iter::once(first).chain(rest).map(str::trim).collect();
        let paragraph = paragraph.join(" ");
        for span in statements(&paragraph) {
            let text = paragraph[span.start..span.end].to_owned();
            if text.split_whitespace().count() >= 3 && !text.starts_with('#') {
                found.push(DraftStatement { text, line_start: start + 1, line_end: end });
            }
        }
        start = end;
    }
    found
}

/// What follows the marker at the start of a list item.
pub(super) fn without_marker(line: &str) -> Option<&str> {
    marker::parse(line).map(|marker| &line[marker.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_items_are_statements_of_their_own_lines() {
        let text =
            "# Title\n\nStates should act now.\n- Reduce all fees.\n2. Train\n  every guard.\n";
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let found = every_statement(&Document::plain(id, "d.md".into(), text.into()));
        let found: Vec<_> =
            found.iter().map(|s| (s.text.as_str(), s.line_start, s.line_end)).collect();
        assert_eq!(
            found,
            [
                ("States should act now.", 3, 3),
                ("Reduce all fees.", 4, 4),
                ("Train every guard.", 5, 6)
            ]
        );
    }
}
