//! Lines -> blocks, line by line.

use super::{
    Block, Kind,
    endings::{ends_hanging, ends_sentence, has_open_bracket, is_open},
    headings::{is_section_number, is_title, names_role},
};
use crate::{
    domain::{Document, LineRole, Span},
    extract::{
        flow::Flow,
        layout::Layout,
        marker::{self, Form, Marker, Style},
    },
    text::columns::{self, Column},
    text::sentences::COLONS,
};

/// The blocks of `document`, before notes are marked and cut sentences joined.
pub(super) fn blocks(document: &Document, layout: &Layout) -> Vec<Block> {
    let mut builder =
        Builder { document, layout, done: Vec::new(), open: None, gap: true, before: None };
    for number in 0..document.lines().len() {
        builder.line(number);
    }
    builder.close();
    builder.done
}

/// Longest line that only introduces a list, in characters.
const INTRODUCTION: usize = 80;

struct Builder<'a> {
    document: &'a Document,
    layout: &'a Layout,
    done: Vec<Block>,
    open: Option<Block>,
    gap: bool,
    /// The previous line, if it belongs to the open block.
    before: Option<usize>,
}

impl Builder<'_> {
    fn line(&mut self, number: usize) {
        let line = self.document.lines()[number];
        let text = self.document.slice(line.span);
        if text.trim().is_empty() {
            self.gap = true;
            return;
        }
        if self.layout.furniture[number] {
            // Furniture neither separates nor joins text.
            return;
        }
        let start = match line.role {
            LineRole::Furniture => return,
            // A bullet is no part of a heading or a sentence. In a PDF a large one makes its line look like a
            // heading.
            LineRole::Heading(_) | LineRole::Continued if let Some(end) = after_bullet(text) => {
                let marker = marker::parse(text).unwrap_or_else(marker::bare_bullet);
                Some((Kind::Item(marker), end, 0))
            }
            LineRole::Continued if self.open.is_some() => None,
            LineRole::Continued | LineRole::Paragraph => Some(self.paragraph(text)),
            LineRole::Heading(level) => Some((Kind::Heading(Some(level)), 0, 0)),
            LineRole::Note => Some((Kind::Note, 0, 0)),
            LineRole::Row => Some((Kind::Row, 0, 0)),
            LineRole::ListItem(depth) => {
                let marker = marker::parse(text).unwrap_or_else(marker::bare_bullet);
                let end = marker.end;
                Some((Kind::Item(marker), end, depth))
            }
            LineRole::Unmarked => self.unmarked(number, text),
        };
        match start {
            Some(start) => self.begin(number, start),
            None => self.add(number, line.span),
        }
        self.gap = false;
    }

    /// Begins a block at line `number`: its kind, the bytes of the line before its text, and its depth.
    fn begin(&mut self, number: usize, (kind, skip, depth): (Kind, usize, u8)) {
        let line = self.document.lines()[number];
        let text = self.document.slice(line.span);
        self.close_before(columns::label(text).is_some());
        let gap = std::mem::take(&mut self.gap);
        let star = text.trim_start().starts_with("* ");
        let raised = text.trim_start().starts_with(['¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']);
        let (run_in, skip) = run_in(&kind, text, skip);
        self.open = Some(Block {
            kind,
            flow: Flow::default(),
            first: number,
            last: number,
            gap,
            depth,
            label: None,
            run_in,
            bold: 0,
            raised,
            star,
        });
        self.add(number, Span { start: line.span.start + skip, end: line.span.end });
    }

    /// The block that begins at a paragraph of a format with markup. Its author may have typed a marker
    /// rather than made a list.
    fn paragraph(&self, text: &str) -> (Kind, usize, u8) {
        match marker::parse(text).filter(|m| self.is_typed(text, m)) {
            Some(marker) => {
                let end = marker.end;
                (Kind::Item(marker), end, 0)
            }
            None => (Kind::Paragraph, 0, 0),
        }
    }

    /// Whether `marker` begins an item typed as a paragraph. An initial ("M. Dupont") does not, nor does
    /// a marker without text.
    fn is_typed(&self, text: &str, marker: &Marker) -> bool {
        !text[marker.end..].trim().is_empty() && !self.is_initial(&text[marker.end..], marker)
    }

    /// The block that begins at a line of plain text; `None` if the line continues the open block.
    fn unmarked(&self, number: usize, text: &str) -> Option<(Kind, usize, u8)> {
        if let Some(&value) = self.layout.letters.get(&number) {
            let end = text.len() - text.trim_start()[1..].trim_start().len();
            let letter = marker::printed(Style::Letter, Form::Bare, value).unwrap_or_default();
            let marker = Marker {
                printed: letter,
                style: Style::Letter,
                value,
                bullet: false,
                end,
                ..marker::bare_bullet()
            };
            return Some((Kind::Item(marker), end, 0));
        }
        if let Some(marker) = marker::parse(text).filter(|m| self.begins_item(text, m)) {
            let end = marker.end;
            return Some((Kind::Item(marker), end, 0));
        }
        let paragraph = Some((Kind::Paragraph, 0, 0));
        let Some(open) = &self.open else { return paragraph };
        // "Annex", "Notes": a title of its own if a sentence ends before it.
        if text.trim().len() <= 40 && !is_open(open.text()) && names_role(text.trim()) {
            return paragraph;
        }
        // A marker or a label alone on its line waits for its text, even across a blank line.
        if open.flow.is_empty() && (matches!(open.kind, Kind::Item(_)) || open.run_in.is_some()) {
            // "021/24", and then "To: Port Authority" before the text.
            let detail = open.is_label() && columns::label(text).is_some();
            return if detail { paragraph } else { None };
        }
        if columns::label(text).is_some() && (self.gap || !is_cut(open)) {
            return paragraph;
        }
        if self.introduces(number, text) && !is_open(open.text()) {
            return paragraph;
        }
        let before = self.before.and_then(|n| self.document.line(n)).unwrap_or("");
        if self.gap || matches!(open.kind, Kind::Heading(Some(_)) | Kind::Row) {
            return paragraph;
        }
        let lower = text.trim_start().starts_with(char::is_lowercase);
        if is_open(open.text()) && lower
            || has_open_bracket(open.text())
            || text.trim_start().starts_with('(')
        {
            return None;
        }
        let Some(width) = self.layout.width else { return paragraph };
        // "Priority: High" above the text that it is about.
        let field =
            open.run_in.is_some() && open.kind == Kind::Paragraph && open.first == open.last;
        let upper = text.trim_start().starts_with(char::is_uppercase);
        if field && upper && open.text().chars().count() * 2 < width && !open.flow.is_empty() {
            return paragraph;
        }
        // "4.1 Northfield" above its text: a numbered title.
        let titled = open.marker().is_some_and(is_section_number)
            && open.first == open.last
            && is_title(open.text());
        if titled && open.text().chars().count() * 2 < width && !ends_hanging(open.text()) {
            return paragraph;
        }
        let length = before.trim().chars().count();
        let full = length * 10 >= width * 6;
        let title = !full && !ends_sentence(before) && self.is_short(number);
        // Two short lines in capitals make one title; the text below does not belong to it.
        let whole = names_role(open.text()) && !ends_hanging(&open.text().to_lowercase());
        let wide = open.text().len() * 10 >= width * 6 * (open.last - open.first + 1);
        let goes_on = !whole && (full || title || !ends_sentence(before) && wide);
        if goes_on { None } else { paragraph }
    }

    /// Whether a line only introduces the list that begins below it: "To the Department of Works:".
    fn introduces(&self, number: usize, text: &str) -> bool {
        let text = text.trim();
        let begins = !text.starts_with(char::is_lowercase);
        let below = self.document.line(number + 1).unwrap_or("");
        begins
            && text.ends_with(COLONS)
            && text.chars().count() <= INTRODUCTION
            && marker::parse(below).is_some()
    }

    /// Whether a line reaches the margin, so that the next one may go on with its sentence.
    fn is_full(&self, number: Option<usize>) -> bool {
        let length =
            number.and_then(|n| self.document.line(n)).map_or(0, |l| l.trim().chars().count());
        self.layout.width.is_some_and(|width| length * 10 >= width * 9)
    }

    fn is_short(&self, number: usize) -> bool {
        let text = self.document.line(number).unwrap_or("");
        self.layout.width.is_some_and(|width| text.trim().chars().count() * 10 < width * 6)
    }

    /// Whether `marker` begins a list item; a number at the start of a wrapped line may be part of a
    /// sentence.
    fn begins_item(&self, text: &str, marker: &Marker) -> bool {
        let rest = &text[marker.end..];
        if self.is_initial(rest, marker) {
            return false;
        }
        let capital = marker.style == Style::Capital && marker.form == Form::Dotted;
        if capital && marker.value > 1 && !names_role(rest.trim()) {
            return true;
        }
        let Some(open) = self.open.as_ref().filter(|_| !self.gap) else { return true };
        if marker.form == Form::Closed && has_open_bracket(open.text()) {
            return false;
        }
        // "see Recommendation 3" may be wrapped; a short line above shows that nothing was.
        if marker.style == Style::Labelled
            && (!is_open(open.text()) || !self.is_full(self.before) && self.layout.width.is_some())
        {
            return true;
        }
        if marker.bullet && marker.style == Style::Bullet {
            // A dash at the start of a wrapped line may be part of a sentence that is still open.
            let dash = text.trim_start().starts_with(['–', '—', '-']);
            let item = matches!(open.kind, Kind::Item(_)) || !is_open(open.text());
            return !dash || item || self.layout.width.is_none();
        }

        // "Das Amt bittet das Ministerium," above "a) den Bericht ...": the first item of a list.
        let below_comma =
            marker.value == 1 && open.text().ends_with(',') && !self.is_full(self.before);
        match marker.form {
            Form::Bracketed | Form::Closed => {
                below_comma
                    || rest.is_empty()
                    || !is_open(open.text())
                    || marker.bullet
                    || matches!(open.kind, Kind::Item(_))
            }
            Form::Dotted | Form::Bare => {
                let upper = rest.trim_start().chars().next().is_none_or(|c| !c.is_lowercase());
                let titled =
                    open.first == open.last && open.text().len() < 60 && is_title(open.text());
                let follows = open.marker().is_some_and(|m| m.value + 1 == marker.value);
                // "a. inspect the roof;" and "b. weigh the salt.": lower-case letters in list order.
                let lettered = marker.style == Style::Letter
                    && !is_open(open.text())
                    && (follows || marker.value == 1 && open.text().ends_with(COLONS));
                let new = !is_open(open.text()) || titled || follows || self.layout.width.is_none();
                lettered || upper && new
            }
        }
    }

    /// Whether a marker is the initial of a name ("M. Dupont", "J. Smith"): a capital letter, and no item
    /// with the letter before it stands above.
    fn is_initial(&self, rest: &str, marker: &Marker) -> bool {
        let initial =
            marker.style == Style::Capital && marker.form == Form::Dotted && marker.value > 1;
        let mut before =
            self.done.iter().rev().take(200).chain(&self.open).filter_map(Block::marker);
        initial
            && !names_role(rest.trim())
            && !before.any(|m| m.style == Style::Capital && m.value + 1 == marker.value)
    }

    fn add(&mut self, number: usize, span: Span) {
        let bold_end = self.bold_until(number, span);
        if let Some(open) = &mut self.open {
            let text = self.document.text();
            let all_bold = open.bold == open.flow.text().len();
            let end = bold_end.filter(|_| all_bold);
            let (bold, rest) = span.split_at(end.unwrap_or(span.start));
            self.layout.append(&mut open.flow, text, bold);
            if end.is_some() {
                open.bold = open.flow.text().len();
            }
            self.layout.append(&mut open.flow, text, rest);
            open.last = number;
            self.before = Some(number);
        }
    }

    /// Where the bold beginning of a line ends: before a blank, or with the line. `None` if it begins otherwise.
    fn bold_until(&self, number: usize, span: Span) -> Option<usize> {
        let line = self.document.lines()[number];
        let text = self.document.slice(span);
        let marked = || Some(span.start + emphasized(text)?);
        let end = if line.bold > 0 { Some(line.span.start + line.bold) } else { marked() }?;
        let after = self.document.text().get(end..span.end)?;
        (span.start < end && after.chars().next().is_none_or(char::is_whitespace)).then_some(end)
    }

    fn close(&mut self) {
        self.close_before(false);
    }

    /// Ends the open block. Without a text it is dropped, unless it labels what the `detail` after it begins.
    fn close_before(&mut self, detail: bool) {
        let kept = |block: &Block| {
            !block.flow.is_empty() || block.run_in.is_some() || detail && block.is_label()
        };
        self.done.extend(self.open.take().filter(kept));
    }
}

/// Bytes of a line up to the end of the `**strong emphasis**` of Markdown that it begins with.
fn emphasized(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start().len();
    let mark = ["**", "__"].into_iter().find(|mark| text[start..].starts_with(mark))?;
    let inside = start + mark.len();
    let end = inside + text[inside..].find(mark)?;
    (end > inside).then_some(end + mark.len())
}

/// What a label at the start of a block says, and the bytes to skip. A label of findings stays in the
/// text: "Risk: fuel is lost".
fn run_in(kind: &Kind, text: &str, skip: usize) -> (Option<Column>, usize) {
    if !matches!(kind, Kind::Paragraph | Kind::Item(_)) {
        return (None, skip);
    }
    match columns::label(&text[skip..]) {
        Some(label) if label.column == Column::Finding => (Some(label.column), skip),
        Some(label) => (Some(label.column), skip + label.end),
        None => (None, skip),
    }
}

/// Whether a block breaks off in the middle of a phrase, so that the next line belongs to it.
fn is_cut(open: &Block) -> bool {
    open.kind == Kind::Paragraph && ends_hanging(open.text())
}

/// Where the text after a bullet at the start of a line begins; `None` without one, or after a dash, which
/// may be part of a sentence.
fn after_bullet(text: &str) -> Option<usize> {
    let marker = marker::parse(text).filter(|m| m.bullet && m.style == Style::Bullet)?;
    (!text.trim_start().starts_with(['-', '–', '—', '*', '+', '→'])).then_some(marker.end)
}
