//! What a search and a draft check answer.

use super::{Agency, Likeness, Relation, ThemeId};

/// What `similar` answers to one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The text asked about.
    pub text: String,
    /// Its id, where it is an indexed recommendation or came with one.
    pub id: Option<String>,
    /// Most probable first, ties by cosine, then by row.
    pub hits: Vec<Hit>,
}

/// A recommendation that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its row in the index.
    pub row: usize,
    /// How alike it is.
    pub likeness: Likeness,
    /// The terms of the query that carry the similarity, largest share first.
    pub why: Vec<Reason>,
    /// The statements of the query and of this text that are most alike, where either has several.
    pub statements: Option<(String, String)>,
    /// Row of an earlier result that has the same words.
    pub copy_of: Option<usize>,
}

/// A term and what it contributes to a similarity.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The term, as the query writes it.
    pub term: String,
    /// Its share of the similarity, of which all terms and what stands between them make up 1.
    pub share: f64,
    /// Whether the other text has it too, in any form.
    pub shared: bool,
}

/// A draft held against an index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftCheck {
    /// The draft's statements, in its order.
    pub statements: Vec<Verdict>,
    /// Themes of the index that the draft takes up, strongest consensus first.
    pub touched: Vec<ThemeRef>,
    /// Themes of three agencies or more that it leaves out, strongest consensus first.
    pub missing: Vec<ThemeRef>,
}

impl DraftCheck {
    /// The strongest relation of any statement to the index.
    #[must_use]
    pub fn strongest(&self) -> Relation {
        self.statements.iter().map(|s| s.relation).max().unwrap_or(Relation::None)
    }

    /// Number of statements of a relation.
    #[must_use]
    pub fn count(&self, relation: Relation) -> usize {
        self.statements.iter().filter(|s| s.relation == relation).count()
    }
}

/// What is to be said of one statement of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// First line in the draft, 1-based.
    pub line_start: usize,
    /// Last line, inclusive.
    pub line_end: usize,
    /// The statement.
    pub text: String,
    /// Its best relation; [`Relation::None`] is a new statement.
    pub relation: Relation,
    /// Probability of overlap with its best match, 0 to 1.
    pub probability: f64,
    /// The recommendations nearest to it, most probable first.
    pub matches: Vec<Match>,
}

/// A recommendation near a statement of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The recommendation and how alike it is.
    pub hit: Hit,
    /// Where the two differ in what matters.
    pub differences: Vec<Difference>,
}

/// One point in which a draft differs from what exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs: `deadline`, `number`.
    pub kind: &'static str,
    /// What the draft says; empty if it says nothing.
    pub draft: String,
    /// What the existing recommendation says; empty if it says nothing.
    pub existing: String,
}

/// A theme, named where its members are not needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeRef {
    /// Its id.
    pub id: ThemeId,
    /// Its label.
    pub label: String,
    /// The agencies in it.
    pub agencies: Vec<Agency>,
}
