//! An index where it is kept: files, format version, manifest, atomic replacement, and the files as domain
//! types. Computes nothing.
//!
//! An index is a set of named files. [`Place`] says where they lie; what reads them ([`Opened`]) and
//! writes them ([`Lock`], [`Staging`]) is the same for every place.

mod codec;
mod database;
mod error;
mod folder;
mod kept;
mod lock;
mod manifest;
mod npy;
mod opened;
mod place;
mod themes_file;

pub use codec::{Decisions, decisions_at, themes_at};
pub use database::{Address, AddressError, Rows, SearchRow, SearchRows, ServerState, StoredRow};
pub use error::StoreError;
pub use folder::abandon_builds;
pub use kept::Kept;
pub use lock::{Lock, Staging, is_index};
pub use manifest::{CorpusInfo, Counts, DocumentEntry, FileSum, Manifest};
pub use opened::{Opened, Stamp, peek, stamp};
pub use place::Place;

/// Version of the files' layout and of what their numbers mean; another version is refused.
pub const FORMAT_VERSION: u32 = 9;

/// Version of everything that turns a text into a vector besides the model: raised when the same
/// text and model would give another vector.
pub const PIPELINE_VERSION: u32 = 2;

/// Names of the files of an index.
pub mod file {
    /// What a search by rows knows of the whole corpus; in a database only.
    pub const SEARCH: &str = "search.json";
    /// What the index is made of, with the checksum of every other file and of itself.
    pub const MANIFEST: &str = "manifest.json";
    /// One recommendation a line, by id.
    pub const RECOMMENDATIONS: &str = "recommendations.jsonl";
    /// Their embeddings, row by row: plain NumPy, n × dim, f32.
    pub const VECTORS: &str = "vectors.npy";
    /// Themes and singles.
    pub const THEMES: &str = "themes.json";
    /// What people decided about themes and pairs, where they did. People may edit it.
    pub const DECISIONS: &str = "decisions.json";
    /// The pairs that people decided on, as the index was built with them.
    pub const DECIDED_PAIRS: &str = "decided-pairs.json";
    /// The agenda of the corpus, where it has one.
    pub const AGENDA: &str = "agenda.json";
    /// Challenges that agencies name, one a line, by id, where they are given.
    pub const CHALLENGES: &str = "challenges.jsonl";
    /// Embeddings of statements.
    pub const STATEMENTS: &str = "statements.npy";
    /// Embeddings of short phrases that say what is asked, to name themes by; not in a very large index.
    pub const PHRASES: &str = "phrases.npy";
    /// What the judge says of phrases (`a`) and recommendations (`b`); empty in a large index.
    pub const PHRASE_LINKS: &str = "phrase-links.npy";
    /// Mean and inverse covariance of the adapted space.
    pub const SPACE: &str = "space.npy";
    /// Lengths of texts and statements in the adapted space.
    pub const LENGTHS: &str = "lengths.npy";
    /// Mean and deviation of the similarity of pairs.
    pub const SCALE: &str = "scale.json";
    /// Curves from there to probabilities.
    pub const CALIBRATION: &str = "calibration.json";
    /// Linked pairs: rows, cosine, probabilities of overlap and of duplicate, who read them, and the
    /// cross-encoder's probability of the contrary.
    pub const LINKS: &str = "links.npy";
    /// What the second reader said, one pair a line, where one was asked.
    pub const READINGS: &str = "readings.jsonl";
    /// Embeddings of the agenda's items, and of their statements.
    pub const AGENDA_VECTORS: &str = "agenda.npy";
    /// Embeddings of the challenges, and of their statements.
    pub const CHALLENGE_VECTORS: &str = "challenges.npy";
    /// What the judge says of agenda items (`a`) and recommendations (`b`).
    pub const AGENDA_LINKS: &str = "agenda-links.npy";
    /// What the judge says of challenges (`a`) and recommendations (`b`).
    pub const CHALLENGE_LINKS: &str = "challenge-links.npy";

    /// Whether `name` is that of a file of the graph: `graph.hnsw.data`, `graph-2.hnsw.graph`.
    pub(super) fn is_of_graph(name: &str) -> bool {
        name.strip_suffix(".hnsw.graph").or_else(|| name.strip_suffix(".hnsw.data")).is_some_and(
            |stem| {
                let number = stem.strip_prefix("graph").map(|rest| rest.trim_start_matches('-'));
                number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
            },
        )
    }

    /// Every file that an index can have besides its manifest and those of the graph.
    pub(super) const ALL: [&str; 20] = [
        RECOMMENDATIONS,
        VECTORS,
        THEMES,
        DECISIONS,
        DECIDED_PAIRS,
        AGENDA,
        CHALLENGES,
        STATEMENTS,
        PHRASES,
        PHRASE_LINKS,
        SPACE,
        LENGTHS,
        SCALE,
        CALIBRATION,
        LINKS,
        READINGS,
        AGENDA_VECTORS,
        CHALLENGE_VECTORS,
        AGENDA_LINKS,
        CHALLENGE_LINKS,
    ];
}
