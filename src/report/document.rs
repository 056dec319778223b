//! A report as blocks in reading order, before any markup: built once, written by every format.
//!
//! Blocks say what a piece *is* (a quote with its source, a theme, a matrix), never how it looks; the
//! writers decide that. A writer may leave out what its medium cannot carry (a map on paper) or cut a
//! long list, and then says so. No text here is escaped.

mod matrix;
mod text;

pub(super) use matrix::{Matrix, MatrixCell, MatrixRow};
pub(super) use text::{Anchor, Inline, Source, Text, Tone};

use std::collections::BTreeSet;

use serde_json::Value;

use super::number;
use crate::domain::BlockRole;

/// The overlap report, or a checked draft: one value for every format.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// "Overlap report".
    pub(super) kind: &'static str,
    /// Title of the corpus, or name of the draft.
    pub(super) title: String,
    /// What was compared, in a few sentences.
    pub(super) lede: String,
    /// What stands before the first part.
    pub(super) head: Vec<Block>,
    pub(super) sections: Vec<Section>,
    /// Names that a reader can filter by, in the order of the agencies' numbers.
    pub(super) agencies: Vec<String>,
    /// Last line: what made it.
    pub(super) imprint: String,
    /// Version of Concord.
    pub(super) version: String,
}

/// A part with a heading.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    pub(super) anchor: &'static str,
    pub(super) title: &'static str,
    pub(super) medium: Medium,
    /// What the search box finds in it.
    pub(super) finds: Option<Kind>,
    pub(super) blocks: Vec<Block>,
}

impl Section {
    /// A part that every format has.
    pub(super) fn new(anchor: &'static str, title: &'static str, blocks: Vec<Block>) -> Self {
        Self { anchor, title, medium: Medium::Any, finds: None, blocks }
    }

    /// The same, searched for entries of a kind.
    pub(super) fn finds(self, kind: Kind) -> Self {
        Self { finds: Some(kind), ..self }
    }
}

/// Which formats carry a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    Any,
    /// The page alone, which can show pictures and react.
    Page,
    /// All but Word: a ledger that would fill a document.
    Ledger,
}

/// A piece of a report.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Section(Section),
    /// A heading that no link leads to.
    Heading(String),
    Paragraph(Text),
    /// Small print: how to read a figure.
    Note(Text),
    /// Numbers to catch the eye.
    Figures(Vec<Figure>),
    /// Groups of blocks that stand side by side where there is room.
    Columns(Vec<Vec<Block>>),
    List(List),
    /// Names with their values.
    Facts(Vec<(&'static str, String)>),
    Table(Table),
    Quote(Quote),
    Fold(Fold),
    /// The later part of a long list, which a page folds.
    More(Vec<Block>),
    Theme(Box<Theme>),
    Matrix(Matrix),
    /// The map of recommendations, as the page's script reads it.
    Map(Value),
    /// The network of agencies, as the page's script reads it.
    Network(Value),
    Annotated(Annotated),
    Match(Match),
}

impl Block {
    pub(super) fn paragraph(text: impl Into<Text>) -> Self {
        Self::Paragraph(text.into())
    }

    pub(super) fn note(text: impl Into<Text>) -> Self {
        Self::Note(text.into())
    }

    /// A list that stands open.
    pub(super) fn list(style: ListStyle, items: Vec<Item>) -> Self {
        let open = items.len();
        Self::List(List { style, items, open })
    }

    /// A group of entries, which a reader unfolds.
    pub(super) fn group(title: impl Into<String>, blocks: Vec<Self>) -> Self {
        Self::Fold(Fold::new(title, blocks))
    }

    /// Details on what stands before.
    pub(super) fn detail(title: impl Into<String>, blocks: Vec<Self>) -> Self {
        Self::Fold(Fold { is_detail: true, ..Fold::new(title, blocks) })
    }
}

/// A number, as printed, with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    pub(super) value: String,
    pub(super) what: String,
    pub(super) tone: Option<Tone>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct List {
    pub(super) style: ListStyle,
    pub(super) items: Vec<Item>,
    /// How many stand open on a page; the rest is folded.
    pub(super) open: usize,
}

/// What the items of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListStyle {
    Bullets,
    /// The first is the strongest.
    Ranked,
    /// Entries of several blocks.
    Entries,
    /// Recommendations in full.
    Full,
    /// What is near to the entry above it.
    Near,
}

/// An item of a list; a paragraph or a quote comes first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) anchor: Option<Anchor>,
    pub(super) find: Option<Find>,
    pub(super) blocks: Vec<Block>,
}

impl Item {
    pub(super) fn new(blocks: Vec<Block>) -> Self {
        Self { anchor: None, find: None, blocks }
    }

    pub(super) fn line(text: impl Into<Text>) -> Self {
        Self::new(vec![Block::paragraph(text)])
    }

    /// The same, found by the search box.
    pub(super) fn found(self, kind: Kind, agencies: Vec<usize>) -> Self {
        Self { find: Some(Find { kind, agencies }), ..self }
    }
}

/// How the search box finds something: what it is, and the numbers of its agencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Find {
    pub(super) kind: Kind,
    pub(super) agencies: Vec<usize>,
}

/// What the search box finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Theme,
    Pair,
    /// An agenda item, a challenge or a silent agency.
    Gap,
    Voice,
    /// A recommendation in no theme.
    Single,
    Recommendation,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Pair => "pair",
            Self::Gap => "gap",
            Self::Voice => "single voice",
            Self::Single => "single recommendation",
            Self::Recommendation => "recommendation",
        }
    }
}

/// A table; each row is as long as `columns`, and its first cell names it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    pub(super) caption: Option<&'static str>,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Text>>,
}

impl Table {
    /// A table of texts alone; each column has its name and its part of the width.
    pub(super) fn texts<const N: usize, T: Into<Text>>(
        columns: [(&'static str, usize); N],
        rows: impl IntoIterator<Item = [T; N]>,
    ) -> Self {
        let column = |(name, width)| Column { name, is_number: false, width };
        let rows = rows.into_iter().map(|row| row.map(T::into).into()).collect();
        Self { caption: None, columns: columns.map(column).into(), rows }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) is_number: bool,
    /// Its part of the width of a page, against the other columns.
    pub(super) width: usize,
}

/// The words of an agency with their source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) agency: String,
    pub(super) text: String,
    pub(super) source: Source,
}

/// What a reader unfolds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fold {
    pub(super) anchor: Option<Anchor>,
    pub(super) title: String,
    /// Number of entries, where it stands beside the title.
    pub(super) count: Option<usize>,
    /// Whether it only goes into detail on what stands before it.
    pub(super) is_detail: bool,
    pub(super) blocks: Vec<Block>,
}

impl Fold {
    pub(super) fn new(title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { anchor: None, title: title.into(), count: None, is_detail: false, blocks }
    }

    /// Its title, with the number of entries in brackets.
    pub(super) fn heading(&self) -> String {
        let count = self.count.map_or(String::new(), |n| format!(" ({})", number::whole(n)));
        format!("{}{count}", self.title)
    }
}

/// A theme with its figures and its wording.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Theme {
    /// Its rank, from 1.
    pub(super) number: usize,
    pub(super) label: String,
    pub(super) is_weak: bool,
    pub(super) find: Find,
    /// How many of all agencies are in it, and agree; an [`Inline::Bar`].
    pub(super) bar: Inline,
    /// Agencies, agreement, chance.
    pub(super) tally: Text,
    /// Agencies by name, stability, typical words.
    pub(super) facts: Vec<Text>,
    /// Wording and differences.
    pub(super) blocks: Vec<Block>,
}

impl Theme {
    /// "3. Data collection (weak)".
    pub(super) fn title(&self) -> String {
        let weak = if self.is_weak { " (weak)" } else { "" };
        format!("{}. {}{weak}", self.number, self.label)
    }
}

/// A block of a draft with the notes on its statements, each note once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Annotated {
    pub(super) role: BlockRole,
    /// Its text in pieces, each with number and colour of the note on it.
    pub(super) parts: Vec<(String, Option<(usize, Tone)>)>,
    pub(super) notes: Vec<Note>,
}

/// What is said of one statement of a draft.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Note {
    /// From 1, in the order of the draft.
    pub(super) number: usize,
    pub(super) tone: Tone,
    /// "Overlap, 60%", "New".
    pub(super) verdict: String,
    /// A warning beside the verdict.
    pub(super) flag: Option<&'static str>,
    /// "line 5", "lines 5-7".
    pub(super) lines: String,
    /// The statement.
    pub(super) text: String,
    /// What the author of the draft makes of it, in a page where that can be chosen.
    pub(super) choice: Option<Choice>,
    pub(super) blocks: Vec<Block>,
}

/// What the author of a draft makes of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Nothing yet.
    Open,
    /// It will be acted on.
    Accepted,
    /// It does not matter.
    Dismissed,
}

impl Document {
    /// The draft with what its author makes of each note, by number, and with buttons to choose. They belong to
    /// a form `choices` that the page of another's has.
    #[must_use]
    pub fn with_choices(mut self, choice: impl Fn(usize) -> Choice) -> Self {
        for annotated in self.annotated_mut() {
            for note in &mut annotated.notes {
                note.choice = Some(choice(note.number));
            }
        }
        self
    }

    /// The draft without the notes of these numbers, and without their marks in its text.
    pub(super) fn without_notes(mut self, dismissed: &BTreeSet<usize>) -> Self {
        for annotated in self.annotated_mut() {
            annotated.notes.retain(|note| !dismissed.contains(&note.number));
            for (_, mark) in &mut annotated.parts {
                *mark = mark.filter(|(number, _)| !dismissed.contains(number));
            }
        }
        self
    }

    fn annotated_mut(&mut self) -> impl Iterator<Item = &mut Annotated> {
        let blocks = self.sections.iter_mut().flat_map(|section| &mut section.blocks);
        blocks.filter_map(|block| match block {
            Block::Annotated(annotated) => Some(annotated),
            _ => None,
        })
    }
}

/// An existing recommendation beside a statement of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// "FAO (FAO-01)".
    pub(super) who: String,
    /// "overlap, 60%".
    pub(super) relation: String,
    pub(super) is_opposite: bool,
    pub(super) text: String,
    /// In what the draft differs.
    pub(super) differences: Vec<String>,
    /// Its place, and the words in common.
    pub(super) source: String,
}
