//! Documents in which those who were asked answer one recommendation after another, as a government answers a
//! committee: the recommendations are quoted, each with its answer below it.

use std::collections::BTreeSet;

use super::section::Section;
use crate::extract::{
    blocks::{Block, Kind},
    cues::{Cues, Role},
    fold::fold,
    marker::Style,
};

/// Fewest answers that make a document one of this kind.
const LEAST_ANSWERS: usize = 2;

/// How many of the first blocks may say that the document answers another.
const FRONT: usize = 30;

/// The numbered items that a document quotes to answer them; empty for any other document.
///
/// It calls itself an answer on its first page, and paragraphs below at least two of its items say whether they
/// are accepted. All items of the same style in those sections are then quoted, conclusions among them.
pub(super) fn quoted(blocks: &[Block], sections: &[Section], cues: &Cues) -> BTreeSet<usize> {
    let is_answer = |block: &Block| {
        let text = fold(block.text());
        ANSWERS.iter().any(|word| text.contains(word))
    };
    if !blocks.iter().take(FRONT).any(is_answer) {
        return BTreeSet::new();
    }
    let counts = |at: usize| {
        let style = blocks[at].marker().map(|marker| marker.style);
        matches!(style, Some(Style::Number | Style::Labelled))
    };
    let answered = |at: &usize| {
        let below = blocks[at + 1..].iter().find(|block| block.kind != Kind::Note);
        let takes_position =
            |block: &Block| block.kind == Kind::Paragraph && cues.takes_position(block.text());
        counts(*at) && below.is_some_and(takes_position)
    };
    if (0..blocks.len()).filter(answered).count() < LEAST_ANSWERS {
        return BTreeSet::new();
    }
    let answering = sections.iter().filter(|section| section.range.clone().any(|at| answered(&at)));
    answering.flat_map(|section| section.range.clone()).filter(|&at| counts(at)).collect()
}

/// Words by which a document calls itself an answer, folded.
const ANSWERS: &[&str] = &[
    "response",
    "reply",
    "replies",
    "reponse",
    "respuesta",
    "antwort",
    "stellungnahme",
    "erwiderung",
    "resposta",
];

/// Reads the sections that quote recommendations as sections of recommendations that also say other things,
/// even if they stand in an annex.
pub(super) fn open(sections: &mut [Section], quoted: &BTreeSet<usize>) {
    for section in sections {
        if section.role != Role::Recommendations
            && section.range.clone().any(|at| quoted.contains(&at))
        {
            (section.role, section.mixed) = (Role::Recommendations, true);
        }
    }
}
