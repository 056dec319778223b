//! What the commands share: the place of the index, the model, and messages.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;

use concord::{
    BuildConfig, BuildSummary, Corpus, DEFAULT_MODEL, Embedder, Index, LanguageCounts, ModelInfo,
    ModelOptions, Near, Place, Tools,
};

use super::failure::Failure;
use super::progress::Bars;
use super::{Common, talk};

/// Folder in which indexes are built without `--index`.
const INDEXES: &str = "index";

/// Up to this many threads are started however few cores there are. Tens of thousands would be slower.
const MOST_THREADS: usize = 64;

/// The common flags, resolved.
pub(super) struct Context {
    index: Option<Place>,
    model: Option<String>,
    quiet: bool,
    verbose: bool,
    pub(super) models: ModelOptions,
    pub(super) bars: Bars,
}

impl Context {
    pub(super) fn new(common: Common) -> Result<Self, Failure> {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = common.threads.map_or(cores, usize::from).min(cores.max(MOST_THREADS));
        start_pool(threads)?;
        Ok(Self {
            index: place(common.index)?,
            model: common.model,
            quiet: common.quiet,
            verbose: common.verbose,
            models: ModelOptions { cache: cache(), threads },
            bars: Bars::new(common.quiet),
        })
    }

    /// This context with the index and the model that `common` names.
    pub(super) fn with(&self, common: Common) -> Result<Self, Failure> {
        Ok(Self {
            index: place(common.index)?,
            model: common.model,
            quiet: self.quiet,
            verbose: self.verbose,
            models: self.models.clone(),
            bars: Bars::new(self.quiet),
        })
    }

    /// Prints a line on stderr unless `--quiet`.
    pub(super) fn say(&self, line: std::fmt::Arguments<'_>) {
        if !self.quiet {
            talk::say(line);
        }
    }

    /// Prints a line on stderr with `--verbose`.
    pub(super) fn explain(&self, line: std::fmt::Arguments<'_>) {
        if self.verbose {
            talk::say(line);
        }
    }

    /// Where the index lies: `--index`, or the folder of the shipped corpus.
    pub(super) fn index_place(&self) -> Place {
        let shipped = || Path::new(INDEXES).join(concord::SHIPPED_CORPUS).into();
        self.index.clone().unwrap_or_else(shipped)
    }

    /// Whether `--index` was given.
    pub(super) fn index_is_named(&self) -> bool {
        self.index.is_some()
    }

    /// What `--model` says.
    pub(super) fn model_named(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The place for an index of the corpus at `path`: `--index`, or a folder with the name of the corpus.
    pub(super) fn index_place_for(&self, path: &Path) -> Place {
        let stem = || path.file_stem().filter(|stem| *stem != "-").map(PathBuf::from);
        let named = || Some(Path::new(INDEXES).join(stem()?).into());
        self.index.clone().or_else(named).unwrap_or_else(|| self.index_place())
    }

    /// Opens `--model`, or else the model `default`.
    pub(super) fn embedder(&self, default: &str) -> Result<Box<dyn Embedder>, Failure> {
        let id = self.model.as_deref().unwrap_or(default);
        let embedder = concord::open_model(id, &self.models, &self.bars)?;
        self.explain(format_args!("model: {}", embedder.model().id));
        Ok(embedder)
    }

    /// Opens models for a server, which names the model of its index; `--model` takes precedence.
    pub(super) fn open_model(&self) -> concord::web::OpenModel {
        let (named, options) = (self.model.clone(), self.models.clone());
        Arc::new(move |id| {
            concord::open_model(named.as_deref().unwrap_or(id), &options, &concord::Silent)
        })
    }

    /// Builds an index of `corpus` and says so.
    pub(super) fn build(
        &self,
        corpus: &Corpus,
        target: &Place,
        config: &BuildConfig,
    ) -> Result<(), Failure> {
        if let Some(reader) = &config.reader {
            super::reader::say_sent(self, reader);
        }
        let mut embedder = self.embedder(DEFAULT_MODEL)?;
        let model = &embedder.model().id;
        if let Some(old) = Index::model_at(target).filter(|old| old != model) {
            self.say(format_args!(
                "the model of {target} changes from `{old}` to `{model}`; every text is embedded again"
            ));
        }
        let mut tools = Tools { embedder: embedder.as_mut(), on: &self.bars };
        let built = concord::build(corpus, target, &mut tools, config)?;
        let counts = built.counts;
        let counted = super::table::counted;
        self.say(format_args!(
            "indexed {} by {} in {target}: {}, {} single; {} embedded, {} reused; {} judged",
            counted(counts.recommendations, "recommendation", "recommendations"),
            counted(counts.agencies, "agency", "agencies"),
            counted(counts.themes, "theme", "themes"),
            counts.single,
            counted(built.n_embedded, "text", "texts"),
            built.n_reused,
            counted(built.n_judged, "pair", "pairs"),
        ));
        self.say_languages(&built, embedder.model());
        if let Some(reader) = &config.reader {
            super::reader::say_read(self, reader, &built);
        }
        if built.n_decisions > 0 {
            self.say(format_args!(
                "kept {} by people",
                super::table::counted(built.n_decisions, "decision", "decisions")
            ));
        }
        self.say_applied(target, built.decisions_edited);
        Ok(())
    }

    /// Proposes the multilingual model for a corpus that is not in English alone.
    fn say_languages(&self, built: &BuildSummary, model: &ModelInfo) {
        if built.languages.need_more_than_english() && !concord::crosses_languages(model) {
            self.say(format_args!(
                "the recommendations are in {}: `--model multilingual` compares them across languages, \
                 `{}` does not",
                built.languages, model.id
            ));
        }
    }

    /// Says that a text is in a language which the index has not, and what to do.
    pub(super) fn say_foreign(&self, index: &Index, what: &str, text: &str) {
        if let Some(language) = index.foreign(text) {
            self.say_foreign_to(&index.languages(), index.model_id(), what, language);
        }
    }

    /// Says that `what` is in `language`, which an index in the languages `own` has not.
    pub(super) fn say_foreign_to(
        &self,
        own: &LanguageCounts,
        model: &str,
        what: &str,
        language: impl std::fmt::Debug,
    ) {
        self.say(format_args!(
            "note: {what} is in {language:?}, the index in {own}, and its model `{model}` compares texts of one language: \
             translate {what}, or build the index with `--model multilingual`"
        ));
    }

    /// Says that decisions which had been edited by hand now shape the themes.
    pub(super) fn say_applied(&self, index: &Place, edited: bool) {
        if edited {
            self.say(format_args!(
                "{} had been edited; the themes now follow it",
                index.file("decisions.json").display()
            ));
        }
    }

    /// Opens the index. Without `--index`, that of the shipped corpus is built first if it is missing.
    pub(super) fn open(&self) -> Result<Index, Failure> {
        let place = self.existing_index()?;
        let index = Index::open(&place)?;
        self.say_opened(&place, index.decisions_edited());
        Ok(index)
    }

    /// Opens the index to answer `n_queries` without loading it; `None` if it is better loaded.
    pub(super) fn open_near(&self, n_queries: usize) -> Result<Option<Near>, Failure> {
        let Some(place) = &self.index else { return Ok(None) };
        let near = Near::open(place, n_queries)?;
        if let Some(near) = &near {
            self.say_opened(place, near.decisions_edited());
        }
        Ok(near)
    }

    fn say_opened(&self, place: &Place, edited: Result<bool, concord::StoreError>) {
        self.explain(format_args!("index: {place}"));
        match edited {
            Ok(false) => {}
            Ok(true) => self.say(format_args!(
                "{} was edited since the index was built; build the index again to apply it",
                place.file("decisions.json").display()
            )),
            // The answer does not depend on the file, so it is given all the same.
            Err(error) => talk::say(format_args!("warning: {error}")),
        }
    }

    /// Where the index lies, after the index of the shipped corpus was built if it is needed.
    pub(super) fn existing_index(&self) -> Result<Place, Failure> {
        let place = self.index_place();
        if self.index.is_none() && !place.file("manifest.json").is_file() {
            self.say(format_args!(
                "there is no index at {place} yet; building the index of the shipped corpus"
            ));
            self.build(&concord::shipped_corpus(), &place, &BuildConfig::default())?;
        }
        Ok(place)
    }

    /// Opens the model of `index`, or `--model`, and checks that it is the model of the index.
    pub(super) fn embedder_for(&self, index: &Index) -> Result<Box<dyn Embedder>, Failure> {
        let embedder = self.embedder(index.model_id())?;
        index.check_model(embedder.model())?;
        Ok(embedder)
    }

    /// Opens the index and its model, both at the same time: each takes long enough to notice.
    pub(super) fn open_with_model(&self) -> Result<(Index, Box<dyn Embedder>), Failure> {
        let place = self.existing_index()?;
        let Some(model) = Index::model_at(&place) else {
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

/// What `--index` names.
fn place(named: Option<OsString>) -> Result<Option<Place>, Failure> {
    named.map(Place::parse).transpose().map_err(Failure::new)
}

/// Starts the pool for parallel work with up to `wanted` threads, or as many as the system gives.
fn start_pool(wanted: usize) -> Result<(), Failure> {
    // The threads come before their pool: one that lacks a thread fails, and cannot be made again.
    let start = |_| {
        let (sender, receiver) = mpsc::channel::<rayon::ThreadBuilder>();
        let work = move || receiver.recv().map_or((), rayon::ThreadBuilder::run);
        thread::Builder::new().spawn(work).ok().map(|_| sender)
    };
    let started: Vec<_> = (0..wanted).map_while(start).collect();
    if started.is_empty() {
        return Err(Failure::with_hint(
            "the system lets this program start no thread",
            "raise its limits on processes (`ulimit -u`) and on memory (`ulimit -v`)",
        ));
    }
    let hand_over = |thread: rayon::ThreadBuilder| {
        started[thread.index()].send(thread).map_err(|_| io::Error::other("a thread has ended"))
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(started.len()).spawn_handler(hand_over);
    pool.build_global().map_err(Failure::new)
}

/// Concord's cache: `CONCORD_CACHE_DIR`, or the system's folder for caches.
#[expect(clippy::disallowed_methods, reason = "the documented way to move the cache")]
fn cache() -> Option<PathBuf> {
    let named = std::env::var_os("CONCORD_CACHE_DIR").filter(|path| !path.is_empty());
    let usual = || Some(directories::ProjectDirs::from("", "", "concord")?.cache_dir().to_owned());
    named.map(PathBuf::from).or_else(usual)
}
