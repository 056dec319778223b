//! `manifest.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{FORMAT_VERSION, PIPELINE_VERSION, Place, StoreError, file, peek};
use crate::domain::{Agency, Corpus, DocumentInfo, Grains, HnswConfig, Judging};

/// What an index is made of. Holds no time and no path, so that equal input gives equal bytes. In the file, a
/// last field `seal` holds the BLAKE3 of every byte before it.
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
    pub graph: HnswConfig,
    /// Which pairs the judge read.
    pub judging: Judging,
    /// The model of the second reader, if one graded pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<String>,
    /// What it holds, in numbers.
    pub counts: Counts,
    /// Title and documents of the corpus.
    pub corpus: CorpusInfo,
    /// Every other file of the index, by name.
    pub files: BTreeMap<String, FileSum>,
}

/// What an index holds, in numbers.
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

impl FileSum {
    /// Those of `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, blake3: blake3::hash(bytes).to_hex().to_string() }
    }
}

impl From<&DocumentInfo> for DocumentEntry {
    fn from(info: &DocumentInfo) -> Self {
        Self {
            id: info.id.clone(),
            title: (info.title != info.id).then(|| info.title.clone()),
            year: info.year,
            source: info.source.clone(),
        }
    }
}

impl From<&DocumentEntry> for DocumentInfo {
    fn from(entry: &DocumentEntry) -> Self {
        Self {
            id: entry.id.clone(),
            title: entry.title.clone().unwrap_or_else(|| entry.id.clone()),
            year: entry.year,
            source: entry.source.clone(),
        }
    }
}

impl CorpusInfo {
    /// The documents that `corpus.toml` describes, then those that only records name. A corpus without
    /// a title gets that of its only document.
    fn new(corpus: &Corpus) -> Self {
        let mut documents: Vec<DocumentEntry> = corpus.documents.iter().map(Into::into).collect();
        let described: BTreeSet<&str> = corpus.documents.iter().map(|d| d.id.as_str()).collect();
        let named: BTreeMap<&str, Option<i32>> = corpus
            .recommendations
            .iter()
            .filter_map(|r| Some((r.document.as_ref()?.as_str(), r.year)))
            .filter(|(id, _)| !described.contains(id))
            .collect();
        documents.extend(named.into_iter().map(|(id, year)| DocumentEntry {
            id: id.to_owned(),
            year,
            ..DocumentEntry::default()
        }));
        let usual = || match documents.as_slice() {
            [only] => only.title.clone().unwrap_or_else(|| only.id.clone()),
            _ => "Recommendations".to_owned(),
        };
        Self { title: corpus.title.clone().unwrap_or_else(usual), documents }
    }
}

impl Manifest {
    /// The manifest of an index of `corpus`, whose files are still to be written. `model` is the
    /// description of the embedding model, `concord` the version of the program.
    #[must_use]
    pub fn new(
        corpus: &Corpus,
        themes: &Grains,
        model: serde_json::Value,
        graph: HnswConfig,
        judging: Judging,
        concord: &str,
    ) -> Self {
        let agencies: BTreeSet<&Agency> =
            corpus.recommendations.iter().map(|r| &r.agency).collect();
        let info = CorpusInfo::new(corpus);
        Self {
            format_version: FORMAT_VERSION,
            pipeline_version: PIPELINE_VERSION,
            concord: concord.to_owned(),
            model,
            distance: "cosine".to_owned(),
            graph,
            judging,
            reader: None,
            counts: Counts {
                recommendations: corpus.recommendations.len(),
                agencies: agencies.len(),
                documents: info.documents.len(),
                themes: themes.theme.themes.len(),
                single: themes.theme.single.len(),
            },
            corpus: info,
            files: BTreeMap::new(),
        }
    }

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
        let manifest = serde_json::from_slice(bytes).map_err(damaged)?;
        if !is_sealed(bytes) {
            let why = "its content does not match its seal".to_owned();
            return Err(StoreError::Damaged { path: path.to_owned(), why });
        }
        Ok(manifest)
    }

    /// The manifest at `place`, of whatever format, if it is as a Concord wrote it.
    pub(super) fn intact_at(place: impl Into<Place>) -> Option<Self> {
        let bytes = peek(place, file::MANIFEST).ok()??;
        is_sealed(&bytes).then(|| serde_json::from_slice(&bytes).ok())?
    }

    /// The content of its file.
    pub(super) fn sealed(&self) -> Vec<u8> {
        let text = serde_json::to_string_pretty(self).expect("a manifest is text and numbers");
        let fields =
            text.strip_suffix("\n}").expect("an indented object ends in a line of its own");
        let before = format!("{fields},\n  \"seal\": \"");
        let seal = blake3::hash(before.as_bytes()).to_hex();
        format!("{before}{seal}{AFTER_SEAL}").into_bytes()
    }
}

/// The end of the file, after the seal.
const AFTER_SEAL: &str = "\"\n}";

/// Whether the content of a manifest's file is as [`Manifest::sealed`] made it, to the last bit.
fn is_sealed(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_suffix(AFTER_SEAL.as_bytes());
    let parts = bytes.and_then(|bytes| bytes.split_last_chunk::<{ 2 * blake3::OUT_LEN }>());
    parts.is_some_and(|(before, seal)| blake3::hash(before).to_hex().as_bytes() == seal)
}
