//! Unit vectors, one by one and as a table.

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::Span;

/// A vector that has no direction: zero, NaN or infinite.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a vector of norm {norm} has no direction")]
pub struct NoDirection {
    /// The norm that was found.
    pub norm: f32,
}

/// A text vector of unit length, shape `(dim,)`; a dot product of two of them *is* their cosine.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding(Box<[f32]>);

impl Embedding {
    /// Scales `raw` to unit length.
    ///
    /// # Errors
    /// [`NoDirection`] for a zero, NaN or infinite vector: an index may rank it as best match.
    pub fn normalize(mut raw: Vec<f32>) -> Result<Self, NoDirection> {
        let norm = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !norm.is_normal() {
            return Err(NoDirection { norm });
        }
        for x in &mut raw {
            *x /= norm;
        }
        Ok(Self(raw.into()))
    }

    /// A row of an [`Embeddings`] table, which already has unit length.
    #[must_use]
    pub fn of_unit_row(row: &[f32]) -> Self {
        Self(row.into())
    }

    /// The components.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }
}

/// A table of embeddings, shape `(n, dim)`: row *i* belongs to recommendation *i* and has unit length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Embeddings(Array2<f32>);

impl Embeddings {
    /// Stacks `rows`; all must have length `dim`.
    ///
    /// # Panics
    /// If a row has another length: rows come from one embedder, which has one `dim`.
    #[must_use]
    pub fn stack<'a>(dim: usize, rows: impl ExactSizeIterator<Item = &'a Embedding>) -> Self {
        let mut table = Array2::zeros((rows.len(), dim));
        for (mut target, row) in table.rows_mut().into_iter().zip(rows) {
            target.assign(&ArrayView1::from(row.as_slice()));
        }
        Self(table)
    }

    /// A table whose rows are checked to have unit length, within 1e-3.
    ///
    /// # Errors
    /// The first row of another length, with its norm.
    pub fn checked(table: Array2<f32>) -> Result<Self, (usize, NoDirection)> {
        for (number, row) in table.rows().into_iter().enumerate() {
            let norm = row.dot(&row).sqrt();
            if (norm - 1.0).abs() > 1e-3 || norm.is_nan() {
                return Err((number, NoDirection { norm }));
            }
        }
        // Every reader relies on contiguous rows.
        let table = if table.is_standard_layout() {
            table
        } else {
            table.as_standard_layout().into_owned()
        };
        Ok(Self(table))
    }

    /// The given rows, in the given order.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn of_rows(&self, rows: &[usize]) -> Self {
        Self(self.0.select(ndarray::Axis(0), rows))
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.nrows()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of components of a row.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.0.ncols()
    }

    /// Row `number`.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, number: usize) -> &[f32] {
        let dim = self.dim();
        let all = self.0.as_slice().expect("rows were made contiguous on construction");
        &all[number * dim..(number + 1) * dim]
    }

    /// The table, shape `(n, dim)`.
    #[must_use]
    pub fn view(&self) -> ArrayView2<'_, f32> {
        self.0.view()
    }
}

/// A token of a text and its part of the text's embedding; the parts of all tokens add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenPart {
    /// Byte range in the text; empty for a token that stands for no text.
    pub span: Span,
    /// Its part, as long as the embedding.
    pub part: Box<[f32]>,
}

/// A recommendation near a query: its row and the cosine, -1 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// Row of the recommendation.
    pub row: usize,
    /// Cosine of the two embeddings.
    pub cosine: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_direction_is_refused() {
        assert!(Embedding::normalize(vec![0.0, 0.0]).is_err());
        assert!(Embedding::normalize(vec![f32::NAN, 1.0]).is_err());
        assert_eq!(Embedding::normalize(vec![3.0, 4.0]).unwrap().as_slice(), [0.6, 0.8]);
    }

    #[test]
    fn a_table_of_other_lengths_is_refused() {
        let table = ndarray::array![[1.0, 0.0], [0.5, 0.5]];
        assert_eq!(Embeddings::checked(table).unwrap_err().0, 1);
    }
}
