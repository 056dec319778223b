//! Takes the passages that ask somebody to act, section by section.

mod details;
mod items;
mod lead;
mod prose;
mod section;
mod tables;
mod walk;

pub(crate) use self::details::Details;
use self::tables::Table;
use super::{
    attributed::{self, Attribution},
    blocks::Block,
    cues::{Cues, Role},
    flow::Flow,
    outline::{Outline, Place},
};

/// A passage that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) flow: Flow,
    pub(crate) place: Place,
    pub(crate) marker: Option<String>,
    pub(crate) lead_in: Option<String>,
    pub(crate) kind: &'static str,
    /// Probability that it is a recommendation.
    pub(crate) confidence: f64,
    /// Why it was taken.
    pub(crate) cue: String,
    /// The agency that asks, if the passage itself names it.
    pub(crate) agency: Option<String>,
    /// What columns or labels beside it say of it.
    pub(crate) details: Details,
}

impl Taken {
    /// A passage without marker, lead-in and agency.
    pub(crate) fn new(
        flow: Flow,
        place: Place,
        kind: &'static str,
        confidence: f64,
        cue: impl Into<String>,
    ) -> Self {
        let cue = cue.into();
        Self {
            flow,
            place,
            kind,
            confidence,
            cue,
            marker: None,
            lead_in: None,
            agency: None,
            details: Details::default(),
        }
    }
}

/// Facts that hold for every section of a document.
struct Context<'a> {
    blocks: &'a [Block],
    outline: &'a Outline,
    cues: &'a Cues,
    /// Whether the document keeps its recommendations in sections of their own.
    structured: bool,
    /// Whether each recommendation carries its number or author; nothing else is then one.
    labelled: bool,
    attribution: Attribution,
    /// The tables of recommendations, in order.
    tables: Vec<Table>,
}

/// All passages taken from the document, in document order.
pub(crate) fn collect(blocks: &[Block], outline: &Outline, cues: &Cues) -> Vec<Taken> {
    let sections = section::sections(blocks, outline);
    let tables = tables::find(blocks, outline);
    let asking = sections.iter().filter(|s| s.role == Role::Recommendations);
    let asking = asking.flat_map(|s| &blocks[s.range.clone()]).filter(|b| !b.is_heading());
    let attribution = Attribution::learn(asking.map(Block::text));
    let structured = section::is_structured(blocks, &sections, &tables, cues);
    let labelled =
        attribution.any() || blocks.iter().any(|b| attributed::marked(b.text()).is_some());
    let context = Context { blocks, outline, cues, structured, labelled, attribution, tables };
    let mut taken = Vec::new();
    for section in &sections {
        walk::Walk::through(&context, section, &mut taken);
    }
    taken
}
