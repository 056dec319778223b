//! What a search and a draft check answer.

use serde::{Deserialize, Serialize};

use super::{Agency, AgendaItem, Likeness, Relation, ThemeId};

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
    /// Where the text asked about ("draft") and this one ("existing") differ in what matters,
    /// weightiest first.
    pub differences: Vec<Difference>,
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

impl Hit {
    /// Whether it asks for the contrary of the text asked about.
    #[must_use]
    pub fn is_opposite(&self) -> bool {
        self.differences.iter().any(|difference| difference.kind == DifferenceKind::Direction)
    }
}

/// A draft held against an index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftCheck {
    /// The draft's statements, in its order.
    pub statements: Vec<Verdict>,
    /// The draft itself, in which the statements stand.
    pub blocks: Vec<DraftBlock>,
    /// Whose draft it is, where the user said so.
    pub author: Option<Agency>,
    /// Themes of the index that the draft takes up, strongest consensus first.
    pub touched: Vec<ThemeRef>,
    /// Themes of three agencies or more that it leaves out, strongest consensus first.
    pub missing: Vec<ThemeRef>,
    /// Agencies that ask for what statements of the draft ask for, with the number of those
    /// statements; most first, ties by name. The author is not among them.
    pub in_line: Vec<(Agency, usize)>,
    /// Agenda items taken up by recommendations that statements overlap with; `None` without agenda.
    pub answered: Option<Vec<AgendaItem>>,
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

    /// Number of statements that ask for the contrary of what exists.
    #[must_use]
    pub fn opposed(&self) -> usize {
        self.statements.iter().filter(|s| s.is_opposite()).count()
    }

    /// Share of the statements that are new, 0 to 1; `None` of no statement.
    #[must_use]
    pub fn new_share(&self) -> Option<f64> {
        let n = self.statements.len();
        (n > 0).then(|| self.count(Relation::None) as f64 / n as f64)
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
    /// How it stands to what exists; [`Relation::None`] is a new statement.
    pub relation: Relation,
    /// Probability of overlap with its best match, 0 to 1.
    pub probability: f64,
    /// The recommendations nearest to it, most probable first; where the author is known, of others.
    pub matches: Vec<Hit>,
    /// The author's own recommendations near to it, at least related.
    pub own: Vec<Hit>,
    /// Positions in `matches` to cite: of each agency that asks for the same the nearest.
    pub cite: Vec<usize>,
    /// Positions of earlier statements of the draft that it repeats.
    pub repeats: Vec<usize>,
}

/// Probability of overlap from which a contrary is spoken of: below, two texts are hardly about the
/// same thing.
const ABOUT_THE_SAME: f64 = 0.5;

impl Verdict {
    /// Whether it asks for the contrary of a recommendation that exists.
    #[must_use]
    pub fn is_opposite(&self) -> bool {
        self.opposite().is_some()
    }

    /// The most probable match to which it is contrary, among those about the same thing.
    #[must_use]
    pub fn opposite(&self) -> Option<&Hit> {
        let same = |hit: &&Hit| hit.likeness.probability >= ABOUT_THE_SAME;
        self.matches.iter().chain(&self.own).filter(same).find(|hit| hit.is_opposite())
    }
}

/// A heading, a list item or a paragraph of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftBlock {
    /// What it is.
    pub role: BlockRole,
    /// Its text in pieces, in order.
    pub parts: Vec<DraftPart>,
}

/// What a block of a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockRole {
    /// A heading, 1 the highest level.
    Heading(u8),
    /// A list item.
    Item,
    /// A paragraph.
    Paragraph,
}

/// A piece of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftPart {
    /// The text.
    pub text: String,
    /// Position of the statement that it is, or is part of.
    pub statement: Option<usize>,
}

/// One point in which a draft differs from what exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub kind: DifferenceKind,
    /// What the draft says; empty if it says nothing.
    pub draft: String,
    /// What the existing recommendation says; empty if it says nothing.
    pub existing: String,
}

/// In what two texts that are alike differ, weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DifferenceKind {
    /// One asks for the contrary of the other.
    Direction,
    /// Who is to act.
    Addressee,
    /// What is to be done.
    Action,
    /// With what it is to be done.
    Object,
    /// The convention or agreement named.
    Instrument,
    /// By when.
    Deadline,
    /// How much or how many.
    Number,
    /// Whom it is about.
    Population,
    /// Whether it is of all, or of what is not said to be all.
    Scope,
}

impl DifferenceKind {
    /// The word used in JSON and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Direction => "direction",
            Self::Addressee => "addressee",
            Self::Action => "action",
            Self::Object => "object",
            Self::Instrument => "instrument",
            Self::Deadline => "deadline",
            Self::Number => "number",
            Self::Population => "population",
            Self::Scope => "scope",
        }
    }
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
