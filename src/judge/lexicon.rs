//! Words as vectors: stems, weighted by their rarity in the corpus.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::{Language, Passage};
use crate::text::{main_language, terms};

/// The number of texts of a corpus that contain each stem.
///
/// Phrases that a corpus repeats everywhere ("States should") weigh little without further rules, since
/// they are frequent in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lexicon {
    /// All stems, or those that [`of_part`](Self::of_part) was given.
    terms: HashMap<String, Term>,
    /// Number of stems in the corpus.
    n_terms: u32,
    n_texts: usize,
    /// Language of most texts; it is assumed for a text that is too short to tell.
    language: Option<Language>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Term {
    id: u32,
    texts: u32,
}

/// Weighted stems of one text, of unit length, by term id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WordVector {
    weights: Vec<(u32, f32)>,
    /// Sum of the weights.
    total: f32,
}

/// The words that two texts have in common, weighted by their rarity; all numbers from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedWords {
    /// Cosine of the two vectors.
    pub cosine: f32,
    /// Share of the weights of one that the other has as well, of the one for which it is greater (the text with
    /// fewer words); the less brief the shorter one is, the nearer to one constant for all pairs of long texts.
    pub coverage: f32,
}

/// What stands for coverage between two long texts: no measured share (that is .05 on the mean), but what keeps
/// their probabilities where they were when the share itself was weighed. docs/decisions/linking.md has the figures.
const OF_LONG_TEXTS: f32 = 0.2;

/// Number of distinct words up to which a text is brief, and from which it is not.
const BRIEF: (f32, f32) = (2.0, 9.0);

/// How brief a text of so many distinct words is, 0 to 1.
fn brevity(words: usize) -> f32 {
    let (all, none) = BRIEF;
    ((none - words as f32) / (none - all)).clamp(0.0, 1.0)
}

/// The size of a lexicon, and the language that a short text is read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LexiconSize {
    n_texts: usize,
    n_terms: u32,
    language: Option<Language>,
}

/// The stems of `passages` in a corpus of which most texts are in `language`.
#[must_use]
pub fn stems<'a>(
    passages: impl IntoIterator<Item = &'a Passage>,
    size: LexiconSize,
) -> BTreeSet<String> {
    let of = |passage: &'a Passage| {
        terms(passage.text(), passage.language().or(size.language)).filter_map(|term| term.stem)
    };
    passages.into_iter().flat_map(of).collect()
}

/// Number of texts whose stems are held in memory at a time.
const BATCH: usize = 4096;

impl Lexicon {
    /// The lexicon of `texts`, and the vector of each.
    ///
    /// `texts` should hold each text once. Ids follow the order of first occurrence within the sorted
    /// stems of each text.
    #[must_use]
    pub fn fit(texts: &[&Passage]) -> (Self, Vec<WordVector>) {
        let language = main_language(texts.iter().copied());
        let mut lexicon = Self { n_texts: texts.len(), language, ..Self::default() };
        let mut counted: Vec<Vec<(u32, u32)>> = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            let batch: Vec<_> = batch.par_iter().map(|text| lexicon.stem_counts(text)).collect();
            counted.extend(batch.into_iter().map(|counts| lexicon.take_in(counts)));
        }
        lexicon.n_terms = lexicon.terms.len() as u32;
        let mut in_texts = vec![0; lexicon.terms.len()];
        for (id, _) in counted.iter().flatten() {
            in_texts[*id as usize] += 1;
        }
        let vector = |counts: Vec<(u32, u32)>| {
            let term = |(id, count)| (Term { id, texts: in_texts[id as usize] }, count);
            lexicon.weighted(counts.into_iter().map(term))
        };
        let vectors = counted.into_par_iter().map(vector).collect();
        (lexicon, vectors)
    }

    /// The statistics of a whole corpus, of which only the stems in `terms` are asked for: a stem, its id, and
    /// the number of texts that have it.
    #[must_use]
    pub fn of_part(
        whole: LexiconSize,
        terms: impl IntoIterator<Item = (String, u32, u32)>,
    ) -> Self {
        let term = |(stem, id, texts)| (stem, Term { id, texts });
        let LexiconSize { n_texts, n_terms, language } = whole;
        Self { terms: terms.into_iter().map(term).collect(), n_terms, n_texts, language }
    }

    /// What [`of_part`](Self::of_part) needs besides the stems.
    #[must_use]
    pub fn size(&self) -> LexiconSize {
        LexiconSize { n_texts: self.n_texts, n_terms: self.n_terms, language: self.language }
    }

    /// Each stem with the number of texts that have it, by id.
    #[must_use]
    pub fn terms(&self) -> Vec<(String, u32)> {
        let mut terms: Vec<(&String, &Term)> = self.terms.iter().collect();
        terms.sort_by_key(|(_, term)| term.id);
        terms.into_iter().map(|(stem, term)| (stem.clone(), term.texts)).collect()
    }

    /// Counts the stems of one more text; returns their ids and how often each occurs in it.
    fn take_in(&mut self, counts: BTreeMap<String, u32>) -> Vec<(u32, u32)> {
        let counted = counts.into_iter().map(|(stem, count)| {
            let id = self.terms.len() as u32;
            let term = self.terms.entry(stem).or_insert(Term { id, texts: 0 });
            term.texts += 1;
            (term.id, count)
        });
        counted.collect()
    }

    /// The language to read `passage` in.
    pub(super) fn language_of(&self, passage: &Passage) -> Option<Language> {
        passage.language().or(self.language)
    }

    /// How often each stem occurs in a text.
    pub(super) fn stem_counts(&self, passage: &Passage) -> BTreeMap<String, u32> {
        count(passage.text(), self.language_of(passage))
    }

    /// ln((1 + n) / (1 + df)) + 1, the smoothed inverse document frequency.
    fn rarity(&self, texts: u32) -> f32 {
        ((1.0 + self.n_texts as f32) / (1.0 + texts as f32)).ln() + 1.0
    }

    /// Whether any text has `stem`.
    pub(super) fn knows(&self, stem: &str) -> bool {
        self.terms.contains_key(stem)
    }

    /// The id of a stem, and the number of texts that contain it.
    ///
    /// A stem that the corpus lacks gets its id from its hash. It matches nothing in the corpus, but it
    /// does match another text with the same stem.
    fn term(&self, stem: &str) -> Term {
        self.terms.get(stem).copied().unwrap_or_else(|| {
            let hash = blake3::hash(stem.as_bytes());
            let number =
                hash.as_bytes().iter().take(4).fold(0, |n, byte| n << 8 | u32::from(*byte));
            Term { id: self.n_terms + number % (u32::MAX - self.n_terms), texts: 0 }
        })
    }

    /// The vector of `passage`: (1 + ln tf)·idf, unit length.
    #[must_use]
    pub fn vector(&self, passage: &Passage) -> WordVector {
        self.of_counts(self.stem_counts(passage))
    }

    /// The vector that `passage` would have if it also contained the words of `more` that `wanted` has.
    pub(super) fn vector_with(
        &self,
        passage: &Passage,
        more: &str,
        wanted: &WordVector,
    ) -> WordVector {
        let mut counts = self.stem_counts(passage);
        for (stem, n) in count(more, self.language) {
            if wanted.weight(self.term(&stem).id).is_some() {
                *counts.entry(stem).or_default() += n;
            }
        }
        self.of_counts(counts)
    }

    fn of_counts(&self, counts: BTreeMap<String, u32>) -> WordVector {
        self.weighted(counts.into_iter().map(|(stem, count)| (self.term(&stem), count)))
    }

    fn weighted(&self, counts: impl Iterator<Item = (Term, u32)>) -> WordVector {
        let weight = |(term, count): (Term, u32)| {
            (term.id, (1.0 + (count as f32).ln()) * self.rarity(term.texts))
        };
        let mut weights: Vec<(u32, f32)> = counts.map(weight).collect();
        weights.sort_unstable_by_key(|&(id, _)| id);
        let length = weights.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
        if length > 0.0 {
            for (_, weight) in &mut weights {
                *weight /= length;
            }
        }
        let total = weights.iter().map(|(_, weight)| weight).sum();
        WordVector { weights, total }
    }

    /// The amount that each stem of `passage` adds to the cosine of its vector `own` with `other`.
    pub(super) fn products(
        &self,
        passage: &Passage,
        own: &WordVector,
        other: &WordVector,
    ) -> BTreeMap<String, f64> {
        let product = |stem: String| {
            let id = self.term(&stem).id;
            Some((stem, f64::from(own.weight(id)?) * f64::from(other.weight(id)?)))
        };
        self.stem_counts(passage).into_keys().filter_map(product).collect()
    }
}

fn count(text: &str, language: Option<Language>) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for stem in terms(text, language).filter_map(|term| term.stem) {
        *counts.entry(stem).or_default() += 1;
    }
    counts
}

impl WordVector {
    /// What this text and another of the same lexicon have in common.
    #[must_use]
    pub fn meet(&self, other: &Self) -> SharedWords {
        let (mut a, mut b) = (self.weights.iter().peekable(), other.weights.iter().peekable());
        let (mut cosine, mut ours, mut theirs) = (0.0, 0.0, 0.0);
        while let (Some(&&(id_a, x)), Some(&&(id_b, y))) = (a.peek(), b.peek()) {
            match id_a.cmp(&id_b) {
                std::cmp::Ordering::Less => a.next(),
                std::cmp::Ordering::Greater => b.next(),
                std::cmp::Ordering::Equal => {
                    cosine += x * y;
                    ours += x;
                    theirs += y;
                    a.next();
                    b.next()
                }
            };
        }
        let share = |part: f32, total: f32| if total > 0.0 { (part / total).min(1.0) } else { 0.0 };
        let coverage = share(ours, self.total).max(share(theirs, other.total));
        let brevity = brevity(self.weights.len().min(other.weights.len()));
        SharedWords { cosine, coverage: OF_LONG_TEXTS + (coverage - OF_LONG_TEXTS) * brevity }
    }

    fn weight(&self, id: u32) -> Option<f32> {
        let at = self.weights.binary_search_by_key(&id, |&(id, _)| id).ok()?;
        Some(self.weights[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    #[test]
    fn what_every_text_says_weighs_least_and_products_add_up() {
        let texts =
            ["States should reduce fees", "States should train guards", "States should reduce tax"]
                .map(passage);
        let (lexicon, vectors) = Lexicon::fit(&texts.each_ref());
        assert_eq!(vectors, texts.each_ref().map(|text| lexicon.vector(text)));
        let products = lexicon.products(&texts[0], &vectors[0], &vectors[2]);
        assert_eq!(products.keys().collect::<Vec<_>>(), ["reduc", "state"]);
        assert!(products["reduc"] > products["state"]);
        let cosine = f64::from(vectors[0].meet(&vectors[2]).cosine);
        assert!((products.values().sum::<f64>() - cosine).abs() < 1e-6);
        let zebra = passage("zebra");
        assert!(lexicon.products(&zebra, &lexicon.vector(&zebra), &vectors[0]).is_empty());
        let own = lexicon.vector(&texts[0]);
        assert!((own.meet(&own).cosine - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_part_of_a_lexicon_gives_the_vectors_of_the_whole() {
        let texts = ["Reduce fees and taxes", "Train guards", "Reduce the number of guards"];
        let texts = texts.map(passage);
        let (lexicon, vectors) = Lexicon::fit(&texts.each_ref());
        let query = passage("Reduce zebras");
        let wanted = stems([&texts[2], &query], lexicon.size());
        let numbered = (0..).zip(lexicon.terms()).map(|(id, (stem, texts))| (stem, id, texts));
        let part =
            Lexicon::of_part(lexicon.size(), numbered.filter(|(stem, ..)| wanted.contains(stem)));
        assert!(part.terms.len() < lexicon.terms.len());
        assert_eq!(part.vector(&texts[2]), vectors[2]);
        assert_eq!(part.vector(&query), lexicon.vector(&query));
    }

    #[test]
    fn a_brief_text_is_covered_by_a_long_one_that_has_its_words() {
        let long =
            "Train guards, reduce fees, repair roads, light streets, clean rivers, open parks";
        let texts = [
            "Reduce fees",
            "Reduce fees and train guards at every port",
            "Train guards",
            long,
            &format!("{long} and plant trees"),
        ]
        .map(passage);
        let (_, vectors) = Lexicon::fit(&texts.each_ref());
        let coverage = |a: usize, b: usize| vectors[a].meet(&vectors[b]).coverage;
        assert!((coverage(0, 1) - 1.0).abs() < 1e-6 && (coverage(1, 0) - 1.0).abs() < 1e-6);
        assert!(coverage(0, 2).abs() < 1e-6);
        assert!(
            coverage(1, 4) > OF_LONG_TEXTS && coverage(1, 4) < 1.0,
            "the longer, the less it says"
        );
        assert!((coverage(3, 4) - OF_LONG_TEXTS).abs() < 1e-6, "nothing of two long texts");
    }
}
