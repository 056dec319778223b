//! Flags that say which recommendations may be answers.

use clap::Args;
use concord::domain::Agency;
use concord::pipeline::{Filter, Index};

use super::failure::Failure;
use super::table;

const HEADING: &str = "Which recommendations";

/// The flags, as given.
#[derive(Debug, Clone, Args)]
pub(super) struct Filters {
    /// Only this agency; may be given several times
    #[arg(long, help_heading = HEADING, value_name = "NAME")]
    agency: Vec<String>,
    /// Not this agency; may be given several times
    #[arg(long, help_heading = HEADING, value_name = "NAME")]
    not_agency: Vec<String>,
    /// Only other agencies than that of the recommendation asked about
    #[arg(long, help_heading = HEADING)]
    pub(super) cross_agency: bool,
    /// Only of this document, by id; may be given several times
    #[arg(long, help_heading = HEADING, value_name = "ID")]
    document: Vec<String>,
    /// Only of these years: 2013, or 2010-2015
    #[arg(long, help_heading = HEADING, value_name = "YEARS", value_parser = years)]
    year: Option<(i32, i32)>,
    /// Only in sections whose heading holds this
    #[arg(long, help_heading = HEADING, value_name = "TEXT")]
    section: Option<String>,
    /// Only with this tag; may be given several times
    #[arg(long, help_heading = HEADING, value_name = "TAG")]
    tag: Vec<String>,
    /// Count words that stand in agency, document, section, lead-in or tags as words of the text
    #[arg(long, help_heading = HEADING)]
    metadata: bool,
}

impl Filters {
    /// The filter over `index`; names that it does not have are refused.
    pub(super) fn of(&self, index: &Index) -> Result<Filter, Failure> {
        let agencies = |names: &[String]| -> Result<Vec<Agency>, Failure> {
            names.iter().map(|name| agency(index, name)).collect()
        };
        let documents = self.document.iter().map(|id| document(index, id));
        Ok(Filter {
            agencies: agencies(&self.agency)?,
            not_agencies: agencies(&self.not_agency)?,
            cross_agency: self.cross_agency,
            documents: documents.collect::<Result<_, _>>()?,
            years: self.year,
            section: self.section.clone(),
            tags: self.tag.clone(),
            metadata: self.metadata,
            ..Filter::default()
        })
    }
}

/// A year, or the first and the last of several.
fn years(text: &str) -> Result<(i32, i32), String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let year = |text: &str| text.trim().parse::<i32>();
    match (year(from), year(to)) {
        (Ok(from), Ok(to)) if from <= to => Ok((from, to)),
        _ => Err("expected a year, or two: 2010-2015".to_owned()),
    }
}

/// The id of a document of the index.
fn document(index: &Index, id: &str) -> Result<String, Failure> {
    let documents = &index.manifest().corpus.documents;
    if documents.iter().any(|known| known.id == id) {
        return Ok(id.to_owned());
    }
    let names: Vec<&str> = documents.iter().map(|known| known.id.as_str()).collect();
    Err(Failure::with_hint(
        format_args!("the index has no document `{id}`"),
        format_args!("its documents are {}", table::shortened(&names.join(", "), 600)),
    ))
}

/// The agency of the index called `name`, in any case.
pub(super) fn agency(index: &Index, name: &str) -> Result<Agency, Failure> {
    let known = index.agencies();
    let same =
        known.iter().find(|agency| agency.as_str().to_lowercase() == name.trim().to_lowercase());
    same.map(|agency| (*agency).clone()).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|agency| agency.as_str()).collect();
        Failure::with_hint(
            format_args!("the index has no agency `{name}`"),
            format_args!("its agencies are {}", table::shortened(&names.join(", "), 600)),
        )
    })
}
