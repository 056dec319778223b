//! Flags that filter recommendations.

use std::ops::RangeInclusive;

use clap::Args;
use concord::{Agency, Filter, Index};

use super::failure::Failure;
use super::{table, value};

const HEADING: &str = "Filters";

/// The flags, as given.
#[derive(Debug, Clone, Args)]
pub(super) struct Filters {
    /// Only this agency; can be repeated
    #[arg(long, help_heading = HEADING, value_name = "NAME")]
    agency: Vec<String>,
    /// Not this agency; can be repeated
    #[arg(long, help_heading = HEADING, value_name = "NAME")]
    not_agency: Vec<String>,
    /// Only agencies other than that of the recommendation asked about
    #[arg(long, help_heading = HEADING)]
    pub(super) cross_agency: bool,
    /// Only this document, by id; can be repeated
    #[arg(long, help_heading = HEADING, value_name = "ID")]
    document: Vec<String>,
    /// Only these years: 2013, or 2010-2015
    #[arg(long, help_heading = HEADING, value_name = "YEARS", value_parser = value::years)]
    year: Option<RangeInclusive<i32>>,
    /// Only sections whose heading contains this text
    #[arg(long, help_heading = HEADING, value_name = "TEXT")]
    section: Option<String>,
    /// Only with this tag; can be repeated
    #[arg(long, help_heading = HEADING, value_name = "TAG")]
    tag: Vec<String>,
    /// Also compare the words of agency, document, section, lead-in and tags
    #[arg(long, help_heading = HEADING)]
    metadata: bool,
}

impl Filters {
    /// The filter for `index`, which must have the names given.
    pub(super) fn resolve(&self, index: &Index) -> Result<Filter, Failure> {
        let agencies = |names: &[String]| -> Result<Vec<Agency>, Failure> {
            names.iter().map(|name| agency(index, name)).collect()
        };
        let documents = self.document.iter().map(|id| document(index, id));
        Ok(Filter {
            agencies: agencies(&self.agency)?,
            not_agencies: agencies(&self.not_agency)?,
            cross_agency: self.cross_agency,
            documents: documents.collect::<Result<_, _>>()?,
            years: self.year.clone(),
            section: self.section.clone(),
            tags: self.tag.clone(),
            metadata: self.metadata,
            ..Filter::default()
        })
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
