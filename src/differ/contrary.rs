//! Whether one of two texts asks for the contrary of the other: what the words say, and what the cross-encoder
//! says of the pair.

use super::direction::{Opposition, Proof, Reading};
use super::text::Sentence;
use super::words::Lists;
use super::{ask, lists};
use crate::domain::{Likeness, Passage, Reader, Said};

/// Probability of a shared ask from which a contrary is reported. Below it, two texts are hardly about
/// the same thing, and contrary words prove nothing.
const ABOUT_THE_SAME: f64 = 0.4;

/// The cross-encoder's probability from which it is sure of a contrary by itself; from which words that conflict
/// in texts that share little prove it; and from which words do that conflict in texts that share much. Chosen so
/// that few pairs that agree are flagged, on texts that no model was trained on: of contrast sets written to mislead
/// under 2 in 100 (`.ci/eval-check`, docs/decisions/check.md).
const SURE: f64 = 0.6;
const POSSIBLE: f64 = 0.5;
const NOT_EXCLUDED: f64 = 0.1;

/// The contrary phrases of `a` and `b`, as written; `None` if they are not contrary.
///
/// The words decide if the sentences are one but for their direction; otherwise if the cross-encoder does not object:
/// more easily where the sentences share much. The cross-encoder alone decides if it is sure; the phrases are then
/// what the nearest sentences ask for.
///
/// `likeness` says whether they are about the same thing, and what the cross-encoder says of a contrary, if it read
/// them. Of a pair that a person decided on, the person's word holds.
#[must_use]
pub fn contrary(a: &Passage, b: &Passage, likeness: &Likeness) -> Option<(String, String)> {
    let judged = likeness.contrary;
    let is_near = likeness.probability >= ABOUT_THE_SAME;
    if let Some(said) = likeness.decided() {
        return (said == Said::Contrary).then(|| decided(a, b));
    }
    if !is_near && judged.is_none_or(|p| p < POSSIBLE) {
        return None;
    }
    let language = lists(a.language(), b.language())?;
    let (ours, theirs) = (language.sentences(a.text()), language.sentences(b.text()));
    let holds = |found: &Opposition| match (judged, found.proof) {
        (Some(_), Proof::Certain) => true,
        (Some(p), Proof::Sure) => p >= NOT_EXCLUDED,
        (Some(p), Proof::Possible) => p >= POSSIBLE,
        // With a judge, what its cross-encoder has not read is flagged only if the words are sure.
        (None, proof) => proof >= Proof::Sure || likeness.read_by != Reader::Judge,
    };
    let by_words = opposition(&ours, &theirs, language).filter(holds);
    if let Some(Opposition { mine, theirs, .. }) = by_words {
        return Some((mine, theirs));
    }
    let is_sure = judged.is_some_and(|p| p >= SURE);
    is_sure.then(|| asked(&ours, &theirs, language)).flatten()
}

/// The contrary phrases of two texts of which a person says so: whole texts where none are found.
fn decided(a: &Passage, b: &Passage) -> (String, String) {
    let whole = || (a.text().to_owned(), b.text().to_owned());
    let Some(language) = lists(a.language(), b.language()) else { return whole() };
    let (ours, theirs) = (language.sentences(a.text()), language.sentences(b.text()));
    let by_words = opposition(&ours, &theirs, language).map(|found| (found.mine, found.theirs));
    by_words.or_else(|| asked(&ours, &theirs, language)).unwrap_or_else(whole)
}

/// The surest conflict between a sentence of one text and a sentence of the other.
fn opposition(
    ours: &[Sentence<'_>],
    theirs: &[Sentence<'_>],
    language: &Lists,
) -> Option<Opposition> {
    let theirs: Vec<Reading<'_>> = theirs.iter().map(|s| Reading::new(s, language)).collect();
    let mut found: Vec<Opposition> = Vec::new();
    for sentence in ours {
        let mine = Reading::new(sentence, language);
        found.extend(theirs.iter().filter_map(|other| mine.opposition(other)));
    }
    // The first of the surest.
    found.into_iter().rev().max_by_key(|one| one.proof)
}

/// What the two sentences ask that share most words.
fn asked(
    ours: &[Sentence<'_>],
    theirs: &[Sentence<'_>],
    language: &Lists,
) -> Option<(String, String)> {
    let pairs = super::pairs(ours, theirs, language);
    let nearest = pairs.iter().max_by(|x, y| x.coverage.total_cmp(&y.coverage))?;
    let written = |sentence| Some(ask::ask(sentence, language)?.written());
    Some((written(nearest.draft)?, written(nearest.existing)?))
}
