//! Bootstrap intervals: how far a figure would move on another sample (Efron and Tibshirani, *An
//! Introduction to the Bootstrap*, 1993). The seed is fixed, so the same data gives the same figures.

use serde::Serialize;

/// Number of bootstrap draws.
const DRAWS: usize = 2000;

/// A figure with its bootstrap 95 % interval (percentile method).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure on all labelled data.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// A figure over `n` independent units (documents, queries, items), with its interval.
///
/// `figure` receives the units of a draw, in which some occur several times. It returns `None` if it
/// is not defined for them. The result is `None` if it is not defined for all units.
#[must_use]
pub fn bootstrap(n: usize, figure: impl Fn(&[usize]) -> Option<f64>) -> Option<Estimate> {
    let all: Vec<usize> = (0..n).collect();
    let value = figure(&all)?;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut sample = vec![0; n];
    let mut draws = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        sample.fill_with(|| draw(&mut state, n));
        draws.extend(figure(&sample));
    }
    draws.sort_by(f64::total_cmp);
    let at = |q: f64| draws[((draws.len() - 1) as f64 * q).round() as usize];
    if draws.is_empty() {
        return Some(Estimate { value, low: value, high: value });
    }
    Some(Estimate { value, low: at(0.025), high: at(0.975) })
}

/// A random number below `n` (xorshift64*, Vigna 2016).
fn draw(state: &mut u64, n: usize) -> usize {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    let x = state.wrapping_mul(0x2545_f491_4f6c_dd1d);
    ((u128::from(x) * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_figure_and_narrows_with_more_units() {
        let share = |sample: &[usize]| {
            Some(sample.iter().filter(|&&n| n % 4 > 0).count() as f64 / sample.len() as f64)
        };
        let (few, many) = (bootstrap(40, share).unwrap(), bootstrap(400, share).unwrap());
        assert!((few.value - 0.75).abs() < 1e-9 && few.low > 0.55 && few.high < 0.92, "{few:?}");
        assert!(many.high - many.low < few.high - few.low);
    }

    #[test]
    fn what_is_not_defined_has_no_estimate() {
        assert_eq!(bootstrap(0, |_| None), None);
    }
}
