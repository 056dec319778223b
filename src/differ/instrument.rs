//! Conventions and agreements that a text names.

use std::collections::{BTreeMap, BTreeSet};

use super::text::Sentence;
use super::words::Lists;

/// An instrument: the words that distinguish it from others, and its name as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Instrument {
    words: BTreeSet<String>,
    pub(super) written: String,
}

impl Instrument {
    /// Whether the two are one instrument: the longer name has most of the words of the shorter.
    pub(super) fn is(&self, other: &Self) -> bool {
        let shared = self.words.intersection(&other.words).count();
        let shorter = self.words.len().min(other.words.len());
        shared * 2 > shorter || shorter == 0
    }
}

/// The instruments that a sentence names.
pub(super) fn instruments(sentence: &Sentence<'_>, language: &Lists) -> Vec<Instrument> {
    let tokens = &sentence.tokens;
    let short: BTreeMap<&str, &BTreeSet<String>> =
        language.instrument_short.iter().map(|(name, words)| (name.as_str(), words)).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(words) = short.get(sentence.written(at)) {
            found.push(Instrument {
                words: (*words).clone(),
                written: sentence.written(at).to_owned(),
            });
            at += 1;
        } else if let Some(end) = name_from(sentence, language, at) {
            let words = (at..=end)
                .map(|word| tokens[word].stem.clone())
                .filter(|stem| {
                    !language.common.contains(stem) && !language.instrument_general.contains(stem)
                })
                .collect();
            found.push(Instrument { words, written: sentence.quote(at, end, 14) });
            at = end + 1;
        } else {
            at += 1;
        }
    }
    found
}

/// The last word of the name that begins at word `at`.
///
/// A name consists of capitalized words with small ones between them. One of them must be "Convention",
/// "Protocol" or the like.
fn name_from(sentence: &Sentence<'_>, language: &Lists, at: usize) -> Option<usize> {
    let tokens = &sentence.tokens;
    // A capital at the beginning of a sentence means nothing.
    if at == 0 || !tokens[at].capital {
        return None;
    }
    let mut last = at;
    let mut next = at + 1;
    while let Some(token) = tokens.get(next).filter(|token| token.is_next()) {
        if token.capital {
            last = next;
        } else if !language.common.contains(&token.stem) && !language.joins.contains(&token.stem) {
            break;
        }
        next += 1;
    }
    let is_kind = |word: &usize| {
        tokens[*word].capital && language.instrument_kinds.contains(&tokens[*word].stem)
    };
    (last > at && (at..=last).any(|word| is_kind(&word))).then_some(last)
}
