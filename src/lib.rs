//! Concord reads what agencies publish, extracts their recommendations, and shows which overlap, where
//! there is consensus, and where there are gaps.
//!
//! ```
//! use concord::{BuildConfig, Filter, Index, ModelOptions, Query, Silent, Tools};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("index");
//! let mut model = concord::open_model("concord/hashing", &ModelOptions::default(), &Silent)?;
//! let mut tools = Tools { embedder: model.as_mut(), on: &Silent };
//! let corpus = concord::shipped_corpus();
//! concord::build(&corpus, &path, &mut tools, &BuildConfig::default())?;
//! let index = Index::open(&path)?;
//! let query = Query::text("reduce the cost of remittances");
//! let answers = index.similar(&[query], &Filter::default(), Some(&mut tools))?;
//! for hit in &answers[0].hits {
//!     let found = &index.recommendations()[hit.row];
//!     println!("{:.2} {}: {}", hit.likeness.probability, found.agency, found.text);
//! }
//! # assert_eq!(answers[0].hits.len(), 10);
//! # let nearest = &index.recommendations()[answers[0].hits[0].row].text;
//! # assert!(nearest.contains("remittances"), "{nearest}");
//! # Ok(())
//! # }
//! ```
//!
//! The example uses `concord/hashing`, which compares words and needs no runtime; [`DEFAULT_MODEL`]
//! compares meaning.
//!
//! | to | call |
//! |---|---|
//! | extract the recommendations of a document | [`extract`] |
//! | read a corpus and build its index | [`read_corpus`], [`build`] |
//! | find similar recommendations | [`Index::similar`], [`Index::pairs`] |
//! | report the overlap | [`Index::overlap`], [`report`] |
//! | check a draft | [`check`] |
//! | change themes, compare two indexes | [`decide`], [`changes`] |
//! | serve all this to a browser or an assistant | [`web::Server`], [`web::mcp`] |
//!
//! How they work:
//!
//! ```text
//! document --extract--> recommendations --embed--> vectors
//!                                                     |
//!                          +--------------------------+---------------------------+
//!                          |                                                      |
//!                   candidate pairs --judge--> links --> themes          scan or HNSW graph <-- query, draft
//!                                                |         |                      |
//!                                              pairs    overlap               candidates --judge--> similar,
//!                                                          |                                        check
//!                                                        report
//! ```
//!
//! Errors say what to do; none names a flag of the command line. Vectors and results depend on texts and
//! model only: the same input gives the same bytes, on any number of threads.

mod compare;
mod differ;
mod domain;
mod draw;
mod embed;
mod eval;
mod extract;
mod index;
mod ingest;
mod judge;
mod pipeline;
mod reader;
pub mod report;
mod store;
mod text;
mod themes;
pub mod web;

pub use domain::{
    Act, Agency, AgencyCount, AgencyNames, AgencyProfile, Agenda, AgendaAnswer, AgendaItem, Asking,
    BlockRole, BodyPair, ChallengeAnswer, Changes, Consensus, Contradiction, Corpus, Decision,
    Difference, DifferenceKind, DocumentId, DocumentInfo, DraftBlock, DraftCheck, DraftPart,
    EmptyId, Filter, Gaps, Grain, Hit, HnswConfig, Judging, Likeness, Link, Measured, Member,
    Method, Moved, Opinion, Overlap, Particulars, Pictures, Point, Problem, Progress, Query,
    Reader, Reason, Recommendation, RecommendationId, Relation, Repeat, Said, Silent, SilentAgency,
    SilentPassage, Similar, SingleVoice, Sorted, SortedItem, Source, Stage, Theme, ThemeChange,
    ThemeEdit, ThemeId, ThemeName, ThemeRef, Themes, UnknownId, Verdict, VerdictPart,
};
pub use embed::{
    DEFAULT_MODEL, EmbedError, Embedder, MULTILINGUAL_MODEL, ModelEntry, ModelInfo, ModelOptions,
    PLAIN_MODEL, TokenParts, known_models, open as open_model,
};
pub use extract::{Extracted, FrontPage, names_subject};
pub use index::GraphError;
pub use ingest::agenda::read as read_agenda;
pub use ingest::corpus::{
    Description as CorpusDescription, SHIPPED as SHIPPED_CORPUS, read as read_corpus,
    read_challenges, read_description, shipped as shipped_corpus,
};
pub use ingest::records::{
    TableForm, parse_jsonl as parse_records, parse_jsonl_in_order as parse_records_in_order,
    parse_table_in_order,
};
pub use ingest::{CorpusError, Error as DocumentError, RecordError, TableOptions};
pub use judge::{Calibration, CalibrationError, Unknown, UnknownWord};
pub use pipeline::{
    BuildConfig, BuildSummary, CheckOptions, Decided, Error, ExtractOptions, Index, LanguageCounts,
    Merged, Near, PassageKind, Tools, VERSION, Versions, build, changes, check, crosses_languages,
    decide, document_id, extract, keep_ids_apart, merge,
};
pub use reader::{Endpoint, EndpointError, Key, KeyError, ReaderError, ReaderOptions};
pub use store::{
    CorpusInfo, Counts, DocumentEntry, FileSum, Manifest, Place, ServerState, StoreError,
    abandon_builds,
};
pub use themes::EditError;

/// The stages themselves, for benchmarks, evaluation and `concord doctor`. They change without notice.
pub mod internals {
    macro_rules! stages {
        ($($stage:ident)*) => {
            $(
                #[doc = concat!("The items of `", stringify!($stage), "`.")]
                pub mod $stage {
                    pub use crate::$stage::*;
                }
            )*
        };
    }
    stages! { compare differ domain draw embed eval extract index ingest judge pipeline reader store text themes }
}

/// The README's Rust code, where it has some, is tested with the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
