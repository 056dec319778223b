//! One query -> its answer.

use std::collections::{HashMap, HashSet};
use std::ops::RangeBounds;

use rayon::prelude::*;

use super::judging::Ranked;
use super::vectors::token_parts;
use super::{Error, Index, Tools};
use crate::differ;
use crate::domain::{Filter, Hit, Likeness, Link, Passage, Query, Relation, Similar};
use crate::extract::names_subject;
use crate::index::{candidates, n_candidates};
use crate::judge::{ReadyPassage, Tokens, ranked};
use crate::text::passage;

/// Terms named as a reason.
const TERMS: usize = 6;

/// A query ready to be answered.
pub(super) struct Prepared {
    pub(super) id: Option<String>,
    /// Its row, if it is an indexed recommendation.
    pub(super) row: Option<usize>,
    pub(super) passage: ReadyPassage,
    pub(super) tokens: Option<Tokens>,
    /// The likeness of rows that the judge has read for this query before.
    pub(super) read: HashMap<usize, Likeness>,
}

impl Prepared {
    /// A query of which nothing is known yet but its vectors.
    pub(super) fn new(id: Option<String>, row: Option<usize>, passage: ReadyPassage) -> Self {
        Self { id, row, passage, tokens: None, read: HashMap::new() }
    }
}

impl Index {
    /// Makes queries ready; texts are embedded together.
    pub(super) fn prepare(
        &self,
        queries: &[Query],
        explain: bool,
        mut tools: Option<&mut Tools<'_>>,
    ) -> Result<Vec<Prepared>, Error> {
        let mut texts = Vec::new();
        for query in queries {
            if let Query::Text { text, .. } = query {
                if !text.chars().any(char::is_alphanumeric) {
                    return Err(Error::EmptyQuery);
                }
                texts.push(passage(text.as_str()));
            }
        }
        let passages = match tools.as_deref_mut() {
            Some(tools) => self.passages(texts, tools)?,
            None if texts.is_empty() => Vec::new(),
            None => return Err(Error::NoModel { model: self.model_id().to_owned() }),
        };
        let mut passages = passages.into_iter();
        let mut prepared = Vec::with_capacity(queries.len());
        for query in queries {
            prepared.push(match query {
                Query::Id(id) => {
                    let row = self.row(id)?;
                    Prepared::new(Some(id.clone()), Some(row), self.linker.row(row))
                }
                Query::Text { id, .. } => {
                    let passage = passages.next().expect("one for each text");
                    Prepared::new(id.clone(), None, passage)
                }
            });
        }
        if let Some(tools) = tools.filter(|_| explain) {
            with_tokens(&mut prepared, tools)?;
        }
        Ok(prepared)
    }

    /// The answer to one query that is ready.
    pub(super) fn answer_to(
        &self,
        query: Prepared,
        filter: &Filter,
        mut tools: Option<&mut Tools<'_>>,
    ) -> Result<Similar, Error> {
        let mut queries = [query];
        if let Some(tools) = tools.as_deref_mut().filter(|_| filter.explain) {
            with_tokens(&mut queries, tools)?;
        }
        let mut answers = self.answers(&queries, filter, tools)?;
        Ok(answers.pop().expect("one for each query"))
    }

    /// The answer to each of `queries`, with what the judge says of the best candidates.
    pub(super) fn answers(
        &self,
        queries: &[Prepared],
        filter: &Filter,
        tools: Option<&mut Tools<'_>>,
    ) -> Result<Vec<Similar>, Error> {
        let found = self.ranked(queries, filter, tools)?;
        let answer = |(query, ranked)| self.answer_to_search(query, ranked, filter);
        Ok(queries.par_iter().zip(found).map(answer).collect())
    }

    /// The rows that may answer each of `queries`, most probable first.
    pub(super) fn ranked(
        &self,
        queries: &[Prepared],
        filter: &Filter,
        tools: Option<&mut Tools<'_>>,
    ) -> Result<Vec<Vec<Ranked>>, Error> {
        let found = queries.par_iter().map(|query| self.candidates_of(query, filter)).collect();
        let more = |row: usize| filter.metadata.then(|| self.metadata(row));
        self.judged(queries, found, more, tools)
    }

    /// The rows that may answer `query`, as far as no judge has read them.
    fn candidates_of(&self, query: &Prepared, filter: &Filter) -> Vec<Ranked> {
        let rows = self.recommendations();
        let asking = query.row.map(|row| &rows[row].agency);
        let admits = |row: usize| {
            Some(row) != query.row && filter.admits(&rows[row], self.year(row), asking)
        };
        let table = &self.linker.vectors().texts;
        let graph = self.graph.as_ref().filter(|_| filter.is_open());
        let n = n_candidates(rows.len(), filter.k);
        let mut found = candidates(table, graph, query.passage.vector(), n, admits);
        if let Some(row) = query.row.filter(|_| !self.decided.is_empty()) {
            let known: HashSet<usize> = found.iter().copied().collect();
            let decided = self.same_as(row).into_iter();
            found.extend(decided.filter(|&row| admits(row) && !known.contains(&row)));
        }
        if filter.metadata {
            let more = |row: usize| self.metadata(row);
            ranked(found, |row| self.linker.likeness_with(&query.passage, row, &more(row), None))
        } else {
            self.linker.rank(&query.passage, found)
        }
    }

    /// As [`answer`](Self::answer), for somebody who searches: a query that only names a subject ("data gaps") asks for
    /// nothing, so nothing has the same action.
    pub(super) fn answer_to_search(
        &self,
        query: &Prepared,
        ranked: Vec<Ranked>,
        filter: &Filter,
    ) -> Similar {
        let mut answer = self.answer(query, ranked, filter);
        if query.row.is_none() && names_subject(&answer.text) {
            for hit in &mut answer.hits {
                hit.likeness.relation = hit.likeness.relation.min(Relation::Overlap);
            }
        }
        answer
    }

    pub(super) fn answer(&self, query: &Prepared, ranked: Vec<Ranked>, filter: &Filter) -> Similar {
        let mut first_hits: HashMap<usize, usize> = HashMap::new();
        let hits = ranked
            .into_iter()
            .skip_while(|(_, likeness)| likeness.probability > filter.max_probability)
            .take_while(|(_, likeness)| likeness.probability >= filter.min_probability)
            .take(filter.k)
            .map(|(row, likeness)| {
                let first = *first_hits.entry(self.linker.first_of(row)).or_insert(row);
                self.hit(query, row, likeness, (first != row).then_some(first))
            });
        let text = query.passage.passage().text().to_owned();
        Similar { text, id: query.id.clone(), hits: hits.collect() }
    }

    pub(super) fn hit(
        &self,
        query: &Prepared,
        row: usize,
        likeness: Likeness,
        copy_of: Option<usize>,
    ) -> Hit {
        let mut why = self.linker.why(&query.passage, query.tokens.as_ref(), row);
        why.truncate(TERMS);
        let (own, theirs) = (query.passage.passage(), &self.linker.passages()[row]);
        let several = own.spans().len() > 1 || theirs.spans().len() > 1;
        let statements = several.then(|| {
            let (a, b) = self.linker.best_statements(&query.passage, row);
            (own.statement(a).to_owned(), theirs.statement(b).to_owned())
        });
        let differences = differ::differences(own, theirs, &likeness);
        let mut hit = Hit { row, likeness, why, statements, copy_of, differences };
        hit.likeness.relation = hit.likeness.relation.given(hit.is_opposite());
        hit
    }

    /// The linked pairs whose probability is in `probability`, each once, most probable first; only
    /// pairs of different agencies if `cross_agency`. Their relations do not say whether one asks for the contrary of the
    /// other: that takes reading both, and [`relation`](Self::relation) does it. An index links each recommendation to the 50
    /// most probable others, from a probability of 0.05 on, and always to its nearest ten.
    ///
    /// # Errors
    /// [`Error::Store`] if the links cannot be read.
    pub fn pairs(
        &self,
        probability: impl RangeBounds<f64>,
        cross_agency: bool,
    ) -> Result<Vec<Link>, Error> {
        let rows = self.recommendations();
        let mut links = self.links()?;
        links.retain(|link| {
            probability.contains(&link.likeness.probability)
                && !(cross_agency && rows[link.a].agency == rows[link.b].agency)
        });
        links.sort_by(|x, y| {
            let (p, q) = (&x.likeness, &y.likeness);
            let probability = q.probability.total_cmp(&p.probability);
            let duplicate = q.duplicate.total_cmp(&p.duplicate);
            probability.then(duplicate).then((x.a, x.b).cmp(&(y.a, y.b)))
        });
        Ok(links)
    }

    /// The relation of a linked pair, of which one may ask for the contrary of the other.
    #[must_use]
    pub fn relation(&self, link: &Link) -> Relation {
        link.likeness.relation.given(self.is_opposite(link))
    }

    /// Whether one of a linked pair asks for the contrary of the other.
    #[must_use]
    pub fn is_opposite(&self, link: &Link) -> bool {
        super::opposes(self.linker.passages())(link)
    }
}

/// Adds what each token of a query has in its vectors.
fn with_tokens(queries: &mut [Prepared], tools: &mut Tools<'_>) -> Result<(), Error> {
    let passages: Vec<&Passage> = queries.iter().map(|query| query.passage.passage()).collect();
    let tokens = token_parts(&passages, tools)?.into_iter().flatten().map(Some);
    let tokens: Vec<Option<Tokens>> = tokens.collect();
    for (query, tokens) in queries.iter_mut().zip(tokens) {
        query.tokens = tokens;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Embeddings, HnswConfig, Passage, Silent};
    use crate::embed::{Embedder, Hashing};
    use crate::index::Hnsw;
    use crate::judge::{Calibration, Linker, Vectors};

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
        let linker = Linker::fit(passages.clone(), vectors, Calibration::shipped(false));
        let graph = Hnsw::build(&linker.vectors().texts, HnswConfig::default(), &Silent);
        let mut same = 0;
        for row in (0..2900).step_by(29) {
            let passage = linker.row(row);
            let best = |rows: Vec<usize>| -> Vec<usize> {
                let found = linker.rank(&passage, rows);
                found.into_iter().take(10).map(|(row, _)| row).collect()
            };
            let near = graph.nearest(passage.vector(), n_candidates(texts.len(), 10));
            let by_graph = best(near);
            let by_scan = best((0..texts.len()).collect());
            same += by_graph.iter().filter(|row| by_scan.contains(row)).count();
        }
        assert!(same >= 990, "{same} of 1000 results are the same");
    }
}
