//! Takes what asks somebody to act, section by section.

use std::ops::Range;

use super::{
    attributed::{self, Attribution},
    blocks::{Block, Kind},
    cues::{Cues, Role, is_mixed},
    flow::Flow,
    judge::{Judgement, chance, judge},
    lists::{Item, items},
    marker::{self, Style},
    outline::{Outline, Place},
    sentences::sentences,
};

/// A passage that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) flow: Flow,
    pub(crate) place: Place,
    pub(crate) marker: Option<String>,
    pub(crate) lead_in: Option<String>,
    pub(crate) kind: &'static str,
    /// Chance that it is a recommendation.
    pub(crate) confidence: f64,
    /// Why it was taken.
    pub(crate) cue: String,
    /// Who asks, where the passage itself says so.
    pub(crate) agency: Option<String>,
}

/// What is the same for every section of a document.
pub(crate) struct Context<'a> {
    pub(crate) blocks: &'a [Block],
    pub(crate) outline: &'a Outline,
    pub(crate) cues: &'a Cues,
    /// Whether the recommendations stand in sections of their own.
    structured: bool,
    /// Whether each recommendation carries its number or its author: then nothing else is one.
    labelled: bool,
    attribution: Attribution,
}

/// A stretch of blocks in one section.
#[derive(Debug, Clone)]
struct Section {
    range: Range<usize>,
    role: Role,
    mixed: bool,
}

/// All passages of the document, in its order.
pub(crate) fn collect(blocks: &[Block], outline: &Outline, cues: &Cues) -> Vec<Taken> {
    let sections = sections(blocks, outline);
    let asking = sections.iter().filter(|s| s.role == Role::Recommendations);
    let asking = asking.flat_map(|s| &blocks[s.range.clone()]).filter(|b| !b.is_heading());
    let attribution = Attribution::of(asking.map(Block::text));
    let structured = is_structured(blocks, &sections, cues);
    let labelled =
        attribution.any() || blocks.iter().any(|b| attributed::marked(b.text()).is_some());
    let context = Context { blocks, outline, cues, structured, labelled, attribution };
    let mut taken = Vec::new();
    for section in &sections {
        Walk { context: &context, section, lead: None, label: None, taken: &mut taken }.run();
    }
    taken
}

fn sections(blocks: &[Block], outline: &Outline) -> Vec<Section> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < outline.places.len() {
        let place = outline.places[at];
        let same = |p: &&Place| {
            p.section == place.section && p.chapter == place.chapter && p.role == place.role
        };
        let len = outline.places[at..].iter().take_while(same).count().max(1);
        let mixed = place.section.is_some_and(|s| is_mixed(blocks[s].text()));
        out.push(Section { range: at..at + len, role: place.role, mixed });
        at += len;
    }
    out
}

/// Whether the document keeps its recommendations in sections of their own: short ones that ask.
fn is_structured(blocks: &[Block], sections: &[Section], cues: &Cues) -> bool {
    let size =
        |range: &Range<usize>| blocks[range.clone()].iter().map(|b| b.text().len()).sum::<usize>();
    let whole = size(&(0..blocks.len()));
    let asking = sections.iter().filter(|s| s.role == Role::Recommendations);
    let mut own = 0;
    let mut found = 0;
    // Under "Deliberations and recommendations" only a long list is one of recommendations.
    let mut least = 8;
    for section in asking {
        own += size(&section.range);
        if !section.mixed {
            least = 2;
        }
        let texts = blocks[section.range.clone()].iter().filter(|b| !b.is_heading());
        found += texts
            .filter(|b| {
                b.marker().is_some() || judge(b.text(), cues).is_some_and(|j| j.score > 0.0)
            })
            .count();
    }
    let most = if least == 2 { 4 } else { 2 };
    found >= least && own * 5 < whole * most
}

/// What a section adds to the log-odds of a sentence in it.
fn bonus(section: &Section, structured: bool) -> f64 {
    match section.role {
        Role::Recommendations if section.mixed => 0.4,
        Role::Recommendations => 1.4,
        Role::Body | Role::Challenges | Role::Gaps if structured => -2.6,
        Role::Body => 0.0,
        Role::Challenges | Role::Gaps => -0.4,
        Role::Background => -2.0,
        Role::Aside => -4.0,
    }
}

/// A walk through one section.
struct Walk<'a, 'b> {
    context: &'a Context<'a>,
    section: &'a Section,
    /// The sentence that opens the lists after it, with what it says of them.
    lead: Option<(String, Lead)>,
    /// "Recommendation 3", where that was a heading: what comes next is one.
    label: Option<String>,
    taken: &'b mut Vec<Taken>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    Asks,
    Denies,
    Neither,
}

impl Walk<'_, '_> {
    fn run(&mut self) {
        let items = items(self.context.blocks, self.section.range.clone());
        let mut next_item = 0;
        let mut at = self.section.range.start;
        while at < self.section.range.end {
            let block = &self.context.blocks[at];
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

    /// A new main section forgets the lead-in of the one before; a sub-heading keeps it.
    fn heading(&mut self, at: usize) {
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
                self.labelled(at, rest, marker.printed);
            } else {
                self.label = Some(marker.printed);
            }
        }
    }

    fn labelled(&mut self, at: usize, flow: Flow, label: String) {
        let place = self.context.outline.places[at];
        let (marker, cue) = (Some(label), "labelled as a recommendation".to_owned());
        let confidence = chance(2.5);
        self.taken.push(Taken {
            flow,
            place,
            marker,
            lead_in: None,
            kind: "item",
            confidence,
            cue,
            agency: None,
        });
    }

    fn paragraph(&mut self, at: usize) {
        let block = &self.context.blocks[at];
        if self.marked(at, &block.flow, None) || self.attributed(at, &block.flow, None) {
            return;
        }
        if let Some(label) = self.label.take() {
            self.labelled(at, block.flow.clone(), label);
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

    /// "That the council employ a guard." as a paragraph of its own under "I recommend:".
    fn completes_lead(&self, text: &str) -> bool {
        let asks = self.lead.as_ref().is_some_and(|(_, lead)| *lead == Lead::Asks);
        let that = ["That ", "Que ", "Qu'", "Qu’"].iter().any(|word| text.starts_with(word));
        let away = matches!(self.section.role, Role::Aside | Role::Background);
        asks && that && !away && !text.ends_with([':', '?']) && !self.context.labelled
    }

    fn push_completed(&mut self, at: usize) {
        self.taken.push(Taken {
            flow: self.context.blocks[at].flow.clone(),
            place: self.context.outline.places[at],
            marker: None,
            lead_in: self.lead.as_ref().map(|(text, _)| text.clone()),
            kind: "item",
            confidence: chance(1.0),
            cue: "item of a list that asks".to_owned(),
            agency: None,
        });
    }

    fn set_lead(&mut self, sentence: &str) {
        self.lead = Some((sentence.to_owned(), lead_of(sentence, self.context.cues)));
    }

    /// An item with all that belongs to it; returns the block and the item to go on with.
    fn item(&mut self, items: &[Item], number: usize) -> (usize, usize) {
        let blocks = self.context.blocks;
        let item = &items[number];
        let block = &blocks[item.block];
        let mut flow = block.flow.clone();
        let mut next = number + 1;
        let mut end = item.block + 1;
        let is_lead = block.text().ends_with(':');
        // Bullets under a numbered item are its parts; lettered ones are items of their own.
        if item.counted {
            let open = !super::blocks::ends_sentence(block.text()) || is_lead;
            let part_of = |part: &&Item| open && !part.counted && part.depth > item.depth;
            while let Some(part) =
                items.get(next).filter(part_of).filter(|p| self.only_text(end, p.block))
            {
                flow.extend(&blocks[part.block].flow);
                end = part.block + 1;
                next += 1;
            }
        }
        // Paragraphs between two items of one list belong to the first.
        let same = |f: &&Item| item.counted && f.counted && f.list == item.list && !is_lead;
        let following = items.get(next).filter(same).map(|f| f.block);
        if let Some(to) = following.filter(|&to| self.only_text(end, to)) {
            for block in blocks[end..to].iter().filter(|b| b.kind == Kind::Paragraph) {
                flow.extend(&block.flow);
            }
            end = to;
        }
        // "... with the following:" and then a quotation.
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
        let parent = item.parent.map(|p| blocks[items[p].block].text());
        let opens = items.get(next).is_some_and(|n| n.depth > item.depth) && is_lead;
        self.judge_item(item, flow, parent, opens);
        (end, next)
    }

    /// Whether nothing but short text and notes stands between two blocks.
    fn only_text(&self, from: usize, to: usize) -> bool {
        let between = &self.context.blocks[from..to];
        between.len() <= 8
            && between.iter().all(|b| match b.kind {
                Kind::Note => true,
                Kind::Paragraph => !b.text().ends_with(':'),
                Kind::Heading(_) | Kind::Item(_) | Kind::Row => false,
            })
    }

    fn judge_item(&mut self, item: &Item, flow: Flow, parent: Option<&str>, opens: bool) {
        let marker = Some(item.marker.clone()).filter(|m| m != "-");
        if self.marked(item.block, &flow, marker.as_ref())
            || self.attributed(item.block, &flow, marker.as_ref())
        {
            return;
        }
        let cues = self.context.cues;
        let judged = judge(flow.text(), cues);
        // "The Committee recommends that the State party:" only opens its sub-items.
        if opens && is_bare_lead(flow.text(), cues) {
            return;
        }
        let lead_in = match parent {
            Some(parent) => parent.ends_with(':').then(|| last_sentence(parent)),
            None => self.lead.as_ref().map(|(text, _)| text.clone()),
        };
        let score = self
            .item_score(item, &flow, judged.as_ref(), parent)
            .filter(|_| !self.context.labelled);
        let Some((score, cue)) = score else {
            self.prose(item.block, &flow, marker.as_ref());
            return;
        };
        let question = flow.text().ends_with('?');
        let kind = if question {
            "question"
        } else if item.depth > 0 {
            "subitem"
        } else {
            "item"
        };
        let place = self.context.outline.places[item.block];
        let confidence = chance(score);
        self.taken.push(Taken {
            flow,
            place,
            marker,
            lead_in,
            kind,
            confidence,
            cue,
            agency: None,
        });
    }

    /// How sure it is that a whole item is a recommendation; `None` leaves it to its sentences.
    fn item_score(
        &self,
        item: &Item,
        flow: &Flow,
        judged: Option<&Judgement>,
        parent: Option<&str>,
    ) -> Option<(f64, String)> {
        let context = self.context;
        let own = self.section.role == Role::Recommendations && !self.section.mixed;
        let lead = match parent {
            Some(parent) if parent.ends_with(':') => lead_of(&last_sentence(parent), context.cues),
            Some(_) | None => self.lead.as_ref().map_or(Lead::Neither, |(_, lead)| *lead),
        };
        let marker = context.blocks[item.block].marker();
        let labelled = marker.is_some_and(|m| m.style == Style::Labelled);
        if labelled && self.section.role != Role::Background && self.section.role != Role::Aside {
            return Some((2.5, "labelled as a recommendation".to_owned()));
        }
        let asks = judged.map_or(0.0, |j| j.score);
        if own && lead != Lead::Denies {
            let running = self.is_running(item);
            if running
                && judged.is_none_or(|j| j.score + bonus(self.section, context.structured) < 0.0)
            {
                return None;
            }
            let score = if judged.is_some_and(|j| j.score < -1.0) {
                0.2
            } else {
                2.2 + 0.2 * asks.clamp(0.0, 2.0)
            };
            return Some((score, "item under a heading of recommendations".to_owned()));
        }
        let away = matches!(self.section.role, Role::Aside | Role::Background);
        if lead == Lead::Asks && !away && flow.text().len() < 1200 && !flow.text().ends_with('?') {
            let weight = if context.structured && self.section.role != Role::Recommendations {
                -1.5
            } else {
                1.0
            };
            return Some((
                weight + 0.3 * asks.clamp(-1.0, 2.0),
                "item of a list that asks".to_owned(),
            ));
        }
        if self.section.role == Role::Recommendations && self.section.mixed {
            let judged = judged.filter(|j| j.score + 0.7 > 0.0)?;
            return Some((judged.score + 0.7, judged.cue.clone()));
        }
        None
    }

    /// Whether the numbers run through the document: such items are paragraphs. "9.1" numbers one where
    /// several sentences follow.
    fn is_running(&self, item: &Item) -> bool {
        let block = &self.context.blocks[item.block];
        if block.marker().is_some_and(|m| m.style == Style::Decimal) {
            return item.depth == 0 && sentences(block.text()).len() > 1;
        }
        let first = self.context.blocks[self.section.range.clone()]
            .iter()
            .filter_map(Block::marker)
            .find(|m| matches!(m.style, Style::Number));
        let marker = self.context.blocks[item.block].marker();
        let number = marker.is_some_and(|m| m.style == Style::Number);
        number && item.depth == 0 && first.is_some_and(|m| m.value > 3)
    }

    /// "... (Recommendation 3)" marks what stands before it, wherever it is.
    fn marked(&mut self, at: usize, flow: &Flow, marker: Option<&String>) -> bool {
        let Some((end, label)) = attributed::marked(flow.text()) else { return false };
        let place = self.context.outline.places[at];
        let cue = "marked as a recommendation".to_owned();
        let marker = marker.cloned().or(Some(label));
        let flow = flow.cut(0..end);
        self.taken.push(Taken {
            flow,
            place,
            marker,
            lead_in: None,
            kind: "item",
            confidence: 0.97,
            cue,
            agency: None,
        });
        true
    }

    /// "Ratify the convention (Spain, Peru);" is one recommendation of each.
    fn attributed(&mut self, at: usize, flow: &Flow, marker: Option<&String>) -> bool {
        if self.section.role != Role::Recommendations {
            return false;
        }
        let parts = self.context.attribution.split(flow, self.context.cues);
        let place = self.context.outline.places[at];
        for (flow, agency) in &parts {
            let cue = "attributed at its end".to_owned();
            let lead_in = self.lead.as_ref().map(|(text, _)| text.clone());
            let (flow, marker, agency) = (flow.clone(), marker.cloned(), Some(agency.clone()));
            self.taken.push(Taken {
                flow,
                place,
                marker,
                lead_in,
                kind: "item",
                confidence: 0.95,
                cue,
                agency,
            });
        }
        !parts.is_empty()
    }

    /// The cells of a table row.
    fn row(&mut self, at: usize) {
        let flow = &self.context.blocks[at].flow;
        let mut start = 0;
        for (end, _) in flow.text().match_indices('|').chain([(flow.text().len(), "")]) {
            self.prose(at, &flow.cut(start..end), None);
            start = (end + 1).min(flow.text().len());
        }
    }

    /// The sentences that ask; a numbered paragraph of one sentence keeps its number.
    fn prose(&mut self, at: usize, flow: &Flow, marker: Option<&String>) {
        let text = flow.text();
        let label = if self.context.labelled { -3.0 } else { 0.0 };
        let bonus = bonus(self.section, self.context.structured) + label;
        let mut last_end = usize::MAX;
        let all = sentences(text);
        let marker = marker.filter(|_| all.len() == 1);
        for range in all {
            let sentence = &text[range.clone()];
            let lead =
                sentence.ends_with(':') && self.opens_taken_list(at, range.end == text.len());
            if lead || sentence.len() < 15 {
                continue;
            }
            let Some(Judgement { score, cue }) = judge(sentence, self.context.cues) else {
                continue;
            };
            let place = self.context.outline.places[at];
            // "The panel strongly recommends such work." says nothing without the sentence before.
            if let Some(before) =
                self.taken.last_mut().filter(|t| leans(sentence, range.start, t, last_end))
            {
                before.flow.extend(&flow.cut(range.clone()));
                last_end = range.end;
                continue;
            }
            last_end = range.end;
            let (flow, confidence) = (flow.cut(range), chance(score + bonus));
            let kind = if marker.is_some() { "item" } else { "prose" };
            let marker = marker.cloned();
            self.taken.push(Taken {
                flow,
                place,
                marker,
                lead_in: None,
                kind,
                confidence,
                cue,
                agency: None,
            });
        }
    }

    /// Whether the list after a lead-in will be taken; if not, the lead-in speaks for itself.
    fn opens_taken_list(&self, at: usize, last: bool) -> bool {
        let own = self.section.role == Role::Recommendations && !self.section.mixed;
        let next = self.context.blocks[at + 1..].iter().find(|b| b.kind != Kind::Note);
        let listed = next.is_some_and(|b| b.marker().is_some() || b.is_heading());
        last && listed && (own || self.lead.as_ref().is_some_and(|(_, lead)| *lead == Lead::Asks))
    }
}

/// Whether a short sentence only points back at the one that was taken just before it.
fn leans(sentence: &str, start: usize, before: &Taken, last_end: usize) -> bool {
    const BACK: &[&str] = &[
        " such ",
        " this message",
        " this approach",
        " this recommendation",
        " these recommendations",
    ];
    let next = start >= last_end && start - last_end <= 2 && before.kind == "prose";
    next && sentence.len() < 80 && BACK.iter().any(|word| sentence.contains(word))
}

/// What a lead-in says of its list.
fn lead_of(sentence: &str, cues: &Cues) -> Lead {
    let folded = super::fold::fold(sentence);
    let bare = cues.mask.replace_all(&folded, " ~ ");
    let asks = cues.lead_asks.is_match(&bare);
    let plainly = asks && judge(sentence, cues).is_some_and(|j| j.score > 1.0);
    if !plainly && cues.lead_denies.is_match(&folded) {
        Lead::Denies
    } else if asks {
        Lead::Asks
    } else {
        Lead::Neither
    }
}

/// Whether an item names who should act but not what to do: its sub-items say that.
fn is_bare_lead(text: &str, cues: &Cues) -> bool {
    let last = last_sentence(text);
    let words = last.trim_end_matches(':').split(' ').count();
    let folded = super::fold::fold(&last);
    let open = [
        "to:",
        "should:",
        "must:",
        "that:",
        "party:",
        "government:",
        "states:",
        "by:",
        "de:",
        "a:",
        "que:",
        "d':",
    ];
    words <= 40
        && cues.lead_asks.is_match(&folded)
        && open.iter().any(|end| folded.replace(" :", ":").ends_with(end))
}

fn last_sentence(text: &str) -> String {
    sentences(text).pop().map_or_else(|| text.to_owned(), |range| text[range].to_owned())
}
