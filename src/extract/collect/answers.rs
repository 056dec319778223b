//! What a walk reads besides recommendations: whom they are addressed to, and what was answered.

use super::{
    Taken,
    lead::last_sentence,
    walk::{Voice, Walk},
};
use crate::extract::{
    attributed,
    blocks::{Block, Kind},
    cues::Role,
    fold::fold,
    lists::Item,
    marker::{self, Marker, Style},
    sentences::COLONS,
};
use crate::text::codes::{addressed, is_code};
use crate::text::columns::Column;

/// Longest beginning of a paragraph that says who answers in the rest of it, in bytes.
const MAX_LEAD_BYTES: usize = 120;

impl Walk<'_, '_> {
    /// Names whom the passages taken since the last call are addressed to, unless they say it themselves.
    pub(super) fn give_addressee(&mut self) {
        if let Some(addressee) = &self.addressee {
            for taken in &mut self.taken[self.given..] {
                taken.details.owner.get_or_insert_with(|| addressee.clone());
            }
        }
        self.given = self.taken.len();
    }

    /// Reads whom a heading or a lead-in addresses; any other ends the part that was addressed to somebody.
    pub(super) fn address(&mut self, text: &str) {
        let named = format!("{}: ", text.trim_end_matches(COLONS).trim_end());
        let own = self.role() == Role::Recommendations;
        self.addressee = addressed(&named).filter(|_| own).map(|(name, _)| name.to_owned());
    }

    /// Reads a detail of the latest recommendations ("Status: open"), or the next paragraph of an answer to
    /// them; `false` for any other block. A heading, a label, or the number of the next recommendation ends
    /// an answer.
    pub(super) fn detail(&mut self, at: usize) -> bool {
        let block = &self.context.blocks[at];
        let ends = match &block.kind {
            Kind::Heading(_) | Kind::Row => true,
            Kind::Item(marker) => {
                marker.style == Style::Labelled || is_code(&marker.printed) || self.is_next(marker)
            }
            // "Recommendation No. 2:" alone on its line.
            Kind::Paragraph => {
                marker::parse(block.text()).is_some_and(|m| m.style == Style::Labelled)
            }
            Kind::Note => false,
        };
        // What is marked as a recommendation is no answer, wherever a converter put a heading.
        let ends =
            ends || attributed::marked(block.text()).is_some() || self.context.quoted.contains(&at);
        let details = self.taken[self.since..].iter_mut().map(|taken| &mut taken.details);
        if let Some(column) = block.detail() {
            details.for_each(|details| details.add(column, block.text()));
            self.awaits = false;
            if column == Column::Response {
                self.voice = Voice::Answers;
            }
        } else if self.voice == Voice::Answers && !ends && block.run_in.is_none() {
            details.for_each(|details| details.go_on(Column::Response, block.text()));
        } else {
            return false;
        }
        self.closed = true;
        true
    }

    /// Takes a paragraph right below a recommendation for the answer to it, if it begins by saying whether that is
    /// accepted: "Partly accepted. The windows will be replaced."; `false` for any other.
    pub(super) fn answers_above(&mut self, at: usize) -> bool {
        let text = self.context.blocks[at].text();
        if self.after_ask != at || !self.context.cues.answers_from_outside(text) {
            return false;
        }
        let latest = self.taken.len().saturating_sub(1).max(self.since);
        for taken in &mut self.taken[latest..] {
            taken.details.add(Column::Response, text);
        }
        true
    }

    /// Takes what follows the item at `at` for its answer, if the document quotes the item to answer it.
    pub(super) fn answer_quoted(&mut self, at: usize) {
        if self.context.quoted.contains(&at) {
            self.voice = Voice::Answers;
        }
    }

    /// Whether a marker numbers the recommendation after the latest one.
    fn is_next(&self, marker: &Marker) -> bool {
        if self.voice != Voice::Answers || marker.style != Style::Number {
            return false;
        }
        let latest = self.taken[self.since..].last().and_then(|taken| taken.marker.as_deref());
        let latest = latest.and_then(marker::parse).filter(|latest| latest.style == Style::Number);
        latest.is_some_and(|latest| marker.value == latest.value + 1)
    }

    /// Whether a block is, or leads in, what those who were asked have answered ("The Ministry replied:").
    /// A heading ends an answer, and so does the next numbered paragraph.
    pub(super) fn is_answer(&mut self, block: &Block, item: Option<&Item>) -> bool {
        let ends = block.is_heading() || item.is_some_and(|i| i.depth == 0 && i.counted);
        self.answered &= !ends;
        let text = block.text();
        if text.ends_with(COLONS) && !block.is_heading() {
            self.answered |= self.context.cues.lead_answers.is_match(&fold(&last_sentence(text)));
        }
        self.answered || block.kind == Kind::Paragraph && self.quotes_answer(text)
    }

    /// Whether a paragraph gives an answer after its first words: "Fjordline replied: We do not accept it."
    pub(super) fn quotes_answer(&self, text: &str) -> bool {
        let colon = text.find(COLONS).filter(|&at| at <= MAX_LEAD_BYTES);
        let lead = colon.map(|at| fold(&format!("{}:", &text[..at])));
        lead.is_some_and(|lead| self.context.cues.lead_answers.is_match(&lead))
    }

    /// Prepares for the answer under a heading: it is about the one recommendation right above. Where
    /// several stand there, nobody can tell which.
    pub(super) fn answer_below(&mut self, at: usize) {
        let above = at.checked_sub(1).map(|before| self.context.outline.places[before].section);
        let same = |taken: &&Taken| Some(taken.place.section) == above;
        let count = self.taken.iter().rev().take(2).take_while(same).count();
        self.since = self.taken.len() - usize::from(count == 1);
    }
}
