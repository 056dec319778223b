//! What the commands share: where the index lies, which model answers, who is told.

use std::path::{Path, PathBuf};

use concord::domain::Corpus;
use concord::embed::{self, DEFAULT_MODEL, Embedder, Places};
use concord::ingest::corpus;
use concord::pipeline::{self, Built, Config, Index, Parts};

use super::failure::Failure;
use super::progress::Bars;
use super::{Common, talk};

/// Folder in which indexes are built unless `--index` says otherwise.
const INDEXES: &str = "index";

/// The common flags, resolved.
pub(super) struct Context {
    index: Option<PathBuf>,
    model: Option<String>,
    quiet: bool,
    verbose: bool,
    pub(super) places: Places,
    pub(super) bars: Bars,
}

impl Context {
    pub(super) fn new(common: Common) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = common.threads.map_or(cores, usize::from);
        // Fails only if somebody made a pool before, in which case that one serves.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        Self {
            index: common.index,
            model: common.model,
            quiet: common.quiet,
            verbose: common.verbose,
            places: Places { cache: cache(), threads },
            bars: Bars::new(common.quiet),
        }
    }

    /// Says a line unless `--quiet`.
    pub(super) fn say(&self, line: std::fmt::Arguments<'_>) {
        if !self.quiet {
            talk::say(line);
        }
    }

    /// Says a line only with `--verbose`.
    pub(super) fn explain(&self, line: std::fmt::Arguments<'_>) {
        if self.verbose {
            talk::say(line);
        }
    }

    /// The index folder: the one named, or that of the shipped corpus.
    pub(super) fn index_path(&self) -> PathBuf {
        self.index.clone().unwrap_or_else(|| Path::new(INDEXES).join(corpus::SHIPPED))
    }

    /// Whether the user named the index folder.
    pub(super) fn index_is_named(&self) -> bool {
        self.index.is_some()
    }

    /// Where an index of the corpus at `path` goes: the folder named, or one of the corpus's name.
    pub(super) fn index_path_for(&self, path: &Path) -> PathBuf {
        let stem = || path.file_stem().filter(|stem| *stem != "-").map(PathBuf::from);
        let named = || Some(Path::new(INDEXES).join(stem()?));
        self.index.clone().or_else(named).unwrap_or_else(|| self.index_path())
    }

    /// Opens the model named, or else `default`.
    pub(super) fn embedder(&self, default: &str) -> Result<Box<dyn Embedder>, Failure> {
        let id = self.model.as_deref().unwrap_or(default);
        let embedder = embed::open(id, &self.places, &self.bars)?;
        self.explain(format_args!("model: {}", embedder.model().id));
        Ok(embedder)
    }

    /// Builds an index of `corpus` as everybody's.
    pub(super) fn build(&self, corpus: &Corpus, target: &Path) -> Result<Built, Failure> {
        self.build_with(corpus, target, &Config::default())
    }

    /// Builds an index of `corpus`.
    pub(super) fn build_with(
        &self,
        corpus: &Corpus,
        target: &Path,
        config: &Config,
    ) -> Result<Built, Failure> {
        let mut embedder = self.embedder(DEFAULT_MODEL)?;
        let mut parts = Parts { embedder: embedder.as_mut(), on: &self.bars };
        let built = pipeline::build(corpus, target, &mut parts, config)?;
        let counts = built.counts;
        self.say(format_args!(
            "indexed {} recommendations of {} agencies into {}: {} themes, {} single; {} texts embedded, {} reused",
            counts.recommendations,
            counts.agencies,
            target.display(),
            counts.themes,
            counts.single,
            built.embedded,
            built.reused
        ));
        if built.decisions > 0 {
            self.say(format_args!(
                "kept {} about themes",
                super::table::counted(built.decisions, "decision", "decisions")
            ));
        }
        Ok(built)
    }

    /// Opens the index. That of the shipped corpus is built first where none was named and it is
    /// not there yet.
    pub(super) fn open(&self) -> Result<Index, Failure> {
        let path = self.existing_index()?;
        let index = Index::open(&path)?;
        self.explain(format_args!("index: {}", path.display()));
        Ok(index)
    }

    /// Where the index lies, after that of the shipped corpus was built if it is needed.
    pub(super) fn existing_index(&self) -> Result<PathBuf, Failure> {
        let path = self.index_path();
        if self.index.is_none() && !path.join("manifest.json").is_file() {
            self.say(format_args!(
                "there is no index at {} yet: building that of the shipped corpus",
                path.display()
            ));
            self.build(&corpus::shipped(), &path)?;
        }
        Ok(path)
    }

    /// Opens the model to question `index` with, and checks that the two go together.
    pub(super) fn embedder_for(&self, index: &Index) -> Result<Box<dyn Embedder>, Failure> {
        let embedder = self.embedder(index.model_id())?;
        index.check_model(embedder.model())?;
        Ok(embedder)
    }

    /// Opens the index and the model to question it with, both at a time: each takes long enough for a
    /// user to wait for.
    pub(super) fn open_to_question(&self) -> Result<(Index, Box<dyn Embedder>), Failure> {
        let path = self.existing_index()?;
        let Some(model) = Index::model_at(&path) else {
            let index = self.open()?;
            let embedder = self.embedder_for(&index)?;
            return Ok((index, embedder));
        };
        let (index, embedder) = rayon::join(|| self.open(), || self.embedder(&model));
        let (index, embedder) = (index?, embedder?);
        index.check_model(embedder.model())?;
        Ok((index, embedder))
    }
}

/// Concord's cache: `CONCORD_CACHE_DIR`, or the system's place for caches.
#[expect(clippy::disallowed_methods, reason = "the documented way to move the cache")]
fn cache() -> Option<PathBuf> {
    let named = std::env::var_os("CONCORD_CACHE_DIR").filter(|path| !path.is_empty());
    let usual = || Some(directories::ProjectDirs::from("", "", "concord")?.cache_dir().to_owned());
    named.map(PathBuf::from).or_else(usual)
}
