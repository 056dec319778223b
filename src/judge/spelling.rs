//! Words of a query that no text has, and what they may have been meant to be.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use strsim::osa_distance;

use crate::domain::Passage;
use crate::text::words;

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

/// Looks among the words of `passages` for those that `words` may have been meant to be: of the fewest
/// slips, of equal ones the most frequent, then the first by the alphabet.
pub(super) fn with_likes(words: &[&str], passages: &[Passage]) -> Vec<UnknownWord> {
    let may_be_slip =
        |word: &str| word.chars().count() >= MIN_CHARS && word.chars().all(char::is_alphabetic);
    let mut known = HashMap::new();
    if words.iter().any(|word| may_be_slip(word)) {
        known = vocabulary(passages);
    }
    let with_like = |word: &&str| {
        let like = if may_be_slip(word) { most_like(&word.to_lowercase(), &known) } else { None };
        UnknownWord { text: (*word).to_owned(), like }
    };
    words.iter().map(with_like).collect()
}

fn most_like(word: &str, known: &HashMap<&str, usize>) -> Option<String> {
    let n_chars = word.chars().count();
    let near = known.iter().filter_map(|(other, count)| {
        // The distance is at least the difference of the lengths, and dear to compute.
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
fn vocabulary(passages: &[Passage]) -> HashMap<&str, usize> {
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
