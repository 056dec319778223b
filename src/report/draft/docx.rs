//! The draft as a Word document, with a comment at each statement.
//!
//! The document is built anew from the text that was read: headings, list items and paragraphs stay,
//! the layout of a Word file that was checked does not.

use docx_rs::{
    BreakType, Comment, Docx, LineSpacing, Paragraph, Run, RunFonts, Shading, Style, StyleType,
};

use super::view::{Block, MatchView, Note, View};
use crate::domain::BlockRole;

/// The document could not be put together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unwritable(String);

/// Comments carry a date; a fixed one keeps the bytes the same.
const DATE: &str = "1970-01-01T00:00:00Z";

const AUTHOR: &str = "Concord";

/// Half points.
const TEXT_SIZE: usize = 22;

/// The draft as the bytes of a Word document.
///
/// # Errors
/// If the parts cannot be packed.
pub fn docx(view: &View) -> Result<Vec<u8>, Unwritable> {
    let mut ids = Ids(0);
    let mut document = (1..=6).fold(plain(), |document, level| document.add_style(heading(level)));
    document = document.add_paragraph(
        ids.paragraph().style("Heading1").add_run(run(&format!("Draft check: {}", view.draft))),
    );
    document = document.add_paragraph(ids.paragraph().add_run(run(&format!(
        "Held against: {}. {} The comments say what exists already.",
        view.corpus,
        view.summary.join(" ")
    ))));
    for block in &view.blocks {
        document = document.add_paragraph(paragraph(block, &mut ids));
    }
    let lists = [
        ("Takes up", Some(&view.touched)),
        ("Leaves out, though agencies agree on it", Some(&view.missing)),
        ("Most in line with it", Some(&view.in_line)),
        ("Agenda items it answers", view.agenda.as_ref()),
    ];
    for (title, entries) in lists {
        let entries = entries.map_or(&[][..], Vec::as_slice);
        if !entries.is_empty() {
            document =
                document.add_paragraph(ids.paragraph().style("Heading2").add_run(run(title)));
        }
        for entry in entries {
            document = document.add_paragraph(item(ids.paragraph()).add_run(run(&bullet(entry))));
        }
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    document.build().pack(&mut bytes).map_err(|error| Unwritable(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// Paragraphs are numbered here: the library's own count goes on from document to document.
struct Ids(usize);

impl Ids {
    fn paragraph(&mut self) -> Paragraph {
        self.0 += 1;
        let spacing = LineSpacing::new().before(60).after(100);
        Paragraph::new().id(format!("{:08x}", self.0)).line_spacing(spacing)
    }
}

fn plain() -> Docx {
    let fonts = RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri");
    Docx::new().created_at(DATE).updated_at(DATE).default_fonts(fonts).default_size(TEXT_SIZE)
}

fn heading(level: usize) -> Style {
    let size = [34, 28, 25, 23, 22, 22][level - 1];
    Style::new(format!("Heading{level}"), StyleType::Paragraph)
        .name(format!("heading {level}"))
        .based_on("Normal")
        .size(size)
        .bold()
        .outline_lvl(level - 1)
}

fn run(text: &str) -> Run {
    Run::new().add_text(text)
}

fn bullet(text: &str) -> String {
    format!("\u{2022} {text}")
}

fn item(paragraph: Paragraph) -> Paragraph {
    paragraph.indent(Some(360), None, None, None)
}

fn paragraph(block: &Block, ids: &mut Ids) -> Paragraph {
    let mut paragraph = match block.role {
        // The document's own title is the first level.
        BlockRole::Heading(level) => {
            ids.paragraph().style(&format!("Heading{}", (level + 1).clamp(2, 6)))
        }
        BlockRole::Item => item(ids.paragraph()),
        BlockRole::Paragraph => ids.paragraph(),
    };
    let mut commented = Vec::new();
    for part in &block.parts {
        let note = part.note.and_then(|(number, _)| {
            let note = block.notes.iter().find(|note| note.number == number)?;
            (!commented.contains(&number)).then_some(note)
        });
        if let Some(note) = note {
            commented.push(note.number);
            paragraph = paragraph
                .add_comment_start(comment(note, ids))
                .add_run(run(&part.text).shading(Shading::new().fill(colour(note))))
                .add_comment_end(note.number);
        } else {
            paragraph = paragraph.add_run(run(&part.text));
        }
    }
    paragraph
}

/// The background that the page gives to such a statement, too.
fn colour(note: &Note) -> &'static str {
    match note.class {
        "opposite" => "FBDFE4",
        "duplicate" => "FBE6D9",
        "overlap" => "FAF0C8",
        "related" => "E0EDF7",
        _ => "DEF2E4",
    }
}

fn comment(note: &Note, ids: &mut Ids) -> Comment {
    let mut lines = vec![note.verdict.clone()];
    if note.is_opposite {
        lines[0].push_str(". OPPOSITE DIRECTION");
    }
    lines.push(note.meaning.to_owned());
    for found in &note.matches {
        lines.extend(match_lines("", found));
    }
    for found in &note.own {
        lines.extend(match_lines("Own: ", found));
    }
    if !note.cite.is_empty() {
        lines.push(format!("Cite: {}", note.cite.join("; ")));
    }
    if !note.repeats.is_empty() {
        let numbers: Vec<String> = note.repeats.iter().map(ToString::to_string).collect();
        lines.push(format!("Repeats statement {} of the draft.", numbers.join(", ")));
    }
    // One paragraph with line breaks: the library writes a comment once for each of its paragraphs.
    let paragraph = lines.iter().enumerate().fold(ids.paragraph(), |paragraph, (at, line)| {
        let text = match at {
            0 => run(line).bold(),
            _ => Run::new().add_break(BreakType::TextWrapping).add_text(line),
        };
        paragraph.add_run(text)
    });
    Comment::new(note.number).author(AUTHOR).date(DATE).add_paragraph(paragraph)
}

fn match_lines(before: &str, found: &MatchView) -> Vec<String> {
    let mut lines = vec![format!("{before}{} ({}): {}", found.who, found.relation, found.text)];
    lines.extend(found.differences.iter().map(|difference| bullet(difference)));
    if !found.place.is_empty() {
        lines.push(format!("Source: {}", found.place));
    }
    lines
}
