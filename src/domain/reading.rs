//! What a second reader says.

use serde::{Deserialize, Serialize};

use super::Relation;

/// A second reader's grade of two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Why, in one sentence.
    pub reason: String,
    /// The rung of the ladder.
    pub relation: Relation,
}

/// A grade of two rows, `a < b`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairReading {
    /// Row of the first.
    pub a: usize,
    /// Row of the second.
    pub b: usize,
    /// The grade.
    pub reading: Reading,
}
