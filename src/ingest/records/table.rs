//! Table rows -> records, by column headings.

use serde_json::{Map, Value};

use super::{NO_COLUMN, RecordError, Records, TableOptions};

/// Columns whose cells must be whole numbers.
const NUMBERS: [&str; 1] = ["year"];

/// How far down to look for the headings; titles and notes may come before them.
const MAX_TITLE_ROWS: usize = 20;

/// A row that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// Its cells, trimmed; trailing ones that are missing count as empty.
    pub(super) cells: Vec<String>,
}

impl Row {
    /// Number of cells that are not empty.
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

/// The columns of a table, under our names.
#[derive(Debug)]
pub(super) struct Headings {
    names: Vec<String>,
}

impl Headings {
    /// The headings in `row`.
    ///
    /// # Errors
    /// A message that says which column is missing, which exist, and what to do.
    pub(super) fn read(row: &[String], options: &TableOptions) -> Result<Self, String> {
        let have = format!("the columns are `{}`", row.join("`, `"));
        let missing = options.map.values().find(|theirs| row.iter().all(|h| h != *theirs));
        if let Some(heading) = missing {
            return Err(format!("{NO_COLUMN} `{heading}`; {have}"));
        }
        let ours = |theirs: &String| {
            let mapped = options.map.iter().find(|(_, heading)| *heading == theirs);
            mapped.map_or_else(|| theirs.clone(), |(ours, _)| ours.clone())
        };
        let names: Vec<String> = row.iter().map(ours).collect();
        for required in ["agency", "text"] {
            let given = required == "agency" && options.agency.is_some();
            if !given && !names.iter().any(|name| name == required) {
                return Err(format!(
                    "{NO_COLUMN} `{required}`; {have}; map one of them to `{required}`"
                ));
            }
        }
        Ok(Self { names })
    }

    /// A row as the object of a JSON line, without empty cells. If there is no column `id`, the row number
    /// gives the id.
    fn object(&self, row: &Row, options: &TableOptions) -> Result<Map<String, Value>, String> {
        let mut object = Map::new();
        if !self.names.iter().any(|name| name == "id") {
            object.insert("id".to_owned(), format!("row-{}", row.number).into());
        }
        if let Some(agency) = &options.agency {
            object.insert("agency".to_owned(), agency.as_str().into());
        }
        for (name, cell) in self.names.iter().zip(&row.cells) {
            if !cell.is_empty() && !name.is_empty() {
                object.insert(name.clone(), value(name, cell)?);
            }
        }
        Ok(object)
    }
}

/// Values that a spreadsheet shows in place of a failed formula.
const FAILED: [&str; 8] =
    ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#DATA!"];

fn value(name: &str, cell: &str) -> Result<Value, String> {
    if matches!(name, "id" | "agency" | "text") && FAILED.contains(&cell) {
        return Err(format!(
            "the formula of `{name}` failed ({cell}); mend it, or paste its value"
        ));
    }
    Ok(match name {
        name if NUMBERS.contains(&name) => cell
            .parse::<i64>()
            .map_err(|_| format!("`{name}` is {cell:?}, expected a whole number"))?
            .into(),
        "tags" => cell.split(';').map(str::trim).filter(|tag| !tag.is_empty()).collect(),
        _ => unguarded(cell).into(),
    })
}

/// A cell without the apostrophe that stops a spreadsheet from reading it as a formula.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        Some(_) | None => cell,
    }
}

/// Why no row could be used as headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoHeadings {
    /// The fullest row, which is probably the intended one.
    pub(super) row: usize,
    /// What this row lacks, and what to do.
    pub(super) why: String,
    /// Number of columns in this row.
    pub(super) columns: usize,
}

/// The headings among the first rows, and their index.
///
/// # Errors
/// [`NoHeadings`] if no row has the required columns.
pub(super) fn headings(
    rows: &[Row],
    options: &TableOptions,
) -> Result<(usize, Headings), NoHeadings> {
    let first = &rows[..rows.len().min(MAX_TITLE_ROWS)];
    let read = first.iter().enumerate().find_map(|(at, row)| {
        Headings::read(&row.cells, options).ok().map(|headings| (at, headings))
    });
    read.ok_or_else(|| {
        // Reversed, because `max_by_key` returns the last of equals and we want the first.
        let fullest = first.iter().rev().max_by_key(|row| row.filled());
        let why = fullest.and_then(|row| Headings::read(&row.cells, options).err());
        NoHeadings {
            row: fullest.map_or(1, |row| row.number),
            why: why.unwrap_or_else(|| "there are no recommendations in this file".to_owned()),
            columns: fullest.map_or(0, Row::filled),
        }
    })
}

/// Adds the rows below the headings to `records`.
pub(super) fn take(
    rows: &[Row],
    headings: &Headings,
    options: &TableOptions,
    records: &mut Records<'_>,
) -> Result<(), RecordError> {
    for row in rows {
        let object = headings.object(row, options).map_err(|why| records.error(row.number, why))?;
        records.push_row(row.number, object)?;
    }
    Ok(())
}
