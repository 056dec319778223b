//! What a column heading ("Responsible unit"), or a label at the start of a line ("Management response:"),
//! says about the text under it. The words are in `languages/`, under `[columns]`.

use serde::Deserialize;

use super::fold::key;
use super::marker::{self, Style};
use super::{is_stop_word, lists};
use crate::domain::Language;

/// What the text under a heading or after a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The number of a recommendation.
    Number,
    /// Who recommends.
    Agency,
    /// What is recommended.
    Recommendation,
    /// Who is to act.
    Owner,
    /// By when.
    Deadline,
    /// How far it is carried out.
    Status,
    /// What those asked to act answer.
    Response,
    /// What the recommendation rests on: findings, risks, causes.
    Finding,
}

/// The words of one language for each [`Column`], folded (see [`key`]).
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Columns {
    number: Vec<String>,
    agency: Vec<String>,
    recommendation: Vec<String>,
    owner: Vec<String>,
    deadline: Vec<String>,
    status: Vec<String>,
    response: Vec<String>,
    finding: Vec<String>,
}

impl Columns {
    fn lists(&self) -> [(Column, &[String]); 8] {
        [
            (Column::Status, &self.status),
            (Column::Response, &self.response),
            (Column::Owner, &self.owner),
            (Column::Deadline, &self.deadline),
            (Column::Number, &self.number),
            (Column::Agency, &self.agency),
            (Column::Recommendation, &self.recommendation),
            (Column::Finding, &self.finding),
        ]
    }
}

/// Most words of a column heading; more make a sentence.
const MAX_HEADING_WORDS: usize = 7;

/// Most words of a label at the start of a line, and most bytes before its colon.
const MAX_LABEL_WORDS: usize = 4;
const MAX_LABEL_BYTES: usize = 48;

/// The same for a label that names who answers, after its first two words.
const MAX_ANSWER_WORDS: usize = 14;
const MAX_ANSWER_BYTES: usize = 120;

/// How a known phrase ranks where several stand in one heading: "Recommendation status" is a status,
/// and "Risk owner" an owner.
fn rank(column: Column) -> u8 {
    match column {
        Column::Number
        | Column::Agency
        | Column::Owner
        | Column::Deadline
        | Column::Status
        | Column::Response => 0,
        Column::Recommendation => 1,
        Column::Finding => 2,
    }
}

/// What a column heading says about its column, in any language that has lists; `None` if nothing known.
///
/// Where a heading holds several known phrases, those that qualify a recommendation come first, then
/// the first and longest.
#[must_use]
pub fn column_of(heading: &str) -> Option<Column> {
    match heading.trim() {
        // A workbook may have a cell a thousand empty ones further on.
        "" => return None,
        "#" | "№" | "N°" | "Nº" => return Some(Column::Number),
        _ => {}
    }
    let folded = format!(" {} ", key(heading));
    if folded.split_whitespace().count() > MAX_HEADING_WORDS {
        return None;
    }
    let mut best: Option<(u8, usize, usize, Column)> = None;
    for lists in lists::all() {
        for (column, phrases) in lists.columns.lists() {
            // "Accepted (Y/N)" is no number.
            let whole = |phrase: &&String| phrase.len() > 1 || folded.trim() == phrase.as_str();
            let places = phrases.iter().filter(whole).filter_map(|phrase| place(&folded, phrase));
            for (at, len) in places {
                let found = (rank(column), at, usize::MAX - len, column);
                let better = |known: &(u8, usize, usize, Column)| {
                    (found.0, found.1, found.2) < (known.0, known.1, known.2)
                };
                if best.as_ref().is_none_or(better) {
                    best = Some(found);
                }
            }
        }
    }
    best.map(|found| found.3)
}

/// Most bytes of a column heading.
const MAX_HEADING_BYTES: usize = 80;

/// A number in a heading from which it is a year.
const LEAST_YEAR: u32 = 1900;

/// What the cells of a row say if they are column headings: at least two known ones, or "Recommendation"
/// beside others or in a table of one column. `None` for a row of text.
#[must_use]
pub fn headings(cells: &[&str]) -> Option<Vec<Option<Column>>> {
    // A cell that ends a sentence is text ("Accepted. The status is open."), and so is a label with its text.
    let text = |cell: &&str| {
        cell.len() > MAX_HEADING_BYTES
            || cell.len() > 12 && cell.ends_with(['.', ';'])
            || label(cell).is_some_and(|label| label.end < cell.len())
    };
    // "Recommendation 3" opens a recommendation, unlike "Recommendation 2019".
    let labels = |cell: &&str| {
        let marker = marker::parse(cell).filter(|m| m.style == Style::Labelled);
        marker.is_some_and(|marker| marker.value < LEAST_YEAR)
    };
    if cells.iter().any(text) || cells.len() > 1 && cells.iter().any(labels) {
        return None;
    }
    let columns: Vec<Option<Column>> = cells.iter().map(|cell| column_of(cell)).collect();
    let known = columns.iter().flatten().count();
    let named = columns.contains(&Some(Column::Recommendation));
    let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    (known >= 2 || named && (filled >= 2 || cells.len() == 1)).then_some(columns)
}

/// Whether a label or heading says that those asked to act answer below it: "Management response",
/// "The Ministry's comments". An "emergency response" is another matter.
#[must_use]
pub fn is_answer(name: &str) -> bool {
    let possessive = ["'s ", "’s ", "s' ", "s’ "].iter().any(|mark| name.contains(mark));
    // "NPS Response"
    let (first, rest) = name.trim().split_once(' ').unwrap_or((name, ""));
    let is_acronym =
        (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_uppercase());
    let named = possessive || is_phrase(name) || is_acronym && is_phrase(rest);
    column_of(name) == Some(Column::Response) && named
}

/// Whether `name` is, as a whole, a known phrase: "Recommendation", but not "Recommendation tracker 2026".
#[must_use]
pub fn is_phrase(name: &str) -> bool {
    let name = key(name);
    let known =
        |columns: &Columns| columns.lists().iter().any(|(_, phrases)| phrases.contains(&name));
    lists::all().any(|lists| known(&lists.columns))
}

/// Where `phrase` stands in a folded heading as whole words, and its length. Scripts without blanks
/// between words match anywhere.
fn place(heading: &str, phrase: &str) -> Option<(usize, usize)> {
    if phrase.is_ascii() || phrase.chars().next().is_some_and(|c| c < '\u{2e80}') {
        heading.find(&format!(" {phrase} ")).map(|at| (at, phrase.len()))
    } else {
        heading.find(phrase).map(|at| (at, phrase.len()))
    }
}

/// A label at the start of a line: "**Management response:** Agreed."
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// What the text after it is.
    pub column: Column,
    /// Byte of the line at which that text begins.
    pub end: usize,
}

/// The label at the start of `line`, if there is one: a few capitalised words, a known one among them,
/// and a colon. Numbered labels ("Recommendation 3:") are [markers](super::marker).
#[must_use]
pub fn label(line: &str) -> Option<Label> {
    let body = line.trim_start().trim_start_matches(['*', '_']);
    let colon = body.find([':', '：']).filter(|&at| at <= MAX_ANSWER_BYTES)?;
    let name = body[..colon].trim_end().trim_end_matches(['*', '_']).trim_end();
    let labelled = |column| {
        let text = body[colon..].trim_start_matches([':', '：', '*', '_']).trim_start();
        Some(Label { column, end: line.len() - text.len() })
    };
    if is_answer_of(name) {
        return labelled(Column::Response);
    }
    if ["To", "TO", "An", "Para"].contains(&name) && body[colon..].starts_with(": ") {
        return labelled(Column::Owner);
    }
    if colon > MAX_LABEL_BYTES {
        return None;
    }
    let words = name.split_whitespace().count();
    let first = name.split_whitespace().next()?;
    let function = || Language::ALL.iter().any(|&language| is_stop_word(first, Some(language)));
    let opens = !first.starts_with(char::is_lowercase) && (is_phrase(name) || !function());
    if words > MAX_LABEL_WORDS || !opens || name.contains(|c: char| c.is_numeric() || c == '|') {
        return None;
    }
    let column = column_of(name).filter(|&column| match column {
        Column::Recommendation | Column::Finding => true,
        Column::Owner | Column::Deadline | Column::Status => is_phrase(name),
        Column::Response => is_answer(name),
        Column::Number | Column::Agency => false,
    })?;
    let after = &body[colon..];
    let after = after.trim_start_matches([':', '：']);
    // "10:30" and "http://" are no labels.
    if after.starts_with(|c: char| c.is_alphanumeric() || c == '/') && name.is_ascii() {
        return None;
    }
    labelled(column)
}

/// Whether a label names who answers: "Reply of the Port Authority, 12 August 2026". An answer of nobody in
/// particular ("Response to the fire") is none.
fn is_answer_of(name: &str) -> bool {
    const OF: &[&str] = &[
        "of", "from", "by", "de", "du", "des", "der", "del", "da", "do", "dos", "das", "von", "vom",
    ];
    let mut words = name.split_whitespace();
    let (Some(first), Some(of)) = (words.next(), words.next()) else { return false };
    let named = words.clone().any(|word| word.starts_with(char::is_uppercase));
    first.starts_with(char::is_uppercase)
        && OF.contains(&of)
        && named
        && words.count() <= MAX_ANSWER_WORDS
        && is_phrase(first)
        && column_of(first) == Some(Column::Response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_cells_take_no_time() {
        let mut cells = vec![""; 200_000];
        cells.extend(["Recommendation", "Status"]);
        let start = std::time::Instant::now();
        let found = headings(&cells).expect("two headings are known");
        assert_eq!(found[200_000..], [Some(Column::Recommendation), Some(Column::Status)]);
        // Looking for phrases in each takes a hundred times as long.
        assert!(start.elapsed().as_secs_f64() < 1.0, "{:?}", start.elapsed());
    }

    #[test]
    fn headings_say_what_their_columns_hold() {
        let cases = [
            ("No.", Some(Column::Number)),
            ("#", Some(Column::Number)),
            ("Rec. no.", Some(Column::Number)),
            ("N", Some(Column::Number)),
            ("Para.", Some(Column::Number)),
            ("Accepted (Y/N/Partly)", None),
            ("What the organisation should do", Some(Column::Recommendation)),
            ("Recommendation", Some(Column::Recommendation)),
            ("Recommandations", Some(Column::Recommendation)),
            ("Responsible unit(s)", Some(Column::Owner)),
            ("Risk owner", Some(Column::Owner)),
            ("Source body", Some(Column::Agency)),
            ("Policy option", Some(Column::Recommendation)),
            ("Target date for implementation", Some(Column::Deadline)),
            ("Échéance", Some(Column::Deadline)),
            ("Recommendation status", Some(Column::Status)),
            ("Management response (2026)", Some(Column::Response)),
            ("Response to the recommendation", Some(Column::Response)),
            ("建议", Some(Column::Recommendation)),
            ("Finding", Some(Column::Finding)),
            ("Ferry", None),
            ("Train every deck officer in the new log format and status", None),
        ];
        for (heading, column) in cases {
            assert_eq!(column_of(heading), column, "{heading}");
        }
    }

    #[test]
    fn labels_open_a_line() {
        let seen = |line: &'static str| label(line).map(|l| (l.column, &line[l.end..]));
        assert_eq!(seen("Recommendation: Act."), Some((Column::Recommendation, "Act.")));
        assert_eq!(seen("**Management response:** No."), Some((Column::Response, "No.")));
        assert_eq!(seen("**Management response**: No."), Some((Column::Response, "No.")));
        assert_eq!(seen("Status: open"), Some((Column::Status, "open")));
        assert_eq!(seen("Recommendation:"), Some((Column::Recommendation, "")));
        assert_eq!(seen("To: Port Authority"), Some((Column::Owner, "Port Authority")));
        let reply = "Reply of the Port Authority, 12 August 2026: We accept.";
        assert_eq!(seen(reply), Some((Column::Response, "We accept.")));
        for line in [
            "In response: no",
            "Response of crews to fire: no",
            "To：部",
            "The response of the ministry to the report: no",
            "Recommendation 3: Act.",
            "Note: the status is open",
            "the status: open",
            "Emergency response: crews should wait",
            "Legal status: persons should have one",
        ] {
            assert_eq!(seen(line), None, "{line}");
        }
    }
}
