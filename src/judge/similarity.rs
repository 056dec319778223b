//! How alike a passage and a text of the corpus are, in each respect.

use rayon::prelude::*;

use super::calibration::{Evidence, Scale, Sign, Spread, same};
use super::lexicon::{SharedWords, WordVector};
use super::linker::{Linker, ReadyPassage};
use crate::domain::{Likeness, Opinions, dot};

/// Number of pairs that the scale of a corpus is measured on; a corpus of 600 uses all of its pairs.
const SAMPLED_PAIRS: usize = 180_000;

/// Similarity of two passages in each respect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Similarity {
    /// High if one ask is shared.
    pub(super) overlap: f64,
    /// High if every ask is shared.
    pub(super) duplicate: f64,
    cosine: f32,
    adapted: f32,
    shared: SharedWords,
    pairs: StatementPairs,
}

/// The comparison of all statements of two passages.
#[derive(Debug, Clone, Copy)]
struct StatementPairs {
    /// Similarity of the best pair.
    best: f32,
    /// Mean similarity of each statement to its best partner, both sides with equal weight.
    mean: f32,
    /// Positions of the best pair in the two passages.
    at: (usize, usize),
}

impl Linker {
    /// How alike `passage` and text `row` are, as far as no judge has read them.
    #[must_use]
    pub fn likeness(&self, passage: &ReadyPassage, row: usize) -> Likeness {
        self.likeness_by(passage, row, None)
    }

    /// How alike `passage` and text `row` are, given the judge's `opinions`.
    #[must_use]
    pub fn likeness_by(
        &self,
        passage: &ReadyPassage,
        row: usize,
        opinions: Option<Opinions>,
    ) -> Likeness {
        if self.has_words_of(passage, row) {
            return same();
        }
        let evidence = Evidence { opinions, ..self.evidence(passage, row) };
        self.fitted.calibration.likeness(&evidence)
    }

    /// Whether `passage` has the same words as text `row`, ignoring case and spacing.
    #[must_use]
    pub fn has_words_of(&self, passage: &ReadyPassage, row: usize) -> bool {
        passage.folded == self.folded[row]
    }

    /// What is known of `passage` and text `row` without a judge.
    #[must_use]
    pub fn evidence(&self, passage: &ReadyPassage, row: usize) -> Evidence {
        self.scaled(self.similarity(passage, row, &self.words[row]))
    }

    /// How alike `passage` and text `row` would be if the text also contained `more`.
    ///
    /// Only the words of `more` that `passage` has count.
    #[must_use]
    pub fn likeness_with(
        &self,
        passage: &ReadyPassage,
        row: usize,
        more: &str,
        opinions: Option<Opinions>,
    ) -> Likeness {
        if self.has_words_of(passage, row) {
            return same();
        }
        let words = self.lexicon.vector_with(&self.passages[row], more, &passage.words);
        let evidence = self.scaled(self.similarity(passage, row, &words));
        self.fitted.calibration.likeness(&Evidence { opinions, ..evidence })
    }

    fn scaled(&self, found: Similarity) -> Evidence {
        let Scale { overlap, duplicate, .. } = &self.fitted.scale;
        let sign = |statements: f32, similarity: f64, spread: &Spread| Sign {
            statements,
            standing: spread.standing(similarity),
        };
        Evidence {
            cosine: found.cosine,
            adapted: found.adapted,
            words: found.shared.cosine,
            coverage: found.shared.coverage,
            overlap: sign(found.pairs.best, found.overlap, overlap),
            duplicate: sign(found.pairs.mean, found.duplicate, duplicate),
            opinions: None,
        }
    }

    /// Similarity in the adapted space alone, -1 to 1; candidates are chosen by it.
    #[must_use]
    pub fn adapted(&self, passage: &ReadyPassage, row: usize) -> f32 {
        passage.ready.similarity(self.vectors.texts.row(row), self.fitted.lengths[row])
    }

    /// The weighted mean of adapted cosine, word cosine and statement pairs.
    ///
    /// For a shared ask, the best statement pair counts. For the same ask, the mean best partner of
    /// every statement counts.
    pub(super) fn similarity(
        &self,
        passage: &ReadyPassage,
        row: usize,
        words: &WordVector,
    ) -> Similarity {
        let weight = self.fitted.scale.word_weight;
        let adapted = self.adapted(passage, row);
        let shared = passage.words.meet(words);
        let pairs = if passage.is_one && self.is_one[row] {
            StatementPairs { best: adapted, mean: adapted, at: (0, 0) }
        } else {
            self.statement_pairs(passage, row)
        };
        let sum = |statements: f32| {
            (f64::from(adapted) + weight * f64::from(shared.cosine) + f64::from(statements))
                / (2.0 + weight)
        };
        let cosine = dot(&passage.vector, self.vectors.texts.row(row)).clamp(-1.0, 1.0);
        let (overlap, duplicate) = (sum(pairs.best), sum(pairs.mean));
        Similarity { overlap, duplicate, cosine, adapted, shared, pairs }
    }

    /// Compares every statement of `passage` with every statement of text `row`.
    fn statement_pairs(&self, passage: &ReadyPassage, row: usize) -> StatementPairs {
        let lengths = &self.fitted.lengths[self.len()..];
        let theirs = self.starts[row]..self.starts[row + 1];
        let n_theirs = theirs.len();
        let mut of_ours = vec![-1.0_f32; passage.statements.len()];
        let mut sum_theirs = 0.0;
        let mut found = StatementPairs { best: -1.0, mean: -1.0, at: (0, 0) };
        for (place, at) in theirs.enumerate() {
            let vector = self.vectors.statements.row(at);
            let mut best = -1.0_f32;
            for (own, (ready, ours)) in passage.statements.iter().zip(&mut of_ours).enumerate() {
                let similarity = ready.similarity(vector, lengths[at]);
                best = best.max(similarity);
                *ours = ours.max(similarity);
                if similarity > found.best {
                    (found.best, found.at) = (similarity, (own, place));
                }
            }
            sum_theirs += best;
        }
        let mean_ours = of_ours.iter().sum::<f32>() / of_ours.len().max(1) as f32;
        found.mean = f32::midpoint(mean_ours, sum_theirs / n_theirs.max(1) as f32);
        found
    }

    /// Similarities of pairs of distinct texts: all, or an even sample of [`SAMPLED_PAIRS`].
    pub(super) fn sample(&self, distinct: &[usize]) -> Vec<Similarity> {
        let n = distinct.len();
        let n_pairs = n * n.saturating_sub(1) / 2;
        let stride = n_pairs.div_ceil(SAMPLED_PAIRS).max(1);
        // Each row of the triangle is prepared once as a whole; the stride leaves out partners.
        let rows: Vec<Vec<Similarity>> = (0..n)
            .into_par_iter()
            .map(|a| {
                // Every partner `b` with a * 31 + b divisible by the stride.
                let first = a + 1 + (stride - (a * 31 + a + 1) % stride) % stride;
                if first >= n {
                    return Vec::new();
                }
                let passage = self.row(distinct[a]);
                let partners = (first..n).step_by(stride);
                let other = |b: usize| (distinct[b], &self.words[distinct[b]]);
                partners
                    .map(other)
                    .map(|(row, words)| self.similarity(&passage, row, words))
                    .collect()
            })
            .collect();
        rows.concat()
    }

    /// The most similar statements of `passage` and of text `row`, by their position in each.
    #[must_use]
    pub fn best_statements(&self, passage: &ReadyPassage, row: usize) -> (usize, usize) {
        self.statement_pairs(passage, row).at
    }
}
