//! Models given as files: those compiled in, and the user's own folders.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{EmbedError, ModelInfo, means::LanguageMeans};

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
    /// The cross-encoder that reads what the judge leaves open, if there is one.
    pub(super) cross: Option<Vec<u8>>,
    /// The means of languages to take from its vectors, if there are some.
    pub(super) means: Option<LanguageMeans>,
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
    /// Languages of the rows of [`MEANS`] after the first, by their codes.
    #[serde(default)]
    languages: Vec<String>,
    sha256: BTreeMap<String, String>,
}

/// Name of the judge's file; a model has one if its `model.toml` gives its sum.
const JUDGE: &str = "judge.onnx";

/// Name of the cross-encoder's file; a model has one if its `model.toml` gives its sum. It has the tokens of the model.
const CROSS: &str = "cross-encoder.onnx";

/// Name of the file of mean vectors; a model has one if its `model.toml` gives its sum.
const MEANS: &str = "language-means.f32";

/// What `--model` takes for the model of many languages, besides its name.
const MULTILINGUAL: &str = "multilingual";

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
    /// multilingual-e5-small with weights of 4 bits and the vocabulary of nine languages.
    Multilingual,
}

/// How the weights of [`Bundled::Plain`] become those of [`Bundled::Asks`].
#[derive(Deserialize)]
struct Replacement {
    /// Byte offset in `model.onnx` at which `weights.bin` belongs.
    offset: usize,
}

impl Bundled {
    /// All bundled models, the default first.
    pub(super) const ALL: [Self; 3] = [Self::Asks, Self::Plain, Self::Multilingual];

    /// The bundled model named `id`.
    pub(super) fn named(id: &str) -> Option<Self> {
        if id == MULTILINGUAL {
            return Some(Self::Multilingual);
        }
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
            Self::Multilingual => {
                "English, French, Spanish, German, Portuguese, Italian, Russian, Arabic and Chinese, and \
                 across them; `multilingual` for short"
            }
        }
    }

    /// The files of the model.
    pub(super) fn files(self) -> ModelFiles {
        if self == Self::Multilingual {
            return files(self.description(), |name| Ok(multilingual(name)))
                .expect("reading compiled-in files cannot fail");
        }
        files(self.description(), |name| {
            Ok(match name {
                "model.onnx" => self.weights(),
                "tokenizer.json" => bundled!("all-MiniLM-L6-v2/tokenizer.json").to_vec(),
                "config.json" => bundled!("all-MiniLM-L6-v2/config.json").to_vec(),
                JUDGE => bundled!("MiniLM-L6-asks/judge.onnx").to_vec(),
                CROSS => bundled!("MiniLM-L6-asks/cross-encoder.onnx").to_vec(),
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
            Self::Multilingual => bundled!("multilingual-e5-small/model.toml"),
        }
    }

    fn description(self) -> Description {
        parse(self.text())
    }
}

/// The file `name` of the model of many languages.
fn multilingual(name: &str) -> Vec<u8> {
    let file: &[u8] = match name {
        "model.onnx" => bundled!("multilingual-e5-small/model.onnx"),
        "tokenizer.json" => bundled!("multilingual-e5-small/tokenizer.json"),
        "config.json" => bundled!("multilingual-e5-small/config.json"),
        "special_tokens_map.json" => bundled!("multilingual-e5-small/special_tokens_map.json"),
        MEANS => bundled!("multilingual-e5-small/language-means.f32"),
        _ => bundled!("multilingual-e5-small/tokenizer_config.json"),
    };
    file.to_vec()
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
    let means = description.sha256.contains_key(MEANS).then(|| read(MEANS)).transpose()?;
    let parsed = |bytes: Vec<u8>| {
        LanguageMeans::parse(&bytes, description.dim, &description.languages).ok_or_else(|| {
            let why = format!("{MEANS} has not {} numbers for each language", description.dim);
            EmbedError::Load { id: description.id.clone(), why }
        })
    };
    Ok(ModelFiles {
        means: means.map(parsed).transpose()?,
        onnx: read("model.onnx")?,
        tokenizer: read("tokenizer.json")?,
        config: read("config.json")?,
        special_tokens_map: read("special_tokens_map.json")?,
        tokenizer_config: read("tokenizer_config.json")?,
        judge: description.sha256.contains_key(JUDGE).then(|| read(JUDGE)).transpose()?,
        cross: description.sha256.contains_key(CROSS).then(|| read(CROSS)).transpose()?,
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
        cross: description.sha256.get(CROSS).cloned(),
        means: description.sha256.get(MEANS).cloned(),
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
            let cross = model.cross.map(|cross| hex(&Sha256::digest(&cross)));
            assert_eq!(sums.get(CROSS), cross.as_ref());
        }
        assert_eq!(Bundled::ALL[0].info().id, super::super::DEFAULT_MODEL);
        assert_eq!(Bundled::ALL[1].info().id, super::super::PLAIN_MODEL);
        assert_eq!(Bundled::named(MULTILINGUAL), Some(Bundled::Multilingual));
        assert_eq!(Bundled::ALL[2].info().id, super::super::MULTILINGUAL_MODEL);
        assert!(Bundled::Multilingual.files().means.is_some());
    }
}
