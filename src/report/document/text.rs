//! Lines of text in pieces, and where they lead.

use std::fmt;

use crate::domain::{Firmness, Relation};

/// A line of text, in pieces.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::report) struct Text(pub(in crate::report) Vec<Inline>);

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) enum Inline {
    /// Our own words.
    Plain(String),
    Strong(String),
    /// What steps back.
    Soft(String),
    /// The words of a document, in whatever script.
    Foreign(String),
    /// A probability at the head of a line.
    Chance(String),
    /// A word on a coloured ground.
    Mark(Tone, &'static str),
    /// What is typed as it stands.
    Code(&'static str),
    Link(String, Anchor),
    Source(Source),
    /// Two measures as lengths, each a share of the whole from 0 to 1.
    Bar(f64, Option<f64>),
    /// What is true of the page alone: how to use it.
    OnPage(&'static str),
}

impl Text {
    pub(in crate::report) fn strong(text: impl Into<String>) -> Self {
        Self::default().and(Inline::Strong(text.into()))
    }

    pub(in crate::report) fn link(text: impl Into<String>, to: Anchor) -> Self {
        Self::default().and(Inline::Link(text.into(), to))
    }

    pub(in crate::report) fn foreign(text: impl Into<String>) -> Self {
        Self::default().and(Inline::Foreign(text.into()))
    }

    /// The same with our own words after it.
    pub(in crate::report) fn then(self, text: impl Into<String>) -> Self {
        self.and(Inline::Plain(text.into()))
    }

    /// The same with a piece after it.
    pub(in crate::report) fn and(mut self, piece: Inline) -> Self {
        self.0.push(piece);
        self
    }

    /// The same with the pieces of another after it.
    pub(in crate::report) fn followed(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Self {
        Self::default().then(text)
    }
}

/// As plain text, without what is true of the page alone.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Inline::Plain(text)
            | Inline::Strong(text)
            | Inline::Soft(text)
            | Inline::Foreign(text)
            | Inline::Chance(text)
            | Inline::Link(text, _) => f.write_str(text),
            Inline::Mark(_, text) | Inline::Code(text) => f.write_str(text),
            Inline::Source(source) => write!(f, "({source})"),
            Inline::Bar(..) | Inline::OnPage(_) => Ok(()),
        })
    }
}

/// Where a link leads; recommendations, themes and agencies go by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Anchor {
    Section(&'static str),
    Theme(usize),
    Recommendation(usize),
    Agency(usize),
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section(name) => f.write_str(name),
            Self::Theme(n) => write!(f, "t{n}"),
            Self::Recommendation(n) => write!(f, "r{n}"),
            Self::Agency(n) => write!(f, "a{n}"),
        }
    }
}

/// What a coloured ground says: of a theme, or of a statement of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Tone {
    Stable,
    Fair,
    Weak,
    Relation(Relation),
    Opposite,
}

impl From<Firmness> for Tone {
    fn from(firmness: Firmness) -> Self {
        match firmness {
            Firmness::Stable | Firmness::Decided => Self::Stable,
            Firmness::Fair | Firmness::Unknown => Self::Fair,
            Firmness::Weak => Self::Weak,
        }
    }
}

/// Id and place of a recommendation or a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Source {
    pub(in crate::report) id: String,
    /// Document, section, marker, page or lines; "place n/a" where nothing is known.
    pub(in crate::report) place: String,
    /// Its number among the recommendations; `None` for what is no recommendation.
    pub(in crate::report) number: Option<usize>,
    /// Address of the document on the web, where the corpus gives one.
    pub(in crate::report) address: Option<String>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.id, self.place)
    }
}
