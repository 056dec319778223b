//! A walk through one section, block by block.

use super::{
    Context, Taken,
    lead::{Lead, last_sentence, lead_of},
    section::Section,
};
use crate::extract::{
    attributed,
    blocks::{Block, Kind},
    cues::Role,
    flow::Flow,
    lists::items,
    marker::{self, Style},
    score::judge,
    sentences::sentences,
    weights::{self, chance},
};
use crate::text::columns::{Column, column_of};

/// Who speaks in the blocks below a label or heading such as "Management response".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// The author of the document, as everywhere.
    Author,
    /// The author, in a recommendation: the label "Recommendation:" stands above.
    Recommends,
    /// Those asked to act; nothing they say is a recommendation.
    Answers,
}

/// Most sentences of a paragraph that the label "Recommendation:" makes one recommendation; a longer
/// one is read sentence by sentence.
const MAX_LABELLED_SENTENCES: usize = 4;

/// A walk through one section.
pub(super) struct Walk<'a, 'b> {
    pub(super) context: &'a Context<'a>,
    pub(super) section: &'a Section,
    /// The latest lead-in, and what it says about the lists after it.
    pub(super) lead: Option<(String, Lead)>,
    /// The label of a heading such as "Recommendation 3"; the next paragraph is that recommendation.
    label: Option<String>,
    /// The first number of a numbered item in the section.
    pub(super) first_number: Option<u32>,
    /// Whether the document counts numbered items as its recommendations.
    pub(super) counts_by_numbers: bool,
    pub(super) voice: Voice,
    /// Whether the next paragraph is the recommendation that the label above it announces.
    awaits: bool,
    /// The first of the latest passages taken: a detail that follows is about these.
    group: usize,
    /// Whether a detail of the group came already, so that the next passage begins another group.
    closed: bool,
    pub(super) taken: &'b mut Vec<Taken>,
}

impl<'a, 'b> Walk<'a, 'b> {
    /// Adds the passages of `section` that ask to `taken`.
    pub(super) fn through(
        context: &'a Context<'a>,
        section: &'a Section,
        taken: &'b mut Vec<Taken>,
    ) {
        let numbered =
            |block: &Block| block.marker().filter(|m| m.style == Style::Number).map(|m| m.value);
        let first_number = context.blocks[section.range.clone()].iter().find_map(numbered);
        let mut walk = Self {
            context,
            section,
            lead: None,
            label: None,
            first_number,
            counts_by_numbers: false,
            voice: Voice::Author,
            awaits: false,
            group: taken.len(),
            closed: false,
            taken,
        };
        walk.run();
    }

    fn run(&mut self) {
        let items = items(self.context.blocks, self.section.range.clone());
        self.counts_by_numbers = self.counts_by_numbers(&items);
        let mut next_item = 0;
        let mut at = self.section.range.start;
        while at < self.section.range.end {
            let block = &self.context.blocks[at];
            if let Some(column) = block.detail() {
                self.detail(column, block.text());
                next_item += usize::from(items.get(next_item).is_some_and(|i| i.block == at));
                at += 1;
                continue;
            }
            if self.is_answer(block) {
                self.go_on(block.text());
                next_item += usize::from(items.get(next_item).is_some_and(|i| i.block == at));
                at += 1;
                continue;
            }
            if std::mem::take(&mut self.closed) {
                self.group = self.taken.len();
            }
            if let Some(end) = self.table(at) {
                at = end;
                continue;
            }
            match &block.kind {
                Kind::Item(_) if items.get(next_item).is_some_and(|i| i.block == at) => {
                    let (end, used) = self.item(&items, next_item);
                    next_item = used;
                    at = end;
                    continue;
                }
                Kind::Paragraph => self.paragraph(at),
                Kind::Heading(_) => self.heading(at),
                Kind::Row => self.row(at),
                Kind::Item(_) | Kind::Note => {}
            }
            at += 1;
        }
    }

    /// Whether a block belongs to the answer above it. A heading, a label, or the number of the next
    /// recommendation ends an answer.
    fn is_answer(&self, block: &Block) -> bool {
        let ends = match &block.kind {
            Kind::Heading(_) | Kind::Row => true,
            Kind::Item(marker) => marker.style == Style::Labelled,
            Kind::Paragraph | Kind::Note => false,
        };
        self.voice == Voice::Answers && !ends && block.run_in.is_none()
    }

    /// A detail of the latest recommendations: "Status: open".
    fn detail(&mut self, column: Column, text: &str) {
        if column == Column::Response {
            self.voice = Voice::Answers;
        }
        self.awaits = false;
        self.closed = true;
        for taken in &mut self.taken[self.group..] {
            taken.details.add(column, text);
        }
    }

    /// The next paragraph of an answer.
    fn go_on(&mut self, text: &str) {
        self.closed = true;
        for taken in &mut self.taken[self.group..] {
            taken.details.go_on(Column::Response, text);
        }
    }

    /// Takes the recommendations of a table that begins at this block; returns the block after it.
    fn table(&mut self, at: usize) -> Option<usize> {
        let context = self.context;
        let table = context.tables.iter().find(|table| table.rows.start == at)?;
        let named = if table.is_named { weights::TABLE } else { weights::TABLE_OF_SECTION };
        let confidence = chance(named + weights::of_table(self.section.role));
        for entry in &table.entries {
            let place = context.outline.places[entry.block];
            let cue = "row of a table of recommendations";
            let taken = Taken::new(entry.text.clone(), place, "item", confidence, cue);
            let (marker, details) = (entry.marker.clone(), entry.details.clone());
            self.taken.push(Taken { marker, details, ..taken });
        }
        self.closed = true;
        Some(table.rows.end)
    }

    /// Reads a heading. A new main section drops the lead-in; a sub-heading keeps it.
    fn heading(&mut self, at: usize) {
        let says = column_of(self.context.blocks[at].text());
        self.voice = if says == Some(Column::Response) { Voice::Answers } else { Voice::Author };
        self.awaits = false;
        if self.voice == Voice::Answers {
            self.answer_below(at);
        } else {
            self.group = self.taken.len();
        }
        if self.context.outline.places[at].section == Some(at) {
            self.lead = None;
        }
        let flow = &self.context.blocks[at].flow;
        let away = matches!(self.section.role, Role::Aside | Role::Background);
        let marker = marker::parse(flow.text()).filter(|m| m.style == Style::Labelled && !away);
        self.label = None;
        if let Some(marker) = marker {
            let rest = flow.cut(marker.end..flow.text().len());
            if judge(rest.text(), self.context.cues).is_some() {
                self.labelled(at, rest, Some(marker.printed));
            } else {
                self.label = Some(marker.printed);
            }
        }
    }

    /// Prepares for the answer under a heading: it is about the one recommendation right above. Where
    /// several stand there, nobody can tell which.
    fn answer_below(&mut self, at: usize) {
        let above = at.checked_sub(1).map(|before| self.context.outline.places[before].section);
        let same = |taken: &&Taken| Some(taken.place.section) == above;
        let count = self.taken.iter().rev().take(2).take_while(same).count();
        self.group = self.taken.len() - if count == 1 { 1 } else { 0 };
    }

    fn labelled(&mut self, at: usize, flow: Flow, label: Option<String>) {
        let place = self.context.outline.places[at];
        let taken = Taken::new(
            flow,
            place,
            "item",
            chance(weights::LABELLED),
            "labelled as a recommendation",
        );
        self.taken.push(Taken { marker: label, ..taken });
    }

    /// Reads a label "Recommendation:"; `true` if its text was taken.
    fn recommends(&mut self, at: usize) -> bool {
        let block = &self.context.blocks[at];
        let away = matches!(self.section.role, Role::Aside | Role::Background);
        match block.run_in {
            Some(Column::Recommendation) if !away => {
                self.voice = Voice::Recommends;
                self.awaits = block.flow.is_empty();
                self.group = self.taken.len();
                if self.awaits {
                    return true;
                }
            }
            Some(_) => (self.voice, self.awaits) = (Voice::Author, false),
            None if !std::mem::take(&mut self.awaits) => return false,
            None => {}
        }
        let text = block.text();
        let whole = !text.ends_with(':') && sentences(text).len() <= MAX_LABELLED_SENTENCES;
        if self.voice == Voice::Recommends && whole {
            self.labelled(at, block.flow.clone(), None);
        }
        self.voice == Voice::Recommends && whole
    }

    fn paragraph(&mut self, at: usize) {
        if self.recommends(at) {
            return;
        }
        let block = &self.context.blocks[at];
        if self.marked(at, &block.flow, None) || self.attributed(at, &block.flow, None) {
            return;
        }
        if let Some(label) = self.label.take() {
            self.labelled(at, block.flow.clone(), Some(label));
            return;
        }
        let text = block.text();
        if self.completes_lead(text) {
            self.push_completed(at);
            return;
        }
        if text.ends_with(':') {
            self.set_lead(&last_sentence(text));
        }
        self.prose(at, &block.flow, None);
    }

    /// Whether a paragraph completes the lead-in: "That the council employ a guard." under "I recommend:".
    fn completes_lead(&self, text: &str) -> bool {
        let asks = self.lead.as_ref().is_some_and(|(_, lead)| *lead == Lead::Asks);
        let that = ["That ", "Que ", "Qu'", "Qu’"].iter().any(|word| text.starts_with(word));
        let away = matches!(self.section.role, Role::Aside | Role::Background);
        asks && that && !away && !text.ends_with([':', '?']) && !self.context.labelled
    }

    fn push_completed(&mut self, at: usize) {
        let flow = self.context.blocks[at].flow.clone();
        let place = self.context.outline.places[at];
        let lead_in = self.lead.as_ref().map(|(text, _)| text.clone());
        let taken = Taken::new(
            flow,
            place,
            "item",
            chance(weights::ITEM_OF_LEAD),
            "item of a list that asks",
        );
        self.taken.push(Taken { lead_in, ..taken });
    }

    /// Log-odds that the section adds to a passage in it.
    pub(super) fn place_weight(&self) -> f64 {
        weights::of_place(self.section.role, self.section.mixed, self.context.structured)
    }

    fn set_lead(&mut self, sentence: &str) {
        self.lead = Some((sentence.to_owned(), lead_of(sentence, self.context.cues)));
    }

    /// Takes the text before a closing "(Recommendation 3)", in any section; `false` without one.
    pub(super) fn marked(&mut self, at: usize, flow: &Flow, marker: Option<&String>) -> bool {
        let Some((end, label)) = attributed::marked(flow.text()) else { return false };
        let place = self.context.outline.places[at];
        let marker = marker.cloned().or(Some(label));
        let cut = flow.cut(0..end);
        let taken =
            Taken::new(cut, place, "item", chance(weights::MARKED), "marked as a recommendation");
        self.taken.push(Taken { marker, ..taken });
        true
    }

    /// Takes one recommendation for each name: "Ratify the convention (Spain, Peru);". `false` without one.
    pub(super) fn attributed(&mut self, at: usize, flow: &Flow, marker: Option<&String>) -> bool {
        if self.section.role != Role::Recommendations {
            return false;
        }
        let parts = self.context.attribution.split(flow, self.context.cues);
        let place = self.context.outline.places[at];
        for (flow, agency) in &parts {
            let lead_in = self.lead.as_ref().map(|(text, _)| text.clone());
            let (marker, agency) = (marker.cloned(), Some(agency.clone()));
            let taken = Taken::new(
                flow.clone(),
                place,
                "item",
                chance(weights::ATTRIBUTED),
                "attributed at its end",
            );
            self.taken.push(Taken { marker, lead_in, agency, ..taken });
        }
        !parts.is_empty()
    }

    /// Reads each cell of a table row as running text.
    fn row(&mut self, at: usize) {
        let flow = &self.context.blocks[at].flow;
        let mut start = 0;
        for (end, _) in flow.text().match_indices('|').chain([(flow.text().len(), "")]) {
            self.prose(at, &flow.cut(start..end), None);
            start = (end + 1).min(flow.text().len());
        }
    }
}
