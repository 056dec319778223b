//! Reads recommendations that are already records: JSON lines, and tables as CSV or XLSX.

mod csv;
mod table;
mod xlsx;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::domain::{Agency, Recommendation, Source};

pub use self::csv::parse_csv;
pub use self::xlsx::parse_xlsx;

/// Why a file of records cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}{place}: {why}")]
pub struct RecordError {
    /// The file, as the user named it.
    pub path: String,
    /// The place of the error in the file.
    pub place: RecordPlace,
    /// What was found and what was expected.
    pub why: String,
}

impl RecordError {
    /// Whether the table lacks a column, so that another mapping may help.
    #[must_use]
    pub fn lacks_column(&self) -> bool {
        self.why.starts_with(NO_COLUMN)
    }

    /// The error without the file name: "line 3: ...".
    #[must_use]
    pub fn within(&self) -> String {
        match &self.place {
            RecordPlace::File => self.why.clone(),
            RecordPlace::Line(line) => format!("line {line}: {}", self.why),
            RecordPlace::Row(sheet, row) => format!("sheet `{sheet}`, row {row}: {}", self.why),
        }
    }
}

/// Start of every message about a missing column.
const NO_COLUMN: &str = "there is no column";

/// A place in a file of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPlace {
    /// The file as a whole.
    File,
    /// A line, from 1.
    Line(usize),
    /// A row of a sheet, from 1, as spreadsheets count.
    Row(String, usize),
}

impl fmt::Display for RecordPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Line(line) => write!(f, ":{line}"),
            Self::Row(sheet, row) => write!(f, ", sheet `{sheet}`, row {row}"),
        }
    }
}

/// A table's own headings for our columns: ours -> theirs.
pub type ColumnMap = BTreeMap<String, String>;

/// How to read a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// Headings that differ from ours.
    pub map: ColumnMap,
    /// The sheet of a workbook to read; by default the first that has the required columns.
    pub sheet: Option<String>,
    /// The agency of rows that name none.
    pub agency: Option<Agency>,
}

/// A file format for records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Jsonl,
    /// A text table, with cells separated by commas, semicolons or tabs.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

impl Form {
    /// The form of a file, by its name; `None` if it is not a file of records.
    #[must_use]
    pub fn from_path(path: &std::path::Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "jsonl" | "ndjson" | "json" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// The records in `bytes`, which have the given `form`, in ascending order of id.
///
/// # Errors
/// [`RecordError`] for the first fault, with its place.
pub fn parse(
    form: Form,
    path: &str,
    bytes: &[u8],
    options: &TableOptions,
) -> Result<Vec<Recommendation>, RecordError> {
    match form {
        Form::Jsonl => parse_jsonl(path, bytes),
        Form::Csv => parse_csv(path, bytes, options),
        Form::Xlsx => parse_xlsx(path, bytes, options),
    }
}

/// The records of JSON lines, in ascending order of id; blank lines are skipped.
///
/// # Errors
/// [`RecordError`] for the first line that is not a record, lacks a required field or repeats an id,
/// and for a file without records.
pub fn parse_jsonl(path: &str, bytes: &[u8]) -> Result<Vec<Recommendation>, RecordError> {
    lines(path, bytes)?.finish()
}

/// The records of JSON lines in file order; there may be none. Otherwise like [`parse_jsonl`].
///
/// # Errors
/// As [`parse_jsonl`], except that a file may be empty.
pub fn parse_jsonl_in_order(path: &str, bytes: &[u8]) -> Result<Vec<Recommendation>, RecordError> {
    Ok(lines(path, bytes)?.read)
}

fn lines<'a>(path: &'a str, bytes: &[u8]) -> Result<Records<'a>, RecordError> {
    let mut records = Records::of_lines(path);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (number, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let number = number + 1;
        let line = std::str::from_utf8(line).map_err(|_| {
            records.error(number, "not valid UTF-8; convert the file to UTF-8".to_owned())
        })?;
        if !line.trim().is_empty() {
            let record =
                serde_json::from_str(line).map_err(|error| records.json(number, &error))?;
            records.push(number, record)?;
        }
    }
    Ok(records)
}

/// Collects the records of one file and checks that their ids are distinct.
struct Records<'a> {
    path: &'a str,
    /// The sheet, if numbers count its rows; otherwise they count lines.
    sheet: Option<String>,
    read: Vec<Recommendation>,
    seen: BTreeMap<String, usize>,
}

impl<'a> Records<'a> {
    fn of_lines(path: &'a str) -> Self {
        Self { path, sheet: None, read: Vec::new(), seen: BTreeMap::new() }
    }

    fn of_sheet(path: &'a str, sheet: &str) -> Self {
        Self { sheet: Some(sheet.to_owned()), ..Self::of_lines(path) }
    }

    fn push(&mut self, number: usize, record: Recommendation) -> Result<(), RecordError> {
        if record.text.trim().is_empty() {
            return Err(self.error(number, format!("`text` of `{}` is empty", record.id)));
        }
        if let Some(first) = self.seen.insert(record.id.to_string(), number) {
            let place = if self.sheet.is_some() { "in row" } else { "on line" };
            let why =
                format!("id `{}` is already {place} {first}; ids must be distinct", record.id);
            return Err(self.error(number, why));
        }
        self.read.push(record);
        Ok(())
    }

    /// Adds a table row, given as the object of a JSON line, and records its place.
    fn push_row(&mut self, number: usize, object: Map<String, Value>) -> Result<(), RecordError> {
        let mut record: Recommendation = serde_json::from_value(Value::Object(object))
            .map_err(|error| self.json(number, &error))?;
        let path = self.path.to_owned();
        record.source = Some(Source { path, line_start: number, line_end: number, page: None });
        if let Some(sheet) = &self.sheet {
            record.other.entry("sheet").or_insert_with(|| sheet.as_str().into());
        }
        self.push(number, record)
    }

    fn finish(mut self) -> Result<Vec<Recommendation>, RecordError> {
        if self.read.is_empty() {
            return Err(self.error(1, "there are no recommendations in this file".into()));
        }
        self.read.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(self.read)
    }

    fn error(&self, number: usize, why: String) -> RecordError {
        let place = match &self.sheet {
            Some(sheet) => RecordPlace::Row(sheet.clone(), number),
            None => RecordPlace::Line(number),
        };
        RecordError { path: self.path.to_owned(), place, why }
    }

    /// An error with serde's message, without its "at line 1 column 20", which counts within the record.
    fn json(&self, number: usize, error: &serde_json::Error) -> RecordError {
        let text = error.to_string();
        let why = text.rfind(" at line ").map_or(text.as_str(), |cut| &text[..cut]);
        let hint = if why.starts_with("missing field") {
            "; a record needs `id`, `agency` and `text`"
        } else if why.starts_with("invalid type") {
            "; in a record, `id`, `agency` and `text` are texts, `year` is a number, `tags` a list of texts"
        } else if error.is_eof() {
            "; each line must be one whole record"
        } else {
            ""
        };
        let why = why.replace("struct Recommendation", "a record");
        self.error(number, format!("{why}{hint}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        parse_jsonl("c.jsonl", text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn records_are_sorted_and_keep_fields_of_their_own() {
        let text = "{\"id\":\"b\",\"agency\":\"X\",\"text\":\"Do it.\",\"colour\":7}\n\n\
                    {\"id\":\"a\",\"agency\":\"Y\",\"text\":\"Stop.\"}\n";
        let records = parse_jsonl("c.jsonl", text.as_bytes()).unwrap();
        assert_eq!(records[0].id.as_str(), "a");
        assert_eq!(records[1].other["colour"], 7);
        let records = parse_jsonl_in_order("c.jsonl", text.as_bytes()).unwrap();
        assert_eq!(records[0].id.as_str(), "b");
        assert_eq!(parse_jsonl_in_order("c.jsonl", b"\n"), Ok(Vec::new()));
    }

    #[test]
    fn errors_name_file_and_line() {
        let good = "{\"id\":\"a\",\"agency\":\"X\",\"text\":\"t\"}";
        assert_eq!(
            message(&format!("{good}\n{{\"id\":\"b\",\"text\":\"t\"}}")),
            "c.jsonl:2: missing field `agency`; a record needs `id`, `agency` and `text`"
        );
        assert_eq!(
            message(&format!("{good}\n\n{good}")),
            "c.jsonl:3: id `a` is already on line 1; ids must be distinct"
        );
        assert!(
            message("{\"id\":\" \",\"agency\":\"X\",\"text\":\"t\"}").contains("may not be empty")
        );
        assert!(message("{\"id\":\"a\",\"agency\":\"X\",\"text\":\" \"}").contains("is empty"));
        assert!(message("\n").contains("no recommendations"));
        assert_eq!(
            message("{\n\"id\": \"a\"}"),
            "c.jsonl:1: EOF while parsing an object; each line must be one whole record"
        );
        assert!(
            message("[1]").starts_with("c.jsonl:1: invalid type: sequence, expected a record; ")
        );
    }
}
