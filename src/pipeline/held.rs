//! An index that a process keeps open while it changes on disk: what it needs to go on, to compare two of its
//! rows, and to build the next one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::judging::Ranked;
use super::options::{BuildConfig, Tools};
use super::{Error, Index};
use crate::domain::{
    Corpus, DocumentId, DocumentInfo, Filter, Hit, Language, Likeness, Query, Reader,
    Recommendation, Similar,
};
use crate::store::{Place, StoreError, file};

/// Files that an index reads after it was opened.
const READ_LATER: [&str; 6] = [
    file::AGENDA,
    file::AGENDA_VECTORS,
    file::AGENDA_LINKS,
    file::CHALLENGES,
    file::CHALLENGE_VECTORS,
    file::CHALLENGE_LINKS,
];

/// Attempts to hold an index that is replaced meanwhile.
const ATTEMPTS: usize = 5;

impl Index {
    /// Opens the index at `place` as [`open`](Self::open) does, with all that it may be asked for in
    /// memory: it goes on with what it opened when another index takes its place.
    ///
    /// # Errors
    /// [`StoreError`] as for [`open`](Self::open).
    pub fn open_held(place: impl Into<Place>) -> Result<Self, StoreError> {
        let place = place.into();
        let held = || {
            let mut index = Self::open(&place)?;
            index.first_links()?;
            let opened = Arc::get_mut(&mut index.opened).expect("nobody else has it yet");
            opened.hold(&READ_LATER)?;
            Ok(index)
        };
        // Between opening and holding, the folder may be replaced.
        let mut found = held();
        for _ in 1..ATTEMPTS {
            if found.is_ok() {
                break;
            }
            found = held();
        }
        found
    }

    /// The answer to `query`, and the `counted` rows of the whole index that are most like it, most probable
    /// first: what a filter would leave of them can be counted. `known` are these rows from an earlier search
    /// for the same text, or empty; what the judge read then is not read again.
    ///
    /// # Errors
    /// As [`similar`](Self::similar).
    pub fn search(
        &self,
        query: Query,
        filter: &Filter,
        counted: usize,
        known: &[Ranked],
        tools: &mut Tools<'_>,
    ) -> Result<(Similar, Vec<(usize, Likeness)>), Error> {
        let mut query = self.prepare(&[query], filter.explain, Some(tools))?;
        let open = Filter { k: counted, ..Filter::default() };
        let mut whole = match known {
            [] => self.ranked(&query, &open, Some(tools))?.remove(0),
            known => known.to_vec(),
        };
        if !filter.metadata {
            // The likeness to a text alone.
            let is_read = |(_, likeness): &&Ranked| likeness.read_by == Reader::Judge;
            query[0].read = whole.iter().filter(is_read).copied().collect();
        }
        let found = if filter.is_open() && !filter.metadata {
            whole.clone()
        } else {
            self.ranked(&query, filter, Some(tools))?.remove(0)
        };
        whole.truncate(counted);
        Ok((self.answer_to_search(&query[0], found, filter), whole))
    }

    /// How the recommendation `b` compares with the recommendation `a`.
    ///
    /// # Errors
    /// [`Error::UnknownId`], or [`Error::Store`] if the links cannot be read.
    pub fn compare(&self, a: &str, b: &str) -> Result<Hit, Error> {
        let query = self.prepare(&[Query::Id(a.to_owned())], false, None)?;
        let row = self.row(b)?;
        let found: Vec<Ranked> = vec![(row, self.linker.likeness(&query[0].passage, row))];
        let judged = self.judged(&query, vec![found], |_| None, None)?;
        Ok(self.hit(&query[0], row, judged[0][0].1, None))
    }

    /// The language of recommendation `row`, as its words are read; `None` if it is not known.
    #[must_use]
    pub fn language_of_row(&self, row: usize) -> Option<Language> {
        self.linker.language_of(&self.linker.passages()[row])
    }

    /// The corpus that the index was built from.
    ///
    /// # Errors
    /// [`StoreError`] if a part cannot be read.
    pub fn corpus(&self) -> Result<Corpus, StoreError> {
        let about = &self.manifest().corpus;
        Ok(Corpus {
            title: Some(about.title.clone()),
            documents: about.documents.iter().map(Into::into).collect(),
            recommendations: self.recommendations().to_vec(),
            agenda: self.opened.agenda()?,
            challenges: self.opened.challenges()?,
            problems: Vec::new(),
        })
    }

    /// The settings that the index was built with; a second reader is not asked again.
    #[must_use]
    pub fn build_config(&self) -> BuildConfig {
        BuildConfig {
            hnsw: self.manifest().graph,
            calibration: Some(self.linker.fitted().calibration),
            judging: self.manifest().judging,
            reader: None,
        }
    }
}

/// `corpus` without the documents `dropped` and with those in `new`, which replace documents of the same id.
/// Ids of recommendations are made distinct.
#[must_use]
pub fn with_documents(
    mut corpus: Corpus,
    dropped: &BTreeSet<DocumentId>,
    new: Vec<(DocumentInfo, Vec<Recommendation>)>,
) -> Corpus {
    let replaced: BTreeSet<&str> = new.iter().map(|(info, _)| info.id.as_str()).collect();
    let goes = |id: &str| replaced.contains(id) || dropped.iter().any(|gone| gone.as_str() == id);
    let of_gone =
        |record: &Recommendation| record.document.as_ref().is_some_and(|id| goes(id.as_str()));
    corpus.recommendations.retain(|record| !of_gone(record));
    corpus.challenges.retain(|record| !of_gone(record));
    corpus.documents.retain(|info| !goes(&info.id));
    for (info, records) in new {
        corpus.documents.push(info);
        corpus.recommendations.extend(records);
    }
    super::documents::keep_ids_apart(&mut corpus.recommendations);
    corpus.recommendations.sort_by(|a, b| a.id.cmp(&b.id));
    corpus
}
