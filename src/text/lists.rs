//! Language data that no library has, read from `languages/`.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::Language;

/// The lists of one language; words are folded (see [`fold`](super::fold)).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    /// Words whose full stop never ends a sentence.
    pub(super) abbreviations: HashSet<String>,
    /// Words whose full stop ends a sentence unless a number follows.
    pub(super) before_number: HashSet<String>,
    /// Words before which the full stop after a number makes it an ordinal: "1. März".
    #[serde(default)]
    pub(super) after_ordinal: HashSet<String>,
    /// Words before the number of a list item: "Recommendation 7".
    pub(super) labels: HashSet<String>,
    /// Words that lose their last letter to an apostrophe: "l'accès".
    #[serde(default)]
    pub(super) elided: HashSet<String>,
    /// Words that say nothing about what a text asks for, as written; empty where the list of the crate
    /// `stop-words` serves.
    #[serde(default)]
    pub(super) stop_words: Vec<String>,
    /// Words after which a phrase continues, as written.
    #[serde(default)]
    pub(super) unfinished: HashSet<String>,
    /// Words that say little at either end of a phrase.
    #[serde(default)]
    pub(super) general: HashSet<String>,
    /// Words for bodies that publish: "committee", "court".
    #[serde(default)]
    bodies: HashSet<String>,
    /// How names of bodies end in a language that joins its words.
    #[serde(default)]
    body_endings: Vec<String>,
    /// The roles that words can have in a noun phrase.
    #[serde(default)]
    phrases: PhraseWords,
    /// Words of column headings and labels.
    #[serde(default)]
    pub(super) columns: super::columns::Columns,
}

/// The roles that words of one language can have in a noun phrase, in lower case.
///
/// Empty for a language whose noun phrases Concord does not know. `languages/en.toml` explains each
/// list.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the file says it")]
pub struct PhraseWords {
    pub function: WordSet,
    pub empty_modifiers: WordSet,
    pub empty_nouns: WordSet,
    pub verbs: WordSet,
    pub noun_verbs: WordSet,
    pub verbs_with_s: WordSet,
    pub participles: WordSet,
    pub modals: WordSet,
    pub adjectives: WordSet,
    pub nouns_like_adjectives: WordSet,
    pub ing_nouns: WordSet,
    pub ly_words: WordSet,
    pub nouns_like_infinitives: WordSet,
    pub joins: WordSet,
    pub obligations: WordSet,
    pub clauses: WordSet,
    pub relatives: WordSet,
    pub bound_joins: WordSet,
    pub particles: WordSet,
    pub completed: WordSet,
    pub giving: WordSet,
    pub addressing: WordSet,
    pub questions: WordSet,
    pub pointing: WordSet,
    pub possessives: WordSet,
    pub determiners: WordSet,
    pub negations: WordSet,
    pub obliging: WordSet,
    pub openers: WordSet,
    pub phrase_starts: WordSet,
}

/// Words written in one string, separated by blanks.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "String")]
pub struct WordSet(HashSet<String>);

impl From<String> for WordSet {
    fn from(list: String) -> Self {
        Self(list.split_whitespace().map(str::to_owned).collect())
    }
}

impl WordSet {
    /// Whether `word` is one of them.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    /// The words, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

static LISTS: LazyLock<[Lists; Language::ALL.len()]> = LazyLock::new(|| {
    let file = |language: Language| match language {
        Language::English => include_str!("languages/en.toml"),
        Language::French => include_str!("languages/fr.toml"),
        Language::Spanish => include_str!("languages/es.toml"),
        Language::German => include_str!("languages/de.toml"),
        Language::Portuguese => include_str!("languages/pt.toml"),
        Language::Italian => include_str!("languages/it.toml"),
        Language::Russian => include_str!("languages/ru.toml"),
        Language::Arabic => include_str!("languages/ar.toml"),
        Language::Chinese => include_str!("languages/zh.toml"),
    };
    let parse =
        |text| toml::from_str(text).expect("the shipped lists are valid; a test reads them");
    Language::ALL.map(file).map(parse)
});

/// The lists of `language`.
pub(super) fn for_language(language: Language) -> &'static Lists {
    &LISTS[language as usize]
}

/// The words that show the noun phrases of `language`.
#[must_use]
pub fn phrase_words(language: Language) -> &'static PhraseWords {
    &for_language(language).phrases
}

/// Whether `word`, folded, says that a name is that of a body that publishes, in any language.
#[must_use]
pub fn is_body_word(word: &str) -> bool {
    all().any(|lists| {
        lists.bodies.contains(word) || lists.body_endings.iter().any(|end| word.ends_with(end))
    })
}

/// The lists of every language.
pub(super) fn all() -> impl Iterator<Item = &'static Lists> {
    LISTS.iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    #[test]
    fn every_list_is_read_and_folded() {
        for lists in all() {
            let words = [&lists.abbreviations, &lists.before_number, &lists.labels, &lists.bodies];
            for word in words.into_iter().flatten().chain(&lists.body_endings) {
                assert_eq!(*word, fold(word));
            }
        }
        assert!(for_language(Language::French).elided.contains("l"));
    }
}
