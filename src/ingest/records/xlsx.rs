//! Excel workbooks.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader, SheetVisible, Xlsx};

use super::{
    RecordError, RecordPlace, Records, TableOptions,
    table::{self, Row},
};
use crate::domain::Recommendation;

/// Most bytes that a workbook may unpack to, and most bytes of text in one of its sheets. A sheet can
/// hold more text than the file, since a string is stored once for all its cells.
const MAX_BYTES: u64 = 256 << 20;

/// The records of a workbook's sheet, in ascending order of id.
///
/// This is the sheet that `options` names, or the first visible one with the required columns. The
/// headings may stand below a title, within the first 20 filled rows. Unknown columns are kept as
/// text. Dates read `2024-05-31`. Without a column `id`, rows are numbered.
///
/// # Errors
/// [`RecordError`] for a workbook that is damaged, locked or unpacks to more than 256 MB, for a sheet
/// or column that is missing, and for the first row that is not a record.
pub fn parse_xlsx(
    path: &str,
    bytes: &[u8],
    options: &TableOptions,
) -> Result<Vec<Recommendation>, RecordError> {
    let failed = |why: String| RecordError { path: path.to_owned(), place: RecordPlace::File, why };
    let sheets = sheets(bytes, options.sheet.as_deref()).map_err(failed)?;
    // If none fits, report the sheet that comes closest: it is probably the intended one.
    let mut nearest: Option<(usize, RecordError)> = None;
    for Sheet { name, rows } in &sheets {
        let mut records = Records::of_sheet(path, name);
        match table::headings(rows, options) {
            Ok((at, headings)) => {
                table::take(&rows[at + 1..], &headings, options, &mut records)?;
                return records.finish();
            }
            Err(error) if nearest.as_ref().is_none_or(|(most, _)| error.columns > *most) => {
                nearest = Some((error.columns, records.error(error.row, error.why)));
            }
            Err(_) => {}
        }
    }
    let none = || failed("the workbook has no visible sheet".to_owned());
    Err(nearest.map_or_else(none, |(_, error)| error))
}

/// A sheet with its non-empty rows.
struct Sheet {
    name: String,
    rows: Vec<Row>,
}

/// The visible sheets in order, or only the one that is `named`.
fn sheets(bytes: &[u8], named: Option<&str>) -> Result<Vec<Sheet>, String> {
    check_size(bytes)?;
    let damaged = |what: String| format!("the workbook is damaged: {what}; save it again");
    // The library expects sound files and may panic on damaged ones.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
        let mut read = Vec::new();
        for name in names(&book, named)? {
            let rows = rows(&mut book, &name)?;
            read.push(Sheet { name, rows });
        }
        Ok(read)
    }));
    read.unwrap_or_else(|_| Err(damaged("its structure cannot be followed".to_owned())))
}

fn names(book: &Xlsx<Cursor<&[u8]>>, named: Option<&str>) -> Result<Vec<String>, String> {
    let all = book.sheets_metadata().iter();
    let Some(named) = named else {
        let visible = all.filter(|sheet| sheet.visible == SheetVisible::Visible);
        return Ok(visible.map(|sheet| sheet.name.clone()).collect());
    };
    let all: Vec<String> = all.map(|sheet| sheet.name.clone()).collect();
    if all.iter().any(|name| name == named) {
        return Ok(vec![named.to_owned()]);
    }
    Err(format!("there is no sheet `{named}`; the sheets are `{}`", all.join("`, `")))
}

/// Checks the size of a workbook before the library unpacks it.
///
/// This refuses a workbook that unpacks to more than any table holds, and a string table that claims
/// more strings than it could hold: the library would allocate room for them.
fn check_size(bytes: &[u8]) -> Result<(), String> {
    const LOCKED: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];
    if bytes.starts_with(LOCKED) {
        return Err("it is locked by a password, or of a form before 2007; save it as an .xlsx \
                    workbook without a password"
            .to_owned());
    }
    let damaged = |what: &str| format!("the file is no Excel workbook: {what}; save it as .xlsx");
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    let mut left = MAX_BYTES;
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|error| damaged(&error.to_string()))?;
        let name = file.name().map_err(|error| damaged(&error.to_string()))?.to_ascii_lowercase();
        let strings = name.ends_with("sharedstrings.xml");
        let mut head = Vec::new();
        if strings {
            let read = file.by_ref().take(left.min(1 << 16)).read_to_end(&mut head);
            read.map_err(|error| damaged(&error.to_string()))?;
        }
        let rest = std::io::copy(&mut file.take(left + 1), &mut std::io::sink())
            .map_err(|error| damaged(&error.to_string()))?;
        let size = rest + head.len() as u64;
        if claimed(&head) > size {
            return Err(damaged("it claims more strings than it has"));
        }
        left = left.checked_sub(size).ok_or_else(|| {
            format!("the workbook unfolds into more than {} MB; split it", MAX_BYTES >> 20)
        })?;
    }
    Ok(())
}

/// The largest number of strings that the first bytes of a string table claim.
fn claimed(head: &[u8]) -> u64 {
    let head = String::from_utf8_lossy(head);
    let counts = head.split("uniqueCount").skip(1).map(|rest| {
        let digits = rest.trim_start_matches(|c: char| c.is_whitespace() || "='\"+".contains(c));
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        // A number too long to parse claims more than any table has.
        if end == 0 { 0 } else { digits[..end].parse().unwrap_or(u64::MAX) }
    });
    counts.max().unwrap_or(0)
}

/// The non-empty rows of a sheet. They are read cell by cell, so a billion empty rows take no memory.
fn rows(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, String> {
    let failed = |what: &dyn std::fmt::Display| format!("sheet `{name}` cannot be read: {what}");
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| failed(&error))?;
    let mut rows: Vec<Row> = Vec::new();
    let mut bytes = 0;
    while let Some(cell) = cells.next_cell().map_err(|error| failed(&error))? {
        let (row, column) = (cell.get_position().0 as usize + 1, cell.get_position().1 as usize);
        let text = shown(cell.get_value());
        if text.is_empty() {
            continue;
        }
        if rows.last().is_none_or(|last| last.number != row) {
            rows.push(Row { number: row, cells: Vec::new() });
        }
        let Some(last) = rows.last_mut() else { continue };
        let more = (column + 1).saturating_sub(last.cells.len());
        bytes += text.len() + more * size_of::<String>();
        if bytes as u64 > MAX_BYTES {
            return Err(format!("sheet `{name}` holds more than {} MB of text", MAX_BYTES >> 20));
        }
        last.cells.extend(std::iter::repeat_n(String::new(), more));
        last.cells[column] = text;
    }
    Ok(rows)
}

/// A cell as a reader sees it, except that numbers are plain: no thousands separators, no currency.
fn shown(value: &DataRef<'_>) -> String {
    match Data::from(value.clone()) {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        // Whole numbers print without a fraction: 2024, not 2024.0.
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTime(duration) => duration.as_f64().to_string(),
        Data::Error(error) => error.to_string(),
    }
}
