//! Flags that filter recommendations.

use std::ops::RangeInclusive;

use clap::Args;
use concord::{Agency, Filter, Index, Manifest, Near};

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
    /// Only with this status, as the corpus says it: open, implemented; can be repeated
    #[arg(long, help_heading = HEADING, value_name = "STATUS")]
    status: Vec<String>,
    /// Only records whose field says this, such as owner="Fleet manager"; can be repeated
    #[arg(long = "where", help_heading = HEADING, value_name = "FIELD=VALUE", value_parser = value::mapping)]
    fields: Vec<(String, String)>,
    /// Only recommendations of this theme, by id or label
    #[arg(long, help_heading = HEADING, value_name = "THEME")]
    theme: Option<String>,
    /// Also compare the words of agency, document, section, lead-in and tags
    #[arg(long, help_heading = HEADING)]
    metadata: bool,
}

impl Filters {
    /// The filter for `index`, which must have the names given.
    pub(super) fn resolve(&self, index: &Index) -> Result<Filter, Failure> {
        let filter = self.of_names(&index.agencies(), index.manifest())?;
        for (name, _) in &filter.fields {
            known_field(index, name)?;
        }
        let ids = |name: &String| -> Result<_, Failure> {
            let rows = index.theme(name)?.members.iter().map(|member| member.row);
            Ok(rows.map(|row| index.recommendations()[row].id.clone()).collect())
        };
        Ok(Filter { ids: self.theme.as_ref().map(ids).transpose()?, ..filter })
    }

    /// Whether a search that loads no index can be filtered so: themes and the names of fields are looked up in
    /// the whole.
    pub(super) fn need_whole_index(&self) -> bool {
        self.theme.is_some() || !self.fields.is_empty() || !self.status.is_empty()
    }

    /// As [`resolve`](Self::resolve), unless they [need](Self::need_whole_index) the whole index.
    pub(super) fn resolve_near(&self, near: &Near) -> Result<Filter, Failure> {
        self.of_names(&near.agencies(), near.manifest())
    }

    fn of_names(&self, known: &[&Agency], manifest: &Manifest) -> Result<Filter, Failure> {
        let agencies = |names: &[String]| -> Result<Vec<Agency>, Failure> {
            names.iter().map(|name| agency_among(known, name)).collect()
        };
        let statuses = self.status.iter().map(|status| ("status".to_owned(), status.clone()));
        let documents = self.document.iter().map(|id| document(manifest, id));
        Ok(Filter {
            agencies: agencies(&self.agency)?,
            not_agencies: agencies(&self.not_agency)?,
            cross_agency: self.cross_agency,
            documents: documents.collect::<Result<_, _>>()?,
            years: self.year.clone(),
            section: self.section.clone(),
            tags: self.tag.clone(),
            fields: self.fields.iter().cloned().chain(statuses).collect(),
            metadata: self.metadata,
            ..Filter::default()
        })
    }
}

/// Checks that some recommendation has the field `name`; a wrong name would silently find nothing.
fn known_field(index: &Index, name: &str) -> Result<(), Failure> {
    let rows = index.recommendations();
    if rows.iter().any(|row| row.field(name).is_some()) {
        return Ok(());
    }
    let mut kept: Vec<&str> =
        rows.iter().flat_map(|row| row.other.keys()).map(String::as_str).collect();
    kept.extend(KNOWN.iter().filter(|known| rows.iter().any(|row| row.field(known).is_some())));
    kept.sort_unstable();
    kept.dedup();
    Err(Failure::with_hint(
        format_args!("no recommendation of the index has the field `{name}`"),
        format_args!("its fields are {}", table::shortened(&kept.join(", "), 600)),
    ))
}

/// Fields of a recommendation that a filter may name, besides those that Concord only keeps.
const KNOWN: [&str; 6] = ["deadline", "kind", "marker", "owner", "response", "status"];

/// The id of a document of the index.
fn document(manifest: &Manifest, id: &str) -> Result<String, Failure> {
    let documents = &manifest.corpus.documents;
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
    agency_among(&index.agencies(), name)
}

fn agency_among(known: &[&Agency], name: &str) -> Result<Agency, Failure> {
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
