//! Groups of recommendations that ask for nearly the same thing, and what they show.

use serde::{Deserialize, Serialize};

use super::{Agency, Relation, ThemeId};

/// Recommendations that ask for (nearly) the same thing.
///
/// Members are rows: positions in the list of recommendations that the theme was found in.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Survives a rebuild as long as the theme keeps its core.
    pub id: ThemeId,
    /// A short noun phrase from the members' own words.
    pub label: String,
    /// Terms that stand for this theme and not for others, strongest first.
    pub keywords: Vec<String>,
    /// Its members, most central first, ties by the recommendation's id.
    pub members: Vec<Member>,
    /// Rows of up to three members, of different agencies where possible, that speak for it.
    pub representatives: Vec<usize>,
    /// Mean probability of overlap over pairs of members, 0 to 1.
    pub cohesion: f64,
    /// How reliably it comes back when recommendations are left out, 0 to 1 (mean Jaccard).
    pub stability: f64,
    /// Who is behind it.
    pub consensus: Consensus,
}

/// A recommendation in a theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Row of the recommendation.
    pub row: usize,
    /// How well it belongs, 0 to 1: mean probability of overlap with the other members.
    pub weight: f64,
}

/// How many agencies stand behind a theme, against what chance would give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consensus {
    /// Distinct agencies with their number of recommendations, most first, ties by name.
    pub by_agency: Vec<AgencyCount>,
    /// Number of distinct agencies expected if the theme's rows were drawn at random.
    pub expected: f64,
    /// Distinct agencies less `expected`.
    pub excess: f64,
    /// How much of the agencies really agrees, in agencies: the sum, over those in the theme, of the
    /// mean probability that the best of their recommendations overlaps with what each of the
    /// others says. 0 for one agency alone; at most the number of agencies. Themes are ranked by it.
    #[serde(default)]
    pub strength: f64,
}

impl Consensus {
    /// Number of distinct agencies.
    #[must_use]
    pub fn agencies(&self) -> usize {
        self.by_agency.len()
    }
}

/// An agency and a number of its recommendations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyCount {
    /// The agency.
    pub agency: Agency,
    /// Its recommendations, at least 1.
    pub count: usize,
}

/// What a search for themes found: every row is in a theme or in `single`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Themes {
    /// Strongest consensus first.
    pub themes: Vec<Theme>,
    /// Rows that share their ask with no other, ascending.
    pub single: Vec<usize>,
}

/// Two linked recommendations, `a < b`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Row of the first.
    pub a: usize,
    /// Row of the second.
    pub b: usize,
    /// How alike they are.
    pub likeness: Likeness,
}

/// How alike two passages are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// Cosine of the two embeddings, -1 to 1.
    pub cosine: f32,
    /// Calibrated chance that an analyst would see a shared ask (overlap or more), 0 to 1.
    pub probability: f64,
    /// Calibrated chance that an analyst would see the same action on the same object, 0 to 1.
    pub duplicate: f64,
    /// The rung of the ladder that follows.
    pub relation: Relation,
}
