//! Pairs of texts that people graded, as the program sees them.

use super::vectors::TextVectors;
use super::{BuildConfig, Error, Index, Tools};
use crate::domain::Likeness;
use crate::judge::{Graded, Labelled, Linker};

/// Compares pairs of texts by row: those of an index, or texts embedded for the purpose.
pub struct PairComparer(Linker);

impl PairComparer {
    /// Compares the recommendations of `index`.
    #[must_use]
    pub fn from_index(index: Index) -> Self {
        Self(index.linker)
    }

    /// Compares `texts`, which are treated as a whole corpus.
    ///
    /// # Errors
    /// [`Error::Embed`] if a text cannot be embedded.
    pub fn from_texts(
        texts: &[&str],
        tools: &mut Tools<'_>,
        config: &BuildConfig,
    ) -> Result<Self, Error> {
        let (vectors, _) = TextVectors::embed(texts, &TextVectors::default(), tools)?;
        let tables = vectors.tables(texts, tools.embedder.model().dim);
        Ok(Self(Linker::fit(texts, tables, config.calibration)))
    }

    /// How alike rows `a` and `b` are.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn likeness(&self, a: usize, b: usize) -> Likeness {
        self.0.likeness(&self.0.row(a), b)
    }

    /// The pairs `graded` as [`calibrate`](crate::judge::calibrate) needs them.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn labelled(&self, graded: &[Graded]) -> Labelled {
        Labelled::measure(&self.0, graded)
    }
}
