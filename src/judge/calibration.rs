//! From similarity to probability.

use serde::{Deserialize, Serialize};

use crate::domain::{Likeness, Opinions, Reader, Relation};

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

/// What is known of a pair before it is turned into probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Plain cosine of the embeddings, -1 to 1.
    pub cosine: f32,
    /// Cosine in the space adapted to the corpus, -1 to 1.
    pub adapted: f32,
    /// Cosine of the words, weighted by their rarity in the corpus, 0 to 1.
    pub words: f32,
    /// Share of the words of a text of few words that the other one also has, weighted by their rarity in the
    /// corpus, 0 to 1; the more words that text has, the nearer to a constant. A short query that names one thing
    /// must find that thing named; between long texts, shared words say little.
    pub coverage: f32,
    /// What shows a shared ask.
    pub overlap: Sign,
    /// What shows the same ask.
    pub duplicate: Sign,
    /// What the models of the judge say, if they were asked.
    pub opinions: Option<Opinions>,
}

/// The evidence for one of the two relations that a calibration decides on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sign {
    /// Adapted cosine of statements, -1 to 1: of the best pair for a shared ask, the mean of each
    /// statement's best partner for the same ask.
    pub statements: f32,
    /// Similarity in standard deviations above the mean pair of the corpus.
    pub standing: f64,
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

    /// `similarity` in standard deviations above the mean.
    pub(super) fn standing(self, similarity: f64) -> f64 {
        (similarity - self.mean) / self.deviation
    }
}

/// A logistic regression: log odds as a weighted sum of the [`Evidence`].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the fields are those of the evidence, an opinion and the constant"
)]
pub struct Weights {
    pub intercept: f64,
    pub cosine: f64,
    pub adapted: f64,
    pub words: f64,
    pub coverage: f64,
    pub statements: f64,
    pub standing: f64,
    pub area: f64,
    pub shares: f64,
    pub same: f64,
    pub contrary: f64,
    pub close_shares: f64,
    pub close_contrary: f64,
    pub close_same: f64,
}

/// Number of the [`Weights`] without the intercept.
pub(super) const N_FEATURES: usize = 13;

/// The numbers that the [`Weights`] are for, in their order.
pub(super) type Features = [f64; N_FEATURES];

impl Evidence {
    /// The numbers to weigh for a shared ask.
    pub(super) fn for_overlap(&self) -> Features {
        self.features(self.overlap)
    }

    /// The numbers to weigh for the same ask.
    pub(super) fn for_duplicate(&self) -> Features {
        self.features(self.duplicate)
    }

    fn features(&self, sign: Sign) -> Features {
        let Self { cosine, adapted, words, coverage, opinions, .. } = *self;
        let Sign { statements, standing } = sign;
        let first = opinions.map(|o| o.first);
        let said = first.map_or([0.0; 4], |o| [o.area, o.shares, o.same, o.contrary]);
        let [area, shares, same, contrary] = said.map(f64::from);
        let close = opinions.and_then(|o| o.close);
        let close = close.map_or([0.0; 3], |o| [o.shares, o.same, o.contrary]);
        let [close_shares, close_same, close_contrary] = close.map(f64::from);
        let [cosine, adapted, words, coverage, statements] =
            [cosine, adapted, words, coverage, statements].map(f64::from);
        [
            cosine,
            adapted,
            words,
            coverage,
            statements,
            standing,
            area,
            shares,
            same,
            contrary,
            close_shares,
            close_contrary,
            close_same,
        ]
    }
}

impl Weights {
    pub(super) fn of(intercept: f64, features: Features) -> Self {
        let [
            cosine,
            adapted,
            words,
            coverage,
            statements,
            standing,
            area,
            shares,
            same,
            contrary,
            close_shares,
            close_contrary,
            close_same,
        ] = features;
        Self {
            intercept,
            cosine,
            adapted,
            words,
            coverage,
            statements,
            standing,
            area,
            shares,
            same,
            contrary,
            close_shares,
            close_contrary,
            close_same,
        }
    }

    fn features(&self) -> Features {
        let Self {
            cosine,
            adapted,
            words,
            coverage,
            statements,
            standing,
            area,
            shares,
            same,
            contrary,
            close_shares,
            close_contrary,
            close_same,
            ..
        } = *self;
        [
            cosine,
            adapted,
            words,
            coverage,
            statements,
            standing,
            area,
            shares,
            same,
            contrary,
            close_shares,
            close_contrary,
            close_same,
        ]
    }

    /// The probability that these `features` give, 0 to 1.
    pub(super) fn probability(&self, features: Features) -> f64 {
        let terms = self.features().into_iter().zip(features).map(|(weight, x)| weight * x);
        logistic(self.intercept + terms.sum::<f64>())
    }
}

/// 1 / (1 + exp(-x)).
pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
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
    fn at(&self, cosine: f64, from: f64) -> f64 {
        logistic(self.steepness * (cosine - from))
    }
}

/// How one relation follows from the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Weights for a pair that no judge has read.
    pub alone: Weights,
    /// Weights for a pair with an opinion; `None` for a model without a judge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Weights>,
    /// Weights for a pair that the cross-encoder read too; `None` for a model without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Weights>,
}

impl Rule {
    fn probability(&self, opinions: Option<Opinions>, features: Features) -> f64 {
        let read = opinions.and_then(|o| o.close).and(self.read.as_ref());
        let judged = opinions.and(self.judged.as_ref());
        read.or(judged).unwrap_or(&self.alone).probability(features)
    }
}

/// Turns the evidence on a pair into probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// For a shared ask.
    pub overlap: Rule,
    /// For the same ask.
    pub duplicate: Rule,
    /// For the contrary of a pair that the cross-encoder read; `None` for a model without one. Nothing else says
    /// anything of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contrary: Option<Weights>,
    /// Probabilities from a very high plain cosine.
    pub floor: Floor,
}

/// Why a text is not a valid calibration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum CalibrationError {
    #[error("{why}")]
    Malformed { why: String },
    #[error("all numbers must be finite, and the steepness of the floor above 0")]
    OutOfRange,
}

/// The calibration for any model: by the standing of a pair in its corpus alone.
const ANY_MODEL: &str = include_str!("../../models/linking/linking.toml");

/// The calibration for the default model and its judge.
const DEFAULT_MODEL: &str = include_str!("../../models/MiniLM-L6-asks/calibration.toml");

/// The calibration for the multilingual model, which weighs no words.
const MULTILINGUAL_MODEL: &str =
    include_str!("../../models/multilingual-e5-small/calibration.toml");

/// Mean vector of the default model over texts of many fields, as f32 in little-endian order;
/// `models/training/typical_mean.py` makes it.
const TYPICAL_MEAN: &[u8] = include_bytes!("../../models/MiniLM-L6-asks/typical-mean.f32");

impl Calibration {
    /// The mean vector of texts of many fields, `(dim)`; known for the default model alone, which is the one
    /// with weights for a judge.
    pub(super) fn typical_mean(&self) -> Option<Vec<f32>> {
        self.overlap.judged?;
        let numbers = TYPICAL_MEAN.as_chunks::<4>().0.iter();
        Some(numbers.map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// The shipped calibration for a model with or without the shipped judge.
    #[must_use]
    pub fn shipped(judged: bool) -> Self {
        let text = if judged { DEFAULT_MODEL } else { ANY_MODEL };
        Self::parse(text).expect("the shipped calibrations are valid; a test reads them")
    }

    /// The shipped calibration for the multilingual model. It weighs no words, which two languages do not
    /// share, so that a pair of two languages is as probable as one of the same.
    #[must_use]
    pub fn multilingual() -> Self {
        Self::parse(MULTILINGUAL_MODEL)
            .expect("the shipped calibrations are valid; a test reads them")
    }

    /// Reads a file that `concord calibrate` wrote.
    ///
    /// # Errors
    /// [`CalibrationError`]; the caller adds the path.
    pub fn parse(text: &str) -> Result<Self, CalibrationError> {
        let read: Self = toml::from_str(text).map_err(|error| CalibrationError::Malformed {
            why: error.message().replace('\n', " "),
        })?;
        let rules = [&read.overlap, &read.duplicate];
        let weights = rules.into_iter().flat_map(|rule| [Some(rule.alone), rule.judged, rule.read]);
        let weights = weights.chain([read.contrary]).flatten();
        let Floor { steepness, overlap_at, duplicate_at } = read.floor;
        let finite = weights.flat_map(|w| w.features().into_iter().chain([w.intercept]));
        let all = finite.chain([steepness, overlap_at, duplicate_at]).all(f64::is_finite);
        if all && steepness > 0.0 { Ok(read) } else { Err(CalibrationError::OutOfRange) }
    }

    /// How alike a pair with this `evidence` is.
    #[must_use]
    pub fn likeness(&self, evidence: &Evidence) -> Likeness {
        let Evidence { cosine, opinions, .. } = *evidence;
        let floor = |from: f64| self.floor.at(f64::from(cosine), from);
        let overlap = self.overlap.probability(opinions, evidence.for_overlap());
        let probability = overlap.max(floor(self.floor.overlap_at));
        let same = self.duplicate.probability(opinions, evidence.for_duplicate());
        let same = same.max(floor(self.floor.duplicate_at)).min(probability);
        let relation = Relation::from_probabilities(same, probability);
        let read_by = if opinions.is_some() { Reader::Judge } else { Reader::Encoder };
        let read = opinions.and_then(|opinions| opinions.close);
        let contrary = read.and(self.contrary).map(|it| it.probability(evidence.for_overlap()));
        Likeness { cosine, probability, duplicate: same, relation, contrary, read_by }
    }
}

/// How alike two passages with the same words are.
#[must_use]
pub fn same() -> Likeness {
    let relation = Relation::Duplicate;
    Likeness {
        cosine: 1.0,
        probability: 1.0,
        duplicate: 1.0,
        relation,
        contrary: None,
        read_by: Reader::Encoder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(similarities: &[f64]) -> Spread {
        Spread::fit(similarities.iter().copied())
    }

    /// A pair of one similarity in every respect.
    fn evidence(similarity: f32, cosine: f32, spread: Spread) -> Evidence {
        let standing = spread.standing(f64::from(similarity));
        let sign = Sign { statements: similarity, standing };
        let (overlap, duplicate) = (sign, sign);
        Evidence {
            cosine,
            adapted: similarity,
            words: similarity.max(0.0),
            coverage: similarity.max(0.0),
            overlap,
            duplicate,
            opinions: None,
        }
    }

    #[test]
    fn a_higher_similarity_never_lowers_the_relation() {
        let spread = spread(&[0.0, 0.02, 0.05, 0.1]);
        let calibration = Calibration::shipped(false);
        let ladder: Vec<Relation> = (0..=20_u8)
            .map(|step| {
                let similarity = f32::from(step) / 20.0;
                calibration.likeness(&evidence(similarity, 0.5, spread)).relation
            })
            .collect();
        assert!(ladder.is_sorted(), "{ladder:?}");
        assert_eq!((ladder[0], ladder[20]), (Relation::None, Relation::Duplicate));
    }

    #[test]
    fn nearly_the_same_text_is_seen_where_all_texts_are_nearly_the_same() {
        let evidence = evidence(0.97, 0.98, spread(&[0.97; 500]));
        let likeness = Calibration::shipped(false).likeness(&evidence);
        assert_eq!(likeness.relation, Relation::Duplicate);
    }

    #[test]
    fn the_judge_decides_against_the_encoder() {
        let calibration = Calibration::shipped(true);
        let pair = |x: f32| {
            let opinion = crate::domain::Opinion { area: x, shares: x, same: x, contrary: -3.0 };
            Evidence { opinions: Some(Opinions::first(opinion)), ..evidence(0.3, 0.6, spread(&[])) }
        };
        let relation = |x| calibration.likeness(&pair(x)).relation;
        assert!(relation(6.0) >= Relation::Overlap);
        assert!(relation(-6.0) < Relation::Overlap);
    }

    #[test]
    fn across_languages_words_do_not_count() {
        let Calibration { overlap, duplicate, .. } = Calibration::multilingual();
        for rule in [overlap, duplicate] {
            assert!(rule.judged.is_none() && rule.alone.cosine > 0.0);
            let Weights { words, coverage, standing, .. } = rule.alone;
            assert!([words, coverage, standing].iter().all(|weight| weight.to_bits() == 0));
        }
    }

    #[test]
    fn an_unknown_name_in_a_calibration_is_refused() {
        let text = DEFAULT_MODEL.replace("cosine", "cosinus");
        assert!(matches!(Calibration::parse(&text), Err(CalibrationError::Malformed { .. })));
    }

    #[test]
    fn a_corpus_of_one_pair_has_a_scale() {
        assert!(spread(&[0.9]).deviation > 0.05);
        assert!(spread(&[]).mean > 0.0);
    }
}
