//! Texts -> phrases that could name a theme: what a text asks for, and what it speaks of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::ask::ask_phrases;
use super::lexicon::{Part, is_empty_noun};
use super::phrase::{Phrase, Word, phrases, words};
use crate::domain::Passage;

/// A phrase in more than this share of the texts is common to the corpus and names no theme; in a small
/// corpus, in more than so many.
const COMMON_SHARE: f64 = 0.125;
const COMMON_IN_SMALL: usize = 8;

/// Fewer nouns and modifiers say too little: "workers".
const LEAST_CONTENT: usize = 2;

/// What a name that joins two subjects is worth beside that of one, which says what is asked: a factor.
pub(super) const WORTH_OF_PAIR: f64 = 0.8;

/// A phrase that could name a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// As a text has it, without a capital that only opens a statement.
    pub text: String,
    /// Rows of the texts that have it, ascending.
    pub rows: Vec<usize>,
    /// Whether it asks ("lower the cost of remittances") or names a subject ("domestic workers").
    pub asks: bool,
    /// Whether it names two subjects, joined by "and" ("remittances and financial services").
    pub is_pair: bool,
}

/// The phrases of `passages` that could name a theme: all that ask, then the subjects.
/// Each occurs once, in an order that depends on the texts alone.
#[must_use]
pub fn wordings(passages: &[Passage]) -> Vec<Wording> {
    let asks: Vec<Vec<String>> = passages.par_iter().map(ask_phrases).collect();
    let mut rows: BTreeMap<String, (String, Vec<usize>)> = BTreeMap::new();
    for (row, asks) in asks.into_iter().enumerate() {
        for text in asks {
            let same = rows.entry(text.to_lowercase()).or_insert_with(|| (text, Vec::new()));
            if same.1.last() != Some(&row) {
                same.1.push(row);
            }
        }
    }
    let of_subjects = subjects(passages);
    let of_subjects = of_subjects.into_iter().filter(|found| !rows.contains_key(&found.text));
    let of_subjects: Vec<Wording> = of_subjects.collect();
    let asking =
        rows.into_values().map(|(text, rows)| Wording { text, rows, asks: true, is_pair: false });
    asking.chain(of_subjects).collect()
}

/// The places of one noun phrase.
#[derive(Default)]
struct Use {
    rows: BTreeSet<usize>,
    forms: BTreeMap<String, usize>,
    /// Number of places, and of those where it stands free of a longer phrase.
    places: usize,
    free: usize,
    is_pair: bool,
}

/// Noun phrases that mostly stand free of a longer one and are not common to the corpus, by their text.
fn subjects(passages: &[Passage]) -> Vec<Wording> {
    let read: Vec<(Vec<Word>, Vec<Phrase>)> = passages
        .par_iter()
        .map(|passage| {
            let words = words(passage);
            let found = phrases(&words);
            (words, found)
        })
        .collect();
    let mut uses: HashMap<u64, Use> = HashMap::new();
    for (row, (words, found)) in read.iter().enumerate() {
        for phrase in found {
            let own = &words[phrase.words.clone()];
            let text = passages[row].text();
            let before = phrase.words.start.checked_sub(1).map(|at| words[at].text(text));
            // "every detained migrant" is a subject in the plural only.
            let is_each = before.is_some_and(|word| {
                ["every", "each"].iter().any(|each| word.eq_ignore_ascii_case(each))
            });
            if is_each || !says_something(own, text) {
                continue;
            }
            let seen = uses.entry(phrase.key).or_default();
            seen.rows.insert(row);
            seen.is_pair = own.iter().any(|word| word.part == Part::And);
            *seen.forms.entry(form(own, text)).or_default() += 1;
            seen.places += 1;
            let next = words.get(phrase.words.end).filter(|next| !next.is_parted());
            // "human and labour rights": the head of both is still to come.
            let joined = next.is_some_and(|next| next.part == Part::And)
                && words.get(phrase.words.end + 1).is_some_and(Word::is_content);
            seen.free += usize::from(phrase.cut == (false, false) && !phrase.goes_on && !joined);
        }
    }
    let most = ((passages.len() as f64 * COMMON_SHARE) as usize).max(COMMON_IN_SMALL);
    let fits = |used: &Use| used.rows.len() <= most && 2 * used.free >= used.places;
    let mut found: Vec<Wording> =
        uses.into_values().filter(fits).map(|used| wording(&used)).collect();
    found.sort_by(|a, b| a.text.cmp(&b.text));
    found.dedup_by(|a, b| a.text == b.text);
    found
}

/// Whether a noun phrase says what it is about.
fn says_something(words: &[Word], text: &str) -> bool {
    let content: Vec<&Word> = words.iter().filter(|word| word.is_content()).collect();
    let is_empty = |word: &&&Word| is_empty_noun(&word.text(text).to_lowercase());
    content.len() >= LEAST_CONTENT
        && content.iter().filter(is_empty).count() < content.len()
        && !content.last().is_some_and(|last| is_empty(&last))
}

fn wording(used: &Use) -> Wording {
    // A form without capitals is none of a title: "domestic workers".
    let capitals = |form: &str| form.chars().filter(|c| c.is_uppercase()).count();
    let rank = |(form, n): &(&String, &usize)| (std::cmp::Reverse(capitals(form)), **n);
    let most = used.forms.iter().rev().max_by_key(rank);
    let text = most.map(|(form, _)| form.clone()).unwrap_or_default();
    let rows = used.rows.iter().copied().collect();
    Wording { text, rows, asks: false, is_pair: used.is_pair }
}

/// The words of a phrase, with the apostrophes inside it: "migrants' rights".
fn form(words: &[Word], text: &str) -> String {
    let mut form = String::new();
    for (at, word) in words.iter().enumerate() {
        form.push_str(&in_sentence(word, text));
        if at + 1 < words.len() {
            let is_owner = text[word.at.end as usize..].starts_with(['\'', '’']);
            form.push_str(if is_owner { "' " } else { " " });
        }
    }
    form
}

/// A word as written, without a capital that only marks the start of a statement.
pub(super) fn in_sentence(word: &Word, text: &str) -> String {
    let written = word.text(text);
    let capitals = written.chars().filter(|c| c.is_uppercase()).count();
    if word.opens && capitals == 1 { written.to_lowercase() } else { written.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    fn found(texts: &[&str]) -> Vec<Wording> {
        wordings(&texts.iter().map(|text| passage(*text)).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_asked_comes_first_and_once() {
        let found = found(&["Reduce transfer fees.", "States should reduce transfer fees."]);
        assert_eq!(found[0].text, "reduce transfer fees");
        assert_eq!((found[0].rows.as_slice(), found[0].asks), ([0, 1].as_slice(), true));
    }

    #[test]
    fn each_one_of_a_subject_is_no_name_for_it() {
        let found = found(&["Protect every young patient.", "Protect young workers."]);
        let subjects: Vec<&str> =
            found.iter().filter(|one| !one.asks).map(|one| one.text.as_str()).collect();
        assert_eq!(subjects, ["young workers"]);
    }

    #[test]
    fn a_subject_of_two_is_known_as_one() {
        let found = found(&["The market for remittances and financial services matters."]);
        let pairs: Vec<&Wording> = found.iter().filter(|one| one.is_pair).collect();
        assert!(
            !pairs.is_empty() && pairs.iter().all(|one| one.text.contains(" and ")),
            "{found:?}"
        );
    }

    #[test]
    fn a_subject_stands_free_and_is_written_without_the_capitals_of_a_title() {
        let found = found(&[
            "The convention on Domestic Workers matters.",
            "The human and labour rights of domestic workers matter.",
            "Protect domestic workers.",
        ]);
        let subjects: Vec<&Wording> = found.iter().filter(|one| !one.asks).collect();
        let of = |text: &str| subjects.iter().find(|one| one.text == text);
        assert_eq!(of("domestic workers").map(|one| one.rows.as_slice()), Some(&[0, 1, 2][..]));
        assert!(of("human").is_none(), "one word, and cut: {subjects:?}");
        assert!(subjects.iter().all(|one| !one.text.ends_with(" human")), "{subjects:?}");
    }
}
