//! The words of a text, their stems, and which of them say nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

use super::lists;
use super::sentences::clauses;
use crate::domain::Language;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// As written.
    pub text: &'a str,
    /// Byte at which it starts.
    pub start: usize,
}

impl Word<'_> {
    /// One past its last byte.
    #[must_use]
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// What separates a word from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing or blanks, perhaps after the apostrophe that ends the word before: "migrants' rights".
    Space,
    /// One hyphen, or a dash, and no blank.
    Hyphen,
    /// A comma.
    Comma,
    /// A colon.
    Colon,
    /// A bracket, a dash, a quotation mark.
    Break,
    /// Any other sign: a slash, the full stop of an abbreviation.
    Sign,
    /// The end of a sentence or of a list item, or the start of the text.
    End,
}

/// A word with the gap before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The word.
    pub word: Word<'a>,
    /// The gap between it and the word before.
    pub gap: Gap,
}

/// Whether a text ends in a unit of length, so that a raised 2 or 3 after it belongs to it and is no footnote
/// mark: "200 m²".
#[must_use]
pub fn ends_in_unit(text: &str) -> bool {
    let word = text.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    ["m", "km", "cm", "mm", "dm", "µm", "ft", "yd"].contains(&word)
}

/// The words of a text, in order, as Unicode Standard Annex 29 defines them.
///
/// "don't", "3.5" and "U.S" are one word each, a Han character is one by itself, and "decision-making"
/// is two. In a `language` that elides, "l'accès" is also two.
pub fn words(text: &str, language: Option<Language>) -> impl Iterator<Item = Word<'_>> {
    let elided = language.map(|language| &lists::for_language(language).elided);
    text.unicode_word_indices().flat_map(move |(start, text)| {
        let cut = elided.filter(|elided| !elided.is_empty()).and_then(|elided| {
            let at = text.find(APOSTROPHES)?;
            elided.contains(lower(&text[..at]).as_str()).then_some(at)
        });
        let rest = |at: usize| {
            let skip = at + text[at..].chars().next().map_or(0, char::len_utf8);
            Word { text: &text[skip..], start: start + skip }
        };
        let first = Word { text: &text[..cut.unwrap_or(text.len())], start };
        std::iter::once(first).chain(cut.map(rest))
    })
}

/// The words of a text with the gaps between them.
#[must_use]
pub fn tokens(text: &str, language: Option<Language>) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    for clause in clauses(text) {
        let mut end = None;
        for word in words(&text[clause.clone()], language) {
            let word = Word { start: clause.start + word.start, ..word };
            let gap = end.map_or(Gap::End, |end: usize| gap(&text[end..word.start]));
            found.push(Token { word, gap });
            end = Some(word.end());
        }
    }
    found
}

const APOSTROPHES: [char; 2] = ['\'', '’'];

fn gap(between: &str) -> Gap {
    const BREAKS: &[char] = &[
        '(', ')', '[', ']', '–', '—', '"', '“', '”', '„', '«', '»', '（', '）', '「', '」', '《',
        '》',
    ];
    // A dash without blanks joins: "South–South cooperation".
    if matches!(between, "-" | "‑" | "‐" | "–") {
        Gap::Hyphen
    } else if between.contains(BREAKS) {
        Gap::Break
    } else if between.contains([':', '：']) {
        Gap::Colon
    } else if between.contains([',', '،', '，', '、']) {
        Gap::Comma
    } else if between.strip_prefix(APOSTROPHES).unwrap_or(between).trim().is_empty() {
        Gap::Space
    } else {
        Gap::Sign
    }
}

/// `word` in lower case, with a straight apostrophe.
pub(super) fn lower(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

/// The Snowball stem of `word` in lower case, without an English possessive.
///
/// If the language is unknown, or Snowball does not know it, the stem is the word itself in lower case.
#[must_use]
pub fn stem(word: &str, language: Option<Language>) -> String {
    let lower = lower(word);
    let Some(algorithm) = language.and_then(algorithm) else { return lower };
    let bare = lower.strip_suffix("'s").filter(|_| language == Some(Language::English));
    Stemmer::create(algorithm).stem(bare.unwrap_or(&lower)).into_owned()
}

fn algorithm(language: Language) -> Option<Algorithm> {
    match language {
        Language::English => Some(Algorithm::English),
        Language::French => Some(Algorithm::French),
        Language::Spanish => Some(Algorithm::Spanish),
        Language::German => Some(Algorithm::German),
        Language::Portuguese => Some(Algorithm::Portuguese),
        Language::Italian => Some(Algorithm::Italian),
        Language::Russian => Some(Algorithm::Russian),
        Language::Arabic => Some(Algorithm::Arabic),
        Language::Chinese => None,
    }
}

/// A word with its stem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<'a> {
    /// The word.
    pub word: Word<'a>,
    /// Its [`stem`]; `None` for a stop word.
    pub stem: Option<String>,
}

/// The words of a text with their stems, in order.
pub fn terms(text: &str, language: Option<Language>) -> impl Iterator<Item = Term<'_>> {
    words(text, language).map(move |word| {
        let stem = (!is_stop_word(word.text, language)).then(|| stem(word.text, language));
        Term { word, stem }
    })
}

static STOP_WORDS: LazyLock<[HashSet<&str>; Language::ALL.len()]> =
    LazyLock::new(|| Language::ALL.map(|language| stop_words(language).collect()));

/// The words of `language` that say nothing about what a text asks for.
///
/// This is Concord's own list if there is one, otherwise that of Stopwords ISO.
pub fn stop_words(language: Language) -> impl Iterator<Item = &'static str> {
    let own = &lists::for_language(language).stop_words;
    let listed = own.is_empty().then(|| stop_words::lookup(language.code())).flatten();
    own.iter().map(String::as_str).chain(listed.into_iter().flatten().copied())
}

/// Whether a phrase that ends in `word`, as written, continues: "of", "des", "para".
///
/// Every language is checked, since a broken line is too short to show its own.
#[must_use]
pub fn is_unfinished(word: &str) -> bool {
    lists::all().any(|lists| lists.unfinished.contains(word))
}

/// Whether `word` says little at the end of a phrase; `false` if the language is unknown.
#[must_use]
pub fn is_general(word: &str, language: Option<Language>) -> bool {
    language.is_some_and(|language| lists::for_language(language).general.contains(&lower(word)))
}

/// Whether `word` says nothing about the subject of a text; `false` if the language is unknown.
#[must_use]
pub fn is_stop_word(word: &str, language: Option<Language>) -> bool {
    language.is_some_and(|language| STOP_WORDS[language as usize].contains(lower(word).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, language: Language) -> Vec<&str> {
        words(text, Some(language)).map(|word| word.text).collect()
    }

    #[test]
    fn words_are_those_of_the_unicode_annex() {
        let english = split(
            "Don't cut 3.5% of decision-making in the U.S., e.g. 1,000 jobs",
            Language::English,
        );
        let expected = [
            "Don't", "cut", "3.5", "of", "decision", "making", "in", "the", "U.S", "e.g", "1,000",
            "jobs",
        ];
        assert_eq!(english, expected);
        assert_eq!(
            split("降低汇款成本。", Language::Chinese),
            ["降", "低", "汇", "款", "成", "本"]
        );
        assert_eq!(split("خفض تكلفة التحويلات؟", Language::Arabic), ["خفض", "تكلفة", "التحويلات"]);
        assert_eq!(split("Снизить сборы.", Language::Russian), ["Снизить", "сборы"]);
    }

    #[test]
    fn elided_words_are_cut_off_where_the_language_has_them() {
        let french = split("l’accès d'ici à aujourd'hui", Language::French);
        assert_eq!(french, ["l", "accès", "d", "ici", "à", "aujourd'hui"]);
        assert_eq!(split("dell'Unione", Language::Italian), ["dell", "Unione"]);
        assert_eq!(split("l'accès", Language::English), ["l'accès"]);
        for text in ["l'", "’’", "l''a", "L'É", ""] {
            let _ = split(text, Language::French);
        }
    }

    #[test]
    fn gaps_tell_what_stands_between_words() {
        let text = "Well-paid work (at home): fees, and/or migrants’ rights. North–South – here";
        let gaps: Vec<Gap> = tokens(text, None).iter().map(|token| token.gap).collect();
        let expected = [
            Gap::End,
            Gap::Hyphen,
            Gap::Space,
            Gap::Break,
            Gap::Space,
            Gap::Break,
            Gap::Comma,
            Gap::Sign,
            Gap::Space,
            Gap::Space,
            Gap::End,
            Gap::Hyphen,
            Gap::Break,
        ];
        assert_eq!(gaps, expected);
    }

    #[test]
    fn stems_join_the_forms_of_a_word() {
        let same = [
            (Language::English, "remittances", "Remittance"),
            (Language::English, "State’s", "states"),
            (Language::French, "transferts", "transfert"),
            (Language::Spanish, "trabajadores", "trabajador"),
            (Language::Russian, "переводов", "переводы"),
            (Language::Arabic, "الرسوم", "رسوم"),
        ];
        for (language, one, other) in same {
            assert_eq!(stem(one, Some(language)), stem(other, Some(language)), "{one} {other}");
        }
        assert_eq!(stem("Fees", None), "fees");
    }

    #[test]
    fn stop_words_are_those_of_the_language() {
        assert!(is_stop_word("The", Some(Language::English)));
        assert!(is_stop_word("des", Some(Language::French)));
        assert!(!is_stop_word("des", Some(Language::English)));
        assert!(!is_stop_word("the", None));
    }
}
