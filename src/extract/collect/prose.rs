//! Running text: the sentences that ask.

use super::{Taken, lead::Lead, walk::Walk};
use crate::extract::{
    blocks::{Block, Kind},
    cues::{Role, announces},
    flow::Flow,
    fold::fold,
    score::{Judgement, judge},
    sentences::{COLONS, sentences},
    weights::{self, chance},
};

impl Walk<'_, '_> {
    /// Takes the sentences that ask, each with the number of its paragraph, if it has one.
    pub(super) fn prose(&mut self, at: usize, flow: &Flow, marker: Option<&String>) {
        // Around what it quotes, an answer speaks for those who were asked.
        if !self.context.quoted.is_empty() && !self.context.quoted.contains(&at) {
            return;
        }
        let text = flow.text();
        let label = if self.context.labelled { weights::UNLABELLED } else { 0.0 };
        // A section that gives its recommendations in several lists or in bold explains them in between.
        let explains = self.lists_asked_for > 1 || self.has_headlines;
        let place = if explains { weights::EXPLAINED } else { self.place_weight() };
        let place_weight = place + label;
        let own = self.role() == Role::Recommendations;
        let mut last_end = usize::MAX;
        let all = sentences(text);
        let is_whole = marker.is_some() && all.len() == 1;
        for (position, range) in all.iter().cloned().enumerate() {
            let sentence = &text[range.clone()];
            let next = all.get(position + 1).map(|next| &text[next.clone()]);
            let last = range.end == text.len();
            let lead = sentence.ends_with(COLONS) && self.opens_taken_list(at, last)
                || last && self.goes_on_in_items(at);
            // "The panel makes the following recommendations." announces some but is not one.
            if lead || sentence.len() < 15 || announces(sentence) {
                continue;
            }
            let judged = judge(sentence, self.context.cues).or_else(|| self.demand(sentence));
            let Some(Judgement { score, cue, plain, rule }) = judged else { continue };
            let told = self.context.cues.tells_answer(sentence);
            let told = told || next.is_some_and(|next| self.context.cues.rejects(next));
            let score = if told { score + weights::TOLD_ANSWER } else { score };
            // "The panel strongly recommends such work." makes no sense without the sentence before it.
            if let Some(before) =
                self.taken.last_mut().filter(|t| leans(sentence, range.start, t, last_end))
            {
                before.flow.extend(&flow.cut(range.clone()));
                last_end = range.end;
                continue;
            }
            last_end = range.end;
            let (flow, confidence) = (flow.cut(range), chance(score + place_weight));
            let kind = if is_whole { "item" } else { "prose" };
            let place = self.context.outline.places[at];
            let taken = Taken::new(flow, place, kind, confidence, cue);
            let group = self.group.clone();
            let backed = plain || own;
            let rule = rule && !own;
            self.taken.push(Taken { marker: marker.cloned(), group, backed, rule, ..taken });
        }
    }

    /// A sentence with the form of a demand, where it stands among recommendations.
    fn demand(&self, sentence: &str) -> Option<Judgement> {
        let own = self.role() == Role::Recommendations && !self.section.mixed;
        let demands = own && self.context.cues.has_form_of_demand(&fold(sentence));
        demands.then(|| Judgement {
            score: weights::IMPERATIVE,
            cue: "has the form of a demand".to_owned(),
            plain: false,
            rule: false,
        })
    }

    /// Whether the list after a lead-in will be taken; if not, the lead-in is judged as a sentence.
    fn opens_taken_list(&self, at: usize, last: bool) -> bool {
        let own = self.role() == Role::Recommendations && !self.section.mixed;
        let next = self.context.blocks[at + 1..].iter().find(|b| b.kind != Kind::Note);
        let named = |b: &Block| b.kind == Kind::Paragraph && b.text().ends_with(COLONS);
        let listed = next.is_some_and(|b| b.marker().is_some() || b.is_heading() || named(b));
        last && listed && (own || self.lead.as_ref().is_some_and(|(_, lead)| *lead == Lead::Asks))
    }
}

/// Whether a short sentence only refers to the one taken just before it.
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
