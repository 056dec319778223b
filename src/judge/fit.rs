//! Labels -> a [`Calibration`].

use std::collections::BTreeSet;

use nalgebra::{DMatrix, DVector};

use super::calibration::{
    Calibration, Evidence, Features, Floor, N_FEATURES, Rule, Weights, logistic,
};
use super::linker::Linker;
use crate::domain::Opinions;

/// Number of ungraded pairs of a corpus for each graded one.
const UNJUDGED_PER_JUDGED: usize = 3;

/// A graded pair, by the rows of its two texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Graded {
    /// Row of the text asked about.
    pub a: usize,
    /// Row of the text graded against it.
    pub b: usize,
    /// Mean grade, 0 to 3.
    pub grade: f64,
    /// Whether one asks for the contrary of the other, where that was labelled.
    pub contrary: Option<bool>,
}

/// Graded pairs of one corpus, and other pairs of it that nobody graded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labelled {
    /// Graded pairs: 3 duplication, 2 overlap, 1 same area, 0 none; means of several judges.
    pub judged: Vec<(Evidence, Graded)>,
    /// Pairs that were not worth grading; they count as unrelated.
    pub unjudged: Vec<Evidence>,
}

impl Labelled {
    /// The evidence on the `graded` pairs, and on other pairs of the same texts that nobody graded.
    /// `opinions` are those of the judge on the pairs of [`to_judge`](Self::to_judge).
    ///
    /// # Panics
    /// If `linker` has no such row.
    #[must_use]
    pub fn measure(linker: &Linker, graded: &[Graded], opinions: Option<&[Opinions]>) -> Self {
        let pairs = Self::to_judge(linker, graded);
        let evidence = |(at, &(a, b)): (usize, &(usize, usize))| {
            let opinions = opinions.map(|all| all[at]);
            Evidence { opinions, ..linker.evidence(&linker.row(a), b) }
        };
        let mut all: Vec<Evidence> = pairs.iter().enumerate().map(evidence).collect();
        let unjudged = all.split_off(graded.len());
        Self { judged: all.into_iter().zip(graded.iter().copied()).collect(), unjudged }
    }

    /// The rows of the pairs that [`measure`](Self::measure) looks at: those of `graded`, then others.
    #[must_use]
    pub fn to_judge(linker: &Linker, graded: &[Graded]) -> Vec<(usize, usize)> {
        let known: BTreeSet<(usize, usize)> =
            graded.iter().map(|pair| (pair.a.min(pair.b), pair.a.max(pair.b))).collect();
        // A fixed walk over the texts replaces a random draw, so the same labels give the same curve.
        let wanted = graded.len() * UNJUDGED_PER_JUDGED;
        let others = graded.iter().cycle().take(wanted).enumerate().filter_map(|(at, pair)| {
            let (a, b) = (pair.a, (at * 7919 + 13) % linker.len());
            (a != b && !known.contains(&(a.min(b), a.max(b)))).then_some((a, b))
        });
        graded.iter().map(|pair| (pair.a, pair.b)).chain(others).collect()
    }
}

/// Minimum grade of an overlap, and of a duplicate.
const OVERLAP: f64 = 2.0;
const DUPLICATE: f64 = 2.5;

/// Weight of the unjudged pairs of a corpus relative to its judged ones. Without them the curve knows
/// only pairs that were worth grading, and a random pair comes out too probable.
const UNJUDGED: f64 = 0.5;

/// Ridge on the slope. It keeps the slope finite if the labels separate without error.
const RIDGE: f64 = 1e-3;

/// Cap on the steps of Newton's method, which settles in about ten.
const STEPS: usize = 100;

/// Share of pairs above a plain cosine that must be positive before the cosine counts by itself.
const SURE: f64 = 0.9;

/// Minimum number of pairs above a cosine to draw a conclusion from.
const ENOUGH: usize = 10;

/// The numbers that a rule weighs, by their place in [`Features`]. Every model can be judged by the
/// standing of a pair in its corpus. Only with a judge are the labels of many fields at hand that make
/// absolute probabilities. The words of two languages say nothing of a pair.
const STANDING: &[usize] = &[5];
const ABSOLUTE: &[usize] = &[0, 1, 3, 4];
const VECTORS: &[usize] = &[0, 1, 4];
const WITH_OPINION: &[usize] = &[0, 1, 3, 4, 6, 7, 8, 9];
const SHARES_BY_READING: &[usize] = &[0, 1, 3, 4, 6, 7, 8, 9, 10];
const SAME_BY_READING: &[usize] = &[0, 1, 3, 4, 6, 7, 8, 9, 10, 12];
const CONTRARY: &[usize] = &[11];

/// What the probability of a pair that no judge has read is to follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Its standing among the pairs of its corpus, words included. With opinions among the labels, the numbers
    /// themselves.
    Corpus,
    /// The vectors alone, for a model that compares texts of different languages.
    Vectors,
}

/// A calibration fitted by logistic regression, each corpus with equal weight.
///
/// What the labels do not show, a floor or the contrary, stays as in `start`.
#[must_use]
pub fn calibrate(corpora: &[Labelled], start: &Calibration, basis: Basis) -> Calibration {
    let is_judged = corpora.iter().flat_map(|c| &c.judged).any(|(e, _)| e.opinions.is_some());
    let rule = |features: fn(&Evidence) -> Features, from: f64, by_reading: &[usize]| {
        let points = points(corpora, features, |pair| Some(pair.grade >= from));
        let alone = match basis {
            Basis::Vectors => VECTORS,
            Basis::Corpus if is_judged => ABSOLUTE,
            Basis::Corpus => STANDING,
        };
        Rule {
            alone: regression(&points, alone),
            judged: is_judged.then(|| regression(&points, WITH_OPINION)),
            read: of_close(&points, by_reading),
        }
    };
    let contrary = || {
        let points = points(corpora, Evidence::for_overlap, |pair| pair.contrary);
        let shows = points.iter().any(|(_, is_contrary, _, is_close)| *is_contrary && *is_close);
        shows.then(|| of_close(&points, CONTRARY)).flatten()
    };
    let Floor { steepness, overlap_at, duplicate_at } = start.floor;
    Calibration {
        overlap: rule(Evidence::for_overlap, OVERLAP, SHARES_BY_READING),
        duplicate: rule(Evidence::for_duplicate, DUPLICATE, SAME_BY_READING),
        contrary: contrary().or(start.contrary),
        floor: Floor {
            steepness,
            overlap_at: sure_from(corpora, OVERLAP).unwrap_or(overlap_at),
            duplicate_at: sure_from(corpora, DUPLICATE).unwrap_or(duplicate_at),
        },
    }
}

/// The pairs whose label `is` knows, and those that nobody graded, as points of a regression.
fn points(
    corpora: &[Labelled],
    features: fn(&Evidence) -> Features,
    is: impl Fn(&Graded) -> Option<bool>,
) -> Vec<Point> {
    let is_close = |e: &Evidence| e.opinions.is_some_and(|o| o.close.is_some());
    let mut points = Vec::new();
    for corpus in corpora {
        let weight = 1.0 / corpus.judged.len().max(1) as f64;
        points.extend(
            corpus
                .judged
                .iter()
                .filter_map(|(e, pair)| Some((features(e), is(pair)?, weight, is_close(e)))),
        );
        let weight = UNJUDGED / corpus.unjudged.len().max(1) as f64;
        points.extend(corpus.unjudged.iter().map(|e| (features(e), false, weight, is_close(e))));
    }
    points
}

/// The weights for pairs that were read closely; `None` if none was. Only pairs that the first model leaves open
/// are, so only these show what the cross-encoder says.
fn of_close(points: &[Point], used: &[usize]) -> Option<Weights> {
    let close: Vec<Point> = points.iter().copied().filter(|(.., is_close)| *is_close).collect();
    (!close.is_empty()).then(|| regression(&close, used))
}

/// A pair for the regression: its numbers, whether it has the relation, how much it counts, and whether the
/// cross-encoder read it.
type Point = (Features, bool, f64, bool);

/// Weighted logistic regression on the features at the places `used`, by Newton's method with step
/// halving (Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 4.4.1). The other
/// weights are 0.
fn regression(points: &[Point], used: &[usize]) -> Weights {
    let row = |features: &Features| {
        DVector::from_iterator(used.len() + 1, used.iter().map(|&at| features[at]).chain([1.0]))
    };
    let rows: Vec<(DVector<f64>, bool, f64)> = points
        .iter()
        .map(|(features, positive, weight, _)| (row(features), *positive, *weight))
        .collect();
    let mut weights = DVector::zeros(used.len() + 1);
    for _ in 0..STEPS {
        let step = newton_step(&rows, &weights);
        let before = loss(&rows, &weights);
        let shares = std::iter::successors(Some(1.0), |share| Some(share / 2.0)).take(STEPS);
        let along = shares.map(|share| &weights + &step * share);
        let Some(next) = along.into_iter().find(|next| loss(&rows, next) < before) else { break };
        weights = next;
    }
    let mut features = [0.0; N_FEATURES];
    used.iter().zip(weights.iter()).for_each(|(&at, weight)| features[at] = *weight);
    Weights::of(weights[used.len()], features)
}

/// Negative log likelihood plus ridge; the last number of each row, the constant, has none.
fn loss(rows: &[(DVector<f64>, bool, f64)], weights: &DVector<f64>) -> f64 {
    let slopes = weights.rows(0, weights.len() - 1);
    let losses = rows.iter().map(|(x, positive, weight)| {
        let odds = weights.dot(x);
        let away = if *positive { -odds } else { odds };
        // ln(1 + e^away), without overflow.
        weight * (away.max(0.0) + (-away.abs()).exp().ln_1p())
    });
    RIDGE * slopes.norm_squared() / 2.0 + losses.sum::<f64>()
}

fn newton_step(rows: &[(DVector<f64>, bool, f64)], weights: &DVector<f64>) -> DVector<f64> {
    let n = weights.len();
    let mut gradient = -weights * RIDGE;
    gradient[n - 1] = 0.0;
    let mut curvature = DMatrix::identity(n, n) * RIDGE;
    // A little keeps the matrix invertible if every point is certain.
    curvature[(n - 1, n - 1)] = 1e-9;
    for (x, positive, weight) in rows {
        let p = logistic(weights.dot(x));
        gradient.axpy(weight * (f64::from(u8::from(*positive)) - p), x, 1.0);
        curvature.ger(weight * p * (1.0 - p), x, x, 1.0);
    }
    // Without a solution the step is nothing, which ends the search.
    curvature.lu().solve(&gradient).unwrap_or_else(|| DVector::zeros(n))
}

/// The lowest plain cosine from which [`SURE`] of the judged pairs have at least the grade `from`.
///
/// It is searched in hundredths, from 0.75 up.
fn sure_from(corpora: &[Labelled], from: f64) -> Option<f64> {
    let judged = || corpora.iter().flat_map(|corpus| &corpus.judged);
    (75..100).map(|hundredth| f64::from(hundredth) / 100.0).find(|&cosine| {
        let above: Vec<bool> = judged()
            .filter(|(s, _)| f64::from(s.cosine) >= cosine)
            .map(|(_, pair)| pair.grade >= from)
            .collect();
        let positive = above.iter().filter(|&&yes| yes).count();
        above.len() >= ENOUGH && positive as f64 >= SURE * above.len() as f64
    })
}

#[cfg(test)]
mod tests {
    use super::super::calibration::Sign;
    use super::*;

    fn evidence(standing: f64, cosine: f32, opinions: Option<Opinions>) -> Evidence {
        let overlap = Sign { statements: 0.0, standing };
        let duplicate = Sign { standing: standing - 1.0, ..overlap };
        Evidence { cosine, adapted: 0.0, words: 0.0, coverage: 0.0, overlap, duplicate, opinions }
    }

    fn corpus(pairs: impl Iterator<Item = (f64, f64, f32)>) -> Labelled {
        let judged = pairs.map(|(z, grade, cosine)| (evidence(z, cosine, None), graded(grade)));
        Labelled { judged: judged.collect(), unjudged: Vec::new() }
    }

    fn graded(grade: f64) -> Graded {
        Graded { a: 0, b: 1, grade, contrary: None }
    }

    fn any_model() -> Calibration {
        Calibration::shipped(false)
    }

    #[test]
    fn a_known_curve_is_found_again() {
        // At each z, as many of 1,000 pairs overlap as the curve says.
        let pairs = (0..=8).flat_map(|step| {
            let z = f64::from(step) / 2.0;
            let positive = (logistic(1.2 * z - 3.0) * 1000.0).round() as usize;
            (0..1000).map(move |n| (z, if n < positive { 2.0 } else { 0.0 }, 0.5))
        });
        let found = calibrate(&[corpus(pairs)], &any_model(), Basis::Corpus);
        let Weights { standing, intercept, cosine, .. } = found.overlap.alone;
        assert!((standing - 1.2).abs() < 0.02, "{found:?}");
        assert!((intercept + 3.0).abs() < 0.05, "{found:?}");
        assert!(cosine.abs() < 1e-12, "only the standing counts without a judge");
        assert_eq!(found.floor, any_model().floor, "no cosine says anything");
    }

    #[test]
    fn with_a_judge_its_opinion_counts_and_the_standing_does_not() {
        let pair = |n: u8| {
            let says = f32::from(n % 7) - 3.0;
            let opinion =
                crate::domain::Opinion { area: 0.0, shares: says, same: -3.0, contrary: -3.0 };
            let grade = if says > 0.0 || n.is_multiple_of(9) { 2.0 } else { 0.0 };
            (evidence(f64::from(n % 5), 0.5, Some(Opinions::first(opinion))), graded(grade))
        };
        let labelled = Labelled { judged: (0..200).map(pair).collect(), unjudged: Vec::new() };
        let rule = calibrate(&[labelled], &any_model(), Basis::Corpus).overlap;
        let judged = rule.judged.expect("there were opinions");
        assert!(judged.shares > 0.5, "{judged:?}");
        assert!(judged.standing.abs() < 1e-12 && rule.alone.standing.abs() < 1e-12);
    }

    #[test]
    fn the_contrary_follows_from_what_the_cross_encoder_says_of_it() {
        let pair = |n: u8| {
            let says = f32::from(n % 7) - 3.0;
            let opinion =
                crate::domain::Opinion { area: 0.0, shares: 0.0, same: -3.0, contrary: says };
            let label = Graded { contrary: Some(says > 0.0), ..graded(1.0) };
            let close = Some(opinion);
            (evidence(0.0, 0.5, Some(Opinions { close, ..Opinions::first(opinion) })), label)
        };
        let labelled = Labelled { judged: (0..200).map(pair).collect(), unjudged: Vec::new() };
        let found = calibrate(std::slice::from_ref(&labelled), &any_model(), Basis::Corpus);
        let at = |number: usize| found.likeness(&labelled.judged[number].0).contrary.unwrap();
        assert!(at(6) > 0.9 && at(0) < 0.1, "{} {}", at(6), at(0));
        let unlabelled = corpus((0..40).map(|n| (f64::from(n), 2.0, 0.1)));
        let kept = calibrate(&[unlabelled], &Calibration::shipped(true), Basis::Corpus).contrary;
        assert_eq!(kept, Calibration::shipped(true).contrary);
    }

    #[test]
    fn labels_that_part_without_error_give_finite_weights() {
        let pairs = (0..40).map(|n| (f64::from(n), if n < 20 { 0.0 } else { 3.0 }, 0.1));
        let found = calibrate(&[corpus(pairs)], &any_model(), Basis::Corpus);
        let standing = found.overlap.alone.standing;
        assert!(standing.is_finite() && standing > 0.0, "{found:?}");
        let at = |z: f64| found.overlap.alone.probability(evidence(z, 0.1, None).for_overlap());
        assert!(at(0.0) < 0.05 && at(39.0) > 0.95);
        let nothing = calibrate(&[Labelled::default()], &any_model(), Basis::Corpus);
        assert!(nothing.overlap.alone.standing.is_finite());
    }

    #[test]
    fn the_floor_lies_where_nearly_all_pairs_are_positive() {
        let pairs = (0..200).map(|n| {
            let cosine = 0.8 + f64::from(n) / 1000.0;
            (0.0, if cosine >= 0.9 { 2.0 } else { 0.0 }, cosine as f32)
        });
        let floor = calibrate(&[corpus(pairs)], &any_model(), Basis::Corpus).floor;
        assert!((0.88..=0.9).contains(&floor.overlap_at), "{floor:?}");
    }
}
