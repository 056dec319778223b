//! What every stage needs to know about language: the language of a text, its sentences, statements and
//! words, stems, stop words, folding, and list markers. Knows nothing about recommendations.
//!
//! [`passage`] reads a text once; the [`Passage`] is passed on, and nobody splits that text again. Data
//! that no library has (abbreviations, the labels of list items) is in one TOML file per language, in
//! `languages/`. docs/decisions/text.md has the measurements.

pub mod codes;
pub mod columns;
pub mod fold;
pub mod language;
mod lists;
pub mod marker;
mod numerals;
mod parts;
mod recalls;
pub mod sentences;
pub mod statements;
pub mod words;

pub use language::{detect, guess, main_language};
pub use lists::{PhraseWords, WordSet, is_body_word, phrase_words};
pub use parts::parts;
pub use recalls::recalls;
pub use words::{
    Gap, Term, Token, Word, ends_in_unit, is_general, is_stop_word, is_unfinished, stem,
    stop_words, terms, tokens, words,
};

use crate::domain::Passage;

/// Reads `text` once: its statements and its language.
#[must_use]
pub fn passage(text: impl Into<String>) -> Passage {
    let text = text.into();
    let (statements, language) = (statements::statements(&text), detect(&text));
    Passage::new(text, statements, language)
}
