//! From similarity to probability.

use serde::{Deserialize, Serialize};

use crate::domain::{Likeness, Relation};

/// The distribution of the similarities of pairs in a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Mean similarity over pairs.
    pub mean: f64,
    /// Standard deviation over pairs, above 0.
    pub deviation: f64,
}

/// The scale on which the pairs of a corpus are measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Spread of the similarity that shows a shared ask.
    pub overlap: Spread,
    /// Spread of the similarity that shows the same ask.
    pub duplicate: Spread,
    /// Weight of the words relative to the vectors.
    pub word_weight: f64,
}

/// The position of a pair among the pairs of its corpus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Similarity that shows a shared ask, in standard deviations above the mean pair.
    pub overlap: f64,
    /// The same for the similarity that shows the same ask.
    pub duplicate: f64,
    /// Plain cosine of the embeddings, -1 to 1.
    pub cosine: f32,
}

/// Similarity of two passages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Similarity {
    /// High if one ask is shared.
    pub(super) overlap: f64,
    /// High if every ask is shared.
    pub(super) duplicate: f64,
    /// Plain cosine of the embeddings.
    pub(super) cosine: f32,
}

/// Spread over the corpora that the calibration was fitted on; a small corpus is pulled towards it.
const TYPICAL: Spread = Spread { mean: 0.03, deviation: 0.075 };

/// Number of pairs that [`TYPICAL`] weighs as much as; a corpus of 12 has 66.
const TYPICAL_PAIRS: f64 = 100.0;

impl Spread {
    /// The spread of these `similarities`.
    #[must_use]
    pub fn fit(similarities: impl Iterator<Item = f64> + Clone) -> Self {
        let weight = similarities.clone().count() as f64 + TYPICAL_PAIRS;
        let mean = (similarities.clone().sum::<f64>() + TYPICAL_PAIRS * TYPICAL.mean) / weight;
        let squares: f64 = similarities.map(|s| (s - mean).powi(2)).sum();
        let variance = (squares + TYPICAL_PAIRS * TYPICAL.deviation.powi(2)) / weight;
        Self { mean, deviation: variance.sqrt() }
    }

    fn z(self, similarity: f64) -> f64 {
        (similarity - self.mean) / self.deviation
    }
}

impl Scale {
    pub(super) fn standing(&self, similarity: Similarity) -> Standing {
        let Similarity { overlap, duplicate, cosine } = similarity;
        let (overlap, duplicate) = (self.overlap.z(overlap), self.duplicate.z(duplicate));
        Standing { overlap, duplicate, cosine }
    }
}

/// A logistic curve, 1 / (1 + exp(-(slope x + intercept))).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Increase of the log odds with x.
    pub slope: f64,
    /// Log odds at x = 0.
    pub intercept: f64,
}

impl Curve {
    /// The probability at `x`.
    #[must_use]
    pub fn at(self, x: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * x + self.intercept)).exp())
    }
}

/// The probabilities that a very high plain cosine gives by itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Floor {
    /// Slope of both curves.
    pub steepness: f64,
    /// Cosine from which two texts overlap, whatever else is known about them.
    pub overlap_at: f64,
    /// Cosine from which they are duplicates.
    pub duplicate_at: f64,
}

impl Floor {
    fn curve(&self, at: f64) -> Curve {
        Curve { slope: self.steepness, intercept: -self.steepness * at }
    }
}

/// Turns the standing of a pair into probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Curve over [`Standing::overlap`].
    pub overlap: Curve,
    /// Curve over [`Standing::duplicate`].
    pub duplicate: Curve,
    /// Floor over [`Standing::cosine`].
    pub floor: Floor,
}

/// Why a text is not a valid calibration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum CalibrationError {
    #[error("{why}")]
    Malformed { why: String },
    #[error("slopes must be above 0, and all numbers finite")]
    OutOfRange,
}

impl Default for Calibration {
    /// The shipped calibration, from `models/linking/linking.toml`.
    fn default() -> Self {
        let text = include_str!("../../models/linking/linking.toml");
        toml::from_str(text).expect("the shipped calibration is valid; a test reads it")
    }
}

impl Calibration {
    /// Reads a file that `concord calibrate` wrote.
    ///
    /// # Errors
    /// [`CalibrationError`]; the caller adds the path.
    pub fn parse(text: &str) -> Result<Self, CalibrationError> {
        let read: Self = toml::from_str(text).map_err(|error| CalibrationError::Malformed {
            why: error.message().replace('\n', " "),
        })?;
        let Self { overlap, duplicate, floor } = read;
        let rising = [overlap.slope, duplicate.slope, floor.steepness];
        let others = [overlap.intercept, duplicate.intercept, floor.overlap_at, floor.duplicate_at];
        if rising.iter().all(|x| *x > 0.0 && x.is_finite()) && others.iter().all(|x| x.is_finite())
        {
            Ok(read)
        } else {
            Err(CalibrationError::OutOfRange)
        }
    }

    /// How alike a pair with this `standing` is.
    #[must_use]
    pub fn likeness(&self, standing: Standing) -> Likeness {
        let plain = f64::from(standing.cosine);
        let floor = &self.floor;
        let probability =
            self.overlap.at(standing.overlap).max(floor.curve(floor.overlap_at).at(plain));
        let same = self.duplicate.at(standing.duplicate);
        let same = same.max(floor.curve(floor.duplicate_at).at(plain)).min(probability);
        let relation = Relation::from_probabilities(same, probability);
        Likeness { cosine: standing.cosine, probability, duplicate: same, relation }
    }
}

/// How alike two passages with the same words are.
#[must_use]
pub fn same() -> Likeness {
    let relation = Relation::Duplicate;
    Likeness { cosine: 1.0, probability: 1.0, duplicate: 1.0, relation }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(similarities: &[f64]) -> Scale {
        let spread = Spread::fit(similarities.iter().copied());
        Scale { overlap: spread, duplicate: spread, word_weight: 1.0 }
    }

    #[test]
    fn a_higher_similarity_never_lowers_the_relation() {
        let scale = scale(&[0.0, 0.02, 0.05, 0.1]);
        let calibration = Calibration::default();
        let ladder: Vec<Relation> = (0..=20)
            .map(|step| {
                let value = f64::from(step) / 20.0;
                let similarity = Similarity { overlap: value, duplicate: value, cosine: 0.5 };
                calibration.likeness(scale.standing(similarity)).relation
            })
            .collect();
        assert!(ladder.is_sorted(), "{ladder:?}");
        assert_eq!((ladder[0], ladder[20]), (Relation::None, Relation::Duplicate));
    }

    #[test]
    fn nearly_the_same_text_is_seen_where_all_texts_are_nearly_the_same() {
        let scale = scale(&[0.97; 500]);
        let similarity = Similarity { overlap: 0.97, duplicate: 0.97, cosine: 0.98 };
        let likeness = Calibration::default().likeness(scale.standing(similarity));
        assert_eq!(likeness.relation, Relation::Duplicate);
    }

    #[test]
    fn a_corpus_of_one_pair_has_a_scale() {
        assert!(scale(&[0.9]).overlap.deviation > 0.05);
        assert!(scale(&[]).overlap.mean > 0.0);
    }
}
