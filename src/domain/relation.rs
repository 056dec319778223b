//! The ladder of relations between two recommendations.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How two recommendations relate, weakest first, in the terms of oversight offices (GAO-15-49SP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// They ask for different things.
    #[serde(alias = "new")]
    None,
    /// Same broad area, different ask.
    Related,
    /// They share a substantial part of what is asked.
    Overlap,
    /// Same action on the same object.
    Duplicate,
}

impl Relation {
    /// Probability from which two recommendations overlap, or duplicate each other.
    pub const THRESHOLD: f64 = 0.5;
    /// Probability of overlap from which two recommendations are related. Below it lie
    /// more than half of the draft statements that people call new and 5 % of the others, on drafts by
    /// two hands (docs/decisions/linking.md).
    pub const RELATED: f64 = 0.4;

    /// The rung of the ladder for given probabilities of duplicate and overlap.
    #[must_use]
    pub fn from_probabilities(duplicate: f64, overlap: f64) -> Self {
        if duplicate >= Self::THRESHOLD {
            Self::Duplicate
        } else if overlap >= Self::THRESHOLD {
            Self::Overlap
        } else if overlap >= Self::RELATED {
            Self::Related
        } else {
            Self::None
        }
    }

    /// The relation of two texts that are so alike, if one of them may ask for the contrary of the other (`opposite`):
    /// they are then about the same thing, and share no part of what is asked.
    #[must_use]
    pub fn given(self, opposite: bool) -> Self {
        if opposite { Self::Related } else { self }
    }

    /// The word used in JSON, tables and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Related => "related",
            Self::Overlap => "overlap",
            Self::Duplicate => "duplicate",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
