//! The differences between two builds of an index.

use serde::Serialize;

use super::{Recommendation, RecommendationId, ThemeId, Themes};

/// One build of an index: the parts that a comparison needs.
#[derive(Debug, Clone, Copy)]
pub struct Build<'a> {
    /// Its recommendations.
    pub recommendations: &'a [Recommendation],
    /// Its themes.
    pub themes: &'a Themes,
}

/// The changes from an old index to a new one.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Changes {
    /// Recommendations that only the new index has, by id.
    pub added: Vec<RecommendationId>,
    /// Recommendations that only the old index has, by id.
    pub removed: Vec<RecommendationId>,
    /// Recommendations with a new wording, by id.
    pub reworded: Vec<RecommendationId>,
    /// Changes of themes: merged, split, new, gone, renamed, in this order.
    pub themes: Vec<ThemeChange>,
    /// Recommendations that changed theme for another reason, by id.
    pub moved: Vec<Moved>,
    /// Number of themes that live on, renamed or not.
    pub kept: usize,
}

impl Changes {
    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { added, removed, reworded, themes, moved, kept: _ } = self;
        [added, removed, reworded].iter().all(|ids| ids.is_empty())
            && themes.is_empty()
            && moved.is_empty()
    }
}

/// A theme of one of the two indexes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ThemeName {
    /// Its id.
    pub id: ThemeId,
    /// Its label.
    pub label: String,
    /// Number of members.
    pub members: usize,
}

/// What became of themes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum ThemeChange {
    /// Most of each of several old themes is now in one.
    Merged {
        /// Themes of the old index.
        from: Vec<ThemeName>,
        /// The theme of the new one.
        into: ThemeName,
    },
    /// Most of each of several new themes was in one before.
    Split {
        /// The theme of the old index.
        from: ThemeName,
        /// Themes of the new one.
        into: Vec<ThemeName>,
    },
    /// It continues no old theme.
    New {
        /// The theme of the new index.
        theme: ThemeName,
    },
    /// No new theme continues it.
    Gone {
        /// The theme of the old index.
        theme: ThemeName,
    },
    /// The same theme under another label.
    Renamed {
        /// As it was.
        from: ThemeName,
        /// As it is.
        to: ThemeName,
    },
}

impl ThemeChange {
    /// The change in one word, with the themes of the old index and those of the new one.
    #[must_use]
    pub fn told(&self) -> (&'static str, &[ThemeName], &[ThemeName]) {
        use std::slice::from_ref;
        match self {
            Self::Merged { from, into } => ("merged", from, from_ref(into)),
            Self::Split { from, into } => ("split", from_ref(from), into),
            Self::New { theme } => ("new", &[], from_ref(theme)),
            Self::Gone { theme } => ("gone", from_ref(theme), &[]),
            Self::Renamed { from, to } => ("renamed", from_ref(from), from_ref(to)),
        }
    }
}

/// A recommendation with a new home theme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The recommendation.
    pub id: RecommendationId,
    /// Where it was; `None` if it was in no theme.
    pub from: Option<ThemeName>,
    /// Where it is; `None` if it is in no theme.
    pub to: Option<ThemeName>,
}
