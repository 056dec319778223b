//! Reads a corpus. It is a folder with `corpus.toml`, `recommendations.jsonl` and an optional agenda,
//! a single file of records, or the corpus that is compiled in.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::agenda;
use super::records::{self, Form, Parsed, TableOptions, parse_jsonl};
use super::source::{CorpusError, line_of, parse_toml, read_bytes, read_text};
use crate::domain::{Agency, AgencyNames, Corpus, DocumentInfo, Recommendation};

/// Name of the shipped corpus, and of the folder that holds its index.
pub const SHIPPED: &str = "hld-2013";

/// `corpus.toml`.
#[derive(Debug, Default, Deserialize)]
struct CorpusToml {
    title: Option<String>,
    #[serde(default)]
    documents: Vec<DocumentToml>,
    /// Agencies, each with its alternative names.
    #[serde(default)]
    agencies: BTreeMap<Agency, Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
struct DocumentToml {
    id: String,
    title: Option<String>,
    year: Option<i32>,
    source: Option<String>,
    agency: Option<Agency>,
}

/// Contents of a `corpus.toml`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Description {
    /// Title of the corpus.
    pub title: Option<String>,
    /// The documents, in file order.
    pub documents: Vec<DocumentInfo>,
    /// The agency of each document that has a single one, by document id.
    pub voices: BTreeMap<String, Agency>,
    /// Alternative names of agencies.
    pub names: AgencyNames,
}

/// The corpus compiled into the program.
///
/// # Panics
/// Never: the compiled-in files are read by a test.
#[must_use]
pub fn shipped() -> Corpus {
    let records = include_bytes!("../../corpus/hld-2013/recommendations.jsonl");
    let about = include_str!("../../corpus/hld-2013/corpus.toml");
    let agenda = include_str!("../../corpus/hld-2013/agenda.toml");
    let path = Path::new("corpus").join(SHIPPED);
    let records = parse_jsonl("recommendations.jsonl", records);
    let mut corpus = Corpus {
        recommendations: records.expect("the shipped records are valid; a test reads them"),
        ..Corpus::default()
    };
    describe(&mut corpus, about, &path).expect("the shipped corpus.toml is valid; a test reads it");
    let challenges = include_bytes!("../../corpus/hld-2013/challenges.jsonl");
    let challenges = parse_jsonl("challenges.jsonl", challenges);
    corpus.challenges = challenges.expect("the shipped challenges are valid; a test reads them");
    let agenda = agenda::parse_toml(agenda, &path);
    corpus.agenda = Some(agenda.expect("the shipped agenda is valid; a test reads it"));
    corpus
}

/// Reads the corpus at `path`, a folder or a file of records. `options` apply to tables.
///
/// # Errors
/// [`CorpusError`] with file and line.
pub fn read(path: &Path, options: &TableOptions) -> Result<Corpus, CorpusError> {
    if !path.is_dir() {
        let Parsed { recommendations, problems } = read_records(path, options)?;
        return Ok(Corpus { recommendations, problems, ..Corpus::default() });
    }
    let files = ["jsonl", "csv", "xlsx", "json", "xls", "ods"]
        .map(|ending| path.join(format!("recommendations.{ending}")));
    let records = files.iter().find(|file| file.is_file());
    let records = records.ok_or_else(|| CorpusError::NoRecords { path: path.to_owned() })?;
    let Parsed { recommendations, problems } = read_records(records, options)?;
    let mut corpus = Corpus { recommendations, problems, ..Corpus::default() };
    let about = path.join("corpus.toml");
    if about.is_file() {
        describe(&mut corpus, &read_text(&about)?, &about)?;
    }
    let agendas = ["agenda.toml", "agenda.jsonl"].map(|name| path.join(name));
    if let Some(file) = agendas.iter().find(|file| file.is_file()) {
        corpus.agenda = Some(agenda::read(file)?);
    }
    let challenges = path.join("challenges.jsonl");
    if challenges.is_file() {
        corpus.challenges = read_challenges(&challenges)?;
    }
    Ok(corpus)
}

/// Reads challenges and gaps as `extract --what challenges` writes them: JSON lines or CSV.
///
/// # Errors
/// [`CorpusError`] with file and line.
pub fn read_challenges(path: &Path) -> Result<Vec<Recommendation>, CorpusError> {
    Ok(read_records(path, &TableOptions::default())?.recommendations)
}

fn read_records(path: &Path, options: &TableOptions) -> Result<Parsed, CorpusError> {
    let bytes = read_bytes(path)?;
    let form = Form::from_path(path);
    let form = form.ok_or_else(|| CorpusError::UnknownKind { path: path.to_owned() })?;
    let parsed = records::parse(form, &path.display().to_string(), &bytes, options)?;
    Ok(Parsed { recommendations: by_id(parsed.recommendations), ..parsed })
}

/// In ascending order of id, which is that of a corpus.
fn by_id(mut records: Vec<Recommendation>) -> Vec<Recommendation> {
    records.sort_by(|a, b| a.id.cmp(&b.id));
    records
}

/// Adds the contents of a `corpus.toml` to `corpus`, and replaces alternative names of agencies.
fn describe(corpus: &mut Corpus, text: &str, path: &Path) -> Result<(), CorpusError> {
    let about = parse_description(text, path)?;
    corpus.title = about.title;
    corpus.documents = about.documents;
    for record in &mut corpus.recommendations {
        if let Some(agency) = about.names.resolve(record.agency.as_str()) {
            record.agency = agency.clone();
        }
    }
    Ok(())
}

/// Reads the `corpus.toml` at `path`, a file or its folder.
///
/// # Errors
/// [`CorpusError`] with file and line.
pub fn read_description(path: &Path) -> Result<Description, CorpusError> {
    let file = if path.is_dir() { path.join("corpus.toml") } else { path.to_owned() };
    parse_description(&read_text(&file)?, &file)
}

/// Parses the text of a `corpus.toml`.
///
/// # Errors
/// [`CorpusError::Toml`] with the line.
pub fn parse_description(text: &str, path: &Path) -> Result<Description, CorpusError> {
    let about: CorpusToml = parse_toml(text, path)?;
    let mut out = Description { title: about.title, ..Description::default() };
    for (agency, others) in &about.agencies {
        for other in others {
            if let Some(before) = out.names.insert(other.get_ref(), agency) {
                let line = line_of(text, other.span().start);
                let why = format!("`{}` is a name of `{before}` already", other.get_ref());
                return Err(CorpusError::Toml { path: path.to_owned(), line, why });
            }
        }
    }
    for entry in about.documents {
        if let Some(agency) = entry.agency {
            out.voices.insert(entry.id.clone(), agency);
        }
        out.documents.push(DocumentInfo {
            title: entry.title.unwrap_or_else(|| entry.id.clone()),
            id: entry.id,
            year: entry.year,
            source: entry.source,
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_corpus_is_whole() {
        let corpus = shipped();
        assert_eq!(corpus.recommendations.len(), 256);
        assert_eq!(corpus.agenda.unwrap().items.len(), 29);
        assert!(corpus.challenges.len() >= 30);
        assert_eq!(corpus.documents[0].year, Some(2013));
    }

    #[test]
    fn agencies_are_called_by_one_name() {
        let text =
            "[[documents]]\nid = \"d\"\nagency = \"FAO\"\n[agencies]\nILO = [\"Labour Office\"]\n";
        let about = parse_description(text, Path::new("corpus.toml")).unwrap();
        assert_eq!(about.voices["d"].as_str(), "FAO");
        assert_eq!(about.names.resolve("LABOUR OFFICE").map(Agency::as_str), Some("ILO"));
        let twice = format!("{text}IOM = [\"x\",\n\"labour office\"]\n");
        let error = parse_description(&twice, Path::new("corpus.toml")).unwrap_err().to_string();
        assert_eq!(error, "corpus.toml:7: `labour office` is a name of `ILO` already");
    }
}
