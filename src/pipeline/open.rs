//! A stored index, opened.

use std::path::Path;

use rayon::prelude::*;

use super::copies;
use super::files::{self, derived};
use super::measured::measured;
use super::{Error, VERSION};
use crate::compare;
use crate::domain::{
    Agenda, DocumentInfo, Grain, Grains, Link, Method, Overlap, Passage, Recommendation, Relation,
    Themes,
};
use crate::embed::ModelInfo;
use crate::index::{Hnsw, HnswConfig};
use crate::ingest::records::parse_jsonl;
use crate::judge::{Fitted, Linker, Space, THRESHOLD, Vectors};
use crate::store::{DocumentEntry, Manifest, Opened, StoreError, file, peek};
use crate::text::passage;

/// An index as [`build`](super::build) wrote it.
pub struct Index {
    opened: Opened,
    recommendations: Vec<Recommendation>,
    grains: Grains,
    linker: Linker,
    graph: Option<Hnsw>,
}

impl Index {
    /// Opens the index at `path` and checks it.
    ///
    /// # Errors
    /// [`StoreError`] if there is none, or it was changed, or written by another version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let opened = Opened::open(path)?;
        let recommendations = recommendations(&opened)?;
        let (grains, linker) = rayon::join(
            || files::themes(&opened, &recommendations),
            || linker(&opened, &recommendations),
        );
        Ok(Self { grains: grains?, linker: linker?, graph: None, opened, recommendations })
    }

    /// Opens the graph, with which questions without a filter are answered from then on: in a large
    /// index sooner than by comparing with every recommendation. For a process that answers many;
    /// [`graph_pays`](Self::graph_pays) says how many these are.
    ///
    /// # Errors
    /// [`StoreError`] if a file was changed, [`Error::Graph`] if the graph cannot be read.
    pub fn open_graph(&mut self) -> Result<(), Error> {
        self.check_all()?;
        let stored = self.manifest().graph;
        let config = HnswConfig {
            m: stored.m,
            ef_construction: stored.ef_construction,
            ef_search: stored.ef_search,
        };
        self.graph = Some(Hnsw::read(self.opened.path(), &self.vectors().texts, config)?);
        Ok(())
    }

    pub(super) fn graph(&self) -> Option<&Hnsw> {
        self.graph.as_ref()
    }

    /// Name of the model that the index at `path` was built with, as its manifest says, unchecked;
    /// `None` where it does not say.
    #[must_use]
    pub fn model_at(path: &Path) -> Option<String> {
        let manifest = peek(path, file::MANIFEST).ok()??;
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).ok()?;
        Some(manifest["model"]["id"].as_str()?.to_owned())
    }

    /// What the index is made of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.opened.manifest
    }

    /// The recommendations, by id; row *i* of everything else belongs to the *i*th.
    #[must_use]
    pub fn recommendations(&self) -> &[Recommendation] {
        &self.recommendations
    }

    /// The themes.
    #[must_use]
    pub fn themes(&self) -> &Themes {
        &self.grains.theme
    }

    /// The groups of another grain.
    #[must_use]
    pub fn grain(&self, grain: Grain) -> &Themes {
        self.grains.of(grain)
    }

    /// The row of the recommendation called `id`.
    ///
    /// # Errors
    /// [`Error::UnknownId`] with ids that look like it.
    pub fn row(&self, id: &str) -> Result<usize, Error> {
        row(&self.recommendations, id)
    }

    /// Checks that vectors of `model` may be compared with those of the index.
    ///
    /// # Errors
    /// [`StoreError::OtherModel`].
    pub fn check_model(&self, model: &ModelInfo) -> Result<(), StoreError> {
        let stored = &self.manifest().model;
        if serde_json::to_value(model).is_ok_and(|loaded| loaded == *stored) {
            return Ok(());
        }
        let name = |id: Option<&str>, sum: Option<&str>| match sum {
            Some(sum) => format!("{} ({}…)", id.unwrap_or("?"), &sum[..sum.len().min(12)]),
            None => id.unwrap_or("?").to_owned(),
        };
        Err(StoreError::OtherModel {
            path: self.opened.path().to_owned(),
            found: name(stored["id"].as_str(), stored["sha256"].as_str()),
            loaded: name(Some(&model.id), model.sha256.as_deref()),
        })
    }

    /// Name of the model that the index was built with.
    #[must_use]
    pub fn model_id(&self) -> &str {
        self.manifest().model["id"].as_str().unwrap_or_default()
    }

    /// Checks every file, the large ones too.
    ///
    /// # Errors
    /// The first file that was changed.
    pub fn check_all(&self) -> Result<(), StoreError> {
        self.opened.check_all()
    }

    pub(super) fn linker(&self) -> &Linker {
        &self.linker
    }

    pub(super) fn vectors(&self) -> &Vectors {
        self.linker.vectors()
    }

    /// Linked pairs, each once, by rows.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub fn links(&self) -> Result<Vec<Link>, StoreError> {
        let stored = files::links(&self.opened, self.recommendations.len())?;
        Ok(copies::spread(stored, &self.linker))
    }

    /// The year of recommendation `row`: its own, or that of its document.
    pub(super) fn year(&self, row: usize) -> Option<i32> {
        let found = &self.recommendations[row];
        let of_document = || self.document(found.document.as_ref()?.as_str())?.year;
        found.year.or_else(of_document)
    }

    /// The title of document `id`, where one is known.
    pub(super) fn document_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.document(id).and_then(|entry| entry.title.as_deref()).unwrap_or(id)
    }

    fn document(&self, id: &str) -> Option<&DocumentEntry> {
        self.manifest().corpus.documents.iter().find(|entry| entry.id == id)
    }

    /// The agenda that the corpus came with.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn agenda(&self) -> Result<Option<Agenda>, StoreError> {
        if !self.manifest().files.contains_key(file::AGENDA) {
            return Ok(None);
        }
        files::json(&self.opened, file::AGENDA).map(Some)
    }

    /// Everything that the overlap report says; `command` is how to make it again.
    ///
    /// # Errors
    /// [`StoreError`] if a part of the index cannot be read.
    pub fn overlap(&self, command: String) -> Result<Overlap, StoreError> {
        let links = self.links()?;
        let mut duplicates: Vec<Link> =
            links.iter().filter(|l| l.likeness.relation == Relation::Duplicate).copied().collect();
        duplicates.sort_by(|x, y| {
            y.likeness.duplicate.total_cmp(&x.likeness.duplicate).then((x.a, x.b).cmp(&(y.a, y.b)))
        });
        let challenges = self.challenges()?;
        Ok(Overlap {
            title: self.manifest().corpus.title.clone(),
            documents: self.documents(),
            agencies: compare::profiles(&self.recommendations, self.themes()),
            gaps: self.gaps(&links, &challenges)?,
            challenges,
            recommendations: self.recommendations.clone(),
            themes: self.themes().clone(),
            particulars: self.particulars(),
            duplicates,
            changes: None,
            method: Method {
                version: VERSION.to_owned(),
                model: self.model_id().to_owned(),
                overlap_threshold: THRESHOLD,
                duplicate_threshold: THRESHOLD,
                corpus: self.sum_of_corpus(),
                measured: measured(),
                takes_up_threshold: compare::TAKES_UP,
                command,
            },
        })
    }

    /// What names the recommendations compared, so that two reports can be told apart.
    fn sum_of_corpus(&self) -> String {
        let sum = self.manifest().files.get(file::RECOMMENDATIONS);
        sum.map_or_else(String::new, |sum| sum.blake3.clone())
    }

    fn documents(&self) -> Vec<DocumentInfo> {
        let entries = self.manifest().corpus.documents.iter();
        let info = |entry: &DocumentEntry| DocumentInfo {
            id: entry.id.clone(),
            title: entry.title.clone().unwrap_or_else(|| entry.id.clone()),
            year: entry.year,
            source: entry.source.clone(),
        };
        entries.map(info).collect()
    }

    pub(super) fn opened(&self) -> &Opened {
        &self.opened
    }
}

/// The row of the recommendation called `id`.
///
/// # Errors
/// [`Error::UnknownId`] with ids that look like it.
pub(super) fn row(recommendations: &[Recommendation], id: &str) -> Result<usize, Error> {
    let found = recommendations.binary_search_by(|r| r.id.as_str().cmp(id));
    let unknown =
        |_| Error::UnknownId { id: id.to_owned(), suggestions: ids_like(recommendations, id) };
    found.map_err(unknown)
}

fn ids_like(recommendations: &[Recommendation], id: &str) -> Vec<String> {
    let wanted = id.to_lowercase();
    let stem: String = wanted.chars().take_while(|c| c.is_alphabetic()).collect();
    let like = |known: &str| {
        let known = known.to_lowercase();
        known == wanted || (!stem.is_empty() && known.starts_with(&stem))
    };
    let ids = recommendations.iter().map(|r| r.id.as_str());
    ids.filter(|known| like(known)).take(3).map(str::to_owned).collect()
}

pub(super) fn recommendations(opened: &Opened) -> Result<Vec<Recommendation>, StoreError> {
    let bytes = opened.require(file::RECOMMENDATIONS)?;
    let path = opened.path().join(file::RECOMMENDATIONS).display().to_string();
    parse_jsonl(&path, &bytes)
        .map_err(|error| files::damaged(opened, file::RECOMMENDATIONS, error.within()))
}

fn linker(opened: &Opened, recommendations: &[Recommendation]) -> Result<Linker, StoreError> {
    let vectors = Vectors {
        texts: files::embeddings(opened, file::VECTORS)?,
        statements: files::embeddings(opened, derived::STATEMENTS)?,
    };
    let space = Space::parse(&files::table(opened, derived::SPACE)?.view())
        .ok_or_else(|| files::damaged(opened, derived::SPACE, "it has another shape".into()))?;
    let lengths = files::table(opened, derived::LENGTHS)?.iter().copied().collect();
    let fitted = Fitted {
        space,
        lengths,
        scale: files::json(opened, derived::SCALE)?,
        calibration: files::json(opened, derived::CALIBRATION)?,
    };
    let passages: Vec<Passage> =
        recommendations.par_iter().map(|r| passage(r.text.as_str())).collect();
    Linker::from_fitted(passages, vectors, fitted).ok_or_else(|| {
        files::damaged(
            opened,
            file::VECTORS,
            "it has another number of rows than there are texts".into(),
        )
    })
}
