//! Models given as files: those compiled in, and the user's own folders.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{EmbedError, ModelInfo};

/// The files and facts that a session needs.
pub(super) struct ModelFiles {
    pub(super) info: ModelInfo,
    /// Text to put before each input.
    pub(super) prefix: String,
    pub(super) onnx: Vec<u8>,
    pub(super) tokenizer: Vec<u8>,
    pub(super) config: Vec<u8>,
    pub(super) special_tokens_map: Vec<u8>,
    pub(super) tokenizer_config: Vec<u8>,
    /// The judge that reads its token vectors, if there is one.
    pub(super) judge: Option<Vec<u8>>,
}

/// `model.toml`.
#[derive(Deserialize)]
struct Description {
    id: String,
    dim: usize,
    pooling: String,
    max_tokens: usize,
    #[serde(default)]
    prefix: String,
    sha256: BTreeMap<String, String>,
}

/// Name of the judge's file; a model has one if its `model.toml` gives its sum.
const JUDGE: &str = "judge.onnx";

macro_rules! bundled {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/", $name))
    };
}

/// A model compiled into the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bundled {
    /// all-MiniLM-L6-v2 as published.
    Plain,
    /// The same, with its upper layers trained to tell what a passage asks for.
    Asks,
}

/// How the weights of [`Bundled::Plain`] become those of [`Bundled::Asks`].
#[derive(Deserialize)]
struct Replacement {
    /// Byte offset in `model.onnx` at which `weights.bin` belongs.
    offset: usize,
}

impl Bundled {
    /// All bundled models, the default first.
    pub(super) const ALL: [Self; 2] = [Self::Asks, Self::Plain];

    /// The bundled model named `id`.
    pub(super) fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.description().id == id)
    }

    /// Facts about the model, without its weights.
    pub(super) fn info(self) -> ModelInfo {
        info(&self.description())
    }

    /// What the model is for, in a few words.
    pub(super) fn purpose(self) -> &'static str {
        match self {
            Self::Plain => "English sentences of any kind",
            Self::Asks => "what English recommendations ask for; the default",
        }
    }

    /// The files of the model.
    pub(super) fn files(self) -> ModelFiles {
        files(self.description(), |name| {
            Ok(match name {
                "model.onnx" => self.weights(),
                "tokenizer.json" => bundled!("all-MiniLM-L6-v2/tokenizer.json").to_vec(),
                "config.json" => bundled!("all-MiniLM-L6-v2/config.json").to_vec(),
                JUDGE => bundled!("MiniLM-L6-asks/judge.onnx").to_vec(),
                "special_tokens_map.json" => {
                    bundled!("all-MiniLM-L6-v2/special_tokens_map.json").to_vec()
                }
                _ => bundled!("all-MiniLM-L6-v2/tokenizer_config.json").to_vec(),
            })
        })
        .expect("reading compiled-in files cannot fail")
    }

    fn weights(self) -> Vec<u8> {
        let mut bytes = bundled!("all-MiniLM-L6-v2/model.onnx").to_vec();
        if self == Self::Asks {
            let new = bundled!("MiniLM-L6-asks/weights.bin");
            let Replacement { offset } = parse(self.text());
            bytes[offset..offset + new.len()].copy_from_slice(new);
        }
        bytes
    }

    fn text(self) -> &'static [u8] {
        match self {
            Self::Plain => bundled!("all-MiniLM-L6-v2/model.toml"),
            Self::Asks => bundled!("MiniLM-L6-asks/model.toml"),
        }
    }

    fn description(self) -> Description {
        parse(self.text())
    }
}

fn parse<T: serde::de::DeserializeOwned>(bundled: &[u8]) -> T {
    toml::from_slice(bundled).expect("a bundled model.toml is valid; a test reads it")
}

/// The files of the model in `folder`, checked against the SHA-256 sums of its `model.toml`.
#[expect(clippy::disallowed_methods, reason = "a model folder is one of the edges")]
pub(super) fn from_folder(folder: &Path) -> Result<ModelFiles, EmbedError> {
    let wrong = |name: &str, why: String| EmbedError::ModelFile { path: folder.join(name), why };
    let text = std::fs::read_to_string(folder.join("model.toml"))
        .map_err(|error| wrong("model.toml", error.to_string()))?;
    let description: Description =
        toml::from_str(&text).map_err(|error| wrong("model.toml", error.message().to_owned()))?;
    let sums = description.sha256.clone();
    files(description, |name| {
        let bytes =
            std::fs::read(folder.join(name)).map_err(|error| wrong(name, error.to_string()))?;
        let found = hex(&Sha256::digest(&bytes));
        match sums.get(name) {
            Some(expected) if *expected != found => Err(wrong(
                name,
                format!("SHA-256 is {found}, but model.toml says {expected}; fetch the file again"),
            )),
            _ => Ok(bytes),
        }
    })
}

fn files(
    description: Description,
    read: impl Fn(&str) -> Result<Vec<u8>, EmbedError>,
) -> Result<ModelFiles, EmbedError> {
    Ok(ModelFiles {
        onnx: read("model.onnx")?,
        tokenizer: read("tokenizer.json")?,
        config: read("config.json")?,
        special_tokens_map: read("special_tokens_map.json")?,
        tokenizer_config: read("tokenizer_config.json")?,
        judge: description.sha256.contains_key(JUDGE).then(|| read(JUDGE)).transpose()?,
        info: info(&description),
        prefix: description.prefix,
    })
}

fn info(description: &Description) -> ModelInfo {
    ModelInfo {
        id: description.id.clone(),
        sha256: description.sha256.get("model.onnx").cloned(),
        dim: description.dim,
        pooling: description.pooling.clone(),
        max_tokens: description.max_tokens,
        judge: description.sha256.get(JUDGE).cloned(),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_files_are_those_that_model_toml_names() {
        for bundled in Bundled::ALL {
            let model = bundled.files();
            assert_eq!(model.info.sha256, Some(hex(&Sha256::digest(&model.onnx))));
            let sums = bundled.description().sha256;
            assert_eq!(sums["tokenizer.json"], hex(&Sha256::digest(&model.tokenizer)));
            let judge = model.judge.map(|judge| hex(&Sha256::digest(&judge)));
            assert_eq!(sums.get(JUDGE), judge.as_ref());
        }
        assert_eq!(Bundled::ALL[0].info().id, super::super::DEFAULT_MODEL);
        assert_eq!(Bundled::ALL[1].info().id, super::super::PLAIN_MODEL);
    }
}
