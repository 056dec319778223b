//! Who a statement asks to act.

use std::collections::BTreeMap;

use super::text::Sentence;
use super::words::Lists;
use crate::text::Gap;

/// The classes of addressees that a sentence names, each as written; empty if it names no known one.
pub(super) fn addressees(sentence: &Sentence<'_>, language: &Lists) -> BTreeMap<String, String> {
    let subject = before_modal(sentence, language).and_then(|(from, to)| {
        let found = classes(sentence, language, from, to);
        (!found.is_empty()).then_some(found)
    });
    subject.or_else(|| framed(sentence, language)).unwrap_or_default()
}

/// The range of the words that name the addressee; empty if none is known.
pub(super) fn place(sentence: &Sentence<'_>, language: &Lists) -> std::ops::Range<usize> {
    let known = |&(from, to): &(usize, usize)| !classes(sentence, language, from, to).is_empty();
    let subject = before_modal(sentence, language).filter(known);
    let place = subject.or_else(|| between_frame(sentence, language).filter(known));
    place.map_or(0..0, |(from, to)| from..to)
}

/// Whether two sets of addressees have nobody in common; a class and its part have somebody.
pub(super) fn differ(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> bool {
    let meet = |x: &str, y: &str| {
        let whole = |class: &str| class.split('.').next().map(str::to_owned);
        x == y || (whole(x) == whole(y) && !(x.contains('.') && y.contains('.')))
    };
    !a.is_empty() && !b.is_empty() && !a.keys().any(|x| b.keys().any(|y| meet(x, y)))
}

/// The subject: the words before the first modal verb, without phrases that open the sentence.
fn before_modal(sentence: &Sentence<'_>, language: &Lists) -> Option<(usize, usize)> {
    let tokens = &sentence.tokens;
    let (modal, length) = (0..tokens.len())
        .find_map(|at| language.modals.at(tokens, at).map(|(length, ())| (at, length)))?;
    // Somebody who undergoes the action is not asked to act.
    let undergoes = |at: usize| tokens.get(at).is_some_and(|t| language.passives.contains(&t.stem));
    if undergoes(modal + length) || undergoes(modal + length + 1) {
        return None;
    }
    let is_opening = language.prepositions.contains(&tokens[0].stem);
    let comma = (1..modal).find(|&at| tokens[at].gap == Gap::Comma);
    let from = if is_opening { comma? } else { 0 };
    Some((from, modal))
}

/// "urges States to ...": the addressees between the two words.
fn framed(sentence: &Sentence<'_>, language: &Lists) -> Option<BTreeMap<String, String>> {
    let (from, to) = between_frame(sentence, language)?;
    Some(classes(sentence, language, from, to))
}

/// Whether word `at` starts a mere description of the subject, or shows that there is no subject.
fn ends_subject(sentence: &Sentence<'_>, language: &Lists, at: usize) -> bool {
    let stem = &sentence.tokens[at].stem;
    language.prepositions.contains(stem)
        || language.relatives.contains(stem)
        || language.turns.is_at(&sentence.tokens, at)
        || language
            .operators
            .at(&sentence.tokens, at)
            .is_some_and(|(_, operator)| operator.is_some())
}

/// The modal verb that a sentence asks with; one in a descriptive clause does not count.
pub(super) fn modal(sentence: &Sentence<'_>, language: &Lists) -> Option<usize> {
    let modal =
        (0..sentence.tokens.len()).find(|&at| language.modals.is_at(&sentence.tokens, at))?;
    let named = place(sentence, language).end == modal;
    let begins_with_verb = language.operators.is_at(&sentence.tokens, 0);
    let describes = || (0..modal).any(|at| language.relatives.contains(&sentence.tokens[at].stem));
    (named || !(begins_with_verb || describes())).then_some(modal)
}

fn between_frame(sentence: &Sentence<'_>, language: &Lists) -> Option<(usize, usize)> {
    let tokens = &sentence.tokens;
    let (at, length) = (0..tokens.len())
        .find_map(|at| language.frames.at(tokens, at).map(|(length, ())| (at, length)))?;
    let from = at + length;
    let to = (from..tokens.len()).find(|&at| language.frame_ends.contains(&tokens[at].stem))?;
    Some((from, to))
}

/// Known addressees from word `from` to before word `to`.
///
/// The search stops at a preposition that starts a mere description of them.
fn classes(
    sentence: &Sentence<'_>,
    language: &Lists,
    from: usize,
    to: usize,
) -> BTreeMap<String, String> {
    let tokens = &sentence.tokens[..to];
    let mut found = BTreeMap::new();
    let mut at = from;
    while at < to {
        if let Some((length, class)) = language.addressees.at(tokens, at) {
            found.insert(class.clone(), sentence.quote(at, at + length - 1, length));
            at += length;
        } else if ends_subject(sentence, language, at) {
            break;
        } else {
            at += 1;
        }
    }
    found
}
