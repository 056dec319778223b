//! A draft to check: its statements, and its text in blocks with the statements marked.

use super::Extracted;
use super::blocks::{self, Block, Kind, ends_sentence};
use super::flow::Flow;
use super::layout::Layout;
use crate::domain::{
    BlockRole, Document, DraftBlock, DraftPart, LineRole, Problem, Recommendation,
};
use crate::text::marker;
use crate::text::sentences::COLONS;
use crate::text::statements::statements;

/// Minimum number of words of what is checked; "(Accepted)" or the name in a table cell has fewer.
const MIN_WORDS: usize = 3;

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
    /// What is checked, in the order of the draft.
    pub statements: Vec<DraftStatement>,
    /// The text in blocks, with the statements marked.
    pub blocks: Vec<DraftBlock>,
    /// Number of sentences of the draft that no statement contains.
    pub unchecked: usize,
    /// Problems the reader should know about.
    pub problems: Vec<Problem>,
}

/// The statements to check in `document`.
///
/// These are the recommendations `found` in it, and every other list item and table row: a list in a
/// draft is what the draft says. If extraction was not run, or there is neither, these are all its
/// statements.
#[must_use]
pub fn draft(document: &Document, found: Option<Extracted>) -> Draft {
    let read = blocks::blocks(document, &Layout::measure(document));
    let mut draft = Draft::default();
    if let Some(found) = found {
        draft.problems = found.problems;
        draft.statements = found.recommendations.into_iter().filter_map(placed).collect();
        let listed = listed(document, &read, &draft.statements);
        draft.statements.extend(listed);
        draft.statements.sort_by_key(|statement| statement.line_start);
        if draft.statements.is_empty() {
            draft.problems.push(Problem {
                path: document.path.clone(),
                line: None,
                message: "no recommendation recognized; checking every statement".to_owned(),
            });
        }
    }
    if draft.statements.is_empty() {
        draft.statements = every_statement(document, &read);
    }
    draft.unchecked = unchecked(&read, &draft.statements);
    draft.blocks = marked(document, &draft.statements);
    draft
}

/// The draft that a table of records is: each record is a statement.
#[must_use]
pub fn draft_of_records(found: Extracted) -> Draft {
    let statement = |(number, record): (usize, Recommendation)| {
        let line = record.source.as_ref().map_or(number, |source| source.line_start);
        DraftStatement { text: record.text, line_start: line, line_end: line }
    };
    let statements: Vec<DraftStatement> = (1..).zip(found.recommendations).map(statement).collect();
    let block = |(at, statement): (usize, &DraftStatement)| {
        let part = DraftPart { text: joined(&statement.text), statement: Some(at) };
        DraftBlock { role: BlockRole::Item, parts: vec![part] }
    };
    let blocks = statements.iter().enumerate().map(block).collect();
    Draft { statements, blocks, unchecked: 0, problems: found.problems }
}

fn placed(recommendation: Recommendation) -> Option<DraftStatement> {
    let source = recommendation.source?;
    Some(DraftStatement {
        text: recommendation.text,
        line_start: source.line_start,
        line_end: source.line_end,
    })
}

/// The list items and table rows of which no statement is `known`.
fn listed(document: &Document, read: &[Block], known: &[DraftStatement]) -> Vec<DraftStatement> {
    let is_known = |block: &Block| {
        known.iter().any(|one| one.line_start <= block.last + 1 && one.line_end > block.first)
    };
    let is_row = |at: usize| matches!(read[at].kind, Kind::Row);
    let flow = |(at, block): (usize, &Block)| match &block.kind {
        Kind::Item(_) => Some(block.flow.clone()),
        Kind::Row => cell(&block.flow, at == 0 || !is_row(at - 1)),
        Kind::Heading(_) | Kind::Paragraph | Kind::Note => None,
    };
    let new = read.iter().enumerate().filter(|(_, block)| !is_known(block)).filter_map(flow);
    // "States should:" only leads on to the items below it.
    let says = new.filter(|flow| has_words(flow.text()) && !flow.text().ends_with(COLONS));
    says.filter_map(|flow| at_its_place(document, &flow)).collect()
}

/// The longest cell of a table row. The first row of a table is its heading, unless it ends a sentence.
fn cell(row: &Flow, is_first: bool) -> Option<Flow> {
    let mut cells = Vec::new();
    let mut start = 0;
    for cell in row.text().split('|') {
        cells.push(row.cut(start..start + cell.len()));
        start += cell.len() + 1;
    }
    let longest = cells.into_iter().rev().max_by_key(|cell| cell.text().len())?;
    (!is_first || ends_sentence(longest.text())).then_some(longest)
}

fn has_words(text: &str) -> bool {
    text.split_whitespace().nth(MIN_WORDS - 1).is_some()
}

fn at_its_place(document: &Document, flow: &Flow) -> Option<DraftStatement> {
    let spans = flow.spans(document.text());
    let (first, last) = (spans.first()?, spans.last()?);
    let lines = document.lines();
    let line_of = |byte: usize| lines.partition_point(|line| line.span.start <= byte).max(1);
    Some(DraftStatement {
        text: flow.text().to_owned(),
        line_start: line_of(first.start),
        line_end: line_of(last.end.saturating_sub(1)),
    })
}

/// Every sentence, list item and table cell that says something, without headings and notes.
fn every_statement(document: &Document, read: &[Block]) -> Vec<DraftStatement> {
    let found = read.iter().flat_map(sentences);
    found.filter_map(|flow| at_its_place(document, &flow)).collect()
}

fn sentences(block: &Block) -> Vec<Flow> {
    if matches!(block.kind, Kind::Heading(_) | Kind::Note) {
        return Vec::new();
    }
    let cells = block.text().split('|').map(str::len);
    let mut found = Vec::new();
    let mut start = 0;
    for length in cells {
        let cell = block.flow.cut(start..start + length);
        let spans = statements(cell.text()).into_iter();
        found.extend(spans.map(|span| cell.cut(span.start..span.end)));
        start += length + 1;
    }
    found.retain(|flow| has_words(flow.text()));
    found
}

/// Number of sentences that none of `known` contains.
fn unchecked(read: &[Block], known: &[DraftStatement]) -> usize {
    let is_known = |block: &Block, text: &str| {
        let here =
            |one: &&DraftStatement| one.line_start <= block.last + 1 && one.line_end > block.first;
        known.iter().filter(here).any(|one| one.text.contains(text) || text.contains(&one.text))
    };
    let new = |block: &Block| {
        sentences(block).iter().filter(|flow| !is_known(block, flow.text())).count()
    };
    read.iter().map(new).sum()
}

/// The text after the marker at the start of a list item; `None` without one.
fn without_marker(line: &str) -> Option<&str> {
    marker::parse(line).map(|marker| &line[marker.end..])
}

/// The draft's text, block by block, with each statement marked.
///
/// If a statement is not found verbatim, the whole block on its first line is marked.
fn marked(document: &Document, statements: &[DraftStatement]) -> Vec<DraftBlock> {
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
        let found = draft(&document, None).statements;
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
        let blocks = marked(&document, &statements);
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
