//! Text -> [`Embedding`]. Knows no document format and no index.
//!
//! The vector of a text depends only on the text and the model. Each text runs alone, on one thread,
//! so neither its batch nor the number of cores changes a digit.

mod bundled;
mod cross;
mod hashing;
mod judge;
mod known;
mod means;
mod memory;
mod onnx;
pub mod runtime;
mod sessions;
mod workers;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::{Embedding, NoDirection, Opinion, Progress, TokenPart};

use bundled::Bundled;
pub use hashing::Hashing;
pub use onnx::Onnx;

/// The default model, compiled in: [`PLAIN_MODEL`], trained to tell whether two passages ask for the
/// same.
pub const DEFAULT_MODEL: &str = "concord/MiniLM-L6-asks";

/// The general model from which the default was made, compiled in.
pub const PLAIN_MODEL: &str = "sentence-transformers/all-MiniLM-L6-v2";

/// A model of nine languages, compiled in: recommendations of one language are compared with those of
/// another.
pub const MULTILINGUAL_MODEL: &str = "concord/multilingual-e5-small";

/// Facts about a model; two vectors can be compared only if all of these agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Name of the model.
    pub id: String,
    /// SHA-256 of the weights, lower-case hex; `None` for a model without a file of weights.
    pub sha256: Option<String>,
    /// Components of a vector.
    pub dim: usize,
    /// How token vectors become one: `mean`, `cls`, or `none` for a model without tokens.
    pub pooling: String,
    /// Most tokens read from a text; the rest is cut off.
    pub max_tokens: usize,
    /// SHA-256 of the judge that reads two texts together, lower-case hex; `None` if there is none.
    #[serde(default)]
    pub judge: Option<String>,
    /// SHA-256 of the cross-encoder that reads what the judge leaves open, lower-case hex; `None` if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross: Option<String>,
    /// SHA-256 of the mean vectors of languages that are taken from its vectors, lower-case hex; `None` for a
    /// model whose vectors stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub means: Option<String>,
}

/// For each text, the parts of its tokens; `None` if the model gives none.
pub type TokenParts = Option<Vec<Vec<TokenPart>>>;

/// Turns texts into embeddings with one model.
pub trait Embedder: Send {
    /// Facts about the model.
    fn model(&self) -> &ModelInfo;

    /// Prepares for being asked often: opens what a question of a few texts would not open by itself, and keeps what
    /// the next one may need again. It changes no answer.
    fn keep_ready(&mut self) {}

    /// One embedding per text, in the order of `texts`.
    ///
    /// # Errors
    /// [`EmbedError::Run`] if the model fails on a text.
    fn embed(&mut self, texts: &[&str], on: &dyn Progress) -> Result<Vec<Embedding>, EmbedError>;

    /// What each token contributes to the embedding of its text, in the order of `texts`. `None` if the
    /// model's vector is not a sum over tokens.
    ///
    /// # Errors
    /// [`EmbedError::Run`] if the model fails on a text.
    fn token_parts(&mut self, texts: &[&str], on: &dyn Progress) -> Result<TokenParts, EmbedError>;

    /// What the model's judge says of `pairs` of positions in `texts`, in the order of `pairs`. The
    /// order within a pair makes no difference. `None` if the model has no judge.
    ///
    /// # Errors
    /// [`EmbedError::Run`] if the model fails on a text, [`EmbedError::Judge`] if the judge fails.
    fn judge(
        &mut self,
        texts: &[&str],
        pairs: &[(usize, usize)],
        on: &dyn Progress,
    ) -> Result<Option<Vec<Opinion>>, EmbedError> {
        let _ = (texts, pairs, on);
        Ok(None)
    }

    /// What the model's cross-encoder says of `pairs` of texts, in their order. The order within a pair makes no
    /// difference. `None` if the model has none.
    ///
    /// # Errors
    /// [`EmbedError::Judge`] if it fails.
    fn read_closely(
        &mut self,
        pairs: &[(&str, &str)],
        on: &dyn Progress,
    ) -> Result<Option<Vec<Opinion>>, EmbedError> {
        let _ = (pairs, on);
        Ok(None)
    }
}

/// Why a text cannot be embedded.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum EmbedError {
    #[error(transparent)]
    Runtime(#[from] runtime::RuntimeError),
    #[error("there is not enough memory for model `{id}`, which needs {} MB", memory::MODEL_BYTES >> 20)]
    Memory { id: String },
    #[error("cannot load model `{id}`: {why}")]
    Load { id: String, why: String },
    #[error(
        "there is no model `{id}`: it is neither built in (`{DEFAULT_MODEL}`, `{PLAIN_MODEL}`, \
         `{MULTILINGUAL_MODEL}` or `multilingual` for short, `{}`), \
         nor a folder with a model.toml, nor known to fastembed",
        Hashing::ID
    )]
    Unknown { id: String },
    #[error("cannot fetch model `{id}` from its hub: {why}")]
    Hub { id: String, why: String },
    #[error("{path}: {why}")]
    ModelFile { path: PathBuf, why: String },
    #[error("the judge of model `{id}` failed: {why}")]
    Judge { id: String, why: String },
    #[error("the model failed on text {number} ({start:?}): {why}")]
    Run { number: usize, start: String, why: String },
}

impl EmbedError {
    fn run(number: usize, text: &str, why: &(impl ToString + ?Sized)) -> Self {
        let start = text.chars().take(40).collect();
        Self::Run { number: number + 1, start, why: why.to_string() }
    }

    fn no_direction(number: usize, text: &str, why: NoDirection) -> Self {
        Self::run(number, text, &why)
    }
}

/// How to open a model.
#[derive(Debug, Clone)]
pub struct ModelOptions {
    /// Concord's cache folder for downloads; `None` if the system names none.
    pub cache: Option<PathBuf>,
    /// Sessions to run side by side, at least 1. Changes speed only.
    pub threads: usize,
}

impl Default for ModelOptions {
    /// One session, and no cache.
    fn default() -> Self {
        Self { cache: None, threads: 1 }
    }
}

/// The embedder for the model named `id`.
///
/// `id` names a built-in model (`multilingual` is short for [`MULTILINGUAL_MODEL`]), [`Hashing`], a folder with a `model.toml`, or any model that fastembed
/// knows, which is downloaded from its hub on first use.
///
/// # Errors
/// [`EmbedError`] if the runtime is missing, if memory is, or if the model cannot be found or loaded.
pub fn open(
    id: &str,
    options: &ModelOptions,
    on: &dyn Progress,
) -> Result<Box<dyn Embedder>, EmbedError> {
    if id == Hashing::ID {
        return Ok(Box::new(Hashing::new()));
    }
    if !memory::has_room(memory::MODEL_BYTES) {
        return Err(EmbedError::Memory { id: id.to_owned() });
    }
    runtime::load(options.cache.as_deref(), on)?;
    let files = if let Some(bundled) = Bundled::named(id) {
        bundled.files()
    } else if Path::new(id).join("model.toml").is_file() {
        bundled::from_folder(Path::new(id))?
    } else {
        return Ok(Box::new(onnx::from_hub(id, options, on)?));
    };
    Ok(Box::new(Onnx::open(files, options.threads, on)?))
}

/// A model that can be opened by name, and whether it is built in.
#[derive(Debug, Clone, Serialize)]
pub struct ModelEntry {
    /// Name to pass as `--model`.
    pub id: String,
    /// Components of its vectors.
    pub dim: usize,
    /// What the model is, in a few words.
    pub description: String,
    /// Whether it works without a network.
    pub built_in: bool,
}

/// Every model that [`open`] accepts by name, built-in ones first.
#[must_use]
pub fn known_models() -> Vec<ModelEntry> {
    let entry = |id: String, dim, description: &str| ModelEntry {
        id,
        dim,
        description: description.into(),
        built_in: true,
    };
    let mut models: Vec<ModelEntry> = Bundled::ALL
        .iter()
        .map(|model| entry(model.info().id, model.info().dim, model.purpose()))
        .collect();
    let hashed = "hashed words, no meaning; needs no runtime";
    models.push(entry(Hashing::ID.into(), Hashing::DIM, hashed));
    models.extend(onnx::hub_models());
    models
}
