//! A text as sentences of stemmed words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use rust_stemmers::Stemmer;

static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{N}]+").expect("a constant pattern"));

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Space,
    Comma,
    /// A colon, a bracket, a dash.
    Stop,
}

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

    /// What stands between the word at `at` and the next, as written.
    pub(super) fn after(&self, at: usize) -> &str {
        let end = self.tokens.get(at + 1).map_or(self.text.len(), |next| next.start);
        &self.text[self.tokens[at].end..end]
    }
}

/// The sentences of a text. A semicolon and a line break end one, as a full stop does.
pub(super) fn sentences<'a>(text: &'a str, stemmer: &Stemmer) -> Vec<Sentence<'a>> {
    let mut found: Vec<Sentence<'_>> = Vec::new();
    let mut end = 0;
    for word in WORD.find_iter(text) {
        let between = &text[end..word.start()];
        let capital = word.as_str().starts_with(char::is_uppercase);
        let ends = between.contains([';', '\n'])
            || (between.contains(['.', '!', '?']) && between.contains(' ') && capital);
        if ends || found.is_empty() {
            found.push(Sentence { text, tokens: Vec::new() });
        }
        let gap = if between.contains([':', '(', ')', '–', '—', '"', '“', '”']) {
            Gap::Stop
        } else if between.contains(',') {
            Gap::Comma
        } else {
            Gap::Space
        };
        let stem = stem(stemmer, word.as_str());
        let token = Token { stem, start: word.start(), end: word.end(), gap, capital };
        if let Some(sentence) = found.last_mut() {
            sentence.tokens.push(token);
        }
        end = word.end();
    }
    found
}

fn stem(stemmer: &Stemmer, word: &str) -> String {
    let lower = word.to_lowercase();
    // An adverb is none of the verbs in the lists: "closely" is not "close".
    if lower.ends_with("ly") { lower } else { stemmer.stem(&lower).into_owned() }
}

/// Words and phrases, found by their stems, each with what it stands for.
#[derive(Debug)]
pub(super) struct Phrases<T>(BTreeMap<String, Vec<(Vec<String>, T)>>);

impl<T: Clone> Phrases<T> {
    pub(super) fn new<'a>(stemmer: &Stemmer, of: impl Iterator<Item = (&'a str, T)>) -> Self {
        let mut by_first: BTreeMap<String, Vec<(Vec<String>, T)>> = BTreeMap::new();
        for (phrase, meaning) in of {
            let stems: Vec<String> =
                WORD.find_iter(phrase).map(|word| stem(stemmer, word.as_str())).collect();
            by_first.entry(stems[0].clone()).or_default().push((stems, meaning));
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by_key(|(stems, _)| std::cmp::Reverse(stems.len()));
        }
        Self(by_first)
    }

    /// The longest phrase that begins at word `at`: how many words it has, and what it stands for.
    pub(super) fn at(&self, tokens: &[Token], at: usize) -> Option<(usize, &T)> {
        let fits = |stems: &[String]| {
            stems.iter().enumerate().all(|(n, stem)| {
                tokens
                    .get(at + n)
                    .is_some_and(|token| token.stem == *stem && (n == 0 || token.gap == Gap::Space))
            })
        };
        let phrases = self.0.get(&tokens.get(at)?.stem)?;
        phrases.iter().find(|(stems, _)| fits(stems)).map(|(stems, meaning)| (stems.len(), meaning))
    }

    pub(super) fn is_at(&self, tokens: &[Token], at: usize) -> bool {
        self.at(tokens, at).is_some()
    }
}

/// A list whose entries stand for nothing but themselves.
pub(super) fn plain(stemmer: &Stemmer, list: &[String]) -> Phrases<()> {
    Phrases::new(stemmer, list.iter().map(|phrase| (phrase.as_str(), ())))
}

/// The stems of single words.
pub(super) fn stems(stemmer: &Stemmer, list: &[String]) -> BTreeSet<String> {
    list.iter()
        .flat_map(|phrase| WORD.find_iter(phrase))
        .map(|word| stem(stemmer, word.as_str()))
        .collect()
}
