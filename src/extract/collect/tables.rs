//! Tables of recommendations: one record a row, or one a form of labelled rows.
//!
//! A table is one where a column is headed "Recommendation", or one under a heading of recommendations
//! with a column of numbers, owners or deadlines. Its other columns are details of the recommendation or
//! left out; nothing in them is taken as one.

use std::ops::Range;

use super::Details;
use crate::extract::{
    blocks::{Block, Kind, ends_sentence},
    cues::Role,
    flow::Flow,
    fold::key,
    marker::{self, Style},
    outline::Outline,
};
use crate::text::columns::{self, Column, column_of};
use crate::text::sentences::COLONS;

/// How far down a table its column headings may stand; titles may come before them.
const MAX_TITLE_ROWS: usize = 3;

/// Most bytes of a column heading.
const MAX_HEADING_BYTES: usize = 80;

/// Fewest words and letters of a recommendation: "N/A" and "See above" are none.
const LEAST_WORDS: usize = 3;
const LEAST_LETTERS: usize = 10;

/// A table of recommendations.
#[derive(Debug)]
pub(super) struct Table {
    /// Its rows, as block numbers.
    pub(super) rows: Range<usize>,
    /// Whether a column or label says "Recommendation"; otherwise the section above does.
    pub(super) is_named: bool,
    pub(super) entries: Vec<Entry>,
}

/// One recommendation of a table.
#[derive(Debug)]
pub(super) struct Entry {
    /// The block of its row.
    pub(super) block: usize,
    pub(super) text: Flow,
    pub(super) marker: Option<String>,
    pub(super) details: Details,
}

/// The tables of recommendations among `blocks`, in order.
pub(super) fn find(blocks: &[Block], outline: &Outline) -> Vec<Table> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let goes_on = |(n, b): &(usize, &Block)| b.kind == Kind::Row && (*n == 0 || !b.gap);
        let len = blocks[at..].iter().enumerate().take_while(goes_on).count();
        if len > 0 {
            let own = outline.places[at].role == Role::Recommendations;
            found.extend(read(blocks, at..at + len, own));
        }
        at += len.max(1);
    }
    found
}

/// The cells of a row, trimmed.
fn cells(flow: &Flow) -> Vec<Flow> {
    let text = flow.text();
    let mut cells = Vec::new();
    let mut start = 0;
    for (end, _) in text.match_indices('|').chain([(text.len(), "")]) {
        cells.push(without_breaks(&flow.cut(start..end)));
        start = (end + 1).min(text.len());
    }
    cells
}

/// A cell without the line breaks that Markdown writes in tables: "First.<br>Second."
fn without_breaks(cell: &Flow) -> Flow {
    let text = cell.text();
    let mut breaks = ["<br>", "<br/>", "<br />"]
        .iter()
        .flat_map(|tag| text.match_indices(tag).map(|(at, tag)| (at, at + tag.len())));
    let Some(first) = breaks.next() else { return cell.clone() };
    let mut all: Vec<(usize, usize)> = breaks.chain([first, (text.len(), text.len())]).collect();
    all.sort_unstable();
    let mut whole = Flow::default();
    let mut start = 0;
    for (end, next) in all {
        whole.extend(&cell.cut(start..end));
        start = next;
    }
    whole
}

/// The table in `rows`; `own` says that it stands under a heading of recommendations.
fn read(blocks: &[Block], rows: Range<usize>, own: bool) -> Option<Table> {
    let all: Vec<Vec<Flow>> = rows.clone().map(|at| cells(&blocks[at].flow)).collect();
    let first = rows.start;
    let done = |is_named, entries: Vec<Entry>| {
        (!entries.is_empty()).then_some(Table { rows: rows.clone(), is_named, entries })
    };
    if let Some(entries) = is_form(&all).then(|| form(&all, first)).flatten() {
        return done(true, entries);
    }
    if let Some((header, columns)) = header(&all) {
        let named = columns.contains(&Some(Column::Recommendation));
        if tells_of_past(&all[header]) {
            return Some(Table { rows, is_named: true, entries: Vec::new() });
        }
        if let Some(columns) = with_text(columns, &all[header + 1..], own) {
            return done(named, body(&all, header + 1, first, columns));
        }
    }
    if let Some(entries) = form(&all, first) {
        return done(true, entries);
    }
    let columns = own.then(|| counted(&all)).flatten()?;
    done(false, body(&all, 0, first, columns))
}

/// Whether the only recommendations of a table are of an earlier time: "Recommendations in past surveys".
fn tells_of_past(headings: &[Flow]) -> bool {
    let asks = |heading: &&Flow| column_of(heading.text()) == Some(Column::Recommendation);
    let is_past = |heading: &Flow| key(heading.text()).split(' ').any(|word| PAST.contains(&word));
    let mut asking = headings.iter().filter(asks).peekable();
    asking.peek().is_some() && asking.all(is_past)
}

/// Words for an earlier time, folded.
const PAST: &[&str] = &[
    "past",
    "damalige",
    "damaligen",
    "previous",
    "earlier",
    "prior",
    "precedentes",
    "anterieures",
    "passees",
    "anteriores",
    "previas",
    "fruhere",
    "fruheren",
    "vergangene",
];

type Columns = Vec<Option<Column>>;

/// The row of column headings, and what each says. Below a finding and its risk, as audits print them, only
/// headings with one for recommendations count.
fn header(rows: &[Vec<Flow>]) -> Option<(usize, Columns)> {
    let mut all = rows.iter().enumerate().filter_map(|(at, row)| Some((at, headings(row)?)));
    let is_first = |(at, columns): &(usize, Columns)| {
        *at < MAX_TITLE_ROWS || columns.contains(&Some(Column::Recommendation))
    };
    all.find(is_first)
}

/// What the cells of a row say if they are column headings.
fn headings(row: &[Flow]) -> Option<Columns> {
    let cells: Vec<&str> = row.iter().map(Flow::text).collect();
    columns::headings(&cells)
}

/// The columns with one that holds the recommendations. Where no heading says so, it is the one with
/// most text among those that say nothing, if the table stands under a heading of recommendations.
fn with_text(mut columns: Columns, rows: &[Vec<Flow>], own: bool) -> Option<Columns> {
    if columns.contains(&Some(Column::Recommendation)) {
        return Some(columns);
    }
    let free = (0..columns.len()).filter(|&at| columns[at].is_none());
    let longest = free.max_by_key(|&at| (letters(rows, at), usize::MAX - at));
    let at = longest.filter(|_| own)?;
    columns[at] = Some(Column::Recommendation);
    Some(columns)
}

/// All letters of a column.
fn letters(rows: &[Vec<Flow>], column: usize) -> usize {
    rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text().len()).sum()
}

/// The columns of a table without headings that counts its rows: a column of numbers, and one of text.
fn counted(rows: &[Vec<Flow>]) -> Option<Columns> {
    let first = rows.first()?;
    let filled: Vec<&Vec<Flow>> = rows.iter().filter(|row| row.len() == first.len()).collect();
    let counts = filled.iter().filter(|row| is_count(row[0].text())).count();
    // A page may set each of them as a table of one row: "(9) | Keep a list."
    let is_one = rows.len() == 1 && first.len() == 2 && ends_sentence(first[1].text());
    let least = if is_one { 1 } else { 2 };
    if first.len() < 2 || counts < least || counts * 3 < filled.len() * 2 {
        return None;
    }
    let mut columns = vec![None; first.len()];
    columns[0] = Some(Column::Number);
    with_text(columns, rows, true)
}

/// Whether a cell is the number of a row: "3", "R3", "3.1", "(c)", "Recommendation 3".
fn is_count(text: &str) -> bool {
    let bare = text.len() <= 8 && text.chars().any(|c| c.is_ascii_digit());
    let plain = bare && text.chars().filter(char::is_ascii_alphabetic).count() <= 3;
    let whole =
        || marker::parse(text).is_some_and(|m| m.style != Style::Bullet && m.end == text.len());
    // A column of years counts nothing.
    let year = text.parse().is_ok_and(|number: u32| (1900..2100).contains(&number));
    !year && (plain && !text.contains(' ') || whole())
}

/// The records of the rows from `start` on.
fn body(rows: &[Vec<Flow>], start: usize, first: usize, mut columns: Columns) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (at, row) in rows.iter().enumerate().skip(start) {
        // Headings are printed again on each page, and a new part of the table may have others.
        let filled = row.iter().filter(|cell| !cell.is_empty()).count();
        if let Some(again) = headings(row).filter(|_| filled >= 2) {
            if again.contains(&Some(Column::Recommendation)) {
                columns = again;
            }
            continue;
        }
        let entry = entry(row, &columns, first + at);
        match entries.last_mut() {
            Some(last) if goes_on(last, &entry, &columns) => {
                last.text.extend(&entry.text);
                continue_details(&mut last.details, row, &columns);
            }
            // One row for each respondent, or a cell that spans several rows.
            Some(last) if entry.text == last.text || same(last, &entry) => {
                last.details.merge(&entry.details);
            }
            _ if is_request(entry.text.text()) => entries.push(entry),
            _ => {}
        }
    }
    entries.into_iter().flat_map(apart).collect()
}

/// The recommendations of one cell: "2.1 Train all clerks. 2.2 Publish the rules." are two, and so are those behind
/// bullets.
fn apart(entry: Entry) -> Vec<Entry> {
    let starts = numbered(&entry).or_else(|| bulleted(entry.text.text()));
    let Some(starts) = starts else { return vec![entry] };
    let ends = starts.iter().map(|start| start.at).skip(1).chain([entry.text.text().len()]);
    let parts = starts.iter().zip(ends).map(|(start, end)| Entry {
        block: entry.block,
        text: entry.text.cut(start.text..end),
        marker: start.marker.clone().or_else(|| entry.marker.clone()),
        details: entry.details.clone(),
    });
    let parts: Vec<Entry> = parts.collect();
    if parts.iter().all(|part| is_request(part.text.text())) { parts } else { vec![entry] }
}

/// Where a part of a cell begins with its marker, and where its text does.
struct Start {
    at: usize,
    text: usize,
    marker: Option<String>,
}

/// The parts of a cell whose number goes on in the text: "3.1" before it, and "3.2" behind the end of a sentence.
fn numbered(entry: &Entry) -> Option<Vec<Start>> {
    let marker = entry.marker.clone()?;
    let text = entry.text.text();
    let mut starts = vec![Start { at: 0, text: 0, marker: Some(marker.clone()) }];
    let mut latest = marker::parse(&format!("{marker} x"))?;
    if !matches!(latest.style, Style::Number | Style::Decimal) {
        return None;
    }
    let mut from = 0;
    for (at, _) in text.match_indices(' ') {
        if at < from {
            continue;
        }
        let before = text[from..at].trim_end();
        if !ends_sentence(before) && !before.ends_with([';', ',']) {
            continue;
        }
        let next = marker::parse(&text[at + 1..]).filter(|next| {
            (next.style, next.form, &next.prefix) == (latest.style, latest.form, &latest.prefix)
                && next.value == latest.value + 1
        });
        if let Some(next) = next {
            let marker = Some(next.printed.clone());
            starts.push(Start { at, text: at + 1 + next.end, marker });
            from = at + 1 + next.end;
            latest = next;
        }
    }
    (starts.len() > 1).then_some(starts)
}

/// Characters that only stand before the items of a list.
const BULLETS: &[char] = &['•', '▪', '●', '◦', '‣', '■', '\u{f0b7}', '\u{f0a7}'];

/// The parts of a cell behind bullets; `None` if the text before them leads in a list of parts.
fn bulleted(text: &str) -> Option<Vec<Start>> {
    let first = text.find(BULLETS)?;
    if text[..first].trim_end().ends_with(COLONS) {
        return None;
    }
    let start = |at: usize, text: usize| Start { at, text, marker: None };
    let bullets = text.match_indices(BULLETS).filter(|(at, _)| text[..*at].ends_with(' '));
    let mut starts = vec![start(0, 0)];
    starts.extend(bullets.map(|(at, bullet)| start(at, at + bullet.len())));
    (starts.len() > 1).then_some(starts)
}

fn same(last: &Entry, entry: &Entry) -> bool {
    let empty =
        entry.text.is_empty() && entry.marker.is_none() && entry.details != Details::default();
    let equal = entry.text.text() == last.text.text() && entry.marker == last.marker;
    empty || equal
}

/// One row as a record.
fn entry(row: &[Flow], columns: &[Option<Column>], block: usize) -> Entry {
    let mut entry =
        Entry { block, text: Flow::default(), marker: None, details: Details::default() };
    let mut printed = None;
    for (cell, column) in row.iter().zip(columns) {
        match column {
            Some(Column::Recommendation) => entry.text.extend(cell),
            Some(Column::Number) if !cell.is_empty() && printed.is_none() => {
                printed = Some(cell.text().to_owned());
            }
            Some(column) => entry.details.add(*column, cell.text()),
            None => {}
        }
    }
    (entry.marker, entry.text) = with_typed(printed, entry.text);
    entry
}

/// A text without the marker typed at its start, and that marker where there is no other, or none but that of the
/// finding: "4.1" beside "4".
fn with_typed(marker: Option<String>, text: Flow) -> (Option<String>, Flow) {
    let Some((printed, end)) = typed(text.text()) else { return (marker, text) };
    let digits = |marker: &String| marker.trim_matches(|c: char| !c.is_ascii_digit()).to_owned();
    let is_part = |part: &String| {
        marker
            .as_ref()
            .is_some_and(|whole| digits(part).starts_with(&format!("{}.", digits(whole))))
    };
    let marker = printed.clone().filter(is_part).or(marker).or(printed);
    (marker, text.cut(end..text.text().len()))
}

/// The marker typed at the start of a cell, if it counts, and where the text after it begins.
fn typed(text: &str) -> Option<(Option<String>, usize)> {
    let marker = marker::parse(text).filter(|marker| marker.end < text.len())?;
    let counts = marker.style != Style::Bullet;
    Some((counts.then_some(marker.printed), marker.end))
}

/// Whether a row is the rest of the last one, which a page break cut: it has no number of its own, and
/// the text breaks off before it or begins in mid-sentence.
fn goes_on(last: &Entry, entry: &Entry, columns: &[Option<Column>]) -> bool {
    let text = entry.text.text();
    let numbered = columns.contains(&Some(Column::Number));
    let cut = !ends_sentence(last.text.text()) || text.starts_with(char::is_lowercase);
    let known = last.text.text().ends_with(text);
    numbered && entry.marker.is_none() && last.marker.is_some() && !text.is_empty() && cut && !known
}

fn continue_details(details: &mut Details, row: &[Flow], columns: &[Option<Column>]) {
    for (cell, column) in row.iter().zip(columns) {
        if let Some(column) = column {
            details.go_on(*column, cell.text());
        }
    }
}

/// Whether a cell has enough words to ask for something.
fn is_request(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let spaced = text.split_whitespace().count() >= LEAST_WORDS;
    // Chinese and Japanese write no blanks.
    let dense = text.chars().filter(|&c| c >= '\u{2e80}').count() * 2 > letters;
    (spaced || dense) && letters >= if dense { LEAST_LETTERS / 2 } else { LEAST_LETTERS }
}

/// Whether a table opens with a labelled recommendation: "Recommendation 1. Train ...". Column headings further
/// down are then those of the actions planned.
fn is_form(rows: &[Vec<Flow>]) -> bool {
    let opens = rows.first().map(|row| parts(row));
    opens.is_some_and(|parts| {
        matches!(&parts[..], [Part { column: Column::Recommendation, marker: Some(_), .. }])
    })
}

/// The records of a form: rows of a label and its text, as management responses are printed.
///
/// "Recommendation 1 | Train ..." is followed by "Responsible | Fleet manager" and so on. A list of the actions
/// planned may follow, under headings of its own.
fn form(rows: &[Vec<Flow>], first: usize) -> Option<Vec<Entry>> {
    let plans = |row: &Vec<Flow>| {
        headings(row).is_some_and(|columns| !columns.contains(&Some(Column::Recommendation)))
    };
    let is_part = |row: &Vec<Flow>| !parts(row).is_empty();
    let mut labelled = 0;
    let mut read = 0;
    let mut entries: Vec<Entry> = Vec::new();
    let mut in_plan = false;
    for (at, row) in rows.iter().enumerate() {
        in_plan = (in_plan || plans(row)) && !opens_recommendation(row);
        if in_plan {
            continue;
        }
        read += 1;
        labelled += usize::from(is_part(row));
        for Part { column, marker, text } in parts(row) {
            if column == Column::Recommendation {
                let (marker, text) = with_typed(marker, text);
                let details = Details::default();
                entries.push(Entry { block: first + at, text, marker, details });
            } else if let Some(last) = entries.last_mut() {
                last.details.add(column, text.text());
            }
        }
    }
    if labelled < 2 || labelled * 2 < read || entries.is_empty() {
        return None;
    }
    entries.retain(|entry| is_request(entry.text.text()));
    Some(entries)
}

/// A row of a form: a label and its text.
struct Part {
    column: Column,
    marker: Option<String>,
    text: Flow,
}

/// Whether a row gives the text of a recommendation.
fn opens_recommendation(row: &[Flow]) -> bool {
    parts(row).iter().any(|part| part.column == Column::Recommendation)
}

/// What a row of a form says: one label and its text, or several cells with a label each ("Directed to: Board",
/// "Priority: high"); empty for any other row.
fn parts(row: &[Flow]) -> Vec<Part> {
    let filled: Vec<&Flow> = row.iter().filter(|cell| !cell.is_empty()).collect();
    let labelled = |cell: &&Flow| {
        let label = columns::label(cell.text())?;
        let text = cell.cut(label.end..cell.text().len());
        Some(Part { column: label.column, marker: None, text })
    };
    if filled.len() > 1 {
        let each: Vec<Part> = filled.iter().filter_map(labelled).collect();
        if each.len() == filled.len() {
            return each;
        }
    }
    part(&filled).into_iter().collect()
}

fn part(filled: &[&Flow]) -> Option<Part> {
    match filled {
        [label, text]
            if column_of(text.text()).is_none() && label.text().len() <= MAX_HEADING_BYTES =>
        {
            let column = column_of(label.text()).filter(|column| *column != Column::Number)?;
            let marker =
                is_numbered(label.text()).then(|| label.text().trim_end_matches(COLONS).to_owned());
            Some(Part { column, marker, text: (*text).clone() })
        }
        [whole] => {
            let text = whole.text();
            if let Some(marker) = marker::parse(text).filter(|m| m.style == Style::Labelled) {
                let rest = whole.cut(marker.end..text.len());
                let column = Column::Recommendation;
                return Some(Part { column, marker: Some(marker.printed), text: rest });
            }
            let label = columns::label(text)?;
            let rest = whole.cut(label.end..text.len());
            Some(Part { column: label.column, marker: None, text: rest })
        }
        _ => None,
    }
}

/// Whether a label counts: "Recommendation 1".
fn is_numbered(label: &str) -> bool {
    label.chars().any(|c| c.is_ascii_digit())
}
