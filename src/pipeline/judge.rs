//! Pairs of texts that people graded, looked at with the eyes of the program.

use super::vectors::{Known, embed_all, stack};
use super::{Config, Error, Index, Parts};
use crate::domain::{Likeness, Passage};
use crate::judge::{Labelled, Linker};
use crate::text::passage;

/// Pairs of a corpus that nobody graded, for each graded one.
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

/// A corpus to compare pairs in: of an index, or of texts embedded for the purpose.
pub struct Judge(Source);

enum Source {
    Index(Box<Index>),
    Texts(Box<Linker>),
}

impl Judge {
    /// Compares pairs of the recommendations of `index`, by row.
    #[must_use]
    pub fn of_index(index: Index) -> Self {
        Self(Source::Index(Box::new(index)))
    }

    /// Compares pairs of `texts`, which are taken for a whole corpus.
    ///
    /// # Errors
    /// If a text cannot be embedded.
    pub fn of_texts(texts: &[&str], parts: &mut Parts<'_>, config: &Config) -> Result<Self, Error> {
        let passages: Vec<Passage> = texts.iter().map(|text| passage(*text)).collect();
        let (vectors, _) = embed_all(&passages, &Known::new(), parts)?;
        let vectors = stack(&passages, &vectors, parts.embedder.model().dim);
        Ok(Self(Source::Texts(Box::new(Linker::fit(passages, vectors, config.calibration)))))
    }

    fn linker(&self) -> &Linker {
        match &self.0 {
            Source::Index(index) => index.linker(),
            Source::Texts(linker) => linker,
        }
    }

    /// How alike rows `a` and `b` are.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn likeness(&self, a: usize, b: usize) -> Likeness {
        let linker = self.linker();
        linker.likeness(&linker.row(a), b)
    }

    /// The pairs `graded` with their standing, and others of the same texts that nobody graded, for [`calibrate`](crate::judge::calibrate).
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn labelled(&self, graded: &[Graded]) -> Labelled {
        let linker = self.linker();
        let standing = |a: usize, b: usize| linker.standing(&linker.row(a), b);
        let known: std::collections::BTreeSet<(usize, usize)> =
            graded.iter().map(|pair| (pair.a.min(pair.b), pair.a.max(pair.b))).collect();
        let n = linker.len();
        // A fixed walk over the texts stands for a draw: the same labels give the same curve.
        let wanted = graded.len() * UNJUDGED_PER_JUDGED;
        let unjudged = graded.iter().cycle().take(wanted).enumerate().filter_map(|(at, pair)| {
            let (a, b) = (pair.a, (at * 7919 + 13) % n);
            (a != b && !known.contains(&(a.min(b), a.max(b)))).then(|| standing(a, b))
        });
        Labelled {
            judged: graded.iter().map(|pair| (standing(pair.a, pair.b), pair.grade)).collect(),
            unjudged: unjudged.collect(),
        }
    }
}
