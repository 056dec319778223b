//! A draft with a comment at each statement.

use docx_rs::{BreakType, Comment, Run, Shading};

use super::styles::DATE;
use super::{Writer, indented, plain};
use crate::domain::{BlockRole, Relation};
use crate::report::document::{Annotated, Block, Match, Note, Tone};

const AUTHOR: &str = "Concord";

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
        let mut notes: Vec<&Note> = block.notes.iter().collect();
        for (text, mark) in &block.parts {
            // A statement in several pieces has its comment at the first.
            let note = mark.and_then(|(number, _)| {
                let at = notes.iter().position(|note| note.number == number)?;
                Some(notes.remove(at))
            });
            paragraph = match note {
                Some(note) => paragraph
                    .add_comment_start(self.comment(note))
                    .add_run(plain(text).shading(Shading::new().fill(colour(note.tone))))
                    .add_comment_end(note.number),
                None => paragraph.add_run(plain(text)),
            };
        }
        self.add(paragraph);
    }

    /// One paragraph with line breaks: the library writes a comment once for each of its paragraphs.
    fn comment(&mut self, note: &Note) -> Comment {
        let flag = note.flag.map_or(String::new(), |flag| format!(". {}", flag.to_uppercase()));
        let first = plain(&format!("{}{flag}", note.verdict)).bold();
        let lines = note.blocks.iter().flat_map(lines);
        let paragraph = lines.fold(self.empty().add_run(first), |paragraph, line| {
            paragraph.add_run(Run::new().add_break(BreakType::TextWrapping).add_text(line))
        });
        Comment::new(note.number).author(AUTHOR).date(DATE).add_paragraph(paragraph)
    }
}

fn lines(block: &Block) -> Vec<String> {
    match block {
        Block::Paragraph(text) | Block::Note(text) => vec![text.to_string()],
        Block::Fold(fold) => fold.blocks.iter().flat_map(lines).collect(),
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
