//! Workbooks: Excel, also of before 2007, and OpenDocument.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Dimensions, Ods, Range, Reader, SheetVisible, Xls, Xlsx};

use super::{
    Parsed, RecordError, RecordPlace, Records, TableOptions, biff, compound,
    table::{self, Row, Surplus},
};
use crate::domain::{Problem, RecommendationId};

/// Most bytes that a workbook may unpack to, and most bytes of text in one of its sheets. A sheet can
/// hold more text than the file, since a string is stored once for all its cells.
const MAX_BYTES: u64 = 256 << 20;

/// The records of a workbook, in the order of its sheets and rows.
///
/// Every visible sheet with the required columns is read, or only the one that `options` names. The
/// headings may stand below a title, within the first 20 filled rows. Unknown columns are kept as
/// text. Dates read `2024-05-31`. A cell merged over several rows holds for all of them. Rows without
/// an id get one from their number. A sheet named after a year gives its records that year. Rows
/// without a text and sheets without the columns are left out and listed.
///
/// # Errors
/// [`RecordError`] for a workbook that is damaged, locked or unpacks to more than 256 MB, for a sheet
/// or column that is missing, and for the first row that is not a record.
pub fn parse_workbook(
    path: &str,
    bytes: &[u8],
    options: &TableOptions,
) -> Result<Parsed, RecordError> {
    records(path, bytes, options)?.finish()
}

pub(super) fn records<'a>(
    path: &'a str,
    bytes: &[u8],
    options: &TableOptions,
) -> Result<Records<'a>, RecordError> {
    let failed = |why: String| RecordError { path: path.to_owned(), place: RecordPlace::File, why };
    let (sheets, hidden) = sheets(bytes, options.sheet.as_deref()).map_err(failed)?;
    // If none fits, report the sheet that comes closest: it is probably the intended one.
    let mut nearest: Option<(usize, RecordError)> = None;
    let mut read = Vec::new();
    let mut unread = Vec::new();
    for Sheet { name, rows } in &sheets {
        let mut records = Records::of_sheet(path, name);
        match table::headings(rows, options) {
            Ok((at, headings)) => {
                let rows = &rows[at + 1..];
                table::take(rows, &headings, options, Surplus::Note, &mut records)?;
                read.push((name.as_str(), records.closed()));
            }
            Err(error) => {
                if nearest.as_ref().is_none_or(|(most, _)| error.columns > *most) {
                    nearest = Some((error.columns, records.error(error.row, error.why)));
                }
                unread.extend((!rows.is_empty()).then_some(name.as_str()));
            }
        }
    }
    if read.is_empty() {
        let none = || failed("the workbook has no visible sheet".to_owned());
        return Err(nearest.map_or_else(none, |(_, error)| error));
    }
    let mut all = together(path, read)?;
    let mut left_out = |what: &str, names: &[&str], why: &str| {
        if !names.is_empty() {
            let message = format!("left out {what} `{}`: {why}", names.join("`, `"));
            all.problems.push(Problem { path: path.to_owned(), line: None, message });
        }
    };
    left_out("sheets", &unread, "no row has the columns needed");
    let hidden: Vec<&str> = hidden.iter().map(String::as_str).collect();
    left_out("hidden sheets", &hidden, "name one to read it");
    Ok(all)
}

/// The titles of all visible sheets.
pub(super) fn titles(bytes: &[u8], options: &TableOptions) -> Vec<String> {
    let sheets = sheets(bytes, options.sheet.as_deref()).map_or_else(|_| Vec::new(), |read| read.0);
    sheets.iter().flat_map(|sheet| table::titles(&sheet.rows, options)).collect()
}

/// The records of several sheets as one. An id that occurs in several gets the name of its sheet.
fn together<'a>(
    path: &'a str,
    sheets: Vec<(&str, Records<'a>)>,
) -> Result<Records<'a>, RecordError> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, records) in &sheets {
        for record in &records.read {
            *counts.entry(record.id.to_string()).or_default() += 1;
        }
    }
    let first = sheets.first().map_or("", |(name, _)| name);
    let mut all = Records::of_sheet(path, first);
    let mut known = BTreeSet::new();
    for (name, records) in sheets {
        let year = name.trim().parse().ok().filter(|year| (1900..2200).contains(year));
        all.problems.extend(records.problems);
        let mut repeated = 0;
        for mut record in records.read {
            // An extract of another sheet; what comes again in another year is another recommendation.
            let key = (record.agency.clone(), record.marker.clone(), record.text.clone(), year);
            if record.marker.is_some() && !known.insert(key) {
                repeated += 1;
                continue;
            }
            if counts[record.id.as_str()] > 1 {
                let sheet: Vec<&str> = name.split_whitespace().collect();
                let id = format!("{}-{}", sheet.join("-"), record.id);
                record.id = RecommendationId::try_from(id).unwrap_or(record.id);
            }
            record.year = record.year.or(year);
            let row = record.source.as_ref().map_or(1, |source| source.line_start);
            all.push(row, record)?;
        }
        if repeated > 0 {
            let rows = if repeated == 1 { "1 row".to_owned() } else { format!("{repeated} rows") };
            let message = format!("sheet `{name}`: left out {rows} that another sheet has, too");
            all.problems.push(Problem { path: path.to_owned(), line: None, message });
        }
    }
    Ok(all)
}

/// A sheet with its non-empty rows.
struct Sheet {
    name: String,
    rows: Vec<Row>,
}

type Source<'a> = Cursor<&'a [u8]>;

/// An open workbook.
enum Book<'a> {
    Xlsx(Box<Xlsx<Source<'a>>>),
    Xls(Box<Xls<Source<'a>>>),
    Ods(Box<Ods<Source<'a>>>),
}

/// The visible sheets in order, or only the one that is `named`; and the names of those hidden.
fn sheets(bytes: &[u8], wanted: Option<&str>) -> Result<(Vec<Sheet>, Vec<String>), String> {
    // The libraries expect sound files and may panic on damaged ones.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut book = open(bytes)?;
        let (names, hidden) = book.names(wanted)?;
        let mut read = Vec::new();
        for name in names {
            let mut rows = book.rows(&name)?;
            fill_merged(&mut rows, &book.merged(&name))?;
            read.push(Sheet { name, rows });
        }
        Ok((read, hidden))
    }));
    read.unwrap_or_else(|_| Err(damaged("its structure cannot be followed")))
}

fn damaged(what: &str) -> String {
    format!("the workbook is damaged: {what}; save it again")
}

/// First bytes of Excel files of before 2007, and of files locked by a password.
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];

fn open(bytes: &[u8]) -> Result<Book<'_>, String> {
    let source = Cursor::new(bytes);
    if bytes.starts_with(OLE) {
        if !compound::chains_end(bytes) {
            return Err(damaged("its parts run in a circle"));
        }
        if !biff::has_room(bytes) {
            return Err(
                "its sheets span more cells than two full ones, most of them empty; save it as \
                        an .xlsx workbook"
                    .to_owned(),
            );
        }
        let book = Xls::new(source).map_err(|_| {
            "it is locked by a password, or no Excel workbook; save it as an .xlsx workbook without \
             a password"
                .to_owned()
        })?;
        return Ok(Book::Xls(Box::new(book)));
    }
    check_size(bytes)?;
    let head = &bytes[..bytes.len().min(200)];
    let is_ods = String::from_utf8_lossy(head).contains("opendocument.spreadsheet");
    if is_ods {
        let book = Ods::new(source).map_err(|error| damaged(&error.to_string()))?;
        return Ok(Book::Ods(Box::new(book)));
    }
    let book = Xlsx::new(source).map_err(|error| damaged(&error.to_string()))?;
    Ok(Book::Xlsx(Box::new(book)))
}

impl Book<'_> {
    /// The names of the visible sheets, or the one that is `named`; and of those hidden.
    fn names(&self, wanted: Option<&str>) -> Result<(Vec<String>, Vec<String>), String> {
        let all = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        let Some(wanted) = wanted else {
            let (visible, hidden): (Vec<_>, Vec<_>) =
                all.iter().partition(|sheet| sheet.visible == SheetVisible::Visible);
            let names = |sheets: Vec<&calamine::Sheet>| {
                sheets.into_iter().map(|sheet| sheet.name.clone()).collect()
            };
            return Ok((names(visible), names(hidden)));
        };
        let all: Vec<String> = all.iter().map(|sheet| sheet.name.clone()).collect();
        if all.iter().any(|name| name == wanted) {
            return Ok((vec![wanted.to_owned()], Vec::new()));
        }
        Err(format!("there is no sheet `{wanted}`; the sheets are `{}`", all.join("`, `")))
    }

    fn rows(&mut self, name: &str) -> Result<Vec<Row>, String> {
        let failed = |what: String| format!("sheet `{name}` cannot be read: {what}");
        match self {
            Self::Xlsx(book) => rows(book, name),
            Self::Xls(book) => {
                of_range(&book.worksheet_range(name).map_err(|e| failed(e.to_string()))?, name)
            }
            Self::Ods(book) => {
                of_range(&book.worksheet_range(name).map_err(|e| failed(e.to_string()))?, name)
            }
        }
    }

    /// The merged cells of a sheet. Those of an OpenDocument workbook are not known.
    fn merged(&mut self, name: &str) -> Vec<Dimensions> {
        match self {
            Self::Xlsx(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
            Self::Xls(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
            Self::Ods(_) => Vec::new(),
        }
    }
}

/// Gives the value of each cell that is merged over several rows to all of these rows.
///
/// Cells merged over several columns are titles, and stay in the first.
fn fill_merged(rows: &mut [Row], merged: &[Dimensions]) -> Result<(), String> {
    let mut left = MAX_BYTES as usize;
    for area in merged.iter().filter(|area| area.end.0 > area.start.0) {
        let (column, top) = (area.start.1 as usize, area.start.0 as usize + 1);
        let at = rows.partition_point(|row| row.number < top);
        let value = rows.get(at).filter(|row| row.number == top);
        let value = value.and_then(|row| row.cells.get(column)).filter(|cell| !cell.is_empty());
        let Some(value) = value.cloned() else { continue };
        let last = area.end.0 as usize + 1;
        for row in rows[at + 1..].iter_mut().take_while(|row| row.number <= last) {
            left = left
                .checked_sub(value.len() + 1)
                .ok_or_else(|| damaged("its merged cells overlap"))?;
            if row.cells.len() <= column {
                row.cells.resize(column + 1, String::new());
            }
            if row.cells[column].is_empty() {
                row.cells[column].clone_from(&value);
            }
        }
    }
    Ok(())
}

/// The non-empty rows of a range.
fn of_range(range: &Range<Data>, name: &str) -> Result<Vec<Row>, String> {
    let (top, left) = range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
    let mut bytes = 0;
    let mut rows = Vec::new();
    for (at, cells) in range.rows().enumerate() {
        // Most rows and cells are empty where a single cell stands far from the others.
        let Some(last) = cells.iter().rposition(|cell| *cell != Data::Empty) else { continue };
        let cells = &cells[..=last];
        let mut shown_cells = vec![String::new(); left];
        shown_cells.extend(cells.iter().map(|cell| shown(cell.clone())));
        let end = shown_cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        shown_cells.truncate(end);
        bytes += shown_cells.iter().map(|cell| cell.len() + size_of::<String>()).sum::<usize>();
        if bytes as u64 > MAX_BYTES {
            return Err(too_large(name));
        }
        if end > 0 {
            rows.push(Row { number: top + at + 1, cells: shown_cells });
        }
    }
    Ok(rows)
}

fn too_large(name: &str) -> String {
    format!("sheet `{name}` holds more than {} MB of text", MAX_BYTES >> 20)
}

/// Checks the size of a workbook before the library unpacks it.
///
/// This refuses a workbook that unpacks to more than any table holds, and a string table that claims
/// more strings than it could hold: the library would allocate room for them.
fn check_size(bytes: &[u8]) -> Result<(), String> {
    let damaged = |what: &str| format!("not an Excel workbook: {what}; save it as .xlsx");
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
        let text = shown(Data::from(cell.get_value().clone()));
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
            return Err(too_large(name));
        }
        last.cells.extend(std::iter::repeat_n(String::new(), more));
        last.cells[column] = text;
    }
    Ok(rows)
}

/// A cell as a reader sees it, except that numbers are plain: no thousands separators, no currency.
fn shown(value: Data) -> String {
    match value {
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
