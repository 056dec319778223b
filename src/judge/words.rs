//! Statements, words and stems of a text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use rust_stemmers::{Algorithm, Stemmer};

/// Words that say nothing of what is asked.
const STOP_WORDS: &str = "\
a an the and or but nor of to in on at by for with from as into over under about between among \
within through during against toward towards upon per via is are was were be been being am do does \
did have has had having this that these those it its they them their there such which who whom \
whose what when where how not no can could may might must shall should will would also more most \
other others any all each every both some than then so if while including include includes included \
etc e.g i.e well";

static STOP: LazyLock<std::collections::HashSet<&str>> =
    LazyLock::new(|| STOP_WORDS.split_whitespace().collect());

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)?").expect("a constant pattern")
});

/// A sentence ends, or a list item does.
static BREAK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:[.!?]["”’)]*\s+)|(?:;\s+)|(?:\n+)"#).expect("a constant pattern")
});

/// Statements shorter than this are joined to their neighbor: "See below.", "(Accepted)".
const MIN_WORDS: usize = 4;

/// The statements of a text: its sentences and list items, in order, at least one.
#[must_use]
pub fn statements(text: &str) -> Vec<String> {
    let mut pieces: Vec<&str> = Vec::new();
    let mut start = 0;
    for found in BREAK.find_iter(text) {
        let next = text[found.end()..].chars().next();
        let sentence = found.as_str().starts_with(['.', '!', '?']);
        // "e.g. women" goes on in lower case; a sentence does not.
        let begins = |c: char| c.is_uppercase() || c.is_numeric() || "\"“(•-–".contains(c);
        if !sentence || next.is_some_and(begins) {
            pieces.push(text[start..found.end()].trim());
            start = found.end();
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    let statements = join_short(&pieces);
    if statements.is_empty() { vec![text.trim().to_owned()] } else { statements }
}

fn join_short(pieces: &[&str]) -> Vec<String> {
    let short = |text: &str| text.split_whitespace().count() < MIN_WORDS;
    let mut joined: Vec<String> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if short(piece) || short(last) => {
                last.push(' ');
                last.push_str(piece);
            }
            _ => joined.push((*piece).to_owned()),
        }
    }
    joined
}

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// As written.
    pub text: &'a str,
    /// Byte at which it starts.
    pub start: usize,
    /// Its stem (Snowball English), lower case; `None` for a stop word.
    pub stem: Option<String>,
}

/// The words of a text as written, in order.
pub(super) fn raw_words(text: &str) -> impl Iterator<Item = &str> {
    WORD.find_iter(text).map(|found| found.as_str())
}

/// The words of a text, in order.
#[must_use]
pub fn words<'a>(text: &'a str) -> Vec<Word<'a>> {
    let stemmer = Stemmer::create(Algorithm::English);
    let word = |found: regex::Match<'a>| {
        let text = found.as_str();
        Word { text, start: found.start(), stem: stem(&stemmer, text) }
    };
    WORD.find_iter(text).map(word).collect()
}

fn stem(stemmer: &Stemmer, word: &str) -> Option<String> {
    let lower = word.to_lowercase().replace('’', "'");
    let lower = lower.strip_suffix("'s").unwrap_or(&lower);
    if STOP.contains(lower) { None } else { Some(stemmer.stem(lower).into_owned()) }
}

/// Number of words of a text, stop words included.
#[must_use]
pub(super) fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// How often each stem occurs in a text.
#[must_use]
pub(super) fn stem_counts(text: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for stem in words(text).into_iter().filter_map(|word| word.stem) {
        *counts.entry(stem).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_and_list_items_are_statements() {
        let text = "Reduce fees, e.g. those of banks. States should report yearly; women must \
                    take part in this. (Accepted)\nPublish the data on the web.";
        assert_eq!(
            statements(text),
            [
                "Reduce fees, e.g. those of banks.",
                "States should report yearly;",
                "women must take part in this. (Accepted)",
                "Publish the data on the web."
            ]
        );
        assert_eq!(statements(" Ratify. "), ["Ratify."]);
    }

    #[test]
    fn words_are_stemmed_and_stop_words_are_known() {
        let text = "Migrants’ remittances and the State's fees";
        let stems: Vec<_> = words(text).into_iter().map(|word| word.stem).collect();
        let some = |stem: &str| Some(stem.to_owned());
        assert_eq!(
            stems,
            [some("migrant"), some("remitt"), None, None, some("state"), some("fee")]
        );
    }
}
