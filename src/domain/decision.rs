//! People's decisions about themes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::RecommendationId;

/// One decision.
///
/// It names recommendations, not themes, so it still holds when themes are found anew. A later decision
/// overrides an earlier one on the same recommendations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase", deny_unknown_fields)]
pub enum Decision {
    /// Several themes are one.
    Merge {
        /// The members of each theme.
        parts: Vec<Vec<RecommendationId>>,
    },
    /// Some recommendations leave their theme and form one of their own.
    Split {
        /// Recommendations that leave.
        apart: Vec<RecommendationId>,
        /// Recommendations that stay.
        rest: Vec<RecommendationId>,
    },
    /// Some recommendations belong to another theme, or to none.
    Move {
        /// Recommendations that move.
        moved: Vec<RecommendationId>,
        /// Other members of the theme that they join; empty if they are to stand alone.
        to: Vec<RecommendationId>,
        /// Remaining members of the themes that they leave.
        from: Vec<RecommendationId>,
    },
    /// The theme with these members has this name.
    Rename {
        /// The name.
        name: String,
        /// The members of the theme.
        members: Vec<RecommendationId>,
    },
    /// These belong together, as the program found.
    Accept {
        /// The members of the theme.
        members: Vec<RecommendationId>,
    },
    /// No two of these belong together.
    Reject {
        /// The members of the theme.
        members: Vec<RecommendationId>,
    },
}

/// A change that a person asks for.
///
/// A theme is named by its id or its label, a recommendation by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThemeEdit {
    /// Merge these themes into one.
    Merge(Vec<String>),
    /// Move recommendations of a theme into a theme of their own.
    Split {
        /// The theme.
        theme: String,
        /// The recommendations that leave it.
        off: Vec<String>,
    },
    /// Move recommendations to another theme.
    Move {
        /// The recommendations.
        ids: Vec<String>,
        /// The theme that they join; `None` leaves them in no theme.
        to: Option<String>,
    },
    /// Rename a theme.
    Rename {
        /// The theme.
        theme: String,
        /// Its new name.
        name: String,
    },
    /// Confirm these themes.
    Accept(Vec<String>),
    /// Reject these themes.
    Reject(Vec<String>),
    /// Undo the last decision.
    Undo,
}

/// The kind of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// Themes were merged.
    Merge,
    /// A theme was split.
    Split,
    /// Recommendations were moved.
    Move,
    /// A theme was renamed.
    Rename,
    /// A theme was confirmed.
    Accept,
    /// A theme was rejected.
    Reject,
}

impl Act {
    /// What was done, as a word for tables.
    #[must_use]
    pub fn done(self) -> &'static str {
        match self {
            Self::Merge => "merged",
            Self::Split => "split",
            Self::Move => "moved",
            Self::Rename => "renamed",
            Self::Accept => "accepted",
            Self::Reject => "rejected",
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.done())
    }
}

impl Decision {
    /// Its kind.
    #[must_use]
    pub fn act(&self) -> Act {
        match self {
            Self::Merge { .. } => Act::Merge,
            Self::Split { .. } => Act::Split,
            Self::Move { .. } => Act::Move,
            Self::Rename { .. } => Act::Rename,
            Self::Accept { .. } => Act::Accept,
            Self::Reject { .. } => Act::Reject,
        }
    }

    /// The groups that it shapes; a theme that holds most of a group is shaped by it.
    #[must_use]
    pub fn shapes(&self) -> Vec<Vec<&RecommendationId>> {
        match self {
            Self::Merge { parts } => vec![parts.iter().flatten().collect()],
            // A recommendation alone shapes no theme.
            Self::Split { apart, rest } => [apart, rest]
                .into_iter()
                .filter(|part| part.len() > 1)
                .map(|part| part.iter().collect())
                .collect(),
            Self::Move { to, from, .. } if to.is_empty() => vec![from.iter().collect()],
            Self::Move { moved, to, from } => {
                vec![moved.iter().chain(to).collect(), from.iter().collect()]
            }
            Self::Rename { members, .. } | Self::Accept { members } => {
                vec![members.iter().collect()]
            }
            Self::Reject { .. } => Vec::new(),
        }
    }

    /// Every recommendation that it names.
    pub fn names(&self) -> impl Iterator<Item = &RecommendationId> {
        let lists: Vec<&[RecommendationId]> = match self {
            Self::Merge { parts } => parts.iter().map(Vec::as_slice).collect(),
            Self::Split { apart, rest } => vec![apart, rest],
            Self::Move { moved, to, from } => vec![moved, to, from],
            Self::Rename { members, .. } | Self::Accept { members } | Self::Reject { members } => {
                vec![members]
            }
        };
        lists.into_iter().flatten()
    }
}
