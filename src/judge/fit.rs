//! Labels -> a [`Calibration`].

use std::collections::BTreeSet;

use super::calibration::{Calibration, Curve, Floor, Standing};
use super::linker::Linker;

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
}

/// Graded pairs of one corpus, and other pairs of it that nobody graded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labelled {
    /// Graded pairs: 3 duplication, 2 overlap, 1 same area, 0 none; means of several judges.
    pub judged: Vec<(Standing, f64)>,
    /// Pairs that were not worth grading; they count as unrelated.
    pub unjudged: Vec<Standing>,
}

impl Labelled {
    /// The standing of the `graded` pairs, and of other pairs of the same texts that nobody graded.
    ///
    /// # Panics
    /// If `linker` has no such row.
    #[must_use]
    pub fn measure(linker: &Linker, graded: &[Graded]) -> Self {
        let standing = |a: usize, b: usize| linker.standing(&linker.row(a), b);
        let known: BTreeSet<(usize, usize)> =
            graded.iter().map(|pair| (pair.a.min(pair.b), pair.a.max(pair.b))).collect();
        // A fixed walk over the texts replaces a random draw, so the same labels give the same curve.
        let wanted = graded.len() * UNJUDGED_PER_JUDGED;
        let unjudged = graded.iter().cycle().take(wanted).enumerate().filter_map(|(at, pair)| {
            let (a, b) = (pair.a, (at * 7919 + 13) % linker.len());
            (a != b && !known.contains(&(a.min(b), a.max(b)))).then(|| standing(a, b))
        });
        Self {
            judged: graded.iter().map(|pair| (standing(pair.a, pair.b), pair.grade)).collect(),
            unjudged: unjudged.collect(),
        }
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

/// A calibration fitted by logistic regression, each corpus with equal weight.
///
/// A floor that the labels do not show stays as in `start`.
#[must_use]
pub fn calibrate(corpora: &[Labelled], start: Calibration) -> Calibration {
    let curve = |x: fn(&Standing) -> f64, from: f64| {
        let mut points = Vec::new();
        for corpus in corpora {
            let weight = 1.0 / corpus.judged.len().max(1) as f64;
            points.extend(corpus.judged.iter().map(|(s, grade)| (x(s), *grade >= from, weight)));
            let weight = UNJUDGED / corpus.unjudged.len().max(1) as f64;
            points.extend(corpus.unjudged.iter().map(|s| (x(s), false, weight)));
        }
        logistic(&points)
    };
    Calibration {
        overlap: curve(|s| s.overlap, OVERLAP),
        duplicate: curve(|s| s.duplicate, DUPLICATE),
        floor: Floor {
            steepness: start.floor.steepness,
            overlap_at: sure_from(corpora, OVERLAP).unwrap_or(start.floor.overlap_at),
            duplicate_at: sure_from(corpora, DUPLICATE).unwrap_or(start.floor.duplicate_at),
        },
    }
}

/// Weighted logistic regression on one number by Newton's method with step halving (Hastie,
/// Tibshirani and Friedman, *The Elements of Statistical Learning*, 4.4.1); points are (x, positive,
/// weight).
fn logistic(points: &[(f64, bool, f64)]) -> Curve {
    let mut curve = Curve { slope: 1.0, intercept: 0.0 };
    for _ in 0..STEPS {
        let step = newton_step(points, curve);
        let before = loss(points, curve);
        let along = |share: f64| Curve {
            slope: curve.slope + share * step[0],
            intercept: curve.intercept + share * step[1],
        };
        let shares = std::iter::successors(Some(1.0), |share| Some(share / 2.0)).take(STEPS);
        let better = shares.map(along).find(|next| loss(points, *next) < before);
        let Some(next) = better else { break };
        curve = next;
    }
    curve
}

/// Negative log likelihood plus ridge.
fn loss(points: &[(f64, bool, f64)], curve: Curve) -> f64 {
    let ridge = RIDGE * curve.slope * curve.slope / 2.0;
    let losses = points.iter().map(|&(x, positive, weight)| {
        let odds = curve.slope * x + curve.intercept;
        let away = if positive { -odds } else { odds };
        // ln(1 + e^away), without overflow.
        weight * (away.max(0.0) + (-away.abs()).exp().ln_1p())
    });
    ridge + losses.sum::<f64>()
}

fn newton_step(points: &[(f64, bool, f64)], curve: Curve) -> [f64; 2] {
    let mut gradient = [-RIDGE * curve.slope, 0.0];
    // Entries of a symmetric matrix; the small last one keeps it invertible if every point is certain.
    let (mut a, mut b, mut d) = (RIDGE, 0.0, 1e-9);
    for &(x, positive, weight) in points {
        let p = curve.at(x);
        let error = weight * (f64::from(u8::from(positive)) - p);
        let spread = weight * p * (1.0 - p);
        gradient[0] += error * x;
        gradient[1] += error;
        a += spread * x * x;
        b += spread * x;
        d += spread;
    }
    let determinant = a * d - b * b;
    [
        (d * gradient[0] - b * gradient[1]) / determinant,
        (a * gradient[1] - b * gradient[0]) / determinant,
    ]
}

/// The lowest plain cosine from which [`SURE`] of the judged pairs have at least the grade `from`.
///
/// It is searched in hundredths, from 0.75 up.
fn sure_from(corpora: &[Labelled], from: f64) -> Option<f64> {
    let judged = || corpora.iter().flat_map(|corpus| &corpus.judged);
    (75..100).map(|hundredth| f64::from(hundredth) / 100.0).find(|&cosine| {
        let above: Vec<bool> = judged()
            .filter(|(s, _)| f64::from(s.cosine) >= cosine)
            .map(|(_, grade)| *grade >= from)
            .collect();
        let positive = above.iter().filter(|&&yes| yes).count();
        above.len() >= ENOUGH && positive as f64 >= SURE * above.len() as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(pairs: impl Iterator<Item = (f64, f64, f32)>) -> Labelled {
        let judged = pairs
            .map(|(z, grade, cosine)| (Standing { overlap: z, duplicate: z - 1.0, cosine }, grade));
        Labelled { judged: judged.collect(), unjudged: Vec::new() }
    }

    #[test]
    fn a_known_curve_is_found_again() {
        // At each z, as many of 1,000 pairs overlap as the curve says.
        let truth = Curve { slope: 1.2, intercept: -3.0 };
        let pairs = (0..=8).flat_map(|step| {
            let z = f64::from(step) / 2.0;
            let positive = (truth.at(z) * 1000.0).round() as usize;
            (0..1000).map(move |n| (z, if n < positive { 2.0 } else { 0.0 }, 0.5))
        });
        let found = calibrate(&[corpus(pairs)], Calibration::default());
        assert!((found.overlap.slope - 1.2).abs() < 0.02, "{found:?}");
        assert!((found.overlap.intercept + 3.0).abs() < 0.05, "{found:?}");
        assert_eq!(found.floor, Calibration::default().floor, "no cosine says anything");
    }

    #[test]
    fn labels_that_part_without_error_give_a_finite_curve() {
        let pairs = (0..40).map(|n| (f64::from(n), if n < 20 { 0.0 } else { 3.0 }, 0.1));
        let found = calibrate(&[corpus(pairs)], Calibration::default());
        assert!(found.overlap.slope.is_finite() && found.overlap.slope > 0.0);
        assert!(found.overlap.at(0.0) < 0.05 && found.overlap.at(39.0) > 0.95);
        let nothing = calibrate(&[Labelled::default()], Calibration::default());
        assert!(nothing.overlap.slope.is_finite());
    }

    #[test]
    fn the_floor_lies_where_nearly_all_pairs_are_positive() {
        let pairs = (0..200).map(|n| {
            let cosine = 0.8 + f64::from(n) / 1000.0;
            (0.0, if cosine >= 0.9 { 2.0 } else { 0.0 }, cosine as f32)
        });
        let floor = calibrate(&[corpus(pairs)], Calibration::default()).floor;
        assert!((0.88..=0.9).contains(&floor.overlap_at), "{floor:?}");
    }
}
