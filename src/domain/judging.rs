//! How much the judge reads.

use serde::{Deserialize, Serialize};

/// Which pairs of a corpus are read by the judge; all others keep the probability of the encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Judging {
    /// All candidate pairs.
    All,
    /// All candidate pairs of a corpus of up to 1,000 recommendations; in a larger one as many pairs as
    /// it has recommendations, the most uncertain first.
    #[default]
    Auto,
    /// None, neither of the corpus nor of queries.
    Off,
}
