//! A document that was added: what was found in it, beside its text, and corrections to it.

use std::path::Path;

use super::folder::{Added, Record};
use crate::domain::{Agency, Document, DocumentId, Recommendation, RecommendationId, Source};
use crate::pipeline::{self, ExtractOptions};
use crate::web::app::App;
use crate::web::parameters::Parameters;
use crate::web::refused::Refused;
use crate::web::sent::Upload;

/// Lines of a document that a page shows.
pub(in crate::web) const LINES: usize = 20_000;

/// The id of a document with this file name.
pub(super) fn id_of(name: &str) -> String {
    pipeline::document_id(Path::new(name), &ExtractOptions::default()).to_string()
}

/// What is known of a document before it is read.
fn options(agency: Option<&str>, year: Option<i32>) -> ExtractOptions {
    let agency = agency.and_then(|name| Agency::try_from(name.to_owned()).ok());
    let mut options = ExtractOptions { agency, year, ..ExtractOptions::default() };
    options.table.agency.clone_from(&options.agency);
    options
}

/// Extracts from a file and keeps it.
///
/// # Errors
/// A file that cannot be read or kept.
pub(super) fn add(app: &App, file: Upload, fields: &Parameters) -> Result<(), Refused> {
    let agency = fields.get("agency").map(str::to_owned);
    let year = fields.get("year").map(|_| fields.number("year", 0, 0..=9999)).transpose()?;
    let Upload { name, bytes } = file;
    if app.folder.has(&id_of(&name)) {
        return Err(Refused::wrong(format!(
            "a document called `{}` is here already; remove it first, or give the file another name",
            id_of(&name)
        )));
    }
    let found = pipeline::extract(Path::new(&name), &bytes, &options(agency.as_deref(), year))?;
    let record = |recommendation| Record { recommendation, is_dropped: false };
    let mut document = Added {
        id: id_of(&name),
        name,
        agency,
        year,
        records: found.recommendations.into_iter().map(record).collect(),
        problems: Vec::new(),
        is_indexed: false,
    };
    document.set_problems(&found.problems);
    app.folder.add(document, &bytes)
}

/// A recommendation of a document, to be corrected.
pub(super) struct Entry {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) agency: String,
    pub(super) text: String,
    pub(super) marker: String,
    pub(super) section: String,
    /// First and last line.
    pub(super) lines: Option<(usize, usize)>,
    pub(super) is_dropped: bool,
    /// Rows that its text takes in a box.
    pub(super) rows: usize,
}

/// Characters in a row of a text box.
const ROW: usize = 60;

pub(super) fn entry((at, record): (usize, &Record)) -> Entry {
    let found = &record.recommendation;
    Entry {
        number: at,
        id: found.id.to_string(),
        agency: found.agency.to_string(),
        text: found.text.clone(),
        marker: found.marker.clone().unwrap_or_default(),
        section: found.section.clone().unwrap_or_default(),
        lines: found.source.as_ref().map(|source| (source.line_start, source.line_end)),
        is_dropped: record.is_dropped,
        rows: found.text.chars().count().div_ceil(ROW).clamp(2, 12),
    }
}

/// A line of a document.
pub(in crate::web) struct Line {
    pub(in crate::web) number: usize,
    pub(in crate::web) text: String,
    /// The first line of a page has its number.
    pub(in crate::web) page: Option<u32>,
    /// Position of the recommendation that it belongs to.
    pub(in crate::web) record: Option<usize>,
}

/// The lines of a document, and whether there are more than are shown. A table has none.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn lines(app: &App, document: &Added) -> Result<(Vec<Line>, bool), Refused> {
    let Some(text) = text(app, document)? else { return Ok((Vec::new(), false)) };
    let (mut lines, is_cut) = numbered(&text);
    let kept = document.records.iter().enumerate().filter(|(_, record)| !record.is_dropped);
    for (at, record) in kept {
        let Some(Source { line_start, line_end, .. }) = record.recommendation.source else {
            continue;
        };
        for line in lines.iter_mut().take(line_end).skip(line_start.saturating_sub(1)) {
            line.record = Some(at);
        }
    }
    Ok((lines, is_cut))
}

/// The lines of a document, and whether there are more than are shown.
pub(in crate::web) fn numbered(document: &Document) -> (Vec<Line>, bool) {
    let all = document.lines();
    let mut lines = Vec::with_capacity(all.len().min(LINES));
    let mut page = None;
    for (at, line) in all.iter().take(LINES).enumerate() {
        let content = document.text().get(line.span.start..line.span.end).unwrap_or_default();
        let is_new_page = line.page != page;
        page = line.page;
        lines.push(Line {
            number: at + 1,
            text: content.to_owned(),
            page: page.filter(|_| is_new_page),
            record: None,
        });
    }
    (lines, all.len() > LINES)
}

fn text(app: &App, document: &Added) -> Result<Option<Document>, Refused> {
    let bytes = app.folder.source(&document.id)?;
    let options = options(document.agency.as_deref(), document.year);
    Ok(pipeline::source_text(Path::new(&document.name), &bytes, &options)?)
}

/// The document with the corrections of a form: `text-N` and `agency-N` of record *N*, and `keep` with the
/// numbers of those that stay.
///
/// # Errors
/// A text or an agency that is blank.
pub(super) fn corrected(mut document: Added, fields: &Parameters) -> Result<Added, Refused> {
    let kept: Vec<usize> = fields.all("keep").filter_map(|number| number.parse().ok()).collect();
    for (at, record) in document.records.iter_mut().enumerate() {
        // A record that the form does not have was added meanwhile.
        if fields.get(&format!("row-{at}")).is_none() {
            continue;
        }
        record.is_dropped = !kept.contains(&at);
        if record.is_dropped {
            continue;
        }
        let blank = |what: &str| {
            Refused::wrong(format!("recommendation {} has no {what}", at + 1))
                .with_remedy("go back and fill it in, or untick the recommendation")
        };
        let text = fields.get(&format!("text-{at}")).unwrap_or_default();
        if !text.chars().any(char::is_alphanumeric) {
            return Err(blank("text"));
        }
        record.recommendation.text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let agency = fields.get(&format!("agency-{at}")).unwrap_or_default();
        record.recommendation.agency =
            Agency::try_from(agency.to_owned()).map_err(|_| blank("agency"))?;
    }
    document.is_indexed = false;
    Ok(document)
}

/// The document with a recommendation made of the lines that a form names, and the first of them.
///
/// # Errors
/// Lines that the document does not have, or without a word.
pub(super) fn with_lines(
    app: &App,
    mut document: Added,
    fields: &Parameters,
) -> Result<(Added, usize), Refused> {
    let source =
        text(app, &document)?.ok_or_else(|| Refused::wrong("a table has no lines to add from"))?;
    let n = source.lines().len();
    let from = fields.number("from", 0, 1..=n)?;
    let to = fields.number("to", from, from..=n)?;
    let lines = source.lines().get(from.max(1) - 1..to).unwrap_or_default();
    let words: Vec<&str> = lines
        .iter()
        .filter_map(|line| source.text().get(line.span.start..line.span.end))
        .flat_map(str::split_whitespace)
        .collect();
    let words = words.join(" ");
    if !words.chars().any(char::is_alphanumeric) {
        return Err(Refused::wrong("these lines have no text").with_remedy("choose other lines"));
    }
    let agency = fields.get("agency").or(document.agency.as_deref());
    let known = document.records.first().map(|record| record.recommendation.agency.clone());
    let agency = agency.and_then(|name| Agency::try_from(name.to_owned()).ok()).or(known);
    let agency = agency.ok_or_else(|| {
        Refused::wrong("it is not known who recommends this").with_remedy("name the agency")
    })?;
    let id = RecommendationId::try_from(format!("{}-L{from}", document.id))
        .map_err(|_| Refused::wrong("the document has no id"))?;
    let place = Source {
        path: document.name.clone(),
        line_start: from,
        line_end: to,
        page: lines.first().and_then(|line| line.page),
    };
    let recommendation = Recommendation {
        document: DocumentId::try_from(document.id.clone()).ok(),
        year: document.year,
        kind: Some("added".to_owned()),
        source: Some(place),
        ..Recommendation::new(id, agency, words)
    };
    let after = |record: &Record| {
        record.recommendation.source.as_ref().is_none_or(|place| place.line_start <= from)
    };
    let at = document.records.iter().take_while(|record| after(record)).count();
    document.records.insert(at, Record { recommendation, is_dropped: false });
    document.is_indexed = false;
    Ok((document, from))
}
