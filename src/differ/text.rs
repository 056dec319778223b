//! A text as sentences of stemmed words.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Language;
use crate::text::{self, Gap, tokens};

/// A word in its place.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) stem: String,
    /// Byte range in the whole text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) gap: Gap,
    pub(super) capital: bool,
}

impl Token {
    /// Whether it continues from the word before: no comma, colon, bracket or dash stands between.
    pub(super) fn is_next(&self) -> bool {
        matches!(self.gap, Gap::Space | Gap::Hyphen | Gap::Sign)
    }

    /// Whether a colon, a bracket, a quotation mark or a dash stands before it.
    pub(super) fn is_set_off(&self) -> bool {
        matches!(self.gap, Gap::Colon | Gap::Break)
    }
}

/// A sentence or list item of `text`.
#[derive(Debug, Clone)]
pub(super) struct Sentence<'a> {
    text: &'a str,
    pub(super) tokens: Vec<Token>,
}

impl Sentence<'_> {
    /// The words from `first` to `last` as written, at most `most` of them.
    pub(super) fn quote(&self, first: usize, last: usize, most: usize) -> String {
        let last = last.min(first + most - 1).min(self.tokens.len() - 1);
        let written = &self.text[self.tokens[first].start..self.tokens[last].end];
        written.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The word at `at`, as written.
    pub(super) fn written(&self, at: usize) -> &str {
        &self.text[self.tokens[at].start..self.tokens[at].end]
    }

    /// The text between the word at `at` and the next, as written.
    pub(super) fn after(&self, at: usize) -> &str {
        let end = self.tokens.get(at + 1).map_or(self.text.len(), |next| next.start);
        &self.text[self.tokens[at].end..end]
    }
}

/// The sentences and list items of a text.
pub(super) fn sentences(text: &str, language: Language) -> Vec<Sentence<'_>> {
    let mut found: Vec<Sentence<'_>> = Vec::new();
    for text::Token { word, gap } in tokens(text, Some(language)) {
        if gap == Gap::End {
            found.push(Sentence { text, tokens: Vec::new() });
        }
        let token = Token {
            stem: stem(word.text, language),
            start: word.start,
            end: word.end(),
            gap,
            capital: word.text.starts_with(char::is_uppercase),
        };
        if let Some(sentence) = found.last_mut() {
            sentence.tokens.push(token);
        }
    }
    found
}

pub(super) fn stem(word: &str, language: Language) -> String {
    let lower = word.to_lowercase();
    // An English adverb must not match a verb in the lists: "closely" is not "close".
    let is_adverb = lower.ends_with("ly");
    if is_adverb { lower } else { text::stem(word, Some(language)) }
}

fn stems_of(phrase: &str, language: Language) -> impl Iterator<Item = String> {
    text::words(phrase, Some(language)).map(move |word| stem(word.text, language))
}

/// Words and phrases with their meanings, found by their stems.
#[derive(Debug)]
pub(super) struct Phrases<T>(BTreeMap<String, Vec<(Vec<String>, T)>>);

impl<T: Clone> Phrases<T> {
    pub(super) fn new<'a>(language: Language, of: impl Iterator<Item = (&'a str, T)>) -> Self {
        let mut by_first: BTreeMap<String, Vec<(Vec<String>, T)>> = BTreeMap::new();
        for (phrase, meaning) in of {
            let stems: Vec<String> = stems_of(phrase, language).collect();
            by_first.entry(stems[0].clone()).or_default().push((stems, meaning));
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by_key(|(stems, _)| std::cmp::Reverse(stems.len()));
        }
        Self(by_first)
    }

    /// The longest phrase that begins at word `at`: its number of words, and its meaning.
    pub(super) fn at(&self, tokens: &[Token], at: usize) -> Option<(usize, &T)> {
        let fits = |stems: &[String]| {
            stems.iter().enumerate().all(|(n, stem)| {
                tokens
                    .get(at + n)
                    .is_some_and(|token| token.stem == *stem && (n == 0 || token.is_next()))
            })
        };
        let phrases = self.0.get(&tokens.get(at)?.stem)?;
        phrases.iter().find(|(stems, _)| fits(stems)).map(|(stems, meaning)| (stems.len(), meaning))
    }

    pub(super) fn is_at(&self, tokens: &[Token], at: usize) -> bool {
        self.at(tokens, at).is_some()
    }
}

/// A list of entries without a separate meaning.
pub(super) fn plain(language: Language, list: &[String]) -> Phrases<()> {
    Phrases::new(language, list.iter().map(|phrase| (phrase.as_str(), ())))
}

/// The stems of single words.
pub(super) fn stems(language: Language, list: &[String]) -> BTreeSet<String> {
    list.iter().flat_map(|phrase| stems_of(phrase, language)).collect()
}
