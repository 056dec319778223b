//! The progress of a long run, reported to a listener.

/// A stage that takes long enough to be worth showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Fetching ONNX Runtime for the first time.
    FetchRuntime,
    /// Loading the model.
    LoadModel,
    /// Reading documents.
    Read,
    /// Computing embeddings.
    Embed,
    /// Splitting the embeddings of queries over their tokens.
    Explain,
    /// Comparing the texts of pairs, token by token.
    Judge,
    /// Reading the texts of pairs as one.
    ReadClosely,
    /// Waiting for the second reader's grades.
    SecondReading,
    /// Building the HNSW graph.
    Index,
    /// Scoring links and grouping them.
    Themes,
}

/// Receives progress. Every call is cheap; a listener that draws nothing ignores it.
pub trait Progress: Sync {
    /// A stage begins; `total` is the number of steps, if known.
    fn begin(&self, stage: Stage, total: Option<u64>);
    /// `steps` more steps of the current stage are done.
    fn advance(&self, steps: u64);
    /// The current stage is over.
    fn end(&self);
}

/// A listener that ignores progress.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}
