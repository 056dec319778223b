//! How numbers are printed for people: one format each, whatever the output.
//!
//! Per cent stands without a space ("98%"), as in English running text: it is what Excel's own format
//! shows, no line can break inside it, and spreadsheets read it back. What is not known is `n/a`.
//! Programs get raw values: JSON, and CSV through [`raw`].

/// A probability, or another measure from 0 to 1 that is compared with thresholds.
///
/// Rounded half to even, but never up to a multiple of five: every threshold is one (15%, 30% and 50%
/// for relations and answers, 60% and 75% for stability), and 0.496 must not read as 50% beside
/// "related". Less than 1% and more than 99% are said as such: only the certain is 0% or 100%.
#[must_use]
pub fn probability(p: f64) -> String {
    let rounded = half_even(p * 100.0, 0);
    let reached = p * 100.0 + 1e-9 >= rounded;
    if !reached && rounded % 5.0 == 0.0 { per_cent(p, rounded - 1.0) } else { per_cent(p, rounded) }
}

/// `part` of `whole`, rounded half to even; `n/a` of nothing.
#[must_use]
pub fn share(part: usize, whole: usize) -> String {
    proportion(part as f64 / whole as f64)
}

/// As [`share`], from 0 to 1.
#[must_use]
pub fn proportion(x: f64) -> String {
    per_cent(x, half_even(x * 100.0, 0))
}

/// "37%", or the end of the scale that `x` is near to.
fn per_cent(x: f64, rounded: f64) -> String {
    match x {
        x if !x.is_finite() => "n/a".to_owned(),
        x if x > 0.0 && x < 0.01 => "<1%".to_owned(),
        x if x > 0.99 && x < 1.0 => ">99%".to_owned(),
        _ => format!("{rounded:.0}%"),
    }
}

/// A whole number with its thousands set apart: "12,345".
#[must_use]
pub fn whole(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// One decimal, for counts that are estimated: "4.2" agencies.
#[must_use]
pub fn estimate(x: f64) -> String {
    fixed(x, 1)
}

/// Two decimals, for a cosine or another likeness from -1 to 1.
#[must_use]
pub fn cosine(x: f64) -> String {
    fixed(x, 2)
}

/// Three decimals, for the scores of an evaluation.
#[must_use]
pub fn score(x: f64) -> String {
    fixed(x, 3)
}

/// A score with its interval: "0.812 [0.780, 0.840]".
#[must_use]
pub fn interval(value: f64, low: f64, high: f64) -> String {
    format!("{} [{}, {}]", score(value), score(low), score(high))
}

/// Four decimals at most, without a thousands separator, for programs: what lies beyond is no finding.
/// Empty for what is not known.
#[must_use]
pub fn raw(x: f64) -> String {
    if x.is_finite() { (half_even(x, 4) + 0.0).to_string() } else { String::new() }
}

fn fixed(x: f64, decimals: i32) -> String {
    if !x.is_finite() {
        return "n/a".to_owned();
    }
    // Adding 0.0 makes 0.0 of -0.0.
    format!("{:.*}", decimals.unsigned_abs() as usize, half_even(x, decimals) + 0.0)
}

/// `x` to so many decimals, half to even. What binary arithmetic adds to or takes from a decimal
/// fraction (0.145 * 100 is 14.499999999999998) does not count.
fn half_even(x: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    let scaled = (x * scale * 1e9).round() / 1e9;
    scaled.round_ties_even() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all<T: Copy>(print: fn(T) -> String, values: &[T]) -> Vec<String> {
        values.iter().map(|&value| print(value)).collect()
    }

    #[test]
    fn a_probability_reads_as_a_threshold_only_where_it_reaches_it() {
        let near = [0.5, 0.496, 0.4999, 0.148, 0.15, 0.2996, 0.748, 0.596];
        assert_eq!(
            all(probability, &near),
            ["50%", "49%", "49%", "14%", "15%", "29%", "74%", "59%"]
        );
        let far = [0.976, 0.504, 0.29, 0.125, 0.135, 0.155];
        assert_eq!(all(probability, &far), ["98%", "50%", "29%", "12%", "14%", "16%"]);
    }

    #[test]
    fn only_the_certain_is_0_or_100_per_cent() {
        let ends = [0.0, 0.0004, 0.0099, 0.01, 0.99, 0.9901, 0.999_999, 1.0, f64::NAN];
        let shown = ["0%", "<1%", "<1%", "1%", "99%", ">99%", ">99%", "100%", "n/a"];
        assert_eq!(all(probability, &ends), shown);
        assert_eq!(all(proportion, &ends), shown);
        let parts = [(0, 0), (0, 9), (1, 999), (2, 3), (199, 400), (998, 999), (9, 9)];
        let shares: Vec<_> = parts.into_iter().map(|(part, whole)| share(part, whole)).collect();
        assert_eq!(shares, ["n/a", "0%", "<1%", "67%", "50%", ">99%", "100%"]);
    }

    #[test]
    fn decimals_are_rounded_half_to_even_and_no_zero_is_negative() {
        assert_eq!(
            all(estimate, &[0.25, 0.35, 5.349, -0.01, f64::NAN]),
            ["0.2", "0.4", "5.3", "0.0", "n/a"]
        );
        assert_eq!(all(cosine, &[0.125, -0.3]), ["0.12", "-0.30"]);
        assert_eq!(score(0.8125), "0.812");
        assert_eq!(
            all(raw, &[0.123_456, -0.25, -0.000_01, 3.0, f64::NAN]),
            ["0.1235", "-0.25", "0", "3", ""]
        );
        assert_eq!(all(whole, &[0, 999, 1234, 1_234_567]), ["0", "999", "1,234", "1,234,567"]);
    }
}
