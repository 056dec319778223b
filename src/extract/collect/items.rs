//! List items: the text that belongs to each, and how likely it is a recommendation.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    Taken, labelled,
    lead::{Lead, is_bare_lead, last_sentence, lead_of},
    walk::{Voice, Walk},
};
use crate::extract::{
    blocks::{Block, Kind, ends_sentence},
    cues::{Cues, Role, announces},
    flow::Flow,
    fold::fold,
    lists::Item,
    marker::Style,
    score::{Judgement, judge},
    sentences::{COLONS, QUESTIONS, sentences},
    weights::{self, chance},
};
use crate::text::codes::addressed;
use crate::text::columns::Column;

/// Fewest numbered items that show how a document counts its recommendations.
const LEAST_NUMBERED: usize = 3;

/// How many blocks below a lead-in its first item may stand.
const LEAD_REACHES: usize = 3;

/// Longest part of a list of things, in words.
const MAX_THING_WORDS: usize = 25;

/// Longest title of a list, in words.
const TITLE_WORDS: usize = 14;

/// Whether a part of a list asks for something itself, or leads in what does.
fn asks_more(text: &str, cues: &Cues) -> bool {
    judge(text, cues).is_some() || cues.has_form_of_demand(&fold(text)) || text.ends_with(COLONS)
}

fn is_numbered(block: &Block) -> bool {
    number(block).is_some()
}

/// The number of a numbered item: 3 of "3."
pub(super) fn number(block: &Block) -> Option<u32> {
    block.marker().filter(|m| m.style == Style::Number).map(|m| m.value)
}

impl Walk<'_, '_> {
    /// Judges an item with all its text; returns the next block and the next item.
    pub(super) fn item(&mut self, items: &[Item], number: usize) -> (usize, usize) {
        let blocks = self.context.blocks;
        let item = &items[number];
        let block = &blocks[item.block];
        let mut flow = block.flow.clone();
        let mut next = number + 1;
        let mut end = item.block + 1;
        let is_lead = block.text().ends_with(COLONS) || self.asks_in_parts(items, number);
        // Bullets under a numbered item are parts of it. Lettered items stand alone, unless the document
        // counts its numbered items as its recommendations.
        if item.counted {
            let open = !ends_sentence(block.text()) || is_lead;
            let whole = self.counts_by_numbers && item.depth == 0 && is_numbered(block)
                || is_lead && self.lists_things(items, number);
            let part_of =
                |part: &&Item| open && (!part.counted || whole) && part.depth > item.depth;
            while let Some(part) =
                items.get(next).filter(part_of).filter(|p| self.only_text(end, p.block))
            {
                flow.extend(&blocks[part.block].flow);
                end = part.block + 1;
                next += 1;
            }
        }
        // A paragraph between two items of one list belongs to the first.
        let is_quoted = self.context.quoted.contains(&item.block);
        let same =
            |f: &&Item| item.counted && f.counted && f.list == item.list && !is_lead && !is_quoted;
        let following = items.get(next).filter(same).map(|f| f.block);
        if let Some(to) = following.filter(|&to| self.only_text(end, to)) {
            for block in blocks[end..to].iter().filter(|b| b.kind == Kind::Paragraph) {
                flow.extend(&block.flow);
            }
            end = to;
        }
        // "... with the following:" followed by a quotation.
        let quoted = blocks
            .get(end)
            .filter(|b| is_lead && b.kind == Kind::Paragraph && b.text().len() < 600);
        let alone = blocks.get(end + 1).is_none_or(|b| b.is_heading() || b.marker().is_some());
        if let Some(quoted) =
            quoted.filter(|_| item.counted && alone && end < self.section.range.end)
        {
            flow.extend(&quoted.flow);
            end += 1;
        }
        let below = items.get(next).filter(|n| n.depth > item.depth);
        let deeper = below.is_some();
        self.part.take_if(|(depth, _)| item.depth <= *depth);
        if below.is_some_and(|n| n.counted && n.block == end) && self.names_parts(block) {
            self.part = Some((item.depth, block.text().to_owned()));
            self.names_addressee(block.text());
        } else {
            self.judge_item(items, number, flow, deeper && is_lead);
        }
        (end, next)
    }

    /// Whether an item is only the title of its sub-items: "(a) Duty of candour".
    fn names_parts(&self, block: &Block) -> bool {
        let text = block.text();
        let short = text.split(' ').count() <= TITLE_WORDS
            && !text.ends_with([':', ';', ',', '：', '；', '，', '、', '؛', '،']);
        let cues = self.context.cues;
        short && judge(text, cues).is_none() && !cues.has_form_of_demand(&fold(text))
    }

    /// Whether an item asks for something and its sub-items only say for what: "The Office should publish each
    /// quarter:" and "(a) the number of complaints;".
    fn lists_things(&self, items: &[Item], number: usize) -> bool {
        let (blocks, cues) = (self.context.blocks, self.context.cues);
        let item = &items[number];
        let text = blocks[item.block].text();
        let parts = items[number + 1..].iter().take_while(|part| part.depth > item.depth);
        (judge(text, cues).is_some_and(|judged| judged.score > 0.0)
            || cues.has_form_of_demand(&fold(text)))
            && !is_bare_lead(text, cues)
            && parts.clone().next().is_some()
            && parts.map(|part| blocks[part.block].text()).all(|text| !asks_more(text, cues))
    }

    /// The block after a list of things by which the last sentence of the paragraph at `at` goes on from what the
    /// paragraph has asked: "Review the training. The review should include:" and "the competence of staff;". `None` if
    /// no such list follows.
    pub(super) fn things_below(&self, at: usize) -> Option<usize> {
        let (blocks, cues) = (self.context.blocks, self.context.cues);
        let text = blocks[at].text();
        let is_thing =
            |text: &str| !asks_more(text, cues) && text.split(' ').count() <= MAX_THING_WORDS;
        let all = sentences(text);
        let (last, before) = all.split_last()?;
        let is_ask = |range: &Range<usize>| {
            judge(&text[range.clone()], cues).is_some_and(|judged| judged.score > 0.0)
        };
        let open = text.ends_with(COLONS)
            && is_ask(last)
            && before.iter().any(is_ask)
            && !is_bare_lead(text, cues);
        let below = &blocks[at + 1..self.section.range.end];
        let kind = |block: &Block| block.marker().map(|marker| (marker.style, marker.form));
        let first = kind(below.first()?)?;
        let parts: Vec<&Block> =
            below.iter().take_while(|block| kind(block) == Some(first)).collect();
        let things = parts.len() > 1 && parts.iter().all(|part| is_thing(part.text()));
        (open && things).then_some(at + 1 + parts.len())
    }

    /// Whether an item breaks off in a comma and asks for what its sub-items say, as German has it: "III. Der
    /// Landtag fordert die Regierung auf,".
    fn asks_in_parts(&self, items: &[Item], number: usize) -> bool {
        let text = self.context.blocks[items[number].block].text();
        let opens = items.get(number + 1).is_some_and(|next| next.depth > items[number].depth);
        text.ends_with(',')
            && opens
            && lead_of(&last_sentence(text), self.context.cues) == Lead::Asks
    }

    /// Whether only text and notes stand between two blocks, and few of them.
    fn only_text(&self, from: usize, to: usize) -> bool {
        let between = &self.context.blocks[from..to];
        between.len() <= 8
            && between.iter().all(|b| match b.kind {
                _ if b.run_in.is_some() => false,
                Kind::Note => true,
                Kind::Paragraph => {
                    let text = b.text();
                    !text.ends_with(COLONS)
                        && !self.quotes_answer(text)
                        && !self.context.cues.answers_from_outside(text)
                }
                Kind::Heading(_) | Kind::Item(_) | Kind::Row => false,
            })
    }

    /// Whether the document counts the numbered items of this section ("1. We call upon ...") as its
    /// recommendations: most of them ask by themselves, and their numbers begin here.
    pub(super) fn counts_by_numbers(&self, items: &[Item]) -> bool {
        let blocks = self.context.blocks;
        let numbered = || {
            items
                .iter()
                .filter(|i| i.depth == 0 && is_numbered(&blocks[i.block]) && !self.is_running(i))
        };
        let asks = |item: &&Item| {
            judge(blocks[item.block].text(), self.context.cues)
                .is_some_and(|j| j.score > weights::PLAIN_LEAD)
        };
        let own = self.role() == Role::Recommendations && !self.section.mixed;
        own && self.begin_at_one(numbered().next())
            && numbered().count() >= LEAST_NUMBERED
            && 2 * numbered().filter(asks).count() > numbered().count()
    }

    /// Whether the numbers of a list begin at one, or go on from a section of recommendations where they do. Those
    /// of the paragraphs of a report have reached 90 there.
    fn begin_at_one(&self, first: Option<&Item>) -> bool {
        first.is_some_and(|first| {
            number(&self.context.blocks[first.block]) == Some(1)
                || self.context.first_numbered.is_some_and(|at| at < first.block)
        })
    }

    /// Reads an item that only names whom those below it are addressed to: "A) To the provincial councils"; `false` for
    /// any other.
    fn names_addressee(&mut self, text: &str) -> bool {
        let own = self.role() == Role::Recommendations && !self.section.mixed;
        if !own || text.split(' ').count() > TITLE_WORDS {
            return false;
        }
        let named = format!("{}: ", text.trim_end_matches(COLONS));
        let is_name = addressed(&named).is_some_and(|(_, colon)| colon + 2 == named.len());
        if is_name {
            self.address(text);
        }
        is_name
    }

    /// Ends the lead-in above an item of the outer level that is marked otherwise than those that followed it, or stands
    /// far below it.
    fn end_lead(&mut self, item: &Item) {
        let marker = self.context.blocks[item.block].marker();
        let kind = marker.filter(|_| item.depth == 0 && self.lead.is_some());
        let Some(kind) = kind.map(|marker| (marker.style, marker.form)) else { return };
        let between = self.context.blocks[self.led_from..item.block].iter();
        let mut between = between.filter(|block| block.kind != Kind::Note);
        let is_far = self.led.is_none() && between.nth(LEAD_REACHES).is_some();
        if is_far || *self.led.get_or_insert(kind) != kind {
            self.lead = None;
        }
    }

    fn judge_item(&mut self, items: &[Item], number: usize, flow: Flow, opens: bool) {
        let item = &items[number];
        self.end_lead(item);
        // A lead-in that stands below the parent is nearer.
        let parent = item.parent.filter(|&p| items[p].block > self.lead_at || self.lead.is_none());
        let parent = parent.map(|p| self.context.blocks[items[p].block].text());
        let marker = Some(item.marker.clone()).filter(|m| m != "-");
        if self.marked(item.block, &flow, marker.as_ref())
            || self.attributed(item.block, &flow, marker.as_ref())
        {
            return;
        }
        let cues = self.context.cues;
        if self.names_addressee(flow.text()) {
            return;
        }
        // "71 The following recommendations are made:" is none of them.
        let announced = flow.text().ends_with(COLONS) && announces(flow.text());
        if announced || denies(flow.text(), cues) {
            return;
        }
        let judged = judge(flow.text(), cues);
        // "The Committee recommends that the State party:" only opens its sub-items.
        if opens && (is_bare_lead(flow.text(), cues) || flow.text().ends_with(',')) {
            self.before_lead(item.block, &flow, marker.as_ref());
            return;
        }
        let lead_in = match parent {
            Some(parent) => leads_in(parent).then(|| last_sentence(parent)),
            None => self.lead.as_ref().map(|(text, _)| text.clone()),
        };
        let score = self
            .item_score(item, &flow, judged.as_ref(), parent)
            .filter(|_| !self.context.labelled);
        let Some((score, cue)) = score else {
            // What the items of "is concerned that:" say should be is a part of the concern.
            let own = self.role() == Role::Recommendations && !self.section.mixed;
            let denied = !own && self.lead_above(parent) == Lead::Denies;
            if denied && judged.is_none_or(|j| !j.plain) {
                return;
            }
            self.prose(item.block, &flow, marker.as_ref());
            return;
        };
        let question = flow.text().ends_with(QUESTIONS);
        let kind = if question {
            "question"
        } else if item.depth > 0 {
            "subitem"
        } else {
            "item"
        };
        let place = self.context.outline.places[item.block];
        let backed = self.role() == Role::Recommendations
            || lead_in.as_ref().is_some_and(|lead| judge(lead, cues).is_some_and(|j| j.plain));
        let taken = Taken::new(flow, place, kind, chance(score), cue);
        let part = self.part.as_ref().map(|(_, name)| name);
        let group = part.or(self.group.as_ref().filter(|_| item.depth == 0)).cloned();
        let parent = parent.and(item.parent).map(|p| items[p].marker.clone());
        let parent = parent.filter(|marker| marker != "-");
        self.taken.push(Taken { marker, lead_in, backed, group, parent, ..taken });
    }

    /// Takes what a paragraph asks before it opens a list, outside recommendations in so many words: "The Committee
    /// urges the State to reform its courts. It recommends that the State:".
    fn before_lead(&mut self, at: usize, flow: &Flow, marker: Option<&String>) {
        let all = sentences(flow.text());
        for range in all.iter().take(all.len().saturating_sub(1)) {
            let asks = judge(&flow.text()[range.clone()], self.context.cues);
            let own = self.role() == Role::Recommendations;
            if asks.is_some_and(|judged| judged.plain || own && judged.score > 0.0) {
                self.prose(at, &flow.cut(range.clone()), marker);
            }
        }
    }

    /// Log-odds that the whole item is a recommendation, and why; `None` leaves it to its sentences.
    fn item_score(
        &self,
        item: &Item,
        flow: &Flow,
        judged: Option<&Judgement>,
        parent: Option<&str>,
    ) -> Option<(f64, String)> {
        let context = self.context;
        let own = self.role() == Role::Recommendations && !self.section.mixed;
        let lead = self.lead_above(parent);
        let under_label = self.voice == Voice::Recommends && item.depth == 0;
        if under_label || context.blocks[item.block].run_in == Some(Column::Recommendation) {
            return Some((weights::LABELLED, labelled::CUE.to_owned()));
        }
        let asks = judged.map_or(0.0, |j| j.score);
        // Where a list follows "I recommend:", one that follows "The evidence shows:" is another matter.
        let led_elsewhere = parent.is_none() && self.lead.is_some() && lead == Lead::Neither;
        let other = self.lists_asked_for > 0 && led_elsewhere;
        if own && self.lists_of_titles.contains(&item.list) {
            return Some((weights::TITLE, "item under a heading of recommendations".to_owned()));
        }
        if own && lead != Lead::Denies && !other {
            let running = self.is_running(item);
            let weak = judged.is_none_or(|j| j.score + self.place_weight() < 0.0);
            if running && (weak || explains(flow.text(), context.cues)) {
                return None;
            }
            let score = if judged.is_some_and(|j| j.score < weights::CLEARLY_NOT) {
                weights::DOUBTED_ITEM
            } else {
                weights::ITEM_OF_RECOMMENDATIONS + weights::ITEM_CUES * asks.clamp(0.0, 2.0)
            };
            return Some((score, "item under a heading of recommendations".to_owned()));
        }
        let away = matches!(self.role(), Role::Aside | Role::Background);
        if lead == Lead::Asks
            && !away
            && flow.text().len() < 1200
            && !flow.text().ends_with(QUESTIONS)
        {
            return Some(self.score_of_led(parent, asks));
        }
        if self.role() == Role::Recommendations && (self.section.mixed || other) {
            // A paragraph that begins with what was found asks in a sentence of its own.
            let all = sentences(flow.text());
            let first = judge(&flow.text()[all.first()?.clone()], context.cues);
            if all.len() > 1 && first.is_none_or(|first| first.score <= 0.0) {
                return None;
            }
            let judged = judged.filter(|j| j.score + weights::ITEM_OF_MIXED > 0.0)?;
            return Some((judged.score + weights::ITEM_OF_MIXED, judged.cue.clone()));
        }
        None
    }

    /// What the nearest lead-in above an item says about it: that of its `parent`, or of its list.
    fn lead_above(&self, parent: Option<&str>) -> Lead {
        match parent {
            Some(parent) if leads_in(parent) => lead_of(&last_sentence(parent), self.context.cues),
            Some(_) | None => self.lead.as_ref().map_or(Lead::Neither, |(_, lead)| *lead),
        }
    }

    /// The score of an item of a list that asks, by the lead-in of the list or by the `parent` of the item, and why.
    fn score_of_led(&self, parent: Option<&str>, asks: f64) -> (f64, String) {
        let context = self.context;
        // "I recommend:" opens a list of recommendations wherever it stands.
        let plain = parent.map_or_else(
            || self.lead.as_ref().is_some_and(|(text, _)| is_plain(text, context.cues)),
            |parent| is_plain(&last_sentence(parent), context.cues),
        );
        let elsewhere = self.role() != Role::Recommendations && !plain;
        let weight = if context.structured && elsewhere {
            weights::ITEM_OF_LEAD_ELSEWHERE
        } else {
            weights::ITEM_OF_LEAD
        };
        let score = weight + weights::ITEM_OF_LEAD_CUES * asks.clamp(-1.0, 2.0);
        (score, "item of a list that asks".to_owned())
    }

    /// Whether the item is a numbered paragraph, since its numbers run through the document. "9.1" numbers
    /// a paragraph if several sentences follow, or if another of its list leads in one of its own.
    fn is_running(&self, item: &Item) -> bool {
        let block = &self.context.blocks[item.block];
        if numbers_paragraph(block) {
            let paragraph = sentences(block.text()).len() > 1;
            return item.depth == 0 && (paragraph || self.leading_lists.contains(&item.list));
        }
        is_numbered(block) && item.depth == 0 && self.numbers_run
    }
}

/// Whether the marker of a block may number a paragraph of a report: "6.3", and not the code of a recommendation, "2024/118".
fn numbers_paragraph(block: &Block) -> bool {
    let decimal = block.marker().filter(|marker| marker.style == Style::Decimal);
    decimal.is_some_and(|marker| !marker.printed.contains(['/', '-']))
}

/// Whether a text breaks off to go on in the items below it. Laws and parliaments set a dash there: "The Minister,
/// within ninety days—".
fn leads_in(text: &str) -> bool {
    text.ends_with(COLONS) || text.ends_with([',', '—'])
}

/// Most sentences of a numbered paragraph that is one recommendation, though only some of them ask.
const MAX_SENTENCES: usize = 3;

/// Whether a numbered paragraph explains, so that only some of its sentences are recommendations: none asks, it comes to
/// what it asks in so many words after other matters ("I therefore recommend"), or it is long and fewer than half ask.
fn explains(text: &str, cues: &Cues) -> bool {
    let all = sentences(text);
    let judged = all.iter().map(|range| judge(&text[range.clone()], cues));
    let asking: Vec<Option<Judgement>> = judged.map(|j| j.filter(|j| j.score > 0.0)).collect();
    let count = asking.iter().flatten().count();
    let is_late = asking.first().is_some_and(Option::is_none)
        && asking.iter().flatten().any(|judged| judged.plain);
    count == 0 || is_late || all.len() > MAX_SENTENCES && 2 * count < all.len()
}

/// Whether a text says that nothing is asked: "No further action is required."
pub(in crate::extract) fn denies(text: &str, cues: &Cues) -> bool {
    let folded = fold(text);
    cues.never.as_ref().is_some_and(|never| never.is_match(&folded))
        || cues.denial.is_match(&folded) && judge(text, cues).is_none_or(|j| j.score <= 0.0)
}

/// The lists of decimal numbers that number paragraphs: half of them have several sentences, or one leads
/// in a list of requests ("6.3 The Board recommends that the Office:").
pub(super) fn leading_lists(blocks: &[Block], items: &[Item], cues: &Cues) -> BTreeSet<usize> {
    let leads = |pair: &&[Item]| {
        let block = &blocks[pair[0].block];
        let decimal = numbers_paragraph(block);
        let opens = pair[1].depth > pair[0].depth && block.text().ends_with(COLONS);
        decimal && opens && lead_of(&last_sentence(block.text()), cues) == Lead::Asks
    };
    let mut lists: BTreeSet<usize> =
        items.windows(2).filter(leads).map(|pair| pair[0].list).collect();
    // How many items have several sentences, and how many there are.
    let mut sizes: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let decimal = |i: &&Item| i.depth == 0 && numbers_paragraph(&blocks[i.block]);
    for item in items.iter().filter(decimal) {
        let size = sizes.entry(item.list).or_default();
        size.0 += usize::from(sentences(blocks[item.block].text()).len() > 1);
        size.1 += 1;
    }
    lists.extend(sizes.iter().filter(|(_, (long, all))| 2 * long >= *all).map(|(list, _)| *list));
    lists
}

fn is_plain(lead: &str, cues: &Cues) -> bool {
    judge(lead, cues).is_some_and(|j| j.plain)
}

/// The lists of nothing but titles, such as a table of contents: short items without a full stop that ask
/// for nothing.
pub(super) fn lists_of_titles(blocks: &[Block], items: &[Item], cues: &Cues) -> BTreeSet<usize> {
    let asks = |text: &str| {
        judge(text, cues).is_some() || cues.has_form_of_demand(&fold(text)) || ends_sentence(text)
    };
    let is_title = |item: &Item| {
        let text = blocks[item.block].text();
        text.split(' ').count() <= CONTENTS_WORDS && !asks(text)
    };
    let (titles, others): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| is_title(item));
    let others: BTreeSet<usize> = others.iter().map(|item| item.list).collect();
    titles.iter().map(|item| item.list).filter(|list| !others.contains(list)).collect()
}

/// Longest title in a table of contents, in words.
const CONTENTS_WORDS: usize = 6;
