//! Tables whose headings say what their columns hold ("No.", "Recommendation", "Responsible").
//!
//! Columns come from upright rules, or from where the headings stand. Rows come from level rules, from
//! the column of numbers, or from the order in which the file draws the cells. A table goes on where
//! the next page has the same columns.

use std::collections::BTreeSet;

use super::geometry::{COLUMN_SLACK, HEADING, ROW_STEP, RULED_SHARE, SAME_LINE, TABLE_GAP};
use super::page::{Page, Rule};
use crate::text::columns::{Column, headings};

/// A table on one page.
#[derive(Debug)]
pub(super) struct Table {
    /// Its lines, by number.
    pub(super) lines: BTreeSet<usize>,
    /// Its rows, each with its cells; the headings come first, where the page prints them.
    pub(super) rows: Vec<Vec<String>>,
}

/// The columns of a table: where each begins and ends, and what its heading says.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    ranges: Vec<(f64, f64)>,
    /// Whether the ranges come from rules, so that they are exact.
    ruled: bool,
    numbers: Option<usize>,
}

/// A piece of text at its place.
#[derive(Debug, Clone, Copy)]
struct Segment<'a> {
    line: usize,
    text: &'a str,
    start: f64,
    end: f64,
    y: f64,
    size: f64,
}

/// The tables of a page. `furniture` tells the lines that are none of its text. `open` holds the columns
/// of a table that reached the end of the page before, and then those of one that reaches the end of
/// this page.
pub(super) fn find(
    page: &Page,
    furniture: &[bool],
    body: f64,
    open: &mut Option<Columns>,
) -> Vec<Table> {
    let segments = segments(page, furniture);
    let rules = page.rules();
    let mut tables = Vec::new();
    let mut from = f64::MIN;
    if let Some(columns) = open.take().filter(|columns| columns.fit(&segments)) {
        let (table, end) = body_of(&segments, &rules, &columns, f64::MIN, body);
        from = close(table, end, columns, &segments, &mut tables, open);
    }
    while let Some(header) = header(&segments, &rules, from) {
        let (mut table, end) = body_of(&segments, &rules, &header.columns, header.bottom, body);
        table.lines.extend(&header.lines);
        table.rows.insert(0, header.cells);
        from = close(table, end.max(header.bottom), header.columns, &segments, &mut tables, open);
    }
    tables
}

/// Adds a table with rows to `tables`, and notes whether it reaches the end of the page. Returns where
/// it ends.
fn close(
    table: Table,
    end: f64,
    columns: Columns,
    segments: &[Segment<'_>],
    tables: &mut Vec<Table>,
    open: &mut Option<Columns>,
) -> f64 {
    let below = segments.iter().filter(|s| s.y > end && !table.lines.contains(&s.line)).count();
    // Rows of one cell each are lines of text: the headings were chance.
    let filled = |row: &&Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count() >= 2;
    let is_table = table.rows.iter().filter(filled).count() * 2 > table.rows.len();
    *open = (below == 0 && is_table).then_some(columns);
    if is_table {
        tables.push(table);
    }
    end
}

/// The pieces of the lines that run as the page does, from top to bottom, then from left to right.
fn segments<'a>(page: &'a Page, furniture: &[bool]) -> Vec<Segment<'a>> {
    let main = page.direction();
    let mut segments = Vec::new();
    for (number, line) in page.lines.iter().enumerate() {
        if line.direction != main || furniture[number] {
            continue;
        }
        for (at, piece) in line.pieces.iter().enumerate() {
            let end = line.pieces.get(at + 1).map_or(line.text.len(), |next| next.at);
            let text = line.text.get(piece.at..end).unwrap_or("").trim();
            let (start, end) = (piece.start, piece.end);
            let segment = Segment { line: number, text, start, end, y: line.y, size: line.size };
            segments.extend((!text.is_empty()).then_some(segment));
        }
    }
    segments
}

/// The headings of a table.
struct Header {
    columns: Columns,
    cells: Vec<String>,
    lines: BTreeSet<usize>,
    /// Where the rows below begin.
    bottom: f64,
}

/// The first headings below `from`.
fn header(segments: &[Segment<'_>], rules: &[Rule], from: f64) -> Option<Header> {
    let mut order: Vec<&Segment<'_>> = segments.iter().filter(|s| s.y > from).collect();
    order.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.start.total_cmp(&b.start)));
    let mut at = 0;
    while at < order.len() {
        let first = order[at];
        let same = |s: &&&Segment<'_>| s.y - first.y < first.size * SAME_LINE;
        let len = order[at..].iter().take_while(same).count().max(1);
        let mut band: Vec<&Segment<'_>> = order[at..at + len].to_vec();
        band.sort_by(|a, b| a.start.total_cmp(&b.start));
        if let Some(header) = read_header(&band, segments, rules) {
            return Some(header);
        }
        at += len;
    }
    None
}

fn read_header(band: &[&Segment<'_>], segments: &[Segment<'_>], rules: &[Rule]) -> Option<Header> {
    let first = band.first().filter(|_| band.len() >= 2)?;
    let texts: Vec<&str> = band.iter().map(|s| s.text).collect();
    let known = headings(&texts)?;
    let ranges = ruled_ranges(band, rules);
    let has_lines = ranges.is_some();
    // Between rules a heading may be a phrase: "Actions to be taken, and comments on them".
    if !has_lines && !texts.iter().all(|text| is_heading(text)) {
        return None;
    }
    // One known heading between rules is a table; among wide gaps of running text, it is chance.
    if known.iter().flatten().count() < 2 && !has_lines {
        return None;
    }
    let ranges = ranges.unwrap_or_else(|| open_ranges(band));
    let (left, right) = (ranges[0].0, ranges[ranges.len() - 1].1);
    let level = level_rules(
        rules,
        left.max(first.start - 50.0),
        right.min(band[band.len() - 1].end + 50.0),
    );
    let top = level
        .iter()
        .copied()
        .rfind(|y| *y < first.y)
        .filter(|y| first.y - y < first.size * TABLE_GAP);
    let bottom = level
        .iter()
        .copied()
        .find(|y| *y > first.y)
        .filter(|y| y - first.y < first.size * TABLE_GAP);
    let mut columns = Columns { ranges, ruled: has_lines, numbers: None };
    // Headings of several lines: all text between the rules above and below.
    let inside = |s: &&Segment<'_>| match (top, bottom) {
        (Some(top), Some(bottom)) => s.y > top && s.y < bottom,
        _ => (s.y - first.y).abs() < first.size * SAME_LINE,
    };
    let within: Vec<&Segment<'_>> = segments.iter().filter(inside).collect();
    let mut cells = vec![String::new(); columns.ranges.len()];
    for segment in &within {
        let at = columns.of(segment);
        add(&mut cells[at], segment.text);
    }
    let texts: Vec<&str> = cells.iter().map(String::as_str).collect();
    let named = headings(&texts)?;
    columns.numbers = named.iter().position(|column| *column == Some(Column::Number));
    let lines = within.iter().map(|s| s.line).collect();
    let bottom = bottom.unwrap_or(first.y + first.size * SAME_LINE);
    Some(Header { columns, cells, lines, bottom })
}

/// Most words of the title of a group of rows.
const MAX_TITLE_WORDS: usize = 12;

/// Most words of a column heading on one line.
const MAX_HEADING_WORDS: usize = 5;

/// Whether a piece of text may be a column heading rather than a part of a sentence.
fn is_heading(text: &str) -> bool {
    text.split_whitespace().count() <= MAX_HEADING_WORDS && !text.starts_with(char::is_lowercase)
}

/// The columns between the upright rules that cross the headings; `None` unless rules part all of them.
fn ruled_ranges(band: &[&Segment<'_>], rules: &[Rule]) -> Option<Vec<(f64, f64)>> {
    let y = band[0].y - band[0].size / 3.0;
    let upright = |rule: &&Rule| {
        let (top, bottom) = (rule.from.1.min(rule.to.1), rule.from.1.max(rule.to.1));
        (rule.from.0 - rule.to.0).abs() < bottom - top && top <= y && y <= bottom
    };
    let mut edges: Vec<f64> = rules.iter().filter(upright).map(|rule| rule.from.0).collect();
    edges.sort_by(f64::total_cmp);
    edges.dedup_by(|a, b| (*a - *b).abs() < COLUMN_SLACK);
    let parts = |pair: &[&Segment<'_>]| {
        edges.iter().any(|x| *x > pair[0].end - COLUMN_SLACK && *x < pair[1].start + COLUMN_SLACK)
    };
    if edges.is_empty() || !band.windows(2).all(parts) {
        return None;
    }
    let (first, last) = (band[0].start, band[band.len() - 1].end);
    if edges[0] > first {
        edges.insert(0, f64::MIN);
    }
    if edges[edges.len() - 1] < last {
        edges.push(f64::MAX);
    }
    Some(edges.windows(2).map(|pair| (pair[0], pair[1])).collect())
}

/// The columns below headings without rules: each begins at its heading.
fn open_ranges(band: &[&Segment<'_>]) -> Vec<(f64, f64)> {
    let ends = band.iter().skip(1).map(|s| s.start - COLUMN_SLACK).chain([f64::MAX]);
    band.iter().zip(ends).map(|(s, end)| (s.start - COLUMN_SLACK, end)).collect()
}

/// Heights of the level rules that span most of the way from `left` to `right`, from the top. A rule may
/// be drawn cell by cell.
fn level_rules(rules: &[Rule], left: f64, right: f64) -> Vec<f64> {
    let mut level: Vec<(f64, f64)> = (rules.iter())
        .filter(|rule| (rule.from.1 - rule.to.1).abs() < (rule.from.0 - rule.to.0).abs())
        .map(|rule| {
            let (a, b) =
                (rule.from.0.min(rule.to.0).max(left), rule.from.0.max(rule.to.0).min(right));
            (rule.from.1, (b - a).max(0.0))
        })
        .collect();
    level.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut merged: Vec<(f64, f64)> = Vec::new();
    for (y, length) in level {
        match merged.last_mut() {
            Some(last) if y - last.0 < COLUMN_SLACK => last.1 += length,
            _ => merged.push((y, length)),
        }
    }
    merged.retain(|(_, length)| *length > (right - left) * RULED_SHARE);
    merged.into_iter().map(|(y, _)| y).collect()
}

impl Columns {
    /// The column of a segment: the one in which it begins, or else the one it shares most with.
    fn of(&self, segment: &Segment<'_>) -> usize {
        let begins = |range: &(f64, f64)| {
            segment.start >= range.0 - COLUMN_SLACK && segment.start < range.1 - COLUMN_SLACK
        };
        let shared = |range: &(f64, f64)| segment.end.min(range.1) - segment.start.max(range.0);
        let most = || {
            let best = (0..self.ranges.len())
                .max_by(|&a, &b| shared(&self.ranges[a]).total_cmp(&shared(&self.ranges[b])));
            best.unwrap_or(0)
        };
        self.ranges.iter().position(begins).unwrap_or_else(most)
    }

    /// Whether a segment runs over the edge of its column, as running text does.
    fn is_across(&self, segment: &Segment<'_>) -> bool {
        let at = self.of(segment);
        let next = self.ranges.get(at + 1);
        next.is_some_and(|next| segment.end > next.0 + 2.0 * COLUMN_SLACK)
            || segment.start < self.ranges[0].0 - 4.0 * COLUMN_SLACK
    }

    /// Whether a segment that runs over its column is the title of the rows below it: "A. Credit markets". It is short,
    /// stands alone at the left, and is followed by cells of two columns.
    fn is_title(&self, below: &[&Segment<'_>], at: usize) -> bool {
        let title = below[at];
        let same = |s: &&&Segment<'_>| (s.y - title.y).abs() < title.size * SAME_LINE;
        let alone = below.iter().filter(same).count() == 1;
        let short = title.text.split_whitespace().count() <= MAX_TITLE_WORDS
            && !title.text.ends_with(['.', ';', ',']);
        let next = || below[at + 1..].iter().take(4);
        let cells: BTreeSet<usize> = next().map(|s| self.of(s)).collect();
        alone
            && short
            && self.of(title) == 0
            && cells.len() >= 2
            && next().all(|s| !self.is_across(s))
    }

    /// Whether the first segments of a page stand in these columns, in at least two of them.
    fn fit(&self, segments: &[Segment<'_>]) -> bool {
        let first: Vec<&Segment<'_>> = segments.iter().take(6).collect();
        let at_start = |s: &&&Segment<'_>| {
            let range = self.ranges[self.of(s)];
            self.ruled || (s.start - range.0 - COLUMN_SLACK).abs() < 2.0 * COLUMN_SLACK
        };
        let columns: BTreeSet<usize> = first.iter().map(|s| self.of(s)).collect();
        let inside = first.iter().all(|s| !self.is_across(s));
        inside && columns.len() >= 2 && first.iter().filter(at_start).count() * 3 >= first.len() * 2
    }
}

/// The rows below `top`, and where they end.
fn body_of(
    segments: &[Segment<'_>],
    rules: &[Rule],
    columns: &Columns,
    top: f64,
    body: f64,
) -> (Table, f64) {
    let (left, right) = extent(segments, columns, top);
    let level: Vec<f64> =
        level_rules(rules, left, right).into_iter().filter(|y| *y > top + COLUMN_SLACK).collect();
    let end = end_of(segments, columns, &level, top, body);
    let level: Vec<f64> = level.into_iter().filter(|y| *y <= end + COLUMN_SLACK).collect();
    let inside: Vec<&Segment<'_>> = segments.iter().filter(|s| s.y > top && s.y <= end).collect();
    let rows = if level.len() >= 2 || level.len() == 1 && columns.ruled {
        by_rules(&inside, columns, &level)
    } else {
        by_order(&inside, columns)
    };
    (Table { lines: inside.iter().map(|s| s.line).collect(), rows }, end)
}

/// Left and right of the text in the columns.
fn extent(segments: &[Segment<'_>], columns: &Columns, top: f64) -> (f64, f64) {
    let fits = segments.iter().filter(|s| s.y > top && !columns.is_across(s));
    fits.fold((f64::MAX, f64::MIN), |(left, right), s| (left.min(s.start), right.max(s.end)))
}

/// Where the rows end: before text that runs across the columns, before a heading, or after a wide gap
/// that no rule closes.
fn end_of(segments: &[Segment<'_>], columns: &Columns, level: &[f64], top: f64, body: f64) -> f64 {
    let mut below: Vec<&Segment<'_>> = segments.iter().filter(|s| s.y > top).collect();
    below.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut last: Option<f64> = None;
    for (at, segment) in below.iter().enumerate() {
        let ruled = level.iter().any(|y| *y > segment.y);
        let wide = last.is_some_and(|last| segment.y - last > segment.size * TABLE_GAP);
        let heading = segment.size > body * HEADING && last.is_some();
        // Rules that go on below the last one of the grid end the table, too.
        let outside = !level.is_empty() && columns.ruled && !ruled;
        let across = columns.is_across(segment) && !columns.is_title(&below, at);
        if across || heading || wide && !ruled || outside {
            break;
        }
        last = Some(segment.y);
    }
    let last = last.unwrap_or(top);
    level.iter().copied().find(|y| *y > last).unwrap_or(last)
}

/// The rows between level rules.
fn by_rules(inside: &[&Segment<'_>], columns: &Columns, level: &[f64]) -> Vec<Vec<String>> {
    let mut rows = vec![vec![Vec::new(); columns.ranges.len()]; level.len() + 1];
    for segment in inside {
        let row = level.partition_point(|y| *y < segment.y);
        rows[row][columns.of(segment)].push(*segment);
    }
    let text = |mut cell: Vec<&Segment<'_>>| {
        cell.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.start.total_cmp(&b.start)));
        let mut text = String::new();
        for segment in cell {
            add(&mut text, segment.text);
        }
        text
    };
    let rows = rows.into_iter().map(|row| row.into_iter().map(text).collect::<Vec<_>>());
    rows.filter(|row| row.iter().any(|cell| !cell.is_empty())).collect()
}

/// The rows in the order in which the file draws them: a new one begins at a number, or, without
/// numbers, where the text steps back to an earlier column and down by more than a line.
fn by_order(inside: &[&Segment<'_>], columns: &Columns) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    // The column of the last segment, and the height of the last one in each column.
    let mut before = usize::MAX;
    let mut lowest = vec![f64::MIN; columns.ranges.len()];
    for segment in inside {
        let at = columns.of(segment);
        let down = segment.y - lowest[at] > segment.size * ROW_STEP;
        let begins = match columns.numbers {
            Some(numbers) => at == numbers && segment.text.chars().any(char::is_numeric),
            None => at < before && down,
        };
        if begins || rows.is_empty() {
            rows.push(vec![String::new(); columns.ranges.len()]);
        }
        if let Some(row) = rows.last_mut() {
            add(&mut row[at], segment.text);
        }
        before = at;
        lowest[at] = segment.y;
    }
    rows
}

/// Appends the next line of a cell; joins a word cut by a hyphen.
fn add(cell: &mut String, text: &str) {
    if cell.ends_with('-') && text.starts_with(char::is_lowercase) {
        cell.pop();
    } else if !cell.is_empty() {
        cell.push(' ');
    }
    cell.push_str(text);
}
