//! The model's space, adapted to a corpus.
//!
//! Within one policy field everything looks alike: what all recommendations share fills most of every
//! vector. Subtracting the mean and shrinking the directions in which the corpus varies most leaves
//! what tells recommendations apart. The strength depends on the size of the corpus, since a covariance
//! of few texts is not reliable.

use nalgebra::{Cholesky, DMatrix};
use ndarray::{Array2, ArrayView2, Axis};

use crate::domain::{Embeddings, dot};

/// Minimum length of a centered vector; a shorter one is the mean itself and points nowhere.
const NO_LENGTH: f32 = 1e-4;

/// Number of texts that the typical mean weighs as much as, so that a corpus of two does not become opposites.
const MEAN_PRIOR: f64 = 10.0;

/// Whitening with shrinkage: centered vectors, multiplied by `(C + λ·m·I)^(-1/2)` and scaled to unit
/// length, where `C` is the covariance of the corpus and `m` its mean eigenvalue.
///
/// Only the inner products matter, so the root is never formed: `x` is paired with `y` through the
/// inverse itself. Source: Kessy, Lewin and Strimmer 2018, "Optimal Whitening and Decorrelation",
/// with ridge shrinkage; strength from docs/decisions/linking.md.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    mean: Vec<f32>,
    /// `(C + λ·m·I)^(-1)`, symmetric, shape `(dim, dim)`, scaled so that its mean is near 1.
    inverse: Array2<f32>,
}

/// A vector prepared for pairing with many others.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// The inverse times the centered vector.
    pull: Vec<f32>,
    /// The result of pairing with the mean; it is subtracted from each pairing.
    offset: f32,
    /// Length of the vector in the adapted space.
    length: f32,
}

impl Space {
    /// The space fitted to these `rows` of `table`, which should hold each text once.
    ///
    /// The mean of a small corpus is pulled towards `typical`, the mean of texts of many fields: of the
    /// vectors of a dozen texts alone, half of what they have in common would stay, and every pair would
    /// look alike. Without it, or if it has another length, the mean is pulled towards 0.
    #[must_use]
    pub fn fit(table: &Embeddings, rows: &[usize], typical: Option<&[f32]>) -> Self {
        let (n, dim) = (rows.len(), table.dim());
        let mut centered = Array2::<f64>::zeros((n, dim));
        for (mut target, &row) in centered.rows_mut().into_iter().zip(rows) {
            target.iter_mut().zip(table.row(row)).for_each(|(t, &x)| *t = f64::from(x));
        }
        let mean = centered.mean_axis(Axis(0)).unwrap_or_else(|| ndarray::Array1::zeros(dim));
        centered -= &mean;
        let covariance = centered.t().dot(&centered) / n.max(1) as f64;
        let trust = n as f64 / (n as f64 + MEAN_PRIOR);
        let typical = typical.filter(|typical| typical.len() == dim);
        let pulled = |(at, x): (usize, &f64)| {
            let towards = typical.map_or(0.0, |typical| f64::from(typical[at]));
            (x * trust + towards * (1.0 - trust)) as f32
        };
        Self {
            mean: mean.iter().enumerate().map(pulled).collect(),
            inverse: shrunk_inverse(&covariance, shrinkage(n)),
        }
    }

    /// The table that [`parse`](Self::parse) reads: the mean, then the inverse, `(dim + 1, dim)`.
    #[must_use]
    pub fn to_table(&self) -> Array2<f32> {
        let dim = self.mean.len();
        let mut table = Array2::zeros((dim + 1, dim));
        table.row_mut(0).iter_mut().zip(&self.mean).for_each(|(t, x)| *t = *x);
        table.view_mut().split_at(Axis(0), 1).1.assign(&self.inverse);
        table
    }

    /// Reads a table made by [`to_table`](Self::to_table); `None` for another shape or non-finite
    /// values.
    #[must_use]
    pub fn parse(table: &ArrayView2<'_, f32>) -> Option<Self> {
        let (rows, dim) = table.dim();
        let finite = table.iter().all(|x| x.is_finite());
        (rows == dim + 1 && finite).then(|| Self {
            mean: table.row(0).to_vec(),
            inverse: table.split_at(Axis(0), 1).1.to_owned(),
        })
    }

    /// Prepares `vector` for pairing.
    #[must_use]
    pub fn ready(&self, vector: &[f32]) -> Ready {
        let centered: Vec<f32> = vector.iter().zip(&self.mean).map(|(x, m)| x - m).collect();
        let rows = self.inverse.as_slice().expect("made contiguous on construction");
        let pull: Vec<f32> =
            rows.chunks_exact(centered.len()).map(|row| dot(row, &centered)).collect();
        let offset = dot(&pull, &self.mean);
        let length = dot(&pull, &centered).max(0.0).sqrt();
        Ready { pull, offset, length }
    }
}

impl Ready {
    /// Length in the adapted space, for [`similarity`](Self::similarity).
    #[must_use]
    pub fn length(&self) -> f32 {
        self.length
    }

    /// The result of pairing with the mean.
    pub(super) fn offset(&self) -> f32 {
        self.offset
    }

    /// The vector that others are multiplied with.
    pub(super) fn pull(&self) -> &[f32] {
        &self.pull
    }

    /// Cosine in the adapted space with `vector`, whose own length there is `length`.
    #[must_use]
    pub fn similarity(&self, vector: &[f32], length: f32) -> f32 {
        if self.length < NO_LENGTH || length < NO_LENGTH {
            return 0.0;
        }
        let product = dot(&self.pull, vector) - self.offset;
        (product / (self.length * length)).clamp(-1.0, 1.0)
    }
}

/// λ for a corpus of `n` distinct texts, at most 100.
///
/// It is 6 for 250 texts. Above 250 it grows in proportion to `n`, and below 250 in proportion to
/// 1/`n`. Few texts vary only in the directions between themselves. A small λ would shrink all of these
/// away, and with them what two texts share.
fn shrinkage(n: usize) -> f64 {
    let n = n as f64;
    (n / 40.0).max(1600.0 / n.max(1.0)).min(100.0)
}

fn shrunk_inverse(covariance: &Array2<f64>, lambda: f64) -> Array2<f32> {
    let dim = covariance.nrows();
    let mean_eigenvalue = covariance.diag().mean().filter(|&m| m > 1e-12).unwrap_or(1.0);
    // In units of the mean eigenvalue, so that lengths come out near 1 for any corpus.
    let shrunk = DMatrix::from_fn(dim, dim, |row, column| {
        let ridge = if row == column { lambda } else { 0.0 };
        covariance[(row, column)] / mean_eigenvalue + ridge
    });
    let factor = Cholesky::new(shrunk)
        .expect("a covariance plus a ridge of at least 6 is positive definite");
    let inverse = factor.inverse() * lambda;
    Array2::from_shape_fn((dim, dim), |(row, column)| inverse[(row, column)] as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Embedding;

    fn table(rows: &[Vec<f32>]) -> Embeddings {
        let rows: Vec<_> =
            rows.iter().map(|row| Embedding::normalize(row.clone()).unwrap()).collect();
        Embeddings::stack(rows[0].as_slice().len(), rows.iter())
    }

    #[test]
    fn what_all_share_no_longer_counts() {
        // A large shared component, and small ones that pair rows 0 with 2 and 1 with 3.
        let rows: Vec<Vec<f32>> = (0..40)
            .map(|n: i16| {
                let side = if n % 2 == 0 { 0.3 } else { -0.3 };
                vec![1.0, side, 0.01 * f32::from(n % 5), 0.01 * f32::from(n % 7)]
            })
            .collect();
        let table = table(&rows);
        let space = Space::fit(&table, &(0..40).collect::<Vec<_>>(), None);
        let ready: Vec<Ready> = (0..4).map(|row| space.ready(table.row(row))).collect();
        let adapted = |a: usize, b: usize| ready[a].similarity(table.row(b), ready[b].length());
        assert!(dot(table.row(0), table.row(1)) > 0.8, "plain cosine sees no difference");
        assert!(adapted(0, 1) < adapted(0, 2) - 0.5, "{} {}", adapted(0, 1), adapted(0, 2));
        assert!((adapted(0, 0) - 1.0).abs() < 1e-4);
        assert!((adapted(0, 3) - adapted(3, 0)).abs() < 1e-5);
    }

    #[test]
    fn a_space_is_written_and_read_whole() {
        let table = table(&[vec![1.0, 2.0, 0.5], vec![0.2, 1.0, 1.0]]);
        let space = Space::fit(&table, &[0, 1], None);
        assert_eq!(Space::parse(&space.to_table().view()), Some(space));
        assert_eq!(Space::parse(&Array2::zeros((3, 3)).view()), None);
    }
}
