//! What the stages work with, and what they return.

use super::languages::LanguageCounts;
use crate::domain::{Agency, Changes, HnswConfig, Judging, Progress, Themes};
use crate::embed::Embedder;
use crate::judge::Calibration;
use crate::reader::ReaderOptions;
use crate::store::Counts;

/// What a run works with.
pub struct Tools<'a> {
    /// Turns texts into vectors.
    pub embedder: &'a mut dyn Embedder,
    /// Receives progress.
    pub on: &'a dyn Progress,
}

/// Settings of [`build`](super::build).
#[derive(Debug, Clone, Default)]
pub struct BuildConfig {
    /// Parameters of the graph.
    pub hnsw: HnswConfig,
    /// From what is known of a pair to probabilities; `None` for the shipped ones of the model.
    pub calibration: Option<Calibration>,
    /// Which pairs the judge reads.
    pub judging: Judging,
    /// The second reader, for those who have one. The texts that it reads are sent to it.
    pub reader: Option<ReaderOptions>,
}

/// What [`build`](super::build) did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildSummary {
    /// What the new index holds.
    pub counts: Counts,
    /// Texts and statements that were embedded.
    pub n_embedded: usize,
    /// Texts and statements whose vectors came from the replaced index.
    pub n_reused: usize,
    /// Pairs that the judge read.
    pub n_judged: usize,
    /// Pairs that the second reader graded.
    pub n_graded: usize,
    /// Pairs on which the second reader's answer could not be understood.
    pub n_unclear: usize,
    /// Decisions by people that were kept.
    pub n_decisions: usize,
    /// Whether the decisions had been edited since the replaced index was built.
    pub decisions_edited: bool,
    /// Languages of the recommendations.
    pub languages: LanguageCounts,
}

/// What a decision changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// Differences from before.
    pub changes: Changes,
    /// The themes as they are now.
    pub themes: Themes,
    /// Number of decisions that the index holds now.
    pub n_decisions: usize,
    /// Whether the earlier decisions had been edited since the index was built.
    pub decisions_edited: bool,
}

/// Settings of [`check`](super::check).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// Check every statement of the draft, not only its recommendations.
    pub all: bool,
    /// The agency that wrote the draft; its own recommendations are listed apart.
    pub author: Option<Agency>,
}
