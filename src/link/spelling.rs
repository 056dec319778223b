//! Words of a query that no text has, and what they may have been meant to be.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::prelude::*;
use strsim::osa_distance;

use super::words::raw_words;

/// The words of a query that stand in no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Each once, in order.
    pub words: Vec<UnknownWord>,
    /// Number of distinct words in the query, those that say nothing of what is asked not counted.
    pub of: usize,
}

/// A word of a query that stands in no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// As the query has it.
    pub text: String,
    /// The word of the texts that is spelled most like it, in lower case, if one is.
    pub like: Option<String>,
}

/// Shortest word that is taken for a slip: a shorter one is like too many others.
const MIN_CHARS: usize = 5;

/// Length from which two slips may be in a word.
const LONG: usize = 8;

/// Slips (a character left out, added or changed, or two that changed places) that a word of `n_chars`
/// may have.
fn slips(n_chars: usize) -> usize {
    if n_chars < LONG { 1 } else { 2 }
}

/// Looks among the words of `texts` for those that `words` may have been meant to be: of the fewest
/// slips, of equal ones the most frequent, then the first by the alphabet.
pub(super) fn with_likes(words: &[&str], texts: &[&str]) -> Vec<UnknownWord> {
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let is_slip =
        |word: &String| word.chars().count() >= MIN_CHARS && word.chars().all(char::is_alphabetic);
    let mut known = BTreeMap::new();
    if lower.iter().any(is_slip) {
        known = vocabulary(texts);
    }
    let like = |word: &String| {
        let n_chars = word.chars().count();
        let slips_of = |(known, count): (&String, &usize)| {
            // The distance is at least the difference of the lengths, and dear to compute.
            let near = known.chars().count().abs_diff(n_chars) <= slips(n_chars);
            let distance = near.then(|| osa_distance(word, known))?;
            (distance <= slips(n_chars)).then(|| (distance, Reverse(*count), known.clone()))
        };
        known.iter().filter_map(slips_of).min().map(|(_, _, known)| known)
    };
    let likes = lower.iter().map(|word| if is_slip(word) { like(word) } else { None });
    words.iter().zip(likes).map(|(text, like)| UnknownWord { text: (*text).into(), like }).collect()
}

/// How often each word occurs, in lower case.
fn vocabulary(texts: &[&str]) -> BTreeMap<String, usize> {
    let count = |mut counts: BTreeMap<String, usize>, text: &&str| {
        for word in raw_words(text) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
        counts
    };
    let add = |mut all: BTreeMap<String, usize>, counts: BTreeMap<String, usize>| {
        for (word, count) in counts {
            *all.entry(word).or_default() += count;
        }
        all
    };
    texts.par_iter().fold(BTreeMap::new, count).reduce(BTreeMap::new, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(word: &str) -> Option<String> {
        let texts = ["Reduce the cost of Remittances.", "Remittance costs, and land.", "Repayment"];
        with_likes(&[word], &texts).remove(0).like
    }

    #[test]
    fn slips_are_told_from_other_words() {
        assert_eq!(like("redcue").as_deref(), Some("reduce"));
        assert_eq!(like("Remitances").as_deref(), Some("remittances"));
        assert_eq!(like("remitance").as_deref(), Some("remittance"));
        assert_eq!(like("repaymnet").as_deref(), Some("repayment"));
        for other in ["lead", "weights", "réduire", "2030a", "recur"] {
            assert_eq!(like(other), None, "{other}");
        }
    }
}
