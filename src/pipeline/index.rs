//! An opened index: what was stored, ready to be asked.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::Error;
use crate::domain::{
    Agency, Build, DecidedPair, Filter, Grain, Grains, Link, Recommendation, Said, Theme, Themes,
    find_row,
};
use crate::embed::ModelInfo;
use crate::index::{self, Hnsw};
use crate::judge::{self, Fitted, Linker, Space, Unknown, Vectors};
use crate::store::{
    DocumentEntry, Manifest, Opened, Place, ServerState, Staging, StoreError, file, peek,
};
use crate::text::passage;
use crate::themes;

/// An index as [`build`](super::build) wrote it.
pub struct Index {
    pub(super) opened: Arc<Opened>,
    recommendations: Vec<Recommendation>,
    /// The pairs that people decided on.
    pub(super) decided: Vec<DecidedPair>,
    grains: Grains,
    pub(super) linker: Linker,
    pub(super) graph: Option<Hnsw>,
    /// The stored links, once somebody asked for them.
    pub(super) links: OnceLock<Vec<Link>>,
}

impl Index {
    /// Opens the index at `place` and checks it.
    ///
    /// # Errors
    /// [`StoreError`] if there is none, a file was changed, or another version wrote it.
    pub fn open(place: impl Into<Place>) -> Result<Self, StoreError> {
        let opened = Opened::open(place)?;
        let recommendations = opened.recommendations()?;
        let decided = opened.decided_pairs(&recommendations)?;
        let (grains, linker) = rayon::join(
            || opened.themes(&recommendations),
            || read_linker(&opened, &recommendations),
        );
        let parts = (grains?, linker?);
        Ok(Self::of_part(Arc::new(opened), recommendations, decided, parts))
    }

    /// An index of some rows of the one that was `opened`, or of all.
    pub(super) fn of_part(
        opened: Arc<Opened>,
        recommendations: Vec<Recommendation>,
        decided: Vec<DecidedPair>,
        (grains, linker): (Grains, Linker),
    ) -> Self {
        let links = OnceLock::new();
        Self { grains, linker, graph: None, links, opened, recommendations, decided }
    }

    /// Opens the graph, which from then on answers queries without a filter: in a large index it is faster
    /// than a comparison with every recommendation. For a process that answers many queries;
    /// [`graph_pays`](Self::graph_pays) tells how many. An index that lies in no folder has no such graph.
    ///
    /// # Errors
    /// [`StoreError`] if a file was changed, [`Error::Graph`] if the graph cannot be read.
    pub fn open_graph(&mut self) -> Result<(), Error> {
        let Some(folder) = self.opened.folder() else { return Ok(()) };
        self.check_all()?;
        let config = self.manifest().graph;
        self.graph = Some(Hnsw::read(folder, &self.linker.vectors().texts, config)?);
        Ok(())
    }

    /// Whether `n_queries` are answered sooner with the graph, including the time to open it.
    #[must_use]
    pub fn graph_pays(&self, n_queries: usize, filter: &Filter) -> bool {
        self.opened.folder().is_some()
            && filter.is_open()
            && index::graph_pays(self.linker.len(), n_queries)
    }

    /// Name of the model that the index at `place` was built with, from its unchecked manifest; `None`
    /// if it does not say.
    #[must_use]
    pub fn model_at(place: impl Into<Place>) -> Option<String> {
        let manifest = peek(place, file::MANIFEST).ok()??;
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).ok()?;
        Some(manifest["model"]["id"].as_str()?.to_owned())
    }

    /// What the index is made of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.opened.manifest
    }

    /// The recommendations, by id. Rows are positions in this list.
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
        self.grains.at(grain)
    }

    /// The row of the recommendation called `id`.
    ///
    /// # Errors
    /// [`Error::UnknownId`] with ids that look like it.
    pub fn row(&self, id: &str) -> Result<usize, Error> {
        Ok(find_row(&self.recommendations, id)?)
    }

    /// The theme with this id or label.
    ///
    /// # Errors
    /// [`Error::Edit`] if there is none, or several.
    pub fn theme(&self, name: &str) -> Result<&Theme, Error> {
        let build = Build { recommendations: &self.recommendations, themes: self.themes() };
        Ok(themes::named(build, name)?)
    }

    /// Checks that vectors of `model` can be compared with those of the index.
    ///
    /// # Errors
    /// [`StoreError::OtherModel`].
    pub fn check_model(&self, model: &ModelInfo) -> Result<(), StoreError> {
        check_model(&self.opened, model)
    }

    /// Name of the model that the index was built with.
    #[must_use]
    pub fn model_id(&self) -> &str {
        self.manifest().model["id"].as_str().unwrap_or_default()
    }

    /// Checks every file, including the large ones that [`open`](Self::open) leaves for later.
    ///
    /// # Errors
    /// The first file that was changed.
    pub fn check_all(&self) -> Result<(), StoreError> {
        self.opened.check_all()
    }

    /// Whether people's decisions were edited since the index was built. The next build or decision applies
    /// them.
    ///
    /// # Errors
    /// [`StoreError::Decisions`] if they are lost or cannot be understood.
    pub fn decisions_edited(&self) -> Result<bool, StoreError> {
        self.opened.decisions_edited()
    }

    /// The server of the database that it lies in; `None` for a folder.
    ///
    /// # Errors
    /// [`StoreError`] if the server cannot be asked.
    pub fn server(&self) -> Result<Option<ServerState>, StoreError> {
        self.opened.rows().map(|rows| rows.server()).transpose()
    }

    /// The agencies, by name.
    #[must_use]
    pub fn agencies(&self) -> Vec<&Agency> {
        let names: BTreeSet<&Agency> = self.recommendations.iter().map(|r| &r.agency).collect();
        names.into_iter().collect()
    }

    /// What compares its recommendations, by row.
    #[must_use]
    pub fn into_linker(self) -> Linker {
        self.linker
    }

    /// The words of `query` that no recommendation has, and the words of the index that may be meant.
    #[must_use]
    pub fn unknown_words(&self, query: &str) -> Unknown {
        self.linker.unknown_words(&passage(query))
    }

    /// The links between first copies of texts, with what people decided, by rows; read once.
    pub(super) fn first_links(&self) -> Result<&[Link], StoreError> {
        if self.links.get().is_none() {
            let links = self.opened.links(self.recommendations.len())?;
            // Two threads that read at once read the same.
            let _ = self.links.set(judge::with_decided(links, &self.decided, &self.linker));
        }
        Ok(self.links.get().map_or(&[], Vec::as_slice))
    }

    /// The links between recommendations and those that copies of a text share, by rows.
    pub(super) fn links(&self) -> Result<Vec<Link>, StoreError> {
        Ok(judge::with_copies(self.first_links()?.to_vec(), &self.linker))
    }

    /// Rows that people said to ask for the same as `row`.
    pub(super) fn same_as(&self, row: usize) -> Vec<usize> {
        let first = |row: usize| self.linker.first_of(row);
        let mut found: Vec<usize> = Vec::new();
        for DecidedPair { a, b, said } in &self.decided {
            for (own, other) in [(*a, *b), (*b, *a)] {
                if *said == Said::Same && first(own) == first(row) {
                    found.push(other);
                }
            }
        }
        found
    }

    /// The year of recommendation `row`, or that of its document.
    #[must_use]
    pub fn year(&self, row: usize) -> Option<i32> {
        let found = &self.recommendations[row];
        let of_document = || self.document(found.document.as_ref()?.as_str())?.year;
        found.year.or_else(of_document)
    }

    /// What is known of recommendation `row` besides its text, one piece a line.
    pub(super) fn metadata(&self, row: usize) -> String {
        let found = &self.recommendations[row];
        let title = found.document.as_ref().map(|id| {
            let title = self.document(id.as_str()).and_then(|entry| entry.title.as_deref());
            title.unwrap_or(id.as_str())
        });
        let parts = [found.section.as_deref(), found.lead_in.as_deref(), title]
            .into_iter()
            .flatten()
            .chain(found.tags.iter().map(String::as_str));
        parts.fold(found.agency.to_string(), |all, part| all + "\n" + part)
    }

    /// What the corpus says of the document called `id`.
    #[must_use]
    pub fn document(&self, id: &str) -> Option<&DocumentEntry> {
        self.manifest().corpus.documents.iter().find(|entry| entry.id == id)
    }
}

/// Checks that vectors of `model` can be compared with those of the index that was `opened`.
pub(super) fn check_model(opened: &Opened, model: &ModelInfo) -> Result<(), StoreError> {
    let stored = &opened.manifest.model;
    if serde_json::to_value(model).is_ok_and(|loaded| loaded == *stored) {
        return Ok(());
    }
    let name = |id: Option<&str>, sum: Option<&str>| match sum {
        Some(sum) => format!("{} ({}…)", id.unwrap_or("?"), &sum[..sum.len().min(12)]),
        None => id.unwrap_or("?").to_owned(),
    };
    Err(StoreError::OtherModel {
        path: opened.place().path(),
        found: name(stored["id"].as_str(), stored["sha256"].as_str()),
        loaded: name(Some(&model.id), model.sha256.as_deref()),
    })
}

/// Writes what [`read_linker`] reads.
pub(super) fn write_linker(staging: &Staging<'_>, linker: &Linker) -> Result<(), StoreError> {
    let (vectors, fitted) = (linker.vectors(), linker.fitted());
    staging.write_table(file::VECTORS, &vectors.texts.view())?;
    staging.write_table(file::STATEMENTS, &vectors.statements.view())?;
    staging.write_table(file::SPACE, &fitted.space.to_table().view())?;
    staging.write_column(file::LENGTHS, &fitted.lengths)?;
    staging.write_json(file::SCALE, &fitted.scale)?;
    staging.write_json(file::CALIBRATION, &fitted.calibration)
}

/// What was fitted to the corpus, without the lengths of its texts.
pub(super) fn read_fitted(opened: &Opened) -> Result<Fitted, StoreError> {
    let space = Space::parse(&opened.table(file::SPACE)?.view())
        .ok_or_else(|| opened.damaged(file::SPACE, "it has another shape".into()))?;
    Ok(Fitted {
        space,
        lengths: Vec::new(),
        scale: opened.json(file::SCALE)?,
        calibration: opened.json(file::CALIBRATION)?,
    })
}

fn read_linker(opened: &Opened, recommendations: &[Recommendation]) -> Result<Linker, StoreError> {
    let vectors = Vectors {
        texts: opened.embeddings(file::VECTORS)?,
        statements: opened.embeddings(file::STATEMENTS)?,
    };
    let lengths = opened.table(file::LENGTHS)?.iter().copied().collect();
    let fitted = Fitted { lengths, ..read_fitted(opened)? };
    let passages = super::passages(recommendations);
    Linker::from_fitted(passages, vectors, fitted).ok_or_else(|| {
        opened.damaged(file::VECTORS, "its number of rows is not the number of texts".into())
    })
}

/// The stored links of an index with what people decided of `pairs`.
pub(super) fn links_with(
    pairs: &[DecidedPair],
    opened: &Opened,
    recommendations: &[Recommendation],
) -> Result<Vec<Link>, StoreError> {
    let links = opened.links(recommendations.len())?;
    if pairs.is_empty() {
        return Ok(links);
    }
    let linker = read_linker(opened, recommendations)?;
    Ok(judge::with_decided(links, pairs, &linker))
}
