//! The arithmetic behind all cosines.

use pulp::{Arch, Simd, WithSimd};

/// Dot product of two vectors of equal length; for unit vectors, their cosine.
///
/// It uses the widest instructions of the processor, sixteen partial sums in a fixed order, and no
/// fused operations. Every processor therefore gives the same digits.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    Arch::new().dispatch(Dot(a, b))
}

/// Dot product of two vectors of whole numbers, over the shorter length.
#[must_use]
pub fn dot_rounded(a: &[i8], b: &[i8]) -> i32 {
    Arch::new().dispatch(DotRounded(a, b))
}

struct DotRounded<'a>(&'a [i8], &'a [i8]);

impl WithSimd for DotRounded<'_> {
    type Output = i32;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "pulp compiles it once for each instruction set")]
    fn with_simd<S: Simd>(self, _: S) -> i32 {
        self.0.iter().zip(self.1).map(|(&x, &y)| i32::from(x) * i32::from(y)).sum()
    }
}

struct Dot<'a>(&'a [f32], &'a [f32]);

impl WithSimd for Dot<'_> {
    type Output = f32;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "pulp compiles it once for each instruction set")]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        dot_in_lanes(self.0, self.1)
    }
}

#[inline]
fn dot_in_lanes(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0_f32; LANES];
    let (mut a_blocks, mut b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (x, y) in (&mut a_blocks).zip(&mut b_blocks) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let tail: f32 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| x * y).sum();
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0] + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_agrees_with_the_plain_sum() {
        let a: Vec<f32> = (0..389).map(|x| (x as f32 * 0.37).sin()).collect();
        let b: Vec<f32> = (0..389).map(|x| (x as f32 * 0.11).cos()).collect();
        let plain: f64 = a.iter().zip(&b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
        assert!((f64::from(dot(&a, &b)) - plain).abs() < 1e-4);
    }

    #[test]
    fn the_largest_whole_numbers_are_multiplied_exactly() {
        let [a, b] = [vec![-127_i8; 389], vec![127_i8; 389]];
        assert_eq!(dot_rounded(&a, &b), -127 * 127 * 389);
        assert_eq!(dot_rounded(&[1, -2, 3], &[4, 5, -6]), 4 - 10 - 18);
    }
}
