//! Whether a text asks for all of something or leaves the extent open.

use super::addressee;
use super::text::Sentence;
use super::words::Lists;

/// Number of words quoted, from "all" or "every" on.
const QUOTED: usize = 4;

/// The first universal phrase of a sentence, as written.
///
/// The addressee does not count: a text addresses "States" and "All States" alike.
pub(super) fn scope(sentence: &Sentence<'_>, language: &Lists) -> Option<String> {
    let tokens = &sentence.tokens;
    let place = addressee::place(sentence, language);
    let speaks_to = |at: usize| {
        place.contains(&at) && (at + 1..=at + 2).any(|next| language.addressees.is_at(tokens, next))
    };
    let at = universals(sentence, language).into_iter().find(|&at| !speaks_to(at))?;
    Some(sentence.quote(at, tokens.len() - 1, QUOTED))
}

/// Whether a sentence says "all" of anything or anybody.
pub(super) fn is_universal(sentence: &Sentence<'_>, language: &Lists) -> bool {
    !universals(sentence, language).is_empty()
}

/// Positions where a sentence says "all". A capital inside a sentence marks part of a name ("Convention
/// on the Elimination of All Forms of ...").
fn universals(sentence: &Sentence<'_>, language: &Lists) -> Vec<usize> {
    let tokens = &sentence.tokens;
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (length, is_universal) =
            language.scope.at(tokens, at).map_or((1, false), |(length, is)| (length, *is));
        if is_universal && (at == 0 || !tokens[at].capital) {
            found.push(at);
        }
        at += length;
    }
    found
}
