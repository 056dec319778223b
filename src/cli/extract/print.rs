//! Extracted recommendations as bytes.

use concord::{Recommendation, TableForm};

use super::Format;
use super::table as corrections;
use crate::cli::failure::Failure;
use crate::cli::table;

/// `found` in the given format.
pub(super) fn bytes(format: Format, found: &[Recommendation]) -> Result<Vec<u8>, Failure> {
    match format {
        Format::Jsonl => as_lines(found),
        Format::Json => {
            Ok(format!("{}\n", serde_json::to_string_pretty(found).map_err(Failure::new)?)
                .into_bytes())
        }
        Format::Table => Ok(as_table(found).into_bytes()),
        Format::Csv => corrections::write(TableForm::Csv, found),
        Format::Xlsx => corrections::write(TableForm::Workbook, found),
    }
}

/// One JSON object a line.
pub(super) fn as_lines(found: &[Recommendation]) -> Result<Vec<u8>, Failure> {
    let mut lines = Vec::new();
    for recommendation in found {
        serde_json::to_writer(&mut lines, recommendation).map_err(Failure::new)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

fn as_table(found: &[Recommendation]) -> String {
    let mut rows = table::table(&["id", "agency", "marker", "lines", "text"]);
    for recommendation in found {
        let lines = recommendation
            .source
            .as_ref()
            .map_or(String::new(), |source| format!("{}-{}", source.line_start, source.line_end));
        rows.add_row([
            recommendation.id.as_str(),
            recommendation.agency.as_str(),
            recommendation.marker.as_deref().unwrap_or(""),
            &lines,
            &table::shortened(&recommendation.text, 160),
        ]);
    }
    rows.to_string()
}
