//! The role of a word in a French or Spanish noun phrase.

use super::lexicon::{Part, Seen};
use crate::domain::Language;
use crate::text::{PhraseWords, phrase_words};

/// The role of a word in a phrase of `language`; other languages are treated as English.
///
/// In French and Spanish, adjectives follow their noun, so every content word may end a phrase.
pub(super) fn part(seen: Seen, language: Option<Language>) -> Part {
    let Some(language @ (Language::French | Language::Spanish)) = language else {
        return seen.part();
    };
    let words = phrase_words(language);
    match seen.word {
        "et" | "y" | "e" => return Part::And,
        word if is_article(word) => return Part::Article,
        word if words.joins.contains(word) => return Part::Join,
        _ => {}
    }
    let letters = seen.word.chars().filter(|c| c.is_alphabetic()).count();
    let is_function = words.function.contains(seen.word);
    if letters < 3 || is_function || is_adverb(seen, words) || is_verb(seen, language, words) {
        return Part::Break;
    }
    Part::Noun
}

/// Whether a word (lower case) is an article that may follow a preposition.
fn is_article(word: &str) -> bool {
    matches!(word, "le" | "la" | "les" | "l" | "el" | "los" | "las")
}

fn after_article(seen: Seen) -> bool {
    let articles = ["le", "la", "les", "l", "un", "une", "du", "des", "au", "aux", "el", "los"];
    seen.before.is_some_and(|before| {
        articles.contains(&before) || ["las", "una", "del", "al"].contains(&before)
    })
}

fn is_adverb(seen: Seen, words: &PhraseWords) -> bool {
    let word = seen.word;
    word.ends_with("amente")
        || word.ends_with("emente")
        || word.ends_with("almente")
        || (word.ends_with("ement")
            && seen.before.is_some()
            && !after_article(seen)
            && !seen.before.is_some_and(|b| words.joins.contains(b)))
}

/// Whether a word (lower case) ends as an infinitive does and is none of the nouns that end alike.
pub(super) fn is_asking_infinitive(word: &str, language: Language) -> bool {
    let endings: &[&str] = match language {
        Language::Spanish => &["ar", "er", "ir"],
        Language::French => &["er", "ir", "oir", "re"],
        _ => return false,
    };
    endings.iter().any(|ending| word.ends_with(ending))
        && !phrase_words(language).nouns_like_infinitives.contains(word)
}

/// Whether a word is an infinitive, or opens a French statement as the verb that asks.
fn is_verb(seen: Seen, language: Language, words: &PhraseWords) -> bool {
    let endings: &[&str] = if language == Language::Spanish {
        &["ar", "er", "ir", "arse", "erse", "irse", "ando", "iendo"]
    } else {
        &["er", "ir", "oir", "indre", "ettre", "ant"]
    };
    let infinitive = endings.iter().any(|ending| seen.word.ends_with(ending))
        && !words.nouns_like_infinitives.contains(seen.word)
        && !after_article(seen);
    let free = seen.before.is_none_or(|before| {
        matches!(
            before,
            "de" | "d" | "à" | "pour" | "a" | "para" | "por" | "et" | "y" | "se" | "en"
        ) || words.function.contains(before)
    });
    let asks = seen.opens && seen.after.is_some() && seen.word.ends_with("re");
    infinitive && free || asks && language == Language::French
}
