//! From similarity to probability.

use serde::{Deserialize, Serialize};

use super::relation_of;
use crate::domain::{Likeness, Relation};

/// Where the pairs of a corpus lie: mean and standard deviation of their similarity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Similarity of the mean pair.
    pub mean: f64,
    /// Standard deviation over pairs, above 0.
    pub deviation: f64,
    /// Weight of the words against the vectors.
    pub word_weight: f64,
}

/// Similarity of pairs in the corpora that the calibration was fitted on: mean and standard
/// deviation. A small corpus is pulled towards it.
const TYPICAL: (f64, f64) = (0.03, 0.075);

/// Pairs that the pull towards [`TYPICAL`] weighs as much as; a corpus of 12 has 66.
const TYPICAL_PAIRS: f64 = 100.0;

impl Scale {
    /// The scale of a corpus whose pairs have these `similarities`.
    #[must_use]
    pub fn fit(similarities: &[f64], word_weight: f64) -> Self {
        let n = similarities.len() as f64;
        let (typical_mean, typical_deviation) = TYPICAL;
        let weight = n + TYPICAL_PAIRS;
        let mean = (similarities.iter().sum::<f64>() + TYPICAL_PAIRS * typical_mean) / weight;
        let squares: f64 = similarities.iter().map(|s| (s - mean).powi(2)).sum();
        let variance = (squares + TYPICAL_PAIRS * typical_deviation.powi(2)) / weight;
        Self { mean, deviation: variance.sqrt(), word_weight }
    }
}

/// Slope and intercept of a logistic curve over z.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
struct Curve {
    slope: f64,
    intercept: f64,
}

impl Curve {
    fn at(self, z: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * z + self.intercept)).exp())
    }
}

/// The three curves of `models/linking/linking.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Calibration {
    overlap: Curve,
    duplicate: Curve,
    related: Curve,
}

impl Default for Calibration {
    /// The shipped one.
    fn default() -> Self {
        let text = include_str!("../../models/linking/linking.toml");
        toml::from_str(text).expect("the shipped calibration is valid; a test reads it")
    }
}

impl Calibration {
    /// How alike a pair of this `similarity` is in a corpus of this `scale`, and the probability
    /// that it is at least related.
    #[must_use]
    pub fn likeness(&self, scale: &Scale, similarity: f64, cosine: f32) -> (Likeness, f64) {
        let z = (similarity - scale.mean) / scale.deviation;
        let (duplicate, probability) = (self.duplicate.at(z), self.overlap.at(z));
        let related = self.related.at(z);
        let relation = relation_of(duplicate, probability, related);
        (Likeness { cosine, probability, duplicate, relation }, related)
    }

    /// How alike two passages of the same words are.
    #[must_use]
    pub fn same() -> Likeness {
        Likeness { cosine: 1.0, probability: 1.0, duplicate: 1.0, relation: Relation::Duplicate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_similarity_never_lowers_the_relation() {
        let scale = Scale::fit(&[0.0, 0.02, 0.05, 0.1], 1.0);
        let calibration = Calibration::default();
        let ladder: Vec<Relation> = (0..=20)
            .map(|step| calibration.likeness(&scale, f64::from(step) / 20.0, 0.5).0.relation)
            .collect();
        assert!(ladder.is_sorted(), "{ladder:?}");
        assert_eq!((ladder[0], ladder[20]), (Relation::None, Relation::Duplicate));
    }

    #[test]
    fn a_corpus_of_one_pair_has_a_scale() {
        assert!(Scale::fit(&[0.9], 1.0).deviation > 0.05);
        assert!(Scale::fit(&[], 1.0).mean > 0.0);
    }
}
