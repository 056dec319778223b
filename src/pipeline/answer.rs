//! Questions to an index.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use super::{Error, Index, Parts, read::draft_statements};
use crate::compare;
use crate::domain::{
    Agency, DraftCheck, Embedding, Hit, Likeness, Link, Match, Neighbor, Problem, Recommendation,
    Relation, Similar, Verdict,
};
use crate::index::{Hnsw, HnswConfig, Plan, cheaper, scan};
use crate::link::{Linker, Passage, statements};

/// Recommendations up to which every one is scored; beyond, candidates are taken by cosine first.
const SCORE_ALL: usize = 20_000;

/// Candidates that are scored for each result asked for, and at least.
const CANDIDATES_PER_HIT: usize = 10;
const MIN_CANDIDATES: usize = 200;

/// Terms given as a reason.
const TERMS: usize = 6;

/// Matches given for a statement of a draft.
const MATCHES: usize = 5;

/// What is asked of an index.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// A text, with the id that the answer should carry.
    Text {
        /// Anything with at least one word.
        text: String,
        /// Given back in the answer.
        id: Option<String>,
    },
    /// An indexed recommendation.
    Id(String),
}

/// Which recommendations may be answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Most answers given, at least 1.
    pub k: usize,
    /// Answers less probable than this are left out, 0 to 1.
    pub min_probability: f64,
    /// Only these agencies; empty for all.
    pub agencies: Vec<Agency>,
    /// Not these.
    pub not_agencies: Vec<Agency>,
    /// Only agencies other than that of the recommendation asked about.
    pub cross_agency: bool,
}

impl Filter {
    fn lets_through(&self, recommendation: &Recommendation, asking: Option<&Agency>) -> bool {
        let agency = &recommendation.agency;
        (self.agencies.is_empty() || self.agencies.contains(agency))
            && !self.not_agencies.contains(agency)
            && !(self.cross_agency && asking == Some(agency))
    }
}

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
        parts: Option<&mut Parts<'_>>,
    ) -> Result<Vec<Similar>, Error> {
        let prepared = self.prepare(queries, parts)?;
        let graph = self.graph_if_cheaper(queries.len())?;
        let answers = prepared.par_iter().map(|query| self.answer(query, filter, graph.as_ref()));
        Ok(answers.collect())
    }

    /// Makes queries ready. Texts are embedded together.
    fn prepare(
        &self,
        queries: &[Query],
        parts: Option<&mut Parts<'_>>,
    ) -> Result<Vec<Prepared>, Error> {
        let mut texts = Vec::new();
        for query in queries {
            if let Query::Text { text, .. } = query {
                if !text.chars().any(char::is_alphanumeric) {
                    return Err(Error::EmptyQuery);
                }
                texts.push(text.as_str());
            }
        }
        let mut passages = match parts {
            Some(parts) => self.passages(&texts, parts)?,
            None => Vec::new(),
        }
        .into_iter();
        queries
            .iter()
            .map(|query| match query {
                Query::Id(id) => {
                    let row = self.row(id)?;
                    let text = self.recommendations()[row].text.clone();
                    let passage = self.linker().row(row);
                    Ok(Prepared { text, id: Some(id.clone()), row: Some(row), passage })
                }
                Query::Text { text, id } => {
                    let passage = passages.next().ok_or(Error::EmptyQuery)?;
                    Ok(Prepared { text: text.clone(), id: id.clone(), row: None, passage })
                }
            })
            .collect()
    }

    /// Embeds texts and their statements.
    pub(super) fn passages(
        &self,
        texts: &[&str],
        parts: &mut Parts<'_>,
    ) -> Result<Vec<Passage>, Error> {
        self.check_model(parts.embedder.model())?;
        let pieces: Vec<Vec<String>> = texts.iter().map(|text| statements(text)).collect();
        let mut all: Vec<&str> = texts.to_vec();
        all.extend(pieces.iter().flatten().map(String::as_str));
        let vectors = parts.embedder.embed(&all, parts.on)?;
        let mut at = texts.len();
        let passage = |(number, pieces): (usize, &Vec<String>)| {
            let statements: Vec<&[f32]> =
                vectors[at..at + pieces.len()].iter().map(Embedding::as_slice).collect();
            at += pieces.len();
            self.linker().passage(texts[number], vectors[number].as_slice(), &statements)
        };
        Ok(pieces.iter().enumerate().map(passage).collect())
    }

    fn graph_if_cheaper(&self, n_queries: usize) -> Result<Option<Hnsw>, Error> {
        let n = self.linker().len();
        if n <= SCORE_ALL || cheaper(n, n_queries) == Plan::Scan {
            return Ok(None);
        }
        let stored = self.manifest().graph;
        let config = HnswConfig {
            m: stored.m,
            ef_construction: stored.ef_construction,
            ef_search: stored.ef_search,
        };
        self.check_all()?;
        Ok(Some(Hnsw::read(self.folder(), &self.vectors().texts, config)?))
    }

    fn answer(&self, query: &Prepared, filter: &Filter, graph: Option<&Hnsw>) -> Similar {
        let rows = self.recommendations();
        let asking = query.row.map(|row| &rows[row].agency);
        let wanted = |row: usize| Some(row) != query.row && filter.lets_through(&rows[row], asking);
        let candidates: Vec<usize> = if self.linker().len() <= SCORE_ALL {
            (0..rows.len()).filter(|&row| wanted(row)).collect()
        } else {
            let n = (filter.k * CANDIDATES_PER_HIT).max(MIN_CANDIDATES);
            let vector = query.passage.vector();
            let found: Vec<Neighbor> = match graph {
                Some(graph) => graph.nearest(vector, n),
                None => scan(&self.vectors().texts, vector, n, wanted),
            };
            found.into_iter().map(|n| n.row).filter(|&row| wanted(row)).collect()
        };
        let best = ranked(self.linker(), &query.passage, candidates);
        let hits = best
            .into_iter()
            .take_while(|(_, likeness)| likeness.probability >= filter.min_probability)
            .take(filter.k)
            .map(|(row, likeness)| self.hit(&query.text, row, likeness))
            .collect();
        Similar { text: query.text.clone(), id: query.id.clone(), hits }
    }

    fn hit(&self, text: &str, row: usize, likeness: Likeness) -> Hit {
        let shared = self.linker().why(text, &self.recommendations()[row].text);
        let why = shared.into_iter().take(TERMS).map(|term| (term.term, term.share)).collect();
        Hit { row, likeness, why }
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

    /// Holds the draft at `path` against the index: its recommendations, or with `all` every
    /// statement of it. A draft in which none is recognised is taken whole.
    ///
    /// # Errors
    /// A draft that cannot be read or holds nothing, or a model that fails.
    pub fn check(
        &self,
        path: &Path,
        bytes: &[u8],
        all: bool,
        parts: &mut Parts<'_>,
    ) -> Result<(DraftCheck, Vec<Problem>), Error> {
        let draft = draft_statements(path, bytes, all)?;
        let texts: Vec<&str> = draft.statements.iter().map(|s| s.text.as_str()).collect();
        let passages = self.passages(&texts, parts)?;
        let filter = Filter { k: MATCHES, ..Filter::default() };
        let verdicts: Vec<Verdict> = draft
            .statements
            .par_iter()
            .zip(passages)
            .map(|(statement, passage)| {
                let text = statement.text.clone();
                let query = Prepared { text, id: None, row: None, passage };
                let answer = self.answer(&query, &filter, None);
                self.verdict(statement.line_start, statement.line_end, answer)
            })
            .collect();
        Ok((compare::check(verdicts, self.themes()), draft.problems))
    }

    fn verdict(&self, line_start: usize, line_end: usize, answer: Similar) -> Verdict {
        let best = answer.hits.first().map(|hit| hit.likeness);
        let matches = answer
            .hits
            .into_iter()
            .map(|hit| {
                let existing = &self.recommendations()[hit.row].text;
                let differences = compare::differences(&answer.text, existing);
                Match { hit, differences }
            })
            .collect();
        Verdict {
            line_start,
            line_end,
            text: answer.text,
            relation: best.map_or(Relation::None, |likeness| likeness.relation),
            probability: best.map_or(0.0, |likeness| likeness.probability),
            matches,
        }
    }

    /// Agencies of the index whose names are not among `names`, to tell a user what there is.
    #[must_use]
    pub fn agencies(&self) -> Vec<&Agency> {
        let names: BTreeSet<&Agency> = self.recommendations().iter().map(|r| &r.agency).collect();
        names.into_iter().collect()
    }
}

/// A query ready to be answered.
struct Prepared {
    text: String,
    id: Option<String>,
    row: Option<usize>,
    passage: Passage,
}

/// Rows by likeness to `passage`: most probable first, then by cosine, then by row.
pub(super) fn ranked(
    linker: &Linker,
    passage: &Passage,
    rows: impl IntoIterator<Item = usize>,
) -> Vec<(usize, Likeness)> {
    let mut found: Vec<(usize, Likeness)> =
        rows.into_iter().map(|row| (row, linker.likeness(passage, row))).collect();
    found.sort_by(|(a, x), (b, y)| {
        y.probability.total_cmp(&x.probability).then(y.cosine.total_cmp(&x.cosine)).then(a.cmp(b))
    });
    found
}
