//! Extracted recommendations as bytes.

use concord::{Recommendation, Source};

use crate::cli::failure::Failure;
use crate::cli::{ListFormat, out, table};

/// `found` in the given format.
pub(super) fn bytes(format: ListFormat, found: &[Recommendation]) -> Result<Vec<u8>, Failure> {
    match format {
        ListFormat::Jsonl => as_lines(found),
        ListFormat::Json => {
            Ok(format!("{}\n", serde_json::to_string_pretty(found).map_err(Failure::new)?)
                .into_bytes())
        }
        ListFormat::Table => Ok(as_table(found).into_bytes()),
        ListFormat::Csv => as_csv(found),
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

fn as_csv(found: &[Recommendation]) -> Result<Vec<u8>, Failure> {
    let headings = [
        "id",
        "agency",
        "document",
        "section",
        "marker",
        "kind",
        "year",
        "line_start",
        "line_end",
        "text",
    ];
    let rows = found.iter().map(|r| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let line = |of: fn(&Source) -> usize| {
            r.source.as_ref().map_or(String::new(), |s| of(s).to_string())
        };
        vec![
            r.id.to_string(),
            r.agency.to_string(),
            r.document.as_ref().map(ToString::to_string).unwrap_or_default(),
            text(&r.section),
            text(&r.marker),
            text(&r.kind),
            r.year.map(|year| year.to_string()).unwrap_or_default(),
            line(|s| s.line_start),
            line(|s| s.line_end),
            r.text.clone(),
        ]
    });
    let mut bytes = Vec::new();
    out::csv_to(&mut bytes, &headings, rows)?;
    Ok(bytes)
}
