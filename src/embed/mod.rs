//! Text -> [`Embedding`]. Knows no document format and no index.
//!
//! A text's vector depends on nothing but the text and the model: each text runs alone, on one
//! thread, so neither its neighbors in a batch nor the number of cores changes a digit of it.

mod bundled;
mod hashing;
mod onnx;
pub mod runtime;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::{Embedding, NoDirection, Progress, TokenPart};

use bundled::Bundled;
pub use hashing::Hashing;
pub use onnx::Onnx;

/// The model used unless another is named; compiled in. [`PLAIN_MODEL`], adapted to the question
/// whether two passages ask for the same.
pub const DEFAULT_MODEL: &str = "concord/MiniLM-L6-asks";

/// The general model that the default one was made from; compiled in.
pub const PLAIN_MODEL: &str = "sentence-transformers/all-MiniLM-L6-v2";

/// What must agree before two vectors may be compared.
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
    /// Tokens read of a text; the rest is cut off.
    pub max_tokens: usize,
}

/// Of each text the parts of its tokens; `None` where a model has none.
pub type TokenParts = Option<Vec<Vec<TokenPart>>>;

/// Turns texts into embeddings of one model.
pub trait Embedder: Send {
    /// The model.
    fn model(&self) -> &ModelInfo;

    /// One embedding per text, in the order of `texts`.
    ///
    /// # Errors
    /// [`EmbedError::Run`] if the model fails on a text.
    fn embed(&mut self, texts: &[&str], on: &dyn Progress) -> Result<Vec<Embedding>, EmbedError>;

    /// The parts that the tokens of each text have in its embedding, in the order of `texts`; `None` where
    /// the model's vector is no sum over tokens.
    ///
    /// # Errors
    /// [`EmbedError::Run`] if the model fails on a text.
    fn token_parts(&mut self, texts: &[&str], on: &dyn Progress) -> Result<TokenParts, EmbedError>;
}

/// Why there are no embeddings.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum EmbedError {
    #[error(transparent)]
    Runtime(#[from] runtime::RuntimeError),
    #[error("cannot load model `{id}`: {why}")]
    Load { id: String, why: String },
    #[error(
        "there is no model `{id}`: it is neither built in (`{DEFAULT_MODEL}`, `{PLAIN_MODEL}`, `{}`), \
         nor a folder with a model.toml, nor known to fastembed",
        Hashing::ID
    )]
    Unknown { id: String },
    #[error("cannot fetch model `{id}` from its hub: {why}")]
    Hub { id: String, why: String },
    #[error("{path}: {why}")]
    ModelFile { path: PathBuf, why: String },
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
    /// Concord's cache folder, for what is downloaded once; `None` where the system names none.
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

/// Opens the model called `id`: a built-in one, [`Hashing`], a folder with a `model.toml`, or any
/// that fastembed knows, fetched from its hub on first use.
///
/// # Errors
/// [`EmbedError`] if the runtime is missing, or the model cannot be found or loaded.
pub fn open(
    id: &str,
    options: &ModelOptions,
    on: &dyn Progress,
) -> Result<Box<dyn Embedder>, EmbedError> {
    if id == Hashing::ID {
        return Ok(Box::new(Hashing::new()));
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

/// A model that can be named, and whether it is at hand.
#[derive(Debug, Clone, Serialize)]
pub struct ModelEntry {
    /// Its name, for `--model`.
    pub id: String,
    /// Components of its vectors.
    pub dim: usize,
    /// What it is.
    pub description: String,
    /// Whether it works without a network.
    pub built_in: bool,
}

/// Every model that `open` takes by name, the built-in ones first.
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
