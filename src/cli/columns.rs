//! Flags for tables of recommendations.

use clap::Args;
use concord::{Agency, TableOptions};

use super::value;

#[derive(Debug, Args)]
pub(super) struct Columns {
    /// Heading of a column that has another name in the table: text="Recommendation Text"
    #[arg(long, value_name = "OURS=THEIRS", value_parser = value::mapping)]
    map: Vec<(String, String)>,
    /// Sheet of a workbook [default: all that have the columns needed]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

impl Columns {
    /// The options of a table; `agency` applies to rows that name none.
    pub(super) fn options(&self, agency: Option<Agency>) -> TableOptions {
        let map = self.map.iter().cloned().collect();
        TableOptions { map, sheet: self.sheet.clone(), agency, all: false }
    }
}
