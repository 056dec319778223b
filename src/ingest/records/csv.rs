//! Tables as text: CSV, and the same with semicolons or tabs.

use std::borrow::Cow;

use super::{
    Parsed, RecordError, Records, TableOptions,
    table::{self, Row, Surplus},
};
use crate::ingest::decode::decode;

/// The records of a text table with a line of headings, in file order.
///
/// Cells are separated by commas, semicolons or tabs, whichever the headings use. The character set
/// is detected. Unknown columns are kept as text. Rows without an id get one from their line. Rows
/// without a text, and rows with more cells than headings, are left out and listed.
///
/// # Errors
/// [`RecordError`] for a missing column, or for the first row that is not a record.
pub fn parse_csv(path: &str, bytes: &[u8], options: &TableOptions) -> Result<Parsed, RecordError> {
    records(path, bytes, options)?.finish()
}

pub(super) fn records<'a>(
    path: &'a str,
    bytes: &[u8],
    options: &TableOptions,
) -> Result<Records<'a>, RecordError> {
    let mut records = Records::of_lines(path);
    let text = decode(bytes).map_err(|error| match error {
        crate::ingest::Error::Decode(crate::ingest::DecodeError::NotUtf8 { line }) => {
            records.error(line, "not valid UTF-8; convert the file to UTF-8".to_owned())
        }
        other => records.error(1, other.to_string()),
    })?;
    let rows = rows(&unix_lines(&text), &records)?;
    let (at, headings) =
        table::headings(&rows, options).map_err(|error| records.error(error.row, error.why))?;
    table::take(&rows[at + 1..], &headings, options, Surplus::Shifted, &mut records)?;
    Ok(records)
}

/// The rows above the headings.
pub(super) fn titles(path: &str, bytes: &[u8], options: &TableOptions) -> Vec<String> {
    let rows =
        decode(bytes).ok().and_then(|text| rows(&unix_lines(&text), &Records::of_lines(path)).ok());
    rows.map_or_else(Vec::new, |rows| table::titles(&rows, options))
}

/// The text with line ends as `\n`. The library counts a line of Windows from the end of the one before.
fn unix_lines(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn rows(text: &str, records: &Records<'_>) -> Result<Vec<Row>, RecordError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(1, |position| position.line() as usize);
            records.error(line, error.to_string())
        })?;
        let number = row.position().map_or(1, |position| position.line() as usize);
        let cells: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { number, cells });
        }
    }
    Ok(rows)
}

/// The separator of cells: the one that occurs most often outside quotes in the first filled line.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let outside: String = line.split('"').step_by(2).collect();
    let count = |c: &char| outside.matches(*c).count();
    let [comma, others @ ..] = [',', ';', '\t'];
    let other = others.into_iter().max_by_key(count).filter(|c| count(c) > count(&comma));
    match other {
        Some(';') => b';',
        Some(_) => b'\t',
        None => b',',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Agency, Recommendation};
    use crate::ingest::ColumnMap;

    fn read(text: &[u8], options: &TableOptions) -> Result<Vec<Recommendation>, String> {
        let parsed = parse_csv("c.csv", text, options).map_err(|error| error.to_string())?;
        Ok(parsed.recommendations)
    }

    #[test]
    fn columns_can_be_mapped() {
        let text = b"id,Body,\"Recommendation Text\",year,Status\n1,FAO,\"Plant, now\",2013,open\n";
        let map = ColumnMap::from([
            ("agency".to_owned(), "Body".to_owned()),
            ("text".to_owned(), "Recommendation Text".to_owned()),
        ]);
        let records = read(text, &TableOptions { map, ..TableOptions::default() }).unwrap();
        assert_eq!(records[0].text, "Plant, now");
        assert_eq!(records[0].year, Some(2013));
        assert_eq!(records[0].status.as_deref(), Some("open"));
        let error = read(text, &TableOptions::default()).unwrap_err();
        assert!(
            error.contains("no column `agency`") && error.contains("map one of them to `agency`"),
            "{error}"
        );
    }

    #[test]
    fn semicolons_and_another_character_set_are_understood() {
        let records = read(
            b"agency;text\nFAO;Fermer le caf\xe9, puis l'\xe9t\xe9\n",
            &TableOptions::default(),
        );
        let records = records.unwrap();
        assert_eq!(records[0].text, "Fermer le café, puis l'été");
        assert_eq!(records[0].id.as_str(), "row-2");
    }

    #[test]
    fn what_a_csv_of_ours_guards_is_read_as_it_was() {
        let records = read(b"agency,text\nX,'-5 degrees is too cold\n", &TableOptions::default());
        assert_eq!(records.unwrap()[0].text, "-5 degrees is too cold");
    }

    #[test]
    fn one_agency_may_be_given_for_all_rows() {
        let agency = Agency::try_from("X".to_owned()).ok();
        let options = TableOptions { agency, ..TableOptions::default() };
        assert_eq!(read(b"text\nAct.\n", &options).unwrap()[0].agency.as_str(), "X");
        let error = read(b"text,year\nAct.,soon\n", &options).unwrap_err();
        assert_eq!(error, "c.csv:2: `year` is \"soon\", expected a whole number");
    }
}
