//! Whether a text asks for all of something, or says nothing of how far it goes.

use std::collections::BTreeMap;

use super::text::Sentence;
use super::words::Language;

/// Words quoted after "all" or "every".
const QUOTED: usize = 4;

/// The first place at which a sentence says "all", as written. A capital inside a sentence is part of a
/// name ("Convention on the Elimination of All Forms of ...").
pub(super) fn of(sentence: &Sentence<'_>, language: &Language) -> BTreeMap<String, String> {
    let tokens = &sentence.tokens;
    let mut at = 0;
    while at < tokens.len() {
        match language.scope.at(tokens, at) {
            Some((_, true)) if at == 0 || !tokens[at].capital => {
                let written = sentence.quote(at, tokens.len() - 1, QUOTED);
                return BTreeMap::from([("all".to_owned(), written)]);
            }
            Some((length, _)) => at += length,
            None => at += 1,
        }
    }
    BTreeMap::new()
}
