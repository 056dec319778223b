//! A document as GitHub-flavoured Markdown, readable as plain text too.
//!
//! What a page folds stands open here. A map and a network are left out, and a matrix is cut to what
//! fits a line.

use super::document::{
    Block, Document, Inline, Item, List, ListStyle, Match, Matrix, Medium, Note, Quote, Section,
    Source, Table, Text, Theme,
};
use super::escape::{block, inline, start};

/// Columns of the matrix: more do not fit a line that can still be read as plain text.
const MATRIX_THEMES: usize = 12;

/// The whole document.
#[must_use]
pub fn markdown(document: &Document) -> String {
    let mut out = Writer(String::new());
    out.heading(1, &block(&document.title));
    out.paragraph(&format!("{}. {}", document.kind, inline(&document.lede)));
    out.blocks(&document.head, 1);
    let sections = document.sections.iter().filter(|part| part.medium != Medium::Page);
    sections.for_each(|part| out.section(part, 2));
    out.paragraph(&inline(&document.imprint));
    out.0.truncate(out.0.trim_end().len());
    out.0.push('\n');
    out.0
}

/// The text, written from top to bottom.
struct Writer(String);

impl Writer {
    fn heading(&mut self, level: usize, text: &str) {
        self.paragraph(&format!("{} {text}", "#".repeat(level.min(6))));
    }

    /// A line, and an empty one after it; nothing for an empty line.
    fn paragraph(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.0.push_str(text.trim_end());
        self.0.push_str("\n\n");
    }

    /// A list item, `depth` 0 the outermost.
    fn item(&mut self, depth: usize, marker: &str, text: &str) {
        self.0.push_str(&"  ".repeat(depth));
        self.0.push_str(marker);
        self.0.push(' ');
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }

    /// Ends a list or a table, where one has begun.
    fn gap(&mut self) {
        if !self.0.ends_with("\n\n") {
            self.0.push('\n');
        }
    }

    fn row(&mut self, cells: impl Iterator<Item = String>) {
        self.0.push('|');
        for cell in cells {
            self.0.extend([" ", &cell, " |"]);
        }
        self.0.push('\n');
    }

    fn section(&mut self, part: &Section, level: usize) {
        self.heading(level, part.title);
        self.blocks(&part.blocks, level);
    }

    /// Blocks below a heading of a level.
    fn blocks(&mut self, blocks: &[Block], level: usize) {
        for block in blocks {
            self.block(block, level);
        }
    }

    fn block(&mut self, found: &Block, level: usize) {
        match found {
            Block::Section(part) => self.section(part, level + 1),
            Block::Heading(text) => self.heading(level + 1, &block(text)),
            Block::Paragraph(text) | Block::Note(text) => self.paragraph(&line(text)),
            Block::Columns(columns) => columns.iter().for_each(|blocks| self.blocks(blocks, level)),
            Block::Quote(quote) => self.paragraph(&said(quote)),
            Block::Theme(theme) => self.theme(theme, level + 1),
            Block::Fold(fold) if fold.is_detail => {
                self.paragraph(&format!("**{}**", inline(&fold.title)));
                self.blocks(&fold.blocks, level);
            }
            Block::Fold(fold) => {
                self.heading(level + 1, &inline(&fold.heading()));
                self.blocks(&fold.blocks, level + 1);
            }
            Block::More(blocks) => self.blocks(blocks, level),
            Block::Annotated(annotated) => {
                annotated.notes.iter().for_each(|note| self.note(note, level + 1));
            }
            Block::List(_) | Block::Figures(_) | Block::Facts(_) | Block::Match(_) => {
                self.nested(found, 0);
                self.gap();
            }
            Block::Table(table) => self.table(table),
            Block::Matrix(matrix) => self.matrix(matrix),
            Block::Map(_) | Block::Network(_) => {}
        }
    }

    /// A block as items of a list.
    fn nested(&mut self, found: &Block, depth: usize) {
        match found {
            Block::List(list) => self.list(list, depth),
            Block::Paragraph(text) | Block::Note(text) => self.item(depth, "-", &line(text)),
            Block::Quote(quote) => self.item(depth, "-", &said(quote)),
            Block::Columns(columns) => {
                columns.iter().flatten().for_each(|block| self.nested(block, depth));
            }
            Block::Figures(figures) => {
                for figure in figures {
                    self.item(depth, "-", &format!("**{}** {}", figure.value, figure.what));
                }
            }
            Block::Facts(facts) => {
                for (name, value) in facts {
                    self.item(depth, "-", &format!("{name}: {}", inline(value)));
                }
            }
            Block::Match(found) => self.found(found, depth),
            Block::Fold(fold) => fold.blocks.iter().for_each(|block| self.nested(block, depth)),
            other => self.block(other, 3),
        }
    }

    fn list(&mut self, list: &List, depth: usize) {
        for (at, Item { blocks, .. }) in list.items.iter().enumerate() {
            let Some((first, rest)) = blocks.split_first() else { continue };
            match (list.style, first) {
                (ListStyle::Ranked, Block::Paragraph(text)) => {
                    self.item(depth, &format!("{}.", at + 1), &line(text));
                }
                _ => self.nested(first, depth),
            }
            for block in rest {
                self.nested(block, depth + 1);
            }
        }
    }

    fn theme(&mut self, theme: &Theme, level: usize) {
        self.heading(level, &inline(&theme.title()));
        self.paragraph(&line(&theme.tally));
        theme.facts.iter().for_each(|fact| self.paragraph(&line(fact)));
        self.blocks(&theme.blocks, level);
    }

    fn table(&mut self, table: &Table) {
        self.row(table.columns.iter().map(|column| column.name.to_owned()));
        let rule = |is_number| if is_number { "---:" } else { "---" };
        self.row(table.columns.iter().map(|column| rule(column.is_number).to_owned()));
        for row in &table.rows {
            self.row(row.iter().map(|cell| pieces(cell).trim().to_owned()));
        }
        self.gap();
    }

    fn matrix(&mut self, matrix: &Matrix) {
        let shown = matrix.strongest(MATRIX_THEMES);
        self.paragraph(&matrix.left_out(shown.len()));
        let numbers = shown.iter().map(|row| row.number.to_string());
        self.row(std::iter::once("Agency / theme".to_owned()).chain(numbers));
        self.row(std::iter::once("---".to_owned()).chain(shown.iter().map(|_| "---:".to_owned())));
        for (at, agency) in matrix.agencies.iter().enumerate() {
            let cells = shown.iter().map(|row| match row.cells[at].count {
                0 => "\u{b7}".to_owned(),
                n => n.to_string(),
            });
            self.row(std::iter::once(inline(agency)).chain(cells));
        }
        self.gap();
    }

    fn note(&mut self, note: &Note, level: usize) {
        let flag = note.flag.map_or(String::new(), |flag| format!(", **{flag}**"));
        let Note { number, verdict, lines, .. } = note;
        self.heading(level, &format!("{number}. {verdict}{flag} ({lines})"));
        self.paragraph(&format!("> {}", block(&note.text)));
        for found in &note.blocks {
            match found {
                Block::Paragraph(text) => self.paragraph(&line(text)),
                other => self.nested(other, 0),
            }
        }
        self.gap();
    }

    fn found(&mut self, found: &Match, depth: usize) {
        let (who, text) = (inline(&found.who), inline(&found.text));
        self.item(depth, "-", &format!("**{who}** ({}): {text}", found.relation));
        for line in found.differences.iter().chain(Some(&found.source)).filter(|l| !l.is_empty()) {
            self.item(depth + 1, "-", &inline(line));
        }
    }
}

/// Agency, wording and source.
fn said(quote: &Quote) -> String {
    let source = source(&quote.source);
    format!("**{}**: {} ({source})", inline(&quote.agency), inline(&quote.text))
}

/// Id and place; the place leads to the document where its address is known.
fn source(source: &Source) -> String {
    match &source.address {
        Some(address) => {
            format!("{}, [{}](<{address}>)", inline(&source.id), inline(&source.place))
        }
        None => inline(&source.to_string()),
    }
}

fn line(text: &Text) -> String {
    // A document's words at the head of a line must not begin a heading or a list.
    match text.0.first() {
        Some(Inline::Foreign(_) | Inline::Plain(_)) => start(pieces(text)),
        _ => pieces(text),
    }
}

fn pieces(text: &Text) -> String {
    let piece = |piece: &Inline| match piece {
        Inline::Strong(text) => {
            let end = text.trim_end();
            format!("**{}**{}", inline(end), &text[end.len()..])
        }
        Inline::Plain(text)
        | Inline::Soft(text)
        | Inline::Foreign(text)
        | Inline::Chance(text)
        | Inline::Link(text, _) => inline(text),
        Inline::Mark(_, text) => (*text).to_owned(),
        Inline::Code(text) => format!("`{text}`"),
        Inline::Source(found) => format!("({})", source(found)),
        Inline::Bar(..) | Inline::OnPage(_) => String::new(),
    };
    text.0.iter().map(piece).collect()
}
