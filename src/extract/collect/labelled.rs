//! Recommendations under a label: "Recommendation 3 – Title", then the text that belongs to it.

use super::{Taken, details::Details, lead::Lead, lead::lead_of, walk::Walk};
use crate::extract::{
    agency::names_body,
    blocks::{Block, Kind, ends_sentence},
    cues::Role,
    flow::Flow,
    marker::{self, Marker, Style},
    score::judge,
    sentences::{COLONS, sentences},
    weights::{self, chance},
};
use crate::text::columns::{Column, column_of};

/// Longest title after a label, in words.
const TITLE_WORDS: usize = 25;

/// Longest line that only refers to something ("Target implementation date: end of 2027"), in bytes.
const REFERENCE_BYTES: usize = 120;

/// Longest field between a label and its text ("Priority: High"), in bytes.
const FIELD_BYTES: usize = 40;

/// Why a passage under a label was taken.
pub(super) const CUE: &str = "labelled as a recommendation";

/// The label at the start of a block, and the text after it on the same line.
fn label(block: &Block) -> Option<(Marker, Flow)> {
    match &block.kind {
        Kind::Item(marker) if marker.style == Style::Labelled || block.is_label() => {
            Some((marker.clone(), block.flow.clone()))
        }
        Kind::Heading(_) | Kind::Paragraph => {
            let text = block.text();
            let marker = marker::parse(text).filter(|m| m.style == Style::Labelled)?;
            let flow = block.flow.cut(marker.end..text.len());
            Some((marker, flow))
        }
        Kind::Item(_) | Kind::Note | Kind::Row => None,
    }
}

/// Whether a short text after a label only says how urgent it is: "Priority: High", "Priorität 1".
fn is_rank(text: &str) -> bool {
    text.len() <= FIELD_BYTES
        && !ends_sentence(text)
        && !names_body(text)
        && column_of(text) == Some(Column::Finding)
}

impl Walk<'_, '_> {
    /// Takes the labelled recommendation at block `at` with its title and all its text; gives the block
    /// after it. `None` if the block has no label, or only speaks of earlier recommendations.
    pub(super) fn labelled(&mut self, at: usize) -> Option<usize> {
        if matches!(self.role(), Role::Aside | Role::Background) {
            return None;
        }
        let blocks = self.context.blocks;
        let (marker, first) = label(&blocks[at])?;
        // A code is one only where recommendations stand.
        if marker.style != Style::Labelled && self.role() != Role::Recommendations {
            return None;
        }
        let mut from = at + 1;
        let mut title = None;
        let mut flow = Flow::default();
        let first = if is_rank(first.text()) { Flow::default() } else { first };
        if first.is_empty() || self.is_title(&first, from) {
            title = Some(first).filter(|first| !first.is_empty());
            // "Recommendation 3" above its title.
            let next = blocks.get(from).filter(|b| title.is_none() && b.is_heading());
            if let Some(next) = next.filter(|b| label(b).is_none()) {
                title = Some(next.flow.clone());
                from += 1;
            }
        } else {
            flow = first;
        }
        // "To: Port Authority" stands between the label and its text.
        let mut details = Details::default();
        let detail = |at: usize| {
            let block = blocks.get(at).filter(|_| at < self.section.range.end)?;
            let column = block.detail().filter(|column| *column != Column::Response)?;
            Some((column, block.text()))
        };
        // So does "Priority: High", which is no detail of ours.
        let is_field = |at: usize| {
            let block = blocks.get(at).filter(|_| at < self.section.range.end);
            block.is_some_and(|block| {
                block.run_in == Some(Column::Finding) && block.text().len() <= FIELD_BYTES
            })
        };
        while flow.is_empty() {
            match detail(from) {
                Some((column, text)) => details.add(column, text),
                None if is_field(from) => {}
                None => break,
            }
            from += 1;
        }
        // "Recommendation 7 (priority 1):" names nobody.
        if let Some(owner) = marker.owner.as_ref().filter(|owner| !is_rank(owner)) {
            details.add(Column::Owner, owner);
        }
        let end = self.add_text(&mut flow, from);
        if flow.is_empty() {
            // A title with nothing under it asks by itself, or is not a recommendation at all.
            let alone = title.take()?;
            judge(alone.text(), self.context.cues)?;
            flow = alone;
        }
        if let Some((end, _)) = crate::extract::attributed::marked(flow.text()) {
            flow = flow.cut(0..end);
        }
        // What was answered may be printed under the same label.
        if let Some(answer) = self.answer_in(flow.text()) {
            let same = |taken: &&mut Taken| taken.marker.as_ref() == Some(&marker.printed);
            if let Some(known) = self.taken.iter_mut().find(same) {
                known.details.add(Column::Response, answer);
                return Some(end);
            }
        }
        let confidence = chance(weights::LABELLED);
        let place = self.context.outline.places[at];
        let taken = Taken::new(flow, place, "item", confidence, CUE);
        // The title belongs to the text: it may be all that says what the list below is about.
        let flow = title.as_ref().map_or(taken.flow.clone(), |title| {
            let mut whole = title.clone();
            whole.extend(&taken.flow);
            whole
        });
        let title = title.map(|title| title.text().to_owned());
        let marker = Some(marker.printed);
        self.taken.push(Taken { flow, marker, title, details, ..taken });
        self.is_done |= place.section == Some(at);
        Some(end)
    }

    /// The part of a text that answers: from its first or second sentence on, which says whether something is
    /// accepted.
    fn answer_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut first = sentences(text).into_iter().take(2);
        let start = first.find(|range| self.context.cues.takes_position(&text[range.clone()]))?;
        Some(&text[start.start..])
    }

    /// Whether the text after a label is a title: short, no sentence, and the block at `next` asks.
    fn is_title(&self, first: &Flow, next: usize) -> bool {
        let text = first.text();
        let short = text.split(' ').count() <= TITLE_WORDS && !ends_sentence(text);
        short && self.body_block(next).is_some_and(|block| self.asks(block))
    }

    /// The block at `at`, if text of a labelled recommendation could stand there.
    fn body_block(&self, at: usize) -> Option<&Block> {
        let block = self.context.blocks.get(at).filter(|_| at < self.section.range.end)?;
        let other = block.is_heading() || block.kind == Kind::Row || block.run_in.is_some();
        (!other && label(block).is_none()).then_some(block)
    }

    fn asks(&self, block: &Block) -> bool {
        let cues = self.context.cues;
        let text = block.text();
        judge(text, cues).is_some_and(|j| j.score > 0.0)
            || text.ends_with(COLONS) && lead_of(text, cues) == Lead::Asks
    }

    /// Appends the text of a labelled recommendation from block `from` on; gives the block after it.
    ///
    /// The first block belongs to it whatever it says. Others do while they ask, are items of a list that
    /// it opened, or complete a sentence.
    fn add_text(&self, flow: &mut Flow, from: usize) -> usize {
        let mut at = from;
        let mut end = from;
        let mut is_list = flow.text().ends_with(COLONS);
        while let Some(block) = self.body_block(at) {
            let open = !flow.is_empty() && !ends_sentence(flow.text());
            let belongs = match &block.kind {
                Kind::Note => {
                    at += 1;
                    continue;
                }
                Kind::Item(marker) => {
                    // A numbered paragraph of the chapter ends the recommendation.
                    let counted = matches!(marker.style, Style::Number | Style::Decimal);
                    let paragraph = counted && sentences(block.text()).len() > 1;
                    is_list && !paragraph || open && !counted || flow.is_empty() && !paragraph
                }
                _ if self.is_reference(block) => {
                    if flow.is_empty() {
                        break;
                    }
                    at += 1;
                    end = at;
                    continue;
                }
                _ if self.context.cues.tells_answer(block.text()) => flow.is_empty(),
                _ => flow.is_empty() || open || self.asks(block),
            };
            if !belongs {
                break;
            }
            is_list |= block.text().ends_with(COLONS) || block.marker().is_some();
            flow.extend(&block.flow);
            at += 1;
            end = at;
        }
        end
    }

    /// Whether a paragraph only refers to something: "Target implementation date: end of 2027", "Paragraphs
    /// 12 to 15".
    fn is_reference(&self, block: &Block) -> bool {
        let text = block.text();
        let (name, value) = text.split_once(COLONS).unwrap_or((text, ""));
        let field = !value.trim().is_empty() && name.split(' ').count() <= 6;
        let bracketed = text.starts_with(['(', '[']) && text.ends_with([')', ']']);
        text.len() <= REFERENCE_BYTES
            && (field || bracketed)
            && judge(text, self.context.cues).is_none()
    }
}
