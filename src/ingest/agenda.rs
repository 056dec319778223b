//! Reads an agenda, a list of goals to compare recommendations with: TOML, JSON lines, CSV, or text
//! with one item a line.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::records::{RecordError, RecordPlace};
use super::source::{self, CorpusError};
use crate::domain::{Agenda, AgendaItem};

/// `agenda.toml`.
#[derive(Debug, Deserialize)]
struct AgendaToml {
    title: Option<String>,
    #[serde(default)]
    items: Vec<ItemEntry>,
}

/// An item as written in a file; its number serves as a missing id.
#[derive(Debug, Deserialize)]
struct ItemEntry {
    id: Option<String>,
    text: String,
    #[serde(default)]
    parent: Option<String>,
    #[serde(default)]
    marker: Option<String>,
    #[serde(default)]
    level: Option<String>,
}

/// Reads the agenda at `path`.
///
/// `.toml`, `.jsonl` and `.csv` (with a column `text`) are read as such; any other file is text with
/// one item a line.
///
/// # Errors
/// [`CorpusError`] with file and line, for a file that cannot be read, an item without text, or a
/// repeated id.
pub fn read(path: &Path) -> Result<Agenda, CorpusError> {
    let text = source::read_text(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("toml") => parse_toml(text, path),
        Some("jsonl" | "ndjson") => of_entries(None, parse_jsonl(text, path)?, path),
        Some("csv") => of_entries(None, parse_csv(text, path)?, path),
        _ => of_entries(None, lines(text), path),
    }
}

/// Parses the text of an `agenda.toml`.
///
/// # Errors
/// [`CorpusError`] with the line.
pub fn parse_toml(text: &str, path: &Path) -> Result<Agenda, CorpusError> {
    let agenda: AgendaToml = source::parse_toml(text, path)?;
    let entries = agenda.items.into_iter().map(|item| (0, item)).collect();
    of_entries(agenda.title, entries, path)
}

fn parse_jsonl(text: &str, path: &Path) -> Result<Vec<(usize, ItemEntry)>, CorpusError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let item =
                serde_json::from_str(line).map_err(|e| wrong(path, number + 1, e.to_string()))?;
            Ok((number + 1, item))
        })
        .collect()
}

fn parse_csv(text: &str, path: &Path) -> Result<Vec<(usize, ItemEntry)>, CorpusError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let line_of = |error: &csv::Error| error.position().map_or(1, |at| at.line() as usize);
    let failed = |error: csv::Error| wrong(path, line_of(&error), error.to_string());
    let headings = reader.headers().map_err(failed)?.clone();
    let mut items = Vec::new();
    for row in reader.records() {
        let row = row.map_err(failed)?;
        let line = row.position().map_or(1, |at| at.line() as usize);
        items.push((line, row.deserialize(Some(&headings)).map_err(failed)?));
    }
    Ok(items)
}

/// One item a line; a line that begins with `#` is a comment.
fn lines(text: &str) -> Vec<(usize, ItemEntry)> {
    let item = |text: &str| ItemEntry {
        id: None,
        text: text.to_owned(),
        parent: None,
        marker: None,
        level: None,
    };
    let lines = text.lines().map(str::trim).enumerate();
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| (number + 1, item(line)))
        .collect()
}

/// The agenda of `entries`, after checks. Each entry comes with its line, or 0 if that is unknown.
fn of_entries(
    title: Option<String>,
    entries: Vec<(usize, ItemEntry)>,
    path: &Path,
) -> Result<Agenda, CorpusError> {
    let mut ids = BTreeSet::new();
    let mut items = Vec::new();
    for (at, (line, entry)) in entries.into_iter().enumerate() {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let id = filled(entry.id).unwrap_or_else(|| (at + 1).to_string());
        if !entry.text.chars().any(char::is_alphanumeric) {
            return Err(wrong(path, line, format!("item `{id}` has no text")));
        }
        if !ids.insert(id.clone()) {
            return Err(wrong(path, line, format!("there are two items `{id}`")));
        }
        items.push(AgendaItem {
            id,
            text: entry.text.trim().to_owned(),
            parent: filled(entry.parent),
            marker: filled(entry.marker),
            level: filled(entry.level),
        });
    }
    Ok(Agenda { title, items })
}

/// An error at `line`. TOML gives no line for an item that parsed, so line 0 means the file.
fn wrong(path: &Path, line: usize, why: String) -> CorpusError {
    let place = if line == 0 { RecordPlace::File } else { RecordPlace::Line(line) };
    CorpusError::Record(RecordError { path: path.display().to_string(), place, why })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(entries: Vec<(usize, ItemEntry)>) -> Vec<(String, String)> {
        let agenda = of_entries(None, entries, Path::new("a")).unwrap();
        agenda.items.into_iter().map(|item| (item.id, item.text)).collect()
    }

    #[test]
    fn every_kind_of_file_gives_the_same_items() {
        let path = Path::new("a");
        let expected =
            [("1", "Lower fees."), ("2", "Better data.")].map(|(i, t)| (i.into(), t.into()));
        assert_eq!(texts(lines("# ours\nLower fees.\n\n Better data.\n")), expected);
        let jsonl = "{\"text\":\"Lower fees.\"}\n{\"id\":\"2\",\"text\":\"Better data.\"}\n";
        assert_eq!(texts(parse_jsonl(jsonl, path).unwrap()), expected);
        let csv = "text,marker\nLower fees.,a\n\"Better data.\",b\n";
        assert_eq!(texts(parse_csv(csv, path).unwrap()), expected);
        let toml = "[[items]]\ntext = \"Lower fees.\"\n[[items]]\ntext = \"Better data.\"\n";
        let items = parse_toml(toml, path).unwrap().items;
        let items: Vec<(String, String)> = items.into_iter().map(|i| (i.id, i.text)).collect();
        assert_eq!(items, expected);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        let path = Path::new("a.jsonl");
        let bad = parse_jsonl("{\"text\":\"x\"}\n{\"tex\":\"y\"}\n", path).unwrap_err();
        assert!(bad.to_string().starts_with("a.jsonl:2: "), "{bad}");
        let twice = "{\"id\":\"x\",\"text\":\"x\"}\n{\"id\":\"x\",\"text\":\"y\"}\n";
        let twice = of_entries(None, parse_jsonl(twice, path).unwrap(), path).unwrap_err();
        assert_eq!(twice.to_string(), "a.jsonl:2: there are two items `x`");
        let blank = of_entries(None, parse_jsonl("{\"text\":\" - \"}", path).unwrap(), path);
        assert_eq!(blank.unwrap_err().to_string(), "a.jsonl:1: item `1` has no text");
    }

    #[test]
    fn a_bad_agenda_is_named_by_its_line() {
        let error = parse_toml("title = \"x\"\n[[items]]\nid = 7\n", Path::new("a.toml"));
        assert!(error.unwrap_err().to_string().starts_with("a.toml:3: "));
    }
}
