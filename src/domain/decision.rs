//! People's decisions about themes and pairs.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Recommendation, RecommendationId, find_row};

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
    /// Whether two recommendations ask for the same, or one for the contrary of the other.
    Pair {
        /// One of them.
        a: RecommendationId,
        /// The other.
        b: RecommendationId,
        /// What the person says.
        said: Said,
    },
}

/// What a person says of two recommendations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// They ask for the same: a duplicate, and in one theme.
    Same,
    /// They ask for different things: no link, and never in one theme.
    NotSame,
    /// One asks for the contrary of the other: related, a contradiction, and never in one theme.
    Contrary,
}

impl Said {
    /// The word used in JSON and CSV.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::NotSame => "not_same",
            Self::Contrary => "contrary",
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Same => "same",
            Self::NotSame => "not the same",
            Self::Contrary => "contrary",
        })
    }
}

/// A person's last word on two rows, `a < b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecidedPair {
    /// Row of the first.
    pub a: usize,
    /// Row of the second.
    pub b: usize,
    /// The word.
    pub said: Said,
}

/// The last word on each pair in `decisions` (oldest first), by rows of `recommendations`, which are in
/// ascending order of id. Recommendations that no longer exist are ignored.
#[must_use]
pub fn decided_pairs(
    decisions: &[Decision],
    recommendations: &[Recommendation],
) -> Vec<DecidedPair> {
    let mut last = BTreeMap::new();
    for decision in decisions {
        let Decision::Pair { a, b, said } = decision else { continue };
        let rows = [a, b].map(|id| find_row(recommendations, id.as_str()).ok());
        if let [Some(a), Some(b)] = rows {
            last.insert((a.min(b), a.max(b)), *said);
        }
    }
    last.into_iter().map(|((a, b), said)| DecidedPair { a, b, said }).collect()
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
    /// Say of two recommendations whether they ask for the same.
    Pair {
        /// Their ids.
        ids: [String; 2],
        /// What is said.
        said: Said,
    },
    /// Undo the last decision.
    Undo,
    /// Undo one decision; they count from 1, the oldest first.
    UndoNumber(usize),
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
    /// A pair was decided on.
    Pair,
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
            Self::Pair => "pair decided",
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
            Self::Pair { .. } => Act::Pair,
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
            // A word on one pair says little of a whole theme.
            Self::Reject { .. } | Self::Pair { .. } => Vec::new(),
        }
    }

    /// Every recommendation that it names.
    pub fn names(&self) -> impl Iterator<Item = &RecommendationId> {
        use std::slice::from_ref;
        let lists: Vec<&[RecommendationId]> = match self {
            Self::Merge { parts } => parts.iter().map(Vec::as_slice).collect(),
            Self::Split { apart, rest } => vec![apart, rest],
            Self::Move { moved, to, from } => vec![moved, to, from],
            Self::Rename { members, .. } | Self::Accept { members } | Self::Reject { members } => {
                vec![members]
            }
            Self::Pair { a, b, .. } => vec![from_ref(a), from_ref(b)],
        };
        lists.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Agency;

    #[test]
    fn the_last_word_on_a_pair_holds_in_either_order() {
        let id = |id: &str| RecommendationId::try_from(id.to_owned()).unwrap();
        let agency = Agency::try_from("WHO".to_owned()).unwrap();
        let rows = ["a", "b", "c"]
            .map(|name| Recommendation::new(id(name), agency.clone(), "Act.".to_owned()));
        let word = |a: &str, b: &str, said| Decision::Pair { a: id(a), b: id(b), said };
        let decisions = [
            word("a", "c", Said::Same),
            word("c", "a", Said::NotSame),
            word("b", "gone", Said::Same),
        ];
        let expected = [DecidedPair { a: 0, b: 2, said: Said::NotSame }];
        assert_eq!(decided_pairs(&decisions, &rows), expected);
    }
}
