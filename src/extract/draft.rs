//! A draft to check: its statements, and its text in blocks with the statements marked.

use super::Extracted;
use crate::domain::{
    BlockRole, Document, DraftBlock, DraftPart, LineRole, Problem, Recommendation,
};
use crate::text::marker;
use crate::text::statements::statements;

/// A statement of a draft, with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftStatement {
    /// Text of the statement.
    pub text: String,
    /// First line in the draft, 1-based.
    pub line_start: usize,
    /// Last line, inclusive.
    pub line_end: usize,
}

/// The statements of a draft to check, and its text; empty if the draft has no statements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Statements of its recommendations, or all its statements, in order.
    pub statements: Vec<DraftStatement>,
    /// The text in blocks, with the statements marked.
    pub blocks: Vec<DraftBlock>,
    /// Problems the reader should know about.
    pub problems: Vec<Problem>,
}

/// The statements to check in `document`.
///
/// These are the recommendations `found` in it. If extraction was not run or found nothing, these
/// are all its statements.
#[must_use]
pub fn draft(document: &Document, found: Option<Extracted>) -> Draft {
    let mut draft = Draft::default();
    if let Some(found) = found {
        draft.problems = found.problems;
        draft.statements = found.recommendations.into_iter().filter_map(placed).collect();
        if draft.statements.is_empty() {
            draft.problems.push(Problem {
                path: document.path.clone(),
                line: None,
                message: "no recommendation recognized; checking every statement".to_owned(),
            });
        }
    }
    if draft.statements.is_empty() {
        draft.statements = every_statement(document);
    }
    draft.blocks = blocks(document, &draft.statements);
    draft
}

fn placed(recommendation: Recommendation) -> Option<DraftStatement> {
    let source = recommendation.source?;
    Some(DraftStatement {
        text: recommendation.text,
        line_start: source.line_start,
        line_end: source.line_end,
    })
}

/// Sentences and list items of every paragraph, without headings and fragments of one or two words.
fn every_statement(document: &Document) -> Vec<DraftStatement> {
    let lines: Vec<&str> = (0..document.lines().len()).filter_map(|n| document.line(n)).collect();
    let ends = |n: usize| {
        lines[n].trim().is_empty()
            || lines[n].starts_with('#')
            || without_marker(lines[n]).is_some()
    };
    let mut found = Vec::new();
    let mut start = 0;
    while start < lines.len() {
        if lines[start].trim().is_empty() {
            start += 1;
            continue;
        }
        let end = (start + 1..lines.len()).find(|&n| ends(n)).unwrap_or(lines.len());
        let first = without_marker(lines[start]).unwrap_or(lines[start]);
        let rest = lines[start + 1..end].iter().copied();
        let paragraph: Vec<&str> = std::iter::once(first).chain(rest).map(str::trim).collect();
        let paragraph = paragraph.join(" ");
        for span in statements(&paragraph) {
            let text = paragraph[span.start..span.end].to_owned();
            if text.split_whitespace().count() >= 3 && !text.starts_with('#') {
                found.push(DraftStatement { text, line_start: start + 1, line_end: end });
            }
        }
        start = end;
    }
    found
}

/// The text after the marker at the start of a list item; `None` without one.
fn without_marker(line: &str) -> Option<&str> {
    marker::parse(line).map(|marker| &line[marker.end..])
}

/// The draft's text, block by block, with each statement marked.
///
/// If a statement is not found verbatim, the whole block on its first line is marked.
fn blocks(document: &Document, statements: &[DraftStatement]) -> Vec<DraftBlock> {
    let mut raw = raw_blocks(document);
    let mut placed = vec![false; statements.len()];
    for (at, statement) in statements.iter().enumerate() {
        let words = joined(&statement.text);
        let overlapping = |block: &&mut Raw| {
            block.first <= statement.line_end && block.last >= statement.line_start
        };
        for block in raw.iter_mut().filter(overlapping) {
            if placed[at] {
                break;
            }
            placed[at] = block.mark(&words, at);
        }
    }
    for (at, statement) in statements.iter().enumerate().filter(|(at, _)| !placed[*at]) {
        let here = |block: &&mut Raw| {
            block.last >= statement.line_start && block.parts.iter().all(|p| p.statement.is_none())
        };
        if let Some(block) = raw.iter_mut().find(here) {
            for part in &mut block.parts {
                part.statement = Some(at);
            }
        }
    }
    raw.into_iter().map(|block| DraftBlock { role: block.role, parts: block.parts }).collect()
}

struct Raw {
    role: BlockRole,
    /// First and last line, 1-based, inclusive.
    first: usize,
    last: usize,
    parts: Vec<DraftPart>,
}

impl Raw {
    /// Splits off the part that says `words` and marks it; `false` if no part does.
    fn mark(&mut self, words: &str, statement: usize) -> bool {
        let mut free = self.parts.iter().enumerate().filter(|(_, part)| part.statement.is_none());
        let found = free.find_map(|(at, part)| Some((at, part.text.find(words)?)));
        let Some((at, start)) = found.filter(|_| !words.is_empty()) else { return false };
        let text = self.parts[at].text.clone();
        let end = start + words.len();
        let part = |text: &str, statement| DraftPart { text: text.to_owned(), statement };
        let cut = [
            part(&text[..start], None),
            part(&text[start..end], Some(statement)),
            part(&text[end..], None),
        ];
        self.parts.splice(at..=at, cut.into_iter().filter(|part| !part.text.is_empty()));
        true
    }
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn raw_blocks(document: &Document) -> Vec<Raw> {
    let mut found: Vec<Raw> = Vec::new();
    let mut open = false;
    for (number, line) in document.lines().iter().enumerate() {
        let text = joined(document.slice(line.span));
        if text.is_empty() || line.role == LineRole::Furniture {
            // A page footer does not end a paragraph; an empty line does.
            open &= line.role == LineRole::Furniture;
            continue;
        }
        let (role, begins) = role(line.role, &text);
        let number = number + 1;
        if let Some(block) = found.last_mut().filter(|_| open && !begins) {
            block.last = number;
            block.parts[0].text.push(' ');
            block.parts[0].text.push_str(&text);
        } else {
            let text = text.trim_start_matches('#').trim_start().to_owned();
            let parts = vec![DraftPart { text, statement: None }];
            found.push(Raw { role, first: number, last: number, parts });
        }
        open = !matches!(role, BlockRole::Heading(_));
    }
    found
}

/// The kind of block a line belongs to, and whether the line begins it.
fn role(role: LineRole, text: &str) -> (BlockRole, bool) {
    match role {
        LineRole::Heading(level) => (BlockRole::Heading(level), true),
        LineRole::ListItem(_) => (BlockRole::Item, true),
        LineRole::Paragraph | LineRole::Row | LineRole::Note => (BlockRole::Paragraph, true),
        LineRole::Unmarked if text.starts_with('#') => {
            let level = text.chars().take_while(|&c| c == '#').count().min(6);
            (BlockRole::Heading(level as u8), true)
        }
        LineRole::Unmarked if without_marker(text).is_some() => (BlockRole::Item, true),
        LineRole::Unmarked | LineRole::Continued | LineRole::Furniture => {
            (BlockRole::Paragraph, false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn list_items_are_statements_of_their_own_lines() {
        let text =
            "# Title\n\nStates should act now.\n- Reduce all fees.\n2. Train\n  every guard.\n";
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = Document::plain(id, "d.md".into(), text.into());
        let found = every_statement(&document);
        let found: Vec<_> =
            found.iter().map(|s| (s.text.as_str(), s.line_start, s.line_end)).collect();
        assert_eq!(
            found,
            [
                ("States should act now.", 3, 3),
                ("Reduce all fees.", 4, 4),
                ("Train every guard.", 5, 6)
            ]
        );
    }

    #[test]
    fn statements_are_found_where_they_stand() {
        let text = "# Title\n\nSome words. States should act\nnow. More.\n\n(a) Reduce fees;\n(b) Train.\n";
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = Document::plain(id, "d.md".into(), text.into());
        let statement = |text: &str, line_start, line_end| DraftStatement {
            text: text.to_owned(),
            line_start,
            line_end,
        };
        let statements = [
            statement("States should act now.", 3, 4),
            statement("Reduce fees;", 6, 6),
            statement("Words that stand nowhere.", 7, 7),
        ];
        let blocks = blocks(&document, &statements);
        let shown: Vec<Vec<(&str, Option<usize>)>> = blocks
            .iter()
            .map(|block| block.parts.iter().map(|p| (p.text.as_str(), p.statement)).collect())
            .collect();
        assert_eq!(
            shown,
            [
                vec![("Title", None)],
                vec![("Some words. ", None), ("States should act now.", Some(0)), (" More.", None)],
                vec![("(a) ", None), ("Reduce fees;", Some(1))],
                vec![("(b) Train.", Some(2))],
            ]
        );
        let roles: Vec<BlockRole> = blocks.iter().map(|block| block.role).collect();
        let expected =
            [BlockRole::Heading(1), BlockRole::Paragraph, BlockRole::Item, BlockRole::Item];
        assert_eq!(roles, expected);
    }
}
