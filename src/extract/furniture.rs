//! Page furniture: page numbers, and running heads and feet.

use std::collections::HashMap;

use super::{
    flow::is_blank,
    fold::fold,
    marker::{self, Form},
};
use crate::domain::{Document, LineRole};

/// How often a line recurs in a document.
#[derive(Debug, Default)]
struct Recurring {
    times: u32,
    /// How often it stands in the middle of a sentence.
    cuts: u32,
    /// How often it stands beside a page number.
    numbered: u32,
}

impl Recurring {
    /// Whether this is a running head or foot.
    fn is_furniture(&self) -> bool {
        let often = |count: u32| count >= 2 && count * 3 >= self.times;
        self.times >= 3 && (often(self.cuts) || often(self.numbered))
    }
}

/// Longest running head or foot, in bytes.
const MAX_BYTES: usize = 90;

/// Page numbers, and lines that keep recurring in the middle of sentences or beside page numbers.
pub(super) fn furniture(document: &Document) -> Vec<bool> {
    let lines = document.lines();
    let mut counts: HashMap<String, Recurring> = HashMap::new();
    let at_edge = page_edges(document);
    let key_of = |number: usize| -> Option<String> {
        let text = document.line(number)?.trim();
        let alone = is_blank_line(document, number.checked_sub(1))
            || is_blank_line(document, Some(number + 1));
        // The parts of a running head may stand far apart; one blank counts between two words.
        let length: usize = text.split_whitespace().map(|word| word.len() + 1).sum();
        let title =
            !text.starts_with(char::is_lowercase) && !text.is_empty() && length <= MAX_BYTES + 1;
        // "43. We call upon": list items may all begin with the same words.
        let item = || marker::parse(text).is_some_and(|m| m.form != Form::Bare);
        let edge = at_edge.get(number).copied().unwrap_or(true);
        let short = title && alone && edge && lines[number].role == LineRole::Unmarked && !item();
        short.then(|| text.chars().filter(|c| !c.is_ascii_digit() && !is_blank(*c)).collect())
    };
    let filled: Vec<usize> = (0..lines.len())
        .filter(|&n| document.line(n).is_some_and(|t| !t.trim().is_empty()))
        .collect();
    let text = |number: &usize| document.line(*number).unwrap_or("");
    let is_text = |number: &&usize| !is_page_number(text(number).trim());
    for (at, &number) in filled.iter().enumerate() {
        if let Some(key) = key_of(number).filter(|k| k.len() > 3) {
            let (before, after) = (&filled[..at], &filled[at + 1..]);
            let next = after.iter().find(is_text).map_or("", text);
            let cut =
                before.iter().rev().find(is_text).is_some_and(|last| is_cut(text(last), next));
            let beside = before.last().into_iter().chain(after.first());
            let numbered = beside.into_iter().any(|number| !is_text(&number));
            let entry = counts.entry(key).or_default();
            entry.times += 1;
            entry.cuts += u32::from(cut);
            entry.numbered += u32::from(numbered);
        }
    }
    let mut out = vec![false; lines.len()];
    for &number in &filled {
        let text = document.line(number).unwrap_or("").trim();
        let repeated =
            key_of(number).and_then(|key| counts.get(&key)).is_some_and(Recurring::is_furniture);
        out[number] = lines[number].role == LineRole::Furniture || repeated || is_page_number(text);
    }
    out
}

/// How many of the outermost lines of a page may be its running head or foot.
const EDGE_LINES: usize = 3;

/// Whether each line stands at the top or the bottom of its page; empty if the format has no pages.
fn page_edges(document: &Document) -> Vec<bool> {
    let lines = document.lines();
    if lines.iter().all(|line| line.page.is_none()) {
        return Vec::new();
    }
    let mut out = vec![false; lines.len()];
    // The blank lines between paragraphs belong to no page.
    let is_filled = |n: &usize| document.line(*n).is_some_and(|text| !text.trim().is_empty());
    let filled: Vec<usize> = (0..lines.len()).filter(is_filled).collect();
    for page in filled.chunk_by(|&a, &b| lines[a].page == lines[b].page) {
        for &number in page.iter().take(EDGE_LINES).chain(page.iter().rev().take(EDGE_LINES)) {
            out[number] = true;
        }
    }
    out
}

/// Whether a line is blank, outside the document, or a page number.
fn is_blank_line(document: &Document, number: Option<usize>) -> bool {
    let text = number.and_then(|n| document.line(n)).map_or("", str::trim);
    text.is_empty() || is_page_number(text)
}

/// Whether a sentence is cut between two lines.
fn is_cut(before: &str, next: &str) -> bool {
    let open = !before.trim_end().ends_with(['.', '!', '?', ':', ';', '"', '”', ')']);
    open && next.trim_start().starts_with(char::is_lowercase)
}

/// Whether a line is a page number: "12", "- 12 -", "Page 12", "12 | P a g e".
fn is_page_number(text: &str) -> bool {
    if text.len() > 24 {
        return false;
    }
    // "6.3.1" numbers a paragraph.
    if !text.trim_matches(|c: char| !c.is_ascii_digit()).bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let bare: String = fold(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let digits =
        bare.trim_start_matches("page").trim_start_matches("pagina").trim_end_matches("page");
    !digits.is_empty()
        && digits.len() <= 4
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !text.ends_with(')')
        && !text.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    fn plain(text: &str) -> Document {
        Document::plain(DocumentId::try_from("d".to_owned()).unwrap(), "d.txt".into(), text.into())
    }

    #[test]
    fn a_line_beside_page_numbers_is_a_running_head() {
        let page = |number: u32| {
            format!("Ships sail.\n\n{number}\nHarbour report{:90}HR-7\n\nThey stop.\n", "")
        };
        let document = plain(&(1..=3).map(page).collect::<String>());
        let found = furniture(&document);
        let heads = (0..found.len()).filter(|&n| found[n]).map(|n| document.line(n).unwrap());
        assert_eq!(heads.filter(|line| line.contains("HR-7")).count(), 3);
        let closing = plain("Do it.\n\nBy the Board\n\n1\n\nStop it.\n\nBy the Board\n\nEnd.\n");
        let found = furniture(&closing);
        assert!((0..found.len()).all(|n| !found[n] || closing.line(n) != Some("By the Board")));
    }

    #[test]
    fn page_numbers_are_furniture() {
        let document = plain("one two\n12\nthree\nPage 13\n(4)\n5.\n6.3.1\n- 7 -\n");
        let found = furniture(&document);
        assert_eq!(found, [false, true, false, true, false, false, false, true]);
    }
}
