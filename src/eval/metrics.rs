//! Metrics for rankings and probabilities (Manning, Raghavan and Schütze, *Introduction to
//! Information Retrieval*, chapter 8).

/// Gain of a grade in [`ndcg`].
fn gain(grade: f64) -> f64 {
    grade.exp2() - 1.0
}

/// Indices of `scores`, highest first; equal scores stay in order.
fn descending(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    order
}

/// Average precision of a ranking by `scores`: the mean precision at each positive. `None` if there
/// is no positive.
#[must_use]
pub fn average_precision(scores: &[f64], positive: &[bool]) -> Option<f64> {
    let (mut found, mut sum) = (0_usize, 0.0);
    for (rank, at) in descending(scores).into_iter().enumerate() {
        if positive[at] {
            found += 1;
            sum += found as f64 / (rank + 1) as f64;
        }
    }
    (found > 0).then(|| sum / found as f64)
}

/// Normalised discounted cumulative gain (nDCG) of the first `k`, with gain 2^grade - 1. `None` if no
/// grade is above 0.
#[must_use]
pub fn ndcg(scores: &[f64], grades: &[f64], k: usize) -> Option<f64> {
    let discounted = |order: &[usize]| -> f64 {
        let gains = order.iter().take(k).enumerate();
        gains.map(|(rank, &at)| gain(grades[at]) / ((rank + 2) as f64).log2()).sum()
    };
    let ideal = discounted(&descending(grades));
    (ideal > 0.0).then(|| discounted(&descending(scores)) / ideal)
}

/// Area under the ROC curve: how often a positive scores higher than a negative, with ties counted as
/// half. `None` unless both occur.
#[must_use]
pub fn auroc(scores: &[f64], positive: &[bool]) -> Option<f64> {
    let mut order = descending(scores);
    order.reverse();
    let (mut sum, mut below) = (0.0, 0_usize);
    for equal in order.chunk_by(|&a, &b| scores[a].total_cmp(&scores[b]).is_eq()) {
        let n_positive = equal.iter().filter(|&&at| positive[at]).count();
        let n_negative = equal.len() - n_positive;
        sum += n_positive as f64 * (below as f64 + n_negative as f64 / 2.0);
        below += n_negative;
    }
    let n_positive = positive.len() - below;
    (n_positive > 0 && below > 0).then(|| sum / (n_positive * below) as f64)
}

/// Number of bins in [`calibration_error`].
const BINS: usize = 10;

/// Expected calibration error: how far the share of positives is from the mean probability, averaged
/// over ten bins of equal width, weighted by size (Guo et al. 2017, *On Calibration of Modern Neural
/// Networks*). `None` if there are no probabilities.
#[must_use]
pub fn calibration_error(probabilities: &[f64], positive: &[bool]) -> Option<f64> {
    let mut bins = [(0.0, 0.0); BINS];
    for (&p, &yes) in probabilities.iter().zip(positive) {
        let bin = &mut bins[((p * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += p;
        bin.1 += f64::from(u8::from(yes));
    }
    let n = probabilities.len();
    (n > 0).then(|| bins.iter().map(|(p, yes)| (p - yes).abs()).sum::<f64>() / n as f64)
}

/// Share of the predicted positives that are positive. `None` if nothing was predicted.
#[must_use]
pub fn precision(said: &[bool], positive: &[bool]) -> Option<f64> {
    let right = said.iter().zip(positive).filter(|(s, p)| **s && **p).count();
    let all = said.iter().filter(|yes| **yes).count();
    (all > 0).then(|| right as f64 / all as f64)
}

/// Share of the positives that were predicted. `None` if there are none.
#[must_use]
pub fn recall(said: &[bool], positive: &[bool]) -> Option<f64> {
    precision(positive, said)
}

/// Harmonic mean of precision and recall. `None` if nothing is positive and nothing was predicted.
#[must_use]
pub fn f1(said: &[bool], positive: &[bool]) -> Option<f64> {
    let right = said.iter().zip(positive).filter(|(s, p)| **s && **p).count();
    let all = said.iter().chain(positive).filter(|yes| **yes).count();
    (all > 0).then(|| 2.0 * right as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_a_ranking_worked_by_hand() {
        let scores = [0.9, 0.8, 0.7, 0.6];
        let positive = [true, false, true, false];
        let close = |found: Option<f64>, expected: f64| {
            assert!((found.unwrap() - expected).abs() < 1e-9, "{found:?} is not {expected}");
        };
        close(average_precision(&scores, &positive), f64::midpoint(1.0, 2.0 / 3.0));
        close(auroc(&scores, &positive), 0.75);
        close(auroc(&[0.5, 0.5], &[true, false]), 0.5);
        let said = [true, true, true, false];
        close(precision(&said, &positive), 2.0 / 3.0);
        close(recall(&said, &positive), 1.0);
        close(f1(&said, &positive), 0.8);
        // Gains 0, 7, 1; ideal order 7, 1, 0.
        let ideal = 7.0 + 1.0 / 3.0_f64.log2();
        close(ndcg(&[3.0, 2.0, 1.0], &[0.0, 3.0, 1.0], 10), (7.0 / 3.0_f64.log2() + 0.5) / ideal);
        close(ndcg(&[3.0, 2.0, 1.0], &[0.0, 3.0, 1.0], 1), 0.0);
        assert_eq!((average_precision(&[1.0], &[false]), auroc(&[1.0], &[true])), (None, None));
        assert_eq!((ndcg(&[1.0], &[0.0], 10), f1(&[false], &[false])), (None, None));
    }

    #[test]
    fn a_probability_that_is_kept_has_no_error() {
        let positive: Vec<bool> = (0..100).map(|n| n < 20).collect();
        assert!(calibration_error(&[0.2; 100], &positive).unwrap() < 1e-9);
        let error = calibration_error(&[0.9; 100], &positive).unwrap();
        assert!((error - 0.7).abs() < 1e-9, "{error}");
        assert_eq!(calibration_error(&[], &[]), None);
    }
}
