//! Models given as files: the one compiled in, and folders of the user's.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{EmbedError, ModelInfo};

/// Everything that a session needs.
pub(super) struct ModelFiles {
    pub(super) info: ModelInfo,
    /// Put before each text.
    pub(super) prefix: String,
    pub(super) onnx: Vec<u8>,
    pub(super) tokenizer: Vec<u8>,
    pub(super) config: Vec<u8>,
    pub(super) special_tokens_map: Vec<u8>,
    pub(super) tokenizer_config: Vec<u8>,
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

macro_rules! bundled {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/all-MiniLM-L6-v2/", $name))
    };
}

/// What the default model is, without its weights.
pub(super) fn default_info() -> ModelInfo {
    info(&default_description())
}

fn default_description() -> Description {
    let text = std::str::from_utf8(bundled!("model.toml"));
    let text = text.expect("the bundled model.toml is text; a test reads it");
    toml::from_str(text).expect("the bundled model.toml is valid; a test reads it")
}

/// The files of the default model.
pub(super) fn default_model() -> ModelFiles {
    files(default_description(), |name| {
        Ok(match name {
            "model.onnx" => bundled!("model.onnx").to_vec(),
            "tokenizer.json" => bundled!("tokenizer.json").to_vec(),
            "config.json" => bundled!("config.json").to_vec(),
            "special_tokens_map.json" => bundled!("special_tokens_map.json").to_vec(),
            _ => bundled!("tokenizer_config.json").to_vec(),
        })
    })
    .expect("reading compiled-in files cannot fail")
}

/// The files of a model in `folder`, checked against the SHA-256 sums of its `model.toml`.
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
        let model = default_model();
        assert_eq!(model.info.id, super::super::DEFAULT_MODEL);
        assert_eq!(model.info.sha256, Some(hex(&Sha256::digest(&model.onnx))));
        let text = std::str::from_utf8(bundled!("model.toml")).unwrap();
        let sums = toml::from_str::<Description>(text).unwrap().sha256;
        assert_eq!(sums["tokenizer.json"], hex(&Sha256::digest(&model.tokenizer)));
    }
}
