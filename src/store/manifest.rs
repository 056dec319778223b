//! `manifest.json`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{FORMAT_VERSION, StoreError};

/// What an index is made of. Holds no time and no path, so that equal input gives equal bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// See [`PIPELINE_VERSION`](super::PIPELINE_VERSION).
    pub pipeline_version: u32,
    /// Version of Concord that wrote it.
    pub concord: String,
    /// The model, as `embed` describes it.
    pub model: serde_json::Value,
    /// How vectors are compared; always `cosine`.
    pub distance: String,
    /// Parameters of the graph.
    pub graph: GraphInfo,
    /// How much of everything.
    pub counts: Counts,
    /// Title and documents of the corpus.
    pub corpus: CorpusInfo,
    /// Every other file of the index, by name.
    pub files: BTreeMap<String, FileSum>,
}

/// Parameters of the HNSW graph, as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphInfo {
    /// Connections of a point in a layer.
    pub m: usize,
    /// Candidates looked at when a point goes in.
    pub ef_construction: usize,
    /// Candidates looked at in a search.
    pub ef_search: usize,
}

/// How much an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Recommendations, and rows of the vectors.
    pub recommendations: usize,
    /// Distinct agencies.
    pub agencies: usize,
    /// Distinct documents.
    pub documents: usize,
    /// Themes.
    pub themes: usize,
    /// Recommendations in no theme.
    pub single: usize,
}

/// What the corpus says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorpusInfo {
    /// Its title.
    pub title: String,
    /// Its documents, in the order of the corpus.
    pub documents: Vec<DocumentEntry>,
}

/// A document of the corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEntry {
    /// Its id.
    pub id: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Year of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Size and sum of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3, lower-case hex.
    pub blake3: String,
}

impl Manifest {
    /// Reads `bytes`, the content of the file at `path`.
    ///
    /// # Errors
    /// [`StoreError::OtherFormat`] or [`StoreError::Damaged`].
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Version {
            format_version: u32,
        }
        let damaged = |error: serde_json::Error| StoreError::Damaged {
            path: path.to_owned(),
            why: error.to_string(),
        };
        // The version is read first: the rest of another version may look different.
        let Version { format_version: found } = serde_json::from_slice(bytes).map_err(damaged)?;
        if found != FORMAT_VERSION {
            return Err(StoreError::OtherFormat { path: path.to_owned(), found });
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }
}
