//! Flags for tables of ready recommendations.

use clap::Args;
use concord::domain::Agency;
use concord::ingest::TableOptions;

#[derive(Debug, Args)]
pub(super) struct Columns {
    /// Heading of a table's column, where it differs from ours: text="Recommendation Text"
    #[arg(long, value_name = "OURS=THEIRS", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// Sheet of a workbook [default: the first with the needed columns]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

impl Columns {
    /// What the library needs to know of a table; `agency` stands in where rows name none.
    pub(super) fn options(&self, agency: Option<Agency>) -> TableOptions {
        TableOptions { map: self.map.iter().cloned().collect(), sheet: self.sheet.clone(), agency }
    }
}

fn mapping(text: &str) -> Result<(String, String), String> {
    let (ours, theirs) = text.split_once('=').ok_or("expected NAME=HEADING")?;
    Ok((ours.trim().to_owned(), theirs.trim().trim_matches('"').to_owned()))
}

/// Reads the name of an agency.
pub(super) fn agency(text: &str) -> Result<Agency, &'static str> {
    Agency::try_from(text.to_owned()).map_err(|_| "a name may not be empty")
}
