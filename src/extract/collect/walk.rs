//! A walk through one section, block by block.

use std::{collections::BTreeSet, ops::Range};

use super::{
    Context, Taken, headlines,
    items::{denies, leading_lists, lists_of_titles, number},
    labelled,
    lead::{Lead, is_bare_lead, last_sentence, lead_of},
    section::Section,
    tables::Entry,
};
use crate::extract::{
    attributed,
    blocks::{Block, Kind},
    cues::{Role, role_of},
    flow::Flow,
    fold::fold,
    lists::items,
    score::judge,
    sentences::{COLONS, sentences},
    weights::{self, chance},
};
use crate::text::columns::{Column, is_answer};
use crate::text::marker::{Form, Style};

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

/// Probability from which a passage is something that can be answered.
const ASKED: f64 = 0.5;

/// Longest name of a part of a list, in words.
const GROUP_WORDS: usize = 8;

/// A walk through one section.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own; they combine freely")]
pub(super) struct Walk<'a, 'b> {
    pub(super) context: &'a Context<'a>,
    pub(super) section: &'a Section,
    /// The latest lead-in, and what it says about the lists after it.
    pub(super) lead: Option<(String, Lead)>,
    /// The block of that lead-in.
    pub(super) lead_at: usize,
    /// How the items below the lead-in are marked; an item marked otherwise belongs to another list.
    pub(super) led: Option<(Style, Form)>,
    /// The block from which on they are expected: of the lead-in, or of the name of a part of its list.
    pub(super) led_from: usize,
    /// The depth and the text of an item that is only the title of its sub-items.
    pub(super) part: Option<(usize, String)>,
    /// The name of a part of the list below the lead-in: "Crew level".
    pub(super) group: Option<String>,
    /// Whom the part of the list here is addressed to: "To the Minister:".
    pub(super) addressee: Option<String>,
    /// How many of the passages taken have been given their addressee.
    pub(super) given: usize,
    /// Whether the numbers of items run through the document, so that they number its paragraphs.
    pub(super) numbers_run: bool,
    /// The lists in which some items are paragraphs and others lead in lists of their own.
    pub(super) leading_lists: BTreeSet<usize>,
    /// Whether the recommendation that the section is named after ("Recommendation 3: Title") is taken.
    pub(super) is_done: bool,
    /// The lists of nothing but titles.
    pub(super) lists_of_titles: BTreeSet<usize>,
    /// Whether the blocks here are what those who were asked have answered.
    pub(super) answered: bool,
    /// How many lists of the section follow a sentence that asks in so many words: "I recommend:".
    pub(super) lists_asked_for: usize,
    /// Whether the document counts numbered items as its recommendations.
    pub(super) counts_by_numbers: bool,
    /// Whether the section prints its recommendations in bold, and explains them.
    pub(super) has_headlines: bool,
    pub(super) voice: Voice,
    /// Whether the next paragraph is the recommendation that the label above it announces.
    pub(super) awaits: bool,
    /// The first of the latest passages taken: a detail that follows is about these.
    pub(super) since: usize,
    /// The block after the latest one from which a passage was taken.
    pub(super) after_ask: usize,
    /// Whether a detail of the group came already, so that the next passage begins another group.
    pub(super) closed: bool,
    pub(super) taken: &'b mut Vec<Taken>,
}

impl<'a, 'b> Walk<'a, 'b> {
    /// Adds the passages of `section` that ask to `taken`.
    pub(super) fn through(
        context: &'a Context<'a>,
        section: &'a Section,
        taken: &'b mut Vec<Taken>,
    ) {
        let (counts_by_numbers, numbers_run) = (false, numbers_run(context, section));
        let (lead, group) = (None, None);
        let mut walk = Self {
            context,
            section,
            lead,
            lead_at: 0,
            led: None,
            led_from: 0,
            part: None,
            group,
            addressee: None,
            given: taken.len(),
            numbers_run,
            leading_lists: BTreeSet::new(),
            lists_of_titles: BTreeSet::new(),
            is_done: false,
            answered: false,
            lists_asked_for: lists_asked_for(context, section),
            counts_by_numbers,
            has_headlines: headlines::any(context, section),
            voice: Voice::Author,
            awaits: false,
            since: taken.len(),
            after_ask: usize::MAX,
            closed: false,
            taken,
        };
        walk.run();
    }

    fn run(&mut self) {
        let items = items(self.context.blocks, self.section.range.clone());
        self.counts_by_numbers = self.counts_by_numbers(&items);
        let (blocks, cues) = (self.context.blocks, self.context.cues);
        self.leading_lists = leading_lists(blocks, &items, cues);
        self.lists_of_titles = lists_of_titles(blocks, &items, cues);
        let mut next_item = 0;
        let mut at = self.section.range.start;
        while at < self.section.range.end {
            self.give_addressee();
            let block = &self.context.blocks[at];
            let item = items.get(next_item).filter(|i| i.block == at);
            if self.detail(at) || self.is_answer(block, item) {
                next_item += usize::from(item.is_some());
                at += 1;
                continue;
            }
            if std::mem::take(&mut self.closed) {
                self.since = self.taken.len();
            }
            if let Some(end) = self.table(at) {
                at = end;
                continue;
            }
            if let Some(end) = self.labelled(at) {
                next_item += items[next_item..].iter().take_while(|i| i.block < end).count();
                self.answer_quoted(at);
                at = end;
                continue;
            }
            if let Some(end) = self.paragraph_of_things(at) {
                next_item += items[next_item..].iter().take_while(|i| i.block < end).count();
                at = end;
                continue;
            }
            match &block.kind {
                Kind::Item(_) if items.get(next_item).is_some_and(|i| i.block == at) => {
                    let (end, used) = self.item(&items, next_item);
                    next_item = used;
                    self.answer_quoted(at);
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
        self.give_addressee();
    }

    /// Takes the recommendations of a table that begins at this block; returns the block after it.
    fn table(&mut self, at: usize) -> Option<usize> {
        let context = self.context;
        if context.blocks[at].kind != Kind::Row {
            return None;
        }
        let table = context.tables.iter().find(|table| table.rows.start == at)?;
        let named = if table.is_named { weights::TABLE } else { weights::TABLE_OF_SECTION };
        let confidence = chance(named + weights::of_table(self.role()));
        let asks = |entry: &&Entry| !denies(entry.text.text(), context.cues);
        for entry in table.entries.iter().filter(asks) {
            let place = context.outline.places[entry.block];
            let cue = "row of a table of recommendations";
            let taken = Taken::new(entry.text.clone(), place, "item", confidence, cue);
            let (marker, details) = (entry.marker.clone(), entry.details.clone());
            self.taken.push(Taken { marker, details, ..taken });
        }
        self.closed = true;
        Some(table.rows.end)
    }

    /// Reads a label "Recommendation:"; `true` if its text was taken.
    fn recommends(&mut self, at: usize) -> bool {
        let block = &self.context.blocks[at];
        let away = matches!(self.role(), Role::Aside | Role::Background);
        match block.run_in {
            Some(Column::Recommendation) if !away => {
                self.voice = Voice::Recommends;
                self.awaits = block.flow.is_empty();
                self.since = self.taken.len();
                if self.awaits {
                    return true;
                }
            }
            Some(_) => (self.voice, self.awaits) = (Voice::Author, false),
            None if !std::mem::take(&mut self.awaits) => return false,
            None => {}
        }
        let text = block.text();
        let whole = !text.ends_with(COLONS) && sentences(text).len() <= MAX_LABELLED_SENTENCES;
        let takes = self.voice == Voice::Recommends && whole;
        if takes {
            let place = self.context.outline.places[at];
            let confidence = chance(weights::LABELLED);
            let cue = labelled::CUE;
            self.taken.push(Taken::new(block.flow.clone(), place, "item", confidence, cue));
        }
        takes
    }

    /// Reads a heading. A new main section drops the lead-in; a sub-heading keeps it.
    fn heading(&mut self, at: usize) {
        // "Agreed action" in a decision that has recommended nothing before is what it recommends.
        let text = self.context.blocks[at].text();
        let asked = || self.taken.iter().any(|taken| taken.confidence >= ASKED);
        let asks = role_of(text) == Some(Role::Recommendations);
        let answers = is_answer(text) && (!asks || asked());
        self.voice = if answers { Voice::Answers } else { Voice::Author };
        self.awaits = false;
        if self.voice == Voice::Answers {
            self.answer_below(at);
        } else {
            self.since = self.taken.len();
        }
        let place = self.context.outline.places[at];
        let was_addressed = self.addressee.is_some();
        self.address(text);
        // "To the Minister:" is no lead-in of what the next one is asked.
        if place.section == Some(at) || was_addressed && self.addressee.is_some() {
            self.lead = None;
        }
        (self.part, self.led, self.led_from) = (None, None, at);
        let named = place.group.filter(|&group| group == at);
        self.group = named.map(|at| self.context.blocks[at].text().to_owned());
    }

    /// Reads a paragraph together with the list of things that it asks for; gives the block after the list.
    fn paragraph_of_things(&mut self, at: usize) -> Option<usize> {
        let blocks = self.context.blocks;
        if blocks[at].kind != Kind::Paragraph || blocks[at].run_in.is_some() {
            return None;
        }
        let end = self.things_below(at)?;
        let mut flow = blocks[at].flow.clone();
        for part in &blocks[at + 1..end] {
            flow.extend(&part.flow);
        }
        self.prose(at, &flow, None);
        Some(end)
    }

    fn paragraph(&mut self, at: usize) {
        let count = self.taken.len();
        if self.recommends(at) || self.answers_above(at) {
            return;
        }
        self.passages(at);
        if self.taken.len() > count {
            self.after_ask = at + 1;
        }
    }

    /// Takes what a paragraph asks.
    fn passages(&mut self, at: usize) {
        let block = &self.context.blocks[at];
        if self.marked(at, &block.flow, None)
            || self.attributed(at, &block.flow, None)
            || self.coded(at)
        {
            return;
        }
        if self.has_headlines && self.headline(at) {
            return;
        }
        let text = block.text();
        if self.completes_lead(text) {
            self.push_completed(at);
            return;
        }
        if self.names_group(text) {
            self.address(text);
            self.group = Some(text.trim_end_matches(COLONS).to_owned());
            (self.led, self.led_from) = (None, at);
            return;
        }
        if text.ends_with(COLONS) || self.goes_on_in_items(at) {
            self.address(text);
            self.set_lead(&last_sentence(text));
            (self.lead_at, self.led_from, self.part, self.group) = (at, at, None, None);
        }
        self.prose(at, &block.flow, None);
    }

    /// Whether a paragraph that ends in a comma goes on in the items of a list, as German has it: "Der
    /// Rechnungshof empfiehlt dem Ministerium,".
    pub(super) fn goes_on_in_items(&self, at: usize) -> bool {
        let blocks = self.context.blocks;
        let text = blocks[at].text();
        let next = blocks[at + 1..].iter().find(|b| b.kind != Kind::Note);
        blocks[at].kind == Kind::Paragraph
            && text.ends_with(',')
            && next.is_some_and(|next| next.marker().is_some())
            && lead_of(&last_sentence(text), self.context.cues) == Lead::Asks
    }

    /// Whether a paragraph only names a part of the list that the lead-in opened: "Crew level:", "To the
    /// Minister:".
    fn names_group(&self, text: &str) -> bool {
        let asks = self.lead.as_ref().is_some_and(|(_, lead)| *lead == Lead::Asks);
        let own = self.role() == Role::Recommendations && !self.section.mixed;
        let short = text.ends_with(COLONS) && text.split(' ').count() <= GROUP_WORDS;
        short
            && (asks || own)
            && judge(text, self.context.cues).is_none()
            && !is_bare_lead(text, self.context.cues)
            && !self.context.cues.lead_denies.is_match(&fold(text))
    }

    /// Whether a paragraph completes the lead-in: "That the council employ a guard." under "I recommend:".
    fn completes_lead(&self, text: &str) -> bool {
        let asks = self.lead.as_ref().is_some_and(|(_, lead)| *lead == Lead::Asks);
        let that = ["That ", "Que ", "Qu'", "Qu’"].iter().any(|word| text.starts_with(word));
        let away = matches!(self.role(), Role::Aside | Role::Background);
        asks && that
            && !away
            && !text.ends_with(COLONS)
            && !text.ends_with('?')
            && !self.context.labelled
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

    /// The role of the section here. What follows the recommendation that a section is named after is
    /// running text.
    pub(super) fn role(&self) -> Role {
        if self.is_done { Role::Body } else { self.section.role }
    }

    /// Log-odds that the section adds to a passage in it.
    pub(super) fn place_weight(&self) -> f64 {
        weights::of_place(self.role(), self.section.mixed, self.context.structured)
    }

    fn set_lead(&mut self, sentence: &str) {
        self.led = None;
        let cues = self.context.cues;
        // "In 2018, the Committee recommended that the State:" tells in passing of another time.
        let is_told = self.role() == Role::Body
            && judge(sentence, cues).is_some_and(|judged| judged.score < weights::CLEARLY_NOT);
        let lead = if is_told { Lead::Denies } else { lead_of(sentence, cues) };
        self.lead = Some((sentence.to_owned(), lead));
    }

    /// Takes the text before a closing "(Recommendation 3)", in any section; `false` without one.
    pub(super) fn marked(&mut self, at: usize, flow: &Flow, marker: Option<&String>) -> bool {
        let away = matches!(self.role(), Role::Aside | Role::Background);
        let Some((end, label)) = attributed::marked(flow.text()).filter(|_| !away) else {
            return false;
        };
        // "The Department does not share this view (Recommendation 6)." only refers to one.
        if self.role() != Role::Recommendations && !self.asks_plainly(&flow.text()[..end]) {
            return false;
        }
        let place = self.context.outline.places[at];
        let marker = marker.cloned().or(Some(label));
        let cut = flow.cut(0..end);
        let taken =
            Taken::new(cut, place, "item", chance(weights::MARKED), "marked as a recommendation");
        self.taken.push(Taken { marker, ..taken });
        true
    }

    /// Whether a sentence of `text` asks in so many words or by "should" or "must", or its last one has the form of a demand.
    fn asks_plainly(&self, text: &str) -> bool {
        let cues = self.context.cues;
        let all = sentences(text);
        let asks = |range: &Range<usize>| {
            judge(&text[range.clone()], cues).is_some_and(|judged| judged.score >= 1.0)
        };
        let last = all.last().map_or("", |range| &text[range.clone()]);
        all.iter().any(asks) || cues.has_form_of_demand(&fold(last))
    }

    /// Takes one recommendation for each name: "Ratify the convention (Spain, Peru);". `false` without one.
    pub(super) fn attributed(&mut self, at: usize, flow: &Flow, marker: Option<&String>) -> bool {
        if self.role() != Role::Recommendations {
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

/// The first number of a section above which its numbers may run through the document.
const RUNNING_FROM: u32 = 3;

/// Whether the numbered items of a section are numbered paragraphs of the document, and not a list.
///
/// They do not begin near 1, and they are paragraphs: most have several sentences, or fewer than half
/// have the form of a demand. A list may also go on from an earlier chapter.
fn numbers_run(context: &Context<'_>, section: &Section) -> bool {
    let blocks = &context.blocks[section.range.clone()];
    let numbered: Vec<&Block> = blocks.iter().filter(|b| number(b).is_some()).collect();
    let first = numbered.first().and_then(|b| number(b));
    let single = |b: &&&Block| sentences(b.text()).len() == 1;
    let demands = |b: &&&Block| {
        let folded = fold(b.text());
        context.cues.has_form_of_demand(&folded) || judge(b.text(), context.cues).is_some()
    };
    let is_list = 2 * numbered.iter().filter(single).count() > numbered.len()
        && 2 * numbered.iter().filter(demands).count() >= numbered.len();
    let goes_on = || first.is_some_and(|first| latest_number(context, section) == Some(first - 1));
    first.is_some_and(|first| first > RUNNING_FROM) && !is_list && !goes_on()
}

/// The latest number under a heading of recommendations before `section`.
fn latest_number(context: &Context<'_>, section: &Section) -> Option<u32> {
    let before = context.blocks[..section.range.start].iter().zip(&context.outline.places).rev();
    let asking = before.filter(|(_, place)| place.role == Role::Recommendations);
    asking.into_iter().find_map(|(block, _)| number(block))
}

/// How many lists of a section follow a sentence that asks in so many words: "I recommend:".
fn lists_asked_for(context: &Context<'_>, section: &Section) -> usize {
    let blocks = &context.blocks[section.range.clone()];
    let asks = |at: &usize| {
        let text = blocks[*at].text();
        let lead = last_sentence(text);
        blocks[*at].kind == Kind::Paragraph
            && text.ends_with(COLONS)
            && judge(&lead, context.cues).is_some_and(|j| j.plain)
            && lead_of(&lead, context.cues) == Lead::Asks
    };
    // A label may stand between the sentence and the list.
    let listed = |at: usize| blocks[at + 1..].iter().take(2).any(|b| b.marker().is_some());
    (0..blocks.len()).filter(asks).filter(|&at| listed(at)).count()
}
