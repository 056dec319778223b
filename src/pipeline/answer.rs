//! Questions to an index.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::filter::Filter;
use super::query::{Prepared, Query};
use super::{Error, Index, Parts};
use crate::differ;
use crate::domain::{Agency, DifferenceKind, Hit, Likeness, Link, Relation, Similar};
use crate::index::{Plan, cheaper, scan};
use crate::judge::{Linker, ReadyPassage, Unknown};
use crate::text::passage;

/// Recommendations up to which every one is scored; beyond, candidates are taken by cosine first.
const SCORE_ALL: usize = 20_000;

/// Candidates that are scored for each result asked for, and at least: of 8,000 recommendations 998 of
/// 1,000 of the ten best are among the 200 nearest. One in so many of a large index, since the graph
/// finds less of what is near the more there is (docs/decisions/storage.md).
const CANDIDATES_PER_HIT: usize = 10;
const MIN_CANDIDATES: usize = 200;
const ROWS_PER_CANDIDATE: usize = 1000;

/// Queries made ready at a time: the parts of their tokens take some 50 kB each.
const AT_ONCE: usize = 1024;

/// Terms given as a reason.
const TERMS: usize = 6;

impl Index {
    /// Answers each query with the recommendations most probably asking the same. A query by id
    /// never returns itself.
    ///
    /// # Errors
    /// An unknown id, an empty text, another model than the index's, or a model that fails.
    pub fn similar(
        &self,
        queries: &[Query],
        filter: &Filter,
        mut parts: Option<&mut Parts<'_>>,
    ) -> Result<Vec<Similar>, Error> {
        let mut answers = Vec::with_capacity(queries.len());
        for queries in queries.chunks(AT_ONCE) {
            let prepared = self.prepare(queries, filter, parts.as_deref_mut())?;
            answers.par_extend(prepared.par_iter().map(|query| self.answer(query, filter)));
        }
        Ok(answers)
    }

    /// Whether `n_queries` are answered sooner with the graph, its opening included: see
    /// [`open_graph`](Self::open_graph).
    #[must_use]
    pub fn graph_pays(&self, n_queries: usize, filter: &Filter) -> bool {
        let n = self.linker().len();
        n > SCORE_ALL && filter.is_open() && cheaper(n, n_queries) == Plan::Graph
    }

    pub(super) fn answer(&self, query: &Prepared, filter: &Filter) -> Similar {
        let rows = self.recommendations();
        let asking = query.row.map(|row| &rows[row].agency);
        let wanted = |row: usize| {
            Some(row) != query.row
                && !(filter.cross_agency && asking == Some(&rows[row].agency))
                && filter.lets_through(&rows[row], self.year(row))
        };
        let candidates: Vec<usize> = if let Some(graph) = self.graph().filter(|_| filter.is_open())
        {
            let near = graph.nearest(query.passage.vector(), n_candidates(rows.len(), filter.k));
            near.into_iter().filter(|&row| wanted(row)).collect()
        } else if rows.len() <= SCORE_ALL {
            (0..rows.len()).filter(|&row| wanted(row)).collect()
        } else {
            let n = n_candidates(rows.len(), filter.k);
            let near = scan(&self.vectors().texts, query.passage.vector(), n, wanted);
            near.into_iter().map(|near| near.row).collect()
        };
        let mut best: Vec<(usize, Likeness)> = if filter.metadata {
            let likeness = |row: usize| {
                let more = self.metadata(row);
                self.linker().likeness_with(&query.passage, row, &more)
            };
            candidates.into_iter().map(|row| (row, likeness(row))).collect()
        } else {
            let likeness = |row: usize| self.linker().likeness(&query.passage, row);
            candidates.into_iter().map(|row| (row, likeness(row))).collect()
        };
        best.sort_by(most_probable);
        let mut hits: Vec<Hit> = Vec::with_capacity(filter.k);
        for (row, likeness) in best
            .into_iter()
            .take_while(|(_, likeness)| likeness.probability >= filter.min_probability)
            .take(filter.k)
        {
            let first = hits
                .iter()
                .find(|hit| self.linker().first_of(hit.row) == self.linker().first_of(row));
            let copy_of = first.map(|hit| hit.row);
            hits.push(self.hit(query, row, likeness, copy_of));
        }
        let text = query.passage.passage().text().to_owned();
        Similar { text, id: query.id.clone(), hits }
    }

    fn hit(&self, query: &Prepared, row: usize, likeness: Likeness, copy_of: Option<usize>) -> Hit {
        let mut why = self.linker().why(&query.passage, query.tokens.as_ref(), row);
        why.truncate(TERMS);
        let (own, theirs) = (query.passage.passage(), &self.linker().passages()[row]);
        let several = own.spans().len() > 1 || theirs.spans().len() > 1;
        let statements = several.then(|| {
            let (a, b) = self.linker().best_statements(&query.passage, row);
            (own.statement(a).to_owned(), theirs.statement(b).to_owned())
        });
        let differences = differ::differences(own, theirs);
        Hit { row, likeness, why, statements, copy_of, differences }
    }

    /// What is known of recommendation `row` besides its text.
    fn metadata(&self, row: usize) -> String {
        let found = &self.recommendations()[row];
        let title = found.document.as_ref().map(|id| self.document_title(id.as_str()));
        let parts = [found.section.as_deref(), found.lead_in.as_deref(), title]
            .into_iter()
            .flatten()
            .chain(found.tags.iter().map(String::as_str));
        parts.fold(found.agency.to_string(), |all, part| all + "\n" + part)
    }

    /// Every pair once whose probability is at least `min_probability`, most probable first; only
    /// pairs of different agencies if `cross_agency`. Among the links that the index keeps: of each
    /// recommendation the 50 most probable and no pair below 0.05, but always its nearest ten.
    ///
    /// # Errors
    /// If the links cannot be read.
    pub fn pairs(&self, min_probability: f64, cross_agency: bool) -> Result<Vec<Link>, Error> {
        let rows = self.recommendations();
        let mut links = self.links()?;
        links.retain(|link| {
            link.likeness.probability >= min_probability
                && !(cross_agency && rows[link.a].agency == rows[link.b].agency)
        });
        links.sort_by(|x, y| {
            let key = |l: &Link| (l.likeness.probability, l.likeness.duplicate);
            key(y)
                .partial_cmp(&key(x))
                .unwrap_or(std::cmp::Ordering::Equal)
                .then((x.a, x.b).cmp(&(y.a, y.b)))
        });
        Ok(links)
    }

    /// Whether one of a linked pair asks for the contrary of the other. Looked at only where they
    /// overlap: what has little in common is contrary in nothing.
    #[must_use]
    pub fn is_opposite(&self, link: &Link) -> bool {
        let passages = self.linker().passages();
        link.likeness.relation >= Relation::Overlap
            && differ::differences(&passages[link.a], &passages[link.b])
                .iter()
                .any(|difference| difference.kind == DifferenceKind::Direction)
    }

    /// The words of `query` that no recommendation has, and which words of the index may have been meant.
    #[must_use]
    pub fn unknown_words(&self, query: &str) -> Unknown {
        self.linker().unknown_words(&passage(query))
    }

    /// Agencies of the index whose names are not among `names`, to tell a user what there is.
    #[must_use]
    pub fn agencies(&self) -> Vec<&Agency> {
        let names: BTreeSet<&Agency> = self.recommendations().iter().map(|r| &r.agency).collect();
        names.into_iter().collect()
    }
}

/// Candidates to score among `n_rows` for the `k` best.
fn n_candidates(n_rows: usize, k: usize) -> usize {
    (k * CANDIDATES_PER_HIT).max(MIN_CANDIDATES).max(n_rows / ROWS_PER_CANDIDATE)
}

/// Rows by likeness to `passage`: most probable first, then by cosine, then by row.
pub(super) fn ranked(
    linker: &Linker,
    passage: &ReadyPassage,
    rows: impl IntoIterator<Item = usize>,
) -> Vec<(usize, Likeness)> {
    let mut found: Vec<(usize, Likeness)> =
        rows.into_iter().map(|row| (row, linker.likeness(passage, row))).collect();
    found.sort_by(most_probable);
    found
}

/// Most probable first, then by cosine, then by row.
fn most_probable((a, x): &(usize, Likeness), (b, y): &(usize, Likeness)) -> std::cmp::Ordering {
    y.probability.total_cmp(&x.probability).then(y.cosine.total_cmp(&x.cosine)).then(a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Embeddings, Passage, Silent};
    use crate::embed::{Embedder, Hashing};
    use crate::index::{Hnsw, HnswConfig};
    use crate::judge::{Calibration, Vectors};

    /// The `number`th of many distinct texts, some of them of two statements.
    fn text(number: usize) -> String {
        let pick = |words: &[&str], by: usize| words[number / by % words.len()].to_owned();
        let verb = pick(&["Publish", "Inspect", "Fund", "Train", "Count", "Close", "Repair"], 1);
        let what = pick(&["bridges", "schools", "banks", "guards", "ports", "fees", "laws"], 7);
        let where_ = pick(&["in cities", "at sea", "near borders", "on islands", "abroad"], 49);
        let when = pick(&["each year", "by 2030", "at once", "within a month"], 245);
        let more = pick(&["", " Report on what was done.", " Ask those concerned first."], 980);
        format!("{verb} all {what} {where_} {when}.{more}")
    }

    #[test]
    fn the_graph_gives_the_ten_results_that_a_full_scan_gives() {
        let passages: Vec<Passage> = (0..2900).map(text).map(passage).collect();
        let texts: Vec<&str> = passages.iter().map(Passage::text).collect();
        let pieces: Vec<&str> = passages.iter().flat_map(Passage::statements).collect();
        let mut embedder = Hashing::new();
        let mut table = |texts: &[&str]| {
            let rows = embedder.embed(texts, &Silent).unwrap();
            Embeddings::stack(Hashing::DIM, rows.iter())
        };
        let vectors = Vectors { texts: table(&texts), statements: table(&pieces) };
        let linker = Linker::fit(passages.clone(), vectors, Calibration::default());
        let graph = Hnsw::build(&linker.vectors().texts, HnswConfig::default(), &Silent);
        let mut same = 0;
        for row in (0..2900).step_by(29) {
            let passage = linker.row(row);
            let best = |rows: Vec<usize>| -> Vec<usize> {
                let found = ranked(&linker, &passage, rows);
                found.into_iter().take(10).map(|(row, _)| row).collect()
            };
            let near = graph.nearest(passage.vector(), MIN_CANDIDATES);
            let by_graph = best(near);
            let by_scan = best((0..texts.len()).collect());
            same += by_graph.iter().filter(|row| by_scan.contains(row)).count();
        }
        assert!(same >= 990, "{same} of 1000 results are the same");
    }
}
