//! Texts -> words with their role in a phrase -> noun phrases.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::lexicon::{Part, Seen};
use super::romance;
use crate::domain::{Language, Passage};
use crate::text::{Gap, Token, stem, tokens};

/// Maximum number of nouns and modifiers in a phrase.
const MAX_CONTENT: usize = 4;
/// Maximum number of words in a phrase, including those that join.
const MAX_WORDS: usize = 7;
/// Longer words are web addresses, or come from a script without spaces.
const MAX_WORD_BYTES: usize = 40;

/// A word of a text.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Byte range in the text.
    pub(super) at: Range<u32>,
    /// Hash of the stem.
    pub(super) stem: u64,
    pub(super) part: Part,
    /// Whether it is "between", which requires an "and".
    between: bool,
    /// Whether punctuation separates it from the word before.
    parted: bool,
    /// Whether it opens a statement, where a capital means nothing.
    pub(super) opens: bool,
}

impl Word {
    pub(super) fn is_content(&self) -> bool {
        matches!(self.part, Part::Noun | Part::Modifier)
    }

    /// Whether punctuation separates it from the word before.
    pub(super) fn is_parted(&self) -> bool {
        self.parted
    }

    pub(super) fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.at.start as usize..self.at.end as usize]
    }
}

/// The words of a passage.
pub(super) fn words(passage: &Passage) -> Vec<Word> {
    let text = passage.text();
    let language = passage.language().or(Some(Language::English));
    let cuts = cut(passage);
    let lower: Vec<String> = cuts.iter().map(|c| text[c.at.clone()].to_lowercase()).collect();
    let word = |(position, cut): (usize, &Cut)| {
        let before = if cut.parted { None } else { position.checked_sub(1) };
        let after = cuts.get(position + 1).filter(|next| !next.parted).map(|_| position + 1);
        let seen = Seen {
            word: &lower[position],
            before: before.map(|at| lower[at].as_str()),
            after: after.map(|at| lower[at].as_str()),
            opens: cut.opens,
        };
        let long = cut.at.len() > MAX_WORD_BYTES;
        Word {
            at: cut.at.start as u32..cut.at.end as u32,
            stem: hash(&stem(&lower[position], language)),
            part: if long { Part::Break } else { romance::part(seen, language) },
            between: lower[position] == "between",
            parted: cut.parted,
            opens: cut.opens,
        }
    };
    cuts.iter().enumerate().map(word).collect()
}

/// The place of a word.
struct Cut {
    at: Range<usize>,
    parted: bool,
    opens: bool,
}

/// The words of a passage. Hyphenated words count as one here, since a phrase keeps them whole.
fn cut(passage: &Passage) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    for Token { word, gap } in tokens(passage.text(), passage.language()) {
        match cuts.last_mut() {
            Some(last) if gap == Gap::Hyphen => last.at.end = word.end(),
            _ => cuts.push(Cut {
                at: word.start..word.end(),
                parted: gap != Gap::Space,
                opens: matches!(gap, Gap::End | Gap::Colon),
            }),
        }
    }
    cuts
}

/// A hash that is equal for equal values. It is valid within one run only and never shown.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A noun phrase in a text.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    /// Positions of its words.
    pub(super) words: Range<usize>,
    /// Hash of its stems, without articles.
    pub(super) key: u64,
    /// Whether a noun or modifier stands right before it, and right after: it is part of a longer
    /// phrase.
    pub(super) cut: (bool, bool),
    /// Whether "of" or a similar word follows it.
    pub(super) goes_on: bool,
}

/// The noun phrases of a text, including phrases inside longer ones.
pub(super) fn phrases(words: &[Word]) -> Vec<Phrase> {
    let mut found = Vec::new();
    for start in (0..words.len()).filter(|&at| words[at].is_content()) {
        let most = (start + MAX_WORDS).min(words.len());
        let run = (start + 1..most).find(|&at| words[at].parted || words[at].part == Part::Break);
        for end in start + 1..=run.unwrap_or(most) {
            if is_phrase(&words[start..end]) {
                found.push(phrase(words, start..end));
            }
        }
    }
    found
}

/// Whether `run` consists of nouns and their modifiers, with at most two joins between such parts.
fn is_phrase(run: &[Word]) -> bool {
    let joins = run.iter().filter(|w| matches!(w.part, Part::Join | Part::And)).count();
    let content = run.iter().filter(|w| w.is_content()).count();
    let ends = run.last().is_some_and(|last| last.part == Part::Noun);
    let fits = run.windows(2).all(|pair| match (pair[0].part, pair[1].part) {
        (_, Part::Join) => pair[0].part == Part::Noun,
        (_, Part::Article) => pair[0].part == Part::Join,
        (Part::Join | Part::Article | Part::And, _) => pair[1].is_content(),
        (_, Part::Break) | (Part::Break, _) => false,
        _ => true,
    });
    let between = run.iter().position(|w| w.between);
    let pairs = between.is_none_or(|at| run[at..].iter().any(|w| w.part == Part::And));
    ends && fits && pairs && joins <= 2 && content <= MAX_CONTENT
}

fn phrase(words: &[Word], at: Range<usize>) -> Phrase {
    let stems: Vec<u64> =
        words[at.clone()].iter().filter(|w| w.part != Part::Article).map(|w| w.stem).collect();
    let next = words.get(at.end).filter(|next| !next.parted);
    let before = (!words[at.start].parted).then(|| &words[at.start - 1]);
    let content = |word: Option<&Word>| word.is_some_and(Word::is_content);
    let goes_on = next.is_some_and(|word| word.part == Part::Join);
    Phrase { key: hash(&stems), cut: (content(before), content(next)), goes_on, words: at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    fn found(text: &str) -> Vec<&str> {
        let words = words(&passage(text));
        let slice = |p: &Phrase| {
            let (first, last) = (&words[p.words.start], &words[p.words.end - 1]);
            &text[first.at.start as usize..last.at.end as usize]
        };
        phrases(&words).iter().map(slice).collect()
    }

    #[test]
    fn phrases_are_nouns_with_what_stands_before_them() {
        assert_eq!(found("Ensure decent working conditions."), ["conditions"]);
        assert_eq!(found("Support displaced persons"), ["displaced persons", "persons"]);
        assert_eq!(found("States decided to ratify it"), ["States"]);
        assert_eq!(
            found("Reduce the cost of remittances, quickly"),
            ["cost", "cost of remittances", "remittances"]
        );
    }

    #[test]
    fn no_phrase_runs_across_punctuation_or_ends_in_a_modifier() {
        assert_eq!(found("health, social"), ["health"]);
        assert!(found("be able to advance").is_empty());
        assert!(found("carrying out gender-responsive").is_empty());
        assert_eq!(found("agencies concerned"), ["agencies"]);
        assert_eq!(found("the bond between migration"), ["bond", "migration"]);
    }

    #[test]
    fn phrases_of_other_languages_are_in_their_own_order() {
        let found = found("Réduire le coût des transferts de fonds pour l'accès des familles.");
        assert!(found.contains(&"coût des transferts de fonds"), "{found:?}");
        assert!(found.iter().all(|phrase| !phrase.contains("Réduire")), "{found:?}");
        let found = self::found("Reducir el costo de las remesas para los trabajadores migrantes.");
        assert!(found.contains(&"trabajadores migrantes"), "{found:?}");
        assert!(found.contains(&"costo de las remesas"), "{found:?}");
    }

    #[test]
    fn any_text_is_taken() {
        for text in ["", "...", "’’", "a-", "-b", "ß’s İ\u{301}", "移民 データ", "naïve’ café–bar"]
        {
            let _ = found(text);
        }
    }
}
