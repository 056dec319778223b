//! One document -> its recommendations.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use super::Error;
use crate::domain::{Agency, Document, DocumentId, Problem, Recommendation, RecommendationId};
use crate::extract::{self, ExtractConfig, Extracted};
use crate::ingest::corpus::Description;
use crate::ingest::records::{self, Form, RecordError};
use crate::ingest::{self, Format, TableOptions};

/// What to extract from a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PassageKind {
    /// Passages that propose that somebody act.
    #[default]
    Recommendations,
    /// Challenges and gaps, from the sections that state them.
    Challenges,
}

/// What is known about a document before it is read, and what to extract from it.
#[derive(Debug, Clone, Default)]
pub struct ExtractOptions {
    /// Its id; by default the file name without extension.
    pub id: Option<DocumentId>,
    /// The agency that speaks in all of it.
    pub agency: Option<Agency>,
    /// Year of publication.
    pub year: Option<i32>,
    /// Minimum confidence of a passage, 0 to 1; `None` for the measured default.
    pub min_confidence: Option<f64>,
    /// What to extract.
    pub kind: PassageKind,
    /// How to read a table of recommendations.
    pub table: TableOptions,
    /// What a `corpus.toml` says about this and other documents; the fields above take precedence.
    pub corpus: Description,
}

/// Extracts from the document in `bytes`. The records of a table are taken as they are, in file order. Where no
/// column says which agency speaks, it is the one that the title above the table names, and a problem says so.
///
/// # Errors
/// [`Error::Document`] or [`Error::Records`].
pub fn extract(path: &Path, bytes: &[u8], options: &ExtractOptions) -> Result<Extracted, Error> {
    match Form::from_path(path) {
        Some(form) => read_records(form, path, bytes, options),
        None => Ok(extract_from(&read(path, bytes, options)?, options)),
    }
}

/// The text of the document in `bytes`, as [`extract`] reads it: spans and lines of its recommendations
/// are those of this text. `None` for a table of recommendations.
///
/// # Errors
/// [`Error::Document`].
pub fn source_text(
    path: &Path,
    bytes: &[u8],
    options: &ExtractOptions,
) -> Result<Option<Document>, Error> {
    match Form::from_path(path) {
        Some(_) => Ok(None),
        None => read(path, bytes, options).map(Some),
    }
}

/// Makes ids distinct: two documents of one agency may have the same.
pub fn keep_ids_apart(found: &mut [Recommendation]) {
    let mut seen = BTreeSet::new();
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
            seen.insert(RecommendationId::clone(&id));
            recommendation.id = id;
        }
    }
}

/// Reads a document.
pub(super) fn read(path: &Path, bytes: &[u8], options: &ExtractOptions) -> Result<Document, Error> {
    let name = path.display().to_string();
    let format = Format::detect(&name, bytes);
    let id = document_id(path, options);
    let mut document = ingest::read_document(id, name.clone(), bytes, format)
        .map_err(|source| Error::Document { path: name, source })?;
    document.agency = options.corpus.voices.get(document.id.as_str()).cloned();
    Ok(document)
}

/// Extracts from `document`.
pub(super) fn extract_from(document: &Document, options: &ExtractOptions) -> Extracted {
    let default = ExtractConfig::default();
    let config = ExtractConfig {
        agency: options.agency.clone(),
        names: options.corpus.names.clone(),
        min_confidence: options.min_confidence.unwrap_or(default.min_confidence),
    };
    let mut found = match options.kind {
        PassageKind::Recommendations => extract::from_document(document, &config),
        PassageKind::Challenges => extract::challenges(document, &config),
    };
    let year = year(options, &document.id);
    for recommendation in found.recommendations.iter_mut().chain(&mut found.perhaps) {
        recommendation.year = recommendation.year.or(year);
    }
    found
}

/// Reads a table of recommendations.
pub(super) fn read_records(
    form: Form,
    path: &Path,
    bytes: &[u8],
    options: &ExtractOptions,
) -> Result<Extracted, Error> {
    let name = path.display().to_string();
    let document = document_id(path, options);
    let mut table = options.table.clone();
    if table.agency.is_none() {
        table.agency = options.corpus.voices.get(document.as_str()).cloned();
    }
    let parsed = records::parse(form, &name, bytes, &table);
    let lacks = parsed.as_ref().is_err_and(RecordError::lacks_agency);
    let titles = || records::titles(form, &name, bytes, &table).join("\n");
    let guess = lacks.then(|| extract::issuer(document.clone(), &name, titles())).flatten();
    let records::Parsed { mut recommendations, mut problems } = match guess {
        Some((agency, doubt)) => {
            table.agency = Some(agency);
            let mut parsed = records::parse(form, &name, bytes, &table)?;
            parsed.problems.push(doubt);
            parsed
        }
        None => parsed?,
    };
    let asks = |recommendation: &Recommendation| !extract::asks_nothing(&recommendation.text);
    let (asking, others): (Vec<_>, Vec<_>) = recommendations.into_iter().partition(asks);
    recommendations = asking;
    problems.extend(nothing_asked(&name, &others));
    let year = year(options, &document);
    for recommendation in &mut recommendations {
        recommendation.document.get_or_insert_with(|| document.clone());
        recommendation.year = recommendation.year.or(year);
        if let Some(agency) = options.corpus.names.resolve(recommendation.agency.as_str()) {
            recommendation.agency = agency.clone();
        }
    }
    Ok(Extracted { recommendations, problems, ..Extracted::default() })
}

/// What to say of the rows of a table that say that nothing is asked: "No recommendations: complaint not upheld."
fn nothing_asked(path: &str, rows: &[Recommendation]) -> Option<Problem> {
    let first = rows.first()?;
    let rows = if rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", rows.len()) };
    let message = format!(
        "left out {rows} of which the text says that nothing is recommended, such as `{}`",
        first.text
    );
    Some(Problem { path: path.to_owned(), line: None, message })
}

/// The year of the document `id`: that of the options, or of `corpus.toml`.
fn year(options: &ExtractOptions, id: &DocumentId) -> Option<i32> {
    let described = options.corpus.documents.iter().find(|document| document.id == id.as_str());
    options.year.or_else(|| described?.year)
}

/// The id of the document at `path`: that of the options, or the file name without extension.
#[must_use]
pub fn document_id(path: &Path, options: &ExtractOptions) -> DocumentId {
    let stem = readable(path.file_stem().unwrap_or_default());
    let id = options.id.clone().or_else(|| DocumentId::try_from(stem).ok());
    id.unwrap_or_else(|| {
        DocumentId::try_from("document".to_owned()).expect("the name is not empty")
    })
}

/// `name` with each byte that is no UTF-8 as `%E9`. The usual sign for such a byte would give two documents
/// one id, and the records of one would replace those of the other.
fn readable(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
    }
    text
}
