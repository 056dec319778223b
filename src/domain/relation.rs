//! The ladder on which two recommendations stand to each other.

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
    /// A substantial part of what is asked is shared.
    Overlap,
    /// Same action on the same object.
    Duplicate,
}

impl Relation {
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
