//! Lines -> blocks: headings, paragraphs, list items, notes; sentences cut by page breaks are joined.

use super::{
    flow::Flow,
    layout::{Layout, is_glued},
    marker::{self, Form, Marker, Style},
};
use crate::domain::{Document, LineRole, Span};

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A heading, with the level that the format gives, if any.
    Heading(Option<u8>),
    /// A list item.
    Item(Marker),
    /// Running text.
    Paragraph,
    /// A footnote.
    Note,
    /// A row of a table.
    Row,
}

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    pub(crate) flow: Flow,
    /// First and last line, 0-based; lines of notes and furniture may lie between.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Whether a blank line stands before it.
    pub(crate) gap: bool,
    /// Level of the list, as the format says; 0 where it says nothing.
    pub(crate) depth: u8,
    /// The printed number of a heading: "6.".
    pub(crate) label: Option<String>,
    /// Whether it begins with a raised number, as footnotes do.
    raised: bool,
    /// Whether it begins with an asterisk: a bullet, or a footnote where no other stands by it.
    star: bool,
}

impl Block {
    /// Its clean text.
    pub(crate) fn text(&self) -> &str {
        self.flow.text()
    }

    /// Its marker, if it is a list item.
    pub(crate) fn marker(&self) -> Option<&Marker> {
        match &self.kind {
            Kind::Item(marker) => Some(marker),
            Kind::Heading(_) | Kind::Paragraph | Kind::Note | Kind::Row => None,
        }
    }

    /// Whether it is a heading.
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.kind, Kind::Heading(_))
    }
}

/// The blocks of `document`, in order.
pub(crate) fn blocks(document: &Document, layout: &Layout) -> Vec<Block> {
    let mut builder =
        Builder { document, layout, done: Vec::new(), open: None, gap: true, before: None };
    for number in 0..document.lines().len() {
        builder.line(number);
    }
    builder.close();
    let mut done = builder.done;
    notes(&mut done, layout);
    let mut joined = join(done);
    headings(&mut joined, layout);
    joined
}

struct Builder<'a> {
    document: &'a Document,
    layout: &'a Layout,
    done: Vec<Block>,
    open: Option<Block>,
    gap: bool,
    /// The line before, if it is part of the open block.
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
            // Furniture parts nothing and joins nothing.
            return;
        }
        let start = match line.role {
            LineRole::Furniture => return,
            LineRole::Continued if self.open.is_some() => None,
            LineRole::Continued | LineRole::Paragraph => Some((Kind::Paragraph, 0, 0)),
            LineRole::Heading(level) => Some((Kind::Heading(Some(level)), 0, 0)),
            LineRole::Note => Some((Kind::Note, 0, 0)),
            LineRole::Row => Some((Kind::Row, 0, 0)),
            LineRole::ListItem(depth) => {
                let (marker, end) = Self::list_item(text);
                Some((Kind::Item(marker), end, depth))
            }
            LineRole::Unmarked => self.unmarked(number, text),
        };
        match start {
            Some((kind, skip, depth)) => {
                self.close();
                let gap = std::mem::take(&mut self.gap);
                let flow = Flow::default();
                let star = text.trim_start().starts_with("* ");
                let raised =
                    text.trim_start().starts_with(['¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']);
                let (first, last) = (number, number);
                self.open =
                    Some(Block { kind, flow, first, last, gap, depth, label: None, raised, star });
                self.add(number, Span { start: line.span.start + skip, end: line.span.end });
            }
            None => self.add(number, line.span),
        }
        self.gap = false;
    }

    fn list_item(text: &str) -> (Marker, usize) {
        let marker = marker::parse(text).unwrap_or_else(|| Marker {
            printed: "-".to_owned(),
            style: Style::Bullet,
            value: 0,
            prefix: String::new(),
            form: Form::Bare,
            bullet: true,
            indent: 0,
            end: 0,
        });
        let end = marker.end;
        (marker, end)
    }

    /// What begins at a line of plain text; `None` if it goes on with the open block.
    fn unmarked(&self, number: usize, text: &str) -> Option<(Kind, usize, u8)> {
        if let Some(marker) = marker::parse(text).filter(|m| self.begins_item(text, m)) {
            let end = marker.end;
            return Some((Kind::Item(marker), end, 0));
        }
        let paragraph = Some((Kind::Paragraph, 0, 0));
        let Some(open) = &self.open else { return paragraph };
        // "Annex", "Notes": a title of its own wherever a sentence ends before it.
        if text.trim().len() <= 40 && !is_open(open.text()) && names_role(text.trim()) {
            return paragraph;
        }
        // A marker alone on its line waits for its text, over a blank line too.
        if open.flow.is_empty() && matches!(open.kind, Kind::Item(_)) {
            return None;
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
        // "4.1 Northfield" over its text: a numbered title.
        let titled = open.marker().is_some_and(is_section_number)
            && open.first == open.last
            && is_title(open.text());
        if titled && open.text().chars().count() * 2 < width && !ends_hanging(open.text()) {
            return paragraph;
        }
        let length = before.trim().chars().count();
        let full = length * 10 >= width * 6;
        let title = !full && !ends_sentence(before) && self.is_short(number);
        // Two short lines in capitals are a title; what comes under it is not.
        let whole = names_role(open.text()) && !ends_hanging(&open.text().to_lowercase());
        let wide = open.text().len() * 10 >= width * 6 * (open.last - open.first + 1);
        let goes_on = !whole && (full || title || !ends_sentence(before) && wide);
        if goes_on { None } else { paragraph }
    }

    fn is_short(&self, number: usize) -> bool {
        let text = self.document.line(number).unwrap_or("");
        self.layout.width.is_some_and(|width| text.trim().chars().count() * 10 < width * 6)
    }

    /// A number at the start of a wrapped line may be part of a sentence.
    fn begins_item(&self, text: &str, marker: &Marker) -> bool {
        let rest = &text[marker.end..];
        let initial =
            marker.style == Style::Capital && marker.form == Form::Dotted && marker.value > 1;
        if initial && !names_role(rest.trim()) {
            // "M. Dupont", "J. Smith": an initial, unless the letter before stands over it.
            let before =
                self.done.iter().rev().take(200).chain(&self.open).filter_map(Block::marker);
            return before
                .into_iter()
                .any(|m| m.style == Style::Capital && m.value + 1 == marker.value);
        }
        let Some(open) = self.open.as_ref().filter(|_| !self.gap) else { return true };
        if marker.form == Form::Closed && has_open_bracket(open.text()) {
            return false;
        }
        if marker.style == Style::Labelled && !is_open(open.text()) {
            return true;
        }
        if marker.bullet && marker.style == Style::Bullet {
            // A dash at the start of a wrapped line may part a sentence: the next letter tells.
            let dash = text.trim_start().starts_with(['–', '—', '-']);
            let item = matches!(open.kind, Kind::Item(_)) || !is_open(open.text());
            return !dash || item || self.layout.width.is_none();
        }

        match marker.form {
            Form::Bracketed | Form::Closed => {
                rest.is_empty()
                    || !is_open(open.text())
                    || marker.bullet
                    || matches!(open.kind, Kind::Item(_))
            }
            Form::Dotted | Form::Bare => {
                let upper = rest.trim_start().chars().next().is_none_or(|c| !c.is_lowercase());
                let titled =
                    open.first == open.last && open.text().len() < 60 && is_title(open.text());
                let follows = open.marker().is_some_and(|m| m.value + 1 == marker.value);
                // "a. inspect the roof;" and "b. weigh the salt.": small letters in the order of a list.
                let lettered = marker.style == Style::Letter
                    && !is_open(open.text())
                    && (follows || marker.value == 1 && open.text().ends_with(':'));
                let new = !is_open(open.text()) || titled || follows || self.layout.width.is_none();
                lettered || upper && new
            }
        }
    }

    fn add(&mut self, number: usize, span: Span) {
        if let Some(open) = &mut self.open {
            self.layout.append(&mut open.flow, self.document.text(), span);
            open.last = number;
            self.before = Some(number);
        }
    }

    fn close(&mut self) {
        self.done.extend(self.open.take().filter(|block| !block.flow.is_empty()));
    }
}

/// Whether text stops at the end of a sentence or clause.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let text =
        text.trim_end().trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '*', '_']).trim_end();
    let text = text.trim_end_matches(|c: char| matches!(c, '⁰'..='⁹' | '¹' | '²' | '³'));
    let text = match text.rfind(|c: char| !c.is_ascii_digit()) {
        Some(at)
            if is_glued(
                text,
                at + text[at..].chars().next().map_or(1, char::len_utf8),
                text.len(),
            ) =>
        {
            text.trim_end_matches(|c: char| c.is_ascii_digit())
        }
        Some(_) | None => text,
    };
    text.ends_with(['.', '!', '?', ';', ':', '…'])
}

/// Whether a bracket opened near the end is still open.
fn has_open_bracket(text: &str) -> bool {
    // Only the end is looked at: a block may grow as long as the document.
    let from = (text.len().saturating_sub(200)..=text.len())
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let tail = &text[from..];
    tail.rfind('(').is_some_and(|open| tail.rfind(')').is_none_or(|close| open > close))
}

/// Whether text breaks off in mid-sentence.
pub(crate) fn is_open(text: &str) -> bool {
    !text.is_empty() && !ends_sentence(text)
}

/// Finds footnotes among the paragraphs.
fn notes(blocks: &mut [Block], layout: &Layout) {
    for at in 0..blocks.len() {
        let (before, rest) = blocks.split_at_mut(at);
        let Some((block, after)) = rest.split_first_mut() else { return };
        if matches!(block.kind, Kind::Heading(_) | Kind::Row | Kind::Note) {
            continue;
        }
        let previous = before.iter().rev().find(|b| b.kind != Kind::Note);
        let cut = previous.is_some_and(|b| is_open(b.text()) && b.text().len() > 60)
            && after.iter().take(6).any(|b| b.text().starts_with(char::is_lowercase));
        let star = |b: Option<&Block>| b.is_some_and(|b| b.star);
        let neighbour = star(before.last()) || star(after.first());
        if is_note(block, layout, cut, neighbour) {
            block.kind = Kind::Note;
        }
    }
}

fn is_note(block: &Block, layout: &Layout, cut: bool, neighbour: bool) -> bool {
    if let Some(marker) = block.marker() {
        return block.star && marker.style == Style::Bullet && !neighbour;
    }
    let text = block.text();
    if text.starts_with(char::is_lowercase) {
        return false;
    }
    if block.raised {
        return true;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) && block.gap {
        let rest = &text[digits..];
        let number = text[..digits].parse().unwrap_or(0);
        let word = rest
            .trim_start()
            .starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '«'));
        if rest.starts_with(' ') && word && (layout.has_mark(number, block.first, 120) || cut) {
            return true;
        }
    }
    block.gap && (cut && is_reference(text, 1) || is_reference(text, 2))
}

/// How much of a citation a text shows.
fn is_reference(text: &str, least: usize) -> bool {
    const SIGNS: &[&str] = &[
        "http",
        "www.",
        "available from",
        "available at",
        "ibid",
        "op. cit",
        "et al",
        ", pp. ",
        ", p. ",
        " ed. ",
        "disponible",
        "consulté",
        "vol. ",
        "(New York",
        "(Geneva",
        "(London",
        "(Washington",
        "(Rome",
        "Press, ",
    ];
    const OPENINGS: &[&str] = &[
        "See ",
        "See:",
        "See,",
        "For more information",
        "Quoted ",
        "Visit ",
        "Voir ",
        "Véase",
        "Ibid",
        "As per ",
    ];
    let signs = SIGNS.iter().filter(|sign| text.contains(**sign)).count();
    let opening = OPENINGS.iter().any(|opening| text.starts_with(opening));
    text.len() < 1500 && (signs + usize::from(opening) >= least)
}

/// Joins what page breaks, notes and false bullets have parted.
fn join(blocks: Vec<Block>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    // Where the last block that is no note stands in `out`.
    let mut last: Option<usize> = None;
    for block in blocks {
        if let Some(at) = interrupted(&out, last, &block) {
            out[at].flow.extend(&block.flow);
            out[at].last = block.last;
            continue;
        }
        match last.map(|at| &mut out[at]) {
            Some(before) if block.kind != Kind::Note && continues(before, &block) => {
                before.flow.extend(&block.flow);
                before.last = block.last;
            }
            Some(_) | None => {
                if block.kind != Kind::Note {
                    last = Some(out.len());
                }
                out.push(block);
            }
        }
    }
    out
}

/// The text that a running head or a marginal title has cut in two, if `block` is its other half.
fn interrupted(out: &[Block], last: Option<usize>, block: &Block) -> Option<usize> {
    let heading = last.filter(|&at| out[at].is_heading() && !is_open_title(&out[at]))?;
    let before = out[..heading].iter().rposition(|b| b.kind != Kind::Note)?;
    let text = out[before].text();
    let half = block.kind == Kind::Paragraph && block.text().starts_with(char::is_lowercase);
    let cut = !out[before].is_heading()
        && out[before].kind != Kind::Row
        && is_open(text)
        && text.len() > 60;
    (half && cut).then_some(before)
}

/// A heading that is itself the first half of a sentence.
fn is_open_title(block: &Block) -> bool {
    block.text().len() > 60
}

/// Whether `block` is the other half of a sentence that `before` began.
fn continues(before: &Block, block: &Block) -> bool {
    let plain = match &block.kind {
        Kind::Paragraph => true,
        Kind::Item(marker) => marker.style == Style::Bullet,
        Kind::Heading(_) | Kind::Note | Kind::Row => false,
    };
    if !plain || matches!(before.kind, Kind::Row) {
        return false;
    }
    if matches!(before.kind, Kind::Heading(_)) {
        // Converters print the first line of a paragraph as a heading.
        return is_open(before.text())
            && block.text().starts_with(char::is_lowercase)
            && before.text().len() > 20;
    }
    let text = before.text();
    let lower = block.text().starts_with(char::is_lowercase);
    let bullet = block.marker().is_some();
    let least = if before.marker().is_some() { 8 } else { 20 };
    if lower && is_open(text) && text.len() > least {
        // A list of fragments in lower case is a list, unless the one before was cut in mid-phrase.
        let list = bullet && before.marker().is_some_and(|m| m.style == Style::Bullet);
        return !list || ends_hanging(text);
    }
    is_open(text) && ends_hanging(text) && text.len() > 60 && !bullet && block.text().len() > 30
}

/// Whether text ends in a word that cannot end a phrase, or in a comma.
fn ends_hanging(text: &str) -> bool {
    const HANGING: &[&str] = &[
        "of", "the", "and", "or", "to", "in", "for", "with", "by", "on", "a", "an", "as", "that",
        "which", "from", "at", "their", "its", "between", "de", "la", "le", "les", "des", "du",
        "et", "à", "en", "dans", "pour", "par", "sur", "un", "une", "el", "los", "las", "del", "y",
        "o", "con", "para", "por", "que", "e",
    ];
    let word = text.rsplit(' ').next().unwrap_or("");
    text.ends_with(',') || HANGING.contains(&word)
}

/// Turns short paragraphs and numbered lines that stand alone into headings.
fn headings(blocks: &mut [Block], layout: &Layout) {
    for at in 0..blocks.len() {
        let next = blocks[at + 1..].iter().find(|b| b.kind != Kind::Note);
        let next_gap = next.is_none_or(|b| b.gap);
        let block = &blocks[at];
        let heading = match &block.kind {
            Kind::Paragraph if names_role(block.text()) => true,
            Kind::Item(marker) if is_section_number(marker) && names_role(block.text()) => true,
            Kind::Paragraph => {
                let short = block.text().len() < 60 && block.text().split(' ').count() <= 7;
                let apart =
                    block.gap && (short || next_gap || next.is_some_and(|b| b.marker().is_none()));
                apart
                    && is_title(block.text())
                    && block.text().len() <= layout.width.unwrap_or(160).max(40) * 2
            }
            Kind::Item(marker) => numbered_heading(blocks, at, marker, next),
            Kind::Heading(_) | Kind::Note | Kind::Row => false,
        };
        if heading {
            let level = blocks[at].marker().map(level_of);
            blocks[at].label = blocks[at].marker().map(|m| m.printed.clone());
            blocks[at].kind = Kind::Heading(level);
        }
    }
}

/// Whether a short title says by its words that it opens recommendations, challenges or the like.
fn names_role(text: &str) -> bool {
    !text.starts_with('(')
        && text.len() <= 90
        && text.split(' ').count() <= 9
        && is_title(text)
        && super::cues::role_of(text).is_some()
}

/// Numbered headings rank by the number of their parts, above unnumbered ones.
fn level_of(marker: &Marker) -> u8 {
    match marker.style {
        Style::CapitalRoman => 1,
        Style::Capital | Style::Number | Style::Labelled => 2,
        Style::Decimal => 3 + marker.prefix.matches('.').count().min(3) as u8,
        Style::Letter | Style::Roman | Style::Bullet => 5,
    }
}

/// Whether a marker could number a section.
fn is_section_number(marker: &Marker) -> bool {
    let counted = matches!(
        marker.style,
        Style::Number | Style::Decimal | Style::Capital | Style::CapitalRoman
    );
    counted && !marker.bullet && matches!(marker.form, Form::Dotted | Form::Bare)
}

fn numbered_heading(blocks: &[Block], at: usize, marker: &Marker, next: Option<&Block>) -> bool {
    let block = &blocks[at];
    if !is_section_number(marker) || !block.gap || !is_title(block.text()) {
        return false;
    }
    let text = block.text();
    let follows = next.is_some_and(|b| {
        let sub = b.marker().is_some_and(|m| m.style != marker.style);
        (b.gap || text.len() < 60) && (sub && b.gap || b.marker().is_none())
    });
    // In a list the neighbours are items of the same kind; a heading has text under it.
    follows && text.split(' ').count() <= 16
}

/// Whether a text could be a heading: short, no sentence, begins like a title.
pub(crate) fn is_title(text: &str) -> bool {
    let words = text.split(' ').count();
    let begins = text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase());
    let ends = !text.ends_with(['.', ';', ',', ':', '-']) || text.ends_with("...");
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let asks = [
        " should ",
        " must ",
        " shall ",
        " devrait ",
        " doit ",
        " debe ",
        " debería ",
        " recommend that ",
    ];
    let sentence = words > 8 && asks.iter().any(|verb| text.contains(verb));
    let shaped = begins && ends && letters * 2 > text.chars().count();
    words <= 18
        && text.len() <= 160
        && shaped
        && !sentence
        && super::attributed::marked(text).is_none()
}
