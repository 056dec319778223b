//! Recommendations that a section prints in bold, with its reasons between them.

use super::{Context, Taken, section::Section, walk::Walk};
use crate::extract::{
    blocks::{Block, Kind, ends_sentence},
    cues::Role,
    fold::fold,
    score::judge,
    weights::{self, chance},
};

/// Fewest bold sentences that show how a section prints its recommendations.
const LEAST_HEADLINES: usize = 2;

/// Fewest words of one; fewer make a title.
const LEAST_WORDS: usize = 4;

/// Whether a section of recommendations prints them in bold: it says so, or several bold sentences ask and at
/// least as many as do not.
pub(super) fn any(context: &Context<'_>, section: &Section) -> bool {
    if section.role != Role::Recommendations {
        return false;
    }
    let blocks = &context.blocks[section.range.clone()];
    let headlines: Vec<&str> = blocks.iter().filter_map(headline_of).collect();
    let asking =
        headlines.iter().filter(|text| judge(text, context.cues).is_some_and(|j| j.score > 0.0));
    let asking = asking.count();
    let said = || blocks.iter().any(|b| context.cues.in_bold.is_match(&fold(b.text())));
    headlines.len() >= LEAST_HEADLINES
        && (asking >= LEAST_HEADLINES && 2 * asking >= headlines.len() || said())
}

/// The sentence in bold that opens a paragraph.
fn headline_of(block: &Block) -> Option<&str> {
    let text = block.text().get(..block.bold)?.trim_end();
    let sentence = ends_sentence(text) && text.split(' ').count() >= LEAST_WORDS;
    (block.kind == Kind::Paragraph && sentence && !text.ends_with([':', '?'])).then_some(text)
}

impl Walk<'_, '_> {
    /// Takes the bold sentence that opens a paragraph; the rest explains it. `false` without one.
    pub(super) fn headline(&mut self, at: usize) -> bool {
        let block = &self.context.blocks[at];
        let Some(text) = headline_of(block) else { return false };
        let end = text.len();
        let confidence = chance(weights::HEADLINE);
        let place = self.context.outline.places[at];
        let cue = "in bold under a heading of recommendations";
        let taken = Taken::new(block.flow.cut(0..end), place, "item", confidence, cue);
        self.taken.push(Taken { group: self.group.clone(), ..taken });
        let rest = block.flow.cut(end..block.text().len());
        if !rest.is_empty() {
            self.prose(at, &rest, None);
        }
        true
    }
}
