//! Challenges and gaps that a body states under such headings, for the report on gaps.

use super::{
    ExtractConfig, Extracted,
    blocks::{Block, Kind},
    collect::Taken,
    cues::{Cues, Role, language_of},
    flow::Flow,
    front::front_page,
    layout::Layout,
    lists::items,
    outline::{self, Outline},
    records::Maker,
    sentences::{COLONS, sentences},
    toc,
    weights::{self, chance},
};
use crate::domain::Document;

/// The challenges and gaps that `document` states, in document order.
///
/// They are records like those of [`from_document`](super::from_document), with `kind` `challenge`
/// or `gap`. Each list item is one. In running text, each sentence that states a lack, an obstacle
/// or a need is one.
#[must_use]
pub fn challenges(document: &Document, config: &ExtractConfig) -> Extracted {
    let layout = Layout::measure(document);
    let blocks = super::blocks::blocks(document, &layout);
    let toc = toc::find(document);
    let outline = outline::outline(document, &blocks, &toc);
    let cues = language_of(blocks.iter().map(Block::text));
    let mut taken = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let place = outline.places[at];
        let same = |p: &&outline::Place| p.section == place.section && p.chapter == place.chapter;
        let len = outline.places[at..].iter().take_while(same).count().max(1);
        let kind = match place.role {
            Role::Challenges => Some("challenge"),
            Role::Gaps => Some("gap"),
            Role::Body | Role::Recommendations | Role::Background | Role::Aside => None,
        };
        if let Some(kind) = kind {
            section(&blocks, at..at + len, &outline, kind, cues, &mut taken);
        }
        at += len;
    }
    let maker = Maker { document, config, blocks: &blocks, outline: &outline, cues };
    let (recommendations, perhaps) = maker.records(taken);
    Extracted {
        recommendations,
        perhaps,
        problems: document.problems.clone(),
        front: front_page(document),
    }
}

fn section(
    blocks: &[Block],
    range: std::ops::Range<usize>,
    outline: &Outline,
    kind: &'static str,
    cues: &Cues,
    taken: &mut Vec<Taken>,
) {
    let items = items(blocks, range.clone());
    let mut lead: Option<String> = None;
    for at in range {
        let block = &blocks[at];
        let place = outline.places[at];
        let mut put =
            |flow: Flow, marker: Option<String>, lead_in: Option<String>, score: f64, cue: &str| {
                let (confidence, cue) = (chance(score), cue.to_owned());
                let new = Taken::new(flow, place, kind, confidence, cue);
                taken.push(Taken { marker, lead_in, ..new });
            };
        match &block.kind {
            Kind::Item(_) => {
                let marker = items.iter().find(|i| i.block == at).map(|i| i.marker.clone());
                put(
                    block.flow.clone(),
                    marker.filter(|m| m != "-"),
                    lead.clone(),
                    weights::CHALLENGE_ITEM,
                    "item under a heading of challenges",
                );
            }
            Kind::Paragraph => {
                let text = block.text();
                for range in sentences(text) {
                    let sentence = &text[range.clone()];
                    if sentence.ends_with(COLONS) {
                        lead = Some(sentence.to_owned());
                    } else if let Some(hit) = states_problem(sentence, cues) {
                        put(
                            block.flow.cut(range),
                            None,
                            None,
                            weights::CHALLENGE_SENTENCE,
                            &format!("\"{hit}\""),
                        );
                    }
                }
            }
            Kind::Heading(_) => lead = None,
            Kind::Note | Kind::Row => {}
        }
    }
}

/// The words of a sentence that state a lack, an obstacle or a need.
fn states_problem(sentence: &str, cues: &Cues) -> Option<String> {
    let folded = super::fold::fold(sentence);
    let is_set = cues.set_phrase.as_ref().is_some_and(|set| set.is_match(&folded));
    cues.problem.find(&folded).filter(|_| !is_set).map(|hit| hit.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn lists_and_sentences_of_such_sections_are_taken() {
        let text = "Roads Office\n\nChallenges in our work\n\nThe main challenges are the following:\n\n(a) Few ploughs;\n\
                    (b) No salt.\n\nDrivers lack winter tyres. The office was founded in 1901.\n\nGood practices\n\n\
                    There is a lack of snow.\n";
        let document =
            Document::plain(DocumentId::try_from("d".to_owned()).unwrap(), "d".into(), text.into());
        let found = challenges(&document, &ExtractConfig::default()).recommendations;
        let texts: Vec<_> = found.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(texts, ["Few ploughs;", "No salt.", "Drivers lack winter tyres."]);
        assert_eq!(found[0].kind.as_deref(), Some("challenge"));
    }
}
