//! Recommendations under a label: "Recommendation 3 – Title", then the text that belongs to it.

use super::{Taken, details::Details, lead::Lead, lead::lead_of, walk::Walk};
use crate::extract::{
    blocks::{Block, Kind, ends_sentence},
    cues::Role,
    flow::Flow,
    marker::{self, Marker, Style},
    score::judge,
    sentences::{COLONS, sentences},
    weights::{self, chance},
};
use crate::text::columns::Column;

/// Longest title after a label, in words.
const TITLE_WORDS: usize = 25;

/// Longest line that only refers to something ("Target implementation date: end of 2027"), in bytes.
const REFERENCE_BYTES: usize = 120;

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
        while let Some((column, text)) = detail(from).filter(|_| flow.is_empty()) {
            details.add(column, text);
            from += 1;
        }
        if let Some(owner) = &marker.owner {
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
