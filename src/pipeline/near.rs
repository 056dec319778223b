//! An index in a database, searched without loading it.
//!
//! A query fetches the rows that may answer it, and the statistics of their words. From these a small index is
//! made that compares as the whole one does; it is then asked as any other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::answer::Prepared;
use super::languages::{LanguageCounts, foreign};
use super::vectors::TextVectors;
use super::{Error, Index, Tools, index};
use crate::domain::{
    Agency, DecidedPair, Embeddings, Filter, Grains, Language, Link, Passage, Query,
    Recommendation, Said, Similar, UnknownId, find_row,
};
use crate::embed::ModelInfo;
use crate::index::n_candidates;
use crate::judge::{self, Fitted, Lexicon, LexiconSize, Linker, Unknown, Vectors};
use crate::store::{
    CorpusInfo, Manifest, Opened, Place, Rows, SearchRow, SearchRows, Staging, StoreError,
    StoredRow, file,
};
use crate::text::passage;

/// Rows that are fetched for a query, at least: twice as many as a folder takes from its graph, since that of
/// a database is built in another way each time.
const AT_LEAST: usize = 400;

/// Queries from which on it is quicker to load a whole index of [`SMALL`] rows than to fetch the rows of each.
const MANY: usize = 200;
const SMALL: usize = 20_000;

/// What a search knows of the whole corpus.
#[derive(Debug, Serialize, Deserialize)]
struct Whole {
    agencies: Vec<Agency>,
    lexicon: LexiconSize,
    languages: LanguageCounts,
}

/// An index in a database, of which only what a query needs is read.
pub struct Near {
    opened: Arc<Opened>,
    whole: Whole,
    /// Without the lengths, which are fetched with their rows.
    fitted: Fitted,
    /// The pairs that people decided on, by id.
    decided: Vec<(String, String, Said)>,
}

/// Stores what [`Near`] reads besides the files of an index. A folder needs nothing of it.
pub(super) fn write(
    staging: &Staging<'_>,
    linker: &Linker,
    recommendations: &[Recommendation],
    about: &CorpusInfo,
) -> Result<(), StoreError> {
    if staging.folder().is_some() {
        return Ok(());
    }
    let years: BTreeMap<&str, i32> =
        about.documents.iter().filter_map(|entry| Some((entry.id.as_str(), entry.year?))).collect();
    let search_row = |(row, found): (usize, &Recommendation)| {
        let of_document = || years.get(found.document.as_ref()?.as_str()).copied();
        SearchRow {
            first_copy: linker.first_of(row),
            year: found.year.or_else(of_document),
            n_statements: linker.statements_of(row).len(),
        }
    };
    let rows = recommendations.iter().enumerate().map(search_row).collect();
    let agencies: BTreeSet<&Agency> = recommendations.iter().map(|found| &found.agency).collect();
    let (terms, words) = (linker.lexicon().terms(), linker.vocabulary());
    staging.write_search_rows(SearchRows { rows, terms, words });
    let whole = Whole {
        agencies: agencies.into_iter().cloned().collect(),
        lexicon: linker.lexicon().size(),
        languages: LanguageCounts::of(linker.passages()),
    };
    staging.write_json(file::SEARCH, &whole)
}

impl Near {
    /// Opens the index at `place` for `n_queries`; `None` where it is better read as a whole: in a folder, and
    /// for many queries to a small index.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn open(place: impl Into<Place>, n_queries: usize) -> Result<Option<Self>, StoreError> {
        let place = place.into();
        if place.folder().is_some() {
            return Ok(None);
        }
        let opened = Opened::open(&place)?;
        let n_rows = opened.manifest.counts.recommendations;
        if opened.rows().is_none() || (n_queries > MANY && n_rows <= SMALL) {
            return Ok(None);
        }
        let has_decided = opened.manifest.files.contains_key(file::DECIDED_PAIRS);
        let decided = if has_decided { opened.json(file::DECIDED_PAIRS)? } else { Vec::new() };
        let fitted = index::read_fitted(&opened)?;
        Ok(Some(Self { whole: opened.json(file::SEARCH)?, fitted, decided, opened: opened.into() }))
    }

    /// What the index is made of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.opened.manifest
    }

    /// The agencies, by name.
    #[must_use]
    pub fn agencies(&self) -> Vec<&Agency> {
        self.whole.agencies.iter().collect()
    }

    /// The languages of its recommendations.
    #[must_use]
    pub fn languages(&self) -> LanguageCounts {
        self.whole.languages
    }

    /// As [`Index::foreign`].
    #[must_use]
    pub fn foreign(&self, text: &str) -> Option<Language> {
        foreign(text, &self.opened.manifest, self.whole.languages)
    }

    /// As [`Index::check_model`].
    ///
    /// # Errors
    /// [`StoreError::OtherModel`].
    pub fn check_model(&self, model: &ModelInfo) -> Result<(), StoreError> {
        index::check_model(&self.opened, model)
    }

    /// As [`Index::decisions_edited`].
    ///
    /// # Errors
    /// [`StoreError::Decisions`].
    pub fn decisions_edited(&self) -> Result<bool, StoreError> {
        self.opened.decisions_edited()
    }

    /// As [`Index::unknown_words`].
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be asked.
    pub fn unknown_words(&self, query: &str) -> Result<Unknown, StoreError> {
        let query = passage(query);
        let part = self.part(Vec::new(), &query)?;
        let (unknown, _) = part.linker.unmatched(&query);
        let known = match judge::lengths_of_likes(&unknown) {
            Some(chars) => self.rows().words(&chars)?,
            None => Vec::new(),
        };
        Ok(part.linker.unknown_among(&query, &known))
    }

    /// The answer that [`Index::similar`] gives to `query`, and the recommendations in it: the row of a hit is
    /// its position in this list.
    ///
    /// # Errors
    /// As [`Index::similar`].
    pub fn similar(
        &self,
        query: &Query,
        filter: &Filter,
        tools: Option<&mut Tools<'_>>,
    ) -> Result<(Similar, Vec<Recommendation>), Error> {
        let (part, mut answer) = match query {
            Query::Id(id) => self.similar_to_row(id, filter, tools)?,
            Query::Text { text, id } => self.similar_to_text(text, id.clone(), filter, tools)?,
        };
        let found: Vec<usize> = answer.hits.iter().map(|hit| hit.row).collect();
        let place = |row: usize| found.iter().position(|&found| found == row);
        for (at, hit) in answer.hits.iter_mut().enumerate() {
            hit.row = at;
            hit.copy_of = hit.copy_of.and_then(place);
        }
        let rows = part.recommendations();
        let rows = found.into_iter().map(|row| rows[row].clone()).collect();
        Ok((answer, rows))
    }

    fn similar_to_text(
        &self,
        text: &str,
        id: Option<String>,
        filter: &Filter,
        tools: Option<&mut Tools<'_>>,
    ) -> Result<(Index, Similar), Error> {
        let query = passage(text);
        if !text.chars().any(char::is_alphanumeric) {
            return Err(Error::EmptyQuery);
        }
        let model = self.manifest().model["id"].as_str().unwrap_or_default().to_owned();
        let tools = tools.ok_or(Error::NoModel { model })?;
        self.check_model(tools.embedder.model())?;
        let passages = [query];
        let (vectors, _) = TextVectors::embed(&passages, &TextVectors::default(), tools)?;
        let [query] = passages;
        let n = self.n_candidates(filter);
        let near = self.rows().nearest(vectors.get(query.text()).as_slice(), n, filter, None)?;
        let part = self.part(self.rows().fetch(&near)?, &query)?;
        let ready = vectors.ready(vec![query], &part.linker).remove(0);
        let answer = part.answer_to(Prepared::new(id, None, ready), filter, Some(tools))?;
        Ok((part, answer))
    }

    fn similar_to_row(
        &self,
        id: &str,
        filter: &Filter,
        tools: Option<&mut Tools<'_>>,
    ) -> Result<(Index, Similar), Error> {
        let rows = self.rows();
        let Some((_, row, first)) = rows.of_ids(&[id])?.pop() else {
            return Err(self.unknown(id)?.into());
        };
        let own = rows.fetch(&[row])?.pop().ok_or_else(|| self.lost(id))?;
        let asking = &own.recommendation.agency;
        let n = self.n_candidates(filter);
        let mut near = rows.nearest(&own.vector, n, filter, Some(asking))?;
        near.push(row);
        near.extend(self.decided_with(first)?);
        near.sort_unstable();
        near.dedup();
        let fetched = rows.fetch(&near)?;
        let places: BTreeMap<usize, usize> =
            fetched.iter().enumerate().rev().map(|(at, row)| (row.first_copy, at)).collect();
        let part = self.part(fetched, &passage(own.recommendation.text.as_str()))?;
        let local = |link: Link| {
            let [a, b] = [places.get(&link.a)?, places.get(&link.b)?];
            let [a, b] = [*a, *b].map(|at| part.linker.first_of(at));
            (a != b).then(|| Link { a: a.min(b), b: a.max(b), ..link })
        };
        let mut links: Vec<Link> = rows.links_of(first)?.into_iter().filter_map(local).collect();
        links.sort_by_key(|link| (link.a, link.b));
        let links = judge::with_decided(links, &part.decided, &part.linker);
        let _ = part.links.set(links);
        let row = find_row(part.recommendations(), id)?;
        let query = Prepared::new(Some(id.to_owned()), Some(row), part.linker.row(row));
        let answer = part.answer_to(query, filter, tools)?;
        Ok((part, answer))
    }

    fn rows(&self) -> Rows<'_> {
        self.opened.rows().expect("looked at when it was opened")
    }

    fn n_candidates(&self, filter: &Filter) -> usize {
        let n_rows = self.manifest().counts.recommendations;
        n_candidates(n_rows, filter.k).max(AT_LEAST).min(n_rows)
    }

    /// The rows of the pairs that people decided on, one of which has the text of row `first`.
    fn decided_with(&self, first: usize) -> Result<Vec<usize>, StoreError> {
        let ids: BTreeSet<&str> =
            self.decided.iter().flat_map(|(a, b, _)| [a.as_str(), b.as_str()]).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<&str> = ids.into_iter().collect();
        let found = self.rows().of_ids(&ids)?;
        let places: BTreeMap<&str, (usize, usize)> =
            found.iter().map(|(id, row, first)| (id.as_str(), (*row, *first))).collect();
        let mut rows = Vec::new();
        for (a, b, _) in &self.decided {
            let [Some(a), Some(b)] = [a, b].map(|id| places.get(id.as_str())) else { continue };
            if a.1 == first || b.1 == first {
                rows.extend([a.0, b.0]);
            }
        }
        Ok(rows)
    }

    /// An index of `rows`, which are in ascending order, that also knows the words of `query`.
    fn part(&self, rows: Vec<StoredRow>, query: &Passage) -> Result<Index, StoreError> {
        let dim = self.manifest().model["dim"].as_u64().unwrap_or(0) as usize;
        let mut lengths: Vec<f32> =
            rows.iter().filter_map(|row| row.lengths.first()).copied().collect();
        lengths.extend(rows.iter().flat_map(|row| row.lengths.iter().skip(1)));
        let table = |numbers: Vec<f32>, name: &str| {
            let table = Array2::from_shape_vec((numbers.len() / dim.max(1), dim), numbers);
            let table = table.map_err(|error| self.opened.damaged(name, error.to_string()))?;
            Embeddings::checked(table)
                .map_err(|(row, why)| self.opened.damaged(name, format!("row {row}: {why}")))
        };
        let vectors = Vectors {
            texts: table(
                rows.iter().flat_map(|row| row.vector.iter().copied()).collect(),
                file::VECTORS,
            )?,
            statements: table(
                rows.iter().flat_map(|row| row.statements.iter().copied()).collect(),
                file::STATEMENTS,
            )?,
        };
        let recommendations: Vec<_> = rows.into_iter().map(|row| row.recommendation).collect();
        let passages = super::passages(&recommendations);
        let size = self.whole.lexicon;
        let stems = judge::stems(passages.iter().chain([query]), size);
        let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
        let lexicon = Lexicon::of_part(size, self.rows().terms(&stems)?);
        let fitted = Fitted { lengths, ..self.fitted.clone() };
        let linker =
            Linker::of_part(passages, vectors, fitted, lexicon).ok_or_else(|| self.lost("rows"))?;
        let pair = |(a, b, said): &(String, String, Said)| {
            let [a, b] = [a, b].map(|id| find_row(&recommendations, id).ok());
            Some(DecidedPair { a: a?, b: b?, said: *said })
        };
        let decided = self.decided.iter().filter_map(pair).collect();
        let opened = Arc::clone(&self.opened);
        Ok(Index::of_part(opened, recommendations, decided, (Grains::default(), linker)))
    }

    fn lost(&self, what: &str) -> StoreError {
        self.opened.damaged(file::RECOMMENDATIONS, format!("`{what}` has no row"))
    }

    /// The error for an id that the index has not.
    fn unknown(&self, id: &str) -> Result<UnknownId, StoreError> {
        let wanted = id.to_lowercase();
        let stem: String = wanted.chars().take_while(|c| c.is_alphabetic()).collect();
        let like = if stem.is_empty() { &wanted } else { &stem };
        Ok(UnknownId { id: id.to_owned(), suggestions: self.rows().ids_like(like, 3)? })
    }
}
