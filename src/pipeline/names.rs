//! Phrases to name themes by, their vectors, and what the judge says of them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::vectors::TextVectors;
use super::{Error, Tools, judging};
use crate::domain::{Embeddings, Judging, Link, Passage, Recommendation, dot};
use crate::judge::{Linker, SMALL};
use crate::store::{Opened, Staging, StoreError, file};
use crate::text::passage;
use crate::themes::{AskNames, Wording, wordings};

/// Number of recommendations above which phrases are not embedded: they would double the size of the index.
/// Themes are then named by nouns alone.
const MOST: usize = 20_000;

/// Phrases of one text that the judge reads: of what it asks, and of what it speaks of.
const ASKS_PER_TEXT: usize = 4;
const SUBJECTS_PER_TEXT: usize = 2;

/// Recommendations that each phrase is read with. There are too many phrases to read closely.
const READS: judging::Reads = judging::Reads { first: 16, close: 0 };

/// Number of other texts by which a phrase is chosen: the nearest.
const NEAREST: usize = 3;

/// The phrases of an index.
#[derive(Default)]
pub(super) struct Names {
    pub(super) wordings: Vec<Wording>,
    /// A row for each.
    pub(super) vectors: Embeddings,
    /// A phrase (`a`) and a recommendation (`b`), as the judge reads them; empty in a large index.
    pub(super) asked: Vec<Link>,
}

/// The phrases of `passages` that could name themes.
pub(super) fn phrases(passages: &[Passage]) -> Vec<Wording> {
    if passages.len() > MOST { Vec::new() } else { wordings(passages) }
}

impl Names {
    /// `wordings` with their `vectors`, and in a small corpus with what the judge says of the best.
    ///
    /// # Errors
    /// A model that fails.
    pub(super) fn new(
        wordings: Vec<Wording>,
        vectors: &TextVectors,
        linker: &Linker,
        recommendations: &[Recommendation],
        judging: Judging,
        tools: &mut Tools<'_>,
    ) -> Result<Self, Error> {
        let dim = tools.embedder.model().dim;
        let texts = wordings.iter().map(|wording| wording.text.as_str());
        let vectors = vectors.table(texts, dim);
        let asked = if linker.len() <= SMALL {
            let chosen = worth_reading(&wordings, &vectors, linker, recommendations);
            asked(&wordings, &vectors, (&chosen, linker), judging, tools)?
        } else {
            Vec::new()
        };
        Ok(Self { wordings, vectors, asked })
    }

    /// The phrases that are stored with an index; none if it has none.
    ///
    /// # Errors
    /// A file that cannot be read, or that belongs to other recommendations.
    pub(super) fn stored(opened: &Opened, passages: &[Passage]) -> Result<Self, StoreError> {
        if !opened.manifest.files.contains_key(file::PHRASES) {
            return Ok(Self::default());
        }
        let wordings = phrases(passages);
        let vectors = opened.embeddings(file::PHRASES)?;
        if wordings.len() != vectors.len() {
            let why = "its number of rows is not the number of phrases".to_owned();
            return Err(opened.damaged(file::PHRASES, why));
        }
        let asked = opened.pairs(file::PHRASE_LINKS, [wordings.len(), passages.len()])?;
        Ok(Self { wordings, vectors, asked })
    }

    /// Stores them with an index; nothing if there are none.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub(super) fn write(&self, staging: &Staging) -> Result<(), StoreError> {
        if !self.wordings.is_empty() {
            staging.write_table(file::PHRASES, &self.vectors.view())?;
            staging.write_links(file::PHRASE_LINKS, &self.asked)?;
        }
        Ok(())
    }

    /// What to name themes by; `None` if there is no phrase.
    pub(super) fn asks<'a>(&'a self, statements: &'a Embeddings) -> Option<AskNames<'a>> {
        let Self { wordings, vectors, asked } = self;
        (!vectors.is_empty()).then_some(AskNames { wordings, vectors, statements, asked })
    }
}

/// What the judge says of the phrases at the positions `chosen`.
fn asked(
    wordings: &[Wording],
    vectors: &Embeddings,
    (chosen, linker): (&[usize], &Linker),
    judging: Judging,
    tools: &mut Tools<'_>,
) -> Result<Vec<Link>, Error> {
    let ready: Vec<_> = chosen
        .iter()
        .map(|&at| {
            let vector = vectors.row(at);
            linker.ready(passage(wordings[at].text.as_str()), vector, &[vector])
        })
        .collect();
    let mut links = judging::judge_passages(linker, &ready, (judging, READS), tools)?;
    for link in &mut links {
        link.a = chosen[link.a];
    }
    Ok(links)
}

/// The positions of the phrases that stand best for more than the text that has them, ascending: for each
/// text a few, and the subjects that several agencies speak of.
fn worth_reading(
    wordings: &[Wording],
    vectors: &Embeddings,
    linker: &Linker,
    recommendations: &[Recommendation],
) -> Vec<usize> {
    let shared: Vec<f32> = (0..wordings.len())
        .into_par_iter()
        .map(|at| nearness(vectors.row(at), &wordings[at].rows, linker))
        .collect();
    let mut of_text: Vec<[Vec<usize>; 2]> = vec![Default::default(); linker.len()];
    for (at, wording) in wordings.iter().enumerate() {
        for &row in &wording.rows {
            of_text[row][usize::from(wording.asks)].push(at);
        }
    }
    let is_common = |wording: &Wording| {
        let agencies = wording.rows.iter().map(|&row| &recommendations[row].agency);
        !wording.asks && agencies.collect::<BTreeSet<_>>().len() > 1
    };
    let mut chosen: Vec<usize> =
        (0..wordings.len()).filter(|&at| is_common(&wordings[at])).collect();
    for kinds in of_text {
        for (mut kind, most) in kinds.into_iter().zip([SUBJECTS_PER_TEXT, ASKS_PER_TEXT]) {
            kind.sort_by(|&a, &b| shared[b].total_cmp(&shared[a]).then(a.cmp(&b)));
            chosen.extend(kind.into_iter().take(most));
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// The mean cosine of a phrase with the nearest statements of texts that do not have it.
fn nearness(phrase: &[f32], own: &[usize], linker: &Linker) -> f32 {
    let statements = &linker.vectors().statements;
    let of_row = |row: usize| {
        linker.statements_of(row).map(|at| dot(phrase, statements.row(at))).fold(-1.0, f32::max)
    };
    let others = (0..linker.len()).filter(|row| own.binary_search(row).is_err());
    let mut near: Vec<f32> = others.map(of_row).collect();
    near.sort_by(|a, b| b.total_cmp(a));
    near.truncate(NEAREST);
    near.iter().sum::<f32>() / near.len().max(1) as f32
}
