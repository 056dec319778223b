//! The answers of a search and of a draft check.

use serde::{Deserialize, Serialize};

use super::{Agency, AgendaItem, Likeness, Relation, ThemeId};

/// The answer of `similar` to one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The text asked about.
    pub text: String,
    /// Its id, if it is an indexed recommendation or came with one.
    pub id: Option<String>,
    /// Most probable first, ties by cosine, then by row.
    pub hits: Vec<Hit>,
}

/// A recommendation found by a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its row in the index.
    pub row: usize,
    /// How alike it is.
    pub likeness: Likeness,
    /// The terms of the query that carry the similarity, largest share first.
    pub why: Vec<Reason>,
    /// The most similar statements of the query and of this text, if either has several.
    pub statements: Option<(String, String)>,
    /// Row of an earlier result with the same words.
    pub copy_of: Option<usize>,
    /// The differences that matter between the text asked about ("draft") and this one ("existing"),
    /// weightiest first.
    pub differences: Vec<Difference>,
}

/// A term and its contribution to a similarity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The term, as the query writes it.
    pub term: String,
    /// Its share of the similarity; all terms and what stands between them make up 1.
    pub share: f64,
    /// Whether the other text also has it, in any form.
    pub shared: bool,
}

impl Hit {
    /// Whether it asks for the contrary of the text asked about.
    #[must_use]
    pub fn is_opposite(&self) -> bool {
        self.differences.iter().any(|difference| difference.kind == DifferenceKind::Direction)
    }
}

/// A draft compared with an index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftCheck {
    /// The draft's statements, in its order.
    pub statements: Vec<Verdict>,
    /// The draft itself, with the statements in place.
    pub blocks: Vec<DraftBlock>,
    /// Number of its sentences that were not checked, since they ask for nothing.
    pub unchecked: usize,
    /// The author of the draft, if the user named one.
    pub author: Option<Agency>,
    /// Themes of the index that the draft takes up, strongest consensus first.
    pub touched: Vec<ThemeRef>,
    /// Themes of at least three agencies in the draft's own areas that the draft omits, strongest
    /// consensus first.
    pub missing: Vec<ThemeRef>,
    /// Number of themes of at least three agencies in areas that the draft does not touch.
    pub outside: usize,
    /// Agencies that make the same asks as statements of the draft, with the number of those
    /// statements; most first, ties by name. The author is not included.
    pub in_line: Vec<(Agency, usize)>,
    /// Agenda items taken up by recommendations that statements overlap with; `None` without an agenda.
    pub answered: Option<Vec<AgendaItem>>,
}

impl DraftCheck {
    /// The strongest relation of any statement to the index.
    #[must_use]
    pub fn strongest(&self) -> Relation {
        self.statements.iter().map(|s| s.relation).max().unwrap_or(Relation::None)
    }

    /// Number of statements with this relation.
    #[must_use]
    pub fn count(&self, relation: Relation) -> usize {
        self.statements.iter().filter(|s| s.relation == relation).count()
    }

    /// Number of statements that contradict an existing recommendation.
    #[must_use]
    pub fn opposed(&self) -> usize {
        self.statements.iter().filter(|s| s.is_opposite()).count()
    }

    /// Share of the statements that are new, 0 to 1; `None` if there are no statements.
    #[must_use]
    pub fn new_share(&self) -> Option<f64> {
        let n = self.statements.len();
        (n > 0).then(|| self.count(Relation::None) as f64 / n as f64)
    }
}

/// The result of a check for one statement of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// First line in the draft, 1-based.
    pub line_start: usize,
    /// Last line, inclusive.
    pub line_end: usize,
    /// The statement.
    pub text: String,
    /// Its relation to what exists; [`Relation::None`] means that the statement is new.
    pub relation: Relation,
    /// Probability of overlap with its best match, 0 to 1.
    pub probability: f64,
    /// The nearest recommendations, most probable first; if the author is known, those of others.
    pub matches: Vec<Hit>,
    /// The author's own recommendations near it, at least related.
    pub own: Vec<Hit>,
    /// Positions in `matches` to cite: the nearest one of each agency that asks for the same.
    pub cite: Vec<usize>,
    /// Positions of the first few earlier statements of the draft that it repeats.
    pub repeats: Vec<usize>,
    /// What it asks for, part by part; empty if it asks for one thing.
    pub parts: Vec<VerdictPart>,
    /// How specific it is; `None` in a language without word lists.
    pub specifics: Option<Specifics>,
    /// How specific its best match is, if that shares the ask.
    pub nearest_specifics: Option<Specifics>,
    /// Position in `matches` of the most specific recommendation with the same ask, if it is more specific
    /// than the statement.
    pub strongest: Option<usize>,
}

/// What lets people check whether a recommendation was followed; each as written, `None` if it is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Specifics {
    /// Who is to act.
    pub addressee: Option<String>,
    /// The act, if it can be seen to be done: "publish", not "promote".
    pub measure: Option<String>,
    /// By when.
    pub deadline: Option<String>,
    /// How much or how many.
    pub indicator: Option<String>,
}

impl Specifics {
    /// Each with its name.
    #[must_use]
    pub fn named(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("addressee", self.addressee.as_deref()),
            ("measure", self.measure.as_deref()),
            ("deadline", self.deadline.as_deref()),
            ("indicator", self.indicator.as_deref()),
        ]
    }

    /// How many of the four it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.named().iter().filter(|(_, found)| found.is_some()).count()
    }
}

/// One of several things that a statement of a draft asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct VerdictPart {
    /// Its text.
    pub text: String,
    /// Its relation to what exists.
    pub relation: Relation,
    /// The match that decides: the contrary, or the nearest. `None` if there is none at all.
    pub nearest: Option<Hit>,
}

impl Verdict {
    /// Whether it asks for the contrary of an existing recommendation.
    #[must_use]
    pub fn is_opposite(&self) -> bool {
        self.opposite().is_some()
    }

    /// The most probable match that it contradicts.
    #[must_use]
    pub fn opposite(&self) -> Option<&Hit> {
        let parts = self.parts.iter().filter_map(|part| part.nearest.as_ref());
        self.matches.iter().chain(&self.own).chain(parts).find(|hit| hit.is_opposite())
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

/// The kind of a block of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockRole {
    /// A heading; level 1 is the highest.
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
    /// Position of the statement that it is or belongs to.
    pub statement: Option<usize>,
}

/// One point on which a draft differs from what exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What differs.
    pub kind: DifferenceKind,
    /// What the draft says; empty if it says nothing.
    pub draft: String,
    /// What the existing recommendation says; empty if it says nothing.
    pub existing: String,
}

/// The kinds of difference between two similar texts, weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DifferenceKind {
    /// One asks for the contrary of the other.
    Direction,
    /// Who is to act.
    Addressee,
    /// What is to be done.
    Action,
    /// The object of the action.
    Object,
    /// The convention or agreement named.
    Instrument,
    /// By when.
    Deadline,
    /// How much or how many.
    Number,
    /// Whom it is about.
    Population,
    /// Whether the ask is universal.
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

/// A theme without its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThemeRef {
    /// Its id.
    pub id: ThemeId,
    /// Its label.
    pub label: String,
    /// The agencies that ask for it, in alphabetical order.
    pub agencies: Vec<Agency>,
}
