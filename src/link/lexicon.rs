//! Words as vectors: stems, weighted by how rare they are in the corpus.

use std::collections::HashMap;

use super::SharedTerm;
use super::words::{stem_counts, words};

/// In how many texts of a corpus each stem stands.
///
/// Phrases that a corpus repeats everywhere ("States should") weigh little by themselves, since
/// they are frequent in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lexicon {
    terms: HashMap<String, Term>,
    n_texts: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Term {
    id: u32,
    texts: u32,
}

/// Weighted stems of one text, of unit length, by term id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WordVector(Vec<(u32, f32)>);

impl Lexicon {
    /// Counts the stems of `texts`, which should hold each text once. Ids follow the order of
    /// first occurrence within the sorted stems of each text.
    #[must_use]
    pub fn fit<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut lexicon = Self::default();
        for text in texts {
            lexicon.n_texts += 1;
            for stem in stem_counts(text).into_keys() {
                let id = lexicon.terms.len() as u32;
                lexicon.terms.entry(stem).or_insert(Term { id, texts: 0 }).texts += 1;
            }
        }
        lexicon
    }

    /// ln((1 + n) / (1 + df)) + 1, the smoothed inverse document frequency.
    fn rarity(&self, texts: u32) -> f32 {
        ((1.0 + self.n_texts as f32) / (1.0 + texts as f32)).ln() + 1.0
    }

    /// The vector of `text`; (1 + ln tf)·idf, unit length. A stem that the corpus does not have
    /// counts towards the length and matches nothing.
    #[must_use]
    pub fn vector(&self, text: &str) -> WordVector {
        let mut weights = Vec::new();
        let mut unknown = Vec::new();
        for (stem, count) in stem_counts(text) {
            let tf = 1.0 + (count as f32).ln();
            match self.terms.get(&stem) {
                Some(term) => weights.push((term.id, tf * self.rarity(term.texts))),
                None => unknown.push(tf * self.rarity(0)),
            }
        }
        weights.sort_unstable_by_key(|&(id, _)| id);
        let known = weights.iter().map(|(_, w)| w);
        let length = known.chain(&unknown).map(|w| w * w).sum::<f32>().sqrt();
        if length > 0.0 {
            for (_, weight) in &mut weights {
                *weight /= length;
            }
        }
        WordVector(weights)
    }

    /// The stems that two texts share, as `a` writes them, with their share of the word cosine,
    /// largest first, ties by term; empty if they share none.
    #[must_use]
    pub fn shared_terms(&self, a: &str, b: &str) -> Vec<SharedTerm> {
        let (va, vb) = (self.vector(a), self.vector(b));
        let total = f64::from(va.cosine(&vb));
        let mut seen = std::collections::HashSet::new();
        let mut shared = Vec::new();
        for word in words(a) {
            let Some(term) = word.stem.and_then(|stem| self.terms.get(&stem)) else { continue };
            if let (Some(x), Some(y)) = (va.weight(term.id), vb.weight(term.id))
                && seen.insert(term.id)
            {
                let share = f64::from(x) * f64::from(y) / total;
                shared.push(SharedTerm { term: word.text.to_lowercase(), share });
            }
        }
        shared.sort_by(|x, y| y.share.total_cmp(&x.share).then_with(|| x.term.cmp(&y.term)));
        shared
    }
}

impl WordVector {
    /// Cosine with another vector of the same lexicon, 0 to 1.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut sum = 0.0;
        while let (Some(&&(id_a, x)), Some(&&(id_b, y))) = (a.peek(), b.peek()) {
            match id_a.cmp(&id_b) {
                std::cmp::Ordering::Less => a.next(),
                std::cmp::Ordering::Greater => b.next(),
                std::cmp::Ordering::Equal => {
                    sum += x * y;
                    a.next();
                    b.next()
                }
            };
        }
        sum
    }

    fn weight(&self, id: u32) -> Option<f32> {
        let at = self.0.binary_search_by_key(&id, |&(id, _)| id).ok()?;
        Some(self.0[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_text_says_weighs_least_and_shares_add_up() {
        let texts =
            ["States should reduce fees", "States should train guards", "States should reduce tax"];
        let lexicon = Lexicon::fit(texts.into_iter());
        let shared = lexicon.shared_terms(texts[0], texts[2]);
        let terms: Vec<_> = shared.iter().map(|s| s.term.as_str()).collect();
        assert_eq!(terms, ["reduce", "states"]);
        assert!((shared.iter().map(|s| s.share).sum::<f64>() - 1.0).abs() < 1e-6);
        assert!(lexicon.shared_terms("zebra", texts[0]).is_empty());
        let own = lexicon.vector(texts[0]);
        assert!((own.cosine(&own) - 1.0).abs() < 1e-6);
    }
}
