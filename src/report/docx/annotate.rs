//! A draft with a comment at each statement.

use docx_rs::Shading;

use super::comments::{Remark, commented};
use super::{Writer, indented, plain};
use crate::domain::{BlockRole, Relation};
use crate::report::Unwritable;
use crate::report::document::{Annotated, Block, Document, Match, Note, Tone};
use crate::report::words::shorten;

/// The author's Word file with a comment for each note, and one on the whole draft at its beginning.
/// Earlier comments of Concord are replaced; all else stays as it is.
///
/// # Errors
/// If the file is not laid out as Word does it.
pub fn docx_commented(original: &[u8], document: &Document) -> Result<Vec<u8>, Unwritable> {
    let mut lines = vec![format!("{}. {}", document.kind, document.lede)];
    let whole = document.sections.iter().filter(|section| section.anchor == "whole");
    lines.extend(whole.flat_map(|section| &section.blocks).flat_map(self::lines));
    let whole = Remark { words: String::new(), lines };
    let remarks: Vec<Remark> = std::iter::once(whole).chain(remarks(document)).collect();
    commented(original, &remarks)
}

/// A remark for each note of the document, in their order.
pub(super) fn remarks(document: &Document) -> impl Iterator<Item = Remark> {
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    let notes = blocks.flat_map(|block| match block {
        Block::Annotated(annotated) => annotated.notes.as_slice(),
        _ => &[],
    });
    notes.map(remark)
}

fn remark(note: &Note) -> Remark {
    let flag = note.flag.map_or(String::new(), |flag| format!(". {}", flag.to_uppercase()));
    let first = format!("{}{flag}", note.verdict);
    let lines = std::iter::once(first).chain(note.blocks.iter().flat_map(lines));
    Remark { words: note.text.clone(), lines: lines.collect() }
}

impl Writer {
    pub(super) fn annotated(&mut self, block: &Annotated, level: usize) {
        let start = self.spaced();
        let mut paragraph = match block.role {
            BlockRole::Heading(own) => {
                start.style(&format!("Heading{}", (level + usize::from(own)).clamp(2, 6)))
            }
            BlockRole::Item => indented(start, 1),
            BlockRole::Paragraph => start,
        };
        for (text, mark) in &block.parts {
            let run = match mark {
                Some((_, tone)) => plain(text).shading(Shading::new().fill(colour(*tone))),
                None => plain(text),
            };
            paragraph = paragraph.add_run(run);
        }
        self.add(paragraph);
    }
}

/// Characters of a further match in a comment.
const BRIEF: usize = 120;

fn brief(block: &Block) -> String {
    match block {
        Block::Match(Match { who, relation, text, .. }) => {
            format!("{who} ({relation}): {}", shorten(text, BRIEF))
        }
        other => lines(other).join(" "),
    }
}

fn lines(block: &Block) -> Vec<String> {
    match block {
        Block::Paragraph(text) | Block::Note(text) => vec![text.to_string()],
        // A comment is read in the margin: of further matches the beginning is enough.
        Block::Fold(fold) => fold.blocks.iter().map(brief).collect(),
        Block::Heading(text) => vec![text.clone()],
        Block::Columns(columns) => columns.iter().flatten().flat_map(lines).collect(),
        Block::List(list) => {
            let items = list.items.iter().flat_map(|item| item.blocks.iter().flat_map(lines));
            items.map(|line| format!("\u{2022} {line}")).collect()
        }
        Block::Match(Match { who, relation, text, differences, source, .. }) => {
            let mut lines = vec![format!("{who} ({relation}): {text}")];
            lines.extend(differences.iter().map(|difference| format!("\u{2022} {difference}")));
            lines.extend(Some(source.clone()).filter(|source| !source.is_empty()));
            lines
        }
        _ => Vec::new(),
    }
}

/// The background that the page gives to such a statement, too.
fn colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Opposite => "FBDFE4",
        Tone::Relation(Relation::Duplicate) => "FBE6D9",
        Tone::Relation(Relation::Overlap) => "FAF0C8",
        Tone::Relation(Relation::Related) => "E0EDF7",
        Tone::Relation(Relation::None) | Tone::Stable | Tone::Fair | Tone::Weak => "DEF2E4",
    }
}
