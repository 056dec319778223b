//! The order of the stages. No algorithm of its own: this file is the sequence, the others prepare what
//! a stage takes.
//!
//! | function | stages, in order |
//! |---|---|
//! | [`extract`] | `ingest` a document, `extract` its recommendations; [`merge`] keeps corrections made by hand |
//! | [`build`] | `embed` texts and statements, take candidates from the `index`, let the `judge` link them and the model read the best pairs, ask a second `reader` where there is one, find `themes`, `store` it all |
//! | [`decide`] | find `themes` again with a person's decision, `store` them; [`rehearse`] only says what would change, [`note`] only stores the decision and [`catch_up`] does the rest |
//! | [`changes`] | `compare` the themes of two indexes |
//! | [`Index::open`] | `store` checks and reads what [`build`] wrote |
//! | [`Near::similar`] | the same as [`Index::similar`], with rows that the `store` fetches for each query |
//! | [`Index::similar`] | `embed` the query, take candidates from the `index`, let the `judge` rank them, say how they `differ` |
//! | [`check`] | `ingest` and `extract` a draft, then as `similar` for each statement, `compare` |
//! | [`Index::overlap`] | `compare` agencies, agenda, challenges and themes |
//! | [`Index::pictures`] | `draw` recommendations and agencies for the report |

mod answer;
mod decisions;
mod documents;
mod error;
mod gaps;
mod held;
mod index;
mod judging;
mod languages;
mod names;
mod near;
mod opinions;
mod options;
mod second;
mod vectors;
mod verdict;

use std::path::Path;

use rayon::prelude::*;

use self::names::Names;
use self::second::SecondReading;
use self::vectors::TextVectors;
use crate::domain::{
    Agency, Build, Changes, Corpus, DecidedPair, Decision, DraftCheck, EarlierTheme, Filter,
    Grains, Judging, Link, Method, Overlap, Passage, Pictures, Problem, Progress, Query,
    Recommendation, Relation, Similar, ThemeEdit, decided_pairs,
};
use crate::extract as extraction;
use crate::index::{Hnsw, candidate_pairs};
use crate::ingest::records::Form;
use crate::judge::{self, Calibration, Linker};
use crate::store::{self, Kept, Lock, Manifest, Opened, Staging, file};
use crate::text::passage;
use crate::themes::{Opposes, Wording};
use crate::{compare, differ, draw, themes};

pub use crate::embed::{DEFAULT_MODEL, EmbedError, Embedder, ModelInfo};
pub use crate::extract::corrections::{Merged, Versions, merge};
pub use crate::store::{Place, Stamp, StoreError, stamp};
pub use crate::themes::EditError;
pub use decisions::{catch_up, decisions, note, rehearse};
pub use documents::{
    ExtractOptions, PassageKind, document_id, extract, keep_ids_apart, source_text,
};
pub use error::Error;
pub use held::with_documents;
pub use index::Index;
pub use judging::opinions_on_rows;
pub use languages::{LanguageCounts, crosses_languages};
pub use near::Near;
pub use options::{BuildConfig, BuildSummary, CheckOptions, Decided, Tools};

/// Version of Concord, as it appears in manifests and reports.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds an index of `corpus` at `target` and replaces the one that is there. Texts of the old index
/// are not embedded again if model and pipeline version are the same. A long build that was killed goes on
/// where it stopped.
///
/// # Errors
/// The first stage that cannot go on; the old index then stays as it was.
pub fn build(
    corpus: &Corpus,
    target: impl Into<Place>,
    tools: &mut Tools<'_>,
    config: &BuildConfig,
) -> Result<BuildSummary, Error> {
    let target = target.into();
    let lock = Lock::take(&target)?;
    let (decisions, earlier) = (store::decisions_at(&target)?, store::themes_at(&target)?);

    let texts = Texts::of(corpus);
    let mut kept = lock.kept(&vectors::conditions(tools.embedder.model()))?;
    let (vectors, n_embedded) = texts.embed(&target, &mut kept, tools)?;
    let Texts { recommendations: read, agenda, challenges, phrases } = texts;
    let tables = vectors.tables(&read, tools.embedder.model().dim);
    let linker = Linker::fit(read, tables, calibration_for(tools, config.calibration.as_ref()));
    let mut links = links(&linker, tools.on);
    let (rows, reading) = (&corpus.recommendations, config.judging);
    let n_judged = judging::judge_links(&linker, &mut links, rows, reading, &mut kept, tools)?;
    let second = match &config.reader {
        Some(options) => second::read_links(&linker, &mut links, options, tools.on)?,
        None => SecondReading::default(),
    };
    let decided = decided_pairs(&decisions.list, rows);
    let names = Names::new(phrases, &vectors, &linker, rows, reading, tools)?;
    let whole = Linked { linker: &linker, links: &links, decided: &decided, names: &names };
    let found = whole.themes(rows, &decisions.list, &earlier);

    let staging = lock.stage()?;
    staging.write_corpus(corpus)?;
    staging.write_themes(&found, rows)?;
    staging.write_decisions(&decisions.list)?;
    staging.write_readings(&second.readings, rows)?;
    whole.write(&staging, rows)?;
    for (files, passages) in [
        ([file::AGENDA_VECTORS, file::AGENDA_LINKS], agenda),
        ([file::CHALLENGE_VECTORS, file::CHALLENGE_LINKS], challenges),
    ] {
        write_passages(&staging, files, (passages, &vectors), &linker, (reading, tools))?;
    }
    if let Some(folder) = staging.folder() {
        Hnsw::build(&linker.vectors().texts, config.hnsw, tools.on).write(folder)?;
    }
    let manifest = manifest(corpus, &found, tools.embedder.model(), config);
    near::write(&staging, &linker, rows, &manifest.corpus)?;
    let counts = manifest.counts;
    staging.publish(manifest)?;
    kept.forget();
    Ok(BuildSummary {
        counts,
        n_embedded,
        n_reused: vectors.len() - n_embedded,
        n_judged,
        n_graded: second.readings.len(),
        n_unclear: second.n_unclear,
        n_decisions: decisions.list.len(),
        decisions_edited: decisions.edited,
        languages: LanguageCounts::of(linker.passages()),
    })
}

/// What a new index says of itself.
fn manifest(corpus: &Corpus, found: &Grains, model: &ModelInfo, config: &BuildConfig) -> Manifest {
    let model = serde_json::to_value(model).expect("a model is text and numbers");
    let reader = config.reader.as_ref().map(|options| options.model.clone());
    let manifest = Manifest::new(corpus, found, model, config.hnsw, config.judging, VERSION);
    Manifest { reader, ..manifest }
}

/// The recommendations of a corpus, linked, with phrases to name themes by.
struct Linked<'a> {
    linker: &'a Linker,
    links: &'a [Link],
    /// Pairs that a person decided on.
    decided: &'a [DecidedPair],
    names: &'a Names,
}

impl Linked<'_> {
    /// The themes of the recommendations `rows`.
    fn themes(
        &self,
        rows: &[Recommendation],
        decisions: &[Decision],
        known: &[EarlierTheme],
    ) -> Grains {
        let Self { linker, links, decided, names } = *self;
        let opposes = opposes(linker.passages());
        themes::find(&themes::Input {
            opposes: Some(Opposes(&opposes)),
            recommendations: rows,
            passages: linker.passages(),
            links: &judge::with_decided(links.to_vec(), decided, linker),
            asks: names.asks(&linker.vectors().statements),
            decisions,
            known,
        })
    }

    fn write(&self, staging: &Staging, rows: &[Recommendation]) -> Result<(), StoreError> {
        staging.write_decided_pairs(self.decided, rows)?;
        staging.write_links(file::LINKS, self.links)?;
        index::write_linker(staging, self.linker)?;
        self.names.write(staging)
    }
}

/// The texts of a corpus that get vectors.
struct Texts {
    recommendations: Vec<Passage>,
    agenda: Vec<Passage>,
    challenges: Vec<Passage>,
    /// Phrases of the recommendations that could name themes.
    phrases: Vec<Wording>,
}

impl Texts {
    fn of(corpus: &Corpus) -> Self {
        let recommendations = passages(&corpus.recommendations);
        let items = corpus.agenda.iter().flat_map(|agenda| &agenda.items);
        Self {
            phrases: names::phrases(&recommendations),
            recommendations,
            agenda: items.map(|item| passage(item.text.as_str())).collect(),
            challenges: passages(&corpus.challenges),
        }
    }

    /// Their vectors, and how many of them are neither in the index at `target` nor `kept`.
    fn embed(
        &self,
        target: &Place,
        kept: &mut Kept,
        tools: &mut Tools<'_>,
    ) -> Result<(TextVectors, usize), Error> {
        let known = TextVectors::reusable(target, tools.embedder.model());
        let passages = self.recommendations.iter().chain(&self.agenda).chain(&self.challenges);
        let texts = passages.flat_map(vectors::with_statements);
        let all = texts.chain(self.phrases.iter().map(|wording| wording.text.as_str()));
        TextVectors::embed_texts(all, &known, Some(kept), tools)
    }
}

/// Stores the vectors of `passages`, and what the judge says of them and the recommendations; nothing if there
/// are none.
fn write_passages(
    staging: &Staging,
    [vectors_file, links_file]: [&str; 2],
    (passages, vectors): (Vec<Passage>, &TextVectors),
    linker: &Linker,
    (judging, tools): (Judging, &mut Tools<'_>),
) -> Result<(), Error> {
    if passages.is_empty() {
        return Ok(());
    }
    let dim = tools.embedder.model().dim;
    staging.write_table(vectors_file, &vectors.interleaved(&passages, dim).view())?;
    let ready = vectors.ready(passages, linker);
    let how = (judging, judging::OF_PASSAGE);
    let judged = judging::judge_passages(linker, &ready, how, tools)?;
    staging.write_links(links_file, &judged)?;
    Ok(())
}

/// Links the recommendations of a corpus: candidates by their vectors, then a comparison of each pair.
#[must_use]
pub fn links(linker: &Linker, on: &dyn Progress) -> Vec<Link> {
    let table = linker.vectors().texts.of_rows(&linker.distinct_rows());
    judge::links(linker, candidate_pairs(&table, on), on)
}

/// Compares `texts`, which are treated as a whole corpus.
///
/// # Errors
/// [`Error::Embed`] if a text cannot be embedded.
pub fn link_texts(texts: &[&str], tools: &mut Tools<'_>) -> Result<Linker, Error> {
    let passages: Vec<Passage> = texts.iter().map(|text| passage(*text)).collect();
    let (vectors, _) = TextVectors::embed(&passages, &TextVectors::default(), tools)?;
    let tables = vectors.tables(&passages, tools.embedder.model().dim);
    Ok(Linker::fit(passages, tables, calibration_for(tools, None)))
}

/// The `given` calibration, or the shipped one for the model.
fn calibration_for(tools: &Tools<'_>, given: Option<&Calibration>) -> Calibration {
    given.copied().unwrap_or_else(|| shipped_calibration(tools.embedder.model()))
}

/// The shipped calibration for `model`.
#[must_use]
pub fn shipped_calibration(model: &ModelInfo) -> Calibration {
    if model.means.is_some() {
        return Calibration::multilingual();
    }
    Calibration::shipped(model.judge.is_some())
}

/// Tells of a link between two of `passages` whether one asks for the contrary of the other.
fn opposes(passages: &[Passage]) -> impl Fn(&Link) -> bool + Sync {
    |link| differ::contrary(&passages[link.a], &passages[link.b], &link.likeness).is_some()
}

/// Reads each text once: its statements and its language.
fn passages(recommendations: &[Recommendation]) -> Vec<Passage> {
    recommendations.par_iter().map(|r| passage(r.text.as_str())).collect()
}

/// Changes themes or pairs of the index at `target` as a person asks: finds themes again with all
/// decisions and stores them. Nothing is embedded.
///
/// # Errors
/// [`Error::Store`] if the index cannot be read or written, [`Error::Edit`] if the change cannot be made.
pub fn decide(target: impl Into<Place>, edit: &ThemeEdit) -> Result<Decided, Error> {
    let target = target.into();
    decisions::exists(&target)?;
    let lock = Lock::take(&target)?;
    let review = decisions::review(&target, |list, old| themes::record(edit, old, list))?;
    review.publish(&lock)
}

/// The differences between the index at `old` and that at `new`.
///
/// # Errors
/// [`StoreError`] if an index cannot be read.
pub fn changes(old: impl Into<Place>, new: impl Into<Place>) -> Result<Changes, Error> {
    let [old, new] = [Opened::open(old)?, Opened::open(new)?];
    let rows = [old.recommendations()?, new.recommendations()?];
    let themes = [old.themes(&rows[0])?.theme, new.themes(&rows[1])?.theme];
    let [old, new] = [0, 1].map(|at| Build { recommendations: &rows[at], themes: &themes[at] });
    Ok(compare::changes(old, new, &themes::continued(old, new)))
}

/// Queries answered at a time: the token parts of each take about 50 kB.
const QUERIES_AT_ONCE: usize = 1024;

impl Index {
    /// For each query, the recommendations most likely to ask for the same. A query by id does not return
    /// itself. Queries by text need the model in `tools`; so do explanations of queries by id.
    ///
    /// # Errors
    /// An unknown id, an empty text, a text without a model, another model than that of the index, or a
    /// model that fails.
    pub fn similar(
        &self,
        queries: &[Query],
        filter: &Filter,
        mut tools: Option<&mut Tools<'_>>,
    ) -> Result<Vec<Similar>, Error> {
        let mut answers = Vec::with_capacity(queries.len());
        for queries in queries.chunks(QUERIES_AT_ONCE) {
            let prepared = self.prepare(queries, filter.explain, tools.as_deref_mut())?;
            answers.extend(self.answers(&prepared, filter, tools.as_deref_mut())?);
        }
        Ok(answers)
    }
}

/// Compares the draft in `bytes` with `index`: its recommendations, and all its list items and table rows. A
/// draft with neither is checked sentence by sentence.
///
/// # Errors
/// [`Error::Document`] or [`Error::EmptyDraft`] for the draft, or a model that fails.
pub fn check(
    index: &Index,
    path: &Path,
    bytes: &[u8],
    options: &CheckOptions,
    tools: &mut Tools<'_>,
) -> Result<(DraftCheck, Vec<Problem>), Error> {
    // It does not matter who speaks in a draft, and nobody should be asked for it.
    let agency = Agency::try_from("(author of the draft)".to_owned()).ok();
    let reading = ExtractOptions { agency, ..ExtractOptions::default() };
    let draft = if let Some(form) = Form::from_path(path) {
        extraction::draft_of_records(documents::read_records(form, path, bytes, &reading)?)
    } else {
        let document = documents::read(path, bytes, &reading)?;
        let found = (!options.all).then(|| documents::extract_from(&document, &reading));
        extraction::draft(&document, found)
    };
    if draft.statements.is_empty() {
        return Err(Error::EmptyDraft { path: path.display().to_string() });
    }
    let check = DraftCheck {
        statements: index.verdicts(&draft.statements, options.author.as_ref(), tools)?,
        blocks: draft.blocks,
        unchecked: draft.unchecked,
        author: options.author.clone(),
        ..DraftCheck::default()
    };
    let agenda = index.agenda_answers()?;
    let check = compare::check(check, index.recommendations(), index.themes(), agenda.as_deref());
    Ok((check, draft.problems))
}

impl Index {
    /// The content of the overlap report; `command` is the command that makes it again.
    ///
    /// # Errors
    /// [`StoreError`] if a part of the index cannot be read.
    pub fn overlap(&self, command: String) -> Result<Overlap, StoreError> {
        let links = self.links()?;
        let challenges = self.opened.challenges()?;
        let recommendations = self.manifest().files.get(file::RECOMMENDATIONS);
        let agencies = compare::profiles(self.recommendations(), self.themes());
        let contradictions = self.contradictions()?;
        Ok(Overlap {
            title: self.manifest().corpus.title.clone(),
            documents: self.manifest().corpus.documents.iter().map(Into::into).collect(),
            matrix: draw::matrix(&agencies, self.themes()),
            agencies,
            bodies: compare::bodies(self.recommendations(), &links, &contradictions),
            contradictions,
            repeats: self.repeats(),
            gaps: self.gaps(&links, &challenges)?,
            challenges,
            recommendations: self.recommendations().to_vec(),
            themes: self.themes().clone(),
            particulars: self.particulars(),
            duplicates: compare::duplicates(self.recommendations(), &links),
            changes: None,
            method: Method {
                version: VERSION.to_owned(),
                model: self.model_id().to_owned(),
                overlap_threshold: Relation::THRESHOLD,
                duplicate_threshold: Relation::THRESHOLD,
                // Tells the corpora of two reports apart.
                corpus: recommendations.map_or_else(String::new, |sum| sum.blake3.clone()),
                measured: judge::measured(),
                takes_up_threshold: compare::TAKES_UP,
                meets_threshold: compare::MEETS,
                command,
            },
        })
    }

    /// Where recommendations and agencies stand in the pictures of the report on `overlap`.
    ///
    /// # Errors
    /// [`StoreError`] if the links cannot be read.
    pub fn pictures(&self, overlap: &Overlap) -> Result<Pictures, StoreError> {
        Ok(draw::pictures(overlap, &self.links()?))
    }
}
