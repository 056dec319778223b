//! Query words that no text contains, and the words that may have been meant.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use rayon::prelude::*;
use strsim::osa_distance;

use crate::domain::Passage;
use crate::text::words;

/// The words of a query that no text contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Each once, in order.
    pub words: Vec<UnknownWord>,
    /// Number of distinct words in the query, without stop words.
    pub of: usize,
}

/// A query word that no text contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// As the query writes it.
    pub text: String,
    /// The word of the texts with the most similar spelling, in lower case, if there is one.
    pub like: Option<String>,
}

/// Minimum length of a possible slip; a shorter word resembles too many others.
const MIN_CHARS: usize = 5;

/// Minimum length of a word with two possible slips.
const LONG: usize = 8;

/// Number of slips that a word of `n_chars` may have.
///
/// A slip is a character left out, added or changed, or two that changed places.
fn slips(n_chars: usize) -> usize {
    if n_chars < LONG { 1 } else { 2 }
}

fn may_be_slip(word: &str) -> bool {
    word.chars().count() >= MIN_CHARS && word.chars().all(char::is_alphabetic)
}

/// The numbers of characters of the words that one of `words` may have been meant to be; `None` if none of
/// them may be a slip.
#[must_use]
pub fn lengths_of_likes(words: &[&str]) -> Option<RangeInclusive<usize>> {
    let counts = || words.iter().filter(|word| may_be_slip(word)).map(|word| word.chars().count());
    let (shortest, longest) = (counts().min()?, counts().max()?);
    Some(shortest - slips(shortest)..=longest + slips(longest))
}

/// Each of `words` with the word of a corpus that it may have been meant to be; `known` are its words with
/// how often they occur, as they are written.
///
/// The word with the fewest slips is chosen; ties go to the most frequent, then to the first in the
/// alphabet.
pub(super) fn with_likes(words: &[&str], known: &HashMap<&str, usize>) -> Vec<UnknownWord> {
    let with_like = |word: &&str| {
        let like = if may_be_slip(word) { most_like(&word.to_lowercase(), known) } else { None };
        UnknownWord { text: (*word).to_owned(), like }
    };
    words.iter().map(with_like).collect()
}

fn most_like(word: &str, known: &HashMap<&str, usize>) -> Option<String> {
    let n_chars = word.chars().count();
    let near = known.iter().filter_map(|(other, count)| {
        // The distance is at least the difference of the lengths, and costly to compute.
        let far = other.chars().count().abs_diff(n_chars) > slips(n_chars);
        let other = (!far).then(|| other.to_lowercase())?;
        let distance = osa_distance(word, &other);
        (distance <= slips(n_chars)).then_some(((distance, other), *count))
    });
    let mut counts: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for (other, count) in near {
        *counts.entry(other).or_default() += count;
    }
    let first = |((distance, word), count)| (distance, Reverse(count), word);
    counts.into_iter().map(first).min().map(|(_, _, word)| word)
}

/// How often each word occurs, as written.
pub(super) fn vocabulary(passages: &[Passage]) -> HashMap<&str, usize> {
    fn count<'a>(
        mut counts: HashMap<&'a str, usize>,
        passage: &'a Passage,
    ) -> HashMap<&'a str, usize> {
        for word in words(passage.text(), passage.language()) {
            *counts.entry(word.text).or_default() += 1;
        }
        counts
    }
    let add = |mut all: HashMap<_, usize>, counts: HashMap<_, usize>| {
        #[expect(clippy::iter_over_hash_type, reason = "a sum does not depend on the order")]
        for (word, count) in counts {
            *all.entry(word).or_default() += count;
        }
        all
    };
    passages.par_iter().fold(HashMap::new, count).reduce(HashMap::new, add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    fn like(word: &str) -> Option<String> {
        let texts = ["Reduce the cost of Remittances.", "Remittance costs, and land.", "Repayment"]
            .map(passage);
        with_likes(&[word], &vocabulary(&texts)).remove(0).like
    }

    #[test]
    fn a_word_is_meant_among_those_of_about_its_length() {
        assert_eq!(lengths_of_likes(&["lead", "2030"]), None);
        assert_eq!(lengths_of_likes(&["redcue", "Remitances", "a"]), Some(5..=12));
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
