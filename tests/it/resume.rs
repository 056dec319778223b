//! A long build that was stopped goes on where it stopped.

use std::fs;
use std::path::Path;

use concord::internals::domain::Embedding;
use concord::internals::embed::Hashing;
use concord::{
    BuildConfig, BuildSummary, Corpus, EmbedError, Embedder, Error, Judging, ModelInfo, Progress,
    Silent, TokenParts, Tools, build, parse_records,
};

use crate::workspace::{TWELVE, Workspace, assert_same_files};

/// Hashed words, until the texts that are `left` are embedded.
struct Stopping {
    model: Hashing,
    info: ModelInfo,
    left: usize,
}

impl Stopping {
    fn after(left: usize) -> Self {
        let model = Hashing::new();
        Self { info: model.model().clone(), model, left }
    }
}

impl Embedder for Stopping {
    fn model(&self) -> &ModelInfo {
        &self.info
    }

    fn embed(&mut self, texts: &[&str], on: &dyn Progress) -> Result<Vec<Embedding>, EmbedError> {
        let stopped = EmbedError::Load { id: self.info.id.clone(), why: "stopped".into() };
        self.left = self.left.checked_sub(texts.len()).ok_or(stopped)?;
        self.model.embed(texts, on)
    }

    fn token_parts(&mut self, texts: &[&str], on: &dyn Progress) -> Result<TokenParts, EmbedError> {
        self.model.token_parts(texts, on)
    }
}

/// Twelve recommendations, and challenges enough for three parts of the texts.
fn corpus() -> Corpus {
    let challenge = |number: usize| {
        format!(
            "{{\"id\": \"C{number}\", \"agency\": \"A\", \"text\": \"Region {number} has few nurses.\"}}\n"
        )
    };
    let challenges: String = (0..5_000).map(challenge).collect();
    let read = |lines: &str| parse_records("made.jsonl", lines.as_bytes()).unwrap();
    Corpus {
        recommendations: read(TWELVE.as_str()),
        challenges: read(&challenges),
        ..Corpus::default()
    }
}

fn attempt(target: &Path, model: &mut Stopping) -> Result<BuildSummary, Error> {
    let mut tools = Tools { embedder: model, on: &Silent };
    let config = BuildConfig { judging: Judging::Off, ..BuildConfig::default() };
    build(&corpus(), target, &mut tools, &config)
}

#[test]
fn a_stopped_build_goes_on_and_gives_the_same_index() {
    let workspace = Workspace::new();
    let (at_once, in_parts) = (workspace.path("at-once"), workspace.path("in-parts"));
    let kept = workspace.path(".in-parts.kept");

    let whole = attempt(&at_once, &mut Stopping::after(usize::MAX)).unwrap();
    assert!(whole.n_embedded > 5_000 && whole.n_reused == 0, "{whole:?}");
    assert!(!workspace.path(".at-once.kept").exists(), "nothing is left of a build that ended");

    // Stopped between the second part of the texts and the third.
    attempt(&in_parts, &mut Stopping::after(4_500)).unwrap_err();
    assert!(kept.exists() && !in_parts.exists());
    // A record that was half-written when the machine went down is not believed.
    let mut bytes = fs::read(&kept).unwrap();
    bytes.truncate(bytes.len() - 3);
    fs::write(&kept, &bytes).unwrap();

    let resumed = attempt(&in_parts, &mut Stopping::after(usize::MAX)).unwrap();
    assert_eq!(resumed.n_reused, 4_000 - 1);
    assert_eq!(resumed.n_embedded + resumed.n_reused, whole.n_embedded);
    assert!(!kept.exists());
    assert_same_files(&workspace.files("at-once"), &workspace.files("in-parts"), "the index");
}

#[test]
fn what_another_model_left_is_not_used() {
    let workspace = Workspace::new();
    let target = workspace.path("idx");
    attempt(&target, &mut Stopping::after(4_500)).unwrap_err();
    let mut model = Stopping::after(usize::MAX);
    model.info.sha256 = Some("another".into());
    assert_eq!(attempt(&target, &mut model).unwrap().n_reused, 0);
    assert!(!workspace.path(".idx.kept").exists());
}
