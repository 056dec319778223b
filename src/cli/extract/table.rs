//! Extracted records as a table that people correct: a row a record, with its confidence, the reason why
//! it was taken, and a column `keep`.

use std::collections::BTreeMap;

use concord::{Recommendation, TableForm, TableOptions, report};
use serde_json::Value;

use crate::cli::failure::Failure;
use crate::cli::out;

/// The columns, in order; fields without a column of their own follow. Names are those of the fields.
const COLUMNS: [&str; 22] = [
    "id",
    "agency",
    "document",
    "section",
    "marker",
    "text",
    "keep",
    "confidence",
    "cue",
    "owner",
    "deadline",
    "status",
    "response",
    "lead_in",
    "kind",
    "year",
    "tags",
    "reported_by",
    "chapter",
    "page",
    "line_start",
    "line_end",
];

/// Columns that say where a record comes from and why it was taken; changes in them have no effect.
const REASONS: [&str; 5] = ["confidence", "cue", "page", "line_start", "line_end"];

/// Fields that a table does not show: places that no person reads or edits.
const UNSHOWN: [&str; 3] = ["spans", "page_end", "also_at"];

/// The column in which people say whether a record counts.
const KEEP: &str = "keep";

/// The value of `keep` for a record that counts.
const KEPT: &str = "yes";

/// The value of `keep` for a passage that may be a recommendation, until a person says.
const PERHAPS: &str = "perhaps";

/// `records` and the passages that may be some, in the order of the document; `keep` tells them apart.
pub(super) fn with_perhaps(
    records: Vec<Recommendation>,
    perhaps: Vec<Recommendation>,
) -> Vec<Recommendation> {
    let mut all = records;
    for mut record in perhaps {
        record.other.insert(KEEP.to_owned(), PERHAPS.into());
        all.push(record);
    }
    all.sort_by_key(|record| record.source.as_ref().map_or(0, |source| source.line_start));
    all
}

/// `records` as a table.
pub(super) fn write(form: TableForm, records: &[Recommendation]) -> Result<Vec<u8>, Failure> {
    let extra = extra(records);
    let headings: Vec<&str> = COLUMNS.into_iter().chain(extra.iter().map(String::as_str)).collect();
    let rows: Vec<Vec<String>> = records
        .iter()
        .map(|record| {
            let fields = fields(record);
            let cell = |name: &&str| fields.get(*name).cloned().unwrap_or_default();
            headings.iter().map(cell).collect()
        })
        .collect();
    match form {
        TableForm::Csv => {
            let mut bytes = Vec::new();
            out::csv_to(&mut bytes, &headings, rows.into_iter())?;
            Ok(bytes)
        }
        TableForm::Workbook => report::sheet("recommendations", &headings, &rows)
            .map_err(|why| Failure::new(format_args!("cannot write the workbook: {why}"))),
    }
}

/// Fields of the records that have no column of their own, such as one that a person added.
fn extra(records: &[Recommendation]) -> Vec<String> {
    let known = |name: &str| COLUMNS.contains(&name) || UNSHOWN.contains(&name);
    let mut names: Vec<String> = Vec::new();
    for name in records.iter().flat_map(|record| record.other.keys()) {
        if !known(name) && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The cells of a record, by column.
fn fields(record: &Recommendation) -> BTreeMap<String, String> {
    let mut cells = BTreeMap::from([(KEEP.to_owned(), KEPT.to_owned())]);
    let Ok(Value::Object(fields)) = serde_json::to_value(record) else { return cells };
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("source", Value::Object(source)) => {
                for name in ["page", "line_start", "line_end"] {
                    if let Some(value) = source.get(name) {
                        cells.insert(name.to_owned(), shown(value));
                    }
                }
            }
            ("source", _) => {}
            (name, _) if UNSHOWN.contains(&name) => {}
            (_, value) => {
                cells.insert(name, shown(&value));
            }
        }
    }
    cells
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Array(parts) => parts.iter().map(shown).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// The records of a corrected table: those of `extracted` with the cells that a person changed, and the
/// rows that a person added.
pub(super) fn read(
    form: TableForm,
    path: &str,
    bytes: &[u8],
    extracted: &[Recommendation],
) -> Result<Vec<Recommendation>, Failure> {
    let options = TableOptions { all: true, ..TableOptions::default() };
    let rows = concord::parse_table_in_order(form, path, bytes, &options)?;
    let known: BTreeMap<&str, &Recommendation> =
        extracted.iter().map(|record| (record.id.as_str(), record)).collect();
    let corrected = rows.into_iter().map(|row| match known.get(row.id.as_str()) {
        Some(record) => changed(record, &row),
        None => added(row),
    });
    Ok(corrected.collect())
}

/// A row that a person added, without the place that reading the table gave it.
fn added(mut row: Recommendation) -> Recommendation {
    row.source = None;
    row.other.retain(|name, value| !(is_place(name) || name == KEEP && value == KEPT));
    row
}

fn is_place(name: &str) -> bool {
    name == "sheet" || REASONS.contains(&name)
}

/// `record` with the fields of `row` that differ from what its own row would hold.
fn changed(record: &Recommendation, row: &Recommendation) -> Recommendation {
    let (before, mut now) = (fields(record), fields(row));
    now.retain(|name, _| !is_place(name));
    let Ok(Value::Object(mut out)) = serde_json::to_value(record) else { return record.clone() };
    let own = before.keys().filter(|name| !is_place(name));
    for name in own.chain(now.keys()) {
        let cell = now.get(name).map_or("", String::as_str);
        if before.get(name).map_or("", String::as_str) == cell {
            continue;
        }
        match (name.as_str(), cell) {
            (KEEP, KEPT) | (_, "") => {
                out.remove(name);
            }
            ("year", year) => {
                out.insert(name.clone(), row.year.map_or_else(|| year.into(), Value::from));
            }
            ("tags", _) => {
                out.insert(name.clone(), row.tags.clone().into());
            }
            (_, cell) => {
                out.insert(name.clone(), cell.into());
            }
        }
    }
    // Every field comes from a valid record, so together they form one too.
    serde_json::from_value(Value::Object(out)).unwrap_or_else(|_| row.clone())
}
