//! Reads recommendations that are already records: JSON lines, and tables as CSV or workbooks.

mod biff;
mod compound;
mod csv;
mod table;
mod workbook;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value};

use crate::domain::{Agency, Problem, Recommendation, Source};

pub use self::csv::parse_csv;
pub use self::workbook::parse_workbook;

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

    /// Whether the table lacks only a column of agencies, or that first.
    #[must_use]
    pub fn lacks_agency(&self) -> bool {
        self.why.starts_with(&format!("{NO_COLUMN} `agency`"))
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
    /// The sheet of a workbook to read; by default all visible ones that have the required columns.
    pub sheet: Option<String>,
    /// The agency of rows that name none.
    pub agency: Option<Agency>,
    /// Whether to read rows, too, whose column `keep` says no.
    pub all: bool,
}

/// A file format for records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line, or one array of objects.
    Jsonl,
    /// A text table, with cells separated by commas, semicolons or tabs.
    Csv,
    /// A workbook: Excel, also of before 2007, or OpenDocument.
    Workbook,
}

impl Form {
    /// The form of a file, by its name; `None` if it is not a file of records.
    #[must_use]
    pub fn from_path(path: &std::path::Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "jsonl" | "ndjson" | "json" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            "xlsx" | "xlsm" | "xls" | "ods" => Some(Self::Workbook),
            _ => None,
        }
    }
}

/// The records of a file, and what was left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The records, in file order.
    pub recommendations: Vec<Recommendation>,
    /// Rows and sheets that were left out, and why.
    pub problems: Vec<Problem>,
}

/// The records in `bytes`, which have the given `form`.
///
/// # Errors
/// [`RecordError`] for the first fault, with its place.
pub fn parse(
    form: Form,
    path: &str,
    bytes: &[u8],
    options: &TableOptions,
) -> Result<Parsed, RecordError> {
    match form {
        Form::Jsonl => lines(path, bytes)?.finish(),
        Form::Csv => parse_csv(path, bytes, options),
        Form::Workbook => parse_workbook(path, bytes, options),
    }
}

/// What a table says besides its records, a line for each row: the titles above its headings, and what stands on short
/// sheets without any. Empty if it cannot be read, and for JSON lines.
#[must_use]
pub fn titles(form: Form, path: &str, bytes: &[u8], options: &TableOptions) -> Vec<String> {
    match form {
        Form::Jsonl => Vec::new(),
        Form::Csv => csv::titles(path, bytes, options),
        Form::Workbook => workbook::titles(bytes, options),
    }
}

/// The records of JSON lines, or of one JSON array, in ascending order of id, as a corpus has them; blank lines are
/// skipped.
///
/// # Errors
/// [`RecordError`] for the first line that is not a record, lacks a required field or repeats an id,
/// and for a file without records.
pub fn parse_jsonl(path: &str, bytes: &[u8]) -> Result<Vec<Recommendation>, RecordError> {
    let mut records = lines(path, bytes)?.finish()?.recommendations;
    records.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(records)
}

/// Like [`parse_jsonl`], but in file order, and there may be no records.
///
/// # Errors
/// As [`parse_jsonl`], except that a file may be empty.
pub fn parse_jsonl_in_order(path: &str, bytes: &[u8]) -> Result<Vec<Recommendation>, RecordError> {
    Ok(lines(path, bytes)?.read)
}

/// A file format for tables of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableForm {
    /// A text table.
    Csv,
    /// A workbook.
    Workbook,
}

/// The records of a table in file order; there may be none.
///
/// # Errors
/// As [`parse`], except that a table may have no rows.
pub fn parse_table_in_order(
    form: TableForm,
    path: &str,
    bytes: &[u8],
    options: &TableOptions,
) -> Result<Vec<Recommendation>, RecordError> {
    let records = match form {
        TableForm::Csv => csv::records(path, bytes, options)?,
        TableForm::Workbook => workbook::records(path, bytes, options)?,
    };
    Ok(records.closed().read)
}

fn lines<'a>(path: &'a str, bytes: &[u8]) -> Result<Records<'a>, RecordError> {
    let mut records = Records::of_lines(path);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii_start().starts_with(b"[") {
        return array(path, bytes);
    }
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

/// The records of one JSON array, as `extract --format json` writes it.
fn array<'a>(path: &'a str, bytes: &[u8]) -> Result<Records<'a>, RecordError> {
    let mut records = Records { unit: Unit::Item, ..Records::of_lines(path) };
    let values: Vec<Recommendation> = serde_json::from_slice(bytes).map_err(|error| {
        let lines = Records::of_lines(path);
        lines.json(error.line().max(1), &error)
    })?;
    for (at, record) in values.into_iter().enumerate() {
        records.push(at + 1, record)?;
    }
    Ok(records)
}

/// What the numbers of a file count.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Unit {
    /// Lines of text.
    Line,
    /// Items of a JSON array.
    Item,
    /// Rows of this sheet.
    Row(String),
}

/// Most row numbers that a message lists.
const LISTED_ROWS: usize = 8;

/// Collects the records of one file and checks that their ids are distinct.
#[derive(Debug)]
struct Records<'a> {
    path: &'a str,
    unit: Unit,
    read: Vec<Recommendation>,
    /// By id: the record and the number of its first row.
    seen: BTreeMap<String, (usize, usize)>,
    /// By record: the rows that were joined in it, if there are several.
    joined: BTreeMap<usize, Vec<Map<String, Value>>>,
    /// Rows without a text, rows with a remark in its place, and rows that a person does not want to keep.
    textless: Vec<usize>,
    remarks: Vec<usize>,
    not_kept: Vec<usize>,
    problems: Vec<Problem>,
}

impl<'a> Records<'a> {
    fn of_lines(path: &'a str) -> Self {
        Self {
            path,
            unit: Unit::Line,
            read: Vec::new(),
            seen: BTreeMap::new(),
            joined: BTreeMap::new(),
            textless: Vec::new(),
            remarks: Vec::new(),
            not_kept: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn of_sheet(path: &'a str, sheet: &str) -> Self {
        Self { unit: Unit::Row(sheet.to_owned()), ..Self::of_lines(path) }
    }

    fn push(&mut self, number: usize, record: Recommendation) -> Result<(), RecordError> {
        if record.text.trim().is_empty() {
            return Err(self.error(number, format!("`text` of `{}` is empty", record.id)));
        }
        if let Some((_, first)) = self.seen.get(record.id.as_str()) {
            let place = match self.unit {
                Unit::Line => "on line",
                Unit::Item => "in record",
                Unit::Row(_) => "in row",
            };
            let why =
                format!("id `{}` is already {place} {first}; ids must be distinct", record.id);
            return Err(self.error(number, why));
        }
        self.seen.insert(record.id.to_string(), (self.read.len(), number));
        self.read.push(record);
        Ok(())
    }

    /// Adds a table row, given as the object of a JSON line, and records its place.
    ///
    /// Rows with one id, agency and text are one recommendation, as trackers print one row for each
    /// body that answers; so are rows in the same words where the table has no ids.
    fn push_row(
        &mut self,
        number: usize,
        object: Map<String, Value>,
        identified: bool,
    ) -> Result<(), RecordError> {
        let mut record: Recommendation = serde_json::from_value(Value::Object(object.clone()))
            .map_err(|error| self.json(number, &error))?;
        let at = if identified {
            self.seen.get(record.id.as_str()).map(|(at, _)| *at)
        } else {
            // Rows of one recommendation stand together.
            self.read.len().checked_sub(1)
        };
        let same = |known: &Recommendation| {
            known.text == record.text
                && known.agency == record.agency
                && (identified || known.year == record.year && known.document == record.document)
        };
        if let Some(at) = at.filter(|&at| same(&self.read[at])) {
            self.joined.entry(at).or_default().push(object);
            return Ok(());
        }
        let path = self.path.to_owned();
        record.source = Some(Source { path, line_start: number, line_end: number, page: None });
        if let Unit::Row(sheet) = &self.unit {
            record.other.entry("sheet").or_insert_with(|| sheet.as_str().into());
        }
        self.push(number, record)
    }

    /// Counts a row without a text.
    fn without_text(&mut self, number: usize) {
        self.textless.push(number);
    }

    /// Counts a row with a remark in place of a text.
    fn remark(&mut self, number: usize) {
        self.remarks.push(number);
    }

    /// Counts a row whose column `keep` says no.
    fn not_kept(&mut self, number: usize) {
        self.not_kept.push(number);
    }

    /// Leaves out a row with more cells than headings.
    fn shifted(&mut self, number: usize, cells: usize, columns: usize) {
        let message = format!(
            "left out this row: it has {cells} cells for {columns} columns; put quotation marks around \
             a text that holds the separator"
        );
        self.problem(Some(number), message);
    }

    fn problem(&mut self, number: Option<usize>, message: String) {
        let (path, line) = match (&self.unit, number) {
            (Unit::Row(sheet), Some(row)) => {
                (format!("{}, sheet `{sheet}`, row {row}", self.path), None)
            }
            (Unit::Row(sheet), None) => (format!("{}, sheet `{sheet}`", self.path), None),
            (Unit::Line | Unit::Item, number) => (self.path.to_owned(), number),
        };
        self.problems.push(Problem { path, line, message });
    }

    /// Joins the rows of each recommendation, and says which rows were left out.
    fn closed(mut self) -> Self {
        for (at, rows) in std::mem::take(&mut self.joined) {
            join(&mut self.read[at], &rows);
        }
        let left_out = [
            (std::mem::take(&mut self.textless), "without a text"),
            (std::mem::take(&mut self.remarks), "with a word or two in place of a recommendation"),
            (std::mem::take(&mut self.not_kept), "that the column `keep` does not keep"),
        ];
        for (rows, what) in left_out.into_iter().filter(|(rows, _)| !rows.is_empty()) {
            let listed: Vec<String> =
                rows.iter().take(LISTED_ROWS).map(ToString::to_string).collect();
            let more = if rows.len() > LISTED_ROWS { ", ..." } else { "" };
            let noun = if rows.len() == 1 { "row" } else { "rows" };
            let count = rows.len();
            let listed = listed.join(", ");
            self.problem(None, format!("left out {count} {noun} {what}: {noun} {listed}{more}"));
        }
        self
    }

    fn finish(self) -> Result<Parsed, RecordError> {
        if self.read.is_empty() {
            return Err(self.error(1, "there are no recommendations in this file".into()));
        }
        let Self { read: recommendations, problems, .. } = self.closed();
        Ok(Parsed { recommendations, problems })
    }

    fn error(&self, number: usize, why: String) -> RecordError {
        let (place, why) = match &self.unit {
            Unit::Row(sheet) => (RecordPlace::Row(sheet.clone(), number), why),
            Unit::Line => (RecordPlace::Line(number), why),
            Unit::Item => (RecordPlace::File, format!("record {number}: {why}")),
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
            "; expected JSON lines, each one whole record, or one array of records"
        } else {
            ""
        };
        let why = why.replace("struct Recommendation", "a record");
        self.error(number, format!("{why}{hint}"))
    }
}

/// Adds the cells of further rows of one recommendation to its record: "Ferry North; Ferry South".
///
/// A column with one value in all rows keeps it; in another, the values of all rows stand in order, so
/// that the second owner and the second answer belong together.
fn join(record: &mut Recommendation, rows: &[Map<String, Value>]) {
    let Ok(Value::Object(first)) = serde_json::to_value(&*record) else { return };
    let keep = ["id", "agency", "text", "source", "tags", "year", "document", "sheet"];
    let mut fields = first.clone();
    let names: BTreeSet<&String> = first.keys().chain(rows.iter().flat_map(Map::keys)).collect();
    for name in names.into_iter().filter(|name| !keep.contains(&name.as_str())) {
        let all = || std::iter::once(&first).chain(rows);
        let values: Vec<&str> = all().filter_map(|row| row.get(name)?.as_str()).collect();
        let same = values.windows(2).all(|pair| pair[0] == pair[1]);
        let value =
            if same { values.first().copied().unwrap_or("").to_owned() } else { values.join("; ") };
        if !value.is_empty() {
            fields.insert(name.clone(), value.into());
        }
    }
    // Every field was a text before, and is one now.
    if let Ok(joined) = serde_json::from_value(Value::Object(fields)) {
        *record = joined;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        parse_jsonl("c.jsonl", text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn records_are_sorted_or_stand_in_file_order_and_keep_fields_of_their_own() {
        let text = "{\"id\":\"b\",\"agency\":\"X\",\"text\":\"Do it.\",\"colour\":7}\n\n\
                    {\"id\":\"a\",\"agency\":\"Y\",\"text\":\"Stop.\"}\n";
        let records = parse_jsonl("c.jsonl", text.as_bytes()).unwrap();
        assert_eq!(records[0].id.as_str(), "a");
        assert_eq!(records[1].other["colour"], 7);
        let in_order = parse_jsonl_in_order("c.jsonl", text.as_bytes()).unwrap();
        assert_eq!(in_order[0].id.as_str(), "b");
        let options = &TableOptions::default();
        let parsed = parse(Form::Jsonl, "c.jsonl", text.as_bytes(), options).unwrap();
        assert_eq!(parsed.recommendations, in_order);
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
            "c.jsonl:1: EOF while parsing an object; expected JSON lines, each one whole record, or one \
             array of records"
        );
        assert!(
            message("[1]").starts_with("c.jsonl:1: invalid type: integer `1`, expected a record; ")
        );
    }
    #[test]
    fn one_array_is_read_as_lines_are() {
        let record = "{\"id\":\"a\",\"agency\":\"X\",\"text\":\"t\"}";
        let read = parse_jsonl("c.json", format!("[\n  {record}\n]\n").as_bytes()).unwrap();
        assert_eq!(read, parse_jsonl("c.json", record.as_bytes()).unwrap());
        let twice = parse_jsonl("c.json", format!("[{record},{record}]").as_bytes()).unwrap_err();
        let expected = "c.json: record 2: id `a` is already in record 1; ids must be distinct";
        assert_eq!(twice.to_string(), expected);
    }
}
