//! Table rows -> records, by column headings.

use serde_json::{Map, Value};

use super::{NO_COLUMN, RecordError, Records, TableOptions};
use crate::domain::Agency;
use crate::text::columns::{Column, column_of, is_phrase};
use crate::text::fold::key;
use crate::text::{is_body_word, words};

/// Columns whose cells must be whole numbers.
const NUMBERS: [&str; 1] = ["year"];

/// How far down to look for the headings; titles and notes may come before them.
const MAX_TITLE_ROWS: usize = 20;

/// Most words of the name of the only known column.
const MAX_NAME_WORDS: usize = 4;

/// Longest name of an agency, in bytes.
const MAX_NAME_BYTES: usize = 80;

/// Longest reference of a recommendation, in bytes.
const MAX_CODE_BYTES: usize = 24;

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
    pub(super) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

/// The columns of a table, under our names.
#[derive(Debug)]
pub(super) struct Headings {
    names: Vec<String>,
    /// The headings as printed.
    printed: Vec<String>,
}

/// Columns that are found by what their headings say, if no column has the name itself.
const KNOWN: [(&str, Column); 7] = [
    ("agency", Column::Agency),
    ("marker", Column::Number),
    ("text", Column::Recommendation),
    ("owner", Column::Owner),
    ("deadline", Column::Deadline),
    ("status", Column::Status),
    ("response", Column::Response),
];

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
        let mut names: Vec<String> = row.iter().map(ours).collect();
        in_lower_case(&mut names);
        recognise(&mut names);
        for required in ["agency", "text"] {
            let given = required == "agency" && options.agency.is_some();
            if !given && !names.iter().any(|name| name == required) {
                return Err(format!(
                    "{NO_COLUMN} `{required}`; {have}; map one of them to `{required}`"
                ));
            }
        }
        Ok(Self { names, printed: row.to_vec() })
    }

    /// How many of the headings say what their columns hold. A title above them ("Recommendation tracker 2026")
    /// reads as one heading.
    fn known(&self) -> usize {
        let known = |name: &&String| is_ours(name) || column_of(name).is_some();
        self.names.iter().filter(known).count()
    }

    /// Whether the heading of the text is more than a name for a column, and nobody said that it is one.
    fn tells(&self, options: &TableOptions) -> bool {
        let at = self.names.iter().position(|name| name == "text");
        let is_long = |heading: &String| {
            heading.split_whitespace().count() > MAX_NAME_WORDS
                && options.map.values().all(|own| own != heading)
        };
        at.and_then(|at| self.printed.get(at)).is_some_and(is_long)
    }

    /// Takes the references of the recommendations for their markers, where a running number stands beside them.
    fn with_codes(mut self, rows: &[Row]) -> Self {
        let Some(at) = self.names.iter().position(|name| name == "marker") else { return self };
        let cells = |at: usize| {
            let cells = rows.iter().filter_map(move |row| row.cells.get(at));
            cells.filter(|cell| !cell.is_empty())
        };
        // A sheet of those that are overdue leaves some numbers out.
        let counts = |at: usize| {
            let numbers: Option<Vec<u32>> = cells(at).map(|cell| cell.parse().ok()).collect();
            numbers.is_some_and(|numbers| numbers.is_sorted_by(|a, b| a < b))
        };
        let is_code = |cell: &String| {
            cell.len() <= MAX_CODE_BYTES && cell.contains(|c: char| c.is_ascii_digit())
        };
        let other = (at + 1..self.names.len()).find(|&other| {
            let number = column_of(&self.names[other]) == Some(Column::Number);
            number && cells(other).next().is_some() && cells(other).all(is_code) && !counts(other)
        });
        if let Some(other) = other.filter(|_| counts(at)) {
            self.names[at].clone_from(&self.printed[at]);
            "marker".clone_into(&mut self.names[other]);
        }
        self
    }

    /// Whether a column whose heading says nothing holds names of bodies in half of its cells.
    fn may_name_agencies(&self, rows: &[Row]) -> bool {
        let names_body =
            |cell: &String| cell.len() <= MAX_NAME_BYTES && key(cell).split(' ').any(is_body_word);
        let unknown =
            |at: &usize| !is_ours(&self.names[*at]) && column_of(&self.names[*at]).is_none();
        (0..self.names.len()).filter(unknown).any(|at| {
            let cells = rows.iter().filter_map(|row| row.cells.get(at));
            let cells: Vec<&String> = cells.filter(|cell| !cell.is_empty()).collect();
            let bodies = cells.iter().filter(|cell| names_body(cell)).count();
            bodies > 0 && 2 * bodies >= cells.len()
        })
    }

    fn cell<'a>(&self, row: &'a Row, name: &str) -> Option<&'a str> {
        let at = self.names.iter().position(|own| own == name)?;
        row.cells.get(at).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// Whether a row prints the headings again, as below each page or year.
    fn repeats(&self, row: &Row) -> bool {
        let at = self.names.iter().position(|own| own == "text");
        at.is_some_and(|at| row.cells.get(at) == self.printed.get(at))
    }

    /// Number of filled cells beyond the last heading.
    fn surplus(&self, row: &Row) -> usize {
        row.cells.iter().skip(self.names.len()).filter(|cell| !cell.is_empty()).count()
    }

    /// A row as the object of a JSON line, without empty cells. Without an id of its own, the row number
    /// gives it one.
    fn object(&self, row: &Row, options: &TableOptions) -> Result<Map<String, Value>, String> {
        let mut object = Map::new();
        if self.cell(row, "id").is_none() {
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

/// Gives columns our names where only capitals differ: "ID", "Agency".
fn in_lower_case(names: &mut [String]) {
    for ours in ["id", "agency", "text"] {
        if names.iter().any(|name| name == ours) {
            continue;
        }
        if let Some(name) = names.iter_mut().find(|name| name.trim().to_lowercase() == ours) {
            ours.clone_into(name);
        }
    }
}

/// Gives columns our names where their headings say what they hold: "Management response". The first
/// such column counts; a name that is there already stays.
fn recognise(names: &mut [String]) {
    for (ours, column) in KNOWN {
        if names.iter().any(|name| name == ours) {
            continue;
        }
        let known = |name: &&mut String| !is_ours(name) && column_of(name) == Some(column);
        if let Some(name) = names.iter_mut().find(known) {
            ours.clone_into(name);
        }
    }
}

/// Whether a heading is already one of our names for something else.
fn is_ours(name: &str) -> bool {
    ["id", "agency", "document", "section", "marker", "lead_in", "kind", "year", "tags"]
        .contains(&name)
        || KNOWN.iter().any(|(ours, _)| *ours == name)
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

/// The headings among the first rows, and their index: the first row with most known headings.
///
/// Headings of two rows, with merged cells, read as the lower one.
///
/// # Errors
/// [`NoHeadings`] if no row has the required columns.
pub(super) fn headings(
    rows: &[Row],
    options: &TableOptions,
) -> Result<(usize, Headings), NoHeadings> {
    let first = &rows[..rows.len().min(MAX_TITLE_ROWS)];
    // A title alone in its row is no heading: "Dashboard of recommendations".
    let is_title = |row: &Row| {
        let alone = row.cells.iter().find(|cell| !cell.is_empty()).filter(|_| row.filled() == 1);
        let named = |cell: &String| {
            is_phrase(cell)
                || is_ours(&cell.trim().to_lowercase())
                || options.map.values().any(|own| own == cell)
        };
        alone.is_some_and(|cell| !named(cell))
    };
    // And so is a row that only tells what another sheet holds: "Closed | Recommendations closed since 2023".
    let is_told = |row: &Row, headings: &Headings| {
        row.filled() <= 2 && headings.known() == 1 && headings.tells(options)
    };
    let read = |row: &Row| {
        let read = Headings::read(&row.cells, options).ok();
        read.filter(|headings| !is_title(row) && !is_told(row, headings))
    };
    let read_all = first.iter().enumerate().filter_map(|(at, row)| Some((at, read(row)?)));
    let read_all: Vec<(usize, Headings)> = read_all.collect();
    // Reversed, because `max_by_key` returns the last of equals and we want the first.
    let found = read_all.into_iter().rev().max_by_key(|(_, headings)| headings.known());
    let found = found.map(|(at, headings)| {
        let below = first.get(at + 1).filter(|below| headings.repeats(below));
        below.and_then(read).map_or((at, headings), |lower| (at + 1, lower))
    });
    let found = found.map(|(at, headings)| (at, headings.with_codes(&rows[at + 1..])));
    found.ok_or_else(|| {
        let fullest = first.iter().rev().max_by_key(|row| row.filled());
        let why = fullest.and_then(|row| Headings::read(&row.cells, options).err());
        NoHeadings {
            row: fullest.map_or(1, |row| row.number),
            why: why.unwrap_or_else(|| "there are no recommendations in this file".to_owned()),
            columns: fullest.map_or(0, Row::filled),
        }
    })
}

/// The rows above the headings, each as a line; all rows of a short table without any. Empty where a column may hold the
/// agencies that nobody has mapped.
pub(super) fn titles(rows: &[Row], options: &TableOptions) -> Vec<String> {
    // Whoever asks for the titles looks for the agency in them.
    let agency = Agency::try_from("?".to_owned()).ok();
    let options = TableOptions { agency, ..options.clone() };
    let end = match headings(rows, &options) {
        Ok((at, headings)) if headings.may_name_agencies(&rows[at + 1..]) => 0,
        Ok((at, _)) => at,
        Err(_) if rows.len() <= MAX_TITLE_ROWS => rows.len(),
        Err(_) => 0,
    };
    let line = |row: &Row| {
        let cells = row.cells.iter().filter(|cell| !cell.is_empty());
        cells.map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    rows[..end].iter().map(line).collect()
}

/// The column in which people say whether a record counts, as `extract` writes it.
const KEEP: &str = "keep";

/// Whether a cell of that column says that the record counts.
fn is_kept(cell: &str) -> bool {
    matches!(cell.to_lowercase().as_str(), "yes" | "y" | "true" | "1" | "x" | "ok")
}

/// What happens to a row with more cells than the table has headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surplus {
    /// A note beside the table: it is not read.
    Note,
    /// An unquoted separator: the cells are out of place, and the row is left out.
    Shifted,
}

/// In a table whose texts usually have so many words ...
const SENTENCE: usize = 8;

/// ... so few in place of one are a remark: "Withdrawn", "4 recommendations".
const REMARK: usize = 2;

/// Words in any script: a Han character counts as one.
fn n_words(text: &str) -> usize {
    words(text, None).count()
}

/// The median number of words of the texts in `rows`.
fn usual_words(rows: &[Row], headings: &Headings) -> usize {
    let mut found: Vec<usize> =
        rows.iter().filter_map(|row| headings.cell(row, "text")).map(n_words).collect();
    found.sort_unstable();
    found.get(found.len() / 2).copied().unwrap_or_default()
}

/// Adds the rows below the headings to `records`.
///
/// Rows without a text are left out, and rows with a remark in its place: titles of groups, totals, withdrawn
/// recommendations. They are counted, as are rows whose cells are out of place.
pub(super) fn take(
    rows: &[Row],
    headings: &Headings,
    options: &TableOptions,
    surplus: Surplus,
    records: &mut Records<'_>,
) -> Result<(), RecordError> {
    let identified = headings.names.iter().any(|name| name == "id");
    let usual = usual_words(rows, headings);
    for row in rows {
        if headings.repeats(row) {
            continue;
        }
        let extra = headings.surplus(row);
        if surplus == Surplus::Shifted && extra > 0 {
            records.shifted(row.number, headings.names.len() + extra, headings.names.len());
            continue;
        }
        // A count stands under "Recommendations" in an overview.
        let says = |text: &&str| text.chars().any(char::is_alphabetic);
        let Some(text) = headings.cell(row, "text").filter(says) else {
            records.without_text(row.number);
            continue;
        };
        if usual >= SENTENCE && n_words(text) <= REMARK {
            records.remark(row.number);
            continue;
        }
        if headings.cell(row, KEEP).is_some_and(|cell| !is_kept(cell)) && !options.all {
            records.not_kept(row.number);
            continue;
        }
        let object = headings.object(row, options).map_err(|why| records.error(row.number, why))?;
        records.push_row(row.number, object, identified)?;
    }
    Ok(())
}
