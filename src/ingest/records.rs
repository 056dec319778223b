//! Recommendations that are ready as records: JSON lines and CSV.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::domain::Recommendation;

/// What is wrong with a file of records, at which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {why}")]
pub struct RecordError {
    /// The file, as the user named it.
    pub path: String,
    /// 1-based line.
    pub line: usize,
    /// What was found and what was expected.
    pub why: String,
}

/// Other headings for our columns: ours -> theirs.
pub type ColumnMap = BTreeMap<String, String>;

/// Columns of which a cell must be a number.
const NUMBERS: [&str; 1] = ["year"];

/// Reads one record a line; blank lines are passed over.
///
/// # Errors
/// The first line that is not a record, lacks a required field, or repeats an id.
pub fn parse_jsonl(path: &str, bytes: &[u8]) -> Result<Vec<Recommendation>, RecordError> {
    let mut records = Records::new(path);
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
    records.finish()
}

/// Reads a table with a line of headings; `map` names headings that differ from ours. Columns that
/// Concord does not know are kept as text.
///
/// # Errors
/// A missing column, or the first row that is not a record.
pub fn parse_csv(
    path: &str,
    bytes: &[u8],
    map: &ColumnMap,
) -> Result<Vec<Recommendation>, RecordError> {
    let mut records = Records::new(path);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headings = reader.headers().map_err(|error| records.csv(&error))?.clone();
    let names = names(&headings, map).map_err(|why| records.error(1, why))?;
    for row in reader.records() {
        let row = row.map_err(|error| records.csv(&error))?;
        let line = row.position().map_or(0, |position| position.line() as usize);
        let object = object(&names, &row).map_err(|why| records.error(line, why))?;
        let record = serde_json::from_value(Value::Object(object))
            .map_err(|error| records.json(line, &error))?;
        records.push(line, record)?;
    }
    records.finish()
}

/// Our name for each of their columns.
fn names(headings: &csv::StringRecord, map: &ColumnMap) -> Result<Vec<String>, String> {
    let ours = |theirs: &str| {
        let mapped = map.iter().find(|(_, heading)| heading.as_str() == theirs);
        mapped.map_or_else(|| theirs.trim().to_owned(), |(ours, _)| ours.clone())
    };
    let have = headings.iter().collect::<Vec<_>>().join("`, `");
    if let Some((_, heading)) = map.iter().find(|(_, theirs)| headings.iter().all(|h| h != *theirs))
    {
        return Err(format!("there is no column `{heading}`; the columns are `{have}`"));
    }
    let names: Vec<String> = headings.iter().map(ours).collect();
    for required in ["agency", "text"] {
        if !names.iter().any(|name| name == required) {
            return Err(format!(
                "there is no column `{required}`; the columns are `{have}`; \
                 say which one it is: --map {required}=\"...\""
            ));
        }
    }
    Ok(names)
}

/// A row as the object that a JSON line would hold; empty cells are left out. Rows without an id
/// are numbered.
fn object(names: &[String], row: &csv::StringRecord) -> Result<Map<String, Value>, String> {
    let mut object = Map::new();
    for (name, cell) in names.iter().zip(row) {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let value = match name.as_str() {
            name if NUMBERS.contains(&name) => {
                let number: i64 = cell
                    .parse()
                    .map_err(|_| format!("`{name}` is {cell:?}, expected a whole number"))?;
                number.into()
            }
            "tags" => cell.split(';').map(str::trim).filter(|tag| !tag.is_empty()).collect(),
            _ => cell.into(),
        };
        object.insert(name.clone(), value);
    }
    Ok(object)
}

/// Collects records of one file, keeping ids apart.
struct Records<'a> {
    path: &'a str,
    read: Vec<Recommendation>,
    seen: BTreeMap<String, usize>,
}

impl<'a> Records<'a> {
    fn new(path: &'a str) -> Self {
        Self { path, read: Vec::new(), seen: BTreeMap::new() }
    }

    fn push(&mut self, line: usize, record: Recommendation) -> Result<(), RecordError> {
        if record.text.trim().is_empty() {
            return Err(self.error(line, format!("`text` of `{}` is empty", record.id)));
        }
        if let Some(first) = self.seen.insert(record.id.to_string(), line) {
            let why =
                format!("id `{}` is already on line {first}; ids must be distinct", record.id);
            return Err(self.error(line, why));
        }
        self.read.push(record);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Recommendation>, RecordError> {
        if self.read.is_empty() {
            return Err(self.error(1, "there are no recommendations in this file".into()));
        }
        self.read.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(self.read)
    }

    fn error(&self, line: usize, why: String) -> RecordError {
        RecordError { path: self.path.to_owned(), line, why }
    }

    /// serde's message without its own "at line 1 column 20", which counts within the record.
    fn json(&self, line: usize, error: &serde_json::Error) -> RecordError {
        let text = error.to_string();
        let why = text.rfind(" at line ").map_or(text.as_str(), |cut| &text[..cut]);
        let hint = if why.starts_with("missing field") {
            "; a record needs `id`, `agency` and `text`"
        } else {
            ""
        };
        self.error(line, format!("{why}{hint}"))
    }

    fn csv(&self, error: &csv::Error) -> RecordError {
        let line = error.position().map_or(1, |position| position.line() as usize);
        self.error(line, error.to_string())
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
    }

    #[test]
    fn csv_columns_can_be_mapped() {
        let text = "id,Body,\"Recommendation Text\",year,Status\n1,FAO,\"Plant, now\",2013,open\n";
        let map = ColumnMap::from([
            ("agency".to_owned(), "Body".to_owned()),
            ("text".to_owned(), "Recommendation Text".to_owned()),
        ]);
        let records = parse_csv("c.csv", text.as_bytes(), &map).unwrap();
        assert_eq!(records[0].text, "Plant, now");
        assert_eq!(records[0].year, Some(2013));
        assert_eq!(records[0].other["Status"], "open");
        let error = parse_csv("c.csv", text.as_bytes(), &ColumnMap::new()).unwrap_err().to_string();
        assert!(error.contains("no column `agency`") && error.contains("--map agency="), "{error}");
    }
}
