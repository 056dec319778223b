//! Candidate pairs -> the links that a corpus keeps.

use rayon::prelude::*;

use super::copies;
use super::linker::{Linker, ReadyPassage};
use crate::domain::{Likeness, Link, Progress, Stage};

/// Minimum number of links per recommendation, however improbable, so that its nearest can be named.
const NEAREST: usize = 10;

/// The same in a corpus of up to [`SMALL`] recommendations. The judge reads every link of one, so that it
/// finds what the encoder takes for unlike.
const NEAREST_OF_FEW: usize = 30;

/// Number of recommendations up to which a corpus is small.
pub const SMALL: usize = 1_000;

impl Linker {
    /// Rows whose text occurs in no earlier row, ascending.
    #[must_use]
    pub fn distinct_rows(&self) -> Vec<usize> {
        (0..self.len()).filter(|&row| self.first_of(row) == row).collect()
    }

    /// `rows` with their likeness to `passage`, in the order of [`ranked`].
    #[must_use]
    pub fn rank(
        &self,
        passage: &ReadyPassage,
        rows: impl IntoIterator<Item = usize>,
    ) -> Vec<(usize, Likeness)> {
        ranked(rows, |row| self.likeness(passage, row))
    }
}

/// `rows` with their likeness to some passage: most probable first, ties by cosine, then by row.
pub fn ranked(
    rows: impl IntoIterator<Item = usize>,
    likeness: impl Fn(usize) -> Likeness,
) -> Vec<(usize, Likeness)> {
    let mut found: Vec<(usize, Likeness)> =
        rows.into_iter().map(|row| (row, likeness(row))).collect();
    found.sort_by(|(a, x), (b, y)| {
        y.probability.total_cmp(&x.probability).then(y.cosine.total_cmp(&x.cosine)).then(a.cmp(b))
    });
    found
}

/// The links of a corpus, each pair once, sorted by rows.
///
/// Each recommendation keeps its most probable partners, and always its ten nearest. `candidates` has,
/// for each of the [`Linker::distinct_rows`], the positions in that list of the later rows to compare
/// it with. Copies are linked to the first row of their text.
#[must_use]
pub fn links(linker: &Linker, candidates: Vec<Vec<usize>>, on: &dyn Progress) -> Vec<Link> {
    let distinct = linker.distinct_rows();
    on.begin(Stage::Themes, Some(distinct.len() as u64));
    let compared: Vec<Vec<Link>> = candidates
        .into_par_iter()
        .zip(&distinct)
        .map(|(later, &a)| {
            on.advance(1);
            let passage = linker.row(a);
            let link = |place| {
                let b: usize = distinct[place];
                Link { a, b, likeness: linker.likeness(&passage, b) }
            };
            later.into_iter().map(link).collect()
        })
        .collect();
    on.end();
    let mut links = worth_keeping(compared.into_iter().flatten().collect(), linker.len());
    links.extend(copies::to_firsts(linker));
    links.sort_by_key(|link| (link.a, link.b));
    links
}

/// The `links` that at least one end keeps.
fn worth_keeping(links: Vec<Link>, n_rows: usize) -> Vec<Link> {
    let mut by_row: Vec<Vec<usize>> = vec![Vec::new(); n_rows];
    for (at, link) in links.iter().enumerate() {
        by_row[link.a].push(at);
        by_row[link.b].push(at);
    }
    let nearest = if n_rows <= SMALL { NEAREST_OF_FEW } else { NEAREST };
    let keep_best = |found: &mut Vec<usize>| {
        let probability = |at: usize| links[at].likeness.probability;
        found.sort_by(|&x, &y| probability(y).total_cmp(&probability(x)).then(x.cmp(&y)));
        let probable = found.iter().take_while(|&&at| probability(at) >= Link::MIN_PROBABILITY);
        let n = probable.count().clamp(nearest, Link::MAX_PER_ROW);
        found.truncate(n);
    };
    by_row.par_iter_mut().for_each(keep_best);
    let mut kept = vec![false; links.len()];
    by_row.into_iter().flatten().for_each(|at| kept[at] = true);
    links.into_iter().zip(kept).filter_map(|(link, kept)| kept.then_some(link)).collect()
}
